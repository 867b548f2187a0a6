"""Numbers of an interval, and grids of them."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import (
    constant,
    converted,
    holds_tensor,
    part_along,
    tensor_of,
    tensor_or_number,
)
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.layout.enlarging import broadcast_arrays
from wengert.numpy.layout.joining import concatenate
from wengert.numpy.predicates.kinds import result_type

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand

__all__ = ["arange", "linspace", "meshgrid"]


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
        Whether the results are written to apart from the coordinates; otherwise they are views.
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
    if not sparse:
        lines = list(broadcast_arrays(*lines))
    return tuple(map(_core.identity, lines) if copy else lines)
