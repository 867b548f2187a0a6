"""jit: a function recorded when it is first called, and replayed without Python from then on."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeVar, cast, overload

from wengert import _core
from wengert._functions import is_positive_integer, require_callable
from wengert._into import call_into
from wengert._transformed import Made, describe

if TYPE_CHECKING:
    from wengert.explanation import Lowered

Path = str | os.PathLike[str]
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


class Program(NamedTuple):
    """What was recorded on one path through a function."""

    signature: str
    """The structure, dtypes and shapes of the arguments, and the values of those that are static."""
    runs: int
    """How often it was replayed."""
    reason: str
    """Why it was recorded, or, if `text` is None, why it cannot be replayed."""
    operations: int
    """How many operations it has."""
    text: str | None
    """One operation a line, or None."""


def write_to(path: Path | BinaryIO, jitted: _core.Jitted) -> None:
    """Write what was recorded to a file."""
    content = jitted._saved()
    if hasattr(path, "write"):
        path.write(content)
        return
    with open(path, "wb") as file:
        file.write(content)


@_core.calls_as_it_is
class Jitted(Made, _core.Jitted):
    """A function that is recorded and replayed; see `jit`."""

    @property
    def programs(self) -> list[Program]:
        """What was recorded, the program that ran last first."""
        return [Program(*row) for row in self._listed()]

    def save(self, path: Path | BinaryIO) -> None:
        """Write what was recorded to a file, for `wengert.load`.

        Parameters
        ----------
        path : str, os.PathLike or binary file
            Where to.

        Raises
        ------
        ValueError
            If nothing was recorded, or what was cannot be replayed.
        TypeError
            If an argument, or what is returned, is an object that is no number, text, array, Tensor,
            tuple, list, dict, namedtuple or object of a class that is registered with optree; or if
            such a class, or a function with derivatives that are stated in Python, is not at the top
            level of a module, where its name leads to it.
        """
        write_to(path, self)

    def into(self, out: T, /, *args: Any, **kwargs: Any) -> T:
        """Call the function, and write what it returns to arrays that are there.

        Parameters
        ----------
        out : ndarray or nested container of ndarrays
            Of the form, and the shapes, of what the function returns; of its dtypes, or others that NumPy
            casts it to as "same_kind". They may share memory with arguments.
        *args, **kwargs
            As for a call. Of a method, the object comes first: ``Class.method.into(out, object, x)``.

        Returns
        -------
        out
            What was given.

        Raises
        ------
        TypeError
            If `out` is of another form, or holds something else than arrays that can be written to, or what
            is returned cannot be cast to its dtypes, or is being differentiated.
        ValueError
            If shapes differ.

        Notes
        -----
        A replay computes right there, without memory for results of its own, where arrays lie in C
        order, are of the dtypes of the results and share no memory with what the function reads, and
        where it reads no value on its way. Else what is returned is copied. If an operation of the
        replay fails, nothing is known of what the arrays hold.

        Examples
        --------
        >>> import numpy as np
        >>> from wengert import grad
        >>> slope = jit(grad(lambda x: np.sum(np.sin(x))))
        >>> buffer = np.empty(2)
        >>> slope.into(buffer, np.zeros(2)) is buffer
        True
        >>> buffer
        array([1., 1.])
        """
        return call_into(self, out, args, kwargs)

    def lower(self, /, *args: Any, **kwargs: Any) -> Lowered:
        """Show what a call with these arguments is replayed as.

        The function is called, and recorded once more with the lines of its source. Nothing of that
        is kept: ``programs`` stays as it is, and what a replay would store, as in arguments that the
        function writes to, is not stored. What else it does to the world, as printing, it does.

        Parameters
        ----------
        *args, **kwargs
            As for a call. Of a method, the object comes first: ``Class.method.lower(object, x)``.

        Returns
        -------
        Lowered
            The program before and after simplification, with the line of each operation; the steps of
            the plan, with tiles and runs of numbers, operations and bytes; the size of the arena; the
            guards, what was captured, and what is compared before a replay. ``str()`` is a listing. Its
            ``runs`` say how often the same program, recorded by a call, was replayed. Where such calls
            are not replayed, ``why_not`` says why.

        Raises
        ------
        TraceError
            While another function is being recorded or called for a batch.

        Examples
        --------
        >>> import numpy as np
        >>> f = jit(lambda x: np.sum(2.0 * x + 0.0 * x))
        >>> lowered = f.lower(np.ones(3))
        >>> [x.primitive for x in lowered.recorded.instructions]
        ['multiply', 'multiply', 'add', 'sum']
        >>> len(lowered.steps), lowered.arena_bytes, f.programs
        (4, 128, [])
        """
        from wengert.explanation._lowering import lowered  # noqa: PLC0415 -- few need it

        return lowered(self, args, kwargs)


@overload
def jit(
    fun: F,
    *,
    static_argnums: int | Sequence[int] = ...,
    static_argnames: str | Sequence[str] = ...,
    max_paths: int = ...,
    verify: int = ...,
) -> F: ...
@overload
def jit(
    fun: None = None,
    *,
    static_argnums: int | Sequence[int] = ...,
    static_argnames: str | Sequence[str] = ...,
    max_paths: int = ...,
    verify: int = ...,
) -> Callable[[F], F]: ...
def jit(
    fun: Callable[..., Any] | None = None,
    *,
    static_argnums: int | Sequence[int] = (),
    static_argnames: str | Sequence[str] = (),
    max_paths: int = 8,
    verify: int = 0,
) -> Any:
    """Return a function that records `fun` on its first call, and replays it without Python after.

    It means what `fun` means. What Python reads of a value while `fun` is recorded (a branch, a loop's
    end, an index, a shape) is compared before a replay goes on, and where something else would have
    been read, `fun` runs again and that path is kept beside the others. Nothing is compiled: recording
    takes about what one call takes.

    Parameters
    ----------
    fun : callable
        The function, made of NumPy's or wengert's operations; it may branch and loop as it likes, and
        contain other transforms. Without it, a decorator is returned.
    static_argnums, static_argnames : int or str, or a sequence of such
        Arguments that `fun` is given as they are, whose values a program belongs to. They have a hash
        and are compared by ``==``. Python's integers, strings and whatever else has no derivative are
        static without being named.
    max_paths : int
        How many paths are kept for arguments of one kind, and how many paths of an example in a `vmap`
        inside are one operation. Where that many recordings in a row were
        not replayed, a warning says why, and calls that no program serves run as `fun` does.
    verify : int
        Every so many replays are compared with a call of `fun`, and differences are an error.

    Returns
    -------
    callable
        Takes the arguments of `fun` and returns what it returns. Floating-point and complex numbers,
        arrays and Tensors, also in tuples, lists and dicts, are the inputs: inside of `fun` they are
        Tensors. NumPy arrays give NumPy arrays, numbers give numbers, Tensors give Tensors. Its
        attribute ``programs`` lists what was recorded and why, ``lower(*args)`` shows as what a call is
        replayed, ``clear()`` forgets it all, and ``save(path)`` writes it to a file that `load` reads.

    Raises
    ------
    TraceError
        If `verify` finds a difference.
    TypeError
        If `fun` is a generator or a coroutine.

    Notes
    -----
    What `fun` reads from outside is compared before a replay as well: the globals, the cells of the
    closure, the defaults, the modules and the attributes of objects that its code names, and the code of
    Python functions that it names, but for those of installed libraries. Numbers and containers are
    compared by value, arrays of up to 4 kB by their elements, larger ones by identity and, if they can be written to,
    by a sum over their bits, which takes about as long as reading them does: pass such arrays as
    arguments, or make them read-only. Tensors that `fun` reads from outside are inputs, so that
    ``w.assign(value)`` is seen. What `fun` writes to its arguments, to Tensors outside and to gradients is
    written at every call, once all that was read has been found the same.

    Not seen are random numbers, the time, files, and what a library keeps; ``verify=1`` finds them. What
    else `fun` does to the world, as printing, happens when it is recorded.

    Inside of another transform that records or batches, and under `debug_nans` or inside of what
    `explain` is given, `fun` itself is called.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert import grad
    >>> slope = jit(grad(lambda x: np.sum(np.sin(x) ** 2)))
    >>> slope(np.array([0.0, 1.0])).round(3)
    array([0.   , 0.909])
    >>> slope(np.array([0.5, 2.0])).round(3)
    array([ 0.841, -0.757])
    >>> slope.programs[0].runs
    1
    """
    if fun is None:
        return functools.partial(
            jit,
            static_argnums=static_argnums,
            static_argnames=static_argnames,
            max_paths=max_paths,
            verify=verify,
        )
    require_callable("jit", fun)
    if inspect.isgeneratorfunction(fun) or inspect.iscoroutinefunction(fun):
        message = (
            f"jit: {fun!r} is a generator or a coroutine, which runs after it was called; "
            "a function that returns its result is needed"
        )
        raise TypeError(message)
    if not is_positive_integer(max_paths):
        message = f"jit: max_paths is {max_paths!r}; a positive integer is needed"
        raise ValueError(message)
    if verify != 0 and not is_positive_integer(verify):
        message = f"jit: verify is {verify!r}; an integer from 0 on is needed"
        raise ValueError(message)
    options = {
        "static_argnums": static_argnums,
        "static_argnames": static_argnames,
        "max_paths": max_paths,
        "verify": verify,
    }
    made = Jitted(fun, *_static(fun, static_argnums, static_argnames), max_paths, verify)
    describe(made, cast("Callable[..., Any]", jit), fun, options)
    return made


def _static(fun: Callable[..., Any], numbers: Any, names: Any) -> tuple[Any, Any]:
    """Return the positions and the names of what is static, each argument by both."""
    numbers = (numbers,) if isinstance(numbers, int) else tuple(numbers)
    names = (names,) if isinstance(names, str) else tuple(names)
    if not numbers and not names:
        return (), ()
    try:
        parameters = inspect.signature(fun).parameters
    except (TypeError, ValueError):
        return numbers, names
    positional = [
        name
        for name, parameter in parameters.items()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    has_more = any(p.kind is p.VAR_POSITIONAL for p in parameters.values())
    takes_names = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    if wrong := [
        n for n in numbers if not has_more and not -len(positional) <= n < len(positional)
    ]:
        message = (
            f"jit: static_argnums holds {wrong[0]} and the function has {len(positional)} positional "
            "parameters"
        )
        raise ValueError(message)
    if unknown := [name for name in names if not takes_names and name not in parameters]:
        message = (
            f"jit: static_argnames holds {unknown[0]!r}, which is no parameter of the function"
        )
        raise ValueError(message)
    own = {n + len(positional) if n < 0 else n for n in numbers}
    named = {*names, *(positional[n] for n in own if n < len(positional))}
    return (
        tuple(own | {positional.index(name) for name in names if name in positional}),
        tuple(named),
    )


@contextmanager
def no_jit() -> Iterator[None]:
    """Have functions that `jit` returned run as they are, in every thread, in a ``with`` block.

    Examples
    --------
    >>> f = jit(lambda x: print("called") or x * 2.0)
    >>> with no_jit():
    ...     f(1.0), f(2.0)
    called
    called
    (2.0, 4.0)
    """
    _core.switch_jit_off(1)
    try:
        yield
    finally:
        _core.switch_jit_off(-1)
