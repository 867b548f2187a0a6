"""Branches that are functions: one of them is called."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

import wengert.numpy as wnp
from wengert import _core
from wengert._core import Tensor
from wengert._steered import recorded_branch

R = TypeVar("R")

_SCALARS = (Tensor, np.ndarray, np.generic, int, float, complex)


def truth_of(name: str, what: str, value: Any) -> bool:
    """Read a scalar as Python's ``if`` does; under `vmap` it divides the examples."""
    if isinstance(value, _SCALARS):
        if np.ndim(value) == 0:
            return bool(value)
        given = f"of shape {np.shape(value)}"
        message = f"{name}: {what} is {given}; a scalar is needed (np.where chooses by elements)"
        raise _core.ShapeError(message)
    message = f"{name}: {what} is {type(value).__name__}; a bool or number is needed"
    raise _core.DTypeError(message)


def integer_of(name: str, what: str, value: Any) -> int:
    """Read an integer; under `vmap` it divides the examples."""
    if isinstance(value, Tensor) and value.dtype.kind not in "iu":
        given = str(value.dtype)
    else:
        try:
            return operator.index(value)
        except TypeError:
            given = f"{getattr(value, 'dtype', type(value).__name__)}"
    shape = f" of shape {np.shape(value)}" if np.ndim(value) else ""
    message = f"{name}: {what} is {given}{shape}; an integer is needed"
    raise _core.DTypeError(message)


def require_integer(name: str, what: str, value: Any) -> None:
    """Fail if `value` is no integer, without reading one that is a Tensor."""
    is_one = isinstance(value, Tensor) and value.ndim == 0 and value.dtype.kind in "iu"
    if not is_one:
        integer_of(name, what, value)


def require_function(name: str, what: str, fun: object) -> None:
    """Fail if `fun` cannot be called."""
    if not callable(fun):
        message = f"{name}: {what} is {type(fun).__name__}; a function is needed"
        raise _core.DTypeError(message)


def cond(pred: Any, true_fun: Callable[..., R], false_fun: Callable[..., R], *operands: Any) -> R:
    """Call one of two functions.

    Parameters
    ----------
    pred : bool, number, or array or Tensor of shape ()
        Which: `true_fun` where it is true, as Python's ``if`` reads it.
    true_fun, false_fun : callable
        Functions of `operands`. Only the one that is chosen is called, but while `jit` records.
    *operands : array, number, or any object
        What it is given.

    Returns
    -------
    object
        What it returns, untouched.

    Raises
    ------
    DTypeError
        If `pred` is neither a bool nor a number, or a function cannot be called.
    ShapeError
        If `pred` has axes.

    Notes
    -----
    It is ``true_fun(*operands) if pred else false_fun(*operands)``. Under `vmap` examples that take
    one branch are evaluated together, and no example is evaluated along the branch that it does not
    take: no derivative there can be a NaN in the result. What the branches return in a batch has to
    have one form and one shape.

    Where `jit` records and `pred` is computed, both functions are called, on values as they happen to
    be, and become one operation that takes its branch anew in each replay, if they return the same
    kinds of arrays, read no values and change nothing outside.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert import grad, vmap
    >>> root = lambda x: cond(x > 0, np.sqrt, lambda x: 0.0 * x, x)
    >>> vmap(grad(root))(np.array([-1.0, 0.0, 4.0]))
    array([0.  , 0.  , 0.25])
    """
    require_function("cond", "true_fun", true_fun)
    require_function("cond", "false_fun", false_fun)
    if isinstance(pred, Tensor) and pred.ndim == 0 and _core.may_be_recorded(pred):
        index = wnp.astype(pred if pred.dtype == np.bool_ else pred != 0, np.int64)
        taken = recorded_branch(index, [false_fun, true_fun], operands)
        if taken is not None:
            return taken[0]
    return true_fun(*operands) if truth_of("cond", "pred", pred) else false_fun(*operands)


def switch(index: Any, branches: Sequence[Callable[..., R]], *operands: Any) -> R:
    """Call one of several functions.

    Parameters
    ----------
    index : int, or integer array or Tensor of shape ()
        Which, counted from 0. One below 0 calls the first, one beyond the end the last.
    branches : sequence of callables
        Functions of `operands`, at least one. Only the one that is chosen is called, but while `jit`
        records.
    *operands : array, number, or any object
        What it is given.

    Returns
    -------
    object
        What it returns, untouched.

    Raises
    ------
    DTypeError
        If `index` is no integer, or a branch cannot be called.
    ShapeError
        If there are no branches.

    Notes
    -----
    Negative numbers do not count from the end, as they do in ``branches[index]``. Under `vmap`
    examples of one branch are evaluated together, those beyond an end included. Recorded by `jit`, it is
    one operation, as `cond` is.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert import grad, vmap
    >>> wave = lambda i, x: switch(i, [np.sin, np.cos, np.exp], x)
    >>> grad(wave, 1)(2, 0.0), grad(wave, 1)(7, 0.0)
    (1.0, 1.0)
    >>> vmap(wave)(np.array([-1, 1, 2]), np.zeros(3))
    array([0., 1., 1.])
    """
    if not isinstance(branches, Sequence):
        message = (
            f"switch: branches is {type(branches).__name__}; a sequence of functions is needed"
        )
        raise _core.DTypeError(message)
    if not branches:
        message = "switch: branches is empty; at least one function is needed"
        raise _core.ShapeError(message)
    for i, branch in enumerate(branches):
        require_function("switch", f"branches[{i}]", branch)
    last = len(branches) - 1
    if isinstance(index, Tensor) and index.ndim == 0 and index.dtype.kind in "iu":
        index = wnp.clip(index, 0, last)  # before it is read: examples beyond an end share a branch
        if last > 0 and _core.may_be_recorded(index):
            taken = recorded_branch(wnp.astype(index, np.int64), branches, operands)
            if taken is not None:
                return taken[0]
    return branches[min(max(integer_of("switch", "index", index), 0), last)](*operands)
