"""What a recorded function reads from outside, however it reads it, is what it is at every call."""

import functools
import random
import threading

import numpy as np
import pytest

import wengert as wg
from surroundings_cases import CASES, Plain, Point, Shift


@pytest.mark.filterwarnings("ignore:jit")
@pytest.mark.parametrize("name", CASES)
def test_changes_outside_are_seen(name):
    fun, changes = CASES[name]()
    f = wg.jit(fun, max_paths=50)
    for change in [lambda: None, *changes]:
        change()
        for x in (2.0, 3.0, 2.0):
            assert f(x) == fun(x)


AS_IT_IS = {"factories of default dicts", "classes that are derived"}
READ_ONLY = [name for name in CASES if name not in AS_IT_IS]


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_stays_is_replayed(name):
    fun, _ = CASES[name]()
    f = wg.jit(fun)
    for x in (2.0, 3.0, 2.0, 3.0):
        assert f(x) == fun(x)
    assert sum(program.runs for program in f.programs) >= 2


def test_methods_of_arguments_are_looked_into():
    f = wg.jit(lambda point: point.scaled())
    try:
        for by in (1.0, 4.0, 5.0):
            Shift.by = by
            assert f(Point(2.0)) == f(Point(2.0)) == 2.0 * by
    finally:
        Shift.by = 1.0


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.random.default_rng(0).normal,
        lambda: np.random.RandomState(0).rand,
        lambda: random.Random(0).random,
        lambda: type("Own", (random.Random,), {})(0).random,
    ],
)
def test_methods_of_generators_of_random_numbers(make):
    draw = make()
    f = wg.jit(lambda x: x + draw())
    assert len({float(f(1.0)) for _ in range(5)}) == 5


KEYS = [True, 1, 1.0, 0.0, -0.0, (1,), (True,), "a", frozenset({1}), frozenset({True})]


def told(x, key):
    """Return a number that tells keys apart."""
    return x * (1.0 + [repr(k) for k in KEYS].index(repr(key)))


@pytest.mark.parametrize("way", ["a key", "static", "in a tuple"])
def test_arguments_that_are_equal_are_told_apart(way):
    if way == "a key":
        f = wg.jit(lambda x, own: told(x, next(iter(own))), max_paths=50)
        given = lambda key: {key: 1.0}
    elif way == "static":
        f = wg.jit(lambda x, own: told(x, own[0]), static_argnums=1)
        given = lambda key: (key,)
    else:
        f = wg.jit(lambda x, own: told(x, own[0]) if isinstance(own[0], tuple | frozenset) else x)
        given = lambda key: (key,)
    for _ in range(2):
        for key in KEYS:
            expected = told(2.0, key)
            if way == "in a tuple" and not isinstance(key, tuple | frozenset):
                expected = 2.0
            assert f(2.0, given(key)) == expected
    f = wg.jit(lambda x, own: x * own.stop)
    assert (f(2.0, range(0, 3, 2)), f(2.0, range(0, 4, 2))) == (6.0, 8.0)


LOOPS = {
    "scan": lambda own, x: wg.scan(lambda c, e: (c * own.k + e, c * own.a[0]), x, own.a)[0],
    "map": lambda own, x: np.sum(wg.map(lambda e: e * own.k + x, own.a)),
    "fori_loop": lambda own, x: wg.fori_loop(0, own.n, lambda i, c: c * own.k + own.a[i], x),
    "while_loop": lambda own, x: wg.while_loop(lambda c: c < 9.0, lambda c: c * 1.5 + own.k, x),
    "cond": lambda own, x: wg.cond(x > own.k, lambda x: x * own.a[1], lambda x: x + own.k, x),
    "switch": lambda own, x: wg.switch(own.n % 2, [lambda x: x * own.k, lambda x: x - own.k], x),
    "associative_scan": lambda own, x: np.sum(
        wg.associative_scan(lambda a, b: a * b * own.k, x + own.a)
    ),
}
LOOPS_AROUND = {
    "jit": (lambda f: f, 0),
    "grad of jit": (wg.grad, 0),
    "jit of grad": (wg.grad, 1),
    "jit of vmap": (wg.vmap, 1),
}


@pytest.mark.filterwarnings("ignore:jit")
@pytest.mark.parametrize("way", LOOPS_AROUND)
@pytest.mark.parametrize("name", LOOPS)
def test_loops_see_changes(name, way):
    own = Plain(k=1.0, a=np.array([0.5, 1.5, 2.0]), n=3)

    def fun(x):
        return LOOPS[name](own, x)

    around, is_inside = LOOPS_AROUND[way]
    plain = around(fun)
    recorded = wg.jit(around(fun), max_paths=50) if is_inside else around(wg.jit(fun, max_paths=50))
    changes = [{}, {"k": 2.0}, {"a": np.array([0.5, 2.5, 2.0])}, {"n": 2}, {"k": 0.25}]
    for change in changes:
        vars(own).update(change)
        for x in (0.5, 1.5):
            given = np.array([x, x + 1.0]) if way == "jit of vmap" else x
            for _ in range(2):
                np.testing.assert_allclose(recorded(given), plain(given), rtol=1e-14)


def test_looking_calls_nothing_of_a_users():
    """Recording alone asks an object for attributes; what is looked at on the way makes none."""

    class Tree(dict):
        def __missing__(self, name):
            self[name] = Tree()
            return self[name]

        __getattr__ = dict.__getitem__

    class Asked:
        __slots__ = ()
        asked = 0

        def __getattr__(self, name):
            Asked.asked += 1
            raise AttributeError(name)

    tree, own = Tree(k=2.0), type("Own", (Asked,), {})()
    own.k = 3.0
    slotted = type("Slotted", (Asked,), {"__slots__": ("j",)})()
    slotted.j = 1.0
    f = wg.jit(lambda x: x * tree["k"] * own.k * slotted.j)
    for _ in range(3):
        assert f(1.0) == 6.0
    assert tree == {"k": 2.0}
    assert Asked.asked == 0


def test_attributes_that_are_made_anew():
    class Own:
        __slots__ = ("_k",)

        @property
        def __dict__(self):
            return {"k": self._k}

        def __getattr__(self, name):
            return self.__dict__[name]

    own = Own()
    own._k = 1.0
    f = wg.jit(lambda x: x * own.k)
    for k in (1.0, 2.0, 3.0):
        own._k = k
        assert f(2.0) == f(2.0) == 2.0 * k
    assert sum(program.runs for program in f.programs) == 3


def test_another_dict_of_attributes():
    class Own:
        k = 1.0

    own = Own()
    own.k = 2.0
    f = wg.jit(lambda x: x * own.k)
    first = own.__dict__
    for change, k in (
        (lambda: None, 2.0),
        (lambda: setattr(own, "__dict__", {"k": 3.0}), 3.0),
        (lambda: own.__dict__.update(k=4.0), 4.0),
        (lambda: first.update(k=5.0), 4.0),  # nobody's now
        (lambda: setattr(own, "__dict__", first), 5.0),
        (lambda: delattr(own, "k"), 1.0),
        (lambda: setattr(own, "j", 0.0), 1.0),
        (lambda: own.__dict__.pop("j"), 1.0),
        (lambda: own.__dict__.setdefault("k", 6.0), 6.0),
    ):
        change()
        assert f(1.0) == f(1.0) == f(1.0) == k


def test_attributes_that_belong_to_a_thread():
    own = threading.local()
    own.k = 1.0
    f = wg.jit(lambda x: x * own.k)
    found = [f(2.0), f(2.0)]

    def other():
        own.k = 5.0
        found.extend([f(2.0), f(2.0)])

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    own.k = 2.0
    assert [*found, f(2.0)] == [2.0, 2.0, 10.0, 10.0, 4.0]


def test_attributes_that_one_thread_has():
    own = threading.local()
    own.k = 1.0
    f = wg.jit(lambda x: x * getattr(own, "k", -1.0))
    found = [f(2.0)]
    thread = threading.Thread(target=lambda: found.extend([f(2.0), f(2.0)]))
    thread.start()
    thread.join()
    own.k = 3.0
    found += [f(2.0), f(2.0)]
    del own.k
    assert [*found, f(2.0)] == [2.0, -2.0, -2.0, 6.0, 6.0, -2.0]


def test_attributes_that_are_not_read_may_change():
    own = Plain(k=1.0, other=1.0)
    f = wg.jit(lambda x: x * own.k)
    for other in range(4):
        own.other = other
        assert f(2.0) == 2.0
    assert sum(program.runs for program in f.programs) == 3


def test_equal_operations_are_recorded_once_wherever_they_are():
    """What is recorded does not depend on addresses."""

    def repeated(x, count):
        ends = []
        for _ in range(2):
            y = x
            for _ in range(count):
                y = y * 1.5 + x
            ends.append(y)
        return ends[0] + ends[1]

    for count in (500, 1000, 2000):
        for _ in range(4):
            f = wg.jit(functools.partial(repeated, count=count))
            f(1.0)
            assert f.programs[0].operations == 2 * count + 1
