"""The residuals of a bundle adjustment, written for one observation, for many of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target


@dataclass(frozen=True)
class BundleAdjustment(Problem):
    """A point seen by a camera: rotated, projected, distorted, held against what was measured.

    A camera is 11 numbers: rotation vector (not zero), centre, focal length, principal point, two
    radial parameters. The size is the number of observations; each has a camera and a point of its
    own, so that the Jacobians are blocks of (2, 11) and (2, 3).
    """

    name: ClassVar = "bundle adjustment"
    argnums: ClassVar = (0, 1)
    tasks: ClassVar = ("batch", "batched_jacobian")
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("batch", 31_843, 2.6e-3),
        AtMost("batched_jacobian", 31_843, 75e-3),
    )

    sizes: tuple[int, ...] = (1_000, 31_843)

    def inputs(self, n: int) -> tuple[Any, ...]:
        random = np.random.default_rng(10)
        cameras = np.concatenate(
            [
                random.normal(0.0, 0.5, (n, 3)),
                random.normal(0.0, 0.2, (n, 3)),
                random.uniform(0.5, 2.0, (n, 1)),
                random.normal(0.0, 0.1, (n, 2)),
                random.normal(0.0, 0.05, (n, 2)),
            ],
            axis=1,
        )
        at = np.array([0.0, 0.0, 5.0])  # in front of all cameras
        points = at + random.normal(0.0, 0.5, (n, 3))
        return cameras, points, random.normal(0.0, 1.0, (n, 2))

    def objective(self, np: Any, camera: Any, point: Any, measured: Any) -> Any:
        r, centre, focal, principal, radial = (
            camera[:3],
            camera[3:6],
            camera[6],
            camera[7:9],
            camera[9:],
        )
        d = point - centre
        angle = np.sqrt(np.sum(r * r))
        axis = r / angle
        c, s = np.cos(angle), np.sin(angle)
        p = d * c + np.cross(axis, d) * s + axis * (np.sum(axis * d) * (1.0 - c))
        q = p[:2] / p[2]
        n = np.sum(q * q)
        return focal * (1.0 + n * (radial[0] + radial[1] * n)) * q + principal - measured

    def expected(self, task: str, inputs: tuple[Any, ...]) -> Any:
        return self.residuals(*inputs) if task == "batch" else self.batched_jacobian(*inputs)

    def residuals(self, cameras: Any, points: Any, measured: Any) -> Any:
        """Return the objective of all observations, over whole arrays."""
        _, _, q = _projected(cameras, points)
        k, n = cameras[:, 9:], np.sum(q * q, axis=1)
        scale = cameras[:, 6] * (1.0 + n * (k[:, 0] + k[:, 1] * n))
        return scale[:, None] * q + cameras[:, 7:9] - measured

    def batched_jacobian(self, cameras: Any, points: Any, measured: Any) -> tuple[Any, Any]:
        """Return its derivatives; that of the rotation after Gallego and Yezzi (2015), result 1."""
        rotation, p, q = _projected(cameras, points)
        r, focal, k = cameras[:, :3], cameras[:, 6], cameras[:, 9:]
        n = np.sum(q * q, axis=1)
        distortion = 1.0 + n * (k[:, 0] + k[:, 1] * n)
        slope = 2.0 * (k[:, 0] + 2.0 * k[:, 1] * n)
        by_q = focal[:, None, None] * (
            distortion[:, None, None] * np.eye(2)
            + slope[:, None, None] * q[:, :, None] * q[:, None, :]
        )
        by_p = np.zeros((len(p), 2, 3))
        by_p[:, :, :2] = np.eye(2) / p[:, 2, None, None]
        by_p[:, :, 2] = -q / p[:, 2, None]
        by_point = by_q @ by_p @ rotation
        turned = r[:, :, None] * r[:, None, :]
        turned = turned + (np.swapaxes(rotation, 1, 2) - np.eye(3)) @ _crossing(r)
        turned = turned / np.sum(r * r, axis=1)[:, None, None]
        by_rotation = -by_point @ _crossing(points - cameras[:, 3:6]) @ turned
        by_camera = np.concatenate(
            [
                by_rotation,
                -by_point,
                (distortion[:, None] * q)[:, :, None],
                np.broadcast_to(np.eye(2), (len(p), 2, 2)),
                ((focal * n)[:, None] * q)[:, :, None],
                ((focal * n * n)[:, None] * q)[:, :, None],
            ],
            axis=2,
        )
        return by_camera, by_point


def _crossing(v: Any) -> Any:
    """Return the matrices that cross the vectors with others."""
    matrices = np.zeros((len(v), 3, 3))
    for i, j, k in (0, 1, 2), (1, 2, 0), (2, 0, 1):
        matrices[:, i, j], matrices[:, j, i] = -v[:, k], v[:, k]
    return matrices


def _projected(cameras: Any, points: Any) -> tuple[Any, Any, Any]:
    """Return the rotations, the points before the cameras, and those divided by their depth."""
    r = cameras[:, :3]
    angle = np.sqrt(np.sum(r * r, axis=1))[:, None, None]
    k = _crossing(r) / angle
    rotation = np.eye(3) + np.sin(angle) * k + (1.0 - np.cos(angle)) * (k @ k)
    p = (rotation @ (points - cameras[:, 3:6])[:, :, None])[:, :, 0]
    return rotation, p, p[:, :2] / p[:, 2:]
