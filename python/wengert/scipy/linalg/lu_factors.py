"""LU factors, and equations that are solved by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import converted, part_along, real_dtype, tensor_of
from wengert.numpy.layout.reshaping import expand_dims
from wengert.numpy.linear_algebra._matrices import LinAlgError
from wengert.numpy.selection.taking import take_along_axis
from wengert.scipy.linalg._operands import (
    by_columns,
    conjugated,
    matrices,
    right_sides,
    squares,
    transposed,
)
from wengert.scipy.linalg.equations import transposition

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["lu", "lu_factor", "lu_solve"]


def lu(
    a: Operand,
    permute_l: bool = False,
    overwrite_a: bool = False,
    check_finite: bool = True,
    p_indices: bool = False,
) -> Any:
    """Factor matrices into a permutation, a lower and an upper triangular matrix.

    Parameters
    ----------
    a : array_like
        Of shape (..., M, N). A singular matrix has factors too.
    permute_l : bool
        Whether the product of the first two is returned instead of both.
    overwrite_a
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.
    p_indices : bool
        Whether the permutation is returned as the rows of `L` that `a` has, ``a = L[p] @ U``.

    Returns
    -------
    P : Tensor
        Real, of shape (..., M, M), or integers of shape (..., M): a constant, since where rows change places there is
        no derivative. With `permute_l` it is left out.
    L : Tensor
        Of shape (..., M, K), K = min(M, N), with ones on its diagonal; with its rows permuted if `permute_l`.
    U : Tensor
        Of shape (..., K, N).

    Raises
    ------
    ValueError
        If there are fewer than two axes.
    numpy.linalg.LinAlgError
        If a derivative is asked for and the first K rows and columns of ``L U`` are singular.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.lu([[0.0, 2.0], [1.0, 1.0]], p_indices=True)[0]
    Tensor([1, 0], dtype=int32)
    """
    matrix = matrices("lu", "a", a, check_finite)
    rows, columns = matrix.shape[-2:]
    count = min(rows, columns)
    factors, pivots = _core.lu(matrix)
    packed = transposed(factors)
    ones = np.eye(rows, count, dtype=matrix.dtype)
    lower = _core.add(_core.triangle(part_along(packed, -1, 0, count), -1, True), ones)
    upper = _core.triangle(part_along(packed, -2, 0, count), 0, False)
    # Row i of L U is row order[i] of the matrix; the inverse says where each row of the matrix went.
    inverse = _core.argsort(_core.lu_order(pivots, rows), -1)
    if permute_l:
        places = _core.broadcast_to(expand_dims(inverse, -1), lower.shape)
        return take_along_axis(lower, places, -2), upper
    if p_indices:
        return _core.convert(inverse, np.int32), lower, upper
    places = _core.reshape(inverse, (*inverse.shape, 1))
    return _core.convert(_core.equal(places, np.arange(rows)), real_dtype(matrix)), lower, upper


def lu_factor(
    a: Operand, overwrite_a: bool = False, check_finite: bool = True
) -> tuple[Tensor, Tensor]:
    """Factor matrices, for `lu_solve`.

    Parameters
    ----------
    a : array_like
        Of shape (..., M, N).
    overwrite_a
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    lu : Tensor
        Of the shape of `a`: `U`, and below its diagonal `L` without its ones.
    piv : Tensor
        Integers, of shape (..., min(M, N)): row i was exchanged with row piv[i].

    Raises
    ------
    ValueError
        If there are fewer than two axes.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.lu_factor([[0.0, 2.0], [4.0, 1.0]])[1]
    Tensor([1, 1], dtype=int32)
    """
    factors, pivots = _core.lu(matrices("lu_factor", "a", a, check_finite))
    return transposed(factors), pivots


def lu_solve(
    lu_and_piv: tuple[Operand, Operand],
    b: Operand,
    trans: Any = 0,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Tensor:
    """Solve equations with matrices that `lu_factor` has factored.

    Parameters
    ----------
    lu_and_piv : tuple
        What `lu_factor` returned.
    b : array_like
        Right-hand sides: a vector of shape (M,), or matrices of shape (..., M, K).
    trans : {0, 1, 2}
        Whether the matrix is meant as it is, its transpose, or the conjugate of that.
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
        If shapes do not fit.
    numpy.linalg.LinAlgError
        If the matrix was singular.

    Notes
    -----
    Derivatives in the matrix go through its factors. Where these are not wanted for themselves, `solve` has them for less.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.linalg import lu_factor, lu_solve
    >>> lu_solve(lu_factor([[0.0, 2.0], [4.0, 1.0]]), [2.0, 5.0])
    Tensor([1., 1.])
    """
    packed = squares("lu_solve", "lu", lu_and_piv[0], check_finite)
    pivots = tensor_of(lu_and_piv[1])
    n = packed.shape[-1]
    if pivots.shape != packed.shape[:-1]:
        message = f"lu_solve: lu is {packed.shape} and piv is {pivots.shape}; {packed.shape[:-1]} is needed"
        raise LinAlgError(message)
    right = right_sides("lu_solve", n, b, check_finite)
    way = transposition("lu_solve", trans)
    factors = conjugated(packed) if way == 2 else packed
    order = _core.lu_order(converted(pivots, np.int32), n)

    def solved(columns: Tensor) -> Tensor:
        if way == 0:
            half = _core.triangular_solve(factors, _permuted(columns, order), True, False, True)
            return _core.triangular_solve(factors, half, False, False, False)
        half = _core.triangular_solve(factors, columns, False, True, False)
        back = _core.argsort(order, -1)
        return _permuted(_core.triangular_solve(factors, half, True, True, True), back)

    return by_columns(right, solved)


def _permuted(x: Tensor, order: Tensor) -> Tensor:
    """Put the rows of matrices in an order, of each its own."""
    leading = np.broadcast_shapes(x.shape[:-2], order.shape[:-1])
    places = _core.broadcast_to(expand_dims(order, -1), (*leading, *x.shape[-2:]))
    return take_along_axis(_core.broadcast_to(x, (*leading, *x.shape[-2:])), places, -2)
