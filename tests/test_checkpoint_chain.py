"""Chains of steps: the same derivatives, from as few evaluations as can be."""

import functools

import numpy as np
import pytest

import wengert as wg
from checkpoint_cases import TRANSFORMS, X, close, evaluations, plain_chain
from wengert import _core as core


def oscillator(chain, length=9, **how):
    def loss(p):
        def step(s, i):
            return {
                "u": s["u"] + 0.1 * np.sin(s["v"]) * p,
                "v": s["v"] - 0.1 * s["u"] ** 2 * (i % 2),
            }

        s = chain(step, {"u": p * 1.0, "v": p * p}, length, **how)
        return np.sum(s["u"] * s["v"])

    return loss


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("snapshots", [None, 1, 3])
def test_chains_change_no_derivative(transform, snapshots):
    chain = oscillator(wg.checkpoint_chain, snapshots=snapshots)
    close(TRANSFORMS[transform](chain)(X), TRANSFORMS[transform](oscillator(plain_chain))(X))


@pytest.mark.parametrize("length", [0, 1, 2, 3, 7, 20])
@pytest.mark.parametrize("snapshots", [1, 2, 3, 50])
def test_lengths_and_snapshots(length, snapshots):
    chain = oscillator(wg.checkpoint_chain, length, snapshots=snapshots)
    close(wg.grad(chain)(X), wg.grad(oscillator(plain_chain, length))(X))


@functools.cache
def fewest(steps, snapshots):
    """Return the fewest forward steps, by trying everything (Griewank and Walther 2000, eq. 1)."""
    if steps <= 1:
        return 0
    if snapshots == 1:
        return steps * (steps - 1) // 2
    return min(m + fewest(steps - m, snapshots - 1) + fewest(m, snapshots) for m in range(1, steps))


@pytest.mark.parametrize("snapshots", [1, 2, 3, 5, 8, 40])
@pytest.mark.parametrize("length", [1, 2, 5, 10, 33, 40])
def test_no_schedule_evaluates_fewer_steps(length, snapshots):
    def loss(x):
        return np.sum(wg.checkpoint_chain(lambda s, i: np.sin(s), x, length, snapshots=snapshots))

    # The value's own sweep has gone to the last snapshot, which is not done again.
    at, left = 0, snapshots
    while left > 1 and length - at > 1:
        steps = range(1, length - at)
        best = min(s + fewest(length - at - s, left - 1) + fewest(s, left) for s in steps)
        assert best == fewest(length - at, left)
        at += _first_snapshot(length - at, left)
        left -= 1
    recomputed = fewest(length, snapshots) - at
    assert evaluations(lambda: wg.grad(loss)(X)) == recomputed + length


def _first_snapshot(steps, snapshots):
    """Return where the library puts it, which must be one of the best places."""
    best = [
        m
        for m in range(1, steps)
        if m + fewest(steps - m, snapshots - 1) + fewest(m, snapshots) == fewest(steps, snapshots)
    ]
    place = core.steps_to_snapshot(steps, snapshots)
    assert place in best
    return place


def test_by_default_no_step_is_evaluated_more_than_three_times():
    for length in (1, 10, 100, 1000):
        count = evaluations(
            lambda n=length: wg.grad(
                lambda x: np.sum(wg.checkpoint_chain(lambda s, i: np.sin(s), x, n))
            )(X)
        )
        assert length <= count <= 2 * length


def test_under_vmap_steps_are_evaluated_as_often():
    def loss(x):
        return np.sum(wg.checkpoint_chain(lambda s, i: np.sin(s), x, 100, snapshots=5))

    one = evaluations(lambda: wg.grad(loss)(X))
    batch = evaluations(lambda: wg.grad(lambda xs: np.sum(wg.vmap(loss)(xs)))(np.stack([X] * 7)))
    # The batch evaluates all steps once more, to have the values.
    assert batch <= one + 100 + 10


def test_branches_inside_steps_divide_a_batch():
    def run(chain):
        return lambda x: chain(lambda s, i: s * 1.1 if s < 1 else np.sin(s) * s * (i + 1), x, 6)

    xs = np.linspace(0.3, 1.5, 9)
    for transform in (lambda f: f, wg.grad, lambda f: wg.grad(wg.grad(f))):
        close(
            wg.vmap(transform(run(wg.checkpoint_chain)))(xs),
            wg.vmap(transform(run(plain_chain)))(xs),
        )
    close(
        wg.grad(lambda xs: np.sum(wg.vmap(run(wg.checkpoint_chain))(xs)))(xs),
        wg.grad(lambda xs: np.sum(wg.vmap(run(plain_chain))(xs)))(xs),
    )


def test_chains_in_chains():
    def run(chain):
        def fun(p):
            return chain(lambda s, i: np.sin(chain(lambda t, j: t * p + 0.1, s, 3)), p, 4)

        return fun

    for transform in (wg.grad, lambda f: wg.grad(wg.grad(f))):
        close(transform(run(wg.checkpoint_chain))(0.7), transform(run(plain_chain))(0.7))
        xs = np.array([0.3, 0.7])
        close(
            wg.vmap(transform(run(wg.checkpoint_chain)))(xs),
            wg.vmap(transform(run(plain_chain)))(xs),
        )


def test_steps_that_do_nothing_or_forget():
    assert wg.checkpoint_chain(lambda s, i: s, 3.0, 5) == 3.0
    assert wg.grad(lambda x: wg.checkpoint_chain(lambda s, i: s, x, 5))(3.0) == 1.0
    assert wg.grad(lambda x: wg.checkpoint_chain(lambda s, i: 1.0, x, 5))(3.0) == 0.0
    assert (
        wg.grad(lambda x: wg.checkpoint_chain(lambda s, i: s * 2 if i else 1.0, x, 5))(3.0) == 0.0
    )


def test_custom_rules_and_foreign_functions_inside():
    @wg.custom_vjp
    def clipped(x):
        return np.sum(x * x)

    clipped.defvjp(lambda x: (np.sum(x * x), x), lambda x, ct: (np.clip(ct * x, -0.2, 0.2),))

    @wg.primitive
    def foreign(x):
        return np.asarray(x) ** 2

    foreign.defvjp(lambda ct, out, x: ct * 2 * x)

    def run(wrap, chain):
        return lambda x: wrap(clipped)(
            chain(lambda s, i: wrap(foreign)(s) * 0.5 + clipped(s) * s * 0.1, x, 4)
        )

    close(
        wg.grad(run(wg.checkpoint, wg.checkpoint_chain))(X),
        wg.grad(run(lambda fun: fun, plain_chain))(X),
    )


def test_what_is_no_floating_number_goes_along():
    def run(chain, *names):
        def fun(x):
            def step(s):
                y, k, name = s
                return np.sin(y) * (k + 1), k + 1, name[1:] + name[:1]

            y, k, name = chain(step, (x, 0, "abc"), 5)
            assert (k, name) == (5, "cab")
            return np.sum(y)

        return fun

    def plain(step, state, length):
        for _ in range(length):
            state = step(state)
        return state

    for transform in (wg.grad, wg.hessian, lambda f: lambda x: wg.vmap(wg.grad(f))(x[:, None])):
        close(transform(run(wg.checkpoint_chain))(X), transform(run(plain))(X))


def test_steps_with_and_without_a_number():
    for step in (lambda s: s * 2, lambda s, scale=2: s * scale, np.exp2):
        wanted = 3.0
        for _ in range(2):
            wanted = step(wanted)
        assert wg.checkpoint_chain(step, 3.0, 2) == wanted
    assert wg.checkpoint_chain(lambda s, i: s + i, 3.0, 4) == 9.0
    assert wg.checkpoint_chain(lambda s, i, /: s + i, 3.0, 4) == 9.0


def test_mixed_precision():
    def run(chain):
        def fun(x):
            s = chain(
                lambda s, i: (s[0] * 1.5, s[1] + np.sum(s[0])), (x.astype(np.float32), x * 1.0), 4
            )
            assert [part.dtype for part in s] == [np.float32, np.float64]
            return np.sum(s[0]) + np.sum(s[1])

        return fun

    np.testing.assert_allclose(
        wg.grad(run(wg.checkpoint_chain))(X), wg.grad(run(plain_chain))(X), rtol=1e-6
    )


def without_derivative(s, i):
    if i != 1:
        return np.sin(s) * np.cos(s)
    with wg.no_grad():
        factor = np.cos(s)
    return np.sin(s) * factor


MATRIX = wg.tensor(np.random.default_rng(4).normal(size=(30, 30)))


def transposed(s, i):
    return np.tanh((MATRIX if i % 2 else MATRIX.T) @ s)


@pytest.mark.parametrize("step", [without_derivative, transposed])
def test_steps_that_differ_in_little_are_not_taken_for_equal(step):
    x = np.linspace(0.1, 1.0, 30)
    wanted = wg.grad(lambda x: np.sum(plain_chain(step, x, 4)))(x)
    close(wg.grad(lambda x: np.sum(wg.checkpoint_chain(step, x, 4)))(x), wanted)


def test_a_step_that_fails_leaves_its_state_untracked():
    held = []

    def step(s, i):
        held.append(s)
        if i == 2:
            raise KeyError(i)
        return s * 2

    with pytest.raises(KeyError):
        wg.checkpoint_chain(step, X, 5)
    assert len(held) == 3
    for state in held:  # it stands for the state of every step
        with pytest.raises(wg.TraceError, match="state of each step"):
            np.sin(state)


def test_a_length_that_nobody_lives_to_see():
    def step(s, i):
        raise KeyError(i)

    for length in (10**15, 2**62):
        with pytest.raises(KeyError):
            wg.checkpoint_chain(step, X, length)
    with pytest.raises(wg.ShapeError, match="length is"):
        wg.checkpoint_chain(step, X, 2**70)
    for how in ({"snapshots": 2**70}, {"budget": 2**70}, {"snapshots": 2**62}):
        assert wg.checkpoint_chain(lambda s, i: s * 2, 1.0, 3, **how) == 8.0


def test_misuse():
    chain = wg.checkpoint_chain
    with pytest.raises(wg.DTypeError, match="a function is needed"):
        wg.checkpoint(3)
    with pytest.raises(wg.DTypeError, match="a function is needed"):
        wg.checkpoint(np.sin, policy="matmul")
    with pytest.raises(wg.DTypeError, match="float64 for a part of the state that is no floating"):
        chain(lambda s: s * 0.5, 3, 2)
    with pytest.raises(wg.DTypeError, match="step returned complex128"):
        chain(lambda s, i: s * 1j, 1.0, 2)
    with pytest.raises(wg.ShapeError, match=r"shape \(2,\).* of shape \(3,\)"):
        chain(lambda s, i: s[:2], np.ones(3), 2)
    for state, nothing in ((1.0, None), ([1.0, 2.0], [1.0, None]), ({"a": X}, None)):
        with pytest.raises(wg.DTypeError, match="step returned no array or number"):
            chain(lambda s, i, nothing=nothing: nothing, state, 2)
    with pytest.raises(ValueError, match="step returned"):
        chain(lambda s, i: {"b": s["a"]}, {"a": 1.0}, 2)
    for length in (-1, 2.0, True, None):
        with pytest.raises(wg.ShapeError, match="length is"):
            chain(lambda s, i: s, 1.0, length)
    with pytest.raises(wg.ShapeError, match="snapshots is 0"):
        chain(lambda s, i: s, 1.0, 2, snapshots=0)
    with pytest.raises(wg.ShapeError, match="both given"):
        chain(lambda s, i: s, 1.0, 2, snapshots=1, budget=8)
    assert chain(lambda s, i: s + 1, 1.0, 3, budget=100) == 4.0
