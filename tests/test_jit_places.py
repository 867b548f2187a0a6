"""Tensors that a recorded function finds at places that are bound anew: attributes, elements of lists, globals."""

import numpy as np
import pytest

import wengert as wg

X = np.array([1.0, -2.0, 3.0])


def runs_of(f):
    return sum(program.runs for program in f.programs)


class Box:
    """Attributes."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)


weight = wg.tensor(X)


def attribute():
    box = Box(w=wg.tensor(X))
    return lambda x: np.sum(box.w * x), lambda w: setattr(box, "w", w)


def element():
    params = [wg.tensor(X), wg.tensor(2.0)]
    return lambda x: np.sum(params[0] * x) + params[1], lambda w: params.__setitem__(0, w)


def entry():
    params = {"w": wg.tensor(X)}
    return lambda x: np.sum(params["w"] * x), lambda w: params.__setitem__("w", w)


def module_global():
    return lambda x: np.sum(weight * x), lambda w: globals().__setitem__("weight", w)


def cell():
    w = wg.tensor(X)

    def bind(other):
        nonlocal w
        w = other

    return lambda x: np.sum(w * x), bind


def default():
    def f(x, w=wg.tensor(X)):  # noqa: B008
        return np.sum(w * x)

    return f, lambda w: setattr(f, "__defaults__", (w,))


def slot():
    class Slotted:
        __slots__ = ("w",)

    box = Slotted()
    box.w = wg.tensor(X)
    return lambda x: np.sum(box.w * x), lambda w: setattr(box, "w", w)


def method():
    class Model:
        def __init__(self):
            self.layers = [Box(w=wg.tensor(X))]

        def __call__(self, x):
            return np.sum(self.layers[0].w * x)

    model = Model()
    return model, lambda w: setattr(model.layers[0], "w", w)


PLACES = [attribute, element, entry, module_global, cell, slot, method]


@pytest.mark.parametrize("place", PLACES, ids=lambda p: p.__name__)
def test_what_stands_there_now_is_read(place):
    fun, bind = place()
    f = wg.jit(fun)
    f(X)
    for k in range(1, 8):
        bind(wg.tensor(k * X))
        assert float(f(X)) == float(fun(X))
    assert runs_of(f) == 7
    for other in (
        wg.tensor(X.astype(np.float32)),
        wg.tensor(2.0),
        wg.tensor(X, requires_grad=True),
    ):
        bind(other)
        assert float(np.asarray(f(X).detach())) == float(np.asarray(fun(X).detach()))
        assert f(X).requires_grad == other.requires_grad


def test_gradients_and_writes_go_where_the_tensor_is():
    box = Box(w=wg.tensor(X, requires_grad=True))

    @wg.jit
    def step(x):
        np.sum(box.w**2 * x).backward()
        with wg.no_grad():
            box.w[0] = 5.0
        return np.sum(box.w.detach())

    before = []
    for k in range(1, 6):
        w = box.w
        step(X)
        np.testing.assert_array_equal(np.asarray(w.grad), 2.0 * k * X * X)
        np.testing.assert_array_equal(np.asarray(w.detach()), [5.0, *(k * X)[1:]])
        before.append(w)
        box.w = wg.tensor((k + 1) * X, requires_grad=True)
    assert runs_of(step) == 4
    for k, w in enumerate(before, 1):
        np.testing.assert_array_equal(np.asarray(w.grad), 2.0 * k * X * X)


def test_a_training_loop_that_makes_parameters_anew():
    model = Box(w=wg.tensor(X), b=wg.tensor(0.0))
    step = wg.jit(
        lambda x: wg.grad(lambda w, b: np.sum((w * x + b) ** 2), argnums=(0, 1))(model.w, model.b)
    )
    w, b = X.copy(), 0.0
    for _ in range(6):
        of_w, of_b = step(X)
        r = 2 * (w * X + b)
        np.testing.assert_allclose(np.asarray(of_w), r * X)
        np.testing.assert_allclose(np.asarray(of_b), np.sum(r))
        model.w, model.b = model.w - 0.01 * of_w, model.b - 0.01 * of_b
        w, b = w - 0.01 * r * X, b - 0.01 * np.sum(r)
    assert runs_of(step) == 5


def test_which_are_the_same_is_compared():
    a, b = wg.tensor(X), wg.tensor(2 * X)
    box = Box(one=a, other=b)

    @wg.jit
    def step(x):
        box.one[0] = x
        return box.other * 1.0, box.one is box.other

    def check(x):
        first = x if box.one is box.other else float(box.other[0])
        found, is_one = step(x)
        assert float(found[0]) == first
        assert is_one == (box.one is box.other)
        assert float(box.one[0]) == x

    for k, (one, other) in enumerate([(a, b), (b, a), (a, a), (b, b), (a, b), (b, b)]):
        box.one, box.other = one, other
        check(float(k))
    assert runs_of(step) == 4


def test_views_of_what_is_written_to():
    whole = wg.tensor(np.arange(6.0))
    apart = wg.tensor(np.zeros(3))
    box = Box(one=whole, other=apart)

    def fun(x):
        box.one[1] = x
        return box.other * 1.0

    f = wg.jit(fun)
    for k, other in enumerate([apart, whole[:3], whole[1:4], apart, whole[::2], whole[:3], apart]):
        box.other = other
        expected = np.asarray(other).copy()
        where = {1: 1, 2: 0, 5: 1}.get(k)
        if where is not None:
            expected[where] = 10.0 * k
        np.testing.assert_array_equal(np.asarray(f(10.0 * k)), expected)
        np.testing.assert_array_equal(np.asarray(f(10.0 * k)), expected)


def test_arguments_that_are_what_is_found():
    box = Box(w=wg.tensor(X))

    @wg.jit
    def f(v, x):
        v[0] = x
        return box.w * 1.0

    for k in range(4):
        assert float(f(box.w, float(k))[0]) == k
        box.w = wg.tensor(X)
    assert float(f(wg.tensor(X), 9.0)[0]) == 1.0
    assert float(f(box.w, 7.0)[0]) == 7.0


def test_what_is_returned_itself():
    box = Box(w=wg.tensor(X))
    f = wg.jit(lambda x: (box.w, box.w * x))
    for _ in range(3):
        assert f(2.0)[0] is box.w
        box.w = wg.tensor(X)
        assert f(2.0)[0] is box.w


def test_functions_that_bind_what_they_read():
    def state():
        box = Box(h=wg.tensor(X), steps=0, last=None)

        def cell(x):
            box.h = np.tanh(box.h + x)
            return np.sum(box.h)

        def counted(x):
            box.steps += 1
            return x * box.steps

        def kept(x):
            box.last = x * 2.0
            return x + 1.0

        def once(x):
            if box.steps == 0:
                box.steps = 1
                return x * 2.0
            return x

        return box, {"cell": cell, "counted": counted, "kept": kept, "once": once}

    for name in ("cell", "counted", "once"):
        (one, plain), (other, recorded) = state(), state()
        f = wg.jit(recorded[name], max_paths=100)
        for k in range(8):
            assert float(f(0.5 + k)) == float(plain[name](0.5 + k))
            np.testing.assert_array_equal(np.asarray(one.h), np.asarray(other.h))
            assert one.steps == other.steps
            if k == 4:
                one.steps = other.steps = 0
    box, functions = state()
    f = wg.jit(functions["kept"])
    for k in range(4):
        f(float(k))
        assert float(box.last) == 2.0 * k


def test_lists_that_change():
    params = [wg.tensor(X)]
    f = wg.jit(lambda x: sum((p * x for p in params), 0.0))
    for k in range(1, 4):
        np.testing.assert_array_equal(np.asarray(f(2.0)), 2.0 * k * X)
        np.testing.assert_array_equal(np.asarray(f(1.0)), k * X)
        params.append(wg.tensor(X))
    params[:] = [wg.tensor(5 * X)] * 4
    np.testing.assert_array_equal(np.asarray(f(1.0)), 20 * X)
