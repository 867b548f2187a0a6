"""The same elements under other shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.lib.array_utils import normalize_axis_tuple

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import (
    FIRST,
    NEWAXIS,
    WHOLE,
    apart,
    as_array,
    dims_of,
    product,
    tensor_of,
)
from wengert.numpy._memory_order import axes_in_order, put_in_order
from wengert.numpy.layout.axes import reversed_axes

if TYPE_CHECKING:
    from wengert._typing import Axes, Dims, Operand, Shape

__all__ = ["atleast_1d", "atleast_2d", "atleast_3d", "expand_dims", "ravel", "reshape", "squeeze"]


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
        Whether the last or the first index changes fastest; "A" is "F" where the elements of `a`
        lie by columns, otherwise "C".
    copy : bool, optional
        True for a result that is written to apart from `a`, False for a view or an error; by
        default a view where NumPy gives one.

    Returns
    -------
    Tensor
        Of the shape asked for: a view where the elements of `a` lie so that it can be one.

    Raises
    ------
    ShapeError
        If the number of elements does not fit.
    ValueError
        If `order` is another one; or if no view can be given, and `copy` is False.

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
    result = _reshaped(x, lengths, order)
    if copy is None:
        return result
    if copy:
        return _core.identity(result)
    if not _core.share_memory(x, result):
        message = f"reshape: a is {x.shape}, copy is False, and a copy is needed for {lengths}"
        raise ValueError(message)
    return result


def _reshaped(x: Tensor, lengths: Dims, order: str) -> Tensor:
    if order == "C":
        return _core.reshape(x, lengths)
    if order == "F":
        return reversed_axes(_core.reshape(reversed_axes(x), lengths[::-1]))
    if order != "A":
        message = f"reshape: order is {order!r}; 'C', 'F' or 'A' is needed"
        raise ValueError(message)
    return _reshaped(x, lengths, "F" if axes_in_order("reshape", x, order) else "C")


def ravel(a: Operand, order: str = "C") -> Tensor:
    """Flatten.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    order : {"C", "F", "A", "K"}
        Whether the last or the first index changes fastest; "A" as for `reshape`, "K" the order in
        which the elements lie.

    Returns
    -------
    Tensor
        Of shape ``(a.size,)``: a view if the elements of `a` lie in this order, else a copy.

    Raises
    ------
    ValueError
        If `order` is another one.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.ravel([[1.0, 2.0], [3.0, 4.0]])
    Tensor([1., 2., 3., 4.])
    """
    x = tensor_of(a)
    if order != "C":
        x = put_in_order(x, axes_in_order("ravel", x, order))
    flat = x if x.ndim == 1 else _core.reshape(x, (x.size,))
    return flat if _core.is_contiguous(x) else apart(flat, x)


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
