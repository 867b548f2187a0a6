"""Sparse and compressed Jacobians inside of `jit`."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import wengert as wg

pytest.importorskip("scipy.sparse")

X = np.random.default_rng(7).normal(size=40)


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def spread(x):
    return np.tanh(x[1:] * x[:-1]) - x[1:] ** 2


def arrow(x):
    return np.sum(x[1:] ** 3) * x[0] ** 2 + np.exp(x[0])


def branches(x):
    return x[1:] * x[:-1] if x[0] > 0 else x**2


def gathered(x):
    return np.cos(x[np.arange(60) * 7 % 40]) * x[0]


JACOBIANS = {
    "difference": (wg.jacobian, spread, {}),
    "forward": (wg.jacobian, spread, {"mode": "forward"}),
    "reverse": (wg.jacobian, spread, {"mode": "reverse"}),
    "square": (wg.jacobian, lambda x: x**2, {}),
    "gathered": (wg.jacobian, gathered, {}),
    "constant": (wg.jacobian, np.diff, {}),
    "nothing": (wg.jacobian, lambda x: x[:0], {}),
    "branches": (wg.jacobian, branches, {}),
    "two orders": (wg.jacobian, wg.grad(rosenbrock), {}),
    "hessian": (wg.hessian, rosenbrock, {}),
    "arrow": (wg.hessian, arrow, {}),
}


def runs_of(fun):
    return sum(program.runs for program in fun.programs)


def same(a, b):
    assert type(a) is type(b)
    assert a.shape == b.shape
    assert a.dtype == b.dtype
    assert a.has_canonical_format
    for part in ("data", "indices", "indptr"):
        one, other = getattr(a, part), getattr(b, part)
        assert one.dtype == other.dtype
        assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("name", JACOBIANS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_sparse_jacobians_are_replayed_bit_for_bit(name, dtype):
    transform, fun, options = JACOBIANS[name]
    f = transform(fun, sparse=True, **options)
    g = wg.jit(transform(fun, sparse=True, **options))
    for k in (1, -2, 3, -1, 0.5):
        x = (k * X).astype(dtype)
        same(g(x), f(x))
    assert runs_of(g) == (3 if name == "branches" else 4)


@pytest.mark.parametrize("name", JACOBIANS)
def test_dense_ones_share_seeds_as_outside(name):
    transform, fun, options = JACOBIANS[name]
    f, g = transform(fun, **options), wg.jit(transform(fun, **options))
    for k in (1, -2, 3, -1, 0.5):
        np.testing.assert_array_equal(g(k * X), f(k * X))
    assert runs_of(g) >= 3


def test_derivatives_of_compressed_jacobians():
    loss = lambda x: np.sum(np.sin(wg.jacobian(spread)(x)) ** 2)
    f, g = wg.grad(loss), wg.jit(wg.grad(loss))
    h = wg.grad(wg.jit(loss))
    for k in (1, 2, 3):
        np.testing.assert_allclose(g(k * X), f(k * X), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(h(k * X), f(k * X), rtol=1e-12, atol=1e-12)
    batch = wg.jit(wg.vmap(wg.jacobian(spread)))
    for k in (1, 2, 3):
        wanted = [wg.jacobian(spread)(x) for x in (k * X, X)]
        np.testing.assert_allclose(batch(np.stack([k * X, X])), wanted, rtol=1e-12)


def test_containers_of_matrices():
    def fun(a, b, scale):
        return {"product": a * b * scale, "sum": np.sum(a)}, 2.0 * scale

    f = wg.jacobian(fun, argnums=(0, 1), sparse=True, has_aux=True)
    g = wg.jit(f)
    for k in (1.0, 2.0, 3.0):
        (wanted, more), (found, also) = f(X, k * X, k), g(X, k * X, k)
        assert more == also
        assert found.keys() == wanted.keys()
        for key in wanted:
            for one, other in zip(found[key], wanted[key], strict=True):
                same(one, other)
    assert runs_of(g) == 2


def test_complex_ones_and_several_results():
    square = wg.jacobian(lambda z: z * z, holomorphic=True, sparse=True)
    f = wg.jit(lambda z: (np.sum(np.abs(z)), [square(z)]))
    for k in (1, 2j, 3):
        length, (matrix,) = f(k * (X + 1j))
        assert length == pytest.approx(np.sum(np.abs(k * (X + 1j))))
        same(matrix, square(k * (X + 1j)))
    assert runs_of(f) == 2


def test_results_belong_to_the_caller():
    f = wg.jit(wg.hessian(rosenbrock, sparse=True))
    f(X)
    one = f(X)
    wanted = one.copy()
    one.data[:], one.indices[:], one.indptr[:] = 0, 0, 0
    same(f(X), wanted)


@pytest.mark.parametrize(
    "use",
    [
        lambda m, x: m @ x,
        lambda m, x: m.T.toarray() * x[0],
        lambda m, x: float(m.data[0]) * x,
        lambda m, x: (m * 2).sum() * x,
        lambda m, x: pickle.loads(pickle.dumps(m)) @ np.ones(40) * x[0],
        lambda m, x: float(m.copy().data[1]) * x,
    ],
)
def test_what_scipy_computes_of_them_is_computed_anew(use):
    def step(x):
        return use(wg.hessian(rosenbrock, sparse=True)(x), x)

    f = wg.jit(step)
    for k in (1, 2, 3):
        np.testing.assert_array_equal(f(k * X), step(k * X))
    assert runs_of(f) == 0


def test_changed_matrices_are_returned_as_changed():
    def changed(x):
        matrix = wg.hessian(rosenbrock, sparse=True)(x)
        matrix.data[:] = 1.0
        return matrix

    def replaced(x):
        matrix = wg.hessian(rosenbrock, sparse=True)(x)
        matrix.data = np.ones(matrix.nnz)
        return matrix

    for fun in (changed, replaced):
        f = wg.jit(fun)
        for k in (1, 2):
            assert np.all(f(k * X).data == 1.0)


def test_tensors_and_threads():
    f = wg.jit(wg.hessian(rosenbrock, sparse=True))
    wanted = [wg.hessian(rosenbrock, sparse=True)(k * X) for k in range(8)]
    for k in range(3):
        same(f(wg.tensor(k * X)), wanted[k])
    with ThreadPoolExecutor(4) as pool:
        for k, matrix in enumerate(pool.map(lambda k: f(k * X), range(8))):
            same(matrix, wanted[k])


def test_inside_of_another_transform_they_are_refused():
    f = wg.jit(wg.jacobian(spread, sparse=True))
    for _ in range(2):
        with pytest.raises(wg.DerivativeError, match="sparse matrix holds numbers"):
            wg.grad(lambda x: np.sum(f(x).data))(X)
        f(X)
        f(2 * X)
    with pytest.raises(wg.DerivativeError, match="sparse matrix holds numbers"):
        wg.vmap(f)(np.stack([X, X]))


def test_patterns_are_constants_of_a_path():
    def fun(x):
        return np.sum(wg.sparsity(spread, x).toarray() * x)

    f = wg.jit(fun)
    for k in (1, 2, 3):
        assert f(k * X) == pytest.approx(fun(k * X))
    assert runs_of(f) == 2
