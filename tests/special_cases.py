"""For every function of `wengert.scipy.special`: operands, and what mpmath or mathematics say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import mpmath
import scipy.special as sc

import wengert.numpy as wnp
from wengert.scipy import special

mp = mpmath.MPContext()
mp.dps = 18
INF, NAN = float("inf"), float("nan")


@dataclass(frozen=True)
class Case:
    """One function of elements.

    `places` are operands at which `reference`, of mpmath's numbers, is analytic. `ends` are others:
    operands -> value, first and second derivatives in each argument of `argnums`, as mathematics has them;
    NAN where they have none, or the value is infinite and the derivative not compared.
    """

    reference: Callable
    places: tuple
    ends: dict = field(default_factory=dict)
    argnums: tuple | None = None  # of the derivatives there are; None for all
    call: Callable | None = None  # if not the function of that name
    theirs: Callable | None = None  # if not SciPy's function of that name
    least: float = 1e-15  # absolute, where terms cancel
    rtol: float = 1e-12  # of values
    slope: float = 1e-10  # and derivatives
    curvature: float = 1e-8


def case(reference, places, ends=None, **rest):
    """Make a case; operands of functions of one stand without brackets."""

    def each(at):
        return at if isinstance(at, tuple) else (float(at),)

    ends = {each(at): tuple(map(each, found)) for at, found in (ends or {}).items()}
    return Case(reference, tuple(map(each, places)), ends, **rest)


def inverse(function, theirs):
    """Invert in the last argument, from SciPy's digits on."""

    def root(*operands):
        *x, p = operands
        start = mp.mpf(float(theirs(*map(float, operands))))
        return mp.findroot(lambda t: function(*x, t) - p, (start, start * (1 + mp.mpf(2) ** -20)))

    return root


def of_result(function, number):
    return lambda *x: function(*x)[number]


def of_real(function):
    return lambda *x: wnp.real(function(*x))


def their_real(function):
    return lambda *x: function(*x).real


# The gamma function and what is made of it.


def rising(z, m):
    return mp.gamma(z + m) * mp.rgamma(z)


def binomial(n, k):
    return mp.gamma(n + 1) * mp.rgamma(k + 1) * mp.rgamma(n - k + 1)


def beta(a, b):
    return mp.gamma(a) * mp.gamma(b) * mp.rgamma(a + b)


def log_size(z):
    return mp.re(mp.loggamma(z))


def multivariate(a, d):
    d = int(d)
    return mp.log(mp.pi) * d * (d - 1) / 4 + sum(mp.loggamma(a - mp.mpf(j) / 2) for j in range(d))


PSI = [1e-4, 0.3, 1.4616321449683622, 30.0, 1e6, -0.5, -7.3, -40.2]
GAMMA = {
    "gamma": case(
        mp.gamma,
        [1e-8, 0.1, 1.0, 5.5, 60.0, 150.3, -0.5, -3.7, -40.5],
        {INF: (INF, INF, INF)},
        rtol=5e-12,
    ),
    "gammaln": case(
        log_size,
        [1e-8, 0.5, 1.0, 2.0, 50.0, 1e6, -0.5, -7.3],
        {0.0: (INF, -INF, INF), INF: (INF, INF, 0)},
    ),
    "loggamma": case(mp.loggamma, [1e-8, 0.5, 1.0, 2.0, 50.0, 1e6], {0.0: (INF, -INF, INF)}),
    "psi": case(partial(mp.psi, 0), PSI, {0.0: (-INF, INF, -INF), INF: (INF, 0, 0)}),
    "digamma": case(partial(mp.psi, 0), PSI),
    "polygamma": case(
        lambda n, x: mp.psi(int(n), x),
        [(0, 0.3), (1, 0.3), (2, 1e-3), (3, 40.0), (1, -2.5), (4, -30.2), (12, 5.0)],
        {(1, INF): (0, 0, 0), (2, 0.0): (-INF, INF, -INF)},
        argnums=(1,),
    ),
    "rgamma": case(mp.rgamma, [0.0, -1.0, -4.0, 0.5, 3.0, 100.0, -6.5], {INF: (0, 0, 0)}),
    "multigammaln": case(
        multivariate,
        [(2.3, 3), (50.0, 3), (1.001, 3)],
        argnums=(0,),
        call=lambda a, d: special.multigammaln(a, 3),
        theirs=lambda a, d: sc.multigammaln(a, 3),
    ),
    "factorial": case(lambda n: mp.gamma(n + 1), [0.0, 0.5, 4.0, 20.3], rtol=5e-12),
    "comb": case(binomial, [(5.0, 2.0), (5.5, 2.5), (40.0, 3.0)]),
    "perm": case(lambda n, k: rising(n - k + 1, k), [(5.0, 2.0), (5.5, 2.5), (40.0, 3.0)]),
    "binom": case(
        binomial,
        [(5.0, 2.0), (2.0, 3.0), (0.0, 1.0), (4.5, -2.0), (3.0, 5.0), (200.0, 3.0), (-0.5, 2.0)],
    ),
    "beta": case(
        beta,
        [(0.5, 0.5), (3.0, 2.0), (1e-3, 2.0), (40.0, 60.0), (0.5, -0.5), (-1.5, 0.3)],
        {(-2.0, 1.0): (-0.5, (-0.25, NAN), (-0.25, NAN))},
        rtol=4e-12,
    ),
    "betaln": case(
        lambda a, b: log_size(a) + log_size(b) - log_size(a + b),
        [(0.5, 0.5), (3.0, 2.0), (1e-3, 2.0), (40.0, 1e6), (-1.5, 0.3)],
        {
            (-2.0, 1.0): (-mpmath.log(2), (NAN, NAN), (NAN, NAN)),
            (-2.0, 3.0): (INF, (NAN, NAN), (NAN, NAN)),
        },
    ),
    "poch": case(
        rising,
        [(0.0, 2.0), (0.0, 0.5), (-1.0, 3.0), (2.5, 1.5), (3.0, 0.0), (20.0, -3.0), (-2.5, 2.0)],
        {(-2.0, 1.0): (-2, (1, NAN), (0, NAN))},
    ),
    "zeta": case(
        mp.zeta,
        [(2.0, 1.0), (1.5, 3.2), (30.0, 0.4), (1.001, 50.0), (2.0, 1e5)],
        {(-1000.0, 1.0): (0, (INF, NAN), (NAN, NAN)), (-1002.0, 1.0): (0, (-INF, NAN), (NAN, NAN))},
    ),
}

# Incomplete gamma and beta functions, distributions.


def lower(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def upper(a, x):
    return mp.gammainc(a, x, regularized=True)


def incomplete_beta(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True)


def rest_of_beta(a, b, x):
    return mp.betainc(b, a, 0, 1 - x, regularized=True)


def student(df, t):
    with mp.workdps(60):
        tail = incomplete_beta(df / 2, mp.mpf(1) / 2, df / (df + t * t)) / 2
        return tail if t < 0 else 1 - tail


def fisher(m, n, x):
    return incomplete_beta(m / 2, n / 2, m * x / (n + m * x))


SHAPES = [(0.5, 0.3), (2.0, 5.0), (30.0, 24.0), (1e-3, 2.0), (2.5, 1e-3)]
SHARES = [(0.5, 0.3), (2.0, 0.9), (30.0, 0.4)]
PAIRS = [(0.5, 0.5, 0.3), (2.0, 3.0, 0.9), (30.0, 20.0, 0.55), (1.0, 0.4, 1e-3)]
BETA_SHARES = [(0.5, 0.5, 0.3), (2.0, 3.0, 0.9), (8.0, 4.0, 0.2)]
COUNTS = [(0.0, 7.0, 0.2), (3.0, 7.0, 0.6), (5.0, 7.0, 0.95)]
DISTRIBUTIONS = {
    "gammainc": case(
        lower, SHAPES, {(1.5, 0.0): (0, (0, 0), (0, INF)), (2.0, INF): (1, (0, 0), (0, 0))}
    ),
    "gammaincc": case(
        upper, SHAPES, {(1.5, 0.0): (1, (0, 0), (0, -INF)), (2.0, INF): (0, (0, 0), (0, 0))}
    ),
    "gammaincinv": case(
        inverse(lower, sc.gammaincinv), SHARES, {(2.0, 0.0): (0, (0, INF), (0, -INF))}
    ),
    "gammainccinv": case(
        inverse(upper, sc.gammainccinv), SHARES, {(2.0, 1.0): (0, (0, -INF), (0, -INF))}
    ),
    "betainc": case(incomplete_beta, PAIRS, {(2.0, 3.0, 0.0): (0, (0, 0, 0), (0, 0, 12))}),
    "betaincc": case(rest_of_beta, PAIRS, {(2.0, 3.0, 0.0): (1, (0, 0, 0), (0, 0, -12))}),
    "betaincinv": case(
        inverse(incomplete_beta, sc.betaincinv),
        BETA_SHARES,
        {
            (2.0, 3.0, 0.0): (0, (0, 0, INF), (0, 0, -INF)),
            (2.0, 3.0, 1.0): (1, (0, 0, INF), (0, 0, INF)),
        },
    ),
    "betainccinv": case(
        inverse(rest_of_beta, sc.betainccinv),
        BETA_SHARES,
        {(2.0, 3.0, 1.0): (0, (0, 0, -INF), (0, 0, -INF))},
    ),
    "stdtr": case(
        student,
        [(0.5, 0.3), (3.0, -2.0), (40.0, 1.0), (2.0, 1e-9), (1e6, 1.0), (1e10, -2.0)],
        {(3.0, INF): (1, (0, 0), (0, 0)), (3.0, -INF): (0, (0, 0), (0, 0))},
        least=1e-300,
    ),
    "stdtrit": case(inverse(student, sc.stdtrit), [(0.5, 0.3), (3.0, 0.9), (40.0, 0.2)], rtol=1e-9),
    "chdtr": case(lambda v, x: lower(v / 2, x / 2), SHAPES),
    "chdtrc": case(lambda v, x: upper(v / 2, x / 2), SHAPES),
    "chdtri": case(inverse(lambda v, x: upper(v / 2, x / 2), sc.chdtri), SHARES),
    "gdtr": case(lambda a, b, x: lower(b, a * x), [(0.5, 2.0, 3.0), (2.0, 0.3, 0.1)]),
    "gdtrc": case(lambda a, b, x: upper(b, a * x), [(0.5, 2.0, 3.0), (2.0, 0.3, 0.1)]),
    "gdtrix": case(
        inverse(lambda a, b, x: lower(b, a * x), sc.gdtrix), [(0.5, 2.0, 0.3), (2.0, 0.3, 0.1)]
    ),
    "pdtr": case(lambda k, m: upper(k + 1, m), [(0.0, 0.4), (5.0, 3.0)], argnums=(1,)),
    "pdtrc": case(lambda k, m: lower(k + 1, m), [(0.0, 0.4), (5.0, 3.0)], argnums=(1,)),
    "pdtri": case(
        inverse(lambda k, m: upper(k + 1, m), sc.pdtri), [(0.0, 0.4), (5.0, 0.3)], argnums=(1,)
    ),
    "bdtr": case(
        lambda k, n, p: rest_of_beta(k + 1, n - k, p),
        COUNTS,
        argnums=(2,),
        theirs=lambda k, n, p: sc.bdtr(k, n.astype(int), p),
    ),
    "bdtrc": case(
        lambda k, n, p: incomplete_beta(k + 1, n - k, p),
        COUNTS,
        argnums=(2,),
        theirs=lambda k, n, p: sc.bdtrc(k, n.astype(int), p),
    ),
    "bdtri": case(
        inverse(
            lambda k, n, p: rest_of_beta(k + 1, n - k, p),
            lambda k, n, p: sc.betainccinv(k + 1, n - k, p),
        ),
        COUNTS,
        argnums=(2,),
        theirs=lambda k, n, p: sc.bdtri(k, n.astype(int), p),
    ),
    "nbdtr": case(
        lambda k, n, p: incomplete_beta(n, k + 1, p),
        COUNTS,
        argnums=(2,),
        theirs=lambda k, n, p: sc.nbdtr(k.astype(int), n.astype(int), p),
    ),
    "nbdtrc": case(
        lambda k, n, p: rest_of_beta(n, k + 1, p),
        COUNTS,
        argnums=(2,),
        theirs=lambda k, n, p: sc.nbdtrc(k.astype(int), n.astype(int), p),
    ),
    "nbdtri": case(
        inverse(
            lambda k, n, p: incomplete_beta(n, k + 1, p), lambda k, n, p: sc.betaincinv(n, k + 1, p)
        ),
        COUNTS,
        argnums=(2,),
        theirs=lambda k, n, p: sc.nbdtri(k.astype(int), n.astype(int), p),
    ),
    "fdtr": case(fisher, [(2.0, 3.0, 0.7), (0.5, 7.0, 2.0)]),
    "fdtrc": case(lambda m, n, x: 1 - fisher(m, n, x), [(2.0, 3.0, 0.7), (0.5, 7.0, 2.0)]),
    "fdtri": case(inverse(fisher, sc.fdtri), [(2.0, 3.0, 0.7), (5.0, 7.0, 0.2)]),
    "btdtr": case(incomplete_beta, PAIRS, theirs=sc.betainc),
    "btdtri": case(inverse(incomplete_beta, sc.betaincinv), BETA_SHARES, theirs=sc.betaincinv),
}

# The error function, the normal distribution, the logistic function.


def normal(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def faddeeva(z):
    return mp.exp(-z * z) * mp.erfc(-1j * z)


def dawson(x):
    with mp.workprec(mp.prec + int(3 * float(x) ** 2)):
        return mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x)


def voigt(x, s, g):
    return mp.re(faddeeva((x + 1j * g) / (s * mp.sqrt(2)))) / (s * mp.sqrt(2 * mp.pi))


def owen(h, a):
    density = lambda t: mp.exp(-h * h * (1 + t * t) / 2) / (1 + t * t)
    return mp.quad(density, [0, a]) / (2 * mp.pi)


def log_expit(x):
    return -mp.log1p(mp.exp(-x)) if x > 0 else x - mp.log1p(mp.exp(x))


ERROR = {
    "erf": case(mp.erf, [0.0, 1e-10, 2.0, -5.0], {INF: (1, 0, 0), -INF: (-1, 0, 0)}),
    "erfc": case(mp.erfc, [0.0, 5.0, 15.0, -3.0], {INF: (0, 0, 0)}),
    "erfcx": case(
        lambda x: mp.exp(x * x) * mp.erfc(x),
        [0.0, 3.0, 40.0, 1e4, -3.0],
        {INF: (0, 0, 0), -INF: (INF, -INF, INF)},
    ),
    "erfi": case(mp.erfi, [0.0, 0.5, -4.0, 10.0]),
    "erfinv": case(
        mp.erfinv, [0.0, 0.3, 0.999, -0.9], {1.0: (INF, INF, INF), -1.0: (-INF, INF, -INF)}
    ),
    "erfcinv": case(
        lambda x: mp.erfinv(1 - x),
        [1.0, 0.3, 1.9, 1e-9],
        {0.0: (INF, -INF, INF), 2.0: (-INF, -INF, -INF)},
    ),
    "ndtr": case(normal, [0.0, -20.0, 3.0, 1e-9], {INF: (1, 0, 0), -INF: (0, 0, 0)}),
    "log_ndtr": case(
        lambda x: mp.log(normal(x)),
        [0.0, -5.0, -60.0, 4.0, 30.0],
        {INF: (0, 0, 0), -INF: (-INF, INF, -1), -1e300: (-INF, 1e300, -1)},
    ),
    "ndtri": case(
        lambda p: mp.sqrt(2) * mp.erfinv(2 * p - 1),
        [0.5, 0.01, 0.999, 1e-9],
        {0.0: (-INF, INF, -INF), 1.0: (INF, INF, INF)},
    ),
    "ndtri_exp": case(
        lambda y: mp.sqrt(2) * mp.erfinv(2 * mp.exp(y) - 1), [-1e-3, -0.7, -2.0, -8.0]
    ),
    "dawsn": case(dawson, [0.0, 1.0, -3.0, 9.5, 12.0], {INF: (0, 0, 0)}),
    "wofz": case(
        lambda x: mp.exp(-x * x),
        [0.0, 1.0, -3.0],
        call=of_real(special.wofz),
        theirs=their_real(sc.wofz),
    ),
    "voigt_profile": case(voigt, [(0.3, 1.0, 0.5), (2.0, 0.2, 1.0), (-1.0, 3.0, 0.01)]),
    "owens_t": case(owen, [(0.5, 0.3), (2.0, -1.5)]),
    "expit": case(
        lambda x: 1 / (1 + mp.exp(-x)),
        [0.0, 2.0, -40.0, 30.0, 40.0, 600.0, -600.0],
        {INF: (1, 0, 0), -INF: (0, 0, 0)},
    ),
    "logit": case(
        lambda x: mp.log(x / (1 - x)),
        [0.5, 0.1, 1e-12, 0.999],
        {
            0.0: (-INF, INF, -INF),
            1e-300: (-690.7755278982137, 1e300, -INF),
            1.0: (INF, INF, INF),
        },
    ),
    "log_expit": case(log_expit, [0.0, 2.0, -40.0, 30.0], {INF: (0, 0, 0), -INF: (-INF, 1, 0)}),
}

# Logarithms, entropies, losses, power transforms.


def xlogy(x, y):
    return x * mp.log(y)


def boxcox(x, y):
    return mp.expm1(y * mp.log(x)) / y if y else mp.log(x)


def inverse_boxcox(x, y):
    return mp.exp(mp.log1p(x * y) / y) if y else mp.exp(x)


def huber(d, r):
    return r * r / 2 if abs(r) <= d else d * (abs(r) - d / 2)


def pseudo_huber(d, r):
    return d * d * (mp.sqrt(1 + (r / d) ** 2) - 1)


def stacked(function):
    return lambda *x: function(wnp.stack(x), 0)


def their_stacked(function):
    return lambda *x: function(wnp.stack(x).numpy(), 0)


def exponential_sum(*x):
    return mp.log(sum(map(mp.exp, x)))


def share(x, *rest):
    return mp.exp(x - exponential_sum(x, *rest))


LOGITS = [(0.3, -1.0, 2.0), (50.0, 0.0, 49.0), (1000.0, 1000.5, -3.0)]
ENTROPY = {
    "xlogy": case(
        xlogy,
        [(2.0, 3.0), (-1.0, 0.2), (0.0, 3.0)],
        {(0.0, 0.0): (0, (-INF, 0), (0, 0)), (0.0, INF): (0, (INF, 0), (0, 0))},
    ),
    "xlog1py": case(
        lambda x, y: x * mp.log1p(y),
        [(2.0, 3.0), (-1.0, 1e-12), (0.0, 3.0)],
        {(0.0, -1.0): (0, (-INF, 0), (0, 0))},
    ),
    "entr": case(lambda x: -xlogy(x, x), [0.3, 1.0, 20.0, 1e-7], {0.0: (0, INF, -INF)}),
    "rel_entr": case(
        lambda x, y: x * mp.log(x / y),
        [(2.0, 3.0), (1e-7, 2.0), (3.0, 3.0)],
        {(0.0, 2.0): (0, (-INF, 0), (INF, 0)), (0.0, 0.0): (0, (INF, 0), (NAN, 0))},
    ),
    "kl_div": case(
        lambda x, y: x * mp.log(x / y) - x + y,
        [(2.0, 3.0), (1e-7, 2.0), (3.0, 4.0)],
        {
            (0.0, 2.0): (2, (-INF, 1), (INF, 0)),
            (0.0, 0.0): (0, (INF, 1), (NAN, 0)),
            (INF, 0.0): (INF, (INF, NAN), (NAN, NAN)),
        },
    ),
    "huber": case(
        huber,
        [(1.0, 0.3), (1.0, -4.0), (2.0, 0.0)],
        {
            (1.0, INF): (INF, (INF, 1), (-1, 0)),
            (1.0, -INF): (INF, (INF, -1), (-1, 0)),
            (INF, 2.0): (2, (0, 2), (0, 1)),
        },
    ),
    "pseudo_huber": case(
        pseudo_huber,
        [(1.0, 0.3), (1.0, -4.0), (2.0, 0.0), (0.5, 1e6)],
        {
            (1.0, INF): (INF, (INF, 1), (-2, 0)),
            (1.0, -INF): (INF, (INF, -1), (-2, 0)),
            (INF, 2.0): (2, (0, 2), (0, 1)),
            (0.0, 2.0): (0, (2, 0), (-2, 0)),
        },
    ),
    "exprel": case(
        lambda x: mp.expm1(x) / x if x else mp.mpf(1), [0.0, 1e-6, -30.0, 20.0], {-INF: (0, 0, 0)}
    ),
    "boxcox": case(
        boxcox,
        [(2.0, 3.0), (0.3, 0.0), (1.7, 1e-12), (1.0, 2.0), (1e-3, -2.0)],
        {(0.0, 2.0): (-0.5, (0, 0.25), (1, -0.25)), (0.0, 1.0): (-1, (1, 1), (0, -2))},
    ),
    "boxcox1p": case(
        lambda x, y: boxcox(1 + x, y),
        [(2.0, 3.0), (-0.3, 0.0), (1e-9, 1.5), (0.0, 2.0)],
        {(-1.0, 2.0): (-0.5, (0, 0.25), (1, -0.25)), (-1.0, 1.0): (-1, (1, 1), (0, -2))},
    ),
    "inv_boxcox": case(
        inverse_boxcox,
        [(2.0, 3.0), (0.3, 0.0), (0.5, -0.5), (1.0, 1e-10)],
        {(-0.5, 2.0): (0, (INF, -INF), (-INF, NAN)), (-2.0, 0.5): (0, (0, 0), (0.5, 8))},
    ),
    "inv_boxcox1p": case(
        lambda x, y: inverse_boxcox(x, y) - 1, [(2.0, 3.0), (0.3, 0.0), (1e-9, -0.5)]
    ),
    "logsumexp": case(
        exponential_sum, LOGITS, call=stacked(special.logsumexp), theirs=their_stacked(sc.logsumexp)
    ),
    "softmax": case(
        share,
        LOGITS,
        call=of_result(stacked(special.softmax), 0),
        theirs=of_result(their_stacked(sc.softmax), 0),
    ),
    "log_softmax": case(
        lambda x, *rest: x - exponential_sum(x, *rest),
        LOGITS,
        call=of_result(stacked(special.log_softmax), 0),
        theirs=of_result(their_stacked(sc.log_softmax), 0),
    ),
    "cbrt": case(mp.cbrt, [8.0, 1e-9, 1e30], {0.0: (0, INF, -INF)}),
    "exp2": case(lambda x: mp.mpf(2) ** x, [0.0, 3.5, -40.0]),
    "expm1": case(mp.expm1, [0.0, 1e-12, -40.0, 5.0], {-INF: (-1, 0, 0)}),
    "log1p": case(mp.log1p, [0.0, 1e-12, 1e9, -0.9], {-1.0: (-INF, INF, -INF), INF: (INF, 0, 0)}),
    "sinc": case(mp.sincpi, [0.0, 0.5, 1.0, -2.3, 1e-5], {}),
}

# Bessel functions and their kin.


def scaled(function, sign):
    return lambda v, x: function(v, x) * mp.exp(sign * (abs(x) if sign < 0 else x))


def scaled_hankel(v, x):  # the real part of either
    return mp.besselj(v, x) * mp.cos(x) + mp.bessely(v, x) * mp.sin(x)


def spherical(function):
    return lambda n, x: mp.sqrt(mp.pi / (2 * x)) * function(n + mp.mpf(1) / 2, x)


def of_order(function, order):
    return lambda x: function(order, x)


def of_neighbours(function, other, sign):
    """Differentiate a Kelvin function by those of order 1 (DLMF 10.63.2)."""
    return lambda x: (function(1, x) + sign * other(1, x)) / mp.sqrt(2)


def slope(function, n):
    return lambda v, x: mp.diff(lambda t: function(v, t), x, n)


ORDERS = [(0.0, 0.4), (1.0, 3.0), (2.5, 8.0), (-1.3, 2.0), (3.0, 50.0), (20.0, 5.0)]
COMMON = [0.05, 1.0, 7.9, 60.0]
DEGREES = [(0.0, 0.4), (1.0, 3.0), (5.0, 2.0)]
KELVIN = [0.5, 3.0, 9.0]
BESSEL = {
    "jv": case(mp.besselj, ORDERS, {(1.0, 0.0): (0, (0, 0.5), (0, 0))}),
    "jn": case(mp.besselj, ORDERS, theirs=sc.jv),
    "jve": case(mp.besselj, ORDERS),
    "yv": case(mp.bessely, ORDERS),
    "yve": case(mp.bessely, ORDERS),
    "iv": case(mp.besseli, ORDERS, {(1.0, 0.0): (0, (0, 0.5), (0, 0))}),
    "ive": case(scaled(mp.besseli, -1), ORDERS),
    "kv": case(mp.besselk, ORDERS[2:4]),
    "kve": case(scaled(mp.besselk, 1), ORDERS[2:4]),
    "hankel1": case(
        mp.besselj,
        ORDERS[:-1],
        call=of_real(special.hankel1),
        theirs=their_real(sc.hankel1),
    ),
    "hankel2": case(
        mp.besselj,
        ORDERS[:-1],
        call=of_real(special.hankel2),
        theirs=their_real(sc.hankel2),
    ),
    "hankel1e": case(
        scaled_hankel,
        ORDERS[:-1],
        call=of_real(special.hankel1e),
        theirs=their_real(sc.hankel1e),
    ),
    "hankel2e": case(
        scaled_hankel,
        ORDERS[:-1],
        call=of_real(special.hankel2e),
        theirs=their_real(sc.hankel2e),
    ),
    "j0": case(of_order(mp.besselj, 0), [0.0, *COMMON]),
    "j1": case(of_order(mp.besselj, 1), [0.0, *COMMON]),
    "y0": case(of_order(mp.bessely, 0), COMMON, {0.0: (-INF, INF, -INF)}),
    "y1": case(of_order(mp.bessely, 1), COMMON, {0.0: (-INF, INF, NAN)}),
    "i0": case(of_order(mp.besseli, 0), [0.0, -2.0, *COMMON]),
    "i1": case(of_order(mp.besseli, 1), [0.0, -2.0, *COMMON]),
    "i0e": case(
        lambda x: mp.besseli(0, x) * mp.exp(-abs(x)),
        [-2.0, *COMMON, 1e5],
        {INF: (0, 0, 0), -INF: (0, 0, 0)},
    ),
    "i1e": case(
        lambda x: mp.besseli(1, x) * mp.exp(-abs(x)),
        [-2.0, *COMMON, 1e5],
        {INF: (0, 0, 0), -INF: (0, 0, 0)},
    ),
    "k0": case(of_order(mp.besselk, 0), COMMON[::2], {0.0: (INF, -INF, INF), INF: (0, 0, 0)}),
    "k1": case(of_order(mp.besselk, 1), COMMON[::2], {0.0: (INF, -INF, INF), INF: (0, 0, 0)}),
    "k0e": case(
        of_order(scaled(mp.besselk, 1), 0),
        COMMON[::2],
        {INF: (0, 0, 0), 0.0: (INF, -INF, INF)},
    ),
    "k1e": case(
        of_order(scaled(mp.besselk, 1), 1),
        COMMON[::2],
        {INF: (0, 0, 0), 0.0: (INF, -INF, INF)},
    ),
    "jvp": case(slope(mp.besselj, 1), [(1.5, 2.0), (0.0, 3.0)], argnums=(1,)),
    "yvp": case(slope(mp.bessely, 1), [(1.5, 2.0), (0.0, 3.0)], argnums=(1,)),
    "ivp": case(slope(mp.besseli, 1), [(1.5, 2.0), (0.0, 3.0)], argnums=(1,)),
    "kvp": case(slope(mp.besselk, 1), [(1.5, 2.0)], argnums=(1,)),
    "spherical_jn": case(
        spherical(mp.besselj),
        DEGREES,
        {(0.0, 0.0): (1, 0, -1 / 3), (1.0, 0.0): (0, 1 / 3, 0)},
        argnums=(1,),
    ),
    "spherical_yn": case(spherical(mp.bessely), DEGREES, argnums=(1,)),
    "spherical_in": case(
        spherical(mp.besseli),
        DEGREES,
        {(0.0, 0.0): (1, 0, 1 / 3), (1.0, 0.0): (0, 1 / 3, 0)},
        argnums=(1,),
    ),
    "spherical_kn": case(spherical(mp.besselk), DEGREES, argnums=(1,)),
    "struve": case(mp.struveh, [(0.0, 0.4), (1.0, 3.0), (2.5, 8.0)], argnums=(1,)),
    "modstruve": case(mp.struvel, [(0.0, 0.4), (1.0, 3.0), (2.5, 8.0)], argnums=(1,)),
    "ber": case(of_order(mp.ber, 0), [0.0, *KELVIN]),
    "bei": case(of_order(mp.bei, 0), [0.0, *KELVIN]),
    "ker": case(of_order(mp.ker, 0), KELVIN[:2]),
    "kei": case(of_order(mp.kei, 0), KELVIN[:2]),
    "berp": case(of_neighbours(mp.ber, mp.bei, 1), [0.0, *KELVIN]),
    "beip": case(of_neighbours(mp.bei, mp.ber, -1), [0.0, *KELVIN]),
    "kerp": case(of_neighbours(mp.ker, mp.kei, 1), KELVIN[:2]),
    "keip": case(of_neighbours(mp.kei, mp.ker, -1), KELVIN[:2]),
}
AIRY = [mp.airyai, partial(mp.airyai, derivative=1), mp.airybi, partial(mp.airybi, derivative=1)]
for number, function in enumerate(AIRY):
    BESSEL[f"airy:{number}"] = case(
        function,
        [0.0, 1.0, -4.0, 6.0],
        call=of_result(special.airy, number),
        theirs=of_result(sc.airy, number),
    )

# Integrals and what else there is.


def spence(z):
    return mp.polylog(2, 1 - z)


INTEGRALS = {
    "expi": case(mp.ei, [0.5, 20.0, -3.0], {0.0: (-INF, INF, NAN), -INF: (0, 0, 0)}),
    "exp1": case(mp.e1, [0.5, 20.0], {0.0: (INF, -INF, INF), INF: (0, 0, 0)}),
    "expn": case(
        mp.expint, [(1.0, 0.5), (3.0, 2.0), (0.0, 1.5)], {(3.0, 0.0): (0.5, -1, INF)}, argnums=(1,)
    ),
    "spence": case(spence, [1.0, 0.2, 3.0], {0.0: (mpmath.pi**2 / 6, -INF, INF)}),
    "wrightomega": case(
        lambda x: mp.lambertw(mp.exp(x)),
        [0.0, 1.0, -30.0, 40.0],
        {INF: (INF, 1, 0), -INF: (0, 0, 0), 1e20: (1e20, 1, 1e-40)},
    ),
    "lambertw": case(
        lambda x: mp.re(mp.lambertw(x)),
        [0.0, 1.0, -0.3, 1e6],
        call=of_real(special.lambertw),
        theirs=their_real(sc.lambertw),
    ),
    "ellipk": case(mp.ellipk, [0.0, 0.9, -5.0], {1.0: (INF, INF, INF), -INF: (0, 0, 0)}),
    "ellipkm1": case(
        lambda p: mp.ellipk(1 - p), [0.3, 1e-9, 0.7, 4.0], {INF: (0, 0, 0), 0.0: (INF, -INF, NAN)}
    ),
    "ellipe": case(mp.ellipe, [0.0, 0.9, -5.0], {1.0: (1, -INF, -INF)}),
    "ellipkinc": case(
        mp.ellipf,
        [(0.4, 0.3), (1.5, 0.9), (-2.0, -5.0), (0.0, 0.7)],
        {(0.0, -INF): (0, (0, 0), (NAN, 0))},
    ),
    "ellipeinc": case(
        mp.ellipe,
        [(0.4, 0.3), (1.5, 0.9), (-2.0, -5.0), (0.0, 0.7)],
        {(1.0, 1.0): (mpmath.sin(1), (mpmath.cos(1), NAN), (-mpmath.sin(1), NAN))},
    ),
    "hyp0f1": case(mp.hyp0f1, [(0.5, 0.3), (2.0, -5.0)], argnums=(1,)),
    "hyp1f1": case(mp.hyp1f1, [(0.5, 1.3, 0.3), (2.0, 3.0, -5.0)], argnums=(2,)),
    "hyp2f1": case(mp.hyp2f1, [(0.5, 1.3, 2.0, 0.3), (2.0, 3.0, 1.5, -2.0)], argnums=(3,)),
    "hyperu": case(mp.hyperu, [(0.5, 1.3, 0.3), (2.0, 3.0, 5.0)], argnums=(2,)),
    "eval_legendre": case(mp.legendre, DEGREES, argnums=(1,)),
    "eval_sh_legendre": case(lambda n, x: mp.legendre(n, 2 * x - 1), DEGREES, argnums=(1,)),
    "eval_chebyt": case(mp.chebyt, DEGREES, argnums=(1,)),
    "eval_chebyu": case(mp.chebyu, DEGREES, argnums=(1,)),
    "eval_chebyc": case(lambda n, x: 2 * mp.chebyt(n, x / 2), DEGREES, argnums=(1,)),
    "eval_chebys": case(lambda n, x: mp.chebyu(n, x / 2), DEGREES, argnums=(1,)),
    "eval_sh_chebyt": case(lambda n, x: mp.chebyt(n, 2 * x - 1), DEGREES, argnums=(1,)),
    "eval_sh_chebyu": case(lambda n, x: mp.chebyu(n, 2 * x - 1), DEGREES, argnums=(1,)),
    "eval_jacobi": case(
        mp.jacobi,
        [(2.0, 0.5, 1.5, 0.3), (0.0, 1.0, 2.0, 0.4)],
        argnums=(3,),
    ),
    "eval_gegenbauer": case(
        mp.gegenbauer, [(2.0, 0.5, 0.3), (0.0, 1.0, 0.4), (4.0, 2.5, -0.8)], argnums=(2,)
    ),
    "eval_laguerre": case(lambda n, x: mp.laguerre(n, 0, x), DEGREES, argnums=(1,)),
    "eval_genlaguerre": case(
        mp.laguerre, [(2.0, 0.5, 0.3), (0.0, 1.0, 0.4), (4.0, 2.5, 3.0)], argnums=(2,)
    ),
    "eval_hermite": case(
        mp.hermite, DEGREES, argnums=(1,), theirs=lambda n, x: sc.eval_hermite(n.astype(int), x)
    ),
    "eval_hermitenorm": case(
        lambda n, x: mp.hermite(n, x / mp.sqrt(2)) / mp.sqrt(2) ** n,
        DEGREES,
        argnums=(1,),
        theirs=lambda n, x: sc.eval_hermitenorm(n.astype(int), x),
    ),
    "lpmv": case(
        lambda m, v, x: mp.re(mp.legenp(v, m, x, type=2)),
        [(0.0, 3.0, 0.3), (1.0, 2.0, -0.4), (2.0, 2.5, 0.7)],
        argnums=(2,),
    ),
}
for name, functions, places, ends in (
    ("sici", (mp.si, mp.ci), [0.4, 3.0, 40.0], {INF: ((mpmath.pi / 2, 0, 0), (0, 0, 0))}),
    ("shichi", (mp.shi, mp.chi), [0.4, 3.0, 20.0], {}),
    ("fresnel", (mp.fresnels, mp.fresnelc), [0.0, 0.4, 3.0], {}),
):
    for number, function in enumerate(functions):
        INTEGRALS[f"{name}:{number}"] = case(
            function,
            places,
            {at: of[number] for at, of in ends.items()},
            call=of_result(getattr(special, name), number),
            theirs=of_result(getattr(sc, name), number),
        )

CASES: dict[str, Case] = GAMMA | DISTRIBUTIONS | ERROR | ENTROPY | BESSEL | INTEGRALS
