"""Small systems of equations, solved side by side: each as if it were alone, and the first without a solution named."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import _core as core

pytestmark = pytest.mark.isa

DTYPES = [np.float64, np.float32, np.complex128, np.complex64]
COUNT = 67  # more than are solved at once, and no multiple of a register's

each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
each_size = pytest.mark.parametrize("n", [1, 2, 3, 4])


def draw(*shape, dtype):
    rng = np.random.default_rng(shape)
    x = rng.standard_normal(shape)
    return (x + 1j * rng.standard_normal(shape) if np.dtype(dtype).kind == "c" else x).astype(dtype)


def solved(a, b, is_transposed=False):
    return np.asarray(core.solve(wg.tensor(a), wg.tensor(b), is_transposed))


@each_dtype
@each_size
def test_a_system_is_solved_as_if_alone(n, dtype):
    """Whatever it stands beside, and in whichever place: the same bits."""
    a = draw(COUNT, n, n, dtype=dtype)
    order = np.random.default_rng(n).permutation(COUNT)
    for k in (1, 2, 3, 4, 5):
        b = draw(COUNT, n, k, dtype=dtype)
        for is_transposed in (False, True):
            x = solved(a, b, is_transposed)
            alone = [solved(a[i], b[i], is_transposed) for i in range(COUNT)]
            np.testing.assert_array_equal(x, alone)
            np.testing.assert_array_equal(solved(a[order], b[order], is_transposed), x[order])
            matrices = np.swapaxes(a, -1, -2) if is_transposed else a
            size = np.abs(matrices) @ np.abs(x) + np.abs(b)
            residual = np.abs(matrices @ x.astype(np.complex128) - b)
            # Higham, Accuracy and Stability of Numerical Algorithms, 2002, theorem 9.4; growth is at most 2^(n - 1)
            assert np.all(
                residual <= 40 * 2**n * np.finfo(dtype).eps * size.max((-1, -2), keepdims=True)
            )


@each_dtype
def test_one_matrix_beside_many_right_hand_sides_and_many_beside_one(dtype):
    a, b = draw(5, 1, 3, 3, dtype=dtype), draw(7, 3, 2, dtype=dtype)
    want = [[solved(a[i, 0], b[j]) for j in range(7)] for i in range(5)]
    np.testing.assert_array_equal(solved(a, b), want)


@each_size
@each_dtype
def test_the_first_without_a_solution_is_named(n, dtype):
    a = draw(COUNT, n, n, dtype=dtype)
    for wrong in ((66,), (0, 1), (5, 3), (64, 65)):
        singular = a.copy()
        singular[list(wrong)] = 0 if n == 1 else np.ones((n, n))
        for operation in (
            lambda x: np.linalg.solve(x, np.ones((n, 1), dtype)),
            np.linalg.inv,
        ):
            with pytest.raises(np.linalg.LinAlgError, match=rf"Singular matrix: x\[{min(wrong)}\]"):
                operation(wg.tensor(singular))


@each_size
@pytest.mark.parametrize("dtype", [np.float64, np.complex128], ids=lambda d: d.__name__)
def test_a_pivot_without_an_inverse_is_divided_by(n, dtype):
    """The inverse of a number below 5.6e-309 is infinite; quotients by it need not be."""
    a = draw(9, n, n, dtype=dtype) + 3 * np.eye(n)
    a[4] = np.diag(np.full(n, 1e-310))
    b = np.full((9, n, 1), 2e-310, dtype)
    np.testing.assert_allclose(solved(a, b)[4], np.full((n, 1), 2.0), rtol=1e-10)


@each_dtype
def test_what_is_not_finite_stays_in_its_system(dtype):
    a, b = draw(9, 4, 4, dtype=dtype), draw(9, 4, 1, dtype=dtype)
    want = solved(a, b)
    a[2, 1, 1], a[7] = np.nan, np.inf
    found = solved(a, b)
    assert np.isnan(found[[2, 7]]).all()
    rest = [0, 1, 3, 4, 5, 6, 8]
    np.testing.assert_array_equal(found[rest], want[rest])


@each_dtype
@each_size
def test_gradients_of_many_are_those_of_each(n, dtype):
    a, b = (
        draw(COUNT, n, n, dtype=dtype) + 3 * np.eye(n, dtype=dtype),
        draw(COUNT, n, 1, dtype=dtype),
    )
    f = lambda a, b: np.sum(np.abs(wnp.linalg.solve(a, b)) ** 2)
    of_a, of_b = wg.grad(f, (0, 1))(a, b)
    for i in (0, 40, 66):
        one_a, one_b = wg.grad(f, (0, 1))(a[i], b[i])
        np.testing.assert_array_equal(of_a[i], one_a)
        np.testing.assert_array_equal(of_b[i], one_b)
