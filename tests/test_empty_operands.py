"""Empty operands that broadcast: derivatives of numbers that nothing depends on, in every mode."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import _core as core
from wengert.scipy.interpolate import CubicSpline
from wengert.scipy.stats import multivariate_normal

pytestmark = pytest.mark.isa

PAIRS = [
    ((0,), ()),
    ((), (2, 0)),
    ((0,), (1,)),
    ((2, 1), (0,)),
    ((1, 3), (0, 1)),
    ((0, 3), (3,)),
    ((0, 1, 3), (2, 1)),
]


def binary(primitive):
    low, high = primitive.domain
    middle = (low + high) / 2
    for shapes in PAIRS:
        yield primitive.name, primitive, [np.full(shape, middle) for shape in shapes]


def structural():
    for shapes in PAIRS:
        x, y = (np.full(shape, 1.5) for shape in shapes)
        for condition in (np.zeros(np.broadcast_shapes(*shapes), bool), np.zeros(0, bool)[:, None]):
            for pair in ((x, y), (y, x)):
                try:
                    np.where(condition, *pair)
                except ValueError:
                    continue
                yield "where", lambda a, b, c=condition: np.where(c, a, b), list(pair)
        yield "complex", core.complex, [x, y]
    for left, right in [
        ((0, 2, 3), (3, 4)),
        ((2, 3), (0, 3, 4)),
        ((0, 3), (3, 4)),
        ((0, 3), (3,)),
        ((5, 0), (0, 4)),
        ((0, 1, 2, 3), (5, 3, 4)),
        ((0, 2, 3), (3,)),
        ((3,), (0, 3, 2)),
        ((0,), (0,)),
    ]:
        yield "matmul", np.matmul, [np.full(left, 0.5), np.full(right, 1.5)]


def compositions():
    none = np.zeros(0)
    yield "select", lambda b, c: wnp.select([np.zeros(0, bool)], [b], c), [none, np.array(1.0)]
    yield "interp", lambda x, f: np.interp(x, np.arange(3.0), f), [none, np.ones(3)]
    yield "clip", lambda x, a: np.clip(x, a, 2.0), [none, np.array(1.0)]
    yield (
        "einsum",
        lambda a, b: np.einsum("bij,jk->bik", a, b),
        [np.ones((0, 2, 3)), np.ones((3, 4))],
    )
    yield "tensordot", lambda a, b: np.tensordot(a, b, 1), [np.ones((0, 3)), np.ones((3, 4))]
    yield "inner", np.inner, [np.ones((0, 3)), np.ones((2, 3))]
    yield "outer", np.outer, [none, np.ones(3)]
    yield "kron", np.kron, [none, np.ones(3)]
    yield "cross", np.cross, [np.ones((0, 3)), np.ones(3)]
    yield "vecdot", np.vecdot, [np.ones((0, 3)), np.ones(3)]
    yield "stack", lambda a, b: np.stack([a, b * a]), [none, np.array(1.0)]
    yield "full", lambda a, b: wnp.full((0, 2), a) * b, [np.array(1.0), np.ones(2)]
    yield "logsumexp", lambda a, b: np.logaddexp(a, b).sum(0), [np.ones((0, 2)), np.ones(2)]
    yield "average", lambda a, b: (a * b).sum(1), [np.ones((0, 3)), np.ones(3)]


CASES = [
    pytest.param(f, x, id=f"{name}-{x[0].shape}-{x[1].shape}".replace(" ", ""))
    for name, f, x in [
        *(
            case
            for p in core.primitives
            if p.is_elementwise and p.arity == 2 and p.is_differentiable
            for case in binary(p)
        ),
        *structural(),
        *compositions(),
    ]
]
each = pytest.mark.parametrize(("f", "x"), CASES)


def total(f):
    return lambda *x: np.sum(np.real(f(*x)))


def assert_zeros(found, like):
    for got, x in zip(found, like, strict=True):
        np.testing.assert_array_equal(got, np.zeros_like(x))


@each
def test_gradients_are_zeros_of_the_operands_shapes(f, x):
    assert_zeros(wg.grad(total(f), (0, 1))(*x), x)
    for k in (0, 1):
        assert_zeros([wg.grad(total(f), k)(*x)], [x[k]])


@each
def test_pullbacks_and_tangents_have_the_shapes_of_the_values(f, x):
    value, pullback = wg.vjp(f, *x)
    assert_zeros(pullback(np.zeros_like(value)), x)
    for tangents in ([1 + a for a in x], [1 + x[0], None], [None, 1 + x[1]]):
        out, tangent = wg.jvp(f, x, tangents)
        assert (
            (tangent.shape, tangent.dtype) == (out.shape, out.dtype) == (value.shape, value.dtype)
        )
        linear = wg.linearize(f, *x)[1](
            *[0 * a if t is None else t for a, t in zip(x, tangents, strict=True)]
        )
        assert linear.shape == value.shape


@each
def test_second_derivatives(f, x):
    g = wg.grad(total(f), (0, 1))
    pushed = wg.jvp(g, x, [1 + a for a in x])[1]
    assert_zeros(pushed, x)
    again = wg.grad(lambda *x: sum(np.sum(a) for a in g(*x)), (0, 1))(*x)
    assert_zeros(again, x)


@each
def test_jacobians_in_both_modes(f, x):
    shape = np.shape(f(*x))
    for mode in (wg.jacfwd, wg.jacrev, wg.jacobian):
        for k in (0, 1):
            jacobian = mode(lambda *x: np.real(f(*x)), k)(*x)
            assert jacobian.shape == shape + x[k].shape
            assert not np.any(jacobian)


@each
def test_batches(f, x):
    batch = [np.stack([a, a]) for a in x]
    for axes in ((0, 0), (0, None), (None, 0)):
        given = [b if axis == 0 else a for a, b, axis in zip(x, batch, axes, strict=True)]
        want = f(*x)
        got = wg.vmap(f, axes)(*given)
        assert (got.shape, got.dtype) == ((2, *np.shape(want)), np.asarray(want).dtype)
        found = wg.vmap(wg.grad(total(f), (0, 1)), axes)(*given)
        assert_zeros(found, batch)
        assert_zeros(
            wg.grad(lambda *b, a=axes: np.sum(np.real(wg.vmap(f, a)(*b))), (0, 1))(*given), given
        )


@each
def test_checkpoints_and_leaves(f, x):
    assert_zeros(wg.grad(total(wg.checkpoint(f)), (0, 1))(*x), x)
    leaves = [wg.tensor(a, requires_grad=True) for a in x]
    total(f)(*leaves).backward()
    assert_zeros([leaf.grad.numpy() for leaf in leaves], x)


@pytest.mark.parametrize(
    "f",
    [
        np.linalg.inv,
        np.linalg.cholesky,
        lambda m: np.linalg.solve(m, m[0]),
        lambda m: np.linalg.slogdet(m)[1],
        lambda m: m[0] / m[0, 0] if m[0, 0] > 0 else m[1],
        lambda m: CubicSpline(np.cumsum(np.abs(m[-1])), m[0])(0.5),
        lambda m: multivariate_normal.logpdf(m[0], m[1], m),
    ],
)
def test_no_example_is_singular(f):
    """Without an example a function is recorded on an imagined one, which is positive definite and in order."""
    shape = np.shape(f(np.array([[1.0, 0.2, 0.1], [0.2, 1.5, 0.3], [0.1, 0.3, 2.0]])))
    none = np.zeros((0, 3, 3))
    assert wg.vmap(f)(none).shape == (0, *shape)
    assert wg.vmap(wg.jacobian(f))(none).shape == (0, *shape, 3, 3)
    assert wg.vmap(f)(none.astype(np.float32)).shape == (0, *shape)
