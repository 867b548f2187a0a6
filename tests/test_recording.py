"""What a recording holds: values as they were, results that share nothing, any shape, and no trace of an error."""

import threading

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp


def assert_usable():
    assert wg.grad(lambda x: x * x)(3.0) == 6.0


# The caller's memory


SQUARES = {
    "multiply": lambda x: x * x,
    "sin": np.sin,
    "where": lambda x: np.where(x > 0, x * x, x),
    "matmul": lambda x: x @ x[:, None] * x,
    "slice": lambda x: x[::-1] * x,
    "prod": lambda x: np.prod(x) * x,
    "sort": lambda x: np.sort(x) * x,
    "concatenate": lambda x: np.concatenate([x, x])[2:5] ** 2,
}


@pytest.mark.parametrize("f", SQUARES.values(), ids=SQUARES)
@pytest.mark.parametrize("size", [3, 3000])
def test_an_argument_may_change_between_vjp_and_its_pullback(f, size):
    x = np.linspace(-1.0, 2.0, size)
    want = wg.vjp(f, x.copy())[1]
    out, pullback = wg.vjp(f, x)
    value = out.copy()
    x[:] = np.nan
    np.testing.assert_array_equal(out, value)
    ct = np.linspace(1.0, 2.0, out.size).reshape(out.shape)
    np.testing.assert_array_equal(pullback(ct)[0], want(ct)[0])


@pytest.mark.parametrize("size", [1, 3, 3000])
def test_a_work_array_may_be_rewritten_between_operations(size):
    work = np.empty(size)

    def f(x):
        y = x
        for k in (2.0, 3.0, 5.0):
            work[:] = k
            y = y * work
            work[:] = k + 1
            y = y + work * x
        work[:] = np.nan
        return np.sum(y)

    slope = (((2.0 + 3) * 3) + 4) * 5 + 6
    np.testing.assert_array_equal(wg.grad(f)(np.ones(size)), np.full(size, slope))


def test_views_of_a_work_array_are_read_as_they_were():
    work = np.arange(6.0)

    def f(x):
        y = x * work[::2]
        work[:] = 0
        z = x * np.broadcast_to(work[:1], 3)
        work[:] = 1
        return np.sum(y * y) + np.sum(z)

    np.testing.assert_array_equal(wg.grad(f)(np.ones(3)), 2 * np.array([0.0, 2.0, 4.0]) ** 2)


@pytest.mark.parametrize("size", [300, 3000])
def test_an_array_that_is_not_rewritten_counts_as_itself(size):
    c = np.linspace(0.5, 1.5, size)

    def f(x):
        y = x
        for _ in range(5):
            y = y * c
        return np.sum(y * c[::-1] * c.reshape(-1, 2).T.reshape(-1))

    want = c**5 * c[::-1] * c.reshape(-1, 2).T.reshape(-1)
    np.testing.assert_allclose(wg.grad(f)(np.ones(size)), want, rtol=1e-14)


def test_one_element_of_a_work_array_may_be_rewritten():
    work = np.ones(3000)

    def f(x):
        y = x
        for k in (0, 1500, 2999):
            y = y * work
            work[k] = 2.0
        return np.sum(y * work)

    want = np.ones(3000)
    want[[0, 1500, 2999]] = 8.0, 4.0, 2.0
    np.testing.assert_array_equal(wg.grad(f)(np.ones(3000)), want)


def test_a_sign_of_zero_and_a_nan_are_seen():
    work = np.zeros(3000)

    def f(x):
        a = x * work
        work[:] = -0.0
        b = x * work
        work[:] = np.nan
        return a, b, x * work

    _, pullback = wg.vjp(f, np.ones(3000))
    parts = [pullback(tuple(np.ones(3000) * (k == i) for k in range(3)))[0] for i in range(3)]
    assert not np.signbit(parts[0]).any()
    assert np.isnan(parts[2]).all()


@pytest.mark.parametrize("view", [lambda w: w[::2], lambda w: w.reshape(2, -1).T, lambda w: w[1:]])
def test_a_work_array_may_be_rewritten_through_a_view_and_read_through_one(view):
    work = np.ones(6000)
    seen = view(work)

    def f(x):
        y = x * seen
        work[-2:] = 3.0
        y = y * seen
        view(work)[:] = 5.0
        return np.sum(y * seen)

    first = np.ones(6000)
    second = first.copy()
    second[-2:] = 3.0
    want = view(first) * view(second) * 5.0
    np.testing.assert_array_equal(wg.grad(f)(np.ones(seen.shape)), want)


def test_a_read_only_array_may_change_through_its_base():
    work = np.ones(3000)
    frozen = work[:]
    frozen.flags.writeable = False

    def f(x):
        y = x * frozen
        work[:] = 2.0
        y = y * frozen
        work[:] = 3.0
        return np.sum(y * frozen)

    np.testing.assert_array_equal(wg.grad(f)(np.ones(3000)), np.full(3000, 6.0))


def test_a_subclass_of_ndarray_may_be_rewritten():
    class Named(np.ndarray):
        pass

    work = np.ones(3000).view(Named)

    def f(x):
        y = x * work
        work[:] = 2.0
        y = y * work
        work[:] = np.nan
        return np.sum(y)

    np.testing.assert_array_equal(wg.grad(f)(np.ones(3000)), np.full(3000, 2.0))


def test_an_array_that_takes_the_place_of_a_freed_one():
    def f(x):
        y = x
        for k in (2.0, 3.0, 3.0, 5.0):
            y = y * np.full(3000, k)
        for dtype in (np.float64, np.int64, np.float32):
            y = y * np.full(3000, 2, dtype)
        return np.sum(y)

    np.testing.assert_array_equal(wg.grad(f)(np.ones(3000)), np.full(3000, 90.0 * 8))


def test_memory_that_is_read_as_another_dtype_or_shape():
    work = np.ones(3000)

    def f(x):
        y = x * work
        y = y * work.view(np.int64).astype(float).clip(1.0, 1.0)
        return np.sum(y.reshape(2, -1) * work.reshape(2, -1)) + np.sum(x[:1500] * work[:1500])

    want = np.ones(3000)
    want[:1500] += 1.0
    np.testing.assert_array_equal(wg.grad(f)(np.ones(3000)), want)


def test_another_thread_rewrites_a_work_array():
    work = np.zeros(3000)
    ready, written = threading.Event(), threading.Event()

    def write():
        ready.wait()
        work[:] = 2.0
        written.set()

    thread = threading.Thread(target=write)
    thread.start()

    def f(x):
        y = x + x * work
        ready.set()
        written.wait()
        return np.sum(y * work)

    np.testing.assert_array_equal(wg.grad(f)(np.ones(3000)), np.full(3000, 2.0))
    thread.join()


def test_a_copy_outlives_the_array_and_other_recordings():
    works = [np.full(3000, 2.0)]
    pullbacks = [wg.vjp(lambda x: x * works[0], np.ones(3000))[1] for _ in range(3)]
    del pullbacks[1]
    works[0][:] = 3.0
    pullbacks.append(wg.vjp(lambda x: x * works[0], np.ones(3000))[1])
    works.clear()
    ct = np.ones(3000)
    for pullback, want in zip(pullbacks, (2.0, 2.0, 3.0), strict=True):
        np.testing.assert_array_equal(pullback(ct)[0], np.full(3000, want))


def test_an_index_array_may_be_rewritten():
    index = np.array([2, 0])

    def f(x):
        y = x[index]
        index[:] = 1
        return np.sum(y * np.array([1.0, 10.0]))

    np.testing.assert_array_equal(wg.grad(f)(np.zeros(3)), [10.0, 0.0, 1.0])


def test_a_condition_may_be_rewritten():
    condition = np.array([True, False])

    def f(x):
        y = np.where(condition, x, -x)
        condition[:] = ~condition
        return np.sum(y)

    np.testing.assert_array_equal(wg.grad(f)(np.zeros(2)), [1.0, -1.0])


def test_a_cotangent_may_change_afterwards():
    ct = np.ones(3)
    (pulled,) = wg.vjp(lambda x: x * 1.0, np.ones(3))[1](ct)
    ct[:] = 5
    np.testing.assert_array_equal(pulled, np.ones(3))


def test_frozen_arrays_are_lent_and_others_copied():
    base = np.arange(1000.0)
    whole, view = base.copy(), base[1:]
    whole.flags.writeable = view.flags.writeable = False
    lent = [whole, whole[1:], whole.reshape(10, 100).T, np.frombuffer(base.tobytes())]
    lent.append(wg.tensor(base).numpy())
    seen = []

    def square(x):
        seen.append(x.detach().numpy())
        return x * x

    for x in [*lent, base, view]:
        _, pullback = wg.vjp(square, x)
        assert np.shares_memory(seen[-1], x) == any(x is y for y in lent)
        np.testing.assert_array_equal(pullback(np.ones(x.shape))[0], 2 * x)


# Results share memory with nothing


OUTPUTS = {
    "itself": lambda x: x,
    "twice": lambda x: (x, x),
    "view": lambda x: (x[1:], x),
    "transpose": lambda x: (x.T, x.reshape(-1)),
    "broadcast": lambda x: np.broadcast_to(x, (2, *x.shape)),
    "constant": lambda x: (np.ones(4), x + 0.0),
}


@pytest.mark.parametrize("f", OUTPUTS.values(), ids=OUTPUTS)
@pytest.mark.parametrize("shape", [(4,), (40, 50)])
def test_results_share_no_memory_and_are_writable(f, shape):
    x = np.ones(shape)
    out, pullback = wg.vjp(f, x)
    outs = list(out) if isinstance(out, tuple) else [out]
    cts = [np.ones(y.shape) for y in outs]
    given = tuple(cts) if isinstance(out, tuple) else cts[0]
    arrays = [x, *outs, *cts, *pullback(given), *pullback(given)]
    for i, a in enumerate(arrays):
        assert a.flags.writeable
        assert a.flags.c_contiguous
        assert not any(np.shares_memory(a, b) for b in arrays[:i])


def test_gradients_of_two_arguments_share_no_memory():
    a, b = wg.grad(lambda x, y: np.sum(x + y), (0, 1))(np.ones(1000), np.ones(1000))
    assert not np.shares_memory(a, b)
    a[:] = 7
    np.testing.assert_array_equal(b, np.ones(1000))


CLOSED_OVER = {
    "array": np.ones(2),
    "view": np.ones((3, 2))[1],
    "scalar": np.ones(()),
    "container": {"a": [np.ones(3)]},
}


@pytest.mark.parametrize("held", CLOSED_OVER.values(), ids=CLOSED_OVER)
@pytest.mark.parametrize("x", [1.0, np.ones(2), wg.tensor([1.0, 2.0])], ids=["number", "nd", "t"])
def test_a_constant_that_a_function_returns_is_copied(held, x):
    def with_aux(x):
        return np.sum(x), held

    returned = [
        wg.vjp(lambda x: held, x)[0],
        wg.jvp(lambda x: held, (x,), (x,))[0],
        wg.linearize(lambda x: held, x)[0],
        wg.vjp(with_aux, x, has_aux=True)[2],
        wg.jvp(with_aux, (x,), (x,), has_aux=True)[2],
        wg.grad(with_aux, has_aux=True)(x)[1],
        wg.jacobian(with_aux, has_aux=True)(x)[1],
    ]
    if isinstance(held, np.ndarray) and held.size == 1:
        returned.append(wg.value_and_grad(lambda x: held)(x)[0])
    for tree in returned:
        found, own = (t["a"][0] if isinstance(t, dict) else t for t in (tree, held))
        assert not np.shares_memory(found, own)
        np.testing.assert_array_equal(found, own)


def test_writing_to_a_result_does_not_change_the_pullback():
    x = np.linspace(1, 2, 1000)
    out, pullback = wg.vjp(np.exp, x)
    want = out.copy()
    out[:] = 0
    pullback(np.ones(1000))[0][:] = 0
    np.testing.assert_array_equal(pullback(np.ones(1000))[0], want)


# Pullbacks


def test_a_pullback_may_be_called_again_and_after_everything_else_is_gone():
    pullback = wg.vjp(lambda x, y: x * y, 3.0, 4.0)[1]
    assert [pullback(ct) for ct in (1.0, 2.0, 1.0)] == [(4.0, 3.0), (8.0, 6.0), (4.0, 3.0)]


def test_the_same_tensor_twice_among_the_outputs_adds_its_seeds():
    def f(x):
        y = x * x
        return y, y, x

    _, pullback = wg.vjp(f, 3.0)
    assert pullback((1.0, 10.0, 100.0)) == (166.0,)


def test_the_same_tensor_twice_among_the_arguments_is_two_leaves():
    t = wg.tensor(3.0)
    slopes = wg.grad(lambda x, y: x * x * y, (0, 1))(t, t)
    assert [s.item() for s in slopes] == [18.0, 9.0]
    (pair,) = wg.vjp(lambda p: p[0] * p[0] * p[1], [t, t])[1](1.0)
    assert [s.item() for s in pair] == [18.0, 9.0]


def test_an_argument_that_is_returned():
    out, pullback = wg.vjp(lambda x, y: (y, x), 1.0, 2.0)
    assert out == (2.0, 1.0)
    assert pullback((5.0, 7.0)) == (7.0, 5.0)


@pytest.mark.parametrize(
    "f",
    [lambda x, y: 3.0, lambda x, y: 3, lambda x, y: wg.tensor(3.0), lambda x, y: np.sum(y)],
    ids=["float", "int", "Tensor", "other"],
)
def test_constant_output_and_unused_argument_give_zeros(f):
    x = np.ones((2, 3), np.float32)
    got = wg.grad(f)(x, np.ones(2))
    np.testing.assert_array_equal(got, np.zeros((2, 3), np.float32), strict=True)
    assert wg.grad(f)(1.0, 2.0) == 0.0
    assert wg.vjp(f, x, 2.0)[1](1.0)[0].shape == (2, 3)


# Graphs that change from call to call


def test_loops_and_branches_follow_python():
    def collatz(n, x):
        y = x
        while n != 1:
            y, n = (y * x, 3 * n + 1) if n % 2 else (y + x, n // 2)
        return y

    def polynomial(n):  # the same, by its coefficients
        p = np.polynomial.Polynomial([0.0, 1.0])
        x = p
        while n != 1:
            p, n = (p * x, 3 * n + 1) if n % 2 else (p + x, n // 2)
        return p

    for n in (1, 7, 2, 6, 7):
        got = wg.grad(collatz, 1)(n, 0.9)
        assert got == pytest.approx(polynomial(n).deriv()(0.9), rel=1e-13)


def test_shapes_change_from_call_to_call():
    gradient = wg.grad(lambda x: np.sum(x * np.sum(x)))
    for shape in ((3,), (0,), (2, 3), (), (1000,), (3,), (2, 0, 4)):
        x = np.ones(shape)
        np.testing.assert_array_equal(gradient(x), np.full(shape, 2.0 * x.size))


def test_values_decide_where_the_function_goes():
    def f(x):
        if x > 1:
            return x * x
        for k in range(int(x.item() * 10)):
            x = x + k
        return -x

    gradient = wg.grad(f)
    assert [gradient(v) for v in (2.0, 0.5, 3.0, -1.0)] == [4.0, -1.0, 6.0, -1.0]


def test_recursion():
    def determinant(m):
        if m.shape[0] == 1:
            return m[0, 0]
        minors = [np.concatenate([m[1:, :j], m[1:, j + 1 :]], 1) for j in range(m.shape[0])]
        return sum((-1) ** j * m[0, j] * determinant(minors[j]) for j in range(m.shape[0]))

    m = np.random.default_rng(0).random((4, 4))
    want = np.linalg.det(m) * np.linalg.inv(m).T
    np.testing.assert_allclose(wg.grad(determinant)(m), want, rtol=1e-12, atol=1e-14)


def test_a_generator_suspended_inside_a_transform():
    def steps(x):
        for k in range(3):
            yield x * k

    def f(x):
        inner = steps(x)
        first = next(inner)
        slope = wg.grad(lambda y: sum(steps(y)))(1.0)
        return first + sum(inner) + slope

    assert wg.grad(f)(2.0) == 3.0


# Errors inside a recorded function


class Stop(BaseException):
    """No subclass of Exception."""


@pytest.mark.parametrize("error", [ValueError, KeyError, Stop, GeneratorExit])
@pytest.mark.parametrize("depth", [1, 3])
def test_an_exception_passes_through_and_leaves_nothing_open(error, depth):
    kept = []

    def f(x):
        kept.append(x * x)
        raise error("inside")

    for _ in range(depth):
        f = wg.grad(f)
    for transform in (f, wg.value_and_grad(f), lambda x: wg.vjp(f, x)):
        with pytest.raises(error, match="inside"):
            transform(3.0)
    assert not any(t.requires_grad for t in kept)
    assert_usable()


def test_an_exception_of_our_own_inside_a_transform():
    with pytest.raises(ValueError, match="matmul: x is"):
        wg.grad(lambda x: x @ np.ones((3, 2)))(np.ones((2, 2)))
    assert_usable()


def test_an_exception_may_be_handled_inside():
    def f(x):
        try:
            return wnp.matmul(x, x)
        except ValueError:
            return x * x

    assert wg.grad(f)(3.0) == 6.0


def test_endless_recursion_is_pythons_error():
    def f(x):
        return f(x * x)

    with pytest.raises(RecursionError):
        wg.grad(f)(1.0)
    assert_usable()


@pytest.mark.parametrize("n", [65_534, 65_535, 65_536, 70_000])
def test_operations_of_more_operands_than_sixteen_bits_count(n):
    x = list(np.arange(float(n)))
    for join in (np.stack, lambda x: np.concatenate([v[None] for v in x])):
        gradient = wg.grad(lambda x, join=join: np.sum(join(x) ** 2))(x)
        np.testing.assert_array_equal(gradient, 2 * np.arange(n))
