"""One constant array that many operations read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem

TIMES = 127


@dataclass(frozen=True)
class ConstantFactor(Problem):
    """Sum of x c^127 over n numbers, a product after another: c is the caller's own array."""

    name: ClassVar = "constant factor"

    sizes: tuple[int, ...] = (100, 8_196)

    def inputs(self, n: int) -> tuple[Any, ...]:
        generator = np.random.default_rng(10)
        return generator.normal(size=n), generator.uniform(0.99, 1.01, n)

    def objective(self, np: Any, x: Any, c: Any) -> Any:
        y = x
        for _ in range(TIMES):
            y = y * c
        return np.sum(y)

    def gradient(self, x: Any, c: Any) -> Any:
        return c**TIMES
