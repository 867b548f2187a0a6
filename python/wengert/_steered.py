"""Branches and loops of computed lengths that are recorded as one operation of what is to be replayed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

import wengert.numpy as wnp
from wengert import _core
from wengert._carry import Carry, Kind, joined, kind_of
from wengert._containers import Form
from wengert._core import Tensor
from wengert._sharing import read_only

C = TypeVar("C")
R = TypeVar("R")


def recorded_branch(
    index: Tensor, branches: Sequence[Callable[..., R]], operands: tuple[Any, ...]
) -> tuple[R] | None:
    """Take one of several branches as one operation of what is being recorded.

    All of them are called. If one of them fails, reads values or changes something, or if they do not
    return the same kinds of arrays, the choice is left to Python, which reads the number.

    Parameters
    ----------
    index : Tensor
        The number of the branch, in range.
    branches : sequence of callables
        The functions.
    operands : tuple
        What they are given.

    Returns
    -------
    tuple or None
        What the branch returned; None if the choice is left to Python.
    """
    number = _core.begins_loop()
    if number < 0:
        return None
    given = Form(operands)
    leaves = given.flatten(operands, "")
    tensors = [leaf for leaf in leaves if isinstance(leaf, Tensor)]
    first = _Branch(branches[0], given, leaves, None)
    bodies = [first, *(_Branch(branch, given, leaves, first) for branch in branches[1:])]
    made = _core.record_branch(index, bodies, list(branches), tensors, number)
    return None if made is None else (first.result(made),)


class _Branch:
    """A branch, on the Tensors among its operands."""

    def __init__(
        self, fun: Callable[..., Any], given: Form, leaves: list[Any], first: _Branch | None
    ) -> None:
        self._fun, self._given, self._leaves, self._first = fun, given, leaves, first
        self._form: Form | None = None

    def __call__(self, tensors: list[Tensor]) -> list[Any]:
        following = iter(tensors)
        leaves = [
            read_only(next(following)) if isinstance(leaf, Tensor) else _protected(leaf)
            for leaf in self._leaves
        ]
        result = self._fun(*self._given.unflatten(leaves))
        form = self._first._form if self._first else Form(result)
        assert form is not None
        self._form = form
        return _arrays(form.flatten(result, "what a branch returned"))

    def result(self, leaves: list[Any]) -> Any:
        """Return what it returned, of these leaves."""
        assert self._form is not None
        return self._form.unflatten(leaves)


def _protected(leaf: Any) -> Any:
    return read_only(leaf) if isinstance(leaf, np.ndarray) else leaf


def _arrays(leaves: list[Any]) -> list[Any]:
    """Return the leaves, if all of them are arrays or numbers."""
    leaves = [joined(leaf) for leaf in leaves]
    if not leaves or any(kind_of(leaf) is None for leaf in leaves):
        message = "no array or number"
        raise _core.DTypeError(message)  # it is not one operation
    return leaves


def recorded_while(
    cond_fun: Callable[[C], Any], body_fun: Callable[[C], C], carry: Carry[C]
) -> tuple[C] | None:
    """Take steps as long as a condition holds as one operation of what is being recorded.

    Both functions are called, twice. If one of them fails, reads values or changes something, the loop
    is left to Python.

    Parameters
    ----------
    cond_fun, body_fun : callable
        Functions of the state.
    carry : Carry
        The first state.

    Returns
    -------
    tuple or None
        The last state; None if the loop is left to Python.
    """
    return _recorded([cond_fun, body_fun], carry, lambda own, _: cond_fun(own), _second(body_fun))


def _second(body_fun: Callable[[C], C]) -> Callable[[C, Any], C]:
    return lambda own, _: body_fun(own)


def recorded_count(
    lower: Any, upper: Any, body_fun: Callable[[Any, C], C], carry: Carry[C]
) -> tuple[C] | None:
    """Take a step for each integer between computed bounds as one operation of what is being recorded.

    Parameters
    ----------
    lower, upper : int or integer Tensor
        The bounds.
    body_fun : callable
        Takes the integer and the state, and returns the next state.
    carry : Carry
        The first state.

    Returns
    -------
    tuple or None
        The last state; None if the loop is left to Python.
    """
    upper = wnp.astype(upper, np.int64) if isinstance(upper, Tensor) else upper
    first = wnp.asarray(lower, dtype=np.int64)
    holds = lambda _, i: i < upper
    return _recorded([body_fun], carry, holds, lambda own, i: body_fun(i, own), first)


def _recorded(
    functions: list[Any],
    carry: Carry[C],
    condition: Callable[[C, Any], Any],
    step: Callable[[C, Any], C],
    first: Tensor | None = None,
) -> tuple[C] | None:
    number = _core.begins_loop()
    if number < 0:
        return None
    leaves = carry.leaves()
    if not leaves or any(kind_of(leaf) is None for leaf in leaves):
        return None
    counted = [] if first is None else [first]

    def holds(state: list[Any]) -> list[Any]:
        i = state[0] if counted else None
        own = carry.with_leaves(state[len(counted) :]).state
        return [_truth(condition(own, i))]

    body = _Body(carry, step, len(counted))
    for _ in range(2):
        made = _core.record_while(holds, body, functions, counted + leaves, bool(counted), number)
        if made is not None:
            return (carry.with_leaves(made[len(counted) :]).state,)
        # What a Python number becomes is known after one step.
        kinds = [kind_of(leaf) for leaf in leaves]
        if body.kinds is None or body.kinds == kinds:
            break
        if not all(_fits(leaf, becomes) for leaf, becomes in zip(leaves, body.kinds, strict=True)):
            break
        leaves = [
            leaf if kind == becomes else _of_kind(leaf, becomes)
            for leaf, kind, becomes in zip(leaves, kinds, body.kinds, strict=True)
        ]
    return None


class _Body:
    """A step, on the leaves of states; `kinds` are those that the last one gave."""

    def __init__(self, carry: Carry[Any], step: Callable[[Any, Any], Any], counted: int) -> None:
        self._carry, self._step, self._counted = carry, step, counted
        self.kinds: list[Kind] | None = None

    def __call__(self, state: list[Any]) -> list[Any]:
        count = self._counted
        own = self._carry.with_leaves(state[count:])
        own.step(self._step(own.state, state[0] if count else None))
        leaves = own.leaves()
        self.kinds = [kind_of(leaf) for leaf in leaves]
        return [i + 1 for i in state[:count]] + leaves


def _fits(leaf: Any, kind: Kind) -> bool:
    """Return whether a number of Python is one of the dtype: rounded perhaps, but no other."""
    if kind is None:
        return False
    if not isinstance(leaf, (int, float, complex)):
        return True
    with np.errstate(over="ignore"):
        own = np.asarray(leaf).astype(kind[1])
    return bool(own == leaf if kind[1].kind in "iu" else np.isfinite(own) or not np.isfinite(leaf))


def _of_kind(leaf: Any, kind: Kind) -> Any:
    assert kind is not None
    return wnp.astype(wnp.asarray(leaf), kind[1])


def _truth(value: Any) -> Any:
    """Return whether Python would take it for true, as a Tensor."""
    if not isinstance(value, Tensor) or value.ndim != 0:
        message = "no computed condition"
        raise _core.DTypeError(message)  # it is not one operation
    return value if value.dtype == np.bool_ else value != 0
