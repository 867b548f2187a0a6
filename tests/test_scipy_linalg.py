"""``wengert.scipy.linalg`` against ``scipy.linalg``: values, dtypes, shapes and errors; derivatives."""

import inspect
import itertools

import mpmath
import numpy as np
import pytest
import scipy.linalg

import wengert as wg
from wengert.scipy import linalg

rng = np.random.default_rng(12)
SINGLE = (np.float32, np.complex64)
DTYPES = [np.float64, np.float32, np.complex128, np.complex64, np.int64]


@pytest.fixture(autouse=True)
def draws_begin_anew():
    """Draw the same numbers in a test, whichever tests ran before."""
    rng.bit_generator.state = np.random.default_rng(13).bit_generator.state


def draw(*shape, dtype=np.float64, kind=None):
    x = rng.normal(size=shape)
    if np.dtype(dtype).kind == "c":
        x = x + 1j * rng.normal(size=shape)
    if np.dtype(dtype).kind == "i":
        x = np.rint(3 * x)
    if kind == "regular":
        x = x + (30 if np.dtype(dtype).kind == "i" else 4) * np.eye(shape[-1])
    if kind == "definite":
        x = x @ np.conj(np.swapaxes(x, -1, -2)) + np.eye(shape[-1])
    return x.astype(dtype)


def outcome(function, *args, **kwargs):
    try:
        with np.errstate(all="ignore"):
            return function(*args, **kwargs)
    except (TypeError, ValueError, IndexError, NotImplementedError) as error:
        return error


def wrapped(x):
    if isinstance(x, np.ndarray):
        return wg.tensor(x)
    return tuple(map(wrapped, x)) if isinstance(x, tuple) else x


def assert_close(ours, theirs, tolerance=1e-11, is_single=False):
    if isinstance(theirs, tuple):
        assert isinstance(ours, tuple)
        for one, other in zip(ours, theirs, strict=True):
            assert_close(one, other, tolerance, is_single)
        return
    if theirs is None or isinstance(theirs, bool | int | np.integer):
        assert ours == theirs
        return
    theirs = np.asarray(theirs)
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
    is_single = is_single or theirs.dtype in SINGLE
    scale = max(1, np.max(abs(theirs), initial=0)) if theirs.dtype.kind in "fc" else 0
    np.testing.assert_allclose(ours, theirs, 0, scale * (3e-4 if is_single else tolerance))


def check(name, *args, **kwargs):
    theirs = outcome(getattr(scipy.linalg, name), *args, **kwargs)
    ours = outcome(getattr(linalg, name), *map(wrapped, args), **kwargs)
    if isinstance(theirs, Exception):
        assert isinstance(ours, Exception), (name, theirs, ours)
        return
    if isinstance(ours, Exception):
        raise ours
    # of single precision SciPy returns double here and there, with the digits of the former
    assert_close(
        ours, theirs, is_single=getattr(args[0], "dtype", None) in SINGLE if args else False
    )


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_equations(dtype):
    a, b, k = draw(5, 5, dtype=dtype, kind="regular"), draw(5, dtype=dtype), draw(5, 3, dtype=dtype)
    h = draw(5, 5, dtype=dtype, kind="definite")
    for right in (b, k):
        check("solve", a, right)
        check("solve", a, right, transposed=True)
        for structure, lower in itertools.product(("sym", "her", "pos", "gen"), (True, False)):
            given = h if structure != "gen" else a
            if structure == "pos" and np.dtype(dtype).kind == "c":
                given = np.tril(h) if lower else np.triu(h)
            check("solve", given, right, lower=lower, assume_a=structure)
        for trans, lower, unit in itertools.product((0, "T", 2), (True, False), (True, False)):
            check("solve_triangular", a, right, trans, lower, unit)
    check("inv", a)
    check("det", a)
    check("solve", -h, b, assume_a="pos")
    check("solve", np.zeros((3, 3), dtype), draw(3, dtype=dtype), assume_a="gen")
    check("solve_triangular", np.zeros((3, 3), dtype), draw(3, dtype=dtype))
    check("solve", a, draw(4, dtype=dtype))
    check("solve", a[:3], b)
    check("solve", a, b, assume_a="odd")


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_factors(dtype):
    h = draw(4, 4, dtype=dtype, kind="definite")
    for lower in (True, False):
        check("cholesky", h, lower)
        factor = scipy.linalg.cho_factor(h, lower)
        for right in (draw(4, dtype=dtype), draw(4, 2, dtype=dtype)):
            check("cho_solve", factor, right)
    for shape in ((4, 4), (5, 3), (3, 5), (1, 1), (1, 3), (3, 1)):
        a = draw(*shape, dtype=dtype)
        if not (shape == (1, 1) and np.dtype(dtype).kind == "c"):
            check("lu", a)  # whose permutation of one complex number is complex
        check("lu", a, permute_l=True)
        check("lu_factor", a)
        if shape != (1, 1):  # a zero for the place of each row, whatever their number
            assert_close(linalg.lu(a, p_indices=True)[0], scipy.linalg.lu(a, p_indices=True)[0])
        for mode, pivoting in itertools.product(("full", "r", "economic"), (False, True)):
            check("qr", a, mode=mode, pivoting=pivoting)
        check("svdvals", a)
        u, s, vh = linalg.svd(a, full_matrices=False)
        np.testing.assert_allclose((u * s) @ vh, a, 0, 1e-4 if a.dtype.itemsize < 8 else 1e-5)
    a = draw(4, 4, dtype=dtype, kind="regular")
    for right, trans in itertools.product(
        (draw(4, dtype=dtype), draw(4, 2, dtype=dtype)), (0, 1, 2)
    ):
        check("lu_solve", scipy.linalg.lu_factor(a), right, trans)
    check("qr", a, mode="half")
    check("lu", a[0])
    check("cholesky", -h)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_spectra(dtype):
    a, b = draw(4, 4, dtype=dtype), draw(4, 4, dtype=dtype, kind="definite")
    for lower in (True, False):
        check("eigvalsh", a, lower=lower)
        check("eigvalsh", a, subset_by_index=[1, 2], lower=lower)
        check("eigvalsh", a, subset_by_value=[-1, np.inf], lower=lower)
        for kind in (1, 2, 3):
            half = np.tril(a) if lower else np.triu(a)
            whole = half + np.conj(half.T)
            check("eigvalsh", whole, b, lower=lower, type=kind)
            w, v = linalg.eigh(whole, b, lower=lower, type=kind, subset_by_index=[0, 2])
            theirs = scipy.linalg.eigh(whole, b, lower=lower, type=kind, subset_by_index=[0, 2])
            assert_close(w, theirs[0])
            assert_close(abs(v), abs(theirs[1]), 1e-9)
    check("eigvalsh", a, a[:2, :2])
    check("eigvalsh", a, subset_by_index=[2, 5])
    check("eigvalsh", a, subset_by_value=[2, 1])
    check("eigvalsh", a, subset_by_value=[0, 1], subset_by_index=[0, 1])
    check("eigvalsh", a, -b)
    check("eigvals", a)
    w, v = linalg.eig(a, b)
    np.testing.assert_allclose(a @ v, b @ (v * w), 0, 1e-3 if a.dtype.itemsize < 8 else 1e-4)
    assert linalg.eig(a)[0].dtype == scipy.linalg.eig(a)[0].dtype
    assert linalg.eig(b)[1].dtype == scipy.linalg.eig(b)[1].dtype
    assert linalg.eig(a, right=False).shape == (4,)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_least_squares(dtype):
    for shape in ((5, 3), (3, 5), (4, 4)):
        a = draw(*shape, dtype=dtype)
        check("pinv", a)
        check("pinv", a, return_rank=True)
        check("pinv", a, atol=1.0, return_rank=True)
        check("pinv", a, rtol=-1.0)
        for right in (draw(shape[0], dtype=dtype), draw(shape[0], 2, dtype=dtype)):
            check("lstsq", a, right)
        check("lstsq", a, draw(7, dtype=dtype))
        check("lstsq", a, draw(shape[0], dtype=dtype), 0.3)
        for of in (scipy.linalg.orth, scipy.linalg.null_space):
            q, theirs = getattr(linalg, of.__name__)(wg.tensor(a)), of(a)
            assert (q.shape, q.dtype) == (theirs.shape, theirs.dtype)
            assert_close(q @ np.conj(q).T, theirs @ np.conj(theirs).T)
        for ord in (None, "fro", "nuc", -1, 2, -2):
            check("norm", a, ord)
        for ord in (1, np.inf):  # of which SciPy's are Python numbers
            np.testing.assert_allclose(linalg.norm(a, ord), scipy.linalg.norm(a, ord), 1e-6)
        check("norm", a, 3, 1)
        check("norm", a, 1, 0, keepdims=True)
    h = draw(4, 4, dtype=dtype, kind="definite")
    check("pinvh", np.tril(h), lower=True)
    check("pinvh", np.triu(h), lower=False, return_rank=True)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_special_matrices(dtype):
    c, r = draw(4, dtype=dtype), draw(3, dtype=dtype)
    for name in ("toeplitz", "hankel"):
        check(name, c, r)
        check(name, c)
        check(name, r, c)
        check(name, c[:1], c[:1])
    check("circulant", c)
    check("circulant", c[:1])
    if dtype not in (np.float32, np.complex64):
        check("companion", np.where(c == 0, 1, c))
        check("companion", np.array([0.0, 1.0]))
        check("companion", c[:1])
    check("leslie", c, r)
    check("leslie", c, c)
    for n, mode in itertools.product((1, 3, 4, 6), ("full", "same", "valid")):
        check("convolution_matrix", c, n, mode)
    check("convolution_matrix", c, 0)
    check("block_diag", draw(2, 3, dtype=dtype), draw(4, dtype=dtype), draw(1, 1, dtype=dtype))
    check("block_diag", draw(2, 0, dtype=dtype), draw(2, 2, dtype=dtype))
    check("block_diag")
    check("khatri_rao", draw(2, 3, dtype=dtype), draw(4, 3, dtype=dtype))
    check("khatri_rao", draw(2, 3, dtype=dtype), draw(4, 2, dtype=dtype))


@pytest.mark.filterwarnings("ignore:logm result may be inaccurate")
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_functions_of_matrices(dtype):
    for scale in (1e-3, 0.1, 0.5, 1, 3, 20):
        a = (scale * draw(4, 4)).astype(dtype)
        if np.dtype(dtype).kind == "c":
            a = a + dtype(1j) * draw(4, 4, dtype=dtype)
        check("expm", a)
        if scale <= 1:
            for name in ("cosm", "sinm", "coshm", "sinhm"):
                check(name, a)
            check("expm_frechet", a, a[::-1].copy())
    a = draw(4, 4, kind="regular").astype(dtype)
    if dtype != np.int64:
        check("tanm", a / 4)
        check("tanhm", a / 4)
    check("expm", a[:2])
    check("expm", np.zeros((0, 0), dtype))
    check("expm", a[:1, :1])
    check("polar", a)
    check("polar", a, side="left")
    check("polar", a[:2])
    check("polar", a[:2], side="left")
    check("polar", a, side="up")
    for name in ("logm", "sqrtm"):
        check(name, draw(4, 4, kind="definite").astype(dtype) + 4 * np.eye(4, dtype=dtype))
    for t in (0.5, -1.5, 3, -2):
        if dtype in (np.float64, np.complex128):
            check("fractional_matrix_power", a, t)
    b, q = draw(3, 3, dtype=dtype, kind="regular"), draw(4, 3, dtype=dtype)
    check("solve_sylvester", a, b, q)
    check("solve_sylvester", a, b, q.T)
    check("solve_continuous_lyapunov", a, a)
    if dtype in (np.float64, np.complex128):
        check("solve_discrete_lyapunov", a / 9, a)
        check("solve_discrete_lyapunov", a / 9, a, method="bilinear")
    check("solve_discrete_lyapunov", a, a, method="cubic")
    if dtype in (np.float64, np.complex128):
        for name in ("solve_continuous_are", "solve_discrete_are"):
            check(name, a, q, np.eye(4), np.eye(3))
            check(name, a, q, np.eye(4), np.eye(4))
    check("schur", a)
    check("schur", a, output="complex")


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_banded_equations(dtype):
    for n, k, (lower, upper) in itertools.product(
        (1, 4, 9), (None, 2), ((0, 0), (1, 1), (2, 1), (0, 3), (3, 0))
    ):
        b = draw(n, dtype=dtype) if k is None else draw(n, k, dtype=dtype)
        ab = draw(lower + upper + 1, n, dtype=dtype)
        ab[upper] += 9
        if n > 1:  # of one equation SciPy takes the first diagonal for the main one
            check("solve_banded", (lower, upper), ab, b)
        check("solve_banded", (lower, upper + 1), ab, b)
        u = min(max(lower, upper), n - 1)
        for is_lower in (True, False):
            h = draw(u + 1, n, dtype=dtype)
            h[0 if is_lower else u] = 20
            check("solveh_banded", h, b, lower=is_lower)
            check("solveh_banded", -h, b, lower=is_lower)
            factor = scipy.linalg.cholesky_banded(h, lower=is_lower)
            ours = linalg.cholesky_banded(wg.tensor(h), lower=is_lower)
            places = np.arange(n) < n - np.arange(u + 1)[:, None]
            assert_close(ours, np.where(places if is_lower else places[::-1, ::-1], factor, 0))
            check("cho_solve_banded", (factor, is_lower), b)
    check("solve_banded", (1, 1), np.zeros((3, 4), dtype), draw(4, dtype=dtype))
    check("solve_banded", (1, 1), np.ones((3, 4), dtype), draw(5, dtype=dtype))


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_equations_of_constant_diagonals(dtype):
    c, r = draw(5, dtype=dtype), draw(5, dtype=dtype)
    c[0] += 9
    r[0] = c[0]
    for right in (draw(5, dtype=dtype), draw(5, 2, dtype=dtype)):
        check("solve_toeplitz", (c, r), right)
        check("solve_toeplitz", c.real, right)
        if dtype in (np.float64, np.complex128):  # whose transforms are of double precision
            check("matmul_toeplitz", (c, r), right)
            check("matmul_toeplitz", (c[:2], r), right)
            check("matmul_toeplitz", c, right)
            check("matmul_toeplitz", (c, r[:1]), right[:1])
    check("solve_toeplitz", (c, r[:3]), r)
    check("solve_toeplitz", c[:1], r[:1])


A, B, V, K = draw(3, 3, kind="regular"), draw(3, 3), draw(3), draw(3, 2)
H = draw(3, 3, kind="definite")
C = draw(3, 3, dtype=complex, kind="regular")
G = draw(3, 3, dtype=complex, kind="definite")
W = draw(3, dtype=complex)
TALL, WIDE = draw(4, 3), draw(2, 4)
DIAGONALS = np.stack([draw(5), draw(5), 12 + draw(5)])
NINE = np.array([9, 0, 0])


def joined(results):
    return np.concatenate([np.ravel(x) for x in results])


def projector(q):
    return q @ q.T


# Functions of the operands to differentiate.
FUNCTIONS = {
    "solve": (linalg.solve, (A, V)),
    "solve, symmetric": (lambda a, b: linalg.solve(a, b, assume_a="sym", lower=True), (A, K)),
    "solve, definite": (lambda a, b: linalg.solve(a, b, assume_a="pos"), (H, K)),
    "solve, Hermitian": (lambda a, b: linalg.solve(a, b, assume_a="her"), (C, W)),
    "solve, complex definite": (
        lambda a, b: linalg.solve(a, b, assume_a="pos", lower=True),
        (G, W),
    ),
    "solve, diagonal": (lambda a, b: linalg.solve(a, b, assume_a="diagonal"), (A, K)),
    "solve, tridiagonal": (lambda a, b: linalg.solve(a, b, assume_a="tridiagonal"), (A, V)),
    "solve, transposed": (lambda a, b: linalg.solve(a, b, transposed=True), (A, V)),
    "solve_triangular": (lambda a, b: linalg.solve_triangular(a, b, "T", lower=True), (A, V)),
    "solve_triangular, complex": (lambda a, b: linalg.solve_triangular(a, b, 2), (C, W)),
    "solve_triangular, unit": (lambda a, b: linalg.solve_triangular(a, b, 1, False, True), (A, K)),
    "inv": (lambda a: linalg.inv(a, assume_a="pos"), (H,)),
    "det": (linalg.det, (A,)),
    "cholesky": (linalg.cholesky, (H,)),
    "cholesky, lower": (lambda a: linalg.cholesky(a, lower=True), (G,)),
    "cho_solve": (lambda a, b: linalg.cho_solve(linalg.cho_factor(a), b), (H, V)),
    "cho_solve, complex": (lambda a, b: linalg.cho_solve((a, True), b), (C, W)),
    "lu": (lambda a: joined(linalg.lu(a)[1:]), (TALL,)),
    "lu, permuted": (lambda a: joined(linalg.lu(a, permute_l=True)), (WIDE,)),
    "lu_solve": (lambda a, b: linalg.lu_solve(linalg.lu_factor(a), b), (A[::-1], V)),
    "lu_solve, adjoint": (lambda a, b: linalg.lu_solve(linalg.lu_factor(a), b, 2), (C, W)),
    "qr": (lambda a: joined(linalg.qr(a, mode="economic")), (TALL,)),
    "qr, r": (lambda a: linalg.qr(a, mode="r")[0], (TALL,)),
    "qr, pivoted": (lambda a: joined(linalg.qr(a, pivoting=True)[:2]), (A,)),
    "svdvals": (linalg.svdvals, (TALL,)),
    "pinv": (linalg.pinv, (WIDE,)),
    "pinvh": (linalg.pinvh, (A,)),
    "lstsq": (lambda a, b: joined(linalg.lstsq(a, b)[:2]), (TALL, draw(4))),
    "norm": (lambda a: linalg.norm(a, "nuc"), (TALL,)),
    "eigh": (lambda a: linalg.eigh(a)[1] ** 2, (A,)),
    "eigh, generalized": (lambda a, b: joined(x**2 for x in linalg.eigh(a, b)), (B, H)),
    "eigvalsh, second kind": (lambda a, b: linalg.eigvalsh(a, b, type=2, lower=False), (B, H)),
    "eigh, third kind": (lambda a, b: np.abs(linalg.eigh(a, b, type=3)[1]), (C, G)),
    "eigvals": (lambda a, b: np.abs(linalg.eigvals(a, b)), (B, H)),
    "projector, orth": (lambda a: projector(linalg.orth(a)), (TALL,)),
    "projector, null_space": (lambda a: projector(linalg.null_space(a)), (WIDE,)),
    "expm": (linalg.expm, (B,)),
    "expm, halved": (linalg.expm, (6 * B,)),
    "expm, small": (linalg.expm, (0.1 * B,)),
    "expm, complex": (linalg.expm, (C,)),
    "expm_frechet": (lambda a, e: joined(linalg.expm_frechet(a, e)), (A, B)),
    "cosm": (linalg.cosm, (B,)),
    "sinm, complex": (linalg.sinm, (C,)),
    "tanhm": (linalg.tanhm, (B,)),
    "sqrtm": (linalg.sqrtm, (H,)),
    "sqrtm, complex": (linalg.sqrtm, (C,)),
    "solve_sylvester": (linalg.solve_sylvester, (A, draw(2, 2, kind="regular"), K)),
    "solve_sylvester, complex": (linalg.solve_sylvester, (C, A, C)),
    "solve_continuous_lyapunov": (linalg.solve_continuous_lyapunov, (C, B)),
    "solve_discrete_lyapunov": (linalg.solve_discrete_lyapunov, (C / 9, B)),
    "solve_discrete_lyapunov, bilinear": (
        lambda a, q: linalg.solve_discrete_lyapunov(a, q, "bilinear"),
        (A / 9, B),
    ),
    "solve_continuous_are": (
        lambda a, b, q, r: linalg.solve_continuous_are(a, b, q + q.T, r + r.T),
        (A[:2, :2], K[:2], H[:2, :2], H[1:, 1:]),
    ),
    "solve_discrete_are": (
        lambda a, b, q, r: linalg.solve_discrete_are(a, b, q + q.T, r + r.T),
        (A[:2, :2], K[:2], H[:2, :2], H[1:, 1:]),
    ),
    "polar": (lambda a: joined(linalg.polar(a)), (A,)),
    "polar, tall": (lambda a: joined(linalg.polar(a, "left")), (TALL,)),
    "polar, wide": (lambda a: joined(linalg.polar(a)), (WIDE,)),
    "polar, complex": (lambda a: joined(linalg.polar(a)), (C,)),
    "solve_banded": (
        lambda ab, b: linalg.solve_banded((1, 1), ab, b),
        (DIAGONALS[[0, 2, 1]], draw(5, 2)),
    ),
    "solve_banded, complex": (
        lambda ab, b: linalg.solve_banded((1, 2), ab, b),
        (draw(4, 5, dtype=complex) + np.array([[0], [0], [9], [0]]), draw(5)),
    ),
    "solveh_banded": (linalg.solveh_banded, (DIAGONALS, draw(5))),
    "solveh_banded, lower": (
        lambda ab, b: linalg.solveh_banded(ab, b, lower=True),
        (DIAGONALS[::-1] * (1 + 0.1j), draw(5, 2)),
    ),
    "cholesky_banded": (linalg.cholesky_banded, (DIAGONALS,)),
    "cholesky_banded, lower": (
        lambda ab: linalg.cholesky_banded(ab, lower=True),
        (DIAGONALS[::-1] * (1 + 0.1j),),
    ),
    "cho_solve_banded": (lambda c, b: linalg.cho_solve_banded((c, False), b), (DIAGONALS, draw(5))),
    "cho_solve_banded, lower": (
        lambda c, b: linalg.cho_solve_banded((c, True), b),
        (DIAGONALS[::-1] * (1 + 0.1j), draw(5)),
    ),
    "solve_toeplitz": (
        lambda c, r, b: linalg.solve_toeplitz((c, r), b),
        (V + NINE, V[::-1], K),
    ),
    "solve_toeplitz of one": (linalg.solve_toeplitz, (W + NINE, V)),
    "matmul_toeplitz": (lambda c, r, x: linalg.matmul_toeplitz((c, r), x), (V[:2], V, K)),
    "toeplitz": (lambda c, r: linalg.toeplitz(c, r) ** 2, (V, K[:, 0])),
    "toeplitz of one": (linalg.toeplitz, (W,)),
    "hankel": (lambda c, r: linalg.hankel(c, r) ** 2, (V, K[:, 0])),
    "circulant": (lambda c: linalg.circulant(c) ** 2, (V,)),
    "companion": (linalg.companion, (V + 3,)),
    "leslie": (lambda f, s: linalg.leslie(f, s) ** 2, (V, V[:2])),
    "convolution_matrix": (lambda a: linalg.convolution_matrix(a, 4, "same") ** 2, (V,)),
    "block_diag": (lambda a, b: linalg.block_diag(a, b) ** 2, (A, K)),
    "khatri_rao": (linalg.khatri_rao, (A, K.T @ B)),
}


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


def test_norms_of_what_squares_lose():
    for scale in (1e-200, 1e200, 5e-324):
        x = scale * np.array([3.0, 4.0])
        norm, slope = wg.value_and_grad(linalg.norm)(x)
        assert norm == scipy.linalg.norm(x)
        np.testing.assert_allclose(slope, [0.6, 0.8], 1e-15)
    np.testing.assert_array_equal(wg.grad(linalg.norm)(np.zeros(2)), np.zeros(2))


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
        (linalg.logm, mpmath.logm, H),
        (linalg.logm, mpmath.logm, JORDAN),
        (lambda a: linalg.fractional_matrix_power(a, 0.3), lambda a: mpmath.powm(a, 0.3), H),
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
    np.testing.assert_allclose(wg.jacrev(f)(0.3), want, atol=1e-12)


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


def test_stacks_of_matrices():
    """Leading axes as SciPy has them from 1.16 on; here they may be of no example."""
    a, b, k = draw(2, 3, 3, kind="regular"), draw(3, 3), draw(2, 3, 2)
    h = draw(2, 3, 3, kind="definite")
    functions = {
        "solve": (a, k),
        "solve_triangular": (a, k),
        "inv": (a,),
        "det": (a,),
        "cholesky": (h,),
        "lu": (a,),
        "lu_factor": (a,),
        "qr": (a,),
        "svdvals": (a,),
        "eigvalsh": (h,),
        "pinv": (a,),
        "expm": (np.stack([9 * b, 0.01 * b]),),
        "logm": (h,),
        "sqrtm": (h,),
        "polar": (a,),
        "solve_sylvester": (a, b + 5 * np.eye(3), a),
        "solve_discrete_lyapunov": (a / 9, b),
        "toeplitz": (k[..., 0], k[..., 1]),
        "khatri_rao": (a, k @ b[:2]),
    }
    for name, operands in functions.items():
        whole = getattr(linalg, name)(*operands)
        for i in range(2):
            each = getattr(scipy.linalg, name)(
                *(x[i] if x.ndim == 3 or name == "toeplitz" else x for x in operands)
            )
            part = tuple([x[i] for x in whole]) if isinstance(whole, tuple) else whole[i]
            assert_close(part, each, 1e-10)
    np.testing.assert_allclose(linalg.solve(a, draw(3)).shape, (2, 3))


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


def test_every_function_is_documented_and_has_scipys_signature():
    for name in linalg.__all__:
        function = getattr(linalg, name)
        if isinstance(function, type):
            continue
        for section in ("Parameters\n", "Returns\n", "Examples\n"):
            assert section in function.__doc__, (name, section)
        ours = list(inspect.signature(function).parameters)
        of_scipy = getattr(scipy.linalg, name, function)  # later ones have no kron
        theirs = [*inspect.signature(of_scipy).parameters]
        # some have more in later versions of SciPy, and some had disp= and blocksize= in earlier ones
        assert [x for x in theirs if x not in ("disp", "blocksize")] == ours[: len(theirs)], name
