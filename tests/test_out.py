"""``out=`` of functions and methods, with ``where=``, ``casting=`` and ``dtype=``, beside NumPy's."""

import warnings

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from out_cases import CALLS, DTYPES, MASK, A, B, is_promised


def outcome(call, *args, **kwargs):
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return call(*args, **kwargs)
    except (TypeError, ValueError, IndexError) as error:
        return error


@pytest.mark.parametrize("given", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize(("name", "call", "shape"), [(n, *c) for n, c in CALLS.items()], ids=CALLS)
def test_out_is_written_as_numpys(name, call, shape, given):
    a, b = A.astype(given), B.astype(given)
    x, y = wg.tensor(a), wg.tensor(b)
    for stored in DTYPES:
        if not is_promised(name, given, stored):
            continue
        # part of a base: what is beside it stays
        whole = (2, *shape) if shape else ()
        part = 1 if shape else ...
        base = np.full(whole, 5).astype(stored)
        expected = outcome(call, np, a, b, out=base[part])
        for space in (np, wnp):
            t = wg.tensor(np.full(whole, 5).astype(stored))
            out = t[1] if shape else t
            found = outcome(call, space, x, y, out=out)
            if isinstance(expected, Exception):
                assert isinstance(found, (TypeError, ValueError)), (found, expected)
                np.testing.assert_array_equal(t.numpy(), np.full(whole, 5).astype(stored))
                continue
            assert found is out, (stored, found)
            rough = np.float32 in (given, stored) or "float32" in name
            tolerance = 1e-6 if rough else 1e-14
            np.testing.assert_allclose(t.numpy(), base, tolerance, tolerance, strict=True)
        # an ndarray takes values, as it does from arrays
        taken = np.full(whole, 5).astype(stored)
        found = outcome(call, np, x, y, out=taken[part])
        if not isinstance(expected, Exception):
            assert isinstance(found, np.ndarray)
            np.testing.assert_allclose(taken, base, tolerance, tolerance)


def test_operands_that_are_written_to():
    """As if no memory were shared."""
    for call in (
        lambda np, a: np.add(a[:-1], a[1:], out=a[1:]),
        lambda np, a: np.add(a[1:], a[:-1], out=a[:-1]),
        lambda np, a: np.multiply(a, a[::-1], out=a),
        lambda np, a: np.cumsum(a, out=a),
        lambda np, a: np.sum(a.reshape(2, 3), axis=1, out=a[::3]),
        lambda np, a: np.copyto(a[1:], a[:-1]),
        lambda np, a: np.add(a, 1, out=a, where=a > 2),
    ):
        a = np.arange(6.0)
        t = wg.tensor(a)
        call(np, a)
        call(np, t)
        np.testing.assert_array_equal(t.numpy(), a)


def test_two_results():
    for call in (
        lambda a, p, q: np.divmod(a, 0.75, out=(p, q)),
        lambda a, p, q: np.divmod(a, 0.75, p, q),
        lambda a, p, q: np.modf(a, out=(p, q)),
        np.modf,
        lambda a, p, q: np.divmod(a, 0.75, out=(p, q), where=MASK),
    ):
        p, q = np.zeros((2, 3)), np.zeros((2, 3))
        t, u = wg.tensor(p), wg.tensor(q)
        call(A, p, q)
        first, second = call(wg.tensor(A), t, u)
        assert first is t
        assert second is u
        np.testing.assert_array_equal(t.numpy(), p)
        np.testing.assert_array_equal(u.numpy(), q)
    out = wnp.zeros((2, 3))
    quotient, rest = np.divmod(wg.tensor(A), 2.0, out=(None, out))
    assert rest is out
    assert quotient is not out
    np.testing.assert_array_equal(quotient.numpy(), np.divmod(A, 2.0)[0])
    with pytest.raises(ValueError, match="divmod: out is a Tensor; a tuple of 2"):
        wnp.divmod(A, 2.0, out=out)


def test_errors_say_what_is_wrong():
    t = wg.tensor(A)
    with pytest.raises(
        wg.DTypeError,
        match=r"add: the result is float64 and out is int64, to which casting='same_kind' does not cast",
    ):
        np.add(t, 1.0, out=wnp.zeros((2, 3), int))
    with pytest.raises(
        wg.ShapeError,
        match=r"add: the result is of shape \(2, 3\), and out of \(3,\); it must broadcast",
    ):
        np.add(t, 1.0, out=wnp.zeros(3))
    with pytest.raises(
        wg.ShapeError,
        match=r"sum: the result is of shape \(3,\), and out of \(2, 3\); they must be equal",
    ):
        np.sum(t, 0, out=wnp.zeros((2, 3)))
    with pytest.raises(wg.DTypeError, match="add: where is int64; bool is needed"):
        np.add(t, 1.0, out=wnp.zeros((2, 3)), where=MASK * 1)
    with pytest.raises(wg.DTypeError, match="add: where was given without out"):
        np.add(t, 1.0, where=MASK)
    for call in (np.absolute, np.sign, np.conjugate, np.divmod, np.modf, np.float_power):
        name = call.__name__
        operands = (t, t)[: call.nin]
        with pytest.raises(wg.DTypeError, match=f"{name}: where was given without out"):
            call(*operands, where=MASK)
    with pytest.raises(wg.DTypeError, match="clip: where was given without out"):
        wnp.clip(t, 0, 1, where=MASK)
    with pytest.raises(wg.DTypeError, match="add: an operand is int64 and the result is float64"):
        np.add(t, np.arange(3), casting="no")
    with pytest.raises(wg.DTypeError, match="add: out is a list; a Tensor or an array is needed"):
        wnp.add(t, 1.0, out=[1.0])
    with pytest.raises(wg.ShapeError, match="add: out has 2 entries; 1 is needed"):
        wnp.add(t, 1.0, out=(t, t))
    with pytest.raises(wg.DTypeError, match="add: an operand is float64 and dtype is int64"):
        np.add(t, 1.0, dtype=int)
    with pytest.raises(wg.DTypeError, match="add: keyword argument 'axis' is not supported"):
        wnp.add(t, 1.0, axis=0)
    with pytest.raises(wg.ShapeError, match="add: assignment destination is read-only"):
        np.add(t, 1.0, out=np.broadcast_to(wg.tensor(A[0]), (2, 3)))
    with pytest.raises(wg.DTypeError, match="concatenate: out and dtype were given; one of them"):
        np.concatenate([t, t], out=wnp.zeros((4, 3)), dtype=float)


def test_a_leaf_is_not_written_to():
    w = wg.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(wg.DerivativeError, match="add: the Tensor requires a gradient"):
        np.add(w, 1.0, out=w)
    with wg.no_grad():
        assert np.add(w, 1.0, out=w) is w
        np.subtract(w, [0.5, 9.0], out=w, where=[True, False])
        np.copyto(w[1:], 7.0)
    assert w.requires_grad
    assert w.tolist() == [1.5, 7.0]
    np.sum(w * w).backward()
    assert w.grad.tolist() == [3.0, 14.0]


def test_an_ndarray_holds_no_derivative():
    message = (
        r"add: what is stored in an ndarray is being differentiated, and its derivative would be "
        r"lost; store it in a Tensor, which np.zeros\(n, like=x\) and wengert.numpy.zeros\(n\) make"
    )

    def augmented(x):
        total = np.zeros(3)
        total += x
        return np.sum(total)

    def given(x):
        return np.sum(np.add(x, 1.0, out=np.zeros(3)))

    for f in (augmented, given):
        for transform in (wg.grad, wg.jacobian, wg.hessian):
            with pytest.raises(TypeError, match=message):
                transform(f)(np.ones(3))
    with pytest.raises(TypeError, match=r"sum: what is stored in an ndarray is being"):
        wg.grad(lambda x: np.sum(x, axis=0, out=np.zeros(())))(np.ones(3))
    total = np.zeros(3)
    wg.grad(lambda x: np.sum(np.add(x.detach(), 1.0, out=total) * x))(np.ones(3))
    np.testing.assert_array_equal(total, np.full(3, 2.0))


def test_what_is_made_outside_of_a_batch_is_not_written_to():
    out = wnp.zeros(3)
    with pytest.raises(wg.TraceError, match="add: a Tensor that was made outside"):
        wg.vmap(lambda x: np.add(x, 1.0, out=out))(np.ones((2, 3)))
    with pytest.raises(wg.TraceError, match="sum: a Tensor that was made outside"):
        wg.vmap(lambda x: np.sum(x, axis=0, out=out))(np.ones((2, 2, 3)))


# Derivatives

PURE = {
    "ufunc": (lambda x, t: np.multiply(x, x, out=t), lambda x, t: x * x),
    "ufunc of what is written": (lambda x, t: np.multiply(x, t, out=t), lambda x, t: x * t),
    "where": (
        lambda x, t: np.divide(t, x, out=t, where=np.array([True, False, True])),
        lambda x, t: np.stack([t[0] / x[0], t[1], t[2] / x[2]]),
    ),
    "where of what decides": (
        lambda x, t: np.exp(x, out=t, where=x > 1),
        lambda x, t: np.where(x > 1, np.exp(x), t),
    ),
    "a part": (
        lambda x, t: (np.add(x[:2], t[1:], out=t[1:]), t)[1],
        lambda x, t: np.concatenate([t[:1], x[:2] + t[1:]]),
    ),
    "a broadcast result": (
        lambda x, t: np.multiply(x[0], x[1], out=t),
        lambda x, t: x[0] * x[1] + 0 * t,
    ),
    "sum": (
        lambda x, t: (np.sum(x * t, keepdims=True, out=t[:1]), t)[1],
        lambda x, t: np.stack([np.sum(x * t), t[1], t[2]]),
    ),
    "cumprod": (lambda x, t: np.cumprod(x, out=t), lambda x, t: np.cumprod(x)),
    "matmul": (
        lambda x, t: np.matmul(np.outer(x, t), x, out=t),
        lambda x, t: np.outer(x, t) @ x,
    ),
    "concatenate": (
        lambda x, t: np.concatenate([x[1:], t[:1]], out=t),
        lambda x, t: np.concatenate([x[1:], t[:1]]),
    ),
    "take": (
        lambda x, t: np.take(x * t, [2, 2, 0], out=t),
        lambda x, t: (x * t)[np.array([2, 2, 0])],
    ),
    "clip": (lambda x, t: np.clip(x * t, 0.3, 1.0, out=t), lambda x, t: np.clip(x * t, 0.3, 1.0)),
    "divmod": (
        lambda x, t: (np.divmod(x * t, 0.4, out=(None, t)), t)[1],
        lambda x, t: np.remainder(x * t, 0.4),
    ),
}
X = np.array([1.25, 0.75, 2.0])


@pytest.mark.parametrize(("write", "pure"), PURE.values(), ids=PURE)
def test_derivatives_through_out(write, pure):
    def stored(x):
        t = np.sin(x)
        other = t[::-1]
        u = write(x, t)
        assert u is t
        return t * other * x

    def reference(x):
        t = pure(x, np.sin(x))
        return t * t[::-1] * x

    def close(a, b):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)

    close(stored(wg.tensor(X)).numpy(), reference(wg.tensor(X)).numpy())
    t = np.array([0.5, -1.0, 2.0])
    batch = np.stack([X, X[::-1] * 1.1, X + 0.2])
    expected = np.stack([wg.jacobian(reference)(x) for x in batch])
    for f in (stored, wg.checkpoint(stored)):
        for mode in ("forward", "reverse"):
            close(wg.jacobian(f, mode=mode)(X), expected[0])
            close(wg.vmap(wg.jacobian(f, mode=mode))(batch), expected)
        close(wg.jvp(f, (X,), (t,))[1], expected[0] @ t)
        close(wg.grad(lambda x, f=f: np.sum(f(x)))(X), expected[0].sum(0))
        close(wg.vmap(f)(batch), np.stack([reference(wg.tensor(x)).numpy() for x in batch]))
    hessian = wg.hessian(lambda x: np.sum(reference(x) ** 2))(X)
    close(wg.hessian(lambda x: np.sum(stored(x) ** 2))(X), hessian)
    third = wg.grad(lambda x: np.sum(wg.hessian(lambda x: np.sum(stored(x)))(x) ** 2))(X)
    close(third, wg.grad(lambda x: np.sum(wg.hessian(lambda x: np.sum(reference(x)))(x) ** 2))(X))


def test_division_where_it_is_defined():
    """What is not stored may be undefined, in its derivatives of every order too."""
    b = np.array([2.0, 0.0, 4.0])

    def f(a, b):
        return np.sum(np.divide(a, b, out=np.zeros(3, like=a * b), where=b != 0) ** 2)

    a = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(wg.grad(f)(a, b), [0.5, 0.0, 0.375])
    np.testing.assert_array_equal(wg.grad(f, 1)(a, b), [-0.25, 0.0, -0.28125])
    np.testing.assert_array_equal(wg.hessian(f)(a, b), np.diag([0.5, 0.0, 0.125]))
    np.testing.assert_allclose(wg.hessian(f, 1)(a, b), np.diag([0.375, 0.0, 0.2109375]), rtol=1e-15)


def test_results_stored_in_a_loop():
    """Rows that sums are stored in one after the other."""

    def f(x):
        table = np.empty((4, 3), like=x)
        np.multiply(x, 1.0, out=table[0])
        for i in range(1, 4):
            np.cumsum(table[i - 1] * x, out=table[i])
        return np.sum(table[3])

    def pure(x):
        row = x
        for _ in range(3):
            row = np.cumsum(row * x)
        return np.sum(row)

    np.testing.assert_allclose(wg.grad(f)(X), wg.grad(pure)(X), rtol=1e-14)
    np.testing.assert_allclose(wg.hessian(f)(X), wg.hessian(pure)(X), rtol=1e-14)
