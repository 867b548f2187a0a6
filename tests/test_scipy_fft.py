"""``wengert.scipy.fft`` against ``scipy.fft``: values, dtypes, shapes and errors; derivatives."""

import inspect
import itertools

import numpy as np
import pytest
import scipy.fft

import wengert as wg
from wengert.scipy import fft

rng = np.random.default_rng(5)
X = rng.normal(size=(4, 5))
ONE = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
SEVERAL = [name + end for name in ONE for end in ("2", "n")]
NORMS = [None, "backward", "ortho", "forward"]
DTYPES = [np.float64, np.float32, np.int64, np.bool_, np.complex128, np.complex64]


def outcome(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except (TypeError, ValueError, IndexError, NotImplementedError, RuntimeError) as error:
        return error


def check(name, x, *args, **kwargs):
    theirs = outcome(getattr(scipy.fft, name), x.copy(), *args, **kwargs)
    ours = outcome(getattr(fft, name), wg.tensor(x), *args, **kwargs)
    if isinstance(theirs, Exception):
        kinds = ValueError if type(theirs) is RuntimeError else type(theirs)
        if x.dtype.kind == "c":  # which of two errors is told first
            kinds = (TypeError, ValueError, IndexError, NotImplementedError)
        assert isinstance(ours, kinds), (ours, theirs)
        return
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype), name
    tolerance = 2e-5 if theirs.dtype.itemsize == 4 or theirs.dtype == np.complex64 else 1e-12
    np.testing.assert_allclose(ours, theirs, tolerance, tolerance)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", ONE)
def test_along_one_axis(name, dtype):
    x = (X * (2 + 1j) if dtype in (np.complex64, np.complex128) else 2 * X).astype(dtype)
    for n, axis, norm in itertools.product((None, 3, 8), (-1, 0), NORMS):
        check(name, x, n, axis, norm)
    if name not in ("irfft", "hfft"):  # of which SciPy returns nothing
        check(name, x, 0)
    check(name, x, axis=2)
    check(name, x, norm="unit")
    check(name, x, plan=1)
    check(name, x, overwrite_x=True, workers=1)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", SEVERAL)
def test_along_several_axes(name, dtype):
    x = (X * (2 + 1j) if dtype in (np.complex64, np.complex128) else 2 * X).astype(dtype)
    for s, axes, norm in itertools.product((None, (3, 7), (-1, 6)), ((0, 1), (-1, 0)), NORMS):
        check(name, x, s, axes, norm)
    check(name, x, (6, 4), None)
    check(name, x, 3, 1)
    check(name, x, axes=(0, 0))
    check(name, x, (3,), (0, 1))
    check(name, x, (3, 4, 5))
    check(name, x, axes=())
    check(name, x[0])


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", ["dct", "idct", "dst", "idst"])
def test_cosines_and_sines(name, dtype):
    x = (X * (2 + 1j) if dtype in (np.complex64, np.complex128) else 2 * X).astype(dtype)
    for kind, n, norm in itertools.product((1, 2, 3, 4), (None, 1, 2, 3, 4, 8), NORMS):
        check(name, x, kind, n, -1, norm)
        if dtype == np.float64:
            check(name, x, kind, n, 0, norm, orthogonalize=norm != "ortho")
    check(name, x, 5)
    check(name, x, n=0)
    check(name, x, axis=2)
    check(name, x, norm="unit")


@pytest.mark.parametrize("name", ["dctn", "idctn", "dstn", "idstn"])
def test_cosines_and_sines_along_several_axes(name):
    for kind, s, axes, norm in itertools.product(
        (1, 2, 3, 4), (None, (3, 7)), ((0, 1), (-1, 0)), NORMS
    ):
        check(name, X, kind, s, axes, norm)
    check(name, X, 2, None, None, "forward", orthogonalize=True)
    check(name, X, s=3, axes=1)
    check(name, X, axes=(1, 1))
    check(name, X + 1j, axes=(1,))
    check(name, X, axes=())


@pytest.mark.parametrize("kind", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ["dct", "idct", "dst", "idst"])
@pytest.mark.parametrize("n", [4, 5])
def test_derivatives_of_cosines_and_sines(name, kind, n):
    """A linear map's Jacobian is its matrix, whichever way it is found."""
    x = X[0, :n]
    matrix = getattr(scipy.fft, name)(np.eye(n), kind, norm="ortho", axis=0)

    def transform(x):
        return getattr(fft, name)(x, kind, norm="ortho")

    np.testing.assert_allclose(wg.jacrev(transform)(x), matrix, atol=1e-13)
    np.testing.assert_allclose(wg.jacfwd(transform)(x), matrix, atol=1e-13)
    np.testing.assert_allclose(wg.vmap(transform)(np.stack([x, 2 * x]))[1], 2 * matrix @ x)
    hessian = wg.hessian(lambda x: np.sum(transform(x) ** 3))(x)
    np.testing.assert_allclose(hessian, matrix.T * 6 * (matrix @ x) @ matrix, atol=1e-11)


def test_complex_cosines_are_differentiated():
    z = X[0] + 1j * X[1]
    f = lambda z: np.sum(abs(fft.dct(z, 4)) ** 2)
    # d sum |M z|^2 pairs with conj(2 M^H M z)
    matrix = scipy.fft.dct(np.eye(5), 4, axis=0)
    np.testing.assert_allclose(wg.grad(f)(z), np.conj(2 * matrix.T @ matrix @ z), atol=1e-12)


@pytest.mark.parametrize("name", ["rfft2", "irfftn", "hfft", "ihfft2", "ifftn"])
def test_derivatives_of_spectra(name):
    f = getattr(fft, name)
    wg.testing.check_grads(lambda x: f(np.sin(x)), (X,), order=2)


def test_lengths():
    lengths = [*range(1, 300), 1021, 4099, 65_537, 10**9 + 7]
    for real in (False, True):
        ours = [fft.next_fast_len(n, real) for n in lengths]
        assert ours == [scipy.fft.next_fast_len(n, real) for n in lengths]
        if hasattr(scipy.fft, "prev_fast_len"):
            ours = [fft.prev_fast_len(n, real) for n in lengths]
            assert ours == [scipy.fft.prev_fast_len(n, real) for n in lengths]
    assert fft.next_fast_len(0) == fft.prev_fast_len(0) == 0
    for function in (fft.next_fast_len, fft.prev_fast_len):
        with pytest.raises(ValueError, match="no negative number"):
            function(-3)
        with pytest.raises(TypeError):
            function(2.5)


def test_every_function_is_documented_and_has_scipys_signature():
    for name in fft.__all__:
        function = getattr(fft, name)
        for section in ("Parameters\n", "Returns\n", "Examples\n"):
            assert section in function.__doc__, (name, section)
        if "freq" in name or "shift" in name or not hasattr(scipy.fft, name):
            continue
        theirs = inspect.signature(getattr(scipy.fft, name)).parameters
        assert list(inspect.signature(function).parameters) == list(theirs), name
