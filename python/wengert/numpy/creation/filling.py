"""Arrays of one value, and identity matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import constant, dims_of
from wengert.numpy._memory_order import axes_of_new, put_back, put_in_order
from wengert.numpy.creation.conversion import asarray

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Dims, DTypeLike, Operand, Shape

__all__ = ["empty", "eye", "full", "identity", "ones", "zeros"]


def zeros(
    shape: Shape, dtype: DTypeLike = None, order: str = "C", *, device: None = None
) -> Tensor:
    """Return zeros.

    Parameters
    ----------
    shape : int or tuple of int
        The lengths of the axes.
    dtype : dtype, optional
        By default float64.
    order : {"C", "F"}
        Whether its elements lie by rows or columns.
    device
        Of no effect.

    Returns
    -------
    Tensor
        Of the shape asked for.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.zeros(3)
    >>> x[1:] = 2.0
    >>> x
    Tensor([0., 2., 2.])
    """
    return _filled("zeros", np.zeros, shape, dtype, order)


def ones(shape: Shape, dtype: DTypeLike = None, order: str = "C", *, device: None = None) -> Tensor:
    """Return ones.

    Parameters
    ----------
    shape : int or tuple of int
        The lengths of the axes.
    dtype : dtype, optional
        By default float64.
    order : {"C", "F"}
        Whether its elements lie by rows or columns.
    device
        Of no effect.

    Returns
    -------
    Tensor
        Of the shape asked for.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.ones(2)
    Tensor([1., 1.])
    """
    return _filled("ones", np.ones, shape, dtype, order)


def empty(
    shape: Shape, dtype: DTypeLike = None, order: str = "C", *, device: None = None
) -> Tensor:
    """Return an array of a shape to write to; until then, it holds zeros.

    Parameters
    ----------
    shape : int or tuple of int
        The lengths of the axes.
    dtype : dtype, optional
        By default float64.
    order : {"C", "F"}
        Whether its elements lie by rows or columns.
    device
        Of no effect.

    Returns
    -------
    Tensor
        Of the shape asked for.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.empty((2, 3)).shape
    (2, 3)
    """
    return _filled("empty", np.zeros, shape, dtype, order)


def _filled(
    name: str, make: Callable[..., Any], shape: Shape, dtype: DTypeLike, order: str | None
) -> Tensor:
    lengths = dims_of(shape)
    axes = axes_of_new(name, len(lengths), order)
    return put_back(constant(make([lengths[axis] for axis in axes] or lengths, dtype)), axes)


def full(
    shape: Shape,
    fill_value: Operand,
    dtype: DTypeLike = None,
    order: str = "C",
    *,
    device: None = None,
) -> Tensor:
    """Return an array of one value, connected to its derivative.

    Parameters
    ----------
    shape : int or tuple of int
        The lengths of the axes.
    fill_value : array_like
        A number, or what broadcasts to the shape.
    dtype : dtype, optional
        By default that of `fill_value`.
    order : {"C", "F"}
        Whether its elements lie by rows or columns.
    device
        Of no effect.

    Returns
    -------
    Tensor
        Of the shape asked for.

    Examples
    --------
    >>> import wengert as wg
    >>> import wengert.numpy as wnp
    >>> wg.grad(lambda x: wnp.full(3, x).sum())(2.0)
    3.0
    """
    lengths = dims_of(shape)
    return filled(lengths, asarray(fill_value, dtype), axes_of_new("full", len(lengths), order))


def filled(lengths: Dims, value: Tensor, axes: Dims) -> Tensor:
    """Return a value broadcast to a shape, whose axes lie in an order; with none in C order."""
    spread = _core.broadcast_to(value, lengths)
    return put_back(_core.identity(put_in_order(spread, axes)), axes)


def eye(
    N: int,
    M: int | None = None,
    k: int = 0,
    dtype: DTypeLike = float,
    order: str = "C",
    *,
    device: None = None,
) -> Tensor:
    """Return a matrix with ones on a diagonal.

    Parameters
    ----------
    N, M : int
        Rows and columns; by default as many columns as rows.
    k : int
        Which diagonal.
    dtype : dtype
        By default float64.
    order : {"C", "F"}
        Whether its elements lie by rows or columns.
    device
        Of no effect.

    Returns
    -------
    Tensor
        Of shape (N, M).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.eye(2)
    Tensor([[1., 0.],
            [0., 1.]])
    """
    axes = axes_of_new("eye", 2, order)
    values = np.eye(N, M, k, dtype)
    return put_back(constant(values.T if axes else values), axes)


def identity(n: int, dtype: DTypeLike = None) -> Tensor:
    """Return the identity matrix.

    Parameters
    ----------
    n : int
        How many rows and columns.
    dtype : dtype, optional
        By default float64.

    Returns
    -------
    Tensor
        Of shape (n, n).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.identity(2)
    Tensor([[1., 0.],
            [0., 1.]])
    """
    return constant(np.identity(n, dtype))
