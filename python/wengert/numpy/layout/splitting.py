"""One array split into several."""

from __future__ import annotations

from itertools import pairwise
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import negative_axis, part_along, tensor_of, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wengert._typing import Operand

__all__ = ["array_split", "dsplit", "hsplit", "split", "unstack", "vsplit"]


def _parts(x: Tensor, bounds: Sequence[int], axis: int) -> list[Tensor]:
    """Cut at bounds, which may lie outside and out of order, as slices take them."""
    along = negative_axis(axis, x.ndim)
    parts = []
    for start, stop in pairwise(bounds):
        first, last, _ = slice(start, stop).indices(x.shape[along])
        parts.append(part_along(x, along, first, max(last - first, 0)))
    return parts


def array_split(ary: Operand, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """Split into parts of equal length, the first ones longer by one where it does not divide.

    Parameters
    ----------
    ary : array_like
        Of any shape and dtype.
    indices_or_sections : int or sequence of int
        How many parts, or where to cut.
    axis : int
        The axis to cut.

    Returns
    -------
    list of Tensor
        The parts: views.

    Raises
    ------
    AxisError
        If `ary` has no such axis.
    ValueError
        If the number of parts is not positive.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.array_split([1.0, 2.0, 3.0], 2)
    [Tensor([1., 2.]), Tensor([3.])]
    """
    x = tensor_of(ary)
    length = x.shape[negative_axis(axis, x.ndim)]
    cuts = value_of(indices_or_sections)
    if np.ndim(cuts) > 0:
        return _parts(x, [0, *[index(i) for i in cuts], length], axis)
    sections = index(cuts)
    if sections <= 0:
        message = f"array_split: {sections} sections were asked for; at least one is needed"
        raise ValueError(message)
    each, longer = divmod(length, sections)
    bounds = [i * each + min(i, longer) for i in range(sections + 1)]
    return _parts(x, bounds, axis)


def split(ary: Operand, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """Split into parts of equal length, or at places.

    Parameters
    ----------
    ary : array_like
        Of any shape and dtype.
    indices_or_sections : int or sequence of int
        How many parts, or where to cut.
    axis : int
        The axis to cut.

    Returns
    -------
    list of Tensor
        The parts: views.

    Raises
    ------
    AxisError
        If `ary` has no such axis.
    ValueError
        If the number does not divide the length.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.split([1.0, 2.0, 3.0], [1])
    [Tensor([1.]), Tensor([2., 3.])]
    """
    x = tensor_of(ary)
    if np.ndim(value_of(indices_or_sections)) == 0:
        length = x.shape[negative_axis(axis, x.ndim)]
        if length % index(indices_or_sections):
            message = (
                f"split: {index(indices_or_sections)} sections of axis {axis} of {x.shape} were asked "
                "for; an equal division is needed, array_split makes others"
            )
            raise ValueError(message)
    return array_split(x, indices_or_sections, axis)


def _split_along(name: str, ary: Operand, cuts: Any, axis: int, rank: int) -> list[Tensor]:
    x = tensor_of(ary)
    if x.ndim < rank:
        message = f"{name}: ary is {x.shape}; at least {rank} axes are needed"
        raise ShapeError(message)
    return split(x, cuts, axis)


def hsplit(ary: Operand, indices_or_sections: Any) -> list[Tensor]:
    """Split along the second axis, a vector along its only one.

    Parameters
    ----------
    ary : array_like
        Of one axis or more.
    indices_or_sections : int or sequence of int
        How many parts, or where to cut.

    Returns
    -------
    list of Tensor
        The parts: views.

    Raises
    ------
    ValueError
        If the number does not divide the length.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.hsplit([[1.0, 2.0]], 2)
    [Tensor([[1.]]), Tensor([[2.]])]
    """
    x = tensor_of(ary)
    return _split_along("hsplit", x, indices_or_sections, min(x.ndim - 1, 1), 1)


def vsplit(ary: Operand, indices_or_sections: Any) -> list[Tensor]:
    """Split along the first axis.

    Parameters
    ----------
    ary : array_like
        Of two axes or more.
    indices_or_sections : int or sequence of int
        How many parts, or where to cut.

    Returns
    -------
    list of Tensor
        The parts: views.

    Raises
    ------
    ValueError
        If the number does not divide the length.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.vsplit([[1.0], [2.0]], 2)
    [Tensor([[1.]]), Tensor([[2.]])]
    """
    return _split_along("vsplit", ary, indices_or_sections, 0, 2)


def dsplit(ary: Operand, indices_or_sections: Any) -> list[Tensor]:
    """Split along the third axis.

    Parameters
    ----------
    ary : array_like
        Of three axes or more.
    indices_or_sections : int or sequence of int
        How many parts, or where to cut.

    Returns
    -------
    list of Tensor
        The parts: views.

    Raises
    ------
    ValueError
        If the number does not divide the length.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.dsplit([[[1.0, 2.0]]], 2)
    [Tensor([[[1.]]]), Tensor([[[2.]]])]
    """
    return _split_along("dsplit", ary, indices_or_sections, 2, 3)


def unstack(x: Operand, /, *, axis: int = 0) -> tuple[Tensor, ...]:
    """Take an array apart along an axis.

    Parameters
    ----------
    x : array_like
        Of one axis or more.
    axis : int
        Which.

    Returns
    -------
    tuple of Tensor
        One for each place along the axis, without the axis: views.

    Raises
    ------
    AxisError
        If `x` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.unstack([[1.0, 2.0], [3.0, 4.0]])
    (Tensor([1., 2.]), Tensor([3., 4.]))
    """
    value = tensor_of(x)
    along = negative_axis(axis, value.ndim)
    before = (2,) * (value.ndim + along)
    return tuple([_core.slice(value, (*before, 0, i)) for i in range(value.shape[along])])
