"""B-splines at places, by the recurrence of Cox and de Boor, and the systems that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert.numpy._arguments import constant, converted
from wengert.numpy.layout.joining import stack
from wengert.scipy.interpolate._arguments import taken

if TYPE_CHECKING:
    from wengert._core import Tensor


def pieces_at(t: Tensor, k: int, at: Tensor) -> Tensor:
    """Return i of the interval from t[i] to t[i + 1] at each place, within the base; on a knot, that to its right."""
    number = _core.searchsorted(t, at, True) - 1
    n = t.shape[0] - k - 1
    if k == 0:
        return _core.maximum(_core.minimum(number, n - 1), 0)
    # The last interval of the base is the last one before t[n] that is not empty.
    last = _core.searchsorted(t, t[n], False) - 1
    return _core.maximum(_core.minimum(number, last), k)


def values(t: Tensor, k: int, at: Tensor, piece: Tensor, nu: int = 0) -> Tensor:
    """Return the k + 1 B-splines that are not zero in a piece, or a derivative of them, along a new first axis."""
    if nu > k:
        return constant(np.zeros((k + 1, *[1] * at.ndim))) * at
    knots = {j: taken(t, piece + j) for j in range(1 - k, k + 1)}
    bases: list[Any] = [at * 0.0 + 1.0]
    for degree in range(1, k + 1):
        # Of each but the first, what it is of the one below that begins with it: over the width of that.
        shares = [base / (knots[a + 1] - knots[a + 1 - degree]) for a, base in enumerate(bases)]
        if degree <= k - nu:
            rising = [(at - knots[a + 1 - degree]) * share for a, share in enumerate(shares)]
            falling = [(knots[a + 1] - at) * share for a, share in enumerate(shares)]
        else:
            rising = [float(degree) * share for share in shares]
            falling = [-share for share in rising]
        bases = [a + b for a, b in zip([0.0, *rising], [*falling, 0.0], strict=True)]
    return stack(bases, -1 - at.ndim)


def interpolating(
    t: Tensor, k: int, x: Tensor, y: Tensor, ends: list[list[tuple[int, Tensor]]]
) -> Tensor:
    """Return the coefficients of the spline with values at places, and derivatives at its ends."""
    left, right = ends
    n = t.shape[0] - k - 1
    sides = [x[:1]] * len(left) + [x[-1:]] * len(right)
    # Each derivative is a row of its own; all samples are rows together.
    orders = [order for order, _ in left + right]
    blocks, columns = [], []
    for order, side in zip(orders, sides, strict=True):
        piece = pieces_at(t, k, side)
        blocks.append(values(t, k, side, piece, order))
        columns.append(piece + np.arange(-k, 1)[:, None])
    piece = pieces_at(t, k, x)
    blocks.insert(len(left), values(t, k, x, piece))
    columns.insert(len(left), piece + np.arange(-k, 1)[:, None])
    rows = np.arange(n)
    column = _core.concatenate(columns, -1)
    band = _core.set_at(
        [
            constant(np.zeros((2 * k + 1, n))),
            _core.concatenate(blocks, -1),
            k + rows - column,
            column,
        ],
        (-2, -1),
        0,
    )
    parts = [value[None] for _, value in left] + [y] + [value[None] for _, value in right]
    dtype = np.result_type(*[part.dtype for part in parts])
    sides_of = _core.concatenate([converted(part, dtype) for part in parts], -y.ndim)
    columns_of = _core.reshape(sides_of, (n, sides_of.size // n))
    c = _core.banded_solve(band, columns_of, k, k, False, False)
    return _core.reshape(c, sides_of.shape)
