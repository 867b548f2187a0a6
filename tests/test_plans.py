"""Plans of programs: the bits of the interpreter, over every row of the registry and over programs."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg
import wengert.numpy as wnp
from planned import check, planned, same_bits
from primitive_cases import FORMULAS, sample
from structural_cases import CASES
from test_evaluation import MORE, narrow, strided
from test_factorizations import CASES as FACTORIZATIONS
from wengert import _core as core

pytestmark = pytest.mark.isa

WAYS = {"dense": lambda x: x, "strided": strided, "narrow": narrow}
each_way = pytest.mark.parametrize("change", WAYS.values(), ids=WAYS)
KINDS = {1: bool, 2: np.int64, 4: np.float64, 8: np.complex128}


def arrays(operands):
    return [x if isinstance(x, np.ndarray) else np.asarray(x) for x in operands]


@each_way
@pytest.mark.parametrize("case", [*CASES, *MORE], ids=str)
def test_structural_primitives(case, change):
    check(case.apply, [change(x) for x in arrays(case.operands)])


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.smooth and c.primitive.is_differentiable], ids=str
)
def test_derivatives_of_structural_primitives(case):
    smooth = [case.operands[i] for i in case.smooth]

    def gradients(*x):
        y, pull = wg.vjp(case.of_smooth, *x)
        return y, pull(wg.tensor(np.ones(y.shape, y.dtype)))

    check(gradients, arrays(smooth), [strided(x) for x in arrays(smooth)])


@pytest.mark.parametrize("case", FACTORIZATIONS, ids=str)
def test_factorizations(case):
    check(lambda x: case.primitive(x, *case.parameters), [case.x], [strided(case.x)])


@pytest.mark.parametrize("primitive", FORMULAS, ids=lambda p: p.name)
def test_formulas(primitive):
    for dtype in (d for bit, d in KINDS.items() if primitive.kinds & bit):
        for shape in [(), (3, 7), (70,), (0, 2)]:
            if np.dtype(dtype).kind in "fc":
                x = [np.asarray(v) for v in sample(primitive, shape, 1, dtype)]
            else:
                x = [np.ones(shape, dtype), np.full(shape, 2).astype(dtype)][: primitive.arity]
            check(primitive, x, [strided(v) for v in x])
            check(primitive, [narrow(v) for v in x])
            if primitive.arity == 2 and shape:
                check(primitive, [x[0], x[1][:1]])
                for number in x[1].flat[:1].tolist():
                    check(lambda v, y=number: primitive(v, y), x[:1])


EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, 3.0, np.inf, -np.inf, np.nan, -np.nan, 1e300, 1e-310]
UNARY = ["sin", "exp", "negative", "square", "tanh", "positive", "sqrt", "absolute", "log"]
BINARY = ["add", "subtract", "multiply", "divide", "maximum", "hypot", "chain", "power"]


@st.composite
def number_programs(draw):
    """Draw steps on numbers: elements are read, made and stored."""
    length = draw(st.integers(1, 40))
    return [
        (draw(st.integers(0, 9)), *draw(st.tuples(*[st.integers(0, 99)] * 3)))
        for _ in range(length)
    ]


def run_numbers(steps, x, y):
    """Evaluate the steps on the elements of a vector and a number."""
    numbers, vectors = [y, x[0]], [x, np.zeros(3) + 0 * x[0]]
    for kind, a, b, c in steps:
        p, q, v = numbers[a % len(numbers)], numbers[b % len(numbers)], vectors[c % len(vectors)]
        if kind in (0, 1, 2):
            numbers.append(getattr(core, BINARY[c % len(BINARY)])(p, q))
        elif kind == 3:
            numbers.append(getattr(core, UNARY[c % len(UNARY)])(p))
        elif kind == 4:
            numbers.append(v[a % v.shape[0]])
        elif kind == 5:
            vectors.append(core.stack([p, q, p], -1))
        elif kind == 6:
            vectors[c % len(vectors)] = core.set_at_slice(v, p, (0, b % v.shape[0]))
        elif kind == 7:
            vectors.append(core.add_at_slice(v, p, (0, b % v.shape[0])))
        elif kind == 8:
            numbers.append(np.where(p > q, q, p * 2))
        else:
            vectors.append(np.sin(v) * p)
    return numbers[-4:], vectors[-3:]


@settings(max_examples=80, deadline=None)
@given(number_programs(), st.lists(st.sampled_from(EDGES), min_size=4, max_size=4))
def test_programs_of_numbers(steps, edges):
    def fun(x, y):
        return run_numbers(steps, x, y)

    x = np.array([0.3, -1.2, 2.0])
    check(
        fun, [x, np.array(0.7)], [np.array(edges[:3]), np.array(edges[3])], [x[::-1], np.array(1.5)]
    )


@settings(max_examples=40, deadline=None)
@given(number_programs())
def test_derivatives_of_programs_of_numbers(steps):
    def fun(x, y):
        numbers, vectors = run_numbers(steps, x, y)
        return sum(np.sin(n) for n in numbers) + sum(np.sum(np.cos(v)) for v in vectors)

    x = np.array([0.3, -1.2, 2.0])
    check(wg.grad(fun, (0, 1)), [x, np.array(0.7)], [x + 0.1, np.array(-0.3)])


def test_elements_that_change_places():
    def swapped(x):
        a, b = x[0], x[1]
        y = core.set_at_slice(core.set_at_slice(x + 0.0, b, (0, 0)), a, (0, 1))
        c, d = y[1], y[2]
        z = core.set_at_slice(core.set_at_slice(y, d, (0, 1)), c, (0, 2))
        return z, y, a, c

    check(swapped, [np.array([1.0, 2.0, 3.0])])


def test_what_shares_memory_is_not_written_over():
    def fun(x):
        y = np.sin(x)
        z = y.T + y  # y lies otherwise in one of the operands
        a = core.set_at_slice(z, z[0], (0, 1))
        b = core.set_at_slice(a, a[1:, :], (1, 0, 2, 1))
        return z, b, b.T, b[0], np.reshape(b.T, (9,))

    check(fun, [np.arange(9.0).reshape(3, 3)], [np.arange(9.0).reshape(3, 3).T])


def test_results_are_in_memory_of_their_own():
    x = np.arange(6.0).reshape(2, 3)
    constant = wg.tensor(np.arange(4.0))

    def fun(x):
        y = np.sin(x)
        return x, x.T, y, y, y.T, constant, x[0], np.broadcast_to(x, (2, 2, 3))

    program = check(fun, [x])
    found = [y.numpy() for y in planned(program, [x])]
    again = [y.numpy() for y in planned(program, [x])]
    memory = [*found, *again, x, constant.numpy()]
    for i, a in enumerate(memory):
        assert not any(np.shares_memory(a, b) for b in memory[:i])
    assert all(y.flags.c_contiguous for y in found)


@pytest.mark.parametrize("shape", [(), (3,), (3, 4), (0,)])
def test_readings_compare_bits(shape):
    x = np.zeros(shape)

    def fun(x):
        wg.stop_gradient(x * 1.0).T.tolist()
        return np.sin(x)

    program = check(fun, [x])
    if x.size == 0:
        return
    for other in (-0.0, np.nan, 1.0):
        y = x.copy()
        y.flat[-1] = other
        results, (number, read) = core.run_plan(program, (y,), 1)
        assert (results, number) == ([], 0)
        same_bits([read], [wg.tensor(y.T)])
    nan = np.full(shape, np.nan)
    check(fun, [nan])


def test_readings_come_in_their_order():
    def fun(x):
        y = x * 2
        if y[0] > 1:
            y = y + 1
        if y[1] > 3:
            return np.sqrt(y)
        return y

    x = np.array([1.0, 2.0])
    program = check(fun, [x], [x * 2])
    assert core.run_plan(program, (np.array([0.0, 2.0]),), 1)[1][0] == 0
    assert core.run_plan(program, (np.array([1.0, 0.0]),), 1)[1][0] == 1
    check(fun, [np.array([1.0, 0.0])])


def test_what_is_raised_comes_out_and_the_plan_goes_on():
    program = check(lambda x, i: x[i] * 2, [np.arange(4.0), np.array([1, 3])])
    with pytest.raises(IndexError, match="7 was given"):
        core.run_plan(program, (np.arange(4.0), np.array([1, 7])), 1)
    same_bits(planned(program, [np.arange(4.0), np.array([0, 2])]), [wg.tensor([0.0, 4.0])])


def test_operations_with_programs_of_their_own():
    @wg.checkpoint
    def step(x):
        return np.sin(x) @ np.cos(x.T), x.T

    ruled = wg.custom_vjp(lambda x: (np.exp(x), np.sum(x)))
    ruled.defvjp(lambda x: ((np.exp(x), np.sum(x)), x), lambda x, ct: (ct[0] * np.exp(x) + ct[1],))

    def fun(x):
        y, z = step(x + 1)
        a, b = ruled(z[:2] * y[:2, :2])
        c = wg.checkpoint_chain(lambda s, i: np.tanh(s) * 0.5, y, 3)
        return a * b, c.T, np.linalg.cholesky(c @ c.T + 3 * np.eye(2))

    x = np.arange(4.0).reshape(2, 2) / 4
    check(fun, [x], [x.T])
    check(wg.grad(lambda x: sum(np.sum(np.sin(y)) for y in fun(x))), [x], [x[::-1]])


def test_long_arrays():
    x = np.random.default_rng(0).normal(size=(3, 70_000))

    def fun(x):
        y = np.exp(-x * x) * 2 + x[0]
        return y, np.sum(y, -1), np.max(y * x), y @ x.T

    check(fun, [x], [x[:, ::-1]])
    check(wg.grad(lambda x: np.sum(np.sin(fun(x)[0]))), [x])


@pytest.mark.parametrize("shape", [(1024,), (3, 700), (130_000,), (2, 100_003), (1_100_000,)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128, np.int64])
def test_elementwise_work_by_tiles(shape, dtype):
    rng = np.random.default_rng(len(shape))
    x, y = ((4 * rng.normal(size=shape)).astype(dtype) for _ in range(2))
    if dtype == np.float64:
        x.flat[5], y.flat[1000] = np.nan, -0.0

    def fun(x, y, row):
        a = x * y + 2
        b = core.where(a == y, x, a) * row
        c = b - np.sum(a * b)
        d = core.negative(c) * np.ravel(x)[0]
        return d, np.sum(d), core.square(b), np.sum(core.square(d) * np.reshape(y, shape))

    check(
        fun,
        [x, y, np.ones((1,) * len(shape), dtype)],
        [y, x[..., ::-1], np.full((1,) * len(shape), 2, dtype)],
    )


def test_many_operations_on_long_arrays():
    rng = np.random.default_rng(3)
    x = rng.uniform(0.1, 1, (2, 3000))

    def fun(x):
        values = [x, x[::-1] * 1.0]
        for _ in range(60):
            a, b = values[int(rng.integers(len(values)))], values[int(rng.integers(len(values)))]
            how = int(rng.integers(7))
            if how < 4:
                values.append(getattr(core, BINARY[int(rng.integers(5))])(a, b) * 0.5)
            elif how == 4:
                values.append(core.where(a > b, a, b * 2))
            elif how == 5:
                values.append(a * np.sum(np.sin(b)) / 1000)
            else:
                values.append(np.sin(a) + b[0])
        return values[-3:], np.sum(values[5] * values[9])

    for _ in range(6):
        check(fun, [x], [x[:, ::-1]])
        check(wg.grad(lambda x: sum(np.sum(y) for y in fun(x)[0])), [x])


def test_what_tiles_alone_use_has_no_memory():
    def fun(x):
        for _ in range(50):
            x = np.sin(x) + np.cos(x)
        return np.sum(x)

    size, steps = core.describe_plan(core.record_program(fun, (np.ones(50_000),)))
    assert size < 50_000
    assert "150 operations, 1 all folded" in steps


def test_several_threads_at_once():
    x = np.random.default_rng(0).normal(size=(60, 60))
    program = core.record_program(wg.grad(lambda x: np.sum(np.tanh(x @ x) @ np.sin(x))), (x,))
    inputs = [x + i for i in range(4)]
    want = [core.evaluate_program(program, (y,))[0] for y in inputs]
    found = [None] * 4

    def run(i):
        for _ in range(20):
            found[i] = planned(program, [inputs[i]], 2)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for a, b in zip(found, want, strict=True):
        same_bits(a, b)


def test_memory_is_used_again():
    def fun(x):
        for _ in range(50):
            x = np.sin(x) + np.cos(x)
        return x

    size, steps = core.describe_plan(core.record_program(fun, (np.ones(1000),)))
    assert size <= 3 * 8064
    assert steps.count("\n") == 150


def test_long_tapes():
    """Numbers, of which many operations can be done at once."""

    def fun(x):
        values = [x[i] for i in range(8)]
        for i in range(600):
            a, b = values[-(i * 7 % 8) - 1], values[-(i * 5 % 8) - 1]
            values.append([a + b, a * b, wnp.sin(a), a - b, wnp.exp(-a * a)][i % 5])
        return sum(values[-20:])

    x = np.linspace(0.1, 0.9, 8)
    check(lambda x: (fun(x), wg.grad(fun)(x)), [x], [x[::-1]], [x - 0.5])
