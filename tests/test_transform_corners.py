"""Transforms and Tensors at their corners: what is refused, and in which words."""

import copy
import operator
import pickle

import numpy as np
import pytest
import scipy.special

import wengert as wg


def test_cotangents_in_a_dict_are_matched_by_key():
    _, pullback = wg.vjp(lambda x: {"a": x, "b": 2 * x}, 1.0)
    assert pullback({"a": 0.0, "b": 1.0}) == (2.0,)
    assert pullback({"b": 1.0, "a": 0.0}) == (2.0,)


@pytest.mark.parametrize("cotangent", [{"a": 0.0, "c": 1.0}, [0.0, 1.0]])
def test_a_cotangent_of_another_structure_is_refused(cotangent):
    _, pullback = wg.vjp(lambda x: {"a": x, "b": 2 * x}, 1.0)
    with pytest.raises((TypeError, ValueError), match="pullback: "):
        pullback(cotangent)


@pytest.mark.parametrize("argnums", [(0, 0), (0, -2), (1, 0, 1)])
def test_an_argument_named_twice_is_refused_or_served_twice(argnums):
    try:
        got = wg.grad(lambda x, y: x * y * y, argnums)(2.0, 3.0)
    except ValueError:
        return
    want = (9.0, 12.0)
    assert got == tuple(want[i] for i in argnums)


@pytest.mark.parametrize(
    "on_the_way", [np.conj, np.real, np.imag, np.abs, np.angle], ids=lambda f: f.__name__
)
def test_holomorphic_refuses_what_is_not(on_the_way):
    with pytest.raises((TypeError, ValueError), match="holomorphic"):
        wg.grad(lambda z: on_the_way(z) * z, holomorphic=True)(1 + 2j)
    # off the way from the argument to the value they are constants
    got = wg.grad(lambda z: on_the_way(2 + 1j) * z, holomorphic=True)(1 + 2j)
    assert got == on_the_way(2 + 1j)


@pytest.mark.parametrize("x", [1.0, np.ones(()), 3])
def test_holomorphic_needs_a_complex_argument(x):  # a real leaf would lose the imaginary part
    with pytest.raises(TypeError, match="holomorphic"):
        wg.grad(lambda z: z * z * 1j, holomorphic=True)(x)


def test_a_complex_gradient_of_a_real_tensor_is_refused():
    w = wg.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match="backward: "):
        (w * 2).backward(np.ones(2) * 1j)


def test_a_complex_value_is_not_assigned_to_a_real_tensor():
    t = wg.tensor(1.0)
    with pytest.raises((TypeError, ValueError), match="assign: "):
        t.assign(2j)
    with pytest.raises(TypeError):  # as numpy.array(2j, dtype=float)
        wg.tensor(2j, dtype=float)


def test_a_scalar_is_not_iterated_over():
    with pytest.raises(TypeError, match="iter"):
        list(wg.tensor(1.0))
    with pytest.raises(TypeError):
        tuple(wg.tensor(1.0))
    with pytest.raises(TypeError):
        operator.contains(wg.tensor(1.0), 2.0)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))])
def test_a_deep_copy_of_a_leaf_is_a_leaf_of_its_own(duplicate):
    w = wg.tensor([1.0, 2.0], requires_grad=True)
    other = duplicate(w)
    (other * other).sum().backward()
    assert w.grad is None
    assert other.grad.tolist() == [2.0, 4.0]


def test_pickle_does_not_lose_a_derivative_silently():
    w = wg.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match="differentiated"):
        pickle.dumps(w * 2)


@pytest.mark.parametrize(
    ("f", "instead"),
    [
        (lambda x: np.array([x, x], dtype=float), "wengert.numpy.array"),
        (lambda x: np.asarray([x * np.ones(2), np.zeros(2)]), "wengert.numpy.array"),
        (lambda x: np.full(2, x * np.ones(2)), "np.stack"),
        (np.float64, "item"),
        (lambda x: np.r_[x, x * np.ones(2)], "np.concatenate"),
        (lambda x: np.mean([x, 2.0]), "statistics of such arrays those of wengert.numpy"),
    ],
)
def test_the_message_names_the_replacement(f, instead):
    with pytest.raises(TypeError, match=instead):
        wg.grad(lambda x: np.sum(f(x)))(1.5)


def test_adding_to_an_array_in_place_says_what_to_do():
    def f(x):
        work = np.zeros(3)
        work += x
        return x

    with pytest.raises(TypeError) as raised:
        wg.grad(f)(1.5)
    assert "wengert.numpy.where" not in str(raised.value)


def test_an_integer_result_carries_no_derivative():
    x = np.array([1.5, 2.5])
    assert wg.grad(lambda x: x.astype(int) * 2 + x)(1.5) == 1.0
    assert wg.grad(lambda x: np.sum(abs(x.astype(int)) * x))(x).tolist() == [1.0, 2.0]
    assert wg.grad(lambda x: np.sum(np.max(x.astype(np.int64)) * x))(x).tolist() == [2.0, 2.0]


def test_the_angle_of_zero_has_no_slope():
    assert wg.grad(np.angle)(0j) == 0
    assert wg.grad(np.angle)(2j) == -0.5


def test_functions_that_numpy_lacks_are_called_through_scipy():
    assert wg.grad(scipy.special.expit)(0.0) == 0.25
    with pytest.raises(TypeError, match=r"^np\.packbits: is not supported"):
        np.packbits(wg.tensor(np.eye(2)))


def test_where_a_partial_is_zero_nothing_is_added():
    def f(x, sign):  # an infinite cotangent comes in
        return np.sqrt(np.copysign(x, sign))

    assert wg.grad(f, 1)(0.0, 2.0) == 0.0
    assert wg.grad(lambda x, s: np.sum(f(x, s)), 1)(np.zeros(2), np.ones(2)).tolist() == [0.0, 0.0]
