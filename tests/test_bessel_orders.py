"""Derivatives of Bessel functions of both kinds in their order, beside mpmath's."""

import mpmath
import numpy as np
import pytest
import scipy.special as sc

import wengert as wg
from wengert.scipy import special

mp = mpmath.MPContext()
mp.dps = 25
INF = np.inf

# Small, integer, half-integer and large orders; below, at and above the argument.
ORDERS = [0.0, 0.3, 1.0, 2.5, 7.0, 20.25, 80.0, -0.5, -1.0, -2.25]
SIZES = [1e-4, 1.0, 7.0, 25.0, 81.0]
FUNCTIONS = {"jv": mp.besselj, "yv": mp.bessely}


def wanted(v, x, times=1):
    """Differentiate mpmath's in the order."""
    return [
        float(mp.diff(lambda v, of=of: of(v, mp.mpf(x)), v, times)) for of in FUNCTIONS.values()
    ]


def in_order(name, x, times):
    f = lambda v: getattr(special, name)(v, x)
    for _ in range(times):
        f = wg.grad(f)
    return f


@pytest.mark.parametrize("x", SIZES)
@pytest.mark.parametrize("times", [1, 2])
def test_over_orders_and_arguments(x, times):
    for v in ORDERS:
        want = wanted(v, x, times)
        got = [in_order(name, x, times)(v) for name in FUNCTIONS]
        # where both oscillate, or are mixed by reflection, to the digits of the larger
        size = np.max(np.abs(want)) if 0 <= v <= x or v < 0 else 0.0
        for one, other in zip(got, want, strict=True):
            if np.isfinite(other) and abs(other) > 1e-280:
                assert one == pytest.approx(other, rel=2e-13, abs=2e-13 * size), (v, x)


def test_higher_and_mixed_derivatives():
    for name, of in FUNCTIONS.items():
        f = lambda v, x, name=name: getattr(special, name)(v, x)
        for v, x in ((1.5, 3.0), (-1.25, 4.0)):
            for times in (3, 4):
                want = float(mp.diff(lambda v, of=of, x=x: of(v, x), v, times))
                assert in_order(name, x, times)(v) == pytest.approx(want, rel=1e-11)
            mixed = wg.grad(wg.grad(f), 1)(v, x)
            assert mixed == pytest.approx(wg.grad(wg.grad(f, 1))(v, x), rel=1e-13)
            want = float(mp.diff(of, (v, mp.mpf(x)), (1, 1)))
            assert mixed == pytest.approx(want, rel=1e-12)
        pushed = wg.jvp(f, (2.5, 3.0), (1.0, 0.0))[1]
        assert pushed == wg.grad(f)(2.5, 3.0)


def test_closed_forms():
    # at the order 0: pi Y_0 / 2 and -pi J_0 / 2 (DLMF 10.15.5 and 10.15.8)
    for x in (0.3, 5.0, 2e4, 1e9):
        size = np.sqrt(2 / (np.pi * x))
        got = wg.grad(special.jv)(0.0, x)
        assert got == pytest.approx(float(mp.pi / 2 * mp.bessely(0, x)), abs=1e-13 * size)
        got = wg.grad(special.yv)(0.0, x)
        assert got == pytest.approx(float(-mp.pi / 2 * mp.besselj(0, x)), abs=1e-13 * size)
    # at the order 1/2 by sine and cosine integrals (DLMF 10.15.6)
    for x in (0.5, 3.0, 40.0):
        si, ci = (part.item() for part in special.sici(2 * x))
        want = np.sqrt(2 / (np.pi * x)) * (ci * np.sin(x) - si * np.cos(x))
        assert wg.grad(special.jv)(0.5, x) == pytest.approx(want, abs=1e-14)


def test_large_orders_and_arguments():
    for v, x in ((1e3, 1e3), (2e3, 1.5e3), (1.5e3, 2e3), (300.0, 1e5)):
        want = wanted(v, x)
        size = np.max(np.abs(want)) if v <= x else 0.0
        for name, other in zip(FUNCTIONS, want, strict=True):
            got = in_order(name, x, 1)(v)
            assert got == pytest.approx(other, rel=1e-10, abs=1e-11 * size), (name, v, x)


def test_scaled_functions_of_real_numbers_are_the_same():
    v, x = np.array([0.5, 3.0, -1.25]), np.array([0.4, 6.0, 2.0])
    for name in ("jv", "yv"):
        slopes = [
            wg.elementwise_grad(lambda v, f=f: f(v, x))(v)
            for f in (getattr(special, name), getattr(special, name + "e"))
        ]
        np.testing.assert_array_equal(*slopes)


def test_at_the_ends():
    assert wg.grad(special.jv)(1.5, 0.0) == 0
    assert wg.grad(special.jv)(0.0, 0.0) == -INF
    assert wg.grad(special.yv)(0.0, 0.0) == -np.pi / 2
    assert wg.grad(special.yv)(1.0, 0.0) == -INF
    for name in FUNCTIONS:
        assert in_order(name, INF, 1)(2.0) == 0
    # of a negative argument the functions are real at integers alone
    assert np.isnan(wg.grad(special.jv)(2.0, -1.0))


@pytest.mark.parametrize("name", ["jv", "yv", "iv", "kv"])
def test_complex_arguments_have_no_derivative_in_the_order(name):
    function = getattr(special, name)
    with pytest.raises(TypeError, match="bessel_order_derivative: an operand is complex128"):
        wg.vjp(lambda v: function(v, 1 + 1j), 1.5)[1](1 + 0j)


HANKEL = {
    "hankel1": mp.hankel1,
    "hankel2": mp.hankel2,
    "hankel1e": lambda v, x: mp.hankel1(v, x) * mp.exp(-1j * x),
    "hankel2e": lambda v, x: mp.hankel2(v, x) * mp.exp(1j * x),
}


@pytest.mark.parametrize("name", HANKEL)
def test_hankel_functions_in_the_order_of_real_numbers(name):
    """Also of negative ones, on the upper side of the cut, and twice."""
    function, of = getattr(special, name), HANKEL[name]
    v, x = (w.ravel() for w in np.meshgrid([0.0, 1.0, 1.3, -0.6, 2.5], [0.3, 2.0, -2.0, 15.0]))
    slope = lambda v: wg.jvp(lambda v: function(v, x), (v,), (np.ones_like(v),))[1]
    curvature = wg.jvp(slope, (v,), (np.ones_like(v),))[1]
    for got, order, rtol in ((slope(v), 1, 1e-11), (curvature, 2, 1e-8)):
        want = [
            complex(mp.diff(lambda v, x=x: of(v, x), mp.mpf(v), order))
            for v, x in zip(v, x, strict=True)
        ]
        np.testing.assert_allclose(got, want, rtol=rtol)
    pulled = wg.grad(lambda v: np.sum(np.real(function(v, x))))(v)
    np.testing.assert_allclose(pulled, np.real(slope(v)), rtol=1e-12)
    if not name.endswith("e"):
        with pytest.raises(ValueError, match=f"{name}: a derivative with respect to v"):
            wg.vjp(lambda v: function(v, 2.0 + 1j), 1.5)[1](1 + 0j)


@pytest.mark.parametrize("name", ["hankel1e", "hankel2e"])
def test_scaled_hankel_functions_of_complex_numbers(name):
    """In every quarter of the plane, and where those that are not scaled overflow or vanish."""
    z = np.array([1 + 2j, -1 + 2j, -1 - 2j, 1 - 2j, 3j, -3j, -2 + 0j, 0.5 + 0j])
    z = np.concatenate([z, 400 * z[:6]])
    for v in (0.0, 1.3, -2.0):
        got = getattr(special, name)(v, z)
        np.testing.assert_allclose(got, getattr(sc, name)(v, z), rtol=1e-13)
    for place in z[:8]:
        got = wg.grad(lambda z: getattr(special, name)(1.3, z), holomorphic=True)(place)
        want = mp.diff(lambda z: HANKEL[name](1.3, z), mp.mpc(place), direction=1j)
        np.testing.assert_allclose(got, complex(want), rtol=1e-9)
