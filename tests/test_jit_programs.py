"""jit around and inside of random nestings of transforms, and around programs as people write them."""

from types import SimpleNamespace

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from matrix_programs import MATRIX_PROGRAMS
from sequence_programs import SEQUENCE_PROGRAMS, adam_unrolled
from test_random_programs import OUTSIDE, WENGERT, N, agree, program

JITTED = SimpleNamespace(**{**vars(WENGERT), "checkpoint": wg.jit})
PROGRAMS = MATRIX_PROGRAMS | SEQUENCE_PROGRAMS
POINTS = np.random.default_rng(0).uniform(-1, 1, (3, N))


@pytest.mark.parametrize("seed", range(80))
def test_replays_of_random_programs(seed):
    rng = np.random.default_rng(seed)
    make = program(rng, int(rng.integers(1, 4)))
    names = [list(OUTSIDE)[k] for k in rng.integers(0, len(OUTSIDE), int(rng.integers(1, 3)))]

    def built(way):
        f = make(way)
        for name in names:
            f = OUTSIDE[name](way, f)
        return f

    f, g = built(WENGERT), wg.jit(built(JITTED), max_paths=100, verify=2)
    for x in (*POINTS, *POINTS):
        agree(g(x), np.asarray(f(x)))
    assert sum(p.runs for p in g.programs) >= len(POINTS)


@pytest.mark.parametrize("seed", range(40))
def test_derivatives_of_random_jitted_functions(seed):
    make = program(np.random.default_rng(seed), 1)
    f, g = make(WENGERT), wg.jit(make(JITTED), max_paths=100)
    for x in (*POINTS, POINTS[0]):
        agree(wg.jacrev(g)(x), wg.jacrev(f)(x))
        agree(wg.jacfwd(g)(x), wg.jacfwd(f)(x))
        agree(
            wg.hessian(lambda x: np.sum(np.sin(g(x))))(x),
            wg.hessian(lambda x: np.sum(np.sin(f(x))))(x),
        )


@pytest.mark.parametrize(
    ("written", "size"), PROGRAMS.items(), ids=[written.__name__ for written in PROGRAMS]
)
def test_replays_of_programs(written, size):
    shift = 2.0 if written is adam_unrolled else 0.0
    rng = np.random.default_rng(size)
    loss = wg.value_and_grad(lambda x: written(x, wnp.zeros))
    replayed = wg.jit(loss, max_paths=100, verify=2)
    for _ in range(3):
        x = rng.normal(size=size) + shift
        value, gradient = loss(x)
        for _ in range(2):
            again = replayed(x)
            np.testing.assert_allclose(again[0], value, rtol=1e-12)
            np.testing.assert_allclose(again[1], gradient, rtol=1e-9, atol=1e-12)
    assert sum(p.runs for p in replayed.programs) >= 3
