"""Distributions that are made of the incomplete beta function."""

from __future__ import annotations

from wengert import _core
from wengert._core import Tensor
from wengert.scipy.special.distribution_functions import fdtr, fdtrc
from wengert.scipy.stats._continuous import Continuous
from wengert.scipy.stats._tails import log_beta_share, log_betainc, log_betaincc
from wengert.scipy.stats.gamma_family import above, reaching


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


beta = Beta("beta")
f = F("f")

__all__ = ["beta", "f"]
