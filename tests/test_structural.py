"""Structural primitives: value, derivatives, layouts, messages; every row of the registry that is no formula.

Of those that are computed number by number, two; test_pointwise.py has all.
"""

import numpy as np
import pytest

import wengert as wg
from structural_cases import CASES, INTEGER, plain, rng
from wengert import _core as core

pytestmark = pytest.mark.isa

each_case = pytest.mark.parametrize("case", CASES, ids=str)
SMOOTH = [c for c in CASES if c.smooth and c.primitive.is_differentiable]
each_smooth = pytest.mark.parametrize("case", SMOOTH, ids=str)
each_double = pytest.mark.parametrize("case", [c for c in SMOOTH if c.exact], ids=str)


def close(a, b, tolerance):
    a, b = plain(a), plain(b)
    assert a.shape == b.shape
    np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


def direction_like(x, seed):
    """Return a direction in the space of x, of its dtype."""
    x = np.asarray(x)
    t = rng(seed).standard_normal(x.shape)
    if x.dtype.kind == "c":
        t = t + 1j * rng(seed + 1).standard_normal(x.shape)
    return t.astype(x.dtype)


def pairing(ct, t):
    return sum(np.sum(np.real(plain(a) * plain(b))) for a, b in zip(ct, t, strict=True))


def difference(fun, xs, ts, step=1e-6):
    """Return the central difference of an array function along a direction."""
    ahead = fun(*[np.asarray(x) + step * t for x, t in zip(xs, ts, strict=True)])
    behind = fun(*[np.asarray(x) - step * t for x, t in zip(xs, ts, strict=True)])
    return (plain(ahead) - plain(behind)) / (2 * step)


def doubled(case):
    """Return the smooth operands in double precision, where differences mean something."""
    return [np.asarray(case.operands[i]) for i in case.smooth]


def test_every_structural_primitive_has_a_case():
    others = {p.name for p in core.primitives if p.is_elementwise or p.is_pointwise or p.results}
    rows = {p.name for p in core.primitives} - others
    assert rows - {case.name for case in CASES} == set()


@each_case
def test_value_is_numpys(case):
    got = case.apply(*case.operands)
    want = case.reference(
        *[np.asarray(x) if isinstance(x, np.ndarray) else x for x in case.operands]
    )
    assert got.shape == np.shape(want)
    assert np.dtype(str(got.dtype)) == np.asarray(want).dtype
    np.testing.assert_allclose(plain(got), want, rtol=1e-13, atol=1e-13)


@each_case
def test_type_is_inferred_without_evaluation(case):
    given = (list(case.operands),) if case.primitive.arity < 0 else case.operands
    dtype, shape, is_weak = case.primitive.infer(*given, *case.parameters)
    found = case.apply(*case.operands)
    assert (dtype, shape, is_weak) == (found.dtype, found.shape, found.is_weak)


@pytest.mark.parametrize("case", [c for c in SMOOTH if len(c.smooth) > 1], ids=str)
def test_an_operand_receives_the_same_alone_and_with_the_others(case):
    xs = doubled(case)
    out, pullback = wg.vjp(case.of_smooth, *xs)
    ct = direction_like(plain(out), 3)
    together = pullback(ct)
    for i, both in enumerate(together):
        alone = wg.vjp(lambda x, i=i: case.of_smooth(*xs[:i], x, *xs[i + 1 :]), xs[i])[1](ct)
        np.testing.assert_array_equal(plain(*alone), plain(both))


@each_smooth
def test_vjp_is_the_transpose_of_the_difference(case):
    xs = doubled(case)
    out, pullback = wg.vjp(case.of_smooth, *xs)
    ct = direction_like(plain(out), 3)
    ts = [direction_like(x, 11 + i) for i, x in enumerate(xs)]
    expected = pairing([ct], [difference(case.of_smooth, xs, ts)])
    tolerance = 1e-6 if case.exact else 1e-1
    assert pairing(pullback(ct), ts) == pytest.approx(expected, rel=tolerance, abs=tolerance)


@each_smooth
def test_jvp_is_the_difference(case):
    xs = doubled(case)
    ts = [direction_like(x, 11 + i) for i, x in enumerate(xs)]
    out, tangent = wg.jvp(case.of_smooth, xs, ts)
    assert (tangent.shape, tangent.dtype) == (out.shape, out.dtype)
    np.testing.assert_array_equal(plain(out), plain(case.of_smooth(*xs)))
    close(tangent, difference(case.of_smooth, xs, ts), 1e-6 if case.exact else 1e-1)


@each_smooth
def test_jvp_is_the_transpose_of_vjp(case):
    xs = doubled(case)
    ts = [direction_like(x, 11 + i) for i, x in enumerate(xs)]
    out, pullback = wg.vjp(case.of_smooth, *xs)
    ct = direction_like(plain(out), 3)
    pulled = pairing(pullback(ct), ts)
    pushed = pairing([ct], [wg.jvp(case.of_smooth, xs, ts)[1]])
    tolerance = 1e-12 if case.exact else 1e-5
    assert pushed == pytest.approx(pulled, rel=tolerance, abs=tolerance)
    for moving in range(len(xs)):  # each operand alone: the rule sees which ones move
        alone = [t if i == moving else None for i, t in enumerate(ts)]
        pushed = pairing([ct], [wg.jvp(case.of_smooth, xs, alone)[1]])
        pulled = pairing([pullback(ct)[moving]], [ts[moving]])
        assert pushed == pytest.approx(pulled, rel=tolerance, abs=tolerance)


@each_double
def test_second_order_forward_is_the_difference_of_the_first(case):
    xs = doubled(case)
    ts = [direction_like(x, 11 + i) for i, x in enumerate(xs)]

    def first(*x):
        return wg.jvp(case.of_smooth, x, ts)[1]

    _, second = wg.jvp(first, xs, ts)
    close(second, difference(first, xs, ts), 1e-5)


@each_double
def test_second_order_is_the_difference_of_the_first(case):
    xs = doubled(case)
    ct = direction_like(plain(case.of_smooth(*xs)), 3)
    ws = [direction_like(x, 21 + i) for i, x in enumerate(xs)]

    def first(*x):
        _, pullback = wg.vjp(case.of_smooth, *x)
        terms = [core.multiply(g, w) for g, w in zip(pullback(ct), ws, strict=True)]
        return sum(
            (core.sum(t, tuple(range(-t.ndim, 0)), False) for t in terms),
            core.sum(np.zeros(1), (-1,), False),
        )

    out, pullback = wg.vjp(first, *xs)
    ts = [direction_like(x, 31 + i) for i, x in enumerate(xs)]
    seed = np.ones_like(plain(out))
    expected = pairing([seed], [difference(first, xs, ts)])
    assert pairing(pullback(seed), ts) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def spread(x):
    """Return views of the same values that no kernel can take for a dense array."""
    x = np.asarray(x)
    if x.ndim == 0:
        return [x]
    wide = np.zeros((*x.shape[:-1], 2 * x.shape[-1] + 1), x.dtype)
    wide[..., 1::2] = x
    behind = np.ascontiguousarray(x[..., ::-1])
    return [wide[..., 1::2], behind[..., ::-1], np.asfortranarray(x)]


@each_case
def test_strides_do_not_matter(case):
    # BLAS sums a transposed operand in an order of its own.
    tolerance = 1e-14 if case.name in {"matmul", "pseudoinverse"} else 0
    want = plain(case.apply(*case.operands))
    for views in zip(*map(spread, case.operands), strict=False):
        got = plain(case.apply(*views))
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


def test_prod_shares_nothing_with_zeros():
    np.testing.assert_array_equal(
        wg.grad(lambda x: core.prod(x, (-1,), False))(np.array([0.0, 2.0, 3.0])), [6.0, 0.0, 0.0]
    )


def test_ties_share_equally():
    grad = wg.grad(lambda x: core.max(x, (-1,), False))
    np.testing.assert_array_equal(grad(np.array([3.0, 1.0, 3.0])), [0.5, 0.0, 0.5])
    weights = np.array([1.0, 2.0, 4.0])
    grad = wg.grad(lambda x: core.matmul(core.sort(x, -1), weights))
    np.testing.assert_array_equal(grad(np.array([5.0, 3.0, 3.0])), [4.0, 1.5, 1.5])


def test_what_is_not_chosen_may_be_infinite():
    def fun(x):
        return core.sum(core.where(core.greater(x, 0), core.sqrt(x), 0), (-1,), False)

    np.testing.assert_array_equal(wg.grad(fun)(np.array([0.0, 4.0])), [0.0, 0.25])


def test_modulus_at_zero_has_derivative_zero():
    grad = wg.grad(lambda z: core.sum(core.modulus(z), (-1,), False))
    np.testing.assert_allclose(grad(np.array([0j, 3 + 4j])), [0, 0.6 - 0.8j])


def test_duplicates_accumulate():
    grad = wg.grad(
        lambda x: core.sum(core.gather([x, np.array([1, 1, -1])], (-1,), 0), (-1,), False)
    )
    np.testing.assert_array_equal(grad(np.zeros(3)), [0.0, 2.0, 1.0])


def test_a_sum_depends_on_the_shape_alone():
    x = rng(5).standard_normal(300_001)
    want = plain(core.sum(x, (-1,), False))
    threads = core.num_threads()
    try:
        for count in (1, 2, 3):
            core.set_num_threads(count)
            assert plain(core.sum(x, (-1,), False)) == want
            np.testing.assert_array_equal(
                plain(core.sum(x[:300_000].reshape(100_000, 3), (-2,), False)),
                plain(core.sum(np.asfortranarray(x[:300_000].reshape(100_000, 3)), (-2,), False)),
            )
    finally:
        core.set_num_threads(threads)
    assert abs(want - np.sum(x.astype(np.longdouble))) < 1e-10


@pytest.mark.parametrize(
    "shapes", [((300, 200), (200, 500)), ((3, 700, 40), (40, 260)), ((1000, 900), (900,))]
)
@pytest.mark.parametrize(
    "dtype", [np.float32, np.float64, np.complex64, np.complex128, np.int32, np.int64]
)
def test_large_products(shapes, dtype):
    x, y = (rng(i).integers(-3, 4, s).astype(dtype) for i, s in enumerate(shapes))
    if np.issubdtype(dtype, np.complexfloating):
        x, y = x + 1j * x[..., ::-1], y * (1 - 2j)
    np.testing.assert_array_equal(
        plain(core.matmul(x, y.astype(dtype))), np.matmul(x, y).astype(dtype)
    )
    transposed = np.asfortranarray(x)
    np.testing.assert_array_equal(
        plain(core.matmul(transposed, y.astype(dtype))), np.matmul(x, y).astype(dtype)
    )


MESSAGES = [
    (
        core.slice,
        (np.zeros(3), (INTEGER, 5)),
        IndexError,
        "index: 5 was given for axis 0 of x, which is (3,); -3 <= index < 3 is needed",
    ),
    (
        core.slice,
        (np.zeros(3), (INTEGER, 0, INTEGER, 0)),
        IndexError,
        "index: x is (3,) and the index has more axes; at most 1 are needed",
    ),
    (
        core.gather,
        ([np.zeros((2, 3)), np.array([0, 3])], (-1,), 0),
        IndexError,
        "index: 3 was given for axis 1 of x, which is (2, 3); -3 <= index < 3 is needed",
    ),
    (
        core.gather,
        ([np.zeros(3), np.array([0.5])], (-1,), 0),
        TypeError,
        "index: an index array is float64; arrays of integers (or a mask of the indexed axes' shape) are needed",
    ),
    (
        core.add_at_slice,
        (np.zeros(3), np.zeros(2), ()),
        ValueError,
        "add_at_slice: the update is (2,) and the indexed part is (3,); the update must broadcast to the part",
    ),
    (
        core.concatenate,
        ([np.zeros(3), np.zeros((1, 3))], -1),
        ValueError,
        "concatenate: array 0 is (3,) and array 1 is (1, 3); shapes must be equal but for axis -1",
    ),
    (
        core.stack,
        ([np.zeros(3), np.zeros(2)], -1),
        ValueError,
        "stack: array 0 is (3,) and array 1 is (2,); shapes must be equal",
    ),
    (
        core.sum,
        (np.zeros(3), (-2,), False),
        ValueError,
        "sum: axes are (-2,) and x is (3,); each must be an axis of x, once, counted from the end",
    ),
    (
        core.max,
        (np.zeros(0), (-1,), False),
        ValueError,
        "max: x is (0,) and axis -1 is empty; at least one element is needed",
    ),
    (
        core.cumsum,
        (np.float64(1), -1, False),
        ValueError,
        "cumsum: axis is -1 and x is (); an axis of x, counted from the end, is needed",
    ),
    (
        core.matmul,
        (np.zeros((3, 4)), np.zeros((5, 6))),
        ValueError,
        "matmul: x is (3, 4) and y is (5, 6); x.shape[-1] must equal y.shape[-2]",
    ),
    (
        core.matmul,
        (np.zeros(3), 2.0),
        ValueError,
        "matmul: x is (3,) and y is (); both need at least one axis, multiply serves scalars",
    ),
    (
        core.modulus,
        (np.zeros(3),),
        TypeError,
        "modulus: the operand is float64; a complex dtype is needed, absolute serves real ones",
    ),
]


@pytest.mark.parametrize(
    ("primitive", "arguments", "error", "message"), MESSAGES, ids=lambda v: getattr(v, "name", "")
)
def test_messages(primitive, arguments, error, message):
    with pytest.raises(error) as raised:
        primitive(*arguments)
    assert str(raised.value) == message
