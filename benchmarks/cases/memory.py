"""The memory that a recording keeps, and that a gradient takes at most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from benchmarks.cases.scalar_chain import ScalarChain
from benchmarks.clock import Contender, Gauged
from benchmarks.libraries import load
from benchmarks.machine import in_fresh_process, most_resident_bytes, resident_bytes
from benchmarks.targets import AtMost, Target

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library

KEPT = "bytes per recorded scalar operation"
PEAK = "bytes at most per scalar operation of a gradient"


@dataclass(frozen=True)
class Memory:
    """Growth of a fresh process's resident memory over the scalar chain: while it keeps a recording, and
    at the peak of a gradient."""

    name: ClassVar = "memory"
    tasks: ClassVar = (KEPT, PEAK)
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost(KEPT, 200_000, 96.0, "B"),
        AtMost(PEAK, 200_000, 120.0, "B"),
    )

    sizes: tuple[int, ...] = (200_000,)

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        if not library.records:
            raise NotImplementedError
        measured = kept if task == KEPT else peak
        yield Gauged(library.name, lambda: measure(measured.__name__, library.name, size), "B")


def measure(function: str, name: str, steps: int) -> float:
    """Return what `kept` or `peak` finds in a new interpreter."""
    return in_fresh_process(
        f"from benchmarks.cases import memory; print(memory.{function}({name!r}, {steps}))"
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


def peak(name: str, steps: int) -> float:
    """Return the bytes that a gradient by library `name` takes at most for an operation."""
    chain, library = ScalarChain(), load(name)
    inputs = chain.inputs(steps)
    library.gradient(replace(chain, size=10), inputs)()
    run = library.gradient(replace(chain, size=steps), inputs)
    before = resident_bytes()
    run()
    return (most_resident_bytes() - before) / chain.operations(steps)
