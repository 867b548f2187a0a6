"""Random numbers that have derivatives in the parameters of their distributions.

The functions take a Generator of NumPy's and draw with it what its method of the same name does. What is drawn is held
fixed, as noise or as a share of its distribution, and the result is a smooth function of the parameters
(reparametrisation), so that the mean of derivatives is the derivative of the mean.

>>> import numpy as np
>>> import wengert as wg
>>> def mean_square(scale):
...     return np.mean(wg.random.normal(np.random.default_rng(0), 0.0, scale, size=10_000) ** 2)
>>> round(wg.grad(mean_square)(2.0), 1)  # of scale**2
4.0
"""

from typing import Any as _Any

from wengert.random.implicit_draws import (
    beta,
    chisquare,
    dirichlet,
    gamma,
    standard_gamma,
    standard_t,
    vonmises,
)
from wengert.random.location_scale import (
    cauchy,
    exponential,
    gumbel,
    laplace,
    logistic,
    normal,
    uniform,
)
from wengert.random.multivariate import multivariate_normal
from wengert.random.powers import lognormal, pareto, weibull

__all__ = [
    "beta",
    "cauchy",
    "chisquare",
    "dirichlet",
    "exponential",
    "gamma",
    "gumbel",
    "laplace",
    "logistic",
    "lognormal",
    "multivariate_normal",
    "normal",
    "pareto",
    "standard_gamma",
    "standard_t",
    "uniform",
    "vonmises",
    "weibull",
]

# What Generators draw that is no smooth function of a parameter: counts, orders and choices.
_STEPS = (
    "binomial",
    "choice",
    "geometric",
    "hypergeometric",
    "integers",
    "logseries",
    "multinomial",
    "negative_binomial",
    "permutation",
    "poisson",
    "zipf",
)


def __getattr__(name: str) -> _Any:
    message = f"module 'wengert.random' has no attribute {name!r}"
    if name in _STEPS:
        message += (
            f"; what it would draw has steps, and no derivative: use rng.{name} of parameters that are "
            "detached, and their log-probability (docs/statistics.md)"
        )
    raise AttributeError(message)
