"""Draws that are noise, moved and stretched: their derivatives are those of the transformation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert.random._arguments import (
    check_generator,
    noise,
    not_negative,
    parameter,
    shape_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.random import Generator

    from wengert._core import Tensor
    from wengert._typing import Operand, Shape

__all__ = [
    "cauchy",
    "exponential",
    "gumbel",
    "laplace",
    "logistic",
    "normal",
    "uniform",
]


def _placed(
    what: str,
    rng: Generator,
    draw: Callable[..., Any],
    loc: Operand,
    scale: Operand,
    size: Shape | None,
) -> Tensor:
    """Return ``loc + scale * noise``."""
    place = parameter(what, loc)
    width = not_negative(what, "scale", parameter(what, scale))
    return place + width * noise(draw, shape_of(what, size, place, width))


def normal(
    rng: Generator, loc: Operand = 0.0, scale: Operand = 1.0, size: Shape | None = None
) -> Tensor:
    """Draw from normal distributions: ``loc + scale * rng.standard_normal(size)``.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws; its state afterwards is that after ``rng.normal``.
    loc, scale : array_like
        Mean and standard deviation, real; they broadcast.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.normal(loc, scale, size)``, with derivatives in both parameters.

    Raises
    ------
    ValueError
        If `scale` is negative somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.normal(np.random.default_rng(0), 1.0, 2.0, size=2)
    Tensor([1.25146044, 0.73579027])
    >>> round(wg.grad(lambda scale: wg.random.normal(np.random.default_rng(0), 1.0, scale))(2.0), 9)
    0.125730221
    """
    what = "wengert.random.normal"
    check_generator(what, rng)
    return _placed(what, rng, rng.standard_normal, loc, scale, size)


def uniform(
    rng: Generator, low: Operand = 0.0, high: Operand = 1.0, size: Shape | None = None
) -> Tensor:
    """Draw from uniform distributions: ``low + (high - low) * rng.random(size)``.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    low, high : array_like
        Ends, real; they broadcast.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.uniform``, with derivatives in both parameters.

    Raises
    ------
    ValueError
        If `high` is below `low` somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.uniform(np.random.default_rng(0), 1.0, 2.0)
    Tensor(1.63696169)
    """
    what = "wengert.random.uniform"
    check_generator(what, rng)
    first, last = parameter(what, low), parameter(what, high)
    length = not_negative(what, "high - low", last - first)
    return first + length * noise(rng.random, shape_of(what, size, first, last))


def exponential(rng: Generator, scale: Operand = 1.0, size: Shape | None = None) -> Tensor:
    """Draw from exponential distributions: ``scale * rng.standard_exponential(size)``.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    scale : array_like
        The mean, real.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.exponential``, with a derivative in `scale`.

    Raises
    ------
    ValueError
        If `scale` is negative somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.exponential(np.random.default_rng(0), 2.0)
    Tensor(1.35986381)
    """
    what = "wengert.random.exponential"
    check_generator(what, rng)
    width = not_negative(what, "scale", parameter(what, scale))
    return width * noise(rng.standard_exponential, shape_of(what, size, width))


def laplace(
    rng: Generator, loc: Operand = 0.0, scale: Operand = 1.0, size: Shape | None = None
) -> Tensor:
    """Draw from Laplace's distributions.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    loc, scale : array_like
        Place and width, real; they broadcast.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.laplace``, with derivatives in both parameters.

    Raises
    ------
    ValueError
        If `scale` is negative somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.laplace(np.random.default_rng(0), 1.0, 2.0)
    Tensor(1.64019945)
    """
    what = "wengert.random.laplace"
    check_generator(what, rng)
    return _placed(what, rng, lambda shape: rng.laplace(size=shape), loc, scale, size)


def logistic(
    rng: Generator, loc: Operand = 0.0, scale: Operand = 1.0, size: Shape | None = None
) -> Tensor:
    """Draw from logistic distributions.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    loc, scale : array_like
        Place and width, real; they broadcast.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.logistic``, with derivatives in both parameters.

    Raises
    ------
    ValueError
        If `scale` is negative somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.logistic(np.random.default_rng(0), 1.0, 2.0)
    Tensor(2.12440227)
    """
    what = "wengert.random.logistic"
    check_generator(what, rng)
    return _placed(what, rng, lambda shape: rng.logistic(size=shape), loc, scale, size)


def gumbel(
    rng: Generator, loc: Operand = 0.0, scale: Operand = 1.0, size: Shape | None = None
) -> Tensor:
    """Draw from Gumbel's distributions of maxima.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    loc, scale : array_like
        Place and width, real; they broadcast.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.gumbel``, with derivatives in both parameters.

    Raises
    ------
    ValueError
        If `scale` is negative somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.gumbel(np.random.default_rng(0), 1.0, 2.0)
    Tensor(0.97368013)
    """
    what = "wengert.random.gumbel"
    check_generator(what, rng)
    return _placed(what, rng, lambda shape: rng.gumbel(size=shape), loc, scale, size)


def cauchy(
    rng: Generator, loc: Operand = 0.0, scale: Operand = 1.0, size: Shape | None = None
) -> Tensor:
    """Draw from Cauchy's distributions: ``loc + scale * rng.standard_cauchy(size)``.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    loc, scale : array_like
        Place and width, real; they broadcast.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        With derivatives in both parameters. Their means over many draws do not converge.

    Raises
    ------
    ValueError
        If `scale` is negative somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.cauchy(np.random.default_rng(0), 1.0, 2.0)
    Tensor(-0.90349118)
    """
    what = "wengert.random.cauchy"
    check_generator(what, rng)
    return _placed(what, rng, rng.standard_cauchy, loc, scale, size)
