"""Loops with a condition while they are recorded: one operation, for every number of steps."""

from __future__ import annotations

import concurrent.futures
import contextlib
import io

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

RNG = np.random.default_rng(11)
MATRIX = 0.5 * RNG.normal(size=(3, 3))
VECTOR = np.array([0.9, 0.4, 0.7])
LINE = RNG.normal(size=5)


def root(x, a):
    value = a * a + np.sum(x)
    return wg.while_loop(lambda y: abs(y * y - value) > 1e-10, lambda y: (y + value / y) / 2, value)


def grown(x, a):
    # No step, one or many.
    y, n = wg.while_loop(
        lambda c: np.sum(c[0]) < 4.0 * a, lambda c: (c[0] * 1.3 + 0.1 * np.sin(x), c[1] + 1), (x, 0)
    )
    return np.sum(y * y) * (1 + n)


def read_from_outside(x, a):
    step = lambda v: 0.4 * np.tanh(MATRIX @ v * a) + 0.05 * x
    return np.sum(wg.while_loop(lambda v: np.max(np.abs(v)) > 0.5, step, x * a) * a)


def counted(x, a):
    n = np.floor(3 * a).astype(np.int64)
    return np.sum(wg.fori_loop(0, n, lambda i, v: np.sin(v) * (i + 1) + x, x * a))


def counted_from(x, a):
    n = np.floor(2 * a).astype(np.int64)
    total = wg.fori_loop(n, 6, lambda i, s: s * a + x[0] * i, 0.0)
    return total + np.sum(x) * a


def named(x, a):
    end = wg.while_loop(
        lambda s: (s["t"] < a) & (s["x"][0] > -5),
        lambda s: {
            "t": s["t"] + 0.25,
            "x": s["x"] - 0.1 * np.sin(s["x"]) * s["t"],
            "odd": ~s["odd"],
        },
        {"t": np.float64(0.0), "x": x, "odd": np.array(True)},
    )
    return np.sum(end["x"] ** 2) * end["t"] + np.where(end["odd"], x[0], x[1] * 2)


def nested(x, a):
    inner = lambda v: wg.while_loop(lambda u: np.sum(u) < 2.0, lambda u: u * 1.5 + 0.1, v)
    return np.sum(
        wg.while_loop(lambda v: np.sum(v * v) < 9 * a, lambda v: inner(0.5 * v) + 0.9 * v, x)
    )


def inside_a_loop(x, a):
    def step(c, y):
        c = wg.while_loop(lambda v: np.sum(v * v) > a, lambda v: v * 0.7, c + y * x)
        return c, np.sum(c)

    c, ys = wg.scan(step, x, LINE)
    return np.sum(c) + np.sum(ys * ys)


def around_a_loop(x, a):
    inner = lambda v: wg.scan(lambda c, y: (np.sin(c + 0.1 * y), None), v, LINE)[0]
    return np.sum(
        wg.while_loop(lambda v: np.sum(v) < 3 * a, lambda v: 0.05 * inner(v) + 1.3 * v + 0.1, x)
    )


def with_branches(x, a):
    step = lambda v: wg.cond(v[0] > 0.8, lambda v: v * 1.1 + 0.1 * x, lambda v: v + a * 0.3, v)
    return np.sum(wg.while_loop(lambda v: np.sum(v) < 3 + a, step, x) ** 2)


def in_a_branch(x, a):
    loop = lambda v: wg.while_loop(lambda u: np.sum(u) < 4.0, lambda u: u * 1.4, v)
    return np.sum(wg.cond(a > 0.5, loop, np.sin, x * a))


def gradient_inside(x, a):
    slope = wg.grad(lambda v: 0.5 * np.sum(v * v * a) - np.sum(np.sin(v) * x))
    step = lambda v: v - 0.3 * slope(v)
    return np.sum(wg.while_loop(lambda v: np.sum(slope(v) ** 2) > 1e-3, step, x))


def stopped(x, a):
    return np.sum(
        wg.while_loop(lambda v: np.sum(v) < 5 * a, lambda v: v * 1.2 + wg.stop_gradient(v * x), x)
    )


def not_beyond_its_end(x, a):
    # A step more would be NaN, or raise.
    step = lambda c: (c[0] - 1.0, c[1] * np.sqrt(c[0]) + np.linalg.inv(np.eye(3) * c[0])[0])
    y, v = wg.while_loop(lambda c: c[0] > 0.5, step, (np.floor(a * 2) + 0.0 * x[0], x))
    return np.sum(v * v) + y


CASES = [
    root,
    grown,
    read_from_outside,
    counted,
    counted_from,
    named,
    nested,
    inside_a_loop,
    around_a_loop,
    with_branches,
    in_a_branch,
    gradient_inside,
    stopped,
    not_beyond_its_end,
]
POINTS = [(VECTOR, 0.9), (VECTOR[::-1], 0.35), (0.3 * VECTOR, 1.6), (VECTOR + 0.2, 2.6)]
LANES = np.array([1.0, 0.3, 1.7, 0.5, 0.9])
ROWS = np.stack([VECTOR * s for s in (1.0, 0.4, 0.7, 0.9, 0.2)])

TRANSFORMS = {
    "value": lambda f: f,
    "grad": lambda f: wg.grad(f, (0, 1)),
    "jvp": lambda f: lambda x, a: wg.jvp(f, (x, a), (np.cos(x), 0.5)),
    "hessian": wg.hessian,
    "reverse over reverse": lambda f: wg.grad(lambda x, a: np.sum(wg.grad(f)(x, a) ** 2), (0, 1)),
    "forward over reverse": lambda f: lambda x, a: wg.jvp(wg.grad(f, (0, 1)), (x, a), (x * x, 1.0)),
    "reverse over forward": lambda f: wg.grad(
        lambda x, a: wg.jvp(f, (x, a), (x * x, 0.5))[1], (0, 1)
    ),
    "third": lambda f: lambda x, a: wg.grad(wg.grad(lambda a: np.sum(wg.grad(f)(x, a) * x)))(a),
    "third, forward": lambda f: (
        lambda x, a: wg.jvp(
            lambda a: wg.jvp(lambda a: wg.grad(f)(x, a), (a,), (1.0,))[1], (a,), (1.0,)
        )
    ),
    "vmap of grad": lambda f: lambda x, a: wg.vmap(wg.grad(f, (0, 1)))(x * ROWS, a * LANES),
    "vmap over one": lambda f: lambda x, a: wg.vmap(wg.grad(f, (0, 1)), (None, 0))(x, a * LANES),
    "vmap of rows": lambda f: lambda x, a: wg.vmap(wg.grad(f, (0, 1)), (0, None))(x * ROWS, a),
    "grad of vmap": lambda f: wg.grad(
        lambda x, a: np.sum(wg.vmap(f, (None, 0))(x, a * LANES) * np.cos(LANES)), (0, 1)
    ),
    "vmap of vmap": lambda f: (
        lambda x, a: wg.vmap(lambda r: wg.vmap(lambda b: wg.grad(f)(r, b))(a * LANES))(x * ROWS[:2])
    ),
    "hessian of vmap": lambda f: (
        lambda x, a: wg.hessian(lambda a: np.sum(wg.vmap(f)(x * ROWS, a * LANES)))(a)
    ),
    "vmap of hessian": lambda f: lambda x, a: wg.vmap(wg.hessian(f))(x * ROWS, a * LANES),
    "checkpoint": lambda f: wg.grad(wg.checkpoint(f), (0, 1)),
}


def same(one, other, rtol=1e-8):
    ones, others = wg._core.flatten(one), wg._core.flatten(other)
    assert len(ones) == len(others)
    for a, b in zip(ones, others, strict=True):
        np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=rtol, atol=1e-10)


def exact(one, other):
    for a, b in zip(wg._core.flatten(one), wg._core.flatten(other), strict=True):
        assert np.asarray(a).tobytes() == np.asarray(b).tobytes()


@pytest.mark.parametrize("how", TRANSFORMS)
@pytest.mark.parametrize("case", CASES, ids=lambda f: f.__name__)
def test_loops_are_what_they_are_in_python(case, how):
    fun = TRANSFORMS[how](case)
    jitted = wg.jit(fun)
    for point in POINTS:
        first = jitted(*point)
        same(first, fun(*point))
        exact(jitted(*point), first)
    (program,) = jitted.programs
    assert program.runs == 2 * len(POINTS) - 1


@pytest.mark.parametrize("case", CASES, ids=lambda f: f.__name__)
def test_recordings_are_differentiated(case):
    jitted = wg.jit(case)
    jitted(*POINTS[0])
    for how in ("grad", "jvp", "hessian", "vmap of grad", "reverse over reverse"):
        for point in POINTS[:2]:
            same(TRANSFORMS[how](jitted)(*point), TRANSFORMS[how](case)(*point))


def test_another_number_of_steps_is_not_recorded_again():
    steps = lambda x: wg.while_loop(lambda y: y < 1000, lambda y: y * 2 + x, x)
    jitted = wg.jit(wg.value_and_grad(steps))
    for x in (1.0, 0.001, 5000.0, 300.0, 1e-9, 999.0, 20.0, 1.5, 3.0, 7.0):
        same(jitted(x), wg.value_and_grad(steps)(x))
    assert len(jitted.programs) == 1


def test_long_loops_keep_some_states():
    def fun(x, n):
        return wg.while_loop(
            lambda c: c[1] < n,
            lambda c: (np.sin(c[0]) * 1.0001 + 1e-3 * x, c[1] + 1),
            (x, np.int64(0)),
        )[0]

    def matched(x, n):
        return wg.scan(lambda c, _: (np.sin(c) * 1.0001 + 1e-3 * x, None), x, None, n)[0]

    x = np.linspace(0.1, 1, 60_000)
    jitted = wg.jit(wg.grad(lambda x, n: np.sum(fun(x, n))))
    for n in (40, 3, 150, 0):
        same(jitted(x, np.array(n)), wg.grad(lambda x, n=n: np.sum(matched(x, n)))(x))
    assert len(jitted.programs) == 1


def test_many_lanes_take_their_own_number_of_steps():
    def newton(a):
        return wg.while_loop(lambda y: abs(y * y - a) > 1e-10, lambda y: (y + a / y) / 2, a)

    xs = np.abs(RNG.normal(size=1500)) * 50 + 0.01
    for order, transform in enumerate((lambda f: f, wg.grad, lambda f: wg.grad(wg.grad(f)))):
        jitted = wg.jit(wg.vmap(transform(newton)))
        for scale in (1.0, 4.0):
            expected = [0.5, -0.25][order - 1] if order else 1.0
            same(jitted(xs * scale), expected * (xs * scale) ** (0.5 - order), 1e-6)
        assert len(jitted.programs) == 1
    same(wg.jit(wg.vmap(newton))(np.zeros(0)), np.zeros(0))


def test_a_lane_that_is_through_is_not_evaluated():
    # A step beyond the end would take the root of a negative number, or fail.
    def fun(a, n):
        step = lambda c: (np.linalg.cholesky(c[0]) - 0.1 * np.eye(2), c[1] - 1)
        return np.sum(wg.while_loop(lambda c: c[1] > 0, step, (a, n))[0])

    matrices = np.stack([np.eye(2) * s for s in (4.0, 0.005, 9.0)])
    numbers = np.array([3, 1, 0])
    for transform in (lambda f: f, wg.grad):
        jitted = wg.jit(wg.vmap(transform(fun)))
        each = zip(matrices, numbers, strict=True)
        expected = np.stack([transform(fun)(a, int(n)) for a, n in each])
        for _ in range(2):
            same(jitted(matrices, numbers), expected)
        with pytest.raises(np.linalg.LinAlgError):
            jitted(-matrices, numbers)


def test_bounds_of_every_kind():
    body = lambda i, s: s * 0.5 + i
    jitted = wg.jit(lambda a, b: wg.fori_loop(a, b, body, 1.0))
    plain = lambda a, b: wg.fori_loop(a, b, body, 1.0)
    for a, b in ((0, 3), (3, 3), (5, 2), (-2, 4)):
        same(jitted(np.array(a), np.array(b)), plain(a, b))
        same(jitted(np.array(a, np.int32), np.array(b, np.int32)), plain(a, b))
    assert len(jitted.programs) == 2
    lanes = wg.jit(wg.vmap(lambda b: wg.fori_loop(0, b, body, 1.0)))
    same(lanes(np.arange(5)), np.stack([plain(0, b) for b in range(5)]))


def test_the_number_of_a_step_is_a_number_of_python():
    fun = lambda n, x: wg.fori_loop(0, n, lambda i, s: s + x * i, np.float32(0))
    jitted = wg.jit(fun)
    for n in (0, 4):
        value = jitted(np.array(n), np.float32(2))
        assert np.asarray(value).dtype == np.float32
        same(value, fun(n, np.float32(2)))


def test_numbers_in_the_state_have_their_dtype_from_the_start():
    fun = lambda x, n: wg.fori_loop(0, n, lambda i, c: (c[0] + x, c[1] + 1), (0.0, 0))
    jitted = wg.jit(fun)
    for n in (3, 0, 1):
        total, count = jitted(np.float32(2), np.array(n))
        assert (float(total), int(count)) == (2.0 * n, n)
        assert np.asarray(total).dtype == np.float32
    assert len(jitted.programs) == 1


def reading(x):
    return wg.while_loop(lambda y: y < 4, lambda y: y * 2 if y < 2 else y + x, x)


def counting(x):
    calls = []

    def step(y):
        calls.append(1)
        return y * 1.5 + len(calls)

    return wg.while_loop(lambda y: y < 9, step, x)


def filled(x):
    y = wnp.zeros(3)

    def step(i):
        y[0] = y[0] + x
        return i + 1

    wg.while_loop(lambda i: i < x, step, x * 0)
    return np.sum(y)


@wg.custom_vjp
def stated(x):
    return x * 2


stated.defvjp(lambda x: (x * 2, None), lambda _, g: (g * 2,))

LEFT_TO_PYTHON = {
    "reads a value": reading,
    "changes something outside": counting,
    "writes to what lies outside": filled,
    "a condition of Python's": lambda x: wg.while_loop(lambda y: bool(y < 4), lambda y: y * 2, x),
    "a rule in Python": lambda x: wg.while_loop(lambda y: y < 4, stated, x),
    "a state that is no array": lambda x: wg.while_loop(
        lambda c: c[0] < 4, lambda c: (c[0] * 2, c[1]), (x, "name")
    )[0],
}


@pytest.mark.parametrize("fun", LEFT_TO_PYTHON.values(), ids=LEFT_TO_PYTHON)
def test_what_is_no_operation_is_left_to_python(fun):
    for transform in (lambda f: f, wg.grad):
        jitted = wg.jit(transform(fun))
        for x in (0.7, 1.3, 3.0, 0.7):
            with wg.no_jit():
                expected = jitted(x)
            same(jitted(x), expected)


WRONG = {
    "shape": lambda y: np.stack([y, y]),
    "form": lambda y: (y, y),
    "dtype": lambda y: y * 1j,
    "raises": lambda y: {}["no"],
}


@pytest.mark.parametrize("step", WRONG.values(), ids=WRONG)
def test_errors_are_those_of_the_loop(step):
    fun = lambda x: wg.while_loop(lambda y: np.sum(y.real) < 4, step, x)
    with pytest.raises((ValueError, TypeError, KeyError)) as plain:
        fun(np.float64(0.5))
    with pytest.raises(type(plain.value)):
        wg.jit(fun)(np.float64(0.5))
    with pytest.raises((ValueError, TypeError)):
        wg.jit(lambda x: wg.while_loop(lambda y: np.stack([y, y]) < 1, np.sin, x))(0.5)
    with pytest.raises((ValueError, TypeError)):
        wg.jit(lambda x: wg.fori_loop(0, x, lambda i, y: y, x))(0.5)


def test_a_step_that_fails_in_a_replay_raises_what_it_raises_in_python():
    fun = lambda a: wg.while_loop(
        lambda a: np.sum(a) < 15, lambda a: np.linalg.cholesky(a) * 3 + np.eye(2), a
    )
    jitted = wg.jit(fun)
    good = np.eye(2) * 2
    for _ in range(2):
        same(jitted(good), fun(good))
    with pytest.raises(np.linalg.LinAlgError):
        jitted(-good)
    same(jitted(good * 2), fun(good * 2))


def test_tensors_from_outside_are_read_anew():
    limit, rate = wg.tensor(10.0), wg.tensor(2.0)
    jitted = wg.jit(lambda x: wg.while_loop(lambda y: y < limit, lambda y: y * rate, x))
    assert float(jitted(1.0)) == 16.0
    limit.assign(100.0)
    rate.assign(3.0)
    assert float(jitted(1.0)) == 243.0
    assert len(jitted.programs) == 1


def test_empty_parts_of_the_state():
    fun = lambda x, a: wg.while_loop(lambda c: c[1] < 3, lambda c: (c[0] * 2, c[1] + a), (x, a))
    jitted = wg.jit(fun)
    for a in (0.5, 4.0):
        same(jitted(np.zeros((0, 2)), a), fun(np.zeros((0, 2)), a))
    lanes = wg.jit(wg.vmap(fun))
    same(lanes(np.zeros((3, 0)), np.array([0.5, 4.0, 1.0]))[1], np.array([3.0, 4.0, 3.0]))


def test_complex_states():
    def escape(z):
        step = lambda c: (c[0] * c[0] + z, c[1] + 1)
        w, n = wg.while_loop(lambda c: (abs(c[0]) < 2) & (c[1] < 20), step, (z, 0))
        return abs(w) ** 2 + n

    jitted = wg.jit(wg.grad(escape))
    for z in (0.4 + 0.4j, 1.5 + 0j, -0.7 + 0.3j):
        same(jitted(z), wg.grad(escape)(z))
    assert len(jitted.programs) == 1


def test_saved_and_loaded():
    lanes = lambda x, a: np.sum(wg.vmap(grown, (None, 0))(x, a * LANES))
    for case in (grown, with_branches, nested, lanes):
        jitted = wg.jit(wg.grad(case, (0, 1)))
        for point in POINTS:
            jitted(*point)
        file = io.BytesIO()
        jitted.save(file)
        loaded = wg.load(io.BytesIO(file.getvalue()))
        for point in POINTS:
            exact(loaded(*point), jitted(*point))


def test_damaged_files_are_refused_or_mean_something():
    jitted = wg.jit(wg.grad(with_branches, (0, 1)))
    jitted(*POINTS[0])
    file = io.BytesIO()
    jitted.save(file)
    whole = file.getvalue()
    generator = np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[generator.integers(len(whole))] ^= int(generator.integers(1, 256))
        with contextlib.suppress(
            ValueError, TypeError, IndexError, NotImplementedError, OverflowError, MemoryError
        ):
            wg.load(io.BytesIO(bytes(damaged)))


def test_replays_are_verified_against_calls():
    jitted = wg.jit(wg.grad(grown, (0, 1)), verify=1)
    for point in POINTS:
        jitted(*point)


def test_threads_replay_at_once():
    jitted = wg.jit(wg.grad(lambda x, a: np.sum(wg.vmap(root, (None, 0))(x, a * LANES)), (0, 1)))
    expected = [jitted(*point) for point in POINTS]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for made in pool.map(lambda k: (k % 4, jitted(*POINTS[k % 4])), range(200)):
            exact(made[1], expected[made[0]])


def test_many_equal_loops_in_one_program():
    """They are executed one after the other by the same steps, in the same memory."""
    rng = np.random.default_rng(5)
    matrix, xs = rng.normal(size=(6, 6)) * 0.3, rng.normal(size=(30, 6))

    def halved(a, x):
        return wg.while_loop(lambda y: np.sum(y * y) > 0.05, lambda y: np.tanh(a @ y), x)

    def scanned(a, x):
        return wg.scan(lambda c, t: (np.sin(a @ c) + t, np.sum(c)), x, np.arange(5.0))

    def chosen(x):
        return wg.cond(np.sum(x) > 0, lambda x: x * 2.0, np.cos, x)

    def loss(a, xs):
        total, last = 0.0, xs[0]
        for k in range(len(xs)):
            last = halved(a, xs[k] + last) + chosen(last)
            state, rows = scanned(a, last)
            total = total + np.sum(state) * np.sum(rows)
        return total

    gradient = wg.value_and_grad(loss, argnums=(0, 1))
    f = wg.jit(gradient)
    for scale in (1.0, 1.0, 0.7):
        found, wanted = f(matrix, scale * xs), gradient(matrix, scale * xs)
        np.testing.assert_allclose(found[0], wanted[0], rtol=1e-11)
        for one, other in zip(found[1], wanted[1], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-11)


def test_states_are_kept_for_the_way_back():
    """The loop is taken once: kept wholly, in every second state and so on, or not at all."""
    rng = np.random.default_rng(2)

    def decayed(x, end, rate):
        return wg.while_loop(lambda y: np.sum(y * y) > end, lambda y: y * rate - 0.001 * y**3, x)

    for size, end, rate in (
        (3, 1e-2, 0.5),
        (20_000, 1e-3, 0.99),  # not all states find room
        (200_000, 10.0, 0.9),
        (700_000, 1e4, 0.5),  # sixteen states do not
    ):
        x = rng.uniform(0.5, 1.0, size=size)
        loss = lambda x, end=end, rate=rate: np.sum(decayed(x, end, rate) ** 2)
        f = wg.jit(wg.value_and_grad(loss))
        f(x)
        steps = [step.text for step in f.lower(x).steps if step.kind == "steered"]
        assert [text.split(" float64")[0] for text in steps] == [
            "while (states kept)",
            "while_pull (states kept)",
        ]
        for scale in (1.0, 0.8, 2.0):
            value, gradient = f(scale * x)
            wanted = wg.value_and_grad(loss)(scale * x)
            np.testing.assert_allclose(value, wanted[0], rtol=1e-12)
            np.testing.assert_allclose(gradient, wanted[1], rtol=1e-10, atol=1e-300)


def test_states_of_lanes_are_kept_for_the_way_back():
    rng = np.random.default_rng(3)
    xs, w = rng.uniform(0.1, 3.0, size=(1500, 2)), np.array([0.7, 0.9])
    one = lambda x, w: wg.while_loop(lambda y: np.sum(y) > 0.5, lambda y: np.sin(y) * w, x)
    loss = lambda xs, w: np.sum(wg.vmap(one, (0, None))(xs, w) ** 2)
    f = wg.jit(wg.value_and_grad(loss, argnums=(0, 1)))
    twice = wg.jit(lambda xs, w: (wg.grad(loss)(xs, w), wg.hessian(loss, 1)(xs, w)))
    for scale in (1.0, 1.0, 0.3, 5.0):
        value, (one_gradient, other) = f(scale * xs, w)
        wanted = wg.value_and_grad(loss, argnums=(0, 1))(scale * xs, w)
        np.testing.assert_allclose(value, wanted[0], rtol=1e-12)
        np.testing.assert_allclose(one_gradient, wanted[1][0], rtol=1e-12)
        np.testing.assert_allclose(other, wanted[1][1], rtol=1e-11)
        found = twice(scale * xs[:700], w)
        np.testing.assert_allclose(found[0], one_gradient[:700], rtol=1e-12)
        wanted = wg.hessian(loss, 1)(scale * xs[:700], w)
        np.testing.assert_allclose(found[1], wanted, rtol=1e-9)


def test_one_loop_that_several_go_back_over():
    x = np.array([2.0, 3.0, 1.5])
    loop = lambda x: wg.while_loop(lambda y: np.sum(y) > 1.0, lambda y: np.sin(y) * 0.8, x)

    def both(x):
        y, pull = wg.vjp(loop, x)
        return pull(y)[0] if isinstance(pull(y), tuple) else pull(y), pull(np.cos(y))

    f = wg.jit(both)
    for k in (1.0, 1.0, 0.5):
        for found, wanted in zip(f(k * x), both(k * x), strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-13)
