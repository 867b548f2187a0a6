"""The rotation that takes vectors nearest to others."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy.linear_algebra.outer_products import cross
from wengert.scipy.spatial.transform import _quaternions


class Alignment(NamedTuple):
    """A unit quaternion, the root of the weighted sum of squared distances that it leaves, and its sensitivity."""

    quat: Tensor
    distance: Tensor
    sensitivity: Tensor | None


def _dot(x: Tensor, y: Tensor) -> Tensor:
    return _core.sum(x * y, (-1,), False)


def _length(x: Tensor) -> Tensor:
    return _core.sqrt(_core.sum(_core.square(x), (-1,), True))


def _turned(quat: Tensor, vectors: Tensor) -> Tensor:
    return _core.matmul(vectors, _core.transpose(_quaternions.as_matrix(quat), (-1, -2)))


def _distance(a: Tensor, turned: Tensor, weights: Tensor) -> Tensor:
    """Return the root of the weighted sum; where it is 0, so is its derivative."""
    left = _core.sqrt(weights)[:, None] * (a - turned)
    return _core.sqrt(_core.sum(_core.square(left), (-2, -1), False))


def nearest(a: Tensor, b: Tensor, weights: Tensor) -> Alignment:
    """Take all rows of `b` as near to those of `a` as one rotation can (Wahba's problem).

    The sensitivity is that of F. L. Markley, Attitude determination using vector observations: a fast optimal matrix
    algorithm, 1993; its functions of singular values are those of a trace, a norm and a determinant.
    """
    profile = _core.matmul(_core.transpose(weights[:, None] * a, (-1, -2)), b)
    form = _quaternions.form_of(profile)
    if not _quaternions.has_main_axis(form):
        message = "align_vectors: several rotations take b equally near to a; vectors along two lines or more are needed"
        raise ShapeError(message)
    quat = _quaternions.main_axis(form)
    total = _core.sum(_quaternions.as_matrix(quat) * profile, (-2, -1), False)
    pairs = (_core.square(total) - _core.sum(_core.square(profile), (-2, -1), False)) / 2.0
    product = total * pairs - _core.det(profile)  # (s + t) (t + u) (u + s) of the singular values
    outer = _core.matmul(profile, _core.transpose(profile, (-1, -2)))
    mean = _core.sum(weights, (-1,), False) / weights.shape[0]
    sensitivity = mean / product * (pairs * np.eye(3) + outer)
    return Alignment(quat, _distance(a, _turned(quat, b), weights), sensitivity)


def along(first: int, a: Tensor, b: Tensor, weights: Tensor) -> Alignment:
    """Take one row of `b` to the direction of that of `a` by the shortest way, then the others as near as turns around it can."""
    lengths = [_length(x[first]) for x in (a, b)]
    if any(bool(_core.equal(length[0], 0.0)) for length in lengths):
        message = "align_vectors: the vector that is to be aligned holds zeros alone; another length is needed"
        raise ShapeError(message)
    to, at = a[first] / lengths[0], b[first] / lengths[1]
    cosine = _dot(to, at)
    if bool(_core.less_equal(cosine, -1.0 + 1e-15)):
        message = "align_vectors: the vectors that are to be aligned are opposite; no way between them is the shortest"
        raise ShapeError(message)
    halfway = _core.concatenate([cross(at, to), (1.0 + cosine)[None]], -1)
    quat = halfway / _length(halfway)
    others = [k for k in range(a.shape[0]) if k != first]
    if not others:
        # Turned to one another they differ by their lengths; an infinite weight has them taken for equal.
        apart = _core.absolute(lengths[0] - lengths[1])[0]
        is_exact = _core.equal(weights[0], inf)
        left = apart * _core.sqrt(_core.where(is_exact, 0.0, weights[0]))
        return Alignment(quat, left, None)
    a, b, weights = a[others], b[others], weights[others]
    turned = _turned(quat, b)
    sine = _core.sum(weights * _dot(cross(turned, a), to), (-1,), False)
    beside = _dot(turned, a) - _dot(turned, to) * _dot(a, to)
    half = _core.arctan2(sine, _core.sum(weights * beside, (-1,), False)) / 2.0
    about = _core.concatenate([_core.sin(half) * to, _core.cos(half)[None]], -1)
    quat = _quaternions.composed(about, quat)
    return Alignment(quat, _distance(a, _turned(quat, b), weights), None)


def aligned(a: Tensor, b: Tensor, weights: Tensor) -> Alignment:
    """Align by the row whose weight is infinite or that is alone, or by all."""
    is_first = [weights.shape[0] == 1 or bool(_core.equal(w, inf)) for w in weights]
    if sum(is_first) > 1:
        message = f"align_vectors: {sum(is_first)} weights are infinite; one at most is needed"
        raise ShapeError(message)
    return along(is_first.index(True), a, b, weights) if any(is_first) else nearest(a, b, weights)
