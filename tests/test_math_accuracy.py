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
UNARY = {
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
    "erf": [(-6, 6), (-1, 1)],
    "erfc": [(-6, 27.3), (-4, 10.1), (-1, 2)],
}


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
    for low, high in INTERVALS.get(name, [(-20, 20), (-2, 2)]):
        parts.append(rng.uniform(low, high, COUNT).astype(dtype))
    return np.concatenate(parts)


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
    scale = max if name.startswith("logaddexp") else lambda *_: 0
    got = np.asarray(getattr(core, name)(x, y))
    worst, place = largest_error(got, [x, y], BINARY[name], dtype, scale)
    assert worst <= CLAIMS[name], place


def test_powers_that_are_representable_are_exact():
    x, y = np.meshgrid(np.arange(-20.0, 21.0), np.arange(0.0, 13.0))
    assert np.array_equal(np.asarray(core.power(x, y)), x**y)
    roots = np.arange(1.0, 1000.0)
    assert np.array_equal(np.asarray(core.power(roots * roots, 0.5)), roots)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", [n for n in UNARY if hasattr(np, n)])
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
    "name", [*BINARY, "remainder", "floor_divide", "maximum", "fmin", "copysign"]
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
