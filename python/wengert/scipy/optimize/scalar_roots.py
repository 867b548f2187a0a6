"""Zeros of functions of one number, or of many numbers apart, from where a search begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert.scipy._readings import Reading, read
from wengert.scipy.optimize._equations import require_real, slope_of, zero_of, zeros_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

# Methods of root_scalar that work with a slope, or with a curvature as well.
_WITH_SLOPE = ("newton", "halley")


def newton(
    func: Callable[..., Any],
    x0: Operand,
    fprime: Callable[..., Any] | None = None,
    args: Any = (),
    tol: float = 1.48e-08,
    maxiter: int = 50,
    fprime2: Callable[..., Any] | None = None,
    x1: Operand | None = None,
    rtol: float = 0.0,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a zero by Newton's, Halley's or the secant method.

    Parameters
    ----------
    func : callable
        Function of a number and `args`, returning a number; or of an array, each element of its result of that
        element alone. What it closes over and what is in `args` may be differentiated.
    x0 : float or array
        Where to begin. The zero does not depend on it.
    fprime, fprime2 : callable, optional
        The slope, for Newton's method, and the curvature, for Halley's. Without a slope it is the secant method.
    args : tuple
        Further arguments of the functions.
    tol, rtol : float
        How small a step is enough.
    maxiter : int
        How many steps at most.
    x1 : float, optional
        Where the secant method begins as well.
    full_output : bool
        Whether SciPy's report is returned as well.
    disp : bool
        Whether it is an error if the method does not converge.

    Returns
    -------
    root : Tensor
        In the shape of `x0`. Its value is SciPy's; its derivatives, up to the seventh, are those of the zero.
    r : RootResults
        Only with `full_output`, of a number.
    converged, zero_der : ndarray of bool
        Only with `full_output`, of an array.

    Raises
    ------
    RuntimeError
        If the method does not converge.
    TypeError
        If `x0` is complex.
    DerivativeError
        If the slope at the zero is 0 and a derivative is asked for.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import newton
    >>> cube_root = lambda p: newton(lambda x: x**3 - p, np.ones(2))
    >>> wg.grad(lambda p: np.sum(cube_root(p)))(np.array([1.0, 8.0])).round(6)
    array([0.333333, 0.083333])
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    args = args if isinstance(args, tuple) else (args,)
    start = read(x0)
    require_real("newton", start)
    result = scipys.newton(
        Reading(func, args),
        start,
        None if fprime is None else Reading(fprime, args),
        tol=tol,
        maxiter=maxiter,
        fprime2=None if fprime2 is None else Reading(fprime2, args),
        x1=None if x1 is None else read(x1),
        rtol=rtol,
        full_output=full_output,
        disp=disp,
    )
    if not full_output:
        return zero_of("newton", func, args, result)
    root = zero_of("newton", func, args, result[0])
    if len(result) == 2:
        result[1].root = root
        return root, result[1]
    return type(result)(root, *result[1:])


def root_scalar(
    f: Callable[..., Any],
    args: Any = (),
    method: str | None = None,
    bracket: Any = None,
    fprime: Any = None,
    fprime2: Any = None,
    x0: Operand | None = None,
    x1: Operand | None = None,
    xtol: float | None = None,
    rtol: float | None = None,
    maxiter: int | None = None,
    options: dict[str, Any] | None = None,
) -> Any:
    """Find a zero of a function of one number.

    Parameters
    ----------
    f : callable
        Function of one number and `args`, returning one number, or with slope and curvature if `fprime` and `fprime2`
        say so. What it closes over and what is in `args` may be differentiated.
    args : tuple
        Further arguments of the functions.
    method : str, optional
        As of SciPy's function, which chooses without it.
    bracket : sequence of two floats, optional
        Where `f` has different signs.
    fprime, fprime2 : callable or bool, optional
        Slope and curvature; True if `f` returns them as well. The methods "newton" and "halley" are given exact ones
        where there are none.
    x0, x1 : float, optional
        Where to begin.
    xtol, rtol, maxiter, options
        As of SciPy's function.

    Returns
    -------
    RootResults
        SciPy's; `root` is a Tensor of shape () with derivatives up to the seventh.

    Raises
    ------
    ValueError
        If what the method needs was not given.
    DerivativeError
        If the slope at the zero is 0 and a derivative is asked for.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import root_scalar
    >>> def root(p):
    ...     return root_scalar(lambda x: x**2 - p, x0=1.0, method="newton").root
    >>> round(wg.grad(root)(4.0), 6)
    0.25
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    args = args if isinstance(args, tuple) else (args,)
    has_more = (fprime is not None and not callable(fprime) and bool(fprime)) or (
        fprime2 is not None and not callable(fprime2) and bool(fprime2)
    )

    def value(x: Any, *args: Any) -> Any:
        return f(x, *args)[0] if has_more else f(x, *args)

    def all_of(x: Any) -> Any:
        return tuple(read(part) for part in f(x, *args))

    if method in _WITH_SLOPE and fprime is None:
        fprime = slope_of(value, args)
    elif callable(fprime):
        fprime = Reading(fprime, args)
    if method == "halley" and fprime2 is None:
        fprime2 = slope_of(value, args, 2)
    elif callable(fprime2):
        fprime2 = Reading(fprime2, args)
    result = scipys.root_scalar(
        all_of if has_more else Reading(f, args),
        method=method,
        bracket=None if bracket is None else [read(end) for end in bracket],
        fprime=fprime,
        fprime2=fprime2,
        x0=None if x0 is None else read(x0),
        x1=None if x1 is None else read(x1),
        xtol=xtol,
        rtol=rtol,
        maxiter=maxiter,
        options=options,
    )
    result.root = zero_of("root_scalar", value, args, result.root)
    return result


def fixed_point(
    func: Callable[..., Any],
    x0: Operand,
    args: Any = (),
    xtol: float = 1e-08,
    maxiter: int = 500,
    method: str = "del2",
) -> Any:
    """Find where a function returns its argument.

    Parameters
    ----------
    func : callable
        Function of an array and `args`, returning an array of its shape; every element may depend on all of the argument.
        What it closes over and what is in `args` may be differentiated.
    x0 : float or array
        Where to begin. The fixed point does not depend on it.
    args : tuple
        Further arguments of `func`.
    xtol : float
        How close is enough.
    maxiter : int
        How many steps at most.
    method : {"del2", "iteration"}
        Whether convergence is accelerated.

    Returns
    -------
    Tensor
        The fixed point, with SciPy's value and derivatives up to the seventh.

    Raises
    ------
    RuntimeError
        If it does not converge.
    DerivativeError
        If the Jacobian of ``func(x) - x`` is singular there and a derivative is asked for.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import fixed_point
    >>> kepler = lambda e: fixed_point(lambda x: 1.0 + e * np.sin(x), 1.0)
    >>> round(wg.grad(kepler)(0.3), 6)
    1.048008
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    args = args if isinstance(args, tuple) else (args,)
    start = np.asarray(read(x0))
    require_real("fixed_point", start)
    value = scipys.fixed_point(Reading(func, args), start, (), xtol, maxiter, method)
    return zeros_of("fixed_point", lambda x, *more: func(x, *more) - x, args, value)
