"""What gradients touch grows with what their functions touch: elements of values and adjoints, counted."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp


def looked_up(take):
    """Return a function that adds up what `take` names, n times."""
    return lambda x: sum(np.sum(take(x, i) ** 2) for i in range(x.shape[0] - 1))


VECTOR = {
    "element": lambda x, i: x[i],
    "slice": lambda x, i: x[i : i + 2],
    "newaxis": lambda x, i: x[i : i + 2, None],
    "array": lambda x, i: x[np.array([i, i + 1])],
    "list": lambda x, i: x[[i, i + 1]],
    "ellipsis": lambda x, i: x[..., np.array([i])],
    "tensor": lambda x, i: x[wg.tensor([i, i + 1])],
    "take": lambda x, i: np.take(x, [i, i + 1]),
    "take_along_axis": lambda x, i: np.take_along_axis(x, np.array([i]), 0),
    "rows": lambda x, i: wnp.reshape(x, (-1, 1))[np.array([i])],
}
MATRIX = {
    "row": lambda x, i: x[i],
    "element": lambda x, i: x[i, 1],
    "rows": lambda x, i: x[np.array([i, i + 1])],
    "rows and all": lambda x, i: x[np.array([i, i + 1]), :],
    "pairs": lambda x, i: x[np.array([i, i + 1]), np.array([0, 2])],
    "row and columns": lambda x, i: x[i, np.array([0, 2])],
    "rows and column": lambda x, i: x[np.array([i, i + 1]), 2],
    "rows and slice": lambda x, i: x[np.array([i, i + 1]), :2],
    "rows and newaxis": lambda x, i: x[None, np.array([[i], [i + 1]])],
    "row, newaxis and columns": lambda x, i: x[i, None, np.array([0, 2])],
    "take": lambda x, i: np.take(x, [i, i + 1], axis=0),
}
JOINS = (np.concatenate, np.stack, np.hstack, np.vstack, np.dstack, np.column_stack)
# Sums of cotangents, what is stored in them and in values, and views.
IN_PLACE = ("add", "add_at", "add_at_slice", "reshape", "set_at", "set_at_slice", "set_at_strided")


def touched(f, x):
    """Count elements of the values and adjoints of a function and of its gradient."""
    return sum(
        2 * int(np.prod(node.shape)) + len(node.operands)
        for graph in (wg.explain(f, x), wg.explain(wg.grad(f), x))
        for node in graph.nodes
        if node.primitive not in IN_PLACE
    )


def assert_linear(f, arguments):
    few, more, most = (touched(f, x) for x in arguments)
    assert most - more <= 2.1 * (more - few)


@pytest.mark.parametrize("take", VECTOR.values(), ids=VECTOR)
def test_looking_up_in_a_loop(take):
    assert_linear(looked_up(take), [np.arange(1.0, n + 1) for n in (16, 32, 64)])


@pytest.mark.parametrize("take", MATRIX.values(), ids=MATRIX)
def test_looking_up_rows_in_a_loop(take):
    assert_linear(looked_up(take), [np.ones((n, 3)) for n in (16, 32, 64)])


@pytest.mark.parametrize("join", JOINS, ids=lambda f: f.__name__)
def test_joining_many_pieces(join):
    assert_linear(lambda x: np.sum(join(x) ** 2), [list(np.ones((n, 3))) for n in (16, 32, 64)])


def elements_of_a_view(x):
    v = 1.0 * x
    w = v[1:]
    for i in range(len(x) - 1):
        v[i] = 0.5 * w[i]
    return np.sum(v)


def rows_of_a_transpose(x):
    v = np.stack([x, x], axis=1).copy()
    for i in range(len(x) - 1):
        v[i + 1] = 0.5 * v.T[0][i] + v.T[1, i]
    return np.sum(v)


def several_places(x):
    v = np.stack([x, x], axis=1).copy()
    for i in range(len(x) - 1):
        v[[i + 1, i], [0, 1]] = 0.5 * v[i]
    return np.sum(v)


@pytest.mark.parametrize("f", [elements_of_a_view, rows_of_a_transpose, several_places])
def test_writing_in_a_loop(f):
    assert_linear(f, [np.ones(n) for n in (16, 32, 64)])
