"""Loops that are functions, beside the loops of Python that they stand for."""

from typing import Any, NamedTuple

import numpy as np
import optree
import pytest

import wengert as wg
import wengert.numpy as wnp
from checkpoint_cases import close


class Pair(NamedTuple):
    """A container of two parts."""

    position: Any
    speed: Any


class Body:
    """One that is registered with optree."""

    def __init__(self, x, v):
        self.x, self.v = x, v


optree.register_pytree_node(
    Body,
    lambda body: ([body.x, body.v], None),
    lambda _, parts: Body(*parts),
    namespace=optree.registry.__GLOBAL_NAMESPACE,
)


def plain_fori(lower, upper, body, val):
    for i in range(int(lower), int(upper)):
        val = body(i, val)
    return val


def plain_while(condition, body, val):
    while condition(val):
        val = body(val)
    return val


def plain_scan(f, carry, xs, reverse=False):
    ys = []
    for x in xs[::-1] if reverse else xs:
        carry, y = f(carry, x)
        ys.append(y)
    return carry, np.stack(ys[::-1] if reverse else ys)


def plain_map(f, xs):
    return np.stack([f(x) for x in xs])


def plain_associative_scan(fn, xs, reverse=False):
    xs = xs[::-1] if reverse else xs
    ys = [xs[0]]
    for i in range(1, len(xs)):
        ys.append(fn(ys[-1], xs[i]))
    return np.stack(ys[::-1] if reverse else ys)


# By name: the same program over our loops and over plain ones, of an array of five numbers.
def fori_program(fori=wg.fori_loop):
    def fun(x):
        n = np.floor(abs(x[0]) * 3).astype(int)
        return np.sum(fori(1, n + 3, lambda i, v: v * x[i % 5] + np.sin(v) / i, x))

    return fun


def while_program(loop=wg.while_loop):
    def fun(x):
        a = np.sum(x * x) + 0.5
        root = loop(lambda r: abs(r * r - a) > 1e-13 * a, lambda r: (r + a / r) / 2, a)
        return root * np.sum(np.cos(x))

    return fun


def scan_program(scan=wg.scan, **how):
    def fun(x):
        def step(c, v):
            return np.tanh(c * v + x[1]), c * np.sin(v)

        c, ys = scan(step, x[0] * 1.0, x, **how)
        return c + np.sum(ys * ys * x)

    return fun


def map_program(mapped=wg.map, **how):
    def fun(x):
        return np.sum(mapped(lambda v: np.exp(v) if v > 0 else v**3, x, **how) * x)

    return fun


def associative_program(scan=wg.associative_scan, **how):
    return lambda x: np.sum(scan(lambda a, b: a * b + a + b, x, **how) * np.cos(x))


PROGRAMS = {
    "fori_loop": (fori_program(), fori_program(plain_fori)),
    "while_loop": (while_program(), while_program(plain_while)),
    "scan": (scan_program(), scan_program(plain_scan)),
    "scan back": (scan_program(reverse=True), scan_program(plain_scan, reverse=True)),
    "scan in blocks": (scan_program(checkpoint=True), scan_program(plain_scan)),
    "scan back in blocks": (
        scan_program(checkpoint=2, reverse=True),
        scan_program(plain_scan, reverse=True),
    ),
    "map": (map_program(), map_program(plain_map)),
    "map in batches": (map_program(batch_size=2), map_program(plain_map)),
    "map at once": (map_program(batch_size=0), map_program(plain_map)),
    "associative_scan": (associative_program(), associative_program(plain_associative_scan)),
    "associative_scan back": (
        associative_program(reverse=True),
        associative_program(plain_associative_scan, reverse=True),
    ),
}
TRANSFORMS = {
    "value": lambda f: f,
    "grad": wg.grad,
    "jacfwd": wg.jacfwd,
    "hessian": wg.hessian,
    "forward over forward": lambda f: wg.jacfwd(wg.jacfwd(f)),
    "reverse over reverse": lambda f: wg.jacrev(wg.grad(f)),
    "grad of checkpoint": lambda f: wg.grad(wg.checkpoint(f)),
}
X = np.array([0.7, -0.4, 1.2, 0.3, -0.9])
BATCH = X * np.array([[1.0], [-1.6], [2.1], [1.0]]) + 0.1


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
@pytest.mark.parametrize(("ours", "plain"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_loop_is_that_of_python(ours, plain, transform):
    close(transform(ours)(X), transform(plain)(X))
    close(wg.vmap(transform(ours))(BATCH), np.stack([transform(plain)(x) for x in BATCH]))


@pytest.mark.parametrize(("ours", "plain"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_batch_is_differentiated_from_outside(ours, plain):
    close(
        wg.grad(lambda xs: np.sum(wg.vmap(ours)(xs) ** 2))(BATCH),
        wg.grad(lambda xs: np.sum(np.stack([plain(x) for x in xs]) ** 2))(BATCH),
    )


@pytest.mark.parametrize(("ours", "plain"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_loop_is_replayed_by_its_steps(ours, plain):
    gradient, value = wg.jit(wg.grad(ours)), wg.jit(ours)
    for x in (X, *BATCH, X):
        close(gradient(x), wg.grad(plain)(x))
        close(value(x), plain(x))
    close(wg.grad(value)(X), wg.grad(plain)(X))


@pytest.mark.parametrize(("ours", "plain"), PROGRAMS.values(), ids=PROGRAMS)
def test_what_is_not_differentiated_stays_numpy(ours, plain):
    seen = []
    out = ours(X)
    assert type(out) is type(plain(X))
    wg.scan(lambda c, x: (seen.append(type(x)), (c + x, x))[1], np.zeros(2), np.ones((2, 2)))
    wg.map(lambda x: seen.append(type(x)) or x, X)
    assert seen == [np.ndarray] * 2 + [np.float64] * 5


@pytest.mark.parametrize("seed", range(12))
def test_random_programs(seed):
    """A loop in a loop, whose parts and lengths are drawn, against the same over plain loops."""
    draw = np.random.default_rng(seed)
    operations = [np.sin, np.tanh, lambda v: v * v, lambda v: v + 1, np.exp]
    first, second = (operations[draw.integers(5)] for _ in "ab")
    n, reverse, twist = int(draw.integers(1, 6)), bool(draw.integers(2)), draw.normal()
    checkpoint = [None, True, 1, 2][draw.integers(4)]
    xs = draw.normal(size=(n, 2)) * 0.5

    def program(scan, fori, loop, **how):
        def fun(x):
            def step(c, v):
                inner = fori(0, n, lambda i, w: first(w * c[0] - twist * i) * 0.5, v)
                bound = loop(lambda w: np.sum(w * w) > 0.3, lambda w: w * 0.5, inner)
                return second(c * bound) * 0.5, np.stack([c, inner])

            c, ys = scan(step, x[0], x, reverse=reverse, **how)
            return np.sum(c) + np.sum(ys * ys)

        return fun

    ours = program(wg.scan, wg.fori_loop, wg.while_loop, checkpoint=checkpoint)
    plain = program(plain_scan, plain_fori, plain_while)
    for transform in (lambda f: f, wg.grad, wg.hessian):
        close(transform(ours)(xs), transform(plain)(xs))
    lanes = np.stack([xs, 2 * xs, -xs])
    close(wg.vmap(wg.grad(ours))(lanes), np.stack([wg.grad(plain)(x) for x in lanes]))


# What makes a container of two parts, and what takes these out again.
CONTAINERS = {
    "tuple": (lambda x, v: (x, v), lambda c: c),
    "list": (lambda x, v: [x, None, v], lambda c: c[::2]),
    "dict": (lambda x, v: {"v": v, 3: (x,)}, lambda c: (c[3][0], c["v"])),
    "namedtuple": (Pair, lambda c: (c.position, c.speed)),
    "class": (Body, lambda c: (c.x, c.v)),
    "nested": (
        lambda x, v: {"a": [Pair(v, None)], "b": ((), Body(x, {}))},
        lambda c: (c["b"][1].x, c["a"][0].position),
    ),
}
each_container = pytest.mark.parametrize(("wrap", "parts"), CONTAINERS.values(), ids=CONTAINERS)


@each_container
@pytest.mark.parametrize("checkpoint", [None, 2])
def test_a_scan_of_containers(wrap, parts, checkpoint):
    def moved(x, v, push, drag):
        v = v * (1 - drag) + push
        return x + 0.1 * v, v

    def ours(p):
        def step(state, force):
            x, v = parts(state)
            return wrap(*moved(x, v, *parts(force))), wrap(x * v, np.stack([x, v]))

        start, forces = wrap(p[0], p[0]), wrap(p, p * 0.1)
        state, ys = wg.scan(step, start, forces, checkpoint=checkpoint)
        (x, v), (products, rows) = parts(state), parts(ys)
        assert type(state) is type(ys) is type(start)
        assert rows.shape == (5, 2)
        return x * v + np.sum(products) + np.sum(rows**2)

    def plain(p):
        x = v = p[0]
        total = 0.0
        for push in p:
            total = total + x * v + x**2 + v**2
            x, v = moved(x, v, push, push * 0.1)
        return x * v + total

    close(ours(X), plain(X))
    close(wg.grad(ours)(X), wg.grad(plain)(X))


@each_container
def test_containers_in_the_other_loops(wrap, parts):
    grow = lambda c, by: wrap(*[part + by for part in parts(c)])
    assert list(parts(wg.fori_loop(0, 3, lambda i, c: grow(c, i), wrap(1.0, 2)))) == [4.0, 5]
    end = wg.while_loop(lambda c: parts(c)[0] < 9, lambda c: grow(c, parts(c)[0]), wrap(1, 0))
    assert list(parts(end)) == [16, 15]
    for batch_size in (None, 2):
        a, b = parts(wg.map(lambda c: grow(c, 1.0), wrap(X, X[:, None]), batch_size=batch_size))
        np.testing.assert_array_equal(a, X + 1)
        np.testing.assert_array_equal(b, X[:, None] + 1)
    add = lambda one, two: wrap(*[a + b for a, b in zip(parts(one), parts(two), strict=True)])
    a, b = parts(wg.associative_scan(add, wrap(X, np.ones((5, 2)))))
    np.testing.assert_allclose(a, np.cumsum(X), rtol=1e-15)
    np.testing.assert_array_equal(b, np.cumsum(np.ones((5, 2)), axis=0))


def test_the_order_of_keys_does_not_matter():
    swap = lambda i, s: {"b": s["b"] + i, "a": s["a"] * 2.0}
    for how in ({}, {"checkpoint": True}):
        state = wg.scan(lambda s, i: (swap(i, s), s), {"a": 1.0, "b": 2}, np.arange(3), **how)[0]
        assert state == {"a": 8.0, "b": 5}


def test_arrays_of_objects_are_joined():
    def fun(x):
        def step(c, v):
            return np.array([c[1] * v, c[0] + v]), np.array([v, c[0]])

        c, ys = wg.scan(step, np.array([x[0], x[1]]), x)
        return np.sum(c) + np.sum(ys**2)

    def plain(x):
        c, ys = x[:2], []
        for v in x:
            ys.append(np.stack([v, c[0]]))
            c = np.stack([c[1] * v, c[0] + v])
        return np.sum(c) + np.sum(np.stack(ys) ** 2)

    close(wg.grad(fun)(X), wg.grad(plain)(X))


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 31])
def test_associative_scans_of_every_length(n):
    draw = np.random.default_rng(n)
    xs, matrices = draw.normal(size=(2, n)), draw.normal(size=(n, 3, 3))
    for reverse in (False, True):
        flip = np.flip if reverse else (lambda x, axis: x)
        sums = wg.associative_scan(np.add, xs, reverse=reverse, axis=-1)
        np.testing.assert_allclose(sums, flip(np.cumsum(flip(xs, 1), axis=1), 1), rtol=1e-12)
        assert type(sums) is np.ndarray
        products = wg.associative_scan(np.matmul, matrices, reverse=reverse)
        expected = [np.eye(3)]
        for m in flip(matrices, 0):
            expected.append(expected[-1] @ m)
        np.testing.assert_allclose(
            products, flip(np.array(expected[1:]).reshape(n, 3, 3), 0), rtol=1e-11, atol=1e-12
        )
        slopes = wg.grad(lambda xs, r=reverse: np.sum(wg.associative_scan(np.add, xs, r, 1)))(xs)
        np.testing.assert_array_equal(slopes, np.tile(flip(np.arange(n, 0.0, -1), 0), (2, 1)))


def test_an_associative_scan_takes_few_calls_and_leaves_its_elements():
    lengths = []

    def add(x, y):
        lengths.append(len(x))
        return x + y

    xs = np.arange(1000)
    out = wg.associative_scan(add, xs)
    assert out.dtype == xs.dtype
    assert len(lengths) <= 20
    assert sum(lengths) < 2000
    for n in (1, 5):
        wg.associative_scan(add, xs[:n])[:] = -1
    np.testing.assert_array_equal(xs, np.arange(1000))


DTYPES = {
    "a weak number becomes float32": (0.0, np.float32(1), np.float32),
    "a weak integer becomes float64": (0, np.float64(1), np.float64),
    "float32 stays under weak numbers": (np.float32(0), 1.5, np.float32),
    "complex": (0.0, np.complex64(1j), np.complex64),
    "integers": (np.int32(0), np.int32(3), np.int32),
}


@pytest.mark.parametrize(("init", "x", "dtype"), DTYPES.values(), ids=DTYPES)
def test_python_numbers_take_dtypes(init, x, dtype):
    carry, ys = wg.scan(lambda c, _: (c + x, c), init, length=4)
    assert (carry.dtype, ys.dtype) == (dtype, dtype)
    assert wg.fori_loop(0, 2, lambda i, c: c + x, init).dtype == dtype
    state = wg.scan(lambda c, _: ([c[0] + x, c[1] + c[0], c[2] + c[1]], None), [init] * 3, None, 5)[
        0
    ]
    assert [part.dtype for part in state] == [dtype] * 3


def test_a_number_that_is_differentiated_yields_as_others_do():
    seen = []

    def step(c, x):
        seen.append((c * x).dtype)
        return c * x, c

    for how in ({}, {"checkpoint": 2}):
        loss = lambda c, how=how: np.sum(wg.scan(step, c, np.ones(3, np.float32), **how)[1])
        assert wg.grad(loss)(2.0) == 3
    assert set(seen) == {np.dtype(np.float32)}


def test_a_step_may_return_a_python_number():
    state = wg.fori_loop(0, 3, lambda i, c: (c[0] + 1, 0.5 * i, 2), (1.0, np.float32(1), 0.0))
    assert state == (4.0, 1.0, 2.0)
    assert [type(part) for part in state] == [float, np.float32, float]
    slope = wg.grad(lambda x: wg.fori_loop(0, 3, lambda i, c: c * x if i != 1 else 2, x * 1.0))(3.0)
    assert slope == 2


def test_what_is_no_array_goes_along():
    generator = np.random.default_rng(5)

    def step(c, x):
        key, total = c
        return (key, total + key.normal() * x), None

    (_, total), nothing = wg.scan(step, (generator, 0.0), np.ones(3))
    assert nothing is None
    assert total == np.sum(np.random.default_rng(5).normal(size=3))


def test_no_steps():
    step = lambda c, x: (c * x["a"][0], {"c": c, "x": (x["a"], None, x["b"])})
    xs = {"a": np.zeros((0, 3), np.float32), "b": np.zeros(0, int)}
    c, ys = wg.scan(step, 2.0, xs, reverse=True, checkpoint=True)
    assert c == 2.0
    assert ys["c"].shape == ys["x"][2].shape == (0,)
    assert (ys["x"][0].shape, ys["x"][0].dtype, ys["x"][2].dtype) == ((0, 3), np.float32, int)
    assert wg.scan(lambda c, _: (c, None), "kept", length=0) == ("kept", None)
    assert wg.map(lambda x: x @ np.ones(3), np.zeros((0, 3)), batch_size=4).shape == (0,)
    assert wg.fori_loop(3, 3, None.__class__, 5) == wg.fori_loop(4, 1, print, 5) == 5
    assert wg.while_loop(lambda v: False, print, 5) == 5
    slope = wg.grad(lambda x: np.sum(wg.scan(lambda c, v: (c * v, c), x[0], x[5:])[1]) + x[0])(X)
    np.testing.assert_array_equal(slope, [1, 0, 0, 0, 0])
    lanes = wg.vmap(lambda x: wg.scan(lambda c, v: (c * v, c), x[0], x[5:])[1])(BATCH)
    assert lanes.shape == (4, 0)


def test_bounds_are_integers_of_any_kind():
    add = lambda i, v: v + i
    for kind in (int, np.int32, np.uint8, np.array, wnp.array):
        assert wg.fori_loop(kind(1), kind(4), add, 0) == 6
    assert wg.fori_loop(-2, True, add, 0) == -3
    assert wg.scan(lambda c, _: (c + 1, c), 0, length=np.int64(3), unroll=True)[1].tolist() == [
        0,
        1,
        2,
    ]


def test_examples_end_at_different_steps():
    collatz = lambda n, x: wg.while_loop(
        lambda s: s[0] != 1,
        lambda s: wg.cond(
            s[0] % 2 == 0, lambda n, y: (n // 2, y * x), lambda n, y: (3 * n + 1, y + x), *s
        ),
        (n, x * 1.0),
    )[1]

    def plain(n, x):
        y = x * 1.0
        while n != 1:
            n, y = (n // 2, y * x) if n % 2 == 0 else (3 * n + 1, y + x)
        return y

    ns, xs = np.arange(1, 9), np.linspace(0.2, 0.9, 8)
    for fun in (lambda f: f, lambda f: wg.grad(f, 1), lambda f: wg.grad(wg.grad(f, 1), 1)):
        expected = [fun(plain)(int(n), x) for n, x in zip(ns, xs, strict=True)]
        np.testing.assert_allclose(wg.vmap(fun(collatz))(ns, xs), expected, rtol=1e-13)


IN_PLACE = {
    "the state": lambda c, x: (c.__iadd__(x), c),
    "a part of it": lambda c, x: (c, (c.__imul__(x), c[:1], c.T)),
    "what it was": lambda c, x: (c.__iadd__(x), (c.copy(), c)),
}


@pytest.mark.parametrize("checkpoint", [None, 2])
@pytest.mark.parametrize("step", IN_PLACE.values(), ids=IN_PLACE)
def test_a_step_may_write_to_its_state(step, checkpoint):
    """The results of earlier steps, and what the loop began with, stay as they were."""
    pure = lambda c, x: optree.tree_map(lambda leaf: leaf * 1.0, step(c.copy(), x))
    xs = np.arange(1.0, 7.0).reshape(3, 2)

    def total(step, x, checkpoint=None):
        carry, ys = wg.scan(step, x[0], x, checkpoint=checkpoint)
        return np.sum(carry) + sum(np.sum(np.sin(y)) for y in optree.tree_leaves(ys))

    close(total(step, xs, checkpoint), total(pure, xs))
    np.testing.assert_array_equal(xs, np.arange(1.0, 7.0).reshape(3, 2))
    close(total(step, wnp.array(xs), checkpoint), total(pure, xs))
    for derivative in (wg.grad, wg.jacfwd, lambda f: wg.vmap(wg.grad(f)), wg.hessian):
        batch = xs if derivative in (wg.grad, wg.jacfwd, wg.hessian) else np.stack([xs, 2 * xs])
        close(
            derivative(lambda x: total(step, x, checkpoint))(batch),
            derivative(lambda x: total(pure, x))(batch),
        )


def test_a_body_may_write_to_its_state():
    start = np.zeros(3)

    def body(i, y):
        y[i] = i + y.sum()
        return y

    assert wg.fori_loop(0, 3, body, start).tolist() == [0, 1, 3]
    end = wg.while_loop(lambda c: c[0][0] < 3, lambda c: (c[0].__iadd__(1), c[0]), (start, start))
    assert [part.tolist() for part in end] == [[3, 3, 3], [3, 3, 3]]
    step = lambda c, x: ((c[0].__iadd__(x),) * 2, c[1])
    (one, two), ys = wg.scan(step, (start, start), np.ones((3, 3)))
    assert (one.tolist(), two.tolist()) == ([3, 3, 3], [3, 3, 3])
    assert ys[:, 0].tolist() == [0, 1, 2]
    assert start.tolist() == [0, 0, 0]


def test_elements_are_read_only():
    write = lambda c, x: (c, x.__iadd__(1))
    join = lambda a, b: a.__iadd__(b)
    for xs in (np.ones((3, 2)), wnp.ones((3, 2))):
        for call in (
            lambda xs: wg.scan(write, 0.0, xs),
            lambda xs: wg.scan(write, 0.0, xs, checkpoint=2),
            lambda xs: wg.map(lambda x: x.__iadd__(1), xs),
            lambda xs: wg.associative_scan(join, xs),
        ):
            with pytest.raises(ValueError, match="read-only"):
                call(xs)
            assert np.all(xs == 1)
            xs[0] = 1  # the caller's own may be written to


def test_blocks_keep_few_states():
    steps = []

    def loss(checkpoint):
        def step(c, x):
            steps.append(1)
            return np.sin(c) * x, np.sum(c)

        return lambda c: np.sum(wg.scan(step, c, np.ones(20), checkpoint=checkpoint)[1])

    expected = wg.grad(loss(None))(X)
    for checkpoint in (False, True, 1, 3, 20, 100, np.int64(4)):
        steps.clear()
        close(wg.grad(loss(checkpoint))(X), expected)
        assert len(steps) == 20  # the core evaluates steps again, Python none
        close(wg.hessian(loss(checkpoint))(X), wg.hessian(loss(None))(X))


def test_functions_that_raise():
    def fails(c, x):
        if x > 1:
            raise KeyError("third")
        return c + x, c

    for transform in (lambda f: f, wg.grad):
        with pytest.raises(KeyError, match="third"):
            transform(lambda x: wg.scan(fails, 0.0, x)[0])(X)
    assert wg.scan(fails, 0.0, X[:2])[0] == X[0] + X[1]


step = lambda c, x: (c, x)
BAD = {
    "no pair": (lambda: wg.scan(lambda c, x: c, 1.0, X), TypeError, "f returned float; a pair"),
    "an array of two": (lambda: wg.scan(lambda c, x: X[:2], 1.0, X), TypeError, "returned ndarray"),
    "three": (lambda: wg.scan(lambda c, x: (c, x, x), 1.0, X), TypeError, "tuple of 3; a pair"),
    "no length": (lambda: wg.scan(step, 1.0), ValueError, "xs has no arrays and length is None"),
    "no array": (lambda: wg.scan(step, 1.0, (None, ())), ValueError, "xs has no arrays"),
    "lengths": (
        lambda: wg.scan(step, 1.0, {"a": X, "b": X[1:]}),
        ValueError,
        r"scan: the lengths are xs\['a'\] 5, xs\['b'\] 4; one length is needed",
    ),
    "a length beside": (
        lambda: wg.scan(step, 1.0, X, 4),
        ValueError,
        "the lengths are length 4, xs 5; one length",
    ),
    "a negative length": (
        lambda: wg.scan(step, 1.0, None, -1),
        ValueError,
        "length is -1; at least 0",
    ),
    "a fractional length": (
        lambda: wg.scan(step, 1.0, None, 2.0),
        TypeError,
        "length is float; an int",
    ),
    "a list of numbers": (
        lambda: wg.scan(step, 1.0, [1.0, 2.0]),
        ValueError,
        r"scan: xs\[0\] is of shape \(\); an array with a first axis is needed",
    ),
    "a string": (lambda: wg.map(abs, ["ab"]), ValueError, r"map: xs\[0\] is str; an array"),
    "a shape": (
        lambda: wg.scan(lambda c, x: ({"a": [c["a"][0] * X]}, x), {"a": [1.0 * X[:1]]}, X),
        ValueError,
        r"scan: carry\['a'\]\[0\] is float64 of shape \(1,\) and f returned float64 of shape \(5,\); the",
    ),
    "a dtype": (
        lambda: wg.scan(lambda c, x: (c + 0.5, x), np.int64(1), X),
        TypeError,
        r"scan: carry is int64 of shape \(\) and f returned float64 of shape \(\); the state keeps its dtype",
    ),
    "a wider dtype": (
        lambda: wg.fori_loop(0, 3, lambda i, v: v * np.float64(i), np.float32(1)),
        TypeError,
        r"fori_loop: val is float32 of shape \(\) and body_fun returned float64",
    ),
    "bool": (
        lambda: wg.fori_loop(0, 3, lambda i, v: i, True),
        TypeError,
        "is bool of shape .* a Python int",
    ),
    "a structure": (
        lambda: wg.scan(lambda c, x: ((c[0], (1.0, 2.0)), x), (1.0, 2.0), X),
        TypeError,
        r"scan: what f returned for carry\[1\] is of type tuple; one array or number is needed",
    ),
    "a type": (
        lambda: wg.while_loop(lambda v: True, list, (1.0, 2.0)),
        TypeError,
        "while_loop: what body_fun returned for val is of type list; tuple is needed",
    ),
    "a length of a tuple": (
        lambda: wg.while_loop(lambda v: True, lambda v: v + v, (1.0, 2.0)),
        TypeError,
        "has 4 entries; 2 are needed",
    ),
    "keys": (
        lambda: wg.while_loop(lambda v: True, lambda v: {"b": 1}, {"a": 1}),
        TypeError,
        r"has the keys \['b'\]; \['a'\] are needed",
    ),
    "none where there was a number": (
        lambda: wg.scan(lambda c, x: (None, x), 1.0, X),
        TypeError,
        "what f returned for carry is of type NoneType; one array or number is needed",
    ),
    "a number where there was none": (
        lambda: wg.scan(lambda c, x: (0, x), None, X),
        TypeError,
        "what f returned for carry is of type int; None is needed",
    ),
    "text for a number": (
        lambda: wg.scan(lambda c, x: ("1", x), 1.0, X),
        TypeError,
        "carry is a Python float and f returned no array or number",
    ),
    "results of two shapes": (
        lambda: wg.scan(lambda c, x: (c + 1, {"y": X[:c]}), 0, X),
        ValueError,
        r"scan: what f returned for y\['y'\] is of shape \(0,\) and of shape \(1,\); one shape",
    ),
    "results of two forms": (
        lambda: wg.map(lambda x: x if x > 0 else None, X),
        TypeError,
        "map: what f returned is of type NoneType; one array or number is needed",
    ),
    "results that are text": (
        lambda: wg.map(lambda x: "a", X),
        TypeError,
        "is str; arrays and numbers",
    ),
    "a checkpoint of none": (
        lambda: wg.scan(step, 1.0, X, checkpoint=0),
        ValueError,
        "checkpoint is 0; at least 1",
    ),
    "a fractional checkpoint": (
        lambda: wg.scan(step, 1.0, X, checkpoint=2.0),
        TypeError,
        "checkpoint is float; an integer",
    ),
    "unroll": (lambda: wg.scan(step, 1.0, X, unroll="all"), TypeError, "unroll is str; an integer"),
    "a negative batch": (lambda: wg.map(abs, X, batch_size=-2), ValueError, "batch_size is -2"),
    "a fractional bound": (
        lambda: wg.fori_loop(0, 3.0, step, 0),
        TypeError,
        "fori_loop: upper is float; an integer is needed",
    ),
    "a bound with axes": (
        lambda: wg.fori_loop(wnp.array([0, 1]), 3, step, 0),
        TypeError,
        r"lower is int64 of shape \(2,\)",
    ),
    "no body": (lambda: wg.fori_loop(0, 3, 5, 0), TypeError, "body_fun is int; a function"),
    "a condition that is a container": (
        lambda: wg.while_loop(lambda v: (False,), abs, 1),
        TypeError,
        "while_loop: what cond_fun returned is tuple; a bool or number is needed",
    ),
    "a condition with axes": (
        lambda: wg.while_loop(lambda v: v > 0, abs, X),
        ValueError,
        r"what cond_fun returned is of shape \(5,\); a scalar",
    ),
    "no arrays to combine": (
        lambda: wg.associative_scan(np.add, ()),
        ValueError,
        "the lengths along axis 0 are none; one is needed",
    ),
    "lengths to combine": (
        lambda: wg.associative_scan(np.add, (X, X[:3])),
        ValueError,
        r"are elems\[0\] 5, elems\[1\] 3; one",
    ),
    "numbers to combine": (
        lambda: wg.associative_scan(np.add, [1.0, 2.0]),
        TypeError,
        r"elems\[0\] is float; an array",
    ),
    "an axis": (
        lambda: wg.associative_scan(np.add, X, axis=1),
        np.exceptions.AxisError,
        "associative_scan: elems: axis 1 is out of bounds",
    ),
    "another shape from fn": (
        lambda: wg.associative_scan(lambda a, b: np.sum(a + b), X),
        ValueError,
        r"what fn returned is float64 of shape \(\); float64 of shape \(2,\) is needed",
    ),
    "another dtype from fn": (
        lambda: wg.associative_scan(lambda a, b: a / b, np.arange(1, 4)),
        TypeError,
        r"what fn returned is float64 of shape \(1,\); int64 of shape \(1,\) is needed",
    ),
    "another form from fn": (
        lambda: wg.associative_scan(lambda a, b: [a[0]], (X,)),
        TypeError,
        "what fn returned is of type list; tuple is needed",
    ),
}


@pytest.mark.parametrize(("call", "error", "text"), BAD.values(), ids=BAD)
def test_what_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()
