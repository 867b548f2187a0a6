"""Checks for users' own functions and rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import optree

from wengert import _core
from wengert._forward import jvp
from wengert._transforms import vjp

__all__ = ["check_grads"]

Arrays = list[np.ndarray[Any, Any]]


def check_grads(
    fun: Callable[..., Any],
    args: Sequence[Any],
    order: int = 2,
    modes: Sequence[str] = ("fwd", "rev"),
    *,
    tolerance: float | None = None,
    seed: int = 0,
) -> None:
    """Compare the derivatives of `fun` with finite differences, and the modes with each other.

    Parameters
    ----------
    fun : callable
        Function of arrays returning an array or a nested container of arrays.
    args : sequence
        Where to check: arrays, numbers, or nested containers of those, real or complex.
    order : int
        Up to which order; each order differentiates the derivative that was checked before.
    modes : sequence of {"fwd", "rev"}
        ``"fwd"`` checks `jvp` against differences along a random direction, ``"rev"`` checks that
        `vjp` is its transpose along random directions.
    tolerance : float, optional
        Of the difference relative to the largest element; by default 1e-6 in double precision and
        2e-2 in single, ten times as much for each further order.
    seed : int
        Of the random directions.

    Raises
    ------
    AssertionError
        If they differ: it names the mode, the order, the argument and the element that differ most,
        and by how much.
    ShapeError
        If `order` is not positive or a mode is unknown.

    Examples
    --------
    >>> check_grads(lambda x, y: np.sin(x) * y, [np.ones(3), 2.0])
    """
    if order < 1:
        message = f"check_grads: order is {order}; a positive integer is needed"
        raise _core.ShapeError(message)
    for mode in modes:
        if mode not in ("fwd", "rev"):
            message = f'check_grads: modes holds {mode!r}; "fwd" and "rev" are the modes'
            raise _core.ShapeError(message)
    tree: Any = tuple(args)
    leaves, structure = optree.tree_flatten(tree)
    checked = _Checked(fun, structure, np.random.default_rng(seed), tolerance)
    checked.check([np.asarray(x) for x in leaves], order, tuple(modes))


class _Checked:
    """A function of a list of arrays that returns a list of arrays."""

    def __init__(
        self, fun: Callable[..., Any], structure: Any, rng: Any, tolerance: float | None
    ) -> None:
        self._fun, self._structure, self._rng = fun, structure, rng
        self._tolerance = tolerance

    def check(self, at: Arrays, order: int, modes: tuple[str, ...]) -> None:
        self._check(self._flat, at, order, modes, "")

    def _flat(self, *leaves: Any) -> list[Any]:
        out = self._fun(*optree.tree_unflatten(self._structure, leaves))
        return list(optree.tree_leaves(out))

    def _check(
        self,
        f: Callable[..., list[Any]],
        at: Arrays,
        order: int,
        modes: tuple[str, ...],
        path: str,
    ) -> None:
        tangents = [self._direction(x) for x in at]
        cotangents = [self._direction(np.asarray(y)) for y in f(*at)]
        if "fwd" in modes:
            self._check_forward(f, at, tangents, f"{path}fwd")
        if "rev" in modes:
            self._check_reverse(f, at, tangents, cotangents, f"{path}rev")
        if order == 1:
            return
        if "fwd" in modes:
            pushed = lambda *x: jvp(f, x, tuple(tangents))[1]
            self._check(pushed, at, order - 1, modes, f"{path}fwd of ")
        if "rev" in modes:
            pulled = lambda *x: list(vjp(f, *x)[1](list(cotangents)))
            self._check(pulled, at, order - 1, modes, f"{path}rev of ")

    def _direction(self, like: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        direction = self._rng.standard_normal(like.shape)
        if np.iscomplexobj(like):
            direction = direction + 1j * self._rng.standard_normal(like.shape)
        dtype = like.dtype if like.dtype.kind in "fc" else np.float64
        return np.asarray(direction, dtype)

    def _check_forward(
        self, f: Callable[..., list[Any]], at: Arrays, tangents: Arrays, path: str
    ) -> None:
        exact = jvp(f, tuple(at), tuple(tangents))[1]
        for k, (y, d) in enumerate(zip(exact, _differences(f, at, tangents), strict=True)):
            if not self._agree(y, d, path):
                i = _worst(y, d)
                message = (
                    f"check_grads: {path}: element {i} of output {k} has the directional derivative "
                    f"{np.asarray(y)[i]}, and finite differences give {d[i]}; "
                    f"{_blame(f, at, k, i)}"
                )
                raise AssertionError(message)

    def _check_reverse(
        self,
        f: Callable[..., list[Any]],
        at: Arrays,
        tangents: Arrays,
        cotangents: Arrays,
        path: str,
    ) -> None:
        pulled = vjp(f, *at)[1](list(cotangents))
        moved = _differences(f, at, tangents)
        left = sum(_pair(c, t) for c, t in zip(cotangents, moved, strict=True))
        right = sum(_pair(c, t) for c, t in zip(pulled, tangents, strict=True))
        if self._agree(left, right, path):
            return
        for k, (x, ct) in enumerate(zip(at, pulled, strict=True)):
            for i in np.ndindex(x.shape):
                moved = _differences(f, at, _unit(at, k, i))
                slope = sum(_pair(c, t) for c, t in zip(cotangents, moved, strict=True))
                found = np.real(np.asarray(ct)[i])
                if not self._agree(found, slope, path):
                    message = (
                        f"check_grads: {path}: element {i} of argument {k} has the cotangent "
                        f"{found}, and finite differences give {slope}; they differ by "
                        f"{abs(found - slope):.3g}"
                    )
                    raise AssertionError(message)
        message = f"check_grads: {path}: <ct, J t> is {left} and <J^T ct, t> is {right}"
        raise AssertionError(message)

    def _agree(self, a: Any, b: Any, path: str) -> bool:
        a, b = np.asarray(a), np.asarray(b)
        single = np.result_type(a, b).itemsize // (2 if np.iscomplexobj(a) else 1) < 8
        tolerance = self._tolerance or (2e-2 if single else 1e-6) * 10 ** path.count(" of ")
        scale = max(1.0, float(np.max(np.abs(b), initial=0.0)))
        return a.shape == b.shape and bool(np.all(np.abs(a - b) <= tolerance * scale))


def _differences(f: Callable[..., list[Any]], at: Arrays, tangents: Arrays) -> Arrays:
    """Return the directional derivative by central differences of fourth order."""
    dtypes = [x.dtype for x in at if x.dtype.kind in "fc"] or [np.dtype(np.float64)]
    h = float(max(np.finfo(dtype).eps for dtype in dtypes)) ** 0.2

    def moved(step: float) -> Arrays:
        return [
            np.asarray(y)
            for y in f(
                *(
                    np.asarray(x + step * t, x.dtype if x.dtype.kind in "fc" else None)
                    for x, t in zip(at, tangents, strict=True)
                )
            )
        ]

    parts = zip(moved(h), moved(-h), moved(2 * h), moved(-2 * h), strict=True)
    return [(8 * (a - b) - (c - d)) / (12 * h) for a, b, c, d in parts]


def _unit(at: Arrays, k: int, i: tuple[int, ...]) -> Arrays:
    directions = [np.zeros(x.shape, x.dtype if x.dtype.kind in "fc" else np.float64) for x in at]
    directions[k][i] = 1
    return directions


def _blame(f: Callable[..., list[Any]], at: Arrays, output: int, element: Any) -> str:
    """Say which element of which argument the derivative is wrong in."""
    worst, text = -1.0, ""
    for k, x in enumerate(at):
        for i in np.ndindex(x.shape):
            unit = _unit(at, k, i)
            exact = np.asarray(jvp(f, tuple(at), tuple(unit))[1][output])[element]
            slope = _differences(f, at, unit)[output][element]
            if not abs(exact - slope) <= worst:
                worst = abs(exact - slope)
                text = f"worst in element {i} of argument {k}: {exact} and {slope}"
    return text


def _worst(a: Any, b: Any) -> tuple[int, ...]:
    difference = np.abs(np.asarray(a) - np.asarray(b))
    index = np.unravel_index(np.argmax(np.nan_to_num(difference, nan=np.inf)), difference.shape)
    return tuple(int(i) for i in index)


def _pair(ct: Any, t: Any) -> float:
    return float(np.sum(np.real(np.asarray(ct) * np.asarray(t))))
