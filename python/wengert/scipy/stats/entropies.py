"""The entropy of shares."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from wengert import _core
from wengert._core import Tensor

if TYPE_CHECKING:
    from wengert._typing import Operand
from wengert.scipy.stats._samples import read

__all__ = [
    "entropy",
]


def entropy(
    pk: Operand, qk: Operand | None = None, base: float | None = None, axis: int = 0
) -> Tensor:
    """Return the entropy of shares, or their divergence from others.

    Parameters
    ----------
    pk : array_like
        Shares; they are divided by their sum.
    qk : array_like, optional
        Those that `pk` is compared to, after Kullback and Leibler.
    base : float, optional
        Of the logarithm; e by default.
    axis : int
        The axis that shares lie along.

    Returns
    -------
    Tensor
        Of the shape of the other axes.

    Raises
    ------
    ValueError
        If `base` is not positive.

    Examples
    --------
    >>> from wengert.scipy.stats import entropy
    >>> entropy([1.0, 1.0], base=2)
    Tensor(1.)
    >>> entropy([0.5, 0.5], [0.9, 0.1])
    Tensor(0.51082562)
    """
    if base is not None and base <= 0:
        message = f"entropy: base is {base}; a positive number is needed"
        raise ValueError(message)
    p, axes = read(pk, axis)
    p = p / _core.sum(p, axes, True)
    if qk is None:
        terms = _core.entr(p)
    else:
        q = read(qk, axis)[0]
        terms = _core.rel_entr(p, q / _core.sum(q, axes, True))
    total = _core.sum(terms, axes, False)
    return total if base is None else total / math.log(base)
