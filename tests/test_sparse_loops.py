"""Sparse derivatives of loops and branches that are one operation of a recording, against dense ones."""

import numpy as np
import pytest

import wengert as wg

RNG = np.random.default_rng(11)
X = RNG.uniform(0.5, 1.5, size=12)


def roots(x):
    """Take square roots by Newton's method, each element for itself."""
    step = lambda s: (0.5 * (s[0] + x / s[0]), s[1] + 1)
    return wg.while_loop(lambda s: s[1] < 8 + 0 * np.sum(x), step, (x, 0 * np.sum(x)))[0]


def counted(x):
    """Take a computed number of steps on pairs of neighbours."""
    n = wg.numpy.astype(np.sum(x) * 0 + 5, int)
    pairs = np.reshape(x, (6, 2))
    body = lambda i, y: np.sin(y) * np.sum(y, axis=1, keepdims=True) + pairs
    return wg.fori_loop(0, n, body, pairs)


def upwards(x):
    """Have each element depend on those before it."""
    body = lambda y: y * 0.5 + np.concatenate([np.zeros(1), y[:-1] ** 2])
    return wg.while_loop(lambda y: np.sum(y) > 2.0, body, x)


def several(x):
    """Have parts of the state that lead to one another, and one that none is led to by."""
    a, b, c = np.split(x, 3)
    body = lambda s: (s[0] * 0.9 + 0.1 * s[1], s[1] * s[1] * 0.5, s[2] * np.sum(s[2]), s[3] + 1.0)
    state = wg.while_loop(lambda s: s[3] < 4.0, body, (a, b, c, 0 * np.sum(x)))
    return np.concatenate([state[0], state[1] * c, state[2]])


def chosen(x):
    """Choose within the loop."""
    body = lambda y: wg.cond(np.sum(y) > 8, lambda y: y * 0.5 + x * 0.1, lambda y: y * y * 0.4, y)
    return wg.while_loop(lambda y: np.sum(y * y) > 3.0, body, x)


def nested(x):
    """Take loops in loops."""
    inner = lambda y: wg.while_loop(
        lambda z: np.sum(z) > 0.9 * np.sum(y), lambda z: z * 0.8, y * x * 0.6
    )
    return wg.while_loop(lambda y: np.sum(y) > 1.0, inner, x)


def lanes(x):
    """Have examples that end apart, and what they share."""
    a, w = x[:8], x[8:]
    one = lambda a: wg.while_loop(lambda y: np.sum(y) > 0.4, lambda y: np.sin(y) * 0.4 * w[:2], a)
    return wg.vmap(one)(np.reshape(a, (4, 2)))


# What is expected: how many entries at most.
CASES = {
    roots: 12,
    counted: 24,
    upwards: 78,
    several: 2 * 8 + 3 * 4 + 16,
    chosen: 12,
    nested: 12,
    lanes: 8 * 2,
}
each_case = pytest.mark.parametrize(
    ("fun", "most"), CASES.items(), ids=lambda x: getattr(x, "__name__", "")
)


@each_case
def test_jacobians(fun, most):
    f = wg.jit(wg.jacobian(fun, sparse=True))
    for x in (X, X, 1.2 * X):
        found = f(x)
        np.testing.assert_allclose(
            found.todense(), np.reshape(wg.jacobian(fun)(x), (-1, 12)), rtol=1e-12, atol=1e-14
        )
    assert found.nnz <= most
    assert "while" in f.programs[0].text


@each_case
def test_hessians(fun, most):
    loss = lambda x: np.sum(
        np.sin(fun(x)) * np.arange(1.0, 1.0 + np.size(fun(X))).reshape(np.shape(fun(X)))
    )
    f = wg.jit(wg.hessian(loss, sparse=True))
    for x in (X, X, 1.2 * X):
        found = f(x)
        np.testing.assert_allclose(found.todense(), wg.hessian(loss)(x), rtol=1e-10, atol=1e-12)
    if fun in (roots, chosen, nested):
        assert found.nnz == 12
    if fun is counted:
        assert found.nnz == 24


def test_random_couplings():
    """Loops whose elements lead to one another along the edges of random graphs."""
    for seed in range(8):
        rng = np.random.default_rng(seed)
        n = 10
        edges = (rng.uniform(size=(n, n)) < 0.12) * rng.uniform(0.1, 0.4, size=(n, n))
        reach = np.linalg.matrix_power(np.eye(n) + (edges > 0), n) > 0
        rows = [np.flatnonzero(row) for row in edges]

        def body(y, rows=rows, edges=edges):
            new = [
                0.5 * y[i] + sum((edges[i, j] * y[j] ** 2 for j in row), 0.0)
                for i, row in enumerate(rows)
            ]
            return wg.numpy.array(new)

        fun = lambda x, body=body: wg.while_loop(lambda y: np.sum(y) > 0.01, body, x)
        f = wg.jit(wg.jacobian(fun, sparse=True))
        x = rng.uniform(0.2, 0.5, size=n)
        f(x)
        found = f(x)
        np.testing.assert_allclose(found.todense(), wg.jacobian(fun)(x), rtol=1e-12, atol=1e-15)
        assert found.nnz == reach.sum()


def test_long_states_that_all_depend_on_all():
    x = RNG.uniform(0.5, 1.0, size=3000)
    body = lambda y: 0.25 * (np.roll(y, 1) + np.roll(y, -1)) + 0.4 * y
    f = wg.jit(
        wg.jacobian(lambda x: wg.while_loop(lambda y: np.sum(y) > 900, body, x)[:3], sparse=True)
    )
    f(x)
    found = f(x)
    wanted = wg.jacobian(lambda x: wg.while_loop(lambda y: np.sum(y) > 900, body, x)[:3])(x)
    np.testing.assert_allclose(found.todense(), wanted, rtol=1e-12, atol=1e-15)
