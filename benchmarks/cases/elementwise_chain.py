"""A chain of elementwise operations on vectors from one element to a million."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import NotSlower, Target

ROUNDS = 3


@dataclass(frozen=True)
class ElementwiseChain(Problem):
    """Three rounds of y <- tanh(x y) + exp(-y) / 2 from y = x, then the sum: 19 operations."""

    name: ClassVar = "elementwise chain"
    targets: ClassVar[tuple[Target, ...]] = tuple(
        NotSlower(task, n, "torch") for n in (10_000, 100_000) for task in ("value", "gradient")
    )

    sizes: tuple[int, ...] = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)

    def inputs(self, n: int) -> tuple[Any]:
        return (np.random.default_rng(1).uniform(0.1, 1.5, n),)

    def objective(self, np: Any, x: Any) -> Any:
        y = x
        for _ in range(ROUNDS):
            y = np.tanh(x * y) + np.exp(-y) * 0.5
        return np.sum(y)

    def gradient(self, x: Any) -> Any:
        y, dy = x, np.ones_like(x)
        for _ in range(ROUNDS):
            t, e = np.tanh(x * y), 0.5 * np.exp(-y)
            y, dy = t + e, (1 - t * t) * (y + x * dy) - e * dy
        return dy
