"""Random programs of views and writes: values as NumPy's on ndarrays, derivatives as those without a write."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import wengert as wg
from write_programs import (
    OPERATORS,
    SMOOTH,
    outcome,
    programs,
    run,
    run_purely,
    view_steps,
    write_steps,
)

QUICK = settings(
    deadline=None, derandomize=True, max_examples=25, suppress_health_check=list(HealthCheck)
)
MANY = settings(QUICK, max_examples=150)
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.complex128, np.int64, np.bool_])


def array(shape, dtype, seed):
    rng = np.random.default_rng(seed)
    if dtype == np.bool_:
        return rng.random(shape) < 0.5
    x = rng.integers(1, 9, shape) * (0.25 if np.dtype(dtype).kind in "fc" else 1)
    return (x - 1j * x[..., ::-1] if np.dtype(dtype).kind == "c" else x).astype(dtype)


def assert_all_equal(ours, theirs):
    assert len(ours) == len(theirs)
    for t, x in zip(ours, theirs, strict=True):
        assert t.shape == x.shape
        assert t.dtype == x.dtype
        np.testing.assert_allclose(t.numpy(), x, rtol=1e-12, atol=1e-300)


@DTYPES
@MANY
@given(data=st.data())
def test_values_and_errors(dtype, data):
    theirs = [array((3, 4), dtype, 0), array((6,), dtype, 1)]
    ours = [wg.tensor(x) for x in theirs]
    for _ in range(data.draw(st.integers(1, 10))):
        steps = (
            write_steps(theirs, list(OPERATORS)) if data.draw(st.booleans()) else view_steps(theirs)
        )
        step = data.draw(steps)
        before = [x.copy() for x in theirs]
        expected, result = outcome(step, theirs), outcome(step, ours)
        if expected is not None:  # NumPy may have written a part, up to a negative power, say
            for x, old in zip(theirs, before, strict=True):
                if x.flags.writeable:
                    x[...] = old
        assert (expected is None) == (result is None), (step, expected, result)
        if expected is not None:
            # of several faults, a shape's or a dtype's, either may be named
            kinds = (IndexError,) if isinstance(expected, IndexError) else (TypeError, ValueError)
            assert isinstance(result, kinds), (step, expected, result)
        assume(all(x.size < 1000 and np.all(np.isfinite(x)) for x in theirs))
        assert_all_equal(ours, theirs)


X = array((6,), np.float64, 3) / 2
Y = array((3, 4), np.float64, 4)


def starts(x):
    """Arrays that a program begins with: the argument, what depends on it, and what does not."""
    return [x, np.reshape(np.concatenate([x * x, x]), (3, 4)), wg.tensor(Y)]


def plain_starts(x):
    return [x, np.reshape(np.concatenate([x * x, x]), (3, 4)), Y]


def total(names):
    """Return a number that every element of every array takes part in."""
    out = 0.0
    for x in names:
        weights = np.cos(np.arange(x.size)).reshape(x.shape)
        out = out + np.sum(weights * (x.real**2 + 3 * x.imag if x.dtype.kind == "c" else x**2))
    return out


def pair(steps, start=starts):
    """Return the program with its writes, and the same without any."""
    return (lambda x: total(run(steps, start(x)))), (lambda x: total(run_purely(steps, start(x))))


def checkpointed(f):
    return wg.checkpoint(lambda x: f(x.copy()))  # its argument is the caller's, and not written to


WAYS = {
    "grad": lambda f: wg.grad(f)(X),
    "value": lambda f: wg.value_and_grad(f)(X)[0],
    "jvp": lambda f: wg.jvp(f, (X,), (np.cos(X),)),
    "hessian": lambda f: wg.hessian(f)(X),
    "forward over forward": lambda f: wg.jacfwd(wg.jacfwd(f))(X),
    "reverse over reverse": lambda f: wg.jacrev(wg.grad(f))(X),
    "third": lambda f: wg.jvp(wg.hessian(f), (X,), (np.sin(X),))[1],
    "vmap": lambda f: wg.vmap(f)(np.stack([X, 0.9 * X + 0.07])),
    "vmap of grad": lambda f: wg.vmap(wg.grad(f))(np.stack([X, 0.9 * X + 0.07])),
    "grad of vmap": lambda f: wg.grad(lambda x: np.sum(wg.vmap(f)(np.stack([x, 0.9 * x + 0.07]))))(
        X
    ),
    "checkpoint": lambda f: wg.grad(checkpointed(f))(X),
    "hessian of checkpoint": lambda f: wg.hessian(checkpointed(f))(X),
    "vmap of checkpoint": lambda f: wg.vmap(wg.grad(checkpointed(f)))(
        np.stack([X, 0.9 * X + 0.07])
    ),
    "linearize": lambda f: wg.linearize(f, X)[1](np.cos(X)),
}


@pytest.mark.parametrize("way", WAYS)
@QUICK
@given(steps=programs(plain_starts(X), SMOOTH))
def test_derivatives(way, steps):
    written, pure = pair(steps)
    before = X.copy()
    expected = WAYS[way](pure)
    np.testing.assert_allclose(WAYS[way](written), expected, rtol=1e-9, atol=1e-7)
    np.testing.assert_array_equal(X, before)


def outputs(run, steps):
    return lambda x: np.concatenate([np.reshape(y, (-1,)) for y in run(steps, starts(x))])


@pytest.mark.parametrize("transform", [wg.jacfwd, wg.jacrev])
@QUICK
@given(steps=programs(plain_starts(X), SMOOTH))
def test_jacobians(transform, steps):
    expected = transform(outputs(run_purely, steps))(X)
    np.testing.assert_allclose(transform(outputs(run, steps))(X), expected, rtol=1e-9, atol=1e-7)


def weighted(outputs):
    return tuple(np.cos(np.arange(np.size(y))).reshape(np.shape(y)) for y in outputs)


@QUICK
@given(steps=programs(plain_starts(X), SMOOTH))
def test_arrays_that_are_returned_as_they_are(steps):
    """Views, that is, of what other names have written to, which nobody has read since."""
    written, pure = (lambda x, run=run: tuple(run(steps, starts(x))) for run in (run, run_purely))
    expected, pull = wg.vjp(pure, X)
    ours, ours_pull = wg.vjp(written, X)
    for y, z in zip(ours, expected, strict=True):
        np.testing.assert_allclose(y, z, rtol=1e-12)
    cts = weighted(expected)
    np.testing.assert_allclose(ours_pull(cts)[0], pull(cts)[0], rtol=1e-9, atol=1e-7)
    tangents = [wg.jvp(f, (X,), (np.cos(X),))[1] for f in (written, pure)]
    for t, u in zip(*tangents, strict=True):
        np.testing.assert_allclose(t, u, rtol=1e-9, atol=1e-7)


def read_without_derivatives(y):
    with wg.no_grad():
        np.sum(y)


# Who reads an array first, after what was written, decides nothing about the derivative of others.
READERS = {
    "no_grad": read_without_derivatives,
    "stop_gradient": wg.stop_gradient,
    "grad": lambda y: wg.grad(lambda z: z * np.sum(y))(2.0),
    "jvp": lambda y: wg.jvp(lambda z: z * np.sum(y), (2.0,), (1.0,)),
    "vmap": lambda y: wg.vmap(lambda z: z * np.sum(y))(np.ones(2)),
    "checkpoint": lambda y: wg.checkpoint(lambda z: z * np.sum(y))(2.0),
    "repr": repr,
}


@pytest.mark.parametrize("reader", READERS)
@QUICK
@given(steps=programs(plain_starts(X), SMOOTH))
def test_whoever_reads_first(reader, steps):
    def written(x):
        names = run(steps, starts(x))
        for y in names:
            READERS[reader](y)
        return total(names)

    for way in ("grad", "jvp"):
        expected = WAYS[way](pair(steps)[1])
        np.testing.assert_allclose(WAYS[way](written), expected, rtol=1e-9, atol=1e-7)


def complex_starts(x):
    z = x[:3] + 1j * x[3:]
    return [z, np.reshape(np.concatenate([z * z, z]), (3, 2)), wg.tensor(Y * (1 - 2j))]


def plain_complex_starts(x):
    z = x[:3] + 1j * x[3:]
    return [z, np.reshape(np.concatenate([z * z, z]), (3, 2)), Y * (1 - 2j)]


@pytest.mark.parametrize("way", ["grad", "jvp", "hessian", "vmap of grad", "checkpoint"])
@QUICK
@given(steps=programs(plain_complex_starts(X), SMOOTH))
def test_derivatives_of_complex_programs(way, steps):
    written, pure = pair(steps, complex_starts)
    np.testing.assert_allclose(WAYS[way](written), WAYS[way](pure), rtol=1e-9, atol=1e-7)


@QUICK
@given(steps=programs(plain_starts(X), SMOOTH))
def test_backward(steps):
    written, pure = pair(steps, lambda x: starts(x * 1.0))
    gradients = []
    for f in (written, pure):
        x = wg.tensor(X, requires_grad=True)
        f(x).backward()
        gradients.append(x.grad)
    np.testing.assert_allclose(*gradients, rtol=1e-9, atol=1e-7)


@QUICK
@given(steps=programs(plain_starts(X), SMOOTH))
def test_the_program_without_writes_is_numpys(steps):
    for ours, theirs in zip(
        run_purely(steps, plain_starts(X)), run(steps, plain_starts(X.copy())), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
