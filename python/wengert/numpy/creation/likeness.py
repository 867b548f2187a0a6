"""Arrays of the shape of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wengert._core import Tensor
from wengert.numpy._arguments import dims_of, tensor_of
from wengert.numpy._memory_order import axes_in_order, axes_of_new
from wengert.numpy.creation.conversion import asarray
from wengert.numpy.creation.filling import filled

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand, Shape

__all__ = ["empty_like", "full_like", "ones_like", "zeros_like"]


def zeros_like(
    a: Operand,
    dtype: DTypeLike = None,
    order: str = "K",
    subok: bool = True,
    shape: Shape | None = None,
    *,
    device: None = None,
) -> Tensor:
    """Return zeros of the shape and dtype of an array.

    Parameters
    ----------
    a : array_like
        The array.
    dtype : dtype, optional
        Another dtype.
    order : {"K", "A", "C", "F"}
        How its elements lie in memory: as those of the array, or by rows or columns.
    subok, device
        Of no effect.
    shape : int or tuple of int, optional
        Another shape.

    Returns
    -------
    Tensor
        A constant to every derivative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.zeros_like([1.0, 2.0])
    Tensor([0., 0.])
    """
    return _filled_alike("zeros_like", a, 0, dtype, order, shape)


def ones_like(
    a: Operand,
    dtype: DTypeLike = None,
    order: str = "K",
    subok: bool = True,
    shape: Shape | None = None,
    *,
    device: None = None,
) -> Tensor:
    """Return ones of the shape and dtype of an array.

    Parameters
    ----------
    a : array_like
        The array.
    dtype : dtype, optional
        Another dtype.
    order : {"K", "A", "C", "F"}
        How its elements lie in memory: as those of the array, or by rows or columns.
    subok, device
        Of no effect.
    shape : int or tuple of int, optional
        Another shape.

    Returns
    -------
    Tensor
        A constant to every derivative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.ones_like([3.0, 2.0])
    Tensor([1., 1.])
    """
    return _filled_alike("ones_like", a, 1, dtype, order, shape)


def empty_like(
    prototype: Operand,
    dtype: DTypeLike = None,
    order: str = "K",
    subok: bool = True,
    shape: Shape | None = None,
    *,
    device: None = None,
) -> Tensor:
    """Return an array of the shape and dtype of another one; it holds zeros.

    Parameters
    ----------
    prototype : array_like
        The other array.
    dtype : dtype, optional
        Another dtype.
    order : {"K", "A", "C", "F"}
        How its elements lie in memory: as those of the array, or by rows or columns.
    subok, device
        Of no effect.
    shape : int or tuple of int, optional
        Another shape.

    Returns
    -------
    Tensor
        A constant to every derivative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.empty_like([1.0, 2.0]).shape
    (2,)
    """
    return _filled_alike("empty_like", prototype, 0, dtype, order, shape)


def full_like(
    a: Operand,
    fill_value: Operand,
    dtype: DTypeLike = None,
    order: str = "K",
    subok: bool = True,
    shape: Shape | None = None,
    *,
    device: None = None,
) -> Tensor:
    """Return one value in the shape and dtype of an array, connected to the value's derivative.

    Parameters
    ----------
    a : array_like
        The array.
    fill_value : array_like
        A number, or what broadcasts to the shape.
    dtype : dtype, optional
        Another dtype.
    order : {"K", "A", "C", "F"}
        How its elements lie in memory: as those of the array, or by rows or columns.
    subok, device
        Of no effect.
    shape : int or tuple of int, optional
        Another shape.

    Returns
    -------
    Tensor
        Of the shape and dtype of `a`.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.full_like([1.0, 2.0], 3)
    Tensor([3., 3.])
    """
    return _filled_alike("full_like", a, fill_value, dtype, order, shape)


def _filled_alike(
    name: str, a: Operand, value: Operand, dtype: DTypeLike, order: str | None, shape: Shape | None
) -> Tensor:
    x = tensor_of(a)
    lengths = x.shape if shape is None else dims_of(shape)
    if len(lengths) == x.ndim:
        axes = axes_in_order(name, a if isinstance(a, np.ndarray) else x, order)
    else:
        axes = axes_of_new(name, len(lengths), "F" if order == "F" else "C")
    return filled(lengths, asarray(value, dtype or x.dtype), axes)
