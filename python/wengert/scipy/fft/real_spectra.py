"""Spectra of real numbers, of which half is enough, and real numbers from such halves."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex

from wengert._core import Tensor
from wengert.numpy._arguments import tensor_of
from wengert.numpy.fft._spectra import along_one, from_half_spectrum, half_spectrum, needs_axes
from wengert.scipy.fft._arguments import along_several, refuse_plan

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand, Shape

__all__ = ["irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftn"]


def rfft(
    x: Operand,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform real numbers along an axis; return the half of the spectrum that tells the other.

    Parameters
    ----------
    x : array_like
        Real, of one axis or more.
    n : int, optional
        How many points are transformed: `x` is cropped, or continued by zeros, to as many.
    axis : int
        Along which axis.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: nothing, the square root of the number of points, or that number. None is "backward".
    overwrite_x, workers
        Of no effect.
    plan : None
        No plans are made.

    Returns
    -------
    Tensor
        Complex, of the shape of `x` with ``n // 2 + 1`` points along `axis`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If no point is to be transformed, or `norm` is another word.
    TypeError
        If `x` is complex.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.rfft([1.0, 2.0, 3.0, 4.0])
    Tensor([10.+0.j, -2.+2.j, -2.+0.j])
    """
    refuse_plan("rfft", plan)
    given = tensor_of(x)
    lengths, axes = along_one("rfft", given, n, axis)
    return half_spectrum(given, lengths, axes, norm)


def irfft(
    x: Operand,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform half a spectrum back to real numbers.

    Parameters
    ----------
    x : array_like
        Half a spectrum, of one axis or more. Imaginary parts of what is its own mirror image do not count.
    n : int, optional
        How many points the result has, by default ``2 * (m - 1)`` for m points of `x`, of which the first ``n // 2 + 1`` are read, or as many with zeros behind them.
    axis : int
        Along which axis.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: the number of points, its square root, or nothing. None is "backward".
    overwrite_x, workers
        Of no effect.
    plan : None
        No plans are made.

    Returns
    -------
    Tensor
        Real, of the shape of `x` with `n` points along `axis`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.irfft([10.0, -2 + 2j, -2.0])
    Tensor([1., 2., 3., 4.])
    """
    refuse_plan("irfft", plan)
    given = tensor_of(x)
    lengths, axes = along_one("irfft", given, n, axis, from_half=True)
    return from_half_spectrum(given, lengths, axes, norm)


def rfft2(
    x: Operand,
    s: Shape | None = None,
    axes: Axes = (-2, -1),
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform real numbers along two axes.

    Parameters
    ----------
    x : array_like
        Real, of one axis or more.
    s : int or tuple of int, optional
        How many points along each of `axes`: `x` is cropped, or continued by zeros; -1 for as many as there are.
    axes : int or tuple of int
        Which axes.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: nothing, the square root of the number of points, or that number. None is "backward".
    overwrite_x, workers
        Of no effect.
    plan : None
        No plans are made.

    Returns
    -------
    Tensor
        Complex, of the shape of `x` with the lengths `s` along `axes`, the last one halved: ``s[-1] // 2 + 1``.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If lengths and axes differ in number, an axis is named twice, no point is to be transformed, or `norm` is another word.
    TypeError
        If `x` is complex.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.rfft2([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[4.+0.j, 4.+0.j],
            [4.+0.j, 4.+0.j]])
    """
    refuse_plan("rfft2", plan)
    given = tensor_of(x)
    lengths, along = along_several("rfft2", given, s, axes)
    needs_axes("rfft2", along)
    return half_spectrum(given, lengths, along, norm)


def irfft2(
    x: Operand,
    s: Shape | None = None,
    axes: Axes = (-2, -1),
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform half a spectrum back to real numbers along two axes.

    Parameters
    ----------
    x : array_like
        Half a spectrum, of one axis or more. Imaginary parts of what is its own mirror image do not count.
    s : int or tuple of int, optional
        How many points the result has along each of `axes`, by default as many as `x`, and ``2 * (m - 1)`` along the last.
    axes : int or tuple of int
        Which axes.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: the number of points, its square root, or nothing. None is "backward".
    overwrite_x, workers
        Of no effect.
    plan : None
        No plans are made.

    Returns
    -------
    Tensor
        Real, of the shape of `x` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If lengths and axes differ in number, an axis is named twice, no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.irfft2([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[1., 1.],
            [1., 1.]])
    """
    refuse_plan("irfft2", plan)
    given = tensor_of(x)
    lengths, along = along_several("irfft2", given, s, axes, from_half=True)
    needs_axes("irfft2", along)
    return from_half_spectrum(given, lengths, along, norm)


def rfftn(
    x: Operand,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform real numbers along several axes.

    Parameters
    ----------
    x : array_like
        Real, of one axis or more.
    s : int or tuple of int, optional
        How many points along each of `axes`: `x` is cropped, or continued by zeros; -1 for as many as there are.
    axes : int or tuple of int, optional
        Which axes, by default the last ``len(s)``, or all.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: nothing, the square root of the number of points, or that number. None is "backward".
    overwrite_x, workers
        Of no effect.
    plan : None
        No plans are made.

    Returns
    -------
    Tensor
        Complex, of the shape of `x` with the lengths `s` along `axes`, the last one halved: ``s[-1] // 2 + 1``.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If lengths and axes differ in number, an axis is named twice, no point is to be transformed, or `norm` is another word.
    TypeError
        If `x` is complex.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.rfftn([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[4.+0.j, 4.+0.j],
            [4.+0.j, 4.+0.j]])
    """
    refuse_plan("rfftn", plan)
    given = tensor_of(x)
    lengths, along = along_several("rfftn", given, s, axes)
    needs_axes("rfftn", along)
    return half_spectrum(given, lengths, along, norm)


def irfftn(
    x: Operand,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform half a spectrum back to real numbers along several axes.

    Parameters
    ----------
    x : array_like
        Half a spectrum, of one axis or more. Imaginary parts of what is its own mirror image do not count.
    s : int or tuple of int, optional
        How many points the result has along each of `axes`, by default as many as `x`, and ``2 * (m - 1)`` along the last.
    axes : int or tuple of int, optional
        Which axes, by default the last ``len(s)``, or all.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: the number of points, its square root, or nothing. None is "backward".
    overwrite_x, workers
        Of no effect.
    plan : None
        No plans are made.

    Returns
    -------
    Tensor
        Real, of the shape of `x` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If lengths and axes differ in number, an axis is named twice, no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.irfftn([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[1., 1.],
            [1., 1.]])
    """
    refuse_plan("irfftn", plan)
    given = tensor_of(x)
    lengths, along = along_several("irfftn", given, s, axes, from_half=True)
    needs_axes("irfftn", along)
    return from_half_spectrum(given, lengths, along, norm)
