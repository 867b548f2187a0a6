"""Matrices that are read out of others by strides, and zeros beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Dims, DTypeLike


def zeros(shape: Dims, dtype: DTypeLike) -> Tensor:
    """Return zeros, as a constant that takes no memory."""
    return _core.broadcast_to(_core.convert(0, dtype), shape)


def strided(x: Tensor, own: int, rows: int, columns: int, down: int, start: int) -> Tensor:
    """Return matrices whose rows lie in the last `own` axes, each `down` elements behind the one before."""
    leading = x.shape[: x.ndim - own]
    steps, count = [0] * len(leading), 1
    for n in x.shape[x.ndim - own :]:
        count *= n
    for axis in reversed(range(len(leading))):
        steps[axis] = count
        count *= leading[axis]
    return _core.as_strided(x, (*leading, rows, columns), (*steps, down, 1), start)
