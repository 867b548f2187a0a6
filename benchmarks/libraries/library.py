"""What an adapter gives: for each task, the function that does it."""

from __future__ import annotations

import importlib.metadata
import re
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from benchmarks.cases.problem import Problem

Run = Callable[[], Any]


class Library:
    """A library, adapted once.

    A task takes a problem and its inputs as NumPy arrays (or floats), does everything that a user
    does once (conversion, tracing, compiling), and returns the function that is done again and
    again. A task that a library has no form for raises `NotImplementedError`.
    """

    name: ClassVar[str]
    statement: ClassVar[str]
    """The import that a user writes."""
    compiles: ClassVar[bool] = False
    """Whether preparing a task is work worth a column."""
    records: ClassVar[bool] = False
    """Whether evaluation leaves a recording in memory, to be swept."""

    def version(self) -> str:
        """Return the version of the distribution, or that of nothing installed."""
        package = re.split(r"\W", self.statement)[1]
        try:
            return importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            return "not installed, found on the path"

    def numpy(self, result: Any) -> Any:
        """Convert one array of a result for the check."""
        return np.asarray(result)

    def times(self, vector: Any, matrix: Any) -> Any:
        """Multiply a matrix in the library's form by a vector, for the check."""
        return self.numpy(matrix) @ vector

    def variables(self, array: Any) -> dict[str, tuple[Any, Any]]:
        """Return, by label, a variable over `array` that records and the namespace to use it with."""
        raise NotImplementedError

    def value(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate the objective, with nothing recorded."""
        raise NotImplementedError

    def record(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate the objective and keep what a reverse sweep needs."""
        raise NotImplementedError

    def sweep(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Sweep one recording in reverse, again and again."""
        raise NotImplementedError

    def gradient(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate the objective and its gradient."""
        raise NotImplementedError

    def afresh(self, problem: Problem, inputs: tuple[Any, ...], task: str) -> Run:
        """Evaluate the objective, or that and its "gradient", with nothing prepared as yet."""
        raise NotImplementedError

    def curvature(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate the gradient of the sum of the gradient: the Hessian times ones."""
        raise NotImplementedError

    def jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate all derivatives of an objective that is an array."""
        raise NotImplementedError

    def sparse_jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate the non-zeros of such derivatives, in the library's form for them."""
        return self.jacobian(problem, inputs)

    def hessian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate all second derivatives of the objective."""
        raise NotImplementedError

    def sparse_hessian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate the non-zeros of those, in the library's form for them."""
        return self.hessian(problem, inputs)

    def product(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate the Hessian times ones, without the Hessian."""
        raise NotImplementedError

    def newton(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate the gradient over the Hessian times ones, for a Hessian that is diagonal."""
        raise NotImplementedError

    def nested(
        self, program: Callable[..., Any], outer: str, inner: str, inputs: tuple[Any, ...]
    ) -> Run:
        """Run a program over two transforms to gradients, each by "forward" or "reverse" mode."""
        raise NotImplementedError

    def batch(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate an objective written for one element, for all elements."""
        raise NotImplementedError

    def batched_jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate all derivatives of such an objective in `argnums`, by forward mode."""
        raise NotImplementedError


def namespace(module: types.ModuleType, **more: Any) -> Any:
    """Return the functions of `module`, and a few that NumPy has no name for."""
    return types.SimpleNamespace(**{**vars(module), **more})


def positions(problem: Problem) -> tuple[int, ...]:
    """Return the arguments that are differentiated, as a tuple."""
    return problem.argnums if isinstance(problem.argnums, tuple) else (problem.argnums,)
