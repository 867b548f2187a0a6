"""``wengert.scipy.ndimage`` against ``scipy.ndimage``: values, dtypes, shapes and errors; derivatives."""

import inspect
import itertools

import numpy as np
import pytest
import scipy.ndimage

import wengert as wg
import wengert.numpy as wnp
from wengert.scipy import ndimage

rng = np.random.default_rng(3)


@pytest.fixture(autouse=True)
def draws_begin_anew():
    """Draw the same in a test, whichever ran before."""
    rng.bit_generator.state = np.random.default_rng(3).bit_generator.state


BORDERS = ["reflect", "constant", "nearest", "mirror", "wrap"]
MODES = [*BORDERS, "grid-constant", "grid-mirror", "grid-wrap"]
X = rng.normal(size=(5, 7))
LINE = rng.normal(size=11)
WEIGHTS = rng.normal(size=(3, 2))


def outcome(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except (TypeError, ValueError, IndexError, RuntimeError) as error:
        return error


# Earlier ones began the filter of a mirrored line with one term too many, which shows in short lines.
BEGINS_RIGHT = tuple(map(int, scipy.__version__.split(".")[:2])) >= (1, 18)


def tolerance_of(name, dtype, mode):
    if dtype in (np.float32, np.complex64):
        return 2e-6
    is_filter = name.startswith("spline_filter") or name in (
        "map_coordinates",
        "shift",
        "zoom",
        "rotate",
        "affine_transform",
    )
    return (
        2e-2
        if is_filter and mode in ("reflect", "grid-mirror", "nearest") and not BEGINS_RIGHT
        else 1e-12
    )


def check(name, *args, **kwargs):
    want = outcome(getattr(scipy.ndimage, name), *args, **kwargs)
    got = outcome(getattr(ndimage, name), *args, **kwargs)
    if isinstance(want, Exception):
        assert isinstance(got, (TypeError, ValueError, IndexError)), (name, kwargs, want, got)
        return
    if isinstance(got, Exception):
        raise got
    assert (got.shape, got.dtype) == (want.shape, want.dtype), (name, kwargs)
    scale = max(1, np.max(abs(want), initial=0))
    tolerance = tolerance_of(name, want.dtype, kwargs.get("mode"))
    np.testing.assert_allclose(got, want, 0, scale * tolerance, err_msg=f"{name} {kwargs}")


@pytest.mark.parametrize("mode", MODES)
def test_sums_of_neighbours(mode):
    for name in ("correlate1d", "convolve1d"):
        for weights, axis in itertools.product((WEIGHTS[:, 0], WEIGHTS[0], [2.0], LINE), (0, 1)):
            check(name, X, weights, axis, mode=mode, cval=0.7)
        for origin in (-2, -1, 1, 2):
            check(name, X, WEIGHTS[:, 0], 0, mode=mode, origin=origin)
            check(name, X, rng.normal(size=4), -1, mode=mode, origin=origin)
    for name in ("correlate", "convolve"):
        check(name, X, WEIGHTS, mode=mode, cval=-1.5)
        check(name, X, WEIGHTS, mode=mode, origin=(1, -1))
        check(name, X, WEIGHTS[:, 0], mode=mode, axes=(0,))
        check(name, X, WEIGHTS, mode=mode, axes=(-2, 1), origin=(-1, 0))
        check(name, LINE, WEIGHTS[:, 0], mode=mode)
    check("uniform_filter1d", X, 4, mode=mode, cval=0.7, origin=1)
    check("uniform_filter", X, 3, mode=mode, cval=0.7)
    check("uniform_filter", X, (2, 1), mode=mode, origin=(-1, 0))


@pytest.mark.parametrize("mode", BORDERS)
def test_smooth_filters_and_differences(mode):
    for order in range(5):
        check("gaussian_filter1d", X, 1.3, 0, order, mode=mode, cval=0.7)
    check("gaussian_filter1d", X, 1.3, mode=mode, truncate=2.5)
    check("gaussian_filter1d", X, 1.3, mode=mode, radius=3)
    check("gaussian_filter", X, 0.8, mode=mode)
    check("gaussian_filter", X, (0.8, 2.0), (1, 0), mode=[mode, "nearest"])
    check("gaussian_filter", X, (0.8, 0.0), mode=mode)
    check("gaussian_filter", X, 1.5, mode=mode, axes=1)
    for name in ("gaussian_laplace", "gaussian_gradient_magnitude"):
        check(name, X, 1.1, mode=mode)
        check(name, X, [1.1, 0.6], mode=mode, truncate=3.0)
    for name in ("sobel", "prewitt"):
        check(name, X, mode=mode, cval=0.3)
        check(name, X, 0, mode=mode)
        check(name, rng.normal(size=(3, 4, 5)), 1, mode=mode)
    check("laplace", X, mode=mode, cval=0.3)
    check("laplace", LINE, mode=mode)


@pytest.mark.parametrize("mode", BORDERS)
def test_orders_of_neighbours(mode):
    footprint = np.array([[0, 1, 1], [1, 1, 0]], bool)
    for name in ("maximum_filter1d", "minimum_filter1d"):
        check(name, X, 3, mode=mode, cval=0.7)
        check(name, X, 4, 0, mode=mode, origin=1)
    for name in ("maximum_filter", "minimum_filter", "median_filter"):
        check(name, X, 3, mode=mode, cval=0.7)
        check(name, X, (2, 5), mode=mode)
        check(name, X, footprint=footprint, mode=mode)
        check(name, LINE, 4, mode=mode, origin=1)
    check("maximum_filter", X, 3, mode=mode, axes=(1,))
    check("maximum_filter", X, (3, 2), mode=[mode, "wrap"])
    for rank in (0, 2, -1, -2):
        check("rank_filter", X, rank, 3, mode=mode)
        check("rank_filter", X, rank, footprint=footprint, mode=mode)
    for percentile in (0, 20.0, 50, 99.0, 100, -30):
        check("percentile_filter", X, percentile, 3, mode=mode)


@pytest.mark.parametrize("order", range(6))
@pytest.mark.parametrize("mode", MODES)
def test_between_elements(mode, order):
    places = np.stack([rng.uniform(-7, 12, 60), rng.uniform(-9, 16, 60)])
    check("map_coordinates", X, places, order=order, mode=mode, cval=0.7)
    check("map_coordinates", X, places, order=order, mode=mode, prefilter=False)
    whole = np.array(np.meshgrid(np.arange(-6.0, 12), np.arange(-3.0, 10)))
    check("map_coordinates", X, whole, order=order, mode=mode)
    check("map_coordinates", LINE, places[:1], order=order, mode=mode)
    check("map_coordinates", X[:1], places, order=order, mode=mode)
    for margin in (0.25, 0.5) if order else (0.25,):
        check("shift", X, (1 + margin, -2.3), order=order, mode=mode, cval=0.7)
    check("affine_transform", X, [[0.9, 0.2], [-0.3, 1.1]], (0.33, -0.21), order=order, mode=mode)
    if mode in ("constant", "nearest", "reflect") and order in (0, 1, 3):
        check("zoom", X, 1.7, order=order, mode=mode)
        check("rotate", X, 30.0, order=order, mode=mode)
        check("rotate", rng.normal(size=(3, 2, 4)), 20.0, (0, 2), False, order=order, mode=mode)
    if mode.startswith("grid"):
        check("zoom", X, (0.7, 2.3), order=order, mode=mode, grid_mode=True)


@pytest.mark.parametrize("order", range(2, 6))
def test_coefficients(order):
    for mode in MODES:
        for axis in (0, 1):
            check("spline_filter1d", X, order, axis, mode=mode)
        check("spline_filter", X, order, mode=mode)
        check("spline_filter1d", X[:, :1], order, mode=mode)
        check("spline_filter1d", X[:, :2], order, mode=mode)
        # of a mirrored line, as of its repetition
        whole = np.concatenate([LINE[:5], LINE[4::-1]])
        periodic = ndimage.spline_filter1d(whole, order, mode="grid-wrap")[:5]
        np.testing.assert_allclose(
            ndimage.spline_filter1d(LINE[:5], order, mode="reflect"), periodic, 1e-12, 1e-13
        )
    check("spline_filter1d", X, 1)
    check("spline_filter", X, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.int32, np.complex128, np.complex64])
def test_dtypes(dtype):
    x = (10 * X).astype(dtype) * (1 - 2j if np.dtype(dtype).kind == "c" else 1)
    x = x.astype(dtype)
    check("correlate1d", x, WEIGHTS[:, 0])
    check("correlate1d", x, WEIGHTS[:, 0] * (1 + 2j))
    check("convolve", x, WEIGHTS)
    check("correlate", x, WEIGHTS * 1j)
    check("gaussian_filter", x, 0.9)
    check("uniform_filter", x, 3)
    check("sobel", x)
    check("laplace", x, output=np.float64 if np.dtype(dtype).kind != "c" else None)
    check("map_coordinates", x, X[:2] + 2, order=1)
    check("map_coordinates", x, X[:2] + 2, order=3)
    if np.dtype(dtype).kind != "c":
        check("maximum_filter", x, 3)
        check("median_filter", x, 3)
        check("spline_filter", x)
    else:
        check("maximum_filter", x, 3)
        check("median_filter", x, 3)


def test_what_is_given_is_stored_in_out():
    for name, *args in (
        ("gaussian_filter", 1.0),
        ("correlate1d", [1.0, 2.0]),
        ("maximum_filter", 3),
    ):
        out = np.zeros_like(X)
        assert getattr(ndimage, name)(X, *args, output=out).shape == X.shape
        np.testing.assert_allclose(out, getattr(scipy.ndimage, name)(X, *args), 1e-13)
    check("gaussian_filter", X, 1.0, output=np.float32)
    check("gaussian_filter", X[:0], 1.0)
    check("maximum_filter", X[:0], 3)


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "match"),
    [
        ("correlate1d", (X, []), {}, r"weights is \(0,\)"),
        ("correlate1d", (X, WEIGHTS), {}, r"weights is \(3, 2\)"),
        ("correlate1d", (1.0, [1.0]), {}, r"input is \(\)"),
        ("correlate1d", (X, [1.0, 1.0]), {"origin": 1}, "origin is 1 and there are 2 weights"),
        ("correlate1d", (X, [1.0]), {"mode": "nothing"}, "mode is 'nothing'; one of reflect"),
        ("correlate", (X, LINE), {}, r"weights is \(11,\) and there are 2 axes"),
        ("gaussian_filter", (X, [1.0, 2.0, 3.0]), {}, "sigma has 3 entries and there are 2 axes"),
        ("gaussian_filter", (X, 1.0), {"order": -1}, "order is -1"),
        ("gaussian_filter", (X, 1.0), {"radius": -1}, "radius is -1"),
        ("uniform_filter1d", (X, 0), {}, "size is 0"),
        ("maximum_filter", (X,), {}, "neither size nor footprint"),
        ("maximum_filter", (X,), {"footprint": np.zeros((2, 2))}, "0 neighbours"),
        ("rank_filter", (X, 9, 3), {}, "rank is 9 of 9"),
        ("percentile_filter", (X, 101, 3), {}, "percentile is 101"),
        ("map_coordinates", (X, LINE[None]), {}, r"coordinates is \(1, 11\)"),
        ("map_coordinates", (X, LINE[:2]), {}, r"coordinates is \(2,\)"),
        ("map_coordinates", (X, X[:2] * 1j), {}, "coordinates is complex128"),
        ("map_coordinates", (X, X[:2]), {"order": 6}, "order is 6; one of 0 to 5"),
        ("map_coordinates", (X, X[:2]), {"mode": "off"}, "mode is 'off'"),
        ("affine_transform", (X, np.eye(3)[:2, :2] * np.ones((1, 2, 2))), {}, "matrix is"),
        ("affine_transform", (X, np.ones((3, 3))), {}, "the last row of matrix"),
        ("shift", (X, [1.0]), {}, "shift has 1 entries"),
        ("rotate", (LINE, 10.0), {}, "two different ones"),
    ],
)
def test_what_is_refused(name, args, kwargs, match):
    assert isinstance(outcome(getattr(scipy.ndimage, name), *args, **kwargs), Exception)
    with pytest.raises((TypeError, ValueError), match=f"{name}: .*{match}"):
        getattr(ndimage, name)(*args, **kwargs)


PLACES = np.stack([rng.uniform(-2, 6, 5), rng.uniform(-3, 9, 5)])
# Functions of the operands to differentiate.
FUNCTIONS = {
    "correlate1d": (lambda x, w: ndimage.correlate1d(x, w, 0), (X, WEIGHTS[:, 0])),
    "correlate1d, filled": (
        lambda x, c: ndimage.correlate1d(x, WEIGHTS[0], mode="constant", cval=c),
        (X, np.array(0.4)),
    ),
    "convolve": (lambda x, w: ndimage.convolve(x, w, mode="mirror"), (X, WEIGHTS)),
    "correlate, complex": (ndimage.correlate, (X, WEIGHTS * (1 + 2j))),
    "gaussian_filter": (lambda x, s: ndimage.gaussian_filter(x, s, radius=3), (X, np.array(0.8))),
    "gaussian_filter1d": (
        lambda s: ndimage.gaussian_filter1d(LINE, s, order=2, radius=4),
        (np.array(1.05),),
    ),
    "gaussian_laplace": (
        lambda x, s: ndimage.gaussian_laplace(x, s, radius=3),
        (X, np.array(0.81)),
    ),
    "gaussian_gradient_magnitude": (lambda x: ndimage.gaussian_gradient_magnitude(x, 1.0), (X,)),
    "uniform_filter": (lambda x: ndimage.uniform_filter(x, 3, mode="wrap"), (X,)),
    "sobel": (lambda x: ndimage.sobel(x) ** 2, (X,)),
    "laplace": (lambda x: ndimage.laplace(x) ** 2, (X,)),
    "maximum_filter": (lambda x: ndimage.maximum_filter(x, 3), (X,)),
    "median_filter": (lambda x: ndimage.median_filter(x, (2, 3)), (X,)),
    "rank_filter": (lambda x: ndimage.rank_filter(x, 1, footprint=WEIGHTS > -9), (X,)),
    "spline_filter": (lambda x: ndimage.spline_filter(x, 4, mode="grid-wrap"), (X,)),
    "shift": (
        lambda x, s: ndimage.shift(x, np.stack([s, 2 * s]), mode="mirror"),
        (X, np.array(0.7)),
    ),
    "rotate": (
        lambda x, a: ndimage.rotate(x, a, reshape=False, mode="nearest"),
        (X, np.array(20.0)),
    ),
    "affine_transform": (
        lambda x, m, o: ndimage.affine_transform(x, m, o, order=1, mode="reflect"),
        (X, np.array([[0.9, 0.23], [-0.31, 1.07]]), np.array([0.37, -0.23])),
    ),
    "zoom": (lambda x: ndimage.zoom(x, 1.5), (X,)),
    **{
        f"map_coordinates, {order}, {mode}": (
            lambda x, at, c, order=order, mode=mode: ndimage.map_coordinates(
                x, at, order=order, mode=mode, cval=c
            ),
            (X, PLACES, np.array(0.5)),
        )
        for order, mode in (
            (0, "nearest"),
            (1, "constant"),
            (1, "wrap"),
            (2, "mirror"),
            (3, "reflect"),
            (3, "grid-wrap"),
            (3, "grid-constant"),
            (5, "nearest"),
        )
    },
}


@pytest.mark.parametrize(("f", "operands"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_derivatives(f, operands):
    wg.testing.check_grads(f, operands)


@pytest.mark.parametrize(("f", "operands"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_batches(f, operands):
    many = [np.stack([x, 0.98 * x]) for x in operands]
    want = np.stack([f(*[x[i] for x in many]) for i in range(2)])
    np.testing.assert_allclose(wg.vmap(f)(*many), want, atol=1e-12)


def test_slopes_on_elements():
    """On an element the derivative is that to its right, and at the end of a line that of its last piece."""
    y = np.array([1.0, 2.0, 4.0, 8.0])
    at = np.arange(4.0)
    slopes = {
        "constant": [1, 2, 4, 4],
        "nearest": [1, 2, 4, 0],
        "mirror": [1, 2, 4, -4],
        "reflect": [1, 2, 4, 0],
        "grid-wrap": [1, 2, 4, -7],
        "wrap": [1, 2, 4, 4],
        "grid-constant": [1, 2, 4, -8],
    }
    for mode, want in slopes.items():
        f = lambda x, mode=mode: ndimage.map_coordinates(y, x[None], order=1, mode=mode)
        np.testing.assert_allclose(np.diag(wg.jacobian(f)(at)), want, err_msg=mode)
    outside = lambda x: ndimage.map_coordinates(y, x[None], order=1, mode="constant", cval=5.0)
    np.testing.assert_array_equal(outside(np.array([-1e-9, 3 + 1e-9])), 5)
    np.testing.assert_array_equal(wg.jacobian(outside)(np.array([-1e-9, 3 + 1e-9])), 0)


def test_a_cubic_spline_is_smooth_on_elements():
    """Both sides of an element agree in two derivatives, which those of the exact spline are."""
    y = np.cos(np.arange(20) * np.pi / 19 * 3)  # mirrors itself at its ends
    f = lambda x: ndimage.map_coordinates(y, wnp.reshape(x, (1, 1)), mode="mirror")[0]
    for x in (5.0, 7.0):
        values = [[g(x + h) for h in (-1e-9, 0.0, 1e-9)] for g in (wg.grad(f), wg.grad(wg.grad(f)))]
        for three in values:
            np.testing.assert_allclose(three, three[1], atol=1e-8)
    slope = -np.sin(5.0 * np.pi / 19 * 3) * np.pi / 19 * 3
    np.testing.assert_allclose(wg.grad(f)(5.0), slope, rtol=2e-3)


def test_ties_share():
    f = lambda x: np.sum(ndimage.maximum_filter(x, 3, mode="wrap"))
    np.testing.assert_allclose(wg.grad(f)(np.ones(4)), np.ones(4))


def test_the_width_of_a_gaussian_against_the_heat_equation():
    """d/ds of a Gaussian of width s is s times its second derivative, up to what sampling changes."""
    x = np.exp(-0.5 * ((np.arange(60) - 30) / 5.0) ** 2)
    f = lambda s: ndimage.gaussian_filter1d(x, s, truncate=8.0)
    second = scipy.ndimage.gaussian_filter1d(x, 3.0, order=2, truncate=8.0)
    np.testing.assert_allclose(wg.jacfwd(f)(3.0), 3.0 * second, atol=1e-9)


def test_widths_that_differ_in_a_batch_need_a_radius():
    f = lambda s: ndimage.gaussian_filter1d(LINE, s)
    with pytest.raises(TypeError, match="differs between examples"):
        wg.vmap(f)(np.array([1.0, 2.0]))
    f = lambda s: ndimage.gaussian_filter1d(LINE, s, radius=4)
    want = [scipy.ndimage.gaussian_filter1d(LINE, s, radius=4) for s in (1.0, 2.0)]
    np.testing.assert_allclose(wg.vmap(f)(np.array([1.0, 2.0])), want)


def test_nothing_is_silent_at_nan():
    at = np.array([[np.nan, 1.5]])
    for order in (0, 1, 3):
        got = ndimage.map_coordinates(LINE, at, order=order)
        assert np.isnan(got[0])
        assert np.isfinite(got[1])


def test_every_function_is_documented_and_has_scipys_signature():
    for name in ndimage.__all__:
        function = getattr(ndimage, name)
        for section in ("Parameters\n", "Returns\n", "Examples\n"):
            assert section in function.__doc__, (name, section)
        want = inspect.signature(getattr(scipy.ndimage, name)).parameters
        ours = [n for n in inspect.signature(function).parameters if n != "axes" or n in want]
        assert ours == list(want), name
