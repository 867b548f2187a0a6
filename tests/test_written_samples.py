"""Programs with samples, as people write them: signals, rates, groups and grids, beside the same written otherwise."""

import itertools

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

RNG = np.random.default_rng(11)
X = RNG.normal(size=12)
GROUPS = np.array([3, 1, 3, 3, 2, 1, 2, 2, 3, 1, 1, 2])
WEIGHTS = RNG.uniform(0.5, 2.0, 12)


def holes(x):
    return np.where(np.arange(12) % 5 == 1, np.nan, x)


def group_delay(b):
    """Return how long a filter holds frequencies up: minus the slope of its unwrapped phase."""
    w = np.linspace(0.1, 3.0, 40)
    response = np.exp(-1j * np.outer(w, np.arange(3))) @ b
    return np.sum(-np.gradient(np.unwrap(np.angle(response)), w) * np.cos(w))


def group_delay_of_ratios(b):
    w = np.linspace(0.1, 3.0, 40)
    response = np.exp(-1j * np.outer(w, np.arange(3))) @ b
    step = np.angle(response[1:] / response[:-1]) / np.diff(w)
    slope = np.concatenate([step[:1], (step[1:] + step[:-1]) / 2, step[-1:]])
    return np.sum(-slope * np.cos(w))


def adjusted(p):
    """Return p-values that allow for how many there are: a running minimum from the end."""
    n = len(p)
    raw = np.sort(p) * n / np.arange(1, n + 1)
    return np.sum(np.minimum.accumulate(raw[::-1])[::-1] * WEIGHTS)


def adjusted_by_a_loop(p):
    n = len(p)
    raw = np.sort(p) * n / np.arange(1, n + 1)
    least, total = raw[-1], 0.0
    for i in reversed(range(n)):
        least = np.minimum(least, raw[i])
        total = total + least * WEIGHTS[i]
    return total


def between_groups(x):
    """Return the spread of the means of groups, by their labels."""
    labels, group = np.unique(GROUPS, return_inverse=True)
    means = np.bincount(group, x) / np.bincount(group)
    assert len(labels) == 3
    return np.var(means)


def between_groups_by_masks(x):
    return np.var(np.stack([np.mean(x[label == GROUPS]) for label in (1, 2, 3)]))


def events(x):
    """Sum over events of several tracks each, which lie one behind the other."""
    return np.sum(np.hypot.reduceat(np.abs(x), [0, 3, 4, 9]) ** 3)


def events_by_slices(x):
    return sum(np.sqrt(np.sum(part**2)) ** 3 for part in (x[:3], x[3:4], x[4:9], x[9:]))


def rolling(x):
    windows = np.lib.stride_tricks.sliding_window_view(x, 4)
    return np.sum(np.std(windows, axis=-1) * np.median(windows, axis=-1))


def rolling_by_slices(x):
    return sum(np.std(x[i : i + 4]) * np.median(x[i : i + 4]) for i in range(9))


def tax(income):
    """Return a tax by brackets, whose rates go up."""
    brackets = [income < 0, (income >= 0) & (income < 1)]
    return np.sum(np.piecewise(income, brackets, [0.0, lambda v: 0.1 * v, lambda v: 0.3 * v - 0.2]))


def tax_by_marginal_rates(income):
    positive = np.maximum(income, 0)
    return np.sum(0.1 * np.minimum(positive, 1) + 0.3 * np.maximum(positive - 1, 0))


def spectrum(energy):
    """Return the energy of lines, binned by wavelength, at the height of the strongest bin."""
    counts, edges = np.histogram(np.linspace(0, 1, 12) ** 2, 5, weights=energy)
    return np.max(counts / np.diff(edges))


def spectrum_by_masks(energy):
    places = np.linspace(0, 1, 12) ** 2
    edges = np.linspace(0, 1, 6)
    bins = [(places >= a) & (places < b) for a, b in itertools.pairwise(edges)]
    bins[-1] = places >= edges[-2]
    return np.max(np.stack([np.sum(energy[b]) * 5 for b in bins]))


def missing(x):
    return np.nanstd(holes(x)) + np.nanmedian(holes(x)) * np.nanpercentile(holes(x), 80)


def missing_by_places(x):
    kept = x[np.arange(12) % 5 != 1]
    return np.std(kept) + np.median(kept) * np.percentile(kept, 80)


def series(c):
    """Integrate a Chebyshev series times itself by quadrature."""
    nodes, weights = np.polynomial.legendre.leggauss(24)
    values = wnp.polynomial.chebyshev.chebval(nodes, c)
    return np.sum(weights * values**2)


def series_by_cosines(c):
    nodes, weights = np.polynomial.legendre.leggauss(24)
    angles = np.outer(np.arange(12), np.arccos(nodes))
    return np.sum(weights * (c @ np.cos(angles)) ** 2)


def grid(x):
    """Integrate on a logarithmic grid with one more point, all of which depend on x."""
    places = np.insert(np.geomspace(0.1 + x[0] ** 2, 9.0, 6), 3, 2.0)
    places = np.sort(places)
    return np.trapezoid(np.log(places), places)


def grid_by_powers(x):
    first = 0.1 + x[0] ** 2
    places = first * (9.0 / first) ** (np.arange(6) / 5)
    places = np.sort(np.concatenate([places, np.array([2.0])]))
    steps = places[1:] - places[:-1]
    logs = np.log(places)
    return np.sum((logs[1:] + logs[:-1]) / 2 * steps)


def portfolio(x):
    """Return the least variance of two combined series, from their covariances."""
    c = np.cov(x.reshape(2, 6), aweights=WEIGHTS[:6])
    share = (c[1, 1] - c[0, 1]) / (c[0, 0] + c[1, 1] - 2 * c[0, 1])
    return share**2 * c[0, 0] + 2 * share * (1 - share) * c[0, 1] + (1 - share) ** 2 * c[1, 1]


def portfolio_by_sums(x):
    w = WEIGHTS[:6]
    d = x.reshape(2, 6) - np.sum(x.reshape(2, 6) * w, axis=1, keepdims=True) / np.sum(w)
    c = (d * w) @ d.T / (np.sum(w) - np.sum(w * w) / np.sum(w))
    share = (c[1, 1] - c[0, 1]) / (c[0, 0] + c[1, 1] - 2 * c[0, 1])
    return share**2 * c[0, 0] + 2 * share * (1 - share) * c[0, 1] + (1 - share) ** 2 * c[1, 1]


def rounds(x):
    """Return what is left in the units of the last place, which holds the exponent."""
    mantissa, exponent = np.frexp(x)
    return np.sum(np.ldexp(mantissa**2, exponent))


def rounds_by_logs(x):
    exponent = np.floor(np.log2(np.abs(x))) + 1
    scale = 2.0 ** np.asarray(wg.stop_gradient(exponent))
    return np.sum((x / scale) ** 2 * scale)


PROGRAMS = [
    (group_delay, group_delay_of_ratios, X[:3]),
    (adjusted, adjusted_by_a_loop, np.abs(X) / 4),
    (between_groups, between_groups_by_masks, X),
    (events, events_by_slices, X),
    (rolling, rolling_by_slices, X),
    (tax, tax_by_marginal_rates, X),
    (spectrum, spectrum_by_masks, WEIGHTS),
    (missing, missing_by_places, X),
    (series, series_by_cosines, X),
    (grid, grid_by_powers, X),
    (portfolio, portfolio_by_sums, X),
    (rounds, rounds_by_logs, X),
]


@pytest.mark.parametrize(
    ("program", "other", "x"), PROGRAMS, ids=lambda p: getattr(p, "__name__", "")
)
def test_programs(program, other, x):
    assert float(program(x)) == pytest.approx(float(other(x)), rel=1e-12)
    for derivative in (wg.grad, wg.jacfwd, wg.hessian):
        got, want = derivative(program)(x), derivative(other)(x)
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9 * np.max(np.abs(want)))
    many = np.stack([x, 1.1 * x, x[::-1] * 0.9])
    want = np.stack([wg.grad(program)(one) for one in many])
    np.testing.assert_allclose(wg.vmap(wg.grad(program))(many), want, rtol=1e-12, atol=1e-12)


def test_ranks_of_equal_samples_have_finite_derivatives():
    """Ranks by interpolation in the sorted samples, many of which are equal: no slope is 1 / 0."""
    x = np.array([0.3, 0.3, 0.3, 0.3, 1.0, 2.0])

    def ranks(x):
        return np.sum(np.interp([0.2, 0.3, 0.9, 1.5], np.sort(x), np.arange(6.0)) ** 2)

    assert np.all(np.isfinite(wg.grad(ranks)(x)))
    assert np.all(np.isfinite(wg.hessian(ranks)(x)))


@pytest.mark.parametrize("f", [np.nanstd, np.nanvar, np.nanmean, np.nanmedian, np.nanprod])
def test_what_is_missing_has_derivative_zero(f):
    x = np.array([np.nan, 1.0, 2.0, 4.0])
    got = wg.grad(f)(x)
    assert got[0] == 0
    np.testing.assert_allclose(got[1:], wg.grad(f)(x[1:]))
    assert np.all(wg.grad(lambda x: np.nanstd(x * 0 + 1))(x[1:]) == 0)


def test_correlation_of_what_does_not_vary_is_not_a_number_alone():
    x = np.array([[1.0, 2.0, 4.0], [3.0, 3.0, 3.0], [2.0, -1.0, 0.5]])
    c = wnp.corrcoef(x).numpy()
    assert np.all(np.isnan(c[1]))
    assert not np.isnan(c[0, 2])
    got = wg.grad(lambda x: wnp.corrcoef(x)[0, 2])(x)
    np.testing.assert_allclose(got[[0, 2]], wg.grad(lambda y: wnp.corrcoef(y)[0, 1])(x[[0, 2]]))
    assert np.all(got[1] == 0)
