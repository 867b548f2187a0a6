"""The shares that normal distributions have below a corner: of one dimension, of two, or of independent ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert._custom import custom_jvp

# So many deviations out nothing is left in double precision, and no infinity meets a zero.
FAR = 40.0


def density(x: Tensor) -> Tensor:
    """Return the standard normal density."""
    return _core.exp(-0.5 * _core.square(x)) * (1.0 / math.sqrt(2 * math.pi))


def _slope(h: Tensor, k: Tensor, rho: Tensor, rest: Tensor) -> Tensor:
    """Return (k - rho h) / (h sqrt(1 - rho^2)), at h = 0 the limit, along the diagonal at (0, 0)."""
    is_zero = _core.equal(h, 0.0)
    found = (k - rho * h) / (_core.where(is_zero, 1.0, h) * rest)
    corner = (1.0 - rho) / rest
    limit = _core.where(
        _core.equal(k, 0.0), corner, _core.where(_core.less(k, 0.0), -np.inf, np.inf)
    )
    return _core.where(is_zero, limit, found)


@custom_jvp
def _below_two(h: Any, k: Any, rho: Any, rest: Any) -> Any:
    # D. B. Owen, Tables for Computing Bivariate Normal Probabilities, 1956.
    is_across = _core.logical_or(
        _core.less(h * k, 0.0),
        _core.logical_and(_core.equal(h * k, 0.0), _core.less(h + k, 0.0)),
    )
    wings = _core.owens_t(h, _slope(h, k, rho, rest)) + _core.owens_t(k, _slope(k, h, rho, rest))
    share = 0.5 * (_core.ndtr(h) + _core.ndtr(k)) - wings - _core.where(is_across, 0.5, 0.0)
    return _core.minimum(_core.maximum(share, 0.0), 1.0)


@_below_two.defjvp
def _below_two_pushed(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
    """Push by the shares of one coordinate given the other, and by the density (R. L. Plackett, 1954)."""
    h, k, rho, rest = primals
    of_h, of_k, of_rho, _ = tangents
    given_h, given_k = (k - rho * h) / rest, (h - rho * k) / rest
    moved = density(h) * _core.ndtr(given_h) * of_h + density(k) * _core.ndtr(given_k) * of_k
    together = density(h) * density(given_h) / rest
    return _below_two(h, k, rho, rest), moved + together * of_rho


def below_independent(deviations: Tensor) -> Tensor:
    """Return the shares below corners along the last axis, whose coordinates are independent."""
    return _core.prod(_core.ndtr(deviations), (-1,), False)


def below_two(deviations: Tensor, rho: Tensor, rest: Tensor) -> Tensor:
    """Return the shares below corners, of a correlation and sqrt(1 - rho^2)."""
    near = _core.minimum(_core.maximum(deviations, -FAR), FAR)
    found: Tensor = _below_two(near[..., 0], near[..., 1], rho, rest)
    return found
