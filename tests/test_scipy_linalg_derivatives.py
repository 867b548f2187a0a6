"""Derivatives of ``wengert.scipy.linalg``: against differences, mpmath, and what is known in closed form."""

import mpmath
import numpy as np
import pytest
import scipy.linalg

import wengert as wg
from linalg_cases import FUNCTIONS, WIDE, A, B, C, H, V, begin_anew, draw, joined, rng
from wengert.scipy import linalg


@pytest.fixture(autouse=True)
def draws_begin_anew():
    begin_anew()


@pytest.mark.parametrize(("f", "operands"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_derivatives(f, operands):
    wg.testing.check_grads(f, operands, order=2)


@pytest.mark.parametrize(("f", "operands"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_batches(f, operands):
    many = [np.stack([x, 1.25 * x, x + 0.1]) for x in operands]
    want = np.stack([f(*[x[i] for x in many]) for i in range(3)])
    np.testing.assert_allclose(wg.vmap(f)(*many), want, atol=1e-11)
    g = wg.grad(lambda *x: np.sum(np.abs(f(*x)) ** 2))
    want = np.stack([g(*[x[i] for x in many]) for i in range(3)])
    np.testing.assert_allclose(wg.vmap(g)(*many), want, atol=1e-9)


def exact(function, x):
    """Evaluate a function of mpmath, of a real matrix, at 40 digits."""
    with mpmath.workdps(40):
        return np.array(function(mpmath.matrix(x.tolist())).tolist(), float)


def derivatives(function, x, t, step=1e-9):
    """Return first and second derivative in a direction, by differences of mpmath's function at 60 digits."""
    with mpmath.workdps(60):
        a, e = mpmath.matrix(x.tolist()), mpmath.matrix(t.tolist()) * mpmath.mpf(step)
        plus, at, minus = function(a + e), function(a), function(a - e)
        first, second = (plus - minus) / (2 * step), (plus - 2 * at + minus) / step**2
        return np.array(first.tolist(), float), np.array(second.tolist(), float)


JORDAN = np.array([[2.0, 1.0, 0.0], [0.0, 2.0, 1.0], [0.0, 0.0, 2.0]])


@pytest.mark.parametrize(
    ("ours", "theirs", "x"),
    [
        (linalg.expm, mpmath.expm, B),
        (linalg.expm, mpmath.expm, 8 * B),
        (linalg.expm, mpmath.expm, 1e-3 * B),
        (linalg.expm, mpmath.expm, JORDAN),
        (linalg.expm, mpmath.expm, np.array([[-1.0, 1e4], [0.0, -3.0]])),
        (linalg.cosm, mpmath.cosm, B),
        (linalg.sqrtm, mpmath.sqrtm, H),
        (linalg.sqrtm, mpmath.sqrtm, JORDAN),
        (linalg.logm, mpmath.logm, JORDAN),
        (
            lambda a: linalg.fractional_matrix_power(a, 0.3),
            lambda a: mpmath.powm(a, 0.3),
            H[:2, :2],
        ),
    ],
)
def test_functions_of_matrices_and_their_derivatives_are_those_of_mpmath(ours, theirs, x):
    """Defective matrices too; first and second derivatives in a direction, by both modes."""
    t = rng.normal(size=x.shape)
    scale = np.linalg.norm(exact(theirs, x))
    np.testing.assert_allclose(ours(x), exact(theirs, x), 0, 1e-13 * scale)
    moved = lambda a: wg.jvp(ours, (a,), (t,))[1]
    first, second = derivatives(theirs, x, t)
    np.testing.assert_allclose(moved(x), first, 0, 1e-12 * np.linalg.norm(first))
    np.testing.assert_allclose(
        wg.jvp(moved, (x,), (t,))[1], second, 0, 1e-11 * np.linalg.norm(second)
    )
    weight = rng.normal(size=x.shape)
    slope = wg.grad(lambda a: np.sum(weight * ours(a)))(x)
    np.testing.assert_allclose(
        np.sum(slope * t), np.sum(weight * first), 1e-11, 1e-11 * np.linalg.norm(slope)
    )


EQUAL = np.linalg.qr(A)[0] @ np.diag([2.0, 2.0, 5.0]) @ np.linalg.qr(A)[0].T
EQUAL = (EQUAL + EQUAL.T) / 2


@pytest.mark.parametrize("a", [EQUAL, np.eye(3), EQUAL + 1e-7 * (B + B.T), JORDAN + np.diag(V)])
@pytest.mark.parametrize(
    ("func", "theirs"),
    [(np.exp, linalg.expm), (np.sqrt, linalg.sqrtm), (lambda w: w * w * w, lambda a: a @ a @ a)],
)
def test_functions_applied_to_eigenvalues_have_derivatives_where_these_are_equal(a, func, theirs):
    """Where the derivatives of eigenvectors do not exist, and that of a function does: in both modes, and under vmap."""
    t, weight = rng.normal(size=(2, 3, 3))
    ours = lambda a: linalg.funm(a, func)
    close = lambda x, y: np.testing.assert_allclose(x, y, 1e-8, 1e-8 * np.linalg.norm(y))
    close(ours(a), theirs(a))
    assert np.asarray(ours(a)).dtype == float
    moved = wg.jvp(theirs, (a,), (t,))[1]
    close(wg.jvp(ours, (a,), (t,))[1], moved)
    slope = lambda f: wg.grad(lambda a: np.sum(weight * f(a)))
    close(slope(ours)(a), slope(theirs)(a))
    many = np.stack([a, H])
    close(wg.vmap(slope(ours))(many), [slope(theirs)(x) for x in many])


def test_what_eigenvalues_do_not_determine_of_a_function_is_an_error():
    with pytest.raises(np.linalg.LinAlgError, match="eigenvectors of A are dependent"):
        linalg.funm(JORDAN, np.exp)
    with pytest.raises(wg.DerivativeError, match="values 0 and 1 of"):
        wg.hessian(lambda a: np.sum(linalg.funm(a, np.exp)))(np.eye(2))
    with pytest.raises(ValueError, match=r"func was given \(3,\) and returned \(\)"):
        linalg.funm(H, np.sum)
    power = lambda a, p: np.sum(linalg.funm(a, lambda w: w**p))
    wg.testing.check_grads(lambda p: power(H, p), (0.7,), order=1)
    with pytest.raises(wg.DerivativeError, match="closes over"):
        wg.grad(power, (0, 1))(H, 0.7)


def test_logarithms_and_powers_of_complex_matrices():
    """Against the eigenvectors of a matrix that has them: f(a) V = V f(w), and divided differences."""
    t = draw(3, 3, dtype=complex)
    w, v = np.linalg.eig(C)
    inner = np.linalg.solve(v, t @ v)
    for ours, f, slope in (
        (linalg.logm, np.log, lambda z: 1 / z),
        (
            lambda a: linalg.fractional_matrix_power(a, 0.4),
            lambda z: z**0.4,
            lambda z: 0.4 * z**-0.6,
        ),
    ):
        gaps = w[:, None] - w + np.eye(3)
        differences = (f(w)[:, None] - f(w)) / gaps + np.diag(slope(w))
        want = v @ (differences * inner) @ np.linalg.inv(v)
        np.testing.assert_allclose(wg.jvp(ours, (C,), (t,))[1], want, atol=1e-12)
        ct = draw(3, 3, dtype=complex)
        (back,) = wg.vjp(ours, C)[1](ct)
        np.testing.assert_allclose(np.sum(back * t).real, np.sum(ct * want).real, 1e-11)


def test_the_power_of_a_power():
    f = lambda p: linalg.fractional_matrix_power(H, p)
    want = scipy.linalg.logm(H) @ scipy.linalg.fractional_matrix_power(H, 0.3)
    np.testing.assert_allclose(wg.jvp(f, (0.3,), (1.0,))[1], want, atol=1e-12)
    np.testing.assert_allclose(wg.grad(lambda p: np.sum(A * f(p)))(0.3), np.sum(A * want))


@pytest.mark.filterwarnings("ignore:Matrix is singular", "ignore:The logm input matrix")
@pytest.mark.parametrize("derivative", [wg.jacrev, wg.jacfwd])
def test_no_derivative_is_an_error(derivative):
    singular = np.diag([1.0, 0.0])
    cases = [
        (lambda a: linalg.schur(a)[0], A),
        (linalg.sqrtm, singular),
        (linalg.logm, singular),
        (lambda a: linalg.fractional_matrix_power(a, 0.5), singular),
        (lambda a: linalg.polar(a)[0], singular),
        (lambda a: linalg.eigh(a)[1], np.eye(2)),
    ]
    for f, x in cases:
        with pytest.raises((wg.DerivativeError, np.linalg.LinAlgError)):
            derivative(f)(x)


def test_a_gradient_that_depends_on_the_choice_of_a_basis_is_an_error():
    for f, x in ((linalg.null_space, WIDE), (lambda a: linalg.qr(a)[0], draw(4, 2))):
        with pytest.raises(wg.DerivativeError):
            wg.jacrev(f)(x)


def test_a_polar_form_of_equal_values_has_a_derivative():
    """At the identity: du is the skew part of da, and dp the symmetric one."""
    t = draw(3, 3)
    u, p = wg.jvp(lambda a: joined(linalg.polar(a)), (np.eye(3),), (t,))[1].reshape(2, 3, 3)
    np.testing.assert_allclose(u, (t - t.T) / 2, atol=1e-14)
    np.testing.assert_allclose(p, (t + t.T) / 2, atol=1e-14)


def test_long_bands_cost_what_they_have():
    """Of a million elements in three diagonals: no matrix of n^2 could be there. Tridiagonal solutions by their recurrence."""
    n = 100_000
    ab = np.stack([draw(n), 9 + draw(n), draw(n)])
    b = draw(n)
    x, (of_ab, of_b) = wg.value_and_grad(
        lambda ab, b: np.sum(linalg.solve_banded((1, 1), ab, b)), (0, 1)
    )(ab, b)
    back = scipy.linalg.solve_banded(
        (1, 1), np.stack([np.roll(ab[2], 1), ab[1], np.roll(ab[0], -1)]), np.ones(n)
    )
    np.testing.assert_allclose(of_b, back, atol=1e-14)
    forth = scipy.linalg.solve_banded((1, 1), ab, b)
    np.testing.assert_allclose(x, forth.sum(), 1e-10)
    np.testing.assert_allclose(of_ab[1], -back * forth, atol=1e-14)
    np.testing.assert_allclose(of_ab[0, 1:], -back[:-1] * forth[1:], atol=1e-14)
    np.testing.assert_allclose(of_ab[2, :-1], -back[1:] * forth[:-1], atol=1e-14)
    assert of_ab[0, 0] == of_ab[2, -1] == 0


def test_a_banded_factor_has_the_derivative_of_a_dense_one():
    """In several blocks, the last one not full: of log det, the band of the inverse."""
    n = 100
    ab = np.stack([draw(n), draw(n), 9 + draw(n)])
    log_det = lambda ab: 2 * np.sum(np.log(linalg.cholesky_banded(ab)[-1]))
    whole = sum(np.diag(ab[2 - d, d:], d) for d in range(3))
    whole = np.triu(whole, 1).T + whole
    inverse = np.linalg.inv(whole)
    value, slope = wg.value_and_grad(log_det)(ab)
    np.testing.assert_allclose(value, np.linalg.slogdet(whole)[1])
    np.testing.assert_allclose(slope[2], np.diag(inverse), atol=1e-13)
    for d in (1, 2):
        np.testing.assert_allclose(slope[2 - d, d:], 2 * np.diag(inverse, d), atol=1e-13)
    t = draw(3, n)
    moved = np.triu(sum(np.diag(t[2 - d, d:], d) for d in range(3)), 1)
    moved = moved + moved.T + np.diag(t[2])
    want = -np.trace(inverse @ moved @ inverse @ moved)
    np.testing.assert_allclose(
        wg.jvp(lambda a: wg.jvp(log_det, (a,), (t,))[1], (ab,), (t,))[1], want, 1e-10
    )


def test_a_definite_matrix_is_factored_once():
    """The derivative of a solution is another one with the same factor."""
    counts = wg.explain(lambda a: np.sum(linalg.solve(a, V, assume_a="pos") ** 2), H).counts
    assert counts["lu_solve"] == 1
    assert "cholesky" not in counts  # a constant, like LU factors


def test_norms_of_what_squares_lose():
    for scale in (1e-200, 1e200, 5e-324):
        x = scale * np.array([3.0, 4.0])
        norm, slope = wg.value_and_grad(linalg.norm)(x)
        assert norm == scipy.linalg.norm(x)
        np.testing.assert_allclose(slope, [0.6, 0.8], 1e-15)
    np.testing.assert_array_equal(wg.grad(linalg.norm)(np.zeros(2)), np.zeros(2))


@pytest.mark.parametrize(
    "f",
    [
        linalg.expm,
        linalg.sqrtm,
        lambda a: linalg.solve_banded((1, 1), a, V),
        lambda a: linalg.solve(a, V, assume_a="pos"),
        lambda a: linalg.polar(a)[0],
    ],
)
def test_in_checkpoints_and_by_backward(f):
    """Foreign rules and primitives alike; single precision stays what it is."""
    weight = np.cos(np.arange(np.size(f(H)))).reshape(np.shape(f(H)))
    total = lambda a: np.sum(f(a) * weight.astype(a.dtype))
    want = wg.grad(total)(H)
    np.testing.assert_allclose(wg.grad(wg.checkpoint(total))(H), want, 1e-12)
    x = wg.tensor(H, requires_grad=True)
    total(x).backward()
    np.testing.assert_allclose(x.grad, want, 1e-12)
    single = wg.grad(total)(H.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, want, 0, 1e-4 * abs(want).max())
