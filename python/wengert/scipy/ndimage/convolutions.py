"""Weighted sums of neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import ALL_AXES, negative_axis, tensor_of
from wengert.scipy.ndimage._arguments import (
    ascending_axes,
    delivered,
    for_each,
    image,
)

if TYPE_CHECKING:
    from wengert._typing import Axes, Dims, DTypeLike, Operand
from wengert.scipy.ndimage._weighted_sums import along_axis, correlated

__all__ = [
    "convolve",
    "convolve1d",
    "correlate",
    "correlate1d",
]


def _line(name: str, weights: Operand) -> Tensor:
    line = tensor_of(weights)
    if line.ndim != 1 or line.size == 0:
        message = f"{name}: weights is {line.shape}; a sequence of one number or more is needed"
        raise ShapeError(message)
    return line


def correlate1d(
    input: Operand,
    weights: Operand,
    axis: int = -1,
    output: DTypeLike = None,
    mode: str = "reflect",
    cval: Any = 0.0,
    origin: int = 0,
) -> Tensor:
    """Sum neighbours along an axis, by weights.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    weights : array_like
        Of shape (N,); complex ones are conjugated.
    axis : int
        Along which axis.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : {"reflect", "constant", "nearest", "mirror", "wrap"}
        What lies behind the borders: the array mirrored, with or without its edge twice ("reflect", "mirror"), `cval`,
        its edge or itself. "grid-mirror", "grid-constant" and "grid-wrap" are other names.
    cval : number
        That number. A Tensor has a derivative, too.
    origin : int
        How far the weights are shifted to the left.

    Returns
    -------
    Tensor
        Of the shape of `input`. It is computed in double precision; an integer is cut off behind its point.

    Raises
    ------
    AxisError
        If `input` has no such axis.
    ValueError
        If there are no weights, or `mode` or `origin` is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.correlate1d([1.0, 2.0, 4.0], [-1.0, 1.0])
    Tensor([0., 1., 2.])
    """
    x, line = image("correlate1d", input), _core.conjugate(_line("correlate1d", weights))
    y = along_axis("correlate1d", x, line, negative_axis(axis, x.ndim), mode, cval, origin)
    return delivered(y, x, output)


def convolve1d(
    input: Operand,
    weights: Operand,
    axis: int = -1,
    output: DTypeLike = None,
    mode: str = "reflect",
    cval: Any = 0.0,
    origin: int = 0,
) -> Tensor:
    """Sum neighbours along an axis, by weights that run backwards.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    weights : array_like
        Of shape (N,).
    axis : int
        Along which axis.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    origin : int
        How far the weights are shifted to the right.

    Returns
    -------
    Tensor
        Of the shape of `input`.

    Raises
    ------
    AxisError
        If `input` has no such axis.
    ValueError
        If there are no weights, or `mode` or `origin` is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.convolve1d([1.0, 2.0, 4.0], [1.0, -1.0])
    Tensor([1., 2., 0.])
    """
    x, line = image("convolve1d", input), _core.flip(_line("convolve1d", weights), (-1,))
    origin = -origin - (1 - line.shape[0] % 2)
    y = along_axis("convolve1d", x, line, negative_axis(axis, x.ndim), mode, cval, origin)
    return delivered(y, x, output)


def _spread(name: str, x: Tensor, weights: Operand, axes: Axes) -> tuple[Tensor, Dims]:
    """Read weights of the axes named; the others have one."""
    given, along = tensor_of(weights), ascending_axes(name, axes, x.ndim)
    if given.ndim != len(along) or given.size == 0:
        message = f"{name}: weights is {given.shape} and there are {len(along)} axes; as many are needed, and no empty ones"
        raise ShapeError(message)
    lengths = [1] * x.ndim
    for axis, n in zip(along, given.shape, strict=True):
        lengths[axis] = n
    return _core.reshape(given, tuple(lengths)), along


def _summed(
    name: str,
    x: Tensor,
    weights: Operand,
    mode: str,
    cval: Any,
    origin: Any,
    axes: Axes,
    is_backwards: bool,
) -> Tensor:
    kernel, along = _spread(name, x, weights, axes)
    origins = [0] * x.ndim
    for axis, number in zip(along, for_each(name, "origin", origin, len(along)), strict=True):
        origins[axis] = number
    if is_backwards:
        kernel = _core.flip(kernel, ALL_AXES[x.ndim])
        origins = [-o - (1 - n % 2) for o, n in zip(origins, kernel.shape, strict=True)]
    else:
        kernel = _core.conjugate(kernel)
    return correlated(name, x, kernel, mode, cval, origins)


def correlate(
    input: Operand,
    weights: Operand,
    output: DTypeLike = None,
    mode: str = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    *,
    axes: Axes = None,
) -> Tensor:
    """Sum neighbours by weights.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    weights : array_like
        Of as many axes as `input`, or as `axes` names; complex ones are conjugated.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    origin : int or sequence of int
        How far the weights are shifted to the left, along each axis.
    axes : int or tuple of int, optional
        Which axes have weights, by default all.

    Returns
    -------
    Tensor
        Of the shape of `input`.

    Raises
    ------
    AxisError
        If `input` has no such axis.
    ValueError
        If the weights have other axes, or `mode` or `origin` is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.correlate([[1.0, 2.0], [3.0, 5.0]], [[0.0, 1.0], [1.0, 0.0]], mode="wrap")
    Tensor([[5., 6.],
            [6., 5.]])
    """
    x = image("correlate", input)
    y = _summed("correlate", x, weights, mode, cval, origin, axes, False)
    return delivered(y, x, output)


def convolve(
    input: Operand,
    weights: Operand,
    output: DTypeLike = None,
    mode: str = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    *,
    axes: Axes = None,
) -> Tensor:
    """Sum neighbours by weights that run backwards.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    weights : array_like
        Of as many axes as `input`, or as `axes` names.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    origin : int or sequence of int
        How far the weights are shifted to the right, along each axis.
    axes : int or tuple of int, optional
        Which axes have weights, by default all.

    Returns
    -------
    Tensor
        Of the shape of `input`.

    Raises
    ------
    AxisError
        If `input` has no such axis.
    ValueError
        If the weights have other axes, or `mode` or `origin` is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.convolve([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0]], [[1.0, 2.0, 3.0]])
    Tensor([[0., 0., 0.],
            [1., 2., 3.]])
    """
    x = image("convolve", input)
    y = _summed("convolve", x, weights, mode, cval, origin, axes, True)
    return delivered(y, x, output)
