"""What the parts of a replay take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from wengert.explanation._graph import Source
from wengert.explanation._lowered import Instruction, Lowered, Step

K = TypeVar("K")


@dataclass(frozen=True, repr=False)
class ReplayTimes:
    """What the parts of a replay take, in seconds: see `wengert.explain`.

    Attributes
    ----------
    lowered
        What was replayed.
    replays
        Over how many replays these are means.
    steps
        Of each step of ``lowered.steps``.
    around
        Of what a call is beside its steps: ``arguments``, and what lies outside, compared with what was
        recorded, ``inputs`` read, ``memory`` for results, the ``lock`` of Python given up and taken
        again, ``copies`` of results, and Python's objects for the ``results``.
    """

    lowered: Lowered
    replays: int
    steps: tuple[float, ...]
    around: dict[str, float]

    @property
    def total(self) -> float:
        """What one call takes."""
        return sum(self.steps) + self.overhead

    @property
    def overhead(self) -> float:
        """What of it is no step's."""
        return sum(self.around.values())

    @property
    def by_operation(self) -> dict[str, float]:
        """What the steps take, by primitive; ``read`` are guards. The slowest first."""
        return _sums((name, time) for name, _, time in self._parts())

    @property
    def by_line(self) -> dict[Source | None, float]:
        """The same by line of source; None where that is not known."""
        return _sums((source, time) for _, source, time in self._parts())

    @property
    def by_block(self) -> dict[Instruction, float]:
        """The same of each operation that runs programs of its own, as loops and branches do."""
        return _sums(
            (instruction, time)
            for step, whole in zip(self.lowered.steps, self.steps, strict=True)
            for instruction, time in self._instructions_of(step, whole)
            if instruction.bodies
        )

    def _parts(self) -> Iterator[tuple[str, Source | None, float]]:
        guards = iter(self.lowered.guards)
        for step, time in zip(self.lowered.steps, self.steps, strict=True):
            if step.kind == "read":
                yield "read", next(guards).source, time
            else:
                yield from self._parts_of(step, time)

    def _parts_of(self, step: Step, whole: float) -> Iterator[tuple[str, Source | None, float]]:
        for instruction, time in self._instructions_of(step, whole):
            yield instruction.primitive, instruction.source, time

    def _instructions_of(self, step: Step, whole: float) -> Iterator[tuple[Instruction, float]]:
        assert self.lowered.simplified is not None
        for i, share in zip(step.instructions, step.shares, strict=True):
            yield self.lowered.simplified.instructions[i], whole * share

    def __str__(self) -> str:
        from wengert.explanation._listing import times  # noqa: PLC0415

        return times(self)

    __repr__ = __str__


def _sums(parts: Iterator[tuple[K, float]]) -> dict[K, float]:
    sums: dict[K, float] = defaultdict(float)
    for key, time in parts:
        sums[key] += time
    return dict(sorted(sums.items(), key=lambda item: -item[1]))
