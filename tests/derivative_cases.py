"""Calls of differentiable functions of `wengert.numpy`, with operands away from kinks."""

import functools
from dataclasses import dataclass, field

import numpy as np

import wengert.numpy as wnp

INF = np.inf


@dataclass(frozen=True)
class Of:
    """An operand to differentiate: real or complex, of this shape, in this interval."""

    shape: tuple = ()
    low: float = 0.3
    high: float = 2.0
    signed: bool = True
    is_complex: bool = False

    def __str__(self):
        return "x".join(map(str, self.shape)) + "c" * self.is_complex

    def array(self, seed):
        """Draw an array, or a number."""
        rng = np.random.default_rng(seed)
        # Apart from each other, so that differences do not step over ties.
        size = int(np.prod(self.shape))
        x = self.low + (self.high - self.low) * (rng.permutation(size) + 0.5) / max(size, 1)
        x = x.reshape(self.shape)
        if self.signed:
            x = np.where(rng.random(self.shape) < 0.5, -x, x)
        if self.is_complex:
            x = x + 1j * rng.uniform(0.3, 1.5, self.shape)
        return x


@dataclass(frozen=True)
class Case:
    """A function by name, with operands to differentiate and other arguments."""

    name: str
    operands: tuple
    kwargs: dict = field(default_factory=dict)
    function: object = None

    def __str__(self):
        words = [*map(str, self.operands), *(f"{k}={v}" for k, v in self.kwargs.items())]
        return f"{self.name}({' '.join(words)})".replace("\n", "")

    def __call__(self, *x):
        """Apply the function to operands."""
        f = self.function or function_of(self.name)
        return f(*x, **self.kwargs)


def of(*shape, **kwargs):
    return Of(shape, **kwargs)


def pos(*shape, low=0.3, high=2.0):
    return Of(shape, low, high, signed=False)


def z(*shape):
    return Of(shape, is_complex=True)


def function_of(name):
    """Return a function of `wengert.numpy` or of its modules by name."""
    return functools.reduce(getattr, name.split("."), wnp)


def case(name, *operands, function=None, **kwargs):
    return Case(name, operands, kwargs, function)


def definite(x):
    """Return a definite matrix made of another."""
    return x @ np.conj(np.swapaxes(x, -1, -2)) + np.eye(x.shape[-1])


def joined(parts):
    """Join the results of a factorization to one array."""
    return wnp.concatenate([wnp.ravel(part) for part in parts])


def signed(sign, logabsdet):
    """Join the results of slogdet to one array."""
    return wnp.stack([sign * (1 + 0j), logabsdet + 0j])


MASK = np.array([[True, False, True, True], [False, True, True, False], [True, True, False, True]])
A, V, W = of(3, 4), of(4), of(3)

UNARY = [
    "negative",
    "positive",
    "absolute",
    "fabs",
    "square",
    "reciprocal",
    "exp",
    "exp2",
    "i0",
    "expm1",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "arctan",
    "arcsinh",
    "sinc",
    "deg2rad",
    "rad2deg",
    "cbrt",
    "nan_to_num",
    "real",
    "conj",
]
BINARY = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "arctan2",
    "hypot",
    "maximum",
    "minimum",
    "fmax",
    "fmin",
    "logaddexp",
    "logaddexp2",
    "copysign",
    "nextafter",
]
OF_COMPLEX = [
    "real",
    "imag",
    "conj",
    "absolute",
    "sign",
    "square",
    "exp",
    "log",
    "sqrt",
    "sin",
    "tanh",
]

CASES = [
    # Elementwise, with broadcast operands.
    *(case(name, A) for name in UNARY),
    *(case(name, pos(3, 4)) for name in ("sqrt", "log", "log2", "log10", "log1p")),
    *(case(name, of(3, 4, high=0.9)) for name in ("arcsin", "arccos", "arctanh")),
    case("arccosh", pos(3, 4, low=1.2, high=3)),
    *(case(name, A, V) for name in BINARY),
    case("power", pos(3, 4), V),
    case("float_power", pos(3, 4), V),
    case("remainder", of(3, 4, high=5), pos(4, low=2.1, high=2.4)),
    case("fmod", of(3, 4, high=5), pos(4, low=2.1, high=2.4)),
    case("clip", A, a_min=-0.7, a_max=0.9),
    case("clip", A, of(1), pos(3, 1, low=1.3), function=wnp.clip),
    case("divmod", A, function=lambda x: wnp.divmod(x, 0.77)[1]),
    case("modf", A, function=lambda x: wnp.modf(x)[0]),
    case("angle", z(3, 4)),
    *(case(name, z(3)) for name in OF_COMPLEX),
    case("multiply", z(3), W),
    case("divide", z(3), z(3)),
    case("power", z(3), function=lambda x: x**3),
    # Reductions.
    *(
        case(name, of(2, 3, 2), **kwargs)
        for name in ("sum", "prod", "mean", "max", "min", "ptp", "var", "std", "logsumexp")
        for kwargs in ({}, {"axis": 1}, {"axis": (0, -1), "keepdims": True})
    ),
    case("sum", A, where=MASK, initial=2.0),
    case("prod", A, where=MASK),
    case("mean", A, axis=0, where=MASK),
    case("max", A, axis=1, where=MASK, initial=-9.0),
    case("var", A, axis=1, ddof=1),
    case("std", A, axis=0, where=MASK, ddof=0.5),
    case("sum", A, initial=None, axis=0),
    case("logsumexp", A, pos(4), function=lambda x, b: wnp.logsumexp(x, 1, b)),
    case("cumsum", A, axis=1),
    case("cumsum", A),
    case("cumprod", A, axis=0),
    case("sort", A, axis=0),
    case("partition", A, function=lambda x: wnp.partition(x, (0, 2), 0)),
    case("sum", z(3, 2), axis=0),
    case("prod", z(3)),
    case("mean", z(3, 2)),
    case("var", z(3, 2), axis=0),
    # Shape.
    case("block", A, V, function=lambda x, y: wnp.block([[x, x[:, :1]], [y, 2.0]])),
    case("reshape", A, shape=(2, -1)),
    case("reshape", A, shape=(2, -1), order="F"),
    case("ravel", A),
    case("transpose", of(2, 3, 4), axes=(1, 2, 0)),
    case("swapaxes", of(2, 3, 4), axis1=0, axis2=2),
    case("moveaxis", of(2, 3, 4), source=0, destination=-1),
    case("rollaxis", of(2, 3, 4), axis=2),
    case("expand_dims", A, axis=1),
    case("squeeze", of(1, 3, 1), axis=0),
    case("broadcast_to", W, shape=(2, 3)),
    case("broadcast_arrays", W, of(2, 1), function=lambda x, y: wnp.broadcast_arrays(x, y)[1] * x),
    case("atleast_2d", V),
    case("atleast_3d", A),
    case("flip", A, axis=0),
    case("fliplr", A),
    case("flipud", A),
    case("rot90", A, k=3),
    case("roll", A, shift=(1, 2), axis=(0, 1)),
    case("tile", V, reps=(2, 2)),
    case("repeat", A, repeats=2, axis=0),
    case("repeat", A, repeats=[1, 0, 3], axis=0),
    case("pad", A, pad_width=1),
    case("pad", A, pad_width=((1, 2), (3, 0)), mode="reflect"),
    case("pad", A, of(), function=lambda x, c: wnp.pad(x, 1, constant_values=c)),
    case("atleast_1d", of()),
    case("matrix_transpose", of(2, 3, 4)),
    case("meshgrid", V, W, function=lambda x, y: wnp.meshgrid(x, y)[1] * wnp.meshgrid(x, y)[0]),
    case("append", A, W, function=lambda x, y: wnp.append(x, y) * wnp.append(y, x)),
    case("hsplit", A, function=lambda x: wnp.hsplit(x, 2)[1]),
    case("vsplit", A, function=lambda x: wnp.vsplit(x, 3)[1]),
    case("dsplit", of(2, 1, 4), function=lambda x: wnp.dsplit(x, [1])[1]),
    case("astype", A, function=lambda x: x.astype(np.complex128).real),
    case("copy", A),
    case(
        "concatenate", A, of(2, 4), function=lambda x, y: wnp.concatenate([x, np.ones((1, 4)), y])
    ),
    case("stack", A, A, function=lambda x, y: wnp.stack([x, y, x], 1)),
    *(
        case(name, V, V, function=lambda x, y, f=name: getattr(wnp, f)([x, y]))
        for name in ("hstack", "vstack", "dstack", "column_stack")
    ),
    case("split", A, function=lambda x: wnp.split(x, 2, 1)[1]),
    case("array_split", V, function=lambda x: wnp.array_split(x, 3)[0]),
    case("unstack", A, function=lambda x: wnp.unstack(x, axis=1)[2]),
    case("array", of(), of(), function=lambda x, y: wnp.array([[x, 1.0], [y, x]])),
    case("full", of(), function=lambda x: wnp.full((2, 3), x)),
    case("full_like", of(), function=lambda x: np.full_like(x, 1.0) * x),
    case("asarray", of(), of(), function=lambda x, y: wnp.asarray([[x, 1.0], [y, x]])),
    case("asanyarray", of(), of(), function=lambda x, y: wnp.asanyarray([[x, 1.0], [y, x]])),
    case("ascontiguousarray", A, function=lambda x: wnp.ascontiguousarray(x.T) ** 2),
    case("arange", of(), pos(), function=lambda x, y: wnp.arange(x, x + 3.3 * y, y)),
    case("linspace", of(), V, function=lambda x, y: wnp.linspace(x, y, 5)),
    # Places.
    case("take", A, indices=[[0, 1], [2, 0]], axis=0),
    case("take", A, indices=[5, -7], mode="wrap"),
    case("take_along_axis", A, indices=np.array([[0, 0], [1, 3], [2, 2]]), axis=1),
    case("where", A, V, function=lambda x, y: wnp.where(MASK, x, y)),
    case("compress", A, function=lambda x: wnp.compress([True, False, True], x, 0)),
    case("extract", A, function=lambda x: wnp.extract(MASK, x)),
    case("select", A, V, function=lambda x, y: wnp.select([MASK, ~MASK], [x, y])),
    case("diagonal", of(2, 3, 3), offset=1, axis1=1, axis2=2),
    case("diag", V, k=1),
    case("diag", of(3, 4), k=-1),
    case("diagflat", of(2, 2), k=-1),
    case("linalg.diagonal", of(2, 3, 3), offset=1),
    case("tril", of(2, 3, 3), k=-1),
    case("triu", A, k=1),
    case("trace", of(3, 3)),
    case("linalg.trace", of(2, 3, 3), offset=-1),
    # Products.
    case("matmul", A, of(2, 4, 2)),
    case("matmul", W, A),
    case("matmul", A, V),
    case("matmul", z(2, 3), z(3, 2)),
    case("dot", A, of(4, 2)),
    case("dot", V, V),
    case("dot", of(), V),
    case("vdot", z(3), z(3)),
    case("vecdot", z(2, 3), z(3)),
    case("matvec", A, V),
    case("vecmat", W, A),
    case("inner", A, V),
    case("outer", V, W),
    case("linalg.outer", V, W),
    case("kron", of(2, 1, 2), V),
    case("cross", of(2, 3), W),
    case("tensordot", of(2, 3, 2), of(3, 2, 2), axes=([1, 2], [0, 1])),
    *(
        case("einsum", *operands, function=lambda *x, s=subscripts: wnp.einsum(s, *x))
        for subscripts, *operands in (
            ("ij,jk,kl->il", of(2, 3), of(3, 2), of(2, 2)),
            ("iij->j", of(3, 3, 2)),
            ("i,i,i->", W, W, W),
            ("...ij,...j->...", of(2, 2, 3), of(2, 3)),
        )
    ),
    *(
        case("linalg.norm", x, ord=p, **kwargs)
        for x, p, kwargs in (
            (V, None, {}),
            (A, "fro", {}),
            (A, 2, {"axis": 1}),
            (A, 1, {}),
            (A, INF, {}),
            (A, -INF, {}),
            (V, 1, {}),
            (V, INF, {}),
            (V, 3, {}),
            (V, 0.5, {}),
            (z(3), None, {}),
        )
    ),
    # Spectra.
    *(
        case(f"fft.{name}", x, **kwargs)
        for name, x, kwargs in (
            ("fft", of(5), {}),
            ("fft", z(2, 4), {"n": 3, "norm": "ortho"}),
            ("ifft", of(2, 4), {"axis": 0, "n": 3}),
            ("ifft", z(5), {"n": 4, "norm": "forward"}),
            ("fft2", z(2, 3), {}),
            ("ifft2", of(2, 3), {}),
            ("fftn", of(2, 3, 2), {"axes": (2, 0), "s": (3, 2)}),
            ("ifftn", z(2, 3), {"norm": "ortho"}),
            ("rfft", of(4), {}),
            ("rfft", of(2, 3), {"axis": 0, "n": 5, "norm": "forward"}),
            ("irfft", z(3), {}),
            ("irfft", z(3), {"n": 5, "norm": "ortho"}),
            ("irfft", of(4), {"n": 3}),
            ("rfft2", of(3, 4), {"norm": "ortho"}),
            ("irfft2", z(3, 3), {"s": (3, 5), "axes": (0, 1)}),
            ("rfftn", of(2, 3, 3), {"axes": (2, 0, 1)}),
            ("irfftn", z(2, 3, 2), {}),
            ("hfft", z(3), {"norm": "ortho"}),
            ("ihfft", of(5), {}),
            ("fftshift", of(3), {}),
            ("ifftshift", z(2, 3), {"axes": 1}),
        )
    ),
    case("fft.fftfreq", of(), function=lambda d: wnp.fft.fftfreq(4, d)),
    case("fft.rfftfreq", of(), function=lambda d: wnp.fft.rfftfreq(5, d)),
    # Factorizations and what is made of them.
    *(
        case(f"linalg.{name}", x)
        for name in ("inv", "det", "cond", "pinv", "svdvals", "eigvals")
        for x in (of(3, 3), of(2, 3, 3), z(3, 3), of(5, 5))
    ),
    *(
        case(f"linalg.{name}", of(2, 3), function=lambda x, f=name: function_of(f"linalg.{f}")(x))
        for name in ("pinv", "svdvals")
    ),
    *(
        case("linalg.slogdet", x, function=lambda x: signed(*wnp.linalg.slogdet(x)))
        for x in (of(3, 3), of(2, 5, 5), z(3, 3))
    ),
    *(
        case("linalg.solve", a, b)
        for a, b in (
            (of(3, 3), W),
            (of(5, 5), of(5)),
            (of(2, 3, 3), of(3, 2)),
            (of(5, 5), of(2, 5, 2)),
            (z(3, 3), z(3)),
        )
    ),
    *(
        case(
            "linalg.cholesky", x, function=lambda x, u=u: wnp.linalg.cholesky(definite(x), upper=u)
        )
        for x in (of(3, 3), of(2, 5, 5), z(3, 3))
        for u in (False, True)
    ),
    case("linalg.cholesky", of(3, 3), function=lambda x: wnp.linalg.cholesky(x + 9 * np.eye(3))),
    case("linalg.qr", of(4, 3), function=lambda x: joined(wnp.linalg.qr(x))),
    case("linalg.qr", of(3, 4), function=lambda x: joined(wnp.linalg.qr(x, "complete"))),
    case("linalg.qr", of(2, 4, 3), mode="r"),
    case("linalg.svd", of(4, 3), function=lambda x: joined(wnp.linalg.svd(x, False))),
    case("linalg.svd", of(3, 3), compute_uv=False),
    case(
        "linalg.svd",
        of(3, 3),
        function=lambda x: joined(wnp.linalg.svd(x + x.T, hermitian=True)),
    ),
    case("linalg.eigh", of(3, 3), function=lambda x: joined(wnp.linalg.eigh(x))),
    case("linalg.eigh", of(3, 3), function=lambda x: joined(wnp.linalg.eigh(x, "U"))),
    *(case("linalg.eigvalsh", x, UPLO=u) for x in (of(3, 3), z(3, 3)) for u in ("L", "U")),
    case("linalg.eig", of(3, 3), function=lambda x: joined(wnp.linalg.eig(definite(x)))),
    *(case("linalg.cond", of(3, 3), p=p) for p in (-2, 1, -1, INF, -INF, "fro", "nuc")),
    case("linalg.pinv", of(3, 3), hermitian=True),
    case("linalg.lstsq", of(4, 3), V, function=lambda a, b: wnp.linalg.lstsq(a, b)[0]),
    case("linalg.lstsq", of(4, 3), of(4, 2), function=lambda a, b: wnp.linalg.lstsq(a, b)[1]),
    case("linalg.lstsq", of(3, 4), W, function=lambda a, b: wnp.linalg.lstsq(a, b)[0]),
    *(case("linalg.matrix_power", of(3, 3), n=n) for n in (1, 3, -2)),
    case("linalg.multi_dot", A, of(4, 2), of(2), function=lambda *x: wnp.linalg.multi_dot(x)),
    case("linalg.tensorsolve", of(2, 3, 6), of(2, 3)),
    case("linalg.tensorinv", of(6, 2, 3), ind=1),
    case("linalg.cross", of(2, 3), W),
    case("linalg.vector_norm", A, axis=1, ord=3),
    case("linalg.matrix_norm", of(2, 3, 3), ord="nuc"),
    *(case("linalg.norm", A, ord=p) for p in (-2, "nuc")),
    # Samples and statistics.
    case("convolve", V, W),
    case("convolve", z(3), z(5), mode="same"),
    case("correlate", W, V, mode="full"),
    case("correlate", z(5), z(3)),
    case("diff", A, n=2),
    case("diff", A, of(), function=lambda x, y: wnp.diff(x, prepend=y, axis=0)),
    case("trapezoid", A, V),
    case(
        "trapezoid", A, of(), axis=0, function=lambda y, dx, axis: wnp.trapezoid(y, None, dx, axis)
    ),
    case("interp", A, W, function=lambda x, y: wnp.interp(x, [-1.5, 0.1, 1.5], y, right=7.0)),
    case("interp", of(2), pos(3), function=lambda x, p: wnp.interp(x, wnp.cumsum(p), p * p)),
    case("average", A, axis=0),
    case("average", A, pos(4), function=lambda x, w: wnp.average(x, 1, w)),
    case("median", A),
    case("median", A, axis=0, keepdims=True),
    case("quantile", A, pos(high=0.9), axis=1),
    case("quantile", A, q=[0.3, 0.9], axis=0, method="midpoint"),
    case("percentile", A, q=[[30], [95]]),
    case("percentile", A, q=40, axis=1, method="nearest"),
    *(
        case(name, A, function=lambda x, f=name: getattr(wnp, f)(wnp.where(MASK, x, wnp.nan), 0))
        for name in ("nansum", "nanmean", "nanmax", "nanmin")
    ),
]


@dataclass(frozen=True)
class Constant:
    """A call of a function that is constant in its operand, wherever it is differentiable."""

    name: str
    args: tuple = ()
    operand: object = staticmethod(lambda x: x)

    def __str__(self):
        return self.name

    def __call__(self, x):
        """Apply the function to what is made of x."""
        return function_of(self.name)(self.operand(x), *self.args)


OF_ONE = """
    all any argmax argmin argsort argwhere ceil count_nonzero empty_like fix flatnonzero floor iscomplex
    iscomplexobj isfinite isinf isnan isneginf isposinf isreal isrealobj isscalar logical_not ndim nonzero
    ones_like result_type rint round shape sign signbit size trunc zeros_like
"""
OF_TWO = """
    allclose array_equal array_equiv equal floor_divide greater greater_equal heaviside isclose less
    less_equal logical_and logical_or logical_xor may_share_memory not_equal searchsorted shares_memory
"""
CONSTANT = [
    *map(Constant, OF_ONE.split()),
    *(Constant(name, (0.3,)) for name in OF_TWO.split()),
    *(
        Constant(name, (True,), lambda x: x > 1)
        for name in ("bitwise_and", "bitwise_or", "bitwise_xor")
    ),
    *(Constant(name, (1,), lambda x: x.astype(int)) for name in ("left_shift", "right_shift")),
    Constant("argpartition", (1,)),
    Constant("invert", (), lambda x: x > 1),
    Constant("linalg.matrix_rank", (), lambda x: x * x[:, None]),
]
