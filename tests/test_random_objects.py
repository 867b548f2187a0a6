"""Random functions that change objects which they read, and are changed around: recorded and as they are."""

import collections
import types

import numpy as np
import pytest

import wengert as wg

N = 3


class Child:
    """Slots."""

    __slots__ = ("k", "table")

    def __init__(self):
        self.k, self.table = 1.0, {"a": 1}


class Owner:
    """Attributes of all kinds, a property, and a method that counts."""

    c = 1.0

    def __init__(self):
        self.n, self.log, self.members = 0, [], {1}
        self.array, self.weight = np.ones(N), wg.tensor(np.ones(N))
        self.child, self.line = Child(), collections.deque([1.0, 2.0])

    @property
    def twice(self):
        """Return twice the count."""
        return self.n * 2.0

    @twice.setter
    def twice(self, value):
        self.n = int(value) + 1

    def step(self, x):
        """Count, and compute."""
        self.n += 1
        return x * self.c


class World:
    """An object of a class of its own, and globals of a module of its own."""

    def __init__(self):
        self.own = type("Own", (Owner,), {"c": 1.0, "seen": []})()
        self.module = types.ModuleType("module")
        exec("K = 1.0\ndef read():\n  return K", self.module.__dict__)  # noqa: S102

    def all(self):
        """Return what may have changed."""
        own = self.own
        return (
            [list(vars(own)), own.n, own.log, sorted(own.members), list(own.line), own.c],
            [own.array.tolist(), own.weight.detach().tolist(), own.child.k, own.child.table],
            [type(own).c, type(own).seen, self.module.K, getattr(own, "last", None)],
        )


def change(world, rng):
    """Change something, as the function does and as those around it do."""
    own, module = world.own, world.module
    kinds = [
        lambda: setattr(own, "n", own.n + 1),
        lambda: own.log.append(own.n),
        lambda: own.members.add(len(own.members) + 5),
        lambda: own.array.__setitem__(0, own.array[0] + 1.0),
        lambda: setattr(own, "array", own.array * 2.0),
        lambda: own.weight.assign(own.weight * 0.5),
        lambda: setattr(own.child, "k", own.child.k + 1.0),
        lambda: own.child.table.update(a=own.child.table["a"] + 1),
        lambda: setattr(type(own), "c", type(own).c + 0.5),
        lambda: type(own).seen.append(1),
        own.line.rotate,
        lambda: setattr(module, "K", module.K + 1.0),
        lambda: setattr(own, "twice", 3.0),
        lambda: setattr(own, "last", own.n),
    ]
    kinds[rng.integers(len(kinds))]()


def compute(world, x, rng):
    """Compute with something that is read."""
    own = world.own
    kinds = [
        lambda: x * own.n + own.twice,
        lambda: x * world.module.read(),
        lambda: x + len(own.log) + sum(own.members),
        lambda: own.step(x),
        lambda: x + own.array,
        lambda: x * own.weight,
        lambda: x * own.child.k + own.child.table["a"],
        lambda: x * own.line[0] + len(type(own).seen),
        lambda: x * getattr(own, ["n", "c"][own.n % 2]),
        lambda: x * getattr(own, "last", 3.0),
    ]
    return kinds[rng.integers(len(kinds))]()


def restore(world, rng):
    """Put something back, between calls."""
    own = world.own
    kinds = [
        lambda: setattr(own, "n", 0),
        own.log.clear,
        lambda: setattr(own, "array", np.arange(float(N))),
        lambda: setattr(own, "weight", wg.tensor(np.arange(float(N)))),
        lambda: setattr(own, "child", Child()),
        lambda: setattr(type(own), "c", 1.0),
        lambda: setattr(own, "c", 5.0),
        lambda: vars(own).pop("c", None),
        lambda: vars(own).pop("last", None),
        lambda: setattr(own, "members", {1}),
        lambda: change(world, rng),
    ]
    kinds[rng.integers(len(kinds))]()


def function(world, seed):
    def fun(x):
        rng = np.random.default_rng(seed)
        for _ in range(1 + seed % 5):
            if rng.random() < 0.3:
                change(world, rng)
            x = compute(world, x, rng)
        return x

    return fun


WAYS = [
    (lambda f: f, wg.jit),
    (lambda f: wg.grad(lambda x: np.sum(f(x))), wg.jit),
    (lambda f: wg.grad(lambda x: np.sum(f(x))), lambda f: f),
]


@pytest.mark.filterwarnings("ignore:jit")
@pytest.mark.parametrize("seed", range(90))
def test_random_objects(seed):
    around, outermost = WAYS[seed % 3]
    mine, its = World(), World()
    plain = around(function(mine, seed))
    recorded = outermost(around(wg.jit(function(its, seed), max_paths=50)))
    rng = np.random.default_rng(seed)
    for number in range(9):
        x = rng.normal(size=N)
        expected = np.asarray(plain(wg.tensor(x)).detach())
        np.testing.assert_array_equal(np.asarray(recorded(x)), expected)
        assert its.all() == mine.all()
        if number % 3 == 2:
            state = rng.integers(1000)
            for world in (mine, its):
                restore(world, np.random.default_rng(state))
