"""Minima by `wengert.scipy.optimize`: SciPy's values, derivatives beside closed forms and differences."""

import inspect
import math

import numpy as np
import pytest
import scipy.optimize

import wengert as wg
from wengert.scipy import optimize

PARAMETERS = np.array([1.0, 10.0])
METHODS = [
    *(None, "Nelder-Mead", "Powell", "CG", "BFGS", "Newton-CG", "L-BFGS-B", "TNC"),
    *("SLSQP", "trust-constr", "dogleg", "trust-ncg", "trust-exact", "trust-krylov"),
]
CONSTRAINED = ["SLSQP", "trust-constr"]


def valley(x, a):
    return (a[0] - x[0]) ** 2 + a[1] * (x[1] - x[0] ** 2) ** 2


@pytest.mark.parametrize("method", METHODS)
def test_minima_by_every_method(method):
    def lowest(a):
        tol = 1e-5 if method == "trust-krylov" else 1e-9
        return optimize.minimize(valley, [0.9, 0.8], args=(a,), method=method, tol=tol)

    result = lowest(PARAMETERS)
    np.testing.assert_allclose(result.x, [1.0, 1.0], 1e-3)
    derivative = wg.jacobian(lambda a: lowest(a).x)(PARAMETERS)
    np.testing.assert_allclose(derivative, [[1.0, 0.0], [2.0, 0.0]], 1e-3, 1e-4)
    np.testing.assert_allclose(wg.grad(lambda a: lowest(a).fun)(PARAMETERS), [0.0, 0.0], atol=1e-3)


def test_the_value_is_scipys_where_the_search_is():
    f = lambda x: np.sum((x - 1.5) ** 4 + x**2)
    for method in ("Nelder-Mead", "Powell"):
        ours, theirs = (
            m.minimize(f, [0.5, 3.0], method=method) for m in (optimize, scipy.optimize)
        )
        assert ours.x.tolist() == theirs.x.tolist()
        assert ours.fun.item() == theirs.fun
    gradient = lambda x: 4 * (x - 1.5) ** 3 + 2 * x
    ours, theirs = (m.minimize(f, [0.5, 3.0], jac=gradient) for m in (optimize, scipy.optimize))
    assert ours.x.tolist() == theirs.x.tolist()
    assert np.array_equal(ours.jac, theirs.jac)
    ours, theirs = (
        m.minimize_scalar(lambda x: (x - 1.5) ** 4 + x) for m in (optimize, scipy.optimize)
    )
    assert ours.x.item() == theirs.x


@pytest.mark.parametrize("name", ["minimize", "minimize_scalar", "linprog"])
def test_the_parameters_are_scipys(name):
    ours, theirs = (inspect.signature(getattr(m, name)) for m in (optimize, scipy.optimize))
    assert list(ours.parameters) == list(theirs.parameters)


def test_orders_and_modes():
    def lowest(p):
        return optimize.minimize_scalar(lambda x: x**4 / 4 - p * x, tol=1e-12).x  # the cube root

    derived = lowest
    for order in range(5):
        want = np.prod([1 / 3 - k for k in range(order)]) * 2.0 ** (1 / 3 - order)
        np.testing.assert_allclose(derived(2.0), want, 1e-6)
        derived = wg.grad(derived) if order % 2 else wg.jacfwd(derived)
    np.testing.assert_allclose(
        wg.vmap(wg.grad(lowest))(np.array([1.0, 8.0])), [1 / 3, 1 / 12], 1e-6
    )


def test_the_least_value_moves_as_the_function_does():
    def least(p):
        return optimize.minimize(lambda x: np.sum((x - p) ** 2) + p[0] * p[1], np.zeros(2)).fun

    np.testing.assert_allclose(wg.grad(least)(np.array([2.0, 3.0])), [3.0, 2.0], 1e-6)
    np.testing.assert_allclose(wg.hessian(least)(np.array([2.0, 3.0])), [[0, 1], [1, 0]], atol=1e-7)


@pytest.mark.parametrize("method", ["L-BFGS-B", "TNC", "SLSQP", "trust-constr", "Nelder-Mead"])
def test_bounds(method):
    def bounded(p):
        f = lambda x: (x[0] - 3) ** 2 + (x[1] - p[0]) ** 2 + x[0] * x[1]
        bounds = [(0.0, p[1]), (None, 9.0)]
        return optimize.minimize(f, [0.5, 0.5], method=method, bounds=bounds, tol=1e-12).x

    x = bounded(np.array([2.0, 1.0]))
    np.testing.assert_allclose(x, [1.0, 1.5], 1e-4)
    want = [[0.0, 1.0], [1.0, -0.5]]
    np.testing.assert_allclose(wg.jacobian(bounded)(np.array([2.0, 1.0])), want, 1e-4, 1e-6)
    # where no bound is active, none has a derivative
    inside = wg.jacobian(bounded)(np.array([2.0, 8.0]))
    np.testing.assert_allclose(inside, [[-2 / 3, 0.0], [4 / 3, 0.0]], 1e-4, 1e-6)


def test_bounds_of_one_number():
    at_the_end = lambda p: optimize.minimize_scalar(lambda x: (x - 3) ** 2, bounds=(0.0, p)).x
    assert wg.grad(at_the_end)(2.0) == 1
    assert wg.grad(at_the_end)(5.0) == 0
    held = lambda p: optimize.minimize_scalar(lambda x: (x - p) ** 2, bounds=(0.0, 2.0)).x
    assert wg.grad(held)(5.0) == 0
    np.testing.assert_allclose(wg.grad(held)(1.0), 1.0, 1e-9)


def test_a_bound_that_only_just_holds_is_a_kink():
    held = lambda p: optimize.minimize(lambda x: np.sum((x - p) ** 2), [0.5], bounds=[(0, 1)]).x[0]
    np.testing.assert_allclose(held(1.0), 1.0)
    with pytest.raises(wg.DerivativeError, match="minimize: a bound or constraint holds"):
        wg.grad(held)(1.0)
    assert wg.grad(held)(1.5) == 0
    np.testing.assert_allclose(wg.grad(held)(0.7), 1.0, 1e-7)


KINDS = {
    "an inequality": lambda p: {"type": "ineq", "fun": lambda x: p - x[0] - 2 * x[1]},
    "an equality": lambda p: [
        {"type": "eq", "fun": lambda x, q: x[0] + 2 * x[1] - q, "args": (p,)}
    ],
    "between": lambda p: scipy.optimize.NonlinearConstraint(
        lambda x: x[0] + 2 * x[1] - p, -np.inf, 0.0
    ),
    "two, of which one is active": lambda p: [
        {"type": "ineq", "fun": lambda x: p - x[0] - 2 * x[1]},
        {"type": "ineq", "fun": lambda x: 9.0 - x[0]},
    ],
}


@pytest.mark.filterwarnings("ignore:delta_grad")  # of the linear constraint
@pytest.mark.parametrize("method", CONSTRAINED)
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_constraints(kind, method):
    def nearest(p):  # to (2, 2) on a line
        f = lambda x: np.sum((x - 2.0) ** 2)
        return optimize.minimize(f, [0.1, 0.2], method=method, constraints=kind(p), tol=1e-9).x

    np.testing.assert_allclose(nearest(3.0), [1.4, 0.8], 1e-5)
    np.testing.assert_allclose(wg.jacobian(nearest)(3.0), [0.2, 0.4], 1e-6)


def test_a_curved_constraint_and_a_bound():
    def nearest(p):
        disc = scipy.optimize.NonlinearConstraint(lambda x: np.sum(x**2) - p[0], -np.inf, 0.0)
        bounds = [(None, p[1]), (None, None)]
        f = lambda x: np.sum((x - 2.0) ** 2)
        return optimize.minimize(f, [0.1, 0.2], bounds=bounds, constraints=disc, tol=1e-12).x

    p = np.array([3.0, 1.0])
    np.testing.assert_allclose(nearest(p), [1.0, np.sqrt(2)], 1e-6)
    y = np.sqrt(2)
    want = [[0.0, 1.0], [0.5 / y, -1 / y]]
    np.testing.assert_allclose(wg.jacobian(nearest)(p), want, 1e-5, 1e-9)
    curved = wg.jacobian(wg.jacobian(lambda p: nearest(p)[1]))(p)  # of sqrt(p0 - p1^2)
    want = [[-0.25 / y**3, 0.5 / y**3], [0.5 / y**3, -1 / y - 1 / y**3]]
    np.testing.assert_allclose(curved, want, 1e-4)


def test_a_linear_constraint_of_scipys():
    def split(p):
        whole = scipy.optimize.LinearConstraint([[1.0, 1.0]], 1.0, 1.0)
        return optimize.minimize(
            lambda x: x[0] ** 2 + p * x[1] ** 2, [0.5, 0.5], constraints=whole
        ).x

    np.testing.assert_allclose(split(3.0), [0.75, 0.25], 1e-6)
    np.testing.assert_allclose(wg.jacobian(split)(3.0), [1 / 16, -1 / 16], 1e-6)


def test_what_a_search_says_of_curvature_has_the_derivative_of_it():
    def variance(p):
        f = lambda x: np.sum(p * (x - 1) ** 2 / 2)
        return optimize.minimize(f, np.zeros(2)).hess_inv[0, 0]

    np.testing.assert_allclose(wg.grad(variance)(np.array([4.0, 2.0])), [-1 / 16, 0], 1e-6, 1e-9)


def test_a_flat_minimum_has_no_derivative():
    flat = lambda p: optimize.minimize_scalar(lambda x: (x - p) ** 4 * 0).x
    with pytest.raises(wg.DerivativeError, match="minimize_scalar: the Jacobian at the solution"):
        wg.grad(flat)(1.0)


T = np.linspace(0.0, 2.0, 9)
Y = 2.0 * np.exp(-1.3 * T) + 0.05 * np.cos(7 * T)


@pytest.mark.parametrize("loss", ["linear", "soft_l1", "huber", "cauchy", "arctan"])
def test_least_squares(loss):
    def fitted(y):
        f = lambda v: v[0] * np.exp(-v[1] * T) - y
        options = {"xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-13}
        return optimize.least_squares(f, [1.0, 1.0], loss=loss, f_scale=0.1, **options)

    theirs = scipy.optimize.least_squares(
        lambda v: v[0] * np.exp(-v[1] * T) - Y, [1.0, 1.0], loss=loss, f_scale=0.1
    )
    result = fitted(Y)
    np.testing.assert_allclose(result.x, theirs.x, 1e-4)
    np.testing.assert_allclose(result.cost, theirs.cost, 1e-6)
    wg.testing.check_grads(lambda y: fitted(y).x, (Y,), order=1, tolerance=1e-4)
    wg.testing.check_grads(lambda y: fitted(y).cost, (Y,), order=1, tolerance=1e-4)


def test_covariances_made_of_a_jacobian():
    def covariance(t):
        f = lambda v: v[0] + v[1] * t - Y
        jac = optimize.least_squares(f, [1.0, 1.0]).jac
        return np.linalg.inv(jac.T @ jac)[1, 1]

    want = wg.grad(lambda t: 1 / np.sum((t - np.mean(t)) ** 2))(T)
    np.testing.assert_allclose(wg.grad(covariance)(T), want, 1e-9)


def test_least_squares_at_a_bound():
    def fitted(p):
        f = lambda v: v[0] * np.exp(-v[1] * T) - Y
        return optimize.least_squares(
            f, [1.0, 0.5], bounds=([-np.inf, 0.0], [np.inf, p]), xtol=1e-12
        ).x

    np.testing.assert_allclose(fitted(1.0)[1], 1.0, 1e-6)
    e = lambda p: np.exp(-p * T)
    want = wg.grad(lambda p: np.sum(e(p) * Y) / np.sum(e(p) ** 2))(1.0)
    np.testing.assert_allclose(wg.jacobian(fitted)(1.0), [want, 1.0], 1e-4)


SIGMAS = {
    "none": lambda s: None,
    "deviations": lambda s: s,
    "a covariance": lambda s: np.diag(s**2),
}


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize("sigma", SIGMAS.values(), ids=SIGMAS)
def test_curve_fit(sigma, absolute):
    model = lambda t, a, b: a * np.exp(-b * t)

    def fitted(m, y, t, s):
        return m.curve_fit(
            model, t, y, [1.0, 1.0], sigma=sigma(s), absolute_sigma=absolute, ftol=1e-15, xtol=1e-15
        )

    s = 0.02 + 0.03 * T
    (popt, pcov), (their_popt, their_pcov) = (
        fitted(m, Y, T, s) for m in (optimize, scipy.optimize)
    )
    np.testing.assert_allclose(popt, their_popt, 1e-6)
    np.testing.assert_allclose(pcov, their_pcov, 1e-5)
    both = lambda y, s: np.concatenate([v.ravel() for v in fitted(optimize, y, T, s)])
    modes = ("rev",) if absolute else ("fwd",)
    wg.testing.check_grads(both, (Y, s), order=1, modes=modes, tolerance=1e-4)


def test_curve_fit_counts_parameters_and_reports():
    popt, _, info, _, ier = optimize.curve_fit(lambda t, a, b: a + b * t, T, T, full_output=True)
    np.testing.assert_allclose(popt, [0.0, 1.0], atol=1e-9)
    assert info["nfev"] > 0
    assert ier in (1, 2, 3, 4)
    places = lambda t: optimize.curve_fit(lambda t, a, b: a + b * t, t, Y)[0]
    wg.testing.check_grads(places, (T,), order=2)
    bounded = lambda p: optimize.curve_fit(lambda t, b: b * t, T, 3 * T, bounds=(0.0, p))[0][0]
    np.testing.assert_allclose(wg.grad(bounded)(2.0), 1.0, 1e-6)


def test_linear_least_squares_between_bounds():
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(6, 3)), rng.normal(size=6)
    x, norm = optimize.nnls(a, b)
    theirs = scipy.optimize.nnls(a, b)
    assert x.tolist() == theirs[0].tolist()
    assert norm.item() == theirs[1]
    assert 0 < np.sum(theirs[0] == 0) < 3
    wg.testing.check_grads(lambda a, b: optimize.nnls(a, b)[0], (a, b), order=1)
    wg.testing.check_grads(lambda a, b: optimize.nnls(a, b)[1], (a, b), order=1)

    def between(a, b, high):
        return optimize.lsq_linear(a, b, bounds=(-0.2, high), method="bvls")

    high = np.array([0.1, 0.3, 0.2])
    assert np.any(between(a, b, high).active_mask > 0)
    for part in ("x", "cost", "fun"):
        wg.testing.check_grads(lambda *args, part=part: between(*args)[part], (a, b, high), order=1)


def test_assignments_stay_as_they_are():
    cost = np.array([[4.0, 1.0, 3.0], [2.0, 0.0, 5.0], [3.0, 2.0, 2.0]])
    rows, columns = optimize.linear_sum_assignment(cost)
    assert columns.tolist() == scipy.optimize.linear_sum_assignment(cost)[1].tolist()
    least = lambda cost: np.sum(cost[optimize.linear_sum_assignment(cost)])
    want = np.zeros((3, 3))
    want[rows, columns] = 1
    assert wg.grad(least)(cost).tolist() == want.tolist()


def test_linear_programs():
    def corner(a, b, high):
        return optimize.linprog(
            [-1.0, -2.0, 0.5],
            A_ub=a,
            b_ub=b,
            A_eq=[[0.0, 0.0, 1.0]],
            b_eq=[b[0]],
            bounds=[(0, high)] * 3,
        )

    a, b = np.array([[1.0, 1.0, 0.1], [0.2, 1.0, 0.3]]), np.array([4.0, 3.0])
    result = corner(a, b, 9.0)
    assert result.status == 0
    x = result.x.numpy()
    np.testing.assert_allclose(a @ x, b)
    wg.testing.check_grads(lambda a, b: corner(a, b, 9.0).x, (a, b), order=2)
    wg.testing.check_grads(lambda a, b: corner(a, b, 9.0).fun, (a, b), order=1)
    assert wg.grad(lambda h: corner(a, b, h).fun)(9.0) == 0
    assert wg.grad(lambda h: optimize.linprog([-1.0], bounds=[(0, h)]).fun)(2.0) == -1
    in_costs = wg.grad(lambda c: optimize.linprog(c, A_ub=a[:, :2], b_ub=b).fun)
    np.testing.assert_allclose(in_costs(np.array([-1.0, -2.0])), [1.25, 2.75])


def test_linear_programs_without_a_corner():
    flat = lambda b: optimize.linprog([1.0, 1.0], A_eq=[[1.0, 1.0]], b_eq=[b]).x[0]
    with pytest.raises(wg.DerivativeError, match=r"linprog: .* constraints hold with equality"):
        wg.grad(flat)(1.0)
    infeasible = optimize.linprog([1.0], A_ub=[[1.0]], b_ub=[-1.0])
    assert infeasible.status == 2
    assert infeasible.x is None


def test_bad_input():
    with pytest.raises(TypeError, match="minimize: x0 is complex"):
        optimize.minimize(lambda x: x[0], [1j])
    with pytest.raises(TypeError, match="least_squares: loss is 'l3'"):
        optimize.least_squares(lambda x: x, [1.0], loss="l3")
    with pytest.raises(TypeError, match="minimize: a constraint is int"):
        optimize.minimize(lambda x: x[0], [1.0], constraints=[3])


def test_functions_without_derivatives_where_none_is_asked_for():
    f = lambda x: math.cosh(x[0] - 1.0) + math.exp(-float(x[1]))
    lowest = optimize.minimize(f, [0.0, 0.0], method="Nelder-Mead", bounds=[(None, None), (0, 2)])
    np.testing.assert_allclose(lowest.x, [1.0, 2.0], 1e-3)
    assert optimize.minimize_scalar(lambda x: math.cosh(x - 1.0)).x.item() == pytest.approx(1.0)
    slope = lambda x: np.array([math.sinh(x[0] - 1.0)])
    one = optimize.minimize(lambda x: math.cosh(x[0] - 1.0), [0.0], jac=slope)
    np.testing.assert_allclose(one.jac, [0.0], atol=1e-5)


def test_the_least_value_where_everything_is_at_a_bound():
    def least(p):
        f = lambda x: p * np.sum(x + x**2)
        options = {"method": "trust-constr", "bounds": [(1.0, 2.0)], "tol": 1e-10}
        result = optimize.minimize(f, [1.5], **options)
        assert not result.x.requires_grad
        return result.fun

    np.testing.assert_allclose(wg.grad(least)(3.0), 2.0, 1e-3)
