"""Values on their way into elements that a function names."""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, Tensor
from wengert.numpy._arguments import tensor_of


def writable(name: str, a: Any) -> Tensor | None:
    """Return the Tensor to write to; None for an ndarray, which NumPy itself writes to."""
    if isinstance(a, Tensor):
        return a
    if isinstance(a, np.ndarray):
        return None
    message = f"{name}: {type(a).__name__} was given to write to; a Tensor or an array is needed"
    raise DTypeError(message)


def plain(name: str, x: Any, into: np.ndarray[Any, Any]) -> Any:
    """Return what NumPy stores in an ndarray; fail if that is being differentiated, and not stored as objects."""
    if into.dtype == object:
        return np.asarray(x, dtype=object)
    return _core.plain_value(name, x) if isinstance(x, Tensor) else x


def cycled(values: Any, count: int) -> Tensor:
    """Repeat the elements in order, or leave some out, so that there are `count`."""
    x = tensor_of(values)
    flat = x if x.ndim == 1 else _core.reshape(x, (x.size,))
    if flat.size == count:
        return flat
    return _core.gather([flat, np.arange(count) % flat.size], (-1,), 0)


def unravelled(places: Any, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """Return the index of each axis for places in the flattened array, also from its end."""
    index = []
    for n in shape[:0:-1]:
        index.append(_core.remainder(places, n))
        places = _core.floor_divide(places, n)
    return (places, *reversed(index))


def require_safe(name: str, a: Tensor, values: Any) -> None:
    """Fail if an array's dtype holds what that of `a` does not; Python's numbers are cast."""
    if isinstance(values, (Tensor, np.ndarray)) and not np.can_cast(values.dtype, a.dtype, "safe"):
        message = f"{name}: values are {values.dtype} and the Tensor is {a.dtype}, to which casting='safe' does not cast"
        raise DTypeError(message)
