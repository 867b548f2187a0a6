"""The same elements under other shapes, in other orders, repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import (
    ALL_AXES,
    FIRST,
    NEWAXIS,
    WHOLE,
    as_array,
    constant,
    converted,
    dims_of,
    negative_axes,
    negative_axis,
    part_along,
    product,
    tensor_of,
    value_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wengert._typing import Axes, Axis, Dims, DTypeLike, Operand, Shape

__all__ = [
    "astype",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_arrays",
    "broadcast_to",
    "copy",
    "expand_dims",
    "flip",
    "fliplr",
    "flipud",
    "matrix_transpose",
    "moveaxis",
    "permute_dims",
    "ravel",
    "repeat",
    "reshape",
    "roll",
    "rollaxis",
    "rot90",
    "squeeze",
    "swapaxes",
    "tile",
    "transpose",
]


def _completed(x: Tensor, shape: Dims) -> Dims:
    """Fill in the length that stands as -1."""
    size = x.size
    if shape.count(-1) > 1:
        message = f"reshape: shape is {shape}; at most one length of -1 is needed"
        raise ShapeError(message)
    known = product([n for n in shape if n != -1])
    if known <= 0 or size % known:
        raise ShapeError(_misfit(x, shape))
    return tuple([size // known if n == -1 else n for n in shape])


def _misfit(x: Tensor, shape: Dims) -> str:
    """Say that the elements of `x` do not fill a shape."""
    return f"reshape: a is {x.shape} and shape is {shape}; the same number of elements is needed"


def reshape(a: Operand, /, shape: Shape, order: str = "C", *, copy: bool | None = None) -> Tensor:
    """Give the same elements another shape.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    shape : int or tuple of int
        The new shape, of as many elements; one length may be -1 and follows from the others.
    order : {"C", "F", "A"}
        Whether the last or the first index changes fastest. "A", the order in memory, is only
        possible where both are the same, as a Tensor need not be laid out as NumPy's array would.
    copy : bool, optional
        Of no effect: a Tensor is never written to.

    Returns
    -------
    Tensor
        Of the shape asked for.

    Raises
    ------
    ShapeError
        If the number of elements does not fit.
    ValueError
        If `order` is another one, or depends on memory.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.reshape([1.0, 2.0, 3.0, 4.0], (2, -1))
    Tensor([[1., 2.],
            [3., 4.]])
    """
    x = a if isinstance(a, Tensor) else tensor_of(a)
    lengths = shape if type(shape) is tuple else dims_of(shape)
    if -1 in lengths:
        lengths = _completed(x, lengths)
    elif product(lengths) != x.size or any(n < 0 for n in lengths):
        raise ShapeError(_misfit(x, lengths))
    if order == "C":
        return _core.reshape(x, lengths)
    if order == "F":
        return _reversed(_core.reshape(_reversed(x), lengths[::-1]))
    if order != "A":
        message = f"reshape: order is {order!r}; 'C', 'F' or 'A' is needed"
        raise ValueError(message)
    _require_one_order("reshape", x, order)
    return _core.reshape(x, lengths)


def _require_one_order(name: str, x: Tensor, order: str) -> None:
    """Fail where the order of elements in memory matters, which NumPy does not share with us."""
    if sum(n != 1 for n in x.shape) > 1 and x.size:
        message = (
            f"{name}: order is {order!r} and a is {x.shape}; a Tensor has no order in memory to "
            "follow, 'C' or 'F' is needed"
        )
        raise ValueError(message)


def _reversed(x: Tensor) -> Tensor:
    """Every axis in the opposite order."""
    return _core.transpose(x, ALL_AXES[x.ndim][::-1]) if x.ndim > 1 else as_array(x)


def ravel(a: Operand, order: str = "C") -> Tensor:
    """Flatten.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    order : {"C", "F", "A", "K"}
        Whether the last or the first index changes fastest; "A" and "K" as for `reshape`.

    Returns
    -------
    Tensor
        Of shape ``(a.size,)``.

    Raises
    ------
    ValueError
        If `order` is another one, or depends on memory.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.ravel([[1.0, 2.0], [3.0, 4.0]])
    Tensor([1., 2., 3., 4.])
    """
    x = tensor_of(a)
    if order in ("A", "K"):
        _require_one_order("ravel", x, order)
        order = "C"
    if order == "C":
        return x if x.ndim == 1 else _core.reshape(x, (x.size,))
    return reshape(x, (x.size,), order)


def transpose(a: Operand, axes: Sequence[int] | None = None) -> Tensor:
    """Permute the axes.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axes : sequence of int, optional
        The axis of `a` that each axis of the result is; by default all in the opposite order.

    Returns
    -------
    Tensor
        With the lengths permuted: a view.

    Raises
    ------
    AxisError, ValueError
        If `axes` is no permutation.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.transpose([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[1., 3.],
            [2., 4.]])
    """
    x = a if isinstance(a, Tensor) else tensor_of(a)
    if axes is None:
        return _reversed(x)
    if len(axes) != x.ndim:
        message = f"transpose: axes are {tuple(axes)} and a is {x.shape}; every axis is needed once"
        raise ShapeError(message)
    order = tuple([negative_axis(axis, x.ndim) for axis in axes])
    if len(set(order)) != len(order):
        message = f"transpose: axes are {tuple(axes)} and a is {x.shape}; every axis is needed once"
        raise ShapeError(message)
    return _core.transpose(x, order)


permute_dims = transpose


def matrix_transpose(x: Operand, /) -> Tensor:
    """Exchange the last two axes.

    Parameters
    ----------
    x : array_like
        Of shape (..., M, N).

    Returns
    -------
    Tensor
        Of shape (..., N, M): a view.

    Raises
    ------
    ShapeError
        If `x` has fewer than two axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.matrix_transpose(wnp.zeros((5, 2, 3))).shape
    (5, 3, 2)
    """
    value = tensor_of(x)
    if value.ndim < 2:
        message = f"matrix_transpose: x is {value.shape}; at least two axes are needed"
        raise ShapeError(message)
    return _core.transpose(value, (-1, -2))


def swapaxes(a: Operand, axis1: int, axis2: int) -> Tensor:
    """Exchange two axes.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis1, axis2 : int
        Which.

    Returns
    -------
    Tensor
        With two lengths exchanged: a view.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.swapaxes(wnp.zeros((2, 3, 4)), 0, 2).shape
    (4, 3, 2)
    """
    x = tensor_of(a)
    first, second = negative_axis(axis1, x.ndim), negative_axis(axis2, x.ndim)
    order = list(ALL_AXES[x.ndim])
    order[first], order[second] = second, first
    return _core.transpose(x, tuple(order))


def moveaxis(a: Operand, source: Axes, destination: Axes) -> Tensor:
    """Move axes to other places; the others stay in order.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    source, destination : int or sequence of int
        Where the axes are, and where they go.

    Returns
    -------
    Tensor
        With the lengths permuted: a view.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If the numbers of axes differ.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.moveaxis(wnp.zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    x = tensor_of(a)
    old = normalize_axis_tuple(dims_of(source), x.ndim, "source")
    new = normalize_axis_tuple(dims_of(destination), x.ndim, "destination")
    if len(old) != len(new):
        message = (
            f"moveaxis: source is {source} and destination is {destination}; "
            "as many of the one as of the other are needed"
        )
        raise ShapeError(message)
    order = [axis for axis in range(x.ndim) if axis not in old]
    for to, axis in sorted(zip(new, old, strict=True)):
        order.insert(to, axis)
    return transpose(x, order)


def rollaxis(a: Operand, axis: int, start: int = 0) -> Tensor:
    """Move one axis before another place.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis : int
        Which.
    start : int
        The place before which it goes.

    Returns
    -------
    Tensor
        With the lengths permuted: a view.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.rollaxis(wnp.zeros((2, 3, 4)), 2).shape
    (4, 2, 3)
    """
    x = tensor_of(a)
    at = normalize_axis_index(axis, x.ndim)
    before = normalize_axis_index(start + x.ndim if start < 0 else start, x.ndim + 1)
    order = [i for i in range(x.ndim) if i != at]
    order.insert(before - 1 if at < before else before, at)
    return transpose(x, order)


def expand_dims(a: Operand, axis: Axes) -> Tensor:
    """Put in axes of length one.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis : int or tuple of int
        Where they stand in the result.

    Returns
    -------
    Tensor
        With that many axes more: a view.

    Raises
    ------
    AxisError
        If the result has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.expand_dims([1.0, 2.0], 0)
    Tensor([[1., 2.]])
    """
    x = tensor_of(a)
    new = axis if isinstance(axis, (tuple, list)) else (axis,)
    rank = x.ndim + len(new)
    places = set(normalize_axis_tuple(new, rank))
    items = (NEWAXIS if i in places else WHOLE for i in range(rank))
    return _core.slice(x, tuple([part for item in items for part in item]))


def squeeze(a: Operand, axis: Axes = None) -> Tensor:
    """Drop axes of length one.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis : int, tuple of int or None
        Which; None for all of length one.

    Returns
    -------
    Tensor
        Of the shape of the other axes: a view.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ShapeError
        If its length is not one.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.squeeze([[1.0, 2.0]])
    Tensor([1., 2.])
    """
    x = tensor_of(a)
    lengths = x.shape
    if axis is None:
        dropped = [i for i, n in enumerate(lengths) if n == 1]
    else:
        dropped = list(normalize_axis_tuple(dims_of(axis), x.ndim))
        if any(lengths[i] != 1 for i in dropped):
            message = f"squeeze: axis is {axis} and a is {lengths}; axes of length 1 are needed"
            raise ShapeError(message)
    if not dropped:
        return as_array(x)
    items = (FIRST if i in dropped else WHOLE for i in range(x.ndim))
    return _core.slice(x, tuple([part for item in items for part in item]))


def broadcast_to(array: Operand, shape: Shape, subok: bool = False) -> Tensor:
    """Repeat axes of length one, and put new axes in front.

    Parameters
    ----------
    array : array_like
        Of any shape and dtype.
    shape : int or tuple of int
        The new shape.
    subok : bool
        Of no effect.

    Returns
    -------
    Tensor
        Of the shape asked for: a view.

    Raises
    ------
    ShapeError
        If the array does not broadcast to the shape.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.broadcast_to([1.0, 2.0], (2, 2))
    Tensor([[1., 2.],
            [1., 2.]])
    """
    return _core.broadcast_to(tensor_of(array), dims_of(shape))


def broadcast_arrays(*args: Operand, subok: bool = False) -> tuple[Tensor, ...]:
    """Broadcast arrays to one shape.

    Parameters
    ----------
    *args : array_like
        Of any shapes that broadcast.
    subok : bool
        Of no effect.

    Returns
    -------
    tuple of Tensor
        All of the same shape: views.

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x, y = wnp.broadcast_arrays([1.0, 2.0], 3.0)
    >>> y
    Tensor([3., 3.])
    """
    tensors = [as_array(x) for x in args]
    shape = np.broadcast_shapes(*[x.shape for x in tensors])
    return tuple([x if x.shape == shape else _core.broadcast_to(x, shape) for x in tensors])


def _one_or_all(results: list[Tensor]) -> Any:
    return results[0] if len(results) == 1 else tuple(results)


def atleast_1d(*arys: Operand) -> Any:
    """Give numbers an axis.

    Parameters
    ----------
    *arys : array_like
        Of any shapes.

    Returns
    -------
    Tensor or tuple of Tensor
        One for each array, with one axis or more.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.atleast_1d(3.0)
    Tensor([3.])
    """
    return _one_or_all([x if x.ndim else _core.reshape(x, (1,)) for x in map(tensor_of, arys)])


def _matrix(x: Tensor) -> Tensor:
    if x.ndim >= 2:
        return x
    return _core.reshape(x, (1, x.size))


def _cube(x: Tensor) -> Tensor:
    if x.ndim >= 3:
        return x
    shape = x.shape
    return _core.reshape(x, (*shape, 1) if x.ndim == 2 else (1, x.size, 1))


def atleast_2d(*arys: Operand) -> Any:
    """Give arrays two axes or more; a new one stands in front.

    Parameters
    ----------
    *arys : array_like
        Of any shapes.

    Returns
    -------
    Tensor or tuple of Tensor
        One for each array.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.atleast_2d([1.0, 2.0])
    Tensor([[1., 2.]])
    """
    return _one_or_all([_matrix(x) for x in map(tensor_of, arys)])


def atleast_3d(*arys: Operand) -> Any:
    """Give arrays three axes or more: (N,) becomes (1, N, 1), and (M, N) becomes (M, N, 1).

    Parameters
    ----------
    *arys : array_like
        Of any shapes.

    Returns
    -------
    Tensor or tuple of Tensor
        One for each array.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.atleast_3d([1.0, 2.0]).shape
    (1, 2, 1)
    """
    return _one_or_all([_cube(x) for x in map(tensor_of, arys)])


def flip(m: Operand, axis: Axes = None) -> Tensor:
    """Reverse the order of elements along axes.

    Parameters
    ----------
    m : array_like
        Of any shape and dtype.
    axis : int, tuple of int or None
        The axes to reverse; None for all.

    Returns
    -------
    Tensor
        Of the same shape: a view.

    Raises
    ------
    AxisError
        If `m` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.flip([1.0, 2.0, 3.0])
    Tensor([3., 2., 1.])
    """
    x = tensor_of(m)
    return _core.flip(x, negative_axes(axis, x.ndim))


def fliplr(m: Operand) -> Tensor:
    """Reverse the second axis.

    Parameters
    ----------
    m : array_like
        Of two axes or more.

    Returns
    -------
    Tensor
        Of the same shape: a view.

    Raises
    ------
    ShapeError
        If `m` has fewer axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fliplr([[1.0, 2.0]])
    Tensor([[2., 1.]])
    """
    x = tensor_of(m)
    if x.ndim < 2:
        message = f"fliplr: m is {x.shape}; at least two axes are needed"
        raise ShapeError(message)
    return _core.flip(x, (1 - x.ndim,))


def flipud(m: Operand) -> Tensor:
    """Reverse the first axis.

    Parameters
    ----------
    m : array_like
        Of one axis or more.

    Returns
    -------
    Tensor
        Of the same shape: a view.

    Raises
    ------
    ShapeError
        If `m` has no axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.flipud([1.0, 2.0])
    Tensor([2., 1.])
    """
    x = tensor_of(m)
    if x.ndim < 1:
        message = f"flipud: m is {x.shape}; at least one axis is needed"
        raise ShapeError(message)
    return _core.flip(x, (-x.ndim,))


def rot90(m: Operand, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Tensor:
    """Turn by right angles in the plane of two axes.

    Parameters
    ----------
    m : array_like
        Of two axes or more.
    k : int
        How many right angles.
    axes : tuple of int
        The plane; from the first towards the second axis.

    Returns
    -------
    Tensor
        With the two lengths exchanged if `k` is odd: a view.

    Raises
    ------
    ValueError
        If the axes are not two different ones.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.rot90([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[2., 4.],
            [1., 3.]])
    """
    x = tensor_of(m)
    if len(axes) != 2:
        message = f"rot90: axes are {tuple(axes)}; two axes are needed"
        raise ValueError(message)
    first, second = (negative_axis(axis, x.ndim) for axis in axes)
    if first == second:
        message = f"rot90: axes are {tuple(axes)} and m is {x.shape}; two different ones are needed"
        raise ValueError(message)
    turns = k % 4
    if turns == 0:
        return x
    if turns == 2:
        return _core.flip(x, (first, second))
    if turns == 1:
        return swapaxes(_core.flip(x, (second,)), first, second)
    return _core.flip(swapaxes(x, first, second), (second,))


def _rolled(x: Tensor, shift: int, axis: int) -> Tensor:
    """Elements along a negative axis moved on, those at the end put in front."""
    length = x.shape[axis]
    by = shift % length if length else 0
    if by == 0:
        return x
    last = part_along(x, axis, length - by, by)
    return _core.concatenate([last, part_along(x, axis, 0, length - by)], axis)


def roll(a: Operand, shift: Any, axis: Axes = None) -> Tensor:
    """Move elements along axes; those that leave at the end come in at the front.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    shift : int or tuple of int
        By how many places, for each axis.
    axis : int, tuple of int or None
        Along which axes; None for the flattened array.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If `shift` and `axis` do not broadcast.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.roll([1.0, 2.0, 3.0], 1)
    Tensor([3., 1., 2.])
    """
    x = tensor_of(a)
    if axis is None:
        moved = roll(_core.reshape(x, (x.size,)), shift, 0)
        return _core.reshape(moved, x.shape)
    axes = normalize_axis_tuple(dims_of(axis), x.ndim, allow_duplicate=True)
    pairs = np.broadcast(value_of(shift), axes)
    if pairs.ndim > 1:
        message = f"roll: shift is {shift} and axis is {axis}; numbers or flat sequences are needed"
        raise ValueError(message)
    for by, along in pairs:
        x = _rolled(x, int(by), int(along) - x.ndim)
    return x


def tile(A: Operand, reps: Any) -> Tensor:
    """Repeat an array along axes.

    Parameters
    ----------
    A : array_like
        Of any shape and dtype.
    reps : int or sequence of int
        How often along each axis; axes are put in front where one of the two has fewer.

    Returns
    -------
    Tensor
        With each length multiplied.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.tile([1.0, 2.0], 2)
    Tensor([1., 2., 1., 2.])
    """
    x = tensor_of(A)
    times = dims_of(reps)
    rank = max(x.ndim, len(times))
    lengths = (1,) * (rank - x.ndim) + x.shape
    times = (1,) * (rank - len(times)) + times
    separate = [n for length in lengths for n in (1, length)]
    repeated = [n for pair in zip(times, lengths, strict=True) for n in pair]
    total = tuple([by * n for by, n in zip(times, lengths, strict=True)])
    x = _core.broadcast_to(_core.reshape(x, tuple(separate)), tuple(repeated))
    return _core.reshape(x, total)


def repeat(a: Operand, repeats: Any, axis: Axis = None) -> Tensor:
    """Repeat each element along an axis.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    repeats : int or array_like of int
        How often, for all or for each element along the axis.
    axis : int or None
        Along which axis; None for the flattened array.

    Returns
    -------
    Tensor
        Longer along the axis.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If `repeats` does not broadcast to the axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.repeat([1.0, 2.0], 2)
    Tensor([1., 1., 2., 2.])
    """
    x = tensor_of(a)
    if axis is None:
        x = x if x.ndim == 1 else _core.reshape(x, (x.size,))
        axis = -1
    along = negative_axis(axis, x.ndim)
    shape = x.shape
    counts = value_of(repeats)
    if np.size(counts) == 1 and np.asarray(counts).dtype.kind in "bi":
        times = int(np.asarray(counts).item())
        if times < 0:
            message = f"repeat: repeats is {times}; no negative number is needed"
            raise ValueError(message)
        at = x.ndim + along + 1
        split = (*shape[:at], 1, *shape[at:])
        wide = (*shape[:at], times, *shape[at:])
        long = (*shape[: at - 1], shape[along] * times, *shape[at:])
        return _core.reshape(_core.broadcast_to(_core.reshape(x, split), wide), long)
    places = np.repeat(np.arange(shape[along]), counts)
    return _core.gather([x, places], (along,), -along - 1)


def astype(x: Operand, dtype: DTypeLike, /, *, copy: bool = True, device: None = None) -> Tensor:
    """Convert to another dtype; between floating and complex dtypes the derivative passes.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.
    dtype : dtype
        bool, int32, int64, float32, float64, complex64 or complex128.
    copy : bool
        Of no effect: a Tensor is never written to.
    device : None
        Of no effect.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    DTypeError
        If there is no such dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert.numpy as wnp
    >>> wnp.astype([1.5, 2.5], np.int64)
    Tensor([1, 2])
    """
    return converted(tensor_of(x), np.float64 if dtype is None else dtype)


def copy(a: Operand, order: str = "K", subok: bool = False) -> Tensor:
    """Return a Tensor of the same value, connected to the derivative of `a`.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    order : {"C", "F", "A", "K"}
        Of no effect.
    subok : bool
        Of no effect.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.copy([1.0, 2.0])
    Tensor([1., 2.])
    """
    return _core.identity(as_array(a)) if isinstance(a, Tensor) else constant(a)
