"""grad, value_and_grad and vjp: which arguments, in which containers, and in which guise results come back."""

import collections
from typing import Any, NamedTuple

import numpy as np
import optree
import pytest

import wengert as wg


class Pair(NamedTuple):
    """A named tuple of the user's own."""

    weight: Any
    bias: Any


class Box:
    """A container of the user's own, registered with optree."""

    def __init__(self, content, label):
        self.content = content
        self.label = label


optree.register_pytree_node(
    Box,
    lambda box: ((box.content,), box.label),
    lambda label, children: Box(*children, label),
    namespace=optree.registry.__GLOBAL_NAMESPACE,
)


def product(x, y, z=1.0):
    return np.sum(x * y * y) * z


def same(got, want, dtype=None):
    """Compare value, kind of object and dtype."""
    assert type(got) is type(want)
    if isinstance(want, wg.Tensor):
        assert not got.requires_grad
        got, want = got.numpy(), want.numpy()
    np.testing.assert_array_equal(got, want, strict=isinstance(want, np.ndarray))
    if dtype is not None:
        assert got.dtype == dtype


# Which arguments


@pytest.mark.parametrize(
    ("argnums", "want"),
    [
        (0, 9.0),
        (1, 12.0),
        (-1, 12.0),
        (-2, 9.0),
        (np.int64(1), 12.0),
        ((0,), (9.0,)),
        ((0, 1), (9.0, 12.0)),
        ((1, 0), (12.0, 9.0)),
        ((-1, 0), (12.0, 9.0)),
        ([0, 1], (9.0, 12.0)),
        ((), ()),
    ],
    ids=str,
)
def test_argnums(argnums, want):
    assert wg.grad(product, argnums)(2.0, 3.0) == want
    assert wg.value_and_grad(product, argnums)(2.0, 3.0) == (18.0, want)


def test_keyword_arguments_are_passed_untouched():
    seen = {}

    def f(x, *, scale, flag):
        seen.update(scale=scale, flag=flag)
        return x * scale

    marker = object()
    assert wg.grad(f)(2.0, scale=5, flag=marker) == 5.0
    assert type(seen["scale"]) is int
    assert seen["flag"] is marker


def test_arguments_outside_argnums_are_passed_untouched():
    array, text = np.arange(3), "label"
    seen = []

    def f(x, *others):
        seen.extend(others)
        return x * x

    assert wg.grad(f)(3.0, array, text, None, 7) == 6.0
    assert seen[0] is array
    assert seen[1] is text
    assert seen[2:] == [None, 7]


def test_transforms_are_named_after_the_function():
    def loss(x):
        """Measure the misfit."""
        return x

    for transform in (wg.grad, wg.value_and_grad):
        assert transform(loss).__name__ == f"{transform.__name__}(loss)"
        assert transform(loss).__doc__ == loss.__doc__
        assert transform(loss).__wrapped__ is loss


def test_callable_objects_and_builtins_are_functions():
    class Model:
        def __init__(self, weight):
            self.weight = weight

        def __call__(self, x):
            return self.weight * x * x

        def method(self, x):
            return self(x) * 2

    model = Model(3.0)
    assert wg.grad(model)(2.0) == 12.0
    assert wg.grad(model.method)(2.0) == 24.0
    assert wg.grad(abs)(-2.0) == -1.0
    assert wg.grad(np.square)(3.0) == 6.0


# Auxiliary results


def test_has_aux():
    def f(x):
        return x * x, {"cube": x**3, "text": "seen", "none": None, "list": [x, 7]}

    aux = {"cube": 8.0, "text": "seen", "none": None, "list": [2.0, 7]}
    assert wg.grad(f, has_aux=True)(2.0) == (4.0, aux)
    assert wg.value_and_grad(f, has_aux=True)(2.0) == ((4.0, aux), 4.0)
    out, pullback, given = wg.vjp(f, 2.0, has_aux=True)
    assert (out, pullback(1.0), given) == (4.0, (4.0,), aux)


def test_aux_is_of_the_arguments_guise():
    _, aux = wg.grad(lambda x: (np.sum(x), x * 2), has_aux=True)(np.ones(2, np.float32))
    same(aux, np.full(2, 2, np.float32))
    _, aux = wg.grad(lambda x: (np.sum(x), x * 2), has_aux=True)(wg.tensor([1.0]))
    same(aux, wg.tensor([2.0]))


# Complex


def test_gradient_of_a_real_function_of_complex_numbers():
    def f(z):  # u = |z|^2 x, of z = x + iy
        return np.real(z * np.conj(z)) * np.real(z)

    z = 1.0 + 2.0j
    du_dx, du_dy = 3 * z.real**2 + z.imag**2, 2 * z.real * z.imag
    assert wg.grad(f)(z) == pytest.approx(du_dx - 1j * du_dy)
    assert wg.grad(f, conjugate=True)(z) == pytest.approx(du_dx + 1j * du_dy)
    value, slope = wg.value_and_grad(f, conjugate=True)(z)
    assert (value, slope) == pytest.approx((5.0, du_dx + 1j * du_dy))
    assert type(value) is float


def test_holomorphic_gives_the_complex_derivative():
    z = np.array(0.3 - 0.7j)
    got = wg.grad(lambda z: np.exp(z) * z**3, holomorphic=True)(z)
    np.testing.assert_allclose(got, np.exp(z) * (z**3 + 3 * z**2), rtol=1e-14)
    second = wg.grad(wg.grad(np.sin, holomorphic=True), holomorphic=True)
    np.testing.assert_allclose(second(z), -np.sin(z), rtol=1e-14)


def test_conjugate_leaves_real_arguments_alone():
    def f(x, z):
        return x * np.imag(z)

    assert wg.grad(f, (0, 1), conjugate=True)(3.0, 1 + 2j) == (2.0, 3j)
    assert wg.grad(f, (0, 1))(3.0, 1 + 2j) == (2.0, -3j)


def test_complex_work_on_a_real_argument():
    got = wg.grad(lambda x: np.imag(np.exp(1j * x)))(0.5)
    assert got == pytest.approx(np.cos(0.5), rel=1e-15)
    assert type(got) is float


# Containers


TREES = [
    ((2.0, 3.0), lambda t: t[0] * t[1] ** 2, (9.0, 12.0)),
    ([2.0, [3.0]], lambda t: t[0] * t[1][0] ** 2, [9.0, [12.0]]),
    ({"b": 2.0, "a": 3.0}, lambda t: t["b"] * t["a"] ** 2, {"b": 9.0, "a": 12.0}),
    (Pair(2.0, 3.0), lambda t: t.weight * t.bias**2, Pair(9.0, 12.0)),
    (
        collections.OrderedDict(b=2.0, a=3.0),
        lambda t: t["b"] * t["a"] ** 2,
        collections.OrderedDict(b=9.0, a=12.0),
    ),
    (
        collections.deque([2.0, 3.0]),
        lambda t: t[0] * t[1] ** 2,
        collections.deque([9.0, 12.0]),
    ),
    (
        {"net": [Pair(2.0, None), (3.0,)], "none": None},
        lambda t: t["net"][0].weight * t["net"][1][0] ** 2,
        {"net": [Pair(9.0, None), (12.0,)], "none": None},
    ),
    ([], lambda t: 1.0, []),
]


@pytest.mark.parametrize(("tree", "f", "want"), TREES, ids=[str(t[0]) for t in TREES])
def test_containers_of_arguments(tree, f, want):
    got = wg.grad(f)(tree)
    assert got == want
    assert type(got) is type(want)
    assert wg.value_and_grad(f)(tree)[1] == want
    out, pullback = wg.vjp(f, tree)
    assert pullback(1.0) == (want,)
    assert out == f(tree)


def test_registered_class():
    box = Box({"x": np.array([1.0, 2.0])}, "label")
    got = wg.grad(lambda b: np.sum(b.content["x"] ** 2) if b.label == "label" else 0.0)(box)
    assert type(got) is Box
    assert got.label == "label"
    np.testing.assert_array_equal(got.content["x"], [2.0, 4.0])
    out, pullback = wg.vjp(lambda x: Box(x * x, "out"), 3.0)
    assert (out.content, out.label) == (9.0, "out")
    assert pullback(Box(2.0, "out")) == (12.0,)


def test_containers_hold_guises_of_their_own():
    tree = [2.0, np.float32(3), np.ones(2), wg.tensor([1.0, 2.0]), np.ones((1, 2), np.float32)]
    got = wg.grad(lambda t: sum(np.sum(x * x) for x in t))(tree)
    for one, want in zip(
        got,
        [4.0, np.float32(6), np.full(2, 2.0), wg.tensor([2.0, 4.0]), np.full((1, 2), 2, "f4")],
        strict=True,
    ):
        same(one, want)


def test_containers_of_outputs():
    out, pullback = wg.vjp(lambda x, y: {"sum": x + y, "pair": Pair(x * y, [x])}, 2.0, 3.0)
    assert out == {"sum": 5.0, "pair": Pair(6.0, [2.0])}
    assert pullback({"sum": 1.0, "pair": Pair(10.0, [100.0])}) == (131.0, 21.0)


def test_the_function_gets_a_container_of_the_same_kind():
    seen = []
    wg.grad(lambda t: seen.append(t) or t[0].weight)([Pair(1.0, 2.0)])
    assert type(seen[0]) is list
    assert type(seen[0][0]) is Pair
    assert isinstance(seen[0][0].weight, wg.Tensor)


# Guises


GUISES = [
    (3.0, 6.0, 9.0),
    (3, 6.0, 9.0),
    (np.float64(3), np.float64(6), np.float64(9)),
    (np.float32(3), np.float32(6), np.float32(9)),
    (np.int32(3), np.float64(6), np.float64(9)),
    (np.array(3.0), np.array(6.0), np.float64(9)),
    (np.array([1.0, 2.0]), np.array([2.0, 4.0]), np.float64(5)),
    (np.array([1.0, 2.0], "f4"), np.array([2.0, 4.0], "f4"), np.float32(5)),
    (np.array([1, 2]), np.array([2.0, 4.0]), np.float64(5)),
    (np.array([1.0, 2.0], ">f8"), np.array([2.0, 4.0]), np.float64(5)),
    (np.array([[3.0]]), np.array([[6.0]]), np.float64(9)),
    (wg.tensor(3.0), wg.tensor(6.0), wg.tensor(9.0)),
    (wg.tensor([1, 2]), wg.tensor([2.0, 4.0]), wg.tensor(5.0)),
    (wg.tensor(np.float32(3)), wg.tensor(np.float32(6)), wg.tensor(np.float32(9))),
]


@pytest.mark.parametrize(("x", "slope", "value"), GUISES, ids=lambda v: f"{type(v).__name__}-{v}")
def test_guises(x, slope, value):
    def f(x):
        assert isinstance(x, wg.Tensor)
        return np.sum(x * x)

    same(wg.grad(f)(x), slope)
    got = wg.value_and_grad(f)(x)
    same(got[0], value)
    same(got[1], slope)
    _, pullback = wg.vjp(f, x)
    same(pullback(1)[0], slope)


@pytest.mark.parametrize(
    "x", [3.0, np.float32(3), np.ones(2), np.array(3.0), wg.tensor([1.0])], ids=repr
)
def test_the_value_of_vjp_is_of_the_arguments_guise(x):
    out, pullback = wg.vjp(lambda x: x * 2, x)
    assert type(out) is type(pullback(out)[0]) is type(x)
    np.testing.assert_array_equal(np.asarray(out), 2 * np.asarray(x))
    assert np.asarray(out).dtype == np.asarray(x).dtype


def test_a_number_stays_weak():
    def f(x, y):
        assert (x * y).dtype == np.float32
        return np.sum(x * y)

    got = wg.grad(f, (0, 1))(2.0, np.ones(3, np.float32))
    same(got[0], 3.0)
    same(got[1], np.full(3, 2, np.float32))


def test_subclasses_of_numbers_and_arrays_are_arguments():
    class Metres(float):
        pass

    class Vector(np.ndarray):
        pass

    assert wg.grad(lambda x: x * x)(Metres(3.0)) == 6.0
    x = np.array([1.0, 2.0]).view(Vector)
    np.testing.assert_array_equal(wg.grad(lambda x: np.sum(x * x))(x), [2.0, 4.0])
