"""JAX: float64, jitted, with arrays on the device and `block_until_ready`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from benchmarks.cases.problem import Problem
from benchmarks.libraries.library import Library, Run, namespace, positions

jax.config.update("jax_enable_x64", True)

DENSE = 4_000


def _loop(step: Callable[..., Any], carry: Any, items: Any) -> Any:
    return jax.lax.scan(lambda c, item: (step(c, item), None), carry, items)[0]


class Jax(Library):
    """Python loops are unrolled into the compiled program."""

    name = "jax"
    statement = "import jax.numpy"
    compiles = True

    def __init__(self) -> None:
        self.np = namespace(
            jnp, sigmoid=jax.nn.sigmoid, relu=jax.nn.relu, loop=_loop, scan=jax.lax.scan
        )

    def objective(self, problem: Problem) -> Callable[..., Any]:
        if problem.rolled is not None and problem.size > problem.unrolled:
            raise NotImplementedError(
                "compiling a longer unrolled loop takes minutes, or all stack"
            )
        return partial(problem.objective, self.np)

    def value(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self._compiled(self.objective(problem), inputs)

    def gradient(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self._compiled(
            jax.value_and_grad(self.objective(problem), argnums=problem.argnums), inputs
        )

    def curvature(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        gradient = jax.grad(self.objective(problem))
        return self._compiled(jax.grad(lambda x: jnp.sum(gradient(x))), inputs)

    def jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        self._require_room(problem)
        return self._compiled(jax.jacfwd(self.objective(problem)), inputs)

    def hessian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        self._require_room(problem)
        return self._compiled(jax.hessian(self.objective(problem)), inputs)

    def _require_room(self, problem: Problem) -> None:
        if problem.size > DENSE:
            raise NotImplementedError("its matrices are dense")

    def product(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        tracked = positions(problem)

        def product(*arrays: Any) -> Any:
            primals, rest = arrays[: len(tracked)], arrays[len(tracked) :]

            def gradient(*variables: Any) -> Any:
                return jax.grad(self.objective(problem), argnums=tracked)(*variables, *rest)

            return jax.jvp(gradient, primals, tuple(jnp.ones_like(x) for x in primals))[1]

        return self._compiled(product, inputs)

    def newton(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        def direction(x: Any, *rest: Any) -> Any:
            gradient = jax.grad(lambda x: self.objective(problem)(x, *rest))
            slope, diagonal = jax.jvp(gradient, (x,), (jnp.ones_like(x),))
            return slope / diagonal

        return self._compiled(direction, inputs)

    def nested(
        self, program: Callable[..., Any], outer: str, inner: str, inputs: tuple[Any, ...]
    ) -> Run:
        raise NotImplementedError(
            "a loop that ends by values has no reverse mode compiled, and takes minutes if it is not"
        )

    def batch(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        return self._compiled(jax.vmap(self.objective(problem)), inputs)

    def batched_jacobian(self, problem: Problem, inputs: tuple[Any, ...]) -> Run:
        jacobian = jax.jacfwd(self.objective(problem), argnums=problem.argnums)
        return self._compiled(jax.vmap(jacobian), inputs)

    def _compiled(self, function: Callable[..., Any], inputs: tuple[Any, ...]) -> Run:
        arrays = jax.tree.map(lambda x: jnp.asarray(x, dtype=jnp.float64), inputs)
        compiled = jax.jit(function)
        ready = jax.block_until_ready
        ready(compiled(*arrays))
        return lambda: ready(compiled(*arrays))


class JaxScan(Jax):
    """Loops are given to `jax.lax.scan`, as JAX's documentation advises for long ones."""

    name = "jax scan"

    def objective(self, problem: Problem) -> Callable[..., Any]:
        if problem.rolled is None:
            raise NotImplementedError
        return partial(problem.rolled, self.np)

    def variables(self, array: Any) -> dict[str, tuple[Any, Any]]:
        raise NotImplementedError
