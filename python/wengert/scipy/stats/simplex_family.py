"""Distributions of shares and of counts that add up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import ALL_AXES, constant
from wengert.scipy.stats._arguments import bound, double, where_valid
from wengert.scipy.stats._discrete import is_integer, is_share
from wengert.scipy.stats._frozen import Named
from wengert.scipy.stats.counts import binom

if TYPE_CHECKING:
    from wengert._typing import Operand


def _total(x: Tensor, axis: int = -1) -> Tensor:
    return _core.sum(x, (axis,), False)


def _any(condition: Tensor) -> bool:
    return bool(_core.any(condition, ALL_AXES[condition.ndim], False))


class Dirichlet(Named):
    """The distribution of shares, of concentrations `alpha`.

    As in SciPy, shares lie along the first axis of `x`, and the last of them may be left out.
    """

    parameters = ("alpha",)
    required = 1

    def _read(self, name: str, args: tuple[Any, ...], keywords: dict[str, Any]) -> Tensor:
        what = f"{self.name}.{name}"
        alpha = double(what, bound(what, self.parameters, 1, args, keywords)[0])
        if alpha.ndim != 1 or _any(_core.less_equal(alpha, 0.0)):
            message = f"{what}: alpha is {alpha.detach()!r}; a vector of positive numbers is needed"
            raise ShapeError(message)
        return alpha

    @staticmethod
    def _shares(what: str, x: Any, alpha: Tensor) -> Tensor:
        """Read shares, in columns, and complete them."""
        t, count = double(what, x), alpha.shape[0]
        if t.ndim not in (1, 2) or t.shape[0] not in (count, count - 1):
            message = f"{what}: x is {t.shape} and alpha {alpha.shape}; x.shape[0] must be {count} or {count - 1}"
            raise ShapeError(message)
        if t.shape[0] != count:
            rest = _core.subtract(1.0, _core.sum(t, (-t.ndim,), True))
            t = _core.concatenate([t, rest], -t.ndim)
        if _any(_core.logical_or(_core.less(t, 0.0), _core.greater(t, 1.0))):
            message = f"{what}: x has elements below 0 or above 1; shares are needed"
            raise ShapeError(message)
        concentration = alpha if t.ndim == 1 else alpha.reshape(-1, 1)
        pole = _core.logical_and(_core.equal(t, 0.0), _core.less(concentration, 1.0))
        if _any(pole):
            message = f"{what}: a share is 0 and its alpha below 1; there the density is infinite"
            raise ShapeError(message)
        if _any(_core.greater(_core.absolute(_total(t, -t.ndim) - 1.0), 1e-9)):
            message = f"{what}: x does not add up to 1 along the first axis, as shares must"
            raise ShapeError(message)
        return _core.transpose(t, tuple(range(-1, -t.ndim - 1, -1)))

    @staticmethod
    def _log_beta(alpha: Tensor) -> Tensor:
        return _total(_core.gammaln(alpha)) - _core.gammaln(_total(alpha))

    def logpdf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the logarithm of the density at columns of shares.

        Raises
        ------
        ValueError
            If `x` does not consist of shares.
        """
        alpha = self._read("logpdf", args, kwds)
        shares = self._shares(f"{self.name}.logpdf", x, alpha)
        return _total(_core.xlogy(alpha - 1.0, shares)) - self._log_beta(alpha)

    def pdf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the density at columns of shares."""
        return _core.exp(self.logpdf(x, *args, **kwds))

    def mean(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the mean, a vector."""
        alpha = self._read("mean", args, kwds)
        return alpha / _total(alpha)

    def var(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the variance of each share."""
        alpha = self._read("var", args, kwds)
        total = _total(alpha)
        return alpha * (total - alpha) / (_core.square(total) * (total + 1.0))

    def cov(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the covariances, a matrix."""
        alpha = self._read("cov", args, kwds)
        total = _total(alpha)
        mean = alpha / total
        outer = _core.multiply(mean.reshape(-1, 1), mean)
        return (_core.multiply(mean, np.eye(alpha.shape[0])) - outer) / (total + 1.0)

    def entropy(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the differential entropy, in nats."""
        alpha = self._read("entropy", args, kwds)
        total = _total(alpha)
        spread = (total - float(alpha.shape[0])) * _core.psi(total)
        return self._log_beta(alpha) + spread - _total((alpha - 1.0) * _core.psi(alpha))


class Multinomial(Named):
    """The distribution of the counts of `n` draws, of shares `p` along the last axis.

    Where shares do not add up to one, the last of them is what the others leave.
    """

    parameters = ("n", "p")
    required = 2

    def _read(
        self, name: str, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return draws, shares, and which are valid."""
        what = f"{self.name}.{name}"
        draws, shares = bound(what, self.parameters, 2, args, keywords)
        n, p = double(what, draws), double(what, shares)
        if p.ndim == 0:
            message = f"{what}: p is a number; shares along the last axis are needed"
            raise ShapeError(message)
        precision = np.float32 if getattr(shares, "dtype", None) == np.float32 else np.float64
        rest = 1.0 - _core.sum(p, (-1,), True)
        is_off = _core.greater(_core.absolute(rest), 10 * float(np.finfo(precision).eps))
        is_last = constant(np.arange(p.shape[-1]) == p.shape[-1] - 1)
        p = _core.where(_core.logical_and(is_off, is_last), p + rest, p)
        are_shares = _core.all(is_share(p), (-1,), False)
        return _core.floor(n), p, _core.logical_and(are_shares, is_integer(n))

    def logpmf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the logarithm of the mass at counts along the last axis: -inf where they do not add up to `n`."""
        what = f"{self.name}.logpmf"
        n, p, valid = self._read("logpmf", args, kwds)
        k = double(what, x)
        if k.ndim == 0 or k.shape[-1] != p.shape[-1]:
            message = (
                f"{what}: x is {k.shape} and p {p.shape}; their last axes must be equally long"
            )
            raise ShapeError(message)
        is_off = _core.logical_not(_core.all(is_integer(k), (-1,), False))
        is_off = _core.logical_or(is_off, _core.not_equal(_total(k), n))
        column = _core.reshape(is_off, (*is_off.shape, 1))
        counts = _core.floor(_core.where(column, 0.0, k))
        terms = _core.xlogy(counts, p) - _core.gammaln(counts + 1.0)
        found = _core.where(is_off, -math.inf, _core.gammaln(n + 1.0) + _total(terms))
        return where_valid(found, valid)

    def pmf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the mass at counts along the last axis."""
        return _core.exp(self.logpmf(x, *args, **kwds))

    def mean(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the mean counts."""
        n, p, valid = self._read("mean", args, kwds)
        return _column(where_valid(n, valid)) * p

    def cov(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the covariances of counts, matrices."""
        n, p, valid = self._read("cov", args, kwds)
        row = _core.reshape(p, (*p.shape[:-1], 1, p.shape[-1]))
        outer = _core.multiply(_column(p), row)
        spread = _core.multiply(row, np.eye(p.shape[-1])) - outer
        return _column(_column(where_valid(n, valid))) * spread

    def entropy(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the entropy, in nats."""
        n, p, valid = self._read("entropy", args, kwds)
        draws = _core.plain_value(f"{self.name}.entropy", n.detach())
        last = np.max(np.where(np.isfinite(draws), draws, 0.0), initial=0.0)
        counts = np.arange(last + 1.0)
        masses = binom.pmf(counts, _column(_column(n)), _column(p))
        weighted = _core.sum(_core.multiply(masses, _core.gammaln(counts + 1.0)), (-2, -1), False)
        found = n * _total(_core.entr(p)) - _core.gammaln(n + 1.0) + weighted
        return where_valid(found, valid)


def _column(x: Tensor) -> Tensor:
    return _core.reshape(x, (*x.shape, 1))


dirichlet = Dirichlet("dirichlet")
multinomial = Multinomial("multinomial")

__all__ = ["dirichlet", "multinomial"]
