"""How many points, or how much weight, lies in each bin of a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import (
    ALL_AXES,
    converted,
    tensor_of,
)
from wengert.numpy.layout.joining import column_stack
from wengert.numpy.samples.calculus import diff
from wengert.numpy.samples.counting import counted, edges_of

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["histogram2d", "histogramdd"]


def histogramdd(
    sample: Any,
    bins: Any = 10,
    range: Any = None,
    density: bool | None = None,
    weights: Operand | None = None,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Count the points in each bin of a grid, or add their weights, whose derivatives pass.

    Parameters
    ----------
    sample : array_like, or sequence of array_like
        Points of shape (N, D), or their D coordinates of shape (N,).
    bins : int, or sequence of int and array_like
        How many bins, or their edges, along every axis or along each.
    range : sequence of (number, number) or None, optional
        The outer edges along each axis; by default the smallest and the greatest coordinate.
    density : bool, optional
        Whether to divide by the total and by the volumes of the bins.
    weights : array_like, optional
        Of shape (N,).

    Returns
    -------
    tuple
        What lies in each bin, of float64 and D axes, and a tuple of the edges along each.

    Raises
    ------
    ValueError
        If `bins` or `range` are none, or shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.histogramdd(wnp.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]]), 2)[0]
    Tensor([[1., 0.],
            [1., 1.]])
    """
    points = sample if isinstance(sample, (Tensor, np.ndarray)) else column_stack(sample)
    points = tensor_of(points)
    if points.ndim == 1:
        points = _core.reshape(points, (points.size, 1))
    if points.ndim != 2:
        message = f"histogramdd: sample is {points.shape}; shape (N, D) is needed"
        raise ShapeError(message)
    count = points.shape[1]
    parts = list(bins) if hasattr(bins, "__len__") else [bins] * count
    ranges = [None] * count if range is None else list(range)
    if len(parts) != count or len(ranges) != count:
        message = (
            f"histogramdd: sample has {count} coordinates, bins {len(parts)} entries and range "
            f"{len(ranges)}; one for each coordinate is needed"
        )
        raise ShapeError(message)
    samples = [_core.slice(points, (2, 0, i)) for i in np.arange(count).tolist()]
    edges = [edges_of("histogramdd", *axis) for axis in zip(samples, parts, ranges, strict=True)]
    amounts = None if weights is None else tensor_of(weights)
    if amounts is not None and amounts.shape != samples[0].shape:
        message = f"histogramdd: weights are {amounts.shape}; shape {samples[0].shape} is needed"
        raise ShapeError(message)
    if amounts is not None and amounts.dtype.kind == "c":
        message = f"histogramdd: weights are {amounts.dtype}; a real dtype is needed"
        raise DTypeError(message)
    counts = converted(counted(samples, edges, amounts, np.float64), np.float64)
    if density:
        total = _core.sum(counts, ALL_AXES[count], False)
        for i, edge in enumerate(edges):
            widths = _core.reshape(diff(edge), (edge.size - 1, *[1] * (count - i - 1)))
            counts = _core.divide(counts, converted(widths, np.float64))
        counts = _core.divide(counts, total)
    return counts, tuple(edges)


def histogram2d(
    x: Operand,
    y: Operand,
    bins: Any = 10,
    range: Any = None,
    density: bool | None = None,
    weights: Operand | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Count the points in each bin of a plane, or add their weights, whose derivatives pass.

    Parameters
    ----------
    x, y : array_like
        The coordinates of the points, of shape (N,).
    bins : int, array_like, or two of them
        How many bins, or their edges, along both axes or along each.
    range : sequence of two (number, number), optional
        The outer edges; by default the smallest and the greatest coordinates.
    density : bool, optional
        Whether to divide by the total and by the areas of the bins.
    weights : array_like, optional
        Of shape (N,).

    Returns
    -------
    tuple of Tensor
        What lies in each bin, of float64 with one row for each bin of `x`; the edges of `x`; those of `y`.

    Raises
    ------
    ValueError
        If `bins` or `range` are none, or lengths do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.histogram2d([0.0, 1.0, 1.0], [0.0, 1.0, 0.0], 2)[0]
    Tensor([[1., 0.],
            [1., 1.]])
    """
    points = [tensor_of(x), tensor_of(y)]
    if points[0].shape != points[1].shape:
        message = f"histogram2d: x is {points[0].shape} and y is {points[1].shape}; equal lengths are needed"
        raise ShapeError(message)
    if hasattr(bins, "__len__") and len(bins) not in (1, 2):
        bins = [tensor_of(bins)] * 2
    elif hasattr(bins, "__len__"):
        bins = list(bins) * (3 - len(bins))
    counts, (across, up) = histogramdd(points, bins, range, density, weights)
    return counts, across, up
