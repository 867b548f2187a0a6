"""Folds of lines that lie side by side in memory: the bits of those that lie one behind the other."""

import numpy as np
import pytest

import wengert as wg
from wengert import _core as core

pytestmark = pytest.mark.isa

LENGTHS = [2, 7, 8, 20, 63, 64, 127, 128, 300, 1100, 2500]
FOLDS = [core.sum, core.max, core.min, core.prod]


def bits(x):
    return np.asarray(x.numpy()).tobytes()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n", LENGTHS)
def test_bits(n, dtype):
    rng = np.random.default_rng(n)
    x = rng.normal(size=(n, 2, 70)).astype(dtype)
    x[0, 0, :3] = -0.0
    x[n // 2, 0, 3] = np.nan
    x[n - 1, 1, 5:9] = np.inf
    for shown, axes in (
        (x.transpose(2, 1, 0), (-1,)),
        (x.transpose(1, 2, 0), (-1,)),
        (x[:, 1].T, (-1,)),
        (x[::-1, :, ::-1][:, :, ::-1].transpose(2, 1, 0), (-1,)),
        (np.moveaxis(x.reshape(n, 2, 7, 10), 0, -1), (-1,)),
        (x[: n - n % 2].reshape(-1, 2, 2, 70).transpose(3, 2, 0, 1), (-2, -1)),
    ):
        dense = np.ascontiguousarray(shown)
        for fold in FOLDS:
            for keepdims in (False, True):
                assert bits(fold(shown, axes, keepdims)) == bits(fold(dense, axes, keepdims))


def test_threads():
    x = np.random.default_rng(0).normal(size=(90, 20_000))
    threads = core.num_threads()
    try:
        found = []
        for count in (1, 4):
            core.set_num_threads(count)
            found.append(bits(core.sum(x.T, (-1,), False)))
        assert found[0] == found[1] == bits(core.sum(np.ascontiguousarray(x.T), (-1,), False))
    finally:
        core.set_num_threads(threads)


def test_derivatives():
    x = np.random.default_rng(0).normal(size=(30, 50))
    found = wg.grad(lambda x: np.sum(np.sum(x.T * x.T, 1) ** 2))(x)
    np.testing.assert_allclose(found, 4 * x * np.sum(x * x, 0), rtol=1e-13)


def test_lines_that_are_folded_in_pieces():
    x = np.random.default_rng(3).normal(size=(140_001, 9))
    assert bits(core.sum(x.T, (-1,), False)) == bits(
        core.sum(np.ascontiguousarray(x.T), (-1,), False)
    )
