"""Convolutions as products of spectra, whole or block by block."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import converted, negative_axes, part_along, run
from wengert.numpy.fft._spectra import brought
from wengert.scipy.fft.lengths import next_fast_len
from wengert.scipy.signal._windows import check_containment, check_mode, operands

if TYPE_CHECKING:
    from wengert._typing import Axes, Dims, Operand

__all__ = ["fftconvolve", "oaconvolve"]


# Measured beside the loops of direct sums: what a point of a transform takes, and three calls of transforms.
POINT, CALLS = 15.0, 3e5


def _along(name: str, x: Tensor, k: Tensor, axes: Axes, mode: str) -> Dims:
    """Return the axes that are convolved: those named, but for what has one element in an operand."""
    check_mode(name, mode)
    along = negative_axes(axes, x.ndim)
    if not along:
        message = f"{name}: axes are {axes}; at least one is needed"
        raise ShapeError(message)
    for axis in range(-x.ndim, 0):
        n, m = x.shape[axis], k.shape[axis]
        if axis not in along and n != m and 1 not in (n, m):
            message = f"{name}: in1 is {x.shape} and in2 is {k.shape}; along axes that are not convolved they must broadcast"
            raise ShapeError(message)
    convolved = tuple([a for a in along if x.shape[a] != 1 and k.shape[a] != 1])
    if mode == "valid":
        check_containment(
            name, tuple([x.shape[a] for a in convolved]), tuple([k.shape[a] for a in convolved])
        )
    return convolved


def _part(y: Tensor, x: Tensor, k: Tensor, axes: Dims, mode: str) -> Tensor:
    """Return the part of all sums that a mode stands for; "same" is as long as x along every axis."""
    part: list[int] = []
    for axis in range(-y.ndim, 0):
        n, m = x.shape[axis], k.shape[axis]
        count = n + m - 1 if axis in axes else y.shape[axis]
        if mode == "same":
            part += run((count - n) // 2, n)
        elif mode == "valid" and axis in axes:
            part += run(min(n, m) - 1, abs(n - m) + 1)
        else:
            part += run(0, count)
    return _core.slice(y, tuple(part))


def _multiplied(x: Tensor, k: Tensor, lengths: Dims, axes: Dims) -> Tensor:
    """Convolve, in a circle of these lengths."""
    if x.dtype.kind == "c" or k.dtype.kind == "c":
        spectra = [_core.fft(brought(t, lengths, axes), axes, False, "backward") for t in (x, k)]
        return _core.fft(_core.multiply(*spectra), axes, True, "backward")
    spectra = [_core.rfft(brought(t, lengths, axes), axes, "backward") for t in (x, k)]
    return _core.irfft(_core.multiply(*spectra), axes, lengths[-1], "backward")


def by_spectra(x: Tensor, k: Tensor, mode: str, axes: Dims) -> Tensor:
    """Convolve along axes, in floating-point numbers; where there are none, multiply."""
    if not axes:
        return _part(_core.multiply(x, k), x, k, axes, mode)
    x, k = floating(x), floating(k)
    is_real = x.dtype.kind == k.dtype.kind == "f"
    circle = tuple([next_fast_len(x.shape[a] + k.shape[a] - 1, is_real) for a in axes])
    return _part(_multiplied(x, k, circle, axes), x, k, axes, mode)


def floating(x: Tensor) -> Tensor:
    """`x` in a dtype that has spectra."""
    return x if x.dtype.kind in "fc" else converted(x, "float64")


def _empty() -> Tensor:
    return _core.tensor(np.zeros(0), None, False)


def fftconvolve(in1: Operand, in2: Operand, mode: str = "full", axes: Axes = None) -> Tensor:
    """Convolve by Fourier transforms.

    Sums err by rounding relative to the largest of them, not each to itself as those of `convolve` do.

    Parameters
    ----------
    in1, in2 : array_like
        Of equally many axes.
    mode : {"full", "same", "valid"}
        Whether all sums are returned, those in the middle, as many as `in1` has elements, or those in which one operand
        lies within the other.
    axes : int or tuple of int, optional
        Which axes are convolved, by default all. The others broadcast.

    Returns
    -------
    Tensor
        Floating or complex.

    Raises
    ------
    ValueError
        If the numbers of axes differ, axes that are not convolved do not broadcast, neither operand lies within the
        other where `mode` asks for it, or `mode` is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.signal.fftconvolve([1.0, 2.0, 3.0], [1.0, 10.0], mode="valid").round(9)
    Tensor([12., 23.])
    """
    x, k = operands("fftconvolve", in1, in2)
    if x.ndim == 0:
        return _core.multiply(x, k)
    if x.size == 0 or k.size == 0:
        return _empty()
    along = _along("fftconvolve", x, k, axes, mode)
    return by_spectra(x, k, mode, along)


def _step(n: int, m: int) -> int:
    """How many elements a block advances where the transforms of all cost least; 0 for one block of all."""
    long, short = max(n, m), min(n, m)
    costs = {0: 2.0 * (n + m - 1) * log2(n + m - 1)}
    length = next_fast_len(2 * short, real=True)
    while length < n + m - 1:
        step = length - short + 1
        costs[step] = 2.0 * -(-long // step) * length * log2(length)
        length *= 2
    return min(costs, key=costs.__getitem__)


def oaconvolve(in1: Operand, in2: Operand, mode: str = "full", axes: Axes = None) -> Tensor:
    """Convolve by Fourier transforms of blocks, whose sums overlap: for operands of unequal lengths.

    Parameters
    ----------
    in1, in2 : array_like
        Of equally many axes.
    mode : {"full", "same", "valid"}
        Whether all sums are returned, those in the middle, as many as `in1` has elements, or those in which one operand
        lies within the other.
    axes : int or tuple of int, optional
        Which axes are convolved, by default all. The others broadcast.

    Returns
    -------
    Tensor
        Floating or complex.

    Raises
    ------
    ValueError
        If the numbers of axes differ, axes that are not convolved do not broadcast, neither operand lies within the
        other where `mode` asks for it, or `mode` is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.signal.oaconvolve([1.0, 2.0, 3.0], [1.0, 10.0], mode="same").round(9)
    Tensor([ 1., 12., 23.])
    """
    x, k = operands("oaconvolve", in1, in2)
    if x.ndim == 0:
        return _core.multiply(x, k)
    if x.size == 0 or k.size == 0:
        return _empty()
    along = _along("oaconvolve", x, k, axes, mode)
    step = _step(x.shape[along[0]], k.shape[along[0]]) if len(along) == 1 else 0
    if not step:
        return by_spectra(x, k, mode, along)
    long, short = (x, k) if x.shape[along[0]] >= k.shape[along[0]] else (k, x)
    return _part(_overlapping(floating(long), floating(short), along[0], step), x, k, along, mode)


def _overlapping(long: Tensor, short: Tensor, axis: int, step: int) -> Tensor:
    """Convolve blocks of `step` elements, and add what each has of the next; a block is as long as `short` at least."""
    count = -(-long.shape[axis] // step)
    place = long.ndim + axis
    shape = brought(long, (count * step,), (axis,)).shape
    blocks = _core.reshape(
        brought(long, (count * step,), (axis,)), (*shape[:place], count, step, *shape[place + 1 :])
    )
    other = _core.reshape(short, (*short.shape[:place], 1, *short.shape[place:]))
    width = step + short.shape[axis] - 1
    sums = _multiplied(blocks, other, (width,), (axis,))
    own = part_along(sums, axis, 0, step)
    beyond = brought(part_along(sums, axis, step, width - step), (step,), (axis,))
    # Room for what the last block has of one more.
    lengths, before = (count + 1,), (axis - 1,)
    nothing = _core.broadcast_to(
        _core.convert(0, own.dtype), (*own.shape[:place], 1, *own.shape[place + 1 :])
    )
    joined = _core.add(
        brought(own, lengths, before), _core.concatenate([nothing, beyond], axis - 1)
    )
    merged = (*joined.shape[:place], (count + 1) * step, *joined.shape[place + 2 :])
    return _core.reshape(joined, merged)


def transform_cost(one: Dims, other: Dims, is_real: bool) -> float:
    """Estimate what a convolution by transforms takes, in products that are added."""
    points = 1
    for n, m in zip(one, other, strict=True):
        points *= next_fast_len(n + m - 1, is_real)
    return POINT * points * log2(points + 1) * (1 if is_real else 2) + CALLS
