"""Fits by least squares."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert._core import DTypeError, Tensor
from wengert._jacobian import jacobian
from wengert._transforms import grad
from wengert.scipy._readings import pinned, read
from wengert.scipy.optimize._bounds import both_of, pair_of
from wengert.scipy.optimize._equations import matrix_of, require_real
from wengert.scipy.optimize._stationary import minimum

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand


def _soft_l1(z: Tensor) -> Tensor:
    return wnp.multiply(2, wnp.sqrt(1 + z) - 1)


def _huber(z: Tensor) -> Tensor:
    beyond = wnp.multiply(2, wnp.sqrt(wnp.maximum(z, 1.0))) - 1
    loss: Tensor = wnp.where(z <= 1, z, beyond)
    return loss


# Of squared residuals, in units of the scale's square.
_LOSSES: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": lambda z: z,
    "soft_l1": _soft_l1,
    "huber": _huber,
    "cauchy": wnp.log1p,
    "arctan": wnp.arctan,
}


def _is_bounded(limits: tuple[Tensor, Tensor]) -> bool:
    return any(bool(np.any(np.isfinite(read(limit)))) for limit in limits)


def least_squares(
    fun: Callable[..., Any],
    x0: Operand,
    jac: Any = "2-point",
    bounds: Any = (-np.inf, np.inf),
    method: str = "trf",
    *,
    loss: str = "linear",
    f_scale: float = 1.0,
    args: Any = (),
    kwargs: dict[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Find where a sum of squares is least, or a sum of losses of squares.

    Parameters
    ----------
    fun : callable
        Function of a vector of shape (N,), `args` and `kwargs`, returning M residuals. What it closes over and what is in `args` and `kwargs`
        may be differentiated.
    x0 : array_like
        Where to begin. The minimum does not depend on it.
    jac : callable or str
        The Jacobian; the exact one where none is given, unless differences of higher order are asked for by name.
    bounds : pair of array_like or Bounds
        Lower and upper bounds; in a pair, they may be differentiated.
    method : {"trf", "dogbox", "lm"}
        As of SciPy's function.
    loss : {"linear", "soft_l1", "huber", "cauchy", "arctan"}
        What is done to squares.
    f_scale : float
        Where residuals begin to be outliers.
    args, kwargs
        Further arguments of the functions.
    **options
        What else SciPy's function takes, by name: ``ftol``, ``xtol``, ``gtol``, ``x_scale``, ``max_nfev``, ...

    Returns
    -------
    OptimizeResult
        SciPy's. `x` is a Tensor with SciPy's value and derivatives up to the seventh, of the minimum itself: curvatures of the residuals
        count. `cost`, `fun`, `jac` and `grad` are Tensors as well, so that a covariance made of `jac` has its derivatives.

    Raises
    ------
    DerivativeError
        If a derivative is asked for where the minimum does not move smoothly.
    TypeError
        If `x0` is complex, or `loss` is none of those named.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import least_squares
    >>> t = np.array([0.0, 1.0, 2.0])
    >>> def rate(y):
    ...     return least_squares(lambda k: np.exp(k[0] * t) - y, [0.1]).x[0]
    >>> wg.grad(rate)(np.array([1.0, 2.0, 4.0])).round(6)
    array([-0.      ,  0.029412,  0.117647])
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    if loss not in _LOSSES:
        message = f"least_squares: loss is {loss!r}; one of {', '.join(_LOSSES)} is needed"
        raise DTypeError(message)
    args = args if isinstance(args, tuple) else (args,)
    keywords = kwargs or {}
    start = np.atleast_1d(np.asarray(read(x0)))
    require_real("least_squares", start)

    def residuals(x: Any) -> Tensor:
        return wnp.ravel(wnp.asarray(fun(x, *args, **keywords)))

    def cost(x: Any) -> Tensor:
        scaled = residuals(x) / f_scale
        return 0.5 * f_scale**2 * wnp.sum(_LOSSES[loss](scaled * scaled))

    if callable(jac):
        stated = jac
        jac = lambda x: read(stated(x, *args, **keywords))
    elif jac == "2-point":
        jac = matrix_of(residuals, ())
    limits = both_of(pair_of(bounds), start.size)
    result = scipys.least_squares(
        lambda x: read(fun(x, *args, **keywords)),
        start,
        jac,
        tuple(read(limit) for limit in limits),
        method,
        loss=loss,
        f_scale=f_scale,
        **options,
    )
    result.x = minimum("least_squares", cost, result.x, limits if _is_bounded(limits) else None)
    result.cost = pinned(result.cost, cost(result.x))
    result.fun = pinned(result.fun, residuals(result.x))
    is_moving = _core.is_tracked(result.fun)
    result.grad = pinned(result.grad, grad(cost)(result.x) if is_moving else None)
    if loss == "linear" and isinstance(result.jac, np.ndarray):
        result.jac = pinned(result.jac, jacobian(residuals)(result.x) if is_moving else None)
    return result


def curve_fit(
    f: Callable[..., Any],
    xdata: Any,
    ydata: Operand,
    p0: Any = None,
    sigma: Any = None,
    absolute_sigma: bool = False,
    check_finite: bool | None = None,
    bounds: Any = (-np.inf, np.inf),
    method: str | None = None,
    jac: Any = None,
    *,
    full_output: bool = False,
    **options: Any,
) -> Any:
    """Fit a function of some parameters to data.

    Parameters
    ----------
    f : callable
        Function of `xdata` and parameters, each an argument of its own, returning M numbers.
    xdata : object
        What `f` is given; Tensors may be differentiated.
    ydata : array_like
        Of M elements; may be differentiated.
    p0 : array_like, optional
        Where to begin. The fit does not depend on it.
    sigma : array_like, optional
        Standard deviations of `ydata`, or their covariance; may be differentiated.
    absolute_sigma : bool
        Whether `sigma` is meant in its units, or up to a factor.
    check_finite, method, jac
        As of SciPy's function. The exact Jacobian is taken where none is given.
    bounds : pair of array_like or Bounds
        Lower and upper bounds; in a pair, they may be differentiated.
    full_output : bool
        Whether SciPy's report is returned as well.
    **options
        What else SciPy's function takes, by name.

    Returns
    -------
    popt : Tensor
        The parameters, with SciPy's values and derivatives up to the seventh.
    pcov : Tensor
        Their covariance, with derivatives likewise.
    infodict, mesg, ier
        Only with `full_output`: SciPy's.

    Raises
    ------
    RuntimeError
        If it does not converge.
    DerivativeError
        If a derivative is asked for where the fit does not move smoothly.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import curve_fit
    >>> t = np.array([0.0, 1.0, 2.0, 3.0])
    >>> slope = lambda y: curve_fit(lambda t, a, b: a + b * t, t, y)[0][1]
    >>> wg.grad(slope)(np.array([1.0, 2.0, 2.5, 4.0])).round(6)
    array([-0.3, -0.1,  0.1,  0.3])
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    places, samples = read(xdata), wnp.ravel(wnp.asarray(ydata))

    @functools.wraps(f)  # whose parameters SciPy counts
    def numbers(x: Any, *parameters: Any) -> Any:
        return read(f(x, *parameters))

    weighted = _weighting(None if sigma is None else wnp.asarray(sigma))

    def residuals(p: Any) -> Tensor:
        fitted = wnp.ravel(wnp.asarray(f(xdata, *[p[i] for i in range(p.shape[0])])))
        return weighted(fitted - samples)

    given = jac
    if callable(jac):
        stated = jac
        given = lambda x, *p: read(stated(x, *p))
    elif jac is None:
        derived = jacobian(
            lambda p: wnp.ravel(wnp.asarray(f(xdata, *[p[i] for i in range(p.shape[0])])))
        )
        given = lambda x, *p: read(derived(np.array(p, np.float64)))
    limits = pair_of(bounds)
    result = scipys.curve_fit(
        numbers,
        places,
        read(samples),
        p0=None if p0 is None else read(p0),
        sigma=None if sigma is None else read(sigma),
        absolute_sigma=absolute_sigma,
        bounds=tuple(read(limit) for limit in limits),
        method=method,
        jac=given,
        full_output=True,
        **({} if check_finite is None else {"check_finite": check_finite}),
        **options,
    )
    found, covariance = result[:2]
    both = both_of(limits, found.size)
    popt = minimum(
        "curve_fit",
        lambda p: 0.5 * wnp.sum(residuals(p) ** 2),
        found,
        both if _is_bounded(both) else None,
    )
    pcov = wnp.asarray(covariance)
    if np.all(np.isfinite(covariance)) and _core.is_tracked(residuals(popt)):
        slopes = wnp.asarray(jacobian(residuals)(popt))
        spread: Any = wnp.linalg.inv(slopes.T @ slopes)
        if not absolute_sigma:
            spread = spread * wnp.sum(residuals(popt) ** 2) / (samples.size - found.size)
        pcov = pinned(covariance, spread)
    return (popt, pcov, *result[2:]) if full_output else (popt, pcov)


def _weighting(sigma: Tensor | None) -> Callable[[Tensor], Tensor]:
    """Return what makes residuals of differences."""
    if sigma is None:
        return lambda differences: differences
    if sigma.ndim < 2:
        return lambda differences: differences / sigma
    from wengert.scipy.linalg import cholesky, solve_triangular  # noqa: PLC0415 -- where there is a covariance

    factor = cholesky(sigma, lower=True)
    return lambda differences: solve_triangular(factor, differences, lower=True)
