"""What constructors and copies give is written to, and shares nothing with what it was made of."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

MADE = {
    "zeros": lambda np, **k: np.zeros((2, 3), **k),
    "zeros of a dtype": lambda np, **k: np.zeros(3, int, **k),
    "ones": lambda np, **k: np.ones(3, dtype=np.float32, **k),
    "full": lambda np, **k: np.full((2, 3), 2.5, **k),
    "full of a row": lambda np, **k: np.full((2, 3), [1, 2, 3], **k),
    "eye": lambda np, **k: np.eye(3, 2, 1, **k),
    "identity": lambda np, **k: np.identity(2, **k),
    "arange": lambda np, **k: np.arange(1, 5, **k),
    "array": lambda np, **k: np.array([[1, 2], [3, 4]], **k),
    "asarray": lambda np, **k: np.asarray([1.5, 2], **k),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_what_constructors_make_is_written_to(make):
    x = wg.tensor([1.0])
    for t in (make(wnp), make(np, like=x)):
        expected = make(np)
        assert isinstance(t, wg.Tensor)
        np.testing.assert_array_equal(t.numpy(), expected, strict=True)
        t[0] = 7
        expected[0] = 7
        np.testing.assert_array_equal(t.numpy(), expected, strict=True)


def test_what_is_like_a_tensor_is_written_to():
    x = wg.tensor(np.arange(6, dtype=np.float32).reshape(2, 3))
    for make in (np.zeros_like, np.ones_like, np.empty_like, lambda x: np.full_like(x, 5)):
        for t in (make(x), make(x.T)):
            before = t.numpy().copy()
            t[0, 1] = 9
            before[0, 1] = 9
            np.testing.assert_array_equal(t.numpy(), before, strict=True)
    np.testing.assert_array_equal(x.numpy(), np.arange(6).reshape(2, 3))
    assert np.empty((2, 3), like=x).shape == np.empty_like(x, shape=(2, 3)).shape == (2, 3)


@pytest.mark.parametrize("n", [3, 1000])
def test_a_tensor_of_an_array_shares_nothing_with_it(n):
    x = wg.tensor([1.0])
    for make in (
        wg.tensor,
        wnp.array,
        wnp.asarray,
        wnp.copy,
        lambda a: wnp.astype(a, float),
        lambda a: np.array(a, like=x),
        lambda a: np.asarray(a, like=x),
        lambda a: wnp.full((2, n), a),
        lambda a: wnp.full_like(a, a),
    ):
        a = np.arange(float(n))
        t = make(a)
        a[...] = -1
        np.testing.assert_array_equal(t.numpy(), np.broadcast_to(np.arange(n), t.shape))
        a = np.arange(float(n))
        t = make(a)
        t[...] = -1
        np.testing.assert_array_equal(a, np.arange(n))


@pytest.mark.parametrize("n", [3, 1000])
def test_what_is_stored_is_not_shared(n):
    for write in (
        np.copyto,
        lambda t, a: np.clip(a, None, None, out=t),
        lambda t, a: np.conjugate(a, out=t),
        lambda t, a: np.concatenate([a], out=t),
        lambda t, a: np.sum(a, (), out=t),
        lambda t, a: np.take(a, np.arange(n), out=t),
    ):
        for given in (np.array, wg.tensor):
            a = given(np.arange(float(n)))
            t = wnp.zeros(n)
            write(t, a)
            a[0] = 9
            assert t[0] == 0
            t[1] = 7
            assert a[1] == 1
            assert (a[0], t[1]) == (9, 7)


IN_PLACE = {
    "an index array": lambda t: t.__setitem__(np.array([1, 2]), [1.0, 2.0]),
    "one value at an index array": lambda t: t.__setitem__(np.array([1, 2]), 1.0),
    "an index array of a part": lambda t: t[5:].__setitem__(np.array([1, 2]), [1.0, 2.0]),
    "a part to a part": lambda t: t[1:].__iadd__(t[:-1]),
    "a row": lambda t: t.reshape(10, -1)[3].__setitem__(slice(None), 2.0),
    "put": lambda t: np.put(t, [1, 2], [1.0, 2.0]),
    "copyto": lambda t: np.copyto(t[:3], 1.0),
    "out": lambda t: np.add(t[:3], 1.0, out=t[:3]),
    "sum": lambda t: np.sum(t[4:], keepdims=True, out=t[:1]),
    "add.at": lambda t: np.add.at(t, [1, 1], 2.0),
    "maximum.at": lambda t: np.maximum.at(t, [1, 1], 2.0),
}


@pytest.mark.parametrize("write", IN_PLACE.values(), ids=IN_PLACE)
def test_a_part_is_written_in_place(write):
    """What nobody else holds is not copied: loops that write take time in what they write."""
    t = wnp.zeros(1000)
    t[0] = 1.0
    place = t.numpy().ctypes.data
    for _ in range(3):
        write(t)
        assert t.numpy().ctypes.data == place


COPIES = {
    "array": lambda t: np.array(t, like=t),
    "copy": np.copy,
    "method copy": lambda t: t.copy(),
    "astype": lambda t: t.astype(t.dtype),
    "conjugate": np.conjugate,
    "clip": lambda t: np.clip(t, None, None),
    "nan_to_num": np.nan_to_num,
    "round": np.round,
    "sort": np.sort,
    "asarray": lambda t: wnp.asarray(t, copy=True),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("dtype", [float, int])
def test_a_copy_is_another_array(copy, dtype):
    t = wg.tensor(np.arange(3).astype(dtype))
    other = copy(t)
    other[0] = 9
    assert t.tolist() == [0, 1, 2]
    assert other.tolist() == [9, 1, 2]


def test_what_need_not_be_copied_is_not():
    t = wg.tensor([1.0, 2.0])
    assert np.asarray(t, like=t) is t
    assert t.astype(float, copy=False) is t
    assert wnp.array(t, copy=False) is t
    assert np.nan_to_num(t, copy=False) is t


def test_an_array_like_a_tensor_takes_its_derivative():
    def f(x):
        a = np.full(3, x[0], like=x)
        a[1] = x[1] * x[2]
        b = np.array([x[2], x[0]], like=x)
        b *= a[:2]
        return np.sum(a) * np.sum(b)

    def pure(x):
        return (2 * x[0] + x[1] * x[2]) * (x[2] * x[0] + x[0] * x[1] * x[2])

    x = np.array([1.5, -0.5, 2.0])
    np.testing.assert_allclose(wg.grad(f)(x), wg.grad(pure)(x), rtol=1e-14)
    np.testing.assert_allclose(wg.hessian(f)(x), wg.hessian(pure)(x), rtol=1e-13)
