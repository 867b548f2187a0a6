"""Runs over tiles: operands that broadcast, folds along axes, and their results; the interpreter's bits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg
from planned import check
from wengert import _core as core

pytestmark = pytest.mark.isa

SHAPES = [
    (40, 30),
    (3, 700),
    (700, 3),
    (7, 11, 16),
    (1, 60, 20),
    (2, 3, 8, 40),
    (1100, 8),
    (5, 1, 300),
    (3, 12, 110),
    (40, 1031),
]
FORMULAS = [core.add, core.subtract, core.multiply, core.maximum, core.chain]


def log_sum_exp(x):
    largest = np.max(x, -1, keepdims=True)
    return largest[..., 0] + np.log(np.sum(np.exp(x - largest), -1))


def softmax_loss(x, shift):
    return np.sum(log_sum_exp(x + shift) - np.mean(x, -1))


def nearest(x, y):
    return np.sum(np.min(np.sum(x * x, 1)[:, None] + np.sum(y * y, 1) - 2.0 * (x @ y.T), 1))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_patterns(shape, dtype):
    rng = np.random.default_rng(1)
    x, shift = rng.normal(size=shape).astype(dtype), rng.normal(size=shape[-1:]).astype(dtype)
    shift[0] = -0.0
    check(softmax_loss, [x, shift], [x[..., ::-1], shift])
    check(wg.value_and_grad(softmax_loss, (0, 1)), [x, shift], [np.round(x), shift])


def test_distances():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(90, 5)), rng.normal(size=(20, 5))
    check(wg.value_and_grad(nearest, (0, 1)), [x, y], [np.round(x), np.round(y)])


@st.composite
def tile_programs(draw):
    """Draw steps on arrays of one shape, what they are folded to, and what broadcasts to it."""
    length = draw(st.integers(1, 20))
    return [
        (draw(st.integers(0, 15)), *draw(st.tuples(*[st.integers(0, 99)] * 2)))
        for _ in range(length)
    ]


def run_tiles(steps, operands):
    """Evaluate the steps; arrays that are not of the shape are operands of those that are."""
    x, *rest = operands
    shape, last = x.shape, x.shape[-1]
    full, others, found = [x, x * 2.0], [*rest], []
    for kind, i, j in steps:
        a, b = full[i % len(full)], full[j % len(full)]
        other = others[j % len(others)]
        if kind < 4:
            full.append(FORMULAS[i % len(FORMULAS)](a, b if kind < 2 else other))
        elif kind == 4:
            full.append(core.where(a > other, a, b))
        elif kind in (5, 6):
            fold = (np.sum, np.max, np.min)[j % 3]
            others.append(fold(a, -1, keepdims=True))
            others.append(np.exp(-np.abs(others[-1])) + others[i % len(rest)] * (0 if i % 2 else 1))
            if np.broadcast_shapes(others[-1].shape, shape) != shape:
                others.pop()
        elif kind == 7:
            row = (np.sum, np.max)[j % 2](a, -1)
            others.append(np.sqrt(np.abs(row))[..., None] + 1)
            found.append(row * 2)
        elif kind == 8:
            axes = tuple(range(len(shape) - 1))
            others.append((np.sum, np.min)[j % 2](a, axes))
        elif kind == 9:
            found.append((np.sum, np.max, np.min)[j % 3](a))
            others.append(found[-1] / 100)
        elif kind == 10:
            full.append(core.extremum_share(a, np.max(a, -1, keepdims=True), (-1,)))
        elif kind == 11:
            found.append(np.swapaxes(a, 0, -1) * 2)
        elif kind == 12:
            full.append(np.sin(a) if j % 2 else a - np.sum(a) / a.size)
        elif kind == 13:
            others.append((np.sum, np.max, np.min)[j % 3](a, a.ndim // 2, keepdims=True))
        elif kind == 14:
            full.append(core.extremum_share(a, np.max(a, keepdims=True), tuple(range(-a.ndim, 0))))
        else:
            found.append(a @ np.ones((last, 2), x.dtype))
    return full[-2:], others[-2:], found[-2:]


def operands_for(shape, dtype, seed):
    rng = np.random.default_rng(seed)
    ones = (1,) * (len(shape) - 1)
    shapes = [
        shape,
        shape[-1:],
        (*shape[:-1], 1),
        (*ones, shape[-1]),
        (shape[0], *ones),
        (1,) * len(shape),
    ]
    return [np.round(rng.normal(size=s) * 2, 1).astype(dtype) for s in shapes]


def strided(x):
    y = np.zeros((*x.shape, 2), x.dtype)
    y[..., 1] = x
    return y[..., 1]


@settings(max_examples=150, deadline=None)
@given(
    tile_programs(),
    st.sampled_from(SHAPES),
    st.sampled_from([np.float64, np.float32]),
    st.booleans(),
)
def test_random_programs(steps, shape, dtype, is_strided):
    def fun(*operands):
        return run_tiles(steps, operands)

    x, y = operands_for(shape, dtype, 0), operands_for(shape, dtype, 1)
    y[0].flat[7] = np.nan
    x[0].flat[5::9] = -0.0
    others = [[strided(v) for v in y]] if is_strided else [y]
    others.append([x[0].T.copy().T, *y[1:]])
    check(fun, x, *others)


@settings(max_examples=40, deadline=None)
@given(tile_programs(), st.sampled_from(SHAPES))
def test_derivatives_of_random_programs(steps, shape):
    def fun(*operands):
        parts = [p for some in run_tiles(steps, operands) for p in some]
        return sum(np.sum(np.sin(p)) for p in parts)

    x = operands_for(shape, np.float64, 2)
    check(wg.grad(fun, (0, 1, 2)), x)


@pytest.mark.parametrize("shape", [(5000, 60), (20_000, 9), (90, 4000), (40, 50, 100)])
def test_threads(shape):
    rng = np.random.default_rng(0)
    x, shift = rng.normal(size=shape), rng.normal(size=shape[-1])

    def fun(x, shift):
        y = np.exp(x - np.max(x, -1, keepdims=True)) * shift
        z = y / np.sum(y * y, -1, keepdims=True)
        return np.sum(z, 0), np.sum(z), np.max(z), z

    threads = core.num_threads()
    try:
        for count in (1, 4):
            core.set_num_threads(count)
            check(fun, [x, shift], [-x, shift])
    finally:
        core.set_num_threads(threads)


def runs_of(fun, args):
    """Return the runs over tiles of the simplified program, and how many steps there are."""
    program = core.simplified_program(core.record_program(fun, args))
    lines = core.describe_plan(program)[1].splitlines()[:-1]
    return [line for line in lines if line.startswith("tiles")], len(lines)


def test_rows_stay_in_their_tiles():
    x, shift = np.ones((200, 50)), np.ones(50)
    runs, count = runs_of(log_sum_exp, (x,))
    assert count == 1
    assert "2 rows folded" in runs[0]
    runs, _ = runs_of(wg.grad(lambda x: softmax_loss(x, shift)), (x,))
    assert "shares" in runs[0]


def test_columns_are_folded_as_rows_go_by():
    x, y = np.ones((200, 50)), np.ones((200, 1))
    for fun in (
        lambda x, y: np.sum(np.sin(x) * y, 0),
        lambda x, y: np.max(np.exp(x - y), 0) + np.sum(np.exp(x - y), 0),
    ):
        runs, _ = runs_of(fun, (x, y))
        assert "columns folded" in runs[0]


def test_transposed_arrays_are_read_in_tiles():
    rng = np.random.default_rng(0)
    x, y, z = (rng.normal(size=s) for s in ((6, 9, 70), (70, 6, 9), (70, 9, 6)))
    for fun, other in (
        (lambda x, y: np.sum(np.moveaxis(x, -1, 0) * y, 0), y),
        (lambda x, z: np.sum(np.exp(np.swapaxes(x, 0, 2) - z), (-1, -2)) * 2, z),
    ):
        check(fun, [x, other], [x[..., ::-1], -other])
        runs, _ = runs_of(fun, (x, other))
        assert "folded" in runs[0]


BETWEEN = {
    "of matrices": ((5, 22, 4, 100), (22, 1, 100), 1),
    "long": ((70, 3000), (70, 1), 0),
    "longer than a tile": ((9, 1034), (1034,), 0),
    "of no divisor": ((6, 9, 127), (6, 1, 127), 1),
    "in pieces": ((2, 2500, 70), (70,), 1),
    "in front of one": ((4, 300, 2), (300, 2), 1),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_rows_are_cut_into_columns(name):
    shape, other, axis = BETWEEN[name]
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=shape), rng.normal(size=other)

    def folded(x, y):
        return np.sum(np.sin(x) * y, axis)

    def kept(x, y):
        z = np.exp(x) * y
        return np.max(z, axis), z - 1.0, np.sum(z, axis)

    threads = core.num_threads()
    try:
        for count in (1, 3):
            core.set_num_threads(count)
            for fun in (folded, kept):
                check(fun, [x, y], [x.T.copy().T, -y], [np.round(x), strided(y)])
    finally:
        core.set_num_threads(threads)
    runs, _ = runs_of(folded, (x, y))
    assert "1 columns folded" in runs[0]


def test_rows_that_lie_side_by_side_are_cut_into_columns():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(30, 4, 900)), rng.normal(size=(900, 30, 4))
    z, w = rng.normal(size=(200, 700)), rng.normal(size=(700, 200))
    for fun, args in (
        (lambda x, y: np.sum(np.moveaxis(x, -1, 0) - y, 0), [x, y]),
        (lambda z, w: np.sum(np.exp(z.T + w) * 2.0, 0), [z, w]),
    ):
        check(fun, args, [np.round(a) for a in args])
        runs, steps = runs_of(fun, args)
        assert "columns folded" in runs[0]
        assert steps == 1


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_who_has_part_in_the_extremum_of_all(dtype):
    def softest(x):
        largest = np.max(x)
        return largest + np.log(np.sum(np.exp(x - largest)))

    def widest(x):
        return (np.max(np.sin(x)) - np.min(x)) * np.sum(x * x)

    x = np.linspace(-2, 2, 5000).astype(dtype).reshape(50, 100)
    spoiled = x.copy()
    spoiled[3, 7] = spoiled[40, 2] = np.nan
    for fun in (softest, widest):
        check(wg.value_and_grad(fun), [x], [np.round(x)], [spoiled], [np.zeros_like(x)])
        runs, _ = runs_of(wg.grad(fun), (x,))
        assert any("shares in all" in run for run in runs)


def test_another_run_may_begin_where_nothing_depends_on_the_first():
    def fun(x, y):
        a, b = np.sin(x), np.exp(y)
        return np.sum(a * 2, 0), np.sum(b - 1, 0)

    x, y = np.ones((50, 30)), np.ones((40, 60))
    check(fun, [x, y], [x + 1, y - 2])
    assert [run[-16:] for run in runs_of(fun, (x, y))[0]] == ["1 columns folded"] * 2


def test_results_are_in_the_memory_of_operands():
    def fun(x, shift):
        y = x @ x
        y = np.tanh(y) + shift
        return y @ x

    size, _ = core.describe_plan(core.record_program(fun, (np.ones((300, 300)), np.ones(300))))
    assert size < 1.2 * 8 * 300 * 300


def test_what_stands_between_goes_before():
    def fun(x, y):
        a = np.sin(x) + y
        b = y @ x  # reads nothing of the run around it
        return np.sum(a * b[0], 0), np.sum(a, 0) @ y.T

    runs, _ = runs_of(fun, (np.ones((40, 40)), np.ones((40, 40))))
    assert len(runs) == 1
    assert "2 columns folded" in runs[0]


@pytest.mark.parametrize(("shape", "axes"), [((9, 17, 1, 64), (0, 1, 3)), ((300, 1, 40), (0, 2))])
def test_kept_axes_of_one_element(shape, axes):
    check(lambda x: np.sum(np.exp(x), axis=axes), (np.random.default_rng(1).normal(size=shape),))
