"""Solutions of equations that foreign code found, with the derivatives that the equations imply.

Of x with F(x, p) = 0, one step of Newton's method from the number x* that was found, x* - J^-1 (F(x*, p) - F*) with the number
F* of F there, has the value x* and, as a function of p, its first derivatives; each further step doubles the orders that are
right, as it doubles digits. The function is called as it is, so that whatever it closes over stays connected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert._core import DerivativeError, Tensor
from wengert._duals import zeros_like
from wengert._forward import jvp
from wengert._jacobian import jacfwd
from wengert._rules import Rule
from wengert.numpy._arguments import constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._duals import Tensors

# After so many steps derivatives are exact up to this order; what asks for more of them fails.
_STEPS = 3
_ORDERS = 2**_STEPS - 1


def _is_any_tracked(tensors: Tensors) -> bool:
    return any(x is not None and _core.is_tracked(x) for x in tensors)


class _Regularity:
    """Whether a Jacobian can be divided by, found out when it first is: all steps have the same numbers."""

    def __init__(self, name: str) -> None:
        self._name, self._is_known = name, False

    def require(self, jacobian: Any, is_elementwise: bool) -> None:
        if self._is_known:
            return
        if is_elementwise:
            is_regular = bool(np.all((jacobian != 0) & np.isfinite(jacobian)))
        else:
            is_regular = bool(np.all(np.isfinite(jacobian))) and bool(
                np.linalg.cond(jacobian) < 1 / np.finfo(np.float64).eps
            )
        if not is_regular:
            message = (
                f"{self._name}: the Jacobian at the solution is singular; a solution that moves smoothly with what it "
                "depends on is needed for a derivative"
            )
            raise DerivativeError(message)
        self._is_known = True


class _Step(Rule):
    """The derivatives of x - J^-1 r at r = 0."""

    def __init__(self, regularity: _Regularity, is_elementwise: bool) -> None:
        self._regularity, self._is_elementwise = regularity, is_elementwise

    def _solved(self, jacobian: Tensor, right: Tensor, is_transposed: bool) -> Tensor:
        """Solve for one vector, or for as many as lie in rows."""
        self._regularity.require(_core.value_of(jacobian), self._is_elementwise)
        if self._is_elementwise:
            return right / jacobian
        matrix = jacobian.T if is_transposed else jacobian
        if right.ndim == 1:
            return wnp.linalg.solve(matrix, right)
        return wnp.linalg.solve(matrix, right.T).T

    def pull(self, operands: Tensors, cts: Tensors) -> Tensors:
        _, jacobian, residual = operands
        back = self._solved(jacobian, cts[0], True)
        if not _is_any_tracked([*operands, *cts]):
            return [cts[0], None, -back]  # what comes to J has a factor r, which is 0
        step = self._solved(jacobian, residual, False)
        of_jacobian = back * step if self._is_elementwise else wnp.outer(back, step)
        return [cts[0], of_jacobian, -back]

    def push(self, operands: Tensors, tangents: Tensors) -> Tensors:
        _, jacobian, residual = operands
        along, of_jacobian, of_residual = tangents
        right = of_residual
        if of_jacobian is not None and _is_any_tracked([*operands, *tangents]):
            step = self._solved(jacobian, residual, False)
            moved = of_jacobian * step if self._is_elementwise else of_jacobian @ step
            right = -moved if right is None else right - moved
        if right is None:
            return [along]
        moved = self._solved(jacobian, right, False)
        return [-moved if along is None else along - moved]

    def pull_many(self, operands: Tensors, cts: Tensors, flags: list[bool]) -> Tensors:
        if _is_any_tracked([*operands, *cts]):
            return super().pull_many(operands, cts, flags)
        return self.pull(operands, cts)

    def push_many(self, operands: Tensors, tangents: Tensors, flags: list[bool]) -> Tensors:
        given = [flag for flag, t in zip(flags, tangents, strict=True) if t is not None]
        if _is_any_tracked([*operands, *tangents]) or not all(given):
            return super().push_many(operands, tangents, flags)
        return self.push(operands, tangents)


class _Ordered(Rule):
    """The identity on its first operand, which counts the derivatives that are taken of it.

    What may be differentiated again goes through it once more, beside the solution, to which a zero comes that is counted
    as well: so whichever derivative is taken next comes by.
    """

    def __init__(self, name: str, left: int) -> None:
        self._name, self._left = name, left

    def _counted(self, dual: Any, x: Tensor) -> Any:
        if self._left == 0:
            message = (
                f"{self._name}: a derivative of order {_ORDERS + 1} was asked for; solutions of equations have derivatives up "
                f"to the order {_ORDERS}"
            )
            raise DerivativeError(message)
        if not _is_any_tracked([dual, x]):
            return dual
        dual = zeros_like(x) if dual is None else dual
        rule = _Ordered(self._name, self._left - 1)
        (counted,) = _core.attach_rule([dual], [dual, x], rule, [])
        return counted

    def pull(self, operands: Tensors, cts: Tensors) -> Tensors:
        return [self._counted(ct, operands[-1]) for ct in [*cts, None][: len(operands)]]

    def push(self, operands: Tensors, tangents: Tensors) -> Tensors:
        return [self._counted(tangents[0], operands[-1])]


def solution(
    name: str,
    residual: Callable[[Tensor], Any],
    value: Any,
    is_elementwise: bool = False,
) -> Tensor:
    """Return the solution of an equation with its derivatives.

    Parameters
    ----------
    name : str
        Of whoever solved it, for errors.
    residual : callable
        Takes a Tensor of the solution's shape, (n,) unless `is_elementwise`, and returns one of that shape.
    value : ndarray
        The solution that was found.
    is_elementwise : bool
        Whether each element of the residual depends on that element of the solution alone.

    Returns
    -------
    Tensor
        The value, to the bit.
    """
    found = np.asarray(value, dtype=np.float64)
    x: Tensor = constant(found)
    probe = residual(x)
    if not isinstance(probe, Tensor) or not _core.is_tracked(probe):
        return x  # and the function need not have derivatives
    rule = _Step(_Regularity(name), is_elementwise)
    for _ in range(_STEPS):
        if is_elementwise:
            r, jacobian = jvp(residual, (x,), (np.ones(x.shape),))
        else:
            jacobian, r = jacfwd(lambda x: (residual(x),) * 2, has_aux=True)(x)
        operands = [x, wnp.asarray(jacobian), r - _core.stop_gradient(r)]
        (x,) = _core.attach_rule([constant(found)], operands, rule, [])
    (x,) = _core.attach_rule([constant(found)], [x], _Ordered(name, _ORDERS), [])
    return x
