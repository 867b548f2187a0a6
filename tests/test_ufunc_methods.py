"""reduce, accumulate and outer of NumPy's ufuncs on Tensors, against NumPy, and their derivatives."""

import numpy as np
import pytest

import wengert as wg
from numpy_calls import assert_same, outcome
from wengert import _core as core
from wengert.numpy import _ufunc_methods as methods

RNG = np.random.default_rng(8)
MASK = np.array([[True, False, True, True], [False, True, True, False], [True, True, False, True]])
X = np.round(RNG.normal(size=(3, 4)) * 2, 1)
C = RNG.normal(size=(2, 3, 4))


def named(method):
    """Return the ufuncs whose method has a name of its own; test_ufunc_scans.py has the others."""
    own = {"reduce": {*methods._REDUCTIONS, *methods._TRUTHS}, "accumulate": methods._SCANS}
    return list(own.get(method, methods._FORMULAS))


def each(method):
    return pytest.mark.parametrize("ufunc", named(method), ids=lambda u: u.__name__)


def compared(method, x, **options):
    """Return what ours and NumPy's give, or raise."""
    kwargs = {k: wg.tensor(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    return outcome(method, wg.tensor(x), **kwargs), outcome(method, x, **options)


REDUCTIONS = [
    {},
    {"axis": 1},
    {"axis": -1},
    {"axis": None},
    {"axis": (0, 1)},
    {"axis": ()},
    {"axis": 0, "keepdims": True},
    {"axis": None, "keepdims": True},
    {"initial": 2.0},
    {"axis": 1, "initial": -0.5, "where": MASK},
    {"axis": None, "initial": -0.5, "where": [True, False, True, True]},
    {"where": MASK},
    {"axis": 2},
    {"axis": (0, 0)},
]


KINDS = (TypeError, ValueError, IndexError)


def assert_agree(ours, theirs):
    """Hold a result against NumPy's, or an error against the kind of NumPy's."""
    if isinstance(theirs, Exception):
        assert isinstance(ours, next(kind for kind in KINDS if isinstance(theirs, kind))), ours
        return
    if isinstance(ours, Exception):
        raise ours
    assert_same(ours, theirs)


@each("reduce")
@pytest.mark.parametrize("options", REDUCTIONS, ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.bool_])
def test_reductions(ufunc, options, dtype):
    if ufunc is np.logaddexp and dtype == np.bool_:
        dtype = np.float64  # half precision in NumPy
    assert_agree(*compared(ufunc.reduce, X.astype(dtype), **options))


@each("reduce")
@pytest.mark.parametrize(
    "x", [np.float64(3.0), np.zeros((0, 3)), np.zeros((2, 0)), C], ids=np.shape
)
@pytest.mark.parametrize("axis", [0, -1, 1, None])
def test_reductions_of_numbers_of_nothing_and_of_more_axes(ufunc, x, axis):
    assert_agree(*compared(ufunc.reduce, x, axis=axis))


@each("reduce")
@pytest.mark.parametrize("dtype", [np.float32, np.int64, bool, complex])
def test_reductions_in_a_dtype(ufunc, dtype):
    if ufunc is np.logaddexp or (dtype is complex and ufunc not in (np.add, np.multiply)):
        dtype = np.float32
    assert_agree(*compared(ufunc.reduce, np.abs(X), axis=1, dtype=dtype))


@each("accumulate")
@pytest.mark.parametrize(
    "options", [{}, {"axis": 1}, {"axis": -2}, {"axis": 2}, {"axis": None}], ids=str
)
@pytest.mark.parametrize("x", [X, C, X[0], X.astype(int), X > 0], ids=str)
def test_scans(ufunc, options, x):
    assert_agree(*compared(ufunc.accumulate, x, **options))


@each("outer")
def test_outer(ufunc):
    kinds = next(p.kinds for p in core.primitives if p.name == ufunc.__name__)
    x, y = (np.abs(X) + 1, np.arange(1.0, 3.0)) if kinds & 4 else (X.astype(int), np.arange(1, 3))
    want = ufunc.outer(x, y)
    for a, b in ((wg.tensor(x), wg.tensor(y)), (wg.tensor(x), y), (x, wg.tensor(y))):
        assert_same(ufunc.outer(a, b), want)
    assert_same(ufunc.outer(wg.tensor(x), 2), ufunc.outer(x, 2))


DERIVATIVES = {
    "add.reduce": (lambda x: np.add.reduce(x * x, axis=(0, 1))),
    "multiply.reduce": lambda x: np.sum(np.multiply.reduce(x, axis=1, initial=2.0, where=MASK)),
    "maximum.reduce": lambda x: np.sum(np.maximum.reduce(x) ** 2),
    "logaddexp.reduce": lambda x: np.sum(np.logaddexp.reduce(x, axis=1, initial=0.5, where=MASK)),
    "fmin.reduce": lambda x: np.sum(np.fmin.reduce(np.where(MASK, x, np.nan), axis=1)),
    "add.accumulate": lambda x: np.sum(np.add.accumulate(x, axis=1) ** 2),
    "multiply.accumulate": lambda x: np.sum(np.multiply.accumulate(x)),
    "subtract.outer": lambda x: np.sum(np.subtract.outer(x[0], x[1]) ** 3),
    "hypot.outer": lambda x: np.sum(np.hypot.outer(x[0], x)),
}


@pytest.mark.parametrize("name", DERIVATIVES)
def test_derivatives(name):
    wg.testing.check_grads(DERIVATIVES[name], (X + 0.05,), order=2)


@pytest.mark.parametrize("name", DERIVATIVES)
def test_batches(name):
    many = np.stack([X, X[::-1] * 2, np.cos(X)])
    want = np.stack([wg.grad(DERIVATIVES[name])(x) for x in many])
    np.testing.assert_allclose(wg.vmap(wg.grad(DERIVATIVES[name]))(many), want, rtol=1e-13)


def test_what_is_refused():
    t = wg.tensor(X)
    with pytest.raises(wg.DTypeError, match=r"np\.logical_and\.reduce: dtype is float64; bool"):
        np.logical_and.reduce(t, dtype=float)
    with pytest.raises(wg.DTypeError, match=r"np\.divmod\.outer: is not supported on Tensors"):
        np.divmod.outer(t, t)
    with pytest.raises(wg.DTypeError, match=r"np\.add\.accumulate: array is \(\) and axis is 0"):
        np.add.accumulate(wg.tensor(1.0))
