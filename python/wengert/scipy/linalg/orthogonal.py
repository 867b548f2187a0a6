"""Orthonormal columns: QR factors, and bases of what a matrix reaches and of what it takes to zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert._foreign import primitive
from wengert.numpy._arguments import part_along, tensor_of
from wengert.numpy.layout.reshaping import expand_dims
from wengert.numpy.linear_algebra._matrices import adjoint
from wengert.numpy.selection.taking import take_along_axis
from wengert.scipy.linalg._operands import matrices

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["null_space", "orth", "qr"]


def _order_of(matrix: Tensor) -> Tensor:
    """Return the order of columns that LAPACK's pivoting comes to: integers, of each matrix its own."""
    from scipy.linalg import qr as scipys  # noqa: PLC0415 -- an extra, of which most have no need

    def orders(values: Any) -> Any:
        each = values.reshape(-1, *values.shape[-2:])
        found = [scipys(x, mode="r", pivoting=True, check_finite=False)[1] for x in each]
        shape = (*values.shape[:-2], values.shape[-1])
        return np.array(found, np.int32).reshape(shape)

    return tensor_of(primitive(orders)(_core.stop_gradient(matrix)))


def qr(
    a: Operand,
    overwrite_a: bool = False,
    lwork: Any = None,
    mode: str = "full",
    pivoting: bool = False,
    check_finite: bool = True,
) -> tuple[Tensor, ...]:
    """Factor matrices into orthonormal columns and an upper triangular matrix.

    Parameters
    ----------
    a : array_like
        Of shape (..., M, N).
    overwrite_a, lwork
        Of no effect.
    mode : {"full", "r", "economic"}
        Whether `Q` is square, is not returned, or has K = min(M, N) columns. SciPy's "raw" is what LAPACK keeps instead
        of `Q`, and has no derivative here: it is an error.
    pivoting : bool
        Whether columns are exchanged so that the diagonal of `R` descends. The order is a constant; SciPy finds it.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    Q : Tensor
        Of shape (..., M, M) or (..., M, K); not if `mode` is "r".
    R : Tensor
        Of shape (..., M, N) or (..., K, N).
    P : Tensor
        Integers, of shape (..., N), with ``a[:, P] = Q @ R``; only if `pivoting`.

    Raises
    ------
    ValueError
        If there are fewer than two axes, or no such mode.
    numpy.linalg.LinAlgError
        If a derivative is asked for where the first K columns are not independent.
    DerivativeError
        If a derivative of the full `Q` is asked for that depends on how its last columns were chosen.

    References
    ----------
    .. [1] S. F. Walter and L. Lehmann, *Algorithmic differentiation of linear algebra functions with application in
           optimum experimental design*, arXiv:1001.1654, 2010.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> np.abs(wg.scipy.linalg.qr([[3.0], [4.0]], mode="economic")[1])
    Tensor([[5.]])
    """
    if mode not in ("full", "r", "economic"):
        message = f"qr: mode is {mode!r}; 'full', 'r' or 'economic' is needed"
        raise ShapeError(message)
    matrix = matrices("qr", "a", a, check_finite)
    order: tuple[Tensor, ...] = ()
    if pivoting:
        order = (_order_of(matrix),)
        places = _core.broadcast_to(expand_dims(order[0], -2), matrix.shape)
        matrix = take_along_axis(matrix, places, -1)
    q, r = _core.qr(matrix, mode == "full")
    if mode != "r":
        return (q, r, *order)
    rows, columns = matrix.shape[-2:]
    if rows > columns:
        shape = (*r.shape[:-2], rows - columns, columns)
        r = _core.concatenate([r, _core.broadcast_to(_core.convert(0, r.dtype), shape)], -2)
    return (r, *order)


def _rank(values: Tensor, bound: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    """Count singular values above a part of the largest."""
    if values.size == 0:
        return 0
    part = max(shape) * float(np.finfo(dtype).eps) if bound is None else bound
    least = _core.multiply(_core.max(values, (-1,), True), part)
    return int(_core.sum(_core.greater(values, least), (-1,), False))


def _matrix(name: str, A: Operand, check_finite: bool) -> Tensor:
    matrix = matrices(name, "A", A, check_finite)
    if matrix.ndim != 2:
        message = (
            f"{name}: A is {matrix.shape}; one matrix is needed, since ranks differ (see vmap)"
        )
        raise ShapeError(message)
    return matrix


def orth(A: Operand, rcond: Any = None) -> Tensor:
    """Return an orthonormal basis of what a matrix reaches.

    Parameters
    ----------
    A : array_like
        Of shape (M, N).
    rcond : float, optional
        Singular values of at most so many times the largest count as zero; by default the largest of `M` and `N` times
        the distance between numbers at one.

    Returns
    -------
    Tensor
        Of shape (M, K), where K is the rank.

    Raises
    ------
    ValueError
        If `A` is no matrix.
    DerivativeError
        If a derivative is asked for that depends on the choice of signs, or of vectors of equal singular values. That
        of the projector ``Q @ Q.conj().T`` does not.

    Examples
    --------
    >>> import wengert as wg
    >>> q = wg.scipy.linalg.orth([[3.0, 0.0], [4.0, 0.0]])
    >>> q @ q.T
    Tensor([[0.36, 0.48],
            [0.48, 0.64]])
    """
    matrix = _matrix("orth", A, True)
    u, s, _ = _core.svd(matrix, False, False)
    return part_along(u, -1, 0, _rank(s, rcond, matrix.shape, matrix.dtype))


def null_space(
    A: Operand,
    rcond: Any = None,
    *,
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str = "gesdd",
) -> Tensor:
    """Return an orthonormal basis of what a matrix takes to zero.

    Parameters
    ----------
    A : array_like
        Of shape (M, N).
    rcond : float, optional
        Singular values of at most so many times the largest count as zero; by default the largest of `M` and `N` times
        the distance between numbers at one.
    overwrite_a, lapack_driver
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    Tensor
        Of shape (N, N - K), where K is the rank.

    Raises
    ------
    ValueError
        If `A` is no matrix.
    DerivativeError
        If a derivative is asked for that depends on the choice of the basis. That of the projector
        ``Z @ Z.conj().T`` does not.

    Examples
    --------
    >>> import wengert as wg
    >>> z = wg.scipy.linalg.null_space([[3.0, 4.0]])
    >>> (z @ z.T).round(12)
    Tensor([[ 0.64, -0.48],
            [-0.48,  0.36]])
    """
    matrix = _matrix("null_space", A, check_finite)
    _, s, vh = _core.svd(matrix, True, False)
    rank = _rank(s, rcond, matrix.shape, matrix.dtype)
    return adjoint(part_along(vh, -2, rank, vh.shape[-2] - rank))
