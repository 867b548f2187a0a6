"""Solutions of differential equations that SciPy found, with derivatives.

The times of the steps that SciPy accepted are constants. Explicit methods take these steps once more, recorded: the derivatives are
those of the numbers. In the place of implicit ones and those of several steps, collocation of order 5 goes along SciPy's solution: the
derivatives solve the variational equation to the tolerances.

Times that move are steps of length 0: from the number that a time is to the time, the state moves by an explicit step of order 8,
which has the derivatives of the exact solution in time up to that order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.scipy._readings import pinned, read
from wengert.scipy._solutions import solution
from wengert.scipy.integrate._steps import (
    collocation_defect,
    collocation_step,
    explicit_step,
    tableau_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert.scipy.integrate._steps import Field

# A step of another method is halved so often at most, where collocation would miss the tolerances.
_HALVINGS = 5


def shifted(field: Field, t: Any, y: Any, end: Any) -> Any:
    """Return the state at a time that is the same number, and moves otherwise."""
    from scipy import integrate as scipys  # noqa: PLC0415 -- an extra

    if not any(isinstance(x, Tensor) and _core.is_tracked(x) for x in (t, end)):
        return y
    return explicit_step(field, tableau_of(scipys.DOP853), t, y, end - t)


class Path:
    """A solution, step by step.

    Parameters
    ----------
    name : str
        Of whoever found it.
    field : callable
        The right-hand side, of a time and a state.
    numbers : callable
        What SciPy found: the states at a time, or at many in columns.
    start : tuple
        The first time, as it moves, and the first state.
    """

    def __init__(self, name: str, field: Field, numbers: Any, start: tuple[Any, Any]) -> None:
        self._name, self._field, self._numbers = name, field, numbers
        t, y = start
        self.times = [float(read(t))]
        self.states = [shifted(field, t, y, self.times[0])]

    def _step(self, t: float, y: Any, end: float) -> Tensor:
        raise NotImplementedError

    def through(self, times: Any) -> Path:
        """Go on to each of these times, in the order in which they lie behind the first."""
        sign = 1.0 if times[-1] >= self.times[0] else -1.0
        for end in (sign * np.unique(sign * np.asarray(times))).tolist():
            t, y = self.times[-1], self.states[-1]
            if sign * end > sign * t:
                self.states.append(pinned(self._numbers(end), self._step(t, y, end)))
                self.times.append(end)
        return self

    def at(self, time: Any) -> Any:
        """Return the state at a time, which may move."""
        number = float(read(time))
        sign = 1.0 if self.times[-1] >= self.times[0] else -1.0
        k = int(np.searchsorted(sign * np.array(self.times), sign * number, side="right")) - 1
        k = min(max(k, 0), len(self.times) - 1)
        state = self.states[k]
        if number != self.times[k]:
            state = pinned(self._numbers(number), self._step(self.times[k], state, number))
        return shifted(self._field, number, state, time)


class ExplicitPath(Path):
    """The steps of an explicit method, taken once more."""

    def __init__(
        self, name: str, field: Field, numbers: Any, start: tuple[Any, Any], method: Any
    ) -> None:
        super().__init__(name, field, numbers, start)
        self._tableau = tableau_of(method)

    def _step(self, t: float, y: Any, end: float) -> Tensor:
        return explicit_step(self._field, self._tableau, t, y, end - t)


class CollocationPath(Path):
    """Collocation along a solution.

    Parameters
    ----------
    name, field, numbers, start
        As of a path.
    slopes : callable
        The right-hand side, of numbers.
    tolerances : tuple
        The relative and the absolute one.
    """

    def __init__(
        self,
        name: str,
        field: Field,
        numbers: Any,
        start: tuple[Any, Any],
        slopes: Callable[..., Any],
        tolerances: tuple[Any, Any],
    ) -> None:
        super().__init__(name, field, numbers, start)
        self._slopes, self._tolerances = slopes, tolerances

    def _parts(self, t: float, end: float) -> int:
        """Return how many steps of collocation are as exact as was asked for."""
        relative, absolute = self._tolerances
        allowed = absolute + relative * np.abs(self._numbers(end))
        parts, before = 1, np.inf
        for _ in range(_HALVINGS):
            defect = collocation_defect(self._slopes, t, (end - t) / parts, self._numbers)
            excess = float(np.max(np.abs(defect) / allowed))
            if excess <= 1:
                break
            if excess > before / 4:  # the solution itself is not as smooth
                return parts // 2
            parts, before = 2 * parts, excess
        return parts

    def _step(self, t: float, y: Any, end: float) -> Tensor:
        parts = self._parts(t, end)
        h = (end - t) / parts
        for k in range(parts):
            y = collocation_step(self._name, self._field, t + k * h, y, h, self._numbers)
        state: Tensor = y
        return state


def event_time(name: str, event: Field, field: Field, path: Path, found: float) -> Tensor:
    """Return when a function of time and state is zero along a path, near where it was found to be."""
    state = path.at(found)

    def residual(t: Tensor) -> Tensor:
        return _core.reshape(event(t, shifted(field, found, state, t)), ())

    return solution(name, residual, np.asarray(found), is_elementwise=True)
