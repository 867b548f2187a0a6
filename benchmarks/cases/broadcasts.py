"""The product of two arrays that broadcast, of many shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from benchmarks.clock import Contender, Timed
from benchmarks.targets import Largest, NotSlower, Target

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library

Shape = tuple[int, ...]

SHAPES: Mapping[str, Callable[[int], tuple[Shape, Shape]]] = {
    "(n, 2) * (n, 1)": lambda n: ((n // 2, 2), (n // 2, 1)),
    "(n, 2) * (2,)": lambda n: ((n // 2, 2), (2,)),
    "(n, 1) * (2,)": lambda n: ((n // 2, 1), (2,)),
    "(n, 3) * (n, 1)": lambda n: ((n // 3, 3), (n // 3, 1)),
    "(n, 3) * (3,)": lambda n: ((n // 3, 3), (3,)),
    "(n, 10) * (n, 1)": lambda n: ((n // 10, 10), (n // 10, 1)),
    "(n, 40) * (n, 1)": lambda n: ((n // 40, 40), (n // 40, 1)),
    "(n, 150) * (n, 1)": lambda n: ((n // 150, 150), (n // 150, 1)),
    "(2, n) * (2, 1)": lambda n: ((2, n // 2), (2, 1)),
    "(2, n) * (n,)": lambda n: ((2, n // 2), (n // 2,)),
    "(n, n) * (n, 1)": lambda n: ((isqrt(n), isqrt(n)), (isqrt(n), 1)),
    "(n, n) * (n,)": lambda n: ((isqrt(n), isqrt(n)), (isqrt(n),)),
    "(n, 1) * (n,)": lambda n: ((isqrt(n), 1), (isqrt(n),)),
    "(n, 2, 2) * (n, 1, 2)": lambda n: ((n // 4, 2, 2), (n // 4, 1, 2)),
    "(n, 2, 1) * (n, 1, 2)": lambda n: ((n // 4, 2, 1), (n // 4, 1, 2)),
    "(n, 14, 3) * (n, 1, 3)": lambda n: ((n // 42, 14, 3), (n // 42, 1, 3)),
    "(n, 14, 3) * (n, 1, 1)": lambda n: ((n // 42, 14, 3), (n // 42, 1, 1)),
    "(n, 14, 1) * (n, 1, 3)": lambda n: ((n // 42, 14, 1), (n // 42, 1, 3)),
    "(n, 5, n) * (5, 1)": lambda n: ((isqrt(n // 5), 5, isqrt(n // 5)), (5, 1)),
    "(n, n, n, n) * (n, 1, n, 1)": lambda n: ((root := isqrt(isqrt(n)),) * 4, (root, 1, root, 1)),
    "(n, 1, n, 1) * (1, n, 1, n)": lambda n: (
        (root := isqrt(isqrt(n)), 1, root, 1),
        (1, root, 1, root),
    ),
}


@dataclass(frozen=True)
class Broadcasts:
    """A task is a pair of shapes in the style of NumPy; the size is about that of the result.

    "numpy" computes the product and records nothing, the others record it.
    """

    name: ClassVar = "broadcasts"
    tasks: ClassVar = tuple(SHAPES)
    targets: ClassVar[tuple[Target, ...]] = tuple(
        Largest(tuple(NotSlower(task, n, "numpy", limit=1.3) for task in SHAPES), f"any, n = {n}")
        for n in (10_000, 100_000, 1_000_000)
    )

    sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    tolerance: float = 1e-15

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        random = np.random.default_rng(11)
        x, y = (random.uniform(0.5, 1.5, shape) for shape in SHAPES[task](size))
        expected = x * y
        pairs = zip(library.variables(x).items(), library.variables(y).values(), strict=True)
        for (label, (a, _)), (b, _) in pairs:
            if "wnp" not in label:  # an operator is the same whatever the namespace
                yield Timed(
                    label,
                    lambda a=a, b=b: a * b,  # type: ignore[misc]
                    expected,
                    self.tolerance,
                    library.numpy,
                    statement="a * b",
                    names={"a": a, "b": b},
                )
