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
        return both_of(pair_of(bounds), size)
    pairs = list(bounds)
    lower = wnp.array([-np.inf if low is None else low for low, _ in pairs])
    upper = wnp.array([np.inf if high is None else high for _, high in pairs])
    return both_of((lower, upper), size)


def pair_of(bounds: Any) -> tuple[Any, Any]:
    """Return lower and upper bounds of a pair, or of SciPy's class."""
    lower, upper = (bounds.lb, bounds.ub) if hasattr(bounds, "lb") else bounds
    return lower, upper


def both_of(bounds: tuple[Any, Any], size: int) -> tuple[Tensor, Tensor]:
    """Return lower and upper bounds for each element."""
    lower, upper = (wnp.broadcast_to(wnp.asarray(bound), (size,)) for bound in bounds)
    return lower, upper
