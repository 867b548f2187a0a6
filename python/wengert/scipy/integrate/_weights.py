"""The weights of `quad` as functions, which integrands are multiplied by where they are differentiated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import numpy as wnp
from wengert._core import RuleError
from wengert.scipy._readings import read

if TYPE_CHECKING:
    from collections.abc import Callable

WAVES = {"cos": wnp.cos, "sin": wnp.sin}
# By which logarithms, of the distances from the lower and the upper limit, powers are multiplied.
POWERS = {
    "alg": (False, False),
    "alg-loga": (True, False),
    "alg-logb": (False, True),
    "alg-log": (True, True),
}
# Of an oscillating integrand the phase turns by so much on an interval at most.
TURN = 10.0


def weight_of(weight: str, wvar: Any, a: float, b: float) -> Callable[[Any], Any]:
    """Return the weight as a function of a place, of which `wvar` may be differentiated."""
    if weight in WAVES and np.isfinite(a) and np.isfinite(b):
        return lambda x: WAVES[weight](wvar * x)
    if weight in POWERS:
        below, above = wvar
        of_lower, of_upper = POWERS[weight]

        def power(x: Any) -> Any:
            value = wnp.power(x - a, below) * wnp.power(b - x, above)
            value = value * wnp.log(x - a) if of_lower else value
            return value * wnp.log(b - x) if of_upper else value

        return power
    message = (
        f"quad: weight={weight!r} was given between {a} and {b} and the integral is being differentiated; an integrand with the "
        'weight in it is needed, or "cos" or "sin" between finite limits'
    )
    raise RuleError(message)


def parted(intervals: Any, weight: str, wvar: Any) -> Any:
    """Return intervals on which the weight is smooth."""
    if weight not in WAVES:
        return intervals
    frequency = abs(float(read(wvar)))
    pieces = []
    for left, right in intervals:
        count = max(1, int(np.ceil(frequency * (right - left) / TURN)))
        edges = np.linspace(left, right, count + 1)
        pieces.append(np.stack([edges[:-1], edges[1:]], axis=1))
    return np.concatenate(pieces)
