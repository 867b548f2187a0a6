"""Arrays of one value, and identity matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import constant, dims_of
from wengert.numpy.creation.conversion import asarray

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand, Shape

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
    order, device
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
    return constant(np.zeros(dims_of(shape), dtype))


def ones(shape: Shape, dtype: DTypeLike = None, order: str = "C", *, device: None = None) -> Tensor:
    """Return ones.

    Parameters
    ----------
    shape : int or tuple of int
        The lengths of the axes.
    dtype : dtype, optional
        By default float64.
    order, device
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
    return constant(np.ones(dims_of(shape), dtype))


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
    order, device
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
    return zeros(shape, dtype)


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
    order, device
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
    # a copy: broadcast views are not written to
    return _core.identity(_core.broadcast_to(asarray(fill_value, dtype), dims_of(shape)))


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
    order, device
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
    return constant(np.eye(N, M, k, dtype))


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
