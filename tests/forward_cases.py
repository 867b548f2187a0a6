"""What the tests of forward mode run over."""

import numpy as np

import wengert as wg

X = np.array([0.3, 1.2, -0.5])


def s(x):
    return np.sin(x) * x


DERIVATIVES = [
    s,
    lambda x: np.cos(x) * x + np.sin(x),
    lambda x: 2 * np.cos(x) - np.sin(x) * x,
    lambda x: -3 * np.sin(x) - np.cos(x) * x,
    lambda x: -4 * np.cos(x) + np.sin(x) * x,
]


def by_jvp(f):
    return lambda x: wg.jvp(f, (x,), (1.0,))[1]


def by_pullback(f):
    return lambda x: wg.vjp(f, x)[1](1.0)[0]


WAYS = [wg.grad, by_pullback, by_jvp]
