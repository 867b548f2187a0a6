"""Solutions of linear equations by foreign code, with the derivatives that the equations imply.

With a x = b, dx solves a dx = db - da x, and what comes to b solves the transposed equations: a solution of either kind is an
operation whose rules are such operations, by the same solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert._rules import Rule
from wengert.numpy._arguments import constant

if TYPE_CHECKING:
    from wengert._duals import Tensors
    from wengert.scipy.sparse.linalg._systems import System


class Solver(Protocol):
    """What solves equations with the matrix of so many elements, or with its transpose."""

    takes_columns: bool

    def solve(self, values: Any, b: Any, is_transposed: bool) -> Any: ...


class _SolutionRule(Rule):
    """The derivatives of a solution in the elements of its matrix and in its right-hand sides."""

    def __init__(
        self, system: System, solver: Solver, is_transposed: bool, is_constant: bool
    ) -> None:
        self._system, self._solver, self._is_transposed = system, solver, is_transposed
        self._is_constant = is_constant  # the matrix

    def _solved(self, data: Tensor, b: Tensor, is_transposed: bool) -> Tensor:
        return solution(self._system, self._solver, data, b, is_transposed)

    def pull(self, operands: Tensors, cts: Tensors) -> Tensors:
        data, b = operands
        back = self._solved(data, cts[0], not self._is_transposed)
        if self._is_constant:
            return [None, back]
        x = self._solved(data, b, self._is_transposed)
        return [_core.negative(self._system.of_outer(back, x, self._is_transposed)), back]

    def push(self, operands: Tensors, tangents: Tensors) -> Tensors:
        data, b = operands
        of_data, right = tangents
        if of_data is not None:
            x = self._solved(data, b, self._is_transposed)
            moved = _core.negative(self._system.product(of_data, x, self._is_transposed))
            right = moved if right is None else _core.add(right, moved)
        return [self._solved(data, right, self._is_transposed)]

    def batch_values(self, operands: Tensors, flags: list[bool]) -> Tensors:
        data, b = (_core.value_of(x) for x in operands)
        if not flags[0] and self._solver.takes_columns:
            # right-hand sides of all examples are columns beside one matrix
            columns = np.moveaxis(b, 0, -1)
            x = self._solver.solve(data, columns.reshape(b.shape[1], -1), self._is_transposed)
            return [constant(np.moveaxis(x.reshape(columns.shape), -1, 0))]
        count = len(data) if flags[0] else len(b)
        examples = [
            self._solver.solve(
                data[i] if flags[0] else data, b[i] if flags[1] else b, self._is_transposed
            )
            for i in range(count)
        ]
        shape = b.shape[1:] if flags[1] else b.shape
        return [constant(np.array(examples).reshape(count, *shape).astype(b.dtype, copy=False))]


def solution(
    system: System, solver: Solver, data: Any, b: Any, is_transposed: bool = False
) -> Tensor:
    """Solve with the matrix of these elements; operands are of one dtype."""
    operands = [x if isinstance(x, Tensor) else constant(x) for x in (data, b)]

    def solved(elements: Any, right: Any) -> Any:
        return solver.solve(elements, right, is_transposed)

    value = _core.call_foreign(solved, operands)
    value = value if isinstance(value, Tensor) else constant(value)
    if not any(_core.is_tracked(x) for x in operands):
        return value
    rule = _SolutionRule(system, solver, is_transposed, not _core.is_tracked(operands[0]))
    (x,) = _core.attach_rule([value], operands, rule, [])
    result: Tensor = x
    return result
