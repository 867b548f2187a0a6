"""What lies at places among sorted elements, and between two: the parts below them, counted or weighed."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, RuleError, Tensor
from wengert.numpy._arguments import (
    ALL_AXES,
    converted,
    negative_axes,
    part_along,
    product,
    tensor_of,
    tensor_or_number,
)
from wengert.numpy.layout.reshaping import expand_dims

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Axes, Operand


def in_a_row(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """Move the axes to the end, and make one of them."""
    kept = [i for i in range(-x.ndim, 0) if i not in axes]
    shape = [x.shape[i] for i in kept]
    if axes != (-1,):
        x = _core.transpose(x, (*kept, *axes))
        x = _core.reshape(x, (*shape, product([x.shape[i] for i in range(len(kept), x.ndim)])))
    return x


def with_nan(ordered: Tensor, result: Tensor) -> Tensor:
    """Nan where the last of the sorted elements is nan."""
    if ordered.dtype.kind != "f" or ordered.shape[-1] == 0:
        return result
    last = part_along(ordered, -1, ordered.shape[-1] - 1, 1)
    is_nan = _core.isnan(_core.reshape(last, last.shape[:-1]))
    return _core.where(is_nan, math.nan, result)


def kept(result: Tensor, x: Tensor, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    return expand_dims(result, axes) if keepdims else result


def operands(name: str, a: Operand, q: Any, most: int = 1) -> tuple[Tensor, Tensor]:
    """Read what quantiles are asked of, and which: parts from 0 to 1, given as so many of `most`."""
    x = tensor_of(a)
    if x.dtype.kind == "c":
        message = f"{name}: a is {x.dtype}; a real dtype is needed"
        raise DTypeError(message)
    if most != 1:
        whole = x.dtype.type(most) if x.dtype.kind == "f" else most
        parts = _core.divide(tensor_or_number(q), whole)
    else:
        parts = tensor_of(q)
        if parts.is_weak or type(q) in (int, float):  # a number takes the precision of the elements
            parts = converted(parts, x.dtype if x.dtype.kind == "f" else parts.dtype)
    is_between = _core.logical_and(_core.greater_equal(parts, 0), _core.less_equal(parts, 1))
    if not _core.all(is_between, ALL_AXES[parts.ndim], False):
        message = f"{name}: q is {q}; numbers from 0 to {most} are needed"
        raise ValueError(message)
    return x, parts


def of_parts(
    name: str, x: Tensor, parts: Tensor, axis: Axes, method: str, keepdims: bool
) -> Tensor:
    """Find what parts of the elements along axes lie below."""
    axes = negative_axes(axis, x.ndim)
    ordered = _core.sort(in_a_row(x, axes), -1)
    last = ordered.shape[-1] - 1
    place = _core.multiply(parts, last)
    result = between(name, partial(_at, ordered), place, last, method)
    if parts.ndim:
        end = list(range(-parts.ndim, 0))
        result = _core.transpose(result, (*end, *range(-result.ndim, -parts.ndim)))
    return kept(with_nan(ordered, result), x, axes, keepdims)


def of_weights(
    name: str,
    x: Tensor,
    parts: Tensor,
    axis: Axes,
    method: str,
    keepdims: bool,
    weights: Operand,
) -> Tensor:
    """Find the first elements along axes up to which the weights sum to parts of all."""
    if method != "inverted_cdf":
        message = f"{name}: method is {method!r}; with weights 'inverted_cdf' is needed"
        raise ValueError(message)
    axes = negative_axes(axis, x.ndim)
    counted = _core.stop_gradient(tensor_of(weights))
    if counted.shape != x.shape:
        if counted.ndim != 1 or len(axes) != 1 or counted.shape[0] != x.shape[axes[0]]:
            message = f"{name}: a is {x.shape} and weights {counted.shape}; one shape, or as many weights as there are elements along one axis, are needed"
            raise ValueError(message)
        counted = _core.reshape(counted, (counted.size,) + (1,) * (-1 - axes[0]))
        counted = _core.broadcast_to(counted, x.shape)
    if _core.any(_core.less(counted, 0), ALL_AXES[counted.ndim], False):
        message = f"{name}: a weight is negative; weights from 0 on are needed"
        raise ValueError(message)
    row = in_a_row(x, axes)
    order = _core.argsort(row, -1)
    sorted_weights = _in_order(in_a_row(counted, axes), order)
    sums = _core.cumsum(converted(sorted_weights, np.float64), -1, False)
    last = row.shape[-1] - 1
    whole = part_along(sums, -1, last, 1)
    shares = _core.divide(sums, whole)
    shares = _core.where(_core.equal(shares, 0), -1.0, shares)  # no part is met by no weight
    each = _core.reshape(shares, (*shares.shape[:-1], *(1,) * parts.ndim, shares.shape[-1]))
    is_below = _core.less(each, _core.reshape(parts, (*parts.shape, 1)))
    place = _core.minimum(_core.sum(is_below, (-1,), False), last)
    ordered = _core.sort(row, -1)
    places = _core.reshape(place, (*row.shape[:-1], parts.size))
    result = _core.reshape(_in_order(ordered, places), place.shape)
    if parts.ndim:
        end = list(range(-parts.ndim, 0))
        result = _core.transpose(result, (*end, *range(-result.ndim, -parts.ndim)))
    return kept(with_nan(ordered, result), x, axes, keepdims)


def _at(ordered: Tensor, place: Tensor) -> Tensor:
    return _core.gather([ordered, converted(place, np.int64)], (-1,), 0)


_ROUNDED = {"lower": _core.floor, "higher": _core.ceil, "nearest": _core.rint}


def between(
    name: str, at: Callable[[Tensor], Tensor], place: Tensor, last: Any, method: str
) -> Tensor:
    """Return what is at a place between those that have an element, the `last` of which is known."""
    if method not in ("linear", "midpoint", *_ROUNDED):
        message = f"{name}: method is {method!r}; 'linear', 'lower', 'higher', 'midpoint' or 'nearest' is needed"
        raise RuleError(message)
    if method in _ROUNDED:
        return at(_ROUNDED[method](place))
    if place.dtype.kind in "bi":
        if method == "linear":
            return at(place)
        place = converted(place, np.float64)
    low = _core.floor(place)
    share = _core.subtract(place, low)
    if method == "midpoint":
        share = _core.where(_core.greater(share, 0), share.dtype.type(0.5), share)
    before, after = at(low), at(_core.minimum(_core.add(low, 1), last))
    is_behind = _core.greater_equal(share, 0.5)
    # from the nearer of the two
    distance = _core.where(is_behind, _core.subtract(share, 1), share)
    step = _core.multiply(_core.subtract(after, before), distance)
    return _core.add(_core.where(is_behind, after, before), step)


def _in_order(rows: Tensor, places: Tensor) -> Tensor:
    """Return the elements at places along the last axis."""
    n = rows.shape[-1]
    first = np.arange(0, rows.size, max(n, 1)).reshape(*rows.shape[:-1], 1)
    return _core.gather([_core.reshape(rows, (rows.size,)), _core.add(places, first)], (-1,), 0)
