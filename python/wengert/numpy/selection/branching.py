"""Functions and arrays chosen between, element by element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor, store
from wengert.numpy._arguments import ALL_AXES, constant, converted, tensor_of, value_of
from wengert.numpy.layout.enlarging import broadcast_arrays
from wengert.numpy.predicates.kinds import result_type
from wengert.numpy.selection.taking import places_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wengert._typing import Operand, Out

__all__ = ["choose", "piecewise"]


def choose(a: Operand, choices: Any, out: Out = None, mode: str = "raise") -> Tensor:
    """Take each element from that one of several arrays which its place names.

    Parameters
    ----------
    a : array_like of int
        Which array, from 0 on.
    choices : sequence of array_like, or array_like
        What to choose from; all broadcast with `a`. Of an array, what stands along the first axis.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    mode : {"raise", "wrap", "clip"}
        What a number outside means: an error, the number modulo how many there are, or the nearest.

    Returns
    -------
    Tensor
        Of the shape that all broadcast to.

    Raises
    ------
    ValueError
        If a number lies outside, or there is nothing to choose from.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.choose([0, 1, 0], [[1.0, 2.0, 3.0], -1.0])
    Tensor([ 1., -1.,  3.])
    """
    if out is not None:
        return store("choose", out, choose(a, choices, None, mode), "unsafe")
    options = [tensor_of(choice) for choice in choices]
    if not options:
        message = "choose: choices are empty; at least one is needed"
        raise ShapeError(message)
    places = places_in(a if isinstance(a, Tensor) else np.asarray(a), len(options), mode, "choose")
    places = tensor_of(places)
    if places.dtype.kind not in "bi":
        message = f"choose: a is {places.dtype}; integers are needed"
        raise TypeError(message)
    if mode == "raise":
        is_inside = _core.logical_and(
            _core.greater_equal(places, 0), _core.less(places, len(options))
        )
        if not _core.all(is_inside, ALL_AXES[places.ndim], False):
            message = f"choose: a place in a is outside of the {len(options)} choices"
            raise ValueError(message)
    dtype = result_type(*options)
    places, *options = broadcast_arrays(places, *[converted(x, dtype) for x in options])
    stacked = _core.stack(options, -places.ndim - 1)
    index = [
        np.arange(n).reshape(-1, *[1] * (places.ndim - i - 1)) for i, n in enumerate(places.shape)
    ]
    return _core.gather([stacked, places, *index], tuple(range(-stacked.ndim, 0)), 0)


def piecewise(x: Operand, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Tensor:
    """Apply a function to the elements where a condition holds, and others elsewhere.

    Parameters
    ----------
    x : array_like
        Of any shape.
    condlist : sequence of array_like of bool
        The conditions, of the shape of `x`; of several that hold, the last counts.
    funclist : sequence of callable or number
        For each condition what to apply to those elements, of shape (number of them,), or what to put in
        their place; and maybe one more, for where none holds. 0 stands where nothing else does.
    *args, **kw
        More arguments of the functions.

    Returns
    -------
    Tensor
        Of the shape and dtype of `x`.

    Raises
    ------
    ValueError
        If there are neither as many functions as conditions nor one more.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.array([-2.0, 1.0, 3.0])
    >>> wnp.piecewise(x, [x < 0, x >= 2], [lambda x: -x, 5.0])
    Tensor([2., 0., 5.])
    """
    given = tensor_of(x)
    flat = _core.reshape(given, (given.size,))
    masks = _masks(condlist, given)
    if len(funclist) == len(masks) + 1:
        rest = tensor_of(np.ones(given.size, np.bool_))
        for mask in masks:
            rest = _core.logical_and(rest, _core.logical_not(mask))
        masks.append(rest)
    elif len(funclist) != len(masks):
        message = (
            f"piecewise: {len(funclist)} functions and {len(masks)} conditions were given; "
            "as many, or one more, are needed"
        )
        raise ValueError(message)
    result = constant(np.zeros(given.size, given.dtype))
    for mask, function in zip(masks, funclist, strict=True):
        if not callable(function):
            result[mask] = function
            continue
        chosen = flat[mask]
        if chosen.size:
            result[mask] = function(chosen, *args, **kw)
    return _core.reshape(result, given.shape)


def _masks(condlist: Any, x: Tensor) -> list[Tensor]:
    """Read one condition or several, each as booleans of the elements of x."""
    if not isinstance(condlist, Tensor):
        is_one = np.ndim(value_of(condlist)) == 0 or (
            x.ndim != 0 and not isinstance(condlist[0], (list, tuple, np.ndarray, Tensor))
        )
        condlist = [condlist] if is_one else list(condlist)
    elif condlist.ndim == 0 or (condlist.ndim == 1 and x.ndim != 0):
        condlist = [condlist]
    masks = []
    for condition in condlist:
        mask = _core.not_equal(tensor_of(condition), 0)
        if mask.size != x.size and mask.ndim:
            message = f"piecewise: a condition is {mask.shape} and x is {x.shape}; equal shapes are needed"
            raise IndexError(message)
        masks.append(_core.broadcast_to(_core.reshape(mask, (mask.size,)), (x.size,)))
    return masks
