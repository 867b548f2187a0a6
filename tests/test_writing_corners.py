"""Writing where it meets the transforms, rules, threads, errors and the world outside."""

import copy
import itertools
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

X = np.array([1.0, 2.0, 3.0])


def filled(buffer, x):
    buffer[...] = x * x
    return np.sum(buffer)


@pytest.mark.parametrize(
    "transform",
    [
        lambda f: wg.grad(f)(X),
        lambda f: wg.jvp(f, (X,), (np.ones(3),))[1] * np.ones(3) * 2 * X / 12,
        lambda f: wg.jacfwd(f)(X),
        lambda f: wg.vjp(f, X)[1](1.0)[0],
    ],
    ids=["grad", "jvp", "jacfwd", "vjp"],
)
def test_a_buffer_closed_over_is_filled_again_and_again(transform):
    buffer = wnp.zeros(3)
    for _ in range(3):
        np.testing.assert_allclose(transform(lambda x: filled(buffer, x)), 2 * X)
    np.testing.assert_array_equal(buffer.numpy(), X * X)
    assert not buffer.requires_grad


def test_a_part_of_a_buffer_closed_over():
    grid = wnp.ones((7, 7))

    def f(b):
        grid[2:5, 3:6] = np.reshape(b.flatten(), (3, 3))
        return np.sum(grid * grid)

    b = 2 * np.ones((3, 3))
    for _ in range(2):
        np.testing.assert_allclose(wg.jacobian(f)(b), 2 * b)


@pytest.mark.parametrize("see", [lambda b: b, lambda b: b[1:], lambda b: b.T, lambda b: b.real])
def test_what_is_evaluated_again_writes_to_nothing_outside(see):
    buffer = wnp.zeros(3)
    outside = see(buffer)

    def f(x):
        outside[0] = x
        return outside.sum()

    def g(x):
        inside = see(buffer)
        inside += x
        return inside.sum()

    for function in (f, g):
        with pytest.raises(wg.TraceError, match="made outside of a function"):
            wg.vmap(function)(X)
        with pytest.raises(wg.TraceError, match="made outside of a function"):
            wg.grad(wg.checkpoint(function))(2.0)
    assert buffer.tolist() == [0.0, 0.0, 0.0]


def test_an_argument_that_is_written_to_is_not_the_callers():
    def f(x):
        y = x * x
        x[0] = 10 * x[1]
        return np.sum(x * y)

    given = X.copy()
    tensor = wg.tensor(X)
    for x in (given, tensor):
        np.testing.assert_allclose(wg.grad(f)(x), [40.0, 22.0, 27.0])
        np.testing.assert_array_equal(wg.vmap(f)(wnp.stack([x, x])), [55.0, 55.0])
    np.testing.assert_array_equal(given, X)
    assert tensor.tolist() == X.tolist()


def test_branches_of_a_batch_write_apart():
    def f(v):
        b = wnp.zeros(2)
        if v > 1.5:
            b[0] = v
        else:
            b[1] = -v
        b *= 2
        return b

    np.testing.assert_array_equal(wg.vmap(f)(X), [[0, -2], [4, 0], [6, 0]])
    np.testing.assert_array_equal(wg.vmap(wg.jacobian(f))(X), [[0, -2], [2, 0], [2, 0]])


def test_an_error_in_the_middle_of_a_batch():
    def f(v):
        b = wnp.zeros(2)
        b[0] = v
        if v > 2:
            raise KeyError(v)
        b[1] = v
        return b.sum()

    with pytest.raises(KeyError):
        wg.vmap(f)(X)
    np.testing.assert_array_equal(wg.vmap(f)(X[:2]), [2.0, 4.0])


def test_rules_write():
    @wg.custom_vjp
    def f(x):
        y = wnp.zeros(3)
        y[:] = x**2
        return y

    def backward(x, ct):
        out = wnp.zeros(3)
        out[:] = 2 * x * ct
        ct *= 0  # the rule's own
        return (out,)

    f.defvjp(lambda x: (f(x), x), backward)

    def g(x):
        y = f(x)
        return np.sum(y) + np.sum(y * y)

    gradient = 2 * X + 4 * X**3
    np.testing.assert_allclose(wg.grad(g)(X), gradient)
    np.testing.assert_allclose(wg.hessian(g)(X), np.diag(2 + 12 * X**2))
    np.testing.assert_allclose(wg.vmap(wg.grad(g))(np.stack([X, X])), [gradient, gradient])


def test_the_steps_of_a_chain_write():
    def step(u):
        v = u.copy()
        v[1:-1] += 0.1 * (u[2:] - 2 * u[1:-1] + u[:-2])
        v[0] = v[1]
        return v

    def chained(u):
        return np.sum(wg.checkpoint_chain(step, u, 10) ** 2)

    def plain(u):
        for _ in range(10):
            u = step(u)
        return np.sum(u**2)

    u = np.cos(np.arange(6.0))
    np.testing.assert_allclose(wg.grad(chained)(u), wg.grad(plain)(u), rtol=1e-12)
    np.testing.assert_allclose(wg.hessian(chained)(u), wg.hessian(plain)(u), rtol=1e-12)


def test_a_generator_hands_out_what_it_goes_on_to_change():
    def steps(x):
        y = wnp.zeros(3)
        for i in range(3):
            y[i] = x[i] ** 2
            yield y

    gradient = wg.grad(lambda x: sum(y.sum() for y in steps(x)))(X)
    np.testing.assert_allclose(gradient, 2 * X * [3, 2, 1])


def test_what_operations_saved_is_not_what_was_written():
    def f(x):
        y = np.sin(x)
        z = np.cumprod(y)
        outer = np.outer(x, x)
        turned = outer.T
        product = turned @ outer
        y[...] = 0
        outer += 100
        w = np.sqrt(z**2)
        z *= 3
        turned[...] = 0
        return w.sum() + z.sum() + np.sum(product**2) + np.sum(outer)

    def g(x):
        z = np.cumprod(np.sin(x))
        outer = np.outer(x, x)
        return np.sqrt(z**2).sum() + 3 * z.sum() + np.sum((outer.T @ outer) ** 2)

    np.testing.assert_allclose(wg.grad(f)(X), wg.grad(g)(X), rtol=1e-12)
    np.testing.assert_allclose(wg.hessian(f)(X), wg.hessian(g)(X), rtol=1e-12)


def test_a_pullback_outlives_what_is_written():
    buffer = wnp.zeros(3)

    def f(x):
        buffer[...] = x * x
        return buffer * x

    _, pullback = wg.vjp(f, X)
    buffer[...] = 77
    _, push = wg.linearize(f, X)
    buffer *= 0
    np.testing.assert_allclose(pullback(np.ones(3))[0], 3 * X**2)
    np.testing.assert_allclose(push(np.ones(3)), 3 * X**2)


def test_backward_after_writing():
    w = wg.tensor(X, requires_grad=True)
    y = w * w
    total = y.sum()
    y[...] = 0
    total.backward()
    ((y * w).sum() + (w**3).sum()).backward()
    np.testing.assert_allclose(w.grad, 2 * X + 3 * X**2)


def test_the_gradient_that_a_leaf_shows_is_not_written_to():
    w = wg.tensor(X, requires_grad=True)
    (w * w).sum().backward()
    with pytest.raises(ValueError, match="read-only"):
        w.grad[0] = 0.0
    gradient = w.grad
    with pytest.raises(ValueError, match="read-only"):
        gradient *= 0.5
    mine = w.grad.copy()
    mine *= 0.5
    np.testing.assert_allclose(mine, X)
    np.testing.assert_allclose(w.grad, 2 * X)


def test_a_leaf_is_written_to_through_views_under_no_grad():
    w = wg.tensor(np.ones((2, 3)), requires_grad=True)
    view = w.T
    with wg.no_grad():
        view[0] = 7
        w[1] *= 2
        w.T[2, :] += 1
        w.reshape(-1)[0] = -1
        np.swapaxes(w, 0, 1)[1] = 0
    expected = np.array([[-1.0, 0.0, 2.0], [14.0, 0.0, 3.0]])
    np.testing.assert_array_equal(w.detach(), expected)
    np.testing.assert_array_equal(view.detach(), expected.T)
    (w**2).sum().backward()
    assert w.is_leaf
    np.testing.assert_array_equal(w.grad, 2 * expected)
    with pytest.raises(wg.DerivativeError, match="requires a gradient"):
        view[0] = 1.0


def test_momentum():
    w, v = wg.tensor(X, requires_grad=True), wnp.zeros(3)
    for _ in range(200):
        w.grad = None
        ((w - 1) ** 2).sum().backward()
        with wg.no_grad():
            v *= 0.9
            v -= 0.05 * w.grad
            w += v
    np.testing.assert_allclose(w.detach(), 1.0, atol=1e-3)


def test_a_view_that_no_grad_made_is_still_a_view():
    w = wg.tensor(X, requires_grad=True)
    y = w * w
    with wg.no_grad():
        end = y[1:]
    end[0] = 0.0
    y.sum().backward()
    np.testing.assert_array_equal(w.grad, [2.0, 0.0, 6.0])


def test_a_view_is_returned_that_nobody_has_read_since():
    def end(x):
        y = x.copy()
        view = y[1:]
        y *= x
        return view

    expected = [[0, 4, 0], [0, 0, 6]]
    for transform in (wg.jacrev, wg.jacfwd, lambda f: wg.vmap(wg.jacobian(f))):
        x = X if transform in (wg.jacrev, wg.jacfwd) else X[None]
        np.testing.assert_array_equal(transform(end)(x).reshape(2, 3), expected)
        turned = transform(wg.checkpoint(lambda x: x[::-1]))(x)
        np.testing.assert_array_equal(turned.reshape(3, 3), np.eye(3)[::-1])
    assert wg.grad(lambda x: end(x)[:1])(X).tolist() == [0, 4, 0]
    assert "multiply" in str(wg.explain(end, X))


def test_a_view_is_read_first_where_derivatives_end():
    def f(x):
        y = x.copy()
        view = y[1:]
        y *= x
        with wg.no_grad():
            assert not np.sum(view).requires_grad
        return np.sum(view)

    assert wg.grad(f)(X).tolist() == [0, 4, 6]
    assert wg.jacfwd(f)(X).tolist() == [0, 4, 6]


WAYS_OUT = {
    "numpy": lambda w: w.numpy(),
    "asarray": np.asarray,
    "memoryview": memoryview,
    "dlpack": np.from_dlpack,
    "detach": lambda w: w.detach(),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda w: pickle.loads(pickle.dumps(w)),
    "positive": lambda w: +w,
    "tensor": wg.tensor,
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_what_left_does_not_see_later_writes(way):
    w = wg.tensor(X)
    for source in (w, w[:], w[::-1][::-1]):
        w[...] = X
        out = WAYS_OUT[way](source)
        w[0] = 100.0
        assert out[0] == 1.0


def test_an_array_given_is_not_written_to():
    given = X.copy()
    w = wg.tensor(given)
    w[0] = 5.0
    given[1] = 9.0
    assert w.tolist() == [5.0, 2.0, 3.0]
    assert given.tolist() == [1.0, 9.0, 3.0]


class Raises:
    """An array that cannot be read."""

    shape = (3,)

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("unreadable")


def test_what_fails_changes_nothing():
    w = wg.tensor(X)
    end = w[1:]

    def assigned(target, key, value):
        target[key] = value

    failures = [
        lambda: assigned(w, slice(None), [Raises()]),
        lambda: assigned(w, [0, 9], 1.0),
        lambda: assigned(w, 0, [1.0, 2.0]),
        lambda: assigned(end, slice(None), np.ones(5)),
        lambda: w.__iadd__([Raises()]),
        lambda: w.__iadd__(np.ones(4)),
        lambda: end.__imul__(1j),
    ]
    for failure in failures:
        with pytest.raises((RuntimeError, IndexError, ValueError, TypeError)):
            failure()
        assert w.tolist() == X.tolist()
        assert end.tolist() == X[1:].tolist()
    integers = wg.tensor(np.arange(4))
    with pytest.raises(ValueError, match="negative"):
        integers[1:] **= -2
    assert integers.tolist() == [0, 1, 2, 3]


def test_a_key_that_writes():
    w = wg.tensor(X)

    class Index:
        def __index__(self):
            w[2] = 50.0
            return 0

    w[Index()] = 7.0
    assert w.tolist() == [7.0, 2.0, 50.0]


def test_the_kind_of_an_indexing_error():
    for x in (np.zeros((3, 4)), wnp.zeros((3, 4))):
        with pytest.raises(IndexError):
            x[[0, 1], [0, 1, 2]] = 1.0  # the indices do not broadcast
        with pytest.raises(ValueError, match="broadcast"):
            x[[0, 1]] = np.ones((3, 4))  # the value does not
        with pytest.raises(ValueError, match=r"broadcast|assign"):
            x[np.array([True, False, True])] = np.ones((3, 4))


def test_nothing_is_written_to_empty_parts():
    for w in (np.zeros((0, 3)), wnp.zeros((0, 3))):
        w[:] = 5
        w += 1  # noqa: PLW2901
        w[:, 0] = 3
        w.T[...] = 1
        w[np.zeros((0, 3), bool)] = 1
        w[[]] = 2
        w.reshape(3, 0)[...] *= 2
    for w in (X.copy(), wg.tensor(X)):
        w[3:] = 1
        w[1:1] = []
        w[[]] = 4
        w[np.zeros(3, bool)] = 9
        np.testing.assert_array_equal(w, X)
        with pytest.raises(ValueError, match="broadcast"):
            w[3:] = [1.0, 2.0]


def test_numbers():
    def f(x):
        s = wnp.zeros(())
        s[...] = x * x
        s[()] *= 3
        before = s
        s += 1  # another number, as with NumPy's scalars
        return s + before

    assert wg.grad(f)(2.0) == 24.0


def test_a_broadcast_view_of_any_size_is_refused():
    wide = wnp.broadcast_to(wnp.zeros(1), (2**40,))
    with pytest.raises(ValueError, match="read-only"):
        wide[0] = 1.0
    assert wide[2**39] == 0.0


def test_views_outlive_their_base():
    def made():
        base = wnp.zeros(4)
        return base[1:3], base[2:]

    one, other = made()
    one[1] = 5.0
    assert other.tolist() == [5.0, 0.0]


def test_a_view_of_many_views():
    base = wnp.zeros(10)
    view = base
    for _ in range(10_000):
        view = view[::-1]
    view[0] = 1.0
    assert base[0] == 1.0


def test_a_loop_over_a_view_takes_no_memory_of_the_view_for_each_step():
    n = 3000

    def f(x):
        y = wnp.zeros((2, n), complex)
        view = y.real.T
        view[0] = x
        for i in range(1, n):
            view[i] = 0.999 * view[i - 1, 0]
        return y[1].real[-1]

    np.testing.assert_allclose(wg.grad(f)(1.0), 0.999 ** (n - 1), rtol=1e-10)


def test_threads_write_to_parts_of_one_array():
    grid = wnp.zeros((4, 30_000))

    def work(i):
        for _ in range(20):
            grid[i] += 1.0
            grid[i, ::2] *= 1.0

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    np.testing.assert_array_equal(grid, 20.0)


def test_a_thread_reads_whole_versions():
    values, torn = wg.tensor(np.zeros(50_000)), []
    view = values[::2]
    done = threading.Event()

    def read():
        while not done.is_set():
            seen = (view * 1.0).numpy()
            if seen.min() != seen.max():
                torn.append(seen)

    reader = threading.Thread(target=read)
    reader.start()
    for k in range(100):
        values[...] = float(k)
    done.set()
    reader.join()
    assert not torn


def test_sparse_derivatives_of_a_filled_array():
    def f(x):
        y = wnp.zeros(6)
        y[0] = x[0]
        for i in range(1, 6):
            y[i] = x[i] * x[i - 1]
        y[::2] *= 2
        y[[1, 3]] = y[[3, 1]]
        end = y[1:]
        end -= 1
        y.T[0] = x[5]
        return y

    x = np.arange(1.0, 7.0)
    sparse = wg.jacobian(f, sparse=True)(x)
    np.testing.assert_allclose(sparse.toarray(), wg.jacobian(f)(x))


@pytest.mark.parametrize("shape", [(4,), (2, 2), ()])
def test_a_mask_of_all_axes_takes_one_axis_of_values(shape):
    """Of whatever lengths the others are; where axes are left, ones in front are no axes."""
    mask = np.resize([True, False, True, True], shape).astype(bool)
    count = np.count_nonzero(mask)
    keys = [mask, (mask,), (mask, ...), wg.tensor(mask)]
    values = [np.ones(count), np.ones(1), np.ones((1, count)), np.ones((1, 1)), 3.0]
    for key, value in itertools.product(keys, values):
        theirs, ours = np.zeros(shape), wnp.zeros(shape)
        try:
            theirs[mask if isinstance(key, wg.Tensor) else key] = value
        except (TypeError, ValueError) as error:
            with pytest.raises(type(error)):
                ours[key] = value
        else:
            ours[key] = value
            np.testing.assert_array_equal(ours, theirs)
