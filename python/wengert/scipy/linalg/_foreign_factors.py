"""Factors that SciPy computes, kept for as long as the derivatives of what was solved by them may be asked for."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


class Kept:
    """What a function made of arrays, found again by their values: of so many of them, the last ones.

    A rule is given the operands of its function and not what that made of them; a factorization is made once all the same.
    """

    def __init__(self, make: Callable[..., Any], most: int = 32) -> None:
        self._make, self._most = make, most
        self._made: OrderedDict[Any, Any] = OrderedDict()
        self._lock = Lock()

    def __call__(self, *arrays: Any) -> Any:
        """Return what the function makes of these."""
        key = tuple([(x.shape, x.dtype.char, x.tobytes()) for x in arrays])
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = self._make(*arrays)
        if isinstance(made, np.ndarray):
            made.flags.writeable = False  # it is given out again
        with self._lock:
            self._made[key] = made
            if len(self._made) > self._most:
                self._made.popitem(last=False)
        return made


def over_examples(fun: Callable[..., Any], *arrays: Any) -> Any:
    """Call a function of matrices for each example, whose leading axes broadcast."""
    leading = np.broadcast_shapes(*(x.shape[:-2] for x in arrays))
    if leading == ():
        return fun(*arrays)
    examples = [np.broadcast_to(x, leading + x.shape[-2:]) for x in arrays]
    values = [fun(*(x[place] for x in examples)) for place in np.ndindex(leading)]
    if not values:
        shape, dtype = arrays[-1].shape[-2:], np.result_type(*arrays)
        return np.zeros(leading + shape, dtype)
    return np.stack(values).reshape(leading + values[0].shape)
