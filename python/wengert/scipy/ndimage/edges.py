"""Differences of neighbours: derivatives along axes, Laplacians, lengths of gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert.numpy._arguments import negative_axes, negative_axis
from wengert.scipy.ndimage._arguments import delivered, dtype_in, for_each, image
from wengert.scipy.ndimage._weighted_sums import along_axis

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._core import Tensor
    from wengert._typing import Axes, Dims, DTypeLike, Operand

    Difference = Callable[[Tensor, int, str], Tensor]

__all__ = ["laplace", "prewitt", "sobel"]


def laplacian(name: str, x: Tensor, second: Difference, mode: Any, along: Dims) -> Tensor:
    """Sum second derivatives."""
    if not along:
        return x
    borders = for_each(name, "mode", mode, len(along))
    parts = [second(x, axis, border) for axis, border in zip(along, borders, strict=True)]
    return sum(parts[1:], parts[0])


def gradient_magnitude(name: str, x: Tensor, first: Difference, mode: Any, along: Dims) -> Tensor:
    """Take the root of the sum of squared derivatives."""
    if not along:
        return x
    borders = for_each(name, "mode", mode, len(along))
    squares = [
        _core.square(first(x, axis, border)) for axis, border in zip(along, borders, strict=True)
    ]
    return _core.sqrt(sum(squares[1:], squares[0]))


def _difference(
    name: str,
    input: Operand,
    axis: int,
    output: DTypeLike,
    mode: Any,
    cval: Any,
    across: list[float],
) -> Tensor:
    """Subtract neighbours along an axis, and sum along the others."""
    x = image(name, input)
    along = negative_axis(axis, x.ndim)
    borders = for_each(name, "mode", mode, x.ndim)
    y = x
    steps = [(along, [-1.0, 0.0, 1.0])] + [
        (other, across) for other in range(-x.ndim, 0) if other != along
    ]
    for other, weights in steps:
        line = _core.tensor(weights, None, False)
        y = along_axis(name, y, line, other, borders[other], cval, 0)
        y = delivered(y, x, dtype_in(output))
    return delivered(y, x, output)


def prewitt(
    input: Operand,
    axis: int = -1,
    output: DTypeLike = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
) -> Tensor:
    """Subtract neighbours along an axis, and sum three along each of the others.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    axis : int
        Along which axis.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str or sequence of str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".

    Returns
    -------
    Tensor
        Of the shape of `input`.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.prewitt([[1.0, 2.0, 4.0]])
    Tensor([[3., 9., 6.]])
    """
    return _difference("prewitt", input, axis, output, mode, cval, [1.0, 1.0, 1.0])


def sobel(
    input: Operand,
    axis: int = -1,
    output: DTypeLike = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
) -> Tensor:
    """Subtract neighbours along an axis, and sum three by 1, 2 and 1 along each of the others.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    axis : int
        Along which axis.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str or sequence of str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".

    Returns
    -------
    Tensor
        Of the shape of `input`.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.sobel([[1.0, 2.0, 4.0]])
    Tensor([[ 4., 12.,  8.]])
    """
    return _difference("sobel", input, axis, output, mode, cval, [1.0, 2.0, 1.0])


def laplace(
    input: Operand,
    output: DTypeLike = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    *,
    axes: Axes = None,
) -> Tensor:
    """Sum second differences.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    mode : str or sequence of str
        What lies behind the borders, as of `correlate1d`.
    cval : number
        What does if `mode` is "constant".
    axes : int or tuple of int, optional
        Along which axes, by default all.

    Returns
    -------
    Tensor
        Of the shape of `input`.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.laplace([0.0, 1.0, 4.0, 9.0])
    Tensor([ 1.,  2.,  2., -5.])
    """
    x = image("laplace", input)
    line = _core.tensor([1.0, -2.0, 1.0], None, False)

    def second(y: Tensor, axis: int, border: str) -> Tensor:
        return delivered(along_axis("laplace", y, line, axis, border, cval, 0), x, dtype_in(output))

    return delivered(laplacian("laplace", x, second, mode, negative_axes(axes, x.ndim)), x, output)
