"""Lengths whose transforms are fast: products of small primes."""

from __future__ import annotations

from functools import lru_cache
from operator import index
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import SupportsIndex

__all__ = ["next_fast_len", "prev_fast_len"]

# The primes that transforms of complex, and of real numbers have loops for.
_COMPLEX, _REAL = (2, 3, 5, 7, 11), (2, 3, 5)


def _smallest(target: int, primes: tuple[int, ...], limit: int) -> int:
    """Return the least product of primes from `target` on that is below `limit`, or that."""
    if not primes:
        return target if target == 1 else limit
    prime, others = primes[-1], primes[:-1]
    if not others:  # powers of two
        return min(limit, 1 << (target - 1).bit_length())
    power = 1
    while power < limit:
        limit = min(limit, power * _smallest(-(-target // power), others, -(-limit // power)))
        power *= prime
    return limit


def _largest(target: int, primes: tuple[int, ...]) -> int:
    """Return the greatest product of primes up to `target`."""
    prime, others = primes[-1], primes[:-1]
    if not others:
        return 1 << (target.bit_length() - 1)
    found, power = 1, 1
    while power <= target:
        found = max(found, power * _largest(target // power, others))
        power *= prime
    return found


@lru_cache(maxsize=256)
def _next(target: int, real: bool) -> int:
    return _smallest(target, _REAL if real else _COMPLEX, 1 << target.bit_length())


@lru_cache(maxsize=256)
def _previous(target: int, real: bool) -> int:
    return _largest(target, _REAL if real else _COMPLEX)


def next_fast_len(target: SupportsIndex, real: bool = False) -> int:
    """Return the least length from `target` on whose transform is fast.

    Parameters
    ----------
    target : int
        The least length that will do.
    real : bool
        Whether real numbers are transformed.

    Returns
    -------
    int
        A product of the primes up to 11, or of those up to 5 if `real`.

    Raises
    ------
    ValueError
        If `target` is negative.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.next_fast_len(1021), wg.scipy.fft.next_fast_len(1021, real=True)
    (1024, 1024)
    """
    length = index(target)
    if length < 0:
        message = f"next_fast_len: target is {length}; no negative number is needed"
        raise ValueError(message)
    return _next(length, bool(real)) if length else 0


def prev_fast_len(target: SupportsIndex, real: bool = False) -> int:
    """Return the greatest length up to `target` whose transform is fast.

    Parameters
    ----------
    target : int
        The greatest length that will do.
    real : bool
        Whether real numbers are transformed.

    Returns
    -------
    int
        A product of the primes up to 11, or of those up to 5 if `real`.

    Raises
    ------
    ValueError
        If `target` is negative.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.fft.prev_fast_len(1021), wg.scipy.fft.prev_fast_len(1021, real=True)
    (1008, 1000)
    """
    length = index(target)
    if length < 0:
        message = f"prev_fast_len: target is {length}; no negative number is needed"
        raise ValueError(message)
    return _previous(length, bool(real)) if length else 0
