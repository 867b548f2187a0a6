"""``numpy.linalg`` on Tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert._core import Tensor
from wengert.numpy._arguments import tensor_of
from wengert.numpy.layout.axes import matrix_transpose
from wengert.numpy.linear_algebra import outer_products
from wengert.numpy.linear_algebra.contraction import tensordot
from wengert.numpy.linear_algebra.norms import norm
from wengert.numpy.linear_algebra.products import matmul, vecdot
from wengert.numpy.selection import diagonals

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand

__all__ = [
    "diagonal",
    "matmul",
    "matrix_transpose",
    "norm",
    "outer",
    "tensordot",
    "trace",
    "vecdot",
]


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
