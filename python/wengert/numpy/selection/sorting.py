"""Sorting, and the places of elements, which have no derivative."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import negative_axis, refuse, store_as_found, tensor_of

if TYPE_CHECKING:
    from wengert._typing import Axis, Operand, Out

__all__ = ["argmax", "argmin", "argsort", "searchsorted", "sort"]


def sort(
    a: Operand,
    axis: Axis = -1,
    kind: str | None = None,
    order: None = None,
    *,
    stable: bool | None = None,
    descending: bool = False,
) -> Tensor:
    """Sort along an axis, nan last; equal elements share their cotangents equally.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis : int or None
        The axis to sort along; None for the flattened array.
    kind, stable
        Of no effect.
    order : None
        Tensors have no fields.
    descending : bool
        Whether the greatest comes first; equal elements stay in order all the same.

    Returns
    -------
    Tensor
        Of the shape of `a`, or of shape ``(a.size,)``.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.sort([3.0, 1.0, 2.0])
    Tensor([1., 2., 3.])
    """
    refuse("sort", "order", order)
    x = tensor_of(a)
    if axis is None:
        x = _core.reshape(x, (x.size,))
        axis = -1
    along = negative_axis(axis, x.ndim)
    result = _core.sort(x, along)
    return _core.flip(result, (along,)) if descending else result


def argsort(
    a: Operand,
    axis: Axis = -1,
    kind: Any = None,
    order: None = None,
    *,
    stable: bool | None = None,
    descending: bool = False,
) -> Tensor:
    """Return the places that elements come from when they are sorted.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis : int or None
        The axis to sort along; None for the flattened array.
    kind, stable
        Of no effect: equal elements stay in order.
    order : None
        Tensors have no fields.
    descending : bool
        Whether the greatest comes first; equal elements stay in order all the same.

    Returns
    -------
    Tensor
        Of int64, of the shape of `a`, or of shape ``(a.size,)``.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.argsort([3.0, 1.0, 2.0])
    Tensor([1, 2, 0])
    """
    refuse("argsort", "order", order)
    x = tensor_of(a)
    if axis is None or x.ndim == 0:
        x = _core.reshape(x, (x.size,))
        axis = -1 if axis is None else axis
    along = negative_axis(axis, x.ndim)
    if not descending:
        return _core.argsort(x, along)
    # turned round before and behind, so that equal elements stay in order
    places = _core.flip(_core.argsort(_core.flip(x, (along,)), along), (along,))
    return _core.subtract(x.shape[along] - 1, places)


def _place(primitive: Any, a: Operand, axis: Axis, keepdims: bool) -> Tensor:
    x = a if isinstance(a, Tensor) else tensor_of(a)
    if axis is not None:
        return primitive(x, negative_axis(axis, x.ndim), keepdims)  # type: ignore[no-any-return]
    flat = x if x.ndim == 1 else _core.reshape(x, (x.size,))
    place: Tensor = primitive(flat, -1, False)
    return _core.reshape(place, (1,) * x.ndim) if keepdims else place


def argmax(a: Operand, axis: Axis = None, out: Out = None, *, keepdims: bool = False) -> Tensor:
    """Return the place of the greatest element, the first of equal ones.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; nan is greatest.
    axis : int or None
        The axis to search; None for the flattened array.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    keepdims : bool
        Whether the axis stays, with length one.

    Returns
    -------
    Tensor
        Of int64, of the shape of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If there is nothing to choose from.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.argmax([[1.0, 5.0], [3.0, 4.0]], axis=0)
    Tensor([1, 0])
    """
    if out is not None:
        return store_as_found("argmax", out, argmax(a, axis, keepdims=keepdims))
    return _place(_core.argmax, a, axis, keepdims)


def argmin(a: Operand, axis: Axis = None, out: Out = None, *, keepdims: bool = False) -> Tensor:
    """Return the place of the least element, the first of equal ones.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; nan is least.
    axis : int or None
        The axis to search; None for the flattened array.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    keepdims : bool
        Whether the axis stays, with length one.

    Returns
    -------
    Tensor
        Of int64, of the shape of the other axes.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If there is nothing to choose from.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.argmin([[1.0, 5.0], [3.0, 4.0]], axis=0)
    Tensor([0, 1])
    """
    if out is not None:
        return store_as_found("argmin", out, argmin(a, axis, keepdims=keepdims))
    return _place(_core.argmin, a, axis, keepdims)


def searchsorted(
    a: Operand, v: Operand, side: Any = "left", sorter: Operand | None = None
) -> Tensor:
    """Return the places at which elements keep a sorted array sorted.

    Parameters
    ----------
    a : array_like
        Sorted, of shape (N,).
    v : array_like
        What is to be put in, of any shape.
    side : {"left", "right"}
        Before or behind equal elements.
    sorter : array_like of int, optional
        Places that sort `a`.

    Returns
    -------
    Tensor
        Of int64, of the shape of `v`.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.searchsorted([1.0, 2.0, 3.0], [2.5, 0.0])
    Tensor([2, 0])
    """
    if side not in ("left", "right"):
        message = f"searchsorted: side is {side!r}; 'left' or 'right' is needed"
        raise ValueError(message)
    x = tensor_of(a)
    if x.ndim != 1:
        message = f"searchsorted: a is {x.shape}; an array of one axis is needed"
        raise ShapeError(message)
    if sorter is not None:
        x = _core.gather([x, tensor_of(sorter)], (-1,), 0)
    return _core.searchsorted(x, tensor_of(v), side == "right")
