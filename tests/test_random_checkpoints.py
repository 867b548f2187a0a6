"""Random programs with checkpoints and chains, against the same programs without them."""

import numpy as np
import pytest

import wengert as wg

N = 3
CONSTANTS = np.random.default_rng(8).uniform(0.5, 1.0, (4, N))
LARGE = wg.tensor(np.random.default_rng(9).normal(size=(N, N)) / N)


def plain_chain(step, state, length, **_):
    for i in range(length):
        state = step(state, i)
    return state


def body(rng, depth):
    """Return make(wrap, chain) -> a function of a vector, of a vector that keeps things in bounds."""
    kinds = 15 if depth else 9
    kind = int(rng.integers(kinds))
    c = CONSTANTS[rng.integers(4)]
    if kind == 0:
        return lambda wrap, chain: lambda x: np.sin(x) * c
    if kind == 1:
        return lambda wrap, chain: lambda x: np.tanh(LARGE @ x) + np.cos(LARGE.T @ x)
    if kind == 2:
        index = rng.integers(0, N, N)
        return lambda wrap, chain: lambda x: x[index] * np.cos(x)
    if kind == 3:
        return lambda wrap, chain: lambda x: np.where(c > 0.7, x, np.sin(x[::-1]))
    if kind == 4:
        return lambda wrap, chain: lambda x: np.stack([np.sin(x[i] * x[i - 1]) for i in range(N)])
    if kind == 5:
        return lambda wrap, chain: lambda x: np.cumsum(np.tanh(x)) / N
    if kind == 6:
        return lambda wrap, chain: (
            lambda x: np.concatenate([x[1:], np.sum(np.sin(x), keepdims=True)])
        )
    if kind == 7:
        return lambda wrap, chain: lambda x: x * wg.stop_gradient(np.cos(x)) + 0.1
    if kind == 8:

        def silent(x):
            with wg.no_grad():
                factor = np.cos(x)
            return np.sin(x) * factor

        return lambda wrap, chain: silent
    inner = [body(rng, depth - 1) for _ in range(int(rng.integers(1, 3)))]
    if kind in (9, 10):
        return lambda wrap, chain: wrap(composed([make(wrap, chain) for make in inner]))
    if kind == 11:
        # Everything that is used was made outside of the function.
        def closing(wrap, chain):
            f = composed([make(wrap, chain) for make in inner])

            def fun(x):
                y = np.sin(x)
                return wrap(lambda: f(y) * x)()

            return fun

        return closing
    if kind == 12:
        length, how = int(rng.integers(0, 6)), {"snapshots": int(rng.integers(1, 5))}

        def chained(wrap, chain):
            f = composed([make(wrap, chain) for make in inner])

            def fun(x):
                y = np.cos(x)

                def step(s, i):
                    if i == 1:
                        return f(s)
                    return np.sin(s["a"] if i < 0 else s) * (y if i % 2 else c) + 0.1 * f(s)

                return chain(step, x, length, **how)

            return fun

        return chained
    if kind == 13:
        length = int(rng.integers(1, 5))

        def several(wrap, chain):
            f = composed([make(wrap, chain) for make in inner])

            def fun(x):
                def step(s, i):
                    return {
                        "a": np.sin(s["b"][0]) * x[0],
                        "b": [f(s["b"][0] * s["a"][0]), s["b"][0]],
                    }

                end = chain(step, {"a": x, "b": [np.cos(x), np.zeros(N)]}, length)
                return end["a"] * end["b"][0] + end["b"][1]

            return fun

        return several

    def transforming(wrap, chain):
        f = composed([make(wrap, chain) for make in inner])
        return wrap(lambda x: np.tanh(wg.grad(lambda y: np.sum(f(y) * np.sin(x)))(x)))

    return transforming


def composed(functions):
    def fun(x):
        for f in functions:
            x = f(x)
        return x

    return fun


PUSHED = {
    "jvp": lambda f: lambda x: wg.jvp(f, [x], [np.cos(x)])[1],
    "vmap": lambda f: lambda x: np.sum(wg.vmap(f)(np.stack([x, 2 * x, x - 0.3])), axis=0),
    "row of the jacobian": lambda f: lambda x: wg.jacrev(f)(x)[1],
    "column of the jacobian": lambda f: lambda x: wg.jacfwd(f)(x)[:, 1],
    "grad": lambda f: wg.grad(lambda x: np.sum(f(x) * np.sin(x))),
    "hvp": lambda f: lambda x: wg.hvp(lambda x: np.sum(f(x) ** 2), [x], [np.cos(x)]),
    "vmap of grad": lambda f: (
        lambda x: np.sum(wg.vmap(wg.grad(lambda y: np.sum(f(y))))(np.stack([x, x * 0.5])), axis=0)
    ),
    "linearize": lambda f: lambda x: wg.linearize(f, x)[1](np.sin(x)),
    "hessian": lambda f: lambda x: wg.hessian(lambda y: np.sum(np.sin(f(y))))(x)[0],
}


def backward(f):
    def gradient(x):
        v = wg.tensor(x, requires_grad=True)
        y = np.sum(f(v) * v)
        if y.requires_grad:
            y.backward()
        return np.zeros(N) if v.grad is None else v.grad

    return gradient


def agree(transform, make):
    """Hold a program with checkpoints and chains against the one without."""
    x = np.array([0.4, 0.9, 1.3])
    wanted = np.asarray(transform(make(lambda f: f, plain_chain))(x))
    found = np.asarray(transform(make(wg.checkpoint, wg.checkpoint_chain))(x))
    assert found.shape == wanted.shape
    assert np.all(np.isfinite(wanted))
    scale = 1 + np.max(np.abs(wanted))
    np.testing.assert_allclose(found / scale, wanted / scale, rtol=1e-10, atol=1e-12)


def program(seed):
    rng = np.random.default_rng(seed)
    parts = [body(rng, 3) for _ in range(4)]
    return lambda wrap, chain: composed([make(wrap, chain) for make in parts])


@pytest.mark.parametrize("seed", range(60))
def test_one_transform(seed):
    make = program(seed)
    for transform in PUSHED.values():
        agree(transform, make)
    agree(backward, make)


@pytest.mark.parametrize("seed", range(100))
def test_transforms_in_transforms(seed):
    rng = np.random.default_rng(seed)
    names = [list(PUSHED)[k] for k in rng.integers(0, len(PUSHED), 2)]
    # Third derivatives of everything would take minutes.
    if seed % 4 == 0:
        names.append(["jvp", "vmap", "grad"][seed // 4 % 3])

    def transform(f):
        for name in names:
            f = PUSHED[name](f)
        return f

    parts = [body(rng, 2) for _ in range(2)]
    agree(transform, lambda wrap, chain: composed([make(wrap, chain) for make in parts]))


@pytest.mark.parametrize("seed", range(20))
def test_a_policy_changes_nothing(seed):
    names = np.random.default_rng(seed).choice([p.name for p in wg._core.primitives], 40)
    kept = set(names.tolist()).__contains__
    make = program(seed)

    def with_policy(_, chain):
        return make(lambda f: wg.checkpoint(f, policy=kept), wg.checkpoint_chain)

    for name in ("grad", "hvp", "vmap of grad", "jvp"):
        agree(
            PUSHED[name],
            lambda wrap, chain: (make if wrap is not wg.checkpoint else with_policy)(wrap, chain),
        )
