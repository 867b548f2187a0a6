"""Least squares of a polynomial against a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target


@dataclass(frozen=True)
class PolynomialLeastSquares(Problem):
    """Half the squared distance of a polynomial of 128 coefficients from the signs of n points.

    Powers are made by repeated multiplication, of numbers that are not differentiated.
    """

    name: ClassVar = "standard llsq"
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("gradient", 8_196, 3.6e-3),
        AtMost("gradient", 8_196, 1e-3, label="wengert replayed"),
    )
    small: ClassVar = 40

    sizes: tuple[int, ...] = (8_196,)
    coefficients: int = 128

    def inputs(self, n: int) -> tuple[Any, ...]:
        t = -1.0 + 2.0 * np.arange(n) / (n - 1)
        return np.random.default_rng(30).normal(size=self.coefficients), t, np.sign(t)

    def objective(self, np: Any, x: Any, t: Any, s: Any) -> Any:
        power, polynomial = np.ones_like(t), 0.0
        for j in range(len(x)):
            polynomial = polynomial + x[j] * power
            power = power * t
        return 0.5 * np.sum((s - polynomial) ** 2)

    def gradient(self, x: Any, t: Any, s: Any) -> Any:
        powers = np.vander(t, len(x), increasing=True)
        return powers.T @ (powers @ x - s)
