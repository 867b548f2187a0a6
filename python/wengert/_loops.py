"""Loops that are functions of their body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from wengert import _core
from wengert._branches import integer_of, require_function, require_integer, truth_of
from wengert._carry import Carry
from wengert._core import Tensor
from wengert._recorded import recorded_loop
from wengert._rows import Elements
from wengert._steered import recorded_count, recorded_while

C = TypeVar("C")


def require_unroll(name: str, unroll: Any) -> None:
    """Fail if `unroll` is not what JAX takes; it changes nothing, as no step is compiled."""
    if unroll is not None and not isinstance(unroll, bool):
        integer_of(name, "unroll", unroll)


def fori_loop(
    lower: Any,
    upper: Any,
    body_fun: Callable[[int, C], C],
    init_val: C,
    *,
    unroll: int | bool | None = None,
) -> C:
    """Take a step for each integer from `lower` up to, not including, `upper`.

    Parameters
    ----------
    lower, upper : int, or integer array or Tensor of shape ()
        The bounds; no step is taken where `upper` is not above `lower`. They may be computed from what
        is being differentiated, and may differ between the examples of a `vmap`.
    body_fun : callable
        Takes the integer and the state, and returns the next state.
    init_val : array, number, or nested container
        The first state. Its structure, shapes and dtypes stay (see Notes).
    unroll : int or bool, optional
        As in JAX; of no effect.

    Returns
    -------
    state
        After the last step.

    Raises
    ------
    DTypeError
        If a bound is no integer, `body_fun` cannot be called, or it returns a state of another form
        or dtype.
    ShapeError
        If it returns a state of another shape.

    Notes
    -----
    It is Python's ``for i in range(lower, upper)``, differentiated in every mode and at every order, with
    bounds that are known only when it runs, too. A Python number in the state may become a scalar of
    whatever dtype NumPy's promotion gives it, 0.0 a float32 say, and then keeps that. `body_fun` may write
    to the state that it is given, ``y[i] = ...``; `init_val` stays as it is.

    Where `jit` records, it is one operation, with computed bounds one that takes its steps anew in each
    replay, if `body_fun` reads no values and changes nothing outside.

    Examples
    --------
    >>> from wengert import grad, vmap
    >>> import numpy as np
    >>> power = lambda x, n: fori_loop(0, n, lambda i, y: y * x, 1.0)
    >>> grad(power)(2.0, 3)
    12.0
    >>> vmap(grad(power))(np.array([2.0, 2.0, 3.0]), np.array([3, 1, 2]))
    array([12.,  1.,  6.])
    """
    require_function("fori_loop", "body_fun", body_fun)
    require_unroll("fori_loop", unroll)
    if any(isinstance(x, Tensor) and _core.may_be_recorded(x) for x in (lower, upper)):
        require_integer("fori_loop", "lower", lower)
        require_integer("fori_loop", "upper", upper)
        carry = Carry("fori_loop", "val", "body_fun", init_val)
        if (counted := recorded_count(lower, upper, body_fun, carry)) is not None:
            return counted[0]
    bounds = integer_of("fori_loop", "lower", lower), integer_of("fori_loop", "upper", upper)
    carry = Carry("fori_loop", "val", "body_fun", init_val)
    steps = Elements("fori_loop", None, max(bounds[1] - bounds[0], 0))
    loop = recorded_loop(
        body_fun, lambda val, _, i: (body_fun(i, val), None), carry, steps, first=bounds[0]
    )
    if loop is not None:
        return loop[0]
    for i in range(*bounds):
        carry.step(body_fun(i, carry.state))
    return carry.state


def while_loop(cond_fun: Callable[[C], Any], body_fun: Callable[[C], C], init_val: C) -> C:
    """Take steps as long as a condition holds.

    Parameters
    ----------
    cond_fun : callable
        Takes the state and returns a bool, or a number or an array or Tensor of shape () that Python's
        ``while`` can read: whether another step is taken.
    body_fun : callable
        Takes the state and returns the next one.
    init_val : array, number, or nested container
        The first state. Its structure, shapes and dtypes stay, as in `fori_loop`.

    Returns
    -------
    state
        The first for which the condition does not hold.

    Raises
    ------
    DTypeError
        If a function cannot be called, if `cond_fun` returns neither a bool nor a number, or if
        `body_fun` returns a state of another form or dtype.
    ShapeError
        If `cond_fun` returns an array with axes, or `body_fun` a state of another shape.

    Notes
    -----
    It is Python's ``while``, differentiated in every mode and at every order, in reverse as well: the
    steps that were taken are recorded. Under `vmap` the examples that take equally many steps are
    evaluated together.

    Where `jit` records, both functions are called twice, on values as they happen to be, and become one
    operation that takes as many steps as it needs in each replay, if they read no values and change
    nothing outside. A Python number in the state has from the start the dtype that a step gives it.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert import grad, vmap
    >>> def root(a):
    ...     return while_loop(lambda x: abs(x * x - a) > 1e-12, lambda x: (x + a / x) / 2, a)
    >>> round(grad(root)(2.0), 6)
    0.353553
    >>> vmap(grad(root))(np.array([2.0, 4.0, 9.0])).round(6)
    array([0.353553, 0.25    , 0.166667])
    """
    require_function("while_loop", "cond_fun", cond_fun)
    require_function("while_loop", "body_fun", body_fun)
    carry = Carry("while_loop", "val", "body_fun", init_val)
    if (loop := recorded_while(cond_fun, body_fun, carry)) is not None:
        return loop[0]
    while truth_of("while_loop", "what cond_fun returned", cond_fun(carry.state)):
        carry.step(body_fun(carry.state))
    return carry.state
