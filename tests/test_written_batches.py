"""Batches as people write them: branches, loops and exceptions of examples, indices, shared arguments.

Each is held against a value found another way: a closed form, a plain loop, or a matrix written down.
"""

import numpy as np

import wengert as wg
from closeness import close

# Branches, loops and exceptions under vmap


def test_slopes_of_a_function_in_two_pieces():
    def f(x):
        return x**2 if x > 0 else x**3

    x = np.linspace(-1, 1, 9)
    close(wg.vmap(wg.grad(f))(x), np.where(x > 0, 2 * x, 3 * x * x))
    close(wg.vmap(wg.grad(wg.grad(f)))(x), np.where(x > 0, 2.0, 6 * x))
    close(wg.grad(lambda x: np.sum(wg.vmap(wg.grad(f))(x)))(x), np.where(x > 0, 2.0, 6 * x))


def test_a_vector_normalized_unless_it_is_zero():
    def unit(v):
        return v * 0 if np.all(v == 0) else v / np.sqrt(v @ v)

    v = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0], [-1.0, 0.0]])
    wanted = np.array([np.zeros(2), [0.032, -0.024], np.zeros(2), [0.0, 0.0]])
    wanted[1] = (np.eye(2) / 5 - np.outer(v[1], v[1]) / 125)[0]
    close(wg.vmap(wg.grad(lambda v: unit(v)[0]))(v), wanted)


def test_a_loop_of_alternating_steps():
    def f(x):
        for i in range(130):
            x = x + 0.01 if i % 2 == 0 else x * 1.001
        return x

    close(wg.grad(f)(1.0), 1.001**65)
    close(wg.vmap(wg.grad(f))(np.ones(3)), np.full(3, 1.001**65))

    def chained(x):
        return wg.checkpoint_chain(lambda s, i: s + 0.01 if i % 2 == 0 else s * 1.001, x, 130)

    close(wg.vmap(wg.grad(chained))(np.ones(3)), np.full(3, 1.001**65))


def test_the_smallest_so_far_of_neighbours():
    def smallest(x):
        m = x[0]
        for k in range(1, 5):
            m = min(x[k], m)
        return m

    x = np.array([[3.0, 1.0, 2.0, 1.0, 5.0], [0.0, 1.0, 2.0, 3.0, 4.0], [5.0, 4.0, 3.0, 2.0, 1.0]])
    close(wg.vmap(wg.grad(smallest))(x), np.eye(5)[[3, 0, 4]])  # of equal ones, the last


def test_an_exception_that_some_examples_raise():
    def root(x):
        if x < 0:
            raise ValueError(x)
        return np.sqrt(x)

    def guarded(x, y):
        try:
            return root(x) * y
        except ValueError:
            return x * y * y

    x, y = np.array([4.0, -1.0, 9.0, -2.0]), np.array([1.0, 2.0, 3.0, 4.0])
    dx = wg.vmap(wg.grad(guarded))(x, y)
    close(dx, [0.25, 4.0, 0.5, 16.0])
    dy = wg.vmap(wg.grad(wg.checkpoint(guarded), 1))(x, y)
    close(dy, [2.0, -4.0, 3.0, -16.0])


def test_newtons_method_stops_when_it_likes():
    def root(a):
        x = 1 + a
        for _ in range(50):
            step = (x * x - a) / (2 * x)
            if abs(step) < 1e-15 * abs(x):
                break
            x = x - step
        return x

    a = np.array([0.01, 1.0, 2.0, 1e4])
    close(wg.vmap(wg.grad(root))(a), 0.5 / np.sqrt(a))
    close(wg.grad(lambda a: np.sum(wg.vmap(wg.checkpoint(root))(a)))(a), 0.5 / np.sqrt(a))


def test_columns_chosen_by_a_mask_of_each_example():
    x = np.arange(12.0).reshape(3, 4)
    mask = np.array([[True, False, True, False], [False] * 4, [True] * 4])
    close(wg.vmap(lambda m: x[:, m].sum(-1))(mask), [x[:, m].sum(-1) for m in mask])
    found = wg.grad(lambda x: np.sum(wg.vmap(lambda m: np.sum(x[:, m] ** 2))(mask)))(x)
    close(found, sum(2 * x * m for m in mask))


# Batches: axes, indices, shared arguments


def test_gathers_along_a_later_axis():
    rng = np.random.default_rng(0)
    x, index = rng.normal(size=(2, 3, 4, 5)), np.array([0, 0, 1])

    def f(a):
        return np.sum(a[index] ** 2 * np.arange(1.0, 4.0).reshape((3,) + (1,) * (a.ndim - 1)))

    weights = np.array([3.0, 3.0])  # 1 + 2 for row 0, 3 for row 1
    for axis in range(1, 4):
        found = wg.vmap(wg.grad(f), in_axes=axis, out_axes=axis)(x)
        close(found, 2 * x * weights.reshape(2, 1, 1, 1))


def test_indices_within_two_batches():
    x, index = np.arange(24.0).reshape(2, 3, 4), np.array([3, 1])
    inner = wg.vmap(lambda a, i: a[i], in_axes=(0, None))
    close(wg.vmap(inner)(x, index), [x[k][:, index[k]] for k in range(2)])
    square = wg.grad(lambda x: np.sum(wg.vmap(inner)(x, index) ** 2))(x)
    wanted = np.zeros_like(x)
    for k in range(2):
        wanted[k, :, index[k]] = 2 * x[k, :, index[k]]
    close(square, wanted)


def test_an_order_found_by_each_example():
    x = np.random.default_rng(1).normal(size=(6, 3))
    weights = np.array([1.0, 10.0, 100.0])
    found = wg.vmap(wg.grad(lambda v: np.sum(v[np.argsort(v)] * weights)))(x)
    close(found, weights[np.argsort(np.argsort(x, axis=1), axis=1)])


def test_a_pullback_in_a_batch_with_a_shared_cotangent():
    x, ct = np.random.default_rng(2).normal(size=(5, 3, 2)), np.array([1.0, -2.0, 0.5])
    found = wg.vmap(lambda a, c: wg.vjp(lambda a: np.exp(a).sum(1), a)[1](c)[0], (0, None))(x, ct)
    close(found, np.exp(x) * ct[:, None])


def test_a_direction_of_what_no_batch_changes():
    rng = np.random.default_rng(3)
    x, t = rng.normal(size=(4, 2)), rng.normal(size=(4, 2))

    def pushed(scale, x):
        return wg.jvp(lambda x: x.T @ x, [x], [t])[1] * scale

    found = wg.vmap(wg.vmap(pushed, (0, None)), (0, None))(np.ones((3, 2)), x)
    close(found, np.broadcast_to(x.T @ t + t.T @ x, (3, 2, 2, 2)))


def test_a_tangent_that_meets_only_constants_in_a_batch():
    c = np.array([1.0, 2.0, 3.0])

    def f(x):
        return wg.vmap(lambda k: (k * k, k * x), 0)(c)

    (constant, scaled), (none, slope) = wg.jvp(f, [2.0], [1.0])
    close(constant, c * c)
    close(none, np.zeros(3))
    close(scaled, 2 * c)
    close(slope, c)


def test_the_divergence_of_a_field_of_directions():
    xy = np.random.default_rng(4).normal(size=(7, 2))
    jacobians = wg.vmap(wg.jacrev(lambda p: p / np.linalg.norm(p, keepdims=True)))(xy)
    close(np.trace(jacobians, axis1=1, axis2=2), 1 / np.hypot(*xy.T))


def test_the_kernel_of_a_network_by_both_modes():
    w, x1, x2 = (
        np.array([[1.0, 0.5], [1.0, 1.1]]),
        np.eye(2)[:1],
        np.array([[0.3, -0.2], [1.0, 2.0]]),
    )

    def net(w, x):
        return 1 / (1 + np.exp(-(x @ w)))

    def kernel(a, b):
        pullback = wg.vjp(lambda w: net(w, a), w)[1]

        def column(v):
            return wg.jvp(lambda w: net(w, b), [w], [pullback(v)[0]])[1]

        return wg.vmap(column)(np.eye(2))

    found = wg.vmap(wg.vmap(kernel, (None, 0)), (0, None))(x1, x2)
    for i, a in enumerate(x1):
        for j, b in enumerate(x2):
            sa, sb = net(w, a), net(w, b)
            close(found[i, j], np.diag(a @ b * sa * (1 - sa) * sb * (1 - sb)))
