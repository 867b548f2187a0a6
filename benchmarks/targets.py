"""Figures demanded: each case lists its own, the report prints them beside those measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Figures = Mapping[tuple[str, int, str], float]
"""The minimum of one case by (task, size, label)."""


class Target(Protocol):
    """A bound on one figure."""

    @property
    def needs(self) -> tuple[tuple[str, int, str], ...]:
        """The (task, size, label) that the figure is made of."""

    def figure(self, figures: Figures) -> float:
        """Return what is bounded."""

    @property
    def limit(self) -> float:
        """The largest figure allowed."""

    @property
    def unit(self) -> str:
        """What both are in: ``s``, ``B``, or ``x`` for a ratio."""

    def __str__(self) -> str:
        """Say what is demanded of what."""


@dataclass(frozen=True)
class AtMost:
    """The figure of `label` is at most `limit`."""

    task: str
    size: int
    limit: float
    unit: str = "s"
    label: str = "wengert"

    @property
    def needs(self) -> tuple[tuple[str, int, str], ...]:
        return ((self.task, self.size, self.label),)

    def figure(self, figures: Figures) -> float:
        return figures[self.needs[0]]

    def __str__(self) -> str:
        of = "" if self.label == "wengert" else f": {self.label}"
        return f"{self.task}, n = {self.size}{of}"


@dataclass(frozen=True)
class NotSlower:
    """`label` takes at most the time of `than`, measured in turn with it."""

    task: str
    size: int
    than: str
    label: str = "wengert"
    limit: float = 1.0
    unit: str = "x"

    @property
    def needs(self) -> tuple[tuple[str, int, str], ...]:
        return (self.task, self.size, self.label), (self.task, self.size, self.than)

    def figure(self, figures: Figures) -> float:
        ours, theirs = (figures[key] for key in self.needs)
        return ours / theirs

    def __str__(self) -> str:
        return f"{self.task}, n = {self.size}: {self.label} over {self.than}"


@dataclass(frozen=True)
class Within:
    """`label` takes at most `limit` more than `of`."""

    task: str
    size: int
    label: str
    of: str
    limit: float
    unit: str = "s"

    @property
    def needs(self) -> tuple[tuple[str, int, str], ...]:
        return (self.task, self.size, self.label), (self.task, self.size, self.of)

    def figure(self, figures: Figures) -> float:
        ours, theirs = (figures[key] for key in self.needs)
        return ours - theirs

    def __str__(self) -> str:
        return f"{self.task}, n = {self.size}: {self.label} less {self.of}"


@dataclass(frozen=True)
class Linear:
    """The time per element at `last` is at most `limit` times that at `first`."""

    task: str
    first: int
    last: int
    label: str = "wengert"
    limit: float = 2.0
    unit: str = "x"

    @property
    def needs(self) -> tuple[tuple[str, int, str], ...]:
        return (self.task, self.first, self.label), (self.task, self.last, self.label)

    def figure(self, figures: Figures) -> float:
        first, last = (figures[key] for key in self.needs)
        return (last / self.last) / (first / self.first)

    def __str__(self) -> str:
        return f"{self.task}, per element: n = {self.last} over n = {self.first}"


@dataclass(frozen=True)
class Growth:
    """A figure per operation at `last` is at most `limit` times that at `first`."""

    task: str
    first: int
    last: int
    label: str = "wengert"
    limit: float = 2.0
    unit: str = "x"

    @property
    def needs(self) -> tuple[tuple[str, int, str], ...]:
        return (self.task, self.first, self.label), (self.task, self.last, self.label)

    def figure(self, figures: Figures) -> float:
        first, last = (figures[key] for key in self.needs)
        return last / first

    def __str__(self) -> str:
        return f"{self.task}: n = {self.last} over n = {self.first}"


@dataclass(frozen=True)
class Times:
    """A task takes at most `limit` times what another one takes."""

    task: str
    of: str
    size: int
    limit: float
    label: str = "wengert"
    unit: str = "x"

    @property
    def needs(self) -> tuple[tuple[str, int, str], ...]:
        return (self.task, self.size, self.label), (self.of, self.size, self.label)

    def figure(self, figures: Figures) -> float:
        one, other = (figures[key] for key in self.needs)
        return one / other

    def __str__(self) -> str:
        return f"{self.task} over {self.of}, n = {self.size}"


@dataclass(frozen=True)
class Largest:
    """The largest of several figures of one kind, none of which may exceed its bound."""

    among: tuple[Target, ...]
    what: str

    @property
    def needs(self) -> tuple[tuple[str, int, str], ...]:
        return tuple(need for target in self.among for need in target.needs)

    def figure(self, figures: Figures) -> float:
        return max(target.figure(figures) for target in self.among)

    @property
    def limit(self) -> float:
        return min(target.limit for target in self.among)

    @property
    def unit(self) -> str:
        return self.among[0].unit

    def __str__(self) -> str:
        return f"{self.what}: the largest of {len(self.among)} figures"
