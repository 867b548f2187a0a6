"""Containers of arguments and results: tuples, lists, dicts, named tuples and classes registered with optree."""

import collections
import gc
import weakref
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


def same(got, want):
    """Compare kind of object, value, and dtype of arrays."""
    assert type(got) is type(want)
    if isinstance(want, wg.Tensor):
        assert not got.requires_grad
        got, want = got.numpy(), want.numpy()
    np.testing.assert_array_equal(got, want, strict=isinstance(want, np.ndarray))


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


@pytest.mark.parametrize("make", [Pair, lambda *content: Box(content, "label")])
def test_containers_are_let_go(make):
    def f(tree):
        leaves = optree.tree_leaves(tree)
        return np.sum(leaves[0] * leaves[1])

    def held(transform):
        x = np.ones(3)
        transform(f)(make(x, x + 1.0))
        gc.collect()
        return weakref.ref(x)

    for transform in (wg.grad, wg.value_and_grad, wg.vmap, wg.jit, lambda f: wg.jit(wg.grad(f))):
        assert held(transform)() is None


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
