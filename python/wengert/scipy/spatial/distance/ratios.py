"""Dissimilarities of two vectors: ratios, angles, and a divergence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert._core import Tensor
from wengert.numpy._arguments import converted, negative_axis, tensor_of
from wengert.scipy.spatial.distance import _formulas

if TYPE_CHECKING:
    from wengert._typing import Operand
from wengert.scipy.spatial.distance._pairs import weighted

__all__ = [
    "braycurtis",
    "canberra",
    "correlation",
    "cosine",
    "jensenshannon",
]


def canberra(u: Operand, v: Operand, w: Operand | None = None) -> Tensor:
    """Return the sum of differences, each divided by the magnitudes of its two elements.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    w : array_like, optional
        Weights of the elements, of shape (N,), none negative. By default 1.

    Returns
    -------
    Tensor
        A number, float64 in any case.

    Raises
    ------
    ValueError
        If a shape does not fit, or a weight is negative.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.canberra([1.0, 2.0], [3.0, 2.0])
    Tensor(0.5)
    """
    return weighted("canberra", _formulas.canberra, u, converted(tensor_of(v), np.float64), w)


def braycurtis(u: Operand, v: Operand, w: Operand | None = None) -> Tensor:
    """Return the sum of the magnitudes of differences divided by that of sums.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    w : array_like, optional
        Weights of the elements, of shape (N,), none negative. By default 1.

    Returns
    -------
    Tensor
        A number, float64 in any case.

    Raises
    ------
    ValueError
        If a shape does not fit, or a weight is negative.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.braycurtis([1.0, 2.0], [3.0, 2.0])
    Tensor(0.25)
    """
    return weighted("braycurtis", _formulas.braycurtis, u, converted(tensor_of(v), np.float64), w)


def cosine(u: Operand, v: Operand, w: Operand | None = None) -> Tensor:
    """Return one minus the cosine of the angle between vectors.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    w : array_like, optional
        Weights of the elements, of shape (N,), none negative. By default 1.

    Returns
    -------
    Tensor
        A number.

    Raises
    ------
    ValueError
        If a shape does not fit, or a weight is negative.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.cosine([1.0, 0.0], [0.0, 2.0])
    Tensor(1.)
    """
    return weighted("cosine", _formulas.cosine, u, v, w)


def correlation(u: Operand, v: Operand, w: Operand | None = None, centered: bool = True) -> Tensor:
    """Return one minus the correlation of the elements of vectors.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    w : array_like, optional
        Weights of the elements, of shape (N,), none negative. By default 1.
    centered : bool
        Whether means are subtracted; if not, this is `cosine`.

    Returns
    -------
    Tensor
        A number.

    Raises
    ------
    ValueError
        If a shape does not fit, or a weight is negative.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.correlation([1.0, 2.0, 3.0], [3.0, 2.0, 1.0])
    Tensor(2.)
    """
    formula = _formulas.correlation if centered else _formulas.cosine
    return weighted("correlation", formula, u, v, w)


def jensenshannon(
    p: Operand, q: Operand, base: Any = None, *, axis: int = 0, keepdims: bool = False
) -> Tensor:
    """Return the root of the mean divergence of two distributions from their mean.

    Parameters
    ----------
    p, q : array_like
        Probabilities, or numbers in their proportion, of shapes that broadcast.
    base : number, optional
        Of the logarithm; by default e.
    axis : int
        Along which axis a distribution stands.
    keepdims : bool
        Whether the axis stays, with length one.

    Returns
    -------
    Tensor
        Of the shape of the other axes; the derivative is 0 between equal distributions.

    Raises
    ------
    AxisError
        If there is no such axis.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.jensenshannon([1.0, 0.0], [0.0, 1.0], 2.0)
    Tensor(1.)
    """
    one, other = _formulas.floating(p), _formulas.floating(q)
    return _formulas.jensenshannon(one, other, negative_axis(axis, one.ndim), keepdims, base)
