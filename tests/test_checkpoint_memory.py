"""What checkpoints and chains keep, measured in processes of their own."""

import subprocess
import sys

import pytest

MEMORY = """
import numpy as np
import wengert as wg

def plain(step, state, length):
    for i in range(length):
        state = step(state, i)
    return state

chain = wg.checkpoint_chain if {chained} else plain
wrap = wg.checkpoint if {wrapped} else (lambda fun: fun)

def loss(x):
    return np.sum(chain(lambda s, i: wrap(lambda s: np.sin(np.cos(np.tanh(s) * s)) * s)(s), x, {length}))

x = np.ones({size})
call = {call}
def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))

wg.grad(lambda x: np.sum(np.tanh(x)))(x[:1])  # which loads what is needed
before = peak()
call(x)
print(peak() - before)
"""


def kilobytes(call, chained, wrapped, size=20_000, length=200):
    script = MEMORY.format(call=call, chained=chained, wrapped=wrapped, size=size, length=length)
    return int(
        subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, text=True
        ).stdout
    )


GRAD = "wg.grad(loss)"
GRAD_OF_VMAP = "lambda x: wg.grad(lambda xs: np.sum(wg.vmap(loss)(xs)))(np.reshape(x, (100, -1)))"
VMAP_OF_GRAD = "lambda x: wg.vmap(wg.grad(loss))(np.reshape(x, (100, -1)))"
STATE = 160  # kilobytes


@pytest.mark.memory
@pytest.mark.parametrize("call", [GRAD, GRAD_OF_VMAP])
def test_chains_keep_few_states(call):
    # 200 steps keep 20 states, the graph of one step and what is at work.
    assert kilobytes(call, chained=True, wrapped=False) < 120 * STATE
    assert kilobytes(call, chained=False, wrapped=False) > 500 * STATE


@pytest.mark.memory
@pytest.mark.parametrize("call", [GRAD, GRAD_OF_VMAP, VMAP_OF_GRAD])
def test_checkpoints_keep_their_arguments(call):
    # 200 arguments and little else, where all that is computed would be five times that.
    assert kilobytes(call, chained=False, wrapped=True) < 350 * STATE


@pytest.mark.memory
def test_a_chain_whose_sweep_is_batched_keeps_its_states():
    assert kilobytes(VMAP_OF_GRAD, chained=True, wrapped=False) < 350 * STATE


@pytest.mark.memory
def test_equal_steps_keep_one_graph():
    # 20,000 steps of ten operations would take some 20 MB as graphs of their own.
    assert kilobytes(GRAD, chained=True, wrapped=False, size=4, length=20_000) < 6_000


@pytest.mark.memory
def test_scans_in_blocks_keep_few_states():
    step = "lambda s, v: (np.sin(np.cos(np.tanh(s) * s)) * v, np.sum(s))"
    scan = f"wg.grad(lambda x: np.sum(wg.scan({step}, x, np.ones(200), checkpoint=%s)[1]))"
    # 200 steps keep 15 states, the graph of 14 steps and what is at work.
    assert kilobytes(scan % True, chained=False, wrapped=False) < 200 * STATE
    assert kilobytes(scan % None, chained=False, wrapped=False) > 500 * STATE
