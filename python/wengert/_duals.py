"""The tangents and cotangents that users' rules return, and the outputs that they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from wengert import _core

Tensors = list[Any]


class Like(NamedTuple):
    """What a tangent or cotangent has in common with the value that it belongs to."""

    shape: tuple[int, ...]
    dtype: Any


def like_of(x: Any) -> Like:
    return Like(x.shape, x.dtype)


def tensor_of(x: Any) -> Any:
    return x if isinstance(x, _core.Tensor) else _core.tensor(x, None, False)


def shaped(x: Any) -> Any:
    """Return what has a shape as it is, and numbers and lists, of Tensors too, as a Tensor."""
    return x if hasattr(x, "shape") else tensor_of(x)


def zeros_like(x: Any) -> Any:
    return _core.tensor(np.zeros(x.shape, x.dtype), None, False)


def placed(values: Iterable[Any], places: list[int], count: int) -> Tensors:
    """Return the values at their places among `count`, and None at all others."""
    every: Tensors = [None] * count
    for place, value in zip(places, values, strict=True):
        every[place] = value
    return every


def moving_of(xs: Iterable[Any]) -> list[int]:
    """Return the places of those that have tangents: the floating and complex ones."""
    return [k for k, x in enumerate(xs) if x.dtype.kind in "fc"]


def _broadcasts(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    return len(shape) <= len(to) and all(
        n in (1, m) for n, m in zip(reversed(shape), reversed(to), strict=False)
    )


def fitted_tangent(name: str, tangent: Any, like: Like) -> Any:
    """Bring what a forward rule returned to the value's shape and dtype; None stands for zero."""
    if tangent is None:
        return zeros_like(like)
    tangent = tensor_of(tangent)
    shape = tangent.shape
    if shape != like.shape and not _broadcasts(shape, like.shape):
        message = (
            f"{name}: the rule returned a tangent of shape {shape} for a value of shape {like.shape}; "
            "a shape that broadcasts to it is needed"
        )
        raise _core.ShapeError(message)
    if tangent.dtype != like.dtype:
        tangent = _core.convert(tangent, like.dtype)
    return tangent if shape == like.shape else _core.broadcast_to(tangent, like.shape)


def fitted_cotangent(name: str, ct: Any, like: Like) -> Any:
    """Bring what a reverse rule returned to the argument's shape: sum over what was broadcast."""
    ct = shaped(ct)
    shape = ct.shape
    if shape == like.shape:
        return ct
    if _broadcasts(shape, like.shape):
        return _core.broadcast_to(ct, like.shape)
    if not _broadcasts(like.shape, shape):
        message = (
            f"{name}: the rule returned a cotangent of shape {shape} for an argument of shape "
            f"{like.shape}; shapes that broadcast to one another are needed"
        )
        raise _core.ShapeError(message)
    in_front = len(shape) - len(like.shape)
    axes = [k for k, n in enumerate(shape) if k < in_front or n != like.shape[k - in_front]]
    return _core.reshape(np.sum(ct, axis=tuple(axes)), like.shape)


class Outputs:
    """The outputs of a function whose derivative is stated."""

    def __init__(self, name: str, values: Iterable[Any]) -> None:
        self._name, self.likes = name, [like_of(x) for x in values]
        self.moving = moving_of(self.likes)

    def parts(self) -> tuple[tuple[tuple[int, ...], str], ...]:
        """Return the shapes and the dtypes' names."""
        return tuple((like.shape, like.dtype.name) for like in self.likes)

    @classmethod
    def again(cls, name: str, parts: Iterable[tuple[tuple[int, ...], str]]) -> Outputs:
        """Return the outputs of such shapes and dtypes."""
        return cls(name, [Like(shape, np.dtype(dtype)) for shape, dtype in parts])

    def cotangents(self, cts: Tensors) -> Tensors:
        """Return a cotangent for each output, zeros where none has arrived."""
        return [
            zeros_like(like) if ct is None else ct for ct, like in zip(cts, self.likes, strict=True)
        ]

    def fitted(self, tangents: Tensors) -> Tensors:
        """Return a tangent of each output's shape and dtype; None where an output has none."""
        fitted = [fitted_tangent(self._name, tangents[k], self.likes[k]) for k in self.moving]
        return placed(fitted, self.moving, len(self.likes))


def flattened(message: str, structure: Any, tree: Any) -> Tensors:
    """Return the leaves of a tree of this structure, where None may stand for all of it or for one."""
    if tree is None:
        return [None] * structure.num_leaves
    try:
        leaves: Tensors = structure.flatten_up_to(tree)
    except ValueError as error:
        raise _core.DTypeError(message) from error
    return leaves
