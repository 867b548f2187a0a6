"""The logarithm of a determinant, by elimination on numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem


@dataclass(frozen=True)
class LogDeterminant(Problem):
    """log det of an n x n matrix of numbers: 2 n^3 / 3 operations, whose nodes are freed in no order.

    Where the memory of one recording comes back scattered to the next, medians lie far over minima.
    """

    name: ClassVar = "log determinant"
    scalar: ClassVar = True
    largest: ClassVar = {"gradient": 48}

    sizes: tuple[int, ...] = (12, 48)

    def inputs(self, n: int) -> tuple[Any]:
        return (np.random.default_rng(7).uniform(0.1, 1.0, (n, n)) + n * np.eye(n),)

    def objective(self, np: Any, x: Any) -> Any:
        n = self.size
        a = [[x[i, j] for j in range(n)] for i in range(n)]
        total = 0.0
        for k in range(n):
            total = total + np.log(a[k][k])
            for i in range(k + 1, n):
                factor = a[i][k] / a[k][k]
                for j in range(k + 1, n):
                    a[i][j] = a[i][j] - factor * a[k][j]
        return total

    def gradient(self, x: Any) -> Any:
        return np.linalg.inv(x).T
