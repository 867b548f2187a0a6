"""`wengert.scipy.stats`: values beside SciPy's, derivatives beside differences and mpmath's."""

import functools
import inspect
import pickle
import subprocess
import sys

import mpmath
import numpy as np
import pytest
import scipy.stats

import wengert as wg
from stats_cases import CONTINUOUS, DISCRETE, INF, INVALID, SMOOTH, SMOOTH_COUNTS
from wengert.scipy import stats

X = np.array([-INF, -1e5, -40, -3, -0.3, -1e-9, 0, 1e-9, 0.2, 1, 1.5, 5, 30.5, 1e3, INF, np.nan])
Q = np.array([-0.1, 0.0, 1e-12, 0.01, 0.3, 0.5, 0.99, 1.0, 1.2, np.nan])
K = np.array([-INF, -1.0, -0.5, 0, 0.5, 1, 2, 3, 10, 12, 300, np.nan])
OF_X = ["cdf", "sf", "logcdf", "logsf"]
OF_NOTHING = ["mean", "var", "std", "median", "entropy"]
# SciPy had few digits of small quantiles before.
OF_QUANTILES = 1e-9 if scipy.__version__.split(".") > ["1", "17"] else 1e-4
mp = mpmath.MPContext()
mp.dps = 40


def scipys(name, method, *args):
    with np.errstate(all="ignore"):
        return np.asarray(getattr(getattr(scipy.stats, name), method)(*args))


def compare(name, method, *args, rtol=1e-9, atol=1e-300):
    """Compare with SciPy, but where that has no number."""
    want = scipys(name, method, *args)
    got = getattr(getattr(stats, name), method)(*args)
    assert isinstance(got, wg.Tensor)
    assert (got.shape, got.dtype) == (want.shape, np.float64)
    # nor where its shares underflow
    known = ~np.isnan(want) & ~(np.isneginf(want) & (np.asarray(got) < -690))
    np.testing.assert_allclose(np.asarray(got)[known], want[known], rtol=rtol, atol=atol)
    return np.asarray(got)


@pytest.mark.parametrize("name", CONTINUOUS)
def test_values(name):
    for shapes in CONTINUOUS[name]:
        for place in ((), (0.7, 2.5)):
            for method in ("logpdf", "pdf", *OF_X):
                # SciPy's logarithms and complements near 0 are differences in some of its versions
                atol = 1e-14 if method in OF_X else 1e-300
                got = compare(name, method, X, *shapes, *place, atol=atol)
                assert np.isnan(got[-1])
            compare(name, "ppf", Q, *shapes, *place, rtol=OF_QUANTILES)
            compare(name, "isf", Q[3:], *shapes, *place, rtol=max(OF_QUANTILES, 1e-8))
            for method in OF_NOTHING:
                if name == "vonmises" and method in ("var", "std"):
                    continue  # SciPy integrates for seconds; below
                compare(name, method, *shapes, *place, rtol=1e-6, atol=1e-15)
            got = getattr(stats, name).interval(0.9, *shapes, *place)
            np.testing.assert_allclose(got, scipys(name, "interval", 0.9, *shapes, *place), 1e-8)


@pytest.mark.parametrize("kappa", [0.0, 0.5, 4.0])
def test_variance_on_the_circle(kappa):
    angles = np.linspace(-np.pi, np.pi, 20_001)
    variance = np.trapezoid(angles**2 * scipys("vonmises", "pdf", angles, kappa), angles)
    assert float(stats.vonmises.var(kappa)) == pytest.approx(variance, rel=1e-6)
    assert float(stats.vonmises.std(kappa)) == pytest.approx(np.sqrt(variance), rel=1e-6)
    assert float(stats.vonmises.var(kappa, 0.7, 2.5)) == pytest.approx(6.25 * variance, rel=1e-6)


@pytest.mark.parametrize("name", DISCRETE)
def test_values_of_counts(name):
    for shapes in DISCRETE[name]:
        for place in ((), (2,)):
            for method in ("logpmf", "pmf", *OF_X):
                got = compare(name, method, K, *shapes, *place, atol=1e-14)
                assert np.isnan(got[-1])
            for method in OF_NOTHING:
                compare(name, method, *shapes, *place, atol=1e-14)
            for method in ("ppf", "isf"):
                compare(name, method, Q, *shapes, *place)


@pytest.mark.parametrize("name", INVALID)
def test_parameters_that_are_not_valid(name):
    """The value is NaN as SciPy's, and so is the derivative: no zero that looks like an optimum."""
    shapes, of_counts = INVALID[name], name in DISCRETE
    methods = [*OF_X, *(["pmf", "logpmf"] if of_counts else ["pdf", "logpdf", "ppf", "isf"])]
    for method in methods:
        got = getattr(getattr(stats, name), method)(np.array([-1.0, 0.3, 1.0, 2.0]), *shapes)
        assert np.isnan(got).all(), method
        if not of_counts:
            slope = wg.grad(getattr(getattr(stats, name), method), 1)(0.3, *shapes)
            assert np.isnan(slope), method
    for method in ("mean", "var", "entropy"):
        assert np.isnan(getattr(getattr(stats, name), method)(*shapes)), method
    assert np.isnan(wg.grad(stats.norm.logpdf, 2)(1.0, 0.0, -1.0))


def points_of(name):
    return np.asarray(getattr(stats, name).ppf([0.07, 0.3, 0.6, 0.94], *SMOOTH[name], 0.7, 1.5))


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives(name):
    """In points and all parameters, both modes, twice."""
    family, shapes = getattr(stats, name), (*SMOOTH[name], 0.7, 1.5)
    for method in ("logpdf", "pdf", *OF_X):
        wg.testing.check_grads(getattr(family, method), (points_of(name), *shapes), order=2)
    for method in ("ppf", "isf"):
        wg.testing.check_grads(
            getattr(family, method), (np.array([0.07, 0.4, 0.9]), *shapes), order=2
        )
    if name != "cauchy":
        for method in OF_NOTHING:
            wg.testing.check_grads(getattr(family, method), shapes, order=2)


@pytest.mark.parametrize("name", SMOOTH_COUNTS)
def test_derivatives_of_counts(name):
    shapes, places = SMOOTH_COUNTS[name]
    family = getattr(stats, name)

    def at(method, *points):
        def f(*parameters):
            given = list(shapes)
            for place, x in zip(places, parameters, strict=True):
                given[place] = x
            return getattr(family, method)(*points, *given)

        return f

    primals = tuple(shapes[place] for place in places)
    counts = np.zeros(1) if name == "bernoulli" else np.arange(1.0, 7.0)
    for method in ("logpmf", "pmf", *OF_X):
        wg.testing.check_grads(at(method, counts), primals, order=2)
    for method in ("mean", "var", "std", "entropy"):
        wg.testing.check_grads(at(method), primals, order=2)
    assert wg.grad(lambda k: family.logpmf(k, *shapes))(1.0) == 0
    assert wg.grad(at("median"))(*primals) == 0


@pytest.mark.parametrize("name", SMOOTH)
def test_quantiles_invert(name):
    """cdf(ppf(q, theta), theta) is q: its derivatives in theta vanish, of each order."""
    family, shapes = getattr(stats, name), (*SMOOTH[name], 0.7, 1.5)
    q = np.array([0.02, 0.4, 0.95])
    back = lambda *s: family.cdf(family.ppf(q, *s), *s)
    np.testing.assert_allclose(back(*shapes), q, rtol=1e-11)
    for place in range(len(shapes)):
        first = wg.jacfwd(back, place)
        np.testing.assert_allclose(first(*shapes), 0, atol=1e-11)
        np.testing.assert_allclose(wg.jacfwd(first, place)(*shapes), 0, atol=1e-9)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_slope_of_a_share_is_the_density(name):
    family, shapes, x = getattr(stats, name), (*SMOOTH[name], 0.7, 1.5), points_of(name)
    density = np.asarray(family.pdf(x, *shapes))
    slope = lambda method: wg.elementwise_grad(lambda x: getattr(family, method)(x, *shapes))(x)
    np.testing.assert_allclose(slope("cdf"), density, rtol=1e-12)
    np.testing.assert_allclose(slope("sf"), -density, rtol=1e-12)
    np.testing.assert_allclose(slope("logcdf"), density / family.cdf(x, *shapes), rtol=1e-12)
    np.testing.assert_allclose(slope("logsf"), -density / family.sf(x, *shapes), rtol=1e-12)


@pytest.mark.parametrize("name", SMOOTH)
def test_batches_and_broadcasting(name):
    family, x = getattr(stats, name), points_of(name)
    shapes = [*SMOOTH[name], 0.7, 1.5]
    many = [np.array([s, 1.1 * s, 1.3 * s]) for s in shapes]
    for method in ("logpdf", "cdf", "logsf", "ppf"):
        at = np.array([0.1, 0.5, 0.8, 0.9]) if method == "ppf" else x
        f = functools.partial(getattr(family, method), at)
        want = np.stack([f(*[s[i] for s in many]) for i in range(3)])
        np.testing.assert_allclose(wg.vmap(f)(*many), want, rtol=1e-13)
        np.testing.assert_allclose(f(*[s[:, None] for s in many]), want, rtol=1e-13)
        slope = wg.grad(lambda *s, f=f: np.sum(f(*s)))
        want = np.transpose([slope(*[s[i] for s in many]) for i in range(3)])
        np.testing.assert_allclose(wg.vmap(slope)(*many), want, rtol=1e-11)


@pytest.mark.parametrize("name", SMOOTH)
def test_outside_of_the_support(name):
    """Nothing is there, and nothing depends on parameters: no NaN, in derivatives of either order."""
    family, shapes = getattr(stats, name), SMOOTH[name]
    low, high = (np.asarray(family.ppf(q, *shapes)) for q in (0.0, 1.0))
    outside = np.array([x for x in (low - 1.0, high + 1.0) if np.isfinite(x)])
    if not outside.size or name == "vonmises":
        return
    for method, inside in (
        ("logpdf", 0),
        ("pdf", 0),
        ("cdf", 1),
        ("sf", 1),
        ("logcdf", 1),
        ("logsf", 1),
    ):
        f = lambda x, *s, method=method: getattr(family, method)(x, *s)
        np.testing.assert_array_equal(f(outside, *shapes), scipys(name, method, outside, *shapes))
        for place in range(1 + len(shapes)):
            assert not np.any(wg.jacobian(f, place)(outside, *shapes)), (method, inside)
            assert not np.any(wg.jacfwd(wg.jacfwd(f, place), place)(outside, *shapes))


@pytest.mark.parametrize("name", [*SMOOTH, *SMOOTH_COUNTS])
def test_forms_of_arguments(name):
    family = getattr(stats, name)
    of_counts = name in SMOOTH_COUNTS
    shapes = SMOOTH_COUNTS[name][0] if of_counts else SMOOTH[name]
    density, place = ("pmf", (1,)) if of_counts else ("pdf", (0.7, 1.5))
    names = dict(zip(family.parameters, (*shapes, *place), strict=True))
    f, want = getattr(family, density), getattr(family, density)(2, *shapes, *place)
    assert f(2, **names) == want
    assert f(2, *shapes, **dict(list(names.items())[len(shapes) :])) == want
    assert getattr(family(*shapes, *place), density)(2) == want
    assert getattr(family(**names), density)(2.0) == want
    assert getattr(family(*shapes, *place), density)(**{"k" if of_counts else "x": 2}) == want
    with pytest.raises(TypeError, match="parameters are held"):
        getattr(family(*shapes), density)(2, loc=1)
    assert family(*shapes, *place).median() == family.median(*shapes, *place)
    assert (
        pickle.loads(pickle.dumps(family)) == family
        or repr(family) == f"<wengert.scipy.stats.{name}>"
    )
    # in double precision whatever is given, as in SciPy
    for x in (np.float32(2), np.array([2, 3]), [2.0, 3.0], np.array([], np.float32), True):
        got = f(x, *shapes)
        assert got.dtype == np.float64
        np.testing.assert_allclose(got, scipys(name, density, x, *shapes), rtol=1e-9)
    with pytest.raises(TypeError, match=rf"{name}.{density}: an operand is complex128"):
        f(1j, *shapes)
    with pytest.raises(TypeError, match=rf"{name}.{density}: a parameter 'sigma' was given"):
        f(2, *shapes, sigma=1)
    with pytest.raises(TypeError, match="at most"):
        f(2, *shapes, *place, 3, 4)
    if shapes:
        with pytest.raises(TypeError, match=f"{family.parameters[0]} was not given"):
            f(2)
        with pytest.raises(TypeError, match="was given twice"):
            f(2, *shapes, **{family.parameters[0]: 1})
    with pytest.raises(AttributeError, match=f"{name}: there is no 'rvs' here; wengert.random"):
        family(*shapes).rvs(3)


def test_all_names_are_scipys_and_documented():
    for name in stats.__all__:
        theirs, ours = getattr(scipy.stats, name), getattr(stats, name)
        assert inspect.getdoc(ours if inspect.isfunction(ours) else type(ours))
        if inspect.isfunction(ours):
            known = set(inspect.signature(theirs).parameters)
            assert set(inspect.signature(ours).parameters) <= known


def test_scipy_is_imported_for_what_needs_it_alone():
    code = """if True:
        import sys
        import wengert as wg
        from wengert.scipy import stats
        wg.grad(stats.norm.logpdf, 1)(0.3, 0.1), stats.norm.ppf(0.2), stats.gamma.logpdf(1.0, 2.0)
        wg.grad(stats.poisson.logpmf, 1)(3, 2.0), stats.multivariate_normal.logpdf([1.0, 2.0], [0.0, 1.0])
        assert "scipy" not in sys.modules
    """
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


# Tails and corners, by mpmath


def log_upper(a, x):
    return mp.log(mp.gammainc(a, x, regularized=True))


def log_beta(a, b, x):
    return mp.log(mp.betainc(a, b, 0, x, regularized=True))


def log_student(x, n):
    return log_beta(n / 2, mp.mpf(1) / 2, n / (n + x * x)) - mp.log(2)


def log_student_density(x, n):
    constant = mp.loggamma((n + 1) / 2) - mp.loggamma(n / 2) - mp.log(n * mp.pi) / 2
    return constant - (n + 1) / 2 * mp.log1p(x * x / n)


def log_student_tail(x, n):
    ends = [x, x + 1, x + 3, x + 8, x + 30]
    return mp.log(mp.quad(lambda u: mp.exp(log_student_density(u, n)), ends))


TAILS = {
    "norm.logcdf": (lambda x, m, s: mp.log(mp.ncdf((x - m) / s)), (-40.0, 0.5, 1.5)),
    "norm.logsf": (lambda x, m, s: mp.log(mp.ncdf((m - x) / s)), (90.0, 0.5, 1.5)),
    "gamma.logsf": (lambda x, a: log_upper(a, x), (1000.0, 2.5)),
    "gamma.logcdf": (lambda x, a: mp.log(mp.gammainc(a, 0, x, regularized=True)), (20.0, 600.0)),
    "chi2.logsf": (lambda x, n: log_upper(n / 2, x / 2), (3000.0, 7.0)),
    "invgamma.logcdf": (lambda x, a: log_upper(a, 1 / x), (1e-3, 1.5)),
    "poisson.logcdf": (lambda k, m: log_upper(k + 1, m), (3.0, 800.0)),
    "beta.logcdf": (lambda x, a, b: log_beta(a, b, x), (0.01, 300.0, 2.5)),
    "beta.logsf": (lambda x, a, b: log_beta(b, a, 1 - x), (0.96875, 2.5, 300.0)),
    "f.logsf": (lambda x, n, m: log_beta(m / 2, n / 2, m / (m + n * x)), (50.0, 3.0, 900.0)),
    "t.logcdf": (log_student, (-1000.0, 300.0)),
    "binom.logsf": (lambda k, n, p: log_beta(k + 1, n - k, p), (400.0, 1000, 0.01)),
    "nbinom.logsf": (lambda k, n, p: log_beta(k + 1, n, 1 - p), (900.0, 2.5, 0.75)),
    "gumbel_r.logsf": (lambda x, m, s: mp.log(-mp.expm1(-mp.exp(-(x - m) / s))), (900.0, 0.5, 1.0)),
    "logistic.logpdf": (lambda x: -x - 2 * mp.log1p(mp.exp(-x)), (-800.0,)),
    "truncnorm.logcdf": (
        lambda x, a, b: mp.log(mp.ncdf(x) - mp.ncdf(a)) - mp.log(mp.ncdf(b) - mp.ncdf(a)),
        (-30.5, -31.0, -8.0),
    ),
    "vonmises.logcdf": (
        lambda x, k: mp.log(
            mp.quad(
                lambda t: mp.exp(k * (mp.cos(t) - 1)),
                [x - mp.mpf(0.2) / 2**j for j in range(9)] + [x],
            )
            / (2 * mp.pi * mp.besseli(0, k) * mp.exp(-k))
        ),
        (-1.5, 400.0),
    ),
    "t.logpdf": (log_student_density, (1.5, 1e9)),
    "t.logsf": (log_student_tail, (1.5, 1e8)),
}


@pytest.mark.parametrize("name", TAILS)
def test_tails(name):
    """Where shares underflow their logarithms are right, and so are all of their derivatives."""
    reference, primals = TAILS[name]
    family, method = name.split(".")
    f = getattr(getattr(stats, family), method)
    exact = [mp.mpf(x) for x in primals]
    assert f(*primals).item() == pytest.approx(float(reference(*exact)), rel=1e-12)
    integers = {"binom": (0, 1), "nbinom": (0,), "poisson": (0,)}.get(family, ())
    for place in set(range(len(primals))) - set(integers):
        along = lambda x, place=place: reference(*exact[:place], x, *exact[place + 1 :])
        step = abs(exact[place]) * mp.mpf(10) ** -12
        want = float((along(exact[place] + step) - along(exact[place] - step)) / (2 * step))
        assert wg.grad(f, place)(*primals) == pytest.approx(want, rel=1e-9), place


def test_many_degrees_of_freedom():
    """What depends on one over their number has its derivative, however small; infinitely many are normal."""
    x = np.array([-45.0, -1.5, 0.0, 0.5, 3.0])
    for method in ("cdf", "sf", "logcdf", "logpdf"):
        f = getattr(stats.t, method)
        few, many = (np.asarray(f(x, n)) for n in (199.9999, 200.0001))
        np.testing.assert_allclose(few, many, rtol=3e-4)
        np.testing.assert_allclose(f(x, INF), getattr(stats.norm, method)(x), rtol=1e-13)
        # n^2 d/dn has a limit: the coefficient of -1/n
        scaled = lambda n, f=f: n * n * wg.jvp(lambda n: f(x[1:], n), (n,), (1.0,))[1]
        np.testing.assert_allclose(scaled(1e6), scaled(1e9), rtol=1e-4, atol=1e-12)
        assert not np.any(wg.jvp(lambda n, f=f: f(x, n), (INF,), (1.0,))[1])
    q = np.array([1e-9, 0.3, 0.5, 0.99])
    back = lambda n: stats.t.cdf(stats.t.ppf(q, n), n)
    np.testing.assert_allclose(back(1e7), q, rtol=1e-11)
    slope = lambda n: wg.jvp(lambda n: stats.t.ppf(q, n), (n,), (1.0,))[1]
    z = np.asarray(stats.norm.ppf(q))
    np.testing.assert_allclose(slope(1e7), -(z**3 + z) / 4e14, rtol=1e-5, atol=1e-25)
    np.testing.assert_array_equal(slope(INF), 0)


def test_ends_of_ranges():
    """Masses have derivatives where a share is 0 or 1; shares have slopes at the ends of a support."""
    assert wg.grad(stats.poisson.pmf, 1)(1, 0.0) == 1
    assert wg.grad(stats.poisson.pmf, 1)(0, 0.0) == -1
    assert wg.grad(stats.binom.pmf, 2)(1, 3, 0.0) == 3
    assert wg.grad(stats.binom.pmf, 2)(3, 3, 1.0) == pytest.approx(3, rel=1e-15)
    assert wg.grad(stats.nbinom.pmf, 2)(1, 2.0, 1.0) == -2
    assert wg.grad(stats.geom.pmf, 1)(2, 1.0) == -1
    assert wg.grad(stats.bernoulli.pmf, 1)(1, 0.0) == 1
    assert wg.grad(stats.binom.logpmf, 2)(3, 3, 1.0) == 3
    assert wg.grad(stats.truncnorm.cdf)(-1.0, -1.0, 2.0) == pytest.approx(
        scipy.stats.truncnorm.pdf(-1.0, -1.0, 2.0)
    )
    assert wg.grad(stats.expon.cdf)(0.0) == 1
    assert wg.grad(stats.chi2.logpdf)(0.0, 2.0) == -0.5
    assert wg.grad(stats.vonmises.logpdf, 1)(0.4, 0.0) == pytest.approx(np.cos(0.4))


def test_moments_of_a_tail():
    ratio = mp.npdf(-40) / mp.ncdf(-40)
    variance = stats.truncnorm.var(-INF, -40.0).item()
    assert variance == pytest.approx(float(1 + 40 * ratio - ratio**2), rel=1e-8)
    counts = np.arange(20_000)
    logs = scipy.stats.nbinom.logpmf(counts, 3, 0.01)
    assert stats.nbinom.entropy(3, 0.01).item() == pytest.approx(-np.sum(np.exp(logs) * logs))


ENDS = {  # where a share vanishes, and the sign of the slope of its logarithm there
    "gamma.logcdf": (0.0, (3.0,), 1),
    "chi2.logcdf": (0.0, (5.0,), 1),
    "beta.logcdf": (0.0, (3.0, 2.0), 1),
    "beta.logsf": (1.0, (3.0, 2.0), -1),
    "f.logcdf": (0.0, (3.0, 4.0), 1),
    "weibull_min.logcdf": (0.0, (3.0,), 1),
    "expon.logcdf": (0.0, (), 1),
    "uniform.logsf": (1.0, (), -1),
    "pareto.logcdf": (1.0, (3.0,), 1),
    "truncnorm.logcdf": (-1.0, (-1.0, 2.0), 1),
    "truncnorm.logsf": (2.0, (-1.0, 2.0), -1),
}


@pytest.mark.parametrize("name", ENDS)
def test_logarithms_of_shares_that_vanish_fall_without_end(name):
    """Whatever the order at which the share itself vanishes; so do they near the end, and twice."""
    end, shapes, sign = ENDS[name]
    of = getattr(getattr(stats, name.split(".")[0]), name.split(".")[1])
    f = lambda x: of(x, *shapes)
    slope = lambda x: wg.jvp(f, (x,), (1.0,))[1]
    assert f(end).item() == -np.inf
    assert wg.grad(f)(end) == slope(end) == sign * np.inf
    assert wg.grad(wg.grad(f))(end) == wg.jvp(slope, (end,), (1.0,))[1] == -np.inf
    near = end + sign * 1e-9
    assert 0 < sign * wg.grad(f)(near) < np.inf


@pytest.mark.parametrize(("a", "b"), [(1.0, 3.0), (-3.0, -1.0)])
def test_ends_in_a_tail_of_the_truncated_normal(a, b):
    for end, name, sign in ((a, "logcdf", 1), (b, "logsf", -1)):
        f = lambda x, name=name: getattr(stats.truncnorm, name)(x, a, b)
        assert wg.grad(f)(end) == sign * np.inf
        assert wg.grad(wg.grad(f))(end) == -np.inf


def test_the_share_of_a_power_that_underflows():
    logcdf = lambda x: stats.weibull_min.logcdf(x, 3.0)
    assert logcdf(1e-200).item() == pytest.approx(3 * np.log(1e-200), rel=1e-15)
    assert wg.grad(logcdf)(1e-200) == pytest.approx(3e200, rel=1e-15)
    x = np.array([1e-3, 0.4, 1.0, 1.7, 3.0])
    np.testing.assert_allclose(logcdf(x), scipy.stats.weibull_min.logcdf(x, 3.0), rtol=1e-13)
