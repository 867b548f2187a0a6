"""Calls of NumPy's functions described, made, and compared with NumPy."""

import warnings
from dataclasses import dataclass, field

import numpy as np

import wengert as wg
import wengert.numpy as wnp

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
    # "positive", "sorted", "bool", "index"; of matrices, "regular" or "definite"
    kind: str | None = None


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
    named = isinstance(argument, type) or callable(argument)
    return argument.__name__ if named else str(argument).replace("\n", "")


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
        if spec.kind in ("regular", "definite"):
            return np.broadcast_to(np.eye(*spec.shape[-2:], dtype=bool), spec.shape).copy()
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
    x = np.asarray(x).astype(dtype)
    if spec.kind in ("regular", "definite"):
        product = x @ np.conj(np.swapaxes(x, -1, -2)) if spec.kind == "definite" else x
        x = product + 5 * np.eye(*spec.shape[-2:], dtype=dtype)
    return x


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
    # half precision and bytes, which NumPy makes of booleans, and of bits it counts; we have neither
    if theirs.dtype not in (np.float16, np.int8, np.uint8):
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


def functions(case):
    return getattr(space_of(case, wnp), case.name), getattr(space_of(case, np), case.name)


def space_of(case, package):
    """Return the module of a package that the function is in."""
    return getattr(package, case.space[:-1]) if case.space else package


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
    "partition",
    "clip",
    "searchsorted",
    "median",
    "quantile",
    "percentile",
    "nanmax",
    "nanmin",
    "interp",
    "digitize",
    "geomspace",
    "gradient",
    "histogram",
    "histogram2d",
    "histogram_bin_edges",
    "histogramdd",
    "intersect1d",
    "isin",
    "lexsort",
    "nanargmax",
    "nanargmin",
    "nanmedian",
    "nanpercentile",
    "nanquantile",
    "unwrap",
]


# What earlier NumPys do: conditions of stacked complex matrices are complex, and of axes named twice
# another one comes last.
HAS_COMPLEX_CONDITIONS = np.linalg.cond(np.eye(2)[None] + 0j, 1).dtype.kind == "c"
HAS_OTHER_ORDER_OF_AXES = np.fft.rfftn(np.ones((3, 4)), [5, 3, 4], [0, 0, 1]).shape[0] != 5


def is_promised(case, dtype):
    is_complex = np.issubdtype(dtype, np.complexfloating)
    if str(case).startswith("linalg.cond") and is_complex and HAS_COMPLEX_CONDITIONS:
        return False
    if case.name in ("rfft2", "rfftn") and "[1 1 2]" in str(case) and HAS_OTHER_ORDER_OF_AXES:
        return False
    if case.name == "gradient" and dtype == np.bool_:
        return False  # of the differences of booleans NumPy computes some
    return not (is_complex and case.name in ORDERED)


A, B, C = of(3, 4), of(4, 3), of(2, 3, 4)
V, W, S = of(4), of(3), of()
