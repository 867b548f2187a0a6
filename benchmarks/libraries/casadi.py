"""CasADi: the expression built once, its gradient derived, a `Function` called through a buffer.

SX (a graph of scalars) for scalar problems and short vectors, MX (a graph of matrices) for the rest:
the faster of the two on either side of the bound.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import Any

import casadi
import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.libraries.library import Library, Run, positions

SX_ELEMENTS = 32
LARGEST = 10_000


@dataclass(frozen=True)
class _Matrix:
    structure: Any
    values: Any


class Casadi(Library):
    """Builds an expression once; evaluates it in a virtual machine."""

    name = "casadi"
    statement = "import casadi"
    compiles = True

    np = types.SimpleNamespace(
        exp=casadi.exp,
        log=casadi.log,
        sin=casadi.sin,
        tanh=casadi.tanh,
        sum=casadi.sum1,
        concatenate=lambda parts: casadi.vertcat(*parts),
    )

    def value(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        symbols, value = self._expression(problem, inputs)
        return _called(symbols, [value], inputs)

    def gradient(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        symbols, value = self._expression(problem, inputs)
        gradients = [casadi.gradient(value, symbols[i]) for i in positions(problem)]
        return _called(symbols, [value, *gradients], inputs)

    def curvature(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        symbols, value = self._expression(problem, inputs)
        total = casadi.sum1(casadi.gradient(value, symbols[0]))
        return _called(symbols, [casadi.gradient(total, symbols[0])], inputs)

    def sparse_jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self._matrix(casadi.jacobian, problem, inputs)

    def sparse_hessian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self._matrix(lambda y, x: casadi.hessian(y, x)[0], problem, inputs)

    def times(self, vector: Any, matrix: Any) -> Any:
        return casadi.DM(matrix.structure, matrix.values).sparse() @ vector

    def _matrix(self, derive: Any, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        """Evaluate the non-zeros of a matrix of scalar expressions."""
        if problem.size > LARGEST:
            raise NotImplementedError("building the expression takes minutes")
        symbol = casadi.SX.sym("x", len(inputs[0]))
        matrix = derive(problem.objective(self.np, symbol), symbol)
        run = _called([symbol], [casadi.vertcat(*matrix.nonzeros())], inputs)
        return lambda: _Matrix(matrix.sparsity(), run()[0])

    def _expression(self, problem: Problem, inputs: tuple[Any, ...]) -> tuple[list[Any], Any]:
        if any(isinstance(x, dict) for x in inputs):
            raise NotImplementedError
        if any(np.ndim(x) > 1 for x in inputs[max(positions(problem)) + 1 :]):
            raise NotImplementedError("the rows of a CasADi matrix neither broadcast nor iterate")
        small = problem.scalar or sum(np.size(x) for x in inputs) <= SX_ELEMENTS
        make = casadi.SX if small else casadi.MX
        symbols = [make.sym(f"x{i}", *np.shape(x)) for i, x in enumerate(inputs)]
        return symbols, problem.objective(self.np, *symbols)


def _called(symbols: list[Any], outputs: list[Any], inputs: tuple[Any, ...]) -> Run:
    function = casadi.Function("f", symbols, [casadi.densify(y) for y in outputs])
    arguments = [np.array(x, dtype=np.float64).ravel(order="F") for x in inputs]
    results = [np.zeros(function.size1_out(i) * function.size2_out(i)) for i in range(len(outputs))]
    buffer: Any
    buffer, evaluate = function.buffer()
    for i, argument in enumerate(arguments):
        buffer.set_arg(i, argument.data)
    for i, result in enumerate(results):
        buffer.set_res(i, result.data)
    kept = buffer, arguments, results

    def run() -> Any:
        evaluate()
        return kept[2]

    return run
