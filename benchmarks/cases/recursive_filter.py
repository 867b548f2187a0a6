"""A recursive filter over a signal, an element at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import Linear, Target


@dataclass(frozen=True)
class RecursiveFilter(Problem):
    """y[i] = a y[i-1] + b x[i], from 0, and the sum of y^2: in the two coefficients and the signal."""

    name: ClassVar = "recursive filter"
    unrolled: ClassVar = 10
    argnums: ClassVar = (0, 1, 2)
    targets: ClassVar[tuple[Target, ...]] = (Linear("gradient", 1_000, 100_000),)

    sizes: tuple[int, ...] = (1_000, 100_000)

    def inputs(self, n: int) -> tuple[Any, ...]:
        return 0.9, 0.1, np.random.default_rng(13).normal(size=n)

    def written(self, np: Any, a: Any, b: Any, x: Any) -> Any:
        y = np.zeros(self.size)
        y[0] = b * x[0]
        for i in range(1, self.size):
            y[i] = a * y[i - 1] + b * x[i]
        return np.sum(y * y)

    def objective(self, np: Any, a: Any, b: Any, x: Any) -> Any:
        last, parts = 0.0, []
        for xi in x:
            last = a * last + b * xi
            parts.append(last)
        y = np.stack(parts)
        return np.sum(y * y)

    def rolled(self, np: Any, a: Any, b: Any, x: Any) -> Any:
        def step(last: Any, xi: Any) -> Any:
            y = a * last + b * xi
            return y, y

        _, y = np.scan(step, 0.0, x)
        return np.sum(y * y)

    def gradient(self, a: float, b: float, x: Any) -> tuple[Any, ...]:
        y, ct = np.zeros_like(x), np.zeros_like(x)
        y[0] = b * x[0]
        for i in range(1, len(x)):
            y[i] = a * y[i - 1] + b * x[i]
        ct[-1] = 2.0 * y[-1]
        for i in range(len(x) - 2, -1, -1):
            ct[i] = 2.0 * y[i] + a * ct[i + 1]
        return ct[1:] @ y[:-1], ct @ x, b * ct
