"""Running results of an associative function, in logarithmically many calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.exceptions import AxisError

import wengert.numpy as wnp
from wengert import _core
from wengert._branches import integer_of, require_function
from wengert._carry import joined, kind_of, text_of
from wengert._containers import Form
from wengert._core import Tensor
from wengert._sharing import ARRAYS, read_only

Arrays = list[Any]


class _Scan:
    """A function, the form of what it combines, and the axis of each array that is scanned."""

    def __init__(self, fn: Callable[[Any, Any], Any], form: Form, axes: list[int]) -> None:
        self._fn, self._form = fn, form
        self._before = [(slice(None),) * axis for axis in axes]

    def _part(self, xs: Arrays, start: int, stop: int, step: int) -> Arrays:
        part = (slice(start, stop, step),)
        return [read_only(x[before + part]) for x, before in zip(xs, self._before, strict=True)]

    def _combined(self, xs: Arrays, ys: Arrays) -> Arrays:
        """Call the function, and see that it returns arrays like those that it is given."""
        result = self._fn(self._form.unflatten(xs), self._form.unflatten(ys))
        leaves = self._form.flatten(result, "associative_scan: what fn returned")
        leaves = [joined(leaf) for leaf in leaves]
        names = self._form.names("what fn returned")
        for name, leaf, x in zip(names, leaves, xs, strict=True):
            kind = kind_of(leaf)
            if kind is None or kind[:2] != (x.shape, x.dtype):
                message = (
                    f"associative_scan: {name} is {text_of(kind)}; {text_of(kind_of(x))} is needed, "
                    "as fn was given"
                )
                is_of_shape = kind is not None and kind[0] == x.shape
                raise (_core.DTypeError if is_of_shape else _core.ShapeError)(message)
        return leaves

    def running(self, xs: Arrays, length: int) -> Arrays:
        """Combine neighbours and scan what that gives: the results at odd places.

        One call more gives those at even places.
        """
        if length < 2:
            return [x.copy() for x in xs]
        pairs = self._combined(self._part(xs, 0, length - 1, 2), self._part(xs, 1, length, 2))
        odd = self.running(pairs, length // 2)
        results = [_empty_like(x, y) for x, y in zip(xs, odd, strict=True)]
        self._write(results, self._part(xs, 0, 1, 1), 0, 1)
        self._write(results, odd, 1, length)
        if length > 2:
            before = self._part(odd, 0, (length - 1) // 2, 1)
            self._write(results, self._combined(before, self._part(xs, 2, length, 2)), 2, length)
        return results

    def _write(self, results: Arrays, xs: Arrays, start: int, stop: int) -> None:
        for result, x, before in zip(results, xs, self._before, strict=True):
            result[(*before, slice(start, stop, 2))] = x


def _empty_like(x: Any, result: Any) -> Any:
    """Return an array like `x` that holds derivatives if there is a Tensor."""
    is_tensor = isinstance(x, Tensor) or isinstance(result, Tensor)
    return (wnp if is_tensor else np).empty(x.shape, x.dtype)


def associative_scan(
    fn: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0
) -> Any:
    """Combine the first two, three, ... elements of arrays by an associative function.

    Parameters
    ----------
    fn : callable
        Takes two containers like `elems`, of equally many elements along `axis`, and returns one: each
        element of the first combined with that of the second. It has to be associative:
        ``fn(fn(a, b), c)`` is ``fn(a, fn(b, c))`` but for rounding.
    elems : array or nested container of arrays
        What is combined, equally long along `axis`.
    reverse : bool, optional
        Whether it begins at the end: the last element stays, the one before is ``fn(last, before)``.
    axis : int, optional
        Along which axis; a negative one counts from the end of each array.

    Returns
    -------
    results
        In the form, shapes and dtypes of `elems`: the first element, then ``fn(first, second)``, and so on.

    Raises
    ------
    DTypeError
        If `elems` holds something else than arrays, or `fn` returns another form or dtype.
    ShapeError
        If the lengths differ, there is no array, or `fn` returns another shape.
    AxisError
        If an array has no such axis.

    Notes
    -----
    `fn` is called at most ``2 * log2(n)`` times on arrays whose lengths add up to less than ``2 * n``, so
    the time is that of a few operations on whole arrays rather than of a loop in Python. It is not
    called for fewer than two elements. Results differ from those of a loop in rounding.

    References
    ----------
    .. [1] G. E. Blelloch, "Prefix sums and their applications", CMU-CS-90-190 (1990).

    Examples
    --------
    >>> import numpy as np
    >>> from wengert import grad
    >>> associative_scan(np.maximum, np.array([1.0, 3.0, 2.0, 5.0, 4.0]))
    array([1., 3., 3., 5., 5.])

    The recurrence x[k] = a[k] x[k-1] + b[k], begun at zero:

    >>> def then(one, two):
    ...     return one[0] * two[0], two[0] * one[1] + two[1]
    >>> last = lambda a, b: associative_scan(then, (a, b))[1][-1]
    >>> last(np.full(3, 0.5), np.ones(3))
    np.float64(1.75)
    >>> grad(last)(np.full(3, 0.5), np.ones(3))
    array([0. , 0.5, 1.5])
    """
    require_function("associative_scan", "fn", fn)
    number = integer_of("associative_scan", "axis", axis)
    form = Form(elems)
    arrays = [joined(leaf) for leaf in form.flatten(elems, "associative_scan: elems")]
    lengths, axes = {}, []
    for name, x in zip(form.names("elems"), arrays, strict=True):
        if not isinstance(x, ARRAYS):
            message = f"associative_scan: {name} is {type(x).__name__}; an array is needed"
            raise _core.DTypeError(message)
        if not -x.ndim <= number < x.ndim:
            raise AxisError(number, x.ndim, f"associative_scan: {name}")
        axes.append(number % x.ndim)
        lengths[name] = x.shape[axes[-1]]
    if len(set(lengths.values())) != 1:
        given = ", ".join(f"{name} {n}" for name, n in lengths.items()) or "none"
        message = f"associative_scan: the lengths along axis {number} are {given}; one is needed"
        raise _core.ShapeError(message)
    if reverse:
        arrays = [np.flip(x, axis) for x, axis in zip(arrays, axes, strict=True)]
    results = _Scan(fn, form, axes).running(arrays, next(iter(lengths.values())))
    if reverse:
        results = [np.flip(x, axis) for x, axis in zip(results, axes, strict=True)]
    return form.unflatten(results)
