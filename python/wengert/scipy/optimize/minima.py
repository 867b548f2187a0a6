"""Minima of functions of a vector or a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert._hessian import hessian
from wengert._transforms import grad
from wengert.scipy._readings import Reading, pinned, read
from wengert.scipy.optimize._bounds import both_of, bounds_of
from wengert.scipy.optimize._constraints import constraints_of, for_scipy
from wengert.scipy.optimize._equations import require_real
from wengert.scipy.optimize._stationary import minimum

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._core import Tensor
    from wengert._typing import Operand

# By lower case, as SciPy takes them: methods that work without a gradient, and those that work with a Hessian.
_WITHOUT_GRADIENT = ("nelder-mead", "powell", "cobyla", "cobyqa")
_WITH_HESSIAN = ("newton-cg", "dogleg", "trust-ncg", "trust-krylov", "trust-exact", "trust-constr")


def minimize(
    fun: Callable[..., Any],
    x0: Operand,
    args: Any = (),
    method: Any = None,
    jac: Any = None,
    hess: Any = None,
    hessp: Callable[..., Any] | None = None,
    bounds: Any = None,
    constraints: Any = (),
    tol: float | None = None,
    callback: Callable[..., Any] | None = None,
    options: dict[str, Any] | None = None,
) -> Any:
    """Find a minimum of a function of a vector.

    Parameters
    ----------
    fun : callable
        Function of a vector of shape (N,) and `args`, returning a number; twice differentiable at the minimum. What it closes over and
        what is in `args` may be differentiated.
    x0 : array_like
        Where to begin. The minimum does not depend on it.
    args : tuple
        Further arguments of the functions.
    method : str or callable, optional
        As of SciPy's function.
    jac : callable, bool or str, optional
        The gradient; True if `fun` returns it as well. A method that works with a gradient is given the exact one where there is
        none.
    hess, hessp : callable, str or HessianUpdateStrategy, optional
        The Hessian, or its product with a vector. A method that works with a Hessian is given the exact one where there is neither.
    bounds : sequence of pairs or Bounds, optional
        Lower and upper bounds of each element, None for none; in pairs, they may be differentiated.
    constraints : dict, NonlinearConstraint, LinearConstraint, or a list of those
        What else has to hold, as of SciPy's function; what their functions close over may be differentiated.
    tol, callback, options
        As of SciPy's function.

    Returns
    -------
    OptimizeResult
        SciPy's. `x` is a Tensor with SciPy's value and derivatives up to the seventh: of the stationary point in what is free, with bounds and
        constraints that are active. `fun` and `jac` are Tensors as well, and so are `hess` and `hess_inv` where they are arrays: with the
        values of the search and the derivatives of the exact ones.

    Raises
    ------
    DerivativeError
        If a derivative is asked for where the Hessian in what is free is singular, or where a bound or constraint is active with a
        multiplier of 0.
    TypeError
        If `x0` is complex.

    Notes
    -----
    What else is in the result are numbers of the search, multipliers among them, without derivatives.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import minimize
    >>> def nearest(p):  # on a parabola
    ...     return minimize(lambda v: (v[0] - p) ** 2 + (v[0] ** 2 - 1.0) ** 2, [1.0], tol=1e-12).x[0]
    >>> round(wg.grad(nearest)(1.0), 6)
    0.2
    >>> bounded = lambda p: minimize(lambda v: np.sum((v - 3.0) ** 2), [0.0], bounds=[(0.0, p)]).x[0]
    >>> wg.value_and_grad(bounded)(2.0)
    (2.0, 1.0)
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    args = args if isinstance(args, tuple) else (args,)
    start = np.asarray(read(x0))
    require_real("minimize", start)
    has_more = jac is True

    def value(x: Any, *args: Any) -> Any:
        return fun(x, *args)[0] if has_more else fun(x, *args)

    def objective(x: Any) -> Tensor:
        return _core.reshape(wnp.asarray(value(x, *args)), ())

    def both(x: Any) -> Any:
        return tuple(read(part) for part in fun(x, *args))

    exact = grad(objective)
    kind = method.lower() if isinstance(method, str) else method
    if callable(jac):
        jac = Reading(jac, args)
    elif jac is None and kind not in _WITHOUT_GRADIENT:
        jac = lambda x: read(exact(np.asarray(x, np.float64)))
    if callable(hess):
        hess = Reading(hess, args)
    elif hess is None and hessp is None and kind in _WITH_HESSIAN:
        of_objective = hessian(objective)
        hess = lambda x: read(of_objective(np.asarray(x, np.float64)))
    limits = bounds_of(bounds, start.size)
    conditions = constraints_of("minimize", constraints)
    result = scipys.minimize(
        both if has_more else lambda x: np.reshape(read(fun(x, *args)), ())[()],
        start,
        method=method,
        jac=jac,
        hess=hess,
        hessp=None if hessp is None else Reading(hessp, args),
        bounds=None if limits is None else scipys.Bounds(*(read(limit) for limit in limits)),
        constraints=for_scipy(constraints, kind),
        tol=tol,
        callback=callback,
        options=options,
    )
    found = np.asarray(result.x, np.float64)
    result.x = minimum("minimize", objective, found, limits, conditions)
    result.fun = pinned(result.fun, objective(result.x))
    is_moving = _core.is_tracked(result.fun)
    if isinstance(result.get("jac"), np.ndarray) and np.shape(result.jac) == found.shape:
        result.jac = pinned(result.jac, exact(result.x) if is_moving else None)
    if is_moving:
        _with_curvatures(result, objective)
    return result


def _with_curvatures(result: Any, objective: Callable[[Any], Tensor]) -> None:
    """Give approximations of the Hessian and its inverse the derivatives of the exact ones."""
    kinds = [key for key in ("hess", "hess_inv") if isinstance(result.get(key), np.ndarray)]
    if not kinds:
        return
    exact = wnp.asarray(hessian(objective)(result.x))
    for key in kinds:
        if result[key].shape == exact.shape:
            like = exact if key == "hess" else wnp.linalg.inv(exact)
            result[key] = pinned(result[key], like)


def minimize_scalar(
    fun: Callable[..., Any],
    bracket: Any = None,
    bounds: Any = None,
    args: Any = (),
    method: str | None = None,
    tol: float | None = None,
    options: dict[str, Any] | None = None,
) -> Any:
    """Find a minimum of a function of one number.

    Parameters
    ----------
    fun : callable
        Function of one number and `args`, returning one number; twice differentiable at the minimum. What it closes over and what
        is in `args` may be differentiated.
    bracket : sequence of two or three floats, optional
        Where to begin. The minimum does not depend on it.
    bounds : sequence of two floats, optional
        Between which the minimum is sought; they may be differentiated. Where the function still falls at a bound, the minimum
        moves as that does.
    args : tuple
        Further arguments of `fun`.
    method : {"brent", "bounded", "golden"}, optional
        As of SciPy's function.
    tol, options
        As of SciPy's function.

    Returns
    -------
    OptimizeResult
        SciPy's; `x` is a Tensor of shape () with derivatives up to the seventh, `fun` what the function returns there.

    Raises
    ------
    DerivativeError
        If a derivative is asked for where the curvature at the minimum is 0.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import minimize_scalar
    >>> lowest = lambda p: minimize_scalar(lambda x: x**4 - p * x).x
    >>> round(wg.grad(lowest)(4.0), 6)
    0.083333
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    args = args if isinstance(args, tuple) else (args,)

    def objective(x: Any) -> Tensor:
        return _core.reshape(wnp.asarray(fun(_core.reshape(x, ()), *args)), ())

    result = scipys.minimize_scalar(
        Reading(fun, args),
        bracket=None if bracket is None else tuple(read(x) for x in bracket),
        bounds=None if bounds is None else tuple(read(x) for x in bounds),
        method=method,
        tol=tol,
        options=options,
    )
    limits = None if bounds is None else both_of(bounds, 1)
    found = minimum("minimize_scalar", objective, np.reshape(result.x, (1,)), limits)
    result.x = _core.reshape(found, ())
    result.fun = pinned(result.fun, objective(result.x))
    return result
