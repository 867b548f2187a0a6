"""NumPy's own functions on Tensors, and what NumPy cannot ask us about: an error, never a lost derivative."""

import math
import pickle
import re

import numpy as np
import pytest

import wengert as wg

X = np.array([0.5, -1.5, 2.0])
M = np.array([[1.0, 2.0, 0.5], [0.25, -1.0, 3.0]])

# Functions whose operands may be arrays, lists of arrays and Tensors among them.
ROUTED = {
    "sin": (np.sin, X),
    "exp": (np.exp, M),
    "add": (np.add, M, X),
    "arctan2": (np.arctan2, M, X),
    "square": (np.square, X),
    "sum": (lambda x: np.sum(x, axis=0), M),
    "mean": (lambda x: np.mean(x, axis=1, keepdims=True), M),
    "max": (np.max, M),
    "prod": (np.prod, X),
    "dot": (np.dot, M, X),
    "inner": (np.inner, M, X),
    "matmul": (np.matmul, M, X),
    "tensordot": (lambda x, y: np.tensordot(x, y, 1), M, X),
    "einsum": (lambda x, y: np.einsum("ij,j->i", x, y), M, X),
    "concatenate": (lambda x, y: np.concatenate([x, y[None]]), M, X),
    "stack": (lambda x, y: np.stack([x, y], axis=1), X, X + 1),
    "hstack": (lambda x, y: np.hstack((x, y)), X, X + 1),
    "vstack": (lambda x, y: np.vstack((x, y)), M, X),
    "where": (lambda x, y: np.where(x > 0, x, y), M, X),
    "clip": (lambda x: np.clip(x, -1.0, 1.0), M),
    "reshape": (lambda x: np.reshape(x, (3, 2)), M),
    "transpose": (np.transpose, M),
    "ravel": (np.ravel, M),
    "take": (lambda x: np.take(x, [2, 0], axis=1), M),
    "sort": (np.sort, M),
    "cumsum": (np.cumsum, M),
    "pad": (lambda x: np.pad(x, 1), M),
    "norm": (np.linalg.norm, M),
    "outer": (np.outer, X, M[0]),
    "broadcast_to": (lambda x: np.broadcast_to(x, (2, 3)), X),
    "linspace": (lambda x, y: np.linspace(x, y, 4), X, X + 1),
    "full_like": (lambda x: np.full_like(x, 2.0) * x, X),
}


@pytest.mark.parametrize("case", ROUTED.values(), ids=ROUTED)
def test_numpys_functions_take_tensors_among_arrays(case):
    f, *arrays = case
    want = f(*arrays)
    for i in range(len(arrays)):
        mixed = [wg.tensor(x) if i == k else x for k, x in enumerate(arrays)]
        for operands in (mixed, [wg.tensor(x) for x in arrays]):
            got = f(*operands)
            assert isinstance(got, wg.Tensor)
            assert (got.shape, got.dtype) == (np.shape(want), want.dtype)
            np.testing.assert_allclose(got.numpy(), want, rtol=1e-14)


@pytest.mark.parametrize("case", ROUTED.values(), ids=ROUTED)
def test_numpys_functions_keep_the_derivative(case):
    f, *arrays = case
    rng = np.random.default_rng(0)
    for i, x in enumerate(arrays):

        def alone(x, i=i):
            return f(*arrays[:i], x, *arrays[i + 1 :])

        ct, t = rng.normal(size=np.shape(alone(x))), rng.normal(size=x.shape)
        slope = np.sum(ct * (alone(x + 1e-6 * t) - alone(x - 1e-6 * t))) / 2e-6
        (pulled,) = wg.vjp(alone, x)[1](ct)
        assert np.sum(pulled * t) == pytest.approx(slope, rel=1e-7, abs=1e-8)


def test_questions_about_a_differentiated_tensor_are_answered():
    def f(x):
        assert (np.shape(x), np.ndim(x), np.size(x)) == ((2, 3), 2, 6)
        assert np.result_type(x, np.float32) == np.float64
        assert not np.iscomplexobj(x)
        assert np.allclose(x, M)
        assert np.array_equal(x, M)
        assert np.isfinite(x).all()
        assert (len(x), x.shape, x.dtype) == (2, (2, 3), np.float64)
        assert f"{x}" == str(M)
        assert bool(x[0, 0] > 0)
        return np.sum(x[int(np.argmin(x) // 3)])

    np.testing.assert_array_equal(wg.grad(f)(M), [[0, 0, 0], [1, 1, 1]])


# What would leave without its derivative


REFUSED = {
    "float": ("float", float),
    "int": ("int", int),
    "complex": ("complex", complex),
    "__index__": ("index", lambda t: t.__index__()),
    "list index": ("index", lambda t: [1, 2][t]),
    "range": ("index", range),
    "math.sin": ("float", math.sin),
    "dlpack": ("dlpack", np.from_dlpack),
    "numpy": ("numpy", wg.Tensor.numpy),
}
# NumPy holds numbers as objects, see test_literals.py: what it cannot convert to floats is refused by `float`.
OF_NUMBERS = {
    "np.float64": ("float", np.float64),
    "np.array of floats": ("float", lambda t: np.array([t, 1.0], dtype=float)),
    "astype": ("float", lambda t: np.array([t, 1.0]).astype(float)),
    "ndarray[0] =": ("float", lambda t: np.zeros(3).__setitem__(0, t)),
    "ndarray[:] =": ("float", lambda t: np.zeros(3).__setitem__(slice(None), t)),
    "fromiter": ("float", lambda t: np.fromiter((t, t), float)),
    "random": ("float", lambda t: np.random.default_rng(0).normal(t)),
}


class Asked:
    """What NumPy asks of an array of one element."""

    def __array__(self, dtype=None, copy=None):
        self.copy = copy
        return np.zeros(1)


def way_of_writing():
    """Earlier NumPys write a copy."""
    asked = Asked()
    np.zeros(1)[:] = asked
    return "np.array" if asked.copy else "np.asarray"


OF_ARRAYS = {
    "np.asarray": ("np.asarray", np.asarray),
    "np.array": ("np.array", np.array),
    "__array__": ("np.asarray", lambda t: t.__array__()),
    "buffer": ("buffer", memoryview),
    "bytes": ("buffer", bytes),
    "frombuffer": ("buffer", np.frombuffer),
    "np.float64": ("np.asarray", np.float64),
    "np.array of": ("np.asarray", lambda t: np.array([t, t])),
    "np.asarray of": ("np.asarray", lambda t: np.asarray([[t, [1.0]], [[2.0], t]])),
    "np.full": ("np.asarray", lambda t: np.full(3, t)),
    "np.r_": ("np.asarray", lambda t: np.r_[t, t]),
    "np.c_": ("np.asarray", lambda t: np.c_[t, t]),
    "ndarray.dot": ("np.array", lambda t: np.ones((3, 1)).dot(t)),
    "ndarray[:] =": (way_of_writing(), lambda t: np.zeros(3).__setitem__(slice(None), t)),
    "random": ("np.asarray", lambda t: np.random.default_rng(0).normal(t)),
    "ndenumerate": ("np.asarray", lambda t: list(np.ndenumerate(t))),
}
LEAVING = [
    pytest.param(*case, x, id=f"{name}-{np.ndim(x)}")
    for x, cases in (
        (2.0, REFUSED | OF_NUMBERS),
        (np.float32(2), REFUSED | OF_NUMBERS),
        (np.array([2.0]), REFUSED | OF_ARRAYS),
    )
    for name, case in cases.items()
]
IN_PLACE_OF = {
    "array": "for np.array of a list of such Tensors wengert.numpy.array, np.stack or np.concatenate; ",
    "float": "for arrays of it and other numbers wengert.numpy.array, without dtype=float; ",
}


@pytest.mark.parametrize(("way", "leave", "x"), LEAVING)
def test_what_is_differentiated_refuses_to_leave(way, leave, x):
    begin = re.escape(f"{way}") + r"( \(in \w+ of numpy/\S+\))?"
    begin += ": this Tensor is being differentiated, and its derivative would be lost; use NumPy's"
    end = ".item(), .detach() or wengert.stop_gradient where the derivative is meant to end"
    named = IN_PLACE_OF.get(
        {"np.asarray": "array", "np.array": "array", "complex": "float"}.get(way, way), ""
    )

    def check(error):
        assert re.match(begin, str(error)), str(error)
        assert named in str(error)
        assert str(error).endswith(end)

    def f(x):
        leave(x)
        raise AssertionError

    for transform in (wg.grad(f), wg.grad(wg.grad(f)), lambda x: wg.vjp(f, x)):
        with pytest.raises(TypeError) as raised:
            transform(x)
        check(raised.value)
    w = wg.tensor(x, requires_grad=True)
    for tracked in (w, w * 2):
        with pytest.raises(TypeError) as raised:
            leave(tracked)
        check(raised.value)
    leave_explicitly(w)


def test_refusals_in_files_whose_names_are_no_text():
    names = {}
    exec(compile("def fun(x):\n  return float(x) * x", "/nowhere/\udcff/own.py", "exec"), names)  # noqa: S102
    with pytest.raises(TypeError, match="its derivative would be lost"):
        wg.grad(names["fun"])(1.0)


def leave_explicitly(w):
    assert w.item() == 2.0
    assert float(w.detach()[...].reshape(())) == 2.0
    assert np.asarray(wg.stop_gradient(w)).item() == 2.0
    with wg.no_grad():
        assert (w * 2).numpy().item() == 4.0


def test_item_and_tolist_are_ways_out():
    assert wg.grad(lambda x: x * x.item())(3.0) == 3.0
    np.testing.assert_array_equal(wg.grad(lambda x: np.sum(x * np.array(x.tolist())))(X), X)
    assert wg.grad(lambda x: x * math.sin(x.detach()))(2.0) == math.sin(2.0)


# What has no meaning for Tensors


UNSUPPORTED = {
    "np.ldexp.reduce": np.ldexp.reduce,
    "np.ldexp.accumulate": np.ldexp.accumulate,
    "np.ldexp.reduceat": lambda t: np.ldexp.reduceat(t, [0]),
    "np.packbits": np.packbits,
    "np.isnat": np.isnat,
    "np.busday_offset": lambda t: np.busday_offset(t, 1),
}


@pytest.mark.parametrize(("name", "call"), UNSUPPORTED.items(), ids=UNSUPPORTED)
def test_unsupported_functions_say_so(name, call):
    message = (
        f"{name}: is not supported on Tensors; wengert.numpy and wengert.scipy have the functions that "
        "are, and wengert.primitive makes one of any code whose derivative you state"
    )
    with pytest.raises(TypeError) as raised:
        call(wg.tensor(X))
    assert str(raised.value) == message
    with pytest.raises(TypeError, match=f"{name}: is not supported"):
        wg.grad(lambda x: np.sum(call(x)))(X)


def test_dtype_of_ufuncs():
    got = np.sin(wg.tensor(X), dtype=np.float32)
    np.testing.assert_allclose(got.numpy(), np.sin(X, dtype=np.float32), rtol=1e-6, strict=True)


def test_augmented_assignment_of_an_array_to_a_tensor():
    def f(x):
        total = x * 0
        for k in range(3):
            total += np.full(3, k) * x
        return np.sum(total)

    np.testing.assert_array_equal(wg.grad(f)(X), np.full(3, 3.0))


def test_a_constant_tensor_is_an_array_to_those_who_ask():
    t = wg.tensor(X)
    np.testing.assert_array_equal(np.array([t, t]), [X, X], strict=True)
    np.testing.assert_array_equal(np.full((2, 3), t), [X, X])
    np.testing.assert_array_equal(np.r_[t, t], np.r_[X, X])
    assert np.ones(3).dot(t) == X.sum()
    assert math.sin(t[0]) == math.sin(X[0])
    work = np.zeros(3)
    work[:] = t
    work[0] = t[1]
    np.testing.assert_array_equal(work, [X[1], X[1], X[2]])
    assert pickle.loads(pickle.dumps({"t": t}))["t"].tolist() == X.tolist()


@pytest.mark.parametrize(
    "method",
    [
        lambda w, t: w.clip(t, 9.0),
        lambda w, t: w.clip(0.0, t),
        lambda w, t: w.clip(t),
        lambda w, t: w.clip(max=t),
        lambda w, t: np.float64(3.0).clip(t, 9.0),
        lambda w, t: divmod(w, t)[1],
    ],
)
def test_methods_of_arrays_take_tensors(method):
    w, t = np.array([1.0, 5.0, 20.0]), 2.4
    got = method(w, wg.tensor(t))
    np.testing.assert_array_equal(got.numpy(), method(w, t))
    slope = (np.sum(method(w, t + 1e-6)) - np.sum(method(w, t - 1e-6))) / 2e-6
    assert wg.grad(lambda t: np.sum(method(w, t)))(t) == pytest.approx(slope, rel=1e-7)
