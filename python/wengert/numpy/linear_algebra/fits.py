"""Least squares as fits of sums to points."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from numpy.exceptions import RankWarning

from wengert import _core
from wengert.numpy._arguments import tensor_of
from wengert.numpy.linear_algebra.least_squares import lstsq

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand


def weighted_points(
    name: str, x: Operand, y: Operand, w: Operand | None
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Read points and their weights, and see whether they belong together."""
    at, values = (_core.add(tensor_of(v), 0.0) for v in (x, y))
    if at.ndim != 1 or at.size == 0 or values.ndim not in (1, 2) or values.shape[0] != at.size:
        message = f"{name}: x is {at.shape} and y is {values.shape}; one axis of points, and one or two axes of which the first is as long, are needed"
        raise TypeError(message)
    if w is None:
        return at, values, None
    weights = _core.add(tensor_of(w), 0.0)
    if weights.shape != at.shape:
        message = (
            f"{name}: x is {at.shape} and w is {weights.shape}; a weight for each point is needed"
        )
        raise TypeError(message)
    return at, values, weights


def columns_like(w: Tensor, y: Tensor) -> Tensor:
    """Weights that multiply the rows of y."""
    return _core.reshape(w, (w.size,) + (1,) * (y.ndim - 1))


class Fit:
    """Least squares with columns of length one, which is what `rcond` refers to."""

    def __init__(self, matrix: Tensor, y: Tensor, rcond: float) -> None:
        squares = _core.multiply(matrix, _core.conjugate(matrix))
        lengths = _core.sqrt(_core.sum(_core.real(squares), (-2,), False))
        self.scale = _core.where(_core.equal(lengths, 0), 1.0, lengths)
        self.matrix = _core.divide(matrix, self.scale)
        x, self.residuals, self.rank, self.values = lstsq(self.matrix, y, rcond)
        self.coefficients = _core.divide(x, columns_like(self.scale, x))
        self.rcond = rcond

    def told(self) -> list[Any]:
        """Return what NumPy's functions tell of a fit when asked for all."""
        return [self.residuals, self.rank, self.values, self.rcond]

    def warn_of_rank(self, needed: int, level: int) -> None:
        """Warn where there are several fits as good."""
        if int(self.rank) != needed:
            warnings.warn("The fit may be poorly conditioned", RankWarning, stacklevel=level)
