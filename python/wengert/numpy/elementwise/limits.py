"""Values limited, rounded and made finite."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, Tensor, store
from wengert.numpy._arguments import converted, tensor_of
from wengert.numpy.elementwise.complex_parts import imag, real

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand, Out

__all__ = ["around", "clip", "fix", "nan_to_num", "round"]


def clip(
    a: Operand,
    a_min: Operand | None = None,
    a_max: Operand | None = None,
    out: Out = None,
    *,
    min: Operand | None = None,
    max: Operand | None = None,
    where: Any = True,
    casting: str = "same_kind",
    dtype: DTypeLike = None,
) -> Tensor:
    """Limit values to an interval: ``minimum(maximum(a, a_min), a_max)``.

    At a bound, value and bound receive half of the cotangent each.

    Parameters
    ----------
    a, a_min, a_max : array_like or None
        Values and bounds, which broadcast; a bound of None is none.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    min, max : array_like or None
        Other names of `a_min` and `a_max`.
    where : array_like of bool
        The elements of `out` that are stored in.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.
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
    if out is not None or where is not True:
        return store(
            "clip", out, clip(a, a_min, a_max, min=min, max=max, dtype=dtype), casting, where, True
        )
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
    return _core.identity(x) if x is a else x


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
        Whether the result is another array; otherwise a Tensor `x` itself is written to.
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
    if not copy and isinstance(x, Tensor):
        return store("nan_to_num", x, nan_to_num(x, True, nan, posinf, neginf))
    value = tensor_of(x)
    if value.dtype.kind == "c":
        parts = (nan_to_num(part(value), True, nan, posinf, neginf) for part in (real, imag))
        return _core.complex(*parts)
    if value.dtype.kind != "f":
        return _core.identity(value)
    limits = np.finfo(value.dtype)
    high = limits.max if posinf is None else posinf
    low = limits.min if neginf is None else neginf
    number, high, low = (converted(tensor_of(v), value.dtype) for v in (nan, high, low))
    out = _core.where(_core.isnan(value), number, value)
    out = _core.where(_core.equal(value, math.inf), high, out)
    return _core.where(_core.equal(value, -math.inf), low, out)


def round(a: Operand, decimals: int = 0, out: Out = None) -> Tensor:
    """Round to the given number of decimals, halves to even; the derivative is zero.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    decimals : int
        Negative: positions before the decimal point.
    out : Tensor or array, optional
        What the result is stored in; it is returned.

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
    if out is not None:
        return store("round", out, round(a, decimals))
    x = tensor_of(a)
    if x.dtype.kind == "i":
        return (
            _core.identity(x)
            if decimals >= 0
            else converted(round(converted(x, np.float64), decimals), x.dtype)
        )
    if x.dtype.kind == "b" and decimals != 0:
        message = f"round: a is bool and decimals is {decimals}; a dtype of numbers is needed"
        raise DTypeError(message)
    if x.dtype.kind == "c":
        return _core.complex(round(_core.real(x), decimals), round(_core.imag(x), decimals))
    if decimals == 0:
        return _core.rint(x)
    factor = 10.0 ** math.fabs(decimals)
    if decimals > 0:
        return _core.divide(_core.rint(_core.multiply(x, factor)), factor)
    return _core.multiply(_core.rint(_core.divide(x, factor)), factor)


around = round


def fix(x: Operand, out: Out = None) -> Tensor:
    """Round towards zero; the derivative is zero.

    Parameters
    ----------
    x : array_like
        Of any shape, real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.

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
    if out is not None:
        return store("fix", out, fix(x), broadcasts=True)
    return _core.trunc(x)
