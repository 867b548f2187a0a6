"""Derivatives as people nest them, of functions that close over one another's variables.

Each is held against a value found another way: a closed form, a plain loop, or a matrix written down.
"""

import numpy as np

import wengert as wg
from closeness import close


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
