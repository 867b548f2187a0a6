"""Hermite polynomials, the probabilists': sums of them evaluated and combined, as `numpy.polynomial.hermite_e`.

>>> import wengert.numpy as wnp
>>> wnp.polynomial.hermite_e.hermeval(2.0, [1.0, 2.0, 3.0])
Tensor(14.)
"""

import numpy as np

from wengert.numpy.polynomial._basis import Basis
from wengert.numpy.polynomial._coefficients import combinations, conversions
from wengert.numpy.polynomial._division import divisions, zeros
from wengert.numpy.polynomial._fits import fits
from wengert.numpy.polynomial._multiplication import products
from wengert.numpy.polynomial._values import evaluations, matrices

__all__ = [
    "herme2poly",
    "hermeadd",
    "hermeder",
    "hermediv",
    "hermefit",
    "hermefromroots",
    "hermegrid2d",
    "hermegrid3d",
    "hermeint",
    "hermemul",
    "hermemulx",
    "hermepow",
    "hermeroots",
    "hermesub",
    "hermeval",
    "hermeval2d",
    "hermeval3d",
    "hermevander",
    "hermevander2d",
    "hermevander3d",
    "poly2herme",
]

_BASIS = Basis("herme", np.polynomial.hermite_e, lambda n: (1.0, 0.0, float(n)))

hermeval, hermeval2d, hermeval3d, hermegrid2d, hermegrid3d = evaluations(_BASIS)
hermevander, hermevander2d, hermevander3d = matrices(_BASIS)
hermeadd, hermesub, hermemulx, hermeder, hermeint = combinations(_BASIS)
hermemul, hermepow, hermefromroots = products(_BASIS)
hermediv = divisions(_BASIS, hermemul)
hermeroots = zeros(_BASIS, hermeder)
hermefit = fits(_BASIS, hermevander)
herme2poly, poly2herme = conversions(_BASIS)
