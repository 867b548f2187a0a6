"""Derivatives that a user states: every mode from either rule, at every nesting."""

import numpy as np
import pytest
import scipy.special

import wengert as wg

x = np.array([0.4, -1.2, 0.9])


def by_vjp():
    """Return sin with a reverse rule of its own; three times its slope shows that it is taken."""

    @wg.custom_vjp
    def f(v):
        return np.sin(v)

    f.defvjp(lambda v: (np.sin(v), v), lambda v, ct: (3 * ct * np.cos(v),))
    return f


def by_jvp():
    @wg.custom_jvp
    def f(v):
        return np.sin(v)

    @f.defjvp
    def rule(primals, tangents):
        return f(*primals), 3 * tangents[0] * np.cos(primals[0])

    return f


def by_jvps():
    f = wg.custom_jvp(np.sin)
    f.defjvps(lambda t, ans, v: 3 * t * np.cos(v))
    return f


def by_foreign_vjp():
    f = wg.primitive(lambda v: np.asarray([np.sin(u) for u in v.ravel()]).reshape(v.shape))
    f.defvjp(lambda ct, ans, v: 3 * ct * np.cos(v))
    return f


def by_foreign_jvp():
    f = wg.primitive(lambda v: np.asarray([np.sin(u) for u in v.ravel()]).reshape(v.shape))
    f.defjvp(lambda t, ans, v: 3 * t * np.cos(v))
    return f


each = pytest.mark.parametrize(
    "make", [by_vjp, by_jvp, by_jvps, by_foreign_vjp, by_foreign_jvp], ids=lambda m: m.__name__
)


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


@each
def test_every_mode_of_every_form(make):
    f = make()
    slope, second = 3 * np.cos(x), -3 * np.sin(x)
    close(f(x), np.sin(x))
    close(wg.grad(lambda v: np.sum(f(v)))(x), slope)
    close(wg.jvp(f, [x], [np.ones(3)])[1], slope)
    close(wg.vjp(f, x)[1](np.ones(3))[0], slope)
    close(wg.jacfwd(f)(x), np.diag(slope))
    close(wg.jacrev(f)(x), np.diag(slope))
    close(wg.hessian(lambda v: np.sum(f(v)))(x), np.diag(second))
    close(wg.jacrev(wg.grad(lambda v: np.sum(f(v))))(x), np.diag(second))
    close(wg.grad(lambda v: np.sum(wg.grad(lambda u: np.sum(f(u)))(v)))(x), second)
    close(wg.jvp(wg.grad(lambda v: np.sum(f(v))), [x], [np.ones(3)])[1], second)
    w = wg.tensor(x, requires_grad=True)
    np.sum(f(w)).backward()
    close(w.grad.numpy(), slope)


@each
def test_batches_of_every_form(make):
    f, batch = make(), np.stack([x, 2 * x])
    slope = 3 * np.cos(batch)
    close(wg.vmap(f)(batch), np.sin(batch))
    close(wg.vmap(wg.grad(lambda v: np.sum(f(v))))(batch), slope)
    close(wg.grad(lambda v: np.sum(wg.vmap(f)(v)))(batch), slope)
    close(wg.vmap(lambda v: wg.jvp(f, [v], [np.ones(3)])[1])(batch), slope)
    close(wg.jvp(wg.vmap(f), [batch], [np.ones((2, 3))])[1], slope)
    close(wg.vmap(wg.jacobian(f))(batch)[1], np.diag(slope[1]))
    close(wg.vmap(wg.vmap(wg.grad(f)))(batch), slope)


def test_several_arguments_residuals_and_outputs():
    @wg.custom_vjp
    def f(p, scale):
        return {"product": p[0] * p[1] * scale, "sum": p[0] + p[1]}

    def fwd(p, scale):
        return f(p, scale), (p, scale, "kept")

    def bwd(residuals, ct):
        (a, b), scale, kept = residuals
        assert kept == "kept"
        common = ct["product"] * scale
        return (common * b + ct["sum"], common * a + ct["sum"]), np.sum(ct["product"] * a * b)

    f.defvjp(fwd, bwd)

    def loss(p, scale):
        out = f(p, scale)
        return np.sum(out["product"] ** 2) + np.sum(out["sum"])

    def plain(p, scale):
        return np.sum((p[0] * p[1] * scale) ** 2) + np.sum(p[0] + p[1])

    args = ((x, x + 2), 1.5)
    for transform in (lambda g: wg.grad(g, (0, 1)), lambda g: wg.hessian(g, 1)):
        for found, wanted in zip(
            np.atleast_1d(*flat(transform(loss)(*args))),
            np.atleast_1d(*flat(transform(plain)(*args))),
            strict=True,
        ):
            close(found, wanted)


def flat(tree):
    return [leaf for part in tree for leaf in flat(part)] if isinstance(tree, tuple) else [tree]


def test_arguments_that_are_not_differentiated():
    f = wg.custom_vjp(lambda kind, v: v**kind, nondiff_argnums=(0,))
    f.defvjp(lambda kind, v: (v**kind, v), lambda kind, v, ct: (ct * kind * v ** (kind - 1),))
    assert wg.grad(lambda v: f(3, v))(2.0) == 12.0
    g = wg.custom_jvp(lambda kind, v: v**kind, nondiff_argnums=(0,))
    g.defjvp(lambda kind, p, t: (p[0] ** kind, t[0] * kind * p[0] ** (kind - 1)))
    assert wg.grad(lambda v: g(3, v))(2.0) == 12.0


def weighted_by_jvp(x, w):
    f = wg.custom_jvp(lambda x, w: x * w)
    f.defjvp(lambda primals, tangents: (f(*primals), tangents[0] * primals[1]))
    return f(x, w)


def weighted_by_parts(x, w):
    f = wg.custom_jvp(lambda x, w: x * w)
    f.defjvps(lambda t, y, x, w: t * w, lambda t, y, x, w: t * x)
    return f(x, w)


def weighted_by_itself(x, w):
    f = wg.primitive(lambda x, w: x * w)
    f.defjvp(lambda t, y, x, w: f(t, w), None)
    return f(x, w)


def weighted_by_vjp(x, w):
    f = wg.custom_vjp(lambda x, w: x * w)
    f.defvjp(lambda x, w: (x * w, (x, w)), lambda kept, ct: (ct * kept[1], ct * kept[0]))
    return f(x, w)


@pytest.mark.parametrize("weights", [[True, False, True], [1, 0, 1]])
@pytest.mark.parametrize(
    "f", [weighted_by_jvp, weighted_by_parts, weighted_by_itself, weighted_by_vjp]
)
def test_arguments_without_tangents(f, weights):
    x, w = np.array([2.0, 3.0, 4.0]), np.array(weights)
    slopes = 1.0 * w
    close(wg.grad(lambda x: np.sum(f(x, w)))(x), slopes)
    close(wg.jvp(lambda x: f(x, w), [x], [x])[1], slopes * x)
    close(wg.jacrev(f)(x, w), np.diag(slopes))
    close(wg.jacfwd(f)(x, w), np.diag(slopes))
    close(wg.grad(lambda x: np.sum(f(x, x > 2.5)))(x), [0.0, 1.0, 1.0])
    close(
        wg.vmap(wg.grad(lambda x, w: np.sum(f(x, w))), (None, 0))(x, np.stack([w, w])), [slopes] * 2
    )
    close(wg.grad(lambda x: np.sum(wg.vmap(f)(x, w) ** 2))(x), 2 * x * w * slopes)


def test_what_the_reverse_rule_closes_over_stays_connected():
    def outer(w):
        f = wg.custom_vjp(lambda v: v * 1.0)
        f.defvjp(lambda v: (v * 1.0, None), lambda _, ct: (ct * w,))
        return wg.grad(f)(5.0)

    assert outer(3.0) == 3.0
    assert wg.grad(outer)(3.0) == 1.0


@pytest.mark.parametrize("way", [wg.grad, lambda f: lambda x: wg.jvp(f, (x,), (1.0,))])
@pytest.mark.parametrize("kind", [wg.custom_vjp, wg.custom_jvp])
def test_closing_over_what_is_differentiated_is_refused(kind, way):
    def outer(w):
        f = kind(lambda v: v * w)
        if kind is wg.custom_vjp:
            f.defvjp(lambda v: (v * w, v), lambda v, ct: (ct * w,))
        else:
            f.defjvp(lambda p, t: (p[0] * w, t[0] * w))
        return f(w + 1)

    with pytest.raises(ValueError, match="closes over a Tensor that is being differentiated"):
        way(outer)(2.0)


def test_a_rule_that_is_not_linear_is_refused_where_it_is_transposed():
    f = wg.custom_jvp(np.sin)
    f.defjvp(lambda p, t: (np.sin(p[0]), t[0] ** 2))
    assert wg.jvp(f, [1.0], [3.0])[1] == 9.0
    with pytest.raises(ValueError, match="linear"):
        wg.grad(f)(1.0)
    g = wg.custom_vjp(np.sin)
    g.defvjp(lambda v: (np.sin(v), v), lambda v, ct: (ct * ct,))
    assert wg.grad(g)(1.0) == 1.0
    with pytest.raises(ValueError, match="linear"):
        wg.jvp(g, [1.0], [3.0])


def test_foreign_functions():
    f = wg.primitive(scipy.special.jv)
    f.defvjp(None, lambda ct, ans, n, v: ct * (f(n - 1, v) - f(n + 1, v)) / 2)
    assert wg.grad(f, 1)(2.0, 0.7) == pytest.approx(scipy.special.jvp(2, 0.7))
    assert wg.grad(wg.grad(f, 1), 1)(2.0, 0.7) == pytest.approx(scipy.special.jvp(2, 0.7, 2))
    close(
        wg.vmap(wg.grad(f, 1), in_axes=(None, 0))(1.0, np.abs(x)), scipy.special.jvp(1, np.abs(x))
    )
    assert type(f(1.0, x)) is np.ndarray


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: wg.custom_vjp(1), TypeError, "custom_vjp: fun is int; a function is needed"),
        (
            lambda: wg.grad(wg.custom_vjp(np.sin))(1.0),
            NotImplementedError,
            "custom_vjp: sin has no rule; see defvjp",
        ),
        (
            lambda: wg.grad(wg.custom_jvp(np.sin))(1.0),
            NotImplementedError,
            "custom_jvp: sin has no rule; see defjvp",
        ),
        (
            lambda: wg.grad(wg.primitive(np.sin))(1.0),
            NotImplementedError,
            "primitive: sin was called with 1 arguments and has rules for 0; see defvjp and defjvp",
        ),
    ],
)
def test_misuse(call, error, message):
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value) == message


def test_a_cotangent_of_the_wrong_shape_is_refused():
    f = wg.custom_vjp(np.sum)
    f.defvjp(lambda v: (np.sum(v), None), lambda _, ct: (ct,))
    with pytest.raises(
        ValueError, match=r"bwd returned a cotangent of shape \(\) for an argument of"
    ):
        wg.grad(f)(x)
    assert wg.grad(np.sum)(x).tolist() == [1.0, 1.0, 1.0]


def test_a_fwd_that_calls_its_function_inside_of_a_batch():
    f = wg.custom_vjp(lambda v: v**3)
    f.defvjp(lambda v: (f(v), v), lambda v, ct: (ct * 3 * v**2,))
    close(wg.vmap(lambda v: wg.jvp(f, [v], [1.0])[1])(x), 3 * x**2)
    close(wg.jvp(wg.vmap(f), [x], [np.ones(3)])[1], 3 * x**2)
    close(wg.vmap(wg.hessian(f))(x), 6 * x)


def test_a_sweep_calls_a_foreign_function_once_for_all_rules():
    calls = []

    def made(rules):
        f = wg.primitive(lambda a, b, c: calls.append(None) or a * b + c)
        getattr(f, rules)(
            lambda d, ans, a, b, c: d * b, lambda d, ans, a, b, c: d * a, lambda d, ans, a, b, c: d
        )
        return f

    for rules, sweep in (
        ("defvjp", lambda f: wg.grad(f, argnums=(0, 1, 2))(2.0, 3.0, 4.0)),
        ("defjvp", lambda f: wg.jvp(f, (2.0, 3.0, 4.0), (1.0, 1.0, 1.0))),
    ):
        calls.clear()
        sweep(made(rules))
        assert len(calls) == 2, rules  # for the value, and for the rules
