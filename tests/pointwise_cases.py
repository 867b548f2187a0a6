"""Operands for every primitive that is computed number by number, and SciPy's function of them."""

import mpmath
import numpy as np
import scipy.special as sc
import scipy.stats

from wengert import _core as core

POINTWISE = [p for p in core.primitives if p.is_pointwise]

RNG = np.random.default_rng(11)


def between(low, high, n=7):
    return RNG.uniform(low, high, n)


def counts(low, high, n=7):
    return RNG.integers(low, high, n).astype(float)


def density(order, a, x):
    assert np.all(order == 16)
    return scipy.stats.gamma.pdf(x, a)


def by_mpmath(function):
    return np.vectorize(lambda *x: complex(function(*[mpmath.mpmathify(v) for v in x])))


def result(function, number):
    return lambda *x: function(*x)[number]


def ones(value):
    return np.full(7, float(value))


SMALL, UNIT, WIDE = (0.3, 4.0), (0.15, 0.85), (-3.0, 3.0)

# By name, the operands. The reference is SciPy's function of that name unless it stands behind them.
OPERANDS = {
    "polygamma": (counts(1, 5), between(*SMALL)),
    "exprel_derivative": (
        ones(1),
        between(0.5, 4.0),
        lambda n, x: (np.exp(x) * (x - 1) + 1) / x**2,
    ),
    "log1prel_derivative": (
        ones(1),
        between(0.5, 4.0),
        lambda n, x: (x / (1 + x) - np.log1p(x)) / x**2,
    ),
    "iv_ratio": (counts(0, 4), between(*SMALL), lambda n, x: sc.iv(n, x) / x**n),
    "ive_ratio": (counts(0, 4), between(*SMALL), lambda n, x: sc.ive(n, x) / x**n),
    "sinc_root_derivative": (
        ones(1),
        between(0.5, 8.0),
        lambda n, s: (np.cos(np.sqrt(s)) - np.sin(np.sqrt(s)) / np.sqrt(s)) / (2 * s),
    ),
    "arctan_root_derivative": (
        ones(1),
        between(0.5, 8.0),
        lambda n, s: (1 / (1 + s) - np.arctan(np.sqrt(s)) / np.sqrt(s)) / (2 * s),
    ),
    "kelvin_ratio": (
        counts(0, 2),
        ones(0),
        between(*SMALL),
        lambda p, n, x: np.where(p == 0, sc.ber(x), sc.bei(x)),
    ),
    "dawsn_tail": (ones(0), between(10, 30), lambda n, x: sc.dawsn(x)),
    "rgamma_derivative": (ones(0), between(*WIDE), lambda n, z: sc.rgamma(z)),
    "elliptic_moment": (
        ones(-0.5),
        ones(0),
        between(0.2, 1.4),
        between(0.1, 0.8),
        lambda p, n, phi, m: sc.ellipkinc(phi, m),
    ),
    "bessel_order_derivative": (
        ones(1),
        ones(0),
        between(0.2, 3),
        between(*SMALL),
        lambda k, n, v, z: sc.kv(v, z),
    ),
    "rgamma": (between(*WIDE),),
    "complex_log1prel": (ones(0), between(*WIDE) + 0.7j, lambda n, w: np.log1p(w) / w),
    "lambertw_branch": (counts(-2, 3), between(*WIDE) + 0.7j, lambda k, z: sc.lambertw(z, k)),
    "gammainc_derivative": (ones(16), between(*SMALL), between(*SMALL), density),
    "gammainc": (between(*SMALL), between(*SMALL)),
    "gammaincc": (between(*SMALL), between(*SMALL)),
    "gammaincinv": (between(*SMALL), between(*UNIT)),
    "gammainccinv": (between(*SMALL), between(*UNIT)),
    "betainc_derivative": (
        ones(256),
        between(*SMALL),
        between(*SMALL),
        between(*UNIT),
        lambda order, a, b, x: scipy.stats.beta.pdf(x, a, b),
    ),
    "betainc": (between(*SMALL), between(*SMALL), between(*UNIT)),
    "betaincc": (between(*SMALL), between(*SMALL), between(*UNIT)),
    "betaincinv": (between(*SMALL), between(*SMALL), between(*UNIT)),
    "betainccinv": (between(*SMALL), between(*SMALL), between(*UNIT)),
    "stdtr_derivative": (
        ones(16),
        between(*SMALL),
        between(*WIDE),
        lambda order, df, t: scipy.stats.t.pdf(t, df),
    ),
    "stdtr": (between(*SMALL), between(*WIDE)),
    "stdtrit": (between(0.8, 4), between(*UNIT)),
    "zeta_derivative": (
        ones(0),
        between(1.5, 6),
        between(*SMALL),
        lambda order, x, q: sc.zeta(x, q),
    ),
    "beta": (between(*SMALL), between(*SMALL)),
    "binom": (between(4, 8), between(*SMALL)),
    "poch": (between(*SMALL), between(*SMALL)),
    "hyp0f1": (between(*SMALL), between(*WIDE)),
    "hyp1f1": (between(*SMALL), between(*SMALL), between(*WIDE)),
    "hyp2f1": (between(*SMALL), between(*SMALL), between(5, 7), between(-0.7, 0.7)),
    "hyperu": (between(*SMALL), between(*SMALL), between(*SMALL)),
    "ellipk": (between(-2, 0.8),),
    "ellipe": (between(-2, 0.8),),
    "ellipkm1": (between(0.1, 0.9),),
    "ellipkinc": (between(0.2, 1.4), between(0.1, 0.8)),
    "ellipeinc": (between(0.2, 1.4), between(0.1, 0.8)),
    "sine_integral": (between(*WIDE), result(sc.sici, 0)),
    "cosine_integral": (between(*SMALL), result(sc.sici, 1)),
    "sinh_integral": (between(*WIDE), result(sc.shichi, 0)),
    "cosh_integral": (between(*SMALL), result(sc.shichi, 1)),
    "fresnel_s": (between(*WIDE), result(sc.fresnel, 0)),
    "fresnel_c": (between(*WIDE), result(sc.fresnel, 1)),
    "expn": (counts(0, 4), between(*SMALL)),
    "ndtri_exp": (between(-30, -0.1),),
    "owens_t": (between(*WIDE), between(*WIDE)),
    "dawsn": (between(*WIDE),),
    "erfi": (between(-2, 2),),
    "wrightomega": (between(*WIDE),),
    "struve": (between(0.5, 3), between(*SMALL)),
    "modstruve": (between(0.5, 3), between(*SMALL)),
    "lpmv": (counts(0, 2), counts(2, 5), between(-0.9, 0.9)),
    "airy_ai": (between(*WIDE), result(sc.airy, 0)),
    "airy_aip": (between(*WIDE), result(sc.airy, 1)),
    "airy_bi": (between(*WIDE), result(sc.airy, 2)),
    "airy_bip": (between(*WIDE), result(sc.airy, 3)),
    "hankel1": (counts(0, 3), between(*SMALL) + 0.5j),
    "hankel2": (counts(0, 3), between(*SMALL) + 0.5j),
    "complex_polygamma": (counts(1, 4), between(*WIDE) + 0.7j, by_mpmath(mpmath.psi)),
}
for _name in ("erf", "erfc", "erfcx", "ndtr", "log_ndtr", "gamma", "loggamma", "psi", "spence"):
    OPERANDS[f"complex_{_name}"] = (between(-2, 2) + 0.6j, getattr(sc, _name))
for _name in ("jv", "yv", "iv", "kv", "jve", "yve", "ive", "kve"):
    OPERANDS[_name] = (between(0.2, 3), between(*SMALL))
for _name in ("jn", "yn", "in", "kn"):
    _function = getattr(sc, f"spherical_{_name}")
    OPERANDS[f"spherical_{_name}"] = (
        counts(0, 4),
        between(0.5, 4),
        lambda n, z, f=_function: f(n.astype(int), z),
    )
for _name, _parameters in (
    ("legendre", 0),
    ("chebyt", 0),
    ("chebyu", 0),
    ("laguerre", 0),
    ("hermite", 0),
    ("hermitenorm", 0),
    ("gegenbauer", 1),
    ("genlaguerre", 1),
    ("jacobi", 2),
):
    _function = getattr(sc, f"eval_{_name}")
    OPERANDS[f"eval_{_name}"] = (
        counts(0, 6),
        *(between(*SMALL) for _ in range(_parameters)),
        between(-0.9, 0.9),
        lambda n, *x, f=_function: f(n.astype(int), *x),
    )
ONE_NUMBER = ("j0", "j1", "y0", "y1", "k0", "k1", "k0e", "k1e", "expi", "exp1", "spence")
KELVIN = ("ber", "bei", "berp", "beip", "ker", "kei", "kerp", "keip")
for _name in ONE_NUMBER + KELVIN:
    OPERANDS[_name] = (between(*SMALL),)


OPERANDS |= {
    "boxcox_derivative": (
        ones(1),
        between(*SMALL),
        between(*UNIT),
        lambda n, x, y: (x**y * (y * np.log(x) - 1) + 1) / y**2,
    ),
    "boxcox1p_derivative": (
        ones(1),
        between(*SMALL),
        between(*UNIT),
        lambda n, x, y: ((1 + x) ** y * (y * np.log1p(x) - 1) + 1) / y**2,
    ),
    "inverse_mills_tail": (
        ones(0),
        between(-30, -5),
        lambda n, x: np.sqrt(2 / np.pi) / sc.erfcx(-x / np.sqrt(2)),
    ),
    "complex_mills_tail": (
        ones(0),
        between(-30, -5) + 0.7j,
        lambda n, x: np.sqrt(2 / np.pi) / sc.erfcx(-x / np.sqrt(2)),
    ),
    "complex_erfcx_tail": (ones(0), between(4, 30) + 0.7j, lambda n, z: sc.erfcx(z)),
    "erfcx_tail": (ones(0), between(10, 30), lambda n, x: sc.erfcx(x)),
    "bessel_far": (
        ones(2),
        ones(0),
        between(0.2, 3),
        between(120, 400),
        lambda k, order, v, x: sc.ive(v, x),
    ),
    "psi_difference": (
        ones(0),
        between(*SMALL),
        between(*SMALL),
        lambda n, a, b: sc.psi(a) - sc.psi(a + b),
    ),
    "gammaincinv_slope": (
        ones(0),
        between(*SMALL),
        between(*SMALL),
        lambda order, a, x: 1 / scipy.stats.gamma.pdf(x, a),
    ),
    "betaincinv_slope": (
        ones(0),
        between(*SMALL),
        between(*SMALL),
        between(*UNIT),
        lambda order, a, b, x: 1 / scipy.stats.beta.pdf(x, a, b),
    ),
    "sine_quotient": (ones(1), ones(0), between(*WIDE) + 0.7j, lambda k, n, z: np.sin(z) / z),
    "complex_rgamma": (between(*WIDE) + 0.6j, sc.rgamma),
    "complex_dawsn": (between(-2, 2) + 0.6j, sc.dawsn),
    "complex_sine_integral": (between(*WIDE) + 0.6j, result(sc.sici, 0)),
    "complex_cosine_integral": (between(*WIDE) + 0.6j, result(sc.sici, 1)),
    "complex_sinh_integral": (between(*WIDE) + 0.6j, result(sc.shichi, 0)),
    "complex_cosh_integral": (between(*WIDE) + 0.6j, result(sc.shichi, 1)),
}


def operands_of(name):
    return [x for x in OPERANDS[name] if not callable(x)]


def reference_of(name):
    last = OPERANDS[name][-1]
    return last if callable(last) else getattr(sc, name)
