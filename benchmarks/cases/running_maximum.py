"""The largest element so far, an element at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import Linear, Target


@dataclass(frozen=True)
class RunningMaximum(Problem):
    """y[i] = max(y[i-1], x[i]), and the sum of y^2, of a random walk."""

    name: ClassVar = "running maximum"
    unrolled: ClassVar = 10
    targets: ClassVar[tuple[Target, ...]] = (Linear("gradient", 1_000, 100_000),)

    sizes: tuple[int, ...] = (1_000, 100_000)

    def inputs(self, n: int) -> tuple[Any]:
        return (np.cumsum(np.random.default_rng(14).normal(size=n)),)

    def written(self, np: Any, x: Any) -> Any:
        y = np.zeros(self.size)
        y[0] = x[0]
        for i in range(1, self.size):
            y[i] = np.maximum(y[i - 1], x[i])
        return np.sum(y * y)

    def objective(self, np: Any, x: Any) -> Any:
        parts: list[Any] = []
        for xi in x:
            parts.append(np.maximum(parts[-1], xi) if parts else xi)
        y = np.stack(parts)
        return np.sum(y * y)

    def rolled(self, np: Any, x: Any) -> Any:
        def step(last: Any, xi: Any) -> Any:
            y = np.maximum(last, xi)
            return y, y

        _, y = np.scan(step, -np.inf, x)
        return np.sum(y * y)

    def gradient(self, x: Any) -> Any:
        y = np.maximum.accumulate(x)
        is_new = np.append(True, y[1:] > y[:-1])
        ct = np.zeros_like(x)
        np.add.at(ct, np.maximum.accumulate(np.where(is_new, np.arange(len(x)), 0)), 2.0 * y)
        return ct
