"""Functions of several results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand

__all__ = [
    "airy",
    "fresnel",
    "shichi",
    "sici",
]


def airy(z: Operand) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the Airy functions Ai and Bi with their derivatives.

    Parameters
    ----------
    z : array_like
        Of any shape, real or complex.

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
    return _core.airy_ai(z), _core.airy_aip(z), _core.airy_bi(z), _core.airy_bip(z)


def sici(x: Operand) -> tuple[Tensor, Tensor]:
    """Return the sine and cosine integrals.

    Parameters
    ----------
    x : array_like
        Of any shape, real.

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
    return _core.sine_integral(x), _core.cosine_integral(x)


def shichi(x: Operand) -> tuple[Tensor, Tensor]:
    """Return the hyperbolic sine and cosine integrals.

    Parameters
    ----------
    x : array_like
        Of any shape, real.

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
    return _core.sinh_integral(x), _core.cosh_integral(x)


def fresnel(z: Operand) -> tuple[Tensor, Tensor]:
    """Return Fresnel's integrals.

    Parameters
    ----------
    z : array_like
        Of any shape, real or complex.

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
    return _core.fresnel_s(z), _core.fresnel_c(z)
