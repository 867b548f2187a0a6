"""Student's t distribution, which is normal for infinitely many degrees of freedom.

For many degrees what depends on their number is small, and would be lost in differences of functions of it: there the
density is written in one over the number, and shares are integrals of it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert._custom import custom_jvp
from wengert._forward import jvp
from wengert.numpy._arguments import ALL_AXES
from wengert.scipy.stats._continuous import INF, Continuous
from wengert.scipy.stats._tails import log_stdtr
from wengert.scipy.stats.gamma_family import above, reaching
from wengert.scipy.stats.normal_family import LOG_ROOT_2PI

# From where on shares are integrated here. SciPy's function has its values there, but not its derivatives.
MANY = 200.0
# Gauss and Legendre's rule on [0, 1].
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
NODES, WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
# What the density falls by, as an exponent, where the integral over it may end.
NEGLIGIBLE = 40.0


def log_constant(df: Tensor) -> Tensor:
    """Return the logarithm of the density at 0, by the series of a ratio of gamma functions for many degrees."""
    is_large = _core.greater(df, 60.0)
    n, w = _core.where(is_large, 1.0, df), 1.0 / _core.where(is_large, df, 60.0)
    square = _core.square(w)
    terms = 1 / 4 - square * (1 / 24 - square * (1 / 20 - square * (17 / 112)))
    exact = -_core.betaln(n * 0.5, 0.5) - 0.5 * _core.log(n)
    return _core.where(is_large, -LOG_ROOT_2PI - w * terms, exact)


def log_density(z: Tensor, df: Tensor) -> Tensor:
    """Return the logarithm of the density."""
    square, w = _core.square(z), 1.0 / df
    v = _core.where(_core.equal(square, INF), INF, square * w)
    is_near = _core.less(v, 1.0)
    near = _core.where(is_near, v, 0.0)
    body = _core.where(is_near, square, 0.0) * _core.log1prel_derivative(0, near)
    tail = _core.log1p(_core.where(is_near, 1.0, v)) * _core.where(is_near, 1.0, df)
    return log_constant(df) - 0.5 * (1.0 + w) * _core.where(is_near, body, tail)


def _log_tail(z: Tensor, df: Tensor) -> Tensor:
    """Return the logarithm of the share beyond `z`, which is not negative, of many degrees of freedom."""
    is_end = _core.equal(z, INF)
    z, w = _core.where(is_end, 0.0, z), 1.0 / df
    scale = 1.0 + w * _core.square(z)
    rest = 2 * NEGLIGIBLE / (1.0 + w)
    end = _core.stop_gradient(_core.sqrt(_core.square(z) + scale * rest * _core.exprel(w * rest)))
    columns = [_core.reshape(x, (*x.shape, 1)) for x in (z, w, scale, end - z)]
    at, w_column, scale_column, width = columns
    step = width * NODES
    # (u^2 - z^2) / (1 + z^2 / n), of which log1p, over n, is the logarithm of the ratio of densities
    gap = step * (2.0 * at + step) / scale_column
    fall = gap * _core.log1prel_derivative(0, w_column * gap)
    terms = _core.exp(-0.5 * (1.0 + w_column) * fall) * WEIGHTS
    integral = (end - z) * _core.sum(terms, (-1,), False)
    return _core.where(is_end, -INF, log_density(z, df) + _core.log(integral))


def _any(condition: Tensor) -> bool:
    return bool(_core.any(condition, ALL_AXES[condition.ndim], False))


def _apart(df: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return where there are many degrees, numbers that are few, and those that are many."""
    is_many = _core.greater(df, MANY)
    return is_many, _core.where(is_many, 1.0, df), _core.where(is_many, df, INF)


def share(z: Tensor, df: Tensor) -> Tensor:
    """Return the share before `z`."""
    is_many, few, many = _apart(df)
    found = _core.stdtr(few, z)
    if not _any(is_many):
        return found
    is_right = _core.greater(z, 0.0)
    tail = _core.exp(_log_tail(_core.where(is_right, z, -z), many))
    return _core.where(is_many, _core.where(is_right, 1.0 - tail, tail), found)


def log_share(z: Tensor, df: Tensor) -> Tensor:
    """Return the logarithm of the share before `z`."""
    is_many, few, many = _apart(df)
    found = log_stdtr(few, z)
    if not _any(is_many):
        return found
    is_right = _core.greater(z, 0.0)
    tail = _log_tail(_core.where(is_right, z, -z), many)
    right = _core.log1p(-_core.exp(_core.where(is_right, tail, -1.0)))
    return _core.where(is_many, _core.where(is_right, right, tail), found)


@custom_jvp
def _quantile_of_many(q: Any, df: Any) -> Any:
    is_normal = _core.equal(df, INF)
    heavy = _core.stdtrit(_core.where(is_normal, MANY, df), q)
    return _core.where(is_normal, _core.ndtri(q), heavy)


@_quantile_of_many.defjvp
def _pushed(primals: tuple[Any, Any], tangents: tuple[Any, Any]) -> tuple[Any, Any]:
    q, df = primals
    z = _quantile_of_many(q, df)
    _, moved = jvp(lambda n: share(z, n), (df,), (tangents[1],))
    return z, (tangents[0] - moved) / _core.exp(log_density(z, df))


class StudentT(Continuous):
    shapes = ("df",)

    def _logpdf(self, z: Tensor, df: Tensor) -> Tensor:
        return log_density(z, df)

    def _cdf(self, z: Tensor, df: Tensor) -> Tensor:
        return share(z, df)

    def _sf(self, z: Tensor, df: Tensor) -> Tensor:
        return self._cdf(-z, df)

    def _logcdf(self, z: Tensor, df: Tensor) -> Tensor:
        return log_share(z, df)

    def _logsf(self, z: Tensor, df: Tensor) -> Tensor:
        return self._logcdf(-z, df)

    def _ppf(self, q: Tensor, df: Tensor) -> Tensor:
        is_many, few, many = _apart(df)
        # SciPy's function takes 0 for 1, and before 1.17 has no value at 1.
        is_least, is_most = _core.equal(q, 0.0), _core.equal(q, 1.0)
        inside = _core.where(_core.logical_or(is_least, is_most), 0.5, q)
        found = _core.stdtrit(few, inside)
        if _any(is_many):
            found = _core.where(is_many, _quantile_of_many(inside, many), found)
        return _core.where(is_least, -INF, _core.where(is_most, INF, found))

    def _isf(self, q: Tensor, df: Tensor) -> Tensor:
        return -self._ppf(q, df)

    def _mean(self, *shapes: Tensor) -> Tensor:
        return _core.where(_core.less_equal(shapes[0], 1.0), INF, 0.0)

    def _var(self, *shapes: Tensor) -> Tensor:
        (df,) = shapes
        found = reaching(df, 2.0, 1.0 / (1.0 - 2.0 / above(df, 2.0)))
        return _core.where(_core.less_equal(df, 1.0), math.nan, found)

    def _entropy(self, *shapes: Tensor) -> Tensor:
        (df,) = shapes
        is_large = _core.greater(df, 100.0)
        n, u = _core.where(is_large, 1.0, df), 1.0 / _core.where(is_large, df, 100.0)
        half = (n + 1.0) * 0.5
        exact = half * (_core.psi(half) - _core.psi(n * 0.5)) - log_constant(n)
        # The series of what these leave of one another.
        powers = u * (1 + u * (1 / 4 - u * (1 / 6 + u * (1 / 8 - u * (3 / 10 + u / 4)))))
        return _core.where(is_large, LOG_ROOT_2PI + 0.5 + powers, exact)


t = StudentT("t")

__all__ = ["t"]
