"""The residuals of a bundle adjustment and their sparse Jacobian."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy
from scipy import sparse

from benchmarks.cases.bundle_adjustment import BundleAdjustment
from benchmarks.cases.problem import Problem, weights
from benchmarks.clock import Timed
from benchmarks.libraries.library import Library, Run
from benchmarks.targets import AtMost, Target

CAMERA = 11  # rotation vector, centre, focal length, principal point, two radial parameters


def _rotated(np: Any, r: Any, x: Any) -> Any:
    """Return the vectors `x` turned about the vectors `r`, after Rodrigues."""
    square = np.sum(r * r, 1)[:, None]
    turns = square > 0.0
    angle = np.sqrt(np.where(turns, square, 1.0))
    axis = r / angle
    along = np.sum(axis * x, 1)[:, None]
    c, s = np.cos(angle), np.sin(angle)
    turned = c * x + s * np.cross(axis, x) + (1.0 - c) * along * axis
    return np.where(turns, turned, x + np.cross(r, x))


def _reprojected(np: Any, camera: Any, point: Any, w: Any, measured: Any) -> Any:
    """Return the weighted residuals of observations, each of a camera and a point."""
    r, centre, focal = camera[:, :3], camera[:, 3:6], camera[:, 6:7]
    principal, k1, k2 = camera[:, 7:9], camera[:, 9:10], camera[:, 10:]
    p = _rotated(np, r, point - centre)
    at = p[:, :2] / p[:, 2:]
    q = np.sum(at**2, 1)[:, None]
    projected = focal * (1.0 + k1 * q + k2 * q**2) * at + principal
    return w[:, None] * (projected - measured)


@dataclass(frozen=True)
class SparseBundleAdjustment(Problem):
    """p observations of 7776 points by 49 cameras: 2 p residuals, and p of their weights.

    One vector holds all that is sought. Libraries without sparse Jacobians differentiate one
    observation, for all of them at once, and put the blocks where they belong, which is the user's to
    know: "blocks". The derivatives by hand are those of the case "bundle adjustment".
    """

    name: ClassVar = "standard ba"
    tasks: ClassVar = ("sparse_jacobian",)
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("sparse_jacobian", 31_843, 442e-3),
        AtMost("sparse_jacobian", 31_843, 8e-3, label="wengert replayed"),
    )
    small: ClassVar = 40
    reach: ClassVar = dict.fromkeys(("jax", "torch", "autograd"), (0, "its Jacobian is dense"))

    sizes: tuple[int, ...] = (31_843,)
    cameras: int = 49
    points: int = 7_776

    def inputs(self, n: int) -> tuple[Any, ...]:
        cameras, points, _ = BundleAdjustment().inputs(max(self.cameras, self.points))
        random = numpy.random.default_rng(37)
        sought = [cameras[: self.cameras], points[: self.points], random.uniform(0.5, 1.5, n)]
        return numpy.concatenate([part.ravel() for part in sought]), random.normal(size=(n, 2))

    def columns(self, n: int) -> int:
        return CAMERA * self.cameras + 3 * self.points + n

    def parts(self, x: Any) -> tuple[Any, Any, Any]:
        """Return cameras, points and weights."""
        n, m = CAMERA * self.cameras, 3 * self.points
        return x[:n].reshape(-1, CAMERA), x[n : n + m].reshape(-1, 3), x[n + m :]

    def pairs(self, n: int) -> tuple[Any, Any]:
        """Return the camera and the point of each observation."""
        j = numpy.arange(n)
        return j % self.cameras, j % self.points

    def objective(self, np: Any, x: Any, measured: Any) -> Any:
        cameras, points, w = self.parts(x)
        i, k = self.pairs(len(measured))
        residuals = _reprojected(np, cameras[i], points[k], w, measured)
        return np.concatenate([residuals.reshape(-1), 1.0 - w**2])

    def matrix_times(self, x: Any, measured: Any, v: Any) -> Any:
        cameras, points, w = self.parts(x)
        along_cameras, along_points, along_w = self.parts(v)
        i, k = self.pairs(len(measured))
        by_hand = BundleAdjustment()
        residuals = by_hand.residuals(cameras[i], points[k], measured)
        by_camera, by_point = by_hand.batched_jacobian(cameras[i], points[k], measured)
        change = by_camera @ along_cameras[i, :, None] + by_point @ along_points[k, :, None]
        changes = w[:, None] * change[:, :, 0] + along_w[:, None] * residuals
        return numpy.concatenate([changes.ravel(), -2.0 * w * along_w])

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Timed]:
        if library.name in ("wengert", "jax", "torch"):
            inputs = self.inputs(size)
            yield Timed(
                f"{library.name} blocks",
                self.blocks(library, *inputs),
                replace(self, size=size).expected(task, inputs),
                self.tolerance,
                lambda matrix: matrix @ weights(self.columns(size)),
            )
        yield from super().contenders(library, task, size)

    def blocks(self, library: Library, x: Any, measured: Any) -> Run:
        """Return the function that evaluates the blocks and gives them as a CSR matrix."""
        cameras, points, w = self.parts(x)
        n = len(measured)
        i, k = self.pairs(n)
        evaluate = library.batched_jacobian(Observation(), (cameras[i], points[k], w, measured))
        begin = CAMERA * self.cameras
        columns = [
            CAMERA * i[:, None] + numpy.arange(CAMERA),
            begin + 3 * k[:, None] + numpy.arange(3),
            begin + 3 * self.points + numpy.arange(n)[:, None],
        ]
        of_residuals = numpy.repeat(numpy.concatenate(columns, 1)[:, None], 2, 1)
        indices = numpy.concatenate([of_residuals.ravel(), columns[2].ravel()])
        lengths = numpy.repeat([CAMERA + 4, 1], [2 * n, n])
        starts = numpy.concatenate([[0], numpy.cumsum(lengths)])

        def run() -> Any:
            by_camera, by_point, by_w = map(library.numpy, evaluate())
            rows = numpy.concatenate([by_camera, by_point, by_w[:, :, None]], 2)
            values = numpy.concatenate([rows[:, :2].ravel(), rows[:, 2, -1]])
            return sparse.csr_array((values, indices, starts), (3 * n, self.columns(n)))

        return run


@dataclass(frozen=True)
class Observation(Problem):
    """The three residuals of one observation."""

    name: ClassVar = "observation"
    argnums: ClassVar = (0, 1, 2)

    def objective(self, np: Any, camera: Any, point: Any, w: Any, measured: Any) -> Any:
        residuals = _reprojected(np, camera[None], point[None], w[None], measured[None])
        return np.concatenate([residuals.reshape(-1), 1.0 - w[None] ** 2])
