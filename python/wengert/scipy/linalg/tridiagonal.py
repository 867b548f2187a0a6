"""Eigenvalues and eigenvectors of symmetric tridiagonal matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy.layout.enlarging import pad
from wengert.scipy.linalg._operands import of_one_dtype, operand
from wengert.scipy.linalg.spectra import eigh

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["eigh_tridiagonal", "eigvalsh_tridiagonal"]

_SELECTIONS = {"a": None, "i": "subset_by_index", "v": "subset_by_value"}


def _whole(name: str, d: Operand, e: Operand, check_finite: bool) -> Tensor:
    """Return the lower triangles of the matrices with these diagonals."""
    diagonal, beside = of_one_dtype(
        operand(name, "d", d, check_finite), operand(name, "e", e, check_finite)
    )
    if diagonal.dtype.kind == "c":
        message = f"{name}: d and e are {diagonal.dtype}; real dtypes are needed"
        raise DTypeError(message)
    if diagonal.ndim != 1 or beside.ndim != 1 or beside.shape[0] != diagonal.shape[0] - 1:
        message = f"{name}: d is {diagonal.shape} and e is {beside.shape}; one axis each is needed, the second shorter by one"
        raise ShapeError(message)
    n = diagonal.shape[0]
    # element (i, i) is number i (n + 1) of all, and (i + 1, i) number n behind it
    flat = pad(_core.reshape(diagonal, (n, 1)), ((0, 0), (0, n)))
    low = pad(_core.reshape(beside, (n - 1, 1)), ((0, 1), (0, n)))
    whole = _core.reshape(flat, (n * (n + 1),))[: n * n]
    shifted = pad(_core.reshape(low, (n * (n + 1),)), ((n, 0),))[: n * n]
    return _core.reshape(_core.add(whole, shifted), (n, n))


def eigh_tridiagonal(
    d: Operand,
    e: Operand,
    eigvals_only: bool = False,
    select: str = "a",
    select_range: Any = None,
    check_finite: bool = True,
    tol: float = 0.0,
    lapack_driver: str = "auto",
) -> Any:
    """Return eigenvalues and eigenvectors of a symmetric tridiagonal matrix.

    Parameters
    ----------
    d : array_like
        The diagonal, real, of shape (N,).
    e : array_like
        What is beside it, of shape (N - 1,).
    eigvals_only : bool
        Whether there are no vectors.
    select : {"a", "i", "v"}
        Which eigenvalues: all, by their numbers, or by their values.
    select_range : pair of int or float, optional
        The first and the last number, or the values between which they lie, the second one included.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.
    tol, lapack_driver
        Of no effect.

    Returns
    -------
    w : Tensor
        Of shape (K,), in ascending order.
    v : Tensor
        Of shape (N, K), orthonormal columns. Not if `eigvals_only` is true.

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is no such selection.
    DerivativeError
        If a derivative is asked for that depends on what nothing determines, as of `eigh`.

    Notes
    -----
    The matrix is made whole: a derivative reads all of its vectors.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.eigh_tridiagonal([2.0, 2.0], [1.0], eigvals_only=True)
    Tensor([1., 3.])
    """
    if select not in _SELECTIONS:
        message = f"eigh_tridiagonal: select is {select!r}; 'a', 'i' or 'v' is needed"
        raise ShapeError(message)
    which = _SELECTIONS[select]
    if which and select_range is None:
        message = (
            f"eigh_tridiagonal: select is {select!r} and select_range was not given; it is needed"
        )
        raise ShapeError(message)
    matrix = _whole("eigh_tridiagonal", d, e, check_finite)
    subset = {which: select_range} if which else {}
    return eigh(matrix, eigvals_only=eigvals_only, check_finite=False, **subset)


def eigvalsh_tridiagonal(
    d: Operand,
    e: Operand,
    select: str = "a",
    select_range: Any = None,
    check_finite: bool = True,
    tol: float = 0.0,
    lapack_driver: str = "auto",
) -> Tensor:
    """Return eigenvalues of a symmetric tridiagonal matrix.

    Parameters
    ----------
    d, e, select, select_range, check_finite, tol, lapack_driver
        As for `eigh_tridiagonal`.

    Returns
    -------
    Tensor
        Of shape (K,), in ascending order.

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is no such selection.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.eigvalsh_tridiagonal([2.0, 2.0], [1.0])
    Tensor([1., 3.])
    """
    found: Tensor = eigh_tridiagonal(d, e, True, select, select_range, check_finite)
    return found
