"""Larger arrays: elements repeated, and put around."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import (
    apart,
    as_array,
    converted,
    dims_of,
    holds_tensor,
    negative_axis,
    run,
    tensor_of,
    value_of,
)

if TYPE_CHECKING:
    from wengert._typing import Axis, Operand, Shape

__all__ = ["broadcast_arrays", "broadcast_to", "pad", "repeat", "tile"]


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
    wide = [n for pair in zip(times, lengths, strict=True) for n in pair]
    total = tuple([by * n for by, n in zip(times, lengths, strict=True)])
    repeated = _core.broadcast_to(_core.reshape(x, tuple(separate)), tuple(wide))
    return _core.identity(_core.reshape(repeated, total))


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
        repeated = _core.broadcast_to(_core.reshape(x, split), wide)
        return _core.identity(_core.reshape(repeated, long))
    places = np.repeat(np.arange(shape[along]), counts)
    return _core.gather([x, places], (along,), -along - 1)


def _widths(pad_width: Any, rank: int) -> list[tuple[int, int]]:
    """How much is put before and behind each axis."""
    if isinstance(pad_width, dict):
        given = {axis % rank: np.broadcast_to(by, 2).tolist() for axis, by in pad_width.items()}
        pairs = [given.get(axis, [0, 0]) for axis in range(rank)]
    else:
        pairs = np.broadcast_to(np.asarray(value_of(pad_width)), (rank, 2)).tolist()
    if any(n < 0 for pair in pairs for n in pair):
        message = f"pad: pad_width is {pairs}; no negative number is needed"
        raise ValueError(message)
    return [(index(before), index(behind)) for before, behind in pairs]


_PLACES = ("edge", "reflect", "symmetric", "wrap", "empty")


def pad(array: Operand, pad_width: Any, mode: str = "constant", **kwargs: Any) -> Tensor:
    """Put elements around an array.

    Parameters
    ----------
    array : array_like
        Of any shape and dtype.
    pad_width : int, pair of int, sequence of pairs or dict
        How many before and behind each axis.
    mode : {"constant", "edge", "reflect", "symmetric", "wrap"}
        What they are: ``constant_values`` (zero by default), or elements of the array.
    **kwargs
        NumPy's further arguments of the mode.

    Returns
    -------
    Tensor
        Larger by what is put around.

    Raises
    ------
    ValueError
        If a width is negative.
    NotImplementedError
        If the mode is another one.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.pad([1.0, 2.0], (1, 2), constant_values=9.0)
    Tensor([9., 1., 2., 9., 9.])
    """
    value = x = tensor_of(array)
    widths = _widths(pad_width, x.ndim)
    if mode == "constant":
        return _padded(x, widths, **kwargs)
    if mode not in _PLACES or kwargs.get("reflect_type", "even") != "even":
        message = f"pad: mode is {mode!r} with {kwargs}; 'constant' or one of {_PLACES} is needed"
        raise _core.RuleError(message)
    mode = "edge" if mode == "empty" else mode
    for axis, width in enumerate(widths):
        if width == (0, 0):
            continue
        along = axis - x.ndim
        places = np.pad(np.arange(x.shape[along]), width, mode, **kwargs)  # type: ignore[call-overload]
        x = _core.gather([x, places], (along,), -along - 1)
    return apart(x, value)


def _padded(x: Tensor, widths: list[tuple[int, int]], constant_values: Any = 0) -> Tensor:
    """`x` with constants around: added to an array that is zero inside."""
    axes = zip(widths, x.shape, strict=True)
    inside = tuple([n for (before, _), length in axes for n in run(before, length)])
    if not holds_tensor(constant_values):
        frame = np.pad(np.zeros(x.shape, x.dtype), widths, constant_values=constant_values)
        return _core.add_at_slice(frame, x, inside)
    values = _core.broadcast_to(converted(tensor_of(constant_values), x.dtype), (x.ndim, 2))
    numbered = np.arange(1, values.size + 1).reshape(values.shape)
    which = np.pad(np.zeros(x.shape, np.int64), widths, constant_values=numbered)  # 0 is inside
    choice = _core.concatenate([np.zeros(1, x.dtype), _core.reshape(values, (values.size,))], -1)
    return _core.add_at_slice(_core.gather([choice, which], (-1,), 0), x, inside)
