"""What the core asks of a derivative that is stated in Python, and what follows from one rule for the other mode."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

import numpy as np

from wengert import _core
from wengert._batch import vmap
from wengert._duals import Outputs, Tensors, moving_of, placed, zeros_like
from wengert._forward import linear_transpose

# What a rule is made of beside the function that states it: plain objects, and the flags of batches.
Parts = tuple[Any, tuple[tuple[bool, ...], ...]]


class Rule:
    """What the core asks of a stated derivative; see csrc/bindings/custom_rule.cpp."""

    def stated(self) -> tuple[Any, Parts]:
        """Return who stated the rule, and of what its method `again` makes the same rule."""
        raise NotImplementedError

    def pull(self, operands: Tensors, cts: Tensors) -> Tensors:
        raise NotImplementedError

    def push(self, operands: Tensors, tangents: Tensors) -> Tensors:
        raise NotImplementedError

    def pull_many(self, operands: Tensors, cts: Tensors, flags: list[bool]) -> Tensors:
        return _for_many(self.pull, operands, cts, flags)

    def push_many(self, operands: Tensors, tangents: Tensors, flags: list[bool]) -> Tensors:
        return _for_many(self.push, operands, tangents, flags)

    def batched(self, flags: list[bool]) -> Rule:
        return BatchedRule(self, flags)

    def batch_values(self, operands: Tensors, flags: list[bool]) -> Tensors | None:
        return None


def _for_many(
    rule: Callable[[Tensors, Tensors], Tensors],
    operands: Tensors,
    duals: Tensors,
    flags: list[bool],
) -> Tensors:
    """Apply a rule to many seeds at once, of those that are flagged; None stands for no seed."""
    given = [k for k, dual in enumerate(duals) if dual is not None]

    def of_one(*some: Any) -> Tensors:
        return rule(operands, placed(some, given, len(duals)))

    axes = tuple(0 if flags[k] else None for k in given)
    many: Tensors = vmap(of_one, in_axes=axes)(*(duals[k] for k in given))
    return many


class BatchedRule(Rule):
    """The rule of every example of a batch."""

    def __init__(self, rule: Rule, flags: list[bool]) -> None:
        self._rule, self._flags = rule, flags
        self._axes = [0 if flag else None for flag in flags]

    def stated(self) -> tuple[Any, Parts]:
        owner, (own, batches) = self._rule.stated()
        return owner, (own, (*batches, tuple(self._flags)))

    def pull(self, operands: Tensors, cts: Tensors) -> Tensors:
        parts = vmap(self._rule.pull, in_axes=(self._axes, 0))(operands, cts)
        return [
            part if part is None or flag else np.sum(part, axis=0)
            for part, flag in zip(parts, self._flags, strict=True)
        ]

    def push(self, operands: Tensors, tangents: Tensors) -> Tensors:
        moved: Tensors = vmap(self._rule.push, in_axes=(self._axes, self._axes))(operands, tangents)
        return moved

    def batch_values(self, operands: Tensors, flags: list[bool]) -> Tensors | None:
        if not any(flags):
            return None  # the values alone are batched, by what their function closes over
        inner = [np.shape(x)[0] if flag else None for x, flag in zip(operands, flags, strict=True)]
        count = next(n for n in inner if n is not None)
        examples = []
        for i in range(count):
            example = [x[i] if flag else x for x, flag in zip(operands, flags, strict=True)]
            values = self._rule.batch_values(example, self._flags)
            if values is None:
                return None
            examples.append(values)
        return [np.stack(values) for values in zip(*examples, strict=True)]


class VjpRule(Rule):
    """Pulls by the user's function, and pushes by its transpose."""

    def __init__(
        self,
        owner: Any,
        pull: Callable[[Tensors, Tensors], Tensors],
        outputs: Outputs,
        parts: Callable[[], tuple[Any, ...]] = tuple,
    ) -> None:
        self._owner, self._pull, self._outputs = owner, pull, outputs
        self._parts = parts

    def stated(self) -> tuple[Any, Parts]:
        return self._owner, ((self._outputs.parts(), *self._parts()), ())

    def pull(self, operands: Tensors, cts: Tensors) -> Tensors:
        return self._pull(operands, self._outputs.cotangents(cts))

    def push(self, operands: Tensors, tangents: Tensors) -> Tensors:
        moving = [k for k, t in enumerate(tangents) if t is not None]
        likes = self._outputs.likes

        def pulled(*cts: Any) -> Tensors:
            parts = self.pull(operands, placed(cts, self._outputs.moving, len(likes)))
            return [zeros_like(operands[k]) if parts[k] is None else parts[k] for k in moving]

        zeros = [zeros_like(likes[k]) for k in self._outputs.moving]
        pushed = linear_transpose(pulled, *zeros)([tangents[k] for k in moving])
        return placed(pushed, self._outputs.moving, len(likes))


# Whose forward rules are being transposed, innermost last.
_transposed: ContextVar[tuple[Any, ...]] = ContextVar("_transposed", default=())


class JvpRule(Rule):
    """Pushes by the user's function, and pulls by its transpose."""

    def __init__(
        self,
        owner: Any,
        push: Callable[[Tensors, Tensors], Tensors],
        outputs: Outputs,
        parts: Callable[[], tuple[Any, ...]] = tuple,
    ) -> None:
        self._owner, self._push, self._outputs = owner, push, outputs
        self._parts = parts

    def stated(self) -> tuple[Any, Parts]:
        return self._owner, ((self._outputs.parts(), *self._parts()), ())

    def push(self, operands: Tensors, tangents: Tensors) -> Tensors:
        moving = [
            zeros_like(x) if t is None else t for x, t in zip(operands, tangents, strict=True)
        ]
        return self._outputs.fitted(self._push(operands, moving))

    def pull(self, operands: Tensors, cts: Tensors) -> Tensors:
        seeds = [self._outputs.cotangents(cts)[k] for k in self._outputs.moving]
        moving = moving_of(operands)
        if any(owner is self._owner for owner in _transposed.get()):
            return placed(self._pull_by_columns(operands, moving, seeds), moving, len(operands))
        token = _transposed.set((*_transposed.get(), self._owner))
        try:
            zeros = [zeros_like(operands[k]) for k in moving]
            pulled = linear_transpose(lambda *t: self._pushed(operands, moving, t), *zeros)(seeds)
        finally:
            _transposed.reset(token)
        return placed(pulled, moving, len(operands))

    def _pushed(self, operands: Tensors, moving: list[int], tangents: Iterable[Any]) -> Tensors:
        pushed = self.push(operands, placed(tangents, moving, len(operands)))
        return [pushed[k] for k in self._outputs.moving]

    def _pull_by_columns(self, operands: Tensors, moving: list[int], seeds: Tensors) -> Tensors:
        """Pull back where the rule calls the very function that it is the rule of: by unit tangents."""
        cts: Tensors = []
        for k in moving:
            x = operands[k]
            size = int(np.prod(x.shape))

            def column(unit: Any, k: int = k) -> Tensors:
                return self._pushed(operands, [k], [unit])

            units = np.eye(size, dtype=x.dtype).reshape(size, *x.shape)
            terms = [
                _core.reshape(columns, (size, int(np.prod(ct.shape))))
                @ _core.reshape(ct, (int(np.prod(ct.shape)),))
                for columns, ct in zip(vmap(column)(units), seeds, strict=True)
            ]
            cts.append(_core.reshape(sum(terms[1:], terms[0]), x.shape))
        return cts


class BothRules(Rule):
    """Pulls by one rule and pushes by another."""

    def __init__(self, pulls: Rule, pushes: Rule) -> None:
        self.pull, self.push = pulls.pull, pushes.push  # type: ignore[method-assign]
        self.stated = pulls.stated  # type: ignore[method-assign]


class ForeignRule(Rule):
    """Evaluates by the foreign function, and differentiates by what was stated."""

    def __init__(self, rule: Rule, evaluate: Callable[..., Any], outputs: Outputs) -> None:
        self._rule, self._evaluate, self._like = rule, evaluate, outputs.likes[0]
        self.stated = rule.stated  # type: ignore[method-assign]

    def pull(self, operands: Tensors, cts: Tensors) -> Tensors:
        return self._rule.pull(operands, cts)

    def push(self, operands: Tensors, tangents: Tensors) -> Tensors:
        return self._rule.push(operands, tangents)

    def batch_values(self, operands: Tensors, flags: list[bool]) -> Tensors | None:
        arrays = [_core.value_of(x) for x in operands]
        count = next(len(x) for x, flag in zip(arrays, flags, strict=True) if flag)
        if count == 0:
            return [np.zeros((0, *self._like.shape), self._like.dtype)]
        examples = [
            self._evaluate(*(x[i] if flag else x for x, flag in zip(arrays, flags, strict=True)))
            for i in range(count)
        ]
        return [np.stack([np.asarray(value) for value in examples])]
