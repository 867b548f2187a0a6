"""``scipy.fft`` on Tensors.

>>> import wengert as wg
>>> wg.scipy.fft.dct([1.0, 1.0])
Tensor([4., 0.])
"""

from wengert.numpy.fft.frequencies import fftfreq, fftshift, ifftshift, rfftfreq
from wengert.scipy.fft.complex_spectra import fft, fft2, fftn, ifft, ifft2, ifftn
from wengert.scipy.fft.cosines import dct, dctn, dst, dstn, idct, idctn, idst, idstn
from wengert.scipy.fft.lengths import next_fast_len, prev_fast_len
from wengert.scipy.fft.mirrored_spectra import hfft, hfft2, hfftn, ihfft, ihfft2, ihfftn
from wengert.scipy.fft.real_spectra import irfft, irfft2, irfftn, rfft, rfft2, rfftn

__all__ = [
    "dct",
    "dctn",
    "dst",
    "dstn",
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "hfft2",
    "hfftn",
    "idct",
    "idctn",
    "idst",
    "idstn",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "ihfft2",
    "ihfftn",
    "irfft",
    "irfft2",
    "irfftn",
    "next_fast_len",
    "prev_fast_len",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
]
