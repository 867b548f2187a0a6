"""Discrete distributions: what a family's formulas give, with location and support."""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import constant
from wengert.scipy.stats._arguments import bound, double, is_default, where_valid
from wengert.scipy.stats._frozen import Named
from wengert.scipy.stats._tails import log_share

if TYPE_CHECKING:
    from wengert._typing import Operand

INF = math.inf
Formula = Callable[..., Tensor]


class Discrete(Named):
    """A family of masses on integers, by SciPy's name and methods.

    Every method takes the shape parameters of the family, then ``loc``, by place or by name; all broadcast. Called, a
    family is frozen at its parameters. Results are Tensors of float64: NaN where a parameter is not valid. Counts,
    and what moves them, have the derivative 0, as `floor` has; so have quantiles.
    """

    shapes: ClassVar[tuple[str, ...]] = ()
    # A count with a mass: what stands for those without in formulas.
    interior: ClassVar[float] = 0.0

    def __init_subclass__(cls) -> None:
        cls.parameters, cls.required = (*cls.shapes, "loc"), len(cls.shapes)

    # Formulas. What is not declared to be one follows from those that are.

    _logpmf: Formula
    _cdf: Formula
    _sf: Formula
    _mean: Formula
    _var: Formula

    def _valid(self, *shapes: Tensor) -> Tensor:
        """Which parameters are valid."""
        raise NotImplementedError

    def _ends(self, *shapes: Tensor) -> tuple[Tensor | float, Tensor | float]:
        """Return the least count, and the largest."""
        return 0.0, INF

    def _pmf(self, k: Tensor, *shapes: Any, **_: Any) -> Tensor:
        return _core.exp(self._logpmf(k, *shapes))

    def _logcdf(self, k: Tensor, *shapes: Any, **_: Any) -> Tensor:
        return log_share(self._cdf(k, *shapes), self._sf(k, *shapes))

    def _logsf(self, k: Tensor, *shapes: Any, **_: Any) -> Tensor:
        return log_share(self._sf(k, *shapes), self._cdf(k, *shapes))

    def _entropy(self, *shapes: Any, **_: Any) -> Tensor:
        """Sum over all counts, or over those between quantiles beyond which nothing is left."""
        what, theirs = f"{self.name}.entropy", _scipys(self.name)
        is_valid = _core.plain_value(what, self._valid(*shapes).detach())
        values = [_core.plain_value(what, x.detach()) for x in shapes]
        usable = [np.where(is_valid, x, np.nan) for x in values]
        # Twice as far out as where 1e-14 is left, it is about 1e-28.
        with np.errstate(all="ignore"):
            mean = np.asarray(theirs.mean(*usable), np.float64)
            far = 2 * theirs.isf(1e-14, *usable) - mean + 40
            near = 2 * theirs.ppf(1e-14, *usable) - mean
        last = np.floor(np.max(far[np.isfinite(far)], initial=0.0))
        first = np.floor(np.min(near[np.isfinite(near)], initial=last))
        counts = constant(np.arange(max(first, 0.0), last + 1.0))
        columns = [_core.reshape(x, (*x.shape, 1)) for x in shapes]
        outside = self._without_mass(counts, columns)
        log = self._logpmf(_core.where(outside, self._point(*columns), counts), *columns)
        terms = _core.where(outside, 0.0, _core.entr(_core.exp(log)))
        return _core.sum(terms, (-1,), False)

    # Location and support

    def _point(self, *_: Tensor) -> Tensor | float:
        return self.interior

    def _without_mass(self, k: Tensor, shapes: Any) -> Tensor:
        first, last = self._ends(*shapes)
        found = _core.less(k, first)
        return found if type(last) is float else _core.logical_or(found, _core.greater(k, last))

    def _read(
        self, what: str, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[tuple[Tensor, ...], Tensor | None, Tensor]:
        """Return shape parameters, a location or None for 0, and where the parameters are valid."""
        values = bound(what, self.parameters, self.required, args, keywords)
        shapes = tuple([double(what, x) for x in values[: self.required]])
        loc = None if is_default(values[-1], 0) else double(what, values[-1])
        valid = self._valid(*shapes)
        return tuple([where_valid(x, valid) for x in shapes]), loc, valid

    def _counts(
        self, what: str, k: Any, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
        """Return ``k - loc``, and the integers below, which are NaN where parameters are not valid."""
        shapes, loc, valid = self._read(what, args, keywords)
        shifted = double(what, k)
        if loc is not None:
            shifted = _core.subtract(shifted, loc)
        return shifted, where_valid(_core.floor(shifted), valid), shapes

    def _mass(
        self, name: str, k: Any, args: tuple[Any, ...], keywords: dict[str, Any], nothing: float
    ) -> Tensor:
        shifted, counts, shapes = self._counts(f"{self.name}.{name}", k, args, keywords)
        outside = _core.logical_or(self._without_mass(counts, shapes), _core.less(counts, shifted))
        if type(self._ends(*shapes)[1]) is float:
            outside = _core.logical_or(outside, _core.equal(counts, INF))
        inside = _core.where(outside, self._point(*shapes), counts)
        return _core.where(outside, nothing, getattr(self, f"_{name}")(inside, *shapes))

    def _share(
        self,
        name: str,
        k: Any,
        args: tuple[Any, ...],
        keywords: dict[str, Any],
        ends: tuple[float, float],
    ) -> Tensor:
        _, counts, shapes = self._counts(f"{self.name}.{name}", k, args, keywords)
        first, last = self._ends(*shapes)
        below, above = _core.less(counts, first), _core.greater_equal(counts, last)
        outside = _core.logical_or(below, above)
        inside = _core.where(outside, self._point(*shapes), counts)
        found = _core.where(below, ends[0], getattr(self, f"_{name}")(inside, *shapes))
        found = _core.where(above, ends[1], found)
        # which shares of SciPy's before 1.17 may hide
        return _core.where(_core.isnan(counts), counts, found)

    def _quantile(
        self, name: str, q: Any, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Tensor:
        """Ask SciPy: a quantile is an integer, which has no derivative but 0."""
        what = f"{self.name}.{name}"
        shapes, loc, _ = self._read(what, args, keywords)
        operands = [double(what, q), *shapes, *([] if loc is None else [loc])]
        values = [_core.plain_value(what, x.detach()) for x in operands]
        with np.errstate(all="ignore"):
            found = getattr(_scipys(self.name), name)(*values)
        return constant(np.asarray(found, np.float64))

    def _moment(
        self, name: str, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[Tensor, Tensor | None]:
        shapes, loc, valid = self._read(f"{self.name}.{name}", args, keywords)
        found = where_valid(double(self.name, getattr(self, f"_{name}")(*shapes)), valid)
        return found, loc

    # What users call

    def logpmf(self, k: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the logarithm of the mass at `k`: -inf outside of the support and between integers."""
        return self._mass("logpmf", k, args, kwds, -INF)

    def pmf(self, k: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the mass at `k`: 0 outside of the support and between integers."""
        return self._mass("pmf", k, args, kwds, 0.0)

    def cdf(self, k: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the share of what is at most `k`."""
        return self._share("cdf", k, args, kwds, (0.0, 1.0))

    def sf(self, k: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the share of what is above `k`, with its digits where that is small."""
        return self._share("sf", k, args, kwds, (1.0, 0.0))

    def logcdf(self, k: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the logarithm of `cdf`."""
        return self._share("logcdf", k, args, kwds, (-INF, 0.0))

    def logsf(self, k: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the logarithm of `sf`."""
        return self._share("logsf", k, args, kwds, (0.0, -INF))

    def ppf(self, q: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the least count of which `cdf` is at least `q`, by SciPy."""
        return self._quantile("ppf", q, args, kwds)

    def isf(self, q: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the least count of which `sf` is at most `q`, by SciPy."""
        return self._quantile("isf", q, args, kwds)

    def median(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the median, by SciPy."""
        return self.ppf(0.5, *args, **kwds)

    def mean(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the mean."""
        found, loc = self._moment("mean", args, kwds)
        return found if loc is None else _core.add(found, loc)

    def var(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the variance."""
        return self._moment("var", args, kwds)[0]

    def std(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the standard deviation."""
        return _core.sqrt(self.var(*args, **kwds))

    def entropy(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the entropy, in nats."""
        return self._moment("entropy", args, kwds)[0]


def is_integer(x: Tensor) -> Tensor:
    """Whether a parameter that counts is a whole number, and not negative."""
    return _core.logical_and(_core.equal(_core.floor(x), x), _core.greater_equal(x, 0.0))


def is_share(p: Tensor) -> Tensor:
    """Whether a parameter is between 0 and 1."""
    return _core.logical_and(_core.greater_equal(p, 0.0), _core.less_equal(p, 1.0))


def _scipys(name: str) -> Any:
    return getattr(import_module("scipy.stats"), name)
