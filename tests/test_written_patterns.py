"""Sparse derivatives as people ask for them: patterns that follow a program.

Each is held against a value found another way: a closed form, a plain loop, or a matrix written down.
"""

import numpy as np

import wengert as wg
from closeness import close


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
