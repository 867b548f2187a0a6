"""ndarray's attributes and methods, put on Tensor when the first of them is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from wengert import numpy as wnp
from wengert._core import DTypeError, Tensor, note_departure
from wengert._deferred import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Axis, DTypeLike, Operand


def reshape(self: Tensor, *shape: Any, order: str = "C", copy: bool | None = None) -> Tensor:
    """Give the same elements another shape: ``x.reshape(2, 3)`` or ``x.reshape((2, 3))``."""
    return wnp.reshape(self, shape[0] if len(shape) == 1 else shape, order)


def transpose(self: Tensor, *axes: Any) -> Tensor:
    """Permute the axes: ``x.transpose(1, 0)``, ``x.transpose((1, 0))`` or ``x.transpose()``."""
    if len(axes) == 1 and not hasattr(axes[0], "__index__"):
        return wnp.transpose(self, axes[0])
    return wnp.transpose(self, axes or None)


def flatten(self: Tensor, order: str = "C") -> Tensor:
    """Return the elements with one axis; see `wengert.numpy.ravel`."""
    return wnp.ravel(self, order)


def astype(
    self: Tensor,
    dtype: DTypeLike,
    order: str = "K",
    casting: str = "unsafe",
    subok: bool = True,
    copy: bool = True,
) -> Tensor:
    """Convert to another dtype; see `wengert.numpy.astype`."""
    return wnp.astype(self, dtype)


def copy(self: Tensor, order: str = "C") -> Tensor:
    """Return a Tensor of the same value, connected to the same derivative."""
    return wnp.copy(self)


def clip(
    self: Tensor,
    min: Operand | None = None,
    max: Operand | None = None,
    out: None = None,
) -> Tensor:
    """Limit values to an interval; see `wengert.numpy.clip`."""
    return wnp.clip(self, min, max, out)


def compress(self: Tensor, condition: Operand, axis: Axis = None, out: None = None) -> Tensor:
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


def sort(self: Tensor, axis: int = -1, kind: Any = None, order: None = None) -> None:
    """Sort in place; `wengert.numpy.sort` returns a sorted copy."""
    self[...] = wnp.sort(self, axis, kind, order)


def fill(self: Tensor, value: Operand) -> None:
    """Set every element in place; `wengert.numpy.full_like` returns a new Tensor."""
    self[...] = value


def _refusal(name: str, instead: str) -> Callable[..., NoReturn]:
    """Return a method that says why Tensor has none of this name."""

    def refused(self: Tensor, *args: Any, **kwargs: Any) -> NoReturn:
        message = f"{name}: a Tensor has no such method; use {instead}"
        raise DTypeError(message)

    refused.__name__ = name
    refused.__doc__ = f"Raise an error: use {instead}."
    return refused


def _transposed(self: Tensor) -> Tensor:
    """Reverse the order of the axes."""
    return wnp.transpose(self)


def _matrix_transposed(self: Tensor) -> Tensor:
    """Exchange the last two axes."""
    return wnp.matrix_transpose(self)


def _real(self: Tensor) -> Tensor:
    """Return the real part."""
    return wnp.real(self)


def _imag(self: Tensor) -> Tensor:
    """Return the imaginary part."""
    return wnp.imag(self)


# Those that `wengert.numpy` does not have under the name, with the array in front and the method's arguments behind.
OWN: dict[str, Any] = {
    "T": property(_transposed),
    "mT": property(_matrix_transposed),
    "real": property(_real),
    "imag": property(_imag),
    "reshape": reshape,
    "transpose": transpose,
    "flatten": flatten,
    "astype": astype,
    "copy": copy,
    "clip": clip,
    "compress": compress,
    "tolist": tolist,
    "sort": sort,
    "fill": fill,
    "__round__": rounded,
    "partition": _refusal("partition", "wengert.numpy.partition"),
    "put": _refusal("put", "wengert.numpy.where"),
    "resize": _refusal("resize", "wengert.numpy.reshape or wengert.numpy.pad"),
    "view": _refusal("view", ".astype(dtype), or .numpy().view(dtype) on a constant"),
    "setflags": _refusal("setflags", "a new Tensor; Tensors are not written to"),
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
