"""Primitives of several results, over the registry: values, memory, derivatives of both orders and modes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

import wengert as wg
from structural_cases import complexes, matrices, plain, positive_definite, reals
from wengert import _core as core

pytestmark = pytest.mark.isa


def adjoint(x):
    return np.conj(np.swapaxes(x, -1, -2))


def of_values(values):
    """Return a check of values without vectors, and of the frame, which is zeros."""

    def holds(x, w, frame):
        wanted = np.concatenate([values(x).ravel(), np.zeros(x.size)])
        return np.concatenate([w.ravel(), frame.ravel()]), wanted

    return holds


def lower_and_upper(factors):
    """Return L and U of what lu gives, by columns."""
    packed = np.swapaxes(factors, -1, -2)
    m, n = packed.shape[-2:]
    k = min(m, n)
    return np.tril(packed, -1)[..., :k] + np.eye(m, k), np.triu(packed)[..., :k, :]


def of_lu(x, factors, pivots):
    order = plain(core.lu_order(pivots, x.shape[-2]))
    lower, upper = lower_and_upper(factors)
    return lower @ upper, np.take_along_axis(x, order[..., None], -2)


def of_qr(x, q, r):
    return q @ r, x


def of_svd(x, u, s, vh):
    k = s.shape[-1]
    return (u[..., :k] * s[..., None, :]) @ vh[..., :k, :], x


def of_eigh(x, w, v):
    return (v * w[..., None, :]) @ adjoint(v), x


def of_eig(x, w, v):
    return x @ v, v * w[..., None, :]


@dataclass(frozen=True)
class Case:
    """A factorization, what its results have to satisfy, and how tests see them.

    `seen` is a function of the results that does not change with what nothing determines.
    """

    name: str
    x: np.ndarray
    parameters: tuple
    holds: Callable
    seen: Callable
    tag: str = ""

    def __str__(self):
        return f"{self.name}-{self.tag}" if self.tag else self.name

    @property
    def primitive(self):
        """The row of the registry."""
        return getattr(core, self.name)

    def apply(self, x):
        """Return the results."""
        return self.primitive(x, *self.parameters)

    def value(self, x):
        """Return a real number that depends on every result."""
        parts = [weighed(y, k) for k, y in enumerate(self.seen(*self.apply(x)))]
        return sum(parts[1:], parts[0])


def weighed(y, k):
    weights = np.cos(np.arange(y.size) + 0.5 + k).reshape(y.shape)
    if y.dtype.kind == "c":
        return np.sum(np.real(y) * weights) + np.sum(np.imag(y) * (1 - weights))
    return np.sum(y * weights)


def hermitian(x):
    return (x + adjoint(x)) / 2


def projectors(v):
    """Return the squared moduli of elements, and their products along columns: free of phases."""
    one = v[..., :1, :]
    return np.conj(v) * one


def all_of(*y):
    return y


def first_alone(first, rest):
    return (first,)


def sides(u, s, vh):
    """Return what does not change if the phases of both sides turn together."""
    k = s.shape[-1]
    first = vh[..., :k, :1]
    return (s, u[..., :k] * np.swapaxes(first, -1, -2), np.conj(first) * vh[..., :k, :])


def all_sides(u, s, vh):
    k = s.shape[-1]
    rest = u[..., k:] if u.shape[-1] > k else np.swapaxes(np.conj(vh[..., k:, :]), -1, -2)
    return (*sides(u, s, vh), rest @ np.conj(np.swapaxes(rest, -1, -2)))


def complete(q, r):
    k = min(q.shape[-1], r.shape[-1])
    rest = q[..., k:]
    return q[..., :k], r, rest @ np.conj(np.swapaxes(rest, -1, -2))


WIDE = reals(3, 5) + np.eye(3, 5)
TALL = reals(2, 5, 3) + np.eye(5, 3)
COMPLEX = complexes(2, 3, 3) + 2 * np.diag([1, 2, 4])
CASES = [
    Case("lu", matrices(4, 4)[::-1].copy(), (), of_lu, first_alone),
    Case("lu", matrices(2, 14, 14), (), of_lu, first_alone, "lapack"),
    Case("lu", TALL, (), of_lu, first_alone, "tall"),
    Case("lu", WIDE, (), of_lu, first_alone, "wide"),
    Case("lu", COMPLEX, (), of_lu, first_alone, "complex"),
    Case("qr", TALL, (False,), of_qr, all_of, "tall"),
    Case("qr", WIDE, (False,), of_qr, all_of, "wide"),
    Case("qr", COMPLEX, (False,), of_qr, all_of, "complex"),
    Case("qr", complexes(4, 2), (False,), of_qr, all_of, "complex-tall"),
    Case("qr", complexes(2, 4), (False,), of_qr, all_of, "complex-wide"),
    Case("qr", TALL, (True,), of_qr, complete, "complete"),
    Case("qr", complexes(4, 2), (True,), of_qr, complete, "complex-complete"),
    Case("svd", TALL, (False, False), of_svd, all_of, "tall"),
    Case("svd", WIDE, (False, False), of_svd, all_of, "wide"),
    Case("svd", COMPLEX, (False, False), of_svd, sides, "complex"),
    Case("svd", complexes(4, 2), (False, False), of_svd, sides, "complex-tall"),
    Case("svd", complexes(2, 4), (False, False), of_svd, sides, "complex-wide"),
    Case("svd", TALL, (True, False), of_svd, all_sides, "full"),
    Case("svd", complexes(2, 4), (True, False), of_svd, all_sides, "complex-full"),
    Case("eigh", positive_definite(matrices(2, 4, 4)), (True, False), of_eigh, all_of),
    Case(
        "eigh",
        hermitian(COMPLEX),
        (False, False),
        of_eigh,
        lambda w, v: (w, projectors(v)),
        "complex-upper",
    ),
    Case(
        "eigvalsh",
        positive_definite(matrices(2, 4, 4)),
        (True,),
        of_values(np.linalg.eigvalsh),
        first_alone,
    ),
    Case(
        "eigvalsh",
        hermitian(COMPLEX),
        (False,),
        of_values(lambda x: np.linalg.eigvalsh(x, "U")),
        first_alone,
        "complex-upper",
    ),
    Case("svdvals", TALL, (), of_values(np.linalg.svdvals), first_alone, "tall"),
    Case("svdvals", WIDE, (), of_values(np.linalg.svdvals), first_alone, "wide"),
    Case("svdvals", COMPLEX, (), of_values(np.linalg.svdvals), first_alone, "complex"),
    Case(
        "eig",
        matrices(2, 4, 4) + np.diag([1, 2, 3, 4]),
        (),
        of_eig,
        lambda w, v: (w, projectors(v)),
    ),
    Case("eig", COMPLEX, (), of_eig, lambda w, v: (w, projectors(v)), "complex"),
]
each_case = pytest.mark.parametrize("case", CASES, ids=str)


def direction_like(x, seed=3):
    rng = np.random.default_rng(seed)
    t = rng.standard_normal(x.shape)
    return t + 1j * rng.standard_normal(x.shape) if x.dtype.kind == "c" else t


def pairing(ct, t):
    return np.sum(np.real(plain(ct) * plain(t)))


def difference(fun, x, t, h=1e-4):
    """Return the derivative along t, of fourth order in h."""
    near = fun(x + h * t) - fun(x - h * t)
    return (8 * near - (fun(x + 2 * h * t) - fun(x - 2 * h * t))) / (12 * h)


def test_every_primitive_of_several_results_has_a_case():
    assert {case.name for case in CASES} == {p.name for p in core.primitives if p.results}


@each_case
@pytest.mark.parametrize("dtype", ["double", "single"])
def test_results_are_factors(case, dtype):
    x = (
        case.x
        if dtype == "double"
        else case.x.astype({"f": np.float32, "c": np.complex64}[case.x.dtype.kind])
    )
    results = [plain(y) for y in case.apply(x)]
    product, wanted = case.holds(x, *results)
    tolerance = 1e-13 if dtype == "double" else 2e-5
    np.testing.assert_allclose(product, wanted, rtol=tolerance, atol=tolerance)
    for inferred, y in zip(case.primitive.infer(x, *case.parameters), results, strict=True):
        assert inferred == (y.dtype, y.shape, False)
    assert {y.real.dtype for y in results if y.dtype.kind in "fc"} == {x.real.dtype}


@each_case
def test_evaluation_writes_to_the_memory_it_is_given(case):
    sizes, work, alignment, shares, is_view = case.primitive.plan(case.x, *case.parameters)
    assert (shares, is_view) == (0, False)
    margin, pattern = 192, 0xA5
    memory = np.full(sum(sizes) + work + margin * (len(sizes) + 3), pattern, np.uint8)
    address, at, places = memory.ctypes.data, margin, []
    for size in sizes:
        at += -(address + at) % 64 + 16
        places.append(at)
        at += size + margin
    at += -(address + at) % alignment
    case.primitive.evaluate_in(memory, tuple(places), at, -1, case.x, *case.parameters)
    for place, size, y in zip(places, sizes, case.apply(case.x), strict=True):
        assert memory[place : place + size].tobytes() == plain(y).tobytes()
        memory[place : place + size] = pattern
    memory[at : at + work] = pattern
    assert np.all(memory == pattern)


@each_case
def test_strides_do_not_matter(case):
    apart = np.zeros((*case.x.shape[:-1], 2 * case.x.shape[-1]), case.x.dtype)
    apart[..., ::2] = case.x[..., ::-1]
    for found, wanted in zip(
        case.apply(apart[..., ::2][..., ::-1]), case.apply(case.x), strict=True
    ):
        np.testing.assert_array_equal(plain(found), plain(wanted))


@each_case
def test_gradient_is_the_difference_in_both_modes(case):
    t = direction_like(case.x)
    wanted = difference(lambda x: float(plain(case.value(wg.tensor(x)))), case.x, t)
    assert pairing(wg.grad(case.value)(case.x), t) == pytest.approx(wanted, rel=1e-7, abs=1e-7)
    pushed = wg.jvp(case.value, (case.x,), (t,))[1]
    assert pushed == pytest.approx(wanted, rel=1e-7, abs=1e-7)


@each_case
def test_second_order_is_the_difference_of_the_first_in_all_modes(case):
    t = direction_like(case.x)

    def slope(x):
        return np.sum(np.real(wg.grad(case.value)(x) * t))

    def pushed_slope(x):
        return wg.jvp(case.value, (x,), (t,))[1]

    wanted = difference(lambda x: float(plain(slope(x))), case.x, t)
    for first in (slope, pushed_slope):
        assert pairing(wg.grad(first)(case.x), t) == pytest.approx(wanted, rel=1e-6, abs=1e-6)
        found = wg.jvp(first, (case.x,), (t,))[1]
        assert found == pytest.approx(wanted, rel=1e-6, abs=1e-6)


@each_case
def test_batches_are_loops(case):
    batch = np.stack([case.x, case.x * 1.5])
    for found, *wanted in zip(
        wg.vmap(case.apply)(batch), *[case.apply(x) for x in batch], strict=True
    ):
        np.testing.assert_array_equal(plain(found), np.stack([plain(y) for y in wanted]))
    found = wg.vmap(wg.grad(case.value))(batch)
    wanted = np.stack([wg.grad(case.value)(x) for x in batch])
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10)


@each_case
def test_checkpoints_and_linearizations_agree(case):
    t = direction_like(case.x)
    wanted = wg.grad(case.value)(case.x)
    found = wg.grad(wg.checkpoint(case.value))(case.x)
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)
    _, push = wg.linearize(case.value, case.x)
    assert push(t) == pytest.approx(pairing(wanted, t), rel=1e-10, abs=1e-10)
    second = wg.grad(lambda x: np.sum(np.real(wg.grad(wg.checkpoint(case.value))(x) * t)))(case.x)
    plainly = wg.grad(lambda x: np.sum(np.real(wg.grad(case.value)(x) * t)))(case.x)
    np.testing.assert_allclose(second, plainly, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("case", [c for c in CASES if c.x.dtype.kind == "f"], ids=str)
def test_jacobians_in_both_modes_and_sparse(case):
    def fun(x):
        y = case.seen(*case.apply(x))[0]
        return np.real(y) + np.imag(y) if y.dtype.kind == "c" else y

    forward, reverse = (plain(wg.jacobian(fun, mode=m)(case.x)) for m in ("forward", "reverse"))
    np.testing.assert_allclose(forward, reverse, rtol=1e-10, atol=1e-10)
    sparse = wg.jacobian(fun, sparse=True)(case.x).toarray()
    np.testing.assert_allclose(sparse, forward.reshape(sparse.shape), rtol=1e-10, atol=1e-10)
