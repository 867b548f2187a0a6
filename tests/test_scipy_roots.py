"""Zeros of functions by `wengert.scipy.optimize`: SciPy's values, derivatives beside closed forms and mpmath."""

import functools
import inspect
import math
import types

import mpmath
import numpy as np
import pytest
import scipy.optimize

import wengert as wg
from wengert.scipy import optimize, stats

BRACKETING = ["brentq", "brenth", "bisect", "ridder", "toms748"]
FROM_A_START = {
    "newton": lambda f, m: m.newton(f, 1.0),
    "newton with a slope": lambda f, m: m.newton(f, 1.0, lambda x: 2 * x),
    "Halley": lambda f, m: m.newton(f, 1.0, lambda x: 2 * x, fprime2=lambda x: 2.0),
    "root_scalar": lambda f, m: m.root_scalar(f, x0=1.0, x1=1.5).root,
    "root_scalar, newton": lambda f, m: m.root_scalar(f, x0=1.0, method="newton").root,
    "root_scalar, halley": lambda f, m: m.root_scalar(f, x0=1.0, method="halley").root,
    "root_scalar, bracket": lambda f, m: m.root_scalar(f, bracket=[0.0, 9.0]).root,
    "fsolve": lambda f, m: m.fsolve(f, 1.0)[0],
    "root": lambda f, m: m.root(f, 1.0).x[0],
    "root, lm": lambda f, m: m.root(f, 1.0, method="lm").x[0],
    "root, krylov": lambda f, m: m.root(f, [1.0], method="krylov", options={"fatol": 1e-12}).x[0],
    "fixed_point": lambda f, m: m.fixed_point(lambda x: x - f(x) / 4, 1.0),
}
WAYS = FROM_A_START | {
    name: functools.partial(lambda name, f, m: getattr(m, name)(f, 0.0, 9.0), name)
    for name in BRACKETING
}
# These are given an exact slope, where SciPy takes differences or asks for one.
WITH_SLOPES = {"root_scalar, newton", "root_scalar, halley", "fsolve", "root", "root, lm"}


def of_square_root(p, order):
    """Return the derivative of the square root of this order."""
    factor = np.prod([0.5 - k for k in range(order)])
    return factor * p ** (0.5 - order)


@pytest.mark.parametrize("name", WAYS)
def test_a_square_root(name):
    find = WAYS[name]
    root = lambda p: find(lambda x: x**2 - p, optimize)
    got = root(3.0)
    assert isinstance(got, wg.Tensor)
    np.testing.assert_allclose(got.item(), np.sqrt(3.0), 1e-6)
    if name not in WITH_SLOPES:
        assert got.item() == find(lambda x: x**2 - 3.0, scipy.optimize)
    np.testing.assert_allclose(wg.grad(root)(3.0), of_square_root(3.0, 1), 1e-6)
    np.testing.assert_allclose(wg.jvp(root, (3.0,), (1.0,))[1], of_square_root(3.0, 1), 1e-6)
    np.testing.assert_allclose(wg.hessian(root)(3.0), of_square_root(3.0, 2), 1e-6)


@pytest.mark.parametrize("name", BRACKETING)
def test_the_signatures_are_scipys(name):
    ours, theirs = (inspect.signature(getattr(m, name)) for m in (optimize, scipy.optimize))
    assert list(ours.parameters) == list(theirs.parameters)
    assert [p.default for p in ours.parameters.values()] == [
        p.default for p in theirs.parameters.values()
    ]


@pytest.mark.parametrize("name", ["newton", "root_scalar", "fixed_point", "fsolve", "root"])
def test_the_parameters_are_scipys(name):
    ours, theirs = (inspect.signature(getattr(m, name)) for m in (optimize, scipy.optimize))
    assert list(ours.parameters) == list(theirs.parameters)


def test_every_order_up_to_the_seventh():
    derived = lambda p: optimize.brentq(lambda x: x**2 - p, 0.0, 9.0, xtol=1e-15)
    for order in range(8):
        np.testing.assert_allclose(derived(2.0), of_square_root(2.0, order), 1e-12)
        derived = wg.grad(derived)
    with pytest.raises(wg.DerivativeError, match="brentq: a derivative of order 8 was asked for"):
        derived(2.0)


def test_forward_orders():
    root = lambda p: optimize.brentq(lambda x: x**2 - p, 0.0, 9.0, xtol=1e-15)
    derived = root
    for order in range(1, 8):
        derived = functools.partial(lambda f, p: wg.jvp(f, (p,), (1.0,))[1], derived)
        np.testing.assert_allclose(derived(2.0), of_square_root(2.0, order), 1e-12)
    with pytest.raises(wg.DerivativeError, match="order 8"):
        wg.jvp(derived, (2.0,), (1.0,))


SCALE = types.SimpleNamespace(value=None)


class Held:
    """A function that has what it needs as an attribute."""

    def __init__(self, p):
        self._p = p

    @property
    def p(self):
        """What it needs."""
        return self._p

    def __call__(self, x):
        """Return what is to be zero."""
        return x**2 - self.p


def nested(p):
    square = lambda x: x * x
    reduced = lambda x: square(x) - p
    return lambda x: reduced(x) * 2


def by_module(p):
    SCALE.value = p
    return lambda x: x**2 - SCALE.value


def by_generator(p):
    def endless():
        while True:
            yield p

    values = endless()
    return lambda x: x**2 - next(values)


CLOSURES = {
    "a cell": lambda p: lambda x: x**2 - p,
    "a default": lambda p: lambda x, p=p: x**2 - p,
    "a partial": lambda p: functools.partial(lambda q, x: x**2 - q, p),
    "a container": lambda p: functools.partial(lambda q, x: x**2 - q["deep"][1], {"deep": [1, p]}),
    "an attribute": Held,
    "a method": lambda p: Held(p).__call__,
    "functions of functions": nested,
    "a module": by_module,
    "a generator": by_generator,
    "something made of it": lambda p: functools.partial(lambda q, x: x**2 - q, np.exp(np.log(p))),
    "an array of objects": lambda p: functools.partial(
        lambda q, x: x**2 - q[0], np.array([p, p], dtype=object)
    ),
    "a recorded function": lambda p: wg.jit(lambda x: x**2 - p),
    "a gradient": lambda p: wg.grad(lambda x: x**3 / 3 - p * x),
    "a rule of its own": lambda p: lambda x: SQUARE(x) - p,
    "in a checkpoint": lambda p: wg.checkpoint(lambda x: x**2 - p),
}
SQUARE = wg.custom_jvp(lambda x: x * x)
SQUARE.defjvps(lambda t, ans, x: 2 * x * t)


@pytest.mark.parametrize("closure", CLOSURES.values(), ids=CLOSURES)
def test_what_a_function_closes_over_has_its_derivative(closure):
    root = lambda p: optimize.brentq(closure(p), 0.0, 9.0)
    np.testing.assert_allclose(wg.grad(root)(3.0), of_square_root(3.0, 1), 1e-9)
    np.testing.assert_allclose(wg.hessian(root)(3.0), of_square_root(3.0, 2), 1e-9)
    solved = lambda p: optimize.fsolve(lambda x: np.stack([closure(p)(x[0])]), [1.0])[0]
    np.testing.assert_allclose(wg.grad(solved)(3.0), of_square_root(3.0, 1), 1e-6)


TRANSFORMS = {
    "reverse": wg.grad,
    "forward": wg.jacfwd,
    "recorded": lambda f: wg.jit(wg.grad(f)),
    "linearized": lambda f: lambda p: wg.linearize(f, p)[1](1.0),
    "checkpointed": lambda f: wg.grad(wg.checkpoint(f)),
    "pulled back": lambda f: lambda p: wg.vjp(f, p)[1](1.0)[0],
    "in a batch": lambda f: lambda p: wg.vmap(wg.grad(f))(np.array([p, 1.0]))[0],
    "of a batch": lambda f: lambda p: wg.grad(lambda q: wg.vmap(f)(q)[0])(np.array([p, 1.0]))[0],
    "of a chain": lambda f: wg.grad(lambda p: wg.scan(lambda c, _: (f(p), c), p, None, 2)[0]),
}


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_transforms(transform):
    root = lambda p: optimize.fsolve(lambda v: [v[0] * v[1] - p, v[0] - v[1]], [1.0, 1.0])[0]
    np.testing.assert_allclose(transform(root)(3.0), of_square_root(3.0, 1), 1e-7)


def test_gradients_that_objects_carry():
    p = wg.tensor(3.0, requires_grad=True)
    optimize.brentq(lambda x: x**2 - p, 0.0, 9.0).backward()
    np.testing.assert_allclose(p.grad, of_square_root(3.0, 1), 1e-9)


def test_a_batch_solves_for_every_example():
    p = np.linspace(0.5, 4.0, 20)
    roots = wg.vmap(lambda p: optimize.brentq(lambda x: x**2 - p, 0.0, 9.0))(p)
    want = [scipy.optimize.brentq(lambda x, p=p: x**2 - p, 0.0, 9.0) for p in p]
    assert roots.tolist() == want


def test_arguments_beside_the_unknown():
    def mixed(p):
        f = lambda x, a, b: x**3 + a * x - b["rhs"]
        return optimize.newton(f, 1.0, args=(p[0], {"rhs": p[1]}))

    x = scipy.optimize.brentq(lambda x: x**3 + 2 * x - 5, 0, 9)
    want = np.array([-x, 1.0]) / (3 * x**2 + 2)
    np.testing.assert_allclose(wg.grad(mixed)(np.array([2.0, 5.0])), want, 1e-7)


def test_a_start_and_a_bracket_have_no_derivative():
    root = lambda p: optimize.brentq(lambda x: x**2 - 2, p, p + 5)
    assert wg.grad(root)(0.5) == 0
    assert wg.grad(lambda p: optimize.newton(lambda x: x**2 - 2, p))(0.5) == 0
    assert np.all(wg.jacobian(lambda p: optimize.fsolve(lambda x: x**2 - 2, p))(np.ones(2)) == 0)


def test_many_numbers_apart():
    p = np.linspace(0.5, 4, 6).reshape(2, 3)
    root = lambda p: optimize.newton(lambda x: x**2 - p, np.ones((2, 3)))
    value = root(p)
    assert value.tolist() == scipy.optimize.newton(lambda x: x**2 - p, np.ones((2, 3))).tolist()
    slopes = wg.jacobian(root)(p).reshape(6, 6)
    np.testing.assert_allclose(slopes, np.diag(0.5 / np.sqrt(p.ravel())), 1e-8, 1e-12)
    np.testing.assert_allclose(
        wg.grad(lambda p: np.sum(wg.grad(lambda q: np.sum(root(q)))(p)))(p), -0.25 * p**-1.5, 1e-8
    )


def test_whole_arrays_as_unknowns():
    def fixed(a):
        return optimize.fixed_point(lambda x: np.cos(a @ x) / 2, np.ones(2))

    a = np.array([[0.3, 0.1], [-0.2, 0.4]])
    wg.testing.check_grads(fixed, (a,), order=2)


def test_reports():
    root, report = optimize.brentq(lambda x: x**2 - 2.0, 0.0, 9.0, full_output=True)
    assert report.converged
    assert report.root.item() == root.item()

    def counted(p):
        x, info, ier, _ = optimize.fsolve(lambda x: x**2 - p, 1.0, full_output=True)
        assert ier == 1
        assert info["nfev"] > 2
        return x[0]

    np.testing.assert_allclose(wg.grad(counted)(4.0), 0.25, 1e-7)
    of_array = optimize.newton(lambda x: x**2 - np.array([1.0, 4.0]), np.ones(2), full_output=True)
    assert of_array.converged.all()
    assert isinstance(of_array.root, wg.Tensor)
    of_number = optimize.newton(lambda x: x**2 - 2.0, 1.0, full_output=True)
    assert of_number[1].converged
    assert of_number[1].root.item() == of_number[0].item()


def test_functions_that_return_slopes_as_well():
    def root(p):
        f = lambda x: (x**2 - p, 2 * x, 2.0)
        return optimize.root_scalar(f, x0=1.0, fprime=True, fprime2=True).root

    np.testing.assert_allclose(wg.grad(root)(4.0), 0.25, 1e-9)

    def roots(p):
        f = lambda x: (x**2 - p, np.diag(2 * x))
        return optimize.root(f, np.ones(2), jac=True).x

    np.testing.assert_allclose(wg.jacobian(roots)(4.0), [0.25, 0.25], 1e-7)


def test_more_equations_than_unknowns():
    t = np.linspace(0, 1, 5)
    y = np.exp(0.7 * t) + 0.01 * np.cos(9 * t)

    def rate(y):
        return optimize.root(lambda k: np.exp(k[0] * t) - y, [0.5], method="lm").x[0]

    wg.testing.check_grads(rate, (y,), order=2)


def test_values_at_the_zero():
    def rest(p):
        return optimize.root(lambda x: x**2 - p, np.ones(2)).fun

    np.testing.assert_allclose(wg.jacobian(rest)(3.0), [0.0, 0.0], atol=1e-9)


def test_a_zero_without_a_slope():
    flat = lambda p: optimize.brentq(lambda x: (x - p) ** 3, -1.0, 2.0)
    assert flat(0.5).item() == 0.5
    with pytest.raises(
        wg.DerivativeError, match="brentq: the Jacobian at the solution is singular"
    ):
        wg.grad(flat)(0.5)

    def double(p):
        f = lambda x: np.stack([x[0] + x[1] - p, 2 * x[0] + 2 * x[1] - 2 * p])
        return optimize.root(f, [0.5, 0.5]).x[0]

    with pytest.raises(wg.DerivativeError, match="root: the Jacobian"):
        wg.grad(double)(1.0)


def test_what_does_not_converge_is_scipys_to_say():
    with pytest.raises(RuntimeError, match="Failed to converge after 3"):
        wg.grad(lambda p: optimize.brentq(lambda x: x**2 - p, 0, 9, maxiter=3))(2.0)
    with pytest.raises(ValueError, match="different signs"):
        wg.grad(lambda p: optimize.brentq(lambda x: x**2 + p, 0, 9))(2.0)
    with pytest.warns(RuntimeWarning, match="not making good progress"):
        optimize.fsolve(lambda x: x**2 + 1.0, 1.0)


def test_bad_input():
    with pytest.raises(TypeError, match="newton: x0 is complex"):
        optimize.newton(lambda x: x**2 + 1, 1j)
    with pytest.raises((TypeError, ValueError)):
        optimize.fsolve(lambda x: [x[0], x[0]], [1.0])
    with pytest.raises(ValueError, match="brentq: fun returned 2 numbers for 1 unknown"):
        wg.grad(
            lambda p: optimize.brentq(lambda x: x - p if isinstance(x, float) else x * [p, p], 0, 9)
        )(2.0)


def test_an_inverse_distribution_function():
    def quantile(a):
        return optimize.brentq(lambda x: stats.gamma.cdf(x, a) - 0.3, 0.0, 50.0)

    with mpmath.workdps(30):
        cdf = lambda x, a: mpmath.gammainc(a, 0, x, regularized=True)
        want = mpmath.diff(lambda a: mpmath.findroot(lambda x: cdf(x, a) - 0.3, 1.5), 2.0)
    np.testing.assert_allclose(wg.grad(quantile)(2.0), float(want), 1e-9)


def test_a_zero_within_a_zero():
    def outer(p):
        inner = lambda x: optimize.brentq(lambda y: y**3 - x, -9.0, 9.0)  # the cube root
        return optimize.brentq(lambda x: inner(x) - p, 0.5, 30.0)

    np.testing.assert_allclose(outer(2.0), 8.0, 1e-9)
    np.testing.assert_allclose(wg.grad(outer)(2.0), 12.0, 1e-8)
    np.testing.assert_allclose(wg.hessian(outer)(2.0), 12.0, 1e-7)


def test_examples_differ_by_integers_and_complex_numbers():
    cube = lambda p: optimize.brentq(lambda x: x**3 + x - np.floor(p).astype(int), 0.0, 9.0)
    p = np.array([1.5, 2.5, 3.7])
    want = [scipy.optimize.brentq(lambda x, n=n: x**3 + x - n, 0.0, 9.0) for n in (1, 2, 3)]
    assert wg.vmap(cube)(p).tolist() == want

    def angle(p):
        turned = lambda x: np.exp(1j * x) * p
        return optimize.brentq(lambda x: (turned(x) + np.conj(turned(x))).real - 1.0, 0.0, 2.0)

    p = np.array([1.0, 2.0])
    np.testing.assert_allclose(wg.vmap(angle)(p), np.arccos(0.5 / p), 1e-11)
    want = 0.5 / p**2 / np.sqrt(1 - 0.25 / p**2)
    np.testing.assert_allclose(wg.vmap(wg.grad(angle))(p), want, 1e-9)


def test_a_function_without_derivatives_where_none_is_asked_for():
    root = optimize.brentq(lambda x: math.exp(x) - 2.0, 0.0, 9.0)
    assert root.item() == scipy.optimize.brentq(lambda x: math.exp(x) - 2.0, 0.0, 9.0)
    assert optimize.newton(lambda x: float(x) ** 3 - 2.0, 1.0).item() == pytest.approx(2 ** (1 / 3))
