"""Reductions and scans of ufuncs that have no name of their own: by the formula, one element after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, IndexRangeError, ShapeError, Tensor, store
from wengert.numpy._arguments import (
    converted,
    given_for,
    negative_axes,
    negative_axis,
    only_of,
    part_along,
    product,
    tensor_of,
    value_of,
)
from wengert.numpy.layout.reshaping import expand_dims

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Axes, Axis, Dims, DTypeLike, Operand, Out

    Function = Callable[..., Any]

_UNSET = object()  # no beginning was given: that of the ufunc, if it has one
_KINDS = {
    p.name: p.kinds for p in _core.primitives if p.is_elementwise
}  # 1 bool, 2 integer, 4 real


def _given(ufunc: np.ufunc, x: Tensor, dtype: DTypeLike) -> Tensor:
    """Bring the operand to the dtype that the ufunc reduces in."""
    if dtype is not None:
        return converted(x, dtype)
    if ufunc.__name__.startswith("logical_"):
        return x if x.dtype.kind == "b" else _core.not_equal(x, 0)
    if ufunc is np.float_power and x.dtype.kind != "c":
        return converted(x, np.float64)
    kinds = _KINDS.get(ufunc.__name__, 0)
    if x.dtype.kind in "bi" and not kinds & 2:
        return x if kinds & 1 and x.dtype.kind == "b" else converted(x, np.float64)
    is_counted = ufunc in (np.add, np.multiply) or not kinds & 1
    return converted(x, np.int64) if is_counted and x.dtype.kind == "b" else x


def _run(
    ufunc: np.ufunc, x: Tensor, axis: int, starts: Dims, name: str, dtype: DTypeLike
) -> Tensor:
    if ufunc is np.power and x.dtype.kind == "i":
        exponents = part_along(x, axis, 1, max(x.shape[axis] - 1, 0))
        if _core.any(_core.less(exponents, 0), negative_axes(None, x.ndim), False):
            message = (
                "np.power: an exponent is negative and all are integers; a floating dtype is needed"
            )
            raise ValueError(message)
    result = _core.scan(x, name, axis, starts)
    if dtype is not None and result.dtype != np.dtype(dtype):
        message = (
            f"np.{ufunc.__name__}: dtype is {np.dtype(dtype)}; {result.dtype} is what comes of it"
        )
        raise DTypeError(message)
    return result


def accumulate_by(ufunc: np.ufunc, name: str) -> Function:
    """Return `ufunc.accumulate`, which applies a formula."""
    label = f"np.{ufunc.__name__}.accumulate"

    def accumulate(
        array: Operand, axis: Axis = 0, dtype: DTypeLike = None, out: Out = None
    ) -> Tensor:
        if out is not None:
            given = given_for(only_of(out), array, dtype)
            return store(label, out, accumulate(given, axis, dtype), "unsafe")
        x = _given(ufunc, tensor_of(array), dtype)
        if x.ndim == 0 or (axis is None and x.ndim > 1):
            message = f"{label}: array is {x.shape} and axis is {axis}; one axis is needed"
            raise (ValueError if x.ndim else DTypeError)(message)
        along = negative_axis(0 if axis is None else axis, x.ndim)
        return _run(ufunc, x, along, (), name, dtype)

    return accumulate


def _lines(x: Tensor, axes: Dims) -> Tensor:
    """Make the axes that are reduced the last one."""
    kept = [i for i in range(-x.ndim, 0) if i not in axes]
    order = (*kept, *[i for i in range(-x.ndim, 0) if i in axes])
    moved = x if list(order) == list(range(-x.ndim, 0)) else _core.transpose(x, order)
    shape = tuple([x.shape[i] for i in kept])
    return _core.reshape(moved, (*shape, product([x.shape[i] for i in axes])))


def reduce_by(ufunc: np.ufunc, name: str) -> Function:
    """Return `ufunc.reduce`, which applies a formula."""
    label = f"np.{ufunc.__name__}.reduce"
    is_reorderable = ufunc.identity is not None

    def reduce(
        array: Operand,
        axis: Axes = 0,
        dtype: DTypeLike = None,
        out: Out = None,
        keepdims: bool = False,
        initial: Any = _UNSET,
        where: Any = True,
    ) -> Tensor:
        if out is not None:
            given = given_for(only_of(out), array, dtype)
            return store(
                label, out, reduce(given, axis, dtype, None, keepdims, initial, where), "unsafe"
            )
        x = _given(ufunc, tensor_of(array), dtype)
        axes = () if x.ndim == 0 and axis in (0, -1) else negative_axes(axis, x.ndim)
        if len(axes) > 1 and not is_reorderable:
            message = (
                f"{label}: axis is {axis}; one axis is needed, since the order of elements matters"
            )
            raise ValueError(message)
        lines = _lines(x, axes)
        if initial is _UNSET:
            begins = where is not True or not axes or not lines.shape[-1]
            initial = ufunc.identity if begins else None
        if initial is None and (where is not True or not lines.shape[-1]):
            message = f"{label}: there may be nothing to begin with; initial is needed"
            raise ShapeError(message)
        count: Any = None
        if where is not True:
            mask = _lines(_core.broadcast_to(_core.not_equal(where, 0), x.shape), axes)
            # those that count first, in their order
            order = _core.argsort(_core.logical_not(mask), -1)
            count = _core.sum(mask, (-1,), False)
            lines = _taken(lines, order)
        if initial is not None:
            first = converted(tensor_of(initial), lines.dtype)
            shape = (*lines.shape[:-1], 1)
            lines = _core.concatenate([_core.broadcast_to(first, shape), lines], -1)
        run = _run(ufunc, lines, -1, (), name, dtype)
        if count is None:
            result = _core.slice(run, (2,) * (run.ndim - 1) + (0, run.shape[-1] - 1))
        else:
            result = _taken(run, _core.reshape(count, (*count.shape, 1)))
            result = _core.reshape(result, count.shape)
        return expand_dims(result, axes) if keepdims and axes else result

    return reduce


def _taken(x: Tensor, places: Tensor) -> Tensor:
    """Take places along the last axis, others for each line."""
    lengths = x.shape[:-1]
    rows = [np.arange(n).reshape(-1, *[1] * (len(lengths) - i)) for i, n in enumerate(lengths)]
    return _core.gather([x, *rows, places], tuple(range(-x.ndim, 0)), 0)


def reduceat_by(ufunc: np.ufunc, name: str) -> Function:
    """Return `ufunc.reduceat`, which applies a formula."""
    label = f"np.{ufunc.__name__}.reduceat"

    def reduceat(
        array: Operand,
        indices: Any,
        axis: int = 0,
        dtype: DTypeLike = None,
        out: Out = None,
    ) -> Tensor:
        if out is not None:
            given = given_for(only_of(out), array, dtype)
            return store(label, out, reduceat(given, indices, axis, dtype), "unsafe")
        x = _given(ufunc, tensor_of(array), dtype)
        along = negative_axis(axis, x.ndim)
        n = x.shape[along]
        begins = np.asarray(value_of(indices))
        if begins.ndim != 1 or (begins.size and begins.dtype.kind not in "biu"):
            message = f"{label}: indices are {begins.shape} of {begins.dtype}; integers along one axis are needed"
            raise DTypeError(message)
        if begins.size and (begins.min() < 0 or begins.max() >= n):
            message = f"{label}: an index is outside of an axis of length {n}"
            raise IndexRangeError(message)
        begins = begins.astype(np.int64)
        lengths = np.maximum(np.append(begins[1:], n) - begins, 1)
        starts = np.cumsum(lengths) - lengths
        source = np.repeat(begins - starts, lengths) + np.arange(lengths.sum())
        behind = -along - 1
        gathered = _core.gather([x, source], (along,), behind)
        run = _run(ufunc, gathered, along, tuple(starts.tolist()), name, dtype)
        return _core.gather([run, starts + lengths - 1], (along,), behind)

    return reduceat
