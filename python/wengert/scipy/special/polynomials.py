"""Orthogonal polynomials on other intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert.scipy.special.ufunc_arguments import stored

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand, Out

__all__ = [
    "eval_chebyc",
    "eval_chebys",
    "eval_sh_chebyt",
    "eval_sh_chebyu",
    "eval_sh_legendre",
]


def eval_sh_legendre(n: Operand, x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the Legendre polynomial of degree n, shifted to [0, 1].

    Parameters
    ----------
    n : array_like
        The degree, which has no derivative.
    x : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(eval_sh_legendre, (n, x), out, **keywords)
    return _core.eval_legendre(n, _core.subtract(_core.multiply(x, 2.0), 1.0))


def eval_sh_chebyt(n: Operand, x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the Chebyshev polynomial of the first kind of degree n, shifted to [0, 1].

    Parameters
    ----------
    n : array_like
        The degree, which has no derivative.
    x : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(eval_sh_chebyt, (n, x), out, **keywords)
    return _core.eval_chebyt(n, _core.subtract(_core.multiply(x, 2.0), 1.0))


def eval_sh_chebyu(n: Operand, x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the Chebyshev polynomial of the second kind of degree n, shifted to [0, 1].

    Parameters
    ----------
    n : array_like
        The degree, which has no derivative.
    x : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(eval_sh_chebyu, (n, x), out, **keywords)
    return _core.eval_chebyu(n, _core.subtract(_core.multiply(x, 2.0), 1.0))


def eval_chebyc(n: Operand, x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the Chebyshev polynomial of the first kind of degree n on [-2, 2].

    Parameters
    ----------
    n : array_like
        The degree, which has no derivative.
    x : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(eval_chebyc, (n, x), out, **keywords)
    return _core.multiply(_core.eval_chebyt(n, _core.multiply(x, 0.5)), 2.0)


def eval_chebys(n: Operand, x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the Chebyshev polynomial of the second kind of degree n on [-2, 2].

    Parameters
    ----------
    n : array_like
        The degree, which has no derivative.
    x : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(eval_chebys, (n, x), out, **keywords)
    return _core.eval_chebyu(n, _core.multiply(x, 0.5))
