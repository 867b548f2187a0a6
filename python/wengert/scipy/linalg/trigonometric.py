"""Trigonometric and hyperbolic functions of matrices, by exponentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core
from wengert._core import Tensor
from wengert.numpy.linear_algebra._matrices import solution
from wengert.scipy.linalg._operands import squares
from wengert.scipy.linalg.exponentials import exponential

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["coshm", "cosm", "sinhm", "sinm", "tanhm", "tanm"]


def _turned(a: Tensor) -> Tensor:
    """Return the exponential of i times a matrix."""
    return exponential(_core.multiply(a, 1j))


def cosm(A: Operand) -> Tensor:
    """Return cosines of matrices.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N).

    Returns
    -------
    Tensor
        Of the shape of `A`.

    Raises
    ------
    ValueError
        If `A` is not square.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.cosm([[0.0, 1.0], [0.0, 0.0]])
    Tensor([[1., 0.],
            [0., 1.]])
    """
    a = squares("cosm", "A", A)
    if a.dtype.kind != "c":
        return _core.real(_turned(a))
    return _core.multiply(_core.add(_turned(a), _turned(_core.negative(a))), 0.5)


def sinm(A: Operand) -> Tensor:
    """Return sines of matrices.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N).

    Returns
    -------
    Tensor
        Of the shape of `A`.

    Raises
    ------
    ValueError
        If `A` is not square.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.sinm([[0.0, 1.0], [0.0, 0.0]])
    Tensor([[0., 1.],
            [0., 0.]])
    """
    a = squares("sinm", "A", A)
    if a.dtype.kind != "c":
        return _core.imag(_turned(a))
    return _core.multiply(_core.subtract(_turned(a), _turned(_core.negative(a))), -0.5j)


def tanm(A: Operand) -> Tensor:
    """Return tangents of matrices.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N).

    Returns
    -------
    Tensor
        Of the shape of `A`.

    Raises
    ------
    ValueError
        If `A` is not square.
    numpy.linalg.LinAlgError
        If the cosine is singular.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.tanm([[0.0, 1.0], [0.0, 0.0]])
    Tensor([[0., 1.],
            [0., 0.]])
    """
    a = squares("tanm", "A", A)
    return solution(cosm(a), sinm(a))


def _even_and_odd(name: str, A: Operand) -> tuple[Tensor, Tensor]:
    a = squares(name, "A", A)
    grown, shrunk = exponential(a), exponential(_core.negative(a))
    return (
        _core.multiply(_core.add(grown, shrunk), 0.5),
        _core.multiply(_core.subtract(grown, shrunk), 0.5),
    )


def coshm(A: Operand) -> Tensor:
    """Return hyperbolic cosines of matrices.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N).

    Returns
    -------
    Tensor
        Of the shape of `A`.

    Raises
    ------
    ValueError
        If `A` is not square.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.coshm([[0.0, 1.0], [0.0, 0.0]])
    Tensor([[1., 0.],
            [0., 1.]])
    """
    return _even_and_odd("coshm", A)[0]


def sinhm(A: Operand) -> Tensor:
    """Return hyperbolic sines of matrices.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N).

    Returns
    -------
    Tensor
        Of the shape of `A`.

    Raises
    ------
    ValueError
        If `A` is not square.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.sinhm([[0.0, 1.0], [0.0, 0.0]])
    Tensor([[0., 1.],
            [0., 0.]])
    """
    return _even_and_odd("sinhm", A)[1]


def tanhm(A: Operand) -> Tensor:
    """Return hyperbolic tangents of matrices.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N).

    Returns
    -------
    Tensor
        Of the shape of `A`.

    Raises
    ------
    ValueError
        If `A` is not square.
    numpy.linalg.LinAlgError
        If the cosine is singular.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.tanhm([[0.0, 1.0], [0.0, 0.0]])
    Tensor([[0., 1.],
            [0., 0.]])
    """
    return solution(*_even_and_odd("tanhm", A))
