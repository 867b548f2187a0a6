"""Batch rules, over the registry: what is evaluated for a batch is what a loop over its examples gives."""

import itertools

import numpy as np
import pytest

import wengert as wg
from structural_cases import CASES, plain
from wengert import _core as core

# Sums of products, whose order may differ.
ROUNDED = {"matmul", "sum", "prod", "sum_to", "add_at", "add_at_slice"}

FORMULAS = [p for p in core.primitives if p.is_elementwise]
SMOOTH = [c for c in CASES if c.smooth and c.primitive.is_differentiable]


def examples_of(x, count=3):
    """Return different examples like x: its elements in other places, which keeps indices valid."""
    x = np.asarray(x)
    if x.dtype.kind not in "fc":
        return np.stack([x] * count)
    return np.stack([x * (1 + 0.25 * k) for k in range(count)])


def choices(count):
    """Yield which of some operands are batched: each alone, and all."""
    yield from ((i,) for i in range(count))
    if count > 1:
        yield tuple(range(count))


def compare(found, wanted, is_exact):
    found, wanted = plain(found), np.stack([plain(y) for y in wanted])
    assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
    if is_exact:
        np.testing.assert_array_equal(found, wanted)
    else:
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


def run_both(fun, operands, batched):
    """Return a vmap over the operands with these numbers, and the loop."""
    given = [examples_of(x) if i in batched else x for i, x in enumerate(operands)]
    axes = tuple(0 if i in batched else None for i in range(len(operands)))
    loop = [fun(*(x[k] if i in batched else x for i, x in enumerate(given))) for k in range(3)]
    return wg.vmap(fun, in_axes=axes)(*given), loop


@pytest.mark.parametrize("case", CASES, ids=str)
def test_structural_primitives(case):
    arrays = [i for i, x in enumerate(case.operands)]
    for chosen in choices(len(arrays)):
        found, loop = run_both(case.apply, case.operands, {arrays[i] for i in chosen})
        compare(found, loop, case.name not in ROUNDED and case.exact)


@pytest.mark.parametrize("case", SMOOTH, ids=str)
def test_derivatives_of_structural_primitives(case):
    operands = [np.asarray(case.operands[i]) for i in case.smooth]

    def fun(*x):
        y = case.of_smooth(*x)
        return np.sum(np.real(y * np.cos(np.arange(y.size)).reshape(y.shape)))

    for argument, chosen in itertools.product(range(len(operands)), choices(len(operands))):
        found, loop = run_both(wg.grad(fun, argument), operands, set(chosen))
        compare(found, loop, is_exact=False)


@pytest.mark.parametrize("primitive", FORMULAS, ids=lambda p: p.name)
@pytest.mark.parametrize("ranks", [(0, 0), (1, 1), (2, 1), (1, 2), (0, 2), (3, 0)], ids=str)
def test_formulas(primitive, ranks):
    rng = np.random.default_rng(5)
    low, high = primitive.domain
    shape = (2, 3, 4)
    operands = [
        rng.uniform(low, high, (3, *shape[3 - rank :])) for rank in ranks[: primitive.arity]
    ]
    if not primitive.kinds & 4:
        operands = [x.astype(int) for x in operands]
    for chosen in choices(primitive.arity):
        given = [x if i in chosen else x[0] for i, x in enumerate(operands)]
        axes = tuple(0 if i in chosen else None for i in range(primitive.arity))
        loop = [
            primitive(*(x[k] if i in chosen else x for i, x in enumerate(given))) for k in range(3)
        ]
        compare(wg.vmap(primitive, in_axes=axes)(*given), loop, is_exact=True)


@pytest.mark.parametrize(
    "primitive", [p for p in FORMULAS if p.is_differentiable], ids=lambda p: p.name
)
def test_many_cotangents_at_once(primitive):
    rng = np.random.default_rng(6)
    low, high = primitive.domain
    operands = [rng.uniform(low, high, (4,)) for _ in range(primitive.arity)]
    _, pullback = wg.vjp(primitive, *operands)
    rows = [pullback(row) for row in np.eye(4)]
    numbers = tuple(range(primitive.arity))
    found = wg.jacrev(primitive, numbers)(*operands)
    pushed = wg.jacfwd(primitive, numbers)(*operands)
    for k in numbers:
        wanted = np.stack([row[k] for row in rows])
        np.testing.assert_array_equal(plain(found[k]), wanted)
        np.testing.assert_array_equal(plain(pushed[k]), wanted)


@pytest.mark.parametrize("case", SMOOTH, ids=str)
def test_jacobians_of_structural_primitives(case):
    operands = [np.asarray(case.operands[i]) for i in case.smooth]
    if any(np.iscomplexobj(x) for x in operands):
        return
    numbers = tuple(range(len(operands)))

    def fun(*x):
        y = case.of_smooth(*x)
        return np.real(y) + np.imag(y) if np.iscomplexobj(y) else y

    reverse = wg.jacrev(fun, numbers)(*operands)
    forward = wg.jacfwd(fun, numbers)(*operands)
    for a, b in zip(reverse, forward, strict=True):
        np.testing.assert_allclose(plain(a), plain(b), rtol=1e-6, atol=1e-6)
