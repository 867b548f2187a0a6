"""Derivatives of the elementwise primitives, over the registry: a new formula is tested by being there."""

import numpy as np
import pytest

import wengert as wg
from primitive_cases import COMPLEX, FORMULAS, each, sample
from wengert import numpy as wnp

pytestmark = pytest.mark.isa


SMOOTH = [p for p in FORMULAS if p.is_differentiable]


HOLOMORPHIC = [p for p in SMOOTH if p.kinds & COMPLEX]


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
