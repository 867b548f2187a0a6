"""Neighbours in order: the one of a rank among those of each element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import part_along, product
from wengert.numpy.layout.sliding import sliding_window_view
from wengert.scipy.ndimage._arguments import (
    ascending_axes,
    check_mode,
    delivered,
    extended,
    for_each,
    real_image,
)
from wengert.scipy.ndimage._weighted_sums import check_origin

if TYPE_CHECKING:
    from wengert._typing import Axes, DTypeLike, Operand


def neighbours(
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


def neighbour_of_rank(
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
                around = neighbours(name, y, lengths, _only(origins, axis), modes, cval)
                y = reduce(around, tuple(range(-x.ndim, 0)), False)
        return delivered(y, x, output)
    around = neighbours(name, x, [*counts.shape], origins, modes, cval)
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
