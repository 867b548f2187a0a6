"""Linear operators in foreign code, in every mode from whichever rule is stated."""

import numpy as np
import pytest

import wengert as wg

A = np.array([1.0, 2.0, 3.0])
V = np.array([0.5, -1.0, 2.0])
M = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [1.0, 0.0, 1.0]])
C = np.array([1.0, 2.0, 3.0])


def close(actual, expected):
    np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-9, atol=1e-9)


def foreign(matrix):
    return wg.primitive(lambda v: matrix @ np.asarray(v))


def by_adjoints():
    """Return M v and its adjoint, each of which has the other for its reverse rule."""
    f, adjoint = foreign(M), foreign(M.T)
    f.defvjp(lambda ct, ans, v: adjoint(ct))
    adjoint.defvjp(lambda ct, ans, v: f(ct))
    return f


def by_itself():
    f = foreign(M)
    f.defjvp(lambda t, ans, v: f(t))
    return f


def by_matrix(define):
    def make():
        f = foreign(M)
        if define == "defvjp":
            f.defvjp(lambda ct, ans, v: M.T @ ct)
        else:
            f.defjvp(lambda t, ans, v: M @ t)
        return f

    return make


def by_both():
    f = by_adjoints()
    f.defjvp(lambda t, ans, v: f(t))
    return f


def by_solver():
    """Return the solution of a linear system by a foreign solver, as implicit differentiation has it."""
    inverse = np.linalg.inv(M)
    solve = wg.primitive(lambda b: np.linalg.solve(inverse, np.asarray(b)))
    solve_adjoint = wg.primitive(lambda b: np.linalg.solve(inverse.T, np.asarray(b)))
    solve.defvjp(lambda ct, ans, b: solve_adjoint(ct))
    solve_adjoint.defvjp(lambda ct, ans, b: solve(ct))
    return solve


def by_custom_jvp():
    f = foreign(M)
    f.defjvp(lambda t, ans, v: f(t))
    g = wg.custom_jvp(f)
    g.defjvp(lambda p, t: (g(p[0]), g(t[0])))
    return g


def by_custom_vjp():
    adjoint = wg.custom_vjp(lambda v: M.T @ v)
    f = wg.custom_vjp(lambda v: M @ v)
    f.defvjp(lambda v: (f(v), None), lambda _, ct: (adjoint(ct),))
    adjoint.defvjp(lambda v: (adjoint(v), None), lambda _, ct: (f(ct),))
    return f


OPERATORS = {
    "adjoints": by_adjoints,
    "itself": by_itself,
    "vjp by a matrix": by_matrix("defvjp"),
    "jvp by a matrix": by_matrix("defjvp"),
    "both": by_both,
    "solver": by_solver,
    "custom_jvp that calls itself": by_custom_jvp,
    "custom_vjps of one another": by_custom_vjp,
}
D = np.diag(C)
HESSIAN = 2 * M.T @ D @ M
BOTH = np.stack([A, V])


def energy(f):
    return lambda v: np.sum(C * f(v) ** 2)


MODES = {
    "value": (lambda f: f(A), M @ A),
    "grad": (lambda f: wg.grad(energy(f))(A), HESSIAN @ A),
    "vjp": (lambda f: wg.vjp(f, A)[1](V)[0], M.T @ V),
    "jvp": (lambda f: wg.jvp(f, (A,), (V,))[1], M @ V),
    "linearize": (lambda f: wg.linearize(f, A)[1](V), M @ V),
    "linear_transpose": (lambda f: wg.linear_transpose(f, np.zeros(3))(V)[0], M.T @ V),
    "jacobian": (lambda f: wg.jacobian(f)(A), M),
    "jacfwd": (lambda f: wg.jacfwd(f)(A), M),
    "jacrev": (lambda f: wg.jacrev(f)(A), M),
    "hvp": (lambda f: wg.hvp(energy(f), (A,), (V,)), HESSIAN @ V),
    "hessian": (lambda f: wg.hessian(energy(f))(A), HESSIAN),
    "jacrev of grad": (lambda f: wg.jacrev(wg.grad(energy(f)))(A), HESSIAN),
    "grad of jvp": (
        lambda f: wg.grad(lambda v: wg.jvp(energy(f), (v,), (V,))[1])(A),
        HESSIAN @ V,
    ),
    "third": (
        lambda f: wg.grad(lambda v: wg.hvp(lambda v: np.sum(f(v) ** 3), (v,), (V,)) @ V)(A),
        6 * M.T @ (M @ V) ** 2,
    ),
    "vmap": (lambda f: wg.vmap(f)(BOTH), BOTH @ M.T),
    "vmap of grad": (lambda f: wg.vmap(wg.grad(energy(f)))(BOTH), BOTH @ HESSIAN),
    "vmap of jvp": (lambda f: wg.vmap(lambda v: wg.jvp(f, (v,), (V,))[1])(BOTH), [M @ V] * 2),
    "vmap of hessian": (lambda f: wg.vmap(wg.hessian(energy(f)))(BOTH), [HESSIAN] * 2),
    "grad of vmap": (
        lambda f: wg.grad(lambda vs: np.sum(wg.vmap(energy(f))(vs)))(BOTH),
        BOTH @ HESSIAN,
    ),
    "hvp of vmap": (
        lambda f: wg.hvp(lambda vs: np.sum(wg.vmap(energy(f))(vs)), (BOTH,), (BOTH[::-1],)),
        BOTH[::-1] @ HESSIAN,
    ),
    "checkpoint": (lambda f: wg.grad(wg.checkpoint(energy(f)))(A), HESSIAN @ A),
    "hessian of checkpoint": (lambda f: wg.hessian(wg.checkpoint(energy(f)))(A), HESSIAN),
    "chain": (
        lambda f: wg.grad(lambda v: np.sum(C * wg.checkpoint_chain(f, v, 3)))(A),
        np.linalg.matrix_power(M.T, 3) @ C,
    ),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("operator", OPERATORS)
def test_linear_foreign_operators_work_in_every_mode(operator, mode):
    call, expected = MODES[mode]
    close(call(OPERATORS[operator]()), expected)


def test_an_adjoint_without_a_rule_serves_first_derivatives():
    f, adjoint = foreign(M), foreign(M.T)
    f.defvjp(lambda ct, ans, v: adjoint(ct))
    close(wg.grad(energy(f))(A), HESSIAN @ A)
    close(wg.vmap(wg.grad(energy(f)))(BOTH), BOTH @ HESSIAN)
    close(wg.vmap(wg.vmap(wg.grad(energy(f))))(np.stack([BOTH])), [BOTH @ HESSIAN])
    close(wg.jacrev(f)(A), M)
    for second in (wg.hessian(energy(f)), wg.grad(lambda v: wg.grad(energy(f))(v) @ V)):
        with pytest.raises(wg.RuleError, match="has rules for 0"):
            second(A)


@pytest.mark.parametrize("stated", ["defvjp", "defjvp", "both"])
def test_each_mode_takes_the_rule_that_is_stated_for_it(stated):
    taken = []
    f = foreign(M)

    def pull(ct, ans, v):
        taken.append("vjp")
        return M.T @ ct

    def push(t, ans, v):
        taken.append("jvp")
        return M @ t

    if stated != "defjvp":
        f.defvjp(pull)
    if stated != "defvjp":
        f.defjvp(push)
    close(wg.grad(lambda v: np.sum(C * f(v)))(A), M.T @ C)
    close(wg.jvp(f, (A,), (V,))[1], M @ V)
    assert (
        taken
        == {
            "defvjp": ["vjp", "vjp"],
            "defjvp": ["jvp", "jvp"],
            "both": ["vjp", "jvp"],
        }[stated]
    )
