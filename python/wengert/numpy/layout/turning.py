"""Elements in other orders along axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import (
    apart,
    dims_of,
    negative_axes,
    negative_axis,
    part_along,
    tensor_of,
    value_of,
)
from wengert.numpy.layout.axes import swapaxes

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand

__all__ = ["flip", "fliplr", "flipud", "roll", "rot90"]


def flip(m: Operand, axis: Axes = None) -> Tensor:
    """Reverse the order of elements along axes.

    Parameters
    ----------
    m : array_like
        Of any shape and dtype.
    axis : int, tuple of int or None
        The axes to reverse; None for all.

    Returns
    -------
    Tensor
        Of the same shape: a view.

    Raises
    ------
    AxisError
        If `m` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.flip([1.0, 2.0, 3.0])
    Tensor([3., 2., 1.])
    """
    x = tensor_of(m)
    return _core.flip(x, negative_axes(axis, x.ndim))


def fliplr(m: Operand) -> Tensor:
    """Reverse the second axis.

    Parameters
    ----------
    m : array_like
        Of two axes or more.

    Returns
    -------
    Tensor
        Of the same shape: a view.

    Raises
    ------
    ShapeError
        If `m` has fewer axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fliplr([[1.0, 2.0]])
    Tensor([[2., 1.]])
    """
    x = tensor_of(m)
    if x.ndim < 2:
        message = f"fliplr: m is {x.shape}; at least two axes are needed"
        raise ShapeError(message)
    return _core.flip(x, (1 - x.ndim,))


def flipud(m: Operand) -> Tensor:
    """Reverse the first axis.

    Parameters
    ----------
    m : array_like
        Of one axis or more.

    Returns
    -------
    Tensor
        Of the same shape: a view.

    Raises
    ------
    ShapeError
        If `m` has no axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.flipud([1.0, 2.0])
    Tensor([2., 1.])
    """
    x = tensor_of(m)
    if x.ndim < 1:
        message = f"flipud: m is {x.shape}; at least one axis is needed"
        raise ShapeError(message)
    return _core.flip(x, (-x.ndim,))


def rot90(m: Operand, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Tensor:
    """Turn by right angles in the plane of two axes.

    Parameters
    ----------
    m : array_like
        Of two axes or more.
    k : int
        How many right angles.
    axes : tuple of int
        The plane; from the first towards the second axis.

    Returns
    -------
    Tensor
        With the two lengths exchanged if `k` is odd: a view.

    Raises
    ------
    ValueError
        If the axes are not two different ones.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.rot90([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[2., 4.],
            [1., 3.]])
    """
    x = tensor_of(m)
    if len(axes) != 2:
        message = f"rot90: axes are {tuple(axes)}; two axes are needed"
        raise ValueError(message)
    first, second = (negative_axis(axis, x.ndim) for axis in axes)
    if first == second:
        message = f"rot90: axes are {tuple(axes)} and m is {x.shape}; two different ones are needed"
        raise ValueError(message)
    turns = k % 4
    if turns == 0:
        return x
    if turns == 2:
        return _core.flip(x, (first, second))
    if turns == 1:
        return swapaxes(_core.flip(x, (second,)), first, second)
    return _core.flip(swapaxes(x, first, second), (second,))


def _rolled(x: Tensor, shift: int, axis: int) -> Tensor:
    """Elements along a negative axis moved on, those at the end put in front."""
    length = x.shape[axis]
    by = shift % length if length else 0
    if by == 0:
        return x
    last = part_along(x, axis, length - by, by)
    return _core.concatenate([last, part_along(x, axis, 0, length - by)], axis)


def roll(a: Operand, shift: Any, axis: Axes = None) -> Tensor:
    """Move elements along axes; those that leave at the end come in at the front.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    shift : int or tuple of int
        By how many places, for each axis.
    axis : int, tuple of int or None
        Along which axes; None for the flattened array.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If `shift` and `axis` do not broadcast.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.roll([1.0, 2.0, 3.0], 1)
    Tensor([3., 1., 2.])
    """
    value = x = tensor_of(a)
    if axis is None:
        moved = roll(_core.reshape(x, (x.size,)), shift, 0)
        return _core.reshape(moved, x.shape)
    axes = normalize_axis_tuple(dims_of(axis), x.ndim, allow_duplicate=True)
    pairs = np.broadcast(value_of(shift), axes)
    if pairs.ndim > 1:
        message = f"roll: shift is {shift} and axis is {axis}; numbers or flat sequences are needed"
        raise ValueError(message)
    for by, along in pairs:
        x = _rolled(x, int(by), int(along) - x.ndim)
    return apart(x, value)
