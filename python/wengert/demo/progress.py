"""A progress bar for a person who watches, and for nobody else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self


class Progress:
    """One line of a terminal that shows how far a loop has come; silent where `out` is no terminal.

    Parameters
    ----------
    total : int
        Number of steps of the loop.
    out : text stream
        Where the bar is drawn.

    Examples
    --------
    >>> import io
    >>> out = io.StringIO()  # no terminal
    >>> with Progress(3, out) as progress:
    ...     for step in range(3):
    ...         progress.show(step + 1, "working")
    >>> out.getvalue()
    ''
    """

    width = 32
    interval = 0.05  # seconds between two drawings

    def __init__(self, total: int, out: TextIO) -> None:
        self._total = total
        self._out = out
        self._watched = out.isatty()
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._watched:
            self._out.write("\r\x1b[K")  # the bar goes when the loop ends
            self._out.flush()

    def show(self, step: int, note: str = "") -> None:
        """Draw the bar at `step` of the total, with a note behind it.

        Parameters
        ----------
        step : int
            Number of steps done.
        note : str
            What to show beside the bar.
        """
        if not self._watched:
            return
        now = time.monotonic()
        if now < self._next and step < self._total:
            return
        self._next = now + self.interval
        done = self.width * step // self._total
        bar = "#" * done + "." * (self.width - done)
        self._out.write(f"\r[{bar}] {100 * step // self._total:3d}%  {note}\x1b[K")
        self._out.flush()
