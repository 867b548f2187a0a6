"""Fit the polynomials of csrc/kernels/math and print its coefficients.inl.

Near-minimax (Chebyshev) fits in 40 digits; the comment beside each table is the largest error of the
fit itself. Run it as `python tools/fit_polynomials.py > csrc/kernels/math/coefficients.inl`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import (  # type: ignore[import-untyped]
    asin,
    atan,
    atanh,
    cbrt,
    chebyfit,
    cos,
    erf,
    erfc,
    exp,
    log,
    mp,
    mpf,
    nstr,
    pi,
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


def scaled_erfc(t: Any) -> Any:
    x = ERFC_CENTRE * (1 + t) / (1 - t)
    return (x + ERFC_CENTRE) * exp(x * x) * erfc(x)


def erfc_range(low: Any, high: Any) -> list[Any]:
    return [(mpf(x) - ERFC_CENTRE) / (mpf(x) + ERFC_CENTRE) for x in (low, high)]


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
    ("erfc", "(x + 2) e^(x^2) erfc(x), t = (x - 2) / (x + 2)", scaled_erfc, None, 22, 10),
]  # fmt: skip

RANGES = {"erfc": {"double": erfc_range("0.999", 28), "float": erfc_range("0.999", "10.6")}}


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
    print(
        "/// Coefficients of the fitted polynomials, lowest order first; written by tools/fit_polynomials.py."
    )
    print("// clang-format off")
    print(
        "namespace wg {\nnamespace {\nnamespace math {\n\ntemplate <class T> struct Coefficients;\n"
    )
    for dtype, column in (("double", 4), ("float", 5)):
        print(f"template <> struct Coefficients<{dtype}> {{")
        for fit in FITS:
            print(table(dtype, fit[0], fit[1], fit[2], fit[3], fit[column]))
        print("};\n")
    print("}  // namespace math\n}  // namespace\n}  // namespace wg")


if __name__ == "__main__":
    main()
