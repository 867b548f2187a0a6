"""Primitives that are computed number by number: values, types and derivatives, over all of them."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from pointwise_cases import POINTWISE, operands_of, reference_of
from wengert import _core as core

each = pytest.mark.parametrize("primitive", POINTWISE, ids=lambda p: p.name)

# Of what SciPy subtracts, or has by another way than the reference.
LOOSE = {
    "boxcox_derivative": 1e-12,
    "boxcox1p_derivative": 1e-12,
    "hyperu": 1e-11,
    "struve": 1e-12,
    "modstruve": 1e-12,
    "complex_polygamma": 1e-13,
}


def plain(x):
    return np.asarray(x.detach().numpy() if isinstance(x, wg.Tensor) else x)


def smooth(primitive):
    """Return the places of the operands that have a derivative."""
    return [i for i, text in enumerate(primitive.derivatives) if text]


@each
def test_value_is_scipys(primitive):
    x = operands_of(primitive.name)
    got, want = primitive(*x), reference_of(primitive.name)(*x)
    assert got.dtype == np.asarray(want).dtype
    np.testing.assert_allclose(plain(got), want, rtol=LOOSE.get(primitive.name, 2e-14))


@each
def test_shapes_and_dtypes(primitive):
    x = operands_of(primitive.name)
    whole = plain(primitive(*x))
    single = [v.astype(np.complex64 if v.dtype.kind == "c" else np.float32) for v in x]
    low = primitive(*single)
    assert low.dtype == single[-1].dtype
    np.testing.assert_array_equal(
        plain(low),
        plain(primitive(*[v.astype(w.dtype) for v, w in zip(single, x, strict=True)])).astype(
            low.dtype
        ),
    )
    assert primitive(*[v[3] for v in x]).item() == whole[3]
    assert primitive(*[v[:0] for v in x]).shape == (0,)
    np.testing.assert_array_equal(plain(primitive(*[v[::-2] for v in x])), whole[::-2])
    if len(x) > 1:
        assert primitive(x[0][:, None], *[v[0] for v in x[1:-1]], x[-1]).shape == (7, 7)
    out = wnp.zeros(7, whole.dtype)
    assert primitive(*x, out=out) is out
    np.testing.assert_array_equal(plain(out), whole)
    assert primitive.infer(*x) == (whole.dtype, (7,), False)


@each
def test_complex_operands_that_are_not_served_are_refused(primitive):
    x = operands_of(primitive.name)
    for i in range(len(x) - 1):
        with pytest.raises(TypeError, match=f"{primitive.name}: an operand is complex128"):
            primitive(*[v + 0j if k == i else v for k, v in enumerate(x)])


@each
@pytest.mark.parametrize("order", [1, 2])
def test_derivatives_against_differences(primitive, order):
    x = operands_of(primitive.name)
    for argnum in smooth(primitive):

        def f(y, argnum=argnum):
            return primitive(*x[:argnum], y, *x[argnum + 1 :])

        for _ in range(order - 1):
            f = derivative(f)
        h = 1e-3
        steps = [plain(f(x[argnum] + k * h)) for k in (-2, -1, 1, 2)]
        want = (8 * (steps[2] - steps[1]) - (steps[3] - steps[0])) / (12 * h)
        got = plain(derivative(f)(x[argnum]))
        scale = np.max(np.abs(want)) + 1
        np.testing.assert_allclose(got, want, rtol=2e-7, atol=2e-8 * scale)


def derivative(f):
    def slope(y):
        one = np.ones(np.shape(y), plain(y).dtype)
        return wg.vjp(f, y)[1](one)[0]

    return slope


@each
def test_forward_and_reverse_agree_and_batches_are_loops(primitive):
    x = operands_of(primitive.name)
    places = smooth(primitive)

    def f(*moving):
        full = list(x)
        for i, v in zip(places, moving, strict=True):
            full[i] = v
        return primitive(*full)

    moving = [x[i] for i in places]
    if not moving:
        return
    tangents = [np.cos(np.arange(7.0) + i).astype(v.dtype) for i, v in enumerate(moving)]
    out, pushed = wg.jvp(f, moving, tangents)
    pulled = wg.vjp(f, *moving)[1](np.ones_like(out))
    total = sum(c * t for c, t in zip(pulled, tangents, strict=True))
    np.testing.assert_allclose(pushed, total, rtol=1e-13, atol=1e-14)
    one = wg.vmap(primitive)(*x)
    np.testing.assert_array_equal(plain(one), plain(primitive(*x)))
    rows = wg.vmap(wg.grad(lambda *w: wnp.sum(wnp.real(primitive(*w))), places[-1]))
    np.testing.assert_array_equal(plain(rows(*x)).conj(), np.asarray(pulled[-1]).conj())


@each
def test_a_derivative_that_is_not_known_is_an_error(primitive):
    x = operands_of(primitive.name)
    for i, text in enumerate(primitive.derivatives):
        if text:
            continue
        message = (
            f"{primitive.name}: a derivative with respect to {primitive.operands[i]} was asked"
        )
        one = np.ones(7, plain(primitive(*x)).dtype)
        with pytest.raises(ValueError, match=message):
            wg.vjp(lambda v, i=i: primitive(*x[:i], v, *x[i + 1 :]), x[i])[1](one)
        with pytest.raises(ValueError, match=message):
            wg.jvp(lambda v, i=i: primitive(*x[:i], v, *x[i + 1 :]), (x[i],), (x[i],))


@each
def test_it_is_documented(primitive):
    assert primitive.__doc__.startswith(primitive.name + "(")
    assert all(f"erivative in {name}" in primitive.__doc__ for name in primitive.operands)


def test_text_of_derivatives():
    assert core.airy_aip.derivatives == ("z * airy_ai(z)",)
    assert core.expn.derivatives[0] == ""
    assert core.gammainc.derivatives[0] == "gammainc_derivative(1, a, x)"
