"""What the modules of polynomials have in common: sums of a basis that a recurrence makes.

P[n + 1] = (a x + b) P[n] - c P[n - 1], from P[0] = 1 and P[-1] = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import converted, part_along, tensor_of
from wengert.numpy.layout.reshaping import atleast_1d

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from wengert._typing import Operand

    Function = Callable[..., Any]


@dataclass(frozen=True)
class Basis:
    """Polynomials of one kind: NumPy's module and prefix of names, and the recurrence's (a, b, c) for n."""

    prefix: str
    theirs: ModuleType
    step: Callable[[int], tuple[float, float, float]]

    def factor(self, n: int, x: Tensor) -> tuple[Tensor, float]:
        """Return (a x + b) and c."""
        a, b, c = self.step(n)
        scaled = x if a == 1 else _core.multiply(x, a)
        return (_core.add(scaled, b) if b else scaled), c

    def named(self, name: str, function: Function, doc: str) -> Function:
        """Give a function its name and documentation."""
        function.__name__ = function.__qualname__ = self.prefix + name
        function.__module__ = f"wengert.numpy.polynomial.{self.theirs.__name__.rpartition('.')[2]}"
        function.__doc__ = doc
        return function


def series_of(c: Operand) -> Tensor:
    """Read coefficients, floating ones at least."""
    read = atleast_1d(tensor_of(c))
    return converted(read, np.float64) if read.dtype.kind in "bi" else read


def trimmed(c: Tensor) -> Tensor:
    """Leave zeros at the end out, but for one."""
    n = c.size
    while n > 1 and _core.equal(c[n - 1], 0):
        n -= 1
    return part_along(c, -1, 0, n)


def summed(basis: Basis, x: Tensor, c: Tensor) -> Tensor:
    """Clenshaw's algorithm along the first axis of c, whose other axes broadcast with x."""
    n = c.shape[0]
    later: Any = None
    value = c[n - 1]
    for k in range(n - 2, -1, -1):
        factor, _ = basis.factor(k, x)
        next_value = _core.add(c[k], _core.multiply(factor, value))
        if later is not None:
            weight = basis.step(k + 1)[2]
            if weight:
                next_value = _core.subtract(next_value, _core.multiply(later, weight))
        later, value = value, next_value
    return value if n > 1 else _core.add(value, _core.multiply(x, 0))
