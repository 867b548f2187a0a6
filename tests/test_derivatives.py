"""Derivatives of the functions of `wengert.numpy`: against central differences, and at the kinks."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from derivative_cases import CASES as BASIC
from derivative_cases import CONSTANT as BASIC_CONSTANT
from derivative_cases import INF, function_of
from derivative_sample_cases import CASES as MORE
from derivative_sample_cases import CONSTANT as MORE_CONSTANT
from writing_cases import WRITES

CASES, CONSTANT = [*BASIC, *MORE], [*BASIC_CONSTANT, *MORE_CONSTANT]


def pairing(x, y):
    """Re(sum(x y)): how cotangents meet tangents."""
    return float(np.sum(np.real(np.asarray(x) * np.asarray(y))))


def difference(f, h):
    """Return the derivative of f at 0, of fourth order in h."""
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)


def functional(case):
    """Return a real scalar that depends on every element of the result, each differently."""

    def value(*x):
        y = case(*x)
        weights = np.cos(np.arange(y.size) + 0.5).reshape(y.shape)
        if y.dtype.kind == "c":
            return wnp.sum(wnp.real(y) * weights) + wnp.sum(wnp.imag(y) * (1 - weights))
        return wnp.sum(y * weights)

    return value


@pytest.mark.parametrize("case", CASES, ids=str)
def test_first_and_second_order_against_differences(case):
    x = [operand.array(i) for i, operand in enumerate(case.operands)]
    rng = np.random.default_rng(9)
    step = [
        rng.uniform(-1, 1, a.shape)
        + (1j * rng.uniform(-1, 1, a.shape) if a.dtype.kind == "c" else 0)
        for a in x
    ]
    argnums = tuple(range(len(x)))
    value = functional(case)
    gradient = wg.grad(value, argnums)

    def moved(h):
        return [np.asarray(a + h * s) for a, s in zip(x, step, strict=True)]

    got = gradient(*x)
    assert all(g.shape == a.shape and g.dtype == a.dtype for g, a in zip(got, x, strict=True))
    slope = sum(pairing(g, s) for g, s in zip(got, step, strict=True))
    assert slope == pytest.approx(
        difference(lambda h: float(value(*moved(h))), 1e-3), rel=1e-7, abs=1e-8
    )

    def along(*y):
        total = 0.0
        for g, s in zip(gradient(*y), step, strict=True):
            total = total + wnp.sum(wnp.real(g * s))
        return total

    second = sum(pairing(g, s) for g, s in zip(wg.grad(along, argnums)(*x), step, strict=True))
    expected = difference(
        lambda h: sum(pairing(g, s) for g, s in zip(gradient(*moved(h)), step, strict=True)), 1e-3
    )
    assert second == pytest.approx(expected, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_forward_mode_is_the_transpose_of_reverse_mode(case):
    x = [operand.array(i) for i, operand in enumerate(case.operands)]
    rng = np.random.default_rng(9)
    step = [
        rng.uniform(-1, 1, a.shape)
        + (1j * rng.uniform(-1, 1, a.shape) if a.dtype.kind == "c" else 0)
        for a in x
    ]
    value = functional(case)
    argnums = tuple(range(len(x)))
    out, slope = wg.jvp(value, x, step)
    assert out == pytest.approx(float(value(*x)), rel=1e-14)
    pulled = sum(pairing(g, s) for g, s in zip(wg.grad(value, argnums)(*x), step, strict=True))
    assert slope == pytest.approx(pulled, rel=1e-12, abs=1e-12)

    def along(*y):
        return wg.jvp(value, y, step)[1]

    _, twice = wg.jvp(along, x, step)  # forward over forward, and reverse over forward
    pulled = sum(pairing(g, s) for g, s in zip(wg.grad(along, argnums)(*x), step, strict=True))
    assert twice == pytest.approx(pulled, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_batches_are_differentiated_example_by_example(case):
    x = [operand.array(i) for i, operand in enumerate(case.operands)]
    others = [operand.array(i + 7) for i, operand in enumerate(case.operands)]
    many = [np.stack(pair) for pair in zip(x, others, strict=True)]
    gradient = wg.grad(functional(case), tuple(range(len(x))))
    for got, *want in zip(wg.vmap(gradient)(*many), gradient(*x), gradient(*others), strict=True):
        np.testing.assert_allclose(got, np.stack(want), rtol=1e-11, atol=1e-12)


def test_numpys_own_names_differentiate_too():
    x = np.array([[0.5, 1.0], [2.0, -1.5]])

    def f(x):
        y = np.concatenate([np.tanh(x), np.where(x > 0, x, np.exp(x))])
        return np.einsum("ij,kj->", y, x) + np.linalg.norm(x) * np.max(x) + np.mean(x.T @ x)

    def g(x):
        y = wnp.concatenate([wnp.tanh(x), wnp.where(x > 0, x, wnp.exp(x))])
        return wnp.einsum("ij,kj->", y, x) + wnp.norm(x) * wnp.max(x) + wnp.mean(x.T @ x)

    np.testing.assert_array_equal(wg.grad(f)(x), wg.grad(g)(x))


def second(f):
    return wg.grad(lambda x: wnp.sum(wg.grad(lambda y: wnp.sum(f(y)))(x)))


def third(f):
    return wg.grad(lambda x: wnp.sum(second(f)(x)))


def gradient(f, *x, argnums=0):
    return wg.grad(f, argnums)(*x)


# The table of conventions at kinks, ties and corners: one assertion each.


def test_absolute_at_zero():
    assert gradient(abs, 0.0) == 0
    assert gradient(wnp.absolute, 0.0) == 0
    assert gradient(wnp.absolute, 0j) == 0


@pytest.mark.parametrize("f", [wnp.max, wnp.min])
def test_ties_share_equally(f):
    x = np.array([1.0, 1.0, 1.0, 1.0])
    np.testing.assert_array_equal(gradient(f, x), [0.25, 0.25, 0.25, 0.25])


def test_sort_shares_ties():
    x = np.array([2.0, 1.0, 1.0])
    got = gradient(lambda x: wnp.sum(wnp.sort(x) * np.array([1.0, 3.0, 5.0])), x)
    np.testing.assert_array_equal(got, [5, 2, 2])


@pytest.mark.parametrize("f", [wnp.maximum, wnp.minimum, wnp.fmax, wnp.fmin])
@pytest.mark.parametrize("x", [1.5, INF, -INF])
def test_maximum_at_equal_operands(f, x):
    assert gradient(f, x, x, argnums=(0, 1)) == (0.5, 0.5)


def test_clip_at_a_bound():
    assert gradient(lambda x: wnp.clip(x, 0.0, 1.0), 1.0) == 0.5
    assert gradient(lambda x: wnp.clip(x, 0.0, 1.0), 0.0) == 0.5


@pytest.mark.parametrize("ord", [None, 2, 1, INF, 3])
def test_norm_at_zero(ord):
    np.testing.assert_array_equal(gradient(lambda x: wnp.norm(x, ord), np.zeros(3)), np.zeros(3))


def test_norm_of_infinite_order_shares_ties():
    x = np.array([3.0, -3.0, 1.0])
    np.testing.assert_array_equal(gradient(lambda x: wnp.norm(x, INF), x), [0.5, -0.5, 0])


def test_sqrt_at_zero():
    assert gradient(wnp.sqrt, 0.0) == INF


def dotted(x, y):
    return np.sum(x * y)


INNER = {
    "operator": lambda x, y: x @ y,
    "matmul": lambda x, y: np.matmul(x[None], y[:, None])[0, 0],
    "dot": np.dot,
    "method": lambda x, y: wnp.asarray(x).dot(y),
    "vdot": np.vdot,
    "inner": np.inner,
    "vecdot": lambda x, y: np.sum(np.vecdot(np.stack([x, x]), y)) / 2,
    "vecdot of two": lambda x, y: np.sum(np.vecdot(np.stack([x, x]), np.stack([y, y]))) / 2,
    "matvec": lambda x, y: wnp.matvec(x[None], y)[0],
    "vecmat": lambda x, y: wnp.vecmat(x, y[:, None])[0],
    "tensordot": lambda x, y: np.tensordot(x, y, 1),
    "einsum": lambda x, y: np.einsum("i,i->", x, y),
    "einsum of rows": lambda x, y: np.sum(np.einsum("ni,ni->n", x[None], y[None])),
    "einsum of all": lambda x, y: np.einsum("ni,ni", x[None], y[None]),
}
each_inner = pytest.mark.parametrize("inner", INNER.values(), ids=INNER)


@each_inner
def test_products_of_vectors_are_sums_of_products_at_zero(inner):
    zero, t = np.zeros(3), np.ones(3)

    def root(product):
        return lambda x: np.sqrt(product(x, x))

    f, g = root(inner), root(dotted)
    np.testing.assert_array_equal(wg.grad(f)(zero), zero)
    assert wg.jvp(f, (zero,), (t,))[1] == 0
    np.testing.assert_array_equal(wg.jacfwd(f)(zero), zero)
    np.testing.assert_array_equal(wg.jacrev(f)(zero), zero)
    np.testing.assert_array_equal(wg.grad(lambda x: np.sum(wg.vmap(f)(x)))(zero[None]), zero[None])
    np.testing.assert_array_equal(wg.hessian(f)(zero), wg.hessian(g)(zero))
    np.testing.assert_array_equal(
        wg.jvp(lambda x: wg.jvp(f, (x,), (t,))[1], (zero,), (t,))[1],
        wg.jvp(lambda x: wg.jvp(g, (x,), (t,))[1], (zero,), (t,))[1],
    )


@each_inner
def test_products_of_vectors_do_not_multiply_a_zero_by_an_infinity(inner):
    x, y = np.array([1.0, INF, 2.0]), np.array([INF, 3.0, 4.0])
    for argnum, ct in enumerate((y, x)):
        zeros = wg.grad(lambda x, y: np.where(False, inner(x, y), 1.0), argnum)(x, y)
        np.testing.assert_array_equal(zeros, np.zeros(3))
        np.testing.assert_array_equal(wg.grad(inner, argnum)(x, y), ct)
    t = np.array([0.0, 1.0, 1.0])
    assert wg.jvp(inner, (x, y), (t, None))[1] == 7
    assert wg.jvp(inner, (x, y), (None, 1 - t))[1] == 1
    f = wg.linearize(inner, x, y)[1]
    assert f(t, 1 - t) == 8


@pytest.mark.parametrize("f", [wnp.sqrt, wnp.log, lambda x: x * wnp.log(x)])
@pytest.mark.parametrize("order", [wg.grad, second, third])
def test_where_keeps_what_it_did_not_choose_out(f, order):
    assert order(lambda x: wnp.where(x > 0, f(x), 0.0))(0.0) == 0


def test_product_with_zeros():
    np.testing.assert_array_equal(gradient(wnp.prod, np.array([0.0, 2, 3])), [6, 0, 0])
    np.testing.assert_array_equal(gradient(wnp.prod, np.array([0.0, 0, 3])), [0, 0, 0])


def test_cumulative_product_with_zeros():
    got = gradient(lambda x: wnp.sum(wnp.cumprod(x)), np.array([2.0, 0, 3]))
    np.testing.assert_array_equal(got, [1, 8, 0])


def test_power_at_zero():
    assert gradient(lambda x: x**0.0, 0.0) == 0
    assert gradient(lambda x: x**2.0, 0.0) == 0
    assert second(lambda x: wnp.power(x, 2.0))(0.0) == 2
    assert gradient(wnp.power, 0.0, 2.0, argnums=(0, 1)) == (0, 0)


def test_power_of_a_negative_base():
    assert gradient(lambda x: x**3.0, -2.0) == 12
    assert gradient(lambda x: x**-1.0, -2.0) == -0.25


def test_a_factor_of_zero_is_zero():
    assert gradient(lambda x: wnp.sqrt(x) * wnp.sqrt(x), 0.0) == 0


def test_a_cotangent_of_zero_has_a_derivative():
    def f(x):
        return wnp.log(x) * (x - 1)

    assert second(f)(1.0) == pytest.approx(2)
    assert third(f)(1.0) == pytest.approx(-3)


def test_masked_scores():
    x = np.array([1.0, -INF, 2.0])
    got = gradient(wnp.logsumexp, x)
    np.testing.assert_allclose(got, np.exp([1 - 2.313261687518223, -INF, 2 - 2.313261687518223]))


def test_logsumexp_of_nothing_but_infinities():
    np.testing.assert_array_equal(gradient(wnp.logsumexp, np.full(2, -INF)), [0, 0])


def test_standard_deviation_of_equal_elements():
    np.testing.assert_array_equal(gradient(wnp.std, np.ones(3)), np.zeros(3))


def test_constant_output():
    got = gradient(lambda x: wnp.sum(wnp.ones(2)), np.ones(3, np.float32))
    np.testing.assert_array_equal(got, np.zeros(3, np.float32))
    assert got.dtype == np.float32


def test_unused_argument():
    got = gradient(lambda x, y: wnp.sum(x), np.ones(2), np.ones(3), argnums=1)
    np.testing.assert_array_equal(got, np.zeros(3))


@pytest.mark.parametrize("f", CONSTANT, ids=str)
def test_what_has_no_derivative_has_a_derivative_of_zero(f):
    x = np.array([0.4, 1.3, 2.2])

    def loss(x):
        y = f(x)
        y = y[0] if isinstance(y, tuple) and len(y) else y
        if not isinstance(y, wg.Tensor):
            y = 1.0
        return wnp.sum(x * x) + wnp.sum(y)

    np.testing.assert_array_equal(gradient(loss, x), 2 * x)


def test_every_function_has_a_case():
    of_no_operand = [
        "bartlett",
        "blackman",
        "diag_indices",
        "empty",
        "eye",
        "hamming",
        "hanning",
        "identity",
        "indices",
        "mask_indices",
        "ones",
        "tri",
        "tril_indices",
        "triu_indices",
        "zeros",
    ]
    names = [name for name, f in vars(wnp).items() if callable(f) and not isinstance(f, type)]
    names = [n for n in names if not n.startswith("_") and n not in wnp.dtypes.__all__]
    names += [f"linalg.{name}" for name in wnp.linalg.__all__]
    names += [f"fft.{name}" for name in wnp.fft.__all__]
    tested = [function_of(name) for name in of_no_operand]
    tested += [
        function_of(name) for name in (*(case.name for case in (*CASES, *CONSTANT)), *WRITES)
    ]
    assert [name for name in names if function_of(name) not in tested] == []
