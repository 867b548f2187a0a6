"""Sparse Jacobians and Hessians, against dense ones."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse

import wengert as wg

RNG = np.random.default_rng(11)
X = RNG.uniform(0.5, 2.0, 12)


def brusselator(y):
    m = len(y) // 2
    u, v = y[:m], y[m:]
    reaction = u * u * v

    def spread(w):
        flow = w[1:] - w[:-1]
        return np.concatenate([flow[:1], flow[1:] - flow[:-1], -flow[-1:]])

    return np.concatenate([1 + reaction - 4 * u + spread(u), 3 * u - reaction + spread(v)])


def arrow(x):
    return np.sum(x[0] * x[1:] ** 2) + np.prod(x[:2])


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def by_elements(x):
    return np.stack([x[i] * x[i + 1] - x[i - 1] for i in range(1, len(x) - 1)])


MATRIX = RNG.normal(size=(5, 12))
INDEX = RNG.integers(0, 12, 20)
FUNCTIONS = {
    "brusselator": brusselator,
    "elements": by_elements,
    "diagonal": lambda x: np.exp(x) * 3,
    "convolution": lambda x: x[:-2] - 2 * np.sin(x[1:-1]) + x[2:],
    "sum": lambda x: np.sum(x * x),
    "reduced": lambda x: np.sum(np.reshape(x, (3, 4)) ** 2, axis=1),
    "product": lambda x: np.prod(np.reshape(x, (3, 4)), axis=0, keepdims=True),
    "extrema": lambda x: np.max(np.reshape(x, (2, 6)), axis=1) + np.min(x),
    "matmul": lambda x: MATRIX @ x,
    "matrices": lambda x: np.reshape(x[:6], (2, 3)) @ np.reshape(x[6:], (3, 2)),
    "stacks": lambda x: np.reshape(x, (2, 2, 3)) @ np.reshape(x[:3], (3, 1)),
    "row": lambda x: x[:3] @ np.reshape(x[:6], (3, 2)),
    "gather": lambda x: x[INDEX] * np.arange(20.0),
    "mask": lambda x: x[X > 1.0] ** 2,
    "where": lambda x: np.where(x > 1.0, x**2, x[::-1]),
    "cumulated": lambda x: np.cumsum(np.reshape(x, (3, 4)), axis=0),
    "cumulated backwards": lambda x: np.cumprod(np.reshape(x, (3, 4)), axis=1)[:, ::-1],
    "sorted": lambda x: np.sort(np.reshape(x, (4, 3)), axis=0),
    "triangle": lambda x: np.tril(np.reshape(x[:9], (3, 3))),
    "turned": lambda x: np.transpose(np.reshape(x, (2, 3, 2)), (2, 0, 1))[:, ::-1] ** 2,
    "broadcast": lambda x: x[:3, None] * x[None, 3:7],
    "parameters": lambda x: x[0] * np.arange(6.0) + x[1] * X[:6] ** 2,
    "rolled": lambda x: np.roll(x, 1) * x,
    "padded": lambda x: np.pad(x, 2) ** 2,
    "constant": lambda x: np.ones(3),
    "itself": lambda x: x,
    "flooring": lambda x: np.floor(x) * x,
    "norm": lambda x: x / np.sqrt(np.sum(x * x)),
    "scalar": lambda x: x[3],
    "nothing": lambda x: x[:0] * 2.0,
}


@pytest.mark.parametrize("mode", ["auto", "forward", "reverse"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_sparse_jacobian_is_the_dense_one(name, mode):
    fun = FUNCTIONS[name]
    dense = np.asarray(wg.jacobian(fun)(X))
    dense = dense.reshape(-1, X.size)
    jacobian = wg.jacobian(fun, mode=mode, sparse=True)
    for _ in range(2):  # planned, then by the plan
        sparse = jacobian(X)
        assert isinstance(sparse, scipy.sparse.csr_array)
        assert sparse.dtype == np.float64
        sparse.check_format(full_check=True)
        np.testing.assert_allclose(sparse.toarray(), dense, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_entry_is_in_the_pattern(name):
    fun = FUNCTIONS[name]
    pattern = wg.sparsity(fun, X)
    assert pattern.dtype == np.bool_
    dense = np.asarray(wg.jacobian(fun)(X)).reshape(-1, X.size)
    assert pattern.shape == dense.shape
    assert not np.any((dense != 0) & ~pattern.toarray())


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("brusselator", 2 * (2 * 5 + 6 + 6)),
        ("diagonal", 12),
        ("convolution", 30),
        ("elements", 30),
        ("reduced", 12),
        ("triangle", 6),
        ("broadcast", 24),
        ("scalar", 1),
        ("where", 24),
    ],
)
def test_patterns_have_no_more_than_they_need(name, count):
    assert wg.sparsity(FUNCTIONS[name], X).nnz == count
    assert wg.jacobian(FUNCTIONS[name], sparse=True)(X).nnz == count


@pytest.mark.parametrize("fun", [arrow, rosenbrock, lambda x: np.sum(np.sin(x)), lambda x: x @ x])
def test_sparse_hessian_is_the_dense_one(fun):
    sparse = wg.hessian(fun, sparse=True)(X)
    np.testing.assert_allclose(sparse.toarray(), wg.hessian(fun)(X), rtol=1e-13, atol=1e-13)
    assert (sparse != sparse.T).nnz == 0


def test_an_arrow_needs_few_sweeps():
    # A colour for the point, one for the shaft: otherwise this would take minutes and gigabytes.
    n = 20_000
    x = RNG.normal(size=n)
    hessian = wg.hessian(lambda x: np.sum(x[0] * x[1:] ** 2), sparse=True)(x)
    assert hessian.nnz == 3 * (n - 1)
    np.testing.assert_array_equal(hessian.diagonal()[1:], 2 * x[0])
    np.testing.assert_array_equal(hessian[[0]].toarray()[0, 1:], 2 * x[1:])


def test_residuals_that_share_unknowns_are_lanes():
    # Every camera sees every point: by columns of the Jacobian no two could share a seed.
    cameras, points = RNG.normal(size=(40, 3)), RNG.normal(size=(50, 2))
    i, j = (k.ravel() for k in np.meshgrid(np.arange(40), np.arange(50), indexing="ij"))

    def residuals(cameras, points):
        c, p = cameras[i], points[j]
        return np.stack([c[:, 0] * p[:, 0] + c[:, 2], np.sin(c[:, 1]) * p[:, 1] ** 2])

    dense = wg.jacobian(residuals, (0, 1))(cameras, points)
    sparse = wg.jacobian(residuals, (0, 1), sparse=True)(cameras, points)
    for a, b in zip(sparse, dense, strict=True):
        np.testing.assert_allclose(a.toarray(), b.reshape(a.shape), rtol=1e-14)
    assert [a.nnz for a in sparse] == [2000 * 3, 2000 * 2]


def test_elements_that_reach_a_row_twice_are_summed():
    index = np.array([0, 1, 0, 0])

    def fun(x):
        y = x[index]
        return np.sum(np.reshape(y, (2, 2)) ** 2, axis=1)

    sparse = wg.jacobian(fun, sparse=True)(X[:2])
    np.testing.assert_allclose(sparse.toarray(), wg.jacobian(fun)(X[:2]), rtol=1e-15)
    assert sparse.nnz == 3


def test_plans_follow_branches_indices_and_shapes():
    calls = []

    def fun(x, index):
        calls.append(len(x))
        y = x[index] * 2
        return y * y if x[0] > 1 else np.cumsum(y)

    jacobian = wg.jacobian(fun, sparse=True)
    dense = wg.jacobian(fun)
    for n in (4, 7, 4):
        for first in (0.5, 1.5):
            for shift in (1, 2, 1):
                x = RNG.uniform(1, 2, n)
                x[0] = first
                index = np.roll(np.arange(n), shift)
                np.testing.assert_allclose(jacobian(x, index).toarray(), dense(x, index))
    assert len(calls) == 2 * 18  # once for each value, planned or not


def test_indices_in_place_are_not_forgotten():
    index = np.array([0, 1, 2])
    jacobian = wg.jacobian(lambda x: x[index] ** 2, sparse=True)
    np.testing.assert_array_equal(jacobian(X[:3]).toarray(), np.diag(2 * X[:3]))
    index[:] = [2, 1, 0]
    np.testing.assert_array_equal(jacobian(X[:3]).toarray(), np.diag(2 * X[:3])[::-1])


def test_what_is_indexed_by_computed_values_depends_on_all():
    pattern = wg.sparsity(lambda x: x[np.argsort(x)] * 2, X)
    assert pattern.nnz == X.size**2
    jacobian = wg.jacobian(lambda x: x[np.argsort(x)] * 2, sparse=True)
    for x in (X, X[::-1].copy()):
        np.testing.assert_array_equal(jacobian(x).toarray(), 2 * np.eye(X.size)[np.argsort(x)])


def test_containers_and_several_arguments():
    def fun(p, y):
        return {"a": p["w"] * y, "b": [np.sum(y), p["c"] * 2]}

    p = {"w": X[:3].copy(), "c": 1.5}
    y = X[3:6].copy()
    dense, sparse = wg.jacobian(fun, (0, 1))(p, y), wg.jacobian(fun, (0, 1), sparse=True)(p, y)
    for a, b in [
        (sparse["a"][0]["w"], dense["a"][0]["w"]),
        (sparse["a"][0]["c"], dense["a"][0]["c"]),
        (sparse["a"][1], dense["a"][1]),
        (sparse["b"][0][1], dense["b"][0][1]),
        (sparse["b"][1][0]["c"], dense["b"][1][0]["c"]),
    ]:
        np.testing.assert_array_equal(a.toarray(), np.reshape(b, a.shape))


def test_hessian_of_several_arguments():
    def fun(x, y):
        return np.sum(x**2 * y) + np.sum(y[1:] * y[:-1])

    dense, sparse = wg.hessian(fun, (0, 1))(X, X), wg.hessian(fun, (0, 1), sparse=True)(X, X)
    for i in range(2):
        for j in range(2):
            np.testing.assert_allclose(sparse[i][j].toarray(), dense[i][j], rtol=1e-14)


def test_aux_and_keywords():
    def fun(x, *, scale):
        return x * scale, "note"

    jacobian, aux = wg.jacobian(fun, sparse=True, has_aux=True)(X, scale=3.0)
    assert aux == "note"
    np.testing.assert_array_equal(jacobian.toarray(), 3 * np.eye(12))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_dtypes(dtype):
    x = X.astype(dtype)
    is_complex = np.issubdtype(dtype, np.complexfloating)
    sparse = wg.jacobian(lambda x: x * x, sparse=True, holomorphic=is_complex)(x)
    assert sparse.dtype == dtype
    np.testing.assert_array_equal(sparse.toarray(), np.diag(2 * x))


def test_complex_results_of_real_arguments():
    def fun(x):
        return np.exp(1j * x[1:]) * x[:-1]

    for sparse in (False, True):
        jacobian = wg.jacobian(fun, sparse=sparse)(X)
        expected = wg.jacfwd(fun)(X)
        np.testing.assert_allclose(jacobian.toarray() if sparse else jacobian, expected, rtol=1e-14)


def test_custom_rules_are_dense():
    @wg.custom_jvp
    def twice(x):
        return 2 * x

    @twice.defjvp
    def _(primals, tangents):
        return twice(primals[0]), 2 * tangents[0]

    assert wg.sparsity(twice, X).nnz == 144
    np.testing.assert_array_equal(wg.jacobian(twice, sparse=True)(X).toarray(), 2 * np.eye(12))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_checkpoints_have_the_pattern_of_their_bodies(name):
    fun = FUNCTIONS[name]
    around = wg.checkpoint(fun)
    pattern = wg.sparsity(fun, X)
    assert (wg.sparsity(around, X) != pattern).nnz == 0
    found = wg.jacobian(lambda x: around(x) * 2, sparse=True)(X)
    np.testing.assert_allclose(
        found.toarray(), 2 * wg.jacobian(fun, sparse=True)(X).toarray(), rtol=1e-14
    )


@pytest.mark.parametrize("around", [wg.grad, wg.vmap, lambda f: lambda x: wg.jvp(f, [x], [x])])
def test_a_sparse_matrix_holds_no_tensors(around):
    jacobian = wg.jacobian(lambda x: x * x, sparse=True)
    with pytest.raises(wg.DerivativeError, match="sparse=False is needed"):
        around(lambda x: jacobian(x).sum())(
            np.ones((3,)) if around is not wg.vmap else np.ones((2, 3))
        )
    assert jacobian(X).nnz == 12


def test_a_pattern_is_not_taken_of_a_part_of_a_batch():
    def f(y):
        return y * y if y[0] > 0 else np.cumsum(y)

    x = np.array([[1.0, 2.0], [-1.0, 2.0]])
    with pytest.raises(wg.DerivativeError, match="sparse=False is needed"):
        wg.vmap(lambda x: x * wg.sparsity(f, x).sum())(x)
    # Of a gradient it is a constant part.
    assert wg.grad(lambda x: np.sum(x) * wg.sparsity(f, x).sum())(x[0]).tolist() == [2.0, 2.0]

    # Nothing but what Python reads differs between the examples.
    def g(x):
        return x * wg.sparsity(lambda y: y if x > 0 else np.cumsum(y), np.ones(2)).sum()

    assert np.array_equal(wg.vmap(g)(x[:, 0]), [2.0, -3.0])


def test_more_non_zeros_than_can_be_numbered_are_refused():
    x = np.ones(50_000)
    with pytest.raises(wg.ShapeError, match="2500000000 non-zeros"):
        wg.jacobian(lambda x: np.sum(x) * x, sparse=True)(x)
    with pytest.raises(wg.ShapeError, match="2500000000 non-zeros"):
        wg.sparsity(lambda x: np.sum(x) * x, x)


def test_inside_of_no_grad_and_around_what_requires_a_gradient():
    w = wg.tensor(X, requires_grad=True)
    jacobian = wg.jacobian(lambda x: x * w, sparse=True)
    with pytest.raises(wg.DerivativeError, match="or no_grad"):
        jacobian(X)
    with wg.no_grad():
        np.testing.assert_array_equal(jacobian(X).toarray(), np.diag(X))
        large = wg.jacobian(lambda x: np.repeat(w.detach(), 4) * x)(np.ones(48))
        np.testing.assert_array_equal(large, np.diag(np.repeat(X, 4)))
    assert wg.sparsity(lambda x: x * w, X).nnz == X.size
    assert wg.grad(lambda x: np.sum(x) * wg.sparsity(lambda y: y * x, X).nnz)(X)[0] == X.size


def test_misuse():
    with pytest.raises(wg.ShapeError, match="chunk_size is 3 and sparse is True"):
        wg.jacobian(np.sin, sparse=True, chunk_size=3)
    with pytest.raises(wg.ShapeError, match="chunk_size"):
        wg.hessian(np.sum, sparse=True, chunk_size=3)
    with pytest.raises(wg.DTypeError, match="a function is needed"):
        wg.sparsity(3, X)
    with pytest.raises(wg.DTypeError):
        wg.jacobian(lambda x: x * 1j, sparse=True, mode="reverse")(X)
    with pytest.raises(ValueError, match="scalar"):
        wg.hessian(lambda x: x, sparse=True)(X)


def test_the_result_is_the_callers():
    jacobian = wg.jacobian(lambda x: x * x, sparse=True)
    first = jacobian(X)
    first.data[:] = 0
    first.indices[:] = 0
    first.indptr[:] = 0
    np.testing.assert_array_equal(jacobian(X).toarray(), np.diag(2 * X))


@pytest.mark.memory
def test_a_large_pattern_takes_memory_by_its_non_zeros():
    script = """
import numpy as np
import scipy.sparse
import wengert as wg

x = np.zeros(1_000_000)
def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))

before = peak()
pattern = wg.sparsity(lambda x: x[:-2] - 2 * x[1:-1] + x[2:], x)
assert pattern.nnz == 3 * (x.size - 2)
print(peak() - before)
"""
    output = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout
    assert int(output) < 500_000  # kilobytes
