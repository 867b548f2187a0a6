"""Plans of products that go on to a sum, a sign or a scale: one step, with the bits of several."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from planned import check
from wengert import _core as core

pytestmark = pytest.mark.isa

RANDOM = np.random.default_rng(8)


def numbers(*shape, dtype=np.float64):
    """Return numbers of which some are zeros of either sign."""
    x = RANDOM.normal(size=shape)
    x[RANDOM.uniform(size=shape) < 0.2] = -0.0
    x[RANDOM.uniform(size=shape) < 0.1] = 0.0
    return x.astype(dtype)


def steps_of(fun, args):
    return core.describe_plan(core.record_program(fun, tuple(args)))[1].splitlines()[:-1]


ENDINGS = {
    "sum": (lambda p, d: p + d, "product added to"),
    "sum from the right": (lambda p, d: d + p, "product added to"),
    "difference": (lambda p, d: p - d, "product less"),
    "difference from the right": (lambda p, d: d - p, "product times -1 added to"),
    "sign": (lambda p, d: (-p, d)[0], "product times -1"),
    "scale": (lambda p, d: (0.3 * p, d)[0], "product times 0.3"),
}
SHAPES = [
    ((4, 3), (3, 5), (4, 5)),
    ((33, 7), (7, 19), (33, 19)),
    ((33, 7), (7, 19), (19,)),
    ((33, 7), (7, 19), (1, 19)),
    ((64, 16), (16,), (64,)),
    ((7, 40), (40,), (7,)),
    ((16,), (16, 9), (9,)),
    ((64, 1), (1, 16), (64, 16)),
    ((5, 6, 4), (4, 7), (5, 6, 7)),
    ((5, 6, 4), (4, 7), (7,)),
    ((5, 6, 4), (5, 4, 7), (5, 6, 7)),
    ((5, 6, 4), (5, 4, 7), (7,)),
    ((3, 1, 6, 4), (2, 4, 7), (3, 2, 6, 7)),
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_becomes_of_a_product_is_part_of_it(ending, shapes, dtype):
    become, name = ENDINGS[ending]

    def fun(a, b, d):
        return np.sin(become(a @ b, d)), d

    a, b, d = (numbers(*shape, dtype=dtype) for shape in shapes)
    others = [numbers(*shape, dtype=dtype) for shape in shapes]
    others[2][..., 0] = np.nan
    others[0].ravel()[0] = np.inf
    check(fun, [a, b, d], others)
    assert any(step.startswith(name) for step in steps_of(fun, (a, b, d)))


@pytest.mark.parametrize("ending", ENDINGS)
def test_operands_that_lie_otherwise(ending):
    become, _ = ENDINGS[ending]

    def fun(a, b, x, d):
        return become(a.T @ b.T, d), become(a.T @ x, d[:, 0]), become(x @ b.T, d[0])

    check(fun, [numbers(20, 6), numbers(30, 20), numbers(20), numbers(6, 30)])


def test_what_has_no_end():
    """Neither what BLAS sums, nor what is read twice, nor what is added in another shape."""

    def large(a, b, d):
        return a @ b + d

    def long(a, x, d):
        return a @ x + d

    def twice(a, b, d):
        p = a @ b
        return p + d, p

    def itself(a, b, d):
        p = a @ b
        return p + p, d

    def spread(a, x, d):
        return a @ x + d

    def complex_numbers(a, b, d):
        return 1j * a @ b + d

    square = numbers(80, 80)
    small = numbers(6, 6)
    for fun, args in (
        (long, (numbers(5, 300), numbers(300, 2), numbers(5, 2))),
        (twice, (small, small, small)),
        (itself, (small, small, small)),
        (spread, (small, numbers(6), small)),
        (complex_numbers, (small, small, small)),
    ):
        check(fun, args)
        assert not any(step.startswith("product") for step in steps_of(fun, args))
    check(large, (square, square, square))


def test_what_is_added_to_is_written_over_only_where_nobody_reads_it():
    def same(x, b):
        y = np.sin(x)
        return y + y @ b

    def kept(x, b):
        y = np.sin(x)
        return y + x @ b, y

    def part(x, b):
        y = np.sin(x)
        return y[:6] + y[6:] @ b

    square = numbers(6, 6)
    for fun, x in ((same, square), (kept, square), (part, numbers(12, 6))):
        check(fun, [x, square], [x + 1, square - 1])


def test_gradients_of_a_recurrence_add_their_products_up():
    def loss(w, u, xs):
        h = wnp.zeros(8)
        for x in xs:
            h = np.tanh(w @ x + u @ h)
        return np.sum(h * h)

    gradient = wg.grad(loss, (0, 1))
    args = (numbers(8, 8), numbers(8, 8), numbers(5, 8))
    check(gradient, args)
    steps = steps_of(gradient, args)
    added = [step for step in steps if step.startswith("product added to float64(8, 1)")]
    assert len(added) == 2 * 4  # the first of each begins a sum
    replayed = wg.jit(gradient)
    for _ in range(2):
        for found, want in zip(replayed(*args), gradient(*args), strict=True):
            np.testing.assert_allclose(found, want, rtol=1e-13)


def test_layers_add_what_they_are_given():
    def residual(x, w, b):
        for _ in range(3):
            x = x + np.maximum(x @ w + b, 0)
        return x

    args = (numbers(12, 6), numbers(6, 6), numbers(6))
    check(residual, args)
    assert sum(step.startswith("product added to") for step in steps_of(residual, args)) == 3


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
@pytest.mark.parametrize("n", [1, 3, 16, 31, 32, 65, 130])
def test_a_row_has_the_same_product_among_others(n, dtype):
    a, x = (7 * numbers(11, n)).astype(dtype), (7 * numbers(n)).astype(dtype)
    with wg.no_grad():
        product = core.matmul(a, x).numpy()
        for i in range(11):
            assert product[i] == core.matmul(a[i : i + 1], x).numpy()[0]
            assert product[i] == core.matmul(a[i], x).item()


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
@pytest.mark.parametrize("shape", [(2, 3), (9, 5), (40, 33), (70, 20)])
def test_columns_that_are_neighbours_are_summed_in_order(shape, dtype):
    n, m = shape
    a, x = (7 * numbers(n, m)).astype(dtype), (7 * numbers(n)).astype(dtype)
    total = np.zeros(m, dtype)
    for row, factor in zip(a, x, strict=True):
        total += row * factor
    np.testing.assert_array_equal(core.matmul(a.T, x).numpy(), total)
