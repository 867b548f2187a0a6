"""A matrix as a rotation and a stretch, and Schur's form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DerivativeError, ShapeError, Tensor
from wengert._foreign import primitive
from wengert.numpy._arguments import tensor_of
from wengert.numpy.linear_algebra._matrices import adjoint, solution
from wengert.scipy.linalg._foreign_factors import Kept
from wengert.scipy.linalg._operands import matrices, squares
from wengert.scipy.linalg.sylvester import sylvester

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["polar", "schur"]


def _hermitian(x: Tensor) -> Tensor:
    return _core.multiply(_core.add(x, adjoint(x)), 0.5)


def _isometry(a: Any) -> Any:
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return u @ vh


def _moved(t: Tensor, u: Tensor, a: Tensor) -> Tensor:
    """Return the derivative of the isometry u of a = u p, for matrices with at least as many rows as columns.

    With y = u^H du, which is skew, p y + y p = u^H t - t^H u; outside of what u reaches, du p = t.
    """
    p = _hermitian(_core.matmul(adjoint(u), a))
    inside = _core.matmul(adjoint(u), t)
    y = sylvester(p, p, _core.subtract(inside, adjoint(inside)))
    moved = _core.matmul(u, y)
    if a.shape[-2] == a.shape[-1]:
        return moved
    beyond = _core.subtract(t, _core.matmul(u, inside))
    return _core.add(moved, adjoint(solution(p, adjoint(beyond))))


def polar(a: Operand, side: str = "right") -> tuple[Tensor, Tensor]:
    """Factor matrices into one with orthonormal columns, or rows, and one that is positive semidefinite.

    Parameters
    ----------
    a : array_like
        Of shape (..., M, N).
    side : {"right", "left"}
        Whether ``a = u p`` or ``a = p u``.

    Returns
    -------
    u : Tensor
        Of the shape of `a`.
    p : Tensor
        Hermitian, of shape (..., N, N) or (..., M, M).

    Raises
    ------
    ValueError
        If there are fewer than two axes, or no such side.
    numpy.linalg.LinAlgError
        If a derivative is asked for where the rank is less than M and N: there is none.
    ModuleNotFoundError
        If a derivative is asked for and SciPy, which computes it, is not installed.

    Notes
    -----
    The derivative solves Sylvester's equation with `p`, and exists at equal singular values, where that of vectors does not.

    References
    ----------
    .. [1] N. J. Higham, *Functions of Matrices*, SIAM, 2008, ch. 8.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.polar([[0.0, -2.0], [3.0, 0.0]])[1].round(12)
    Tensor([[3., 0.],
            [0., 2.]])
    """
    if side not in ("right", "left"):
        message = f"polar: side is {side!r}; 'right' or 'left' is needed"
        raise ShapeError(message)
    matrix = matrices("polar", "a", a)
    is_wide = matrix.shape[-2] < matrix.shape[-1]
    rule = primitive(Kept(_isometry))
    rule.defjvp(_moved)
    u = tensor_of(rule(adjoint(matrix) if is_wide else matrix)) if matrix.size else matrix
    u = adjoint(u) if is_wide else u
    if side == "right":
        return u, _hermitian(_core.matmul(adjoint(u), matrix))
    return u, _hermitian(_core.matmul(matrix, adjoint(u)))


def _no_derivative(*_: Any) -> Any:
    message = (
        "schur: the form has no derivative that equal eigenvalues, and the phases of vectors, leave; eigvals has those of the "
        "eigenvalues, and sqrtm, logm, expm and solve_sylvester those of what the form is used for"
    )
    raise DerivativeError(message)


def schur(
    a: Operand,
    output: str = "real",
    lwork: Any = None,
    overwrite_a: bool = False,
    sort: Any = None,
    check_finite: bool = True,
) -> tuple[Any, ...]:
    """Factor a matrix into ``z t z^H``, t upper triangular: values alone, for a derivative is an error.

    Parameters
    ----------
    a : array_like
        A square matrix, of shape (M, M).
    output : {"real", "complex"}
        Whether a real matrix has a real `t`, with blocks of two on its diagonal for pairs of complex eigenvalues.
    lwork, overwrite_a
        Of no effect.
    sort : callable or {"lhp", "rhp", "iuc", "ouc"}, optional
        Which eigenvalues come first.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    T, Z : Tensor
        Of shape (M, M).
    sdim : int
        How many eigenvalues came first; only if `sort` was given.

    Raises
    ------
    ValueError
        If `a` is no square matrix, or there is no such output.
    DerivativeError
        If a derivative is asked for.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.schur([[1.0, 2.0], [0.0, 3.0]])[0]
    Tensor([[1., 2.],
            [0., 3.]])
    """
    from scipy.linalg import schur as scipys  # noqa: PLC0415 -- an extra

    matrix = squares("schur", "a", a, check_finite)
    if matrix.ndim != 2:
        message = f"schur: a is {matrix.shape}; one matrix is needed (see vmap)"
        raise ShapeError(message)
    kept = Kept(lambda x: scipys(x, output, sort=sort, check_finite=False))

    def part(number: int) -> Any:
        rule = primitive(lambda x: kept(x)[number])
        rule.defvjp(_no_derivative)
        rule.defjvp(_no_derivative)
        return tensor_of(rule(matrix))

    if sort is None:
        return part(0), part(1)
    return part(0), part(1), int(part(2))
