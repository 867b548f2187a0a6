"""A determinant by expansion by minors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target


def by_minors(a: Any, row: int, columns: tuple[int, ...]) -> Any:
    """Return the determinant of the rows from `row` on and `columns` of `a`."""
    if len(columns) == 1:
        return a[row, columns[0]]
    total = 0.0
    for k, column in enumerate(columns):
        minor = by_minors(a, row + 1, columns[:k] + columns[k + 1 :])
        term = a[row, column] * minor
        total = total - term if k % 2 else total + term
    return total


@dataclass(frozen=True)
class DeterminantByMinors(Problem):
    """The determinant of an n x n matrix, as the recursive function over its rows that defines it.

    The number of products is about (e - 1) n!; 623,529 at n = 9.
    """

    name: ClassVar = "standard det"
    scalar: ClassVar = True
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("gradient", 9, 2.0),
        AtMost("gradient", 9, 1e-3, label="wengert replayed"),
    )
    small: ClassVar = 4
    reach: ClassVar = {
        "torch": (7, "a run takes half a minute"),
        "autograd": (7, "a run takes a minute"),
        "python": (0, "lists of lists take no two indices"),
        "jax": (5, "compiling takes minutes"),
        "casadi": (7, "building the expression takes long"),
    }

    sizes: tuple[int, ...] = (5, 7, 9)

    def inputs(self, n: int) -> tuple[Any, ...]:
        return (np.random.default_rng(32).uniform(-1.0, 1.0, (n, n)) + np.eye(n),)

    def objective(self, np: Any, a: Any) -> Any:
        return by_minors(a, 0, tuple(range(self.size)))

    def gradient(self, a: Any) -> Any:
        return np.linalg.det(a) * np.linalg.inv(a).T
