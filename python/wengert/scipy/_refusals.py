"""Values that have no derivative, and say so where one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DerivativeError, Tensor
from wengert._rules import Rule
from wengert.numpy._arguments import constant

if TYPE_CHECKING:
    from wengert._duals import Tensors


class _Refusal(Rule):
    """The rule of such a value."""

    def __init__(self, message: str) -> None:
        self._message = message

    def pull(self, operands: Tensors, cts: Tensors) -> Tensors:
        raise DerivativeError(self._message)

    def push(self, operands: Tensors, tangents: Tensors) -> Tensors:
        raise DerivativeError(self._message)


def refused(value: Any, like: Any, message: str) -> Tensor:
    """Return a value which depends on what a Tensor depends on, and fails where it is differentiated."""
    given = constant(np.asarray(value, dtype=np.float64))
    if not isinstance(like, Tensor) or not _core.is_tracked(like):
        return given
    (result,) = _core.attach_rule([given], [like], _Refusal(message), [])
    found: Tensor = result
    return found
