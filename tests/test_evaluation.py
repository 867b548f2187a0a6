"""Evaluation into memory that the caller gives, with the host's lock given up."""

import itertools

import numpy as np
import pytest

from structural_cases import CASES, INTEGER, WHOLE, Case, complexes, plain, reals
from test_primitives import FORMULAS, sample
from wengert import _core as core

pytestmark = pytest.mark.isa

GUARD = 0xA5  # no number of ours is made of such bytes
MARGIN = 192


class Arena:
    """Memory for one evaluation, with a pattern around everything that may be written to."""

    def __init__(self, primitive, args):
        self.primitive, self.args = primitive, args
        self.dtype, self.shape, _ = primitive.infer(*args)
        self.size, work, alignment, shares, self.is_view = primitive.plan(*args)
        self.shares = [i for i in range(8) if shares >> i & 1]
        self.memory = np.full(self.size + work + 4 * MARGIN, GUARD, np.uint8)
        address = self.memory.ctypes.data
        self.result = (
            -address % 64 + 64 + self.dtype.itemsize
        )  # behind one element: at an odd place
        work_at = self.result + self.size + MARGIN
        self.work = work_at + -(address + work_at) % alignment
        self.used = [(self.result, self.size), (self.work, work)]

    def evaluate(self, shared=-1):
        """Return the result; operand `shared` lies where the result will."""
        self.primitive.evaluate_in(self.memory, self.result, self.work, shared, *self.args)
        written = self.memory.copy()
        for start, length in self.used:
            written[start : start + length] = GUARD
        assert np.all(written == GUARD)
        found = self.memory[self.result : self.result + self.size]
        return np.frombuffer(found.tobytes(), self.dtype).reshape(self.shape)


def same_bits(a, b):
    assert (a.dtype, a.shape) == (b.dtype, b.shape)
    assert a.tobytes() == np.ascontiguousarray(b).tobytes()


def check(primitive, args):
    """Hold every way to evaluate against what a call gives; return whether there was one."""
    want = plain(primitive(*args))
    arena = Arena(primitive, args)
    if arena.is_view:
        return False
    same_bits(arena.evaluate(), want)
    operands = args[0] if primitive.arity < 0 else args
    for i in arena.shares:
        x = operands[i] if i < len(operands) else None
        if isinstance(x, np.ndarray) and (x.dtype, x.shape) == (arena.dtype, arena.shape):
            same_bits(Arena(primitive, args).evaluate(shared=i), want)
    return True


def strided(x):
    """Return an equal array whose elements lie apart and backwards."""
    if not isinstance(x, np.ndarray) or x.ndim == 0:
        return x
    apart = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
    apart[..., ::2] = x[..., ::-1]
    return apart[..., ::2][..., ::-1]


def narrow(x):
    """Return the array in single precision, or in integers of 32 bits."""
    narrower = {"f": np.float32, "c": np.complex64, "i": np.int32}
    is_wide = isinstance(x, np.ndarray) and x.dtype in WIDE
    return x.astype(narrower[x.dtype.kind]) if is_wide else x


WIDE = [np.dtype(np.float64), np.dtype(np.complex128), np.dtype(np.int64)]


def whole(*shape):
    return (10 * reals(*shape)).astype(np.int64)


MORE = [
    Case("reshape", (reals(3, 4).T,), ((2, 6),), None, "strided"),
    Case("sum", (reals(2, 3, 4, 3),), ((-3, -1), False), None, "apart"),
    Case("prod", (complexes(2, 3, 4, 3),), ((-4, -2), True), None, "apart"),
    Case("extremum_share", (reals(3, 4, 2), reals(3, 1, 2)), ((-2,),), None, "middle"),
    Case("sum", (reals(140_000),), ((-1,), False), None, "in pieces"),
    Case("max", (reals(2, 140_000),), ((-1,), False), None, "lines in pieces"),
    Case("sum", (reals(40_000, 9),), ((-2,), False), None, "rows in pieces"),
    Case("min", (reals(2, 20_000, 9),), ((-2,), True), None, "blocks in pieces"),
    Case("sort", (reals(40, 30),), (-2,), None, "columns"),
    Case("argsort", (reals(40, 30).round(1),), (-2,), None, "columns"),
    Case("sort", (reals(3, 300),), (-1,), None, "by digits"),
    Case("sort", (reals(300, 3),), (-2,), None, "columns by digits"),
    Case("argsort", (reals(300, 3).round(1),), (-2,), None, "columns by digits"),
    Case("last_at", (np.arange(300) % 40, np.arange(300) % 7), ((999, 999),), None, "in a table"),
    Case("matmul", (reals(40, 30)[::-2, ::-1], reals(30, 60)[:, ::-2]), (), None, "backwards"),
    Case(
        "matmul",
        (np.broadcast_to(reals(30), (2, 40, 30)), np.swapaxes(reals(2, 50, 30), 1, 2)),
        (),
        None,
        "rows",
    ),
    Case("matmul", (whole(3, 4, 20), np.swapaxes(whole(3, 9, 20), 1, 2)), (), None, "integers"),
    Case("matmul", (whole(4, 20), np.broadcast_to(whole(9, 20).T, (5, 20, 9))), (), None, "one"),
    Case("cumsum", (np.arange(5, dtype=np.int32),), (-1, False), None, "integers"),
    Case("convert", (np.broadcast_to(reals(3), (2, 3)),), ("int32",), None, "broadcast"),
    Case("gather", (np.broadcast_to(reals(4), (3, 4)), [1, 2]), ((-1,), 0), None, "broadcast"),
    Case("as_strided", (reals(5, 4).T,), ((2, 3), (9, 3), 1), None, "from row to row"),
]
each_case = pytest.mark.parametrize("case", [*CASES, *MORE], ids=str)


def args_of(case, change):
    operands = [change(x) for x in case.operands]
    given = [operands] if case.primitive.arity < 0 else operands
    return (*given, *case.parameters)


@each_case
@pytest.mark.parametrize(
    "change", [lambda x: x, strided, narrow], ids=["dense", "strided", "narrow"]
)
def test_structural_primitives(case, change):
    check(case.primitive, args_of(case, change))


def test_every_structural_primitive_that_is_no_view_was_evaluated():
    seen = {
        case.name
        for case in [*CASES, *MORE]
        if not Arena(case.primitive, args_of(case, lambda x: x)).is_view
    }
    views = {"identity", "broadcast_to", "transpose", "flip", "slice"}
    others = {p.name for p in core.primitives if p.is_elementwise or p.is_pointwise or p.results}
    rows = {p.name for p in core.primitives} - others
    assert seen == rows - views | {"gammainc", "jv"}


@pytest.mark.parametrize("primitive", FORMULAS, ids=lambda p: p.name)
def test_formulas(primitive):
    kinds = {1: bool, 2: np.int64, 4: np.float64, 8: np.complex128}
    for dtype in (d for bit, d in kinds.items() if primitive.kinds & bit):
        is_inexact = np.dtype(dtype).kind in "fc"
        x = (
            sample(primitive, (3, 7), 1, dtype)
            if is_inexact
            else [np.ones((3, 7), dtype), np.full((3, 7), 2).astype(dtype)][: primitive.arity]
        )
        x = [np.asarray(v) for v in x]
        for change in itertools.product([lambda v: v, strided, narrow], repeat=primitive.arity):
            assert check(primitive, [f(v) for f, v in zip(change, x, strict=True)])
        if primitive.arity == 2:
            assert check(primitive, [x[0], x[1][0]])
            assert check(primitive, [x[0][:, :1], x[1][0]])
            assert check(primitive, [x[0], x[1].flat[0].item()])
            assert check(primitive, [x[0].flat[0], x[1].flat[0]])


def test_conversions_longer_than_a_piece():
    x, y = np.arange(3000, dtype=np.int32), reals(3000)
    assert check(core.add, (x, y))
    assert check(core.less, (strided(x), strided(y)))


def test_a_python_integer_beyond_32_bits_beside_int32():
    assert check(core.less, (np.arange(3, dtype=np.int32), 2**40))
    with pytest.raises(OverflowError, match="one of 32 bits"):
        Arena(core.add, (np.arange(3, dtype=np.int32), 2**40)).evaluate()


def test_values_alone_raise_and_leave_the_result_alone():
    x, index = reals(4), np.array([7])
    for primitive, args in [
        (core.gather, ([x, index], (-1,), 0)),
        (core.add_at, ([x, 1.0, index], (-1,), 0)),
        (core.set_at, ([x, 1.0, index], (-1,), 0)),
    ]:
        arena = Arena(primitive, args)
        with pytest.raises(IndexError, match="7 was given for axis 0"):
            arena.evaluate()
        assert np.all(arena.memory[arena.result : arena.result + arena.size] == GUARD)
    with pytest.raises(ValueError, match="exponent is negative"):
        Arena(core.power, (np.array([2, 3]), np.array([1, -1]))).evaluate()


def test_a_view_reads_the_memory_of_its_operand():
    x = np.arange(600.0).reshape(20, 30)
    for primitive, parameters, want in [
        (core.identity, (), x),
        (core.convert, ("float64",), x),
        (core.reshape, ((30, 20),), x.reshape(30, 20)),
        (core.transpose, ((-1, -2),), x.T),
        (core.flip, ((-1,),), x[:, ::-1]),
        (core.slice, ((INTEGER, 3, WHOLE),), x[3]),
        (core.broadcast_to, ((2, 20, 30),), np.broadcast_to(x, (2, 20, 30))),
        (core.real, (), x),
        (core.conjugate, (), x),
    ]:
        assert primitive.plan(x, *parameters)[-1]
        found = primitive(x, *parameters).numpy()
        np.testing.assert_array_equal(found, want)
        assert np.shares_memory(found, x)
