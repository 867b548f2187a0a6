"""Linear equations with one matrix, by what is known of it; inverses and determinants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import converted, diagonal_of
from wengert.numpy.linear_algebra._matrices import LinAlgError, adjoint, identity, solution
from wengert.scipy.linalg._operands import (
    by_columns,
    conjugated,
    right_sides,
    squares,
    symmetrized,
    transposed,
)
from wengert.scipy.linalg._strides import zeros

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["det", "inv", "solve", "solve_triangular"]

# What a matrix may be assumed to be, by all names that SciPy has for it.
_STRUCTURES: dict[Any, str] = {
    None: "general",
    "gen": "general",
    "sym": "symmetric",
    "her": "hermitian",
    "pos": "positive definite",
    "banded": "general",
    **{
        name: name
        for name in (
            "general",
            "symmetric",
            "hermitian",
            "positive definite",
            "diagonal",
            "tridiagonal",
            "upper triangular",
            "lower triangular",
        )
    },
}


def _structure(name: str, assume_a: Any) -> str:
    if assume_a in _STRUCTURES:
        return _STRUCTURES[assume_a]
    message = (
        f"{name}: assume_a is {assume_a!r}; one of {', '.join(map(repr, _STRUCTURES))} is needed"
    )
    raise ShapeError(message)


def _by_cholesky(a: Tensor, b: Tensor) -> Tensor:
    """Solve with positive definite matrices: half of the work, and derivatives as of any others.

    With L the Cholesky factor and D its diagonal, a = (L D^-1) (D L^H) are LU factors, without an exchange of rows.
    """
    factor = _core.cholesky(_core.stop_gradient(a))
    n = a.shape[-1]
    scale = diagonal_of(factor, factor.ndim - 2, factor.ndim - 1)
    down = _core.reshape(scale, (*scale.shape, 1))
    across = _core.reshape(scale, (*scale.shape[:-1], 1, n))
    unit = _core.triangle(_core.divide(factor, across), -1, True)
    packed = _core.add(unit, _core.multiply(adjoint(factor), down))
    pivots = _core.convert(
        _core.broadcast_to(np.arange(n, dtype=np.int32), (*a.shape[:-2], n)), np.int32
    )
    return _core.lu_solve(a, transposed(packed), pivots, b, False)


def _divided_by_diagonal(a: Tensor, b: Tensor) -> Tensor:
    pivots = diagonal_of(a, a.ndim - 2, a.ndim - 1)
    if bool(_core.any(_core.equal(pivots, 0), tuple(range(-pivots.ndim, 0)), False)):
        message = "solve: a has a zero on its diagonal; it is singular"
        raise LinAlgError(message)
    return _core.divide(b, _core.reshape(pivots, (*pivots.shape, 1)))


def _three_diagonals(a: Tensor) -> Tensor:
    """Return the rows that `solve_banded` takes of a tridiagonal matrix."""
    above, main, below = (diagonal_of(a, a.ndim - 2, a.ndim - 1, offset) for offset in (1, 0, -1))
    beyond = zeros((*a.shape[:-2], min(1, a.shape[-1])), a.dtype)
    rows = [_core.concatenate([beyond, above], -1), main, _core.concatenate([below, beyond], -1)]
    return _core.stack(rows, -2)


def _solved(a: Tensor, b: Tensor, structure: str, lower: bool) -> Tensor:
    if structure == "diagonal":
        return _divided_by_diagonal(a, b)
    if structure == "upper triangular":
        return _core.triangular_solve(a, b, False, False, False)
    if structure == "lower triangular":
        return _core.triangular_solve(a, b, True, False, False)
    if structure == "tridiagonal":
        return _core.banded_solve(_three_diagonals(a), b, 1, 1, False, False)
    if structure == "general":
        return solution(a, b)
    whole = symmetrized(a, lower, structure != "symmetric")
    return _by_cholesky(whole, b) if structure == "positive definite" else solution(whole, b)


def solve(
    a: Operand,
    b: Operand,
    lower: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    assume_a: Any = None,
    transposed: bool = False,
) -> Tensor:
    r"""Solve linear equations.

    Parameters
    ----------
    a : array_like
        Square matrices, of shape (..., M, M).
    b : array_like
        Right-hand sides: a vector of shape (M,), or matrices of shape (..., M, K), whose leading axes broadcast with
        those of `a`.
    lower : bool
        Which triangle of a symmetric, Hermitian or positive definite matrix is read; what is not read receives no part
        of the gradient.
    overwrite_a, overwrite_b
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.
    assume_a : {None, "gen", "sym", "her", "pos", "diagonal", "tridiagonal", "banded", "upper triangular", "lower triangular"}
        What of `a` is read: of a diagonal, tridiagonal or triangular matrix nothing else is, and receives no part of the
        gradient. Names in full, as "positive definite", are understood. None is any matrix.
    transposed : bool
        Whether the transpose of real matrices is meant.

    Returns
    -------
    Tensor
        :math:`x` with :math:`a x = b`, of shape (..., M) or (..., M, K).

    Raises
    ------
    ValueError
        If shapes do not fit, or there is no such structure.
    numpy.linalg.LinAlgError
        If a matrix is singular, or not positive definite where that is assumed.
    NotImplementedError
        If `transposed` is asked of complex matrices, as SciPy's.

    Notes
    -----
    Each matrix is factored once: derivatives of every order are solved with the same factors.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.solve([[4.0, 2.0], [2.0, 2.0]], [6.0, 4.0], assume_a="pos")
    Tensor([1., 1.])
    """
    structure = _structure("solve", assume_a)
    matrix = squares("solve", "a", a, check_finite)
    right = right_sides("solve", matrix.shape[-1], b, check_finite)
    if transposed:
        if matrix.dtype.kind == "c":
            message = "solve: transposed=True was given for complex matrices; solve(a.T, b) is that"
            raise NotImplementedError(message)
        matrix, lower = _core.transpose(matrix, (-1, -2)), not lower
        structure = {
            "upper triangular": "lower triangular",
            "lower triangular": "upper triangular",
        }.get(structure, structure)
    return by_columns(right, lambda columns: _solved(matrix, columns, structure, bool(lower)))


_TRANSPOSITIONS: dict[Any, int] = {0: 0, "N": 0, 1: 1, "T": 1, 2: 2, "C": 2}


def transposition(name: str, trans: Any) -> int:
    """Read which of a matrix, its transpose and its adjoint is meant."""
    if trans not in _TRANSPOSITIONS:
        message = f"{name}: trans is {trans!r}; 0, 1, 2, 'N', 'T' or 'C' is needed"
        raise ShapeError(message)
    return _TRANSPOSITIONS[trans]


def solve_triangular(
    a: Operand,
    b: Operand,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Tensor:
    """Solve equations with triangular matrices.

    Parameters
    ----------
    a : array_like
        Square matrices, of shape (..., M, M), of which one triangle is read; what is not read receives no part of the
        gradient.
    b : array_like
        Right-hand sides: a vector of shape (M,), or matrices of shape (..., M, K), whose leading axes broadcast with
        those of `a`.
    trans : {0, 1, 2, "N", "T", "C"}
        Whether the matrix is meant as it is, its transpose, or the conjugate of that.
    lower : bool
        Which triangle.
    unit_diagonal : bool
        Whether the diagonal is taken for ones, and not read.
    overwrite_b
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    Tensor
        Of shape (..., M) or (..., M, K).

    Raises
    ------
    ValueError
        If shapes do not fit, or `trans` is something else.
    numpy.linalg.LinAlgError
        If an element of the diagonal is zero.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.solve_triangular([[2.0, 1.0], [0.0, 4.0]], [4.0, 8.0])
    Tensor([1., 2.])
    """
    matrix = squares("solve_triangular", "a", a, check_finite)
    right = right_sides("solve_triangular", matrix.shape[-1], b, check_finite)
    way = transposition("solve_triangular", trans)
    if way == 2:
        matrix = conjugated(matrix)
    return by_columns(
        right,
        lambda columns: _core.triangular_solve(
            matrix, columns, bool(lower), way != 0, bool(unit_diagonal)
        ),
    )


def inv(
    a: Operand,
    overwrite_a: bool = False,
    check_finite: bool = True,
    *,
    assume_a: Any = None,
    lower: bool = False,
) -> Tensor:
    """Invert matrices.

    Parameters
    ----------
    a : array_like
        Square matrices, of shape (..., M, M).
    overwrite_a
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.
    assume_a : str, optional
        What is known of the matrices, as for `solve`.
    lower : bool
        Which triangle is read, as for `solve`.

    Returns
    -------
    Tensor
        The inverses, of the shape of `a`.

    Raises
    ------
    ValueError
        If `a` is not square, or there is no such structure.
    numpy.linalg.LinAlgError
        If a matrix is singular.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.inv([[2.0, 0.0], [0.0, 4.0]])
    Tensor([[0.5 , 0.  ],
            [0.  , 0.25]])
    """
    structure = _structure("inv", assume_a)
    matrix = squares("inv", "a", a, check_finite)
    return _solved(matrix, identity(matrix.shape[-1], matrix.dtype), structure, bool(lower))


def det(a: Operand, overwrite_a: bool = False, check_finite: bool = True) -> Tensor:
    """Return determinants.

    Parameters
    ----------
    a : array_like
        Square matrices, of shape (..., M, M).
    overwrite_a
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    Tensor
        Of shape (...), in double precision, as SciPy's.

    Raises
    ------
    ValueError
        If `a` is not square.

    Notes
    -----
    The derivatives are the cofactors, which singular matrices have as well.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.det([[1.0, 2.0], [3.0, 4.0]])
    Tensor(-2.)
    """
    matrix = squares("det", "a", a, check_finite)
    return _core.det(converted(matrix, np.complex128 if matrix.dtype.kind == "c" else np.float64))
