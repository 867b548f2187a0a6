"""jit: what is replayed is what a call would give, whatever is read, written and closed over."""

import array
import collections
import copy
import functools
import gc
import itertools
import pickle
import queue
import threading
import types
import warnings
import weakref

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

X = np.array([0.3, -1.2, 2.0])


class Calls:
    """How often Python has run a function, counted where it is not seen from outside."""

    def __init__(self):
        self.queue = queue.SimpleQueue()

    def __len__(self):
        return self.queue.qsize()

    def add(self):
        """Count one call."""
        self.queue.put(None)

    def clear(self):
        """Begin at 0 again."""
        while self.queue.qsize():
            self.queue.get()


def counted(fun):
    """Return a function and how often Python has run it."""
    calls = Calls()

    @functools.wraps(fun)
    def counting(*args, **keywords):
        calls.add()
        return fun(*args, **keywords)

    return counting, calls


def runs_of(f):
    return sum(program.runs for program in f.programs)


PURE = {
    "number": (lambda x: x * x + 1.0, [(2.0,), (-1.5,), (0.0,)]),
    "elementwise": (lambda x: np.exp(np.sin(x)) / (1.0 + x * x), [(X,), (X + 1,), (X * 0,)]),
    "reduction": (lambda x: np.sum(x**2) + np.max(x), [(X,), (-X,)]),
    "matrix": (
        lambda a, x: np.tanh(a @ x),
        [(np.ones((2, 3)), X), (np.arange(6.0).reshape(2, 3), X)],
    ),
    "gradient": (wg.grad(lambda x: np.sum(np.sin(x) * x)), [(X,), (2 * X,)]),
    "value_and_grad": (wg.value_and_grad(lambda x: np.sum(x**3)), [(X,), (2 * X,)]),
    "jacobian": (wg.jacobian(lambda x: x[1:] * x[:-1]), [(X,), (2 * X,)]),
    "hessian": (wg.hessian(lambda x: np.sum(x**3) * x[0]), [(X,), (2 * X,)]),
    "vmap": (wg.vmap(wg.grad(lambda x: x * np.sin(x))), [(X,), (2 * X,)]),
    "hvp": (lambda x, v: wg.hvp(lambda x: np.sum(x**4), (x,), (v,)), [(X, X + 1), (X, -X)]),
    "checkpoint": (wg.grad(lambda x: np.sum(wg.checkpoint(np.sin)(x))), [(X,), (2 * X,)]),
    "complex": (lambda z: np.abs(z * z + 1j), [(1 + 2j,), (3 - 1j,)]),
    "float32": (lambda x: x * 2 + 1, [(X.astype(np.float32),), (-X.astype(np.float32),)]),
    "integers": (lambda i, x: x[i], [(np.array([2, 0]), X), (np.array([1, 1]), X)]),
    "booleans": (lambda m, x: np.where(m, x, -x), [(X > 0, X), (X < 0, X)]),
    "empty": (lambda x: np.sum(x) + 1.0, [(np.zeros(0),), (np.zeros(0),)]),
    "containers": (
        lambda p: {"a": p["w"] * p["b"][0], "n": (p["b"][1], None, "text")},
        [({"w": X, "b": [2.0, X + 1]},), ({"w": -X, "b": [3.0, X]},)],
    ),
    "constant": (lambda x: (np.arange(3.0), 5, "five"), [(X,), (X,)]),
    "several results": (lambda x: np.linalg.eigh(np.outer(x, x))[0], [(X,), (X + 1,)]),
    "solve": (lambda x: np.linalg.solve(np.diag(x) + 2.0, x), [(X,), (X + 0.1,)]),
    "written inside": (lambda x: _filled(x), [(X,), (2 * X,)]),  # noqa: PLW0108
}


def _filled(x):
    out = wnp.zeros(4)
    out[1:] = x
    out[0] += x[0] * x[1]
    return out


def same(one, other):
    """Hold the structure, the types and every bit of what two calls returned against each other."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            same(one[key], other[key])
    elif isinstance(one, (tuple, list)):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            same(a, b)
    elif isinstance(one, (np.ndarray, np.generic)):
        assert one.dtype == other.dtype
        assert np.shape(one) == np.shape(other)
        assert one.tobytes() == other.tobytes()
    else:
        assert one == other or one is other


@pytest.mark.parametrize("case", PURE)
def test_a_replay_gives_what_a_recording_gives(case):
    fun, calls = PURE[case]
    f = wg.jit(fun)
    first = [wg.jit(fun)(*args) for args in calls]
    replayed = [f(*args) for args in (*calls, *calls)]
    for one, other in zip((*first, *first), replayed, strict=True):
        same(one, other)
    assert runs_of(f) == 2 * len(calls) - 1
    verified = wg.jit(fun, verify=1)
    for args in (*calls, *calls):
        verified(*args)


@pytest.mark.parametrize("case", PURE)
def test_results_are_ones_own(case):
    fun, calls = PURE[case]
    f = wg.jit(fun)
    f(*calls[0])
    expected = f(*calls[0])
    for leaf in wg._core.flatten(f(*calls[0])):
        if isinstance(leaf, np.ndarray):
            leaf[...] = 99
    same(f(*calls[0]), expected)


def test_python_runs_once():
    fun, calls = counted(lambda x: np.sum(x * x))
    f = wg.jit(fun)
    np.testing.assert_allclose(
        [f(X), f(2 * X), f(3 * X)], [np.sum((k * X) ** 2) for k in (1, 2, 3)]
    )
    assert len(calls) == 1


@pytest.mark.parametrize(
    "fun",
    [
        lambda x: x / 2 if x > 0 else x * x,
        lambda x: x * (1 if bool(x < 1) else 3),
        lambda x: x * int(x),
        lambda x: x + float(x),
        lambda x: x * wnp.asarray(x).item(),
        lambda x: sum((x for _ in range(int(abs(x)))), 0.0 * x),
        lambda x: np.sum(np.asarray(x)) * x,
        lambda x: x * [1.0, 2.0, 3.0][int(abs(x)) % 3],
    ],
)
def test_what_python_reads_is_compared(fun):
    f = wg.jit(fun, verify=1, max_paths=100)
    for value in (1.5, -2.0, 1.5, -2.0, 4.0, 1.5, -0.0, 0.0):
        assert f(value) == fun(value)
    before = runs_of(f)
    assert f(1.5) == fun(1.5)
    assert runs_of(f) == before + 1


def test_masks_that_decide_a_shape_are_compared():
    fun, calls = counted(lambda x: np.sum(x[x > 0]) * len(x[x > 0]))
    f = wg.jit(fun)
    for x in (X, -X, 2 * X, -3 * X, X):
        assert f(x) == np.sum(x[x > 0]) * len(x[x > 0])
    assert len(calls) == 2


def test_nan_equals_itself_and_zeros_have_signs():
    fun, calls = counted(lambda x: x * float(x))
    f = wg.jit(fun)
    for value in (np.nan, np.nan, 0.0, -0.0, 0.0):
        np.testing.assert_equal(f(value), value * value)
    assert len(calls) == 3


def test_paths_share_what_was_read_before():
    def newton(x):
        y = x
        while abs(y * y - 2.0) > 1e-10:
            y = y - (y * y - 2.0) / (2 * y)
        return y

    fun, calls = counted(newton)
    f = wg.jit(fun)
    starts = (1.0, 1.5, 3.0, 10.0)
    for _ in range(3):
        for start in starts:
            assert f(start) == newton(start)
    assert len(calls) <= len(starts)


def test_types_shapes_and_structures_are_keys():
    fun, calls = counted(lambda x: x * 2)
    f = wg.jit(fun)
    kinds = [
        1.0,
        np.float64(1.0),
        X,
        X.astype(np.float32),
        X[:2],
        np.ones((1, 3)),
        wg.tensor(X),
        1,
        True,
    ]
    for _ in range(2):
        for x in kinds:
            result = f(x)
            assert type(result) is type(fun.__wrapped__(x))
            assert np.asarray(result).dtype == np.asarray(x * 2).dtype
    assert len(calls) == len(kinds)


def test_layouts_of_arguments_do_not_matter():
    f = wg.jit(lambda x: x[0] + np.sum(x, 0))
    a = np.arange(12.0).reshape(3, 4)
    for x in (a, a.copy("F"), a[:, ::-1], np.broadcast_to(a[:1], (3, 4))):
        np.testing.assert_array_equal(f(x), x[0] + x.sum(0))
    assert runs_of(f) == 3


def test_integers_are_given_as_they_are():
    f = wg.jit(lambda x, n: x.reshape(n, -1).sum(0) * isinstance(n, int))
    x = np.arange(12.0)
    for n in (2, 3, 4, 3, 2):
        np.testing.assert_array_equal(f(x, n), x.reshape(n, -1).sum(0))
    assert len(f.programs) == 3


def test_static_arguments():
    @wg.jit
    def plain(x, how):
        return x * (2 if how == "twice" else 3)

    assert [plain(1.0, "twice"), plain(1.0, "thrice"), plain(2.0, "twice")] == [2.0, 3.0, 4.0]

    fun, calls = counted(lambda x, y=0.0: x + y if isinstance(y, float) else None)
    for options in ({"static_argnums": 1}, {"static_argnames": "y"}, {"static_argnums": -1}):
        calls.clear()
        f = wg.jit(fun, **options)
        assert [f(1.0, 2.0), f(3.0, 2.0), f(1.0, y=2.0), f(1.0, 4.0)] == [3.0, 5.0, 3.0, 5.0]
        assert len(calls) == 3
    with pytest.raises(TypeError, match="static argument is of type list"):
        wg.jit(lambda x, y: x, static_argnums=1)(1.0, [1])
    with pytest.raises(ValueError, match="static_argnums holds 5"):
        wg.jit(lambda x: x, static_argnums=5)
    with pytest.raises(ValueError, match="'z', which is no parameter"):
        wg.jit(lambda x: x, static_argnames="z")


def test_keyword_arguments_and_defaults():
    f = wg.jit(lambda x, *more, scale=2.0, **rest: x * scale + sum(more) + rest.get("a", 0.0))
    assert f(1.0) == 2.0
    assert f(1.0, scale=3.0) == 3.0
    assert f(1.0, 5.0, scale=4.0) == 9.0
    assert f(1.0, a=1.0) == 3.0
    assert f(2.0, a=2.0) == 6.0


SCALE = 2.0
TABLE = {"a": [1.0, 2.0]}
ARRAY = np.array([1.0, 2.0, 3.0])
LARGE = np.zeros(2000)
SWITCHES = types.SimpleNamespace(slope=1.0)


def _helper(x):
    return x * SCALE


def _with_default(x, by=SCALE):
    return x * by


OUTSIDE = {
    "global": (lambda x: x * SCALE, ("SCALE", 5.0)),
    "global of a helper": (lambda x: _helper(x), ("SCALE", 5.0)),  # noqa: PLW0108
    "helper": (lambda x: _helper(x), ("_helper", lambda x: x - 1.0)),  # noqa: PLW0108
    "container": (lambda x: x * TABLE["a"][1], ("TABLE", {"a": [1.0, 7.0]})),
    "array": (lambda x: np.sum(x * ARRAY), ("ARRAY", np.array([1.0, 2.0, 4.0]))),
    "large array": (lambda x: np.sum(x + LARGE), ("LARGE", np.ones(2000))),
    "object": (lambda x: x * SWITCHES.slope, ("SWITCHES", types.SimpleNamespace(slope=3.0))),
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_what_is_rebound_outside_is_seen(case, monkeypatch):
    fun, (name, value) = OUTSIDE[case]
    f = wg.jit(fun)
    assert f(2.0) == f(2.0) == fun(2.0)
    with monkeypatch.context() as patch:
        patch.setitem(globals(), name, value)
        assert f(2.0) == fun(2.0)
    before = runs_of(f)
    assert f(2.0) == fun(2.0)
    assert runs_of(f) == before + 1


def test_what_is_changed_outside_is_seen():
    table, array, large, holder = (
        {"a": 1.0},
        np.ones(3),
        np.ones(3000),
        types.SimpleNamespace(k=1.0),
    )
    cell, members = 1.0, {1.0}

    def fun(x):
        return (
            x * table["a"] + np.sum(array * x) + np.sum(large * x) + holder.k + cell + max(members)
        )

    f = wg.jit(fun, max_paths=50)

    def check():
        assert f(2.0) == fun(2.0)
        assert f(3.0) == fun(3.0)

    check()
    table["a"] = 5.0
    check()
    array[1] = 7.0
    check()
    large[2999] = 7.0
    check()
    large[0] = -0.0
    check()
    holder.k = 9.0
    check()
    cell = 11.0
    check()
    members.add(20.0)
    check()
    assert runs_of(f) >= 8


class Rows(list):
    """A list of one's own."""


CHANGING = {
    "ordered dict": (
        lambda: collections.OrderedDict(k=1.0),
        lambda o: o["k"],
        lambda o: o.update(k=3.0),
    ),
    "default dict": (
        lambda: collections.defaultdict(float),
        lambda o: o["k"],
        lambda o: o.update(k=3.0),
    ),
    "list of one's own": (
        lambda: Rows([1.0]),
        lambda o: o[0],
        lambda o: o.append(o.__setitem__(0, 5.0)),
    ),
    "nested": (
        lambda: [[1.0, {"k": (2.0, [3.0])}]],
        lambda o: o[0][1]["k"][1][0],
        lambda o: o[0][1]["k"][1].append(o[0][1]["k"][1].__setitem__(0, 9.0)),
    ),
    "many numbers": (
        lambda: [float(k) for k in range(5000)],
        lambda o: o[4000],
        lambda o: o.__setitem__(4000, o[4000] + 1.0),
    ),
    "a large table": (
        lambda: dict.fromkeys(range(2000), 1.0),
        lambda o: o[1500],
        lambda o: o.__setitem__(1500, o[1500] + 1.0),
    ),
    "bytearray": (lambda: bytearray(b"a"), lambda o: float(o[0]), lambda o: o.__setitem__(0, 7)),
    "memory": (
        lambda: memoryview(bytearray(b"abc")),
        lambda o: float(o[1]),
        lambda o: o.__setitem__(1, 7),
    ),
    "array.array": (
        lambda: array.array("d", [1.0]),
        lambda o: o[0],
        lambda o: o.__setitem__(0, 7.0),
    ),
    "iterator": (itertools.count, lambda o: float(next(o)), next),
    "generator": (lambda: (float(k) for k in range(20)), next, lambda o: None),
    "random numbers": (
        lambda: np.random.default_rng(0),
        lambda o: 0.0 * o.normal() + 1.0,
        lambda o: None,
    ),
    "NumPy's number": (
        lambda: types.SimpleNamespace(k=np.float64(1.0)),
        lambda o: o.k,
        lambda o: setattr(o, "k", np.float64(2.0)),
    ),
}


@pytest.mark.filterwarnings("ignore:jit")
@pytest.mark.parametrize("case", CHANGING)
@pytest.mark.parametrize("way", ["closed over", "an argument"])
def test_objects_that_change_are_seen(case, way):
    make, read, change = CHANGING[case]
    ours, theirs = make(), make()
    f = wg.jit(lambda x, o: x * read(o)) if way == "an argument" else None
    g = wg.jit(lambda x: x * read(ours)) if f is None else lambda x: f(x, ours)
    for _ in range(3):
        assert g(2.0) == 2.0 * read(theirs)
        assert g(3.0) == 3.0 * read(theirs)
        change(ours)
        change(theirs)


def test_tables_and_sparse_matrices_that_change_are_seen():
    pandas = pytest.importorskip("pandas")
    sparse = pytest.importorskip("scipy.sparse")
    series, matrix = pandas.Series([1.0, 2.0]), sparse.csr_array(np.eye(2))
    f = wg.jit(lambda x: np.sum(x * series))
    g = wg.jit(lambda x: np.sum(wnp.matmul(matrix, x)))
    x = np.array([1.0, 10.0])
    for _ in range(2):
        assert f(x) == f(x) == np.sum(x * series.to_numpy())
        assert g(x) == g(x) == np.sum(matrix @ x)
        series.iloc[0] += 5.0
        matrix.data[0] += 5.0


def test_builtins_that_get_another_meaning_are_seen(monkeypatch):
    f = wg.jit(lambda x: abs(x) * 2.0)
    assert f(-3.0) == 6.0
    monkeypatch.setitem(globals(), "abs", lambda x: x)
    assert f(-3.0) == -6.0


def test_defaults_and_code_that_change_are_seen():
    f = wg.jit(lambda x: _with_default(x))  # noqa: PLW0108
    assert f(2.0) == 4.0
    before = _with_default.__defaults__
    try:
        _with_default.__defaults__ = (5.0,)
        assert f(2.0) == 10.0
    finally:
        _with_default.__defaults__ = before
    assert f(2.0) == 4.0


class Model:
    """Attributes of all kinds, and a method that reads them."""

    rate = 2.0

    def __init__(self, w):
        self.w = w
        self.bias = 1.0

    @property
    def doubled(self):
        """Begin at 0 again."""
        return self.bias * 2.0

    @wg.jit
    def __call__(self, x):
        """Begin at 0 again."""
        return np.sum(self.w * x) * self.rate + self.doubled + self._more(x)

    def _more(self, x):
        return x[0] * self.extra if hasattr(self, "extra") else 0.0


def test_methods_and_attributes():
    one, other = Model(np.array([1.0, 2.0])), Model(wg.tensor([3.0, 4.0]))
    x = np.array([1.0, 10.0])

    def check(model):
        for _ in range(2):
            assert float(model(x)) == float(Model.__call__.__wrapped__(model, x))

    check(one)
    check(other)
    one.bias = 5.0
    check(one)
    one.w = np.array([7.0, 8.0])
    check(one)
    other.w.assign([0.0, 1.0])
    check(other)
    one.extra = 3.0
    check(one)
    try:
        Model.rate = 4.0
        check(one)
        check(other)
    finally:
        Model.rate = 2.0
    assert runs_of(Model.__call__) >= 7


def test_slots_are_seen():
    class Slotted:
        __slots__ = ("k",)

    holder = Slotted()
    holder.k = 2.0
    f = wg.jit(lambda x: x * holder.k)
    assert f(1.0) == f(1.0) == 2.0
    holder.k = 3.0
    assert f(1.0) == 3.0


def test_partials_wrappers_and_bound_methods_are_looked_into():
    holder = types.SimpleNamespace(k=2.0)
    inner = lambda a, x: a * x * holder.k
    for fun in (functools.partial(inner, 3.0), functools.lru_cache(functools.partial(inner, 3.0))):
        holder.k = 2.0
        f = wg.jit(lambda x, fun=fun: fun(x))
        assert f(1.0) == f(1.0) == 6.0
        if isinstance(fun, functools.partial):
            holder.k = 5.0
            assert f(1.0) == 15.0


def test_tensors_that_are_closed_over_are_inputs():
    w = wg.tensor([1.0, 2.0])
    fun, calls = counted(lambda x: np.sum(w * x))
    f = wg.jit(fun)
    assert f(X[:2]) == f(X[:2]) == np.sum([1.0, 2.0] * X[:2])
    w.assign([3.0, 4.0])
    assert f(X[:2]) == np.sum([3.0, 4.0] * X[:2])
    w[0] = 7.0
    assert f(X[:2]) == np.sum([7.0, 4.0] * X[:2])
    assert len(calls) == 1
    assert isinstance(f(X[:2]), wg.Tensor)


def test_values_of_closed_tensors_are_guards():
    n = wg.tensor(2)
    f = wg.jit(lambda x: x * int(n))
    assert f(3.0) == f(3.0) == 6.0
    n.assign(5)
    assert f(3.0) == 15.0


def test_gradients_of_closed_tensors():
    w = wg.tensor([1.0, 2.0], requires_grad=True)
    f = wg.jit(lambda x: np.sum(w * w * x))
    for k in range(1, 4):
        w.zero_grad()
        f(X[:2]).backward()
        np.testing.assert_allclose(w.grad, 2 * np.asarray(w.detach()) * X[:2])
        w.assign(np.array([1.0, 2.0]) * k)
    assert runs_of(f) == 2


def test_training_steps_are_replayed():
    def train(jit):
        w = wg.tensor([1.0, 2.0], requires_grad=True)

        def step(x):
            w.zero_grad()
            loss = np.sum((w * x - 1.0) ** 2)
            loss.backward()
            w.assign(w.detach() - 0.1 * w.grad)
            return loss

        step = jit(step)
        losses = [float(step(X[:2]).detach()) for _ in range(4)]
        return losses, np.asarray(w.detach()), step

    plain = train(lambda f: f)
    jitted = train(wg.jit)
    assert plain[0] == jitted[0]
    np.testing.assert_array_equal(plain[1], jitted[1])
    assert runs_of(jitted[2]) == 3


def test_tensors_outside_that_are_written_to():
    total = wg.tensor([0.0, 0.0])

    def add(x):
        total[...] = total + x
        return np.sum(total)

    f = wg.jit(add)
    np.testing.assert_allclose([float(f(X[:2])) for _ in range(3)], np.sum(X[:2]) * np.arange(1, 4))
    np.testing.assert_allclose(np.asarray(total), 3 * X[:2])


def test_arguments_that_are_written_to():
    def fun(a, b):
        a[0] = 5.0
        a += b
        return np.sum(a)

    f = wg.jit(fun)
    for kind in (np.array, wg.tensor):
        for _ in range(3):
            a, b = kind([1.0, 2.0]), kind([3.0, 4.0])
            assert float(f(a, b)) == 14.0
            np.testing.assert_array_equal(np.asarray(a), [8.0, 6.0])
    a = np.ones(2)
    twice = wg.jit(fun)
    for _ in range(2):
        a[...] = 1.0
        assert twice(a, a) == 12.0
        np.testing.assert_array_equal(a, [10.0, 2.0])
    a, b = np.ones(2), np.ones(2)
    assert twice(a, b) == 8.0


def test_derivatives_of_jitted_functions():
    def fun(w, x):
        return np.sum(np.tanh(w * x) ** 2) if x[0] > 0 else np.sum(w * x)

    f = wg.jit(fun)
    w = np.array([0.5, -1.0, 2.0])
    for _ in range(2):
        for x in (X, -X):
            np.testing.assert_allclose(wg.grad(f)(w, x), wg.grad(fun)(w, x), rtol=1e-15)
            np.testing.assert_allclose(wg.hessian(f)(w, x), wg.hessian(fun)(w, x), rtol=1e-14)
            np.testing.assert_allclose(
                wg.jvp(lambda w, x=x: f(w, x), (w,), (X,))[1],
                wg.jvp(lambda w, x=x: fun(w, x), (w,), (X,))[1],
            )
            np.testing.assert_allclose(
                wg.vmap(f, (0, None))(np.stack([w, -w]), x), [fun(w, x), fun(-w, x)]
            )
            np.testing.assert_allclose(
                wg.grad(wg.grad(lambda s, x=x: f(s * w, x)))(1.5),
                wg.grad(wg.grad(lambda s, x=x: fun(s * w, x)))(1.5),
            )
    assert f(w, X) == fun(w, X)


def test_cotangents_of_first_results_alone():
    f = wg.jit(lambda t, w, x: (t + w * x, np.sum(t * t)))
    for _ in range(20):
        w, t = wg.tensor(X, requires_grad=True), wg.tensor(np.zeros(3))
        for _ in range(3):
            t, _ = f(t, w, X)
        np.sum(t).backward()
        np.testing.assert_allclose(np.asarray(w.grad), 3 * X)


def test_a_float_that_leaves_is_refused_where_it_is_differentiated():
    f = wg.jit(lambda x: x * float(x))
    assert f(3.0) == 9.0
    with pytest.raises(TypeError, match="derivative would be lost"):
        wg.grad(f)(3.0)
    assert f(4.0) == 16.0


def test_what_is_differentiated_outside_and_closed_over():
    def outer(a):
        f = wg.jit(lambda x: np.sum(x * a))
        return f(X) * f(2 * X)

    np.testing.assert_allclose(
        wg.grad(outer)(2.0), wg.grad(lambda a: np.sum(X) ** 2 * 2 * a * a)(2.0)
    )
    np.testing.assert_allclose(
        wg.grad(lambda a: wg.grad(lambda x: wg.jit(lambda x: np.sum(x * x * a))(x))(X)[2])(3.0),  # noqa: PLW0108
        4.0,
    )


def test_no_grad_is_seen():
    w = wg.tensor(2.0, requires_grad=True)
    f = wg.jit(lambda x: x * w)
    with wg.no_grad():
        assert not f(3.0).requires_grad
    assert f(3.0).requires_grad
    f(3.0).backward()
    assert float(w.grad) == 3.0


def test_jit_inside_of_jit_and_recursion():
    inner = wg.jit(lambda x: x * x)
    f = wg.jit(lambda x: inner(x) + inner(2.0 * x))
    assert f(3.0) == f(3.0) == 45.0

    @wg.jit
    def power(x, n):
        return 1.0 if n == 0 else x * power(x, n - 1)

    assert power(2.0, 5) == power(2.0, 5) == 32.0


def test_no_jit():
    fun, calls = counted(lambda x: x * 2.0)
    f = wg.jit(fun)
    with wg.no_jit():
        f(1.0), f(1.0)
    assert len(calls) == 2
    f(1.0), f(1.0)
    assert len(calls) == 3
    f.clear()
    f(1.0)
    assert len(calls) == 4


def test_exceptions():
    def fun(x):
        if x < 0:
            raise KeyError("negative")
        return np.linalg.cholesky(np.diag(np.stack([x, x - 1.0])))[1, 1]

    f = wg.jit(fun)
    assert f(2.0) == f(2.0) == 1.0
    for _ in range(2):
        with pytest.raises(KeyError, match="negative"):
            f(-1.0)
        with pytest.raises(np.linalg.LinAlgError):
            f(0.5)
    assert f(5.0) == 2.0

    def caught(x):
        try:
            return np.linalg.cholesky(x)[0, 0]
        except np.linalg.LinAlgError:
            return np.sum(x)

    g = wg.jit(caught)
    for x in (np.eye(2), -np.eye(2), 4 * np.eye(2), -3 * np.eye(2), np.eye(2)):
        assert g(x) == caught(x)


def test_too_many_paths_are_told_of_once():
    f = wg.jit(lambda x: x * float(x), max_paths=3)
    with pytest.warns(RuntimeWarning, match=r"recorded 3 times.*test_jit.py:\d+"):
        found = [f(float(k)) for k in range(10)]
    assert found == [float(k * k) for k in range(10)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f(100.0) == 10000.0
        assert len(f.programs) == 3


def test_changes_at_every_call_are_followed():
    count = 0

    def fun(x):
        nonlocal count
        count += 1
        return x * count

    f = wg.jit(fun)
    with pytest.warns(RuntimeWarning, match="count is not what it was"):
        found = [f(1.0) for _ in range(12)]
    assert found == [float(k) for k in range(1, 13)]
    seen = []
    g = wg.jit(lambda x: seen.append(x) or x)
    with pytest.warns(RuntimeWarning, match="seen is not what it was"):
        _ = [g(float(k)) for k in range(12)]
    assert len(seen) == 12
    assert [float(x) * 2.0 for x in seen] == [2.0 * k for k in range(12)]


def test_results_that_cannot_be_made_again():
    class Box:
        def __init__(self, x):
            self.x = x

        def __call__(self):
            return self.x

    f = wg.jit(lambda x: Box(x * 2.0))
    assert float(f(1.0)()) == 2.0
    assert float(f(3.0)()) == 6.0
    assert "returns an object of Box" in f.programs[0].reason


def test_random_numbers_are_found_by_verifying():
    f = wg.jit(lambda x: x + np.random.normal(), verify=1)  # noqa: NPY002
    f(1.0)
    with pytest.raises(wg.TraceError, match="random numbers"):
        f(1.0)


def test_descriptions():
    @wg.jit
    def fun(x, y=1.0):
        """Add."""
        return x + y

    assert fun.__name__ == "fun"
    assert fun.__doc__ == "Add."
    assert repr(fun) == "jit(fun)"
    assert wg.jit(fun.__wrapped__) == fun
    assert copy.copy(fun)(1.0) == 2.0
    assert callable(wg.jit(verify=0)(fun.__wrapped__))
    for wrong in (0, -1, 1.5):
        with pytest.raises(ValueError, match="max_paths"):
            wg.jit(lambda x: x, max_paths=wrong)
    with pytest.raises(TypeError):
        wg.jit(3)


@wg.jit
def of_module(x):
    return x * 2.0


def test_pickling():
    assert pickle.loads(pickle.dumps(of_module)) is of_module
    again = pickle.loads(pickle.dumps(wg.jit(np.sin)))
    assert again(0.0) == 0.0


def test_what_is_not_used_goes():
    class Thing:
        pass

    thing = Thing()
    f = wg.jit(lambda x, thing: x * 2.0)
    f(1.0, thing)
    gone = weakref.ref(thing)
    del thing
    gc.collect()
    assert gone() is None

    def local():
        array = np.zeros(3)
        g = wg.jit(lambda x: x + array + (0 if g else 1))
        g(1.0)
        return weakref.ref(g)

    reference = local()
    gc.collect()
    assert reference() is None


def test_threads_replay_and_record_at_once():
    f = wg.jit(lambda x: np.sum(np.sin(x)) if x[0] > 0 else np.sum(x))
    failed = []

    def work(k):
        for i in range(200):
            x = np.full(50, (k + 1.0) * (-1) ** (i % 2))
            expected = np.sum(np.sin(x)) if x[0] > 0 else np.sum(x)
            if abs(f(x) - expected) > 1e-12:
                failed.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_a_thread_inside_of_a_recording():
    def fun(x):
        found = []
        thread = threading.Thread(target=lambda: found.append(x * 2.0))
        thread.start()
        thread.join()
        return found[0] + x

    f = wg.jit(fun)
    assert [float(f(v)) for v in (1.0, 2.0, 3.0)] == [3.0, 6.0, 9.0]


def test_kept_values_are_values_afterwards():
    kept = {}

    def fun(x):
        kept["y"] = x * 3.0
        return x

    wg.jit(fun)(2.0)
    assert float(kept["y"] + 1.0) == 7.0
    assert wg.grad(lambda z: z * kept["y"])(1.0) == 6.0


def test_namedtuples_and_registered_classes():
    optree = pytest.importorskip("optree")
    Point = collections.namedtuple("Point", "x y")  # noqa: PYI024

    class Pair:
        def __init__(self, one, other, name):
            self.one, self.other, self.name = one, other, name

    optree.register_pytree_node(
        Pair,
        lambda p: ((p.one, p.other), p.name),
        lambda n, c: Pair(*c, n),
        namespace=optree.registry.__GLOBAL_NAMESPACE,
    )
    fun, calls = counted(lambda p: p.x * p.y)
    f = wg.jit(fun)
    assert f(Point(2.0, 3.0)) == 6.0
    assert f(Point(4.0, 5.0)) == 20.0
    fun, pairs = counted(lambda p: p.one * p.other + len(p.name))
    f = wg.jit(fun)
    assert f(Pair(2.0, 3.0, "a")) == 7.0
    assert f(Pair(4.0, 5.0, "a")) == 21.0
    assert f(Pair(4.0, 5.0, "bb")) == 22.0
    assert (len(calls), len(pairs)) == (1, 2)


@pytest.mark.parametrize("x", [1.0, X, wg.tensor(X)], ids=["number", "array", "Tensor"])
def test_tensors_made_of_no_argument_stay_tensors(x):
    def fun(x):
        return wnp.zeros((), np.float32), wnp.ones(2, np.float32), np.ones(2), x * 2

    f = wg.jit(fun)
    for _ in range(2):
        for made, wanted in zip(f(x), fun(x), strict=True):
            assert type(made) is type(wanted)
            assert np.asarray(made).dtype == np.asarray(wanted).dtype


def test_texts_are_guards():
    f = wg.jit(lambda x: (x * 2, f"{x:.1f} {x} {x!r}"))
    for value in (1.0, 2.5, 1.0):
        assert f(value)[1].startswith(f"{value:.1f} {value}")
        assert "many" not in f(value)[1]
    assert runs_of(f) == 4


@pytest.mark.parametrize("stated", ["reverse", "forward", None])
def test_functions_of_foreign_code_are_called(stated):
    sine = wg.primitive(lambda x: np.array([float(v) for v in np.sin(x)]))
    if stated == "reverse":
        sine.defvjp(lambda ct, ans, x: ct * np.cos(x))
    elif stated == "forward":
        sine.defjvp(lambda t, ans, x: t * np.cos(x))
    f = wg.jit(lambda x: sine(x) * 2.0)
    for k in (1, 2, 3):
        np.testing.assert_array_equal(f(k * X), np.sin(k * X) * 2.0)
    if stated:
        g = wg.jit(wg.grad(lambda x: np.sum(sine(x))))
        for k in (1, 2, 3):
            np.testing.assert_array_equal(g(k * X), np.cos(k * X))
            np.testing.assert_allclose(wg.grad(lambda x: np.sum(f(x)))(k * X), 2 * np.cos(k * X))


def test_stated_rules_are_replayed():
    for rule in ("vjp", "jvp"):
        if rule == "vjp":
            square = wg.custom_vjp(lambda x: x * x)
            square.defvjp(lambda x: (x * x, x), lambda x, ct: (ct * 3.0 * x,))
        else:
            square = wg.custom_jvp(lambda x: x * x)
            square.defjvp(lambda p, t: (p[0] * p[0], t[0] * 3.0 * p[0]))
        f = wg.jit(wg.grad(lambda x, square=square: np.sum(square(x))))
        for k in (1, 2, 3):
            np.testing.assert_allclose(f(k * X), 3 * k * X)
        assert runs_of(f) == 2


def test_equal_operations_are_recorded_once():
    def minors(m, rows, column=0):
        if not rows:
            return 1.0
        total = 0.0
        for k, row in enumerate(rows):
            rest = rows[:k] + rows[k + 1 :]
            total = total + (-1.0) ** k * m[row, column] * minors(m, rest, column + 1)
        return total

    f = wg.jit(wg.value_and_grad(lambda m: minors(m, tuple(range(6)))))
    m = np.random.default_rng(0).normal(size=(6, 6))
    for _ in range(2):
        value, gradient = f(m)
        np.testing.assert_allclose(value, np.linalg.det(m))
        np.testing.assert_allclose(gradient, np.linalg.det(m) * np.linalg.inv(m).T)
    assert f.programs[0].operations < 2000


def test_examples_of_a_batch_do_not_leave():
    kept = []

    def fun(x):
        wg.vmap(lambda row: kept.append(row) or row)(x)
        return kept[-1] + 1.0

    with pytest.raises(wg.TraceError, match=r"one of many|all examples"):
        wg.jit(fun)(X)
    assert "many" in repr(kept[-1])


@pytest.mark.filterwarnings("ignore:jit")
@pytest.mark.parametrize(
    ("fun", "make"),
    [
        (lambda x, a: x * int((a * 2).sum()), lambda k: np.full(3, 200 + k, np.uint8)),
        (lambda x, a: x * float(a >> 1), lambda k: np.uint8(200 + k)),
        (lambda x, a: x * len(a[0]), lambda k: np.array(["word" * (k + 1)])),
        (lambda x, a: x * a.sum(), lambda k: np.ma.array([1.0, 2.0 + k], mask=[k == 1, False])),
        (lambda x, a: x * float(a.sum()), lambda k: np.array([1, 2.5 + k], dtype=object)),
        (lambda x, a: x * float(a[0] - a[1]), lambda k: np.array([k, 300], np.int16)),
        (lambda x, a: x * a.astype(int).sum(), lambda k: np.array(["2020-01-01", f"2020-01-0{k + 2}"], "M8[D]")),
    ],
)  # fmt: skip
def test_arrays_of_other_dtypes_are_given_as_they_are(fun, make):
    f = wg.jit(fun)
    for k in (0, 1, 0, 2):
        a = make(k)
        for x in (2.0, 3.0):
            assert f(x, a) == fun(x, make(k))


def test_generators_and_coroutines_are_refused():
    def steps(x):
        yield x

    async def later(x):
        return x

    for fun in (steps, later):
        with pytest.raises(TypeError, match="generator or a coroutine"):
            wg.jit(fun)


def test_arguments_that_are_one_object_have_a_program_of_their_own():
    def fun(x, y):
        x += 1.0
        return x * y, x is y

    for make in (np.copy, wg.tensor):
        f = wg.jit(fun)
        for _ in range(2):
            for is_one in (False, True):
                a, b = make(X), make(X)
                c, d = make(X), make(X)
                (found, found_one), (wanted, wanted_one) = (
                    f(a, a if is_one else b),
                    fun(c, c if is_one else d),
                )
                np.testing.assert_array_equal(found, wanted)
                assert found_one is wanted_one is is_one
                np.testing.assert_array_equal(a, c)
        many = wg.jit(lambda *x: fun(x[0], x[-1])[0])
        for _ in range(2):
            xs = [make(X) for _ in range(20)]
            np.testing.assert_array_equal(many(*xs), (X + 1) * X)
            xs = [make(X) for _ in range(19)]
            np.testing.assert_array_equal(many(*xs, xs[0]), (X + 1) ** 2)
