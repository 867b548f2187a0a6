"""linearize and linear_transpose: many tangents over one recording, and the transpose of what is linear."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from forward_cases import DERIVATIVES, WAYS, X, s

# linearize


def test_linearize_pushes_any_number_of_tangents():
    calls = []

    def f(x, y):
        calls.append(1)
        return {"product": x * y, "sine": np.sin(x)}

    out, push = wg.linearize(f, X, 3.0)
    np.testing.assert_array_equal(out["product"], 3 * X)
    for t, u in ((np.ones(3), 1.0), (X, 0.0), (np.zeros(3), 5.0)):
        tangent = push(t, u)
        expected = wg.jvp(f, (X, 3.0), (t, u))[1]
        for key in ("product", "sine"):
            np.testing.assert_array_equal(tangent[key], expected[key])
    np.testing.assert_array_equal(push(None, 1.0)["product"], X)
    np.testing.assert_array_equal(push(None, 1.0)["sine"], np.zeros(3))
    assert len(calls) == 1 + 3


def test_linearize_of_an_array_that_is_written_to_afterwards():
    x = np.ones(100)
    _, push = wg.linearize(lambda x: x * x, x)
    x[:] = np.nan
    t = np.ones(100)
    first = push(t)
    first[:] = 7.0
    np.testing.assert_array_equal(push(t), np.full(100, 2.0))


def test_linearize_nests():
    def by_linearize(f):
        return lambda x: wg.linearize(f, x)[1](1.0)

    for outer in (*WAYS, by_linearize):
        assert outer(by_linearize(s))(0.7) == pytest.approx(DERIVATIVES[2](0.7), rel=1e-14)
        assert by_linearize(outer(s))(0.7) == pytest.approx(DERIVATIVES[2](0.7), rel=1e-14)
    _, push = wg.linearize(s, 0.7)
    assert wg.grad(lambda t: push(t * t))(3.0) == pytest.approx(6 * DERIVATIVES[1](0.7), rel=1e-14)
    np.testing.assert_allclose(wg.vmap(push)(X), DERIVATIVES[1](0.7) * X, rtol=1e-15)


def test_linearize_outlives_the_transform_that_it_was_made_in():
    pushed = []

    def f(x):
        out, push = wg.linearize(lambda y: y**3, x)
        pushed.append(push)
        return out

    for way in WAYS:
        assert way(f)(2.0) == 12.0
        assert pushed[-1](wg.tensor(2.0)).item() == 24.0


def test_linearize_has_aux_and_guises():
    out, push, aux = wg.linearize(lambda x: (x * x, [x, "text"]), np.float32(3), has_aux=True)
    assert (out, aux) == (9.0, [3.0, "text"])
    assert type(push(1)) is type(out) is np.float32
    assert wg.linearize(lambda x: x * x, 3)[1](1) == 6.0


@pytest.mark.parametrize(
    ("tangents", "kind", "message"),
    [
        ((1.0, 2.0), ValueError, "linearize: 2 tangents were given for 1 primals; one for each"),
        (
            ({"a": np.ones(2)},),
            ValueError,
            r"linearize: the tangent is of shape \(2,\); the primal's",
        ),
        (({"b": 1.0},), ValueError, "linearize: the tangent of argument 0 has no key 'a'"),
        (
            ({"a": 1j},),
            TypeError,
            "linearize: the tangent is complex128; the primal's dtype float64",
        ),
    ],
)
def test_what_a_pushforward_needs(tangents, kind, message):
    _, push = wg.linearize(lambda p: p["a"] * 2.0, {"a": 1.0})
    with pytest.raises(kind, match=message):
        push(*tangents)


# linear_transpose


def test_the_transpose_of_linear_functions():
    matrix = np.arange(6.0).reshape(2, 3)
    ct = np.array([1.0, 10.0])
    (got,) = wg.linear_transpose(lambda x: matrix @ x / 2.0, np.zeros(3))(ct)
    np.testing.assert_array_equal(got, ct @ matrix / 2)
    (got,) = wg.linear_transpose(lambda z: z * (1 + 2j), 0j)(1.0)
    assert got == 1 + 2j
    got = wg.linear_transpose(
        lambda p, y: {"a": np.cumsum(p["x"])[::-1], "b": y - np.sum(p["x"])}, {"x": X}, 2.0
    )({"a": np.array([1.0, 2.0, 4.0]), "b": 10.0})
    np.testing.assert_array_equal(got[0]["x"], [-3.0, -7.0, -9.0])
    assert got[1] == 10.0


def test_the_transpose_of_a_transpose_is_the_function():
    matrix = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    transposed = wg.linear_transpose(lambda x: matrix @ x, np.zeros(2))
    (again,) = wg.linear_transpose(transposed, np.zeros(3))((np.array([1.0, 10.0]),))
    np.testing.assert_array_equal(again, matrix @ [1.0, 10.0])


def test_the_transpose_of_a_derivative():
    (got,) = wg.linear_transpose(lambda t: wg.jvp(np.sin, (X,), (t,))[1], X)(np.ones(3))
    np.testing.assert_array_equal(got, np.cos(X))


@pytest.mark.parametrize(
    ("fun", "primals", "primitive"),
    [
        (np.sin, (X,), "sin"),
        (lambda x: x * x, (X,), "multiply"),
        (lambda x, y: x @ y, (X, X), "matmul"),
        (lambda x: 1 / x, (X,), "divide"),
        (np.max, (X,), "max"),
        (np.sort, (X,), "sort"),
        (abs, (X,), "abs"),
        (lambda x: np.where(x > 0, np.exp(x), x), (X,), "greater"),
        (lambda x: np.copysign(1.0, x), (X,), "copysign"),
        (wnp.prod, (X,), "prod"),
    ],
)
def test_what_is_not_linear_is_named(fun, primals, primitive):
    with pytest.raises(
        wg.DerivativeError, match=f"linear_transpose: fun uses {primitive}.* in a way"
    ):
        wg.linear_transpose(fun, *primals)
