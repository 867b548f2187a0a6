"""Integrals by `wengert.scipy.integrate`: SciPy's values, derivatives beside closed forms and mpmath."""

import inspect

import mpmath
import numpy as np
import pytest
import scipy.integrate

import wengert as wg
from wengert.scipy import integrate, special

FUNCTIONS = [
    *("quad", "quad_vec", "dblquad", "tplquad", "nquad", "fixed_quad"),
    *("trapezoid", "simpson", "romb", "cumulative_trapezoid", "cumulative_simpson"),
]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_parameters_are_scipys(name):
    ours, theirs = (inspect.signature(getattr(m, name)) for m in (integrate, scipy.integrate))
    assert list(ours.parameters) == list(theirs.parameters)


# Integrands of x and p, limits, options, p; and what is known in closed form, where numbers would be too slow or too few.
CLOSED = {
    "a peak": lambda p: (mpmath.atan(0.7 / p) + mpmath.atan(0.3 / p)) / p,
    "oscillating": lambda p: mpmath.sin(120 * p) / (40 * p),
    "a power at an end": lambda p: 1 / p,
}
INTEGRALS = {
    "smooth": (lambda m, x, p: m.sin(p * x) * x, (0.0, 2.0), {}, 1.5),
    "backwards": (lambda m, x, p: m.sin(p * x) * x, (2.0, 0.5), {}, 1.5),
    "to infinity": (lambda m, x, p: m.exp(-p * x) * m.cos(x), (0.5, np.inf), {}, 1.2),
    "from infinity": (lambda m, x, p: m.exp(p * x) * x, (-np.inf, 0.5), {}, 1.2),
    "from infinity backwards": (lambda m, x, p: m.exp(p * x) * x, (0.5, -np.inf), {}, 1.2),
    "of all numbers": (lambda m, x, p: m.exp(-p * (x - 0.3) ** 2), (-np.inf, np.inf), {}, 1.2),
    "a peak": (lambda m, x, p: 1 / ((x - 0.3) ** 2 + p**2), (0.0, 1.0), {}, 0.01),
    "oscillating": (lambda m, x, p: m.cos(40 * p * x), (0.0, 3.0), {}, 1.1),
    "a kink": (lambda m, x, p: abs(x - 0.3) * m.exp(p * x), (0.0, 1.0), {"points": [0.3]}, 1.2),
    "singular at an end": (lambda m, x, p: m.exp(p * x) / m.sqrt(x), (0.0, 1.0), {}, 0.7),
    "a logarithm at an end": (lambda m, x, p: m.log(x) * m.cos(p * x), (0.0, 1.0), {}, 0.7),
    "a power at an end": (lambda m, x, p: x ** (p - 1), (0.0, 1.0), {}, 0.5),
}


@pytest.mark.parametrize("name", INTEGRALS)
def test_an_integral_in_its_parameter(name):
    fun, limits, options, p = INTEGRALS[name]
    value = lambda p: integrate.quad(lambda x: fun(np, x, p), *limits, **options)[0]
    assert value(p).item() == scipy.integrate.quad(lambda x: fun(np, x, p), *limits, **options)[0]

    def exactly(q):
        ends = [float(end) for end in limits]
        return mpmath.quad(
            lambda x: fun(mpmath, x, q), [ends[0], *options.get("points", ()), ends[1]]
        )

    with mpmath.workdps(25):
        first, second = (float(mpmath.diff(CLOSED.get(name, exactly), p, n)) for n in (1, 2))
    np.testing.assert_allclose(wg.grad(value)(p), first, 3e-8)
    np.testing.assert_allclose(wg.jvp(value, (p,), (1.0,))[1], first, 3e-8)
    np.testing.assert_allclose(wg.hessian(value)(p), second, 1e-6)


def test_limits_by_leibniz():
    def area(v):
        a, b, p = v
        return integrate.quad(lambda x, p: np.exp(-p * x) * np.sin(x), a, b, args=(p,))[0]

    def exactly(a, b, p):
        primitive = lambda x: -np.exp(-p * x) * (p * np.sin(x) + np.cos(x)) / (p * p + 1)
        return primitive(b) - primitive(a)

    at = np.array([0.3, 2.0, 0.7])
    for ends in (at, at[[1, 0, 2]]):
        np.testing.assert_allclose(area(ends), exactly(*ends), 1e-12)
        np.testing.assert_allclose(wg.grad(area)(ends), wg.grad(lambda v: exactly(*v))(ends), 1e-9)
        want = wg.hessian(lambda v: exactly(*v))(ends)
        for hessian in (wg.hessian(area), wg.jacrev(wg.grad(area)), wg.jacrev(wg.jacfwd(area))):
            np.testing.assert_allclose(hessian(ends), want, 1e-8, 1e-12)
        thrice = wg.jacfwd(wg.hessian(area))(ends)
        np.testing.assert_allclose(
            thrice, wg.jacfwd(wg.hessian(lambda v: exactly(*v)))(ends), 1e-7, 1e-10
        )


def test_a_limit_beside_infinity():
    tail = lambda a: integrate.quad(lambda x: np.exp(-a * x), a, np.inf)[0]  # e^(-a^2) / a
    np.testing.assert_allclose(wg.grad(tail)(1.3), wg.grad(lambda a: np.exp(-a * a) / a)(1.3), 1e-9)
    assert wg.grad(lambda b: integrate.quad(lambda x: np.exp(-x), 0.0, b)[0])(np.inf) == 0
    nothing = lambda b: integrate.quad(np.cos, b, b)[0]
    assert wg.grad(nothing)(0.4) == 0
    slope = wg.grad(lambda b: integrate.quad(np.cos, 0.4, b)[0])(0.4)
    np.testing.assert_allclose(slope, np.cos(0.4), 1e-15)


def test_a_jump_that_moves():
    def step(p):
        f = lambda x: np.where(x < p, 1.0 + x, 3.0)
        return integrate.quad(f, 0.0, 1.0, points=[p])[0]

    np.testing.assert_allclose(wg.grad(step)(0.25), 1.25 - 3.0, 1e-12)
    np.testing.assert_allclose(wg.hessian(step)(0.25), 1.0, 1e-9)


def test_an_infinite_integrand_at_a_limit_that_moves():
    area = lambda a: integrate.quad(lambda x: 1 / np.sqrt(x), a, 1.0)[0]
    np.testing.assert_allclose(area(0.0), 2.0)
    with (
        np.errstate(divide="ignore"),
        pytest.raises(wg.DerivativeError, match="quad: the integrand"),
    ):
        wg.grad(area)(0.0)


WEIGHTS = {
    "cos": (lambda w: w, lambda x, w: np.cos(w * x), 30.0),
    "sin": (lambda w: w, lambda x, w: np.sin(w * x), 30.0),
    "alg": (lambda w: (w, 0.25), lambda x, w: (x - 0.5) ** w * (2 - x) ** 0.25, 0.5),
    "alg-loga": (lambda w: (w, 0.0), lambda x, w: (x - 0.5) ** w * np.log(x - 0.5), 0.5),
    "alg-logb": (lambda w: (0.0, w), lambda x, w: (2 - x) ** w * np.log(2 - x), 0.5),
    "alg-log": (
        lambda w: (0.0, w),
        lambda x, w: (2 - x) ** w * np.log(x - 0.5) * np.log(2 - x),
        0.5,
    ),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_weights(name):
    wvar, factor, w = WEIGHTS[name]

    def weighted(v, module=integrate):
        f = lambda x: np.exp(-v[0] * x)
        return module.quad(f, 0.5, 2.0, weight=name, wvar=wvar(v[1]))[0]

    def written(v):
        f = lambda x: np.exp(-v[0] * x) * factor(x, v[1])
        return integrate.quad(f, 0.5, 2.0, limit=200)[0]

    at = np.array([0.7, w])
    assert weighted(at).item() == weighted(at, scipy.integrate)
    np.testing.assert_allclose(wg.grad(weighted)(at), wg.grad(written)(at), 1e-6)
    np.testing.assert_allclose(wg.hessian(weighted)(at), wg.hessian(written)(at), 1e-6)


def test_weights_and_limits():
    area = lambda b, w: integrate.quad(np.exp, 0.0, b, weight="cos", wvar=w)[0]
    exact = lambda b, w: (np.exp(b) * (np.cos(w * b) + w * np.sin(w * b)) - 1) / (1 + w * w)
    for k in (0, 1):
        np.testing.assert_allclose(wg.grad(area, k)(1.2, 3.0), wg.grad(exact, k)(1.2, 3.0), 1e-8)
    backwards = lambda w: integrate.quad(np.exp, 1.2, 0.0, weight="cos", wvar=w)[0]
    np.testing.assert_allclose(wg.grad(backwards)(3.0), -wg.grad(exact, 1)(1.2, 3.0), 1e-8)


def test_weights_without_a_derivative():
    with pytest.raises(NotImplementedError, match="quad: weight='cauchy' was given"):
        wg.grad(lambda p: integrate.quad(lambda x: p * x, 0, 1, weight="cauchy", wvar=0.3)[0])(1.0)
    decaying = lambda p: lambda x: np.exp(-p * x)
    waves = lambda p: integrate.quad(decaying(p), 0, np.inf, weight="sin", wvar=2.0)[0]
    with pytest.raises(NotImplementedError, match="quad: weight='sin' was given between"):
        wg.grad(waves)(1.0)
    with pytest.raises(NotImplementedError, match="quad: weight='alg' was given and a limit"):
        wg.grad(lambda b: integrate.quad(np.exp, 0, b, weight="alg", wvar=(0.5, 0.5))[0])(1.0)
    with pytest.raises(NotImplementedError, match="complex_func=True"):
        wg.grad(lambda p: integrate.quad(lambda x: p * x, 0, 1, complex_func=True)[0])(1.0)


def test_reports_and_warnings():
    value, error, info = integrate.quad(lambda x: x, 0.0, 1.0, full_output=1)
    assert value.item() == 0.5
    assert error < 1e-10
    assert info["last"] == 1
    with pytest.warns(scipy.integrate.IntegrationWarning, match="maximum number of subdivisions"):
        wg.grad(lambda p: integrate.quad(lambda x: p * np.sin(1 / x), 1e-9, 1, limit=3)[0])(1.0)


def test_transforms():
    gamma = lambda s: integrate.quad(lambda t: t ** (s - 1) * np.exp(-t), 0, np.inf)[0]
    s = np.array([1.5, 2.5, 4.0])
    want = [float(mpmath.gamma(x) * mpmath.digamma(x)) for x in s]
    np.testing.assert_allclose(wg.vmap(wg.grad(gamma))(s), want, 1e-6)
    np.testing.assert_allclose(wg.grad(lambda s: np.sum(wg.vmap(gamma)(s)))(s), want, 1e-6)
    np.testing.assert_allclose(wg.jit(wg.grad(gamma))(2.5), want[1], 1e-6)
    np.testing.assert_allclose(wg.grad(wg.checkpoint(gamma))(2.5), want[1], 1e-6)


def test_arrays_that_are_integrated():
    def moments(v):
        a, b, p = v
        return integrate.quad_vec(lambda x: np.stack([np.exp(-p * x), x * np.cos(p * x)]), a, b)[0]

    wg.testing.check_grads(moments, (np.array([0.2, 1.7, 0.9]),), order=2)
    for limits in ((0.0, np.inf), (-np.inf, 0.0), (-np.inf, np.inf), (np.inf, 0.0)):
        whole = lambda p, limits=limits: integrate.quad_vec(
            lambda x: np.exp(-p * x * x) * np.array([1.0, x]), *limits
        )
        theirs = scipy.integrate.quad_vec(
            lambda x: np.exp(-2.0 * x * x) * np.array([1, x]), *limits
        )
        assert whole(2.0)[0].tolist() == theirs[0].tolist()
        assert whole(2.0)[1] == theirs[1]
        want = theirs[0] * [-1 / 4, -1 / 2]  # the powers of p are -1/2 and -1
        derivative = wg.jacobian(lambda p, whole=whole: whole(p)[0])(2.0)
        np.testing.assert_allclose(derivative, want, 1e-7, 1e-9)


def test_several_numbers():
    def mass(v):
        r, p = v
        inner = lambda x: r * np.sqrt(1 - x**2)
        return integrate.dblquad(lambda y, x: y**p, 0.0, 1.0, 0.0, inner)[0]

    def exactly(v):  # r^(p + 1) / (p + 1) times the integral of (1 - x^2)^((p + 1) / 2)
        r, p = v
        q = (p + 1) / 2
        return (
            r ** (p + 1)
            / (p + 1)
            * np.sqrt(np.pi)
            * special.gamma(q + 1)
            / (2 * special.gamma(q + 1.5))
        )

    at = np.array([1.5, 2.0])
    np.testing.assert_allclose(mass(at), exactly(at), 1e-9)
    np.testing.assert_allclose(wg.grad(mass)(at), wg.grad(exactly)(at), 1e-6)
    np.testing.assert_allclose(wg.hessian(mass)(at), wg.hessian(exactly)(at), 1e-4)


def test_ranges_of_several_numbers():
    def box(h):
        return integrate.nquad(
            lambda x, y, z, c: c * x * y * z, [(0, h[0]), (0, h[1]), (h[2], 1)], (2.0,)
        )

    h = np.array([1.5, 2.0, 0.5])
    value, error = box(h)
    theirs = scipy.integrate.nquad(
        lambda x, y, z, c: c * x * y * z, [(0, 1.5), (0, 2), (0.5, 1)], (2.0,)
    )
    assert (value.item(), error) == theirs
    exactly = lambda h: h[0] ** 2 * h[1] ** 2 * (1 - h[2] ** 2) / 4
    np.testing.assert_allclose(wg.grad(lambda h: box(h)[0])(h), wg.grad(exactly)(h), 1e-9)
    with pytest.raises(NotImplementedError, match="nquad: opts has points"):
        wg.grad(lambda h: integrate.nquad(lambda x: h * x, [(0, 1)], opts={"points": [0.5]})[0])(
            1.0
        )


@pytest.mark.parametrize("n", [2, 3, 4, 5, 8, 9])
@pytest.mark.parametrize(
    "name", ["trapezoid", "simpson", "cumulative_trapezoid", "cumulative_simpson"]
)
def test_samples(name, n):
    ours, theirs = (getattr(m, name) for m in (integrate, scipy.integrate))
    rng = np.random.default_rng(n)
    y = rng.normal(size=(2, n, 3))
    places = {"x": np.cumsum(0.5 + rng.random(n))}
    every = {"x": np.cumsum(0.5 + rng.random((2, n, 3)), axis=1)}
    for given in ({}, {"dx": 0.3}, places, every):
        np.testing.assert_allclose(
            ours(y, axis=1, **given), theirs(y, axis=1, **given), 1e-12, 1e-13
        )
    if name.startswith("cumulative"):
        got, want = (f(y, axis=1, initial=0.0, **places) for f in (ours, theirs))
        np.testing.assert_allclose(got, want, 1e-12, 1e-13)
    wg.testing.check_grads(lambda y, x: ours(y, x=x), (y[0, :, 0], places["x"]), order=2)


def test_samples_by_romberg():
    y = np.cos(np.linspace(0, 2, 17)) * np.ones((3, 1))
    for axis, given in ((1, y), (0, y.T)):
        got, want = (m.romb(given, 0.125, axis) for m in (integrate, scipy.integrate))
        np.testing.assert_allclose(got, want, 1e-14)
    wg.testing.check_grads(integrate.romb, (y[0], np.array(0.1)), order=2)
    with pytest.raises(ValueError, match="romb: y has 4 samples"):
        integrate.romb(np.ones(4))
    with pytest.raises(TypeError, match="romb: show=True"):
        integrate.romb(np.ones(5), show=True)


def test_bad_samples():
    for function in (integrate.simpson, integrate.cumulative_trapezoid):
        with pytest.raises(ValueError, match="x has 2 elements along the axis and y 3"):
            function(np.ones(3), np.ones(2))
    with pytest.raises(ValueError, match="simpson: y has no samples"):
        integrate.simpson(np.ones(0))


def test_a_rule_of_gauss():
    area = lambda a, b, p: integrate.fixed_quad(lambda x: np.exp(p * x), a, b, n=4)[0]
    assert area(0.0, 1.0, 2.0).item() == pytest.approx(
        scipy.integrate.fixed_quad(lambda x: np.exp(2 * x), 0, 1, n=4)[0], rel=1e-15
    )
    wg.testing.check_grads(area, (0.3, 1.2, 0.7), order=2)
    with pytest.raises(ValueError, match="fixed_quad: the limits are"):
        integrate.fixed_quad(np.exp, 0.0, np.inf)
