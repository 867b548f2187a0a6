"""Functions that were saved as what was recorded of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, TypeVar

from wengert import _core
from wengert._into import call_into
from wengert._jit import Path, Program, write_to

if TYPE_CHECKING:
    from wengert.explanation import Lowered

T = TypeVar("T")


@_core.calls_as_it_is
class Loaded(_core.Jitted):
    """The programs of a function that is not here; see `load`. Pickled as they are."""

    @property
    def programs(self) -> list[Program]:
        """What was recorded, the program that ran last first."""
        return [Program(*row) for row in self._listed()]

    def into(self, out: T, /, *args: Any, **kwargs: Any) -> T:
        """Call it, and write what it returns to arrays that are there; see `wengert.jit`."""
        return call_into(self, out, args, kwargs)

    def lower(self, /, *args: Any, **kwargs: Any) -> Lowered:
        """Show what a call with these arguments is replayed as; see `wengert.jit`. No line is known."""
        from wengert.explanation._lowering import lowered  # noqa: PLC0415 -- few need it

        return lowered(self, args, kwargs)

    def save(self, path: Path | BinaryIO) -> None:
        """Write the programs as they were loaded; see `wengert.jit`."""
        write_to(path, self)

    def clear(self) -> NoReturn:
        """Raise TypeError: what was recorded cannot be recorded again."""
        message = f"clear: {self._name()} was loaded, and cannot be recorded again"
        raise TypeError(message)

    def __repr__(self) -> str:
        """Write what it is."""
        return f"<{self._name()}, loaded>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what `save` writes, and the names in it as pickles have them, which imports them."""
        return _loaded, (self._saved(), *self._named())


def _loaded(content: bytes, *_named: Any) -> Loaded:
    loaded: Loaded = _core.load_jitted(Loaded, content)
    return loaded


def load(path: Path | BinaryIO) -> Loaded:
    """Return the function whose programs were saved in a file.

    It evaluates what was recorded, without the Python code that it was recorded of, which need not be
    there. So it is a way to hand a model and its gradient to another process, or another machine.

    Parameters
    ----------
    path : str, os.PathLike or binary file
        What ``save`` of a function that `jit` returned has written.

    Returns
    -------
    callable
        Takes the arguments that the function took when its programs were recorded, in these types and
        shapes; inputs may be numbers, arrays or Tensors. It can be differentiated and batched as
        the function could, and be pickled. Its attribute ``programs`` lists what it has.

    Raises
    ------
    FormatError
        If the file was not written by ``save``, was cut off or altered, or is of a later version. Its
        bytes are compared with a sum that it holds before anything is made of them, and every index,
        size and type before it is used: no file makes Python run code of its own, or import a module.
        Classes of containers and functions with stated derivatives, which are there by their names,
        must have been imported, and be such still.
    OSError
        If the file cannot be read.

    Notes
    -----
    A call for which none of the paths holds, whose arguments are of other shapes or which would take
    another branch, is a TraceError that says so. So is one that differentiates the gradient that a
    function takes within, if the function was not differentiated before it was saved. What the
    function read from outside, Tensors too, has the values that it had when it was saved. Results are
    the bits of the function that was saved, on processors with the same instructions.

    Examples
    --------
    >>> import io
    >>> import numpy as np
    >>> from wengert import jit, value_and_grad
    >>> w = np.array([0.5, -0.5])
    >>> model = jit(lambda x: np.sum(np.tanh(x * w)))
    >>> file = io.BytesIO()
    >>> float(model(np.ones(2)))
    0.0
    >>> model.save(file)
    >>> again = load(io.BytesIO(file.getvalue()))
    >>> again(np.array([1.0, 2.0])).round(4)
    np.float64(-0.2995)
    >>> value_and_grad(again)(np.array([1.0, 2.0]))[1].round(4)
    array([ 0.3932, -0.21  ])
    """
    if hasattr(path, "read"):
        return _loaded(path.read())
    with open(path, "rb") as file:
        return _loaded(file.read())
