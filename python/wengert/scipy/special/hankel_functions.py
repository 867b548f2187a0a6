"""Hankel functions, of complex numbers, and in the order of real ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import Tensor
from wengert._custom import custom_jvp
from wengert.numpy._arguments import tensor_of
from wengert.scipy.special.complex_kinds import complex_of, is_complex
from wengert.scipy.special.ufunc_arguments import stored

if TYPE_CHECKING:
    from wengert._typing import Operand, Out

__all__ = ["hankel1", "hankel1e", "hankel2", "hankel2e"]


def _turn(angle: Any) -> Tensor:
    """Return e^(i angle)."""
    return _core.complex(_core.cos(angle), _core.sin(angle))


def _order_slope(sign: float, v: Any, z: Any) -> Any:
    """Return the derivative of J + sign i Y in the order at a real z, by those of both.

    Where z is negative it is taken on the upper side of the cut (DLMF 10.11.1-2).
    """
    is_left, size = _core.less(z, 0.0), _core.absolute(z)
    j, y = _core.jv(v, size), _core.yv(v, size)
    of_j, of_y = (_core.bessel_order_derivative(kind, 1.0, v, size) for kind in (4.0, 5.0))
    forth, back = _turn(math.pi * v), _turn(-math.pi * v)
    if sign > 0:  # the function there is -e^(-i pi v) (J - i Y)
        left = back * (math.pi * (1j * j + y) - of_j + 1j * of_y)
    else:  # and (2 e^(i pi v) + e^(-i pi v)) J - i e^(-i pi v) Y
        turning = math.pi * (j * (2j * forth - 1j * back) - back * y)
        left = turning + (2.0 * forth + back) * of_j - 1j * back * of_y
    return _core.where(is_left, left, of_j + sign * 1j * of_y)


def _of_real(function: Any, sign: float) -> Any:
    @custom_jvp
    def value(v: Any, z: Any) -> Any:
        return function(v, complex_of(z))

    @value.defjvp
    def pushed(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
        v, z = primals
        slope = 0.5 * (value(v - 1.0, z) - value(v + 1.0, z))
        return value(v, z), _order_slope(sign, v, z) * tangents[0] + slope * tangents[1]

    return value


_of_real_1, _of_real_2 = _of_real(_core.hankel1, 1.0), _of_real(_core.hankel2, -1.0)


def hankel1(v: Operand, z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the Hankel function of the first kind.

    Parameters
    ----------
    v : array_like
        The order, which has a derivative where `z` is real.
    z : array_like
        Of any shape.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Complex, of the broadcast shape.

    Examples
    --------
    >>> from wengert.scipy.special import hankel1, jv
    >>> bool(abs(hankel1(0, 1.0).real - jv(0, 1.0)) < 1e-15)
    True
    """
    if out is not None or keywords:
        return stored(hankel1, (v, z), out, **keywords)
    return _found(_core.hankel1, _of_real_1, v, z)


def hankel2(v: Operand, z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the Hankel function of the second kind.

    Parameters
    ----------
    v : array_like
        The order, which has a derivative where `z` is real.
    z : array_like
        Of any shape.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Complex, of the broadcast shape.

    Examples
    --------
    >>> from wengert.scipy.special import hankel2, jv
    >>> bool(abs(hankel2(0, 1.0).real - jv(0, 1.0)) < 1e-15)
    True
    """
    if out is not None or keywords:
        return stored(hankel2, (v, z), out, **keywords)
    return _found(_core.hankel2, _of_real_2, v, z)


def hankel1e(v: Operand, z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return ``hankel1(v, z) e^(-i z)``, which neither overflows nor underflows far above the real axis.

    Parameters
    ----------
    v : array_like
        The order, which has a derivative where `z` is real.
    z : array_like
        Of any shape.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Complex, of the broadcast shape.

    Examples
    --------
    >>> from wengert.scipy.special import hankel1e
    >>> bool(abs(hankel1e(0, 1e3j)) > 0.02)
    True
    """
    if out is not None or keywords:
        return stored(hankel1e, (v, z), out, **keywords)
    if not is_complex(z):
        return hankel1(v, z) * _turn(-tensor_of(z))
    return _scaled(tensor_of(v), tensor_of(z), 1j)


def hankel2e(v: Operand, z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return ``hankel2(v, z) e^(i z)``, which neither overflows nor underflows far below the real axis.

    Parameters
    ----------
    v : array_like
        The order, which has a derivative where `z` is real.
    z : array_like
        Of any shape.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Complex, of the broadcast shape.

    Examples
    --------
    >>> from wengert.scipy.special import hankel2e
    >>> bool(abs(hankel2e(0, -1e3j)) > 0.02)
    True
    """
    if out is not None or keywords:
        return stored(hankel2e, (v, z), out, **keywords)
    if not is_complex(z):
        return hankel2(v, z) * _turn(tensor_of(z))
    return _scaled(tensor_of(v), tensor_of(z), -1j)


def _found(function: Any, of_real: Any, v: Any, z: Any) -> Tensor:
    if isinstance(v, Tensor) and not is_complex(z):
        found: Tensor = of_real(v, tensor_of(z))
        return found
    return tensor_of(function(v, complex_of(z)))


def _by_modified(v: Tensor, z: Tensor, i: complex) -> Any:
    """Return the first kind where i is the unit, the second where it is minus that (DLMF 10.27.8)."""
    return (2.0 / (math.pi * i)) * _turn(-0.5 * math.pi * i.imag * v) * _core.kve(v, -i * z)


def _scaled(v: Tensor, z: Tensor, i: complex) -> Tensor:
    # The quarter in which -i z is beyond the cut of the modified function: half a turn away, both kinds are needed.
    x, y = _core.real(z), _core.imag(z)
    if i.imag > 0:
        is_beyond = _core.logical_and(_core.less_equal(x, 0.0), _core.less(y, 0.0))
    else:
        is_beyond = _core.logical_and(_core.less(x, 0.0), _core.greater_equal(y, 0.0))
    safe = _core.where(is_beyond, -z, z)
    plain = _by_modified(v, safe, i)
    growing = 2.0 * _core.cos(math.pi * v) * _core.exp(2.0 * i * safe) * plain
    other = _turn(-math.pi * i.imag * v) * _by_modified(v, safe, -i)
    found: Tensor = _core.where(is_beyond, growing + other, plain)
    return found
