"""``wengert.scipy.sparse``: products and equations with matrices whose stored elements are differentiated."""

import inspect
import itertools
import warnings

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg

import wengert as wg
from wengert.scipy import sparse
from wengert.scipy.sparse import linalg

rng = np.random.default_rng(4)
N = 6
# The places of a matrix with a full diagonal, row by row.
PATTERN = scipy.sparse.csr_array((np.eye(N) + np.eye(N, k=2) + np.eye(N, k=-1)) > 0)
DATA = rng.normal(size=PATTERN.nnz)
DATA[PATTERN.indices == np.repeat(np.arange(N), np.diff(PATTERN.indptr))] += 5
B, K = rng.normal(size=N), rng.normal(size=(N, 3))


def csr(data):
    return sparse.csr_array((data, PATTERN.indices, PATTERN.indptr), (N, N))


def dense(data):
    return csr(data).toarray()


def of_scipy(data):
    return scipy.sparse.csr_array((data, PATTERN.indices, PATTERN.indptr), (N, N))


def test_forms_hold_what_scipys_hold():
    """Elements that are stored twice are added; places are sorted where that is the form."""
    row, col = np.array([2, 0, 1, 2, 0]), np.array([0, 3, 1, 0, 0])
    data = rng.normal(size=5)
    theirs = scipy.sparse.coo_array((data, (row, col)), (3, 4))
    ours = sparse.coo_array((wg.tensor(data), (row, col)), (3, 4))
    assert (ours.shape, ours.dtype, ours.nnz) == (theirs.shape, theirs.dtype, theirs.nnz)
    forms = {
        "coo": ours,
        "csr": ours.tocsr(),
        "csc": ours.tocsc(),
        "csr of csc": ours.tocsc().tocsr(),
        "coo of csr": ours.tocsr().tocoo(),
        "csc of scipy": sparse.csc_array(theirs),
        "negative": -(ours * -1),
    }
    for name, form in forms.items():
        np.testing.assert_allclose(form.toarray(), theirs.toarray(), err_msg=name)
        np.testing.assert_allclose(form.T.toarray(), theirs.T.toarray())
        np.testing.assert_allclose(form.diagonal(), theirs.diagonal())
    for one, other in ((forms["csr"], theirs.tocsr()), (forms["csc"], theirs.tocsc())):
        other.sum_duplicates()
        np.testing.assert_array_equal(one.indices, other.indices)
        np.testing.assert_array_equal(one.indptr, other.indptr)
        np.testing.assert_allclose(one.data, other.data)
    other = scipy.sparse.random_array((3, 4), density=0.5, rng=rng).tocsr()
    np.testing.assert_allclose((ours + other).toarray(), (theirs + other).toarray())
    np.testing.assert_allclose((ours - other * 2).toarray(), (theirs - other * 2).toarray())
    np.testing.assert_allclose((3 * ours / 2).toarray(), 1.5 * theirs.toarray())
    assert ours.astype(np.float32).dtype == np.float32
    assert sparse.issparse(ours)
    assert sparse.issparse(other)
    assert not sparse.issparse(np.eye(2))


def test_diagonals():
    for offsets, shape in (([0, 1, -2], None), ([1, 0], (4, 5)), ([-1], (5, 4)), ([0], (3, 3))):
        m, n = shape or (4, 4)
        diagonals = [rng.normal(size=min(m + min(o, 0), n - max(o, 0))) for o in offsets]
        theirs = scipy.sparse.diags_array(diagonals, offsets=offsets, shape=shape)
        for format in (None, "csr", "csc", "coo"):
            ours = sparse.diags_array(diagonals, offsets=offsets, shape=shape, format=format)
            np.testing.assert_array_equal(ours.toarray(), theirs.toarray())
    one = sparse.diags_array([[2.0], [1.0]], offsets=[0, 1], shape=(3, 3))
    np.testing.assert_array_equal(one.toarray(), 2 * np.eye(3) + np.eye(3, k=1))
    np.testing.assert_array_equal(sparse.diags_array(B, offsets=0).toarray(), np.diag(B))
    for arguments in ((3,), (3, 4), (4, 2)):
        for k in (0, 1, -2):
            theirs = scipy.sparse.eye_array(*arguments, k=k).toarray()
            np.testing.assert_array_equal(sparse.eye_array(*arguments, k=k).toarray(), theirs)


def test_what_does_not_fit_is_an_error():
    wrong = [
        lambda: sparse.csr_array((DATA[1:], PATTERN.indices, PATTERN.indptr)),
        lambda: sparse.csr_array((DATA, PATTERN.indices, PATTERN.indptr[1:])),
        lambda: sparse.csr_array((DATA, PATTERN.indices, PATTERN.indptr), (N, 2)),
        lambda: sparse.csr_array((DATA, PATTERN.indices, PATTERN.indptr), (N + 1, N)),
        lambda: sparse.coo_array((DATA[:2], ([0, 1], [0]))),
        lambda: sparse.coo_array((DATA[:1], ([-1], [0]))),
        lambda: sparse.coo_array((DATA[:1], ([0.5], [0]))),
        lambda: sparse.coo_array(np.eye(2)),
        lambda: csr(DATA) @ B[1:],
        lambda: csr(DATA) @ csr(DATA),
        lambda: csr(DATA) * B,
        lambda: csr(DATA) + B,
        lambda: csr(DATA) + sparse.eye_array(2),
        lambda: sparse.diags_array([B, B], offsets=[0, 1]),
        lambda: sparse.diags_array([B], offsets=[0], format="dia"),
        lambda: linalg.spsolve(csr(DATA), B[1:]),
        lambda: linalg.spsolve(np.eye(N), B),
        lambda: linalg.spsolve(csr(DATA), csr(DATA)),
        lambda: linalg.spsolve(sparse.eye_array(2, 3), B[:2]),
        lambda: linalg.spsolve(csr(0 * DATA), B),
        lambda: linalg.cg(csr(DATA), K),
        lambda: linalg.splu(csr(DATA)).solve(B, "X"),
    ]
    for call in wrong:
        with pytest.raises((ValueError, TypeError)):
            call()


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128, np.complex64, np.int64])
def test_values_are_scipys(dtype):
    data = (4 * DATA).astype(dtype)
    if np.dtype(dtype).kind == "c":
        data = data + dtype(1j) * rng.normal(size=len(data))
        data = data.astype(dtype)
    single = np.dtype(dtype).char in "fF"
    tolerance = 2e-5 if single else 1e-12
    ours, theirs = csr(wg.tensor(data)), of_scipy(data)
    for right in (B.astype(np.float32) if single else B, K.astype(dtype), K[:, :1].astype(dtype)):
        products = ((ours @ right, theirs @ right), (right.T @ ours, right.T @ theirs))
        solutions = [
            (linalg.spsolve(ours, right), scipy.sparse.linalg.spsolve(theirs.tocsc(), right)),
            (linalg.spsolve(theirs, right), scipy.sparse.linalg.spsolve(theirs.tocsc(), right)),
        ]
        if np.dtype(dtype).kind != "i" and right.dtype == dtype:
            factor = scipy.sparse.linalg.splu(theirs.tocsc())
            solutions += [
                (linalg.splu(ours).solve(right, which), factor.solve(right, which))
                for which in ("N", "T", "H")
            ]
            solutions.append((linalg.factorized(ours)(right), factor.solve(right)))
        for one, other in (*products, *solutions):
            assert (one.shape, one.dtype) == (other.shape, other.dtype)
            np.testing.assert_allclose(one, other, 0, tolerance * max(1, abs(other).max()))
    b = K[:, 0].astype(np.result_type(dtype, np.float32))
    for name, rtol in itertools.product(("cg", "gmres", "bicgstab"), (1e-3, 1e-6)):
        given = (theirs + theirs.conj().T).astype(b.dtype) if name == "cg" else theirs
        x, info = getattr(linalg, name)(sparse.csr_array(given), b, rtol=rtol)
        other, theirs_info = getattr(scipy.sparse.linalg, name)(given, b, rtol=rtol)
        assert (x.shape, x.dtype, info) == (other.shape, other.dtype, theirs_info)
        np.testing.assert_allclose(x, other, 0, tolerance)


def normal_solution(factors, b):
    return factors.solve(factors.solve(b), "T")


TIGHT = {"rtol": 1e-13}
FUNCTIONS = {
    "product": (lambda d, x: csr(d) @ x, (DATA, B)),
    "product with a matrix": (lambda d, x: csr(d) @ x, (DATA, K)),
    "product from the left": (lambda d, x: x @ csr(d), (DATA, B)),
    "product from the left with a matrix": (lambda d, x: x.T @ csr(d).tocsc(), (DATA, K)),
    "transpose": (lambda d, x: csr(d).T @ x, (DATA, B)),
    "sums": (
        lambda d, c: (c * csr(d) + sparse.eye_array(N) - csr(d).T / c).toarray() ** 2,
        (DATA, np.array(0.7)),
    ),
    "twice in one place": (
        lambda d: sparse.coo_array((d, ([0, 1, 0], [1, 0, 1]))).tocsr().data ** 2,
        (DATA[:3],),
    ),
    "diagonals": (
        lambda a, b: sparse.diags_array([a, b], offsets=[0, 2], shape=(N, N)) @ B,
        (B, B[:4]),
    ),
    "spsolve": (lambda d, b: linalg.spsolve(csr(d), b), (DATA, B)),
    "spsolve of columns": (lambda d, b: linalg.spsolve(csr(d), b), (DATA, K)),
    "spsolve, complex": (
        lambda d, b: linalg.spsolve(csr(d), b),
        (DATA * (1 + 0.2j), K[:, 0] + 1j * K[:, 1]),
    ),
    "spsolve, a complex side": (
        lambda d, b: linalg.spsolve(csr(d), b),
        (DATA, K[:, 0] + 1j * K[:, 1]),
    ),
    "spsolve, a constant matrix": (lambda b: linalg.spsolve(of_scipy(DATA), b), (B,)),
    "factors used twice": (
        lambda d, b: normal_solution(linalg.splu(csr(d)), b),
        (DATA, B),
    ),
    "factors, adjoint": (
        lambda d, b: linalg.splu(csr(d)).solve(b, "H"),
        (DATA * (1 + 0.2j), K + 0j),
    ),
    "cg": (
        lambda d, b: linalg.cg(csr(d) + csr(d).T, b, **TIGHT)[0],
        (DATA, B),
    ),
    "cg, Hermitian": (
        lambda d, b: linalg.cg(csr(d) + csr(d).conj().T, b, **TIGHT)[0],
        (DATA * (1 + 0.2j), B),
    ),
    "gmres": (lambda d, b: linalg.gmres(csr(d), b, **TIGHT)[0], (DATA, B)),
    "gmres, complex": (lambda d, b: linalg.gmres(csr(d), b, **TIGHT)[0], (DATA * (1 + 0.2j), B)),
    "bicgstab": (lambda d, b: linalg.bicgstab(csr(d), b, **TIGHT)[0], (DATA, B)),
    "cg, dense": (
        lambda a, b: linalg.cg(a @ a.T + np.eye(3), b, **TIGHT)[0],
        (K[:3], B[:3]),
    ),
    "gmres, dense": (lambda a, b: linalg.gmres(a, b, **TIGHT)[0], (K[:3] + 4 * np.eye(3), B[:3])),
    "gmres, an operator": (
        lambda b: linalg.gmres(scipy.sparse.linalg.aslinearoperator(of_scipy(DATA)), b, **TIGHT)[0],
        (B,),
    ),
    "cg, a preconditioner": (
        lambda d, b: linalg.cg(csr(d) + csr(d).T, b, M=scipy.sparse.eye_array(N) / 5, **TIGHT)[0],
        (DATA, B),
    ),
    "gmres, a preconditioner": (
        lambda d, b: linalg.gmres(csr(d), b, x0=B, M=scipy.sparse.eye_array(N) / 5, **TIGHT)[0],
        (DATA, B),
    ),
}


@pytest.mark.parametrize(("f", "operands"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_derivatives(f, operands):
    wg.testing.check_grads(f, operands, order=2)


@pytest.mark.parametrize(("f", "operands"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_batches(f, operands):
    many = [np.stack([x, 1.25 * x, 0.9 * x]) for x in operands]
    square = lambda *x: np.sum(np.abs(f(*x)) ** 2)
    for axes in itertools.product((0, None), repeat=len(operands)):
        if axes == (None,) * len(operands):
            continue
        given = [x if axis == 0 else x[1] for x, axis in zip(many, axes, strict=True)]
        for g in (f, wg.grad(square, tuple(range(len(operands))))):
            want = [
                g(*[x[i] if axis == 0 else x for x, axis in zip(given, axes, strict=True)])
                for i in range(3)
            ]
            got = wg.vmap(g, axes)(*given)
            for one, *others in zip(
                *(x if isinstance(x, tuple) else (x,) for x in (got, *want)), strict=True
            ):
                np.testing.assert_allclose(one, np.stack(others), atol=1e-9)


def test_derivatives_are_those_of_the_dense_matrix():
    """All of them in the places of the pattern: value, gradient, Hessian."""
    for solver in (
        linalg.spsolve,
        lambda a, b: linalg.gmres(a, b, rtol=1e-14)[0],
        lambda a, b: linalg.bicgstab(a, b, rtol=1e-12)[0],
    ):
        f = lambda d, solver=solver: np.sum(np.sin(solver(csr(d), B)))
        g = lambda d: np.sum(np.sin(np.linalg.solve(dense(d), B)))
        np.testing.assert_allclose(f(DATA), g(DATA))
        np.testing.assert_allclose(wg.grad(f)(DATA), wg.grad(g)(DATA), atol=1e-11)
        np.testing.assert_allclose(wg.hessian(f)(DATA), wg.hessian(g)(DATA), atol=1e-11)
        np.testing.assert_allclose(wg.jacfwd(f)(DATA), wg.grad(g)(DATA), atol=1e-11)


def test_a_matrix_is_factored_once(monkeypatch):
    """For the value, the gradient and a product with the Hessian; for the rows of a Jacobian; for a batch of sides."""
    counts = []
    original = scipy.sparse.linalg.splu
    monkeypatch.setattr(
        scipy.sparse.linalg, "splu", lambda *a, **k: (counts.append(1), original(*a, **k))[1]
    )
    f = lambda d: np.sum(linalg.spsolve(csr(d), B) ** 2)
    runs = [
        lambda: wg.value_and_grad(f)(DATA),
        lambda: wg.hvp(f, (DATA,), (DATA,)),
        lambda: wg.jvp(f, (DATA,), (DATA,)),
        lambda: wg.jacrev(lambda d: linalg.spsolve(csr(d), B))(DATA),
        lambda: wg.jacfwd(lambda d: linalg.spsolve(csr(d), B))(DATA),
        lambda: wg.vmap(lambda b: linalg.spsolve(csr(DATA), b))(K.T),
        lambda: wg.hessian(lambda b: np.sum(linalg.spsolve(csr(DATA), b) ** 3))(B),
    ]
    for run in runs:
        counts.clear()
        run()
        assert len(counts) == 1


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_places_outside_of_the_matrix_are_not_read(dtype):
    for columns, starts in (
        ([0, 3], [0, 1, 2]),
        ([-1, 0], [0, 1, 2]),
        ([0, 1], [0, 3, 2]),
        ([0, 1], [0, -1, 2]),
        ([0, 1], [0, 1, 1]),
        ([0, 1], [1, 1, 2]),
        ([2**31 - 1, 0], [0, 1, 2]),
        ([-(2**31), 0], [0, 1, 2]),
    ):
        places = (np.array(columns, dtype), np.array(starts, dtype))
        with pytest.raises(IndexError, match="not in a matrix of 2 rows and 3 columns"):
            wg._core.sparse_matmul(np.ones(2), np.ones((3, 1)), *places, 3, False)
        with pytest.raises(IndexError, match="not in a matrix of 2 rows and 3 columns"):
            wg._core.sampled_product(np.ones((2, 1)), np.ones((3, 1)), *places)


def test_singular_matrices_are_errors():
    """Where SciPy's warns and returns NaN."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for f in (linalg.spsolve, lambda a, b: linalg.splu(a).solve(b)):
            with pytest.raises(np.linalg.LinAlgError, match="singular"):
                f(csr(0 * DATA), B)


def test_what_does_not_converge():
    """The value says so as SciPy's; a derivative that would be of nothing is an error."""
    _, info = linalg.gmres(csr(DATA), B, rtol=1e-14, maxiter=1, restart=2)
    assert info == scipy.sparse.linalg.gmres(of_scipy(DATA), B, rtol=1e-14, maxiter=1, restart=2)[1]
    assert info > 0
    f = lambda d: linalg.gmres(csr(d), B, rtol=1e-14, maxiter=1, restart=2)[0]
    for derivative in (wg.jacrev, wg.jacfwd):
        with pytest.raises(np.linalg.LinAlgError, match="no convergence"):
            derivative(f)(DATA)


def test_a_callback_sees_the_iteration_of_the_value_alone():
    seen = []
    wg.grad(lambda b: np.sum(linalg.cg(csr(DATA) + csr(DATA).T, b, callback=seen.append)[0]))(B)
    matrix, theirs = of_scipy(DATA + 0), []
    scipy.sparse.linalg.cg(matrix + matrix.T, B, callback=theirs.append)
    assert len(seen) == len(theirs)


def test_a_large_system_costs_what_its_elements_do():
    """A membrane of 10,000 points: no dense matrix could be there. Its compliance and that's derivative are known."""
    n = 100
    line = scipy.sparse.diags_array(
        [-np.ones(n - 1), 2 * np.ones(n), -np.ones(n - 1)], offsets=[-1, 0, 1]
    )
    laplacian = scipy.sparse.kronsum(line, line).tocsr()

    def compliance(data):
        matrix = sparse.csr_array((data, laplacian.indices, laplacian.indptr), laplacian.shape)
        return np.mean(linalg.spsolve(matrix, np.ones(n * n)))

    value, slope = wg.value_and_grad(compliance)(laplacian.data)
    x = scipy.sparse.linalg.spsolve(laplacian.tocsc(), np.ones(n * n))
    rows = np.repeat(np.arange(n * n), np.diff(laplacian.indptr))
    np.testing.assert_allclose(value, x.mean())
    np.testing.assert_allclose(slope, -x[rows] * x[laplacian.indices] / (n * n), 1e-9)


def test_sparse_patterns_are_found():
    """The Jacobian of a product in its vector has the pattern of the matrix."""
    found = wg.jacobian(lambda x: np.sin(csr(DATA) @ x), sparse=True)(B)
    assert found.nnz == PATTERN.nnz


def test_every_function_is_documented_and_has_scipys_signature():
    for space, theirs in ((linalg, scipy.sparse.linalg), (sparse, scipy.sparse)):
        for name in space.__all__:
            function = getattr(space, name)
            for section in ("Parameters\n", "Examples\n"):
                assert section in function.__doc__, (name, section)
            if inspect.isfunction(function):
                own = inspect.signature(function).parameters
                assert list(own) == list(inspect.signature(getattr(theirs, name)).parameters), name


def test_in_checkpoints_and_by_backward():
    total = lambda d: np.sum(linalg.spsolve(csr(d), B) ** 2)
    want = wg.grad(total)(DATA)
    np.testing.assert_allclose(wg.grad(wg.checkpoint(total))(DATA), want, 1e-12)
    d = wg.tensor(DATA, requires_grad=True)
    total(d).backward()
    np.testing.assert_allclose(d.grad, want, 1e-12)
    assert wg.grad(total)(DATA.astype(np.float32)).dtype == np.float32
    forward = wg.linearize(lambda d: linalg.spsolve(csr(d), B), DATA)[1](DATA)
    np.testing.assert_allclose(forward, -linalg.spsolve(csr(DATA), B), atol=1e-12)
