"""Arrays joined to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor, store
from wengert.numpy._arguments import converted, negative_axis, tensor_of
from wengert.numpy.layout.reshaping import atleast_1d, atleast_2d, atleast_3d

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wengert._typing import Axis, DTypeLike, Operand, Out

__all__ = [
    "append",
    "column_stack",
    "concat",
    "concatenate",
    "dstack",
    "hstack",
    "row_stack",
    "stack",
    "vstack",
]


def concatenate(
    arrays: Sequence[Operand],
    /,
    axis: Axis = 0,
    out: Out = None,
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
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    dtype : dtype, optional
        That of the result; by default what NumPy's promotion gives.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.

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
        return _joined_into("concatenate", out, concatenate(arrays, axis), dtype, casting)
    if isinstance(arrays, Tensor) and arrays.ndim > 1 and arrays.shape[0] and axis == 0:
        joined = _core.reshape(arrays, (arrays.shape[0] * arrays.shape[1], *arrays.shape[2:]))
        return converted(_core.identity(joined), dtype)
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


def _joined_into(name: str, out: Any, joined: Tensor, dtype: DTypeLike, casting: str) -> Tensor:
    if dtype is not None:
        message = f"{name}: out and dtype were given; one of them is needed"
        raise DTypeError(message)
    return store(name, out, joined, casting)


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
    out: Out = None,
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
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    dtype : dtype, optional
        That of the result; by default what NumPy's promotion gives.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.

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
        return _joined_into("stack", out, stack(arrays, axis), dtype, casting)
    tensors = [x if type(x) is Tensor else tensor_of(x) for x in arrays]
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


# An older name of the same, as in NumPy.
row_stack = vstack
