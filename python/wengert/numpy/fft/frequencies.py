"""Which frequencies the points of a spectrum stand for, and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import dims_of, tensor_of
from wengert.numpy.layout.turning import roll

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand

__all__ = ["fftfreq", "fftshift", "ifftshift", "rfftfreq"]


def _axes(x: Tensor, axes: Axes) -> tuple[int, ...]:
    return tuple(range(x.ndim)) if axes is None else dims_of(axes)


def fftshift(x: Operand, axes: Axes = None) -> Tensor:
    """Put frequency zero in the middle.

    Parameters
    ----------
    x : array_like
        A spectrum in the order of `fft`.
    axes : int or tuple of int, optional
        Along which axes, by default all.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    AxisError
        If `x` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.fftshift([0.0, 1.0, 2.0, -2.0, -1.0])
    Tensor([-2., -1.,  0.,  1.,  2.])
    """
    spectrum = tensor_of(x)
    along = _axes(spectrum, axes)
    return roll(spectrum, [spectrum.shape[axis] // 2 for axis in along], along)


def ifftshift(x: Operand, axes: Axes = None) -> Tensor:
    """Undo `fftshift`, which for odd lengths is not its own inverse.

    Parameters
    ----------
    x : array_like
        A spectrum with frequency zero in the middle.
    axes : int or tuple of int, optional
        Along which axes, by default all.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    AxisError
        If `x` has no such axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.ifftshift([-2.0, -1.0, 0.0, 1.0, 2.0])
    Tensor([ 0.,  1.,  2., -2., -1.])
    """
    spectrum = tensor_of(x)
    along = _axes(spectrum, axes)
    return roll(spectrum, [-(spectrum.shape[axis] // 2) for axis in along], along)


def _spaced(name: str, n: Any, numbers: Any, d: Any) -> Tensor:
    if not isinstance(n, (int, np.integer)):
        message = f"{name}: n is {n!r}; an integer is needed"
        raise ShapeError(message)
    return _core.multiply(np.asarray(numbers(int(n))), _core.divide(1.0, _core.multiply(d, int(n))))


def fftfreq(n: int, d: Any = 1.0, device: None = None) -> Tensor:
    """Return the frequencies that `fft` of n points has, in cycles per unit of `d`.

    Parameters
    ----------
    n : int
        How many points.
    d : number or Tensor
        Their distance.
    device : None
        Of no effect.

    Returns
    -------
    Tensor
        Of shape (n,): from zero up, then the negative ones.

    Raises
    ------
    ValueError
        If `n` is no integer.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.fftfreq(4, 0.5)
    Tensor([ 0. ,  0.5, -1. , -0.5])
    """
    return _spaced("fftfreq", n, lambda n: [*range((n - 1) // 2 + 1), *range(-(n // 2), 0)], d)


def rfftfreq(n: int, d: Any = 1.0, device: None = None) -> Tensor:
    """Return the frequencies that `rfft` of n points has, in cycles per unit of `d`.

    Parameters
    ----------
    n : int
        How many points are transformed.
    d : number or Tensor
        Their distance.
    device : None
        Of no effect.

    Returns
    -------
    Tensor
        Of shape (n // 2 + 1,), from zero up.

    Raises
    ------
    ValueError
        If `n` is no integer.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fft.rfftfreq(4, 0.5)
    Tensor([0. , 0.5, 1. ])
    """
    return _spaced("rfftfreq", n, lambda n: range(n // 2 + 1), d)
