"""The likelihood of a series of observations, by a Kalman filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import NotSlower, Target


@dataclass(frozen=True)
class KalmanFilter(Problem):
    """Minus twice the logarithm of the likelihood of n observations, but for a constant.

    A point in the plane has a place and a velocity, of which the place is observed. The gradient is
    in the transition of the four states and in the logarithms of the variances of their noise and of
    the observations'; each step solves with the covariance of what is observed.
    """

    name: ClassVar = "Kalman filter"
    unrolled: ClassVar = 200
    argnums: ClassVar = (0, 1, 2)
    targets: ClassVar[tuple[Target, ...]] = (NotSlower("gradient", 200, "autograd", limit=1 / 20),)

    sizes: tuple[int, ...] = (200,)

    def inputs(self, n: int) -> tuple[Any, ...]:
        random = np.random.default_rng(24)
        moving = np.eye(4) + 0.1 * np.eye(4, k=2)
        place = np.cumsum(0.1 * random.standard_normal((n, 2)), axis=0)
        seen = place + 0.3 * random.standard_normal((n, 2))
        return (
            moving,
            np.full(4, -3.0),
            np.full(2, -2.0),
            np.eye(2, 4),
            np.zeros(4),
            np.eye(4),
            seen,
        )

    def objective(
        self,
        np: Any,
        moving: Any,
        log_noise: Any,
        log_error: Any,
        observing: Any,
        mean: Any,
        covariance: Any,
        seen: Any,
    ) -> Any:
        noise, error = np.diag(np.exp(log_noise)), np.diag(np.exp(log_error))
        total = 0.0
        for y in seen:
            mean = moving @ mean
            covariance = moving @ covariance @ moving.T + noise
            surprise = y - observing @ mean
            spread = observing @ covariance @ observing.T + error
            gain = np.linalg.solve(spread, observing @ covariance).T
            total = total + surprise @ np.linalg.solve(spread, surprise)
            total = total + np.log(np.linalg.det(spread))
            mean = mean + gain @ surprise
            covariance = covariance - gain @ observing @ covariance
        return total

    def gradient(self, *inputs: Any) -> Any:
        """By a complex step in each of the numbers, which is exact."""
        step = 1e-30
        given = [np.asarray(x, complex) for x in inputs]
        gradients = []
        for x in given[:3]:
            gradients.append(np.empty(x.shape))
            for place in np.ndindex(x.shape):
                x[place] += 1j * step
                gradients[-1][place] = self.objective(np, *given).imag / step
                x[place] -= 1j * step
        return tuple(gradients)
