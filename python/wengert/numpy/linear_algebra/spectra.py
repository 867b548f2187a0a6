"""Eigenvalues and eigenvectors."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy.linear_algebra._matrices import LinAlgError, square_of

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["eig", "eigh", "eigvals", "eigvalsh"]


class EigResult(NamedTuple):
    """Eigenvalues, and eigenvectors by columns."""

    eigenvalues: Tensor
    eigenvectors: Tensor


class EighResult(NamedTuple):
    """Eigenvalues in ascending order, and orthonormal eigenvectors by columns."""

    eigenvalues: Tensor
    eigenvectors: Tensor


def _is_lower(name: str, which: str) -> bool:
    letter = which.upper()
    if letter not in ("L", "U"):
        message = f"{name}: UPLO={which!r} was given; 'L' or 'U' is needed"
        raise ValueError(message)
    return letter == "L"


def _finite(name: str, x: Tensor) -> Tensor:
    if not bool(_core.all(_core.isfinite(x), tuple(range(-x.ndim, 0)), False)):
        message = f"{name}: an operand has elements that are infinite or NaN"
        raise LinAlgError(message)
    return x


def eigh(a: Operand, UPLO: str = "L") -> EighResult:
    """Return eigenvalues and eigenvectors of Hermitian matrices.

    Parameters
    ----------
    a : array_like
        Hermitian matrices, of shape (..., M, M). One triangle is read, and of the diagonal the real
        part; what is not read receives no part of the gradient.
    UPLO : {"L", "U"}
        Which triangle.

    Returns
    -------
    eigenvalues : Tensor
        Real, of shape (..., M), in ascending order.
    eigenvectors : Tensor
        Orthonormal columns, of the shape of `a`.

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is no square matrix, or the eigenvalues do not converge.
    ValueError
        If there is no such triangle.
    DerivativeError
        If a derivative is asked for that depends on what nothing determines: the phases of
        vectors, and which vectors of equal eigenvalues were chosen.

    References
    ----------
    .. [1] M. Giles, *An extended collection of matrix derivative results for forward and reverse
           mode automatic differentiation*, Oxford report NA-08/01, 2008, sec. 3.1.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.eigh([[2.0, 0.0], [0.0, 1.0]]).eigenvalues
    Tensor([1., 2.])
    """
    is_lower = _is_lower("eigh", UPLO)
    return EighResult(*_core.eigh(square_of("eigh", a), is_lower, False))


def eigvalsh(a: Operand, UPLO: str = "L") -> Tensor:
    """Return eigenvalues of Hermitian matrices.

    Parameters
    ----------
    a : array_like
        Hermitian matrices, of shape (..., M, M), read as by `eigh`.
    UPLO : {"L", "U"}
        Which triangle.

    Returns
    -------
    Tensor
        Real, of shape (..., M), in ascending order. Those that are equal are differentiated as if
        their vectors, as they were found, stayed what they are.

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is no square matrix, or the eigenvalues do not converge.
    ValueError
        If there is no such triangle.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.eigvalsh([[2.0, 0.0], [0.0, 1.0]])
    Tensor([1., 2.])
    """
    is_lower = _is_lower("eigvalsh", UPLO)
    return _core.eigvalsh(square_of("eigvalsh", a), is_lower)[0]


def eig(a: Operand) -> EigResult:
    """Return eigenvalues and eigenvectors of square matrices.

    Parameters
    ----------
    a : array_like
        Square matrices, of shape (..., M, M), finite.

    Returns
    -------
    eigenvalues : Tensor
        Of shape (..., M). They and the vectors are complex; with NumPy before 2.5 they are real
        where `a` is real and so are all eigenvalues.
    eigenvectors : Tensor
        Columns of norm one, of the shape of `a`.

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is no square matrix, or not finite, or the eigenvalues do not converge.
    DerivativeError
        If a derivative is asked for that depends on what nothing determines: the phases of
        vectors, and which vectors of equal eigenvalues were chosen.

    References
    ----------
    .. [1] C. Boeddeker, P. Hanebrink, L. Drude, J. Heymann and R. Haeb-Umbach, *On the computation
           of complex-valued gradients with application to statistically optimum beamforming*,
           arXiv:1701.00392, 2017.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.eig([[0.0, -1.0], [1.0, 0.0]]).eigenvalues
    Tensor([0.+1.j, 0.-1.j])
    """
    matrix = _finite("eig", square_of("eig", a))
    w, v = _core.eig(matrix)
    if not _are_real(matrix, w):
        return EigResult(w, v)
    return EigResult(_as_numpy_has(_core.real(w), w), _as_numpy_has(_core.real(v), v))


def eigvals(a: Operand) -> Tensor:
    """Return eigenvalues of square matrices.

    Parameters
    ----------
    a : array_like
        Square matrices, of shape (..., M, M), finite.

    Returns
    -------
    Tensor
        Of shape (..., M); complex. With NumPy before 2.5 they are real where `a` is real and so are
        all eigenvalues.

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is no square matrix, or not finite, or the eigenvalues do not converge.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.eigvals([[0.0, -1.0], [1.0, 0.0]])
    Tensor([0.+1.j, 0.-1.j])
    """
    matrix = _finite("eigvals", square_of("eigvals", a))
    w = _core.eigvals(matrix)
    return _as_numpy_has(_core.real(w), w) if _are_real(matrix, w) else w


@functools.cache
def _are_always_complex() -> bool:
    """Whether NumPy's eigenvalues of general matrices are, as they are from NumPy 2.5 on."""
    return np.linalg.eigvals(np.eye(1)).dtype.kind == "c"


def _as_numpy_has(real: Tensor, result: Tensor) -> Tensor:
    """Return what is real of a result whose imaginary part is 0, and stays 0, in NumPy's dtype.

    No phase of vectors is free then, so the derivative is that of real ones.
    """
    return _core.convert(real, result.dtype) if _are_always_complex() else real


def _are_real(a: Tensor, w: Tensor) -> bool:
    """Whether the eigenvalues of real matrices are real, all of them."""
    if a.dtype.kind == "c":
        return False
    return not bool(_core.any(_core.imag(w), tuple(range(-w.ndim, 0)), False))
