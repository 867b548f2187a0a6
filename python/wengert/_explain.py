"""The graph of one call, or what the parts of a replay take."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import TYPE_CHECKING, Any, overload

from wengert import _core

if TYPE_CHECKING:
    from wengert.explanation import Explanation, ReplayTimes


@overload
def explain(fun: _core.Jitted, /, *args: Any, **kwargs: Any) -> ReplayTimes: ...
@overload
def explain(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Explanation: ...
def explain(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Explanation | ReplayTimes:
    r"""Run `fun` and its reverse sweep, and return the graph with all that was computed.

    Of what `jit` returned, replays are timed instead, part by part.

    Parameters
    ----------
    fun : callable
        Function returning a scalar, an array or a nested container of arrays; or one that `jit` or
        `load` returned.
    *args, **kwargs
        Its arguments. All numbers and arrays of a floating or complex dtype in them are
        differentiated, whatever containers they are in; the rest is passed untouched. If there are
        none, arguments that are integers are taken for floats, as by `grad`.

    Returns
    -------
    Explanation
        The nodes between the arguments and the output, in the order they were made: operation,
        operands, value :math:`v`, adjoint :math:`\bar v`, the memory that the node keeps for its
        derivative, and the line of source that made it. The adjoint of a scalar output is one; that
        of any other output is all ones, so that adjoints are derivatives of the sum of its elements.
        ``str()`` is a table, ``.dot()`` the graph in Graphviz's language, ``.svg()`` a drawing.
    ReplayTimes
        Of a function that `jit` returned: what each step of its plan takes, in seconds, by operation and
        by line of source, and what a call takes around its steps. ``str()`` is a table.

    Raises
    ------
    DTypeError
        If no argument holds a floating or complex number, or `fun` returns something else.
    TraceError
        If `fun` was returned by `jit`, and such calls are not replayed.

    Notes
    -----
    To be timed, what `jit` returned is recorded once more, as by its ``lower``, and that program is
    replayed for some 0.2 seconds with a look at the clock after each step; the times are means over
    the faster half of these replays. Calls keep no time. What a run of operations on numbers, or of
    tiles, takes is timed as a whole, and shared among its operations in the proportion of what their
    kernels take alone. What a replay would store, in arguments say, is not stored, nor timed.

    References
    ----------
    .. [1] A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM, 2008, sec. 2.2, 3.2.

    Examples
    --------
    >>> import numpy as np
    >>> explanation = explain(lambda x, y: x * y + np.sin(x), 2.0, 3.0)
    >>> [node.name for node in explanation.nodes]
    ['x', 'y', 'v1', 'v2', 'v3']
    >>> explanation["v1"].primitive, explanation["v1"].value.item()
    ('multiply', 6.0)
    >>> explanation["x"].adjoint
    array(2.58385316)

    >>> from wengert import jit
    >>> times = explain(jit(lambda x: np.sum(np.exp(x))), np.ones(10_000))
    >>> list(times.by_operation)
    ['exp', 'sum']
    """
    method: Any = fun
    if isinstance(method, MethodType) and isinstance(method.__func__, _core.Jitted):
        fun, args = method.__func__, (method.__self__, *args)
    if isinstance(fun, _core.Jitted):
        from wengert.explanation._lowering import timed  # noqa: PLC0415 -- few need it

        return timed(fun, args, kwargs)
    from wengert.explanation._record import recorded  # noqa: PLC0415 -- few need it

    return recorded(fun, args, kwargs)
