"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import diagonal_of, run, tensor_of
from wengert.numpy.reductions.totals import sum as total

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand, Out

__all__ = ["diag", "diagflat", "diagonal", "trace", "tril", "triu"]


def diagonal(a: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Return the diagonal of two axes.

    Parameters
    ----------
    a : array_like
        Of two axes or more.
    offset : int
        Which diagonal: above the main one if positive, below if negative.
    axis1, axis2 : int
        Rows and columns.

    Returns
    -------
    Tensor
        Of the shape of the other axes, and the diagonal as the last axis: a view that is not
        written to.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ShapeError
        If there are fewer than two axes, or both are the same.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.diagonal([[1.0, 2.0], [3.0, 4.0]])
    Tensor([1., 4.])
    """
    x = tensor_of(a)
    if x.ndim < 2:
        message = f"diagonal: a is {x.shape}; at least two axes are needed"
        raise ShapeError(message)
    rows, columns = normalize_axis_index(axis1, x.ndim), normalize_axis_index(axis2, x.ndim)
    if rows == columns:
        message = f"diagonal: axis1 is {axis1} and axis2 is {axis2}; two different axes are needed"
        raise ShapeError(message)
    return _core.forbid_writing(diagonal_of(x, rows, columns, offset))


def _diagonal_of(height: int, width: int, offset: int) -> tuple[int, int]:
    """Where a diagonal begins in a flattened matrix, and how long it is."""
    if offset >= 0:
        count = max(min(height, width - offset), 0)
        return (offset if count else 0), count
    count = max(min(height + offset, width), 0)
    return (-offset * width if count else 0), count


def diag(v: Operand, k: int = 0) -> Tensor:
    """Return the diagonal of a matrix, or a matrix with this diagonal.

    Parameters
    ----------
    v : array_like
        Of shape (M, N) or (N,).
    k : int
        Which diagonal: above the main one if positive, below if negative.

    Returns
    -------
    Tensor
        The diagonal of a matrix, as `diagonal` gives it; of a vector, a square matrix with ``N + abs(k)`` rows.

    Raises
    ------
    ShapeError
        If `v` has another number of axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.diag([1.0, 2.0])
    Tensor([[1., 0.],
            [0., 2.]])
    """
    x = tensor_of(v)
    if x.ndim == 2:
        return diagonal(x, k)
    if x.ndim != 1:
        message = f"diag: v is {x.shape}; one or two axes are needed"
        raise ShapeError(message)
    n = x.size + abs(k)
    start, count = _diagonal_of(n, n, k)
    flat = _core.add_at_slice(np.zeros(n * n, x.dtype), x, run(start, count, n + 1))
    return _core.reshape(flat, (n, n))


def diagflat(v: Operand, k: int = 0) -> Tensor:
    """Return a matrix with the flattened array as its diagonal.

    Parameters
    ----------
    v : array_like
        Of any shape and dtype.
    k : int
        Which diagonal.

    Returns
    -------
    Tensor
        Square, with ``v.size + abs(k)`` rows.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.diagflat([[1.0, 2.0]])
    Tensor([[1., 0.],
            [0., 2.]])
    """
    x = tensor_of(v)
    return diag(_core.reshape(x, (x.size,)), k)


def trace(
    a: Operand,
    offset: int = 0,
    axis1: int = 0,
    axis2: int = 1,
    dtype: DTypeLike = None,
    out: Out = None,
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
    out : Tensor or array, optional
        What the result is stored in; it is returned.

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


def _triangle(m: Operand, k: int, is_lower: bool) -> Tensor:
    x = tensor_of(m)
    if x.ndim == 0:
        message = "tril and triu: a Tensor of shape () was given; a matrix is needed"
        raise ShapeError(message)
    if x.ndim == 1:
        x = _core.broadcast_to(x, (x.size, x.size))
    return _core.triangle(x, k, is_lower)


def tril(m: Operand, k: int = 0) -> Tensor:
    """Keep the lower triangle of matrices, zeros above.

    Parameters
    ----------
    m : array_like
        Of shape (..., M, N).
    k : int
        The diagonal above which the zeros begin.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Raises
    ------
    ShapeError
        If `m` has no axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.tril([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[1., 0.],
            [3., 4.]])
    """
    return _triangle(m, k, True)


def triu(m: Operand, k: int = 0) -> Tensor:
    """Keep the upper triangle of matrices, zeros below.

    Parameters
    ----------
    m : array_like
        Of shape (..., M, N).
    k : int
        The diagonal below which the zeros begin.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Raises
    ------
    ShapeError
        If `m` has no axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.triu([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[1., 2.],
            [0., 4.]])
    """
    return _triangle(m, k, False)
