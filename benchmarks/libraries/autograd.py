"""HIPS autograd: `value_and_grad` of functions written over `autograd.numpy`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
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

    def newton(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        x, *rest = inputs
        gradient = autograd.grad(partial(problem.objective, self.np))

        def run() -> Any:
            slope, diagonal = autograd.make_jvp(lambda x: gradient(x, *rest))(x)(np.ones_like(x))
            return slope / diagonal

        return run

    def nested(
        self, program: Callable[..., Any], outer: str, inner: str, inputs: tuple[Any, ...]
    ) -> Run:
        def forward(function: Callable[..., Any]) -> Callable[..., Any]:
            """Push one tangent after the other."""

            def gradient(x: Any) -> Any:
                push = autograd.make_jvp(function)(x)
                return anp.array([push(tangent)[1] for tangent in np.eye(len(x))])

            return gradient

        gradients = {"forward": forward, "reverse": autograd.grad}
        return partial(program, self.np, gradients[outer], gradients[inner], *inputs)

    def jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return partial(autograd.jacobian(partial(problem.objective, self.np)), *inputs)
