"""reduce, accumulate and reduceat of ufuncs that go by their formula: against NumPy, and their derivatives."""

import functools

import numpy as np
import pytest

import wengert as wg
from numpy_calls import assert_same, outcome
from wengert import _core as core
from wengert.numpy import _ufunc_methods as methods

RNG = np.random.default_rng(8)
X = np.round(RNG.normal(size=(3, 4)) * 2, 1)
POSITIVE = RNG.uniform(0.6, 1.4, (3, 4))
MASK = np.array([[True, False, True, True], [False, True, True, False], [True, True, False, True]])
PLACES = [0, 2, 1, 1, 3]

NAMED = {*methods._REDUCTIONS, *methods._TRUTHS}
UFUNCS = [u for u in methods._IN_ORDER if u not in NAMED]
# What NumPy's own loops make of these depends on the processor: with AVX-512 they miss elements.
UNRELIABLE = [np.power, np.float_power, np.arctan2]
RELIABLE = [u for u in UFUNCS if u not in UNRELIABLE]
each = pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda u: u.__name__)
OPERANDS = {
    "float64": X,
    "float32": X.astype(np.float32),
    "int64": X.astype(int),
    "complex128": X + 1j,
    "scalar": np.float64(3.0),
    "no rows": np.zeros((0, 3)),
    "no columns": np.zeros((2, 0)),
}
REDUCTIONS = [
    {},
    {"axis": 1},
    {"axis": -2, "keepdims": True},
    {"axis": None},
    {"axis": (0, 1)},
    {"axis": ()},
    {"initial": 2.0},
    {"axis": 1, "initial": 1.5, "where": MASK},
    {"where": MASK},
    {"axis": 2},
    {"axis": 1, "dtype": np.complex128},
    {"axis": 1, "dtype": np.float32},
]


def assert_agree(ours, theirs):
    if isinstance(theirs, Exception):
        assert isinstance(ours, (TypeError, ValueError, IndexError)), (ours, theirs)
        return
    if isinstance(ours, Exception):
        raise ours
    assert_same(ours, theirs)


@pytest.mark.parametrize("ufunc", RELIABLE, ids=lambda u: u.__name__)
def test_reductions(ufunc):
    for x in OPERANDS.values():
        for options in REDUCTIONS:
            if "where" in options and x.shape != MASK.shape:
                continue
            theirs = outcome(ufunc.reduce, x, **options)
            given = {
                k: wg.tensor(v) if isinstance(v, np.ndarray) else v for k, v in options.items()
            }
            assert_agree(outcome(ufunc.reduce, wg.tensor(x), **given), theirs)


@each
def test_scans(ufunc):
    for x in OPERANDS.values():
        for options in ({}, {"axis": 1}, {"axis": -2}, {"axis": 2}, {"axis": None}):
            ours = outcome(ufunc.accumulate, wg.tensor(x), **options)
            assert_agree(ours, outcome(ufunc.accumulate, x, **options))


@pytest.mark.parametrize("ufunc", [*RELIABLE, np.add, np.multiply], ids=lambda u: u.__name__)
def test_reductions_of_parts(ufunc):
    for x in OPERANDS.values():
        for axis, places in (
            (0, [0, 2, 1, 1]),
            (1, PLACES),
            (-1, []),
            (1, [4]),
            (1, [0, -1]),
            (2, [0]),
        ):
            ours = outcome(ufunc.reduceat, wg.tensor(x), places, axis=axis)
            theirs = outcome(ufunc.reduceat, x, places, axis=axis)
            assert_agree(ours, theirs)


@pytest.mark.parametrize("ufunc", UNRELIABLE, ids=lambda u: u.__name__)
def test_reductions_in_order(ufunc):
    def folded(rows, *first):
        return np.array([functools.reduce(ufunc, row, *first) for row in rows])

    t = wg.tensor(POSITIVE)
    assert_same(ufunc.reduce(t, axis=1), folded(POSITIVE))
    assert_same(ufunc.reduce(t, initial=1.5), folded(POSITIVE.T, 1.5))
    chosen = [row[m] for row, m in zip(POSITIVE, MASK, strict=True)]
    some = ufunc.reduce(t, axis=1, initial=1.5, where=MASK)
    assert_same(some, folded(chosen, 1.5))
    parts = folded([POSITIVE[0], POSITIVE[0, 2:3], POSITIVE[0, 1:]][1:])
    assert_same(ufunc.reduceat(t, [2, 1], axis=1)[0], parts)


SMOOTH = [
    u
    for u in UFUNCS
    if getattr(core, methods._IN_ORDER[u]).is_differentiable
    and u not in (np.nextafter, np.remainder, np.fmod)
]


@pytest.mark.parametrize("ufunc", [*SMOOTH, np.add, np.maximum], ids=lambda u: u.__name__)
def test_derivatives(ufunc):
    def of_all(x):
        whole = np.sum(np.cos(ufunc.accumulate(x, axis=1)))
        parts = np.sum(np.sin(ufunc.reduceat(x, PLACES, axis=1)))
        some = ufunc.reduce(x, axis=0, initial=1.5, where=MASK)
        return whole + parts + np.sum(np.cos(some * np.arange(1.0, 5.0)))

    wg.testing.check_grads(of_all, (POSITIVE,), order=2)
    many = np.stack([POSITIVE, POSITIVE[::-1] * 1.1, POSITIVE + 0.1])
    want = np.stack([wg.grad(of_all)(x) for x in many])
    np.testing.assert_allclose(wg.vmap(wg.grad(of_all))(many), want, rtol=1e-12, atol=1e-13)


def test_running_maximum_shares_ties():
    x = np.array([1.0, 1.0, 0.5])
    got = wg.grad(lambda x: np.sum(np.maximum.accumulate(x)))(x)
    np.testing.assert_array_equal(got, [2.0, 1.0, 0.0])


def test_what_stood_before_a_start_plays_no_part():
    """Its partials would be infinite: 1 / 0 is not formed, and no nan comes of it."""
    x = np.array([2.0, 0.0, 3.0, 4.0])
    got = wg.grad(lambda x: np.divide.reduceat(x, [0, 2])[1])(x)
    np.testing.assert_array_equal(got, [0.0, 0.0, 0.25, -3 / 16])


def test_integers_have_no_negative_powers():
    x = wg.tensor(np.array([2, 3, -1]))
    with pytest.raises(ValueError, match=r"np\.power: an exponent is negative"):
        np.power.reduce(x)
    assert np.power.reduce(x[:2]) == 8


def test_a_dtype_that_does_not_come_of_it():
    with pytest.raises(wg.DTypeError, match=r"np\.divide: dtype is int64; float64 is what comes"):
        np.divide.reduce(wg.tensor(X), dtype=np.int64)


def test_results_are_stored():
    out = np.zeros(4)
    assert np.subtract.reduce(wg.tensor(X), out=out) is out
    np.testing.assert_array_equal(out, np.subtract.reduce(X))
    t = wg.tensor(np.zeros((3, 4)))
    np.hypot.accumulate(wg.tensor(X), axis=1, out=t)
    np.testing.assert_allclose(t.numpy(), np.hypot.accumulate(X, axis=1))


def test_a_long_scan_takes_time_proportional_to_its_length():
    n = 100_000
    x = np.full(n, 0.5)
    got = wg.grad(lambda x: np.logaddexp2.accumulate(x)[-1])(x)
    np.testing.assert_allclose(got, np.full(n, 1 / n), rtol=1e-9)


@pytest.mark.parametrize("lines", [8, 63, 64, 71, 200])
@pytest.mark.parametrize("name", ["subtract", "power", "logaddexp", "hypot"])
def test_lines_side_by_side_have_the_bits_of_one(name, lines):
    """Many short lines go through a kernel together."""
    for dtype in (np.float64, np.float32):
        x = RNG.uniform(0.5, 1.5, (lines, 6)).astype(dtype)
        for starts in ((), (2, 3)):
            whole = core.scan(x, name, -1, starts).numpy()
            single = [core.scan(line, name, -1, starts).numpy() for line in x]
            np.testing.assert_array_equal(whole, np.stack(single))
