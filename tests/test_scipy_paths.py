"""Differential equations by `wengert.scipy.integrate`: SciPy's values, derivatives beside closed forms and other ways."""

import inspect

import numpy as np
import pytest
import scipy.integrate

import wengert as wg
from wengert.scipy import integrate, linalg

EXPLICIT = ["RK45", "RK23", "DOP853"]
METHODS = [*EXPLICIT, "Radau", "BDF", "LSODA"]
TOLERANCES = {"RK23": 1e-7, "BDF": 1e-7, "Radau": 1e-7, "LSODA": 1e-8}
each_method = pytest.mark.parametrize("method", METHODS)
P = np.array([1.1, 0.4, 0.4, 0.1])


def predators(t, y, p):
    return np.stack([p[0] * y[0] - p[1] * y[0] * y[1], -p[2] * y[1] + p[3] * y[0] * y[1]])


Y0 = np.array([10.0, 5.0])


def solved(p, y0=Y0, t_span=(0.0, 1.5), method="RK45", module=integrate, **options):
    tol = TOLERANCES.get(method, 1e-9)
    given = {"rtol": tol, "atol": tol} | options
    fun = lambda t, y: predators(t, y, p)
    return module.solve_ivp(fun, t_span, y0, method=method, **given)


def exactly(p, y0, t):
    """Take many steps of the classical method, recorded by themselves."""
    n = 400
    h, y = t / n, y0
    for _ in range(n):
        a = predators(0, y, p)
        b = predators(0, y + h / 2 * a, p)
        c = predators(0, y + h / 2 * b, p)
        y = y + h / 6 * (a + 2 * b + 2 * c + predators(0, y + h * c, p))
    return y


def test_the_parameters_are_scipys():
    for name in ("solve_ivp", "odeint"):
        ours, theirs = (inspect.signature(getattr(m, name)) for m in (integrate, scipy.integrate))
        assert list(ours.parameters) == list(theirs.parameters)


@each_method
def test_parameters_and_the_first_state(method):
    y0 = np.array([10.0, 5.0])
    result = solved(P, method=method)
    assert result.success
    np.testing.assert_allclose(result.y[:, -1], exactly(P, y0, 1.5), 1e-5)
    if method in EXPLICIT:
        theirs = solved(P, method=method, module=scipy.integrate)
        assert result.t.tolist() == theirs.t.tolist()
        assert result.y.tolist() == theirs.y.tolist()
    end = lambda p, y0: solved(p, y0, method=method).y[:, -1]
    for k, x in enumerate((P, y0)):
        want = wg.jacobian(lambda *x: exactly(*x, 1.5), k)(P, y0)
        np.testing.assert_allclose(wg.jacrev(end, k)(P, y0), want, 3e-5)
        np.testing.assert_allclose(wg.jacfwd(end, k)(P, y0), want, 3e-5)


@pytest.mark.parametrize("method", ["RK45", "Radau", "LSODA"])
def test_second_derivatives(method):
    y0 = np.array([10.0, 5.0])
    end = lambda p: solved(np.stack([p, 0.4, 0.4, 0.1]), method=method, t_span=(0.0, 1.0)).y[0, -1]
    want = wg.hessian(lambda p: exactly(np.stack([p, 0.4, 0.4, 0.1]), y0, 1.0)[0])(1.1)
    for hessian in (wg.hessian(end), wg.jacrev(wg.grad(end)), wg.jacfwd(wg.jacfwd(end))):
        np.testing.assert_allclose(hessian(1.1), want, 1e-6)


@each_method
def test_times_at_which_states_are_asked_for(method):
    y0 = np.array([10.0, 5.0])
    times = np.array([0.5, 1.25, 1.5])
    states = lambda t, p: solved(p, method=method, t_eval=t).y
    want = np.stack([exactly(P, y0, t) for t in times], axis=1)
    np.testing.assert_allclose(states(times, P), want, 1e-5)
    in_times = wg.jacobian(states)(times, P)
    slopes = np.stack([predators(0, want[:, k], P) for k in range(3)], axis=1)
    np.testing.assert_allclose(in_times, slopes[:, :, None] * np.eye(3), 1e-5, 1e-12)
    in_p = wg.jacobian(lambda p: states(times, p)[:, 1])(P)
    np.testing.assert_allclose(in_p, wg.jacobian(lambda p: exactly(p, y0, 1.25))(P), 3e-5)


@pytest.mark.parametrize("method", ["RK45", "BDF"])
@pytest.mark.parametrize("t_span", [(0.5, 2.0), (2.0, 0.5)])
def test_first_and_last_times(method, t_span):
    def end(v):  # of y' = a t y
        f = lambda t, y: v[2] * t * y
        return integrate.solve_ivp(f, (v[0], v[1]), [2.0], method=method, rtol=1e-8, atol=1e-8).y[
            0, -1
        ]

    exact = lambda v: 2.0 * np.exp(v[2] * (v[1] ** 2 - v[0] ** 2) / 2)
    at = np.array([*t_span, 0.7])
    np.testing.assert_allclose(end(at), exact(at), 1e-6)
    np.testing.assert_allclose(wg.grad(end)(at), wg.grad(exact)(at), 1e-6)
    np.testing.assert_allclose(wg.hessian(end)(at), wg.hessian(exact)(at), 1e-5)
    times = wg.jacobian(lambda v: integrate.solve_ivp(lambda t, y: y, (v[0], v[1]), [2.0]).t)(at)
    assert times[0].tolist() == [1, 0, 0]
    assert times[-1].tolist() == [0, 1, 0]
    assert not times[1:-1].any()


@pytest.mark.parametrize("method", ["RK45", "LSODA"])
def test_the_first_time_moves_what_is_asked_for_at_fixed_times(method):
    at = lambda t0: integrate.solve_ivp(
        lambda t, y: t * y, (t0, 2.0), [1.0], t_eval=[0.5, 1.0], method=method, rtol=1e-9, atol=1e-9
    ).y[0]
    want = [-0.5, -0.5 * np.exp((1.0 - 0.25) / 2)]
    np.testing.assert_allclose(wg.jacobian(at)(0.5), want, 1e-7)


@each_method
def test_events(method):
    tol = TOLERANCES.get(method, 1e-10)

    def thrown(v, drag, floor):
        def ground(t, y):
            return y[0] - floor

        ground.terminal, ground.direction = True, -1
        top = lambda t, y: y[1]
        f = lambda t, y: np.stack([y[1], -9.81 - drag * y[1]])
        y0 = np.stack([1.0 + 0 * v, v])
        return integrate.solve_ivp(
            f,
            (0.0, 20.0),
            y0,
            events=[ground, top],
            method=method,
            rtol=tol,
            atol=tol,
            dense_output=True,
        )

    def falls(v, floor):  # without drag
        return (v + np.sqrt(v * v + 2 * 9.81 * (1 - floor))) / 9.81

    result = thrown(5.0, 0.0, 0.25)
    assert result.status == 1
    np.testing.assert_allclose(result.t[-1], falls(5.0, 0.25), 1e-6)
    last = lambda v, floor: thrown(v, 0.0, floor).t[-1]
    for k in (0, 1):
        want = wg.grad(falls, k)(5.0, 0.25)
        np.testing.assert_allclose(wg.grad(last, k)(5.0, 0.25), want, 1e-6)
        listed = lambda *x: thrown(x[0], 0.0, x[1]).t_events[0][0]
        np.testing.assert_allclose(wg.grad(listed, k)(5.0, 0.25), want, 1e-6)
    np.testing.assert_allclose(wg.hessian(last)(5.0, 0.25), wg.hessian(falls)(5.0, 0.25), 1e-5)
    top = lambda v: thrown(v, 0.0, 0.25).t_events[1][0]
    np.testing.assert_allclose(wg.grad(top)(5.0), 1 / 9.81, 1e-6)
    height = lambda v: thrown(v, 0.0, 0.25).y_events[1][0, 0]
    np.testing.assert_allclose(wg.grad(height)(5.0), 5.0 / 9.81, 1e-6)
    speed = lambda v: thrown(v, 0.0, 0.25).y[1, -1]  # where it hits the ground
    want = wg.grad(lambda v: -np.sqrt(v * v + 2 * 9.81 * 0.75))(5.0)
    np.testing.assert_allclose(wg.grad(speed)(5.0), want, 1e-6)
    along = lambda t: thrown(5.0, 0.0, 0.25).sol(t)[0]
    np.testing.assert_allclose(wg.grad(along)(0.4), 5.0 - 9.81 * 0.4, 1e-5)


def test_an_event_that_jumps_has_no_derivative():
    jumping = lambda p: integrate.solve_ivp(
        lambda t, y: p * y, (0, 2), [1.0], events=lambda t, y: 0.0 * y[0] + (t >= 1.0) - 0.5
    ).t_events[0][0]
    with pytest.raises(wg.DerivativeError, match="solve_ivp: the Jacobian at the solution"):
        wg.grad(jumping)(1.0)


@pytest.mark.parametrize("method", ["RK45", "Radau"])
def test_states_as_a_function_of_time(method):
    def at(t, p):
        return solved(p, method=method, dense_output=True).sol(t)

    y0 = np.array([10.0, 5.0])
    times = np.array([0.0, 0.7, 1.4, 1.5])
    assert at(times, P).shape == (2, 4)
    np.testing.assert_allclose(at(times, P)[:, 1], exactly(P, y0, 0.7), 1e-6)
    want = wg.jacobian(lambda p: exactly(p, y0, 0.7))(P)
    np.testing.assert_allclose(wg.jacobian(lambda p: at(0.7, p))(P), want, 1e-5)
    slopes = wg.jacobian(at)(0.7, P)
    np.testing.assert_allclose(slopes, predators(0, exactly(P, y0, 0.7), P), 1e-5)
    trajectory = solved(P, dense_output=True).sol
    assert (trajectory.t_min, trajectory.t_max) == (0.0, 1.5)
    assert solved(P).sol is None


@pytest.mark.parametrize("method", ["Radau", "BDF", "LSODA"])
def test_a_stiff_equation(method):
    def end(k):  # of Robertson's reactions
        def f(t, y):
            slow, fast = k[0] * y[0], k[2] * y[1] ** 2
            back = k[1] * y[1] * y[2]
            return np.stack([back - slow, slow - back - fast, fast])

        y0 = np.array([1.0, 0.0, 0.0])
        return integrate.solve_ivp(f, (0.0, 40.0), y0, method=method, rtol=1e-8, atol=1e-10).y[
            :, -1
        ]

    k = np.array([0.04, 1e4, 3e7])
    got = wg.jacobian(lambda s: end(k * s))(np.ones(3))
    np.testing.assert_allclose(got.sum(axis=0), 0, atol=1e-7)  # mass stays

    def numbers(s):
        return np.asarray(end(k * s))

    for j, step in enumerate(1e-3 * np.eye(3)):
        difference = (numbers(1 + step) - numbers(1 - step)) / 2e-3
        np.testing.assert_allclose(got[:, j], difference, 2e-4, 1e-9)


@pytest.mark.parametrize("t_first", [False, True])
def test_odeint(t_first):
    times = np.linspace(0.0, 2.0, 6)

    def states(p, y0, t, module=integrate):
        if t_first:
            return module.odeint(predators, y0, t, args=(p,), tfirst=True)
        return module.odeint(lambda y, t, p: predators(t, y, p), y0, t, (p,))

    y0 = np.array([10.0, 5.0])
    np.testing.assert_allclose(states(P, y0, times), states(P, y0, times, scipy.integrate), 1e-6)
    for k, x in enumerate((P, y0)):
        want = wg.jacobian(lambda *x: exactly(*x, 2.0), k)(P, y0)
        got = wg.jacobian(lambda *x: states(*x, times)[-1], k)(P, y0)
        np.testing.assert_allclose(got, want, 1e-6)
    in_times = wg.jacobian(states, 2)(P, y0, times)
    slopes = np.stack([predators(0, y, P) for y in states(P, y0, times).numpy()])
    for k in range(1, 6):
        np.testing.assert_allclose(in_times[k, :, k], slopes[k], 1e-6)
        np.testing.assert_allclose(in_times[k, :, 0], -in_times[k, :, k], 1e-4)  # autonomous
    _, info = integrate.odeint(lambda y, t: -y, 1.0, [0.0, 1.0], full_output=True)
    assert info["message"] == "Integration successful."
    given = integrate.odeint(lambda y, t: -y, 1.0, [0.0, 1.0], Dfun=lambda y, t: [[-1.0]])
    np.testing.assert_allclose(given[-1], np.exp(-1), 1e-7)


def test_a_linear_system_is_its_exponential():
    a = np.array([[0.1, 2.0], [-1.0, -0.3]])
    end = lambda a: integrate.odeint(lambda y, t: a @ y, np.array([1.0, 0.5]), [0.0, 1.5])[-1]
    want = wg.jacobian(lambda a: linalg.expm(1.5 * a) @ np.array([1.0, 0.5]))(a)
    np.testing.assert_allclose(wg.jacobian(end)(a), want, 1e-6, 1e-8)


class Oscillator:
    """A system that has its parameters as attributes."""

    def __init__(self, p):
        self.p = {"stiffness": p}

    def __call__(self, t, y):
        """Return the slopes."""
        return [y[1], -self.p["stiffness"] * y[0]]


@pytest.mark.parametrize("method", ["DOP853", "LSODA"])
def test_closures_arguments_and_transforms(method):
    def end(p):
        options = {"rtol": 1e-7, "atol": 1e-7, "method": method}
        return integrate.solve_ivp(Oscillator(p), (0.0, 0.5), [1.0, 0.0], **options).y[0, -1]

    exact = lambda p: np.cos(np.sqrt(p) * 0.5)
    p = np.array([1.5, 2.5])
    want = [wg.grad(exact)(x) for x in p]
    np.testing.assert_allclose(wg.grad(end)(1.5), want[0], 1e-5)
    np.testing.assert_allclose(wg.jit(wg.grad(end))(1.5), want[0], 1e-5)
    np.testing.assert_allclose(wg.vmap(wg.grad(end))(p), want, 1e-5)
    np.testing.assert_allclose(wg.grad(lambda p: np.sum(wg.vmap(end)(p)))(p), want, 1e-5)
    np.testing.assert_allclose(wg.jvp(end, (1.5,), (1.0,))[1], want[0], 1e-5)
    np.testing.assert_allclose(wg.grad(wg.checkpoint(end))(1.5), want[0], 1e-5)
    x = wg.tensor(1.5, requires_grad=True)
    end(x).backward()
    np.testing.assert_allclose(x.grad, want[0], 1e-5)


def test_many_states_in_columns():
    def end(p):
        f = lambda t, y: p * y * np.array([[1.0], [2.0]])
        return integrate.solve_ivp(
            f, (0.0, 1.0), [1.0, 1.0], vectorized=True, method="Radau", rtol=1e-8
        ).y[:, -1]

    want = [np.exp(0.5), 2 * np.exp(1.0)]
    np.testing.assert_allclose(wg.jacobian(end)(0.5), want, 1e-4)


def test_what_is_not_differentiated_is_scipys():
    f = lambda t, y: -y
    for method in EXPLICIT:
        ours, theirs = (
            m.solve_ivp(f, (0, 1), [1.0], method=method) for m in (integrate, scipy.integrate)
        )
        assert isinstance(ours.y, wg.Tensor)
        assert ours.y.tolist() == theirs.y.tolist()
        assert ours.t.tolist() == theirs.t.tolist()
        assert ours.t_events is None


def test_bad_input():
    with pytest.raises(TypeError, match="solve_ivp: method is 'Euler'"):
        integrate.solve_ivp(lambda t, y: y, (0, 1), [1.0], method="Euler")
    with pytest.raises(TypeError, match="solve_ivp: y0 is complex"):
        integrate.solve_ivp(lambda t, y: y, (0, 1), [1j])
    with pytest.raises(TypeError, match="odeint: y0 is complex"):
        integrate.odeint(lambda y, t: y, [1j], [0, 1])
    with pytest.raises(ValueError, match="t_eval"):
        integrate.solve_ivp(lambda t, y: y, (0, 1), [1.0], t_eval=[2.0])
