"""Blocks in which nothing is recorded."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any, TypeVar

from wengert import _core

Function = TypeVar("Function", bound=Callable[..., Any])


class no_grad:
    """Context in which nothing is recorded; a decorator, too.

    A transform called inside differentiates as ever, and returns untracked results.

    Raises
    ------
    RuntimeError
        If it is left more often than it was entered.

    Notes
    -----
    A block is of the context (see `contextvars`) in which it was entered: of the thread, or of the
    task of asyncio, whatever others do meanwhile. What starts with a copy of that context, as a task
    made inside does, or a function given to ``asyncio.to_thread``, is in the block until it is left.
    Blocks may be left in any order, and from any thread or task: the one that is left ends, and the
    others stay.

    A generator runs in the context of its caller. So the caller is in the block in which a generator
    waits, which functions decorated by ``contextlib.contextmanager`` are made for. Of a generator
    that is decorated by ``no_grad()`` only the generator itself is in the block, whenever it runs.

    Examples
    --------
    >>> from wengert import tensor
    >>> t = tensor(2.0, requires_grad=True)
    >>> with no_grad():
    ...     (t * t).requires_grad
    False
    >>> @no_grad()
    ... def batches(t):
    ...     yield t * t
    >>> [((t * t).requires_grad, y.requires_grad) for y in batches(t)]
    [(True, False)]
    """

    def __init__(self) -> None:
        self._open: list[Any] = []

    def __enter__(self) -> None:
        self._open.append(_core.open_no_grad())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _core.close_no_grad(self._open)

    def __call__(self, fun: Function) -> Function:
        """Return `fun`, which then runs in a block of its own at each call."""
        if inspect.isasyncgenfunction(fun):
            message = "no_grad: fun is an asynchronous generator; open the block inside of it"
            raise _core.DTypeError(message)
        if inspect.iscoroutinefunction(fun):

            async def untracked_coroutine(*args: Any, **kwargs: Any) -> Any:
                with no_grad():
                    return await fun(*args, **kwargs)

            return functools.update_wrapper(untracked_coroutine, fun)  # type: ignore[return-value]

        if inspect.isgeneratorfunction(fun):

            def untracked_generator(*args: Any, **kwargs: Any) -> Any:
                return _untracked_whenever_it_runs(fun(*args, **kwargs))

            return functools.update_wrapper(untracked_generator, fun)  # type: ignore[return-value]

        def untracked(*args: Any, **kwargs: Any) -> Any:
            with no_grad():
                return fun(*args, **kwargs)

        return functools.update_wrapper(untracked, fun)  # type: ignore[return-value]


def _untracked_whenever_it_runs(generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    resume: Callable[[Any], Any] = generator.send
    given: Any = None
    while True:
        try:
            with no_grad():
                item = resume(given)
        except StopIteration as end:
            return end.value
        try:
            resume, given = generator.send, (yield item)
        except GeneratorExit:
            with no_grad():
                generator.close()
            raise
        except BaseException as error:  # noqa: BLE001 -- it is the generator's
            resume, given = generator.throw, error
