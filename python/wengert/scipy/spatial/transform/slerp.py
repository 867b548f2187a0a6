"""Rotations between rotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError
from wengert.numpy._arguments import converted, tensor_of
from wengert.numpy.samples.calculus import diff
from wengert.scipy.spatial.transform.rotation import Rotation

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["Slerp"]


class Slerp:
    """Interpolate rotations: between two of them the axis and the speed stay.

    Parameters
    ----------
    times : array_like
        Ascending, of shape (N,), N > 1.
    rotations : Rotation
        A stack of shape (N,).

    Raises
    ------
    TypeError
        If `rotations` is something else.
    ValueError
        If lengths do not fit, or times do not ascend.

    Examples
    --------
    >>> from wengert.scipy.spatial.transform import Rotation, Slerp
    >>> ends = Rotation.from_euler("z", [[0.0], [1.0]])
    >>> Slerp([0.0, 2.0], ends)(0.5).as_rotvec()
    Tensor([0.  , 0.  , 0.25])
    """

    def __init__(self, times: Operand, rotations: Rotation) -> None:
        if not isinstance(rotations, Rotation):
            message = f"Slerp: rotations is {type(rotations).__name__}; a Rotation is needed"
            raise DTypeError(message)
        self.times = converted(tensor_of(times), np.float64)
        count = self.times.shape[0] if self.times.ndim == 1 else 0
        if count < 2 or rotations.shape != (count,):
            message = f"Slerp: times is {self.times.shape} and there are {rotations.shape} rotations; (N,) each is needed, N > 1"
            raise ShapeError(message)
        self.timedelta = diff(self.times)
        if bool(_core.any(_core.less_equal(self.timedelta, 0.0), (-1,), False)):
            message = "Slerp: times do not ascend; each must be later than the one before"
            raise ShapeError(message)
        self.rotations = rotations[:-1]
        self.rotvecs = (self.rotations.inv() * rotations[1:]).as_rotvec()

    def __call__(self, times: Operand) -> Rotation:
        """Return the rotations at times of any shape; at one that was given, derivatives are those to its right."""
        at = converted(tensor_of(times), np.float64)
        first, last = self.times[0], self.times[-1]
        every = tuple(range(-at.ndim, 0))
        is_outside = _core.logical_or(_core.less(at, first), _core.greater(at, last))
        if bool(_core.any(is_outside, every, False)):
            message = f"Slerp: a time lies outside of [{first.item()}, {last.item()}]; none may"
            raise ShapeError(message)
        before = _core.searchsorted(self.times, at, True) - 1
        segment = _core.minimum(before, self.timedelta.shape[0] - 1)
        start, width = (_core.gather([x, segment], (-1,), 0) for x in (self.times, self.timedelta))
        turned = _core.gather([self.rotvecs, segment], (-2,), 1)
        share = (at - start) / width
        return self.rotations[segment] * Rotation.from_rotvec(turned * share[..., None])
