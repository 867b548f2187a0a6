"""The pose of a hand whose surface is held against measured points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar

import numpy

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target

FINGERS = tuple(tuple(range(first, first + 4)) for first in range(2, 22, 4))
"""The bones of each finger, from the palm, which is bone 1; bone 0 is the wrist."""
PARENTS = dict(
    [(1, 0), *((f[0], 1) for f in FINGERS), *(p[::-1] for f in FINGERS for p in pairwise(f))]
)
BONES = 22


@cache
def _angles_of_bones() -> Any:
    """Return for each axis and bone the position of its angle in theta; -1 where it has none.

    After a rotation vector and a translation come of each finger the bend and the spread of its first
    bone, and the bends of two more.
    """
    at = numpy.full((3, BONES), -1)
    for i, (first, second, third, _) in enumerate(FINGERS):
        at[0, first], at[1, first], at[0, second], at[0, third] = range(6 + 4 * i, 10 + 4 * i)
    return at


def _turns(np: Any, angles: Any) -> Any:
    """Return the transforms (4, 4, bones) by the angles (3, bones) about the first axis, then the others."""
    (cx, cy, cz), (sx, sy, sz) = np.cos(angles), np.sin(angles)
    zero, one = np.zeros_like(cx), np.ones_like(cx)
    rows = (
        (cy * cz, sx * sy * cz - cx * sz, cx * sy * cz + sx * sz, zero),
        (cy * sz, sx * sy * sz + cx * cz, cx * sy * sz - sx * cz, zero),
        (-sy, sx * cy, cx * cy, zero),
        (zero, zero, zero, one),
    )
    return np.stack([np.stack(row) for row in rows])


def _down_the_tree(np: Any, base: Any, turns: Any) -> list[Any]:
    """Return the absolute transform of each bone."""
    absolute = [base[0] @ turns[:, :, 0]]
    for bone in range(1, BONES):
        absolute.append(absolute[PARENTS[bone]] @ (base[bone] @ turns[:, :, bone]))
    return absolute


def _turned(np: Any, r: Any, x: Any) -> Any:
    """Return the columns of `x` turned about the vector `r`, after Rodrigues."""
    angle = np.sqrt(np.sum(r * r))
    axis = r / angle
    c, s = np.cos(angle), np.sin(angle)
    (a1, a2, a3), (x1, x2, x3) = axis, x
    crossed = np.stack([a2 * x3 - a3 * x2, a3 * x1 - a1 * x3, a1 * x2 - a2 * x1])
    return c * x + s * crossed + (1.0 - c) * axis[:, None] * (axis @ x)


@cache
def _hand(vertices: int) -> tuple[Any, ...]:
    """Make up a hand: base transforms, inverse absolute ones, vertices, their weights; triangles."""
    random = numpy.random.default_rng(38)
    base = numpy.moveaxis(_turns(numpy, random.normal(0.0, 0.3, (3, BONES))), -1, 0)
    base[1:, 1, 3] = random.uniform(0.5, 1.5, BONES - 1)
    at_rest = numpy.stack(_down_the_tree(numpy, base, _turns(numpy, numpy.zeros((3, BONES)))))
    bone = random.integers(0, BONES, vertices)
    positions = numpy.ones((4, vertices))
    positions[:3] = at_rest[bone, :3, 3].T + random.normal(0.0, 0.3, (3, vertices))
    weights = random.uniform(0.0, 1.0, (BONES, vertices)) ** 8
    weights[bone, numpy.arange(vertices)] += 1.0
    triangles = random.integers(0, vertices, (3, vertices))
    return base, numpy.linalg.inv(at_rest), positions, weights / numpy.sum(weights, 0), triangles


@dataclass(frozen=True)
class HandTracking(Problem):
    """Measured points minus vertices of a hand of 544 vertices; the size is the number of points.

    Jacobian in the 26 numbers of a pose.
    """

    name: ClassVar = "standard ht simple"
    tasks: ClassVar = ("value", "jacobian")
    small: ClassVar = 5
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("jacobian", 100, 5.2e-3),
        AtMost("jacobian", 100, 0.6e-3, label="wengert replayed"),
    )
    vertices: ClassVar = 544

    sizes: tuple[int, ...] = (100, 1_600)

    def inputs(self, n: int) -> tuple[Any, ...]:
        random = numpy.random.default_rng(39)
        *hand, _ = _hand(self.vertices)
        return random.normal(0.0, 0.5, 26), *hand, random.normal(size=(3, n))

    def surface(
        self, np: Any, theta: Any, base: Any, inverse: Any, positions: Any, weights: Any
    ) -> Any:
        """Return the vertices of the hand in the pose `theta`, as columns."""
        angles = np.concatenate([theta, np.zeros_like(theta[:1])])[_angles_of_bones()]
        absolute = np.stack(_down_the_tree(np, base, _turns(np, angles)))
        moved = np.sum(weights[:, None] * (absolute @ inverse @ positions), 0)
        return _turned(np, theta[:3], moved[:3]) + theta[3:6, None]

    def objective(self, np: Any, theta: Any, *model: Any) -> Any:
        *hand, measured = model
        vertices = self.surface(np, theta, *hand)
        seen = numpy.arange(measured.shape[1]) % self.vertices
        return (measured - vertices[:, seen]).reshape(-1)

    def jacobian(self, x: Any, *model: Any) -> Any:
        """Take complex steps, a column at a time (Squire and Trapp, 1998): exact to rounding."""
        steps = 1e-30j * numpy.eye(len(x))
        return numpy.stack(
            [self.objective(numpy, x + step, *model).imag / 1e-30 for step in steps], 1
        )


@dataclass(frozen=True)
class HandTrackingByTriangles(HandTracking):
    """Measured points minus points on triangles of vertices, whose places are sought as well.

    The two numbers that place a point touch its three residuals alone. So all points are moved in
    their triangles by the same two numbers: two columns then hold the derivatives of all.
    """

    name: ClassVar = "standard ht complicated"

    def inputs(self, n: int) -> tuple[Any, ...]:
        theta, *model = super().inputs(n)
        places = numpy.random.default_rng(40).uniform(0.0, 0.5, (2, n))
        return numpy.concatenate([numpy.zeros(2), theta]), places, *model

    def objective(self, np: Any, x: Any, places: Any, *model: Any) -> Any:
        *hand, measured = model
        vertices = self.surface(np, x[2:], *hand)
        a, b, c = _hand(self.vertices)[-1][:, numpy.arange(measured.shape[1]) % self.vertices]
        u, v = places + x[:2, None]
        on_triangles = u * vertices[:, a] + v * vertices[:, b] + (1.0 - u - v) * vertices[:, c]
        return (measured - on_triangles).reshape(-1)


class LargeHandTracking(HandTracking):
    """The same with a hand of ten times as many vertices."""

    name: ClassVar = "standard ht simple, large"
    targets: ClassVar[tuple[Target, ...]] = ()
    vertices: ClassVar = 5_440


class LargeHandTrackingByTriangles(HandTrackingByTriangles):
    """The same with a hand of ten times as many vertices."""

    name: ClassVar = "standard ht complicated, large"
    targets: ClassVar[tuple[Target, ...]] = ()
    vertices: ClassVar = 5_440
