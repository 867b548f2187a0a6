"""vmap of so many examples that they are evaluated some at a time: nobody can tell."""

import numpy as np
import pytest

import wengert as wg
from checkpoint_cases import evaluations
from wengert import _core as core

RNG = np.random.default_rng(0)
COUNT, WIDTH = 5_000, 64
X = RNG.normal(size=(COUNT, WIDTH))
Y = RNG.normal(size=(COUNT, WIDTH))


@pytest.fixture(autouse=True)
def one_thread():
    """Portions grow with the number of threads."""
    before = core.num_threads()
    core.set_num_threads(1)
    yield
    core.set_num_threads(before)


def mixed(x, y):
    r = np.sqrt(np.sum(x * x))
    return {"a": np.sin(x) * y / r, "b": np.cumsum(y)[::-1] + r, "c": r > 8.0}


def same(actual, expected):
    np.testing.assert_array_equal(np.asarray(actual), np.asarray(expected))


def test_a_large_batch_is_evaluated_in_portions():
    small = evaluations(lambda: wg.vmap(mixed)(X[:100], Y[:100]))
    assert evaluations(lambda: wg.vmap(mixed)(X, Y)) == 5 * small


def test_portions_give_the_bits_of_small_batches():
    whole = wg.vmap(mixed)(X, Y)
    for begin in range(0, COUNT, 700):
        part = wg.vmap(mixed)(X[begin : begin + 700], Y[begin : begin + 700])
        for key in part:
            same(whole[key][begin : begin + 700], part[key])


def test_axes_of_arguments_and_results_are_where_they_are_asked_for():
    f = wg.vmap(lambda x, w: (x * w, np.outer(x[:3], x[:3])), in_axes=(1, None), out_axes=(1, 0))
    product, outer = f(X.T, Y[0])
    same(product, (X * Y[0]).T)
    same(outer, X[:, :3, None] * X[:, None, :3])


def test_what_is_the_same_for_all_examples_stays_one():
    value, same_for_all = wg.vmap(lambda x: (x * 2.0, np.sum(Y[0])), out_axes=(0, None))(X)
    same(value, X * 2.0)
    assert same_for_all == np.sum(Y[0])


def test_examples_take_branches_of_their_own_in_every_portion():
    def f(x):
        if x[0] > 1.0:
            return x * 2.0
        return -x if x[1] > 0.0 else x + 1.0

    expected = np.where(X[:, :1] > 1.0, X * 2.0, np.where(X[:, 1:2] > 0.0, -X, X + 1.0))
    same(wg.vmap(f)(X), expected)


@pytest.mark.parametrize("place", [0, 900, 2_500, COUNT - 1])
def test_an_example_that_fails_is_found_in_any_portion(place):
    index = np.zeros(COUNT, int)
    index[place] = WIDTH
    with pytest.raises(IndexError):
        wg.vmap(lambda x, i: x[i])(X, index)
    same(
        wg.vmap(lambda x, i: x[i] if i < WIDTH else x[0] - 1.0)(X, index),
        X[:, 0] - (index == WIDTH),
    )


def test_derivatives_of_and_through_portions():
    def f(x, y):
        return np.sum(np.sin(x) * y)

    expected = np.asarray(core.cos(X)) * Y
    same(wg.vmap(wg.grad(f))(X, Y), expected)
    same(wg.grad(lambda x: np.sum(wg.vmap(f)(x, Y)))(X), expected)
    value, tangent = wg.jvp(wg.vmap(f), (X, Y), (np.ones_like(X), np.zeros_like(Y)))
    np.testing.assert_allclose(value, np.sum(np.sin(X) * Y, axis=1), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(tangent, np.sum(np.cos(X) * Y, axis=1), rtol=1e-12, atol=1e-12)


def test_products_do_not_depend_on_the_number_of_threads():
    w = RNG.normal(size=(WIDTH, WIDTH))
    f = wg.vmap(lambda x: np.tanh(w @ x) @ w)
    alone = f(X)
    core.set_num_threads(4)
    same(f(X), alone)


def test_custom_rules_run_once_for_all_examples():
    runs = []

    @wg.custom_jvp
    def square(x):
        runs.append(1)
        return x * x

    @square.defjvp
    def _(primals, tangents):
        return square(*primals), 2.0 * primals[0] * tangents[0]

    same(wg.vmap(lambda x: square(x) + 1.0)(X), X * X + 1.0)
    few = len(runs)
    runs.clear()
    wg.vmap(lambda x: square(x) + 1.0)(X[:10])
    assert len(runs) == few
