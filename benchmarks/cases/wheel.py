"""The size of the wheel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from benchmarks.clock import Contender, Gauged
from benchmarks.machine import ROOT
from benchmarks.targets import AtMost, Target

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library


@dataclass(frozen=True)
class Wheel:
    """Bytes of the newest wheel in dist/, which ``pip wheel . --no-deps -w dist`` makes."""

    name: ClassVar = "wheel"
    tasks: ClassVar = ("bytes",)
    targets: ClassVar[tuple[Target, ...]] = (AtMost("bytes", 1, 5e6, "B"),)

    sizes: tuple[int, ...] = (1,)

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        wheels = [] if library.name != "wengert" else list((ROOT / "dist").glob("wengert-*.whl"))
        if not wheels:
            raise NotImplementedError
        newest = max(wheels, key=lambda wheel: wheel.stat().st_mtime)
        yield Gauged(library.name, lambda: float(Path(newest).stat().st_size), "B")
