"""Orders by several keys, and the bins that numbers lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import ALL_AXES, constant, converted, negative_axis, tensor_of
from wengert.numpy.samples.calculus import diff
from wengert.numpy.selection.sorting import searchsorted, sort
from wengert.numpy.selection.taking import take_along_axis

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["digitize", "lexsort", "sort_complex"]


def lexsort(keys: Any, axis: int = -1) -> Tensor:
    """Return the places that sort by several keys, the last of which counts most.

    Parameters
    ----------
    keys : sequence of array_like, or array_like
        Of one shape; of an array, the keys stand along the first axis.
    axis : int
        The axis to sort along.

    Returns
    -------
    Tensor
        Of int64, of the shape of a key; equal elements stay in order.

    Raises
    ------
    AxisError
        If the keys have no such axis.
    DTypeError
        If there is no key.
    ShapeError
        If shapes differ.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.lexsort(([3.0, 1.0, 2.0], [1, 1, 0]))
    Tensor([2, 1, 0])
    """
    read = [tensor_of(key) for key in keys]
    if not read:
        message = "lexsort: keys are empty; at least one is needed"
        raise DTypeError(message)
    shape = read[0].shape
    if any(key.shape != shape for key in read):
        message = (
            f"lexsort: keys are {', '.join(str(key.shape) for key in read)}; one shape is needed"
        )
        raise ShapeError(message)
    if not shape:
        return constant(0)
    along = negative_axis(axis, len(shape))
    order = _core.argsort(read[0], along)
    for key in read[1:]:
        ranks = _core.argsort(take_along_axis(key, order, along), along)
        order = take_along_axis(order, ranks, along)
    return order


def sort_complex(a: Operand) -> Tensor:
    """Sort by real parts, then by imaginary parts.

    Parameters
    ----------
    a : array_like
        Of one axis or more; the last is sorted.

    Returns
    -------
    Tensor
        Complex, of the shape of `a`.

    Raises
    ------
    AxisError
        If `a` is a number.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.sort_complex([2.0, 1.0])
    Tensor([1.+0.j, 2.+0.j])
    """
    x = sort(tensor_of(a))
    return x if x.dtype.kind == "c" else converted(x, np.complex128)


def digitize(x: Operand, bins: Operand, right: bool = False) -> Tensor:
    """Find which bin each number lies in.

    Parameters
    ----------
    x : array_like
        Of any shape, real.
    bins : array_like
        The edges, of shape (N,), ascending or descending.
    right : bool
        Whether a bin holds its right edge and not its left one.

    Returns
    -------
    Tensor
        Of int64, of the shape of `x`: from 0, before the first edge, to N.

    Raises
    ------
    DTypeError
        If `x` is complex.
    ValueError
        If `bins` go up and down, or have not one axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.digitize([0.5, 1.0, 7.0], [0.0, 1.0, 2.0])
    Tensor([1, 2, 3])
    """
    values, edges = tensor_of(x), tensor_of(bins)
    if values.dtype.kind == "c":
        message = f"digitize: x is {values.dtype}; a real dtype is needed"
        raise DTypeError(message)
    if edges.ndim != 1:
        message = f"digitize: bins are {edges.shape}; one axis is needed"
        raise ShapeError(message)
    steps = diff(converted(edges, np.int64) if edges.dtype.kind == "b" else edges)
    side = "left" if right else "right"
    if _core.all(_core.greater_equal(steps, 0), ALL_AXES[1], False):
        return searchsorted(edges, values, side)
    if _core.all(_core.less_equal(steps, 0), ALL_AXES[1], False):
        found = searchsorted(_core.flip(edges, (-1,)), values, side)
        return _core.subtract(edges.size, found)
    message = "digitize: bins go up and down; ascending or descending ones are needed"
    raise ValueError(message)
