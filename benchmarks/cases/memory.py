"""The memory that a recording keeps, and that a gradient needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from benchmarks.cases.problem import Problem
from benchmarks.cases.scalar_chain import ScalarChain
from benchmarks.cases.writes import Writes
from benchmarks.clock import Contender, Gauged
from benchmarks.libraries import load
from benchmarks.machine import in_fresh_process, most_resident_bytes, resident_bytes
from benchmarks.targets import AtMost, Target

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library

KEPT = "bytes per recorded scalar operation"
PEAK = "bytes at most per scalar operation of a gradient"
WRITE = "bytes per recorded write"
PROBLEMS: dict[str, Problem] = {KEPT: ScalarChain(), PEAK: ScalarChain(), WRITE: Writes()}


@dataclass(frozen=True)
class Memory:
    """Growth of a fresh process's resident memory: while it keeps a recording, or at the peak of a
    gradient."""

    name: ClassVar = "memory"
    tasks: ClassVar = tuple(PROBLEMS)
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost(KEPT, 200_000, 96.0, "B"),
        AtMost(PEAK, 200_000, 120.0, "B"),
        AtMost(WRITE, 200_000, 200.0, "B"),
    )

    sizes: tuple[int, ...] = (200_000,)

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        if not library.records:
            raise NotImplementedError
        problem = PROBLEMS[task]
        library.record(replace(problem, size=10), problem.inputs(10))
        yield Gauged(library.name, lambda: measure(library.name, task, size), "B")


def measure(name: str, task: str, steps: int) -> float:
    """Return what `kept` or `peak` finds in a new interpreter."""
    call = f"memory.{'peak' if task == PEAK else 'kept'}({name!r}, {task!r}, {steps})"
    return in_fresh_process(f"from benchmarks.cases import memory; print({call})")


def kept(name: str, task: str, steps: int) -> float:
    """Return the bytes that library `name` keeps for an operation."""
    problem, library = PROBLEMS[task], load(name)
    inputs = problem.inputs(steps)
    library.record(replace(problem, size=10), inputs)()
    run = library.record(replace(problem, size=steps), inputs)
    before = resident_bytes()
    recording = run()
    after = resident_bytes()
    del recording
    return (after - before) / problem.operations(steps)


def peak(name: str, task: str, steps: int) -> float:
    """Return the bytes that a gradient by library `name` takes at most for an operation."""
    problem, library = PROBLEMS[task], load(name)
    inputs = problem.inputs(steps)
    library.gradient(replace(problem, size=10), inputs)()
    run = library.gradient(replace(problem, size=steps), inputs)
    before = resident_bytes()
    run()
    return (most_resident_bytes() - before) / problem.operations(steps)
