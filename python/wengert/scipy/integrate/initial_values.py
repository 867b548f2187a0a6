"""Ordinary differential equations from where they begin: SciPy's solve_ivp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import numpy as wnp
from wengert._core import DTypeError, Tensor
from wengert._jacobian import jacobian
from wengert.numpy._arguments import constant
from wengert.scipy._readings import Reading, pinned, read
from wengert.scipy.integrate._paths import CollocationPath, ExplicitPath, Path, event_time
from wengert.scipy.integrate.quadrature import is_tracked

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

_EXPLICIT = ("RK23", "RK45", "DOP853")
_IMPLICIT = ("Radau", "BDF", "LSODA")
# Options that say that a Jacobian has another form, or zeros.
_OF_JACOBIANS = ("jac", "jac_sparsity", "lband", "uband")


class Trajectory:
    """What `solve_ivp` returns as ``sol``: the state as a function of time.

    Parameters
    ----------
    path : Path, optional
        Along which states are computed, if something is being differentiated.
    follow : callable
        Returns that path.
    numbers : OdeSolution
        SciPy's.
    """

    def __init__(self, path: Path | None, follow: Callable[[], Path], numbers: Any) -> None:
        self._path, self._follow, self._numbers = path, follow, numbers
        self.ts, self.t_min, self.t_max = numbers.ts, numbers.t_min, numbers.t_max

    def __call__(self, t: Operand) -> Tensor:
        """Return the state at a time, (N,), or at many, (N, M); times may be differentiated."""
        value, times = self._numbers(np.asarray(read(t))), wnp.asarray(t)
        if self._path is None and not is_tracked(times):
            return constant(value)
        self._path = self._path or self._follow()
        if times.ndim == 0:
            return pinned(value, self._path.at(times))
        states = [self._path.at(times[k]) for k in range(times.shape[0])]
        return pinned(value, wnp.stack(states, axis=-1))


def solve_ivp(
    fun: Callable[..., Any],
    t_span: Any,
    y0: Operand,
    method: Any = "RK45",
    t_eval: Operand | None = None,
    dense_output: bool = False,
    events: Any = None,
    vectorized: bool = False,
    args: Any = None,
    **options: Any,
) -> Any:
    """Solve an initial value problem of ordinary differential equations.

    Parameters
    ----------
    fun : callable
        The right-hand side, of a time, a state of shape (N,) and `args`, returning N numbers. What it closes over and what is in
        `args` may be differentiated.
    t_span : pair of floats
        First and last time; may be differentiated.
    y0 : array_like
        The first state; may be differentiated.
    method : {"RK45", "RK23", "DOP853", "Radau", "BDF", "LSODA"}
        As of SciPy's function. The last three are given the exact Jacobian where there is none.
    t_eval : array_like, optional
        The times at which states are returned; may be differentiated.
    dense_output : bool
        Whether ``sol`` is returned.
    events : callable or list of callables, optional
        Functions of a time, a state and `args` whose zeros are found, with the attributes ``terminal`` and ``direction``.
    vectorized : bool
        Whether `fun` takes many states in columns.
    args : tuple, optional
        Further arguments of the functions.
    **options
        As of SciPy's function.

    Returns
    -------
    Bunch
        SciPy's. `t`, `y`, `t_events` and `y_events` are Tensors with SciPy's values, and ``sol`` is a function that returns Tensors. The
        derivatives of explicit methods are those of the steps that were taken, of the others those of the solution to
        the tolerances. The time of an event has the derivatives that the event implies.

    Raises
    ------
    TypeError
        If the state is complex, or `method` is none of those named.
    DerivativeError
        If a derivative of the time of an event is asked for which does not cross its zero.

    References
    ----------
    .. [1] E. Hairer and G. Wanner, *Solving Ordinary Differential Equations II*, 2nd ed., Springer, 1996.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.integrate import solve_ivp
    >>> def end(k):
    ...     return solve_ivp(lambda t, y: -k * y, (0.0, 1.0), [1.0], rtol=1e-9, atol=1e-9).y[0, -1]
    >>> round(wg.grad(end)(2.0), 6)
    -0.135335
    >>> def fall(v):  # until the ground
    ...     ground = lambda t, y: y[0] + 0.0 * t
    ...     ground.terminal, ground.direction = True, -1
    ...     f = lambda t, y: np.stack([y[1], -9.81 + 0.0 * t])
    ...     return solve_ivp(f, (0.0, 9.0), np.stack([0.0 * v + 1e-9, v]), events=ground).t[-1]
    >>> round(wg.grad(fall)(5.0), 6)  # 2 / g
    0.203874
    """
    from scipy import integrate as scipys  # noqa: PLC0415 -- an extra

    name = method if isinstance(method, str) else getattr(method, "__name__", "")
    if name not in (*_EXPLICIT, *_IMPLICIT):
        message = f"solve_ivp: method is {method!r}; one of {', '.join((*_EXPLICIT, *_IMPLICIT))} is needed"
        raise DTypeError(message)
    if np.asarray(read(y0)).dtype.kind == "c":
        message = "solve_ivp: y0 is complex; a real state is needed, real and imaginary parts apart"
        raise DTypeError(message)
    args = () if args is None else tuple(args)
    state = wnp.ravel(wnp.asarray(y0))

    def field(t: Any, y: Any) -> Tensor:
        given = y[:, None] if vectorized else y
        return wnp.ravel(wnp.asarray(fun(t, given, *args)))

    numbers = Reading(fun, args)
    given = {key: read(value) for key, value in options.items()}
    if name in _IMPLICIT and not any(key in options for key in _OF_JACOBIANS):
        exact = jacobian(field, 1)
        given["jac"] = lambda t, y: read(exact(t, np.asarray(y, np.float64)))
    elif callable(options.get("jac")):
        given["jac"] = Reading(options["jac"], args)
    watched = _events_of(events, args)
    result = scipys.solve_ivp(
        numbers,
        tuple(float(read(t)) for t in t_span),
        np.asarray(read(state), np.float64),
        method=method,
        t_eval=None if t_eval is None else np.asarray(read(t_eval)),
        dense_output=True,
        events=[event.numbers for event in watched] if events is not None else None,
        vectorized=vectorized,
        **given,
    )
    numbers_of = result.sol
    times = result.t

    def follow() -> Path:
        start = (t_span[0], state)
        if name in _EXPLICIT:
            method = getattr(scipys, name)
            path: Path = ExplicitPath("solve_ivp", field, numbers_of, start, method)
            return path.through(numbers_of.ts)
        tolerances = given.get("rtol", 1e-3), given.get("atol", 1e-6)
        single = lambda t, y: read(field(t, y))
        path = CollocationPath("solve_ivp", field, numbers_of, start, single, tolerances)
        return path.through(np.concatenate([numbers_of.ts, times]))

    seen = [numbers, *(event.numbers for event in watched)]
    is_moving = any(x.saw_derivatives for x in seen) or is_tracked(*t_span, state, t_eval)
    path = follow() if is_moving else None
    _fill(result, path, field, watched, t_span, t_eval, state)
    result.sol = Trajectory(path, follow, numbers_of) if dense_output else None
    return result


class _Event:
    """An event as SciPy sees it and as it is."""

    def __init__(self, event: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._event, self._args = event, args
        self.numbers = Reading(lambda t, y: wnp.reshape(wnp.asarray(event(t, y, *args)), ()))
        for attribute in ("terminal", "direction"):
            if hasattr(event, attribute):
                setattr(self.numbers, attribute, getattr(event, attribute))

    @property
    def terminal(self) -> Any:
        return getattr(self._event, "terminal", None)

    def __call__(self, t: Any, y: Any) -> Tensor:
        return wnp.asarray(self._event(t, y, *self._args))


def _events_of(events: Any, args: tuple[Any, ...]) -> list[_Event]:
    if events is None:
        return []
    return [_Event(event, args) for event in ([events] if callable(events) else events)]


def _fill(
    result: Any,
    path: Path | None,
    field: Any,
    watched: list[_Event],
    t_span: Any,
    t_eval: Any,
    state: Tensor,
) -> None:
    """Put Tensors in the place of numbers."""
    if path is None:
        result.t, result.y = constant(result.t), constant(result.y)
        if result.t_events is not None:
            result.t_events = [constant(t) for t in result.t_events]
            result.y_events = [constant(y) for y in result.y_events]
        return
    moments: dict[float, Tensor] = {}
    for k, event in enumerate(watched):
        found = result.t_events[k]
        times = [event_time("solve_ivp", event, field, path, float(t)) for t in found]
        states = [path.at(t) for t in times]
        moments.update(zip(found.tolist(), times, strict=True) if event.terminal else ())
        result.t_events[k] = pinned(found, wnp.stack(times) if times else None)
        result.y_events[k] = pinned(result.y_events[k], wnp.stack(states) if times else None)
    numbers = result.t.tolist()
    if t_eval is not None:
        asked = wnp.asarray(t_eval)
        times = [asked[k] for k in range(len(numbers))]
        columns = [path.at(t) for t in times]
    else:
        times = [t_span[0], *numbers[1:]]
        columns = [state, *(path.states[path.times.index(t)] for t in numbers[1:])]
        if result.status == 1:
            times[-1] = moments[numbers[-1]]
        elif result.status == 0:
            times[-1] = t_span[1]
        columns[-1] = path.at(times[-1])
    result.t = pinned(result.t, wnp.stack([wnp.asarray(t) for t in times]).astype(np.float64))
    result.y = pinned(result.y, wnp.stack(columns, axis=-1))
