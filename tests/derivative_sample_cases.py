"""Calls of differentiable functions of samples, places and parts, with operands away from kinks."""

import numpy as np

import wengert.numpy as wnp
from derivative_cases import MASK, A, Constant, V, W, case, of, pos, z

NUMBERS = np.array([[2, 0, 2], [1, 0, 1]])
FREQUENCIES, WEIGHTS = [1, 2, 1, 3], [1.0, 0.5, 2.0, 0.1]


def holes(x):
    return wnp.where(MASK, x, wnp.nan)


CASES = [
    # Samples.
    case("gradient", A, axis=1, edge_order=2),
    case("gradient", A, of(), function=lambda x, h: wnp.gradient(x, h, axis=0)),
    case("gradient", A, pos(4), function=lambda x, h: wnp.gradient(x, wnp.cumsum(h), axis=1)),
    case(
        "gradient",
        A,
        pos(4),
        function=lambda x, h: wnp.gradient(x, wnp.cumsum(h), axis=1, edge_order=2),
    ),
    case("gradient", of(3, 4), function=lambda x: wnp.stack(wnp.gradient(x))),
    case("ediff1d", A, of(2), function=lambda x, y: wnp.ediff1d(x, y, 2 * y)),
    case("unwrap", A, period=0.9),
    case("unwrap", A, function=lambda x: wnp.unwrap(x, period=0.9 + 1e-3 * x[0, 0])),
    case(
        "interp",
        of(5, high=7),
        W,
        pos(),
        function=lambda x, y, p: wnp.interp(x, [0.2, 1.7, 0.9], y, period=2 + p),
    ),
    case(
        "interp", pos(2), pos(3), function=lambda x, p: wnp.interp(x, wnp.cumsum(p), p, period=9.0)
    ),
    case("cov", A),
    case("cov", A, A, function=lambda x, y: wnp.cov(x, y, rowvar=False, bias=True)),
    case("cov", V, fweights=FREQUENCIES, aweights=WEIGHTS),
    case("cov", A, pos(4), function=lambda x, w: wnp.cov(x, aweights=w)),
    case("cov", z(2, 3)),
    case("corrcoef", of(2, 4)),
    case("corrcoef", z(2, 3)),
    *(
        case(name, A, function=lambda x, f=name: getattr(wnp, f)(holes(x), 0))
        for name in ("nanprod", "nanvar", "nanstd", "nanmedian", "nancumsum", "nancumprod")
    ),
    case("nanquantile", A, pos(2, high=0.9), function=lambda x, q: wnp.nanquantile(holes(x), q, 1)),
    case("nanpercentile", A, function=lambda x: wnp.nanpercentile(holes(x), [30, 95])),
    case("cumulative_sum", A, axis=1, include_initial=True),
    case("cumulative_prod", A, axis=0),
    case("bincount", pos(6), function=lambda w: wnp.bincount(NUMBERS.ravel(), w)),
    case("histogram", of(6), function=lambda w: wnp.histogram(np.arange(6.0), 3, weights=w)[0]),
    case(
        "histogram",
        pos(6),
        function=lambda w: wnp.histogram(np.arange(6.0), 3, density=True, weights=w)[0],
    ),
    case("histogram_bin_edges", of(6), bins=3),
    case("histogram", of(6), function=lambda x: wnp.histogram(x, 3)[1]),
    case(
        "histogram2d",
        of(6),
        function=lambda w: wnp.histogram2d(np.arange(6.0), np.arange(6.0) % 4, 2, weights=w)[0],
    ),
    case(
        "histogramdd",
        of(6),
        function=lambda w: wnp.histogramdd(np.arange(12.0).reshape(6, 2) % 5, 2, weights=w)[0],
    ),
    case("sort_complex", z(4)),
    # Polynomials.
    case("vander", W, N=4),
    case("poly", W),
    case("poly", z(3)),
    case("polyval", V, A),
    case("polyadd", V, W),
    case("polysub", V, W),
    case("polymul", V, W),
    case("polydiv", of(5), pos(2), function=lambda u, v: wnp.concatenate(wnp.polydiv(u, v))),
    case("polyfit", of(6), of(6), pos(6), function=lambda x, y, w: wnp.polyfit(x, y, 2, w=w)),
    case("polyfit", of(6), of(6, 2), function=lambda x, y: wnp.polyfit(x, y, 1, cov=True)[1]),
    case("roots", pos(4), function=lambda c: wnp.abs(wnp.roots(c))),
    case("poly", of(3, 3)),
    case("kaiser", pos(), function=lambda beta: wnp.kaiser(5, beta)),
    case(
        "quantile",
        A,
        function=lambda x: wnp.quantile(x, [0.3, 0.8], 1, weights=WEIGHTS, method="inverted_cdf"),
    ),
    case(
        "percentile",
        V,
        function=lambda x: wnp.percentile(x, 40, weights=WEIGHTS, method="inverted_cdf"),
    ),
    case("asarray_chkfinite", of(), of(), function=lambda x, y: wnp.asarray_chkfinite([x, y, x])),
    case("fromiter", of(), function=lambda x: wnp.fromiter((x * k for k in range(3)), float)),
    case("polyder", V, m=2),
    case("polyint", V, of(2), function=lambda p, k: wnp.polyint(p, 2, k)),
    # Parts and places.
    case("insert", A, W, function=lambda x, v: wnp.insert(x, [0, 2, 2], v)),
    case("insert", A, W, function=lambda x, v: wnp.insert(x, 1, v, axis=1)),
    case("delete", A, obj=[0, 2], axis=1),
    case("resize", A, new_shape=(5, 4)),
    case("trim_zeros", A, function=lambda x: wnp.trim_zeros(wnp.concatenate([0 * x[0], x[1]]))),
    case("unique", A),
    case("unique_values", A),
    case("unique_counts", A, function=lambda x: wnp.unique_counts(x).values),
    case("unique_inverse", A, function=lambda x: wnp.unique_inverse(x).values),
    case("unique_all", A, function=lambda x: wnp.unique_all(x).values),
    case("unique", of(3, 1), function=lambda x: wnp.unique(wnp.concatenate([x, x]), axis=0)),
    case("union1d", V, W),
    case("intersect1d", V, function=lambda x: wnp.intersect1d(x, x[1:])),
    case("setdiff1d", V, function=lambda x: wnp.setdiff1d(x, x[1:])),
    case("setxor1d", V, W),
    case("choose", W, of(2, 1), of(), function=lambda *x: wnp.choose(NUMBERS, x)),
    case("piecewise", A, function=lambda x: wnp.piecewise(x, [x > 0.5], [lambda v: v**3, wnp.exp])),
    case("ix_", W, function=lambda x: wnp.ix_(x, [1])[0]),
    case("logspace", of(), V, function=lambda x, y: wnp.logspace(x, y, 3)),
    case("logspace", of(), pos(), function=lambda x, b: wnp.logspace(x, 2.0, 3, base=b)),
    case("geomspace", pos(), pos(4), function=lambda x, y: wnp.geomspace(x, y, 3)),
    case("geomspace", z(), z(), function=lambda x, y: wnp.geomspace(x, y, 3)),
    case("frexp", pos(3, high=0.49), function=lambda x: wnp.frexp(x)[0]),
    case("ldexp", A, function=lambda x: wnp.ldexp(x, [2, -1, 0, 5])),
    case("real_if_close", A, function=lambda x: wnp.real_if_close(x + 0j)),
    case("fromfunction", W, function=lambda x: wnp.fromfunction(lambda i: i * x[0], (3,))),
    case(
        "apply_along_axis", A, function=lambda x: wnp.apply_along_axis(lambda v: v[:2] * v[2], 1, x)
    ),
    case("apply_over_axes", A, function=lambda x: wnp.apply_over_axes(wnp.prod, x, (0, 1))),
    case("lib.stride_tricks.sliding_window_view", A, window_shape=(2, 2)),
    case("lib.stride_tricks.as_strided", V, shape=(2, 3), strides=(8, 8)),
    *(
        case(f"emath.{name}", of(3))
        for name in ("sqrt", "log", "log2", "log10", "arccos", "arcsin", "arctanh")
    ),
    case("emath.logn", pos(low=1.5), of(3)),
    case("emath.power", of(3), of()),
]

CONSTANT = [
    *map(Constant, ("nanargmax", "nanargmin", "spacing")),
    Constant("isin", ([0.4, 2.2],)),
    Constant("digitize", ([0.0, 1.0, 2.0],)),
    Constant("lexsort", (), lambda x: [x, x]),
    Constant("tril_indices_from", (), lambda x: x[None]),
    Constant("triu_indices_from", (), lambda x: x[None]),
    Constant("diag_indices_from", (), lambda x: x[None] * x[:, None]),
    Constant("unravel_index", ((4, 4),), lambda x: x.astype(int)),
    Constant("ravel_multi_index", ((4, 4),), lambda x: (x.astype(int), x.astype(int))),
    Constant("bitwise_count", (), lambda x: x.astype(int)),
    *(Constant(name, (2,), lambda x: x.astype(int)) for name in ("gcd", "lcm")),
]
