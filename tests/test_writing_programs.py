"""Programs as people write them, with arrays that are filled and changed in place.

Each is plain NumPy but for where its arrays come from: `zeros` is NumPy's, or ours. Its value is that of
NumPy on ndarrays, its derivative that of central differences.
"""

import numpy as np
import pytest

import wengert as wg
from matrix_programs import MATRIX_PROGRAMS
from sequence_programs import SEQUENCE_PROGRAMS, adam_unrolled

PROGRAMS = MATRIX_PROGRAMS | SEQUENCE_PROGRAMS
EACH = pytest.mark.parametrize(
    ("program", "size"), PROGRAMS.items(), ids=[program.__name__ for program in PROGRAMS]
)


def start(program, size):
    shift = 2.0 if program is adam_unrolled else 0.0
    return np.random.default_rng(size).normal(size=size) + shift


def ours(program):
    return lambda x: program(x, wg.numpy.zeros)


def slope(f, x, t, step=1e-6):
    return (f(x + step * t) - f(x - step * t)) / (2 * step)


@EACH
def test_values_and_derivatives(program, size):
    x = start(program, size)
    t = np.cos(np.arange(size))
    before = x.copy()
    value, gradient = wg.value_and_grad(ours(program))(x)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(value, program(x.copy(), np.zeros), rtol=1e-12)
    difference = slope(lambda x: float(program(x, np.zeros)), x, t)
    np.testing.assert_allclose(gradient @ t, difference, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(wg.jvp(ours(program), (x,), (t,))[1], gradient @ t, rtol=1e-9)
    checkpointed = wg.checkpoint(lambda x: ours(program)(x.copy()))
    np.testing.assert_allclose(wg.grad(checkpointed)(x), gradient, rtol=1e-12)
    leaf = wg.tensor(x, requires_grad=True)
    ours(program)(leaf.copy()).backward()
    np.testing.assert_allclose(leaf.grad, gradient, rtol=1e-12)


@EACH
def test_batches(program, size):
    points = start(program, size) * np.array([[1.0], [0.99], [-0.5]])
    gradient = wg.grad(ours(program))
    one_by_one = np.stack([gradient(x) for x in points])
    np.testing.assert_allclose(wg.vmap(gradient)(points), one_by_one, rtol=1e-9, atol=1e-12)


@EACH
def test_second_derivatives(program, size):
    x = start(program, size)
    t = np.cos(np.arange(size))
    gradient = wg.grad(ours(program))
    over_gradient = wg.jvp(gradient, (x,), (t,))[1]
    np.testing.assert_allclose(over_gradient, slope(gradient, x, t), rtol=1e-3, atol=1e-3)
    hessian = wg.jacfwd(wg.jacfwd(ours(program)))(x)
    np.testing.assert_allclose(hessian @ t, over_gradient, rtol=1e-8, atol=1e-8)
