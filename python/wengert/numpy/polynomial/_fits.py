"""Sums of a basis that fit points by least squares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert.numpy.linear_algebra.fits import Fit, columns_like, weighted_points

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand
    from wengert.numpy.polynomial._basis import Basis

    Function = Callable[..., Any]


def fits(basis: Basis, vander: Function) -> Function:
    """Return what fits a sum to points."""
    name = f"{basis.prefix}fit"

    def fit(
        x: Operand,
        y: Operand,
        deg: Any,
        rcond: float | None = None,
        full: bool = False,
        w: Operand | None = None,
    ) -> Any:
        at, values, weights = weighted_points(name, x, y, w)
        degrees = np.asarray(deg)
        if degrees.ndim > 1 or degrees.dtype.kind not in "iu" or degrees.size == 0:
            message = f"{name}: deg is {deg!r}; an integer, or a list of them, is needed"
            raise TypeError(message)
        if degrees.min() < 0:
            message = f"{name}: deg is {deg!r}; no negative number is needed"
            raise ValueError(message)
        greatest = int(degrees.max())
        terms = np.arange(greatest + 1) if degrees.ndim == 0 else np.sort(degrees)
        matrix = vander(at, greatest)
        if terms.size != greatest + 1:
            matrix = matrix[:, terms]
        if weights is not None:
            matrix = _core.multiply(matrix, columns_like(weights, matrix))
            values = _core.multiply(values, columns_like(weights, values))
        if rcond is None:
            rcond = at.size * float(np.finfo(at.dtype).eps)
        found = Fit(matrix, values, rcond)
        coefficients = found.coefficients
        if terms.size != greatest + 1:
            missing = np.zeros((1, *coefficients.shape[1:]), coefficients.dtype)
            places = np.full(greatest + 1, terms.size)
            places[terms] = np.arange(terms.size)
            coefficients = _core.concatenate([coefficients, missing], -coefficients.ndim)[places]
        if full:
            return coefficients, found.told()
        found.warn_of_rank(terms.size, 3)
        return coefficients

    return basis.named("fit", fit, _FIT)


_FIT = """Fit a sum to points by least squares.

    Parameters
    ----------
    x : array_like
        Where, of shape (M,).
    y : array_like
        What, of shape (M,), or (M, K) for K sums at once.
    deg : int or list of int
        The degree of the last term, or those of all terms.
    rcond : float, optional
        Singular values of at most so many times the largest count as zero; by default M times the
        distance between numbers at one.
    full : bool
        Whether to tell of the fit.
    w : array_like, optional
        What the difference at each point is multiplied by before it is squared, of shape (M,).

    Returns
    -------
    coefficients : Tensor
        Of shape (deg + 1,) or (deg + 1, K). Their derivative is that at constant rank.
    [residuals, rank, singular_values, rcond] : list
        If `full`.

    Raises
    ------
    TypeError
        If the shapes do not fit, or `deg` is no integer.
    ValueError
        If `deg` is negative.
    """
