"""What is differentiated inside depends on a parameter outside in one of two terms: no mix of modes may lose it.

The cotangents (or tangents) of both terms meet in a sum of which only one is tracked by the outer transform.
"""

import numpy as np
import pytest

import wengert as wg
from structural_cases import CASES, plain, rng
from wengert import _core as core

FORMULAS = [p for p in core.primitives if p.is_elementwise and p.is_differentiable]
STRUCTURAL = [c for c in CASES if c.exact and c.primitive.is_differentiable]


def weights(x, seed):
    return rng(seed).uniform(0.5, 2, np.shape(x))


def by_jacobian(mode):
    return lambda f: wg.jacobian(f, mode=mode)


def by_columns(f):
    """Push one unit tangent for each element."""

    def gradient(x):
        units = np.eye(np.size(x)).reshape(-1, *np.shape(x))
        columns = [wg.jvp(f, [x], [unit])[1] for unit in units]
        return np.reshape(np.stack(columns), np.shape(x))

    return gradient


INNER = {
    "grad": wg.grad,
    "value_and_grad": lambda f: lambda x: wg.value_and_grad(f)(x)[1],
    "vjp": lambda f: lambda x: wg.vjp(f, x)[1](1.0)[0],
    "jacrev": by_jacobian("reverse"),
    "jacfwd": by_jacobian("forward"),
    "jvp": by_columns,
}
OUTER = {
    "grad": wg.grad,
    "vjp": lambda f: lambda a: wg.vjp(f, a)[1](1.0)[0],
    "jvp": lambda f: lambda a: wg.jvp(f, [a], [1.0])[1],
    "jacfwd": by_jacobian("forward"),
    "jacrev": by_jacobian("reverse"),
}


def each_mix(test):
    return pytest.mark.parametrize("outer", OUTER)(pytest.mark.parametrize("inner", INNER)(test))


def hold(term, x, outer, inner):
    """Compare d/da of the gradient of term(x) + a h(x) in x with that of h, for either order of the terms."""
    u, v = weights(x, 1), weights(x, 2)

    def linear(x):
        return np.sum(v * x)

    def first(x, a):
        return term(x) + a * linear(x)

    def second(x, a):
        return a * linear(x) + term(x)

    for f in (first, second):
        got = OUTER[outer](lambda a, f=f: np.sum(u * INNER[inner](lambda x: f(x, a))(x)))(1.5)
        assert plain(got) == pytest.approx(np.sum(u * v), rel=1e-12)


@each_mix
def test_formulas(outer, inner):
    for primitive in FORMULAS:
        low, high = primitive.domain
        operands = [rng(k).uniform(low, high, 2) for k in range(primitive.arity)]
        for moving, x in enumerate(operands):

            def term(x, primitive=primitive, operands=operands, moving=moving):
                given = [*operands[:moving], x, *operands[moving + 1 :]]
                return np.sum(primitive(*given))

            hold(term, x, outer, inner)


@each_mix
def test_structural_primitives(outer, inner):
    for case in STRUCTURAL:
        operands = [case.operands[i] for i in case.smooth]
        for moving, x in enumerate(operands):
            if np.asarray(x).dtype != np.float64 or not 0 < np.size(x) <= 16:
                continue

            def term(x, case=case, operands=operands, moving=moving):
                y = case.of_smooth(*operands[:moving], x, *operands[moving + 1 :])
                return np.sum(np.real(y) + np.imag(y)) if y.dtype.kind == "c" else np.sum(y)

            hold(term, np.asarray(x), outer, inner)


@each_mix
def test_one_number(outer, inner):
    """A structural rule's contribution comes second, that of a formula first, and the other way about."""
    for f in (lambda x, a: np.sum(x) + a * x, lambda x, a: a * x + np.sum(x)):
        got = OUTER[outer](lambda a, f=f: INNER[inner](lambda x: f(x, a))(1.0))(2.0)
        assert float(plain(got)) == 1.0


@each_mix
def test_what_arrives_at_an_index(outer, inner):
    """A contribution is added at an index to a sum that is tracked, or adds a tracked value to one that is not."""
    x = np.array([0.5, -1.0, 2.0])

    def at_first(x, a):
        return x[1] * 2.0 + np.sum(a * x) + x[np.array([0, 0])].sum()

    def at_last(x, a):
        return np.sum(x) + a * x[1] + a * x[np.array([0, 2])].sum()

    for f in (at_first, at_last):
        got = OUTER[outer](lambda a, f=f: np.sum(INNER[inner](lambda x: f(x, a))(x)))(1.5)
        assert float(plain(got)) == 3.0
