"""What a case gives: contenders to the clock, and for a problem its inputs, objective, gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from benchmarks.clock import Contender, Timed
from benchmarks.targets import Target

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library


SPARSE = ("sparse_jacobian", "sparse_hessian")
"""Tasks whose result is a matrix in the library's own form, checked by a product."""


def weights(n: int) -> Any:
    """Return the vector of that product."""
    return np.random.default_rng(9).uniform(0.5, 1.5, n)


class Case(Protocol):
    """Tasks at sizes, each done by contenders."""

    name: ClassVar[str]
    targets: ClassVar[tuple[Target, ...]]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes, small to large."""

    @property
    def tasks(self) -> tuple[str, ...]:
        """What is done at each size."""

    def contenders(self, library: Library, task: str, size: int) -> Iterable[Contender]:
        """Yield what `library` enters; raise `NotImplementedError` if that is nothing."""


@dataclass(frozen=True)
class Problem:
    """A scalar function of arrays, with the gradient that every library is checked against.

    A subclass has ``inputs(n)``, a tuple of arrays; ``objective(np, *inputs)``, written for NumPy
    over the namespace that it is given; and ``gradient(*inputs)``, derived by hand, shaped as
    `argnums` says: an array for an integer, a tuple for a tuple. The same may be there in more forms:

    - ``rolled(np, *inputs)``, a loop that is given to ``np.loop(step, carry, items)``, or to
      ``np.scan``, which also returns what each step gives;
    - ``written(np, *inputs)``, which writes to arrays that it makes (``y[i] = ...``), for libraries
      that differentiate this; the objective then makes new arrays of lists or of parts;
    - ``chained(np, *inputs)``, a loop that is given to ``np.chain(step, state, length)``, which keeps
      few of the states.
    """

    name: ClassVar[str]
    targets: ClassVar[tuple[Target, ...]] = ()
    tasks: ClassVar[tuple[str, ...]] = ("value", "gradient")
    argnums: ClassVar[int | tuple[int, ...]] = 0
    scalar: ClassVar[bool] = False
    """Whether the objective is a program of scalar operations."""
    literals: ClassVar[bool] = False
    """Whether arrays are written as literals, which wengert is given as NumPy's own."""
    rolled: ClassVar[Callable[..., Any] | None] = None
    unrolled: ClassVar[int] = 1_000
    """The largest size at which a compiler is given the loop of such a problem unrolled."""
    written: ClassVar[Callable[..., Any] | None] = None
    chained: ClassVar[Callable[..., Any] | None] = None
    largest: ClassVar[Mapping[str, int]] = {}
    """The largest size of a task that is not done at all sizes."""
    reach: ClassVar[Mapping[str, tuple[int, str]]] = {}
    """By library: the largest size that it is given, and why no larger one."""

    sizes: tuple[int, ...] = ()
    tolerance: float = 1e-10
    size: int = 0
    """The size being measured, for an objective whose inputs do not tell it."""

    inputs: ClassVar[Callable[..., tuple[Any, ...]]]
    objective: ClassVar[Callable[..., Any]]
    gradient: ClassVar[Callable[..., Any]]
    curvature: ClassVar[Callable[..., Any]]
    newton: ClassVar[Callable[..., Any]]
    jacobian: ClassVar[Callable[..., Any]]
    matrix_times: ClassVar[Callable[..., Any]]
    """Of the inputs and a vector: the product that a sparse Jacobian or Hessian is checked by."""

    @property
    def as_in_numpy(self) -> Callable[..., Any]:
        """The form that a user of NumPy writes."""
        return self.written or self.objective

    def operations(self, n: int) -> int:
        """Return what a figure is divided by: 1, or the number of operations."""
        return 1

    def columns(self, n: int) -> int:
        """Return the number of columns of a sparse matrix of the problem."""
        return n

    def expected(self, task: str, inputs: tuple[Any, ...]) -> Any:
        """Return what a library must return for `task`."""
        match task:
            case "value" | "record":
                return self.objective(np, *inputs)
            case "sweep":
                return self.gradient(*inputs)
            case "gradient":
                return self.objective(np, *inputs), self.gradient(*inputs)
            case "curvature" | "product":
                return self.curvature(*inputs)
            case "newton":
                return self.newton(*inputs)
            case "jacobian":
                return self.jacobian(*inputs)
            case "batch":
                return self.objective(np, *inputs)
            case "sparse_jacobian" | "sparse_hessian":
                return self.matrix_times(*inputs, weights(self.columns(self.size)))
        raise ValueError(f"expected: task is {task!r}; a problem has no such task")

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        yield self.contender(library, library.name, task, size)

    def contender(self, library: Library, label: str, task: str, size: int) -> Timed:
        if size > self.largest.get(task, size):
            raise NotImplementedError
        if size > (reach := self.reach.get(library.name, (size, "")))[0]:
            raise NotImplementedError(reach[1])
        problem, inputs = replace(self, size=size), self.inputs(size)
        return Timed(
            label,
            getattr(library, task)(problem, inputs),
            problem.expected(task, inputs),
            self.tolerance,
            partial(library.times, weights(self.columns(size)))
            if task in SPARSE
            else library.numpy,
            self.operations(size),
        )
