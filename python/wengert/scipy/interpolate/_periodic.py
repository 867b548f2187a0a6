"""Splines through samples that repeat: knots around the period, and coefficients of a system that is banded but for two corners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert.numpy._arguments import constant, converted
from wengert.numpy.linear_algebra.equations import solve
from wengert.numpy.samples.calculus import diff
from wengert.scipy.interpolate import _bases

if TYPE_CHECKING:
    from wengert._core import Tensor


def knots(x: Tensor, k: int) -> Tensor:
    """Return the samples, or the middles between them for an even degree, and k more on either side, a period on."""
    inner = x if k % 2 else _core.concatenate([x[:1], (x[1:-1] + x[:-2]) / 2.0, x[-1:]], -1)
    widths = diff(inner)
    n = widths.shape[0]
    after = _core.cumsum(widths[np.arange(k) % n], -1, False)
    before = _core.cumsum(widths[-1 - np.arange(k) % n], -1, False)
    return _core.concatenate([inner[0] - before[::-1], inner, inner[-1] + after], -1)


def coefficients(t: Tensor, k: int, x: Tensor, y: Tensor) -> Tensor:
    """Return the coefficients of the spline with values at places, of which the last repeats the first.

    Those of the first period are unknown. Their B-splines at the first and the last places reach around, into two
    corners of the system; what these add is of rank 2 w, for a band that is w wide, and is taken off by the formula of
    Sherman, Morrison and Woodbury.
    """
    n = x.shape[0] - 1
    x, y = x[:n], y[:n]
    piece = _bases.pieces_at(t, k, x)
    weights = _bases.values(t, k, x, piece)
    rows = np.arange(n)
    # Around the diagonal, the columns of row i are i - w to i + w.
    width = (k + 1) // 2
    away = np.asarray(piece.detach()) - k + np.arange(k + 1)[:, None] - (k - width) - rows
    column = (rows + away) % n
    right = _core.reshape(y, (n, y.size // n))
    if n < 2 * width + 2:
        found = _dense(weights, rows, column, right)
    else:
        found = _bordered(weights, rows, away, column, width, right)
    # What was counted from the diagonal begins k - w later, and repeats.
    number = (np.arange(t.shape[0] - k - 1) - (k - width)) % n
    return _core.reshape(found[number], (number.size, *y.shape[1:]))


def _matrix(weights: Tensor, shape: tuple[int, ...], *places: np.ndarray) -> Tensor:
    """Add numbers up at places of a matrix, row and column each."""
    where = [np.broadcast_to(place, weights.shape) for place in places]
    return _core.add_at([constant(np.zeros(shape)), weights, *where], (-2, -1), 0)


def _dense(weights: Tensor, rows: np.ndarray, column: np.ndarray, right: Tensor) -> Tensor:
    return solve(_matrix(weights, (rows.size, rows.size), rows, column), right)


def _bordered(
    weights: Tensor,
    rows: np.ndarray,
    away: np.ndarray,
    column: np.ndarray,
    width: int,
    right: Tensor,
) -> Tensor:
    n = rows.size
    is_within = (rows + away >= 0) & (rows + away < n)
    band = _matrix(
        _core.where(is_within, weights, 0.0),
        (2 * width + 1, n),
        width + np.where(is_within, -away, 0),
        column,
    )
    edge = np.r_[0:width, n - width : n]  # the rows that reach around
    corners = _matrix(
        _core.where(is_within, 0.0, weights)[:, edge],
        (2 * width, n),
        np.arange(2 * width),
        column[:, edge],
    )
    unit = np.zeros((n, 2 * width))
    unit[edge, np.arange(2 * width)] = 1.0
    both = _core.concatenate(
        [right, _core.broadcast_to(converted(constant(unit), right.dtype), unit.shape)], -1
    )
    solved = _core.banded_solve(band, both, width, width, False, False)
    plain, border = solved[:, : right.shape[1]], solved[:, right.shape[1] :]
    capacity = np.eye(2 * width) + _core.matmul(corners, border)
    return plain - _core.matmul(border, solve(capacity, _core.matmul(corners, plain)))
