"""Logarithms and shares of sums of exponentials."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from wengert import _core
from wengert.numpy._arguments import converted, negative_axes, tensor_of
from wengert.numpy.elementwise.complex_parts import absolute

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Axes, Dims, Operand

__all__ = ["log_softmax", "logsumexp", "softmax"]


def inexact(a: Any) -> Tensor:
    """Read an operand of a floating or complex dtype."""
    x = tensor_of(a)
    return converted(x, np.float64) if x.dtype.kind in "bi" else x


def largest(x: Tensor, axes: Dims) -> Tensor:
    """Return the largest element along axes, which stay; no derivative, as every sum is shifted back."""
    real = _core.real(x) if x.dtype.kind == "c" else x
    if 0 in [x.shape[axis] for axis in axes]:
        return _core.add(_core.sum(real, axes, True), -math.inf)
    return _core.stop_gradient(_core.max(real, axes, True))


def finite(top: Tensor) -> Tensor:
    """Replace what would not do as a shift by zero."""
    return _core.where(_core.isfinite(top), top, 0.0)


@overload
def logsumexp(
    a: Operand,
    axis: Axes = ...,
    b: Operand | None = ...,
    keepdims: bool = ...,
    return_sign: Literal[False] = ...,
) -> Tensor: ...
@overload
def logsumexp(
    a: Operand,
    axis: Axes = ...,
    b: Operand | None = ...,
    keepdims: bool = ...,
    *,
    return_sign: Literal[True],
) -> tuple[Tensor, Tensor]: ...
def logsumexp(
    a: Operand,
    axis: Axes = None,
    b: Operand | None = None,
    keepdims: bool = False,
    return_sign: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """Return the logarithm of a sum of exponentials, without overflow.

    Parameters
    ----------
    a : array_like
        Exponents, of any shape, real or complex.
    axis : int, tuple of int or None
        The axes to sum along; None for all.
    b : array_like, optional
        Factors of the exponentials, which broadcast with `a`; where one is 0, `a` does not matter.
    keepdims : bool
        Whether the axes stay, with length one.
    return_sign : bool
        Whether the sign of the sum is wanted as well; of complex numbers, the sum over its modulus.

    Returns
    -------
    Tensor
        Of the shape of the other axes; -inf where the sum is 0. Without `return_sign` it is NaN
        where the sum of real numbers is negative.
    Tensor
        The sign, if asked for.

    Raises
    ------
    AxisError
        If `a` has no such axis.

    Examples
    --------
    >>> from wengert.scipy.special import logsumexp
    >>> logsumexp([1000.0, 1000.0])
    Tensor(1000.69314718)
    >>> logsumexp([1.0, 2.0], b=[1.0, -1.0], return_sign=True)
    (Tensor(1.54132485), Tensor(-1.))
    """
    x = inexact(a)
    if b is not None:
        factor = tensor_of(b)
        x = _core.where(_core.equal(factor, 0), -math.inf, x)
    axes = negative_axes(axis, x.ndim)
    top = finite(largest(x, axes))
    terms = _core.exp(_core.subtract(x, top))
    if b is not None:
        terms = _core.multiply(terms, factor)
    total = _core.sum(terms, axes, keepdims)
    if not keepdims:
        top = _core.sum(top, axes, False)  # of one element: drops the axes
    if not return_sign:
        return _core.add(_core.log(total), top)
    size = absolute(total)
    is_zero = _core.equal(size, 0)
    sign = (
        _core.sign(total)
        if total.dtype.kind != "c"
        else _core.where(is_zero, 0.0, _core.divide(total, _core.where(is_zero, 1.0, size)))
    )
    return _core.add(_core.log(size), top), sign


def softmax(x: Operand, axis: Axes = None) -> Tensor:
    """Return exponentials over their sum.

    Parameters
    ----------
    x : array_like
        Real, of any shape.
    axis : int, tuple of int or None
        The axes along which the results add up to one; None for all.

    Returns
    -------
    Tensor
        Of the shape of `x`.

    Raises
    ------
    AxisError
        If `x` has no such axis.

    Examples
    --------
    >>> from wengert.scipy.special import softmax
    >>> softmax([0.0, 0.0, 1000.0])
    Tensor([0., 0., 1.])
    """
    logits = inexact(x)
    axes = negative_axes(axis, logits.ndim)
    terms = _core.exp(_core.subtract(logits, largest(logits, axes)))
    return _core.divide(terms, _core.sum(terms, axes, True))


def log_softmax(x: Operand, axis: Axes = None) -> Tensor:
    """Return the logarithm of `softmax`, with its digits where that is near 0 or 1.

    Parameters
    ----------
    x : array_like
        Real, of any shape.
    axis : int, tuple of int or None
        The axes along which the exponentials of the results add up to one; None for all.

    Returns
    -------
    Tensor
        Of the shape of `x`.

    Raises
    ------
    AxisError
        If `x` has no such axis.

    Examples
    --------
    >>> from wengert.scipy.special import log_softmax
    >>> log_softmax([0.0, 1000.0])
    Tensor([-1000.,     0.])
    """
    logits = inexact(x)
    axes = negative_axes(axis, logits.ndim)
    shifted = _core.subtract(logits, finite(largest(logits, axes)))
    return _core.subtract(shifted, _core.log(_core.sum(_core.exp(shifted), axes, True)))
