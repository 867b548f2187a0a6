"""``wengert.scipy.linalg`` against ``scipy.linalg``: values, dtypes, shapes and errors."""

import inspect
import itertools

import numpy as np
import pytest
import scipy.linalg

import wengert as wg
from linalg_cases import begin_anew, draw
from wengert.scipy import linalg

SINGLE = (np.float32, np.complex64)
DTYPES = [np.float64, np.float32, np.complex128, np.complex64, np.int64]


@pytest.fixture(autouse=True)
def draws_begin_anew():
    begin_anew()


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


def check_least_squares(a, b, cond=None):
    """Residues are real, and those of dependent columns none, as before SciPy 1.18."""
    x, residues, *rest = linalg.lstsq(wg.tensor(a), wg.tensor(b), cond)
    of_x, of_residues, *of_rest = scipy.linalg.lstsq(a, b, cond)
    assert_close((x, *rest), (of_x, *of_rest))
    if residues.size:
        assert_close(residues, np.real(of_residues), is_single=residues.dtype in SINGLE)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_least_squares(dtype):
    for shape in ((5, 3), (3, 5), (4, 4)):
        a = draw(*shape, dtype=dtype)
        check("pinv", a)
        check("pinv", a, return_rank=True)
        check("pinv", a, atol=1.0, return_rank=True)
        check("pinv", a, rtol=-1.0)
        for right in (draw(shape[0], dtype=dtype), draw(shape[0], 2, dtype=dtype)):
            check_least_squares(a, right)
        check("lstsq", a, draw(7, dtype=dtype))
        check_least_squares(a, draw(shape[0], dtype=dtype), 0.3)
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
        # some have more in later versions of SciPy, and some had others in earlier or later ones
        passing = ["disp", "blocksize", *(["overwrite_b"] if name == "eigvals" else [])]
        assert [x for x in theirs if x not in passing] == ours[: len(theirs)], name


@pytest.mark.parametrize("dtype", [np.float64, np.complex128], ids=lambda d: d.__name__)
def test_left_vectors(dtype):
    a, b = draw(4, 4, dtype=dtype), draw(4, 4, dtype=dtype, kind="regular")
    for matrix, beside in ((a, None), (a + a.T, None), (a, b), (np.stack([a, b]), None)):
        w, vl, vr = map(np.asarray, linalg.eig(matrix, beside, left=True))
        other = np.eye(4) if beside is None else beside
        turned = np.conj(np.swapaxes(vl, -1, -2))
        np.testing.assert_allclose(turned @ matrix, w[..., None] * (turned @ other), 0, 1e-12)
        np.testing.assert_allclose(np.linalg.norm(vl, axis=-2), 1.0)
        products = np.einsum("...ij,...ji->...i", turned @ other, vr)
        assert np.all(products.real > 0)
        np.testing.assert_allclose(products.imag, 0, 0, 1e-12)
        alone = linalg.eig(matrix, beside, left=True, right=False)
        assert len(alone) == 2
        np.testing.assert_array_equal(alone[1], vl)
        if beside is None and matrix.ndim == 2:
            theirs = scipy.linalg.eig(matrix, left=True)[1]
            assert vl.dtype == theirs.dtype
            np.testing.assert_allclose(abs(vl), abs(theirs), 0, 1e-12)
    defective = np.array([[0.0, 1.0], [0.0, 0.0]])
    np.testing.assert_allclose(
        abs(linalg.eig(defective, left=True)[1]), [[0.0, 0.0], [1.0, 1.0]], 0, 1e-15
    )


def test_tridiagonal_spectra():
    d, e = draw(6), draw(5)
    for select, span in (("a", None), ("i", (1, 3)), ("v", (-0.5, 1.5))):
        check("eigvalsh_tridiagonal", d, e, select, span)
        ours, theirs = (
            module.eigh_tridiagonal(d, e, select=select, select_range=span)
            for module in (linalg, scipy.linalg)
        )
        assert_close(ours[0], theirs[0])
        assert_close(abs(ours[1]), abs(theirs[1]), 1e-9)
    for wrong in ((d, e[:3]), (d, e, False, "x"), (d, e, False, "i"), (d + 0j, e)):
        with pytest.raises((ValueError, TypeError), match="eigh_tridiagonal"):
            linalg.eigh_tridiagonal(*wrong)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_signs_of_matrices(dtype):
    check("signm", draw(4, 4, dtype=dtype))
    check("signm", draw(3, 2, dtype=dtype))
