"""Real spectra, of sequences that mirror themselves, conjugated, of which half is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import tensor_of
from wengert.numpy.fft._spectra import (
    OPPOSITE,
    along_one,
    from_half_spectrum,
    half_spectrum,
    needs_axes,
)
from wengert.scipy.fft._arguments import along_several, refuse_plan

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand, Shape

__all__ = ["hfft", "hfft2", "hfftn", "ihfft", "ihfft2", "ihfftn"]


def hfft(
    x: Operand,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform half of a sequence that mirrors itself, conjugated: its spectrum is real.

    Parameters
    ----------
    x : array_like
        Half a sequence, of one axis or more. Imaginary parts of what is its own mirror image do not count.
    n : int, optional
        How many points the result has, by default ``2 * (m - 1)`` for m points of `x`, of which the first ``n // 2 + 1`` are read, or as many with zeros behind them.
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
    >>> wg.scipy.fft.hfft([1.0, 2.0, 3.0])
    Tensor([ 8., -2.,  0., -2.])
    """
    refuse_plan("hfft", plan)
    given = _core.conjugate(tensor_of(x))
    lengths, axes = along_one("hfft", given, n, axis, from_half=True)
    return from_half_spectrum(given, lengths, axes, OPPOSITE.get(norm, norm))


def ihfft(
    x: Operand,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform a real spectrum back to half of a sequence that mirrors itself, conjugated.

    Parameters
    ----------
    x : array_like
        Real, of one axis or more.
    n : int, optional
        How many points are transformed: `x` is cropped, or continued by zeros, to as many.
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
    >>> wg.scipy.fft.ihfft([8.0, -2.0, 0.0, -2.0])
    Tensor([1.-0.j, 2.-0.j, 3.-0.j])
    """
    refuse_plan("ihfft", plan)
    given = tensor_of(x)
    lengths, axes = along_one("ihfft", given, n, axis)
    return _core.conjugate(half_spectrum(given, lengths, axes, OPPOSITE.get(norm, norm)))


def hfft2(
    x: Operand,
    s: Shape | None = None,
    axes: Axes = (-2, -1),
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform half of an array that mirrors itself, conjugated, along two axes.

    Parameters
    ----------
    x : array_like
        Half a sequence, of one axis or more. Imaginary parts of what is its own mirror image do not count.
    s : int or tuple of int, optional
        How many points the result has along each of `axes`, by default as many as `x`, and ``2 * (m - 1)`` along the last.
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
    >>> wg.scipy.fft.hfft2([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[4., 4.],
            [4., 4.]])
    """
    refuse_plan("hfft2", plan)
    given = _core.conjugate(tensor_of(x))
    lengths, along = along_several("hfft2", given, s, axes, from_half=True)
    needs_axes("hfft2", along)
    return from_half_spectrum(given, lengths, along, OPPOSITE.get(norm, norm))


def ihfft2(
    x: Operand,
    s: Shape | None = None,
    axes: Axes = (-2, -1),
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform a real spectrum of two axes back to half of what mirrors itself, conjugated.

    Parameters
    ----------
    x : array_like
        Real, of one axis or more.
    s : int or tuple of int, optional
        How many points along each of `axes`: `x` is cropped, or continued by zeros; -1 for as many as there are.
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
    >>> wg.scipy.fft.ihfft2([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[1.-0.j, 1.-0.j],
            [1.-0.j, 1.-0.j]])
    """
    refuse_plan("ihfft2", plan)
    given = tensor_of(x)
    lengths, along = along_several("ihfft2", given, s, axes)
    needs_axes("ihfft2", along)
    return _core.conjugate(half_spectrum(given, lengths, along, OPPOSITE.get(norm, norm)))


def hfftn(
    x: Operand,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform half of an array that mirrors itself, conjugated, along several axes.

    Parameters
    ----------
    x : array_like
        Half a sequence, of one axis or more. Imaginary parts of what is its own mirror image do not count.
    s : int or tuple of int, optional
        How many points the result has along each of `axes`, by default as many as `x`, and ``2 * (m - 1)`` along the last.
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
    >>> wg.scipy.fft.hfftn([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[4., 4.],
            [4., 4.]])
    """
    refuse_plan("hfftn", plan)
    given = _core.conjugate(tensor_of(x))
    lengths, along = along_several("hfftn", given, s, axes, from_half=True)
    needs_axes("hfftn", along)
    return from_half_spectrum(given, lengths, along, OPPOSITE.get(norm, norm))


def ihfftn(
    x: Operand,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform a real spectrum of several axes back to half of what mirrors itself, conjugated.

    Parameters
    ----------
    x : array_like
        Real, of one axis or more.
    s : int or tuple of int, optional
        How many points along each of `axes`: `x` is cropped, or continued by zeros; -1 for as many as there are.
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
    >>> wg.scipy.fft.ihfftn([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[1.-0.j, 1.-0.j],
            [1.-0.j, 1.-0.j]])
    """
    refuse_plan("ihfftn", plan)
    given = tensor_of(x)
    lengths, along = along_several("ihfftn", given, s, axes)
    needs_axes("ihfftn", along)
    return _core.conjugate(half_spectrum(given, lengths, along, OPPOSITE.get(norm, norm)))
