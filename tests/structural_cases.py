"""An application of every structural primitive, and the same in NumPy: what the tests of their rules run over."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.special

import wengert as wg
from wengert import _core as core

INTEGER, SLICE, WHOLE, NEWAXIS = range(4)  # the items of a basic index


def rng(seed=0):
    return np.random.default_rng(seed)


def reals(*shape):
    return rng(len(shape) + sum(shape)).uniform(0.5, 2, shape) * np.where(
        np.arange(int(np.prod(shape))).reshape(shape) % 3, 1, -1
    )


def complexes(*shape):
    return reals(*shape) + 1j * rng(7).uniform(0.5, 2, shape)


@dataclass(frozen=True)
class Case:
    """An application of a primitive, and the same in NumPy."""

    name: str
    operands: tuple[Any, ...]
    parameters: tuple[Any, ...]
    reference: Callable[..., Any]
    tag: str = ""
    constant: tuple[int, ...] = ()  # operands that are not differentiated
    exact: bool = True  # else in single precision somewhere

    def __str__(self):
        return f"{self.name}-{self.tag}" if self.tag else self.name

    @property
    def primitive(self):
        """The row of the registry."""
        return getattr(core, self.name)

    def apply(self, *operands):
        """Apply the primitive to these operands, with the parameters of the case."""
        if self.primitive.arity < 0:
            return self.primitive(list(operands), *self.parameters)
        return self.primitive(*operands, *self.parameters)

    @property
    def smooth(self):
        """The numbers of the operands to differentiate."""
        return [
            i
            for i, x in enumerate(self.operands)
            if i not in self.constant and np.asarray(x).dtype.kind in "fc"
        ]

    def of_smooth(self, *smooth):
        """Apply the primitive with some operands replaced."""
        operands = list(self.operands)
        for i, x in zip(self.smooth, smooth, strict=True):
            operands[i] = x
        return self.apply(*operands)


def added(base, index, update):
    out = base.copy()
    np.add.at(out, index, update)
    return out


def replaced(base, index, update):
    out = base.copy()
    out[index] = update
    return out


def recurrence(a, b, reverse=False):
    y = np.zeros_like(b)
    order = range(len(b))[::-1] if reverse else range(len(b))
    last = 0
    for i in order:
        last = b[i] + a[i] * last
        y[i] = last
    return y


def shares(x, y, axis):
    ties = (x == y).astype(x.dtype)
    return ties / ties.sum(axis=axis, keepdims=True)


def transform(axes, inverse, norm):
    return lambda x: (np.fft.ifftn if inverse else np.fft.fftn)(x, axes=axes, norm=norm)


def halves(axes, norm):
    return lambda x: np.fft.rfftn(x, axes=axes, norm=norm)


def back(s, norm):
    """Invert the transform along the last axis, or along all if they have these lengths."""
    return lambda x: (
        np.fft.irfftn(x, s, (0, 1), norm) if s[0] == 3 else np.fft.irfft(x, s[1], norm=norm)
    )


def last_named(*indices):
    """Return where indices of axes of length 3 are the last to name an element."""
    places = sum(i % 3 * 3**k for k, i in enumerate(indices))
    return np.reshape(
        [p not in places.flat[k + 1 :] for k, p in enumerate(places.flat)], places.shape
    )


def convolved(start, lengths):
    """Sum as the definition of the primitive does."""

    def sums(x, k):
        rank = len(start)
        front = np.broadcast_shapes(x.shape[:-rank], k.shape[:-rank])
        out = np.zeros((*front, *lengths), np.result_type(x, k))
        for i in np.ndindex(*lengths):
            for j in np.ndindex(*k.shape[-rank:]):
                at = tuple(a + s - b for a, s, b in zip(i, start, j, strict=True))
                if all(0 <= a < n for a, n in zip(at, x.shape[-rank:], strict=True)):
                    out[(..., *i)] += x[(..., *at)] * k[(..., *j)]
        return out

    return sums


def recurred(x, a):
    y = np.zeros(x.shape, np.result_type(x, a, 1.0))
    for i in range(x.shape[-1]):
        y[..., i] = x[..., i]
        for k in range(min(i, a.shape[-1])):
            y[..., i] -= a[..., k] * y[..., i - 1 - k]
    return y


def dense(diagonals, lower, upper):
    """Put diagonals, which are rows, in square matrices."""
    n = diagonals.shape[-1]
    out = np.zeros((*diagonals.shape[:-2], n, n), diagonals.dtype)
    for i in range(n):
        for j in range(max(0, i - lower), min(n, i + upper + 1)):
            out[..., i, j] = diagonals[..., upper + i - j, j]
    return out


def band(matrix, lower, upper):
    """Take the diagonals out of square matrices."""
    n = matrix.shape[-1]
    out = np.zeros((*matrix.shape[:-2], lower + 1 + upper, n), matrix.dtype)
    for i in range(n):
        for j in range(max(0, i - lower), min(n, i + upper + 1)):
            out[..., upper + i - j, j] = matrix[..., i, j]
    return out


def stored(elements, columns, starts, width):
    """Put stored elements in a matrix."""
    out = np.zeros((*elements.shape[:-1], starts.shape[-1] - 1, width), elements.dtype)
    for i in range(out.shape[-2]):
        for e in range(starts[i], starts[i + 1]):
            out[..., i, columns[e]] += elements[..., e]
    return out


def sampled(matrix, columns, starts):
    """Take the elements in these places out of a matrix."""
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    return matrix[..., rows, columns]


def turned(x):
    return np.swapaxes(x, -1, -2)


def backwards(f):
    return lambda x, a: f(x[..., ::-1], a)[..., ::-1]


ROWS = np.array([[2, 0, -1], [0, 0, 1]])
COLUMNS = np.array([1, 2, 0])
SORTED = np.array([-1.0, 1.0, 2.0, 2.0, np.inf, np.nan])
TIES = np.array([[3.0, 1.0, 3.0, 2.0], [1.0, 1.0, 1.0, 5.0]])


def matrices(*shape):
    """Return square matrices, or systems of equations, that are far from singular."""
    return reals(*shape) + 3 * np.eye(shape[-2], shape[-1])


def positive_definite(x):
    return x @ np.conj(np.swapaxes(x, -1, -2))


def factored(x):
    """Return a matrix with its LU factors, as lu_solve takes them."""
    return (x, *(np.array(f) for f in core.lu(x)))


def cofactors(x):
    return np.linalg.det(x)[..., None, None] * np.swapaxes(np.linalg.inv(x), -1, -2)


def quotients(c, u, v, scale):
    return c / (v[..., None, :] - u[..., None])


SQUARE, STACK = matrices(3, 3), matrices(2, 4, 4)
COMPLEX = complexes(2, 3, 3) + 3 * np.eye(3)
HERMITIAN, TALL = positive_definite(COMPLEX), reals(5, 3)
PARTS = np.linalg.svd(TALL, full_matrices=False)
LINEAR_ALGEBRA = [
    Case("cholesky", (positive_definite(SQUARE),), (), np.linalg.cholesky),
    Case("cholesky", (positive_definite(STACK),), (), np.linalg.cholesky, "batch"),
    Case("cholesky", (positive_definite(COMPLEX),), (), np.linalg.cholesky, "complex"),
    Case("cholesky", (positive_definite(matrices(18, 18)),), (), np.linalg.cholesky, "lapack"),
    Case(
        "triangular_solve",
        (STACK, reals(2, 4, 2)),
        (True, False, False),
        lambda a, b: np.linalg.solve(np.tril(a), b),
        "lower",
    ),
    Case(
        "triangular_solve",
        (COMPLEX, complexes(3, 2)),
        (False, True, False),
        lambda a, b: np.linalg.solve(np.swapaxes(np.triu(a), -1, -2), b),
        "upper-transposed",
    ),
    Case(
        "triangular_solve",
        (SQUARE, reals(2, 3, 1)),
        (True, True, True),
        lambda a, b: np.linalg.solve((np.tril(a, -1) + np.eye(3)).T, b),
        "unit",
    ),
    Case(
        "triangular_solve",
        (matrices(40, 40), reals(40, 3)),
        (False, False, False),
        lambda a, b: np.linalg.solve(np.triu(a), b),
        "blas",
    ),
    Case(
        "sparse_matmul",
        (reals(5), reals(4, 2), np.array([1, 3, 0, 3, 3]), np.array([0, 2, 2, 5])),
        (4, False),
        lambda a, x, c, s: stored(a, c, s, 4) @ x,
    ),
    Case(
        "sparse_matmul",
        (complexes(2, 4), complexes(3, 1), np.array([1, 0, 1, 1]), np.array([0, 2, 3, 4])),
        (2, True),
        lambda a, x, c, s: turned(stored(a, c, s, 2)) @ x,
        "transposed",
    ),
    Case(
        "sampled_product",
        (reals(3, 2), reals(4, 2), np.array([1, 3, 0, 3, 3]), np.array([0, 2, 2, 5])),
        (),
        lambda x, y, c, s: sampled(x @ turned(y), c, s),
    ),
    Case(
        "sampled_product",
        (complexes(2, 3, 1), complexes(2, 1), np.array([1, 0, 1]), np.array([0, 2, 3, 3])),
        (),
        lambda x, y, c, s: sampled(x @ turned(y), c, s),
        "complex",
    ),
    Case(
        "banded_solve",
        (reals(4, 6), reals(6, 2)),
        (1, 2, False, False),
        lambda a, b: np.linalg.solve(dense(a, 1, 2), b),
    ),
    Case(
        "banded_solve",
        (reals(2, 3, 5), reals(5, 1)),
        (1, 1, True, False),
        lambda a, b: np.linalg.solve(turned(dense(a, 1, 1)), b),
        "transposed",
    ),
    Case(
        "banded_solve",
        (complexes(3, 4), complexes(2, 4, 2)),
        (2, 0, False, False),
        lambda a, b: np.linalg.solve(dense(a, 2, 0), b),
        "lower",
    ),
    Case(
        "banded_solve",
        (
            band(
                positive_definite(matrices(5, 5)) * np.eye(5) + np.eye(5, k=1) + np.eye(5, k=-1),
                1,
                1,
            ),
            reals(5, 2),
        ),
        (1, 1, False, True),
        lambda a, b: np.linalg.solve(dense(a, 1, 1), b),
        "definite",
    ),
    Case(
        "banded_matmul",
        (reals(4, 6), reals(2, 6, 2)),
        (2, 1, False),
        lambda a, x: dense(a, 2, 1) @ x,
    ),
    Case(
        "banded_matmul",
        (complexes(2, 3, 4), complexes(4, 1)),
        (0, 2, True),
        lambda a, x: turned(dense(a, 0, 2)) @ x,
        "transposed",
    ),
    Case(
        "band_of_product",
        (reals(2, 5, 3), reals(5, 3)),
        (1, 2),
        lambda x, y: band(x @ turned(y), 1, 2),
    ),
    Case(
        "band_of_product",
        (complexes(3, 1), complexes(3, 1)),
        (4, 0),
        lambda x, y: band(x @ turned(y), 4, 0),
        "wide",
    ),
    Case(
        "squared_distances",
        (reals(2, 4, 3), reals(5, 3)),
        (),
        lambda x, y: np.sum((x[..., :, None, :] - y[..., None, :, :]) ** 2, -1),
    ),
    Case(
        "weighted_differences",
        (reals(4, 9), reals(2, 4, 3), reals(9, 3)),
        (),
        lambda w, x, y: np.sum(w[..., None] * (x[..., :, None, :] - y[..., None, :, :]), -2),
    ),
    Case(
        "projected_differences",
        (reals(2, 4, 3), reals(4, 3), reals(5, 3)),
        (),
        lambda v, x, y: np.sum(v[..., None, :] * (x[..., :, None, :] - y[..., None, :, :]), -1),
    ),
    Case("solve", (SQUARE, reals(3, 2)), (False,), np.linalg.solve),
    Case("solve", (STACK, reals(4, 1)), (False,), np.linalg.solve, "batch"),
    Case("solve", (SQUARE, reals(2, 3, 2)), (False,), np.linalg.solve, "shared"),
    Case("solve", (matrices(6, 6), reals(6, 2)), (False,), np.linalg.solve, "larger"),
    Case(
        "solve",
        (COMPLEX, complexes(3, 2)),
        (True,),
        lambda a, b: np.linalg.solve(np.swapaxes(a, -1, -2), b),
        "complex-transposed",
    ),
    Case(
        "lu_solve",
        (*factored(matrices(6, 6)), reals(6, 2)),
        (False,),
        lambda a, f, p, b: np.linalg.solve(a, b),
        constant=(0, 1),
    ),
    Case(
        "lu_solve",
        (*factored(COMPLEX), complexes(3, 2)),
        (True,),
        lambda a, f, p, b: np.linalg.solve(np.swapaxes(a, -1, -2), b),
        "transposed",
        constant=(0, 1),
    ),
    Case(
        "lu_order",
        (np.array([[2, 2, 2], [0, 3, 2]], np.int32),),
        (4,),
        lambda p: np.array([[2, 0, 1, 3], [0, 3, 2, 1]]),
    ),
    Case("det", (SQUARE,), (), np.linalg.det),
    Case("det", (STACK,), (), np.linalg.det, "batch"),
    Case("det", (COMPLEX,), (), np.linalg.det, "complex"),
    Case("cofactors", (SQUARE,), (), cofactors),
    Case("cofactors", (matrices(5, 5),), (), cofactors, "larger"),
    Case("cofactors", (COMPLEX,), (), cofactors, "complex"),
    Case(
        "log_determinant",
        factored(STACK),
        (),
        lambda a, f, p: np.linalg.slogdet(a)[1],
        constant=(0, 1),
    ),
    Case(
        "sign_determinant",
        factored(COMPLEX),
        (),
        lambda a, f, p: np.linalg.slogdet(a)[0],
        constant=(0, 1),
    ),
    Case(
        "pseudoinverse",
        (matrices(2, 4, 3), np.float64(1e-15)),
        (),
        lambda a, bound: np.linalg.pinv(a),
        "tall",
        constant=(1,),
    ),
    Case(
        "pseudoinverse",
        (complexes(3, 5), np.float64(1e-15)),
        (),
        lambda a, bound: np.linalg.pinv(a),
        "wide",
        constant=(1,),
    ),
    Case("eigvals", (SQUARE,), (), lambda a: np.linalg.eigvals(a).astype(complex)),
    Case("eigvals", (COMPLEX,), (), np.linalg.eigvals, "complex"),
    Case(
        "divide_by_gaps",
        (reals(2, 3, 4), reals(2, 3), 4 + reals(2, 4), reals(2, 3, 4)),
        ("svd", 0),
        quotients,
        constant=(3,),
    ),
    Case(
        "aligned",
        (complexes(2, 4, 3), reals(2, 3), complexes(3, 3), reals(3)),
        ("eigvalsh", False),
        lambda v, w, m, c: v,
        constant=(1, 2, 3),
    ),
    Case(
        "aligned_values",
        (complexes(2, 3, 3), reals(3), complexes(4, 3), complexes(4, 3), complexes(3, 3)),
        ("svdvals", True),
        lambda m, w, frame, u, v: np.real(np.diagonal(m, 0, -2, -1)),
        constant=(1, 2, 3, 4),
    ),
    Case(
        "frame_ranks",
        (np.array([1.0, 2.0, 2.0, 2.0]), np.stack([reals(4, 4), np.eye(4)])),
        (False,),
        lambda w, m: np.array([[0, 1 / 3, 2 / 3, 1], [0, 0, 0, 0]]),
    ),
    Case(
        "in_frame",
        (complexes(2, 4, 3), reals(2, 3), complexes(3, 3)),
        ("eigvalsh", False),
        lambda v, w, f: v,
        constant=(1, 2),
    ),
    Case(
        "eigen_sum",
        (HERMITIAN, reals(2, 3), *np.linalg.eigh(HERMITIAN), np.zeros_like(HERMITIAN)),
        (True,),
        lambda x, c, w, v, frame: (v * c[:, None]) @ np.conj(np.swapaxes(v, -1, -2)),
        constant=(0, 2, 3, 4),
    ),
    Case(
        "singular_sum",
        (TALL, reals(3), PARTS.S, PARTS.U, PARTS.Vh, np.zeros_like(TALL)),
        (),
        lambda x, c, s, u, vh, frame: (u * c) @ vh,
        constant=(0, 2, 3, 4, 5),
    ),
]


CASES = [
    *LINEAR_ALGEBRA,
    Case("identity", (reals(3),), (), lambda x: x),
    Case("convert", (reals(3),), ("float32",), lambda x: x.astype(np.float32), exact=False),
    Case("convert", (reals(3),), ("complex128",), lambda x: x.astype(complex), "complex"),
    Case("reshape", (reals(2, 6),), ((3, 4),), lambda x: x.reshape(3, 4)),
    Case("broadcast_to", (reals(3, 1),), ((2, 3, 4),), lambda x: np.broadcast_to(x, (2, 3, 4))),
    Case("transpose", (reals(2, 3, 4),), ((-1, -3, -2),), lambda x: x.transpose(2, 0, 1)),
    Case("transpose", (reals(2, 3, 4),), ((-1, -2),), lambda x: x.swapaxes(1, 2), "last"),
    Case("flip", (reals(2, 3),), ((-1, -2),), np.flip),
    Case("flip", (reals(0, 3),), ((-2,),), lambda x: np.flip(x, 0), "empty"),
    Case(
        "concatenate",
        (reals(2, 3), reals(2, 1), reals(2, 0)),
        (-1,),
        lambda *x: np.concatenate(x, -1),
    ),
    Case(
        "concatenate",
        (reals(2), reals(3).astype(np.float32), np.arange(2)),
        (-1,),
        lambda *x: np.concatenate(x),
        "mixed",
        exact=False,
    ),
    Case("stack", (reals(2, 3), 2 * reals(2, 3)), (-2,), lambda *x: np.stack(x, 1)),
    Case("stack", (1.5, np.float64(2.5), 3.5), (-1,), lambda *x: np.stack(x), "scalars"),
    Case("slice", (reals(5),), ((INTEGER, -2),), lambda x: x[-2], "integer"),
    Case("slice", (reals(4, 5),), ((INTEGER, 1, INTEGER, 2),), lambda x: x[1, 2], "element"),
    Case(
        "slice",
        (reals(4, 5),),
        ((WHOLE, NEWAXIS, SLICE, 4, 3, -2),),
        lambda x: x[:, None, ::-2],
        "slice",
    ),
    Case("slice", (reals(4, 5),), ((SLICE, 1, 0, 1),), lambda x: x[1:1], "empty"),
    Case("slice", (np.float64(2.5),), ((),), lambda x: x, "scalar"),
    Case(
        "add_at_slice",
        (reals(4, 5), reals(2, 1, 1)),
        ((SLICE, 0, 2, 3, NEWAXIS, SLICE, 1, 2, 2),),
        lambda b, u: added(b, np.s_[::3, None, 1:5:2], u),
    ),
    Case(
        "add_at_slice", (reals(4), 2.5), ((INTEGER, -1),), lambda b, u: added(b, -1, u), "element"
    ),
    Case("as_strided", (reals(4, 5),), ((2, 3), (10, -2), 4), lambda x: x[::2, 4::-2], "reversed"),
    Case("as_strided", (reals(3, 3),), ((3,), (4,), 0), np.diagonal, "diagonal"),
    Case(
        "as_strided",
        (reals(4),),
        ((2, 3), (0, 1), 1),
        lambda x: np.broadcast_to(x[1:], (2, 3)),
        "repeated",
    ),
    Case("as_strided", (reals(3, 0),), ((2, 0), (7, 9), 5), lambda x: x[:2], "empty"),
    Case(
        "add_at_strided",
        (reals(4, 5), reals(3)),
        ((2, 3), (10, -2), 4),
        lambda b, u: added(b, np.s_[::2, 4::-2], u),
    ),
    Case(
        "set_at_strided",
        (reals(4, 5), reals(3)),
        ((2, 3), (10, -2), 4),
        lambda b, u: replaced(b, np.s_[::2, 4::-2], u),
    ),
    Case(
        "set_at_strided",
        (reals(3, 4), 2.5),
        ((2, 2), (1, 4), 1),
        lambda b, u: replaced(b.T, np.s_[1:3, :2], u).T,
        "transposed",
    ),
    Case("gather", (reals(4), ROWS), ((-1,), 0), lambda x, i: x[i], "vector"),
    Case("gather", (reals(4, 5), ROWS), ((-2,), 1), lambda x, i: x[i], "rows"),
    Case("gather", (reals(4, 5), ROWS), ((-1,), 0), lambda x, i: x[:, i], "columns"),
    Case("gather", (reals(4, 3, 5), ROWS, COLUMNS), ((-3, -2), 1), lambda x, i, j: x[i, j], "two"),
    Case(
        "gather",
        (reals(4, 3, 5), ROWS, COLUMNS),
        ((-3, -1), 1),
        lambda x, i, j: x[i, :, j],
        "apart",
    ),
    Case(
        "add_at",
        (reals(4), reals(2, 3), ROWS),
        ((-1,), 0),
        lambda b, u, i: added(b, i, u),
        "vector",
    ),
    Case(
        "add_at", (reals(4, 5), reals(5), ROWS), ((-2,), 1), lambda b, u, i: added(b, i, u), "rows"
    ),
    Case(
        "add_at",
        (reals(4, 5), reals(4, 2, 3), ROWS),
        ((-1,), 0),
        lambda b, u, i: added(b, np.s_[:, i], u),
        "columns",
    ),
    Case(
        "set_at_slice",
        (reals(4, 5), reals(2, 1, 1)),
        ((SLICE, 0, 2, 3, NEWAXIS, SLICE, 1, 2, 2),),
        lambda b, u: replaced(b, np.s_[::3, None, 1:5:2], u),
    ),
    Case("set_at", (reals(4), reals(2, 3), ROWS), ((-1,), 0), lambda b, u, i: replaced(b, i, u)),
    Case(
        "set_at",
        (reals(4, 3, 5), reals(2, 1, 3), ROWS, COLUMNS),
        ((-3, -1), 1),
        lambda b, u, i, j: replaced(b, np.s_[i, :, j], u),
        "apart",
    ),
    Case("last_at", (ROWS,), ((3,),), last_named),
    Case("last_at", (ROWS, COLUMNS), ((3, 3),), last_named, "pairs"),
    Case("sum", (reals(3, 4, 5),), ((-2,), False), lambda x: x.sum(1)),
    Case(
        "sum",
        (reals(3, 4, 5),),
        ((-3, -1), True),
        lambda x: x.sum((0, 2), keepdims=True),
        "keepdims",
    ),
    Case("sum", (reals(3, 0),), ((-1,), False), lambda x: x.sum(1), "empty"),
    Case("sum", (complexes(3, 4),), ((-2, -1), False), np.sum, "complex"),
    Case(
        "sum",
        (np.arange(6, dtype=np.int32).reshape(2, 3),),
        ((-1,), False),
        lambda x: x.sum(1),
        "integers",
    ),
    Case("sum", (np.array([True, False, True]),), ((-1,), False), np.sum, "booleans"),
    Case("prod", (reals(3, 4),), ((-1,), False), lambda x: x.prod(1)),
    Case(
        "prod", (reals(2, 3, 2),), ((-3, -1), True), lambda x: x.prod((0, 2), keepdims=True), "axes"
    ),
    Case("prod", (np.array([0.0, 2.0, 3.0]),), ((-1,), False), np.prod, "zero"),
    Case("prod", (np.array([0.0, 2.0, 0.0]),), ((-1,), False), np.prod, "zeros"),
    Case("prod", (complexes(3),), ((-1,), False), np.prod, "complex"),
    Case("max", (reals(3, 4),), ((-1,), False), lambda x: x.max(1)),
    Case("max", (reals(3, 4),), ((-2, -1), True), lambda x: x.max(keepdims=True), "all"),
    Case("max", (np.array([1.0, np.nan, 3.0]),), ((-1,), False), np.max, "nan", constant=(0,)),
    Case("max", (np.array([3, 7, 5]),), ((-1,), False), np.max, "integers"),
    Case("max", (np.array([1 + 2j, 1.5 - 3j, 0 + 9j]),), ((-1,), False), np.max, "complex"),
    Case("min", (reals(3, 4),), ((-2,), False), lambda x: x.min(0)),
    Case(
        "min",
        (np.array([1.0, np.nan, 3.0]),),
        ((-1,), True),
        lambda x: x.min(keepdims=True),
        "nan",
        constant=(0,),
    ),
    Case(
        "extremum_share", (TIES, TIES.max(1, keepdims=True)), ((-1,),), lambda x, y: shares(x, y, 1)
    ),
    Case("any", (reals(2, 3) * [0, 1, 0],), ((-1,), False), lambda x: np.any(x, 1)),
    Case("any", (reals(2, 0),), ((-1,), False), lambda x: np.any(x, 1), "empty"),
    Case("all", (reals(2, 3) * [1, 1, 0],), ((-2,), True), lambda x: np.all(x, 0, keepdims=True)),
    Case("all", (reals(2, 0),), ((-1,), False), lambda x: np.all(x, 1), "empty"),
    Case("argmax", (TIES,), (-1, False), lambda x: x.argmax(1)),
    Case(
        "argmax",
        (np.array([1.0, np.nan, np.nan]),),
        (-1, True),
        lambda x: x.argmax(keepdims=True),
        "nan",
    ),
    Case("argmin", (TIES,), (-2, True), lambda x: x.argmin(0, keepdims=True)),
    Case("cumsum", (reals(3, 4),), (-1, False), lambda x: x.cumsum(1)),
    Case("cumsum", (reals(3, 4),), (-2, True), lambda x: x[::-1].cumsum(0)[::-1], "reverse"),
    Case("cumprod", (reals(3, 4),), (-2, False), lambda x: x.cumprod(0)),
    Case(
        "cumprod",
        (np.array([2.0, 0.0, 3.0, 0.0, 5.0]),),
        (-1, True),
        lambda x: x[::-1].cumprod()[::-1],
        "zeros",
    ),
    Case("recurrence", (reals(5), 2 * reals(5)), (-1, False), recurrence),
    Case(
        "recurrence",
        (reals(5, 2), 2 * reals(5, 2)),
        (-2, True),
        lambda a, b: recurrence(a, b, True),
        "reverse",
    ),
    Case("scan", (reals(3, 4),), ("subtract", -1, ()), lambda x: np.subtract.accumulate(x, 1)),
    Case(
        "scan",
        (np.abs(reals(4, 2)),),
        ("divide", -2, (1, 3)),
        lambda x: np.stack([x[0], x[1], x[1] / x[2], x[3]]),
        "starts",
    ),
    Case("scan", (complexes(3),), ("multiply", -1, ()), np.cumprod, "complex"),
    Case("scan", (np.arange(4),), ("floor_divide", -1, ()), np.floor_divide.accumulate, "integers"),
    Case("scan", (reals(0, 3),), ("hypot", -2, ()), lambda x: x, "empty"),
    Case("sort", (reals(3, 4),), (-2,), lambda x: np.sort(x, 0)),
    Case("sort", (np.array([2.0, np.nan, 1.0, np.inf]),), (-1,), np.sort, "nan", constant=(0,)),
    Case("argsort", (reals(3, 4),), (-1,), lambda x: np.argsort(x, 1, stable=True)),
    Case("partition", (reals(3, 4),), (-2, (0, -1)), lambda x: np.sort(x, 0)),
    Case("partition", (np.array([2.0, np.nan, 1.0, np.inf]),), (-1, (1, 2)), np.sort, "nan", (0,)),
    Case("argpartition", (reals(4, 3),), (-1, (1, -1)), lambda x: np.argsort(x, 1)),
    Case("searchsorted", (SORTED, reals(2, 3)), (False,), np.searchsorted),
    Case(
        "searchsorted",
        (SORTED, np.array([2, 1, 9])),
        (True,),
        lambda a, v: np.searchsorted(a, v, "right"),
        "right",
    ),
    Case("searchsorted", (SORTED, 2.0), (False,), np.searchsorted, "number"),
    Case("searchsorted", (np.zeros(0), reals(3)), (False,), np.searchsorted, "empty"),
    Case(
        "searchsorted",
        (np.sort(reals(2, 4), 1), reals(2, 3)),
        (False,),
        lambda a, v: np.stack([np.searchsorted(*p) for p in zip(a, v, strict=True)]),
        "lines",
    ),
    Case(
        "average_ties",
        (reals(2, 4), np.sort(TIES, 1)),
        (-1,),
        lambda v, k: np.stack([averaged(*p) for p in zip(v, k, strict=True)]),
        constant=(1,),
    ),
    Case("where", (np.array([True, False, True]), reals(2, 1), reals(3)), (), np.where),
    Case("where", (np.array([[True], [False]]), reals(2, 3), 0.0), (), np.where, "weak"),
    Case("where", (True, 2.5, complexes(2)), (), np.where, "complex"),
    Case("triangle", (reals(2, 3, 4),), (1, True), lambda x: np.tril(x, 1), "lower"),
    Case("triangle", (reals(3, 4),), (-1, False), lambda x: np.triu(x, -1), "upper"),
    Case("real", (complexes(2, 3),), (), np.real),
    Case("imag", (complexes(2, 3),), (), np.imag),
    Case("conjugate", (complexes(2, 3),), (), np.conjugate),
    Case("modulus", (complexes(2, 3),), (), np.abs),
    Case("direction", (complexes(2, 3),), (), lambda z: z / np.abs(z)),
    Case("angle", (complexes(2, 3),), (), np.angle),
    Case("complex", (reals(2, 1), reals(3)), (), lambda a, b: a + 1j * b),
    Case("matmul", (reals(3), 2 * reals(3)), (), np.matmul, "vectors"),
    Case("matmul", (reals(3), reals(3, 4)), (), np.matmul, "row"),
    Case("matmul", (reals(2, 3), reals(3)), (), np.matmul, "column"),
    Case("matmul", (reals(2, 3), reals(3, 4)), (), np.matmul, "matrices"),
    Case("matmul", (reals(5, 2, 3), reals(3, 4)), (), np.matmul, "batch-left"),
    Case("matmul", (reals(2, 3), reals(5, 3, 4)), (), np.matmul, "batch-right"),
    Case("matmul", (reals(5, 1, 2, 3), reals(2, 3, 4)), (), np.matmul, "broadcast"),
    Case("matmul", (reals(3), reals(5, 3, 4)), (), np.matmul, "row-batch"),
    Case("matmul", (reals(5, 2, 3), reals(3)), (), np.matmul, "batch-column"),
    Case("matmul", (complexes(2, 3), reals(3, 2)), (), np.matmul, "complex"),
    Case("matmul", (reals(17, 23), reals(23, 19)), (), np.matmul, "blas"),
    Case("matmul", (reals(2, 0), reals(0, 3)), (), np.matmul, "empty"),
    *(
        Case("convolve", (x, k), (start, lengths), convolved(start, lengths), tag)
        for tag, x, k, start, lengths in (
            ("full", reals(5), reals(3), (0,), (7,)),
            ("beyond", reals(4), reals(2), (-2,), (9,)),
            ("swapped", reals(2), reals(5), (1,), (4,)),
            ("long", reals(60), reals(40), (38,), (3,)),
            ("wide", reals(130), reals(4), (0,), (133,)),
            ("plane", reals(4, 5), reals(2, 3), (0, 1), (5, 5)),
            ("batch", reals(2, 1, 5), reals(3, 2), (0,), (6,)),
            ("complex", complexes(5), complexes(3), (1,), (4,)),
            ("complex-real", complexes(2, 4), reals(3), (0,), (6,)),
            ("real-complex", reals(4, 3), complexes(2, 2), (1, 0), (3, 4)),
            ("integers", np.arange(5), np.array([1, -2], np.int32), (0,), (6,)),
            ("nothing", reals(0), reals(3), (0,), (2,)),
            ("none", reals(2, 3), reals(2, 3), (5, 0), (0, 5)),
        )
    ),
    Case("recur", (reals(5), reals(2)), (False,), recurred),
    Case("recur", (reals(3, 4), reals(3, 1)), (True,), backwards(recurred), "reverse"),
    Case("recur", (reals(2, 3, 3), reals(3, 5)), (False,), recurred, "long"),
    Case("recur", (complexes(4), reals(1)), (False,), recurred, "complex"),
    Case("recur", (reals(0), reals(1)), (False,), recurred, "empty"),
    Case("recur", (reals(3), reals(0)), (False,), recurred, "nothing"),
    *(
        Case("fft", (x,), (axes, inverse, norm), transform(axes, inverse, norm), tag)
        for tag, x, axes, inverse, norm in (
            ("line", complexes(5), (-1,), False, "backward"),
            ("inverse", complexes(2, 3, 4), (-1, -3), True, "ortho"),
            ("real", reals(4, 3), (-2,), False, "forward"),
            ("real-axes", reals(2, 3, 4), (-1, -3), False, "backward"),
            ("real-inverse", reals(3, 4, 2), (-2, -3), True, "backward"),
            ("one", reals(2, 1), (-1,), False, "backward"),
            ("empty", complexes(0, 2), (-1,), False, "backward"),
        )
    ),
    Case("rfft", (reals(4),), ((-1,), "backward"), np.fft.rfft),
    Case("rfft", (reals(2, 5),), ((-1,), "ortho"), lambda x: np.fft.rfft(x, norm="ortho"), "odd"),
    Case("rfft", (reals(2, 3, 4),), ((-1, -2), "forward"), halves((2, 1), "forward"), "axes"),
    Case("irfft", (complexes(3),), ((-1,), 4, "backward"), np.fft.irfft),
    Case("irfft", (complexes(2, 3),), ((-1,), 5, "ortho"), back((2, 5), "ortho"), "odd"),
    Case("gammainc", (np.abs(reals(3, 1)), np.abs(reals(4))), (), scipy.special.gammainc),
    Case("jv", (0.5, complexes(2, 3)), (), scipy.special.jv, constant=(0,)),
    Case("irfft", (complexes(3, 2),), ((-2, -1), 3, "forward"), back((3, 3), "forward"), "axes"),
]


def averaged(v, keys):
    return np.array([v[keys == k].mean() for k in keys])


def plain(value):
    return np.asarray(value.detach() if isinstance(value, wg.Tensor) else value)
