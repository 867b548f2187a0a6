"""Axes in other orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import ALL_AXES, as_array, dims_of, negative_axis, tensor_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wengert._typing import Axes, Operand

__all__ = ["matrix_transpose", "moveaxis", "permute_dims", "rollaxis", "swapaxes", "transpose"]


def reversed_axes(x: Tensor) -> Tensor:
    """Every axis in the opposite order."""
    return _core.transpose(x, ALL_AXES[x.ndim][::-1]) if x.ndim > 1 else as_array(x)


def transpose(a: Operand, axes: Sequence[int] | None = None) -> Tensor:
    """Permute the axes.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axes : sequence of int, optional
        The axis of `a` that each axis of the result is; by default all in the opposite order.

    Returns
    -------
    Tensor
        With the lengths permuted: a view.

    Raises
    ------
    AxisError, ValueError
        If `axes` is no permutation.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.transpose([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[1., 3.],
            [2., 4.]])
    """
    x = a if isinstance(a, Tensor) else tensor_of(a)
    if axes is None:
        return reversed_axes(x)
    if len(axes) != x.ndim:
        message = f"transpose: axes are {tuple(axes)} and a is {x.shape}; every axis is needed once"
        raise ShapeError(message)
    order = tuple([negative_axis(axis, x.ndim) for axis in axes])
    if len(set(order)) != len(order):
        message = f"transpose: axes are {tuple(axes)} and a is {x.shape}; every axis is needed once"
        raise ShapeError(message)
    return _core.transpose(x, order)


permute_dims = transpose


def matrix_transpose(x: Operand, /) -> Tensor:
    """Exchange the last two axes.

    Parameters
    ----------
    x : array_like
        Of shape (..., M, N).

    Returns
    -------
    Tensor
        Of shape (..., N, M): a view.

    Raises
    ------
    ShapeError
        If `x` has fewer than two axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.matrix_transpose(wnp.zeros((5, 2, 3))).shape
    (5, 3, 2)
    """
    value = tensor_of(x)
    if value.ndim < 2:
        message = f"matrix_transpose: x is {value.shape}; at least two axes are needed"
        raise ShapeError(message)
    return _core.transpose(value, (-1, -2))


def swapaxes(a: Operand, axis1: int, axis2: int) -> Tensor:
    """Exchange two axes.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis1, axis2 : int
        Which.

    Returns
    -------
    Tensor
        With two lengths exchanged: a view.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.swapaxes(wnp.zeros((2, 3, 4)), 0, 2).shape
    (4, 3, 2)
    """
    x = tensor_of(a)
    first, second = negative_axis(axis1, x.ndim), negative_axis(axis2, x.ndim)
    order = list(ALL_AXES[x.ndim])
    order[first], order[second] = second, first
    return _core.transpose(x, tuple(order))


def moveaxis(a: Operand, source: Axes, destination: Axes) -> Tensor:
    """Move axes to other places; the others stay in order.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    source, destination : int or sequence of int
        Where the axes are, and where they go.

    Returns
    -------
    Tensor
        With the lengths permuted: a view.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If the numbers of axes differ.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.moveaxis(wnp.zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    x = tensor_of(a)
    old = normalize_axis_tuple(dims_of(source), x.ndim, "source")
    new = normalize_axis_tuple(dims_of(destination), x.ndim, "destination")
    if len(old) != len(new):
        message = (
            f"moveaxis: source is {source} and destination is {destination}; "
            "as many of the one as of the other are needed"
        )
        raise ShapeError(message)
    order = [axis for axis in range(x.ndim) if axis not in old]
    for to, axis in sorted(zip(new, old, strict=True)):
        order.insert(to, axis)
    return transpose(x, order)


def rollaxis(a: Operand, axis: int, start: int = 0) -> Tensor:
    """Move one axis before another place.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis : int
        Which.
    start : int
        The place before which it goes.

    Returns
    -------
    Tensor
        With the lengths permuted: a view.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.rollaxis(wnp.zeros((2, 3, 4)), 2).shape
    (4, 2, 3)
    """
    x = tensor_of(a)
    at = normalize_axis_index(axis, x.ndim)
    before = normalize_axis_index(start + x.ndim if start < 0 else start, x.ndim + 1)
    order = [i for i in range(x.ndim) if i != at]
    order.insert(before - 1 if at < before else before, at)
    return transpose(x, order)
