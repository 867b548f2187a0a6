"""Programs with a solver inside, as people write them, and their derivatives by another way."""

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize

import wengert as wg
from wengert.scipy import integrate, optimize, special, stats


def differences(f, x, h=1e-5):
    """Return the Jacobian by central differences of the fourth order."""
    x = np.asarray(x, float)
    columns = []
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = h
        at = [np.asarray(f((x.ravel() + k * e).reshape(x.shape)), float) for k in (-2, -1, 1, 2)]
        columns.append((at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * h))
    return np.reshape(np.stack(columns, axis=-1), (*columns[0].shape, *x.shape))


def test_an_epidemic_fitted_with_its_states_unpacked():
    y0, t = np.array([0.95, 0.05, 0.0]), np.linspace(0, 30, 31)

    def sir(y, t, beta, gamma):
        s, i, _ = y
        return np.array([-beta * s * i, beta * s * i - gamma * i, gamma * i])

    seen = scipy.integrate.odeint(sir, y0, t, args=(0.5, 1 / 14))

    def loss(params):
        beta, gamma = params
        path = integrate.odeint(sir, y0=y0, t=t, args=(beta, gamma), rtol=1e-10, atol=1e-10)
        return np.sum((seen - path) ** 2)

    at = np.array([0.4, 0.1])
    np.testing.assert_allclose(wg.grad(loss)(at), differences(loss, at, 1e-4), 1e-5)


def test_a_number_as_the_state():
    end = lambda x: integrate.odeint(lambda y, t: np.sin(x * t), 0.0, [0.0, 1.0])[-1]
    np.testing.assert_allclose(end(0.5), [(1 - np.cos(0.5)) / 0.5], 1e-6)
    want = (np.sin(1.0) * 1.0 - (1 - np.cos(1.0))) / 1.0
    np.testing.assert_allclose(wg.jacobian(end)(1.0), [want], 1e-6)


def test_a_right_hand_side_that_is_a_parameter_alone():
    total = lambda a: np.sum(integrate.odeint(lambda y, t, a: a, 1.0, (0, 1), (a,)))
    np.testing.assert_allclose(wg.grad(total)(4.0), 1.0, 1e-9)


def test_a_polynomial_made_in_the_right_hand_side():
    def end(params):
        w, *coefficients = params

        def oscillator(q, t):
            x, y = q
            return [y, -(w**2) * x + np.polyval(np.stack(coefficients), x)]

        return integrate.odeint(oscillator, [2.0, 1.0], [0.0, 1.0], rtol=1e-10, atol=1e-10)[-1, 0]

    at = np.array([1.0, 0.02, -0.1, 0.3])
    np.testing.assert_allclose(wg.grad(end)(at), differences(end, at, 1e-3), 1e-6)


def test_two_species_with_rates_of_different_sizes():
    def total(theta, y0):
        def f(y, t):
            l, h = y
            bh, mh, ml, bl = theta
            return np.stack([(bl * h - ml) * l, (bh - mh * l) * h])

        return np.sum(integrate.odeint(f, y0, np.arange(6.0), rtol=1e-9, atol=1e-9))

    theta, y0 = np.tile(np.array([1.0, 0.05]), 2), np.array([10.0, 11.0])
    for k, h in ((0, 1e-5), (1, 1e-3)):
        f = lambda x, k=k: total(x, y0) if k == 0 else total(theta, x)
        want = differences(f, (theta, y0)[k], h)
        np.testing.assert_allclose(wg.grad(total, k)(theta, y0), want, 2e-5)


def test_dynamics_of_a_policy_and_its_cost():
    def pendulum(mass, length):
        def f(state, action):
            theta, speed = state
            return np.array(
                [speed, -9.81 / length * np.sin(theta) + action[0] / (mass * length**2)]
            )

        return f

    def cost(weights):
        dynamics = pendulum(0.1, 1.0)

        def f(y, _t, weights):
            x = y[1:]
            u = np.tanh(weights @ x)
            return np.concatenate([np.reshape(x @ x + 0.1 * u @ u, (1,)), dynamics(x, u)])

        y0 = np.concatenate([np.zeros(1), np.array([0.4, 0.0])])
        return integrate.odeint(f, y0, [0.0, 1.0], (weights,), rtol=1e-9, atol=1e-9)[-1, 0]

    at = np.array([[0.2, -0.3]])
    np.testing.assert_allclose(wg.grad(cost)(at), differences(cost, at, 1e-3), 1e-5)


def test_a_flow_with_a_random_direction_in_a_batch():
    eps = np.random.default_rng(0).normal(size=(3, 2))

    def density(w, x, e):
        def augmented(state, t):
            z = state[:2]
            h, pushed = wg.jvp(lambda z: np.tanh(w @ z), (z,), (e,))
            return np.concatenate([h, np.reshape(e @ pushed, (1,))])

        start = np.concatenate([x, np.zeros(1)])
        return integrate.odeint(augmented, start, [0.0, 0.5], rtol=1e-7, atol=1e-7)[-1, 2]

    x = np.array([[0.1, 0.2], [1.0, -0.4], [0.3, 0.9]])
    mean = lambda w: np.mean(wg.vmap(density, in_axes=(None, 0, 0))(w, x, eps))
    w = np.array([[0.5, -0.2], [0.3, 0.8]])
    one_by_one = sum(wg.grad(density)(w, x, e) for x, e in zip(x, eps, strict=True)) / 3
    np.testing.assert_allclose(wg.grad(mean)(w), one_by_one, 1e-7)
    np.testing.assert_allclose(one_by_one, differences(mean, w, 1e-3), 1e-4)


def test_a_field_that_is_itself_a_gradient():
    def end(k):
        energy = lambda x: np.sum(k * x**4) / 4 + x[0] * x[1]
        f = lambda t, x: -wg.grad(energy)(x)
        return integrate.solve_ivp(f, (0, 1), [1.0, 0.5], rtol=1e-9, atol=1e-9).y[:, -1]

    at = np.array([1.0, 2.0])
    np.testing.assert_allclose(wg.jacobian(end)(at), differences(end, at, 1e-3), 1e-6)


def test_an_event_with_parameters_of_its_own():
    def switch(p):
        event = lambda t, y: y[0] - p[0] * np.exp(p[1] * t)
        event.terminal = True
        return integrate.solve_ivp(
            lambda t, y: -0.5 * y, (0, 10), [1.0], events=event, rtol=1e-10, atol=1e-10
        ).t_events[0][0]

    exact = lambda p: -np.log(p[0]) / (0.5 + p[1])
    at = np.array([0.3, 0.2])
    np.testing.assert_allclose(wg.grad(switch)(at), wg.grad(exact)(at), 1e-7)
    np.testing.assert_allclose(wg.hessian(switch)(at), wg.hessian(exact)(at), 1e-6)


def test_a_ball_that_bounces():
    def height(v):
        g, restitution, t, state = 9.81, 0.8, 0.0, np.stack([0.0 * v, v])
        ground = lambda t, y: y[0] + 1e-12
        ground.terminal, ground.direction = True, -1
        f = lambda t, y: np.stack([y[1], -g + 0 * t])
        for _ in range(2):
            fall = integrate.solve_ivp(f, (t, 20.0), state, events=ground, rtol=1e-10, atol=1e-12)
            t, state = fall.t[-1], np.stack([0.0 * v, -restitution * fall.y[1, -1]])
        return integrate.solve_ivp(f, (t, 2.0), state, rtol=1e-10, atol=1e-12).y[0, -1]

    def exact(v):
        left = 2.0 - 2 * v / 9.81 * 1.8
        speed = 0.64 * v
        return speed * left - 9.81 / 2 * left**2

    np.testing.assert_allclose(height(4.0), exact(4.0), 1e-6)
    np.testing.assert_allclose(wg.grad(height)(4.0), wg.grad(exact)(4.0), 1e-6)


def test_an_event_at_a_time_that_is_asked_for():
    def state(g):
        event = lambda t, y: y[0] - 0.5
        f = lambda t, y: np.stack([g + 0 * t])
        return integrate.solve_ivp(f, (0, 1), [0.0], t_eval=[0.25, 0.5, 1.0], events=event)

    np.testing.assert_allclose(wg.grad(lambda g: state(g).t_events[0][0])(1.0), -0.5, 1e-9)
    np.testing.assert_allclose(wg.jacobian(lambda g: state(g).y[0])(1.0), [0.25, 0.5, 1.0], 1e-9)


def test_the_last_time_of_what_is_not_a_parameter():
    f = lambda t, y: -y * np.cos(t)
    end = lambda t1: integrate.solve_ivp(f, (0.0, t1), [1.0], rtol=1e-9, atol=1e-9).y[0, -1]
    np.testing.assert_allclose(wg.grad(end)(1.0), -np.exp(-np.sin(1.0)) * np.cos(1.0), 1e-8)


def test_a_state_that_does_not_move_and_a_long_rest():
    def loss(p):
        f = lambda t, y: np.stack([2 - p[0] * y[0], y[0] - p[1] * y[1], 0.0 * y[2]])
        times = np.array([0.0, 0.5, 0.75, 20.0])
        y = integrate.solve_ivp(
            f, (0, 20), [1.0, 1.0, 2.5], method="Radau", t_eval=times, rtol=1e-8, atol=1e-8
        ).y
        return np.sum((y - 1.0) ** 2)

    at = np.array([2.5, 4.5, 2.5])
    np.testing.assert_allclose(wg.grad(loss)(at), differences(loss, at, 1e-3), 1e-5, 1e-9)


def test_rates_from_a_table_in_a_stiff_network():
    places, rates = np.array([0.0, 1.0, 2.0]), np.array([300.0, 500.0, 800.0])

    def end(scale):
        def f(t, y):
            k = np.interp(t, places, scale * rates)
            return [-k * y[0] + y[1], k * y[0] - y[1]]

        return integrate.solve_ivp(
            f, (0, 1.5), [1.0, 0.0], method="BDF", rtol=1e-9, atol=1e-11, max_step=0.1
        ).y[0, -1]

    np.testing.assert_allclose(wg.grad(end)(1.0), differences(end, 1.0, 1e-3), 1e-4)


def test_a_derivative_that_does_not_grow_where_the_adjoint_would():
    def end(k):  # going back, errors would grow by e^400
        f = lambda t, y: -k * (y - np.cos(t))
        return integrate.solve_ivp(f, (0, 2), [0.0], method="Radau", rtol=1e-8, atol=1e-8).y[0, -1]

    k = 200.0
    exact = lambda k: (k * k * np.cos(2.0) + k * np.sin(2.0)) / (k * k + 1)
    np.testing.assert_allclose(wg.grad(end)(k), wg.grad(exact)(k), 1e-3, 1e-10)


def test_a_function_inverted_by_halving():
    def inverse(y, params):
        a, b = params
        f = lambda x: (a * x**2 + b * x) / (a + b)
        return optimize.bisect(lambda x: f(x) - y, 0.0, 1.0)

    params = (2.0, 3.0)
    f = lambda x, a, b: (a * x**2 + b * x) / (a + b)
    x = float(inverse(0.5, params))
    slope = wg.grad(f)(x, *params)
    np.testing.assert_allclose(wg.grad(inverse)(0.5, params), 1 / slope, 1e-9)
    in_params = wg.grad(inverse, 1)(0.5, params)
    np.testing.assert_allclose(
        in_params, [-d / slope for d in wg.grad(f, (1, 2))(x, *params)], 1e-9
    )
    mixed = wg.grad(lambda p: wg.value_and_grad(inverse)(0.5, p)[1])(params)
    want = differences(lambda p: wg.grad(inverse)(0.5, tuple(p)), np.array(params), 1e-4)
    np.testing.assert_allclose(mixed, want, 1e-6)


def test_a_layer_that_closes_over_what_it_is_given():
    def layer(y):
        loss = lambda x: np.sum(x**2) - np.sum(x * y)
        return optimize.minimize(loss, np.zeros(3), method="BFGS").x

    np.testing.assert_allclose(
        wg.jacobian(layer)(np.array([1.0, 2.0, 3.0])), np.eye(3) / 2, 1e-9, 1e-9
    )


def test_springs_at_rest_with_a_box_that_depends_on_a_parameter():
    def energy(r, sigma, size):
        gap = (np.roll(r, -1) - r) + np.array([0.0, 0.0, 0.0, size])
        return np.sum((gap - sigma) ** 2 * (1 + gap))

    def positions(sigma):
        size = 4 * sigma[0]
        pinned = lambda r: energy(np.concatenate([np.zeros(1), r]), sigma, size)
        return optimize.minimize(pinned, np.array([0.9, 2.1, 2.9]), tol=1e-12).x

    at = np.array([1.0, 1.2, 0.9, 1.1])
    np.testing.assert_allclose(
        wg.jacobian(positions)(at), differences(positions, at, 1e-3), 1e-5, 1e-6
    )


def test_a_ridge_whose_weight_is_found_by_validation():
    rng = np.random.default_rng(1)
    x, y, xv, yv = (rng.normal(size=s) for s in ((12, 3), 12, (8, 3), 8))

    def validation(log_weight):
        objective = lambda w: np.sum((x @ w - y) ** 2) + np.exp(log_weight) * (w @ w)
        w = optimize.minimize(objective, np.zeros(3), method="L-BFGS-B", tol=1e-14).x
        return np.sum((xv @ w - yv) ** 2)

    def exact(log_weight):
        w = np.linalg.solve(x.T @ x + np.exp(log_weight) * np.eye(3), x.T @ y)
        return np.sum((xv @ w - yv) ** 2)

    for f, g in ((wg.grad, 1e-6), (wg.hessian, 1e-5)):
        np.testing.assert_allclose(f(validation)(0.5), f(exact)(0.5), g)


def test_least_squares_that_may_not_be_negative():
    a = np.array([[1.0, 0.4], [0.3, 1.0], [0.2, 0.5]])

    def fitted(b):
        f = lambda x: np.sum((a @ x - b) ** 2)
        return optimize.minimize(f, np.ones(2), bounds=[(0, None)] * 2, tol=1e-14).x

    inside, at_zero = np.array([1.0, 1.0, 0.2]), np.array([1.0, -1.0, 0.2])
    np.testing.assert_allclose(wg.jacobian(fitted)(inside), np.linalg.pinv(a), 1e-6)
    one = a[:, 0] / (a[:, 0] @ a[:, 0])
    np.testing.assert_allclose(wg.jacobian(fitted)(at_zero), [one, np.zeros(3)], 1e-6, 1e-9)


def test_a_projection_on_a_polyhedron():
    rows = np.array([[1.0, 1.0], [1.0, -1.0]])

    def projected(p, b):
        inside = {"type": "ineq", "fun": lambda x: b - rows @ x}
        return optimize.minimize(lambda x: np.sum((x - p) ** 2), np.zeros(2), constraints=inside).x

    p, b = np.array([2.0, 1.0]), np.array([1.0, 3.0])
    n = np.array([1.0, 1.0]) / np.sqrt(2)
    np.testing.assert_allclose(wg.jacobian(projected)(p, b), np.eye(2) - np.outer(n, n), 1e-6, 1e-8)
    np.testing.assert_allclose(wg.jacobian(projected, 1)(p, b), [[0.5, 0], [0.5, 0]], 1e-6, 1e-8)


def test_a_fit_with_parameters_by_keyword_and_bounds():
    def fitted(data):
        def loss(x, *, data):
            return np.sum((x[0] * np.array([1.0, 2.0, 3.0]) + x[1] - data) ** 2)

        bounds = [(0.0, 1.5), (-1.0, 1.0)]
        return optimize.minimize(lambda x: loss(x, data=data), [0.5, 0.0], bounds=bounds).x

    data = np.array([2.0, 4.0, 6.6])
    np.testing.assert_allclose(fitted(data), [1.5, 1.0], 1e-6)
    assert not wg.jacobian(fitted)(data).any()
    data = np.array([1.5, 2.4, 3.5])
    np.testing.assert_allclose(
        wg.jacobian(fitted)(data), differences(fitted, data, 1e-3), 1e-4, 1e-5
    )


def test_a_zero_that_a_solver_asks_for_with_arrays_of_one():
    root = lambda p: (
        optimize.root_scalar(lambda x: np.sum(x * x * x) - p, x0=10.0, method="newton").root
    )
    np.testing.assert_allclose(wg.grad(root)(8.0), 1 / 12, 1e-9)


def test_an_equation_in_derivatives():
    crossing = lambda p: optimize.root(
        lambda x: np.log(x) - p * wg.grad(lambda y: np.sum(np.sin(y)))(x), [1.0]
    ).x[0]
    x = float(crossing(1.0))
    want = np.cos(x) / (1 / x + np.sin(x))
    np.testing.assert_allclose(wg.grad(crossing)(1.0), want, 1e-7)


def test_a_tail_with_a_parameter_at_both_places():
    def tail(c1, c2):
        value, _ = integrate.quad(lambda x: c1 / (1.0 + x**2), c2, np.inf)
        return value

    value = wg.grad(tail, (0, 1))(-1.0, 0.3)
    np.testing.assert_allclose(value, [np.pi / 2 - np.arctan(0.3), 1 / 1.09], 1e-8)


def test_an_exponential_from_minus_infinity():
    g = lambda z: integrate.quad(lambda x: np.exp(z[0] * x), -np.inf, z[1])[0]
    z = np.array([1.5, 2.0])
    exact = lambda z: np.exp(z[0] * z[1]) / z[0]
    np.testing.assert_allclose(wg.grad(g)(z), wg.grad(exact)(z), 1e-7)
    np.testing.assert_allclose(wg.hessian(g)(z), wg.hessian(exact)(z), 1e-6)


def test_an_elliptic_peak_at_a_known_place():
    def force(z):  # of a ring
        f = lambda a: z / ((a - 1.0) ** 2 + z**2) ** 1.5 * np.exp(-a)
        return integrate.quad(f, 0.0, 5.0, points=[1.0], epsabs=1e-10, epsrel=1e-10, limit=200)[0]

    np.testing.assert_allclose(wg.grad(force)(0.01), differences(force, 0.01, 1e-4), 1e-5)


def test_a_mean_over_a_distribution_with_a_shape():
    mean = lambda a: integrate.quad(lambda x: np.tanh(x) * stats.gamma.pdf(x, a), 0, np.inf)[0]
    np.testing.assert_allclose(wg.grad(mean)(2.0), differences(mean, 2.0, 1e-3), 1e-6)


def test_a_price_whose_volatility_is_implied():
    def price(v, s, k):
        d = np.log(s / k) / v
        return s * special.ndtr(d + v / 2) - k * special.ndtr(d - v / 2)

    implied = lambda c, s: optimize.brentq(lambda v: price(v, s, 1.1) - c, 1e-3, 3.0)
    v = float(implied(0.08, 1.0))
    vega, delta = wg.grad(price, (0, 1))(v, 1.0, 1.1)
    np.testing.assert_allclose(wg.grad(implied, (0, 1))(0.08, 1.0), [1 / vega, -delta / vega], 1e-8)


def test_a_fit_of_the_end_of_a_path():
    def end(k):
        return integrate.solve_ivp(lambda t, y: -k * y, (0, 1), [2.0], rtol=1e-10, atol=1e-10).y[
            0, -1
        ]

    found = lambda target: optimize.brentq(lambda k: end(k) - target, 0.1, 5.0)
    np.testing.assert_allclose(wg.grad(found)(0.5), -1 / 0.5, 1e-7)
    fit = lambda target: optimize.least_squares(lambda k: [end(k[0]) - target], [1.0]).x[0]
    np.testing.assert_allclose(wg.grad(fit)(0.5), -1 / 0.5, 1e-6)


def test_a_threshold_in_an_integrand_that_is_found():
    def welfare(tax):
        threshold = optimize.brentq(lambda x: x * (1 - tax) - 0.5 - tax * x**2, 0.0, 2.0)
        below = integrate.quad(lambda x: np.exp(-x), 0.0, threshold)[0]
        return below + integrate.quad(lambda x: x * tax * np.exp(-x), threshold, np.inf)[0]

    np.testing.assert_allclose(wg.grad(welfare)(0.1), differences(welfare, 0.1, 1e-4), 1e-6)
    np.testing.assert_allclose(
        wg.hessian(welfare)(0.1), differences(wg.grad(welfare), 0.1, 1e-4), 1e-5
    )


def test_scipys_own_functions_lose_no_derivative_in_silence():
    for call in (
        lambda p: scipy.optimize.brentq(lambda x: x**2 - p, 0.0, 9.0),
        lambda p: scipy.integrate.quad(lambda x: np.exp(-p * x), 0.0, 1.0)[0],
    ):
        with pytest.raises((TypeError, ValueError, SystemError)) as raised:
            wg.grad(call)(2.0)
        # Older ones go on with an error set, which Python then reports with that as its cause.
        errors = (raised.value, raised.value.__cause__)
        assert any("derivative would be lost" in str(error) for error in errors)
