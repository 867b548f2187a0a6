"""Products with constant sparse matrices of SciPy, which is not imported for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

    The elements of a sparse matrix are taken as they are stored, those of the other operand gathered
    beside them, and their products added where they belong: each is linear work in what is stored, has
    derivatives of every order, and says on which elements the result depends.
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
    stored = matrix.tocoo()
    return product(tuple(matrix.shape), stored.row, stored.col, stored.data, x)


def product(shape: Dims, row: Any, col: Any, data: Any, x: Tensor) -> Tensor:
    """Multiply a vector or a matrix by the matrix of these elements in these places."""
    if x.ndim not in (1, 2) or x.shape[0] != shape[1]:
        message = (
            f"matmul: the sparse matrix is {shape} and the other operand {x.shape}; a matrix "
            f"and {shape[-1]} rows, of a vector or a matrix, are needed"
        )
        raise ShapeError(message)
    axis = -x.ndim
    column = (len(row),) + (1,) * (x.ndim - 1)
    taken = _core.gather([x, col], (axis,), x.ndim - 1)
    products = _core.multiply(_core.reshape(data, column), taken)
    nothing = _core.convert(_core.broadcast_to(0, (shape[0], *x.shape[1:])), products.dtype)
    return _core.add_at([nothing, products, row], (axis,), x.ndim - 1)
