"""Zeros and minima, found by SciPy, with the derivatives that their equations imply.

The names and arguments are those of ``scipy.optimize``, which must be installed. Results are differentiated in whatever the
functions are given and in whatever they close over, not in where a search begins.

>>> import wengert as wg
>>> from wengert.scipy import optimize
>>> root = lambda p: optimize.brentq(lambda x: x**2 - p, 0.0, 10.0)
>>> round(wg.grad(root)(4.0), 6)
0.25
"""

from wengert.scipy.optimize.brackets import bisect, brenth, brentq, ridder, toms748
from wengert.scipy.optimize.fits import curve_fit, least_squares
from wengert.scipy.optimize.linear_fits import lsq_linear, nnls
from wengert.scipy.optimize.minima import minimize, minimize_scalar
from wengert.scipy.optimize.programs import linear_sum_assignment, linprog
from wengert.scipy.optimize.scalar_roots import fixed_point, newton, root_scalar
from wengert.scipy.optimize.systems import fsolve, root

__all__ = [
    "bisect",
    "brenth",
    "brentq",
    "curve_fit",
    "fixed_point",
    "fsolve",
    "least_squares",
    "linear_sum_assignment",
    "linprog",
    "lsq_linear",
    "minimize",
    "minimize_scalar",
    "newton",
    "nnls",
    "ridder",
    "root",
    "root_scalar",
    "toms748",
]
