"""Programs that interpolate, filter, measure distances and turn, against what is known of them otherwise."""

import numpy as np
import pytest
import scipy.interpolate
import scipy.spatial
import scipy.stats

import wengert as wg
import wengert.numpy as wnp
from wengert.scipy import interpolate, ndimage
from wengert.scipy.spatial import distance
from wengert.scipy.spatial.transform import Rotation

rng = np.random.default_rng(12)


@pytest.fixture(autouse=True)
def draws_begin_anew():
    """Draw the same in a test, whichever ran before."""
    rng.bit_generator.state = np.random.default_rng(12).bit_generator.state


def close(got, want, tolerance=1e-9):
    np.testing.assert_allclose(got, want, tolerance, tolerance)


def slope(f, x, h=1e-5):
    """Central differences of what SciPy computes."""
    columns = [
        (f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size).reshape(-1, *x.shape)
    ]
    return np.stack(columns, -1).reshape(*np.shape(columns[0]), *x.shape)


@pytest.mark.parametrize("size", [0.0, 5e-324, 1e-300, 1e-45, 1e-12])
def test_fractional_distances_of_nearly_equal_elements(size):
    """The derivative of |d|^p is unbounded at 0 for p < 1, and was nan where its power underflowed."""
    x = np.array([[1.0, 0.0, 3.0], [0.0, 0.0, 0.0]])
    y = np.array([[0.5, size, 3.0]])
    gradient = wg.grad(lambda x: np.sum(distance.cdist(x, y, "minkowski", p=0.5)))(x)
    assert not np.isnan(gradient).any()
    if size in (0.0, 1e-12):
        want = 0.0 if size == 0 else -(np.sqrt(0.5) + np.sqrt(size)) / np.sqrt(size)
        close(gradient[0, 1], want)


def test_a_layout_by_stress():
    """Of points that begin at one place no force is nan, and those apart are pushed to their distances."""
    want = distance.pdist(np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])).numpy()
    stress = lambda x: np.sum((distance.pdist(x) - want) ** 2)
    assert np.isfinite(wg.grad(stress)(np.zeros((3, 2)))).all()
    x = np.array([[0.0, 0.1], [1.0, 0.0], [0.2, 1.0]])
    for _ in range(200):
        x -= 0.1 * wg.grad(stress)(x)
    close(scipy.spatial.distance.pdist(x), want, 1e-6)


def test_the_kernel_of_a_process_and_its_length():
    """Log det and inverse of exp(-d^2 / (2 s^2)) by squared distances, against differences in s."""
    x, y = rng.normal(size=(12, 2)), rng.normal(size=12)

    def evidence(s):
        kernel = wnp.exp(-distance.cdist(x, x, "sqeuclidean") / (2 * s * s)) + 0.1 * np.eye(12)
        return y @ wnp.linalg.solve(kernel, y) + wnp.linalg.slogdet(kernel)[1]

    close(wg.grad(evidence)(0.8), (evidence(0.8 + 1e-6) - evidence(0.8 - 1e-6)).item() / 2e-6, 1e-6)
    assert np.isfinite(wg.hessian(evidence)(0.8))


def test_the_logarithm_at_a_half_turn():
    """That of a matrix with the eigenvalue -1, where formulas by the trace divide by sin(pi)."""
    flips = np.array([[-1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    v = Rotation.from_matrix(flips).as_rotvec()
    close(abs(np.asarray(v)), [0, np.pi / np.sqrt(2), np.pi / np.sqrt(2)])
    close(Rotation.from_rotvec(v).as_matrix(), flips, 1e-15)
    q = np.array([0.6, 0.8, 0.0, 0.0])
    jacobian = wg.jacobian(lambda q: Rotation.from_quat(q).as_rotvec())(q)
    beside = q + np.array([0.0, 0.0, 0.0, 1e-4])
    want = slope(lambda q: scipy.spatial.transform.Rotation.from_quat(q).as_rotvec(), beside)
    close(jacobian, want, 1e-3)
    for angle in (np.pi - 1e-6, np.pi - 1e-3, 3.0):
        axis = np.array([2.0, -1.0, 2.0]) / 3
        there = lambda v: Rotation.from_matrix(Rotation.from_rotvec(v).as_matrix()).as_rotvec()
        close(wg.jacobian(there)(axis * angle), np.eye(3), 1e-7)


def test_a_pose_from_the_identity():
    """Least squares over a rotation vector that begins at 0, by Gauss and Newton."""
    points = rng.normal(size=(10, 3))
    true = np.array([0.5, -1.1, 0.8])
    seen = Rotation.from_rotvec(true).apply(points).numpy()
    residual = lambda v: wnp.ravel(Rotation.from_rotvec(v).apply(points) - seen)
    v = np.zeros(3)
    for _ in range(8):
        jacobian = wg.jacobian(residual)(v)
        v = v - np.linalg.lstsq(jacobian, np.asarray(residual(v)), rcond=None)[0]
    close(v, true)
    # of one matrix given as such: the derivative along the group is that of the exponential
    from_matrix = lambda v: Rotation.from_matrix(Rotation.from_rotvec(v).as_matrix()).apply(points)
    plain = lambda v: Rotation.from_rotvec(v).apply(points)
    close(wg.jacobian(from_matrix)(v), wg.jacobian(plain)(v))
    close(wg.jacobian(wg.jacobian(from_matrix))(v), wg.jacobian(wg.jacobian(plain))(v), 1e-8)


def test_a_body_that_turns():
    """Steps of dR = R exp(w dt), with w constant, are one exponential; its derivative in w is known."""
    w, steps = np.array([0.3, -0.4, 1.2]), 20

    def turned(w):
        r = Rotation.identity()
        for _ in range(steps):
            r = r * Rotation.from_rotvec(w / steps)
        return r.as_rotvec()

    close(turned(w), w)
    close(wg.jacobian(turned)(w), np.eye(3))


def test_resampling_at_elements_has_a_slope():
    """An image registered from no shift at all: places on elements are where floor and ceil agree."""
    y, x = np.mgrid[:16, :16].astype(float)
    blob = np.exp(-((x - 7) ** 2 + (y - 8) ** 2) / 18)
    other = np.exp(-((x - 7.8) ** 2 + (y - 7.5) ** 2) / 18)

    def loss(by, order):
        places = np.stack([y + by[0], x + by[1]])
        return np.mean(
            (ndimage.map_coordinates(blob, places, order=order, mode="nearest") - other) ** 2
        )

    for order in (1, 3):
        gradient = wg.grad(loss)(np.zeros(2), order)
        aside = [
            (loss(h * e, order) - loss(-h * e, order)).item() / (2 * h)
            for h, e in ((0.01, e) for e in np.eye(2))
        ]
        close(gradient, aside, 0.05 if order == 1 else 1e-4)
        assert np.all(abs(gradient) > 1e-4)


def test_forward_rates_of_a_curve():
    """Minus the slope of a spline through logarithms of discount factors, bumped at its pillars."""
    t = np.array([0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0])
    rates = np.array([0.02, 0.021, 0.022, 0.024, 0.025, 0.027, 0.03])
    at = np.array([0.25, 1.5, 4.0, 9.0])
    forwards = lambda module, r: -module.CubicSpline(t, -r * t, bc_type="natural")(at, 1)
    close(
        wg.jacobian(lambda r: forwards(interpolate, r))(rates),
        slope(lambda r: forwards(scipy.interpolate, r), rates),
        1e-8,
    )


def test_a_distribution_of_samples_by_splines():
    """A density through samples, divided by its integral, and the mean of it: numerator and denominator are splines."""
    z = np.linspace(0, 3, 12)

    def mean(module, p):
        density, weighted = module.CubicSpline(z, p), module.CubicSpline(z, z * p)
        return weighted.integrate(0.0, 3.0) / density.integrate(0.0, 3.0)

    p = z**2 * np.exp(-z)
    close(
        wg.grad(lambda p: mean(interpolate, p))(p),
        slope(lambda p: mean(scipy.interpolate, p), p),
        1e-7,
    )


def test_quantiles_of_a_monotone_table():
    """Through samples of a distribution function: the slope of its inverse is one over the density."""
    x = np.linspace(-4, 4, 200)
    table = scipy.stats.norm.cdf(x)
    quantile = interpolate.PchipInterpolator(table, x)
    u = np.array([0.1, 0.5, 0.8])
    slopes = np.diag(wg.jacobian(quantile)(u))
    close(slopes, 1 / scipy.stats.norm.pdf(scipy.stats.norm.ppf(u)), 2e-3)
    # and in the places of the table, which the distribution's width moves
    wide = lambda s: interpolate.PchipInterpolator(scipy.stats.norm.cdf(x), s * x)(u)
    close(wg.jacobian(wide)(1.0), scipy.stats.norm.ppf(u), 1e-5)


def test_a_table_with_places_twice():
    """Of two samples at one place the last one counts, as for np.interp, and no width of 0 is divided by."""
    x, y = np.array([0.0, 1.0, 1.0, 2.0, 2.0]), np.array([0.0, 1.0, 3.0, 4.0, 9.0])
    at = np.array([0.0, 0.5, 1.0, 1.5, 2.0])
    f = interpolate.interp1d(x, y, assume_sorted=True)
    close(f(at), np.interp(at, x, y))
    assert np.isfinite(wg.jacobian(f)(at)).all()
    close(np.diag(wg.jacobian(f)(at))[:4], [1, 1, 1, 1])


def test_a_force_from_a_potential_on_a_grid():
    """Minus the gradient of a spline on a grid, and a path of least energy through it."""
    x = np.linspace(-2, 2, 21)
    X, Y = np.meshgrid(x, x, indexing="ij")
    potential = interpolate.RegularGridInterpolator((x, x), (X**2 - 1) ** 2 + Y**2, "cubic")
    energy = lambda p: potential(p)[0]
    p = np.array([0.4, 0.7])
    close(wg.grad(energy)(p), [4 * p[0] * (p[0] ** 2 - 1), 2 * p[1]], 1e-4)
    close(wg.hessian(energy)(p), np.diag([12 * p[0] ** 2 - 4, 2]), 0.05)
    for _ in range(100):
        p = p - 0.05 * wg.grad(energy)(p)
    close(p, [1, 0], 1e-3)


def test_an_orbit_in_a_table_of_forces():
    """Interpolation of single numbers within a loop, differentiated in what the table was made of."""
    r = np.linspace(0.5, 2.0, 40)

    def last(strength):
        force = interpolate.CubicSpline(r, -strength / r**2)
        x, v = wnp.array([1.0]), wnp.array([0.1])
        for _ in range(20):
            v = v + 0.02 * (force(x) + 1.0 / x**3)
            x = x + 0.02 * v
        return x[0]

    close(wg.grad(last)(1.0), (last(1 + 1e-6) - last(1 - 1e-6)).item() / 2e-6, 1e-6)


def test_blur_and_sharpen():
    """The width of a blur that was applied is found again by descent."""
    image = rng.normal(size=(20, 20))
    blurred = ndimage.gaussian_filter(image, 1.3, radius=6).numpy()
    error = lambda s: np.sum((ndimage.gaussian_filter(image, s, radius=6) - blurred) ** 2)
    s = 0.9
    for _ in range(30):
        s -= wg.grad(error)(s) / abs(wg.hessian(error)(s))
    close(s, 1.3, 1e-8)


def test_bands_of_jacobians():
    """What neighbours make of an array, and pieces of samples, is found to be sparse."""
    x = rng.normal(size=40)
    for f, width in (
        (lambda x: ndimage.uniform_filter1d(x**2, 3, mode="constant"), 3),
        (lambda x: interpolate.PchipInterpolator(np.arange(40.0), x)(np.arange(39) + 0.5), 4),
        (lambda x: interpolate.interp1d(np.arange(40.0), x)(np.arange(39) + 0.5), 2),
    ):
        sparse = wg.jacobian(f, sparse=True)(x)
        close(sparse.toarray(), wg.jacobian(f)(x), 1e-12)
        assert sparse.nnz <= 2 * width * 40
