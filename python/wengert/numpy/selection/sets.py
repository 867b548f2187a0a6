"""Arrays as sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import constant, part_along, tensor_of
from wengert.numpy.selection.choosing import flatnonzero
from wengert.numpy.selection.sorting import searchsorted, sort
from wengert.numpy.selection.taking import take
from wengert.numpy.selection.uniqueness import begins_of, flattened, unique

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["intersect1d", "isin", "setdiff1d", "setxor1d", "union1d"]


def isin(
    element: Operand,
    test_elements: Operand,
    assume_unique: bool = False,
    invert: bool = False,
    *,
    kind: str | None = None,
) -> Tensor:
    """Test which elements occur in another array.

    Parameters
    ----------
    element : array_like
        What to test, of any shape.
    test_elements : array_like
        Where to look for it.
    assume_unique : bool
        Of no effect.
    invert : bool
        Whether to test which do not occur.
    kind : {None, "sort", "table"}
        Of no effect.

    Returns
    -------
    Tensor
        Of bool, of the shape of `element`.

    Raises
    ------
    ValueError
        If `kind` is another one.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.isin([1, 2, 3], [3, 1])
    Tensor([ True, False,  True])
    """
    if kind not in (None, "sort", "table"):
        message = f"isin: kind is {kind!r}; None, 'sort' or 'table' is needed"
        raise ValueError(message)
    x, others = tensor_of(element), sort(flattened(test_elements))
    if others.size == 0:
        return constant(np.full(x.shape, invert))
    place = _core.minimum(searchsorted(others, x), others.size - 1)
    found = _core.equal(_core.gather([others, place], (-1,), 0), x)
    return _core.logical_not(found) if invert else found


def union1d(ar1: Operand, ar2: Operand) -> Tensor:
    """Return what occurs in one of two arrays, sorted.

    Parameters
    ----------
    ar1, ar2 : array_like
        Of any shape.

    Returns
    -------
    Tensor
        Of one axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.union1d([1.0, 2.0], [3.0, 2.0])
    Tensor([1., 2., 3.])
    """
    return unique(_core.concatenate([flattened(ar1), flattened(ar2)], -1))  # type: ignore[no-any-return]


def intersect1d(
    ar1: Operand, ar2: Operand, assume_unique: bool = False, return_indices: bool = False
) -> Any:
    """Return what occurs in both of two arrays, sorted; both share the cotangent.

    Parameters
    ----------
    ar1, ar2 : array_like
        Of any shape.
    assume_unique : bool
        Whether nothing occurs twice in either.
    return_indices : bool
        Whether to return where each occurs first in the flattened arrays.

    Returns
    -------
    Tensor or tuple of Tensor
        Of one axis; with `return_indices`, and the places in `ar1` and in `ar2`.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.intersect1d([1.0, 2.0, 3.0], [3.0, 2.0])
    Tensor([2., 3.])
    """
    first, second = flattened(ar1), flattened(ar2)
    places: list[Tensor] = []
    if not assume_unique:
        if return_indices:
            first, at_first = unique(first, return_index=True)
            second, at_second = unique(second, return_index=True)
            places = [at_first, at_second]
        else:
            first, second = unique(first), unique(second)
    both = _core.concatenate([first, second], -1)
    ordered = _core.sort(both, -1)
    n = max(both.size - 1, 0)
    before, after = (part_along(ordered, -1, i, n) for i in (0, min(1, both.size)))
    is_twice = _core.equal(before, after)
    common = take(before, flatnonzero(is_twice))
    if not return_indices:
        return common
    order = _core.argsort(both, -1)
    at = [take(part_along(order, -1, i, n), flatnonzero(is_twice)) for i in (0, min(1, both.size))]
    at[1] = _core.subtract(at[1], first.size)
    if places:
        at = [take(found, i) for found, i in zip(places, at, strict=True)]
    return common, *at


def setdiff1d(ar1: Operand, ar2: Operand, assume_unique: bool = False) -> Tensor:
    """Return what occurs in one array and not in another.

    Parameters
    ----------
    ar1, ar2 : array_like
        Of any shape.
    assume_unique : bool
        Whether nothing occurs twice in either; then the order stays that of `ar1`.

    Returns
    -------
    Tensor
        Of one axis, sorted.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.setdiff1d([1.0, 2.0, 3.0], [3.0, 2.0])
    Tensor([1.])
    """
    x = flattened(ar1) if assume_unique else unique(ar1)
    return take(x, flatnonzero(isin(x, ar2, invert=True)))


def setxor1d(ar1: Operand, ar2: Operand, assume_unique: bool = False) -> Tensor:
    """Return what occurs in one of two arrays and not in the other, sorted.

    Parameters
    ----------
    ar1, ar2 : array_like
        Of any shape.
    assume_unique : bool
        Whether nothing occurs twice in either.

    Returns
    -------
    Tensor
        Of one axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.setxor1d([1.0, 2.0, 3.0], [3.0, 2.0])
    Tensor([1.])
    """
    parts = [flattened(x) if assume_unique else unique(x) for x in (ar1, ar2)]
    ordered = _core.sort(_core.concatenate(parts, -1), -1)
    edge = np.ones(1, np.bool_)
    begins = _core.concatenate([begins_of(ordered, False), edge], -1)
    n = ordered.size
    alone = _core.logical_and(part_along(begins, -1, 0, n), part_along(begins, -1, min(1, n), n))
    return take(ordered, flatnonzero(alone))
