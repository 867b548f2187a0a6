"""The tangents and cotangents that users' rules return, and the outputs that they belong to."""

from __future__ import annotations

from itertools import accumulate
from math import prod
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


def zeros_like(x: Any) -> Any:
    return _core.tensor(np.zeros(x.shape, x.dtype), None, False)


def _shaped(x: Any, like: Like) -> Any:
    """Return the elements of x in this shape and dtype."""
    x = x if x.dtype == like.dtype else _core.convert(x, like.dtype)
    return x if x.shape == like.shape else _core.reshape(x, like.shape)


def _broadcasts(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    return len(shape) <= len(to) and all(
        n in (1, m) for n, m in zip(reversed(shape), reversed(to), strict=False)
    )


def fitted_tangent(name: str, tangent: Any, like: Like) -> Any:
    """Bring what a forward rule returned to the value's shape and dtype; None stands for zero."""
    if tangent is None:
        return zeros_like(like)
    if not isinstance(tangent, _core.Tensor):
        tangent = _core.tensor(tangent, None, False)
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
    shape = np.shape(ct)
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


class PassRule:
    """The derivative of a value that moves as its one operand does."""

    def pull(self, operands: Tensors, ct: Any) -> Tensors:
        return [ct]

    def push(self, operands: Tensors, tangents: Tensors) -> Any:
        return tangents[0]

    pull_many, push_many = pull, push

    def batched(self, flags: list[bool]) -> PassRule:
        return self

    def batch_value(self, operands: Tensors, flags: list[bool]) -> None:
        return None


class Outputs:
    """The outputs of a function whose derivative is stated.

    Where there are several, those that have a derivative move as parts of one vector, whose own
    value is never looked at. The rule is that of the vector, and runs once for all of them.
    """

    def __init__(self, name: str, values: Tensors) -> None:
        self._name, self._likes = name, [like_of(x) for x in values]
        self._is_one = len(values) == 1
        if self._is_one:
            self.like = self._likes[0]
            return
        moving = [k for k, like in enumerate(self._likes) if like.dtype.kind in "fc"]
        ends = list(accumulate((prod(self._likes[k].shape) for k in moving), initial=0))
        self._parts = dict(zip(moving, map(slice, ends, ends[1:]), strict=False))
        dtypes = [self._likes[k].dtype for k in moving] or [np.float64]
        self.like = Like((ends[-1],), np.result_type(*dtypes))

    def attach(self, values: Tensors, operands: Tensors, rule: Any) -> Tensors:
        """Return the values, which then move as the rule says."""
        if self._is_one:
            return [_core.attach_rule(values[0], operands, rule)]
        zero = zeros_like(Like((), self.like.dtype))  # all elements of the vector are this one
        vector = _core.attach_rule(_core.broadcast_to(zero, self.like.shape), operands, rule)
        out = list(values)
        for k, part in self._parts.items():
            moved = _shaped(vector[part], self._likes[k])
            out[k] = _core.attach_rule(values[k], [moved], PassRule())
        return out

    def split(self, ct: Any) -> Tensors:
        """Return a cotangent for each output, from that of the vector."""
        if self._is_one:
            return [ct]
        return [
            _shaped(ct[self._parts[k]], like) if k in self._parts else zeros_like(like)
            for k, like in enumerate(self._likes)
        ]

    def joined(self, tangents: Tensors) -> Any:
        """Return the vector's tangent, from one of each output."""
        if self._is_one:
            return fitted_tangent(self._name, tangents[0], self.like)
        fitted = [fitted_tangent(self._name, tangents[k], self._likes[k]) for k in self._parts]
        if not fitted:
            return zeros_like(self.like)
        flat = [_shaped(t, Like((prod(t.shape),), self.like.dtype)) for t in fitted]
        return _core.concatenate(flat, -1)


def flattened(message: str, structure: Any, tree: Any) -> Tensors:
    """Return the leaves of a tree of this structure, where None may stand for all of it or for one."""
    if tree is None:
        return [None] * structure.num_leaves
    try:
        leaves: Tensors = structure.flatten_up_to(tree)
    except ValueError as error:
        raise _core.DTypeError(message) from error
    return leaves
