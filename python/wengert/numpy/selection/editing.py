"""Elements put in, taken out, repeated and trimmed away."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from wengert import _core
from wengert._core import IndexRangeError, ShapeError, Tensor
from wengert.numpy._arguments import (
    constant,
    converted,
    dims_of,
    part_along,
    product,
    tensor_of,
    truth_of,
    value_of,
)
from wengert.numpy.selection.taking import take

if TYPE_CHECKING:
    from wengert._typing import Axes, Axis, Operand, Shape

__all__ = ["delete", "insert", "resize", "trim_zeros"]


def _along(arr: Operand, axis: Axis) -> tuple[Tensor, int]:
    """Read an array, flattened without an axis, and the axis counted from the front."""
    x = tensor_of(arr)
    if axis is None:
        return _core.reshape(x, (x.size,)), 0
    return x, normalize_axis_index(index(axis), x.ndim)


def insert(arr: Operand, obj: Any, values: Operand, axis: Axis = None) -> Tensor:
    """Put elements before others along an axis.

    Parameters
    ----------
    arr : array_like
        Of any shape and dtype.
    obj : int, slice, array_like of int or of bool
        Before which places of `arr`.
    values : array_like
        What to put there; it broadcasts to the places along the axis and takes the dtype of `arr`.
    axis : int or None
        Along which axis; None for the flattened array.

    Returns
    -------
    Tensor
        Longer along the axis.

    Raises
    ------
    AxisError
        If `arr` has no such axis.
    IndexError
        If a place lies outside.
    ValueError
        If `obj` has more than one axis, or `values` do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.insert([1.0, 2.0, 3.0], [1, 2], 9.0)
    Tensor([1., 9., 2., 9., 3.])
    """
    x, at = _along(arr, axis)
    n = x.shape[at]
    new = converted(tensor_of(values), x.dtype)
    new = _core.reshape(new, (1,) * (x.ndim - new.ndim) + new.shape)
    places = _places("insert", obj, n)
    if places.size == 1:
        if places.ndim == 0:
            order = list(range(-new.ndim, 0))
            order.insert(at, order.pop(0))
            new = _core.transpose(new, tuple(order))
        place, along, rows = places.item(), at - x.ndim, [*x.shape]
        rows[at] = new.shape[at]
        before, after = part_along(x, along, 0, place), part_along(x, along, place, n - place)
        return _core.concatenate([before, _core.broadcast_to(new, tuple(rows)), after], along)
    order = places.argsort(kind="stable")
    places = places.copy()
    places[order] += np.arange(places.size)
    rows = [*x.shape]
    rows[at] = places.size
    both = _core.concatenate([x, _core.broadcast_to(new, tuple(rows))], at - x.ndim)
    is_old = np.ones(n + places.size, np.bool_)
    is_old[places] = False
    source = np.empty(n + places.size, np.intp)
    source[is_old] = np.arange(n)
    source[places] = n + np.arange(places.size)
    return take(both, source, at)


def _places(name: str, obj: Any, n: int) -> Any:
    """Read before which places to insert: not negative."""
    if isinstance(obj, slice):
        return np.arange(*obj.indices(n))
    if type(obj) is int and -n <= obj <= n:
        return np.array(obj + n if obj < 0 else obj)
    places = np.asarray(value_of(obj))
    if places.dtype.kind == "b":
        if places.ndim != 1:
            message = f"{name}: obj is {places.shape} of bool; one axis is needed"
            raise ShapeError(message)
        return np.flatnonzero(places)
    if places.ndim > 1:
        message = f"{name}: obj is {places.shape}; a number or one axis is needed"
        raise ShapeError(message)
    if places.size == 0:
        return places.astype(np.intp)
    if places.dtype.kind not in "iu":
        message = f"{name}: obj is {places.dtype}; integers are needed"
        raise IndexRangeError(message)
    if places.min() < -n or places.max() > n:
        message = (
            f"{name}: obj is {obj} and the axis has length {n}; places from {-n} to {n} are needed"
        )
        raise IndexRangeError(message)
    return np.where(places < 0, places + n, places)


def delete(arr: Operand, obj: Any, axis: Axis = None) -> Tensor:
    """Leave elements along an axis out.

    Parameters
    ----------
    arr : array_like
        Of any shape and dtype.
    obj : int, slice, array_like of int or of bool
        Which places.
    axis : int or None
        Along which axis; None for the flattened array.

    Returns
    -------
    Tensor
        Shorter along the axis.

    Raises
    ------
    AxisError
        If `arr` has no such axis.
    IndexError
        If a place lies outside.
    ValueError
        If `obj` is a mask of another length.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.delete([1.0, 2.0, 3.0], 1)
    Tensor([1., 3.])
    """
    x, at = _along(arr, axis)
    n, along = x.shape[at], at - x.ndim
    if isinstance(obj, int | np.integer) and not isinstance(obj, bool) and -n <= obj < n:
        place = int(obj) % n
        before, after = (
            part_along(x, along, 0, place),
            part_along(x, along, place + 1, n - place - 1),
        )
        return _core.concatenate([before, after], along)
    left = np.delete(np.arange(x.shape[at]), obj if isinstance(obj, slice) else value_of(obj))
    return take(x, left, at)


def resize(a: Operand, new_shape: Shape) -> Tensor:
    """Fill another shape with the elements of an array, over and over.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    new_shape : int or tuple of int
        The lengths of the axes.

    Returns
    -------
    Tensor
        Of that shape; zeros if `a` has no elements.

    Raises
    ------
    ValueError
        If a length is negative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.resize([1.0, 2.0], (2, 3))
    Tensor([[1., 2., 1.],
            [2., 1., 2.]])
    """
    x, shape = tensor_of(a), dims_of(new_shape)
    if any(n < 0 for n in shape):
        message = f"resize: new_shape is {shape}; no length may be negative"
        raise ShapeError(message)
    if x.size == 0 or product(shape) == 0:
        return constant(np.zeros(shape, x.dtype))
    places = (np.arange(product(shape)) % x.size).reshape(shape)
    return _core.gather([_core.reshape(x, (x.size,)), places], (-1,), 0)


def trim_zeros(filt: Operand, trim: str = "fb", axis: Axes = None) -> Tensor:
    """Leave the zeros at the ends out.

    Parameters
    ----------
    filt : array_like
        Of one axis or more.
    trim : {"fb", "f", "b"}
        At which ends: the front, the back, or both.
    axis : int, tuple of int or None
        Along which axes whole slices of zeros are left out; None for all.

    Returns
    -------
    Tensor
        What is left: a view.

    Raises
    ------
    AxisError
        If `filt` has no such axis.
    ValueError
        If `trim` has other letters.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.trim_zeros([0.0, 1.0, 0.0, 2.0, 0.0])
    Tensor([1., 0., 2.])
    """
    ends = trim.lower()
    if ends not in ("f", "b", "fb", "bf"):
        message = f"trim_zeros: trim is {trim!r}; 'f', 'b' or 'fb' is needed"
        raise ValueError(message)
    x = tensor_of(filt)
    if axis is None:
        axes = set(range(x.ndim))
    else:
        named = axis if isinstance(axis, (tuple, list)) else (axis,)
        axes = {normalize_axis_index(index(i), x.ndim) for i in named}
    places = np.argwhere(truth_of(x))
    key = []
    for i, n in enumerate(x.shape):
        if i not in axes:
            key.append(slice(None))
            continue
        along = places[:, i]
        first, last = (along.min(), along.max() + 1) if along.size else (n, n)
        key.append(slice(first if "f" in ends else 0, last if "b" in ends or not along.size else n))
    return x[tuple(key)]
