"""Derivatives of functions of numbers, at every element of an array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import _core
from wengert._functions import P, is_positive_integer, require_callable
from wengert._transformed import spread, transformed
from wengert._transforms import vjp


def derivative(fun: Callable[P, Any], order: int = 1) -> Callable[P, Any]:
    """Return the function that evaluates a derivative of `fun`, element by element.

    Parameters
    ----------
    fun : callable
        Function whose result's elements each depend on the element of the first argument at the same
        place: ``np.sin``, say, or anything composed of such functions.
    order : int
        How often it is differentiated.

    Returns
    -------
    callable
        Takes the arguments of `fun`; returns an array of the first one's shape.

    Raises
    ------
    ShapeError
        If `order` is not a positive integer, or `fun` changes the shape.

    Examples
    --------
    >>> import numpy as np
    >>> derivative(np.sin, 2)(np.array([0.0, np.pi / 2]))
    array([ 0., -1.])
    """
    require_callable("derivative", fun)
    if not is_positive_integer(order):
        message = f"derivative: order is {order!r}; a positive integer is needed"
        raise _core.ShapeError(message)
    inner = fun if order == 1 else derivative(fun, order - 1)

    def elementwise(x: Any, *args: Any, **kwargs: Any) -> Any:
        out, pullback = vjp(lambda x: inner(x, *args, **kwargs), x)
        if np.shape(out) != np.shape(x):
            message = (
                f"derivative: x is of shape {np.shape(x)} and fun returned {np.shape(out)}; "
                "equal shapes are needed, see jacobian"
            )
            raise _core.ShapeError(message)
        return pullback(np.ones_like(out))[0]

    return transformed(derivative, fun, {"order": order}, spread, (elementwise,))


def elementwise_grad(fun: Callable[P, Any]) -> Callable[P, Any]:
    """Return the function that evaluates the derivative of `fun`, element by element.

    Parameters
    ----------
    fun : callable
        As for `derivative`.

    Returns
    -------
    callable
        ``derivative(fun, 1)``.

    Examples
    --------
    >>> import numpy as np
    >>> elementwise_grad(np.square)(np.array([1.0, 3.0]))
    array([2., 6.])
    """
    return derivative(fun)
