"""Every differentiable function replayed: values, gradients and derivatives of gradients at several points."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from derivative_cases import CASES
from derivative_sample_cases import CASES as SAMPLE_CASES
from test_derivatives import functional


def points(case):
    """Draw operands of the same shapes twice."""
    return [[op.array(10 * k + i) for i, op in enumerate(case.operands)] for k in range(2)]


def agree(found, wanted):
    found, wanted = wg._core.flatten(found), wg._core.flatten(wanted)
    assert len(found) == len(wanted)
    for one, other in zip(map(np.asarray, found), map(np.asarray, wanted), strict=True):
        assert one.shape == other.shape
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("case", [*CASES, *SAMPLE_CASES], ids=str)
def test_replays_of_functions(case):
    argnums = tuple(range(len(case.operands)))
    gradient = wg.grad(functional(case), argnums)

    def along(*x):
        return sum(wnp.sum(wnp.real(g * np.cos(g.size))) for g in gradient(*x))

    for fun in (case, gradient, wg.grad(along, argnums)):
        replayed = wg.jit(fun, max_paths=100)
        for x in (*points(case), *points(case)):
            agree(replayed(*x), fun(*(map(wg.tensor, x) if fun is case else x)))
        assert any(p.runs > 0 or p.text is None for p in replayed.programs)
