"""The errors that the comments of csrc/kernels/math claim, measured against mpmath.

A function's comment says "at most n ulp", or "exact"; an ulp is the spacing of its dtype at the true
result, denormal numbers included. mpmath computes with 120 bits.
"""

import re
from pathlib import Path

import mpmath
import numpy as np
import pytest

from wengert import _core as core

pytestmark = pytest.mark.isa

SOURCES = Path(__file__).resolve().parents[1] / "csrc" / "kernels" / "math"
DTYPES = [np.float32, np.float64]
SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0]
COUNT = 1000

mp = mpmath.MPContext()
mp.prec = 120

LN2 = mp.ln2
SQRT2 = mp.sqrt(2)


def of_positive(function):
    """Return the function, which other numbers are outside of."""

    def checked(x, *rest):
        if min(x, *rest) <= 0 if rest else x <= 0:
            raise ValueError
        return function(x, *rest)

    return checked


def erfcx(x):
    if x > 1e8:
        return (1 - 1 / (2 * x * x)) / (x * mp.sqrt(mp.pi))
    return mp.exp(x * x) * mp.erfc(x)


def erfcx_slope(x):
    if x > 1e8:
        return (3 / (2 * x * x) - 1) / (x * x * mp.sqrt(mp.pi))
    return 2 * (x * erfcx(x) - 1 / mp.sqrt(mp.pi))


def erfcinv(y):
    """Solve erfc(x) = y by Newton's method on the logarithm."""
    if not 0 < y < 2:
        raise ValueError
    if y > 1:
        return -erfcinv(2 - y)
    x = mp.sqrt(-mp.log(y)) if y < 0.1 else 1 - y
    for _ in range(60):
        tail = mp.erfc(x)
        step = mp.log(tail / y) * tail * mp.exp(x * x) * mp.sqrt(mp.pi) / 2
        x += step
        if abs(step) <= abs(x) * mp.mpf(2) ** -100:
            break
    return x


def log_ndtr(x):
    if x < -1e4:
        return -x * x / 2 - mp.log(-x * mp.sqrt(2 * mp.pi)) - 1 / (x * x)
    x = min(x, 60)
    tail = mp.erfc(abs(x) / SQRT2) / 2
    return mp.log(tail) if x < 0 else mp.log1p(-tail)


def scaled_i(order):
    return lambda x: mp.besseli(order, x) * mp.exp(-abs(x))


# What is left of these at other numbers is the subject of tests of their own.
SPECIAL_FUNCTIONS = {
    "gammaln": of_positive(mp.loggamma),
    "gamma": mp.gamma,
    "psi": of_positive(lambda x: mp.psi(0, x)),
    "trigamma": of_positive(lambda x: mp.psi(1, x)),
    "erfcx": erfcx,
    "erfcx_slope": erfcx_slope,
    "erfinv": lambda x: mp.sign(x) * erfcinv(1 - abs(x)) if abs(x) > 0.1 else mp.erfinv(x),
    "erfcinv": erfcinv,
    "ndtr": lambda x: mp.erfc(max(min(-x, 60), -60) / SQRT2) / 2,
    "ndtri": lambda p: -SQRT2 * erfcinv(2 * p),
    "log_ndtr": log_ndtr,
    "i0": lambda x: mp.besseli(0, x),
    "i1": lambda x: mp.besseli(1, x),
    "i0e": scaled_i(0),
    "i1e": scaled_i(1),
    "i0e_slope": lambda x: scaled_i(1)(abs(x)) - scaled_i(0)(x),
    "i1_over_x": lambda x: mp.besseli(1, x) / x,
    "exprel": lambda x: mp.expm1(x) / x,
    "logit": lambda x: mp.log(of_positive(lambda p: p)(x) / of_positive(lambda p: p)(1 - x)),
}
UNARY = SPECIAL_FUNCTIONS | {
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "exp": mp.exp,
    "exp2": lambda x: mp.exp(x * LN2),
    "expm1": mp.expm1,
    "expit": lambda x: 1 / (1 + mp.exp(-x)),
    "log": mp.log,
    "log2": lambda x: mp.log(x) / LN2,
    "log10": mp.log10,
    "log1p": mp.log1p,
    "sqrt": mp.sqrt,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "arcsin": mp.asin,
    "arccos": mp.acos,
    "arctan": mp.atan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "arcsinh": mp.asinh,
    "arccosh": mp.acosh,
    "arctanh": mp.atanh,
    "erf": mp.erf,
    "erfc": lambda x: mp.erfc(max(min(x, 40), -40)),  # where it is 0 and 2 to any precision
    "floor": mp.floor,
    "ceil": mp.ceil,
    "rint": mp.nint,
    "trunc": lambda x: mp.sign(x) * mp.floor(abs(x)),
}
BINARY = {
    "betaln": of_positive(lambda x, y: mp.loggamma(x) + mp.loggamma(y) - mp.loggamma(x + y)),
    "power": mp.power,
    "arctan2": lambda y, x: mp.atan2(y, x) + 0 / x,  # mpmath has no signed zeros
    "hypot": mp.hypot,
    "fmod": lambda x, y: mp.sign(x) * mp.fmod(abs(x), abs(y)),
    "logaddexp": lambda x, y: max(x, y) + mp.log1p(mp.exp(-abs(x - y))),
    "logaddexp2": lambda x, y: max(x, y) + mp.log1p(mp.exp(-abs(x - y) * LN2)) / LN2,
}

# Where a function is neither constant nor trivial, for float64 and float32 where that differs.
INTERVALS = {
    "exp": [(-746, 710), (-104, 89), (-1, 1)],
    "exp2": [(-1075, 1024), (-150, 128), (-1, 1)],
    "expm1": [(-40, 710), (-18, 89), (-1, 1)],
    "expit": [(-746, 40), (-104, 18), (-3, 3)],
    "log": [(0, 10), (0.7, 1.5)],
    "log2": [(0, 10), (0.7, 1.5)],
    "log10": [(0, 10), (0.7, 1.5)],
    "log1p": [(-1, 3), (-0.3, 0.3)],
    "sin": [(-8192, 8192), (-1e6, 1e6), (-4, 4)],
    "cos": [(-8192, 8192), (-1e6, 1e6), (-4, 4)],
    "tan": [(-8192, 8192), (-1e6, 1e6), (-4, 4)],
    "arcsin": [(-1, 1), (0.99, 1)],
    "arccos": [(-1, 1), (0.99, 1)],
    "arccosh": [(1, 1.01), (1, 10)],
    "arctanh": [(-1, 1), (0.99, 1)],
    "sinh": [(-711, 711), (-90, 90), (-2, 2)],
    "cosh": [(-711, 711), (-90, 90), (-2, 2)],
    "gammaln": [(0, 3), (0, 12)],
    "gamma": [(-4, 10), (-170, 172), (-34, 35)],
    "psi": [(0, 12), (1.3, 1.6)],
    "trigamma": [(0, 12), (0, 100)],
    "erfcx": [(-26.6, 30), (-9.4, 11), (-1, 2)],
    "erfcx_slope": [(-26, 30), (-9, 11), (-1, 2)],
    "erfinv": [(-1, 1), (0.99, 1)],
    "erfcinv": [(0, 2), (0, 0.01)],
    "ndtr": [(-38, 9), (-14, 5), (-2, 2)],
    "ndtri": [(0, 1), (0, 0.01)],
    "log_ndtr": [(-40, 10), (-2, 2)],
    "i0": [(-714, 714), (-92, 92), (-12, 12)],
    "i1": [(-714, 714), (-92, 92), (-12, 12)],
    "i1_over_x": [(-714, 714), (-92, 92), (-12, 12)],
    "exprel": [(-40, 716), (-18, 93), (-1, 1)],
    "logit": [(0, 1), (0.4, 0.6)],
    "erf": [(-6, 6), (-1, 1)],
    "erfc": [(-6, 27.3), (-4, 10.1), (-1, 2)],
}


# mpmath's series of these takes long for others.
OF_MODERATE_NUMBERS = {"i0", "i1", "i0e", "i1e", "i0e_slope", "i1_over_x"}


def claims():
    """Return {function: its claimed largest error in ulp}, as the comments have it."""
    found = {}
    pattern = re.compile(
        r"((?:///[^\n]*\n)+)template <class V>\s*\[\[[^\]]*\]\] inline V (\w+)\(V "
    )
    for source in SOURCES.glob("*.inl"):
        for comment, name in pattern.findall(source.read_text()):
            text = comment.replace("\n/// ", " ")
            if claim := re.search(r"at most ([\d.]+) ulp", text):
                found[name] = float(claim[1])
            elif re.search(r"\bexact\b", text, re.IGNORECASE):
                found[name] = 0.0
    return found


CLAIMS = claims() | {"sqrt": 0.5, "floor": 0.0, "ceil": 0.0, "rint": 0.0, "trunc": 0.0}


def whole_range(rng, dtype, count):
    """Return numbers of every exponent and either sign, denormal ones among them."""
    info = np.finfo(dtype)
    exponents = rng.uniform(np.log2(float(info.smallest_subnormal)), info.maxexp, count)
    signs = rng.choice([-1.0, 1.0], count)
    with np.errstate(all="ignore"):
        return (signs * np.exp2(exponents)).astype(dtype)


def points(name, dtype):
    """Return where a function of one operand is measured."""
    rng = np.random.default_rng(2)
    parts = [whole_range(rng, dtype, COUNT)]
    if name in OF_MODERATE_NUMBERS:
        parts = [np.sign(parts[0]) * np.exp2(np.log2(np.abs(parts[0])) / 64)]
    for low, high in INTERVALS.get(name, [(-20, 20), (-2, 2)]):
        parts.append(rng.uniform(low, high, COUNT).astype(dtype))
    some = 3 if name in SPECIAL_FUNCTIONS else 1  # references are slow
    return np.concatenate(parts)[::some].astype(dtype)


def pairs(name, dtype):
    """Return where a function of two operands is measured."""
    rng = np.random.default_rng(3)
    tiny, huge = np.finfo(dtype).minexp, np.finfo(dtype).maxexp
    x, y = rng.uniform(-20, 20, (2, COUNT))
    wide_x, wide_y = whole_range(rng, dtype, (2, COUNT))
    if name == "power":
        base = np.abs(whole_range(rng, dtype, COUNT)).astype(np.float64)
        exponent = rng.uniform(1.05 * tiny, huge, COUNT) / np.log2(np.where(base == 1, 2, base))
        near = 1 + rng.uniform(-1, 1, COUNT) * 2.0 ** rng.uniform(-20, -1, COUNT)
        steep = rng.uniform(0.9 * tiny, 0.9 * huge, COUNT) / np.log2(near)
        whole = np.rint(rng.uniform(-9, 9, (2, COUNT)))
        sides = ([np.abs(x), base, near, whole[0]], [y / 4, exponent, steep, whole[1]])
    elif name == "betaln":
        sides = (np.exp2(x / 2)[::2], np.exp2(y / 2)[::2])
        sides = ([sides[0], np.abs(x)], [sides[1], np.abs(y)])
    elif name == "fmod":
        multiple = y * np.rint(x * 100)
        sides = ([x, x * 1e4, multiple, wide_x], [y, y, y, wide_y])
    else:
        scale = np.abs(wide_x)
        sides = ([x, wide_x, x / 20 * scale, x], [y, wide_y, y / 20 * scale, x + y / 20])
    with np.errstate(all="ignore"):
        return [np.concatenate(side).astype(dtype) for side in sides]


def largest_error(got, operands, reference, dtype, scale=lambda *x: 0):
    """Return (error in ulp, where) of the worst element; infinities and NaN must be right."""
    info = np.finfo(dtype)
    overflow = mp.mpf(float(info.max)) * (1 + mp.mpf(2) ** (-info.nmant - 2))
    worst, place = 0.0, None
    for value, *x in zip(got.tolist(), *(side.tolist() for side in operands), strict=True):
        if not all(map(np.isfinite, x)):
            continue
        try:
            exact = reference(*map(mp.mpf, x))
        except (ZeroDivisionError, ValueError):
            continue  # a pole; the edges are compared with NumPy's
        if isinstance(exact, mp.mpc) or not mp.isfinite(exact):
            continue
        if abs(exact) >= overflow:
            error = 0.0 if np.isinf(value) and (value > 0) == (exact > 0) else np.inf
        elif not np.isfinite(value):
            error = np.inf if abs(exact) < float(info.max) else 0.0
        else:
            size = max(abs(exact), scale(*map(abs, x)))
            exponent = max(mp.frexp(size)[1] - 1, info.minexp) if size else info.minexp
            error = float(abs(mp.mpf(value) - exact) / mp.mpf(2) ** (exponent - info.nmant))
        if error > worst:
            worst, place = error, x
    return worst, place


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", UNARY)
def test_error_of_a_function(name, dtype):
    x = points(name, dtype)
    worst, place = largest_error(np.asarray(getattr(core, name)(x)), [x], UNARY[name], dtype)
    assert worst <= CLAIMS[name], place


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", BINARY)
def test_error_of_a_function_of_two(name, dtype):
    x, y = pairs(name, dtype)
    scale = max if name.startswith("logaddexp") else lambda *_: float(name == "betaln")
    got = np.asarray(getattr(core, name)(x, y))
    worst, place = largest_error(got, [x, y], BINARY[name], dtype, scale)
    assert worst <= CLAIMS[name], place


REFLECTED = {
    "gammaln": lambda x: mp.log(abs(mp.gamma(x))),
    "psi": lambda x: mp.psi(0, x),
    "trigamma": lambda x: mp.psi(1, x),
}


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", REFLECTED)
def test_error_at_negative_numbers_is_one_of_the_terms_of_the_reflection(name, dtype):
    exact = REFLECTED[name]
    x = np.random.default_rng(5).uniform(-20, 0, 300).astype(dtype)
    got = np.asarray(getattr(core, name)(x))
    worst, place = largest_error(
        got, [x], exact, dtype, lambda size: max(abs(exact(size)), abs(mp.log(size)))
    )
    assert worst <= 7, place


def test_powers_that_are_representable_are_exact():
    x, y = np.meshgrid(np.arange(-20.0, 21.0), np.arange(0.0, 13.0))
    assert np.array_equal(np.asarray(core.power(x, y)), x**y)
    roots = np.arange(1.0, 1000.0)
    assert np.array_equal(np.asarray(core.power(roots * roots, 0.5)), roots)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", [n for n in UNARY if hasattr(np, n) and n != "i0"])
def test_special_values_are_those_of_numpy(name, dtype):
    info = np.finfo(dtype)
    edges = [
        info.max,
        info.tiny,
        info.smallest_subnormal,
        info.smallest_subnormal * 5,
        1e22,
        745,
        710,
    ]
    x = np.array([*SPECIAL, *edges, *(-e for e in edges)], dtype)
    compare_with_numpy(getattr(core, name), getattr(np, name), x)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize(
    "name",
    [
        *(n for n in BINARY if hasattr(np, n)),
        "remainder",
        "floor_divide",
        "maximum",
        "fmin",
        "copysign",
    ],
)
def test_special_values_of_two_are_those_of_numpy(name, dtype):
    info = np.finfo(dtype)
    edges = np.array([*SPECIAL, info.max, -info.max, info.tiny, info.smallest_subnormal], dtype)
    x, y = np.meshgrid(edges, edges)
    compare_with_numpy(getattr(core, name), getattr(np, name), x, y)


def compare_with_numpy(ours, numpys, *x):
    """Ask for the same NaN, infinities, zeros and their signs; other numbers need only be near."""
    with np.errstate(all="ignore"):
        want = numpys(*x)
        got = np.asarray(ours(*x))
        near = np.isclose(got, want, rtol=1e-5, atol=0)
    same = (got == want) & (np.signbit(got) == np.signbit(want)) | np.isnan(got) & np.isnan(want)
    near &= np.isfinite(got) & np.isfinite(want) & (got != 0) & (want != 0)
    wrong = ~(same | near)
    assert not wrong.any(), [(*(side[wrong] for side in x), got[wrong], want[wrong])]


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", [*UNARY, *BINARY])
def test_an_element_does_not_depend_on_its_neighbours(name, dtype):
    """An array, its strided half, and each element alone have the same bits."""
    operands = (
        [points(name, dtype)[::40]] if name in UNARY else [s[::50] for s in pairs(name, dtype)]
    )
    function = getattr(core, name)
    whole = np.asarray(function(*operands))
    half = np.asarray(function(*(side[1::2] for side in operands)))
    alone = np.array([np.asarray(function(*x)) for x in zip(*operands, strict=True)])
    assert np.array_equal(whole, alone, equal_nan=True)
    assert np.array_equal(whole[1::2], half, equal_nan=True)
