"""Arguments as NumPy takes them, made into operands and parameters of primitives."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.exceptions import AxisError

from wengert import _core
from wengert._core import DTypeError, Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wengert._typing import Axes, Dims, DTypeLike

# By rank, every axis, counted from the end as primitives count them.
ALL_AXES: tuple[Dims, ...] = tuple(tuple(range(-rank, 0)) for rank in range(65))


def holds_tensor(x: Any) -> bool:
    """Whether an argument is a Tensor, or has one in nested lists, tuples and arrays of objects."""
    if isinstance(x, (list, tuple)):
        return any(holds_tensor(item) for item in x)
    return isinstance(x, Tensor) or (isinstance(x, np.ndarray) and x.dtype == object)


def tensor_of(x: Any) -> Tensor:
    """Read an operand: a Tensor as it is, an array without a copy, nested sequences joined."""
    if isinstance(x, Tensor):
        return x
    if isinstance(x, np.ndarray):
        return _core.identity(x)
    return _core.tensor(x, None, False)


def tensor_or_number(x: Any) -> Any:
    """Read an operand of a promotion: a Python number as it is, since its dtype yields."""
    return x if type(x) in (int, float, complex) else tensor_of(x)


def value_of(x: Any) -> Any:
    """Return what NumPy can work on, where the result has no derivative."""
    return tensor_of(x).detach().numpy() if holds_tensor(x) else x


def truth_of(x: Any) -> Any:
    """Return what NumPy finds places in: of a Tensor, whether elements are not zero."""
    return value_of(_core.not_equal(x, 0) if isinstance(x, Tensor) else x)


def constant(x: Any) -> Tensor:
    """Make a Tensor of what NumPy computed."""
    return _core.tensor(x, None, False)


def converted(x: Tensor, dtype: DTypeLike) -> Tensor:
    """`x` in another dtype, recorded; a Python number no longer yields in promotion."""
    if dtype is None:
        return x
    wanted = np.dtype(dtype)
    return x if x.dtype == wanted and not x.is_weak else _core.convert(x, wanted)


def as_array(x: Any) -> Tensor:
    """Read an operand as NumPy's functions that make arrays of Python numbers do."""
    x = tensor_of(x)
    # arrays of narrower dtypes than ours, int8 say, are weak as well: they yield in NumPy too
    return _core.convert(x, x.dtype) if x.is_weak and x.itemsize >= 8 else x


def real_dtype(x: Tensor) -> np.dtype[Any]:
    """Return the dtype of the parts of complex numbers, or that of others."""
    return np.empty(0, x.dtype).real.dtype


def negative_axis(axis: Any, ndim: int) -> int:
    """Count an axis from the end."""
    number = index(axis)
    if 0 <= number < ndim:
        return number - ndim
    if -ndim <= number < 0:
        return number
    raise AxisError(number, ndim)


def negative_axes(axis: Axes, ndim: int) -> Dims:
    """Count the axes that ``axis=`` names from the end."""
    if axis is None:
        return ALL_AXES[ndim]
    if type(axis) is int:  # what is usual first: this runs at every call of a reduction
        if 0 <= axis < ndim:
            return (axis - ndim,)
        if -ndim <= axis < 0:
            return (axis,)
    if isinstance(axis, (tuple, list)):
        axes = tuple([negative_axis(item, ndim) for item in axis])
        if len(set(axes)) != len(axes):
            message = f"axis: {tuple(axis)} names an axis twice; each may occur once"
            raise ValueError(message)
        return axes
    return (negative_axis(axis, ndim),)


def dims_of(shape: Any) -> Dims:
    """Return an integer, or a sequence or array of integers, as a tuple."""
    if isinstance(shape, (tuple, list)):
        return tuple([index(n) for n in shape])
    if hasattr(shape, "__index__") and getattr(shape, "ndim", 0) == 0:
        return (index(shape),)
    return tuple([index(n) for n in shape])


def product(lengths: Sequence[int]) -> int:
    """Multiply lengths."""
    count = 1
    for n in lengths:
        count *= n
    return count


def length_of(x: Tensor, axes: Dims) -> int:
    """Count the elements along `axes`."""
    shape = x.shape
    return product([shape[axis] for axis in axes])


def refuse(name: str, argument: str, value: Any, default: Any = None) -> None:
    """Fail if an argument that has no meaning for Tensors is not at its default."""
    if value is default or (isinstance(value, str) and value == default):
        return
    message = f"{name}: {argument}={value!r} was given; only {default!r} is supported"
    raise DTypeError(message)


def given_for(out: Any, a: Any, dtype: DTypeLike) -> Tensor:
    """Read what a reduction computes with: where no dtype is asked for, in one that holds `out`'s."""
    x = tensor_of(a)
    if dtype is not None or not hasattr(out, "dtype"):
        return x
    return converted(x, np.result_type(x.dtype, out.dtype))


def only_of(out: Any) -> Any:
    """Return the one entry of a tuple, as ufuncs are given what they store in."""
    return out[0] if isinstance(out, tuple) and len(out) == 1 else out


def store_each(
    name: str, out: Any, results: tuple[Tensor, ...], casting: str, where: Any
) -> tuple[Tensor, ...]:
    """Store the results of a function that has several."""
    if not isinstance(out, tuple) or len(out) != len(results):
        given = f"{len(out)} entries" if isinstance(out, tuple) else f"a {type(out).__name__}"
        message = f"{name}: out is {given}; a tuple of {len(results)} arrays or None is needed"
        raise ValueError(message)
    pairs = zip(out, results, strict=True)
    return tuple([_core.store(name, place, x, casting, where, True) for place, x in pairs])


def store_as_found(name: str, out: Any, result: Tensor) -> Tensor:
    """Store as NumPy's functions that buffer `out` in the dtype of what they find."""
    given = getattr(out, "dtype", result.dtype)
    if not np.can_cast(given, result.dtype, "safe"):
        message = f"{name}: out is {given} and the result {result.dtype}, to which casting='safe' does not cast"
        raise DTypeError(message)
    return _core.store(name, out, result, "unsafe")


def masked(x: Tensor, where: Any, neutral: bool = False) -> Tensor:
    """`x` with zeros, or ones, where `where` is false."""
    return x if where is True else _core.where(where, x, neutral)


def beginning(initial: Any, like: Tensor) -> Tensor:
    """Bring what a reduction begins with to its dtype."""
    return converted(tensor_of(initial), like.dtype)


def count_of(x: Tensor, axes: tuple[int, ...], keepdims: bool, where: Any) -> Any:
    """How many elements a mean is taken of."""
    if where is True:
        return length_of(x, axes)
    mask = _core.broadcast_to(where, x.shape)
    return converted(
        _core.sum(mask, axes, keepdims), real_dtype(x) if x.dtype.kind in "fc" else None
    )


# Kinds of items in the index of the primitives slice and add_at_slice.
_INTEGER, _SLICE, _WHOLE, _NEWAXIS = range(4)

Part = tuple[int, ...]
WHOLE: Part = (_WHOLE,)
NEWAXIS: Part = (_NEWAXIS,)
FIRST: Part = (_INTEGER, 0)


def item(number: int) -> Part:
    """One element of an axis, which is dropped."""
    return (_INTEGER, number)


def run(start: int, count: int, step: int = 1) -> Part:
    """`count` elements of an axis from `start` on."""
    return (_SLICE, start, count, step)


def diagonal_of(x: Tensor, rows: int, columns: int, offset: int = 0) -> Tensor:
    """Return a diagonal of two axes, as the last axis behind the others: a view."""
    shape = x.shape
    steps = [product(shape[axis + 1 :]) for axis in range(x.ndim)]
    down, right = max(-offset, 0), max(offset, 0)
    count = max(min(shape[rows] - down, shape[columns] - right), 0)
    others = [axis for axis in range(x.ndim) if axis not in (rows, columns)]
    return _core.as_strided(
        x,
        (*[shape[axis] for axis in others], count),
        (*[steps[axis] for axis in others], steps[rows] + steps[columns]),
        down * steps[rows] + right * steps[columns] if count else 0,
    )


def apart(x: Tensor, given: Tensor) -> Tensor:
    """`x` itself, or a copy if what is written to it would be seen in what was given."""
    return _core.identity(x) if _core.share_memory(x, given) else x


def part_along(x: Tensor, axis: int, start: int, count: int, step: int = 1) -> Tensor:
    """`count` elements from `start` on along a negative axis: a view."""
    return _core.slice(x, WHOLE * (x.ndim + axis) + run(start, count, step))
