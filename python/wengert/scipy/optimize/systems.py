"""Zeros of functions of a vector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert._transforms import vjp
from wengert.scipy._readings import Reading, pinned, read
from wengert.scipy.optimize._equations import matrix_of, require_real, zeros_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._core import Tensor
    from wengert._typing import Operand

# Methods of root that work with a Jacobian.
_WITH_JACOBIAN = ("hybr", "lm")


def fsolve(
    func: Callable[..., Any],
    x0: Operand,
    args: Any = (),
    fprime: Callable[..., Any] | None = None,
    full_output: bool | int = False,
    col_deriv: bool | int = False,
    xtol: float = 1.49012e-08,
    maxfev: int = 0,
    band: tuple[int, int] | None = None,
    epsfcn: float | None = None,
    factor: float = 100,
    diag: Any = None,
) -> Any:
    """Find a zero of a function of a vector.

    Parameters
    ----------
    func : callable
        Function of a vector of shape (N,) and `args`, returning N numbers. What it closes over and what is in `args` may be
        differentiated.
    x0 : array_like
        Where to begin. The zero does not depend on it.
    args : tuple
        Further arguments of the functions.
    fprime : callable, optional
        The Jacobian; by default the exact one, unless `band` or `epsfcn` ask for differences.
    full_output, col_deriv, xtol, maxfev, band, epsfcn, factor, diag
        As of SciPy's function.

    Returns
    -------
    x : Tensor
        Of shape (N,), with SciPy's value and derivatives up to the seventh.
    infodict, ier, mesg
        Only with `full_output`: SciPy's.

    Raises
    ------
    ValueError
        If `func` does not return as many numbers as it is given.
    DerivativeError
        If the Jacobian at the zero is singular and a derivative is asked for.

    Warns
    -----
    RuntimeWarning
        If it does not converge and `full_output` is false.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import fsolve
    >>> def crossing(r):  # of a circle and a hyperbola
    ...     return fsolve(lambda v: [v[0] ** 2 + v[1] ** 2 - r**2, v[0] * v[1] - 1.0], [2.0, 0.5])
    >>> wg.jacobian(crossing)(2.0).round(6)
    array([ 1.115355, -0.298858])
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    args = args if isinstance(args, tuple) else (args,)
    start = np.asarray(read(x0))
    require_real("fsolve", start)
    slope: Callable[..., Any] | None = None
    if fprime is not None:
        slope = Reading(fprime, args)
    elif band is None and epsfcn is None:
        slope = matrix_of(func, args, bool(col_deriv))
    result = scipys.fsolve(
        Reading(func, args),
        start,
        (),
        slope,
        full_output,
        col_deriv,
        xtol,
        maxfev,
        band,
        epsfcn,
        factor,
        diag,
    )
    if not full_output:
        return zeros_of("fsolve", func, args, result)
    return zeros_of("fsolve", func, args, result[0]), *result[1:]


def root(
    fun: Callable[..., Any],
    x0: Operand,
    args: Any = (),
    method: str = "hybr",
    jac: Any = None,
    tol: float | None = None,
    callback: Callable[..., Any] | None = None,
    options: dict[str, Any] | None = None,
) -> Any:
    """Find a zero of a function of a vector.

    Parameters
    ----------
    fun : callable
        Function of an array and `args`, returning an array of as many numbers; the method "lm" takes more equations than
        unknowns, and finds where the sum of squares is least. What it closes over and what is in `args` may be differentiated.
    x0 : array_like
        Where to begin. The zero does not depend on it.
    args : tuple
        Further arguments of the functions.
    method : str
        As of SciPy's function.
    jac : callable or bool, optional
        The Jacobian, or True if `fun` returns it as well. The methods "hybr" and "lm" are given the exact one where there is none.
    tol, callback, options
        As of SciPy's function.

    Returns
    -------
    OptimizeResult
        SciPy's; `x` is a Tensor with derivatives up to the seventh, `fun` what the function returns there.

    Raises
    ------
    DerivativeError
        If the Jacobian at the zero is singular and a derivative is asked for.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import root
    >>> def equilibrium(k):
    ...     return root(lambda x: k * x - np.exp(-x), np.ones(2)).x
    >>> wg.jacobian(equilibrium)(2.0).round(6)
    array([-0.130105, -0.130105])
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    args = args if isinstance(args, tuple) else (args,)
    start = np.asarray(read(x0))
    require_real("root", start)
    has_more = jac is not None and not callable(jac) and bool(jac)

    def value(x: Any, *args: Any) -> Any:
        return fun(x, *args)[0] if has_more else fun(x, *args)

    def both(x: Any) -> Any:
        return tuple(read(part) for part in fun(x, *args))

    slope = Reading(jac, args) if callable(jac) else jac
    if jac is None and method in _WITH_JACOBIAN:
        slope = matrix_of(fun, args, bool((options or {}).get("col_deriv")))
    result = scipys.root(
        both if has_more else Reading(fun, args),
        start,
        method=method,
        jac=slope,
        tol=tol,
        callback=callback,
        options=options,
    )
    equation = value
    if np.size(result.fun) != np.size(result.x):
        equation = _stationarity(value)
    result.x = zeros_of("root", equation, args, result.x)
    result.fun = pinned(result.fun, wnp.asarray(value(result.x, *args)))
    return result


def _stationarity(fun: Callable[..., Any]) -> Callable[..., Any]:
    """Return what is zero where the sum of squares of more equations than unknowns is least."""

    def gradient(x: Tensor, *args: Any) -> Any:
        values, pullback = vjp(lambda y: wnp.asarray(fun(y, *args)), x)
        return _core.reshape(pullback(values)[0], x.shape)

    return gradient
