"""Medians and quantiles of what is not nan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor, store
from wengert.numpy._arguments import converted, negative_axes, refuse, tensor_of
from wengert.numpy.layout.reshaping import expand_dims
from wengert.numpy.reductions import _places_in_order as places_in_order
from wengert.numpy.reductions import quantiles
from wengert.numpy.reductions.missing import without_nan

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand, Out

__all__ = ["nanmedian", "nanpercentile", "nanquantile"]


def nanquantile(
    a: Operand,
    q: Any,
    axis: Axes = None,
    out: Out = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: None = None,
) -> Tensor:
    """Find what a part of the elements along axes that are not nan lies below.

    Parameters
    ----------
    a, q, axis, out, overwrite_input, method, keepdims, weights
        As for `quantile`.

    Returns
    -------
    Tensor
        Of the shape of `q`, then that of the other axes; nan where there is nothing to choose from.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    DTypeError
        If `a` is complex.
    ValueError
        If `q` is out of range.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanquantile([1.0, 2.0, float("nan"), 4.0], [0.5, 0.75])
    Tensor([2., 3.])
    """
    refuse("nanquantile", "weights", weights)
    x, parts = places_in_order.operands("nanquantile", a, q)
    return _of_parts("nanquantile", x, parts, axis, out, method, keepdims)


def nanpercentile(
    a: Operand,
    q: Any,
    axis: Axes = None,
    out: Out = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: None = None,
) -> Tensor:
    """Find what a number of hundredths of the elements along axes that are not nan lies below.

    Parameters
    ----------
    a, q, axis, out, overwrite_input, method, keepdims, weights
        As for `percentile`.

    Returns
    -------
    Tensor
        Of the shape of `q`, then that of the other axes; nan where there is nothing to choose from.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    DTypeError
        If `a` is complex.
    ValueError
        If `q` is out of range.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanpercentile([1.0, 2.0, float("nan"), 4.0], 50)
    Tensor(2.)
    """
    refuse("nanpercentile", "weights", weights)
    x, parts = places_in_order.operands("nanpercentile", a, q, 100)
    return _of_parts("nanpercentile", x, parts, axis, out, method, keepdims)


def nanmedian(
    a: Operand,
    axis: Axes = None,
    out: Out = None,
    overwrite_input: bool = False,
    keepdims: bool = False,
) -> Tensor:
    """Find the middle along axes of what is not nan; equal elements share the cotangent equally.

    Parameters
    ----------
    a, axis, out, overwrite_input, keepdims
        As for `median`.

    Returns
    -------
    Tensor
        Of the shape of the other axes; nan where there is nothing to choose from.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanmedian([5.0, float("nan"), 2.0, 4.0])
    Tensor(4.)
    """
    x = tensor_of(a)
    if x.dtype.kind in "bi" or x.size == 0:
        return quantiles.median(x, axis, out, overwrite_input, keepdims)
    half = x.dtype.type(0.5).real
    result = _of_parts("nanmedian", x, tensor_of(half), axis, None, "linear", keepdims)
    return result if out is None else store("nanmedian", out, result, "unsafe")


def _of_parts(
    name: str, x: Tensor, parts: Tensor, axis: Axes, out: Out, method: str, keepdims: bool
) -> Tensor:
    """Quantiles of as many of the sorted elements as are not nan, which stand behind the others."""
    if out is not None:
        result = _of_parts(name, x, parts, axis, None, method, keepdims)
        return store(name, out, result, broadcasts=True)
    if x.dtype.kind in "bi":
        return places_in_order.of_parts(name, x, parts, axis, method, keepdims)
    axes = negative_axes(axis, x.ndim)
    rows = places_in_order.in_a_row(without_nan(x, math.inf), axes)
    is_number = _core.logical_not(_core.isnan(places_in_order.in_a_row(x, axes)))
    count = _core.sum(is_number, (-1,), False)
    last = converted(_core.maximum(_core.subtract(count, 1), 0), parts.dtype)
    place = _core.multiply(_core.reshape(parts, (*parts.shape, *[1] * count.ndim)), last)
    lines = _core.sort(_core.reshape(rows, (count.size, rows.shape[-1])), -1)
    numbers = np.arange(count.size).reshape(count.shape)

    def at(place: Tensor) -> Tensor:
        return _core.gather([lines, numbers, converted(place, np.int64)], (-2, -1), 0)

    result = places_in_order.between(name, at, place, last, method)
    result = _core.where(_core.greater(count, 0), result, math.nan)
    return expand_dims(result, axes) if keepdims else result
