"""Distributions of counts."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import constant
from wengert.scipy.stats._discrete import Discrete, is_integer, is_share
from wengert.scipy.stats._tails import (
    log_beta_share,
    log_gammainc,
    log_gammaincc,
)
from wengert.scipy.stats.elementary_families import log_rest

One = tuple[Tensor | float, Tensor | float]


def _with_end(
    log: Callable[..., Tensor], power: Tensor, k: Tensor, *shapes: Tensor, end: Tensor
) -> Tensor:
    """Return the exponential of a logarithm, but a power where the last parameter is at an end of its range.

    There a logarithm is infinite and has no derivative, where the mass may have one.
    """
    *others, p = shapes
    return _core.where(end, power, _core.exp(log(k, *others, _core.where(end, 0.5, p))))


class Poisson(Discrete):
    shapes = ("mu",)

    def _valid(self, *shapes: Tensor) -> Tensor:
        return _core.greater_equal(shapes[0], 0.0)

    def _logpmf(self, k: Tensor, mu: Tensor) -> Tensor:
        return _core.xlogy(k, mu) - _core.gammaln(k + 1.0) - mu

    def _pmf(self, k: Tensor, mu: Tensor) -> Tensor:
        power = _core.power(mu, k) * _core.exp(-_core.gammaln(k + 1.0) - mu)
        return _with_end(self._logpmf, power, k, mu, end=_core.equal(mu, 0.0))

    def _cdf(self, k: Tensor, mu: Tensor) -> Tensor:
        return _core.gammaincc(k + 1.0, mu)

    def _sf(self, k: Tensor, mu: Tensor) -> Tensor:
        return _core.gammainc(k + 1.0, mu)

    def _logcdf(self, k: Tensor, mu: Tensor) -> Tensor:
        return log_gammaincc(k + 1.0, mu)

    def _logsf(self, k: Tensor, mu: Tensor) -> Tensor:
        return log_gammainc(k + 1.0, mu)

    def _mean(self, *shapes: Tensor) -> Tensor:
        return shapes[0]

    def _var(self, *shapes: Tensor) -> Tensor:
        return shapes[0]


def log_choices(n: Tensor, k: Tensor) -> Tensor:
    """Return the logarithm of a binomial coefficient."""
    return -_core.log1p(n) - _core.betaln(n - k + 1.0, k + 1.0)


class Binomial(Discrete):
    shapes = ("n", "p")

    def _valid(self, *shapes: Tensor) -> Tensor:
        n, p = shapes
        return _core.logical_and(is_integer(n), is_share(p))

    def _ends(self, *shapes: Tensor) -> One:
        return 0.0, shapes[0]

    def _logpmf(self, k: Tensor, n: Tensor, p: Tensor) -> Tensor:
        n = _core.floor(n)  # a count, which has no derivative
        return log_choices(n, k) + _core.xlogy(k, p) + _core.xlog1py(n - k, -p)

    def _pmf(self, k: Tensor, n: Tensor, p: Tensor) -> Tensor:
        n = _core.floor(n)
        # Where the power is not 0, the coefficient does not overflow.
        ways = _core.exp(_core.minimum(log_choices(n, k), 700.0))
        power = ways * _core.power(p, k) * _core.power(1.0 - p, n - k)
        end = _core.logical_or(_core.equal(p, 0.0), _core.equal(p, 1.0))
        return _with_end(self._logpmf, power, k, n, p, end=end)

    def _cdf(self, k: Tensor, n: Tensor, p: Tensor) -> Tensor:
        return _core.betaincc(k + 1.0, _core.floor(n) - k, p)

    def _sf(self, k: Tensor, n: Tensor, p: Tensor) -> Tensor:
        return _core.betainc(k + 1.0, _core.floor(n) - k, p)

    def _logcdf(self, k: Tensor, n: Tensor, p: Tensor) -> Tensor:
        share, rest, left = self._cdf(k, n, p), self._sf(k, n, p), _core.floor(n) - k
        return log_beta_share(share, rest, left, k + 1.0, 1.0 - p, p)

    def _logsf(self, k: Tensor, n: Tensor, p: Tensor) -> Tensor:
        share, rest, left = self._sf(k, n, p), self._cdf(k, n, p), _core.floor(n) - k
        return log_beta_share(share, rest, k + 1.0, left, p, 1.0 - p)

    def _mean(self, *shapes: Tensor) -> Tensor:
        n, p = shapes
        return _core.floor(n) * p

    def _var(self, *shapes: Tensor) -> Tensor:
        n, p = shapes
        return _core.floor(n) * p * (1.0 - p)


class Bernoulli(Discrete):
    shapes = ("p",)

    def _valid(self, *shapes: Tensor) -> Tensor:
        return is_share(shapes[0])

    def _ends(self, *_: Tensor) -> One:
        return 0.0, constant(np.float64(1.0))

    def _pmf(self, k: Tensor, p: Tensor) -> Tensor:
        return self._chosen(k, p, 1.0 - p)

    def _logpmf(self, k: Tensor, p: Tensor) -> Tensor:
        return self._chosen(k, _core.log(p), _core.log1p(-p))

    @staticmethod
    def _chosen(k: Tensor, one: Tensor, none: Tensor) -> Tensor:
        # A count that is NaN is neither.
        return _core.where(_core.equal(k, 1.0), one, _core.where(_core.isnan(k), k, none))

    def _cdf(self, k: Tensor, p: Tensor) -> Tensor:
        return k + (1.0 - p)  # of 0, and NaN

    def _sf(self, k: Tensor, p: Tensor) -> Tensor:
        return k + p

    def _mean(self, *shapes: Tensor) -> Tensor:
        return shapes[0]

    def _var(self, *shapes: Tensor) -> Tensor:
        return shapes[0] * (1.0 - shapes[0])

    def _entropy(self, *shapes: Tensor) -> Tensor:
        return _core.entr(shapes[0]) + _core.entr(1.0 - shapes[0])


class NegativeBinomial(Discrete):
    """Failures before `n` successes, where `n` need not be an integer."""

    shapes = ("n", "p")

    def _valid(self, *shapes: Tensor) -> Tensor:
        n, p = shapes
        return _core.logical_and(
            _core.greater(n, 0.0), _core.logical_and(_core.greater(p, 0.0), is_share(p))
        )

    def _logpmf(self, k: Tensor, n: Tensor, p: Tensor) -> Tensor:
        ways = -_core.log(n + k) - _core.betaln(n, k + 1.0)
        return ways + n * _core.log(p) + _core.xlog1py(k, -p)

    def _pmf(self, k: Tensor, n: Tensor, p: Tensor) -> Tensor:
        ways = _core.exp(_core.minimum(-_core.log(n + k) - _core.betaln(n, k + 1.0), 700.0))
        power = ways * _core.power(p, n) * _core.power(1.0 - p, k)
        return _with_end(self._logpmf, power, k, n, p, end=_core.equal(p, 1.0))

    def _cdf(self, k: Tensor, n: Tensor, p: Tensor) -> Tensor:
        return _core.betainc(n, k + 1.0, p)

    def _sf(self, k: Tensor, n: Tensor, p: Tensor) -> Tensor:
        return _core.betaincc(n, k + 1.0, p)

    def _logcdf(self, k: Tensor, n: Tensor, p: Tensor) -> Tensor:
        share, rest = self._cdf(k, n, p), self._sf(k, n, p)
        return log_beta_share(share, rest, n, k + 1.0, p, 1.0 - p)

    def _logsf(self, k: Tensor, n: Tensor, p: Tensor) -> Tensor:
        share, rest = self._sf(k, n, p), self._cdf(k, n, p)
        return log_beta_share(share, rest, k + 1.0, n, 1.0 - p, p)

    def _mean(self, *shapes: Tensor) -> Tensor:
        n, p = shapes
        return n * (1.0 - p) / p

    def _var(self, *shapes: Tensor) -> Tensor:
        n, p = shapes
        return n * (1.0 - p) / _core.square(p)


class Geometric(Discrete):
    shapes = ("p",)
    interior = 1.0

    def _valid(self, *shapes: Tensor) -> Tensor:
        return _core.logical_and(_core.greater(shapes[0], 0.0), is_share(shapes[0]))

    def _ends(self, *_: Tensor) -> One:
        return 1.0, math.inf

    def _logpmf(self, k: Tensor, p: Tensor) -> Tensor:
        return _core.xlog1py(k - 1.0, -p) + _core.log(p)

    def _pmf(self, k: Tensor, p: Tensor) -> Tensor:
        power = p * _core.power(1.0 - p, k - 1.0)
        return _with_end(self._logpmf, power, k, p, end=_core.equal(p, 1.0))

    def _cdf(self, k: Tensor, p: Tensor) -> Tensor:
        return -_core.expm1(k * _core.log1p(-p))

    def _sf(self, k: Tensor, p: Tensor) -> Tensor:
        return _core.exp(k * _core.log1p(-p))

    def _logcdf(self, k: Tensor, p: Tensor) -> Tensor:
        return log_rest(k * _core.log1p(-p))

    def _logsf(self, k: Tensor, p: Tensor) -> Tensor:
        return k * _core.log1p(-p)

    def _mean(self, *shapes: Tensor) -> Tensor:
        return 1.0 / shapes[0]

    def _var(self, *shapes: Tensor) -> Tensor:
        (p,) = shapes
        return (1.0 - p) / _core.square(p)

    def _entropy(self, *shapes: Tensor) -> Tensor:
        (p,) = shapes
        return _core.entr(1.0 - p) / p - _core.log(p)


class BetaBinomial(Discrete):
    shapes = ("n", "a", "b")

    def _valid(self, *shapes: Tensor) -> Tensor:
        n, a, b = shapes
        positive = _core.logical_and(_core.greater(a, 0.0), _core.greater(b, 0.0))
        return _core.logical_and(is_integer(n), positive)

    def _ends(self, *shapes: Tensor) -> One:
        return 0.0, shapes[0]

    def _logpmf(self, k: Tensor, n: Tensor, a: Tensor, b: Tensor) -> Tensor:
        n = _core.floor(n)
        return log_choices(n, k) + _core.betaln(k + a, n - k + b) - _core.betaln(a, b)

    def _summed(self, k: Tensor, n: Tensor, a: Tensor, b: Tensor, up_to: bool) -> Tensor:
        """Return the logarithm of the masses of all counts up to `k`, or of all above."""
        trials = _core.plain_value("betabinom.cdf", n.detach())
        last = np.max(np.where(np.isfinite(trials), trials, 0.0), initial=0.0)
        counts = constant(np.arange(last + 1.0))
        column, n, a, b = (_core.reshape(x, (*x.shape, 1)) for x in (k, n, a, b))
        wanted = _core.less_equal(counts, column) if up_to else _core.greater(counts, column)
        wanted = _core.logical_and(wanted, _core.less_equal(counts, n))
        log = self._logpmf(_core.where(wanted, counts, 0.0), n, a, b)
        # A count that is NaN selects nothing, and makes the sum NaN.
        masses = _core.where(wanted, _core.exp(log), column * 0.0)
        return _core.sum(masses, (-1,), False)

    def _cdf(self, k: Tensor, n: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return self._summed(k, n, a, b, True)

    def _sf(self, k: Tensor, n: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return self._summed(k, n, a, b, False)

    def _mean(self, *shapes: Tensor) -> Tensor:
        n, a, b = shapes
        return _core.floor(n) * a / (a + b)

    def _var(self, *shapes: Tensor) -> Tensor:
        n, a, b = shapes
        n, total = _core.floor(n), a + b
        return n * (total + n) * a * b / (_core.square(total) * (total + 1.0))


poisson = Poisson("poisson")
binom = Binomial("binom")
bernoulli = Bernoulli("bernoulli")
nbinom = NegativeBinomial("nbinom")
geom = Geometric("geom")
betabinom = BetaBinomial("betabinom")

__all__ = ["bernoulli", "betabinom", "binom", "geom", "nbinom", "poisson"]
