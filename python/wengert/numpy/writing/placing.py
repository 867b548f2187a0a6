"""Writing at places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert._core import IndexRangeError, ShapeError
from wengert.numpy._arguments import tensor_of, value_of
from wengert.numpy.selection.taking import blocks_along, places_in
from wengert.numpy.writing._values import cycled, plain, unravelled, writable

if TYPE_CHECKING:
    import numpy.typing as npt

    from wengert._core import Tensor
    from wengert._typing import Axis, Operand

__all__ = ["fill_diagonal", "put", "put_along_axis"]


def put(a: Tensor | npt.NDArray[Any], ind: Any, v: Operand, mode: str = "raise") -> None:
    """Store values at places in the flattened array.

    Parameters
    ----------
    a : Tensor or array
        What is written to.
    ind : array_like of int
        The places; negative ones count from the end, and of equal ones the last is what stays.
    v : array_like
        One value for each place, repeated as often as is needed.
    mode : {"raise", "wrap", "clip"}
        What a place outside means: an error, the place modulo the size, or the nearest place.

    Returns
    -------
    None

    Raises
    ------
    DTypeError
        If the values are being differentiated and `a` is an ndarray.
    IndexError
        If a place lies outside.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.zeros(4)
    >>> wnp.put(x, [0, -1], [1.0, 2.0])
    >>> x
    Tensor([1., 0., 0., 2.])
    """
    target = writable("put", a)
    if target is None:
        return np.put(a, value_of(ind), plain("put", v, a), mode)  # type: ignore[arg-type]
    places = places_in(ind, target.size, mode, "put")
    places = places.reshape(-1)
    if not places.size or not tensor_of(v).size:
        return None
    values = cycled(v, places.size)
    if target.ndim:
        target[unravelled(places, target.shape)] = values
    elif any(p not in (0, -1) for p in value_of(places)):
        message = f"put: the place {places[-1]} is outside of one element"
        raise IndexRangeError(message)
    else:
        target[...] = values[-1]
    return None


def put_along_axis(
    arr: Tensor | npt.NDArray[Any], indices: Any, values: Operand, axis: Axis = -1
) -> None:
    """Store values along an axis, at other places for each of the other axes.

    Parameters
    ----------
    arr : Tensor or array
        What is written to.
    indices : array_like of int
        The places; of as many axes, lengths broadcast but along `axis`.
    values : array_like
        What broadcasts to the shape of `indices`.
    axis : int or None
        Along which axis; None for the flattened array.

    Returns
    -------
    None

    Raises
    ------
    AxisError
        If `arr` has no such axis.
    DTypeError
        If the values are being differentiated and `arr` is an ndarray.
    IndexError
        If a place lies outside.
    ShapeError
        If the numbers of axes differ.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.zeros((2, 2))
    >>> wnp.put_along_axis(x, [[1], [0]], [[5.0], [6.0]], axis=1)
    >>> x
    Tensor([[0., 5.],
            [6., 0.]])
    """
    target = writable("put_along_axis", arr)
    if target is None:
        given = plain("put_along_axis", values, arr)  # type: ignore[arg-type]
        return np.put_along_axis(arr, value_of(indices), given, axis)  # type: ignore[arg-type]
    shape = target.shape if axis is not None else (target.size,)
    blocks = blocks_along("put_along_axis", shape, indices, axis)
    target[blocks if axis is not None else unravelled(blocks[0], target.shape)] = values
    return None


def fill_diagonal(a: Tensor | npt.NDArray[Any], val: Operand, wrap: bool = False) -> None:
    """Store values on the diagonal, where all indices are equal.

    Parameters
    ----------
    a : Tensor or array
        Of two axes, or of more that are equally long; it is written to.
    val : array_like
        Flattened, and repeated along the diagonal.
    wrap : bool
        Whether the diagonal of a tall matrix begins anew below its end, after a row.

    Returns
    -------
    None

    Raises
    ------
    DTypeError
        If the values are being differentiated and `a` is an ndarray.
    ShapeError
        If `a` has fewer axes, or more that differ.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.zeros((2, 3))
    >>> wnp.fill_diagonal(x, [1.0, 2.0])
    >>> x
    Tensor([[1., 0., 0.],
            [0., 2., 0.]])
    """
    target = writable("fill_diagonal", a)
    if target is None:
        return np.fill_diagonal(a, plain("fill_diagonal", val, a), wrap)  # type: ignore[arg-type]
    shape = target.shape
    if len(shape) < 2 or (len(shape) > 2 and len(set(shape)) > 1):
        message = f"fill_diagonal: a is {shape}; two axes, or more of one length, are needed"
        raise ShapeError(message)
    step = 1 + sum(int(np.prod(shape[i:])) for i in range(1, len(shape)))
    end = shape[1] ** 2 if len(shape) == 2 and not wrap else target.size
    places = np.arange(0, min(end, target.size), step)
    if places.size and tensor_of(val).size:
        target[unravelled(places, shape)] = cycled(val, places.size)
    return None
