"""Sums and products, along axes and up to each element."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor, store
from wengert.numpy._arguments import (
    ALL_AXES,
    beginning,
    converted,
    given_for,
    length_of,
    masked,
    negative_axes,
    negative_axis,
    tensor_of,
)

if TYPE_CHECKING:
    from wengert._typing import Axes, Axis, DTypeLike, Operand, Out

__all__ = ["cumprod", "cumsum", "logsumexp", "prod", "sum"]


def sum(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: Out = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Sum along axes.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; booleans and integers are summed as int64.
    axis : int, tuple of int or None
        The axes to sum along; None for all.
    dtype : dtype, optional
        What is summed, and the dtype of the result.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    keepdims : bool
        Whether the axes stay, with length one.
    initial : array_like, optional
        What is added to the sum.
    where : array_like of bool
        The elements to sum.

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
    >>> wnp.sum([[1.0, 2.0], [3.0, 4.0]], axis=0)
    Tensor([4., 6.])
    """
    x = a if isinstance(a, Tensor) else tensor_of(a)
    axes = ALL_AXES[x.ndim] if axis is None else negative_axes(axis, x.ndim)
    if dtype is None and where is True and initial is None and out is None:
        return _core.sum(x, axes, keepdims)
    if out is not None:
        return store(
            "sum",
            out,
            sum(given_for(out, a, dtype), axis, dtype, None, keepdims, initial, where),
            "unsafe",
        )
    x = masked(converted(x, dtype), where)
    total = _core.sum(x, axes, keepdims)
    if initial is not None:
        total = _core.add(total, beginning(initial, total))
    return converted(total, dtype)


def prod(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: Out = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Multiply along axes; the derivative is right where factors are zero.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; booleans and integers are multiplied as int64.
    axis : int, tuple of int or None
        The axes to multiply along; None for all.
    dtype : dtype, optional
        What is multiplied, and the dtype of the result.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    keepdims : bool
        Whether the axes stay, with length one.
    initial : array_like, optional
        A further factor.
    where : array_like of bool
        The elements to multiply.

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
    >>> wnp.prod([[1.0, 2.0], [3.0, 4.0]], axis=0)
    Tensor([3., 8.])
    """
    if out is not None:
        return store(
            "prod",
            out,
            prod(given_for(out, a, dtype), axis, dtype, None, keepdims, initial, where),
            "unsafe",
        )
    x = masked(converted(tensor_of(a), dtype), where, True)
    product = _core.prod(x, negative_axes(axis, x.ndim), keepdims)
    if initial is not None:
        product = _core.multiply(product, beginning(initial, product))
    return converted(product, dtype)


def logsumexp(
    a: Operand, axis: Axes = None, b: Operand | None = None, keepdims: bool = False
) -> Tensor:
    """Return the logarithm of a sum of exponentials, without overflow.

    Parameters
    ----------
    a : array_like
        Real exponents, of any shape.
    axis : int, tuple of int or None
        The axes to sum along; None for all.
    b : array_like, optional
        Factors of the exponentials, which broadcast with `a`.
    keepdims : bool
        Whether the axes stay, with length one.

    Returns
    -------
    Tensor
        Of the shape of the other axes; -inf where every exponent is.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.logsumexp([1000.0, 1000.0])
    Tensor(1000.69314718)
    """
    x = tensor_of(a)
    if x.dtype.kind in "bi":
        x = converted(x, np.float64)
    axes = negative_axes(axis, x.ndim)
    if length_of(x, axes) == 0:
        return _core.add(_core.sum(x, axes, keepdims), -math.inf)
    top = _core.stop_gradient(_core.max(x, axes, True))
    top = _core.where(_core.isfinite(top), top, 0.0)
    terms = _core.exp(_core.subtract(x, top))
    if b is not None:
        terms = _core.multiply(terms, b)
    total = _core.log(_core.sum(terms, axes, keepdims))
    if not keepdims:
        top = _core.sum(top, axes, False)  # of one element: drops the axes
    return _core.add(total, top)


def cumsum(a: Operand, axis: Axis = None, dtype: DTypeLike = None, out: Out = None) -> Tensor:
    """Sum up to each element along an axis.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; booleans and integers are summed as int64.
    axis : int or None
        The axis to go along; None for the flattened array.
    dtype : dtype, optional
        What is summed, and the dtype of the result.
    out : Tensor or array, optional
        What the result is stored in; it is returned.

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
    >>> wnp.cumsum([1.0, 2.0, 4.0])
    Tensor([1., 3., 7.])
    """
    if out is not None:
        return store("cumsum", out, cumsum(given_for(out, a, dtype), axis, dtype), "unsafe")
    return _running(_core.cumsum, a, axis, dtype)


def cumprod(a: Operand, axis: Axis = None, dtype: DTypeLike = None, out: Out = None) -> Tensor:
    """Multiply up to each element along an axis; the derivative is right where factors are zero.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; booleans and integers are multiplied as int64.
    axis : int or None
        The axis to go along; None for the flattened array.
    dtype : dtype, optional
        What is multiplied, and the dtype of the result.
    out : Tensor or array, optional
        What the result is stored in; it is returned.

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
    >>> wnp.cumprod([1.0, 2.0, 4.0])
    Tensor([1., 2., 8.])
    """
    if out is not None:
        return store("cumprod", out, cumprod(given_for(out, a, dtype), axis, dtype), "unsafe")
    return _running(_core.cumprod, a, axis, dtype)


def _running(primitive: Any, a: Operand, axis: Axis, dtype: DTypeLike) -> Tensor:
    """Run a primitive along an axis, or along the flattened array."""
    x = converted(tensor_of(a), dtype)
    if axis is None or x.ndim == 0:
        if axis is not None:
            negative_axis(axis, 1)
        x = x if x.ndim == 1 else _core.reshape(x, (x.size,))
        axis = -1
    return converted(primitive(x, negative_axis(axis, x.ndim), False), dtype)
