"""Numbers for SciPy's solvers out of functions that are being differentiated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert._core import Tensor
from wengert.numpy._arguments import constant, holds_tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._duals import Tensors


def read(x: Any) -> Any:
    """Return the numbers of what a function returned, as the array that a solver is to see.

    They are observed, as what Python branches on is: another example of a batch, which has other numbers, goes a way of its own
    through the function, the solver included.
    """
    if not holds_tensor(x):
        return x
    given = wnp.asarray(x)
    _core.observe([given])
    return np.array(_core.value_of(given))  # solvers write to what they are given


class Reading:
    """What a solver calls in the place of a function: numbers go in and come out.

    Parameters
    ----------
    fun : callable
        The function.
    args : tuple
        Its further arguments.
    """

    def __init__(self, fun: Callable[..., Any], args: tuple[Any, ...] = ()) -> None:
        self._fun, self._args = fun, args
        self.saw_derivatives = False  # whether something that it returned was being differentiated

    def __call__(self, *given: Any) -> Any:
        """Return what a solver is to see of what the function returns."""
        result = self._fun(*given, *self._args)
        if not holds_tensor(result):
            return result
        self.saw_derivatives = self.saw_derivatives or _core.is_tracked(wnp.asarray(result))
        return read(result)


class _Pinned:
    """The rule of a value that SciPy computed, in the place of one that is nearly the same."""

    def pull(self, operands: Tensors, cts: Tensors) -> Tensors:
        return [cts[0]]

    def push(self, operands: Tensors, tangents: Tensors) -> Tensors:
        return [tangents[0]]

    def pull_many(self, operands: Tensors, cts: Tensors, flags: list[bool]) -> Tensors:
        return [cts[0]]

    def push_many(self, operands: Tensors, tangents: Tensors, flags: list[bool]) -> Tensors:
        return [tangents[0]]

    def batched(self, flags: list[bool]) -> _Pinned:
        return self

    def batch_values(self, operands: Tensors, flags: list[bool]) -> None:
        return None


def pinned(value: Any, like: Any) -> Tensor:
    """Return the value as it is, with the derivatives of a Tensor of its shape."""
    given = constant(np.asarray(value, dtype=np.float64))
    if not isinstance(like, Tensor) or not _core.is_tracked(like):
        return given
    (result,) = _core.attach_rule([given], [like], _Pinned(), [])
    found: Tensor = result
    return found
