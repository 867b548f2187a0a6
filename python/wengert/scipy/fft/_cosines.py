"""Cosine and sine transforms along the last axis, by transforms of real numbers of half the length.

Of each of the eight the sum without any factor in front, and of what its matrix is made orthogonal. See
J. Makhoul, A fast cosine transform in one and two dimensions, IEEE Trans. ASSP 28, 1980.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import part_along, real_dtype

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt


def _weighted(x: Tensor, weights: npt.NDArray[Any]) -> Tensor:
    """`x` times constants along the last axis, in its own precision."""
    kind = real_dtype(x)
    return _core.multiply(
        x, weights.astype(np.result_type(kind, 1j) if weights.dtype.kind == "c" else kind)
    )


def _turns(k: npt.NDArray[Any], n: float) -> npt.NDArray[Any]:
    """exp(-i pi k / n)."""
    return np.asarray(np.exp(-1j * np.pi * k / n))


def _reversed(x: Tensor) -> Tensor:
    return _core.flip(x, (-1,))


def _alternating(x: Tensor) -> Tensor:
    return _weighted(x, 1.0 - 2.0 * (np.arange(x.shape[-1]) % 2))


def cosine_1(x: Tensor) -> Tensor:
    """x[0] + (-1)^k x[n-1] + 2 sum_j x[j] cos(pi j k / (n - 1))."""
    n = x.shape[-1]
    back = _reversed(part_along(x, -1, 1, n - 2))
    return _core.real(_core.rfft(_core.concatenate([x, back], -1), (-1,), "backward"))


def cosine_2(x: Tensor) -> Tensor:
    """2 sum_j x[j] cos(pi (2 j + 1) k / (2 n))."""
    n = x.shape[-1]
    odd = _reversed(part_along(x, -1, 1, n // 2, 2)) if n > 1 else part_along(x, -1, 0, 0)
    folded = _core.concatenate([part_along(x, -1, 0, (n + 1) // 2, 2), odd], -1)
    half = _core.rfft(folded, (-1,), "backward")
    turned = _weighted(half, 2 * _turns(np.arange(n // 2 + 1), 2 * n))
    rest = part_along(_core.imag(turned), -1, 1, (n - 1) // 2)
    return _core.concatenate([_core.real(turned), _core.negative(_reversed(rest))], -1)


def cosine_3(x: Tensor) -> Tensor:
    """x[0] + 2 sum_(j > 0) x[j] cos(pi j (2 k + 1) / (2 n))."""
    n = x.shape[-1]
    k = n // 2 + 1
    zero = _core.broadcast_to(_core.convert(0, x.dtype), (*x.shape[:-1], 1))
    mirror = _core.concatenate([zero, _reversed(part_along(x, -1, n - k + 1, k - 1))], -1)
    half = _core.complex(part_along(x, -1, 0, k), _core.negative(mirror))
    folded = _core.irfft(_weighted(half, _turns(-np.arange(k), 2 * n)), (-1,), n, "forward")
    places = np.arange(n) // 2
    return _core.gather([folded, np.where(np.arange(n) % 2, n - 1 - places, places)], (-1,), 0)


def cosine_4(x: Tensor) -> Tensor:
    """2 sum_j x[j] cos(pi (2 j + 1) (2 k + 1) / (4 n))."""
    n = x.shape[-1]
    if n % 2:  # by twice as many points
        frame = _core.broadcast_to(_core.convert(0, x.dtype), (*x.shape[:-1], n))
        turned = _weighted(_core.concatenate([x, frame], -1), _turns(np.arange(2 * n), 2 * n))
        spectrum = part_along(_core.fft(turned, (-1,), False, "backward"), -1, 0, n)
        return _core.real(_weighted(spectrum, 2 * _turns(2 * np.arange(n) + 1, 4 * n)))
    turns = _turns(4 * np.arange(n // 2) + 0.5, 4 * n)
    pairs = _core.complex(part_along(x, -1, 0, n // 2, 2), part_along(x, -1, n - 1, n // 2, -2))
    spectrum = _core.fft(_weighted(pairs, turns), (-1,), False, "backward")
    turned = _weighted(spectrum, 2 * turns)
    even, odd = _core.real(turned), _core.negative(_reversed(_core.imag(turned)))
    return _core.reshape(_core.stack([even, odd], -1), x.shape)


def sine_1(x: Tensor) -> Tensor:
    """2 sum_j x[j] sin(pi (j + 1) (k + 1) / (n + 1))."""
    zero = _core.broadcast_to(_core.convert(0, x.dtype), (*x.shape[:-1], 1))
    odd = _core.concatenate([zero, x, zero, _core.negative(_reversed(x))], -1)
    half = _core.rfft(odd, (-1,), "backward")
    return _core.negative(part_along(_core.imag(half), -1, 1, x.shape[-1]))


def sine_2(x: Tensor) -> Tensor:
    """2 sum_j x[j] sin(pi (2 j + 1) (k + 1) / (2 n))."""
    return _reversed(cosine_2(_alternating(x)))


def sine_3(x: Tensor) -> Tensor:
    """(-1)^k x[n-1] + 2 sum_(j < n - 1) x[j] sin(pi (j + 1) (2 k + 1) / (2 n))."""
    return _alternating(cosine_3(_reversed(x)))


def sine_4(x: Tensor) -> Tensor:
    """2 sum_j x[j] sin(pi (2 j + 1) (2 k + 1) / (4 n))."""
    return _alternating(cosine_4(_reversed(x)))


TRANSFORMS: dict[tuple[str, int], Callable[[Tensor], Tensor]] = {
    ("cosine", 1): cosine_1,
    ("cosine", 2): cosine_2,
    ("cosine", 3): cosine_3,
    ("cosine", 4): cosine_4,
    ("sine", 1): sine_1,
    ("sine", 2): sine_2,
    ("sine", 3): sine_3,
    ("sine", 4): sine_4,
}
# Which elements of the operand, and of the result, differ by the square root of 2 in an orthogonal matrix.
_GIVEN: dict[tuple[str, int], list[int]] = {
    ("cosine", 1): [0, -1],
    ("cosine", 3): [0],
    ("sine", 3): [-1],
}
_FOUND: dict[tuple[str, int], list[int]] = {
    ("cosine", 1): [0, -1],
    ("cosine", 2): [0],
    ("sine", 2): [-1],
}


def points(kind: tuple[str, int], n: int) -> int:
    """How many points of a periodic sequence stand behind n of a transform."""
    return 2 * (n + {("cosine", 1): -1, ("sine", 1): 1}.get(kind, 0))


def transformed(x: Tensor, kind: tuple[str, int], factor: float, orthogonal: bool) -> Tensor:
    """Transform the last axis of real numbers, times a factor."""
    n = x.shape[-1]
    if orthogonal and kind in _GIVEN:
        weights = np.ones(n)
        weights[_GIVEN[kind]] = sqrt(2)
        x = _weighted(x, weights)
    y = TRANSFORMS[kind](x)
    if orthogonal and kind in _FOUND:
        weights = np.full(n, factor)
        weights[_FOUND[kind]] /= sqrt(2)
        return _weighted(y, weights)
    return y if factor == 1 else _core.multiply(y, factor)
