"""Nested containers, taken apart by their form and put together again."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from wengert import _core
from wengert._core import Tensor

_LEAVES = (Tensor, np.ndarray, np.generic, int, float, complex, str)


def _pairs(keys: list[Any]) -> Callable[[list[Any]], Any]:
    return lambda values: dict(zip(keys, values, strict=True))


class Form:
    """What a nested container is but for its leaves.

    Containers are tuples, lists, dicts, namedtuples and classes registered with optree; None is a
    container of nothing.

    Parameters
    ----------
    tree : array, number or nested container
        Whose form it is.

    Attributes
    ----------
    is_leaf : bool
        Whether there is no container.
    """

    def __init__(self, tree: Any) -> None:
        self._type = type(tree)
        self.is_leaf = isinstance(tree, _LEAVES)
        if self.is_leaf:
            return
        if self._type in (tuple, list):
            self._names = [f"[{i}]" for i in range(len(tree))]
            self._build: Callable[[list[Any]], Any] = self._type
            children = tree
        elif self._type is dict:
            self._names = [f"[{key!r}]" for key in tree]
            self._build = _pairs(list(tree))
            children = list(tree.values())
        elif tree is None:
            self._names, self._build, children = [], lambda _: None, ()
        elif callable(tree) or (parts := _registered(tree)) is None:
            self.is_leaf = True
            return
        else:
            children, self._names, self._build = parts
        self._keys = tuple(tree) if self._type is dict else ()
        self._forms = [Form(child) for child in children]

    def flatten(self, tree: Any, what: str) -> list[Any]:
        """Return the leaves of a container of this form.

        Parameters
        ----------
        tree : array, number or nested container
            What is taken apart.
        what : str
            The name of `tree`, which begins the error of a container of another form.

        Returns
        -------
        list
            The leaves, in order.

        Raises
        ------
        DTypeError
            If a container of another type is there, or with other keys or entries.
        """
        if self.is_leaf and isinstance(tree, _LEAVES):
            return [tree]
        leaves: list[Any] = []
        self._flatten(tree, what, leaves)
        return leaves

    def _flatten(self, tree: Any, what: str, leaves: list[Any]) -> None:
        if self.is_leaf:
            if not isinstance(tree, _LEAVES) and not Form(tree).is_leaf:
                _fail(what, tree, "one array or number")
            leaves.append(tree)
            return
        if type(tree) is not self._type:
            _fail(what, tree, "None" if self._type is type(None) else self._type.__name__)
        if self._type is dict:
            if tree.keys() != set(self._keys):
                message = f"{what} has the keys {list(tree)}; {list(self._keys)} are needed"
                raise _core.DTypeError(message)
            children = [tree[key] for key in self._keys]
        elif self._type in (tuple, list):
            children = tree
        elif tree is None:
            return
        else:
            parts = _registered(tree)
            children = parts[0] if parts else []
        if len(children) != len(self._forms):
            message = f"{what} has {len(children)} entries; {len(self._forms)} are needed"
            raise _core.DTypeError(message)
        for form, child, name in zip(self._forms, children, self._names, strict=True):
            if form.is_leaf and isinstance(child, _LEAVES):
                leaves.append(child)
            else:
                form._flatten(child, what + name, leaves)

    def unflatten(self, leaves: Iterable[Any]) -> Any:
        """Return a container of this form with these leaves."""
        return self._unflatten(iter(leaves))

    def _unflatten(self, leaves: Iterator[Any]) -> Any:
        if self.is_leaf:
            return next(leaves)
        return self._build(
            [next(leaves) if form.is_leaf else form._unflatten(leaves) for form in self._forms]
        )

    def names(self, what: str) -> list[str]:
        """Return how Python spells each leaf of a container that is called `what`."""
        if self.is_leaf:
            return [what]
        parts = zip(self._forms, self._names, strict=True)
        return [leaf for form, name in parts for leaf in form.names(what + name)]


def _registered(tree: Any) -> tuple[list[Any], list[str], Callable[[list[Any]], Any]] | None:
    """Return the children, their names and what builds, of an object that optree knows."""
    optree = importlib.import_module("optree")  # costs more to import than all of wengert
    try:
        children, metadata, entries, build = optree.tree_flatten_one_level(tree)
    except ValueError:  # it is a leaf there
        return None
    fields = getattr(tree, "_fields", None)
    names = [f".{field}" for field in fields] if fields else [f"[{entry!r}]" for entry in entries]
    return list(children), names, lambda values: build(metadata, tuple(values))


def _fail(what: str, tree: Any, needed: str) -> None:
    message = f"{what} is of type {type(tree).__name__}; {needed} is needed"
    raise _core.DTypeError(message)
