"""Special functions as people write them, where other libraries have given wrong derivatives; beside mpmath."""

import mpmath
import numpy as np
import pytest
import scipy.special as sc

import wengert as wg
import wengert.numpy as wnp
from wengert.scipy import special

mp = mpmath.MPContext()
mp.dps = 30
INF = np.inf


def derivative(function, order=1):
    for _ in range(order):
        function = wg.grad(function)
    return function


def test_the_beta_function_of_a_count_and_a_negative_integer():
    # B(a, 1) is 1 / a, at its negative integers too
    for a in (-1.0, -2.0, -3.0, 2.5):
        f = lambda a: special.beta(a, 1.0)
        assert special.beta(a, 1.0).item() == pytest.approx(1 / a, rel=1e-15)
        assert derivative(f)(a) == pytest.approx(-1 / a**2, rel=1e-14)
        assert derivative(f, 2)(a) == pytest.approx(2 / a**3, rel=1e-14)
    # and B(a, 3) is 2 / (a (a + 1) (a + 2))
    want = float(mp.diff(lambda a: 2 / (a * (a + 1) * (a + 2)), -5))
    assert wg.grad(special.beta)(-5.0, 3.0) == pytest.approx(want, rel=1e-14)


def test_the_logarithm_of_the_beta_function_where_poles_meet():
    for a, b in ((-1, 1), (-2, 1), (-2, 2), (-3, 3), (-4, 4), (1, -3)):
        want = float(mp.log(abs(mp.beta(a, b))))
        assert special.betaln(float(a), float(b)).item() == pytest.approx(
            want, rel=1e-14, abs=1e-15
        )
    x = np.array([-3.0, -2.0, -1.0, -0.0, 0.0, 1.0, 2.0, 0.5, -1.5, INF])
    a, b = np.meshgrid(x, x)
    known = ~((a == INF) & (b == INF))
    np.testing.assert_allclose(
        special.betaln(a, b).numpy()[known], sc.betaln(a, b)[known], rtol=1e-14, atol=1e-15
    )


def test_the_shape_of_a_beta_distribution_is_learnt_at_integers():
    a, b, x = np.array([1.0, 2.0]), np.array([2.0, 3.0]), np.array([0.5, 0.5])
    got = wg.grad(lambda a, b: np.sum(special.betainc(a, b, x)), (0, 1))(a, b)
    for argnum, found in enumerate(got):
        for i, slope in enumerate(found):
            place = [mp.mpf(a[i]), mp.mpf(b[i])]
            orders = (1 - argnum, argnum)
            of = lambda p, q, i=i: mp.betainc(p, q, 0, x[i], regularized=True)
            assert slope == pytest.approx(float(mp.diff(of, place, orders)), rel=1e-12)


def test_shares_of_everything_and_of_nothing():
    for a in (0.5, 1.0, 3.0):
        value, (da, dx) = wg.value_and_grad(special.gammainc, (0, 1))(a, INF)
        assert (value, da, dx) == (1, 0, 0)
    assert special.gammainc(0.0, 1.0) == 1
    assert wg.grad(special.gammaincc, 1)(0.0, 1.0) == 0


def test_the_entropy_of_a_share_of_nothing():
    assert derivative(special.entr)(0.0) == INF
    assert derivative(lambda p: -special.xlogy(p, p))(0.0) == INF

    def bernoulli(p):
        return -special.xlogy(p, p) - special.xlog1py(1 - p, -p)

    assert derivative(bernoulli)(1.0) == -INF
    assert derivative(bernoulli)(0.0) == INF
    assert derivative(bernoulli)(0.25) == pytest.approx(np.log(3), rel=1e-15)
    assert derivative(bernoulli, 2)(0.25) == pytest.approx(-16 / 3, rel=1e-14)


def test_a_parameter_that_passes_through_zero_gets_a_gradient():
    assert wg.grad(special.xlogy)(0.0, 2.0) == pytest.approx(np.log(2), rel=1e-15)
    assert wg.grad(special.xlog1py)(0.0, 2.0) == pytest.approx(np.log(3), rel=1e-15)
    assert wg.grad(wg.grad(special.xlogy, 1))(0.0, 4.0) == 0.25


def test_a_divergence_of_targets_that_are_zero_and_logits_that_are_masked():
    logits = np.array([0.5, 1.0, -INF, -1.0])
    targets = np.array([0.4, 0.6, 0.0, 0.0])

    def loss(logits):
        log_shares = special.log_softmax(logits)
        own = -np.sum(special.entr(targets))
        return own - np.sum(np.where(targets > 0, targets * log_shares, 0.0))

    got = wg.grad(loss)(logits)
    np.testing.assert_allclose(got, sc.softmax(logits) - targets, rtol=1e-14, atol=1e-16)

    def divergence(q):
        return np.sum(special.rel_entr(targets, q))

    got = wg.grad(divergence)(np.array([0.5, 0.3, 0.2, 0.0]))
    np.testing.assert_array_equal(got, [-0.4 / 0.5, -0.6 / 0.3, 0, 0])
    got = wg.grad(lambda q: np.sum(special.kl_div(targets, q)))(np.array([0.5, 0.3, 0.2, 0.0]))
    np.testing.assert_allclose(got, [1 - 0.8, 1 - 2, 1, 1], rtol=1e-15)


def test_modified_bessel_functions_at_the_middle_of_a_window():
    for order, want in enumerate((0, 2.0, 0, 6.0), 1):  # 2^n times those of 1 + x^2 / 4 + x^4 / 64
        assert derivative(lambda t: special.i0(2 * t - 1), order)(0.5) == pytest.approx(want)
    assert derivative(special.i1)(0.0) == 0.5
    assert derivative(special.i1, 3)(0.0) == pytest.approx(3 / 8)
    window = wg.jacobian(lambda beta: np.i0(beta * np.sqrt(1 - np.linspace(-1, 1, 5) ** 2)))(3.0)
    want = [float(mp.besseli(1, 3 * r) * r) for r in mp.matrix([0, mp.sqrt(0.75), 1])]
    np.testing.assert_allclose(window, [*want, want[1], want[0]], rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_tail_of_a_normal_distribution_has_a_slope(dtype):
    x = np.linspace(-20, -10, 11).astype(dtype)
    got = wg.elementwise_grad(special.log_ndtr)(x)
    normal = lambda t: mp.log(mp.erfc(-t / mp.sqrt(2)) / 2)
    want = [float(mp.diff(normal, mp.mpf(float(t)))) for t in x]
    np.testing.assert_allclose(got, want, rtol=1e-13 if dtype is np.float64 else 1e-6)
    far = wg.elementwise_grad(special.erfcx)(np.array([1e3, 1e8, INF]))
    np.testing.assert_allclose(far, [-1e-6 / np.sqrt(np.pi), -1e-16 / np.sqrt(np.pi), 0], rtol=2e-6)


def test_logistic_functions_far_out():
    assert wg.value_and_grad(special.log_expit)(-INF) == (-INF, 1)
    assert wg.value_and_grad(special.log_expit)(INF) == (0, 0)
    assert derivative(special.expit)(-700.0) == pytest.approx(np.exp(-700), rel=1e-13)
    assert derivative(special.expm1)(-40.0) == pytest.approx(np.exp(-40), rel=1e-15)
    slopes = wg.elementwise_grad(special.logit)(np.full(9, np.nan))
    assert np.isnan(slopes).all()
    sums = wg.grad(
        lambda a, b, c: special.logsumexp(wnp.stack([special.logsumexp(wnp.stack([a, b])), c])),
        (0, 1, 2),
    )
    assert sums(-INF, -INF, 2.0) == (0, 0, 1)


@pytest.mark.parametrize("x", [-0.5, -9.5, -16.5, -19.5, -22.5, -100.25])
def test_the_digamma_function_left_of_its_poles(x):
    for order in (1, 2, 3):
        want = float(mp.psi(order, mp.mpf(x)))
        assert derivative(special.digamma, order)(x) == pytest.approx(want, rel=1e-11)
        assert special.polygamma(order, x).item() == pytest.approx(want, rel=1e-11)


def test_sinc_and_exprel_near_zero():
    for x in (0.0, 1e-9, 1e-6, 1e-3):
        for order in (1, 2, 3):
            want = float(mp.diff(mp.sincpi, mp.mpf(x), order))
            assert derivative(special.sinc, order)(x) == pytest.approx(want, rel=1e-9, abs=1e-12)
            want = float(mp.quad(lambda s, n=order, x=x: s**n * mp.exp(s * x), [0, 1]))
            assert derivative(special.exprel, order)(x) == pytest.approx(want, rel=1e-14)


def matern(order, r):
    z = mp.sqrt(2 * order) * r
    return 2 ** (1 - order) / mp.gamma(order) * z**order * mp.besselk(order, z)


@pytest.mark.parametrize("order", [0.5, 1.3, 2.5])
@pytest.mark.parametrize("r", [0.05, 1.0, 6.0])
def test_the_smoothness_of_a_matern_covariance_is_learnt(order, r):
    def covariance(order):
        z = np.sqrt(2 * order) * r
        return 2 ** (1 - order) / sc.gamma(order) * z**order * sc.kv(order, z)

    want = mp.diff(lambda v: matern(v, mp.mpf(r)), order)
    assert derivative(covariance)(order) == pytest.approx(float(want), rel=1e-10)
    want = mp.diff(lambda v: matern(v, mp.mpf(r)), order, 2)
    assert derivative(covariance, 2)(order) == pytest.approx(float(want), rel=1e-8)


def test_a_von_mises_fisher_density_in_its_concentration():
    dimension = 10

    def log_normaliser(kappa):
        half = dimension / 2 - 1
        return half * np.log(kappa) - np.log(sc.ive(half, kappa)) - kappa

    for kappa in (0.5, 30.0, 1e3, 1e6):
        # minus the mean resultant length, and its slope
        ratio = lambda k: mp.besseli(dimension / 2, k) / mp.besseli(dimension / 2 - 1, k)
        want = -ratio(mp.mpf(kappa))
        assert derivative(log_normaliser)(kappa) == pytest.approx(float(want), rel=1e-12)
        want = -mp.diff(ratio, mp.mpf(kappa))
        got = derivative(log_normaliser, 2)(kappa)
        # of terms as large as 1 / kappa that leave 1 / kappa^2
        assert got == pytest.approx(float(want), rel=1e-12 * max(kappa, 10))


def test_quantiles_of_gamma_and_beta_distributions_at_the_ends():
    slopes = [wg.grad(special.gammaincinv, 1)(a, 0.0) for a in (0.5, 1.0, 2.0)]
    assert slopes == [0, 1, INF]
    assert derivative(lambda p: special.gammaincinv(1.0, p), 2)(0.0) == 1  # -log(1 - p)
    assert derivative(lambda p: special.betaincinv(1.0, 2.0, p), 2)(0.0) == 0.25  # 1 - sqrt(1 - p)
    assert derivative(lambda p: special.betaincinv(2.0, 3.0, p), 2)(1.0) == INF
    assert derivative(lambda p: special.betaincinv(2.0, 3.0, p), 2)(0.0) == -INF
    assert derivative(lambda p: special.chdtri(2.0, p), 2)(1.0) == pytest.approx(2)  # -2 log(p)


def test_the_degrees_of_freedom_of_a_nearly_normal_tail():
    # by Fisher's expansion, -phi(t) (t^3 + t) / (4 df) and so on
    for df in (50.0, 1e3, 1e6, 1e10):
        for t in (0.3, 2.0, -1.0):
            phi = np.exp(-t * t / 2) / np.sqrt(2 * np.pi)
            first = phi * (t**3 + t) / (4 * df**2)
            second = phi * t * (3 * t**6 - 7 * t**4 - 5 * t**2 - 3) / 96 * 2 / df**3
            got = wg.grad(special.stdtr)(df, t)
            assert got == pytest.approx(first + second, rel=60 / df**2 + 1e-13)


def test_zeros_of_zeta():
    for n in (1, 2, 10):
        want = float(mp.zeta(-2 * n, derivative=1))
        assert derivative(special.zeta)(-2.0 * n) == pytest.approx(want, rel=1e-13)
    assert derivative(special.zeta)(-1000.0) == INF
    assert derivative(special.zeta)(-1002.0) == -INF
