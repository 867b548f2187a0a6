"""Reductions of what is not nan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import DTypeError, Tensor, store
from wengert.numpy._arguments import negative_axes, tensor_of
from wengert.numpy.reductions.extrema import max as greatest
from wengert.numpy.reductions.extrema import min as smallest
from wengert.numpy.reductions.moments import mean
from wengert.numpy.reductions.totals import sum as total

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Axes, DTypeLike, Operand, Out

__all__ = ["nanmax", "nanmean", "nanmin", "nansum"]


def without_nan(x: Tensor, instead: Any) -> Tensor:
    """`x` with something else in the place of nan."""
    return x if x.dtype.kind in "bi" else _core.where(_core.isnan(x), instead, x)


def nansum(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: Out = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Sum along axes what is not nan.

    Parameters
    ----------
    a, axis, dtype, out, keepdims, initial, where
        As for `sum`.

    Returns
    -------
    Tensor
        Of the shape of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nansum([1.0, float("nan"), 3.0])
    Tensor(4.)
    """
    return total(without_nan(tensor_of(a), False), axis, dtype, out, keepdims, initial, where)


def nanmean(
    a: Operand,
    axis: Axes = None,
    dtype: DTypeLike = None,
    out: Out = None,
    keepdims: bool = False,
    *,
    where: Any = True,
) -> Tensor:
    """Average along axes what is not nan.

    Parameters
    ----------
    a, axis, dtype, out, keepdims, where
        As for `mean`.

    Returns
    -------
    Tensor
        Of the shape of the other axes; nan where there is nothing else.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanmean([1.0, float("nan"), 3.0])
    Tensor(2.)
    """
    x = tensor_of(a)
    stored = getattr(out, "dtype", x.dtype)
    if x.dtype.kind in "fc" and stored.kind not in "fc":
        message = f"nanmean: a is {x.dtype} and out {stored}; an out of an inexact dtype is needed"
        raise DTypeError(message)
    is_number = _core.logical_not(_core.isnan(x))
    return mean(x, axis, dtype, out, keepdims, where=_core.logical_and(is_number, where))


def _extremum(
    reduce: Callable[..., Tensor],
    least: float,
    a: Operand,
    axis: Axes,
    keepdims: bool,
    initial: Any,
    where: Any,
) -> Tensor:
    """Reduce with what never is the result in the place of nan."""
    x = tensor_of(a)
    result = reduce(without_nan(x, least), axis, None, keepdims, initial, where)
    if x.dtype.kind in "bi" or initial is not None:
        return result
    is_empty = _core.all(_core.isnan(x), negative_axes(axis, x.ndim), keepdims)
    return _core.where(is_empty, math.nan, result)


def nanmax(
    a: Operand,
    axis: Axes = None,
    out: Out = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Find the greatest element along axes that is not nan.

    Parameters
    ----------
    a, axis, out, keepdims, initial, where
        As for `max`.

    Returns
    -------
    Tensor
        Of the shape of the other axes; nan where there is nothing else.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanmax([1.0, float("nan"), 3.0])
    Tensor(3.)
    """
    if out is not None:
        return store("nanmax", out, nanmax(a, axis, None, keepdims, initial, where), "unsafe")
    return _extremum(greatest, -math.inf, a, axis, keepdims, initial, where)


def nanmin(
    a: Operand,
    axis: Axes = None,
    out: Out = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Tensor:
    """Find the least element along axes that is not nan.

    Parameters
    ----------
    a, axis, out, keepdims, initial, where
        As for `min`.

    Returns
    -------
    Tensor
        Of the shape of the other axes; nan where there is nothing else.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nanmin([1.0, float("nan"), 3.0])
    Tensor(1.)
    """
    if out is not None:
        return store("nanmin", out, nanmin(a, axis, None, keepdims, initial, where), "unsafe")
    return _extremum(smallest, math.inf, a, axis, keepdims, initial, where)
