"""Methods of NumPy's ufuncs on Tensors: reductions and scans, by name or by formula; outer and at."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, Tensor, store
from wengert.numpy._accumulation import accumulate_by, reduce_by, reduceat_by
from wengert.numpy._arguments import beginning, converted, given_for, only_of, tensor_of
from wengert.numpy.predicates.comparison import all, any
from wengert.numpy.reductions.extrema import max, min
from wengert.numpy.reductions.missing import nanmax, nanmin
from wengert.numpy.reductions.totals import cumprod, cumsum, logsumexp, prod, sum
from wengert.numpy.writing.at import at

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Axes, Axis, DTypeLike, Operand, Out

    Function = Callable[..., Any]


def _reduce_by(function: Function, name: str) -> Function:
    """Return `ufunc.reduce` for the ufunc that `function` reduces by."""

    def reduce(
        array: Operand,
        axis: Axes = 0,
        dtype: DTypeLike = None,
        out: Out = None,
        keepdims: bool = False,
        **options: Any,
    ) -> Tensor:
        if out is not None:
            given = given_for(only_of(out), array, dtype)
            result = reduce(given, axis, dtype, None, keepdims, **options)
            return store(f"{name}.reduce", out, result, "unsafe")
        x = converted(tensor_of(array), dtype)
        if x.ndim == 0 and axis in (0, -1):
            axis = None  # a number may be reduced as if it had an axis
        return converted(function(x, axis, keepdims=keepdims, **options), dtype)

    return reduce


def _reduce_to_truth_by(function: Function, formula: Function, name: str) -> Function:
    reduce = _reduce_by(function, name)

    def reduce_to_truth(
        array: Operand,
        axis: Axes = 0,
        dtype: DTypeLike = None,
        out: Out = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Tensor:
        if dtype is not None and np.dtype(dtype) != np.bool_:
            message = f"{name}.reduce: dtype is {np.dtype(dtype)}; bool is what comes of it"
            raise DTypeError(message)
        truth: Tensor = reduce(array, axis, None, None, keepdims, where=where)
        truth = truth if initial is None else formula(truth, initial)
        return truth if out is None else store(f"{name}.reduce", out, truth, "unsafe")

    return reduce_to_truth


def _logaddexp(
    x: Tensor, axis: Axes, keepdims: bool, initial: Any = None, where: Any = True
) -> Tensor:
    if where is not True:
        x = _core.where(where, x, -math.inf)
    total = logsumexp(x, axis, keepdims=keepdims)
    return total if initial is None else _core.logaddexp(total, beginning(initial, total))


def _accumulate_by(function: Function, name: str) -> Function:
    """Return `ufunc.accumulate` for the ufunc that `function` goes along an axis by."""

    def accumulate(
        array: Operand, axis: Axis = 0, dtype: DTypeLike = None, out: Out = None
    ) -> Tensor:
        if out is not None:
            given = given_for(only_of(out), array, dtype)
            return store(f"{name}.accumulate", out, accumulate(given, axis, dtype), "unsafe")
        x = tensor_of(array)
        if x.ndim == 0 or (axis is None and x.ndim > 1):
            message = (
                f"{name}.accumulate: array is {x.shape} and axis is {axis}; one axis is needed"
            )
            raise (ValueError if x.ndim else DTypeError)(message)
        return function(x, axis, dtype)  # type: ignore[no-any-return]

    return accumulate


def _outer_by(formula: Function) -> Function:
    """Return `ufunc.outer` for a formula of two operands."""

    def outer(a: Operand, b: Operand, /, **options: Any) -> Tensor:
        x, y = tensor_of(a), tensor_of(b)
        return formula(_core.reshape(x, x.shape + (1,) * y.ndim), y, **options)  # type: ignore[no-any-return]

    return outer


_REDUCTIONS: dict[np.ufunc, Function] = {
    np.add: sum,
    np.multiply: prod,
    np.maximum: max,
    np.minimum: min,
    np.fmax: nanmax,
    np.fmin: nanmin,
    np.logaddexp: _logaddexp,
}
_TRUTHS = {np.logical_and: (all, _core.logical_and), np.logical_or: (any, _core.logical_or)}
_SCANS = {np.add: cumsum, np.multiply: cumprod}
_FORMULAS: dict[np.ufunc, Any] = {
    getattr(np, p.name): p
    for p in _core.primitives
    if p.is_elementwise and p.arity == 2 and isinstance(getattr(np, p.name, None), np.ufunc)
}
_IN_ORDER = {**{u: p.name for u, p in _FORMULAS.items()}, np.float_power: "power"}


def _named(method: str) -> dict[tuple[np.ufunc, str], Function]:
    """Return what goes along an axis by the order of the elements, formula by formula."""
    makers = {"reduce": reduce_by, "accumulate": accumulate_by, "reduceat": reduceat_by}
    return {(u, method): makers[method](u, name) for u, name in _IN_ORDER.items()}


# What is called for a ufunc and the name of its method.
ROUTES: dict[tuple[np.ufunc, str], Function] = {
    **_named("reduce"),
    **_named("accumulate"),
    **_named("reduceat"),
    **{(u, "reduce"): _reduce_by(f, f"np.{u.__name__}") for u, f in _REDUCTIONS.items()},
    **{(u, "reduce"): _reduce_to_truth_by(*f, f"np.{u.__name__}") for u, f in _TRUTHS.items()},
    **{(u, "accumulate"): _accumulate_by(f, f"np.{u.__name__}") for u, f in _SCANS.items()},
    **{(u, "outer"): _outer_by(p) for u, p in _FORMULAS.items()},
    **{(u, "at"): partial(at, u) for u in vars(np).values() if isinstance(u, np.ufunc)},
}
