"""Continuous distributions: what a family's standard form gives, with location, scale and support."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from wengert import _core
from wengert._core import Tensor
from wengert.scipy.stats._arguments import both, bound, double, either, is_default, where_valid
from wengert.scipy.stats._frozen import Named
from wengert.scipy.stats._tails import log_share

if TYPE_CHECKING:
    from wengert._typing import Operand

INF = math.inf
Formula = Callable[..., Tensor]
Moment = Callable[..., "Tensor | float"]
Standard = tuple[Tensor, tuple[Tensor, ...], "Tensor | None"]


class Continuous(Named):
    """A family of densities on the line, by SciPy's name and methods.

    Every method takes the shape parameters of the family, then ``loc`` and ``scale``, by place or by name; all
    broadcast. Called, a family is frozen at its parameters. Results are Tensors of float64: NaN where a parameter
    is not valid, and without derivative where a density is zero.

    A family says what its standard form is, at ``loc=0`` and ``scale=1``, in methods of a leading underscore,
    which are asked for nothing outside of the support.
    """

    shapes: ClassVar[tuple[str, ...]] = ()
    lower: ClassVar[float] = -INF
    upper: ClassVar[float] = INF
    # Any point that is no corner: what stands for those outside in formulas.
    interior: ClassVar[float] = 0.5

    def __init_subclass__(cls) -> None:
        cls.parameters, cls.required = (*cls.shapes, "loc", "scale"), len(cls.shapes)

    # The standard form. What is not declared to be a formula follows from those that are.

    _logpdf: Formula
    _cdf: Formula
    _sf: Formula
    _ppf: Formula
    _isf: Formula
    _mean: Moment
    _var: Moment
    _entropy: Moment

    def _valid(self, *shapes: Tensor) -> Tensor | None:
        """Which shape parameters are valid; by default those that are positive."""
        found: Tensor | None = None
        for shape in shapes:
            found = both(found, _core.greater(shape, 0.0))
        return found

    def _pdf(self, z: Tensor, *shapes: Any, **_: Any) -> Tensor:
        return _core.exp(self._logpdf(z, *shapes))

    def _logcdf(self, z: Tensor, *shapes: Any, **_: Any) -> Tensor:
        return log_share(self._cdf(z, *shapes), self._sf(z, *shapes))

    def _logsf(self, z: Tensor, *shapes: Any, **_: Any) -> Tensor:
        return log_share(self._sf(z, *shapes), self._cdf(z, *shapes))

    def _below(self, z: Tensor, *_: Tensor) -> Tensor | None:
        """Which points lie below the support; the ends belong to it."""
        return None if self.lower == -INF else _core.less(z, self.lower)

    def _above(self, z: Tensor, *_: Tensor) -> Tensor | None:
        """Which points lie above the support; of a half-line, infinity, where its formulas have no limit."""
        if self.upper != INF:
            return _core.greater(z, self.upper)
        return None if self.lower == -INF else _core.equal(z, INF)

    def _point(self, *_: Tensor) -> Tensor | float:
        """Return a point inside of the support."""
        return self.interior

    # Location and scale

    def _read(
        self, what: str, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[tuple[Tensor, ...], Tensor | None, Tensor | None]:
        """Return shape parameters, and a location and a scale, or None for those that change nothing.

        Where one is not valid, all are NaN, and with them what is computed.
        """
        count = self.required
        values = bound(what, self.parameters, count, args, keywords)
        shapes = tuple([double(what, x) for x in values[:count]])
        loc = None if is_default(values[-2], 0) else double(what, values[-2])
        scale = None if is_default(values[-1], 1) else double(what, values[-1])
        valid = self._valid(*shapes) if shapes else None
        if scale is not None:
            valid = both(valid, _core.greater(scale, 0.0))
        if valid is not None:
            scale = where_valid(double(what, 1.0) if scale is None else scale, valid)
            shapes = tuple([where_valid(x, valid) for x in shapes])
        return shapes, loc, scale

    def _standard(
        self, what: str, x: Any, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Standard:
        """Return ``(x - loc) / scale``, shape parameters and the scale."""
        shapes, loc, scale = self._read(what, args, keywords)
        z = double(what, x)
        if loc is not None:
            z = _core.subtract(z, loc)
        if scale is not None:
            z = _core.divide(z, scale)
        return z, shapes, scale

    def _density(
        self, name: str, x: Any, args: tuple[Any, ...], keywords: dict[str, Any], nothing: float
    ) -> tuple[Tensor, Tensor | None]:
        z, shapes, scale = self._standard(f"{self.name}.{name}", x, args, keywords)
        outside = either(self._below(z, *shapes), self._above(z, *shapes))
        formula = getattr(self, f"_{name}")
        if outside is None:
            return formula(z, *shapes), scale
        inside = _core.where(outside, self._point(*shapes), z)
        return _core.where(outside, nothing, formula(inside, *shapes)), scale

    def _share(
        self,
        name: str,
        x: Any,
        args: tuple[Any, ...],
        keywords: dict[str, Any],
        ends: tuple[float, float],
    ) -> Tensor:
        """Evaluate a distribution function, which is `ends` below and above the support."""
        z, shapes, _ = self._standard(f"{self.name}.{name}", x, args, keywords)
        below, above = self._below(z, *shapes), self._above(z, *shapes)
        outside = either(below, above)
        formula = getattr(self, f"_{name}")
        if outside is None:
            return formula(z, *shapes)  # type: ignore[no-any-return]
        found = formula(_core.where(outside, self._point(*shapes), z), *shapes)
        for place, end in ((below, ends[0]), (above, ends[1])):
            if place is not None:
                found = _core.where(place, end, found)
        return found  # type: ignore[no-any-return]

    def _quantile(
        self, name: str, q: Any, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Tensor:
        what = f"{self.name}.{name}"
        shapes, loc, scale = self._read(what, args, keywords)
        share = double(what, q)
        valid = _core.logical_and(_core.greater_equal(share, 0.0), _core.less_equal(share, 1.0))
        z: Tensor = getattr(self, f"_{name}")(where_valid(share, valid), *shapes)
        return self._placed(z, loc, scale)

    @staticmethod
    def _placed(z: Tensor, loc: Tensor | None, scale: Tensor | None) -> Tensor:
        if scale is not None:
            z = _core.multiply(z, scale)
        return z if loc is None else _core.add(z, loc)

    def _moment(
        self, name: str, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[Tensor, Tensor | None, Tensor | None]:
        what = f"{self.name}.{name}"
        shapes, loc, scale = self._read(what, args, keywords)
        return double(what, getattr(self, f"_{name}")(*shapes)), loc, scale

    # What users call

    def logpdf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the logarithm of the density at `x`: -inf outside of the support."""
        found, scale = self._density("logpdf", x, args, kwds, -INF)
        return found if scale is None else _core.subtract(found, _core.log(scale))

    def pdf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the density at `x`: 0 outside of the support."""
        found, scale = self._density("pdf", x, args, kwds, 0.0)
        return found if scale is None else _core.divide(found, scale)

    def cdf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the share of what is at most `x`."""
        return self._share("cdf", x, args, kwds, (0.0, 1.0))

    def sf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the share of what is above `x`, with its digits where that is small."""
        return self._share("sf", x, args, kwds, (1.0, 0.0))

    def logcdf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the logarithm of `cdf`."""
        return self._share("logcdf", x, args, kwds, (-INF, 0.0))

    def logsf(self, x: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the logarithm of `sf`."""
        return self._share("logsf", x, args, kwds, (0.0, -INF))

    def ppf(self, q: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the quantile of which `cdf` is `q`; NaN for shares that are none."""
        return self._quantile("ppf", q, args, kwds)

    def isf(self, q: Operand, *args: Any, **kwds: Any) -> Tensor:
        """Return the quantile of which `sf` is `q`; NaN for shares that are none."""
        return self._quantile("isf", q, args, kwds)

    def interval(self, confidence: Operand, *args: Any, **kwds: Any) -> tuple[Tensor, Tensor]:
        """Return the ends of the interval around the median that has a share of `confidence`."""
        rest = _core.multiply(_core.subtract(1.0, double(f"{self.name}.interval", confidence)), 0.5)
        return self.ppf(rest, *args, **kwds), self.isf(rest, *args, **kwds)

    def median(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the median."""
        return self.ppf(0.5, *args, **kwds)

    def mean(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the mean: infinite or NaN where there is none."""
        return self._placed(*self._moment("mean", args, kwds))

    def var(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the variance: infinite or NaN where there is none."""
        found, _, scale = self._moment("var", args, kwds)
        return found if scale is None else _core.multiply(found, _core.square(scale))

    def std(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the standard deviation."""
        found, _, scale = self._moment("var", args, kwds)
        root = _core.sqrt(found)
        return root if scale is None else _core.multiply(root, scale)

    def entropy(self, *args: Any, **kwds: Any) -> Tensor:
        """Return the differential entropy, in nats."""
        found, _, scale = self._moment("entropy", args, kwds)
        return found if scale is None else _core.add(found, _core.log(scale))
