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


OF_ONE = (
    sliced,
    gathered,
    masked,
    reshaped,
    reduced,
    accumulated,
    multiplied,
    spread,
    looped,
    transformed,
)


def program(seed, size=6, steps=7):
    """Return a function of a vector, and a vector."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.3, 1.5, size)
    makers, values = [], [x]
    while len(makers) < steps:
        v, w = (int(k) for k in rng.integers(max(0, len(values) - 4), len(values), 2))
        shapes = [np.shape(value) for value in values]
        shape = shapes[v]
        kind = int(rng.integers(13))
        if kind == 0:
            make = elementwise(rng, v)
        elif kind == 1:
            make = combined(rng, v, w, shapes)
        elif kind == 2:
            make = joined(rng, v, w, shapes)
        else:
            make = OF_ONE[kind - 3](rng, v, shape)
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
