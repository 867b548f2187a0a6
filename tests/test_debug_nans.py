"""debug_nans: which operation turned finite numbers into others, and on which line."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wn
from nan_cases import X, line_of, logarithms, raised, roots

VALUES = {
    "plain": lambda: logarithms(wg.tensor(X)),
    "grad": lambda: wg.grad(logarithms)(X),
    "value_and_grad": lambda: wg.value_and_grad(logarithms)(X),
    "jvp": lambda: wg.jvp(logarithms, (X,), (X,)),
    "jacobian": lambda: wg.jacobian(logarithms)(X),
    "hessian": lambda: wg.hessian(logarithms)(X),
    "vmap": lambda: wg.vmap(logarithms)(X[::-1, None]),
    "grad of vmap": lambda: wg.grad(lambda x: np.sum(wg.vmap(logarithms)(x)))(X[:, None]),
    "backward": lambda: logarithms(wg.tensor(X, requires_grad=True)).backward(),
    "no_grad": lambda: unrecorded(logarithms),
}


def unrecorded(function):
    with wg.no_grad():
        function(wg.tensor(X, requires_grad=True))


@pytest.mark.parametrize("way", VALUES)
def test_a_value_is_found_where_it_was_made(way):
    text = raised(VALUES[way])
    assert text.startswith("debug_nans: log of float64 (")
    assert "gave -inf at [" in text
    assert text.endswith(f"at {line_of(logarithms)} (in logarithms)")


DERIVATIVES = {
    "grad": (lambda: wg.grad(roots)(X), "cotangent"),
    "vjp": (lambda: wg.vjp(roots, X)[1](1.0), "cotangent"),
    "jacrev": (lambda: wg.jacrev(roots)(X), "cotangent"),
    "hessian": (lambda: wg.hessian(roots)(X), "cotangent"),
    "backward": (lambda: roots(wg.tensor(X, requires_grad=True)).backward(), "cotangent"),
    "jvp": (lambda: wg.jvp(roots, (X,), (np.ones(3),)), "tangent"),
    "jvp in float32": (
        lambda: wg.jvp(roots, (X.astype(np.float32),), (np.ones(3, np.float32),)),
        "tangent",
    ),
    "jvp of numbers": (lambda: wg.jvp(roots, (0.0,), (1.0,)), "tangent"),
    "grad of numbers": (lambda: wg.grad(roots)(0.0), "cotangent"),
    "jacfwd": (lambda: wg.jacfwd(roots)(X), "tangent"),
    "linearize": (lambda: wg.linearize(roots, X)[1](np.ones(3)), "tangent"),
    "grad of vmap": (lambda: wg.grad(lambda x: np.sum(wg.vmap(roots)(x)))(X), "cotangent"),
    "jvp of vmap": (lambda: wg.jvp(wg.vmap(roots), (X,), (np.ones(3),)), "tangent"),
}


@pytest.mark.parametrize("way", DERIVATIVES)
def test_a_derivative_is_found_where_its_operation_was_made(way):
    call, what = DERIVATIVES[way]
    text = raised(call)
    assert text.startswith("debug_nans: the derivative of sqrt of float")
    assert "gave inf" in text
    assert f"the {what} that came in is finite" in text
    assert text.endswith(f"at {line_of(roots, 2)} (in roots)")


def test_a_second_derivative_is_found_where_its_operation_was_made():
    text = raised(lambda: wg.grad(wg.grad(lambda x: x**1.5))(0.0))
    assert "gave inf" in text
    assert f" at {__file__}:" in text


def test_the_gradients_of_a_batch_are_found_where_their_operation_was_made():
    text = raised(lambda: wg.vmap(wg.grad(roots))(X[:, None]))
    assert "sqrt" in text
    assert text.endswith(f"at {line_of(roots, 2)} (in roots)")


def test_cotangents_that_add_up_to_infinity_are_found():
    def twice(x):
        y = x * 1.0
        return y * 1e308 + y * 1e308

    text = raised(lambda: wg.grad(twice)(1e-10))
    assert "the cotangents of what multiply of float64 (), float64 () gave add up to inf" in text
    assert text.endswith(f"at {line_of(twice)} (in twice)")


def test_operands_are_described():
    text = raised(lambda: wg.tensor([[1.0], [0.0]]) / np.array([1.0, 0.0]))
    assert text.startswith(
        "debug_nans: divide of float64 (2, 1), float64 (2,) gave inf at [0, 1], where its operands"
        " are finite, at "
    )


def test_integers_are_no_excuse():
    assert "divide of int64 (), int64 () gave inf" in raised(lambda: wg.tensor(1) / 0)


def test_complex_parts_are_told_apart():
    assert "gave inf" in raised(lambda: np.exp(wg.tensor(1000 + 1j)))
    assert "in the imaginary part" in raised(lambda: wg.tensor(0j + 1) * complex(0, 1e308) * 10)


def test_a_foreign_function_is_an_operation():
    @wg.primitive
    def inverse(x):
        return 1 / np.asarray(x)

    def call(x):
        return inverse(x)

    inverse.defvjp(lambda ct, z, x: -ct * z * z)
    with np.errstate(divide="ignore"):
        text = raised(lambda: wg.grad(lambda x: np.sum(call(x)))(X))
    assert text.endswith(f"at {line_of(call)} (in call)")


def test_a_rule_of_the_users_is_looked_into():
    @wg.custom_vjp
    def same(x):
        return x * 1.0

    def backward(x, ct):
        return (ct / (x * 0.0),)

    same.defvjp(lambda x: (x * 1.0, x), backward)
    text = raised(lambda: wg.grad(same)(1.0))
    assert text.startswith("debug_nans: divide of float64 (), float64 () gave inf")
    assert text.endswith(f"at {line_of(backward)} (in backward)")


def test_the_librarys_own_python_is_passed_over():
    def spread(x):
        return wn.std(wn.log(x), ddof=0)

    assert raised(lambda: spread(wg.tensor(X))).endswith(f"at {line_of(spread)} (in spread)")


def test_what_was_recorded_outside_has_no_line():
    x = wg.tensor(X, requires_grad=True)
    y = roots(x)
    assert raised(y.backward).endswith("; it was recorded outside of debug_nans")


def test_what_was_recorded_before_the_inner_block_has_its_line():
    with wg.debug_nans():
        y = roots(wg.tensor(X, requires_grad=True))
        text = raised(y.backward)
    assert text.endswith(f"at {line_of(roots, 2)} (in roots)")


@pytest.mark.parametrize("way", [*VALUES, *DERIVATIVES])
def test_after_an_error_everything_works(way):
    call = VALUES[way] if way in VALUES else DERIVATIVES[way][0]
    raised(call)
    with wg.debug_nans():
        assert wg.grad(lambda x: x**3)(2.0) == 12.0
        assert wg.jvp(lambda x: x**3, (2.0,), (1.0,)) == (8.0, 12.0)
    assert not np.isfinite(wg.grad(roots)(0.0))
    t = wg.tensor(2.0, requires_grad=True)
    (t * t).backward()
    assert t.grad.item() == 4.0


def three_halves(x):
    return x * np.sqrt(x)


DERIVED = {
    "reverse over reverse": lambda f: wg.grad(wg.grad(f))(0.0),
    "forward over forward": lambda f: wg.jvp(lambda v: wg.jvp(f, (v,), (1.0,))[1], (0.0,), (1.0,)),
    "forward over reverse": lambda f: wg.hessian(f)(0.0),
    "three times": lambda f: wg.grad(wg.grad(wg.grad(lambda x: x * f(x))))(0.0),
    "of a batch": lambda f: wg.grad(lambda x: np.sum(wg.vmap(wg.grad(f))(x)))(np.zeros(2)),
    "in a batch": lambda f: wg.vmap(wg.grad(wg.grad(f)))(np.zeros(2)),
}


@pytest.mark.parametrize("way", DERIVED)
def test_a_checkpoint_that_is_differentiated_again_names_its_own_line(way):
    call = DERIVED[way]
    for f in (
        three_halves,
        wg.checkpoint(three_halves),
        wg.checkpoint(wg.checkpoint(three_halves)),
        lambda x: wg.checkpoint_chain(lambda s, _: three_halves(s), x, 1),
    ):
        assert line_of(three_halves) in raised(lambda f=f: call(f))
