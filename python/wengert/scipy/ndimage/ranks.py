"""Filters that take one of the neighbours, by its rank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert._core import ShapeError, Tensor

if TYPE_CHECKING:
    from wengert._typing import Axes, DTypeLike, Operand
from wengert.scipy.ndimage._neighbours import neighbour_of_rank

__all__ = [
    "median_filter",
    "percentile_filter",
    "rank_filter",
]


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
    return neighbour_of_rank(
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
    return neighbour_of_rank(
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
    return neighbour_of_rank(
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
