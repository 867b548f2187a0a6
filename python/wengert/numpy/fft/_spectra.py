"""Which lengths and axes a transform has, and transforms of operands that are brought to them."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

from numpy.exceptions import AxisError

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import dims_of, negative_axes, negative_axis, run

if TYPE_CHECKING:
    from wengert._typing import Axes, Axis, Dims, Shape

OPPOSITE = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def along_one(
    name: str, x: Tensor, n: Any, axis: Axis, from_half: bool = False
) -> tuple[Dims, Dims]:
    """Return the length and the axis of a transform along one axis."""
    along = negative_axis(axis, x.ndim)
    if n is None:
        own = x.shape[along]
        return (checked(name, 2 * (own - 1) if from_half else own),), (along,)
    return (checked(name, index(n)),), (along,)


def along_many(
    name: str, x: Tensor, s: Shape | None, axes: Axes, from_half: bool = False
) -> tuple[Dims, Dims]:
    """Return the lengths and the axes of a transform, by default of all, or of as many as lengths."""
    wanted = s if s is None else tuple(s) if isinstance(s, (tuple, list)) else dims_of(s)
    if axes is not None:
        along = tuple([negative_axis(axis, x.ndim) for axis in dims_of(axes)])
    elif wanted is None or len(wanted) > x.ndim:
        along = negative_axes(None, x.ndim)
    else:
        along = tuple(range(-len(wanted), 0))
    lengths = [x.shape[axis] for axis in along]
    if from_half and along:
        lengths[-1] = 2 * (lengths[-1] - 1)
    if wanted is not None:
        if len(wanted) != len(along):
            message = f"{name}: s has {len(wanted)} lengths and {len(along)} axes are transformed; one for each is needed"
            raise ShapeError(message)
        whole = [x.shape[axis] for axis in along]
        for i, length in enumerate(wanted):
            if length is not None:  # what NumPy deprecates, and takes
                lengths[i] = whole[i] if index(length) == -1 else index(length)
    return tuple([checked(name, length) for length in lengths]), along


def checked(name: str, length: int) -> int:
    """Return a length that a transform can have."""
    if length < 1:
        message = f"{name}: {length} points are to be transformed; at least one is needed"
        raise ShapeError(message)
    return length


def brought(x: Tensor, lengths: Dims, axes: Dims) -> Tensor:
    """Crop at the end of axes, or put zeros there."""
    shape = [*x.shape]
    for length, axis in zip(lengths, axes, strict=True):
        shape[axis] = length
    if tuple(shape) == x.shape:
        return x
    common = [n for pair in zip(shape, x.shape, strict=True) for n in run(0, min(pair))]
    x = _core.slice(x, tuple(common))
    if tuple(shape) == x.shape:
        return x
    zeros = _core.broadcast_to(_core.convert(0, x.dtype), tuple(shape))
    return _core.add_at_slice(zeros, x, tuple(common))


def half_of(lengths: Dims) -> Dims:
    """Return the lengths of the half of a spectrum that real numbers have."""
    return (*lengths[:-1], lengths[-1] // 2 + 1)


def is_repeated(axes: Dims) -> bool:
    """Whether an axis is named twice: it is then transformed twice."""
    return len(set(axes)) < len(axes)


def spectrum(x: Tensor, lengths: Dims, axes: Dims, norm: str | None, inverse: bool) -> Tensor:
    """Transform; the result is complex."""
    if not axes:
        return x
    if is_repeated(axes):
        for length, axis in zip(lengths[::-1], axes[::-1], strict=True):
            x = spectrum(x, (length,), (axis,), norm, inverse)
        return x
    return _core.fft(brought(x, lengths, axes), axes, inverse, norm or "backward")


def half_spectrum(x: Tensor, lengths: Dims, axes: Dims, norm: str | None) -> Tensor:
    """Transform real numbers."""
    if is_repeated(axes):
        x = half_spectrum(x, lengths[-1:], axes[-1:], norm)
        return spectrum(x, lengths[:-1], axes[:-1], norm, False)
    return _core.rfft(brought(x, lengths, axes), axes, norm or "backward")


def from_half_spectrum(x: Tensor, lengths: Dims, axes: Dims, norm: str | None) -> Tensor:
    """Transform back to real numbers."""
    if is_repeated(axes):
        for length, axis in zip(lengths[:-1], axes[:-1], strict=True):  # NumPy's order
            x = spectrum(x, (length,), (axis,), norm, True)
        return from_half_spectrum(x, lengths[-1:], axes[-1:], norm)
    return _core.irfft(brought(x, half_of(lengths), axes), axes, lengths[-1], norm or "backward")


def needs_axes(name: str, axes: Dims) -> None:
    """Fail if there is no axis of which there would be half a spectrum."""
    if not axes:
        message = f"{name}: no axis is to be transformed; at least one is needed"
        raise AxisError(message)
