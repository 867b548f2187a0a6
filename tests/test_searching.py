"""Functions that search: under vmap, in checkpoints and in their derivatives, as one call for each example."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

PLACES = np.array([0.0, 1.0, 1.5, 4.0])
VALUES = np.array([1.0, 3.0, -2.0, 0.5])
X = np.array([[-1.0, 0.25, 1.25], [3.0, 9.0, 0.5]])

FUNCTIONS = {
    "interp": lambda x: np.interp(x, PLACES, VALUES),
    "interp values": lambda x: np.interp(0.3, PLACES, np.concatenate([x, x[:1]])),
    "interp places": lambda x: np.interp(0.3, np.cumsum(x * x), x),
    "interp ends": lambda x: np.interp(x, PLACES, VALUES, left=-1.0, right=x[0]),
    "searchsorted": lambda x: x * np.searchsorted(PLACES, x),
    "searchsorted right": lambda x: x * np.searchsorted(PLACES, np.round(x + 0.1), side="right"),
    "searchsorted in": lambda x: x[:2] * np.searchsorted(np.sort(x), PLACES[:2]),
    "searchsorted number": lambda x: x * np.searchsorted(np.sort(x), 0.3),
    "searchsorted sorter": lambda x: x * np.searchsorted(x, x, sorter=np.argsort(x)),
    "nonzero": lambda x: np.sum(x[np.nonzero(np.maximum(x, 0.3) - 0.3)]),
    "flatnonzero": lambda x: np.sum(x[np.flatnonzero(np.maximum(x, 0.3) - 0.3)] ** 2),
    "argwhere": lambda x: np.sum(x) * np.argwhere(np.maximum(x, 0.3) - 0.3).shape[0],
    "compress": lambda x: np.sum(np.compress(np.maximum(x, 0.3) - 0.3, x) ** 2),
    "extract": lambda x: np.sum(np.extract(np.maximum(x, 0.3) - 0.3, x) ** 2),
    "partition": lambda x: np.partition(x, 1)[1] ** 2,
    "argpartition": lambda x: x[np.argpartition(x, 1)[1]],
}
each = pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)


def loop(f):
    return np.stack([np.asarray(f(x)) for x in X])


def slope(f, x):
    return np.stack([(np.sum(f(x + e)) - np.sum(f(x - e))) / 2e-6 for e in 1e-6 * np.eye(3)])


@each
def test_values_of_batches_are_those_of_examples(f):
    want = loop(f)
    np.testing.assert_allclose(loop(lambda x: f(wg.tensor(x)).numpy()), want, rtol=1e-14)
    np.testing.assert_allclose(wg.vmap(f)(X), want, rtol=1e-14)
    np.testing.assert_allclose(loop(wg.checkpoint(f)), want, rtol=1e-14)


@each
def test_gradients_of_batches_and_checkpoints(f):
    want = np.stack([slope(f, x) for x in X])
    total = lambda x: np.sum(f(x))
    for g in (
        lambda x: loop(wg.grad(total)),
        wg.vmap(wg.grad(total)),
        wg.grad(lambda x: np.sum(wg.vmap(f)(x))),
        lambda x: loop(wg.grad(lambda x: np.sum(wg.checkpoint(f)(x)))),
        wg.vmap(wg.grad(lambda x: np.sum(wg.checkpoint(f)(x)))),
    ):
        np.testing.assert_allclose(g(X), want, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(loop(wg.jacfwd(total)), want, rtol=1e-7, atol=1e-8)


def test_interp_in_a_chain_of_steps():
    def step(x):
        return x + 0.1 * np.interp(x, PLACES, VALUES)

    def plain(x):
        for _ in range(5):
            x = step(x)
        return np.sum(x)

    x = X[0]
    chained = wg.grad(lambda x: np.sum(wg.checkpoint_chain(step, x, 5)))(x)
    np.testing.assert_allclose(chained, wg.grad(plain)(x), rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.bool_, np.int32, np.int64, np.float32, np.float64, complex])
@pytest.mark.parametrize("side", ["left", "right"])
def test_searchsorted_is_numpys(dtype, side):
    rng = np.random.default_rng(1)
    a = np.sort(rng.integers(0, 9, 30).astype(dtype))
    for v in (rng.integers(-1, 11, (4, 5)).astype(dtype), 3, 4.5, np.float32(2)):
        got = wnp.searchsorted(wg.tensor(a), v, side=side)
        want = np.searchsorted(a, v, side=side)
        assert (got.shape, got.dtype) == (np.shape(want), want.dtype)
        np.testing.assert_array_equal(got.numpy(), want)


SPECIAL = [np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-320, -1e-320]


def long_line(dtype, n):
    """Return numbers that repeat, some of them special, in any order."""
    rng = np.random.default_rng(n)
    x = rng.integers(-(2**30), 2**30, n) * (rng.random(n) < 0.7)
    x = (x * 2.0 ** rng.integers(-40, 3, n)).astype(dtype)
    if x.dtype.kind in "fc":
        x[rng.integers(0, n, len(SPECIAL))] = SPECIAL
    return x


@pytest.mark.parametrize("dtype", [np.bool_, np.int32, np.int64, np.float32, np.float64, complex])
@pytest.mark.parametrize("n", [20, 500])
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
def test_long_lines_are_sorted_as_numpys(dtype, n):
    x = long_line(dtype, 3 * n)
    for array, axis in [(x, 0), (x.reshape(3, n), 1), (x.reshape(n, 3), 0)]:
        t = wg.tensor(array)
        np.testing.assert_array_equal(wnp.sort(t, axis).numpy(), np.sort(array, axis))
        order = np.argsort(array, axis, kind="stable")
        np.testing.assert_array_equal(wnp.argsort(t, axis).numpy(), order)


@pytest.mark.parametrize("dtype", [np.bool_, np.int32, np.int64, np.float32, np.float64, complex])
@pytest.mark.parametrize("shape", [(7,), (70,), (10_000,), (5, 40), (40, 5), (40, 600), (3, 20, 9)])
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
def test_extrema_are_where_numpys_are(dtype, shape):
    x = long_line(dtype, int(np.prod(shape))).reshape(shape)
    plain = np.nan_to_num(x) if x.dtype.kind in "fc" else x
    for array in (x, plain, np.zeros_like(x), np.flip(plain)):
        t = wg.tensor(array)
        for axis in range(-array.ndim, 0):
            np.testing.assert_array_equal(wnp.argmax(t, axis).numpy(), np.argmax(array, axis))
            np.testing.assert_array_equal(wnp.argmin(t, axis).numpy(), np.argmin(array, axis))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: np.searchsorted(wg.tensor(PLACES), 1.0, side="middle"), "side is 'middle'"),
        (lambda: np.searchsorted(wg.tensor(X), 1.0), r"a is \(2, 3\); an array of one axis"),
        (lambda: np.argpartition(wg.tensor(PLACES), 4), "kth is 4 and the axis has 4 elements"),
    ],
)
def test_what_cannot_be_searched_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()
