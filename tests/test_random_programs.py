"""Random nestings of transforms around small functions, against the same mathematics in plain loops.

The plain side has no vmap, no checkpoint, no chain and no rule, and takes every derivative in the other mode.
"""

from types import SimpleNamespace

import numpy as np
import pytest

import wengert as wg

N = 3


def with_two_outputs(f):
    """Return x -> (f(x), sin(x) f(x)) with a reverse rule of its own."""

    def both(x):
        y = f(x)
        return y, np.sin(x) * y

    ruled = wg.custom_vjp(both)
    ruled.defvjp(lambda x: (both(x), x), lambda x, ct: wg.vjp(both, x)[1](ct))
    return ruled


def with_a_count(f):
    """Return (x, n) -> (n f(x), x^2) with a forward rule of its own."""
    ruled = wg.custom_jvp(lambda x, n: (f(x) * n, x * x))

    @ruled.defjvp
    def rule(primals, tangents):
        (x, n), (t, _) = primals, tangents
        y, moved = wg.jvp(f, [x], [t])
        return (y * n, x * x), (moved * n, 2 * x * t)

    return ruled


def chain_in_a_loop(step, state, xs):
    for k in range(len(xs["p"])):
        state = step(state, {name: x[k] for name, x in xs.items()})
    return state


def vmap_in_a_loop(f):
    return lambda *xs: np.stack([f(*rows) for rows in zip(*xs, strict=True)])


def pushed_in_reverse(f, x, t):
    return wg.jacrev(f)(x) @ t


WENGERT = SimpleNamespace(
    checkpoint=wg.checkpoint,
    vmap=wg.vmap,
    grad=wg.grad,
    two=with_two_outputs,
    count=with_a_count,
    chain=lambda step, state, xs: wg.checkpoint_chain(step, state, xs=xs, snapshots=2),
    jvp=lambda f, x, t: wg.jvp(f, [x], [t])[1],
    push=lambda f, x, t: wg.linearize(f, x)[1](t),
    pull=lambda f, x, ct: wg.vjp(f, x)[1](ct)[0],
)

PLAIN = SimpleNamespace(
    checkpoint=lambda f: f,
    vmap=vmap_in_a_loop,
    grad=wg.jacfwd,
    two=lambda f: lambda x: (f(x), np.sin(x) * f(x)),
    count=lambda f: lambda x, n: (f(x) * n, x * x),
    chain=chain_in_a_loop,
    jvp=pushed_in_reverse,
    push=pushed_in_reverse,
    pull=lambda f, x, ct: ct @ wg.jacfwd(f)(x),
)


def leaf(rng):
    """Return make(way) -> a function of a vector."""
    kind, c = rng.integers(5), rng.uniform(0.5, 1, N)
    index, matrix = rng.integers(0, N, N), rng.normal(size=(N, N)) / N

    def branches(x):
        return np.sin(x) * x[1] if x[0] > c[0] - 0.7 else np.cos(x) + x[2]

    def repeats(x):
        n = 0
        while n < 4 and np.sum(x * x) > 0.5:
            x, n = x * 0.8 + 0.05 * np.sin(x[::-1]), n + 1
        return x + n

    functions = [
        lambda x: np.sin(x) * c,
        lambda x: x[index] * np.cos(x),
        lambda x: np.tanh(matrix @ x) + x * 0.3,
        branches,
        repeats,
    ]
    return lambda way: functions[kind]


def chained(rng, part):
    p, is_differentiated = rng.normal(size=(int(rng.integers(1, 5)), N)), rng.integers(2)

    def make(way):
        f = part(way)

        def fun(x):
            outside = np.cos(x)

            def step(state, e):
                y, k = state
                y = np.sin(f(y) * e["p"]) + outside * e["q"]
                return (y * 0.5 if k % 2 else y), k + 1

            q = np.arange(1.0, len(p) + 1)[:, None] * (x if is_differentiated else np.ones(N))
            return way.chain(step, (x, 0), {"p": p, "q": q})[0]

        return fun

    return make


def batched(rng, part):
    rows = rng.normal(size=(3, N)) * 0.4

    def make(way):
        f = part(way)
        return lambda x: np.sum(way.vmap(lambda s: f(x + s) * s)(rows), axis=0)

    return make


def branching_batch(rng, part):
    c, other = rng.uniform(0.5, 1, N), leaf(rng)

    def make(way):
        f, g = part(way), other(way)

        def fun(x):
            def row(a, s):
                return (f(x * a) if a > 0.75 else g(x + a * s)) * s

            return way.vmap(row)(c, np.sin(x)).T @ c

        return fun

    return make


def ruled(rng, part):
    def make(way):
        f = part(way)
        g, h = way.two(f), way.count(f)

        def fun(x):
            (a, b), (d, e) = g(x), h(x, 2)
            return np.sin(a) * b + 0.5 * d + np.cos(e)

        return fun

    return make


def derived(rng, part):
    c, kind = rng.uniform(0.5, 1, N), int(rng.integers(4))

    def make(way):
        f = part(way)
        return [
            lambda x: way.jvp(lambda z: f(z) * np.sin(x), x, np.cos(x) * c),
            lambda x: np.tanh(way.grad(lambda z: np.sum(f(z * x) * c))(x)),
            lambda x: way.push(f, np.sin(x), x * c),
            lambda x: way.pull(f, np.sin(x), x * c),
        ][kind]

    return make


def checkpointed(rng, part):
    return lambda way: way.checkpoint(part(way))


NODES = [checkpointed, chained, batched, branching_batch, ruled, derived]


def program(rng, depth):
    if depth == 0:
        return leaf(rng)
    parts = [NODES[rng.integers(len(NODES))](rng, program(rng, depth - 1)), leaf(rng)]
    first, second = (parts[k] for k in rng.permutation(2))
    return lambda way: lambda x: second(way)(first(way)(x))


def rows_of(x):
    return np.stack([x, x * 0.5, -x])


OUTSIDE = {
    "value": lambda way, f: f,
    "gradient": lambda way, f: way.grad(lambda x: np.sum(f(x) * np.sin(x))),
    "tangent": lambda way, f: lambda x: way.jvp(f, x, np.cos(x)),
    "linearized": lambda way, f: lambda x: way.push(f, x, np.sin(x)),
    "batch": lambda way, f: lambda x: np.sum(way.vmap(f)(rows_of(x)), axis=0),
    "gradients of a batch": lambda way, f: (
        lambda x: np.sum(way.vmap(way.grad(lambda y: np.sum(f(y))))(rows_of(x)), axis=0)
    ),
    "gradient of a batch": lambda way, f: way.grad(lambda x: np.sum(way.vmap(f)(rows_of(x)) ** 2)),
}


def agree(found, wanted):
    scale = 1 + np.max(np.abs(wanted))
    np.testing.assert_allclose(np.asarray(found) / scale, wanted / scale, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("seed", range(250))
def test_against_plain_loops(seed):
    rng = np.random.default_rng(seed)
    make = program(rng, int(rng.integers(1, 4)))
    names = [list(OUTSIDE)[k] for k in rng.integers(0, len(OUTSIDE), int(rng.integers(1, 3)))]

    def built(way):
        f = make(way)
        for name in names:
            f = OUTSIDE[name](way, f)
        return f

    x = rng.uniform(-1, 1, N)
    agree(built(WENGERT)(x), np.asarray(built(PLAIN)(x)))


@pytest.mark.parametrize("seed", range(60))
def test_sparse_jacobians_at_several_points(seed):
    rng = np.random.default_rng(seed)
    make = program(rng, 2)
    f, g = make(WENGERT), make(PLAIN)
    jacobian = wg.jacobian(f, sparse=True)
    for x in rng.uniform(-1, 1, (4, N)):
        wanted = wg.jacfwd(g)(x)
        agree(jacobian(x).toarray(), wanted)
        assert not np.any((wg.sparsity(f, x).toarray() == 0) & (np.abs(wanted) > 1e-9))
