"""Elements by place and by condition."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import (
    constant,
    converted,
    negative_axis,
    refuse,
    run,
    tensor_of,
    tensor_or_number,
    value_of,
)
from wengert.numpy.predicates import result_type
from wengert.numpy.shape import moveaxis

if TYPE_CHECKING:
    from wengert._typing import Axis, Operand

__all__ = [
    "argwhere",
    "compress",
    "diag",
    "diagflat",
    "diagonal",
    "extract",
    "flatnonzero",
    "nonzero",
    "select",
    "take",
    "take_along_axis",
    "tril",
    "triu",
    "where",
]


def _places(indices: Any, length: int, mode: str) -> Any:
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
    message = f"take: mode is {mode!r}; 'raise', 'wrap' or 'clip' is needed"
    raise ValueError(message)


def take(
    a: Operand, indices: Any, axis: Axis = None, out: None = None, mode: str = "raise"
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
    out : None
        Tensors are not written to.
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
    refuse("take", "out", out)
    x = tensor_of(a)
    if axis is None:
        x = x if x.ndim == 1 else _core.reshape(x, (x.size,))
        axis = -1
    along = negative_axis(axis, x.ndim)
    return _core.gather([x, _places(indices, x.shape[along], mode)], (along,), -along - 1)


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
    places = indices if isinstance(indices, Tensor) else np.asarray(indices)
    if places.dtype.kind not in "iu":
        message = f"take_along_axis: indices are {places.dtype}; integers are needed"
        raise IndexError(message)
    if axis is None:
        if places.ndim != 1:
            message = (
                f"take_along_axis: indices are {places.shape}; without axis, one axis is needed"
            )
            raise ShapeError(message)
        x = _core.reshape(x, (x.size,))
        axis = 0
    at = normalize_axis_index(index(axis), x.ndim)
    if places.ndim != x.ndim:
        message = (
            f"take_along_axis: indices are {places.shape} and arr is {x.shape}; "
            "the same number of axes is needed"
        )
        raise ShapeError(message)
    blocks = [
        places if i == at else np.arange(n).reshape((1,) * i + (n,) + (1,) * (x.ndim - i - 1))
        for i, n in enumerate(x.shape)
    ]
    return _core.gather([x, *blocks], tuple(range(-x.ndim, 0)), 0)


def where(condition: Operand, x: Any = None, y: Any = None, /) -> Any:
    """Choose elements of `x` where a condition holds, of `y` elsewhere.

    Parameters
    ----------
    condition : array_like of bool
        What is not zero is true.
    x, y : array_like, optional
        What to choose from; all three broadcast. Without them, the result is ``nonzero(condition)``.

    Returns
    -------
    Tensor or tuple of Tensor
        Of the shape that the arguments broadcast to.

    Raises
    ------
    ValueError
        If one of `x` and `y` is missing.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.where([True, False], 1.0, [2.0, 3.0])
    Tensor([1., 3.])
    """
    if x is None and y is None:
        return nonzero(condition)
    if x is None or y is None:
        message = "where: one of x and y was given; both or neither are needed"
        raise ValueError(message)
    mask = condition if isinstance(condition, Tensor) else tensor_of(condition)
    if mask.dtype.kind != "b":
        mask = _core.not_equal(mask, 0)
    if isinstance(x, (list, tuple)):
        x = tensor_of(x)
    if isinstance(y, (list, tuple)):
        y = tensor_of(y)
    return _core.where(mask, x, y)


def nonzero(a: Operand) -> tuple[Tensor, ...]:
    """Return the places of the elements that are not zero.

    Parameters
    ----------
    a : array_like
        Of one axis or more.

    Returns
    -------
    tuple of Tensor
        Of int64, one for each axis, each of shape (number of such elements,).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nonzero([0.0, 2.0, 3.0])
    (Tensor([1, 2]),)
    """
    return tuple([constant(places) for places in np.nonzero(value_of(a))])


def argwhere(a: Operand) -> Tensor:
    """Return the places of the elements that are not zero, one to a row.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of int64, of shape (number of such elements, a.ndim).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.argwhere([0.0, 2.0, 3.0])
    Tensor([[1],
            [2]])
    """
    return constant(np.argwhere(value_of(a)))


def flatnonzero(a: Operand) -> Tensor:
    """Return the places of the elements that are not zero in the flattened array.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of int64, of shape (number of such elements,).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.flatnonzero([0.0, 2.0, 3.0])
    Tensor([1, 2])
    """
    return constant(np.flatnonzero(value_of(a)))


def compress(condition: Operand, a: Operand, axis: Axis = None, out: None = None) -> Tensor:
    """Take the elements along an axis where a condition holds.

    Parameters
    ----------
    condition : array_like of bool
        Of shape (K,), K at most the length of the axis.
    a : array_like
        Of any shape and dtype.
    axis : int or None
        Along which axis; None for the flattened array.
    out : None
        Tensors are not written to.

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
    return take(a, np.flatnonzero(value_of(condition)), axis, out)


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
    return take(arr, np.flatnonzero(value_of(condition)))


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Tensor:
    """Choose by the first of several conditions that holds.

    Parameters
    ----------
    condlist : sequence of array_like of bool
        The conditions.
    choicelist : sequence of array_like
        What to choose where each is the first that holds.
    default : array_like
        What to choose where none holds.

    Returns
    -------
    Tensor
        Of the shape that all broadcast to.

    Raises
    ------
    DTypeError
        If a condition is not of booleans.
    ValueError
        If the lists differ in length, or are empty.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.array([-1.0, 0.5, 2.0])
    >>> wnp.select([x < 0, x < 1], [0.0, x], 1.0)
    Tensor([0. , 0.5, 1. ])
    """
    if len(condlist) != len(choicelist):
        message = (
            f"select: {len(condlist)} conditions and {len(choicelist)} choices were given; "
            "as many of the one as of the other are needed"
        )
        raise ValueError(message)
    if len(condlist) == 0:
        message = "select: no conditions were given; at least one is needed"
        raise ValueError(message)
    conditions = [tensor_of(x) for x in condlist]
    for i, condition in enumerate(conditions):
        if condition.dtype.kind != "b":
            message = f"select: condition {i} is {condition.dtype}; booleans are needed"
            raise DTypeError(message)
    choices = [tensor_or_number(x) for x in (*choicelist, default)]
    dtype = result_type(*choices)
    *choices, chosen = (converted(tensor_of(x), dtype) for x in choices)
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        chosen = _core.where(condition, choice, chosen)
    return chosen


def diagonal(a: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Return the diagonal of two axes.

    Parameters
    ----------
    a : array_like
        Of two axes or more.
    offset : int
        Which diagonal: above the main one if positive, below if negative.
    axis1, axis2 : int
        Rows and columns.

    Returns
    -------
    Tensor
        Of the shape of the other axes, and the diagonal as the last axis.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ShapeError
        If there are fewer than two axes, or both are the same.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.diagonal([[1.0, 2.0], [3.0, 4.0]])
    Tensor([1., 4.])
    """
    x = tensor_of(a)
    if x.ndim < 2:
        message = f"diagonal: a is {x.shape}; at least two axes are needed"
        raise ShapeError(message)
    rows, columns = normalize_axis_index(axis1, x.ndim), normalize_axis_index(axis2, x.ndim)
    if rows == columns:
        message = f"diagonal: axis1 is {axis1} and axis2 is {axis2}; two different axes are needed"
        raise ShapeError(message)
    if (rows, columns) != (x.ndim - 2, x.ndim - 1):
        x = moveaxis(x, (rows, columns), (-2, -1))
    *others, height, width = x.shape
    start, count = _diagonal_of(height, width, offset)
    flat = _core.reshape(x, (*others, height * width))
    return _core.slice(flat, (2,) * len(others) + run(start, count, width + 1))


def _diagonal_of(height: int, width: int, offset: int) -> tuple[int, int]:
    """Where a diagonal begins in a flattened matrix, and how long it is."""
    if offset >= 0:
        count = max(min(height, width - offset), 0)
        return (offset if count else 0), count
    count = max(min(height + offset, width), 0)
    return (-offset * width if count else 0), count


def diag(v: Operand, k: int = 0) -> Tensor:
    """Return the diagonal of a matrix, or a matrix with this diagonal.

    Parameters
    ----------
    v : array_like
        Of shape (M, N) or (N,).
    k : int
        Which diagonal: above the main one if positive, below if negative.

    Returns
    -------
    Tensor
        The diagonal of a matrix; of a vector, a square matrix with ``N + abs(k)`` rows.

    Raises
    ------
    ShapeError
        If `v` has another number of axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.diag([1.0, 2.0])
    Tensor([[1., 0.],
            [0., 2.]])
    """
    x = tensor_of(v)
    if x.ndim == 2:
        return diagonal(x, k)
    if x.ndim != 1:
        message = f"diag: v is {x.shape}; one or two axes are needed"
        raise ShapeError(message)
    n = x.size + abs(k)
    start, count = _diagonal_of(n, n, k)
    flat = _core.add_at_slice(np.zeros(n * n, x.dtype), x, run(start, count, n + 1))
    return _core.reshape(flat, (n, n))


def diagflat(v: Operand, k: int = 0) -> Tensor:
    """Return a matrix with the flattened array as its diagonal.

    Parameters
    ----------
    v : array_like
        Of any shape and dtype.
    k : int
        Which diagonal.

    Returns
    -------
    Tensor
        Square, with ``v.size + abs(k)`` rows.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.diagflat([[1.0, 2.0]])
    Tensor([[1., 0.],
            [0., 2.]])
    """
    x = tensor_of(v)
    return diag(_core.reshape(x, (x.size,)), k)


def _triangle(m: Operand, k: int, is_lower: bool) -> Tensor:
    x = tensor_of(m)
    if x.ndim == 0:
        message = "tril and triu: a Tensor of shape () was given; a matrix is needed"
        raise ShapeError(message)
    if x.ndim == 1:
        x = _core.broadcast_to(x, (x.size, x.size))
    return _core.triangle(x, k, is_lower)


def tril(m: Operand, k: int = 0) -> Tensor:
    """Keep the lower triangle of matrices, zeros above.

    Parameters
    ----------
    m : array_like
        Of shape (..., M, N).
    k : int
        The diagonal above which the zeros begin.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Raises
    ------
    ShapeError
        If `m` has no axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.tril([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[1., 0.],
            [3., 4.]])
    """
    return _triangle(m, k, True)


def triu(m: Operand, k: int = 0) -> Tensor:
    """Keep the upper triangle of matrices, zeros below.

    Parameters
    ----------
    m : array_like
        Of shape (..., M, N).
    k : int
        The diagonal below which the zeros begin.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Raises
    ------
    ShapeError
        If `m` has no axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.triu([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[1., 2.],
            [0., 4.]])
    """
    return _triangle(m, k, False)
