"""Steps of methods for ordinary differential equations, recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert.scipy._solutions import solution

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._core import Tensor

    Field = Callable[[Any, Any], Tensor]


class Tableau(NamedTuple):
    """The coefficients of a method of Runge and Kutta."""

    nodes: Any
    stages: Any
    weights: Any


def tableau_of(method: Any) -> Tableau:
    """Return the coefficients of one of SciPy's explicit methods."""
    return Tableau(method.C, method.A, method.B)


def explicit_step(field: Field, tableau: Tableau, t: Any, y: Any, h: Any) -> Tensor:
    """Take a step of length h."""
    slopes: list[Tensor] = []
    for node, row in zip(tableau.nodes, tableau.stages, strict=True):
        at = y
        if slopes:
            at = y + h * wnp.matmul(row[: len(slopes)], wnp.stack(slopes))
        slopes.append(field(t + float(node) * h, at))
    step: Tensor = y + h * wnp.matmul(tableau.weights, wnp.stack(slopes))
    return step


_ROOT = np.sqrt(6.0)
# Of Radau's collocation of order 5, whose last stage is the step (Hairer and Wanner, 1996, sec. IV.5).
RADAU_NODES = np.array([(4 - _ROOT) / 10, (4 + _ROOT) / 10, 1.0])
RADAU_STAGES = np.array(
    [
        [(88 - 7 * _ROOT) / 360, (296 - 169 * _ROOT) / 1800, (-2 + 3 * _ROOT) / 225],
        [(296 + 169 * _ROOT) / 1800, (88 + 7 * _ROOT) / 360, (-2 - 3 * _ROOT) / 225],
        [(16 - _ROOT) / 36, (16 + _ROOT) / 36, 1 / 9],
    ]
)


def collocation_defect(field: Callable[[Any, Any], Any], t: float, h: float, path: Any) -> Any:
    """Return by how much numbers on a path miss the equations of a step of collocation, for each stage a row."""
    places = t + RADAU_NODES * h
    stages = path(places).T
    slopes = np.stack([np.ravel(field(at, y)) for at, y in zip(places, stages, strict=True)])
    return stages - path(t) - h * RADAU_STAGES @ slopes


def collocation_step(name: str, field: Field, t: float, y: Any, h: float, path: Any) -> Tensor:
    """Return where a step of collocation ends whose stages lie on a path, with the derivatives that its equations imply."""
    places = t + RADAU_NODES * h
    size = y.shape[0]

    def residual(flat: Tensor) -> Tensor:
        stages = _core.reshape(flat, (len(places), size))
        slopes = wnp.stack([field(at, stages[j]) for j, at in enumerate(places.tolist())])
        return wnp.ravel(stages - y - h * (RADAU_STAGES @ slopes))

    stages = solution(name, residual, path(places).T.ravel())
    return stages[-size:]
