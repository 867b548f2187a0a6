"""Integrals of functions, of samples and of differential equations, with derivatives.

The names and arguments are those of ``scipy.integrate``, which finds the values and must be installed. Results are differentiated in
limits, in whatever functions are given and in whatever they close over.

>>> import numpy as np
>>> import wengert as wg
>>> from wengert.scipy.integrate import quad
>>> round(wg.grad(lambda p: quad(lambda x: np.exp(-p * x), 0.0, np.inf)[0])(2.0), 6)
-0.25
"""

from wengert.scipy.integrate.fixed_rules import fixed_quad
from wengert.scipy.integrate.initial_values import solve_ivp
from wengert.scipy.integrate.lsoda import odeint
from wengert.scipy.integrate.nested import dblquad, nquad, tplquad
from wengert.scipy.integrate.quadrature import quad, quad_vec
from wengert.scipy.integrate.samples import (
    cumulative_simpson,
    cumulative_trapezoid,
    romb,
    simpson,
    trapezoid,
)

__all__ = [
    "cumulative_simpson",
    "cumulative_trapezoid",
    "dblquad",
    "fixed_quad",
    "nquad",
    "odeint",
    "quad",
    "quad_vec",
    "romb",
    "simpson",
    "solve_ivp",
    "tplquad",
    "trapezoid",
]
