"""NumPy's functions and methods that write, on Tensors, beside NumPy on arrays; their derivatives."""

import warnings

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from writing_cases import AT, MASK, METHODS, WRITES

V = np.array([1.5, -2.0, 3.25, 0.5])
DTYPES = [np.float64, np.float32, np.int64, np.bool_, np.complex128]


def cases(table):
    return [
        pytest.param(name, call, id=f"{name}-{k}")
        for name, calls in table.items()
        for k, call in enumerate(calls)
    ]


def target(dtype):
    return np.array([[0.5, 3.0, -1.0], [2.0, 1.5, 2.5]]).astype(dtype)


def written(write, a):
    """Call, and return what `a` holds then, or the error."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert write(a) is None
    except (TypeError, ValueError, IndexError) as error:
        return error
    return a


def assert_written_alike(ours, theirs, exact=True, dtypes=DTYPES, kinds=None):
    """`ours` of Tensors, `theirs` of arrays, through a base, a view of it and the other's view."""
    for dtype in dtypes:
        for part in (np.s_[...], np.s_[:, ::-1], np.s_[::-1]):
            base = np.zeros((2, 2, 3), dtype)
            base[1] = target(dtype)
            t = wg.tensor(base)
            other = t[1]
            expected = written(theirs, base[1][part])
            found = written(ours, t[1][part])
            if "read-only" in str(expected):  # of arr.flat, where that needs a copy: ours does not
                continue
            if isinstance(expected, Exception):
                errors = (TypeError, ValueError, IndexError)
                kind = kinds or next(k for k in errors if isinstance(expected, k))
                assert isinstance(found, kind), (dtype, found, expected)
                continue
            if isinstance(found, Exception):
                raise found
            assert t.dtype == base.dtype
            compare = np.testing.assert_array_equal if exact else np.testing.assert_allclose
            compare(t.numpy(), base)
            np.testing.assert_array_equal(other.numpy(), t.numpy()[1])


@pytest.mark.parametrize(("name", "call"), cases(WRITES))
def test_function_writes_as_numpys(name, call):
    for values in (V, V.astype(np.float32), V.astype(np.int64)):
        theirs = getattr(np, name)
        for ours in (theirs, getattr(wnp, name)):
            for given in (values, wg.tensor(values)):
                assert_written_alike(
                    lambda a, ours=ours, given=given: call(ours, a, given),
                    lambda a, theirs=theirs, values=values: call(theirs, a, values),
                )


@pytest.mark.parametrize(("name", "call"), cases(METHODS))
def test_method_writes_as_ndarrays(name, call):
    if name == "partition":  # the order of the others is not promised
        a = target(float)
        expected, found = (
            written(lambda a: call(a, V), a),
            written(lambda a: call(a, V), wg.tensor(a)),
        )
        if isinstance(expected, Exception):
            assert isinstance(found, (TypeError, ValueError))
        else:
            np.testing.assert_array_equal(np.sort(found.numpy(), 1), np.sort(a, 1))
        return
    for given in (V, wg.tensor(V)):
        assert_written_alike(
            lambda a, given=given: call(a, given),
            lambda a: call(a, V),
            kinds=(TypeError, ValueError) if name == "fill" else None,
        )


@pytest.mark.parametrize(("name", "call"), cases(AT))
def test_ufunc_at_writes_as_numpys(name, call):
    at = getattr(np, name).at
    is_ordered = name in (
        "maximum",
        "minimum",
        "logaddexp",
        "less",
        "hypot",
    )  # which complex numbers are not
    for values in (V, V.astype(np.float32), V.astype(np.int64)):
        for given in (values, wg.tensor(values)):
            assert_written_alike(
                lambda a, given=given: call(at, a, given),
                lambda a, values=values: call(at, a, values),
                exact=False,
                dtypes=DTYPES[:-1] if is_ordered else DTYPES,
            )


def test_at_of_a_number_and_of_nothing():
    for write in (
        lambda a: np.add.at(a, (), 2.0),
        lambda a: np.add.at(a, ..., 2.0),
        lambda a: np.multiply.at(a, (), 3.0),
        lambda a: np.put(a, [0, -1], [4.0, 5.0]),
        lambda a: np.copyto(a, 3.0),
    ):
        a, t = np.ones(()), wg.tensor(np.ones(()))
        write(a)
        write(t)
        np.testing.assert_array_equal(t.numpy(), a, strict=True)
    with pytest.raises(IndexError, match="put: the place 1 is outside of one element"):
        np.put(wg.tensor(1.0), 1, 2.0)
    with pytest.raises(TypeError, match=r"add.at: list was given to write to"):
        np.add.at([1.0, 2.0], [0], wg.tensor(1.0))


# Derivatives


def whole(write):
    """Write to a Tensor made of x, and to a part of another, and return all values."""

    def f(x, v):
        x, v = wnp.asarray(x), wnp.asarray(v)
        a = x.reshape(2, 3) * 1.0
        write(a, v)
        base = np.zeros((2, 2, 3), like=x) + 0.5
        part = base[0]
        part[...] = a * a
        write(base[1], v * v)
        return np.concatenate([base.reshape(-1), a.reshape(-1) ** 3])

    return f


def numerical(f, *args):
    """Find the Jacobian by central differences of the fourth order."""
    x = np.concatenate([a.ravel() for a in args])

    def at(z):
        parts = np.split(z, np.cumsum([a.size for a in args])[:-1])
        pieces = [wg.tensor(p.reshape(a.shape)) for p, a in zip(parts, args, strict=True)]
        return f(*pieces).numpy()

    h = 1e-3
    columns = []
    for e in np.eye(x.size) * h:
        near = [at(x + k * e) for k in (-2, -1, 1, 2)]
        columns.append((near[0] - 8 * near[1] + 8 * near[2] - near[3]) / (12 * h))
    return np.stack(columns, -1)


SMOOTH = {
    "copyto": lambda a, v: np.copyto(a, v[:3], where=MASK),
    "put": lambda a, v: np.put(a, [0, 4, -1, 4], v),
    "putmask": lambda a, v: np.putmask(a, MASK, v[:3]),
    "place": lambda a, v: np.place(a, MASK, v),
    "fill_diagonal": np.fill_diagonal,
    "put_along_axis": lambda a, v: np.put_along_axis(a, np.array([[0], [2]]), v[:2, None], 1),
    "fill": lambda a, v: a.fill(v[2]),
    "sort": lambda a, v: a.sort(),
    "partition": lambda a, v: a.partition(1, axis=1),
    "add.at": lambda a, v: np.add.at(a, ([0, 0, 1, 0], [1, 1, 2, 0]), v),
    "add.at, sliced": lambda a, v: np.add.at(a, (slice(None), [1, 1, 0]), v[:3]),
    "subtract.at": lambda a, v: np.subtract.at(a, (0, slice(1, 3)), v[:2]),
    "multiply.at": lambda a, v: np.multiply.at(a, ([0, 0, 1, 0], [1, 1, 2, 0]), v),
    "divide.at": lambda a, v: np.divide.at(a, ([0, 0, 1], [1, 1, 2]), v[:3]),
    "maximum.at": lambda a, v: np.maximum.at(a, ([0, 0, 1], [1, 1, 2]), v[:3]),
    "square.at": lambda a, v: np.square.at(a, ([0, 0, 1], [1, 1, 2])),
    "nan_to_num": lambda a, v: np.nan_to_num(a, copy=False),
}
X = np.array([0.5, 1.2, -0.7, 0.9, 0.3, -1.1])
U = np.array([0.8, -0.6, 1.1, 0.4])


@pytest.mark.parametrize("write", SMOOTH.values(), ids=SMOOTH)
def test_derivatives_through_writes(write):
    f = whole(write)
    expected = numerical(f, X, U)
    n = X.size
    for mode in ("forward", "reverse"):
        for g in (f, wg.checkpoint(f)):
            first, second = wg.jacobian(g, (0, 1), mode=mode)(X, U)
            np.testing.assert_allclose(first, expected[:, :n], rtol=1e-8, atol=1e-8)
            np.testing.assert_allclose(second, expected[:, n:], rtol=1e-8, atol=1e-8)
    t = np.linspace(-1, 1, n)
    np.testing.assert_allclose(
        wg.jvp(lambda x: f(x, U), (X,), (t,))[1], expected[:, :n] @ t, rtol=1e-8, atol=1e-8
    )

    def loss(x, v):
        return np.sum(np.sin(f(x, v) / 4))

    hessian = wg.hessian(lambda z: loss(z[:n], z[n:]))(np.concatenate([X, U]))
    slope = numerical(
        lambda x, v: wg.tensor(np.concatenate(wg.grad(loss, (0, 1))(x.numpy(), v.numpy()))), X, U
    )
    np.testing.assert_allclose(hessian, slope, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12, atol=1e-12)
    batch = np.stack([X, X[::-1] * 1.1])
    mapped = wg.vmap(wg.grad(loss), in_axes=(0, None))(batch, U)
    single = np.stack([wg.grad(loss)(x, U) for x in batch])
    np.testing.assert_allclose(mapped, single, rtol=1e-12, atol=1e-12)
    mapped = wg.vmap(f, in_axes=(None, 0))(X, np.stack([U, U[::-1]]))
    single = np.stack([f(wg.tensor(X), wg.tensor(v)).numpy() for v in (U, U[::-1])])
    np.testing.assert_allclose(mapped, single, rtol=1e-12, atol=1e-12)


def test_places_that_differ_between_examples():
    places = np.array([[0, 0, 2], [1, 2, 2]])

    def f(x, p, write):
        a = np.zeros(3, like=x)
        write(a, p, x)
        return a

    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    for write in (np.put, np.add.at, np.multiply.at, np.maximum.at):
        mapped = wg.vmap(lambda x, p, write=write: f(x, p, write))(x, places)
        for row, xs, p in zip(mapped, x, places, strict=True):
            expected = np.zeros(3)
            write(expected, p, xs)
            np.testing.assert_array_equal(row, expected)


SETS = [
    ([0, 0, 1], V[:2]),
    (([0, 1], [0, 1, 2]), 1.0),
    ([0, 9], 1.0),
    ((slice(None), [0, 1]), V[:3]),
    (np.array([True, False]), V[:3]),
    ((None, [0, 1]), np.ones((3, 3))),
    ((slice(0, 1), [0, 2]), V[:2]),
]


@pytest.mark.parametrize(("key", "values"), SETS)
def test_errors_of_items_are_numpys(key, values):
    assert_written_alike(lambda a: a.__setitem__(key, values), lambda a: a.__setitem__(key, values))


# Arrays that hold no derivatives


INTO_NDARRAY = {
    "copyto": lambda a, v: np.copyto(a, v[:3]),
    "put": lambda a, v: np.put(a, [0, 1], v),
    "putmask": lambda a, v: np.putmask(a, MASK, v),
    "place": lambda a, v: np.place(a, MASK, v),
    "fill_diagonal": wnp.fill_diagonal,  # NumPy asks for an array of v
    "put_along_axis": lambda a, v: np.put_along_axis(a, np.array([[0], [1]]), v[:2, None], 1),
    "add.at": lambda a, v: np.add.at(a, [0, 0], v[:3]),
}


@pytest.mark.parametrize(("name", "write"), INTO_NDARRAY.items(), ids=INTO_NDARRAY)
def test_an_ndarray_takes_values_alone(name, write):
    expected, found = target(float), target(float)
    write(expected, V)
    write(found, wg.tensor(V))
    np.testing.assert_array_equal(found, expected)
    untouched = target(float)
    message = (
        rf"{name}: what is stored in an ndarray is being differentiated, .* a Tensor, which "
        r"np.zeros\(n, like=x\) and wengert.numpy.zeros\(n\) make"
    )
    with pytest.raises(TypeError, match=message):
        wg.grad(lambda v: (write(untouched, v), np.sum(v))[1])(V)
    np.testing.assert_array_equal(untouched, target(float))
    with pytest.raises(TypeError, match=rf"vmap: {name}\(\) was taken of a value that differs"):
        wg.vmap(lambda v: (write(untouched, v), np.sum(v))[1])(np.stack([V, V + 1]))


def test_an_element_of_an_ndarray_takes_values_alone():
    def f(x, key, stored):
        a = np.zeros(3)
        a[key] = stored(x)
        return np.sum(x)

    for key, stored in (
        (slice(None), lambda x: x),
        (..., lambda x: x),
        (slice(0, 2), lambda x: x[1:]),
    ):
        with pytest.raises(
            TypeError, match=r"np\.(as)?array: .* np.zeros\(n, like=x\) or wengert.numpy"
        ):
            wg.grad(lambda x, key=key, stored=stored: f(x, key, stored))(np.ones(3))
    for dtype, way in ((float, "float"), (complex, "complex"), (np.float32, "float")):

        def g(x, dtype=dtype):
            np.zeros(3, dtype)[0] = x[0]

        with pytest.raises((TypeError, ValueError)) as raised:
            wg.grad(g)(np.ones(3))
        error = raised.value.__cause__ or raised.value
        assert str(error).startswith(f"{way}: this Tensor is being differentiated")
        assert "np.zeros(n, like=x) or wengert.numpy.zeros(n)" in str(error)
