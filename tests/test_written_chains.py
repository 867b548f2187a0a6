"""Chains of steps as people write them, and checkpoints inside of one another.

Each is held against a value found another way: a closed form, a plain loop, or a matrix written down.
"""

import numpy as np

import wengert as wg
from closeness import close


def test_an_integer_in_the_state_decides_the_step():
    def end(x, start):
        def step(s):
            x, k = s
            return (np.sin(x) if k % 2 else x * x, k + 1)

        return wg.checkpoint_chain(step, (x, start), 4, snapshots=2)[0]

    def plain(x, k):
        slope = 1.0
        for i in range(k, k + 4):
            slope, x = (slope * np.cos(x), np.sin(x)) if i % 2 else (slope * 2 * x, x * x)
        return slope

    x, start = np.array([0.4, 0.9, 0.7]), np.array([0, 1, 2])
    wanted = [plain(a, b) for a, b in zip(x, start, strict=True)]
    close([wg.grad(end)(a, int(b)) for a, b in zip(x, start, strict=True)], wanted)
    close(wg.vmap(wg.grad(end))(x, start), wanted)
    close(wg.vmap(lambda x, k: wg.jvp(lambda x: end(x, k), [x], [1.0])[1])(x, start), wanted)


def test_a_recurrence_of_two_steps_back():
    xs = np.random.default_rng(11).normal(size=(7, 2))

    def end(xs, a):
        def step(s, x):
            return (s[1], a * s[1] + 0.5 * s[0] + x[0] * x[1])

        return wg.checkpoint_chain(step, (0.0, 1.0), xs=xs, snapshots=2)[1]

    def plain(xs, a):
        s, slope = [0.0, 1.0], [0.0, 0.0]
        for x in xs:
            s, slope = (
                [s[1], a * s[1] + 0.5 * s[0] + x[0] * x[1]],
                [slope[1], s[1] + a * slope[1] + 0.5 * slope[0]],
            )
        return s[1], slope[1]

    a = np.array([0.3, -0.7])
    wanted = [plain(xs, k) for k in a]
    close(wg.vmap(end, (None, 0))(xs, a), [v for v, _ in wanted])
    close(wg.vmap(wg.grad(end, 1), (None, 0))(xs, a), [g for _, g in wanted])
    batch = np.stack([xs, 2 * xs], axis=1)
    close(
        wg.vmap(wg.grad(end, 1), (1, 0))(batch, a),
        [plain(k * xs, b)[1] for k, b in zip((1, 2), a, strict=True)],
    )
    weights = [1.0]
    before = 0.0
    for _ in range(6):
        weights, before = [*weights, 0.3 * weights[-1] + 0.5 * before], weights[-1]
    close(wg.grad(end)(xs, 0.3), xs[:, ::-1] * np.array(weights[::-1])[:, None])


def test_only_the_last_step_is_differentiated():
    def last(x, theta):
        end = wg.checkpoint_chain(lambda s: s * theta, x, 5)
        return theta * wg.stop_gradient(end)

    close(wg.grad(last, 1)(2.0, 1.5), 2.0 * 1.5**5)
    close(wg.grad(lambda t: wg.grad(last, 1)(2.0, t))(1.5), 0.0)
    close(wg.vmap(wg.grad(last, 1))(np.array([1.0, 2.0]), np.array([1.5, 0.5])), [1.5**5, 2 / 32])


def test_decay_integrated_for_every_rate():
    def end(rate, y):
        def step(y):
            k1 = -rate * y
            k2 = -rate * (y + 0.05 * k1)
            k3 = -rate * (y + 0.05 * k2)
            k4 = -rate * (y + 0.1 * k3)
            return y + 0.1 / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

        return wg.checkpoint_chain(step, y, 10, snapshots=3)

    rate = np.array([0.5, 1.0, 2.0])
    z = -0.1 * rate
    growth = 1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24
    slope = -(1 + z + z**2 / 2 + z**3 / 6)
    wanted = 10 * growth**9 * 0.1 * slope * 3.0
    close(wg.vmap(wg.grad(end), (0, None))(rate, 3.0), wanted)
    close(wg.grad(lambda r: np.sum(wg.vmap(end, (0, None))(r, 3.0)))(rate), wanted)
    close(wg.vmap(wg.grad(wg.checkpoint(end)), (0, None))(rate, 3.0), wanted)


def test_a_gradient_inside_of_checkpoints_inside_of_one_another():
    energy = wg.checkpoint(lambda x: np.sum(np.sin(x) ** 2))
    force = wg.checkpoint(lambda x: -wg.grad(energy)(x))
    x = np.array([0.1, 0.7])
    close(wg.grad(lambda x: np.sum(wg.checkpoint(force)(x)))(x), -2 * np.cos(2 * x))
    close(wg.vmap(wg.jacfwd(force))(np.stack([x, x])), [np.diag(-2 * np.cos(2 * x))] * 2)
