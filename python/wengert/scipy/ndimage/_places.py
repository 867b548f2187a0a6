"""Splines on grids, evaluated anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import converted, product
from wengert.numpy.layout.joining import stack
from wengert.scipy.ndimage._arguments import delivered, dtype_in, extended, wide
from wengert.scipy.ndimage.splines import filtered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wengert._typing import DTypeLike

# How many elements are put around an array whose borders have no filter of their own, as many as by SciPy.
_MARGIN = 12


def _wrapped(at: Tensor, n: int) -> Tensor:
    """Bring places into a period that ends on the last element; what is within stays, both ends included."""
    period = max(n - 1.0, 1.0)
    is_ahead, is_behind = _core.less(at, 0.0), _core.greater(at, n - 1.0)
    ahead, behind = _core.where(is_ahead, -at, 0.0), _core.where(is_behind, at, 0.0)
    shifts = _core.where(is_ahead, _core.floor(ahead / period) + 1.0, 0.0)
    return at + period * (shifts - _core.floor(behind / period))


def _folded(i: Tensor, n: int, mode: str) -> Tensor:
    """Bring numbers of elements to those that an array has, by what lies behind its borders."""
    if mode == "nearest":
        folded: Tensor = _core.minimum(_core.maximum(i, 0), n - 1)
    elif mode == "grid-wrap":
        folded = _core.remainder(i, n)
    elif mode in ("reflect", "grid-mirror"):
        j = _core.remainder(i, 2 * n)
        folded = _core.minimum(j, 2 * n - 1 - j)
    else:
        j = _core.remainder(i, max(2 * n - 2, 1))
        folded = _core.minimum(j, 2 * n - 2 - j) if n > 1 else j
    return folded


def _weights(at: Tensor, order: int, last: float | None) -> tuple[Tensor, Tensor]:
    """Return which element counts first at each place, `last` at most, and the weights of it and those behind it.

    The weights stand along a new axis in front.
    """
    cell = _core.floor(at if order % 2 else at + 0.5)
    if last is not None:
        cell = _core.minimum(cell, last)
    x = at - cell if order % 2 else at - cell + 0.5
    values: list[Any] = [x * 0.0 + 1.0]
    # B-splines of each degree from those of the one below (C. de Boor, On Calculating with B-splines, 1972).
    for degree in range(1, order + 1):
        falling = [*[(i + 1.0 - x) * value for i, value in enumerate(values)], 0.0]
        rising = [0.0, *[(x + (degree - 1.0 - i)) * value for i, value in enumerate(values)]]
        values = [(a + b) / float(degree) for a, b in zip(rising, falling, strict=True)]
    return cell - float(order // 2), stack(values, -1 - at.ndim)


def _along(x: Tensor, axis: int, rank: int) -> Tensor:
    """Put the first axis among as many as there are dimensions."""
    ones = [1] * rank
    ones[axis] = x.shape[0]
    return _core.reshape(x, (*ones, *x.shape[1:]))


def interpolated(
    name: str,
    image: Tensor,
    places: Sequence[Tensor],
    order: int,
    mode: str,
    cval: Any,
    prefilter: bool,
    output: DTypeLike,
) -> Tensor:
    """Evaluate splines in the last axes of an array, one for each of `places`; the axes in front stay."""
    rank, c, margin = len(places), wide(image), 0
    if prefilter and order > 1:
        if mode in ("nearest", "grid-constant"):
            margin = _MARGIN
            reach = [(0, 0)] * (c.ndim - rank) + [(margin, margin)] * rank
            c = extended(c, reach, mode, cval)
        for axis in range(-rank, 0):
            c = filtered(c, order, axis, mode)
    lengths = c.shape[c.ndim - rank :]
    y, weights, is_there, is_outside = _gathered(c, lengths, places, order, mode, margin)
    if is_there is not None:
        y = _core.where(is_there, y, cval)
    for axis, weight in enumerate(weights):
        y = _core.sum(y * weight, (axis - rank - places[0].ndim,), False)
    if is_outside is not None:
        y = _core.where(is_outside, cval, y)
    dtype = np.dtype(dtype_in(output)) if dtype_in(output) is not None else image.dtype
    if dtype.kind in "iu":  # rounded, away from zero in the middle
        y = _core.trunc(y + _core.copysign(0.5, y))
    return delivered(y, image, output)


def _gathered(
    c: Tensor,
    lengths: tuple[int, ...],
    places: Sequence[Tensor],
    order: int,
    mode: str,
    margin: int,
) -> tuple[Tensor, list[Tensor], Tensor | None, Tensor | None]:
    """Return what counts at each place, an axis for each dimension, with its weights; where it is, and where nothing is."""
    rank = len(places)
    number: Any = 0
    is_there: Any = None
    is_outside: Any = None
    weights = []
    for axis, (given, n) in enumerate(zip(places, lengths, strict=True)):
        at = converted(given, np.float64)
        if mode == "constant":
            away = _core.logical_or(_core.less(at, 0.0), _core.greater(at, n - 1.0))
            is_outside = away if is_outside is None else _core.logical_or(is_outside, away)
        if mode == "wrap":
            at = _wrapped(at, n)
        elif margin:
            at = at + float(margin)
        # At the last element of a line that ends there, the slope is that of the last piece.
        ends = order == 1 and n > 1 and mode in ("constant", "wrap")
        first, weight = _weights(at, order, n - 2.0 if ends else None)
        steps = np.arange(order + 1).reshape(-1, *[1] * at.ndim)
        elements = _along(converted(first, np.int64) + steps, axis, rank)
        if mode == "grid-constant":
            inside = _core.logical_and(_core.greater_equal(elements, 0), _core.less(elements, n))
            is_there = inside if is_there is None else _core.logical_and(is_there, inside)
        number = number + _folded(elements, n, mode) * product(lengths[axis + 1 :])
        # Of the axes in front of this one, none are left when it is summed along.
        weights.append(_core.reshape(weight, (order + 1, *[1] * (rank - 1 - axis), *at.shape)))
    flat = _core.reshape(c, (*c.shape[: c.ndim - rank], product(lengths)))
    return _core.gather([flat, number], (-1,), 0), weights, is_there, is_outside
