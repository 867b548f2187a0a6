"""Distributions that are made of the incomplete gamma function."""

from __future__ import annotations

import math

from wengert import _core
from wengert._core import Tensor
from wengert.scipy.stats._continuous import INF, Continuous
from wengert.scipy.stats._tails import log_gammainc, log_gammaincc


def gamma_entropy(a: Tensor) -> Tensor:
    """Return ``a + gammaln(a) + (1 - a) psi(a)``, by Stirling's series where these cancel."""
    is_large = _core.greater(a, 250.0)
    small, large = _core.where(is_large, 1.0, a), _core.where(is_large, a, 250.0)
    exact = small + _core.gammaln(small) + (1.0 - small) * _core.psi(small)
    u = 1.0 / large
    series = -u * (1 / 3 + u * (1 / 12 + u * (1 / 90 - u * (1 / 120))))
    stirling = 0.5 * _core.log(large) + (0.5 * math.log(2 * math.pi) + 0.5) + series
    return _core.where(is_large, stirling, exact)


def reaching(x: Tensor, least: float, found: Tensor) -> Tensor:
    """Return what is found where `x` is above `least`; below, the integral is infinite."""
    return _core.where(_core.less_equal(x, least), INF, found)


def above(x: Tensor, least: float) -> Tensor:
    """`x` where it is above `least`, elsewhere a number that is."""
    return _core.where(_core.less_equal(x, least), least + 1.0, x)


class Gamma(Continuous):
    shapes = ("a",)
    lower = 0.0

    def _logpdf(self, z: Tensor, a: Tensor) -> Tensor:
        return _core.xlogy(a - 1.0, z) - z - _core.gammaln(a)

    def _cdf(self, z: Tensor, a: Tensor) -> Tensor:
        return _core.gammainc(a, z)

    def _sf(self, z: Tensor, a: Tensor) -> Tensor:
        return _core.gammaincc(a, z)

    def _logcdf(self, z: Tensor, a: Tensor) -> Tensor:
        return log_gammainc(a, z)

    def _logsf(self, z: Tensor, a: Tensor) -> Tensor:
        return log_gammaincc(a, z)

    def _ppf(self, q: Tensor, a: Tensor) -> Tensor:
        return _core.gammaincinv(a, q)

    def _isf(self, q: Tensor, a: Tensor) -> Tensor:
        return _core.gammainccinv(a, q)

    def _mean(self, *shapes: Tensor) -> Tensor:
        return shapes[0]

    def _var(self, *shapes: Tensor) -> Tensor:
        return shapes[0]

    def _entropy(self, *shapes: Tensor) -> Tensor:
        return gamma_entropy(shapes[0])


class Chi2(Continuous):
    """Twice a gamma of half as many degrees of freedom."""

    shapes = ("df",)
    lower = 0.0

    def _logpdf(self, z: Tensor, df: Tensor) -> Tensor:
        return gamma._logpdf(z * 0.5, df * 0.5) - math.log(2)

    def _cdf(self, z: Tensor, df: Tensor) -> Tensor:
        return _core.gammainc(df * 0.5, z * 0.5)

    def _sf(self, z: Tensor, df: Tensor) -> Tensor:
        return _core.gammaincc(df * 0.5, z * 0.5)

    def _logcdf(self, z: Tensor, df: Tensor) -> Tensor:
        return log_gammainc(df * 0.5, z * 0.5)

    def _logsf(self, z: Tensor, df: Tensor) -> Tensor:
        return log_gammaincc(df * 0.5, z * 0.5)

    def _ppf(self, q: Tensor, df: Tensor) -> Tensor:
        return 2.0 * _core.gammaincinv(df * 0.5, q)

    def _isf(self, q: Tensor, df: Tensor) -> Tensor:
        return 2.0 * _core.gammainccinv(df * 0.5, q)

    def _mean(self, *shapes: Tensor) -> Tensor:
        return shapes[0]

    def _var(self, *shapes: Tensor) -> Tensor:
        return 2.0 * shapes[0]

    def _entropy(self, *shapes: Tensor) -> Tensor:
        return gamma_entropy(shapes[0] * 0.5) + math.log(2)


class InvGamma(Continuous):
    """One over a gamma."""

    shapes = ("a",)
    lower = 0.0

    def _below(self, z: Tensor, *_: Tensor) -> Tensor:
        return _core.less_equal(z, 0.0)  # the density is 0 at the end, too

    def _logpdf(self, z: Tensor, a: Tensor) -> Tensor:
        return -(a + 1.0) * _core.log(z) - _core.gammaln(a) - 1.0 / z

    def _cdf(self, z: Tensor, a: Tensor) -> Tensor:
        return _core.gammaincc(a, 1.0 / z)

    def _sf(self, z: Tensor, a: Tensor) -> Tensor:
        return _core.gammainc(a, 1.0 / z)

    def _logcdf(self, z: Tensor, a: Tensor) -> Tensor:
        return log_gammaincc(a, 1.0 / z)

    def _logsf(self, z: Tensor, a: Tensor) -> Tensor:
        return log_gammainc(a, 1.0 / z)

    def _ppf(self, q: Tensor, a: Tensor) -> Tensor:
        return 1.0 / _core.gammainccinv(a, q)

    def _isf(self, q: Tensor, a: Tensor) -> Tensor:
        return 1.0 / _core.gammaincinv(a, q)

    def _mean(self, *shapes: Tensor) -> Tensor:
        (a,) = shapes
        return reaching(a, 1.0, 1.0 / (above(a, 1.0) - 1.0))

    def _var(self, *shapes: Tensor) -> Tensor:
        (a,) = shapes
        x = above(a, 2.0)
        return reaching(a, 2.0, 1.0 / (_core.square(x - 1.0) * (x - 2.0)))

    def _entropy(self, *shapes: Tensor) -> Tensor:
        return gamma_entropy(shapes[0]) - 2.0 * _core.psi(shapes[0])


gamma = Gamma("gamma")
chi2 = Chi2("chi2")
invgamma = InvGamma("invgamma")

__all__ = ["chi2", "gamma", "invgamma"]
