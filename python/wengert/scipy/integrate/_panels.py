"""Where the intervals lie that an adaptive integration ended with, and the points and weights of a rule on them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

# Points on each interval, of Gauss and Legendre; SciPy's rules have as many and are of a lower order.
_POINTS = 21
# On an interval with a singular end, of the substitution tanh(pi/2 sinh t): steps of t, and how far.
_STEP, _FAR = 1 / 12, 5.0


class Rule(NamedTuple):
    """An integral is the sum of weights times values."""

    points: Any
    weights: Any


def gauss(intervals: Any) -> Rule:
    """Return the rule for smooth functions on each of the intervals, one a row."""
    u, w = np.polynomial.legendre.leggauss(_POINTS)
    left, right = intervals[:, :1], intervals[:, 1:]
    half = (right - left) / 2
    return Rule(((left + right) / 2 + half * u).ravel(), (half * w).ravel())


def double_exponential(left: float, right: float) -> Rule:
    """Return the rule for functions that may be singular at the ends (Takahasi and Mori, 1974)."""
    t = np.arange(-_FAR, _FAR + _STEP / 2, _STEP)
    s = np.pi * np.sinh(t)
    near = 1 / (1 + np.exp(np.abs(s)))  # the nearer end's distance, in units of the length
    points = np.where(t < 0, left + (right - left) * near, right - (right - left) * near)
    weights = (right - left) * _STEP * np.pi * np.cosh(t) * near * (1 - near)
    inside = (points > min(left, right)) & (points < max(left, right)) & (weights != 0)
    return Rule(points[inside], weights[inside])


def joined(rules: list[Rule]) -> Rule:
    """Return the rule for the sum of integrals."""
    points, weights = (np.concatenate(parts) for parts in zip(*rules, strict=True))
    return Rule(points, weights)


def with_singular_ends(intervals: Any, ends: Any) -> Rule:
    """Return a rule that is another on those intervals that touch one of the ends."""
    touches = np.isin(intervals, ends).any(axis=1)
    rules = [double_exponential(*interval) for interval in intervals[touches]]
    return joined([gauss(intervals[~touches]), *rules])


def from_infinity(rule: Rule, start: float, sign: float) -> Rule:
    """Return a rule from a number to infinity, of one on (0, 1], by x = start + sign (1 - t) / t."""
    t = rule.points
    with np.errstate(over="ignore", divide="ignore"):
        points, weights = start + sign * (1 - t) / t, rule.weights / t / t
    is_finite = np.isfinite(points) & np.isfinite(weights)
    return Rule(points[is_finite], weights[is_finite])
