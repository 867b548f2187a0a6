"""Loops that are recorded once, as one operation, while a function is recorded to be replayed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

import wengert.numpy as wnp
from wengert import _core
from wengert._carry import Carry, kind_of, number_like
from wengert._containers import Form
from wengert._core import Tensor
from wengert._rows import Elements
from wengert._sharing import read_only

C = TypeVar("C")

# Fewer steps are written out: each is then simplified with what stands around it.
_FEW = 4

# Takes the state, an element and the number of a step; returns the next state and what is stacked.
Step = Callable[[Any, Any, Any], tuple[Any, Any]]


def recorded_loop(
    body: Callable[..., Any],
    step: Step,
    carry: Carry[C],
    elements: Elements,
    is_reversed: bool = False,
    first: int = 0,
) -> tuple[C, Any] | None:
    """Take all steps as one operation of what is being recorded.

    The body is recorded once. A body that reads values, changes something outside or is
    otherwise not the same in each step is left to the loop in Python.

    Parameters
    ----------
    body : callable
        The user's function.
    step : callable
        What one step does with it.
    carry : Carry
        The first state.
    elements : Elements
        What is scanned.
    is_reversed : bool
        Whether the last element comes first.
    first : int
        The number of the step of the first element.

    Returns
    -------
    tuple or None
        The last state, and what is stacked; None if the loop is to be taken step by step.
    """
    length = elements.length
    if length < _FEW or (loop := _core.begins_loop()) < 0:
        return None
    begun: list[Any] = []
    if carry.holds_numbers():
        # What a Python number becomes is known after one step.
        carry = carry.like(carry.state)
        k = length - 1 if is_reversed else 0
        state, y = step(carry.state, elements.at(k), first + k)
        carry.step(state)
        begun = [carry.apart(y)]
        elements = elements.between(0, k) if is_reversed else elements.between(1, length)
        first += 0 if is_reversed else 1
    taken = _Body(step, carry, elements)
    if (leaves := taken.leaves()) is not None:
        made = _core.record_loop(
            taken, body, leaves, elements.arrays(), elements.length, is_reversed, first, loop
        )
        if made is not None and (ys := taken.rows(made[1], begun, is_reversed)) is not None:
            return taken.state(made[0]), ys[0]
    if begun:
        _core.begin_again(loop)  # a step has been taken
    return None


class _Body:
    """A step on the leaves of states and elements."""

    def __init__(self, step: Step, carry: Carry[Any], elements: Elements) -> None:
        self._step, self._carry, self._elements = step, carry, elements
        self._form: Form | None = None

    def leaves(self) -> list[Any] | None:
        """Return those of the state, if all of them are arrays or numbers."""
        leaves = self._carry.leaves()
        return leaves if all(kind_of(leaf) is not None for leaf in leaves) else None

    def __call__(
        self, leaves: list[Any], elements: list[Any], position: list[Any]
    ) -> tuple[list[Any], list[Any]]:
        own = self._carry.with_leaves(leaves)
        element = self._elements.container(map(read_only, elements))
        state, y = self._step(own.state, element, position[0])
        own.step(state)
        form = Form(y)
        if self._form is None:
            self._form = form
        return own.leaves(), self._form.flatten(own.apart(y), "")

    def state(self, leaves: list[Any]) -> Any:
        """Return the state of these leaves."""
        return self._carry.with_leaves(leaves).state

    def rows(self, leaves: list[Any], begun: list[Any], is_reversed: bool) -> tuple[Any] | None:
        """Return stacked results, with those of the steps that were taken before."""
        assert self._form is not None
        for y in begun:
            try:
                own = self._form.flatten(y, "")
            except _core.DTypeError:
                return None
            pairs = zip(leaves, own, strict=True)
            leaves = [_joined(leaf, first, is_reversed) for leaf, first in pairs]
        return (self._form.unflatten(leaves),)


def _joined(rows: Tensor, y: Any, is_reversed: bool) -> Any:
    """Return rows with the one of the first step."""
    dtype = np.result_type(rows.dtype, number_like(kind_of(y)))
    one = wnp.stack([y], dtype=dtype)
    return wnp.concatenate([rows, one] if is_reversed else [one, rows], dtype=dtype)
