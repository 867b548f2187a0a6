"""Draws whose derivatives follow from that of the distribution function."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import ShapeError
from wengert.numpy._arguments import constant, dims_of, part_along
from wengert.random._arguments import (
    check_generator,
    noise,
    not_negative,
    parameter,
    positive,
    shape_of,
    values_of,
)
from wengert.random._implicit import following
from wengert.scipy.stats import circular_family
from wengert.scipy.stats.beta_family import beta as _beta
from wengert.scipy.stats.gamma_family import gamma as _gamma
from wengert.scipy.stats.student_family import t as _student

if TYPE_CHECKING:
    from numpy.random import Generator

    from wengert._core import Tensor
    from wengert._typing import Dims, Operand, Shape

__all__ = ["beta", "chisquare", "dirichlet", "gamma", "standard_gamma", "standard_t", "vonmises"]

_followed_gamma = following(_gamma._cdf, _gamma._logpdf, 0.0, math.inf, 1.0)
_followed_beta = following(_beta._cdf, _beta._logpdf, 0.0, 1.0, 0.5)
_followed_student = following(_student._cdf, _student._logpdf, -math.inf, math.inf, 0.0)
_followed_angle = following(
    circular_family.share, circular_family.log_density, -math.pi, math.pi, 0.0
)


def _standard_gamma(what: str, rng: Generator, a: Tensor, shape: Dims) -> Tensor:
    draw = noise(rng.standard_gamma, *values_of(what, a), shape)
    return _followed_gamma(draw, a)  # type: ignore[no-any-return]


def standard_gamma(rng: Generator, shape: Operand, size: Shape | None = None) -> Tensor:
    """Draw from gamma distributions of scale 1.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    shape : array_like
        The shape parameter, real.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.standard_gamma``, with a derivative in `shape`.

    Raises
    ------
    ValueError
        If `shape` is not positive somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.standard_gamma(np.random.default_rng(0), 2.0)
    Tensor(1.83431007)
    """
    what = "wengert.random.standard_gamma"
    check_generator(what, rng)
    a = positive(what, "shape", parameter(what, shape))
    return _standard_gamma(what, rng, a, shape_of(what, size, a))


def gamma(
    rng: Generator, shape: Operand, scale: Operand = 1.0, size: Shape | None = None
) -> Tensor:
    """Draw from gamma distributions.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    shape, scale : array_like
        The shape parameter, and what is multiplied by; they broadcast.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.gamma``, with derivatives in both parameters.

    Raises
    ------
    ValueError
        If `shape` is not positive or `scale` negative somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.gamma(np.random.default_rng(0), 2.0, 3.0)
    Tensor(5.5029302)
    """
    what = "wengert.random.gamma"
    check_generator(what, rng)
    a = positive(what, "shape", parameter(what, shape))
    width = not_negative(what, "scale", parameter(what, scale))
    return width * _standard_gamma(what, rng, a, shape_of(what, size, a, width))


def chisquare(rng: Generator, df: Operand, size: Shape | None = None) -> Tensor:
    """Draw from chi-square distributions.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    df : array_like
        Degrees of freedom, real.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.chisquare``, with a derivative in `df`.

    Raises
    ------
    ValueError
        If `df` is not positive somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.chisquare(np.random.default_rng(0), 3.0)
    Tensor(2.61561668)
    """
    what = "wengert.random.chisquare"
    check_generator(what, rng)
    degrees = positive(what, "df", parameter(what, df))
    return 2.0 * _standard_gamma(what, rng, degrees * 0.5, shape_of(what, size, degrees))


def beta(rng: Generator, a: Operand, b: Operand, size: Shape | None = None) -> Tensor:
    """Draw from beta distributions.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    a, b : array_like
        Shape parameters, real; they broadcast.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.beta``, with derivatives in both parameters.

    Raises
    ------
    ValueError
        If a parameter is not positive somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.beta(np.random.default_rng(0), 2.0, 3.0)
    Tensor(0.32240531)
    """
    what = "wengert.random.beta"
    check_generator(what, rng)
    one = positive(what, "a", parameter(what, a))
    other = positive(what, "b", parameter(what, b))
    return _draw_beta(what, rng, one, other, shape_of(what, size, one, other))


def _draw_beta(what: str, rng: Generator, a: Tensor, b: Tensor, shape: Dims) -> Tensor:
    draw = noise(rng.beta, *values_of(what, a, b), shape)
    return _followed_beta(draw, a, b)  # type: ignore[no-any-return]


def standard_t(rng: Generator, df: Operand, size: Shape | None = None) -> Tensor:
    """Draw from Student's t distributions.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    df : array_like
        Degrees of freedom, real.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.standard_t``, with a derivative in `df`.

    Raises
    ------
    ValueError
        If `df` is not positive somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.standard_t(np.random.default_rng(0), 3.0)
    Tensor(0.15174931)
    """
    what = "wengert.random.standard_t"
    check_generator(what, rng)
    degrees = positive(what, "df", parameter(what, df))
    shape = shape_of(what, size, degrees)
    draw = noise(rng.standard_t, *values_of(what, degrees), shape)
    return _followed_student(draw, degrees)  # type: ignore[no-any-return]


def vonmises(rng: Generator, mu: Operand, kappa: Operand, size: Shape | None = None) -> Tensor:
    """Draw angles between -pi and pi from von Mises' distributions.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    mu, kappa : array_like
        The angle they gather around, and how closely; real, they broadcast.
    size : int or tuple of int, optional
        The shape of the draw, by default that of the parameters.

    Returns
    -------
    Tensor
        The values of ``rng.vonmises`` to rounding, with derivatives in both parameters.

    Raises
    ------
    ValueError
        If `kappa` is negative somewhere, or parameters do not broadcast to `size`.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.vonmises(np.random.default_rng(0), 0.5, 2.0)
    Tensor(-0.50120418)
    """
    what = "wengert.random.vonmises"
    check_generator(what, rng)
    middle = parameter(what, mu)
    gathered = not_negative(what, "kappa", parameter(what, kappa))
    shape = shape_of(what, size, middle, gathered)
    draw = noise(rng.vonmises, 0.0, *values_of(what, gathered), shape)
    x = _core.add(middle, _followed_angle(draw, gathered))
    turns = _core.stop_gradient(_core.rint(x / (2 * math.pi)))
    return x - 2 * math.pi * turns


def dirichlet(rng: Generator, alpha: Operand, size: Shape | None = None) -> Tensor:
    """Draw shares from a Dirichlet distribution: gamma numbers over their sum.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    alpha : array_like
        Concentrations, a vector of positive numbers.
    size : int or tuple of int, optional
        How many vectors are drawn, by default one.

    Returns
    -------
    Tensor
        The values of ``rng.dirichlet`` to rounding, of shape ``(*size, len(alpha))``, with derivatives in `alpha`: those
        of the gamma numbers, or of the beta numbers that NumPy breaks a stick by where all of `alpha` are below 0.1.

    Raises
    ------
    ValueError
        If `alpha` is no vector, or not positive somewhere.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.dirichlet(np.random.default_rng(0), [1.0, 2.0])
    Tensor([0.31163762, 0.68836238])
    """
    what = "wengert.random.dirichlet"
    check_generator(what, rng)
    concentrations = positive(what, "alpha", parameter(what, alpha))
    if concentrations.ndim != 1:
        message = f"{what}: alpha is {concentrations.shape}; a vector is needed"
        raise ShapeError(message)
    shape = () if size is None else dims_of(size)
    if _core.any(_core.greater_equal(concentrations, 0.1), (-1,), False):
        parts = _standard_gamma(what, rng, concentrations, (*shape, concentrations.shape[0]))
        return parts / _core.sum(parts, (-1,), True)
    return _broken_stick(what, rng, concentrations, shape)


def _broken_stick(what: str, rng: Generator, alpha: Tensor, shape: Dims) -> Tensor:
    """Break off one share after the other of what is left of a stick."""
    count = alpha.shape[0]
    after = _core.cumsum(alpha, -1, True)
    first, rest = part_along(alpha, -1, 0, count - 1), part_along(after, -1, 1, count - 1)
    broken = _draw_beta(what, rng, first, rest, (*shape, count - 1))
    one = constant(np.ones((*shape, 1)))
    left = _core.concatenate([one, _core.cumprod(1.0 - broken, -1, False)], -1)
    return left * _core.concatenate([broken, one], -1)
