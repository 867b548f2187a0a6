"""Stated rules inside of checkpoints, chains and batches, under every transform."""

import numpy as np
import pytest

import wengert as wg
from checkpoint_cases import TRANSFORMS, X


def rule_by_vjp():
    c = wg.custom_vjp(lambda a, b: np.sin(a) * b)
    c.defvjp(
        lambda a, b: (np.sin(a) * b, (a, b)),
        lambda res, ct: (ct * np.cos(res[0]) * res[1], ct * np.sin(res[0])),
    )
    return c


def rule_by_jvp():
    c = wg.custom_jvp(lambda a, b: np.sin(a) * b)
    c.defjvp(lambda p, t: (np.sin(p[0]) * p[1], np.cos(p[0]) * p[1] * t[0] + np.sin(p[0]) * t[1]))
    return c


def rule_of_foreign():
    c = wg.primitive(lambda a, b: np.asarray(np.sin(a) * b))
    c.defvjp(lambda ct, ans, a, b: ct * np.cos(a) * b, lambda ct, ans, a, b: ct * np.sin(a))
    return c


RULES = {"custom_vjp": rule_by_vjp, "custom_jvp": rule_by_jvp, "primitive": rule_of_foreign}


PLACES = {
    "itself": lambda c: lambda x: np.sum(c(x, np.cos(x)) ** 2),
    "checkpoint": lambda c: lambda x: np.sum(wg.checkpoint(c)(x, np.cos(x)) ** 2),
    "checkpoint around": lambda c: wg.checkpoint(lambda x: np.sum(c(x, x * x) ** 2)),
    "chain": lambda c: (
        lambda x: np.sum(wg.checkpoint_chain(lambda s: c(s, x) + s * 0.5, x, 4, snapshots=2))
    ),
    "vmap": lambda c: lambda x: np.sum(wg.vmap(c)(x, np.cos(x)) ** 2),
    "vmap beside": lambda c: lambda x: np.sum(wg.vmap(c, in_axes=(None, 0))(x[0], x) ** 2),
    "vmap in checkpoint": lambda c: (
        lambda x: np.sum(wg.checkpoint(lambda x: wg.vmap(c)(x, np.cos(x)))(x) ** 2)
    ),
    "branch": lambda c: lambda x: np.sum((c(x, x) if x[0] > 0.7 else x * c(x, x * x)) ** 2),
    "unused": lambda c: lambda x: np.sum((c(x, x), np.sin(x) * x)[1]),
}


def without_rule(a, b):
    return np.sin(a) * b


@pytest.mark.parametrize("transform", [*TRANSFORMS, "jvp of grad", "vmap of jvp of grad"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("rule", RULES)
def test_programs_with_rules_inside(rule, place, transform):
    more = {
        "jvp of grad": lambda f: lambda x: wg.jvp(wg.grad(f), (x,), (np.cos(x),))[1],
        "vmap of jvp of grad": lambda f: (
            lambda x: wg.vmap(lambda x: wg.jvp(wg.grad(f), (x,), (np.cos(x),))[1])(
                np.stack([x, 2 * x])
            )
        ),
    }
    transformed = {**TRANSFORMS, **more}[transform]
    got = transformed(PLACES[place](RULES[rule]()))(X)
    expected = transformed(PLACES[place](without_rule))(X)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9 * (1 + np.max(np.abs(expected))))
