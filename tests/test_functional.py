"""vectorize, and what prints or saves: functions around NumPy's or the user's own."""

import io

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from numpy_calls import assert_same, outcome

X = np.array([[0.5, 1.5, -2.0], [3.0, -0.25, 1.0]])


def clipped(x, most):
    return x if x < most else most * 1.0


VECTORIZED = {
    "numbers": (clipped, {}, (X, 1.0)),
    "broadcast": (clipped, {}, (X, np.array([[1.0], [2.0]]))),
    "by name": (clipped, {}, (X,), {"most": 0.7}),
    "several": (lambda x: (x, x * x), {}, (X,)),
    "dtype": (lambda x: x * x, {"otypes": "f"}, (X,)),
    "nothing": (lambda x: x, {"otypes": "d"}, (np.zeros((0, 2)),)),
    "excluded": (lambda p, x: sum(p) * x, {"excluded": {0}}, ([1.0, 2.0], X)),
    "excluded name": (lambda x, p: sum(p) * x, {"excluded": ["p"]}, (X,), {"p": [1.0, 2.0]}),
    "inner": (np.dot, {"signature": "(n),(n)->()"}, (X, X[0])),
    "outer": (np.outer, {"signature": "(m), (n) -> (m,n)"}, (X, X[:, :2])),
    "number": (lambda x: x + 1, {}, (2.0,)),
}


@pytest.mark.parametrize("name", VECTORIZED)
def test_vectorize_as_numpy(name):
    function, options, args, *rest = VECTORIZED[name]
    kwargs = rest[0] if rest else {}
    ours, theirs = wnp.vectorize(function, **options), np.vectorize(function, **options)
    assert_same(ours(*args, **kwargs), theirs(*args, **kwargs))


def test_vectorize_is_differentiated_and_batched():
    f = wnp.vectorize(clipped)
    many = np.stack([X, X[::-1] * 0.8])

    def loss(x, most):
        return wnp.sum(f(x, most) ** 2)

    np.testing.assert_allclose(
        wg.grad(loss)(X, 1.2), wg.grad(lambda x, m: wnp.sum(wnp.minimum(x, m) ** 2))(X, 1.2)
    )
    wg.testing.check_grads(loss, (X, 1.2), order=2)
    got = wg.vmap(wg.grad(loss), in_axes=(0, None))(many, 1.2)
    np.testing.assert_allclose(got, np.stack([wg.grad(loss)(x, 1.2) for x in many]))


def test_vectorize_keeps_the_function_s_name_and_says_what_is_wrong():
    assert wnp.vectorize(clipped).__name__ == "clipped"
    assert wnp.vectorize(clipped, doc="Clip.").__doc__ == "Clip."
    with pytest.raises(ValueError, match=r"vectorize: signature is 'n->'"):
        wnp.vectorize(clipped, signature="n->")
    with pytest.raises(ValueError, match="vectorize: axis n has lengths 3 and 2"):
        wnp.vectorize(np.dot, signature="(n),(n)->()")(X, X[0, :2])
    with pytest.raises(ValueError, match="vectorize: 1 arguments were given"):
        wnp.vectorize(np.dot, signature="(n),(n)->()")(X)
    with pytest.raises(ValueError, match="vectorize: nothing is to be called; otypes is needed"):
        wnp.vectorize(clipped)(np.zeros(0), 1.0)


def test_functions_that_print():
    t = wg.tensor(X)
    assert np.array2string(t, precision=1) == np.array2string(X, precision=1)
    assert np.array_repr(t) == np.array_repr(X)
    assert np.array_str(t) == np.array_str(X)
    seen = []
    wg.grad(lambda x: seen.append(np.array_str(x)) or np.sum(x))(X)
    assert seen == [np.array_str(X)]


def test_functions_that_save():
    t, file = wg.tensor(X), io.BytesIO()
    np.save(file, t)
    np.testing.assert_array_equal(np.load(io.BytesIO(file.getvalue())), X)
    file = io.BytesIO()
    np.savez(file, x=t, y=X[0])
    np.testing.assert_array_equal(np.load(io.BytesIO(file.getvalue()))["x"], X)
    file = io.BytesIO()
    np.savetxt(file, t)
    np.testing.assert_array_equal(np.loadtxt(io.BytesIO(file.getvalue())), X)
    with pytest.raises(TypeError, match="this Tensor is being differentiated"):
        wg.grad(lambda x: np.save(io.BytesIO(), x) or np.sum(x))(X)


EMATH = {
    "sqrt": (X, np.abs(X), np.array([-4, 4]), 1 - 2j),
    "log": (X, np.abs(X)),
    "log2": (X, np.float32(-2)),
    "log10": (X, np.abs(X)),
    "arccos": (X, X / 4),
    "arcsin": (X, X / 4, np.float32(3)),
    "arctanh": (X * 1.01, X / 4),
}


@pytest.mark.parametrize("name", EMATH)
def test_emath(name):
    for x in EMATH[name]:
        want = getattr(np.emath, name)(x)
        assert_same(getattr(wnp.emath, name)(x), want)
        assert_same(getattr(np.emath, name)(wg.tensor(x)), want)


def test_emath_of_two():
    for name, x, y in (
        ("power", X, 2),
        ("power", np.array([2, -4]), -2),
        ("power", np.abs(X), 0.5),
        ("power", X, 0.5),
        ("logn", 2.0, X),
        ("logn", np.abs(X) + 2, np.abs(X)),
    ):
        want = getattr(np.emath, name)(x, y)
        assert_same(getattr(wnp.emath, name)(x, y), want)
        assert_same(getattr(np.emath, name)(wg.tensor(x), wg.tensor(y)), want)


def test_windows_that_slide():
    tricks, theirs = wnp.lib.stride_tricks, np.lib.stride_tricks
    for shape, axis in ((2, 1), ((2, 2), None), ((1, 2), (1, 1)), ((3,), (-1,)), (0, 0)):
        want = theirs.sliding_window_view(X, shape, axis)
        assert_same(tricks.sliding_window_view(X, shape, axis), want)
        assert_same(theirs.sliding_window_view(wg.tensor(X), shape, axis), want)
    for shape, axis in ((4, 1), (2, None), (-1, 0), (2, 2)):
        want = outcome(theirs.sliding_window_view, X, shape, axis)
        assert isinstance(want, ValueError)
        assert isinstance(outcome(tricks.sliding_window_view, X, shape, axis), ValueError)
    got = wg.grad(lambda x: np.sum(theirs.sliding_window_view(x, 2, 1).mean(-1) ** 2))(X)
    want = wg.grad(lambda x: np.sum(((x[:, 1:] + x[:, :-1]) / 2) ** 2))(X)
    np.testing.assert_allclose(got, want)


def test_windows_are_views_that_nothing_is_written_through():
    t = wg.tensor([1.0, 2.0, 3.0])
    view = np.lib.stride_tricks.sliding_window_view(t, 2)
    t[1] = 9.0
    np.testing.assert_array_equal(view.numpy(), [[1, 9], [9, 3]])
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0] = 1.0


def test_strides_by_hand():
    as_strided = wnp.lib.stride_tricks.as_strided
    x = np.arange(12.0)
    for shape, strides in (
        ((3, 4), (24, 8)),
        ((10, 3), (8, 8)),
        ((2,), (-0,)),
        (None, None),
        ((0, 3), (8, 8)),
    ):
        assert_same(
            as_strided(x, shape, strides), np.lib.stride_tricks.as_strided(x, shape, strides)
        )
    with pytest.raises(ValueError, match="as_strided: elements from 0 to 12 of 12 are named"):
        as_strided(x, (13,), (8,))
    with pytest.raises(ValueError, match="multiples of 8 bytes"):
        as_strided(x, (2,), (4,))
    with pytest.raises(ValueError, match="one for each axis"):
        as_strided(x, (2, 2), (8,))
