"""Arrays made up of blocks."""

from __future__ import annotations

from typing import Any

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import as_array

__all__ = ["block"]


def _depth_of(arrays: Any, name: str = "arrays") -> int:
    """Return how deeply lists are nested, which must be the same everywhere."""
    if isinstance(arrays, tuple):
        message = f"block: {name} is a tuple; lists are needed, for what is joined"
        raise DTypeError(message)
    if not isinstance(arrays, list):
        return 0
    depths = [_depth_of(item, f"{name}[{i}]") for i, item in enumerate(arrays)]
    if len(set(depths)) != 1:
        message = f"block: {name} has lists of the depths {depths}; equal ones are needed, and no empty list"
        raise ShapeError(message)
    return depths[0] + 1


def block(arrays: Any) -> Tensor:
    """Join the blocks of nested lists: the innermost along the last axis, the others along those before.

    Parameters
    ----------
    arrays : nested list of array_like
        The blocks, all at the same depth. Axes of length one are put in front of those that have fewer
        than others, or than the lists are deep.

    Returns
    -------
    Tensor
        What the blocks make up.

    Raises
    ------
    DTypeError
        If a tuple is among the lists.
    ShapeError
        If the lists are not equally deep, one is empty, or the shapes do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.block([[wnp.eye(2), wnp.zeros((2, 1))], [wnp.ones((1, 2)), 5.0]])
    Tensor([[1., 0., 0.],
            [0., 1., 0.],
            [1., 1., 5.]])
    """
    depth = _depth_of(arrays)

    def read(part: Any) -> Any:
        return [read(item) for item in part] if isinstance(part, list) else as_array(part)

    def rank_of(part: Any) -> int:
        return max(map(rank_of, part)) if isinstance(part, list) else part.ndim

    def joined(part: Any, axis: int) -> Tensor:
        if isinstance(part, list):
            return _core.concatenate([joined(item, axis + 1) for item in part], axis)
        return _core.reshape(part, (1,) * (rank - part.ndim) + part.shape)

    blocks = read(arrays)
    rank = max(depth, rank_of(blocks))
    return joined(blocks, -depth)
