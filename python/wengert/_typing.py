"""Names for what array functions take and return; imported by type checkers alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, SupportsIndex, TypeAlias

import numpy.typing as npt

from wengert._core import Tensor

Operand: TypeAlias = "Tensor | npt.ArrayLike"
DTypeLike: TypeAlias = "npt.DTypeLike | None"
Axis: TypeAlias = "SupportsIndex | None"
Axes: TypeAlias = "SupportsIndex | Sequence[SupportsIndex] | None"
Shape: TypeAlias = "SupportsIndex | Sequence[SupportsIndex]"
Dims: TypeAlias = tuple[int, ...]
Out: TypeAlias = "Tensor | npt.NDArray[Any] | tuple[Tensor | npt.NDArray[Any] | None, ...] | None"
