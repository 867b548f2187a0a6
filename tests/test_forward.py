"""jvp: nesting with itself and with reverse mode, containers, guises and messages."""

import mmap
import queue
import random
import threading
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


# Random programs: each derivative in a way of its own, against all of them by grad


class Programs:
    """Draws functions whose derivatives are nested in each other, as text."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def expression(self, depth, names):
        """Draw an expression of these names."""
        kind = self.random.random()
        if depth == 0 or kind < 0.12:
            return self.random.choice([*names, f"{self.random.uniform(0.5, 1.5):.2f}"])
        x, y = (self.expression(depth - 1, names) for _ in range(2))
        if kind < 0.45:
            return f"({x} {'*' if kind < 0.3 else '+'} {y})"
        if kind < 0.6:
            return f"sin({x})"
        inner = f"v{len(names)}"
        body = self.expression(depth - 1, [*names, inner])
        return f"D[{self.random.randrange(6)}](lambda {inner}: {body}, {x}, {y})"


def along_line(f, x, t):
    return wg.jvp(lambda u: f(x + u * t), (0.0,), (1.0,))[1]


ALONG = [
    lambda f, x, t: wg.grad(f)(x) * t,
    lambda f, x, t: wg.jvp(f, (x,), (t,))[1],
    lambda f, x, t: wg.vjp(f, x)[1](t)[0],
    lambda f, x, t: wg.jvp(f, (x,), (1.0,))[1] * t,
    along_line,
    lambda f, x, t: wg.value_and_grad(lambda u: f(x + u * t))(0.0)[1],
]


@pytest.mark.parametrize("seed", range(8))
def test_random_nestings(seed):
    programs = Programs(seed)
    for _ in range(40):
        text = programs.expression(5, ["x"])

        def value(x, ways, text=text):
            # A result that depends on no argument is a number, which grad would not take.
            derivatives = [lambda f, p, t, w=w: w(lambda v: f(v) + 0.0 * v, p, t) for w in ways]
            return eval(text, {"D": derivatives, "sin": wnp.sin, "x": x}) + 0.0 * x

        want = wg.grad(lambda x: value(x, ALONG[:1] * 6))(0.7)
        for way in ALONG:
            got = way(lambda x: value(x, ALONG), 0.7, 1.0)
            assert got == pytest.approx(want, rel=1e-9, abs=1e-9, nan_ok=True), text


# Memory: what has been pushed through is let go


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * mmap.PAGESIZE


class Growth:
    """Resident memory from one tenth of a loop to its end."""

    def __init__(self, steps):
        self.steps = steps

    def __iter__(self):
        for i in range(self.steps):
            if i == self.steps // 10:
                self.start = resident()
            yield i
        self.bytes = resident() - self.start


def test_a_loop_of_a_million_steps_takes_no_memory():
    steps = Growth(1_000_000)

    def f(x):
        y = x
        for _ in steps:
            y = y * 0.999 + x
        return y

    out, tangent = wg.jvp(f, (2.0,), (1.0,))
    assert (out, tangent) == (pytest.approx(2000.0), pytest.approx(1000.0))
    assert steps.bytes < 1 << 20


def test_a_loop_over_arrays_takes_no_memory():
    steps = Growth(10_000)
    matrix = np.full((50, 50), 0.01)

    def f(x):
        y = x
        for _ in steps:
            y = np.tanh(matrix @ y) + x[::-1] * 0.5
        return np.sum(y)

    x = np.linspace(0.0, 1.0, 50)
    _, tangent = wg.jvp(f, (x,), (np.ones(50),))
    assert steps.bytes < 1 << 20
    steps.steps = 100  # where the loop has long converged
    assert tangent == pytest.approx(np.sum(wg.grad(f)(x)), rel=1e-12)


def descent(a, steps, slope):
    x = a
    for _ in steps:
        x = x - 0.05 * slope(lambda x: (x * x - a) ** 2, x)
    return x


@pytest.mark.parametrize(
    "slope",
    [
        lambda f, x: wg.grad(f)(x),
        lambda f, x: wg.value_and_grad(f)(x)[1],
        lambda f, x: wg.vjp(f, x)[1](1.0)[0],
        lambda f, x: wg.jvp(f, (x,), (1.0,))[1],
        lambda f, x: wg.vmap(wg.grad(f))(wnp.reshape(x, (1,)))[0],
    ],
    ids=["grad", "value_and_grad", "vjp", "jvp", "vmap"],
)
def test_a_loop_over_inner_derivatives_takes_no_memory(slope):
    steps = Growth(5_000)
    out, tangent = wg.jvp(lambda a: descent(a, steps, slope), (2.0,), (1.0,))
    assert out == pytest.approx(2**0.5)
    assert tangent == pytest.approx(0.5 / 2**0.5)
    assert steps.bytes < 1 << 20


def test_a_loop_inside_two_levels_takes_no_memory():
    steps = Growth(50_000)

    def inner(a, b):
        y = b
        for _ in steps:
            y = y * 0.99 + a * b
        return y

    def outer(a):
        return wg.jvp(lambda b: inner(a, b), (a * a,), (a,))[1]  # 100 a a

    out, tangent = wg.jvp(outer, (3.0,), (1.0,))
    assert (out, tangent) == (pytest.approx(900.0), pytest.approx(600.0))
    assert steps.bytes < 1 << 20


def test_steps_of_jvp_keep_nothing():
    x, t = np.ones(1000), np.ones(1000)
    for i in Growth(1000):
        if i == 100:
            start = resident()
        x, t = wg.jvp(lambda x: np.sin(x) * x, (x,), (t,))
    assert resident() - start < 1 << 20


# Where links must stay although tangents are pushed


def test_a_pullback_made_before_the_loop_goes_on_is_right():
    def f(x):
        y = x * x
        out, pullback = wg.vjp(lambda v: v * y * v, y)  # v v y at v = y
        for _ in range(3):
            out = out * 1.0
        (slope,) = pullback(out)  # 2 y y, times y y y
        return slope

    x = 1.3
    assert wg.jvp(f, (x,), (1.0,)) == pytest.approx((2 * x**10, 20 * x**9))


def test_results_of_an_inner_transform_are_differentiated_by_the_next():
    def f(x):
        g = wg.grad(lambda v: v**3 * x)(x)  # 3 x x x
        return wg.grad(lambda v: v * v * g)(g)  # 2 g g

    x = 0.8
    assert wg.jvp(f, (x,), (1.0,)) == pytest.approx((18 * x**6, 108 * x**5))

    def inside(x):
        def loss(v):
            g = wg.grad(lambda u: u**3 * v)(v)  # linked: loss is being differentiated too
            return g * v

        return wg.grad(loss)(x)  # 12 x x x

    assert wg.jvp(inside, (x,), (1.0,)) == pytest.approx((12 * x**3, 36 * x**2))


def test_threads_that_share_a_function():
    def f(x):
        results = []

        def work(k):
            results.append((k, wg.grad(lambda v: v**k * x)(x)))  # k x**k

        threads = [threading.Thread(target=work, args=(k,)) for k in range(1, 6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        total = 0.0
        for _, value in sorted(results, key=lambda pair: pair[0]):
            total = total + value
        return total

    x = 0.9
    want = sum(k * x**k for k in range(1, 6)), sum(k * k * x ** (k - 1) for k in range(1, 6))
    assert wg.jvp(f, (x,), (1.0,)) == pytest.approx(want)


def test_a_tensor_of_an_open_transform_in_another_thread():
    # The thread that computes has nothing open but jvp; grad is open in the one that waits.
    def f(x):
        given, returned = queue.Queue(), queue.Queue()

        def loss(v):
            given.put(v)
            return returned.get()

        results = []
        thread = threading.Thread(target=lambda: results.append(wg.grad(loss)(x)))
        thread.start()
        v = given.get()
        returned.put(wg.grad(lambda u: u * u * v)(v) * v)  # 2 v v v
        thread.join()
        return results[0]  # 6 x x

    assert wg.jvp(f, (0.5,), (1.0,)) == pytest.approx((1.5, 6.0))


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
