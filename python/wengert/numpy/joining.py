"""Arrays joined to one, and split into several."""

from __future__ import annotations

from itertools import pairwise
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import (
    as_array,
    converted,
    holds_tensor,
    negative_axis,
    part_along,
    refuse,
    run,
    tensor_of,
    value_of,
)
from wengert.numpy.shape import atleast_1d, atleast_2d, atleast_3d

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wengert._typing import Axis, DTypeLike, Operand

__all__ = [
    "append",
    "array_split",
    "column_stack",
    "concat",
    "concatenate",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "pad",
    "split",
    "stack",
    "unstack",
    "vsplit",
    "vstack",
]


def concatenate(
    arrays: Sequence[Operand],
    /,
    axis: Axis = 0,
    out: None = None,
    *,
    dtype: DTypeLike = None,
    casting: str = "same_kind",
) -> Tensor:
    """Join arrays one behind the other along an axis.

    Parameters
    ----------
    arrays : sequence of array_like
        Of equal shapes but for the axis.
    axis : int or None
        The axis; None joins the flattened arrays.
    out : None
        Tensors are not written to.
    dtype : dtype, optional
        That of the result; by default what NumPy's promotion gives.
    casting : str
        Of no effect.

    Returns
    -------
    Tensor
        As long along the axis as all together.

    Raises
    ------
    AxisError
        If the arrays have no such axis.
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.concatenate([[1.0, 2.0], [3.0]])
    Tensor([1., 2., 3.])
    """
    if out is not None:
        refuse("concatenate", "out", out)
    if isinstance(arrays, Tensor) and arrays.ndim > 1 and arrays.shape[0] and axis == 0:
        return converted(
            _core.reshape(arrays, (arrays.shape[0] * arrays.shape[1], *arrays.shape[2:])), dtype
        )
    tensors = [x if type(x) is Tensor else tensor_of(x) for x in arrays]
    if not tensors:
        message = "concatenate: no arrays were given; at least one is needed"
        raise ShapeError(message)
    if axis is None:
        tensors = [_core.reshape(x, (x.size,)) for x in tensors]
        axis = 0
    rank = tensors[0].ndim
    if rank == 0:
        message = "concatenate: array 0 is (); arrays of at least one axis are needed, stack takes numbers"
        raise ShapeError(message)
    if dtype is not None:
        tensors = [converted(x, dtype) for x in tensors]
    return _core.concatenate(tensors, negative_axis(axis, rank))


concat = concatenate


def append(arr: Operand, values: Operand, axis: Axis = None) -> Tensor:
    """Join an array and what comes behind it.

    Parameters
    ----------
    arr, values : array_like
        Of equal shapes but for the axis.
    axis : int or None
        The axis; None joins the flattened arrays.

    Returns
    -------
    Tensor
        As long along the axis as both together.

    Raises
    ------
    AxisError
        If the arrays have no such axis.
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.append([1.0, 2.0], 3.0)
    Tensor([1., 2., 3.])
    """
    return concatenate([arr, values], axis)


def stack(
    arrays: Sequence[Operand],
    axis: int = 0,
    out: None = None,
    *,
    dtype: DTypeLike = None,
    casting: str = "same_kind",
) -> Tensor:
    """Join arrays side by side along a new axis.

    Parameters
    ----------
    arrays : sequence of array_like
        Of one shape.
    axis : int
        Where the new axis stands in the result.
    out : None
        Tensors are not written to.
    dtype : dtype, optional
        That of the result; by default what NumPy's promotion gives.
    casting : str
        Of no effect.

    Returns
    -------
    Tensor
        With one axis more.

    Raises
    ------
    AxisError
        If the result has no such axis.
    ShapeError
        If the shapes differ.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.stack([[1.0, 2.0], [3.0, 4.0]], axis=1)
    Tensor([[1., 3.],
            [2., 4.]])
    """
    if out is not None:
        refuse("stack", "out", out)
    tensors = [x if type(x) is Tensor and not x.is_weak else as_array(x) for x in arrays]
    if not tensors:
        message = "stack: no arrays were given; at least one is needed"
        raise ShapeError(message)
    if dtype is not None:
        tensors = [converted(x, dtype) for x in tensors]
    return _core.stack(tensors, negative_axis(axis, tensors[0].ndim + 1))


def vstack(
    tup: Sequence[Operand], *, dtype: DTypeLike = None, casting: str = "same_kind"
) -> Tensor:
    """Join arrays along the first axis; vectors become rows.

    Parameters
    ----------
    tup : sequence of array_like
        Of equal shapes but for the first axis.
    dtype : dtype, optional
        That of the result; by default what NumPy's promotion gives.
    casting : str
        Of no effect.

    Returns
    -------
    Tensor
        Of two axes or more.

    Raises
    ------
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.vstack([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[1., 2.],
            [3., 4.]])
    """
    return concatenate([atleast_2d(x) for x in tup], 0, dtype=dtype)


def hstack(
    tup: Sequence[Operand], *, dtype: DTypeLike = None, casting: str = "same_kind"
) -> Tensor:
    """Join arrays along the second axis, vectors along their only one.

    Parameters
    ----------
    tup : sequence of array_like
        Of equal shapes but for that axis.
    dtype : dtype, optional
        That of the result; by default what NumPy's promotion gives.
    casting : str
        Of no effect.

    Returns
    -------
    Tensor
        Of one axis or more.

    Raises
    ------
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.hstack([[1.0, 2.0], [3.0]])
    Tensor([1., 2., 3.])
    """
    tensors = [atleast_1d(x) for x in tup]
    axis = 0 if tensors and tensors[0].ndim == 1 else 1
    return concatenate(tensors, axis, dtype=dtype)


def dstack(tup: Sequence[Operand]) -> Tensor:
    """Join arrays along the third axis, as `atleast_3d` makes it.

    Parameters
    ----------
    tup : sequence of array_like
        Of equal shapes but for that axis.

    Returns
    -------
    Tensor
        Of three axes or more.

    Raises
    ------
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.dstack([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[[1., 3.],
             [2., 4.]]])
    """
    return concatenate([atleast_3d(x) for x in tup], 2)


def column_stack(tup: Sequence[Operand]) -> Tensor:
    """Join vectors as the columns of a matrix; matrices are joined as they are.

    Parameters
    ----------
    tup : sequence of array_like
        Of shapes (M,) or (M, N).

    Returns
    -------
    Tensor
        With M rows.

    Raises
    ------
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.column_stack([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[1., 3.],
            [2., 4.]])
    """
    tensors = [x if x.ndim >= 2 else _core.reshape(x, (x.size, 1)) for x in map(tensor_of, tup)]
    return concatenate(tensors, 1)


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
    x = tensor_of(array)
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
    return x


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
