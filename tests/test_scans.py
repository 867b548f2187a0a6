"""Chains over arrays: under batches and transforms, with sources of every kind, as one program of their step."""

import numpy as np
import pytest

import wengert as wg
from checkpoint_cases import TRANSFORMS, X, close, evaluations
from scan_cases import chain, scan


def rows(n, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 4))


def sources(way):
    """Return a function of a state that is driven by a source."""
    return lambda x: np.sum(way(lambda s, r: np.sin(s) * 0.9 + r * s, x, rows(7)))


def of_sources(way):
    """Return a function of what drives it: gradients come to xs."""
    return lambda x: np.sum(way(lambda s, r: np.cos(s * r) + r, X, np.stack([x, 2 * x, x * x])))


def of_both(way):
    return lambda x: np.sum(
        way(lambda s, r: s * np.tanh(r["a"]) + r["b"] * x, x, {"a": rows(5) * x, "b": rows(5, 1)})
    )


def of_numbers(way):
    """Return a function whose elements are numbers and integers, one of which decides a branch."""

    def step(s, r):
        return np.sin(s) * r["w"] if r["k"] % 2 else s * s + r["w"]

    return lambda x: np.sum(
        way(step, x, {"w": np.linspace(0.1, 0.9, 6) * x[0], "k": np.array([0, 1, 1, 0, 1, 0])})
    )


def of_parts(way):
    """Return a function whose state has parts of several dtypes."""

    def step(s, r):
        return {
            "z": s["z"] * np.exp(1j * s["x"]) + r,
            "x": np.sin(s["x"]) + np.abs(s["z"]),
            "k": s["k"] + 1,
        }

    def fun(x):
        end = way(step, {"z": x * (1 + 2j), "x": x, "k": 0}, rows(4))
        assert end["k"] == 4
        return np.sum(np.abs(end["z"]) ** 2) + np.sum(end["x"])

    return fun


def of_rules(way):
    """Return a function whose steps have rules of their own."""
    squared = wg.custom_vjp(lambda s, r: s * s * r)
    squared.defvjp(
        lambda s, r: (s * s * r, (s, r)),
        lambda res, ct: (2 * ct * res[0] * res[1], ct * res[0] ** 2),
    )
    cubed = wg.custom_jvp(lambda s: s**3)
    cubed.defjvp(lambda p, t: (p[0] ** 3, 3 * p[0] ** 2 * t[0]))
    foreign = wg.primitive(lambda s: np.asarray(s) * 0.5)
    foreign.defvjp(lambda ct, ans, s: ct * 0.5)

    def step(s, r):
        return np.sin(squared(s, r)) + np.cos(cubed(s)) + foreign(s)

    return lambda x: np.sum(way(step, x, rows(3) * x))


SCANS = {
    "sources": sources,
    "of sources": of_sources,
    "both": of_both,
    "numbers": of_numbers,
    "parts": of_parts,
    "rules": of_rules,
}


@pytest.mark.parametrize("axes", [(0, 0), (0, None), (None, 0)])
@pytest.mark.parametrize("outer", [(0, 0), (0, None), (None, 0)])
@pytest.mark.parametrize("length", [2, 3])
def test_scans_under_two_batches(outer, axes, length):
    # Every length is another's, too: one axis is not to be taken for another.
    def run(way):
        return lambda s, xs: way(lambda s, r: np.sin(s) + r * s, s, xs)

    def batched(fun):
        return wg.vmap(wg.vmap(fun, in_axes=axes), in_axes=outer)

    rng = np.random.default_rng(length)
    s, xs = (
        rng.normal(size=[3] * sum(axis is not None for axis in (outer[k], axes[k])) + list(own))
        for k, own in enumerate([(4,), (length, 4)])
    )
    close(batched(run(chain))(s, xs), batched(run(scan))(s, xs))
    for argument in (0, 1):
        gradient, plain = (
            wg.grad(lambda *args, way=way: np.sum(batched(run(way))(*args)), argument)(s, xs)
            for way in (chain, scan)
        )
        close(gradient, plain)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("name", SCANS)
def test_scans_change_no_derivative(name, transform):
    # Third derivatives of the stiffer ones differ in more digits.
    got = TRANSFORMS[transform](SCANS[name](chain))(X)
    expected = TRANSFORMS[transform](SCANS[name](scan))(X)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9 * np.max(np.abs(expected)))


def test_a_scan_is_one_program_of_its_step():
    """The steps of a scan keep one program: what is evaluated again is what its steps do."""
    xs = rows(50)

    def by_number(x):
        return np.sum(wg.checkpoint_chain(lambda s, k: np.sin(s) + xs[k], x, 50, snapshots=50))

    def by_scan(x):
        return np.sum(wg.checkpoint_chain(lambda s, r: np.sin(s) + r, x, xs=xs, snapshots=50))

    close(wg.grad(by_scan)(X), wg.grad(by_number)(X))
    assert evaluations(lambda: wg.grad(by_scan)(X)) <= evaluations(lambda: wg.grad(by_number)(X))


@pytest.mark.parametrize("dtypes", ["fd", "df", "fD", "Fd", "FD", "dD"])
def test_states_of_several_dtypes(dtypes):
    def step(s):
        a, b, n = s
        low, high = np.real(np.sum(a)), np.real(np.sum(b))
        return (
            np.sin(a) + np.asarray(1, a.dtype) * wg.numpy.astype(high, np.float32) / 4,
            np.cos(b) * 0.5 + wg.numpy.astype(low, np.float32) * 0.25,
            n + 1,
        )

    def loss(way):
        def fun(x):
            start = tuple(
                wg.numpy.astype(x * k, d) for k, d in zip((0.5, 0.25), dtypes, strict=True)
            )
            a, b, n = way(step, (*start, np.int64(0)), 5)
            assert n == 5
            assert [a.dtype.char, b.dtype.char] == list(dtypes)
            return np.sum(np.abs(a) ** 2) + np.sum(np.abs(b) ** 2)

        return fun

    def plain(step, state, n):
        for _ in range(n):
            state = step(state)
        return state

    for transform in ("grad", "jvp", "hvp", "vmap of grad", "grad of vmap"):
        got = TRANSFORMS[transform](loss(wg.checkpoint_chain))(X)
        expected = TRANSFORMS[transform](loss(plain))(X)
        np.testing.assert_allclose(got, expected, rtol=2e-4, atol=2e-4)
