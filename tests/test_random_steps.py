"""Random programs of branches and loops whose steps and choices depend on data: recorded against plain calls."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg

SEEDS = range(12)


class Pieces:
    """Functions of a vector and a number, of branches and loops in one another."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def piece(self, depth: int):
        """Return one, with others up to so many deep within."""
        kinds = ["smooth", "mix"] if depth == 0 else ["cond", "switch", "while_", "fori", "scan"]
        return getattr(self, f"_{self.rng.choice(kinds)}")(depth - 1)

    def _number(self) -> float:
        return float(self.rng.uniform(-1, 1))

    def _smooth(self, _):
        c, d = self._number(), self._number()
        return [
            lambda v, a: np.sin(v * a + c) + d,
            lambda v, a: v / (1.5 + np.cos(v * c)) + a * d,
            lambda v, a: np.tanh(v + a) * np.exp(c * v / (1 + v * v)),
            lambda v, a: np.sqrt(1 + v * v) * d + a,
        ][self.rng.integers(4)]

    def _mix(self, _):
        w = self.rng.normal(size=(3, 3)) * 0.5
        shift = int(self.rng.integers(1, 3))
        return [
            lambda v, a: np.tanh(w @ v) * a,
            lambda v, a: np.roll(v, shift) * np.sum(v) * 0.3 + a,
            lambda v, a: np.linalg.solve(w @ w.T + (2 + v[0] ** 2) * np.eye(3), v) + a * v,
            lambda v, a: np.where(v > a, v * 0.5, np.sin(v)),
        ][self.rng.integers(4)]

    def _cond(self, depth):
        one, two, c = self.piece(depth), self.piece(depth), self._number()
        if self.rng.integers(2):
            return lambda v, a: wg.cond(np.sum(v) > c, one, two, v, a)
        # What is not taken is no number there.
        root = lambda v, a: one(v, a) + np.sqrt(np.sum(v) - c)
        return lambda v, a: wg.cond(np.sum(v) > c, lambda: root(v, a), lambda: two(v, a))

    def _switch(self, depth):
        branches = [self.piece(depth) for _ in range(3)]
        return lambda v, a: wg.switch(
            np.floor(3 * np.abs(np.sin(v[1] + a))).astype(int), branches, v, a
        )

    def _while_(self, depth):
        step, most, c = self.piece(depth), int(self.rng.integers(1, 5)), self._number()
        body = lambda s: {
            "v": 0.5 * s["v"] + 0.5 * step(s["v"], s["a"]),
            "n": s["n"] + 1,
            "a": s["a"] * 0.9,
        }

        def run(v, a):
            more = lambda s: (s["n"] < most) & (np.sum(s["v"]) > c - a)
            s = wg.while_loop(more, body, {"v": v, "n": 0, "a": a})
            return s["v"] * (1 + 0.1 * s["n"]) + s["a"]

        return run

    def _fori(self, depth):
        step = self.piece(depth)
        body = lambda a: lambda i, v: 0.6 * v + 0.3 * step(v, a) + 0.05 * i
        return lambda v, a: wg.fori_loop(
            0, np.floor(np.abs(v[2] + a) * 2).astype(int) % 4, body(a), v
        )

    def _scan(self, depth):
        step, rows = self.piece(depth), self.rng.normal(size=4)

        def run(v, a):
            v, ys = wg.scan(lambda v, y: (0.7 * v + 0.3 * step(v, a * y), np.sum(v) * y), v, rows)
            return v + np.mean(ys)

        return run


def random_program(seed):
    pieces = Pieces(seed)
    one, two = pieces.piece(2), pieces.piece(2)

    def program(v, a):
        v = two(one(v, a), a)
        return np.sum(v * np.cos(v)) + a * v[0]

    return program


TRANSFORMS = {
    "grad": lambda f: wg.value_and_grad(f, (0, 1)),
    "jvp": lambda f: lambda v, a: wg.jvp(f, (v, a), (np.cos(v), 1.0)),
    "hessian": wg.hessian,
    "reverse over reverse": lambda f: wg.grad(lambda v, a: np.sum(wg.grad(f)(v, a) ** 2), (0, 1)),
    "vmap": lambda f: lambda v, a: wg.vmap(wg.grad(f, (0, 1)))(v * SCALES[:, None], a + SCALES),
    "grad of vmap": lambda f: wg.grad(
        lambda v, a: np.sum(wg.vmap(f, (None, 0))(v, a + SCALES)), (0, 1)
    ),
    "hessian in lanes": lambda f: (
        lambda v, a: wg.vmap(wg.hessian(f), (0, None))(v * SCALES[:, None], a)
    ),
}
SCALES = np.array([0.3, -0.8, 1.2, 0.7, -1.5])


@pytest.mark.parametrize("seed", SEEDS)
def test_random_programs(seed):
    program = random_program(seed)
    points = [(np.random.default_rng(seed + k).normal(size=3), 0.4 * k - 0.5) for k in range(4)]
    for name, transform in TRANSFORMS.items():
        fun = transform(program)
        jitted = wg.jit(fun)
        with np.errstate(all="ignore"):
            for point in points:
                expected = wg._core.flatten(fun(*point))
                for _ in range(2):
                    for a, b in zip(wg._core.flatten(jitted(*point)), expected, strict=True):
                        np.testing.assert_allclose(a, b, rtol=1e-7, atol=1e-9, err_msg=name)
        assert len(jitted.programs) == 1, name
