"""Normal vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import ShapeError
from wengert.numpy._arguments import dims_of
from wengert.numpy.linalg import eigh, svd
from wengert.random._arguments import check_generator, noise, parameter

if TYPE_CHECKING:
    from numpy.random import Generator

    from wengert._core import Tensor
    from wengert._typing import Operand, Shape

__all__ = ["multivariate_normal"]


def multivariate_normal(
    rng: Generator,
    mean: Operand,
    cov: Operand,
    size: Shape | None = None,
    *,
    method: str = "cholesky",
) -> Tensor:
    """Draw normal vectors: ``mean + A @ noise``, where ``A @ A.T`` is `cov`.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    mean : array_like
        A vector of n elements.
    cov : array_like
        Its covariance, ``(n, n)``, symmetric.
    size : int or tuple of int, optional
        How many vectors are drawn, by default one.
    method : {"cholesky", "eigh", "svd"}
        Which A: the Cholesky factor, or eigenvectors or left singular vectors times square roots. The first has a
        derivative wherever `cov` is positive definite, and is the default; NumPy's default is "svd". The others
        take what is singular, too, but have derivatives only where eigenvalues differ and none is zero.

    Returns
    -------
    Tensor
        The values of ``rng.multivariate_normal`` of that method, to rounding, of shape ``(*size, n)``, with derivatives
        in `mean` and `cov`.

    Raises
    ------
    LinAlgError
        If `method` is "cholesky", and `cov` not positive definite.
    DerivativeError
        If `method` is another, and eigenvalues are equal.
    ValueError
        If shapes differ, or `method` is something else.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.random.multivariate_normal(np.random.default_rng(0), np.zeros(2), [[4.0, 0.0], [0.0, 1.0]])
    Tensor([ 0.25146044, -0.13210486])
    """
    what = "wengert.random.multivariate_normal"
    check_generator(what, rng)
    center, spread = parameter(what, mean), parameter(what, cov)
    if center.ndim != 1 or spread.shape != (*center.shape, *center.shape):
        message = f"{what}: mean is {center.shape} and cov {spread.shape}; a vector and a square matrix of as many rows are needed"
        raise ShapeError(message)
    shape = () if size is None else dims_of(size)
    draw = noise(rng.standard_normal, (*shape, *center.shape))
    return center + _core.matmul(draw, _core.transpose(_factor(what, spread, method), (-1, -2)))


def _factor(what: str, cov: Tensor, method: Any) -> Tensor:
    if method == "cholesky":
        # Both triangles have a part in the derivative.
        return _core.cholesky((cov + _core.transpose(cov, (-1, -2))) * 0.5)
    if method == "eigh":
        values, vectors = eigh(cov)
        return _core.multiply(vectors, _core.sqrt(_core.absolute(values)))
    if method == "svd":
        left, values, _ = svd(cov)
        return _core.multiply(left, _core.sqrt(values))
    message = f"{what}: method is {method!r}; 'cholesky', 'eigh' or 'svd' is needed"
    raise ValueError(message)
