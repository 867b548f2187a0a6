"""Two vectors of one length, as distances read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert._core import DTypeError, ShapeError, Tensor
from wengert.scipy.spatial.distance import _formulas

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand


def pair(
    name: str, u: Operand, v: Operand, read: Callable[[Operand], Tensor] = _formulas.floating
) -> tuple[Tensor, Tensor]:
    """Read two vectors of one length."""
    one, other = read(u), read(v)
    if one.ndim != 1 or one.shape != other.shape:
        message = f"{name}: u is {one.shape} and v is {other.shape}; one axis of one length each is needed"
        raise ShapeError(message)
    if one.dtype.kind == "c" or other.dtype.kind == "c":
        message = f"{name}: u is {one.dtype} and v is {other.dtype}; real dtypes are needed"
        raise DTypeError(message)
    return one, other


def weighted(
    name: str,
    formula: Any,
    u: Operand,
    v: Operand,
    w: Operand | None,
    read: Callable[[Operand], Tensor] = _formulas.floating,
) -> Tensor:
    one, other = pair(name, u, v, read)
    distance: Tensor = formula(one, other, _formulas.weights_of(name, w, one.shape[0]))
    return distance
