"""Sums of polynomials of several kinds, as `numpy.polynomial`; its classes call NumPy alone."""

from wengert.numpy.polynomial import (
    chebyshev,
    hermite,
    hermite_e,
    laguerre,
    legendre,
    polynomial,
)

__all__ = ["chebyshev", "hermite", "hermite_e", "laguerre", "legendre", "polynomial"]
