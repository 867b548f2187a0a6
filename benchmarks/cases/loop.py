"""A Python loop over the elements of a vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import Linear, Target


@dataclass(frozen=True)
class Loop(Problem):
    """Sum of x[i]^3, an element at a time.

    n times what comes back through x[i]: linear in n only if that is never an array of n zeros.
    """

    name: ClassVar = "loop over x[i]"
    tasks: ClassVar = ("value", "gradient", "curvature")
    scalar: ClassVar = True
    targets: ClassVar[tuple[Target, ...]] = (
        Linear("gradient", 100, 100_000),
        Linear("curvature", 100, 100_000),
    )

    sizes: tuple[int, ...] = (100, 1_000, 10_000, 100_000)

    def inputs(self, n: int) -> tuple[Any]:
        return (np.random.default_rng(5).uniform(0.5, 1.5, n),)

    def objective(self, np: Any, x: Any) -> Any:
        total = 0.0
        for i in range(self.size):
            xi = x[i]
            total = total + xi * xi * xi
        return total

    def rolled(self, np: Any, x: Any) -> Any:
        return np.loop(lambda total, xi: total + xi * xi * xi, 0.0, x)

    def gradient(self, x: Any) -> Any:
        return 3.0 * x * x

    def curvature(self, x: Any) -> Any:
        return 6.0 * x
