"""Where a NaN comes from: operations and derivatives watched while a block is open."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from wengert import _core


class debug_nans:
    """Context in which a NaN or an infinity made of finite numbers is an error.

    Inside, every operation on Tensors and every derivative is looked at, whichever transform asks
    for it. Where the result of an operation has a NaN or an infinity though none of its floating
    operands has, and where a derivative has one though the cotangents or tangents that came in have
    none, `NonFiniteError` says which operation it was, what it was given, and on which line it
    stands: the innermost one outside of wengert.

    Parameters
    ----------
    infinities : bool
        Whether infinities count. Without it, only a NaN is an error.
    zeros : bool
        Whether zeros are looked for instead: derivatives in which a factor of 0 met an infinite
        partial derivative, or a NaN, and their product was taken for 0, as docs/conventions.md says.
        That is right for a branch not taken, and may be wrong elsewhere; the error says on which
        line the operation stands.

    Raises
    ------
    NonFiniteError
        Inside the block, as above. It is a FloatingPointError.

    Notes
    -----
    The zero of a branch that ``where`` did not take looks like any other: with `zeros`, ``sqrt(x)``
    in ``where(x > 0, sqrt(x), 0)`` at 0 is reported too.

    What is looked at is every intermediate value, also one that ``where`` then leaves out. Blocks
    are of the thread that opened them; of nested ones the innermost decides. Operations take
    several times as long inside, and as long as ever outside.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert import grad
    >>> with debug_nans():  # doctest: +ELLIPSIS
    ...     grad(lambda x: np.sqrt(x * x))(0.0)
    Traceback (most recent call last):
        ...
    wengert.NonFiniteError: debug_nans: the derivative of sqrt of float64 () gave inf, where ...
    """

    def __init__(self, infinities: bool = True, zeros: bool = False) -> None:
        self._infinities, self._zeros = bool(infinities), bool(zeros)
        self._open: list[Any] = []

    def __enter__(self) -> None:
        self._open.append(_core.open_watch(self._infinities, self._zeros))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _core.close_watch(self._open[-1])
        self._open.pop()
