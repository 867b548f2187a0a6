"""The graph of one call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wengert.explanation import Explanation


def explain(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Explanation:
    r"""Run `fun` and its reverse sweep, and return the graph with all that was computed.

    Parameters
    ----------
    fun : callable
        Function returning a scalar, an array or a nested container of arrays.
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

    Raises
    ------
    DTypeError
        If no argument holds a floating or complex number, or `fun` returns something else.

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
    """
    from wengert.explanation._record import recorded  # noqa: PLC0415 -- few need it

    return recorded(fun, args, kwargs)
