"""Chains inside of a batch inside of a batch: whatever their states and elements depend on."""

import numpy as np
import pytest

import wengert as wg

XS = np.random.default_rng(0).normal(size=(2, 3))
OUTER = np.random.default_rng(1).normal(size=(4, 3))
INNER = np.random.default_rng(2).normal(size=(5, 3))
STEPS = {
    "no branch": lambda a, e: np.sin(a) * e,
    "branch on the state": lambda a, e: np.sin(a) * e if a[0] > 0 else a * e,
    "branch on the element": lambda a, e: np.sin(a) * e if e[0] > 0 else a * e,
    "branch on both": lambda a, e: np.sin(a) * e if e[0] > a[1] else a * e,
    "index": lambda a, e: a[np.argsort(e)] * np.sin(a),
}
STATES = {
    "constant": lambda x, s: np.ones(3),
    "outer": lambda x, s: x,
    "inner": lambda x, s: s,
    "both": lambda x, s: x + s,
}
SCANNED = {
    "constant": lambda x, s: XS,
    "outer": lambda x, s: XS * x,
    "inner": lambda x, s: XS * s,
    "both": lambda x, s: XS * (x + s),
}


def chain(step, state, xs):
    return wg.checkpoint_chain(step, state, xs=xs, snapshots=1)


def plain(step, state, xs):
    for e in xs:
        state = step(state, e)
    return state


def close(found, wanted):
    np.testing.assert_allclose(np.asarray(found), np.asarray(wanted), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("scanned", SCANNED)
@pytest.mark.parametrize("first", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_two_batches(step, first, scanned):
    def program(run):
        return lambda x, s: run(STEPS[step], STATES[first](x, s), SCANNED[scanned](x, s)) * 1.0

    f, g = program(chain), program(plain)

    def rows(x):
        return wg.vmap(lambda s: f(x, s))(INNER)

    def loss(x):
        return sum(np.sum(g(x, s) ** 2) for s in INNER)

    slopes = [wg.grad(loss)(x) for x in OUTER]
    close(wg.vmap(rows)(OUTER), [[g(x, s) for s in INNER] for x in OUTER])
    close(wg.vmap(wg.grad(lambda x: np.sum(rows(x) ** 2)))(OUTER), slopes)
    close(wg.grad(lambda xs: np.sum(wg.vmap(rows)(xs) ** 2))(OUTER), slopes)
    close(wg.grad(lambda xs: np.sum(wg.vmap(wg.checkpoint(rows))(xs) ** 2))(OUTER), slopes)

    def second(x):
        inner = wg.vmap(wg.grad(lambda s: np.sum(f(x, s) ** 2)))(INNER)
        return np.sum(inner**2)

    def second_plain(x):
        return sum(np.sum(wg.grad(lambda s: np.sum(g(x, s) ** 2))(s) ** 2) for s in INNER)

    close(wg.vmap(wg.grad(second))(OUTER), [wg.grad(second_plain)(x) for x in OUTER])


def test_programs_that_differ_in_the_axis_that_is_scanned():
    xs = np.random.default_rng(3).normal(size=(2, 2, 3))

    def end(run, s):
        def step(s, i):
            if i == 0:
                return wg.vmap(lambda s, e: run(np.multiply, s, e))(s, xs)
            return run(np.multiply, s, xs)

        if run is plain:
            return step(step(s, 0), 1)
        return wg.checkpoint_chain(step, s, 2)

    s = np.random.default_rng(4).normal(size=(2, 3))
    slope = xs[:, 0] * xs[:, 1] * xs[0] * xs[1]
    close(end(chain, s), s * slope)
    close(wg.grad(lambda s: np.sum(end(chain, s)))(s), slope)
    close(wg.grad(lambda s: np.sum(end(plain, s)))(s), slope)
