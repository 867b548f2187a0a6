"""What the tests of elementwise primitives run over."""

import numpy as np
import pytest

from wengert import _core as core

BOOLEAN, INTEGER, REAL, COMPLEX = 1, 2, 4, 8


FORMULAS = [p for p in core.primitives if p.is_elementwise]


def each(primitives):
    return pytest.mark.parametrize("primitive", primitives, ids=lambda p: p.name)


def sample(primitive, shape=(17,), seed=0, dtype=np.float64):
    """Operands from the interval on which the formula is smooth."""
    rng = np.random.default_rng(seed)
    low, high = primitive.domain
    operands = [rng.uniform(low, high, shape) for _ in range(primitive.arity)]
    if np.issubdtype(dtype, np.complexfloating):
        operands = [x + 0.4j * rng.uniform(-1, 1, shape) for x in operands]
    return [x.astype(dtype) for x in operands]
