"""The memory that a recording keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from benchmarks.cases.scalar_chain import ScalarChain
from benchmarks.clock import Contender, Gauged
from benchmarks.libraries import load
from benchmarks.machine import in_fresh_process, resident_bytes
from benchmarks.targets import AtMost, Target

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library

TASK = "bytes per recorded scalar operation"


@dataclass(frozen=True)
class Memory:
    """Growth of a fresh process's resident memory while it keeps the scalar chain recorded."""

    name: ClassVar = "memory"
    tasks: ClassVar = (TASK,)
    targets: ClassVar[tuple[Target, ...]] = (AtMost(TASK, 200_000, 96.0, "B"),)

    sizes: tuple[int, ...] = (200_000,)

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        if not library.records:
            raise NotImplementedError
        yield Gauged(library.name, lambda: measure(library.name, size), "B")


def measure(name: str, steps: int) -> float:
    """Return what `kept` finds in a new interpreter."""
    return in_fresh_process(
        f"from benchmarks.cases import memory; print(memory.kept({name!r}, {steps}))"
    )


def kept(name: str, steps: int) -> float:
    """Return the bytes that library `name` keeps for an operation."""
    chain, library = ScalarChain(), load(name)
    inputs = chain.inputs(steps)
    library.record(replace(chain, size=10), inputs)()
    run = library.record(replace(chain, size=steps), inputs)
    before = resident_bytes()
    recording = run()
    after = resident_bytes()
    del recording
    return (after - before) / chain.operations(steps)
