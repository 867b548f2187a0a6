"""Values that are read in another order of axes are computed in it."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from planned import check as check_plan
from simplified import check
from wengert import _core as core

pytestmark = pytest.mark.isa

RNG = np.random.default_rng(8)
POINTS, CENTRES, FACTORS = (RNG.normal(size=shape) for shape in [(300, 4), (7, 4), (7, 4, 4)])


def shapes(fun, *args):
    """Return the shapes of what the simplified program computes element by element, by name."""
    text = core.program_text(core.simplified_program(core.record_program(fun, args)))
    lines = [line.split(" = ") for line in text.splitlines() if " = " in line]
    return [(right.split()[0], left.split("(")[1].split(")")[0]) for left, right in lines]


def scaled(points, centres, factors):
    """Return squares of points under the factors of all centres."""
    return wnp.einsum("kij,nkj->nki", factors, points[:, None] - centres) ** 2


def pairs(x, y):
    """Return the largest products of each y, and their sums with other numbers beside them."""
    products = (x[:, None] * y).T
    return wnp.max(products, 0), wnp.concatenate([products, products[:, ::-1]], 0)[3:]


def test_differences_of_all_points_from_all_centres():
    args = (POINTS, CENTRES, FACTORS)
    special = [np.where(RNG.random(a.shape) < 0.1, np.inf, np.round(a)) for a in args]
    for fun in (scaled, wg.grad(lambda *args: wnp.sum(wnp.sin(scaled(*args))), (0, 1, 2))):
        with np.errstate(all="ignore"):
            check(fun, *args, others=[special], which_nan=False)
            check_plan(fun, args, special)
        made = shapes(fun, *args)
        assert ("subtract", "7, 300, 4") in made or ("subtract", "7, 4, 300") in made


def test_functions_of_pairs():
    x, y = RNG.normal(size=80), RNG.normal(size=70)
    largest = lambda x, y: wnp.max((x[:, None] * y).T, 0) * 2.0
    for fun in (pairs, largest):
        check(fun, x, y, others=[(np.round(x), y)])
        check_plan(fun, (x, y))
    assert ("multiply", "70, 80") in shapes(largest, x, y)


STAYING = {
    "it is returned": lambda x, y: (x[:, None] * y, wnp.sin((x[:, None] * y).T)),
    "its transpose is returned": lambda x, y: (x[:, None] * y).T,
    "somebody reads it as it is": lambda x, y: (
        wnp.max((x[:, None] * y).T, 0),
        wnp.sum(x[:, None] * y),
    ),
    "a product asks how it lies": lambda x, y: (x[:, None] * y).T @ wnp.exp(x[:, None] - y),
}


@pytest.mark.parametrize("name", STAYING)
def test_staying(name):
    fun, args = STAYING[name], (RNG.normal(size=80), RNG.normal(size=70))
    check(fun, *args)
    check_plan(fun, args)
    assert ("multiply", "80, 70") in shapes(fun, *args)


@pytest.mark.parametrize(
    "fun",
    [
        lambda x, y: wnp.cumsum((x * y).T, -2),
        lambda x, y: wnp.max((x - y).T, 0),
        lambda x, y: wnp.concatenate([(x * y).T] * 2),
    ],
    ids=["cumsum", "max", "concatenate"],
)
def test_operands_that_lack_no_axis(fun):
    x, y = RNG.normal(size=(70, 1)), RNG.normal(size=64)
    check(fun, x, y)
    check_plan(fun, (x, y))
    jitted = wg.jit(fun)
    for _ in range(3):
        np.testing.assert_allclose(jitted(x, y), fun(x, y), rtol=1e-14)
