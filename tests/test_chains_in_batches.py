"""Chains inside of batches: whatever their states and elements depend on, and what else they carry."""

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


def carrying(run, x, s):
    """Carry a position, a flag and a label beside the state, the former two computed from it."""

    def step(state):
        y, place, is_done, label = state
        y = np.where(is_done, y, np.sin(y) * x[place] + s)
        return y, np.argmax(y * x), is_done | (np.sum(y) > 2), label

    return run(step, (x * 1.0, 0, False, "label"), 5)


def counted_chain(step, state, length):
    return wg.checkpoint_chain(step, state, length, snapshots=2)


def counted_plain(step, state, length):
    for _ in range(length):
        state = step(state)
    return state


def test_positions_and_flags_that_steps_compute():
    def f(x, s):
        return carrying(counted_chain, x, s)[0]

    def g(x, s):
        return carrying(counted_plain, x, s)[0]

    def of(h, s):
        return lambda x: np.sum(h(x, s))

    s = INNER[0]
    for x in OUTER:
        close(wg.grad(of(f, s))(x), wg.grad(of(g, s))(x))
        close(wg.hessian(of(f, s))(x), wg.hessian(of(g, s))(x))
        close(wg.jvp(of(f, s), [x], [x])[1], wg.jvp(of(g, s), [x], [x])[1])
    rows = [wg.grad(of(g, s))(x) for x in OUTER]
    close(wg.vmap(f, (0, None))(OUTER, s), [g(x, s) for x in OUTER])
    close(wg.vmap(wg.grad(of(f, s)))(OUTER), rows)
    close(wg.vmap(wg.grad(wg.checkpoint(of(f, s))))(OUTER), rows)
    both = wg.vmap(lambda x: wg.vmap(lambda s: f(x, s))(INNER))
    close(both(OUTER), [[g(x, s) for s in INNER] for x in OUTER])
    slopes = [sum(wg.grad(of(g, s))(x) for s in INNER) for x in OUTER]
    close(wg.grad(lambda x: np.sum(both(x)))(OUTER), slopes)
    twice = wg.vmap(wg.grad(lambda x: np.sum(counted_chain(lambda y: f(y, s), x, 2))))
    close(twice(OUTER), [wg.grad(lambda x: np.sum(g(g(x, s), s)))(x) for x in OUTER])


@pytest.mark.parametrize(
    "way", [lambda f: f, wg.checkpoint, lambda f: lambda x: wg.vmap(f)(x[None])[0]]
)
def test_a_position_that_leaves_a_chain(way):
    def f(x):
        y, place = wg.checkpoint_chain(lambda s: (np.sin(s[0]), np.argmax(s[0])), (x, 0), 2)
        return x[place] * y[0]

    for x in OUTER:
        place = np.argmax(np.sin(x))
        wanted = wg.grad(lambda x, place=place: x[place] * np.sin(np.sin(x[0])))(x)
        close(wg.grad(way(f))(x), wanted)
        close(way(wg.grad(f))(x), wanted)


def test_a_branch_on_what_a_step_before_found():
    def f(run, x):
        def step(s):
            return (np.sin(s[0]) if s[1] else s[0] * x), s[0] > 0.3

        return run(step, (x, False), 4)[0]

    x = OUTER.ravel()
    wanted = [wg.grad(lambda x: f(counted_plain, x))(a) for a in x]
    close([wg.grad(lambda x: f(counted_chain, x))(a) for a in x], wanted)
    close(wg.vmap(wg.grad(lambda x: f(counted_chain, x)))(x), wanted)
