"""HIPS autograd: `value_and_grad` of functions written over `autograd.numpy`."""

from __future__ import annotations

from functools import partial
from typing import Any

import autograd
import autograd.numpy as anp
from autograd.scipy.special import expit

from benchmarks.cases.problem import Problem
from benchmarks.libraries.library import Library, Run, namespace


class Autograd(Library):
    """Records each call anew, in Python."""

    name = "autograd"
    statement = "import autograd.numpy"
    records = True

    def __init__(self) -> None:
        # The derivative of autograd's stack takes the square of the time.
        self.np = namespace(anp, sigmoid=expit, stack=anp.array)

    def value(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return partial(problem.objective, self.np, *inputs)

    def record(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        recorded = autograd.make_vjp(partial(problem.objective, self.np), problem.argnums)
        return lambda: recorded(*inputs)[::-1]

    def sweep(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        recorded = autograd.make_vjp(partial(problem.objective, self.np), problem.argnums)
        pullback, _ = recorded(*inputs)
        return partial(pullback, 1.0)

    def gradient(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        objective = partial(problem.objective, self.np)
        return partial(autograd.value_and_grad(objective, problem.argnums), *inputs)

    def curvature(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        gradient = autograd.grad(partial(problem.objective, self.np))
        return partial(autograd.grad(lambda x: anp.sum(gradient(x))), *inputs)

    def jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return partial(autograd.jacobian(partial(problem.objective, self.np)), *inputs)
