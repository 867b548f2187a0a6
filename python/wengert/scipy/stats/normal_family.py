"""Normal distributions: whole, cut off, and of logarithms."""

from __future__ import annotations

import math

from wengert import _core
from wengert._core import Tensor
from wengert.scipy.stats._continuous import Continuous

LOG_ROOT_2PI = 0.5 * math.log(2 * math.pi)


def log_density(z: Tensor) -> Tensor:
    """Return the logarithm of the standard normal density."""
    return _core.subtract(_core.multiply(_core.square(z), -0.5), LOG_ROOT_2PI)


def log_ratio(x: Tensor, y: Tensor) -> Tensor:
    """Return the logarithm of ``ndtr(x) / ndtr(y)``, 0 where both are minus infinity."""
    logs = (_core.log_ndtr(x), _core.log_ndtr(y))
    one, other = (_core.where(_core.equal(log, -math.inf), -1e300, log) for log in logs)
    return _core.subtract(one, other)


def left_share(z: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """Return the share of what lies between `a` and `b` that lies before `z`, with its digits where it is small."""
    is_right = _core.greater(a, 0.0)
    # What lies beyond a is cut off at z and at b; or what lies before b, at a and at z.
    beyond = _core.expm1(log_ratio(-z, -a)) / _core.expm1(log_ratio(-b, -a))
    before = _core.expm1(log_ratio(a, z)) / _core.expm1(log_ratio(a, b))
    return _core.where(is_right, beyond, _core.exp(log_ratio(z, b)) * before)


def log_mass(a: Tensor, b: Tensor) -> Tensor:
    """Return the logarithm of the standard normal share between ``a <= b``, in either tail.

    Both ends are mirrored where `a` is positive, so that what is subtracted is the smaller of two shares.
    """
    is_right = _core.greater(a, 0.0)
    low, high = _core.where(is_right, -b, a), _core.where(is_right, -a, b)
    is_tail = _core.less_equal(high, 0.0)
    # Where both ends are the same the logarithm falls without end, with that of what is between them.
    is_nothing = _core.logical_and(_core.equal(low, high), _core.isfinite(low))
    between = _core.where(is_nothing, high - _core.where(is_nothing, low, 0.0), 1.0)
    part = _core.where(is_nothing, 1.0, -_core.expm1(log_ratio(low, high)))
    in_tail = _core.add(_core.log_ndtr(high), _core.log(part) + _core.log(between))
    beyond = _core.add(_core.ndtr(low), _core.ndtr(-high))
    around = _core.log1p(-_core.where(is_tail, 0.0, beyond))
    return _core.where(is_tail, in_tail, around)


def end_densities(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return the densities at both ends of what is cut off there; in a tail by their ratio to what lies beyond."""
    is_right = _core.greater(a, 0.0)
    low, high = _core.where(is_right, -b, a), _core.where(is_right, -a, b)
    is_tail = _core.less_equal(high, 0.0)
    inner = _core.where(is_tail, high, -1.0)
    outer = _core.where(is_tail, low, -2.0)
    mills = math.sqrt(math.pi / 2) * _core.erfcx(-inner / math.sqrt(2))
    at_inner = -1.0 / (mills * _core.expm1(log_ratio(outer, inner)))
    at_outer = at_inner * _core.exp(0.5 * (inner - outer) * (inner + outer))
    mass = log_mass(_core.where(is_tail, -1.0, low), _core.where(is_tail, 1.0, high))
    at_low = _core.where(is_tail, at_outer, _core.exp(log_density(low) - mass))
    at_high = _core.where(is_tail, at_inner, _core.exp(log_density(high) - mass))
    return _core.where(is_right, at_high, at_low), _core.where(is_right, at_low, at_high)


class Norm(Continuous):
    def _logpdf(self, z: Tensor) -> Tensor:
        return log_density(z)

    def _cdf(self, z: Tensor) -> Tensor:
        return _core.ndtr(z)

    def _sf(self, z: Tensor) -> Tensor:
        return _core.ndtr(-z)

    def _logcdf(self, z: Tensor) -> Tensor:
        return _core.log_ndtr(z)

    def _logsf(self, z: Tensor) -> Tensor:
        return _core.log_ndtr(-z)

    def _ppf(self, q: Tensor) -> Tensor:
        return _core.ndtri(q)

    def _isf(self, q: Tensor) -> Tensor:
        return -_core.ndtri(q)

    def _mean(self) -> float:
        return 0.0

    def _var(self) -> float:
        return 1.0

    def _entropy(self) -> float:
        return LOG_ROOT_2PI + 0.5


class TruncNorm(Continuous):
    shapes = ("a", "b")

    def _valid(self, *shapes: Tensor) -> Tensor:
        a, b = shapes
        return _core.less(a, b)

    def _below(self, z: Tensor, *shapes: Tensor) -> Tensor:
        return _core.less(z, shapes[0])

    def _above(self, z: Tensor, *shapes: Tensor) -> Tensor:
        return _core.greater(z, shapes[1])

    def _point(self, *shapes: Tensor) -> Tensor:
        a, b = (_core.stop_gradient(x) for x in shapes)
        is_open, has_no_end = _core.isinf(a), _core.isinf(b)
        low = _core.where(is_open, _core.where(has_no_end, -1.0, b - 2.0), a)
        high = _core.where(has_no_end, _core.where(is_open, 1.0, a + 2.0), b)
        return 0.5 * (low + high)

    def _logpdf(self, z: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return log_density(z) - log_mass(a, b)

    def _cdf(self, z: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return left_share(z, a, b)

    def _sf(self, z: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return left_share(-z, -b, -a)

    def _logcdf(self, z: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return self._log(log_mass(a, z) - log_mass(a, b), self._sf(z, a, b))

    def _logsf(self, z: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return self._log(log_mass(z, b) - log_mass(a, b), self._cdf(z, a, b))

    @staticmethod
    def _log(log: Tensor, rest: Tensor) -> Tensor:
        is_most = _core.less(rest, 0.5)
        return _core.where(is_most, _core.log1p(-_core.where(is_most, rest, 0.0)), log)

    def _from_left(self, log_share: Tensor, log_rest: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """Return the quantile that has a share to its left, and the rest to its right, by the nearer tail."""
        mass = log_mass(a, b)
        is_left = _core.less(a, 0.0)
        left = _core.logaddexp(_core.log_ndtr(a), log_share + mass)
        right = _core.logaddexp(_core.log_ndtr(-b), log_rest + mass)
        log = _core.where(is_left, left, right)
        z = _core.ndtri_exp(_core.where(_core.greater(log, 0.0), 0.0, log))
        return _core.where(is_left, z, -z)

    def _ppf(self, q: Tensor, a: Tensor, b: Tensor) -> Tensor:
        z = self._from_left(_core.log(q), _core.log1p(-q), a, b)
        return _core.where(_core.equal(q, 0.0), a, _core.where(_core.equal(q, 1.0), b, z))

    def _isf(self, q: Tensor, a: Tensor, b: Tensor) -> Tensor:
        z = self._from_left(_core.log1p(-q), _core.log(q), a, b)
        return _core.where(_core.equal(q, 0.0), b, _core.where(_core.equal(q, 1.0), a, z))

    def _ends(self, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the densities at both ends, and their difference weighted by the ends, which may be infinite."""
        at_a, at_b = end_densities(a, b)
        finite_a = _core.where(_core.isfinite(a), a, 0.0)
        finite_b = _core.where(_core.isfinite(b), b, 0.0)
        return at_a, at_b, finite_a * at_a - finite_b * at_b

    def _mean(self, *shapes: Tensor) -> Tensor:
        at_a, at_b, _ = self._ends(*shapes)
        return at_a - at_b

    def _var(self, *shapes: Tensor) -> Tensor:
        at_a, at_b, weighted = self._ends(*shapes)
        return 1.0 + weighted - _core.square(at_a - at_b)

    def _entropy(self, *shapes: Tensor) -> Tensor:
        a, b = shapes
        return log_mass(a, b) + self._ends(a, b)[2] * 0.5 + (LOG_ROOT_2PI + 0.5)


class LogNorm(Continuous):
    shapes = ("s",)
    lower = 0.0

    def _below(self, z: Tensor, *_: Tensor) -> Tensor:
        return _core.less_equal(z, 0.0)  # the density is 0 at the end, too

    def _logpdf(self, z: Tensor, s: Tensor) -> Tensor:
        log = _core.log(z)
        return log_density(log / s) - log - _core.log(s)

    def _cdf(self, z: Tensor, s: Tensor) -> Tensor:
        return _core.ndtr(_core.log(z) / s)

    def _sf(self, z: Tensor, s: Tensor) -> Tensor:
        return _core.ndtr(-_core.log(z) / s)

    def _logcdf(self, z: Tensor, s: Tensor) -> Tensor:
        return _core.log_ndtr(_core.log(z) / s)

    def _logsf(self, z: Tensor, s: Tensor) -> Tensor:
        return _core.log_ndtr(-_core.log(z) / s)

    def _ppf(self, q: Tensor, s: Tensor) -> Tensor:
        return _core.exp(s * _core.ndtri(q))

    def _isf(self, q: Tensor, s: Tensor) -> Tensor:
        return _core.exp(-s * _core.ndtri(q))

    def _mean(self, *shapes: Tensor) -> Tensor:
        return _core.exp(_core.square(shapes[0]) * 0.5)

    def _var(self, *shapes: Tensor) -> Tensor:
        square = _core.square(shapes[0])
        return _core.expm1(square) * _core.exp(square)

    def _entropy(self, *shapes: Tensor) -> Tensor:
        return _core.log(shapes[0]) + (LOG_ROOT_2PI + 0.5)


norm = Norm("norm")
truncnorm = TruncNorm("truncnorm")
lognorm = LogNorm("lognorm")

__all__ = ["lognorm", "norm", "truncnorm"]
