"""Chebyshev polynomials of the first kind: sums of them evaluated and combined, as `numpy.polynomial.chebyshev`.

>>> import wengert.numpy as wnp
>>> wnp.polynomial.chebyshev.chebval(2.0, [1.0, 2.0, 3.0])
Tensor(26.)
"""

import numpy as np

from wengert.numpy.polynomial._basis import Basis
from wengert.numpy.polynomial._coefficients import combinations, conversions
from wengert.numpy.polynomial._division import divisions, zeros
from wengert.numpy.polynomial._fits import fits
from wengert.numpy.polynomial._multiplication import products
from wengert.numpy.polynomial._values import evaluations, matrices

__all__ = [
    "cheb2poly",
    "chebadd",
    "chebder",
    "chebdiv",
    "chebfit",
    "chebfromroots",
    "chebgrid2d",
    "chebgrid3d",
    "chebint",
    "chebmul",
    "chebmulx",
    "chebpow",
    "chebroots",
    "chebsub",
    "chebval",
    "chebval2d",
    "chebval3d",
    "chebvander",
    "chebvander2d",
    "chebvander3d",
    "poly2cheb",
]

_BASIS = Basis(
    "cheb", np.polynomial.chebyshev, lambda n: (1.0, 0.0, 0.0) if n == 0 else (2.0, 0.0, 1.0)
)

chebval, chebval2d, chebval3d, chebgrid2d, chebgrid3d = evaluations(_BASIS)
chebvander, chebvander2d, chebvander3d = matrices(_BASIS)
chebadd, chebsub, chebmulx, chebder, chebint = combinations(_BASIS)
chebmul, chebpow, chebfromroots = products(_BASIS)
chebdiv = divisions(_BASIS, chebmul)
chebroots = zeros(_BASIS, chebder)
chebfit = fits(_BASIS, chebvander)
cheb2poly, poly2cheb = conversions(_BASIS)
