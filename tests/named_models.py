"""Classes and rules at the top level of a module, which what is saved has by their names."""

from typing import NamedTuple

import numpy as np
import optree

import wengert as wg


class Layer(NamedTuple):
    """A namedtuple."""

    w: object
    b: object


class Scaled:
    """A registered class, whose factor is no leaf."""

    def __init__(self, x, factor):
        self.x, self.factor = x, factor


optree.register_pytree_node(
    Scaled,
    lambda s: ((s.x,), {"factor": s.factor}),
    lambda metadata, children: Scaled(children[0], metadata["factor"]),
    namespace=optree.registry.__GLOBAL_NAMESPACE,
)


class Models:
    """What has names within."""

    class Pair(NamedTuple):
        """A namedtuple in a class."""

        one: object
        other: object


@wg.custom_vjp
def twisted(x, options):
    """Return a sum whose stated gradient is another."""
    return {"value": np.sum(x) * options["scale"], "x": x * 2.0}


def _twisted_forward(x, options):
    return twisted(x, options), (x, "text", options)


def _twisted_backward(residuals, ct):
    x, _, options = residuals
    one = ct["value"] * x * options["scale"] + 2.0 * ct["x"]
    return one, {"scale": np.sum(x) * ct["value"]}


twisted.defvjp(_twisted_forward, _twisted_backward)


def _power(n, x):
    return x**n


power = wg.custom_jvp(_power, nondiff_argnums=(0,))
power.__qualname__ = power.__name__ = "power"
power.defjvp(lambda n, primals, tangents: (power(n, *primals), 3.0 * tangents[0] * primals[0]))


@wg.primitive
def foreign_sine(x):
    """Foreign code."""
    return np.asarray([float(np.sin(v)) for v in x])


foreign_sine.defvjp(lambda ct, ans, x: ct * np.cos(x))
