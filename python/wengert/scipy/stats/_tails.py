"""Logarithms of incomplete gamma and beta functions, which stay finite where these underflow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

# Below this, a share is found by its logarithm.
TINY = 1e-200
# Gauss and Laguerre's rule. So far out, an integral is one over e^-t of what is nearly a polynomial.
NODES, WEIGHTS = np.polynomial.laguerre.laggauss(40)


def log_share(share: Tensor, rest: Tensor) -> Tensor:
    """Return the logarithm of a share, by that of the rest where it is near 1."""
    is_most = _core.greater(share, 0.5)
    most = _core.log1p(-_core.where(is_most, rest, 0.0))
    return _core.where(is_most, most, _core.log(_core.where(is_most, 1.0, share)))


def _log(
    share: Tensor,
    rest: Tensor,
    formula: Callable[..., Tensor],
    *operands: Tensor,
    instead: tuple[float, ...],
) -> Tensor:
    """Return the logarithm of a share, by a formula where it is tiny; `instead` are operands that it is finite at."""
    tiny = _core.logical_and(_core.less(share, TINY), _core.greater(operands[-1], 0.0))
    # A branch, since the formula costs some 40 times as much and is seldom needed.
    if not _core.any(tiny, tuple(range(-tiny.ndim, 0)), False):
        return log_share(share, rest)
    safe = [_core.where(tiny, x, other) for x, other in zip(operands, instead, strict=True)]
    usual = log_share(_core.where(tiny, 1.0, share), _core.where(tiny, 0.0, rest))
    return _core.where(tiny, formula(*safe), usual)


def _at_zero(log: Tensor, power: Tensor, x: Tensor) -> Tensor:
    """Return the logarithm of a share, which is -inf at ``x = 0``, with the derivatives of ``power log(x)`` there.

    Those of the share itself may be zero, which would hide that its logarithm falls without end.
    """
    is_zero = _core.equal(x, 0.0)
    if not _core.any(is_zero, tuple(range(-is_zero.ndim, 0)), False):
        return log
    end = power * _core.log(_core.where(is_zero, x, 1.0))
    return _core.where(is_zero, end, log)


def _integral(exponent: Callable[..., Tensor], *operands: Tensor) -> Tensor:
    """Return the logarithm of the integral of ``exp(exponent - t)`` from 0 to infinity."""
    columns = [_core.reshape(x, (*x.shape, 1)) for x in operands]
    terms = _core.multiply(_core.exp(exponent(*columns)), WEIGHTS)
    return _core.log(_core.sum(terms, (-1,), False))


def _left_gamma(a: Tensor, x: Tensor) -> Tensor:
    # t = x exp(-s), s = u / (a - x)
    def exponent(x: Tensor, slope: Tensor) -> Tensor:
        s = NODES / slope
        return -x * (_core.expm1(-s) + s)

    slope = a - x
    head = a * _core.log(x) - x - _core.gammaln(a) - _core.log(slope)
    return head + _integral(exponent, x, slope)


def _right_gamma(a: Tensor, x: Tensor) -> Tensor:
    # t = x + s, s = u / (1 - (a - 1) / x)
    def exponent(a: Tensor, slope: Tensor) -> Tensor:
        v = NODES / slope
        return (a - 1.0) * (_core.log1p(v) - v)

    slope = x - a + 1.0
    head = a * _core.log(x) - x - _core.gammaln(a) - _core.log(slope)
    return head + _integral(exponent, a, slope)


def _left_beta(a: Tensor, b: Tensor, y: Tensor, x: Tensor) -> Tensor:
    # t = x exp(-s), s = u / (a - (b - 1) r), r = x / y, y = 1 - x
    def exponent(b: Tensor, r: Tensor, slope: Tensor) -> Tensor:
        s = NODES / slope
        return (b - 1.0) * (_core.log1p(-r * _core.expm1(-s)) - r * s)

    r = x / y
    slope = a - (b - 1.0) * r
    head = a * _core.log(x) + _core.xlogy(b - 1.0, y) - _core.betaln(a, b) - _core.log(slope)
    return head + _integral(exponent, b, r, slope)


def _left_student(df: Tensor, y: Tensor, x: Tensor) -> Tensor:
    half = _core.multiply(df, 0.5)
    return _left_beta(half, half * 0.0 + 0.5, y, x) - math.log(2)


def log_gammainc(a: Tensor, x: Tensor) -> Tensor:
    """Return ``log(gammainc(a, x))``."""
    share, rest = _core.gammainc(a, x), _core.gammaincc(a, x)
    return _at_zero(_log(share, rest, _left_gamma, a, x, instead=(2.0, 1.0)), a, x)


def log_gammaincc(a: Tensor, x: Tensor) -> Tensor:
    """Return ``log(gammaincc(a, x))``."""
    return _log(_core.gammaincc(a, x), _core.gammainc(a, x), _right_gamma, a, x, instead=(1.0, 1.0))


def log_beta_share(
    share: Tensor, rest: Tensor, a: Tensor, b: Tensor, x: Tensor, y: Tensor
) -> Tensor:
    """Return the logarithm of ``share = betainc(a, b, x)``, of which are known ``1 - share`` and ``y = 1 - x``."""
    log = _log(share, rest, _left_beta, a, b, y, x, instead=(1.0, 1.0, 0.5, 0.5))
    return _at_zero(log, a, x)


def log_betainc(a: Tensor, b: Tensor, x: Tensor) -> Tensor:
    """Return ``log(betainc(a, b, x))``."""
    share, rest = _core.betainc(a, b, x), _core.betaincc(a, b, x)
    return log_beta_share(share, rest, a, b, x, 1.0 - x)


def log_betaincc(a: Tensor, b: Tensor, x: Tensor) -> Tensor:
    """Return ``log(betaincc(a, b, x))``."""
    share, rest = _core.betaincc(a, b, x), _core.betainc(a, b, x)
    return log_beta_share(share, rest, b, a, 1.0 - x, x)


def log_stdtr(df: Tensor, x: Tensor) -> Tensor:
    """Return ``log(stdtr(df, x))``."""
    share, rest = _core.stdtr(df, x), _core.stdtr(df, -x)
    square = _core.square(x)
    part = df / (df + square)
    return _log(share, rest, _left_student, df, 1.0 - part, part, instead=(1.0, 0.5, 0.5))
