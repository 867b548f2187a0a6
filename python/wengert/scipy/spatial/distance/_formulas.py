"""Distances of vectors along the last axis; the others broadcast."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor, stop_gradient
from wengert.numpy._arguments import converted, tensor_of
from wengert.numpy.reductions.extrema import max as greatest

if TYPE_CHECKING:
    from wengert._typing import Operand

Weights = Tensor | None


def floating(x: Operand) -> Tensor:
    """Read vectors; integers as float64."""
    given = tensor_of(x)
    return given if given.dtype.kind in "fc" else converted(given, np.float64)


def weights_of(name: str, w: Operand | None, length: int) -> Weights:
    """Read weights of the elements of vectors, which are not negative."""
    if w is None:
        return None
    given = floating(w)
    if given.shape != (length,):
        message = f"{name}: w is {given.shape} and the vectors have {length} elements; ({length},) is needed"
        raise ShapeError(message)
    if bool(_core.any(_core.less(given, 0.0), (-1,), False)):
        message = f"{name}: w holds a negative number; none below 0 is needed"
        raise ShapeError(message)
    return given


def weighted_sum(x: Tensor, w: Weights = None) -> Tensor:
    """Sum along the last axis."""
    return _core.sum(x if w is None else x * w, (-1,), False)


def _meet_all(u: Tensor, v: Tensor) -> bool:
    """Whether all rows of one meet all of the other."""
    return u.ndim == v.ndim == 3 and u.shape[1] == v.shape[0] == 1


def _inner(x: Tensor, y: Tensor) -> Tensor:
    """Sum products along the last axis: a product of matrices where all rows of one meet all of the other."""
    if _meet_all(x, y):
        return _core.matmul(x[:, 0], _core.transpose(y[0], (-1, -2)))
    return weighted_sum(x * y)


def sqeuclidean(u: Tensor, v: Tensor, w: Weights = None) -> Tensor:
    """Sum the squares of differences."""
    if _meet_all(u, v) and w is None:
        return _core.squared_distances(u[:, 0], v[0])
    return weighted_sum(_core.square(u - v), w)


def root(sums: Tensor, p: Any = 2) -> Tensor:
    """Take roots; where they are 0, all derivatives are, as those of a distance from itself."""
    is_apart = _core.not_equal(sums, 0.0)
    given = _core.where(is_apart, sums, 1.0)
    found = _core.power(given, 1.0 / p) if isinstance(p, Tensor) or p != 2 else _core.sqrt(given)
    return _core.where(is_apart, found, 0.0)


def euclidean(u: Tensor, v: Tensor, w: Weights = None) -> Tensor:
    """Take the root of `sqeuclidean`."""
    return root(sqeuclidean(u, v, w))


def cityblock(u: Tensor, v: Tensor, w: Weights = None) -> Tensor:
    """Sum the magnitudes of differences."""
    return weighted_sum(_core.absolute(u - v), w)


def chebyshev(u: Tensor, v: Tensor, w: Weights = None) -> Tensor:
    """Take the largest difference in what has weight at all."""
    apart = _core.absolute(u - v)
    if w is not None:
        apart = _core.where(_core.greater(w, 0.0), apart, 0.0)
    return greatest(apart, -1, initial=None if apart.shape[-1] else 0.0)


def check_order(name: str, p: Any) -> None:
    """Fail if an order makes no distance."""
    if p <= 0:
        message = f"{name}: p is {p}; a positive order is needed"
        raise ShapeError(message)


def minkowski(u: Tensor, v: Tensor, w: Weights = None, p: Any = 2) -> Tensor:
    """Sum powers of differences, and take the root."""
    if not isinstance(p, Tensor):  # which has a derivative at 1 and 2 too
        if p == 1:
            return cityblock(u, v, w)
        if p == 2:
            return euclidean(u, v, w)
        if p == math.inf:
            return chebyshev(u, v, w)
        p = float(p)
    return root(weighted_sum(_core.power(_core.absolute(u - v), p), w), p)


def cosine(u: Tensor, v: Tensor, w: Weights = None, is_centered: bool = False) -> Tensor:
    """Subtract from one the cosine of the angle between vectors, of deviations from means where that is asked for."""
    if w is not None:
        w = w / _core.sum(w, (-1,), False)
    if is_centered:
        mean = 1.0 / u.shape[-1] if w is None else w
        u, v = (x - _core.sum(x * mean, (-1,), True) for x in (u, v))
    lengths = [weighted_sum(_core.square(x), w) for x in (u, v)]
    dots = _inner(u if w is None else u * w, v)
    distance = 1.0 - dots / _core.sqrt(lengths[0] * lengths[1])
    # Rounding leads out of [0, 2]; but at the ends of it the distance has its derivatives.
    inside = _core.minimum(_core.maximum(distance, 0.0), 2.0)
    return distance + stop_gradient(inside - distance)


def correlation(u: Tensor, v: Tensor, w: Weights = None) -> Tensor:
    """Take `cosine` of the deviations from the means."""
    return cosine(u, v, w, is_centered=True)


def canberra(u: Tensor, v: Tensor, w: Weights = None) -> Tensor:
    """Sum the magnitudes of differences, each divided by those of its elements; 0 / 0 counts as 0."""
    sizes = _core.absolute(u) + _core.absolute(v)
    counts = _core.greater(sizes, 0.0)
    apart = _core.where(counts, _core.absolute(u - v), 0.0)
    return weighted_sum(apart / _core.where(counts, sizes, 1.0), w)


def braycurtis(u: Tensor, v: Tensor, w: Weights = None) -> Tensor:
    """Divide the sum of the magnitudes of differences by that of sums."""
    return cityblock(u, v, w) / weighted_sum(_core.absolute(u + v), w)


def mahalanobis(u: Tensor, v: Tensor, form: Tensor) -> Tensor:
    """Take the root of a quadratic form of differences."""
    apart = u - v
    turned = _core.matmul(apart if apart.ndim > 1 else apart[None], form)
    return root(weighted_sum((turned if apart.ndim > 1 else turned[0]) * apart))


def jensenshannon(
    p: Tensor, q: Tensor, axis: int = -1, keepdims: bool = False, base: Any = None
) -> Tensor:
    """Take the root of the mean divergence of two distributions from their mean."""
    p, q = (x / _core.sum(x, (axis,), True) for x in (p, q))
    m = (p + q) / 2.0
    # By kl_div, whose derivatives in both operands are 0 where they are equal; for sums of one it is rel_entr.
    terms = _core.kl_div(p, m) + _core.kl_div(q, m)
    divergence = _core.maximum(_core.sum(terms, (axis,), keepdims), 0.0)  # of rounding
    if base is not None:
        divergence = divergence / _core.log(base)
    return root(divergence / 2.0)
