"""Matrices of blocks: on the diagonal of one, or each a multiple of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import as_array, converted, tensor_of
from wengert.numpy.linear_algebra import outer_products
from wengert.scipy.linalg._strides import zeros

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["block_diag", "khatri_rao", "kron"]


def block_diag(*arrs: Operand) -> Tensor:
    """Put matrices on the diagonal of one.

    Parameters
    ----------
    *arrs : array_like
        Of shapes (..., M, N), whose leading axes broadcast; a vector is a row, and a number a matrix of one element.

    Returns
    -------
    Tensor
        With the rows and columns of all.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.block_diag([[1.0, 2.0]], 3.0)
    Tensor([[1., 2., 0.],
            [0., 0., 3.]])
    """
    if not arrs:
        return tensor_of(np.zeros((1, 0)))
    blocks = [as_array(x) for x in arrs]
    blocks = [_core.reshape(x, (1,) * (2 - x.ndim) + x.shape) if x.ndim < 2 else x for x in blocks]
    leading = np.broadcast_shapes(*(x.shape[:-2] for x in blocks))
    dtype = np.result_type(*(x.dtype for x in blocks))
    columns = sum(x.shape[-1] for x in blocks)
    bands, before = [], 0
    for x in blocks:
        rows, width = x.shape[-2:]
        own = _core.broadcast_to(converted(x, dtype), (*leading, rows, width))
        band = [zeros((*leading, rows, before), dtype), own]
        before += width
        band.append(zeros((*leading, rows, columns - before), dtype))
        bands.append(_core.concatenate([part for part in band if part.shape[-1]] or [own], -1))
    return _core.concatenate(bands, -2)


def kron(a: Operand, b: Operand) -> Tensor:
    """Put a multiple of `b` in place of every element of `a`.

    Parameters
    ----------
    a, b : array_like
        Of shapes (M, N) and (P, Q).

    Returns
    -------
    Tensor
        Of shape (M P, N Q).

    Raises
    ------
    ValueError
        If an operand is no matrix.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.kron([[1.0, 10.0]], [[1.0, 2.0]])
    Tensor([[ 1.,  2., 10., 20.]])
    """
    x, y = tensor_of(a), tensor_of(b)
    if x.ndim != 2 or y.ndim != 2:
        message = f"kron: a is {x.shape} and b is {y.shape}; two matrices are needed"
        raise ShapeError(message)
    return outer_products.kron(x, y)


def khatri_rao(a: Operand, b: Operand) -> Tensor:
    """Return the Kronecker products of columns.

    Parameters
    ----------
    a, b : array_like
        Of shapes (..., M, K) and (..., N, K), whose leading axes broadcast.

    Returns
    -------
    Tensor
        Of shape (..., M N, K).

    Raises
    ------
    ValueError
        If an operand is no matrix, or the numbers of columns differ.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.khatri_rao([[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]])
    Tensor([[ 3.,  8.],
            [ 5., 12.]])
    """
    x, y = as_array(a), as_array(b)
    if x.ndim < 2 or y.ndim < 2 or x.shape[-1] != y.shape[-1]:
        message = (
            f"khatri_rao: a is {x.shape} and b is {y.shape}; matrices of as many columns are needed"
        )
        raise ShapeError(message)
    rows, others, columns = x.shape[-2], y.shape[-2], x.shape[-1]
    x = _core.reshape(x, (*x.shape[:-1], 1, columns))
    y = _core.reshape(y, (*y.shape[:-2], 1, others, columns))
    product = _core.multiply(_core.reshape(x, (*x.shape[:-3], rows, 1, columns)), y)
    return _core.reshape(product, (*product.shape[:-3], rows * others, columns))
