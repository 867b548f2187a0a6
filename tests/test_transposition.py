"""Rules that are transposed: what is linear must work in every mode, and what is not must say so."""

import numpy as np
import pytest

import wengert as wg

A = np.array([1.0, 2.0, 3.0])
V = np.array([0.5, -1.0, 2.0])
M = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [1.0, 0.0, 1.0]])
C = np.array([1.0, 2.0, 3.0])
NOT_LINEAR = "a linear function is needed"


def close(actual, expected):
    np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-9, atol=1e-9)


def square_by_vjp(bwd):
    """Return a * a with a reverse rule that takes the argument and a cotangent."""
    c = wg.custom_vjp(lambda a: a * a)
    c.defvjp(lambda a: (a * a, a), lambda a, ct: (bwd(a, ct),))
    return c


def square_by_jvp(push):
    """Return a * a with a forward rule that takes the argument and a tangent."""
    c = wg.custom_jvp(lambda a: a * a)
    c.defjvp(lambda p, t: (p[0] * p[0], push(p[0], t[0])))
    return c


def conjugate_gradients(a, rhs):
    """Solve (1 + a^2) x = (1 + a^2) rhs, elementwise, until the residual is small."""
    scale = 1 + a * a
    rhs = scale * rhs
    x = 0 * rhs
    r = p = rhs
    rr = np.sum(r * r)
    for _ in range(20):
        if rr < 1e-24:
            break
        applied = scale * p
        step = rr / np.sum(p * applied)
        x, r = x + step * p, r - step * applied
        before, rr = rr, np.sum(r * r)
        p = r + rr / before * p
    return x


# Each is right in the mode for which it is stated, and no linear function of what comes in.
CROOKED = {
    "branch": lambda a, ct: 2 * a * ct if np.any(ct) else 0 * a,
    "branch on one": lambda a, ct: 2 * a * ct if ct[0] > -10 else a,
    "loop": lambda a, ct: conjugate_gradients(a, 2 * a * ct),
    "where": lambda a, ct: np.where(ct > 0, 2 * a * ct, 2 * a * ct),
    "maximum": lambda a, ct: 2 * a * (np.maximum(ct, 0) + np.minimum(ct, 0)),
    "sign": lambda a, ct: 2 * a * np.abs(ct) * np.sign(ct),
    "square": lambda a, ct: 2 * a * ct * ct / np.where(ct == 0, 1, ct),
    "index": lambda a, ct: 2 * a * ct[np.argsort(ct)][np.argsort(np.argsort(ct))],
    "int": lambda a, ct: 2 * a * ct + 0 * int(np.sum(ct > 100)),
}
# These give something else than the derivative, as well.
FALSE = {
    "unused": lambda a, ct: 2 * a,
    "round": lambda a, ct: 2 * a * np.round(ct),
    "floor": lambda a, ct: 2 * a * np.floor(ct),
    "half": lambda a, ct: np.where(ct > 0, 2 * a * ct, 0),
    "sign alone": lambda a, ct: 2 * a * np.sign(ct),
    "affine": lambda a, ct: 2 * a * ct + 1,
    "power": lambda a, ct: 2 * a * ct**2,
    "abs": lambda a, ct: 2 * a * np.abs(ct),
    "exp": lambda a, ct: 2 * a * np.exp(ct),
    "divided": lambda a, ct: 2 * a / ct,
}
FORWARD = {
    "jvp": lambda c: wg.jvp(c, (A,), (V,)),
    "linearize": lambda c: wg.linearize(c, A)[1](V),
    "jacfwd": lambda c: wg.jacfwd(c)(A),
    "hvp": lambda c: wg.hvp(lambda a: np.sum(c(a) ** 2), (A,), (V,)),
    "hessian": lambda c: wg.hessian(lambda a: np.sum(c(a) ** 2))(A),
    "vmap of jvp": lambda c: wg.vmap(lambda a: wg.jvp(c, (a,), (V,))[1])(np.stack([A, V])),
    "jvp of vmap": lambda c: wg.jvp(wg.vmap(c), (np.stack([A, V]),), (np.stack([V, A]),))[1],
    "jvp of checkpoint": lambda c: wg.jvp(wg.checkpoint(c), (A,), (V,)),
}
REVERSE = {
    "grad": lambda c: wg.grad(lambda a: np.sum(C * c(a)))(A),
    "vjp": lambda c: wg.vjp(c, A)[1](V),
    "jacrev": lambda c: wg.jacrev(c)(A),
    "grad of grad": lambda c: wg.grad(lambda a: np.sum(wg.grad(lambda a: np.sum(c(a)))(a) * V))(A),
    "vmap of grad": lambda c: wg.vmap(wg.grad(lambda a: np.sum(c(a))))(np.stack([A, V])),
    "grad of vmap": lambda c: wg.grad(lambda xs: np.sum(wg.vmap(c)(xs)))(np.stack([A, V])),
    "grad of checkpoint": lambda c: wg.grad(lambda a: np.sum(wg.checkpoint(c)(a)))(A),
}


# No derivative passes what these do with a cotangent, and the Hessian needs no transpose of the rule.
LET_NOTHING_THROUGH = {
    "unused": [2, 2, 2],
    "round": [4, 16, 36],
    "floor": [4, 16, 36],
    "sign alone": [2, 2, 2],
}


@pytest.mark.parametrize(
    ("rule", "mode"),
    [
        (rule, mode)
        for rule in [*CROOKED, *FALSE]
        for mode in FORWARD
        if mode != "hessian" or rule not in LET_NOTHING_THROUGH
    ],
)
def test_a_reverse_rule_that_is_not_linear_has_no_transpose(rule, mode):
    c = square_by_vjp({**CROOKED, **FALSE}[rule])
    with pytest.raises(wg.DerivativeError, match=NOT_LINEAR):
        FORWARD[mode](c)


@pytest.mark.parametrize("rule", LET_NOTHING_THROUGH)
def test_the_derivative_of_a_rule_is_that_of_what_it_does(rule):
    c = square_by_vjp(FALSE[rule])
    close(wg.hessian(lambda a: np.sum(c(a) ** 2))(A), np.diag(LET_NOTHING_THROUGH[rule]))


@pytest.mark.parametrize("mode", REVERSE)
@pytest.mark.parametrize("rule", [*CROOKED, *FALSE])
def test_a_forward_rule_that_is_not_linear_has_no_transpose(rule, mode):
    c = square_by_jvp({**CROOKED, **FALSE}[rule])
    with pytest.raises(wg.DerivativeError, match=NOT_LINEAR):
        REVERSE[mode](c)


@pytest.mark.parametrize("rule", CROOKED)
def test_a_rule_that_is_not_transposed_may_do_what_it_likes(rule):
    by_vjp, by_jvp = square_by_vjp(CROOKED[rule]), square_by_jvp(CROOKED[rule])
    close(wg.grad(lambda a: np.sum(C * by_vjp(a)))(A), 2 * A * C)
    close(wg.jacrev(by_vjp)(A), np.diag(2 * A))
    close(
        wg.vmap(wg.grad(lambda a: np.sum(C * by_vjp(a))))(np.stack([A, V])),
        2 * np.stack([A, V]) * C,
    )
    close(wg.jvp(by_jvp, (A,), (V,))[1], 2 * A * V)
    close(wg.jacfwd(by_jvp)(A), np.diag(2 * A))
    close(
        wg.vmap(lambda a: wg.jvp(by_jvp, (a,), (V,))[1])(np.stack([A, V])), 2 * np.stack([A, V]) * V
    )


# Linear, though they do what a rule that is not linear may do as well.
STRAIGHT = {
    "product": lambda a, ct: 2 * a * ct,
    "branch on the argument": lambda a, ct: 2 * a * ct if np.sum(a) > -100 else 0 * ct,
    "where of the argument": lambda a, ct: np.where(a > 2, 2 * a * ct, ct * a * 2),
    "sums": lambda a, ct: a * ct + np.flip(np.flip(a * ct)),
    "loop of fixed length": lambda a, ct: sum(a * ct * 0.5 for _ in range(4)),
    "matrix and inverse": lambda a, ct: np.diag(2 * a) @ ct,
    "index": lambda a, ct: 2 * a * np.stack([ct[0], ct[1], ct[2]]),
    "index by the argument": lambda a, ct: (2 * a * ct)[np.argsort(a)][np.argsort(np.argsort(a))],
    "inner gradient": lambda a, ct: wg.grad(lambda b: np.sum(ct * b * b))(a),
    "inner jvp": lambda a, ct: wg.jvp(lambda b: b * b, (a,), (ct,))[1],
    "checkpoint": wg.checkpoint(lambda a, ct: 2 * a * ct),
    "vmap": wg.vmap(lambda a, ct: 2 * a * ct),
    "cut argument": lambda a, ct: 2 * a * ct + 0 * wg.stop_gradient(a) * ct,
}


@pytest.mark.parametrize("make", [square_by_vjp, square_by_jvp])
@pytest.mark.parametrize("rule", STRAIGHT)
def test_a_linear_rule_serves_every_mode(rule, make):
    c = make(STRAIGHT[rule])
    both = np.stack([A, V])
    close(wg.grad(lambda a: np.sum(C * c(a)))(A), 2 * A * C)
    close(wg.jvp(c, (A,), (V,))[1], 2 * A * V)
    close(wg.linearize(c, A)[1](V), 2 * A * V)
    close(wg.jacfwd(c)(A), np.diag(2 * A))
    close(wg.jacrev(c)(A), np.diag(2 * A))
    close(wg.hvp(lambda a: np.sum(c(a) ** 2), (A,), (V,)), 12 * A * A * V)
    close(wg.hessian(lambda a: np.sum(c(a) ** 2))(A), np.diag(12 * A * A))
    close(wg.vmap(wg.grad(lambda a: np.sum(c(a))))(both), 2 * both)
    close(wg.grad(lambda xs: np.sum(wg.vmap(c)(xs)))(both), 2 * both)
    close(wg.vmap(lambda a: wg.jvp(c, (a,), (V,))[1])(both), 2 * both * V)
    close(
        wg.vmap(wg.hessian(lambda a: np.sum(c(a) ** 2)))(both), [np.diag(12 * a * a) for a in both]
    )
    close(wg.jvp(wg.grad(lambda a: np.sum(c(a) ** 2)), (A,), (V,))[1], 12 * A * A * V)
    close(wg.grad(lambda a: np.sum(wg.jvp(c, (a,), (V,))[1]))(A), 2 * V)


@pytest.mark.parametrize(
    "fun",
    [
        np.floor,
        np.round,
        np.sign,
        np.abs,
        np.square,
        np.exp,
        lambda x: np.ones(3),
        lambda x: x + 1,
        lambda x: np.where(x > 0, x, 0),
        lambda x: np.maximum(x, 0),
        lambda x: x * np.sum(x),
        lambda x: x if np.all(x == 0) else 2 * x,
        lambda x: x * float(np.sum(x > 1) == 0),
        lambda x: x[np.argsort(x)],
        wg.checkpoint(np.square),
        wg.checkpoint(np.floor),
        wg.vmap(np.abs),
        lambda x: wg.checkpoint_chain(lambda s: s * s, x, 2),
        lambda x: wg.grad(lambda y: np.sum(y * x * x))(np.ones(3)),
    ],
)
@pytest.mark.parametrize("at", [np.zeros(3), np.array([0.5, -1.5, 2.5])])
def test_what_is_not_linear_has_no_transpose(fun, at):
    with pytest.raises(wg.DerivativeError, match=r"linear_transpose: .* needed"):
        wg.linear_transpose(fun, at)(np.ones(3))


@pytest.mark.parametrize(
    "fun",
    [
        lambda x: M @ x,
        lambda x: np.stack([x[0] + 2 * x[1], x[1] + 3 * x[2], x[0] + x[2]]),
        wg.checkpoint(lambda x: M @ x),
        lambda x: wg.checkpoint_chain(lambda s: s * 1.0, M @ x, 3),
        lambda x: wg.vmap(lambda row: np.sum(row * x))(M),
        lambda x: wg.jvp(lambda y: M @ y * y[0] ** 0, (np.ones(3),), (x,))[1],
        lambda x: wg.grad(lambda y: np.sum(x * (M.T @ y)))(np.ones(3)),
    ],
)
def test_what_is_linear_has_its_transpose(fun):
    close(wg.linear_transpose(fun, np.zeros(3))(V)[0], M.T @ V)
    close(wg.linear_transpose(fun, A)(V)[0], M.T @ V)


def closing(kind):
    """Return a function of a factor and a number, whose rule closes over the factor."""

    def fun(n, y):
        c = kind(lambda y: n * y * y)
        if kind is wg.custom_vjp:
            c.defvjp(lambda y: (n * y * y, y), lambda y, ct: (2 * ct * n * y,))
        else:
            c.defjvp(lambda p, t: (n * p[0] * p[0], 2 * n * p[0] * t[0]))
        return c(y)

    return fun


def passing(kind):
    """Return the same, to whose rule the factor is passed as it is."""
    c = kind(lambda n, y: n * y * y, nondiff_argnums=(0,))
    if kind is wg.custom_vjp:
        c.defvjp(lambda n, y: (n * y * y, y), lambda n, y, ct: (2 * ct * n * y,))
    else:
        c.defjvp(lambda n, p, t: (n * p[0] * p[0], 2 * n * p[0] * t[0]))
    return c


@pytest.mark.parametrize("kind", [wg.custom_vjp, wg.custom_jvp])
@pytest.mark.parametrize("make", [closing, passing])
def test_rules_of_what_differs_between_examples(make, kind):
    fun = make(kind)
    close(wg.vmap(fun)(A, V), A * V * V)
    close(wg.vmap(lambda n: fun(n, 3.0))(A), 9 * A)
    close(wg.vmap(wg.grad(fun, 1))(A, V), 2 * A * V)
    close(wg.vmap(wg.hessian(fun, 1))(A, V), 2 * A)
    close(wg.vmap(lambda n, y: wg.jvp(lambda y: fun(n, y), (y,), (3.0,))[1])(A, V), 6 * A * V)
    close(wg.vmap(lambda n: wg.vmap(lambda y: wg.grad(fun, 1)(n, y))(V))(A), 2 * np.outer(A, V))
    close(
        wg.vmap(lambda n: wg.grad(lambda ys: np.sum(wg.vmap(lambda y: fun(1.0, y))(ys)) * n)(V))(A),
        2 * np.outer(A, V),
    )
    close(wg.vmap(wg.grad(lambda y, n: wg.checkpoint(fun)(n, y)))(V, A), 2 * A * V)
    # Where the batch has been taken already, the factor is no longer one number.
    for call in (
        lambda: wg.grad(lambda ys: np.sum(wg.vmap(fun)(A, ys)))(V),
        lambda: wg.jvp(lambda ys: wg.vmap(fun)(A, ys), (V,), (V,)),
    ):
        with pytest.raises(wg.TraceError):
            call()
    with pytest.raises(wg.DerivativeError, match="closes over a Tensor that is being"):
        wg.grad(lambda ns: np.sum(wg.vmap(fun)(ns, V)))(A)


def random_linear(rng, depth):
    """Return a rule that is linear in its second argument, and the factor that it is."""
    if depth == 0:
        k = rng.normal()
        return (lambda a, ct: k * ct), (lambda a: k)
    (f, p), (g, q) = random_linear(rng, depth - 1), random_linear(rng, depth - 1)
    return [
        (lambda a, ct: f(a, ct) + g(a, ct), lambda a: p(a) + q(a)),
        (lambda a, ct: f(a, g(a, ct)), lambda a: p(a) * q(a)),
        (lambda a, ct: np.sin(a) * f(a, ct), lambda a: np.sin(a) * p(a)),
        (
            lambda a, ct: f(a, np.where(a > 1.5, ct, g(a, ct))),
            lambda a: p(a) * np.where(a > 1.5, 1, q(a)),
        ),
        (wg.checkpoint(f), p),
        (lambda a, ct: np.flip(f(np.flip(a), np.flip(ct))), p),
        (
            lambda a, ct: f(a, ct) if np.sum(a) > 0 else g(a, ct),
            lambda a: p(a) if np.sum(a) > 0 else q(a),
        ),
        (wg.vmap(f), lambda a: np.stack([p(x) for x in a]) + 0 * a),
    ][rng.integers(8 if depth == 1 else 7)]


@pytest.mark.parametrize("seed", range(40))
def test_random_linear_rules(seed):
    rng = np.random.default_rng(seed)
    rule, factor = random_linear(rng, 3)
    by_vjp, by_jvp = square_by_vjp(rule), square_by_jvp(rule)
    diagonal = factor(A) + 0 * A
    for c in (by_vjp, by_jvp):
        close(wg.jacfwd(c)(A), np.diag(diagonal))
        close(wg.jacrev(c)(A), np.diag(diagonal))
        close(wg.jvp(c, (A,), (V,))[1], diagonal * V)
        close(wg.vmap(lambda a, c=c: wg.jvp(c, (a,), (V,))[1])(np.stack([A])), [diagonal * V])
        close(wg.vmap(wg.grad(lambda a, c=c: np.sum(c(a))))(np.stack([A])), [diagonal])
    close(
        wg.jacfwd(wg.grad(lambda a: np.sum(by_vjp(a))))(A),
        wg.jacrev(wg.grad(lambda a: np.sum(by_jvp(a))))(A),
    )
