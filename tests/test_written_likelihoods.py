"""Likelihoods as people write them with `scipy.special`, beside those of `scipy.stats`."""

import numpy as np
import pytest
import scipy.special as sc
import scipy.stats as st

import wengert as wg
from wengert.scipy import special

RNG = np.random.default_rng(0)
COUNTS, TRIALS = np.array([0, 1, 3, 2, 7]), np.array([5, 4, 6, 3, 9])
X, Y, Z = RNG.gamma(2, 1, 6), RNG.normal(size=6), RNG.normal(size=(6, 2))
SIGN = np.where(Y > 0, 1, -1)


def negative_binomial(p):
    share = p[1] / (p[0] + p[1])
    rest = sc.gammaln(COUNTS + p[0]) - sc.gammaln(p[0]) - sc.gammaln(COUNTS + 1)
    return np.sum(rest + p[0] * np.log1p(-share) + sc.xlogy(COUNTS, share))


def beta_binomial(p):
    ways = -np.log1p(TRIALS) - sc.betaln(TRIALS - COUNTS + 1, COUNTS + 1)
    return np.sum(ways + sc.betaln(COUNTS + p[0], TRIALS - COUNTS + p[1]) - sc.betaln(p[0], p[1]))


def student(p):
    half = (p[0] + 1) / 2
    scaled = (Y - 0.1) / p[1]
    norm = sc.gammaln(half) - sc.gammaln(p[0] / 2) - np.log(p[0] * np.pi) / 2 - np.log(p[1])
    return np.sum(norm - half * np.log1p(scaled**2 / p[0]))


def dirichlet(a):
    return sc.gammaln(np.sum(a)) - np.sum(sc.gammaln(a)) + np.sum((a - 1) * np.log([0.2, 0.3, 0.5]))


def von_mises(p):
    norm = np.log(2 * np.pi) + np.log(sc.i0e(p[0])) + p[0]
    return np.sum(p[0] * np.cos(Y - p[1]) - norm)


def modified_normal(p):
    """Of a sum of a normal and an exponential variable."""
    k = p[1] * p[2]
    z = (Y - p[0]) / p[1]
    return np.sum(np.log(p[2] / 2) - z**2 / 2 + np.log(sc.erfcx((k - z) / np.sqrt(2))))


def truncated_normal(p):
    inside = sc.ndtr((3 - p[0]) / p[1]) - sc.ndtr((-3 - p[0]) / p[1])
    density = -(((Y - p[0]) / p[1]) ** 2) / 2 - np.log(2 * np.pi) / 2 - np.log(p[1])
    return np.sum(density - np.log(inside))


LIKELIHOODS = [
    (negative_binomial, lambda p: st.nbinom.logpmf(COUNTS, p[0], p[0] / (p[0] + p[1])), [2.0, 3.0]),
    (beta_binomial, lambda p: st.betabinom.logpmf(COUNTS, TRIALS, *p), [2.0, 3.0]),
    (student, lambda p: st.t.logpdf(Y, p[0], 0.1, p[1]), [4.0, 1.3]),
    (dirichlet, lambda a: st.dirichlet.logpdf([0.2, 0.3, 0.5], a), [1.2, 2.0, 0.7]),
    (von_mises, lambda p: st.vonmises.logpdf(Y, p[0], p[1]), [1.5, 0.2]),
    (
        lambda p: np.sum(np.log(sc.gammaincc(p[0], X / p[1]))),
        lambda p: st.gamma.logsf(X, p[0], scale=p[1]),
        [1.5, 2.0],
    ),
    (
        lambda p: np.log(sc.betainc(p[0], p[1], 0.3)),
        lambda p: st.beta.logcdf(0.3, *p),
        [1.5, 2.0],
    ),
    (
        lambda b: np.sum(sc.log_ndtr(SIGN * (Z @ b))),
        lambda b: st.norm.logcdf(SIGN * (Z @ b)),
        [0.5, -0.2],
    ),
    (
        modified_normal,
        lambda p: st.exponnorm.logpdf(Y, 1 / (p[1] * p[2]), p[0], p[1]),
        [0.1, 1.2, 0.7],
    ),
    (
        truncated_normal,
        lambda p: st.truncnorm.logpdf(Y, (-3 - p[0]) / p[1], (3 - p[0]) / p[1], *p),
        [0.1, 1.1],
    ),
    (
        lambda p: np.sum(np.log(2) + sc.log_ndtr(p[0] * Y) - Y**2 / 2 - np.log(2 * np.pi) / 2),
        lambda p: st.skewnorm.logpdf(Y, p[0]),
        [3.0],
    ),
    (
        lambda p: -np.sum(np.log(1 + np.exp(-p[0] * Y))),
        lambda p: st.logistic.logcdf(p[0] * Y),
        [0.8],
    ),
]


@pytest.mark.parametrize(("ours", "theirs", "at"), LIKELIHOODS)
def test_likelihoods(ours, theirs, at):
    at = np.array(at)
    assert ours(at) == pytest.approx(np.sum(theirs(at)), rel=1e-12)
    wg.testing.check_grads(ours, (at,), order=2)


def test_a_mixture_by_logsumexp():
    def loss(p):
        parts = [np.log(sc.expit(p[0])) - (Y - p[1]) ** 2 / 2]
        parts += [np.log(sc.expit(-p[0])) - (Y - p[2]) ** 2 / 2]
        return -np.sum(special.logsumexp(np.stack(parts), axis=0))

    wg.testing.check_grads(loss, (np.array([0.1, -1.0, 1.0]),), order=2)


def test_the_smoothness_of_a_matern_kernel():
    def kernel(nu):
        scaled = np.sqrt(2 * nu) * X
        return np.sum(2 ** (1 - nu) / sc.gamma(nu) * scaled**nu * sc.kv(nu, scaled))

    assert kernel(0.5) == pytest.approx(np.sum(np.exp(-X)))
    assert kernel(1.5) == pytest.approx(np.sum((1 + np.sqrt(3) * X) * np.exp(-np.sqrt(3) * X)))
    wg.testing.check_grads(kernel, (1.3,), order=2)


def test_a_series_of_weights_by_logsumexp_of_a_list():
    def norm(p):  # of Conway and Maxwell's distribution, of which Poisson's is that of power 1
        return special.logsumexp([p[0] * j - p[1] * sc.gammaln(j + 1.0) for j in range(40)])

    assert norm(np.array([0.5, 1.0])) == pytest.approx(np.exp(0.5))
    assert wg.grad(norm)(np.array([0.5, 1.0]))[0] == pytest.approx(np.exp(0.5))
