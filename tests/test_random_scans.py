"""Random functions with checkpoints, batches and chains around their parts, against the same without."""

import numpy as np
import pytest

import wengert as wg
from checkpoint_cases import TRANSFORMS, X, close
from scan_cases import chain, scan


class Programs:
    """Random programs over vectors of four, with or without what makes programs of their parts."""

    def __init__(self, seed, is_plain):
        self.rng, self.is_plain = np.random.default_rng(seed), is_plain

    def choose(self, *makers):
        """Make one of these."""
        return makers[self.rng.integers(len(makers))]()

    def wrapped(self, fun):
        """Return the function, in a program of its own unless that is plain."""
        way = self.rng.integers(4)
        if self.is_plain:
            return fun
        return [
            wg.checkpoint(fun),
            lambda x: wg.vmap(fun)(np.stack([x, x * 0 + 1]))[0],
            lambda x: wg.checkpoint_chain(fun, x, 1),
            wg.checkpoint(wg.checkpoint(fun)),
        ][way]

    def function(self, depth):
        """Return a random function."""
        if depth == 0:
            k = self.rng.normal()
            return self.choose(
                lambda: lambda x: np.sin(k * x),
                lambda: lambda x: x * k + np.flip(x),
                lambda: lambda x: np.tanh(x) * np.sum(x) * 0.3,
                lambda: lambda x: np.where(x > k, x, x * x),
                lambda: lambda x: x * k if np.sum(x) > k else np.cos(x),
                lambda: lambda x: np.sort(x) * k,
            )
        f, g = self.function(depth - 1), self.function(depth - 1)
        wrapped = self.wrapped(f)
        return self.choose(
            lambda: lambda x: wrapped(g(x)),
            lambda: lambda x: wrapped(x) * g(x),
            lambda: self.wrapped(lambda x: g(wrapped(x)) + x),
            lambda: self.closing(f, g),
            lambda: self.repeated(f),
        )

    def closing(self, f, g):
        """Return a function around one that closes over a value."""

        def fun(x):
            y = g(x)
            wrap = (lambda fun: fun) if self.is_plain else wg.checkpoint
            return wrap(lambda z: f(z) * y)(x)

        return fun

    def repeated(self, f):
        """Return a scan of steps."""

        def step(x, r):
            return f(x) * 0.5 + np.sin(r * x)

        xs = self.rng.normal(size=3)
        return lambda x: (scan if self.is_plain else chain)(step, x, xs)


@pytest.mark.parametrize("seed", range(60))
def test_random_programs(seed):
    fun, plain = (Programs(seed, is_plain).function(3) for is_plain in (False, True))
    close(fun(X), plain(X))
    for transform in ("grad", "jvp", "hvp", "vmap", "vmap of grad", "grad of vmap", "jacfwd"):
        got = TRANSFORMS[transform](lambda x: np.sum(fun(x) ** 2))(X)
        expected = TRANSFORMS[transform](lambda x: np.sum(plain(x) ** 2))(X)
        np.testing.assert_allclose(
            got, expected, rtol=1e-8, atol=1e-9 * (1 + np.max(np.abs(expected)))
        )
