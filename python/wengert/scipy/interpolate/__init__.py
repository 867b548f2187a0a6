"""``scipy.interpolate`` on Tensors: piecewise polynomials, splines and grids.

>>> import wengert as wg
>>> wg.scipy.interpolate.interp1d([0.0, 2.0], [1.0, 5.0])(0.5)
Tensor(2.)
"""

from wengert.scipy.interpolate.bsplines import BSpline, make_interp_spline
from wengert.scipy.interpolate.cubic import (
    Akima1DInterpolator,
    CubicHermiteSpline,
    CubicSpline,
    PchipInterpolator,
)
from wengert.scipy.interpolate.grids import RegularGridInterpolator, interpn
from wengert.scipy.interpolate.knots_and_coefficients import (
    splantider,
    splder,
    splev,
    splint,
    splrep,
)
from wengert.scipy.interpolate.one_dimension import (
    BarycentricInterpolator,
    barycentric_interpolate,
    interp1d,
)
from wengert.scipy.interpolate.piecewise import PPoly
from wengert.scipy.interpolate.smoothing import make_smoothing_spline
from wengert.scipy.interpolate.through_samples import (
    InterpolatedUnivariateSpline,
    RectBivariateSpline,
    UnivariateSpline,
)

__all__ = [
    "Akima1DInterpolator",
    "BSpline",
    "BarycentricInterpolator",
    "CubicHermiteSpline",
    "CubicSpline",
    "InterpolatedUnivariateSpline",
    "PPoly",
    "PchipInterpolator",
    "RectBivariateSpline",
    "RegularGridInterpolator",
    "UnivariateSpline",
    "barycentric_interpolate",
    "interp1d",
    "interpn",
    "make_interp_spline",
    "make_smoothing_spline",
    "splantider",
    "splder",
    "splev",
    "splint",
    "splrep",
]
