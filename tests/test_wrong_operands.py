"""Operands and parameters at random: an error or a result, and never a look at memory beyond them."""

import contextlib
import warnings

import numpy as np
import pytest

import wengert as wg

STRUCTURAL = [p for p in wg._core.primitives if not p.is_elementwise and not p.is_pointwise]
SHAPES = [
    (),
    (1,),
    (2,),
    (3,),
    (2, 2),
    (3, 3),
    (2, 3),
    (1, 3),
    (3, 1),
    (2, 3, 3),
    (0,),
    (3, 0),
    (9,),
]
DTYPES = ["float64", "float64", "int64", "bool", "complex128", "float32", "int32"]
TEXTS = ["", "a", "L", "full", "same", "valid", "backward", "svd"]
REFUSED = (
    ValueError,
    TypeError,
    IndexError,
    NotImplementedError,
    OverflowError,
    MemoryError,
    np.linalg.LinAlgError,
)


def parameter(rng, kind):
    """Draw a parameter that may be right."""
    if kind == "tuple[int, ...]":
        return tuple(int(n) for n in rng.integers(-3, 5, rng.integers(0, 6)))
    choices = {
        "bool": [False, True],
        "int": [-3, -2, -1, 0, 1, 2, 3, 4, 9],
        "float": [0.0, -1.5, 1e300],
        "dtype": DTYPES,
        "str": TEXTS,
    }[kind]
    return choices[rng.integers(len(choices))]


def operand(rng):
    """Draw an operand of a small shape."""
    shape, dtype = SHAPES[rng.integers(len(SHAPES))], DTYPES[rng.integers(len(DTYPES))]
    if dtype.startswith("int"):
        return rng.integers(-2, 4, shape).astype(dtype)
    return rng.normal(size=shape).astype(dtype)


@pytest.mark.parametrize("primitive", STRUCTURAL, ids=lambda p: p.name)
def test_whatever_a_primitive_is_given(primitive):
    rng = np.random.default_rng(len(primitive.name))
    warnings.simplefilter("ignore")
    for _ in range(300):
        count = primitive.arity if primitive.arity >= 0 else rng.integers(0, 5)
        first = operand(rng)
        operands = [first if rng.integers(3) == 0 else operand(rng) for _ in range(count)]
        given = operands if primitive.arity >= 0 else [operands]
        parameters = [parameter(rng, kind) for _, kind in primitive.parameters]
        with contextlib.suppress(*REFUSED):
            primitive(*given, *parameters)


@pytest.mark.parametrize("pivots", [[0, 2], [-1, 1], [1, 2**31 - 1]])
def test_pivots_that_are_no_rows(pivots):
    core, a = wg._core, np.eye(2)
    with pytest.raises(IndexError, match="a pivot is"):
        core.lu_solve(a, a, np.array(pivots), a, False)
    with pytest.raises(IndexError, match="a pivot is"):
        core.lu_order(np.array(pivots), 2)
