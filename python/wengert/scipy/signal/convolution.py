"""Convolution and correlation of arrays, by sums or by transforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import converted, product
from wengert.numpy.elementwise.limits import round as rounded
from wengert.scipy.signal._windows import (
    check_containment,
    check_mode,
    operands,
    reversed_conjugate,
    window,
)
from wengert.scipy.signal.spectral import by_spectra, transform_cost

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["convolve", "correlate"]


def _is_cheaper_by_sums(x: Tensor, k: Tensor, mode: str) -> bool:
    """Whether sums take less time than transforms; those of integers are exact."""
    if x.dtype.kind not in "fc" or k.dtype.kind not in "fc":
        return True
    is_real = x.dtype.kind == k.dtype.kind == "f"
    sums = product(window(x.shape, k.shape, mode)[1]) * min(x.size, k.size)
    return sums * (1 if is_real else 4) <= transform_cost(x.shape, k.shape, is_real)


def _convolved(name: str, x: Tensor, k: Tensor, mode: str, method: str) -> Tensor:
    check_mode(name, mode)
    if method not in ("auto", "direct", "fft"):
        message = f"{name}: method is {method!r}; 'auto', 'direct' or 'fft' is needed"
        raise ShapeError(message)
    if x.ndim == 0:
        return _core.multiply(x, k)
    if x.size == 0 or k.size == 0:
        return _core.tensor([], None, False)
    if mode == "valid":
        check_containment(name, x.shape, k.shape)
    if method == "direct" or (method == "auto" and _is_cheaper_by_sums(x, k, mode)):
        if x.dtype.kind == k.dtype.kind == "b":
            sums = _core.convolve(converted(x, "int64"), k, *window(x.shape, k.shape, mode))
            return _core.not_equal(sums, 0)
        return _core.convolve(x, k, *window(x.shape, k.shape, mode))
    axes = tuple([a for a in range(-x.ndim, 0) if x.shape[a] != 1 and k.shape[a] != 1])
    sums = by_spectra(x, k, mode, axes)
    dtype = np.result_type(x.dtype, k.dtype)
    return sums if dtype.kind in "fc" else converted(rounded(sums), dtype)


def convolve(in1: Operand, in2: Operand, mode: str = "full", method: str = "auto") -> Tensor:
    """Convolve arrays along all axes.

    Parameters
    ----------
    in1, in2 : array_like
        Of equally many axes.
    mode : {"full", "same", "valid"}
        Whether all sums are returned, those in the middle, as many as `in1` has elements, or those in which one operand
        lies within the other.
    method : {"auto", "direct", "fft"}
        Whether products are summed, or spectra multiplied, whose sums err relative to the largest of them; "auto"
        estimates which is cheaper. Integers are summed exactly.

    Returns
    -------
    Tensor
        Of as many axes.

    Raises
    ------
    ValueError
        If the numbers of axes differ, neither operand lies within the other where `mode` asks for it, or `mode` or
        `method` is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.signal.convolve([1.0, 2.0, 3.0], [1.0, 10.0])
    Tensor([ 1., 12., 23., 30.])
    """
    return _convolved("convolve", *operands("convolve", in1, in2), mode, method)


def correlate(in1: Operand, in2: Operand, mode: str = "full", method: str = "auto") -> Tensor:
    """Correlate arrays along all axes: convolve with the second backwards, conjugated.

    Parameters
    ----------
    in1, in2 : array_like
        Of equally many axes.
    mode : {"full", "same", "valid"}
        Whether all sums are returned, those in the middle, as many as `in1` has elements, or those in which one operand
        lies within the other.
    method : {"auto", "direct", "fft"}
        Whether products are summed, or spectra multiplied, as for `convolve`.

    Returns
    -------
    Tensor
        Of as many axes.

    Raises
    ------
    ValueError
        If the numbers of axes differ, neither operand lies within the other where `mode` asks for it, or `mode` or
        `method` is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.signal.correlate([1.0, 2.0, 3.0], [1.0, 10.0], mode="valid")
    Tensor([21., 32.])
    """
    x, k = operands("correlate", in1, in2)
    return _convolved("correlate", x, reversed_conjugate(k), mode, method)
