"""Cholesky factors, and equations that are solved by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core
from wengert._core import Tensor
from wengert.numpy.linear_algebra._matrices import adjoint
from wengert.scipy.linalg._operands import (
    by_columns,
    conjugated,
    right_sides,
    squares,
)

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["cho_factor", "cho_solve", "cholesky"]


def _factor(name: str, a: Operand, lower: bool, check_finite: bool) -> Tensor:
    matrix = squares(name, "a", a, check_finite)
    return _core.cholesky(matrix) if lower else adjoint(_core.cholesky(adjoint(matrix)))


def cholesky(
    a: Operand, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True
) -> Tensor:
    r"""Factor positive definite matrices.

    Parameters
    ----------
    a : array_like
        Hermitian matrices, of shape (..., M, M). The upper triangle is read, or the lower one, and of the diagonal the
        real part; what is not read receives no part of the gradient.
    lower : bool
        Which factor is returned, and which triangle is read.
    overwrite_a
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    Tensor
        Of the shape of `a`: the upper :math:`U` with :math:`a = U^H U`, or the lower :math:`L` with :math:`a = L L^H`.

    Raises
    ------
    ValueError
        If `a` is not square.
    numpy.linalg.LinAlgError
        If a matrix is not positive definite; the error names the example of the batch and the pivot.

    References
    ----------
    .. [1] I. Murray, *Differentiation of the Cholesky decomposition*, arXiv:1602.07527, 2016.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.cholesky([[4.0, 2.0], [2.0, 2.0]])
    Tensor([[2., 1.],
            [0., 1.]])
    """
    return _factor("cholesky", a, lower, check_finite)


def cho_factor(
    a: Operand, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True
) -> tuple[Tensor, bool]:
    """Factor positive definite matrices, for `cho_solve`.

    Parameters
    ----------
    a : array_like
        Hermitian matrices, of shape (..., M, M), read as by `cholesky`.
    lower : bool
        Which triangle is read, and holds the factor.
    overwrite_a
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    c : Tensor
        The factor, with zeros in the other triangle, where SciPy's holds anything.
    lower : bool
        Which triangle it is in.

    Raises
    ------
    ValueError
        If `a` is not square.
    numpy.linalg.LinAlgError
        If a matrix is not positive definite.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.linalg import cho_factor, cho_solve
    >>> cho_solve(cho_factor([[4.0, 2.0], [2.0, 2.0]]), [6.0, 4.0])
    Tensor([1., 1.])
    """
    return _factor("cho_factor", a, lower, check_finite), lower


def cho_solve(
    c_and_lower: tuple[Operand, bool],
    b: Operand,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Tensor:
    """Solve equations with positive definite matrices that `cho_factor` has factored.

    Parameters
    ----------
    c_and_lower : tuple
        What `cho_factor` returned. Of the factor, of shape (..., M, M), the triangle that is named is read.
    b : array_like
        Right-hand sides: a vector of shape (M,), or matrices of shape (..., M, K).
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
        If the factor has a zero on its diagonal.

    Notes
    -----
    Where derivatives in the matrix are wanted and the factor is not, ``solve(a, b, assume_a="pos")`` has them for less:
    they are solved with the factors, and not taken through them.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.cho_solve(([[2.0, 1.0], [0.0, 1.0]], False), [6.0, 4.0])
    Tensor([1., 1.])
    """
    factor, lower = c_and_lower
    c = squares("cho_solve", "c", factor, check_finite)
    right = right_sides("cho_solve", c.shape[-1], b, check_finite)
    turned = conjugated(c)

    def solved(columns: Tensor) -> Tensor:
        if lower:
            half = _core.triangular_solve(c, columns, True, False, False)
            return _core.triangular_solve(turned, half, True, True, False)
        half = _core.triangular_solve(turned, columns, False, True, False)
        return _core.triangular_solve(c, half, False, False, False)

    return by_columns(right, solved)
