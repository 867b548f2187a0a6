"""Misuse: the class of the error, what it says, and a library that works afterwards."""

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import _core as core


def t(*shape):
    return wg.tensor(np.ones(shape))


def called(name, f, error, message):
    return pytest.param(f, error, message, id=name)


SHAPES = [
    called("add", lambda: t(2, 3) + t(4), ValueError, r"add: .*\(2, 3\).*\(4,\)"),
    called("power", lambda: np.ones(3) ** t(2), ValueError, r"power: .*\(3,\).*\(2,\)"),
    called("less", lambda: t(2) < t(3), ValueError, r"less: .*\(2,\).*\(3,\)"),
    called("where", lambda: np.where(t(2) > 0, t(3), 0.0), ValueError, r"where: .*\(2,\).*\(3,\)"),
    called("matmul", lambda: t(2, 3) @ t(2, 3), ValueError, r"matmul: .*x.shape\[-1\] must equal"),
    called("matmul-0d", lambda: t(2) @ 3.0, ValueError, "matmul: .*multiply serves scalars"),
    called("dot", lambda: np.dot(t(2), t(3)), ValueError, r"\(2,\).*\(3,\)"),
    called("reshape", lambda: t(6).reshape(4, 2), ValueError, r"reshape: .*\(6,\).*\(4, 2\)"),
    called("reshape-1", lambda: t(6).reshape(-1, 4), ValueError, "reshape: "),
    called("reshape-2", lambda: t(6).reshape(-1, -1), ValueError, "reshape: "),
    called("broadcast_to", lambda: np.broadcast_to(t(3), (2, 2)), ValueError, r"\(3,\).*\(2, 2\)"),
    called("transpose", lambda: t(2, 3).transpose(0, 0), ValueError, "transpose: axes are"),
    called("concatenate", lambda: np.concatenate([t(2), t(1, 2)]), ValueError, "concatenate: "),
    called("concatenate-0", lambda: wnp.concatenate([]), ValueError, "concatenate: no arrays"),
    called("stack", lambda: np.stack([t(2), t(3)]), ValueError, r"stack: array 0 is \(2,\)"),
    called(
        "einsum",
        lambda: np.einsum("ij,jk", t(2, 3), t(2, 3)),
        ValueError,
        "einsum: letter 'j' has length",
    ),
    called("einsum-text", lambda: np.einsum("i!", t(2)), ValueError, "einsum"),
    called("split", lambda: np.split(t(3), 2), ValueError, "split: 2 sections of axis 0"),
    called("diag", lambda: np.diag(t(2, 2, 2)), ValueError, r"diag: v is \(2, 2, 2\)"),
    called("trace", lambda: np.trace(t(2)), ValueError, r"diagonal: a is \(2,\)"),
    called("squeeze", lambda: np.squeeze(t(2, 1), 0), ValueError, "squeeze: axis is 0"),
    called("max", lambda: np.max(t(0)), ValueError, "max: .*at least one element"),
    called("argmax", lambda: np.argmax(t(0)), ValueError, "argmax: "),
    called("reshape-3", lambda: t(6).reshape(-2, -3), ValueError, r"reshape: .*\(-2, -3\)"),
    called("mask", lambda: t(3)[np.array([True, False])], IndexError, "index: "),
]

AXES = [
    called("sum", lambda: np.sum(t(2, 3), axis=2), ValueError, "axis 2 is out of bounds"),
    called("mean", lambda: np.mean(t(2, 3), axis=-3), ValueError, "axis -3 is out of bounds"),
    called("sum-twice", lambda: np.sum(t(2, 3), axis=(0, -2)), ValueError, "twice"),
    called("cumsum", lambda: np.cumsum(t(2), axis=1), ValueError, "axis 1 is out of bounds"),
    called("stack", lambda: np.stack([t(2)], axis=5), ValueError, "axis 5 is out of bounds"),
    called("swapaxes", lambda: t(2).swapaxes(0, 1), ValueError, "axis 1 is out of bounds"),
    called("sum-float", lambda: np.sum(t(2), axis=1.0), TypeError, "float"),
    called("sum-text", lambda: np.sum(t(2), axis="0"), TypeError, "str"),
]

INDICES = [
    called("integer", lambda: t(3)[3], IndexError, "index: 3 was given for axis 0.*3 elements"),
    called("negative", lambda: t(2, 3)[0, -4], IndexError, "index: -4 was given for axis 1"),
    called("axes", lambda: t(3)[0, 0], IndexError, "index: more axes were named than the 1"),
    called("scalar", lambda: t()[0], IndexError, "index: a Tensor of shape .. has no axis"),
    called("ellipses", lambda: t(3)[..., ...], IndexError, "index: 2 ellipses were given"),
    called("float", lambda: t(3)[1.0], IndexError, "index: float was given; integers, slices"),
    called("text", lambda: t(3)["a"], IndexError, "index: str was given"),
    called("float-array", lambda: t(3)[np.array([1.0])], IndexError, "index: "),
    called("array", lambda: t(3)[np.array([0, 5])], IndexError, "index: 5 was given"),
    called("step", lambda: t(3)[::0], ValueError, "step"),
    called("take", lambda: np.take(t(3), [4]), IndexError, "index: 4 was given"),
]

MASKED = np.ma.masked_array([1.0, 2.0], [True, False])
MATRIX = np.ones((2, 2)).view(np.matrix)

KINDS = [
    called("masked", lambda: np.sum(t(2) * MASKED), TypeError, "^array: a masked array .*filled"),
    called("masked-where", lambda: np.where(MASKED, t(2), 0.0), TypeError, "a masked array"),
    called("masked-index", lambda: t(3)[np.ma.masked_array([0, 1])], TypeError, "a masked array"),
    called("masked-argument", lambda: wg.grad(np.sum)(MASKED), TypeError, "a masked array"),
    called("masked-part", lambda: wg.grad(lambda p: p[0])([MASKED]), TypeError, "a masked array"),
    called("masked-tangent", lambda: wg.jvp(np.sin, (np.ones(2),), (MASKED,)), TypeError, "masked"),
    called("masked-tensor", lambda: wg.tensor(MASKED), TypeError, "a masked array"),
    called("matrix", lambda: MATRIX * t(2, 2), TypeError, "^array: a np.matrix .* np.asarray.x."),
    called("matrix-right", lambda: t(2, 2) @ MATRIX, TypeError, "a np.matrix was given"),
    called("matrix-argument", lambda: wg.vjp(np.sin, MATRIX), TypeError, "a np.matrix was given"),
    called("matrix-wnp", lambda: wnp.sum(MATRIX), TypeError, "a np.matrix was given"),
    called(
        "sin-text", lambda: wnp.sin("a"), TypeError, "sin: str was given; a Tensor, an array or"
    ),
    called("sin-none", lambda: wnp.sin(None), TypeError, "sin: NoneType was given"),
    called("add-dict", lambda: wnp.add(t(2), {}), TypeError, "add: dict was given"),
    called(
        "objects",
        lambda: t(1) + np.array([None]),
        TypeError,
        "an array of objects holds a NoneType at",
    ),
    called("texts", lambda: t(1) + np.array(["a"]), TypeError, "dtype <U1 was given; bool, int32"),
    called("dates", lambda: t(1) + np.array(["2020"], "M8[s]"), TypeError, "datetime64"),
    called("long", lambda: t(1) + np.ones(1, np.longdouble), TypeError, "longdouble|float128"),
    called("unsigned", lambda: t(1) + np.ones(1, np.uint64), TypeError, "dtype uint64 was given"),
    called("tensor-object", lambda: wg.tensor(object()), TypeError, "tensor: object was given"),
    called("tensor-ragged", lambda: wg.tensor([[1.0], [2.0, 3.0]]), ValueError, "inhomogeneous"),
    called("array-ragged", lambda: wnp.array([t(2), 1.0]), ValueError, "stack: array 0 is"),
    called("sum-ragged", lambda: wnp.sum([[1.0], [2.0, 3.0]]), ValueError, "inhomogeneous"),
    called("dtype", lambda: wg.tensor(1.0, "U3"), TypeError, "tensor: dtype <U3 was asked for"),
    called("half", lambda: t(2).astype(np.float16), TypeError, "dtype float16 was asked for"),
    called("no-dtype", lambda: wg.tensor(1.0, "nonsense"), TypeError, "nonsense"),
    called("arctan2", lambda: wnp.arctan2(1j, 2.0), TypeError, "arctan2: an operand is complex128"),
    called("floor", lambda: np.floor(wg.tensor(1j)), TypeError, "floor: an operand is complex128"),
    called(
        "bitwise", lambda: t(2) & 1, TypeError, "bitwise_and: an operand is float64; an integer"
    ),
    called("too-few", lambda: wnp.add(t(2)), TypeError, "add: 1 operands were given; 2 are needed"),
    called("too-many", lambda: wnp.sin(t(2), 1, 2), TypeError, "sin: 3 operands were given; 1 are"),
    called("keyword", lambda: wnp.sin(t(2), colour=1), TypeError, "sin: keyword argument 'colour'"),
    called("sum-keyword", lambda: np.sum(t(2), colour=1), TypeError, "colour"),
    called("method", lambda: t(2).resize(3), TypeError, "resize: a Tensor has no such method; use"),
    called("full", lambda: wnp.full("a", 1.0), TypeError, "str"),
    called("negative", lambda: wnp.zeros(-1), ValueError, "negative"),
    called("registry", lambda: core.sum(t(2)), TypeError, "sum: 0 parameters were given; 2 are"),
]

TRANSFORMS = [
    called("grad-3", lambda: wg.grad(3), TypeError, "^grad: fun is int; a function is needed$"),
    called("vag-3", lambda: wg.value_and_grad(None), TypeError, "^value_and_grad: fun is NoneType"),
    called("vjp-3", lambda: wg.vjp("f", 1.0), TypeError, "^vjp: fun is str; a function is needed$"),
    called("vector", lambda: wg.grad(np.sin)(np.ones(3)), ValueError,
           r"^grad: fun returned shape \(3,\); only a scalar has a gradient, see"),
    called("empty", lambda: wg.value_and_grad(lambda x: x[:0])(np.ones(3)), ValueError,
           r"^value_and_grad: fun returned shape \(0,\)"),
    called("nothing", lambda: wg.grad(lambda x: None)(1.0), TypeError,
           "^grad: fun returned NoneType; a Tensor or a number is needed$"),
    called("text", lambda: wg.grad(lambda x: "x")(1.0), TypeError, "^grad: fun returned str"),
    called("list", lambda: wg.grad(lambda x: [x])(1.0), TypeError, "^grad: fun returned list"),
    called("complex", lambda: wg.grad(lambda x: x * 1j)(1.0), TypeError,
           "^grad: fun returned complex128 and holomorphic is False; a real result is needed"),
    called("real", lambda: wg.grad(np.real, holomorphic=True)(1j), TypeError,
           "^grad: fun returned float64 and holomorphic is True; a complex result is needed"),
    called("no-aux", lambda: wg.grad(np.sin, has_aux=True)(1.0), TypeError,
           r"^grad: has_aux is True and fun returned .*Tensor; a tuple \(output, aux\) is needed"),
    called("argnums", lambda: wg.grad(np.sin, 2)(1.0), ValueError,
           "^grad: argnums holds 2 and the call has 1 positional arguments$"),
    called("argnums-", lambda: wg.grad(np.sin, (0, -2))(1.0), ValueError, "argnums holds -2"),
    called("argnums-text", lambda: wg.grad(np.sin, "x")(1.0), TypeError,
           "^grad: argnums holds str; an integer or a tuple of integers is needed$"),
    called("argnums-float", lambda: wg.grad(np.sin, (0.0,))(1.0), TypeError, "holds float"),
    called("no-argument", wg.grad(lambda: 1.0), ValueError, "the call has 0 positional"),
    called("bool", lambda: wg.grad(np.sin)(True), TypeError, "^grad: argument 0 is bool"),
    called("texts", lambda: wg.grad(np.sin)("x"), TypeError, "^grad: argument 0 holds str; a diff"),
    called("int-leaf", lambda: wg.grad(lambda p: p[0])([1.0, 2]), TypeError,
           "^grad: argument 0 holds int64; a floating or complex dtype is needed"),
    called("int-array", lambda: wg.vjp(lambda p: p[0], (1.0, np.arange(3))), TypeError,
           "^vjp: argument 0 holds int64"),
    called("objects", lambda: wg.grad(np.sum)(np.array([None])), TypeError, "objects holds a NoneType"),
    called("second", lambda: wg.grad(np.add, 1)(1.0, {1.0}), TypeError, "argument 1 holds set"),
    called("vjp-text", lambda: wg.vjp(lambda x: "x", 1.0), TypeError, "^vjp: str was given"),
    called("ct-shape", lambda: wg.vjp(np.sin, np.ones(3))[1](1.0), ValueError,
           r"^pullback: the cotangent is of shape \(\); the output's shape \(3,\) is needed$"),
    called("ct-number", lambda: wg.vjp(np.sin, 1.0)[1]((1.0, 2.0)), ValueError,
           r"^pullback: the cotangent is of shape \(2,\); the output's shape \(\) is needed$"),
    called("ct-complex", lambda: wg.vjp(np.sin, 1.0)[1](1j), TypeError,
           "^pullback: the cotangent is complex128; the output's dtype float64 is needed$"),
    called("ct-text", lambda: wg.vjp(np.sin, 1.0)[1]("x"), TypeError, "^pullback: str was given"),
    called("ct-none", wg.vjp(np.sin, 1.0)[1], TypeError, "argument"),
    called("threads", lambda: wg.set_num_threads(0), ValueError, "^set_num_threads: 0 was given"),
    called("threads-huge", lambda: wg.set_num_threads(2**40), ValueError, "1099511627776 was given"),
    called("threads-text", lambda: wg.set_num_threads("2"), TypeError, "integer"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "error", "message"), [*SHAPES, *AXES, *INDICES, *KINDS, *TRANSFORMS])
def test_misuse(f, error, message):
    with pytest.raises(error, match=message) as raised:
        f()
    assert "\n" not in str(raised.value)
    if raised.type.__module__ == "wengert":  # the operation, then what was given
        assert ": " in str(raised.value)
    else:
        assert raised.type.__module__ in ("builtins", "numpy.exceptions")
    assert wg.grad(lambda x: np.sum(x * x))(np.ones(2)).tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("error", "base"),
    [
        (wg.ShapeError, ValueError),
        (wg.DTypeError, TypeError),
        (wg.IndexRangeError, IndexError),
        (wg.DerivativeError, ValueError),
        (wg.RuleError, NotImplementedError),
    ],
)
def test_errors_derive_from_pythons(error, base):
    assert issubclass(error, base)
    assert error.__module__ == "wengert"
    assert error.__doc__


@pytest.mark.parametrize("f", [p.values[0] for p in SHAPES[:8]], ids=[p.id for p in SHAPES[:8]])
def test_misuse_inside_a_transform_leaves_it_usable(f):
    def guarded(x):
        with pytest.raises(ValueError, match=r"\("):
            f()
        return x * x

    assert wg.grad(wg.grad(guarded))(3.0) == 2.0
