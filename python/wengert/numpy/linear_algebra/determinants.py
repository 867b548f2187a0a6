"""Determinants."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wengert import _core
from wengert._core import Tensor
from wengert.numpy.linear_algebra._matrices import factors_of, square_of

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["det", "slogdet"]


class SlogdetResult(NamedTuple):
    """The sign of determinants and the logarithm of their modulus."""

    sign: Tensor
    logabsdet: Tensor


def det(a: Operand) -> Tensor:
    """Return determinants.

    Their derivatives are the cofactors, which singular matrices have as well, and are right at
    every order.

    Parameters
    ----------
    a : array_like
        Square matrices, of shape (..., M, M).

    Returns
    -------
    Tensor
        Of shape (...).

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is no square matrix.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> import wengert.numpy as wnp
    >>> wg.grad(wnp.linalg.det)(np.array([[1.0, 2.0], [2.0, 4.0]]))
    array([[ 4., -2.],
           [-2.,  1.]])
    """
    return _core.det(square_of("det", a))


def slogdet(a: Operand) -> SlogdetResult:
    """Return signs of determinants, and the logarithms of their moduli.

    Parameters
    ----------
    a : array_like
        Square matrices, of shape (..., M, M).

    Returns
    -------
    sign : Tensor
        Of shape (...): of modulus one, or 0 of a singular matrix. Of real matrices its derivative
        is zero.
    logabsdet : Tensor
        Real, of shape (...); -inf of a singular matrix, which has no derivative.

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is no square matrix; if a derivative is asked for at a singular one.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.slogdet([[1.0, 0.0], [0.0, -1.0]]).sign
    Tensor(-1.)
    """
    matrix = square_of("slogdet", a)
    factors, pivots = factors_of(matrix)
    return SlogdetResult(
        _core.sign_determinant(matrix, factors, pivots),
        _core.log_determinant(matrix, factors, pivots),
    )
