"""Differences, integrals and interpolation of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import (
    converted,
    negative_axis,
    part_along,
    tensor_of,
    tensor_or_number,
)
from wengert.numpy.reductions.totals import sum as total

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["diff", "interp", "trapezoid"]


def diff(
    a: Operand,
    n: int = 1,
    axis: int = -1,
    prepend: Operand | None = None,
    append: Operand | None = None,
) -> Tensor:
    """Subtract from each element along an axis the one before.

    Parameters
    ----------
    a : array_like
        Of one axis or more; booleans are compared.
    n : int
        How often.
    axis : int
        Along which axis.
    prepend, append : array_like, optional
        What stands before and behind `a` along the axis; a number has length one.

    Returns
    -------
    Tensor
        Shorter by `n` along the axis.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If `n` is negative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.diff([1.0, 4.0, 9.0])
    Tensor([3., 5.])
    """
    if n < 0:
        message = f"diff: n is {n!r}; no negative number is needed"
        raise ValueError(message)
    x = tensor_of(a)
    if n == 0:
        return x
    if x.ndim == 0:
        message = "diff: a is (); at least one axis is needed"
        raise ShapeError(message)
    along = negative_axis(axis, x.ndim)
    if prepend is not None or append is not None:
        edge = [*x.shape]
        edge[along] = 1
        ends = [None if e is None else tensor_of(e) for e in (prepend, append)]
        before, behind = (
            e if e is None or e.ndim else _core.broadcast_to(e, tuple(edge)) for e in ends
        )
        x = _core.concatenate([part for part in (before, x, behind) if part is not None], along)
    subtract = _core.not_equal if x.dtype.kind == "b" else _core.subtract
    for _ in range(n):
        left = max(x.shape[along] - 1, 0)
        first = min(1, x.shape[along])
        x = subtract(part_along(x, along, first, left), part_along(x, along, 0, left))
    return x


def trapezoid(y: Operand, x: Operand | None = None, dx: Any = 1.0, axis: int = -1) -> Tensor:
    """Integrate samples along an axis by the trapezoidal rule.

    Parameters
    ----------
    y : array_like
        Of one axis or more.
    x : array_like, optional
        Where the samples are, of shape (length of the axis,) or that of `y`.
    dx : number or array_like
        Their distances, if `x` is not given.
    axis : int
        Along which axis.

    Returns
    -------
    Tensor
        Of the shape of the other axes, in the units of `y` times those of `x`.

    Raises
    ------
    AxisError
        If `y` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.trapezoid([1.0, 2.0, 4.0], dx=0.5)
    Tensor(2.25)
    """
    values = tensor_of(y)
    along = negative_axis(axis, values.ndim)
    if x is not None:
        places = tensor_of(x)
        dx = diff(places, 1, -1 if places.ndim == 1 else axis)
        if places.ndim == 1:
            dx = _core.reshape(dx, (dx.size, *(1,) * (-along - 1)))
    else:
        dx = tensor_or_number(dx)
    count = values.shape[along] - 1
    if count < 1:
        return total(_core.multiply(part_along(values, along, 0, 0), 0.5), along)
    pairs = _core.add(part_along(values, along, 1, count), part_along(values, along, 0, count))
    return total(_core.divide(_core.multiply(dx, pairs), 2.0), along)


def interp(
    x: Operand,
    xp: Operand,
    fp: Operand,
    left: Any = None,
    right: Any = None,
    period: Any = None,
) -> Tensor:
    """Interpolate linearly between samples.

    Parameters
    ----------
    x : array_like
        Where to evaluate, of any shape.
    xp, fp : array_like
        Places, ascending, and values of the samples, of shape (N,). Of several samples at one
        place the last one counts.
    left, right : number, optional
        The value before the first and behind the last sample; by default that sample's.
    period : number, optional
        The samples repeat after it, in any order; `left` and `right` are not looked at.

    Returns
    -------
    Tensor
        Of the shape of `x`, in the units of `fp`; at a sample, the derivative is that to its right.

    Raises
    ------
    DTypeError
        If `x` or `xp` is complex.
    ShapeError
        If `xp` and `fp` are not of one length.
    ValueError
        If `period` is zero.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.interp(2.5, [1.0, 2.0, 3.0], [3.0, 2.0, 0.0])
    Tensor(1.)
    """
    at, places = (converted(_real(v), np.float64) for v in (x, xp))
    values = tensor_of(fp)
    values = converted(values, np.complex128 if values.dtype.kind == "c" else np.float64)
    if places.ndim != 1 or places.shape != values.shape or not places.size:
        message = f"interp: xp is {places.shape} and fp is {values.shape}; both must be (N,), N > 0"
        raise ShapeError(message)
    if period is not None:
        at, places, values = _repeated(at, places, values, period)
        left = right = None
    n = places.size
    first, last = (part_along(values, -1, i, 1) for i in (0, n - 1))
    if n == 1:
        inside = _core.broadcast_to(_core.reshape(first, ()), at.shape)
    else:
        after = _core.searchsorted(places, at, True)
        before = _core.maximum(
            _core.subtract(after, 1), 0
        )  # the last sample has no segment behind it
        segment = _core.minimum(before, n - 2)
        x0, x1, f0, f1 = (
            _core.gather([v, _core.add(segment, i)], (-1,), 0)
            for v in (places, values)
            for i in (0, 1)
        )
        width = _core.subtract(x1, x0)
        slope = _core.divide(_core.subtract(f1, f0), width)
        slope = _core.where(_core.equal(width, 0.0), 0.0, slope)  # of samples at one place
        start, value = (_core.gather([v, before], (-1,), 0) for v in (places, values))
        inside = _core.add(_core.multiply(slope, _core.subtract(at, start)), value)
    low, high = (_core.reshape(part_along(places, -1, i, 1), ()) for i in (0, n - 1))
    left, right = (
        _core.reshape(edge, ()) if outside is None else _like_values(outside, values)
        for edge, outside in ((first, left), (last, right))
    )
    inside = _core.where(_core.less(at, low), left, inside)
    return _core.where(_core.greater(at, high), right, inside)


def _repeated(
    at: Tensor, places: Tensor, values: Tensor, period: Any
) -> tuple[Tensor, Tensor, Tensor]:
    """Bring samples into one period, in order, with a neighbour of the next one on either side."""
    if period == 0:
        message = "interp: period is 0; another number is needed"
        raise ValueError(message)
    length = _core.absolute(tensor_or_number(period))
    at, places = _core.remainder(at, length), _core.remainder(places, length)
    order = _core.argsort(places, -1)
    places, values = (_core.gather([v, order], (-1,), 0) for v in (places, values))
    n = places.size
    (first, last), (front, end) = (
        [part_along(v, -1, i, 1) for i in (0, n - 1)] for v in (places, values)
    )
    before, behind = _core.subtract(last, length), _core.add(first, length)
    return (
        at,
        _core.concatenate([before, places, behind], -1),
        _core.concatenate([end, values, front], -1),
    )


def _real(x: Operand) -> Tensor:
    place = tensor_of(x)
    if place.dtype.kind == "c":
        message = f"interp: x or xp is {place.dtype}; a real dtype is needed"
        raise DTypeError(message)
    return place


def _like_values(outside: Any, values: Tensor) -> Tensor:
    value = tensor_of(outside)
    if value.dtype.kind == "c" and values.dtype.kind != "c":
        message = f"interp: left or right is {value.dtype} and fp is real; a real number is needed"
        raise DTypeError(message)
    return value
