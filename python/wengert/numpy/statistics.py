"""Averages and quantiles, with and without nan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, RuleError, ShapeError, Tensor
from wengert.numpy._arguments import (
    ALL_AXES,
    converted,
    negative_axes,
    part_along,
    product,
    refuse,
    tensor_of,
    tensor_or_number,
)
from wengert.numpy.reductions import mean
from wengert.numpy.reductions import sum as total
from wengert.numpy.shape import expand_dims

if TYPE_CHECKING:
    from wengert._typing import Axes, DTypeLike, Operand

__all__ = [
    "average",
    "median",
    "nanmax",
    "nanmean",
    "nanmin",
    "nansum",
    "percentile",
    "quantile",
]


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
    return result, sums if sums.shape == result.shape else _core.broadcast_to(sums, result.shape)


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


def _in_a_row(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """Move the axes to the end, make one of them, and sort it."""
    kept = [i for i in range(-x.ndim, 0) if i not in axes]
    shape = [x.shape[i] for i in kept]
    if axes != (-1,):
        x = _core.transpose(x, (*kept, *axes))
        x = _core.reshape(x, (*shape, product([x.shape[i] for i in range(len(kept), x.ndim)])))
    return _core.sort(x, -1)


def _with_nan(ordered: Tensor, result: Tensor) -> Tensor:
    """Nan where the last of the sorted elements is nan."""
    if ordered.dtype.kind != "f" or ordered.shape[-1] == 0:
        return result
    last = part_along(ordered, -1, ordered.shape[-1] - 1, 1)
    is_nan = _core.isnan(_core.reshape(last, last.shape[:-1]))
    return _core.where(is_nan, math.nan, result)


def _kept(result: Tensor, x: Tensor, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    return expand_dims(result, axes) if keepdims else result


def median(
    a: Operand,
    axis: Axes = None,
    out: None = None,
    overwrite_input: bool = False,
    keepdims: bool = False,
) -> Tensor:
    """Find the middle along axes; equal elements share the cotangent equally.

    Parameters
    ----------
    a : array_like
        Of any shape, real.
    axis : int, tuple of int or None
        The axes to search; None for all.
    out : None
        Tensors are not written to.
    overwrite_input : bool
        Of no effect.
    keepdims : bool
        Whether the axes stay, with length one.

    Returns
    -------
    Tensor
        Of the shape of the other axes: the middle one of the sorted elements, or the mean of two;
        nan where there is nothing to choose from.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.median([5.0, 1.0, 2.0, 4.0])
    Tensor(3.)
    """
    refuse("median", "out", out)
    x = tensor_of(a)
    axes = negative_axes(axis, x.ndim)
    ordered = _in_a_row(x, axes)
    n = ordered.shape[-1]
    middle = part_along(ordered, -1, (n - 1) // 2, 2 - n % 2) if n else ordered
    return _kept(_with_nan(ordered, mean(middle, -1)), x, axes, keepdims)


_ROUNDED = {"lower": _core.floor, "higher": _core.ceil, "nearest": _core.rint}


def quantile(
    a: Operand,
    q: Any,
    axis: Axes = None,
    out: None = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: None = None,
) -> Tensor:
    """Find what a part of the elements along axes lies below.

    Parameters
    ----------
    a : array_like
        Of any shape, real.
    q : array_like
        Which part, from 0 to 1.
    axis : int, tuple of int or None
        The axes to search; None for all.
    out : None
        Tensors are not written to.
    overwrite_input : bool
        Of no effect.
    method : {"linear", "lower", "higher", "midpoint", "nearest"}
        What to take between two elements.
    keepdims : bool
        Whether the axes stay, with length one.
    weights : None
        Not supported.

    Returns
    -------
    Tensor
        Of the shape of `q`, then that of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    DTypeError
        If `a` is complex, or boolean and the method computes with its elements.
    ValueError
        If `q` is out of range.
    RuleError
        If the method is another one.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.quantile([1.0, 2.0, 4.0], [0.5, 0.75])
    Tensor([2., 3.])
    """
    refuse("quantile", "out", out)
    refuse("quantile", "weights", weights)
    x = _ordered("quantile", a)
    parts = tensor_of(q)
    if parts.is_weak or type(q) in (int, float):  # a number takes the precision of the elements
        parts = converted(parts, x.dtype if x.dtype.kind == "f" else parts.dtype)
    _require_between("quantile", parts, q, 1)
    return _quantile("quantile", x, parts, axis, method, keepdims)


def _ordered(name: str, a: Operand) -> Tensor:
    x = tensor_of(a)
    if x.dtype.kind == "c":
        message = f"{name}: a is {x.dtype}; a real dtype is needed"
        raise DTypeError(message)
    return x


def _require_between(name: str, parts: Tensor, q: Any, most: int) -> None:
    is_between = _core.logical_and(_core.greater_equal(parts, 0), _core.less_equal(parts, 1))
    if not _core.all(is_between, ALL_AXES[parts.ndim], False):
        message = f"{name}: q is {q}; numbers from 0 to {most} are needed"
        raise ValueError(message)


def _quantile(
    name: str, x: Tensor, parts: Tensor, axis: Axes, method: str, keepdims: bool
) -> Tensor:
    if method not in ("linear", "midpoint", *_ROUNDED):
        message = f"{name}: method is {method!r}; 'linear', 'lower', 'higher', 'midpoint' or 'nearest' is needed"
        raise RuleError(message)
    axes = negative_axes(axis, x.ndim)
    ordered = _in_a_row(x, axes)
    place = _core.multiply(parts, ordered.shape[-1] - 1)
    if method in _ROUNDED:
        result = _at(ordered, _ROUNDED[method](place))
    elif method == "linear" and place.dtype.kind in "bi":
        result = _at(ordered, place)
    else:
        result = _between(ordered, place, method)
    if parts.ndim:
        end = list(range(-parts.ndim, 0))
        result = _core.transpose(result, (*end, *range(-result.ndim, -parts.ndim)))
    return _kept(_with_nan(ordered, result), x, axes, keepdims)


def _at(ordered: Tensor, place: Tensor) -> Tensor:
    return _core.gather([ordered, converted(place, np.int64)], (-1,), 0)


def _between(ordered: Tensor, place: Tensor, method: str) -> Tensor:
    """Interpolate from the nearer of two neighbours."""
    if place.dtype.kind in "bi":
        place = converted(place, np.float64)
    low = _core.floor(place)
    share = _core.subtract(place, low)
    if method == "midpoint":
        share = _core.where(_core.greater(share, 0), share.dtype.type(0.5), share)
    before = _at(ordered, low)
    after = _at(ordered, _core.minimum(_core.add(low, 1), ordered.shape[-1] - 1))
    is_behind = _core.greater_equal(share, 0.5)
    distance = _core.where(is_behind, _core.subtract(share, 1), share)
    step = _core.multiply(_core.subtract(after, before), distance)
    return _core.add(_core.where(is_behind, after, before), step)


def percentile(
    a: Operand,
    q: Any,
    axis: Axes = None,
    out: None = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: None = None,
) -> Tensor:
    """Find what a number of hundredths of the elements along axes lies below.

    Parameters
    ----------
    a, axis, out, overwrite_input, method, keepdims, weights
        As for `quantile`.
    q : array_like
        How many hundredths, from 0 to 100.

    Returns
    -------
    Tensor
        Of the shape of `q`, then that of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If `q` is out of range.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.percentile([1.0, 2.0, 4.0], 50)
    Tensor(2.)
    """
    refuse("percentile", "out", out)
    refuse("percentile", "weights", weights)
    x = _ordered("percentile", a)
    parts = _core.divide(tensor_or_number(q), x.dtype.type(100) if x.dtype.kind == "f" else 100)
    _require_between("percentile", parts, q, 100)
    return _quantile("percentile", x, parts, axis, method, keepdims)


def _without_nan(x: Tensor, instead: Any) -> Tensor:
    return x if x.dtype.kind in "bi" else _core.where(_core.isnan(x), instead, x)


def nansum(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Sum along axes what is not nan.

    Parameters
    ----------
    a, axis, dtype, out, keepdims, initial, where
        As for `sum`.

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
    >>> wnp.nansum([1.0, float("nan"), 3.0])
    Tensor(4.)
    """
    return total(_without_nan(tensor_of(a), False), axis, dtype, out, keepdims, initial, where)


def nanmean(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: None = None,
    keepdims: bool = False,
    *,
    where: Any = True,
) -> Tensor:
    """Average along axes what is not nan.

    Parameters
    ----------
    a, axis, dtype, out, keepdims, where
        As for `mean`.

    Returns
    -------
    Tensor
        Of the shape of the other axes; nan where there is nothing else.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanmean([1.0, float("nan"), 3.0])
    Tensor(2.)
    """
    x = tensor_of(a)
    is_number = _core.logical_not(_core.isnan(x))
    return mean(x, axis, dtype, out, keepdims, where=_core.logical_and(is_number, where))


def _nan_extremum(
    name: str, a: Operand, axis: Axes, out: None, keepdims: bool, initial: Any, where: Any
) -> Tensor:
    from wengert.numpy import reductions  # noqa: PLC0415 -- its names are Python's

    x = tensor_of(a)
    instead = -math.inf if name == "max" else math.inf
    reduce = getattr(reductions, name)
    result: Tensor = reduce(_without_nan(x, instead), axis, out, keepdims, initial, where)
    if x.dtype.kind in "bi" or initial is not None:
        return result
    is_empty = _core.all(_core.isnan(x), negative_axes(axis, x.ndim), keepdims)
    return _core.where(is_empty, math.nan, result)


def nanmax(
    a: Operand,
    axis: Axes = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Find the greatest element along axes that is not nan.

    Parameters
    ----------
    a, axis, out, keepdims, initial, where
        As for `max`.

    Returns
    -------
    Tensor
        Of the shape of the other axes; nan where there is nothing else.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanmax([1.0, float("nan"), 3.0])
    Tensor(3.)
    """
    return _nan_extremum("max", a, axis, out, keepdims, initial, where)


def nanmin(
    a: Operand,
    axis: Axes = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Find the least element along axes that is not nan.

    Parameters
    ----------
    a, axis, out, keepdims, initial, where
        As for `min`.

    Returns
    -------
    Tensor
        Of the shape of the other axes; nan where there is nothing else.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanmin([1.0, float("nan"), 3.0])
    Tensor(1.)
    """
    return _nan_extremum("min", a, axis, out, keepdims, initial, where)
