"""The style of objects: leaves that require a gradient, backward(), .grad, and values replaced."""

import copy

import numpy as np
import pytest

import wengert as wg


def parameter(*numbers):
    return wg.tensor(numbers if len(numbers) > 1 else numbers[0], requires_grad=True)


def assert_equal(t, want):
    assert isinstance(t, wg.Tensor)
    np.testing.assert_array_equal(t.detach().numpy(), want, strict=isinstance(want, np.ndarray))


def test_backward_adds_to_grad():
    w = parameter(1.0, 2.0)
    assert w.grad is None
    (w * w).sum().backward()
    assert_equal(w.grad, np.array([2.0, 4.0]))
    assert not w.grad.requires_grad
    (3 * w).sum().backward()
    assert_equal(w.grad, np.array([5.0, 7.0]))


@pytest.mark.parametrize("forget", [wg.Tensor.zero_grad, lambda w: setattr(w, "grad", None)])
def test_grad_is_forgotten(forget):
    w = parameter(2.0)
    (w * w).backward()
    forget(w)
    assert w.grad is None
    (w * 3).backward()
    assert_equal(w.grad, 3.0)


@pytest.mark.parametrize("gradient", [[1.0, 10.0], np.array([1, 10]), wg.tensor([1.0, 10.0])])
def test_backward_of_an_array_takes_a_gradient(gradient):
    w = parameter(1.0, 2.0)
    (w * w).backward(gradient)
    assert_equal(w.grad, np.array([2.0, 40.0]))


def test_backward_of_one_element_needs_no_gradient():
    w = parameter(3.0)
    (w * w).reshape(1, 1).backward()
    assert_equal(w.grad, 6.0)


def test_backward_of_a_leaf():
    w = parameter(3.0)
    w.backward()
    w.backward(2.0)
    assert_equal(w.grad, 3.0)


def test_backward_may_be_called_again():
    w = parameter(3.0)
    y = w * w
    y.backward(retain_graph=True)
    y.backward()
    y.backward(retain_graph=False)
    assert_equal(w.grad, 18.0)


def test_every_leaf_gets_its_own():
    w, b, unused = parameter(1.0, 2.0), parameter(3.0), parameter(4.0)
    (w * b).sum().backward()
    assert_equal(w.grad, np.array([3.0, 3.0]))
    assert_equal(b.grad, 3.0)
    assert unused.grad is None
    w.zero_grad()
    assert b.grad is not None


def test_gradients_of_two_leaves_share_no_memory():
    seed = np.ones(1000)
    a, b = (wg.tensor(np.ones(1000), requires_grad=True) for _ in range(2))
    (a + b).backward(seed)
    seed[:] = 5
    arrays = [a.grad.numpy(), b.grad.numpy(), seed]
    assert not np.shares_memory(arrays[0], arrays[1])
    assert not np.shares_memory(arrays[0], seed)
    (a * 2).sum().backward()
    assert_equal(b.grad, np.ones(1000))


def test_grad_keeps_the_dtype_and_shape_of_the_leaf():
    w = wg.tensor(np.ones((2, 1), np.float32), requires_grad=True)
    (w * np.arange(3.0)).sum().backward()
    assert_equal(w.grad, np.full((2, 1), 3, np.float32))


def test_grad_of_complex_leaves_follows_the_transform():
    w = parameter(1.0 + 2.0j)
    np.real(w * np.conj(w)).backward()
    assert_equal(w.grad, np.array(wg.grad(lambda z: np.real(z * np.conj(z)))(1.0 + 2.0j)))


def test_what_is_computed_has_no_grad():
    w = parameter(2.0)
    y = w * w
    (y * y).backward()
    assert y.grad is None
    y.zero_grad()
    assert_equal(w.grad, 32.0)
    assert wg.tensor(1.0).grad is None


def test_create_graph_gives_every_order():
    w = parameter(2.0)
    y = w**4
    for want in (32.0, 48.0, 48.0, 24.0, 0.0):
        w.zero_grad()
        y.backward(create_graph=True)
        y = w.grad
        assert_equal(y, want)


def test_accumulation_with_create_graph_is_recorded():
    w = parameter(2.0)
    (w**3).backward(create_graph=True)
    (w**2).backward(create_graph=True)
    total = w.grad
    assert_equal(total, 16.0)
    w.zero_grad()
    total.backward()
    assert_equal(w.grad, 14.0)


def test_detach_shares_the_value_and_cuts():
    w = parameter(3.0)
    cut = w.detach()
    assert not cut.requires_grad
    (w * cut).backward()
    assert_equal(w.grad, 3.0)
    assert_equal(cut, 3.0)


def test_a_loop_of_gradient_descent():
    x, y = np.linspace(-1, 1, 50), np.linspace(-1, 1, 50) * 3 - 0.5
    slope, offset = parameter(0.0), parameter(0.0)
    for _ in range(200):
        loss = np.mean((slope * x + offset - y) ** 2)
        for p in (slope, offset):
            p.zero_grad()
        loss.backward()
        for p in (slope, offset):
            p.assign(p.detach() - 0.5 * p.grad)
    np.testing.assert_allclose([slope.item(), offset.item()], [3.0, -0.5], rtol=1e-12)


def test_augmented_assignment_rebinds_and_the_leaf_stays():
    w = before = parameter(1.0)
    with wg.no_grad():
        w -= 0.25
    assert w is not before
    assert_equal(before, 1.0)
    assert not w.requires_grad


# assign


def test_assign_replaces_the_value_and_nothing_that_was_computed():
    w = parameter(1.0, 2.0)
    y = (w * w).sum()
    view = w.detach().numpy()
    w.assign([5.0, 6.0])
    assert_equal(w, np.array([5.0, 6.0]))
    assert (w.requires_grad, w.is_leaf) == (True, True)
    np.testing.assert_array_equal(view, [1.0, 2.0])
    (w * w).sum().backward()
    assert_equal(w.grad, np.array([10.0, 12.0]))
    assert_equal(y, 5.0)


def test_a_gradient_arrives_in_a_leaf_whose_value_was_replaced():
    w = parameter(1.0, 2.0)
    y = (w * w).sum()
    w.assign([5.0, 6.0])
    y.backward()
    assert_equal(w.grad, np.array([2.0, 4.0]))  # at the value that y was computed of
    (w * w).sum().backward()
    assert_equal(w.grad, np.array([12.0, 16.0]))
    (y + (w * w).sum()).backward()
    assert_equal(w.grad, np.array([24.0, 32.0]))


def test_assign_leaves_the_gradient_where_it_is():
    w = parameter(1.0, 2.0)
    other = copy.copy(w)
    (w * w).sum().backward()
    w.assign([5.0, 6.0])
    assert_equal(w.grad, np.array([2.0, 4.0]))
    assert_equal(other.grad, np.array([2.0, 4.0]))
    w.grad = None
    assert (w.grad, other.grad) == (None, None)


def test_assign_takes_a_copy():
    x = np.ones(3)
    t = wg.tensor(np.zeros(3))
    t.assign(x)
    x[:] = 7
    assert_equal(t, np.ones(3))
    assert not t.requires_grad


def test_assign_of_a_number_keeps_the_dtype():
    t = wg.tensor(np.float32(1))
    t.assign(2)
    assert_equal(t, np.array(2, np.float32))


# Messages


MESSAGES = [
    (
        lambda w: (w * 2).backward(),
        ValueError,
        "backward: the Tensor is of shape (2,); without `gradient` it must have one element",
    ),
    (
        lambda w: (w * 2).backward(np.ones(3)),
        ValueError,
        "backward: gradient is of shape (3,); the Tensor's own shape (2,) is needed",
    ),
    (
        lambda w: (w * 2).backward("text"),
        TypeError,
        "backward: str was given; a Tensor, an array or a number is needed",
    ),
    (
        lambda w: w.detach().sum().backward(),
        ValueError,
        (
            "backward: this Tensor does not depend on one that requires a gradient; make those with "
            "wengert.tensor(data, requires_grad=True)"
        ),
    ),
    (
        lambda w: setattr(w, "grad", 1.0),
        ValueError,
        "grad: the value is of shape (); the Tensor's own shape (2,) is needed",
    ),
    (
        lambda w: setattr(w, "grad", 2 * w),
        ValueError,
        "grad: the value is being differentiated; use .detach()",
    ),
    (
        lambda w: setattr(wg.tensor([1.0, 2.0]), "grad", w.detach()),
        ValueError,
        "grad: only a Tensor that requires a gradient has one",
    ),
    (
        lambda w: wg.tensor([1, 2], requires_grad=True),
        TypeError,
        (
            "tensor: requires_grad of dtype int64 was asked for; only floating and complex Tensors have "
            "gradients"
        ),
    ),
    (
        lambda w: w.assign([1.0]),
        ValueError,
        "assign: the value is float64 of shape (1,); float64 of shape (2,) is needed",
    ),
    (
        lambda w: w.assign(np.ones(2, "f4")),
        ValueError,
        "assign: the value is float32 of shape (2,); float64 of shape (2,) is needed",
    ),
    (
        lambda w: w.assign(w * 2),
        ValueError,
        "assign: the value is being differentiated; use .detach()",
    ),
    (
        lambda w: (w * 2).assign([1.0, 2.0]),
        ValueError,
        (
            "assign: the Tensor is being differentiated; only the value of a Tensor that is not can be "
            "replaced"
        ),
    ),
]


@pytest.mark.parametrize(("act", "error", "message"), MESSAGES, ids=[m[2][:40] for m in MESSAGES])
def test_messages(act, error, message):
    w = parameter(1.0, 2.0)
    with pytest.raises(error) as raised:
        act(w)
    assert str(raised.value) == message
    assert_equal(w, np.array([1.0, 2.0]))
    assert w.grad is None
    (w * w).sum().backward()
    assert_equal(w.grad, np.array([2.0, 4.0]))


def test_unknown_arguments_of_backward_are_refused():
    w = parameter(1.0)
    with pytest.raises(TypeError, match="backward"):
        w.backward(inputs=[w])
    with pytest.raises(TypeError):
        w.backward(1.0, True)


def test_a_leaf_that_is_written_keeps_its_gradient_while_a_view_of_it_is_held():
    t = wg.tensor([1.0, 2.0], requires_grad=True)
    tail = t[1:]
    np.sum(t * t).backward()
    with wg.no_grad():
        t -= 0.5 * t.grad
    assert t.grad.tolist() == [2.0, 4.0]
    t.grad = None
    np.sum((tail + 3.0) ** 2).backward()
    assert t.grad.tolist() == [0.0, 6.0]
    assert t.tolist() == [0.0, 0.0]


def test_a_gradient_is_set_and_not_written_to():
    w = wg.tensor([1.0, 2.0], requires_grad=True)
    (w * w).sum().backward()
    with pytest.raises(ValueError, match="read-only"):
        w.grad[0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        w.grad *= 0.5
    w.grad = 0.5 * w.grad
    (w * w).sum().backward()
    np.testing.assert_array_equal(w.grad.numpy(), [3.0, 6.0])
    w.grad = None
    assert w.grad is None
