"""partition and argpartition: what they promise, which is less than an order, and their derivatives."""

import itertools

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import _core as core


def drawn(seed, shape, dtype):
    """Numbers with many ties, and with nan and infinities among those that have them."""
    rng = np.random.default_rng(seed)
    x = rng.integers(-4, 5, shape).astype(dtype)
    if np.issubdtype(dtype, np.complexfloating):
        x = x + 1j * rng.integers(-1, 2, shape)
    if np.issubdtype(dtype, np.inexact):
        x = np.where(rng.random(shape) < 0.1, rng.choice([np.nan, np.inf, -np.inf], shape), x)
    return x.astype(dtype)


DTYPES = [np.bool_, np.int32, np.int64, np.float32, np.float64, np.complex64, np.complex128]
SHAPES = [((1,), 0), ((60,), -1), ((7, 60), 1), ((60, 5), 0), ((2, 40, 3), 1), ((0, 4), 1)]


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize(("shape", "axis"), SHAPES, ids=str)
@pytest.mark.parametrize("seed", range(6))
def test_every_line_is_partitioned(seed, shape, axis, dtype):
    x = drawn(seed, shape, dtype)
    n = x.shape[axis]
    rng = np.random.default_rng(seed)
    kth = rng.integers(-n, n, seed + 1)  # negative ones, repeated ones and, at times, all
    got = np.partition(wg.tensor(x), kth, axis).numpy()
    places = np.argpartition(wg.tensor(x), kth, axis).numpy()
    np.testing.assert_array_equal(np.take_along_axis(x, places, axis), got)
    np.testing.assert_array_equal(np.sort(places, axis), np.indices(shape)[axis])
    lines, ordered = (np.moveaxis(y, axis, -1).reshape(-1, n) for y in (got, np.sort(x, axis)))
    for line, wanted in zip(lines, ordered, strict=True):
        bounds = np.concatenate([[0], np.unique(kth % n), [n]])
        np.testing.assert_array_equal(line[bounds[1:-1]], wanted[bounds[1:-1]])
        for begin, end in itertools.pairwise(bounds):
            np.testing.assert_array_equal(np.sort(line[begin:end]), wanted[begin:end])


def test_many_places_of_a_long_line():
    x = np.random.default_rng(1).normal(size=20_000)
    assert np.array_equal(np.partition(wg.tensor(x), range(20_000)).numpy(), np.sort(x))
    kth = np.arange(0, 20_000, 7)
    np.testing.assert_array_equal(np.partition(wg.tensor(x), kth).numpy()[kth], np.sort(x)[kth])


def test_an_order_against_selection_is_none():
    """Rising, falling, constant and like an organ pipe: where a choice of pivots may be bad."""
    rising = np.arange(3000.0)
    for x in (rising, rising[::-1], rising * 0, np.minimum(rising, rising[::-1])):
        for k in (0, 1, 1500, 2999):
            assert wnp.partition(x, k)[k].item() == np.sort(x)[k]


@pytest.mark.parametrize("k", range(7))
def test_ties_share_their_cotangents_as_sorted_ones_do(k):
    x = np.array([3.0, 1.0, 3.0, 2.0, 1.0, 3.0, 5.0])
    chosen = wg.grad(lambda x: np.partition(x, k)[k])(x)
    np.testing.assert_array_equal(chosen, wg.grad(lambda x: np.sort(x)[k])(x))
    least = wg.grad(lambda x: np.sum(np.partition(x, k)[: k + 1]))(x)
    np.testing.assert_array_equal(least, wg.grad(lambda x: np.sum(np.sort(x)[: k + 1]))(x))


MODES = {
    "grad": wg.grad,
    "jacfwd": wg.jacfwd,
    "jacrev": wg.jacrev,
    "jacobian": wg.jacobian,
    "sparse": lambda f: lambda x: wg.jacobian(lambda x: f(x)[None], sparse=True)(x).toarray(),
    "hessian": wg.hessian,
    "vmap of grad": lambda f: lambda x: wg.vmap(wg.grad(f))(np.stack([x, x[::-1], x * x])),
    "grad of vmap": lambda f: wg.grad(lambda x: np.sum(wg.vmap(f)(np.stack([x, x[::-1], x * x])))),
    "checkpoint": lambda f: wg.grad(wg.checkpoint(f)),
    "linearize": lambda f: lambda x: wg.linearize(f, x)[1](np.cos(x)),
}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode(mode):
    """What the three least and the median make of it does not depend on how they stand."""
    weights = np.array([1.0, 1.0, 1.0, 5.0, 0.0, 0.0, 0.0])
    x = np.random.default_rng(3).normal(size=7)

    def f(x, order):
        return np.sum(order(x) ** 3 * weights)

    got = MODES[mode](lambda x: f(x, lambda x: np.partition(x, 3)))(x)
    np.testing.assert_allclose(got, MODES[mode](lambda x: f(x, np.sort))(x), rtol=1e-13, atol=1e-13)


def test_places_under_vmap_are_each_examples_own():
    x = np.random.default_rng(5).normal(size=(4, 9))
    places = wg.vmap(lambda x: np.argpartition(x, (2, 5)))(x)
    chosen = np.take_along_axis(x, places, 1)
    np.testing.assert_array_equal(chosen[:, [2, 5]], np.sort(x)[:, [2, 5]])


@pytest.mark.parametrize("function", [wnp.partition, wnp.argpartition])
def test_messages(function):
    name, x = function.__name__, np.zeros((2, 3))
    with pytest.raises(wg.ShapeError, match=f"{name}: kth is -4 and the axis has 3 elements"):
        function(x, -4)
    for kth in (1.0, "1", [[1]], []):
        with pytest.raises(wg.DTypeError, match=f"{name}: kth is .*; an integer or a sequence"):
            function(x, kth)
    with pytest.raises(np.exceptions.AxisError):
        function(x, 1, axis=2)
    with pytest.raises(wg.ShapeError, match=f"{name}: kth is 3 and the axis has 3 elements"):
        getattr(core, name)(x, -1, (3,))


def test_the_method_writes():
    x = np.array([5.0, 2.0, 4.0, 1.0, 3.0])
    t = other = wg.tensor(x)
    t.partition(2)
    assert other.numpy()[2] == 3.0
    assert set(other.numpy()[:2].tolist()) == {1.0, 2.0}
