"""Perturbations of different levels stay apart, for every two ways to a derivative.

The functions are those of Siskind and Pearlmutter (2005) and of Manzyuk et al. (2019), where a derivative is taken
of a function that returns a function. test_forward.py has the same for grad, vjp and jvp.
"""

import numpy as np
import pytest

import wengert as wg


def by_pushing_later(f):
    return lambda x: wg.linearize(f, x)[1](1.0)


def by_rows(mode):
    return lambda f: lambda x: wg.jacobian(lambda v: f(v[0]), mode=mode)(np.stack([x]))[0]


def by_examples(f):
    return lambda x: wg.vmap(wg.grad(f))(np.stack([x]))[0]


def by_sum_of_examples(f):
    return lambda x: wg.grad(lambda v: np.sum(wg.vmap(f)(v)))(np.stack([x]))[0]


def by_stated_rule(f):
    c = wg.custom_jvp(f)
    c.defjvp(lambda p, t: (f(*p), wg.jvp(f, p, t)[1]))
    return wg.grad(c)


WAYS = {
    "grad": wg.grad,
    "linearize": by_pushing_later,
    "forward": by_rows("forward"),
    "reverse": by_rows("reverse"),
    "examples": by_examples,
    "sum of examples": by_sum_of_examples,
    "stated rule": by_stated_rule,
}


@pytest.mark.parametrize("outer", WAYS)
@pytest.mark.parametrize("inner", WAYS)
def test_perturbations_of_different_levels_stay_apart(outer, inner):
    first, second = WAYS[outer], WAYS[inner]
    if inner != "stated rule":  # a stated rule may not close over what is differentiated
        assert first(lambda x: x * second(lambda y: x + y)(1.0))(3.0) == 1.0
        assert first(lambda x: x * second(lambda y: x * y * y)(2.0))(3.0) == 24.0
        assert first(lambda x: second(lambda y: x * x * y)(x))(3.0) == 6.0
    assert first(lambda x: second(lambda x: x * x)(x) * x)(3.0) == 12.0
    if outer == "stated rule":
        return

    def derivative_of_shift(way):
        return lambda f: lambda x: way(lambda u: f(x + u))(0.0)

    shift = derivative_of_shift(first)
    assert shift(shift(np.exp))(1.0) == pytest.approx(np.e, rel=1e-14)
    if inner != "stated rule":
        other = derivative_of_shift(second)
        assert shift(other(np.exp))(1.0) == pytest.approx(np.e, rel=1e-14)
    assert second(shift(np.exp))(1.0) == pytest.approx(np.e, rel=1e-14)
