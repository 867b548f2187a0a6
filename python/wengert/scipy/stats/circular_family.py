"""Von Mises' distribution of angles."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert._custom import custom_jvp
from wengert._forward import jvp
from wengert.scipy.stats._continuous import Continuous

TURN = 2 * math.pi
# Gauss and Legendre's rule on [0, 1].
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
NODES, WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
# What the density falls by, as an exponent, where the integral over it may begin.
NEGLIGIBLE = 40.0


def log_i0e(kappa: Tensor) -> Tensor:
    """Return ``log(i0(kappa)) - kappa``, smooth at 0, where `i0e` has the kink of an absolute value."""
    is_large = _core.greater(kappa, 1.0)
    small, large = _core.where(is_large, 0.0, kappa), _core.where(is_large, kappa, 1.0)
    return _core.where(is_large, _core.log(_core.i0e(large)), _core.log(_core.i0(small)) - small)


def log_density(x: Tensor, kappa: Tensor) -> Tensor:
    """Return the logarithm of the density at an angle."""
    fall = -2.0 * kappa * _core.square(_core.sin(x * 0.5))
    return fall - log_i0e(kappa) - math.log(TURN)


def _integral(x: Tensor, kappa: Tensor, power: int = 0) -> Tensor:
    """Integrate ``t**power`` times the density, over that at `x`, from -pi to an `x` that is not positive.

    The integral begins where the density has become negligible; so few nodes do, however narrow it is.
    """
    rise = _core.square(_core.sin(x * 0.5)) + 0.5 * NEGLIGIBLE / _core.maximum(kappa, 1e-3)
    start = _core.stop_gradient(-2.0 * _core.arcsin(_core.sqrt(_core.minimum(rise, 1.0))))
    width = x - start
    steps = _column(width) * (1.0 - NODES)
    t = _column(x) - steps
    # sin(t / 2)^2 - sin(x / 2)^2, without cancellation
    gap = _core.sin(steps * -0.5) * _core.sin(_column(x) - steps * 0.5)
    terms = _core.exp(-2.0 * _column(kappa) * gap) * WEIGHTS
    if power:
        terms = _core.power(t, power) * terms
    return width * _core.sum(terms, (-1,), False)


def _column(x: Tensor) -> Tensor:
    return _core.reshape(x, (*x.shape, 1))


def _left_share(x: Tensor, kappa: Tensor) -> Tensor:
    return _core.exp(log_density(x, kappa)) * _integral(x, kappa)


def share(x: Tensor, kappa: Tensor) -> Tensor:
    """Return the share of angles between -pi and `x`, which is between -pi and pi."""
    is_right = _core.greater(x, 0.0)
    left = _left_share(_core.where(is_right, -x, x), kappa)
    return _core.where(is_right, 1.0 - left, left)


@custom_jvp
def left_quantile(q: Any, kappa: Any) -> Any:
    """Return the angle between -pi and 0 that has a share of ``q <= 1/2`` to its left.

    Newton's method for the logarithm of the share, a concave function, from a normal approximation; not before the
    quantile of uniform angles, which lies to the left.
    """
    least = TURN * q - math.pi
    width = _core.sqrt(_core.maximum(kappa, 1e-3))
    half = _core.maximum(_core.ndtri(q) / (2.0 * width), -1.0)
    x = _core.maximum(2.0 * _core.arcsin(half), least)
    for _ in range(25):
        integral = _integral(x, kappa)
        ratio = _core.log(q) - log_density(x, kappa) - _core.log(integral)
        step = _core.where(_core.greater(integral, 0.0), ratio * integral, 0.0)
        x = _core.minimum(_core.maximum(x + step, least), 0.0)
    return x


@left_quantile.defjvp
def _pushed(primals: tuple[Any, Any], tangents: tuple[Any, Any]) -> tuple[Any, Any]:
    q, kappa = primals
    x = left_quantile(q, kappa)
    _, moved = jvp(lambda k: _left_share(x, k), (kappa,), (tangents[1],))
    return x, (tangents[0] - moved) / _core.exp(log_density(x, kappa))


class VonMises(Continuous):
    """On the whole line it repeats itself: `pdf` has the period 2 pi, and `cdf` grows by 1 in each."""

    shapes = ("kappa",)

    def _valid(self, *shapes: Tensor) -> Tensor:
        return _core.greater_equal(shapes[0], 0.0)

    def _logpdf(self, z: Tensor, kappa: Tensor) -> Tensor:
        return log_density(z, kappa)

    @staticmethod
    def _wrapped(z: Tensor) -> tuple[Tensor, Tensor]:
        turns = _core.rint(z / TURN)
        return z - TURN * turns, turns

    def _cdf(self, z: Tensor, kappa: Tensor) -> Tensor:
        is_end = _core.isinf(z)
        x, turns = self._wrapped(_core.where(is_end, 0.0, z))
        end = _core.where(_core.greater(z, 0.0), 1.0, 0.0)
        return _core.where(is_end, end, share(x, kappa) + turns)

    def _sf(self, z: Tensor, kappa: Tensor) -> Tensor:
        return self._cdf(-z, kappa)

    def _ppf(self, q: Tensor, kappa: Tensor) -> Tensor:
        is_right = _core.greater(q, 0.5)
        x = left_quantile(_core.where(is_right, 1.0 - q, q), kappa)
        x = _core.where(is_right, -x, x)
        # Of the whole line, as SciPy has it.
        x = _core.where(_core.equal(q, 0.0), -math.inf, x)
        return _core.where(_core.equal(q, 1.0), math.inf, x)

    def _isf(self, q: Tensor, kappa: Tensor) -> Tensor:
        return -self._ppf(q, kappa)

    def _mean(self, *shapes: Tensor) -> Tensor:
        return shapes[0] * 0.0

    def _var(self, *shapes: Tensor) -> Tensor:
        (kappa,) = shapes
        middle = kappa * 0.0
        return 2.0 * _core.exp(log_density(middle, kappa)) * _integral(middle, kappa, 2)

    def _entropy(self, *shapes: Tensor) -> Tensor:
        (kappa,) = shapes
        ratio = _core.i1e(kappa) / _core.i0e(kappa)
        return kappa * (1.0 - ratio) + log_i0e(kappa) + math.log(TURN)


vonmises = VonMises("vonmises")

__all__ = ["vonmises"]
