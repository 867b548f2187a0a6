"""Values and types of the elementwise primitives, over the registry: a new formula is tested by being there."""

import itertools

import numpy as np
import pytest

import wengert as wg
from primitive_cases import COMPLEX, FORMULAS, REAL, each, sample

pytestmark = pytest.mark.isa


NUMPYS = [p for p in FORMULAS if hasattr(np, p.name)]


def integers(primitive, dtype, seed=0):
    rng = np.random.default_rng(seed)
    operands = [rng.integers(-9, 9, 40) for _ in range(primitive.arity)]
    if primitive.name == "reciprocal":  # of the integer 0, what the processor makes of it
        operands[0][operands[0] == 0] = 1
    if primitive.arity == 2:
        operands[1] = np.abs(operands[1]) + 1
    return [x.astype(dtype) for x in operands]


def quiet(function, *args):
    with np.errstate(all="ignore"):
        return function(*args)


def distance_in_ulps(ours, theirs):
    """Measure the largest difference, in units of the last place of the larger of a pair."""
    ours, theirs = np.atleast_1d(ours), np.atleast_1d(theirs)
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    if same.all():
        return 0
    with np.errstate(all="ignore"):
        scale = np.spacing(np.maximum(np.abs(ours), np.abs(theirs)))
        return float(np.max(np.where(same, 0, np.abs(ours - theirs) / scale)))


# Units of the last place between our kernels and NumPy's, both of which err.
ULPS = {"float64": 4, "float32": 4, "complex128": 16, "complex64": 16}


# Where NumPy's own way is less exact than a unit or a few of them.
WIDE = {"sinc": 32, "logaddexp": 16, "logaddexp2": 16, "power": 16, "arctanh": 64, "tan": 16}


# What the standard for floating-point numbers rounds correctly.
EXACT = ("add", "subtract", "multiply", "divide", "negative", "square", "sqrt", "reciprocal")


@each(NUMPYS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128, np.complex64])
def test_value_equals_numpys(primitive, dtype):
    needed = COMPLEX if np.issubdtype(dtype, np.complexfloating) else REAL
    if not primitive.kinds & needed:
        with pytest.raises(TypeError, match=f"{primitive.name}: an operand is {dtype.__name__}"):
            primitive(*sample(primitive, dtype=dtype))
        return
    x = sample(primitive, (64,), dtype=dtype)
    ours, theirs = primitive(*x).numpy(), quiet(getattr(np, primitive.name), *x)
    assert ours.dtype == theirs.dtype
    if theirs.dtype == bool or (needed == REAL and primitive.name in EXACT):
        np.testing.assert_array_equal(ours, theirs)
    elif needed == COMPLEX:
        # The modulus is the scale: cancellation in one part is not an error of the number.
        error = np.max(np.abs(ours - theirs) / np.spacing(np.abs(theirs).astype(theirs.real.dtype)))
        assert error <= max(ULPS[ours.dtype.name], WIDE.get(primitive.name, 0))
    else:
        assert distance_in_ulps(ours, theirs) <= max(
            ULPS[ours.dtype.name], WIDE.get(primitive.name, 0)
        )


SPECIAL = np.array([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 0.5, -2.0, 3.0, 1e300, -1e-300])


# NumPy's floor_divide and remainder of infinities follow the platform's fmod, and its i0 overflows.
@each([p for p in NUMPYS if p.kinds & REAL and p.name != "i0"])
def test_edges_equal_numpys(primitive):
    if primitive.arity == 1:
        x = (SPECIAL,)
    else:
        pairs = np.array(list(itertools.product(SPECIAL, SPECIAL)))
        x = (np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1]))
    ours, theirs = primitive(*x).numpy(), quiet(getattr(np, primitive.name), *x)
    if theirs.dtype == bool:
        np.testing.assert_array_equal(ours, theirs)
        return
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    known = ~np.isnan(theirs)
    np.testing.assert_allclose(ours[known], theirs[known], rtol=1e-13)
    exact = known & (theirs == 0)
    np.testing.assert_array_equal(np.signbit(ours[exact]), np.signbit(theirs[exact]))


@each(NUMPYS)
@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.bool_])
def test_integers_and_booleans_as_in_numpy(primitive, dtype):
    x = integers(primitive, dtype)
    try:
        theirs = quiet(getattr(np, primitive.name), *x)
    except (TypeError, ValueError):
        with pytest.raises((TypeError, ValueError)):
            primitive(*x)
        return
    ours = primitive(*x).numpy()
    # what NumPy makes of booleans, and of bits
    is_small = theirs.dtype in (np.float16, np.int8, np.uint8)
    if theirs.dtype == np.float16 and primitive.name in ("nextafter", "spacing"):
        return  # whose neighbours are other ones
    assert is_small or ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-3 if is_small else 1e-14, atol=1e-15)


@each(FORMULAS)
def test_nothing_in_nothing_out(primitive):
    dtype = np.float64 if primitive.kinds & (REAL | COMPLEX) else np.int64
    x = [np.zeros((0, 3), dtype)] * primitive.arity
    assert primitive(*x).shape == (0, 3)
    if primitive.is_differentiable:
        for ct in wg.vjp(primitive, *x)[1](np.zeros((0, 3))):
            assert ct.shape == (0, 3)
        assert wg.jvp(primitive, x, x)[1].shape == (0, 3)


@each(FORMULAS)
def test_one_number_is_an_array_of_one_number(primitive):
    if primitive.kinds & (REAL | COMPLEX):
        x = sample(primitive, (1,), 3)
    else:
        x = integers(primitive, np.int64)
    scalar = primitive(*[v[0] for v in x])
    array = primitive(*[v[:1] for v in x])
    assert scalar.shape == ()
    assert scalar.dtype == array.dtype
    np.testing.assert_array_equal(scalar.numpy(), array.numpy()[0])


@each(FORMULAS)
def test_wrong_number_of_operands_is_said(primitive):
    with pytest.raises(TypeError, match=f"{primitive.name}: 0 operands were given"):
        primitive()


@each([p for p in FORMULAS if p.arity == 2])
def test_shapes_that_do_not_broadcast_are_said(primitive):
    with pytest.raises(ValueError, match=primitive.name):
        primitive(np.ones((2, 3), int), np.ones((4,), int))


@each(FORMULAS)
def test_it_is_documented(primitive):
    assert primitive.__doc__.startswith(primitive.name)
    assert primitive.formula
    assert len(primitive.derivatives) == (primitive.arity if primitive.is_differentiable else 0)


@each(FORMULAS)
@pytest.mark.parametrize("shapes", [((3,), (2, 1)), ((), (4,)), ((0, 2), (2,)), ((), ())], ids=str)
def test_type_is_inferred_without_evaluation(primitive, shapes):
    dtypes = [
        d
        for d, bit in ((bool, 1), (np.int32, 2), (np.float32, 4), (np.complex64, 8))
        if primitive.kinds & bit
    ]
    for dtype, other in itertools.product(dtypes, [*dtypes, None]):
        operands = [np.ones(shape, dtype) for shape in shapes[: primitive.arity]]
        if other is None:
            operands[-1] = 2  # a weak number
        elif primitive.arity == 2:
            operands[1] = np.ones(shapes[1], other)
        try:
            found = primitive(*operands)
        except TypeError:
            with pytest.raises(TypeError):
                primitive.infer(*operands)
            continue
        assert primitive.infer(*operands) == (found.dtype, found.shape, found.is_weak)
