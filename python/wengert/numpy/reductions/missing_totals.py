"""Products, running totals and places of what is not nan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import negative_axis, store_as_found, tensor_of
from wengert.numpy.reductions.missing import without_nan
from wengert.numpy.reductions.totals import cumprod, cumsum, prod

if TYPE_CHECKING:
    from wengert._typing import Axes, Axis, DTypeLike, Operand, Out

__all__ = ["nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanprod"]


def nanprod(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: Out = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Multiply along axes what is not nan.

    Parameters
    ----------
    a, axis, dtype, out, keepdims, initial, where
        As for `prod`.

    Returns
    -------
    Tensor
        Of the shape of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanprod([2.0, float("nan"), 3.0])
    Tensor(6.)
    """
    return prod(without_nan(tensor_of(a), True), axis, dtype, out, keepdims, initial, where)


def nancumsum(a: Operand, axis: Axis = None, dtype: DTypeLike = None, out: Out = None) -> Tensor:
    """Sum up to each element along an axis what is not nan.

    Parameters
    ----------
    a, axis, dtype, out
        As for `cumsum`.

    Returns
    -------
    Tensor
        Of the shape of `a`, or of shape ``(a.size,)``.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nancumsum([1.0, float("nan"), 3.0])
    Tensor([1., 1., 4.])
    """
    return cumsum(without_nan(tensor_of(a), False), axis, dtype, out)


def nancumprod(a: Operand, axis: Axis = None, dtype: DTypeLike = None, out: Out = None) -> Tensor:
    """Multiply up to each element along an axis what is not nan.

    Parameters
    ----------
    a, axis, dtype, out
        As for `cumprod`.

    Returns
    -------
    Tensor
        Of the shape of `a`, or of shape ``(a.size,)``.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nancumprod([2.0, float("nan"), 3.0])
    Tensor([2., 2., 6.])
    """
    return cumprod(without_nan(tensor_of(a), True), axis, dtype, out)


def _place(
    name: str, primitive: Any, worst: float, a: Operand, axis: Axis, out: Out, keepdims: bool
) -> Tensor:
    """Search with what never is the result in the place of nan."""
    x = tensor_of(a)
    rank = x.ndim
    is_nan = _core.isnan(x)
    x = without_nan(x, worst)
    if axis is None:
        x, is_nan = (_core.reshape(v, (v.size,)) for v in (x, is_nan))
        axis = -1
    along = negative_axis(axis, x.ndim)
    if x.shape[along] == 0:
        message = f"{name}: a has no elements along the axis; at least one is needed"
        raise ShapeError(message)
    if _core.any(_core.all(is_nan, (along,), False), tuple(range(1 - x.ndim, 0)), False):
        message = f"{name}: a has nothing but nan along the axis; a number is needed"
        raise ValueError(message)
    result = primitive(x, along, keepdims)
    if keepdims and rank != x.ndim:
        result = _core.reshape(result, (1,) * rank)
    return result if out is None else store_as_found(name, out, result)


def nanargmax(a: Operand, axis: Axis = None, out: Out = None, *, keepdims: bool = False) -> Tensor:
    """Find the first place of the greatest element along an axis that is not nan.

    Parameters
    ----------
    a : array_like
        Of any shape, real.
    axis : int or None
        The axis to search; None for the flattened array.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    keepdims : bool
        Whether the axis stays, with length one.

    Returns
    -------
    Tensor
        Of int64, of the shape of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If there is nothing but nan to choose from.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanargmax([1.0, float("nan"), 3.0])
    Tensor(2)
    """
    return _place("nanargmax", _core.argmax, -math.inf, a, axis, out, keepdims)


def nanargmin(a: Operand, axis: Axis = None, out: Out = None, *, keepdims: bool = False) -> Tensor:
    """Find the first place of the smallest element along an axis that is not nan.

    Parameters
    ----------
    a, axis, out, keepdims
        As for `nanargmax`.

    Returns
    -------
    Tensor
        Of int64, of the shape of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If there is nothing but nan to choose from.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanargmin([float("nan"), 4.0, 3.0])
    Tensor(2)
    """
    return _place("nanargmin", _core.argmin, math.inf, a, axis, out, keepdims)
