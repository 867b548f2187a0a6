"""Random nestings of derivatives, against polynomials differentiated exactly.

A case is an expression of integers: sums and products of the variables around it, and derivatives of
such expressions in a variable of their own. All numbers stay below 2^53, so the comparison is exact.
"""

import random
from collections import Counter

import numpy as np
import pytest

import wengert as wg

# A polynomial is a Counter from monomials to coefficients; a monomial a sorted tuple of variables.


def multiplied(p, q):
    out = Counter()
    for x, a in p.items():
        for y, b in q.items():
            out[tuple(sorted(x + y))] += a * b
    return out


def added(p, q):
    out = Counter(p)
    for x, a in q.items():
        out[x] += a
    return out


def substituted(p, name, q):
    """Put the polynomial q for a variable."""
    out = Counter()
    for x, a in p.items():
        term = Counter({tuple(v for v in x if v != name): a})
        for _ in range(x.count(name)):
            term = multiplied(term, q)
        out = added(out, term)
    return out


def derived(p, name):
    out = Counter()
    for x, a in p.items():
        if name in x:
            rest = list(x)
            rest.remove(name)
            out[tuple(rest)] += a * x.count(name)
    return out


def by_grad(f, x):
    return wg.grad(f)(x)


def by_value_and_grad(f, x):
    return wg.value_and_grad(f)(x)[1]


def by_pullback(f, x):
    return wg.vjp(f, x)[1](1.0)[0]


def by_pullback_of_two(f, x):
    return wg.vjp(lambda x: (x, f(x)), x)[1]((0.0, 1.0))[0]


def by_array(f, x):
    """Differentiate along an array of three; each element's slope is a third of the whole."""
    slopes = wg.grad(lambda a: f((a[0] + a[1] + a[2]) / 3))(np.stack([x + 0.0] * 3))
    return slopes[0] + slopes[1] + slopes[2]


def by_leaf(f, x):
    leaf = wg.tensor(0.0, requires_grad=True)
    y = f(x + leaf)
    if not (isinstance(y, wg.Tensor) and y.requires_grad):
        return 0.0
    leaf.zero_grad()
    y.backward(create_graph=True)
    return 0.0 if leaf.grad is None else leaf.grad


WAYS = [by_grad, by_grad, by_value_and_grad, by_pullback, by_pullback_of_two, by_leaf]


class Expression:
    """A polynomial, and the same as a function of an environment of numbers and Tensors."""

    def __init__(self, polynomial, function):
        self.polynomial, self.function = polynomial, function


def expression(rng, names, depth):
    """Make a random expression in the variables of these names."""
    kind = rng.choice(["sum", "product", "derivative", "derivative"]) if depth else "leaf"
    if kind == "leaf":
        if rng.random() < 0.2:
            number = rng.randint(-2, 2)
            return Expression(Counter({(): number}), lambda env: float(number))
        name = rng.choice(names)
        return Expression(Counter({(name,): 1}), lambda env: env[name])
    if kind == "derivative":
        name, way = f"v{len(names)}", rng.choice(WAYS)
        body = expression(rng, [*names, name], depth - 1)
        at = expression(rng, names, rng.randint(0, depth - 1))
        return Expression(
            substituted(derived(body.polynomial, name), name, at.polynomial),
            lambda env: way(lambda v: body.function({**env, name: v}), at.function(env)),
        )
    left, right = expression(rng, names, depth - 1), expression(rng, names, depth - 1)
    if kind == "sum":
        return Expression(
            added(left.polynomial, right.polynomial),
            lambda env: left.function(env) + right.function(env),
        )
    return Expression(
        multiplied(left.polynomial, right.polynomial),
        lambda env: left.function(env) * right.function(env),
    )


def value(polynomial, x):
    return float(sum(a * x ** len(monomial) for monomial, a in polynomial.items()))


@pytest.mark.parametrize("seed", range(150))
def test_random_nesting(seed):
    rng = random.Random(seed)
    for _ in range(4):
        second = Counter()
        while not any(second.values()):
            case = expression(rng, ["v0"], rng.randint(2, 4))
            first = derived(case.polynomial, "v0")
            second = derived(first, "v0")
        x = float(rng.choice([-2, -1, 2, 3]))

        def f(v, case=case):
            return case.function({"v0": v})

        def g(v, f=f):
            return wg.grad(f)(v)

        for got, want in ((f(x), case.polynomial), (g(x), first), (wg.grad(g)(x), second)):
            number = got.item() if isinstance(got, wg.Tensor) else got
            assert abs(value(want, abs(x))) < 2**53
            assert number == value(want, x)


@pytest.mark.parametrize("seed", range(20))
def test_random_nesting_of_arrays(seed):
    rng = random.Random(seed)
    case = Expression(Counter(), None)
    while not any(case.polynomial.values()):
        case = expression(rng, ["v0"], 3)
    got = by_array(lambda v: case.function({"v0": v}), 2.0)
    assert got == pytest.approx(value(derived(case.polynomial, "v0"), 2.0), rel=1e-12, abs=1e-9)
