"""Distributions of vectors and matrices with a covariance."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import RuleError, ShapeError, Tensor
from wengert.numpy.layout.joining import stack
from wengert.scipy.special.gamma_functions import multigammaln
from wengert.scipy.stats._arguments import bound, double
from wengert.scipy.stats._frozen import Named
from wengert.scipy.stats._matrices import (
    Covariance,
    Diagonal,
    Factored,
    factored,
    read_covariance,
    read_vector,
    rows_of,
    square_matrix,
    squeezed,
)
from wengert.scipy.stats._normal_boxes import Integration, between
from wengert.scipy.stats._normal_shares import below_independent, below_two

if TYPE_CHECKING:
    from wengert._typing import Operand

LOG_2PI = math.log(2 * math.pi)


def _read(
    what: str, names: tuple[str, str], loc: Any, spread: Any, allow_singular: bool = False
) -> tuple[Tensor, Covariance, int]:
    """Return a location and a covariance, and how many dimensions they have."""
    center = None if loc is None else read_vector(what, names[0], loc)
    dim = None if center is None else center.shape[0]
    covariance = read_covariance(what, names[1], spread, dim, allow_singular)
    if center is None:
        dim = covariance.rank if not allow_singular else len(np.atleast_1d(spread))
        center = double(what, np.zeros(dim))
    return center, covariance, center.shape[0]


class MultivariateNormal(Named):
    """The normal distribution of vectors.

    Every method takes ``mean=None`` (zeros), ``cov=1`` (a matrix, the diagonal of one, or a number for the variance of
    each coordinate) and ``allow_singular=False``, by place or by name. Points lie along the last axis of `x`. The
    derivative in `cov` is a symmetric matrix. With ``allow_singular=True`` it must be a constant.
    """

    parameters = ("mean", "cov", "allow_singular")

    def _parts(
        self, name: str, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[Tensor, Covariance, int]:
        what = f"{self.name}.{name}"
        mean, cov, allow_singular = bound(what, self.parameters, 0, args, keywords)
        return _read(what, ("mean", "cov"), mean, cov, bool(allow_singular))

    def logpdf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the logarithm of the density at the rows of `x`.

        Raises
        ------
        LinAlgError
            If `cov` is not positive definite, and `allow_singular` not given.
        DerivativeError
            If it is given, and `cov` is being differentiated.
        """
        mean, covariance, dim = self._parts("logpdf", args, kwds)
        deviation = _core.subtract(rows_of(f"{self.name}.logpdf", x, dim), mean)
        volume = covariance.rank * LOG_2PI + covariance.log_determinant()
        return squeezed(-0.5 * (volume + covariance.squared_distance(deviation)))

    def pdf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the density at the rows of `x`."""
        return _core.exp(self.logpdf(x, *args, **kwds))

    def entropy(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the differential entropy, in nats."""
        _, covariance, _ = self._parts("entropy", args, kwds)
        return 0.5 * (covariance.rank * (LOG_2PI + 1) + covariance.log_determinant())

    def cdf(
        self,
        x: Operand,
        *args: Any,
        lower_limit: Operand | None = None,
        maxpts: Any = None,
        abseps: Any = None,
        releps: Any = None,
        rng: Any = None,
        **kwds: Any,
    ) -> Tensor:
        """Return the share below the rows of `x`, and above `lower_limit`.

        In one and two dimensions, and of ones that do not depend on one another, it is exact, and `maxpts`, `abseps`,
        `releps` and `rng` have no effect. In more it is SciPy's integral at random points. Its derivatives are shares of
        the other coordinates given one or two of them, of one and two dimensions less, not those of the integral: exact in
        three dimensions, in `cov` in four, and as exact as the values beyond.

        Raises
        ------
        NotImplementedError
            If `cov` may be singular.
        """
        what = f"{self.name}.cdf"
        # SciPy takes how exact it is to be by place, too.
        args, precision = args[: len(self.parameters)], args[len(self.parameters) :]
        given = dict(zip(("maxpts", "abseps", "releps"), precision, strict=False))
        stated = {"maxpts": maxpts, "abseps": abseps, "releps": releps, "rng": rng, **given}
        integration = Integration(**{k: v for k, v in stated.items() if v is not None})
        mean, covariance, dim = self._parts("cdf", args, kwds)
        top = rows_of(what, x, dim)
        if isinstance(covariance, Factored) and covariance.rank > 2:
            high = _core.subtract(top, mean)
            if lower_limit is None:
                return squeezed(between(None, high, covariance.factor, integration))
            low = _core.subtract(rows_of(what, lower_limit, dim), mean)
            shape = np.broadcast_shapes(low.shape, high.shape)
            low, high = _core.broadcast_to(low, shape), _core.broadcast_to(high, shape)
            return squeezed(between(low, high, covariance.factor, integration))
        if lower_limit is None:
            return squeezed(self._below(what, _core.subtract(top, mean), covariance))
        low = rows_of(what, lower_limit, dim)
        # The corners of a box, those with an odd number of lower limits taken off.
        total: Any = 0.0
        for signs in product((1, -1), repeat=dim):
            corner = _core.where(np.array(signs) > 0, top, low)
            share = self._below(what, _core.subtract(corner, mean), covariance)
            total = total + math.prod(signs) * share
        return squeezed(total)

    def logcdf(
        self,
        x: Operand,
        *args: Any,
        lower_limit: Operand | None = None,
        maxpts: Any = None,
        abseps: Any = None,
        releps: Any = None,
        rng: Any = None,
        **kwds: Any,
    ) -> Tensor:
        """Return the logarithm of the share below the rows of `x`, and above `lower_limit`; see `cdf`."""
        how = {"maxpts": maxpts, "abseps": abseps, "releps": releps, "rng": rng}
        return _core.log(self.cdf(x, *args, lower_limit=lower_limit, **how, **kwds))

    def _below(self, what: str, deviation: Tensor, covariance: Covariance) -> Tensor:
        if isinstance(covariance, Diagonal):
            return below_independent(deviation / _core.sqrt(covariance.variances))
        if isinstance(covariance, Factored) and covariance.rank == 2:
            factor = covariance.factor
            first, second = factor[0, 0], _core.hypot(factor[1, 0], factor[1, 1])
            scaled = deviation / stack([first, second])
            return below_two(scaled, factor[1, 0] / second, factor[1, 1] / second)
        message = (
            f"{what}: cov may be singular; a positive definite one, or a vector of variances, is needed, "
            f"scipy.stats.{self.name}.cdf of constants has the value of others"
        )
        raise RuleError(message)


class MultivariateT(Named):
    """Student's t distribution of vectors.

    Every method takes ``loc=None`` (zeros), ``shape=1`` (a matrix, the diagonal of one, or a number) and ``df=1``.
    Points lie along the last axis of `x`.
    """

    parameters = ("loc", "shape", "df")

    def _parts(
        self, name: str, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[Tensor, Covariance, Tensor, Tensor]:
        what = f"{self.name}.{name}"
        loc, shape, df = bound(what, self.parameters, 0, args, keywords)
        center, spread, _ = _read(what, ("loc", "shape"), loc, shape)
        degrees = double(what, 1.0 if df is None else df)
        if degrees.ndim or not _core.greater(degrees, 0.0):
            message = f"{what}: df is {df!r}; one positive number is needed"
            raise ShapeError(message)
        is_normal = _core.equal(degrees, math.inf)
        return center, spread, is_normal, _core.where(is_normal, 1.0, degrees)

    def logpdf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the logarithm of the density at the rows of `x`."""
        center, spread, is_normal, df = self._parts("logpdf", args, kwds)
        dim = spread.rank
        deviation = _core.subtract(rows_of(f"{self.name}.logpdf", x, dim), center)
        distance = spread.squared_distance(deviation)
        half = 0.5 * (df + dim)
        constant = (
            _core.gammaln(half) - _core.gammaln(0.5 * df) - 0.5 * dim * _core.log(math.pi * df)
        )
        heavy = constant - half * _core.log1p(distance / df)
        normal = -0.5 * (dim * LOG_2PI + distance)
        return squeezed(_core.where(is_normal, normal, heavy) - 0.5 * spread.log_determinant())

    def pdf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the density at the rows of `x`."""
        return _core.exp(self.logpdf(x, *args, **kwds))

    def entropy(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the differential entropy, in nats."""
        _, spread, is_normal, df = self._parts("entropy", args, kwds)
        dim = spread.rank
        half = 0.5 * (df + dim)
        heavy = (
            _core.gammaln(0.5 * df)
            - _core.gammaln(half)
            + 0.5 * dim * _core.log(math.pi * df)
            + half * (_core.psi(half) - _core.psi(0.5 * df))
        )
        normal = 0.5 * dim * (LOG_2PI + 1)
        return _core.where(is_normal, normal, heavy) + 0.5 * spread.log_determinant()


class Wishart(Named):
    """The distribution of positive definite matrices that sums of outer products of normal vectors have.

    Every method takes ``df`` and ``scale`` (a matrix, the diagonal of one, or a number). As in SciPy, matrices lie along
    the first two axes of `x`, and a third one counts them.
    """

    parameters = ("df", "scale")
    required = 2

    def _parts(
        self, name: str, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[Tensor, Tensor, int]:
        what = f"{self.name}.{name}"
        df, scale = bound(what, self.parameters, 2, args, keywords)
        matrix = square_matrix(what, "scale", scale)
        dim = matrix.shape[0]
        degrees = double(what, df)
        if degrees.ndim or not _core.greater(degrees, dim - 1.0):
            message = f"{what}: df is {df!r} and scale has {dim} rows; one number above {dim - 1} is needed"
            raise ShapeError(message)
        return degrees, matrix, dim

    def _matrices(self, what: str, x: Any, dim: int) -> Tensor:
        t = double(what, x)
        if t.ndim == 0:
            t = _core.multiply(t, np.eye(dim))
        elif t.ndim == 1:
            t = t.reshape(1, 1, -1) if dim == 1 else square_matrix(what, "x", t)
        if t.ndim not in (2, 3) or t.shape[:2] != (dim, dim):
            message = (
                f"{what}: x is {t.shape} and scale {(dim, dim)}; x.shape[:2] must be that of scale"
            )
            raise ShapeError(message)
        return t if t.ndim == 2 else _core.transpose(t, (-1, -3, -2))

    def logpdf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the logarithm of the density at matrices.

        Raises
        ------
        LinAlgError
            If a matrix is not positive definite.
        """
        what = f"{self.name}.logpdf"
        df, matrix, dim = self._parts("logpdf", args, kwds)
        spread = factored(what, "scale", matrix)
        point = factored(what, "x", self._matrices(what, x, dim))
        # trace(scale^-1 x) is the squared norm of one factor, divided by the other
        ratio = _core.triangular_solve(spread.factor, point.factor, True, False, False)
        trace = _core.sum(_core.square(ratio), (-2, -1), False)
        constant = 0.5 * df * (dim * math.log(2) + spread.log_determinant())
        found = 0.5 * ((df - (dim + 1.0)) * point.log_determinant() - trace)
        return squeezed(found - (constant + multigammaln(0.5 * df, dim)))

    def pdf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the density at matrices."""
        return _core.exp(self.logpdf(x, *args, **kwds))

    def mean(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the mean, a matrix."""
        df, matrix, _ = self._parts("mean", args, kwds)
        return squeezed(df * matrix)

    def var(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the variance of each element, a matrix."""
        df, matrix, dim = self._parts("var", args, kwds)
        diagonal = _core.sum(_core.multiply(matrix, np.eye(dim)), (-1,), False)
        outer = _core.multiply(_core.reshape(diagonal, (dim, 1)), diagonal)
        return squeezed(df * (_core.square(matrix) + outer))

    def entropy(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the differential entropy, in nats."""
        df, matrix, dim = self._parts("entropy", args, kwds)
        volume = factored(f"{self.name}.entropy", "scale", matrix).log_determinant()
        digamma = _core.sum(_core.psi(0.5 * (df - np.arange(float(dim)))), (-1,), False)
        return (
            0.5 * (dim + 1) * (volume + dim * math.log(2))
            + multigammaln(0.5 * df, dim)
            - 0.5 * (df - (dim + 1.0)) * digamma
            + 0.5 * dim * df
        )


multivariate_normal = MultivariateNormal("multivariate_normal")
multivariate_t = MultivariateT("multivariate_t")
wishart = Wishart("wishart")

__all__ = ["multivariate_normal", "multivariate_t", "wishart"]
