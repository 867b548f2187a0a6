"""Functions that call a function of the user's for parts of arrays."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import constant, converted, dims_of, negative_axis, tensor_of
from wengert.numpy.creation.indices import indices
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.layout.enlarging import broadcast_to
from wengert.numpy.layout.joining import stack
from wengert.numpy.layout.reshaping import expand_dims

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import DTypeLike, Operand, Shape

__all__ = ["apply_along_axis", "apply_over_axes", "fromfunction", "vectorize"]


def _joined(parts: list[Any], shape: tuple[int, ...]) -> Tensor:
    """Put the results of calls, one for each element of `shape`, into one array."""
    rows = stack(parts)
    return _core.reshape(rows, (*shape, *rows.shape[1:]))


def apply_along_axis(
    func1d: Callable[..., Any], axis: int, arr: Operand, *args: Any, **kwargs: Any
) -> Tensor:
    """Apply a function of one axis to each line of an array along an axis.

    Parameters
    ----------
    func1d : callable
        Called with a line, of shape (length of the axis,), as often as there are some. Its results are of one
        shape.
    axis : int
        Along which axis.
    arr : array_like
        Of one axis or more.
    *args, **kwargs
        More arguments of the function.

    Returns
    -------
    Tensor
        Of the shape of `arr` with the axis replaced by those of a result.

    Raises
    ------
    AxisError
        If `arr` has no such axis.
    ValueError
        If there is no line, or results differ in shape.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.apply_along_axis(lambda line: line[0] * line[-1], 1, [[1.0, 2.0], [3.0, 4.0]])
    Tensor([ 2., 12.])
    """
    x = tensor_of(arr)
    along = negative_axis(axis, x.ndim)
    at = along + x.ndim
    lines = moveaxis(x, along, -1)
    others = lines.shape[:-1]
    if 0 in others:
        message = f"apply_along_axis: arr is {x.shape}; one line at least is needed"
        raise ShapeError(message)
    parts = [tensor_of(func1d(lines[place], *args, **kwargs)) for place in np.ndindex(others)]
    result = _joined(parts, others)
    count = parts[0].ndim
    return moveaxis(
        result, tuple(range(len(others), len(others) + count)), tuple(range(at, at + count))
    )


def apply_over_axes(func: Callable[[Any, int], Any], a: Operand, axes: Any) -> Tensor:
    """Apply a function along one axis after the other.

    Parameters
    ----------
    func : callable
        Of an array and an axis; it keeps the axis, with length one, or leaves it out.
    a : array_like
        Of any shape.
    axes : int or sequence of int
        Along which axes.

    Returns
    -------
    Tensor
        Of as many axes as `a`.

    Raises
    ------
    ValueError
        If a result has neither as many axes nor one fewer.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.apply_over_axes(wnp.sum, [[1.0, 2.0], [3.0, 4.0]], (0, 1))
    Tensor([[10.]])
    """
    x = tensor_of(a)
    rank = x.ndim
    for axis in dims_of(axes):
        along = axis + rank if axis < 0 else axis
        result = tensor_of(func(x, along))
        if result.ndim != rank:
            result = expand_dims(result, along)
            if result.ndim != rank:
                message = f"apply_over_axes: func returned {result.ndim - 1} axes of {rank}; as many or one fewer are needed"
                raise ShapeError(message)
        x = result
    return x


def fromfunction(
    function: Callable[..., Any], shape: Shape, *, dtype: DTypeLike = float, **kwargs: Any
) -> Any:
    """Call a function with the places of a grid.

    Parameters
    ----------
    function : callable
        Of an array for each axis: along which place each element stands.
    shape : int or tuple of int
        The lengths of the axes.
    dtype : dtype
        Of the places; by default float64.
    **kwargs
        More arguments of the function.

    Returns
    -------
    object
        What the function returns.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fromfunction(lambda i, j: 10 * i + j, (2, 2))
    Tensor([[ 0.,  1.],
            [10., 11.]])
    """
    return function(*indices(dims_of(shape), dtype), **kwargs)


class vectorize:
    """A function of numbers, called for every element of arrays that broadcast.

    The calls are Python's, one for each element; `wengert.vmap` evaluates many at once.

    Parameters
    ----------
    pyfunc : callable
        Of numbers, or with `signature` of arrays, which are Tensors; it may return several results.
    otypes : str or sequence of dtype, optional
        The dtype of each result; by default that of what is returned.
    doc : str, optional
        The docstring; by default that of the function.
    excluded : set of int and str, optional
        Arguments that are passed as they are, by place and by name.
    cache : bool
        Of no effect: every call is made once.
    signature : str, optional
        The axes that a call takes whole, such as ``"(n),(n)->()"``.

    Raises
    ------
    ValueError
        If `signature` cannot be read, or does not fit the arguments.

    Examples
    --------
    >>> import wengert as wg
    >>> import wengert.numpy as wnp
    >>> clipped = wnp.vectorize(lambda x, most: x if x < most else most)
    >>> wg.grad(lambda x: wnp.sum(clipped(x, 2.0) ** 2))(wnp.array([1.0, 3.0]))
    Tensor([2., 0.])
    """

    def __init__(
        self,
        pyfunc: Callable[..., Any],
        otypes: Any = None,
        doc: str | None = None,
        excluded: Any = None,
        cache: bool = False,
        signature: str | None = None,
    ) -> None:
        self.pyfunc = pyfunc
        self.otypes = None if otypes is None else [np.dtype(kind) for kind in otypes]
        self.excluded = set() if excluded is None else set(excluded)
        self.signature = signature
        self._cores = None if signature is None else _parsed(signature)
        functools.update_wrapper(self, pyfunc, updated=())
        if doc is not None:
            self.__doc__ = doc

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function for every element."""
        places = [i for i in range(len(args)) if i not in self.excluded]
        names = [name for name in kwargs if name not in self.excluded]
        given = [tensor_of(args[i]) for i in places] + [tensor_of(kwargs[name]) for name in names]
        if not given:
            return self.pyfunc(*args, **kwargs)
        cores: list[tuple[str, ...]] = [()] * len(given)
        if self._cores is not None:
            cores = self._cores[0]
        if len(cores) != len(given):
            message = f"vectorize: {len(given)} arguments were given and signature is {self.signature!r}; {len(cores)} are needed"
            raise ShapeError(message)
        arrays, shape = _loops(given, cores)
        results = []
        for place in np.ndindex(shape):
            parts = [x[place] for x in arrays]
            own = list(args)
            for i, part in zip(places, parts, strict=False):
                own[i] = part
            named = dict(zip(names, parts[len(places) :], strict=True))
            results.append(self.pyfunc(*own, **{**kwargs, **named}))
        return self._joined(results, shape)

    def _joined(self, results: list[Any], shape: tuple[int, ...]) -> Any:
        if not results:
            if self.otypes is None:
                message = "vectorize: nothing is to be called; otypes is needed to tell what would come of it"
                raise ShapeError(message)
            empty = [constant(np.zeros(shape, kind)) for kind in self.otypes]
            return empty[0] if len(empty) == 1 else tuple(empty)
        several = isinstance(results[0], tuple)
        columns = list(zip(*results, strict=True)) if several else [tuple(results)]
        kinds = self.otypes or [None] * len(columns)
        arrays = [
            converted(_joined([tensor_of(x) for x in column], shape), kind)
            for column, kind in zip(columns, kinds, strict=True)
        ]
        return tuple(arrays) if several else arrays[0]


def _parsed(signature: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Read the axes of arguments and results."""
    text = re.sub(r"\s", "", signature)
    group = r"\((?:\w+(?:,\w+)*)?\)"
    if not re.fullmatch(rf"{group}(?:,{group})*->{group}(?:,{group})*", text):
        message = f"vectorize: signature is {signature!r}; one such as '(n),(n)->()' is needed"
        raise ValueError(message)
    sides = [
        [tuple(re.findall(r"\w+", part)) for part in re.findall(group, side)]
        for side in text.split("->")
    ]
    return sides[0], sides[1]


def _loops(
    given: list[Tensor], cores: list[tuple[str, ...]]
) -> tuple[list[Tensor], tuple[int, ...]]:
    """Broadcast the axes that are not taken whole."""
    lengths: dict[str, int] = {}
    outer = []
    for x, core in zip(given, cores, strict=True):
        if x.ndim < len(core):
            message = f"vectorize: an argument is {x.shape}; the axes {core} are needed"
            raise ShapeError(message)
        split = x.ndim - len(core)
        for name, n in zip(core, x.shape[split:], strict=True):
            if lengths.setdefault(name, n) != n:
                message = f"vectorize: axis {name} has lengths {lengths[name]} and {n}; equal ones are needed"
                raise ShapeError(message)
        outer.append(x.shape[:split])
    shape = np.broadcast_shapes(*outer)
    return [
        broadcast_to(x, shape + x.shape[x.ndim - len(core) :])
        for x, core in zip(given, cores, strict=True)
    ], shape
