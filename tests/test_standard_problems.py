"""The standard problems of benchmarks/, at small sizes: derivatives against those found another way."""

import os
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

import wengert as wg

# Benchmarks hold all libraries to one thread, by the environment of the process and by the adapter.
threads = wg._core.num_threads()
with mock.patch.dict(os.environ):
    from benchmarks.cases.standard import STANDARD
    from benchmarks.cases.standard.descents import Particle, Saddle
    from benchmarks.libraries.wengert import Wengert
wg.set_num_threads(threads)

# Large hands are small ones with more vertices.
PROBLEMS = [problem for problem in STANDARD if not problem.name.endswith("large")]


@pytest.mark.parametrize(
    ("problem", "task"), [pytest.param(p, t, id=f"{p.name}-{t}") for p in PROBLEMS for t in p.tasks]
)
def test_result_is_the_one_found_another_way(problem, task):
    contenders = list(problem.contenders(Wengert(), task, problem.small))
    assert contenders
    for contender in contenders:
        assert contender.check() < 1e-13


def test_checks_of_gradients_hold_against_differences():
    """The references themselves, in long double, along a direction."""
    for problem in STANDARD:
        if "gradient" not in problem.tasks:
            continue
        small = replace(problem, size=problem.small)
        inputs = small.inputs(problem.small)
        tracked = problem.argnums if isinstance(problem.argnums, tuple) else (problem.argnums,)
        gradients = small.gradient(*inputs)
        gradients = gradients if isinstance(problem.argnums, tuple) else (gradients,)
        random = np.random.default_rng(0)
        along = [random.normal(size=inputs[i].shape) for i in tracked]
        values = []
        for h in (np.longdouble(1e-6), np.longdouble(-1e-6)):
            moved = [np.asarray(x, dtype=np.longdouble) for x in inputs]
            for i, direction in zip(tracked, along, strict=True):
                moved[i] = moved[i] + h * direction
            values.append(small.objective(np, *moved))
        slope = sum(np.sum(g * t) for g, t in zip(gradients, along, strict=True))
        assert slope == pytest.approx(float((values[0] - values[1]) / 2e-6), rel=1e-9), problem.name


def test_descents_end_at_their_optima():
    for point in Saddle(size=1).optimum(np.ones(2)):
        assert np.max(np.abs(point)) < 1e-5
    particle = Particle(size=2)
    assert particle.optimum(*particle.inputs(1)) == pytest.approx(0.207192, abs=2e-5)
