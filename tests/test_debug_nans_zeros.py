"""debug_nans(zeros=True): where a factor of 0 met an infinite one and was taken for 0."""

import numpy as np
import pytest

import wengert as wg
from nan_cases import X, line_of, raised


def roots_of_three(x):
    return np.sqrt(x)


def parallel(a):
    return 1 / (
        1 / a + 1 / 2)  # fmt: skip


def square_of_norm(x):
    length = np.linalg.norm(x)
    return length**2


def chosen(x):
    return np.sum(np.where(x > 0, np.sqrt(x), 0.0))


SWALLOWED = {
    "grad": (lambda: wg.grad(parallel)(0.0), "divide", (parallel, 2)),
    "grad of an array": (lambda: wg.grad(lambda a: np.sum(parallel(a)))(X), "divide", (parallel, 2)),
    "vjp": (lambda: wg.vjp(parallel, X)[1](X + 1), "divide", (parallel, 2)),
    "backward": (
        lambda: parallel(wg.tensor(0.0, requires_grad=True)).backward(), "divide", (parallel, 2),
    ),
    "jvp": (lambda: wg.jvp(parallel, (0.0,), (1.0,)), "divide", (parallel, 1)),
    "jvp in float32": (
        lambda: wg.jvp(parallel, (X.astype("f"),), (np.ones(3, "f"),)), "divide", (parallel, 1),
    ),
    "jacfwd": (lambda: wg.jacfwd(parallel)(X[1:2]), "divide", (parallel, 1)),
    "linearize": (lambda: wg.linearize(parallel, 0.0)[1](1.0), "divide", (parallel, 1)),
    "the zero of a seed": (lambda: wg.jacrev(roots_of_three)(X), "sqrt", (roots_of_three, 1)),
    "hessian of the norm": (
        lambda: wg.hessian(square_of_norm)(np.zeros(2)), "sqrt", (square_of_norm, 1),
    ),
    "hvp of the norm": (
        lambda: wg.hvp(square_of_norm, (np.zeros(2),), (np.ones(2),)), None, (square_of_norm, 1),
    ),
    "reverse over reverse of the norm": (
        lambda: wg.jacrev(wg.grad(square_of_norm))(np.zeros(2)), "sqrt", (square_of_norm, 1),
    ),
    "forward over forward of the norm": (
        lambda: wg.jacfwd(wg.jacfwd(square_of_norm))(np.zeros(2)), None, (square_of_norm, 1),
    ),
    "batch": (lambda: wg.vmap(wg.grad(parallel))(X[:2]), "divide", None),
    "an unwatched branch": (lambda: wg.grad(chosen)(X), "sqrt", (chosen, 1)),
}  # fmt: skip


@pytest.mark.parametrize("way", SWALLOWED)
def test_a_zero_that_met_an_infinity_is_found(way):
    call, primitive, at = SWALLOWED[way]
    call()
    text = raised(call, zeros=True)
    assert text.startswith("debug_nans: in the derivative of ")
    assert ", and their product was taken for 0" in text
    if primitive:
        assert text.startswith(f"debug_nans: in the derivative of {primitive} a factor of 0 met ")
    if at:
        assert f"at {line_of(*at)} (in {at[0].__name__})" in text


def test_where_the_zero_stands_is_told():
    text = raised(lambda: wg.grad(chosen)(X), zeros=True)
    assert "a factor of 0 met inf at [1], and" in text
    with pytest.raises(wg.NonFiniteError, match=r"met nan"), wg.debug_nans(False, zeros=True):
        wg.grad(lambda x: 0 * x * np.nan)(1.0)
    with wg.debug_nans(infinities=False, zeros=True):
        assert wg.grad(chosen)(X).tolist() == [0.5, 0.0, 0.25]


FINITE = {
    "polynomial": lambda x: np.sum(x**2 * (x - 1.0) ** 3),
    "zeros of cotangents": lambda x: np.sum(0.0 * np.sin(x) + np.max(x) + np.abs(x)),
    "made of an infinity": lambda x: np.sum(np.exp(-(x**2) * 1e9)),
    "choices of formulas": lambda x: np.sum(np.sinc(x) + np.hypot(x, x) + np.arctan2(x, x)),
    "the root itself": lambda x: np.sum(np.sqrt(x[::2])),
    "a sum that overflows": lambda x: np.sum(x * 1e308 * 10),
}


@pytest.mark.parametrize("name", FINITE)
def test_other_zeros_are_left_alone(name):
    f = FINITE[name]
    with np.errstate(all="ignore"):
        want = wg.grad(f)(X)
        with wg.debug_nans(zeros=True):
            np.testing.assert_array_equal(wg.grad(f)(X), want)
            np.testing.assert_allclose(wg.jacfwd(f)(X), want, rtol=1e-12)


def test_derivatives_by_rules_are_those_of_the_kernels():
    f = lambda x: np.sum(np.tanh(x) * np.exp(x) / (1 + x**2) + np.maximum(x, 1.0))
    want = [wg.grad(f)(X), wg.jvp(f, (X,), (X,)), wg.hessian(f)(X), wg.grad(lambda x: x**3)(2.0)]
    with wg.debug_nans(zeros=True):
        got = [wg.grad(f)(X), wg.jvp(f, (X,), (X,)), wg.hessian(f)(X), wg.grad(lambda x: x**3)(2.0)]
    for a, b in zip(want, got, strict=True):
        np.testing.assert_array_equal(a, b)
