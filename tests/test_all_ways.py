"""Random programs: all ways of computing the same derivative agree."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg

UNARY = [
    np.sin,
    np.tanh,
    lambda v: np.exp(-v * v),
    lambda v: v / (1.5 + v * v),
    lambda v: np.logaddexp(v, 0.0),
    lambda v: v[::-1] * 0.5,
    lambda v: np.cumsum(v) / (1 + v.size),
    lambda v: np.where(v > 0.1, v * v, np.sin(v)),
    lambda v: v - np.mean(v),
    lambda v: np.concatenate([v[1:], v[:1]]),
    lambda v: v[np.arange(v.size) // 2],
    lambda v: np.reshape(v, (1, -1))[0] * np.sum(v),
    lambda v: np.sqrt(1 + v * v),
    lambda v: np.outer(v, v).sum(axis=0) / (1 + v.size),
    lambda v: v if np.sum(v) > 0 else -2 * v,
]
BINARY = [
    np.add,
    np.subtract,
    np.multiply,
    lambda a, b: a / (2 + b * b),
    lambda a, b: np.arctan2(a, 2 + b * b),
    lambda a, b: np.dot(a, b) * a,
    lambda a, b: np.maximum(a, b + 0.01),
]

programs = st.lists(
    st.tuples(st.booleans(), st.integers(0, 100), st.integers(0, 100), st.integers(0, 100)),
    min_size=1,
    max_size=6,
)


def run(program, v):
    """Apply the steps of a program, each to results of earlier ones."""
    values = [v]
    for is_binary, which, i, j in program:
        a, b = values[i % len(values)], values[j % len(values)]
        if is_binary:
            values.append(BINARY[which % len(BINARY)](a, b))
        else:
            values.append(UNARY[which % len(UNARY)](a))
    return values[-1]


def close(found, wanted):
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert found.shape == wanted.shape
    scale = max(1.0, np.max(np.abs(wanted), initial=0.0))
    np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-11 * scale)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(programs, st.integers(1, 5), st.integers(0, 10**6))
def test_first_and_second_derivatives_agree(program, n, seed):
    rng = np.random.default_rng(seed)
    x, t, ct = rng.uniform(-1, 1, (3, n))

    def f(v):
        return run(program, v)

    def total(v):
        return np.sum(f(v) * ct)

    J = wg.jacrev(f)(x)
    value, pullback = wg.vjp(f, x)
    close(value, f(x))
    close(wg.jacfwd(f)(x), J)
    close(wg.jacobian(f, chunk_size=2)(x), J)
    close(np.stack([pullback(row)[0] for row in np.eye(n)]), J)
    close(wg.jvp(f, [x], [t])[1], J @ t)
    close(wg.linearize(f, x)[1](t), J @ t)
    close(pullback(ct)[0], ct @ J)
    close(wg.grad(total)(x), ct @ J)
    close(wg.vmap(lambda row: wg.vjp(f, x)[1](row)[0])(np.eye(n)), J)
    close(wg.vmap(lambda row: wg.jvp(f, [x], [row])[1])(np.eye(n)), J.T)

    H = wg.hessian(total)(x)
    gradient = wg.grad(total)
    close(wg.jacrev(gradient)(x), H)
    close(wg.jacfwd(wg.jacfwd(total))(x), H)
    close(wg.jacrev(wg.jacrev(total))(x), H)
    close(wg.hvp(total, [x], [t]), H @ t)
    close(wg.grad(lambda v: np.sum(gradient(v) * t))(x), t @ H)
    close(wg.grad(lambda v: wg.jvp(total, [v], [t])[1])(x), H @ t)
    close(wg.jvp(lambda v: wg.jvp(total, [v], [t])[1], [x], [t])[1], t @ H @ t)
    close(H, H.T)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(programs, st.integers(1, 4), st.integers(0, 10**6))
def test_batches_agree_with_loops(program, n, seed):
    batch = np.random.default_rng(seed).uniform(-1, 1, (4, n))

    def f(v):
        return run(program, v)

    def total(v):
        return np.sum(f(v) ** 2)

    close(wg.vmap(f)(batch), [f(v) for v in batch])
    close(wg.vmap(wg.grad(total))(batch), [wg.grad(total)(v) for v in batch])
    close(wg.vmap(wg.jacfwd(f))(batch), [wg.jacfwd(f)(v) for v in batch])
    close(wg.vmap(wg.hessian(total))(batch), [wg.hessian(total)(v) for v in batch])
    together = wg.grad(lambda b: np.sum(wg.vmap(total)(b)))(batch)
    close(together, [wg.grad(total)(v) for v in batch])
    pushed = wg.jvp(wg.vmap(total), [batch], [np.ones_like(batch)])[1]
    close(pushed, [wg.jvp(total, [v], [np.ones(n)])[1] for v in batch])
