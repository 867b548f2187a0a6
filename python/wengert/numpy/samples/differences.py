"""Derivatives of samples by differences, and steps between them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import (
    converted,
    negative_axes,
    negative_axis,
    part_along,
    tensor_of,
    tensor_or_number,
)
from wengert.numpy.elementwise.arithmetic import divmod
from wengert.numpy.predicates.kinds import ndim, result_type
from wengert.numpy.samples.calculus import diff

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand

__all__ = ["ediff1d", "gradient", "unwrap"]


def gradient(f: Operand, *varargs: Any, axis: Axes = None, edge_order: int = 1) -> Any:
    """Differentiate samples along axes, by differences of second order inside.

    Parameters
    ----------
    f : array_like
        Of one axis or more.
    *varargs : number or array_like
        How far samples are apart: nothing (1), one number for all axes, or for each axis a number or the
        coordinates of its samples, of shape (length of the axis,). They are differentiated too.
    axis : int, tuple of int or None
        Along which axes; None for all.
    edge_order : {1, 2}
        The order of the differences at the ends.

    Returns
    -------
    Tensor or tuple of Tensor
        One of the shape of `f` for each axis, in the units of `f` by those of the distances.

    Raises
    ------
    AxisError
        If `f` has no such axis.
    TypeError
        If there are neither one nor as many distances as axes.
    ValueError
        If `edge_order` is another one, an axis is too short for it, or coordinates do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.gradient([1.0, 2.0, 4.0, 7.0])
    Tensor([1. , 1.5, 2.5, 3. ])
    """
    x = tensor_of(f)
    if x.dtype.kind == "i":
        x = converted(x, np.float64)
    axes = negative_axes(axis, x.ndim)
    if len(varargs) not in (0, 1, len(axes)) or (
        len(varargs) == 1 and len(axes) != 1 and ndim(varargs[0])
    ):
        message = f"gradient: {len(varargs)} distances were given for {len(axes)} axes; one for each is needed"
        raise DTypeError(message)
    if edge_order > 2:
        message = f"gradient: edge_order is {edge_order}; 1 or 2 is needed"
        raise ValueError(message)
    steps = varargs if len(varargs) == len(axes) else (*varargs, 1.0)[:1] * len(axes)
    results = []
    for along, step in zip(axes, steps, strict=True):
        n = x.shape[along]
        if n < edge_order + 1:
            message = (
                f"gradient: f is {x.shape}; {edge_order + 1} elements along the axis are needed"
            )
            raise ShapeError(message)
        results.append(converted(_slopes(x, along, step, edge_order), x.dtype))
    return results[0] if len(results) == 1 else tuple(results)


def _slopes(x: Tensor, along: int, step: Any, edge_order: int) -> Tensor:
    if x.dtype.kind == "b":
        message = "gradient: f is bool; numbers are needed"
        raise DTypeError(message)
    n = x.shape[along]
    width = tensor_or_number(step)
    if ndim(width) == 0:
        return _uniform(x, along, width, edge_order)
    if width.shape != (n,):
        message = f"gradient: the coordinates are {width.shape} and the axis has length {n}; shape ({n},) is needed"
        raise ShapeError(message)
    places = converted(width, np.float64) if width.dtype.kind in "bi" else width
    widths = _core.reshape(diff(places), (n - 1, *[1] * (-along - 1)))
    return _uneven(x, along, widths, edge_order)


def _at(x: Tensor, along: int, i: int) -> Tensor:
    return part_along(x, along, i % x.shape[along], 1)


def _uniform(x: Tensor, along: int, step: Any, edge_order: int) -> Tensor:
    n = x.shape[along]
    ahead, behind = (part_along(x, along, i, max(n - 2, 0)) for i in (min(2, n), 0))
    inner = _core.divide(_core.subtract(ahead, behind), _core.multiply(step, 2.0))
    ends = []
    for i, sign in ((0, 1), (-1, -1)):
        edge, neighbour = _at(x, along, i), _at(x, along, i + sign)
        if edge_order == 1:
            slope = _core.multiply(_core.subtract(neighbour, edge), float(sign))
        else:
            further = _at(x, along, i + 2 * sign)
            terms = (
                _core.multiply(v, c * sign)
                for v, c in ((edge, -1.5), (neighbour, 2.0), (further, -0.5))
            )
            slope = _added(*terms)
        ends.append(_core.divide(slope, step))
    return _core.concatenate([ends[0], inner, ends[1]], along)


def _uneven(x: Tensor, along: int, widths: Tensor, edge_order: int) -> Tensor:
    """By the slopes between neighbours: the parabola through three of them."""
    n = x.shape[along]
    slopes = _core.divide(diff(x, 1, along), widths)
    ends = []
    for i, sign in ((0, 1), (-1, -1)):
        slope = _at(slopes, along, i)
        if edge_order == 2:
            near, far = _at(widths, along, i), _at(widths, along, i + sign)
            bend = _core.subtract(_at(slopes, along, i + sign), slope)
            share = _core.divide(near, _core.add(near, far))
            slope = _core.subtract(slope, _core.multiply(bend, share))
        ends.append(slope)
    count = max(n - 2, 0)
    left, right = (part_along(slopes, along, i, count) for i in (0, min(1, n - 1)))
    before, after = (part_along(widths, along, i, count) for i in (0, min(1, n - 1)))
    weighted = _core.add(_core.multiply(left, after), _core.multiply(right, before))
    inner = _core.divide(weighted, _core.add(before, after))
    return _core.concatenate([ends[0], inner, ends[1]], along)


def _added(first: Tensor, *others: Tensor) -> Tensor:
    for term in others:
        first = _core.add(first, term)
    return first


def ediff1d(ary: Operand, to_end: Operand | None = None, to_begin: Operand | None = None) -> Tensor:
    """Subtract from each element of the flattened array the one before.

    Parameters
    ----------
    ary : array_like
        Of any shape.
    to_end, to_begin : array_like, optional
        What stands behind and before the differences, flattened.

    Returns
    -------
    Tensor
        Of one axis, one shorter than `ary` has elements.

    Raises
    ------
    DTypeError
        If what stands at the ends is of a kind that the dtype of `ary` does not hold.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.ediff1d([1.0, 2.0, 4.0], to_begin=0.0)
    Tensor([0., 1., 2.])
    """
    x = tensor_of(ary)
    x = _core.reshape(x, (x.size,))
    n = max(x.size - 1, 0)
    ends = []
    for name, given in (("to_begin", to_begin), ("to_end", to_end)):
        if given is None:
            continue
        end = tensor_of(given)
        if not end.is_weak and not np.can_cast(end.dtype, x.dtype, "same_kind"):
            message = (
                f"ediff1d: {name} is {end.dtype} and ary is {x.dtype}; one of its kind is needed"
            )
            raise DTypeError(message)
        ends.append(converted(_core.reshape(end, (end.size,)), x.dtype))
    first = min(1, x.size)
    steps = _core.subtract(part_along(x, -1, first, n), part_along(x, -1, 0, n))
    if not ends:
        return steps
    front = ends[:1] if to_begin is not None else []
    return _core.concatenate([*front, steps, *ends[len(front) :]], -1)


def unwrap(
    p: Operand,
    discont: Any = None,
    axis: int = -1,
    *,
    period: Any = 2 * math.pi,
) -> Tensor:
    """Add multiples of a period where samples jump, so that neighbours are at most half of one apart.

    Parameters
    ----------
    p : array_like
        Of one axis or more, real.
    discont : number, optional
        Jumps that are smaller are left as they are; by default half of the period.
    axis : int
        Along which axis.
    period : number
        What is a whole turn, in the units of `p`.

    Returns
    -------
    Tensor
        Of the shape of `p`; the derivative passes unchanged.

    Raises
    ------
    AxisError
        If `p` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.unwrap([0.0, 3.0, -3.0])
    Tensor([0.        , 3.        , 3.28318531])
    """
    x = tensor_of(p)
    along = negative_axis(axis, x.ndim)
    step = diff(x, 1, along)
    period = tensor_or_number(period)
    dtype = result_type(step, period)
    if np.issubdtype(dtype, np.integer):
        high, rest = divmod(period, 2)
        is_ambiguous = bool(_core.equal(rest, 0))
    else:
        high, is_ambiguous = _core.divide(period, 2), True
    low = _core.negative(high)
    jump = _core.add(_core.remainder(_core.subtract(step, low), period), low)
    if is_ambiguous:
        is_edge = _core.logical_and(_core.equal(jump, low), _core.greater(step, 0))
        jump = _core.where(is_edge, high, jump)
    least = high if discont is None else tensor_or_number(discont)
    correction = _core.where(_core.less(_core.absolute(step), least), 0, _core.subtract(jump, step))
    edge = [*x.shape]
    edge[along] = min(1, edge[along])
    first = _core.broadcast_to(converted(tensor_of(0), correction.dtype), tuple(edge))
    total = _core.cumsum(_core.concatenate([first, correction], along), along, False)
    return converted(_core.add(x, total), dtype)
