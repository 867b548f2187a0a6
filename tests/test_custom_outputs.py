"""A rule that is stated for a function of several outputs runs once for all of them."""

import numpy as np
import pytest

import wengert as wg

x = np.array([1.0, 2.0, 3.0])


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-13)


def like(actual, expected):
    """Compare the elements, the shape and the dtype."""
    expected = np.asarray(expected)
    assert (np.shape(actual), actual.dtype) == (expected.shape, expected.dtype)
    close(actual, expected)


class Counted:
    """A function that counts its runs."""

    def __init__(self, fun):
        self.fun, self.runs = fun, 0

    def __call__(self, *args):
        """Run the function."""
        self.runs += 1
        return self.fun(*args)


def outputs_of(v):
    """Return outputs of every shape and dtype; integers have no derivative."""
    return {
        "square": v * v,
        "pair": (np.sum(v), (v[0] * v).astype(np.float32)),
        "complex": v[:, None] * (1 + 2j),
        "count": wg.numpy.asarray(np.arange(3)),
        "empty": v[:0],
        "order": np.argsort(v),
    }


def scalar_of(out):
    """Use all outputs."""
    return (
        np.sum(out["square"] ** 2)
        + out["pair"][0] ** 3
        + np.sum(out["pair"][1])
        + np.sum(out["complex"].real * out["complex"].imag)
        + np.sum(out["empty"])
        + out["count"][2]
        + out["order"][0]
    )


def by_vjp():
    def bwd(v, ct):
        total = 2 * v * ct["square"] + ct["pair"][0] * np.ones_like(v)
        first = np.zeros(3)
        first[0] = 1.0
        part = ct["pair"][1]
        total = total + v[0] * part + first * np.sum(v * part)
        return (total + (ct["complex"][:, 0] * (1 + 2j)).real,)

    bwd = Counted(bwd)
    f = wg.custom_vjp(outputs_of)
    f.defvjp(lambda v: (outputs_of(v), v), bwd)
    return f, bwd


def by_jvp():
    def rule(primals, tangents):
        return wg.jvp(outputs_of, primals, tangents)

    rule = Counted(rule)
    f = wg.custom_jvp(outputs_of)
    f.defjvp(rule)
    return f, rule


@pytest.mark.parametrize("make", [by_vjp, by_jvp], ids=lambda f: f.__name__)
def test_a_rule_runs_once_for_all_outputs(make):
    f, rule = make()
    loss, plain = (lambda v: scalar_of(f(v))), (lambda v: scalar_of(outputs_of(v)))
    np.testing.assert_allclose(wg.grad(loss)(x), wg.grad(plain)(x), rtol=1e-6)
    assert rule.runs == 1
    np.testing.assert_allclose(wg.jvp(loss, [x], [x])[1], wg.jvp(plain, [x], [x])[1], rtol=1e-6)
    assert rule.runs == 2
    _, pullback = wg.vjp(f, x)
    assert rule.runs == 2
    seeds = {
        "square": x,
        "pair": (1.0, np.ones(3, np.float32)),
        "complex": np.ones((3, 1)) * (2 - 1j),
        "count": np.zeros(3),
        "empty": np.zeros(0),
        "order": np.zeros(3),
    }
    np.testing.assert_allclose(pullback(seeds)[0], wg.vjp(outputs_of, x)[1](seeds)[0], rtol=1e-6)
    assert rule.runs == 3
    w = wg.tensor(x, requires_grad=True)
    loss(w).backward()
    np.testing.assert_allclose(w.grad.numpy(), wg.grad(plain)(x), rtol=1e-6)
    assert rule.runs == 4
    batch = np.stack([x, x + 1, x - 3])
    np.testing.assert_allclose(
        wg.vmap(wg.grad(loss))(batch), wg.vmap(wg.grad(plain))(batch), rtol=1e-6
    )
    assert rule.runs == 5
    np.testing.assert_allclose(wg.hessian(loss)(x), wg.hessian(plain)(x), rtol=1e-6)
    np.testing.assert_allclose(wg.jacrev(wg.grad(loss))(x), wg.hessian(plain)(x), rtol=1e-6)


@pytest.mark.parametrize("make", [by_vjp, by_jvp], ids=lambda f: f.__name__)
def test_outputs_keep_their_values_shapes_and_dtypes(make):
    f, _ = make()
    seen, wanted = [], outputs_of(x)
    wg.grad(lambda v: seen.append(f(v)) or np.sum(v))(x)
    for name in ("square", "complex", "count", "empty", "order"):
        like(seen[0][name].numpy(), np.asarray(wanted[name]))
    for got, out in zip(seen[0]["pair"], wanted["pair"], strict=True):
        like(got.numpy(), np.asarray(out))
    out = wg.vmap(f)(np.stack([x, -x]))
    assert out["order"].tolist() == [[0, 1, 2], [2, 1, 0]]
    close(out["square"], np.stack([x * x, x * x]))


def test_one_output_of_several_may_be_used():
    f, rule = by_vjp()
    assert wg.grad(lambda v: f(v)["pair"][0])(x).tolist() == [1.0, 1.0, 1.0]
    assert wg.grad(lambda v: np.sum(f(v)["square"]))(x).tolist() == [2.0, 4.0, 6.0]
    assert rule.runs == 2
    assert wg.grad(lambda v: np.sum(f(v)["order"]) + v[0])(x).tolist() == [1.0, 0.0, 0.0]
    assert rule.runs == 2
    close(wg.jacobian(lambda v: f(v)["square"])(x), np.diag(2 * x))


def test_numbers_give_way_to_arrays_as_before():
    f = wg.custom_jvp(lambda v: (v * 2, v * 3))
    f.defjvps(lambda t, ans, v: (t * 2, t * 3))
    single = np.ones(3, np.float32)
    assert wg.grad(lambda v: np.sum(f(v)[0] * single) + f(v)[1])(1.0) == 9.0
    out, moved = wg.jvp(lambda v: f(v)[0] * single, [1.0], [1.0])
    assert (out.dtype, moved.dtype) == (np.float32, np.float32)
    assert wg.jvp(f, [1.0], [1.0]) == ((2.0, 3.0), (2.0, 3.0))
    assert type(wg.jvp(f, [1.0], [1.0])[1][0]) is float


def test_functions_without_a_moving_output():
    f = wg.custom_jvp(lambda v: (np.argsort(v), v > 0))
    f.defjvp(lambda p, t: (f(*p), (None, None)))
    assert wg.grad(lambda v: np.sum(v * f(v)[0]) + np.sum(v * f(v)[1]))(x).tolist() == [
        1.0,
        2.0,
        3.0,
    ]
    order, mask = wg.vmap(f)(np.stack([x, -x]))
    assert order.tolist() == [[0, 1, 2], [2, 1, 0]]
    assert mask.tolist() == [[True] * 3, [False] * 3]


def test_one_rule_for_each_argument_of_several_outputs():
    f = wg.custom_jvp(lambda a, b: (a * b, {"sum": a + b}))
    f.defjvps(
        lambda t, ans, a, b: (t * b, {"sum": t}),
        lambda t, ans, a, b: (t * a, {"sum": None}),  # not the true one
    )
    moved = wg.jvp(f, [x, 2 * x], [x, x])[1]
    close(moved[0], 3 * x * x)
    close(moved[1]["sum"], x)
    got = wg.grad(lambda a, b: np.sum(f(a, b)[0]) + np.sum(f(a, b)[1]["sum"]), (0, 1))(x, 2 * x)
    close(got, (2 * x + 1, x))
    f.defjvps(None, None)
    assert wg.grad(lambda a: np.sum(f(a, x)[0] + a))(x).tolist() == [1.0, 1.0, 1.0]


def part(x):
    return x[1:]


def pair(x):
    y = 2 * x
    return y, y[1:]


def ruled(fun):
    """Return the function with its derivatives stated, as a jvp and as a vjp."""
    jvp, vjp = wg.custom_jvp(fun), wg.custom_vjp(fun)
    jvp.defjvp(lambda primals, tangents: (fun(primals[0]), fun(tangents[0])))
    vjp.defvjp(lambda x: (fun(x), None), lambda _, cts: (3 * cts,))
    return [jvp, vjp]


@pytest.mark.parametrize("fun", [part, pair, lambda x: x], ids=["part", "pair", "itself"])
def test_results_have_memory_of_their_own_differentiated_or_not(fun):
    x = np.array([1.0, 2.0, 3.0])
    for f in ruled(fun):

        def program(x, f=f):
            y = 1.0 * x
            results = f(y)
            for result in results if isinstance(results, tuple) else (results,):
                result[0] = 9.0
            return y, results

        for make in (np.copy, wg.tensor):
            y, results = program(make(x))
            np.testing.assert_array_equal(y, x)
            if fun is pair:
                np.testing.assert_array_equal(results[0], [9.0, 4.0, 6.0])
        value, _ = wg.vjp(program, x)
        np.testing.assert_array_equal(value[0], x)
