"""Polynomials that fit points, and zeros of polynomials, highest powers first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._implicit_zeros import implicit_zeros
from wengert.numpy.descending_powers import (
    coefficients_of,
    polyder,
    polyval,
    vander,
    without_leading_zeros,
)
from wengert.numpy.linear_algebra._matrices import inexact_of
from wengert.numpy.linear_algebra.equations import inv
from wengert.numpy.linear_algebra.fits import Fit, columns_like, weighted_points

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["polyfit", "roots"]


def polyfit(
    x: Operand,
    y: Operand,
    deg: Any,
    rcond: float | None = None,
    full: bool = False,
    w: Operand | None = None,
    cov: Any = False,
) -> Any:
    """Fit a polynomial to points by least squares.

    Parameters
    ----------
    x : array_like
        Where, of shape (M,).
    y : array_like
        What, of shape (M,), or (M, K) for K polynomials at once.
    deg : int
        The degree.
    rcond : float, optional
        Singular values of at most so many times the largest count as zero; by default M times the
        distance between numbers at one.
    full : bool
        Whether to tell of the fit.
    w : array_like, optional
        What the difference at each point is multiplied by before it is squared, of shape (M,).
    cov : bool or "unscaled"
        Whether to return the covariance of the coefficients, times the variance of the differences
        unless it is unscaled.

    Returns
    -------
    coefficients : Tensor
        Of shape (deg + 1,) or (deg + 1, K). Their derivative is that at constant rank.
    residuals, rank, singular_values, rcond
        If `full`.
    covariance : Tensor
        If `cov`, of shape (deg + 1, deg + 1) or (deg + 1, deg + 1, K).

    Raises
    ------
    TypeError
        If the shapes do not fit.
    ValueError
        If `deg` is negative, or `cov` asks for more points.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.polyfit([0.0, 1.0, 2.0], [1.0, 3.0, 5.0], 1).round(6)
    Tensor([2., 1.])
    """
    at, values, weights = weighted_points("polyfit", x, y, w)
    order = int(deg) + 1
    if order < 1:
        message = f"polyfit: deg is {deg}; no negative number is needed"
        raise ValueError(message)
    if rcond is None:
        rcond = at.size * float(np.finfo(at.dtype).eps)
    matrix = vander(at, order)
    if weights is not None:
        matrix = _core.multiply(matrix, columns_like(weights, matrix))
        values = _core.multiply(values, columns_like(weights, values))
    fit = Fit(matrix, values, rcond)
    if full:
        return (fit.coefficients, *fit.told())
    fit.warn_of_rank(order, 3)
    if not cov:
        return fit.coefficients
    base = inv(_core.matmul(_core.transpose(fit.matrix, (-1, -2)), fit.matrix))
    base = _core.divide(base, _core.multiply(_core.reshape(fit.scale, (order, 1)), fit.scale))
    if cov != "unscaled":
        if at.size <= order:
            message = f"polyfit: {at.size} points were given and deg is {deg}; more than deg + 1 are needed for the covariance"
            raise ValueError(message)
        scale = _core.divide(fit.residuals, at.size - order)
        if values.ndim == 2:
            base = _core.multiply(_core.reshape(base, (order, order, 1)), scale)
        else:
            base = _core.multiply(base, scale)
    elif values.ndim == 2:
        base = _core.reshape(base, (order, order, 1))
    return fit.coefficients, base


def _slope(x: Tensor, c: Tensor) -> Any:
    return polyval(polyder(c), x)


_found_zeros = implicit_zeros(np.roots, lambda x, c: polyval(c, x), _slope)


def roots(p: Any) -> Tensor:
    """Find the zeros of a polynomial.

    Parameters
    ----------
    p : array_like
        The coefficients, of one axis.

    Returns
    -------
    Tensor
        As many as the degree; complex unless all of them are real. The derivative of a multiple
        zero is infinite or NaN, as it has none.

    Raises
    ------
    ShapeError
        If there is not one axis.

    Examples
    --------
    >>> import wengert as wg
    >>> import wengert.numpy as wnp
    >>> wnp.roots([1.0, -3.0, 2.0])
    Tensor([2., 1.])
    >>> wg.jacobian(wnp.roots)(wg.tensor([1.0, -3.0, 2.0])).round(6)
    Tensor([[-4., -2., -1.],
            [ 1.,  1.,  1.]])
    """
    c = coefficients_of(p)
    if c.ndim != 1:
        message = f"roots: p is {c.shape}; one axis is needed"
        raise ShapeError(message)
    return _found_zeros(inexact_of(without_leading_zeros(c)))  # type: ignore[no-any-return]
