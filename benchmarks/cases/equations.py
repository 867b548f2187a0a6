"""Linear equations, one system and many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import NotSlower, Target


@dataclass(frozen=True)
class Equations(Problem):
    """Sum of the squares of the solution of n equations, in the matrix and the right-hand side."""

    name: ClassVar = "linear solve"
    argnums: ClassVar = (0, 1)
    targets: ClassVar[tuple[Target, ...]] = tuple(
        NotSlower("gradient", n, "torch") for n in (3, 30, 300)
    )

    sizes: tuple[int, ...] = (3, 30, 300)

    def inputs(self, n: int) -> tuple[Any, ...]:
        random = np.random.default_rng(22)
        return random.standard_normal((n, n)) + np.sqrt(n) * np.eye(n), random.standard_normal(n)

    def objective(self, np: Any, a: Any, b: Any) -> Any:
        x = np.linalg.solve(a, b)
        return x @ x

    def gradient(self, a: Any, b: Any) -> Any:
        x = np.linalg.solve(a, b)
        of_b = np.linalg.solve(a.T, 2 * x)
        return -np.outer(of_b, x), of_b


@dataclass(frozen=True)
class SmallSystems(Problem):
    """The same of many systems of four equations each: what batches cost beside the work."""

    name: ClassVar = "small solves"
    argnums: ClassVar = (0, 1)
    targets: ClassVar[tuple[Target, ...]] = (NotSlower("gradient", 10_000, "torch", limit=1 / 3),)

    sizes: tuple[int, ...] = (10_000,)

    def inputs(self, n: int) -> tuple[Any, ...]:
        random = np.random.default_rng(23)
        return (
            random.standard_normal((n, 4, 4)) + 3 * np.eye(4),
            random.standard_normal((n, 4, 1)),
        )

    def objective(self, np: Any, a: Any, b: Any) -> Any:
        x = np.linalg.solve(a, b)
        return np.sum(x * x)

    def gradient(self, a: Any, b: Any) -> Any:
        x = np.linalg.solve(a, b)
        of_b = np.linalg.solve(np.swapaxes(a, -1, -2), 2 * x)
        return -of_b * np.swapaxes(x, -1, -2), of_b
