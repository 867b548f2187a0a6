"""vmap: a function of one example, evaluated for a batch of them."""

import sys

import numpy as np
import pytest

import wengert as wg

RNG = np.random.default_rng(0)
X = RNG.uniform(0.5, 2.0, (4, 3))
x = np.array([0.3, 1.2, -0.5])


def s(v):
    return np.sin(v) * v


def d1(v):
    return np.cos(v) * v + np.sin(v)


def d2(v):
    return 2 * np.cos(v) - np.sin(v) * v


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


def test_batches_of_derivatives_and_derivatives_of_batches():
    close(wg.vmap(wg.grad(s))(x), d1(x))
    close(wg.vmap(wg.grad(wg.grad(s)))(x), d2(x))
    close(wg.vmap(wg.vmap(wg.grad(s)))(X), d1(X))
    close(wg.vmap(wg.grad(lambda v: np.sum(s(v))))(X), d1(X))
    close(wg.grad(lambda v: np.sum(wg.vmap(s)(v)))(x), d1(x))
    close(wg.grad(lambda v: np.sum(wg.vmap(wg.grad(s))(v)))(x), d2(x))
    close(wg.vmap(lambda v: wg.jvp(s, [v], [1.0])[1])(x), d1(x))
    close(wg.jvp(wg.vmap(s), [x], [np.ones(3)])[1], d1(x))
    close(wg.vmap(wg.jacobian(lambda v: v * v[0]))(X)[:, 1, 1], X[:, 0])
    close(wg.vmap(wg.hessian(lambda v: np.sum(v**3)))(X)[:, 2, 2], 6 * X[:, 2])


def test_what_the_function_closes_over_stays_connected():
    close(wg.grad(lambda w: np.sum(wg.vmap(lambda v: w * np.sin(v))(x)))(1.3), np.sin(x).sum())
    close(wg.vmap(lambda a: wg.grad(lambda b: np.sin(b) * a)(1.0))(x), np.cos(1.0) * x)
    close(wg.vmap(lambda a: wg.vmap(lambda b: a * b)(x))(x), np.outer(x, x))
    close(wg.grad(lambda w: np.sum(wg.vmap(lambda v: w * w)(x)))(1.3), 7.8)
    w = wg.tensor(2.0, requires_grad=True)
    np.sum(wg.vmap(lambda v: w * v)(wg.tensor(x))).backward()
    close(w.grad.item(), x.sum())


@pytest.mark.parametrize("n", [0, 1, 2, 1000])
def test_numbers_of_examples(n):
    batch = RNG.normal(size=(n, 3))
    found = wg.vmap(lambda v: np.sum(np.exp(v)) * v[::-1])(batch)
    assert found.shape == (n, 3)
    close(found, np.exp(batch).sum(1, keepdims=True) * batch[:, ::-1])


def test_axes():
    weights = RNG.normal(size=3)
    close(wg.vmap(np.dot, in_axes=(0, None))(X, weights), X @ weights)
    close(wg.vmap(np.dot, in_axes=(-1, None))(X.T, weights), X @ weights)
    close(wg.vmap(lambda v: v * 2, in_axes=1, out_axes=1)(X), X * 2)
    close(wg.vmap(lambda v: v * 2, in_axes=1)(X), X.T * 2)
    close(wg.vmap(lambda a, b: a + b, in_axes=(0, 1))(X, X.T), 2 * X)
    close(wg.vmap(lambda a, b: a + b)(X[:, 0], b=X[:, 1]), X[:, 0] + X[:, 1])
    given = {"w": weights, "x": (X, X.T)}
    axes = ({"w": None, "x": (0, 1)},)
    close(
        wg.vmap(lambda p: p["x"][0] @ p["w"] + p["x"][1], in_axes=axes)(given),
        (X @ weights)[:, None] + X,
    )
    close(wg.vmap(lambda a, b: a + b, in_axes=(np.int64(0), np.int32(1)))(X, X.T), 2 * X)
    close(wg.vmap(lambda v: v * 2, np.int64(1), np.int64(1))(X), X * 2)
    out = wg.vmap(lambda v: {"a": v, "b": [v.sum(), 1.0]}, out_axes={"a": 1, "b": [0, None]})(X)
    close(out["a"], X.T)
    close(out["b"][0], X.sum(1))
    assert out["b"][1] == 1.0


def test_what_does_not_depend_on_the_example_is_repeated():
    assert wg.vmap(lambda v: 2.0)(x).tolist() == [2.0, 2.0, 2.0]
    assert wg.vmap(lambda v: np.ones(2))(x).shape == (3, 2)


def test_guises():
    assert type(wg.vmap(s)(x)) is np.ndarray
    assert type(wg.vmap(s)(wg.tensor(x))) is wg.Tensor
    assert wg.vmap(s)(x.astype(np.float32)).dtype == np.float32
    assert wg.vmap(lambda k: k + 1)(np.arange(3)).tolist() == [1, 2, 3]
    out = wg.vmap(lambda v: v)(x)
    assert not np.shares_memory(out, x)
    assert out.flags.writeable


def test_each_example_has_its_own_cut_value():
    close(wg.vmap(lambda v: wg.stop_gradient(v) * v)(x), x * x)
    close(wg.vmap(wg.grad(lambda v: wg.stop_gradient(v) * v))(x), x)
    close(wg.vmap(wg.grad(lambda v: v.detach() * v))(x), x)
    close(wg.grad(lambda v: np.sum(wg.vmap(lambda u: u.detach() * u)(v)))(x), x)

    def under_no_grad(v):
        with wg.no_grad():
            scale = v * 2
        return scale * v

    close(wg.vmap(wg.grad(under_no_grad))(x), 2 * x)
    close(wg.grad(lambda v: np.sum(wg.vmap(under_no_grad)(v)))(x), 2 * x)


def test_values_that_differ_do_not_leave_as_one():
    with pytest.raises(TypeError, match=r"^vmap: float\(\) was taken of a value that differs"):
        wg.vmap(float)(x)
    with pytest.raises(TypeError, match=r"^vmap: \.item\(\) was taken of a value that differs"):
        wg.vmap(lambda v: v.item() * v)(x)
    with pytest.raises(TypeError, match=r"^vmap: np\.asarray\(\) was taken"):
        wg.vmap(np.asarray)(np.stack([x, x]).T)
    for leave in (lambda v: v.detach().numpy(), lambda v: float(wg.stop_gradient(v))):
        with pytest.raises(TypeError, match="was taken of a value that differs") as raised:
            wg.vmap(leave)(x)
        assert "detach" not in str(raised.value)
    assert wg.vmap(lambda v: v * wg.tensor(2.0).item())(x).tolist() == (2 * x).tolist()


def test_an_error_names_its_example():
    def checked(v):
        if v < 0:
            message = "negative"
            raise ValueError(message)
        return v

    with pytest.raises(ValueError, match="negative") as raised:
        wg.vmap(checked)(x)
    assert str(raised.value) == "negative"
    if sys.version_info >= (3, 11):
        assert raised.value.__notes__ == ["vmap: raised for example 2"]
    close(wg.vmap(s)(x), s(x))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: wg.vmap(3), TypeError, "vmap: fun is int; a function is needed"),
        (
            lambda: wg.vmap(s)(1.0),
            ValueError,
            "vmap: in_axes holds 0 for an array of 0 axes; an axis of it is needed",
        ),
        (
            lambda: wg.vmap(s, in_axes=2)(X),
            ValueError,
            "vmap: in_axes holds 2 for an array of 2 axes; an axis of it is needed",
        ),
        (
            lambda: wg.vmap(np.add)(x, X),
            ValueError,
            "vmap: the mapped axes are 3 and 4 long; they must be equal",
        ),
        (
            lambda: wg.vmap(s, in_axes=(None,))(x),
            ValueError,
            "vmap: in_axes maps no argument; at least one axis is needed",
        ),
        (
            lambda: wg.vmap(s, in_axes=(0, 0))(x),
            ValueError,
            "vmap: in_axes has 2 entries where there are 1",
        ),
        (
            lambda: wg.vmap(s, in_axes=({"a": 0},))({"a": x, "b": x}),
            ValueError,
            "vmap: in_axes has no key 'b'; the keys of what it belongs to are needed",
        ),
        (
            lambda: wg.vmap(s, in_axes=({"a": 0, "b": 0},))({"a": x}),
            ValueError,
            "vmap: in_axes has 2 entries where there are 1",
        ),
        (
            lambda: wg.vmap(s, in_axes="first")(x),
            TypeError,
            "vmap: in_axes is str; an integer, or a tuple or list of axes for the arguments is needed",
        ),
        (
            lambda: wg.vmap(s, out_axes=None)(x),
            ValueError,
            "vmap: out_axes is None for an output that differs between examples; an axis is needed",
        ),
        (
            lambda: wg.vmap(lambda v: v if v > 0 else v[None])(x),
            ValueError,
            (
                "vmap: fun returned float64 of shape () for example 0 and float64 of shape (1,) for "
                "example 2; every example must return the same"
            ),
        ),
        (
            lambda: wg.vmap(lambda v: "text")(x),
            TypeError,
            "vmap: str was given; a Tensor, an array or a number is needed",
        ),
    ],
)
def test_misuse(call, error, message):
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value) == message


def test_a_recording_is_evaluated_again_from_its_leaves():
    """No rule reads the operands of sums: while a batch is recorded they are kept all the same."""
    rows, work = RNG.uniform(0.5, 2.0, (4, 600)), np.arange(600.0)

    def f(v):
        shifted = v + work
        total = np.sum(shifted) - v[0] + np.array([1.0, 2.0])
        work[:] = 7.0  # the caller's memory may change before the examples are evaluated
        return total * np.floor(v[1]), v > work

    values, mask = wg.vmap(f)(rows)
    shifted = rows + np.arange(600.0)
    total = np.sum(shifted, axis=1) - rows[:, 0]
    close(values, (total[:, None] + np.array([1.0, 2.0])) * np.floor(rows[:, 1:2]))
    assert mask.tolist() == (rows > 7.0).tolist()
