"""One clock: every result is checked before it is timed, then the contenders run in turn."""

from __future__ import annotations

import gc
import statistics
import time
import timeit
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np


class WrongResultError(Exception):
    """A contender returned something else than the problem's own answer."""


class Contender(Protocol):
    """One way of doing one task."""

    @property
    def label(self) -> str:
        """The library, with the spelling where it has several."""

    @property
    def unit(self) -> str:
        """What a sample is in: ``s`` or ``B``."""

    def check(self) -> float:
        """Run once and return the error; raise `WrongResultError` if it is too large."""

    def sample(self, loops: int) -> float:
        """Run `loops` times and return the figure of one run."""

    @property
    def operations(self) -> int:
        """The number of operations in a run; figures are per operation."""


@dataclass(frozen=True)
class Timed:
    """A statement timed by `timeit`, which adds some nanoseconds of loop and no call.

    Processor time of the process: what else the machine does is not counted.
    """

    label: str
    run: Callable[[], Any]
    expected: Any
    tolerance: float
    convert: Callable[[Any], Any] = np.asarray
    operations: int = 1
    statement: str = "run()"
    names: Mapping[str, Any] = field(default_factory=dict)
    unit: str = "s"

    def check(self) -> float:
        error = discrepancy(self.run(), self.expected, self.convert)
        if not error <= self.tolerance:
            raise WrongResultError(f"wrong by {error:.1e}, where {self.tolerance:.0e} is allowed")
        return error

    def sample(self, loops: int) -> float:
        names = {**self.names, "run": self.run}
        locals_ = ", ".join(names)
        setup = f"{locals_}, = {', '.join('_' + name for name in names)},"
        space = {"_" + name: value for name, value in names.items()}
        timer = timeit.Timer(self.statement, setup, time.process_time, space)
        return timer.timeit(loops) / loops


@dataclass(frozen=True)
class Gauged:
    """A figure that is measured otherwise: bytes, or seconds in a process of its own."""

    label: str
    measure: Callable[[], float]
    unit: str
    operations: int = 1

    def check(self) -> float:
        self.measure()
        return 0.0

    def sample(self, loops: int) -> float:
        return self.measure()


@dataclass(frozen=True)
class Pace:
    """How long to look."""

    sample: float = 2e-3
    """Seconds that a sample should last."""
    repeats: int = 50
    """Samples, if they fit the budget."""
    budget: float = 3.0
    """Seconds for the samples of one contender; but three samples, if our patience lasts."""
    patience: float = 120.0
    """Seconds to wait for a contender to be compiled; a tenth of it for a run, and for three."""


QUICK = Pace(sample=1e-3, repeats=7, budget=0.5, patience=5.0)


@dataclass(frozen=True)
class Result:
    """What was measured of one contender. Figures are per operation."""

    case: str
    task: str
    size: int
    label: str
    unit: str
    minimum: float
    median: float
    repeats: int
    loops: int
    operations: int
    preparation: float
    error: float

    def json(self) -> dict[str, Any]:
        return asdict(self)


def leaves(result: Any) -> Iterator[Any]:
    """Yield the arrays of nested containers, in order; a function among them is no result."""
    if isinstance(result, Mapping):
        for key in sorted(result):
            yield from leaves(result[key])
    elif isinstance(result, (tuple, list)):
        for part in result:
            yield from leaves(part)
    elif not callable(result):
        yield result


def discrepancy(result: Any, expected: Any, convert: Callable[[Any], Any] = np.asarray) -> float:
    """Return the largest difference, relative to each expected array's largest element."""
    found, wanted = list(leaves(result)), [np.asarray(leaf) for leaf in leaves(expected)]
    if len(found) != len(wanted):
        raise WrongResultError(f"{len(found)} results, where {len(wanted)} are expected")
    error = 0.0
    for got, want in zip(map(convert, found), wanted, strict=True):
        if np.size(got) != np.size(want):
            raise WrongResultError(f"shape {np.shape(got)}, where {want.shape} is expected")
        difference = np.max(np.abs(np.reshape(got, want.shape) - want), initial=0.0)
        error = max(error, float(difference / np.max(np.abs(want), initial=1e-300)))
    return error


def compete(
    contenders: Sequence[Contender], pace: Pace
) -> tuple[dict[str, tuple[list[float], int, float]], dict[str, Exception]]:
    """Check all, then time all in turn.

    Returns
    -------
    samples : dict
        By label: the samples, the number of loops in each, and the error found by the check.
    faults : dict
        By label: why the contender did not come to be timed.
    """
    errors: dict[str, Any] = {}
    faults: dict[str, Any] = {}
    for contender in contenders:
        found = _checked(contender)
        (faults if isinstance(found, Exception) else errors)[contender.label] = found
    ready = [c for c in contenders if c.label in errors]
    loops = {c.label: _loops(c, pace) for c in ready}
    samples: dict[str, list[float]] = {c.label: [] for c in ready}
    spent = dict.fromkeys(samples, 0.0)
    for turn in range(pace.repeats):
        for contender in ready:
            label = contender.label
            if spent[label] < (pace.patience / 10 if turn < 3 else pace.budget):
                gc.collect(0)
                start = time.perf_counter()
                samples[label].append(contender.sample(loops[label]) / contender.operations)
                spent[label] += time.perf_counter() - start
    return {label: (samples[label], loops[label], errors[label]) for label in samples}, faults


def summary(samples: Sequence[float]) -> tuple[float, float]:
    """Return the minimum and the median."""
    return min(samples), statistics.median(samples)


def _checked(contender: Contender) -> float | Exception:
    try:
        return contender.check()
    except Exception as fault:  # noqa: BLE001  a library may fail in any way
        return fault


def _loops(contender: Contender, pace: Pace) -> int:
    """Return how many runs last for one sample."""
    if isinstance(contender, Gauged):
        return 1
    loops = 1
    while (seconds := contender.sample(loops) * loops) < pace.sample / 2:
        loops = max(2 * loops, min(100 * loops, round(loops * pace.sample / max(seconds, 1e-9))))
    return loops
