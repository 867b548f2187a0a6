"""What the core asks of a derivative that is stated in Python, and what follows from one rule for the other mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import _core
from wengert._batch import vmap
from wengert._duals import Like, Tensors, zeros_like
from wengert._forward import linear_transpose


class Rule:
    """What the core asks of a stated derivative; see csrc/bindings/custom_rule.cpp."""

    def pull(self, operands: Tensors, ct: Any) -> Tensors:
        raise NotImplementedError

    def push(self, operands: Tensors, tangents: Tensors) -> Any:
        raise NotImplementedError

    def pull_many(self, operands: Tensors, cts: Any) -> Any:
        return vmap(lambda ct: self.pull(operands, ct))(cts)

    def push_many(self, operands: Tensors, tangents: Tensors) -> Any:
        return vmap(lambda *moving: self.push(operands, list(moving)))(*tangents)

    def batched(self, flags: list[bool]) -> Rule:
        return BatchedRule(self, flags)

    def batch_value(self, operands: Tensors, flags: list[bool]) -> Any:
        return None


class BatchedRule(Rule):
    """The rule of every example of a batch."""

    def __init__(self, rule: Rule, flags: list[bool]) -> None:
        self._rule, self._flags = rule, flags
        self._axes = [0 if flag else None for flag in flags]

    def pull(self, operands: Tensors, ct: Any) -> Tensors:
        parts = vmap(self._rule.pull, in_axes=(self._axes, 0))(operands, ct)
        return [
            part if part is None or flag else np.sum(part, axis=0)
            for part, flag in zip(parts, self._flags, strict=True)
        ]

    def push(self, operands: Tensors, tangents: Tensors) -> Any:
        return vmap(self._rule.push, in_axes=(self._axes, self._axes))(operands, tangents)

    def batch_value(self, operands: Tensors, flags: list[bool]) -> Any:
        inner = [np.shape(x)[0] if flag else None for x, flag in zip(operands, flags, strict=True)]
        count = next(n for n in inner if n is not None)
        values = []
        for i in range(count):
            example = [x[i] if flag else x for x, flag in zip(operands, flags, strict=True)]
            value = self._rule.batch_value(example, self._flags)
            if value is None:
                return None
            values.append(value)
        return np.stack(values)


class VjpRule(Rule):
    """Pulls by the user's function, and pushes by its transpose."""

    def __init__(self, pull: Callable[[Tensors, Any], Tensors], like: Like) -> None:
        self._pull, self._like = pull, like

    def pull(self, operands: Tensors, ct: Any) -> Tensors:
        return self._pull(operands, ct)

    def push(self, operands: Tensors, tangents: Tensors) -> Any:
        moving = [k for k, t in enumerate(tangents) if t is not None]

        def pulled(ct: Any) -> Tensors:
            parts = self._pull(operands, ct)
            return [zeros_like(operands[k]) if parts[k] is None else parts[k] for k in moving]

        return linear_transpose(pulled, zeros_like(self._like))([tangents[k] for k in moving])[0]


class JvpRule(Rule):
    """Pushes by the user's function, and pulls by its transpose."""

    def __init__(self, push: Callable[[Tensors, Tensors], Any]) -> None:
        self._push = push

    def push(self, operands: Tensors, tangents: Tensors) -> Any:
        return self._push(
            operands,
            [zeros_like(x) if t is None else t for x, t in zip(operands, tangents, strict=True)],
        )

    def pull(self, operands: Tensors, ct: Any) -> Tensors:
        zeros = [zeros_like(x) for x in operands]
        return list(linear_transpose(lambda *t: self._push(operands, list(t)), *zeros)(ct))


class ForeignRule(Rule):
    """Evaluates by the foreign function, and differentiates by what was stated."""

    def __init__(self, rule: Rule, evaluate: Callable[..., Any]) -> None:
        self._rule, self._evaluate = rule, evaluate

    def pull(self, operands: Tensors, ct: Any) -> Tensors:
        return self._rule.pull(operands, ct)

    def push(self, operands: Tensors, tangents: Tensors) -> Any:
        return self._rule.push(operands, tangents)

    def batch_value(self, operands: Tensors, flags: list[bool]) -> Any:
        arrays = [_core.value_of(x) for x in operands]
        count = next(len(x) for x, flag in zip(arrays, flags, strict=True) if flag)
        examples = [
            self._evaluate(*(x[i] if flag else x for x, flag in zip(arrays, flags, strict=True)))
            for i in range(count)
        ]
        return np.stack([np.asarray(value) for value in examples])
