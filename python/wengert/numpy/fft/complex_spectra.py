"""Spectra of complex numbers, or of real ones, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex

from wengert._core import Tensor, store
from wengert.numpy._arguments import tensor_of
from wengert.numpy.fft._spectra import along_many, along_one, spectrum

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand, Out, Shape

__all__ = ["fft", "fft2", "fftn", "ifft", "ifft2", "ifftn"]


def fft(
    a: Operand,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform along an axis: sum_j a[j] exp(-2 pi i j k / n).

    Parameters
    ----------
    a : array_like
        Real or complex, of one axis or more.
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
        Complex, of the shape of `a` with `n` points along `axis`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.fft([1.0, 2.0, 3.0, 4.0])
    Tensor([10.+0.j, -2.+2.j, -2.+0.j, -2.-2.j])
    """
    x = tensor_of(a)
    lengths, axes = along_one("fft", x, n, axis)
    result = spectrum(x, lengths, axes, norm, inverse=False)
    return result if out is None else store("fft", out, result)


def ifft(
    a: Operand,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform back along an axis: sum_k a[k] exp(2 pi i j k / n) / n.

    Parameters
    ----------
    a : array_like
        Real or complex, of one axis or more.
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
        Complex, of the shape of `a` with `n` points along `axis`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.ifft([10.0, -2 + 2j, -2.0, -2 - 2j])
    Tensor([1.+0.j, 2.+0.j, 3.+0.j, 4.+0.j])
    """
    x = tensor_of(a)
    lengths, axes = along_one("ifft", x, n, axis)
    result = spectrum(x, lengths, axes, norm, inverse=True)
    return result if out is None else store("ifft", out, result)


def fft2(
    a: Operand,
    s: Shape | None = None,
    axes: Axes = (-2, -1),
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform along two axes.

    Parameters
    ----------
    a : array_like
        Real or complex, of two axes or more.
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
        Complex, of the shape of `a` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If lengths and axes differ in number, no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.fft2([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[4.+0.j, 4.+0.j],
            [4.+0.j, 4.+0.j]])
    """
    x = tensor_of(a)
    lengths, along = along_many("fft2", x, s, axes)
    result = spectrum(x, lengths, along, norm, inverse=False)
    return result if out is None else store("fft2", out, result)


def ifft2(
    a: Operand,
    s: Shape | None = None,
    axes: Axes = (-2, -1),
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform back along two axes.

    Parameters
    ----------
    a : array_like
        Real or complex, of two axes or more.
    s : tuple of int, optional
        How many points along each of `axes`: `a` is cropped, or continued by zeros; -1 for as many as there are.
    axes : tuple of int
        Which axes; one that is named twice is transformed twice.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: the number of points, its square root, or nothing. None is "backward".
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Complex, of the shape of `a` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If lengths and axes differ in number, no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.ifft2([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[1.+0.j, 1.+0.j],
            [1.+0.j, 1.+0.j]])
    """
    x = tensor_of(a)
    lengths, along = along_many("ifft2", x, s, axes)
    result = spectrum(x, lengths, along, norm, inverse=True)
    return result if out is None else store("ifft2", out, result)


def fftn(
    a: Operand,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform along several axes.

    Parameters
    ----------
    a : array_like
        Real or complex.
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
        Complex, of the shape of `a` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If lengths and axes differ in number, no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.fftn([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[4.+0.j, 4.+0.j],
            [4.+0.j, 4.+0.j]])
    """
    x = tensor_of(a)
    lengths, along = along_many("fftn", x, s, axes)
    result = spectrum(x, lengths, along, norm, inverse=False)
    return result if out is None else store("fftn", out, result)


def ifftn(
    a: Operand,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    out: Out = None,
) -> Tensor:
    """Transform back along several axes.

    Parameters
    ----------
    a : array_like
        Real or complex.
    s : tuple of int, optional
        How many points along each of `axes`: `a` is cropped, or continued by zeros; -1 for as many as there are.
    axes : tuple of int, optional
        Which axes, by default the last ``len(s)``, or all; one that is named twice is transformed twice.
    norm : {"backward", "ortho", "forward"}, optional
        By what is divided: the number of points, its square root, or nothing. None is "backward".
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Complex, of the shape of `a` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If lengths and axes differ in number, no point is to be transformed, or `norm` is another word.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.ifftn([[4.0, 0.0], [0.0, 0.0]])
    Tensor([[1.+0.j, 1.+0.j],
            [1.+0.j, 1.+0.j]])
    """
    x = tensor_of(a)
    lengths, along = along_many("ifftn", x, s, axes)
    result = spectrum(x, lengths, along, norm, inverse=True)
    return result if out is None else store("ifftn", out, result)
