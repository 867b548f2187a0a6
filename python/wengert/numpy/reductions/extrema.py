"""The greatest and the least elements along axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import Tensor, store
from wengert.numpy._arguments import (
    ALL_AXES,
    beginning,
    given_for,
    length_of,
    negative_axes,
    tensor_of,
)

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand, Out

__all__ = ["amax", "amin", "max", "min", "ptp"]


def _extremum(
    name: str,
    a: Operand,
    axis: Axes,
    keepdims: bool,
    initial: Any,
    where: Any,
) -> Tensor:
    """Reduce with NumPy's further arguments."""
    x = tensor_of(a)
    if where is not True:
        if initial is None:
            message = (
                f"{name}: where was given without initial; what nothing selected gives is needed"
            )
            raise ValueError(message)
        x = _core.where(where, x, beginning(initial, x))
    axes = negative_axes(axis, x.ndim)
    reduce = _core.max if name == "max" else _core.min
    if initial is None:
        return reduce(x, axes, keepdims)
    if length_of(x, axes) == 0:
        shape = _core.sum(x, axes, keepdims).shape
        return _core.broadcast_to(beginning(initial, x), shape)
    extremum = reduce(x, axes, keepdims)
    return (_core.maximum if name == "max" else _core.minimum)(extremum, beginning(initial, x))


def max(
    a: Operand,
    axis: Axes = None,
    out: Out = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Find the greatest element along axes; equal ones share the cotangent equally.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; nan is greatest.
    axis : int, tuple of int or None
        The axes to search; None for all.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    keepdims : bool
        Whether the axes stay, with length one.
    initial : array_like, optional
        The least value of the result.
    where : array_like of bool
        The elements to look at; needs `initial`.

    Returns
    -------
    Tensor
        Of the dtype of `a` and the shape of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If there is nothing to choose from.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.max([[1.0, 5.0], [3.0, 4.0]], axis=0)
    Tensor([3., 5.])
    """
    if where is True and initial is None and out is None:
        x = a if isinstance(a, Tensor) else tensor_of(a)
        axes = ALL_AXES[x.ndim] if axis is None else negative_axes(axis, x.ndim)
        return _core.max(x, axes, keepdims)
    if out is not None:
        return store("max", out, max(a, axis, None, keepdims, initial, where), "unsafe")
    return _extremum("max", a, axis, keepdims, initial, where)


def min(
    a: Operand,
    axis: Axes = None,
    out: Out = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Find the least element along axes; equal ones share the cotangent equally.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; nan is least.
    axis : int, tuple of int or None
        The axes to search; None for all.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    keepdims : bool
        Whether the axes stay, with length one.
    initial : array_like, optional
        The greatest value of the result.
    where : array_like of bool
        The elements to look at; needs `initial`.

    Returns
    -------
    Tensor
        Of the dtype of `a` and the shape of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If there is nothing to choose from.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.min([[1.0, 5.0], [3.0, 4.0]], axis=0)
    Tensor([1., 4.])
    """
    if where is True and initial is None and out is None:
        x = a if isinstance(a, Tensor) else tensor_of(a)
        axes = ALL_AXES[x.ndim] if axis is None else negative_axes(axis, x.ndim)
        return _core.min(x, axes, keepdims)
    if out is not None:
        return store("min", out, min(a, axis, None, keepdims, initial, where), "unsafe")
    return _extremum("min", a, axis, keepdims, initial, where)


amax = max


amin = min


def ptp(a: Operand, axis: Axes = None, out: Out = None, keepdims: bool = False) -> Tensor:
    """Return the range along axes: the greatest element minus the least.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis : int, tuple of int or None
        The axes to search; None for all.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    keepdims : bool
        Whether the axes stay, with length one.

    Returns
    -------
    Tensor
        Of the dtype of `a` and the shape of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If there is nothing to choose from.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.ptp([[1.0, 5.0], [3.0, 4.0]], axis=1)
    Tensor([4., 1.])
    """
    if out is not None:
        return store("ptp", out, ptp(given_for(out, a, None), axis, None, keepdims))
    x = tensor_of(a)
    return _core.subtract(max(x, axis, None, keepdims), min(x, axis, None, keepdims))
