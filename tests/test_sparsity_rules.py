"""Sparsity rules, over the registry: no derivative is where the pattern has none."""

import numpy as np
import pytest

import wengert as wg
from structural_cases import CASES, plain
from wengert import _core as core

SMOOTH = [c for c in CASES if c.smooth and c.primitive.is_differentiable]
FORMULAS = [p for p in core.primitives if p.is_elementwise and p.is_differentiable]


def check(fun, operands):
    numbers = tuple(range(len(operands)))
    dense = wg.jacfwd(fun, numbers)(*operands)
    patterns = wg.sparsity(fun, *operands, argnums=numbers)
    for mode in ("forward", "reverse"):
        sparse = wg.jacobian(fun, numbers, mode=mode, sparse=True)(*operands)
        for pattern, found, wanted in zip(patterns, sparse, dense, strict=True):
            table = np.reshape(plain(wanted), pattern.shape)
            assert not np.any((table != 0) & ~pattern.toarray())
            np.testing.assert_allclose(found.toarray(), table, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("case", SMOOTH, ids=str)
def test_structural_primitives(case):
    operands = [np.asarray(case.operands[i]) for i in case.smooth]
    if any(np.iscomplexobj(x) for x in operands):
        parts = [(np.real(x), np.imag(x)) for x in operands]

        def fun(*x):
            return case.of_smooth(*(re + 1j * im for re, im in zip(x[::2], x[1::2], strict=True)))

        operands = [part for pair in parts for part in pair]
    else:
        fun = case.of_smooth

    def of_real_value(*x):
        y = fun(*x)
        return np.real(y) + 2 * np.imag(y) if np.iscomplexobj(y) else y

    check(of_real_value, operands)


@pytest.mark.parametrize("primitive", FORMULAS, ids=lambda p: p.name)
def test_formulas(primitive):
    rng = np.random.default_rng(8)
    low, high = primitive.domain
    shapes = [(2, 3), (3,)]
    operands = [rng.uniform(low, high, shape) for shape in shapes[: primitive.arity]]
    check(primitive, operands)
    numbers = tuple(range(primitive.arity))
    patterns = wg.sparsity(primitive, *operands, argnums=numbers)
    for pattern, table in zip(patterns, wg.jacfwd(primitive, numbers)(*operands), strict=True):
        assert pattern.nnz == 6 or not np.any(plain(table))
