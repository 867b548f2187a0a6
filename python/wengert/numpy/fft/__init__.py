"""``numpy.fft`` on Tensors."""

from wengert.numpy.fft.complex_spectra import fft, fft2, fftn, ifft, ifft2, ifftn
from wengert.numpy.fft.frequencies import fftfreq, fftshift, ifftshift, rfftfreq
from wengert.numpy.fft.real_spectra import (
    hfft,
    ihfft,
    irfft,
    irfft2,
    irfftn,
    rfft,
    rfft2,
    rfftn,
)

__all__ = [
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
]
