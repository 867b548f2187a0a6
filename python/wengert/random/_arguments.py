"""The generator, the parameters and the shape of a draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import ALL_AXES, constant, dims_of, tensor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Dims, Shape


def check_generator(what: str, rng: Any) -> None:
    """Fail if what draws is no Generator."""
    if not isinstance(rng, np.random.Generator):
        message = f"{what}: rng is {type(rng).__name__}; a numpy.random.Generator is needed, such as numpy.random.default_rng(seed)"
        raise DTypeError(message)


def parameter(what: str, x: Any) -> Tensor:
    """Read a parameter in double precision, in which Generators draw."""
    t = tensor_of(x)
    if t.dtype.kind == "c":
        message = f"{what}: a parameter is {t.dtype}; real ones are needed"
        raise DTypeError(message)
    return t if t.dtype == np.float64 and not t.is_weak else _core.convert(t, np.float64)


def require(what: str, name: str, given: Any, holds: Tensor, needed: str) -> None:
    """Fail as Generators do where a parameter is not valid anywhere."""
    if not _core.all(holds, ALL_AXES[holds.ndim], False):
        message = f"{what}: {name} is {_described(given)}; {needed}"
        raise ShapeError(message)


def _described(x: Any) -> str:
    t = tensor_of(x)
    return repr(t.detach()) if t.ndim else str(t.detach())


def not_negative(what: str, name: str, x: Tensor) -> Tensor:
    """`x`, if nothing in it is below zero."""
    is_negative = _core.logical_or(_core.less(x, 0.0), _core.signbit(x))
    require(what, name, x, _core.logical_not(is_negative), "it must not be negative")
    return x


def positive(what: str, name: str, x: Tensor) -> Tensor:
    """`x`, if all of it is above zero."""
    require(what, name, x, _core.greater(x, 0.0), "it must be positive")
    return x


def shape_of(what: str, size: Shape | None, *parameters: Tensor) -> Dims:
    """Return the shape of the draw, with which parameters must broadcast."""
    shapes = [x.shape for x in parameters]
    if size is None:
        return np.broadcast_shapes(*shapes)
    shape = dims_of(size)
    try:
        fits = np.broadcast_shapes(shape, *shapes) == shape
    except ValueError:
        fits = False
    if not fits:
        message = f"{what}: size is {shape} and parameters are of shapes {', '.join(map(str, shapes))}; they must broadcast to size"
        raise ShapeError(message)
    return shape


def values_of(what: str, *parameters: Tensor) -> list[Any]:
    """Return parameters as a Generator takes them; an error if they differ between the examples of a vmap."""
    return [_core.plain_value(what, x.detach()) for x in parameters]


def noise(draw: Callable[..., Any], *args: Any) -> Tensor:
    """Draw constants."""
    return constant(np.asarray(draw(*args), np.float64))
