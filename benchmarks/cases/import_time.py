"""The time of an import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from benchmarks.clock import Contender, Gauged
from benchmarks.machine import in_fresh_process
from benchmarks.targets import AtMost, Target

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library

TASK = "over NumPy's own"


@dataclass(frozen=True)
class ImportTime:
    """Seconds in a fresh process that has NumPy imported; for "numpy", NumPy's own."""

    name: ClassVar = "import"
    tasks: ClassVar = (TASK,)
    targets: ClassVar[tuple[Target, ...]] = (AtMost(TASK, 1, 15e-3),)

    sizes: tuple[int, ...] = (1,)

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        if library.name in {"python", "jax scan", "torch writing"}:
            raise NotImplementedError
        yield Gauged(library.name, lambda: seconds(library.statement), "s")


def seconds(statement: str) -> float:
    """Return the seconds that the import `statement` takes in a new interpreter."""
    first = "" if statement == "import numpy" else "import numpy; "
    return in_fresh_process(
        f"from time import perf_counter as now; {first}start = now(); {statement}; "
        "print(now() - start)"
    )
