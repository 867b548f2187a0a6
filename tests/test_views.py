"""What sees the memory of what: as NumPy has it, for every function, method and key."""

import warnings

import numpy as np
import pytest
from numpy_calls import filled, functions, is_promised, outcome, tensors

import wengert as wg
from numpy_cases import CASES
from view_cases import CALLS, METHODS

KNOWN = [case for case in CALLS if hasattr(np.linalg if case.space else np, case.name)]


def parts(result):
    """Every array in a result or in arguments."""
    if isinstance(result, list | tuple):
        return [part for item in result for part in parts(item)]
    return [result] if isinstance(result, np.ndarray | np.generic | wg.Tensor) else []


def laid(x, order):
    """The same elements in memory of another order, and how a view of that gives `x`."""
    if order == "transposed":
        return x.T.copy(), lambda base: base.T
    if order == "spread":
        return np.repeat(x, 2, axis=-1) if x.ndim else x, lambda b: b[..., ::2] if b.ndim else b
    return x.copy(), lambda base: base


def viewed(argument, order, make):
    """Put views of new memory in the place of arrays; `make` makes what has it."""
    if isinstance(argument, np.ndarray):
        base, view = laid(argument, order)
        return view(make(base))
    if isinstance(argument, list | tuple):
        return type(argument)(viewed(item, order, make) for item in argument)
    return argument


def other_values(x, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(-9, 9, x.shape)
    return (values + 1j * seed if x.dtype.kind == "c" else values).astype(x.dtype)


def write(x, values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's, of results of broadcast_arrays
        x[...] = values


def is_refused(x, values):
    try:
        write(x, values)
    except ValueError as error:
        assert "read-only" in str(error)
        return True
    return False


def assert_aliases_alike(theirs, ours):
    """Write to each array in turn: all change as NumPy's do, or the error is NumPy's."""
    assert len(theirs) == len(ours)
    for seed, (x, t) in enumerate(zip(theirs, ours, strict=True)):
        if not isinstance(t, wg.Tensor) or np.ndim(x) == 0:
            continue  # what is of no axis is a number
        values = other_values(x, seed)
        assert is_refused(t, values) == is_refused(x, values), f"array {seed}"
        for i, (x_now, t_now) in enumerate(zip(theirs, ours, strict=True)):
            now = t_now.numpy() if isinstance(t_now, wg.Tensor) else t_now
            np.testing.assert_allclose(now, x_now, 1e-5, 1e-5, err_msg=f"{i} after {seed}")


def check(ours, theirs, case, dtype, order):
    arguments = [filled(case.args, dtype), filled(tuple(case.kwargs.values()), dtype)]
    plain, keywords = (viewed(given, order, np.array) for given in arguments)
    recorded, recorded_keywords = (viewed(given, order, wg.tensor) for given in arguments)
    names = case.kwargs.keys()
    expected = outcome(theirs, *plain, **dict(zip(names, keywords, strict=True)))
    result = outcome(ours, *recorded, **dict(zip(names, recorded_keywords, strict=True)))
    if isinstance(expected, Exception):
        return
    assert not isinstance(result, Exception), result
    assert_aliases_alike(
        parts([plain, keywords, expected]), parts([recorded, recorded_keywords, result])
    )


LAYOUTS = pytest.mark.parametrize("order", ["dense", "transposed", "spread"])
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.complex128, np.int64])


@LAYOUTS
@DTYPES
@pytest.mark.parametrize("case", CASES + KNOWN, ids=str)
def test_functions_give_views_where_numpy_does(case, dtype, order):
    if is_promised(case, dtype):
        check(*functions(case), case, dtype, order)


@LAYOUTS
@DTYPES
@pytest.mark.parametrize("case", METHODS, ids=str)
def test_methods_give_views_where_numpy_does(case, dtype, order):
    def called(x, *args, **kwargs):
        attribute = getattr(x, case.name)
        return attribute(*args, **kwargs) if callable(attribute) else attribute

    if is_promised(case, dtype):
        check(called, called, case, dtype, order)
