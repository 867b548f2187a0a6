"""`wengert.random`: the values of NumPy's Generators, and derivatives of draws in parameters."""

import inspect

import mpmath
import numpy as np
import pytest
import scipy.special as sc
import scipy.stats

import wengert as wg

SEED = 11
mp = mpmath.MPContext()
mp.dps = 25

# By name, parameters, and what of the distribution has a mean that is known: a function of draws, and its mean.
DRAWS = {
    "normal": ((0.7, 1.5), lambda z: z * z, lambda m, s: m * m + s * s),
    "lognormal": ((0.2, 0.4), lambda z: z, lambda m, s: np.exp(m + s * s / 2)),
    "uniform": ((0.7, 2.5), lambda z: z * z, lambda a, b: (a * a + a * b + b * b) / 3),
    "exponential": ((1.5,), lambda z: z * z, lambda s: 2 * s * s),
    "laplace": ((0.7, 1.5), lambda z: z * z, lambda m, s: m * m + 2 * s * s),
    "logistic": ((0.7, 1.5), lambda z: z * z, lambda m, s: m * m + s * s * np.pi**2 / 3),
    "gumbel": ((0.7, 1.5), lambda z: z, lambda m, s: m + s * np.euler_gamma),
    "cauchy": ((0.7, 1.5), np.cos, lambda m, s: np.cos(m) * np.exp(-s)),
    "weibull": ((1.7,), lambda z: z, lambda a: sc.gamma(1 + 1 / a)),
    "pareto": ((4.5,), lambda z: z, lambda a: 1 / (a - 1)),
    "standard_gamma": ((2.3,), lambda z: z * z, lambda a: a + a * a),
    "gamma": ((0.4, 1.5), lambda z: z * z, lambda a, s: (a + a * a) * s * s),
    "chisquare": ((3.5,), lambda z: z * z, lambda n: n * n + 2 * n),
    "beta": ((0.6, 1.8), lambda z: z, lambda a, b: a / (a + b)),
    "standard_t": ((6.5,), lambda z: z * z, lambda n: n / (n - 2)),
    "vonmises": ((0.3, 2.5), np.cos, lambda m, k: np.cos(m) * sc.i1(k) / sc.i0(k)),
}
IMPLICIT = ["standard_gamma", "beta", "standard_t", "vonmises"]


def generator():
    return np.random.default_rng(SEED)


def drawn(name, size=None):
    """Return the draw as a function of parameters, of a Generator in the same state."""
    return lambda *parameters: getattr(wg.random, name)(generator(), *parameters, size=size)


def numpys(name, *parameters, size=None):
    rng = generator()
    if name == "cauchy":
        shape = np.broadcast_shapes(*map(np.shape, parameters)) if size is None else size
        return parameters[0] + parameters[1] * rng.standard_cauchy(shape)
    return getattr(rng, name)(*parameters, size=size)


@pytest.mark.parametrize("name", DRAWS)
def test_values_are_those_of_the_generator(name):
    parameters = DRAWS[name][0]
    for size in (None, (), 5, (2, 3), 0):
        got = drawn(name, size)(*parameters)
        want = numpys(name, *parameters, size=size)
        assert isinstance(got, wg.Tensor)
        assert (got.shape, got.dtype) == (np.shape(want), np.float64)
        np.testing.assert_allclose(got, want, rtol=4e-15, atol=4e-16)
    many = [np.array([[x], [1.2 * x]], np.float32) for x in parameters]
    rows = [x * np.ones(3) for x in many]
    if len(parameters) > 1:
        np.testing.assert_allclose(drawn(name)(*rows), numpys(name, *rows), rtol=4e-15, atol=4e-16)
    np.testing.assert_allclose(
        drawn(name, (2, 3))(*many), numpys(name, *many, size=(2, 3)), rtol=4e-15, atol=4e-16
    )


@pytest.mark.parametrize("name", DRAWS)
def test_the_state_afterwards_is_that_of_the_generator(name):
    ours, theirs = generator(), generator()
    getattr(wg.random, name)(ours, *DRAWS[name][0], size=7)
    if name == "cauchy":
        theirs.standard_cauchy(7)
    else:
        getattr(theirs, name)(*DRAWS[name][0], size=7)
    assert ours.random() == theirs.random()


@pytest.mark.parametrize("name", DRAWS)
def test_means_of_derivatives_are_derivatives_of_means(name):
    parameters, of_draws, mean = DRAWS[name]
    n = 4_000 if name in ("beta", "standard_t") else 20_000
    for place in range(len(parameters)):
        x = list(parameters)

        def f(theta, place=place, x=x):
            return of_draws(drawn(name, n)(*x[:place], theta, *x[place + 1 :]))

        slopes = wg.jvp(f, (parameters[place],), (1.0,))[1]
        h = 1e-5
        up, down = list(x), list(x)
        up[place], down[place] = x[place] + h, x[place] - h
        want = (mean(*up) - mean(*down)) / (2 * h)
        assert abs(np.mean(slopes) - want) < 4.5 * np.std(slopes) / np.sqrt(n) + 1e-9


@pytest.mark.parametrize("name", [name for name in DRAWS if name not in IMPLICIT])
def test_derivatives_of_transformed_noise(name):
    if name in ("gamma", "chisquare"):
        return  # what is drawn again at another shape is another noise
    wg.testing.check_grads(drawn(name, 4), DRAWS[name][0], order=2)


def gamma_share(z, a):
    return mp.gammainc(a, 0, z, regularized=True)


def beta_share(z, a, b):
    return mp.betainc(a, b, 0, z, regularized=True)


def student_share(z, n):
    half = mp.betainc(n / 2, mp.mpf(1) / 2, 0, n / (n + z * z), regularized=True) / 2
    return half if z < 0 else 1 - half


def angle_share(z, k):
    terms = (mp.besseli(j, k) * mp.sin(j * z) / j for j in range(1, 24))
    return mp.mpf(1) / 2 + z / (2 * mp.pi) + sum(terms) / (mp.pi * mp.besseli(0, k))


SHARES = {
    "standard_gamma": (gamma_share, [(0.4,), (2.3,), (60.0,)]),
    "beta": (beta_share, [(0.6, 1.8), (20.0, 30.0)]),
    "standard_t": (student_share, [(0.8,), (6.5,)]),
    "vonmises": (angle_share, [(2.5,)]),
}


def along(share, parameters, place):
    return lambda z, x: share(z, *parameters[:place], x, *parameters[place + 1 :])


@pytest.mark.parametrize("name", SHARES)
def test_derivatives_are_those_along_a_constant_share(name):
    """First and second, at each draw: -F_theta / p, and what follows when z moves with theta."""
    share, cases = SHARES[name]
    for parameters in cases:
        given = (0.0, *parameters) if name == "vonmises" else parameters
        offset = len(given) - len(parameters)
        f = drawn(name, 1 if name == "vonmises" else 3)
        draws = np.asarray(f(*given))
        exact = [mp.mpf(x) for x in parameters]
        for place in range(len(parameters)):
            at = along(share, exact, place)
            first = wg.jacfwd(f, offset + place)(*given)
            second = wg.jacfwd(wg.jacrev(f, offset + place), offset + place)(*given)
            for i, z in enumerate(draws):
                point = (mp.mpf(z), exact[place])
                p, moved = mp.diff(at, point, (1, 0)), mp.diff(at, point, (0, 1))
                pace = -moved / p
                twice = mp.diff(at, point, (0, 2)) + 2 * mp.diff(at, point, (1, 1)) * pace
                bend = -(twice + mp.diff(at, point, (2, 0)) * pace**2) / p
                assert first[i] == pytest.approx(float(pace), rel=1e-9), (parameters, z)
                assert second[i] == pytest.approx(float(bend), rel=1e-6), (parameters, z)


def test_draws_of_small_shapes_have_derivatives():
    """Where a draw has underflowed there is nothing to move: no NaN."""
    for shape in (1e-3, 1e-2, 0.1):
        slopes = wg.jvp(drawn("standard_gamma", 200), (shape,), (1.0,))[1]
        assert np.isfinite(slopes).all()
        slopes = wg.jvp(drawn("beta", 200), (shape, shape), (1.0, 1.0))[1]
        assert np.isfinite(slopes).all()
    alpha = np.array([2.5e-37, 2.4, 4.0, 0.075, 0.044])
    square = lambda a: np.sum(wg.random.dirichlet(generator(), a) ** 2)
    assert np.isfinite(wg.grad(square)(alpha)).all()
    assert np.isfinite(wg.grad(square)(alpha[[0, 3, 4]])).all()


@pytest.mark.parametrize("alpha", [[0.6, 1.8, 3.0], [0.05, 0.02, 0.09]], ids=["gammas", "stick"])
def test_shares(alpha):
    alpha = np.array(alpha)
    for size in (None, 4, (2, 3)):
        want = generator().dirichlet(alpha, size)
        np.testing.assert_allclose(wg.random.dirichlet(generator(), alpha, size), want, rtol=1e-13)
    n = 3_000
    f = lambda a: wg.random.dirichlet(generator(), a, n)
    total = alpha.sum()
    for place in range(3):
        slopes = wg.jvp(f, (alpha,), (np.eye(3)[place],))[1]
        want = (np.eye(3)[place] - alpha / total) / total
        error = np.std(slopes, axis=0) / np.sqrt(n)
        np.testing.assert_array_less(abs(slopes.mean(0) - want), 4.5 * error + 1e-9)


@pytest.mark.parametrize("method", ["cholesky", "eigh", "svd"])
def test_normal_vectors(method):
    mean, cov = (
        np.array([0.5, -1.0, 2.0]),
        np.array([[2.0, 0.3, 0.1], [0.3, 1.0, -0.2], [0.1, -0.2, 0.5]]),
    )
    for size in (None, 4, (2, 3)):
        want = generator().multivariate_normal(mean, cov, size, method=method)
        got = wg.random.multivariate_normal(generator(), mean, cov, size, method=method)
        np.testing.assert_allclose(got, want, rtol=1e-12)
    f = lambda m, c: wg.random.multivariate_normal(generator(), m, c @ c.T, 4, method=method)
    wg.testing.check_grads(f, (mean, cov), order=2)
    # E[x x^T] is cov + mean mean^T, whatever the factor
    n = 30_000
    square = lambda c: wg.random.multivariate_normal(generator(), mean, c, n, method=method) ** 2
    tangent = np.array([[0.5, 0.2, 0.0], [0.2, 1.0, 0.1], [0.0, 0.1, -0.3]])
    slopes = wg.jvp(square, (cov,), (tangent,))[1]
    error = np.std(slopes, axis=0) / np.sqrt(n)
    np.testing.assert_array_less(abs(slopes.mean(0) - np.diag(tangent)), 4.5 * error)


def test_factors_of_equal_eigenvalues():
    f = lambda c, method: wg.random.multivariate_normal(generator(), np.zeros(2), c, method=method)[
        0
    ]
    assert np.isfinite(wg.grad(f)(np.eye(2), "cholesky")).all()
    for method in ("eigh", "svd"):
        with pytest.raises(wg.DerivativeError):
            wg.grad(f)(np.eye(2), method)
    with pytest.raises(ValueError, match="method is 'qr'"):
        f(np.eye(2), "qr")
    with pytest.raises(ValueError, match="a vector and a square matrix"):
        wg.random.multivariate_normal(generator(), np.zeros(2), np.eye(3))
    with pytest.raises(np.linalg.LinAlgError):
        f(-np.eye(2), "cholesky")


INVALID = [
    ("normal", (0.0, -1.0), "scale"),
    ("lognormal", (0.0, -1.0), "sigma"),
    ("uniform", (1.0, 0.0), "high"),
    ("exponential", (-1.0,), "scale"),
    ("weibull", (-1.0,), "a is"),
    ("pareto", (0.0,), "a is"),
    ("gamma", (-1.0,), "shape"),
    ("chisquare", (0.0,), "df"),
    ("beta", (1.0, 0.0), "b is"),
    ("standard_t", (0.0,), "df"),
    ("vonmises", (0.0, -1.0), "kappa"),
    ("dirichlet", ([1.0, -1.0],), "alpha"),
]


@pytest.mark.parametrize(("name", "parameters", "word"), INVALID, ids=[x[0] for x in INVALID])
def test_parameters_that_are_not_valid(name, parameters, word):
    with pytest.raises(ValueError, match=rf"wengert\.random\.{name}: .*{word}"):
        getattr(wg.random, name)(generator(), *parameters)


def test_arguments_that_do_not_fit():
    with pytest.raises(
        ValueError, match=r"size is \(3,\) and parameters are of shapes \(2,\), \(\)"
    ):
        wg.random.normal(generator(), np.zeros(2), size=3)
    with pytest.raises(TypeError, match="a parameter is complex128"):
        wg.random.normal(generator(), 1j)
    for rng in (0, None, np.random, np.random.RandomState(0)):
        with pytest.raises(TypeError, match=r"a numpy\.random\.Generator is needed"):
            wg.random.gamma(rng, 1.0)


@pytest.mark.parametrize("name", [*DRAWS, "dirichlet"])
def test_every_function_is_documented_as_its_method(name):
    function = getattr(wg.random, name)
    for section in ("Parameters\n", "Returns\n", "Raises\n", "Examples\n"):
        assert section in function.__doc__
    if name != "cauchy":
        ours = list(inspect.signature(function).parameters)
        theirs = inspect.getdoc(getattr(np.random.Generator, name)).splitlines()[0]
        assert ours[0] == "rng"
        assert all(word in theirs for word in ours[1:])


def test_a_generator_that_is_given_what_is_differentiated():
    """NumPy asks for a number, and the error says where there are draws with derivatives."""
    rng = generator()
    calls = [
        lambda x: rng.normal(loc=x),
        lambda x: rng.gamma(x, size=3),
        lambda x: rng.normal(x * np.ones(3)),
        lambda x: rng.poisson(np.stack([x, x])),
        np.random.normal,
    ]
    for call in calls:
        with pytest.raises(
            TypeError, match=r"for what a Generator draws those of\s+wengert\.random"
        ):
            wg.grad(call)(0.5)
    # constants are drawn as anywhere
    noise = generator().normal(size=3)
    np.testing.assert_array_equal(
        wg.grad(lambda x: np.sum(x * generator().normal(size=3)))(np.ones(3)), noise
    )


def test_counts_have_no_derivative_and_the_score_has():
    with pytest.raises(AttributeError, match=r"no attribute 'poisson'; .*log-probability"):
        _ = wg.random.poisson
    with pytest.raises(AttributeError, match=r"no attribute 'gama'$"):
        _ = wg.random.gama
    rng = generator()

    def surrogate(rate):
        counts = rng.poisson(wg.stop_gradient(rate), size=40_000)
        scores = wg.scipy.stats.poisson.logpmf(counts, rate)
        return np.mean(counts**2 * scores)

    assert wg.grad(surrogate)(3.0) == pytest.approx(2 * 3.0 + 1, abs=0.5)


def test_under_a_vmap():
    """Noise is drawn once, and is the same for all examples; a draw that depends on a parameter is an error."""
    places = np.arange(3.0)
    got = wg.vmap(lambda m: wg.random.normal(generator(), m, 2.0, size=2))(places)
    np.testing.assert_allclose(got, places[:, None] + 2 * generator().standard_normal(2))
    slope = wg.vmap(wg.grad(lambda s: wg.random.normal(generator(), 0.0, s)))(places + 1)
    np.testing.assert_array_equal(slope, generator().standard_normal())
    with pytest.raises(
        TypeError, match=r"vmap: wengert\.random\.gamma\(\) was taken of a value that differs"
    ):
        wg.vmap(lambda a: wg.random.gamma(generator(), a))(places + 1)
    shared = wg.vmap(lambda s: s * wg.random.gamma(generator(), 2.0))(places)
    np.testing.assert_array_equal(shared, places * generator().gamma(2.0))


# Programs as people write them.


def test_an_evidence_bound_of_a_gamma_model():
    """The gradient of the bound by draws is that by quadrature."""
    counts, n = np.array([2, 5, 3]), 20_000

    def by_draws(q):
        shape, rate = np.exp(q)
        z = wg.random.gamma(generator(), shape, 1 / rate, size=n)
        joint = wg.scipy.stats.poisson.logpmf(counts[:, None], z).sum(0) - z
        return np.mean(joint) + wg.scipy.stats.gamma.entropy(shape, scale=1 / rate)

    def exactly(q):
        shape, rate = np.exp(q)
        mean, log = shape / rate, sc.psi(shape) - np.log(rate)
        return counts.sum() * log - 4 * mean + wg.scipy.stats.gamma.entropy(shape, scale=1 / rate)

    q = np.array([1.5, 0.3])
    np.testing.assert_allclose(wg.grad(by_draws)(q), wg.grad(exactly)(q), atol=0.15)


def test_a_call_by_its_simulated_price():
    """Delta and vega of a European call, by draws, are those of Black and Scholes."""

    def price(spot, volatility):
        noise = generator().standard_normal(200_000)
        final = spot * np.exp(-0.5 * volatility**2 + volatility * noise)
        return np.mean(np.maximum(final - 1.0, 0.0))

    delta, vega = wg.grad(price, (0, 1))(1.1, 0.3)
    d1 = np.log(1.1) / 0.3 + 0.15
    assert delta == pytest.approx(scipy.stats.norm.cdf(d1), abs=5e-3)
    assert vega == pytest.approx(1.1 * scipy.stats.norm.pdf(d1), abs=5e-3)
