"""debug_nans: which operation turned finite numbers into others, and on which line."""

import threading

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wn

HERE = __file__
X = np.array([1.0, 0.0, 4.0])


def line_of(function, ahead=1):
    """Return "file:line" of a line below the first of a function of this file."""
    return f"{HERE}:{function.__code__.co_firstlineno + ahead}"


def raised(call, **options):
    """Return what is said of a call inside the block."""
    with pytest.raises(wg.NonFiniteError) as caught, wg.debug_nans(**options):
        call()
    return str(caught.value)


def logarithms(x):
    return np.sum(np.log(x))


def roots(x):
    return np.sum(
        np.sqrt(x),
    )


def roots_of_three(x):
    return np.sqrt(x)


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
    assert f" at {HERE}:" in text


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


FINE = {
    "given": lambda: wg.grad(lambda x: np.sum(x * np.array([np.nan, np.inf, 1.0]))),
    "where": lambda: wg.grad(lambda x: np.sum(np.where(x > 0, np.sqrt(x), 0.0))),
    "finite": lambda: wg.grad(lambda x: np.sum(x * x)),
}


def test_what_is_not_finite_from_the_start_is_no_error():
    with wg.debug_nans():
        t = wg.tensor([np.nan, np.inf])
        assert np.isnan((t * 2 + 1).numpy()[0])
        _, pullback = wg.vjp(lambda x: x * 2, X)
        assert np.isinf(pullback(np.array([1.0, np.inf, 0.0]))[0][1])


@pytest.mark.parametrize("way", ["where", "finite"])
def test_results_are_those_of_the_world_outside(way):
    outside = FINE[way]()(X)
    with wg.debug_nans():
        inside = FINE[way]()(X)
    assert inside.tobytes() == outside.tobytes()


def test_numbers_are_those_of_the_world_outside():
    def loop(x, y):
        for k in range(20):
            x = x * 0.9 + np.sin(y) / (1 + x * x) - k
            y = np.exp(-y * y) ** 1.5 + x
        return x * y

    outside = wg.grad(loop, (0, 1))(0.3, 0.7), wg.jvp(loop, (0.3, 0.7), (1.0, 0.5))
    with wg.debug_nans():
        inside = wg.grad(loop, (0, 1))(0.3, 0.7), wg.jvp(loop, (0.3, 0.7), (1.0, 0.5))
    assert inside == outside


def test_infinities_may_be_allowed():
    with wg.debug_nans(infinities=False):
        assert wg.grad(logarithms)(X)[1] == np.inf
    text = raised(lambda: wg.tensor(0.0) / 0.0, infinities=False)
    assert "gave nan, where its operands are free of nan" in text
    assert "gave nan" in raised(lambda: wg.tensor(np.inf) * 0.0, infinities=False)


def test_of_nested_blocks_the_innermost_decides():
    with wg.debug_nans():
        with wg.debug_nans(infinities=False):
            np.log(wg.tensor(0.0))
        with pytest.raises(wg.NonFiniteError):
            np.log(wg.tensor(0.0))
    np.log(wg.tensor(0.0))


def test_a_block_may_be_opened_again_inside_itself():
    block = wg.debug_nans()
    with block, block:
        pass
    with block, pytest.raises(FloatingPointError):
        np.log(wg.tensor(0.0))
    np.log(wg.tensor(0.0))


def test_outside_nothing_is_an_error():
    with wg.debug_nans():
        pass
    assert wg.grad(roots)(X)[1] == np.inf


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


def test_any_exception_closes_the_block():
    with pytest.raises(ZeroDivisionError), wg.debug_nans():
        wg.grad(lambda x: x * (1 / 0))(1.0)
    np.log(wg.tensor(0.0))


def test_a_block_is_of_its_thread():
    outcomes = []

    def work():
        outcomes.append(wg.grad(roots)(X)[1])

    with wg.debug_nans():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert outcomes == [np.inf]


def test_another_thread_cannot_close_a_block():
    block, outcomes = wg.debug_nans(), []

    def work():
        try:
            block.__exit__(None, None, None)
        except RuntimeError as error:
            outcomes.append(str(error))

    with block:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        with pytest.raises(FloatingPointError):
            np.log(wg.tensor(0.0))
    assert outcomes == [
        "debug_nans: the block was entered in another thread; it must be left in the same"
    ]


# Zeros that swallowed something


def parallel(a):
    return 1 / (
        1 / a + 1 / 2)  # fmt: skip


def square_of_norm(x):
    length = np.linalg.norm(x)
    return length**2


def chosen(x):
    return np.sum(np.where(x > 0, np.sqrt(x), 0.0))


SWALLOWED = {
    "grad": (lambda: wg.grad(parallel)(0.0), "divide", (parallel, 2)),
    "grad of an array": (lambda: wg.grad(lambda a: np.sum(parallel(a)))(X), "divide", (parallel, 2)),
    "vjp": (lambda: wg.vjp(parallel, X)[1](X + 1), "divide", (parallel, 2)),
    "backward": (
        lambda: parallel(wg.tensor(0.0, requires_grad=True)).backward(), "divide", (parallel, 2),
    ),
    "jvp": (lambda: wg.jvp(parallel, (0.0,), (1.0,)), "divide", (parallel, 1)),
    "jvp in float32": (
        lambda: wg.jvp(parallel, (X.astype("f"),), (np.ones(3, "f"),)), "divide", (parallel, 1),
    ),
    "jacfwd": (lambda: wg.jacfwd(parallel)(X[1:2]), "divide", (parallel, 1)),
    "linearize": (lambda: wg.linearize(parallel, 0.0)[1](1.0), "divide", (parallel, 1)),
    "the zero of a seed": (lambda: wg.jacrev(roots_of_three)(X), "sqrt", (roots_of_three, 1)),
    "hessian of the norm": (
        lambda: wg.hessian(square_of_norm)(np.zeros(2)), "sqrt", (square_of_norm, 1),
    ),
    "hvp of the norm": (
        lambda: wg.hvp(square_of_norm, (np.zeros(2),), (np.ones(2),)), None, (square_of_norm, 1),
    ),
    "reverse over reverse of the norm": (
        lambda: wg.jacrev(wg.grad(square_of_norm))(np.zeros(2)), "sqrt", (square_of_norm, 1),
    ),
    "forward over forward of the norm": (
        lambda: wg.jacfwd(wg.jacfwd(square_of_norm))(np.zeros(2)), None, (square_of_norm, 1),
    ),
    "batch": (lambda: wg.vmap(wg.grad(parallel))(X[:2]), "divide", None),
    "an unwatched branch": (lambda: wg.grad(chosen)(X), "sqrt", (chosen, 1)),
}  # fmt: skip


@pytest.mark.parametrize("way", SWALLOWED)
def test_a_zero_that_met_an_infinity_is_found(way):
    call, primitive, at = SWALLOWED[way]
    call()
    text = raised(call, zeros=True)
    assert text.startswith("debug_nans: in the derivative of ")
    assert ", and their product was taken for 0" in text
    if primitive:
        assert text.startswith(f"debug_nans: in the derivative of {primitive} a factor of 0 met ")
    if at:
        assert f"at {line_of(*at)} (in {at[0].__name__})" in text


def test_where_the_zero_stands_is_told():
    text = raised(lambda: wg.grad(chosen)(X), zeros=True)
    assert "a factor of 0 met inf at [1], and" in text
    with pytest.raises(wg.NonFiniteError, match=r"met nan"), wg.debug_nans(False, zeros=True):
        wg.grad(lambda x: 0 * x * np.nan)(1.0)
    with wg.debug_nans(infinities=False, zeros=True):
        assert wg.grad(chosen)(X).tolist() == [0.5, 0.0, 0.25]


FINITE = {
    "polynomial": lambda x: np.sum(x**2 * (x - 1.0) ** 3),
    "zeros of cotangents": lambda x: np.sum(0.0 * np.sin(x) + np.max(x) + np.abs(x)),
    "made of an infinity": lambda x: np.sum(np.exp(-(x**2) * 1e9)),
    "choices of formulas": lambda x: np.sum(np.sinc(x) + np.hypot(x, x) + np.arctan2(x, x)),
    "the root itself": lambda x: np.sum(np.sqrt(x[::2])),
    "a sum that overflows": lambda x: np.sum(x * 1e308 * 10),
}


@pytest.mark.parametrize("name", FINITE)
def test_other_zeros_are_left_alone(name):
    f = FINITE[name]
    with np.errstate(all="ignore"):
        want = wg.grad(f)(X)
        with wg.debug_nans(zeros=True):
            np.testing.assert_array_equal(wg.grad(f)(X), want)
            np.testing.assert_allclose(wg.jacfwd(f)(X), want, rtol=1e-12)


def test_derivatives_by_rules_are_those_of_the_kernels():
    f = lambda x: np.sum(np.tanh(x) * np.exp(x) / (1 + x**2) + np.maximum(x, 1.0))
    want = [wg.grad(f)(X), wg.jvp(f, (X,), (X,)), wg.hessian(f)(X), wg.grad(lambda x: x**3)(2.0)]
    with wg.debug_nans(zeros=True):
        got = [wg.grad(f)(X), wg.jvp(f, (X,), (X,)), wg.hessian(f)(X), wg.grad(lambda x: x**3)(2.0)]
    for a, b in zip(want, got, strict=True):
        np.testing.assert_array_equal(a, b)


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
