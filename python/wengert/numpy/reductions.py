"""Reductions: sums, products, extrema and moments along axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import (
    ALL_AXES,
    converted,
    length_of,
    negative_axes,
    negative_axis,
    real_dtype,
    refuse,
    tensor_of,
)

if TYPE_CHECKING:
    from wengert._typing import Axes, Axis, DTypeLike, Operand

__all__ = [
    "amax",
    "amin",
    "cumprod",
    "cumsum",
    "logsumexp",
    "max",
    "mean",
    "min",
    "prod",
    "ptp",
    "std",
    "sum",
    "var",
]


def _masked(x: Tensor, where: Any, neutral: bool = False) -> Tensor:
    """`x` with zeros, or ones, where `where` is false."""
    return x if where is True else _core.where(where, x, neutral)


def _beginning(initial: Any, like: Tensor) -> Tensor:
    """Bring what a reduction begins with to its dtype."""
    return converted(tensor_of(initial), like.dtype)


def sum(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: None = None,
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
    out : None
        Tensors are not written to.
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
    refuse("sum", "out", out)
    x = _masked(converted(x, dtype), where)
    total = _core.sum(x, axes, keepdims)
    if initial is not None:
        total = _core.add(total, _beginning(initial, total))
    return converted(total, dtype)


def prod(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: None = None,
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
    out : None
        Tensors are not written to.
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
        refuse("prod", "out", out)
    x = _masked(converted(tensor_of(a), dtype), where, True)
    product = _core.prod(x, negative_axes(axis, x.ndim), keepdims)
    if initial is not None:
        product = _core.multiply(product, _beginning(initial, product))
    return converted(product, dtype)


def _extremum(
    name: str,
    a: Operand,
    axis: Axes,
    out: None,
    keepdims: bool,
    initial: Any,
    where: Any,
) -> Tensor:
    """Reduce with NumPy's further arguments."""
    refuse(name, "out", out)
    x = tensor_of(a)
    if where is not True:
        if initial is None:
            message = (
                f"{name}: where was given without initial; what nothing selected gives is needed"
            )
            raise ValueError(message)
        x = _core.where(where, x, _beginning(initial, x))
    axes = negative_axes(axis, x.ndim)
    reduce = _core.max if name == "max" else _core.min
    if initial is None:
        return reduce(x, axes, keepdims)
    if length_of(x, axes) == 0:
        shape = _core.sum(x, axes, keepdims).shape
        return _core.broadcast_to(_beginning(initial, x), shape)
    extremum = reduce(x, axes, keepdims)
    return (_core.maximum if name == "max" else _core.minimum)(extremum, _beginning(initial, x))


def max(
    a: Operand,
    axis: Axes = None,
    out: None = None,
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
    out : None
        Tensors are not written to.
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
    return _extremum("max", a, axis, out, keepdims, initial, where)


def min(
    a: Operand,
    axis: Axes = None,
    out: None = None,
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
    out : None
        Tensors are not written to.
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
    return _extremum("min", a, axis, out, keepdims, initial, where)


amax = max
amin = min


def ptp(a: Operand, axis: Axes = None, out: None = None, keepdims: bool = False) -> Tensor:
    """Return the range along axes: the greatest element minus the least.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis : int, tuple of int or None
        The axes to search; None for all.
    out : None
        Tensors are not written to.
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
    x = tensor_of(a)
    return _core.subtract(max(x, axis, out, keepdims), min(x, axis, None, keepdims))


def _count(x: Tensor, axes: tuple[int, ...], keepdims: bool, where: Any) -> Any:
    """How many elements a mean is taken of."""
    if where is True:
        return length_of(x, axes)
    mask = _core.broadcast_to(where, x.shape)
    return converted(
        _core.sum(mask, axes, keepdims), real_dtype(x) if x.dtype.kind in "fc" else None
    )


def mean(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: None = None,
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
    out : None
        Tensors are not written to.
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
    if dtype is not None:
        x = converted(x, dtype)
    elif x.dtype.kind in "bi":
        x = converted(x, np.float64)
    if axis is None and dtype is None and where is True and out is None:
        return _core.divide(_core.sum(x, ALL_AXES[x.ndim], keepdims), x.size)
    refuse("mean", "out", out)
    axes = negative_axes(axis, x.ndim)
    total = _core.sum(_masked(x, where), axes, keepdims)
    return converted(_core.divide(total, _count(x, axes, keepdims, where)), dtype or total.dtype)


def var(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: None = None,
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
    out : None
        Tensors are not written to.
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
        refuse("var", "out", out)
    if correction is not None:
        if ddof != 0:
            message = "var: ddof and correction were given; one of them is needed"
            raise ValueError(message)
        ddof = correction
    x = a if isinstance(a, Tensor) else tensor_of(a)
    if dtype is None and x.dtype.kind in "bi":
        dtype = np.float64
    axes = negative_axes(axis, x.ndim)
    if mean is None:
        summed = _core.sum(_masked(converted(x, dtype), where), axes, True)
        mean = converted(_core.divide(summed, _count(x, axes, True, where)), dtype)
    distance = _core.subtract(x, mean)
    squared = squared_modulus(distance) if x.dtype.kind == "c" else _core.square(distance)
    total = _core.sum(_masked(converted(squared, dtype), where), axes, keepdims)
    count = _count(x, axes, keepdims, where)
    if where is True and not isinstance(ddof, Tensor):
        return converted(_core.divide(total, float(count - ddof) if count > ddof else 0), dtype)
    kept = _core.maximum(_core.subtract(count, ddof), 0)
    return converted(_core.divide(total, kept), total.dtype)


def squared_modulus(x: Tensor) -> Tensor:
    """Return the square of the distance from zero."""
    if x.dtype.kind != "c":
        return _core.square(x)
    return _core.add(_core.square(_core.real(x)), _core.square(_core.imag(x)))


def std(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: None = None,
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
    square = var(a, axis, dtype, out, ddof, keepdims, where=where, mean=mean, correction=correction)
    return converted(_core.sqrt(square), dtype)


def cumsum(a: Operand, axis: Axis = None, dtype: DTypeLike = None, out: None = None) -> Tensor:
    """Sum up to each element along an axis.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; booleans and integers are summed as int64.
    axis : int or None
        The axis to go along; None for the flattened array.
    dtype : dtype, optional
        What is summed, and the dtype of the result.
    out : None
        Tensors are not written to.

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
    refuse("cumsum", "out", out)
    return _running(_core.cumsum, a, axis, dtype)


def cumprod(a: Operand, axis: Axis = None, dtype: DTypeLike = None, out: None = None) -> Tensor:
    """Multiply up to each element along an axis; the derivative is right where factors are zero.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; booleans and integers are multiplied as int64.
    axis : int or None
        The axis to go along; None for the flattened array.
    dtype : dtype, optional
        What is multiplied, and the dtype of the result.
    out : None
        Tensors are not written to.

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
    refuse("cumprod", "out", out)
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
