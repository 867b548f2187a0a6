"""ndarray's attributes and methods, put on Tensor when the first of them is asked for."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert._core import DTypeError, ShapeError, Tensor, note_departure, store
from wengert._deferred import NAMES
from wengert._flat import Flat
from wengert.numpy._arguments import apart, dims_of
from wengert.numpy.dtypes import require_cpu

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Axis, DTypeLike, Operand, Out


def reshape(self: Tensor, *shape: Any, order: str = "C", copy: bool | None = None) -> Tensor:
    """Give the same elements another shape: ``x.reshape(2, 3)`` or ``x.reshape((2, 3))``."""
    return wnp.reshape(self, shape[0] if len(shape) == 1 else shape, order, copy=copy)


def transpose(self: Tensor, *axes: Any) -> Tensor:
    """Permute the axes: ``x.transpose(1, 0)``, ``x.transpose((1, 0))`` or ``x.transpose()``."""
    if len(axes) == 1 and axes[0] is None:
        return wnp.transpose(self)
    return wnp.transpose(self, dims_of(axes[0] if len(axes) == 1 else axes) if axes else None)


def flatten(self: Tensor, order: str = "C") -> Tensor:
    """Return the elements with one axis, which are written to apart from those of the Tensor."""
    return apart(wnp.ravel(self, order), self)


def astype(
    self: Tensor,
    dtype: DTypeLike,
    order: str = "K",
    casting: str = "unsafe",
    subok: bool = True,
    copy: bool = True,
) -> Tensor:
    """Convert to another dtype; see `wengert.numpy.astype`."""
    return wnp.asarray(wnp.astype(self, dtype, copy=copy), order=order)


def copy(self: Tensor, order: str = "C") -> Tensor:
    """Return a Tensor of the same value, connected to the same derivative."""
    return wnp.copy(self, order)


def clip(
    self: Tensor,
    min: Operand | None = None,
    max: Operand | None = None,
    out: Out = None,
    *,
    where: Any = True,
    casting: str = "same_kind",
    dtype: DTypeLike = None,
) -> Tensor:
    """Limit values to an interval; see `wengert.numpy.clip`."""
    return wnp.clip(self, min, max, out, where=where, casting=casting, dtype=dtype)


def compress(self: Tensor, condition: Operand, axis: Axis = None, out: Out = None) -> Tensor:
    """Take the elements where a condition holds; see `wengert.numpy.compress`."""
    return wnp.compress(condition, self, axis, out)


def tolist(self: Tensor) -> Any:
    """Return Python numbers in nested lists, constants to every derivative."""
    note_departure(self, "tolist")
    return self.detach().numpy().tolist()


def rounded(self: Tensor, digits: int | None = None) -> Any:
    """Python's ``round``: of a number without `digits` an integer, else ``x.round(digits)``."""
    if digits is None and self.ndim == 0 and self.dtype.kind in "bif":
        return self.item().__round__()
    return wnp.round(self, digits or 0)


def _whole(name: str, function: Callable[[Tensor], Tensor]) -> Callable[[Tensor], int]:
    """Return what Python's ``math.floor`` and the like ask of a number: an integer, whose derivative is zero."""

    def rounded_to(self: Tensor) -> int:
        return int(function(self))

    rounded_to.__name__ = rounded_to.__qualname__ = name
    rounded_to.__doc__ = f"Python's ``math.{name.strip('_')}`` of a number: an integer."
    return rounded_to


def sort(
    self: Tensor,
    axis: int = -1,
    kind: str | None = None,
    order: None = None,
    *,
    stable: bool | None = None,
) -> None:
    """Sort in place; `wengert.numpy.sort` returns a sorted copy."""
    store("sort", self, wnp.sort(self, index(axis), kind, order, stable=stable))


def partition(
    self: Tensor, kth: Any, axis: int = -1, kind: str = "introselect", order: None = None
) -> None:
    """Partition in place; `wengert.numpy.partition` returns a copy."""
    store("partition", self, wnp.partition(self, kth, index(axis), kind, order))


def put(self: Tensor, indices: Any, values: Operand, mode: str = "raise") -> None:
    """Store values at places in the flattened array; see `wengert.numpy.put`."""
    wnp.put(self, indices, values, mode)


def fill(self: Tensor, value: Operand) -> None:
    """Store a number in every element."""
    if np.ndim(value):
        message = f"fill: value is of shape {np.shape(value)}; a number is needed"
        raise ShapeError(message)
    self[...] = value


def array_namespace(self: Tensor, *, api_version: str | None = None) -> Any:
    """Return `wengert.numpy`, whose functions the array API standard names."""
    if api_version is not None and api_version > wnp.__array_api_version__:
        message = f"__array_namespace__: api_version is {api_version}; {wnp.__array_api_version__} is the newest"
        raise ValueError(message)
    return wnp


def to_device(self: Tensor, device: str, /, *, stream: None = None) -> Tensor:
    """Return the Tensor itself: the processor's memory, ``"cpu"``, is the only device."""
    require_cpu(device)
    return self


def _refusal(name: str, instead: str) -> Callable[..., NoReturn]:
    """Return a method that says why Tensor has none of this name."""

    def refused(self: Tensor, *args: Any, **kwargs: Any) -> NoReturn:
        message = f"{name}: a Tensor has no such method; use {instead}"
        raise DTypeError(message)

    refused.__name__ = name
    refused.__doc__ = f"Raise an error: use {instead}."
    return refused


def _device(self: Tensor) -> str:
    """Where the elements are: ``"cpu"``."""
    return "cpu"


def _transposed(self: Tensor) -> Tensor:
    """Reverse the order of the axes."""
    return wnp.transpose(self)


def _matrix_transposed(self: Tensor) -> Tensor:
    """Exchange the last two axes."""
    return wnp.matrix_transpose(self)


def _real(self: Tensor) -> Tensor:
    """The real part: a view."""  # noqa: D401
    return wnp.real(self)


def _imag(self: Tensor) -> Tensor:
    """The imaginary part: a view."""  # noqa: D401
    return wnp.imag(self)


def _set_real(self: Tensor, value: Operand) -> None:
    part = _real(self)
    part[...] = value
    if self.ndim == 0 and part is not self:  # a number has no views
        self[...] = _core.complex(part, _imag(self))


def _set_imag(self: Tensor, value: Operand) -> None:
    part = _imag(self)
    part[...] = value
    if self.ndim == 0:
        self[...] = _core.complex(_real(self), part)


def _flat(self: Tensor) -> Flat:
    """The elements in C order: to be read, written and iterated over."""  # noqa: D401
    return Flat(self)


def _set_flat(self: Tensor, value: Operand) -> None:
    Flat(self)[...] = value


# Names that say what to use in their place, or that only numbers have, for NumPy to call.
UNLISTED = frozenset(
    ("byteswap", "dump", "resize", "setflags", "tobytes", "tofile", "view", *_core.object_methods)
)


def _listed(self: Tensor) -> list[str]:
    """Return the names of a Tensor that are of use."""
    return sorted(set(object.__dir__(self)) - UNLISTED)


# Those that `wengert.numpy` does not have under the name, with the array in front and the method's arguments behind.
OWN: dict[str, Any] = {
    "__array_namespace__": array_namespace,
    "to_device": to_device,
    "device": property(_device),
    "T": property(_transposed),
    "mT": property(_matrix_transposed),
    "real": property(_real, _set_real),
    "imag": property(_imag, _set_imag),
    "flat": property(_flat, _set_flat),
    "reshape": reshape,
    "transpose": transpose,
    "flatten": flatten,
    "astype": astype,
    "copy": copy,
    "clip": clip,
    "compress": compress,
    "tolist": tolist,
    "sort": sort,
    "partition": partition,
    "put": put,
    "fill": fill,
    "__round__": rounded,
    "__floor__": _whole("__floor__", wnp.floor),
    "__ceil__": _whole("__ceil__", wnp.ceil),
    "__trunc__": _whole("__trunc__", wnp.trunc),
    "__dir__": _listed,
    "resize": _refusal("resize", "wengert.numpy.reshape or wengert.numpy.pad"),
    "view": _refusal("view", ".astype(dtype), or .numpy().view(dtype) on a constant"),
    "setflags": _refusal("setflags", ".copy() where others are not to write to it"),
    "byteswap": _refusal("byteswap", ".numpy().byteswap()"),
    "tobytes": _refusal("tobytes", ".numpy().tobytes()"),
    "tofile": _refusal("tofile", ".numpy().tofile(file)"),
    "dump": _refusal("dump", ".numpy().dump(file)"),
}


def attach() -> None:
    """Put the attributes and methods on the type, in the place of what stood for them."""
    for name in NAMES:
        setattr(Tensor, name, OWN[name] if name in OWN else getattr(wnp, name))


attach()
