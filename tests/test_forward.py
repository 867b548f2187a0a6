"""jvp, linearize and linear_transpose: nesting, containers, guises and messages."""

from typing import NamedTuple

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

X = np.array([0.3, 1.2, -0.5])


def s(x):
    return np.sin(x) * x


DERIVATIVES = [
    s,
    lambda x: np.cos(x) * x + np.sin(x),
    lambda x: 2 * np.cos(x) - np.sin(x) * x,
    lambda x: -3 * np.sin(x) - np.cos(x) * x,
    lambda x: -4 * np.cos(x) + np.sin(x) * x,
]


def by_jvp(f):
    return lambda x: wg.jvp(f, (x,), (1.0,))[1]


def by_pullback(f):
    return lambda x: wg.vjp(f, x)[1](1.0)[0]


WAYS = [wg.grad, by_pullback, by_jvp]
each_way = pytest.mark.parametrize("way", WAYS, ids=lambda f: f.__name__)


# Orders and levels


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_orders(order):
    f = s
    for _ in range(order):
        f = by_jvp(f)
    assert f(0.7) == pytest.approx(DERIVATIVES[order](0.7), rel=1e-14)


@pytest.mark.parametrize("outer", WAYS)
@pytest.mark.parametrize("middle", WAYS)
@pytest.mark.parametrize("inner", WAYS)
def test_third_order_by_every_three_ways(outer, middle, inner):
    got = outer(middle(inner(s)))(0.7)
    assert got == pytest.approx(DERIVATIVES[3](0.7), rel=1e-14)
    assert type(got) is float


def test_second_order_of_arrays():
    def hessian_times(t):
        return wg.jvp(wg.grad(lambda x: np.sum(s(x)) * x[0]), (X,), (t,))[1]

    matrix = np.array([hessian_times(t) for t in np.eye(3)])
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-15, atol=1e-15)
    expected = np.diag(DERIVATIVES[2](X) * X[0])
    expected[0] += DERIVATIVES[1](X)
    expected[:, 0] += DERIVATIVES[1](X)
    np.testing.assert_allclose(matrix, expected, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "f", [wnp.sqrt, wnp.log, lambda x: x * wnp.log(x)], ids=["sqrt", "log", "xlogx"]
)
@pytest.mark.parametrize("is_mixed", [False, True])
def test_a_branch_not_taken_gives_no_nan(order, f, is_mixed):
    def g(x):
        return np.where(x > 0, f(x), 0.0)

    for i in range(order):
        g = wg.grad(g) if is_mixed and i % 2 else by_jvp(g)
    assert g(0.0) == 0.0


def test_a_factor_that_happens_to_be_zero_has_a_derivative():
    def f(x):
        return np.log(x) * (x - 1.0)

    assert by_jvp(f)(1.0) == 0.0
    assert by_jvp(by_jvp(f))(1.0) == 2.0
    assert by_jvp(by_jvp(by_jvp(f)))(1.0) == -3.0
    assert by_jvp(lambda x: by_jvp(lambda y: y * np.sqrt(x))(0.0))(4.0) == 0.25


@pytest.mark.parametrize("outer", WAYS)
@pytest.mark.parametrize("inner", WAYS)
def test_perturbations_of_different_levels_stay_apart(outer, inner):
    # Siskind and Pearlmutter (2005); Manzyuk et al. (2019).
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(3.0) == 1.0
    assert outer(lambda x: x * inner(lambda y: x * y)(2.0))(3.0) == 6.0
    assert outer(lambda x: x * inner(lambda y: x * y * y)(2.0))(3.0) == 24.0
    assert outer(lambda x: inner(lambda y: x * x * y)(x))(3.0) == 6.0
    assert outer(lambda x: inner(lambda x: x * x)(x) * x)(3.0) == 12.0
    assert outer(lambda x: x * inner(lambda y: x)(2.0))(3.0) == 0.0

    def shifted(f, u):
        return lambda x: f(x + u)

    # Of a function that returns a function (Manzyuk et al., sec. 2): d/du f(x + u) at u = 0, twice.
    def derivative_of_shift(f):
        return lambda x: outer(lambda u: shifted(f, u)(x))(0.0)

    assert derivative_of_shift(derivative_of_shift(np.exp))(1.0) == pytest.approx(np.e)
    assert inner(derivative_of_shift(np.exp))(1.0) == pytest.approx(np.e)


def test_a_tangent_that_is_tracked_outside():
    def f(x):
        return wg.jvp(lambda y: y**3, (2.0,), (x * x,))[1]  # 12 x x

    assert wg.jvp(f, (5.0,), (1.0,)) == (300.0, 120.0)
    assert wg.grad(f)(5.0) == 120.0
    assert wg.grad(lambda x: wg.jvp(lambda y: y**3, (x,), (x,))[1])(2.0) == 36.0


def test_a_tangent_is_linear_and_keeps_its_own_derivatives():
    def f(x, t):
        return wg.jvp(lambda y: np.sin(y) * y, (x,), (t,))[1]

    ones = np.ones(3)
    got = wg.jvp(f, (X, ones), (2 * ones, 3 * ones))[1]
    np.testing.assert_allclose(got, 2 * DERIVATIVES[2](X) + 3 * DERIVATIVES[1](X), rtol=1e-14)


def test_an_inner_derivative_that_depends_on_nothing_outside_is_a_constant():
    seen = []

    def f(x):
        seen.extend(wg.jvp(lambda y: y**3, (2.0,), (1.0,)))
        return x * seen[1]

    assert wg.jvp(f, (5.0,), (1.0,)) == (60.0, 12.0)
    assert seen == [8.0, 12.0]
    assert all(type(v) is float for v in seen)


def test_closures_stay_connected_to_tensors_that_require_a_gradient():
    w = wg.tensor(2.0, requires_grad=True)
    out, tangent = wg.jvp(lambda x: w * x * x, (3.0,), (1.0,))
    assert (out.item(), tangent.item()) == (18.0, 12.0)
    tangent.backward()
    assert w.grad.item() == 6.0
    w.zero_grad()
    wg.jvp(lambda x: x * x * x, (w,), (1.0,))[1].backward()
    assert w.grad.item() == 12.0
    w.zero_grad()
    wg.jvp(lambda x: x * x, (3.0,), (w,))[1].backward()
    assert w.grad.item() == 6.0


def test_backward_inside_jvp():
    def f(x):
        w = wg.tensor(3.0, requires_grad=True)
        (w * w * x).backward(create_graph=True)
        return w.grad * x  # 6 x x

    assert wg.jvp(f, (2.0,), (1.0,)) == (24.0, 24.0)


def test_no_grad():
    def f(x):
        with wg.no_grad():
            y = x * x
        return x * y

    assert wg.jvp(f, (3.0,), (1.0,)) == (27.0, 9.0)
    w = wg.tensor(2.0, requires_grad=True)
    with wg.no_grad():
        out, tangent = wg.jvp(lambda x: x * x * w, (w,), (1.0,))
        assert wg.jvp(lambda x: x * x, (3.0,), (w,))[1] == 12.0
        assert by_jvp(by_jvp(lambda x: x**3))(2.0) == 12.0
    assert not out.requires_grad
    assert not tangent.requires_grad
    assert (out.item(), tangent.item()) == (8.0, 8.0)


@pytest.mark.parametrize(
    "cut", [wg.stop_gradient, wg.Tensor.detach, wg.Tensor.item], ids=lambda f: f.__name__
)
def test_what_is_cut_is_a_constant_at_every_level(cut):
    assert by_jvp(lambda x: x * cut(x * x))(3.0) == 9.0
    assert by_jvp(by_jvp(lambda x: x * x * cut(x)))(3.0) == 6.0
    assert by_jvp(lambda x: by_jvp(lambda y: x * y * cut(y))(2.0))(5.0) == 2.0


def test_a_leaf_that_outlives_its_transform_is_a_constant():
    kept = []

    def f(x):
        kept.extend([x, x * x])
        return x * x

    wg.jvp(f, (3.0,), (1.0,))
    assert [float(t) for t in kept] == [3.0, 9.0]
    assert by_jvp(lambda y: y * kept[1])(1.0) == 9.0
    assert wg.grad(lambda y: y * kept[1])(1.0) == 9.0


def test_batches():
    np.testing.assert_allclose(wg.vmap(by_jvp(s))(X), DERIVATIVES[1](X), rtol=1e-15)
    ones = np.ones(3)
    np.testing.assert_allclose(wg.jvp(wg.vmap(s), (X,), (ones,))[1], DERIVATIVES[1](X), rtol=1e-15)
    got = wg.jvp(wg.vmap(by_jvp(s)), (X,), (ones,))[1]
    np.testing.assert_allclose(got, DERIVATIVES[2](X), rtol=1e-14)
    got = wg.vmap(lambda t: wg.jvp(s, (0.7,), (t,))[1])(X)
    np.testing.assert_allclose(got, DERIVATIVES[1](0.7) * X, rtol=1e-15)


# Containers


class Point(NamedTuple):
    """Two coordinates."""

    x: object
    y: object


def test_nested_containers():
    def f(p, q):
        return {"a": p["x"] * q[0], "b": (p["y"], [q[1].x * q[1].y])}

    primals = ({"x": 2.0, "y": X}, (3.0, Point(4.0, np.ones(2))))
    tangents = ({"y": -X, "x": 1.0}, (10.0, Point(0.0, np.array([1.0, 2.0]))))
    out, tangent = wg.jvp(f, primals, tangents)
    assert out["a"] == 6.0
    assert tangent["a"] == 23.0
    np.testing.assert_array_equal(out["b"][0], X)
    np.testing.assert_array_equal(tangent["b"][0], -X)
    np.testing.assert_array_equal(out["b"][1][0], [4.0, 4.0])
    np.testing.assert_array_equal(tangent["b"][1][0], [4.0, 8.0])


def test_primals_and_tangents_may_be_lists():
    assert wg.jvp(lambda x, y: x * y, [2.0, 3.0], [1.0, 0.0]) == (6.0, 3.0)
    assert wg.jvp(lambda: (1.0, 2), (), ()) == ((1.0, 2), (0.0, 0))


def test_none_is_the_tangent_of_what_stays_as_it_is():
    table, seen = np.arange(3), []

    def f(x, options, table):
        seen.extend([options, table])
        return x * options["scale"]

    options = {"scale": 3.0, "name": "text"}
    assert wg.jvp(f, (2.0, options, table), (1.0, None, None)) == (6.0, 3.0)
    assert seen == [options, table]
    assert seen[1] is table
    assert wg.jvp(lambda p: p["a"] * p["b"], ({"a": 2.0, "b": 3.0},), ({"a": None, "b": 1.0},)) == (
        6.0,
        2.0,
    )


def test_integers():
    assert wg.jvp(lambda x: x * x, (3,), (1,)) == (9.0, 6.0)
    np.testing.assert_array_equal(
        wg.jvp(lambda x: x * x, (np.arange(3),), (np.ones(3),))[1], [0, 2, 4]
    )

    def step(state):
        return {"count": state["count"] + 1, "x": state["x"] * 2.0}

    state, tangent = {"count": 0, "x": 1.0}, {"count": 0, "x": 1.0}
    for _ in range(3):
        (state,), (tangent,) = ([v] for v in wg.jvp(step, (state,), (tangent,)))
    assert state == {"count": 3, "x": 8.0}
    assert tangent == {"count": 0, "x": 8.0}


def test_has_aux():
    def f(x):
        return x * x, {"cube": x**3, "text": "seen"}

    assert wg.jvp(f, (2.0,), (1.0,), has_aux=True) == (4.0, 4.0, {"cube": 8.0, "text": "seen"})
    assert wg.jvp(f, (2.0,), (1.0,), np.True_)[2]["cube"] == 8.0
    with pytest.raises(TypeError, match=r"jvp: has_aux is True and fun returned .*Tensor; a tuple"):
        wg.jvp(s, (1.0,), (1.0,), True)


def test_the_same_array_twice():
    x = np.ones(2)
    out, tangent = wg.jvp(lambda x, y: (x * y, x), (x, x), (x, 2 * x))
    np.testing.assert_array_equal(tangent[0], [3.0, 3.0])
    np.testing.assert_array_equal(tangent[1], [1.0, 1.0])
    assert out[1] is not x


# Guises and memory


@pytest.mark.parametrize(
    "x",
    [
        3.0,
        np.float32(3),
        np.float64(3),
        np.ones(2),
        np.ones(2, "f4"),
        np.array(3.0),
        wg.tensor([1.0]),
        1 + 2j,
        np.ones(2, "c8"),
    ],
    ids=repr,
)
def test_results_are_of_the_arguments_guise(x):
    out, tangent = wg.jvp(lambda x: x * x, (x,), (np.ones_like(np.asarray(x)),))
    assert type(out) is type(tangent) is type(x)
    assert np.asarray(out).dtype == np.asarray(tangent).dtype == np.asarray(x).dtype
    np.testing.assert_array_equal(np.asarray(tangent), 2 * np.asarray(x))


def test_results_share_no_memory():
    x, t = np.ones(100), np.full(100, 2.0)
    out, tangent = wg.jvp(lambda x: (x, x, x[::2], np.ones(3)), (x,), (t,))
    arrays = [x, t, *out, *tangent]
    for i, a in enumerate(arrays):
        assert a.flags.writeable
        assert a.flags.c_contiguous
        assert not any(np.shares_memory(a, b) for b in arrays[:i])


def test_what_fun_does_to_the_tangents_array_does_not_matter():
    x, t = np.ones(100), np.ones(100)

    def f(x):
        t[:] = np.nan
        return x * x

    np.testing.assert_array_equal(wg.jvp(f, (x,), (t,))[1], np.full(100, 2.0))


def test_what_does_not_depend_on_the_primals_has_a_tangent_of_zero():
    out, tangent = wg.jvp(
        lambda x: (2.0, np.ones(2, np.float32), x > 0, wg.tensor([1.0]), np.floor(x), 1j),
        (0.5,),
        (1.0,),
    )
    assert tangent[0] == 0.0
    assert tangent[1].dtype == np.float32
    np.testing.assert_array_equal(tangent[1], [0, 0])
    assert tangent[2] is False
    assert tangent[3] == 0.0
    assert tangent[4] == 0.0
    assert tangent[5] == 0j
    assert [type(v) for v in out] == [type(v) for v in tangent]


def test_a_number_stays_weak():
    x = np.ones(3, np.float32)
    out, tangent = wg.jvp(lambda x, a: x * a, (x, 2.0), (x, 3.0))
    assert out.dtype == tangent.dtype == np.float32
    np.testing.assert_array_equal(tangent, np.full(3, 5.0))


def test_a_narrow_primal_in_a_wide_result():
    x, y = np.float32(1.5), np.full(2, 0.1)
    out, tangent = wg.jvp(lambda x, y: x * y, (x, y), (np.float32(1), np.zeros(2)))
    assert out.dtype == tangent.dtype == np.float64
    np.testing.assert_array_equal(tangent, y)
    assert wg.jvp(lambda x: x * 1j, (2.0,), (1.0,)) == (2j, 1j)


# Messages


@pytest.mark.parametrize(
    ("primals", "tangents", "kind", "message"),
    [
        (1.0, (1.0,), TypeError, "jvp: primals is float; a tuple or a list is needed"),
        ((1.0,), 1.0, TypeError, "jvp: tangents is float; a tuple or a list is needed"),
        ((1.0,), (1.0, 1.0), ValueError, "jvp: 2 tangents were given for 1 primals; one for each"),
        (
            (X,),
            (np.ones(2),),
            ValueError,
            r"jvp: the tangent of argument 0 is of shape \(2,\); the primal's shape \(3,\) is",
        ),
        (
            (1.0, 2.0),
            (1.0, 1j),
            TypeError,
            "jvp: the tangent of argument 1 is complex128; the primal's dtype float64 is needed",
        ),
        (
            ({"a": 1.0},),
            ([1.0],),
            TypeError,
            "jvp: the tangent of argument 0 is of type list; one of type dict is needed",
        ),
        (
            ({"a": 1.0},),
            ({"b": 1.0},),
            ValueError,
            "jvp: the tangent of argument 0 has no key 'a'; the keys of what it belongs to",
        ),
        (
            ((1.0, 2.0),),
            ((1.0,),),
            ValueError,
            "jvp: the tangent of argument 0 has 1 entries; 2 are needed",
        ),
        (
            (Point(1.0, 2.0),),
            ((1.0, 2.0),),
            TypeError,
            "jvp: the tangent of argument 0 is of type tuple; one of type Point is needed",
        ),
        (
            ({"a": 1},),
            ({"a": 1.0},),
            TypeError,
            r"argument 0 holds int64; a .* is needed \(what stays as it is has the tangent None\)",
        ),
        (
            ("text",),
            (1.0,),
            TypeError,
            "jvp: argument 0 holds str; a differentiated argument is made of",
        ),
    ],
)
def test_what_was_given_and_what_is_needed(primals, tangents, kind, message):
    with pytest.raises(kind, match=message):
        wg.jvp(lambda *x: x[0] * 1.0, primals, tangents)


def test_fun_must_be_a_function_of_arrays():
    with pytest.raises(TypeError, match="jvp: fun is float; a function is needed"):
        wg.jvp(1.0, (1.0,), (1.0,))
    with pytest.raises(TypeError, match="jvp: "):
        wg.jvp(lambda x: "text", (1.0,), (1.0,))


def test_an_error_inside_fun_leaves_nothing_open():
    def fail(x):
        raise KeyError(x.item())

    with pytest.raises(KeyError):
        wg.jvp(fail, (1.0,), (1.0,))
    assert wg.grad(s)(0.7) == pytest.approx(DERIVATIVES[1](0.7))


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


# Under no_grad, inside a batch


@pytest.mark.parametrize(
    "slope",
    [
        lambda f, x: wg.grad(f)(x),
        lambda f, x: wg.vjp(f, x)[1](1.0)[0],
        lambda f, x: wg.jvp(f, (x,), (1.0,))[1],
        lambda f, x: wg.linearize(f, x)[1](1.0),
    ],
    ids=["grad", "vjp", "jvp", "linearize"],
)
def test_a_derivative_under_no_grad_is_each_examples_own(slope):
    def cut(x):
        with wg.no_grad():
            return slope(lambda y: y**3, x) + x * 0.0

    x = np.arange(3.0)
    np.testing.assert_array_equal(wg.vmap(cut)(x), 3 * x * x)
    got = wg.vmap(wg.grad(lambda x: cut(x) * x))(x)
    np.testing.assert_array_equal(got, 3 * x * x)
