"""Programs that transform, convolve and filter, as people write them, against values found another way."""

import numpy as np
import pytest
import scipy.linalg
import scipy.signal

import wengert as wg
from wengert.scipy import fft, signal

rng = np.random.default_rng(21)


def slope(f, x, h=1e-5):
    """Return the gradient of a real function by central differences, as the pairing of complex numbers has it."""
    x = np.asarray(x)
    g = np.zeros(x.shape, complex if x.dtype.kind == "c" else float)
    for i in np.ndindex(*x.shape):
        for unit in (1, 1j) if x.dtype.kind == "c" else (1,):
            step = np.zeros(x.shape, g.dtype)
            step[i] = h * unit
            g[i] += (float(f(x + step)) - float(f(x - step))) / (2 * h) / unit
    return g


def test_the_energy_of_half_of_an_imaginary_spectrum():
    """Of which a rule by inverse transforms is wrong without showing it in paired ones."""
    mask = (np.arange(16) < 8).reshape(4, 4)
    z = 1j * rng.normal(size=(4, 4))
    energy = lambda z: np.sum(np.abs(np.fft.fftn(z) * mask) ** 2)
    np.testing.assert_allclose(wg.grad(energy)(z), slope(energy, z), rtol=1e-7, atol=1e-6)


def test_an_axis_of_one_point():
    f = lambda x: np.sum(np.abs(np.fft.rfft(x, axis=1)) ** 2)
    x = rng.normal(size=(3, 1))
    np.testing.assert_allclose(wg.grad(f)(x), 2 * x)
    np.testing.assert_allclose(wg.grad(lambda x: np.sum(np.fft.irfft(x, 1) ** 2))(x), 2 * x)


def test_there_and_back_with_an_odd_number_of_points():
    x = rng.normal(size=7)
    np.testing.assert_allclose(
        wg.jacobian(lambda x: np.fft.irfft(np.fft.rfft(x), 7))(x), np.eye(7), atol=1e-14
    )
    # without n the result has six points
    matrix = wg.jacobian(lambda x: np.fft.irfft(np.fft.rfft(x)))(x)
    want = np.stack([np.fft.irfft(np.fft.rfft(row)) for row in np.eye(7)], -1)
    np.testing.assert_allclose(matrix, want, atol=1e-14)


def test_a_spectrum_of_the_first_points():
    """The others have a gradient of zero, of their own shape."""
    x = rng.uniform(size=(1, 10))
    f = lambda x: np.sum(np.abs(np.fft.rfft(x, 5)))
    got = wg.grad(f)(x)
    np.testing.assert_allclose(got, slope(f, x), atol=1e-8)
    np.testing.assert_array_equal(got[:, 5:], 0)


def test_the_tangent_of_a_transform_of_some_axes():
    z, t = (rng.normal(size=(2, 3, 4)) + 1j * rng.normal(size=(2, 3, 4)) for _ in range(2))
    for axes in ((0,), (0, 1), (2,), (1, 2)):
        f = lambda z, axes=axes: np.fft.fftn(z, axes=axes)
        np.testing.assert_allclose(wg.jvp(f, (z,), (t,))[1], f(t), atol=1e-13)


def test_an_axis_twice_with_two_lengths():
    x = rng.normal(size=(4, 3))
    f = lambda x: np.sum(np.abs(np.fft.fftn(x, (5, 3), (0, 0))) ** 3)
    np.testing.assert_allclose(wg.grad(f)(x), slope(f, x), rtol=1e-7, atol=1e-6)


def test_spectral_derivatives_are_exact():
    """Of trigonometric polynomials; the Jacobian is circulant and antisymmetric."""
    n = 16
    x = 2 * np.pi * np.arange(n) / n
    k = np.fft.fftfreq(n, 1 / n) * (np.arange(n) != n // 2)
    derivative = lambda u: np.real(np.fft.ifft(1j * k * np.fft.fft(u)))
    np.testing.assert_allclose(derivative(np.sin(3 * x)), 3 * np.cos(3 * x), atol=1e-12)
    matrix = wg.jacrev(derivative)(x)
    np.testing.assert_allclose(matrix, scipy.linalg.circulant(matrix[:, 0]), atol=1e-13)
    np.testing.assert_allclose(matrix, -matrix.T, atol=1e-13)


def test_burgers_equation_by_spectra_in_checkpoints():
    n, steps = 16, 8
    k = np.fft.rfftfreq(n, 1 / n)

    def step(v, nu):
        u = np.fft.irfft(v, n)
        return (v - 0.01 * 0.5j * k * np.fft.rfft(u * u)) / (1 + 0.01 * nu * k**2)

    def final(u, nu, chain):
        v = np.fft.rfft(u)
        if chain:
            v = wg.checkpoint_chain(lambda v: step(v, nu), v, steps)
        else:
            for _ in range(steps):
                v = step(v, nu)
        return np.sum(np.fft.irfft(v, n) ** 2)

    u = np.sin(2 * np.pi * np.arange(n) / n)
    plain = wg.grad(final, (0, 1))(u, 0.3, False)
    kept = wg.grad(final, (0, 1))(u, 0.3, True)
    np.testing.assert_allclose(kept[0], plain[0], atol=1e-13)
    assert kept[1] == pytest.approx(plain[1], rel=1e-12)
    h = 1e-5
    difference = (final(u, 0.3 + h, False) - final(u, 0.3 - h, False)) / (2 * h)
    assert plain[1] == pytest.approx(float(difference), rel=1e-8)


def test_deconvolution_by_newtons_method():
    """One step of it solves a quadratic problem."""
    n = 8
    h = np.fft.fft2(np.exp(-np.add.outer(np.arange(n) ** 2, np.arange(n) ** 2) / 2.0))
    truth = rng.normal(size=(n, n))
    blur = lambda x: np.fft.ifft2(np.fft.fft2(x) * h).real
    data = blur(truth)
    misfit = lambda x: 0.5 * np.sum((blur(x) - data) ** 2) + 5e-9 * np.sum(x * x)
    zero = np.zeros((n, n))
    hessian = wg.hessian(misfit)(zero).reshape(n * n, n * n)
    found = np.linalg.solve(hessian, -wg.grad(misfit)(zero).ravel()).reshape(n, n)
    np.testing.assert_allclose(found, truth, atol=1e-4)


def test_the_likelihood_of_a_stationary_process():
    """By the eigenvalues of a circulant covariance: first and second derivative in the length scale."""
    n = 12
    lag = np.minimum(np.arange(n), n - np.arange(n))
    y = rng.normal(size=n)

    def by_spectrum(s):
        eigenvalues = np.fft.fft(np.exp(-lag / s) + 0.1 * (lag == 0)).real
        return 0.5 * np.sum(np.log(eigenvalues) + np.abs(np.fft.fft(y)) ** 2 / n / eigenvalues)

    def by_matrix(s):
        k = scipy.linalg.circulant(np.exp(-lag / s) + 0.1 * (lag == 0))
        return 0.5 * (np.linalg.slogdet(k)[1] + y @ np.linalg.solve(k, y))

    assert by_spectrum(1.5) == pytest.approx(by_matrix(1.5))
    h = 1e-4
    first = (by_matrix(1.5 + h) - by_matrix(1.5 - h)) / (2 * h)
    second = (by_matrix(1.5 + h) - 2 * by_matrix(1.5) + by_matrix(1.5 - h)) / h**2
    assert wg.grad(by_spectrum)(1.5) == pytest.approx(first, rel=1e-6)
    assert wg.grad(wg.grad(by_spectrum))(1.5) == pytest.approx(second, rel=1e-4)


def test_a_loss_of_short_time_spectra():
    """Frames by vmap, windows, magnitudes: as vocoders are trained."""
    x, window = rng.normal(size=40), np.hanning(8)
    starts = np.arange(0, 33, 4)

    def by_vmap(x):
        frames = x[starts[:, None] + np.arange(8)]
        return np.sum(np.log1p(wg.vmap(lambda f: np.abs(np.fft.rfft(f * window)))(frames)))

    def by_loop(x):
        return sum(np.sum(np.log1p(np.abs(np.fft.rfft(x[i : i + 8] * window)))) for i in starts)

    np.testing.assert_allclose(wg.grad(by_vmap)(x), wg.grad(by_loop)(x), atol=1e-12)
    np.testing.assert_allclose(wg.grad(by_vmap)(x), slope(by_loop, x), atol=1e-7)


def test_autocorrelation_two_ways():
    x = rng.normal(size=9)
    spectral = lambda x: np.fft.irfft(np.abs(np.fft.rfft(x, 17)) ** 2, 17)[:9]
    direct = lambda x: np.correlate(x, x, "full")[8:]
    np.testing.assert_allclose(spectral(x), direct(x), atol=1e-12)
    np.testing.assert_allclose(wg.jacobian(spectral)(x), wg.jacobian(direct)(x), atol=1e-12)


def test_phase_retrieval():
    z = rng.normal(size=6) + 1j * rng.normal(size=6)
    magnitudes = np.abs(np.fft.fft(rng.normal(size=6)))
    misfit = lambda z: np.sum((np.abs(np.fft.fft(z, norm="ortho")) - magnitudes) ** 2)
    np.testing.assert_allclose(wg.grad(misfit)(z), slope(misfit, z), atol=1e-7)


def test_smoothness_of_an_image_by_cosines():
    """An image regularised in the domain of cosines: the Hessian is diagonal there."""
    n = 5
    weights = np.add.outer(np.arange(n), np.arange(n)) ** 2.0
    f = lambda x: np.sum(weights * fft.dctn(x, norm="ortho") ** 2)
    hessian = wg.hessian(f)(np.zeros((n, n)))
    for i, j in ((0, 0), (1, 2), (4, 4)):
        mode = fft.idctn(np.eye(n * n)[n * i + j].reshape(n, n), norm="ortho").numpy()
        np.testing.assert_allclose(
            np.einsum("ijkl,kl", hessian, mode), 2 * weights[i, j] * mode, atol=1e-11
        )


def test_cosines_of_complex_numbers_go_by_their_parts():
    z = rng.normal(size=5) + 1j * rng.normal(size=5)
    f = lambda z: np.sum(np.abs(fft.dct(z)) ** 4)
    np.testing.assert_allclose(wg.grad(f)(z), slope(f, z), rtol=1e-6)


def test_a_filter_of_ones_and_zeros():
    """A comb: each sample is in the output twice, but for the last two."""
    gradient = wg.grad(lambda x: np.sum(signal.lfilter([1.0, 0, 1], [1.0, 0, 0], x)))(np.ones(6))
    np.testing.assert_array_equal(gradient, [2, 2, 2, 2, 1, 1])


def test_a_stream_in_pieces():
    """The state goes from one piece to the next, with derivatives, and a[0] is not 1."""
    b, a, x = np.array([0.5, 0.3, -0.1]), np.array([2.0, -0.7, 0.3]), rng.normal(size=12)

    def whole(b, a, x):
        return np.sum(signal.lfilter(b, a, x) ** 2)

    def in_pieces(b, a, x):
        state, total = np.zeros(2), 0.0
        for piece in np.split(x, 4):
            y, state = signal.lfilter(b, a, piece, zi=state)
            total = total + np.sum(y**2)
        return total

    for one, other in zip(
        wg.grad(whole, (0, 1, 2))(b, a, x), wg.grad(in_pieces, (0, 1, 2))(b, a, x), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-13)


def test_a_resonance_is_fitted():
    """Gauss-Newton for the pole of a filter, from its response."""
    x = rng.normal(size=60)

    def response(p):
        return signal.lfilter([1.0], np.stack([1.0, -2 * p[0] * np.cos(p[1]), p[0] ** 2]), x)

    truth = np.array([0.9, 0.7])
    data = response(truth).numpy()
    p = np.array([0.8, 0.8])
    for _ in range(12):
        jacobian = wg.jacobian(response)(p)
        p = p - np.linalg.lstsq(jacobian, response(p).numpy() - data, rcond=None)[0]
    np.testing.assert_allclose(p, truth, atol=1e-10)


def test_a_kernel_longer_than_the_signal():
    x, k = rng.normal(size=4), rng.normal(size=7)
    for mode in ("full", "same", "valid"):
        for convolve in (np.convolve, signal.convolve):
            f = lambda x, k, c=convolve, mode=mode: np.sum(np.sin(c(x, k, mode)))
            got = wg.grad(f, (0, 1))(x, k)
            np.testing.assert_allclose(got[0], slope(lambda x, f=f: f(x, k), x), atol=1e-8)
            np.testing.assert_allclose(got[1], slope(lambda k, f=f: f(x, k), k), atol=1e-8)


def test_differences_of_a_volume_by_a_kernel():
    """Total variation, as a convolution along each axis."""
    x, kernel = rng.normal(size=(3, 4, 5)), np.array([1.0, -1.0])

    def by_kernels(x):
        kernels = [kernel.reshape([2 if i == axis else 1 for i in range(3)]) for axis in range(3)]
        return sum(np.sum(np.abs(signal.convolve(x, k, "valid"))) for k in kernels)

    def by_differences(x):
        return sum(np.sum(np.abs(np.diff(x, axis=axis))) for axis in range(3))

    np.testing.assert_allclose(wg.grad(by_kernels)(x), wg.grad(by_differences)(x), atol=1e-14)


def test_a_small_network_of_convolutions():
    """Two layers over planes, kernels learned; sums and transforms agree to rounding."""
    image, target = rng.normal(size=(8, 8)), rng.normal(size=(5, 5))
    one, two = rng.normal(size=(3, 3)), rng.normal(size=(2, 2))

    def loss(one, two, method):
        hidden = np.tanh(signal.correlate(image, one, "valid", method))
        return np.sum((signal.correlate(hidden, two, "valid", method) - target) ** 2)

    sums = wg.grad(loss, (0, 1))(one, two, "direct")
    spectra = wg.grad(loss, (0, 1))(one, two, "fft")
    for a, b, x in zip(sums, spectra, (one, two), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-11)
        assert a.shape == x.shape
    np.testing.assert_allclose(
        sums[0], slope(lambda one: loss(one, two, "direct"), one), rtol=1e-6, atol=1e-6
    )


def test_trends_leave_no_gradient():
    """What is subtracted does not count."""
    t = np.arange(10.0)
    weights = rng.normal(size=10)
    gradient = wg.grad(lambda x: np.sum(weights * signal.detrend(x)))(rng.normal(size=10))
    np.testing.assert_allclose([np.sum(gradient), np.sum(gradient * t)], 0, atol=1e-12)
    np.testing.assert_allclose(gradient, scipy.signal.detrend(weights), atol=1e-12)
