"""``ufunc.at``: operations on elements in place, one after the other where an index is repeated."""

from __future__ import annotations

from types import EllipsisType, NoneType
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import tensor_of, value_of
from wengert.numpy.writing._values import plain, writable

if TYPE_CHECKING:
    import numpy.typing as npt


def at(ufunc: np.ufunc, a: Any, indices: Any, *operands: Any) -> None:
    """Apply a ufunc to elements in place, as ``ufunc.at(a, indices, b)`` does.

    Parameters
    ----------
    ufunc : numpy.ufunc
        Of one or two operands and one result.
    a : Tensor or array
        What is written to; its elements are the first operand.
    indices : index
        Which elements, as between brackets; one that is named twice is operated on twice, in order.
    *operands : array_like
        The second operand, which broadcasts to the elements named.

    Returns
    -------
    None

    Raises
    ------
    DTypeError
        If the ufunc has no such form, or the result is being differentiated and `a` is an ndarray.
    IndexError
        If an index lies outside.
    ShapeError
        If the second operand is missing, or one too many, or does not broadcast.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert.numpy as wnp
    >>> x = wnp.zeros(3)
    >>> np.add.at(x, [0, 0, 2], [1.0, 2.0, 5.0])
    >>> x
    Tensor([3., 0., 5.])
    """
    name = f"{ufunc.__name__}.at"
    target = writable(name, a)
    if ufunc.nout != 1 or ufunc.nin > 2 or ufunc.signature is not None:
        message = (
            f"{name}: is not supported; a ufunc of one or two operands and one result is needed"
        )
        raise (ValueError if ufunc.signature is None else DTypeError)(message)
    if len(operands) != ufunc.nin - 1:
        message = f"{name}: {len(operands)} operands were given besides a; {ufunc.nin - 1} needed"
        raise ShapeError(message)
    if target is None:
        return ufunc.at(a, _plain_key(indices), *[plain(name, x, a) for x in operands])
    if ufunc in (np.add, np.subtract) and _is_held(operands[0], target):
        update = operands[0] if ufunc is np.add else _core.negative(operands[0])
        return _core.accumulate(name, target, indices, update)
    return _in_rounds(ufunc, target, _plain_key(indices), *operands)


def _is_held(x: Any, a: Tensor) -> bool:
    """Whether adding to `a` is done in its own dtype."""
    value = tensor_of(x)
    kinds = "biufc"
    if value.is_weak and value.ndim == 0:
        return kinds.index(value.dtype.kind) <= kinds.index(a.dtype.kind)
    return a.dtype.kind != "b" and np.can_cast(value.dtype, a.dtype, "safe")


def _plain_key(key: Any) -> Any:
    """Replace the Tensors of an index by their values."""
    return tuple([value_of(x) for x in key]) if isinstance(key, tuple) else value_of(key)


def _in_rounds(ufunc: np.ufunc, a: Tensor, key: Any, *operands: Any) -> None:
    """Operate on every element once in a round, for as many rounds as one is named."""
    items = key if isinstance(key, tuple) else (key,)
    arrays = [np.asarray(x) for x in items if not isinstance(x, (slice, EllipsisType, NoneType))]
    if all(x.ndim == 0 or x.dtype.kind == "b" for x in arrays):  # no element is named twice
        a[key] = ufunc(a[key], *operands)
        return
    if len(arrays) == len(items) and all(x.dtype.kind in "iu" for x in arrays):
        shape, kept = a.shape[: len(items)], a.shape[len(items) :]
        np.broadcast_to(False, a.shape)[tuple(arrays)]  # fails where an index does
        places = _ravelled(arrays, shape)
    else:
        shape, kept = a.shape, ()
        places = np.arange(a.size).reshape(shape)[key]
    named = (*places.shape, *kept)
    values = [_core.reshape(_core.broadcast_to(x, named), (places.size, *kept)) for x in operands]
    if ufunc in _ASSOCIATIVE and values[0].dtype.kind == a.dtype.kind:
        places, values[0] = _joined(ufunc, places.reshape(-1), values[0])
    for chosen in _rounds(places.reshape(-1)):
        index = np.unravel_index(places.reshape(-1)[chosen], shape)
        a[index] = ufunc(a[index], *[x[chosen] for x in values])


# Operands may be joined before they meet an element.
_ASSOCIATIVE = frozenset(
    [
        *(np.multiply, np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp, np.logaddexp2),
        *(np.logical_and, np.logical_or, np.logical_xor),
        *(np.bitwise_and, np.bitwise_or, np.bitwise_xor),
    ]
)


def _joined(
    ufunc: np.ufunc, places: npt.NDArray[Any], values: Tensor
) -> tuple[npt.NDArray[Any], Tensor]:
    """Join what is for one place, neighbours first and then those of twice the distance."""
    order = value_of(_core.argsort(places, -1)) if places.size else places
    sorted_places = places[order]
    starts = np.flatnonzero(np.diff(sorted_places, prepend=-1))
    lengths = np.diff(starts, append=places.size)
    joined = values[order]
    position = np.arange(places.size) - np.repeat(starts, lengths)
    follow = np.repeat(lengths, lengths) - position
    at_step, step = np.arange(places.size), 1
    while (
        at_step := at_step[(position[at_step] % (2 * step) == 0) & (follow[at_step] > step)]
    ).size:
        joined[at_step] = ufunc(joined[at_step], joined[at_step + step])
        step *= 2
    return sorted_places[starts], joined[starts]


def _ravelled(arrays: list[npt.NDArray[Any]], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Count the elements that arrays of indices name, one for each axis, in order."""
    places: Any = 0
    for index, n in zip(arrays, shape, strict=True):
        places = places * n + index % n
    return np.asarray(places)


def _rounds(places: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
    """Divide the positions of `places` into runs that name no place twice, in order."""
    if not places.size:
        return []
    order = np.argsort(places, kind="stable")
    is_first = np.diff(places[order], prepend=-1) != 0
    position = np.arange(places.size)
    repeated = position - np.maximum.accumulate(np.where(is_first, position, 0))
    by_round = np.argsort(repeated, kind="stable")
    return np.split(order[by_round], np.cumsum(np.bincount(repeated))[:-1])
