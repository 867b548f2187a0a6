"""Products with constant sparse matrices of SciPy, which is not imported for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import tensor_of

if TYPE_CHECKING:
    from wengert._typing import Dims


def is_sparse(x: Any) -> bool:
    """Whether an operand is a sparse matrix or array of SciPy."""
    return not isinstance(x, Tensor) and _core.is_sparse(x)


def sparse_matmul(x1: Any, x2: Any) -> Tensor:
    """Multiply, where one of the two is sparse and the other has one axis or two.

    Each is linear work in what is stored, has derivatives of every order, and says on which elements
    the result depends.
    """
    if is_sparse(x1) and is_sparse(x2):
        message = "matmul: both operands are sparse and constant; use SciPy's own product"
        raise DTypeError(message)
    if is_sparse(x1):
        return _applied(x1, tensor_of(x2))
    x = tensor_of(x1)
    if x.ndim < 2:
        return _applied(x2.T, x)
    return _core.transpose(_applied(x2.T, _core.transpose(x, (-1, -2))), (-1, -2))


def _applied(matrix: Any, x: Tensor) -> Tensor:
    if len(matrix.shape) != 2:
        message = f"matmul: the sparse array is {tuple(matrix.shape)}; a matrix is needed"
        raise ShapeError(message)
    is_by_columns = matrix.format == "csc"
    stored = matrix if is_by_columns else matrix.tocsr()
    places = Places(stored.indices, stored.indptr, is_by_columns)
    return compressed_product(tuple(matrix.shape), places, tensor_of(stored.data), x)


class Places(NamedTuple):
    """Where elements lie that are stored row by row, or column by column."""

    indices: Any
    indptr: Any
    is_by_columns: bool


def compressed_product(
    shape: Dims, places: Places, data: Tensor, x: Tensor, is_transposed: bool = False
) -> Tensor:
    """Multiply by the matrix of these elements in these places, or by its transpose."""
    rows, columns = shape[::-1] if is_transposed else shape
    if data.dtype.kind not in "fc" or x.dtype.kind not in "fc":  # integers are summed exactly
        major = np.repeat(np.arange(len(places.indptr) - 1), np.diff(places.indptr))
        row, col = (
            (places.indices, major)
            if places.is_by_columns != is_transposed
            else (major, places.indices)
        )
        return product((rows, columns), row, col, data, x)
    _check((rows, columns), x)
    width = shape[0] if places.is_by_columns else shape[1]
    beside = x if x.ndim == 2 else _core.reshape(x, (x.size, 1))
    y = _core.sparse_matmul(
        data, beside, places.indices, places.indptr, width, places.is_by_columns != is_transposed
    )
    return y if x.ndim == 2 else _core.reshape(y, (rows,))


def sampled_product(places: Places, left: Tensor, right: Tensor) -> Tensor:
    """Return the elements of ``left @ right.T`` in these places, in the order in which they are stored."""
    one, other = (
        x if x.ndim == 2 else _core.reshape(x, (x.size, 1))
        for x in ((right, left) if places.is_by_columns else (left, right))
    )
    return _core.sampled_product(one, other, places.indices, places.indptr)


def _check(shape: Dims, x: Tensor) -> None:
    if x.ndim not in (1, 2) or x.shape[0] != shape[1]:
        message = (
            f"matmul: the sparse matrix is {shape} and the other operand {x.shape}; a matrix "
            f"and {shape[-1]} rows, of a vector or a matrix, are needed"
        )
        raise ShapeError(message)


def product(shape: Dims, row: Any, col: Any, data: Any, x: Tensor) -> Tensor:
    """Multiply a vector or a matrix by the matrix of these elements, each with its row and column."""
    _check(shape, x)
    axis = -x.ndim
    column = (len(row),) + (1,) * (x.ndim - 1)
    taken = _core.gather([x, col], (axis,), x.ndim - 1)
    products = _core.multiply(_core.reshape(data, column), taken)
    nothing = _core.convert(_core.broadcast_to(0, (shape[0], *x.shape[1:])), products.dtype)
    return _core.add_at([nothing, products, row], (axis,), x.ndim - 1)
