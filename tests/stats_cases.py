"""Distributions of `wengert.scipy.stats`, with parameters that they are tested at."""

import numpy as np

INF = np.inf

# By name, shape parameters: usual ones, and corners.
CONTINUOUS = {
    "norm": [()],
    "truncnorm": [(-1.0, 2.0), (3.0, INF), (-INF, INF), (30.0, 31.0)],
    "t": [(3.0,), (0.5,), (200.0,), (1e4,), (INF,)],
    "chi2": [(1.0,), (2.0,), (7.5,)],
    "f": [(3.0, 5.0), (1.0, 1.0), (40.0, 100.0)],
    "gamma": [(0.3,), (1.0,), (2.5,), (300.0,)],
    "invgamma": [(0.5,), (3.0,), (300.0,)],
    "beta": [(0.5, 0.5), (1.0, 1.0), (2.0, 3.0), (200.0, 300.0)],
    "expon": [()],
    "laplace": [()],
    "logistic": [()],
    "lognorm": [(0.5,), (3.0,)],
    "weibull_min": [(0.5,), (1.0,), (3.0,)],
    "gumbel_r": [()],
    "cauchy": [()],
    "pareto": [(0.5,), (1.5,), (3.0,)],
    "uniform": [()],
    "vonmises": [(0.0,), (0.5,), (4.0,)],
}

# Shape parameters that are not valid.
INVALID = {
    "truncnorm": (2.0, 1.0),
    "t": (-1.0,),
    "chi2": (0.0,),
    "f": (-1.0, 2.0),
    "gamma": (-0.5,),
    "invgamma": (-1.0,),
    "beta": (1.0, 0.0),
    "lognorm": (-1.0,),
    "weibull_min": (-1.0,),
    "pareto": (0.0,),
    "vonmises": (-1.0,),
    "poisson": (-1.0,),
    "binom": (2.5, 0.3),
    "bernoulli": (1.1,),
    "nbinom": (2.0, 0.0),
    "geom": (0.0,),
    "betabinom": (10, -1.0, 1.0),
}

DISCRETE = {
    "poisson": [(0.0,), (0.3,), (4.0,), (300.0,)],
    "binom": [(0, 0.3), (10, 0.0), (10, 1.0), (10, 0.3), (1000, 0.01)],
    "bernoulli": [(0.0,), (0.3,), (1.0,)],
    "nbinom": [(2.5, 0.3), (1.0, 1.0), (3, 0.1)],
    "geom": [(0.2,), (1.0,)],
    "betabinom": [(0, 1.0, 2.0), (10, 0.5, 3.0), (200, 20.0, 10.0)],
}

# What is differentiated: shape parameters away from corners.
SMOOTH = {
    "norm": (),
    "truncnorm": (-1.0, 2.0),
    "t": (3.0,),
    "chi2": (7.5,),
    "f": (3.0, 5.0),
    "gamma": (2.5,),
    "invgamma": (3.3,),
    "beta": (2.0, 3.0),
    "expon": (),
    "laplace": (),
    "logistic": (),
    "lognorm": (0.5,),
    "weibull_min": (3.0,),
    "gumbel_r": (),
    "cauchy": (),
    "pareto": (2.5,),
    "uniform": (),
    "vonmises": (4.0,),
}

# Of counts, parameters that have derivatives by their place.
SMOOTH_COUNTS = {
    "poisson": ((4.0,), (0,)),
    "binom": ((10, 0.3), (1,)),
    "bernoulli": ((0.3,), (0,)),
    "nbinom": ((2.5, 0.3), (0, 1)),
    "geom": ((0.2,), (0,)),
    "betabinom": ((10, 0.5, 3.0), (1, 2)),
}
