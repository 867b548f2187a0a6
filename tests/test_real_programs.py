"""Programs as people write them, where differentiation has gone wrong without an error elsewhere.

Each is held against a value found another way: a closed form, a plain loop, or a matrix written down.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import wengert as wg


def close(found, wanted, rtol=1e-10):
    np.testing.assert_allclose(np.asarray(found), np.asarray(wanted), rtol=rtol, atol=1e-12)


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


# Nested derivatives that close over one another


def test_mixed_derivatives_of_a_lagrangian():
    m = np.array([1.0, 2.0])

    def lagrangian(q, v):
        return np.sum(m * v * v) / 2 * q[0] - 9.8 * q[1] * v[0]

    q, v = np.array([1.5, 2.0]), np.array([3.0, 4.0])
    momentum = wg.jacfwd(lambda q: wg.grad(lambda v: lagrangian(q, v))(v))(q)
    close(momentum, np.array([[m[0] * v[0], -9.8], [m[1] * v[1], 0.0]]))
    backwards = wg.jacrev(lambda q: wg.grad(lambda v: lagrangian(q, v))(v))(q)
    close(backwards, momentum)


def test_a_hamiltonian_by_legendres_transformation():
    m = np.array([1.0, 2.0])

    def lagrangian(q, v):
        return np.sum(m * (1 + q * q) * v * v) / 2 - q @ q

    def hamiltonian(q, p):
        zero = np.zeros(2)
        momenta = wg.grad(lambda v: lagrangian(q, v))
        mass = wg.jacfwd(momenta)(zero)
        v = (p - momenta(zero)) / np.diag(mass)
        return v @ p - lagrangian(q, v)

    q, p = np.array([0.5, -1.0]), np.array([3.0, 4.0])
    close(hamiltonian(q, p), np.sum(p * p / (2 * m * (1 + q * q))) + q @ q)
    force = -p * p * q / (m * (1 + q * q) ** 2) + 2 * q
    close(wg.grad(hamiltonian)(q, p), force)
    close(wg.jacfwd(hamiltonian)(q, p), force)


def test_a_variable_bound_anew_by_the_function_itself():
    def outer(x):
        def f(y):
            nonlocal x
            x = x * y
            return x

        wg.grad(f)(1.0)
        return wg.grad(f)(1.0)

    close(outer(2.0), 2.0)
    close(wg.grad(outer)(2.0), 1.0)


def test_a_derivative_in_what_an_inner_function_closes_over():
    def in_what_is_closed_over(x):
        return wg.grad(lambda z: z * wg.grad(lambda y: y * (z - y))(x))(x)

    close(in_what_is_closed_over(1.0), 0.0)  # z (z - 2 x) has the slope 2 z - 2 x
    close(wg.grad(in_what_is_closed_over)(1.0), 0.0)
    close(wg.grad(lambda x: wg.grad(lambda z: x * (z - x))(2.0) * x)(1.0), 2.0)

    def two_levels(p):
        return wg.jvp(lambda x: wg.jvp(lambda z: p[0] * z * z * z, [x], [1.0])[1], [2.0], [1.0])[1]

    close(wg.grad(two_levels)(np.array([3.0])), [12.0])


def test_the_weights_of_a_hamiltonian_learnt_from_its_flow():
    rng = np.random.default_rng(5)
    a, z, rate = rng.normal(size=(4, 4)), rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    turn = np.block([[np.zeros((2, 2)), np.eye(2)], [-np.eye(2), np.zeros((2, 2))]])

    def loss(a):
        energy = wg.grad(lambda z: z @ a @ z / 2)
        return np.sum((wg.vmap(energy)(z) @ turn.T - rate) ** 2)

    # The flow is turn S z with S = (a + a^T) / 2, linear in a.
    back = 2 * turn.T @ (turn @ ((a + a.T) / 2) @ z.T - rate.T) @ z
    close(wg.grad(loss)(a), (back + back.T) / 2)


def test_a_residual_of_a_differential_equation():
    x, w = np.linspace(-1, 1, 5), np.array([0.3, -0.8, 1.1])

    def u(w, x):
        return np.sum(np.tanh(w * x))

    def loss(w):
        second = wg.vmap(wg.grad(wg.grad(lambda x: u(w, x))))(x)
        return np.sum((second + x) ** 2)

    t = np.tanh(np.outer(x, w))
    s = 1 - t * t
    residual = np.sum(-2 * w * w * t * s, axis=1) + x
    change = -4 * w * t * s - 2 * w * w * x[:, None] * (s * s - 2 * t * t * s)
    close(loss(w), residual @ residual)
    close(wg.grad(loss)(w), 2 * residual @ change)
    close(wg.jacfwd(loss)(w), 2 * residual @ change)


def test_a_gradient_through_steps_of_descent():
    rng = np.random.default_rng(6)
    a, b, w = np.diag([1.0, 2.0, 3.0]), rng.normal(size=3), rng.normal(size=3)

    def tuned(rate, w, step):
        def inner(w):
            return w @ a @ w / 2 - b @ w

        def descend(w):
            return w - rate * wg.grad(inner)(w)

        return np.sum(step(descend, w) ** 2)

    def plain(step, w):
        for _ in range(5):
            w = step(w)
        return w

    def chain(step, w):
        return wg.checkpoint_chain(step, w, 5, snapshots=2)

    best, d = b / np.diag(a), np.diag(a)
    after = best + (1 - 0.1 * d) ** 5 * (w - best)
    slope = 2 * after @ (-5 * d * (1 - 0.1 * d) ** 4 * (w - best))
    for step in (plain, chain, wg.checkpoint(plain)):
        close(wg.grad(tuned)(0.1, w, step), slope)
        close(wg.grad(tuned, 1)(0.1, w, step), 2 * after * (1 - 0.1 * d) ** 5)


# Functions defined by an equation, and linear operators with a rule of their own


@wg.custom_vjp
def cube_root(a):
    return np.cbrt(a)


def cube_root_fwd(a):
    y = cube_root(a)
    return y, y


def cube_root_bwd(y, ct):
    slope = wg.elementwise_grad(lambda y: y**3)  # by the implicit function theorem, at any order
    return (ct / slope(y),)


cube_root.defvjp(cube_root_fwd, cube_root_bwd)


def test_an_implicit_function_at_every_order():
    a = np.array([0.5, 2.0, 8.0])
    close(wg.vmap(wg.grad(cube_root))(a), a ** (-2 / 3) / 3)
    close(wg.vmap(wg.grad(wg.grad(cube_root)))(a), -2 * a ** (-5 / 3) / 9)
    close(wg.jvp(wg.grad(cube_root), [2.0], [1.0])[1], -2 * 2.0 ** (-5 / 3) / 9)
    close(wg.grad(wg.grad(wg.grad(cube_root)))(2.0), 10 * 2.0 ** (-8 / 3) / 27)
    close(
        wg.hessian(lambda a: np.sum(wg.checkpoint(cube_root)(a)))(a),
        np.diag(-2 * a ** (-5 / 3) / 9),
    )


@wg.primitive
def solve(a, b):
    return np.linalg.solve(a, b)


def outer(x, y):
    return x[:, None] * y[None, :]


solve.defvjp(
    lambda ct, x, a, b: -outer(solve(a.T, ct), x),
    lambda ct, x, a, b: solve(a.T, ct),
)


def test_a_solution_of_linear_equations():
    rng = np.random.default_rng(7)
    a, b, c = rng.normal(size=(3, 3)) + 3 * np.eye(3), rng.normal(size=3), rng.normal(size=3)
    inverse = np.linalg.inv(a)
    ga, gb = wg.grad(lambda a, b: c @ solve(a, b), (0, 1))(a, b)
    close(ga, -np.outer(inverse.T @ c, inverse @ b))
    close(gb, inverse.T @ c)
    t = rng.normal(size=(3, 3))
    close(wg.jvp(lambda a: solve(a, b), [a], [t])[1], -inverse @ t @ inverse @ b)
    second = wg.jvp(lambda a: wg.jvp(lambda a: solve(a, b), [a], [t])[1], [a], [t])[1]
    close(second, 2 * inverse @ t @ inverse @ t @ inverse @ b)
    crossed = wg.hvp(lambda a: c @ solve(a, b), [a], [t])
    y, x = inverse.T @ c, inverse @ b
    close(crossed, np.outer(inverse.T @ t.T @ y, x) + np.outer(y, inverse @ t @ x))
    transposed = wg.linear_transpose(lambda b: solve(a, b), b)(c)[0]
    close(transposed, inverse.T @ c)


@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
def test_a_complex_operator_is_transposed_without_conjugation(dtype):
    rng = np.random.default_rng(8)
    a = (rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)) + 3 * np.eye(3)).astype(complex)
    a = (a + a.T).real.astype(dtype) if dtype == np.float64 else a + a.T
    b = rng.normal(size=3).astype(dtype)
    inverse = np.linalg.inv(a)
    # A symmetric matrix serves its own transpose; a Hermitian one would not.
    close(wg.vjp(lambda b: solve(a, b), b)[1](b)[0], inverse.T @ b)
    grads = wg.vmap(wg.jacrev(lambda b: np.real(solve(a, b)) ** 2))(np.stack([b, 2 * b]))
    for k, row in enumerate([b, 2 * b]):
        close(grads[k], 2 * np.real(inverse @ row)[:, None] * inverse)


@wg.custom_vjp
def fourier(x):
    return transform(x)


@wg.primitive
def transform(x):
    return np.fft.fft(x)


transform.defjvp(lambda t, y, x: transform(t))
fourier.defvjp(lambda x: (fourier(x), None), lambda _, ct: (transform(ct),))


@pytest.mark.parametrize("wrap", [lambda f: f, wg.checkpoint])
@pytest.mark.parametrize("to", [transform, fourier])
def test_an_iterative_solver_with_transforms_inside(wrap, to):
    n = 8
    rng = np.random.default_rng(9)
    symbol, source = rng.uniform(0.1, 0.4, n), rng.normal(size=n) + 0j
    matrix = np.fft.fft(np.eye(n)) / n

    def solution(speed):
        f = wrap(lambda u: 0.5 * speed * to(symbol * to(u)) / n)
        u = source
        for _ in range(60):
            u = source + f(u)
        return np.sum(np.real(u * np.conj(u)))

    speed = rng.uniform(0.5, 1.0, n)
    a = np.eye(n) - 0.5 * speed[:, None] * (n * matrix @ np.diag(symbol) @ matrix)
    u = np.linalg.solve(a, source)
    y = np.linalg.solve(a.conj().T, 2 * u)
    change = 0.5 * n * matrix @ (symbol * (matrix @ u))
    close(solution(speed), np.sum(abs(u) ** 2), 1e-9)
    close(wg.grad(solution)(speed), np.real(np.conj(y) * change), 1e-8)
    close(wg.jacfwd(solution)(speed), np.real(np.conj(y) * change), 1e-8)


# Rules of one's own: what they close over, what they return


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


# Chains


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


# Kinks, corners and empty operands


def test_a_root_beside_a_branch_that_is_not_taken():
    def f(x):
        return np.where(x > 0, np.sqrt(x), 0.0)

    x = np.array([-3.0, -1.0, 4.0])
    close(wg.vmap(wg.grad(f))(x), [0.0, 0.0, 0.25])
    close(wg.vmap(wg.grad(wg.grad(f)))(x), [0.0, 0.0, -1 / 32])
    close(wg.vmap(wg.grad(wg.grad(wg.grad(f))))(x), [0.0, 0.0, 3 / 8 * 4**-2.5])
    close(wg.jvp(wg.grad(lambda x: np.sum(f(x))), [x], [np.ones(3)])[1], [0.0, 0.0, -1 / 32])


def test_half_of_a_squared_distance_at_its_minimum():
    y = np.array([1.0, 2.0])
    close(wg.grad(lambda x: np.linalg.norm(x - y) ** 2 / 2)(y), np.zeros(2))
    kernel = wg.jacfwd(wg.grad(lambda a, b: np.exp(-np.sum((a - b) ** 2))), 1)(y, y)
    close(kernel, 2 * np.eye(2))


def test_the_hessian_of_the_largest_of_products():
    noise = np.random.default_rng(12).normal(size=(2, 50))
    x = np.array([1.0, 2.0])

    def f(x):
        return np.mean(np.maximum(np.max(x[:, None] ** 2 * np.exp(noise), axis=0), 0.1))

    wins = np.argmax(x[:, None] ** 2 * np.exp(noise), axis=0)
    wanted = [2 * np.mean(np.exp(noise[k]) * (wins == k)) for k in range(2)]
    close(wg.hessian(f)(x), np.diag(wanted))
    close(wg.jacrev(wg.grad(f))(x), np.diag(wanted))


def test_differences_of_one_element():
    x = np.array([2.0])
    assert wg.jacobian(np.diff)(x).shape == (0, 1)
    close(wg.grad(lambda x: np.sum(np.diff(x) ** 2))(x), [0.0])
    assert wg.vmap(wg.jacfwd(np.diff))(np.ones((3, 1))).shape == (3, 0, 1)
    close(
        wg.vmap(wg.grad(lambda x: np.sum(np.diff(x)) + x[0] ** 2))(np.ones((3, 1))),
        np.full((3, 1), 2.0),
    )


def test_no_examples_and_no_steps():
    assert wg.vmap(wg.grad(lambda x: np.sum(x**2)))(np.ones((0, 3))).shape == (0, 3)
    x = np.array([1.0, 2.0])
    empty = np.zeros((0, 2))
    loss = wg.grad(lambda w: np.sum(wg.vmap(lambda a: w @ a)(empty)) + w @ w)
    close(loss(x), 2 * x)
    close(
        wg.grad(lambda x: np.sum(wg.checkpoint_chain(lambda s, e: s * e, x, xs=empty)))(x),
        [1.0, 1.0],
    )


def test_polar_coordinates_there_and_back():
    def back(p):
        radius, angle = np.hypot(p[0], p[1]), np.arctan2(p[1], p[0])
        return np.stack([radius * np.cos(angle), radius * np.sin(angle)])

    p = np.random.default_rng(13).normal(size=(5, 2))
    close(wg.vmap(wg.jacrev(back))(p), [np.eye(2)] * 5)
    close(wg.vmap(wg.hessian(lambda p: np.sum(back(p) ** 2)))(p), [2 * np.eye(2)] * 5)


@pytest.mark.parametrize("z", [-2 + 0.0j, complex(-2, -0.0), 2 + 0.5j, -1 - 1j])
def test_slopes_on_both_sides_of_a_cut(z):
    close(wg.grad(np.sqrt, holomorphic=True)(z), 0.5 / np.sqrt(z))
    close(wg.grad(lambda z: z**0.5, holomorphic=True)(z), 0.5 / z**0.5)
    close(
        wg.grad(lambda z: np.exp(0.3 * np.log(z)), holomorphic=True)(z),
        0.3 * np.exp(-0.7 * np.log(z)),
    )
    both = np.array([z, z + 1])
    close(wg.vmap(wg.grad(np.sqrt, holomorphic=True))(both), 0.5 / np.sqrt(both))


# dtypes


def test_dtypes_beside_python_numbers():
    x = np.zeros(2, np.float32)

    def f(x):
        q, p = x
        return np.stack([q + 1.0, 2 * p + 1.0])

    for jacobian in (wg.jacfwd, wg.jacrev):
        assert jacobian(f)(x).dtype == np.float32
        close(jacobian(f)(x), np.diag([1.0, 2.0]))
    close(wg.vjp(lambda x: x.sum(), np.ones(3, np.float32))[1](1)[0], np.ones(3))
    narrow, wide = np.float32(1), np.float64(1 + 1e-12)
    assert wg.jvp(lambda x: x * wide, [narrow], [narrow])[1].dtype == np.float64
    pair = wg.jacrev(lambda x: x)((np.float32(1), np.float64(1)))
    close([[pair[0][0], pair[0][1]], [pair[1][0], pair[1][1]]], np.eye(2))


# What is stopped, and what threads do


def test_a_mean_that_is_not_differentiated():
    def centred(x):
        with wg.no_grad():
            shift = np.mean(x)
        return x - shift

    x = np.array([1.0, 2.0, 6.0])
    close(wg.grad(lambda x: np.sum(centred(x) ** 2))(x), 2 * (x - 3))
    hessian = wg.hessian(lambda x: np.sum(centred(x) ** 2))(x)
    close(hessian, 2 * np.eye(3))
    close(wg.grad(lambda x: wg.stop_gradient({"a": [x]})["a"][0])(3.0), 0.0)
    with wg.no_grad():
        close(wg.grad(lambda x: np.sum(x**2))(x), 2 * x)


def test_derivatives_computed_by_threads_of_one_function():
    def f(x):
        def slope(k):
            return wg.grad(lambda z: np.sin(k * z))(0.3)

        with ThreadPoolExecutor(3) as pool:
            factors = list(pool.map(slope, range(8)))
        return sum(k * x**2 for k in factors)

    total = sum(k * np.cos(0.3 * k) for k in range(8))
    close(wg.grad(f)(2.0), 4 * total)
    close(wg.vmap(wg.grad(wg.grad(f)))(np.array([1.0, 2.0])), [2 * total] * 2)


# Sparse


def test_shooting_over_several_intervals():
    def flow(s):
        for _ in range(3):
            s = s + 0.1 * np.stack([s[1], -np.sin(s[0])])
        return s

    def defects(v):
        s = v.reshape(5, 2)
        return (wg.vmap(flow)(s[:-1]) - s[1:]).ravel()

    v = np.random.default_rng(14).normal(size=10)
    found = wg.jacobian(defects, sparse=True)(v)
    wanted = np.zeros((8, 10))
    for k in range(4):
        wanted[2 * k : 2 * k + 2, 2 * k : 2 * k + 2] = wg.jacfwd(flow)(v[2 * k : 2 * k + 2])
        wanted[2 * k : 2 * k + 2, 2 * k + 2 : 2 * k + 4] = -np.eye(2)
    close(found.toarray(), wanted)


def test_a_pattern_that_follows_a_branch():
    def f(x):
        r = x[1:] - x[0] if x[0] > 0 else x[1:] * x[-1]
        return np.sign(r) * r**2

    jacobian = wg.jacobian(f, sparse=True)
    for first in (1.0, -1.0, 1.0):
        x = np.array([first, 2.0, -3.0, 4.0])
        r = x[1:] - x[0] if first > 0 else x[1:] * x[-1]
        dr = np.eye(4)[1:] - np.eye(4)[0]
        if first < 0:
            dr = np.eye(4)[1:] * x[-1] + np.outer(x[1:], np.eye(4)[-1])
        close(jacobian(x).toarray(), 2 * np.abs(r)[:, None] * dr)


def test_a_pattern_that_follows_an_index_found_from_the_values():
    table = np.array([0, 2, 1, 3])
    x = np.array([0.2, 3.4, 1.1, 2.2])
    jacobian = wg.jacobian(lambda x: x[table[np.argsort(x)]] ** 2 * x[0], sparse=True)
    for point in (x, x[::-1].copy()):
        index = table[np.argsort(point)]
        wanted = 2 * point[index][:, None] * np.eye(4)[index] * point[0]
        wanted[:, 0] += point[index] ** 2
        close(jacobian(point).toarray(), wanted)
