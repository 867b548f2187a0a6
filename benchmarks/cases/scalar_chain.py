"""A long chain of scalar operations, one Python statement each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target


@dataclass(frozen=True)
class ScalarChain(Problem):
    """y <- y x + x, n times, from y = x: the sum of x^k for k = 1 .. n + 1, by Horner's rule.

    Two operations a step; figures are per operation. "record" runs the function and drops what it
    kept, "sweep" is the reverse sweep alone.
    """

    name: ClassVar = "scalar chain"
    tasks: ClassVar = ("value", "record", "sweep", "gradient")
    scalar: ClassVar = True
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("record", 1_000, 60e-9),
        AtMost("sweep", 1_000, 25e-9),
    )

    sizes: tuple[int, ...] = (10, 100, 1_000, 10_000)

    def inputs(self, n: int) -> tuple[float]:
        return (0.9999,)  # so near 1 that no cotangent becomes denormal

    def objective(self, np: Any, x: Any) -> Any:
        y = x
        for _ in range(self.size):
            y = y * x + x
        return y

    def rolled(self, np: Any, x: Any) -> Any:
        return np.loop(lambda y, _: y * x + x, x, np.arange(self.size))

    def gradient(self, x: float) -> float:
        k = np.arange(1, self.size + 2)
        return float(np.sum(k * x ** (k - 1)))

    def operations(self, n: int) -> int:
        return 2 * n
