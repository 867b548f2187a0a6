"""Spectra of complex numbers, or of real ones, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex

from wengert._core import Tensor
from wengert.numpy._arguments import tensor_of
from wengert.numpy.fft._spectra import along_one, spectrum
from wengert.scipy.fft._arguments import along_several, refuse_plan

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand, Shape

__all__ = ["fft", "fft2", "fftn", "ifft", "ifft2", "ifftn"]


def fft(
    x: Operand,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform along an axis: sum_j x[j] exp(-2 pi i j k / n).

    Parameters
    ----------
    x : array_like
        Real or complex, of one axis or more.
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
        Complex, of the shape of `x` with `n` points along `axis`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.fft([1.0, 2.0, 3.0, 4.0])
    Tensor([10.+0.j, -2.+2.j, -2.+0.j, -2.-2.j])
    """
    refuse_plan("fft", plan)
    given = tensor_of(x)
    lengths, axes = along_one("fft", given, n, axis)
    return spectrum(given, lengths, axes, norm, inverse=False)


def ifft(
    x: Operand,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform back along an axis: sum_k x[k] exp(2 pi i j k / n) / n.

    Parameters
    ----------
    x : array_like
        Real or complex, of one axis or more.
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
        Complex, of the shape of `x` with `n` points along `axis`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.ifft([10.0, -2 + 2j, -2.0, -2 - 2j])
    Tensor([1.+0.j, 2.+0.j, 3.+0.j, 4.+0.j])
    """
    refuse_plan("ifft", plan)
    given = tensor_of(x)
    lengths, axes = along_one("ifft", given, n, axis)
    return spectrum(given, lengths, axes, norm, inverse=True)


def fft2(
    x: Operand,
    s: Shape | None = None,
    axes: Axes = (-2, -1),
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform along two axes.

    Parameters
    ----------
    x : array_like
        Real or complex, of one axis or more.
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
        Complex, of the shape of `x` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If lengths and axes differ in number, an axis is named twice, no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.fft2([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[4.+0.j, 4.+0.j],
            [4.+0.j, 4.+0.j]])
    """
    refuse_plan("fft2", plan)
    given = tensor_of(x)
    lengths, along = along_several("fft2", given, s, axes)
    return spectrum(given, lengths, along, norm, inverse=False)


def ifft2(
    x: Operand,
    s: Shape | None = None,
    axes: Axes = (-2, -1),
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform back along two axes.

    Parameters
    ----------
    x : array_like
        Real or complex, of one axis or more.
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
        Complex, of the shape of `x` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If lengths and axes differ in number, an axis is named twice, no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.ifft2([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[1.+0.j, 1.+0.j],
            [1.+0.j, 1.+0.j]])
    """
    refuse_plan("ifft2", plan)
    given = tensor_of(x)
    lengths, along = along_several("ifft2", given, s, axes)
    return spectrum(given, lengths, along, norm, inverse=True)


def fftn(
    x: Operand,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform along several axes.

    Parameters
    ----------
    x : array_like
        Real or complex, of one axis or more.
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
        Complex, of the shape of `x` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If lengths and axes differ in number, an axis is named twice, no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.fftn([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[4.+0.j, 4.+0.j],
            [4.+0.j, 4.+0.j]])
    """
    refuse_plan("fftn", plan)
    given = tensor_of(x)
    lengths, along = along_several("fftn", given, s, axes)
    return spectrum(given, lengths, along, norm, inverse=False)


def ifftn(
    x: Operand,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    plan: None = None,
) -> Tensor:
    """Transform back along several axes.

    Parameters
    ----------
    x : array_like
        Real or complex, of one axis or more.
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
        Complex, of the shape of `x` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If lengths and axes differ in number, an axis is named twice, no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.ifftn([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[1.+0.j, 1.+0.j],
            [1.+0.j, 1.+0.j]])
    """
    refuse_plan("ifftn", plan)
    given = tensor_of(x)
    lengths, along = along_several("ifftn", given, s, axes)
    return spectrum(given, lengths, along, norm, inverse=True)
