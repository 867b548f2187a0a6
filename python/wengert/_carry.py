"""What goes from step to step of a loop, and keeps its form, shapes and dtypes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import numpy as np

import wengert.numpy as wnp
from wengert import _core
from wengert._containers import Form
from wengert._core import Tensor
from wengert._sharing import apart, copied, is_shared

C = TypeVar("C")

# Shape, dtype, and whether it is a Python number, whose dtype yields to others; None of what is no array.
Kind = tuple[tuple[int, ...], "np.dtype[Any]", bool] | None

_ARRAYS = (np.ndarray, np.generic)
_NUMBERS: dict[type, Kind] = {
    bool: ((), np.dtype(bool), False),
    **{type_: ((), np.dtype(type_), True) for type_ in (int, float, complex)},
}
_YIELDING = {"i": 0, "f": 0.0, "c": 0j}  # Python numbers by the kind of dtype


def joined(leaf: Any) -> Any:
    """Return one Tensor for an array of objects, which NumPy makes of Tensors; the rest as it is."""
    is_of_objects = isinstance(leaf, np.ndarray) and leaf.dtype.hasobject
    return wnp.asarray(leaf) if is_of_objects else leaf


def kind_of(leaf: Any) -> Kind:
    """Return what steps keep of a leaf."""
    if (kind := _NUMBERS.get(type(leaf))) is not None:
        return kind
    if isinstance(leaf, Tensor):
        return leaf.shape, leaf.dtype, leaf.is_weak
    if isinstance(leaf, _ARRAYS):
        return leaf.shape, leaf.dtype, False
    return next((kind for type_, kind in _NUMBERS.items() if isinstance(leaf, type_)), None)


def text_of(kind: Kind) -> str:
    """Say in words what `kind_of` found."""
    if kind is None:
        return "no array or number"
    shape, dtype, is_weak = kind
    return f"a Python {dtype.name.rstrip('0123456789')}" if is_weak else f"{dtype} of shape {shape}"


def number_like(kind: Kind) -> Any:
    """Return the Python number or the dtype by which NumPy promotes what is of this kind."""
    assert kind is not None
    return _YIELDING.get(kind[1].kind, kind[1]) if kind[2] else kind[1]


class Carry(Generic[C]):
    """The state of a loop.

    Structure, shapes and dtypes are those of the first state. A Python number is the exception: it may
    become an array of shape () of a dtype to which NumPy's promotion brings it, and keeps that from
    then on; and where a step returns a Python number for what is an array of shape (), it takes its
    dtype. What is no array or number, a generator of random numbers say, goes from step to step as it is.

    A step may write to the state that it is given: arrays of the first one are copied, and of two that
    share memory in a later one, the second.

    Parameters
    ----------
    name : str
        The loop, which begins errors.
    what : str
        What it calls its state.
    function : str
        What it calls the function that returns the next state.
    init : array, number or nested container
        The first state.

    Attributes
    ----------
    state
        The last one.
    """

    def __init__(self, name: str, what: str, function: str, init: C) -> None:
        self._name, self._what, self._function = name, what, function
        self._form = Form(init)
        leaves = [joined(leaf) for leaf in self._form.flatten(init, f"{name}: {what}")]
        self._kinds = [kind_of(leaf) for leaf in leaves]
        self._returned = f"{name}: what {function} returned for {what}"
        self.state: C
        self.begin(self._form.unflatten(leaves))

    def begin(self, state: C) -> None:
        """Go on from copies of the arrays of a state of this form and these kinds."""
        leaves = [copied(leaf) for leaf in self._form.flatten(state, self._returned)]
        self._arrays = self._arrays_of(leaves)
        self.state = self._form.unflatten(leaves)

    def like(self, state: C) -> Carry[C]:
        """Return the state of the same loop, begun at another one."""
        return Carry(self._name, self._what, self._function, state)

    def leaves(self) -> list[Any]:
        """Return the arrays and numbers of the state, in order."""
        return self._form.flatten(self.state, self._returned)

    def with_leaves(self, leaves: Sequence[Any]) -> Carry[C]:
        """Return the state of the same loop, begun at one of these leaves."""
        return self.like(self._form.unflatten(leaves))

    def holds_numbers(self) -> bool:
        """Whether a part may change its dtype in the first step."""
        return any(kind is not None and kind[2] for kind in self._kinds)

    def step(self, state: C) -> None:
        """Take what a step returned as the next state.

        Raises
        ------
        DTypeError
            If it is of another form or dtype than the state before.
        ShapeError
            If it is of another shape.
        """
        if self._form.is_leaf and kind_of(state) == self._kinds[0] is not None:
            self._arrays = self._arrays_of((state,))
            self.state = state
            return
        leaves = self._form.flatten(state, self._returned)
        is_like = True
        for i, leaf in enumerate(leaves):
            if kind_of(leaf) != self._kinds[i]:
                leaves[i] = self._fitted(i, joined(leaf))
                is_like = False
        arrays = self._arrays_of(leaves)
        if len(arrays) > 1 and any(is_shared(x, arrays[:i]) for i, x in enumerate(arrays)):
            leaves = [apart(leaf, leaves[:i]) for i, leaf in enumerate(leaves)]
            arrays = self._arrays_of(leaves)
            is_like = False
        self._arrays = arrays
        self.state = state if is_like else self._form.unflatten(leaves)

    def apart(self, result: Any) -> Any:
        """Return what a step gives beside the state, as it stays when the state is written to."""
        for leaf in _core.flatten(result) if self._arrays else ():
            if is_shared(leaf, self._arrays):
                form = Form(result)
                leaves = form.flatten(result, self._returned)
                return form.unflatten(apart(leaf, self._arrays) for leaf in leaves)
        return result

    def _arrays_of(self, leaves: Sequence[Any]) -> list[Any]:
        """Return those leaves that can be written to; Tensors of shape () are replaced instead."""
        return [
            leaf
            for leaf, kind in zip(leaves, self._kinds, strict=True)
            if kind is not None and (kind[0] or isinstance(leaf, np.ndarray))
        ]

    def _fitted(self, i: int, leaf: Any) -> Any:
        """Bring a leaf and what the state keeps of it together, or fail."""
        was, now = self._kinds[i], kind_of(leaf)
        if was == now:
            return leaf
        if was is None or now is None:
            raise _core.DTypeError(self._difference(i, now, "is a number, or is none,"))
        if was[0] != now[0]:
            raise _core.ShapeError(self._difference(i, now, "keeps its shape"))
        promoted = np.result_type(number_like(was), number_like(now))
        if was[2] and promoted == now[1]:
            self._kinds[i] = now
            return leaf
        if now[2] and promoted == was[1]:
            if was[2]:
                return leaf + number_like(was)
            return leaf.astype(was[1]) if isinstance(leaf, Tensor) else was[1].type(leaf)
        raise _core.DTypeError(self._difference(i, now, "keeps its dtype"))

    def _difference(self, i: int, now: Kind, keeps: str) -> str:
        return (
            f"{self._name}: {self._form.names(self._what)[i]} is {text_of(self._kinds[i])} and "
            f"{self._function} returned {text_of(now)}; the state {keeps} from step to step"
        )
