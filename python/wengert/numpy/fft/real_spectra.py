"""Spectra of real numbers, of which half is enough, and real numbers from such halves."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex

from wengert import _core
from wengert._core import Tensor, store
from wengert.numpy._arguments import tensor_of
from wengert.numpy.fft._spectra import (
    OPPOSITE,
    along_many,
    along_one,
    from_half_spectrum,
    half_spectrum,
    needs_axes,
)

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand, Out, Shape

__all__ = ["hfft", "ihfft", "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftn"]


def rfft(
    a: Operand,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform real numbers along an axis; return the half of the spectrum that tells the other.

    Parameters
    ----------
    a : array_like
        Real, of one axis or more.
    n : int, optional
        How many points are transformed: `a` is cropped, or continued by zeros, to as many.
    axis : int
        Along which axis.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: nothing, the square root of the number of points, or that number. None is "backward".
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Complex, of the shape of `a` with ``n // 2 + 1`` points along `axis`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If no point is to be transformed, or `norm` is another word.
    TypeError
        If `a` is complex.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.rfft([1.0, 2.0, 3.0, 4.0])
    Tensor([10.+0.j, -2.+2.j, -2.+0.j])
    """
    x = tensor_of(a)
    lengths, axes = along_one("rfft", x, n, axis)
    result = half_spectrum(x, lengths, axes, norm)
    return result if out is None else store("rfft", out, result)


def irfft(
    a: Operand,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform half a spectrum back to real numbers.

    Parameters
    ----------
    a : array_like
        Half a spectrum, of one axis or more. Imaginary parts of what is its own mirror image do not count.
    n : int, optional
        How many points the result has, by default ``2 * (m - 1)`` for m points of `a`, of which the first ``n // 2 + 1`` are read, or as many with zeros behind them.
    axis : int
        Along which axis.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: the number of points, its square root, or nothing. None is "backward".
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Real, of the shape of `a` with `n` points along `axis`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.irfft([10.0, -2 + 2j, -2.0])
    Tensor([1., 2., 3., 4.])
    """
    x = tensor_of(a)
    lengths, axes = along_one("irfft", x, n, axis, from_half=True)
    result = from_half_spectrum(x, lengths, axes, norm)
    return result if out is None else store("irfft", out, result)


def rfft2(
    a: Operand,
    s: Shape | None = None,
    axes: Axes = (-2, -1),
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform real numbers along two axes.

    Parameters
    ----------
    a : array_like
        Real, of two axes or more.
    s : tuple of int, optional
        How many points along each of `axes`: `a` is cropped, or continued by zeros; -1 for as many as there are.
    axes : tuple of int
        Which axes; one that is named twice is transformed twice.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: nothing, the square root of the number of points, or that number. None is "backward".
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Complex, of the shape of `a` with the lengths `s` along `axes`, the last one halved: ``s[-1] // 2 + 1``.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If lengths and axes differ in number, no point is to be transformed, or `norm` is another word.
    TypeError
        If `a` is complex.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.rfft2([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[4.+0.j, 4.+0.j],
            [4.+0.j, 4.+0.j]])
    """
    x = tensor_of(a)
    lengths, along = along_many("rfft2", x, s, axes)
    needs_axes("rfft2", along)
    result = half_spectrum(x, lengths, along, norm)
    return result if out is None else store("rfft2", out, result)


def irfft2(
    a: Operand,
    s: Shape | None = None,
    axes: Axes = (-2, -1),
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform half a spectrum back to real numbers along two axes.

    Parameters
    ----------
    a : array_like
        Half a spectrum, of two axes or more. Imaginary parts of what is its own mirror image do not count.
    s : tuple of int, optional
        How many points the result has along each of `axes`, by default as many as `a`, and ``2 * (m - 1)`` along the last. `a` is cropped, or continued by zeros.
    axes : tuple of int
        Which axes; one that is named twice is transformed twice.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: the number of points, its square root, or nothing. None is "backward".
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Real, of the shape of `a` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If lengths and axes differ in number, no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.irfft2([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[1., 1.],
            [1., 1.]])
    """
    x = tensor_of(a)
    lengths, along = along_many("irfft2", x, s, axes, from_half=True)
    needs_axes("irfft2", along)
    result = from_half_spectrum(x, lengths, along, norm)
    return result if out is None else store("irfft2", out, result)


def rfftn(
    a: Operand,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform real numbers along several axes.

    Parameters
    ----------
    a : array_like
        Real, of one axis or more.
    s : tuple of int, optional
        How many points along each of `axes`: `a` is cropped, or continued by zeros; -1 for as many as there are.
    axes : tuple of int, optional
        Which axes, by default the last ``len(s)``, or all; one that is named twice is transformed twice.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: nothing, the square root of the number of points, or that number. None is "backward".
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Complex, of the shape of `a` with the lengths `s` along `axes`, the last one halved: ``s[-1] // 2 + 1``.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If lengths and axes differ in number, no point is to be transformed, or `norm` is another word.
    TypeError
        If `a` is complex.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.rfftn([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[4.+0.j, 4.+0.j],
            [4.+0.j, 4.+0.j]])
    """
    x = tensor_of(a)
    lengths, along = along_many("rfftn", x, s, axes)
    needs_axes("rfftn", along)
    result = half_spectrum(x, lengths, along, norm)
    return result if out is None else store("rfftn", out, result)


def irfftn(
    a: Operand,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform half a spectrum back to real numbers along several axes.

    Parameters
    ----------
    a : array_like
        Half a spectrum, of one axis or more. Imaginary parts of what is its own mirror image do not count.
    s : tuple of int, optional
        How many points the result has along each of `axes`, by default as many as `a`, and ``2 * (m - 1)`` along the last. `a` is cropped, or continued by zeros.
    axes : tuple of int, optional
        Which axes, by default the last ``len(s)``, or all; one that is named twice is transformed twice.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: the number of points, its square root, or nothing. None is "backward".
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Real, of the shape of `a` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If lengths and axes differ in number, no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.irfftn([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[1., 1.],
            [1., 1.]])
    """
    x = tensor_of(a)
    lengths, along = along_many("irfftn", x, s, axes, from_half=True)
    needs_axes("irfftn", along)
    result = from_half_spectrum(x, lengths, along, norm)
    return result if out is None else store("irfftn", out, result)


def hfft(
    a: Operand,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform half of a sequence that mirrors itself, conjugated: its spectrum is real.

    Parameters
    ----------
    a : array_like
        Half a sequence, of one axis or more. Imaginary parts of what is its own mirror image do not count.
    n : int, optional
        How many points the result has, by default ``2 * (m - 1)`` for m points of `a`, of which the first ``n // 2 + 1`` are read, or as many with zeros behind them.
    axis : int
        Along which axis.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: nothing, the square root of the number of points, or that number. None is "backward".
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Real, of the shape of `a` with `n` points along `axis`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.hfft([1.0, 2.0, 3.0])
    Tensor([ 8., -2.,  0., -2.])
    """
    x = _core.conjugate(tensor_of(a))
    lengths, axes = along_one("hfft", x, n, axis, from_half=True)
    result = from_half_spectrum(x, lengths, axes, OPPOSITE.get(norm, norm))
    return result if out is None else store("hfft", out, result)


def ihfft(
    a: Operand,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform a real spectrum back to half of a sequence that mirrors itself, conjugated.

    Parameters
    ----------
    a : array_like
        Real, of one axis or more.
    n : int, optional
        How many points are transformed: `a` is cropped, or continued by zeros, to as many.
    axis : int
        Along which axis.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: the number of points, its square root, or nothing. None is "backward".
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Complex, of the shape of `a` with ``n // 2 + 1`` points along `axis`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If no point is to be transformed, or `norm` is another word.
    TypeError
        If `a` is complex.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.ihfft([8.0, -2.0, 0.0, -2.0])
    Tensor([1.-0.j, 2.-0.j, 3.-0.j])
    """
    x = tensor_of(a)
    lengths, axes = along_one("ihfft", x, n, axis)
    result = _core.conjugate(half_spectrum(x, lengths, axes, OPPOSITE.get(norm, norm)))
    return result if out is None else store("ihfft", out, result)
