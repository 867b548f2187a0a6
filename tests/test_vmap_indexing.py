"""vmap of indexing, against NumPy in a loop over the examples.

Elements and weights are whole numbers, so that sums are exact in every order, and all is compared for
equality.
"""

import numpy as np
import pytest

import wengert as wg
from indexing_cases import (
    ARRAYS,
    OUTSIDE,
    RNG,
    SHAPE,
    batch_of,
    column,
    loss,
    one,
    same,
    slope,
    text,
    two,
    weights_like,
)

COUNTS = [0, 1, 2, 1000]


def stacked(examples, shape):
    """Return the results of a loop, of this shape each, also where there are none."""
    return np.stack(examples) if examples else np.zeros((0, *shape))


def arrays_of(key):
    """Return the index arrays of integers in a key."""
    items = key if isinstance(key, tuple) else (key,)
    return [a for a in items if isinstance(a, np.ndarray) and a.dtype.kind in "iu"]


def with_arrays(key, arrays, chosen):
    """Return the key with arrays[k] in the place of its index array number chosen[k]."""
    items, number, into = [], 0, dict(zip(chosen, arrays, strict=True))
    for item in key if isinstance(key, tuple) else (key,):
        if isinstance(item, np.ndarray) and item.dtype.kind in "iu":
            items.append(into.get(number, item))
            number += 1
        else:
            items.append(item)
    return tuple(items) if isinstance(key, tuple) else items[0]


def choices(count):
    """Yield which of some index arrays are mapped: each alone, and all."""
    yield from ((k,) for k in range(count))
    if count > 1:
        yield tuple(range(count))


def hold(key_of, x, indices, *, x_is_mapped=True):
    """Hold vmap of x[key_of(*indices)] to the loop: values, gradients of examples and of their sum."""
    count = len(indices[0]) if indices else len(x)
    axes = (0 if x_is_mapped else None, *(0 for _ in indices))
    rows = x if x_is_mapped else [x] * count
    keys = [key_of(*(index[k] for index in indices)) for k in range(count)]
    some_key = keys[0] if keys else key_of(*(np.zeros(index.shape[1:], int) for index in indices))
    some = np.zeros(SHAPE)[some_key]

    def value(v, *i):
        return v[key_of(*i)]

    def total(v, *i):
        return loss(value(v, *i))

    same(
        wg.vmap(value, in_axes=axes)(x, *indices),
        stacked([v[key] for v, key in zip(rows, keys, strict=True)], some.shape),
    )
    slopes = stacked([slope(v, key) for v, key in zip(rows, keys, strict=True)], SHAPE)
    same(wg.vmap(wg.grad(total), in_axes=axes)(x, *indices), slopes)
    same(
        wg.grad(lambda v: np.sum(wg.vmap(total, in_axes=axes)(v, *indices)))(x),
        slopes if x_is_mapped else slopes.sum(0),
    )
    same(
        wg.grad(lambda v: loss(wg.vmap(value, in_axes=axes)(v, *indices)))(x),
        slope_of_all(rows, keys, some.shape) if x_is_mapped else slope_of_one(x, keys, some.shape),
    )


def cotangents(rows, keys, shape):
    """Return the cotangents of all examples' elements, weighed together."""
    y = stacked([v[key] for v, key in zip(rows, keys, strict=True)], shape)
    return 2 * weights_like(y) * y


def slope_of_all(rows, keys, shape):
    out = np.zeros((len(keys), *SHAPE))
    for row, key, ct in zip(out, keys, cotangents(rows, keys, shape), strict=True):
        np.add.at(row, key, ct)
    return out


def slope_of_one(x, keys, shape):
    out = np.zeros(SHAPE)
    for key, ct in zip(keys, cotangents([x] * len(keys), keys, shape), strict=True):
        np.add.at(out, key, ct)
    return out


@pytest.mark.parametrize("key", OUTSIDE, ids=text)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_indices_from_outside(key, count):
    hold(lambda: key, batch_of(count), ())


@pytest.mark.parametrize("key", ARRAYS, ids=text)
@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize("x_is_mapped", [True, False])
def test_indices_that_are_mapped(key, count, x_is_mapped):
    x = batch_of(count) if x_is_mapped else batch_of(1)[0]
    arrays = arrays_of(key)
    for chosen in choices(len(arrays)):
        mapped = [RNG.integers(-3, 3, (count, *arrays[k].shape)) for k in chosen]

        def key_of(*indices, chosen=chosen):
            return with_arrays(key, indices, chosen)

        hold(key_of, x, mapped, x_is_mapped=x_is_mapped)


def masks_of_two(count, shape):
    """Return different masks, each of as many true elements."""
    size = int(np.prod(shape))
    rows = [RNG.permutation(size) < size // 2 for _ in range(count)]
    return stacked(rows, (size,)).reshape((count, *shape)).astype(bool)


MASKED = [
    (lambda m: m, (3,)),
    (lambda m: m, (3, 4)),
    (lambda m: m, SHAPE),
    (lambda m: np.s_[:, m], (4, 5)),
    (lambda m: np.s_[:, :, m], (5,)),
    (lambda m: np.s_[..., m], (5,)),
    (lambda m: np.s_[m, 0], (3, 4)),
    (lambda m: np.s_[one[:2], :, m], (5,)),
    (lambda m: np.s_[m, None, one[:2]], (3,)),
]


@pytest.mark.parametrize(("key_of", "shape"), MASKED)
@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("x_is_mapped", [True, False])
def test_masks_that_are_mapped(key_of, shape, count, x_is_mapped):
    x = batch_of(count) if x_is_mapped else batch_of(1)[0]
    hold(key_of, x, [masks_of_two(count, shape)], x_is_mapped=x_is_mapped)


@pytest.mark.parametrize(
    "key_of",
    [
        lambda v: v > 0,
        lambda v: np.s_[v[:, 0, 0] > 0],
        lambda v: np.s_[v[..., 0] > 0, ::2],
        lambda v: np.s_[:, v[0] > 0],
        lambda v: np.s_[one, v[0, :, 0] > 0] if np.sum(v[0, :, 0] > 0) == 1 else np.s_[:],
        lambda v: np.nonzero(v > 0),
    ],
)
def test_masks_that_come_from_the_value(key_of):
    """Examples whose masks differ in their count have different shapes: sums do not."""
    x = batch_of(12)

    def total(v):
        return loss(v[key_of(v)])

    same(wg.vmap(total)(x), [total(v) for v in x])
    slopes = [slope(v, key_of(v)) for v in x]
    same(wg.vmap(wg.grad(total))(x), slopes)
    same(wg.grad(lambda v: np.sum(wg.vmap(total)(v)))(x), slopes)


@pytest.mark.parametrize(
    "key_of",
    [
        lambda v: np.argsort(v[:, 0, 0]),
        lambda v: np.argmax(v[:, 1, 2]),
        lambda v: np.s_[:, np.argsort(v[0], axis=1)[:, :2] % 4],
        lambda v: np.s_[::-1, np.argmin(v[0, :, 0]), ..., None],
        lambda v: np.s_[np.argmax(v[:, 0, 0]), :, np.argsort(v[0, 0])],
        lambda v: np.s_[np.argmax(v, axis=0)[:, 0], [0, 1, 2, 3], None],
    ],
)
def test_positions_that_come_from_the_value(key_of):
    x = batch_of(7)
    keys = [key_of(v) for v in x]

    def value(v):
        return v[key_of(v)]

    def total(v):
        return loss(value(v))

    slopes = [slope(v, key) for v, key in zip(x, keys, strict=True)]
    same(wg.vmap(value)(x), [v[key] for v, key in zip(x, keys, strict=True)])
    same(wg.vmap(wg.grad(total))(x), slopes)
    same(wg.grad(lambda v: np.sum(wg.vmap(total)(v)))(x), slopes)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(
    ("key_of", "shape"),
    [
        (lambda i: i, ()),
        (lambda i: np.s_[:, i], (6,)),
        (lambda i: np.s_[i, ::-2, column], (2, 1)),
        (lambda i: np.s_[i, 1, i], ()),
        (lambda i: np.s_[1, ..., i], (2, 3)),
        (lambda i: np.s_[None, i], ()),
    ],
)
def test_numbers_of_examples(count, key_of, shape):
    indices = RNG.integers(-3, 3, (count, *shape))
    hold(key_of, batch_of(count), [indices])
    hold(key_of, batch_of(1)[0], [indices], x_is_mapped=False)


@pytest.mark.parametrize("axis", [0, 1, 2, 3, -1, -2, -3, -4])
@pytest.mark.parametrize("index_axis", [0, 1, 2, -1, -2, -3, None])
def test_axes(axis, index_axis):
    rows, indices = batch_of(4), RNG.integers(-3, 3, (4, 2, 3))
    keys = [np.s_[1:, i] for i in indices] if index_axis is not None else [np.s_[1:, two]] * 4
    x = np.moveaxis(rows, 0, axis)
    i = two if index_axis is None else np.moveaxis(indices, 0, index_axis)
    axes = (axis, index_axis)
    same(
        wg.vmap(lambda v, i: v[1:, i], axes)(x, i),
        [v[key] for v, key in zip(rows, keys, strict=True)],
    )
    slopes = np.stack([slope(v, key) for v, key in zip(rows, keys, strict=True)])
    per_example = wg.vmap(wg.grad(lambda v, i: loss(v[1:, i])), axes)
    same(per_example(x, i), slopes)
    same(
        wg.grad(lambda v: np.sum(wg.vmap(lambda u, i: loss(u[1:, i]), axes)(v, i)))(x),
        np.moveaxis(slopes, 0, axis),
    )


def test_outputs_along_other_axes():
    x, i = batch_of(4), RNG.integers(-3, 3, (4, 2))
    wanted = np.stack([v[:, k] for v, k in zip(x, i, strict=True)])
    for axis in (0, 1, 2, 3, -1, -4):
        found = wg.vmap(lambda v, k: v[:, k], out_axes=axis)(x, i)
        same(found, np.moveaxis(wanted, 0, axis))


def test_nested():
    """x, or indices, or both, along one of two batch axes."""
    x, i, j = batch_of(2), RNG.integers(-3, 3, (2, 4)), RNG.integers(-3, 3, (3, 4))
    same(
        wg.vmap(lambda v, a: wg.vmap(lambda b: v[a, :, b])(j))(x, i),
        [[v[a, :, b] for b in j] for v, a in zip(x, i, strict=True)],
    )
    same(
        wg.vmap(lambda v, a: wg.vmap(lambda u, k: u[k])(v, a[:3]))(x, i),
        [[u[k] for u, k in zip(v, a, strict=False)] for v, a in zip(x, i, strict=True)],
    )
    same(
        wg.vmap(lambda a: wg.vmap(lambda v: wg.vmap(lambda b: v[a, b])(j))(x))(i),
        [[[v[a, b] for b in j] for v in x] for a in i],
    )
    same(
        wg.vmap(wg.grad(lambda v, a: np.sum(wg.vmap(lambda b: loss(v[a, :, b]))(j))))(x, i),
        [sum(slope(v, np.s_[a, :, b]) for b in j) for v, a in zip(x, i, strict=True)],
    )


def test_second_derivatives_and_tangents():
    x, i = batch_of(3), RNG.integers(-3, 3, (3, 2))

    def cubes(v, k):
        return np.sum(v[k, :, 1] ** 3)

    hessians = wg.vmap(wg.hessian(cubes))(x, i)
    for v, k, found in zip(x, i, hessians, strict=True):
        wanted = np.zeros((v.size, v.size))
        for place in np.arange(v.size).reshape(SHAPE)[k, :, 1].ravel():
            wanted[place, place] += 6 * v.flat[place]
        same(found.reshape(wanted.shape), wanted)
    tangents = batch_of(3)
    pushed = wg.vmap(lambda v, k, t: wg.jvp(lambda u: u[k, :, k[::-1]], [v], [t])[1])
    same(pushed(x, i, tangents), [t[k, :, k[::-1]] for t, k in zip(tangents, i, strict=True)])


@pytest.mark.parametrize(
    "fun",
    [
        np.take,
        lambda x, i: np.take(x, i, axis=1),
        lambda x, i: np.take(x, i[0], axis=-1),
        lambda x, i: np.take_along_axis(x, i[:, None, None] % 3, axis=0),
        lambda x, i: np.take_along_axis(x, np.argsort(x, axis=1), axis=1),
        lambda x, i: np.compress([True, False, True], x, axis=0),
        lambda x, i: np.extract(np.arange(60).reshape(SHAPE) % 7 == 0, x),
        lambda x, i: x[i][:, ::-1][..., i[::-1], None],
        lambda x, i: x[x[i, 0, 0].astype(int) % 3],
    ],
)
def test_functions_that_index(fun):
    x, i = batch_of(3), RNG.integers(-3, 3, (3, 2))
    pairs = list(zip(x, i, strict=True))
    same(wg.vmap(fun)(x, i), [fun(*pair) for pair in pairs])
    slopes = [wg.grad(lambda v, k: loss(fun(v, k)))(*pair) for pair in pairs]
    same(wg.vmap(wg.grad(lambda v, k: loss(fun(v, k))))(x, i), slopes)
    same(wg.grad(lambda v: np.sum(wg.vmap(lambda u, k: loss(fun(u, k)))(v, i)))(x), slopes)


def test_indices_into_an_array_from_outside():
    """An ndarray is indexed by a number, each of which is a path; a Tensor by all of them at once."""
    table, i = batch_of(1)[0], np.array([2, 0, -1, 2])
    same(wg.vmap(lambda k: table[k])(i), table[i])
    same(wg.vmap(lambda k: wg.tensor(table)[:, k])(i), np.moveaxis(table[:, i], 1, 0))
    same(wg.vmap(lambda k: wg.tensor(table)[k:])(np.array([1, 1])), [table[1:]] * 2)
    same(wg.vmap(lambda k: wg.tensor(table)[[0, k]])(i), [table[[0, k]] for k in i])
    same(wg.vmap(lambda k: np.take(table, k, axis=2))(i), np.moveaxis(table[..., i], 2, 0))


@pytest.mark.parametrize("dtype", [bool, np.int32, np.int64, np.float32, np.complex64, complex])
def test_dtypes(dtype):
    x, i = (batch_of(3) + 20).astype(dtype), RNG.integers(-3, 3, (3, 2)).astype(np.int16)
    same(wg.vmap(lambda v, k: v[k, ::2])(x, i), [v[k, ::2] for v, k in zip(x, i, strict=True)])


def test_an_empty_batch_indexes_the_only_element():
    none = np.zeros(0, int)
    assert wg.vmap(lambda v, k: v[k])(np.zeros((0, 1)), none).shape == (0,)
    assert wg.vmap(lambda v, k: v[k], (None, 0))(np.ones((1, 2)), none).shape == (0, 2)
