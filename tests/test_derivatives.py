"""Derivatives of the functions of `wengert.numpy`: against central differences, and at the kinks."""

from dataclasses import dataclass, field

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

INF = np.inf


@dataclass(frozen=True)
class Of:
    """An operand to differentiate: real or complex, of this shape, in this interval."""

    shape: tuple = ()
    low: float = 0.3
    high: float = 2.0
    signed: bool = True
    is_complex: bool = False

    def __str__(self):
        return "x".join(map(str, self.shape)) + "c" * self.is_complex

    def array(self, seed):
        """Draw an array, or a number."""
        rng = np.random.default_rng(seed)
        # Apart from each other, so that differences do not step over ties.
        size = int(np.prod(self.shape))
        x = self.low + (self.high - self.low) * (rng.permutation(size) + 0.5) / max(size, 1)
        x = x.reshape(self.shape)
        if self.signed:
            x = np.where(rng.random(self.shape) < 0.5, -x, x)
        if self.is_complex:
            x = x + 1j * rng.uniform(0.3, 1.5, self.shape)
        return x


@dataclass(frozen=True)
class Case:
    """A function by name, with operands to differentiate and other arguments."""

    name: str
    operands: tuple
    kwargs: dict = field(default_factory=dict)
    function: object = None

    def __str__(self):
        words = [*map(str, self.operands), *(f"{k}={v}" for k, v in self.kwargs.items())]
        return f"{self.name}({' '.join(words)})".replace("\n", "")

    def __call__(self, *x):
        """Apply the function to operands."""
        f = self.function
        if f is None:
            f = getattr(wnp.linalg if self.name == "norm" else wnp, self.name)
        return f(*x, **self.kwargs)


def of(*shape, **kwargs):
    return Of(shape, **kwargs)


def pos(*shape, low=0.3, high=2.0):
    return Of(shape, low, high, signed=False)


def z(*shape):
    return Of(shape, is_complex=True)


def case(name, *operands, function=None, **kwargs):
    return Case(name, operands, kwargs, function)


MASK = np.array([[True, False, True, True], [False, True, True, False], [True, True, False, True]])
A, V, W = of(3, 4), of(4), of(3)

UNARY = [
    "negative",
    "positive",
    "absolute",
    "fabs",
    "square",
    "reciprocal",
    "exp",
    "exp2",
    "expm1",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "arctan",
    "arcsinh",
    "sinc",
    "deg2rad",
    "rad2deg",
    "cbrt",
    "nan_to_num",
    "real",
    "conj",
]
BINARY = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "arctan2",
    "hypot",
    "maximum",
    "minimum",
    "fmax",
    "fmin",
    "logaddexp",
    "logaddexp2",
    "copysign",
]
OF_COMPLEX = [
    "real",
    "imag",
    "conj",
    "absolute",
    "sign",
    "square",
    "exp",
    "log",
    "sqrt",
    "sin",
    "tanh",
]

CASES = [
    # Elementwise, with broadcast operands.
    *(case(name, A) for name in UNARY),
    *(case(name, pos(3, 4)) for name in ("sqrt", "log", "log2", "log10", "log1p")),
    *(case(name, of(3, 4, high=0.9)) for name in ("arcsin", "arccos", "arctanh")),
    case("arccosh", pos(3, 4, low=1.2, high=3)),
    *(case(name, A, V) for name in BINARY),
    case("power", pos(3, 4), V),
    case("float_power", pos(3, 4), V),
    case("remainder", of(3, 4, high=5), pos(4, low=2.1, high=2.4)),
    case("fmod", of(3, 4, high=5), pos(4, low=2.1, high=2.4)),
    case("clip", A, a_min=-0.7, a_max=0.9),
    case("clip", A, of(1), pos(3, 1, low=1.3), function=wnp.clip),
    case("divmod", A, function=lambda x: wnp.divmod(x, 0.77)[1]),
    case("modf", A, function=lambda x: wnp.modf(x)[0]),
    case("angle", z(3, 4)),
    *(case(name, z(3)) for name in OF_COMPLEX),
    case("multiply", z(3), W),
    case("divide", z(3), z(3)),
    case("power", z(3), function=lambda x: x**3),
    # Reductions.
    *(
        case(name, of(2, 3, 2), **kwargs)
        for name in ("sum", "prod", "mean", "max", "min", "ptp", "var", "std", "logsumexp")
        for kwargs in ({}, {"axis": 1}, {"axis": (0, -1), "keepdims": True})
    ),
    case("sum", A, where=MASK, initial=2.0),
    case("prod", A, where=MASK),
    case("mean", A, axis=0, where=MASK),
    case("max", A, axis=1, where=MASK, initial=-9.0),
    case("var", A, axis=1, ddof=1),
    case("std", A, axis=0, where=MASK, ddof=0.5),
    case("sum", A, initial=None, axis=0),
    case("logsumexp", A, pos(4), function=lambda x, b: wnp.logsumexp(x, 1, b)),
    case("cumsum", A, axis=1),
    case("cumsum", A),
    case("cumprod", A, axis=0),
    case("sort", A, axis=0),
    case("sum", z(3, 2), axis=0),
    case("prod", z(3)),
    case("mean", z(3, 2)),
    case("var", z(3, 2), axis=0),
    # Shape.
    case("reshape", A, shape=(2, -1)),
    case("reshape", A, shape=(2, -1), order="F"),
    case("ravel", A),
    case("transpose", of(2, 3, 4), axes=(1, 2, 0)),
    case("swapaxes", of(2, 3, 4), axis1=0, axis2=2),
    case("moveaxis", of(2, 3, 4), source=0, destination=-1),
    case("rollaxis", of(2, 3, 4), axis=2),
    case("expand_dims", A, axis=1),
    case("squeeze", of(1, 3, 1), axis=0),
    case("broadcast_to", W, shape=(2, 3)),
    case("broadcast_arrays", W, of(2, 1), function=lambda x, y: wnp.broadcast_arrays(x, y)[1] * x),
    case("atleast_2d", V),
    case("atleast_3d", A),
    case("flip", A, axis=0),
    case("fliplr", A),
    case("flipud", A),
    case("rot90", A, k=3),
    case("roll", A, shift=(1, 2), axis=(0, 1)),
    case("tile", V, reps=(2, 2)),
    case("repeat", A, repeats=2, axis=0),
    case("repeat", A, repeats=[1, 0, 3], axis=0),
    case("pad", A, pad_width=1),
    case("pad", A, pad_width=((1, 2), (3, 0)), mode="reflect"),
    case("pad", A, of(), function=lambda x, c: wnp.pad(x, 1, constant_values=c)),
    case("astype", A, function=lambda x: x.astype(np.complex128).real),
    case("copy", A),
    case(
        "concatenate", A, of(2, 4), function=lambda x, y: wnp.concatenate([x, np.ones((1, 4)), y])
    ),
    case("stack", A, A, function=lambda x, y: wnp.stack([x, y, x], 1)),
    *(
        case(name, V, V, function=lambda x, y, f=name: getattr(wnp, f)([x, y]))
        for name in ("hstack", "vstack", "dstack", "column_stack")
    ),
    case("split", A, function=lambda x: wnp.split(x, 2, 1)[1]),
    case("array_split", V, function=lambda x: wnp.array_split(x, 3)[0]),
    case("unstack", A, function=lambda x: wnp.unstack(x, axis=1)[2]),
    case("array", of(), of(), function=lambda x, y: wnp.array([[x, 1.0], [y, x]])),
    case("full", of(), function=lambda x: wnp.full((2, 3), x)),
    case("full_like", of(), function=lambda x: np.full_like(x, 1.0) * x),
    case("linspace", of(), V, function=lambda x, y: wnp.linspace(x, y, 5)),
    # Places.
    case("take", A, indices=[[0, 1], [2, 0]], axis=0),
    case("take", A, indices=[5, -7], mode="wrap"),
    case("take_along_axis", A, indices=np.array([[0, 0], [1, 3], [2, 2]]), axis=1),
    case("where", A, V, function=lambda x, y: wnp.where(MASK, x, y)),
    case("compress", A, function=lambda x: wnp.compress([True, False, True], x, 0)),
    case("extract", A, function=lambda x: wnp.extract(MASK, x)),
    case("select", A, V, function=lambda x, y: wnp.select([MASK, ~MASK], [x, y])),
    case("diagonal", of(2, 3, 3), offset=1, axis1=1, axis2=2),
    case("diag", V, k=1),
    case("diag", of(3, 4), k=-1),
    case("tril", of(2, 3, 3), k=-1),
    case("triu", A, k=1),
    case("trace", of(3, 3)),
    # Products.
    case("matmul", A, of(2, 4, 2)),
    case("matmul", W, A),
    case("matmul", A, V),
    case("matmul", z(2, 3), z(3, 2)),
    case("dot", A, of(4, 2)),
    case("dot", V, V),
    case("dot", of(), V),
    case("vdot", z(3), z(3)),
    case("vecdot", z(2, 3), z(3)),
    case("matvec", A, V),
    case("vecmat", W, A),
    case("inner", A, V),
    case("outer", V, W),
    case("tensordot", of(2, 3, 2), of(3, 2, 2), axes=([1, 2], [0, 1])),
    *(
        case("einsum", *operands, function=lambda *x, s=subscripts: wnp.einsum(s, *x))
        for subscripts, *operands in (
            ("ij,jk,kl->il", of(2, 3), of(3, 2), of(2, 2)),
            ("iij->j", of(3, 3, 2)),
            ("i,i,i->", W, W, W),
            ("...ij,...j->...", of(2, 2, 3), of(2, 3)),
        )
    ),
    *(
        case("norm", x, ord=p, **kwargs)
        for x, p, kwargs in (
            (V, None, {}),
            (A, "fro", {}),
            (A, 2, {"axis": 1}),
            (A, 1, {}),
            (A, INF, {}),
            (A, -INF, {}),
            (V, 1, {}),
            (V, INF, {}),
            (V, 3, {}),
            (V, 0.5, {}),
            (z(3), None, {}),
        )
    ),
]


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
    "matvec": lambda x, y: np.matvec(x[None], y)[0],
    "vecmat": lambda x, y: np.vecmat(x, y[:, None])[0],
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


PLACES = [
    wnp.argmax, wnp.argmin, wnp.argsort, wnp.count_nonzero, wnp.any, wnp.all, wnp.floor, wnp.ceil,
    wnp.trunc, wnp.rint, wnp.round, wnp.sign, wnp.zeros_like, wnp.ones_like, wnp.isnan,
    wnp.isfinite, wnp.isinf, wnp.nonzero, wnp.argwhere, wnp.shape, wnp.ndim, wnp.size,
    lambda x: x > 0, lambda x: wnp.isclose(x, 1.0), lambda x: wnp.allclose(x, x),
    lambda x: wnp.searchsorted(x, 0.5), lambda x: wnp.floor_divide(x, 0.3),
    lambda x: wnp.argpartition(x, 1), lambda x: wnp.logical_and(x, x), wnp.result_type,
]  # fmt: skip


@pytest.mark.parametrize("f", PLACES, ids=lambda f: getattr(f, "__name__", "f"))
def test_what_has_no_derivative_has_a_derivative_of_zero(f):
    x = np.array([0.4, 1.3, 2.2])

    def loss(x):
        y = f(x)
        y = y[0] if isinstance(y, tuple) and len(y) else y
        if not isinstance(y, wg.Tensor):
            y = 1.0
        return wnp.sum(x * x) + wnp.sum(y)

    np.testing.assert_array_equal(gradient(loss, x), 2 * x)
