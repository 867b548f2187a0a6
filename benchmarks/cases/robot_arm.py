"""A robot arm whose transforms are written as array literals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy

from benchmarks.cases.problem import Problem
from benchmarks.targets import NotSlower, Target


def _link(np: Any, i: int, angle: Any) -> Any:
    """From one link of the arm to the next, by Denavit and Hartenberg's four numbers."""
    c, s, length = np.cos(angle), np.sin(angle), 0.3 + 0.05 * i
    turned, raised = (0.0, 1.0) if i % 2 else (1.0, 0.0)
    return np.array(
        [
            [c, -s * turned, s * raised, length * c],
            [s, c * turned, -c * raised, length * s],
            [0.0, raised, turned, 0.1],
            [0.0, 0.0, 0.0, 1.0],
        ]
    )


@dataclass(frozen=True)
class RobotArm(Problem):
    """The position of the hand of an arm of n joints, and its Jacobian in the joints' angles.

    Wengert is given NumPy's own functions, whose arrays of literals are arrays of objects, and not
    those of `wengert.numpy`; other libraries are given theirs.
    """

    name: ClassVar = "robot arm"
    tasks: ClassVar = ("jacobian",)
    scalar: ClassVar = True
    literals: ClassVar = True
    targets: ClassVar[tuple[Target, ...]] = (NotSlower("jacobian", 6, "autograd", limit=0.2),)

    sizes: tuple[int, ...] = (6,)

    def inputs(self, n: int) -> tuple[Any, ...]:
        return (numpy.linspace(0.1, 0.9, n),)

    def objective(self, np: Any, q: Any) -> Any:
        pose = _link(np, 0, q[0])
        for i in range(1, self.size):
            pose = pose @ _link(np, i, q[i])
        return pose[:3, 3]

    def jacobian(self, q: Any) -> Any:
        """Axis of each joint times the lever from there to the hand."""
        frames = [numpy.eye(4)]
        for i in range(len(q)):
            frames.append(frames[-1] @ _link(numpy, i, q[i]))
        hand = frames[-1][:3, 3]
        columns = [numpy.cross(at[:3, 2], hand - at[:3, 3]) for at in frames[:-1]]
        return numpy.stack(columns, axis=1)
