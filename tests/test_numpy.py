"""Every function of `wengert.numpy` against NumPy itself: values, dtypes, shapes and errors."""

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
import warnings
from dataclasses import dataclass, field

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert.numpy import _formulas

DTYPES = [np.float64, np.float32, np.int64, np.bool_, np.complex128]
TOLERANCE = {
    "float64": 1e-13,
    "complex128": 1e-13,
    "float32": 1e-5,
    "complex64": 1e-5,
    "float16": 1e-3,
}


@dataclass(frozen=True)
class Of:
    """An array of this shape, of the dtype that a test is about."""

    shape: tuple = ()
    kind: str | None = None  # "positive", "sorted", "bool" or "index"


def of(*shape, kind=None):
    return Of(shape, kind)


@dataclass(frozen=True)
class Call:
    """A call of a function by name."""

    name: str
    args: tuple
    kwargs: dict = field(default_factory=dict)
    space: str = ""  # the submodule that the function is in

    def __str__(self):
        words = [*map(text, self.args), *(f"{k}={text(v)}" for k, v in self.kwargs.items())]
        return f"{self.space}{self.name}({', '.join(words)})"


def text(argument):
    if isinstance(argument, Of):
        return "x".join(map(str, argument.shape)) or "scalar"
    if isinstance(argument, list | tuple):
        return "[" + " ".join(map(text, argument)) + "]"
    return argument.__name__ if isinstance(argument, type) else str(argument).replace("\n", "")


def call(name, *args, **kwargs):
    space, _, name = name.rpartition(".")
    return Call(name, args, kwargs, space + "." if space else "")


def array(spec, dtype, seed):
    rng = np.random.default_rng(seed)
    if spec.kind == "bool":
        return np.asarray(rng.random(spec.shape) < 0.5)
    if spec.kind == "index":
        return rng.integers(0, 2, spec.shape)
    if dtype == np.bool_:
        return np.asarray(rng.random(spec.shape) < 0.5)
    x = rng.normal(size=spec.shape) * 2
    if spec.kind == "positive":
        x = np.abs(x) + 0.5
    if spec.kind == "sorted":
        x = np.sort(x)
    if np.issubdtype(dtype, np.complexfloating):
        x = x + 1j * rng.normal(size=spec.shape)
    if np.issubdtype(dtype, np.integer):
        x = np.rint(x * 2)
    return np.asarray(x).astype(dtype)


def filled(argument, dtype, count=None):
    """Put arrays in place of their descriptions."""
    count = count or iter(range(100))
    if isinstance(argument, Of):
        return array(argument, dtype, next(count))
    if isinstance(argument, list | tuple):
        return type(argument)(filled(item, dtype, count) for item in argument)
    return argument


def tensors(argument):
    """Put Tensors in place of arrays."""
    if isinstance(argument, np.ndarray):
        return wg.tensor(argument)
    if isinstance(argument, list | tuple):
        return type(argument)(tensors(item) for item in argument)
    return argument


def assert_same(ours, theirs):
    if isinstance(theirs, list | tuple):
        assert isinstance(ours, list | tuple)
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other)
        return
    if not isinstance(ours, wg.Tensor):
        assert ours == theirs
        return
    theirs = np.asarray(theirs)
    assert ours.shape == theirs.shape
    if theirs.dtype not in (np.float16, np.int8):  # which NumPy makes of booleans, and we have not
        assert ours.dtype == theirs.dtype
    tolerance = TOLERANCE.get(theirs.dtype.name, 0)
    np.testing.assert_allclose(ours.numpy(), theirs, rtol=tolerance, atol=tolerance)


def outcome(function, *args, **kwargs):
    """Return what a call returns, or the error that it raises."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*args, **kwargs)
    except (TypeError, ValueError, IndexError) as error:
        return error


A, B, C = of(3, 4), of(4, 3), of(2, 3, 4)
V, W, S = of(4), of(3), of()

REDUCTIONS = [
    call(name, *args, **kwargs)
    for name in ("sum", "prod", "mean", "max", "min", "ptp", "any", "all", "var", "std")
    for args, kwargs in (
        ((A,), {}),
        ((A,), {"axis": 0}),
        ((C,), {"axis": (0, -1)}),
        ((C,), {"axis": 1, "keepdims": True}),
        ((C,), {"keepdims": True}),
        ((C,), {"axis": ()}),
        ((S,), {}),
        ((of(0, 3),), {"axis": 0}),
        ((of(0, 3),), {"axis": 1}),
        ((A,), {"axis": 2}),
        ((A,), {"axis": (0, 0)}),
    )
] + [
    call("sum", A, axis=1, dtype=np.float64),
    call("sum", A, initial=2),
    call("sum", A, axis=0, where=of(3, 4, kind="bool")),
    call("sum", A, 0, None, None, True),
    call("prod", A, axis=1, dtype=np.float64, initial=3),
    call("prod", A, where=of(4, kind="bool")),
    call("mean", A, axis=0, where=of(3, 1, kind="bool")),
    call("mean", A, dtype=np.float32),
    call("max", A, axis=0, initial=1, where=of(3, 4, kind="bool")),
    call("min", A, initial=-9),
    call("min", A, where=of(3, 4, kind="bool")),
    call("max", of(0), initial=3),
    call("amax", A, 1),
    call("amin", A, 1),
    call("var", A, axis=0, ddof=1),
    call("var", A, ddof=12),
    call("var", A, axis=1, correction=1, keepdims=True),
    call("var", A, axis=0, where=of(3, 4, kind="bool")),
    call("std", A, axis=1, ddof=2),
    call("any", A, where=of(3, 4, kind="bool")),
    call("all", A, axis=0, where=of(3, 4, kind="bool")),
    call("count_nonzero", A),
    call("count_nonzero", A, axis=1, keepdims=True),
    call("cumsum", A),
    call("cumsum", A, axis=1),
    call("cumsum", A, axis=0, dtype=np.float64),
    call("cumsum", A, axis=2),
    call("cumsum", S),
    call("cumprod", A, axis=0),
    call("cumprod", V),
    call("argmax", A),
    call("argmax", A, axis=0),
    call("argmax", C, axis=1, keepdims=True),
    call("argmax", A, keepdims=True),
    call("argmax", of(0)),
    call("argmin", A, axis=-1),
    call("argmin", A, axis=2),
    call("sort", C),
    call("sort", C, axis=0),
    call("sort", A, axis=None),
    call("sort", A, axis=3),
    call("argsort", of(5), kind="stable"),
    call("argsort", A, axis=0, kind="stable"),
    call("argsort", A, axis=None, kind="stable"),
    call("searchsorted", of(5, kind="sorted"), A),
    call("searchsorted", of(5, kind="sorted"), A, side="right"),
]

SHAPES = [
    call("reshape", A, (2, 6)),
    call("reshape", A, (2, -1)),
    call("reshape", A, 12),
    call("reshape", A, (2, -1), order="F"),
    call("reshape", A, (5, 2)),
    call("reshape", A, (-1, -1)),
    call("reshape", A, (5, -1)),
    call("ravel", A),
    call("ravel", A, order="F"),
    call("ravel", S),
    call("transpose", C),
    call("transpose", C, (1, 2, 0)),
    call("transpose", C, (1, 0)),
    call("transpose", C, (1, 1, 0)),
    call("transpose", C, (1, 3, 0)),
    call("permute_dims", C, (2, -2, 0)),
    call("matrix_transpose", C),
    call("matrix_transpose", V),
    call("swapaxes", C, 0, -1),
    call("swapaxes", C, 0, 3),
    call("moveaxis", C, 0, -1),
    call("moveaxis", C, (0, 1), (-1, -2)),
    call("moveaxis", C, (0, 1), (0,)),
    call("rollaxis", C, 2),
    call("rollaxis", C, 0, 3),
    call("rollaxis", C, 1, -1),
    call("expand_dims", A, 0),
    call("expand_dims", A, (0, -1)),
    call("expand_dims", A, 4),
    call("squeeze", of(1, 3, 1)),
    call("squeeze", of(1, 3, 1), axis=0),
    call("squeeze", of(1, 3, 1), axis=(0, -1)),
    call("squeeze", of(1, 3, 1), axis=1),
    call("broadcast_to", V, (3, 4)),
    call("broadcast_to", V, (3, 5)),
    call("broadcast_to", S, 3),
    call("broadcast_arrays", V, of(3, 1), S),
    call("broadcast_arrays", V, W),
    call("atleast_1d", S),
    call("atleast_1d", S, A),
    call("atleast_2d", S),
    call("atleast_2d", V),
    call("atleast_3d", S, V, A, C),
    call("flip", C),
    call("flip", C, axis=1),
    call("flip", C, axis=(0, 2)),
    call("flip", C, axis=4),
    call("fliplr", A),
    call("fliplr", V),
    call("flipud", A),
    call("flipud", S),
    *(call("rot90", C, k, axes) for k in range(4) for axes in ((0, 1), (2, 0))),
    call("rot90", A, 1, (0, 0)),
    call("roll", A, 1),
    call("roll", A, -2, axis=1),
    call("roll", C, (1, 2), axis=(0, 1)),
    call("roll", C, 1, axis=(0, 1)),
    call("roll", of(0), 1),
    call("roll", A, 1, axis=2),
    call("tile", V, 3),
    call("tile", A, (2, 1, 2)),
    call("tile", C, (2, 2)),
    call("tile", S, (2, 3)),
    call("repeat", A, 2),
    call("repeat", A, 2, axis=0),
    call("repeat", A, [1, 0, 2], axis=0),
    call("repeat", A, [2], axis=1),
    call("repeat", A, [1, 2], axis=0),
    call("repeat", A, -1),
    call("astype", A, np.float32),
    call("astype", A, np.complex128),
    call("copy", A),
    call("concatenate", [A, of(2, 4)]),
    call("concatenate", [A, A], axis=1),
    call("concatenate", [A, V], axis=None),
    call("concatenate", [A, V]),
    call("concatenate", [A, A], axis=2),
    call("concatenate", [S, S]),
    call("concatenate", [A, A], dtype=np.complex128),
    call("concatenate", []),
    call("concat", [A, A]),
    call("stack", [A, A]),
    call("stack", [A, A], axis=-1),
    call("stack", [A, A], axis=1),
    call("stack", [A, V]),
    call("stack", [A, A], axis=4),
    call("stack", []),
    call("hstack", [V, W]),
    call("hstack", [A, A]),
    call("hstack", [S, S]),
    call("vstack", [V, V]),
    call("vstack", [A, V]),
    call("dstack", [V, V]),
    call("dstack", [A, A]),
    call("column_stack", [V, V]),
    call("column_stack", [A, of(3, 1)]),
    call("split", A, 2, axis=1),
    call("split", A, [1, 2]),
    call("split", A, [2, 7], axis=1),
    call("split", A, 2),
    call("array_split", A, 2),
    call("array_split", V, 3),
    call("array_split", V, [3, 1]),
    call("array_split", V, 0),
    call("hsplit", A, 2),
    call("hsplit", V, 2),
    call("vsplit", A, 3),
    call("vsplit", V, 2),
    call("dsplit", C, 2),
    call("unstack", A),
    call("unstack", A, axis=1),
    call("pad", A, 1),
    call("pad", A, (1, 2), constant_values=3),
    call("pad", A, ((1, 2), (0, 1)), mode="constant", constant_values=((1, 2), (3, 4))),
    *(call("pad", V, (2, 3), mode=m) for m in ("edge", "reflect", "symmetric", "wrap")),
    call("pad", A, ((1, 1), (2, 0)), mode="reflect"),
    call("pad", A, -1),
]

PLACES = [
    call("take", A, [0, 2, -1]),
    call("take", A, [[0, 1], [3, 2]], axis=1),
    call("take", A, 1, axis=0),
    call("take", A, [5], axis=0),
    call("take", A, [5, -7], axis=0, mode="wrap"),
    call("take", A, [5, -7], axis=1, mode="clip"),
    call("take_along_axis", A, of(3, 2, kind="index"), axis=1),
    call("take_along_axis", A, of(1, 4, kind="index"), axis=0),
    call("take_along_axis", A, of(4, kind="index"), axis=None),
    call("take_along_axis", A, of(4, kind="index"), axis=1),
    call("where", of(3, 4, kind="bool"), A, A),
    call("where", of(4, kind="bool"), A, 0),
    call("where", A, 1, A),
    call("where", A),
    call("where", A, A),
    call("nonzero", A),
    call("argwhere", A),
    call("flatnonzero", A),
    call("compress", [False, True, True], A, axis=0),
    call("compress", [False, True], A),
    call("extract", of(3, 4, kind="bool"), A),
    call("select", [of(3, 4, kind="bool"), of(3, 4, kind="bool")], [A, A], 0),
    call("diagonal", A),
    call("diagonal", A, 1),
    call("diagonal", A, -2),
    call("diagonal", A, 9),
    call("diagonal", C, 0, 1, 2),
    call("diagonal", C, 1, -1, 0),
    call("diagonal", V),
    call("diagonal", A, 0, 1, 1),
    call("diag", V),
    call("diag", V, 2),
    call("diag", V, -1),
    call("diag", A),
    call("diag", A, -1),
    call("diag", C),
    call("diagflat", of(2, 2), 1),
    call("tril", A),
    call("tril", C, 1),
    call("tril", V),
    call("triu", A, -1),
    call("triu", C),
    call("trace", A),
    call("trace", C, 1, 0, 2),
    call("trace", A, dtype=np.float64),
    call("linalg.trace", C, offset=1),
    call("linalg.diagonal", C, offset=-1),
]

PRODUCTS = [
    call("matmul", A, B),
    call("matmul", C, of(4, 5)),
    call("matmul", of(5, 1, 3, 4), of(2, 4, 2)),
    call("matmul", A, V),
    call("matmul", W, A),
    call("matmul", V, V),
    call("matmul", of(0, 3), of(3, 2)),
    call("matmul", of(2, 0), of(0, 3)),
    call("matmul", A, A),
    call("matmul", A, S),
    call("dot", A, B),
    call("dot", V, V),
    call("dot", S, A),
    call("dot", A, V),
    call("dot", C, of(5, 4, 2)),
    call("dot", A, A),
    call("vdot", A, A),
    call("vdot", V, V),
    call("vdot", V, W),
    call("vecdot", C, A),
    call("vecdot", A, A, axis=0),
    call("matvec", C, V),
    call("vecmat", W, C),
    call("inner", A, C),
    call("inner", V, V),
    call("inner", S, V),
    call("inner", A, B),
    call("outer", V, W),
    call("outer", A, W),
    call("tensordot", A, B, axes=1),
    call("tensordot", C, C),
    call("tensordot", C, C, axes=([0, 1], [0, 1])),
    call("tensordot", C, C, axes=(2, -1)),
    call("tensordot", V, W, axes=0),
    call("tensordot", A, A, axes=1),
    call("linalg.outer", V, W),
    call("linalg.outer", A, W),
    call("linalg.tensordot", A, B, axes=1),
    call("linalg.matmul", A, B),
    call("linalg.vecdot", A, A),
    *(
        call("einsum", subscripts, *operands)
        for subscripts, *operands in (
            ("ij,jk->ik", A, B),
            ("ij,jk", A, B),
            ("ij,j", A, V),
            ("ij->ji", A),
            ("ij->", A),
            ("ij->j", A),
            ("ba", A),
            ("ii", of(3, 3)),
            ("ii->i", of(3, 3)),
            ("iji->j", of(3, 2, 3)),
            ("ijij->ij", of(2, 3, 2, 3)),
            ("i,i->i", V, V),
            ("i,j->ij", V, W),
            ("ij,ij->", A, A),
            ("bij,bjk->bik", C, of(2, 4, 5)),
            ("bij,jk->bik", C, of(4, 5)),
            ("...j,jk->...k", C, of(4, 5)),
            ("...ij,...jk->...ik", of(5, 1, 2, 3), of(2, 3, 2)),
            ("...,...", A, V),
            ("i...->...", C),
            ("ij,jk,kl->il", A, B, A),
            ("ij,kl,jk->il", A, A, of(4, 3)),
            ("abc,bd,ce,f->adef", C, of(3, 2), of(4, 2), W),
            ("i,i,i->", V, V, V),
            ("ab,ab,c->c", A, A, W),
            ("ij,j->ik", A, V),
            ("ij,jk", A, A),
            ("ij", C),
            ("i,j->ii", V, V),
            ("ij,jk", A),
        )
    ),
    call("einsum", A, [0, 1], B, [1, 2], [0, 2]),
    call("einsum", A, [0, 1], B, [1, 2]),
    call("einsum", C, [..., 1], V, [1], [...]),
    call("einsum", "ij,jk,kl->il", A, B, A, optimize="greedy"),
    call("einsum", "ij,jk,kl->il", A, B, A, optimize=False),
    call("einsum", "ij,jk,kl->il", A, B, A, optimize=["einsum_path", (1, 2), (0, 1)]),
    *(
        call("linalg.norm", x, **kwargs)
        for x, kwargs in (
            (V, {}),
            (A, {}),
            (C, {}),
            (A, {"ord": "fro"}),
            (A, {"axis": 0}),
            (A, {"axis": 1, "keepdims": True}),
            (C, {"axis": (0, 2)}),
            (C, {"axis": (-1, 0), "ord": 1, "keepdims": True}),
            (A, {"keepdims": True}),
            *((V, {"ord": p}) for p in (1, 2, 3, 0.5, 0, -1, np.inf, -np.inf)),
            *((A, {"ord": p}) for p in (1, -1, np.inf, -np.inf)),
            (A, {"ord": 3}),
            (V, {"ord": "fro"}),
            (C, {"ord": 1}),
            (A, {"axis": (0, 0)}),
        )
    ),
]

ELEMENTWISE = [
    call("real", A),
    call("imag", A),
    call("conj", A),
    call("angle", A),
    call("angle", A, deg=True),
    call("abs", A),
    call("clip", A, -1, 1),
    call("clip", A, None, 1),
    call("clip", A, of(4), None),
    call("clip", A, min=0),
    call("clip", A, 0, 1, min=2),
    call("round", A),
    call("round", A, 1),
    call("round", A, -1),
    call("around", A, 2),
    call("fix", A),
    call("nan_to_num", A),
    call("float_power", A, 2),
    call("divmod", of(3, 4, kind="positive"), of(4, kind="positive")),
    call("modf", A),
    call("mod", A, of(4, kind="positive")),
    call("degrees", A),
    call("radians", A),
    call("sinc", A),
    call("true_divide", A, of(4, kind="positive")),
    call("isclose", A, A),
    call("isclose", A, of(3, 4), rtol=0.5),
    call("allclose", A, A),
    call("array_equal", A, A),
    call("array_equal", A, V),
    call("array_equiv", A, V),
    call("isposinf", A),
    call("isneginf", A),
    call("isreal", A),
    call("iscomplex", A),
    call("isrealobj", A),
    call("iscomplexobj", A),
    call("shape", A),
    call("ndim", A),
    call("size", A),
    call("size", A, 0),
    call("zeros_like", A),
    call("ones_like", A, dtype=np.float32),
    call("ones_like", A, shape=(2, 2)),
    call("full_like", A, 1),
    call("linspace", S, S, 5),
    call("linspace", V, S, 3, axis=1),
    call("linspace", S, V, 4, endpoint=False),
    call("linspace", S, S, 5, retstep=True),
    call("linspace", S, S, 1),
    call("linspace", of(1), V, 0),
    call("result_type", A, np.float32),
]

# What this NumPy does not have yet cannot be compared with it.
CASES = [
    case
    for case in (*REDUCTIONS, *SHAPES, *PLACES, *PRODUCTS, *ELEMENTWISE)
    if hasattr(np.linalg if case.space else np, case.name)
]
METHODS = [
    "sum",
    "prod",
    "mean",
    "var",
    "std",
    "max",
    "min",
    "ptp",
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "cumsum",
    "cumprod",
    "ravel",
    "transpose",
    "swapaxes",
    "squeeze",
    "conj",
    "conjugate",
    "dot",
    "clip",
    "round",
    "repeat",
    "take",
    "trace",
    "diagonal",
    "nonzero",
]


def functions(case):
    ours, theirs = wnp, np
    if case.space:
        ours, theirs = wnp.linalg, np.linalg
    return getattr(ours, case.name), getattr(theirs, case.name)


# NumPy orders complex numbers; nothing here that compares them is promised.
ORDERED = [
    "max",
    "min",
    "amax",
    "amin",
    "ptp",
    "argmax",
    "argmin",
    "sort",
    "argsort",
    "clip",
    "searchsorted",
    "median",
    "quantile",
    "percentile",
    "nanmax",
    "nanmin",
    "interp",
]


def is_promised(case, dtype):
    return not (np.issubdtype(dtype, np.complexfloating) and case.name in ORDERED)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_function_equals_numpys(case, dtype):
    if not is_promised(case, dtype):
        dtype = np.float64
    ours, theirs = functions(case)
    args = filled(case.args, dtype)
    kwargs = {k: filled(v, dtype) for k, v in case.kwargs.items()}
    expected = outcome(theirs, *args, **kwargs)
    direct = outcome(ours, *args, **kwargs)
    wrapped = (tensors(args), {k: tensors(v) for k, v in kwargs.items()})
    through = outcome(theirs, *wrapped[0], **wrapped[1])
    given = outcome(ours, *wrapped[0], **wrapped[1])
    if isinstance(expected, Exception):
        kinds = (TypeError, ValueError, IndexError)
        kind = next(k for k in kinds if isinstance(expected, k))
        for result in (direct, through, given):
            assert isinstance(result, kind), (result, expected)
        return
    for result in (direct, through, given):
        if isinstance(result, Exception):
            raise result
        assert_same(result, expected)
    if case.name in METHODS and not case.space:
        name, (x, *rest) = case.name, args
        theirs = outcome(getattr(x, name, None) or getattr(np, name), *rest, **kwargs)
        if hasattr(x, name) and not isinstance(theirs, Exception):
            assert_same(getattr(wg.tensor(x), name)(*tensors(rest), **wrapped[1]), theirs)


@pytest.mark.parametrize("width", [{1: (1, 2)}, {-1: (1, 2)}])
def test_pad_by_a_dict(width):
    """NumPy has it from 2.4 on; pairs say the same in all versions."""
    x = array(of(3, 4), np.float64, 0)
    np.testing.assert_array_equal(wnp.pad(x, width).numpy(), np.pad(x, ((0, 0), (1, 2))))


@pytest.mark.parametrize("name", _formulas.__all__)
def test_formula_by_numpys_name(name):
    function, primitive = getattr(np, name), getattr(wnp, name)
    count = primitive.arity
    args = [array(of(3, 4, kind="positive"), np.float64, i) / 4 for i in range(count)]
    if not primitive.kinds & 12:
        args = [np.rint(x * 10).astype(np.int64) for x in args]
    if name == "arccosh":
        args = [x + 1 for x in args]
    if name in ("arctanh", "arcsin", "arccos"):
        args = [x / 2 for x in args]
    expected = function(*args)
    assert_same(primitive(*args), expected)
    assert_same(function(*map(wg.tensor, args)), expected)
    if count == 2:
        assert_same(function(args[0], wg.tensor(args[1])), expected)
        assert_same(function(wg.tensor(args[0]), args[1]), expected)


@pytest.mark.parametrize("name", ["T", "mT", "real", "imag"])
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_attribute_equals_ndarrays(name, dtype):
    x = array(C, dtype, 0)
    theirs = np.swapaxes(x, -1, -2) if name == "mT" else getattr(x, name)
    assert_same(getattr(wg.tensor(x), name), theirs)


def test_methods_with_arguments_of_their_own():
    x = np.arange(12.0).reshape(3, 4) / 3
    t = wg.tensor(x)
    assert_same(t.reshape(4, 3), x.reshape(4, 3))
    assert_same(t.reshape((4, -1)), x.reshape((4, -1)))
    assert_same(t.reshape(12, order="F"), x.reshape(12, order="F"))
    assert_same(t.transpose(), x.T)
    assert_same(t.transpose(1, 0), x.T)
    assert_same(t.transpose((1, 0)), x.T)
    assert_same(t.flatten(), x.flatten())
    assert_same(t.astype(np.float32), x.astype(np.float32))
    assert_same(t.copy(), x)
    assert_same(t.clip(1, 2), x.clip(1, 2))
    assert_same(t.compress([True, False, True], 0), x.compress([True, False, True], 0))
    assert_same(round(t, 1), x.round(1))
    assert t.tolist() == x.tolist()
    assert round(wg.tensor(2.5)) == 2


@pytest.mark.parametrize("name", ["partition", "put", "resize", "view", "setflags", "byteswap"])
def test_method_that_cannot_be_says_what_to_use(name):
    with pytest.raises(TypeError, match=f"{name}: a Tensor has no such method; use "):
        getattr(wg.tensor([1.0]), name)(0)


def test_out_is_refused():
    with pytest.raises(TypeError, match="sum: out was given; Tensors are not written to"):
        np.sum(wg.tensor([1.0]), out=np.zeros(()))


def test_arrays_of_tensors():
    x, y = wg.tensor(1.0), wg.tensor(2.0)
    assert_same(wnp.array([x, y]), np.array([1.0, 2.0]))
    assert_same(wnp.array([[x, 3], [4, y]]), np.array([[1.0, 3], [4, 2]]))
    assert_same(wnp.array([wnp.array([x, y]), [3.0, 4.0]]), np.array([[1.0, 2], [3, 4]]))
    assert_same(wnp.array(x, ndmin=2), np.array([[1.0]]))
    assert_same(wnp.array([x, y], dtype=np.float32), np.array([1, 2], np.float32))
    assert_same(wnp.sum([x, y]), np.float64(3))
    assert_same(wnp.where([True, False], [x, 5.0], [y, 6.0]), np.array([1.0, 6.0]))


def test_ragged_arrays_fail():
    with pytest.raises(ValueError, match="stack: array 0 is"):
        wnp.array([wg.tensor([1.0, 2.0]), wg.tensor(1.0)])


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("zeros", (3,)),
        ("zeros", ((2, 3), np.int64)),
        ("ones", ((2, 3),)),
        ("full", ((2, 3), 4)),
        ("full", (3, [1.0, 2.0, 3.0])),
        ("full", (2, 1, np.float32)),
        ("eye", (3,)),
        ("eye", (2, 3, 1)),
        ("identity", (3,)),
        ("arange", (5,)),
        ("arange", (1.0, 2.0, 0.25)),
        ("linspace", (0, 1, 7)),
        ("asarray", ([1, 2],)),
        ("array", ([[1.0, 2], [3, 4]],)),
    ],
    ids=str,
)
def test_creation_equals_numpys(name, args):
    assert_same(getattr(wnp, name)(*args), getattr(np, name)(*args))


def test_empty_has_the_shape():
    assert wnp.empty((2, 3), np.int64).shape == (2, 3)
    assert wnp.empty_like(wnp.ones(3)).dtype == np.float64


def test_asarray_is_the_tensor_itself():
    t = wg.tensor([1.0])
    assert wnp.asarray(t) is t


def test_weak_numbers_keep_float32():
    t = wg.tensor(np.ones(3, np.float32))
    for result in (wnp.clip(t, 0.0, 2.0), wnp.where(t > 0, t, 0.0), wnp.mean(t), wnp.var(t)):
        assert result.dtype == np.float32
    assert wnp.result_type(t, 1.0) == np.float32


def test_every_public_function_of_numpy_that_we_have_is_routed():
    t = wg.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert isinstance(np.sum(t), wg.Tensor)
    assert isinstance(np.matmul(t, np.eye(2)), wg.Tensor)
    assert isinstance(np.eye(2) @ t, wg.Tensor)
    with pytest.raises(TypeError, match=r"np.packbits: is not supported on Tensors"):
        np.packbits(t)


MODULES = [
    wnp,
    *(
        importlib.import_module(f"wengert.numpy.{m.name}")
        for m in pkgutil.iter_modules(wnp.__path__)
    ),
]


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_examples(module):
    assert doctest.testmod(module).failed == 0


def test_every_function_is_documented():
    for name, function in vars(wnp).items():
        if inspect.isfunction(function) and not name.startswith("_"):
            for section in ("Parameters\n", "Returns\n", "Examples\n"):
                assert section in (function.__doc__ or ""), (name, section)


def test_import_is_light():
    code = "import sys, wengert; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"optree", "importlib.metadata", "scipy"} & set(loaded)


@pytest.mark.parametrize(
    "shape", [(6, 1, 6), (1, 6, 6), (6, 6, 1), (2, 3, 1, 6), (2, 1, 3, 6), (6, 1, 1)]
)
def test_products_of_views_with_axes_of_length_one(shape):
    """Such an axis may have any stride, also in an array whose elements lie one behind the other."""
    rng = np.random.default_rng(4)
    squeezed = rng.normal(size=[n for n in shape if n != 1])
    axes = tuple(k for k, n in enumerate(shape) if n == 1)
    views = (
        np.expand_dims(wg.tensor(squeezed), axes),
        wg.tensor(np.expand_dims(squeezed, axes)),
        np.reshape(wg.tensor(squeezed), shape),
    )
    right = rng.normal(size=(shape[-1], 3))
    for view in views:
        for other in (right, right[:, 0], right[:, :1]):
            found = np.asarray(view @ other)
            np.testing.assert_allclose(found, np.reshape(squeezed, shape) @ other, atol=1e-12)
