"""The likelihood of a mixture of Gaussians."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target

GAMMA, M = 1.0, 0  # of the Wishart prior


def _columnwise(d: int) -> tuple[Any, Any]:
    """Return rows and columns of the elements below a diagonal, column by column."""
    columns, rows = numpy.triu_indices(d, 1)
    return rows, columns


def _log_sum_exp(np: Any, b: Any) -> Any:
    largest = np.amax(b, -1)
    return largest + np.log(np.sum(np.exp(b - largest[..., None]), -1))


@dataclass(frozen=True)
class GaussianMixture(Problem):
    """Log posterior of n points in 20 dimensions under 50 components.

    A precision is Q^T Q, where Q is lower triangular with the diagonal exp(q), and l below it.
    """

    name: ClassVar = "standard gmm"
    argnums: ClassVar = (0, 1, 2, 3)
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("gradient", 1_000, 12e-3),
        AtMost("gradient", 1_000, 6e-3, label="wengert replayed"),
    )
    small: ClassVar = 7

    sizes: tuple[int, ...] = (1_000,)
    dimensions: int = 20
    components: int = 50

    def inputs(self, n: int) -> tuple[Any, ...]:
        random = numpy.random.default_rng(34)
        d, k = self.dimensions, self.components
        return (
            random.normal(size=k),
            random.uniform(size=(k, d)),
            random.normal(0.0, 0.5, (k, d)),
            random.normal(0.0, 0.5, (k, d * (d - 1) // 2)),
            random.normal(size=(n, d)),
        )

    def objective(self, np: Any, alpha: Any, mu: Any, q: Any, low: Any, x: Any) -> Any:
        """Take the factors from their parts by position."""
        d = mu.shape[1]
        at = numpy.zeros((d, d), dtype=int)
        at[_columnwise(d)] = 1 + d + numpy.arange(d * (d - 1) // 2)
        at[range(d), range(d)] = 1 + numpy.arange(d)
        parts = np.concatenate([np.zeros_like(q[:, :1]), np.exp(q), low], 1)
        return self.posterior(np, alpha, mu, q, low, parts[:, at], x)

    def written(self, np: Any, alpha: Any, mu: Any, q: Any, low: Any, x: Any) -> Any:
        """Write the parts into the factors."""
        k, d = mu.shape
        rows, columns = _columnwise(d)
        factors = np.zeros((k, d, d))
        factors[:, range(d), range(d)] = np.exp(q)
        factors[:, rows, columns] = low
        return self.posterior(np, alpha, mu, q, low, factors, x)

    def posterior(
        self, np: Any, alpha: Any, mu: Any, q: Any, low: Any, factors: Any, x: Any
    ) -> Any:
        (n, d), k = x.shape, mu.shape[0]
        scaled = np.einsum("kij,nkj->nki", factors, x[:, None] - mu)
        log_weights = alpha + np.sum(q, 1) - 0.5 * np.sum(scaled**2, 2)
        likelihood = np.sum(_log_sum_exp(np, log_weights)) - n * _log_sum_exp(np, alpha)
        squares = np.sum(np.exp(2.0 * q)) + np.sum(low**2)
        prior = M * np.sum(q) - 0.5 * GAMMA**2 * squares
        return likelihood + prior - n * d / 2.0 * math.log(2.0 * math.pi) + k * _log_wishart(d)

    def gradient(self, alpha: Any, mu: Any, q: Any, low: Any, x: Any) -> tuple[Any, ...]:
        """Return it by the parts that points have in components, a component at a time."""
        np = numpy
        (n, d), k = x.shape, len(mu)
        below = _columnwise(d)
        factors = np.zeros((k, d, d))
        for f, diagonal, under in zip(factors, np.exp(q), low, strict=True):
            f[below] = under
            np.fill_diagonal(f, diagonal)
        distances = [np.sum(((x - m) @ f.T) ** 2, 1) for f, m in zip(factors, mu, strict=True)]
        b = alpha + np.sum(q, 1) - 0.5 * np.stack(distances, 1)
        parts = np.exp(b - np.max(b, 1, keepdims=True))
        parts /= np.sum(parts, 1, keepdims=True)
        weights = np.exp(alpha - np.max(alpha))
        by_mu, by_q, by_low = np.empty_like(mu), np.empty_like(q), np.empty_like(low)
        for i, (f, m, part) in enumerate(zip(factors, mu, parts.T, strict=True)):
            by_mu[i] = f.T @ (f @ (part @ (x - m)))
            by_f = -f @ ((x - m).T * part @ (x - m)) - GAMMA**2 * f
            by_q[i] = np.diagonal(by_f) * np.diagonal(f) + np.sum(part) + M
            by_low[i] = by_f[below]
        return np.sum(parts, 0) - n * weights / np.sum(weights), by_mu, by_q, by_low


def _log_wishart(d: int) -> float:
    """Return the constant of the prior of one component."""
    n = d + M + 1
    of_gamma = d * (d - 1) / 4.0 * math.log(math.pi) + sum(
        math.lgamma((n - j) / 2.0) for j in range(d)
    )
    return n * d * math.log(GAMMA / math.sqrt(2.0)) - of_gamma
