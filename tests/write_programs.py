"""Random programs that make views of one another and write to them: drawn, run, and run without a write.

A program is a list of steps over numbered arrays. `run` does what is written, on ndarrays or on Tensors.
`run_purely` keeps for each array the elements of its memory that it sees, and makes another memory where one
is written to: the same values, by `take` and `where` alone.
"""

import operator
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

OPERATORS = {
    "+": operator.iadd,
    "-": operator.isub,
    "*": operator.imul,
    "/": operator.itruediv,
    "//": operator.ifloordiv,
    "%": operator.imod,
    "**": operator.ipow,
    "&": operator.iand,
    "|": operator.ior,
    "^": operator.ixor,
    "<<": operator.ilshift,
    ">>": operator.irshift,
}
SMOOTH = ["+", "-", "*", "/"]

VIEWS = {
    "[]": lambda x, key: x[key],
    "T": lambda x: x.T,
    "transpose": lambda x, axes: x.transpose(axes),
    "swapaxes": lambda x, a, b: x.swapaxes(a, b),
    "moveaxis": np.moveaxis,
    "reshape": lambda x, shape: x.reshape(shape),
    "ravel": lambda x: x.ravel(),
    "expand_dims": np.expand_dims,
    "squeeze": lambda x: x.squeeze(),
    "flip": np.flip,
    "rot90": np.rot90,
    "diagonal": lambda x, offset: x.diagonal(offset),
    "broadcast_to": np.broadcast_to,
    "split": lambda x, part: np.array_split(x, 2)[part],
    "row": lambda x: list(x)[-1],
    "real": lambda x: x.real,
    "imag": lambda x: x.imag,
    "copy": lambda x: x.copy(),
    "flatten": lambda x: x.flatten(),
    "roll": lambda x: np.roll(x, 1),
    "negative": lambda x: -x,
    "copy as it lies": np.copy,
    "with its mirror image": lambda x: x + x[..., ::-1],
    "where": lambda x: np.where(x == x[:1], x, x + x),
}


@dataclass(frozen=True)
class View:
    """A step that makes one more array, of one that is there."""

    kind: str
    source: int
    arguments: tuple[Any, ...] = ()
    sees: bool = True  # as NumPy has it

    def of(self, names):
        """Return the array."""
        return VIEWS[self.kind](names[self.source], *self.arguments)


@dataclass(frozen=True)
class Read:
    """A part of an array, as a value to be stored."""

    source: int
    key: Any = ...


@dataclass(frozen=True)
class Write:
    """A step that writes to an array."""

    target: int
    key: Any  # None: the whole, by an operator
    sign: str  # "": item assignment
    value: Any  # a number, an array or a Read


def basic_items(draw, n):
    kind = draw(st.sampled_from(["integer", "slice", "whole"]))
    if kind == "integer" and n:
        return draw(st.integers(-n, n - 1))
    if kind == "slice":
        ends = st.none() | st.integers(-n - 1, n + 1)
        return slice(draw(ends), draw(ends), draw(st.sampled_from([None, 1, 2, -1, -2])))
    return slice(None)


@st.composite
def keys(draw, shape, basic=False):
    if not basic and draw(st.integers(0, 3)) == 0:
        axes = draw(st.integers(1, len(shape)))
        seed = draw(st.integers(0, 99))
        return np.random.default_rng(seed).random(shape[:axes]) < 0.5
    items = [basic_items(draw, n) for n in shape[: draw(st.integers(0, len(shape)))]]
    if not basic and items and draw(st.booleans()):
        for axis in range(draw(st.integers(1, min(2, len(items))))):
            n = shape[axis]
            if n:
                places = draw(st.lists(st.integers(-n, n - 1), min_size=2, max_size=2))
                items[axis] = np.array(places)
    if draw(st.integers(0, 4)) == 0:
        items.insert(draw(st.integers(0, len(items))), None)
    if draw(st.integers(0, 4)) == 0 and not any(isinstance(i, np.ndarray) for i in items):
        items.insert(draw(st.integers(0, len(items))), ...)
        items = items[: len(items)]
    return tuple(items) if len(items) != 1 or draw(st.booleans()) else items[0]


@st.composite
def view_steps(draw, names):
    source = draw(st.integers(0, len(names) - 1))
    shape = names[source].shape
    rank = len(shape)
    kind = draw(st.sampled_from([*VIEWS, "[]", "[]", "reshape"]))
    axis = st.integers(-rank, rank - 1)
    arguments = {
        "[]": lambda: (draw(keys(shape, basic=True)),),
        "transpose": lambda: (draw(st.permutations(range(rank))),),
        "swapaxes": lambda: (draw(axis), draw(axis)),
        "moveaxis": lambda: (draw(axis), draw(axis)),
        "reshape": lambda: (draw(st.sampled_from([(-1,), (2, -1), (-1, 3), (1, -1, 2), shape])),),
        "expand_dims": lambda: (draw(axis),),
        "flip": lambda: (draw(st.none() | axis),),
        "rot90": lambda: (draw(st.integers(0, 3)),),
        "diagonal": lambda: (draw(st.integers(-1, 1)),),
        "broadcast_to": lambda: ((2, *shape),),
        "split": lambda: (draw(st.integers(0, 1)),),
    }.get(kind, tuple)
    return View(kind, source, arguments())


@st.composite
def write_steps(draw, names, signs):
    target = draw(st.integers(0, len(names) - 1))
    shape, dtype = names[target].shape, names[target].dtype
    sign = draw(st.sampled_from(["", *signs]))
    key = draw(keys(shape))
    if sign and draw(st.booleans()):
        key = None
    try:
        part = names[target] if key is None else names[target][key]
    except IndexError:
        part = names[target]
    if isinstance(part, np.ndarray) and part.ndim == 0:
        sign = ""  # what is of no axis is a number with us, whose dtype is free
    kind = draw(st.sampled_from(["number", "array", "read", "read", "any"]))
    if kind == "number":
        return Write(target, key, sign, draw(st.sampled_from([2, 3.0, 0.5, -1])))
    if kind == "array" or (kind == "any" and draw(st.booleans())):
        lengths = part.shape[draw(st.integers(0, np.ndim(part))) :]
        if kind == "any":
            lengths = (*lengths, 2)
        rng = np.random.default_rng(draw(st.integers(0, 99)))
        values = rng.integers(1, 4, lengths) * (0.5 if dtype.kind in "fc" else 1)
        return Write(target, key, sign, np.asarray(values))
    fitting = [i for i, x in enumerate(names) if x.shape == np.shape(part)]
    if kind == "read" and fitting:
        return Write(target, key, sign, Read(draw(st.sampled_from(fitting))))
    source = draw(st.integers(0, len(names) - 1))
    value = Read(source, draw(keys(names[source].shape, basic=True)))
    if np.ndim(part) == 0 and is_sequence_of_one(value_of(value, names)):
        return Write(target, key, sign, 2)  # NumPy once took it for an element, and refuses it now
    return Write(target, key, sign, value)


def is_sequence_of_one(value):
    return np.ndim(value) > 0 and np.size(value) == 1


def value_of(value, names):
    return names[value.source][value.key] if isinstance(value, Read) else value


def do(step, names):
    """One step, in place; what a view step makes is one more array."""
    if isinstance(step, View):
        made = step.of(names)
        if np.ndim(made):
            names.append(made)
        return
    target, value = names[step.target], value_of(step.value, names)
    if step.key is None and step.sign:
        OPERATORS[step.sign](target, value)
    elif step.sign:
        target[step.key] = OPERATORS[step.sign](target[step.key], value)
    else:
        target[step.key] = value


def outcome(step, names):
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # of complex numbers cast to real ones
            do(step, names)
    except (IndexError, TypeError, ValueError) as error:
        return error
    return None


def loses_a_part(step, names):
    value = names[step.value.source] if isinstance(step.value, Read) else step.value
    return np.iscomplexobj(value) and not np.iscomplexobj(names[step.target])


@st.composite
def programs(draw, arrays, signs, length=8, largest=64):
    """Draw steps that NumPy carries out on copies of these arrays, with finite values."""
    names = [x.copy() for x in arrays]
    steps = []
    for _ in range(draw(st.integers(2, length))):
        write = draw(st.booleans())
        step = draw(write_steps(names, signs) if write else view_steps(names))
        if write and loses_a_part(step, names):
            continue
        before, count = [x.copy() for x in names], len(names)
        if outcome(step, names) is not None:
            continue
        if write and any(np.abs(x).max(initial=0) > 1e3 or not np.isfinite(x).all() for x in names):
            for x, old in zip(names, before, strict=True):
                if x.flags.writeable:
                    x[...] = old
            continue
        if not write and len(names) > count:
            if names[-1].size > largest:
                names.pop()
                continue
            step = View(
                step.kind,
                step.source,
                step.arguments,
                np.may_share_memory(names[-1], names[step.source]),
            )
        steps.append(step)
    return steps


def run(steps, arrays):
    names = list(arrays)
    for step in steps:
        do(step, names)
    return names


@dataclass(frozen=True)
class Seen:
    """What an array sees: these elements of a memory, or a part of each."""

    memory: int
    places: np.ndarray
    part: str = ""  # "real" or "imag"


def run_purely(steps, arrays):
    memories, names = [], []

    def new(x):
        memories.append(np.reshape(x, (-1,)))
        names.append(Seen(len(memories) - 1, np.arange(x.size).reshape(x.shape)))

    def read(name, places=None):
        taken = np.take(memories[name.memory], name.places if places is None else places)
        return getattr(taken, name.part) if name.part else taken

    def store(name, places, value):
        if name.part:
            now = np.take(memories[name.memory], places)
            value = value + 1j * now.imag if name.part == "real" else now.real + 1j * value
        value = np.reshape(np.broadcast_to(value, places.shape), (-1,))
        memory = memories[name.memory]
        source = np.full(memory.shape, -1)
        source[places.reshape(-1)] = np.arange(places.size)  # of several the last
        if places.size:
            taken = np.take(value, np.maximum(source, 0))
            memories[name.memory] = np.where(source >= 0, taken, memory)

    for x in arrays:
        new(x)
    for step in steps:
        if isinstance(step, View):
            name = names[step.source]
            if step.kind in ("real", "imag") and step.sees:
                is_complex = memories[name.memory].dtype.kind == "c" and not name.part
                names.append(Seen(name.memory, name.places, step.kind) if is_complex else name)
            elif step.sees:
                places = VIEWS[step.kind](name.places, *step.arguments)
                if np.ndim(places):
                    names.append(Seen(name.memory, places, name.part))
            else:
                made = VIEWS[step.kind](read(name), *step.arguments)
                if made.ndim:
                    new(made)
            continue
        name = names[step.target]
        places = np.asarray(name.places if step.key is None else name.places[step.key])
        value = step.value
        if isinstance(value, Read):
            source = names[value.source]
            value = read(source, np.asarray(source.places[value.key]))
        if step.sign:
            plain = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
            value = plain[step.sign](read(name, places), value)
        while np.ndim(value) > places.ndim:
            value = value[0]
        store(name, places, value)
    return [read(name) for name in names]
