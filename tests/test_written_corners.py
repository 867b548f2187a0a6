"""Functions as people write them at kinks, cuts and corners, of several dtypes, stopped, and in threads.

Each is held against a value found another way: a closed form, a plain loop, or a matrix written down.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import wengert as wg
from closeness import close

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
