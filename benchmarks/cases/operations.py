"""One array operation, recorded, by every way of writing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from benchmarks.clock import Contender, Timed
from benchmarks.targets import AtMost, NotSlower, Target

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library

SMALL = (1, 10, 100)


@dataclass(frozen=True)
class Operations:
    """A task is a statement over a variable `t`, an array `a`, a NumPy scalar `s`, namespace `np`.

    The statement is timed as it stands, with its operands in local variables; its result and what
    it recorded are dropped again. "numpy" runs it on arrays, recording nothing; "wengert wnp" has
    `wengert.numpy` for `np` where "wengert" has NumPy. Size 0 is a scalar.
    """

    name: ClassVar = "operations"
    tasks: ClassVar = ("t * t", "t * 1.5", "np.multiply(t, t)", "np.exp(t)", "a * t", "s * t")
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("t * t", 0, 60e-9),
        *(AtMost("t * t", n, 100e-9) for n in SMALL),
        *(NotSlower("np.multiply(t, t)", n, "numpy") for n in SMALL),
        *(NotSlower("np.exp(t)", n, "numpy") for n in SMALL),
        *(AtMost("a * t", n, 300e-9) for n in SMALL),
        *(AtMost("s * t", n, 300e-9) for n in SMALL),
    )

    sizes: tuple[int, ...] = (0, *SMALL, 1_000, 10_000)
    tolerance: float = 1e-14

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        a = np.linspace(0.5, 1.5, size) if size else np.float64(0.75)
        s = np.float64(1.25)
        expected = eval(task, {"t": a, "a": a, "s": s, "np": np})
        for label, (variable, space) in library.variables(a).items():
            names: dict[str, Any] = {"t": variable, "a": a, "s": s, "np": space}
            if "np" in task or "wnp" not in label:
                yield Timed(
                    label,
                    lambda names=names: eval(task, names),  # type: ignore[misc]
                    expected,
                    self.tolerance,
                    library.numpy,
                    statement=task,
                    names={name: names[name] for name in names if name != "__builtins__"},
                )
