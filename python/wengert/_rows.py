"""Arrays whose first axis counts steps: their elements one by one, and results stacked again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

import wengert.numpy as wnp
from wengert import _core
from wengert._carry import joined, kind_of, number_like
from wengert._containers import Form
from wengert._core import Tensor
from wengert._sharing import ARRAYS, read_only


class Elements:
    """What is scanned.

    Arrays are iterated over, not indexed by an array of numbers: that is a view in NumPy, and of what is
    being differentiated the whole loop takes a time proportional to its length. What a step gets of them is
    read-only.

    Parameters
    ----------
    name : str
        The function that scans, which begins errors.
    xs : array or nested container of arrays
        What is scanned; None, or a container of nothing, for steps that have no element.
    length : int or None
        How many steps there are, if that is asked for.
    """

    def __init__(self, name: str, xs: Any, length: int | None) -> None:
        self._name = name
        self._form = Form(xs)
        self._arrays = [joined(leaf) for leaf in self._form.flatten(xs, f"{name}: xs")]
        lengths = {"length": length} if length is not None else {}
        for leaf, array in zip(self._form.names("xs"), self._arrays, strict=True):
            if not isinstance(array, ARRAYS) or array.ndim == 0:
                given = "of shape ()" if kind_of(array) else type(array).__name__
                message = f"{name}: {leaf} is {given}; an array with a first axis is needed"
                raise _core.ShapeError(message)
            lengths[leaf] = len(array)
        if len(set(lengths.values())) > 1:
            given = ", ".join(f"{leaf} {n}" for leaf, n in lengths.items())
            message = f"{name}: the lengths are {given}; one length is needed, of the first axes"
            raise _core.ShapeError(message)
        if not lengths:
            message = f"{name}: xs has no arrays and length is None; one of them is needed"
            raise _core.ShapeError(message)
        self.length = next(iter(lengths.values()))

    def each(self, is_reversed: bool) -> Iterator[Any]:
        """Go over the elements, in the containers of `xs`."""
        if not self._arrays:
            yield from (self._form.unflatten(()) for _ in range(self.length))
            return
        rows = [_elements(array, is_reversed) for array in self._arrays]
        if self._form.is_leaf:
            yield from rows[0]
            return
        for leaves in zip(*rows, strict=True):
            yield self._form.unflatten(leaves)

    def arrays(self) -> list[Any]:
        """Return what is scanned, leaf by leaf."""
        return self._arrays

    def container(self, leaves: Iterable[Any]) -> Any:
        """Return leaves in the containers of `xs`."""
        return self._form.unflatten(leaves)

    def at(self, k: int) -> Any:
        """Return one element."""
        return self._form.unflatten(_element(array, k) for array in self._arrays)

    def between(self, start: int, stop: int) -> Elements:
        """Return some of the elements."""
        return Elements(self._name, self.part(start, stop), stop - start)

    def part(self, start: int, stop: int) -> Any:
        """Return the arrays of some elements, in the containers of `xs`."""
        return self._form.unflatten(array[start:stop] for array in self._arrays)

    def blocks(self, count: int, size: int) -> Any:
        """Return arrays of as many blocks of elements, from the first on, in the containers of `xs`."""
        return self._form.unflatten(
            array[: count * size].reshape((count, size, *array.shape[1:])) for array in self._arrays
        )

    def example(self) -> Any:
        """Return something like an element, where there is none: ones, and 0 where it is no fraction."""
        return self._form.unflatten(
            (wnp if isinstance(array, Tensor) else np).full(
                array.shape[1:], 1 if array.dtype.kind in "fc" else 0, array.dtype
            )
            for array in self._arrays
        )


class Rows:
    """What steps return, leaf by leaf.

    Parameters
    ----------
    what : str
        What errors call the result of a step.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._form: Form | None = None
        self._columns: list[list[Any]] = []

    def add(self, y: Any) -> None:
        """Take the result of one step more, of the form of those before."""
        if self._form is None:
            self._form = Form(y)
            self._columns = [[] for _ in self._form.names("")]
        for column, leaf in zip(self._columns, self._form.flatten(y, self._what), strict=True):
            column.append(leaf)

    def stacked(self, is_reversed: bool) -> Any:
        """Return arrays of all results, in the order of the elements."""
        assert self._form is not None
        if is_reversed:
            for column in self._columns:
                column.reverse()
        names = self._form.names(self._what)
        return self._form.unflatten(map(_stacked, names, self._columns))

    def concatenated(self) -> Any:
        """Return the arrays of all results that were arrays of results."""
        assert self._form is not None
        return self._form.unflatten(
            _library(column).concatenate(column) for column in self._columns
        )

    def empty(self) -> Any:
        """Return arrays of no results, like those of the one that was added."""
        rows = self.stacked(False)
        assert self._form is not None
        return self._form.unflatten(array[:0].copy() for array in self._form.flatten(rows, ""))


def joined_blocks(blocks: Any, last: Any = None) -> Any:
    """Return the elements of blocks one after another, and behind them those of one of fewer.

    Parameters
    ----------
    blocks : array or nested container of arrays
        Blocks along the first axis, their elements along the second.
    last : array or nested container of arrays, optional
        Elements along the first axis, in the same containers.
    """
    form = Form(blocks)
    arrays = [
        array.reshape((array.shape[0] * array.shape[1], *array.shape[2:]))
        for array in form.flatten(blocks, "")
    ]
    if last is not None:
        pairs = zip(arrays, form.flatten(last, "scan: what f returned for y"), strict=True)
        arrays = [_library(pair).concatenate(pair) for pair in map(list, pairs)]
    return form.unflatten(arrays)


def _elements(array: Any, is_reversed: bool) -> Iterator[Any]:
    if isinstance(array, np.ndarray):
        array = read_only(array)
    elements = reversed(array) if is_reversed else iter(array)
    is_written_through = isinstance(array, Tensor) and array.ndim > 1
    return map(read_only, elements) if is_written_through else elements


def _element(array: Any, k: int) -> Any:
    element = array[k]
    return read_only(element) if isinstance(element, ARRAYS) and element.ndim else element


def _library(arrays: Iterable[Any]) -> Any:
    """Return the module that joins arrays: NumPy's own where there is no Tensor."""
    return wnp if any(isinstance(array, Tensor) for array in arrays) else np


def _stacked(name: str, column: list[Any]) -> Any:
    """Stack a leaf of all results; Python numbers take the dtype of the others."""
    if len(set(map(type, column))) == 1 and isinstance(column[0], (float, int, np.generic)):
        return np.stack(column)
    column = [joined(leaf) for leaf in column]
    library = _library(column)
    kinds = {kind_of(leaf) for leaf in column}
    if None in kinds:
        given = next(type(leaf).__name__ for leaf in column if kind_of(leaf) is None)
        message = f"{name} is {given}; arrays and numbers are stacked"
        raise _core.DTypeError(message)
    if len(shapes := {kind[0] for kind in kinds if kind}) > 1:
        first, second = sorted(shapes, key=str)[:2]
        message = f"{name} is of shape {first} and of shape {second}; one shape is needed"
        raise _core.ShapeError(message)
    if len({kind[2] for kind in kinds if kind}) == 1:
        return library.stack(column)
    dtype = np.result_type(*[number_like(kind) for kind in kinds])
    return library.stack(column, dtype=dtype)
