"""What sees the memory of what: as NumPy has it, for every function, method and key."""

import warnings

import numpy as np
import pytest

import wengert as wg
from numpy_calls import filled, functions, is_promised, outcome, space_of
from numpy_cases import CASES
from view_cases import CALLS, METHODS

KNOWN = [case for case in CALLS if hasattr(space_of(case, np), case.name)]


def parts(result):
    """Every array in a result or in arguments; what is of no axis is a number."""
    if isinstance(result, list | tuple):
        return [part for item in result for part in parts(item)]
    return [result] if isinstance(result, np.ndarray | wg.Tensor) and result.ndim else []


def laid(x, order):
    """Return the elements in memory of another order, and how a view of that gives `x`."""
    if order == "transposed":
        return x.T.copy(), lambda base: base.T
    if order == "spread":
        return np.repeat(x, 2, axis=-1), lambda base: base[..., ::2]
    return x.copy(), lambda base: base


def viewed(argument, order, make):
    """Put views of new memory in the place of arrays; `make` makes what has it."""
    if isinstance(argument, np.ndarray):
        if argument.ndim == 0:
            return argument[()] if make is np.array else make(argument)
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
        warnings.simplefilter("error", DeprecationWarning)
        x[...] = values


def is_refused(x, values):
    try:
        write(x, values)
    except (ValueError, DeprecationWarning) as error:  # a warning of broadcast_arrays
        return "read-only" in str(error) or isinstance(error, DeprecationWarning)
    return False


def assert_aliases_alike(theirs, ours):
    """Write to each array in turn: all change as NumPy's do, or the error is NumPy's."""
    assert len(theirs) == len(ours)
    for seed, (x, t) in enumerate(zip(theirs, ours, strict=True)):
        if not isinstance(t, wg.Tensor):
            continue
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


# What earlier NumPys give back as it is, or as a number of Python's.
INTEGERS = np.arange(3)
EARLIER = {
    "round": np.round(INTEGERS) is INTEGERS or np.shares_memory(np.round(INTEGERS), INTEGERS),
    "count_nonzero": type(np.count_nonzero(INTEGERS)) is int,
}
EARLIER["around"] = EARLIER["round"]


def is_of_this_numpy(case, dtype):
    is_exempt = EARLIER.get(case.name, False) and (
        case.name == "count_nonzero" or dtype == np.int64
    )
    return is_promised(case, dtype) and not is_exempt


def check_all(ours, theirs, case):
    for dtype in (np.float64, np.complex128, np.int64):
        if is_of_this_numpy(case, dtype):
            for order in ("dense", "transposed", "spread"):
                check(ours, theirs, case, dtype, order)


@pytest.mark.parametrize("case", CASES + KNOWN, ids=str)
def test_functions_give_views_where_numpy_does(case):
    check_all(*functions(case), case)


@pytest.mark.parametrize("case", METHODS, ids=str)
def test_methods_give_views_where_numpy_does(case):
    def called(x, *args, **kwargs):
        attribute = getattr(x, case.name)
        return attribute(*args, **kwargs) if callable(attribute) else attribute

    check_all(called, called, case)


def both(x):
    return np.array(x), wg.tensor(x)


def test_a_diagonal_sees_later_writes():
    for a in both(np.arange(12.0).reshape(3, 4)):
        diagonal, turned = np.diagonal(a), a.T.diagonal(1)
        a[1] = -1.0
        np.testing.assert_array_equal(diagonal, [0.0, -1.0, 10.0])
        np.testing.assert_array_equal(turned, [-1.0, 9.0])
        with pytest.raises(ValueError, match="read-only"):
            diagonal[0] = 1.0
        with pytest.raises(ValueError, match="read-only"):
            diagonal += 1.0


@pytest.mark.parametrize("dtype", [np.complex128, np.complex64])
def test_parts_of_complex_numbers_are_views(dtype):
    for z in both(np.array([[1 + 2j, 3 + 4j], [5 + 6j, 7 - 1j]], dtype)):
        re, column = z.real, z.imag[:, 0]
        z.real = 10.0
        z.imag[1] = [8, 9]
        z.imag *= 2
        z.T.real[0] += np.array([0.5, 0.25], dtype=z.real.dtype)
        column[...] = re[0]
        np.testing.assert_array_equal(z, [[10.5 + 10.5j, 10 + 8j], [10.25 + 10j, 10 + 18j]])
        np.testing.assert_array_equal(re, [[10.5, 10], [10.25, 10]])
        z[...] = 1j
        np.testing.assert_array_equal(re, 0.0)
        np.testing.assert_array_equal(column, 1.0)
        assert z.dtype == dtype
        assert re.dtype == column.dtype == z.real.dtype


def test_parts_of_a_complex_number():
    z = wg.tensor(1 + 2j)
    z.real = 3.0
    z.imag = -1.0
    assert z.item() == 3 - 1j


def test_the_imaginary_part_of_reals_is_not_written_to():
    for x in both([1.0, 2.0]):
        x.real[0] = 5.0
        x.real += 1.0
        np.testing.assert_array_equal(x, [6.0, 3.0])
        with pytest.raises(ValueError, match="read-only"):
            x.imag[0] = 1.0


def test_parts_of_complex_numbers_are_differentiated():
    def f(x):
        z = wg.numpy.zeros(3, complex)
        z.real = x
        z.imag[1:] = x[1:] ** 2
        re = z.real
        re *= 2.0
        return np.sum(z.real**2 + 3 * z.imag)

    x = np.array([1.0, 2.0, 3.0])
    expected = 8 * x + np.array([0.0, 6.0, 6.0]) * x
    np.testing.assert_allclose(wg.grad(f)(x), expected, rtol=1e-14)
    np.testing.assert_allclose(wg.vmap(wg.grad(f))(np.stack([x, -x]))[1], -expected, rtol=1e-14)
    np.testing.assert_allclose(wg.hessian(f)(x), np.diag([8.0, 14.0, 14.0]), rtol=1e-14)


@pytest.mark.parametrize("turned", [False, True])
def test_flat(turned):
    for x in both(np.arange(12.0).reshape(3, 4)):
        y = x.T if turned else x
        y.flat[1] = -1.0
        y.flat[-1] += 5.0
        y.flat[2:10:3] = [7.0, 8.0]
        y.flat[[0, 0]] = [1.0, 2.0]
        y.flat[np.arange(12) > 9] = -3.0
        taken = y.flat[4:6]
        y.flat[4:6] = 0.0
        expected = np.arange(12.0)
        if turned:
            expected = np.arange(12.0).reshape(3, 4).T.ravel()
        kept = expected[4:6].copy()
        expected[[1, 11]] = -1.0, expected[11] + 5.0
        expected[[2, 5, 8]] = 7.0, 8.0, 7.0
        kept[1] = 8.0
        expected[0], expected[10:] = 2.0, -3.0
        expected[4:6] = 0.0
        np.testing.assert_array_equal(y.ravel(), expected)
        np.testing.assert_array_equal(taken, kept)
        assert [float(v) for v in y.flat] == expected.tolist()
        assert len(y.flat) == 12
        np.testing.assert_array_equal(x, expected.reshape(y.shape).T if turned else y)
        y.flat = [1.0, 2.0]
        np.testing.assert_array_equal(y.ravel(), [1.0, 2.0] * 6)
        with pytest.raises(IndexError):
            y.flat[12] = 0.0
        y.flat[:2] = []
        np.testing.assert_array_equal(y.ravel(), [1.0, 2.0] * 6)
        with pytest.raises(ValueError, match=r"flat|setting"):
            y.flat[1] = []


def test_flat_is_differentiated():
    def f(x):
        y = wg.numpy.zeros((2, 3))
        y.T.flat[::2] = x
        return np.sum(np.asarray(np.arange(6.0)).reshape(2, 3) * y**2)

    x = np.array([1.0, 2.0, 3.0])
    # places 0, 2 and 4 of the transpose are (0, 0), (0, 1) and (0, 2)
    np.testing.assert_allclose(wg.grad(f)(x), 2 * x * np.arange(3.0))


def test_rows_are_views():
    for a in both(np.zeros((3, 2))):
        for i, row in enumerate(a):
            row[:] += i
        for row in a.T:
            row[0] = -1.0
        np.testing.assert_array_equal(a, [[-1, -1], [1, 1], [2, 2]])


def test_reshape_without_a_copy():
    x = wg.tensor(np.arange(6.0).reshape(2, 3))
    y = wg.numpy.reshape(x, (3, 2), copy=False)
    y[0] = 9.0
    assert x[0, :2].tolist() == [9.0, 9.0]
    with pytest.raises(ValueError, match="copy is False"):
        wg.numpy.reshape(x.T, 6, copy=False)


def overlapping(x, z):
    """Return views of a matrix and of complex numbers, some of which have elements in common."""
    yield from (
        x,
        x[::2],
        x[1::2],
        x[:, :3],
        x[:, 3:],
        x.T[2:4],
        x[::-1, ::-2],
        x.reshape(4, 9)[1:3],
    )
    yield from (x[1], x[1, 2:5], x[2:2], x[..., None], np.diagonal(x), x.copy(), x[[0, 1]])
    yield from (z, z.real, z.imag, z[::2].real, z[1::2].real, z.real[::-1])


@pytest.mark.parametrize("name", ["shares_memory", "may_share_memory"])
def test_memory_is_shared_as_in_numpy(name):
    ours, theirs = (
        list(overlapping(*(of(np.zeros(n, t)) for n, t in [((6, 6), float), (8, complex)])))
        for of in (wg.tensor, np.array)
    )
    for f in (getattr(np, name), getattr(wg.numpy, name)):
        got = [[f(a, b) for b in ours] for a in ours]
        np.testing.assert_array_equal(got, [[f(a, b) for b in theirs] for a in theirs])
        assert not any(f(a, b) or f(b, a) for a in ours for b in theirs)
    assert not getattr(np, name)(ours[0], ours[0].numpy())


def test_copies_that_are_forbidden():
    x = wg.tensor([1.0, 2.0])
    for make in (wg.numpy.array, wg.numpy.asarray, wg.numpy.asanyarray):
        assert make(x, copy=False) is x
        for given, dtype in [([1.0], None), (np.ones(2), None), (x, np.float32)]:
            with pytest.raises(ValueError, match="copy is False and a"):
                make(given, dtype, copy=False)
