"""Arguments that the functions of `scipy.ndimage` share: one for each axis, and what lies behind the borders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import as_array, converted, negative_axes
from wengert.numpy.layout.enlarging import pad

if TYPE_CHECKING:
    from wengert._typing import Axes, Dims, DTypeLike, Operand

# How np.pad continues an array; filters know each "grid-" mode as the one without it.
BORDERS = {
    "reflect": "symmetric",
    "grid-mirror": "symmetric",
    "mirror": "reflect",
    "nearest": "edge",
    "wrap": "wrap",
    "grid-wrap": "wrap",
    "constant": "constant",
    "grid-constant": "constant",
}


def image(name: str, x: Operand) -> Tensor:
    """Read an array of one axis or more."""
    given = as_array(x)
    if given.ndim == 0:
        message = f"{name}: input is (); at least one axis is needed"
        raise ShapeError(message)
    return given


def real_image(name: str, x: Operand) -> Tensor:
    """Read an array whose elements can be ordered."""
    given = image(name, x)
    if given.dtype.kind == "c":
        message = f"{name}: input is {given.dtype}; a real dtype is needed"
        raise DTypeError(message)
    return given


def check_mode(name: str, mode: str) -> None:
    """Fail if there is no such border."""
    if mode not in BORDERS:
        message = f"{name}: mode is {mode!r}; one of {', '.join(BORDERS)} is needed"
        raise ShapeError(message)


def for_each(name: str, argument: str, value: Any, count: int) -> list[Any]:
    """Repeat a value for every axis, or read a sequence of one for each."""
    if isinstance(value, (str, bytes)) or np.ndim(value) == 0:
        return [value] * count
    values = list(value)
    if len(values) != count:
        message = f"{name}: {argument} has {len(values)} entries and there are {count} axes; one or as many are needed"
        raise ShapeError(message)
    return values


def ascending_axes(name: str, axes: Axes, rank: int) -> Dims:
    """Count axes from the end, which must be in the order of those of weights or of a footprint."""
    along = negative_axes(axes, rank)
    if [*along] != sorted(along):
        message = f"{name}: axes are {axes}; ascending ones are needed"
        raise ShapeError(message)
    return along


def extended(x: Tensor, reach: list[tuple[int, int]], mode: str, cval: Any) -> Tensor:
    """Continue an array behind its borders, by numbers of elements before and behind along each axis."""
    if not any(before or behind for before, behind in reach):
        return x
    kwargs = {"constant_values": cval} if BORDERS[mode] == "constant" else {}
    return pad(x, reach, BORDERS[mode], **kwargs)


def wide(x: Tensor) -> Tensor:
    """`x` in double precision, in which SciPy computes."""
    return converted(x, np.complex128 if x.dtype.kind == "c" else np.float64)


def dtype_in(output: Any) -> Any:
    """Return the dtype that an argument asks for, or None if it is what a result is stored in."""
    return None if isinstance(output, (Tensor, np.ndarray)) else output


def delivered(y: Tensor, like: Tensor, output: DTypeLike) -> Tensor:
    """`y` in the dtype asked for, or that of the input; numbers that become integers are cut off."""
    if isinstance(output, (Tensor, np.ndarray)):
        return _core.store("output", output, y, "unsafe")
    dtype = like.dtype if output is None else np.dtype(output)
    if y.dtype.kind == "c" and dtype.kind != "c":
        dtype = np.promote_types(dtype, np.complex64)
    return converted(y, dtype)
