"""Samples and places, read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import ALL_AXES, converted, negative_axis, tensor_of
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.samples.calculus import diff

if TYPE_CHECKING:
    from wengert._typing import Operand


def real_places(name: str, argument: str, x: Operand) -> Tensor:
    """Read real numbers, in double precision."""
    given = tensor_of(x)
    if given.dtype.kind == "c":
        message = f"{name}: {argument} is {given.dtype}; a real dtype is needed"
        raise DTypeError(message)
    return converted(given, np.float64)


def double(x: Operand) -> Tensor:
    """Read numbers, real or complex, in double precision."""
    given = tensor_of(x)
    return converted(given, np.complex128 if given.dtype.kind == "c" else np.float64)


def holds(truths: Any) -> bool:
    """Whether any of some truths is one."""
    found = tensor_of(truths)
    return bool(_core.any(found, ALL_AXES[found.ndim], False))


def check_finite(name: str, argument: str, x: Tensor) -> None:
    """Fail if there is a number that is infinite, or none."""
    if holds(_core.logical_not(_core.isfinite(x))):
        message = f"{name}: {argument} holds a number that is not finite; finite ones are needed"
        raise ShapeError(message)


def samples(
    name: str, x: Operand, y: Operand, axis: int, least: int = 2
) -> tuple[Tensor, Tensor, int]:
    """Read ascending places and values along an axis, which becomes the first one; return its number, too."""
    places, values = real_places(name, "x", x), double(y)
    along = negative_axis(axis, values.ndim)
    count = places.shape[0] if places.ndim == 1 else -1
    if count < least or values.shape[along] != count:
        message = f"{name}: x is {places.shape} and y is {values.shape}; (N,) and N along axis {axis} are needed, N >= {least}"
        raise ShapeError(message)
    check_finite(name, "x", places)
    check_finite(name, "y", values)
    if holds(_core.less_equal(diff(places), 0.0)):
        message = f"{name}: x does not ascend; each place must be greater than the one before"
        raise ShapeError(message)
    return places, moveaxis(values, along, 0), along + values.ndim


def beside(x: Tensor, values: Tensor) -> Tensor:
    """Give numbers of the first axis as many axes as values have."""
    return _core.reshape(x, (x.shape[0], *[1] * (values.ndim - 1)))


def taken(x: Tensor, places: Any, axis: int = 0) -> Tensor:
    """Take elements along an axis: that is replaced by those of the places."""
    along = axis - x.ndim
    return _core.gather([x, places], (along,), -along - 1)


def arranged(y: Tensor, of_places: int, axis: int) -> Tensor:
    """Put the axes of the places, which come first, to where the axis of the samples was."""
    if axis == 0 or of_places == 0:
        return y
    return moveaxis(y, tuple(range(of_places)), tuple(range(axis, axis + of_places)))
