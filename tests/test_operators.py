"""Python's operators on Tensors, on either side of numbers, NumPy scalars and arrays: all as NumPy has them."""

import itertools
import operator

import numpy as np
import pytest

import wengert as wg

ARITHMETIC = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
    divmod,
]
BITWISE = [operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift]
COMPARISONS = [operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge]
BINARY = [*ARITHMETIC, *BITWISE, *COMPARISONS]
UNARY = [operator.neg, operator.pos, abs, operator.invert]
# Of complex numbers NumPy has an order; nothing that needs one is promised here.
ORDERED = [operator.lt, operator.le, operator.gt, operator.ge]


class Vector(np.ndarray):
    """An ndarray by another name."""


DTYPES = [np.float64, np.float32, np.int64, np.int32, np.bool_, np.complex128, np.complex64]
NUMBERS = [3, -2, 2.5, True, 1.5 - 2j]
SCALARS = [np.float64(2.5), np.float32(1.5), np.int64(3), np.int32(2), np.True_, np.complex64(1j)]
ARRAYS = [
    np.array(2.0),
    np.array([1.5, -2.0, 3.0]),
    np.array([[1.5], [0.5]], np.float32),
    np.array([3, 1, 2], np.int32),
    np.array([True, True, False]),
    np.array([1.0, 2.0, 3.0], np.float16),
    np.array([1 + 1j, 2.0, 3j]),
    np.array([1.5, 2.5, 3.5]).view(Vector),
]
by_name = lambda v: getattr(v, "__name__", None) or f"{type(v).__name__}-{np.asarray(v).dtype}"


def values(dtype, shape=(2, 3)):
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    if np.issubdtype(dtype, np.inexact):
        x = x * 0.75
    if np.issubdtype(dtype, np.complexfloating):
        x = x + 0.5j
    return x.astype(dtype) if shape else x.astype(dtype)[1, 0]


def numpys(op):
    """Return NumPy's operator. Up to 2.2, ``**`` let the dtype of some scalars go, unlike the ufunc."""
    is_old = np.lib.NumpyVersion(np.__version__) < "2.3.0"
    return np.power if is_old and op is operator.pow else op


def outcome(op, *operands):
    with np.errstate(all="ignore"):
        try:
            return op(*operands)
        except (TypeError, ValueError) as error:
            return error


def assert_same(got, want):
    """Compare an outcome with NumPy's: an error's class, or value, shape and dtype."""
    if isinstance(want, Exception):
        base = TypeError if isinstance(want, TypeError) else ValueError
        assert isinstance(got, base), got
        return
    if isinstance(want, tuple):
        assert type(got) is tuple
        for one, other in zip(got, want, strict=True):
            assert_same(one, other)
        return
    assert isinstance(got, wg.Tensor), got
    want = np.asarray(want)
    assert got.shape == want.shape
    if want.dtype not in (np.float16, np.int8):  # there are none; wider ones serve
        assert got.dtype == want.dtype
    tolerance = {"f2": 1e-3, "f4": 2e-6, "c8": 2e-6}.get(want.dtype.str[1:], 1e-14)
    np.testing.assert_allclose(got.numpy(), want, rtol=tolerance)


def is_promised(op, *operands):
    """Whether the outcome is NumPy's to the letter."""
    kinds = {np.asarray(x).dtype.kind for x in operands}
    return not ("c" in kinds and op in ORDERED)


@pytest.mark.parametrize("dtype", DTYPES, ids=by_name)
@pytest.mark.parametrize("op", BINARY, ids=by_name)
def test_binary_operators(op, dtype):
    both = itertools.product((values(dtype), values(dtype, ())), [*NUMBERS, *SCALARS, *ARRAYS])
    for x, other in both:
        array = np.asarray(x)
        if is_promised(op, array, other):
            assert_same(outcome(op, wg.tensor(x), other), outcome(numpys(op), array, other))
        if is_promised(op, other, array):
            assert_same(outcome(op, other, wg.tensor(x)), outcome(numpys(op), other, array))


@pytest.mark.parametrize("left", DTYPES, ids=by_name)
@pytest.mark.parametrize("op", BINARY, ids=by_name)
def test_binary_operators_of_two_tensors(op, left):
    for right in DTYPES:
        for x, y in (
            (values(left), values(right)),
            (values(left), values(right)[0]),
            (values(left, ()), values(right)),
            (np.asarray(values(left, ())), np.asarray(values(right, ()))),
        ):
            if is_promised(op, x, y):
                assert_same(outcome(op, wg.tensor(x), wg.tensor(y)), outcome(op, np.asarray(x), y))


@pytest.mark.parametrize("dtype", DTYPES, ids=by_name)
@pytest.mark.parametrize("op", UNARY, ids=by_name)
def test_unary_operators(op, dtype):
    for x in (values(dtype), (-values(np.float64)).astype(dtype), values(dtype, ())):
        if is_promised(op, x):
            assert_same(outcome(op, wg.tensor(x)), outcome(op, np.asarray(x)))


@pytest.mark.parametrize("dtype", DTYPES, ids=by_name)
def test_matrix_product(dtype):
    x, square = values(dtype), np.ones((3, 3), np.float64)
    for left, right in ((x, square), (x, x.T), (x[0], x[1]), (x, x[0]), (x[1], square)):
        want = left @ right
        for a, b in ((wg.tensor(left), wg.tensor(right)), (wg.tensor(left), right)):
            assert_same(a @ b, want)
        assert_same(left @ wg.tensor(right), want)
    assert_same(outcome(operator.matmul, wg.tensor(x), 2.0), ValueError())
    assert_same(outcome(operator.matmul, 2.0, wg.tensor(x)), ValueError())


SLOPES = [
    (operator.add, 1.0, 1.0),
    (operator.sub, 1.0, -1.0),
    (operator.mul, 3.0, 2.0),
    (operator.truediv, 1 / 3.0, -2 / 9.0),
    (operator.pow, 12.0, 8 * np.log(2.0)),
    (operator.mod, 1.0, 0.0),
    (operator.floordiv, 0.0, 0.0),
    (lambda x, y: divmod(x, y)[1], 1.0, 0.0),
]


@pytest.mark.parametrize(("op", "left", "right"), SLOPES, ids=by_name)
@pytest.mark.parametrize("kind", [float, np.float64, np.array, lambda v: np.array([v])])
def test_operators_differentiate_on_either_side(op, left, right, kind):
    x, y = kind(2.0), kind(3.0)
    np.testing.assert_allclose(wg.grad(lambda a: op(a, y))(x), left, rtol=1e-15)
    np.testing.assert_allclose(wg.grad(lambda b: op(x, b))(y), right, rtol=1e-15)
    both = wg.grad(op, (0, 1))(x, y)
    np.testing.assert_allclose(np.ravel(both), [left, right], rtol=1e-15)
    slope = wg.grad(lambda a: op(a, a))(2.5)
    assert slope == pytest.approx(sum(wg.grad(op, (0, 1))(2.5, 2.5)), rel=1e-15)


@pytest.mark.parametrize("exponent", [2, 2.0, 3, 0, 0.5, -1, 1])
def test_powers(exponent):
    x = values(np.float64)
    np.testing.assert_allclose(
        wg.grad(lambda x: np.sum(x**exponent))(x), exponent * x ** (exponent - 1.0), rtol=1e-15
    )
    assert_same(wg.tensor(x) ** exponent, x**exponent)
    assert_same(pow(wg.tensor(x), exponent), x**exponent)


def test_three_argument_power_is_no_operation_on_tensors():
    with pytest.raises(TypeError):
        pow(wg.tensor(2), 3, 5)


@pytest.mark.parametrize(
    "op",
    [
        operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ifloordiv,
        operator.imod, operator.ipow,
    ],
    ids=by_name,
)  # fmt: skip
def test_augmented_assignment_writes(op):
    t = other = wg.tensor([4.0, 9.0])
    t = op(t, 2.0)
    assert t is other
    assert_same(other, op(np.array([4.0, 9.0]), 2.0))


def test_augmented_assignment_of_a_number_makes_another():
    t = other = wg.tensor(4.0)
    t += 2.0
    assert t.item() == 6.0
    assert other.item() == 4.0


def test_augmented_assignment_differentiates():
    def f(x):
        y = x
        y += x
        y *= x
        y -= 1
        y /= 2.0
        y **= 2
        return y

    x = 1.5
    assert wg.grad(f)(x) == pytest.approx(2 * (2 * x * x - 1) / 2 * 2 * x)


@pytest.mark.parametrize("other", [None, "text", object(), {}], ids=lambda x: type(x).__name__)
def test_equality_with_strangers_is_false_and_other_operators_raise(other):
    t = wg.tensor([1.0, 2.0])
    assert (t == other) is False
    assert (t != other) is True
    for op in (*ARITHMETIC[:5], operator.lt, operator.matmul):
        with pytest.raises(TypeError):
            op(t, other)
        with pytest.raises(TypeError):
            op(other, t)


def test_another_type_may_take_over():
    class Other:
        def __radd__(self, t):
            return "theirs"

        def __rmatmul__(self, t):
            return "theirs"

    assert wg.tensor(1.0) + Other() == "theirs"
    assert wg.tensor([1.0]) @ Other() == "theirs"


def test_chains_of_mixed_operands():
    x, array = np.float32(1.5), np.array([1.0, 2.0], np.float32)

    def f(x):
        return np.sum((2 - x) * array / (1 + abs(-x)) ** 2 + (array > 1) * x % 4)

    got = wg.grad(f)(x)
    slope = 3.0 * (-1 / 6.25 - 2 * 0.5 / 15.625) + 1
    assert got == pytest.approx(slope, rel=1e-6)
    assert type(got) is np.float32
