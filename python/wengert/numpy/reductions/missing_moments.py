"""Variances and standard deviations of what is not nan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import Tensor, store
from wengert.numpy._arguments import count_of, negative_axes, tensor_of
from wengert.numpy.reductions.moments import mean as mean_of
from wengert.numpy.reductions.moments import std, var

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Axes, DTypeLike, Operand, Out

__all__ = ["nanstd", "nanvar"]


def _spread(
    name: str, function: Callable[..., Tensor], a: Operand, axis: Axes, out: Out, **options: Any
) -> Tensor:
    """Apply a function of deviations to what is not nan; nan where too little of it is left."""
    x = tensor_of(a)
    if x.dtype.kind in "bi":
        return function(x, axis, out=out, **options)
    counted = _core.logical_and(_core.logical_not(_core.isnan(x)), options.pop("where"))
    axes = negative_axes(axis, x.ndim)
    if options["mean"] is None:
        options["mean"] = mean_of(x, axes, options["dtype"], keepdims=True, where=counted)
    number = _core.where(counted, x, options["mean"])
    result = function(number, axes, where=counted, **options)
    degrees = options["correction"] if options["correction"] is not None else options["ddof"]
    left = _core.subtract(count_of(x, axes, options["keepdims"], counted), degrees)
    result = _core.where(_core.greater(left, 0), result, math.nan)
    return result if out is None else store(name, out, result, "unsafe")


def nanvar(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: Out = None,
    ddof: Any = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Tensor:
    """Return the variance along axes of what is not nan.

    Parameters
    ----------
    a, axis, dtype, out, ddof, keepdims, where, mean, correction
        As for `var`.

    Returns
    -------
    Tensor
        Real, of the shape of the other axes; nan where no more than `ddof` numbers are left.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If `ddof` and `correction` are given.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanvar([1.0, float("nan"), 3.0])
    Tensor(1.)
    """
    options = {"dtype": dtype, "ddof": ddof, "keepdims": keepdims, "where": where}
    return _spread("nanvar", var, a, axis, out, mean=mean, correction=correction, **options)


def nanstd(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: Out = None,
    ddof: Any = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Tensor:
    """Return the standard deviation along axes of what is not nan; its derivative is 0 where it is 0.

    Parameters
    ----------
    a, axis, dtype, out, ddof, keepdims, where, mean, correction
        As for `var`.

    Returns
    -------
    Tensor
        Real, of the shape of the other axes; nan where no more than `ddof` numbers are left.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If `ddof` and `correction` are given.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanstd([1.0, float("nan"), 3.0])
    Tensor(1.)
    """
    options = {"dtype": dtype, "ddof": ddof, "keepdims": keepdims, "where": where}
    return _spread("nanstd", std, a, axis, out, mean=mean, correction=correction, **options)
