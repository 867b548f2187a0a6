"""Products of vectors and matrices, and norms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import RuleError, ShapeError, Tensor
from wengert.numpy._arguments import (
    as_array,
    converted,
    length_of,
    negative_axes,
    real_dtype,
    refuse,
    tensor_of,
)
from wengert.numpy.contraction import tensordot
from wengert.numpy.elementwise import absolute
from wengert.numpy.indexing import diagonal
from wengert.numpy.reductions import max as greatest
from wengert.numpy.reductions import min as least
from wengert.numpy.reductions import squared_modulus
from wengert.numpy.reductions import sum as total
from wengert.numpy.shape import moveaxis

if TYPE_CHECKING:
    from wengert._typing import Axes, DTypeLike, Operand

__all__ = [
    "cross",
    "dot",
    "inner",
    "kron",
    "matmul",
    "matvec",
    "norm",
    "outer",
    "trace",
    "vdot",
    "vecdot",
    "vecmat",
]


def matmul(x1: Operand, x2: Operand, /, out: None = None, *, dtype: DTypeLike = None) -> Tensor:
    """Multiply matrices; leading axes broadcast.

    Parameters
    ----------
    x1, x2 : array_like
        Of shapes (..., M, K) and (..., K, N). A vector of shape (K,) is a row on the left and a
        column on the right, and its axis is not in the result.
    out : None
        Tensors are not written to.
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
        refuse("matmul", "out", out)
    if dtype is not None:
        x1, x2 = converted(tensor_of(x1), dtype), converted(tensor_of(x2), dtype)
    return _core.matmul(x1, x2)


def dot(a: Operand, b: Operand, out: None = None) -> Tensor:
    """Sum products over the last axis of `a` and the last but one of `b`.

    Parameters
    ----------
    a, b : array_like
        Of any shapes; a number multiplies every element, and a vector has its only axis summed.
    out : None
        Tensors are not written to.

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
        refuse("dot", "out", out)
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


def vecdot(x1: Operand, x2: Operand, /, out: None = None, *, axis: int = -1) -> Tensor:
    """Sum the products along an axis, the elements of `x1` conjugated.

    Parameters
    ----------
    x1, x2 : array_like
        Of shapes (..., N), which broadcast.
    out : None
        Tensors are not written to.
    axis : int
        Another axis than the last.

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
    refuse("vecdot", "out", out)
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


def matvec(x1: Operand, x2: Operand, /, out: None = None) -> Tensor:
    """Multiply matrices by vectors; leading axes broadcast.

    Parameters
    ----------
    x1, x2 : array_like
        Of shapes (..., M, N) and (..., N).
    out : None
        Tensors are not written to.

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
    refuse("matvec", "out", out)
    vector = tensor_of(x2)
    columns = _core.matmul(x1, _core.reshape(vector, (*vector.shape, 1)))
    return _core.reshape(columns, columns.shape[:-1])


def vecmat(x1: Operand, x2: Operand, /, out: None = None) -> Tensor:
    """Multiply conjugated vectors by matrices; leading axes broadcast.

    Parameters
    ----------
    x1, x2 : array_like
        Of shapes (..., N) and (..., N, M).
    out : None
        Tensors are not written to.

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
    refuse("vecmat", "out", out)
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
    return tensordot(x, y, (-1, -1))


def outer(a: Operand, b: Operand, out: None = None) -> Tensor:
    """Multiply every element by every other.

    Parameters
    ----------
    a, b : array_like
        Of M and N elements; they are flattened.
    out : None
        Tensors are not written to.

    Returns
    -------
    Tensor
        Of shape (M, N).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.outer([1.0, 2.0], [3.0, 4.0])
    Tensor([[3., 4.],
            [6., 8.]])
    """
    refuse("outer", "out", out)
    x, y = tensor_of(a), tensor_of(b)
    return _core.multiply(_core.reshape(x, (x.size, 1)), _core.reshape(y, (1, y.size)))


def kron(a: Operand, b: Operand) -> Tensor:
    """Put a multiple of `b` in place of every element of `a`.

    Parameters
    ----------
    a, b : array_like
        Of any shapes; axes of length one are put in front of the one that has fewer.

    Returns
    -------
    Tensor
        With the lengths of both multiplied.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.kron([1.0, 10.0], [1.0, 2.0])
    Tensor([ 1.,  2., 10., 20.])
    """
    x, y = tensor_of(a), tensor_of(b)
    rank = max(x.ndim, y.ndim)
    left = (1,) * (rank - x.ndim) + x.shape
    right = (1,) * (rank - y.ndim) + y.shape
    x = _core.reshape(x, tuple([n for length in left for n in (length, 1)]))
    y = _core.reshape(y, tuple([n for length in right for n in (1, length)]))
    shape = tuple([m * n for m, n in zip(left, right, strict=True)])
    return _core.reshape(_core.multiply(x, y), shape)


def cross(
    a: Operand,
    b: Operand,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Tensor:
    """Return the cross product of vectors of three elements.

    Parameters
    ----------
    a, b : array_like
        With an axis of length three; the other axes broadcast.
    axisa, axisb, axisc : int
        Where that axis is in `a`, in `b` and in the result.
    axis : int, optional
        The same for all three.

    Returns
    -------
    Tensor
        Of the shape that the arguments broadcast to.

    Raises
    ------
    AxisError
        If an argument has no such axis.
    ShapeError
        If its length is not three.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    Tensor([0., 0., 1.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = moveaxis(tensor_of(a), axisa, -1), moveaxis(tensor_of(b), axisb, -1)
    if x.shape[-1] != 3 or y.shape[-1] != 3:
        message = f"cross: a is {x.shape} and b is {y.shape}; the last length of both must be 3"
        raise ShapeError(message)
    (x1, x2, x3), (y1, y2, y3) = (
        [_core.slice(v, (2,) * (v.ndim - 1) + (0, i)) for i in range(3)] for v in (x, y)
    )
    parts = [
        _core.subtract(_core.multiply(p, q), _core.multiply(r, s))
        for p, q, r, s in ((x2, y3, x3, y2), (x3, y1, x1, y3), (x1, y2, x2, y1))
    ]
    return moveaxis(_core.stack(parts, -1), -1, axisc)


def trace(
    a: Operand,
    offset: int = 0,
    axis1: int = 0,
    axis2: int = 1,
    dtype: DTypeLike = None,
    out: None = None,
) -> Tensor:
    """Sum the diagonal of two axes.

    Parameters
    ----------
    a : array_like
        Of two axes or more.
    offset : int
        Which diagonal: above the main one if positive, below if negative.
    axis1, axis2 : int
        Rows and columns.
    dtype : dtype, optional
        What is summed, and the dtype of the result.
    out : None
        Tensors are not written to.

    Returns
    -------
    Tensor
        Of the shape of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.trace([[1.0, 2.0], [3.0, 4.0]])
    Tensor(5.)
    """
    return total(diagonal(a, offset, axis1, axis2), -1, dtype, out)


def _vector_norm(x: Tensor, order: Any, axes: Any, keepdims: bool) -> Tensor:
    is_variable = isinstance(order, Tensor)  # and has a derivative at 1 and 2 too
    if order is None or (order == 2 and not is_variable):
        return _core.sqrt(total(squared_modulus(x), axes, keepdims=keepdims))
    if order == math.inf:
        return _greatest_or_zero(absolute(x), axes, keepdims)
    if order == -math.inf:
        return least(absolute(x), axes, keepdims=keepdims)
    if order == 0:
        count = total(_core.not_equal(x, 0), axes, keepdims=keepdims)
        return converted(count, real_dtype(x))
    if order == 1 and not is_variable:
        return total(absolute(x), axes, keepdims=keepdims)
    if isinstance(order, str):
        message = f"norm: ord={order!r} was given for vectors; a number is needed"
        raise ValueError(message)  # noqa: TRY004 -- as NumPy
    powers = _core.power(absolute(x), order)
    root = _core.power(total(powers, axes, keepdims=keepdims), 1 / order)
    return converted(root, real_dtype(x))


def _greatest_or_zero(x: Tensor, axes: Any, keepdims: bool) -> Tensor:
    """Return the greatest element along axes, zero of none."""
    is_empty = length_of(x, axes) == 0
    return greatest(x, axes, keepdims=keepdims, initial=0 if is_empty else None)


def _matrix_norm(x: Tensor, order: Any, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    rows, columns = axes
    if rows == columns:
        message = f"norm: axis names {rows} twice; two different axes are needed"
        raise ValueError(message)
    if order in (None, "fro", "f"):
        return _core.sqrt(total(squared_modulus(x), axes, keepdims=keepdims))
    if order in (1, -1, math.inf, -math.inf):
        inside, outside = (rows, columns) if abs(order) == 1 else (columns, rows)
        sums = total(absolute(x), inside, keepdims=True)
        if order > 0:
            extremum = _greatest_or_zero(sums, (outside,), True)
        else:
            extremum = least(sums, outside, keepdims=True)
        return extremum if keepdims else total(extremum, axes)  # of one element: drops the axes
    if order in (2, -2, "nuc"):
        message = (
            f"norm: ord={order!r} of matrices needs singular values; 'fro', 1 or inf is needed"
        )
        raise RuleError(message)
    message = f"norm: ord={order!r} was given for matrices; 'fro', 1, -1, inf or -inf is needed"
    raise ValueError(message)


def norm(x: Operand, ord: Any = None, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Return a norm of vectors or matrices; its derivative is 0 at 0, and shared among ties.

    Parameters
    ----------
    x : array_like
        Of any shape; integers are converted to float64.
    ord : {None, "fro", 1, -1, 2, 0, inf, -inf} or number
        Which: None is the root of the sum of squares. Other numbers, and 2, are of vectors alone;
        a Tensor has a derivative too.
    axis : int, pair of int or None
        The axis of vectors, or those of matrices; None for all.
    keepdims : bool
        Whether the axes stay, with length one.

    Returns
    -------
    Tensor
        Real, of the shape of the other axes, in the units of `x`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If there is no such norm.
    RuleError
        If the norm needs singular values.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.norm([3.0, 4.0])
    Tensor(5.)
    """
    value = tensor_of(x)
    if value.dtype.kind not in "fc":
        value = converted(value, np.float64)
    rank = value.ndim
    if axis is None:
        if ord is None:
            return _core.sqrt(total(squared_modulus(value), None, keepdims=keepdims))
        axes = tuple(range(-rank, 0))
    else:
        axes = negative_axes(axis, rank)
    if len(axes) == 1:
        return _vector_norm(value, ord, axes, keepdims)
    if len(axes) == 2:
        return _matrix_norm(value, ord, axes, keepdims)
    message = f"norm: {len(axes)} axes were given; one or two are needed"
    raise ValueError(message)
