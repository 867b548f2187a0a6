"""Covariances: what whitens a deviation, and the logarithm of the determinant."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from wengert import _core
from wengert._core import DerivativeError, ShapeError, Tensor
from wengert.numpy._arguments import constant, diagonal_of
from wengert.scipy.stats._arguments import double


class Diagonal(NamedTuple):
    """Of coordinates that do not depend on one another."""

    variances: Tensor

    @property
    def rank(self) -> int:
        """How many dimensions there are."""
        return self.variances.shape[0]

    def log_determinant(self) -> Tensor:
        """Return the logarithm of the determinant."""
        return _core.sum(_core.log(self.variances), (-1,), False)

    def squared_distance(self, deviation: Tensor) -> Tensor:
        """Return Mahalanobis' squared distance, of deviations along the last axis."""
        return _core.sum(_core.divide(_core.square(deviation), self.variances), (-1,), False)


class Factored(NamedTuple):
    """By a Cholesky factor."""

    factor: Tensor

    @property
    def rank(self) -> int:
        """How many dimensions there are."""
        return self.factor.shape[-1]

    def log_determinant(self) -> Tensor:
        """Return the logarithm of the determinant."""
        rank = self.factor.ndim
        logs = _core.log(diagonal_of(self.factor, rank - 2, rank - 1))
        return 2.0 * _core.sum(logs, (-1,), False)

    def squared_distance(self, deviation: Tensor) -> Tensor:
        """Return Mahalanobis' squared distance, of deviations along the last axis."""
        columns = _core.transpose(deviation.reshape(-1, self.rank), (-1, -2))
        whitened = _core.triangular_solve(self.factor, columns, True, False, False)
        return _core.reshape(_core.sum(_core.square(whitened), (-2,), False), deviation.shape[:-1])


class Singular(NamedTuple):
    """A constant one that need not be regular: there is a density on the space that its columns span."""

    whitening: Tensor
    log_volume: float
    null: Tensor
    eps: float

    @property
    def rank(self) -> int:
        """How many dimensions the density has."""
        return self.whitening.shape[-1]

    def log_determinant(self) -> Tensor:
        """Return the logarithm of the product of what is not zero of the spectrum."""
        return constant(np.float64(self.log_volume))

    def squared_distance(self, deviation: Tensor) -> Tensor:
        """Return Mahalanobis' squared distance, infinite off the space."""
        residual = _core.sum(_core.square(_core.matmul(deviation, self.null)), (-1,), False)
        whitened = _core.matmul(deviation, self.whitening)
        found = _core.sum(_core.square(whitened), (-1,), False)
        return _core.where(_core.less(residual, self.eps**2), found, np.inf)


Covariance = Diagonal | Factored | Singular


def read_vector(what: str, name: str, x: Any) -> Tensor:
    """Read one vector; a number is one of one element."""
    t = double(what, x)
    if t.ndim > 1:
        message = f"{what}: {name} is {t.shape}; a vector is needed"
        raise ShapeError(message)
    return t if t.ndim else _core.reshape(t, (1,))


def factored(what: str, name: str, matrix: Tensor) -> Factored:
    """Factor matrices; elements that mirror each other have the same derivative."""
    symmetric = _core.multiply(_core.add(matrix, _core.transpose(matrix, (-1, -2))), 0.5)
    try:
        return Factored(_core.cholesky(symmetric))
    except np.linalg.LinAlgError as error:
        message = f"{what}: {name} is not positive definite, as it must be"
        raise np.linalg.LinAlgError(message) from error


def square_matrix(what: str, name: str, x: Any) -> Tensor:
    """Read one matrix: a number is one of one element, a vector a diagonal."""
    t = double(what, x)
    if t.ndim < 2:
        row = t if t.ndim else _core.reshape(t, (1,))
        return _core.multiply(row, np.eye(row.shape[0]))
    if t.ndim > 2 or t.shape[0] != t.shape[1]:
        message = f"{what}: {name} is {t.shape}; a square matrix, a vector or a number is needed"
        raise ShapeError(message)
    return t


def read_covariance(
    what: str, name: str, x: Any, dim: int | None, allow_singular: bool
) -> Covariance:
    """Read a covariance: a number stands for that of each coordinate, a vector for the diagonal."""
    t = double(what, 1.0 if x is None else x)
    count = dim if dim is not None else 1 if t.ndim == 0 else t.shape[0]
    if t.size == 1 and count == 1:
        t = _core.reshape(t, (1,))
    elif t.ndim == 0:
        t = _core.broadcast_to(t, (count,))
    if t.shape not in ((count,), (count, count)):
        message = f"{what}: {name} is {t.shape} and there are {count} dimensions; {(count, count)} is needed"
        raise ShapeError(message)
    if allow_singular:
        return _singular(what, name, t if t.ndim == 2 else square_matrix(what, name, t))
    if t.ndim == 2:
        return factored(what, name, t)
    if _core.any(_core.less_equal(t, 0.0), (-1,), False):
        message = f"{what}: {name} is not positive definite, as it must be"
        raise np.linalg.LinAlgError(message)
    return Diagonal(t)


def _singular(what: str, name: str, matrix: Tensor) -> Singular:
    if matrix.requires_grad:
        message = (
            f"{what}: allow_singular=True was given and {name} is being differentiated; "
            "a constant is needed, or one that is positive definite without allow_singular"
        )
        raise DerivativeError(message)
    values, vectors = np.linalg.eigh(_core.plain_value(what, matrix))
    eps = 1e6 * float(np.finfo(np.float64).eps) * np.max(np.abs(values), initial=0.0)
    if np.min(values, initial=0.0) < -eps:
        message = f"{what}: {name} is not positive semidefinite, as it must be"
        raise ValueError(message)
    kept = values > eps
    whitening = vectors[:, kept] / np.sqrt(values[kept])
    volume = float(np.sum(np.log(values[kept])))
    return Singular(constant(whitening), volume, constant(vectors[:, ~kept]), 1e3 * eps)


def rows_of(what: str, x: Any, dim: int) -> Tensor:
    """Read points along the last axis, one of them as a row."""
    t = double(what, x)
    if t.ndim < 2:
        t = t.reshape(1, -1) if t.ndim and dim != 1 else t.reshape(-1, 1)
    if t.shape[-1] not in (1, dim):
        message = (
            f"{what}: x is {t.shape} and there are {dim} dimensions; x.shape[-1] must be {dim}"
        )
        raise ShapeError(message)
    return t


def squeezed(x: Tensor) -> Tensor:
    """`x` without axes of length one, as SciPy's results are."""
    return _core.reshape(x, tuple([n for n in x.shape if n != 1]))
