"""A step of Newton's method towards the centres of clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target


@dataclass(frozen=True)
class KMeans(Problem):
    """Squared distances of n points in 16 dimensions from the nearest of 100 centres.

    The task is the gradient in the centres over the diagonal of the Hessian, which is all of the
    Hessian: its product with ones.
    """

    name: ClassVar = "standard kmeans"
    tasks: ClassVar = ("value", "newton")
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("newton", 10_000, 9.8e-3),
        AtMost("newton", 10_000, 5e-3, label="wengert replayed"),
    )
    small: ClassVar = 300

    sizes: tuple[int, ...] = (10_000,)
    dimensions: int = 16
    centres: int = 100

    def inputs(self, n: int) -> tuple[Any, ...]:
        """Let the first points be the centres, so that each is the nearest of one at least."""
        points = np.random.default_rng(35).normal(size=(n, self.dimensions))
        return points[: self.centres].copy(), points

    def objective(self, np: Any, centres: Any, points: Any) -> Any:
        squares = np.sum(points**2, 1)[:, None] + np.sum(centres**2, 1)
        return np.sum(np.amin(squares - 2.0 * (points @ centres.T), 1))

    def newton(self, centres: Any, points: Any) -> Any:
        """Return the way from the mean of what is nearest to each centre."""
        distances = np.stack([np.sum((points - c) ** 2, 1) for c in centres], 1)
        nearest = np.argmin(distances, 1)
        means = [np.mean(points[nearest == i], 0) for i in range(len(centres))]
        return centres - np.stack(means)
