"""Means of neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import negative_axes, negative_axis
from wengert.scipy.ndimage._arguments import (
    delivered,
    dtype_in,
    for_each,
    image,
)

if TYPE_CHECKING:
    from wengert._typing import Axes, DTypeLike, Operand
from wengert.scipy.ndimage._weighted_sums import along_axis

__all__ = [
    "uniform_filter",
    "uniform_filter1d",
]


def uniform_filter1d(
    input: Operand,
    size: int,
    axis: int = -1,
    output: DTypeLike = None,
    mode: str = "reflect",
    cval: Any = 0.0,
    origin: int = 0,
) -> Tensor:
    """Take the mean of neighbours along an axis.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    size : int
        Of how many.
    axis : int
        Along which axis.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    origin : int
        How far the neighbours are shifted to the left.

    Returns
    -------
    Tensor
        Of the shape of `input`.

    Raises
    ------
    AxisError
        If `input` has no such axis.
    ValueError
        If `size`, `mode` or `origin` is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.uniform_filter1d([1.0, 2.0, 6.0], 3, mode="nearest").round(3)
    Tensor([1.333, 3.   , 4.667])
    """
    x = image("uniform_filter1d", input)
    along = negative_axis(axis, x.ndim)
    y = _mean("uniform_filter1d", x, [(along, size, origin, mode)], cval, output)
    return delivered(y, x, output)


def _mean(name: str, x: Tensor, steps: list[Any], cval: Any, output: DTypeLike) -> Tensor:
    """Take means along one axis after the other; integers are cut off after each, as SciPy's are."""
    for axis, size, origin, mode in steps:
        if size < 1:
            message = f"{name}: size is {size}; a positive number is needed"
            raise ShapeError(message)
        ones = _core.tensor(np.ones(int(size)), None, False)
        sums = along_axis(name, x, ones, axis, mode, cval, origin)
        x = delivered(sums / float(size), x, dtype_in(output))
    return x


def uniform_filter(
    input: Operand,
    size: Any = 3,
    output: DTypeLike = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    *,
    axes: Axes = None,
) -> Tensor:
    """Take the mean of neighbours.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    size : int or sequence of int
        Of how many, along each axis.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str or sequence of str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    origin : int or sequence of int
        How far the neighbours are shifted to the left, along each axis.
    axes : int or tuple of int, optional
        Along which axes, by default all.

    Returns
    -------
    Tensor
        Of the shape of `input`.

    Raises
    ------
    AxisError
        If `input` has no such axis.
    ValueError
        If `size`, `mode` or `origin` is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.uniform_filter([[1.0, 2.0], [3.0, 6.0]], 2, mode="wrap")
    Tensor([[3., 3.],
            [3., 3.]])
    """
    x = image("uniform_filter", input)
    along = negative_axes(axes, x.ndim)
    each = [
        for_each("uniform_filter", argument, value, len(along))
        for argument, value in (("size", size), ("origin", origin), ("mode", mode))
    ]
    steps = [step for step in zip(along, *each, strict=True) if step[1] > 1]
    return delivered(_mean("uniform_filter", x, steps, cval, output), x, output)
