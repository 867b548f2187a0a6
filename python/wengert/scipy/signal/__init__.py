"""``scipy.signal`` on Tensors: convolutions and filters.

>>> import wengert as wg
>>> wg.scipy.signal.lfilter([1.0], [1.0, -0.5], [1.0, 0.0, 0.0])
Tensor([1.  , 0.5 , 0.25])
"""

from wengert.scipy.signal.convolution import convolve, correlate
from wengert.scipy.signal.filters import detrend, lfilter, sosfilt
from wengert.scipy.signal.plane import convolve2d, correlate2d
from wengert.scipy.signal.spectral import fftconvolve, oaconvolve

__all__ = [
    "convolve",
    "convolve2d",
    "correlate",
    "correlate2d",
    "detrend",
    "fftconvolve",
    "lfilter",
    "oaconvolve",
    "sosfilt",
]
