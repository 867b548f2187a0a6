"""Random functions that write to arguments, Tensors outside and gradients, recorded and as they are."""

import copy

import numpy as np
import pytest

import wengert as wg

N = 3


class State:
    """Tensors outside: parameters, buffers, views of them, and another handle of one."""

    def __init__(self, rng):
        self.w = wg.tensor(rng.normal(size=N), requires_grad=True)
        self.v = wg.tensor(rng.normal(size=N), requires_grad=True)
        self.m = wg.tensor(rng.normal(size=(2, N)))
        self.row = self.m[1]
        self.turned = self.m.T
        self.b = wg.tensor(rng.normal(size=N))
        self.part = self.b[1:]
        self.n = wg.tensor(0.0)
        self.twin = copy.copy(self.w)

    def all(self):
        """Return all of them."""
        return [self.w, self.v, self.m, self.row, self.turned, self.b, self.part, self.n, self.twin]


def vector(s, x, y, rng):
    """Return a vector that is read from somewhere."""
    k = rng.integers(9)
    return [
        lambda: x * 1.5,
        lambda: y + 0.5,
        lambda: s.w * x,
        lambda: s.v - y,
        lambda: s.row * 1.0,
        lambda: s.b + s.n,
        lambda: s.turned[:, 0] * y,
        lambda: np.tanh(s.w * s.v),
        lambda: s.twin * 0.5,
    ][k]()


def plain_vector(s, x, y, rng):
    return wg.stop_gradient(vector(s, x, y, rng))


def statement(s, x, y, rng, depth=0):
    """Do something; what it is depends on `rng` alone."""
    k = rng.integers(22 if depth < 2 else 18)
    if k == 0:
        s.b.assign(plain_vector(s, x, y, rng))
    elif k == 1:
        s.m[0] = plain_vector(s, x, y, rng)
    elif k == 2:
        s.row += plain_vector(s, x, y, rng)
    elif k == 3:
        s.part[...] = plain_vector(s, x, y, rng)[:2] * 0.5
    elif k == 4:
        s.n.assign(np.sum(plain_vector(s, x, y, rng)) * 0.1)
    elif k == 5:
        np.sum(vector(s, x, y, rng) * s.w).backward()
    elif k == 6:
        np.sum(np.sin(vector(s, x, y, rng)) * s.v * s.w).backward()
    elif k == 7:
        s.w.grad = None
    elif k == 8:
        s.v.zero_grad()
    elif k == 9:
        s.w.assign(np.tanh(plain_vector(s, x, y, rng)))
    elif k == 10:
        if s.w.grad is not None:
            s.v.assign(s.v.detach() - 0.1 * s.w.grad)
    elif k == 11:
        with wg.no_grad():
            s.v[0] = plain_vector(s, x, y, rng)[1]
    elif k == 12:
        s.turned[1:] *= 0.5
    elif k == 13:
        x[0] = plain_vector(s, x, y, rng)[2]
    elif k == 14:
        y -= plain_vector(s, x, y, rng) * 0.25
    elif k == 15:
        s.v.grad = plain_vector(s, x, y, rng)
    elif k == 16:
        view = s.m[:, 1:]
        view[...] = np.stack([plain_vector(s, x, y, rng)[:2]] * 2) * 0.5
        s.n[...] = np.sum(view)
    elif k == 17:
        w = wg.stop_gradient(s.b)
        s.b.assign(
            wg.grad(lambda u: np.sum(np.sin(u) * w * 0.5))(s.b) + wg.vmap(lambda e: e * s.n)(w)
        )
    elif k == 18:
        if np.sum(plain_vector(s, x, y, rng)) > 0:
            statement(s, x, y, np.random.default_rng(rng.integers(1000)), depth + 1)
        else:
            statement(s, x, y, np.random.default_rng(rng.integers(1000)), depth + 1)
    elif k == 19:
        wg.jit(lambda u: statement(s, u, y, np.random.default_rng(5), depth + 1))(x)
    elif k == 20:
        try:
            statement(s, x, y, np.random.default_rng(rng.integers(1000)), depth + 1)
            if np.sum(plain_vector(s, x, y, rng)) > 1:
                raise ValueError("caught")
            s.n += 1.0
        except ValueError:
            s.b[2] = 0.25
    elif np.sum(plain_vector(s, x, y, rng)) > 4:
        raise ValueError("not caught")


def made(seed, count):
    s = State(np.random.default_rng(seed))

    def fun(x, y):
        rng = np.random.default_rng(seed + 1000)
        results = []
        for _ in range(count):
            statement(s, x, y, rng)
            if rng.random() < 0.3:
                results.append(vector(s, x, y, rng) * 1.0)
        return results

    return fun, s


def plain(x):
    return None if x is None else np.array(x.detach()) if isinstance(x, wg.Tensor) else np.array(x)


def close(a, b):
    assert (a is None) == (b is None)
    if a is not None:
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def called(function, args):
    try:
        return [plain(r) for r in function(*args)]
    except (ValueError, wg.DerivativeError) as error:
        return type(error).__name__ + str(error)[:20]


@pytest.mark.parametrize("seed", range(60))
def test_random_effects(seed):
    (one, ours), (other, theirs) = made(seed, 2 + seed % 5), made(seed, 2 + seed % 5)
    f = wg.jit(other, max_paths=16)
    for k in range(5):
        rng = np.random.default_rng(10 * seed + k // 2)
        x, y = rng.normal(size=N), rng.normal(size=N)
        kind = wg.tensor if seed % 2 else np.array
        mine, its = (kind(x), kind(y)), (kind(x), kind(y))
        a, b = called(one, mine), called(f, its)
        assert isinstance(a, str) == isinstance(b, str), (a, b)
        if isinstance(a, str):
            assert a == b
        else:
            for p, q in zip(a, b, strict=True):
                close(p, q)
        for p, q in zip([*ours.all(), *mine], [*theirs.all(), *its], strict=True):
            close(plain(p), plain(q))
            if isinstance(p, wg.Tensor):
                close(plain(p.grad), plain(q.grad))
                assert p.requires_grad == q.requires_grad
