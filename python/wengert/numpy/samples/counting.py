"""How many numbers, or how much weight, lies in each bin."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import (
    constant,
    converted,
    product,
    tensor_of,
    tensor_or_number,
    value_of,
)
from wengert.numpy.creation.spacing import linspace
from wengert.numpy.predicates.kinds import ndim, result_type
from wengert.numpy.samples.calculus import diff
from wengert.numpy.selection.sorting import searchsorted

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["bincount", "histogram", "histogram_bin_edges"]


def bincount(x: Operand, /, weights: Operand | None = None, minlength: int = 0) -> Tensor:
    """Count how often each number from 0 on occurs, or add the weights of its occurrences.

    Parameters
    ----------
    x : array_like of int
        Of one axis, not negative.
    weights : array_like, optional
        Of the shape of `x`, real.
    minlength : int
        The least length of the result.

    Returns
    -------
    Tensor
        Of shape (greatest number + 1,): counts of int64, or sums of float64 in the units of `weights`.

    Raises
    ------
    DTypeError
        If `x` is not of integers, or `weights` are complex.
    ValueError
        If a number is negative, or shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.bincount([0, 2, 2], weights=[0.5, 1.0, 2.0])
    Tensor([0.5, 0. , 3. ])
    """
    places = tensor_of(x if isinstance(x, Tensor) or np.size(x) else np.zeros(np.shape(x), np.intp))
    if places.dtype.kind not in "bi":
        message = f"bincount: x is {places.dtype}; integers are needed"
        raise DTypeError(message)
    if places.ndim != 1:
        message = f"bincount: x is {places.shape}; one axis is needed"
        raise ShapeError(message)
    least = index(minlength)
    if least < 0:
        message = f"bincount: minlength is {least}; no negative number is needed"
        raise ValueError(message)
    places = converted(places, np.int64)
    if places.size:
        if _core.less(_core.min(places, (-1,), False), 0):
            message = "bincount: a number in x is negative; none may be"
            raise ValueError(message)
        least = max(least, index(_core.max(places, (-1,), False)) + 1)
    if weights is None:
        amounts = constant(np.ones(places.size, np.int64))
    else:
        amounts = tensor_of(weights)
        if amounts.dtype.kind == "c":
            message = f"bincount: weights are {amounts.dtype}; a real dtype is needed"
            raise DTypeError(message)
        if amounts.shape != places.shape:
            message = f"bincount: x is {places.shape} and weights are {amounts.shape}; equal shapes are needed"
            raise ShapeError(message)
        amounts = converted(amounts, np.float64)
    return _added_at(places, amounts, least)


def _added_at(places: Tensor, amounts: Tensor, count: int) -> Tensor:
    return _core.add_at([np.zeros(count, amounts.dtype), amounts, places], (-1,), 0)


def histogram_bin_edges(
    a: Operand, bins: Any = 10, range: Any = None, weights: Operand | None = None
) -> Tensor:
    """Return the edges of the bins that `histogram` counts in.

    Parameters
    ----------
    a, bins, range, weights
        As for `histogram`.

    Returns
    -------
    Tensor
        Of shape (number of bins + 1,), in the units of `a`, with the derivative of the ends.

    Raises
    ------
    ValueError
        If `bins` or `range` are none.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.histogram_bin_edges([1.0, 2.0, 5.0], 2)
    Tensor([1., 3., 5.])
    """
    x, _ = _samples("histogram_bin_edges", a, weights)
    return edges_of("histogram_bin_edges", x, bins, range, weights)


def histogram(
    a: Operand,
    bins: Any = 10,
    range: Any = None,
    density: bool | None = None,
    weights: Operand | None = None,
) -> tuple[Tensor, Tensor]:
    """Count the numbers in each bin, or add their weights, whose derivatives pass.

    Parameters
    ----------
    a : array_like
        Of any shape, real. Which bin a number lies in has no derivative.
    bins : int, array_like or str
        How many bins of one width, their edges, or the name of one of NumPy's rules.
    range : (number, number), optional
        The outer edges; by default the smallest and the greatest number.
    density : bool, optional
        Whether to divide by the total and by the widths of the bins.
    weights : array_like, optional
        Of the shape of `a`.

    Returns
    -------
    tuple of Tensor
        What lies in each bin, and the edges, of which there is one more. A bin holds its left edge; the
        last holds both.

    Raises
    ------
    ValueError
        If `bins` or `range` are none, or shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.histogram([1.0, 2.0, 5.0], 2, weights=[0.5, 1.0, 4.0])
    (Tensor([1.5, 4. ]), Tensor([1., 3., 5.]))
    """
    x, amounts = _samples("histogram", a, weights)
    edges = edges_of("histogram", x, bins, range, weights)
    counts = counted([x], [edges], amounts, np.int64)
    if density:
        total = _core.sum(counts, (-1,), False)
        counts = _core.divide(_core.divide(counts, converted(diff(edges), np.float64)), total)
    return counts, edges


def _samples(name: str, a: Operand, weights: Operand | None) -> tuple[Tensor, Tensor | None]:
    """Read numbers and weights, flattened."""
    x = tensor_of(a)
    if x.dtype.kind == "b":
        x = converted(x, np.int64)
    amounts = None if weights is None else tensor_of(weights)
    if amounts is not None:
        if amounts.shape != x.shape:
            message = (
                f"{name}: a is {x.shape} and weights are {amounts.shape}; equal shapes are needed"
            )
            raise ShapeError(message)
        amounts = _core.reshape(amounts, (amounts.size,))
    return _core.reshape(x, (x.size,)), amounts


def edges_of(name: str, x: Tensor, bins: Any, range: Any, weights: Any = None) -> Tensor:
    if isinstance(bins, str):
        if weights is not None:
            message = (
                f"{name}: bins are {bins!r} and weights were given; a number of bins is needed"
            )
            raise DTypeError(message)
        return constant(np.histogram_bin_edges(value_of(x), bins, range))
    if ndim(bins) == 0:
        try:
            count = index(bins)
        except TypeError:
            message = f"{name}: bins are {bins!r}; an integer, a string or edges are needed"
            raise DTypeError(message) from None
        if count < 1:
            message = f"{name}: bins are {count}; a positive number is needed"
            raise ValueError(message)
        first, last = _ends(name, x, range)
        dtype = result_type(first, last, x)
        wide = np.dtype(np.float64) if dtype.kind in "bi" else dtype
        return linspace(first, last, count + 1, dtype=wide)  # type: ignore[no-any-return]
    edges = tensor_of(bins)
    if edges.ndim != 1:
        message = f"{name}: bins are {edges.shape}; a number or one axis is needed"
        raise ShapeError(message)
    if _core.any(_core.less(diff(edges), 0), (-1,), False):
        message = f"{name}: bins go down; ascending edges are needed"
        raise ValueError(message)
    return edges


def _ends(name: str, x: Tensor, range: Any) -> tuple[Any, Any]:
    """Return the outer edges, apart."""
    if range is not None:
        first, last = (tensor_or_number(end) for end in range)
        if _core.greater(first, last):
            message = f"{name}: range is {range}; an end that is not below the beginning is needed"
            raise ValueError(message)
    elif x.size == 0:
        first, last = 0.0, 1.0
    else:
        first, last = _core.min(x, (-1,), False), _core.max(x, (-1,), False)
    if not (_core.isfinite(first) and _core.isfinite(last)):
        message = f"{name}: the range is not finite; finite numbers are needed"
        raise ValueError(message)
    if _core.equal(first, last):
        return _core.subtract(first, 0.5), _core.add(last, 0.5)
    return first, last


def counted(
    samples: list[Tensor], edges: list[Tensor], amounts: Tensor | None, dtype: Any
) -> Tensor:
    """Add what lies in each bin, counted or weighted; of what lies in none, nothing."""
    lengths = tuple([e.size - 1 for e in edges])
    place: Any = 0
    is_inside: Any = True
    for x, edge, n in zip(samples, edges, lengths, strict=True):
        last = _core.gather([edge, np.asarray(n)], (-1,), 0)
        at = _core.subtract(searchsorted(edge, x, "right"), _core.equal(x, last))
        at = _core.subtract(at, 1)
        is_one = _core.logical_and(_core.greater_equal(at, 0), _core.less(at, n))
        is_inside = _core.logical_and(is_inside, is_one)
        place = _core.add(_core.multiply(place, n), at)
    if amounts is None:
        amounts = converted(is_inside, dtype)
    else:
        if amounts.dtype.kind == "b":
            amounts = converted(amounts, np.int64)
        amounts = _core.where(is_inside, amounts, 0)
    place = _core.where(is_inside, place, 0)
    return _core.reshape(_added_at(place, amounts, product(lengths)), lengths)
