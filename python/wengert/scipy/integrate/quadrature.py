"""Integrals of functions of one number."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert._core import RuleError, Tensor
from wengert.numpy._arguments import constant
from wengert.scipy._readings import Reading, read
from wengert.scipy.integrate import _panels
from wengert.scipy.integrate._integrals import sum_over, with_derivatives
from wengert.scipy.integrate._weights import POWERS, parted, weight_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

# How far SciPy's result may be from the sum over its intervals, in units of what it says of its error, if it is that sum.
_EXTRAPOLATED = 10.0


def is_tracked(*operands: Any) -> bool:
    """Whether a Tensor is among them that is being differentiated."""
    return any(isinstance(x, Tensor) and _core.is_tracked(x) for x in operands)


def _rule_of(report: Any, a: float, b: float, ends: Any, has_ends: bool) -> _panels.Rule:
    """Return the rule on the intervals that SciPy ended with."""
    last = report["last"]
    intervals = np.stack([report["alist"][:last], report["blist"][:last]], axis=1)
    if np.isfinite(a) and np.isfinite(b):
        return _panels.with_singular_ends(intervals, ends) if has_ends else _panels.gauss(intervals)
    rule = (
        _panels.with_singular_ends(intervals, [0.0, 1.0]) if has_ends else _panels.gauss(intervals)
    )
    if np.isfinite(a) or np.isfinite(b):
        start, sign = (a, 1.0) if np.isfinite(a) else (b, -1.0)
        return _panels.from_infinity(rule, start, sign)
    return _panels.joined([_panels.from_infinity(rule, 0.0, sign) for sign in (1.0, -1.0)])


def integral(
    name: str, fun: Callable[..., Any], limits: tuple[Any, Any], result: Any, breaks: Any
) -> Tensor:
    """Return the integral that SciPy's function found and reported on, with its derivatives."""
    value, error, report = result[:3]
    a, b = sorted(float(read(limit)) for limit in limits)
    if a == b:
        return with_derivatives(name, fun, value, 0.0, limits)
    orientation = 1.0 if float(read(limits[0])) < float(read(limits[1])) else -1.0
    ends = [a, b, *(float(read(at)) for at in breaks)]
    pieces = np.sum(report["rlist"][: report["last"]])
    is_sum = np.abs(orientation * value - pieces) <= _EXTRAPOLATED * error
    rule = _rule_of(report, a, b, ends, not is_sum)
    inside = orientation * sum_over(fun, rule)
    return with_derivatives(name, fun, value, inside, limits, breaks)


def weighted_integral(
    fun: Callable[..., Any], limits: tuple[Any, Any], result: Any, weight: str, wvar: Any
) -> Tensor:
    """Return the integral with a weight that SciPy's function found, with its derivatives."""
    value, report = result[0], result[2]
    a, b = sorted(float(read(limit)) for limit in limits)
    factor = weight_of(weight, wvar, a, b)
    product = lambda x: fun(x) * factor(x)
    if a == b:
        return with_derivatives("quad", product, value, 0.0, limits)
    if weight in POWERS and is_tracked(*limits):
        message = f"quad: weight={weight!r} was given and a limit is being differentiated; an integrand with the weight in it is needed"
        raise RuleError(message)
    last = report["last"]
    intervals = np.stack([report["alist"][:last], report["blist"][:last]], axis=1)
    if last == 0:  # where the weight oscillates SciPy may need none
        intervals = np.array([[a, b]])
    rule = _panels.gauss(parted(intervals, weight, wvar))
    if weight in POWERS:
        rule = _panels.with_singular_ends(intervals, [a, b])
    orientation = 1.0 if float(read(limits[0])) < float(read(limits[1])) else -1.0
    inside = orientation * sum_over(product, rule)
    return with_derivatives("quad", product, value, inside, limits)


def _listed(wvar: Any) -> tuple[Any, ...]:
    return tuple(wvar) if isinstance(wvar, (tuple, list)) else (wvar,)


def _numbers(wvar: Any) -> Any:
    return tuple(read(x) for x in wvar) if isinstance(wvar, (tuple, list)) else read(wvar)


def quad(
    func: Callable[..., Any],
    a: Operand,
    b: Operand,
    args: Any = (),
    full_output: int = 0,
    epsabs: float = 1.49e-08,
    epsrel: float = 1.49e-08,
    limit: int = 50,
    points: Any = None,
    weight: str | None = None,
    wvar: Any = None,
    wopts: Any = None,
    maxp1: int = 50,
    limlst: int = 50,
    complex_func: bool = False,
) -> Any:
    """Integrate a function of one number.

    Parameters
    ----------
    func : callable
        Function of one number and `args`, returning one number. What it closes over and what is in `args` may be differentiated.
    a, b : float
        The limits, which may be infinite; finite ones may be differentiated.
    args : tuple
        Further arguments of `func`.
    full_output : int
        Whether SciPy's report is returned as well.
    epsabs, epsrel, limit
        As of SciPy's function. They hold for the value; derivatives are taken on the intervals that they lead to.
    points : sequence of float, optional
        Where the integrand has kinks or jumps. A point that is being differentiated moves with its jump.
    weight, wvar, wopts, maxp1, limlst
        As of SciPy's function. With the weights "cos" and "sin" between finite limits, and with those of powers and logarithms at the
        limits ("alg", "alg-loga", "alg-logb", "alg-log"), the integral has its derivatives, in `wvar` too.
    complex_func : bool
        As of SciPy's function, of functions that are not being differentiated.

    Returns
    -------
    y : Tensor
        The integral, of shape (). Its value is SciPy's.
    abserr : float
        SciPy's estimate of the error of the value.
    infodict, message, explain
        Only with `full_output`: SciPy's.

    Raises
    ------
    NotImplementedError
        If something is being differentiated and there is another weight, or a limit of powers among what is, or a complex
        integrand: multiply `func` by the weight, or integrate real and imaginary part apart.
    DerivativeError
        If the integrand is infinite at a limit and a derivative in that limit is asked for.

    Warns
    -----
    IntegrationWarning
        If the tolerances are not reached and `full_output` is false.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.integrate import quad
    >>> gamma = lambda s: quad(lambda t: t ** (s - 1) * np.exp(-t), 0, np.inf)[0]
    >>> round(wg.grad(gamma)(3.0), 6)
    1.845569
    >>> round(wg.grad(lambda b: quad(np.sin, 0.0, b)[0])(np.pi / 2), 12)
    1.0
    """
    from scipy import integrate as scipys  # noqa: PLC0415 -- an extra

    args = args if isinstance(args, tuple) else (args,)
    breaks = () if points is None else tuple(wnp.ravel(wnp.asarray(points)))
    numbers = Reading(func, args)
    result = scipys.quad(
        numbers,
        float(read(a)),
        float(read(b)),
        full_output=1,
        epsabs=epsabs,
        epsrel=epsrel,
        limit=limit,
        points=None if points is None else np.asarray(read(points)),
        weight=weight,
        wvar=_numbers(wvar),
        wopts=wopts,
        maxp1=maxp1,
        limlst=limlst,
        complex_func=complex_func,
    )
    if not full_output:
        if len(result) > 3:
            warnings.warn(result[3], scipys.IntegrationWarning, stacklevel=2)
        shown = result[1:2]
    else:
        shown = result[1:]
    if not (numbers.saw_derivatives or is_tracked(a, b, *_listed(wvar), *breaks)):
        return constant(result[0]), *shown
    if complex_func:
        message = "quad: complex_func=True was given and the integral is being differentiated; a real integrand is needed"
        raise RuleError(message)
    integrand = lambda x: func(x, *args)
    if weight is None:
        value = integral("quad", integrand, (a, b), result, breaks)
    else:
        value = weighted_integral(integrand, (a, b), result, weight, wvar)
    return value, *shown


def quad_vec(
    f: Callable[..., Any],
    a: Operand,
    b: Operand,
    epsabs: float = 1e-200,
    epsrel: float = 1e-08,
    norm: str = "2",
    cache_size: float = 100e6,
    limit: float = 10000,
    workers: Any = 1,
    points: Any = None,
    quadrature: str | None = None,
    full_output: bool = False,
    *,
    args: Any = (),
) -> Any:
    """Integrate a function of one number that returns an array.

    Parameters
    ----------
    f : callable
        Function of one number and `args`, returning an array. What it closes over and what is in `args` may be differentiated.
    a, b : float
        The limits, which may be infinite; finite ones may be differentiated.
    epsabs, epsrel, norm, cache_size, limit, workers, points, quadrature
        As of SciPy's function.
    full_output : bool
        Whether SciPy's report is returned as well.
    args : tuple
        Further arguments of `f`.

    Returns
    -------
    res : Tensor
        The integral, with SciPy's value.
    err : float
        SciPy's estimate of its error.
    info : object
        Only with `full_output`: SciPy's.

    Raises
    ------
    DerivativeError
        If the integrand is infinite at a limit and a derivative in that limit is asked for.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.integrate import quad_vec
    >>> moments = lambda p: quad_vec(lambda x: x ** np.arange(3.0) * np.exp(-p * x), 0.0, np.inf)[0]
    >>> wg.jacobian(moments)(2.0).round(6)
    array([-0.25 , -0.25 , -0.375])
    """
    from scipy import integrate as scipys  # noqa: PLC0415 -- an extra

    args = args if isinstance(args, tuple) else (args,)
    numbers = Reading(f, args)
    breaks = () if points is None else tuple(wnp.ravel(wnp.asarray(points)))
    low, high = float(read(a)), float(read(b))
    value, error, info = scipys.quad_vec(
        numbers,
        low,
        high,
        epsabs=epsabs,
        epsrel=epsrel,
        norm=norm,
        cache_size=cache_size,
        limit=limit,
        workers=workers,
        points=None if points is None else np.asarray(read(points)),
        quadrature=quadrature,
        full_output=True,
    )
    result: Any = constant(value)
    if numbers.saw_derivatives or is_tracked(a, b, *breaks):
        rule = _panels.gauss(np.asarray(info.intervals))
        orientation = 1.0
        if not (np.isfinite(low) and np.isfinite(high)):
            orientation = 1.0 if low < high else -1.0
            rule = _from_one_side_or_both(rule, min(low, high), max(low, high))
        fun = lambda x: f(x, *args)
        inside = orientation * sum_over(fun, rule)
        result = with_derivatives("quad_vec", fun, value, inside, (a, b), breaks)
    return (result, error, info) if full_output else (result, error)


def _from_one_side_or_both(rule: _panels.Rule, low: float, high: float) -> _panels.Rule:
    if np.isfinite(low) or np.isfinite(high):
        start, sign = (low, 1.0) if np.isfinite(low) else (high, -1.0)
        return _panels.from_infinity(rule, start, sign)
    return _panels.joined(
        [
            _panels.from_infinity(
                _panels.Rule(sign * rule.points[part], rule.weights[part]), 0.0, sign
            )
            for sign, part in ((1.0, rule.points > 0), (-1.0, rule.points < 0))
        ]
    )
