"""Pseudoinverses, least squares, ranks and condition numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import constant, tensor_of
from wengert.numpy.linear_algebra._matrices import (
    LinAlgError,
    identity,
    inexact_of,
    matrices_of,
    solution,
    square_of,
)
from wengert.numpy.linear_algebra._pseudoinverses import pseudoinverse, rounding_of
from wengert.numpy.linear_algebra.factorizations import svd
from wengert.numpy.linear_algebra.norms import norm

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["cond", "lstsq", "matrix_rank", "pinv"]

_NOT_GIVEN: Any = getattr(np, "_NoValue", None)


def pinv(
    a: Operand, rcond: Any = None, hermitian: bool = False, *, rtol: Any = _NOT_GIVEN
) -> Tensor:
    r"""Return the Moore-Penrose inverses of matrices.

    Parameters
    ----------
    a : array_like
        Of shape (..., M, N).
    rcond : array_like, optional
        Singular values of at most so many times the largest count as zero: a number, or of shape
        (...). By default 1e-15.
    hermitian : bool
        Whether the matrices are Hermitian; then their lower triangle is read.
    rtol : array_like, optional
        The same as `rcond`; None is the largest of `M` and `N` times the distance between numbers
        at one.

    Returns
    -------
    Tensor
        Of shape (..., N, M). Its derivative is that at constant rank, or, where `rcond` leaves
        values out that are not zero, with these left out wherever the matrix turns them.

    Raises
    ------
    numpy.linalg.LinAlgError
        If there are fewer than two axes, or the singular values do not converge.
    ValueError
        If both `rcond` and `rtol` are given.

    References
    ----------
    .. [1] G. H. Golub and V. Pereyra, *The differentiation of pseudo-inverses and nonlinear least
           squares problems whose variables separate*, SIAM J. Numer. Anal. 10, 1973.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.pinv([[2.0, 0.0]])
    Tensor([[0.5],
            [0. ]])
    """
    matrix = matrices_of("pinv", a)
    if matrix.shape[-1] == 0 or matrix.shape[-2] == 0:  # of the operand's own dtype, as NumPy's
        return _core.transpose(_core.identity(a), (-1, -2))
    if rcond is not None and rtol is not _NOT_GIVEN:
        message = "pinv: rcond and rtol were both given; one of them is needed"
        raise ValueError(message)
    if rcond is None:
        rcond = 1e-15 if rtol is _NOT_GIVEN else rounding_of(matrix) if rtol is None else rtol
    if hermitian:
        lower = _core.triangle(square_of("pinv", matrix), 0, True)
        below = _core.triangle(lower, -1, True)
        matrix = _core.add(lower, _core.conjugate(_core.transpose(below, (-1, -2))))
    return pseudoinverse(matrix, rcond)


def lstsq(
    a: Operand, b: Operand, rcond: float | None = None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    r"""Solve linear equations by least squares.

    Parameters
    ----------
    a : array_like
        A matrix, of shape (M, N).
    b : array_like
        Right-hand sides, of shape (M,) or (M, K).
    rcond : float, optional
        Singular values of at most so many times the largest count as zero; by default the largest
        of `M` and `N` times the distance between numbers at one, and -1 is that distance alone.

    Returns
    -------
    x : Tensor
        The shortest of those that minimize :math:`|b - a x|`, of shape (N,) or (N, K). Its
        derivative is that at constant rank.
    residuals : Tensor
        The minima squared, of shape (1,) or (K,); empty unless `a` has independent columns, and
        more rows than columns.
    rank : Tensor
        Of `a`, an integer.
    s : Tensor
        The singular values of `a`, of shape (min(M, N),).

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is no matrix, `b` has another number of rows, or the singular values do not converge.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.lstsq([[1.0], [1.0]], [1.0, 3.0])[0]
    Tensor([2.])
    """
    matrix, right = inexact_of(a), inexact_of(b)
    if matrix.ndim != 2 or right.ndim not in (1, 2) or right.shape[0] != matrix.shape[0]:
        message = f"lstsq: a is {matrix.shape} and b is {right.shape}; a matrix, and one or two axes with as many rows, are needed"
        raise LinAlgError(message)
    rows, columns = matrix.shape
    if rcond is None:
        rcond = rounding_of(matrix)
    elif rcond < 0:
        rcond = float(np.finfo(matrix.dtype).eps)
    values = _core.svdvals(matrix)[0]
    x = _core.matmul(pseudoinverse(matrix, rcond), right)
    bound = _core.multiply(values[0], rcond) if values.size else 0.0
    counted = _core.sum(_core.greater(values, bound), (-1,), False)
    rank = _core.convert(counted, np.int32)
    if rows > columns and int(rank) == columns:
        left = _core.subtract(right, _core.matmul(matrix, x))
        squares = _core.real(_core.multiply(left, _core.conjugate(left)))
        residuals = _core.sum(squares, (-right.ndim,), right.ndim == 1)
    else:
        residuals = constant(np.empty(0, np.empty(0, x.dtype).real.dtype))
    return x, residuals, rank, values


def matrix_rank(A: Operand, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """Count the singular values that are not zero.

    Parameters
    ----------
    A : array_like
        Matrices, of shape (..., M, N); of a vector or a number, whether it is not zero.
    tol : array_like, optional
        Values of at most so much count as zero: a number, or of shape (...).
    hermitian : bool
        Whether the matrices are Hermitian; then their lower triangle is read.
    rtol : array_like, optional
        The same as a part of the largest value; by default the largest of `M` and `N` times the
        distance between numbers at one.

    Returns
    -------
    Tensor or int
        Integers, of shape (...), whose derivative is zero.

    Raises
    ------
    ValueError
        If both `tol` and `rtol` are given.
    numpy.linalg.LinAlgError
        If the values do not converge.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.matrix_rank([[1.0, 1.0], [1.0, 1.0]])
    Tensor(1)
    """
    if tol is not None and rtol is not None:
        message = "matrix_rank: tol and rtol were both given; one of them is needed"
        raise ValueError(message)
    x = tensor_of(A)
    if x.ndim < 2:
        return int(bool(_core.any(x, tuple(range(-x.ndim, 0)), False)))
    values = svd(_core.stop_gradient(x), compute_uv=False, hermitian=hermitian)
    if tol is None:
        part = (
            max(x.shape[-2:]) * float(np.finfo(values.dtype).eps) if rtol is None else _column(rtol)
        )
        bound = _core.multiply(_core.max(values, (-1,), True), part) if values.shape[-1] else 0.0
    else:
        bound = _column(tol)
    return _core.sum(_core.greater(values, bound), (-1,), False)


def _column(x: Any) -> Tensor:
    bound = tensor_of(x)
    return _core.reshape(bound, (*bound.shape, 1))


def cond(x: Operand, p: Any = None) -> Tensor:
    """Return condition numbers.

    Parameters
    ----------
    x : array_like
        Matrices, of shape (..., M, N); square ones, unless `p` is None, 2 or -2.
    p : {None, 2, -2, 1, -1, inf, -inf, "fro", "nuc"}
        Which norm; None and 2 are the ratio of the largest and the smallest singular value.

    Returns
    -------
    Tensor
        Real, of shape (...); infinite for singular matrices.

    Raises
    ------
    numpy.linalg.LinAlgError
        If a matrix is empty, or not square where it has to be.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.cond([[1.0, 0.0], [0.0, 4.0]])
    Tensor(4.)
    """
    matrix = inexact_of(x)
    if matrix.size == 0:
        message = f"cond: x is {matrix.shape}; matrices with elements are needed"
        raise LinAlgError(message)
    matrix = matrices_of("cond", matrix)
    if p in (None, 2, -2):
        values = _core.svdvals(matrix)[0]
        largest, smallest = values[..., 0], values[..., -1]
        return _ratio(smallest, largest) if p == -2 else _ratio(largest, smallest)
    matrix = square_of("cond", matrix)
    n = matrix.shape[-1]
    factors, pivots = _core.lu(_core.stop_gradient(matrix))
    is_singular = _core.equal(_core.sign_determinant(matrix, factors, pivots), 0)
    each = _core.reshape(is_singular, (*is_singular.shape, 1, 1))
    regular = _core.where(each, identity(n, matrix.dtype), matrix)
    inverse = solution(regular, identity(n, matrix.dtype))
    product = _core.multiply(norm(matrix, p, axis=(-2, -1)), norm(inverse, p, axis=(-2, -1)))
    return _core.where(is_singular, math.inf, product)


def _ratio(x: Tensor, y: Tensor) -> Tensor:
    """Divide; by zero, infinite, whatever is divided."""
    is_zero = _core.equal(y, 0)
    return _core.where(is_zero, math.inf, _core.divide(x, _core.where(is_zero, 1.0, y)))
