"""Elements by place."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import negative_axis, tensor_of, truth_of

if TYPE_CHECKING:
    from wengert._typing import Axis, Operand, Out

__all__ = ["compress", "extract", "take", "take_along_axis"]


def places_in(indices: Any, length: int, mode: str, name: str = "take") -> Any:
    """Bring indices into an axis of this length."""
    places = indices if isinstance(indices, Tensor) else np.asarray(indices)
    if places.dtype.kind == "f" and places.size == 0:
        places = np.zeros(places.shape, np.int64)
    if places.dtype.kind == "b":
        places = tensor_of(places).astype(np.int64)
    if mode == "raise":
        return places
    if mode == "wrap":
        return _core.remainder(places, length)
    if mode == "clip":
        return _core.minimum(_core.maximum(places, 0), length - 1)
    message = f"{name}: mode is {mode!r}; 'raise', 'wrap' or 'clip' is needed"
    raise ValueError(message)


def take(
    a: Operand, indices: Any, axis: Axis = None, out: Out = None, mode: str = "raise"
) -> Tensor:
    """Take elements along an axis by their places.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    indices : array_like of int
        The places, of any shape; negative ones count from the end.
    axis : int or None
        Along which axis; None for the flattened array.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    mode : {"raise", "wrap", "clip"}
        What a place outside means: an error, the place modulo the length, or the nearest place.

    Returns
    -------
    Tensor
        Of the shape of `a` with the axis replaced by those of `indices`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    IndexError
        If a place lies outside.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.take([10.0, 20.0, 30.0], [2, 0])
    Tensor([30., 10.])
    """
    if out is not None:
        return _core.store("take", out, take(a, indices, axis, None, mode), "unsafe")
    x = tensor_of(a)
    if axis is None:
        x = x if x.ndim == 1 else _core.reshape(x, (x.size,))
        axis = -1
    along = negative_axis(axis, x.ndim)
    return _core.gather([x, places_in(indices, x.shape[along], mode)], (along,), -along - 1)


def take_along_axis(arr: Operand, indices: Any, axis: Axis = -1) -> Tensor:
    """Take elements along an axis, at other places for each of the other axes.

    Parameters
    ----------
    arr : array_like
        Of any shape and dtype.
    indices : array_like of int
        The places; of as many axes, lengths broadcast but along `axis`.
    axis : int or None
        Along which axis; None for the flattened array.

    Returns
    -------
    Tensor
        Of the shape of `indices`, broadcast.

    Raises
    ------
    AxisError
        If `arr` has no such axis.
    IndexError
        If a place lies outside.
    ShapeError
        If the numbers of axes differ.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.take_along_axis([[1.0, 2.0], [3.0, 4.0]], [[1], [0]], axis=1)
    Tensor([[2.],
            [3.]])
    """
    x = tensor_of(arr)
    if axis is None:
        x = _core.reshape(x, (x.size,))
    blocks = blocks_along("take_along_axis", x.shape, indices, axis)
    return _core.gather([x, *blocks], tuple(range(-x.ndim, 0)), 0)


def blocks_along(name: str, shape: tuple[int, ...], indices: Any, axis: Axis) -> tuple[Any, ...]:
    """Return an index of every axis of `shape` for places along one; None is the only one."""
    places = indices if isinstance(indices, Tensor) else np.asarray(indices)
    if places.dtype.kind not in "iu":
        message = f"{name}: indices are {places.dtype}; integers are needed"
        raise IndexError(message)
    if axis is None and places.ndim != 1:
        message = f"{name}: indices are {places.shape}; without axis, one axis is needed"
        raise ShapeError(message)
    rank = len(shape)
    at = normalize_axis_index(0 if axis is None else index(axis), rank)
    if places.ndim != rank:
        message = (
            f"{name}: indices are {places.shape} and arr is {shape}; "
            "the same number of axes is needed"
        )
        raise ShapeError(message)
    return tuple(
        [
            places if i == at else np.arange(n).reshape((1,) * i + (n,) + (1,) * (rank - i - 1))
            for i, n in enumerate(shape)
        ]
    )


def compress(condition: Operand, a: Operand, axis: Axis = None, out: Out = None) -> Tensor:
    """Take the elements along an axis where a condition holds.

    Parameters
    ----------
    condition : array_like of bool
        Of shape (K,), K at most the length of the axis.
    a : array_like
        Of any shape and dtype.
    axis : int or None
        Along which axis; None for the flattened array.
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Shorter along the axis.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.compress([False, True], [10.0, 20.0, 30.0])
    Tensor([20.])
    """
    return take(a, np.flatnonzero(truth_of(condition)), axis, out)


def extract(condition: Operand, arr: Operand) -> Tensor:
    """Take the elements where a condition holds.

    Parameters
    ----------
    condition : array_like of bool
        Of the size of `arr`.
    arr : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of shape (number of such elements,).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.extract([[False, True]], [[1.0, 2.0]])
    Tensor([2.])
    """
    return take(arr, np.flatnonzero(truth_of(condition)))
