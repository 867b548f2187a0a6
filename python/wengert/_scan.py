"""Loops over the elements of arrays that return an array of results."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

from wengert import _core
from wengert._batch import vmap
from wengert._branches import integer_of, require_function
from wengert._carry import Carry
from wengert._checkpoint import checkpoint as checkpointed
from wengert._loops import require_unroll
from wengert._recorded import recorded_loop
from wengert._rows import Elements, Rows, joined_blocks

C = TypeVar("C")


def _pair(returned: Any) -> tuple[Any, Any]:
    if isinstance(returned, (tuple, list)) and len(returned) == 2:
        return returned[0], returned[1]
    count = f" of {len(returned)}" if isinstance(returned, tuple | list) else ""
    message = f"scan: f returned {type(returned).__name__}{count}; a pair (carry, y) is needed"
    raise _core.DTypeError(message)


def _not_negative(name: str, what: str, value: Any) -> int:
    number = integer_of(name, what, value)
    if number < 0:
        message = f"{name}: {what} is {number}; at least 0 is needed"
        raise _core.ShapeError(message)
    return number


def _in_blocks(
    f: Callable[[C, Any], tuple[C, Any]],
    init: C,
    elements: Elements,
    checkpoint: bool | int,
    reverse: bool,
) -> tuple[C, Any]:
    """Scan by blocks of steps, each a checkpoint: a scan over those, and a last block of fewer steps."""
    length = elements.length
    count = math.isqrt(max(length - 1, 0)) + 1
    if checkpoint is not True:
        count = min(integer_of("scan", "checkpoint", checkpoint), length)
        if count < 1:
            message = f"scan: checkpoint is {count}; at least 1 is needed"
            raise _core.ShapeError(message)
    size = -(-length // count)
    whole = length // size

    def block(state: C, part: Any, steps: int = size) -> tuple[C, Any]:
        return checkpointed(lambda state, part: scan(f, state, part, steps, reverse))(state, part)

    def blocks(state: C) -> tuple[C, Any]:
        return scan(block, state, elements.blocks(whole, size), whole, reverse)

    if whole * size == length:
        state, ys = blocks(init)
        return state, joined_blocks(ys)
    rest = elements.part(whole * size, length)
    if reverse:
        state, last = block(init, rest, length - whole * size)
        state, ys = blocks(state)
    else:
        state, ys = blocks(init)
        state, last = block(state, rest, length - whole * size)
    return state, joined_blocks(ys, last)


def scan(
    f: Callable[[C, Any], tuple[C, Any]],
    init: C,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
    *,
    checkpoint: bool | int | None = None,
) -> tuple[C, Any]:
    """Go over the elements of arrays with a state, and stack what the steps return.

    Parameters
    ----------
    f : callable
        Takes the state (the carry) and an element, and returns a pair: the next state, and a result of
        this step, an array, a number, a nested container of those, or None.
    init : array, number, or nested container
        The first state. Its structure, shapes and dtypes stay (see Notes).
    xs : array or nested container of arrays, optional
        Each step is given its element of the first axes, in the same containers; None without `xs`.
    length : int, optional
        How many steps are taken; needed without `xs`.
    reverse : bool, optional
        Whether the last element comes first. Results stand where their elements do.
    unroll : int or bool, optional
        As in JAX; of no effect.
    checkpoint : bool or int, optional
        True, or the number of states that are kept where derivatives are taken in reverse: what is
        computed between them is computed again, by as many steps at a time as lie between two of them.
        True stands for about the square root of the length.

    Returns
    -------
    carry
        The state after the last step.
    ys
        The results, stacked along a new first axis, in the containers of one of them.

    Raises
    ------
    DTypeError
        If `f` returns no pair, a state of another form or dtype, or results of different forms.
    ShapeError
        If lengths differ or there are none, or `f` returns a state of another shape, or results of
        different shapes.

    Notes
    -----
    It is Python's ``for``, differentiated in every mode and at every order, in a time proportional to
    the length. The state is where JAX would have it promoted: a Python number in it may become a scalar of
    whatever dtype NumPy's promotion gives it, 0.0 a float32 say, and then keeps that; and a step may
    return a Python number for a scalar, whose dtype it takes. What is no array or number, a
    ``numpy.random.Generator`` say, goes from step to step as it is. `f` may write to the state that it is
    given, ``carry += x``: `init` and the results of earlier steps keep what they are. Elements are
    read-only.

    Where there is no step, `f` is called once all the same, on `init` and an element of ones or zeros, to
    know of what form, shapes and dtypes the empty results are.

    References
    ----------
    .. [1] A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM, 2008, sec. 12.2 (checkpoints).

    Examples
    --------
    >>> import numpy as np
    >>> from wengert import grad
    >>> def smooth(level, x):
    ...     level = 0.5 * level + 0.5 * x
    ...     return level, level
    >>> last, levels = scan(smooth, 0.0, np.array([4.0, 2.0, 0.0]))
    >>> levels
    array([2., 2., 1.])
    >>> grad(lambda xs: scan(smooth, 0.0, xs)[0])(np.ones(3))
    array([0.125, 0.25 , 0.5  ])
    >>> scan(lambda total, x: (total + x, total), 0, np.array([1, 2, 3]), reverse=True)
    (np.int64(6), array([5, 3, 0]))
    """
    require_function("scan", "f", f)
    require_unroll("scan", unroll)
    steps = None if length is None else _not_negative("scan", "length", length)
    elements = Elements("scan", xs, steps)
    carry = Carry("scan", "carry", "f", init)
    rows = Rows("scan: what f returned for y")

    if elements.length == 0:
        rows.add(_pair(f(carry.state, elements.example()))[1])
        return Carry("scan", "carry", "f", init).state, rows.empty()
    if checkpoint is not None and checkpoint is not False:
        return _in_blocks(f, init, elements, checkpoint, reverse)
    loop = recorded_loop(f, lambda state, x, _: _pair(f(state, x)), carry, elements, reverse)
    if loop is not None:
        return loop
    for x in elements.each(reverse):
        state, y = _pair(f(carry.state, x))
        carry.step(state)
        rows.add(carry.apart(y))
    return carry.state, rows.stacked(reverse)


def map(f: Callable[[Any], Any], xs: Any, *, batch_size: int | None = None) -> Any:
    """Call a function for each element of arrays, and stack what it returns.

    Parameters
    ----------
    f : callable
        Takes an element and returns an array, a number, or a nested container of those.
    xs : array or nested container of arrays
        Each call is given its element of the first axes, in the same containers.
    batch_size : int, optional
        How many elements are evaluated at once, by `vmap`; 0 for all. By default there is a call for each
        element.

    Returns
    -------
    ys
        The results, stacked along a new first axis, in the containers of one of them.

    Raises
    ------
    DTypeError
        If `f` returns results of different forms.
    ShapeError
        If lengths differ or there is no array, if results are of different shapes, or if `batch_size` is
        negative.

    Notes
    -----
    With a `batch_size`, `f` is run as `vmap` runs it, once for each path through its branches, and the
    memory that is needed on the way is that of one batch.

    Examples
    --------
    >>> import numpy as np
    >>> map(lambda x: {"sum": x.sum(), "twice": 2 * x}, np.array([[1.0, 2.0], [3.0, 4.0]]))
    {'sum': array([3., 7.]), 'twice': array([[2., 4.],
           [6., 8.]])}
    >>> map(lambda x: x if x > 1 else 1 / x, np.array([0.5, 3.0, 0.25]), batch_size=2)
    array([2., 3., 4.])
    """
    require_function("map", "f", f)
    batch = None if batch_size is None else _not_negative("map", "batch_size", batch_size)
    elements = Elements("map", xs, None)
    rows = Rows("map: what f returned")
    if elements.length == 0:
        rows.add(f(elements.example()))
        return rows.empty()
    if batch is None:
        step = lambda state, x, _: (None, f(x))
        if (loop := recorded_loop(f, step, Carry("map", "", "f", None), elements)) is not None:
            return loop[1]
        for x in elements.each(False):
            rows.add(f(x))
        return rows.stacked(False)
    batch = batch or elements.length
    for start in range(0, elements.length, batch):
        rows.add(vmap(f)(elements.part(start, start + batch)))
    return rows.concatenated()
