"""What a stated rule returns is brought to the shape and dtype of what it belongs to, or refused."""

import re

import numpy as np
import pytest

import wengert as wg

x = np.array([1.0, 2.0, 3.0])
ones = np.ones(3)


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-13)


def like(actual, expected):
    """Compare the elements, the shape and the dtype."""
    expected = np.asarray(expected)
    assert (np.shape(actual), actual.dtype) == (expected.shape, expected.dtype)
    close(actual, expected)


def stated(tangent):
    """Return 2 v, with this tangent, which is linear in t."""
    f = wg.custom_jvp(lambda v: v * 2)
    f.defjvp(lambda p, t: (f(*p), tangent(p[0], t[0])))
    return f


def stated_foreign(tangent):
    f = wg.primitive(lambda v: v * 2)
    f.defjvp(lambda t, ans, v: tangent(v, t))
    return f


# And the Jacobian at x that each amounts to.
TANGENTS = {
    "a number for an array": (lambda v, t: np.sum(t), np.ones((3, 3))),
    "one element for an array": (lambda v, t: t[:1] * v[2], 3 * np.eye(3)[[0, 0, 0]]),
    "an integer": (lambda v, t: 0, np.zeros((3, 3))),
    "an array of integers": (lambda v, t: np.zeros(3, int), np.zeros((3, 3))),
    "None": (lambda v, t: None, np.zeros((3, 3))),
    "single precision": (lambda v, t: (t * v).astype(np.float32), np.diag(x)),
    "complex": (lambda v, t: t * (2 + 1j), 2 * np.eye(3)),
}


@pytest.mark.parametrize("make", [stated, stated_foreign], ids=lambda f: f.__name__)
@pytest.mark.parametrize(("tangent", "jacobian"), TANGENTS.values(), ids=TANGENTS.keys())
def test_tangents_are_brought_to_the_value(make, tangent, jacobian):
    f = make(tangent)
    moved = jacobian @ x
    like(wg.jvp(f, [x], [x])[1], moved)
    like(wg.linearize(f, x)[1](x), moved)
    like(wg.jvp(lambda v: np.sin(f(v)), [x], [x])[1], np.cos(2 * x) * moved)
    like(wg.vjp(f, x)[1](x)[0], x @ jacobian)
    like(wg.grad(lambda v: np.sum(f(v) * x))(x), x @ jacobian)
    like(wg.jacfwd(f)(x), jacobian)
    like(wg.jacrev(f)(x), jacobian)
    batch = np.stack([x, x, x])
    like(wg.vmap(lambda v: wg.jvp(f, [v], [x])[1])(batch), np.stack([moved] * 3))
    like(wg.jvp(wg.vmap(f), [batch], [batch])[1], np.stack([moved] * 3))
    like(wg.vmap(wg.grad(lambda v: np.sum(f(v) * x)))(batch), np.stack([x @ jacobian] * 3))


def test_tangents_of_numbers_stay_python_s():
    f = wg.custom_jvp(lambda v: v * 2)
    f.defjvp(lambda p, t: (f(*p), t[0] * np.float64(2.0)))
    assert wg.jvp(f, [1.0], [3.0]) == (2.0, 6.0)
    assert type(wg.jvp(f, [1.0], [3.0])[1]) is float
    # A number gives way to single precision, and so does its tangent.
    out, moved = wg.jvp(lambda v: f(v) * ones.astype(np.float32), [1.0], [3.0])
    assert (out.dtype, moved.dtype) == (np.float32, np.float32)


def test_cotangents_of_foreign_functions_are_summed_over_what_was_broadcast():
    f = wg.primitive(np.multiply)
    f.defvjp(lambda ct, ans, a, b: ct * b, lambda ct, ans, a, b: ct * a)
    for b in (2.0, np.array([2.0]), np.array([[2.0], [5.0]])):
        wanted = np.sum(np.broadcast_to(x, np.broadcast_shapes(x.shape, np.shape(b))), -1)
        got = wg.grad(lambda b: np.sum(f(x, b)))(b)
        close(np.ravel(got), np.ravel(wanted))
        moved = wg.jvp(lambda b: f(x, b), [b], [np.ones_like(b)])[1]
        close(moved, np.broadcast_to(x, np.shape(f(x, b))))
        close(wg.jacfwd(lambda b: f(x, b))(b), wg.jacrev(lambda b: f(x, b))(b))


def of_shape(shape):
    return stated(lambda v, t: np.zeros(shape))


def foreign_of_shape(shape):
    f = wg.primitive(lambda v: v * 2)
    f.defvjp(lambda ct, ans, v: np.zeros(shape))
    return f


def pulled(*parts):
    """Return a function of a pair and a number whose reverse rule returns these."""
    f = wg.custom_vjp(lambda pair, c: pair[0] * pair[1] * c)
    f.defvjp(lambda pair, c: (f(pair, c), None), lambda _, ct: parts)
    return lambda v: f((v, v), v)


def pair_moving_as(tangent):
    f = wg.custom_jvp(lambda v: (v, {"a": v}))
    f.defjvp(lambda p, t: (f(*p), tangent))
    return lambda v: f(v)[0] + f(v)[1]["a"]


WRONG = {
    "tangent too short": (
        of_shape((2,)),
        ValueError,
        (
            "custom_jvp: the rule returned a tangent of shape (2,) for a value of shape (3,); "
            "a shape that broadcasts to it is needed"
        ),
    ),
    "tangent of more axes": (
        of_shape((1, 3)),
        ValueError,
        (
            "custom_jvp: the rule returned a tangent of shape (1, 3) for a value of shape (3,); "
            "a shape that broadcasts to it is needed"
        ),
    ),
    "tangent of another form": (
        pair_moving_as((ones, ones)),
        TypeError,
        "custom_jvp: the rule returned a tangent of another form than the value's",
    ),
    "tangent of one output": (
        pair_moving_as(ones),
        TypeError,
        "custom_jvp: the rule returned a tangent of another form than the value's",
    ),
    "foreign cotangent": (
        foreign_of_shape((2,)),
        ValueError,
        (
            "primitive: the rule returned a cotangent of shape (2,) for an argument of shape (3,); "
            "shapes that broadcast to one another are needed"
        ),
    ),
    "cotangents too few": (
        pulled((ones, ones)),
        TypeError,
        "custom_vjp: bwd returned 1 cotangents for 2 arguments; one for each is needed",
    ),
    "cotangent of another form": (
        pulled({"a": ones}, ones),
        TypeError,
        "custom_vjp: bwd returned a cotangent of another form than the argument's",
    ),
}


@pytest.mark.parametrize("way", ["jvp", "grad", "jacfwd", "jacrev", "vmap"])
@pytest.mark.parametrize(("fun", "error", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_does_not_fit_is_refused(fun, error, message, way):
    call = {
        "jvp": lambda: wg.jvp(fun, [x], [ones]),
        "grad": lambda: wg.grad(lambda v: np.sum(fun(v)))(x),
        "jacfwd": lambda: wg.jacfwd(fun)(x),
        "jacrev": lambda: wg.jacrev(fun)(x),
        "vmap": lambda: wg.vmap(wg.grad(lambda v: np.sum(fun(v))))(np.stack([x, x])),
    }[way]
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        call()


def test_none_stands_for_no_cotangent_of_a_container():
    got = wg.grad(lambda v: np.sum(pulled(None, ones)(v)))(x)
    assert got.tolist() == [1.0, 1.0, 1.0]
    got = wg.grad(lambda v: np.sum(pulled((ones, None), None)(v)))(x)
    assert got.tolist() == [1.0, 1.0, 1.0]
