"""Branches that are functions: what is called, under every transform, and what is refused."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

XS = np.array([-2.0, -0.5, 0.3, 1.7, 4.0])


def plain_cond(pred, true_fun, false_fun, *operands):
    return true_fun(*operands) if pred else false_fun(*operands)


def plain_switch(index, branches, *operands):
    return branches[min(max(int(index), 0), len(branches) - 1)](*operands)


def chosen(cond, switch):
    def fun(x):
        y = cond(x > 0, lambda x, k: np.sin(x) * k, lambda x, k: x**3 + k, x, 2.0)
        return switch(np.floor(y).astype(int), [np.cos, np.exp, lambda y: y * y * x], y)

    return fun


OURS, PLAIN = chosen(wg.cond, wg.switch), chosen(plain_cond, plain_switch)

TRANSFORMS = {
    "value": lambda f: f,
    "grad": wg.grad,
    "jvp": lambda f: lambda x: wg.jvp(f, (x,), (1.0,))[1],
    "grad of grad": lambda f: wg.grad(wg.grad(f)),
    "jvp of grad": lambda f: lambda x: wg.jvp(wg.grad(f), (x,), (1.0,))[1],
    "grad of jvp": lambda f: wg.grad(lambda x: wg.jvp(f, (x,), (1.0,))[1]),
    "grad of checkpoint": lambda f: wg.grad(wg.checkpoint(f)),
}


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_branches_are_those_of_python(transform):
    expected = [transform(PLAIN)(x) for x in XS]
    assert [transform(OURS)(x) for x in XS] == expected
    np.testing.assert_allclose(wg.vmap(transform(OURS))(XS), expected, rtol=1e-14)


def test_a_batch_is_differentiated_from_outside():
    def total(fun):
        return wg.grad(lambda xs: np.sum(fun(xs) ** 2))(XS)

    expected = total(lambda xs: np.stack([PLAIN(x) for x in xs]))
    np.testing.assert_allclose(total(wg.vmap(OURS)), expected, rtol=1e-14)


def test_one_branch_is_called():
    calls = []
    first, second = (lambda *args, name=name: calls.append((name, args)) for name in "ab")
    wg.cond(True, first, second, 1, "x", None)
    wg.cond(np.array(0), first, second)
    wg.switch(1, [first, second], {"k": 2})
    assert calls == [("a", (1, "x", None)), ("b", ()), ("b", ({"k": 2},))]


@pytest.mark.parametrize("pred", [True, np.True_, 1, 2.5, np.array(True), wnp.array(3.0), 1j])
def test_predicates(pred):
    assert wg.cond(pred, lambda: "yes", lambda: "no") == "yes"
    assert wg.cond(0 * pred, lambda: "yes", lambda: "no") == "no"


@pytest.mark.parametrize("kind", [int, np.int64, np.uint8, np.array, wnp.array, np.int32])
def test_an_index_is_brought_between_the_ends(kind):
    branches = [lambda i=i: i for i in range(3)]
    assert [wg.switch(kind(i), branches) for i in (0, 1, 2, 3, 200)] == [0, 1, 2, 2, 2]
    assert wg.switch(-1, branches) == wg.switch(wnp.array(-7), tuple(branches)) == 0


def test_examples_beyond_an_end_share_a_recording():
    runs = []

    def last(x):
        runs.append(1)
        return 3 * x

    out = wg.vmap(lambda i, x: wg.switch(i, [np.negative, last], x))(
        np.array([5, -3, 1, 9]), np.arange(4.0)
    )
    np.testing.assert_array_equal(out, [0, -1, 6, 9])
    assert len(runs) == 1


def test_no_nan_comes_from_a_branch_that_is_not_taken():
    norm = lambda v: wg.cond(np.all(v == 0), lambda v: 0.0 * v[0], np.linalg.norm, v)
    unit = lambda v: wg.cond(np.all(v == 0), np.zeros_like, lambda v: v / norm(v), v)
    vs = np.array([[0.0, 0.0], [3.0, 4.0]])
    with wg.debug_nans():
        rows = wg.vmap(wg.jacobian(unit))(vs)
    np.testing.assert_array_equal(rows[0], np.zeros((2, 2)))
    np.testing.assert_allclose(rows[1], wg.jacobian(lambda v: v / np.linalg.norm(v))(vs[1]))


@pytest.mark.parametrize("wrap", [lambda f: f, wg.jit], ids=["called", "jitted"])
def test_no_nan_reaches_what_examples_share(wrap):
    w, xs = np.array([[0.5, -1.0], [2.0, 0.25]]), np.array([1.5, -2.0, 0.5, -0.1])

    def of_one(w, x):
        if x > 0:
            return np.sum(w @ np.log(np.stack([x, 2 * x])))
        return np.sum(w) * x

    expected = sum(wg.grad(of_one)(w, x) for x in xs)
    for of_all in (
        lambda w: np.sum(wg.vmap(of_one, (None, 0))(w, xs)),
        lambda w: np.sum(wg.vmap(lambda x: of_one(w, x))(xs)),
    ):
        np.testing.assert_allclose(wrap(wg.grad(of_all))(w), expected, rtol=1e-14)
        second = wrap(wg.grad(lambda w, f=of_all: np.sum(wg.grad(lambda w: f(w) ** 2)(w))))(w)
        np.testing.assert_allclose(second, 2 * np.sum(expected) * expected, rtol=1e-13)


def test_an_error_is_that_of_the_branch():
    def broken(x):
        raise KeyError("here")

    with pytest.raises(KeyError, match="here"):
        wg.grad(lambda x: wg.cond(x > 0, broken, np.sin, x))(1.0)
    assert wg.grad(lambda x: wg.cond(x > 0, broken, np.sin, x))(0.0) == 1


BAD = {
    "pred has axes": (
        lambda: wg.cond(np.array([True]), abs, abs, 1),
        ValueError,
        r"cond: pred is of shape \(1,\); a scalar",
    ),
    "pred is a string": (
        lambda: wg.cond("no", abs, abs, 1),
        TypeError,
        "cond: pred is str; a bool or number",
    ),
    "pred is None": (lambda: wg.cond(None, abs, abs, 1), TypeError, "pred is NoneType"),
    "an operand in front": (
        lambda: wg.cond(True, 1.0, abs, 2.0, abs),
        TypeError,
        "cond: true_fun is float; a function is needed",
    ),
    "no second function": (lambda: wg.cond(True, abs, 3), TypeError, "false_fun is int"),
    "index is a float": (
        lambda: wg.switch(1.0, [abs], 1),
        TypeError,
        "switch: index is float; an integer is needed",
    ),
    "index is a Tensor of floats": (
        lambda: wg.switch(wnp.array(1.0), [abs], 1),
        TypeError,
        "switch: index is float64; an integer",
    ),
    "index has axes": (
        lambda: wg.switch(np.array([0, 1]), [abs], 1),
        TypeError,
        r"switch: index is int64 of shape \(2,\); an integer",
    ),
    "a Tensor of indices": (
        lambda: wg.switch(wnp.array([0, 1]), [abs], 1),
        TypeError,
        r"switch: index is int64 of shape \(2,\); an integer",
    ),
    "no branches": (lambda: wg.switch(0, []), ValueError, "branches is empty"),
    "one function": (lambda: wg.switch(0, abs, 1), TypeError, "branches is builtin_function"),
    "a branch is a number": (
        lambda: wg.switch(0, [abs, 2], 1),
        TypeError,
        r"branches\[1\] is int; a function",
    ),
}


@pytest.mark.parametrize(("call", "error", "text"), BAD.values(), ids=BAD)
def test_what_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()
