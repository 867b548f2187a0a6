"""Functions of several results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert.scipy.special.complex_kinds import is_complex
from wengert.scipy.special.ufunc_arguments import stored_each

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand

__all__ = [
    "airy",
    "fresnel",
    "shichi",
    "sici",
]


def airy(z: Operand, /, *out: Any, **keywords: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the Airy functions Ai and Bi with their derivatives.

    Parameters
    ----------
    z : array_like
        Of any shape, real or complex.
    *out : Tensor or array, optional
        What the results are stored in; they are returned. By its name ``out`` is a tuple.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    tuple of Tensor
        Ai, Ai', Bi and Bi', each of the shape of `z`.

    Examples
    --------
    >>> from wengert.scipy.special import airy
    >>> airy(1.0)[0]
    Tensor(0.13529242)
    """
    if out or keywords:
        return stored_each(airy, (z,), out or None, **keywords)
    return _core.airy_ai(z), _core.airy_aip(z), _core.airy_bi(z), _core.airy_bip(z)


def sici(x: Operand, /, *out: Any, **keywords: Any) -> tuple[Tensor, Tensor]:
    """Return the sine and cosine integrals.

    Parameters
    ----------
    x : array_like
        Of any shape, real or complex.
    *out : Tensor or array, optional
        What the results are stored in; they are returned. By its name ``out`` is a tuple.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    tuple of Tensor
        Si and Ci, each of the shape of `x`.

    Examples
    --------
    >>> from wengert.scipy.special import sici
    >>> sici(1.0)[0]
    Tensor(0.94608307)
    """
    if out or keywords:
        return stored_each(sici, (x,), out or None, **keywords)
    if is_complex(x):
        return _core.complex_sine_integral(x), _core.complex_cosine_integral(x)
    return _core.sine_integral(x), _core.cosine_integral(x)


def shichi(x: Operand, /, *out: Any, **keywords: Any) -> tuple[Tensor, Tensor]:
    """Return the hyperbolic sine and cosine integrals.

    Parameters
    ----------
    x : array_like
        Of any shape, real or complex.
    *out : Tensor or array, optional
        What the results are stored in; they are returned. By its name ``out`` is a tuple.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    tuple of Tensor
        Shi and Chi, each of the shape of `x`.

    Examples
    --------
    >>> from wengert.scipy.special import shichi
    >>> shichi(1.0)[0]
    Tensor(1.05725088)
    """
    if out or keywords:
        return stored_each(shichi, (x,), out or None, **keywords)
    if is_complex(x):
        return _core.complex_sinh_integral(x), _core.complex_cosh_integral(x)
    return _core.sinh_integral(x), _core.cosh_integral(x)


def fresnel(z: Operand, /, *out: Any, **keywords: Any) -> tuple[Tensor, Tensor]:
    """Return Fresnel's integrals.

    Parameters
    ----------
    z : array_like
        Of any shape, real or complex.
    *out : Tensor or array, optional
        What the results are stored in; they are returned. By its name ``out`` is a tuple.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    tuple of Tensor
        S and C, each of the shape of `z`.

    Examples
    --------
    >>> from wengert.scipy.special import fresnel
    >>> fresnel(1.0)[0]
    Tensor(0.43825915)
    """
    if out or keywords:
        return stored_each(fresnel, (z,), out or None, **keywords)
    return _core.fresnel_s(z), _core.fresnel_c(z)
