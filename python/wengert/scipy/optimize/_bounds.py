"""Bounds of minima, as SciPy takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import numpy as wnp

if TYPE_CHECKING:
    from wengert._core import Tensor


def bounds_of(bounds: Any, size: int) -> tuple[Any, Any] | None:
    """Return lower and upper bounds as two vectors, of Tensors where they are given so."""
    if bounds is None:
        return None
    if hasattr(bounds, "lb"):
        lower, upper = bounds.lb, bounds.ub
    else:
        pairs = list(bounds)
        lower = wnp.array([-np.inf if low is None else low for low, _ in pairs])
        upper = wnp.array([np.inf if high is None else high for _, high in pairs])
    return both_of((lower, upper), size)


def both_of(bounds: tuple[Any, Any], size: int) -> tuple[Tensor, Tensor]:
    """Return lower and upper bounds for each element."""
    lower, upper = (wnp.broadcast_to(wnp.asarray(bound), (size,)) for bound in bounds)
    return lower, upper
