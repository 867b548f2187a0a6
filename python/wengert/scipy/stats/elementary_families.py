"""Distributions whose distribution functions are elementary."""

from __future__ import annotations

import math

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.scipy.stats._continuous import Continuous
from wengert.scipy.stats.gamma_family import above, reaching


def log_rest(log_share: Tensor) -> Tensor:
    """Return ``log(1 - exp(log_share))``, by what keeps its digits (Maechler, 2012)."""
    is_near = _core.greater(log_share, -math.log(2))
    near = _core.where(is_near, log_share, -1.0)
    far = _core.where(is_near, -1.0, log_share)
    return _core.where(is_near, _core.log(-_core.expm1(near)), _core.log1p(-_core.exp(far)))


class Uniform(Continuous):
    lower, upper = 0.0, 1.0

    def _logpdf(self, z: Tensor) -> Tensor:
        return z * 0.0

    def _cdf(self, z: Tensor) -> Tensor:
        return z

    def _sf(self, z: Tensor) -> Tensor:
        return 1.0 - z

    def _ppf(self, q: Tensor) -> Tensor:
        return q

    def _isf(self, q: Tensor) -> Tensor:
        return 1.0 - q

    def _mean(self) -> float:
        return 0.5

    def _var(self) -> float:
        return 1 / 12

    def _entropy(self) -> float:
        return 0.0


class Expon(Continuous):
    lower = 0.0

    def _logpdf(self, z: Tensor) -> Tensor:
        return -z

    def _cdf(self, z: Tensor) -> Tensor:
        return -_core.expm1(-z)

    def _sf(self, z: Tensor) -> Tensor:
        return _core.exp(-z)

    def _logcdf(self, z: Tensor) -> Tensor:
        return log_rest(-z)

    def _logsf(self, z: Tensor) -> Tensor:
        return -z

    def _ppf(self, q: Tensor) -> Tensor:
        return -_core.log1p(-q)

    def _isf(self, q: Tensor) -> Tensor:
        return -_core.log(q)

    def _mean(self) -> float:
        return 1.0

    def _var(self) -> float:
        return 1.0

    def _entropy(self) -> float:
        return 1.0


class Laplace(Continuous):
    def _logpdf(self, z: Tensor) -> Tensor:
        return -_core.absolute(z) - math.log(2)

    def _cdf(self, z: Tensor) -> Tensor:
        half = 0.5 * _core.exp(-_core.absolute(z))
        return _core.where(_core.greater(z, 0.0), 1.0 - half, half)

    def _sf(self, z: Tensor) -> Tensor:
        return self._cdf(-z)

    def _logcdf(self, z: Tensor) -> Tensor:
        is_right = _core.greater(z, 0.0)
        left, right = _core.where(is_right, 0.0, z), _core.where(is_right, z, 0.0)
        return _core.where(is_right, _core.log1p(-0.5 * _core.exp(-right)), left - math.log(2))

    def _logsf(self, z: Tensor) -> Tensor:
        return self._logcdf(-z)

    def _ppf(self, q: Tensor) -> Tensor:
        is_right = _core.greater(q, 0.5)
        low = _core.where(is_right, 1.0 - q, q)
        z = _core.log(2.0 * low)
        return _core.where(is_right, -z, z)

    def _isf(self, q: Tensor) -> Tensor:
        return -self._ppf(q)

    def _mean(self) -> float:
        return 0.0

    def _var(self) -> float:
        return 2.0

    def _entropy(self) -> float:
        return math.log(2) + 1


class Logistic(Continuous):
    def _logpdf(self, z: Tensor) -> Tensor:
        return _core.log_expit(z) + _core.log_expit(-z)

    def _cdf(self, z: Tensor) -> Tensor:
        return _core.expit(z)

    def _sf(self, z: Tensor) -> Tensor:
        return _core.expit(-z)

    def _logcdf(self, z: Tensor) -> Tensor:
        return _core.log_expit(z)

    def _logsf(self, z: Tensor) -> Tensor:
        return _core.log_expit(-z)

    def _ppf(self, q: Tensor) -> Tensor:
        return _core.logit(q)

    def _isf(self, q: Tensor) -> Tensor:
        return -_core.logit(q)

    def _mean(self) -> float:
        return 0.0

    def _var(self) -> float:
        return math.pi**2 / 3

    def _entropy(self) -> float:
        return 2.0


class Gumbel(Continuous):
    def _logpdf(self, z: Tensor) -> Tensor:
        return -z - _core.exp(-z)

    def _cdf(self, z: Tensor) -> Tensor:
        return _core.exp(-_core.exp(-z))

    def _sf(self, z: Tensor) -> Tensor:
        return -_core.expm1(-_core.exp(-z))

    def _logcdf(self, z: Tensor) -> Tensor:
        return -_core.exp(-z)

    def _logsf(self, z: Tensor) -> Tensor:
        # Far out exp(-z) underflows, and its logarithm is what is asked for.
        is_far = _core.greater(z, 40.0)
        near = _core.where(is_far, 0.0, z)
        return _core.where(is_far, -z, log_rest(-_core.exp(-near)))

    def _ppf(self, q: Tensor) -> Tensor:
        return -_core.log(-_core.log(q))

    def _isf(self, q: Tensor) -> Tensor:
        return -_core.log(-_core.log1p(-q))

    def _mean(self) -> float:
        return float(np.euler_gamma)

    def _var(self) -> float:
        return math.pi**2 / 6

    def _entropy(self) -> float:
        return float(np.euler_gamma) + 1


class Cauchy(Continuous):
    def _logpdf(self, z: Tensor) -> Tensor:
        return -math.log(math.pi) - _core.log1p(_core.square(z))

    def _cdf(self, z: Tensor) -> Tensor:
        return _core.arctan2(1.0, -z) / math.pi

    def _sf(self, z: Tensor) -> Tensor:
        return _core.arctan2(1.0, z) / math.pi

    def _ppf(self, q: Tensor) -> Tensor:
        # By tan about the middle, by 1 / tan of the nearer end.
        middle = q - 0.5
        is_middle = _core.less(_core.absolute(middle), 0.25)
        is_right = _core.greater(middle, 0.0)
        end = _core.where(is_right, 1.0 - q, q)
        tail = 1.0 / _core.tan(math.pi * _core.where(is_middle, 0.25, end))
        body = _core.tan(math.pi * _core.where(is_middle, middle, 0.0))
        return _core.where(is_middle, body, _core.where(is_right, tail, -tail))

    def _isf(self, q: Tensor) -> Tensor:
        return -self._ppf(q)

    def _mean(self) -> float:
        return math.nan

    def _var(self) -> float:
        return math.nan

    def _entropy(self) -> float:
        return math.log(4 * math.pi)


class Weibull(Continuous):
    shapes = ("c",)
    lower = 0.0

    def _logpdf(self, z: Tensor, c: Tensor) -> Tensor:
        return _core.log(c) + _core.xlogy(c - 1.0, z) - _core.power(z, c)

    def _cdf(self, z: Tensor, c: Tensor) -> Tensor:
        return -_core.expm1(-_core.power(z, c))

    def _sf(self, z: Tensor, c: Tensor) -> Tensor:
        return _core.exp(-_core.power(z, c))

    def _logcdf(self, z: Tensor, c: Tensor) -> Tensor:
        # Of a power that may underflow: its logarithm, and that of (1 - e^-u) / u.
        power = _core.power(z, c)
        is_large = _core.greater(power, 1.0)
        near = c * _core.log(z) + _core.log(_core.exprel(-_core.where(is_large, 1.0, power)))
        return _core.where(is_large, log_rest(-_core.where(is_large, power, 1.0)), near)

    def _logsf(self, z: Tensor, c: Tensor) -> Tensor:
        return -_core.power(z, c)

    def _ppf(self, q: Tensor, c: Tensor) -> Tensor:
        return _core.power(-_core.log1p(-q), 1.0 / c)

    def _isf(self, q: Tensor, c: Tensor) -> Tensor:
        return _core.power(-_core.log(q), 1.0 / c)

    def _mean(self, *shapes: Tensor) -> Tensor:
        return _core.gamma(1.0 + 1.0 / shapes[0])

    def _var(self, *shapes: Tensor) -> Tensor:
        return _core.gamma(1.0 + 2.0 / shapes[0]) - _core.square(self._mean(*shapes))

    def _entropy(self, *shapes: Tensor) -> Tensor:
        (c,) = shapes
        return (1.0 - 1.0 / c) * float(np.euler_gamma) - _core.log(c) + 1.0


class Pareto(Continuous):
    shapes = ("b",)
    lower = 1.0
    interior = 2.0

    def _logpdf(self, z: Tensor, b: Tensor) -> Tensor:
        return _core.log(b) - (b + 1.0) * _core.log(z)

    def _cdf(self, z: Tensor, b: Tensor) -> Tensor:
        return -_core.expm1(-b * _core.log(z))

    def _sf(self, z: Tensor, b: Tensor) -> Tensor:
        return _core.power(z, -b)

    def _logcdf(self, z: Tensor, b: Tensor) -> Tensor:
        return log_rest(-b * _core.log(z))

    def _logsf(self, z: Tensor, b: Tensor) -> Tensor:
        return -b * _core.log(z)

    def _ppf(self, q: Tensor, b: Tensor) -> Tensor:
        return _core.exp(-_core.log1p(-q) / b)

    def _isf(self, q: Tensor, b: Tensor) -> Tensor:
        return _core.power(q, -1.0 / b)

    def _mean(self, *shapes: Tensor) -> Tensor:
        (b,) = shapes
        return reaching(b, 1.0, b / (above(b, 1.0) - 1.0))

    def _var(self, *shapes: Tensor) -> Tensor:
        x = above(shapes[0], 2.0)
        return reaching(shapes[0], 2.0, x / (_core.square(x - 1.0) * (x - 2.0)))

    def _entropy(self, *shapes: Tensor) -> Tensor:
        (b,) = shapes
        return 1.0 + 1.0 / b - _core.log(b)


uniform = Uniform("uniform")
expon = Expon("expon")
laplace = Laplace("laplace")
logistic = Logistic("logistic")
gumbel_r = Gumbel("gumbel_r")
cauchy = Cauchy("cauchy")
weibull_min = Weibull("weibull_min")
pareto = Pareto("pareto")

__all__ = [
    "cauchy",
    "expon",
    "gumbel_r",
    "laplace",
    "logistic",
    "pareto",
    "uniform",
    "weibull_min",
]
