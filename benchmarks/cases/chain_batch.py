"""A long scalar program, for a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target


@dataclass(frozen=True)
class ChainBatch(Problem):
    """y <- y x + 1/10, 250 times, from y = x; figures are per operation of one example.

    With few examples the batch costs what recording one example and evaluating its program costs.
    """

    name: ClassVar = "scalar chain of a few numbers"
    tasks: ClassVar = ("batch",)
    targets: ClassVar[tuple[Target, ...]] = (AtMost("batch", 1, 150e-9),)

    sizes: tuple[int, ...] = (1, 100)

    def operations(self, n: int) -> int:
        return 500

    def inputs(self, n: int) -> tuple[Any]:
        return (np.random.default_rng(9).uniform(-1.0, 1.0, n),)

    def objective(self, np: Any, x: Any) -> Any:
        y = x
        for _ in range(250):
            y = y * x + 0.1
        return y
