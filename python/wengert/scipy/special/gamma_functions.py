"""Functions that are made of the gamma function."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError
from wengert.numpy._arguments import tensor_of

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand, Out

__all__ = ["comb", "factorial", "multigammaln", "perm", "polygamma", "zeta"]


def polygamma(n: Operand, x: Operand) -> Tensor:
    """Return a derivative of `psi`, which is the derivative of log gamma.

    Parameters
    ----------
    n : int or array_like of int
        The order of the derivative; 0 is `psi` itself. It has no derivative.
    x : array_like
        Real, of a shape that broadcasts with that of `n`.

    Returns
    -------
    Tensor
        Of the broadcast shape; infinite at the poles 0, -1, ... where `n` is not 0.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.special import polygamma, psi
    >>> polygamma(1, 1.0)
    Tensor(1.64493407)
    >>> round(wg.grad(psi)(1.0), 10)
    1.6449340668
    """
    if type(n) is int and n in (0, 1):
        return _core.psi(x) if n == 0 else _core.trigamma(x)
    return _core.polygamma(n, x)


def multigammaln(a: Operand, d: int) -> Tensor:
    """Return the logarithm of the multivariate gamma function.

    Parameters
    ----------
    a : array_like
        Real, above ``(d - 1) / 2``, of any shape.
    d : int
        The dimension.

    Returns
    -------
    Tensor
        Of the shape of `a`.

    Raises
    ------
    ShapeError
        If `d` is no positive integer, or an element of `a` is too small.

    Examples
    --------
    >>> from wengert.scipy.special import multigammaln
    >>> multigammaln(3.0, 2)
    Tensor(1.55019499)
    """
    if np.ndim(d) != 0 or d != math.floor(d) or d < 1:
        message = f"multigammaln: d is {d!r}; a positive integer is needed"
        raise ShapeError(message)
    x = tensor_of(a)
    least = (d - 1) / 2
    if _core.any(_core.less_equal(x, least), tuple(range(-x.ndim, 0)), False):
        message = f"multigammaln: an element of a is at most {least}; larger ones are needed"
        raise ShapeError(message)
    total: Any = math.log(math.pi) * (d * (d - 1) / 4)
    for j in range(int(d)):
        total = _core.add(total, _core.gammaln(_core.subtract(x, j / 2)))
    return tensor_of(total)


def zeta(x: Operand, q: Operand | None = None, out: Out = None) -> Tensor:
    """Return Riemann's or Hurwitz' zeta function.

    Parameters
    ----------
    x : array_like
        The exponent, real.
    q : array_like, optional
        The first term's base, positive; 1 by default.
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.special import zeta
    >>> zeta(2.0)
    Tensor(1.64493407)
    >>> round(wg.grad(zeta)(2.0), 10)
    -0.9375482543
    """
    result = _core.zeta_derivative(0, x, 1.0 if q is None else q)
    return result if out is None else _core.store("zeta", out, result, "same_kind", True, True)


def comb(N: Any, k: Any, *, exact: bool = False, repetition: bool = False) -> Any:
    """Return in how many ways `k` of `N` things are chosen.

    Parameters
    ----------
    N, k : array_like
        Real; the result is 0 where ``k > N`` or one is negative.
    exact : bool
        Whether integers are wanted, which have no derivative.
    repetition : bool
        Whether things may be chosen more than once.

    Returns
    -------
    Tensor or int
        Of the broadcast shape.

    Examples
    --------
    >>> from wengert.scipy.special import comb
    >>> comb(5.0, 2.0)
    Tensor(10.)
    """
    if exact:
        if repetition:
            return comb(N + k - 1, k, exact=True)
        return math.comb(N, k) if 0 <= k <= N else 0
    n, chosen = tensor_of(N), tensor_of(k)
    if repetition:
        n = n + chosen - 1
    found = _core.greater_equal(n, chosen) & _core.greater_equal(n, 0)
    return _core.where(found & _core.greater_equal(chosen, 0), _core.binom(n, chosen), 0.0)


def perm(N: Any, k: Any, exact: bool = False) -> Any:
    """Return in how many ways `k` of `N` things are chosen in order.

    Parameters
    ----------
    N, k : array_like
        Real; the result is 0 where ``k > N`` or one is negative.
    exact : bool
        Whether integers are wanted, which have no derivative.

    Returns
    -------
    Tensor or int
        Of the broadcast shape.

    Examples
    --------
    >>> from wengert.scipy.special import perm
    >>> perm(5.0, 2.0)
    Tensor(20.)
    """
    if exact:
        return math.perm(N, k) if 0 <= k <= N else 0
    n, chosen = tensor_of(N), tensor_of(k)
    found = _core.greater_equal(n, chosen) & _core.greater_equal(n, 0)
    rising = _core.poch(n - chosen + 1, chosen)
    return _core.where(found & _core.greater_equal(chosen, 0), rising, 0.0)


def factorial(n: Any, exact: bool = False) -> Any:
    """Return gamma(n + 1), 0 for negative `n`.

    Parameters
    ----------
    n : array_like
        Real, of any shape.
    exact : bool
        Whether an integer is wanted, which has no derivative.

    Returns
    -------
    Tensor or int
        Of the shape of `n`.

    Examples
    --------
    >>> from wengert.scipy.special import factorial
    >>> factorial(5.0)
    Tensor(120.)
    """
    if exact:
        return math.factorial(n) if n >= 0 else 0
    x = tensor_of(n)
    return _core.where(_core.less(x, 0), 0.0, _core.gamma(x + 1))
