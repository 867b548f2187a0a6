"""What ufuncs are given besides operands, for functions that are made of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from wengert import _core
from wengert._core import DTypeError
from wengert.numpy._arguments import converted, store_each, tensor_of

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import DTypeLike

__all__ = ["stored", "stored_each"]

Results = TypeVar("Results", bound="tuple[Tensor, ...]")


def results_in(function: Callable[..., Any], operands: tuple[Any, ...], dtype: DTypeLike) -> Any:
    """Call a function, of operands of this dtype if one is given; only the last may be complex."""
    if dtype is not None:
        *parameters, last = map(tensor_of, operands)
        real = np.empty(0, dtype).real.dtype
        operands = (*(converted(x, real) for x in parameters), converted(last, dtype))
    return function(*operands)


def stored(
    function: Callable[..., Tensor],
    operands: tuple[Any, ...],
    out: Any,
    *,
    where: Any = True,
    casting: str = "same_kind",
    dtype: DTypeLike = None,
    order: str = "K",
    subok: bool = True,
) -> Tensor:
    """Call a function of elements, and store its result as a ufunc does."""
    result = results_in(function, operands, dtype)
    return _core.store(function.__name__, out, result, casting, where, True)


def stored_each(
    function: Callable[..., Results],
    operands: tuple[Any, ...],
    by_place: tuple[Any, ...] | None,
    *,
    out: Any = None,
    where: Any = True,
    casting: str = "same_kind",
    dtype: DTypeLike = None,
    order: str = "K",
    subok: bool = True,
) -> Results:
    """Call a function of elements that has several results, and store each."""
    name = function.__name__
    if by_place is not None and out is not None:
        message = f"{name}: out is given by place and by name; either is enough"
        raise DTypeError(message)
    results = results_in(function, operands, dtype)
    nothing = (None,) * len(results)
    places = out if by_place is None else by_place + nothing[len(by_place) :]
    places = nothing if places is None else places
    return cast("Results", store_each(name, places, results, casting, where))
