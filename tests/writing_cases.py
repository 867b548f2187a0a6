"""NumPy's functions that write to what they are given: calls, and what each does to the values."""

import numpy as np

MASK = np.array([[True, False, True], [False, True, True]])
PLACES = np.array([0, 4, -1, 4])
ROWS = np.array([[0, 2], [1, 0]])

# By name, the functions of a target of shape (2, 3) and of two values or more.
WRITES = {
    "copyto": [
        lambda f, a, v: f(a, v[:3]),
        lambda f, a, v: f(a, v[0]),
        lambda f, a, v: f(a, v[None, None, :3]),
        lambda f, a, v: f(a, v[:3], where=MASK),
        lambda f, a, v: f(a, v[1], where=MASK[0]),
        lambda f, a, v: f(a, v[:3], casting="unsafe"),
        lambda f, a, v: f(a, v[:2]),
        lambda f, a, v: f(a, 2.5),
        lambda f, a, v: f(a, [1, 2, 3], "safe", [True, False, True]),
    ],
    "put": [
        lambda f, a, v: f(a, PLACES, v),
        lambda f, a, v: f(a, PLACES, v[:3]),
        lambda f, a, v: f(a, [0, 1, 0], v[:2]),
        lambda f, a, v: f(a, 5, v[1]),
        lambda f, a, v: f(a, [], []),
        lambda f, a, v: f(a, [1], []),
        lambda f, a, v: f(a, [0, 7, -9], v, mode="wrap"),
        lambda f, a, v: f(a, [0, 7, -9], v, "clip"),
        lambda f, a, v: f(a, [0, 6], v),
        lambda f, a, v: f(a, [-7], v),
        lambda f, a, v: f(a, [0], v, "nearest"),
    ],
    "putmask": [
        lambda f, a, v: f(a, MASK, v),
        lambda f, a, v: f(a, MASK, v[:2]),
        lambda f, a, v: f(a, MASK.astype(int), v[:1]),
        lambda f, a, v: f(a, MASK.ravel(), 2),
        lambda f, a, v: f(a, MASK, []),
        lambda f, a, v: f(a, MASK[0], v),
    ],
    "place": [
        lambda f, a, v: f(a, MASK, v),
        lambda f, a, v: f(a, MASK, v[:3]),
        lambda f, a, v: f(a, MASK.astype(int).ravel(), v),
        lambda f, a, v: f(a, MASK, 2),
        lambda f, a, v: f(a, ~MASK & MASK, []),
        lambda f, a, v: f(a, MASK, []),
        lambda f, a, v: f(a, MASK[0], v),
    ],
    "fill_diagonal": [
        lambda f, a, v: f(a, v[0]),
        lambda f, a, v: f(a, v),
        lambda f, a, v: f(a.T, v[:2], wrap=True),
        lambda f, a, v: f(a, []),
        lambda f, a, v: f(a[0], v),
        lambda f, a, v: f(a[None], v),
    ],
    "put_along_axis": [
        lambda f, a, v: f(a, ROWS, v.reshape(2, 2), 1),
        lambda f, a, v: f(a, ROWS, v[:2], -1),
        lambda f, a, v: f(a, np.array([[0, 1, 0]]), v[:3], 0),
        lambda f, a, v: f(a, PLACES, v, None),
        lambda f, a, v: f(a, ROWS + 5, v[0], 1),
        lambda f, a, v: f(a, ROWS, v[0], 2),
        lambda f, a, v: f(a, PLACES, v, 1),
        lambda f, a, v: f(a, ROWS * 1.0, v[0], 1),
    ],
}

# Methods of a Tensor that write to it.
METHODS = {
    "fill": [
        lambda a, v: a.fill(v[0]),
        lambda a, v: a.fill(2.5),
        lambda a, v: a.fill(v),
    ],
    "sort": [
        lambda a, v: a.sort(),
        lambda a, v: a.sort(0),
        lambda a, v: a.sort(axis=-1, kind="stable"),
        lambda a, v: a.sort(axis=None),
        lambda a, v: a.sort(2),
    ],
    "partition": [
        lambda a, v: a.partition(1),
        lambda a, v: a.partition((0, -1), axis=0),
        lambda a, v: a.partition(3),
        lambda a, v: a.partition(0, axis=None),
    ],
    "put": [
        lambda a, v: a.put(PLACES, v),
        lambda a, v: a.put([7], v, mode="wrap"),
    ],
}

# By name, calls of ``ufunc.at`` on a target of shape (2, 3).
AT = {
    "add": [
        lambda f, a, v: f(a, 0, v[:3]),
        lambda f, a, v: f(a, ([0, 0, 1], [1, 1, 2]), v[:3]),
        lambda f, a, v: f(a, [0, 0, 1], v[0]),
        lambda f, a, v: f(a, [[0, 0], [1, 1]], v[:3]),
        lambda f, a, v: f(a, (slice(None), [0, 0, 2]), v[:3]),
        lambda f, a, v: f(a, (slice(None, None, -1), [0, 0, 2]), v[:3]),
        lambda f, a, v: f(a, ([1, 1], slice(0, 2)), v[:2]),
        lambda f, a, v: f(a, (np.array([1, 1]), None, slice(0, 2)), v[:2]),
        lambda f, a, v: f(a, MASK, v[0]),
        lambda f, a, v: f(a, MASK, v),
        lambda f, a, v: f(a, ..., v[:3]),
        lambda f, a, v: f(a, (), 1),
        lambda f, a, v: f(a, [0, 0], 2.5),
        lambda f, a, v: f(a, [0, 2], v[0]),
        lambda f, a, v: f(a, [0, 0, 1], v[:2]),
        lambda f, a, v: f(a, [0]),
    ],
    "subtract": [
        lambda f, a, v: f(a, ([0, 0, 1], [1, 1, 2]), v[:3]),
        lambda f, a, v: f(a, [0, 0], 1),
    ],
    "multiply": [
        lambda f, a, v: f(a, ([0, 0, 1, 0], [1, 1, 2, 0]), v),
        lambda f, a, v: f(a, [0, 0], v[:3]),
        lambda f, a, v: f(a, MASK, 2),
    ],
    "divide": [lambda f, a, v: f(a, ([0, 0, 1], [1, 1, 2]), v[1:])],
    "hypot": [
        lambda f, a, v: f(a, ([0, 0, -2], [[1], [-2]]), v[:3]),
        lambda f, a, v: f(a, (0, [1, 1, 0]), v[1:]),
        lambda f, a, v: f(a, (slice(None), [1, 1, 0]), v[:3]),
        lambda f, a, v: f(a, [0, -1, 1], v[0]),
        lambda f, a, v: f(a, (0, 1), v[0]),
        lambda f, a, v: f(a, np.s_[:, 1:], v[:2]),
        lambda f, a, v: f(a, np.array([True, False]), v[:3]),
        lambda f, a, v: f(a, ([0, 0], [1, 1, 2]), v[0]),
        lambda f, a, v: f(a, [0, 2], v[0]),
        lambda f, a, v: f(a, ([0, 0], [0, 1], [0, 0]), v[0]),
        lambda f, a, v: f(a, ([0, 0], [0, 1]), v),
    ],
    "power": [lambda f, a, v: f(a, ([0, 0, 1], [1, 1, 2]), 2)],
    "maximum": [
        lambda f, a, v: f(a, ([0, 0, 1, 0], [1, 1, 2, 1]), v),
        lambda f, a, v: f(a, [0, 0, 0, 1, 0, 0, 0], np.concatenate([v, 2 * v[1:]])[:, None]),
        lambda f, a, v: f(a, [-1, 1, -1], v[0]),
        lambda f, a, v: f(a, ([0, 0, 1], [1, 1, 2]), v[:3]),
        lambda f, a, v: f(a, [], v[0]),
    ],
    "minimum": [lambda f, a, v: f(a, [1, 1, 0], v[:3])],
    "logaddexp": [lambda f, a, v: f(a, ([0, 0, 1], [1, 1, 2]), v[:3])],
    "less": [lambda f, a, v: f(a, [0, 0], v[0])],
    "negative": [
        lambda f, a, v: f(a, ([0, 0, 1], [1, 1, 2])),
        lambda f, a, v: f(a, [0], 1),
    ],
    "square": [lambda f, a, v: f(a, [0, 0])],
    "modf": [lambda f, a, v: f(a, [0])],
    "matmul": [lambda f, a, v: f(a, [0], v)],
}
