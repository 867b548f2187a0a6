"""Keys between brackets of every kind that NumPy takes, and what NumPy makes of them."""

import numpy as np

RNG = np.random.default_rng(11)
SHAPE = (3, 4, 5)

one, two = np.array([2, 0, -1, 2]), np.array([[1, -2, 0], [2, 2, -3]])
column, empty, zero = np.array([[0], [-1]]), np.zeros((0,), int), np.array(-2)
m0, m1, m2 = np.array([True, False, True]), np.arange(4) % 2 == 0, np.array([1, 1, 0, 0, 1]) > 0
m01, m12 = RNG.random((3, 4)) < 0.5, RNG.random((4, 5)) < 0.5
whole_mask = RNG.random(SHAPE) < 0.4

BASIC = [
    1,
    -1,
    np.int32(2),
    (0, -2),
    (0, 1, -5),
    (),
    np.s_[:],
    np.s_[...],
    np.s_[1:],
    np.s_[::-1],
    np.s_[::2, ::-3, 4:0:-2],
    np.s_[5:9],
    np.s_[2:1],
    np.s_[-2:, :-1],
    np.s_[..., 0],
    np.s_[0, ..., -1],
    np.s_[1, ..., ::2],
    np.s_[..., None],
    np.s_[None],
    np.s_[None, 1, None, ::2, ..., None],
    np.s_[:, None, -1],
]

ARRAYS = [
    one,
    two,
    column,
    empty,
    zero,
    one.astype(np.int32),
    one.astype(np.uint8) % 3,
    (one, two[:, :1]),
    (column, one, zero),
    (two, two, two),
    np.s_[:, one],
    np.s_[:, :, two],
    np.s_[..., one],
    np.s_[:, column, one],
    np.s_[one, :, two[:, :1]],
    np.s_[one, :, 1],
    np.s_[1, :, one],
    np.s_[1, one],
    np.s_[one, 1],
    np.s_[:, 1, one],
    np.s_[zero, :, one],
    np.s_[:, zero],
    np.s_[zero, :, zero],
    np.s_[zero, zero, zero],
    np.s_[one, ..., one],
    np.s_[one, None, one],
    np.s_[None, one, None, column],
    np.s_[None, :, one, ::2],
    np.s_[::-1, two, ::-2],
    np.s_[1:, one, None],
    np.s_[one, 1:3, 2],
    np.s_[empty, :, 1],
    np.s_[:, empty, column],
    np.s_[2:1, one],
    np.s_[:, one, ..., None],
]

MASKS = [
    m0,
    m01,
    whole_mask,
    np.zeros(3, bool),
    np.s_[:, m1],
    np.s_[..., m2],
    np.s_[m0, :, m2[[0, 1, 3, 2, 3]]],
    np.s_[:, m12],
    np.s_[m01, 1],
    np.s_[m01, ::2],
    np.s_[1, m12],
    np.s_[..., m12, None],
    np.s_[m0, one[:2]],
    np.s_[m0, :, column],
    np.s_[m01, zero],
    True,
    np.s_[False],
    np.s_[:, True, one],
    np.True_,
    np.s_[one[:1], np.False_],
    np.s_[..., np.True_, 0],
]

SEQUENCES = [
    [0, 2, -1],
    [[0, 1], [2, -3]],
    [True, False, True],
    [],
    ([0, 1], [1, -1]),
    ([0, 2],),
    np.s_[:, [0, -1], None],
    np.s_[:, (1, 2)],
    np.s_[[1], :, [[0], [1]]],
    np.s_[[0, 1], one[:2], column],
]

OUTSIDE = [*BASIC, *ARRAYS, *MASKS, *SEQUENCES]


def text(key):
    """Return a short name of a key for the list of tests."""
    if isinstance(key, tuple):
        return "(" + ",".join(text(item) for item in key) + ")"
    if isinstance(key, slice):
        parts = ("" if n is None else str(n) for n in (key.start, key.stop, key.step))
        return ":".join(parts)
    if isinstance(key, np.ndarray):
        return f"{key.dtype}{list(key.shape)}"
    return "..." if key is ... else str(key)


def batch_of(count):
    """Return examples of whole numbers, of both signs, none of them 0 and no two alike.

    NumPy does not say in which order it sorts equal ones.
    """
    sizes = RNG.permuted(np.tile(np.arange(1, 1 + np.prod(SHAPE)), (count, 1)), axis=1)
    return sizes.reshape(count, *SHAPE) * RNG.choice([-1.0, 1.0], (count, *SHAPE))


def weights_like(y):
    return (np.arange(y.size) % 7 - 3.0).reshape(y.shape)


def loss(y):
    """Return a number whose derivative is 2 w y, which is exact."""
    return np.sum(y * y * weights_like(y))


def slope(x, key):
    """Return the gradient of loss(x[key]) at x, as NumPy has it."""
    ct = np.zeros(x.shape)
    np.add.at(ct, key, 2 * weights_like(x[key]) * x[key])
    return ct


def same(found, wanted):
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
    np.testing.assert_array_equal(found, wanted)
