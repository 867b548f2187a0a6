"""The gradient of a function of two variables: what a call costs beside what it computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target


def of_numbers(np: Any, x: Any, y: Any) -> Any:
    """Return Rosenbrock's function of two numbers."""
    return (1.0 - x) ** 2 + 100.0 * (y - x * x) ** 2


def of_array(np: Any, x: Any) -> Any:
    """Return the same of an array of two."""
    return (1.0 - x[0]) ** 2 + 100.0 * (x[1] - x[0] * x[0]) ** 2


def slope(x: float, y: float) -> tuple[float, float]:
    """Return its gradient."""
    return -2.0 * (1.0 - x) - 400.0 * x * (y - x * x), 200.0 * (y - x * x)


@dataclass(frozen=True)
class TwoNumbers(Problem):
    """Two floats in, two floats out."""

    name: ClassVar = "two numbers"
    tasks: ClassVar = ("gradient",)
    argnums: ClassVar = (0, 1)
    scalar: ClassVar = True
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("gradient", 2, 0.2e-6, label="wengert replayed"),
    )

    sizes: tuple[int, ...] = (2,)

    def inputs(self, n: int) -> tuple[float, float]:
        return 1.2, 0.7

    # A plain function: of a method, more is compared before each replay.
    objective: ClassVar = staticmethod(of_numbers)

    def gradient(self, x: float, y: float) -> tuple[float, float]:
        return slope(x, y)


@dataclass(frozen=True)
class ArrayOfTwo(Problem):
    """The same of an array of two elements."""

    name: ClassVar = "array of two"
    tasks: ClassVar = ("gradient",)
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("gradient", 2, 0.4e-6, label="wengert replayed"),
    )

    sizes: tuple[int, ...] = (2,)

    def inputs(self, n: int) -> tuple[Any]:
        return (np.array([1.2, 0.7]),)

    objective: ClassVar = staticmethod(of_array)

    def gradient(self, x: Any) -> Any:
        return np.array(slope(x[0], x[1]))
