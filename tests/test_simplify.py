"""Simplified programs: what each pass takes away, and that no bit of what is left differs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg
import wengert.numpy as wnp
from simplified import check, same_bits
from wengert import _core as core

QUIET, SIGNALLING = 0x7FF8000000000123, 0x7FF0000000000123
SPECIAL = np.array([0.0, -0.0, 1.5, -2.25, np.inf, -np.inf, 5e-324, -1e-310, 1e308, np.pi])
NANS = np.array([QUIET, QUIET | 1 << 63, SIGNALLING, SIGNALLING | 1 << 63], np.uint64).view(float)
X = np.concatenate([SPECIAL, NANS])
NARROW = np.array([0.0, -0.0, 1.5, np.inf, np.nan, 1e-45], np.float32)
V = np.array([0.5, 0.25, 2.0, 1.5, 0.75, 3.0])
M = np.arange(1.0, 13.0).reshape(3, 4) / 7


def dead_results(x):
    used, _ = wg.checkpoint(lambda x: (wnp.sin(x), wnp.cos(x)))(x)
    return used


def dead_array(x):
    y = wnp.zeros(3)
    y[:] = wnp.tanh(x[:3])
    y[:] = wnp.exp(x[:3])
    return y


def written(x):
    y = wnp.zeros(6)
    for i in range(6):
        y[i] = x[i] * x[i - 1]
    return y


def written_in_blocks(x):
    y = wnp.zeros((4, 3))
    y[2:] = wnp.reshape(x, (2, 3))
    y[:2] = wnp.sin(wnp.reshape(x, (2, 3)))
    return y


def written_twice(x):
    y = wnp.zeros((2, 3))
    y[1] = x[:3]
    y[0] = x[3:]
    y[1] = wnp.exp(x[:3])
    return y


def written_in_rows(x):
    y = wnp.zeros((2, 3))
    for i in range(2):
        row = y[i]
        for j in range(3):
            row[j] = x[i][j] * x[i, j]
    return y


def recurrence(x):
    y = wnp.zeros(5)
    y[0] = x[0]
    for i in range(1, 5):
        y[i] = y[i - 1] * x[i]
    return y[4]


def mixed(x):
    return wnp.sum(wnp.where(np.ones(6, bool), x * x, x))


def cut_in_between(x):
    return wnp.transpose(wg.stop_gradient(wnp.transpose(wnp.exp(x))))


def negated(x):
    return core.negative(core.negative(x))


# What is done, to what, and the operations that are left.
CASES = {
    "dead code: a result of a call": (dead_results, [V], ["sin"]),
    "dead code: what was overwritten": (dead_array, [V], ["slice", "exp"]),
    "calls": (
        wg.checkpoint(lambda x: wg.checkpoint(wnp.sin)(x) * x),
        [V],
        ["sin", "multiply"],
    ),
    "a call twice": (
        lambda x: wg.checkpoint(wnp.sin)(x) * wg.checkpoint(wnp.sin)(x),
        [V],
        ["sin", "sin", "multiply"],
    ),
    "common subexpressions": (
        lambda x: wnp.sin(x) * 2.0 + wnp.sin(x) * 2.0,
        [V],
        ["sin", "multiply", "add"],
    ),
    "common parts": (
        lambda x: x[1:3] + x[1:3] * wnp.sum(x[1:3], axis=0),
        [V],
        ["slice", "sum", "multiply", "add"],
    ),
    "constants": (lambda x: x + wnp.exp(core.chain(0.0, x) - 1.0), [V], ["add"]),
    "constants of views": (
        lambda x: wnp.sum(wnp.broadcast_to(wnp.reshape(core.chain(x, 0.0), (2, 3)), (4, 2, 3))),
        [V],
        [],
    ),
    "times 1": (lambda x: 1.0 * wnp.exp(x) * 1.0, [X], ["exp"]),
    "over 1": (lambda x: wnp.sin(x) / 1, [X], ["sin"]),
    "minus 0": (lambda x: wnp.sin(x) - 0.0, [X], ["sin"]),
    "plus -0": (lambda x: -0.0 + wnp.sin(x) + -0.0, [X], ["sin"]),
    "plus 0 of what is no -0": (lambda x: wnp.exp(x) + 0.0, [X], ["exp"]),
    "plus 0 stays": (lambda x: wnp.sin(x) + 0.0, [X], ["sin", "add"]),
    "minus -0 stays": (lambda x: wnp.sin(x) - -0.0, [X], ["sin", "subtract"]),
    "times 1 of what may be a signalling NaN stays": (lambda x: x * 1.0, [X], ["multiply"]),
    "times 0 stays": (lambda x: wnp.sin(x) * 0.0, [X], ["sin", "multiply"]),
    "times 1 of a complex number stays": (
        lambda x: (wnp.exp(x) + 1j * x) * 1.0,
        [V],
        ["exp", "multiply", "add", "multiply"],
    ),
    "times 1 of another dtype stays": (
        lambda x: wnp.exp(x) * np.float64(1),
        [V.astype(np.float32)],
        ["exp", "multiply"],
    ),
    "signs": (lambda x: wnp.sin(negated(x)), [X], ["sin"]),
    "signs of integers": (lambda x: negated(x + 1), [np.arange(3)], ["add"]),
    "absolute values": (lambda x: wnp.abs(wnp.abs(x)), [X], ["absolute"]),
    "first powers of integers": (lambda x: core.power(x + 2, 1), [np.arange(3)], ["add"]),
    "first powers stay": (lambda x: core.power(wnp.exp(x), 1.0), [X], ["exp", "power"]),
    "conjugates": (lambda x: wnp.sin(wnp.conj(wnp.conj(x))), [V + 1j], ["sin"]),
    "negations": (
        lambda x: core.logical_not(core.logical_not(x > 1)),
        [V],
        ["greater"],
    ),
    "wider and narrower": (
        lambda x: wnp.exp(x).astype(np.float64).astype(np.float32),
        [NARROW],
        ["exp"],
    ),
    "narrower and wider stays": (
        lambda x: wnp.exp(x).astype(np.float32).astype(np.float64),
        [V],
        ["exp", "convert", "convert"],
    ),
    "no gradient stopped": (lambda x: wg.stop_gradient(x > 1), [V], ["greater"]),
    "a gradient stopped stays": (wg.stop_gradient, [V], ["identity"]),
    "a constant condition": (mixed, [V], ["multiply", "sum"]),
    "a condition for nothing": (
        lambda x: wnp.exp(wnp.where(x > 1, x, x)),
        [V],
        ["exp"],
    ),
    "parts of complex numbers": (
        lambda x: wnp.sin(core.imag(core.complex(x, wnp.exp(x)))),
        [V],
        ["exp", "sin"],
    ),
    "reshapes": (
        lambda x: wnp.reshape(wnp.reshape(wnp.exp(x), (2, 3)), (3, 2)),
        [V],
        ["exp", "reshape"],
    ),
    "reshapes there and back": (
        lambda x: wnp.sin(wnp.reshape(wnp.reshape(x, (2, 3)), (6,))),
        [V],
        ["sin"],
    ),
    "transposes": (lambda x: x.T.T @ x.T, [M], ["transpose", "matmul"]),
    "axes turned round": (
        lambda x: wnp.transpose(wnp.transpose(x, (1, 2, 0)), (1, 2, 0)),
        [M.reshape(2, 3, 2)],
        ["transpose"],
    ),
    "a transpose of a column": (
        lambda x: wnp.sin(wnp.reshape(x, (6, 1)).T),
        [V],
        ["reshape", "sin"],
    ),
    "a gradient stopped between transposes": (
        cut_in_between,
        [M],
        ["exp", "transpose", "identity", "transpose"],
    ),
    "broadcasts": (
        lambda x: wnp.broadcast_to(wnp.broadcast_to(x, (2, 6)), (3, 2, 6)),
        [V],
        ["broadcast_to"],
    ),
    "a broadcast to its own shape": (lambda x: wnp.broadcast_to(x, (6,)), [V], []),
    "flips": (lambda x: wnp.flip(wnp.flip(x), axis=0), [M], ["flip"]),
    "flips there and back": (lambda x: wnp.flip(wnp.flip(x)), [M], []),
    "slices": (
        lambda x: core.slice(core.slice(x, (1, 1, 5, 1)), (1, 4, 3, -2)),
        [V],
        ["slice"],
    ),
    "slices with new axes": (
        lambda x: core.slice(core.slice(x, (2, 3, 1, 1, 3, 1)), (0, 1, 2, 3, 1, 0, 2, 2)),
        [M],
        ["slice"],
    ),
    "all of it": (lambda x: x[:, :], [M], []),
    "sums of one": (
        lambda x: wnp.sin(wnp.sum(wnp.reshape(x, (6, 1)), axis=1)),
        [V],
        ["sin"],
    ),
    "greatest of one": (
        lambda x: wnp.exp(wnp.max(wnp.exp(x)[:, None], axis=1)),
        [X],
        ["exp", "slice", "reshape", "exp"],
    ),
    "sums of repetitions stay": (
        lambda x: wnp.sum(wnp.broadcast_to(x, (3, 6)), axis=0),
        [V],
        ["broadcast_to", "sum"],
    ),
    "an array that is filled": (
        written,
        [V],
        ["slice", "slice", "multiply"] + ["slice", "multiply"] * 4 + ["multiply", "stack"],
    ),
    "an array filled in blocks": (
        written_in_blocks,
        [V],
        ["reshape", "sin", "concatenate"],
    ),
    "an array filled twice": (written_twice, [V], ["slice", "slice", "exp", "stack"]),
    "what was stored": (recurrence, [V], ["slice"] * 2 + ["multiply", "slice"] * 3 + ["multiply"]),
    "parts of parts": (lambda x: wnp.exp(x[1:][::-1][1:3]), [V], ["slice", "exp"]),
    "parts of parts with new axes": (
        lambda x: wnp.exp(x[:, None, 1:][1, :, ::2]) * x[1:2, 1::2],
        [M],
        ["slice", "exp", "slice", "multiply"],
    ),
    "elements of rows": (
        lambda x: x[1][2] * x[1, 2] * x[1:][0][2],
        [M],
        ["slice", "multiply", "multiply"],
    ),
    "a diagonal stays": (wnp.diagonal, [M], ["as_strided"]),
    "a row of a transpose": (lambda x: x.T[1:][1], [M], ["slice"]),
    "stores in rows": (
        written_in_rows,
        [M[:2, :3]],
        ["slice", "multiply"] * 6 + ["stack", "reshape"],
    ),
    "a row of a stack": (
        lambda x: wnp.exp(wnp.stack([x, wnp.sin(x)], axis=1)[:, 1]),
        [V],
        ["sin", "exp"],
    ),
}


@pytest.mark.isa
@pytest.mark.parametrize("name", CASES)
def test_simplified(name):
    fun, args, left = CASES[name]
    done = check(fun, *args, others=[[np.flip(x) for x in args]])
    if left is not None:
        assert done == left


def test_zeros_by_structure():
    """A factor of 0 makes chain 0, whatever the other is, and a product not."""
    zeros = np.zeros(len(X))
    assert check(lambda x: core.chain(zeros, wnp.log(x)), X) == []
    assert check(lambda x: core.chain(wnp.log(x), 0.0) + wnp.exp(x), X) == ["exp"]
    assert check(lambda x: core.chain(1.0, wnp.exp(x)), X) == ["exp"]
    assert check(lambda x: core.chain(1.0, wnp.sin(x)), X) == ["sin", "chain"]


def test_cotangents_of_parts():
    """Sums of what single elements receive are one stack, and 0 is added as it was."""

    def loss(x):
        total = x[0] * 0.0
        for i in range(1, 6):
            total = total + x[i] * x[i - 1]
        return total

    values = [np.array([0.0, -0.0, -1.5, np.nan, np.inf, 2.0]), -V, NANS[[0, 1, 0, 1, 0, 1]]]
    done = check(wg.grad(loss), V, others=[[x] for x in values])
    assert "add_at_slice" not in done
    assert done.count("stack") == 1
    assert "add_at_slice" not in check(wg.grad(lambda x: loss(wnp.exp(x))), V)


def test_large_updates_are_stored_one_by_one():
    def write(x):
        y = wnp.zeros((2, 600))
        y[0] = wnp.sin(x)
        y[1] = wnp.cos(x)
        return y

    assert check(write, np.ones(600)).count("set_at_slice") == 2


def test_what_a_checkpoint_computes_again_is_not_joined():
    def loss(x):
        return wnp.sum(wg.checkpoint(lambda x: wnp.tanh(wnp.sin(x)) * x)(x))

    done = check(wg.value_and_grad(loss), V)
    assert done.count("tanh") == 2
    assert "checkpoint" not in done
    assert check(wg.grad(loss), V).count("tanh") == 1


def test_no_derivative_passes_a_call_under_no_grad():
    def fun(x):
        with wg.no_grad():
            same, y = wg.checkpoint(lambda x: (x * 1, wnp.exp(x)))(x)
        return same, y, x * 3

    program = core.record_program(fun, (V,))
    simple = core.simplified_program(program)
    assert core.program_size(program)[2] == core.program_size(simple)[2] == 1
    check(fun, V)


# Where Python looked, and what may fail.


def positive_definite(x):
    if x[0, 0] > 0:
        wnp.linalg.cholesky(x)
    y = wnp.sin(x) * 1.0
    if y[0, 0] > -1:
        return wnp.linalg.inv(x) * 1.0
    return y


def test_readings_and_what_may_fail_stay_in_their_places():
    good, bad = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([[1.0, 2.0], [2.0, 1.0]])
    singular = np.ones((2, 2))
    done = check(positive_definite, good, others=[[bad], [singular], [-good]])
    order = [name for name in done if name in {"read", "cholesky", "solve", "inverse"}]
    assert order[:3] == ["read", "cholesky", "read"]


def test_an_index_that_is_computed_may_fail():
    def fun(x, i):
        x[i]
        if x[0] > 0:
            return wnp.exp(x)
        return x

    index = np.array([0, 2])
    done = check(fun, V, index, others=[[V, np.array([0, 6])], [-V, index]])
    assert done[0] == "gather"
    # Of a constant index it is known that it does not.
    assert check(lambda x: (x[index], wnp.exp(x))[1], V) == ["exp"]


def test_powers_of_integers_may_fail():
    done = check(
        lambda x, n: (x**n, wnp.exp(x))[1], np.arange(3), np.arange(3), others=[[np.arange(3)] * 2]
    )
    assert done == ["power", "exp"]
    assert check(lambda x: (x**V, wnp.exp(x))[1], V) == ["exp"]


def test_the_same_reading_twice_is_kept_twice():
    def fun(x):
        y = wnp.sum(x)
        if y > 0 and y * 1.0 > 0 and wnp.sum(x) > 0:
            return y
        return x

    assert check(fun, V).count("read") == 3


@pytest.mark.isa
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_known_of_formulas_holds(dtype):
    """Neutral numbers beside every formula of one operand, at every kind of number."""
    bits = np.uint32 if dtype == np.float32 else np.uint64
    with np.errstate(all="ignore"):
        x = np.concatenate([SPECIAL, np.linspace(-3, 3, 23)]).astype(dtype)
    nan = int(np.array(np.inf, dtype).view(bits))
    payloads = np.array([nan | 1, nan | 5 | 1 << (8 * x.itemsize - 1)], bits)
    quiet = payloads | bits(1 << (22 if dtype == np.float32 else 51))
    x = np.concatenate([x, payloads.view(dtype), quiet.view(dtype)])
    for primitive in core.primitives:
        if primitive.arity != 1:
            continue
        for neutral in (
            lambda y: y * 1.0,
            lambda y: y / 1.0,
            lambda y: y + 0.0,
            lambda y: y - 0.0,
            lambda y: y + -0.0,
            lambda y: core.chain(1.0, y),
            lambda y: core.power(y, 1.0),
        ):
            for at in (x, x[-1:], x[:1]):
                try:
                    program = core.record_program(lambda x, f=primitive, n=neutral: n(f(x)), (at,))
                except (TypeError, ValueError):
                    continue
                with np.errstate(all="ignore"):
                    want, got = (
                        core.evaluate_program(p, (at,))[0][0]
                        for p in (program, core.simplified_program(program))
                    )
                same_bits(want, got)


def test_derivatives_of_simplified_programs():
    def fun(x):
        y = wnp.sin(x) * 1.0 + core.chain(0.0, x)
        y = wnp.reshape(wnp.reshape(y, (2, 3)), (6,))
        z = wnp.zeros(6)
        for i in range(6):
            z[i] = y[i] * wg.stop_gradient(y[i - 1] * 1.0)
        return wnp.sum(z * z)

    simple = core.simplified_program(core.record_program(fun, (V,)))

    def replayed(x):
        return core.evaluate_program(simple, (x,))[0][0]

    t = np.cos(V)
    np.testing.assert_allclose(wg.grad(replayed)(V), wg.grad(fun)(V), rtol=1e-14)
    np.testing.assert_allclose(
        wg.jvp(wg.grad(replayed), (V,), (t,))[1], wg.jvp(wg.grad(fun), (V,), (t,))[1], rtol=1e-13
    )


def test_a_long_program_needs_no_recursion():
    def fun(x):
        y = x
        for _ in range(20_000):
            y = (y * 1.0).T.T + 0.5
        return y

    program = core.record_program(fun, (M,))
    simple = core.simplified_program(program)
    assert core.program_size(simple)[0] <= 20_001
    same_bits(*(core.evaluate_program(p, (M,))[0][0] for p in (program, simple)))


# Random programs.


class Steps:
    """A random function of three arrays: each step adds a value made of those before."""

    def __init__(self, seed):
        self.seed = seed

    def pick(self, pool, rng):
        """Return any value of the pool."""
        return pool[rng.integers(len(pool))]

    def scalar(self, rng):
        """Return a number that is neutral for something, or not."""
        return rng.choice([0.0, -0.0, 1.0, -1.0, 2.5, 1, 0]).item()

    def step(self, pool, rng):
        """Return a value made of some of the pool."""
        x = self.pick(pool, rng)
        n = rng.integers(22)
        if n < 4:
            other = self.pick(pool, rng) if rng.random() < 0.5 else self.scalar(rng)
            op = rng.choice([wnp.add, wnp.subtract, wnp.multiply, core.chain])
            try:
                return op(x, other) if rng.random() < 0.6 else op(other, x)
            except (TypeError, ValueError):
                return wnp.negative(x)
        if n < 8:
            return rng.choice([wnp.negative, wnp.exp, wnp.sin, wnp.abs, wnp.square])(x)
        if n == 8:
            return wnp.reshape(x, rng.permutation([1, *x.shape]))
        if n == 9:
            return wnp.reshape(x, (-1,))
        if n == 10:
            return wnp.transpose(x, rng.permutation(x.ndim))
        if n == 11 and x.ndim:
            return wnp.flip(x, rng.integers(x.ndim))
        if n == 12 and x.ndim:
            return wnp.sum(x, axis=int(rng.integers(x.ndim)))
        if n in (13, 14) and x.ndim and x.shape[0]:
            start = rng.integers(x.shape[0])
            return rng.choice(
                [lambda: x[start], lambda: x[start:], lambda: x[::-1], lambda: x[None, ..., start:]]
            )()
        if n == 15:
            return wnp.broadcast_to(x, (2, *x.shape))
        if n == 16:
            return wnp.where(x > 0, x, self.scalar(rng))
        if n == 17:
            return wg.stop_gradient(x)
        if n == 18:
            return wg.checkpoint(lambda x: wnp.sin(x) * x * 1.0)(x)
        if n == 19 and x.ndim and x.shape[0]:
            y = wnp.zeros(x.shape)
            for i in rng.permutation(x.shape[0] + 1):
                y[i % x.shape[0]] = x[i % x.shape[0]] * self.scalar(rng)
            return y
        if n == 20 and x.ndim == 2:
            return x @ x.T
        if n == 21 and wnp.sum(x) > 0.5:
            return x / 1
        return wnp.positive(x)

    def __call__(self, *args):
        """Return some of the values made."""
        rng = np.random.default_rng(self.seed)
        pool = list(args)
        for _ in range(25):
            made = self.step(pool, rng)
            if made.size < 500 and made.ndim < 6:
                pool.append(made)
        return [self.pick(pool, rng) for _ in range(3)] + pool[-1:]

    def gradient(self, *args):
        """Return the gradients of their sum."""

        def loss(*args):
            return sum(wnp.sum(wnp.real(y)) for y in self(*args))

        return wg.grad(loss, (0, 1, 2))(*args)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_random_programs_keep_their_bits(seed):
    rng = np.random.default_rng(seed)
    args = [rng.normal(size=6), rng.normal(size=(3, 2)), rng.normal(size=(2, 3)).T]
    special = [rng.choice(X, size=a.shape) for a in args]
    strided = [np.asfortranarray(a) for a in (args[0][::-1].copy()[::-1], args[1], args[2].copy())]
    steps = Steps(seed)
    with np.errstate(all="ignore"):
        for fun in (steps, steps.gradient):
            check(fun, *args, others=[special, strided], which_nan=False)


def squares_of_what_is_written(x):
    y = wnp.zeros(6)
    for i in range(6):
        y[i] = x[i] * 0.5
    return wnp.sum(y * y)


def rows_that_are_written(x):
    y = wnp.zeros((4, 3))
    for i in range(4):
        y[i] = wnp.sin(x[i : i + 3])
    return wnp.sum(wnp.exp(y))


@pytest.mark.parametrize("fun", [squares_of_what_is_written, rows_that_are_written])
def test_cotangents_of_what_is_written_are_read_where_they_came_together(fun):
    left = check(wg.grad(fun), V, others=[(V[::-1],), (-V,)])
    assert "set_at_slice" not in left


def returned_in_the_end(x):
    y = wnp.exp(x)
    parts = []
    for i in range(3):
        parts.append(y[i] * 1.0)
        y[i] = x[i]
    return wnp.stack(parts), y


def test_stores_that_somebody_reads_stay():
    assert "set_at_slice" in check(returned_in_the_end, V, others=[(V[::-1],)])


def sum_of_elements_and_of_all(x):
    total = wnp.sum(wnp.sin(x))
    for i in range(1200):
        total = total * 0.5 + x[i] * x[i]
    return total


def the_same_elements_again(x):
    total = 1.0
    for i in range(3000):
        total = total * 0.5 + x[i % 5] * x[7]
    return total


def elements_of_a_table(x):
    x = wnp.reshape(x, (50, 60))
    total = wnp.sum(x)
    for i in range(40):
        for j in range(0, 60, 2):
            total = total * 0.5 + x[i, j] * x[i, j]
    return total


@pytest.mark.parametrize(
    "fun", [sum_of_elements_and_of_all, the_same_elements_again, elements_of_a_table]
)
def test_many_additions_to_elements_are_one_operation(fun):
    x = np.sin(np.arange(3000.0))
    left = check(wg.grad(fun), x, others=[(x * 0.5,)])
    assert left.count("add_at") == 1
    assert "add_at_slice" not in left
