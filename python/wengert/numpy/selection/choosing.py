"""Elements by condition, and the places where one holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, Tensor
from wengert.numpy._arguments import constant, tensor_of, truth_of

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["argwhere", "flatnonzero", "nonzero", "select", "where"]


def where(condition: Operand, x: Any = None, y: Any = None, /) -> Any:
    """Choose elements of `x` where a condition holds, of `y` elsewhere.

    Parameters
    ----------
    condition : array_like of bool
        What is not zero is true.
    x, y : array_like, optional
        What to choose from; all three broadcast. Without them, the result is ``nonzero(condition)``.

    Returns
    -------
    Tensor or tuple of Tensor
        Of the shape that the arguments broadcast to.

    Raises
    ------
    ValueError
        If one of `x` and `y` is missing.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.where([True, False], 1.0, [2.0, 3.0])
    Tensor([1., 3.])
    """
    if x is None and y is None:
        return nonzero(condition)
    if x is None or y is None:
        message = "where: one of x and y was given; both or neither are needed"
        raise ValueError(message)
    mask = condition if isinstance(condition, Tensor) else tensor_of(condition)
    if mask.dtype.kind != "b":
        mask = _core.not_equal(mask, 0)
    if isinstance(x, (list, tuple)):
        x = tensor_of(x)
    if isinstance(y, (list, tuple)):
        y = tensor_of(y)
    return _core.where(mask, x, y)


def nonzero(a: Operand) -> tuple[Tensor, ...]:
    """Return the places of the elements that are not zero.

    Parameters
    ----------
    a : array_like
        Of one axis or more.

    Returns
    -------
    tuple of Tensor
        Of int64, one for each axis, each of shape (number of such elements,).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.nonzero([0.0, 2.0, 3.0])
    (Tensor([1, 2]),)
    """
    return tuple([constant(places) for places in np.nonzero(truth_of(a))])


def argwhere(a: Operand) -> Tensor:
    """Return the places of the elements that are not zero, one to a row.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of int64, of shape (number of such elements, a.ndim).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.argwhere([0.0, 2.0, 3.0])
    Tensor([[1],
            [2]])
    """
    return constant(np.argwhere(truth_of(a)))


def flatnonzero(a: Operand) -> Tensor:
    """Return the places of the elements that are not zero in the flattened array.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of int64, of shape (number of such elements,).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.flatnonzero([0.0, 2.0, 3.0])
    Tensor([1, 2])
    """
    return constant(np.flatnonzero(truth_of(a)))


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Tensor:
    """Choose by the first of several conditions that holds.

    Parameters
    ----------
    condlist : sequence of array_like of bool
        The conditions.
    choicelist : sequence of array_like
        What to choose where each is the first that holds.
    default : array_like
        What to choose where none holds.

    Returns
    -------
    Tensor
        Of the shape that all broadcast to.

    Raises
    ------
    DTypeError
        If a condition is not of booleans.
    ValueError
        If the lists differ in length, or are empty.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.array([-1.0, 0.5, 2.0])
    >>> wnp.select([x < 0, x < 1], [0.0, x], 1.0)
    Tensor([0. , 0.5, 1. ])
    """
    if len(condlist) != len(choicelist):
        message = (
            f"select: {len(condlist)} conditions and {len(choicelist)} choices were given; "
            "as many of the one as of the other are needed"
        )
        raise ValueError(message)
    if len(condlist) == 0:
        message = "select: no conditions were given; at least one is needed"
        raise ValueError(message)
    conditions = [x if isinstance(x, Tensor) else tensor_of(x) for x in condlist]
    for i, condition in enumerate(conditions):
        if condition.dtype.kind != "b":
            message = f"select: condition {i} is {condition.dtype}; booleans are needed"
            raise DTypeError(message)
    # each of the others is promoted with what was chosen so far
    chosen = _core.convert(default, _core.promoted_dtype("select", default, *choicelist))
    for condition, choice in zip(reversed(conditions), reversed(choicelist), strict=True):
        chosen = _core.where(condition, choice, chosen)
    return chosen
