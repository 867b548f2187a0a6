"""Matrices of equations, by what of them is differentiated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import constant, converted
from wengert.numpy.linear_algebra._matrices import inexact_of
from wengert.scipy.sparse.arrays import SparseArray, csc_array, csr_array, issparse

if TYPE_CHECKING:
    from wengert._typing import Dims


def _columns(x: Tensor) -> Tensor:
    """Return a vector as a matrix of one column."""
    return x if x.ndim == 2 else _core.reshape(x, (*x.shape, 1))


class SparseSystem:
    """A matrix by its stored elements."""

    def __init__(self, name: str, A: Any) -> None:
        if isinstance(A, SparseArray):
            self._array = A
        else:
            self._array = csr_array(A) if A.format == "csr" else csc_array(A)
        require_square(name, self._array.shape)
        self.data = inexact_of(self._array.data)
        self.rows = self._array.shape[0]

    def matrix(self, values: Any) -> Any:
        """Return the matrix of these elements as SciPy's solvers take it, in memory of its own, which they sort."""
        from scipy import sparse as scipys  # noqa: PLC0415 -- an extra

        own = self._array
        if isinstance(own, csc_array):
            return scipys.csc_array((values, own.indices, own.indptr), own.shape, copy=True)
        if isinstance(own, csr_array):
            return scipys.csr_array((values, own.indices, own.indptr), own.shape).tocsc()
        return scipys.coo_array((values, (own.row, own.col)), own.shape).tocsc()

    def product(self, data: Tensor, x: Tensor, is_transposed: bool) -> Tensor:
        """Multiply the matrix of these elements, or its transpose."""
        return self._array.product(data, x, is_transposed)

    def of_outer(self, left: Tensor, right: Tensor, is_transposed: bool) -> Tensor:
        """Return what of the product of columns and rows lies in the places of the elements."""
        return self._array.sample(right, left) if is_transposed else self._array.sample(left, right)


class DenseSystem:
    """A matrix of which every element is stored."""

    def __init__(self, name: str, A: Any) -> None:
        self.data = inexact_of(A)
        require_square(name, self.data.shape)
        self.rows = self.data.shape[0]

    def matrix(self, values: Any) -> Any:
        return values

    def product(self, data: Tensor, x: Tensor, is_transposed: bool) -> Tensor:
        return _core.matmul(_core.transpose(data, (-1, -2)) if is_transposed else data, x)

    def of_outer(self, left: Tensor, right: Tensor, is_transposed: bool) -> Tensor:
        one, other = (right, left) if is_transposed else (left, right)
        return _core.matmul(_columns(one), _core.transpose(_columns(other), (-1, -2)))


class OperatorSystem:
    """A linear operator of SciPy: a constant, of which nothing is differentiated."""

    def __init__(self, name: str, A: Any) -> None:
        self._operator = A
        self.data = constant(np.zeros(0, np.result_type(A.dtype or np.float64, np.float32)))
        require_square(name, A.shape)
        self.rows = A.shape[0]

    def matrix(self, values: Any) -> Any:
        return self._operator

    def product(self, data: Tensor, x: Tensor, is_transposed: bool) -> Tensor:
        return converted(
            _core.multiply(_core.sum(data, (-1,), False), x), x.dtype
        )  # of no element: 0

    def of_outer(self, left: Tensor, right: Tensor, is_transposed: bool) -> Tensor:
        return self.data


System = SparseSystem | DenseSystem | OperatorSystem


def require_square(name: str, shape: Dims) -> None:
    """Fail unless there is one square matrix."""
    if len(shape) != 2 or shape[0] != shape[1]:
        message = f"{name}: A is {tuple(shape)}; a square matrix is needed"
        raise ShapeError(message)


def system_of(name: str, A: Any, takes_operators: bool = False) -> System:
    """Read the matrix of equations."""
    if issparse(A):
        return SparseSystem(name, A)
    if not isinstance(A, Tensor) and hasattr(A, "matvec") and hasattr(A, "shape"):
        if not takes_operators:
            message = f"{name}: A is {type(A).__name__}; a matrix is needed"
            raise DTypeError(message)
        return OperatorSystem(name, A)
    return DenseSystem(name, A)
