"""What all kinds of stated derivatives have in common."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, SupportsIndex

import numpy as np

from wengert import _core
from wengert._duals import Outputs, Tensors, tensor_of
from wengert._functions import require_callable
from wengert._rules import BatchedRule, Parts, Rule
from wengert._transformed import global_name, wrap


def optree() -> Any:
    """Return optree, whose import costs more than all of wengert's."""
    return importlib.import_module("optree")


class Called(NamedTuple):
    """What a function returned, and what it was given, as the core tells it from all else."""

    value: Any
    given: Any = None


class Stated:
    """What the three kinds of stated derivatives have in common."""

    def __init__(self, name: str, fun: Callable[..., Any], nondiff_argnums: Sequence[int]) -> None:
        require_callable(name, fun)
        self._name, self._fun = name, fun
        self._nondiff = frozenset(nondiff_argnums)
        self.__name__ = name  # of a function that has none
        wrap(self, fun)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        """Pickle by name where it stands under its function's name, and otherwise by the parts."""
        return global_name(self) or super().__reduce_ex__(protocol)

    def again(self, parts: Parts) -> Rule:
        """Return the rule that is made of what `Rule.stated` of another one gave."""
        own, batches = parts
        rule = self._again(*own)
        for flags in batches:
            rule = BatchedRule(rule, list(flags))
        return rule

    def _again(self, outputs: Any, *parts: Any) -> Rule:
        raise NotImplementedError

    def _without_rule(self) -> Exception:
        error: Exception = _core.RuleError(
            f"{self._name}: {self.__name__} has no rule; see def{self._name[-3:]}"
        )
        return error

    def _divide(self, args: tuple[Any, ...]) -> tuple[list[Any], list[Any]]:
        nondiff = [x for i, x in enumerate(args) if i in self._nondiff]
        return nondiff, [x for i, x in enumerate(args) if i not in self._nondiff]

    def _joined(self, nondiff: list[Any], diff: list[Any]) -> tuple[Any, ...]:
        of_nondiff, of_diff = iter(nondiff), iter(diff)
        count = len(nondiff) + len(diff)
        return tuple(next(of_nondiff if i in self._nondiff else of_diff) for i in range(count))

    def _call(self, fun: Callable[..., Any], nondiff: list[Any], diff: list[Any]) -> Called:
        """Call a function so that what it closes over can be told from what it is given."""

        def called(*fresh: Any) -> Any:
            return fun(*self._joined(nondiff, list(fresh)))

        return Called(*_core.call_stated(called, tuple(diff)))

    def _attach(
        self,
        called: Called,
        primals: Tensors,
        rule_for: Callable[[Outputs, Any], Rule],
        read: Tensors | None = None,
    ) -> Any:
        """Return the value with the derivative that the rule states for its outputs and their form.

        The rule is given the primals, which it is the derivative in, and what else it reads.
        """
        tensors, structure = tensors_of(called.value)
        if called.given is not None and _core.closes_over(called.given, tensors):
            message = (
                f"{self._name}: {self.__name__} closes over a Tensor that is being differentiated; "
                "it must be passed as an argument"
            )
            raise _core.DerivativeError(message)
        rule = rule_for(Outputs(self._name, tensors), structure)
        attached = _core.attach_rule(tensors, primals, rule, read or [])
        return optree().tree_unflatten(structure, attached)


def tensors_of(tree: Any) -> tuple[Tensors, Any]:
    leaves, structure = optree().tree_flatten(tree)
    return [tensor_of(x) for x in leaves], structure


def apart(result: Any, args: Sequence[Any]) -> Any:
    """Return the result in memory of its own.

    Its derivative is the stated one, and so no view's: what is written to it changes no argument,
    whether that is being differentiated or not.
    """
    leaves, structure = optree().tree_flatten(result)
    others = optree().tree_leaves(args)
    is_apart = True
    for k, leaf in enumerate(leaves):
        if any(_share(leaf, other) for other in others):
            leaves[k] = _core.identity(leaf) if isinstance(leaf, _core.Tensor) else leaf.copy()
            is_apart = False
        others.append(leaf)
    return result if is_apart else optree().tree_unflatten(structure, leaves)


def _share(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and np.may_share_memory(one, other)
    is_tensor = isinstance(one, _core.Tensor) and isinstance(other, _core.Tensor)
    return is_tensor and _core.share_memory(one, other)


def sum_of(terms: list[Any]) -> Any:
    """Return the sum of trees of one form; None stands for zero."""
    if len(terms) < 2:
        return terms[0] if terms else None

    def plus(*parts: Any) -> Any:
        given = [part for part in parts if part is not None]
        return sum(given[1:], given[0]) if given else None

    return optree().tree_map(plus, *terms, none_is_leaf=True)


def is_any_tracked(tensors: Tensors) -> bool:
    return any(_core.is_tracked(x) for x in tensors)
