"""Powers: sums of them evaluated and combined, as `numpy.polynomial.polynomial`.

>>> import wengert.numpy as wnp
>>> wnp.polynomial.polynomial.polyval(2.0, [1.0, 2.0, 3.0])
Tensor(17.)
"""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import constant, part_along, tensor_of
from wengert.numpy.descending_powers import multiplied
from wengert.numpy.layout.reshaping import atleast_1d
from wengert.numpy.polynomial._basis import Basis, trimmed
from wengert.numpy.polynomial._coefficients import combinations
from wengert.numpy.polynomial._division import divisions, zeros
from wengert.numpy.polynomial._fits import fits
from wengert.numpy.polynomial._values import evaluations, matrices
from wengert.numpy.reductions.totals import prod

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = [
    "polyadd",
    "polyder",
    "polydiv",
    "polyfit",
    "polyfromroots",
    "polygrid2d",
    "polygrid3d",
    "polyint",
    "polymul",
    "polymulx",
    "polypow",
    "polyroots",
    "polysub",
    "polyval",
    "polyval2d",
    "polyval3d",
    "polyvalfromroots",
    "polyvander",
    "polyvander2d",
    "polyvander3d",
]

_BASIS = Basis("poly", np.polynomial.polynomial, lambda n: (1.0, 0.0, 0.0))

polyval, polyval2d, polyval3d, polygrid2d, polygrid3d = evaluations(_BASIS)
polyvander, polyvander2d, polyvander3d = matrices(_BASIS)
polyadd, polysub, polymulx, polyder, polyint = combinations(_BASIS)


def polymul(c1: Operand, c2: Operand) -> Tensor:
    """Multiply polynomials.

    Parameters
    ----------
    c1, c2 : array_like
        The coefficients, of one axis, that of degree 0 first.

    Returns
    -------
    Tensor
        As long as both together, less one.
    """
    return trimmed(multiplied(*(trimmed(atleast_1d(tensor_of(c))) for c in (c1, c2))))


def polypow(c: Operand, pow: Any, maxpower: int | None = None) -> Tensor:
    """Raise a polynomial to a power.

    Parameters
    ----------
    c : array_like
        The coefficients, of one axis, that of degree 0 first.
    pow : int
        The power, not negative.
    maxpower : int, optional
        The greatest that is allowed.

    Returns
    -------
    Tensor
        The coefficients of the power.

    Raises
    ------
    ValueError
        If `pow` is negative, or greater than `maxpower`.
    """
    times = index(pow)
    if times < 0 or (maxpower is not None and times > maxpower):
        message = f"polypow: pow is {pow}; a number from 0 to {maxpower} is needed"
        raise ValueError(message)
    factor = trimmed(atleast_1d(tensor_of(c)))
    result = constant(np.ones(1, factor.dtype))
    for _ in range(times):
        result = multiplied(result, factor)
    return result


def polyfromroots(roots: Operand) -> Tensor:
    """Return the polynomial with these zeros, whose highest coefficient is 1.

    Parameters
    ----------
    roots : array_like
        Of one axis.

    Returns
    -------
    Tensor
        Of shape (number of roots + 1,).
    """
    zeros = atleast_1d(_core.add(tensor_of(roots), 0.0))
    result, one = constant(np.ones(1)), constant(np.ones(1))
    for i in range(zeros.size):
        factor = _core.concatenate([_core.negative(part_along(zeros, -1, i, 1)), one], -1)
        result = multiplied(result, factor)
    return result


def polyvalfromroots(x: Operand, r: Operand, tensor: bool = True) -> Tensor:
    """Evaluate the polynomial with these zeros, whose highest coefficient is 1.

    Parameters
    ----------
    x : array_like
        Where.
    r : array_like
        The zeros along the first axis; further axes are further polynomials.
    tensor : bool
        Whether every polynomial is evaluated at every point; otherwise further axes broadcast with `x`.

    Returns
    -------
    Tensor
        Of the shape of the further axes, then that of `x`.

    Raises
    ------
    ShapeError
        If `x` has more axes than `r` where they are to broadcast.
    """
    at, zeros = tensor_of(x), atleast_1d(tensor_of(r))
    if tensor:
        zeros = _core.reshape(zeros, zeros.shape + (1,) * at.ndim)
    elif at.ndim >= zeros.ndim:
        message = f"polyvalfromroots: x is {at.shape} and r is {zeros.shape}; without tensor, x needs fewer axes"
        raise ShapeError(message)
    return prod(_core.subtract(at, zeros), 0)


polydiv = divisions(_BASIS, polymul)
polyroots = zeros(_BASIS, polyder)
polyfit = fits(_BASIS, polyvander)
