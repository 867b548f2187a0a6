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

    def repeated(self, function: Callable[..., Any], inputs: tuple[Any, ...]) -> Run:
        """Return the derivative `function` at `inputs`, as it is called again and again."""
        return partial(function, *inputs)

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
        objective = self.objective(problem)
        return self.repeated(wg.value_and_grad(objective, argnums=problem.argnums), inputs)

    def curvature(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        gradient = wg.grad(self.objective(problem))
        return self.repeated(wg.grad(lambda x: wnp.sum(gradient(x))), inputs)

    def jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self.repeated(wg.jacobian(self.objective(problem)), inputs)

    def sparse_jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self.repeated(wg.jacobian(self.objective(problem), sparse=True), inputs)

    def sparse_hessian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self.repeated(wg.hessian(self.objective(problem), sparse=True), inputs)

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

    def newton(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        def direction(x: Any, *rest: Any) -> Any:
            gradient = wg.grad(lambda x: self.objective(problem)(x, *rest))
            slope, diagonal = wg.jvp(gradient, [x], [np.ones_like(x)])
            return slope / diagonal

        return self.repeated(direction, inputs)

    def nested(
        self, program: Callable[..., Any], outer: str, inner: str, inputs: tuple[Any, ...]
    ) -> Run:
        gradients = {"forward": wg.jacfwd, "reverse": wg.grad}
        return partial(program, wnp, gradients[outer], gradients[inner], *inputs)

    def batch(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self.repeated(wg.vmap(self.objective(problem)), inputs)

    def batched_jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        jacobian = wg.jacfwd(self.objective(problem), argnums=problem.argnums)
        return self.repeated(wg.vmap(jacobian), inputs)


class WengertReplayed(Wengert):
    """Records a derivative once, at the first call, and replays it after that."""

    name = "wengert replayed"
    compiles = True

    def __init__(self) -> None:
        if not hasattr(wg, "jit"):
            raise ImportError("this wengert has no jit")

    def variables(self, array: Any) -> dict[str, tuple[Any, Any]]:
        raise NotImplementedError

    def repeated(self, function: Callable[..., Any], inputs: tuple[Any, ...]) -> Run:
        run = partial(wg.jit(function), *inputs)
        run()
        return run

    def value(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self.repeated(self.objective(problem), inputs)

    def afresh(self, problem: Problem, inputs: tuple[Any, ...], task: str) -> Run:
        function = self.objective(problem)
        if task == "gradient":
            function = wg.value_and_grad(function, argnums=problem.argnums)
        return partial(wg.jit(function), *inputs)

    def record(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        raise NotImplementedError

    def sweep(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        raise NotImplementedError

    def product(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        raise NotImplementedError

    def nested(
        self, program: Callable[..., Any], outer: str, inner: str, inputs: tuple[Any, ...]
    ) -> Run:
        raise NotImplementedError("which steps a descent takes is decided by values")


def _tensors(x: Any) -> Any:
    if isinstance(x, dict):
        return {key: wg.tensor(value) for key, value in x.items()}
    return wg.tensor(x)
