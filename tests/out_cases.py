"""Calls of NumPy's functions with ``out=``, and the shape of what they are given to write to."""

import numpy as np

A = np.array([[0.5, 3.0, -1.25], [2.0, 1.5, 2.75]])
B = np.array([[1.5, -0.5, 2.0], [0.25, 1.0, 3.0]])
MASK = np.array([[True, False, True], [False, True, True]])
DTYPES = [np.float64, np.float32, np.int64, np.bool_, np.complex128]

# By name: a function of NumPy's namespace, an operand, another, and what may be None; the shape of
# its result.
CALLS = {
    "add": (lambda np, a, b, **k: np.add(a, b, **k), (2, 3)),
    "add of a number": (lambda np, a, b, **k: np.add(a, 2, **k), (2, 3)),
    "add by place": (lambda np, a, b, out: np.add(a, b, out), (2, 3)),
    "add of lists": (lambda np, a, b, **k: np.add(a, [1, 2, 3], **k), (2, 3)),
    "add in a tuple": (lambda np, a, b, out: np.add(a, b, out=(out,)), (2, 3)),
    "add to more": (lambda np, a, b, **k: np.add(a, b, **k), (4, 2, 3)),
    "add to less": (lambda np, a, b, **k: np.add(a, b, **k), (1, 3)),
    "add to two": (lambda np, a, b, out: np.add(a, b, out=(out, out)), (2, 3)),
    "add to a list": (lambda np, a, b, out: np.add(a, b, out=[out]), (2, 3)),
    "add twice": (lambda np, a, b, out: np.add(a, b, out, out=out), (2, 3)),
    "add unsafely": (lambda np, a, b, **k: np.add(a, b, casting="unsafe", **k), (2, 3)),
    "add safely": (lambda np, a, b, **k: np.add(a, b, casting="safe", **k), (2, 3)),
    "add as it is": (lambda np, a, b, **k: np.add(a, b, casting="no", **k), (2, 3)),
    "add of two dtypes safely": (
        lambda np, a, b, **k: np.add(a, b[:, :1].astype("f8"), casting="safe", **k),
        (2, 3),
    ),
    "add of two dtypes as they are": (
        lambda np, a, b, **k: np.add(a, b[:, :1].astype("f8"), casting="no", **k),
        (2, 3),
    ),
    "exp safely": (lambda np, a, b, **k: np.exp(a, casting="safe", **k), (2, 3)),
    "exp as it is": (lambda np, a, b, **k: np.exp(a, casting="no", **k), (2, 3)),
    "less as it is": (lambda np, a, b, **k: np.less(a, b, casting="equiv", **k), (2, 3)),
    "add in float32": (lambda np, a, b, **k: np.add(a, b, dtype=np.float32, **k), (2, 3)),
    "add in int64": (lambda np, a, b, **k: np.add(a, b, dtype=np.int64, **k), (2, 3)),
    "add where": (lambda np, a, b, **k: np.add(a, b, where=MASK, **k), (2, 3)),
    "add where, broadcast": (lambda np, a, b, **k: np.add(a, b, where=MASK[0], **k), (2, 3)),
    "add where, a list": (
        lambda np, a, b, **k: np.add(a, b, where=[True, False, True], **k),
        (2, 3),
    ),
    "add where, a number": (lambda np, a, b, **k: np.add(a, b, where=0, **k), (2, 3)),
    "add where, integers": (lambda np, a, b, **k: np.add(a, b, where=MASK * 1, **k), (2, 3)),
    "add where, more": (lambda np, a, b, **k: np.add(a[0], b[0], where=MASK, **k), (3,)),
    "add order": (lambda np, a, b, **k: np.add(a, b, order="C", subok=True, **k), (2, 3)),
    "add with a casting of no name": (lambda np, a, b, **k: np.add(a, b, casting="x", **k), (2, 3)),
    "exp": (lambda np, a, b, **k: np.exp(a, **k), (2, 3)),
    "divide where": (lambda np, a, b, **k: np.divide(a, b * MASK, where=MASK, **k), (2, 3)),
    "less": (lambda np, a, b, **k: np.less(a, b, **k), (2, 3)),
    "absolute": (lambda np, a, b, **k: np.absolute(a, where=MASK, **k), (2, 3)),
    "sign": (lambda np, a, b, **k: np.sign(a, **k), (2, 3)),
    "conjugate": (lambda np, a, b, **k: np.conjugate(a, where=MASK, **k), (2, 3)),
    "float_power": (lambda np, a, b, **k: np.float_power(b, 2, **k), (2, 3)),
    "matmul": (lambda np, a, b, **k: np.matmul(a, b.T, **k), (2, 2)),
    "matmul, unsafe": (lambda np, a, b, **k: np.matmul(a, b.T, casting="unsafe", **k), (2, 2)),
    "matmul to more": (lambda np, a, b, **k: np.matmul(a, b.T, **k), (3, 2, 2)),
    "matmul to less": (lambda np, a, b, **k: np.matmul(a, b.T, **k), (2,)),
    "vecdot": (lambda np, a, b, **k: np.vecdot(a, b, **k), (2,)),
    "dot": (lambda np, a, b, **k: np.dot(a, b.T, **k), (2, 2)),
    "dot of vectors": (lambda np, a, b, **k: np.dot(a[0], b[0], **k), ()),
    "dot to more": (lambda np, a, b, **k: np.dot(a, b.T, **k), (3, 2, 2)),
    "outer": (lambda np, a, b, **k: np.outer(a[0], b[1], **k), (3, 3)),
    "einsum": (lambda np, a, b, **k: np.einsum("ij,kj->ik", a, b, **k), (2, 2)),
    "einsum, unsafe": (
        lambda np, a, b, **k: np.einsum("ij,kj->ik", a, b, casting="unsafe", **k),
        (2, 2),
    ),
    "fft.fft": (lambda np, a, b, **k: np.fft.fft(a, **k), (2, 3)),
    "fft.fftn to more": (lambda np, a, b, **k: np.fft.fftn(a, **k), (2, 2, 3)),
    "fft.rfft, longer": (lambda np, a, b, **k: np.fft.rfft(a.real, 7, **k), (2, 4)),
    "fft.irfftn": (lambda np, a, b, **k: np.fft.irfftn(a, **k), (2, 4)),
    "fft.ihfft": (lambda np, a, b, **k: np.fft.ihfft(a.real, **k), (2, 2)),
    "sum": (lambda np, a, b, **k: np.sum(a, axis=0, **k), (3,)),
    "sum by place": (lambda np, a, b, out: np.sum(a, 0, None, out), (3,)),
    "sum of all": (lambda np, a, b, **k: np.sum(a, **k), ()),
    "sum, kept": (lambda np, a, b, **k: np.sum(a, axis=1, keepdims=True, **k), (2, 1)),
    "sum to more": (lambda np, a, b, **k: np.sum(a, axis=0, **k), (2, 3)),
    "sum in float64": (lambda np, a, b, **k: np.sum(a, axis=0, dtype=np.float64, **k), (3,)),
    "sum where": (lambda np, a, b, **k: np.sum(a, axis=0, where=MASK, initial=2, **k), (3,)),
    "prod": (lambda np, a, b, **k: np.prod(a, axis=1, **k), (2,)),
    "mean": (lambda np, a, b, **k: np.mean(a, axis=0, **k), (3,)),
    "mean of all": (lambda np, a, b, **k: np.mean(a, **k), ()),
    "var": (lambda np, a, b, **k: np.var(a, axis=0, **k), (3,)),
    "std": (lambda np, a, b, **k: np.std(a, axis=0, **k), (3,)),
    "max": (lambda np, a, b, **k: np.max(a, axis=0, **k), (3,)),
    "min": (lambda np, a, b, **k: np.min(a, axis=1, initial=1, **k), (2,)),
    "ptp": (lambda np, a, b, **k: np.ptp(a, axis=1, **k), (2,)),
    "any": (lambda np, a, b, **k: np.any(a, axis=1, **k), (2,)),
    "all": (lambda np, a, b, **k: np.all(a, axis=1, **k), (2,)),
    "argmax": (lambda np, a, b, **k: np.argmax(a, axis=1, **k), (2,)),
    "argmin": (lambda np, a, b, **k: np.argmin(a, **k), ()),
    "argmax to more": (lambda np, a, b, **k: np.argmax(a, axis=1, **k), (3, 2)),
    "cumsum": (lambda np, a, b, **k: np.cumsum(a, axis=1, **k), (2, 3)),
    "cumsum of all": (lambda np, a, b, **k: np.cumsum(a, **k), (6,)),
    "cumprod": (lambda np, a, b, **k: np.cumprod(a, axis=0, **k), (2, 3)),
    "median": (lambda np, a, b, **k: np.median(a, axis=1, **k), (2,)),
    "quantile": (lambda np, a, b, **k: np.quantile(a, 0.25, axis=1, **k), (2,)),
    "percentile": (lambda np, a, b, **k: np.percentile(a, [25, 50], axis=1, **k), (2, 2)),
    "nansum": (lambda np, a, b, **k: np.nansum(a, axis=0, **k), (3,)),
    "nanmean": (lambda np, a, b, **k: np.nanmean(a, axis=0, **k), (3,)),
    "nanmax": (lambda np, a, b, **k: np.nanmax(a, axis=0, **k), (3,)),
    "nanmin": (lambda np, a, b, **k: np.nanmin(a, axis=0, **k), (3,)),
    "take": (lambda np, a, b, **k: np.take(a, [2, 0], axis=1, **k), (2, 2)),
    "take to more": (lambda np, a, b, **k: np.take(a, [2, 0], axis=1, **k), (2, 2, 2)),
    "compress": (lambda np, a, b, **k: np.compress([True, False, True], a, axis=1, **k), (2, 2)),
    "clip": (lambda np, a, b, **k: np.clip(a, 0, 2, **k), (2, 3)),
    "clip where": (lambda np, a, b, **k: np.clip(a, b, None, where=MASK, **k), (2, 3)),
    "concatenate": (lambda np, a, b, **k: np.concatenate([a, b], axis=1, **k), (2, 6)),
    "concatenate, unsafe": (
        lambda np, a, b, **k: np.concatenate([a, b], axis=1, casting="unsafe", **k),
        (2, 6),
    ),
    "concatenate to more": (lambda np, a, b, **k: np.concatenate([a, b], **k), (1, 4, 3)),
    "concatenate in a dtype": (
        lambda np, a, b, **k: np.concatenate([a, b], dtype=float, **k),
        (4, 3),
    ),
    "stack": (lambda np, a, b, **k: np.stack([a, b], axis=1, **k), (2, 2, 3)),
    "round": (lambda np, a, b, **k: np.round(a, **k), (2, 3)),
    "round to decimals": (lambda np, a, b, **k: np.round(a, 1, **k), (2, 3)),
    "round to more": (lambda np, a, b, **k: np.round(a, **k), (4, 2, 3)),
    "fix": (lambda np, a, b, **k: np.fix(a, **k), (2, 3)),
    "isposinf": (lambda np, a, b, **k: np.isposinf(a, **k), (2, 3)),
    "trace": (lambda np, a, b, **k: np.trace(a, **k), ()),
    "add.reduce": (lambda _, a, b, **k: np.add.reduce(a, **k), (3,)),
    "multiply.reduce": (
        lambda _, a, b, **k: np.multiply.reduce(a, axis=1, keepdims=True, **k),
        (2, 1),
    ),
    "maximum.reduce": (lambda _, a, b, **k: np.maximum.reduce(a, axis=1, **k), (2,)),
    "logical_or.reduce": (lambda _, a, b, **k: np.logical_or.reduce(a, axis=1, **k), (2,)),
    "add.accumulate": (lambda _, a, b, **k: np.add.accumulate(a, axis=1, **k), (2, 3)),
    "subtract.outer": (lambda _, a, b, **k: np.subtract.outer(a[0], b[1], **k), (3, 3)),
    "method sum": (lambda np, a, b, **k: a.sum(0, **k), (3,)),
    "method mean": (lambda np, a, b, **k: a.mean(axis=1, **k), (2,)),
    "method clip": (lambda np, a, b, **k: a.clip(0, 1, **k), (2, 3)),
    "method argmax": (lambda np, a, b, **k: a.argmax(0, **k), (3,)),
    "method cumsum": (lambda np, a, b, **k: a.cumsum(0, **k), (2, 3)),
    "method take": (lambda np, a, b, **k: a.take([0, 5], **k), (2,)),
    "method round": (lambda np, a, b, **k: a.round(1, **k), (2, 3)),
    "method dot": (lambda np, a, b, **k: a.dot(b.T, **k), (2, 2)),
}
# Of complex numbers, which are not ordered.
NOT_COMPLEX = [
    "less",
    "max",
    "min",
    "ptp",
    "argmax",
    "argmin",
    "median",
    "quantile",
    "percentile",
    "nanmax",
    "nanmin",
    "clip",
    "fix",
    "sign",
    "isposinf",
    "var",
    "std",
]


def takes_into_any():
    """NumPy before 2.5 buffers `out` in the dtype of what it takes, where that can hold it."""
    try:
        np.take(np.ones(1, np.float32), [0], out=np.zeros(1))
    except TypeError:
        return False
    return True


IS_TAKEN_INTO_ANY = takes_into_any()


def is_promised(name, given, stored):
    word = name.replace("method ", "").split()[0].split(".")[0].rstrip(",")
    if word in ("exp", "conjugate", "round") and given == np.bool_:  # float16 and int8 in NumPy
        return False
    if (
        word in ("take", "compress")
        and not IS_TAKEN_INTO_ANY
        and not np.can_cast(stored, given, "safe")
    ):
        return False
    return not (word in NOT_COMPLEX and np.complex128 in (given, stored))
