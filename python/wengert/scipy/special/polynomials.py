"""Orthogonal polynomials on other intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand

__all__ = [
    "eval_chebyc",
    "eval_chebys",
    "eval_sh_chebyt",
    "eval_sh_chebyu",
    "eval_sh_legendre",
]


def eval_sh_legendre(n: Operand, x: Operand) -> Tensor:
    """Return the Legendre polynomial of degree n, shifted to [0, 1].

    Parameters
    ----------
    n : array_like
        The degree, which has no derivative.
    x : array_like
        Real.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    return _core.eval_legendre(n, _core.subtract(_core.multiply(x, 2.0), 1.0))


def eval_sh_chebyt(n: Operand, x: Operand) -> Tensor:
    """Return the Chebyshev polynomial of the first kind of degree n, shifted to [0, 1].

    Parameters
    ----------
    n : array_like
        The degree, which has no derivative.
    x : array_like
        Real.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    return _core.eval_chebyt(n, _core.subtract(_core.multiply(x, 2.0), 1.0))


def eval_sh_chebyu(n: Operand, x: Operand) -> Tensor:
    """Return the Chebyshev polynomial of the second kind of degree n, shifted to [0, 1].

    Parameters
    ----------
    n : array_like
        The degree, which has no derivative.
    x : array_like
        Real.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    return _core.eval_chebyu(n, _core.subtract(_core.multiply(x, 2.0), 1.0))


def eval_chebyc(n: Operand, x: Operand) -> Tensor:
    """Return the Chebyshev polynomial of the first kind of degree n on [-2, 2].

    Parameters
    ----------
    n : array_like
        The degree, which has no derivative.
    x : array_like
        Real.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    return _core.multiply(_core.eval_chebyt(n, _core.multiply(x, 0.5)), 2.0)


def eval_chebys(n: Operand, x: Operand) -> Tensor:
    """Return the Chebyshev polynomial of the second kind of degree n on [-2, 2].

    Parameters
    ----------
    n : array_like
        The degree, which has no derivative.
    x : array_like
        Real.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    return _core.eval_chebyu(n, _core.multiply(x, 0.5))
