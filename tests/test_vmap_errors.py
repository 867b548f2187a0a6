"""Examples that a recording cannot be evaluated for: errors name them, and branches avoid them."""

import sys
import traceback

import numpy as np
import pytest

import wengert as wg

X = np.arange(12.0).reshape(3, 4)
CUBE = np.arange(24.0).reshape(2, 3, 4)
ONES = wg.tensor(np.ones(4))
OUTSIDE = "index: 99 was given for axis 0 of x, which is (4,); -4 <= index < 4 is needed"


class Counted:
    """A function that counts its runs."""

    def __init__(self, fun):
        self.fun, self.runs = fun, 0

    def __call__(self, *args):
        """Run the function."""
        self.runs += 1
        return self.fun(*args)


def element(x, i):
    return x[i]


def note(example):
    return f"vmap: raised for example {example}"


def raised_by(fun, *args, error=wg.IndexRangeError):
    """Return what a call raises: the message and the notes."""
    with pytest.raises(error) as raised:
        fun(*args)
    return str(raised.value), getattr(raised.value, "__notes__", [])


def hold(found, message, *examples):
    """Hold a message and the notes, innermost vmap first, to what they should be."""
    assert found[0] == message
    if sys.version_info >= (3, 11):
        assert found[1] == [note(k) for k in examples]


@pytest.mark.parametrize("place", range(5))
def test_an_example_that_is_not_recorded_is_named(place):
    indices = np.array([0, 1, -1, 2, 3])
    indices[place] = 99
    hold(raised_by(wg.vmap(element, (None, 0)), ONES, indices), OUTSIDE, place)
    hold(raised_by(wg.vmap(wg.grad(element), (None, 0)), ONES, indices), OUTSIDE, place)

    def of_all(x):
        return np.sum(wg.vmap(element, (None, 0))(x, indices))

    hold(raised_by(wg.grad(of_all), ONES), OUTSIDE, place)
    hold(raised_by(lambda x: wg.jvp(of_all, [x], [x]), ONES), OUTSIDE, place)


def test_the_first_of_them_is_named():
    indices = np.zeros(1000, int)
    indices[[501, 502, 999]] = 99
    hold(raised_by(wg.vmap(element, (None, 0)), ONES, indices), OUTSIDE, 501)


def test_the_function_runs_once_more_for_it():
    fun = Counted(element)
    with pytest.raises(wg.IndexRangeError) as raised:
        wg.vmap(fun)(X, np.array([0, 1, 99]))
    assert fun.runs == 2
    assert "return x[i]" in [line.line for line in traceback.extract_tb(raised.tb)]


def test_every_level_is_named():
    nested = wg.vmap(wg.vmap(element))
    inside = wg.vmap(lambda v, k: wg.vmap(lambda x: x[k])(v))
    sums = wg.vmap(lambda v, k: wg.vmap(lambda x, i: x[i * k])(v, np.array([0, 1, 99])))
    for row, column in [(0, 0), (0, 2), (1, 0), (1, 1)]:
        indices = np.zeros((2, 3), int)
        indices[row, column] = 99
        hold(raised_by(nested, CUBE, indices), OUTSIDE, column, row)
        swapped = wg.vmap(wg.vmap(element), in_axes=(1, 1))
        hold(raised_by(swapped, CUBE, indices), OUTSIDE, row, column)
    hold(raised_by(inside, CUBE, np.array([0, 99])), OUTSIDE, 0, 1)
    hold(raised_by(sums, CUBE, np.array([0, 1])), OUTSIDE, 2, 1)
    last = np.array([0, 1, 99])
    deep = wg.vmap(wg.vmap(wg.grad(lambda x: wg.vmap(element, (None, 0))(x, last).sum())))
    hold(raised_by(deep, CUBE), OUTSIDE, 2, 0, 0)


def test_examples_of_another_path_keep_their_numbers():
    def fun(x, i, b):
        return x[i] if b > 0 else x[i] * 2

    branch = np.array([1, -1, 1, -1, -1])
    for bad in range(5):
        indices = np.zeros(5, int)
        indices[bad] = 99
        hold(raised_by(wg.vmap(fun, (None, 0, 0)), ONES, indices, branch), OUTSIDE, bad)


def test_what_a_branch_avoids_is_not_evaluated():
    indices = np.array([0, 9, 3, -7, 1])
    wanted = np.array([1.0, -1, 4, -1, 2])
    x = wg.tensor(np.arange(1.0, 5))

    def fun(v, i):
        return v[i] if -4 <= i < 4 else -1.0 + 0 * v[0]

    counted = Counted(fun)
    assert wg.vmap(counted, (None, 0))(x, indices).tolist() == wanted.tolist()
    assert counted.runs <= 4
    slopes = wg.vmap(wg.grad(fun), (None, 0))(x, indices)
    assert slopes.tolist() == [np.eye(4)[i].tolist() if -4 <= i < 4 else [0] * 4 for i in indices]
    of_sum = wg.grad(lambda v: np.sum(wg.vmap(fun, (None, 0))(v, indices)))(x)
    assert of_sum.tolist() == [1, 1, 0, 1]
    rows = np.stack([indices, indices[::-1]])
    for order in (rows, rows[:, ::-1], rows[:, [1, 0, 2, 3, 4]]):
        table = np.array([[fun(x, i) for i in row] for row in order])
        assert wg.vmap(wg.vmap(fun, (None, 0)), (None, 0))(x, order).tolist() == table.tolist()
        nested = wg.vmap(wg.vmap(lambda i: fun(x, i)), 1, 1)
        assert nested(order).tolist() == table.tolist()


def test_branches_behind_branches():
    x = wg.tensor(np.arange(1.0, 5))

    def fun(v, i):
        if i < 0:
            return v[0] * 0
        first = v[i] if i < 4 else v[i // 10]
        return v[int(first) - 1] if first < 4 else first

    indices = np.array([0, 21, -50, 3, 12, 2])
    assert wg.vmap(fun, (None, 0))(x, indices).tolist() == [fun(x, i) for i in indices]
    indices[4] = 77
    found = raised_by(wg.vmap(fun, (None, 0)), x, indices)
    hold(found, OUTSIDE.replace("99", "7", 1), 4)


def foreign(fun):
    """Return a function of one argument, called for each example, whose rule is of no interest."""
    made = wg.primitive(fun)
    made.defvjp(lambda ct, _, __: ct)
    return made


def test_foreign_functions():
    def root(x):
        if x < 0:
            message = f"negative: {x}"
            raise ArithmeticError(message)
        return np.sqrt(x)

    x = np.array([4.0, 9.0, -1.0, -2.0])
    for fun in (foreign(root), wg.value_and_grad(foreign(root))):
        hold(raised_by(wg.vmap(fun), x, error=ArithmeticError), "negative: -1.0", 2)


def failing_once(error, at):
    """Return a foreign function that raises in its call with this number alone, and its calls."""
    calls = []

    def fun(x):
        calls.append(x)
        if len(calls) == at:
            raise error
        return x * 2

    return foreign(fun), calls


def test_an_interrupt_is_no_error_of_an_example():
    fun, calls = failing_once(KeyboardInterrupt(), 3)
    with pytest.raises(KeyboardInterrupt):
        wg.vmap(fun)(np.arange(4.0))
    assert len(calls) == 3


def test_no_example_is_named_where_none_fails_alone():
    fun, calls = failing_once(ValueError("the third"), 3)
    hold(raised_by(wg.vmap(fun), np.arange(4.0), error=ValueError), "the third")
    assert len(calls) > 3


def test_a_function_that_catches_the_error():
    x = wg.tensor(np.arange(1.0, 5))

    def fun(v, i):
        try:
            return v[i]
        except IndexError:
            return -v[0]

    rows = np.array([[0, 9, 3, -7, 1], [9, 9, 0, 2, -7], [3, 2, 1, 0, 0], [0, 9, 3, -7, 1]])
    table = [[fun(x, i).item() for i in row] for row in rows]
    for row, wanted in zip(rows, table, strict=True):
        assert wg.vmap(fun, (None, 0))(x, row).tolist() == wanted
        slopes = [wg.grad(fun)(x, i).tolist() for i in row]
        assert wg.vmap(wg.grad(fun), (None, 0))(x, row).tolist() == slopes
    for order in (slice(None), slice(None, None, -1)):
        nested = wg.vmap(wg.vmap(fun, (None, 0)), (None, 0))(x, rows[order])
        assert nested.tolist() == table[order]
        closed = wg.vmap(lambda row: wg.vmap(lambda k: fun(x, row[k]))(np.arange(5)))(rows[order])
        assert closed.tolist() == table[order]


def test_a_power_whose_error_is_caught():
    def fun(k):
        try:
            return 2 ** (k - 1)
        except ValueError:
            return k * 0 - 1

    for ks in ([0, 1, 2], [2, 0, 1, 0]):
        wanted = [-1 if k == 0 else 2 ** (k - 1) for k in ks]
        np.testing.assert_array_equal(wg.vmap(fun)(np.array(ks)), wanted)


def test_a_foreign_function_whose_error_is_caught():
    @wg.primitive
    def root(x):
        if x < 0:
            raise ArithmeticError
        return np.sqrt(x)

    root.defvjp(lambda ct, out, x: ct / (2 * out))

    def fun(x):
        try:
            return root(x)
        except ArithmeticError:
            return -x

    xs = np.array([-1.0, 4.0, 9.0, -2.0])
    np.testing.assert_array_equal(wg.vmap(fun)(xs), [1, 2, 3, 2])
    np.testing.assert_array_equal(wg.vmap(wg.grad(fun))(xs), [-1, 1 / 4, 1 / 6, -1])


@pytest.mark.parametrize("result", ["text", object(), ()], ids=["text", "object", "nothing"])
def test_what_is_no_array_ends_the_recording(result):
    kept = []

    def fun(x):
        kept.append(x)
        return (x, result) if result == () else result

    if result == ():
        wg.vmap(fun)(X)
    else:
        with pytest.raises(wg.DTypeError, match=r"vmap: (str|object) was given"):
            wg.vmap(fun)(X)
    assert not kept[0].requires_grad
    with pytest.raises(wg.TraceError, match="after the function has returned"):
        kept[0] * 2
