"""Filters that take the largest or least of the neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert._core import Tensor
from wengert.numpy._arguments import negative_axis
from wengert.scipy.ndimage._arguments import (
    real_image,
)

if TYPE_CHECKING:
    from wengert._typing import Axes, DTypeLike, Operand
from wengert.scipy.ndimage._neighbours import neighbour_of_rank

__all__ = [
    "maximum_filter",
    "maximum_filter1d",
    "minimum_filter",
    "minimum_filter1d",
]


def maximum_filter1d(
    input: Operand,
    size: int,
    axis: int = -1,
    output: DTypeLike = None,
    mode: str = "reflect",
    cval: Any = 0.0,
    origin: int = 0,
) -> Tensor:
    """Take the greatest of neighbours along an axis.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    size : int
        How many neighbours.
    axis : int
        Along which axis.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    origin : int
        How far the neighbours are shifted to the left.

    Returns
    -------
    Tensor
        Of the shape of `input`; equal neighbours share the derivative.

    Raises
    ------
    AxisError
        If `input` has no such axis.
    ValueError
        If `size`, `mode` or `origin` is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.maximum_filter1d([1.0, 3.0, 2.0, 0.0], 3)
    Tensor([3., 3., 3., 2.])
    """
    x = real_image("maximum_filter1d", input)
    along = (negative_axis(axis, x.ndim),)
    return neighbour_of_rank(
        "maximum_filter1d", x, size, None, output, mode, cval, origin, along, lambda n: n - 1
    )


def minimum_filter1d(
    input: Operand,
    size: int,
    axis: int = -1,
    output: DTypeLike = None,
    mode: str = "reflect",
    cval: Any = 0.0,
    origin: int = 0,
) -> Tensor:
    """Take the least of neighbours along an axis.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    size : int
        How many neighbours.
    axis : int
        Along which axis.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    origin : int
        How far the neighbours are shifted to the left.

    Returns
    -------
    Tensor
        Of the shape of `input`; equal neighbours share the derivative.

    Raises
    ------
    AxisError
        If `input` has no such axis.
    ValueError
        If `size`, `mode` or `origin` is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.minimum_filter1d([1.0, 3.0, 2.0, 0.0], 3)
    Tensor([1., 1., 0., 0.])
    """
    x = real_image("minimum_filter1d", input)
    along = (negative_axis(axis, x.ndim),)
    return neighbour_of_rank(
        "minimum_filter1d", x, size, None, output, mode, cval, origin, along, lambda n: 0
    )


def maximum_filter(
    input: Operand,
    size: Any = None,
    footprint: Any = None,
    output: DTypeLike = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    *,
    axes: Axes = None,
) -> Tensor:
    """Take the greatest of neighbours.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    size : int or sequence of int, optional
        How many neighbours, along each axis.
    footprint : array_like of bool, optional
        Which neighbours, instead.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str or sequence of str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    origin : int or sequence of int
        How far the neighbours are shifted to the left.
    axes : int or tuple of int, optional
        Along which axes, by default all.

    Returns
    -------
    Tensor
        Of the shape of `input`; equal neighbours share the derivative.

    Raises
    ------
    ValueError
        If there are no neighbours, or an argument has entries for other axes.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.maximum_filter([[1.0, 2.0], [3.0, 0.0]], (1, 2))
    Tensor([[1., 2.],
            [3., 3.]])
    """
    return neighbour_of_rank(
        "maximum_filter", input, size, footprint, output, mode, cval, origin, axes, lambda n: n - 1
    )


def minimum_filter(
    input: Operand,
    size: Any = None,
    footprint: Any = None,
    output: DTypeLike = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    *,
    axes: Axes = None,
) -> Tensor:
    """Take the least of neighbours.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    size : int or sequence of int, optional
        How many neighbours, along each axis.
    footprint : array_like of bool, optional
        Which neighbours, instead.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str or sequence of str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    origin : int or sequence of int
        How far the neighbours are shifted to the left.
    axes : int or tuple of int, optional
        Along which axes, by default all.

    Returns
    -------
    Tensor
        Of the shape of `input`; equal neighbours share the derivative.

    Raises
    ------
    ValueError
        If there are no neighbours, or an argument has entries for other axes.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.minimum_filter([[1.0, 2.0], [3.0, 0.0]], (1, 2))
    Tensor([[1., 1.],
            [3., 0.]])
    """
    return neighbour_of_rank(
        "minimum_filter", input, size, footprint, output, mode, cval, origin, axes, lambda n: 0
    )
