"""The logarithm of a determinant, by NumPy's function for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import NotSlower, Target


@dataclass(frozen=True)
class LogVolume(Problem):
    """log |det| of an n x n matrix, whose gradient is the transpose of the inverse."""

    name: ClassVar = "slogdet"
    targets: ClassVar[tuple[Target, ...]] = tuple(
        NotSlower("gradient", n, "torch") for n in (3, 30, 300)
    )

    sizes: tuple[int, ...] = (3, 30, 300)

    def inputs(self, n: int) -> tuple[Any]:
        return (np.random.default_rng(21).standard_normal((n, n)) + np.sqrt(n) * np.eye(n),)

    def objective(self, np: Any, a: Any) -> Any:
        return np.linalg.slogdet(a)[1]

    def gradient(self, a: Any) -> Any:
        return np.linalg.inv(a).T
