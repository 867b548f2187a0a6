"""Random places outside of random functions, changed at random between calls: recorded and as they are."""

import collections
import functools
import types

import numpy as np
import pytest

import wengert as wg
from surroundings_cases import Plain

N = 3


def in_a_cell(value):
    def change(new):
        nonlocal value
        value = new

    return lambda: value, change


def in_a_global(value):
    names = {"value": value}
    exec("def read():\n  return value", names)  # noqa: S102
    return names["read"], lambda new: names.update(value=new)


def in_an_attribute(value):
    own = Plain(k=value)
    return lambda: own.k, lambda new: setattr(own, "k", new)


def in_a_computed_attribute(value):
    own, name = types.SimpleNamespace(k=value), "k"
    return lambda: getattr(own, name), lambda new: setattr(own, name, new)


def in_a_class(value):
    own = type("Own", (), {"k": value})
    derived = type("Derived", (own,), {})()
    places = [own, type(derived), derived]

    def change(new):
        places[change.calls % 3].k = new
        for place in places[change.calls % 3 + 1 :]:
            if "k" in vars(place):
                delattr(place, "k")
        change.calls += 1

    change.calls = 0
    return lambda: derived.k, change


def in_a_slot(value):
    own = type("Own", (), {"__slots__": ("k",)})()
    own.k = value
    return lambda: own.k, lambda new: setattr(own, "k", new)


def in_a_property(value):
    class Own:
        @property
        def k(self):
            return self._k["k"]

    own = Own()
    own._k = {"k": value}
    return lambda: own.k, lambda new: own._k.update(k=new)


def in_a_default(value):
    def read(k=value):
        return k

    return lambda: read(), lambda new: setattr(read, "__defaults__", (new,))  # noqa: PLW0108


def in_a_keyword_default(value):
    def read(*, k=value):
        return k

    return lambda: read(), lambda new: read.__kwdefaults__.update(k=new)  # noqa: PLW0108


def in_a_function(value):
    def read():
        return read.k

    read.k = value
    return read, lambda new: setattr(read, "k", new)


def in_a_partial(value):
    own = functools.partial(lambda k: k, k=value)
    return lambda: own(), lambda new: own.keywords.update(k=new)  # noqa: PLW0108


def in_a_bound_method(value):
    own = {"k": value}
    return functools.partial(own.get, "k"), lambda new: own.update(k=new)


def in_a_special_method(value):
    class Own:
        def __getitem__(self, name):
            return self.__dict__[name]

    own = Own()
    own.k = value
    return lambda: own["k"], lambda new: setattr(own, "k", new)


PLACES = [make for name, make in globals().copy().items() if name.startswith("in_a")]


class Holder(dict):
    """A dict of a class."""

    def inner(self):
        """Return what it holds."""
        return self["k"]


# What a value is wrapped in, how it is taken out, and how another is put in, if that can be.
WRAPPERS = [
    (lambda v: v, lambda w: w, None),
    (lambda v: [v], lambda w: w[0], lambda w, v: w.__setitem__(0, v)),
    (lambda v: (v,), lambda w: w[0], None),
    (lambda v: {"k": v}, lambda w: w["k"], lambda w, v: w.update(k=v)),
    (lambda v: Holder(k=v), lambda w: w.inner(), lambda w, v: w.update(k=v)),
    (lambda v: collections.deque([v]), lambda w: w[0], lambda w, v: w.__setitem__(0, v)),
    (lambda v: Plain(k=v), lambda w: w.k, lambda w, v: setattr(w, "k", v)),
    (lambda v: lambda *_: v, lambda w: w(), None),
    (lambda v: functools.partial(abs_less, v), lambda w: w(), None),
    (lambda v: {0: v}.values(), lambda w: next(iter(w)), None),
    (
        lambda v: collections.OrderedDict(a=v, b=0.5),
        lambda w: next(iter(w.values())),
        lambda w, v: w.update(a=v),
    ),
]


def abs_less(value):
    """Return it."""
    return value


def value(rng):
    """Return a number or an array of few, of some type."""
    number = [0.0, -0.0, 0.5, 2.0, -1.5, np.inf][rng.integers(6)]
    kinds = [
        lambda: number,
        lambda: int(rng.integers(3)),
        lambda: bool(rng.integers(2)),
        lambda: np.float64(number),
        lambda: np.float32(number),
        lambda: np.full(N, number),
        lambda: np.arange(N, dtype=[">f8", "<f8", "<f4", "<i8"][rng.integers(4)]),
        lambda: wg.tensor(np.full(N, number)),
        lambda: wg.tensor(number),
        lambda: np.full((500, N), number)[:, :],
    ]
    return kinds[rng.integers(len(kinds))]()


def used(x, own):
    """Compute with what was read, which depends on its type as well as on its value."""
    if isinstance(own, bool):
        return x if own else -x
    if isinstance(own, int):
        return x * own
    if isinstance(own, np.ndarray) and own.ndim == 2:
        return x + np.tanh(own[-1])
    if isinstance(own, float):
        return x * np.copysign(2.0, own)
    return np.sin(x) * np.tanh(own)


class World:
    """Places outside, a function that reads them, and changes of them."""

    def __init__(self, rng, count):
        self.readers, self.changes = [], []
        for _ in range(count):
            inner, outer = (WRAPPERS[k] for k in rng.integers(len(WRAPPERS), size=2))
            wrapped = inner[0](value(rng))
            read, change = PLACES[rng.integers(len(PLACES))](outer[0](wrapped))
            self.readers.append(
                lambda read=read, i=inner[1], o=outer[1]: i(o(read())),
            )
            self.changes.append((read, change, inner, outer))

    def change(self, rng):
        """Put something else in one of the places: in the place, or in what stands there."""
        read, change, inner, outer = self.changes[rng.integers(len(self.changes))]
        new, kind = value(rng), rng.integers(4)
        if kind == 0 and inner[2] is not None:
            inner[2](outer[1](read()), new)
        elif kind == 1 and outer[2] is not None:
            outer[2](read(), inner[0](new))
        elif kind == 2:
            old = inner[1](outer[1](read()))
            if isinstance(old, np.ndarray):
                old[...] = rng.integers(3)
            elif isinstance(old, wg.Tensor):
                old.assign(old.detach() * 0.5)
        else:
            change(outer[0](inner[0](new)))

    def function(self):
        """Return the function, of a vector."""
        readers = self.readers

        def fun(x):
            for read in readers:
                x = used(x, read())
            return x

        return fun


def nested(rng, fun, jit):
    """Put transforms around a function, with `jit` between them."""
    kind = rng.integers(8)
    loss = lambda x: np.sum(np.sin(fun(x)))
    return [
        lambda: jit(fun),
        lambda: jit(jit(fun)),
        lambda: jit(wg.grad(loss)),
        lambda: wg.grad(jit(loss)),
        lambda: jit(lambda x: wg.jvp(jit(fun), [x], [np.ones(N)])),
        lambda: jit(wg.vmap(fun)),
        lambda: jit(wg.hessian(loss)),
        lambda: jit(wg.value_and_grad(jit(loss))),
    ][kind](), (2, N) if kind == 5 else (N,)


def leaves(result):
    return [np.asarray(x.detach() if isinstance(x, wg.Tensor) else x) for x in result]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(150))
def test_random_surroundings(seed):
    rng = np.random.default_rng(seed)
    world = World(rng, 1 + seed % 4)
    fun = world.function()
    state = rng.bit_generator.state
    plain, shape = nested(rng, fun, lambda f: f)
    rng.bit_generator.state = state
    replayed, _ = nested(rng, fun, functools.partial(wg.jit, max_paths=50))
    for _ in range(8):
        x = rng.normal(size=shape)
        for _ in range(2):
            one, other = plain(wg.tensor(x)), replayed(x)
            one, other = (r if isinstance(r, tuple) else (r,) for r in (one, other))
            for a, b in zip(leaves(one), leaves(other), strict=True):
                assert a.dtype == b.dtype
                np.testing.assert_array_equal(a, b)
                np.testing.assert_array_equal(np.signbit(a), np.signbit(b))
        world.change(rng)
