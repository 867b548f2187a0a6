"""What the tests of chains over arrays run over."""

import wengert as wg


def scan(step, state, xs):
    """Do what a chain does, step by step."""
    leaves = xs if isinstance(xs, dict) else {"x": xs}
    for k in range(len(next(iter(leaves.values())))):
        element = {name: x[k] for name, x in leaves.items()}
        state = step(state, element if isinstance(xs, dict) else element["x"])
    return state


def chain(step, state, xs):
    return wg.checkpoint_chain(step, state, xs=xs)
