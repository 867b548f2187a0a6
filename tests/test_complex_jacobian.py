"""Jacobians of complex functions, as complex numbers and as pairs of real ones."""

import numpy as np
import pytest

import wengert as wg

RNG = np.random.default_rng(21)
Z = RNG.normal(size=3) + 1j * RNG.normal(size=3)
MODES = ["forward", "reverse", "auto"]


def of_derivatives(by_z, by_conjugate):
    """Return the matrix of a real-linear map z -> a z + b conj(z), in pairs."""
    a, b = by_z, by_conjugate
    return np.array([[(a + b).real, (b - a).imag], [(a + b).imag, (a - b).real]])


SCALARS = {
    "square": (lambda z: z * z, lambda z: 2 * z, lambda z: 0),
    "conjugate": (np.conj, lambda z: 0, lambda z: 1),
    "mixed": (lambda z: z * z * np.conj(z), lambda z: 2 * z * np.conj(z), lambda z: z * z),
    "exponential": (
        lambda z: np.exp(1j * np.conj(z)),
        lambda z: 0,
        lambda z: 1j * np.exp(1j * z.conj()),
    ),
    "modulus": (np.abs, lambda z: np.conj(z) / 2 / abs(z), lambda z: z / 2 / abs(z)),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SCALARS)
def test_wirtinger_derivatives_in_pairs(name, mode):
    fun, by_z, by_conjugate = SCALARS[name]
    for z in Z:
        found = wg.jacobian(fun, mode=mode, real_pairs=True)(z)
        wanted = of_derivatives(complex(by_z(z)), complex(by_conjugate(z)))
        wanted = wanted[0] if name == "modulus" else wanted
        np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-14)
        of_z, of_conjugate = wg.wirtinger(fun)(z)
        np.testing.assert_allclose(of_z, by_z(z), rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(of_conjugate, by_conjugate(z), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("mode", MODES)
def test_shapes(mode):
    def fun(z):
        return np.stack([z[:2], np.conj(z[1:])]) * z[0]

    found = wg.jacobian(fun, mode=mode, real_pairs=True)(Z)
    assert found.shape == (2, 2, 2, 3, 2)
    assert found.dtype == np.float64
    pairs = np.stack([Z.real, Z.imag], -1)

    def of_pairs(p):
        y = fun(p[:, 0] + 1j * p[:, 1])
        return np.stack([np.real(y), np.imag(y)], -1)

    np.testing.assert_allclose(found, wg.jacfwd(of_pairs)(pairs), rtol=1e-13)


def test_forward_and_reverse_agree_exactly():
    def fun(z):
        return np.sin(z * np.conj(z[::-1])) * np.abs(z) + 1j * z

    forward, reverse = (wg.jacobian(fun, mode=m, real_pairs=True)(Z) for m in MODES[:2])
    np.testing.assert_allclose(forward, reverse, rtol=1e-15, atol=1e-15)

    def holomorphic(z):
        return z[::-1] * z * 2j

    forward, reverse = (wg.jacobian(holomorphic, mode=m, holomorphic=True)(Z) for m in MODES[:2])
    np.testing.assert_array_equal(forward, reverse)


def test_holomorphic_functions_give_rotations():
    complex_one = wg.jacobian(np.exp, holomorphic=True)(Z)
    pairs = wg.jacobian(np.exp, real_pairs=True)(Z)
    np.testing.assert_allclose(pairs[:, 0, :, 0] + 1j * pairs[:, 1, :, 0], complex_one, rtol=1e-15)
    np.testing.assert_array_equal(pairs[:, 0, :, 0], pairs[:, 1, :, 1])
    np.testing.assert_array_equal(pairs[:, 0, :, 1], -pairs[:, 1, :, 0])


def test_containers_real_arguments_aux_and_keywords():
    def fun(p, t, *, scale):
        return {"w": p["z"] * t * scale, "r": t * 2}, "aux"

    jacobian = wg.jacobian(fun, (0, -1), has_aux=True, real_pairs=True)
    found, aux = jacobian({"z": Z}, 2.0, scale=3.0)
    assert aux == "aux"
    assert found["w"][0]["z"].shape == (3, 2, 3, 2)
    assert found["w"][1].shape == (3, 2)
    np.testing.assert_allclose(found["w"][1], 3 * np.stack([Z.real, Z.imag], -1))
    assert found["r"][1] == 2.0


def test_sparse():
    jacobian = wg.jacobian(lambda z: np.conj(z) * z[::-1], sparse=True, real_pairs=True)
    dense = wg.jacobian(lambda z: np.conj(z) * z[::-1], real_pairs=True)
    for z in (Z, 2 * Z):
        np.testing.assert_allclose(jacobian(z).toarray(), dense(z).reshape(6, 6), rtol=1e-14)


def test_misuse():
    with pytest.raises(wg.ShapeError, match="both True"):
        wg.jacobian(np.exp, holomorphic=True, real_pairs=True)
    with pytest.raises(wg.DTypeError, match="a function is needed"):
        wg.jacobian(3, real_pairs=True)
    with pytest.raises(wg.ShapeError):
        wg.jacobian(np.exp, 3, real_pairs=True)(Z)
