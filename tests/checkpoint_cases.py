"""What the tests of checkpoints and of chains run over."""

import numpy as np

import wengert as wg
from wengert import _core as core

X = np.linspace(0.5, 1.5, 4)
W = np.random.default_rng(3).normal(size=(4, 4))
TRANSFORMS = {
    "grad": wg.grad,
    "jacfwd": wg.jacfwd,
    "jacrev": wg.jacrev,
    "jvp": lambda f: lambda x: wg.jvp(f, [x], [np.cos(x)])[1],
    "hessian": wg.hessian,
    "hvp": lambda f: lambda x: wg.hvp(f, [x], [np.cos(x)]),
    "reverse over reverse": lambda f: wg.jacrev(wg.grad(f)),
    "reverse over forward": lambda f: wg.grad(lambda x: wg.jvp(f, [x], [x])[1]),
    "third": lambda f: wg.jacfwd(wg.jacrev(wg.grad(f))),
    "vmap": lambda f: lambda x: wg.vmap(f)(np.stack([x, 2 * x, x - 0.3])),
    "vmap of grad": lambda f: lambda x: wg.vmap(wg.grad(f))(np.stack([x, 2 * x, x - 0.3])),
    "grad of vmap": lambda f: (
        lambda x: wg.grad(lambda xs: np.sum(wg.vmap(f)(xs) ** 2))(np.stack([x, 2 * x, x - 0.3]))
    ),
    "vmap of hessian": lambda f: lambda x: wg.vmap(wg.hessian(f))(np.stack([x, 2 * x])),
    "hessian of vmap": lambda f: (
        lambda x: wg.hessian(lambda xs: np.sum(wg.vmap(f)(xs)))(np.stack([x, 2 * x]))
    ),
    "nested vmap": lambda f: (
        lambda x: wg.vmap(wg.vmap(wg.grad(f)))(np.stack([np.stack([x, 2 * x])] * 3))
    ),
    "linearize": lambda f: lambda x: wg.linearize(f, x)[1](np.cos(x)),
}


def close(a, b):
    np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-11, atol=1e-12)


def plain_chain(step, state, length, **_):
    for i in range(length):
        state = step(state, i)
    return state


def evaluations(call):
    """Return how many operations were evaluated again."""
    before = core.replayed()
    call()
    return core.replayed() - before
