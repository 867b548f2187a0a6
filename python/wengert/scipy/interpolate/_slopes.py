"""The slopes on samples, by which cubic interpolants differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor, stop_gradient
from wengert.numpy._arguments import constant, converted
from wengert.numpy.reductions.extrema import max as greatest
from wengert.numpy.samples.calculus import diff
from wengert.scipy.interpolate._arguments import beside, double, holds

if TYPE_CHECKING:
    from collections.abc import Sequence

End = Any  # "not-a-knot", "periodic", or an order with the derivative of that order


def ends_of(bc_type: Any, y: Tensor) -> list[End]:
    """Read what holds at the ends of a spline."""
    pair = [bc_type, bc_type] if isinstance(bc_type, str) else [*bc_type]
    periodic = [isinstance(end, str) and end == "periodic" for end in pair]
    if len(pair) != 2 or any(periodic) != all(periodic):
        message = f"CubicSpline: bc_type is {bc_type!r}; what holds at both ends is needed, 'periodic' for both or none"
        raise ShapeError(message)
    if periodic[0]:
        apart = _core.absolute(y[0] - y[-1])
        if holds(_core.greater(apart, 1e-15 + 1e-15 * _core.absolute(y[-1]))):
            message = "CubicSpline: bc_type is 'periodic' and the first and last of y differ; equal ones are needed"
            raise ShapeError(message)
    return [_end(end, y) for end in pair]


def _end(end: Any, y: Tensor) -> End:
    if isinstance(end, str):
        if end in ("not-a-knot", "periodic"):
            return end
        if end in ("clamped", "natural"):
            return (1 if end == "clamped" else 2, constant(np.zeros(y.shape[1:])))
    elif len(end) == 2 and end[0] in (1, 2):
        value = double(end[1])
        if value.shape == y.shape[1:]:
            return (end[0], value)
        message = f"CubicSpline: a derivative in bc_type is {value.shape}; {y.shape[1:]} is needed"
        raise ShapeError(message)
    message = f"CubicSpline: bc_type holds {end!r}; 'not-a-knot', 'periodic', 'clamped', 'natural' or (1 or 2, value) is needed"
    raise ShapeError(message)


def _joined(parts: Sequence[Any]) -> Tensor:
    """Concatenate along the first axis."""
    dtype = np.result_type(*[part.dtype for part in parts])
    return _core.concatenate([converted(part, dtype) for part in parts], -parts[0].ndim)


def solved(band: list[Tensor], right: Tensor) -> Tensor:
    """Solve a system of three diagonals, given from the upper one, for right-hand sides along the first axis."""
    n = right.shape[0]
    columns = _core.reshape(right, (n, right.size // n))
    x = _core.banded_solve(_core.stack(band, -2), columns, 1, 1, False, False)
    return _core.reshape(x, right.shape)


def of_spline(x: Tensor, y: Tensor, ends: list[End]) -> Tensor:
    """Return the slopes of the cubic spline."""
    if y.size == 0:
        return y
    n, dx = x.shape[0], diff(x)
    width = beside(dx, y)
    secant = diff(y, axis=0) / width
    if n == 2:
        ends = [(1, secant[0]) if isinstance(end, str) else end for end in ends]
    if n == 3 and [end for end in ends if isinstance(end, str)] == ["not-a-knot"] * 2:  # a parabola
        bend = (secant[1:] - secant[:1]) / (x[2] - x[0])
        outer = secant[:1] - bend * width[:1], secant[1:] + bend * width[1:]
        return _joined([outer[0], secant[:1] + bend * width[:1], outer[1]])
    if isinstance(ends[0], str) and ends[0] == "periodic":
        return _closed(dx, width, secant)
    zero = constant(np.zeros(1))
    inner = 3.0 * (width[1:] * secant[:-1] + width[:-1] * secant[1:])
    first = _conditions(ends[0], dx[:2], width[:2], secant[:2], y[:2], 1.0)
    last = _conditions(ends[1], dx[-2:][::-1], width[-2:][::-1], secant[-2:][::-1], y[-2:], -1.0)
    band = [
        _joined([zero, first[1], dx[:-1]]),
        _joined([first[0], 2.0 * (dx[:-1] + dx[1:]), last[0]]),
        _joined([dx[1:], last[1], zero]),
    ]
    return solved(band, _joined([first[2], inner, last[2]]))


def _conditions(
    end: End, dx: Tensor, width: Tensor, secant: Tensor, y: Tensor, sign: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Return an equation for the slope at an end and the one beside it: two factors and the right-hand side.

    Widths and secants are counted from that end.
    """
    one, zero = constant(np.ones(1)), constant(np.zeros(1))
    if isinstance(end, str):
        both = dx[:1] + dx[1:]
        across = beside(both, y)
        right = (width[:1] + 2.0 * across) * width[1:] * secant[:1] + _core.square(
            width[:1]
        ) * secant[1:]
        return dx[1:], both, right / across
    order, value = end
    if order == 1:
        return one, zero, value[None]
    rise = 3.0 * (y[1:] - y[:1])
    return 2.0 * dx[:1], dx[:1], rise - sign * 0.5 * value[None] * _core.square(width[:1])


def _closed(dx: Tensor, width: Tensor, secant: Tensor) -> Tensor:
    """Return the slopes of a spline whose ends meet, the last but one of them eliminated from three diagonals."""
    n = dx.shape[0] + 1
    if n == 2:
        return _joined([secant, secant])
    if n == 3:
        slope = _core.sum(secant / width, (-width.ndim,), True) / _core.sum(
            1.0 / width, (-width.ndim,), True
        )
        return _joined([slope] * 3)
    before, behind = _joined([dx[-1:], dx[:-1]]), dx  # of each sample but the last
    wide, near = (beside(part, secant) for part in (before, behind))
    right = 3.0 * (near * _joined([secant[-1:], secant[:-1]]) + wide * secant)
    zero = constant(np.zeros(1))
    band = [
        _joined([zero, before[: n - 3]]),
        2.0 * (before + behind)[: n - 2],
        _joined([behind[1 : n - 2], zero]),
    ]
    # What the slope that is left out adds to the equations of the first and of the last that is kept.
    corners = _joined([-behind[:1], constant(np.zeros(n - 4)), -before[n - 3 : n - 2]])
    kept, moved = solved(band, right[:-1]), solved(band, corners)
    moved = beside(moved, kept)
    to_first, to_last = (beside(part, secant) for part in (before[n - 2 :], behind[n - 2 :]))
    own = 2.0 * (to_first + to_last)
    slope = (right[-1:] - to_first * kept[:1] - to_last * kept[-1:]) / (
        own + to_first * moved[:1] + to_last * moved[-1:]
    )
    slopes = kept + slope * moved
    return _joined([slopes, slope, slopes[:1]])


def monotonic(x: Tensor, y: Tensor) -> Tensor:
    """Return weighted harmonic means of neighbouring secants, 0 where they differ in sign."""
    width = beside(diff(x), y)
    secant = diff(y, axis=0) / width
    if x.shape[0] == 2:
        return _joined([secant, secant])
    (h0, h1), (m0, m1) = [(v[:-1], v[1:]) for v in (width, secant)]
    rises = _core.greater(_core.sign(m0) * _core.sign(m1), 0.0)
    w0, w1 = h0 + 2.0 * h1, 2.0 * h0 + h1
    # w0 / m0 + w1 / m1 divides w0 + w1; secants of no slope are kept out of the quotient.
    across = _core.where(rises, w0 * m1 + w1 * m0, 1.0)
    inner = _core.where(rises, (w0 + w1) * m0 * m1 / across, 0.0)
    return _joined(
        [
            _at_end(width[:1], width[1:2], secant[:1], secant[1:2]),
            inner,
            _at_end(width[-1:], width[-2:-1], secant[-1:], secant[-2:-1]),
        ]
    )


def _at_end(h0: Tensor, h1: Tensor, m0: Tensor, m1: Tensor) -> Tensor:
    """Return the slope of a parabola at an end, or less where that would not be monotonic."""
    slope = ((2.0 * h0 + h1) * m0 - h0 * m1) / (h0 + h1)
    turns = _core.not_equal(_core.sign(slope), _core.sign(m0))
    bends = _core.not_equal(_core.sign(m0), _core.sign(m1))
    steep = _core.greater(_core.absolute(slope), 3.0 * _core.absolute(m0))
    limited = _core.where(_core.logical_and(bends, steep), 3.0 * m0, slope)
    result: Tensor = _core.where(turns, 0.0, limited)
    return result


def by_akima(x: Tensor, y: Tensor, is_modified: bool) -> Tensor:
    """Return means of neighbouring secants, each weighted by how much those on the other side differ."""
    secant = diff(y, axis=0) / beside(diff(x), y)
    if x.shape[0] == 2:
        return _joined([secant, secant])
    # Two more secants on either side, as if those inside went on in a line.
    left = 2.0 * secant[:1] - secant[1:2]
    right = 2.0 * secant[-1:] - secant[-2:-1]
    m = _joined([2.0 * left - secant[:1], left, secant, right, 2.0 * right - secant[-1:]])
    change = _core.absolute(diff(m, axis=0))
    if is_modified:
        change = change + 0.5 * _core.absolute(m[1:] + m[:-1])
    to_left, to_right = change[2:], change[:-2]
    both = to_left + to_right
    counts = _core.greater(both, 1e-9 * stop_gradient(greatest(both, initial=-np.inf)))
    mean = (to_left * m[1:-2] + to_right * m[2:-1]) / _core.where(counts, both, 1.0)
    result: Tensor = _core.where(counts, mean, 0.5 * (m[3:] + m[:-3]))
    return result
