"""Laguerre polynomials: sums of them evaluated and combined, as `numpy.polynomial.laguerre`.

>>> import wengert.numpy as wnp
>>> wnp.polynomial.laguerre.lagval(2.0, [1.0, 2.0, 3.0])
Tensor(-4.)
"""

import numpy as np

from wengert.numpy.polynomial._basis import Basis
from wengert.numpy.polynomial._coefficients import combinations, conversions
from wengert.numpy.polynomial._division import divisions, zeros
from wengert.numpy.polynomial._fits import fits
from wengert.numpy.polynomial._multiplication import products
from wengert.numpy.polynomial._values import evaluations, matrices

__all__ = [
    "lag2poly",
    "lagadd",
    "lagder",
    "lagdiv",
    "lagfit",
    "lagfromroots",
    "laggrid2d",
    "laggrid3d",
    "lagint",
    "lagmul",
    "lagmulx",
    "lagpow",
    "lagroots",
    "lagsub",
    "lagval",
    "lagval2d",
    "lagval3d",
    "lagvander",
    "lagvander2d",
    "lagvander3d",
    "poly2lag",
]

_BASIS = Basis(
    "lag", np.polynomial.laguerre, lambda n: (-1 / (n + 1), (2 * n + 1) / (n + 1), n / (n + 1))
)

lagval, lagval2d, lagval3d, laggrid2d, laggrid3d = evaluations(_BASIS)
lagvander, lagvander2d, lagvander3d = matrices(_BASIS)
lagadd, lagsub, lagmulx, lagder, lagint = combinations(_BASIS)
lagmul, lagpow, lagfromroots = products(_BASIS)
lagdiv = divisions(_BASIS, lagmul)
lagroots = zeros(_BASIS, lagder)
lagfit = fits(_BASIS, lagvander)
lag2poly, poly2lag = conversions(_BASIS)
