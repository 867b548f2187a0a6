"""Arguments of jitted functions: the same objects out as in, and containers that the function changes."""

import collections
import io
import math

import numpy as np
import optree
import pytest

import wengert as wg

X = np.array([1.0, 2.0, 3.0])


def append(x, log):
    log.append(float(np.sum(x)))
    return x * 2


def grow(x, log):
    log.append(x * 2)
    log.append(x)
    log.append("text")
    return x


def enter(x, entries):
    entries["sum"] = np.sum(x)
    entries.pop("old", None)
    return x * 2


def replace(x, parts):
    parts[0] = parts[0] + x
    return parts[0]


def pop(x, parts):
    parts.pop()
    return x * len(parts)


def order(x, numbers):
    numbers.sort()
    return x * numbers[0]


def inside(x, tree):
    tree["list"][1].append(x)
    tree["list"].append(4.0)
    return x + tree["list"][0]


def clear(x, log):
    total = sum(log)
    log.clear()
    return x * total


def count(x, numbers):
    return x * numbers["missing"]


CHANGES = [
    (append, list),
    (grow, list),
    (enter, lambda: {"old": 1.0, "kept": X + 1}),
    (replace, lambda: [X * 3, 2.0]),
    (pop, lambda: [X * 1, 2.0]),
    (order, lambda: [3.0, 2.0]),
    (inside, lambda: {"list": [2.0, [1]], "none": None}),
    (clear, lambda: [1.0, 2.0]),
    (append, lambda: collections.deque([1.0])),
    (enter, lambda: collections.OrderedDict(old=1.0, b=X, a=2.0)),
    (count, lambda: collections.defaultdict(lambda: 2.0)),
]


def alike(one, other):
    assert type(one) is type(other)
    if isinstance(one, (list, tuple, collections.deque)):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            alike(a, b)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        alike(list(one.values()), list(other.values()))
    else:
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("fun", "make"),
    CHANGES,
    ids=[f"{fun.__name__} {type(make()).__name__}" for fun, make in CHANGES],
)
def test_containers_that_a_function_changes(fun, make):
    f = wg.jit(fun)
    for k in range(3):
        mine, its = make(), make()
        x, y = X + k, X + k
        alike(f(y, its), fun(x, mine))
        alike(its, mine)
    assert sum(p.runs for p in f.programs) == 0
    assert "that it was given" in f.programs[0].reason


def test_containers_changed_before_an_exception():
    def fun(x, log):
        log.append(x)
        x[0] = 9.0
        raise KeyError

    f = wg.jit(fun)
    for _ in range(2):
        log, x = [1.0], X.copy()
        with pytest.raises(KeyError):
            f(x, log)
        assert x[0] == 9.0
        assert log[0] == 1.0
        assert log[1] is x


def test_what_is_kept_is_the_same_object():
    other, log = X + 1, [X]

    def fun(x, log):
        log.insert(0, x)
        return x, log[1]

    f = wg.jit(fun)
    one, kept = f(other, log)
    assert one is other
    assert kept is X
    assert log[0] is other
    assert log[1] is X


def test_containers_that_are_only_read_are_replayed():
    f = wg.jit(lambda x, tree: {**tree, "new": sum(tree["parts"]) * x})
    for k in (1.0, 2.0, 3.0):
        tree = {"parts": [X * k, k], "name": "n"}
        alike(f(X, tree), {**tree, "new": (X * k + k) * X})
    assert sum(p.runs for p in f.programs) == 2


class State:
    """A registered container."""

    def __init__(self, values):
        self.values = values


optree.register_pytree_node(
    State,
    lambda state: ((list(state.values),), None),
    lambda _, children: State(list(children[0])),
    namespace=optree.registry.__GLOBAL_NAMESPACE,
)


def test_objects_of_registered_classes():
    f = wg.jit(lambda state: state.values[0] * 2)
    for k in (1, 2, 3):
        np.testing.assert_array_equal(f(State([k * X])), 2 * k * X)
    assert sum(p.runs for p in f.programs) == 2

    def step(state):
        state.values[0] = state.values[0] * 2
        return np.sum(state.values[0])

    with pytest.raises(wg.TraceError, match="changes an object of type State"):
        wg.jit(step)(State([X]))


@pytest.mark.parametrize("make", [np.copy, wg.tensor])
def test_the_same_object_comes_out_as_went_in(make):
    def fill(x, out):
        out[:] = x * 2
        return out, x, (x * 1, out)

    f = wg.jit(fill)
    for k in range(3):
        x, out = make(X + k), make(X)
        one, two, (three, four) = f(x, out)
        assert one is out
        assert four is out
        assert two is x
        assert three is not x
        np.testing.assert_array_equal(out, 2 * (X + k))
    assert sum(p.runs for p in f.programs) == 2
    g = wg.grad(wg.jit(lambda x: np.sum(wg.jit(lambda y: y)(x) * x)))
    np.testing.assert_array_equal(g(X), 2 * X)


TRANSFORMS = {
    "grad": wg.grad(lambda x: np.sum(x * 2.0)),
    "value_and_grad": wg.value_and_grad(lambda x: np.sum(x * 2.0)),
    "jacobian": wg.jacobian(lambda x: x * 2.0),
    "hessian": wg.hessian(lambda x: np.sum(x * 2.0)),
    "inside": lambda x: wg.grad(lambda y: np.sum(y * 2.0))(x * 3.0),
    "after": lambda x: wg.grad(lambda y: np.sum(y * 2.0))(x) + 1.0,
    "in a tuple": lambda x: (wg.grad(lambda y: np.sum(y * 2.0))(x), x * 1.0),
    "vjp": lambda x: wg.vjp(lambda y: y * 2.0, x)[1](x),
    "made": lambda x: (wg.tensor([1.0, 2.0]), np.ones(2)),
}


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize(
    "x", [X, wg.tensor(X), 2.0, np.float64(2.0)], ids=lambda x: type(x).__name__
)
def test_derivatives_that_depend_on_nothing_come_as_outside(name, x):
    wanted = wg._core.flatten(TRANSFORMS[name](x))
    f = wg.jit(TRANSFORMS[name])
    for _ in range(3):
        found = wg._core.flatten(f(x))
        assert [type(part) for part in found] == [type(part) for part in wanted]
        for one, other in zip(found, wanted, strict=True):
            np.testing.assert_array_equal(one, other)


OUTSIDE = wg.tensor([2.0, -1.0, 0.5])
BELONGING = {
    "an array beside a Tensor": wg.grad(lambda x: np.sum(np.sin(x) * OUTSIDE)),
    "a value beside a Tensor": wg.value_and_grad(lambda x: np.sum(np.sin(x) * OUTSIDE)),
    "a Jacobian": wg.jacobian(lambda x: x * x * OUTSIDE),
    "a Hessian": wg.hessian(lambda x: np.sum(x * x * OUTSIDE)),
    "a tangent": lambda x: wg.jvp(lambda y: y * OUTSIDE, (x,), (x,)),
    "a batch": wg.vmap(lambda y: y * np.sum(OUTSIDE)),
}
MIXED = {
    "a constant of a number": wg.grad(lambda c, x: c * 3.0),
    "a number": wg.grad(lambda c, x: c * np.sum(x)),
    "both": wg.grad(lambda c, x: c * c * np.sum(x), (0, 1)),
    "both beside a Tensor": wg.value_and_grad(lambda c, x: c * np.sum(x * OUTSIDE), (0, 1)),
    "a number of a loop": wg.grad(lambda c, x: wg.scan(lambda c, e: (c * 3.0, c), c, x)[0]),
}


@pytest.mark.parametrize("x", [X, wg.tensor(X)], ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("name", [*BELONGING, *MIXED])
def test_derivatives_come_as_what_they_belong_to(name, x):
    if name in MIXED:
        fun, calls = MIXED[name], [(2.0, x), (np.float64(2.0), x), (wg.tensor(2.0), x)]
    else:
        fun, calls = BELONGING[name], [(x,)]
    f = wg.jit(fun)
    for args in calls:
        wanted = wg._core.flatten(fun(*args))
        for _ in range(3):
            found = wg._core.flatten(f(*args))
            assert [type(part) for part in found] == [type(part) for part in wanted]
            for one, other in zip(found, wanted, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-15)
    assert sum(program.runs for program in f.programs) == 2 * len(calls)


def twice(make):
    """Return a list that is given in two places."""
    own = make()
    return [own, own]


def nested(own):
    """Return it, and a list of it."""
    return [own, [own]]


ALIASED = {
    "one list twice": (
        lambda a, b: (a.append(2.0), len(b) * a[0])[1],
        lambda: twice(lambda: [1.0]),
        lambda: [[1.0], [1.0]],
    ),
    "one list in another": (
        lambda a, b: (b[0].append(2.0), len(a) * b[0][0])[1],
        lambda: nested([1.0]),
        lambda: [[1.0], [[1.0]]],
    ),
    "one dict with arrays twice": (
        lambda a, b: (b.update(k=a["k"] * 2), a["k"] + b["j"])[1],
        lambda: twice(lambda: {"k": X.copy(), "j": X + 1}),
        lambda: [{"k": X.copy(), "j": X + 1}, {"k": X.copy(), "j": X + 1}],
    ),
    "which is which": (
        lambda a, b: a[0] * (2.0 if a is b else 1.0),
        lambda: twice(lambda: [1.0]),
        lambda: [[1.0], [1.0]],
    ),
}


@pytest.mark.parametrize("first", ["the same", "others"])
@pytest.mark.parametrize("name", ALIASED)
def test_containers_that_are_given_twice(name, first):
    fun, same, others = ALIASED[name]
    f = wg.jit(fun)
    makes = [same, others, same, others, same]
    for make in makes if first == "the same" else makes[1:]:
        mine, its = make(), make()
        alike(f(*its), fun(*mine))
        alike(its, mine)


def grown(own, other):
    """Return a function of a list, a list that it reads from outside, and another."""

    def fun(a):
        a.append(2.0)
        return len(own) * a[0]

    return fun, own, other


def doubled(own, given, other):
    """Return a function of an array that reads one from outside, memory of that, and another array."""

    def fun(a):
        a *= 2.0
        return own[: len(a)] + a

    return fun, given, other


OWN = [X.copy(), X.copy()]
MEETING = {
    "a list": lambda k: grown([1.0], [1.0]),
    "an array": lambda k: doubled(OWN[k], OWN[k], X.copy()),
    "a part": lambda k: doubled(OWN[k], OWN[k][1:], X[1:].copy()),
}


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("name", MEETING)
def test_arguments_that_are_found_outside(name, first):
    for own in OWN:
        own[:] = X
    plain, recorded = MEETING[name](0), MEETING[name](1)
    f = wg.jit(recorded[0])
    for k in range(first, 6):
        alike(f(recorded[1 + k % 2]), plain[0](plain[1 + k % 2]))
        alike(recorded[1:], plain[1:])


@pytest.mark.parametrize("strides", [(8, 8), (0, 8), (16, 16)])
def test_arrays_whose_elements_are_one(strides):
    def fun(x):
        x[0, 1] = 9.0
        x[1] *= 2.0
        return x * 1.0

    def made():
        return np.lib.stride_tricks.as_strided(np.arange(8.0), (3, 2), strides)

    f = wg.jit(fun)
    for make in (made, lambda: np.arange(6.0).reshape(3, 2), made, made):
        mine, its = make(), make()
        alike(f(its), fun(mine))
        alike(its, mine)


@pytest.mark.parametrize("kind", [np.array, wg.tensor])
def test_results_that_are_one_object(kind):
    constant = np.ones(2)

    def fun(x):
        y = x * 2.0
        return y, {"again": [y, x], "first": (x, y)}, constant, constant

    f = wg.jit(fun)
    for _ in range(3):
        x = kind([1.0, 2.0])
        one, inside, c, d = f(x)
        assert inside["again"][0] is one
        assert inside["first"][1] is one
        assert inside["again"][1] is inside["first"][0] is x
        assert c is d
    assert f.programs[0].runs == 2
    file = io.BytesIO()
    f.save(file)
    one, inside, _, _ = wg.load(io.BytesIO(file.getvalue()))(x)
    assert inside["again"][0] is one


def with_attribute(x):
    """Return a function that has an attribute."""

    def read():
        return read.x

    read.x = x * 2.0
    return read


HOLDERS = {
    "closure": (lambda x: lambda: x * 2.0, lambda own: own()),
    "default": (lambda x: lambda y=x * 2.0: y, lambda own: own()),
    "keyword default": (lambda x: lambda *, y=x * 2.0: y, lambda own: own()),
    "attribute": (with_attribute, lambda own: own()),
    "class": (lambda x: type("Own", (), {"x": x * 2.0}), lambda own: own.x),
    "method in C": (lambda x: [x * 2.0].__getitem__, lambda own: own(0)),
    "frozen set": (lambda x: frozenset([x * 2.0]), lambda own: next(iter(own))),
    "slice": (lambda x: slice(x * 2.0), lambda own: own.stop),
    "array of objects": (lambda x: np.array([None, x * 2.0]), lambda own: own[1]),
    "pullback": (lambda x: wg.vjp(lambda y: y * y, x)[1], lambda own: own(1.0)[0]),
    "linear function": (lambda x: wg.linearize(lambda y: y * y, x)[1], lambda own: own(1.0)),
    "in a dict": (lambda x: {"own": lambda: x * 2.0}, lambda own: own["own"]()),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_what_holds_a_value_is_made_at_every_call(name):
    fun, read = HOLDERS[name]
    f = wg.jit(fun)
    for x in (1.0, 2.0, 3.0, 2.0):
        assert float(read(f(x))) == 2.0 * x


def constant_function(x):
    """Return what every call returns."""
    return x * 2.0


@pytest.mark.parametrize("own", [constant_function, math.sin, np.float64, frozenset({1}), math])
def test_what_holds_nothing_is_replayed(own):
    f = wg.jit(lambda x: (own, x * 2.0))
    for x in (1.0, 2.0, 3.0):
        assert f(x) == (own, 2.0 * x)
    assert f.programs[0].runs == 2


def test_changed_containers_come_out_as_themselves():
    def fun(state, x):
        state["sum"] = x * 2.0
        state["log"].append(x)
        return {"state": state, "log": (state["log"], x)}

    f = wg.jit(fun)
    for _ in range(3):
        state = {"log": [1.0]}
        found = f(state, X)
        assert found["state"] is state
        assert found["log"][0] is state["log"]
        np.testing.assert_array_equal(state["sum"], X * 2.0)
