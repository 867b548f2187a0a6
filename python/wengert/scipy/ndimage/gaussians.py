"""Filters with the weights of a normal distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import converted, negative_axes, negative_axis, tensor_of
from wengert.scipy.ndimage._arguments import delivered, dtype_in, for_each, image
from wengert.scipy.ndimage._weighted_sums import along_axis
from wengert.scipy.ndimage.edges import gradient_magnitude, laplacian

if TYPE_CHECKING:
    from wengert._typing import Axes, DTypeLike, Operand

__all__ = [
    "gaussian_filter",
    "gaussian_filter1d",
    "gaussian_gradient_magnitude",
    "gaussian_laplace",
]


def _weights(name: str, sigma: Any, order: int, truncate: float, radius: int | None) -> Tensor:
    """Return the weights, or derivatives of the density by a polynomial, in the order of a correlation."""
    if order < 0 or order != int(order):
        message = f"{name}: order is {order}; a derivative's order of 0 or more is needed"
        raise ShapeError(message)
    width = converted(tensor_of(sigma), np.float64)
    if width.ndim:
        message = f"{name}: sigma is {width.shape}; a number is needed"
        raise ShapeError(message)
    if radius is None:
        radius = int(_core.floor(truncate * width + 0.5).item())
    if radius != int(radius) or radius < 0:
        message = f"{name}: radius is {radius}; an integer of 0 or more is needed"
        raise ShapeError(message)
    x = np.arange(-radius, radius + 1.0)
    variance = width * width
    density = _core.exp(-0.5 / variance * x**2)
    density = density / _core.sum(density, (-1,), False)
    # Hermite's polynomials of -x / variance: p[n+1] = (x p[n] + n p[n-1]) / -variance.
    before: Any = 0.0
    polynomial: Any = 1.0
    for n in range(order):
        before, polynomial = polynomial, (x * polynomial + n * before) / -variance
    return _core.flip(density if order == 0 else polynomial * density, (-1,))


def gaussian_filter1d(
    input: Operand,
    sigma: Any,
    axis: int = -1,
    order: int = 0,
    output: DTypeLike = None,
    mode: str = "reflect",
    cval: Any = 0.0,
    truncate: float = 4.0,
    *,
    radius: int | None = None,
) -> Tensor:
    """Filter along an axis with the weights of a normal distribution.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    sigma : number
        The standard deviation, in elements. A Tensor has a derivative, at a constant radius; where a `vmap` has another
        for each example, `radius` must be given.
    axis : int
        Along which axis.
    order : int
        Which derivative of the distribution the weights are.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    truncate : float
        After how many standard deviations the weights end.
    radius : int, optional
        After how many elements they do.

    Returns
    -------
    Tensor
        Of the shape of `input`.

    Raises
    ------
    AxisError
        If `input` has no such axis.
    ValueError
        If `order`, `mode` or `radius` is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.gaussian_filter1d([0.0, 0.0, 1.0, 0.0, 0.0], 1.0).round(3)
    Tensor([0.058, 0.242, 0.399, 0.242, 0.058])
    """
    x = image("gaussian_filter1d", input)
    weights = _weights("gaussian_filter1d", sigma, order, truncate, radius)
    along = negative_axis(axis, x.ndim)
    y = along_axis("gaussian_filter1d", x, weights, along, mode, cval, 0)
    return delivered(y, x, output)


def gaussian_filter(
    input: Operand,
    sigma: Any,
    order: Any = 0,
    output: DTypeLike = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    truncate: float = 4.0,
    *,
    radius: Any = None,
    axes: Axes = None,
) -> Tensor:
    """Filter with the weights of a normal distribution.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    sigma : number or sequence
        The standard deviation along each axis, in elements. A Tensor has a derivative, at a constant radius.
    order : int or sequence of int
        Which derivative of the distribution the weights are, along each axis.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str or sequence of str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    truncate : float
        After how many standard deviations the weights end.
    radius : int or sequence of int, optional
        After how many elements they do.
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
        If an argument has entries for other axes, or is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy import ndimage
    >>> spike = np.zeros((9, 9))
    >>> spike[4, 4] = 1.0
    >>> peak = lambda sigma: ndimage.gaussian_filter(spike, sigma)[4, 4]
    >>> round(peak(1.0).item(), 3), round(wg.grad(peak)(1.0), 3)  # 1 / (2 pi sigma^2)
    (0.159, -0.318)
    """
    x = image("gaussian_filter", input)
    along = negative_axes(axes, x.ndim)
    each = [
        for_each("gaussian_filter", argument, value, len(along))
        for argument, value in (
            ("sigma", sigma),
            ("order", order),
            ("mode", mode),
            ("radius", radius),
        )
    ]
    y = x
    for axis, width, derivative, border, reach in zip(along, *each, strict=True):
        if width > 1e-15:
            weights = _weights("gaussian_filter", width, derivative, truncate, reach)
            y = along_axis("gaussian_filter", y, weights, axis, border, cval, 0)
            y = delivered(y, x, dtype_in(output))
    return delivered(y, x, output)


def gaussian_laplace(
    input: Operand,
    sigma: Any,
    output: DTypeLike = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    *,
    axes: Axes = None,
    **kwargs: Any,
) -> Tensor:
    """Return the Laplacian of an array that was filtered with the weights of a normal distribution.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    sigma : number or sequence
        The standard deviation along each axis, in elements.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str or sequence of str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    axes : int or tuple of int, optional
        Along which axes, by default all.
    **kwargs
        More arguments of `gaussian_filter`.

    Returns
    -------
    Tensor
        Of the shape of `input`.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.gaussian_laplace([0.0, 0.0, 1.0, 0.0, 0.0], 1.0).round(3)
    Tensor([ 0.197,  0.002, -0.399,  0.002,  0.197])
    """
    x = image("gaussian_laplace", input)
    along = negative_axes(axes, x.ndim)
    widths = for_each("gaussian_laplace", "sigma", sigma, len(along))

    def second(y: Tensor, axis: int, border: str) -> Tensor:
        order = [2 if a == axis else 0 for a in along]
        return gaussian_filter(y, widths, order, dtype_in(output), mode, cval, axes=along, **kwargs)

    return delivered(laplacian("gaussian_laplace", x, second, mode, along), x, output)


def gaussian_gradient_magnitude(
    input: Operand,
    sigma: Any,
    output: DTypeLike = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    *,
    axes: Axes = None,
    **kwargs: Any,
) -> Tensor:
    """Return the length of the gradient of an array that was filtered with the weights of a normal distribution.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    sigma : number or sequence
        The standard deviation along each axis, in elements.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str or sequence of str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    axes : int or tuple of int, optional
        Along which axes, by default all.
    **kwargs
        More arguments of `gaussian_filter`.

    Returns
    -------
    Tensor
        Of the shape of `input`; where the gradient is zero, so is the derivative, as that of a norm.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.gaussian_gradient_magnitude([0.0, 0.0, 1.0, 0.0, 0.0], 1.0).round(3)
    Tensor([0.095, 0.241, 0.   , 0.241, 0.095])
    """
    x = image("gaussian_gradient_magnitude", input)
    along = negative_axes(axes, x.ndim)
    widths = for_each("gaussian_gradient_magnitude", "sigma", sigma, len(along))

    def first(y: Tensor, axis: int, border: str) -> Tensor:
        order = [1 if a == axis else 0 for a in along]
        return gaussian_filter(y, widths, order, dtype_in(output), mode, cval, axes=along, **kwargs)

    y = gradient_magnitude("gaussian_gradient_magnitude", x, first, mode, along)
    return delivered(y, x, output)
