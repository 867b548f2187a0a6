"""``scipy.stats`` on Tensors: distributions, densities of data and summaries.

>>> import wengert as wg
>>> from wengert.scipy import stats
>>> wg.grad(lambda scale: stats.norm.logpdf(3.0, loc=1.0, scale=scale))(2.0)
0.0
"""

from wengert.scipy.stats.beta_family import beta, f
from wengert.scipy.stats.circular_family import vonmises
from wengert.scipy.stats.correlations import pearsonr
from wengert.scipy.stats.counts import bernoulli, betabinom, binom, geom, nbinom, poisson
from wengert.scipy.stats.density import gaussian_kde
from wengert.scipy.stats.elementary_families import (
    cauchy,
    expon,
    gumbel_r,
    laplace,
    logistic,
    pareto,
    uniform,
    weibull_min,
)
from wengert.scipy.stats.entropies import entropy
from wengert.scipy.stats.gamma_family import chi2, gamma, invgamma
from wengert.scipy.stats.multivariate_family import (
    multivariate_normal,
    multivariate_t,
    wishart,
)
from wengert.scipy.stats.normal_family import lognorm, norm, truncnorm
from wengert.scipy.stats.sample_means import gmean, hmean
from wengert.scipy.stats.sample_moments import kurtosis, moment, sem, skew, zscore
from wengert.scipy.stats.simplex_family import dirichlet, multinomial
from wengert.scipy.stats.student_family import t

__all__ = [
    "bernoulli",
    "beta",
    "betabinom",
    "binom",
    "cauchy",
    "chi2",
    "dirichlet",
    "entropy",
    "expon",
    "f",
    "gamma",
    "gaussian_kde",
    "geom",
    "gmean",
    "gumbel_r",
    "hmean",
    "invgamma",
    "kurtosis",
    "laplace",
    "logistic",
    "lognorm",
    "moment",
    "multinomial",
    "multivariate_normal",
    "multivariate_t",
    "nbinom",
    "norm",
    "pareto",
    "pearsonr",
    "poisson",
    "sem",
    "skew",
    "t",
    "truncnorm",
    "uniform",
    "vonmises",
    "weibull_min",
    "wishart",
    "zscore",
]
