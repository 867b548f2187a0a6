"""Programs of checkpoints, chains and batches: how often they are evaluated, what they keep, what they are worth."""

import subprocess
import sys

import numpy as np
import pytest

import wengert as wg
from checkpoint_cases import TRANSFORMS, X, close, evaluations


def close_as(actual, expected, dtype=float):
    rtol = 2e-5 if np.finfo(dtype).bits == 32 else 1e-11
    np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=rtol, atol=rtol / 10)


def mixed(x, y):
    """Fifty operations of float32, and fifty of float64."""
    for _ in range(25):
        x, y = np.sin(np.cos(x)), np.sin(np.cos(y))
    return x, y


@pytest.mark.parametrize("wrap", [lambda fun: fun, lambda fun: wg.checkpoint(wg.checkpoint(fun))])
@pytest.mark.parametrize("dtypes", ["ff", "dd", "fd", "df", "FD", "fD", "Fd"])
def test_operations_of_several_dtypes_are_evaluated_once_more(dtypes, wrap):
    x, y = (np.full(3, 0.5, dtype) for dtype in dtypes)
    nested = 2 if wrap(mixed) is not mixed else 1

    def loss(fun):
        return lambda x, y: sum(np.sum(np.abs(part)) for part in fun(x, y))

    body = wg.checkpoint(mixed) if nested == 1 else wrap(mixed)
    gradient = wg.grad(loss(body), (0, 1))
    # Each operation once for each level, and the calls themselves.
    count = evaluations(lambda: gradient(x, y))
    assert 100 <= count <= 100 * nested + 1
    for got, expected in zip(gradient(x, y), wg.grad(loss(mixed), (0, 1))(x, y), strict=True):
        assert got.dtype == expected.dtype
        np.testing.assert_array_equal(got, expected)


def test_of_several_results_what_is_not_used_is_still_one_program():
    def body(x):
        y = np.tanh(x)
        return np.sin(y), np.cos(y), y * y

    wrapped = wg.checkpoint(body)
    for k, slope in enumerate([np.cos, lambda y: -np.sin(y), lambda y: 2 * y]):
        gradient = wg.grad(lambda x, k=k: np.sum(wrapped(x)[k]))
        assert evaluations(lambda gradient=gradient: gradient(X)) <= 4
        close(gradient(X), slope(np.tanh(X)) / np.cosh(X) ** 2)


MEMORY = """
import numpy as np
import wengert as wg

def body(s):
    for _ in range(10):
        s = np.sin(np.cos(s))
    return s

def plain(step, state, length):
    for _ in range(length):
        state = step(state)
    return state

def checkpoints(step, state, length):
    return plain(wg.checkpoint(step), state, length)

def scanned(step, state, length):
    return wg.checkpoint_chain(lambda s, x: step(s) * x, state, xs=np.ones(length))

run = {run}
def loss(x):
    return np.sum(run(body, x, 40) ** 2)

def order_1(x):
    return wg.grad(loss)(x)

def order_2(x):
    return wg.jvp(wg.grad(loss), (x,), (np.cos(x),))[1]

def reverse_order_2(x):
    return wg.grad(lambda x: np.sum(wg.grad(loss)(x) * np.cos(x)))(x)

def order_3(x):
    return wg.jvp(lambda x: wg.hvp(loss, (x,), (np.cos(x),)), (x,), (x,))[1]

x = np.linspace(0.1, 1.0, 20_000)
{call}(x[:10])

def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))

before = peak()
{call}(x)
print(peak() - before)
"""
STATE = 160  # kilobytes of 20,000 numbers


def states(run, call):
    """Return how many states' memory a call takes at its peak."""
    script = MEMORY.format(run=run, call=call)
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    return int(done.stdout) / STATE


@pytest.mark.memory
@pytest.mark.parametrize("call", ["order_2", "reverse_order_2", "order_3"])
@pytest.mark.parametrize("run", ["checkpoints", "wg.checkpoint_chain", "scanned"])
def test_at_no_order_what_lies_between_states_is_kept(run, call):
    # Forty steps of twenty operations: all that is computed would be 3,200 states at the second
    # order, and 8,800 at the third. States, tangents and cotangents of them stay.
    assert states(run, call) < {"order_3": 900}.get(call, 420)


@pytest.mark.memory
def test_without_a_checkpoint_everything_is_kept():
    assert states("plain", "order_1") > 700
    assert states("plain", "order_2") > 1200
    assert states("wg.checkpoint_chain", "order_1") < 80


def rows(n, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 4))


def scan(step, state, xs):
    """Do what a chain does, step by step."""
    leaves = xs if isinstance(xs, dict) else {"x": xs}
    for k in range(len(next(iter(leaves.values())))):
        element = {name: x[k] for name, x in leaves.items()}
        state = step(state, element if isinstance(xs, dict) else element["x"])
    return state


def chain(step, state, xs):
    return wg.checkpoint_chain(step, state, xs=xs)


def sources(way):
    """Return a function of a state that is driven by a source."""
    return lambda x: np.sum(way(lambda s, r: np.sin(s) * 0.9 + r * s, x, rows(7)))


def of_sources(way):
    """Return a function of what drives it: gradients come to xs."""
    return lambda x: np.sum(way(lambda s, r: np.cos(s * r) + r, X, np.stack([x, 2 * x, x * x])))


def of_both(way):
    return lambda x: np.sum(
        way(lambda s, r: s * np.tanh(r["a"]) + r["b"] * x, x, {"a": rows(5) * x, "b": rows(5, 1)})
    )


def of_numbers(way):
    """Return a function whose elements are numbers and integers, one of which decides a branch."""

    def step(s, r):
        return np.sin(s) * r["w"] if r["k"] % 2 else s * s + r["w"]

    return lambda x: np.sum(
        way(step, x, {"w": np.linspace(0.1, 0.9, 6) * x[0], "k": np.array([0, 1, 1, 0, 1, 0])})
    )


def of_parts(way):
    """Return a function whose state has parts of several dtypes."""

    def step(s, r):
        return {
            "z": s["z"] * np.exp(1j * s["x"]) + r,
            "x": np.sin(s["x"]) + np.abs(s["z"]),
            "k": s["k"] + 1,
        }

    def fun(x):
        end = way(step, {"z": x * (1 + 2j), "x": x, "k": 0}, rows(4))
        assert end["k"] == 4
        return np.sum(np.abs(end["z"]) ** 2) + np.sum(end["x"])

    return fun


def of_rules(way):
    """Return a function whose steps have rules of their own."""
    squared = wg.custom_vjp(lambda s, r: s * s * r)
    squared.defvjp(
        lambda s, r: (s * s * r, (s, r)),
        lambda res, ct: (2 * ct * res[0] * res[1], ct * res[0] ** 2),
    )
    cubed = wg.custom_jvp(lambda s: s**3)
    cubed.defjvp(lambda p, t: (p[0] ** 3, 3 * p[0] ** 2 * t[0]))
    foreign = wg.primitive(lambda s: np.asarray(s) * 0.5)
    foreign.defvjp(lambda ct, ans, s: ct * 0.5)

    def step(s, r):
        return np.sin(squared(s, r)) + np.cos(cubed(s)) + foreign(s)

    return lambda x: np.sum(way(step, x, rows(3) * x))


SCANS = {
    "sources": sources,
    "of sources": of_sources,
    "both": of_both,
    "numbers": of_numbers,
    "parts": of_parts,
    "rules": of_rules,
}


@pytest.mark.parametrize("axes", [(0, 0), (0, None), (None, 0)])
@pytest.mark.parametrize("outer", [(0, 0), (0, None), (None, 0)])
@pytest.mark.parametrize("length", [2, 3])
def test_scans_under_two_batches(outer, axes, length):
    # Every length is another's, too: one axis is not to be taken for another.
    def run(way):
        return lambda s, xs: way(lambda s, r: np.sin(s) + r * s, s, xs)

    def batched(fun):
        return wg.vmap(wg.vmap(fun, in_axes=axes), in_axes=outer)

    rng = np.random.default_rng(length)
    s, xs = (
        rng.normal(size=[3] * sum(axis is not None for axis in (outer[k], axes[k])) + list(own))
        for k, own in enumerate([(4,), (length, 4)])
    )
    close(batched(run(chain))(s, xs), batched(run(scan))(s, xs))
    for argument in (0, 1):
        gradient, plain = (
            wg.grad(lambda *args, way=way: np.sum(batched(run(way))(*args)), argument)(s, xs)
            for way in (chain, scan)
        )
        close(gradient, plain)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("name", SCANS)
def test_scans_change_no_derivative(name, transform):
    # Third derivatives of the stiffer ones differ in more digits.
    got = TRANSFORMS[transform](SCANS[name](chain))(X)
    expected = TRANSFORMS[transform](SCANS[name](scan))(X)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9 * np.max(np.abs(expected)))


def test_a_scan_is_one_program_of_its_step():
    """The steps of a scan keep one program: what is evaluated again is what its steps do."""
    xs = rows(50)

    def by_number(x):
        return np.sum(wg.checkpoint_chain(lambda s, k: np.sin(s) + xs[k], x, 50, snapshots=50))

    def by_scan(x):
        return np.sum(wg.checkpoint_chain(lambda s, r: np.sin(s) + r, x, xs=xs, snapshots=50))

    close(wg.grad(by_scan)(X), wg.grad(by_number)(X))
    assert evaluations(lambda: wg.grad(by_scan)(X)) <= evaluations(lambda: wg.grad(by_number)(X))


@pytest.mark.parametrize("dtypes", ["fd", "df", "fD", "Fd", "FD", "dD"])
def test_states_of_several_dtypes(dtypes):
    def step(s):
        a, b, n = s
        low, high = np.real(np.sum(a)), np.real(np.sum(b))
        return (
            np.sin(a) + np.asarray(1, a.dtype) * wg.numpy.astype(high, np.float32) / 4,
            np.cos(b) * 0.5 + wg.numpy.astype(low, np.float32) * 0.25,
            n + 1,
        )

    def loss(way):
        def fun(x):
            start = tuple(
                wg.numpy.astype(x * k, d) for k, d in zip((0.5, 0.25), dtypes, strict=True)
            )
            a, b, n = way(step, (*start, np.int64(0)), 5)
            assert n == 5
            assert [a.dtype.char, b.dtype.char] == list(dtypes)
            return np.sum(np.abs(a) ** 2) + np.sum(np.abs(b) ** 2)

        return fun

    def plain(step, state, n):
        for _ in range(n):
            state = step(state)
        return state

    for transform in ("grad", "jvp", "hvp", "vmap of grad", "grad of vmap"):
        got = TRANSFORMS[transform](loss(wg.checkpoint_chain))(X)
        expected = TRANSFORMS[transform](loss(plain))(X)
        np.testing.assert_allclose(got, expected, rtol=2e-4, atol=2e-4)


def rule_by_vjp():
    c = wg.custom_vjp(lambda a, b: np.sin(a) * b)
    c.defvjp(
        lambda a, b: (np.sin(a) * b, (a, b)),
        lambda res, ct: (ct * np.cos(res[0]) * res[1], ct * np.sin(res[0])),
    )
    return c


def rule_by_jvp():
    c = wg.custom_jvp(lambda a, b: np.sin(a) * b)
    c.defjvp(lambda p, t: (np.sin(p[0]) * p[1], np.cos(p[0]) * p[1] * t[0] + np.sin(p[0]) * t[1]))
    return c


def rule_of_foreign():
    c = wg.primitive(lambda a, b: np.asarray(np.sin(a) * b))
    c.defvjp(lambda ct, ans, a, b: ct * np.cos(a) * b, lambda ct, ans, a, b: ct * np.sin(a))
    return c


RULES = {"custom_vjp": rule_by_vjp, "custom_jvp": rule_by_jvp, "primitive": rule_of_foreign}
PLACES = {
    "itself": lambda c: lambda x: np.sum(c(x, np.cos(x)) ** 2),
    "checkpoint": lambda c: lambda x: np.sum(wg.checkpoint(c)(x, np.cos(x)) ** 2),
    "checkpoint around": lambda c: wg.checkpoint(lambda x: np.sum(c(x, x * x) ** 2)),
    "chain": lambda c: (
        lambda x: np.sum(wg.checkpoint_chain(lambda s: c(s, x) + s * 0.5, x, 4, snapshots=2))
    ),
    "vmap": lambda c: lambda x: np.sum(wg.vmap(c)(x, np.cos(x)) ** 2),
    "vmap beside": lambda c: lambda x: np.sum(wg.vmap(c, in_axes=(None, 0))(x[0], x) ** 2),
    "vmap in checkpoint": lambda c: (
        lambda x: np.sum(wg.checkpoint(lambda x: wg.vmap(c)(x, np.cos(x)))(x) ** 2)
    ),
    "branch": lambda c: lambda x: np.sum((c(x, x) if x[0] > 0.7 else x * c(x, x * x)) ** 2),
    "unused": lambda c: lambda x: np.sum((c(x, x), np.sin(x) * x)[1]),
}


def without_rule(a, b):
    return np.sin(a) * b


@pytest.mark.parametrize("transform", [*TRANSFORMS, "jvp of grad", "vmap of jvp of grad"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("rule", RULES)
def test_programs_with_rules_inside(rule, place, transform):
    more = {
        "jvp of grad": lambda f: lambda x: wg.jvp(wg.grad(f), (x,), (np.cos(x),))[1],
        "vmap of jvp of grad": lambda f: (
            lambda x: wg.vmap(lambda x: wg.jvp(wg.grad(f), (x,), (np.cos(x),))[1])(
                np.stack([x, 2 * x])
            )
        ),
    }
    transformed = {**TRANSFORMS, **more}[transform]
    got = transformed(PLACES[place](RULES[rule]()))(X)
    expected = transformed(PLACES[place](without_rule))(X)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9 * (1 + np.max(np.abs(expected))))


class Programs:
    """Random programs over vectors of four, with or without what makes programs of their parts."""

    def __init__(self, seed, is_plain):
        self.rng, self.is_plain = np.random.default_rng(seed), is_plain

    def choose(self, *makers):
        """Make one of these."""
        return makers[self.rng.integers(len(makers))]()

    def wrapped(self, fun):
        """Return the function, in a program of its own unless that is plain."""
        way = self.rng.integers(4)
        if self.is_plain:
            return fun
        return [
            wg.checkpoint(fun),
            lambda x: wg.vmap(fun)(np.stack([x, x * 0 + 1]))[0],
            lambda x: wg.checkpoint_chain(fun, x, 1),
            wg.checkpoint(wg.checkpoint(fun)),
        ][way]

    def function(self, depth):
        """Return a random function."""
        if depth == 0:
            k = self.rng.normal()
            return self.choose(
                lambda: lambda x: np.sin(k * x),
                lambda: lambda x: x * k + np.flip(x),
                lambda: lambda x: np.tanh(x) * np.sum(x) * 0.3,
                lambda: lambda x: np.where(x > k, x, x * x),
                lambda: lambda x: x * k if np.sum(x) > k else np.cos(x),
                lambda: lambda x: np.sort(x) * k,
            )
        f, g = self.function(depth - 1), self.function(depth - 1)
        wrapped = self.wrapped(f)
        return self.choose(
            lambda: lambda x: wrapped(g(x)),
            lambda: lambda x: wrapped(x) * g(x),
            lambda: self.wrapped(lambda x: g(wrapped(x)) + x),
            lambda: self.closing(f, g),
            lambda: self.repeated(f),
        )

    def closing(self, f, g):
        """Return a function around one that closes over a value."""

        def fun(x):
            y = g(x)
            wrap = (lambda fun: fun) if self.is_plain else wg.checkpoint
            return wrap(lambda z: f(z) * y)(x)

        return fun

    def repeated(self, f):
        """Return a scan of steps."""

        def step(x, r):
            return f(x) * 0.5 + np.sin(r * x)

        xs = self.rng.normal(size=3)
        return lambda x: (scan if self.is_plain else chain)(step, x, xs)


@pytest.mark.parametrize("seed", range(60))
def test_random_programs(seed):
    fun, plain = (Programs(seed, is_plain).function(3) for is_plain in (False, True))
    close(fun(X), plain(X))
    for transform in ("grad", "jvp", "hvp", "vmap", "vmap of grad", "grad of vmap", "jacfwd"):
        got = TRANSFORMS[transform](lambda x: np.sum(fun(x) ** 2))(X)
        expected = TRANSFORMS[transform](lambda x: np.sum(plain(x) ** 2))(X)
        np.testing.assert_allclose(
            got, expected, rtol=1e-8, atol=1e-9 * (1 + np.max(np.abs(expected)))
        )
