"""Operators at their corners: wrong dtypes, numbers of subclasses, integers out of bounds, lists."""

import enum
import operator
import subprocess
import sys

import numpy as np
import pytest

import wengert as wg
from structural_cases import SLICE
from wengert import _core


class Metres(float):
    """A number of a class of the user's."""


class Level(enum.IntEnum):
    """Integers with names."""

    LOW = 2


BITWISE = ["&", "|", "^", "<<", ">>"]


@pytest.mark.parametrize("code", [f"wg.tensor(2.0) {op} 3" for op in BITWISE] + ["~wg.tensor(2.0)"])
def test_bitwise_operators_of_a_floating_scalar_raise(code):
    program = f"import wengert as wg\ntry:\n    {code}\nexcept TypeError:\n    print('raised')"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.stdout == "raised\n", run


@pytest.mark.parametrize("z", [3 + 4j, np.array([3 + 4j, 0])], ids=str)
def test_abs_of_complex(z):
    np.testing.assert_allclose(abs(wg.tensor(z)).numpy(), np.abs(z))


@pytest.mark.parametrize("other", [Metres(2.5), Level.LOW])
@pytest.mark.parametrize("dtype", ["f4", "i4", "c8"])
def test_subclasses_of_numbers_are_strong_as_in_numpy(dtype, other):
    x = np.ones(2, dtype)
    assert (wg.tensor(x) + other).dtype == (x + other).dtype


@pytest.mark.parametrize("narrow", ["u1", "i1", "i2", "u2", "f2"])
@pytest.mark.parametrize("dtype", ["f4", "c8", "i4", "?"])
def test_promotion_is_decided_on_the_operands_own_dtype(dtype, narrow):
    x, y = np.ones(2, dtype), np.ones(2, narrow)
    want = (x * y).dtype
    if want in (np.int32, np.int64, np.float32, np.float64, np.complex64, np.complex128):
        assert (wg.tensor(x) * y).dtype == want
        assert (y * wg.tensor(x)).dtype == want


@pytest.mark.parametrize("op", [operator.add, operator.mul, operator.lt, operator.and_])
@pytest.mark.parametrize("number", [2**40, -(2**31) - 1])
def test_an_integer_out_of_bounds_raises(op, number):
    x = np.ones(2, np.int32)
    if op is operator.lt:  # NumPy compares exactly
        np.testing.assert_array_equal((wg.tensor(x) < number).numpy(), x < number)
        return
    with pytest.raises(OverflowError):
        op(x, number)
    with pytest.raises(OverflowError):
        op(wg.tensor(x), number)


@pytest.mark.parametrize(
    ("base", "exponent"),
    [
        (np.array([2, 3]), -2),
        (np.array([2, 3]), np.array([1, -1])),
        (2, np.array([-2, 1])),
        (np.array(2), -1),
    ],
)
def test_integers_to_negative_integer_powers_raise(base, exponent):
    with pytest.raises(ValueError, match="negative"):
        (wg.tensor(base) if isinstance(base, np.ndarray) else base) ** wg.tensor(exponent)


def test_zero_to_a_complex_power_of_positive_real_part_is_zero():
    z = np.array([1 + 1j, 2.0, 0.5 - 3j])
    np.testing.assert_array_equal((0.0 ** wg.tensor(z)).numpy(), 0.0**z)


def test_positive_of_booleans_is_refused_as_in_numpy():
    with pytest.raises(TypeError):
        +wg.tensor([True])


def test_lists_are_operands_as_in_numpy():
    t = wg.tensor([1.0, 2.0])
    np.testing.assert_array_equal(operator.add(t, [1, 2]).numpy(), [2.0, 4.0])
    np.testing.assert_array_equal(([1, 2] * t).numpy(), [1.0, 4.0])
    np.testing.assert_array_equal((t == [1, 3]).numpy(), [True, False])


@pytest.mark.parametrize("step", [2**62, -(2**62), 2**63 - 1, -(2**63), 2**70])
def test_slices_of_huge_steps(step):
    x = np.arange(3.0)
    np.testing.assert_array_equal(wg.tensor(x)[::step], x[::step])
    want = [1.0, 0.0, 0.0] if step > 0 else [0.0, 0.0, 1.0]
    np.testing.assert_array_equal(wg.grad(lambda x: np.sum(x[::step]))(x), want)


@pytest.mark.parametrize(
    ("start", "count", "step"),
    [(0, 3, 2**62), (2, 3, -(2**63)), (0, 2**62, 4), (0, 2**63 - 1, 2), (0, -1, 1), (3, 1, 1)],
)
def test_slices_beyond_the_axis_are_refused(start, count, step):
    with pytest.raises(IndexError, match="all of them must lie on the axis"):
        _core.slice(np.ones(3), (SLICE, start, count, step))


def test_other_subclasses_of_arrays_are_arrays(tmp_path):
    class Named(np.ndarray):
        pass

    mapped = np.memmap(tmp_path / "numbers", np.float64, "w+", shape=(3,))
    mapped[:] = [1.0, 2.0, 3.0]
    for x in (mapped, mapped.view(Named)):
        np.testing.assert_array_equal(wg.grad(lambda x: np.sum(x * x))(x), [2.0, 4.0, 6.0])
        assert np.sum(wg.tensor(np.ones(3)) * x) == 6.0
