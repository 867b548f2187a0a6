"""A loop that fills an array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Growth, Target


@dataclass(frozen=True)
class Writes(Problem):
    """y[i] = x for each of n elements, and the sum of y^3; figures are per write.

    "record" runs the function and drops what it kept, "sweep" is the reverse sweep alone. Linear in n
    only if no write, and no derivative of one, copies the array.
    """

    name: ClassVar = "writes to y[i]"
    tasks: ClassVar = ("value", "record", "sweep", "curvature")
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("record", 100_000, 150e-9),
        AtMost("sweep", 100_000, 150e-9),
        *(Growth(task, 100, 1_000_000) for task in ("record", "sweep", "curvature")),
    )

    sizes: tuple[int, ...] = (100, 1_000, 10_000, 100_000, 1_000_000)

    def inputs(self, n: int) -> tuple[float]:
        return (1.25,)

    def operations(self, n: int) -> int:
        return n

    def written(self, np: Any, x: Any) -> Any:
        y = np.zeros(self.size)
        for i in range(self.size):
            y[i] = x
        return np.sum(y * y * y)

    def objective(self, np: Any, x: Any) -> Any:
        y = np.stack([x for _ in range(self.size)])
        return np.sum(y * y * y)

    def rolled(self, np: Any, x: Any) -> Any:
        y = np.loop(lambda y, i: y.at[i].set(x), np.zeros(self.size), np.arange(self.size))
        return np.sum(y * y * y)

    def gradient(self, x: float) -> float:
        return 3.0 * self.size * x * x

    def curvature(self, x: float) -> float:
        return 6.0 * self.size * x
