"""New arrays."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import (
    as_array,
    constant,
    converted,
    dims_of,
    holds_tensor,
    part_along,
    tensor_of,
    tensor_or_number,
)
from wengert.numpy.joining import concatenate
from wengert.numpy.predicates import result_type
from wengert.numpy.shape import moveaxis

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand, Shape

__all__ = [
    "arange",
    "array",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "full",
    "full_like",
    "identity",
    "linspace",
    "meshgrid",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]


def array(
    object: Any, dtype: DTypeLike = None, *, copy: bool | None = True, ndmin: int = 0
) -> Tensor:
    """Make a Tensor of numbers, arrays, Tensors and nested sequences of them.

    Parameters
    ----------
    object : array_like, or nested sequences of Tensors
        Tensors stay connected to their derivatives.
    dtype : dtype, optional
        By default what NumPy's promotion gives.
    copy : bool, optional
        Of no effect: a Tensor is never written to.
    ndmin : int
        Axes of length one are put in front up to this number.

    Returns
    -------
    Tensor
        Of the shape of the nesting.

    Raises
    ------
    DTypeError
        If the dtype is not supported.
    ShapeError
        If the parts differ in shape.

    Examples
    --------
    >>> import wengert as wg
    >>> import wengert.numpy as wnp
    >>> wg.grad(lambda x: wnp.array([x, x * x])[1])(3.0)
    6.0
    """
    if isinstance(object, Tensor):
        x = _core.identity(as_array(object)) if copy else as_array(object)
    else:
        x = constant(object)
    x = converted(x, dtype)
    return _core.reshape(x, (1,) * (ndmin - x.ndim) + x.shape) if x.ndim < ndmin else x


def asarray(a: Any, dtype: DTypeLike = None, order: str | None = None) -> Tensor:
    """Make a Tensor, or return `a` itself if it is one.

    Parameters
    ----------
    a : array_like, or nested sequences of Tensors
        Tensors stay connected to their derivatives.
    dtype : dtype, optional
        By default what NumPy's promotion gives.
    order : {"C", "F", "A", "K"}, optional
        Of no effect.

    Returns
    -------
    Tensor
        Of the shape of `a`.

    Raises
    ------
    DTypeError
        If the dtype is not supported.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.asarray([1.0, 2.0])
    Tensor([1., 2.])
    """
    return converted(as_array(a), dtype)


def zeros(shape: Shape, dtype: DTypeLike = None, order: str = "C") -> Tensor:
    """Return zeros.

    Parameters
    ----------
    shape : int or tuple of int
        The lengths of the axes.
    dtype : dtype, optional
        By default float64.
    order : {"C", "F"}
        Of no effect.

    Returns
    -------
    Tensor
        Of the shape asked for.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.zeros(2)
    Tensor([0., 0.])
    """
    return constant(np.zeros(dims_of(shape), dtype))


def ones(shape: Shape, dtype: DTypeLike = None, order: str = "C") -> Tensor:
    """Return ones.

    Parameters
    ----------
    shape : int or tuple of int
        The lengths of the axes.
    dtype : dtype, optional
        By default float64.
    order : {"C", "F"}
        Of no effect.

    Returns
    -------
    Tensor
        Of the shape asked for.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.ones(2)
    Tensor([1., 1.])
    """
    return constant(np.ones(dims_of(shape), dtype))


def empty(shape: Shape, dtype: DTypeLike = None, order: str = "C") -> Tensor:
    """Return an array of a shape; a Tensor is never written to, so it holds zeros.

    Parameters
    ----------
    shape : int or tuple of int
        The lengths of the axes.
    dtype : dtype, optional
        By default float64.
    order : {"C", "F"}
        Of no effect.

    Returns
    -------
    Tensor
        Of the shape asked for.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.empty((2, 3)).shape
    (2, 3)
    """
    return zeros(shape, dtype)


def full(shape: Shape, fill_value: Operand, dtype: DTypeLike = None, order: str = "C") -> Tensor:
    """Return an array of one value, connected to its derivative.

    Parameters
    ----------
    shape : int or tuple of int
        The lengths of the axes.
    fill_value : array_like
        A number, or what broadcasts to the shape.
    dtype : dtype, optional
        By default that of `fill_value`.
    order : {"C", "F"}
        Of no effect.

    Returns
    -------
    Tensor
        Of the shape asked for.

    Examples
    --------
    >>> import wengert as wg
    >>> import wengert.numpy as wnp
    >>> wg.grad(lambda x: wnp.full(3, x).sum())(2.0)
    3.0
    """
    return _core.broadcast_to(asarray(fill_value, dtype), dims_of(shape))


def zeros_like(
    a: Operand,
    dtype: DTypeLike = None,
    order: str = "K",
    subok: bool = True,
    shape: Shape | None = None,
    *,
    device: None = None,
) -> Tensor:
    """Return zeros of the shape and dtype of an array.

    Parameters
    ----------
    a : array_like
        The array.
    dtype : dtype, optional
        Another dtype.
    order, subok, device
        Of no effect.
    shape : int or tuple of int, optional
        Another shape.

    Returns
    -------
    Tensor
        A constant to every derivative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.zeros_like([1.0, 2.0])
    Tensor([0., 0.])
    """
    x = tensor_of(a)
    return zeros(x.shape if shape is None else shape, dtype or x.dtype)


def ones_like(
    a: Operand,
    dtype: DTypeLike = None,
    order: str = "K",
    subok: bool = True,
    shape: Shape | None = None,
    *,
    device: None = None,
) -> Tensor:
    """Return ones of the shape and dtype of an array.

    Parameters
    ----------
    a : array_like
        The array.
    dtype : dtype, optional
        Another dtype.
    order, subok, device
        Of no effect.
    shape : int or tuple of int, optional
        Another shape.

    Returns
    -------
    Tensor
        A constant to every derivative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.ones_like([3.0, 2.0])
    Tensor([1., 1.])
    """
    x = tensor_of(a)
    return ones(x.shape if shape is None else shape, dtype or x.dtype)


def empty_like(
    prototype: Operand,
    dtype: DTypeLike = None,
    order: str = "K",
    subok: bool = True,
    shape: Shape | None = None,
    *,
    device: None = None,
) -> Tensor:
    """Return an array of the shape and dtype of another one; it holds zeros.

    Parameters
    ----------
    prototype : array_like
        The other array.
    dtype : dtype, optional
        Another dtype.
    order, subok, device
        Of no effect.
    shape : int or tuple of int, optional
        Another shape.

    Returns
    -------
    Tensor
        A constant to every derivative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.empty_like([1.0, 2.0]).shape
    (2,)
    """
    return zeros_like(prototype, dtype, shape=shape)


def full_like(
    a: Operand,
    fill_value: Operand,
    dtype: DTypeLike = None,
    order: str = "K",
    subok: bool = True,
    shape: Shape | None = None,
    *,
    device: None = None,
) -> Tensor:
    """Return one value in the shape and dtype of an array, connected to the value's derivative.

    Parameters
    ----------
    a : array_like
        The array.
    fill_value : array_like
        A number, or what broadcasts to the shape.
    dtype : dtype, optional
        Another dtype.
    order, subok, device
        Of no effect.
    shape : int or tuple of int, optional
        Another shape.

    Returns
    -------
    Tensor
        Of the shape and dtype of `a`.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.full_like([1.0, 2.0], 3)
    Tensor([3., 3.])
    """
    x = tensor_of(a)
    return full(x.shape if shape is None else shape, fill_value, dtype or x.dtype)


def arange(*args: Any, dtype: DTypeLike = None, **kwargs: Any) -> Tensor:
    """Return evenly spaced numbers of an interval, by their distance.

    Parameters
    ----------
    *args : number
        ``stop``; ``start, stop``; or ``start, stop, step``.
    dtype : dtype, optional
        By default that of the arguments.
    **kwargs : number
        The same by name.

    Returns
    -------
    Tensor
        Of shape (N,), connected to the derivatives of `start` and `step`.

    Raises
    ------
    ShapeError
        If an argument is no number.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.arange(3)
    Tensor([0, 1, 2])
    """
    if not any(isinstance(x, Tensor) for x in (*args, *kwargs.values())):
        return constant(np.arange(*args, dtype=dtype, **kwargs))
    return _spaced(*args, dtype=dtype, **kwargs)


def _spaced(
    start: Any = None, stop: Any = None, step: Any = 1, *, dtype: DTypeLike, device: None = None
) -> Tensor:
    if start is None or stop is None:
        start, stop = 0, stop if start is None else start
    for number in (start, stop, step):
        if np.ndim(number):
            message = f"arange: an argument is {np.shape(number)}; numbers are needed"
            raise ShapeError(message)
    count = _core.ceil(_core.divide(_core.subtract(stop, start), step))
    length = max(index(converted(_core.stop_gradient(count), np.int64)), 0)
    if dtype is None:
        dtype = np.result_type(*[tensor_of(x).dtype for x in (start, stop, step)])
    numbers = _core.add(_core.multiply(np.arange(length), step), start)
    return converted(numbers, dtype)


def linspace(
    start: Operand,
    stop: Operand,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: DTypeLike = None,
    axis: int = 0,
    *,
    device: None = None,
) -> Any:
    """Return evenly spaced numbers of an interval, by how many there are.

    Parameters
    ----------
    start, stop : array_like
        The interval; both broadcast, and keep their derivatives.
    num : int
        How many numbers.
    endpoint : bool
        Whether `stop` is one of them.
    retstep : bool
        Whether to return the distance too.
    dtype : dtype, optional
        By default that of the arguments, at least float64.
    axis : int
        Where the axis of the numbers stands in the result.
    device : None
        Of no effect.

    Returns
    -------
    Tensor or tuple of Tensor
        With one axis more than `start` and `stop`; with `retstep`, and the distance.

    Raises
    ------
    ValueError
        If `num` is negative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linspace(0.0, 1.0, 5)
    Tensor([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    if not (holds_tensor(start) or holds_tensor(stop)):
        result = np.linspace(start, stop, num, endpoint, retstep, dtype, axis)  # type: ignore[call-overload, misc]
        return tuple(map(constant, result)) if retstep else constant(result)
    num = index(num)
    if num < 0:
        message = f"linspace: num is {num}; no negative number is needed"
        raise ValueError(message)
    start, stop = tensor_or_number(start), tensor_or_number(stop)
    wide = result_type(start, stop, float(num))
    first, last = (converted(tensor_of(end), wide) for end in (start, stop))
    distance = _core.subtract(last, first)
    count = num - 1 if endpoint else num
    step = _core.divide(distance, count) if count > 0 else constant(np.nan)
    places = np.arange(num).astype(wide).reshape((-1,) + (1,) * distance.ndim)
    numbers = _core.add(_core.multiply(places, step if count > 0 else distance), first)
    if endpoint and num > 1:
        end = _core.broadcast_to(last, (1, *distance.shape))
        numbers = concatenate([part_along(numbers, -numbers.ndim, 0, num - 1), end])
    if axis != 0:
        numbers = moveaxis(numbers, 0, axis)
    if dtype is not None and np.dtype(dtype).kind == "i":
        numbers = _core.floor(numbers)
    numbers = converted(numbers, dtype)
    return (numbers, step) if retstep else numbers


def meshgrid(
    *xi: Operand, copy: bool = True, sparse: bool = False, indexing: str = "xy"
) -> tuple[Tensor, ...]:
    """Return the coordinates of the points of a grid.

    Parameters
    ----------
    *xi : array_like
        The coordinates along each axis.
    copy : bool
        Of no effect.
    sparse : bool
        Whether the results have length one along the other axes.
    indexing : {"xy", "ij"}
        Whether the first coordinate runs along the second axis or the first.

    Returns
    -------
    tuple of Tensor
        One for each coordinate.

    Raises
    ------
    ValueError
        If `indexing` is neither.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x, y = wnp.meshgrid([1.0, 2.0], [3.0, 4.0])
    >>> x
    Tensor([[1., 2.],
            [1., 2.]])
    """
    if indexing not in ("xy", "ij"):
        message = f"meshgrid: indexing is {indexing!r}; 'xy' or 'ij' is needed"
        raise ValueError(message)
    rank = len(xi)
    lines = []
    for i, x in enumerate(map(tensor_of, xi)):
        axis = 1 - i if indexing == "xy" and i < 2 and rank > 1 else i
        lines.append(_core.reshape(x, (1,) * axis + (x.size,) + (1,) * (rank - axis - 1)))
    if sparse:
        return tuple(lines)
    shape = np.broadcast_shapes(*[x.shape for x in lines])
    return tuple([_core.broadcast_to(x, shape) for x in lines])


def eye(N: int, M: int | None = None, k: int = 0, dtype: DTypeLike = float) -> Tensor:
    """Return a matrix with ones on a diagonal.

    Parameters
    ----------
    N, M : int
        Rows and columns; by default as many columns as rows.
    k : int
        Which diagonal.
    dtype : dtype
        By default float64.

    Returns
    -------
    Tensor
        Of shape (N, M).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.eye(2)
    Tensor([[1., 0.],
            [0., 1.]])
    """
    return constant(np.eye(N, M, k, dtype))


def identity(n: int, dtype: DTypeLike = None) -> Tensor:
    """Return the identity matrix.

    Parameters
    ----------
    n : int
        How many rows and columns.
    dtype : dtype, optional
        By default float64.

    Returns
    -------
    Tensor
        Of shape (n, n).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.identity(2)
    Tensor([[1., 0.],
            [0., 1.]])
    """
    return constant(np.identity(n, dtype))
