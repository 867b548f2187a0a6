"""Cosine and sine transforms, of types 1 to 4."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, SupportsIndex

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import converted, tensor_of
from wengert.numpy.fft._spectra import OPPOSITE, along_one, brought
from wengert.numpy.layout.axes import moveaxis
from wengert.scipy.fft._arguments import along_several
from wengert.scipy.fft._cosines import points, transformed

if TYPE_CHECKING:
    from wengert._typing import Axes, Dims, Operand, Shape

__all__ = ["dct", "dctn", "dst", "dstn", "idct", "idctn", "idst", "idstn"]

_INVERSE = {1: 1, 2: 3, 3: 2, 4: 4}


def _transform(
    name: str,
    x: Tensor,
    type: int,
    lengths: Dims,
    axes: Dims,
    norm: str | None,
    orthogonalize: bool | None,
) -> Tensor:
    """Transform along axes, one after the other; complex numbers by their parts."""
    if type not in _INVERSE:
        message = f"{name}: type is {type!r}; 1, 2, 3 or 4 is needed"
        raise ShapeError(message)
    if norm not in OPPOSITE:
        message = f"{name}: norm is {norm!r}; 'backward', 'ortho' or 'forward' is needed"
        raise ShapeError(message)
    if x.dtype.kind == "c":
        parts = [
            _transform(name, part, type, lengths, axes, norm, orthogonalize)
            for part in (_core.real(x), _core.imag(x))
        ]
        return _core.complex(*parts)
    if x.dtype.kind != "f":
        x = converted(x, "float64")
    is_inverse = name.startswith("i")
    way = OPPOSITE[norm] if is_inverse else norm
    kind = ("cosine" if "dct" in name else "sine", _INVERSE[type] if is_inverse else type)
    x = brought(x, lengths, axes)
    for n, axis in zip(lengths, axes, strict=True):
        if kind == ("cosine", 1) and n < 2:
            message = f"{name}: one point is to be transformed; type 1 needs at least two"
            raise ShapeError(message)
        divisor = {"ortho": sqrt(points(kind, n)), "forward": points(kind, n)}.get(way or "", 1)
        is_orthogonal = norm == "ortho" if orthogonalize is None else orthogonalize
        last = moveaxis(x, axis, -1)
        x = moveaxis(transformed(last, kind, 1 / divisor, is_orthogonal), -1, axis)
    return x


def dct(
    x: Operand,
    type: int = 2,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    orthogonalize: bool | None = None,
) -> Tensor:
    """Transform by cosines, of type 2: 2 sum_j x[j] cos(pi (2 j + 1) k / (2 n)).

    Parameters
    ----------
    x : array_like
        Of one axis or more; the parts of complex numbers are transformed each for itself.
    type : {1, 2, 3, 4}
        Where the sequence is mirrored; the inverse of type 2 is 3.
    n : int, optional
        How many points are transformed: `x` is cropped, or continued by zeros, to as many.
    axis : int
        Along which axis.
    norm : {"backward", "ortho", "forward"}, optional
        Which direction is divided by the number of points of the mirrored sequence: the inverse one, both by the
        square root, or the forward one. None is "backward".
    overwrite_x, workers
        Of no effect.
    orthogonalize : bool, optional
        Whether the first or last elements have the factors that make the matrix orthogonal up to a scale; by
        default with ``norm="ortho"``.

    Returns
    -------
    Tensor
        Of the shape of `x` with `n` points along `axis`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If no point is to be transformed, or but one by a cosine transform of type 1, or `type` or `norm` is
        something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.dct([1.0, 3.0])
    Tensor([ 8.        , -2.82842712])
    """
    given = tensor_of(x)
    lengths, axes = along_one("dct", given, n, axis)
    return _transform("dct", given, type, lengths, axes, norm, orthogonalize)


def idct(
    x: Operand,
    type: int = 2,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    orthogonalize: bool | None = None,
) -> Tensor:
    """Transform by cosines, back: what `dct` of this type was of.

    Parameters
    ----------
    x : array_like
        Of one axis or more; the parts of complex numbers are transformed each for itself.
    type : {1, 2, 3, 4}
        Where the sequence is mirrored; the inverse of type 2 is 3.
    n : int, optional
        How many points are transformed: `x` is cropped, or continued by zeros, to as many.
    axis : int
        Along which axis.
    norm : {"backward", "ortho", "forward"}, optional
        Which direction is divided by the number of points of the mirrored sequence: the inverse one, both by the
        square root, or the forward one. None is "backward".
    overwrite_x, workers
        Of no effect.
    orthogonalize : bool, optional
        Whether the first or last elements have the factors that make the matrix orthogonal up to a scale; by
        default with ``norm="ortho"``.

    Returns
    -------
    Tensor
        Of the shape of `x` with `n` points along `axis`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If no point is to be transformed, or but one by a cosine transform of type 1, or `type` or `norm` is
        something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.idct([8.0, 0.0, 0.0, 0.0])
    Tensor([1., 1., 1., 1.])
    """
    given = tensor_of(x)
    lengths, axes = along_one("idct", given, n, axis)
    return _transform("idct", given, type, lengths, axes, norm, orthogonalize)


def dctn(
    x: Operand,
    type: int = 2,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    orthogonalize: bool | None = None,
) -> Tensor:
    """Transform by cosines along several axes.

    Parameters
    ----------
    x : array_like
        The parts of complex numbers are transformed each for itself.
    type : {1, 2, 3, 4}
        Where the sequences are mirrored.
    s : int or tuple of int, optional
        How many points along each of `axes`: `x` is cropped, or continued by zeros; -1 for as many as there are.
    axes : int or tuple of int, optional
        Which axes, by default the last ``len(s)``, or all.
    norm, overwrite_x, workers, orthogonalize
        As for one axis.

    Returns
    -------
    Tensor
        Of the shape of `x` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If lengths and axes differ in number, an axis is named twice, no point is to be transformed, or `type` or
        `norm` is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.dctn([[1.0, 1.0], [1.0, 1.0]])
    Tensor([[16.,  0.],
            [ 0.,  0.]])
    """
    given = tensor_of(x)
    lengths, along = along_several("dctn", given, s, axes)
    return _transform("dctn", given, type, lengths, along, norm, orthogonalize)


def idctn(
    x: Operand,
    type: int = 2,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    orthogonalize: bool | None = None,
) -> Tensor:
    """Transform by cosines along several axes, back.

    Parameters
    ----------
    x : array_like
        The parts of complex numbers are transformed each for itself.
    type : {1, 2, 3, 4}
        Where the sequences are mirrored.
    s : int or tuple of int, optional
        How many points along each of `axes`: `x` is cropped, or continued by zeros; -1 for as many as there are.
    axes : int or tuple of int, optional
        Which axes, by default the last ``len(s)``, or all.
    norm, overwrite_x, workers, orthogonalize
        As for one axis.

    Returns
    -------
    Tensor
        Of the shape of `x` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If lengths and axes differ in number, an axis is named twice, no point is to be transformed, or `type` or
        `norm` is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.idctn([[16.0, 0.0], [0.0, 0.0]])
    Tensor([[1., 1.],
            [1., 1.]])
    """
    given = tensor_of(x)
    lengths, along = along_several("idctn", given, s, axes)
    return _transform("idctn", given, type, lengths, along, norm, orthogonalize)


def dst(
    x: Operand,
    type: int = 2,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    orthogonalize: bool | None = None,
) -> Tensor:
    """Transform by sines, of type 2: 2 sum_j x[j] sin(pi (2 j + 1) (k + 1) / (2 n)).

    Parameters
    ----------
    x : array_like
        Of one axis or more; the parts of complex numbers are transformed each for itself.
    type : {1, 2, 3, 4}
        Where the sequence is mirrored; the inverse of type 2 is 3.
    n : int, optional
        How many points are transformed: `x` is cropped, or continued by zeros, to as many.
    axis : int
        Along which axis.
    norm : {"backward", "ortho", "forward"}, optional
        Which direction is divided by the number of points of the mirrored sequence: the inverse one, both by the
        square root, or the forward one. None is "backward".
    overwrite_x, workers
        Of no effect.
    orthogonalize : bool, optional
        Whether the first or last elements have the factors that make the matrix orthogonal up to a scale; by
        default with ``norm="ortho"``.

    Returns
    -------
    Tensor
        Of the shape of `x` with `n` points along `axis`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If no point is to be transformed, or but one by a cosine transform of type 1, or `type` or `norm` is
        something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.dst([1.0, 3.0])
    Tensor([ 5.65685425, -4.        ])
    """
    given = tensor_of(x)
    lengths, axes = along_one("dst", given, n, axis)
    return _transform("dst", given, type, lengths, axes, norm, orthogonalize)


def idst(
    x: Operand,
    type: int = 2,
    n: SupportsIndex | None = None,
    axis: int = -1,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    orthogonalize: bool | None = None,
) -> Tensor:
    """Transform by sines, back: what `dst` of this type was of.

    Parameters
    ----------
    x : array_like
        Of one axis or more; the parts of complex numbers are transformed each for itself.
    type : {1, 2, 3, 4}
        Where the sequence is mirrored; the inverse of type 2 is 3.
    n : int, optional
        How many points are transformed: `x` is cropped, or continued by zeros, to as many.
    axis : int
        Along which axis.
    norm : {"backward", "ortho", "forward"}, optional
        Which direction is divided by the number of points of the mirrored sequence: the inverse one, both by the
        square root, or the forward one. None is "backward".
    overwrite_x, workers
        Of no effect.
    orthogonalize : bool, optional
        Whether the first or last elements have the factors that make the matrix orthogonal up to a scale; by
        default with ``norm="ortho"``.

    Returns
    -------
    Tensor
        Of the shape of `x` with `n` points along `axis`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If no point is to be transformed, or but one by a cosine transform of type 1, or `type` or `norm` is
        something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.idst([0.0, 0.0, 0.0, 8.0])
    Tensor([ 1., -1.,  1., -1.])
    """
    given = tensor_of(x)
    lengths, axes = along_one("idst", given, n, axis)
    return _transform("idst", given, type, lengths, axes, norm, orthogonalize)


def dstn(
    x: Operand,
    type: int = 2,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    orthogonalize: bool | None = None,
) -> Tensor:
    """Transform by sines along several axes.

    Parameters
    ----------
    x : array_like
        The parts of complex numbers are transformed each for itself.
    type : {1, 2, 3, 4}
        Where the sequences are mirrored.
    s : int or tuple of int, optional
        How many points along each of `axes`: `x` is cropped, or continued by zeros; -1 for as many as there are.
    axes : int or tuple of int, optional
        Which axes, by default the last ``len(s)``, or all.
    norm, overwrite_x, workers, orthogonalize
        As for one axis.

    Returns
    -------
    Tensor
        Of the shape of `x` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If lengths and axes differ in number, an axis is named twice, no point is to be transformed, or `type` or
        `norm` is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.dstn([[1.0, -1.0], [-1.0, 1.0]])
    Tensor([[ 0.,  0.],
            [ 0., 16.]])
    """
    given = tensor_of(x)
    lengths, along = along_several("dstn", given, s, axes)
    return _transform("dstn", given, type, lengths, along, norm, orthogonalize)


def idstn(
    x: Operand,
    type: int = 2,
    s: Shape | None = None,
    axes: Axes = None,
    norm: str | None = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    *,
    orthogonalize: bool | None = None,
) -> Tensor:
    """Transform by sines along several axes, back.

    Parameters
    ----------
    x : array_like
        The parts of complex numbers are transformed each for itself.
    type : {1, 2, 3, 4}
        Where the sequences are mirrored.
    s : int or tuple of int, optional
        How many points along each of `axes`: `x` is cropped, or continued by zeros; -1 for as many as there are.
    axes : int or tuple of int, optional
        Which axes, by default the last ``len(s)``, or all.
    norm, overwrite_x, workers, orthogonalize
        As for one axis.

    Returns
    -------
    Tensor
        Of the shape of `x` with the lengths `s` along `axes`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If lengths and axes differ in number, an axis is named twice, no point is to be transformed, or `type` or
        `norm` is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.idstn([[0.0, 0.0], [0.0, 16.0]])
    Tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    given = tensor_of(x)
    lengths, along = along_several("idstn", given, s, axes)
    return _transform("idstn", given, type, lengths, along, norm, orthogonalize)
