"""``scipy.ndimage`` on Tensors: filters, and arrays between their elements.

>>> import wengert as wg
>>> wg.scipy.ndimage.gaussian_filter1d([0.0, 1.0, 0.0], 0.5).round(3)
Tensor([0.107, 0.787, 0.107])
"""

from wengert.scipy.ndimage.convolutions import (
    convolve,
    convolve1d,
    correlate,
    correlate1d,
)
from wengert.scipy.ndimage.edges import laplace, prewitt, sobel
from wengert.scipy.ndimage.extrema import (
    maximum_filter,
    maximum_filter1d,
    minimum_filter,
    minimum_filter1d,
)
from wengert.scipy.ndimage.gaussians import (
    gaussian_filter,
    gaussian_filter1d,
    gaussian_gradient_magnitude,
    gaussian_laplace,
)
from wengert.scipy.ndimage.interpolation import (
    affine_transform,
    map_coordinates,
    rotate,
    shift,
    zoom,
)
from wengert.scipy.ndimage.means import uniform_filter, uniform_filter1d
from wengert.scipy.ndimage.ranks import median_filter, percentile_filter, rank_filter
from wengert.scipy.ndimage.splines import spline_filter, spline_filter1d

__all__ = [
    "affine_transform",
    "convolve",
    "convolve1d",
    "correlate",
    "correlate1d",
    "gaussian_filter",
    "gaussian_filter1d",
    "gaussian_gradient_magnitude",
    "gaussian_laplace",
    "laplace",
    "map_coordinates",
    "maximum_filter",
    "maximum_filter1d",
    "median_filter",
    "minimum_filter",
    "minimum_filter1d",
    "percentile_filter",
    "prewitt",
    "rank_filter",
    "rotate",
    "shift",
    "sobel",
    "spline_filter",
    "spline_filter1d",
    "uniform_filter",
    "uniform_filter1d",
    "zoom",
]
