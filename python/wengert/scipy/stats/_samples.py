"""Samples along axes, and their moments about the mean."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import converted, length_of, negative_axes, tensor_of

if TYPE_CHECKING:
    from wengert._typing import Axes, Dims, Operand


def read(a: Operand, axis: Axes) -> tuple[Tensor, Dims]:
    """Read a sample in a floating dtype, and the axes that its elements lie along."""
    x = tensor_of(a)
    if x.dtype.kind in "bi":
        x = converted(x, np.float64)
    return x, negative_axes(axis, x.ndim)


def mean_along(x: Tensor, axes: Dims, keepdims: bool = False) -> Tensor:
    count = length_of(x, axes)
    return _core.divide(_core.sum(x, axes, keepdims), count if count else math.nan)


def central(x: Tensor, axes: Dims, order: int) -> Tensor:
    """Return a moment about the mean."""
    return mean_along(_core.power(x - mean_along(x, axes, True), order), axes)
