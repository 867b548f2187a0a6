"""The order in memory that NumPy's `order` asks for.

A Tensor whose elements lie otherwise than in C order is a view of a whole that has its axes in the
order of memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import as_array, constant

if TYPE_CHECKING:
    from wengert._typing import Dims


def axes_in_order(name: str, x: Tensor | np.ndarray, order: str | None) -> Dims:
    """Return the axes of `x`, the outermost of that order first; none in C order."""
    if order in (None, "K"):
        return _core.axes_in_memory(x) if isinstance(x, Tensor) else _axes_by_strides(x)
    if order not in ("C", "F", "A"):
        message = f"{name}: order is {order!r}; 'C', 'F', 'A' or 'K' is needed"
        raise ValueError(message)
    is_backwards = order == "F" or (order == "A" and _lies_by_columns(x))
    return tuple(range(x.ndim))[::-1] if is_backwards and x.ndim > 1 else ()


def axes_of_new(name: str, ndim: int, order: str | None) -> Dims:
    """Return the axes of an array that is made, the outermost in memory first; none in C order."""
    if order not in (None, "C", "F"):
        message = f"{name}: order is {order!r}; 'C' or 'F' is needed"
        raise ValueError(message)
    return tuple(range(ndim))[::-1] if order == "F" and ndim > 1 else ()


def _axes_by_strides(x: np.ndarray) -> Dims:
    if x.flags.c_contiguous:
        return ()
    axes = sorted(range(x.ndim), key=lambda axis: -abs(x.strides[axis]))
    return () if axes == list(range(x.ndim)) else tuple(axes)


def _lies_by_columns(x: Tensor | np.ndarray) -> bool:
    """Whether the first index changes fastest, without gaps, and not the last one as well."""
    if isinstance(x, np.ndarray):
        return x.flags.fnc
    return not _core.is_contiguous(x) and _core.is_contiguous(
        _core.transpose(x, tuple(range(-1, -x.ndim - 1, -1)))
    )


def constant_in_order(name: str, value: Any, order: str | None) -> Tensor:
    """Return a constant of what is given, which lies in an order."""
    if not isinstance(value, np.ndarray):
        x = constant(value)
        return copied(name, x, order) if axes_in_order(name, x, order) else x
    axes = axes_in_order(name, value, order)
    return put_back(constant(value.transpose(axes)), axes) if axes else constant(value)


def put_in_order(x: Tensor, axes: Dims) -> Tensor:
    """Return a view with the axes as they lie in memory."""
    return _core.transpose(x, tuple([axis - len(axes) for axis in axes])) if axes else x


def put_back(x: Tensor, axes: Dims) -> Tensor:
    """Return the view of an array with its axes as they lie in memory that has them in place."""
    if not axes:
        return x
    return _core.transpose(x, tuple([axes.index(axis) - len(axes) for axis in range(len(axes))]))


def copied(name: str, x: Tensor, order: str | None) -> Tensor:
    """Return a copy that lies in an order."""
    x = as_array(x)
    axes = axes_in_order(name, x, order)
    return put_back(_core.identity(put_in_order(x, axes)), axes)


def is_in_order(name: str, x: Tensor, order: str | None) -> bool:
    """Whether the elements of `x` lie as an order asks that makes no copy where they do."""
    if order in (None, "K", "A"):
        return True
    axes = axes_in_order(name, x, order)
    return _core.is_contiguous(put_in_order(x, axes))
