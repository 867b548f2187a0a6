"""Values computed again instead of kept."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import _core
from wengert._functions import P, R, require_callable
from wengert._transformed import transformed


def checkpoint(
    fun: Callable[P, R], *, policy: Callable[[str], bool] | None = None
) -> Callable[P, R]:
    """Return `fun`, of which derivatives keep the arguments and compute the rest again.

    Parameters
    ----------
    fun : callable
        Function of any arguments. What it closes over stays connected.
    policy : callable, optional
        Says for the name of a primitive whether its results are kept all the same:
        ``{"matmul"}.__contains__`` computes again all but products of matrices.

    Returns
    -------
    callable
        Takes the arguments of `fun` and returns what it returns. `fun` is called once: its
        operations are recorded, lose their values, and are evaluated again by the core when a
        derivative needs them; so are those of that derivative when it is differentiated in its turn.

    Raises
    ------
    DTypeError
        If `fun` or `policy` is no function.
    TraceError
        If `fun` starts a thread, and a value from there is needed to evaluate it again.

    References
    ----------
    .. [1] A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM, 2008, ch. 12.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert import grad
    >>> layer = checkpoint(lambda x: np.tanh(np.sin(x) * x))
    >>> grad(lambda x: np.sum(layer(layer(x))))(np.array([0.0, 1.0]))
    array([0.        , 0.70805107])
    """
    require_callable("checkpoint", fun)
    if policy is not None:
        require_callable("checkpoint", policy)
    names = [p.name for p in _core.primitives] if policy else []
    keep = _core.keep([name for name in names if policy and policy(name)])
    return transformed(checkpoint, fun, {"policy": policy}, _core.checkpoint, (fun,), (keep,))


_MOST = 2**62  # steps and snapshots of which sums are still integers of 64 bits


def _positive(name: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        message = f"checkpoint_chain: {name} is {value!r}; an integer of at least {least} is needed"
        raise _core.ShapeError(message)
    return int(value)


def _takes_a_number(step: Callable[..., Any]) -> bool:
    """Say whether a second argument has to be given."""
    try:
        parameters = inspect.signature(step).parameters.values()
    except (TypeError, ValueError):  # compiled functions may have none
        return False
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.kind in kinds and p.default is p.empty for p in parameters) > 1


def _length_of(length: int | None, xs: Any) -> int:
    arrays = [np.shape(x) for x in _core.flatten(xs)]
    lengths = {shape[0] if shape else -1 for shape in arrays}
    if length is not None or not arrays:
        lengths.add(_positive("length", length, 0))
    if len(lengths) > 1 or -1 in lengths:
        message = (
            f"checkpoint_chain: length is {length} and the arrays of xs are of shapes {arrays}; one "
            "length is needed, of the first axes"
        )
        raise _core.ShapeError(message)
    return lengths.pop()


def checkpoint_chain(
    step: Callable[..., Any],
    state: Any,
    length: int | None = None,
    *,
    xs: Any = None,
    snapshots: int | None = None,
    budget: int | None = None,
) -> Any:
    """Return the state after many steps, of which derivatives keep only a few states.

    Parameters
    ----------
    step : callable
        Takes the state; with `xs` also the step's elements of these, else the number of the step,
        from 0, if it has a second argument without a default. Returns the next state, in the form,
        shapes and dtypes of the state. What it closes over stays connected.
    state : array or nested container of arrays
        The first state. Floating and complex arrays, of whatever dtypes, are differentiated; integers
        and whatever else is there goes from step to step as it is.
    length : int, optional
        How many steps are taken; by default as many as `xs` has elements.
    xs : array or nested container of arrays, optional
        What differs from step to step, one element of the first axis for each; differentiated as the
        state is. A step that closes over such arrays and takes its element by number is another
        program for each number.
    snapshots : int, optional
        How many states are kept, the first among them; by default the fewest (about the square root
        of twice the length) with which no step is evaluated more than three times.
    budget : int, optional
        The bytes that the kept states may take, in the place of `snapshots`.

    Returns
    -------
    state
        After the last step, in the form of the first one.

    Raises
    ------
    DTypeError, ShapeError
        If `step` returns something of another form than the state, or if `length`, `xs`, `snapshots`
        or `budget` is not what is named above.
    TraceError
        If what a step computed from its state or elements is used in another thread, or after the
        step has returned.

    Notes
    -----
    The reverse sweep goes back by the schedule that evaluates the fewest steps for so many
    snapshots [1]_; each step's graph lives while that step is swept. Steps of equal operations keep
    one program. A sweep that is itself differentiated keeps all states, but at no order what is
    computed between them.

    References
    ----------
    .. [1] A. Griewank and A. Walther, "Algorithm 799: revolve", ACM TOMS 26 (2000).

    Examples
    --------
    >>> import numpy as np
    >>> from wengert import grad
    >>> def pendulum(s):
    ...     return {"x": s["x"] + 0.1 * s["v"], "v": s["v"] - 0.1 * np.sin(s["x"])}
    >>> def end(x0):
    ...     return checkpoint_chain(pendulum, {"x": x0, "v": 0.0}, 100, snapshots=4)["x"]
    >>> round(grad(end)(0.5), 6)
    -1.740901
    >>> def mean(weights):
    ...     return checkpoint_chain(lambda s, w: s + w * (1 - s), 0.0, xs=weights)
    >>> grad(mean)(np.array([0.5, 0.25]))
    array([0.75, 0.5 ])
    """
    require_callable("checkpoint_chain", step)
    if snapshots is not None and budget is not None:
        message = "checkpoint_chain: snapshots and budget are both given; one of them is needed"
        raise _core.ShapeError(message)
    length = _length_of(length, xs)
    if length > _MOST:
        message = f"checkpoint_chain: length is {length}; at most {_MOST} is possible"
        raise _core.ShapeError(message)
    snapshots = None if snapshots is None else min(_positive("snapshots", snapshots, 1), _MOST)
    budget = None if budget is None else min(_positive("budget", budget, 0), _MOST)
    if xs is not None:

        def taken(state: Any, number: int, element: Any) -> Any:
            return step(state, element)

    elif _takes_a_number(step):

        def taken(state: Any, number: int, element: Any) -> Any:
            return step(state, number)

    else:

        def taken(state: Any, number: int, element: Any) -> Any:
            return step(state)

    return _core.checkpoint_chain(taken, state, length, snapshots, budget, xs)
