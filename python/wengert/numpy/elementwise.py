"""Elementwise functions: the formulas of the core by NumPy's names, and compositions of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, Tensor
from wengert.numpy import _formulas
from wengert.numpy._arguments import converted, refuse, tensor_of
from wengert.numpy._formulas import *

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand

__all__ = [
    "abs",
    "absolute",
    "acos",
    "acosh",
    "angle",
    "around",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_right_shift",
    "clip",
    "conj",
    "conjugate",
    "degrees",
    "divmod",
    "fix",
    "float_power",
    "imag",
    "mod",
    "modf",
    "nan_to_num",
    "pow",
    "radians",
    "real",
    "round",
    "sign",
    "sinc",
    "true_divide",
]
__all__ += _formulas.__all__

# Two names of one function, as in NumPy.
mod = _core.remainder
true_divide = _core.divide
radians = _core.deg2rad
degrees = _core.rad2deg
pow = _core.power
asin = _core.arcsin
acos = _core.arccos
atan = _core.arctan
atan2 = _core.arctan2
asinh = _core.arcsinh
acosh = _core.arccosh
atanh = _core.arctanh
bitwise_not = bitwise_invert = _core.invert
bitwise_left_shift = _core.left_shift
bitwise_right_shift = _core.right_shift

_COMPLEX = "c"


def absolute(x: Operand, /, out: None = None, *, dtype: DTypeLike = None) -> Tensor:
    """Return the modulus; its derivative is 0 at 0.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.
    out : None
        Tensors are not written to.
    dtype : dtype, optional
        What `x` is converted to before.

    Returns
    -------
    Tensor
        Of the same shape, real, in the units of `x`.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.absolute([-2.0, 3.0]), wnp.absolute(3 + 4j)
    (Tensor([2., 3.]), Tensor(5.))
    """
    if out is not None:
        refuse("absolute", "out", out)
    z = x if isinstance(x, Tensor) else tensor_of(x)
    if dtype is not None:
        z = converted(z, dtype)
    return _core.modulus(z) if z.dtype.kind == _COMPLEX else _core.absolute(z)


abs = absolute


def sign(x: Operand, /, out: None = None, *, dtype: DTypeLike = None) -> Tensor:
    """Return the sign, of complex numbers ``x / abs(x)``; 0, and of derivative 0, at 0.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.
    out : None
        Tensors are not written to.
    dtype : dtype, optional
        What `x` is converted to before.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.sign([-2.0, 0.0]), wnp.sign(3 + 4j)
    (Tensor([-1.,  0.]), Tensor(0.6+0.8j))
    """
    refuse("sign", "out", out)
    z = converted(x if isinstance(x, Tensor) else tensor_of(x), dtype)
    return _core.direction(z) if z.dtype.kind == _COMPLEX else _core.sign(z)


def sinc(x: Operand) -> Tensor:
    """Return ``sin(pi x) / (pi x)``, 1 at 0.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.sinc([0.0, 0.5])
    Tensor([1.        , 0.63661977])
    """
    value = x if isinstance(x, Tensor) else tensor_of(x)
    if value.dtype.kind != _COMPLEX:
        return _core.sinc(value)
    z = _core.multiply(_core.where(_core.equal(value, 0), 1e-20, value), math.pi)
    return _core.divide(_core.sin(z), z)


def real(val: Operand) -> Tensor:
    """Return the real part.

    Parameters
    ----------
    val : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of the same shape; `val` itself if it is real.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.real([1 + 2j, 3 - 1j])
    Tensor([1., 3.])
    """
    x = tensor_of(val)
    return _core.real(x) if x.dtype.kind == _COMPLEX else x


def imag(val: Operand) -> Tensor:
    """Return the imaginary part.

    Parameters
    ----------
    val : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of the same shape; zeros if `val` is real.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.imag([1 + 2j, 3 - 1j])
    Tensor([ 2., -1.])
    """
    x = tensor_of(val)
    if x.dtype.kind == _COMPLEX:
        return _core.imag(x)
    return _core.tensor(np.zeros(x.shape, x.dtype), None, False)


def conjugate(x: Operand, /, out: None = None, *, dtype: DTypeLike = None) -> Tensor:
    """Return the complex conjugate.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.
    out : None
        Tensors are not written to.
    dtype : dtype, optional
        What `x` is converted to before.

    Returns
    -------
    Tensor
        Of the same shape; the same values if `x` is real.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.conjugate([1 + 2j, 3 - 1j])
    Tensor([1.-2.j, 3.+1.j])
    """
    refuse("conjugate", "out", out)
    z = converted(tensor_of(x), dtype)
    return _core.conjugate(z) if z.dtype.kind == _COMPLEX else z


conj = conjugate


def angle(z: Operand, deg: bool = False) -> Tensor:
    """Return the argument of complex numbers, between -pi and pi.

    Parameters
    ----------
    z : array_like
        Of any shape and dtype.
    deg : bool
        Whether the result is in degrees, not in radians.

    Returns
    -------
    Tensor
        Of the same shape and real.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.angle([1.0, 1j, -1.0], deg=True)
    Tensor([  0.,  90., 180.])
    """
    x = tensor_of(z)
    phase = _core.angle(x) if x.dtype.kind == _COMPLEX else _core.arctan2(0.0, x)
    return _core.multiply(phase, 180 / math.pi) if deg else phase


def clip(
    a: Operand,
    a_min: Operand | None = None,
    a_max: Operand | None = None,
    out: None = None,
    *,
    min: Operand | None = None,
    max: Operand | None = None,
    dtype: DTypeLike = None,
) -> Tensor:
    """Limit values to an interval: ``minimum(maximum(a, a_min), a_max)``.

    At a bound, value and bound receive half of the cotangent each.

    Parameters
    ----------
    a, a_min, a_max : array_like or None
        Values and bounds, which broadcast; a bound of None is none.
    out : None
        Tensors are not written to.
    min, max : array_like or None
        Other names of `a_min` and `a_max`.
    dtype : dtype, optional
        What `a` is converted to before.

    Returns
    -------
    Tensor
        Of the shape that the arguments broadcast to.

    Raises
    ------
    ValueError
        If a bound is given by both of its names.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.clip([-1.0, 0.5, 3.0], 0.0, 1.0)
    Tensor([0. , 0.5, 1. ])
    """
    if out is not None:
        refuse("clip", "out", out)
    if min is not None or max is not None:
        if a_min is not None or a_max is not None:
            message = (
                "clip: a_min or a_max was given and min or max too; one pair of names is needed"
            )
            raise ValueError(message)
        a_min, a_max = min, max
    x = a if isinstance(a, Tensor) else tensor_of(a)
    if dtype is not None:
        x = converted(x, dtype)
    if a_min is not None:
        x = _core.maximum(x, a_min)
    if a_max is not None:
        x = _core.minimum(x, a_max)
    return x


def nan_to_num(
    x: Operand,
    copy: bool = True,
    nan: Any = 0.0,
    posinf: Any = None,
    neginf: Any = None,
) -> Tensor:
    """Replace what is not finite by numbers; the derivative is zero there.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.
    copy : bool
        Of no effect: a Tensor is never written to.
    nan, posinf, neginf : array_like, optional
        What stands for nan, inf and -inf; by default zero and the largest and smallest numbers of
        the dtype.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nan_to_num([1.0, float("nan")], nan=-1.0)
    Tensor([ 1., -1.])
    """
    value = tensor_of(x)
    if value.dtype.kind == _COMPLEX:
        parts = (nan_to_num(part(value), copy, nan, posinf, neginf) for part in (real, imag))
        return _core.complex(*parts)
    if value.dtype.kind != "f":
        return value
    limits = np.finfo(value.dtype)
    high = limits.max if posinf is None else posinf
    low = limits.min if neginf is None else neginf
    number, high, low = (converted(tensor_of(v), value.dtype) for v in (nan, high, low))
    out = _core.where(_core.isnan(value), number, value)
    out = _core.where(_core.equal(value, math.inf), high, out)
    return _core.where(_core.equal(value, -math.inf), low, out)


def float_power(
    x1: Operand, x2: Operand, /, out: None = None, *, dtype: DTypeLike = None
) -> Tensor:
    """Raise to a power in float64 or complex128.

    Parameters
    ----------
    x1, x2 : array_like
        Bases and exponents, which broadcast.
    out : None
        Tensors are not written to.
    dtype : dtype, optional
        What both are converted to before.

    Returns
    -------
    Tensor
        Of the shape that `x1` and `x2` broadcast to.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.float_power([1, 2, 3], 2)
    Tensor([1., 4., 9.])
    """
    refuse("float_power", "out", out)
    x, y = tensor_of(x1), tensor_of(x2)
    is_complex = _COMPLEX in (x.dtype.kind, y.dtype.kind)
    wide = dtype or (np.complex128 if is_complex else np.float64)
    return _core.power(converted(x, wide), converted(y, wide))


def divmod(x1: Operand, x2: Operand, /) -> tuple[Tensor, Tensor]:
    """Return quotient, rounded down, and remainder.

    Parameters
    ----------
    x1, x2 : array_like
        Dividends and divisors, which broadcast.

    Returns
    -------
    tuple of Tensor
        ``(floor_divide(x1, x2), remainder(x1, x2))``.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.divmod([7.0, -7.0], 2.0)
    (Tensor([ 3., -4.]), Tensor([1., 1.]))
    """
    return _core.floor_divide(x1, x2), _core.remainder(x1, x2)


def modf(x: Operand, /) -> tuple[Tensor, Tensor]:
    """Return fractional and integral parts; the derivative is that of the fractional part.

    Parameters
    ----------
    x : array_like
        Of any shape, real.

    Returns
    -------
    tuple of Tensor
        Both with the sign of `x`.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.modf([1.5, -2.25])
    (Tensor([ 0.5 , -0.25]), Tensor([ 1., -2.]))
    """
    value = tensor_of(x)
    if value.dtype.kind not in "fc":
        value = converted(value, np.float64)
    whole = _core.trunc(value)
    fraction = _core.where(_core.isinf(value), 0.0, _core.subtract(value, whole))
    return _core.copysign(fraction, _core.stop_gradient(value)), whole


def round(a: Operand, decimals: int = 0, out: None = None) -> Tensor:
    """Round to the given number of decimals, halves to even; the derivative is zero.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    decimals : int
        Negative: positions before the decimal point.
    out : None
        Tensors are not written to.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Raises
    ------
    DTypeError
        If booleans are to be rounded to decimals.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.round([0.5, 1.5, 2.567], 1)
    Tensor([0.5, 1.5, 2.6])
    """
    refuse("round", "out", out)
    x = tensor_of(a)
    if x.dtype.kind == "i":
        return x if decimals >= 0 else converted(round(converted(x, np.float64), decimals), x.dtype)
    if x.dtype.kind == "b" and decimals != 0:
        message = f"round: a is bool and decimals is {decimals}; a dtype of numbers is needed"
        raise DTypeError(message)
    if x.dtype.kind == _COMPLEX:
        return _core.complex(round(_core.real(x), decimals), round(_core.imag(x), decimals))
    if decimals == 0:
        return _core.rint(x)
    factor = 10.0 ** math.fabs(decimals)
    if decimals > 0:
        return _core.divide(_core.rint(_core.multiply(x, factor)), factor)
    return _core.multiply(_core.rint(_core.divide(x, factor)), factor)


around = round


def fix(x: Operand, out: None = None) -> Tensor:
    """Round towards zero; the derivative is zero.

    Parameters
    ----------
    x : array_like
        Of any shape, real.
    out : None
        Tensors are not written to.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fix([1.7, -1.7])
    Tensor([ 1., -1.])
    """
    refuse("fix", "out", out)
    return _core.trunc(x)
