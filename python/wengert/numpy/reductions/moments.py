"""Averages, variances and standard deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor, store
from wengert.numpy._arguments import (
    ALL_AXES,
    converted,
    count_of,
    given_for,
    masked,
    negative_axes,
    tensor_of,
)
from wengert.numpy.elementwise.complex_parts import squared_modulus
from wengert.numpy.reductions.totals import sum as total

if TYPE_CHECKING:
    from wengert._typing import Axes, Dims, DTypeLike, Operand, Out

__all__ = ["average", "mean", "std", "var"]


def mean(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: Out = None,
    keepdims: bool = False,
    *,
    where: Any = True,
) -> Tensor:
    """Average along axes.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; booleans and integers are averaged as float64.
    axis : int, tuple of int or None
        The axes to average along; None for all.
    dtype : dtype, optional
        What is averaged, and the dtype of the result.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    keepdims : bool
        Whether the axes stay, with length one.
    where : array_like of bool
        The elements to average.

    Returns
    -------
    Tensor
        Of the shape of the other axes; nan where there is nothing to average.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.mean([[1.0, 2.0], [3.0, 5.0]], axis=0)
    Tensor([2. , 3.5])
    """
    x = a if isinstance(a, Tensor) else tensor_of(a)
    if out is not None:
        x = x if x.dtype.kind in "bi" else given_for(out, x, dtype)
        return store("mean", out, mean(x, axis, dtype, None, keepdims, where=where), "unsafe")
    if dtype is not None:
        x = converted(x, dtype)
    elif x.dtype.kind in "bi":
        x = converted(x, np.float64)
    if axis is None and dtype is None and where is True:
        return _core.divide(_core.sum(x, ALL_AXES[x.ndim], keepdims), x.size)
    axes = negative_axes(axis, x.ndim)
    total = _core.sum(masked(x, where), axes, keepdims)
    return converted(_core.divide(total, count_of(x, axes, keepdims, where)), dtype or total.dtype)


def average(
    a: Operand,
    axis: Axes = None,
    weights: Operand | None = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Any:
    """Average along axes, with weights.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis : int, tuple of int or None
        The axes to average along; None for all.
    weights : array_like, optional
        Of the shape of `a`, or of shape (length of the axis,).
    returned : bool
        Whether to return the sum of the weights too.
    keepdims : bool
        Whether the axes stay, with length one.

    Returns
    -------
    Tensor or tuple of Tensor
        Of the shape of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.average([1.0, 3.0], weights=[3.0, 1.0])
    Tensor(1.5)
    """
    x = tensor_of(a)
    if weights is None:
        result = mean(x, axis, keepdims=keepdims)
        sums = _core.tensor(
            np.full(result.shape, x.size / max(result.size, 1), result.dtype), None, False
        )
    else:
        w = _weights(x, tensor_of(weights), axis)
        dtype = np.result_type(x.dtype, w.dtype, *(["f8"] if x.dtype.kind in "bi" else []))
        sums = total(w, axis, dtype, keepdims=keepdims)
        result = _core.divide(total(_core.multiply(x, w), axis, dtype, keepdims=keepdims), sums)
    if not returned:
        return result
    return result, _core.identity(_core.broadcast_to(sums, result.shape))


def _weights(x: Tensor, w: Tensor, axis: Axes) -> Tensor:
    """Bring weights to the axes of `x`."""
    if w.shape == x.shape:
        return w
    if axis is None:
        message = (
            f"average: a is {x.shape} and weights are {w.shape}; equal shapes or an axis are needed"
        )
        raise TypeError(message)
    axes = negative_axes(axis, x.ndim)
    if w.shape != tuple([x.shape[i] for i in axes]):
        message = (
            f"average: a is {x.shape}, weights are {w.shape} and axis is {axis}; "
            "the lengths along axis must be equal"
        )
        raise ShapeError(message)
    order = sorted(range(len(axes)), key=lambda i: axes[i])
    w = _core.transpose(w, tuple([i - len(axes) for i in order]))
    shape = tuple([x.shape[i] if i - x.ndim in axes else 1 for i in range(x.ndim)])
    return _core.reshape(w, shape)


def _summed(x: Tensor, axes: Dims, keepdims: bool, dtype: DTypeLike, where: Any) -> Tensor:
    """Sum, in a dtype, the elements that count."""
    if dtype is not None:
        x = converted(x, dtype)
    return _core.sum(x if where is True else masked(x, where), axes, keepdims)


def var(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: Out = None,
    ddof: Any = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Tensor:
    """Return the variance along axes: the mean of squared distances from the mean.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; the squared distance of complex numbers is that of their moduli.
    axis : int, tuple of int or None
        The axes to go along; None for all.
    dtype : dtype, optional
        What is averaged, and the dtype of the result.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    ddof : float or Tensor
        The sum of squares is divided by ``N - ddof``.
    keepdims : bool
        Whether the axes stay, with length one.
    where : array_like of bool
        The elements to look at.
    mean : array_like, optional
        The mean, if it is known, with the axes kept.
    correction : float, optional
        Another name of `ddof`.

    Returns
    -------
    Tensor
        Real, of the shape of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If `ddof` and `correction` are given.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.var([[1.0, 2.0], [3.0, 5.0]], axis=0, ddof=1)
    Tensor([2. , 4.5])
    """
    if out is not None:
        return store(
            "var",
            out,
            var(
                a, axis, dtype, None, ddof, keepdims, where=where, mean=mean, correction=correction
            ),
            "unsafe",
        )
    if correction is not None:
        if ddof != 0:
            message = "var: ddof and correction were given; one of them is needed"
            raise ValueError(message)
        ddof = correction
    x = a if isinstance(a, Tensor) else tensor_of(a)
    kind = x.dtype.kind
    if dtype is None and kind in "bi":
        dtype = np.float64
    axes = negative_axes(axis, x.ndim)
    count = x.size if axis is None and where is True else count_of(x, axes, True, where)
    if mean is None:
        mean = _core.divide(_summed(x, axes, True, dtype, where), count)
        mean = mean if dtype is None else converted(mean, dtype)
    distance = _core.subtract(x, mean)
    squared = squared_modulus(distance) if kind == "c" else _core.square(distance)
    total = _summed(squared, axes, keepdims, dtype, where)
    if where is True and not isinstance(ddof, Tensor):
        return converted(_core.divide(total, float(count - ddof) if count > ddof else 0), dtype)
    kept = _core.subtract(count_of(x, axes, keepdims, where), ddof)
    return converted(_core.divide(total, _core.maximum(kept, 0)), total.dtype)


def std(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: Out = None,
    ddof: Any = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Tensor:
    """Return the standard deviation along axes; its derivative is 0 where it is 0.

    Parameters
    ----------
    a, axis, dtype, out, ddof, keepdims, where, mean, correction
        As for `var`.

    Returns
    -------
    Tensor
        Real, of the shape of the other axes, in the units of `a`.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.std([1.0, 3.0])
    Tensor(1.)
    """
    square = var(
        a, axis, dtype, None, ddof, keepdims, where=where, mean=mean, correction=correction
    )
    deviation = converted(_core.sqrt(square), dtype)
    return deviation if out is None else store("std", out, deviation)
