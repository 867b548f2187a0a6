"""Spherical Bessel functions, and derivatives of Bessel functions as functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert.numpy._arguments import tensor_of

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand

__all__ = [
    "ivp",
    "jvp",
    "kvp",
    "spherical_in",
    "spherical_jn",
    "spherical_kn",
    "spherical_yn",
    "yvp",
]


def spherical_jn(n: Operand, z: Operand, derivative: bool = False) -> Tensor:
    """Return a spherical Bessel function of the first kind.

    Parameters
    ----------
    n : array_like of int
        The order, not negative; it has no derivative.
    z : array_like
        Real, of any shape.
    derivative : bool
        Whether the derivative is wanted in the place of the value.

    Returns
    -------
    Tensor
        Of the broadcast shape.
    """
    if not derivative:
        return _core.spherical_jn(n, z)
    n = tensor_of(n)
    below = _core.where(_core.equal(n, 0), 0.0, _core.multiply(n, _core.spherical_jn(n - 1, z)))
    above = _core.multiply(n + 1, _core.spherical_jn(n + 1, z))
    return _core.divide(below - above, 2 * n + 1)


def spherical_yn(n: Operand, z: Operand, derivative: bool = False) -> Tensor:
    """Return a spherical Bessel function of the second kind.

    Parameters
    ----------
    n : array_like of int
        The order, not negative; it has no derivative.
    z : array_like
        Real, of any shape.
    derivative : bool
        Whether the derivative is wanted in the place of the value.

    Returns
    -------
    Tensor
        Of the broadcast shape.
    """
    if not derivative:
        return _core.spherical_yn(n, z)
    n = tensor_of(n)
    below = _core.where(_core.equal(n, 0), 0.0, _core.multiply(n, _core.spherical_yn(n - 1, z)))
    above = _core.multiply(n + 1, _core.spherical_yn(n + 1, z))
    return _core.divide(below - above, 2 * n + 1)


def spherical_in(n: Operand, z: Operand, derivative: bool = False) -> Tensor:
    """Return a modified spherical Bessel function of the first kind.

    Parameters
    ----------
    n : array_like of int
        The order, not negative; it has no derivative.
    z : array_like
        Real, of any shape.
    derivative : bool
        Whether the derivative is wanted in the place of the value.

    Returns
    -------
    Tensor
        Of the broadcast shape.
    """
    if not derivative:
        return _core.spherical_in(n, z)
    n = tensor_of(n)
    below = _core.where(_core.equal(n, 0), 0.0, _core.multiply(n, _core.spherical_in(n - 1, z)))
    above = _core.multiply(n + 1, _core.spherical_in(n + 1, z))
    return _core.divide(below + above, 2 * n + 1)


def spherical_kn(n: Operand, z: Operand, derivative: bool = False) -> Tensor:
    """Return a modified spherical Bessel function of the second kind.

    Parameters
    ----------
    n : array_like of int
        The order, not negative; it has no derivative.
    z : array_like
        Real, of any shape.
    derivative : bool
        Whether the derivative is wanted in the place of the value.

    Returns
    -------
    Tensor
        Of the broadcast shape.
    """
    if not derivative:
        return _core.spherical_kn(n, z)
    n = tensor_of(n)
    below = _core.where(_core.equal(n, 0), 0.0, _core.multiply(n, _core.spherical_kn(n - 1, z)))
    above = _core.multiply(n + 1, _core.spherical_kn(n + 1, z))
    return _core.divide(-(below + above), 2 * n + 1)


def differences(function: Any, v: Operand, z: Operand, n: int, sign: int) -> Tensor:
    """Differentiate a Bessel function n times by neighbours of its order (DLMF 10.6.7)."""
    v = tensor_of(v)
    factor = 1.0
    total: Tensor = function(v - n, z)
    for i in range(1, n + 1):
        factor *= sign * (n - i + 1) / i
        total = total + factor * function(v - n + 2 * i, z)
    return _core.divide(total, 2.0**n)


def jvp(v: Operand, z: Operand, n: int = 1) -> Tensor:
    """Return a derivative of jv(v, z) in z.

    Parameters
    ----------
    v : array_like
        The order, which has no derivative.
    z : array_like
        Of any shape.
    n : int
        How often it is differentiated.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    return differences(_core.jv, v, z, n, -1)


def yvp(v: Operand, z: Operand, n: int = 1) -> Tensor:
    """Return a derivative of yv(v, z) in z.

    Parameters
    ----------
    v : array_like
        The order, which has no derivative.
    z : array_like
        Of any shape.
    n : int
        How often it is differentiated.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    return differences(_core.yv, v, z, n, -1)


def ivp(v: Operand, z: Operand, n: int = 1) -> Tensor:
    """Return a derivative of iv(v, z) in z.

    Parameters
    ----------
    v : array_like
        The order, which has no derivative.
    z : array_like
        Of any shape.
    n : int
        How often it is differentiated.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    return differences(_core.iv, v, z, n, 1)


def kvp(v: Operand, z: Operand, n: int = 1) -> Tensor:
    """Return a derivative of kv(v, z) in z.

    Parameters
    ----------
    v : array_like
        The order, which has no derivative.
    z : array_like
        Of any shape.
    n : int
        How often it is differentiated.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    return _core.multiply((-1.0) ** n, differences(_core.kv, v, z, n, 1))
