"""Transforms inside transforms: perturbations stay apart, closures stay connected, every order is right."""

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


def by_pullback(f):
    return lambda x: wg.vjp(f, x)[1](1.0)[0]


def by_value_and_grad(f):
    return lambda x: wg.value_and_grad(f)(x)[1]


def by_backward(f):
    """Differentiate in the style of objects; stays connected to what is tracked outside."""

    def derivative(x):
        leaf = wg.tensor(0.0, requires_grad=True)
        y = f(x + leaf)
        leaf.zero_grad()  # a backward inside f reaches this leaf too
        y.backward(create_graph=True)
        return leaf.grad

    return derivative


WAYS = [wg.grad, by_value_and_grad, by_pullback, by_backward]


def plain(x):
    return np.asarray(x.detach() if isinstance(x, wg.Tensor) else x)


# Orders


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_orders(order):
    f = s
    for _ in range(order):
        f = wg.grad(f)
    assert f(0.7) == pytest.approx(DERIVATIVES[order](0.7), rel=1e-14)


@pytest.mark.parametrize("outer", WAYS)
@pytest.mark.parametrize("inner", WAYS)
def test_second_order_by_every_two_ways(outer, inner):
    got = outer(inner(s))(0.7)
    assert plain(got) == pytest.approx(DERIVATIVES[2](0.7), rel=1e-14)


def test_second_order_of_arrays():
    got = wg.grad(lambda x: np.sum(wg.grad(lambda y: np.sum(s(y)))(x)))(X)
    np.testing.assert_allclose(got, DERIVATIVES[2](X), rtol=1e-14)


def test_a_row_of_the_hessian():
    def f(x):
        return np.sum(x) ** 3 * x[0]

    row = wg.grad(lambda x: wg.grad(f)(x)[1])(X)
    total = X.sum()
    want = 6 * total * X[0] + np.array([3 * total**2, 0, 0])
    np.testing.assert_allclose(row, want, rtol=1e-13)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "f", [wnp.sqrt, wnp.log, lambda x: x * wnp.log(x)], ids=["sqrt", "log", "xlogx"]
)
def test_a_branch_not_taken_gives_no_nan(order, f):
    def chosen(x):
        return np.where(x > 0, f(x), 0.0)

    g = chosen
    for _ in range(order):
        g = wg.grad(g)
    assert g(0.0) == 0.0


def test_a_factor_that_happens_to_be_zero_has_a_derivative():
    def f(x):
        return np.log(x) * (x - 1.0)

    assert wg.grad(f)(1.0) == 0.0
    assert wg.grad(wg.grad(f))(1.0) == 2.0
    assert wg.grad(wg.grad(wg.grad(f)))(1.0) == -3.0
    assert wg.grad(lambda x: wg.grad(lambda y: y * np.sqrt(x))(0.0))(4.0) == 0.25


# Levels


def test_perturbations_of_different_levels_stay_apart():
    assert wg.grad(lambda x: x * wg.grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert wg.grad(lambda x: x * wg.grad(lambda y: x + y)(1.0))(3.0) == 1.0
    assert wg.grad(lambda x: x * wg.grad(lambda y: x * y * y)(2.0))(3.0) == 24.0
    assert wg.grad(lambda x: wg.grad(lambda y: x * x * y)(x))(3.0) == 6.0
    assert wg.grad(lambda x: wg.grad(lambda x: x * x)(x) * x)(3.0) == 12.0


def test_three_levels_at_once():
    def f(x):
        def g(y):
            return y * wg.grad(lambda z: x * y * z**3)(2.0)  # y * 12 x y

        return x * wg.grad(g)(x)  # x * 24 x x

    assert wg.grad(f)(3.0) == 72 * 9.0


def test_an_inner_derivative_that_depends_on_nothing_outside_is_a_constant():
    seen = []

    def f(x):
        inner = wg.grad(lambda y: y**3)(2.0)
        seen.append(inner)
        return x * inner

    assert wg.grad(f)(5.0) == 12.0
    assert seen == [12.0]
    assert type(seen[0]) is float


def test_what_depends_on_the_outside_is_a_tensor_whatever_the_argument_was():
    seen = []

    def f(x):
        inner = wg.value_and_grad(lambda y: y * y * x)(2.0)
        seen.extend(inner)
        return inner[1]

    assert wg.grad(f)(5.0) == 4.0
    assert all(isinstance(t, wg.Tensor) for t in seen)


def test_a_leaf_that_outlives_its_transform_is_a_constant():
    kept = []

    def f(x):
        kept.append(x)
        return x * x

    wg.grad(f)(3.0)
    assert not kept[0].requires_grad
    assert float(kept[0] * 2) == 6.0
    assert wg.grad(lambda y: y * kept[0])(1.0) == 3.0


def test_a_pullback_inside_another_transform():
    def f(x):
        out, pullback = wg.vjp(np.sin, x)
        return out * pullback(x)[0]  # x sin cos

    x = 0.4
    want = np.sin(x) * np.cos(x) + x * (np.cos(x) ** 2 - np.sin(x) ** 2)
    assert wg.grad(f)(x) == pytest.approx(want, rel=1e-14)


def test_a_pullback_made_outside_is_differentiable_in_its_cotangent():
    _, pullback = wg.vjp(lambda x: x**3, 2.0)
    assert wg.grad(lambda ct: pullback(ct * ct)[0])(5.0) == 120.0


def test_a_pullback_outlives_the_transform_that_it_was_made_in():
    pullbacks = []

    def f(x):
        out, pullback = wg.vjp(lambda y: y**3, x)
        pullbacks.append(pullback)
        return out

    assert wg.grad(f)(2.0) == 12.0
    assert plain(pullbacks[0](1.0)[0]) == 12.0
    assert wg.grad(lambda ct: pullbacks[0](ct)[0])(1.0) == 12.0


# Tensors that require a gradient


def test_closures_stay_connected_to_tensors_that_require_a_gradient():
    w = wg.tensor(2.0, requires_grad=True)
    wg.grad(lambda x: w * x * x)(3.0).backward()
    assert w.grad.item() == 6.0


def test_arguments_stay_connected_to_tensors_that_require_a_gradient():
    w = wg.tensor(2.0, requires_grad=True)
    wg.grad(lambda x: x * x * x)(w).backward()
    assert w.grad.item() == 12.0


def test_an_inner_function_is_differentiated_in_both():
    w = wg.tensor(2.0, requires_grad=True)
    slope = wg.grad(lambda x: w * x * w)(w)
    assert slope.item() == 4.0
    slope.backward()
    assert w.grad.item() == 4.0


def test_backward_inside_a_transform():
    def f(x):
        w = wg.tensor(3.0, requires_grad=True)
        (w * w * x).backward(create_graph=True)
        return w.grad * x  # 6 x x

    assert wg.grad(f)(2.0) == 24.0


def test_without_create_graph_the_gradient_is_a_constant():
    w = wg.tensor(3.0, requires_grad=True)
    (w**3).backward()
    assert not w.grad.requires_grad
    w.zero_grad()
    (w**3).backward(create_graph=True)
    first = w.grad
    w.zero_grad()
    first.backward()
    assert w.grad.item() == 18.0


# no_grad, stop_gradient, detach


def test_no_grad_inside_a_transform_cuts():
    def f(x):
        with wg.no_grad():
            y = x * x
        assert not y.requires_grad
        return x * y

    assert wg.grad(f)(3.0) == 9.0


def test_a_transform_under_no_grad_differentiates_and_returns_constants():
    w = wg.tensor(2.0, requires_grad=True)
    with wg.no_grad():
        slope = wg.grad(lambda x: w * x * x)(3.0)
        value, both = wg.value_and_grad(lambda x: x * x * w)(w)
        out, pullback = wg.vjp(lambda x: x * w, 3.0)
        (pulled,) = pullback(1.0)
        assert wg.grad(wg.grad(lambda x: x**3))(2.0) == 12.0
    for result, want in ((slope, 12.0), (value, 8.0), (both, 8.0), (out, 6.0), (pulled, 2.0)):
        assert float(result) == want
    assert (w * w).requires_grad


def test_no_grad_nests_and_ends_with_an_error():
    w = wg.tensor(2.0, requires_grad=True)

    def fail():
        with wg.no_grad():
            with wg.no_grad():
                assert not (w * w).requires_grad
            assert not (w * w).requires_grad
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert (w * w).requires_grad


@pytest.mark.parametrize(
    "cut", [wg.stop_gradient, wg.Tensor.detach, wg.Tensor.item], ids=lambda f: f.__name__
)
def test_what_is_cut_is_a_constant_at_every_level(cut):
    assert wg.grad(lambda x: x * cut(x * x))(3.0) == 9.0
    assert wg.grad(wg.grad(lambda x: x * x * cut(x)))(3.0) == 6.0
    assert wg.grad(lambda x: wg.grad(lambda y: x * y * cut(y))(2.0))(5.0) == 2.0


def test_stop_gradient_of_containers_and_other_things():
    t = wg.tensor(2.0, requires_grad=True)
    got = wg.stop_gradient({"a": [t, 3.0], "b": (None, "text")})
    assert not got["a"][0].requires_grad
    assert got["a"][0].item() == 2.0
    assert got["a"][1] == 3.0
    assert got["b"] == (None, "text")
