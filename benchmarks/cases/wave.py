"""A wave on a membrane, stepped in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.clock import Contender, Gauged
from benchmarks.libraries import load
from benchmarks.machine import in_fresh_process, most_resident_bytes, resident_bytes
from benchmarks.targets import NotSlower, Target

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library

WIDTH = 200
PEAK = "peak of memory"


def laplacian(u: Any) -> Any:
    """Return the sum of the four neighbours less four times the element, of those inside."""
    return u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]


@dataclass(frozen=True)
class Wave(Problem):
    """Energy of the deflection u, in its initial value and the squared speed c of each element.

    The size is the number of steps (Störmer and Verlet): v += c laplacian(u), u += v, inside; the rim
    stays. The gradient in c keeps the Laplacian of each step, or makes it again.
    """

    name: ClassVar = "wave on 200 x 200"
    unrolled: ClassVar = 10
    tasks: ClassVar = ("value", "gradient", PEAK)
    argnums: ClassVar = (0, 1)
    targets: ClassVar[tuple[Target, ...]] = (
        NotSlower("gradient", 1_000, "wengert", "wengert chain", 4.0),
        NotSlower(PEAK, 1_000, "wengert", "wengert chain", 0.25),
    )

    sizes: tuple[int, ...] = (100, 1_000)

    def inputs(self, n: int) -> tuple[Any, ...]:
        x = np.linspace(-1.0, 1.0, WIDTH)
        bump = np.exp(-20.0 * (x[:, None] ** 2 + x**2))
        speeds = np.random.default_rng(15).uniform(0.1, 0.3, (WIDTH - 2, WIDTH - 2))
        return bump, speeds

    def written(self, np: Any, u: Any, c: Any) -> Any:
        state = np.zeros_like(u)
        state[:] = u
        u, v = state, np.zeros_like(u)
        for _ in range(self.size):
            step_in_place(u, v, c)
        return np.sum(u * u)

    def objective(self, np: Any, u: Any, c: Any) -> Any:
        v = np.zeros_like(u)
        for _ in range(self.size):
            v = v + np.pad(c * laplacian(u), 1, "constant")
            u = u + v
        return np.sum(u * u)

    def rolled(self, np: Any, u: Any, c: Any) -> Any:
        inside = (slice(1, -1), slice(1, -1))

        def step(state: Any, _: Any) -> Any:
            u, v = state
            v = v.at[inside].add(c * laplacian(u))
            return u.at[inside].add(v[inside]), v

        u, _ = np.loop(step, (u, np.zeros_like(u)), np.arange(self.size))
        return np.sum(u * u)

    def gradient(self, u: Any, c: Any) -> tuple[Any, Any]:
        u, v, kept = u.copy(), np.zeros_like(u), []
        for _ in range(self.size):
            kept.append(laplacian(u))
            v[1:-1, 1:-1] += c * kept[-1]
            u[1:-1, 1:-1] += v[1:-1, 1:-1]
        ct_u, ct_v, ct_c = 2.0 * u, np.zeros_like(c), np.zeros_like(c)
        for bent in reversed(kept):
            ct_v += ct_u[1:-1, 1:-1]
            ct_c += ct_v * bent
            part = c * ct_v
            ct_u[2:, 1:-1] += part
            ct_u[:-2, 1:-1] += part
            ct_u[1:-1, 2:] += part
            ct_u[1:-1, :-2] += part
            ct_u[1:-1, 1:-1] -= 4.0 * part
        return ct_u, ct_c

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        forms = {library.name: self}
        if library.name == "wengert" and task != "value":
            forms["wengert chain"] = ChainOfWaves()
        for label, form in forms.items():
            if task == PEAK:
                yield Gauged(label, form.gauge(library, size), "B")
            else:
                yield form.contender(library, label, task, size)

    def gauge(self, library: Library, steps: int) -> Any:
        """Return what finds the peak of a gradient in a new interpreter."""
        library.gradient(replace(self, size=2), self.inputs(2))
        call = f"wave.peak(wave.{type(self).__name__}, {library.name!r}, {steps})"
        return lambda: in_fresh_process(f"from benchmarks.cases import wave; print({call})")


class ChainOfWaves(Wave):
    """The same by a chain that keeps few of its states."""

    def chained(self, np: Any, u: Any, c: Any) -> Any:
        def step(state: Any) -> Any:
            u, v = state
            step_in_place(u, v, c)
            return u, v

        u, _ = np.chain(step, (u, np.zeros_like(u)), self.size)
        return np.sum(u * u)


def step_in_place(u: Any, v: Any, c: Any) -> None:
    v[1:-1, 1:-1] += c * laplacian(u)
    u[1:-1, 1:-1] += v[1:-1, 1:-1]


def peak(form: type[Wave], name: str, steps: int) -> float:
    """Return the bytes by which memory grows, at most, while library `name` takes a gradient.

    A library that compiles does so meanwhile, since it keeps the memory of the run that ends that.
    """
    library, problem, inputs = load(name), form(), form().inputs(steps)
    library.gradient(replace(problem, size=2), inputs)()
    before = resident_bytes()
    library.gradient(replace(problem, size=steps), inputs)()
    return most_resident_bytes() - before
