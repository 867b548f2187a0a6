"""Forward mode beside the others: orders, levels that stay apart, what is constant, and batches."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from forward_cases import DERIVATIVES, WAYS, X, by_jvp, s

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
