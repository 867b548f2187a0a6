"""Filters with feedback, and trends."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import (
    WHOLE,
    converted,
    item,
    negative_axis,
    part_along,
    real_dtype,
    run,
    tensor_of,
)
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.reductions.moments import mean

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["detrend", "lfilter", "sosfilt"]


def _coefficients(name: str, argument: str, x: Operand) -> Tensor:
    given = tensor_of(x)
    if given.ndim == 0:
        given = _core.reshape(given, (1,))
    if given.ndim != 1 or given.size == 0:
        message = f"{name}: {argument} is {given.shape}; a sequence of one number or more is needed"
        raise ShapeError(message)
    return given if given.dtype.kind in "fc" else converted(given, "float64")


def _signal(name: str, x: Operand) -> Tensor:
    given = tensor_of(x)
    if given.ndim == 0:
        message = f"{name}: x is (); at least one axis is needed"
        raise ShapeError(message)
    return given if given.dtype.kind in "fc" else converted(given, "float64")


def _filtered(
    b: Tensor, a: Tensor, x: Tensor, state: Tensor | None
) -> tuple[Tensor, Tensor | None]:
    """Filter the last axis: what stands in the delays before, and after, is of shape (..., order)."""
    n = x.shape[-1]
    order = max(a.shape[-1], b.shape[-1]) - 1
    first = part_along(a, -1, 0, 1)
    b, feedback = _core.divide(b, first), _core.divide(part_along(a, -1, 1, a.shape[-1] - 1), first)
    if state is not None:
        x = converted(x, np.result_type(x.dtype, b.dtype, state.dtype))
    y = _core.convolve(x, b, (0,), (n,))
    if state is not None:
        count = min(order, n)
        place = WHOLE * (y.ndim - 1) + run(0, count)
        y = _core.add_at_slice(y, part_along(state, -1, 0, count), place)
    if feedback.size:
        y = _core.recur(y, feedback, False)
    if state is None:
        return y, None
    # What would come of zeros behind the end, but for the feedback of that itself.
    left = _core.convolve(x, b, (n,), (order,))
    if feedback.size:
        left = _core.subtract(left, _core.convolve(y, feedback, (n - 1,), (order,)))
    if order > n:
        rest = part_along(state, -1, n, order - n)
        left = _core.add_at_slice(left, rest, WHOLE * (left.ndim - 1) + run(0, order - n))
    return y, left


def _state(name: str, zi: Operand, shape: tuple[int, ...], axis: int) -> Tensor:
    """Read a state of the given shape, to which it broadcasts; its delays become the last axis."""
    given = tensor_of(zi)
    fits = given.ndim == len(shape) and given.shape[axis] == shape[axis]
    if not fits or any(n not in (1, m) for n, m in zip(given.shape, shape, strict=True)):
        message = f"{name}: zi is {given.shape}; {shape} is needed"
        raise ShapeError(message)
    return moveaxis(_core.broadcast_to(given, shape), axis, -1)


def lfilter(b: Operand, a: Operand, x: Operand, axis: int = -1, zi: Operand | None = None) -> Any:
    """Filter along an axis: a[0] y[n] = sum_k b[k] x[n - k] - sum_(k > 0) a[k] y[n - k].

    Parameters
    ----------
    b, a : array_like
        Coefficients, of shapes (M,) and (N,).
    x : array_like
        Of one axis or more.
    axis : int
        Along which axis.
    zi : array_like, optional
        What stands in the delays before, of the shape of `x` with ``max(M, N) - 1`` along `axis`; axes of length one
        broadcast.

    Returns
    -------
    y : Tensor
        Of the shape of `x`.
    zf : Tensor
        What stands in the delays after; only if `zi` was given.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If `b` or `a` is no sequence, or `zi` has another shape.

    Notes
    -----
    The feedback is one operation, whose derivative in `x` is the filter run backwards in time.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.signal.lfilter([0.5, 0.5], [1.0], [2.0, 4.0, 6.0])
    Tensor([1., 3., 5.])
    """
    numerator, denominator = _coefficients("lfilter", "b", b), _coefficients("lfilter", "a", a)
    signal = _signal("lfilter", x)
    along = negative_axis(axis, signal.ndim)
    state = None
    if zi is not None:
        shape = [*signal.shape]
        shape[along] = max(numerator.size, denominator.size) - 1
        state = _state("lfilter", zi, tuple(shape), along)
    y, left = _filtered(numerator, denominator, moveaxis(signal, along, -1), state)
    y = moveaxis(y, -1, along)
    return y if left is None else (y, moveaxis(left, -1, along))


def sosfilt(sos: Operand, x: Operand, axis: int = -1, zi: Operand | None = None) -> Any:
    """Filter along an axis by sections of second order, one after the other.

    Parameters
    ----------
    sos : array_like
        Coefficients of the sections, of shape (sections, 6): three of `b`, and three of `a`, the first of which is 1.
    x : array_like
        Of one axis or more.
    axis : int
        Along which axis.
    zi : array_like, optional
        What stands in the delays before: for each section, the shape of `x` with 2 along `axis`.

    Returns
    -------
    y : Tensor
        Of the shape of `x`.
    zf : Tensor
        What stands in the delays after; only if `zi` was given.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If `sos` or `zi` has another shape, or ``sos[:, 3]`` is not 1.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.signal.sosfilt([[1.0, 0.0, 0.0, 1.0, -0.5, 0.0]], [1.0, 0.0, 0.0])
    Tensor([1.  , 0.5 , 0.25])
    """
    sections = tensor_of(sos)
    if sections.ndim == 1:
        sections = _core.reshape(sections, (1, sections.size))
    if sections.ndim != 2 or sections.shape[1] != 6:
        message = f"sosfilt: sos is {sections.shape}; (sections, 6) is needed"
        raise ShapeError(message)
    if sections.dtype.kind not in "fc":
        sections = converted(sections, "float64")
    if not _core.all(_core.equal(_core.slice(sections, WHOLE + item(3)), 1), (-1,), False):
        message = "sosfilt: sos[:, 3] are not all 1; each section must be divided by its own"
        raise ShapeError(message)
    y = _signal("sosfilt", x)
    along = negative_axis(axis, y.ndim)
    state = None
    if zi is not None:
        shape = [*y.shape]
        shape[along] = 2
        state = _state("sosfilt", zi, (sections.shape[0], *shape), along)
    y = moveaxis(y, along, -1)
    left = []
    for i in range(sections.shape[0]):
        b, a = (_core.slice(sections, item(i) + run(first, 3)) for first in (0, 3))
        y, behind = _filtered(b, a, y, None if state is None else _core.slice(state, item(i)))
        left.append(behind)
    y = moveaxis(y, -1, along)
    return y if state is None else (y, moveaxis(_core.stack(left, -1 - y.ndim), -1, along))


def detrend(
    data: Operand, axis: int = -1, type: str = "linear", bp: Any = 0, overwrite_data: bool = False
) -> Tensor:
    """Subtract the mean, or the line of least squares, along an axis.

    Parameters
    ----------
    data : array_like
        Of one axis or more.
    axis : int
        Along which axis.
    type : {"linear", "constant"}
        What is subtracted.
    bp : int or sequence of int
        Where lines begin anew.
    overwrite_data : bool
        Of no effect.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    AxisError
        If `data` has no such axis.
    ValueError
        If `type` is something else, or a line would begin behind the end.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.signal.detrend([1.0, 2.0, 4.0], type="constant").round(3)
    Tensor([-1.333, -0.333,  1.667])
    """
    if type not in ("linear", "l", "constant", "c"):
        message = f"detrend: type is {type!r}; 'linear' or 'constant' is needed"
        raise ShapeError(message)
    x = _signal("detrend", data)
    along = negative_axis(axis, x.ndim)
    if type in ("constant", "c"):
        return _core.subtract(x, mean(x, along, keepdims=True))
    n = x.shape[along]
    ends = sorted({0, n, *np.atleast_1d(bp).tolist()})
    if ends[-1] > n:
        message = f"detrend: bp is {bp} and there are {n} points; no line may begin behind them"
        raise ShapeError(message)
    last = moveaxis(x, along, -1)
    pieces = [
        _without_line(part_along(last, -1, begin, end - begin)) for begin, end in pairwise(ends)
    ]
    return moveaxis(_core.concatenate(pieces, -1) if len(pieces) > 1 else pieces[0], -1, along)


def _without_line(x: Tensor) -> Tensor:
    """Subtract the line of least squares along the last axis: what lies in two orthogonal directions."""
    n = x.shape[-1]
    times = np.arange(n) - (n - 1) / 2
    length = np.sqrt(np.sum(times * times)) or 1.0
    lines = np.stack([np.full(n, 1 / np.sqrt(n)), times / length], -1).astype(real_dtype(x))
    return _core.subtract(x, _core.matmul(_core.matmul(x, lines), lines.T))
