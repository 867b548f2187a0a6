"""The steps of a contraction of operands whose axes are named, planned once for their shapes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import converted, diagonal_of, product

if TYPE_CHECKING:
    from wengert._typing import Dims


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _term(labels: Any) -> str:
    return "".join("..." if label is Ellipsis else _LETTERS[index(label)] for label in labels)


def named(arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return the letters of ``einsum(x, [0, 1], y, [1, 2], [0, 2])``."""
    count = len(arguments) // 2
    terms = ",".join(_term(labels) for labels in arguments[1 : 2 * count : 2])
    if len(arguments) % 2:
        terms += "->" + _term(arguments[-1])
    return terms, arguments[0 : 2 * count : 2]


def explicit(subscripts: str, shapes: tuple[Dims, ...]) -> tuple[list[str], str]:
    """Split into the terms of operands and result, with letters for ellipses."""
    text = subscripts.replace(" ", "")
    left, arrow, result = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        message = f"einsum: {len(shapes)} operands were given; {subscripts!r} needs {len(terms)}"
        raise ValueError(message)
    free = [letter for letter in _LETTERS[::-1] if letter not in text]
    longest = ""
    for i, (term, shape) in enumerate(zip(terms, shapes, strict=True)):
        count = len(shape) - len(term.replace("...", ""))
        if count < 0 or (count and "..." not in term):
            message = f"einsum: operand {i} has {len(shape)} axes and its subscripts are {term!r}"
            raise ValueError(message)
        letters = "".join(free[:count][::-1])
        longest = max(longest, letters, key=len)
        terms[i] = term.replace("...", letters)
    if arrow:
        result = result.replace("...", longest)
    else:
        named = "".join(terms)
        once = sorted(c for c in set(named) if named.count(c) == 1 and c not in longest)
        result = longest + "".join(once)
    unknown = set(result) - set("".join(terms))
    if unknown or len(set(result)) < len(result):
        letter = next(iter(unknown or {c for c in result if result.count(c) > 1}))
        cause = "in no operand" if unknown else "twice in the result"
        message = f"einsum: letter {letter!r} of {subscripts!r} is {cause}; once in the result and in an operand is needed"
        raise ValueError(message)
    return terms, result


def permuted(x: Tensor, order: Any) -> Tensor:
    """`x` with its axes in the given order, counted from the front."""
    axes = tuple([axis - x.ndim for axis in order])
    return x if axes == tuple(range(-x.ndim, 0)) else _core.transpose(x, axes)


Step = Callable[[list[Tensor]], None]


@functools.lru_cache(maxsize=1024)
def plan_of(subscripts: str, shapes: tuple[Dims, ...], optimize: Any) -> tuple[Step, ...]:
    """Plan a contraction; each step takes operands from a list and appends its result."""
    terms, result = explicit(subscripts, shapes)
    lengths: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for letter, n in zip(term, shape, strict=True):
            if lengths.setdefault(letter, n) != n:
                if 1 not in (n, lengths[letter]):
                    message = (
                        f"einsum: letter {letter!r} has length {n} and {lengths[letter]}; operands "
                        "could not be broadcast together"
                    )
                    raise ShapeError(message)
                lengths[letter] = n if lengths[letter] == 1 else lengths[letter]
    steps: list[Step] = []
    for i, shape in enumerate(shapes):
        term = terms[i]
        terms[i] = "".join(dict.fromkeys(term))
        ones = [n == 1 and lengths[letter] != 1 for letter, n in zip(term, shape, strict=True)]
        if terms[i] != term or any(ones):
            steps.append(functools.partial(_prepare, i, term, tuple(ones)))
            terms[i] = "".join(
                dict.fromkeys(c for c, one in zip(term, ones, strict=True) if not one)
            )
    for pair in _path(terms, result, lengths, optimize):
        chosen = [terms.pop(i) for i in sorted(pair, reverse=True)]
        kept = set(result).union(*terms)
        if len(chosen) == 2:
            right, left = chosen
            step, term = _contraction(left, right, kept, lengths)
            first, second = sorted(pair)
            steps.append(functools.partial(_contract, first, second, step))
        else:
            term = chosen[0]
        terms.append(term)
    last = terms[0]
    summed = tuple(i - len(last) for i, letter in enumerate(last) if letter not in result)
    rest = "".join(letter for letter in last if letter in result)
    order = _order(result, rest)
    if summed or order is not None:
        steps.append(functools.partial(_finish, summed, order))
    return tuple(steps)


def _path(terms: list[str], result: str, lengths: dict[str, int], optimize: Any) -> list[Any]:
    """Which operands to contract, step by step: two at a time."""
    if len(terms) <= 2:
        return [tuple(range(len(terms)))] if len(terms) == 2 else []
    if not optimize:
        return [(0, 1)] + [(0, count - 1) for count in range(len(terms) - 1, 1, -1)]
    plain = [np.broadcast_to(0.0, [lengths[c] for c in term]) for term in terms]
    expression = ",".join(terms) + "->" + result
    kind = "optimal" if len(terms) <= 5 else "greedy"
    if optimize is True:
        optimize = kind
    elif isinstance(optimize, tuple):
        optimize = list(optimize)
    path = np.einsum_path(expression, *plain, optimize=optimize)[0]
    pairs: list[Any] = []
    count = len(terms)
    for group in path[1:]:
        left = sorted(group)
        pairs.append(tuple(left[-2:]) if len(left) > 1 else ())
        # NumPy leaves what a matrix product does not serve to one last step of several operands.
        for _ in range(len(left) - 2):
            left = [*left[:-2], count - 2]
            count -= 1
            pairs.append(tuple(left[-2:]))
        count -= 1
    return [pair for pair in pairs if pair]


def _prepare(i: int, term: str, ones: tuple[bool, ...], tensors: list[Tensor]) -> None:
    """Take diagonals of letters that occur twice, and drop axes of length one that broadcast."""
    x = tensors[i]
    if any(ones):
        items = [item for one in ones for item in ((0, 0) if one else (2,))]
        x = _core.slice(x, tuple(items))
        term = "".join(letter for letter, one in zip(term, ones, strict=True) if not one)
    order = "".join(dict.fromkeys(term))
    while len(set(term)) < len(term):
        letter = next(c for c in term if term.count(c) > 1)
        first = term.index(letter)
        second = term.index(letter, first + 1)
        others = [axis for axis in range(len(term)) if axis not in (first, second)]
        x = diagonal_of(x, first, second)
        term = "".join(term[axis] for axis in others) + letter
    tensors[i] = permuted(x, [term.index(letter) for letter in order])


def _order(letters: Any, term: str) -> Dims | None:
    """Give the axes of the term in the order of the letters, negative; None if they are so."""
    axes = tuple([term.index(letter) - len(term) for letter in letters])
    return None if axes == tuple(range(-len(term), 0)) else axes


# What a contraction of two operands does, in order, for each: axes to sum over, an order of axes,
# a shape; then whether it is a matrix product, and the shape of the result. None: nothing.
Operation = tuple[Any, ...]


def _contraction(
    left: str, right: str, kept: set[str], lengths: dict[str, int]
) -> tuple[Operation, str]:
    """Plan one matrix product: batch letters, rows of the left, columns of the right, sums."""
    plan: list[Any] = []
    for term, other in ((left, right), (right, left)):
        alone = tuple(i - len(term) for i, c in enumerate(term) if c not in kept and c not in other)
        plan.append(alone or None)
    left = "".join(c for c in left if c in kept or c in right)
    right = "".join(c for c in right if c in kept or c in left)
    batch = [c for c in left if c in right and c in kept]
    summed = [c for c in left if c in right and c not in kept]
    rows = [c for c in left if c not in right]
    columns = [c for c in right if c not in left]
    result = (*batch, *rows, *columns)
    shape = tuple([lengths[c] for c in result])
    if summed:
        orders = (*batch, *rows, *summed), (*batch, *summed, *columns)
        head = [_size(batch, lengths)] if batch else []
        inner = _size(summed, lengths)
        shapes = (
            (*head, *([_size(rows, lengths)] if rows or batch else []), inner),
            (*head, inner, *([_size(columns, lengths)] if columns or batch else [])),
        )
        product_shape = shapes[0][:-1] + shapes[1][len(head) + 1 :]
    else:
        orders = (*batch, *rows), (*batch, *columns)
        shapes = (
            tuple([lengths[c] for c in (*batch, *rows)]) + (1,) * len(columns),
            tuple([lengths[c] for c in batch])
            + (1,) * len(rows)
            + tuple([lengths[c] for c in columns]),
        )
        product_shape = shape
    for term, order, to in zip((left, right), orders, shapes, strict=True):
        plan.append(_order(order, term))
        plan.append(None if to == tuple([lengths[c] for c in order]) else to)
    plan += [_core.matmul if summed else _core.multiply, None if product_shape == shape else shape]
    return tuple(plan), "".join(result)


def _size(letters: list[str], lengths: dict[str, int]) -> int:
    return product([lengths[c] for c in letters])


def _contract(first: int, second: int, plan: Operation, tensors: list[Tensor]) -> None:
    y = tensors.pop(second)
    x = tensors.pop(first)
    sum_x, sum_y, order_x, shape_x, order_y, shape_y, apply, shape = plan
    if sum_x is not None:
        x = _core.sum(x, sum_x, False)
    if sum_y is not None:
        y = _core.sum(y, sum_y, False)
    if order_x is not None:
        x = _core.transpose(x, order_x)
    if shape_x is not None:
        x = _core.reshape(x, shape_x)
    if order_y is not None:
        y = _core.transpose(y, order_y)
    if shape_y is not None:
        y = _core.reshape(y, shape_y)
    z = apply(x, y)
    tensors.append(z if shape is None else _core.reshape(z, shape))


def _finish(summed: Dims, order: Dims | None, tensors: list[Tensor]) -> None:
    x = tensors[0]
    if summed:
        x = converted(_core.sum(x, summed, False), x.dtype)
    tensors[0] = x if order is None else _core.transpose(x, order)
