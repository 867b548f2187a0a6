"""Parameters of NumPy's functions that may be Tensors: followed by vmap, derivatives and checkpoints."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

X = np.array([[1.0, 2.5, -3.0], [4.0, 5.5, 6.0]])
HOLES = np.array([np.nan, np.inf, -np.inf, 1.0])
PLACES = np.array([1.2, 2.3, 3.4])  # of the parameter

FOLLOWED = {
    "linspace: start": lambda s: wnp.linspace(s, 1.0, 5),
    "linspace: stop": lambda s: wnp.linspace(0.0, s, 4, endpoint=False),
    "linspace: step": lambda s: wnp.linspace([s, 2.0], 1.0, 5, retstep=True)[1],
    "linspace: axis": lambda s: wnp.linspace([s, 2.0], [1.0, s], 5, axis=1),
    "arange: start": lambda s: wnp.arange(s, 6),
    "arange: stop": lambda s: s * wnp.arange(s),
    "arange: step": lambda s: wnp.arange(1, 5, s),
    "arange: by name": lambda s: wnp.arange(start=s, stop=2 * s, step=s / 4),
    "quantile": lambda s: wnp.quantile(X, s / 4, axis=1),
    "quantile: several": lambda s: wnp.quantile(X, [s / 5, 0.5], axis=0),
    "quantile: lower": lambda s: s * wnp.quantile(X, s / 4, method="lower"),
    "quantile: midpoint": lambda s: s * wnp.quantile(X, s / 4, method="midpoint"),
    "percentile": lambda s: wnp.percentile(X, wnp.stack([s, 2 * s]) * 10, axis=0),
    "var: ddof": lambda s: wnp.var(X, ddof=s),
    "var: ddof, where": lambda s: wnp.var(X, axis=1, ddof=s / 4, where=X > 0),
    "var: correction": lambda s: wnp.var(X, correction=s, keepdims=True),
    "var: mean": lambda s: wnp.var(X, mean=s),
    "std: ddof": lambda s: wnp.std(X, 0, ddof=s / 3),
    "nan_to_num": lambda s: wnp.nan_to_num(HOLES, nan=s, posinf=2 * s, neginf=-s),
    "nan_to_num: arrays": lambda s: wnp.nan_to_num(HOLES, True, [s, 1, 1, 2], 0, 0),
    "pad": lambda s: wnp.pad(X, 1, constant_values=s),
    "pad: a pair": lambda s: wnp.pad(X, (1, 2), constant_values=(s, 2.0)),
    "pad: pairs": lambda s: wnp.pad(X, ((1, 1), (0, 2)), constant_values=((s, 2), (3 * s, s))),
    "norm: order": lambda s: wnp.norm(X, s, axis=1),
    "clip: bounds": lambda s: wnp.clip(X, -s, 1.3 * s),
    "full": lambda s: wnp.full((2, 2), s),
    "full_like": lambda s: wnp.full_like(X, s),
    "sum: initial": lambda s: wnp.sum(X, initial=s),
    "prod: initial": lambda s: wnp.prod(X, axis=0, initial=s),
    "max: initial": lambda s: wnp.max(X, axis=0, initial=s),
    "nanmax: initial": lambda s: wnp.nanmax(HOLES[:1], initial=s),
    "trapezoid: dx": lambda s: wnp.trapezoid(X, dx=s),
    "trapezoid: a list of dx": lambda s: wnp.trapezoid(X, dx=[s, 2 * s]),
    "trapezoid: x": lambda s: wnp.trapezoid(X, x=[0.0, s, 3 * s]),
    "diff: ends": lambda s: wnp.diff(X, prepend=s, append=2 * s),
    "average: weights": lambda s: wnp.average(X[0], weights=[s, 2 * s, 1.0]),
    "interp: outside": lambda s: wnp.interp([0.0, 1.5, 4.0], [1.0, 2.0], [1.0, 3.0], s, 2 * s),
    "logsumexp: factors": lambda s: wnp.logsumexp(X, b=s),
    "select: default": lambda s: wnp.select([X > 2], [s], default=2 * s),
    "float_power: exponent": lambda s: wnp.float_power(abs(X), s),
    "formula of a list": lambda s: wnp.exp([s, [s * s][0], 1.0]),
    "operator with a list": lambda s: wg.tensor(X) * [s, 1.0, s * s],
    "array of lists": lambda s: wnp.array([[s, 1.0], [2.0, s]]),
    "copy of a list": lambda s: wnp.copy([s, 1.0]),
    "round: tens": lambda s: s * wnp.round(wnp.array([11, 26]) * wnp.astype(s, np.int64), -1),
}


@pytest.mark.parametrize("f", FOLLOWED.values(), ids=FOLLOWED)
def test_a_parameter_is_followed(f):
    def plain(s):
        return f(wg.tensor(s)).numpy()

    def total(s):
        return wnp.sum(f(s))

    for s in PLACES:
        np.testing.assert_array_equal(wg.checkpoint(f)(wg.tensor(s)).numpy(), plain(s))
        h = 1e-3
        near = [float(total(wg.tensor(s + k * h))) for k in (-2, -1, 1, 2)]
        slope = (near[0] - 8 * near[1] + 8 * near[2] - near[3]) / (12 * h)
        for found in (
            wg.grad(total)(s),
            wg.jvp(total, (s,), (1.0,))[1],
            wg.grad(wg.checkpoint(total))(s),
            wg.vmap(wg.grad(total))(np.array([s]))[0],
        ):
            assert found == pytest.approx(slope, rel=1e-7, abs=1e-7)
    if len({plain(s).shape for s in PLACES}) == 1:
        found = wg.vmap(f)(PLACES)
        np.testing.assert_allclose(found, np.stack([plain(s) for s in PLACES]), rtol=1e-13)


def test_a_length_of_arange_that_differs_between_examples_is_a_branch():
    found = wg.vmap(lambda s: wnp.sum(wnp.arange(s)))(np.array([1.5, 4.0, 2.0]))
    assert found.tolist() == [1.0, 6.0, 1.0]


@pytest.mark.parametrize("order", [1.0, 2.0])
def test_norm_has_a_derivative_by_its_order_where_it_has_a_formula_of_its_own(order):
    x = np.array([3.0, -4.0, 1.0])
    h = 1e-4
    slope = (wnp.norm(x, order + h) - wnp.norm(x, order - h)).item() / (2 * h)
    assert wg.grad(lambda p: np.linalg.norm(x * p / p, p))(order) == pytest.approx(slope, rel=1e-6)


def test_what_is_out_of_range_for_one_example_is_an_error():
    with pytest.raises(ValueError, match="numbers from 0 to 1 are needed"):
        wg.vmap(lambda q: wnp.quantile(X, q))(np.array([0.5, 1.5]))


def test_a_list_without_end_is_an_error():
    endless = [wg.tensor(1.0)]
    endless.append(endless)
    for read in (wnp.exp, wnp.array, wg.tensor):
        with pytest.raises(RecursionError):
            read(endless)
