"""Rules as people state them: what they close over, and what they return.

Each is held against a value found another way: a closed form, a plain loop, or a matrix written down.
"""

import numpy as np

import wengert as wg
from closeness import close


def test_a_rule_that_closes_over_an_example():
    def f(x, y):
        @wg.custom_vjp
        def go(y):
            return y * y

        go.defvjp(lambda y: (y * y, y), lambda y, ct: (ct * x * y,))
        return go(y)

    x, y = np.array([1.0, 2.0, 3.0]), 2.0
    close(wg.vmap(f, (0, None))(x, y), np.full(3, 4.0))
    close(wg.vmap(wg.grad(f, 1), (0, None))(x, y), x * y)
    close(wg.vmap(wg.grad(wg.grad(f, 1)), (0, None))(x, y), np.full(3, y))


@wg.custom_jvp
def counted(x):
    return x * x, np.sum(x > 1)


@counted.defjvp
def counted_rule(primals, tangents):
    (x,), (t,) = primals, tangents
    return counted(x), (3 * x * t, None)


def test_a_rule_with_a_value_that_is_an_integer():
    x = np.array([[0.5, 2.0], [3.0, 4.0]])

    def f(x):
        y, n = counted(x)
        return y * n

    (value, slope) = wg.jvp(wg.vmap(f), [x], [np.ones((2, 2))])
    close(value, x * x * [[1], [2]])
    close(slope, 3 * x * [[1], [2]])
    close(wg.vmap(wg.grad(lambda x: np.sum(f(x))))(x), 3 * x * [[1], [2]])
    close(
        wg.vmap(wg.jacfwd(wg.checkpoint(f)))(x),
        [np.diag(3 * r * k) for r, k in zip(x, (1, 2), strict=True)],
    )


def test_a_rule_whose_tangent_is_zero_in_a_batch():
    @wg.custom_jvp
    def stepped(x):
        return np.floor(x) + 1

    stepped.defjvp(lambda primals, tangents: (stepped(*primals), None))
    x = np.array([0.5, 1.5])
    value, slope = wg.jvp(wg.vmap(stepped), [x], [np.ones(2)])
    close(value, [1.0, 2.0])
    close(slope, np.zeros(2))
    close(wg.grad(lambda x: np.sum(wg.vmap(stepped)(x) * x))(x), [1.0, 2.0])


def test_a_rule_with_integers_among_its_arguments():
    @wg.custom_vjp
    def scaled(x, n, label):
        return x * n

    scaled.defvjp(lambda x, n, label: (x * n, n), lambda n, ct: (10 * ct * n, None, None))
    x, n = np.array([1.0, 2.0]), np.array([3, 4])
    close(wg.grad(lambda x: np.sum(scaled(x, n, 7)))(x), 10 * n)
    close(wg.vmap(wg.grad(lambda x, n: scaled(x, n, 7)))(x, n), 10 * n)
    close(wg.vmap(wg.grad(wg.checkpoint(lambda x, n: scaled(x, n, 7))))(x, n), 10 * n)


def test_a_cotangent_of_another_dtype_is_kept():
    @wg.custom_vjp
    def doubled(x):
        return 2 * x

    doubled.defvjp(lambda x: (2 * x, None), lambda _, ct: (np.float64(2) * ct.astype(np.float64),))
    found = wg.grad(lambda x: np.sum(doubled(x) * 3))(np.ones(2, np.float32))
    assert found.dtype == np.float32
    close(found, [6.0, 6.0])


def test_an_expectation_over_noise_with_a_rule():
    noise = np.random.default_rng(10).normal(size=(4, 3))

    @wg.custom_jvp
    def best(scores):
        return np.eye(3)[np.argmax(scores)]

    best.defjvp(lambda p, t: (best(*p), t[0] * 0))

    @wg.custom_jvp
    def smoothed(scores):
        return np.mean(wg.vmap(lambda z: best(scores + z))(noise), axis=0)

    @smoothed.defjvp
    def smoothed_rule(primals, tangents):
        (s,), (t,) = primals, tangents
        choices = wg.vmap(lambda z: best(s + z))(noise)
        return smoothed(s), np.mean(choices * (noise @ t)[:, None], axis=0)

    s, c = np.array([0.1, 0.2, 0.3]), np.array([1.0, 2.0, 3.0])
    picks = np.argmax(s + noise, axis=1)
    wanted = np.mean(c[picks][:, None] * noise, axis=0)
    close(wg.grad(lambda s: c @ smoothed(s))(s), wanted)
    rows = wg.vmap(wg.grad(lambda s: c @ smoothed(s)))(np.stack([s, s]))
    close(rows, np.stack([wanted, wanted]))


def test_a_mask_carried_beside_a_rule_along_a_chain():
    @wg.custom_jvp
    def masked(x, mask):
        return x * mask

    masked.defjvp(lambda p, t: (masked(*p), 2 * t[0] * p[1]))
    mask = np.array([True, False, True])

    def loss(x):
        def step(s):
            return {"x": masked(s["x"], s["mask"]), "mask": s["mask"]}

        return np.sum(wg.checkpoint_chain(step, {"x": x, "mask": mask}, 3)["x"])

    close(wg.grad(loss)(np.ones(3)), [8.0, 0.0, 8.0])
    close(wg.vmap(wg.grad(loss))(np.ones((2, 3))), np.array([[8.0, 0.0, 8.0]] * 2))
