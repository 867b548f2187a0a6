"""``wengert.scipy.interpolate`` against ``scipy.interpolate``: values, shapes and errors; derivatives."""

import inspect
import itertools

import numpy as np
import pytest
import scipy.interpolate

import wengert as wg
import wengert.numpy as wnp
from wengert.scipy import interpolate

rng = np.random.default_rng(6)


@pytest.fixture(autouse=True)
def draws_begin_anew():
    """Draw the same in a test, whichever ran before."""
    rng.bit_generator.state = np.random.default_rng(6).bit_generator.state


AT = np.array([-0.5, 0.0, 0.1, 0.9, 1.3, 2.2, 3.0, 3.7, 4.4, 5.5, 6.0, 7.5])
SHAPES = [(), (2,), (2, 3)]


def outcome(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except (TypeError, ValueError, IndexError, NotImplementedError) as error:
        return error


def places(n):
    x = np.sort(rng.uniform(0.3, 5.7, n))
    x[[0, -1]] = 0, 6
    return x


def same(got, want, tolerance=1e-10):
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, tolerance, tolerance)


def both(name, *args, **kwargs):
    """Make one of ours and one of SciPy's, or None where both fail."""
    want = outcome(getattr(scipy.interpolate, name), *args, **kwargs)
    got = outcome(getattr(interpolate, name), *args, **kwargs)
    if isinstance(want, Exception):
        assert isinstance(got, Exception), (want, got)
        return None
    if isinstance(got, Exception):
        raise got
    return got, want


def compare_pieces(got, want):
    for nu in range(5):
        same(got(AT, nu), want(AT, nu), 1e-9)
    same(got.derivative()(AT), want.derivative()(AT), 1e-9)
    same(got.antiderivative(2)(AT), want.antiderivative(2)(AT), 1e-9)
    for a, b in ((0.3, 4.0), (5.0, -2.0), (-9.0, 17.0)):
        same(got.integrate(a, b), want.integrate(a, b), 1e-9)


ENDS = ["not-a-knot", "natural", "clamped", "periodic", ("not-a-knot", "natural"), "values"]


@pytest.mark.parametrize("bc", ENDS, ids=str)
def test_cubic_splines(bc):
    for n, shape in itertools.product((2, 3, 4, 5, 9), SHAPES):
        x, y = places(n), rng.normal(size=(n, *shape))
        ends = ((1, rng.normal(size=shape)), (2, rng.normal(size=shape))) if bc == "values" else bc
        if bc == "periodic":
            y[-1] = y[0]
        compare_pieces(*both("CubicSpline", x, y, bc_type=ends))
        for beyond in (True, False, "periodic"):
            got, want = both("CubicSpline", x, y, bc_type=ends, extrapolate=beyond)
            same(got(AT), want(AT))
            same(got(AT, extrapolate=False), want(AT, extrapolate=False))
    got, want = both("CubicSpline", x, np.moveaxis(y, 0, 1), 1, bc_type=ends)
    same(got(AT.reshape(3, 4)), want(AT.reshape(3, 4)))
    same(got(1.5), want(1.5))
    got, want = both("CubicSpline", x, y * (1 + 2j))
    same(got(AT), want(AT))


@pytest.mark.parametrize("name", ["PchipInterpolator", "Akima1DInterpolator", "CubicHermiteSpline"])
def test_other_cubics(name):
    for n, shape in itertools.product((2, 3, 4, 9), SHAPES):
        if n == 2 and name[0] == "A":
            continue  # of which SciPy's made a cubic before they made a line
        x, y = places(n), rng.normal(size=(n, *shape))
        more = (2 * y,) if name == "CubicHermiteSpline" else ()
        for values in (y, np.round(y), np.sort(y, 0)):
            got, want = both(name, x, values, *more, extrapolate=True)
            same(got(AT), want(AT))
            same(got(AT, 1), want(AT, 1))
        got, want = both(name, x, y, *more)
        same(got(AT), want(AT))


def test_the_modified_akima():
    line = interpolate.Akima1DInterpolator([0.0, 6.0], [1.0, 2.0])
    same(line(AT[1:-1]), 1 + AT[1:-1] / 6)
    for n in (3, 7):
        x, y = places(n), np.round(rng.normal(size=n))
        got, want = both("Akima1DInterpolator", x, y, method="makima", extrapolate=True)
        same(got(AT), want(AT))


KINDS = [
    "linear",
    "nearest",
    "nearest-up",
    "previous",
    "next",
    "zero",
    "slinear",
    "quadratic",
    "cubic",
    2,
    4,
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_kinds(kind):
    halves = np.concatenate([AT, np.arange(0, 6.5, 0.5)])
    for n, shape in itertools.product((1, 3, 7), SHAPES):
        x = np.arange(n) * (6 / max(n - 1, 1)) if n == 7 else places(n) if n > 1 else np.zeros(1)
        y = rng.normal(size=(*shape, n))
        for kwargs in (
            {"fill_value": "extrapolate"},
            {"bounds_error": False},
            {"bounds_error": False, "fill_value": (1.0, 2.0)},
            {"bounds_error": False, "fill_value": np.ones(shape)},
        ):
            if n == 1 and kind in ("linear", "zero", "next", "previous", "nearest", "nearest-up"):
                continue  # of which SciPy fails in some
            pair = both("interp1d", x[::-1], y[..., ::-1], kind, **kwargs)
            if pair is not None:
                same(pair[0](halves), pair[1](halves), 1e-9)
    same(*[f(AT[1:3]) for f in both("interp1d", x, np.moveaxis(y, -1, 0), kind, 0)])
    f = interpolate.interp1d(x, y, kind)
    with pytest.raises(ValueError, match=r"outside of \[0\.0, 6\.0\]; bounds_error=False"):
        f(6.1)


@pytest.mark.parametrize("k", range(6))
def test_splines_through_samples(k):
    ends = [None, "not-a-knot", "natural", "clamped", ("natural", None)]
    for n, shape in itertools.product((2, 4, 9), SHAPES):
        x, y = places(n), rng.normal(size=(n, *shape))
        values = ([(1, y[0])], [(2, y[1])])
        for bc in (*ends, values):
            pair = both("make_interp_spline", x, y, k, bc_type=bc)
            if pair is None:
                continue
            got, want = pair
            for nu in range(k + 2):
                same(got(AT, nu), want(AT, nu), 1e-7)
            same(got(AT, extrapolate="periodic"), want(AT, extrapolate="periodic"), 1e-8)
            if k:
                same(got.derivative()(AT), want.derivative()(AT), 1e-7)
                same(got.antiderivative(2)(AT), want.antiderivative(2)(AT), 1e-8)
                for (a, b), beyond in itertools.product(
                    ((0.3, 4), (5, 2), (-9, 17)), (True, False, "periodic")
                ):
                    same(got.integrate(a, b, beyond), want.integrate(a, b, beyond), 1e-7)
    steps = interpolate.make_interp_spline(x, y, 0)
    widths = np.diff(x).reshape(-1, *[1] * (y.ndim - 1))
    same(steps.integrate(0.0, 6.0), np.sum(y[:-1] * widths, 0))


def test_sums_of_b_splines():
    t = np.array([0, 0.5, 1, 2, 3, 4, 4, 4.5, 5, 6, 7, 7.5])
    for k, shape in itertools.product(range(4), SHAPES):
        c = rng.normal(size=(12 - k - 1, *shape))
        for beyond in (True, False, "periodic"):
            got, want = both("BSpline", t, c, k, beyond)
            for nu in range(min(k, 2) + 1):
                same(got(AT, nu), want(AT, nu))
    got, want = both("BSpline", t, np.moveaxis(c, 0, 2), 3, axis=2)
    same(got(AT.reshape(3, 4)), want(AT.reshape(3, 4)))
    element, theirs = (
        m.BSpline.basis_element([0, 1, 2, 3.5, 4]) for m in (interpolate, scipy.interpolate)
    )
    same(element(AT), theirs(AT))
    assert got.tck[2] == 3
    custom = both(
        "make_interp_spline", AT[1:8], AT[1:8] ** 2, 3, np.r_[[0.0] * 4, 0.5, 1.0, 2.5, [4.0] * 4]
    )
    same(custom[0](AT[1:8]), custom[1](AT[1:8]))


def test_polynomials_in_pieces():
    for shape, k in itertools.product(SHAPES, (0, 1, 3)):
        c, x = rng.normal(size=(k + 1, 4, *shape)), np.array([0.0, 1.0, 2.5, 4.0, 6.0])
        for beyond in (True, False, "periodic"):
            got, want = both("PPoly", c, x, beyond)
            compare_pieces(got, want)
    got, want = both("PPoly", np.moveaxis(c, (0, 1), (1, 2)), x, axis=1)
    same(got(AT.reshape(3, 4)), want(AT.reshape(3, 4)))
    same(got.derivative()(AT), want.derivative()(AT))


GRID = (np.array([0.0, 1.0, 2.5, 4.0, 5.0, 7.0]), np.array([6.5, 5.0, 4.0, 3.0, 2.0, 0.0]))
INSIDE, AROUND = rng.uniform(0.1, 6.4, (12, 2)), rng.uniform(-1, 8, (20, 2))


@pytest.mark.parametrize("method", ["linear", "nearest", "slinear", "cubic", "quintic"])
def test_grids(method):
    legacy = f"{method}_legacy" if method in ("slinear", "cubic", "quintic") else method
    if legacy not in scipy.interpolate.RegularGridInterpolator._ALL_METHODS:
        legacy = method  # of earlier ones, which did not iterate
    for shape in SHAPES[:2]:
        values = rng.normal(size=(6, 6, *shape))
        for fill_value in (np.nan, None, 3.0):
            kwargs = {"bounds_error": False, "fill_value": fill_value}
            got = interpolate.RegularGridInterpolator(GRID, values, method, **kwargs)
            want = scipy.interpolate.RegularGridInterpolator(GRID, values, legacy, **kwargs)
            for xi in (AROUND, INSIDE.reshape(3, 4, 2), INSIDE[0], tuple(INSIDE.T)):
                same(got(xi), want(xi), 1e-8)
            lost = got(np.array([[np.nan, 1.0], [1.0, 1.0]]))
            assert np.isnan(np.asarray(lost[0])).all()
            assert not np.isnan(np.asarray(lost[1])).any()
    got = interpolate.interpn(GRID, values, INSIDE, method)
    same(got, scipy.interpolate.interpn(GRID, values, INSIDE, legacy), 1e-8)
    with pytest.raises(ValueError, match="a place of xi lies outside of the grid"):
        interpolate.interpn(GRID, values, AROUND, method)
    line = interpolate.RegularGridInterpolator(GRID[:1], GRID[0] ** 2, method)
    assert line(INSIDE[:, 0]).shape == (12,)
    same(line(GRID[0][:, None]), GRID[0] ** 2)


def test_derivatives_of_splines_on_grids():
    values = rng.normal(size=(6, 6))
    f = interpolate.RegularGridInterpolator(GRID, values, "cubic")
    gradient = wg.vmap(wg.grad(lambda x: f(x)[0]))(INSIDE)
    same(np.stack([f(INSIDE, nu=nu) for nu in ((1, 0), (0, 1))], -1), gradient, 1e-9)


@pytest.mark.parametrize("n", [1, 2, 5, 20])
def test_one_polynomial(n):
    x = np.cos(np.arange(n) * np.pi / max(n - 1, 1)) * 3 + 3
    for shape in SHAPES:
        y = rng.normal(size=(n, *shape))
        got = interpolate.BarycentricInterpolator(x, y)
        same(got(x), y, 1e-9)
        inside = AT[1:-1]
        if n > 1:
            same(got(inside), scipy.interpolate.BarycentricInterpolator(x, y)(inside), 1e-8)
        same(interpolate.barycentric_interpolate(x, y, 2.0), got(2.0))
    if n == 5:
        polynomial = np.polynomial.Polynomial.fit(x, y[:, 0, 0], 4)
        f = lambda v: interpolate.barycentric_interpolate(x, y[:, 0, 0], v)
        for v in (x[2], 1.234):  # on a sample and between
            np.testing.assert_allclose(wg.grad(f)(v), polynomial.deriv()(v), rtol=1e-9)
            np.testing.assert_allclose(wg.grad(wg.grad(f))(v), polynomial.deriv(2)(v), rtol=1e-8)


@pytest.mark.parametrize("k", range(1, 6))
def test_splines_by_the_names_of_fitpack(k):
    x = np.linspace(0, 6, 9) + 0.1 * np.sin(np.arange(9) * np.pi / 8 * 6)
    x[-1], y = 6, rng.normal(size=9)
    for ext in (0, 1, 3, "zeros"):
        got, want = both("InterpolatedUnivariateSpline", x, y, k=k, ext=ext)
        for nu in range(k + 1):
            same(got(AT, nu), want(AT, nu), 1e-7)
        same(got(AT[1:-1].reshape(5, 2)), want(AT[1:-1].reshape(5, 2)), 1e-8)
        same(got.integral(-2.0, 4.5), np.asarray(want.integral(-2.0, 4.5)), 1e-8)
        same(got.get_knots(), want.get_knots())
        inside = AT[1:-2]
        same(got.derivative()(inside), want.derivative()(inside), 1e-7)
        if k < 5:
            same(got.antiderivative()(inside), want.antiderivative()(inside), 1e-8)
    with pytest.raises(ValueError, match="outside of"):
        got(AT, ext=2)
    z = rng.normal(size=(9, 8))
    got, want = both("RectBivariateSpline", x, np.arange(8.0), z, kx=k, ky=3)
    lines = np.sort(AT), np.array([-1.0, 0.5, 3.3, 7.0, 9.0])
    same(got(*lines), want(*lines), 1e-8)
    same(
        got(lines[0][1:-1], lines[1][1:-1], min(1, k - 1), 2),
        want(lines[0][1:-1], lines[1][1:-1], min(1, k - 1), 2),
        1e-7,
    )
    pairs = rng.uniform(0, 6, (2, 3, 4))
    same(got.ev(*pairs), want.ev(*pairs), 1e-8)
    same(
        got(*pairs, dx=min(1, k - 1), grid=False), want(*pairs, dx=min(1, k - 1), grid=False), 1e-7
    )
    for f in (
        lambda x, z, at: interpolate.RectBivariateSpline(x, np.arange(8.0), z, kx=k).ev(
            at, at + 0.1
        ),
        lambda x, z, at: interpolate.RectBivariateSpline(x, np.arange(8.0), z, kx=k)(at, at),
        lambda x, z, at: interpolate.InterpolatedUnivariateSpline(x, z[:, 0], k=k, ext=3)(at),
    ):
        wg.testing.check_grads(f, (x, z, np.array([0.47, 2.33, 5.71])), order=1)


@pytest.mark.parametrize("k", range(1, 6))
def test_knots_and_coefficients(k):
    x, y = places(9), rng.normal(size=9)
    got, want = both("splrep", x, y, k=k)
    splines = [(got, want)]
    for name, order in (("splder", 1), ("splantider", 1), ("splantider", 2)):
        splines.append(both(name, want, order) if name == "splder" or k + order <= 5 else None)
    for ours, theirs in filter(None, splines):
        assert ours[2] == theirs[2]
        for part, other in zip(ours[:2], theirs[:2], strict=True):
            same(part, other, 1e-8)
        for ext, der in itertools.product((0, 1, 3), range(min(theirs[2], 3) + 1)):
            same(*both("splev", AT, theirs, der, ext), 1e-7)
        got, want = both("splint", -1.0, 4.2, theirs)
        assert got.item() == pytest.approx(want)
    wg.testing.check_grads(
        lambda x, y, at: interpolate.splev(at, interpolate.splrep(x, y, k=k)), (X, Y, V), order=1
    )


@pytest.mark.parametrize("k", range(7))
def test_splines_that_repeat(k):
    for n, axis in itertools.product((3, 5, 6, 9, 14), (0, 1)):
        x, y = places(n), rng.normal(size=(n, 2))
        y[-1] = y[0]
        if found := both(
            "make_interp_spline", x, y if axis == 0 else y.T, k, None, "periodic", axis
        ):
            got, want = found
            same(got.t, want.t)
            same(got(AT), want(AT), 1e-8)
            same(got(AT, min(k, 2)), want(AT, min(k, 2)), 1e-6)
    assert both("make_interp_spline", X, Y, k, None, "periodic") is None  # the ends differ
    if k > 1:
        f = lambda x, y, at: interpolate.make_interp_spline(
            x, np.concatenate([y[:-1], y[:1]]), k, bc_type="periodic"
        )(at)
        wg.testing.check_grads(f, (X, Y, V + 4), order=1)


@pytest.mark.parametrize("lam", [0, 1e-3, 0.1, 30.0])
def test_splines_that_smooth(lam):
    x, y, w = places(12), rng.normal(size=(12, 2)), rng.uniform(0.3, 2, 12)
    for weights, axis in itertools.product((None, w), (0, 1)):
        got = interpolate.make_smoothing_spline(x, y if axis == 0 else y.T, weights, lam, axis=axis)
        for k in range(2):  # SciPy before 1.16 takes one column at a time
            want = scipy.interpolate.make_smoothing_spline(x, y[:, k], weights, lam)
            same(got.t, want.t)
            same(got(AT)[..., k] if axis == 0 else got(AT)[k], want(AT), 1e-6)
    f = lambda x, y, w, lam: interpolate.make_smoothing_spline(x, y, w, lam)(V)
    wg.testing.check_grads(f, (X, Z, w[:7], lam + 0.1), order=1)


def test_what_splines_by_fitpack_refuse():
    for make in (
        lambda: interpolate.splrep(X, Y, s=1.0),
        lambda: interpolate.splrep(X, Y, w=np.ones(7)),
        lambda: interpolate.splrep(X, Y, per=1),
        lambda: interpolate.splrep(X, Y, k=6),
        lambda: interpolate.splrep(X, Y, full_output=1),
        lambda: interpolate.splev(0.5, interpolate.splrep(X, Y), 4),
        lambda: interpolate.splev(9.0, interpolate.splrep(X, Y), ext=2),
        lambda: interpolate.splev(0.5, (X, Z, 3)),
        lambda: interpolate.make_smoothing_spline(X, Y, lam=-1.0),
        lambda: interpolate.make_smoothing_spline(X, Y, -np.ones(7), 1.0),
        lambda: interpolate.make_smoothing_spline(X[:4], Y[:4], lam=1.0),
    ):
        with pytest.raises(ValueError, match=r"needed|extrapolates"):
            make()
    for make in (
        lambda: interpolate.make_smoothing_spline(X, Y),
        lambda: interpolate.UnivariateSpline(X, Y),
    ):
        with pytest.raises(NotImplementedError, match="is None"):
            make()
    np.testing.assert_array_equal(
        interpolate.UnivariateSpline(X, Y, s=0)(V),
        interpolate.InterpolatedUnivariateSpline(X, Y)(V),
    )


X, Y, Z = np.array([0.0, 0.8, 1.9, 3.1, 4.0, 5.2, 6.0]), rng.normal(size=7), rng.normal(size=(7, 2))
V = np.array([0.37, 2.3, 5.77])


def knots_around(x):
    return np.concatenate([x[:1] - 2, x[:1] - 1, x, x[-1:] + 1])


# Functions of places of samples, their values and places.
FUNCTIONS = {
    **{
        f"interp1d, {kind}": lambda x, y, at, kind=kind: interpolate.interp1d(x, y, kind, 0)(at)
        for kind in ("linear", "nearest", "previous", "next", "quadratic", "cubic")
    },
    **{
        f"CubicSpline, {bc}": lambda x, y, at, bc=bc: interpolate.CubicSpline(x, y, bc_type=bc)(at)
        for bc in ("not-a-knot", "natural", "clamped")
    },
    "CubicSpline, periodic": lambda x, y, at: interpolate.CubicSpline(
        x, np.concatenate([y[:-1], y[:1]]), bc_type="periodic"
    )(at),
    "CubicSpline, derivative": lambda x, y, at: interpolate.CubicSpline(x, y)(at, 1),
    "CubicSpline, integral": lambda x, y, at: interpolate.CubicSpline(x, y).integrate(at[0], at[1]),
    "CubicSpline, slopes": lambda x, y, at: interpolate.CubicSpline(
        x, y, bc_type=((1, y[0] ** 2), (2, y[1] * 2))
    )(at),
    "pchip": lambda x, y, at: interpolate.PchipInterpolator(x, y)(at),
    "akima": lambda x, y, at: interpolate.Akima1DInterpolator(x, y)(at),
    "makima": lambda x, y, at: interpolate.Akima1DInterpolator(x, y, method="makima")(at),
    "hermite": lambda x, y, at: interpolate.CubicHermiteSpline(x, y, y**2)(at),
    **{
        f"make_interp_spline, {k}": lambda x, y, at, k=k: interpolate.make_interp_spline(x, y, k)(
            at
        )
        for k in (1, 3, 5)
    },
    "make_interp_spline, natural": lambda x, y, at: interpolate.make_interp_spline(
        x, y, bc_type="natural"
    )(at),
    "BSpline": lambda x, y, at: interpolate.BSpline(knots_around(x), y, 2)(at, 1),
    "BSpline, integral": lambda x, y, at: interpolate.BSpline(knots_around(x), y, 2).integrate(
        at[0], at[1]
    ),
    "barycentric": lambda x, y, at: interpolate.BarycentricInterpolator(x, y)(at),
    **{
        f"grid, {method}": lambda x, y, at, method=method: interpolate.RegularGridInterpolator(
            (x, GRID[0]),
            y[:, None] * np.cos(GRID[0])[:, None] if y.ndim > 1 else np.outer(y, np.cos(GRID[0])),
            method,
        )(np.stack([at, at[::-1] + 0.1], -1))
        for method in ("linear", "nearest", "cubic")
    },
}
each = pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)


@each
def test_derivatives(f):
    wg.testing.check_grads(f, (X, Y, V))
    wg.testing.check_grads(f, (X, Z, V), order=1)


@each
def test_batches(f):
    many = [np.stack([v, v * 1.01 + 0.01]) for v in (X, Y, V)]
    want = np.stack([np.asarray(f(*[v[i] for v in many])) for i in range(2)])
    np.testing.assert_allclose(wg.vmap(f)(*many), want, atol=1e-11)
    shared = wg.vmap(f, (None, None, 0))(X, Y, many[2])
    np.testing.assert_allclose(
        shared, np.stack([np.asarray(f(X, Y, v)) for v in many[2]]), atol=1e-11
    )


def test_slopes_on_samples_are_those_to_the_right():
    x, y = np.arange(4.0), np.array([1.0, 2.0, 4.0, 8.0])
    for f in (
        interpolate.interp1d(x, y),
        interpolate.interp1d(x, y, "slinear"),
        interpolate.make_interp_spline(x, y, 1),
        lambda at: interpolate.RegularGridInterpolator((x,), y)(at[:, None]),
        lambda at: wnp.interp(at, x, y),
    ):
        np.testing.assert_allclose(np.diag(wg.jacobian(f)(x)), [1, 2, 4, 4])


def test_nothing_outside_has_a_derivative():
    for f in (
        interpolate.interp1d(X, Y, bounds_error=False, fill_value=0.5),
        interpolate.interp1d(X, Y, "cubic", bounds_error=False),
        interpolate.CubicSpline(X, Y, extrapolate=False),
        interpolate.BSpline(np.arange(11.0), Y, 3, extrapolate=False),
    ):
        np.testing.assert_array_equal(wg.jacobian(f)(np.array([-2.0, 99.0])), 0)
    fill = lambda v: interpolate.interp1d(X, Y, bounds_error=False, fill_value=(v, 2 * v))(
        np.array([-1.0, 7.0])
    )
    np.testing.assert_array_equal(wg.jacobian(fill)(1.0), [1, 2])


def test_flat_samples_give_no_nan():
    """Harmonic means of slopes of 0, and weights that all vanish, are not divided."""
    y = np.array([1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0])
    for name, kwargs in (
        ("PchipInterpolator", {}),
        ("Akima1DInterpolator", {}),
        ("Akima1DInterpolator", {"method": "makima"}),
    ):
        f = lambda y, name=name, kwargs=kwargs: getattr(interpolate, name)(X, y, **kwargs)(V)
        for values in (y, np.ones(7), np.zeros(7), X):
            assert np.isfinite(wg.jacobian(f)(values)).all()
            assert np.isfinite(wg.jacobian(wg.jacobian(f))(values)).all()
    # a line stays a line
    f = interpolate.PchipInterpolator(X, 2 * X)
    np.testing.assert_allclose(np.diag(wg.jacobian(f)(V)), 2, rtol=1e-13)


def test_a_spline_of_a_polynomial_is_it():
    """In every derivative, on a knot as between."""
    x = places(9)
    spline = interpolate.make_interp_spline(x, x**4 - x**2, 5)
    for v in (x[3], 2.345, 6.0):
        f, want = spline, np.polynomial.Polynomial([0, 0, -1, 0, 1])
        for _ in range(4):
            np.testing.assert_allclose(f(v), want(v), rtol=1e-7, atol=1e-6)
            f, want = wg.grad(f), want.deriv()


def test_the_coefficients_take_time_proportional_to_their_number():
    """No matrix of all samples is made: 20,000 of them would take 3 GB."""
    n = 20_000
    x = np.linspace(0, 1, n)
    f = lambda y: interpolate.CubicSpline(x, y)(0.5) + interpolate.make_interp_spline(x, y, 5)(0.5)
    gradient = wg.grad(f)(np.sin(x))
    assert gradient.shape == (n,)
    np.testing.assert_allclose(np.sum(gradient), 2, rtol=1e-9)  # of what reproduces constants


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "match"),
    [
        ("CubicSpline", ([0.0], [1.0]), {}, r"x is \(1,\) and y is \(1,\)"),
        ("CubicSpline", (X, Y[:3]), {}, r"x is \(7,\) and y is \(3,\)"),
        ("CubicSpline", (X[::-1], Y), {}, "x does not ascend"),
        ("CubicSpline", (X, Y * np.nan), {}, "y holds a number that is not finite"),
        ("CubicSpline", (X * 1j, Y), {}, "x is complex128"),
        ("CubicSpline", (X, Y), {"bc_type": "loose"}, "bc_type holds 'loose'"),
        ("CubicSpline", (X, Y), {"bc_type": "periodic"}, "first and last of y differ"),
        ("CubicSpline", (X, Y), {"bc_type": ("periodic", "natural")}, "for both or none"),
        ("CubicSpline", (X, Y), {"bc_type": ((1, [0.0, 1.0]), (1, 0.0))}, r"is \(2,\); \(\)"),
        ("PchipInterpolator", (X, Y * 1j), {}, "y is complex128"),
        ("CubicHermiteSpline", (X, Y, Y[:3]), {}, r"dydx is \(3,\)"),
        ("interp1d", (X, Y[:3]), {}, r"y is \(3,\)"),
        ("interp1d", (X, Y, "sharp"), {}, "kind is 'sharp'"),
        ("interp1d", (X[:3], Y[:3], "cubic"), {}, "N >= 4"),
        ("BSpline", (X, Y, 3), {}, r"t is \(7,\), c is \(7,\) and k is 3"),
        ("BSpline", (X[::-1], Y, 2), {}, "t is not in order"),
        ("make_interp_spline", (X, Y[:3]), {}, r"x is \(7,\), y has 3"),
        ("make_interp_spline", (X[::-1], Y), {}, "x does not ascend"),
        ("make_interp_spline", (X, Y, 1), {"bc_type": "natural"}, "k is 1"),
        ("make_interp_spline", (X, Y, 5), {"bc_type": "natural"}, "bc_type has 2 derivatives; 4"),
        ("make_interp_spline", (X, Y), {"t": X}, "there are 7 samples, t is"),
        ("PPoly", (np.ones((2, 3)), X), {}, r"c is \(2, 3\) and x is \(7,\)"),
        ("RegularGridInterpolator", ((X, X), Z), {}, r"lengths \(7, 7\) and values is \(7, 2\)"),
        ("RegularGridInterpolator", ((Y,), X), {}, r"points\[0\] neither ascends nor descends"),
        ("RegularGridInterpolator", ((X,), Y, "wild"), {}, "method is 'wild'"),
        ("BarycentricInterpolator", (X, Y[:3]), {}, r"yi is \(3,\)"),
    ],
)
def test_what_is_refused(name, args, kwargs, match):
    assert isinstance(outcome(getattr(scipy.interpolate, name), *args, **kwargs), Exception)
    with pytest.raises((TypeError, ValueError), match=f"{name}: .*{match}"):
        getattr(interpolate, name)(*args, **kwargs)


def test_what_is_not_there_says_so():
    with pytest.raises(ValueError, match="bc_type is 'periodic'; the last value must be the first"):
        interpolate.make_interp_spline(X, Y, bc_type="periodic")
    with pytest.raises(ValueError, match="7 places along axis 0; 8 are needed"):
        interpolate.RegularGridInterpolator((X,), Y, "linear")._spline([V], 7, [0])


def test_every_function_is_documented_and_has_scipys_signature():
    for name in interpolate.__all__:
        function = getattr(interpolate, name)
        for section in ("Parameters\n", "Examples\n"):
            assert section in function.__doc__, (name, section)
        want = [*inspect.signature(getattr(scipy.interpolate, name)).parameters]
        ours = [*inspect.signature(function).parameters]
        shared = min(len(ours), len(want))  # later ones have more
        assert ours[:shared] == want[:shared], (name, ours, want)
