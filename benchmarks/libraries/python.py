"""Pure Python: floats and lists, the floor under scalar code."""

from __future__ import annotations

import math
import operator
import platform
import types
from functools import partial
from typing import Any

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.libraries.library import Library, Run

SCALAR = types.SimpleNamespace(multiply=operator.mul, exp=math.exp)


class Python(Library):
    """Evaluates scalar problems; has no derivative."""

    name = "python"
    statement = "import math"

    def version(self) -> str:
        return platform.python_version()

    def variables(self, array: Any) -> dict[str, tuple[Any, Any]]:
        if np.ndim(array):
            raise NotImplementedError
        return {"python": (float(array), SCALAR)}

    def value(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        if not problem.scalar:
            raise NotImplementedError
        return partial(problem.objective, math, *(np.asarray(x).tolist() for x in inputs))

    def record(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self.value(problem, inputs)  # records nothing: what stands beside a recording
