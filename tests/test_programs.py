"""Programs of checkpoints and chains: how often they are evaluated, and what they keep."""

import subprocess
import sys

import numpy as np
import pytest

import wengert as wg
from checkpoint_cases import X, close, evaluations


def mixed(x, y):
    """Fifty operations of float32, and fifty of float64."""
    for _ in range(25):
        x, y = np.sin(np.cos(x)), np.sin(np.cos(y))
    return x, y


@pytest.mark.parametrize("wrap", [lambda fun: fun, lambda fun: wg.checkpoint(wg.checkpoint(fun))])
@pytest.mark.parametrize("dtypes", ["ff", "dd", "fd", "df", "FD", "fD", "Fd"])
def test_operations_of_several_dtypes_are_evaluated_once_more(dtypes, wrap):
    x, y = (np.full(3, 0.5, dtype) for dtype in dtypes)
    nested = 2 if wrap(mixed) is not mixed else 1

    def loss(fun):
        return lambda x, y: sum(np.sum(np.abs(part)) for part in fun(x, y))

    body = wg.checkpoint(mixed) if nested == 1 else wrap(mixed)
    gradient = wg.grad(loss(body), (0, 1))
    # Each operation once for each level, and the calls themselves.
    count = evaluations(lambda: gradient(x, y))
    assert 100 <= count <= 100 * nested + 1
    for got, expected in zip(gradient(x, y), wg.grad(loss(mixed), (0, 1))(x, y), strict=True):
        assert got.dtype == expected.dtype
        np.testing.assert_array_equal(got, expected)


def test_of_several_results_what_is_not_used_is_still_one_program():
    def body(x):
        y = np.tanh(x)
        return np.sin(y), np.cos(y), y * y

    wrapped = wg.checkpoint(body)
    for k, slope in enumerate([np.cos, lambda y: -np.sin(y), lambda y: 2 * y]):
        gradient = wg.grad(lambda x, k=k: np.sum(wrapped(x)[k]))
        assert evaluations(lambda gradient=gradient: gradient(X)) <= 4
        close(gradient(X), slope(np.tanh(X)) / np.cosh(X) ** 2)


MEMORY = """
import numpy as np
import wengert as wg

def body(s):
    for _ in range(10):
        s = np.sin(np.cos(s))
    return s

def plain(step, state, length):
    for _ in range(length):
        state = step(state)
    return state

def checkpoints(step, state, length):
    return plain(wg.checkpoint(step), state, length)

def scanned(step, state, length):
    return wg.checkpoint_chain(lambda s, x: step(s) * x, state, xs=np.ones(length))

run = {run}
def loss(x):
    return np.sum(run(body, x, 40) ** 2)

def order_1(x):
    return wg.grad(loss)(x)

def order_2(x):
    return wg.jvp(wg.grad(loss), (x,), (np.cos(x),))[1]

def reverse_order_2(x):
    return wg.grad(lambda x: np.sum(wg.grad(loss)(x) * np.cos(x)))(x)

def order_3(x):
    return wg.jvp(lambda x: wg.hvp(loss, (x,), (np.cos(x),)), (x,), (x,))[1]

x = np.linspace(0.1, 1.0, 20_000)
{call}(x[:10])

def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))

before = peak()
{call}(x)
print(peak() - before)
"""


STATE = 160  # kilobytes of 20,000 numbers


def states(run, call):
    """Return how many states' memory a call takes at its peak."""
    script = MEMORY.format(run=run, call=call)
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    return int(done.stdout) / STATE


@pytest.mark.memory
@pytest.mark.parametrize("call", ["order_2", "reverse_order_2", "order_3"])
@pytest.mark.parametrize("run", ["checkpoints", "wg.checkpoint_chain", "scanned"])
def test_at_no_order_what_lies_between_states_is_kept(run, call):
    # Forty steps of twenty operations: all that is computed would be 3,200 states at the second
    # order, and 8,800 at the third. States, tangents and cotangents of them stay.
    assert states(run, call) < {"order_3": 900}.get(call, 420)


@pytest.mark.memory
def test_without_a_checkpoint_everything_is_kept():
    assert states("plain", "order_1") > 700
    assert states("plain", "order_2") > 1200
    assert states("wg.checkpoint_chain", "order_1") < 80
