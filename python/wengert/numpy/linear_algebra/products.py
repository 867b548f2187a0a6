"""Products of vectors and matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core
from wengert._core import ShapeError, Tensor, store
from wengert.numpy._arguments import as_array, converted, tensor_of
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.linear_algebra.contraction import tensordot
from wengert.numpy.linear_algebra.sparse_products import is_sparse, sparse_matmul

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand, Out

__all__ = ["dot", "inner", "matmul", "matvec", "vdot", "vecdot", "vecmat"]


def matmul(
    x1: Operand,
    x2: Operand,
    /,
    out: Out = None,
    *,
    casting: str = "same_kind",
    dtype: DTypeLike = None,
) -> Tensor:
    """Multiply matrices; leading axes broadcast.

    Parameters
    ----------
    x1, x2 : array_like
        Of shapes (..., M, K) and (..., K, N). A vector of shape (K,) is a row on the left and a
        column on the right, and its axis is not in the result. One of them may be a constant sparse
        matrix of SciPy, the other a vector or a matrix.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.
    dtype : dtype, optional
        What both are converted to before.

    Returns
    -------
    Tensor
        Of shape (..., M, N).

    Raises
    ------
    ShapeError
        If the shapes do not fit, or an operand is a number.

    References
    ----------
    .. [1] M. Giles, *An extended collection of matrix derivative results for forward and reverse
           mode automatic differentiation*, Oxford report NA-08/01, 2008, sec. 2.2.1.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.matmul([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])
    Tensor([3., 7.])
    """
    if out is not None:
        return store("matmul", out, matmul(x1, x2, dtype=dtype), casting, broadcasts=True)
    if is_sparse(x1) or is_sparse(x2):
        return converted(sparse_matmul(x1, x2), dtype)
    if dtype is not None:
        x1, x2 = converted(tensor_of(x1), dtype), converted(tensor_of(x2), dtype)
    return _core.matmul(x1, x2)


def dot(a: Operand, b: Operand, out: Out = None) -> Tensor:
    """Sum products over the last axis of `a` and the last but one of `b`.

    Parameters
    ----------
    a, b : array_like
        Of any shapes; a number multiplies every element, and a vector has its only axis summed.
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Of the other axes of `a`, then those of `b`.

    Raises
    ------
    ShapeError
        If the lengths differ.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.dot([1.0, 2.0], [3.0, 4.0])
    Tensor(11.)
    """
    if out is not None:
        return store("dot", out, dot(a, b), "no")
    x = a if type(a) is Tensor and not a.is_weak else as_array(a)
    y = b if type(b) is Tensor and not b.is_weak else as_array(b)
    if x.ndim == 0 or y.ndim == 0:
        return _core.multiply(x, y)
    if y.ndim <= 2:
        return _core.matmul(x, y)
    return tensordot(x, y, (x.ndim - 1, y.ndim - 2))


def vdot(a: Operand, b: Operand, /) -> Tensor:
    """Sum the products of all elements, those of `a` conjugated.

    Parameters
    ----------
    a, b : array_like
        Of any shapes and as many elements.

    Returns
    -------
    Tensor
        Of shape ().

    Raises
    ------
    ShapeError
        If the numbers of elements differ.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.vdot([1.0, 2.0], [3.0, 4.0])
    Tensor(11.)
    """
    x, y = tensor_of(a), tensor_of(b)
    if x.dtype.kind == "c":
        x = _core.conjugate(x)
    return _core.matmul(_core.reshape(x, (x.size,)), _core.reshape(y, (y.size,)))


def vecdot(
    x1: Operand, x2: Operand, /, out: Out = None, *, axis: int = -1, casting: str = "same_kind"
) -> Tensor:
    """Sum the products along an axis, the elements of `x1` conjugated.

    Parameters
    ----------
    x1, x2 : array_like
        Of shapes (..., N), which broadcast.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    axis : int
        Another axis than the last.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.

    Returns
    -------
    Tensor
        Of the shape of the other axes.

    Raises
    ------
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.vecdot([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])
    Tensor([3., 7.])
    """
    if out is not None:
        return store("vecdot", out, vecdot(x1, x2, axis=axis), casting, broadcasts=True)
    x, y = tensor_of(x1), tensor_of(x2)
    if x.dtype.kind == "c":
        x = _core.conjugate(x)
    if axis != -1:
        x, y = moveaxis(x, axis, -1), moveaxis(y, axis, -1)
    if x.shape[-1:] != y.shape[-1:]:
        message = f"vecdot: x1 is {x.shape} and x2 is {y.shape}; the last lengths must be equal"
        raise ShapeError(message)
    row = _core.reshape(x, (*x.shape[:-1], 1, x.shape[-1]))
    column = _core.reshape(y, (*y.shape, 1))
    scalars = _core.matmul(row, column)
    return _core.reshape(scalars, scalars.shape[:-2])


def matvec(x1: Operand, x2: Operand, /, out: Out = None, *, casting: str = "same_kind") -> Tensor:
    """Multiply matrices by vectors; leading axes broadcast.

    Parameters
    ----------
    x1, x2 : array_like
        Of shapes (..., M, N) and (..., N).
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.

    Returns
    -------
    Tensor
        Of shape (..., M).

    Raises
    ------
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.matvec([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])
    Tensor([3., 7.])
    """
    if out is not None:
        return store("matvec", out, matvec(x1, x2), casting, broadcasts=True)
    vector = tensor_of(x2)
    columns = _core.matmul(x1, _core.reshape(vector, (*vector.shape, 1)))
    return _core.reshape(columns, columns.shape[:-1])


def vecmat(x1: Operand, x2: Operand, /, out: Out = None, *, casting: str = "same_kind") -> Tensor:
    """Multiply conjugated vectors by matrices; leading axes broadcast.

    Parameters
    ----------
    x1, x2 : array_like
        Of shapes (..., N) and (..., N, M).
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.

    Returns
    -------
    Tensor
        Of shape (..., M).

    Raises
    ------
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.vecmat([1.0, 1.0], [[1.0, 2.0], [3.0, 4.0]])
    Tensor([4., 6.])
    """
    if out is not None:
        return store("vecmat", out, vecmat(x1, x2), casting, broadcasts=True)
    vector = tensor_of(x1)
    if vector.dtype.kind == "c":
        vector = _core.conjugate(vector)
    rows = _core.matmul(_core.reshape(vector, (*vector.shape[:-1], 1, vector.shape[-1])), x2)
    return _core.reshape(rows, (*rows.shape[:-2], rows.shape[-1]))


def inner(a: Operand, b: Operand, /) -> Tensor:
    """Sum products over the last axes of both operands.

    Parameters
    ----------
    a, b : array_like
        With last axes of one length; a number multiplies every element.

    Returns
    -------
    Tensor
        Of the other axes of `a`, then those of `b`.

    Raises
    ------
    ShapeError
        If the lengths differ.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.inner([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])
    Tensor([3., 7.])
    """
    x, y = as_array(a), as_array(b)
    if x.ndim == 0 or y.ndim == 0:
        return _core.multiply(x, y)
    if y.ndim == 1:
        return _core.matmul(x, y)
    return tensordot(x, y, (-1, -1))
