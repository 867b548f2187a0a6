"""A function of one number, for many numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import Target, Times


@dataclass(frozen=True)
class ScalarBatch(Problem):
    """Thirty operations; the value is that of whole arrays, the batch is one number's for all."""

    name: ClassVar = "scalar function of many numbers"
    tasks: ClassVar = ("value", "batch")
    targets: ClassVar[tuple[Target, ...]] = (Times("batch", "value", 100_000, 2.0),)

    sizes: tuple[int, ...] = (1_000, 100_000)

    def inputs(self, n: int) -> tuple[Any]:
        return (np.random.default_rng(8).uniform(-1.0, 1.0, n),)

    def objective(self, np: Any, x: Any) -> Any:
        y = x
        for _ in range(5):
            y = np.tanh(1.1 * y + x)
            y = y * np.exp(-y) + 0.1
        return y
