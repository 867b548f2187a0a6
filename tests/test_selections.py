"""What nobody reads is not computed: gathers and slices go from large values to what they are made of."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg
import wengert.numpy as wnp
from planned import check as check_plan
from simplified import check, operations
from wengert import _core as core

pytestmark = pytest.mark.isa

RNG = np.random.default_rng(5)
LONG, WIDE, DEEP = (RNG.normal(size=shape) for shape in [(3000,), (6, 700), (5, 4, 300)])
ROWS, SQUARE = RNG.normal(size=(4, 4)), RNG.normal(size=(700, 6))
AT = np.array([7, 290, 7, -1, 0, 33])


def sizes(fun, *args):
    """Return how many elements each operation of the simplified program makes that is no view."""
    text = core.program_text(core.simplified_program(core.record_program(fun, args)))
    made = re.findall(r"%\d+:\w+\(([\d, ]*)\)(?: weak)? = (\w+)", text)
    views = {"slice", "reshape", "transpose", "broadcast_to", "identity"}
    return [
        int(np.prod([int(n) for n in shape.split(",") if n.strip()]))
        for shape, name in made
        if name not in views
    ]


def blended(x):
    """Return some of the points that several matrices move together."""
    moved = wnp.sum(x[:, :1] * (ROWS @ x), 0)
    return (moved + wnp.sqrt(wnp.abs(x[0])) * 2.0)[:, AT]


# What is computed, of what, and how many elements the largest operation makes in the end.
CASES = {
    "formulas": (lambda x: (wnp.exp(x) * x + 1.0)[AT], [LONG], 6),
    "a slice": (lambda x: (wnp.exp(x) * wnp.sin(x))[10:30], [LONG], 20),
    "one with steps": (lambda x: wnp.cos((wnp.exp(x) * x)[10:30:3]), [LONG], 7),
    "what broadcasts": (lambda x: (wnp.exp(x) * x[:, :1] + x[0])[:, AT], [WIDE], 36),
    "rows": (lambda x: (wnp.exp(x) * x[:, :1] + x[0])[1:4], [WIDE], 3 * 700),
    "a sum of other axes": (lambda x: wnp.sum(wnp.exp(x), 0)[:, AT], [DEEP], 5 * 4 * 6),
    "the largest": (lambda x: wnp.max(wnp.exp(x), (0, 1))[AT], [DEEP], 5 * 4 * 6),
    "a sum in front": (lambda x: wnp.sum(wnp.exp(x), -1)[1:3], [WIDE], 2 * 700),
    "columns of a product": (lambda x: wnp.exp(x.T @ x)[:, AT], [DEEP[:, :, 0] @ WIDE[:4]], None),
    "a product": (lambda x: wnp.exp(ROWS @ x)[:, :, AT], [DEEP], 5 * 4 * 6),
    "views": (
        lambda x: wnp.cos(wnp.reshape(wnp.transpose(wnp.exp(x), (2, 1, 0)), (300, 20))[AT]),
        [DEEP],
        120,
    ),
    "stacks": (
        lambda x: wnp.concatenate([wnp.stack([wnp.exp(x), x]), x[None]], 0)[:, AT],
        [LONG],
        18,
    ),
    "where": (lambda x: wnp.where(x > 0, x, -x)[AT], [LONG], 6),
    "moved by matrices": (blended, [DEEP], 5 * 4 * 6),
    "a gradient": (wg.grad(lambda x: wnp.sum(wnp.exp(x)[AT])), [LONG], None),
}


@pytest.mark.parametrize("name", CASES)
def test_selected_early(name):
    fun, args, largest = CASES[name]
    special = [np.where(RNG.random(a.shape) < 0.2, np.nan, np.round(a)) for a in args]
    check(fun, *args, others=[special], which_nan=False)
    check_plan(fun, args, special)
    if largest is not None:
        assert max(sizes(fun, *args)) == largest


# What stays as it is, for what reason.
STAYING = {
    "somebody reads all": lambda x: (wnp.exp(x)[:, AT], wnp.sum(wnp.exp(x))),
    "others read other elements": lambda x: (wnp.exp(x)[:, AT], wnp.exp(x)[:, 1 + AT]),
    "most are selected": lambda x: wnp.exp(x)[:, :600],
    "an element depends on others": lambda x: wnp.cumsum(x, 1)[:, AT],
    "the selected axis is summed": lambda x: wnp.sum(wnp.exp(x), 1, keepdims=True)[:, :1],
    "an index is computed": lambda x: wnp.exp(x)[:, wnp.argmax(x, 1)],
    "what is returned lies with steps": lambda x: wnp.exp(x)[:, 3:40],
    "an index is of many axes": lambda x: wnp.exp(x)[np.array([0, 1]), np.array([3, 4])],
}


@pytest.mark.parametrize("name", STAYING)
def test_staying(name):
    fun = STAYING[name]
    check(fun, WIDE)
    assert WIDE.size in sizes(fun, WIDE)


def test_sums_whose_order_follows_from_their_columns_stay():
    x = RNG.normal(size=(3000, 60))
    fun = lambda x: wnp.sum(wnp.exp(x), 0)[:5]
    check(fun, x)
    assert x.size in sizes(fun, x)


def test_products_that_are_not_summed_in_order_stay():
    x, y = RNG.normal(size=(2, 120, 120))
    fun = lambda x, y: wnp.exp(x @ y)[:, AT % 120]
    check(fun, x, y)
    assert sizes(fun, x, y)[0] == 120 * 120


def test_what_fails_fails_where_it_did():
    n = np.arange(2000)
    check(lambda x: wnp.power(2, x)[5:9], n % 50, others=[(n % 50 - 1,)])


def test_selections_of_two_axes():
    x = RNG.normal(size=(400, 500))
    fun = lambda x: wnp.exp(x)[:50][:, AT]
    check(fun, x)
    assert sizes(fun, x) == [400 * len(AT), 50 * len(AT)]


def test_selections_of_few_elements_are_no_matter():
    assert operations(
        core.simplified_program(core.record_program(lambda x: wnp.exp(x)[1:2], [LONG[:9]]))
    ) == ["exp", "slice"]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_random_programs(seed):
    rng = np.random.default_rng(seed)
    index = rng.integers(-40, 40, 7)

    def pick(pool):
        return pool[rng.integers(len(pool))]

    def fun(x, y):
        """Combine values that have the last axis of 40, and select of it here and there."""
        nonlocal rng
        rng = np.random.default_rng(seed)
        pool, found = [x, y], []
        for _ in range(14):
            a, b = pick(pool), pick(pool)
            if a.ndim > 2 and b.ndim > 2 and a.shape != b.shape:
                b = y
            kind = rng.integers(9)
            if kind < 3:
                pool.append((a * b, wnp.maximum(a, b), a - wnp.sin(b))[kind])
            elif kind == 3:
                pool.append(wnp.sum(a, rng.integers(a.ndim - 1)) if a.ndim > 2 else wnp.exp(a))
            elif kind == 4:
                pool.append(rng.normal(size=(5, a.shape[-2])) @ a)
            elif kind == 5:
                pool.append(wnp.stack([a, a * 2.0]) if a.ndim < 4 else -a)
            elif kind == 6:
                pool.append(wnp.transpose(wnp.transpose(a) * 2.0))
            else:
                found.append(a[..., index] if kind == 7 else a[..., 3:20:2])
            if pool[-1].shape[-2] != 5:
                pool.pop()
        return [*found, wnp.cos(pick(pool))[..., index]]

    args = [rng.normal(size=(6, 5, 40)), rng.normal(size=(5, 40))]
    special = [np.where(rng.random(a.shape) < 0.2, np.inf, np.round(a)) for a in args]
    with np.errstate(all="ignore"):
        check(fun, *args, others=[special], which_nan=False)
        check_plan(fun, args, special)
