"""The shares that normal distributions have in a box, of any number of dimensions that depend on one another."""

from __future__ import annotations

from inspect import signature
from typing import Any, NamedTuple

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert._foreign import primitive
from wengert.numpy._arguments import tensor_of
from wengert.scipy.linalg._foreign_factors import Kept
from wengert.scipy.stats._normal_shares import FAR, below_two, density


class Integration(NamedTuple):
    """How SciPy integrates: how many points it may take, how exact it is to be, and what draws the points."""

    maxpts: Any = None
    abseps: Any = 1e-5
    releps: Any = 1e-5
    rng: Any = None

    def shares(self, high: Any, correlation: Any, low: Any = None) -> Any:
        """Return the shares between rows, in standard deviations; A. Genz (1992) is SciPy's source."""
        from scipy.stats import multivariate_normal  # noqa: PLC0415 -- an extra

        keywords = self._asdict()
        if "rng" not in signature(multivariate_normal.cdf).parameters:
            del keywords["rng"]  # older ones draw by themselves
        if low is not None:
            keywords["lower_limit"] = np.where(low <= -FAR, -np.inf, low)
        top = np.where(high >= FAR, np.inf, high)
        found = multivariate_normal.cdf(top, cov=correlation, allow_singular=True, **keywords)
        return np.reshape(found, high.shape[:-1])


class _Box(NamedTuple):
    """Limits along the last axis, in standard deviations, and correlations; `low` is None for none."""

    low: Tensor | None
    high: Tensor
    correlation: Tensor

    @property
    def ends(self) -> list[tuple[int, Tensor]]:
        """The limits, and the sign that the share below each has."""
        return [(1, self.high)] + ([] if self.low is None else [(-1, self.low)])

    def given(self, i: int, value: Tensor) -> tuple[_Box, Tensor]:
        """Return the box of the other coordinates where coordinate `i` has a value, and their deviations."""
        others = np.delete(np.arange(self.high.shape[-1]), i)
        rho = self.correlation[others, i]
        rest = _core.sqrt((1.0 - rho) * (1.0 + rho))

        def limit(of: Tensor) -> Tensor:
            return _near((of[..., others] - value[..., None] * rho) / rest)

        partial = self.correlation[others[:, None], others] - rho[:, None] * rho
        correlation = _core.where(np.eye(len(others)) > 0, 1.0, partial / (rest[:, None] * rest))
        low = None if self.low is None else limit(self.low)
        return _Box(low, limit(self.high), correlation), rest


def _near(x: Tensor) -> Tensor:
    return _core.minimum(_core.maximum(x, -FAR), FAR)


def _share(box: _Box, integration: Integration) -> Any:
    """Return the share of each row: exactly in one and two dimensions, by SciPy in more."""
    n = box.high.shape[-1]
    if n == 1:
        if box.low is None:
            return _core.ndtr(box.high[..., 0])
        low, high = box.low[..., 0], box.high[..., 0]
        is_right = _core.greater(low, 0.0)  # mirrored, so that what is subtracted is small
        low, high = _core.where(is_right, -high, low), _core.where(is_right, -low, high)
        return _core.ndtr(high) - _core.ndtr(low)
    if n == 2:
        rho = box.correlation[0, 1]
        rest = _core.sqrt((1.0 - rho) * (1.0 + rho))
        corners = [
            (sign * other, _core.stack((one[..., 0], two[..., 1]), -1))
            for sign, one in box.ends
            for other, two in box.ends
        ]
        return sum(sign * below_two(corner, rho, rest) for sign, corner in corners)
    return _integrated(box, integration)


def _slope_at(box: _Box, sign: int, end: Tensor, i: int, integration: Integration) -> Any:
    """Return the derivative in a limit of coordinate `i`: its density, times the share of the others there."""
    others, _ = box.given(i, end[..., i])
    return sign * density(end[..., i]) * _share(others, integration)


def _slope_in_correlation(box: _Box, i: int, j: int, integration: Integration) -> Any:
    """Return the derivative in that of ``i < j``, which is the second one in both coordinates (R. L. Plackett, 1954)."""
    total: Any = 0.0
    for sign, end in box.ends:
        given, rest = box.given(i, end[..., i])
        factor = sign * density(end[..., i]) / rest[j - 1]
        for other, limit in given.ends:
            total = total + factor * _slope_at(given, other, limit, j - 1, integration)
    return total


def _integrated(box: _Box, integration: Integration) -> Any:
    n = box.high.shape[-1]
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]

    def read(operands: tuple[Any, ...]) -> _Box:
        high, correlation, *low = map(tensor_of, operands)
        return _Box(low[0] if low else None, high, correlation)

    def slopes(operands: tuple[Any, ...], which: int) -> Any:
        """Those in the limits of all coordinates."""
        sign, end = read(operands).ends[which]
        found = [_slope_at(read(operands), sign, end, i, integration) for i in range(n)]
        return _core.stack(tuple(found), -1)

    def correlation_slopes(operands: tuple[Any, ...]) -> list[Any]:
        return [_slope_in_correlation(read(operands), i, j, integration) for i, j in pairs]

    def to_limits(which: int) -> Any:
        return lambda ct, ans, *x: tensor_of(ct)[..., None] * slopes(x, which)

    def to_correlation(ct: Any, ans: Any, *x: Any) -> Any:
        found = _core.stack(tuple([np.sum(ct * s) for s in correlation_slopes(x)]), -1)
        places = np.zeros((len(pairs), n, n))
        for k, (i, j) in enumerate(pairs):
            places[k, i, j] = places[k, j, i] = 0.5
        return np.tensordot(found, places, 1)

    def of_limits(which: int) -> Any:
        return lambda t, ans, *x: np.sum(t * slopes(x, which), -1)

    def of_correlation(t: Any, ans: Any, *x: Any) -> Any:
        moved = [0.5 * (t[i, j] + t[j, i]) for i, j in pairs]
        return sum(s * m for s, m in zip(correlation_slopes(x), moved, strict=True))

    rule = primitive(Kept(integration.shares))
    count = len(box.ends)
    rule.defvjp(to_limits(0), to_correlation, *[to_limits(1)][: count - 1])
    rule.defjvp(of_limits(0), of_correlation, *[of_limits(1)][: count - 1])
    return rule(box.high, box.correlation, *([] if box.low is None else [box.low]))


def between(low: Tensor | None, high: Tensor, factor: Tensor, integration: Integration) -> Tensor:
    """Return the shares between deviations along the last axis, of a covariance by its Cholesky factor."""
    scales = _core.sqrt(_core.sum(_core.square(factor), (-1,), False))
    rows = factor / scales[:, None]
    correlation = _core.matmul(rows, _core.transpose(rows, (-1, -2)))
    floor = None if low is None else _near(low / scales)
    found: Tensor = _share(_Box(floor, _near(high / scales), correlation), integration)
    return found
