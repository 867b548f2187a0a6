"""Coefficients of splines on grids: what interpolates is a sum of them, times B-splines.

A filter with feedback runs along each axis forwards and back (M. Unser, Splines: A Perfect Fit for Signal and Image
Processing, 1999). How it begins and ends follows from what lies behind the borders.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import negative_axis, part_along
from wengert.numpy.layout.axes import moveaxis
from wengert.scipy.ndimage._arguments import check_mode, delivered, image, wide

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand

__all__ = ["spline_filter", "spline_filter1d"]

# By the order of a spline, the roots within the circle of its filter.
_POLES = {
    2: (sqrt(8.0) - 3.0,),
    3: (sqrt(3.0) - 2.0,),
    4: (
        sqrt(664.0 - sqrt(438976.0)) + sqrt(304.0) - 19.0,
        sqrt(664.0 + sqrt(438976.0)) - sqrt(304.0) - 19.0,
    ),
    5: (
        sqrt(67.5 - sqrt(4436.25)) + sqrt(26.25) - 6.5,
        sqrt(67.5 + sqrt(4436.25)) - sqrt(26.25) - 6.5,
    ),
}

# What lies behind the borders, for modes that have no such filter of their own as well.
_MIRRORED = ("mirror", "constant", "grid-constant", "wrap")
_REPEATED = ("grid-wrap",)


def check_order(name: str, order: int, least: int = 0) -> None:
    """Fail if there is no such spline."""
    if order not in range(least, 6):
        message = f"{name}: order is {order}; one of {least} to 5 is needed"
        raise ShapeError(message)


def _beginning(n: int, z: float, mode: str) -> Any:
    """Return the weights of a line in what its filter, begun infinitely far in front of it, gives first."""
    i = np.arange(n)
    if mode in _REPEATED:
        return z ** (-i % n) / (1 - z**n)
    if mode in _MIRRORED:
        weights = z**i + z ** (2 * n - 2 - i)
        weights[0], weights[-1] = 1, z ** (n - 1)
        return weights / (1 - z ** (2 * n - 2))
    weights = (z**i + z ** (2 * n - 1 - i)) * z / (1 - z ** (2 * n))
    weights[0] += 1
    return weights


def _end(n: int, z: float, mode: str) -> Any:
    """Return the weights of what the filter gave in what it gives last, run back."""
    if mode in _REPEATED:
        weights = z ** np.arange(1.0, n + 1)
        weights[-1] = 1
        return weights * z / (z**n - 1)
    weights = np.zeros(n)
    if mode in _MIRRORED:
        weights[-2:] = z * z / (z * z - 1), z / (z * z - 1)
    else:
        weights[-1] = z / (z - 1)
    return weights


def filtered(x: Tensor, order: int, axis: int, mode: str) -> Tensor:
    """Return the coefficients of splines along a negative axis."""
    n = x.shape[axis]
    if order < 2 or n < 2:
        return x
    c = moveaxis(x, axis, -1)
    poles = _POLES[order]
    c = c * float(np.prod([(1 - z) * (1 - 1 / z) for z in poles]))
    for z in poles:
        feedback = _core.tensor([-z], None, False)
        first = _core.matmul(c, _beginning(n, z, mode)[:, None])
        c = _core.concatenate([first, part_along(c, -1, 1, n - 1)], -1)
        c = _core.recur(c, feedback, False)
        last = _core.matmul(c, _end(n, z, mode)[:, None])
        c = _core.concatenate([part_along(c, -1, 0, n - 1) * -z, last], -1)
        c = _core.recur(c, feedback, True)
    return moveaxis(c, -1, axis)


def spline_filter1d(
    input: Operand,
    order: int = 3,
    axis: int = -1,
    output: DTypeLike = np.float64,
    mode: str = "mirror",
) -> Tensor:
    """Return the coefficients of splines along an axis.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    order : int
        Of the spline, from 0 to 5.
    axis : int
        Along which axis.
    output : dtype, Tensor or array
        The dtype of the result, or what it is stored in.
    mode : str
        What lies behind the borders, as of `map_coordinates`.

    Returns
    -------
    Tensor
        Of the shape of `input`.

    Raises
    ------
    AxisError
        If `input` has no such axis.
    ValueError
        If `order` or `mode` is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.spline_filter1d([0.0, 1.0, 0.0]).round(6)
    Tensor([-1.,  2., -1.])
    """
    check_order("spline_filter1d", order)
    check_mode("spline_filter1d", mode)
    x = image("spline_filter1d", input)
    return delivered(filtered(wide(x), order, negative_axis(axis, x.ndim), mode), x, output)


def spline_filter(
    input: Operand, order: int = 3, output: DTypeLike = np.float64, mode: str = "mirror"
) -> Tensor:
    """Return the coefficients of splines along all axes.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    order : int
        Of the spline, from 2 to 5.
    output : dtype, Tensor or array
        The dtype of the result, or what it is stored in.
    mode : str
        What lies behind the borders, as of `map_coordinates`.

    Returns
    -------
    Tensor
        Of the shape of `input`.

    Raises
    ------
    ValueError
        If `order` or `mode` is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.spline_filter([[0.0, 1.0, 0.0]]).round(6)
    Tensor([[-1.,  2., -1.]])
    """
    check_order("spline_filter", order, 2)
    check_mode("spline_filter", mode)
    x = image("spline_filter", input)
    y = wide(x)
    for axis in range(-x.ndim, 0):
        y = filtered(y, order, axis, mode)
    return delivered(y, x, output)
