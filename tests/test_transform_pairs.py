"""Every nesting of two and of three transforms, against polynomials differentiated exactly.

A transform is a row of a table: how it makes a function g of a function f of one number, and what g then is by
calculus. Each g closes over its own argument, so what the inner transforms see is tracked by all of those around
them. Functions branch on their argument, so by calculus they are polynomials in pieces: a map from a place to the
polynomial that holds around it. All coefficients are positive: nothing cancels.
"""

import itertools

import numpy as np
import pytest
from numpy.polynomial import Polynomial

import wengert as wg

X = Polynomial([0.0, 1.0])


# How f is made to g


def by_grad(f):
    return lambda x: wg.grad(lambda y: f(y) * x)(x)


def by_value_and_grad(f):
    def g(x):
        out, slope = wg.value_and_grad(lambda y: f(y) * x)(x)
        return out + 2 * slope

    return g


def by_grad_of_a_dict(f):
    def g(x):
        got = wg.grad(lambda p: f(p["a"]) * p["b"][0] * x + p["b"][1])({"a": x, "b": [x, (x)]})
        return got["a"] + 2 * got["b"][0] + got["b"][1]

    return g


def by_jvp(f):
    return lambda x: wg.jvp(lambda y: f(y) * x, (x,), (x,))[1]


def by_jvp_of_a_tuple(f):
    def g(x):
        out, moved = wg.jvp(lambda p: {"s": (f(p[0]) * p[1], p[1])}, ((x, x),), ((1.0, x),))
        return out["s"][0] + moved["s"][0] + moved["s"][1]

    return g


def by_vjp(f):
    def g(x):
        out, pullback = wg.vjp(lambda y: f(y) * x, x)
        return out + pullback(x)[0]

    return g


def by_vjp_of_a_list(f):
    def g(x):
        _, pullback = wg.vjp(lambda p: [f(p[0]) * p[1], {"t": p[1]}], [x, x])
        (parts,) = pullback([x, {"t": 2.0}])
        return parts[0] + parts[1]

    return g


def by_linearize(f):
    def g(x):
        out, push = wg.linearize(lambda y: f(y) * x, x)
        return out + push(x) + push(1.0)

    return g


def by_vmap(f):
    return lambda x: np.sum(wg.vmap(lambda y: f(y) * x)(np.stack([x, 2 * x])))


def by_vmap_of_a_dict(f):
    def g(x):
        out = wg.vmap(lambda p, c: {"s": [f(p["y"]) * c], "t": x}, in_axes=({"y": 0}, None))
        values = out({"y": np.stack([x, 2 * x])}, x)
        return values["s"][0][0] + 2 * values["s"][0][1] + values["t"][1]

    return g


def by_jacobian(mode):
    def way(f):
        def g(x):
            rows = wg.jacobian(lambda v: np.stack([f(v[0]) * v[1], f(v[1]) * x]), mode=mode)
            return np.sum(rows(np.stack([x, 2 * x])))

        return g

    return way


def by_hessian(f):
    return lambda x: np.sum(wg.hessian(lambda v: f(v[0]) * v[1] * x)(np.stack([x, 2 * x])))


def by_hessian_of_a_dict(f):
    def g(x):
        blocks = wg.hessian(lambda p: f(p["a"]) * p["b"])({"a": x, "b": 2 * x})
        return blocks["a"]["a"] + 2 * blocks["a"]["b"] + 3 * blocks["b"]["a"]

    return g


def by_hvp(f):
    def g(x):
        v, t = np.stack([x, 2 * x]), np.stack([x / x, x])
        return np.sum(wg.hvp(lambda v: f(v[0]) * v[1] * x, (v,), (t,)))

    return g


def by_custom_jvp(f):
    @wg.custom_jvp
    def c(a, b):
        return f(a) * b

    @c.defjvp
    def rule(primals, tangents):
        (a, b), (s, t) = primals, tangents
        return c(a, b), wg.jvp(f, (a,), (s,))[1] * b + f(a) * t

    return lambda x: c(x, x)


def by_custom_jvps(f):
    c = wg.custom_jvp(lambda p: f(p["a"]) * p["b"])
    c.defjvps(lambda t, ans, p: wg.grad(f)(p["a"]) * t["a"] * p["b"] + f(p["a"]) * t["b"])
    return lambda x: c({"a": x, "b": x})


def by_custom_vjp(f):
    @wg.custom_vjp
    def c(a, b):
        return f(a) * b

    c.defvjp(
        lambda a, b: (c(a, b), (a, b)),
        lambda kept, ct: (ct * wg.grad(f)(kept[0]) * kept[1], ct * f(kept[0])),
    )
    return lambda x: c(x, x)


def by_custom_vjp_of_a_dict(f):
    c = wg.custom_vjp(lambda p: {"s": f(p["a"]), "t": [p["a"]]})
    c.defvjp(
        lambda p: (c(p), p["a"]),
        lambda a, ct: ({"a": wg.vjp(f, a)[1](ct["s"])[0] + ct["t"][0]},),
    )

    def g(x):
        out = c({"a": x})
        return out["s"] * x + out["t"][0]

    return g


def by_primitive(f):
    foreign = wg.primitive(lambda a, b: f(a) * b)
    foreign.defvjp(lambda ct, ans, a, b: ct * wg.grad(f)(a) * b, lambda ct, ans, a, b: ct * f(a))
    return lambda x: foreign(x, x)


def by_primitive_pushed(f):
    foreign = wg.primitive(f)
    foreign.defjvp(lambda t, ans, a: wg.jvp(f, (a,), (t,))[1])
    return lambda x: foreign(x) * x


def by_checkpoint(f):
    return lambda x: wg.checkpoint(lambda y: f(y) * x)(x)


def by_chain(f):
    def g(x):
        def step(s, i):
            return {"sum": s["sum"] + f(x) * s["x"], "x": s["x"]}

        return wg.checkpoint_chain(step, {"sum": x, "x": x}, 3, snapshots=2)["sum"]

    return g


def by_branch(f):
    return lambda x: f(x) * x if x > 3 else f(x) + x


# What g is by calculus: the functions of f, of its first and second derivative, and of their values at 2 x


def local(rule):
    """Return the transform of pieces by a rule of f, f', f'' at x and of f and f' at 2 x."""

    def way(pieces):
        def g(at):
            f, f2 = pieces(at), pieces(2 * at)
            return rule(f, f.deriv(), f.deriv(2), f2(2 * X), f2.deriv()(2 * X))

        return g

    return way


JACOBIAN = local(lambda f, d, dd, f2, d2: d * 2 * X + f + d2 * X)
PRODUCT = local(lambda f, d, dd, f2, d2: f * X)

TABLE = {
    "grad": (by_grad, local(lambda f, d, dd, f2, d2: d * X)),
    "value_and_grad": (by_value_and_grad, local(lambda f, d, dd, f2, d2: f * X + 2 * d * X)),
    "grad of a dict": (
        by_grad_of_a_dict,
        local(lambda f, d, dd, f2, d2: d * X * X + 2 * f * X + 1),
    ),
    "jvp": (by_jvp, local(lambda f, d, dd, f2, d2: d * X * X)),
    "jvp of a tuple": (by_jvp_of_a_tuple, local(lambda f, d, dd, f2, d2: 2 * f * X + d * X + X)),
    "vjp": (by_vjp, local(lambda f, d, dd, f2, d2: f * X + d * X * X)),
    "vjp of a list": (by_vjp_of_a_list, local(lambda f, d, dd, f2, d2: d * X * X + f * X + 2)),
    "linearize": (by_linearize, local(lambda f, d, dd, f2, d2: f * X + d * X * X + d * X)),
    "vmap": (by_vmap, local(lambda f, d, dd, f2, d2: (f + f2) * X)),
    "vmap of a dict": (by_vmap_of_a_dict, local(lambda f, d, dd, f2, d2: (f + 2 * f2) * X + X)),
    "jacobian, forward": (by_jacobian("forward"), JACOBIAN),
    "jacobian, reverse": (by_jacobian("reverse"), JACOBIAN),
    "jacobian, auto": (by_jacobian("auto"), JACOBIAN),
    "hessian": (by_hessian, local(lambda f, d, dd, f2, d2: 2 * dd * X * X + 2 * d * X)),
    "hessian of a dict": (by_hessian_of_a_dict, local(lambda f, d, dd, f2, d2: 2 * dd * X + 5 * d)),
    "hvp": (by_hvp, local(lambda f, d, dd, f2, d2: 2 * dd * X * X + d * X * X + d * X)),
    "custom_jvp": (by_custom_jvp, PRODUCT),
    "custom_jvp by arguments": (by_custom_jvps, PRODUCT),
    "custom_vjp": (by_custom_vjp, PRODUCT),
    "custom_vjp of a dict": (by_custom_vjp_of_a_dict, local(lambda f, d, dd, f2, d2: f * X + X)),
    "primitive": (by_primitive, PRODUCT),
    "primitive, pushed": (by_primitive_pushed, PRODUCT),
    "checkpoint": (by_checkpoint, PRODUCT),
    "chain": (by_chain, local(lambda f, d, dd, f2, d2: 3 * f * X + X)),
    "branch": (by_branch, lambda pieces: lambda at: pieces(at) * X if at > 3 else pieces(at) + X),
}


def base(x):
    return x**3 + 2 * x**2 + 1 if x > 1.5 else x**4 + x


def base_pieces(at):
    return Polynomial([1.0, 0, 2, 1]) if at > 1.5 else Polynomial([0.0, 1, 0, 0, 1])


def nested(names):
    """Return the function and its pieces; the last name is the innermost."""
    f, pieces = base, base_pieces
    for name in reversed(names):
        way, rule = TABLE[name]
        f, pieces = way(f), rule(pieces)
    return f, pieces


def plain(x):
    return np.asarray(x.detach() if isinstance(x, wg.Tensor) else x)


def check(names, places=(1.0, 2.0)):
    f, pieces = nested(names)
    for at in places:
        wanted = pieces(at)(at)
        np.testing.assert_allclose(plain(f(at)), wanted, rtol=1e-13, err_msg=str(names))


@pytest.mark.parametrize("name", TABLE)
def test_one(name):
    check([name], (0.5, 1.0, 2.0, 4.0))


@pytest.mark.parametrize("outer", TABLE)
def test_two(outer):
    for inner in TABLE:
        check([outer, inner])
        check_backward_and_batch([outer, inner])


def check_backward_and_batch(names):
    f, pieces = nested(names)
    w = wg.tensor(2.0, requires_grad=True)
    f(w).backward()
    np.testing.assert_allclose(
        w.grad.item(), pieces(2.0).deriv()(2.0), rtol=1e-13, err_msg=str(names)
    )
    places = np.array([2.0, 0.5, 1.0, 4.0])
    wanted = [pieces(at)(at) for at in places]
    np.testing.assert_allclose(wg.vmap(f)(places), wanted, rtol=1e-13, err_msg=str(names))


# Each transform in one form: that of numbers
SAME = {
    "value_and_grad",
    "linearize",
    "jacobian, auto",
    "custom_jvp by arguments",
    "primitive, pushed",
}
FORMS = [name for name in TABLE if " of a " not in name and name not in SAME]


@pytest.mark.parametrize("outer", FORMS)
def test_three(outer):
    for middle, inner in itertools.product(FORMS, FORMS):
        check([outer, middle, inner], (1.0,))
