"""What a function may do whose derivative is stated: nothing is evaluated again from what it records."""

import subprocess
import sys
import threading

import numpy as np
import pytest
import scipy.linalg

import wengert as wg

x = np.array([0.4, -1.2, 0.9])


def ruled(fun):
    """Return fun with a reverse rule, which shows by a factor of three that it is taken."""
    f = wg.custom_vjp(fun)
    f.defvjp(lambda v: (fun(v), v), lambda v, ct: (3 * ct * np.cos(v),))
    return f


def test_it_may_use_threads():
    def fun(v):
        parts = [None] * 3

        def work(k):
            parts[k] = np.sin(v[k])

        threads = [threading.Thread(target=work, args=(k,)) for k in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return np.stack(parts)

    np.testing.assert_allclose(wg.grad(lambda v: np.sum(ruled(fun)(v)))(x), 3 * np.cos(x))


def test_it_may_change_what_was_made_outside():
    calls = wg.tensor(0.0)
    weight = wg.tensor(2.0, requires_grad=True)

    def fun(v):
        calls.assign(calls + 1.0)
        weight.assign(weight.detach() * 0.5)
        (weight * 5.0).backward()
        return np.sin(v)

    np.testing.assert_allclose(wg.grad(lambda v: np.sum(ruled(fun)(v)))(x), 3 * np.cos(x))
    assert (calls.item(), weight.item(), weight.grad.item()) == (1.0, 1.0, 5.0)


def test_what_leaves_it_on_the_way_is_a_value_like_any():
    def f(v):
        seen = []

        def fun(v):
            seen.append(np.cos(v))
            return np.sin(v)

        return np.sum(ruled(fun)(v) + seen[0])

    np.testing.assert_allclose(wg.grad(f)(x), 3 * np.cos(x) - np.sin(x))
    np.testing.assert_allclose(wg.jvp(f, [x], [np.ones(3)])[1], np.sum(3 * np.cos(x) - np.sin(x)))


@pytest.mark.parametrize("way", [wg.grad, wg.jacfwd, lambda f: wg.grad(wg.checkpoint(f))])
def test_a_value_that_was_found_is_refused_and_one_that_was_given_is_not(way):
    def closing(v):
        y = np.sin(v)
        return np.sum(ruled(lambda u: u * y)(v))

    def given(v):
        y = np.sin(v)
        f = wg.custom_vjp(lambda u, y: u * y)
        f.defvjp(lambda u, y: (u * y, (u, y)), lambda kept, ct: (ct * kept[1], ct * kept[0]))
        return np.sum(f(v, y))

    with pytest.raises(ValueError, match="closes over a Tensor that is being differentiated"):
        way(closing)(x)
    np.testing.assert_allclose(way(given)(x), np.sin(x) + x * np.cos(x))
    found = wg.grad(lambda v: np.sum(ruled(lambda u: np.sin(u) * wg.stop_gradient(v))(v)))(x)
    np.testing.assert_allclose(found, 3 * np.cos(x))


@pytest.mark.parametrize(
    "back",
    [
        lambda v, ct: (wg.vjp(np.sin, v)[1](ct),),
        lambda v, ct: ([ct[0], ct[1]],),
    ],
    ids=["a tuple in a tuple", "a list of two"],
)
def test_a_cotangent_in_a_container_is_said_to_be_of_another_shape(back):
    f = wg.custom_vjp(np.sin)
    f.defvjp(lambda v: (np.sin(v), v), back)
    for loss in (lambda v: np.sum(f(v)), lambda v: np.sum(np.sin(f(v)))):
        again = wg.grad(lambda v, loss=loss: np.sum(wg.grad(loss)(v)))
        with pytest.raises(ValueError, match=r"bwd returned a cotangent of shape \([12],( 3)?\)"):
            again(x)


def test_a_cotangent_may_be_a_list_of_numbers():
    f = wg.custom_vjp(np.sin)
    f.defvjp(lambda v: (np.sin(v), v), lambda v, ct: ([ct[0], ct[1], 7.0],))
    assert wg.grad(lambda v: np.sum(f(v) * v**0))(x).tolist() == [1.0, 1.0, 7.0]


SOLVER = """
import numpy as np
import wengert as wg

def solve(x):
    with wg.no_grad():
        y = x
        for _ in range(300):
            y = np.cos(0.5 * y + 0.1 * x)
    return y

f = wg.custom_vjp(solve)
f.defvjp(lambda x: (solve(x), x), lambda x, ct: (ct,))

def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))

before = peak()
wg.grad(lambda x: np.sum(f(x)))(np.ones(100_000))
print(peak() - before)
"""


@pytest.mark.memory
def test_a_solver_keeps_nothing_of_its_iterations():
    run = subprocess.run([sys.executable, "-c", SOLVER], check=True, capture_output=True, text=True)
    assert int(run.stdout) < 40_000  # kilobytes; its iterations take a million


def exponential():
    """Return the exponential of a symmetric matrix by its eigenvalues, with the rule that holds where these are equal."""

    def forward(a):
        w, v = np.linalg.eigh(a)
        return (v * np.exp(w)) @ v.T, (w, v)

    def backward(residuals, ct):
        w, v = residuals
        gap = w[:, None] - w
        is_zero = gap == 0
        apart = np.where(is_zero, 1.0, gap)
        slope = np.exp(w)[:, None] * np.where(is_zero, 1.0, np.expm1(-apart) / -apart)
        return (v @ (slope * (v.T @ ct @ v)) @ v.T,)

    f = wg.custom_vjp(lambda a: forward(a)[0])
    f.defvjp(forward, backward)
    return f


@pytest.mark.parametrize(
    "pushed",
    [
        lambda f, a, t: wg.jvp(f, (a,), (t,))[1],
        lambda f, a, t: wg.linearize(f, a)[1](t),
        lambda f, a, t: np.tensordot(wg.jacfwd(f)(a), t, 2),
        lambda f, a, t: wg.vmap(lambda a: wg.jvp(f, (a,), (t,))[1])(np.stack([a, a]))[1],
        lambda f, a, t: wg.jvp(wg.checkpoint(f), (a,), (t,))[1],
        lambda f, a, t: wg.jvp(lambda s: f(a + s * t), (0.0,), (1.0,))[1],
        lambda f, a, t: wg.jvp(lambda a: 2.0 * f(1.0 * a) - f(a), (a,), (t,))[1],
    ],
)
def test_no_derivative_passes_what_a_rule_reads(pushed):
    """That of eigh does not exist here, and the rule does without."""
    a, t = np.diag([1.0, 1.0, 2.0]), np.arange(9.0).reshape(3, 3)
    t = t + t.T
    want = scipy.linalg.expm_frechet(a, t)[1]
    np.testing.assert_allclose(pushed(exponential(), a, t), want, rtol=1e-12)


def test_a_derivative_of_a_rule_passes_what_it_reads():
    """At other eigenvalues, where it exists."""
    a, t = np.diag([1.0, 1.5, 2.0]), np.eye(3) + np.ones((3, 3))
    f = exponential()
    second = wg.jvp(lambda s: wg.jvp(f, (a + s * t,), (t,))[1], (0.0,), (1.0,))[1]
    step = 1e-5
    ends = [scipy.linalg.expm_frechet(a + s * t, t)[1] for s in (step, -step)]
    np.testing.assert_allclose(second, (ends[0] - ends[1]) / (2 * step), rtol=1e-7)
