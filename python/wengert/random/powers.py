"""Draws that are exponentials and powers of noise: their derivatives are those of the transformation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core
from wengert.random._arguments import (
    check_generator,
    noise,
    not_negative,
    parameter,
    positive,
    shape_of,
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from wengert._core import Tensor
    from wengert._typing import Operand, Shape

__all__ = [
    "lognormal",
    "pareto",
    "weibull",
]


def lognormal(
    rng: Generator, mean: Operand = 0.0, sigma: Operand = 1.0, size: Shape | None = None
) -> Tensor:
    """Draw from the distributions of exponentials of normal numbers.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    mean, sigma : array_like
        Mean and standard deviation of the logarithm, real; they broadcast.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.lognormal``, with derivatives in both parameters.

    Raises
    ------
    ValueError
        If `sigma` is negative somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.lognormal(np.random.default_rng(0), 1.0, 2.0)
    Tensor(3.49544413)
    """
    what = "wengert.random.lognormal"
    check_generator(what, rng)
    place = parameter(what, mean)
    width = not_negative(what, "sigma", parameter(what, sigma))
    return _core.exp(place + width * noise(rng.standard_normal, shape_of(what, size, place, width)))


def weibull(rng: Generator, a: Operand, size: Shape | None = None) -> Tensor:
    """Draw from Weibull's distributions: ``rng.standard_exponential(size) ** (1 / a)``.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    a : array_like
        The shape parameter, real.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.weibull``, with a derivative in `a`.

    Raises
    ------
    ValueError
        If `a` is not positive somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.weibull(np.random.default_rng(0), 2.0)
    Tensor(0.82457983)
    """
    what = "wengert.random.weibull"
    check_generator(what, rng)
    shape = positive(what, "a", parameter(what, a))
    return _core.power(noise(rng.standard_exponential, shape_of(what, size, shape)), 1.0 / shape)


def pareto(rng: Generator, a: Operand, size: Shape | None = None) -> Tensor:
    """Draw from Pareto's distributions of the second kind, from 0 on, as NumPy does.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    a : array_like
        The shape parameter, real.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.pareto``, with a derivative in `a`.

    Raises
    ------
    ValueError
        If `a` is not positive somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.pareto(np.random.default_rng(0), 2.0)
    Tensor(0.40489976)
    """
    what = "wengert.random.pareto"
    check_generator(what, rng)
    shape = positive(what, "a", parameter(what, a))
    return _core.expm1(noise(rng.standard_exponential, shape_of(what, size, shape)) / shape)
