"""Functions that people define by an equation, and linear operators with a rule of their own.

Each is held against a value found another way: a closed form, a plain loop, or a matrix written down.
"""

import numpy as np
import pytest

import wengert as wg
from closeness import close


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
