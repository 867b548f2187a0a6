"""Integrals that SciPy found, with derivatives.

Inside of the limits the derivative is that of a sum over points: of a rule on the intervals that SciPy ended with, which its
tolerances made. The integrand is called as it is, so that whatever it closes over stays connected. At a limit b that moves, an
integral from the number that b is to b is added: it is 0, and by a rule of few points, which all lie at that number, it has the
derivatives of Leibniz's rule, mixed ones too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert._core import Tensor
from wengert.scipy._readings import pinned, read
from wengert.scipy._refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert.scipy.integrate._panels import Rule

# Points of the rule at a limit: of Gauss and Legendre, so exact for derivatives up to the eighth order.
_AT_A_LIMIT = 4


def sum_over(fun: Callable[..., Any], rule: Rule) -> Any:
    """Return the sum of weights times values."""
    values = [wnp.asarray(fun(x)) for x in rule.points.tolist()]
    return wnp.tensordot(rule.weights, wnp.stack(values), 1)


def moved(name: str, fun: Callable[..., Any], limit: Any, shift: float = 0.0) -> Any:
    """Return the integral from the number that a limit is to the limit, which is 0.

    The integrand is taken as it is beside the limit where there is a shift.
    """
    if not isinstance(limit, Tensor) or not _core.is_tracked(limit):
        return 0.0
    number = float(read(limit))
    if not np.isfinite(number):
        return 0.0
    length = limit - number
    u, w = np.polynomial.legendre.leggauss(_AT_A_LIMIT)
    values = [
        wnp.asarray(fun(_core.reshape(number + length * at + shift, ()))) for at in (u + 1) / 2
    ]
    if not np.all(np.isfinite(read(wnp.stack(values)))):
        message = f"{name}: the integrand is not finite at the limit {number}, which is being differentiated; a finite value is needed"
        return refused(np.zeros(values[0].shape), wnp.sum(limit), message)
    return length * wnp.tensordot(w / 2, wnp.stack(values), 1)


def with_derivatives(
    name: str,
    fun: Callable[..., Any],
    value: Any,
    inside: Any,
    limits: tuple[Any, Any],
    breaks: Any = (),
) -> Tensor:
    """Return the value with the derivatives of what is inside of the limits, and of the limits."""
    total = inside - moved(name, fun, limits[0]) + moved(name, fun, limits[1])
    orientation = -1.0 if float(read(limits[1])) < float(read(limits[0])) else 1.0
    for at in breaks:  # where the integrand may jump
        shift = orientation * 4 * float(np.spacing(np.abs(float(read(at)))))
        total = total + moved(name, fun, at, -shift) - moved(name, fun, at, shift)
    return pinned(value, wnp.asarray(total))
