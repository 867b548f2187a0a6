"""Arguments to which NumPy's functions have an answer of their own: values, dtypes, shapes and errors."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from numpy_calls import assert_same, outcome
from wengert import _core as core

X = np.arange(6.0).reshape(2, 3)
Z = np.array([1 + 2j, 3 - 1j])
F4 = np.array([1, 2, 3], np.float32)
NAN, INF = np.nan, np.inf
PARTS = np.array([0.0, 0.4, 1.0])

# Functions of a namespace and of what makes an array of it.
CORNERS = {
    "interp: samples at one place": lambda n, a: n.interp(
        a([0.5, 1.0, 1.5, 2.0, 3.0]), [1.0, 1.0, 2.0, 2.0], [1.0, 2.0, 3.0, 4.0]
    ),
    "interp: one place alone": lambda n, a: n.interp(
        a([0.0, 1.0, 2.0]), [1.0, 1.0, 1.0], [1.0, 2.0, 3.0]
    ),
    "interp: complex values": lambda n, a: n.interp(a([0.5, 1.5]), [1.0, 2.0], Z),
    "interp: narrow complex values": lambda n, a: n.interp(
        a([0.5]), [1.0, 2.0], Z.astype(np.complex64)
    ),
    "interp: complex place": lambda n, a: n.interp(a(Z), [1.0, 2.0], [1.0, 2.0]),
    "interp: complex places": lambda n, a: n.interp(1.5, a(Z), [1.0, 2.0]),
    "interp: complex left": lambda n, a: n.interp(a(0.5), [1.0, 2.0], [1.0, 2.0], left=2j),
    "quantile: no axes": lambda n, a: n.quantile(a(X), 0.5, axis=()),
    "quantile: no axes, kept": lambda n, a: n.quantile(a(X), [0.5, 0.2], axis=(), keepdims=True),
    "quantile: of a number": lambda n, a: n.quantile(a(2.0), [0.5, 0.2]),
    "quantile: of nothing": lambda n, a: n.quantile(a(np.zeros((0, 3))), 0.5, 0),
    "quantile: complex": lambda n, a: n.quantile(a(Z), 0.5),
    "quantile: complex part": lambda n, a: n.quantile(a(X), 0.5j),
    "quantile: out of range": lambda n, a: n.quantile(a(X), [0.5, 1.2]),
    "quantile: nan": lambda n, a: n.quantile(a(X), NAN),
    "quantile: of nan": lambda n, a: n.quantile(a([[1.0, NAN], [2.0, 3.0]]), [0.5, 0.1], axis=1),
    "quantile: infinities": lambda n, a: n.quantile(a([-INF, 1.0, 2.0, INF]), [0.3, 0.5, 0.7]),
    "percentile: complex": lambda n, a: n.percentile(a(Z), 50),
    "percentile: out of range": lambda n, a: n.percentile(a(X), 101),
    **{
        f"quantile: {method} of {x.dtype} at {q!r}": lambda n, a, x=x, q=q, m=method: n.quantile(
            a(x), q, method=m
        )
        for method in ("linear", "lower", "higher", "midpoint", "nearest")
        for x in (np.array([1, 2, 4, 8]), F4, np.array([True, False, True]), X[1])
        for q in (0.4, 1, PARTS, PARTS.astype(np.float32), np.array([0, 1]))
    },
    "percentile: float32 at a number": lambda n, a: n.percentile(a(F4), 40),
    "percentile: float32 at an array": lambda n, a: n.percentile(a(F4), 100 * PARTS),
    "percentile: integers": lambda n, a: n.percentile(a([1, 2, 4, 8]), 40, method="higher"),
    "median: no axes": lambda n, a: n.median(a(X), axis=()),
    "median: of nothing": lambda n, a: n.median(a(np.zeros((0, 3), np.float32)), axis=0),
    "median: of booleans": lambda n, a: n.median(a([True, False, True, True])),
    "median: complex": lambda n, a: n.median(a(Z)),
    "linspace: broadcast": lambda n, a: n.linspace(a([1.0, 2.0]), [[3.0], [4.0]], 3),
    "linspace: broadcast, one": lambda n, a: n.linspace(a([3.0]), [1.0, 2.0], 1),
    "linspace: broadcast, none": lambda n, a: n.linspace([3.0], a([1.0, 2.0]), 0),
    "linspace: broadcast, step": lambda n, a: n.linspace(a([3.0]), [1.0, 2.0], 2, retstep=True)[1],
    "linspace: no steps": lambda n, a: n.linspace(a(1.0), 2.0, 0, retstep=True),
    "linspace: one, behind": lambda n, a: n.linspace(a(1.0), 2.0, 1, False, retstep=True),
    "linspace: integers": lambda n, a: n.linspace(a(-1.0), 5.5, 5, dtype=np.int64),
    "linspace: negative integers": lambda n, a: n.linspace(a(-1.0), -5.5, 4, dtype=np.int64),
    "linspace: complex": lambda n, a: n.linspace(a(1.0), 2j, 3, dtype=np.complex64),
    "linspace: float32": lambda n, a: n.linspace(a(np.float32(1)), a(F4), 3),
    "linspace: equal ends": lambda n, a: n.linspace(a(1.0), 1.0, 3),
    "nanmax: nothing but nan": lambda n, a: n.nanmax(a([NAN, NAN]), initial=-1),
    "nanmin: nothing but nan": lambda n, a: n.nanmin(a([[NAN], [1.0]]), axis=1, initial=5.0),
    "nanmax: nothing selected": lambda n, a: n.nanmax(
        a([NAN, 3.0]), initial=1, where=[True, False]
    ),
    "nanmax: nothing there": lambda n, a: n.nanmax(a(np.zeros((0, 2))), axis=0, initial=2.0),
    "nanmax: minus infinity": lambda n, a: n.nanmax(a([NAN, -INF])),
    "var: complex as float": lambda n, a: n.var(a(Z), dtype=np.float64),
    "var: complex as complex64": lambda n, a: n.var(a(Z), dtype=np.complex64),
    "var: float as complex": lambda n, a: n.var(a(X), axis=0, dtype=np.complex128),
    "var: integers as float32": lambda n, a: n.var(a([1, 2, 4]), dtype=np.float32),
    "var: integers as integers": lambda n, a: n.var(a([1, 2, 4]), dtype=np.int64),
    "var: float64 as float32": lambda n, a: n.var(a(X), axis=1, dtype=np.float32),
    "std: complex as float": lambda n, a: n.std(a(Z), dtype=np.float64),
    "std: integers as integers": lambda n, a: n.std(a([1, 2, 40]), dtype=np.int64),
    "mean: integers as integers": lambda n, a: n.mean(a([1, 2, 4]), dtype=np.int64),
    "mean: complex as float": lambda n, a: n.mean(a(Z), dtype=np.float64),
    "var: ddof of float64": lambda n, a: n.var(a(F4), ddof=np.float64(1)),
    "std: ddof of float64": lambda n, a: n.std(a([F4, F4]), axis=1, ddof=np.float64(0.5)),
    "var: correction of float64": lambda n, a: n.var(a(F4), correction=np.float64(1)),
    "var: ddof of float64, where": lambda n, a: n.var(
        a(F4), ddof=np.float64(1), where=[True, True, False]
    ),
    "select: a number on float32": lambda n, a: n.select([a(F4) > 1], [2.0], a(F4)),
    "select: numbers and float32": lambda n, a: n.select([a(F4) > 1, a(F4) > 2], [a(F4), 1.0], 0.5),
    "select: numbers alone": lambda n, a: n.select([a(F4) > 1, a(F4) > 2], [1, 2.5], 0),
    "select: integers and a number": lambda n, a: n.select([a(F4) > 1], [a([1, 2, 3])], 0.5),
    "select: no booleans": lambda n, a: n.select([a(F4)], [1.0], 0),
    "tile: an array of numbers": lambda n, a: n.tile(a(F4), np.array([2, 1])),
    "tile: an array of one": lambda n, a: n.tile(a(F4), np.array(2)),
    "repeat: nothing": lambda n, a: n.repeat(a(X[:0]), [], 0),
    "repeat: nothing, flattened": lambda n, a: n.repeat(a(X[:0]), []),
    "repeat: nothing of something": lambda n, a: n.repeat(a(X), [], 0),
    "repeat: booleans": lambda n, a: n.repeat(a(F4), [True, False, True]),
    "repeat: fractions": lambda n, a: n.repeat(a(F4), np.array([1.0, 2.0, 1.0])),
    "reshape: an array of lengths": lambda n, a: n.reshape(a(X), np.array([3, 2])),
    "broadcast_to: an array of lengths": lambda n, a: n.broadcast_to(a(F4), np.array([2, 3])),
    "moveaxis: arrays of axes": lambda n, a: n.moveaxis(
        a(X[None]), np.array([0, 1]), np.array([2, 0])
    ),
    "roll: arrays": lambda n, a: n.roll(a(X), np.array([1, 2]), np.array([0, 1])),
    "tensordot: an array of axes": lambda n, a: n.tensordot(a(X), X, np.array([[0, 1], [0, 1]])),
    "argsort: of a number": lambda n, a: n.argsort(a(0.5)),
    "argsort: of a number along 1": lambda n, a: n.argsort(a(0.5), axis=1),
    "round: tens": lambda n, a: n.round(a([15, 25, -15, 14]), -1),
    "round: integers": lambda n, a: n.round(a(np.array([1, 2], np.int32)), 1),
    "round: booleans": lambda n, a: n.round(a([True, False]), 1),
    "nan_to_num: arrays": lambda n, a: n.nan_to_num(a([NAN, INF, 1.0]), nan=[1.0, 2.0, 3.0]),
    "pad: a pair": lambda n, a: n.pad(a(X), 1, constant_values=(1, 2)),
}
CALLED = [(np, wg.tensor), (wnp, np.array), (wnp, wg.tensor)]


@pytest.mark.parametrize("corner", CORNERS.values(), ids=CORNERS)
def test_corner_equals_numpys(corner):
    expected = outcome(corner, np, np.array)
    for namespace, array in CALLED:
        found = outcome(corner, namespace, array)
        if isinstance(expected, Exception):
            kinds = (TypeError, ValueError, IndexError)
            kind = next(k for k in kinds if isinstance(expected, k))
            assert isinstance(found, kind), (found, expected)
        elif isinstance(found, Exception):
            raise found
        else:
            assert_same(found, expected)


@pytest.mark.parametrize("order", [3, 3.0, np.float64(3), np.float64(2), np.float32(0.5), INF])
def test_norm_is_of_the_vectors_dtype(order):
    assert_same(np.linalg.norm(wg.tensor(F4), order), np.linalg.norm(F4, order))
    assert_same(np.linalg.norm(wg.tensor([F4]), order, 1), np.linalg.norm([F4], order, 1))


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (0, 0)])
@pytest.mark.parametrize("order", [1, INF])
def test_norm_of_nothing_is_zero(shape, order):
    x = np.zeros(shape, np.float32)
    assert_same(np.linalg.norm(wg.tensor(x), order), np.float32(0))
    for axis in range(len(shape)):
        want = np.zeros(np.delete(shape, axis), np.float32)
        assert_same(np.linalg.norm(wg.tensor(x), order, axis), want)
    assert wg.grad(lambda x: np.linalg.norm(x, order))(x).shape == shape


@pytest.mark.parametrize("order", ["A", "K"])
def test_a_tensor_made_of_an_array_lies_in_c_order(order):
    for x in (X, np.asfortranarray(X)):
        assert_same(np.ravel(wg.tensor(x), order), np.ravel(x))
        f = wg.value_and_grad(lambda x: np.ravel(x, order)[1])
        assert f(x)[0] == x[0, 1]
    for x in (X[:1], X[:, 1], X[:0], np.array(1.0)):
        assert_same(np.ravel(wg.tensor(x), order), np.ravel(x, order))
    assert_same(np.reshape(wg.tensor(X[1]), (3, 1), order="A"), np.reshape(X[1], (3, 1), order="A"))


# What NumPy makes an array of loses the weakness of a Python number, inside of a transform too.
WITH_A_NUMBER = {
    "dot": lambda n, a: n.dot(F4, a),
    "inner": lambda n, a: n.inner(a, F4),
    "outer": lambda n, a: n.outer(F4, a),
    "kron": lambda n, a: n.kron(a, F4),
    "tensordot": lambda n, a: n.tensordot(a, F4, 0),
    "einsum": lambda n, a: n.einsum(",i->i", a, F4),
    "einsum of numbers": lambda n, a: n.einsum(",->", a, F4[0]),
    "stack": lambda n, a: n.stack([F4[0], a]),
    "array": lambda n, a: n.array([F4[0], a]),
    "array of arrays": lambda n, a: n.array([[F4[0], a], [a, 1]]),
    "append": lambda n, a: n.append(F4, a),
    "hstack": lambda n, a: n.hstack([F4, a]),
    "diff": lambda n, a: n.diff(F4, prepend=a),
    "asarray": lambda n, a: n.asarray(a) * F4,
    "copy": lambda n, a: n.copy(a) * F4,
    "squeeze": lambda n, a: n.squeeze(a) * F4,
    "transpose": lambda n, a: n.transpose(a) * F4,
    "broadcast_arrays": lambda n, a: n.broadcast_arrays(a, 1.0)[0] * F4,
    "sum": lambda n, a: n.sum(a) * F4,
    "linspace": lambda n, a: n.linspace(F4[0], a, 3),
    "arange": lambda n, a: n.arange(F4[0], a),
    "where": lambda n, a: n.where(F4 > 1, F4, a),
    "select": lambda n, a: n.select([F4 > 1], [F4], a),
    "clip": lambda n, a: n.clip(F4, 0.0, a),
    "trapezoid": lambda n, a: n.trapezoid(F4, dx=a),
    "full": lambda n, a: n.full(2, a),
    "full_like": lambda n, a: n.full_like(F4, a),
    "quantile": lambda n, a: n.quantile(F4, a / 4),
    "percentile": lambda n, a: n.percentile(F4, a),
}


@pytest.mark.parametrize("call", WITH_A_NUMBER.values(), ids=WITH_A_NUMBER)
def test_a_number_that_is_differentiated_has_the_dtype_that_it_has_in_numpy(call):
    expected = call(np, 2.5)
    assert_same(call(wnp, 2.5), expected)

    def compared(a):
        found = call(wnp, a)
        assert_same(found.detach(), expected)
        return found

    wg.vjp(compared, 2.5)


NARROW = [np.int8, np.uint8, np.int16, np.float16]


@pytest.mark.parametrize("dtype", NARROW, ids=lambda d: d.__name__)
def test_an_array_of_a_narrow_dtype_yields_as_in_numpy(dtype):
    narrow = np.array([1, 2, 3], dtype)
    for call in (
        lambda n, x: n.stack([F4, x]),
        lambda n, x: n.concatenate([F4, x]),
        lambda n, x: n.dot(F4, x),
        lambda n, x: n.einsum("i,i->i", F4, x),
    ):
        assert_same(call(wnp, narrow), call(np, narrow))


BINARY = [p for p in core.primitives if p.is_elementwise and p.arity == 2]


@pytest.mark.parametrize("primitive", BINARY, ids=lambda p: p.name)
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("other", [[True, False, True], [1, 0, 2]], ids=["bool", "int"])
def test_an_operand_that_is_no_number_of_a_formula_may_be_of_any_dtype(primitive, place, other):
    x = np.array([0.5, 1.25, 0.75])

    def with_other(other):
        return lambda v: np.sum(1.0 * (primitive(other, v) if place else primitive(v, other)))

    if isinstance(outcome(with_other(np.array(other)), x), Exception):
        return  # of integers or booleans alone, as shifts
    given, wide = with_other(np.array(other)), with_other(np.array(other, float))
    for derivative in (wg.grad, wg.jacfwd, wg.jacrev, wg.hessian):
        np.testing.assert_array_equal(derivative(given)(x), derivative(wide)(x))
    both = np.stack([x, x])
    np.testing.assert_array_equal(wg.vmap(wg.grad(given))(both), wg.vmap(wg.grad(wide))(both))


def test_iterators_that_end_and_elements_that_are_not_finite():
    with pytest.raises(ValueError, match="the iterator gave 4 and count is 5"):
        wnp.fromiter(range(4), float, 5)
    with pytest.raises(ValueError, match="finite ones are needed"):
        wnp.asarray_chkfinite([1.0, np.inf])
    assert wg.grad(lambda x: np.sum(wnp.fromiter((x * k for k in range(4)), float)))(2.0) == 6
