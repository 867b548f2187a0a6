"""A chain of differential equations by the classical Runge-Kutta method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target


@dataclass(frozen=True)
class RungeKutta(Problem):
    """The last of n unknowns at time 2, of which each drives the next; 100 steps from zero.

    A step reaches four unknowns further. So of 10,000 the last is still zero, and its gradient is; that
    of fewer than 400 is not.
    """

    name: ClassVar = "standard ode"
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("gradient", 10_000, 19e-3),
        AtMost("gradient", 10_000, 10e-3, label="wengert replayed"),
    )
    small: ClassVar = 6

    sizes: tuple[int, ...] = (10_000,)
    unrolled: ClassVar = 0
    steps: int = 100

    def inputs(self, n: int) -> tuple[Any, ...]:
        return (np.random.default_rng(33).uniform(1.0, 2.0, n),)

    def step(self, np: Any, x: Any) -> Callable[..., Any]:
        """Return the method's step: from the unknowns now to those a step later."""
        h = 2.0 / self.steps

        def slope(y: Any) -> Any:
            return np.concatenate([x[:1], x[1:] * y[:-1]])

        def step(y: Any, _: Any) -> Any:
            k1 = slope(y)
            k2 = slope(y + h / 2.0 * k1)
            k3 = slope(y + h / 2.0 * k2)
            k4 = slope(y + h * k3)
            return y + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)

        return step

    def objective(self, np: Any, x: Any) -> Any:
        step, y = self.step(np, x), np.zeros_like(x)
        for i in range(self.steps):
            y = step(y, i)
        return y[-1]

    def rolled(self, np: Any, x: Any) -> Any:
        return np.loop(self.step(np, x), np.zeros_like(x), np.zeros(self.steps))[-1]

    def gradient(self, x: Any) -> Any:
        """Return the value over each of its factors.

        The steps are a polynomial in the shift from an unknown to the next. So the last unknown is
        the product of all x, times h^n, times the coefficient of z^n in
        (1 + z + z^2/2 + z^3/6 + z^4/24)^s, which integers give exactly.
        """
        n, s = len(x), self.steps
        if n > 4 * s:
            return np.zeros(n)
        coefficients = [1]
        for _ in range(s):
            longer = [0] * (len(coefficients) + 4)
            for i, c in enumerate(coefficients):
                for j, factor in enumerate((24, 24, 12, 4, 1)):
                    longer[i + j] += c * factor
            coefficients = longer
        constant = coefficients[n] * 2**n / (24**s * s**n)
        return constant * np.array([np.prod(np.delete(x, i)) for i in range(n)])
