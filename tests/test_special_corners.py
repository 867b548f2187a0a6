"""Derivatives of `wengert.scipy.special` where formulas divide nothing by nothing, beside mpmath's."""

import mpmath
import numpy as np
import pytest
import scipy.special as sc

import wengert as wg
from wengert import _core as core
from wengert.scipy import special

mp = mpmath.MPContext()
mp.dps = 30
INF = np.inf


def derivative(function, order=1):
    for _ in range(order):
        function = wg.grad(function)
    return function


def incomplete(power, phi, m, order):
    factor = mp.rf(-mp.mpf(power), order)
    integrand = lambda t: mp.sin(t) ** (2 * order) * (1 - m * mp.sin(t) ** 2) ** (power - order)
    turns = [k * mp.pi / 4 * mp.sign(phi) for k in range(int(abs(phi) / (mp.pi / 4)) + 1)]
    return factor * mp.quad(integrand, [*turns, phi]) if phi else 0


@pytest.mark.parametrize("m", [0.0, 1e-9, 0.4, -3.0, -2e3, 0.999])
@pytest.mark.parametrize("order", [1, 2])
def test_elliptic_integrals_in_the_parameter(m, order):
    for name, power in (("ellipkinc", -0.5), ("ellipeinc", 0.5)):
        for phi in (0.0, 0.4, 1.5, -2.0, 7.0):
            got = derivative(lambda m, f=name, phi=phi: getattr(special, f)(phi, m), order)(m)
            want = incomplete(power, phi, mp.mpf(m), order)
            assert got == pytest.approx(float(want), rel=2e-12, abs=1e-15), (name, phi)
    for name in ("ellipk", "ellipe"):
        got = derivative(getattr(special, name), order)(m)
        want = incomplete(-0.5 if name == "ellipk" else 0.5, mp.pi / 2, mp.mpf(m), order)
        assert got == pytest.approx(float(want), rel=2e-12), name


def test_elliptic_integrals_at_the_ends():
    assert derivative(lambda m: special.ellipkinc(0.5, m))(1.0) == pytest.approx(
        float(incomplete(-0.5, 0.5, 1, 1)), rel=1e-13
    )
    assert derivative(special.ellipk)(-INF) == 0
    assert derivative(special.ellipe)(1.0) == -INF
    assert derivative(special.ellipkm1)(INF) == 0
    assert np.isnan(core.elliptic_moment(-0.5, 1.0, 1.0, 3.0).item())


def test_lambert_is_analytic_at_zero():
    f = lambda x: np.real(special.lambertw(x))
    want = [1, -2, 9, -64]  # (-n)^(n - 1)
    assert [derivative(f, n)(0.0) for n in range(1, 5)] == pytest.approx(want, rel=1e-13)
    assert special.lambertw(0.0, -1) == -INF
    assert special.lambertw(-0.0) == 0


@pytest.mark.parametrize("k", [-3, -1, 0, 1, 2])
def test_lambert_is_scipys(k):
    rng = np.random.default_rng(k + 3)
    size = 10 ** rng.uniform(-6, 3, 60)
    z = size * np.exp(1j * rng.uniform(-np.pi, np.pi, 60))
    z = np.concatenate([z, -size, size, [-0.3, -0.36, -0.2, 1e300, -1e-300, 1e-300, 0.1j, -0.1j]])
    w = special.lambertw(z, k).numpy()
    np.testing.assert_allclose(w, sc.lambertw(z, k), rtol=1e-13)
    assert special.lambertw(np.float32(0.5)).dtype == np.complex64
    near = -1 / np.e + np.array(
        [1e-3, 1e-9]
    )  # SciPy has half of the digits next to the branch point
    got = special.lambertw(near, -1 if k < 0 else 0).numpy().real
    want = [float(mp.lambertw(mp.mpf(x), -1 if k < 0 else 0).real) for x in near]
    np.testing.assert_allclose(got, want, rtol=1e-13)


@pytest.mark.parametrize("x", [0.0, -1.0, -3.0, 0.5, -2.5, 40.0])
def test_the_reciprocal_of_gamma_is_analytic(x):
    assert special.rgamma(x) == sc.rgamma(x)
    for order in range(1, 5):
        want = float(mp.diff(mp.rgamma, mp.mpf(x), order))
        assert derivative(special.rgamma, order)(x) == pytest.approx(want, rel=1e-11)


def binom(n, k):
    return mp.gamma(n + 1) * mp.rgamma(k + 1) * mp.rgamma(n - k + 1)


def poch(z, m):
    return mp.gamma(z + m) * mp.rgamma(z)


ZEROS = [
    (special.binom, binom, (2.0, 3.0)),
    (special.binom, binom, (0.0, 1.0)),
    (special.binom, binom, (3.0, 5.0)),
    (special.binom, binom, (5.0, 2.0)),
    (special.poch, poch, (0.0, 2.0)),
    (special.poch, poch, (0.0, 0.5)),
    (special.poch, poch, (-1.0, 3.0)),
    (special.beta, lambda a, b: mp.gamma(a) * mp.gamma(b) * mp.rgamma(a + b), (0.5, -0.5)),
]


@pytest.mark.parametrize(("ours", "theirs", "at"), ZEROS)
def test_at_zeros_of_quotients_of_gammas(ours, theirs, at):
    for argnum in (0, 1):

        def of_one(f, argnum=argnum):
            return lambda t: f(*[t if i == argnum else x for i, x in enumerate(at)])

        for order in (1, 2):
            got = derivative(of_one(ours), order)(at[argnum])
            want = float(mp.diff(of_one(theirs), mp.mpf(at[argnum]), order))
            assert got == pytest.approx(want, rel=1e-10, abs=1e-12)


def test_incomplete_gammas_at_zero():
    first, second, third = (
        [derivative(lambda x, a=a: special.gammainc(a, x), n)(0.0) for a in (0.5, 1.0, 2.0, 2.5)]
        for n in (1, 2, 3)
    )
    assert first == [INF, 1, 0, 0]
    assert second == [-INF, -1, 1, 0]
    assert third == [INF, 1, -2, INF]
    for x in (0.3, 1.0, 6.0):  # one-sided, in the shape
        of_shape = lambda a, x=x: special.gammainc(a, x)
        assert derivative(of_shape)(0.0) == pytest.approx(-sc.exp1(x), rel=1e-13)
        want = float(mp.diff(lambda a, x=x: -mp.gammainc(a, x) * mp.rgamma(a), 0, 2))
        assert derivative(of_shape, 2)(0.0) == pytest.approx(want, rel=1e-11)
        assert derivative(lambda y: special.gammaincc(0.0, y))(x) == 0
    assert derivative(lambda a: special.gammainc(a, 0.0))(1.0) == 0


def density_limits(a, b, order):
    """Differentiate x^(a - 1) (1 - x)^(b - 1) / beta(a, b), for integers, at 0 and 1."""
    x = np.polynomial.Polynomial([0, 1])
    density = x ** (a - 1) * (1 - x) ** (b - 1) / sc.beta(a, b)
    for _ in range(order - 1):
        density = density.deriv()
    return [density(0.0), density(1.0)]


@pytest.mark.parametrize("a", [1, 2, 3])
@pytest.mark.parametrize("b", [1, 2, 3])
def test_incomplete_betas_at_the_ends(a, b):
    for order in (1, 2, 3):
        got = [
            derivative(lambda x: special.betainc(float(a), float(b), x), order)(x)
            for x in (0.0, 1.0)
        ]
        np.testing.assert_allclose(got, density_limits(a, b, order), atol=1e-12)


def test_incomplete_betas_of_other_powers():
    of = lambda a, b, x, n: derivative(lambda t: special.betainc(a, b, t), n)(x)
    assert [of(0.5, 2.0, 0.0, n) for n in (1, 2)] == [INF, -INF]
    assert [of(2.5, 2.0, 0.0, n) for n in (1, 2, 3)] == [0, 0, INF]
    assert [of(2.0, 0.5, 1.0, n) for n in (1, 2)] == [INF, INF]
    h = 1e-6
    for a, b, x in ((0.0, 2.0, 0.2), (0.0, 2.0, 0.7), (2.0, 0.0, 0.2), (2.0, 0.0, 0.7)):
        argnum = 0 if a == 0 else 1
        got = wg.grad(special.betainc, argnum)(a, b, x)
        above = sc.betainc(a + h * (a == 0), b + h * (b == 0), x)
        assert got == pytest.approx((above - (1.0 if a == 0 else 0.0)) / h, rel=2e-5)
        assert wg.grad(special.betainc, 2)(a, b, x) == 0
    for q in (0.0, 1.0):
        assert wg.grad(special.betaincinv, (0, 1))(2.0, 3.0, q) == (0, 0)
        assert wg.grad(special.gammaincinv)(2.0, 0.0) == 0


@pytest.mark.parametrize("x", [0.0, 0.5, 3.0, 17.5, 20.5, -2.0])
def test_kelvin_functions(x):
    for name, of in (("ber", mp.ber), ("bei", mp.bei)):
        for order in (1, 2, 3):
            want = float(mp.diff(lambda t, f=of: f(0, t), mp.mpf(x), order))
            assert derivative(getattr(special, name), order)(x) == pytest.approx(
                want, rel=1e-10, abs=1e-13
            )


def dawson(x):
    return mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x)


def test_dawsons_integral_keeps_its_digits():
    for x in (10.0, 11.0, -14.0):
        with mp.workdps(250):
            value = dawson(mp.mpf(x))
            first = 1 - 2 * x * value
            second = -2 * value - 2 * x * first
        assert derivative(special.dawsn)(x) == pytest.approx(float(first), rel=1e-13)
        assert derivative(special.dawsn, 2)(x) == pytest.approx(float(second), rel=1e-13)
    assert derivative(special.dawsn)(1e8) == pytest.approx(-5e-17, rel=1e-13)
    assert derivative(special.dawsn)(INF) == 0


def test_struve_functions_at_zero():
    assert derivative(lambda x: special.struve(0.0, x))(0.0) == pytest.approx(2 / np.pi)
    assert derivative(lambda x: special.modstruve(0.0, x))(0.0) == pytest.approx(2 / np.pi)
    want = 4 / (3 * np.pi)  # H_1 = 2 x^2 / (3 pi) - ...
    assert derivative(lambda x: special.struve(1.0, x), 2)(0.0) == pytest.approx(want)
    assert derivative(lambda x: special.modstruve(1.0, x), 2)(0.0) == pytest.approx(want)


@pytest.mark.parametrize(("m", "v"), [(0, 3), (1, 2), (2, 2), (3, 5), (0, 2.5), (2, 1)])
def test_associated_legendre_functions(m, v):
    f = lambda x: special.lpmv(float(m), float(v), x)
    for order in (1, 2):
        want = mp.diff(lambda t: mp.re(mp.legenp(v, m, t, type=2)), -0.4, order) if m <= v else 0
        assert derivative(f, order)(-0.4) == pytest.approx(float(want), rel=1e-9)
    at_one = derivative(f)(1.0)
    if m == 0:
        assert at_one == pytest.approx(v * (v + 1) / 2)
    else:
        assert np.isinf(at_one) if m == 1 else m == 2 or at_one == 0


FAR = ["k0e", "k1e", "dawsn", "log_ndtr", "ndtr", "erf", "expit", "psi"]


@pytest.mark.parametrize("name", FAR)
def test_far_out(name):
    for order in (1, 2):
        assert derivative(getattr(special, name), order)(INF) == 0


def test_integrals_far_out():
    for part in (0, 1):
        assert derivative(lambda x, part=part: special.sici(x)[part])(INF) == 0
    assert wg.grad(special.owens_t, (0, 1))(0.0, INF) == (0, 0)


ORDERS = [0.0, 0.3, 2.5, 7.0, -1.2]


@pytest.mark.parametrize("x", [0.05, 1.0, 8.0, 70.0])
@pytest.mark.parametrize("name", ["iv", "kv", "ive", "kve"])
def test_modified_bessel_functions_in_the_order(name, x):
    of = mp.besseli if name[0] == "i" else mp.besselk
    scale = {"iv": 0, "kv": 0, "ive": -1, "kve": 1}[name]
    for v in ORDERS:
        for order in (1, 2):
            got = derivative(lambda v: getattr(special, name)(v, x), order)(v)
            want = mp.diff(lambda v: of(v, mp.mpf(x)), v, order) * mp.exp(scale * x)
            # iv differs from its mirror image of order -v by kv alone, which may be far smaller
            size = float(abs(of(v, mp.mpf(x))) * mp.exp(scale * x))
            least = 1e-13 * size if name[0] == "i" else 1e-300
            assert got == pytest.approx(float(want), rel=5e-12, abs=least), (v, order)
    got = derivative(lambda x: derivative(lambda v: getattr(special, name)(v, x))(1.5))(x)
    want = mp.diff(lambda v, x: of(v, x) * mp.exp(scale * x), (1.5, mp.mpf(x)), (1, 1))
    assert got == pytest.approx(float(want), rel=1e-10)


def test_modified_bessel_functions_in_the_order_at_the_ends():
    assert wg.grad(special.iv)(1.5, 0.0) == 0
    assert wg.grad(special.iv)(0.0, 0.0) == -INF
    assert wg.grad(special.kv)(0.0, 2.0) == 0
    assert wg.grad(special.kve)(1.0, INF) == 0
    large = wg.grad(special.ive)(40.0, 1000.0)
    want = mp.diff(lambda v: mp.besseli(v, 1000) * mp.exp(-1000), 40)
    assert large == pytest.approx(float(want), rel=1e-11)


@pytest.mark.parametrize("name", ["log_ndtr", "erfcx"])
def test_complex_tails_keep_their_digits_at_every_order(name):
    """Where terms cancel, on both sides of the imaginary axis and where the formula changes."""
    sign, f = (-1, special.log_ndtr) if name == "log_ndtr" else (1, special.erfcx)
    r = lambda z: mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi) / (mp.erfc(-z / mp.sqrt(2)) / 2)
    e = lambda z: mp.exp(z * z) * mp.erfc(z)
    slope = lambda z: 2 * z * e(z) - 2 / mp.sqrt(mp.pi)
    exact = {
        "log_ndtr": (
            r,
            lambda z: -r(z) * (z + r(z)),
            lambda z: r(z) * ((z + r(z)) * (z + 2 * r(z)) - 1),
        ),
        "erfcx": (
            slope,
            lambda z: 2 * e(z) + 2 * z * slope(z),
            lambda z: 4 * slope(z) + 2 * z * (2 * e(z) + 2 * z * slope(z)),
        ),
    }[name]
    places = [3 + 1j, 2.9 - 1j, 4.1 + 2j, 30 + 5j, 1e3 + 10j, 1e8 + 3j, 1e3 - 900j, 1 + 10.1j]
    places += [-1 + 14.2j, -1e3 - 1.1e3j, 0.5 + 1e6j]
    with mp.workdps(80):
        derivative = f
        for order, of_order in enumerate(exact):
            derivative = wg.grad(derivative, holomorphic=True)
            for z in places:
                want = complex(of_order(mp.mpc(sign * z)))
                is_near = z.real < 4 and abs(z) < 14  # terms cancel, but not to the end
                bound = 1e-14 * abs(z) ** (2 * order) if is_near else 3e-13
                assert abs(derivative(sign * z) - want) <= bound * abs(want), (z, want)


def test_complex_numbers_of_log_ndtr_and_spence():
    z = np.array([0.3 + 0.4j, 1 + 0j, 1.2 - 0.3j, 5j, -2 + 0.1j, 1 + 1e-5j])
    for name in ("log_ndtr", "spence"):
        ours, theirs = getattr(special, name), getattr(sc, name)
        np.testing.assert_array_equal(ours(z).numpy(), theirs(z))
    for x in z:
        got = wg.grad(special.spence, holomorphic=True)(x)
        assert got == pytest.approx(-1 if x == 1 else -np.log(x) / (x - 1), rel=1e-14)
        got = wg.grad(special.log_ndtr, holomorphic=True)(x)
        density = np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
        assert got == pytest.approx(density / sc.ndtr(x), rel=1e-12)
