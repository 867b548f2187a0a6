"""Plans of sparse Jacobians: one function called again with something else changed than values."""

import numpy as np
import pytest

import wengert as wg


def pick_shape(rng, size):
    """Return a random shape of so many elements."""
    ways = [(size,), (1, size), (size, 1)]
    ways += [(n, size // n) for n in (2, 3, 4) if size % n == 0 and size > n]
    return ways[rng.integers(len(ways))]


def dense(fun, x, mode="forward"):
    return np.asarray(wg.jacobian(fun, mode=mode)(x))


def close(sparse, wanted):
    wanted = np.reshape(wanted, sparse.shape)
    scale = 1 + np.max(np.abs(wanted), initial=0)
    np.testing.assert_allclose(sparse.toarray() / scale, wanted / scale, rtol=1e-10, atol=1e-12)


def alternating(make, seeds=20):
    """Hold one sparse Jacobian against dense ones, while `make(rng)` changes what fun does."""
    state = {}

    def fun(x):
        return state["fun"](x)

    sparse = [wg.jacobian(fun, sparse=True, mode=mode) for mode in ("auto", "forward", "reverse")]
    rng = np.random.default_rng(5)
    for k in range(seeds):
        state["fun"] = make(rng, k)
        x = rng.uniform(0.5, 1.5, 8)
        wanted = dense(fun, x)
        for jacobian in sparse:
            close(jacobian(x), wanted)


INDEX, MASK = np.arange(8), np.ones(8, bool)


def in_place(rng, _):
    INDEX[:] = rng.integers(0, 8, 8)
    return lambda x: x[INDEX] * x


def mask_in_place(rng, _):
    MASK[:] = rng.integers(0, 2, 8)
    return lambda x: np.where(MASK, x, x[::-1]) * np.sum(x[MASK])


def index_tensor(rng, _):
    index = wg.tensor(rng.integers(0, 8, 5))
    return lambda x: x[index] ** 2


def index_dtype(rng, k):
    index = rng.integers(0, 8, 5).astype((np.int32, np.int64, np.uint8, np.int8)[k % 4])
    return lambda x: x[index] ** 2


def slice_parameters(rng, _):
    start, step = int(rng.integers(0, 3)), int(rng.integers(1, 3))
    return lambda x: np.sin(x[start : start + 2 * step + 1 : step][:2])


def axes(rng, _):
    axis, other = int(rng.integers(2)), int(rng.integers(3))

    def fun(x):
        y = np.reshape(x, (2, 2, 2))
        y = np.moveaxis(y, axis, other) * np.flip(y, other)
        return np.cumsum(np.sum(y, axis=axis, keepdims=True), axis=other)

    return fun


def branches(rng, _):
    limit = rng.uniform(0.5, 1.5)
    return lambda x: x * x[0] if x[1] > limit else np.cumsum(x)


def many_recordings(rng, k):
    return lambda x: np.concatenate([x[k % 8 :] * x[0], np.cos(x[: k % 8])])


def constants(rng, k):
    c = rng.normal(size=8).astype((np.float32, np.float64, np.int64, np.float64)[k % 4])
    return lambda x: x[::-1] * c + (c if k % 3 else 0.0)


def zeros_in_matrices(rng, _):
    matrix = rng.normal(size=(5, 8)) * rng.integers(0, 2, (5, 8))
    return lambda x: matrix @ x + np.dot(matrix, x * x)


def rules(rng, k):
    first = k % 4
    f = wg.custom_vjp(lambda x: np.sin(x[first:]))
    f.defvjp(
        lambda x: (np.sin(x[first:]), x),
        lambda x, ct: (np.concatenate([np.zeros(first), np.cos(x[first:]) * ct]),),
    )
    return lambda x: f(x)[:3] * x[:3]


def without_derivative(rng, k):
    def fun(x):
        with wg.no_grad():
            y = np.sin(x)
        z = wg.stop_gradient(x) if k % 2 else x
        return z * x[::-1] + (y if k % 3 else z)

    return fun


def sorted_positions(rng, _):
    shift = rng.normal(size=8)
    return lambda x: x[np.argsort(x + shift)] * x


def swapped_operands(rng, k):
    return lambda x: (
        x[:4] - np.exp(x[4:])
        if k % 2
        else x[4:] - np.exp(x[:4])
        if k % 3
        else x[:4] - np.exp(x[:4])
    )


def checkpoints(rng, k):
    c = rng.normal(size=8)
    f = wg.checkpoint(lambda x: np.sin(x[k % 3 :]) * c[k % 3 :])
    return lambda x: f(x)[:4] * x[:4]


@pytest.mark.parametrize(
    "make",
    [
        in_place,
        mask_in_place,
        index_tensor,
        index_dtype,
        slice_parameters,
        axes,
        branches,
        many_recordings,
        constants,
        zeros_in_matrices,
        rules,
        without_derivative,
        sorted_positions,
        swapped_operands,
        checkpoints,
    ],
)
def test_plans_are_not_taken_for_another_recording(make):
    alternating(make)


def test_shapes_and_dtypes_change_from_call_to_call():
    def fun(x):
        y = np.reshape(x, (-1,))
        return y[1:] * y[:-1]

    rng = np.random.default_rng(2)
    jacobian, hessian = (
        wg.jacobian(fun, sparse=True),
        wg.hessian(lambda x: np.sum(fun(x) ** 2), sparse=True),
    )
    for k in range(30):
        shape = pick_shape(rng, int(rng.integers(1, 13)))
        x = rng.normal(size=shape).astype((np.float32, np.float64)[k % 2])
        n = x.size
        wanted = dense(fun, x).reshape(max(0, n - 1), n)
        assert jacobian(x).dtype == wanted.dtype
        np.testing.assert_allclose(jacobian(x).toarray(), wanted, rtol=1e-5, atol=1e-6)
        wanted = np.asarray(wg.hessian(lambda x: np.sum(fun(x) ** 2))(x)).reshape(n, n)
        np.testing.assert_allclose(hessian(x).toarray(), wanted, rtol=1e-4, atol=1e-4)


def test_a_function_that_differentiates_itself():
    """The plans of one function are in use while it is called again."""

    def fun(x):
        if len(x) == 1:
            return np.sin(x)
        inner = jacobian(np.ones(len(x) - 1)).sum()
        return x[1:] * x[:-1] * inner

    jacobian = wg.jacobian(fun, sparse=True)
    for n in (12, 3, 12, 7):
        x = np.linspace(0.5, 1.0, n)
        close(jacobian(x), dense(fun, x))
