"""`wengert.numpy.polynomial` against `numpy.polynomial`: values, and derivatives in points and coefficients."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from numpy_calls import assert_same, outcome

RNG = np.random.default_rng(5)
X = RNG.uniform(-1, 1, (2, 3))
Y = RNG.uniform(-1, 1, (2, 3))
C1, C2, C3 = (RNG.normal(size=(3, 4, 2)[:n]) for n in (1, 2, 3))
POINTS = RNG.uniform(-1, 1, 4)
PLACES = RNG.uniform(-1, 1, 6)
DIVISOR = np.array([0.3, -0.2, 1.5])

KINDS = {
    "polynomial": "poly",
    "chebyshev": "cheb",
    "legendre": "leg",
    "hermite": "herm",
    "hermite_e": "herme",
    "laguerre": "lag",
}
each = pytest.mark.parametrize("kind", KINDS)

CALLS = {
    "val": [
        (X, C1),
        (X, C2),
        (0.3, C1),
        (X, C1[:1]),
        (X[0], RNG.normal(size=(4, 3)), False),
        (X, [1, 2]),
    ],
    "val2d": [(X, Y, C2), (X, Y, C3), (X, Y[0], C2)],
    "val3d": [(X, Y, X * Y, C3)],
    "grid2d": [(X[0], Y[0], C2), (X[0], 0.5, C3)],
    "grid3d": [(X[0], Y[0], POINTS, C3)],
    "vander": [(X, 3), (0.5, 0), (X, -1), (np.arange(3), 2)],
    "vander2d": [(X, Y, (1, 2))],
    "vander3d": [(X, Y, X * Y, (1, 0, 2))],
    "add": [(C1, POINTS), (C1, -C1)],
    "sub": [(C1, POINTS), (C1, [1, 2])],
    "mulx": [(C1,), ([0.0],), (POINTS,)],
    "der": [(POINTS,), (POINTS, 2, 0.5), (C2, 1, 1, 1), (POINTS, 0), (POINTS, 6), (POINTS, -1)],
    "int": [
        (POINTS,),
        (POINTS, 2, [1.0, -0.5], 0.3, 2.0),
        (C2, 1, 3, 0, 1, 1),
        (POINTS, 0),
        (POINTS, 1, [1, 2]),
    ],
}
PRODUCTS = {
    "mul": [(C1, POINTS), ([0.0], POINTS), (C1, [1, 2])],
    "pow": [(C1, 3), (C1, 0), (C1, -1), (C1, 3, 2)],
    "fromroots": [(POINTS,), ([],), ([1, 2],), (POINTS[:1],)],
    "div": [(POINTS, DIVISOR), (DIVISOR, POINTS), (POINTS, [2.0]), (POINTS, [1, 2])],
    "roots": [(POINTS,), ([1, 2],), ([1.0],), ([6.0, -5.0, 1.0],), ([0.0, 1.0, 0.0],)],
    "fit": [
        (PLACES, PLACES**3, 2),
        (PLACES, np.stack([PLACES**2, PLACES**3], 1), [0, 2]),
        (PLACES, PLACES**3, 1, None, False, PLACES + 2),
        (PLACES, PLACES, -1),
        (PLACES, PLACES, 1.5),
        (PLACES, PLACES[1:], 1),
        (PLACES, PLACES, 1, None, False, PLACES[1:]),
    ],
}
OF_POWERS = PRODUCTS | {
    "valfromroots": [(X, POINTS), (X[0], RNG.normal(size=(4, 3)), False), (X, POINTS, False)],
}


def functions(kind, name):
    name = KINDS[kind] + name
    ours = getattr(wnp.polynomial, kind)
    return getattr(ours, name), getattr(getattr(np.polynomial, kind), name)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((kind, name) for kind in KINDS for name in CALLS | PRODUCTS),
        ("polynomial", "valfromroots"),
    ],
)
def test_values(kind, name):
    ours, theirs = functions(kind, name)
    for args in (CALLS | OF_POWERS)[name]:
        want, got = outcome(theirs, *args), outcome(ours, *args)
        if isinstance(want, Exception):
            assert isinstance(got, (TypeError, ValueError)), (got, want)
        elif name == "roots" and got.dtype.kind == "f" and not np.any(np.imag(want)):
            assert_same(got, np.real(want))  # NumPy 2.5's are complex in some of the bases
        else:
            assert_same(got, want)


@each
def test_every_function_is_tested(kind):
    ours = getattr(wnp.polynomial, kind)
    names = [KINDS[kind] + name for name in CALLS | PRODUCTS]
    names += ["polyvalfromroots"] if kind == "polynomial" else conversions(kind)
    assert ours.__all__ == sorted(names)
    assert all("Parameters\n" in getattr(ours, name).__doc__ for name in ours.__all__)


def conversions(kind):
    return [f"{KINDS[kind]}2poly", f"poly2{KINDS[kind]}"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "polynomial"])
def test_conversions(kind):
    to, back = (getattr(getattr(wnp.polynomial, kind), name) for name in conversions(kind))
    for ours, name in zip((to, back), conversions(kind), strict=True):
        for c in (POINTS, [1.0], [1, 2, 0]):
            want = getattr(getattr(np.polynomial, kind), name)(c)
            np.testing.assert_allclose(
                np.trim_zeros(ours(c).numpy(), "b"), np.trim_zeros(want, "b")
            )
    wg.testing.check_grads(lambda c: back(to(c) ** 2), (POINTS,), order=2)


@each
def test_derivatives(kind):
    prefix, ours = KINDS[kind], getattr(wnp.polynomial, kind)

    def of(name):
        return getattr(ours, prefix + name)

    for f, args in (
        (of("val"), (X, C2)),
        (of("val2d"), (X, Y, C2)),
        (of("grid3d"), (X[0], Y[0], POINTS, C3)),
        (lambda x: of("vander")(x, 3), (X,)),
        (lambda c: of("der")(c, 2), (POINTS,)),
        (lambda c, k, low: of("int")(c, 2, [k, 1.0], low), (POINTS, 0.3, 0.2)),
        (of("mulx"), (POINTS,)),
        (of("mul"), (POINTS, C1)),
        (lambda c: of("pow")(c, 3), (POINTS[:3],)),
        (of("fromroots"), (POINTS[:3],)),
        (lambda a, b: of("div")(a, b)[0], (POINTS, DIVISOR)),
        (lambda a, b: of("div")(a, b)[1], (POINTS, DIVISOR)),
        (lambda c: wnp.abs(of("roots")(c)), (DIVISOR,)),
        (lambda x, y, w: of("fit")(x, y, 2, w=w), (PLACES, PLACES**3, PLACES + 2)),
    ):
        wg.testing.check_grads(f, args, order=2)


@each
def test_batches(kind):
    value = getattr(getattr(wnp.polynomial, kind), KINDS[kind] + "val")
    many = RNG.normal(size=(3, 4))
    want = np.stack([wg.grad(lambda c: wnp.sum(value(X, c) ** 2))(c) for c in many])
    got = wg.vmap(wg.grad(lambda c: wnp.sum(value(X, c) ** 2)))(many)
    np.testing.assert_allclose(got, want, rtol=1e-12)


def test_numpys_own_evaluates_at_tensors():
    """Of constant coefficients, NumPy's function is arithmetic that works on Tensors."""
    f = np.polynomial.chebyshev.chebval
    np.testing.assert_allclose(
        wg.grad(lambda x: np.sum(f(x, C1)))(X),
        wg.grad(lambda x: np.sum(wnp.polynomial.chebyshev.chebval(x, C1)))(X),
    )


@each
def test_fits_tell_of_themselves(kind):
    ours, theirs = functions(kind, "fit")
    (c, told), (want, wanted) = (f(PLACES, PLACES**3, 2, full=True) for f in (ours, theirs))
    assert_same(c, want)
    for one, other in zip(told, wanted, strict=True):
        np.testing.assert_allclose(np.asarray(one), other, rtol=1e-11)
    with pytest.warns(np.exceptions.RankWarning):
        ours(np.ones(3), np.arange(3.0), 2)
    with pytest.warns(np.exceptions.RankWarning):
        wnp.polyfit(np.ones(3), np.arange(3.0), 2)


def test_zeros_move_as_implicit_functions():
    jacobian = wg.jacobian(np.roots)
    np.testing.assert_allclose(jacobian(np.array([1.0, -3.0, 2.0])), [[-4, -2, -1], [1, 1, 1]])
    # a zero at 0 moves as well
    np.testing.assert_allclose(
        jacobian(np.array([1.0, -3.0, 0.0])), [[-3, -1, -1 / 3], [0, 0, 1 / 3]]
    )
    both = np.array([[1.0, -3.0, 2.0], [2.0, 1.0, 5.0]])
    of_sizes = lambda c: np.abs(np.roots(c))
    want = [wg.jacobian(of_sizes)(c) for c in both]
    np.testing.assert_allclose(wg.vmap(wg.jacobian(of_sizes))(both), want, rtol=1e-13)


def test_a_fit_is_differentiated_as_people_call_it():
    """The slope of a line through points, in the points: (x - mean) / sum((x - mean)^2)."""
    x = np.array([0.0, 1.0, 2.0, 4.0])
    y = np.array([1.0, 3.0, 2.0, 5.0])
    apart = x - x.mean()
    np.testing.assert_allclose(
        wg.grad(lambda y: np.polyfit(x, y, 1)[0])(y), apart / np.sum(apart**2), rtol=1e-12
    )


CLASSES = {
    "at points": lambda c, x, n: c(x)(PLACES),
    "at a Tensor": lambda c, x, n: c([0.5, -1.0, 2.0, 0.3])(x),
    "at a number": lambda c, x, n: c(x)(x[0]),
    "of a list": lambda c, x, n: c([x[0], x[1], 2.0])(0.3),
    "in a domain": lambda c, x, n: c(x, domain=[0, 3])(PLACES),
    "a product": lambda c, x, n: (c(x) * c([1.0, x[0]]) + c([x[1]]))(PLACES),
    "a power": lambda c, x, n: (c(x) ** 3)(0.3),
    "a quotient": lambda c, x, n: (c(x) // c([1.0, 2.0]))(0.3),
    "a derivative": lambda c, x, n: c(x).deriv()(PLACES),
    "an integral": lambda c, x, n: c(x).integ(k=[x[0]])(PLACES),
    "of zeros": lambda c, x, n: c.fromroots(x)(0.3),
    "coefficients": lambda c, x, n: n.sum(n.asarray(c(x).coef) ** 2),
    "another kind": lambda c, x, n: c(x).convert(kind=np.polynomial.Polynomial)(0.3),
    "a fit": lambda c, x, n: c.fit(np.linspace(0, 1, len(x)), x, 2)(PLACES),
}


@pytest.mark.parametrize("program", CLASSES.values(), ids=CLASSES)
@pytest.mark.parametrize(
    "name", ["Polynomial", "Chebyshev", "Legendre", "Hermite", "HermiteE", "Laguerre"]
)
def test_numpys_classes(name, program):
    """They compute with coefficients that are objects, and leave places and samples to the Tensor."""
    c = getattr(np.polynomial, name)
    x = np.array([0.7, -0.4, 1.2, 0.5])
    f = lambda x: program(c, x, wnp)
    value, _ = wg.vjp(f, x)
    np.testing.assert_allclose(np.asarray(value, float), program(c, x, np), rtol=1e-12)
    wg.testing.check_grads(f, [x])
    batch = np.stack([x, 2 * x])
    want = np.stack([wg.jacobian(f)(row) for row in batch])
    np.testing.assert_allclose(wg.vmap(wg.jacobian(f))(batch), want, rtol=1e-12)
