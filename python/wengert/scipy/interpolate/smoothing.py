"""Natural cubic splines that come near samples without bending much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import RuleError, ShapeError, Tensor
from wengert.numpy._arguments import constant
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.samples.calculus import diff
from wengert.scipy.interpolate._arguments import beside, holds, real_places, samples
from wengert.scipy.interpolate.bsplines import BSpline, make_interp_spline

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["make_smoothing_spline"]


def make_smoothing_spline(
    x: Operand,
    y: Operand,
    w: Operand | None = None,
    lam: Any = None,
    *,
    axis: int = 0,
) -> BSpline:
    """Return the spline f with the least ``sum(w (y - f(x))^2) + lam`` times the integral of ``f''^2``.

    Parameters
    ----------
    x : array_like
        Ascending, of shape (N,), N >= 5.
    y : array_like
        Values, N along `axis`.
    w : array_like, optional
        Positive weights, of shape (N,); by default ones.
    lam : number
        How much bending counts, not negative; 0 is the natural spline through the samples. It must be given: SciPy's
        default is found by a search that has no derivative here.
    axis : int
        Along which axis the samples are.

    Returns
    -------
    BSpline
        Cubic, with derivatives in `x`, `y`, `w` and `lam`, found in a time proportional to N.

    Raises
    ------
    ValueError
        If shapes do not fit, `x` does not ascend, a weight is not positive or `lam` is negative.
    NotImplementedError
        If `lam` is not given.

    References
    ----------
    .. [1] C. H. Reinsch, *Smoothing by Spline Functions*, Numerische Mathematik 10, 1967.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.interpolate import make_smoothing_spline
    >>> x, y = np.arange(6.0), np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0])
    >>> make_smoothing_spline(x, y, lam=1e9)(2.5).round(6)  # nearly a straight line
    Tensor(0.5)
    """
    name = "make_smoothing_spline"
    if lam is None:
        message = f"{name}: lam is None, for which SciPy searches; a number is needed, such as that search finds for constants"
        raise RuleError(message)
    at, values, number = samples(name, x, y, axis, 5)
    n = at.shape[0]
    bending = real_places(name, "lam", lam)
    weights = real_places(name, "w", np.ones(n) if w is None else w)
    if bending.ndim or holds(_core.less(bending, 0.0)):
        message = f"{name}: lam is {lam!r}; one number that is not negative is needed"
        raise ShapeError(message)
    if weights.shape != (n,) or holds(_core.less_equal(weights, 0.0)):
        message = f"{name}: w is {weights.shape}; {(n,)} positive numbers are needed"
        raise ShapeError(message)
    smooth = _smoothed(at, values, weights, bending)
    return make_interp_spline(
        at, moveaxis(smooth, 0, number - values.ndim), 3, bc_type="natural", axis=number
    )


def _smoothed(x: Tensor, y: Tensor, weights: Tensor, bending: Tensor) -> Tensor:
    """Return the values at the samples, by a system of five diagonals for the second derivatives between them."""
    n = x.shape[0]
    h = diff(x)
    steep = 1.0 / h
    # Of the second differences of values: their coefficients, three for each inner sample.
    below, above = steep[:-1], steep[1:]
    middle = -(below + above)
    free = 1.0 / weights

    def differences(z: Tensor) -> Tensor:
        return beside(below, z) * z[:-2] + beside(middle, z) * z[1:-1] + beside(above, z) * z[2:]

    diagonal = (h[:-1] + h[1:]) / 3.0 + bending * (
        _core.square(below) * free[:-2]
        + _core.square(middle) * free[1:-1]
        + _core.square(above) * free[2:]
    )
    first = h[1:-1] / 6.0 + bending * (
        middle[:-1] * free[1:-2] * below[1:] + above[:-1] * free[2:-1] * middle[1:]
    )
    second = bending * above[:-2] * free[2:-2] * below[2:]
    gap = constant(np.zeros(2))
    upper2, upper1 = [
        _core.concatenate([gap[:k], part], -1) for k, part in ((2, second), (1, first))
    ]
    lower1, lower2 = [
        _core.concatenate([part, gap[:k]], -1) for k, part in ((1, first), (2, second))
    ]
    band = _core.concatenate([d[None] for d in (upper2, upper1, diagonal, lower1, lower2)], -2)
    right = differences(y)
    columns = _core.reshape(right, (n - 2, right.size // (n - 2)))
    bent = _core.reshape(_core.banded_solve(band, columns, 2, 2, False, False), right.shape)
    nothing = bent[:1] * 0.0
    padded = _core.concatenate([nothing, nothing, bent, nothing, nothing], -y.ndim)
    first_gap, last_gap = constant(np.zeros(1)), constant(np.zeros(1))
    # The transposed differences.
    forces = (
        beside(_core.concatenate([below, first_gap, last_gap], -1), y) * padded[2:]
        + beside(_core.concatenate([first_gap, middle, last_gap], -1), y) * padded[1:-1]
        + beside(_core.concatenate([first_gap, last_gap, above], -1), y) * padded[:-2]
    )
    return y - bending * beside(free, y) * forces
