"""Constraints of minima, as SciPy takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import numpy as wnp
from wengert._core import DTypeError
from wengert.scipy._readings import Reading
from wengert.scipy.optimize._equations import matrix_of
from wengert.scipy.optimize._stationary import Constraint

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._core import Tensor


def _listed(constraints: Any) -> list[Any]:
    return list(constraints) if isinstance(constraints, (list, tuple)) else [constraints]


def _vector(fun: Callable[..., Any], args: tuple[Any, ...]) -> Callable[[Any], Tensor]:
    return lambda x: wnp.ravel(wnp.asarray(fun(x, *args)))


def _args_of(constraint: dict[str, Any]) -> tuple[Any, ...]:
    args = constraint.get("args", ())
    return args if isinstance(args, tuple) else (args,)


def constraints_of(name: str, constraints: Any) -> list[Constraint]:
    """Return constraints as functions between numbers."""
    found = []
    for constraint in _listed(constraints):
        if isinstance(constraint, dict):
            upper = 0.0 if constraint["type"] == "eq" else np.inf
            fun = _vector(constraint["fun"], _args_of(constraint))
            found.append(Constraint(fun, 0.0, upper))
        elif hasattr(constraint, "A"):
            matrix = constraint.A.toarray() if hasattr(constraint.A, "toarray") else constraint.A
            fun = _vector(lambda x, a: wnp.asarray(a) @ x, (matrix,))
            found.append(Constraint(fun, constraint.lb, constraint.ub))
        elif hasattr(constraint, "fun"):
            found.append(Constraint(_vector(constraint.fun, ()), constraint.lb, constraint.ub))
        else:
            kind = type(constraint).__name__
            message = f"{name}: a constraint is {kind}; a dict, NonlinearConstraint or LinearConstraint is needed"
            raise DTypeError(message)
    return found


def for_scipy(constraints: Any, method: Any) -> Any:
    """Return constraints of functions of numbers, with exact Jacobians where there are none."""
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    given = []
    for constraint in _listed(constraints):
        if isinstance(constraint, dict):
            args = _args_of(constraint)
            numbers = dict(constraint, fun=Reading(constraint["fun"], args), args=())
            jac = constraint.get("jac")
            if callable(jac):
                numbers["jac"] = Reading(jac, args)
            elif jac is None and method != "cobyla":
                numbers["jac"] = matrix_of(constraint["fun"], args)
            given.append(numbers)
        elif hasattr(constraint, "A"):
            given.append(constraint)
        else:
            exact = matrix_of(constraint.fun, ())
            is_stated = callable(constraint.jac)
            given.append(
                scipys.NonlinearConstraint(
                    Reading(constraint.fun),
                    constraint.lb,
                    constraint.ub,
                    jac=Reading(constraint.jac) if is_stated else exact,
                    hess=constraint.hess,
                    keep_feasible=constraint.keep_feasible,
                    finite_diff_rel_step=constraint.finite_diff_rel_step,
                    finite_diff_jac_sparsity=constraint.finite_diff_jac_sparsity,
                )
            )
    return given
