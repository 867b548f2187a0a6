"""Arguments as ``scipy.fft`` takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert._core import RuleError, ShapeError, Tensor
from wengert.numpy.fft._spectra import along_many, is_repeated

if TYPE_CHECKING:
    from wengert._typing import Axes, Dims, Shape


def refuse_plan(name: str, plan: Any) -> None:
    """Fail if a plan is given."""
    if plan is not None:
        message = f"{name}: plan is {plan!r}; no plans are made, None is needed"
        raise RuleError(message)


def along_several(
    name: str, x: Tensor, s: Shape | None, axes: Axes, from_half: bool = False
) -> tuple[Dims, Dims]:
    """Return the lengths and the axes of a transform, each of which is named once."""
    lengths, along = along_many(name, x, s, axes, from_half)
    if is_repeated(along):
        message = f"{name}: axes are {axes}; each may be named once"
        raise ShapeError(message)
    return lengths, along
