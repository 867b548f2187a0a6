"""Legendre polynomials: sums of them evaluated and combined, as `numpy.polynomial.legendre`.

>>> import wengert.numpy as wnp
>>> wnp.polynomial.legendre.legval(2.0, [1.0, 2.0, 3.0])
Tensor(21.5)
"""

import numpy as np

from wengert.numpy.polynomial._basis import Basis
from wengert.numpy.polynomial._coefficients import combinations, conversions
from wengert.numpy.polynomial._division import divisions, zeros
from wengert.numpy.polynomial._fits import fits
from wengert.numpy.polynomial._multiplication import products
from wengert.numpy.polynomial._values import evaluations, matrices

__all__ = [
    "leg2poly",
    "legadd",
    "legder",
    "legdiv",
    "legfit",
    "legfromroots",
    "leggrid2d",
    "leggrid3d",
    "legint",
    "legmul",
    "legmulx",
    "legpow",
    "legroots",
    "legsub",
    "legval",
    "legval2d",
    "legval3d",
    "legvander",
    "legvander2d",
    "legvander3d",
    "poly2leg",
]

_BASIS = Basis("leg", np.polynomial.legendre, lambda n: ((2 * n + 1) / (n + 1), 0.0, n / (n + 1)))

legval, legval2d, legval3d, leggrid2d, leggrid3d = evaluations(_BASIS)
legvander, legvander2d, legvander3d = matrices(_BASIS)
legadd, legsub, legmulx, legder, legint = combinations(_BASIS)
legmul, legpow, legfromroots = products(_BASIS)
legdiv = divisions(_BASIS, legmul)
legroots = zeros(_BASIS, legder)
legfit = fits(_BASIS, legvander)
leg2poly, poly2leg = conversions(_BASIS)
