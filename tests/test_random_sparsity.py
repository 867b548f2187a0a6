"""Random programs: sparse Jacobians against dense ones, patterns against derivatives, at many calls."""

import numpy as np
import pytest

import wengert as wg

SEEDS = range(60)


def pick_shape(rng, size):
    """Return a random shape of so many elements."""
    ways = [(size,), (1, size), (size, 1)]
    ways += [(n, size // n) for n in (2, 3, 4) if size % n == 0 and size > n]
    return ways[rng.integers(len(ways))]


def elementwise(rng, v):
    functions = (
        np.sin,
        np.tanh,
        np.square,
        lambda t: t * 0.0,
        lambda t: 2.0 * t + 1.0,
        np.negative,
    )
    f = functions[rng.integers(len(functions))]
    return lambda values: f(values[v])


def combined(rng, v, w, shapes):
    """Return two values of the same or of broadcasting shapes in one."""
    f = (np.add, np.multiply, np.maximum, np.arctan2)[rng.integers(4)]
    try:
        np.broadcast_shapes(shapes[v], shapes[w])
    except ValueError:
        return lambda values: values[v] * np.sum(values[w])
    return lambda values: f(values[v], values[w])


def sliced(rng, v, shape):
    key = []
    for n in shape:
        if n == 0:
            key.append(slice(None))
            continue
        start, step = int(rng.integers(n)), int(rng.choice([-2, -1, 1, 2]))
        key.append(
            rng.choice([slice(start, None, step), slice(None), start, slice(None, None, -1)])
        )
    key = tuple(key)
    return lambda values: values[v][key]


def gathered(rng, v, shape):
    if not shape or shape[0] == 0:
        return lambda values: values[v] * 1.5
    index = rng.integers(-shape[0], shape[0], pick_shape(rng, int(rng.integers(1, 7))))
    if rng.integers(2):
        return lambda values: values[v][index]
    return lambda values: np.take(values[v], index, axis=0)


def masked(rng, v, shape):
    mask = rng.integers(0, 2, shape).astype(bool)
    if rng.integers(2):
        return lambda values: values[v][mask]
    return lambda values: np.where(mask, values[v], np.cos(values[v]))


def reshaped(rng, v, shape):
    size = int(np.prod(shape))
    kinds = rng.integers(4)
    if kinds == 0 and size:
        new = pick_shape(rng, size)
        return lambda values: np.reshape(values[v], new)
    if kinds == 1:
        return lambda values: np.transpose(values[v])
    if kinds == 2:
        return lambda values: np.expand_dims(values[v], 0)
    return lambda values: np.flip(values[v])


def joined(rng, v, w, shapes):
    def flat(values):
        return np.reshape(values[v], (-1,)), np.reshape(values[w], (-1,))

    kind = rng.integers(4)
    constant = rng.normal(size=2)
    if kind == 0:
        return lambda values: np.concatenate([*flat(values), constant])
    if kind == 1:
        return lambda values: np.stack([values[v], values[v] * 2, np.sin(values[v])], axis=-1)
    if kind == 2 and shapes[v] == shapes[w]:
        return lambda values: np.stack([values[v], values[w]])
    return lambda values: np.concatenate(flat(values)[::-1])


def reduced(rng, v, shape):
    f = (np.sum, np.mean, np.prod, np.max)[rng.integers(4)]
    if 0 in shape:
        f = np.sum
    axis = int(rng.integers(-len(shape), len(shape))) if shape else None
    keepdims = bool(rng.integers(2))
    return lambda values: f(values[v], axis=axis, keepdims=keepdims)


def accumulated(rng, v, shape):
    f = (np.cumsum, np.cumprod)[rng.integers(2)]
    axis = int(rng.integers(-len(shape), len(shape))) if shape else None
    return lambda values: f(values[v], axis=axis)


def multiplied(rng, v, shape):
    if not shape:
        return lambda values: values[v] ** 2
    matrix = rng.normal(size=(shape[-1], 3)) * rng.integers(0, 2, (shape[-1], 3))
    if rng.integers(2):
        return lambda values: values[v] @ matrix
    return lambda values: matrix.T @ np.reshape(values[v], (-1, shape[-1])).T


def spread(rng, v, shape):
    new = (int(rng.integers(1, 4)), *shape)
    return lambda values: np.broadcast_to(values[v], new)


def looped(rng, v, shape):
    count, shift = int(rng.integers(1, 5)), int(rng.integers(0, 3))

    def fun(values):
        x = np.reshape(values[v], (-1,))
        n = len(x)
        if n == 0:
            return x
        total = x[0] * 1.0
        parts = []
        for i in range(count):
            total = total * 0.5 + x[i % n] * x[(i + shift) % n]
            parts.append(total if i % 2 else x[-1 - i % n])
        return np.stack(parts)

    return fun


def transformed(rng, v, shape):
    kind = rng.integers(4)
    if kind == 0:
        return lambda values: wg.grad(lambda y: np.sum(np.sin(y) * values[v]))(values[v])
    if kind == 1:
        return lambda values: wg.jvp(lambda y: y * values[v], [values[v]], [np.cos(values[v])])[1]
    if kind == 2 and shape and shape[0]:
        return lambda values: wg.vmap(lambda y: y * np.sum(y))(values[v])
    return lambda values: wg.checkpoint(lambda y: np.sin(y) * 2)(values[v])


def operations(rng, v, w, shapes):
    """Return what makes an operation of each kind, on the values number v and w."""
    return (
        lambda: elementwise(rng, v),
        lambda: combined(rng, v, w, shapes),
        lambda: sliced(rng, v, shapes[v]),
        lambda: gathered(rng, v, shapes[v]),
        lambda: masked(rng, v, shapes[v]),
        lambda: reshaped(rng, v, shapes[v]),
        lambda: joined(rng, v, w, shapes),
        lambda: reduced(rng, v, shapes[v]),
        lambda: accumulated(rng, v, shapes[v]),
        lambda: multiplied(rng, v, shapes[v]),
        lambda: spread(rng, v, shapes[v]),
        lambda: looped(rng, v, shapes[v]),
        lambda: transformed(rng, v, shapes[v]),
    )


def program(seed, size=6, steps=7):
    """Return a function of a vector, and the same function of a vector with a scalar value."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.3, 1.5, size)
    makers, values = [], [x]
    while len(makers) < steps:
        v, w = (int(k) for k in rng.integers(max(0, len(values) - 4), len(values), 2))
        shapes = [np.shape(value) for value in values]
        make = operations(rng, v, w, shapes)[rng.integers(13)]()
        value = make(values)
        if np.size(value) > 60:
            continue
        makers.append(make)
        values.append(np.asarray(value))

    def fun(x):
        values = [x]
        for make in makers:
            values.append(make(values))
        return np.concatenate([np.reshape(value, (-1,)) for value in values[-3:]])

    return fun, x


def dense(fun, x, mode="forward"):
    return np.asarray(wg.jacobian(fun, mode=mode)(x))


def close(sparse, wanted):
    wanted = np.reshape(wanted, sparse.shape)
    scale = 1 + np.max(np.abs(wanted), initial=0)
    np.testing.assert_allclose(sparse.toarray() / scale, wanted / scale, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_sparse_jacobians_are_the_dense_ones(seed):
    fun, x = program(seed)
    rng = np.random.default_rng(seed + 1)
    points = [x, *rng.uniform(0.3, 1.5, (2, len(x))), -x]
    jacobians = [
        wg.jacobian(fun, mode=mode, sparse=True) for mode in ("auto", "forward", "reverse")
    ]
    for point in points:
        wanted = dense(fun, point)
        for jacobian in jacobians:
            close(jacobian(point), wanted)
        is_zero = wg.sparsity(fun, point).toarray() == 0
        assert not np.any(wanted[is_zero])
        if wanted.size:
            assert np.all(np.isfinite(wanted))


@pytest.mark.parametrize("seed", SEEDS)
def test_sparse_hessians_are_the_dense_ones(seed):
    fun, x = program(seed, steps=5)
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=np.shape(fun(x)))

    def scalar(x):
        y = fun(x)
        return np.sum(weights * y * np.sin(y))

    hessian = wg.hessian(scalar, sparse=True)
    for point in (x, x[::-1].copy(), x * 0.5):
        close(hessian(point), np.asarray(wg.hessian(scalar)(point)))


@pytest.mark.parametrize("seed", range(20))
def test_large_jacobians_that_share_seeds_are_the_dense_ones(seed):
    """By default a large dense Jacobian is evaluated from shared seeds as well."""
    rng = np.random.default_rng(seed)
    index = rng.integers(0, 40, (3, 60))
    kinds = rng.integers(0, 3, 2)

    def fun(x):
        y = np.sin(x[index[0]]) * x[index[1]] + x[index[2]]
        y = (y[1:] - y[:-1], y[::2] * 2, np.concatenate([y, x[:3]]))[kinds[0]]
        return (np.cumsum(np.reshape(y[:30], (10, 3)), axis=1), y * y[::-1], np.stack([y, y]))[
            kinds[1]
        ]

    jacobian = wg.jacobian(fun)
    for x in rng.normal(size=(3, 40)):
        found = np.asarray(jacobian(x))
        for mode in ("forward", "reverse"):
            np.testing.assert_allclose(found, dense(fun, x, mode), rtol=1e-11, atol=1e-12)


# One function that is called again with something other than the values of its argument changed.


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


INDEX, OFFSETS, MASK = np.arange(8), np.arange(8), np.ones(8, bool)
UPPER = np.arange(8)


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
    f = wg.custom_vjp(lambda x: np.sin(x[k % 4 :]))
    f.defvjp(
        lambda x: (np.sin(x[k % 4 :]), x),
        lambda x, ct: (np.concatenate([np.zeros(k % 4), np.cos(x[k % 4 :]) * ct]),),
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
