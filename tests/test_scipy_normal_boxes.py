"""Shares of normal distributions in boxes of three and more dimensions: SciPy's values, and derivatives by conditioning."""

from inspect import signature

import numpy as np
import pytest
import scipy.stats

import wengert as wg
from wengert.scipy import stats

RANDOM = np.random.default_rng(5)
normal = stats.multivariate_normal
THEIRS = scipy.stats.multivariate_normal
AB = np.array([[1.0, 0.6], [0.6, 1.5]])
# Two coordinates that depend on one another, and one that does not.
APART = np.block([[AB, np.zeros((2, 1))], [np.zeros((1, 2)), np.full((1, 1), 2.0)]])
X, MEAN = np.array([[0.3, -0.5, 0.8], [1.0, 0.2, -1.5]]), np.array([0.1, -0.2, 0.3])
SEED = {"rng": 3} if "rng" in signature(THEIRS.cdf).parameters else {}


def covariance(n):
    a = RANDOM.standard_normal((n, n))
    return a @ a.T + 0.5 * n * np.eye(n)


def plain(x):
    return x.numpy() if isinstance(x, wg.Tensor) else np.asarray(x)


@pytest.mark.parametrize("n", [3, 4])
@pytest.mark.parametrize("is_bounded", [False, True])
def test_values_are_scipys(n, is_bounded):
    cov, x = covariance(n), RANDOM.standard_normal((2, 2, n))
    low = x - RANDOM.uniform(1, 3, n) if is_bounded else None
    got = normal.cdf(x, np.ones(n), cov, lower_limit=low, **SEED)
    want = THEIRS.cdf(x, np.ones(n), cov, lower_limit=low, **SEED)
    np.testing.assert_allclose(plain(got), want, rtol=1e-4, atol=2e-5)
    logs = normal.logcdf(x, np.ones(n), cov, lower_limit=low, **SEED)
    np.testing.assert_allclose(np.exp(plain(logs)), plain(got), rtol=1e-4, atol=2e-5)
    frozen = normal(np.ones(n), cov).cdf(x, lower_limit=low)
    np.testing.assert_allclose(plain(frozen), plain(got), rtol=1e-4, atol=2e-5)
    if low is not None:  # SciPy's sign of limits that are the wrong way round
        turned = normal.cdf(low, np.ones(n), cov, lower_limit=x, **SEED)
        np.testing.assert_allclose(turned, (-1) ** n * plain(got), rtol=1e-4, atol=2e-5)
    rough = normal.cdf(x, np.ones(n), cov, False, 2000 * n, 1e-2, 1e-2)
    np.testing.assert_allclose(rough, THEIRS.cdf(x, np.ones(n), cov), atol=3e-2)


@pytest.mark.parametrize("low", [None, X - [1.0, 2.0, 3.0]])
def test_a_coordinate_that_is_apart_is_a_factor(low):
    """Of which both shares, and all derivatives, are known without an integral."""

    def whole(x, mean, ab, v):
        rows = [np.concatenate([row, [0.0]]) for row in ab]
        cov = np.stack([*rows, np.stack([0.0, 0.0, v])])
        return normal.cdf(x, mean, cov, lower_limit=low)

    def apart(x, mean, ab, v):
        floor = (None, -np.inf) if low is None else (low[:, :2], (low[:, 2] - mean[2]) / v**0.5)
        of_two = normal.cdf(x[:, :2], mean[:2], ab, lower_limit=floor[0])
        top = (x[:, 2] - mean[2]) / v**0.5
        return of_two * (stats.norm.cdf(top) - stats.norm.cdf(floor[1]))

    at = (X, MEAN, AB, 2.0)
    weighted = lambda f: lambda *x: np.sum(f(*x) * np.array([1.0, -2.0]))
    for k in range(4):
        got = wg.grad(weighted(whole), k)(*at)
        want = wg.grad(weighted(apart), k)(*at)
        np.testing.assert_allclose(got, want, rtol=1e-4, atol=2e-5)
        direction = RANDOM.standard_normal(np.shape(at[k]))
        if k == 2:
            direction = direction + direction.T
        along = lambda t, k=k, d=direction: whole(*at[:k], at[k] + t * d, *at[k + 1 :])
        besides = lambda t, k=k, d=direction: apart(*at[:k], at[k] + t * d, *at[k + 1 :])
        for f, g in ((along, besides), (wg.jacfwd(along), wg.jacfwd(besides))):
            pushed, wanted = (wg.jvp(each, (0.0,), (1.0,))[1] for each in (f, g))
            np.testing.assert_allclose(pushed, wanted, rtol=1e-4, atol=1e-4)


def test_a_quadrant_of_three_is_known():
    """A share of 1/8 and the arcsines of the correlations over 4 pi (W. F. Sheppard, 1899)."""

    def quadrant(c):
        cov = np.stack(
            [np.stack([1.0, c, 0.2]), np.stack([c, 1.0, -0.3]), np.array([0.2, -0.3, 1.0])]
        )
        return normal.cdf(np.zeros(3), None, cov)

    c = 0.4
    share = 0.125 + (np.arcsin(0.2) - np.arcsin(0.3) + np.arcsin(c)) / (4 * np.pi)
    assert quadrant(c).item() == pytest.approx(share, abs=2e-5)
    rest = 1 - c * c
    assert wg.grad(quadrant)(c) == pytest.approx(1 / (4 * np.pi * rest**0.5), rel=1e-13)
    assert wg.grad(wg.grad(quadrant))(c) == pytest.approx(c / (4 * np.pi * rest**1.5), rel=1e-12)
    forward = lambda c: wg.jvp(quadrant, (c,), (1.0,))[1]
    assert wg.grad(forward)(c) == pytest.approx(c / (4 * np.pi * rest**1.5), rel=1e-12)


@pytest.mark.parametrize("n", [4, 5])
def test_derivatives_against_differences(n):
    cov, x, mean = covariance(n), RANDOM.standard_normal(n), 0.3 * RANDOM.standard_normal(n)

    def exactly(x, mean, cov):
        return float(THEIRS.cdf(x, mean, cov, abseps=1e-8, releps=1e-8, maxpts=200_000))

    got = wg.grad(normal.cdf, (0, 1, 2))(x, mean, cov)
    h, at = 0.02, (x, mean, cov)
    for k in range(3):
        d = RANDOM.standard_normal(at[k].shape)
        d = d + d.T if d.ndim > 1 else d
        ends = [exactly(*at[:k], at[k] + s * h * d, *at[k + 1 :]) for s in (1, -1)]
        np.testing.assert_allclose(np.sum(got[k] * d), np.diff(ends)[0] / (-2 * h), atol=2e-3)
    np.testing.assert_allclose(got[2], got[2].T, rtol=1e-12)


def test_batches_and_infinite_limits():
    slope = wg.grad(lambda x: normal.cdf(x, MEAN, APART))
    many = wg.vmap(slope)(X)
    for row, x in zip(many, X, strict=True):
        np.testing.assert_allclose(row, slope(x), rtol=1e-12)
    top = np.array([np.inf, 0.2, 1.0])
    of_two = lambda x: normal.cdf(x, MEAN[1:], APART[1:, 1:])
    np.testing.assert_allclose(slope(top)[1:], wg.grad(of_two)(top[1:]), rtol=1e-12)
    assert slope(top)[0] == 0
    assert normal.cdf(-top, MEAN, APART).item() == 0
    np.testing.assert_array_equal(slope(np.array([-np.inf, 0.2, 1.0])), 0)
