"""NumPy: the forward evaluation unrecorded, and the gradient written by hand."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.libraries.library import Library, Run


class NumPy(Library):
    """The value is the objective's; the gradient is the problem's own, without the value."""

    name = "numpy"
    statement = "import numpy"

    def variables(self, array: Any) -> dict[str, tuple[Any, Any]]:
        return {"numpy": (array, np)}

    def value(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return partial(problem.as_in_numpy, np, *inputs)

    def gradient(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        if problem.scalar:  # there the gradient by hand is a closed form: another problem
            raise NotImplementedError
        value = problem.objective(np, *inputs)
        return lambda: (value, problem.gradient(*inputs))

    def batched_jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return partial(problem.expected, "batched_jacobian", inputs)
