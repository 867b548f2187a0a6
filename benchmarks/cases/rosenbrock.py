"""The Rosenbrock function in n variables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target, Times


@dataclass(frozen=True)
class Rosenbrock(Problem):
    """Sum of 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2: cheap, chained, elementwise."""

    name: ClassVar = "rosenbrock"
    tasks: ClassVar = ("value", "gradient", "product", "sparse_hessian")
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("gradient", 10, 8e-6),
        AtMost("gradient", 1_000, 15e-6),
        AtMost("gradient", 10, 0.8e-6, label="wengert replayed"),
        AtMost("gradient", 1_000, 6e-6, label="wengert replayed"),
        Times("product", "gradient", 1_000, 3.0),
        AtMost("sparse_hessian", 1_000, 0.5e-3),
    )

    sizes: tuple[int, ...] = (10, 1_000, 100_000)

    def inputs(self, n: int) -> tuple[Any]:
        return (np.random.default_rng(2).uniform(-1.5, 1.5, n),)

    def objective(self, np: Any, x: Any) -> Any:
        return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)

    def gradient(self, x: Any) -> Any:
        valley = 200.0 * (x[1:] - x[:-1] ** 2)
        gradient = np.zeros_like(x)
        gradient[:-1] = -2.0 * x[:-1] * valley - 2.0 * (1.0 - x[:-1])
        gradient[1:] += valley
        return gradient

    def curvature(self, x: Any) -> Any:
        return self.matrix_times(x, np.ones_like(x))

    def matrix_times(self, x: Any, w: Any) -> Any:
        beside = -400.0 * x[:-1]
        product = np.zeros_like(x)
        product[:-1] = (1200.0 * x[:-1] ** 2 - 400.0 * x[1:] + 2.0) * w[:-1] + beside * w[1:]
        product[1:] += 200.0 * w[1:] + beside * w[:-1]
        return product
