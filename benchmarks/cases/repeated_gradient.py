"""What a process has done before must not slow it down: a hundredth gradient beside the second."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from benchmarks.cases.loop import Loop
from benchmarks.clock import Contender, Gauged
from benchmarks.libraries import load
from benchmarks.machine import in_fresh_process
from benchmarks.targets import AtMost, Target

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library

TASK = "hundredth over the second"
NODES = 4
"""Operations of the loop for each element: one that reads it, and three with the number."""


@dataclass(frozen=True)
class RepeatedGradient:
    """The ratio of two times in a fresh process; the size is the number of operations recorded."""

    name: ClassVar = "repeated gradient"
    tasks: ClassVar = (TASK,)
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost(TASK, 72_000, 1.05, "x"),
        AtMost(TASK, 1_000_000, 1.05, "x"),
    )

    sizes: tuple[int, ...] = (72_000, 1_000_000)

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        if not library.records:
            raise NotImplementedError
        problem = Loop()
        library.gradient(replace(problem, size=10), problem.inputs(10))
        yield Gauged(library.name, lambda: measure(library.name, size), "x")


def measure(name: str, size: int) -> float:
    """Return what `ratio` finds in a new interpreter."""
    call = f"repeated_gradient.ratio({name!r}, {size})"
    return in_fresh_process(f"from benchmarks.cases import repeated_gradient; print({call})")


def ratio(name: str, size: int) -> float:
    """Return the least of the last three of a hundred calls over that of the second and two more."""
    elements = size // NODES
    problem = replace(Loop(), size=elements)
    run = load(name).gradient(problem, problem.inputs(elements))
    seconds = []
    gc.disable()
    for _ in range(100):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds[-3:]) / min(seconds[1:4])
