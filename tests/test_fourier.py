"""Fourier transforms: derivatives in every mode, dtypes, memory, threads, and programs that use them."""

import threading

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import _core as core

rng = np.random.default_rng(3)
X = rng.normal(size=(4, 6))
Z = X + 1j * rng.normal(size=(4, 6))
HALF = np.fft.rfft2(X) * (1 + 0.2j)

# Linear maps by name: the map, and an operand.
MAPS = {
    "fft": (lambda x: np.fft.fft(x, 5, 0, "ortho"), Z),
    "ifft2": (lambda x: np.fft.ifft2(x, (3, 8)), Z),
    "fftn of reals": (lambda x: np.fft.fftn(x, norm="forward"), X),
    "ifft of reals": (np.fft.ifft, X),
    "rfft": (lambda x: np.fft.rfft(x, 7), X),
    "rfft2": (lambda x: np.fft.rfft2(x, norm="ortho"), X),
    "irfft": (lambda x: np.fft.irfft(x, 5, 0), Z),
    "irfft2": (lambda x: np.fft.irfft2(x, (4, 7), norm="forward"), HALF),
    "hfft": (lambda x: np.fft.hfft(x, 9), Z),
    "ihfft": (np.fft.ihfft, X),
    "fftshift": (lambda x: np.fft.fftshift(x, 1), Z),
}
each_map = pytest.mark.parametrize(("linear", "x"), MAPS.values(), ids=MAPS)


def like(x, seed):
    draw = np.random.default_rng(seed).normal
    return draw(size=x.shape) + (1j * draw(size=x.shape) if x.dtype.kind == "c" else 0)


def pairing(x, y):
    return np.sum(np.asarray(x) * np.asarray(y)).real


@each_map
def test_maps_are_their_own_derivative(linear, x):
    t = like(x, 1)
    y, ty = wg.jvp(linear, (x,), (t,))
    np.testing.assert_allclose(y, linear(x), atol=1e-13)
    np.testing.assert_allclose(ty, linear(t), atol=1e-13)
    ct = like(y, 2)
    (back,) = wg.vjp(linear, x)[1](ct)
    assert back.dtype == x.dtype
    assert pairing(ct, linear(t)) == pytest.approx(pairing(back, t), rel=1e-12)


@each_map
def test_transposes_are_transposed_again(linear, x):
    """The transpose of the transpose is the map."""
    transpose = wg.linear_transpose(linear, x)
    ct = like(linear(x), 3)
    (back,) = wg.vjp(lambda c: transpose(c)[0], ct)[1](x)
    np.testing.assert_allclose(back, linear(x), atol=1e-12)


@each_map
def test_batches_are_loops(linear, x):
    many = np.stack([x, 2 * x, like(x, 4)])
    np.testing.assert_allclose(
        wg.vmap(linear)(many), np.stack([linear(one) for one in many]), atol=1e-12
    )

    def squared(x):
        return wnp.sum(abs(linear(x)) ** 2)

    np.testing.assert_allclose(
        wg.vmap(wg.grad(squared))(many),
        np.stack([wg.grad(squared)(one) for one in many]),
        atol=1e-11,
    )


@each_map
def test_single_precision_stays(linear, x):
    narrow = x.astype(np.complex64 if x.dtype.kind == "c" else np.float32)
    y = linear(wg.tensor(narrow))
    assert y.dtype == linear(narrow).dtype
    assert y.dtype.itemsize == linear(x).dtype.itemsize // 2
    (back,) = wg.vjp(linear, narrow)[1](like(linear(x), 5).astype(y.dtype))
    assert back.dtype == narrow.dtype


def test_every_order():
    """sum(|F x|^4) has derivatives of four orders."""

    def f(x):
        return np.sum(abs(np.fft.rfft(x)) ** 4) / 8

    x, t = X[0], X[1]
    total = []
    g = lambda e: f(x + e * t)
    for _ in range(5):
        total.append(g(0.0))
        g = wg.grad(g)
    exact = np.polynomial.Polynomial.fit(
        np.linspace(-1, 1, 5), [f(x + e * t) for e in np.linspace(-1, 1, 5)], 4
    )
    want = [exact.deriv(k)(0.0) if k else exact(0.0) for k in range(5)]
    np.testing.assert_allclose(total, want, rtol=1e-9)


def test_hessian_forward_and_reverse_in_a_checkpoint():
    def f(x):
        return np.sum(np.fft.irfft(np.exp(np.fft.rfft(x) / 8)) ** 3)

    x = X[0]
    dense = wg.hessian(f)(x)
    np.testing.assert_allclose(dense, wg.hessian(wg.checkpoint(f))(x), atol=1e-12)
    np.testing.assert_allclose(dense, wg.jacfwd(wg.grad(f))(x), atol=1e-12)
    np.testing.assert_allclose(dense, dense.T, atol=1e-12)


def test_holomorphic_derivative():
    got = wg.grad(lambda z: np.sum(np.fft.fft(z) ** 2), holomorphic=True)(Z[0])
    np.testing.assert_allclose(got, 2 * np.fft.fft(np.fft.fft(Z[0])), atol=1e-12)


def test_several_axes_are_one_node():
    assert wg.explain(lambda x: np.sum(abs(np.fft.fftn(x))), X).counts["fft"] == 1
    counts = wg.explain(lambda x: np.sum(np.fft.irfftn(np.fft.rfftn(x))), X).counts
    assert (counts["rfft"], counts["irfft"]) == (1, 1)


def test_what_it_is_written_to_is_reused():
    out = np.zeros((4, 6), complex)
    assert np.fft.fft(wg.tensor(X), out=out) is out
    np.testing.assert_allclose(out, np.fft.fft(X), atol=1e-14)
    t = wg.tensor(np.zeros((4, 4), complex))
    assert np.fft.rfftn(wg.tensor(X), out=t) is t
    np.testing.assert_allclose(t, np.fft.rfftn(X), atol=1e-14)
    with pytest.raises(ValueError, match="must be equal"):
        np.fft.fft(wg.tensor(X), out=np.zeros((4, 5), complex))
    with pytest.raises(TypeError, match="cast"):
        np.fft.fft(wg.tensor(X), out=np.zeros((4, 6)))


def test_operands_stay_as_they_were():
    z = Z.copy()
    t = wg.tensor(z)
    np.fft.fft2(t)
    np.fft.ifft(wg.tensor(z)[:, ::-1])
    np.testing.assert_array_equal(t, Z)
    np.testing.assert_array_equal(z, Z)


def test_errors_say_what_is_needed():
    t = wg.tensor(X)
    for call, kind, words in (
        (lambda: np.fft.fft(t, 0), ValueError, "fft: 0 points"),
        (lambda: np.fft.fft(t, axis=2), IndexError, "axis 2 is out of bounds"),
        (lambda: np.fft.fft(t, norm="unit"), ValueError, "'backward', 'ortho' or 'forward'"),
        (lambda: np.fft.fft(t, 2.5), TypeError, "float"),
        (lambda: np.fft.rfft(t * 1j), TypeError, "fft serves complex ones"),
        (lambda: np.fft.fftn(t, (3,), (0, 1)), ValueError, "one for each is needed"),
        (lambda: np.fft.irfft(t[:, :1]), ValueError, "irfft: 0 points"),
        (lambda: wnp.fft.fftfreq(2.5), ValueError, "an integer is needed"),
        (lambda: core.irfft(t, (-1,), 8, "ortho"), ValueError, r"length / 2 \+ 1"),
    ):
        with pytest.raises(kind, match=words):
            call()


def test_threads_transform_at_once():
    x = rng.normal(size=(64, 256))
    want = wg.grad(lambda x: np.sum(abs(np.fft.fft2(x)) ** 2))(x)
    results = [None] * 4

    def work(i):
        results[i] = wg.grad(lambda x: np.sum(abs(np.fft.fft2(x)) ** 2))(x)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        np.testing.assert_array_equal(result, want)


def test_a_spacing_is_differentiated():
    """The derivative of a spectrum by the distance of its points."""
    k = wnp.fft.fftfreq(6, wg.tensor(0.5))
    np.testing.assert_allclose(k, np.fft.fftfreq(6, 0.5))
    np.testing.assert_allclose(
        wg.jacobian(lambda d: np.fft.rfftfreq(6, d))(0.5), -np.fft.rfftfreq(6, 0.5) / 0.5
    )
    np.testing.assert_allclose(
        wg.jacobian(lambda d: np.fft.fftfreq(6, d))(0.5), -np.fft.fftfreq(6, 0.5) / 0.5
    )
