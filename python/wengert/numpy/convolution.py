"""Convolution and correlation of sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import as_array, converted
from wengert.numpy.layout.reshaping import atleast_1d

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["convolve", "correlate"]

_MODES = ("valid", "same", "full")


def _sequence(name: str, argument: str, x: Operand) -> Tensor:
    given = as_array(x)
    if given.ndim != 1 or given.size == 0:
        message = (
            f"{name}: {argument} is {given.shape}; a sequence of one element or more is needed"
        )
        raise ShapeError(message)
    return given


def _mode(name: str, mode: str | int) -> str:
    if isinstance(mode, int) and 0 <= mode < len(_MODES):
        return _MODES[mode]
    if mode not in _MODES:
        message = f"{name}: mode is {mode!r}; 'full', 'same' or 'valid' is needed"
        raise ShapeError(message)
    return str(mode)


def _window(n: int, m: int, mode: str) -> tuple[int, int]:
    """Where a part of the n + m - 1 sums begins, and how many it has."""
    short, long = sorted((n, m))
    if mode == "full":
        return 0, n + m - 1
    return ((short - 1) // 2, long) if mode == "same" else (short - 1, long - short + 1)


def _sums(x: Tensor, k: Tensor, start: int, length: int) -> Tensor:
    """Sum products; those of booleans are joined by "or"."""
    if x.dtype.kind == k.dtype.kind == "b":
        return _core.not_equal(_sums(converted(x, "int64"), k, start, length), 0)
    return _core.convolve(x, k, (start,), (length,))


def convolve(a: Operand, v: Operand, mode: str | int = "full") -> Tensor:
    """Convolve sequences: sum_j a[j] v[i - j], each sum as it is written.

    Parameters
    ----------
    a, v : array_like
        Of shapes (N,) and (M,), none of them empty; a number is a sequence of one element.
    mode : {"full", "same", "valid"}
        Whether all N + M - 1 sums are returned, the max(N, M) in the middle, or those in which the shorter sequence
        lies within the longer one.

    Returns
    -------
    Tensor
        Of one axis.

    Raises
    ------
    ValueError
        If a sequence is empty or has more than one axis, or `mode` is something else.

    See Also
    --------
    wengert.scipy.signal.convolve : Takes Fourier transforms where they are cheaper.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.convolve([1.0, 2.0, 3.0], [1.0, 10.0])
    Tensor([ 1., 12., 23., 30.])
    """
    x, k = (_sequence("convolve", *given) for given in (("a", atleast_1d(a)), ("v", atleast_1d(v))))
    start, length = _window(x.size, k.size, _mode("convolve", mode))
    return _sums(x, k, start, length)


def correlate(a: Operand, v: Operand, mode: str | int = "valid") -> Tensor:
    """Correlate sequences: sum_j a[i + j] conj(v[j]), each sum as it is written.

    Parameters
    ----------
    a, v : array_like
        Of shapes (N,) and (M,), none of them empty.
    mode : {"full", "same", "valid"}
        Whether all N + M - 1 sums are returned, the max(N, M) in the middle, or those in which the shorter sequence
        lies within the longer one.

    Returns
    -------
    Tensor
        Of one axis.

    Raises
    ------
    ValueError
        If a sequence is empty or has not one axis, or `mode` is something else.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.correlate([1.0, 2.0, 3.0], [1.0, 10.0])
    Tensor([21., 32.])
    """
    x, k = _sequence("correlate", "a", a), _sequence("correlate", "v", v)
    chosen = _mode("correlate", mode)
    start, length = _window(x.size, k.size, chosen)
    if chosen == "same" and x.size < k.size:  # NumPy then correlates the other way round
        start = x.size // 2
    return _sums(x, _core.flip(_core.conjugate(k), (-1,)), start, length)
