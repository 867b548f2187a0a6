"""Functions, and transforms of them, that another process imports by name."""

import functools

import numpy as np

import wengert as wg


def loss(w, x=2.0):
    """Measure the misfit."""
    return np.sum((w * x - 1.0) ** 2)


def residuals(w):
    return w[1:] * w[:-1] + w[0]


def square(z):
    return z * z


def sums(z):
    return z * z + np.conj(z)


gradient_of_loss = wg.grad(loss)


@wg.grad
def decorated(w):
    """Be a gradient from the start."""
    return np.sum(w**3)


class Model:
    """Something with a loss."""

    def __init__(self, scale):
        self.scale = scale

    def __eq__(self, other):
        return isinstance(other, Model) and self.scale == other.scale

    def __hash__(self):
        return hash(self.scale)

    def loss(self, w):
        """Measure the misfit."""
        return self.scale * np.sum(w * w)

    @functools.partial(wg.grad, argnums=1)
    def slope(self, w):
        """Return the slope of the loss."""
        return self.loss(w)


@wg.custom_vjp
def clipped(x):
    return np.sum(x * x)


def clipped_forward(x):
    return np.sum(x * x), x


def clipped_backward(x, ct):
    return (np.clip(2 * x * ct, -1.0, 1.0),)


clipped.defvjp(clipped_forward, clipped_backward)


@wg.custom_jvp
def doubled(x):
    return 2 * x


doubled.defjvps(lambda t, ans, x: 2 * t)


@wg.primitive
def sine(x):
    return np.sin(x)


sine.defvjp(lambda ct, ans, x: ct * np.cos(x))


def plain(x):
    return np.sum(x * x)


stated_elsewhere = wg.custom_vjp(plain)
stated_elsewhere.defvjp(clipped_forward, clipped_backward)
