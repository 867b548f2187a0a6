"""The elements of a Tensor in one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert._core import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wengert._typing import Dims, Operand


def _places(size: int, key: Any) -> Any:
    """Return the numbers of the elements that a key names; without a list of all where it can."""
    if key is Ellipsis:
        return range(size)
    if isinstance(key, slice) or (hasattr(key, "__index__") and np.ndim(key) == 0):
        return range(size)[key]
    return np.arange(size)[key]


def _position(place: int, shape: Dims) -> Dims:
    """Return the index of an element by its number."""
    index = []
    for length in reversed(shape):
        place, i = divmod(place, length)
        index.append(i)
    return tuple(index[::-1])


class Flat:
    """What ``x.flat`` is: the elements of `x` in C order, read and written in place.

    Parameters
    ----------
    base : Tensor
        Whose elements they are.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.zeros((2, 3))
    >>> x.flat[::2] = 1.0
    >>> x
    Tensor([[1., 0., 1.],
            [0., 1., 0.]])
    """

    def __init__(self, base: Tensor) -> None:
        self.base = base

    def __len__(self) -> int:
        return self.base.size

    def __iter__(self) -> Iterator[Tensor]:
        if self.base.ndim == 0:
            yield wnp.copy(self.base)
        elif self.base.ndim == 1:
            yield from self.base
        else:
            for part in self.base:
                yield from Flat(part)

    def __getitem__(self, key: Any) -> Tensor:
        places = _places(self.base.size, key)
        if isinstance(places, int):
            return self.base[_position(places, self.base.shape)]
        return wnp.copy(wnp.ravel(self.base)[key])

    def __setitem__(self, key: Any, value: Operand) -> None:
        places = _places(self.base.size, key)
        given = wnp.ravel(value)
        if isinstance(places, int):
            if given.size != 1:
                message = f"flat: {given.size} values were given for one element; one is needed"
                raise ValueError(message)
            self.base[_position(places, self.base.shape)] = given[0]
            return
        if given.size == 0:
            return  # as NumPy has it
        elements = wnp.ravel(self.base)
        # NumPy begins again with the first value, and leaves what is over
        elements[key] = given[np.arange(len(places)) % given.size]
        if not _core.share_memory(elements, self.base):
            self.base[...] = wnp.reshape(elements, self.base.shape)

    def copy(self) -> Tensor:
        """Return the elements as a Tensor of one axis."""
        return self[...]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(self[...], dtype)
