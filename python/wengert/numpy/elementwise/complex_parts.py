"""Parts, moduli and arguments of numbers, which may be complex."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor, store
from wengert.numpy._arguments import ALL_AXES, converted, tensor_of

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand, Out

__all__ = [
    "abs",
    "absolute",
    "angle",
    "conj",
    "conjugate",
    "imag",
    "real",
    "real_if_close",
    "sign",
]


def absolute(
    x: Operand,
    /,
    out: Out = None,
    *,
    where: Any = True,
    casting: str = "same_kind",
    dtype: DTypeLike = None,
) -> Tensor:
    """Return the modulus; its derivative is 0 at 0.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    where : array_like of bool
        The elements of `out` that are stored in.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.
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
    if out is not None or where is not True:
        return store("absolute", out, absolute(x, dtype=dtype), casting, where, True)
    z = x if isinstance(x, Tensor) else tensor_of(x)
    if dtype is not None:
        z = converted(z, dtype)
    return _core.modulus(z) if z.dtype.kind == "c" else _core.absolute(z)


abs = absolute


def sign(
    x: Operand,
    /,
    out: Out = None,
    *,
    where: Any = True,
    casting: str = "same_kind",
    dtype: DTypeLike = None,
) -> Tensor:
    """Return the sign, of complex numbers ``x / abs(x)``; 0, and of derivative 0, at 0.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    where : array_like of bool
        The elements of `out` that are stored in.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.
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
    if out is not None or where is not True:
        return store("sign", out, sign(x, dtype=dtype), casting, where, True)
    z = converted(x if isinstance(x, Tensor) else tensor_of(x), dtype)
    return _core.direction(z) if z.dtype.kind == "c" else _core.sign(z)


def real(val: Operand) -> Tensor:
    """Return the real part.

    Parameters
    ----------
    val : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of the same shape: a view; `val` itself if it is real.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.real([1 + 2j, 3 - 1j])
    Tensor([1., 3.])
    """
    x = tensor_of(val)
    return _core.real(x) if x.dtype.kind == "c" else x


def imag(val: Operand) -> Tensor:
    """Return the imaginary part.

    Parameters
    ----------
    val : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of the same shape: a view; zeros, which are not written to, if `val` is real.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.imag([1 + 2j, 3 - 1j])
    Tensor([ 2., -1.])
    """
    x = tensor_of(val)
    if x.dtype.kind == "c":
        return _core.imag(x)
    return _core.forbid_writing(_core.tensor(np.zeros(x.shape, x.dtype), None, False))


def conjugate(
    x: Operand,
    /,
    out: Out = None,
    *,
    where: Any = True,
    casting: str = "same_kind",
    dtype: DTypeLike = None,
) -> Tensor:
    """Return the complex conjugate.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    where : array_like of bool
        The elements of `out` that are stored in.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.
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
    if out is not None or where is not True:
        return store("conjugate", out, conjugate(x, dtype=dtype), casting, where, True)
    z = converted(tensor_of(x), dtype)
    return _core.conjugate(z) if z.dtype.kind == "c" else _core.identity(z)


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
    phase = _core.angle(x) if x.dtype.kind == "c" else _core.arctan2(0.0, x)
    return _core.multiply(phase, 180 / math.pi) if deg else phase


def squared_modulus(x: Tensor) -> Tensor:
    """Return the square of the distance from zero."""
    if x.dtype.kind != "c":
        return _core.square(x)
    return _core.add(_core.square(_core.real(x)), _core.square(_core.imag(x)))


def real_if_close(a: Operand, tol: float = 100) -> Tensor:
    """Leave imaginary parts out if all are as small as rounding makes them.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    tol : float
        How many units of the last place of 1 count as small; up to 1, how much does.

    Returns
    -------
    Tensor
        Real if every imaginary part is small.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.real_if_close([2.0 + 1e-15j])
    Tensor([2.])
    """
    x = tensor_of(a)
    if x.dtype.kind != "c":
        return x
    least = tol * float(np.finfo(x.dtype).eps) if tol > 1 else tol
    parts = _core.absolute(_core.imag(x))
    if _core.all(_core.less(parts, least), ALL_AXES[x.ndim], False):
        return real(x)
    return x
