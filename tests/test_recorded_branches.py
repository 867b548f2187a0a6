"""Branches as functions while they are recorded: one operation, whose results are those of the branch taken."""

from __future__ import annotations

import io

import numpy as np
import pytest

import wengert as wg

RNG = np.random.default_rng(7)
MATRIX = RNG.normal(size=(3, 3))
VECTOR = np.array([0.3, 0.8, 0.5])
LINE = RNG.normal(size=6)


def two(x, a):
    return np.sum(wg.cond(a > 0, lambda x: np.sin(x) * a, lambda x: x * x * x, x))


def closed_over(x, a):
    return np.sum(
        wg.cond(np.sum(x) * a > 0, lambda: np.sin(MATRIX @ x), lambda: a * x * np.cos(x[0]))
    )


def a_number_that_is_true(x, a):
    return wg.cond(np.maximum(a, 0.0), lambda v: v @ v * a, np.prod, x)


def containers(x, a):
    y = wg.cond(
        a > 0.1,
        lambda p: {"u": p["v"] * a, "k": (p["v"][0], 0.0)},
        lambda p: {"u": np.exp(p["v"]), "k": (1.0, p["w"] * a)},
        {"v": x, "w": x[1] * a},
    )
    return np.sum(y["u"]) * y["k"][0] + y["k"][1]


def chosen_by_number(x, a):
    index = np.floor(a).astype(np.int64)
    return wg.switch(index, [np.sum, np.prod, lambda v: v @ MATRIX @ v * a], np.sin(x))


def nested(x, a):
    inner = lambda v: wg.cond(v[0] > 0.4, lambda v: v * v, lambda v: np.sin(v) * a, v)
    return np.sum(wg.cond(a > 0, inner, lambda v: v * wg.cond(a > -1, np.cos, np.exp, a), x))


def inside_a_loop(x, a):
    def step(c, y):
        return wg.cond(np.sum(c) * y > 0, lambda c: (np.sin(c + y), c), lambda c: (c * a, c * y), c)

    c, ys = wg.scan(step, x, LINE)
    return np.sum(c) + np.sum(ys * ys)


def around_a_loop(x, a):
    loop = lambda v: wg.scan(lambda c, y: (np.sin(c * y), c), v, LINE)[0]
    return np.sum(wg.cond(a > 0, loop, lambda v: v * a, x))


def gradient_inside(x, a):
    slope = wg.grad(lambda v: np.sum(np.sin(v) * v * a))
    return np.sum(wg.cond(a > 0, slope, lambda v: v**3, x))


def nan_elsewhere(x, a):
    # What is not taken has no value, and no derivative.
    root = lambda v: np.sqrt(v - 10.0 * (a < 0)) @ np.linalg.inv(np.eye(3) * (a > 0))
    return np.sum(wg.cond(a > 0, root, lambda v: v * v * a, x))


def integers(x, a):
    n, v = wg.cond(a > 0, lambda v: (np.argmax(v), v), lambda v: (np.argmin(v), v * 2), x)
    return v[n] * (n + 1) * a


def stopped(x, a):
    return np.sum(wg.cond(a > 0, lambda v: v * wg.stop_gradient(v), lambda v: v * v, x * a))


def constant(x, a):
    return np.sum(wg.cond(a > 0, lambda v: np.zeros(3), np.sin, x)) + a * x[0]


def handed_on(x, a):
    return np.sum(wg.cond(a > 0, lambda v: v, lambda v: v[::-1], x) * np.array([1.0, 2.0, 3.0]))


def twice(x, a):
    f = lambda v: wg.cond(v > 0, np.sin, np.cos, v)
    return f(a) * f(x[0] - 0.4) + wg.cond(a > 0, lambda: x[1], lambda: x[2])


CASES = [
    two,
    closed_over,
    a_number_that_is_true,
    containers,
    chosen_by_number,
    nested,
    inside_a_loop,
    around_a_loop,
    gradient_inside,
    nan_elsewhere,
    integers,
    stopped,
    constant,
    handed_on,
    twice,
]
POINTS = [(VECTOR, 0.7), (VECTOR[::-1], -0.6), (VECTOR + 0.1, 2.3), (VECTOR, -1.4)]
LANES = np.array([0.7, -0.6, 1.3, -1.5, 2.5, 0.2])
ROWS = np.stack([VECTOR * s for s in (1.0, 0.4, 1.3, 0.9, 0.2, 1.1)])

TRANSFORMS = {
    "value": lambda f: f,
    "grad": lambda f: wg.grad(f, (0, 1)),
    "jvp": lambda f: lambda x, a: wg.jvp(f, (x, a), (np.cos(x), 0.5)),
    "hessian": wg.hessian,
    "reverse over reverse": lambda f: wg.grad(lambda x, a: np.sum(wg.grad(f)(x, a) ** 2), (0, 1)),
    "forward over reverse": lambda f: lambda x, a: wg.jvp(wg.grad(f, (0, 1)), (x, a), (x * x, 1.0)),
    "third": lambda f: (
        lambda x, a: wg.jvp(
            lambda a: wg.jvp(lambda a: wg.grad(f)(x, a), (a,), (1.0,))[1], (a,), (1.0,)
        )
    ),
    "vmap of grad": lambda f: lambda x, a: wg.vmap(wg.grad(f, (0, 1)))(x * ROWS, a * LANES),
    "vmap over one": lambda f: lambda x, a: wg.vmap(wg.grad(f, (0, 1)), (None, 0))(x, a * LANES),
    "grad of vmap": lambda f: wg.grad(
        lambda x, a: np.sum(wg.vmap(f, (None, 0))(x, a * LANES) * np.cos(LANES)), (0, 1)
    ),
    "vmap of vmap": lambda f: (
        lambda x, a: wg.vmap(lambda r: wg.vmap(lambda b: wg.grad(f)(r, b))(a * LANES))(x * ROWS[:2])
    ),
    "hessian of vmap": lambda f: (
        lambda x, a: wg.hessian(lambda a: np.sum(wg.vmap(f)(x * ROWS, a * LANES)))(a)
    ),
    "checkpoint": lambda f: wg.grad(wg.checkpoint(f), (0, 1)),
}


def same(one, other, rtol=1e-9):
    ones, others = wg._core.flatten(one), wg._core.flatten(other)
    assert len(ones) == len(others)
    for a, b in zip(ones, others, strict=True):
        np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=rtol, atol=1e-11)


def exact(one, other):
    for a, b in zip(wg._core.flatten(one), wg._core.flatten(other), strict=True):
        assert np.asarray(a).tobytes() == np.asarray(b).tobytes()


@pytest.mark.parametrize("how", TRANSFORMS)
@pytest.mark.parametrize("case", CASES, ids=lambda f: f.__name__)
def test_branches_are_what_they_are_in_python(case, how):
    fun = TRANSFORMS[how](case)
    jitted = wg.jit(fun)
    with np.errstate(all="ignore"):
        for point in POINTS:
            first = jitted(*point)
            same(first, fun(*point))
            exact(jitted(*point), first)
    (program,) = jitted.programs
    assert program.runs == 2 * len(POINTS) - 1
    assert "branch[" in program.text or "loop[" in program.text


@pytest.mark.parametrize("case", CASES, ids=lambda f: f.__name__)
def test_recordings_are_differentiated(case):
    jitted = wg.jit(case)
    jitted(*POINTS[0])
    with np.errstate(all="ignore"):
        for how in ("grad", "jvp", "hessian", "vmap of grad", "reverse over reverse"):
            for point in POINTS[:2]:
                same(TRANSFORMS[how](jitted)(*point), TRANSFORMS[how](case)(*point))


def test_another_branch_is_not_recorded_again():
    jitted = wg.jit(wg.grad(lambda x: wg.cond(x > 0, np.sin, lambda x: x * x, x)))
    values = [float(jitted(np.float64(x))) for x in (0.5, -0.5, -2.0, 3.0)]
    same(values, [np.cos(0.5), -1.0, -4.0, np.cos(3.0)])
    assert len(jitted.programs) == 1


def test_numbers_of_branches_beyond_the_ends():
    fun = lambda i, x: wg.switch(i, [np.sin, np.cos, np.exp], x)
    jitted = wg.jit(fun)
    for i in (-3, 0, 1, 2, 9):
        same(jitted(np.array(i), 0.3), fun(i, 0.3))
    assert len(jitted.programs) == 1
    many = wg.jit(wg.vmap(fun))
    numbers, xs = np.array([5, -1, 0, 1, 2, 1, 1]), np.linspace(0, 1, 7)
    same(many(numbers, xs), np.stack([fun(int(i), x) for i, x in zip(numbers, xs, strict=True)]))


def test_many_lanes_take_some_branch():
    fun = lambda x: wg.cond(x > 0, np.log, lambda x: x * x, x)
    xs = RNG.normal(size=2000)
    for transform in (
        wg.vmap,
        lambda f: wg.vmap(wg.grad(f)),
        lambda f: wg.vmap(wg.grad(wg.grad(f))),
    ):
        with np.errstate(all="ignore"):
            expected = transform(fun)(xs)
        jitted = wg.jit(transform(fun))
        for _ in range(2):
            same(jitted(xs), expected)
        same(jitted(np.abs(xs)), transform(fun)(np.abs(xs)))
    same(wg.jit(wg.vmap(fun))(np.zeros(0)), np.zeros(0))


def test_lanes_of_matrices_fail_where_one_of_them_does():
    fun = lambda a: wg.cond(a[0, 0] > 0, np.linalg.cholesky, lambda a: a * 2, a)
    good = np.stack([np.eye(2) * s for s in (2.0, -1.0, 3.0)])
    jitted = wg.jit(wg.vmap(fun))
    for _ in range(2):
        same(jitted(good), np.stack([fun(a) for a in good]))
    bad = good.copy()
    bad[2, 1, 1] = -1.0
    with pytest.raises(np.linalg.LinAlgError):
        jitted(bad)


def counting(x):
    calls = []

    def branch(x):
        calls.append(1)
        return x * len(calls)

    return wg.cond(x > 0, branch, lambda x: x, x)


def written(x):
    y = np.array([1.0, 2.0]) * x

    def change(y):
        y[0] = 5.0
        return y * 2

    return np.sum(wg.cond(x > 0, change, lambda y: y, y)) + y[0]


LEFT_TO_PYTHON = {
    "reads a value": lambda x: wg.cond(x > 0, lambda x: x if x > 1 else x * x, lambda x: -x, x),
    "other shapes": lambda x: np.sum(wg.cond(x > 0, lambda: np.stack([x, x]), lambda: x)),
    "other forms": lambda x: len(wg.cond(x > 0, lambda: (x, x), lambda: (x,))) * x,
    "other dtypes": lambda x: wg.cond(x > 0, lambda: x * np.float64(1), lambda: np.float32(0.1)),
    "a number of another precision": lambda x: wg.cond(
        x > 0, lambda: x * 0.1, lambda: np.float32(1)
    ),
    "no arrays": lambda x: {"a": x, "b": 2 * x}[wg.cond(x > 0, lambda: "a", lambda: "b")],
    "nothing": lambda x: (wg.cond(x > 0, lambda: None, lambda: None), x)[1],
    "changes what it was given": written,
    "changes something outside": counting,
    "fails": lambda x: wg.cond(
        x > 0, lambda x: np.linalg.inv(np.eye(2) * (x > 0))[0, 0], np.abs, x
    ),
}


@pytest.mark.parametrize("fun", LEFT_TO_PYTHON.values(), ids=LEFT_TO_PYTHON)
def test_what_is_no_operation_is_left_to_python(fun):
    jitted = wg.jit(fun)
    for x in (-0.5, 0.5, 2.0, -0.5, 0.5, 2.0):
        with wg.no_jit():
            expected = jitted(x)
        value = jitted(x)
        same(value, expected)
        assert np.asarray(value).dtype == np.asarray(expected).dtype


READS_WITHIN = {
    "a checkpoint": lambda s: wg.checkpoint(lambda t: t * 2.0 if s > 0.5 else -t)(s),
    "a checkpoint that reads its own": wg.checkpoint(lambda t: t * 2.0 if t > 0.5 else -t),
    "checkpoints": lambda s: wg.checkpoint(wg.checkpoint(lambda t: t * 2.0 if s > 0.5 else -t))(s),
    "a chain": lambda s: wg.checkpoint_chain(lambda t: t * 2.0 if s > 0.5 else -t, s, 3),
    "a batch": lambda s: wg.vmap(lambda t: t * s if s > 0.5 else -t)(np.ones(2))[0],
    "a recording": lambda s: wg.jit(lambda t: t * 2.0 if s > 0.5 else -t)(s),
}
AROUND = {
    "cond": lambda f: lambda x: wg.cond(x > 0, f, lambda s: s * 3.0, x),
    "scan": lambda f: lambda x: wg.scan(lambda s, _: (f(s) * 0.9, None), x, None, length=5)[0],
    "while": lambda f: (
        lambda x: wg.while_loop(
            lambda s: (abs(s[0]) < 4) & (s[1] < 9), lambda s: (f(s[0]), s[1] + 1), (x, 0)
        )[0]
    ),
}


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("within", READS_WITHIN)
def test_what_is_read_within_another_transform_is_left_to_python(around, within):
    fun = AROUND[around](READS_WITHIN[within])
    jitted, slope = wg.jit(fun), wg.jit(wg.grad(fun))
    for x in (0.3, 0.7, -0.2, 0.3):
        same(jitted(x), fun(x))
        same(slope(x), wg.grad(fun)(x))


def test_errors_are_those_of_the_branch_that_is_taken():
    def refuse(x):
        raise KeyError("no")

    jitted = wg.jit(lambda x: wg.cond(x > 0, refuse, np.sin, x))
    same(jitted(-1.0), np.sin(-1.0))
    with pytest.raises(KeyError):
        jitted(1.0)
    same(jitted(-2.0), np.sin(-2.0))
    for wrong in (lambda x: np.stack([x, x]) > 0, lambda x: "yes"):
        with pytest.raises((ValueError, TypeError)):
            wg.jit(lambda x, wrong=wrong: wg.cond(wrong(x), np.sin, np.cos, x))(1.0)


def test_numbers_take_the_dtype_of_the_other_branch():
    fun = lambda x: wg.cond(x[0] > 0, lambda x: x[1], lambda x: 0.0, x)
    for dtype in (np.float32, np.float64, np.complex128):
        x = np.ones(2, dtype)
        jitted = wg.jit(fun)
        for y in (x, -x, x):
            same(jitted(y * (1 + 0j) if dtype is np.complex128 else y), fun(y))
            assert np.asarray(jitted(y)).dtype == dtype
        assert len(jitted.programs) == 1


def test_complex_operands():
    fun = lambda z: abs(wg.cond(z.real > 0, lambda z: z * z, np.exp, z)) ** 2
    jitted = wg.jit(wg.grad(fun))
    for z in np.array([1 + 2j, -1 + 0.5j]):
        same(jitted(z), wg.grad(fun)(z))
    assert len(jitted.programs) == 1


def test_tensors_from_outside_are_read_anew():
    rate = wg.tensor(2.0)
    jitted = wg.jit(lambda x: wg.cond(x > 0, lambda x: x * rate, lambda x: x - rate, x))
    same((jitted(1.0), jitted(-1.0)), (2.0, -3.0))
    rate.assign(5.0)
    same((jitted(1.0), jitted(-1.0)), (5.0, -6.0))
    assert len(jitted.programs) == 1


def test_empty_arrays():
    fun = lambda x, a: wg.cond(a > 0, lambda x: x * 2, np.sin, x)
    jitted = wg.jit(fun)
    for a in (1.0, -1.0):
        assert jitted(np.zeros((0, 3)), a).shape == (0, 3)


def test_patterns_are_those_of_all_branches():
    fun = lambda x: wg.cond(x[0] > 0, lambda x: x * x, lambda x: x[::-1] ** 2, x)
    jitted = wg.jit(wg.jacobian(fun, sparse=True))
    for x in (np.arange(1.0, 5.0), -np.arange(1.0, 5.0)):
        same(jitted(x).toarray(), wg.jacobian(fun)(x))


def test_saved_and_loaded():
    for case in (
        containers,
        inside_a_loop,
        lambda x, a: np.sum(wg.vmap(two, (None, 0))(x, a * LANES)),
    ):
        jitted = wg.jit(wg.grad(case, (0, 1)))
        for point in POINTS:
            jitted(*point)
        file = io.BytesIO()
        jitted.save(file)
        loaded = wg.load(io.BytesIO(file.getvalue()))
        for point in POINTS:
            exact(loaded(*point), jitted(*point))


def test_replays_are_verified_against_calls():
    jitted = wg.jit(wg.grad(nested, (0, 1)), verify=1)
    for point in POINTS:
        jitted(*point)


def test_what_a_replay_takes_is_told():
    jitted = wg.jit(two)
    jitted(*POINTS[0])
    jitted(*POINTS[0])
    times = wg.explain(jitted, *POINTS[0])
    assert jitted.lower(*POINTS[0]).steps
    assert times.total > 0


def doubled(x):
    return wg.while_loop(lambda s: s < 10.0, lambda s: 2.0 * s, x)


def doubled_in_python(x):
    while x < 10.0:
        x = 2.0 * x
    return x


@pytest.mark.parametrize("one", [doubled, doubled_in_python])
def test_a_branch_that_would_never_end_is_not_waited_for(one):
    fun = lambda x: wg.cond(x > 0.0, one, lambda x: -x, x)
    jitted = wg.jit(fun)
    assert [float(jitted(x)) for x in (-1.0, 3.0, -2.0)] == [1.0, 12.0, 2.0]
    np.testing.assert_array_equal(wg.jit(wg.vmap(fun))(np.array([-1.0, 3.0])), [1.0, 12.0])


def test_recursion_through_branches_ends():
    def product(n):
        return wg.cond(n <= 1, lambda n: 1, lambda n: n * product(n - 1), n)

    def area(x, h):
        halves = lambda x, h: area(x, h / 2) + area(1.1 * x, h / 2)
        return wg.cond(h < 0.1, lambda x, h: x * h, halves, x, h)

    assert wg.jit(product)(np.int64(5)) == 120
    assert wg.jit(area)(1.0, 0.5) == area(1.0, 0.5)


@pytest.mark.parametrize(
    ("fun", "x"),
    [
        (lambda x: wg.cond(x > 0, lambda: x + 1, lambda: 2**40), np.int32(-3)),
        (
            lambda x: wg.cond(x > 0, lambda: x + 1, lambda: 1e300) * np.array([1e-300]),
            np.float32(-3),
        ),
        (lambda x: wg.cond(x > 0, lambda: x * x, lambda: 0.1) * np.ones(1), np.float32(-3)),
        (lambda x: wg.cond(x > 0, lambda: 2 * x, lambda: np.float64(3)) * np.ones(2, "f4"), 1.0),
        (
            lambda x: wg.while_loop(lambda s: s[0] < x, lambda s: (s[0] + 1, x), (0, 2**40))[1],
            np.int32(-3),
        ),
    ],
    ids=["wide integer", "large float", "fraction", "weak", "state"],
)
def test_numbers_that_are_none_of_the_dtype_stay_what_they_are(fun, x):
    want, jitted = fun(x), wg.jit(fun)
    for _ in range(2):
        got = jitted(x)
        np.testing.assert_array_equal(got, want)
        assert np.asarray(got).dtype == np.asarray(want).dtype


def test_no_examples_of_lanes():
    fun = lambda x: wg.cond(np.sum(x) > 0, lambda x: np.sin(x) * x, lambda x: x**3, x)
    lanes = wg.vmap(wg.vmap(fun))
    assert wg.jit(lanes)(np.zeros((0, 3))).shape == (0, 3)
    assert wg.jit(wg.jacrev(lambda x: wg.vmap(fun)(x)[:0]))(np.ones(3)).shape == (0, 3)


def of_shared(matrix, scale, xs):
    """Choose in each lane, of what all of them share."""

    def one(x):
        return wg.switch(
            np.floor(np.abs(x[0]) * 3).astype(int),
            [
                lambda x: np.sum(np.tanh(matrix @ x) * scale),
                lambda x: np.sum(matrix * matrix) * x[1] + scale / x[2],
                lambda x: x[0] * x[1],
            ],
            x,
        )

    return np.sum(wg.vmap(one)(xs) ** 2)


def by_python(xs):
    """Return the same of these lanes, in Python."""
    numbers = np.minimum(np.floor(np.abs(xs[:, 0]) * 3).astype(int), 2)

    def fun(matrix, scale, xs):
        total = 0.0
        for number, x in zip(numbers, xs, strict=True):
            if number == 0:
                y = np.sum(np.tanh(matrix @ x) * scale)
            elif number == 1:
                y = np.sum(matrix * matrix) * x[1] + scale / x[2]
            else:
                y = x[0] * x[1]
            total = total + y**2
        return total

    return fun


@pytest.mark.parametrize("lanes", [1, 2, 7, 600])
def test_cotangents_of_what_lanes_share(lanes):
    rng = np.random.default_rng(lanes)
    matrix, xs = rng.normal(size=(5, 5)) * 0.5, rng.normal(size=(lanes, 5))
    xs[:, 2] = np.where(np.abs(xs[:, 0]) < 1 / 3, 0.0, xs[:, 2])  # of no use to that branch
    f = wg.jit(wg.grad(of_shared, argnums=(0, 1, 2)))
    own = wg.grad(by_python(xs), argnums=(0, 1, 2))
    for k in (1.0, 1.0, 0.5):
        for found, wanted in zip(f(k * matrix, 1.5, xs), own(k * matrix, 1.5, xs), strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-10)


def test_what_lanes_share_at_every_order():
    rng = np.random.default_rng(1)
    matrix, xs = rng.normal(size=(3, 3)) * 0.5, rng.normal(size=(9, 3))
    t = rng.normal(size=(3, 3))

    def second(fun):
        return lambda m: np.sum(wg.grad(fun)(m, 1.5, xs) * t) * np.sum(m)

    for way in (
        wg.hessian,
        lambda fun: lambda m, s, xs: wg.grad(second(fun))(m),
        lambda fun: lambda m, s, xs: wg.jvp(second(fun), (m,), (t,))[1],
        lambda fun: lambda m, s, xs: wg.grad(lambda m: np.sum(wg.grad(second(fun))(m) ** 2))(m),
        lambda fun: (
            lambda m, s, xs: wg.vmap(wg.grad(fun), (0, None, None))(np.stack([m, 2 * m]), s, xs)
        ),
        lambda fun: lambda m, s, xs: wg.vmap(wg.grad(second(fun)))(np.stack([m, 2 * m])),
        lambda fun: lambda m, s, xs: wg.jacrev(second(fun))(m),
    ):
        f = wg.jit(lambda m, s, xs, way=way: way(of_shared)(m, s, xs))
        own = way(by_python(xs))
        for given in (matrix, 0.7 * matrix):
            wanted = own(given, 1.5, xs)
            np.testing.assert_allclose(f(given, 1.5, xs), wanted, rtol=1e-8, atol=1e-9)


def test_derivatives_of_what_lanes_share_are_saved():
    rng = np.random.default_rng(1)
    matrix, xs = rng.normal(size=(3, 3)) * 0.5, rng.normal(size=(9, 3))
    f = wg.jit(wg.grad(of_shared))
    f(matrix, 1.5, xs)
    file = io.BytesIO()
    f.save(file)
    again = wg.load(io.BytesIO(file.getvalue()))
    np.testing.assert_array_equal(again(matrix, 1.5, xs), f(matrix, 1.5, xs))
    g = wg.jit(wg.jacobian(lambda m: wg.grad(of_shared)(m, 1.5, xs), sparse=True))
    g(matrix)
    wanted = np.reshape(wg.hessian(by_python(xs))(matrix, 1.5, xs), (9, 9))
    np.testing.assert_allclose(g(matrix).todense(), wanted, rtol=1e-8, atol=1e-9)
