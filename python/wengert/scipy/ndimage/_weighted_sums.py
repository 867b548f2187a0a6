"""Weighted sums of neighbours, along one axis or several."""

from __future__ import annotations

from typing import Any

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import ALL_AXES
from wengert.scipy.ndimage._arguments import (
    check_mode,
    extended,
    wide,
)


def check_origin(name: str, origin: int, length: int) -> None:
    """Fail if weights, shifted by an origin, leave the element that they are for."""
    if not -(length // 2) <= origin <= (length - 1) // 2:
        message = f"{name}: origin is {origin} and there are {length} weights; one of {-(length // 2)} to {(length - 1) // 2} is needed"
        raise ShapeError(message)


def correlated(
    name: str, x: Tensor, weights: Tensor, mode: str, cval: Any, origins: list[int]
) -> Tensor:
    """Sum neighbours along the last axes, as many as the weights have, in double precision."""
    check_mode(name, mode)
    lengths = weights.shape
    reach = [(0, 0)] * (x.ndim - len(lengths))
    for origin, length in zip(origins, lengths, strict=True):
        check_origin(name, origin, length)
        reach.append((length // 2 + origin, length - length // 2 - 1 - origin))
    if x.size == 0:
        return wide(x)
    along = ALL_AXES[len(lengths)]
    # The sums in which all weights meet an element: a convolution with the weights backwards.
    start = tuple([n - 1 for n in lengths])
    backwards = _core.flip(wide(weights), along)
    return _core.convolve(
        extended(wide(x), reach, mode, cval), backwards, start, x.shape[x.ndim - len(lengths) :]
    )


def along_axis(
    name: str, x: Tensor, weights: Tensor, axis: int, mode: str, cval: Any, origin: int
) -> Tensor:
    """Sum neighbours along an axis, counted from the end."""
    shape = (weights.shape[0],) + (1,) * (-axis - 1)
    origins = [origin] + [0] * (-axis - 1)
    return correlated(name, x, _core.reshape(weights, shape), mode, cval, origins)
