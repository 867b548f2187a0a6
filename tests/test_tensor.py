"""The Tensor as an object: made, read, copied and handed to others."""

import copy
import ctypes
import pickle

import numpy as np
import pytest

import wengert as wg

DTYPES = ["?", "i4", "i8", "f4", "f8", "c8", "c16"]
SHAPES = [(), (3,), (2, 3), (0,), (2, 0, 3), (1, 1, 1)]


def array(dtype="f8", shape=(2, 3)):
    x = np.arange(1, 1 + int(np.prod(shape))).reshape(shape) * (1 + 0.5j)
    return np.array(x if dtype.startswith("c") else np.real(x), dtype)


def parameter(*numbers):
    return wg.tensor(numbers if len(numbers) > 1 else numbers[0], requires_grad=True)


# Made


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", DTYPES)
def test_tensor_is_a_copy_of_the_array(dtype, shape):
    x = array(dtype, shape)
    want = x.copy()
    t = wg.tensor(x)
    x[...] = 0
    np.testing.assert_array_equal(t.numpy(), want, strict=True)
    for name in ("shape", "ndim", "size", "dtype", "itemsize", "nbytes"):
        assert getattr(t, name) == getattr(want, name)
        assert type(getattr(t, name)) is type(getattr(want, name))


@pytest.mark.parametrize(
    ("data", "want"),
    [
        (1, np.array(1)),
        (2.5, np.array(2.5)),
        (True, np.array(True)),
        (1j, np.array(1j)),
        ([1, 2], np.array([1, 2])),
        ([[1, 2.5], [3, 4]], np.array([[1, 2.5], [3, 4]])),
        ((1.0, 2.0), np.array([1.0, 2.0])),
        ([], np.array([])),
        (np.float32(2), np.array(2, "f4")),
        (np.ones(2, "f2"), np.ones(2, "f4")),
        (np.ones(2, "u1"), np.ones(2, "i4")),
        (np.ones(2, "u4"), np.ones(2, "i8")),
        (np.arange(6.0).reshape(2, 3).T[::-1, 1:], np.array([[5.0], [4.0], [3.0]])),
        (np.array([1.0, 2.0], ">f8"), np.array([1.0, 2.0])),
        (np.array([(1.0, 2)], "f8,i1")["f0"], np.array([1.0])),
        ([wg.tensor(1.0), wg.tensor(2.0)], np.array([1.0, 2.0])),
    ],
    ids=repr,
)
def test_tensor_takes_what_holds_numbers(data, want):
    t = wg.tensor(data)
    np.testing.assert_array_equal(t.numpy(), want, strict=True)
    assert not t.requires_grad
    assert not t.is_weak


@pytest.mark.parametrize("dtype", DTYPES)
def test_tensor_converts(dtype):
    for data in ([1, 2], np.array([1.0, 2.0]), wg.tensor([1.0, 2.0])):
        for given in (dtype, np.dtype(dtype), np.dtype(dtype).type):
            np.testing.assert_array_equal(
                wg.tensor(data, given).numpy(), np.array([1, 2], dtype), strict=True
            )


def test_tensor_of_a_tracked_tensor_stays_connected_unless_a_leaf_is_asked_for():
    w = parameter(1.0, 2.0)
    assert wg.grad(lambda x: wg.tensor(x * x))(3.0) == 6.0
    assert wg.tensor(w * 2).requires_grad
    assert not wg.tensor(w * 2).is_leaf
    leaf = wg.tensor(w * 2, requires_grad=True)
    assert leaf.is_leaf
    leaf.sum().backward()
    assert w.grad is None


def test_flags():
    w, t = parameter(1.0), wg.tensor(1.0)
    assert (w.requires_grad, w.is_leaf) == (True, True)
    assert (t.requires_grad, t.is_leaf) == (False, True)
    assert ((w * t).requires_grad, (w * t).is_leaf) == (True, False)
    assert not (w > 0).requires_grad
    assert not np.argmax(w).requires_grad


# Read


@pytest.mark.parametrize("dtype", DTYPES)
def test_repr_and_str_are_ndarrays(dtype):
    for shape in SHAPES:
        x = array(dtype, shape)
        rows = repr(x).replace("array", "Tensor", 1).split("\n")
        assert repr(wg.tensor(x)) == "\n ".join(rows)
        assert str(wg.tensor(x)) == str(x)
    assert repr(parameter(1.5)) == "Tensor(1.5, requires_grad=True)"


def test_format_of_numbers_and_arrays():
    t = parameter(2.5678)
    assert f"{t:.2f} {t!r} {t:>10.1e}" == "2.57 Tensor(2.5678, requires_grad=True)    2.6e+00"
    assert f"{wg.tensor(3):04d}" == "0003"
    assert f"{wg.tensor([1.0, 2.0])}" == "[1. 2.]"


def test_numbers_leave_a_constant():
    assert (float(wg.tensor(2.5)), int(wg.tensor(2.5)), complex(wg.tensor(2.5))) == (2.5, 2, 2.5)
    assert [1, 2, 3][wg.tensor(1)] == 2
    assert list(range(wg.tensor(3))) == [0, 1, 2]
    for value in (1, 2.5, True, 1j):
        item = wg.tensor(value).item()
        assert item == value
        assert type(item) is type(value)
    assert [parameter(1.0, 2.0).item(i) for i in (0, -1, (1,))] == [1.0, 2.0, 2.0]
    assert wg.tensor(array()).item(1, 2) == 6.0
    assert wg.tensor(array()).tolist() == array().tolist()


@pytest.mark.parametrize(
    ("read", "error", "message"),
    [
        (lambda: float(wg.tensor([1.0, 2.0])), TypeError, "float: the Tensor has 2 elements"),
        (lambda: int(wg.tensor([])), TypeError, "int: the Tensor has 0 elements"),
        (lambda: complex(wg.tensor([1.0, 2.0, 3.0])), TypeError, "complex: the Tensor has 3 elem"),
        (lambda: complex(wg.tensor([])), TypeError, "complex: the Tensor has 0 elements"),
        (lambda: complex(parameter(2.0)), TypeError, "complex: this Tensor is being different"),
        (lambda: float(wg.tensor(1j)), TypeError, "complex"),
        (lambda: [1][wg.tensor(0.0)], TypeError, "index: only an integer Tensor"),
        (lambda: [1][wg.tensor([0])], TypeError, "index: only an integer Tensor"),
        (lambda: wg.tensor([1.0, 2.0]).item(), ValueError, "size 1"),
        (lambda: wg.tensor([1.0, 2.0]).item(2), IndexError, "out of bounds"),
        (lambda: bool(wg.tensor([1.0, 2.0])), ValueError, "ambiguous; use .any.. or .all"),
        (lambda: bool(wg.tensor([])), ValueError, "ambiguous"),
        (lambda: len(wg.tensor(1.0)), TypeError, "len: a Tensor of shape .. has no length"),
        (lambda: wg.Tensor(1.0), TypeError, r"Tensors are made by wengert.tensor\(data\)"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(read, error, message):
    with pytest.raises(error, match=message):
        read()


def test_truth():
    for value in (0, 1, 0.0, -0.0, 0.5, np.nan, 0j, 1j, True, False):
        assert bool(wg.tensor(value)) == bool(np.array(value))
        assert bool(wg.tensor([[value]])) == bool(np.array([[value]]))


def test_length_and_iteration():
    t = wg.tensor(array())
    assert len(t) == 2
    first, _ = t
    np.testing.assert_array_equal(first.numpy(), [1.0, 2.0, 3.0])
    assert [row.shape for row in reversed(t)] == [(3,), (3,)]
    assert 2.0 in wg.tensor([1.0, 2.0])
    assert max(wg.tensor([1.0, 3.0, 2.0])).item() == 3.0
    assert wg.grad(lambda x: sum(a * b for a, b in zip(x, x, strict=True)))(np.ones(2)).sum() == 4.0


def test_hash_is_identity_and_equality_elementwise():
    a, b = wg.tensor([1.0, 2.0]), wg.tensor([1.0, 2.0])
    assert hash(a) == hash(a)
    assert len({a, b, a}) == 2
    np.testing.assert_array_equal((a == b).numpy(), [True, True])
    np.testing.assert_array_equal((a != wg.tensor([1.0, 3.0])).numpy(), [False, True])
    table = {a: "a", b: "b"}
    assert (table[a], table[b]) == ("a", "b")


def test_attributes_are_not_to_be_set():
    t = wg.tensor(1.0)
    for name in ("shape", "dtype", "requires_grad", "T", "colour"):
        with pytest.raises(AttributeError):
            setattr(t, name, None)


# Handed to others


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_exports_are_equal_and_read_only(dtype, shape):
    x = array(dtype, shape)
    t = wg.tensor(x)
    for out in (t.numpy(), np.asarray(t), np.asarray(t, copy=False), t.__array__()):
        np.testing.assert_array_equal(out, x, strict=True)
        assert not out.flags.writeable
    np.testing.assert_array_equal(np.array(memoryview(t)), x)
    assert memoryview(t).readonly
    assert memoryview(t).shape == shape


def test_exports_of_a_part_have_its_strides():
    x = array("f8", (4, 5))
    for part in (np.s_[::2, 1:], np.s_[::-1], np.s_[:, 3], np.s_[2, ::-2]):
        t = wg.tensor(x)[part]
        for out in (t.numpy(), np.asarray(t), np.from_dlpack(t), np.array(memoryview(t))):
            np.testing.assert_array_equal(out, x[part])


def test_copies_may_be_written_and_change_nothing():
    t = wg.tensor(array("f8", (50, 60)))
    for out in (np.array(t), np.array(t, copy=True), np.from_dlpack(t).copy(), t.numpy().copy()):
        out[:] = 0
    np.testing.assert_array_equal(t.numpy(), array("f8", (50, 60)))


def test_asarray_converts():
    out = np.asarray(wg.tensor([1.0, 2.0]), dtype=np.float32)
    np.testing.assert_array_equal(out, np.array([1, 2], "f4"), strict=True)
    with pytest.raises(ValueError, match="copy"):
        np.asarray(wg.tensor([1.0]), dtype=np.float32, copy=False)


def test_exports_outlive_the_tensor():
    outs = [
        make(wg.tensor(array("f8", (300,)))) for make in (np.asarray, np.from_dlpack, memoryview)
    ]
    junk = [wg.tensor(np.zeros(300)) for _ in range(100)]
    assert len(junk) == 100
    for out in outs:
        np.testing.assert_array_equal(np.array(out), array("f8", (300,)))


def test_a_writable_buffer_is_refused():
    with pytest.raises(TypeError, match="not writable"):
        ctypes.c_double.from_buffer(wg.tensor([1.0]))


# Copied


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, wg.Tensor.copy])
def test_copies_in_python_stay_connected(duplicate):
    assert wg.grad(lambda x: duplicate(x) * x)(3.0) == 6.0
    t = wg.tensor([1.0, 2.0])
    np.testing.assert_array_equal(duplicate(t).numpy(), [1.0, 2.0])
    assert not duplicate(t).requires_grad


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(protocol):
    for dtype in DTYPES:
        for shape in SHAPES:
            t = pickle.loads(pickle.dumps(wg.tensor(array(dtype, shape)), protocol))
            np.testing.assert_array_equal(t.numpy(), array(dtype, shape), strict=True)
            assert not t.requires_grad
    w = parameter(1.0, 2.0)
    again = pickle.loads(pickle.dumps(w, protocol))
    assert again.requires_grad
    again.sum().backward()
    assert w.grad is None
