"""Elements sorted as far as some places need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, Tensor
from wengert.numpy._arguments import negative_axis, refuse, tensor_of, value_of

if TYPE_CHECKING:
    from wengert._typing import Axis, Operand

__all__ = ["argpartition", "partition"]


def _places(name: str, primitive: Any, a: Operand, kth: Any, axis: Axis, order: None) -> Tensor:
    refuse(name, "order", order)
    x = tensor_of(a)
    if axis is None or (x.ndim == 0 and primitive is _core.argpartition):
        x = _core.reshape(x, (x.size,))
        axis = -1 if axis is None else axis
    places = np.asarray(value_of(kth))
    if places.dtype.kind not in "iu" or places.ndim > 1:
        message = f"{name}: kth is {kth!r}; an integer or a sequence of integers is needed"
        raise DTypeError(message)
    result: Tensor = primitive(x, negative_axis(axis, x.ndim), tuple(places.ravel().tolist()))
    return result


def partition(
    a: Operand, kth: Any, axis: Axis = -1, kind: Any = "introselect", order: None = None
) -> Tensor:
    """Put the kth element along an axis where sorting puts it; equal ones share their cotangents equally.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    kth : int or sequence of int
        Where smaller elements stand before and greater ones behind, in no order of their own.
    axis : int or None
        The axis to go along; None for the flattened array.
    kind : {"introselect"}
        NumPy's algorithm.
    order : None
        Tensors have no fields.

    Returns
    -------
    Tensor
        Of the shape of `a`, or of shape ``(a.size,)``; what equals a kth element stands beside it.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    DTypeError, ShapeError
        If `kth` is no integer, or outside of the axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.partition([5.0, 3.0, 1.0, 2.0, 4.0], 2)[2]
    Tensor(3.)
    """
    return _places("partition", _core.partition, a, kth, axis, order)


def argpartition(
    a: Operand, kth: Any, axis: Axis = -1, kind: Any = "introselect", order: None = None
) -> Tensor:
    """Return the places that elements come from when they are partitioned.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    kth : int or sequence of int
        As for `partition`.
    axis : int or None
        The axis to go along; None for the flattened array.
    kind : {"introselect"}
        NumPy's algorithm.
    order : None
        Tensors have no fields.

    Returns
    -------
    Tensor
        Of int64, of the shape of `a`, or of shape ``(a.size,)``.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    DTypeError, ShapeError
        If `kth` is no integer, or outside of the axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.argpartition([3.0, 1.0, 2.0], 0)[0]
    Tensor(1)
    """
    return _places("argpartition", _core.argpartition, a, kth, axis, order)
