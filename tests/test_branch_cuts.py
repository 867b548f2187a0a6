"""Derivatives of complex functions on the side of a cut that the value is on, and at huge and tiny arguments."""

import itertools

import mpmath
import numpy as np
import pytest

import wengert as wg
from wengert import _core as core

pytestmark = pytest.mark.isa

mp = mpmath.MPContext()
mp.prec = 1500
LN2, LN10 = mp.ln2, mp.log(10)


def root(z):
    return mp.sqrt(1 - z) * mp.sqrt(1 + z)


# The value, and the first and second derivative, on the side of the principal value.
FUNCTIONS = {
    "sqrt": (mp.sqrt, lambda z: 1 / (2 * mp.sqrt(z)), lambda z: -1 / (4 * z * mp.sqrt(z))),
    "log": (mp.log, lambda z: 1 / z, lambda z: -1 / z**2),
    "log2": (lambda z: mp.log(z) / LN2, lambda z: 1 / z / LN2, lambda z: -1 / z**2 / LN2),
    "log10": (lambda z: mp.log(z) / LN10, lambda z: 1 / z / LN10, lambda z: -1 / z**2 / LN10),
    "log1p": (lambda z: mp.log(1 + z), lambda z: 1 / (1 + z), lambda z: -1 / (1 + z) ** 2),
    "reciprocal": (lambda z: 1 / z, lambda z: -1 / z**2, lambda z: 2 / z**3),
    "arcsin": (mp.asin, lambda z: 1 / root(z), lambda z: z / root(z) ** 3),
    "arccos": (mp.acos, lambda z: -1 / root(z), lambda z: -z / root(z) ** 3),
    "arctan": (mp.atan, lambda z: 1 / (1 + z * z), lambda z: -2 * z / (1 + z * z) ** 2),
    "arcsinh": (
        mp.asinh,
        lambda z: 1 / root(mp.mpc(0, 1) * z),
        lambda z: -z / root(mp.mpc(0, 1) * z) ** 3,
    ),
    "arccosh": (
        mp.acosh,
        lambda z: 1 / (mp.sqrt(z - 1) * mp.sqrt(z + 1)),
        lambda z: -z / (mp.sqrt(z - 1) * mp.sqrt(z + 1)) ** 3,
    ),
    "arctanh": (mp.atanh, lambda z: 1 / (1 - z * z), lambda z: 2 * z / (1 - z * z) ** 2),
    "hypot1": (
        lambda z: root(mp.mpc(0, 1) * z),
        lambda z: z / root(mp.mpc(0, 1) * z),
        lambda z: 1 / root(mp.mpc(0, 1) * z) ** 3,
    ),
    **{
        f"power {w}": (
            lambda z, w=w: mp.power(z, w),
            lambda z, w=w: w * mp.power(z, w - 1),
            lambda z, w=w: w * (w - 1) * mp.power(z, w - 2),
        )
        for w in (0.5, -1.5, 1 / 3, 2 + 1j, -1, -2)
    },
}
REAL = ("sqrt", "log", "log2", "log10", "log1p", "reciprocal", "arctan", "arcsinh", "hypot1")

SIZES = (0.3, 0.9999999, 1.0000001, 2.0, 1e8, 1e200, 1e-200)
ON_AXES = [
    complex(*((sign * size, zero) if is_real else (zero, sign * size)))
    for size, sign, zero, is_real in itertools.product(SIZES, (1, -1), (0.0, -0.0), (True, False))
]
AROUND = [size * turn for size in SIZES for turn in (1 + 1j, -1 + 1j, -1 - 2j, 0.5 - 1j, 1 + 1e-9j)]
NEAR_POLES = [1j * (1 + 1e-10), 1e-10 + 1j, -1e-12 - 1j, 1 + 1e-10j, -1 - 1e-12 + 0j]
POINTS = ON_AXES + AROUND + NEAR_POLES


def exact(part):
    """Return a part of a number, a zero as a number on its own side of the axis."""
    return mp.mpf(part) if part else mp.mpf(2) ** -10_000 * (1 if np.copysign(1, part) > 0 else -1)


def applied(name):
    name, _, exponent = name.partition(" ")
    return (lambda z: core.power(z, complex(exponent))) if exponent else getattr(core, name)


def is_close(got, want, tolerance, scale=None):
    """Say whether a number is near what is wanted, or both overflow or underflow."""
    scale = abs(want) if scale is None else scale
    if abs(want) > 1e307:
        return True
    return abs(mp.mpmathify(complex(got)) - want) <= tolerance * scale + mp.mpf(1e-307)


each = pytest.mark.parametrize("name", FUNCTIONS)


@each
def test_complex_derivative_is_on_the_side_of_the_value(name):
    for point in POINTS:
        check_derivatives(name, point)


def check_derivatives(name, point):
    f = applied(name)
    z = mp.mpc(exact(point.real), exact(point.imag))
    value, slope, curvature = (g(z) for g in FUNCTIONS[name])
    x = np.array([point, point])
    with np.errstate(all="ignore"):
        assert is_close(f(x).numpy()[0], value, 1e-7, 1 + abs(value))
    first = wg.grad(lambda x: np.sum(f(x)), holomorphic=True)
    second = wg.grad(lambda x: np.sum(first(x)), holomorphic=True)
    pushed = wg.jvp(f, (x,), (np.ones_like(x),))[1]
    for got in (first(x)[0], wg.grad(f, holomorphic=True)(point), pushed[0]):
        assert is_close(got, slope, 1e-13)
    # The terms of a second derivative may cancel, but are no larger than the first.
    assert is_close(second(x)[0], curvature, 1e-12, abs(curvature) + abs(slope) / max(1, abs(z)))


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("x", [1e-300, 1e-160, 1e160, 1e200, 1e300])
def test_real_derivative_at_any_size(name, x):
    f = getattr(core, name)
    _, slope, curvature = (g(mp.mpf(x)) for g in FUNCTIONS[name])
    assert is_close(wg.grad(f)(x), slope, 1e-15)
    assert is_close(wg.jvp(f, (x,), (1.0,))[1], slope, 1e-15)
    assert is_close(wg.grad(wg.grad(f))(x), curvature, 1e-15)


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1.0, 1e160, 1e300])
@pytest.mark.parametrize("name", ["hypot", "arctan2", "logaddexp", "logaddexp2", "divide"])
def test_real_derivatives_of_two_operands_at_any_size(name, size):
    f = getattr(core, name)
    x, y = 3.0 * size, 4.0 * size
    a, b = mp.mpf(x), mp.mpf(y)
    share = 1 / (1 + mp.exp(b - a)) if size < 1e10 else mp.mpf(0)
    share2 = 1 / (1 + mp.power(2, b - a)) if size < 1e10 else mp.mpf(0)
    wanted = {
        "hypot": (a / mp.hypot(a, b), b / mp.hypot(a, b)),
        "arctan2": (b / (a * a + b * b), -a / (a * a + b * b)),
        "logaddexp": (share, 1 - share),
        "logaddexp2": (share2, 1 - share2),
        "divide": (1 / b, -a / b**2),
    }[name]
    for got, want in zip(wg.grad(f, (0, 1))(x, y), wanted, strict=True):
        assert is_close(got, want, 1e-15)


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1.0, 1e160, 1e300])
def test_derivatives_of_modulus_and_angle_at_any_size(size):
    z = complex(3 * size, -4 * size)
    assert is_close(wg.grad(np.abs)(z), mp.mpc(0.6, 0.8), 1e-15)
    turn = mp.mpc(4, -3) / 25 / size
    assert is_close(wg.grad(np.angle)(z), turn, 1e-15)


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_modulus_and_direction_at_any_size(dtype):
    """Also of elements among others that their squares would lose, or overflow."""
    rng = np.random.default_rng(2)
    info = np.finfo(dtype)
    exponents = rng.uniform(np.log2(info.smallest_subnormal), info.maxexp - 1, (2, 600))
    re, im = 2**exponents * rng.choice([-1, 1], (2, 600))
    im = np.where(rng.random(600) < 0.5, re * rng.uniform(-1, 1, 600), im)
    z = (re + 1j * im).astype(dtype)
    z[::50] = 0
    got, direction = np.abs(wg.tensor(z)).numpy(), np.sign(wg.tensor(z)).numpy()
    for x, r, d in zip(z, got, direction, strict=True):
        want = mp.hypot(mp.mpf(float(x.real)), mp.mpf(float(x.imag)))
        assert abs(r - want) <= 1.5 * np.spacing(r)
        assert abs(abs(complex(d)) - (x != 0)) <= 4 * info.eps or abs(want) < info.tiny
    special = np.array([complex(np.inf, np.nan), complex(np.nan, 1), complex(-np.inf, 2)], dtype)
    np.testing.assert_array_equal(np.abs(wg.tensor(special)), [np.inf, np.nan, np.inf])
