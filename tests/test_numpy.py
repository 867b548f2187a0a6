"""Every function of `wengert.numpy` against NumPy itself: values, dtypes, shapes and errors."""

import inspect

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from numpy_calls import (
    DTYPES,
    C,
    array,
    assert_same,
    filled,
    functions,
    is_promised,
    of,
    outcome,
    tensors,
)
from numpy_cases import CASES, CREATIONS
from wengert import _core as core
from writing_cases import WRITES

METHODS = [
    "sum",
    "prod",
    "mean",
    "var",
    "std",
    "max",
    "min",
    "ptp",
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "cumsum",
    "cumprod",
    "ravel",
    "transpose",
    "swapaxes",
    "squeeze",
    "conj",
    "conjugate",
    "dot",
    "clip",
    "round",
    "repeat",
    "take",
    "trace",
    "diagonal",
    "nonzero",
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_function_equals_numpys(case):
    for dtype in DTYPES:
        if is_promised(case, dtype):
            check_equals_numpys(case, dtype)


def check_equals_numpys(case, dtype):
    ours, theirs = functions(case)
    args = filled(case.args, dtype)
    kwargs = {k: filled(v, dtype) for k, v in case.kwargs.items()}
    expected = outcome(theirs, *args, **kwargs)
    direct = outcome(ours, *args, **kwargs)
    wrapped = (tensors(args), {k: tensors(v) for k, v in kwargs.items()})
    through = outcome(theirs, *wrapped[0], **wrapped[1])
    given = outcome(ours, *wrapped[0], **wrapped[1])
    if isinstance(expected, Exception):
        kinds = (TypeError, ValueError, IndexError)
        kind = next(k for k in kinds if isinstance(expected, k))
        for result in (direct, through, given):
            assert isinstance(result, kind), (result, expected)
        return
    for result in (direct, through, given):
        if isinstance(result, Exception):
            raise result
        assert_same(result, expected)
    if case.name in METHODS and not case.space:
        name, (x, *rest) = case.name, args
        theirs = outcome(getattr(x, name, None) or getattr(np, name), *rest, **kwargs)
        if hasattr(x, name) and not isinstance(theirs, Exception):
            assert_same(getattr(wg.tensor(x), name)(*tensors(rest), **wrapped[1]), theirs)


FUNCTIONS = {
    name: f
    for name, f in vars(wnp).items()
    if callable(f) and not isinstance(f, type) and not name.startswith("_") and hasattr(np, name)
}
FORMULAS = [name for name, f in FUNCTIONS.items() if f in core.primitives]


@pytest.mark.parametrize("width", [{1: (1, 2)}, {-1: (1, 2)}])
def test_pad_by_a_dict(width):
    """NumPy has it from 2.4 on; pairs say the same in all versions."""
    x = array(of(3, 4), np.float64, 0)
    np.testing.assert_array_equal(wnp.pad(x, width).numpy(), np.pad(x, ((0, 0), (1, 2))))


def test_parts_as_newer_numpys_read_them():
    """A mask of what is inserted before: NumPy reads one from 2.2 on. No other end is trimmed."""
    x, mask = array(of(4), np.float64, 0), np.array([True, False, True, False])
    np.testing.assert_array_equal(wnp.insert(x, mask, 9).numpy(), np.insert(x, [0, 2], 9))
    with pytest.raises(ValueError, match="trim_zeros: trim is 'x'; 'f', 'b' or 'fb' is needed"):
        wnp.trim_zeros(x, "x")
    rows = np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    np.testing.assert_array_equal(wnp.trim_zeros(rows).numpy(), [[1.0]])
    np.testing.assert_array_equal(wnp.trim_zeros(rows, axis=0).numpy(), [[0.0, 1.0]])


@pytest.mark.parametrize("name", FORMULAS)
def test_formula_by_numpys_name(name):
    function, primitive = getattr(np, name), getattr(wnp, name)
    count = primitive.arity
    args = [array(of(3, 4, kind="positive"), np.float64, i) / 4 for i in range(count)]
    if not primitive.kinds & 12:
        args = [np.rint(x * 10).astype(np.int64) for x in args]
    if primitive.name == "arccosh":
        args = [x + 1 for x in args]
    if primitive.name in ("arctanh", "arcsin", "arccos"):
        args = [x / 2 for x in args]
    expected = function(*args)
    assert_same(primitive(*args), expected)
    assert_same(function(*map(wg.tensor, args)), expected)
    if count == 2:
        assert_same(function(args[0], wg.tensor(args[1])), expected)
        assert_same(function(wg.tensor(args[0]), args[1]), expected)


@pytest.mark.parametrize("name", ["T", "mT", "real", "imag"])
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_attribute_equals_ndarrays(name, dtype):
    x = array(C, dtype, 0)
    theirs = np.swapaxes(x, -1, -2) if name == "mT" else getattr(x, name)
    assert_same(getattr(wg.tensor(x), name), theirs)


def test_methods_with_arguments_of_their_own():
    x = np.arange(12.0).reshape(3, 4) / 3
    t = wg.tensor(x)
    assert_same(t.reshape(4, 3), x.reshape(4, 3))
    assert_same(t.reshape((4, -1)), x.reshape((4, -1)))
    assert_same(t.reshape(12, order="F"), x.reshape(12, order="F"))
    assert_same(t.transpose(), x.T)
    assert_same(t.transpose(1, 0), x.T)
    assert_same(t.transpose((1, 0)), x.T)
    assert_same(t.flatten(), x.flatten())
    assert_same(t.astype(np.float32), x.astype(np.float32))
    assert_same(t.copy(), x)
    assert_same(t.clip(1, 2), x.clip(1, 2))
    assert_same(t.compress([True, False, True], 0), x.compress([True, False, True], 0))
    assert_same(round(t, 1), x.round(1))
    assert t.tolist() == x.tolist()
    assert round(wg.tensor(2.5)) == 2


@pytest.mark.parametrize("name", ["resize", "view", "setflags", "byteswap"])
def test_method_that_cannot_be_says_what_to_use(name):
    with pytest.raises(TypeError, match=f"{name}: a Tensor has no such method; use "):
        getattr(wg.tensor([1.0]), name)(0)


def test_arrays_of_tensors():
    x, y = wg.tensor(1.0), wg.tensor(2.0)
    assert_same(wnp.array([x, y]), np.array([1.0, 2.0]))
    assert_same(wnp.array([[x, 3], [4, y]]), np.array([[1.0, 3], [4, 2]]))
    assert_same(wnp.array([wnp.array([x, y]), [3.0, 4.0]]), np.array([[1.0, 2], [3, 4]]))
    assert_same(wnp.array(x, ndmin=2), np.array([[1.0]]))
    assert_same(wnp.array([x, y], dtype=np.float32), np.array([1, 2], np.float32))
    assert_same(wnp.sum([x, y]), np.float64(3))
    assert_same(wnp.where([True, False], [x, 5.0], [y, 6.0]), np.array([1.0, 6.0]))


def test_ragged_arrays_fail():
    with pytest.raises(ValueError, match="stack: array 0 is"):
        wnp.array([wg.tensor([1.0, 2.0]), wg.tensor(1.0)])


@pytest.mark.parametrize("case", CREATIONS, ids=str)
def test_creation_equals_numpys(case):
    ours, theirs = functions(case)
    assert_same(ours(*case.args, **case.kwargs), theirs(*case.args, **case.kwargs))


def test_empty_has_the_shape():
    assert wnp.empty((2, 3), np.int64).shape == (2, 3)
    assert wnp.empty_like(wnp.ones(3)).dtype == np.float64


def test_asarray_is_the_tensor_itself():
    t = wg.tensor([1.0])
    assert wnp.asarray(t) is t


def test_weak_numbers_keep_float32():
    t = wg.tensor(np.ones(3, np.float32))
    for result in (wnp.clip(t, 0.0, 2.0), wnp.where(t > 0, t, 0.0), wnp.mean(t), wnp.var(t)):
        assert result.dtype == np.float32
    assert wnp.result_type(t, 1.0) == np.float32


def test_every_public_function_of_numpy_that_we_have_is_routed():
    t = wg.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert isinstance(np.sum(t), wg.Tensor)
    assert isinstance(np.matmul(t, np.eye(2)), wg.Tensor)
    assert isinstance(np.eye(2) @ t, wg.Tensor)
    with pytest.raises(TypeError, match=r"np.packbits: is not supported on Tensors"):
        np.packbits(t)


def test_every_function_is_documented():
    for name, function in vars(wnp).items():
        if inspect.isfunction(function) and not name.startswith("_"):
            for section in ("Parameters\n", "Returns\n", "Examples\n"):
                assert section in (function.__doc__ or ""), (name, section)


def test_every_function_has_a_case():
    tested = {case.name for case in (*CASES, *CREATIONS) if not case.space}
    holding_anything = {"empty", "empty_like"}
    of_dtypes = {name for name in wnp.dtypes.__all__ if hasattr(np, name)}
    tested |= of_dtypes | set(FORMULAS) | set(WRITES)  # of dtypes: test_array_namespace.py
    assert set(FUNCTIONS) - tested == holding_anything
    for space, theirs in (("fft.", np.fft), ("linalg.", np.linalg)):
        tested = {case.name for case in (*CASES, *CREATIONS) if case.space == space}
        names = getattr(wnp, space[:-1]).__all__
        assert not {name for name in names if hasattr(theirs, name)} - tested


@pytest.mark.parametrize(
    "shape", [(6, 1, 6), (1, 6, 6), (6, 6, 1), (2, 3, 1, 6), (2, 1, 3, 6), (6, 1, 1)]
)
def test_products_of_views_with_axes_of_length_one(shape):
    """Such an axis may have any stride, also in an array whose elements lie one behind the other."""
    rng = np.random.default_rng(4)
    squeezed = rng.normal(size=[n for n in shape if n != 1])
    axes = tuple(k for k, n in enumerate(shape) if n == 1)
    views = (
        np.expand_dims(wg.tensor(squeezed), axes),
        wg.tensor(np.expand_dims(squeezed, axes)),
        np.reshape(wg.tensor(squeezed), shape),
    )
    right = rng.normal(size=(shape[-1], 3))
    for view in views:
        for other in (right, right[:, 0], right[:, :1]):
            found = np.asarray(view @ other)
            np.testing.assert_allclose(found, np.reshape(squeezed, shape) @ other, atol=1e-12)
