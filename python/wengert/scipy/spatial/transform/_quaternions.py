"""Unit quaternions, of shape (..., 4) with the scalar last, and what else describes a rotation.

Of the angle a between 0 and pi, cos(a) and sin(a) / a are smooth functions of a^2, and so of the vector that they turn.
They are computed of a^2, not of a, which has a kink at 0.
"""

from __future__ import annotations

from math import pi

import numpy as np

from wengert import _core
from wengert._core import Tensor, stop_gradient
from wengert.numpy.layout.joining import stack


def parts(x: Tensor) -> list[Tensor]:
    """Split along the last axis."""
    return [x[..., i] for i in range(x.shape[-1])]


def vector(q: Tensor) -> Tensor:
    """Return x, y and z."""
    return q[..., :3]


def _squared_length(v: Tensor) -> Tensor:
    return _core.sum(_core.square(v), (-1,), True)


def inverse(q: Tensor) -> Tensor:
    """Return the rotation back."""
    return q * np.array([-1.0, -1.0, -1.0, 1.0])


def composed(p: Tensor, q: Tensor) -> Tensor:
    """Return the product: the rotation q, and p after it."""
    (px, py, pz, pw), (qx, qy, qz, qw) = parts(p), parts(q)
    return stack(
        [
            pw * qx + px * qw + py * qz - pz * qy,
            pw * qy - px * qz + py * qw + pz * qx,
            pw * qz + px * qy - py * qx + pz * qw,
            pw * qw - px * qx - py * qy - pz * qz,
        ],
        -1,
    )


def canonical(q: Tensor) -> Tensor:
    """Return, of q and -q, the one whose last part that is not zero, counted from w, then x, y, z, is positive."""
    x, y, z, w = parts(q)
    is_flipped: Tensor = _core.less(z, 0.0)
    for part in (y, x, w):
        is_zero = _core.equal(part, 0.0)
        is_flipped = _core.where(is_zero, is_flipped, _core.less(part, 0.0))
    return _core.where(is_flipped[..., None], -q, q)


def from_rotvec(v: Tensor) -> Tensor:
    """Turn around a vector by its length."""
    square = _squared_length(v)
    # The sine of half the angle over the angle; its cosine, 1 - 2 sin^2 of a quarter of the angle where that is small.
    ratio = 0.5 * _core.sinc_root_derivative(0, square / 4.0)
    is_near = _core.less(square, 1.0)
    quarter = _core.sinc_root_derivative(0, _core.where(is_near, square, 0.0) / 16.0)
    near = 1.0 - square / 8.0 * _core.square(quarter)
    far = _core.cos(_core.sqrt(_core.where(is_near, 1.0, square)) / 2.0)
    scalar = _core.where(is_near, near, far)
    return _core.concatenate([v * ratio, scalar], -1)


def as_rotvec(q: Tensor) -> Tensor:
    """Return the axis times the angle, which is pi at most."""
    q = canonical(q)
    v, w = vector(q), q[..., 3:]
    square, square_of_w = _squared_length(v), _core.square(w)
    # Half the angle over its sine: below pi / 4 by a function of tan^2 that is smooth at 0.
    is_near = _core.less(square, square_of_w)
    tangent = _core.where(is_near, square, 0.0) / _core.where(is_near, square_of_w, 1.0)
    near = _core.arctan_root_derivative(0, tangent) / _core.where(is_near, w, 1.0)
    sine = _core.sqrt(_core.where(is_near, 1.0, square))
    return 2.0 * _core.where(is_near, near, _core.arctan2(sine, w) / sine) * v


def magnitude(q: Tensor) -> Tensor:
    """Return the angle."""
    sine = _core.sqrt(_core.sum(_core.square(vector(q)), (-1,), False))
    return 2.0 * _core.arctan2(sine, _core.absolute(q[..., 3]))


def as_matrix(q: Tensor) -> Tensor:
    """Return the matrix."""
    x, y, z, w = parts(q)
    rows = [
        [x * x - y * y - z * z + w * w, 2.0 * (x * y - z * w), 2.0 * (x * z + y * w)],
        [2.0 * (x * y + z * w), y * y - x * x - z * z + w * w, 2.0 * (y * z - x * w)],
        [2.0 * (x * z - y * w), 2.0 * (y * z + x * w), z * z - x * x - y * y + w * w],
    ]
    return stack([stack(row, -1) for row in rows], -2)


def trace(m: Tensor) -> Tensor:
    """Return the sum of the diagonals of matrices."""
    total: Tensor = _core.sum(m * np.eye(m.shape[-1]), (-2, -1), False)
    return total


def main_axis(form: Tensor) -> Tensor:
    """Return the eigenvector of the greatest eigenvalue of symmetric matrices, of shape (..., 4, 4), where that is simple.

    The other three may be equal, as they are for a rotation's form, and then their vectors have no derivatives. So the
    value is made a root of the characteristic polynomial, and the vector a column of an adjugate matrix, both of which
    have all derivatives.
    """
    values, vectors = _core.eigh(stop_gradient(form), True, True)
    axis, root = vectors[..., 3:], values[..., 3]
    first = trace(form)
    second = (_core.square(first) - _core.sum(_core.square(form), (-2, -1), False)) / 2.0
    third, last = trace(_core.cofactors(form)), _core.det(form)
    # From the root itself, each of Newton's steps doubles the number of derivatives: after four there are fifteen.
    for _ in range(4):
        value = (((root - first) * root + second) * root - third) * root + last
        slope = ((4.0 * root - 3.0 * first) * root + 2.0 * second) * root - third
        root = root - value / slope
    adjugate = _core.cofactors(form - root[..., None, None] * np.eye(4))
    column = -_core.matmul(adjugate, axis)[..., 0]
    return column / _core.sqrt(_core.sum(_core.square(column), (-1,), True))


def has_main_axis(form: Tensor) -> bool:
    """Return whether the greatest eigenvalue is simple, to rounding, in all matrices."""
    values = _core.eigh(stop_gradient(form), True, True)[0]
    gap, size = values[..., 3] - values[..., 2], _core.max(_core.absolute(values), (-1,), False)
    is_there = _core.greater(gap, 1e-13 * size)
    return bool(_core.all(is_there, tuple(range(-is_there.ndim, 0)), False))


def form_of(m: Tensor) -> Tensor:
    """Return the symmetric matrix whose greatest eigenvector is the rotation nearest to a matrix.

    The eigenvalue is simple wherever one rotation is nearest (I. Y. Bar-Itzhack, New Method for Extracting the Quaternion
    from a Rotation Matrix, 2000).
    """
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = [
        parts(row) for row in (m[..., i, :] for i in range(3))
    ]
    form = [
        [xx - yy - zz, xy + yx, xz + zx, zy - yz],
        [xy + yx, yy - xx - zz, yz + zy, xz - zx],
        [xz + zx, yz + zy, zz - xx - yy, yx - xy],
        [zy - yz, xz - zx, yx - xy, xx + yy + zz],
    ]
    return stack([stack(row, -1) for row in form], -2)


def from_matrix(m: Tensor) -> Tensor:
    """Return the rotation nearest to a matrix."""
    q = main_axis(form_of(m))
    # Of q and -q, the one whose largest part is positive.
    size = _core.absolute(q)
    is_largest = _core.equal(size, _core.max(size, (-1,), True))
    sign = _core.sum(_core.where(is_largest, _core.sign(q), 0.0), (-1,), True)
    signed: Tensor = _core.where(_core.less(sign, 0.0), -q, q)
    return signed


def from_mrp(p: Tensor) -> Tensor:
    """Turn around a vector by four times the arcus tangent of its length."""
    square = _squared_length(p)
    return _core.concatenate([2.0 * p, 1.0 - square], -1) / (1.0 + square)


def as_mrp(q: Tensor) -> Tensor:
    """Return the axis times the tangent of a quarter of the angle."""
    w = q[..., 3:]
    sign = _core.where(_core.less(w, 0.0), -1.0, 1.0)
    return sign * vector(q) / (1.0 + sign * w)


def about_axis(axis: int, angle: Tensor) -> Tensor:
    """Turn around an axis of the frame."""
    half = angle / 2.0
    unit = np.zeros((2, 4))
    unit[0, axis] = unit[1, 3] = 1.0
    q: Tensor = _core.sin(half)[..., None] * unit[0] + _core.cos(half)[..., None] * unit[1]
    return q


def from_euler(axes: list[int], is_intrinsic: bool, angles: Tensor) -> Tensor:
    """Turn around axes of the frame one after the other, or around axes that were turned already."""
    turns = [about_axis(axis, angles[..., i]) for i, axis in enumerate(axes)]
    q = turns[0]
    for turn in turns[1:]:
        q = composed(q, turn) if is_intrinsic else composed(turn, q)
    return q


def as_euler(axes: list[int], is_intrinsic: bool, q: Tensor) -> Tensor:
    """Return three angles (E. Bernardes and S. Viollet, Quaternion to Euler angles conversion, 2022)."""
    i, j, k = axes[::-1] if is_intrinsic else axes
    is_symmetric = i == k
    k = 3 - i - j if is_symmetric else k
    sign = (i - j) * (j - k) * (k - i) // 2
    w, x, y, z = q[..., 3], q[..., i], q[..., j], sign * q[..., k]
    a, b, c, d = (w, x, y, z) if is_symmetric else (w - y, x + z, y + w, z - x)
    half_sum, half_difference = _core.arctan2(b, a), _core.arctan2(d, c)
    middle = 2.0 * _core.arctan2(_core.hypot(c, d), _core.hypot(a, b))
    is_zero = _core.less_equal(_core.absolute(middle), 1e-7)
    is_straight = _core.less_equal(_core.absolute(middle - pi), 1e-7)
    is_locked = _core.logical_or(is_zero, is_straight)
    # Of a locked gimbal the third angle is taken for zero.
    alone = _core.where(is_zero, 2.0 * half_sum, half_difference * (2.0 if is_intrinsic else -2.0))
    first, third = half_sum - half_difference, half_sum + half_difference
    if is_intrinsic:
        first, third = third, first
    if not is_symmetric:
        middle = middle - pi / 2
        first, third = (first * sign, third) if is_intrinsic else (first, third * sign)
    if not is_symmetric and is_intrinsic:
        alone = alone * sign
    angles = stack(
        [_core.where(is_locked, alone, first), middle, _core.where(is_locked, 0.0, third)], -1
    )
    below, above = _core.less(angles, -pi), _core.greater(angles, pi)
    return angles + _core.where(below, 2 * pi, _core.where(above, -2 * pi, 0.0))
