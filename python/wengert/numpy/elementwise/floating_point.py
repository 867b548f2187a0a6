"""Floating-point numbers taken apart and put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, Tensor, store
from wengert.numpy._arguments import converted, store_each, tensor_of

if TYPE_CHECKING:
    from wengert._typing import Operand, Out

__all__ = ["frexp", "ldexp"]


def frexp(
    x: Operand,
    out1: Out = None,
    out2: Out = None,
    /,
    *,
    out: Out = None,
    where: Any = True,
    casting: str = "same_kind",
) -> tuple[Tensor, ...]:
    """Return m and e of x = m 2^e, 1/2 <= abs(m) < 1; the derivative is that of m with e held.

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
        Both of the shape of `x`; the second of int32.

    Raises
    ------
    DTypeError
        If `x` is complex.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.frexp([3.0, 0.125])
    (Tensor([0.75, 0.5 ]), Tensor([ 2, -2], dtype=int32))
    """
    value = tensor_of(x)
    results = _core.significand(value), _core.convert(_core.exponent(value), np.dtype(np.int32))
    if out is None and out1 is None and out2 is None and where is True:
        return results
    return store_each("frexp", (out1, out2) if out is None else out, results, casting, where)


def ldexp(
    x1: Operand,
    x2: Operand,
    /,
    out: Out = None,
    *,
    where: Any = True,
    casting: str = "same_kind",
) -> Tensor:
    """Return x1 2^x2, rounded once.

    Parameters
    ----------
    x1 : array_like
        Of any shape, real.
    x2 : array_like of int
        The exponents, which have no derivative; both broadcast.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    where : array_like of bool
        The elements of `out` that are stored in.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.

    Returns
    -------
    Tensor
        Of the shape that both broadcast to, in the units of `x1`.

    Raises
    ------
    DTypeError
        If `x1` is complex, or `x2` is not of integers.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.ldexp(0.75, [2, -1])
    Tensor([3.   , 0.375])
    """
    value, exponent = tensor_of(x1), tensor_of(x2)
    if exponent.dtype.kind not in "bi":
        message = f"ldexp: x2 is {exponent.dtype}; integers are needed"
        raise DTypeError(message)
    if value.dtype.kind not in "fc":
        value = converted(value, np.float64)
    if value.dtype.kind == "c":
        message = f"ldexp: x1 is {value.dtype}; a real dtype is needed"
        raise DTypeError(message)
    # no float has more than a few thousand binary places: all beyond are alike
    near = _core.minimum(_core.maximum(converted(exponent, np.int64), -9999), 9999)
    result = _core.scaleb(value, _core.convert(near, value.dtype))
    if out is None and where is True:
        return result
    return store("ldexp", out, result, casting, where, True)
