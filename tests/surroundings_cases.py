"""Functions that read something from outside in an uncommon way, and changes of what they read."""

import collections
import contextvars
import dataclasses
import enum
import functools
import importlib
import operator
import os
import queue
import sys
import types
import weakref
from typing import NamedTuple

import numpy as np

from wengert.scipy.interpolate import CubicSpline as Spline

CASES = {}


def case(make):
    """Keep a function that returns (function of a number, changes of what it reads)."""
    CASES[make.__name__.replace("_", " ")] = make
    return make


def setter(holder, **values):
    """Return what sets these attributes."""
    return lambda: [setattr(holder, name, value) for name, value in values.items()]


def kinds(keys):
    """Return a number that tells bools, integers, floats and signs apart."""
    tell = {bool: 3.0, int: 5.0, float: 7.0}
    return sum(tell[type(k)] + np.copysign(1.0, k) for k in keys)


def refilled(container, *items):
    """Return what puts other items into a set, a list or a dict."""

    def change():
        container.clear()
        for item in items:
            if isinstance(container, dict):
                container[item] = 1.0
            elif isinstance(container, set):
                container.add(item)
            else:
                container.append(item)

    return change


class Plain:
    """An object with attributes."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)


# Functions: their defaults, attributes, and what they are bound to.


@case
def defaults_of_keywords():
    options = {"k": 1.0}

    def helper(x, *, by=options):
        return x * by["k"]

    return lambda x: helper(x), [  # noqa: PLW0108
        lambda: options.update(k=3.0),
        lambda: helper.__kwdefaults__.update(by={"k": 4.0}),
        setter(helper, __kwdefaults__={"by": {"k": 5.0}}),
    ]


@case
def defaults_that_come_later():
    def helper(x, by):
        return x * by

    def fun(x):
        try:
            return helper(x)
        except TypeError:
            return x

    return fun, [setter(helper, __defaults__=(4.0,))]


@case
def attributes_of_functions():
    def helper(x):
        return x * getattr(helper, "k", 1.0)

    return lambda x: helper(x), [setter(helper, k=2.0), setter(helper, k=3.0)]  # noqa: PLW0108


@case
def what_partials_hold():
    items, array = [1.0], np.array([1.0])
    partial = functools.partial(lambda a, x, b: x * a[0] * float(b[0]), items, b=array)
    return lambda x: partial(x), [  # noqa: PLW0108
        lambda: items.__setitem__(0, 5.0),
        lambda: array.__setitem__(0, 7.0),
        lambda: partial.keywords.update(b=np.array([9.0])),
    ]


@case
def a_partial_itself():
    items = [1.0]
    return functools.partial(lambda a, x: x * a[0], items), [lambda: items.__setitem__(0, 5.0)]


@case
def bound_methods_in_c():
    table, items = {"k": 1.0}, [1.0]
    get, item = table.get, items.__getitem__
    length = items.__len__
    return lambda x: x * get("k") * item(0) * length(), [
        lambda: table.update(k=4.0),
        lambda: items.__setitem__(0, 5.0),
        lambda: items.append(1.0),
    ]


# Containers: which kinds there are, their order, and the types of what they hold.


@case
def deques():
    own = collections.deque([1.0, 2.0])
    return lambda x: x * own[0], [own.rotate, lambda: own.append(own.popleft())]


@case
def views_of_dicts():
    table = {"k": 1.0}
    values, proxy = table.values(), types.MappingProxyType(table)
    return lambda x: x * sum(values) * proxy["k"], [
        lambda: table.update(k=4.0),
        lambda: table.update(j=4.0),
    ]


@case
def containers_written_in_python():
    inner = {"k": 1.0}
    chain, own = collections.ChainMap({}, inner), collections.UserList([1.0])
    line = queue.Queue()
    line.put(1.0)
    return lambda x: x * chain["k"] * own[0] * line.queue[0], [
        lambda: inner.update(k=4.0),
        lambda: chain.update(k=7.0),
        lambda: own.__setitem__(0, 3.0),
        lambda: line.put(line.get() + 1.0),
    ]


@case
def ordered_dicts():
    own = collections.OrderedDict(a=1.0, b=2.0)
    return lambda x: x * next(iter(own.values())), [lambda: own.move_to_end("a")]


@case
def factories_of_default_dicts():
    items = [1.0]
    own = collections.defaultdict(lambda: items[0])

    def fun(x):
        value = own["k"]
        del own["k"]
        return x * value

    return fun, [
        lambda: items.__setitem__(0, 4.0),
        lambda: setattr(own, "default_factory", lambda: 9.0),
    ]


@case
def classes_of_containers():
    class Table(dict):
        k = 1.0

        def first(self):
            return self["a"] * self.k

    own = Table(a=1.0)
    own.more = 2.0
    return lambda x: x * own.first() * own.more, [
        setter(Table, k=4.0),
        setter(own, more=3.0),
        lambda: own.update(a=5.0),
        setter(own, k=7.0),
    ]


@case
def objects_in_sets_and_keys():
    one, other = Plain(k=1.0), Plain(k=2.0)
    members, keys = {one}, {(other,): 1.0}

    def fun(x):
        for member in members:
            x = x * member.k
        for (key,) in keys:
            x = x * key.k
        return x

    return fun, [setter(one, k=4.0), setter(other, k=5.0)]


@case
def functions_in_frozen_sets():
    items = [1.0]
    functions = frozenset({lambda x: x * items[0]})

    def fun(x):
        for function in functions:
            x = function(x)
        return x

    return fun, [lambda: items.__setitem__(0, 4.0)]


@case
def types_in_sets():
    own = {1}
    return lambda x: x * kinds(own), [
        refilled(own, True),
        refilled(own, 1.0),
        refilled(own, 0.0),
        refilled(own, -0.0),
    ]


@case
def types_of_keys():
    own = {1: 1.0}
    return lambda x: x * kinds(own), [
        refilled(own, True),
        refilled(own, 1.0),
        refilled(own, 0.0),
        refilled(own, -0.0),
    ]


@case
def types_in_frozen_sets_and_tuples():
    holder = Plain(k=(frozenset({1}), (1,)))
    return lambda x: x * kinds(holder.k[0]) + kinds(holder.k[1]), [
        setter(holder, k=(frozenset({True}), (1,))),
        setter(holder, k=(frozenset({1}), (True,))),
        setter(holder, k=(frozenset({1}), (1.0,))),
    ]


@case
def types_of_many():
    own = [0.0] * 300
    return lambda x: x * kinds(own[299:]), [
        lambda: own.__setitem__(299, -0.0),
        lambda: own.__setitem__(299, 0),
        lambda: own.__setitem__(299, False),
    ]


@case
def order_in_sets():
    own = {0, 8}

    def fun(x):
        for k in own:
            x = x * 2.0 + k
        return x

    return fun, [refilled(own, 8, 0), refilled(own, 0, 8)]


@case
def order_of_many_keys():
    own = {k: float(k + 1) for k in range(300)}
    return lambda x: x * next(iter(own.values())), [lambda: own.update({0: own.pop(0)})]


@case
def ranges_and_slices():
    items = [1.0]
    holder = Plain(r=range(0, 3, 2), s=slice(0, 1), t=slice(items))
    return lambda x: x * holder.r.stop * kinds([holder.s.stop]) * holder.t.stop[0], [
        setter(holder, r=range(0, 4, 2)),
        setter(holder, s=slice(0, True)),
        lambda: items.__setitem__(0, 5.0),
    ]


@case
def context_variables():
    own = contextvars.ContextVar("own", default=1.0)
    return lambda x: x * own.get(), [lambda: own.set(4.0), lambda: own.set(5.0)]


@case
def weak_references():
    one, other = Plain(k=1.0), [Plain(k=2.0)]
    to_one, to_other = weakref.ref(one), weakref.ref(other[0])
    table = weakref.WeakValueDictionary(a=one)

    def fun(x):
        x = x * to_one().k * table["a"].k
        return x if to_other() is None else x * to_other().k

    return fun, [setter(one, k=4.0), setter(other[0], k=5.0), other.clear]


# Classes: what is found where, and through what.


@case
def attributes_that_hide_those_of_a_base():
    class Base:
        k = 1.0

        def more(self):
            return 1.0

    class Derived(Base):
        pass

    own = Derived()
    own.other = 1.0

    def swap():
        del own.other
        own.k = 11.0

    return lambda x: x * own.k * Derived.k * own.more(), [
        setter(Derived, k=4.0),
        setter(Derived, more=lambda self: 5.0),
        lambda: delattr(Derived, "k"),
        setter(Base, k=7.0),
        swap,
    ]


@case
def special_methods_that_come_later():
    class Own:
        pass

    own = Own()
    return lambda x: x * (2.0 if own else 1.0), [
        setter(Own, __bool__=lambda self: False),
        lambda: delattr(Own, "__bool__"),
    ]


@case
def special_methods_that_are_no_functions():
    class Own:
        __call__ = staticmethod(functools.partial(lambda k, x: x * k[0], [2.0]))

    own = Own()
    return lambda x: own(x), [  # noqa: PLW0108
        lambda: Own.__call__.args[0].__setitem__(0, 3.0),
        setter(Own, __call__=staticmethod(functools.partial(lambda x: x * 7.0))),
    ]


@case
def classes_and_bases_that_change():
    class One:
        def k(self):
            return 1.0

    class Two:
        def k(self):
            return 2.0

    class Derived(One):
        pass

    own, its = One(), Derived()
    return lambda x: x * own.k() + its.k(), [
        setter(own, __class__=Derived),
        setter(Derived, __bases__=(Two,)),
    ]


@case
def dicts_of_objects_that_are_replaced():
    own = Plain(k=1.0)
    return lambda x: x * own.k, [setter(own, __dict__={"k": 4.0}), setter(own, k=5.0)]


@case
def classes_of_classes():
    class Meta(type):
        k = 1.0

        @property
        def doubled(cls):
            return cls.k * 2

    class Own(metaclass=Meta):
        pass

    return lambda x: x * Own.doubled, [setter(Meta, k=4.0), setter(Own, k=5.0)]


@case
def slots_that_are_filled_later():
    class Slotted:
        __slots__ = ("k",)

    own = Slotted()
    return lambda x: x * getattr(own, "k", 1.0), [setter(own, k=4.0), lambda: delattr(own, "k")]


@case
def members_of_enumerations():
    class Kind(enum.IntEnum):
        one = 1
        two = 2

    holder = Plain(k=Kind.one)
    return lambda x: x * holder.k.value * (holder.k is Kind.one), [
        setter(holder, k=Kind.two),
        setter(holder, k=Kind.one),
    ]


# Names that stand in texts, or nowhere.


@case
def names_in_texts():
    own = Plain(k=1.0, inner=Plain(k=1.0))
    dotted = operator.attrgetter("inner.k")
    return lambda x: x * getattr(own, "k") * dotted(own), [  # noqa: B009
        setter(own, k=4.0),
        setter(own.inner, k=5.0),
    ]


@case
def names_that_are_computed():
    class Own:
        def turn_2(self):
            return 1.0

    own = Own()
    own.w0, own.w1 = 1.0, 2.0

    def fun(x):
        for k in range(2):
            x = x * getattr(own, f"w{k}")
        return x * getattr(own, "turn_" + str(2))()

    return fun, [setter(own, w1=4.0), setter(Own, turn_2=lambda self: 5.0)]


@case
def all_attributes():
    @dataclasses.dataclass
    class Own:
        k: float = 1.0

    own, other, third = Own(), types.SimpleNamespace(k=1.0), Plain(k=1.0)

    def fun(x):
        x = x * dataclasses.asdict(own)["k"] * sum(vars(other).values())
        return x * next(iter(third.__dict__.values()))

    return fun, [setter(own, k=4.0), setter(other, k=5.0), setter(third, k=6.0)]


@case
def attributes_in_patterns():
    own = Plain(first=1.0)

    def fun(x):
        match own:
            case Plain(first=1.0):
                return x
            case Plain(first=k):
                return x * k

    return fun, [setter(own, first=4.0)]


@case
def globals_by_name():
    names = {"K": 1.0}
    exec("def fun(x):\n  return x * globals()['K'] * eval('K + 1.0')", names)  # noqa: S102
    return names["fun"], [lambda: names.update(K=4.0)]


@case
def globals_that_come_later():
    names = {}
    text = "def fun(x):\n  try:\n    return x * later\n  except NameError:\n    return x"
    exec(text, names)  # noqa: S102
    return names["fun"], [lambda: names.update(later=4.0)]


@case
def files_whose_names_are_no_text():
    file = "/nowhere/\udcff/own.py"  # as Python has a byte that is not of UTF-8
    names = {"k": 1.0, "__file__": file}
    exec(compile("def fun(x):\n  return x * k", file, "exec"), names)  # noqa: S102
    return names["fun"], [lambda: names.update(k=4.0)]


@case
def attributes_whose_names_are_no_text():
    own, name = type("Own", (), {"k": 1.0, "\udc80": 1.0}), "\udc80"
    return lambda x: x * own().k * getattr(own(), name), [
        setter(own, k=4.0),
        lambda: setattr(own, name, 5.0),
    ]


def module(name, **attributes):
    """Return a module of a user's that can be imported."""
    made = types.ModuleType(name)
    made.__dict__.update(attributes)
    sys.modules[name] = made
    return made


@case
def imports_within():
    one, two = module("wengert_one", k=1.0), module("wengert_two", k=1.0)

    def fun(x):
        import wengert_one  # noqa: PLC0415
        from wengert_two import k  # noqa: PLC0415

        return x * wengert_one.k * k

    return fun, [
        setter(one, k=4.0),
        setter(two, k=5.0),
        lambda: module("wengert_one", k=6.0),
    ]


@case
def modules_without_a_file():
    made = module("wengert_space", k=1.0, __path__=["/nowhere"])
    made.__spec__ = types.SimpleNamespace(name="wengert_space")
    return lambda x: x * made.k, [setter(made, k=4.0)]


@case
def another_name_in_a_module():
    made = module("wengert_six", k=1.0, before=1.0)

    def change():
        del made.before
        made.there = 1.0

    return lambda x: x * made.k * (5.0 if hasattr(made, "there") else 3.0), [change]


@case
def all_attributes_of_a_function():
    def own():
        """Return nothing."""

    own.k = 1.0
    return lambda x: x * sum(vars(own).values()), [setter(own, k=5.0), setter(own, other=2.0)]


@case
def attributes_of_modules():
    made = module("wengert_three", table={"k": 1.0})
    text = """
def __getattr__(name):
    if name in table:
        return table[name]
    raise AttributeError(name)
"""
    exec(text, made.__dict__)  # noqa: S102
    return lambda x: x * made.k * (made.j if "j" in vars(made) else 1.0), [
        lambda: made.table.update(k=4.0),
        setter(made, j=5.0),
    ]


@case
def names_that_are_computed_by_others():
    own, name, get = types.SimpleNamespace(w0=1.0, w1=1.0), "w0", getattr

    def fun(x):
        return x * get(own, name) * operator.attrgetter("w" + str(1))(own)

    return fun, [setter(own, w0=4.0), setter(own, w1=5.0)]


@case
def one_code_in_two_modules():
    one, other = {"K": 1.0}, {"K": 2.0}
    code = compile("def read(x):\n  return x * K", "<text>", "exec")
    for names in (one, other):
        exec(code, names)  # noqa: S102
    first, second = one["read"], other["read"]
    return lambda x: first(x) + second(x), [
        lambda: other.update(K=5.0),
        lambda: one.update(K=7.0),
    ]


@case
def modules_by_name():
    one, two = module("wengert_four", k=1.0), module("wengert_five", k=1.0)

    def fun(x):
        return x * importlib.import_module("wengert_four").k * sys.modules["wengert_five"].k

    return fun, [setter(one, k=4.0), setter(two, k=5.0)]


@case
def the_environment():
    os.environ["WENGERT_TEST"] = "1"

    def change(text):
        return lambda: os.environ.update(WENGERT_TEST=text)

    return lambda x: x * float(os.environ["WENGERT_TEST"]) * len(os.getenv("WENGERT_TEST")), [
        change("2"),
        change("10"),
    ]


@case
def the_environment_by_other_names():
    os.environ["WENGERT_TEST"] = "1"
    own, read = os.environ, os.getenv

    def change(text):
        return lambda: os.environ.update(WENGERT_TEST=text)

    return lambda x: x * float(own["WENGERT_TEST"]) * len(read("WENGERT_TEST")), [
        change("2"),
        change("10"),
    ]


@case
def names_of_globals_that_are_computed():
    names = {"k0": 1.0, "k1": 2.0, "n": 0}
    exec("def fun(x):\n  return x * globals()['k' + str(n)]", names)  # noqa: S102
    return names["fun"], [lambda: names.update(k0=4.0), lambda: names.update(n=1)]


@case
def names_in_formats():
    own = Plain(rate=1.0, inner=Plain(k=1.0))

    def fun(x):
        return x * float("{a.rate}".format_map({"a": own})) * float("{.inner.k}".format(own))  # noqa: UP032

    return fun, [setter(own, rate=4.0), setter(own.inner, k=5.0)]


@case
def what_partial_methods_hold():
    class Own:
        def scaled(self, by, x):
            return x * by[0]

        own = functools.partialmethod(scaled, [1.0])

    own = Own()
    return lambda x: own.own(x), [  # noqa: PLW0108
        lambda: Own.__dict__["own"].args[0].__setitem__(0, 4.0),
    ]


@case
def classes_that_are_derived():
    class Base:
        k = 0.5

    kept = []

    def derive(k):
        return lambda: kept.append(type("Derived", (Base,), {"k": k}))

    return lambda x: x + sum(own.k for own in Base.__subclasses__()), [derive(2.0), derive(3.0)]


# Libraries: what their objects hold, and what somebody has put into their modules.


@case
def data_in_objects_of_libraries():
    line = np.polynomial.Polynomial([1.0, 2.0])
    own = Spline(np.arange(4.0), np.array([1.0, 3.0, 2.0, 5.0]))

    def fun(x):
        return x * line(0.5) + float(own(1.5)) * x

    return fun, [
        setter(line, domain=np.array([0.0, 2.0])),
        lambda: line.coef.__setitem__(0, 5.0),
        lambda: setattr(own, "c", own.c * 2),
        lambda: setattr(own, "c", own.c * 3),
    ]


@case
def functions_in_objects_of_libraries():
    items = [1.0]

    def each(x):
        return x * items[0]

    own = np.vectorize(each, otypes=[float])
    return lambda x: x * float(own(2.0)), [
        lambda: items.__setitem__(0, 4.0),
        setter(own, pyfunc=lambda x: x * 7.0),
    ]


@case
def classes_derived_from_those_of_libraries():
    class Own(Spline):
        pass

    own = Own(np.arange(4.0), np.array([1.0, 3.0, 2.0, 5.0]))
    return lambda x: x * float(own(1.5)), [lambda: setattr(own, "c", own.c * 2)]


@case
def what_is_put_into_modules_of_libraries():
    made = module("wengert_installed", k=1.0, __file__="/site-packages/wengert_installed.py")
    exec("def scaled(x):\n  return x * 2.0", made.__dict__)  # noqa: S102
    items = [5.0]
    return lambda x: made.scaled(x) * made.k, [
        setter(made, k=4.0),
        setter(made, scaled=lambda x: x * items[0]),
        lambda: items.__setitem__(0, 7.0),
    ]


# NumPy's arrays and numbers.


@case
def layouts_and_dtypes():
    holder = Plain(a=np.arange(1.0, 7.0).reshape(2, 3))

    def fun(x):
        bits = float(np.frombuffer(holder.a.tobytes(), "<f8")[1])
        return x * float(holder.a[0, 1]) + bits + float(holder.a.ravel("K")[1])

    return fun, [
        lambda: setattr(holder, "a", np.asfortranarray(holder.a)),
        lambda: setattr(holder, "a", holder.a.astype(">f8")),
    ]


@case
def what_can_be_written_to():
    holder = Plain(a=np.ones(3))
    return lambda x: x * (2.0 if holder.a.flags.writeable else 1.0), [
        lambda: holder.a.setflags(write=False),
        lambda: holder.a.setflags(write=True),
    ]


@case
def frozen_arrays_that_thaw():
    own = np.ones(1000)
    own.flags.writeable = False

    def change():
        own.flags.writeable = True
        own[999] = 4.0

    return lambda x: x * own[999], [change]


@case
def shapes_that_are_set():
    own = np.arange(2000.0)

    def change():
        own.resize((2, 1000), refcheck=False)

    return lambda x: x * own.shape[0], [change]


@case
def units():
    holder = Plain(a=np.array([1], "m8[s]"), k=np.datetime64("2020-01-01"))

    def fun(x):
        days = float(holder.k.astype(np.int64))
        return x * float((holder.a / np.timedelta64(1, "s"))[0]) + days

    return fun, [
        lambda: setattr(holder, "a", holder.a.view("m8[m]")),
        setter(holder, k=np.datetime64("2020-01-01T00:00:00")),
    ]


@case
def numbers_of_numpy():
    holder = Plain(k=np.float64(0.0))
    return lambda x: x + np.copysign(1.0, holder.k), [
        setter(holder, k=np.float64(-0.0)),
        setter(holder, k=np.float32(-0.0)),
    ]


@case
def fields():
    own = np.array([(1.0, 2.0)], dtype=[("a", float), ("b", float)])
    holder, row = Plain(a=own), own[0]

    return lambda x: x * float(holder.a["a"][0]) * float(row["b"]), [
        lambda: own["b"].__setitem__(0, 5.0),
        setter(holder, a=own.view([("b", float), ("a", float)])),
    ]


@case
def arrays_of_objects():
    own = np.empty(2, dtype=object)
    own[0], own[1] = 1.0, [1.0]
    return lambda x: x * own[0] * own[1][0], [
        lambda: own.__setitem__(0, 5.0),
        lambda: own[1].__setitem__(0, 7.0),
    ]


@case
def classes_of_arrays():
    class Own(np.ndarray):
        k = 1.0

        def first(self):
            return float(self[0]) * self.k

    own = np.ones(3).view(Own)
    own.unit = 2.0
    return lambda x: x * own.first() * own.unit, [
        setter(Own, k=4.0),
        setter(own, unit=5.0),
        lambda: own.__setitem__(0, 6.0),
    ]


class Point(NamedTuple):
    """An argument whose method reads a class."""

    k: float

    def scaled(self):
        """Read what `_shift` says."""
        return self.k * Shift.by


class Shift:
    """What a method of an argument reads."""

    by = 1.0
