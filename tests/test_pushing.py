"""What jvp lets go while its function runs, and what it must keep: memory, links, random nestings."""

import mmap
import queue
import random
import threading

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import _core as core

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


@pytest.mark.memory
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


@pytest.mark.memory
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


@pytest.mark.memory
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


@pytest.mark.memory
@pytest.mark.parametrize("kind", [wg.custom_vjp, wg.custom_jvp])
def test_a_loop_over_functions_with_their_own_rules_takes_no_memory(kind):
    steps = Growth(3_000)
    step = kind(lambda x: np.tanh(x) * 0.9)
    if kind is wg.custom_vjp:
        step.defvjp(
            lambda x: (np.tanh(x) * 0.9, 1 - np.tanh(x) ** 2), lambda r, ct: (ct * r * 0.9,)
        )
    else:
        step.defjvp(lambda p, t: (np.tanh(p[0]) * 0.9, t[0] * (1 - np.tanh(p[0]) ** 2) * 0.9))

    def f(x):
        y = x
        for _ in steps:
            y = step(y) + x
        return y

    out, tangent = wg.jvp(f, (0.5,), (1.0,))
    assert steps.bytes < 1 << 20
    assert out == pytest.approx(0.9 * np.tanh(out) + 0.5)
    assert tangent == pytest.approx(1 / (1 - 0.9 * (1 - np.tanh(out) ** 2)))


@pytest.mark.memory
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


@pytest.mark.memory
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


def test_what_a_function_closes_over_is_seen_where_links_are_kept():
    seen = {}

    def f(w):
        def closed_over(name, fun, x):
            value, given = core.call_stated(fun, (x,))
            seen[name] = core.closes_over(given, [value])
            return value

        x = w * 2.0
        a = closed_over("nothing", lambda x: np.sin(x) * x, x)
        b = closed_over("a number", lambda x: x * w, x)
        c = closed_over("an array", lambda x: np.sum(np.ones(2) * w * w) * x, x)
        d = closed_over("a derivative", lambda x: x * wg.grad(lambda v: v * w)(1.0), x)
        return a + b + c + d

    w = 0.7
    want = np.sin(2 * w) * 2 * w + 2 * w * w + 4 * w**3 + 2 * w * w
    slope = 4 * w * np.cos(2 * w) + 2 * np.sin(2 * w) + 8 * w + 12 * w * w
    assert wg.jvp(f, (w,), (1.0,)) == pytest.approx((want, slope))
    assert seen == {"nothing": False, "a number": True, "an array": True, "a derivative": True}
