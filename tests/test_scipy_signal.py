"""``wengert.scipy.signal`` against ``scipy.signal``: values, dtypes, shapes and errors; derivatives."""

import inspect
import itertools

import numpy as np
import pytest
import scipy.signal

import wengert as wg
from wengert.scipy import signal

rng = np.random.default_rng(8)
DTYPES = [np.float64, np.float32, np.int64, np.complex128, np.complex64]
MODES = ["full", "same", "valid"]


def draw(shape, dtype):
    x = 3 * rng.normal(size=shape)
    return (x + 1j * rng.normal(size=shape) if np.dtype(dtype).kind == "c" else x).astype(dtype)


def outcome(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except (TypeError, ValueError, IndexError) as error:
        return error


def check(name, *args, **kwargs):
    theirs = outcome(getattr(scipy.signal, name), *args, **kwargs)
    wrapped = [wg.tensor(x) if isinstance(x, np.ndarray) else x for x in args]
    ours = outcome(getattr(signal, name), *wrapped, **kwargs)
    if isinstance(theirs, Exception):
        assert isinstance(ours, Exception), (theirs, ours)
        return
    if isinstance(ours, Exception):
        raise ours
    for one, other in zip(
        *([r] if not isinstance(r, tuple) else r for r in (ours, theirs)), strict=True
    ):
        assert (one.shape, one.dtype) == (other.shape, other.dtype), name
        scale = max(1, np.max(abs(other), initial=0))
        is_single = other.dtype in (np.float32, np.complex64)
        np.testing.assert_allclose(one, other, 0, scale * (1e-5 if is_single else 1e-12))


SHAPES = [
    ((6,), (3,)),
    ((3,), (6,)),
    ((5,), (4,)),
    ((5,), (1,)),
    ((4, 5), (2, 3)),
    ((4, 5), (3, 2)),
    ((2, 5), (3, 2)),
    ((2, 3, 4), (2, 1, 3)),
    ((), ()),
    ((5,), (2, 3)),
    ((0,), (3,)),
]


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", ["convolve", "correlate"])
def test_convolutions(name, dtype):
    for (one, other), mode in itertools.product(SHAPES, MODES):
        for method in ("auto", "direct", "fft"):
            if 0 in one:
                continue  # what SciPy does with nothing depends on its way
            check(name, draw(one, dtype), draw(other, dtype), mode, method)
    x, k = draw((4,), dtype), draw((2,), np.float32)
    check(name, x, k)
    check(name, x, k, "most")
    check(name, x, k, "full", "best")


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.complex128])
@pytest.mark.parametrize("name", ["fftconvolve", "oaconvolve"])
def test_convolutions_by_spectra(name, dtype):
    for (one, other), mode in itertools.product(SHAPES, MODES):
        check(name, draw(one, dtype), draw(other, dtype), mode)
    for axes, mode in itertools.product((0, 1, -1, (0,), (1,)), MODES):
        check(name, draw((3, 5), dtype), draw((3, 2), dtype), mode, axes)
        check(name, draw((1, 5), dtype), draw((3, 2), dtype), mode, axes)
    for mode in MODES:  # along axes where either has one element they broadcast
        check(name, draw((5, 9, 1), dtype), draw((1, 3, 4), dtype), mode)
        check(name, draw((1, 2), dtype), draw((2, 1), dtype), mode)
    check(name, draw((3, 5), dtype), draw((3, 2), dtype), "full", ())
    check(name, draw((3, 5), dtype), draw((3, 2), dtype), "full", 2)
    for n, m in ((1000, 7), (7, 1000), (999, 100), (50, 49), (300, 1)):
        for mode in MODES:
            check(name, draw((n,), dtype), draw((m,), dtype), mode)
    check(name, draw((2, 700, 2), dtype), draw((2, 9, 1), dtype), "same", axes=1)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.complex128])
@pytest.mark.parametrize("name", ["convolve2d", "correlate2d"])
def test_planes(name, dtype):
    shapes = [
        ((4, 5), (2, 3)),
        ((4, 5), (3, 2)),
        ((2, 3), (4, 5)),
        ((3, 3), (1, 1)),
        ((2, 5), (3, 2)),
    ]
    for (one, other), mode, boundary in itertools.product(shapes, MODES, ("fill", "wrap", "symm")):
        if name == "correlate2d" and dtype == np.complex128 and mode == "valid" and one < other:
            continue  # SciPy then conjugates the result; its correlate does not
        check(name, draw(one, dtype), draw(other, dtype), mode, boundary)
    check(name, draw((4, 5), dtype), draw((2, 3), dtype), "full", "fill", 2)
    check(name, draw((4, 5), dtype), draw((2, 3), dtype), "same", "mirror")
    check(name, draw((4,), dtype), draw((2,), dtype))
    check(name, draw((4, 5), dtype), draw((2,), dtype))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128, np.complex64])
def test_filters(dtype):
    x = draw((3, 7, 2), dtype)
    coefficients = [
        ([1.0], [1.0]),
        ([0.5, 0.2, 0.1], [1.0]),
        ([1.0], [1.0, -0.5]),
        ([0.5, 0.2], [2.0, -0.3, 0.4]),
        ([1.0, 0.3, 0.2, 0.1], [0.5, 0.2]),
        (list(np.full(12, 0.1)), [1.0, 0.2]),
    ]
    for (b, a), axis in itertools.product(coefficients, (0, 1, -1)):
        b, a = np.array(b, dtype), np.array(a, dtype)  # noqa: PLW2901
        check("lfilter", b, a, x, axis)
        shape = [*x.shape]
        shape[axis] = max(len(a), len(b)) - 1
        check("lfilter", b, a, x, axis, zi=draw(shape, dtype))
        shape[(axis + 1) % 3] = 1
        check("lfilter", b, a, x, axis, zi=draw(shape, dtype))
    check("lfilter", b, a, x, 3)
    check("lfilter", b, a, x, 0, zi=draw((2, 2), dtype))
    check("lfilter", np.ones((2, 2)), a, x)
    check("lfilter", b, a, draw((0, 3), dtype))
    check("lfilter", b, a, draw((3, 0), dtype))


def test_sections():
    sos = scipy.signal.butter(5, 0.3, output="sos")
    x = rng.normal(size=(2, 9, 3))
    check("sosfilt", sos, x)
    check("sosfilt", sos, x, 1)
    check("sosfilt", sos, x, 1, zi=rng.normal(size=(3, 2, 2, 3)))
    check("sosfilt", sos, x[0, :, 0], zi=rng.normal(size=(3, 2)))
    check("sosfilt", sos, x.astype(np.float32))
    check("sosfilt", sos[0], x)
    check("sosfilt", sos * 2, x)
    check("sosfilt", sos, x, 1, zi=rng.normal(size=(3, 2, 3)))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.complex128])
def test_trends(dtype):
    x = draw((4, 9), dtype)
    for axis, kind, bp in itertools.product(
        (0, -1), ("linear", "constant", "l", "c"), (0, [2], [1, 3])
    ):
        check("detrend", x, axis, kind, bp)
    check("detrend", x, 0, "linear", 12)
    check("detrend", x, 0, "cubic")
    check("detrend", x, 2)


B, A = np.array([0.4, 0.3, -0.2]), np.array([1.3, -0.5, 0.2])
V, W, M, K = (
    rng.normal(size=6),
    rng.normal(size=3),
    rng.normal(size=(4, 5)),
    rng.normal(size=(2, 3)),
)
COMPLEX = rng.normal(size=5) + 1j * rng.normal(size=5)
ZI = rng.normal(size=2)

# Functions of the operands to differentiate.
FUNCTIONS = {
    "convolve": (signal.convolve, (V, W)),
    "convolve, complex": (lambda x, k: signal.convolve(x, k, "same"), (COMPLEX, COMPLEX[:2])),
    "convolve a complex one": (signal.convolve, (V, COMPLEX)),
    "convolve by spectra": (lambda x, k: signal.convolve(x, k, "same", "fft"), (M, K)),
    "convolve planes": (lambda x, k: signal.convolve(x, k, "valid"), (M, K)),
    "correlate": (lambda x, k: signal.correlate(x, k, "same"), (COMPLEX, COMPLEX[1:4])),
    "fftconvolve": (lambda x, k: signal.fftconvolve(x, k, "same", axes=1), (M, K[:1])),
    "oaconvolve": (signal.oaconvolve, (np.linspace(-1, 1, 40), W)),
    "convolve2d, wrap": (lambda x, k: signal.convolve2d(x, k, "same", "wrap"), (M, K)),
    "convolve2d, symm": (lambda x, k: signal.convolve2d(x, k, "full", "symm"), (M, K)),
    "correlate2d": (signal.correlate2d, (M, K)),
    "convolve2d, filled": (
        lambda x, k, c: signal.convolve2d(x, k, "same", "fill", c),
        (M, K, np.array(0.7)),
    ),
    "lfilter": (signal.lfilter, (B, A, V)),
    "lfilter, complex": (signal.lfilter, (B, A * (1 + 0.1j), COMPLEX)),
    "lfilter from a state": (
        lambda b, a, x, zi: np.concatenate(signal.lfilter(b, a, x, zi=zi)),
        (B, A, V, ZI),
    ),
    "lfilter of few": (
        lambda b, a, x, zi: np.concatenate(signal.lfilter(b, a, x, zi=zi)),
        (np.array([0.4, 0.3, 0.2, 0.1]), A, V[:2], V[2:5]),
    ),
    "sosfilt": (
        lambda b, x: signal.sosfilt(
            np.stack([np.concatenate([b, np.ones(1), A[1:]]), np.array([1, 2, 1, 1, 0.1, 0.2])]), x
        ),
        (B, M),
    ),
    "detrend": (lambda x: signal.detrend(x, 0, bp=2), (M,)),
}


@pytest.mark.parametrize(("f", "operands"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_derivatives(f, operands):
    wg.testing.check_grads(f, operands, order=2)


@pytest.mark.parametrize(("f", "operands"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_batches(f, operands):
    many = [np.stack([x, 1.5 * x[::-1] if x.ndim else x, x]) for x in operands]
    want = np.stack([f(*[x[i] for x in many]) for i in range(3)])
    np.testing.assert_allclose(wg.vmap(f)(*many), want, atol=1e-12)
    # one operand batched, the others shared
    for i in range(len(operands)):
        axes = [None] * len(operands)
        axes[i] = 0
        given = [many[j] if j == i else x for j, x in enumerate(operands)]
        want = np.stack(
            [f(*[x[b] if j == i else x for j, x in enumerate(given)]) for b in range(3)]
        )
        np.testing.assert_allclose(wg.vmap(f, tuple(axes))(*given), want, atol=1e-12)


def test_a_long_filter_is_one_operation():
    """Of 100,000 samples: the graph has as many nodes as that of ten."""
    counts = [
        sum(wg.explain(lambda x: np.sum(signal.lfilter(B, A, x)), np.ones(n)).counts.values())
        for n in (10, 100_000)
    ]
    assert counts[0] == counts[1]


def test_a_filter_and_its_transpose():
    """The pullback of a filter is the filter backwards in time."""
    x, ct = rng.normal(size=50), rng.normal(size=50)
    (back,) = wg.vjp(lambda x: signal.lfilter(B, A, x), x)[1](ct)
    np.testing.assert_allclose(back, scipy.signal.lfilter(B, A, ct[::-1])[::-1], atol=1e-12)


def test_infinite_taps_meet_no_zeros():
    """What lies outside contributes nothing, not 0 * inf."""
    for x, k in (([1.0, 2.0], [np.inf, 1.0]), ([1.0, np.inf, 3.0], [np.nan, 2.0])):
        np.testing.assert_array_equal(np.convolve(wg.tensor(x), k), np.convolve(x, k))
        np.testing.assert_array_equal(np.convolve(k, wg.tensor(x)), np.convolve(k, x))


def test_integers_wrap_and_stay_exact():
    x, k = np.array([2**62, 3, -1]), np.array([4, 2**61])
    np.testing.assert_array_equal(np.convolve(wg.tensor(x), k), np.convolve(x, k))
    big = rng.integers(-(2**20), 2**20, 400)
    np.testing.assert_array_equal(signal.convolve(big, big), np.convolve(big, big))


def test_banded_jacobians_are_found():
    x = rng.normal(size=40)
    f = lambda x: np.convolve(x, W, "same") ** 2
    sparse = wg.jacobian(f, sparse=True)(x)
    assert sparse.nnz <= 3 * 40
    np.testing.assert_allclose(sparse.toarray(), wg.jacobian(f)(x), atol=1e-12)


def test_every_function_is_documented_and_has_scipys_signature():
    for name in signal.__all__:
        function = getattr(signal, name)
        for section in ("Parameters\n", "Returns\n", "Examples\n"):
            assert section in function.__doc__, (name, section)
        theirs = inspect.signature(getattr(scipy.signal, name)).parameters
        assert list(inspect.signature(function).parameters) == list(theirs), name
