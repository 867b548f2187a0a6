"""wengert: functions over `wengert.numpy`, NumPy arrays in and out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import wengert as wg
import wengert.numpy as wnp
from benchmarks.cases.problem import Problem
from benchmarks.libraries.library import Library, Run, namespace, positions

wg.set_num_threads(1)


class Wengert(Library):
    """Records each call anew; the functions of `wengert.numpy`, except where NumPy's are the point."""

    name = "wengert"
    statement = "import wengert, wengert.numpy"
    records = True

    def variables(self, array: Any) -> dict[str, tuple[Any, Any]]:
        variable = wg.tensor(array, requires_grad=True)
        return {"wengert": (variable, np), "wengert wnp": (variable, wnp)}

    def numpy(self, result: Any) -> Any:
        return np.asarray(result.detach() if isinstance(result, wg.Tensor) else result)

    def objective(self, problem: Problem) -> Callable[..., Any]:
        if problem.chained is not None:
            return partial(problem.chained, namespace(wnp, chain=wg.checkpoint_chain))
        return partial(problem.as_in_numpy, np if problem.literals else wnp)

    def value(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        tracked = positions(problem)
        tensors = (_tensors(x) if i in tracked else x for i, x in enumerate(inputs))
        return partial(self.objective(problem), *tensors)

    def record(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return partial(wg.vjp, self.objective(problem), *inputs)

    def sweep(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        out, pullback = wg.vjp(self.objective(problem), *inputs)
        return partial(pullback, np.ones_like(out) if np.ndim(out) else 1.0)

    def gradient(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return partial(wg.value_and_grad(self.objective(problem), argnums=problem.argnums), *inputs)

    def curvature(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        gradient = wg.grad(self.objective(problem))
        return partial(wg.grad(lambda x: wnp.sum(gradient(x))), *inputs)

    def jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return partial(wg.jacobian(self.objective(problem)), *inputs)

    def sparse_jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return partial(wg.jacobian(self.objective(problem), sparse=True), *inputs)

    def sparse_hessian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return partial(wg.hessian(self.objective(problem), sparse=True), *inputs)

    def times(self, vector: Any, matrix: Any) -> Any:
        return matrix @ vector

    def product(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        tracked = positions(problem)
        primals = [x for i, x in enumerate(inputs) if i in tracked]
        rest = inputs[len(primals) :]
        tangents = [np.ones_like(x) for x in primals]

        def objective(*variables: Any) -> Any:
            return problem.as_in_numpy(wnp, *variables, *rest)

        return partial(wg.hvp, objective, primals, tangents)

    def batch(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return partial(wg.vmap(self.objective(problem)), *inputs)

    def batched_jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        jacobian = wg.jacfwd(self.objective(problem), argnums=problem.argnums)
        return partial(wg.vmap(jacobian), *inputs)


def _tensors(x: Any) -> Any:
    if isinstance(x, dict):
        return {key: wg.tensor(value) for key, value in x.items()}
    return wg.tensor(x)
