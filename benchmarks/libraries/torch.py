"""PyTorch, eager: tensors made once, `torch.autograd.grad` of the loss in its leaves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from benchmarks.cases.problem import Problem
from benchmarks.libraries.library import Library, Run, namespace, positions

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

DENSE = 4_000


def _pad(x: Any, width: int, mode: str) -> Any:
    return torch.nn.functional.pad(x, (width, width) * x.ndim, mode)


def _array(rows: Any) -> Any:
    return torch.stack([torch.stack([torch.as_tensor(x) for x in row]) for row in rows])


class Torch(Library):
    """Records each call anew; leaves are made once and their gradients returned, not accumulated."""

    name = "torch"
    statement = "import torch"
    records = True

    def __init__(self) -> None:
        self.np = namespace(torch, pad=_pad, array=_array, cross=torch.linalg.cross)

    def objective(self, problem: Problem) -> Callable[..., Any]:
        return partial(problem.objective, self.np)

    def numpy(self, result: Any) -> Any:
        return result.detach().numpy()

    def variables(self, array: Any) -> dict[str, tuple[Any, Any]]:
        return {"torch": (torch.tensor(array, dtype=torch.float64, requires_grad=True), torch)}

    def value(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        objective, tensors, _ = self._tensors(problem, inputs)

        @torch.no_grad()
        def run() -> Any:
            return objective(*tensors)

        return run

    def record(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        objective, tensors, _ = self._tensors(problem, inputs)
        return partial(objective, *tensors)

    def sweep(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        objective, tensors, variables = self._tensors(problem, inputs)
        loss = objective(*tensors)
        return partial(torch.autograd.grad, loss, variables, retain_graph=True)

    def gradient(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        objective, tensors, variables = self._tensors(problem, inputs)

        def run() -> Any:
            loss = objective(*tensors)
            return loss, torch.autograd.grad(loss, variables)

        return run

    def curvature(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        objective, tensors, variables = self._tensors(problem, inputs)

        def run() -> Any:
            gradients = torch.autograd.grad(objective(*tensors), variables, create_graph=True)
            return torch.autograd.grad([g.sum() for g in gradients], variables)

        return run

    def jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self._dense(torch.func.jacfwd, problem, inputs)

    def hessian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self._dense(torch.func.hessian, problem, inputs)

    def _dense(self, transform: Any, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        if problem.size > DENSE:
            raise NotImplementedError("its matrices are dense")
        function = transform(self.objective(problem))
        return partial(function, *(torch.tensor(x) for x in inputs))

    def product(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        tracked = positions(problem)
        tensors = [torch.tensor(x) for x in inputs]
        primals, rest = tuple(tensors[: len(tracked)]), tensors[len(tracked) :]
        tangents = tuple(torch.ones_like(x) for x in primals)
        objective = torch.func.grad(self.objective(problem), argnums=tracked)
        return lambda: torch.func.jvp(lambda *x: objective(*x, *rest), primals, tangents)[1]

    def newton(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        x, *rest = (torch.tensor(x) for x in inputs)
        gradient = torch.func.grad(self.objective(problem))

        def run() -> Any:
            along = (torch.ones_like(x),)
            slope, diagonal = torch.func.jvp(lambda x: gradient(x, *rest), (x,), along)
            return slope / diagonal

        return run

    def nested(
        self, program: Callable[..., Any], outer: str, inner: str, inputs: tuple[Any, ...]
    ) -> Run:
        def forward(function: Callable[..., Any]) -> Callable[..., Any]:
            """Push one tangent after the other: batches do not branch on values."""

            def gradient(x: Any) -> Any:
                tangents = torch.eye(len(x))
                return torch.stack([torch.func.jvp(function, (x,), (t,))[1] for t in tangents])

            return gradient

        gradients = {"forward": forward, "reverse": torch.func.grad}
        tensors = (torch.tensor(x) for x in inputs)
        return partial(program, self.np, gradients[outer], gradients[inner], *tensors)

    def batch(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        function = torch.func.vmap(self.objective(problem))
        return partial(function, *(torch.tensor(x) for x in inputs))

    def batched_jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        objective = self.objective(problem)
        function = torch.func.vmap(torch.func.jacfwd(objective, argnums=problem.argnums))
        return partial(function, *(torch.tensor(x) for x in inputs))

    def _tensors(
        self, problem: Problem, inputs: tuple[Any, ...]
    ) -> tuple[Callable[..., Any], list[Any], list[Any]]:
        """Return the objective, its arguments as tensors, and those that are differentiated."""
        variables: list[Any] = []

        def tensor(x: Any, tracked: bool) -> Any:
            if isinstance(x, dict):
                return {key: tensor(x[key], tracked) for key in sorted(x)}
            made = torch.tensor(np.asarray(x), dtype=torch.float64, requires_grad=tracked)
            if tracked:
                variables.append(made)
            return made

        tracked = positions(problem)
        tensors = [tensor(x, i in tracked) for i, x in enumerate(inputs)]
        return self.objective(problem), tensors, variables


class TorchWriting(Torch):
    """Writes to tensors where the problem does, which fails where a derivative reads what was there."""

    name = "torch writing"

    def objective(self, problem: Problem) -> Callable[..., Any]:
        if problem.written is None:
            raise NotImplementedError
        return partial(problem.written, self.np)

    def variables(self, array: Any) -> dict[str, tuple[Any, Any]]:
        raise NotImplementedError
