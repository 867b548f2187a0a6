"""How elements lie in memory: as NumPy's order has it, which decides what reshapes are views."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg
import wengert.numpy as wnp

X = np.arange(24.0).reshape(2, 3, 4) / 7 + 0.1
AXES = list(itertools.permutations(range(3)))


def turned(x, axes):
    """Return a view with axes in another order of memory, of the shape of X."""
    return x.transpose(np.argsort(axes))


def base_of(axes, wrap):
    return turned(wrap(np.ascontiguousarray(X.transpose(axes))), axes)


def steps(x):
    """Return the strides in elements of axes that have several: they tell which reshapes are views."""
    if isinstance(x, wg.Tensor):
        window = wg._core.window(x)
        strides = window[2] if window else np.cumprod((1, *x.shape[:0:-1]))[::-1]
    else:
        strides = [step // x.itemsize for step in x.strides]
    return [step for step, n in zip(strides, x.shape, strict=True) if n > 1]


def assert_lies_alike(t, x):
    np.testing.assert_allclose(t.numpy(), x, 1e-12)
    assert steps(t) == steps(x)


def alike(f, *operands):
    """Check that f's result lies as NumPy's does; operands are axes in order of memory."""
    theirs = f(*[base_of(axes, np.array) if axes else X for axes in operands])
    ours = f(*[base_of(axes, wg.tensor) if axes else wg.tensor(X) for axes in operands])
    assert_lies_alike(ours, theirs)


UNARY = {
    "sin": np.sin,
    "negative": lambda x: -x,
    "positive": lambda x: +x,
    "square": lambda x: x**2,
    "power": lambda x: x**1.5,
    "absolute": abs,
    "add a number": lambda x: x + 2.0,
    "from a number": lambda x: 1.0 - x,
    "compare": lambda x: x > 1.0,
    "astype": lambda x: x.astype(np.float32),
    "astype of its own dtype": lambda x: x.astype(x.dtype),
    "np.copy": np.copy,
    "copy": lambda x: x.copy(),
    "copy F": lambda x: x.copy("F"),
    "copy A": lambda x: x.copy("A"),
    "where": lambda x: np.where(x > 1.0, x, -x),
    "zeros_like": np.zeros_like,
    "full_like": lambda x: np.full_like(x, 2.0),
    "ones_like F": lambda x: np.ones_like(x, order="F"),
    "zeros_like of another shape": lambda x: np.zeros_like(x, shape=(2, 2, 2)),
    "exp in C": lambda x: np.exp(x, order="C"),
    "exp in F": lambda x: np.exp(x, order="F"),
    "exp in A": lambda x: np.exp(x, order="A"),
    "chain": lambda x: np.exp(np.sin(x) * 2.0) + x,
    "conjugate of complex": lambda x: np.conjugate(x * 1j),
    "ndarray in C": lambda x: x * X,
    "ndarray in F": lambda x: np.asfortranarray(X) + x,
    "a row": lambda x: x * X[0, 0],
    "a matrix in F": lambda x: x * np.asfortranarray(X[0]),
}


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_operand_lie_as_numpys_do(name):
    for axes in AXES:
        alike(UNARY[name], axes)


@pytest.mark.parametrize("f", [np.add, lambda x, y: x * y, np.hypot, np.maximum, np.less])
def test_functions_of_two_operands_lie_as_numpys_do(f):
    for one, other in itertools.product([*AXES, None], repeat=2):
        alike(f, one, other)


@given(st.data())
@settings(max_examples=60)
def test_parts_and_broadcasts_lie_as_numpys_do(data):
    def operand(wrap, axes, keys, drop):
        x = base_of(axes, wrap)[keys]
        return x[0] if drop and x.shape[0] else x

    axes = [data.draw(st.sampled_from(AXES)) for _ in range(2)]
    kinds = st.sampled_from([slice(None), slice(0, 1), slice(None, None, -1), slice(1, None)])
    keys = [tuple(data.draw(kinds) for _ in range(3)) for _ in range(2)]
    drop = [data.draw(st.booleans()) for _ in range(2)]
    theirs, ours = (
        [operand(wrap, *given) for given in zip(axes, keys, drop, strict=True)]
        for wrap in (np.array, wg.tensor)
    )
    try:
        expected = theirs[0] * theirs[1]
    except ValueError:
        return
    result = ours[0] * ours[1]
    assert_lies_alike(np.sin(result), np.sin(expected))


@pytest.mark.parametrize("order", ["C", "F", "A", "K"])
def test_ravel_flatten_and_reshape_in_every_order(order):
    for axes in AXES:
        x, t = base_of(axes, np.array), base_of(axes, wg.tensor)
        np.testing.assert_array_equal(t.ravel(order), x.ravel(order))
        np.testing.assert_array_equal(t.flatten(order), x.flatten(order))
        assert wnp.shares_memory(t.ravel(order), t) == np.shares_memory(x.ravel(order), x)
        assert not wnp.shares_memory(t.flatten(order), t)
        if order != "K":
            np.testing.assert_array_equal(
                np.reshape(t, (4, 6), order=order), np.reshape(x, (4, 6), order=order)
            )


def test_arrays_are_made_in_the_order_asked_for():
    for make in (
        lambda np: np.zeros((2, 3), order="F") + 1,
        lambda np: np.ones((2, 3), order="F"),
        lambda np: np.full((2, 3), 2.0, order="F"),
        lambda np: np.eye(3, 4, order="F"),
        lambda np: np.array(X, order="F"),
        lambda np: np.asarray(X[0], order="F"),
        lambda np: np.copy(X.T),
        lambda np: np.zeros_like(X.T),
        lambda np: np.array([[1.0, 2.0], [3.0, 4.0]], order="F"),
    ):
        assert_lies_alike(make(wnp), make(np))
    with pytest.raises(ValueError, match="order is 'Q'"):
        np.copy(wg.tensor(X), "Q")
    with pytest.raises(ValueError, match="order is 'Q'"):
        np.exp(wg.tensor(X), order="Q")
    with pytest.raises(ValueError, match="order is 'K'"):
        wnp.zeros(3, order="K")


def written(np, x):
    """Write to reshapes of a result: seen in it where they are views."""
    y = np.sin(x.T)
    y.reshape(-1)[0] = 5.0  # of a copy
    z = y.T.reshape(-1)
    z[1] = 3.0  # of a view
    return np.sum(y * y * x.T) + z[0] * z[1]


def test_what_is_written_to_a_reshape_of_a_transposed_result():
    x = X[0]
    assert wg.value_and_grad(lambda x: written(np, x))(x)[0] == pytest.approx(written(np, x))

    def pure(x):
        y = np.sin(x)
        y = np.where(np.arange(12).reshape(3, 4) == 1, 3.0, y)
        return np.sum(y * y * x) + y[0, 0] * y[0, 1]

    f = wg.grad(lambda x: written(np, x))
    np.testing.assert_allclose(f(x), wg.grad(pure)(x), 1e-12)
    stack = np.stack([x, 2 * x])
    np.testing.assert_allclose(wg.vmap(f)(stack), [f(x), f(2 * x)], 1e-12)
    np.testing.assert_allclose(
        wg.hessian(lambda x: written(np, x))(x), wg.hessian(pure)(x), 1e-12, 1e-12
    )
    checkpointed = wg.checkpoint(lambda x: written(np, x))
    np.testing.assert_allclose(wg.grad(checkpointed)(x), f(x), 1e-12)


def test_a_transposed_result_keeps_its_derivative_in_every_transform():
    def f(x):
        return np.exp(np.sin(x.T) * x.T).T @ np.ones(3)

    a = X[0, :, :3]
    wg.testing.check_grads(f, (a,), order=2)
    np.testing.assert_allclose(wg.vmap(f)(np.stack([a, a + 1])), [f(a), f(a + 1)], 1e-12)
