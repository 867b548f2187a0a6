"""Medians and quantiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import Tensor, store
from wengert.numpy._arguments import (
    negative_axes,
    part_along,
    tensor_of,
)
from wengert.numpy.reductions.moments import mean

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand, Out
from wengert.numpy.reductions._places_in_order import (
    in_a_row,
    kept,
    of_parts,
    of_weights,
    operands,
    with_nan,
)

__all__ = [
    "median",
    "percentile",
    "quantile",
]


def median(
    a: Operand,
    axis: Axes = None,
    out: Out = None,
    overwrite_input: bool = False,
    keepdims: bool = False,
) -> Tensor:
    """Find the middle along axes; equal elements share the cotangent equally.

    Parameters
    ----------
    a : array_like
        Of any shape, real.
    axis : int, tuple of int or None
        The axes to search; None for all.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    overwrite_input : bool
        Of no effect.
    keepdims : bool
        Whether the axes stay, with length one.

    Returns
    -------
    Tensor
        Of the shape of the other axes: the middle one of the sorted elements, or the mean of two;
        nan where there is nothing to choose from.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.median([5.0, 1.0, 2.0, 4.0])
    Tensor(3.)
    """
    if out is not None:
        return store("median", out, median(a, axis, None, overwrite_input, keepdims), "unsafe")
    x = tensor_of(a)
    axes = negative_axes(axis, x.ndim)
    ordered = _core.sort(in_a_row(x, axes), -1)
    n = ordered.shape[-1]
    middle = part_along(ordered, -1, (n - 1) // 2, 2 - n % 2) if n else ordered
    return kept(with_nan(ordered, mean(middle, -1)), x, axes, keepdims)


def quantile(
    a: Operand,
    q: Any,
    axis: Axes = None,
    out: Out = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Operand | None = None,
) -> Tensor:
    """Find what a part of the elements along axes lies below.

    Parameters
    ----------
    a : array_like
        Of any shape, real.
    q : array_like
        Which part, from 0 to 1.
    axis : int, tuple of int or None
        The axes to search; None for all.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    overwrite_input : bool
        Of no effect.
    method : {"linear", "lower", "higher", "midpoint", "nearest", "inverted_cdf"}
        What to take between two elements; the last with weights alone.
    keepdims : bool
        Whether the axes stay, with length one.
    weights : array_like, optional
        How often each element counts, of the shape of `a` or of its one axis. The derivative in them
        is zero.

    Returns
    -------
    Tensor
        Of the shape of `q`, then that of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    DTypeError
        If `a` is complex, or boolean and the method computes with its elements.
    ValueError
        If `q` is out of range, or a weight negative.
    RuleError
        If the method is another one.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.quantile([1.0, 2.0, 4.0], [0.5, 0.75])
    Tensor([2., 3.])
    """
    if out is not None:
        return store(
            "quantile",
            out,
            quantile(a, q, axis, None, overwrite_input, method, keepdims, weights=weights),
            broadcasts=True,
        )
    x, parts = operands("quantile", a, q)
    if weights is not None:
        return of_weights("quantile", x, parts, axis, method, keepdims, weights)
    return of_parts("quantile", x, parts, axis, method, keepdims)


def percentile(
    a: Operand,
    q: Any,
    axis: Axes = None,
    out: Out = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Operand | None = None,
) -> Tensor:
    """Find what a number of hundredths of the elements along axes lies below.

    Parameters
    ----------
    a, axis, out, overwrite_input, method, keepdims, weights
        As for `quantile`.
    q : array_like
        How many hundredths, from 0 to 100.

    Returns
    -------
    Tensor
        Of the shape of `q`, then that of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If `q` is out of range.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.percentile([1.0, 2.0, 4.0], 50)
    Tensor(2.)
    """
    if out is not None:
        return store(
            "percentile",
            out,
            percentile(a, q, axis, None, overwrite_input, method, keepdims, weights=weights),
            broadcasts=True,
        )
    x, parts = operands("percentile", a, q, 100)
    if weights is not None:
        return of_weights("percentile", x, parts, axis, method, keepdims, weights)
    return of_parts("percentile", x, parts, axis, method, keepdims)
