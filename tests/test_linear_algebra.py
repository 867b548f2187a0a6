"""Linear algebra at its corners: singular and degenerate matrices, what is read, errors, programs."""

import mpmath
import numpy as np
import pytest
import scipy.linalg

import wengert as wg
import wengert.numpy as wnp
from wengert import _core as core

RNG = np.random.default_rng(17)
GENERAL = RNG.standard_normal((4, 4))
SYMMETRIC = GENERAL + GENERAL.T
DEFINITE = GENERAL @ GENERAL.T + np.eye(4)
ORTHOGONAL = np.linalg.qr(GENERAL)[0]


def close(found, wanted, tolerance=1e-10):
    np.testing.assert_allclose(np.asarray(found), wanted, rtol=tolerance, atol=tolerance)


def of_rank(rank, n=4, dtype=float):
    """Return a matrix of that rank whose other singular values are about one."""
    rng = np.random.default_rng(rank + n)
    parts = [rng.standard_normal((n, n)) for _ in range(4)]
    if dtype is complex:
        parts = [parts[0] + 1j * parts[1], parts[2] + 1j * parts[3]]
    u, v = np.linalg.qr(parts[0])[0], np.linalg.qr(parts[1])[0]
    s = np.where(np.arange(n) < rank, 1.0 + 0.5 * np.arange(n), 0.0)
    return (u * s) @ v


def minors(a):
    """Return the cofactors of a matrix by their definition."""
    n = len(a)
    found = np.empty_like(a)
    for i, j in np.ndindex(n, n):
        rest = np.delete(np.delete(a, i, 0), j, 1)
        found[i, j] = (-1) ** (i + j) * np.linalg.det(rest)
    return found


def second_minors(a):
    """Return the second derivatives of a determinant by their definition."""
    n = len(a)
    found = np.zeros((n,) * 4, a.dtype)
    for i, j, k, m in np.ndindex(n, n, n, n):
        if i != k and j != m:
            rest = np.delete(np.delete(a, [i, k], 0), [j, m], 1)
            sign = (-1) ** (i + j + k + m) * (1 if (k > i) == (m > j) else -1)
            found[i, j, k, m] = sign * np.linalg.det(rest)
    return found


@pytest.mark.parametrize("rank", [4, 3, 2, 1, 0])
@pytest.mark.parametrize("dtype", [float, complex])
def test_determinants_have_cofactors_at_every_rank(rank, dtype):
    a = of_rank(rank, dtype=dtype)
    _, pullback = wg.vjp(np.linalg.det, a)
    close(pullback(np.ones((), dtype))[0], minors(a))
    t = RNG.standard_normal((4, 4)).astype(dtype)
    close(wg.jvp(np.linalg.det, (a,), (t,))[1], np.sum(minors(a) * t))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("nullity", [0, 1, 2, 3])
def test_second_derivatives_of_determinants_are_right_at_every_rank(n, nullity):
    a = of_rank(max(n - nullity, 0), n)
    wanted = second_minors(a)
    close(wg.hessian(np.linalg.det)(a), wanted, 1e-9)
    forward = wg.jacfwd(wg.jacfwd(np.linalg.det))(a)
    close(forward, wanted, 1e-9)


def test_third_derivatives_of_a_determinant_at_a_singular_matrix():
    third = wg.jacfwd(wg.hessian(np.linalg.det))(np.zeros((3, 3)))
    found = np.asarray(third)
    for rows in np.ndindex(3, 3, 3):
        for columns in np.ndindex(3, 3, 3):
            place = tuple(i for pair in zip(rows, columns, strict=True) for i in pair)
            sign = np.linalg.det(np.eye(3)[list(rows)]) * np.linalg.det(np.eye(3)[list(columns)])
            assert found[place] == pytest.approx(sign, abs=1e-12)


def test_determinant_of_a_number_that_is_zero():
    assert wg.grad(np.linalg.det)(np.zeros((1, 1))).item() == 1.0


def test_a_batch_of_regular_and_singular_matrices():
    batch = np.stack([of_rank(k) for k in (4, 3, 2)])
    gradients = wg.grad(lambda a: np.sum(np.linalg.det(a)))(batch)
    close(gradients, [minors(a) for a in batch])
    close(wg.vmap(wg.grad(np.linalg.det))(batch), gradients)


def test_determinants_that_are_nearly_singular_keep_their_digits():
    a = of_rank(3) + 1e-9 * GENERAL
    with mpmath.workdps(40):
        exact = mpmath.matrix(a.tolist())
        inverse, det = mpmath.inverse(exact), mpmath.det(exact)
        wanted = np.array([[float(det * inverse[j, i]) for j in range(4)] for i in range(4)])
    close(wg.grad(np.linalg.det)(a), wanted, 1e-12)
    close(wg.hessian(np.linalg.det)(a), second_minors(a), 1e-7)


def test_slogdet_of_singular_matrices():
    a = np.array([[1.0, 2.0], [2.0, 4.0]])
    sign, logarithm = np.linalg.slogdet(wg.tensor(a))
    assert (sign.item(), logarithm.item()) == (0.0, -np.inf)
    with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
        wg.grad(lambda x: np.linalg.slogdet(x)[1])(a)


def test_sign_of_a_determinant_has_derivative_zero():
    gradient = wg.grad(lambda a: np.linalg.slogdet(a)[0] * 3.0)(GENERAL)
    np.testing.assert_array_equal(gradient, np.zeros((4, 4)))


@pytest.mark.parametrize(
    ("function", "matrix", "is_lower"),
    [
        (np.linalg.cholesky, DEFINITE, True),
        (lambda a: np.linalg.cholesky(a, upper=True), DEFINITE, False),
        (lambda a: np.linalg.eigh(a)[0], SYMMETRIC, True),
        (lambda a: np.linalg.eigh(a, "U")[0], SYMMETRIC, False),
        (np.linalg.eigvalsh, SYMMETRIC, True),
        (lambda a: np.linalg.eigvalsh(a, "U"), SYMMETRIC, False),
    ],
)
def test_gradients_are_differences_that_perturb_what_is_read(function, matrix, is_lower):
    weights = np.cos(np.arange(np.asarray(function(wg.tensor(matrix))).size))

    def value(a):
        return np.sum(np.ravel(function(a)) * weights)

    gradient = wg.grad(value)(matrix)
    unread = np.triu(gradient, 1) if is_lower else np.tril(gradient, -1)
    np.testing.assert_array_equal(unread, np.zeros((4, 4)))
    for place in np.ndindex(4, 4):
        step = np.zeros((4, 4))
        step[place] = 1e-5
        ahead, behind = (float(value(wg.tensor(matrix + s * step))) for s in (1, -1))
        assert gradient[place] == pytest.approx((ahead - behind) / 2e-5, abs=1e-7)


def test_a_symmetric_argument_has_a_symmetric_gradient():
    def value(k):
        return np.sum(np.log(np.diag(np.linalg.cholesky((k + k.T) / 2))))

    close(wg.grad(value)(DEFINITE), np.linalg.inv(DEFINITE) / 2)


def test_elements_that_are_not_read_may_be_anything():
    a = np.where(np.tri(4, dtype=bool), DEFINITE, np.nan)
    gradient = wg.grad(lambda x: np.sum(np.linalg.cholesky(x)))(a)
    assert np.all(np.isfinite(gradient))


DEGENERATE = ORTHOGONAL @ np.diag([1.0, 1.0, 2.0, 3.0]) @ ORTHOGONAL.T


def test_a_projector_on_the_whole_space_of_equal_values():
    weights = RNG.standard_normal((4, 4))

    def value(a):
        v = np.linalg.eigh(a)[1][:, :2]
        return np.sum((v @ v.T) * weights)

    t = SYMMETRIC
    slope = float(np.sum(wg.grad(value)(DEGENERATE) * t))
    ahead, behind = (float(value(wg.tensor(DEGENERATE + s * t))) for s in (1e-6, -1e-6))
    assert slope == pytest.approx((ahead - behind) / 2e-6, rel=1e-6)


def test_symmetric_functions_of_eigenvalues():
    eye = np.eye(3)
    close(wg.grad(lambda a: np.sum(np.linalg.eigvalsh(a)))(eye), eye)
    close(wg.grad(lambda a: np.sum(np.log(np.linalg.eigvalsh(a))))(2 * eye), eye / 2)
    close(wg.jvp(lambda a: np.sum(np.linalg.eigvalsh(a) ** 3), (eye,), (eye,))[1], 9.0)
    close(wg.grad(lambda a: np.sum(np.linalg.svd(a, compute_uv=False)))(eye), eye)


def test_the_norm_of_what_an_svd_makes_again():
    a = np.diag([1.0, 1.0, 2.0, 3.0])

    def value(x):
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        return np.linalg.norm((u * s) @ vh)

    close(wg.grad(value)(a), a / np.linalg.norm(a))


def test_functions_of_the_first_vectors_alone():
    a = np.outer([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, -1.0, 2.0, 0.5])  # the other values are zero

    def value(x):
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        return s[0] * np.sum(np.outer(u[:, 0], vh[0]) * np.arange(20.0).reshape(5, 4))

    gradient = wg.grad(value)(a)
    t = RNG.standard_normal((5, 4))
    ahead, behind = (float(value(wg.tensor(a + s * t))) for s in (1e-6, -1e-6))
    assert np.sum(gradient * t) == pytest.approx((ahead - behind) / 2e-6, rel=1e-6)


@pytest.mark.parametrize(
    ("value", "a", "message"),
    [
        (
            lambda a: np.linalg.eigh(a)[1][0, 1],
            np.eye(2),
            "eigh: values 0 and 1 of x coincide (1)",
        ),
        (
            lambda a: np.sum(np.linalg.svd(a)[0] * np.arange(9.0).reshape(3, 3)),
            np.diag([2.0, 2.0, 1.0]),
            "svd: values 0 and 1 of x coincide (2)",
        ),
        (
            lambda a: np.real(np.linalg.eig(a)[1][0, 1]),
            np.diag([3.0, 3.0]),
            "eig: values 0 and 1 of x coincide (3)",
        ),
        (
            lambda a: np.linalg.eigh(a)[1][1, 0, 1],
            np.stack([np.diag([1.0, 2.0]), np.diag([4.0, 4.0])]),
            "eigh: values 0 and 1 of x[1] coincide (4)",
        ),
    ],
)
def test_what_nothing_determines_is_an_error_that_names_the_pair(value, a, message):
    with pytest.raises(wg.DerivativeError) as raised:
        wg.grad(value)(a)
    assert str(raised.value).startswith(message)


def test_forward_mode_says_the_same():
    with pytest.raises(wg.DerivativeError, match="values 0 and 1 of x coincide"):
        wg.jvp(lambda a: np.linalg.eigh(a)[1], (np.eye(2),), (np.ones((2, 2)),))
    found = wg.jvp(np.linalg.eigvalsh, (np.eye(2),), (np.diag([1.0, 2.0]),))[1]
    close(found, [1.0, 2.0])


def test_functions_of_a_matrix_that_eigenvalues_do_not_know_are_errors():
    weights = RNG.standard_normal((3, 3))

    def root(a):
        w, v = np.linalg.eigh(a)
        return np.sum(((v * np.sqrt(w)) @ v.T) * weights)

    with pytest.raises(wg.DerivativeError, match="eigh: values 0 and 1 of x coincide"):
        wg.grad(root)(np.eye(3))

    def again(a):
        u, s, vh = np.linalg.svd(a, full_matrices=False)
        return np.sum((u * s) @ vh)

    singular = np.diag([3.0, 2.0, 0.0, 0.0]) + 0.0
    with pytest.raises(wg.DerivativeError, match="svd: value 2 of x is zero"):
        wg.grad(again)(singular)
    tall = np.eye(4, 3) * [3.0, 2.0, 0.0]
    with pytest.raises(wg.DerivativeError, match="svd: value 2 of x is zero"):
        wg.grad(again)(tall)


def test_phases_of_complex_vectors():
    a = SYMMETRIC + 1j * (GENERAL - GENERAL.T)
    with pytest.raises(wg.DerivativeError, match=r"eigh: .* phase of vector 0 of x"):
        wg.grad(lambda x: np.sum(np.real(np.linalg.eigh(x)[1][:, 0])))(a)
    gradient = wg.grad(lambda x: np.abs(np.linalg.eigh(x)[1][0, 0]))(a)
    assert np.all(np.isfinite(gradient))


def test_values_that_nearly_coincide_are_told_apart():
    gap = 1e-5
    a = np.diag([1.0, 1.0 + gap])
    gradient = wg.grad(lambda x: np.linalg.eigh(x)[1][0, 1] ** 2 * 1.0)(
        a + gap * 0.1 * SYMMETRIC[:2, :2]
    )
    assert np.all(np.isfinite(gradient))
    assert np.max(np.abs(gradient)) > 1e3


@pytest.mark.parametrize("shape", [(4, 4), (6, 4), (3, 5)])
def test_the_pseudoinverse_at_constant_rank(shape):
    left, right = RNG.standard_normal((shape[0], 2)), RNG.standard_normal((2, shape[1]))
    weights = RNG.standard_normal(shape[::-1])

    def value(x, y):
        return np.sum(np.linalg.pinv(x @ y) * weights)

    for k, t in ((0, RNG.standard_normal(left.shape)), (1, RNG.standard_normal(right.shape))):
        given = [left, right]
        ahead, behind = ([*given] for _ in range(2))
        ahead[k], behind[k] = given[k] + 1e-5 * t, given[k] - 1e-5 * t
        wanted = (
            float(value(*map(wg.tensor, ahead))) - float(value(*map(wg.tensor, behind)))
        ) / 2e-5
        found = np.sum(wg.grad(value, k)(left, right) * t)
        assert found == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128])
@pytest.mark.parametrize("m", [1, 5, 9, 12, 13])
def test_pseudoinverses_of_every_size(m, dtype):
    """Whoever multiplies the factors: loops of our own, or BLAS."""
    rng = np.random.default_rng(m)
    for n in range(1, 15):
        a = rng.standard_normal((2, m, n)).astype(dtype)
        if np.dtype(dtype).kind == "c":
            a = a + 1j * rng.standard_normal((2, m, n))
        tolerance = 1e-3 if dtype is np.float32 else 1e-9
        close(np.linalg.pinv(wg.tensor(a)), np.linalg.pinv(a), tolerance)


def test_the_shortest_solution():
    a = np.array([[1.0, 1.0], [1.0, 1.0], [2.0, 2.0]])
    x, residuals, rank, s = np.linalg.lstsq(wg.tensor(a), np.array([1.0, 2.0, 3.0]))
    wanted = np.linalg.lstsq(a, np.array([1.0, 2.0, 3.0]))
    close(x, wanted[0])
    assert (residuals.shape, rank.item()) == (wanted[1].shape, wanted[2])
    close(s, wanted[3])
    gradient = wg.grad(lambda b: np.sum(np.linalg.lstsq(a, b)[0]))(np.ones(3))
    close(gradient, np.linalg.pinv(a).sum(axis=0))


def test_norms_of_no_and_of_singular_matrices():
    for order in ("nuc", 2, "fro"):
        gradient = wg.grad(lambda a, p=order: np.linalg.norm(a, p))(np.zeros((3, 2)))
        np.testing.assert_array_equal(gradient, np.zeros((3, 2)))
    a = np.diag([3.0, 0.0])
    close(wg.grad(lambda x: np.linalg.norm(x, "nuc"))(a), np.diag([1.0, 0.0]))


def test_condition_numbers_of_singular_matrices():
    a = np.array([[1.0, 2.0], [2.0, 4.0]])
    for p in (1, np.inf, "fro"):
        assert np.linalg.cond(wg.tensor(a), p).item() == np.inf
    pair = np.stack([a, np.diag([1.0, 4.0])])
    close(np.linalg.cond(wg.tensor(pair), 1), [np.inf, 4.0])


@pytest.mark.parametrize("name", ["inv", "solve"])
def test_singular_matrices(name):
    for n in (2, 4, 7):
        a = np.ones((3, n, n)) + np.eye(n)
        a[1] = 1.0
        args = (wg.tensor(a), np.ones((3, n, 1))) if name == "solve" else (wg.tensor(a),)
        with pytest.raises(np.linalg.LinAlgError, match=r"Singular matrix: x\[1\]"):
            getattr(np.linalg, name)(*args)


def test_matrices_that_are_not_positive_definite():
    for n in (3, 30):
        a = np.stack([np.eye(n), np.diag(np.where(np.arange(n) == n - 2, -1.5, 2.0))])
        message = rf"cholesky: x\[1\] is not positive definite \(pivot {n - 2} is -1.5\)"
        with pytest.raises(np.linalg.LinAlgError, match=message):
            np.linalg.cholesky(wg.tensor(a))


@pytest.mark.parametrize(
    "name", ["inv", "det", "slogdet", "cholesky", "eigh", "eigvalsh", "eig", "eigvals"]
)
def test_what_is_not_square(name):
    for shape in ((3,), (2, 3), ()):
        with pytest.raises(np.linalg.LinAlgError):
            getattr(np.linalg, name)(wg.tensor(np.ones(shape)))


def test_eigenvalues_of_what_is_not_finite():
    for name in ("eig", "eigvals"):
        with pytest.raises(np.linalg.LinAlgError, match="infinite or NaN"):
            getattr(np.linalg, name)(wg.tensor([[np.nan, 1.0], [1.0, 1.0]]))


def test_an_error_that_is_caught_takes_the_other_branch_in_a_batch():
    def root(a):
        try:
            return np.linalg.cholesky(a)[-1, -1]
        except np.linalg.LinAlgError:
            return a[0, 0] * 10.0

    batch = np.stack([np.diag([4.0, 9.0]), np.diag([1.0, -1.0]), np.diag([1.0, 16.0])])
    close(wg.vmap(root)(batch), [3.0, 10.0, 4.0])
    gradients = wg.vmap(wg.grad(root))(batch)
    close(gradients[1], np.diag([10.0, 0.0]))
    close(gradients[2], np.diag([0.0, 1 / 8]))


def test_inverse_by_way_of_cholesky_has_the_gradient_of_the_inverse():
    def directly(a):
        return np.trace(np.linalg.inv((a + a.T) / 2))

    def by_factor(a):
        inverse = np.linalg.inv(np.linalg.cholesky((a + a.T) / 2))
        return np.trace(inverse.T @ inverse)

    close(wg.grad(by_factor)(DEFINITE), wg.grad(directly)(DEFINITE))
    close(wg.hessian(by_factor)(DEFINITE), wg.hessian(directly)(DEFINITE), 1e-8)


def test_gradient_of_a_batch_of_scaled_choleskys():
    vector = RNG.standard_normal(4)

    def loss(scale):
        return -np.sum((np.linalg.cholesky(scale * DEFINITE) @ vector) ** 2) / 2

    scales = np.array([0.1, 1.0, 3.0])
    wanted = -(vector @ DEFINITE_FACTOR.T @ DEFINITE_FACTOR @ vector) / 2
    close(wg.vmap(wg.grad(loss))(scales), np.full(3, wanted))
    close(wg.grad(lambda s: np.sum(wg.vmap(loss)(s)))(scales), np.full(3, wanted))


def test_multivariate_normal_against_scipy():
    x, mean = RNG.standard_normal(4), RNG.standard_normal(4)

    def logpdf(mean, covariance):
        factor = np.linalg.cholesky(covariance)
        z = np.linalg.solve(factor, x - mean)
        return -0.5 * (z @ z) - np.sum(np.log(np.diag(factor))) - 2 * np.log(2 * np.pi)

    value, (of_mean, of_covariance) = wg.value_and_grad(logpdf, (0, 1))(mean, DEFINITE)
    assert value == pytest.approx(scipy.stats.multivariate_normal.logpdf(x, mean, DEFINITE))
    alpha = np.linalg.solve(DEFINITE, x - mean)
    close(of_mean, alpha)
    symmetric = (np.outer(alpha, alpha) - np.linalg.inv(DEFINITE)) / 2
    close(of_covariance, np.tril(symmetric + symmetric.T) - np.diag(np.diag(symmetric)))


def test_newton_step_through_a_solve():
    def energy(x):
        return np.sum(np.exp(x)) + np.sum(x * x)

    def step(x):
        return x - np.linalg.solve(wg.hessian(energy)(x), wg.grad(energy)(x))

    x = np.array([0.3, -0.2, 0.5])
    exact = x - (np.exp(x) + 2 * x) / (np.exp(x) + 2)
    close(step(x), exact)
    slope = 1 - ((np.exp(x) + 2) ** 2 - (np.exp(x) + 2 * x) * np.exp(x)) / (np.exp(x) + 2) ** 2
    close(wg.jacobian(step)(x), np.diag(slope))


def test_implicit_function_by_an_inverse_of_a_jacobian():
    def inverse_of(x):
        return np.linalg.inv(wg.jacobian(lambda y: np.sin(y) + 3 * y)(x))

    x = np.array([0.1, 0.7])
    close(inverse_of(x), np.diag(1 / (np.cos(x) + 3)))
    close(
        np.einsum("iij->ij", wg.jacobian(inverse_of)(x)),
        np.diag(np.sin(x) / (np.cos(x) + 3) ** 2),
    )


def test_kalman_filter_in_a_loop_against_the_joint_normal():
    moving, observing = np.array([[1.0, 0.1], [0.0, 0.9]]), np.array([[1.0, 0.0]])
    seen = RNG.standard_normal(5)

    def filtered(log_noise):
        mean, covariance, total = np.zeros(2), np.eye(2), 0.0
        for y in seen:
            mean = moving @ mean
            covariance = moving @ covariance @ moving.T + np.exp(log_noise) * np.eye(2)
            spread = observing @ covariance @ observing.T + 0.2 * np.eye(1)
            surprise = y - observing @ mean
            gain = np.linalg.solve(spread, observing @ covariance).T
            total = total + surprise @ np.linalg.solve(spread, surprise)
            total = total + np.linalg.slogdet(spread)[1]
            mean = mean + gain @ surprise
            covariance = covariance - gain @ observing @ covariance
        return total

    def jointly(log_noise):
        noise = np.exp(log_noise) * np.eye(2)
        powers = [np.linalg.matrix_power(moving, k) for k in range(6)]
        blocks = [[None] * 5 for _ in range(5)]
        covariance, marginal = np.eye(2), []
        for _ in range(5):
            covariance = moving @ covariance @ moving.T + noise
            marginal.append(covariance)
        for i in range(5):
            for j in range(5):
                first, last = min(i, j), max(i, j)
                block = powers[last - first] @ marginal[first]
                blocks[i][j] = (observing @ (block if i >= j else block.T) @ observing.T)[0, 0]
        joint = wnp.array(blocks) + 0.2 * np.eye(5)
        return seen @ np.linalg.solve(joint, seen) + np.linalg.slogdet(joint)[1]

    for order in (wg.value_and_grad, wg.hessian):
        for ours, theirs in zip(
            np.atleast_1d(order(filtered)(-1.0)),
            np.atleast_1d(order(jointly)(-1.0)),
            strict=True,
        ):
            close(ours, theirs, 1e-9)


def test_principal_components_do_not_turn_with_the_sign_of_a_vector():
    data = RNG.standard_normal((6, 3)) * [3.0, 2.0, 1.0]

    def explained(x):
        centred = x - np.mean(x, axis=0)
        _, s, _ = np.linalg.svd(centred, full_matrices=False)
        return s[0] ** 2 / np.sum(s * s)

    def by_eigenvalues(x):
        centred = x - np.mean(x, axis=0)
        w = np.linalg.eigvalsh(centred.T @ centred)
        return w[-1] / np.sum(w)

    close(wg.grad(explained)(data), wg.grad(by_eigenvalues)(data))


def test_vibrations_generalized_by_a_cholesky_factor():
    stiffness = DEFINITE

    def lowest(masses):
        factor = np.linalg.inv(np.linalg.cholesky(np.diag(masses)))
        return np.linalg.eigvalsh(factor @ stiffness @ factor.T)[0]

    masses = np.array([1.0, 2.0, 1.5, 3.0])
    w, v = scipy.linalg.eigh(stiffness, np.diag(masses))
    close(lowest(masses), w[0])
    close(wg.grad(lowest)(masses), -w[0] * v[:, 0] ** 2)


def test_matrix_functions_of_distinct_eigenvalues_against_scipy():
    weights = RNG.standard_normal((4, 4))

    def root(a):
        w, v = np.linalg.eigh(a)
        return np.sum(((v * np.sqrt(w)) @ v.T) * weights)

    half = scipy.linalg.sqrtm(DEFINITE)
    symmetric = (weights + weights.T) / 2
    wanted = scipy.linalg.solve_sylvester(half, half, symmetric)
    close(wg.grad(root)(DEFINITE), np.tril(2 * wanted) - np.diag(np.diag(wanted)))


def test_orthogonal_procrustes():
    x, y = RNG.standard_normal((2, 6, 3))

    def misfit(x):
        u, _, vh = np.linalg.svd(x.T @ y)
        return np.sum((x @ (u @ vh) - y) ** 2)

    def by_values(x):
        return np.sum(x * x) + np.sum(y * y) - 2 * np.linalg.norm(x.T @ y, "nuc")

    close(misfit(x), by_values(x))
    close(wg.grad(misfit)(x), wg.grad(by_values)(x))


def test_stability_of_a_system_by_its_eigenvalues():
    a = np.array([[-1.0, 2.0], [-3.0, -0.5]])

    def abscissa(a):
        return np.max(np.real(np.linalg.eigvals(a)))

    close(abscissa(a), -0.75)
    close(wg.grad(abscissa)(a), np.eye(2) / 2)


def test_rotation_by_a_cross_product_matrix():
    def cayley(w):
        k = np.cross(np.eye(3), w)
        return np.linalg.solve(np.eye(3) + k, np.eye(3) - k)

    w = np.array([0.1, -0.4, 0.3])
    rotation = np.asarray(cayley(wg.tensor(w)))
    close(rotation @ rotation.T, np.eye(3))
    jacobian = wg.jacobian(cayley)(w)
    for k in range(3):  # tangents are skew in the frame of the rotation
        turned = jacobian[..., k] @ rotation.T
        close(turned, -turned.T)


DEFINITE_FACTOR = np.linalg.cholesky(DEFINITE)


@pytest.mark.parametrize("name", ["solve", "inv", "det", "cholesky", "eigvalsh", "svdvals", "pinv"])
def test_views_and_orders_of_memory(name):
    a = np.asfortranarray(np.stack([DEFINITE, DEFINITE + 1]))
    args = (np.ones((4, 2))[:, ::-1],) if name == "solve" else ()
    ours = getattr(wnp.linalg, name)
    for view in (a, a[:, ::-1, ::-1], np.swapaxes(a, 1, 2), np.broadcast_to(a[0], (3, 4, 4))):
        wanted = getattr(np.linalg, name)(view, *args)
        close(ours(wg.tensor(view), *args), wanted)
        close(ours(view, *args), wanted)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_results_do_not_depend_on_the_number_of_threads(count):
    batch = RNG.standard_normal((300, 6, 6)) + 4 * np.eye(6)
    threads = core.num_threads()
    functions = (np.linalg.inv, np.linalg.det, np.linalg.svdvals, lambda x: np.linalg.qr(x).R)
    try:
        core.set_num_threads(1)
        wanted = [np.asarray(f(wg.tensor(batch))) for f in functions]
        core.set_num_threads(count)
        for f, want in zip(functions, wanted, strict=True):
            np.testing.assert_array_equal(np.asarray(f(wg.tensor(batch))), want)
    finally:
        core.set_num_threads(threads)


def test_a_matrix_is_factored_once(monkeypatch):
    a, b = RNG.standard_normal((9, 9)), RNG.standard_normal(9)
    calls = []
    with wg.debug_nans():  # follows what is recorded
        monkeypatch.setattr(core, "lu", lambda x, lu=core.lu: calls.append(1) or lu(x))
        value, pullback = wg.vjp(np.linalg.solve, a, b)
        pullback(value)
        wg.hessian(lambda b: np.sum(np.linalg.solve(a, b) ** 3))(b)
    assert len(calls) == 2  # one for each function


def test_single_precision_stays_single():
    a = DEFINITE.astype(np.float32)
    for f in (np.linalg.inv, np.linalg.det, np.linalg.cholesky, np.linalg.eigvalsh, np.linalg.pinv):
        assert f(wg.tensor(a)).dtype == np.float32
        assert wg.grad(lambda x, f=f: np.sum(f(x)))(a).dtype == np.float32
    assert np.linalg.eig(wg.tensor(a)).eigenvalues.dtype == np.linalg.eig(a).eigenvalues.dtype
    assert np.linalg.solve(wg.tensor(a), np.ones(4)).dtype == np.float64


def test_results_have_numpys_names():
    a = wg.tensor(DEFINITE)
    assert np.linalg.eigh(a)._fields == ("eigenvalues", "eigenvectors")
    assert np.linalg.eig(a)._fields == ("eigenvalues", "eigenvectors")
    assert np.linalg.qr(a)._fields == ("Q", "R")
    assert np.linalg.svd(a)._fields == ("U", "S", "Vh")
    assert np.linalg.slogdet(a)._fields == ("sign", "logabsdet")
    for name in ("eigh", "eig", "qr", "svd", "slogdet"):
        ours, theirs = (getattr(np.linalg, name)(x) for x in (a, DEFINITE))
        assert type(ours).__name__ == type(theirs).__name__


def test_rank_of_what_is_no_matrix():
    assert np.linalg.matrix_rank(wg.tensor([0.0, 0.0])) == 0
    assert np.linalg.matrix_rank(wg.tensor([0.0, 2.0])) == 1
    assert np.linalg.matrix_rank(wg.tensor(3.0)) == 1


def test_pseudoinverses_of_integers_by_their_rounding():
    close(np.linalg.pinv(wg.tensor([[2, 0], [0, 4]]), rtol=None), np.diag([0.5, 0.25]))


@pytest.mark.parametrize("shape", [(4, 4), (5, 3), (3, 5), (2, 4, 3)])
@pytest.mark.parametrize("dtype", [float, complex])
def test_pseudoinverses_without_small_values_that_are_not_zero(shape, dtype):
    rng = np.random.default_rng(5)
    x, t = rng.normal(size=(2, *shape)).astype(dtype)
    if dtype is complex:
        x, t = x + 1j * rng.normal(size=shape), t - 1j * rng.normal(size=shape)
    values = np.linalg.svd(x, compute_uv=False)
    rcond = float(np.max(values[..., -1] / values[..., 0])) * 1.01
    assert np.min(values[..., -2] / values[..., 0]) > rcond
    found = wg.jvp(lambda x: wnp.linalg.pinv(x, rcond), (x,), (t,))
    h = 1e-6
    wanted = (np.linalg.pinv(x + h * t, rcond) - np.linalg.pinv(x - h * t, rcond)) / (2 * h)
    np.testing.assert_allclose(found[0], np.linalg.pinv(x, rcond), rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(found[1], wanted, rtol=1e-6, atol=1e-7)
    ct = np.cos(np.arange(found[0].size)).reshape(found[0].shape)
    pulled = wg.vjp(lambda x: wnp.linalg.pinv(x, rcond), x)[1](ct)[0]
    np.testing.assert_allclose(np.sum(pulled * t).real, np.sum(ct * found[1]).real, rtol=1e-9)
