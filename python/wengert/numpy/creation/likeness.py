"""Arrays of the shape of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert._core import Tensor
from wengert.numpy._arguments import tensor_of
from wengert.numpy.creation.filling import full, ones, zeros

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
    order, subok, device
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
    x = tensor_of(a)
    return zeros(x.shape if shape is None else shape, dtype or x.dtype)


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
    order, subok, device
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
    x = tensor_of(a)
    return ones(x.shape if shape is None else shape, dtype or x.dtype)


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
    order, subok, device
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
    return zeros_like(prototype, dtype, shape=shape)


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
    order, subok, device
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
    x = tensor_of(a)
    return full(x.shape if shape is None else shape, fill_value, dtype or x.dtype)
