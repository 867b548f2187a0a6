"""What occurs in arrays, once."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import constant, negative_axis, part_along, tensor_of
from wengert.numpy.selection.choosing import flatnonzero
from wengert.numpy.selection.taking import take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wengert._typing import Axis, Operand

__all__ = ["unique", "unique_all", "unique_counts", "unique_inverse", "unique_values"]


class UniqueAllResult(NamedTuple):
    """What `unique_all` returns."""

    values: Tensor
    indices: Tensor
    inverse_indices: Tensor
    counts: Tensor


class UniqueCountsResult(NamedTuple):
    """What `unique_counts` returns."""

    values: Tensor
    counts: Tensor


class UniqueInverseResult(NamedTuple):
    """What `unique_inverse` returns."""

    values: Tensor
    inverse_indices: Tensor


def flattened(x: Operand) -> Tensor:
    """Read an array along one axis."""
    read = tensor_of(x)
    return read if read.ndim == 1 else _core.reshape(read, (read.size,))


def begins_of(ordered: Tensor, equal_nan: bool) -> Tensor:
    """Where an element of sorted ones is another than the one before."""
    n = ordered.size
    if n == 0:
        return constant(np.zeros(0, np.bool_))
    after, before = (part_along(ordered, -1, i, n - 1) for i in (1 % n, 0))
    differs = _core.not_equal(after, before)
    if equal_nan and ordered.dtype.kind in "fc":
        both = _core.logical_and(_core.isnan(after), _core.isnan(before))
        differs = _core.logical_and(differs, _core.logical_not(both))
    return _core.concatenate([np.ones(1, np.bool_), differs], -1)


def unique(
    ar: Operand,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Axis = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> Any:
    """Return what occurs in an array, sorted; equal elements share the cotangent equally.

    Parameters
    ----------
    ar : array_like
        Of any shape and dtype.
    return_index, return_inverse, return_counts : bool
        Whether to return where each first occurs; which of them every element is; how often each occurs.
    axis : int, optional
        Slices along this axis are compared instead of elements; those that occur first are returned.
    equal_nan : bool
        Whether every nan is the same; in slices, none is.
    sorted : bool
        Of no effect: the result is sorted.

    Returns
    -------
    Tensor or tuple of Tensor
        Of shape (number of different elements,), and what else was asked for, in this order.

    Raises
    ------
    AxisError
        If `ar` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.unique([3.0, 1.0, 3.0], return_counts=True)
    (Tensor([1., 3.]), Tensor([1, 2]))
    """
    x = tensor_of(ar)
    asked = (return_index, return_inverse, return_counts)
    if axis is not None:
        return _unique_slices(x, index(axis), asked)
    flat = flattened(x)
    ordered = _core.sort(flat, -1)
    begins = begins_of(ordered, equal_nan)
    places = flatnonzero(begins)
    if not any(asked):
        return take(ordered, places)
    found = list(_about(begins, places, _core.argsort(flat, -1), asked))
    if return_inverse:
        found[return_index] = _core.reshape(found[return_index], x.shape)
    return take(ordered, places), *found


def _unique_slices(x: Tensor, axis: int, asked: tuple[bool, ...]) -> Any:
    """Return slices along an axis in the order of their first elements, then of the second ones, ..."""
    along = negative_axis(axis, x.ndim)
    n = x.shape[along]
    others = [i for i in range(-x.ndim, 0) if i != along]
    rows = _core.reshape(_core.transpose(x, (along, *others)), (n, x.size // n if n else 0))
    order = constant(np.arange(n))
    for k in reversed(range(rows.shape[1])):
        column = _core.gather([_core.slice(rows, (2, 0, k)), order], (-1,), 0)
        order = take(order, _core.argsort(column, -1))
    ordered = take(rows, order, 0)
    after, before = (part_along(ordered, -2, i, max(n - 1, 0)) for i in (min(1, n), 0))
    differs = _core.any(_core.not_equal(after, before), (-1,), False)
    begins = _core.concatenate([np.ones(min(n, 1), np.bool_), differs], -1)
    places = flatnonzero(begins)
    first = take(order, places)
    results = [take(x, first, axis), *_about(begins, places, order, asked)]
    return results[0] if len(results) == 1 else tuple(results)


def _about(
    begins: Tensor, places: Tensor, order: Tensor, asked: tuple[bool, ...]
) -> Iterator[Tensor]:
    """Return where each first occurs, which of them every element is, and how often each occurs."""
    n = order.size
    if asked[0]:
        yield take(order, places)
    if asked[1]:
        ranks = _core.subtract(_core.cumsum(begins, -1, False), 1)
        yield _core.set_at([np.zeros(n, np.int64), ranks, order], (-1,), 0)
    if asked[2]:
        ends = _core.concatenate([places, np.array([n])], -1)
        count = places.size
        yield _core.subtract(part_along(ends, -1, 1, count), part_along(ends, -1, 0, count))


def unique_values(x: Operand, /) -> Tensor:
    """Return what occurs in an array, sorted; equal elements share the cotangent equally.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of shape (number of different elements,); every nan is another.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.unique_values([3.0, 1.0, 3.0])
    Tensor([1., 3.])
    """
    return unique(x, equal_nan=False)  # type: ignore[no-any-return]


def unique_counts(x: Operand, /) -> UniqueCountsResult:
    """Return what occurs in an array, sorted, and how often.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    UniqueCountsResult
        ``values`` and ``counts``.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.unique_counts([3.0, 1.0, 3.0]).counts
    Tensor([1, 2])
    """
    return UniqueCountsResult(*unique(x, return_counts=True, equal_nan=False))


def unique_inverse(x: Operand, /) -> UniqueInverseResult:
    """Return what occurs in an array, sorted, and which of them every element is.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    UniqueInverseResult
        ``values`` and ``inverse_indices``, of the shape of `x`.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.unique_inverse([3.0, 1.0, 3.0]).inverse_indices
    Tensor([1, 0, 1])
    """
    return UniqueInverseResult(*unique(x, return_inverse=True, equal_nan=False))


def unique_all(x: Operand, /) -> UniqueAllResult:
    """Return what occurs in an array, sorted; where first, which every element is, and how often.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    UniqueAllResult
        ``values``, ``indices``, ``inverse_indices``, of the shape of `x`, and ``counts``.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.unique_all([3.0, 1.0, 3.0]).indices
    Tensor([1, 0])
    """
    return UniqueAllResult(*unique(x, True, True, True, equal_nan=False))
