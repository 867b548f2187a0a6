"""Arguments of jitted functions: the same objects out as in, and containers that the function changes."""

import collections

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
