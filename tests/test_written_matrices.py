"""Small programs with functions of matrices and sparse equations, as people write them, against what is known of them otherwise."""

import numpy as np
import pytest
import scipy.linalg
import scipy.sparse
import scipy.sparse.linalg

import wengert as wg
from wengert.scipy import linalg, sparse

rng = np.random.default_rng(21)


def symmetric(n):
    x = rng.normal(size=(n, n))
    return x + x.T


def definite(n):
    x = rng.normal(size=(n, n))
    return x @ x.T + n * np.eye(n)


def test_a_decay_to_nothing():
    """exp(-t h) of a large t: zeros, and so is the derivative, at whatever size of the exponent."""
    h = definite(4)
    for t in (1e4, 1e6, 1e12):
        value, slope = wg.value_and_grad(lambda h, t=t: np.sum(linalg.expm(-t * h)))(h)
        assert value == 0
        np.testing.assert_array_equal(slope, np.zeros((4, 4)))


def test_a_semigroup_at_many_times_from_zero_on():
    h, times = symmetric(3), np.array([0.0, 0.01, 0.5, 40.0])
    w, v = np.linalg.eigh(h)
    f = lambda t: linalg.expm(-t * (h @ h))
    want = np.stack([(v * np.exp(-t * w**2)) @ v.T for t in times])
    np.testing.assert_allclose(wg.vmap(f)(times), want, atol=1e-12)
    slopes = wg.vmap(lambda t: wg.jvp(f, (t,), (1.0,))[1])(times)
    np.testing.assert_allclose(slopes, -(h @ h) @ want, atol=1e-10)


def test_a_multiple_of_the_identity():
    """Where a rule by eigenvectors divides zero by zero."""
    f = lambda s: linalg.expm(s * np.eye(2))[0, 0]
    np.testing.assert_allclose(wg.grad(f)(1.0), np.e)
    np.testing.assert_allclose(wg.grad(wg.grad(f))(1.0), np.e)
    slope = wg.grad(lambda a: np.sum(linalg.expm(a)))(np.eye(2))
    np.testing.assert_allclose(slope, np.full((2, 2), np.e))


def test_a_rotation_through_many_turns_is_unitary():
    h = 50 * symmetric(3)
    w, v = np.linalg.eigh(h)
    u = (v * np.exp(1j * w)) @ v.T
    np.testing.assert_allclose(linalg.expm(1j * h), u, atol=1e-11)
    stays = lambda t: np.abs(linalg.expm(1j * t * h)[0, 0]) ** 2
    slope = 2 * np.real(np.conj(u[0, 0]) * (1j * h @ u)[0, 0])
    np.testing.assert_allclose(wg.grad(stays)(1.0), slope, 1e-9)


def test_a_square_root_at_the_identity():
    """2 dx = da there; by eigenvectors it is 0 / 0."""
    slope = wg.grad(lambda a: linalg.sqrtm(a)[0, 1])(np.eye(3))
    np.testing.assert_allclose(slope, np.eye(3, k=1) * np.array([0.5, 0, 0])[:, None], atol=1e-15)


def test_the_trace_of_a_squared_logarithm():
    """2 x^-1 log x, transposed: the two commute."""
    x = definite(3)
    slope = wg.grad(lambda x: np.trace(linalg.logm(x) @ linalg.logm(x)))(x)
    np.testing.assert_allclose(slope, 2 * (np.linalg.inv(x) @ scipy.linalg.logm(x)).T, atol=1e-12)


def test_the_distance_of_covariances():
    """Along a geodesic it is the parameter times the distance of the ends; its slope is constant."""
    a, b = definite(2), definite(2)
    root = scipy.linalg.sqrtm(a)
    middle = np.linalg.solve(root, np.linalg.solve(root, b).T)

    def distance(t):
        at = root @ linalg.fractional_matrix_power(middle, t) @ root
        whitened = linalg.solve(root, linalg.solve(root, at).T)
        return linalg.norm(linalg.logm(whitened))

    whole = np.linalg.norm(scipy.linalg.logm(middle))
    np.testing.assert_allclose(wg.value_and_grad(distance)(0.7), (0.7 * whole, whole), 1e-9)


def test_the_levels_of_a_vibrating_frame():
    """Of k v = w m v: dw = v^T (dk - w dm) v for vectors with v^T m v = 1; the second derivative by the others."""
    k, m, dk, dm = definite(4), definite(4), symmetric(4), symmetric(4)
    w, v = scipy.linalg.eigh(k, m)
    f = lambda s: linalg.eigh(k + s * dk, m + s * dm, eigvals_only=True)
    moved = v.T @ dk @ v - (v.T @ dm @ v) * w  # column j: of v_i^T (dk - w_j dm) v_j
    np.testing.assert_allclose(wg.jvp(f, (0.0,), (1.0,))[1], np.diag(moved), atol=1e-12)
    gaps = w - w[:, None] + np.eye(4)
    second = 2 * np.sum(moved**2 / gaps * (1 - np.eye(4)), axis=0)
    second -= 2 * np.diag(v.T @ dm @ v) * np.diag(moved)
    slope = lambda s: wg.jvp(f, (s,), (1.0,))[1]
    np.testing.assert_allclose(wg.jvp(slope, (0.0,), (1.0,))[1], second, atol=1e-10)


def test_the_inverse_by_two_ways():
    """Through the Cholesky factor, and at once: the gradients agree in symmetric directions."""
    a, t = definite(4), symmetric(4)

    def by_factor(a):
        return np.sum(linalg.cho_solve(linalg.cho_factor(a, lower=True), np.eye(4)) ** 2)

    one = wg.grad(by_factor)(a)
    other = wg.grad(lambda a: np.sum(linalg.inv(a) ** 2))(a)
    np.testing.assert_allclose(np.sum(one * t), np.sum(other * t))
    assert not np.triu(one, 1).any()


def test_factors_in_one_matrix():
    """L and U in one, as LAPACK leaves them: what one solution does not read receives nothing from it."""
    packed, b = rng.normal(size=(4, 4)) + 3 * np.eye(4), rng.normal(size=4)
    unit = np.tril(packed, -1) + np.eye(4)
    slope = wg.grad(
        lambda p: np.sum(linalg.solve_triangular(p, b, lower=True, unit_diagonal=True) ** 2)
    )(packed)
    assert not np.triu(slope).any()
    want = wg.grad(lambda p: np.sum(np.linalg.solve(p, b) ** 2))(unit)
    np.testing.assert_allclose(slope, np.tril(want, -1))


def test_an_implicit_step_with_what_lies_at_the_ends():
    """Corners of the diagonals that belong to no equation: not read, in value and derivative, whatever is there."""
    ab = np.stack([rng.normal(size=5), 5 + rng.normal(size=5), rng.normal(size=5)])
    b = rng.normal(size=5)
    f = lambda ab: np.sum(linalg.solve_banded((1, 1), ab, b, check_finite=False) ** 2)
    spoiled = ab.copy()
    spoiled[0, 0] = spoiled[2, -1] = np.nan
    for derivative in (wg.grad, wg.jacfwd, wg.hessian):
        np.testing.assert_allclose(derivative(f)(spoiled), derivative(f)(ab))
    many = np.stack([ab, spoiled, 2 * ab])
    want = np.stack([wg.grad(f)(x) for x in many])
    np.testing.assert_allclose(wg.vmap(wg.grad(f))(many), want, atol=1e-14)


def test_a_natural_spline_through_noisy_points():
    """The curve's second derivatives solve a tridiagonal system; the curve is linear in the values it goes through."""
    x = np.sort(rng.uniform(size=7))
    y = rng.normal(size=7)
    h = np.diff(x)

    def at_middle(y):
        slopes = np.diff(y) / h
        ab = np.stack([np.r_[0, h[1:-1]], 2 * (h[:-1] + h[1:]), np.r_[h[1:-1], 0]])
        second = linalg.solve_banded((1, 1), ab, 6 * np.diff(slopes))
        left = np.concatenate([np.zeros(1), second])
        right = np.concatenate([second, np.zeros(1)])
        return (y[:-1] + y[1:]) / 2 - h**2 * (left + right) / 16

    import scipy.interpolate  # noqa: PLC0415

    theirs = lambda y: scipy.interpolate.CubicSpline(x, y, bc_type="natural")((x[:-1] + x[1:]) / 2)
    np.testing.assert_allclose(at_middle(y), theirs(y), atol=1e-12)
    np.testing.assert_allclose(wg.jacobian(at_middle)(y).T, theirs(np.eye(7)).T, atol=1e-12)


def test_the_energy_that_a_damped_system_gives_away():
    """The Gramian of a oscillator in closed form: of x'' = -c x' - k x the integral of x^2 from a kick is 1 / (2 c k)."""

    def energy(c, k):
        a = np.stack([np.stack([0 * c, 1 + 0 * c]), np.stack([-k, -c])])
        kick = np.outer([0.0, 1.0], [0.0, 1.0])
        return linalg.solve_continuous_lyapunov(a, -kick)[0, 0]

    c, k = 0.3, 1.7
    np.testing.assert_allclose(energy(np.array(c), np.array(k)), 1 / (2 * c * k))
    slopes = wg.grad(energy, (0, 1))(c, k)
    np.testing.assert_allclose(slopes, (-1 / (2 * c**2 * k), -1 / (2 * c * k**2)))
    second = wg.grad(lambda c: wg.grad(energy)(c, k))(c)
    np.testing.assert_allclose(second, 1 / (c**3 * k))


def test_the_price_of_a_controller():
    """Of a double integrator with the weights q and r: the closed form of its Riccati equation, and its slopes."""

    def price(q, r):
        a, b = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[0.0], [1.0]])
        cost = np.array([[1.0, 0.0], [0.0, 0.0]]) * q
        return linalg.solve_continuous_are(a, b, cost, r * np.eye(1))

    def by_hand(q, r):
        cross = np.sqrt(q * r)
        last = np.sqrt(2 * r * cross)
        return np.stack([cross * last / r, cross, cross, last])

    q, r = np.array(2.0), np.array(0.7)
    np.testing.assert_allclose(price(q, r).ravel(), by_hand(q, r))
    for i in (0, 1):
        one, two = (lambda *x, f=f: np.ravel(f(*x)) for f in (price, by_hand))
        np.testing.assert_allclose(wg.jacrev(one, i)(q, r), wg.jacrev(two, i)(q, r), atol=1e-12)
        np.testing.assert_allclose(
            wg.jacfwd(wg.jacrev(one, i), i)(q, r), wg.jacfwd(wg.jacrev(two, i), i)(q, r), atol=1e-11
        )


def test_light_through_a_layer():
    """Complex coefficients in the places of a grid: the gradient of an intensity in each, one solution for all."""
    n = 30
    row = np.r_[np.arange(n), np.arange(n - 1), np.arange(1, n)]
    col = np.r_[np.arange(n), np.arange(1, n), np.arange(n - 1)]
    source = np.zeros(n, complex)
    source[3] = 1

    def intensity(permittivity):
        inner = -2 + 0.3 * permittivity * (1 + 0.05j)
        data = np.concatenate([inner, np.ones(2 * n - 2)])
        field = sparse.linalg.spsolve(sparse.coo_array((data, (row, col)), (n, n)), source)
        return np.abs(field[-4]) ** 2

    eps = 1 + rng.uniform(size=n)
    matrix = np.diag(-2 + 0.3 * eps * (1 + 0.05j)) + np.eye(n, k=1) + np.eye(n, k=-1)
    field, back = np.linalg.solve(matrix, source), np.linalg.solve(matrix.T, np.eye(n)[-4])
    want = 2 * np.real(np.conj(field[-4]) * -back * 0.3 * (1 + 0.05j) * field)
    np.testing.assert_allclose(wg.grad(intensity)(eps), want, 1e-9)


def test_a_kernel_that_vanishes_at_a_distance():
    """Curvature in a length, through an iterative solution with a sparse matrix."""
    points = rng.uniform(size=(40, 1))
    distance = np.abs(points - points.T)
    row, col = np.nonzero(distance < 0.4)
    y = np.sin(6 * points[:, 0])

    def misfit(length):
        r = distance[row, col] / length
        data = np.where(r < 1, (1 - np.minimum(r, 1)) ** 4 * (4 * r + 1), 0) + 0.1 * (row == col)
        x, info = sparse.linalg.cg(sparse.coo_array((data, (row, col))), y, rtol=1e-13)
        assert info == 0
        return y @ x

    def dense(length):
        r = distance / length
        return y @ np.linalg.solve(
            np.where(r < 1, (1 - np.minimum(r, 1)) ** 4 * (4 * r + 1), 0) + 0.1 * np.eye(40), y
        )

    for derivative in (wg.grad, lambda f: wg.grad(wg.grad(f)), wg.jacfwd):
        np.testing.assert_allclose(derivative(misfit)(0.3), derivative(dense)(0.3), 1e-8)


@pytest.mark.parametrize("solver", ["spsolve", "cg", "gmres", "bicgstab"])
def test_a_conductor_with_one_leak(solver):
    """Resistors in a ring and one to the ground: by Kirchhoff, from the node opposite two paths lead there."""

    def resistance(g):
        ring = np.arange(6)
        ahead = (ring + 1) % 6
        row = np.concatenate([ring, ahead, ring, ahead, [0]])
        col = np.concatenate([ring, ahead, ahead, ring, [0]])
        data = np.concatenate([g[:6], g[:6], -g[:6], -g[:6], g[6:]])
        matrix = sparse.coo_array((data, (row, col)), (6, 6)).tocsr()
        if solver == "spsolve":
            return sparse.linalg.spsolve(matrix, np.eye(6)[3])[3]
        return getattr(sparse.linalg, solver)(matrix, np.eye(6)[3], rtol=1e-13)[0][3]

    def by_hand(g):
        one, other = np.sum(1 / g[:3]), np.sum(1 / g[3:6])
        return one * other / (one + other) + 1 / g[6]

    g = rng.uniform(1, 2, size=7)
    np.testing.assert_allclose(resistance(g), by_hand(g))
    np.testing.assert_allclose(wg.grad(resistance)(g), wg.grad(by_hand)(g), 1e-8)
    np.testing.assert_allclose(wg.hessian(resistance)(g), wg.hessian(by_hand)(g), atol=1e-8)


def test_an_autoregression_by_its_autocovariances():
    """Yule and Walker's equations have a Toeplitz matrix; of first order the answer is the quotient of two."""

    def coefficients(c):
        return linalg.solve_toeplitz(c[:-1], c[1:])

    c = 0.6 ** np.arange(5.0)
    np.testing.assert_allclose(coefficients(c), [0.6, 0, 0, 0], atol=1e-15)
    dense = lambda c: np.linalg.solve(linalg.toeplitz(c[:-1]), c[1:])
    np.testing.assert_allclose(wg.jacobian(coefficients)(c), wg.jacobian(dense)(c), atol=1e-12)
    second, want = (wg.jacobian(wg.jacobian(f))(c) for f in (coefficients, dense))
    np.testing.assert_allclose(second, want, atol=1e-11)


def test_a_rotation_that_fits_points():
    """The nearest rotation of a moved shape is the motion; also where it is a half turn."""
    shape = rng.normal(size=(8, 3))
    for angle in (0.0, 0.4, np.pi):

        def fitted(t, angle=angle):
            c, s = np.cos(angle + t), np.sin(angle + t)
            zero, one = 0 * t, 1 + 0 * t
            r = np.stack([c, -s, zero, s, c, zero, zero, zero, one]).reshape(3, 3)
            return linalg.polar((shape @ r.T).T @ shape)[0]

        turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        value, moved = wg.jvp(fitted, (0.0,), (1.0,))
        np.testing.assert_allclose(value[:2, :2], turned, atol=1e-12)
        np.testing.assert_allclose(moved[:2, :2], turned @ [[0, -1], [1, 0]], atol=1e-12)
