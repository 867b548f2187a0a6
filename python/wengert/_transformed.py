"""What transforms return: functions that know what they are made of."""

from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import Callable
from typing import Any

from wengert import _core

# The function, `before` and `after` of a Transformed.
Parts = tuple[Callable[..., Any], tuple[Any, ...], tuple[Any, ...]]


class Made:
    """A function made of another by a transform.

    It has the name, the documentation and the signature of that function, which is its
    ``__wrapped__``. It is pickled by name where it stands under its function's name, as what a
    decorator returns, and otherwise as the transform, the function and the options, to which the
    transform is applied again. Two are equal if these are.
    """

    __wrapped__: Callable[..., Any]
    _transform: Callable[..., Any]
    _options: dict[str, Any]

    def __repr__(self) -> str:
        """Write the call that made it, without the options that were left as they are."""
        parameters = inspect.signature(self._transform).parameters
        given = [
            f"{name}={value!r}"
            for name, value in self._options.items()
            if value is not parameters[name].default and value != parameters[name].default
        ]
        return f"{self._transform.__name__}({', '.join([name_of(self.__wrapped__), *given])})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Made):
            return NotImplemented
        mine = self._transform, self.__wrapped__, self._options
        return mine == (other._transform, other.__wrapped__, other._options)

    def __hash__(self) -> int:
        return hash((self._transform, self.__wrapped__))

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Pickle by name, or by the parts."""
        parts = self._transform, self.__wrapped__, self._options
        return global_name(self) or (_made, parts)


class Transformed(Made, _core.Closure):
    """What a transform returns whose work is done anew in every call. It binds as a method does."""

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """Bind as a function does."""
        return self if instance is None else types.MethodType(self, instance)


def transformed(
    transform: Callable[..., Any],
    fun: Callable[..., Any],
    options: dict[str, Any],
    function: Callable[..., Any],
    before: tuple[Any, ...] = (),
    after: tuple[Any, ...] = (),
) -> Transformed:
    """Return what `transform` makes of `fun`.

    Parameters
    ----------
    transform : callable
        What is called again with `fun` and `options` where the result is unpickled.
    fun : callable
        The function that is transformed.
    options : dict
        The other arguments of `transform`.
    function, before, after
        What evaluates: `function` is called with `before`, the tuple and the dict of the arguments,
        and `after`. None of it is pickled.

    Returns
    -------
    Transformed
        The function.
    """
    made = Transformed(function, before, after)
    describe(made, transform, fun, options)
    return made


def describe(
    made: Made, transform: Callable[..., Any], fun: Callable[..., Any], options: dict[str, Any]
) -> None:
    """Say what made the function, and of which."""
    wrap(made, fun)
    made._transform, made._options = transform, options


def _made(transform: Callable[..., Any], fun: Any, options: dict[str, Any]) -> Any:
    return transform(fun, **options)


def wrap(made: object, fun: Callable[..., Any]) -> None:
    """Do as functools.update_wrapper, in a third of its time, and leave what `fun` was given alone."""
    metadata = made.__dict__
    for name in functools.WRAPPER_ASSIGNMENTS:
        value = getattr(fun, name, made)
        if value is not made:
            metadata[name] = value
    metadata["__wrapped__"] = fun


def spread(function: Callable[..., Any], args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Call a function of Python with the arguments of a Transformed."""
    return function(*args, **keywords)


def name_of(fun: Any) -> str:
    """Return what a person calls the function."""
    if isinstance(fun, Made):
        return repr(fun)
    return getattr(fun, "__name__", type(fun).__name__)


def global_name(fun: Any) -> str | None:
    """Return the name under which the module of a function has it, if it does."""
    name: str = getattr(fun, "__qualname__", "")
    found: Any = sys.modules.get(fun.__module__)
    for part in name.split("."):
        found = getattr(found, part, None)
    return name if found is fun else None
