"""Operands that broadcast, or lie otherwise than the result: every bit is that of dense operands."""

import itertools
from functools import reduce

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import _core as core

pytestmark = pytest.mark.isa

RNG = np.random.default_rng(0)

PAIRS = [
    ((700, 2), (700, 1)),
    ((700, 1), (2,)),
    ((301, 3), (3,)),
    ((90, 14, 3), (90, 1, 3)),
    ((90, 14, 1), (90, 1, 3)),
    ((90, 14, 3), (90, 1, 1)),
    ((2, 700), (2, 1)),
    ((3, 1), (1, 300)),
    ((5, 1, 7, 1, 11), (1, 6, 7, 10, 1)),
    ((9, 5, 100), (5, 1)),
    ((3, 400), (400,)),
    ((2, 3, 130), (2, 1, 130)),
    ((600, 1, 1), (1, 1, 1)),
    ((1, 513), (2, 1)),
    ((40_000, 3), (40_000, 1)),
]
DTYPES = [np.float64, np.float32, np.complex128, np.int64, np.int32, bool]
each_pair = pytest.mark.parametrize("shapes", PAIRS, ids=str)


def sample(shape, dtype):
    x = RNG.normal(size=shape) * 3
    if np.issubdtype(dtype, np.complexfloating):
        x = x + 1j * RNG.normal(size=shape)
    return (x > 0) if dtype is bool else x.astype(dtype)


def same(actual, expected):
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.dtype == expected.dtype
    np.testing.assert_array_equal(actual, expected)


def dense(x, shape):
    return np.ascontiguousarray(np.broadcast_to(x, shape))


@each_pair
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: np.dtype(d).name)
def test_broadcast_operands_give_the_bits_of_dense_ones(shapes, dtype):
    x, y = (sample(shape, dtype) for shape in shapes)
    shape = np.broadcast_shapes(*shapes)
    x_dense, y_dense = dense(x, shape), dense(y, shape)
    functions = [core.multiply, core.less, core.equal]
    if np.issubdtype(dtype, np.floating):
        functions += [core.arctan2, core.divide]
    for function in functions:
        same(function(x, y), function(x_dense, y_dense))
        same(function(y, x), function(y_dense, x_dense))


@each_pair
def test_operands_of_other_dtypes_are_converted_on_the_way(shapes):
    x, y = sample(shapes[0], np.float64), sample(shapes[1], np.int32)
    shape = np.broadcast_shapes(*shapes)
    same(core.multiply(x, y), core.multiply(dense(x, shape), dense(y, shape)))
    same(core.multiply(y, x), core.multiply(dense(y, shape), dense(x, shape)))


@each_pair
def test_adjoints_of_broadcast_operands_are_sums_of_dense_ones(shapes):
    x, y = (sample(shape, np.float64) for shape in shapes)
    shape = np.broadcast_shapes(*shapes)
    ct = sample(shape, np.float64)

    def total(x, y):
        return np.sum(ct * np.arctan2(x, y))

    gx, gy = wg.grad(total, argnums=(0, 1))(x, y)
    of_dense = wg.grad(total, argnums=(0, 1))(dense(x, shape), dense(y, shape))
    for gradient, part in zip((gx, gy), of_dense, strict=True):
        lead = part.ndim - gradient.ndim
        axes = tuple(range(lead)) + tuple(
            lead + i for i, n in enumerate(gradient.shape) if n == 1 and part.shape[lead + i] != 1
        )
        summed = wnp.sum(part, axis=axes) if axes else part
        same(gradient, np.reshape(summed, gradient.shape))


@each_pair
def test_a_choice_between_broadcast_operands(shapes):
    shape = np.broadcast_shapes(*shapes)
    for item in (np.float64, np.float32, np.complex128, bool):
        condition, x, y = sample(shapes[0], bool), sample(shapes[1], item), sample(shape, item)
        same(core.where(condition, x, y), np.where(condition, x, y))
        same(core.where(dense(condition, shape), y, x), np.where(condition, y, x))


LAYOUTS = {
    "transposed": lambda x: x.T,
    "axes moved": lambda x: np.moveaxis(x.reshape(len(x), 2, -1), 0, 1),
    "every other": lambda x: x[::2, ::3],
    "backwards": lambda x: x[::-1, ::-1],
    "a few columns": lambda x: x[:, 1:4],
    "a few columns, transposed": lambda x: x[:, 1:4].T,
    "repeated": lambda x: np.broadcast_to(x[:, :1], (len(x), 5)),
}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("shape", [(300, 300), (257, 140), (5, 1400), (1400, 6), (16, 16)], ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128, bool])
def test_strided_operands_give_the_bits_of_dense_ones(name, shape, dtype):
    x = LAYOUTS[name](sample(shape, dtype))
    t, copy, y = wg.tensor(x), x.copy(), sample(x.shape, dtype)
    other = np.float32 if dtype is np.float64 else np.complex128
    same(core.multiply(t, y), core.multiply(copy, y))
    same(core.multiply(y, t), core.multiply(y, copy))
    same(core.logical_not(t), core.logical_not(copy))
    same(core.where(y != 0, t, y), np.where(y != 0, copy, y))
    same(t.astype(other), copy.astype(other))
    same(wnp.reshape(t, -1), copy.reshape(-1))
    same(wnp.stack([t, y], axis=-1), np.stack([copy, y], axis=-1))
    same(wnp.concatenate([t, y], axis=-1), np.concatenate([copy, y], axis=-1))
    same(wnp.concatenate([y, t], axis=0), np.concatenate([y, copy], axis=0))


# Sums and extrema along short axes


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.int32, np.complex128, bool])
@pytest.mark.parametrize("n", [1, 2, 3, 5, 7, 8, 9, 31, 33])
@pytest.mark.parametrize("function", [wnp.sum, wnp.prod, wnp.max, wnp.min])
def test_a_line_is_folded_alike_among_any_others(function, n, dtype):
    x = sample((21, n), dtype)
    if np.issubdtype(dtype, np.floating):
        x[3, n // 2] = np.nan
    lines = np.asarray(function(wg.tensor(x), axis=-1))
    for i, line in enumerate(x):
        same(lines[i], function(wg.tensor(line)))
    columns = np.asarray(function(wg.tensor(x), axis=0))
    for j in range(n - 1):
        same(columns[j : j + 2], function(wg.tensor(x[:, j : j + 2]), axis=0))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n", range(1, 8))
def test_a_short_line_is_summed_in_order(n, dtype):
    x = sample((50, n), dtype) * 10.0 ** RNG.integers(-6, 6, (50, n))
    x = x.astype(dtype)
    same(wnp.sum(wg.tensor(x), axis=-1), reduce(np.add, x.T))


@pytest.mark.parametrize("shape", [(40, 14, 3), (3, 5, 130), (7, 2, 2), (1, 9, 1), (2, 3, 4, 5)])
@pytest.mark.parametrize("function", ["sum", "prod", "max", "min"])
def test_folds_over_any_axes(function, shape):
    x = RNG.normal(size=shape)
    for count in range(1, len(shape) + 1):
        for axes in itertools.combinations(range(len(shape)), count):
            actual = getattr(wnp, function)(wg.tensor(x), axis=axes)
            np.testing.assert_allclose(
                actual, getattr(np, function)(x, axis=axes), rtol=1e-12, atol=1e-12
            )


# Who has part in an extremum


def shares(x, axes):
    """Return the parts by the definition."""
    top = np.max(x, axis=axes, keepdims=True)
    among = (x == top) | (np.isnan(x) & np.isnan(top))
    return among / np.sum(among, axis=axes, keepdims=True)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("axes", [(0,), (1,), (2,), (0, 2), (0, 1), (0, 1, 2)])
@pytest.mark.parametrize("shape", [(6, 7, 3), (3, 40, 200), (200, 5, 2)])
def test_ties_share_the_cotangent_of_an_extremum(shape, axes, dtype):
    x = RNG.integers(0, 9, shape).astype(dtype)
    x[1, 2] = np.nan
    expected = shares(x, axes).astype(dtype)
    same(wg.grad(lambda x: np.sum(np.max(x, axis=axes)))(x), expected)
    same(wg.grad(lambda x: np.sum(-np.min(-x, axis=axes)))(x), expected)
    apart = RNG.permutation(x.size).reshape(shape).astype(dtype)
    same(wg.grad(lambda x: np.sum(np.max(x, axis=axes)))(apart), shares(apart, axes).astype(dtype))


# Threads


@pytest.mark.parametrize(
    "shapes", [((60_000, 3), (60_000, 1)), ((4, 1), (50_000,)), ((900, 300), (300, 1))]
)
def test_blocks_do_not_depend_on_the_number_of_threads(shapes):
    x, y = RNG.normal(size=shapes[0]), RNG.normal(size=shapes[1])
    if shapes[1] == (300, 1):
        y = np.broadcast_to(y.T, shapes[0])

    def results():
        return [
            np.asarray(core.arctan2(wg.tensor(x), wg.tensor(y))),
            *wg.grad(lambda x, y: np.sum(np.arctan2(x, y)), argnums=(0, 1))(x, y),
            wg.grad(lambda x: np.sum(np.max(x, axis=-1)))(x),
        ]

    before = core.num_threads()
    try:
        core.set_num_threads(1)
        alone = results()
        core.set_num_threads(4)
        for actual, expected in zip(results(), alone, strict=True):
            same(actual, expected)
    finally:
        core.set_num_threads(before)
