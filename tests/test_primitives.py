"""Properties of the elementwise primitives, over the registry: a new formula is tested by being there."""

import itertools

import numpy as np
import pytest

import wengert as wg
from wengert import _core as core
from wengert import numpy as wnp

pytestmark = pytest.mark.isa

BOOLEAN, INTEGER, REAL, COMPLEX = 1, 2, 4, 8

FORMULAS = [p for p in core.primitives if p.is_elementwise]
SMOOTH = [p for p in FORMULAS if p.is_differentiable]
HOLOMORPHIC = [p for p in SMOOTH if p.kinds & COMPLEX]
NUMPYS = [p for p in FORMULAS if hasattr(np, p.name)]


def each(primitives):
    return pytest.mark.parametrize("primitive", primitives, ids=lambda p: p.name)


def sample(primitive, shape=(17,), seed=0, dtype=np.float64):
    """Operands from the interval on which the formula is smooth."""
    rng = np.random.default_rng(seed)
    low, high = primitive.domain
    operands = [rng.uniform(low, high, shape) for _ in range(primitive.arity)]
    if np.issubdtype(dtype, np.complexfloating):
        operands = [x + 0.4j * rng.uniform(-1, 1, shape) for x in operands]
    return [x.astype(dtype) for x in operands]


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


# NumPy's floor_divide and remainder of infinities follow the platform's fmod.
@each([p for p in NUMPYS if p.kinds & REAL])
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
    is_small = theirs.dtype in (np.float16, np.int8)  # which NumPy makes of booleans
    assert is_small or ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-3 if is_small else 1e-14, atol=1e-15)


def recorded_and_fused(primitive, x, ct):
    """Cotangents by the rules, recorded since they are differentiated in turn, and by the kernels."""
    _, pullback = wg.vjp(primitive, *x)
    fused = pullback(ct)
    seen = []

    def functional(ct):
        cotangents = pullback(ct)
        seen.extend(np.array(wnp.asarray(c).detach().numpy()) for c in cotangents)
        return sum(wnp.sum(wnp.real(c)) for c in cotangents)

    wg.grad(functional)(ct)
    return seen, fused


DERIVED = [np.float64, np.float32, np.complex128]


@each(SMOOTH)
@pytest.mark.parametrize("dtype", DERIVED, ids=lambda d: d.__name__)
def test_fused_adjoint_equals_symbolic_rule(primitive, dtype):
    if dtype == np.complex128 and primitive not in HOLOMORPHIC:
        return
    x = sample(primitive, (200,), 3, dtype)
    ct = np.asarray(primitive(*x).numpy())
    ct = np.where(np.arange(200) % 7 == 0, 0, 1 + ct / 3).astype(ct.dtype)
    ruled, fused = recorded_and_fused(primitive, x, ct)
    for one, other in zip(ruled, fused, strict=True):
        np.testing.assert_array_equal(one, other)


@each(SMOOTH)
def test_fused_adjoint_equals_symbolic_rule_of_one_number(primitive):
    x = [v.item() for v in sample(primitive, (), 5)]
    ruled, fused = recorded_and_fused(primitive, x, 0.7)
    assert ruled == list(fused)


def difference(f, h=1e-3):
    """Return the derivative of f at 0, of fourth order in h."""
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)


@each(SMOOTH)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_orders_against_differences(primitive, order):
    x = sample(primitive, (6,), 4)
    for argnum in range(primitive.arity):

        def f(y, argnum=argnum):
            return primitive(*x[:argnum], y, *x[argnum + 1 :])

        def derivative(order, f=f):
            if order == 0:
                return lambda y: (
                    np.asarray(f(y).detach().numpy()) if isinstance(y, np.ndarray) else f(y)
                )
            lower = derivative(order - 1)
            return wg.grad(lambda y: wnp.sum(lower(y)))

        below = derivative(order - 1)
        expected = difference(lambda h, below=below, argnum=argnum: below(x[argnum] + h), 2e-4)
        got = derivative(order)(x[argnum])
        scale = np.max(np.abs(expected)) + 1
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-7 * scale)


@each(HOLOMORPHIC)
def test_complex_derivative_against_differences(primitive):
    x = sample(primitive, (5,), 6, np.complex128)
    for argnum in range(primitive.arity):

        def f(y, argnum=argnum):
            return primitive(*x[:argnum], y, *x[argnum + 1 :])

        got = wg.grad(lambda y: wnp.sum(f(y)), holomorphic=True)(x[argnum])
        for direction in (1, 1j):
            expected = difference(
                lambda h, d=direction, argnum=argnum: f(x[argnum] + h * d).numpy()
            )
            np.testing.assert_allclose(got * direction, expected, rtol=1e-8, atol=1e-9)


@each(SMOOTH)
def test_forward_slope_is_the_transpose_of_the_pullback(primitive):
    # The pullback is linear: its own pullback pushes tangents forward.
    x = sample(primitive, (9,), 8)
    y, pullback = wg.vjp(primitive, *x)
    rng = np.random.default_rng(1)
    ct, tangents = rng.normal(size=y.shape), [rng.normal(size=v.shape) for v in x]
    _, push = wg.vjp(pullback, ct)
    (forward,) = push(tuple(tangents))
    pulled = sum(np.sum(c * t) for c, t in zip(pullback(ct), tangents, strict=True))
    assert np.sum(ct * forward) == pytest.approx(pulled, rel=1e-12, abs=1e-12)


def pairing(ct, t):
    return np.sum(np.real(ct * t))


def directions(x, seed):
    rng = np.random.default_rng(seed)
    parts = [rng.normal(size=(2, *np.shape(v))) for v in x]
    return [
        (p[0] + 1j * p[1] if np.iscomplexobj(v) else p[0]).astype(np.asarray(v).dtype)
        for p, v in zip(parts, x, strict=True)
    ]


@each(SMOOTH)
@pytest.mark.parametrize("dtype", [np.float64, np.complex128], ids=lambda d: d.__name__)
def test_jvp_is_the_difference_and_the_transpose_of_vjp(primitive, dtype):
    if dtype == np.complex128 and primitive not in HOLOMORPHIC:
        return
    x = sample(primitive, (9,), 8, dtype)
    t = directions(x, 1)
    out, tangent = wg.jvp(primitive, x, t)
    assert (tangent.shape, tangent.dtype) == (out.shape, out.dtype)
    np.testing.assert_array_equal(out, primitive(*x).numpy())
    expected = difference(
        lambda h: primitive(*[v + h * w for v, w in zip(x, t, strict=True)]).numpy(), 2e-4
    )
    np.testing.assert_allclose(tangent, expected, rtol=1e-8, atol=1e-8)
    _, pullback = wg.vjp(primitive, *x)
    (ct,) = directions([out], 2)
    pulled = sum(pairing(c, w) for c, w in zip(pullback(ct), t, strict=True))
    assert pairing(ct, tangent) == pytest.approx(pulled, rel=1e-12, abs=1e-12)
    for moving in range(primitive.arity):
        alone = [w if i == moving else None for i, w in enumerate(t)]
        pushed = pairing(ct, wg.jvp(primitive, x, alone)[1])
        pulled = pairing(pullback(ct)[moving], t[moving])
        assert pushed == pytest.approx(pulled, rel=1e-12, abs=1e-12)


def pushed_by_rule(primitive, x, t):
    """Push tangents by the rules, recorded since they are differentiated in turn."""
    seen = []

    def functional(*t):
        tangent = wg.jvp(primitive, x, t)[1]
        seen.append(np.array(tangent.detach().numpy()))
        return wnp.sum(wnp.real(tangent))

    wg.grad(functional, tuple(range(len(t))))(*t)
    return seen[0]


@each(SMOOTH)
@pytest.mark.parametrize("dtype", DERIVED, ids=lambda d: d.__name__)
@pytest.mark.parametrize("shape", [(200,), ()], ids=str)
def test_fused_tangent_equals_symbolic_rule(primitive, dtype, shape):
    if dtype == np.complex128 and primitive not in HOLOMORPHIC:
        return
    x = [np.asarray(v, dtype) for v in sample(primitive, shape, 3, dtype)]
    t = [np.where(np.abs(w) < 0.2, 0, w).astype(dtype) for w in directions(x, 3)]
    ruled = pushed_by_rule(primitive, x, t)
    np.testing.assert_array_equal(np.asarray(wg.jvp(primitive, x, t)[1]), ruled)
    (swept,) = [wg.vjp(wg.vjp(primitive, *x)[1], np.ones_like(ruled))[1](tuple(t))[0]]
    np.testing.assert_allclose(swept, ruled, rtol=1e-4 if dtype == np.float32 else 1e-12)


@each([p for p in SMOOTH if p.arity == 2])
def test_tangents_of_broadcast_operands(primitive):
    column, row = sample(primitive, (5,), 7)
    x = [column[:, None], row]
    t = directions(x, 5)
    full = [[np.ascontiguousarray(v) for v in np.broadcast_arrays(*pair)] for pair in (x, t)]
    wanted = wg.jvp(primitive, *full)[1]
    np.testing.assert_array_equal(wg.jvp(primitive, x, t)[1], wanted)
    one = wg.jvp(primitive, (x[0], row[0]), (t[0], t[1][0]))[1]  # an array and a number
    np.testing.assert_array_equal(one, wanted[:, :1])
    other = wg.jvp(primitive, (column[0], row), (t[0][0, 0], t[1]))[1]
    np.testing.assert_array_equal(other, wanted[0])


@each(SMOOTH)
def test_strided_operands(primitive):
    x = sample(primitive, (6, 8), 2)
    views = [v.T[::-2, ::3] for v in x]
    copies = [np.ascontiguousarray(v) for v in views]
    np.testing.assert_array_equal(primitive(*views).numpy(), primitive(*copies).numpy())
    ct = np.ones(views[0].shape)
    for one, other in zip(
        wg.vjp(primitive, *views)[1](ct), wg.vjp(primitive, *copies)[1](ct), strict=True
    ):
        np.testing.assert_array_equal(one, other)


@each([p for p in SMOOTH if p.arity == 2])
def test_broadcast_operands_add_their_cotangents(primitive):
    column, row = sample(primitive, (5,), 7)
    x, y = (np.ascontiguousarray(v) for v in np.broadcast_arrays(column[:, None], row))
    ct = np.ones((5, 5))
    full = wg.vjp(primitive, x, y)[1](ct)
    narrow = wg.vjp(primitive, column[:, None], row)[1](ct)
    np.testing.assert_allclose(narrow[0], full[0].sum(1, keepdims=True), rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose(narrow[1], full[1].sum(0), rtol=1e-14, atol=1e-14)


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
