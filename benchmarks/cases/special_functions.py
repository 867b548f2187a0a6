"""Functions of SciPy, beside SciPy's own value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import scipy.special

from benchmarks.clock import Contender, Timed
from benchmarks.targets import NotSlower, Target
from wengert.scipy import special

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library

# By name, the interval of the operand.
FUNCTIONS = {
    "gammaln": (0.1, 30.0),
    "gamma": (0.1, 30.0),
    "psi": (0.1, 30.0),
    "erf": (-3.0, 3.0),
    "erfc": (-3.0, 6.0),
    "erfcx": (-3.0, 30.0),
    "erfinv": (-1.0, 1.0),
    "erfcinv": (0.0, 2.0),
    "ndtr": (-6.0, 6.0),
    "log_ndtr": (-20.0, 6.0),
    "ndtri": (0.0, 1.0),
    "i0": (-20.0, 20.0),
    "i1": (-20.0, 20.0),
    "i0e": (-20.0, 20.0),
    "i1e": (-20.0, 20.0),
    "expit": (-10.0, 10.0),
    "logit": (0.0, 1.0),
    "log_expit": (-10.0, 10.0),
    "entr": (0.0, 3.0),
    "exprel": (-3.0, 3.0),
}


@dataclass(frozen=True)
class SpecialFunctions:
    """A task is a function; "wengert" records its value, "scipy" computes it alone."""

    name: ClassVar = "special_functions"
    tasks: ClassVar = tuple(FUNCTIONS)
    targets: ClassVar[tuple[Target, ...]] = tuple(
        NotSlower(task, 10_000, "scipy") for task in FUNCTIONS
    )

    sizes: tuple[int, ...] = (100, 10_000)
    tolerance: float = 1e-12

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        if library.name not in ("wengert", "numpy"):
            raise NotImplementedError
        x = np.random.default_rng(12).uniform(*FUNCTIONS[task], size)
        theirs = getattr(scipy.special, task)
        expected = theirs(x)
        if library.name == "numpy":
            yield Timed("scipy", lambda: theirs(x), expected, self.tolerance, library.numpy)
            return
        ours = getattr(special, task)
        t = next(iter(library.variables(x).values()))[0]
        yield Timed("wengert", lambda: ours(t), expected, self.tolerance, library.numpy)
