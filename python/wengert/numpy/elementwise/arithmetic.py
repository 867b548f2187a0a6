"""The formulas of the core by NumPy's names, and compositions of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor, store
from wengert.numpy._arguments import converted, store_each, tensor_of
from wengert.numpy._formulas import *

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand, Out

__all__ = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_right_shift",
    "degrees",
    "divmod",
    "float_power",
    "mod",
    "modf",
    "pow",
    "radians",
    "sinc",
    "true_divide",
]


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
    if value.dtype.kind != "c":
        return _core.sinc(value)
    z = _core.multiply(_core.where(_core.equal(value, 0), 1e-20, value), math.pi)
    return _core.divide(_core.sin(z), z)


def float_power(
    x1: Operand,
    x2: Operand,
    /,
    out: Out = None,
    *,
    where: Any = True,
    casting: str = "same_kind",
    dtype: DTypeLike = None,
) -> Tensor:
    """Raise to a power in float64 or complex128.

    Parameters
    ----------
    x1, x2 : array_like
        Bases and exponents, which broadcast.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    where : array_like of bool
        The elements of `out` that are stored in.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.
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
    if out is not None or where is not True:
        return store("float_power", out, float_power(x1, x2, dtype=dtype), casting, where, True)
    x, y = tensor_of(x1), tensor_of(x2)
    is_complex = "c" in (x.dtype.kind, y.dtype.kind)
    wide = dtype or (np.complex128 if is_complex else np.float64)
    return _core.power(converted(x, wide), converted(y, wide))


def divmod(
    x1: Operand,
    x2: Operand,
    out1: Out = None,
    out2: Out = None,
    /,
    *,
    out: Out = None,
    where: Any = True,
    casting: str = "same_kind",
) -> tuple[Tensor, ...]:
    """Return quotient, rounded down, and remainder.

    Parameters
    ----------
    x1, x2 : array_like
        Dividends and divisors, which broadcast.
    out1, out2 : Tensor or array, optional
        What the results are stored in; they are returned.
    out : tuple of Tensor, array or None
        Both of them.
    where : array_like of bool
        The elements of `out` that are stored in.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the results are cast to.

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
    results = _core.floor_divide(x1, x2), _core.remainder(x1, x2)
    if out is None and out1 is None and out2 is None and where is True:
        return results
    return store_each("divmod", (out1, out2) if out is None else out, results, casting, where)


def modf(
    x: Operand,
    out1: Out = None,
    out2: Out = None,
    /,
    *,
    out: Out = None,
    where: Any = True,
    casting: str = "same_kind",
) -> tuple[Tensor, ...]:
    """Return fractional and integral parts; the derivative is that of the fractional part.

    Parameters
    ----------
    x : array_like
        Of any shape, real.
    out1, out2 : Tensor or array, optional
        What the results are stored in; they are returned.
    out : tuple of Tensor, array or None
        Both of them.
    where : array_like of bool
        The elements of `out` that are stored in.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the results are cast to.

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
    results = _core.copysign(fraction, _core.stop_gradient(value)), whole
    if out is None and out1 is None and out2 is None and where is True:
        return results
    return store_each("modf", (out1, out2) if out is None else out, results, casting, where)
