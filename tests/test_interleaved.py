"""Indices that are known and bring columns side by side: stacked, without reading an index."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg
import wengert.numpy as wnp
from planned import check as check_plan
from simplified import check

pytestmark = pytest.mark.isa

ROWS = 1500
RANDOM = np.random.default_rng(9)


def vectors(count, n=ROWS):
    """Return vectors with zeros of either sign."""
    x = RANDOM.normal(size=(count, n))
    x[RANDOM.uniform(size=x.shape) < 0.1] = -0.0
    return tuple(x)


def side_by_side(*places):
    """Return indices that take turns."""
    return np.stack(places, 1).ravel()


def added(x, update, at):
    np.add.at(x, at, update)
    return x


def held(fun, *args):
    """Hold the simplified program and the plan against what was recorded; return what is left."""
    left = check(fun, *args, others=([x[::-1].copy() for x in args],))
    check_plan(fun, args)
    return left


def test_records_of_columns():
    """Of a structure of arrays, an array of structures."""
    at = side_by_side(*(np.arange(ROWS) + k * ROWS for k in range(3)))

    def records(a, b, c):
        return np.concatenate([np.sin(a), b * c, np.cos(c)])[at]

    left = held(records, *vectors(3))
    assert "gather" not in left
    assert "concatenate" not in left
    assert left.count("stack") == 1


def test_a_matrix_in_other_order():
    at = np.arange(6000).reshape(60, 100).T.ravel()

    def transposed(x):
        return np.exp(x)[at]

    (x,) = vectors(1, 6000)
    assert "gather" not in held(transposed, x)
    gradient = wg.grad(lambda x: np.sum(transposed(x) ** 3))
    replayed = wg.jit(gradient)
    for _ in range(2):
        np.testing.assert_array_equal(replayed(x), gradient(x))


def test_slices_of_what_is_computed():
    def backwards(x):
        y = np.exp(x)
        return np.concatenate([y[np.arange(3 * ROWS)[::-1]], y[:5], y[np.arange(0, 3 * ROWS, 1)]])

    assert "gather" not in held(backwards, *vectors(1, 3 * ROWS))


def test_what_is_added_to_columns():
    """As to those of a sparse matrix that two seeds reach."""
    at = np.concatenate(
        [
            side_by_side(*(np.arange(ROWS) + k * ROWS for k in (2, 0, 3, 1))),
            np.arange(ROWS) + 4 * ROWS,
        ]
    )
    # To what is behind, and to the first and the third column of four, in turns.
    to = np.concatenate([np.arange(ROWS) + 4 * ROWS, np.arange(2 * ROWS) * 2])
    others = np.concatenate([np.arange(ROWS) + 3 * ROWS, np.arange(2 * ROWS)])

    def compressed(a, b, c, d, e):
        every = np.concatenate([np.sin(a), b, c * d, d, e])
        values = every[at]
        return added(values, every[others], to)

    left = held(compressed, *vectors(5))
    assert not {"gather", "add_at"} & set(left)
    assert left.count("stack") == 1


def test_matrices_whose_pattern_is_known():
    """Rows and columns, of which some are reached twice, are evaluated without an index."""
    n = 2000

    def residuals(x):
        u, v, w = x[:n], x[n : 2 * n], x[2 * n :]
        return np.concatenate([u * v + np.sin(w), u * w, v * v])

    x = RANDOM.normal(size=3 * n)
    jacobian = wg.jacobian(residuals, sparse=True)
    replayed = wg.jit(jacobian)
    for _ in range(2):
        found, want = replayed(x), jacobian(x)
        np.testing.assert_array_equal(found.indices, want.indices)
        np.testing.assert_array_equal(found.data, want.data)
    kinds = {name for name, *_ in (line.split("[") for line in names_of(replayed, x))}
    assert not kinds & {"gather", "add_at"}


def names_of(fun, *args):
    return [
        line.split(" = ")[1].split()[0]
        for line in str(fun.lower(*args).simplified).splitlines()
        if " = " in line
    ]


@pytest.mark.parametrize(
    "at",
    [
        RANDOM.permutation(5000),
        np.zeros(5000, int),
        np.arange(5000) - 2500,
        np.arange(100),
        np.concatenate([np.arange(4999), [2]]),
    ],
    ids=["in no order", "one place", "from the end", "few", "one elsewhere"],
)
def test_other_indices_are_read(at):
    (x,) = vectors(1, 5000)
    assert "gather" in held(lambda x: np.exp(x)[at], x)


def test_places_that_are_added_to_twice():
    """By one list of indices, in its own order."""
    to = side_by_side(np.arange(3000), np.arange(3000)[::-1])

    def twice(x, y, z):
        values = np.concatenate([np.sin(x), y])
        return added(values, np.concatenate([z, z, y, y]), to)

    assert "add_at" in held(twice, *vectors(3))


def test_indices_outside_are_errors_of_the_call():
    x = RANDOM.normal(size=5000)
    for at in (np.arange(5000) + 1, np.arange(5000) - 5001, np.full(5000, np.iinfo(int).min)):
        with pytest.raises(IndexError, match="index"):
            np.exp(wg.tensor(x))[at]
        with pytest.raises(IndexError, match="index"):
            added(wg.tensor(x), wg.tensor(x), at)


@given(
    st.permutations(range(4)),
    st.lists(st.integers(0, 3), min_size=1, max_size=7),
    st.integers(1, 3),
)
@settings(max_examples=30, deadline=None)
def test_random_columns(order, taken, step):
    def fun(a, b, c, d):
        every = np.concatenate([(np.sin(a), b, c, d)[k] for k in order])
        rows = np.arange(ROWS // step)
        values = every[side_by_side(*(rows * step + k * ROWS for k in taken))]
        of_values = wnp.sin(values)
        third = len(of_values) // 3
        return values, of_values[
            side_by_side(*(third - 1 - np.arange(third) + k * third for k in range(3)))
        ]

    check(fun, *vectors(4))
    check_plan(fun, vectors(4))
