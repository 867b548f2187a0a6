"""Sparse matrices whose stored elements are differentiated, and whose places are constant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import constant, converted, tensor_of
from wengert.numpy.linear_algebra.sparse_products import (
    Places,
    compressed_product,
    is_sparse,
    product,
    sampled_product,
)
from wengert.scipy.sparse._parts import (
    Integers,
    compressed,
    elements_of,
    places_of,
    shape_of,
    starts_of,
)

if TYPE_CHECKING:
    from wengert._typing import Dims, DTypeLike

__all__ = ["coo_array", "csc_array", "csr_array", "issparse"]


class SparseArray:
    """A sparse matrix: elements, a Tensor, and their rows and columns, of which several may be the same place.

    Attributes
    ----------
    data : Tensor
        The stored elements, of shape (nnz,).
    row, col : ndarray
        Their places.
    shape : tuple of int
        Of the matrix.
    """

    format = ""
    ndim = 2
    # NumPy leaves operators between its arrays and this to this.
    __array_ufunc__ = None

    def __init__(self, data: Tensor, row: Integers, col: Integers, shape: Dims) -> None:
        self.data, self.row, self.col, self.shape = data, row, col, shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the elements."""
        return self.data.dtype

    @property
    def nnz(self) -> int:
        """How many elements are stored."""
        return len(self.row)

    @property
    def T(self) -> SparseArray:
        """The transpose, with the same elements."""
        return coo_array((self.data, (self.col, self.row)), (self.shape[1], self.shape[0]))

    def __repr__(self) -> str:
        return f"<wengert {self.format} array of {self.nnz} stored elements, {self.shape}, {self.dtype}>"

    def transpose(self) -> SparseArray:
        """Return the transpose, with the same elements."""
        return self.T

    def conj(self) -> SparseArray:
        """Conjugate the elements."""
        return self.with_data(_core.conjugate(self.data))

    def astype(self, dtype: DTypeLike) -> SparseArray:
        """Convert the elements."""
        return self.with_data(converted(self.data, dtype))

    def with_data(self, data: Any) -> SparseArray:
        """Put other elements in the same places."""
        return coo_array((data, (self.row, self.col)), self.shape)

    def toarray(self) -> Tensor:
        """Return the matrix with its zeros; what is stored in one place is added."""
        nothing = _core.convert(_core.broadcast_to(0, self.shape), self.dtype)
        return _core.add_at([nothing, self.data, self.row, self.col], (-2, -1), 0)

    todense = toarray

    def diagonal(self) -> Tensor:
        """Return the main diagonal."""
        inside = np.flatnonzero(self.row == self.col)
        nothing = _core.convert(_core.broadcast_to(0, (min(self.shape),)), self.dtype)
        return _core.add_at(
            [nothing, _core.gather([self.data, inside], (-1,), 0), self.row[inside]], (-1,), 0
        )

    def _ordered(self, major: Integers, minor: Integers, width: int) -> tuple[Tensor, Integers]:
        """Sort by place, and add what is stored in one."""
        keys, sums = np.unique(major.astype(np.int64) * width + minor, return_inverse=True)
        nothing = _core.convert(_core.broadcast_to(0, (len(keys),)), self.dtype)
        return _core.add_at([nothing, self.data, sums.reshape(-1)], (-1,), 0), keys

    def tocoo(self) -> coo_array:
        """Return the same elements with a row and a column each."""
        return coo_array((self.data, (self.row, self.col)), self.shape)

    def tocsr(self) -> csr_array:
        """Return the elements row by row; those of one place are added."""
        data, keys = self._ordered(self.row, self.col, self.shape[1])
        row, col = np.divmod(keys, max(1, self.shape[1]))
        return csr_array((data, col, starts_of(row, self.shape[0])), self.shape)

    def tocsc(self) -> csc_array:
        """Return the elements column by column; those of one place are added."""
        data, keys = self._ordered(self.col, self.row, self.shape[0])
        col, row = np.divmod(keys, max(1, self.shape[0]))
        return csc_array((data, row, starts_of(col, self.shape[1])), self.shape)

    def product(self, data: Tensor, x: Tensor, is_transposed: bool = False) -> Tensor:
        """Multiply a vector or a matrix by other elements in these places, or by the transpose."""
        row, col, shape = self.row, self.col, self.shape
        if is_transposed:
            row, col, shape = col, row, shape[::-1]
        return product(shape, row, col, data, x)

    def sample(self, left: Tensor, right: Tensor) -> Tensor:
        """Return the elements of the product of columns and rows, ``left @ right.T``, in these places."""
        pairs = ((left, self.row), (right, self.col))
        one, other = (
            _core.gather([x if x.ndim == 2 else _core.reshape(x, (x.size, 1)), places], (-2,), 1)
            for x, places in pairs
        )
        return _core.sum(_core.multiply(one, other), (-1,), False)

    def __matmul__(self, other: Any) -> Tensor:
        if isinstance(other, SparseArray) or is_sparse(other):
            message = "matmul: both operands are sparse; A @ B.toarray() is their product"
            raise DTypeError(message)
        return self.product(self.data, tensor_of(other))

    def __rmatmul__(self, other: Any) -> Tensor:
        x = tensor_of(other)
        if x.ndim < 2:
            return self.product(self.data, x, is_transposed=True)
        turned = self.product(self.data, _core.transpose(x, (-1, -2)), is_transposed=True)
        return _core.transpose(turned, (-1, -2))

    dot = __matmul__

    def _scaled(self, name: str, function: Any, number: Any) -> SparseArray:
        factor = number if isinstance(number, (int, float, complex)) else tensor_of(number)
        if not isinstance(factor, (int, float, complex)) and factor.ndim:
            message = f"{name}: a sparse array beside an operand of shape {factor.shape}; a number is needed (see toarray)"
            raise ShapeError(message)
        return self.with_data(function(self.data, factor))

    def __mul__(self, number: Any) -> SparseArray:
        if isinstance(number, SparseArray) or is_sparse(number):
            message = "multiply: both operands are sparse; their data can be multiplied where places are the same"
            raise DTypeError(message)
        return self._scaled("multiply", _core.multiply, number)

    __rmul__ = __mul__

    def __truediv__(self, number: Any) -> SparseArray:
        return self._scaled("divide", _core.divide, number)

    def __neg__(self) -> SparseArray:
        return self.with_data(_core.negative(self.data))

    def __add__(self, other: Any) -> SparseArray:
        if not isinstance(other, SparseArray) and not is_sparse(other):
            message = f"add: a sparse array beside {type(other).__name__}; another sparse one is needed (see toarray)"
            raise DTypeError(message)
        added = coo_array(other)
        if added.shape != self.shape:
            message = f"add: sparse arrays are {self.shape} and {added.shape}; one shape is needed"
            raise ShapeError(message)
        dtype = np.result_type(self.dtype, added.dtype)
        data = _core.concatenate([converted(self.data, dtype), converted(added.data, dtype)], -1)
        places = tuple(
            np.concatenate(pair) for pair in ((self.row, added.row), (self.col, added.col))
        )
        return coo_array((data, places), self.shape).tocsr()

    __radd__ = __add__

    def __sub__(self, other: Any) -> SparseArray:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> SparseArray:
        return self.__neg__().__add__(other)


def _read(name: str, given: Any) -> tuple[Tensor, Integers, Integers, Dims] | None:
    """Read a sparse array, or a constant one of SciPy."""
    if isinstance(given, SparseArray):
        return given.data, given.row, given.col, given.shape
    if is_sparse(given):
        stored = given.tocoo()
        return constant(stored.data), stored.row, stored.col, tuple(stored.shape)
    if not isinstance(given, tuple) or len(given) < 2:
        message = f"{name}: {type(given).__name__} was given; a tuple of elements and their places, or a sparse array, is needed"
        raise DTypeError(message)
    return None


class coo_array(SparseArray):
    """A sparse matrix whose elements have a row and a column each.

    Parameters
    ----------
    arg1 : tuple or sparse array
        ``(data, (row, col))``: the elements, which may be differentiated, and their places, constant integers, all of shape
        (nnz,). What is stored in one place is added. Or another sparse array, SciPy's as well.
    shape : tuple of int, optional
        Of the matrix; by default the least that holds every place.

    Raises
    ------
    ValueError
        If lengths differ, or a place lies outside.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> def energy(k):
    ...     a = wg.scipy.sparse.coo_array((k, ([0, 1], [1, 0])), (2, 2))
    ...     return np.array([1.0, 2.0]) @ (a @ np.array([1.0, 3.0]))
    >>> wg.grad(energy)(np.array([1.0, 1.0]))
    array([3., 2.])
    """

    format = "coo"

    def __init__(self, arg1: Any, shape: Any = None) -> None:
        read = _read("coo_array", arg1)
        if read is None:
            row, col = (
                places_of("coo_array", n, x) for n, x in zip(("row", "col"), arg1[1], strict=True)
            )
            if len(row) != len(col):
                message = (
                    f"coo_array: row is {row.shape} and col is {col.shape}; one length is needed"
                )
                raise ShapeError(message)
            data = elements_of("coo_array", arg1[0], len(row))
            read = data, row, col, shape_of("coo_array", shape, row, col)
        super().__init__(*read)


def _stored(given: Any, format: str) -> tuple[tuple[Any, ...], Dims]:
    """Return the parts of a sparse array, brought to a form."""
    if is_sparse(given):
        given = given.asformat(format)
    else:
        given = given.tocsr() if format == "csr" else given.tocsc()
    return (given.data, given.indices, given.indptr), tuple(given.shape)


class Compressed(SparseArray):
    """A sparse matrix whose elements are stored row by row, or column by column.

    Attributes
    ----------
    indices, indptr : ndarray
        The column, or row, of each element; where every row, or column, begins.
    """

    _is_by_columns = False
    indices: Integers
    indptr: Integers

    def _place(self, data: Tensor, indices: Integers, indptr: Integers, shape: Dims) -> None:
        major = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
        row, col = (indices, major) if self._is_by_columns else (major, indices)
        super().__init__(data, row, col, shape)
        self.indices, self.indptr = indices, indptr

    @property
    def places(self) -> Places:
        """Where the elements lie."""
        return Places(self.indices, self.indptr, self._is_by_columns)

    def with_data(self, data: Any) -> SparseArray:
        """Put other elements in the same places."""
        other = object.__new__(type(self))
        SparseArray.__init__(
            other, elements_of(self.format, data, self.nnz), self.row, self.col, self.shape
        )
        other.indices, other.indptr = self.indices, self.indptr
        return other

    def product(self, data: Tensor, x: Tensor, is_transposed: bool = False) -> Tensor:
        """Multiply a vector or a matrix by other elements in these places, or by the transpose."""
        return compressed_product(self.shape, self.places, data, x, is_transposed)

    def sample(self, left: Tensor, right: Tensor) -> Tensor:
        """Return the elements of the product of columns and rows, ``left @ right.T``, in these places."""
        return sampled_product(self.places, left, right)


class csr_array(Compressed):
    """A sparse matrix that is stored row by row.

    Parameters
    ----------
    arg1 : tuple or sparse array
        ``(data, indices, indptr)``: the elements, which may be differentiated, the column of each, and where every row
        begins among them; of which the latter two are constant integers. Or another sparse array, SciPy's as well, whose
        elements are sorted, and added where they have one place.
    shape : tuple of int, optional
        Of the matrix.

    Raises
    ------
    ValueError
        If lengths differ, or a place lies outside.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.sparse.csr_array(([1.0, 2.0], [1, 0], [0, 1, 2])).toarray()
    Tensor([[0., 1.],
            [2., 0.]])
    """

    format = "csr"

    def __init__(self, arg1: Any, shape: Any = None) -> None:
        if _read("csr_array", arg1) is not None:
            arg1, shape = _stored(arg1, "csr")
        self._place(*compressed("csr_array", arg1, shape, 0))

    @property
    def T(self) -> SparseArray:
        """The transpose, with the same elements."""
        return csc_array((self.data, self.indices, self.indptr), self.shape[::-1])

    def tocsr(self) -> csr_array:
        """Return the array itself."""
        return self


class csc_array(Compressed):
    """A sparse matrix that is stored column by column.

    Parameters
    ----------
    arg1 : tuple or sparse array
        ``(data, indices, indptr)``: the elements, which may be differentiated, the row of each, and where every column
        begins among them; of which the latter two are constant integers. Or another sparse array, SciPy's as well, whose
        elements are sorted, and added where they have one place.
    shape : tuple of int, optional
        Of the matrix.

    Raises
    ------
    ValueError
        If lengths differ, or a place lies outside.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.sparse.csc_array(([1.0, 2.0], [1, 1], [0, 1, 2])).toarray()
    Tensor([[0., 0.],
            [1., 2.]])
    """

    format = "csc"
    _is_by_columns = True

    def __init__(self, arg1: Any, shape: Any = None) -> None:
        if _read("csc_array", arg1) is not None:
            arg1, shape = _stored(arg1, "csc")
        self._place(*compressed("csc_array", arg1, shape, 1))

    @property
    def T(self) -> SparseArray:
        """The transpose, with the same elements."""
        return csr_array((self.data, self.indices, self.indptr), self.shape[::-1])

    def tocsc(self) -> csc_array:
        """Return the array itself."""
        return self


def issparse(x: Any) -> bool:
    """Tell whether something is a sparse array, of these or of SciPy's.

    Parameters
    ----------
    x
        Anything.

    Returns
    -------
    bool
        Whether it is.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.sparse.issparse([[1.0]])
    False
    """
    return isinstance(x, SparseArray) or is_sparse(x)
