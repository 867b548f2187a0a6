"""Convolution and correlation in two dimensions, with what lies outside of the first operand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import converted
from wengert.numpy.layout.enlarging import pad
from wengert.scipy.signal._windows import (
    check_containment,
    check_mode,
    operands,
    reversed_conjugate,
    window,
)

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["convolve2d", "correlate2d"]

# How np.pad continues an array.
_BOUNDARIES = {"fill": "constant", "wrap": "wrap", "symm": "symmetric"}


def _plane(
    name: str, x: Tensor, k: Tensor, mode: str, boundary: str, fillvalue: Any, middle: int
) -> Tensor:
    """Convolve; of "same", `middle` is added to the lengths of k before they are halved."""
    check_mode(name, mode)
    if x.ndim != 2:
        message = f"{name}: in1 is {x.shape} and in2 is {k.shape}; two axes each are needed"
        raise ShapeError(message)
    if boundary not in _BOUNDARIES:
        message = f"{name}: boundary is {boundary!r}; 'fill', 'wrap' or 'symm' is needed"
        raise ShapeError(message)
    if x.dtype.kind == k.dtype.kind == "b":
        x = converted(x, "int64")
    if mode == "valid":
        check_containment(name, x.shape, k.shape)
    start, lengths = window(x.shape, k.shape, mode)
    if mode == "same":
        start = tuple([(n + middle) // 2 for n in k.shape])
    is_zero = boundary == "fill" and not isinstance(fillvalue, Tensor) and fillvalue == 0
    if mode == "valid" or is_zero:
        return _core.convolve(x, k, start, lengths)
    # The first operand, continued as far as the second reaches.
    reach = [(n - 1, n - 1) for n in k.shape]
    kwargs = {"constant_values": fillvalue} if boundary == "fill" else {}
    wider = pad(x, reach, _BOUNDARIES[boundary], **kwargs)
    begin = tuple([s + n - 1 for s, n in zip(start, k.shape, strict=True)])
    return _core.convolve(wider, k, begin, lengths)


def convolve2d(
    in1: Operand, in2: Operand, mode: str = "full", boundary: str = "fill", fillvalue: Any = 0
) -> Tensor:
    """Convolve matrices, each sum as it is written.

    Parameters
    ----------
    in1, in2 : array_like
        Of two axes each.
    mode : {"full", "same", "valid"}
        Whether all sums are returned, those in the middle, as many as `in1` has elements, or those in which one operand
        lies within the other.
    boundary : {"fill", "wrap", "symm"}
        Whether `in1` is continued by a number, by itself, or by its mirror image.
    fillvalue : number or Tensor
        That number.

    Returns
    -------
    Tensor
        Of two axes.

    Raises
    ------
    ValueError
        If an operand has another number of axes, neither lies within the other where `mode` asks for it, or `mode` or
        `boundary` is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.signal.convolve2d([[1.0, 2.0]], [[1.0, 1.0]], mode="same", boundary="wrap")
    Tensor([[3., 3.]])
    """
    x, k = operands("convolve2d", in1, in2)
    return _plane("convolve2d", x, k, mode, boundary, fillvalue, -1)


def correlate2d(
    in1: Operand, in2: Operand, mode: str = "full", boundary: str = "fill", fillvalue: Any = 0
) -> Tensor:
    """Correlate matrices: convolve with the second backwards, conjugated.

    Parameters
    ----------
    in1, in2 : array_like
        Of two axes each.
    mode : {"full", "same", "valid"}
        Whether all sums are returned, those in the middle, as many as `in1` has elements, or those in which one operand
        lies within the other.
    boundary : {"fill", "wrap", "symm"}
        Whether `in1` is continued by a number, by itself, or by its mirror image.
    fillvalue : number or Tensor
        That number.

    Returns
    -------
    Tensor
        Of two axes.

    Raises
    ------
    ValueError
        If an operand has another number of axes, neither lies within the other where `mode` asks for it, or `mode` or
        `boundary` is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.signal.correlate2d([[1.0, 2.0, 3.0]], [[1.0, 10.0]], mode="valid")
    Tensor([[21., 32.]])
    """
    x, k = operands("correlate2d", in1, in2)
    return _plane("correlate2d", x, reversed_conjugate(k), mode, boundary, fillvalue, 0)
