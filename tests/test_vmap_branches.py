"""vmap of functions that branch on values: one recording for each distinct path, at every nesting."""

import numpy as np
import pytest

import wengert as wg

x = np.array([0.3, 1.2, -0.5, 2.0, -3.0])
TWO = np.where(x > 0, np.sin(x), x * x)


class Counted:
    """A function that counts its runs."""

    def __init__(self, fun):
        self.fun, self.runs = fun, 0

    def __call__(self, *args):
        """Run the function."""
        self.runs += 1
        return self.fun(*args)


def fork(v):
    return np.sin(v) if v > 0 else v * v


def steps(v):
    n = 0
    while abs(v) > 1:
        v, n = v / 2, n + 1
    return v + n


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("fun", "paths"),
    [
        (fork, 2),
        (steps, 3),
        (lambda v: fork(v) * steps(v), 4),
        (lambda v: v * 2, 1),
        (lambda v: v * int(np.floor(v)), 5),
        (lambda v: np.array([1.0, 2.0, 3.0])[int(v > 1)] * v, 2),
    ],
)
def test_one_recording_for_each_path(fun, paths):
    counted = Counted(fun)
    close(wg.vmap(counted)(x), [fun(v) for v in x])
    assert counted.runs == paths


def test_branches_at_every_nesting():
    slope = np.where(x > 0, np.cos(x), 2 * x)
    close(wg.vmap(wg.grad(fork))(x), slope)
    close(wg.grad(lambda v: np.sum(wg.vmap(fork)(v)))(x), slope)
    close(wg.jvp(wg.vmap(fork), [x], [np.ones(5)])[1], slope)
    close(wg.vmap(lambda a: wg.vmap(lambda b: fork(b) * a)(x))(x), np.outer(x, TWO))
    close(wg.vmap(lambda a: wg.vmap(lambda b: fork(a) * b)(x))(x), np.outer(TWO, x))
    close(
        wg.vmap(lambda a: wg.vmap(lambda b: a * b if a > b else a + b)(x))(x),
        np.where(x[:, None] > x, np.outer(x, x), x[:, None] + x),
    )
    close(
        wg.vmap(wg.grad(lambda a: np.sum(wg.vmap(lambda b: fork(a * b))(x))))(x),
        [np.sum(np.where(a * x > 0, np.cos(a * x) * x, 2 * a * x * x)) for a in x],
    )


def test_a_guard_that_is_the_same_for_all_is_the_business_of_the_recording_outside():
    inner = Counted(lambda a, b: a * b if a > 0 else a - b)
    found = wg.vmap(lambda a: wg.vmap(lambda b: inner(a, b))(x))(x)
    close(found, np.where(x[:, None] > 0, np.outer(x, x), x[:, None] - x))
    assert inner.runs == 2


def test_a_chain_that_reads_what_the_outer_batch_alone_changes():
    def step(a):
        return np.sin(a) if a[0] > 0 else 2 * a

    rows, s = np.array([[1.0, -1.0], [-2.0, 3.0], [0.5, 0.5]]), np.ones((2, 2))
    found = wg.vmap(lambda x: wg.vmap(lambda s: s * wg.checkpoint_chain(step, x, 2))(s))(rows)
    close(found, [[step(step(x))] * 2 for x in rows])
    mixed = wg.vmap(lambda x: wg.vmap(lambda s: wg.checkpoint_chain(step, x - s, 2))(s))(rows)
    close(mixed, [[step(step(x - 1))] * 2 for x in rows])


def test_masks_that_decide_a_shape():
    rows = np.array([[1.0, -1.0, 2.0], [3.0, 4.0, -5.0], [-1.0, -1.0, 7.0], [8.0, -2.0, 9.0]])
    counted = Counted(lambda v: np.sum(v[v > 0] ** 2))
    close(wg.vmap(counted)(rows), [np.sum(v[v > 0] ** 2) for v in rows])
    assert counted.runs == 3
    close(wg.vmap(wg.grad(counted))(rows), np.where(rows > 0, 2 * rows, 0))


def test_guards_compare_bits():
    numbers = np.array([np.nan, 0.0, np.nan, -0.0])
    counted = Counted(lambda v: v + 1 if v == v else v * 0)  # noqa: PLR0124
    np.testing.assert_array_equal(wg.vmap(counted)(numbers), [np.nan, 1, np.nan, 1])
    assert counted.runs == 2


def test_too_many_paths_are_an_error():
    with pytest.raises(ValueError, match=r"^vmap: fun took 1024 different paths"):
        wg.vmap(lambda k: k * int(k))(np.arange(1025))
    assert wg.vmap(lambda k: k * int(k))(np.arange(1024)).tolist() == [k * k for k in range(1024)]


def test_an_empty_batch_takes_no_branch_for_granted():
    assert wg.vmap(fork)(np.zeros(0)).shape == (0,)
    assert wg.vmap(lambda v: v.sum() if v[0] > 0 else v[1])(np.zeros((0, 2))).shape == (0,)
