"""What a sparse matrix is made of, as SciPy's constructors take it."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import as_array

if TYPE_CHECKING:
    from wengert._typing import Dims

Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]


def places_of(name: str, argument: str, x: Any) -> Integers:
    """Read integers of one axis, which are constants."""
    if isinstance(x, Tensor):
        x = x.detach().numpy()
    values = np.asarray(x)
    if values.ndim != 1 or (values.dtype.kind not in "iu" and values.size):
        message = f"{name}: {argument} is {values.dtype} of shape {values.shape}; integers of one axis are needed"
        raise ShapeError(message)
    return values if values.dtype in (np.int32, np.int64) else values.astype(np.int64)


def starts_of(major: Integers, count: int) -> Integers:
    return np.searchsorted(major, np.arange(count + 1))


def elements_of(name: str, data: Any, count: int) -> Tensor:
    values = as_array(data)
    if values.shape != (count,):
        message = f"{name}: data is {values.shape} for {count} places; ({count},) is needed"
        raise ShapeError(message)
    return values


def shape_of(name: str, shape: Any, row: Integers, col: Integers) -> Dims:
    """Read the shape; by default that of which every place is inside."""
    least = (int(row.max(initial=-1)) + 1, int(col.max(initial=-1)) + 1)
    dims = least if shape is None else tuple([index(n) for n in shape])
    if len(dims) != 2 or any(n < m for n, m in zip(dims, least, strict=True)):
        message = f"{name}: shape is {dims} and the elements need {least}"
        raise ShapeError(message)
    if min(row.min(initial=0), col.min(initial=0)) < 0:
        message = f"{name}: a place is negative; rows and columns count from 0"
        raise ShapeError(message)
    return dims


def compressed(
    name: str, arg1: Any, shape: Any, axis: int
) -> tuple[Tensor, Integers, Integers, Dims]:
    if len(arg1) != 3:
        message = f"{name}: a tuple of {len(arg1)} was given; (data, indices, indptr) is needed"
        raise ShapeError(message)
    minor, starts = places_of(name, "indices", arg1[1]), places_of(name, "indptr", arg1[2])
    if (
        not len(starts)
        or starts[0] != 0
        or starts[-1] != len(minor)
        or np.any(starts[1:] < starts[:-1])
    ):
        message = f"{name}: indptr does not ascend from 0 to {len(minor)}, the number of indices"
        raise ShapeError(message)
    count, width = len(starts) - 1, int(minor.max(initial=-1)) + 1
    least = (count, width) if axis == 0 else (width, count)
    dims = least if shape is None else tuple([index(n) for n in shape])
    if len(dims) != 2 or dims[axis] != count or dims[1 - axis] < width:
        message = f"{name}: shape is {dims} and the elements need {least}"
        raise ShapeError(message)
    if minor.min(initial=0) < 0:
        message = f"{name}: an index is negative; rows and columns count from 0"
        raise ShapeError(message)
    return elements_of(name, arg1[0], len(minor)), minor, starts, dims
