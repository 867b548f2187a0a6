"""Singular values, pseudoinverses and least squares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy import linalg
from wengert.numpy._arguments import constant
from wengert.numpy.linear_algebra._matrices import LinAlgError
from wengert.numpy.linear_algebra._pseudoinverses import pseudoinverse
from wengert.scipy.linalg._operands import matrices, operand, squares, symmetrized, transposed

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["lstsq", "pinv", "pinvh", "svd", "svdvals"]


def svd(
    a: Operand,
    full_matrices: bool = True,
    compute_uv: bool = True,
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str = "gesdd",
) -> Any:
    r"""Factor matrices into singular vectors and values.

    Parameters
    ----------
    a : array_like
        Of shape (..., M, N).
    full_matrices : bool
        Whether `U` and `Vh` are square, or have K = min(M, N) vectors.
    compute_uv : bool
        Whether there are vectors; otherwise the values alone are returned.
    overwrite_a, lapack_driver
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    U : Tensor
        Of shape (..., M, M) or (..., M, K).
    s : Tensor
        Real, of shape (..., K), in descending order.
    Vh : Tensor
        Of shape (..., N, N) or (..., K, N): :math:`a = U \operatorname{diag}(s) V^H`.

    Raises
    ------
    ValueError
        If there are fewer than two axes.
    numpy.linalg.LinAlgError
        If the values do not converge.
    DerivativeError
        If a derivative is asked for that depends on what nothing determines: the phases of vectors, and which vectors
        of equal values, or of no value, were chosen.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.svd([[3.0, 0.0], [0.0, 4.0]])[1]
    Tensor([4., 3.])
    """
    matrix = matrices("svd", "a", a, check_finite)
    if not compute_uv:
        return _core.svdvals(matrix)[0]
    return tuple(_core.svd(matrix, bool(full_matrices), False))


def svdvals(a: Operand, overwrite_a: bool = False, check_finite: bool = True) -> Tensor:
    """Return singular values.

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
    Tensor
        Real, of shape (..., min(M, N)), in descending order. Values that are equal are differentiated as if their
        vectors, as they were found, stayed what they are, and those that are zero have the derivative 0.

    Raises
    ------
    ValueError
        If there are fewer than two axes.
    numpy.linalg.LinAlgError
        If the values do not converge.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.svdvals([[3.0, 0.0], [0.0, 4.0]])
    Tensor([4., 3.])
    """
    return _core.svdvals(matrices("svdvals", "a", a, check_finite))[0]


def _inverted(name: str, matrix: Tensor, atol: Any, rtol: Any, return_rank: bool) -> Any:
    atol = 0.0 if atol is None else atol
    rtol = max(matrix.shape[-2:]) * float(np.finfo(matrix.dtype).eps) if rtol is None else rtol
    if atol < 0 or rtol < 0:
        message = f"{name}: atol is {atol} and rtol is {rtol}; neither may be negative"
        raise ShapeError(message)
    if matrix.size == 0:
        return (transposed(matrix), 0) if return_rank else transposed(matrix)
    if atol == 0 and not return_rank:
        return pseudoinverse(matrix, float(rtol))
    values = _core.svdvals(_core.stop_gradient(matrix))[0]
    greatest = _core.max(values, (-1,), False)
    part = _core.where(_core.greater(greatest, 0), greatest, 1.0)
    inverse = pseudoinverse(matrix, _core.add(_core.divide(atol, part), rtol))
    if not return_rank:
        return inverse
    bound = _core.add(_core.multiply(_core.max(values, (-1,), True), rtol), atol)
    rank = _core.sum(_core.greater(values, bound), (-1,), False)
    return inverse, int(rank) if rank.ndim == 0 else rank


def pinv(
    a: Operand,
    *,
    atol: Any = None,
    rtol: Any = None,
    return_rank: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return the Moore-Penrose inverses of matrices.

    Parameters
    ----------
    a : array_like
        Of shape (..., M, N).
    atol, rtol : float, optional
        Singular values of at most ``atol + rtol * s``, where s is the largest, count as zero. By default 0, and the largest
        of `M` and `N` times the distance between numbers at one.
    return_rank : bool
        Whether ranks are returned as well.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    B : Tensor
        Of shape (..., N, M). Its derivative is that at constant rank.
    rank : int or Tensor
        Only if `return_rank`.

    Raises
    ------
    ValueError
        If there are fewer than two axes, or a bound is negative.
    numpy.linalg.LinAlgError
        If the singular values do not converge.

    References
    ----------
    .. [1] G. H. Golub and V. Pereyra, *The differentiation of pseudo-inverses and nonlinear least squares problems whose
           variables separate*, SIAM J. Numer. Anal. 10, 1973.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.pinv([[2.0, 0.0]])
    Tensor([[0.5],
            [0. ]])
    """
    return _inverted("pinv", matrices("pinv", "a", a, check_finite), atol, rtol, return_rank)


def pinvh(
    a: Operand,
    atol: Any = None,
    rtol: Any = None,
    lower: bool = True,
    return_rank: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return the Moore-Penrose inverses of Hermitian matrices.

    Parameters
    ----------
    a : array_like
        Of shape (..., M, M), of which one triangle is read; what is not read receives no part of the gradient.
    atol, rtol : float, optional
        As for `pinv`.
    lower : bool
        Which triangle.
    return_rank : bool
        Whether ranks are returned as well.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    B : Tensor
        Of the shape of `a`. Its derivative is that at constant rank.
    rank : int or Tensor
        Only if `return_rank`.

    Raises
    ------
    ValueError
        If `a` is not square, or a bound is negative.
    numpy.linalg.LinAlgError
        If the singular values do not converge.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.pinvh([[2.0, 0.0], [0.0, 0.0]])
    Tensor([[0.5, 0. ],
            [0. , 0. ]])
    """
    matrix = symmetrized(squares("pinvh", "a", a, check_finite), lower)
    return _inverted("pinvh", matrix, atol, rtol, return_rank)


def lstsq(
    a: Operand,
    b: Operand,
    cond: Any = None,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    lapack_driver: Any = None,
) -> tuple[Tensor, Tensor, int, Tensor | None]:
    r"""Solve linear equations by least squares.

    Parameters
    ----------
    a : array_like
        A matrix, of shape (M, N).
    b : array_like
        Right-hand sides, of shape (M,) or (M, K).
    cond : float, optional
        Singular values of at most so many times the largest count as zero; by default the distance between numbers at one.
    overwrite_a, overwrite_b
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.
    lapack_driver : {None, "gelsd", "gelsy", "gelss"}
        Of "gelsy" there are no residues and no singular values; otherwise of no effect.

    Returns
    -------
    x : Tensor
        The shortest of those that minimize :math:`|b - a x|`, of shape (N,) or (N, K). Its derivative is that at constant
        rank.
    residues : Tensor
        The minima squared, of shape () or (K,); of shape (0,) unless `a` has independent columns, and more rows than columns.
    rank : int
        Of `a`.
    s : Tensor or None
        The singular values of `a`.

    Raises
    ------
    ValueError
        If `a` is no matrix, `b` has another number of rows, or there is no such driver.
    numpy.linalg.LinAlgError
        If the singular values do not converge.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.lstsq([[1.0], [1.0]], [1.0, 3.0])[0]
    Tensor([2.])
    """
    matrix, right = operand("lstsq", "a", a, check_finite), operand("lstsq", "b", b, check_finite)
    if lapack_driver not in (None, "gelsd", "gelsy", "gelss"):
        message = (
            f"lstsq: lapack_driver is {lapack_driver!r}; 'gelsd', 'gelsy' or 'gelss' is needed"
        )
        raise ShapeError(message)
    if matrix.ndim != 2 or right.ndim not in (1, 2) or right.shape[0] != matrix.shape[0]:
        message = f"lstsq: a is {matrix.shape} and b is {right.shape}; a matrix, and one or two axes with as many rows, are needed"
        raise LinAlgError(message)
    part = float(np.finfo(np.result_type(matrix.dtype, right.dtype)).eps) if cond is None else cond
    x, residues, rank, values = linalg.lstsq(matrix, right, part)
    count = int(rank)
    if matrix.shape[0] <= matrix.shape[1] or count < matrix.shape[1] or lapack_driver == "gelsy":
        residues = constant(np.empty(0, x.dtype))
    elif right.ndim == 1:
        residues = _core.reshape(residues, ())
    return x, residues, count, None if lapack_driver == "gelsy" else values
