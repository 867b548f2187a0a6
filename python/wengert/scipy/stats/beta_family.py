"""Distributions that are made of the incomplete beta function."""

from __future__ import annotations

import math

from wengert import _core
from wengert._core import Tensor
from wengert.scipy.special.distribution_functions import fdtr, fdtrc
from wengert.scipy.stats._continuous import INF, Continuous
from wengert.scipy.stats._tails import log_beta_share, log_betainc, log_betaincc, log_stdtr
from wengert.scipy.stats.gamma_family import above, reaching
from wengert.scipy.stats.normal_family import LOG_ROOT_2PI


class Beta(Continuous):
    shapes = ("a", "b")
    lower, upper = 0.0, 1.0

    def _logpdf(self, z: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return _core.xlog1py(b - 1.0, -z) + _core.xlogy(a - 1.0, z) - _core.betaln(a, b)

    def _cdf(self, z: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return _core.betainc(a, b, z)

    def _sf(self, z: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return _core.betaincc(a, b, z)

    def _logcdf(self, z: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return log_betainc(a, b, z)

    def _logsf(self, z: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return log_betaincc(a, b, z)

    def _ppf(self, q: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return _core.betaincinv(a, b, q)

    def _isf(self, q: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return _core.betainccinv(a, b, q)

    def _mean(self, *shapes: Tensor) -> Tensor:
        a, b = shapes
        return a / (a + b)

    def _var(self, *shapes: Tensor) -> Tensor:
        a, b = shapes
        total = a + b
        return a * b / (_core.square(total) * (total + 1.0))

    def _entropy(self, *shapes: Tensor) -> Tensor:
        a, b = shapes
        total = a + b
        return (
            _core.betaln(a, b)
            - (a - 1.0) * _core.psi(a)
            - (b - 1.0) * _core.psi(b)
            + (total - 2.0) * _core.psi(total)
        )


class F(Continuous):
    shapes = ("dfn", "dfd")
    lower = 0.0

    def _logpdf(self, z: Tensor, dfn: Tensor, dfd: Tensor) -> Tensor:
        n, m = dfn * 0.5, dfd * 0.5
        return (
            m * _core.log(dfd)
            + n * _core.log(dfn)
            + _core.xlogy(n - 1.0, z)
            - (n + m) * _core.log(dfd + dfn * z)
            - _core.betaln(n, m)
        )

    def _cdf(self, z: Tensor, dfn: Tensor, dfd: Tensor) -> Tensor:
        return fdtr(dfn, dfd, z)

    def _sf(self, z: Tensor, dfn: Tensor, dfd: Tensor) -> Tensor:
        return fdtrc(dfn, dfd, z)

    def _logcdf(self, z: Tensor, dfn: Tensor, dfd: Tensor) -> Tensor:
        total = dfd + dfn * z
        share, rest = self._cdf(z, dfn, dfd), self._sf(z, dfn, dfd)
        return log_beta_share(share, rest, dfn * 0.5, dfd * 0.5, dfn * z / total, dfd / total)

    def _logsf(self, z: Tensor, dfn: Tensor, dfd: Tensor) -> Tensor:
        total = dfd + dfn * z
        share, rest = self._sf(z, dfn, dfd), self._cdf(z, dfn, dfd)
        return log_beta_share(share, rest, dfd * 0.5, dfn * 0.5, dfd / total, dfn * z / total)

    # By the share of the smaller part, which keeps the digits of a ratio that is far from 1.
    def _ratio(self, share: Tensor, rest: Tensor, dfn: Tensor, dfd: Tensor) -> Tensor:
        return dfd * share / (dfn * rest)

    def _ppf(self, q: Tensor, dfn: Tensor, dfd: Tensor) -> Tensor:
        n, m = dfn * 0.5, dfd * 0.5
        return self._ratio(_core.betaincinv(n, m, q), _core.betainccinv(m, n, q), dfn, dfd)

    def _isf(self, q: Tensor, dfn: Tensor, dfd: Tensor) -> Tensor:
        n, m = dfn * 0.5, dfd * 0.5
        return self._ratio(_core.betainccinv(n, m, q), _core.betaincinv(m, n, q), dfn, dfd)

    def _mean(self, *shapes: Tensor) -> Tensor:
        m = shapes[1]
        return reaching(m, 2.0, m / (above(m, 2.0) - 2.0))

    def _var(self, *shapes: Tensor) -> Tensor:
        n, m = shapes[0], above(shapes[1], 4.0)
        found = 2.0 * _core.square(m) * (n + m - 2.0) / (n * _core.square(m - 2.0) * (m - 4.0))
        return reaching(shapes[1], 4.0, found)

    def _entropy(self, *shapes: Tensor) -> Tensor:
        n, m = shapes[0] * 0.5, shapes[1] * 0.5
        return (
            _core.log(shapes[1])
            - _core.log(shapes[0])
            + _core.betaln(n, m)
            + (1.0 - n) * _core.psi(n)
            - (1.0 + m) * _core.psi(m)
            + (n + m) * _core.psi(n + m)
        )


class StudentT(Continuous):
    """Of infinitely many degrees of freedom it is normal."""

    shapes = ("df",)

    @staticmethod
    def _degrees(df: Tensor) -> tuple[Tensor, Tensor]:
        """Return whether there are infinitely many, and a finite number."""
        is_normal = _core.equal(df, INF)
        return is_normal, _core.where(is_normal, 1.0, df)

    @staticmethod
    def _log_constant(df: Tensor) -> Tensor:
        """Return the logarithm of the density at 0, by the series of a ratio of gamma functions for many degrees."""
        is_large = _core.greater(df, 60.0)
        n, w = _core.where(is_large, 1.0, df), 1.0 / _core.where(is_large, df, 60.0)
        square = _core.square(w)
        terms = 1 / 4 - square * (1 / 24 - square * (1 / 20 - square * (17 / 112)))
        exact = -_core.betaln(n * 0.5, 0.5) - 0.5 * _core.log(n)
        return _core.where(is_large, -LOG_ROOT_2PI - w * terms, exact)

    def _logpdf(self, z: Tensor, df: Tensor) -> Tensor:
        square, w = _core.square(z), 1.0 / df
        v = _core.where(_core.equal(square, INF), INF, square * w)
        is_near = _core.less(v, 1.0)
        # Near the middle what depends on w alone is small, and would be lost in a difference of logarithms.
        near = _core.where(is_near, v, 0.0)
        body = _core.where(is_near, square, 0.0) * _core.log1prel_derivative(0, near)
        tail = _core.log1p(_core.where(is_near, 1.0, v)) * _core.where(is_near, 1.0, df)
        return self._log_constant(df) - 0.5 * (1.0 + w) * _core.where(is_near, body, tail)

    def _cdf(self, z: Tensor, df: Tensor) -> Tensor:
        is_normal, n = self._degrees(df)
        return _core.where(is_normal, _core.ndtr(z), _core.stdtr(n, z))

    def _sf(self, z: Tensor, df: Tensor) -> Tensor:
        return self._cdf(-z, df)

    def _logcdf(self, z: Tensor, df: Tensor) -> Tensor:
        is_normal, n = self._degrees(df)
        return _core.where(is_normal, _core.log_ndtr(z), log_stdtr(n, z))

    def _logsf(self, z: Tensor, df: Tensor) -> Tensor:
        return self._logcdf(-z, df)

    def _ppf(self, q: Tensor, df: Tensor) -> Tensor:
        is_normal, n = self._degrees(df)
        # SciPy's function takes 0 for 1.
        is_least = _core.equal(q, 0.0)
        heavy = _core.where(is_least, -INF, _core.stdtrit(n, _core.where(is_least, 0.5, q)))
        return _core.where(is_normal, _core.ndtri(q), heavy)

    def _isf(self, q: Tensor, df: Tensor) -> Tensor:
        return -self._ppf(q, df)

    def _mean(self, *shapes: Tensor) -> Tensor:
        return _core.where(_core.less_equal(shapes[0], 1.0), INF, 0.0)

    def _var(self, *shapes: Tensor) -> Tensor:
        (df,) = shapes
        is_normal, n = self._degrees(df)
        x = above(n, 2.0)
        found = reaching(df, 2.0, _core.where(is_normal, 1.0, x / (x - 2.0)))
        return _core.where(_core.less_equal(df, 1.0), math.nan, found)

    def _entropy(self, *shapes: Tensor) -> Tensor:
        (df,) = shapes
        is_large = _core.greater(df, 100.0)
        n, u = _core.where(is_large, 1.0, df), 1.0 / _core.where(is_large, df, 100.0)
        half = (n + 1.0) * 0.5
        exact = half * (_core.psi(half) - _core.psi(n * 0.5)) - self._log_constant(n)
        # The series of what these leave of one another.
        powers = u * (1 + u * (1 / 4 - u * (1 / 6 + u * (1 / 8 - u * (3 / 10 + u / 4)))))
        return _core.where(is_large, LOG_ROOT_2PI + 0.5 + powers, exact)


beta = Beta("beta")
f = F("f")
t = StudentT("t")

__all__ = ["beta", "f", "t"]
