"""Fit the polynomials of csrc/kernels/math and print its coefficients.inl, or special_coefficients.inl.

Near-minimax (Chebyshev) fits in 40 digits; the comment beside each table is the largest error of the
fit itself. Run it as `python tools/fit_polynomials.py > csrc/kernels/math/coefficients.inl`, and with
`special` before the arrow for the polynomials of special functions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from mpmath import (  # type: ignore[import-untyped]
    asin,
    atan,
    atanh,
    besseli,
    cbrt,
    chebyfit,
    cos,
    erf,
    erfc,
    erfinv,
    exp,
    findroot,
    gamma,
    inf,
    log,
    loggamma,
    mp,
    mpf,
    nstr,
    pi,
    psi,
    sin,
    sqrt,
    taylor,
)

mp.dps = 40

Function = Callable[[Any], Any]

LN2 = log(2)
LOG_RANGE = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 * mpf("1.001")
QUADRANT = (pi / 4 * mpf("1.0001")) ** 2
OCTANT = (sqrt(2) - 1) ** 2 * mpf("1.001")
ERFC_CENTRE = 2


def remainder(function: Function, order: int) -> Function:
    """Return (f(x) - its Taylor polynomial below x^order) / x^order, without cancellation near 0."""
    series = taylor(function, 0, order + 12)

    def quotient(x: Any) -> Any:
        if abs(x) < mpf("1e-3"):
            return sum(c * x**i for i, c in enumerate(series[order:]))
        return (function(x) - sum(c * x**i for i, c in enumerate(series[:order]))) / x**order

    return quotient


def even(function: Function) -> Function:
    """Return the function of u = x^2 of an even function of x."""
    return lambda u: function(sqrt(u))


def mapped(function: Function, centre: Any) -> Function:
    """Return the function of t = (x - c) / (x + c): poles on the negative axis are then far away."""
    return lambda t: function(centre * (1 + t) / (1 - t) if t < 1 else inf)


def map_range(low: Any, high: Any, centre: Any) -> list[Any]:
    return [(mpf(x) - centre) / (mpf(x) + centre) if x != inf else mpf(1) for x in (low, high)]


def reciprocal(function: Function, power: int) -> Function:
    """Return the function of u = 1 / x^power, which is wanted at u = 0 as well."""

    def of_u(u: Any) -> Any:
        with mp.workdps(90):
            return function(max(u, mpf("1e-20")) ** (mpf(-1) / power))

    return of_u


def scaled_erfc(x: Any) -> Any:
    return (x + ERFC_CENTRE) * exp(x * x) * erfc(x)


def erfcx_slope(x: Any) -> Any:
    if x > 100:
        u = -1 / (2 * mpf(x) * x)
        terms, term = mpf(0), mpf(1)
        for k in range(1, 16):
            term *= (2 * k - 1) * u
            terms += term
        return -2 / sqrt(pi) * terms * (x + ERFC_CENTRE) ** 2 if x != inf else 1 / sqrt(pi)
    with mp.workdps(60):
        return (2 / sqrt(pi) - 2 * x * exp(x * x) * erfc(x)) * (x + ERFC_CENTRE) ** 2


def erfcinv_of_root(r: Any) -> Any:
    """Return erfcinv(e^(-r^2)) / r, by Newton's method."""
    x = mpf(r) if r > 1.5 else r - mpf("0.3")
    for _ in range(60):
        tail = erfc(x)
        step = (log(tail) + r * r) * tail * sqrt(pi) / 2 * exp(x * x)
        x += step
        if abs(step) < mpf("1e-36"):
            break
    return x / r


def stirling(x: Any) -> Any:
    """Return what Stirling's formula leaves of log(gamma(x))."""
    return loggamma(x) - ((x - mpf("0.5")) * log(x) - x + log(2 * pi) / 2)


def over_zeros(function: Function, zeros: tuple[Any, ...]) -> Function:
    """Return f(x) / product of (x - its zeros), which are simple."""

    def quotient(x: Any) -> Any:
        near = [z for z in zeros if abs(x - z) < mpf("1e-10")]
        if near:  # the derivatives of what are all of these functions, log(gamma)'s
            order = 0 if function is loggamma else 1
            d = x - near[0]
            slope = psi(order, near[0]) + psi(order + 1, near[0]) * d / 2
            slope += psi(order + 2, near[0]) * d * d / 6
        else:
            slope = function(x)
        for z in zeros:
            if z not in near:
                slope /= x - z
        return slope

    return quotient


def scaled_bessel(order: int) -> Function:
    return lambda x: besseli(order, x) * exp(-x) * sqrt(x)


LGAMMA_CENTRE, GAMMA_CENTRE, PSI_CENTRE = mpf("1.75"), mpf("2.4375"), mpf("1.4375")
NEAR_CENTRE, FAR_CENTRE = mpf("1.8125"), mpf("10.5")
PSI_ROOT = findroot(lambda x: psi(0, x), 1.46)
STIRLING_RANGE = [mpf(0), mpf(1) / 64]
ROOT_LN2 = sqrt(log(2)) * mpf("0.9999")


# name, what the polynomial approximates, function, interval, coefficients for double and float
FITS: list[tuple[Any, ...]] = [
    ("exp", "(e^r - 1 - r) / r^2", remainder(exp, 2), [-LN2 / 2 * mpf("1.0001"), LN2 / 2 * mpf("1.0001")], 11, 5),
    ("exp2", "(2^r - 1 - r ln 2) / r^2", remainder(lambda r: exp(r * LN2), 2), [mpf("-0.5001"), mpf("0.5001")], 11, 5),
    ("log", "(2 atanh(s) - 2 s) / s^3, u = s^2", even(remainder(lambda s: 2 * atanh(s), 3)), [0, LOG_RANGE], 8, 3),
    ("log_tail", "(2 atanh(s) - 2 s - 2/3 s^3) / s^5, u = s^2", even(remainder(lambda s: 2 * atanh(s), 5)),
     [0, LOG_RANGE], 8, 4),
    ("sin", "(sin(r) - r) / r^3, u = r^2", even(remainder(sin, 3)), [0, QUADRANT], 6, 3),
    ("cos", "(cos(r) - 1 + r^2 / 2) / r^4, u = r^2", even(remainder(cos, 4)), [0, QUADRANT], 6, 3),
    ("arcsin", "(arcsin(r) - r) / r^3, u = r^2", even(remainder(asin, 3)), [0, mpf("0.2501")], 13, 5),
    ("arctan", "(arctan(r) - r) / r^3, u = r^2", even(remainder(atan, 3)), [0, OCTANT], 12, 5),
    ("cbrt", "cbrt(m), a first guess", cbrt, [mpf(1), mpf(2)], 6, 3),
    ("erf", "erf(x) / x - 1, u = x^2", even(lambda x: remainder(erf, 1)(x) - 1), [0, mpf(1)], 14, 8),
    ("erfc", "(x + 2) e^(x^2) erfc(x), t = (x - 2) / (x + 2)", mapped(scaled_erfc, ERFC_CENTRE), None, 22, 10),
]  # fmt: skip

SPECIAL_FITS: list[tuple[Any, ...]] = [
    ("erfcx_far", "sqrt(pi) x e^(x^2) erfc(x), u = 1 / x^2", reciprocal(lambda x: sqrt(pi) * x * exp(x * x) * erfc(x), 2),
     None, 6, 4),
    ("erfcx_slope", "(x + 2)^2 (2 / sqrt(pi) - 2 x erfcx(x)), t = (x - 2) / (x + 2)", mapped(erfcx_slope, ERFC_CENTRE),
     map_range("0.999", inf, ERFC_CENTRE), 26, 11),
    ("erfinv", "erfinv(x) / x, u = x^2", lambda u: erfinv(sqrt(u)) / sqrt(u) if u > mpf("1e-20") else sqrt(pi) / 2,
     [mpf(0), mpf("0.2501")], 15, 7),
    ("erfcinv_near", "erfcinv(e^(-r^2)) / r, t = (r - 1.8125) / (r + 1.8125)", mapped(erfcinv_of_root, NEAR_CENTRE),
     map_range(ROOT_LN2, 4, NEAR_CENTRE), 23, 10),
    ("erfcinv_far", "erfcinv(e^(-r^2)) / r, t = (r - 10.5) / (r + 10.5)", mapped(erfcinv_of_root, FAR_CENTRE),
     None, 26, 10),
    ("lgamma", "log(gamma(x)) / ((x - 1) (x - 2)), t = (x - 1.75) / (x + 1.75)",
     mapped(over_zeros(loggamma, (mpf(1), mpf(2))), LGAMMA_CENTRE), map_range(1, 3, LGAMMA_CENTRE), 20, 10),
    ("stirling", "x (log(gamma(x)) - (x - 1/2) log(x) + x - log(2 pi) / 2), u = 1 / x^2",
     reciprocal(lambda x: x * stirling(x), 2), STIRLING_RANGE, 7, 3),
    ("gamma", "gamma(x), t = (x - 2.4375) / (x + 2.4375)", mapped(gamma, GAMMA_CENTRE), map_range(2, 3, GAMMA_CENTRE),
     20, 11),
    ("gamma_tail", "gamma(x) e^x x^(1/2 - x) / sqrt(2 pi), w = 1 / x", reciprocal(lambda x: exp(stirling(x)), 1),
     [mpf(0), mpf(1) / 8], 10, 4),
    ("psi", "psi(x) / (x - its root), t = (x - 1.4375) / (x + 1.4375)",
     mapped(over_zeros(lambda x: psi(0, x), (PSI_ROOT,)), PSI_CENTRE), map_range(1, 2, PSI_CENTRE), 18, 9),
    ("psi_tail", "x^2 (log(x) - 1 / (2 x) - psi(x)), u = 1 / x^2",
     reciprocal(lambda x: x * x * (log(x) - 1 / (2 * x) - psi(0, x)), 2), STIRLING_RANGE, 8, 3),
    ("trigamma_tail", "x^3 (trigamma(x) - 1 / x - 1 / (2 x^2)), u = 1 / x^2",
     reciprocal(lambda x: x**3 * (psi(1, x) - 1 / x - 1 / (2 * x * x)), 2), STIRLING_RANGE, 8, 3),
    ("i0", "i0(x), u = x^2", lambda u: besseli(0, sqrt(u)), [mpf(0), mpf(64)], 17, 12),
    ("i1", "i1(x) / x, u = x^2", lambda u: besseli(1, sqrt(max(u, mpf("1e-40")))) / sqrt(max(u, mpf("1e-40"))),
     [mpf(0), mpf(64)], 17, 11),
    ("i0_far", "sqrt(x) e^-x i0(x), w = 1 / x", reciprocal(scaled_bessel(0), 1), [mpf(0), mpf(1) / 8], 24, 8),
    ("i1_far", "sqrt(x) e^-x i1(x), w = 1 / x", reciprocal(scaled_bessel(1), 1), [mpf(0), mpf(1) / 8], 24, 8),
    ("i0e_slope", "x^(3/2) e^-x (i0(x) - i1(x)), w = 1 / x",
     reciprocal(lambda x: x * sqrt(x) * exp(-x) * (besseli(0, x) - besseli(1, x)), 1), [mpf(0), mpf(1) / 8], 25, 8),
]  # fmt: skip

RANGES = {
    "erfc": {
        "double": map_range("0.999", 28, ERFC_CENTRE),
        "float": map_range("0.999", "10.6", ERFC_CENTRE),
    },
    "erfcx_far": {"double": [mpf(0), mpf(1) / 784], "float": [mpf(0), mpf(1) / 110]},
    "erfcinv_far": {
        "double": map_range(4, "27.4", FAR_CENTRE),
        "float": map_range(4, "10.4", FAR_CENTRE),
    },
}


def table(dtype: str, name: str, what: str, function: Function, interval: Any, count: int) -> str:
    interval = RANGES[name][dtype] if interval is None else interval
    coefficients, error = chebyfit(function, interval, count, error=True)
    ascending = coefficients[::-1]
    if dtype == "double":
        numbers = [float(c).hex() for c in ascending]
    else:
        numbers = [
            f"{nstr(c, 10, strip_zeros=False, min_fixed=0, max_fixed=0)}f" for c in ascending
        ]
    lines, line = [], "     "
    for number in numbers:
        if len(line) + len(number) > 108:
            lines.append(line)
            line = "     "
        line += f" {number},"
    body = "\n".join([*lines, line]).removesuffix(",")
    return (
        f"  // {what}: within {nstr(error, 2)}\n  static constexpr {dtype} {name}[] = {{\n{body}}};"
    )


def main() -> None:
    is_special = "special" in sys.argv
    what = "special functions" if is_special else "the fitted polynomials"
    name = "SpecialCoefficients" if is_special else "Coefficients"
    print(f"/// Coefficients of {what}, lowest order first; written by tools/fit_polynomials.py.")
    print("// clang-format off")
    print(
        f"namespace wg {{\nnamespace {{\nnamespace math {{\n\ntemplate <class T> struct {name};\n"
    )
    for dtype, column in (("double", 4), ("float", 5)):
        print(f"template <> struct {name}<{dtype}> {{")
        for fit in SPECIAL_FITS if is_special else FITS:
            print(table(dtype, fit[0], fit[1], fit[2], fit[3], fit[column]))
        print("};\n")
    print("}  // namespace math\n}  // namespace\n}  // namespace wg")


if __name__ == "__main__":
    main()
