"""`out`, `where` and `dtype` of every function that is a ufunc of SciPy's, and complex numbers where it takes them."""

import warnings

import mpmath
import numpy as np
import pytest
import scipy.special as sc

import wengert as wg
import wengert.numpy as wnp
from special_cases import CASES
from wengert.scipy import special

mp = mpmath.MPContext()
mp.dps = 25

UFUNCS = [name for name in special.__all__ if isinstance(getattr(sc, name, None), np.ufunc)]
# Those that SciPy has as ufuncs where it still has them, and with a letter in the place of a count.
OTHERS = ["btdtr", "btdtri"]


def operands_of(name):
    """Three places of the function's case, or of its first result's."""
    case = CASES.get(name) or CASES[f"{name}:0"]
    return [np.array(column, float) for column in zip(*case.places[:2], strict=True)]


def plain(x):
    return np.asarray(x.detach().numpy() if isinstance(x, wg.Tensor) else x)


def as_tuple(x):
    return x if isinstance(x, tuple) else (x,)


@pytest.mark.parametrize("name", [*UFUNCS, *OTHERS])
def test_out_where_and_dtype(name):
    f, x = getattr(special, name), operands_of(name)
    results = as_tuple(f(*x))
    several = len(results) > 1

    def places(dtype=None):
        made = tuple(wnp.full(2, 7.0, dtype=dtype or r.dtype) for r in results)
        return made if several else made[0]

    out = places()
    got = f(*x, out=out)
    for one, place, result in zip(as_tuple(got), as_tuple(out), results, strict=True):
        assert one is place
        np.testing.assert_array_equal(plain(place), plain(result))
    out = places()
    f(*x, *as_tuple(out), where=np.array([True, False]))
    for place, result in zip(as_tuple(out), results, strict=True):
        assert plain(place)[0] == plain(result)[0]
        assert plain(place)[1] == 7
    written = tuple(np.zeros(2, r.dtype) for r in results)
    f(*x, out=written if several else written[0])
    for place, result in zip(written, results, strict=True):
        np.testing.assert_array_equal(place, plain(result))
    single = as_tuple(f(*x, dtype=np.complex64 if results[0].dtype.kind == "c" else np.float32))
    assert all(
        r.dtype.itemsize == result.dtype.itemsize // 2
        for r, result in zip(single, results, strict=True)
    )
    with pytest.raises(TypeError):
        f(*x, out=places(), casting="no", dtype=np.float32)
    with pytest.raises(TypeError):
        f(*x, wherever=True)
    with pytest.raises(ValueError, match="out"):
        f(*x, out=places() * 2 if several else (places(), places()))


@pytest.mark.parametrize("name", ["chdtr", "eval_sh_legendre", "loggamma", "voigt_profile", "zeta"])
def test_what_is_stored_has_its_derivative(name):
    f, x = getattr(special, name), operands_of(name)

    def stored(t):
        out = wnp.zeros(2)
        f(*x[:-1], t, out=out)
        return np.sum(np.sin(out))

    def plainly(t):
        return np.sum(np.sin(f(*x[:-1], t)))

    np.testing.assert_array_equal(wg.grad(stored)(x[-1]), wg.grad(plainly)(x[-1]))
    ufunc = getattr(sc, name)
    if isinstance(ufunc, np.ufunc):
        out = wnp.zeros(2)
        assert ufunc(*x[:-1], wg.tensor(x[-1]), out=out) is out


# By name, mpmath's function, and complex places: small ones, large ones, on either side of an axis.
Z = [0.3 + 0.4j, -1.2 + 0.7j, 2.5 - 3.0j]
COMPLEX = {
    "airy": (mp.airyai, Z),
    "dawsn": (lambda z: mp.sqrt(mp.pi) / 2 * mp.exp(-z * z) * mp.erfi(z), Z),
    "digamma": (lambda z: mp.psi(0, z), Z),
    "erf": (mp.erf, Z),
    "erfc": (mp.erfc, Z),
    "erfcx": (lambda z: mp.exp(z * z) * mp.erfc(z), Z),
    "erfi": (mp.erfi, Z),
    "eval_chebyc": (lambda n, z: 2 * mp.chebyt(n, z / 2), Z),
    "eval_chebys": (lambda n, z: mp.chebyu(n, z / 2), Z),
    "eval_chebyt": (mp.chebyt, Z),
    "eval_chebyu": (mp.chebyu, Z),
    "eval_gegenbauer": (mp.gegenbauer, Z),
    "eval_genlaguerre": (mp.laguerre, Z),
    "eval_jacobi": (mp.jacobi, Z),
    "eval_laguerre": (lambda n, z: mp.laguerre(n, 0, z), Z),
    "eval_legendre": (mp.legendre, Z),
    "eval_sh_chebyt": (lambda n, z: mp.chebyt(n, 2 * z - 1), Z),
    "eval_sh_chebyu": (lambda n, z: mp.chebyu(n, 2 * z - 1), Z),
    "eval_sh_legendre": (lambda n, z: mp.legendre(n, 2 * z - 1), Z),
    "exp1": (mp.e1, Z),
    "expi": (None, Z),
    "expm1": (mp.expm1, Z),
    "fresnel": (mp.fresnels, Z),
    "gamma": (mp.gamma, Z),
    "hankel1": (mp.hankel1, Z),
    "hankel1e": (lambda v, z: mp.hankel1(v, z) * mp.exp(-1j * z), Z),
    "hankel2": (mp.hankel2, Z),
    "hankel2e": (lambda v, z: mp.hankel2(v, z) * mp.exp(1j * z), Z),
    "hyp0f1": (mp.hyp0f1, Z),
    "hyp1f1": (mp.hyp1f1, Z),
    "hyp2f1": (mp.hyp2f1, Z[:2]),
    "iv": (mp.besseli, Z),
    "jn": (mp.besselj, Z),
    "jv": (mp.besselj, Z),
    "kv": (mp.besselk, Z),
    "kve": (lambda v, z: mp.besselk(v, z) * mp.exp(z), Z),
    "log1p": (mp.log1p, Z),
    "log_ndtr": (lambda z: mp.log(mp.erfc(-z / mp.sqrt(2)) / 2), Z[:2]),
    "loggamma": (mp.loggamma, Z),
    "ndtr": (lambda z: mp.erfc(-z / mp.sqrt(2)) / 2, Z),
    "psi": (lambda z: mp.psi(0, z), Z),
    "rgamma": (mp.rgamma, [*Z, -2.0, 0.0]),
    "shichi": (mp.shi, [*Z, 0.0, 9j]),
    "sici": (mp.si, [*Z, 0.0, 9.0]),
    "spence": (lambda z: mp.polylog(2, 1 - z), Z),
    "wofz": (lambda z: mp.exp(-z * z) * mp.erfc(-1j * z), Z),
    "wrightomega": (None, Z),
    "xlog1py": (lambda x, z: x * mp.log1p(z), Z),
    "xlogy": (lambda x, z: x * mp.log(z), Z),
    "yv": (mp.bessely, Z),
}
# |Re z| or |Im z| is in the scale of these, so that they are not analytic.
REFUSED = ["ive", "jve", "yve"]


def takes_complex(name):
    return any(types.split("->")[0].endswith("D") for types in getattr(sc, name).types)


def test_every_function_of_complex_numbers_is_served_or_refused():
    assert {name for name in UFUNCS if takes_complex(name)} == {*COMPLEX, *REFUSED}
    for name in REFUSED:
        with pytest.raises(TypeError, match=f"{name}: an operand is complex128"):
            getattr(special, name)(1.5, 1 + 1j)


@pytest.mark.parametrize("name", COMPLEX)
def test_complex_numbers(name):
    of, places = COMPLEX[name]
    parameters = [float(p) for p in (0.5, 1.25, 2.25)[: getattr(sc, name).nin - 1]]
    if name.startswith(("eval", "jn")):
        parameters[:1] = [3.0]
    first = lambda z: as_tuple(getattr(special, name)(*parameters, z))[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = as_tuple(getattr(sc, name)(*parameters, np.array(places, complex)))[0]
    np.testing.assert_allclose(plain(first(np.array(places, complex))), theirs, rtol=1e-13)
    for z in places:
        slope = wg.grad(first, holomorphic=True)
        if (
            of is None
        ):  # by differences along both axes, which are equal where a function is analytic
            h = 1e-5
            for step in (h, 1j * h):
                want = (first(z + step).item() - first(z - step).item()) / (2 * step)
                assert slope(complex(z)) == pytest.approx(want, rel=1e-8)
            continue
        at = mp.mpmathify(complex(z))
        for order in (1, 2):
            want = complex(mp.diff(lambda t: of(*parameters, t), at, order))
            got = slope(complex(z))
            assert got == pytest.approx(want, rel=1e-11, abs=1e-13), (z, order)
            slope = wg.grad(slope, holomorphic=True)


@pytest.mark.parametrize("name", ["xlogy", "xlog1py"])
def test_logarithms_with_complex_factors(name):
    """Both operands are complex, and a factor of 0 counts but for NaN; along the logarithm's cut as SciPy's."""
    x = np.array([1 + 2j, 0, -0.5j, 0, 3, 2j])
    y = np.array([0.3 - 1j, 0, 2 + 0j, np.nan, -4 + 0j, -4 - 1j])
    got = getattr(special, name)(x, y)
    np.testing.assert_allclose(plain(got), getattr(sc, name)(x, y), rtol=1e-14)
    log = mp.log if name == "xlogy" else mp.log1p
    for a, b in zip(x[[0, 2, 5]], y[[0, 2, 5]], strict=True):
        for k in (0, 1):
            slope = wg.grad(getattr(special, name), k, holomorphic=True)(complex(a), complex(b))
            want = log(mp.mpc(b)) if k == 0 else mp.mpc(a) / (b if name == "xlogy" else 1 + b)
            assert slope == pytest.approx(complex(want), rel=1e-13)
    assert wg.grad(getattr(special, name), 1, holomorphic=True)(0j, 2j) == 0
