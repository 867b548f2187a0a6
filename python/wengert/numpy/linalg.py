"""``numpy.linalg`` on Tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert._core import Tensor
from wengert.numpy._arguments import tensor_of
from wengert.numpy.layout.axes import matrix_transpose
from wengert.numpy.linear_algebra import outer_products
from wengert.numpy.linear_algebra.chains import multi_dot
from wengert.numpy.linear_algebra.contraction import tensordot
from wengert.numpy.linear_algebra.determinants import det, slogdet
from wengert.numpy.linear_algebra.equations import (
    inv,
    matrix_power,
    solve,
    tensorinv,
    tensorsolve,
)
from wengert.numpy.linear_algebra.factorizations import cholesky, qr, svd, svdvals
from wengert.numpy.linear_algebra.least_squares import cond, lstsq, matrix_rank, pinv
from wengert.numpy.linear_algebra.norms import matrix_norm, norm, vector_norm
from wengert.numpy.linear_algebra.products import matmul, vecdot
from wengert.numpy.linear_algebra.spectra import eig, eigh, eigvals, eigvalsh
from wengert.numpy.selection import diagonals

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand

__all__ = [
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "tensorinv",
    "tensorsolve",
    "trace",
    "vecdot",
    "vector_norm",
]


def cross(x1: Operand, x2: Operand, /, *, axis: int = -1) -> Tensor:
    """Return cross products of vectors in space.

    Parameters
    ----------
    x1, x2 : array_like
        Of shapes that broadcast, with three elements along `axis`.
    axis : int
        The axis of the vectors.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    ValueError
        If vectors do not have three elements.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    Tensor([0., 0., 1.])
    """
    x, y = tensor_of(x1), tensor_of(x2)
    if x.shape[axis] != 3 or y.shape[axis] != 3:
        message = f"cross: x1 is {x.shape} and x2 is {y.shape}; three elements along axis {axis} are needed"
        raise ValueError(message)
    return outer_products.cross(x, y, axis=axis)


def diagonal(x: Operand, /, *, offset: int = 0) -> Tensor:
    """Return the diagonals of matrices.

    Parameters
    ----------
    x : array_like
        Of shape (..., M, N).
    offset : int
        Which diagonal: above the main one if positive, below if negative.

    Returns
    -------
    Tensor
        Of shape (..., length of the diagonal).

    Raises
    ------
    ShapeError
        If there are fewer than two axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.diagonal([[1.0, 2.0], [3.0, 4.0]])
    Tensor([1., 4.])
    """
    return diagonals.diagonal(x, offset, -2, -1)


def trace(x: Operand, /, *, offset: int = 0, dtype: DTypeLike = None) -> Tensor:
    """Sum the diagonals of matrices.

    Parameters
    ----------
    x : array_like
        Of shape (..., M, N).
    offset : int
        Which diagonal: above the main one if positive, below if negative.
    dtype : dtype, optional
        What is summed, and the dtype of the result.

    Returns
    -------
    Tensor
        Of shape (...).

    Raises
    ------
    ShapeError
        If there are fewer than two axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.trace([[1.0, 2.0], [3.0, 4.0]])
    Tensor(5.)
    """
    return diagonals.trace(x, offset, -2, -1, dtype)


def outer(x1: Operand, x2: Operand, /) -> Tensor:
    """Multiply every element of a vector by every element of another.

    Parameters
    ----------
    x1, x2 : array_like
        Of shapes (M,) and (N,).

    Returns
    -------
    Tensor
        Of shape (M, N).

    Raises
    ------
    ValueError
        If an operand is not a vector.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.outer([1.0, 2.0], [3.0, 4.0])
    Tensor([[3., 4.],
            [6., 8.]])
    """
    x, y = tensor_of(x1), tensor_of(x2)
    if x.ndim != 1 or y.ndim != 1:
        message = f"outer: x1 is {x.shape} and x2 is {y.shape}; one axis each is needed"
        raise ValueError(message)
    return outer_products.outer(x, y)
