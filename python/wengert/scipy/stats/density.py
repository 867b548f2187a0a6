"""Densities of data, by kernels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.scipy.special.exponential_sums import logsumexp
from wengert.scipy.stats._arguments import double
from wengert.scipy.stats._matrices import factored

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

__all__ = ["gaussian_kde"]


class gaussian_kde:
    """The density of data that normal kernels of the data's own covariance give.

    It is differentiated in points, data and weights, and in a bandwidth that is a number.

    Parameters
    ----------
    dataset : array_like
        Data along the last axis: ``(n,)``, or ``(d, n)`` in d dimensions.
    bw_method : {"scott", "silverman"}, number or callable, optional
        How wide kernels are, in standard deviations of the data: by Scott's rule or Silverman's, a number, or what a
        function of the object returns.
    weights : array_like, optional
        Of shape ``(n,)``; they are divided by their sum.

    Attributes
    ----------
    dataset, weights, covariance, factor : Tensor
        What was given, and what was made of it.
    neff : Tensor
        How many data of equal weight would count as much.
    d, n : int
        The number of dimensions, and of data.

    Raises
    ------
    LinAlgError
        If data lie in fewer dimensions than they have.
    ValueError
        If there are fewer than two data, weights are not one for each, or `bw_method` is something else.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.stats import gaussian_kde
    >>> data = np.array([-1.0, 0.5, 2.0])
    >>> gaussian_kde(data)(0.0)
    Tensor([0.207343])
    >>> wg.grad(lambda data: gaussian_kde(data).logpdf(0.0)[0])(data).round(6)
    array([ 0.355424, -0.16851 , -0.28016 ])
    """

    def __init__(
        self,
        dataset: Operand,
        bw_method: str | float | Tensor | Callable[[Any], Any] | None = None,
        weights: Operand | None = None,
    ) -> None:
        data = double("gaussian_kde", dataset)
        self.dataset = data.reshape(1, -1) if data.ndim < 2 else data
        self.d, self.n = self.dataset.shape
        if self.n < 2:
            message = f"gaussian_kde: dataset is {data.shape}; at least two data are needed"
            raise ShapeError(message)
        share = double("gaussian_kde", np.full(self.n, 1 / self.n) if weights is None else weights)
        if share.shape != (self.n,):
            message = f"gaussian_kde: weights are {share.shape} and there are {self.n} data; one for each is needed"
            raise ShapeError(message)
        self.weights = share / _core.sum(share, (-1,), False)
        squares = _core.sum(_core.square(self.weights), (-1,), False)
        self.neff = 1.0 / squares
        mean = _core.sum(self.weights * self.dataset, (-1,), True)
        centered = self.dataset - mean
        products = _core.matmul(self.weights * centered, _core.transpose(centered, (-1, -2)))
        self._data_covariance = products / (1.0 - squares)
        self.set_bandwidth(bw_method)

    def scotts_factor(self) -> Tensor:
        """Return the width by Scott's rule, ``neff**(-1 / (d + 4))``."""
        return _core.power(self.neff, -1.0 / (self.d + 4))

    def silverman_factor(self) -> Tensor:
        """Return the width by Silverman's rule, ``(neff (d + 2) / 4)**(-1 / (d + 4))``."""
        return _core.power(self.neff * ((self.d + 2) / 4), -1.0 / (self.d + 4))

    def set_bandwidth(self, bw_method: Any = None) -> None:
        """Choose how wide kernels are, as `bw_method` of the class."""
        if bw_method is None or bw_method == "scott":
            width: Any = self.scotts_factor()
        elif isinstance(bw_method, str):
            if bw_method != "silverman":
                message = f"gaussian_kde: bw_method is {bw_method!r}; 'scott', 'silverman', a number or a function is needed"
                raise ValueError(message)
            width = self.silverman_factor()
        else:
            width = bw_method(self) if callable(bw_method) else bw_method
        self.factor = double("gaussian_kde", width)
        self.covariance = self._data_covariance * _core.square(self.factor)
        self._kernel = factored("gaussian_kde", "the covariance of the data", self.covariance)

    def logpdf(self, x: Operand) -> Tensor:
        """Return the logarithm of the density at points along the last axis, ``(m,)`` or ``(d, m)``.

        Raises
        ------
        ValueError
            If points have not as many dimensions as the data.
        """
        t = double("gaussian_kde.logpdf", x)
        if t.ndim < 2:
            # as SciPy: of one point in d dimensions, the coordinates
            t = t.reshape(-1, 1) if t.shape == (self.d,) and self.d > 1 else t.reshape(1, -1)
        if t.ndim != 2 or t.shape[0] != self.d:
            message = f"gaussian_kde: points are {t.shape} and data have {self.d} dimensions; x.shape[0] must be {self.d}"
            raise ShapeError(message)
        points = _core.transpose(t, (-1, -2)).reshape(-1, 1, self.d)
        distance = self._kernel.squared_distance(points - _core.transpose(self.dataset, (-1, -2)))
        volume = self.d * math.log(2 * math.pi) + self._kernel.log_determinant()
        return logsumexp(-0.5 * distance, axis=1, b=self.weights) - 0.5 * volume

    def evaluate(self, points: Operand) -> Tensor:
        """Return the density at points along the last axis."""
        return _core.exp(self.logpdf(points))

    __call__ = evaluate
    pdf = evaluate
