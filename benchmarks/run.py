"""Every task of every case at every size: who entered, what was measured, who did not and why."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.cases.problem import Case
from benchmarks.clock import Contender, Pace, Result, Timed, WrongResultError, compete, summary
from benchmarks.libraries.library import Library

OURS = "wengert"  # is never left out


@dataclass(frozen=True)
class Absence:
    """A contender that was not timed."""

    case: str
    task: str
    size: int
    label: str
    reason: str
    wrong: bool = False

    def json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Outcome:
    """All that was found out."""

    results: list[Result] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)


def run(
    cases: Sequence[Case],
    libraries: Sequence[Library],
    pace: Pace,
    only: Collection[tuple[str, str, int, str | None]] | None = None,
) -> Outcome:
    """Measure all; with `only`, nothing but these (case, task, size, label), None being any label."""
    outcome = Outcome()
    for case in cases:
        for task in case.tasks:
            too_slow: dict[str, str] = {}
            labels = {n: _labels(only, (case.name, task, n)) for n in case.sizes}
            sizes = [n for n in case.sizes if labels[n] != set()]
            for size, larger in zip(sizes, [*sizes[1:], sizes[-1]] if sizes else [], strict=True):
                _progress(f"{case.name}, {task}, n = {size}")
                growth = larger / max(size, 1)
                entered = [x for x in libraries if _is_asked(x.name, labels[size])]
                _measure(outcome, case, task, size, entered, pace, too_slow, growth, labels[size])
    _progress("")
    return outcome


def _labels(
    only: Collection[tuple[str, str, int, str | None]] | None, measured: tuple[str, str, int]
) -> set[str] | None:
    """Return the labels that are asked for, or None if that is all of them."""
    asked = None if only is None else {label for *place, label in only if tuple(place) == measured}
    return None if asked is None or None in asked else {label for label in asked if label}


def _is_asked(library: str, labels: Collection[str] | None) -> bool:
    """Whether one of the labels is of this library, whose name they begin with."""
    return labels is None or any(f"{label} ".startswith(f"{library} ") for label in labels)


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _measure(
    outcome: Outcome,
    case: Case,
    task: str,
    size: int,
    libraries: Sequence[Library],
    pace: Pace,
    too_slow: dict[str, str],
    growth: float,
    labels: Collection[str] | None = None,
) -> None:
    """Measure one task at one size; note who would need more than our patience at the next.

    With `labels`, only contenders that bear one of them.
    """

    def absent(label: str, reason: str, wrong: bool = False) -> None:
        outcome.absences.append(Absence(case.name, task, size, label, reason, wrong))

    contenders: list[Contender] = []
    preparation: dict[str, float] = {}
    by: dict[str, str] = {}
    for library in libraries:
        if library.name in too_slow:
            absent(library.name, too_slow[library.name])
            continue
        start = time.perf_counter()
        try:
            for contender in case.contenders(library, task, size):
                if labels is not None and contender.label not in labels:
                    continue
                contenders.append(contender)
                by[contender.label] = library.name
                preparation[contender.label] = time.perf_counter() - start
                start = time.perf_counter()
        except NotImplementedError as inability:
            if str(inability):
                absent(library.name, str(inability))
        except Exception as fault:  # noqa: BLE001  a library may fail in any way
            absent(library.name, _say(fault))
        compiling = time.perf_counter() - start
        if library.compiles:
            compiling += sum(preparation[label] for label in by if by[label] == library.name)
            if compiling * growth > max(60.0, pace.patience):
                too_slow[library.name] = f"preparing took {compiling:.1f} s for n = {size}"

    timings, faults = compete(contenders, pace)
    for label, reason in faults.items():
        absent(label, _say(reason), isinstance(reason, WrongResultError))
    for contender in contenders:
        if contender.label in timings:
            samples, loops, error = timings[contender.label]
            minimum, median = summary(samples)
            name = by[contender.label]
            prepared = isinstance(contender, Timed) and any(
                library.compiles for library in libraries if library.name == name
            )
            outcome.results.append(
                Result(
                    case.name,
                    task,
                    size,
                    contender.label,
                    contender.unit,
                    minimum,
                    median,
                    len(samples),
                    loops,
                    contender.operations,
                    preparation[contender.label] if prepared else 0.0,
                    error,
                )
            )
            seconds = minimum * contender.operations if contender.unit == "s" else 0.0
            # Time may grow with the square, and memory with it.
            if name != OURS and seconds * growth > 0.5 and seconds * growth**2 > pace.patience / 10:
                too_slow[name] = f"a run took {seconds:.1g} s for n = {size}"


def _say(fault: Exception) -> str:
    text = str(fault).strip()
    return f"{type(fault).__name__}: {text.splitlines()[0] if text else ''}"
