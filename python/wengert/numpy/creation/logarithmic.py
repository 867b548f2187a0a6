"""Numbers whose logarithms are evenly spaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import (
    ALL_AXES,
    converted,
    part_along,
    tensor_of,
    tensor_or_number,
)
from wengert.numpy.creation.spacing import linspace
from wengert.numpy.elementwise.complex_parts import sign
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.layout.enlarging import broadcast_arrays
from wengert.numpy.layout.reshaping import expand_dims
from wengert.numpy.predicates.kinds import result_type

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand

__all__ = ["geomspace", "logspace"]


def logspace(
    start: Operand,
    stop: Operand,
    num: Any = 50,
    endpoint: bool = True,
    base: Operand = 10.0,
    dtype: DTypeLike = None,
    axis: int = 0,
) -> Tensor:
    """Return powers of a base whose exponents are evenly spaced.

    Parameters
    ----------
    start, stop : array_like
        The interval of the exponents; both broadcast, and keep their derivatives.
    num : int
        How many numbers.
    endpoint : bool
        Whether `stop` is one of the exponents.
    base : array_like
        What is raised to them, which keeps its derivative.
    dtype : dtype, optional
        By default that of the arguments, at least float64.
    axis : int
        Where the axis of the numbers stands in the result.

    Returns
    -------
    Tensor
        With one axis more than `start` and `stop`.

    Raises
    ------
    ValueError
        If `num` is negative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.logspace(0.0, 2.0, 3)
    Tensor([  1.,  10., 100.])
    """
    base = tensor_or_number(base)
    if np.ndim(base):
        start, stop, base = broadcast_arrays(start, stop, base)
        base = expand_dims(base, axis)
    exponents = linspace(start, stop, num, endpoint, axis=axis)
    return converted(_core.power(base, exponents), dtype)


def geomspace(
    start: Operand,
    stop: Operand,
    num: Any = 50,
    endpoint: bool = True,
    dtype: DTypeLike = None,
    axis: int = 0,
) -> Tensor:
    """Return numbers each of which is the one before times the same factor.

    Parameters
    ----------
    start, stop : array_like
        The ends, not zero; both broadcast, and keep their derivatives. Complex ends are joined by a spiral.
    num : int
        How many numbers.
    endpoint : bool
        Whether `stop` is one of them.
    dtype : dtype, optional
        By default that of the arguments, at least float64.
    axis : int
        Where the axis of the numbers stands in the result.

    Returns
    -------
    Tensor
        With one axis more than `start` and `stop`.

    Raises
    ------
    ValueError
        If `num` is negative, or an end is zero.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.geomspace(1.0, 8.0, 4)
    Tensor([1., 2., 4., 8.])
    """
    given = (tensor_or_number(end) for end in (start, stop))
    wide = result_type(*given, float(num), np.float64 if dtype is None else dtype)
    ends = broadcast_arrays(*[converted(tensor_of(end), wide) for end in (start, stop)])
    for name, end in zip(("start", "stop"), ends, strict=True):
        if _core.any(_core.equal(end, 0), ALL_AXES[end.ndim], False):
            message = f"geomspace: {name} is 0 somewhere; numbers that are not zero are needed"
            raise ValueError(message)
    direction = sign(ends[0])
    first, last = (_core.divide(end, direction) for end in ends)
    numbers = logspace(_core.log10(first), _core.log10(last), num, endpoint)
    n = numbers.shape[0]
    if n:
        # the ends as they were given
        front = _core.reshape(first, (1, *first.shape))
        behind = [_core.reshape(last, front.shape)] if n > 1 and endpoint else []
        inner = part_along(numbers, -numbers.ndim, 1, n - 1 - len(behind))
        numbers = _core.concatenate([front, inner, *behind], -numbers.ndim)
    numbers = _core.multiply(numbers, direction)
    if axis != 0:
        numbers = moveaxis(numbers, 0, axis)
    return converted(numbers, wide if dtype is None else dtype)
