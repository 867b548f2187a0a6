"""Hermite polynomials, the physicists': sums of them evaluated and combined, as `numpy.polynomial.hermite`.

>>> import wengert.numpy as wnp
>>> wnp.polynomial.hermite.hermval(2.0, [1.0, 2.0, 3.0])
Tensor(51.)
"""

import numpy as np

from wengert.numpy.polynomial._basis import Basis
from wengert.numpy.polynomial._coefficients import combinations, conversions
from wengert.numpy.polynomial._division import divisions, zeros
from wengert.numpy.polynomial._fits import fits
from wengert.numpy.polynomial._multiplication import products
from wengert.numpy.polynomial._values import evaluations, matrices

__all__ = [
    "herm2poly",
    "hermadd",
    "hermder",
    "hermdiv",
    "hermfit",
    "hermfromroots",
    "hermgrid2d",
    "hermgrid3d",
    "hermint",
    "hermmul",
    "hermmulx",
    "hermpow",
    "hermroots",
    "hermsub",
    "hermval",
    "hermval2d",
    "hermval3d",
    "hermvander",
    "hermvander2d",
    "hermvander3d",
    "poly2herm",
]

_BASIS = Basis("herm", np.polynomial.hermite, lambda n: (2.0, 0.0, 2.0 * n))

hermval, hermval2d, hermval3d, hermgrid2d, hermgrid3d = evaluations(_BASIS)
hermvander, hermvander2d, hermvander3d = matrices(_BASIS)
hermadd, hermsub, hermmulx, hermder, hermint = combinations(_BASIS)
hermmul, hermpow, hermfromroots = products(_BASIS)
hermdiv = divisions(_BASIS, hermmul)
hermroots = zeros(_BASIS, hermder)
hermfit = fits(_BASIS, hermvander)
herm2poly, poly2herm = conversions(_BASIS)
