"""Loops as people write them with functions, where such loops are known to go wrong elsewhere."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from checkpoint_cases import close

N = 6
DRAW = np.random.default_rng(11)


def test_an_iteration_until_it_converges_is_differentiated_in_reverse():
    """Gram-Schmidt in a loop whose bound is computed, and a fixed point found by a loop."""

    def orthogonal(a):
        def body(i, q):
            v = a[:, i] - q @ (q.T @ a[:, i])
            return q + np.outer(v / np.linalg.norm(v), np.eye(3)[i])

        return np.sum(
            wg.fori_loop(0, np.sum(a * 0 + 1).astype(int) // 3, body, np.zeros((3, 3))) ** 3
        )

    a = DRAW.normal(size=(3, 3))
    wg.testing.check_grads(orthogonal, (a,), order=2)

    def kepler(e, mean):
        far = lambda s: np.abs(s[0] - s[1]) > 1e-14
        newton = lambda x: x - (x - e * np.sin(x) - mean) / (1 - e * np.cos(x))
        return wg.while_loop(far, lambda s: (newton(s[0]), s[0]), (mean + e, mean))[0]

    x = kepler(0.3, 1.1)
    de, dm = wg.grad(kepler, (0, 1))(0.3, 1.1)
    np.testing.assert_allclose(de, np.sin(x) / (1 - 0.3 * np.cos(x)), rtol=1e-12)
    np.testing.assert_allclose(dm, 1 / (1 - 0.3 * np.cos(x)), rtol=1e-12)


def test_the_sequence_that_is_scanned_has_its_derivatives():
    states = lambda ns: wg.scan(lambda x, n: (x + 2.0 * n,) * 2, 0.5, ns)[1]
    lower = 2 * np.tri(N)
    for jacobian in (wg.jacrev, wg.jacfwd, wg.jacobian):
        np.testing.assert_array_equal(jacobian(states)(np.arange(N) * 1.0), lower)


def test_an_integer_beside_what_is_differentiated_stays_one():
    """A counter in the state, in reverse and in forward mode."""

    def fun(x):
        step = lambda c, t: ((c[0] + 1, c[1] * x), c[1] + t * c[0])
        (count, _), ys = wg.scan(step, (0, x), np.arange(4))
        assert count == 4
        return np.sum(ys)

    for derivative in (wg.grad(fun)(2.0), wg.jacfwd(fun)(2.0)):
        assert derivative == 1 + 4 + 12 + 32


def test_weak_numbers_become_strong_one_after_the_other():
    """Each part of the state becomes float32 a step later than the one before."""
    fun = lambda c, x: ([c[0] + x, *[a + b for a, b in zip(c[1:], c[:-1], strict=True)]], c[-1])
    carry, ys = wg.scan(fun, [0.0] * 4, np.ones(7, np.float32))
    assert {part.dtype for part in carry} == {ys.dtype} == {np.dtype(np.float32)}
    assert [float(part) for part in carry] == [7, 21, 35, 35]
    assert ys.tolist() == [0, 0, 0, 0, 1, 5, 15]


def test_an_initial_number_that_is_too_narrow_is_named():
    """The smoothing of a series whose level is an integer: the error says which part of the state."""

    def step(state, x):
        level, trend = state["level"], state["trend"]
        return {"level": level + trend + 0.2 * (x - level), "trend": 0.9 * trend}, level

    series = np.array([452, 765, 549])
    with pytest.raises(TypeError, match=r"carry\['level'\] is int64 of shape .* returned float64"):
        wg.scan(step, {"level": series[0], "trend": 0.1}, series)
    assert wg.scan(step, {"level": int(series[0]), "trend": 0.1}, series)[1].shape == (3,)


def test_examples_that_would_never_end_along_the_other_branch():
    """Each branch ends for those examples alone that take it."""
    down = lambda x: wg.while_loop(lambda y: (y <= 0) | (y > 1e-3), lambda y: 0.1 * y, x)
    up = lambda x: wg.while_loop(lambda y: y < -1e-3, lambda y: 0.1 * y, x)
    fun = lambda x: wg.cond(x >= 1e-5, down, up, x)
    xs = np.array([3.0, -2.0, 0.5, -0.02, 0.0])
    steps = np.array([4, 4, 3, 2, 0])
    np.testing.assert_allclose(wg.vmap(wg.grad(fun))(xs), 0.1**steps, rtol=1e-14)


def test_no_step_is_taken_after_the_end_of_an_example():
    """A body that divides by what is zero at the end, in a batch whose examples end apart."""
    body = lambda s: (s[0] - 1, s[1] + np.sqrt(s[0]) / s[0])
    fun = lambda n: wg.while_loop(lambda s: s[0] > 0.5, body, (n, 0.0))[1]
    ns = np.array([1.0, 4.0, 2.0, 0.0])
    with wg.debug_nans():
        sums, slopes = wg.vmap(wg.value_and_grad(fun))(ns)
    terms = [np.arange(1, n + 1) for n in ns]
    np.testing.assert_allclose(sums, [np.sum(t**-0.5) for t in terms])
    np.testing.assert_allclose(slopes, [np.sum(-0.5 * t**-1.5) for t in terms])


def test_a_branch_of_one_number_beside_a_constant():
    """One branch returns a Python number, the other what is differentiated; so does one of a switch."""
    relu = lambda x: wg.cond(x > 0, lambda x: x * x, lambda x: 0.0, x)
    pick = lambda i, x: wg.switch(i, [lambda x: x, np.cos, lambda x: 2], x)
    assert [wg.grad(relu)(x) for x in (-1.0, 0.0, 3.0)] == [0, 0, 6]
    np.testing.assert_array_equal(wg.vmap(wg.grad(relu))(np.array([-1.0, 3.0])), [0, 6])
    xs = np.array([0.5, 0.5, 0.5])
    slopes = wg.vmap(wg.grad(pick, 1))(np.arange(3), xs)
    np.testing.assert_allclose(slopes, [1, -np.sin(0.5), 0])


def test_a_reversed_associative_scan_combines_from_the_end():
    a, b, c = m = DRAW.normal(size=(3, 2, 2))
    out = wg.associative_scan(np.matmul, m, reverse=True)
    np.testing.assert_allclose(out, np.stack([c @ b @ a, c @ b, c]))


def test_a_linear_recurrence_both_ways():
    """Returns and advantages of a game, summed from the end by a scan and by an associative one."""
    rewards, ends = DRAW.normal(size=(2, 9, 4)), DRAW.random((2, 9, 4)) < 0.2

    def by_scan(discount):
        step = lambda later, now: (now[0] + discount * np.where(now[1], 0.0, later),) * 2
        return wg.scan(
            step, np.zeros((2, 4)), [np.moveaxis(x, 1, 0) for x in (rewards, ends)], reverse=True
        )[1]

    def by_association(discount):
        then = lambda late, early: (late[0] * early[0], early[1] + early[0] * late[1])
        factors = np.where(ends, 0.0, discount)
        return np.moveaxis(
            wg.associative_scan(then, (factors, rewards), reverse=True, axis=1)[1], 1, 0
        )

    close(by_scan(0.9), by_association(0.9))
    for derivative in (wg.jacfwd, wg.jacrev, lambda f: wg.jacfwd(wg.jacfwd(f))):
        close(derivative(by_scan)(0.9), derivative(by_association)(0.9))


def test_an_array_in_the_state_that_is_written_to():
    """What a body writes is differentiated as it was at each step."""

    def fill(n):
        def body(i, y):
            y[i] = 0.5 * y[i - 1] + np.sin(y[i - 1])
            return y

        def loss(x):
            y = wnp.zeros(n)
            y[0] = x
            return np.sum(wg.fori_loop(1, n, body, y))

        return loss

    def plain(x):
        values = [x]
        for _ in range(19):
            values.append(0.5 * values[-1] + np.sin(values[-1]))
        return np.sum(np.stack(values))

    np.testing.assert_allclose(wg.grad(fill(20))(0.3), wg.grad(plain)(0.3), rtol=1e-13)


def test_a_map_in_batches_that_do_not_divide_its_length():
    xs = {"a": DRAW.normal(size=(7, 3)), "b": np.arange(7)}
    fun = lambda x: (x["a"] * x["b"], {"norm": np.linalg.norm(x["a"])})
    for size in (None, 0, 1, 3, 7, 10):
        products, norms = wg.map(fun, xs, batch_size=size)
        np.testing.assert_array_equal(products, xs["a"] * xs["b"][:, None])
        np.testing.assert_allclose(norms["norm"], np.linalg.norm(xs["a"], axis=1))
        total = lambda a, n=size: np.sum(wg.map(np.linalg.norm, a, batch_size=n))
        np.testing.assert_allclose(wg.grad(total)(xs["a"]), xs["a"] / norms["norm"][:, None])


def test_scans_in_scans_in_batches_of_their_own_lengths():
    """Lengths that are data: padded sequences, each read to its own end."""

    def encode(w, sequence, length):
        step = lambda i, h: np.tanh(w @ h + sequence[i])
        return np.sum(wg.fori_loop(0, length, step, np.zeros(2)))

    w, data, lengths = DRAW.normal(size=(2, 2)), DRAW.normal(size=(4, 5, 2)), np.array([5, 0, 3, 3])
    ours = wg.vmap(wg.grad(encode), in_axes=(None, 0, 0))(w, data, lengths)
    masked = lambda w, sequence, length: np.sum(
        wg.scan(
            lambda h, x: (np.where(x[1] < length, np.tanh(w @ h + x[0]), h), None),
            np.zeros(2),
            (sequence, np.arange(5)),
        )[0]
    )
    close(ours, wg.vmap(wg.grad(masked), in_axes=(None, 0, 0))(w, data, lengths))
