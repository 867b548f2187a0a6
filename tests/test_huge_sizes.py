"""Sizes that no memory holds: an error at once, and a library that works afterwards."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

HUGE = 10**12
S, T = wg.tensor(1.0), wg.tensor(np.ones(3))
COLUMN, ROW = np.ones((10**6, 1)), np.ones((1, 10**6))
TOO_LARGE = {
    "zeros": lambda: wnp.zeros(HUGE),
    "zeros-bits": lambda: wnp.zeros((2**32, 2**32)),
    "zeros-word": lambda: wnp.zeros(2**64),
    "ones": lambda: wnp.ones((HUGE, HUGE)),
    "full": lambda: wnp.full((2**32, 2**32), S),
    "eye": lambda: wnp.eye(10**7),
    "arange": lambda: wnp.arange(HUGE),
    "linspace": lambda: np.linspace(S, 2.0, HUGE),
    "broadcast_to": lambda: np.broadcast_to(S, (2**62, 4)),
    "broadcast and add": lambda: np.broadcast_to(S, HUGE) + 1.0,
    "broadcast": lambda: wg.tensor(COLUMN) * ROW,
    "outer": lambda: np.outer(wg.tensor(ROW), ROW),
    "matmul": lambda: wg.tensor(COLUMN) @ ROW,
    "einsum": lambda: np.einsum("ij,kl->ijkl", wg.tensor(ROW), ROW),
    "repeat": lambda: np.repeat(T, HUGE),
    "repeat-bits": lambda: np.repeat(T, 2**62),
    "tile": lambda: np.tile(T, (2**31, 2**31)),
    "pad": lambda: np.pad(T, HUGE),
    "diag": lambda: np.diag(wg.tensor(ROW[0])),
    "concatenate": lambda: np.concatenate([np.broadcast_to(S, 2**40)] * 3),
    "stack": lambda: np.stack([np.broadcast_to(S, 2**40)] * 3),
    "take": lambda: np.take(T, np.broadcast_to(np.array(0), 2**40)),
    "astype": lambda: np.broadcast_to(S, 2**40).astype(np.float32),
    "cumsum": lambda: np.cumsum(np.broadcast_to(S, 2**40)),
    "sort": lambda: np.sort(np.broadcast_to(S, 2**40)),
    "tensor": lambda: wg.tensor(np.broadcast_to(1.0, 2**40)),
    "argument": lambda: wg.grad(np.sum)(np.broadcast_to(1.0, 2**40)),
    "inside": lambda: wg.grad(lambda x: np.sum(np.exp(np.broadcast_to(x, 2**40))))(1.0),
    "axes": lambda: T.reshape((1,) * 65 + (3,)),
    "index axes": lambda: T[(None,) * 70],
}


@pytest.mark.parametrize("make", TOO_LARGE.values(), ids=TOO_LARGE)
def test_sizes_beyond_memory_are_errors(make):
    with pytest.raises((MemoryError, ValueError)):
        make()
    with pytest.raises((MemoryError, ValueError)):
        wg.vjp(lambda x: (x * x, make()), 1.0)
    assert wg.grad(lambda x: x * x)(3.0) == 6.0
