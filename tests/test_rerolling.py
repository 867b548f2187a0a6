"""Python loops of many steps become loops of the program again, and no bit of a result differs."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from planned import check as check_plan
from simplified import check
from wengert import _core as core

N = 6000
X = np.linspace(0.1, 0.9, N)
ROWS = np.stack([X, X[::-1] * 0.5], axis=1)
W = np.array([[0.3, -0.2], [0.1, 0.4]])


def gradient(fun, argnums=(0, 1)):
    return wg.value_and_grad(fun, argnums)


def recurrence(s, x):
    for k in range(N):
        s = np.sin(s) * x[k] + 0.5 * s
    return s


def backwards(s, x):
    for k in reversed(range(N)):
        s = np.tanh(s * x[k]) + 0.25 * s
    return s


def every_other(s, x):
    for k in range(0, N - 1, 2):
        s = np.cos(s * x[k]) + 0.1 * s * x[k + 1] * s
        s = s * 0.9 - 0.01 * s * s
    return s


def neighbours(s, x):
    for k in range(1, N - 1):
        s = 0.5 * s + np.sin(s) * (x[k - 1] - 2.0 * x[k] + x[k + 1])
    return s


def numbers_of_steps(s, x):
    for k in range(N):
        s = np.sin(s) * x[k] + 0.001 * k
    return s


def two_steps_back(s, x):
    before = s
    for k in range(N):
        s, before = np.sin(s) * 0.4 + before * x[k], s
    return s * before


def recurrent(w, x):
    h = np.zeros(2)
    for k in range(N):
        h = np.tanh(w @ h + x[k])
    return np.sum(h * h)


def elements_of_rows(s, x):
    for k in range(N):
        s = np.sin(s + x[k, 1]) * x[k, 0]
    return s


def invariant(s, x):
    for k in range(N):
        s = np.sin(s) * np.tanh(x[0]) + np.exp(-s) * x[k] * 0.1
    return s


def alternating(s, x):
    for k in range(N):
        s = np.sin(s) * x[k] if k % 2 else np.cos(s) + 0.5 * s * s
    return s


def stacked(s, x):
    states = []
    for k in range(N):
        s = np.sin(s) * x[k] + 0.5 * s
        states.append(s)
    return np.sum(np.sin(np.stack(states)) * x)


def stacked_backwards(s, x):
    states = []
    for k in range(N):
        s = np.sin(s) * x[k] + 0.5 * s
        states.append(s * s)
    return np.sum(np.stack(states[::-1]) * x)


def written(s, x):
    y = np.zeros_like(x)
    for k in range(N):
        s = np.sin(s) * x[k] + 0.5 * s
        y[k] = s
    return np.sum(y * y)


def joined(s, x):
    parts = []
    for k in range(N // 2):
        s = np.sin(s) * x[2 * k : 2 * k + 2] + 0.5 * s
        parts.append(s * s)
    return np.sum(np.concatenate(parts) * x)


def kept_from_the_first(s, x):
    s = np.sin(s)
    first = None
    for k in range(N):
        own = np.sin(x[k] * s)
        first = own if first is None else first
        s = 0.3 * s + own * np.cos(first * s) + 0.2
    return s


CASES = [
    (recurrence, 0.3, X),
    (backwards, 0.3, X),
    (every_other, 0.3, X),
    (neighbours, 0.3, X),
    (numbers_of_steps, np.float64(0.3), X),
    (two_steps_back, np.array(0.3), X),
    (recurrent, W, ROWS),
    (elements_of_rows, 0.3, ROWS),
    (invariant, 0.3, X),
    (alternating, 0.3, X),
    (stacked, 0.3, X),
    (stacked_backwards, 0.3, X),
    (written, 0.3, X),
    (kept_from_the_first, np.array(0.3), X),
]


@pytest.mark.parametrize(("fun", "s", "x"), CASES, ids=lambda own: getattr(own, "__name__", ""))
def test_loops_come_back(fun, s, x):
    left = check(gradient(fun), s, x, others=[(s * 0.5, x * 0.7)])
    assert left.count("loop") >= 2  # forward, and back
    assert len(left) < 4 * N  # where they were 10 and more for a step


def run(fun, *args):
    plain = gradient(fun)(*args)
    jitted = wg.jit(gradient(fun))
    for _ in range(3):
        value, gradients = jitted(*args)
    (program,) = jitted.programs
    assert program.runs == 2
    np.testing.assert_allclose(value, plain[0], rtol=1e-14)
    for got, want in zip(gradients, plain[1], strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-16)


@pytest.mark.parametrize("fun", [backwards, neighbours, stacked_backwards, written])
def test_replays_are_the_function(fun):
    run(fun, 0.3, X)


@pytest.mark.parametrize("order", ["F", "backwards", "broadcast"])
def test_arrays_that_lie_otherwise(order):
    x = {
        "F": np.asfortranarray(ROWS),
        "backwards": ROWS[::-1],
        "broadcast": np.broadcast_to(ROWS[3], ROWS.shape),
    }[order]
    run(recurrent, W, x)


@pytest.mark.parametrize("dtype", [np.float32, np.complex128])
def test_other_dtypes(dtype):
    def real(s, x):
        return wnp.sum(wnp.real(recurrence(s, x)))

    left = check(gradient(real), np.array(0.3, dtype), X.astype(dtype))
    assert left.count("loop") >= 2


def test_a_plan_is_the_interpreter():
    check_plan(gradient(recurrence), (0.3, X))
    check_plan(gradient(recurrent), (W, ROWS))


def test_what_is_read_stays_between_steps():
    def f(s, x):
        for k in range(2 * N):
            s = np.sin(s) * x[k % N] + 0.5 * s
            if k == N and s > 100.0:
                return s * 2.0
        return s

    left = check(f, 0.3, X)
    assert left.count("read") == 1
    jitted = wg.jit(f)
    for s in (0.3, 0.7, 1000.0, -1e6, 0.3):
        assert np.array_equal(jitted(s, X), f(s, X), equal_nan=True)


def test_derivatives_of_a_jitted_loop():
    jitted = wg.jit(recurrence)
    for _ in range(2):
        value, (ds, dx) = gradient(jitted)(0.3, X)
    want, (want_ds, want_dx) = gradient(recurrence)(0.3, X)
    assert value == want
    np.testing.assert_allclose(ds, want_ds, rtol=1e-11)
    np.testing.assert_allclose(dx, want_dx, rtol=1e-11)
    _, tangent = wg.jvp(jitted, (0.3, X), (1.0, np.zeros(N)))
    np.testing.assert_allclose(tangent, want_ds, rtol=1e-11)


def test_values_of_many_steps_that_are_read_one_by_one_stay():
    """What every step gives, each to another operation, is not worth a loop."""

    def f(s, x):
        states = []
        for k in range(N):
            s = np.sin(s) * x[k] + 0.5 * s
            states.append(s)
        total = 0.0
        for k in np.random.default_rng(0).permutation(N):
            total = total + states[k] * np.float64(k)
        return total

    check(f, 0.3, X)


def test_short_loops_stay_written_out():
    def f(s, x):
        for k in range(200):
            s = np.sin(s) * x[k] + 0.5 * s
        return s

    assert "loop" not in check(gradient(f), 0.3, X)


def test_loops_in_loops():
    def f(s, x):
        for k in range(N // 20):
            for _ in range(20):
                s = np.sin(s) * x[k] + 0.5 * s
            s = s / (1.0 + s * s)
        return s

    assert "loop" in check(gradient(f), 0.3, X)
    run(f, 0.3, X)


def test_steps_that_are_there_because_they_may_fail():
    def f(s, x, places):
        for k in range(N):
            s = np.sin(s) * x[k] + 0.5 * s
        for k in range(N):
            x[places[k]]
        return s

    places = np.arange(N)[::-1].copy()
    missing = np.where(places == 7, N, places)
    left = check(f, 0.3, X, places, others=[(0.3, X, missing)])
    assert left.count("loop") == 2
    simple = core.simplified_program(core.record_program(f, (0.3, X, places)))
    assert "\n = " not in core.program_text(simple)  # an operation without a result


def test_values_of_steps_have_lines_to_show():
    def f(s, x):
        states = []
        for k in range(N):
            s = np.sin(s) * np.cos(x[k]) + 0.5 * s
            states.append(s)
        return states[::8]

    lowered = wg.jit(f).lower(0.3, X)
    assert "loop" in str(lowered.simplified)
