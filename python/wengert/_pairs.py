"""Complex numbers as pairs of real ones."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import _core
from wengert._functions import Argnums
from wengert._transformed import Parts, spread

Function = Callable[..., Any]


def _pairs(x: Any) -> Any:
    """Return complex numbers with an axis of two more; real ones as they are."""
    return np.stack([np.real(x), np.imag(x)], axis=-1) if np.iscomplexobj(x) else x


def _numbers(like: Any, pairs: Any) -> Any:
    """Return what `_pairs` made of something like `like`."""
    return _core.complex(pairs[..., 0], pairs[..., 1]) if np.iscomplexobj(like) else pairs


def on_pairs(
    fun: Function, argnums: Argnums, has_aux: bool, derivatives: Callable[[Function], Function]
) -> Parts:
    """Return what evaluates the derivatives of `fun` as a function of pairs that returns pairs."""
    optree = importlib.import_module("optree")  # costs more to import than all of wengert
    given = [argnums] if isinstance(argnums, int) else list(argnums)

    @functools.wraps(fun, updated=())
    def fun_of_pairs(*pairs: Any, likes: dict[int, Any], keywords: dict[str, Any]) -> Any:
        args = [
            optree.tree_map(_numbers, likes[i], x) if i in likes else x for i, x in enumerate(pairs)
        ]
        out = fun(*args, **keywords)
        if has_aux:
            out, aux = out
            return optree.tree_map(_pairs, out), aux
        return optree.tree_map(_pairs, out)

    of_pairs = derivatives(fun_of_pairs)

    def of_numbers(*args: Any, **kwargs: Any) -> Any:
        chosen = {n + len(args) if n < 0 else n for n in given}
        likes = {i: x for i, x in enumerate(args) if i in chosen}
        pairs = [optree.tree_map(_pairs, x) if i in chosen else x for i, x in enumerate(args)]
        return of_pairs(*pairs, likes=likes, keywords=kwargs)

    return spread, (of_numbers,), ()
