"""What holds of every function of `wengert.scipy.special`, at the places of `special_cases`."""

import numpy as np
import pytest
import scipy.special as sc

import wengert as wg
from special_cases import CASES, mp
from wengert.scipy import special

each_function = pytest.mark.parametrize("name", CASES)
SECOND = 3  # places at which second derivatives are compared


def function_of(name):
    return CASES[name].call or getattr(special, name)


def arguments_of(name):
    case = CASES[name]
    return case.argnums if case.argnums is not None else tuple(range(len(case.places[0])))


def columns(places):
    return [np.array(column, dtype=float) for column in zip(*places, strict=True)]


def plain(x):
    return x.numpy() if isinstance(x, wg.Tensor) else np.asarray(x)


def in_argument(function, x, argnum):
    """Bind the other operands."""
    return lambda t: function(*[t if i == argnum else v for i, v in enumerate(x)])


def forward(function):
    return lambda t: wg.jvp(function, (t,), (np.ones_like(t),))[1]


reverse = wg.elementwise_grad


def by_mpmath(name, places, argnum, order):
    of = CASES[name].reference
    wanted = []
    for place in places:
        x = [mp.mpf(v) for v in place]
        value = mp.diff(in_argument(of, x, argnum), x[argnum], order) if order else of(*x)
        wanted.append(float(mp.re(value)))
    return np.array(wanted)


def close(got, want, rtol, what, least=1e-15):
    np.testing.assert_allclose(plain(got), want, rtol=rtol, atol=least, err_msg=str(what))


def test_every_function_has_a_case():
    assert {name.split(":")[0] for name in CASES} == set(special.__all__)


@each_function
def test_value(name):
    case = CASES[name]
    x = columns(case.places)
    got = function_of(name)(*x)
    close(got, by_mpmath(name, case.places, 0, 0), case.rtol, case.places)
    theirs = case.theirs or getattr(sc, name)
    close(got, theirs(*x), max(case.rtol, 1e-9), "SciPy")


@each_function
def test_first_derivatives(name):
    case = CASES[name]
    x = columns(case.places)
    for argnum in arguments_of(name):
        f = in_argument(function_of(name), x, argnum)
        want = by_mpmath(name, case.places, argnum, 1)
        close(reverse(f)(x[argnum]), want, case.slope, (argnum, case.places), case.least)
        close(forward(f)(x[argnum]), want, case.slope, (argnum, case.places), case.least)


@each_function
def test_second_derivatives(name):
    case = CASES[name]
    places = case.places[:SECOND]
    x = columns(places)
    for argnum in arguments_of(name):
        f = in_argument(function_of(name), x, argnum)
        want = by_mpmath(name, places, argnum, 2)
        close(
            forward(reverse(f))(x[argnum]), want, case.curvature, (argnum, places), 100 * case.least
        )
        close(
            reverse(forward(f))(x[argnum]), want, case.curvature, (argnum, places), 100 * case.least
        )


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name].ends])
def test_at_the_ends(name):
    case = CASES[name]
    x = columns(case.ends)
    value, first, second = (np.array(part, float) for part in zip(*case.ends.values(), strict=True))
    close(function_of(name)(*x), value[:, 0], 1e-14, list(case.ends))
    for i, argnum in enumerate(arguments_of(name)):
        f = in_argument(function_of(name), x, argnum)
        for mode in (forward, reverse):
            for slope, want in ((mode(f), first[:, i]), (mode(mode(f)), second[:, i])):
                known = ~np.isnan(want)
                got = plain(slope(x[argnum]))[known]
                close(got, want[known], 1e-12, (argnum, list(case.ends)))


@each_function
def test_in_single_precision(name):
    x = [column.astype(np.float32) for column in columns(CASES[name].places)]
    exact = [column.astype(np.float64) for column in x]
    got = function_of(name)(*x)
    assert got.dtype == np.float32
    with np.errstate(over="ignore"):
        want = plain(function_of(name)(*exact)).astype(np.float32)
    close(got, want, 1e-5, "value", 1e-6)
    for argnum in arguments_of(name):
        got = reverse(in_argument(function_of(name), x, argnum))(x[argnum])
        assert got.dtype == np.float32
        want = reverse(in_argument(function_of(name), exact, argnum))(exact[argnum])
        with np.errstate(over="ignore"):
            close(got, want.astype(np.float32), 2e-4, (argnum, "slope"), 1e-5)


@each_function
def test_batches_shapes_and_strides(name):
    x = columns(CASES[name].places)
    f = function_of(name)
    whole = plain(f(*x))
    np.testing.assert_array_equal(plain(wg.vmap(f)(*x)), whole)
    np.testing.assert_array_equal(plain(f(*[np.repeat(v, 2)[::2] for v in x])), whole)
    first = f(*[v[0] for v in x])
    assert first.shape == ()
    np.testing.assert_array_equal(plain(first), whole[0])
    nothing = [v[:0] for v in x]
    assert f(*nothing).shape == (0,)
    for argnum in arguments_of(name):
        slope = reverse(in_argument(f, x, argnum))(x[argnum])
        one = lambda *v, argnum=argnum: wg.grad(f, argnum)(*v)
        np.testing.assert_array_equal(plain(wg.vmap(one)(*x)), slope)
        assert one(*[float(v[-1]) for v in x]) == slope[-1]
        assert reverse(in_argument(f, nothing, argnum))(nothing[argnum]).shape == (0,)
