"""What it costs to record a loop, to derive it, and to make a plan of both, in a fresh process."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from benchmarks.cases.scalar_chain import ScalarChain
from benchmarks.clock import Contender, Gauged
from benchmarks.libraries import load
from benchmarks.machine import in_fresh_process
from benchmarks.targets import AtMost, Target

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library

REPLAYED = "wengert replayed"


@dataclass(frozen=True)
class FirstCall:
    """Seconds of a Python loop that unrolls to `size` operations, for each of them.

    "recording" is the first call of the loop alone; "gradient" that of its value and gradient, with
    what the second takes longer than the third: it is then that a plan is made.
    """

    name: ClassVar = "first call"
    tasks: ClassVar = ("recording", "gradient")
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("recording", 10_000, 0.15e-6, label=REPLAYED),
        AtMost("recording", 1_000_000, 0.15e-6, label=REPLAYED),
        AtMost("gradient", 10_000, 1e-6, label=REPLAYED),
        AtMost("gradient", 1_000_000, 1e-6, label=REPLAYED),
    )

    sizes: tuple[int, ...] = (10_000, 1_000_000)

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        library.afresh(ScalarChain(), ScalarChain().inputs(0), task)
        yield Gauged(library.name, lambda: measure(library.name, task, size), "s")


def measure(name: str, task: str, size: int) -> float:
    """Return what `seconds` finds in a new interpreter."""
    call = f"first_call.seconds({name!r}, {task!r}, {size})"
    return in_fresh_process(f"from benchmarks.cases import first_call; print({call})")


def seconds(name: str, task: str, size: int) -> float:
    """Return the seconds for each operation."""
    library, problem = load(name), replace(ScalarChain(), size=size // 2)
    inputs = problem.inputs(size)
    library.afresh(replace(problem, size=10), inputs, task)()  # what a process does once
    run = library.afresh(problem, inputs, task)
    taken = []
    gc.disable()
    for _ in range(3):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    first, second, third = taken
    return (first if task == "recording" else first + second - third) / size
