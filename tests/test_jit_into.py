"""Results of jitted functions written to the caller's arrays."""

from typing import NamedTuple

import numpy as np
import pytest

import wengert as wg

X = np.linspace(0.1, 2.0, 30)


class Pair(NamedTuple):
    """Two arrays."""

    value: np.ndarray
    slope: np.ndarray


def f(x):
    return np.sin(x) * x


CASES = {
    "an array": (f, lambda: np.empty(30)),
    "a gradient": (wg.grad(lambda x: np.sum(f(x))), lambda: np.empty(30)),
    "a number": (lambda x: np.sum(f(x)), lambda: np.empty(())),
    "value and gradient": (
        wg.value_and_grad(lambda x: np.sum(f(x))),
        lambda: (np.empty(()), np.empty(30)),
    ),
    "a Jacobian": (wg.jacobian(f), lambda: np.empty((30, 30))),
    "a list": (lambda x: [x * 2.0, x + 1.0], lambda: [np.empty(30), np.empty(30)]),
    "a dict": (
        lambda x: {"b": x * 2.0, "a": x + 1.0},
        lambda: {"b": np.empty(30), "a": np.empty(30)},
    ),
    "a namedtuple": (lambda x: Pair(x * 2.0, x[:3]), lambda: Pair(np.empty(30), np.empty(3))),
    "an argument": (lambda x: (x, x * 2.0), lambda: (np.empty(30), np.empty(30))),
    "the same twice": (lambda x: (y := x * 2.0, y), lambda: (np.empty(30), np.empty(30))),
    "a view": (lambda x: x.reshape(5, 6).T, lambda: np.empty((6, 5))),
    "a constant": (lambda _: np.arange(4.0), lambda: np.empty(4)),
    "integers": (
        lambda x: (x > 1.0, np.argmax(x)),
        lambda: (np.empty(30, bool), np.empty((), int)),
    ),
    "a choice": (lambda x: x * 2.0 if x[0] > 0.0 else -x, lambda: np.empty(30)),
    "empty": (lambda x: x[:0] * 2.0, lambda: np.empty(0)),
}


def leaves(tree):
    if isinstance(tree, dict):
        return [leaf for key in sorted(tree) for leaf in leaves(tree[key])]
    if isinstance(tree, tuple | list):
        return [leaf for part in tree for leaf in leaves(part)]
    return [tree]


@pytest.mark.parametrize("name", CASES)
def test_results_are_those_of_a_call(name):
    fun, make = CASES[name]
    jitted = wg.jit(fun)
    for x in (X, X * 0.5, -X, X[::-1], X):
        out = make()
        assert jitted.into(out, x.copy()) is out
        for got, want in zip(leaves(out), leaves(fun(x)), strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-14)


def test_large_results_are_computed_in_place():
    x, y, out = np.linspace(0, 1, 200_000), np.ones(200_000), np.empty(200_000)
    jitted = wg.jit(lambda x, y: np.tanh(x) * y + x)
    for _ in range(3):
        assert jitted.into(out, x, y=y) is out
        np.testing.assert_array_equal(out, jitted(x, y=y))
    assert jitted.programs[0].runs == 5


def test_arrays_that_lie_otherwise_and_other_dtypes():
    jitted = wg.jit(f)
    jitted(X)
    spread, column = np.empty(60)[::2], np.empty((30, 2))[:, 1]
    for out in (spread, column, np.empty(30)[::-1], np.empty(30, np.float32), np.empty(30, ">f8")):
        jitted.into(out, X)
        np.testing.assert_allclose(out, f(X), rtol=1e-6)
    whole = np.empty(30, complex)
    jitted.into(whole, X)
    np.testing.assert_array_equal(whole, jitted(X))


@pytest.mark.parametrize("overlap", [np.s_[:30], np.s_[5:35], np.s_[29::-1]])
def test_arrays_that_arguments_lie_in(overlap):
    jitted = wg.jit(lambda x, y: np.cumsum(x) * y[::-1])
    jitted(X, X)
    memory = np.concatenate([X, X[:10]])
    want = np.cumsum(memory[:30]) * X[::-1]
    jitted.into(memory[overlap], memory[:30], X)
    np.testing.assert_array_equal(memory[overlap], want)


def test_arrays_found_outside():
    held = X.copy()
    jitted = wg.jit(lambda x: x + held)
    jitted(X)
    jitted.into(held, X)
    np.testing.assert_array_equal(held, X + X)
    jitted.into(held, X)
    np.testing.assert_array_equal(held, X + 2 * X)


def test_one_array_for_two_results_takes_the_last():
    jitted = wg.jit(lambda x: (x * 2.0, x * 3.0))
    for _ in range(2):
        out = np.empty(30)
        jitted.into((out, out), X)
        np.testing.assert_array_equal(out, X * 3.0)


def test_methods_and_loaded_functions(tmp_path):
    class Model:
        def __init__(self):
            self.rate = 2.0

        @wg.jit
        def __call__(self, x):
            return self.rate * x

    model, out = Model(), np.empty(30)
    for _ in range(2):
        Model.__call__.into(out, model, X)
        np.testing.assert_array_equal(out, 2.0 * X)
    jitted = wg.jit(f)
    jitted(X)
    jitted.save(tmp_path / "f")
    np.testing.assert_array_equal(wg.load(tmp_path / "f").into(out, X), jitted(X))


def test_tensors_and_what_is_differentiated():
    jitted = wg.jit(f)
    jitted(X)
    out = np.zeros(30)
    jitted.into(out, wg.tensor(X))
    np.testing.assert_array_equal(out, jitted(X))
    with pytest.raises(TypeError, match="differentiated"):
        wg.grad(lambda x: np.sum(jitted.into(np.empty(30), x)))(X)
    with wg.no_jit():
        np.testing.assert_allclose(jitted.into(np.empty(30), X), f(X), rtol=1e-15)


@pytest.mark.parametrize(
    ("out", "error", "message"),
    [
        (np.empty(29), ValueError, r"out is \(29,\); the shape .* \(30,\)"),
        (np.empty((1, 30)), ValueError, "the shape"),
        (np.empty(30, int), TypeError, "out is int64; float64"),
        ([np.empty(30)], TypeError, "into: out"),
        (None, TypeError, "into: out"),
        (3.0, TypeError, "out is float; an array that can be written to"),
        (np.broadcast_to(0.0, 30), TypeError, "read-only"),
    ],
)
def test_what_cannot_take_results_is_said(out, error, message):
    jitted = wg.jit(f)
    for _ in range(2):
        with pytest.raises(error, match=message):
            jitted.into(out, X)
    np.testing.assert_allclose(jitted.into(np.empty(30), X), f(X), rtol=1e-15)


def test_a_failing_replay_raises_what_a_call_raises():
    jitted = wg.jit(np.linalg.cholesky)
    out = np.empty((2, 2))
    jitted.into(out, np.eye(2))
    jitted.into(out, 4.0 * np.eye(2))
    np.testing.assert_array_equal(out, 2.0 * np.eye(2))
    with pytest.raises(np.linalg.LinAlgError):
        jitted.into(out, -np.eye(2))
