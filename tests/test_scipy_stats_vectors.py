"""`wengert.scipy.stats` of vectors and samples: values beside SciPy's, derivatives, programs as people write them."""

import numpy as np
import pytest
import scipy.stats

import wengert as wg
import wengert.numpy as wnp
from wengert.scipy import stats

rng = np.random.default_rng(5)
A = rng.normal(size=(3, 3))
COV = A @ A.T + np.eye(3)
MEAN = rng.normal(size=3)
POINTS = rng.normal(size=(5, 3))
ALPHA = np.array([0.5, 2.0, 3.0])
SHARES = rng.dirichlet(ALPHA)
P = np.array([0.2, 0.3, 0.5])
SAMPLE = rng.uniform(1, 3, size=(6, 4))


def outcome(module, name, *args, **keywords):
    family, method = name.split(".")
    try:
        return np.asarray(getattr(getattr(module, family), method)(*args, **keywords))
    except (ValueError, np.linalg.LinAlgError) as error:
        return error


def compare(name, *args, **keywords):
    got, want = (
        outcome(stats, name, *args, **keywords),
        outcome(scipy.stats, name, *args, **keywords),
    )
    assert isinstance(got, Exception) == isinstance(want, Exception), (got, want)
    if not isinstance(want, Exception):
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize("cov", [COV, 2.0, np.array([1.0, 2.0, 3.0])], ids=["full", "one", "row"])
@pytest.mark.parametrize(
    "x", [POINTS, POINTS[0], POINTS[None], 1.0], ids=["rows", "row", "3d", "one"]
)
def test_values_with_a_covariance(x, cov):
    compare("multivariate_normal.logpdf", x, MEAN, cov)
    compare("multivariate_normal.pdf", x, mean=MEAN, cov=cov, allow_singular=True)
    compare("multivariate_t.logpdf", x, MEAN, cov, 3.5)
    compare("multivariate_normal.entropy", MEAN, cov)
    if np.ndim(cov) == 2:  # SciPy takes others for one dimension, whatever the location
        compare("multivariate_t.entropy", MEAN, cov, 4.0)


def test_values_in_one_dimension_and_of_defaults():
    for x in (0.2, POINTS[:, 0], POINTS[:, :1], [[1.0]]):
        compare("multivariate_normal.logpdf", x)
        compare("multivariate_normal.logpdf", x, 0.3, 2.0)
        compare("multivariate_normal.logpdf", x, [0.3], [[2.0]])
    compare("multivariate_normal.logpdf", POINTS, None, COV)
    compare("multivariate_normal.entropy", None, COV)
    heavy = stats.multivariate_t.logpdf(POINTS, MEAN, COV, np.inf)
    np.testing.assert_allclose(heavy, stats.multivariate_normal.logpdf(POINTS, MEAN, COV), 1e-13)


def test_what_does_not_fit():
    for cov in (np.eye(2), -COV, np.outer(MEAN, MEAN), [[1.0, 2.0, 3.0]]):
        compare("multivariate_normal.logpdf", POINTS, MEAN, cov)
    compare("multivariate_normal.logpdf", POINTS, np.zeros(2))
    compare("multivariate_t.logpdf", POINTS, MEAN, COV, -1)
    compare("dirichlet.logpdf", SHARES, -ALPHA)
    compare("wishart.logpdf", COV, 1.0, COV)
    compare("wishart.logpdf", -COV, 4.0, COV)
    compare("multinomial.logpmf", [1, 2], 6, P)
    with pytest.raises(np.linalg.LinAlgError, match=r"multivariate_normal\.logpdf: cov is not pos"):
        stats.multivariate_normal.logpdf(POINTS, MEAN, -COV)
    with pytest.raises(NotImplementedError, match=r"multivariate_normal\.cdf: cov may be singular"):
        stats.multivariate_normal.cdf(POINTS[:, :2], None, np.ones((2, 2)), True)


def test_the_share_of_two_dimensions():
    """Against SciPy's integral, against an integral of one dimension, and where formulas divide 0 by 0."""
    plane, middle, spread = POINTS[:, :2], MEAN[:2], COV[:2, :2]
    for keywords in ({}, {"lower_limit": plane - 1}, {"lower_limit": [-1.0, -np.inf]}):
        got = stats.multivariate_normal.cdf(plane, middle, spread, **keywords)
        want = scipy.stats.multivariate_normal.cdf(plane, middle, spread, **keywords)
        np.testing.assert_allclose(got, want, atol=1e-12)
        held = stats.multivariate_normal(middle, spread).cdf(plane, **keywords)
        np.testing.assert_array_equal(held, got)
    for h, k in [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1.2, -0.7), (-2, -1), (3, 3), (-5, 5)]:
        for rho in (-0.999, -0.6, 0.0, 0.3, 0.95):
            got = stats.multivariate_normal.cdf([h, k], None, [[1, rho], [rho, 1]])
            given = lambda t, k=k, rho=rho: (
                scipy.stats.norm.pdf(t) * scipy.stats.norm.cdf((k - rho * t) / np.sqrt(1 - rho**2))
            )
            edges = np.unique([-12.0, *np.linspace(min(k / (rho or 1), h), h, 40), h])
            edges = np.unique([*np.linspace(-12, h, 120), *edges[(edges > -12) & (edges < h)]])
            nodes, weights = np.polynomial.legendre.leggauss(20)
            half = np.diff(edges)[:, None] / 2
            want = np.sum(given(edges[:-1, None] + half * (1 + nodes)) * weights * half)
            assert got.item() == pytest.approx(want, abs=2e-15)
    ends = stats.multivariate_normal.cdf([[np.inf, 0.3], [-np.inf, 0.3]], None, spread)
    np.testing.assert_allclose(ends, [stats.norm.cdf(0.3, 0, np.sqrt(spread[1, 1])).item(), 0])


def test_derivatives_of_the_share_of_two_dimensions():
    spread = COV[:2, :2]
    f = lambda x, m, c: stats.multivariate_normal.cdf(x, m, (c + c.T) / 2)
    wg.testing.check_grads(f, [POINTS[:, :2], MEAN[:2], spread])
    f = lambda x: stats.multivariate_normal.logcdf(x, None, [[1.0, 0.5], [0.5, 1.0]])
    wg.testing.check_grads(f, [np.zeros(2)], order=3)  # the corner of Owen's formula
    f = lambda x: stats.multivariate_normal.cdf(x, MEAN, [1.0, 2.0, 3.0], lower_limit=x - 1)
    wg.testing.check_grads(f, [POINTS])
    at = wg.grad(
        lambda h: stats.multivariate_normal.cdf(np.stack([h, np.inf * (h + 1)]), None, spread)
    )
    assert at(0.3) == pytest.approx(scipy.stats.norm.pdf(0.3, 0, np.sqrt(spread[0, 0])), rel=1e-13)


def test_a_singular_covariance():
    spread = np.outer(MEAN, MEAN)
    at = np.stack([MEAN, 2 * MEAN, POINTS[0]])
    compare("multivariate_normal.logpdf", at, np.zeros(3), spread, allow_singular=True)
    f = lambda x: stats.multivariate_normal.logpdf(x, np.zeros(3), spread, True)
    assert wg.jvp(f, (MEAN,), (MEAN,))[1] == pytest.approx(-1)
    g = lambda cov: stats.multivariate_normal.logpdf(MEAN, np.zeros(3), cov, allow_singular=True)
    with pytest.raises(wg.DerivativeError, match="allow_singular=True was given and cov is being"):
        wg.grad(g)(spread)


def test_values_on_a_simplex():
    for x in (
        SHARES,
        SHARES[:2],
        rng.dirichlet(ALPHA, 4).T,
        [0.1, 0.2, 0.3],
        [0, 0.5, 0.5],
        [1, 0],
    ):
        compare("dirichlet.logpdf", x, ALPHA)
        compare("dirichlet.pdf", x, ALPHA)
    for method in ("mean", "var", "cov", "entropy"):
        compare(f"dirichlet.{method}", ALPHA)
    for x in ([1, 2, 3], [1, 2, 4], [[1, 2, 3], [6, 0, 0]], [1.5, 2, 2.5], [-1, 3, 4]):
        compare("multinomial.logpmf", x, 6, P)
        compare("multinomial.pmf", x, [6, 7], P)
    compare("multinomial.logpmf", [6, 0, 0], 6, [1.0, 0, 0])
    for method in ("mean", "cov", "entropy"):
        compare(f"multinomial.{method}", 6, P)
        compare(f"multinomial.{method}", [6, 3], P)


def test_values_of_matrices():
    for x in (COV, np.stack([COV, 2 * COV], -1), 2.0, np.ones(3)):
        compare("wishart.logpdf", x, 5.0, COV)
        compare("wishart.pdf", x, 4, [1.0, 2.0, 3.0])
    compare("wishart.logpdf", [1.0, 2.0], 3.0, 2.0)
    for method in ("mean", "var", "entropy"):
        compare(f"wishart.{method}", 5.0, COV)
        compare(f"wishart.{method}", 5.0, 2.0)


symmetric = lambda w: w @ w.T + np.eye(3)
DERIVATIVES = {
    "normal": (
        lambda x, m, w: stats.multivariate_normal(m, symmetric(w)).logpdf(x),
        (POINTS, MEAN, A),
    ),
    "normal, rows": (stats.multivariate_normal.logpdf, (POINTS, MEAN, np.array([1.0, 2.0, 0.5]))),
    "normal, one": (stats.multivariate_normal.pdf, (POINTS, MEAN, 1.7)),
    "normal, entropy": (lambda w: stats.multivariate_normal(cov=symmetric(w)).entropy(), (A,)),
    "t": (
        lambda x, m, w, n: stats.multivariate_t.logpdf(x, m, symmetric(w), n),
        (POINTS, MEAN, A, 3.5),
    ),
    "t, entropy": (lambda w, n: stats.multivariate_t.entropy(MEAN, symmetric(w), n), (A, 3.5)),
    "wishart": (lambda x, n, w: stats.wishart.logpdf(symmetric(x), n, symmetric(w)), (A.T, 4.5, A)),
    "wishart, entropy": (lambda n, w: stats.wishart.entropy(n, symmetric(w)), (4.5, A)),
    "wishart, var": (stats.wishart.var, (4.5, COV)),
    "dirichlet": (lambda x, a: stats.dirichlet.logpdf(x / np.sum(x), a), (SHARES, ALPHA)),
    "dirichlet, short": (stats.dirichlet.logpdf, (SHARES[:2], ALPHA)),
    "dirichlet, cov": (stats.dirichlet.cov, (ALPHA,)),
    "dirichlet, entropy": (stats.dirichlet.entropy, (ALPHA,)),
    "multinomial": (
        lambda z: stats.multinomial.logpmf([1, 2, 3], 6, np.exp(z) / np.exp(z).sum()),
        (P,),
    ),
    "multinomial, entropy": (
        lambda z: stats.multinomial.entropy(6, np.exp(z) / np.sum(np.exp(z))),
        (P,),
    ),
    "kde": (
        lambda x, data, w: stats.gaussian_kde(data, weights=w).logpdf(x),
        (POINTS[:3].T, rng.normal(size=(3, 9)), rng.uniform(1, 2, 9)),
    ),
    "kde, width": (lambda x, h: stats.gaussian_kde(SAMPLE[:, 0], h)(x), (SAMPLE[:, 1], 0.4)),
    "zscore": (lambda x: stats.zscore(x, axis=1, ddof=1), (SAMPLE,)),
    "skew": (lambda x: stats.skew(x, bias=False), (SAMPLE,)),
    "kurtosis": (lambda x: stats.kurtosis(x, axis=None, bias=False), (SAMPLE,)),
    "moment": (lambda x, c: stats.moment(x, 3, center=c), (SAMPLE, 1.2)),
    "gmean": (lambda x, w: stats.gmean(x, weights=w), (SAMPLE, SAMPLE[::-1])),
    "hmean": (stats.hmean, (SAMPLE,)),
    "sem": (stats.sem, (SAMPLE,)),
    "entropy": (lambda p, q: stats.entropy(p, q, base=2), (SAMPLE, SAMPLE[::-1])),
    "pearsonr": (lambda x, y: np.stack(stats.pearsonr(x, y)), (SAMPLE[:, 0], SAMPLE[:, 1])),
}


@pytest.mark.parametrize(("f", "primals"), DERIVATIVES.values(), ids=DERIVATIVES)
def test_derivatives(f, primals):
    wg.testing.check_grads(f, primals, order=2)
    many = [np.stack([x, 1.01 * np.asarray(x)]) for x in primals]
    if f is not stats.dirichlet.logpdf:
        want = np.stack([f(*[x[i] for x in many]) for i in range(2)])
        np.testing.assert_allclose(wg.vmap(f)(*many), want, rtol=1e-10)


def test_the_derivative_in_a_covariance_is_symmetric():
    inverse, away = np.linalg.inv(COV), POINTS[0] - MEAN
    want = 0.5 * (inverse @ np.outer(away, away) @ inverse - inverse)
    got = wg.grad(lambda c: stats.multivariate_normal.logpdf(POINTS[0], mean=MEAN, cov=c))(COV)
    np.testing.assert_allclose(got, want, rtol=1e-11)
    one = wg.grad(lambda s: stats.multivariate_normal.logpdf([[1.0]], [2.0], s @ s.T))
    np.testing.assert_allclose(one(np.array([[2.0]])), [[wg.grad(stats.norm.logpdf, 2)(1, 2, 2.0)]])


@pytest.mark.parametrize("weights", [None, SAMPLE[:, 2]], ids=["equal", "weights"])
@pytest.mark.parametrize(
    "width",
    [None, "silverman", 0.3, lambda kde: 0.5],
    ids=["scott", "silverman", "number", "function"],
)
def test_densities_of_data(width, weights):
    for data, x in (
        (SAMPLE[:, 0], SAMPLE[:, 1]),
        (SAMPLE[:, :2].T, SAMPLE[:3, 2:].T),
        (SAMPLE[:, :2].T, [1.0, 2]),
    ):
        ours, theirs = (m.gaussian_kde(data, width, weights) for m in (stats, scipy.stats))
        for method in ("evaluate", "pdf", "logpdf", "__call__"):
            np.testing.assert_allclose(getattr(ours, method)(x), getattr(theirs, method)(x), 1e-11)
        np.testing.assert_allclose(ours.covariance, theirs.covariance, rtol=1e-12)
        assert (ours.n, ours.d, ours.neff.item()) == (
            theirs.n,
            theirs.d,
            pytest.approx(theirs.neff),
        )


def test_a_density_of_data_far_from_them():
    kde = stats.gaussian_kde([0.0, 1.0, 2.0])
    assert kde.logpdf(1e3).item() == pytest.approx(
        scipy.stats.gaussian_kde([0.0, 1, 2]).logpdf(1e3)[0]
    )
    h = kde.covariance.item()
    assert wg.grad(lambda x: kde.logpdf(x)[0])(1e3) == pytest.approx(-998 / h)
    for arguments in (([1.0],), ([1.0, 2.0], None, [1.0]), ([1.0, 2.0], "most")):
        with pytest.raises(ValueError, match="gaussian_kde"):
            stats.gaussian_kde(*arguments)
    with pytest.raises(ValueError, match="dimensions"):
        stats.gaussian_kde(SAMPLE.T).logpdf(np.ones((3, 2)))


SUMMARIES = [
    ("zscore", {}),
    ("zscore", {"axis": None, "ddof": 1}),
    ("moment", {"order": 3}),
    ("moment", {"order": 2, "center": 1.0}),
    ("skew", {"axis": 1}),
    ("skew", {"bias": False}),
    ("kurtosis", {}),
    ("kurtosis", {"bias": False, "fisher": False, "axis": 1}),
    ("gmean", {"axis": None}),
    ("hmean", {"axis": 1}),
    ("sem", {"ddof": 0}),
    ("entropy", {"base": 2, "axis": 1}),
]


@pytest.mark.parametrize(("name", "keywords"), SUMMARIES, ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_summaries(name, keywords, dtype):
    x = (10 * SAMPLE).astype(dtype)
    got, want = (getattr(m, name)(x, **keywords) for m in (stats, scipy.stats))
    assert got.shape == want.shape
    assert got.dtype == (want.dtype if dtype != np.float32 else dtype)  # skew once gave float64
    np.testing.assert_allclose(got, want, rtol=3e-5 if dtype == np.float32 else 1e-12, atol=1e-6)


def test_samples_whose_elements_are_equal():
    """There is no standard deviation to divide by: NaN, as in SciPy, not a number of rounding errors."""
    flat = np.full(5, 0.1)
    for f in (
        stats.skew,
        stats.kurtosis,
        stats.zscore,
        lambda x: stats.pearsonr(x, np.arange(5.0))[0],
    ):
        assert np.isnan(f(flat)).all()
    r = stats.pearsonr(SAMPLE[:, 0], SAMPLE[:, 1])
    want = scipy.stats.pearsonr(SAMPLE[:, 0], SAMPLE[:, 1])
    np.testing.assert_allclose((r.statistic, r.pvalue), (want.statistic, want.pvalue), rtol=1e-12)
    with pytest.raises(ValueError, match="pearsonr: x is"):
        stats.pearsonr([1.0, 2.0], [1.0])


# Programs as people write them, against a value found another way.


def test_a_truncated_likelihood_far_in_the_tail():
    """The wall is 235 standard deviations from the mean."""

    def loss(loc, scale):
        ends = ((-20 - loc) / scale, (-1 - loc) / scale)
        return stats.truncnorm.logpdf(-15.0, *ends, loc=loc, scale=scale)

    got = wg.grad(loss, (0, 1))(1.35, 0.01)
    # beyond a wall at u, the share is the density times scale / u, nearly
    u = 2.35 / 0.01
    mills = 1 / u - 1 / u**3 + 3 / u**5
    assert got[0] == pytest.approx(-16.35 / 0.01**2 + 1 / (0.01 * mills), rel=1e-12)
    assert np.isfinite(got[1])
    half = wg.grad(lambda s: stats.truncnorm.logpdf(1.0, 0 / s, np.inf / s, 0.0, s))
    assert half(1.0) == pytest.approx(0, abs=1e-15)
    assert half(2.0) == pytest.approx(-1 / 2 + 1 / 8)


def test_a_generation_interval_from_a_gamma():
    """Shares of bins, by differences of shares, from means and deviations."""
    bins = np.array([1e-5, 0.5, 1.5, 2.5, 8.5, 40.5])

    def masses(mean, deviation):
        shape, rate = mean**2 / deviation**2, mean / deviation**2
        return np.diff(np.exp(stats.gamma.logcdf(bins, shape, scale=1 / rate)))

    slopes = wg.jacobian(masses, (0, 1))(3.0, 1.2)
    h = 1e-5
    want = (masses(3.0 + h, 1.2) - masses(3.0 - h, 1.2)) / (2 * h)
    np.testing.assert_allclose(slopes[0], want, atol=1e-9)
    np.testing.assert_allclose(np.sum(slopes[1]), 0, atol=1e-9)


def test_a_censored_weibull_regression():
    times, observed = np.array([0.3, 2.0, 1e3, 5.0]), np.array([True, True, False, False])

    def loss(log_scale, log_shape):
        scale, shape = np.exp(log_scale), np.exp(log_shape)
        events = stats.weibull_min.logpdf(times, shape, scale=scale)
        return np.sum(
            np.where(observed, events, stats.weibull_min.logsf(times, shape, scale=scale))
        )

    z = times
    got = wg.grad(loss, (0, 1))(0.0, 0.0)
    assert got[0] == pytest.approx(np.sum(z) - 2)
    assert got[1] == pytest.approx(np.sum((1 + np.log(z))[:2]) - np.sum(z * np.log(z)))


def test_a_mixture_fitted_by_newton():
    data = np.concatenate([rng.normal(-2, 0.5, 40), rng.normal(1, 1, 60)])

    def loss(q):
        parts = stats.norm.logpdf(data[:, None], q[:2], np.exp(q[2:4]))
        weights = np.stack([stats.logistic.logcdf(q[4]), stats.logistic.logsf(q[4])])
        return -np.sum(np.logaddexp.reduce(parts + weights, axis=1))

    q = np.array([-2.0, 1.0, np.log(0.5), 0.0, np.log(2 / 3)])
    for _ in range(12):
        q = q - np.linalg.solve(wg.hessian(loss)(q), wg.grad(loss)(q))
    np.testing.assert_allclose(wg.grad(loss)(q), 0, atol=1e-10)
    # the step of expectation and maximisation stays there
    parts = scipy.stats.norm.pdf(data[:, None], q[:2], np.exp(q[2:4]))
    share = parts * scipy.stats.logistic.cdf([q[4], -q[4]])
    share /= share.sum(1, keepdims=True)
    np.testing.assert_allclose(share.T @ data / share.sum(0), q[:2], atol=1e-9)


def test_a_gaussian_process_by_its_marginal_likelihood():
    x, y = np.linspace(0, 1, 6), np.sin(np.linspace(0, 5, 6))

    def loss(log_width):
        gaps = (x[:, None] - x) / np.exp(log_width)
        return stats.multivariate_normal.logpdf(y, cov=np.exp(-0.5 * gaps**2) + 0.1 * np.eye(6))

    gaps = (x[:, None] - x) / 0.5
    kernel = np.exp(-0.5 * gaps**2)
    inverse = np.linalg.inv(kernel + 0.1 * np.eye(6))
    alpha = inverse @ y
    want = 0.5 * np.trace((np.outer(alpha, alpha) - inverse) @ (kernel * gaps**2))
    assert wg.grad(loss)(np.log(0.5)) == pytest.approx(want)


def test_a_count_of_trials_and_a_point_between_integers():
    assert wg.grad(lambda n: stats.binom.pmf(125, n, 0.5))(120.0) == 0
    assert stats.poisson.logpmf(1.2, 1.0) == -np.inf
    np.testing.assert_array_equal(stats.poisson.pmf([0, 1, 1.2], 0.0), [1, 0, 0])
    assert stats.norm.logcdf(0.0, 40.0, 1.0).item() == pytest.approx(-804.608442013754)
    steps = stats.vonmises.cdf(-0.357 + np.arange(5) * 0.001, 730.0)
    assert (np.diff(steps) > 0).all()
    assert wg.grad(stats.beta.logpdf)(-1.0, 10.0, 1000.0) == 0
    assert wg.grad(lambda x: wnp.sum(stats.lognorm.pdf(x, 1.0)))(np.zeros(2)).tolist() == [0, 0]
    far = -(10.0 ** np.arange(0, 30, 5))
    np.testing.assert_allclose(stats.t.cdf(far, 0.1), scipy.stats.t.cdf(far, 0.1), rtol=1e-11)
