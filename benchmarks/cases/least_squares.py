"""A linear model's squared error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem

FEATURES = 128


@dataclass(frozen=True)
class LeastSquares(Problem):
    """|A w - b|^2 of n examples of 128 features: little arithmetic over a large constant."""

    name: ClassVar = "least squares"

    sizes: tuple[int, ...] = (1_024, 8_196, 16_384)

    def inputs(self, n: int) -> tuple[Any, ...]:
        generator = np.random.default_rng(8)
        return (
            generator.normal(size=FEATURES),
            generator.normal(size=(n, FEATURES)),
            generator.normal(size=n),
        )

    def objective(self, np: Any, w: Any, a: Any, b: Any) -> Any:
        return np.sum((np.matmul(a, w) - b) ** 2)

    def gradient(self, w: Any, a: Any, b: Any) -> Any:
        return 2.0 * (a @ w - b) @ a
