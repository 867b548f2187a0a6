"""Filters that take one of the neighbours, by their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import negative_axis, part_along, product
from wengert.numpy.layout.sliding import sliding_window_view
from wengert.scipy.ndimage._arguments import (
    ascending_axes,
    check_mode,
    delivered,
    extended,
    for_each,
    real_image,
)
from wengert.scipy.ndimage.convolutions import check_origin

if TYPE_CHECKING:
    from wengert._typing import Axes, DTypeLike, Operand

__all__ = [
    "maximum_filter",
    "maximum_filter1d",
    "median_filter",
    "minimum_filter",
    "minimum_filter1d",
    "percentile_filter",
    "rank_filter",
]


def _neighbours(
    name: str, x: Tensor, lengths: list[int], origins: list[int], modes: list[str], cval: Any
) -> Tensor:
    """Return a view in which the elements of a box around each element stand along as many more axes."""
    for axis, (length, origin, mode) in enumerate(zip(lengths, origins, modes, strict=True)):
        check_mode(name, mode)
        if length < 1:
            message = f"{name}: size is {length}; a positive number is needed"
            raise ShapeError(message)
        check_origin(name, origin, length)
        reach = [(0, 0)] * x.ndim
        reach[axis] = (length // 2 + origin, length - length // 2 - 1 - origin)
        if x.size:
            x = extended(x, reach, mode, cval)
    return (
        sliding_window_view(x, tuple(lengths))
        if x.size
        else _core.reshape(x, (*x.shape, *[1] * x.ndim))
    )


def _box(
    name: str, x: Tensor, size: Any, footprint: Any, origin: Any, mode: Any, axes: Axes
) -> tuple[Any, list[int], list[str]]:
    """Read which neighbours count, by truths along all axes, with origins and borders."""
    along = ascending_axes(name, axes, x.ndim)
    if footprint is None:
        if size is None:
            message = f"{name}: neither size nor footprint was given; one of them is needed"
            raise ShapeError(message)
        footprint = np.ones([int(n) for n in for_each(name, "size", size, len(along))], bool)
    counts = np.asarray(footprint, bool)
    if counts.ndim != len(along) or not counts.any():
        message = f"{name}: footprint is {counts.shape}, with {np.count_nonzero(counts)} neighbours; {len(along)} axes and a neighbour are needed"
        raise ShapeError(message)
    places = [axis + x.ndim for axis in along]
    origins, modes = [0] * x.ndim, ["constant"] * x.ndim
    lengths = [1] * x.ndim
    given = zip(
        places,
        counts.shape,
        for_each(name, "origin", origin, len(along)),
        for_each(name, "mode", mode, len(along)),
        strict=True,
    )
    for place, n, start, border in given:
        lengths[place], origins[place], modes[place] = n, start, border
    return counts.reshape(lengths), origins, modes


def _ordered(
    name: str,
    input: Operand,
    size: Any,
    footprint: Any,
    output: DTypeLike,
    mode: Any,
    cval: Any,
    origin: Any,
    axes: Axes,
    rank_of: Any,
) -> Tensor:
    """Take the neighbour of the rank that `rank_of` says for their number."""
    x = real_image(name, input)
    counts, origins, modes = _box(name, x, size, footprint, origin, mode, axes)
    number = int(np.count_nonzero(counts))
    rank = rank_of(number)
    if not -number <= rank < number:
        message = f"{name}: rank is {rank} of {number} neighbours; one of {-number} to {number - 1} is needed"
        raise ShapeError(message)
    rank %= number
    if x.size == 0:
        return delivered(x, x, output)
    if rank in (0, number - 1) and number == counts.size:
        # Of a box the extremum is that of extrema along one axis after the other.
        y, reduce = x, _core.min if rank == 0 else _core.max
        for axis, length in enumerate(counts.shape):
            if length > 1:
                lengths = [1] * x.ndim
                lengths[axis] = length
                around = _neighbours(name, y, lengths, _only(origins, axis), modes, cval)
                y = reduce(around, tuple(range(-x.ndim, 0)), False)
        return delivered(y, x, output)
    around = _neighbours(name, x, [*counts.shape], origins, modes, cval)
    flat = _core.reshape(around, (*x.shape, product(counts.shape)))
    chosen = np.flatnonzero(counts)
    if chosen.size < counts.size:
        flat = _core.gather([flat, chosen], (-1,), 0)
    if rank == 0:
        return delivered(_core.min(flat, (-1,), False), x, output)
    if rank == number - 1:
        return delivered(_core.max(flat, (-1,), False), x, output)
    parted = _core.partition(flat, -1, (rank,))
    return delivered(_core.reshape(part_along(parted, -1, rank, 1), x.shape), x, output)


def _only(values: list[int], place: int) -> list[int]:
    return [value if i == place else 0 for i, value in enumerate(values)]


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
    return _ordered(
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
    return _ordered(
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
    return _ordered(
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
    return _ordered(
        "minimum_filter", input, size, footprint, output, mode, cval, origin, axes, lambda n: 0
    )


def median_filter(
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
    """Take the neighbour in the middle; of an even number, the greater of the two.

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
    >>> ndimage.median_filter([1.0, 9.0, 2.0, 3.0], 3)
    Tensor([1., 2., 3., 3.])
    """
    return _ordered(
        "median_filter", input, size, footprint, output, mode, cval, origin, axes, lambda n: n // 2
    )


def rank_filter(
    input: Operand,
    rank: int,
    size: Any = None,
    footprint: Any = None,
    output: DTypeLike = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    *,
    axes: Axes = None,
) -> Tensor:
    """Take the neighbour of a rank.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    rank : int
        Which one, from the least on; negative ones count from the greatest.
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
    >>> ndimage.rank_filter([1.0, 9.0, 2.0, 3.0], -1, 3)
    Tensor([9., 9., 9., 3.])
    """
    return _ordered(
        "rank_filter", input, size, footprint, output, mode, cval, origin, axes, lambda n: rank
    )


def _rank_at(percentile: float, number: int) -> int:
    share = percentile + 100.0 if percentile < 0 else percentile
    if not 0 <= share <= 100:
        message = f"percentile_filter: percentile is {percentile}; one of -100 to 100 is needed"
        raise ShapeError(message)
    return number - 1 if share == 100 else int(number * share / 100.0)


def percentile_filter(
    input: Operand,
    percentile: float,
    size: Any = None,
    footprint: Any = None,
    output: DTypeLike = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    *,
    axes: Axes = None,
) -> Tensor:
    """Take the neighbour at a percentile.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    percentile : float
        Which one, from 0 for the least to 100 for the greatest; negative ones count from there.
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
    >>> ndimage.percentile_filter([1.0, 9.0, 2.0, 3.0], 50, 3)
    Tensor([1., 2., 3., 3.])
    """
    return _ordered(
        "percentile_filter",
        input,
        size,
        footprint,
        output,
        mode,
        cval,
        origin,
        axes,
        lambda n: _rank_at(percentile, n),
    )
