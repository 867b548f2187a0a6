"""`wengert.numpy` as the namespace that the array API standard asks for, and what calls it."""

import os
import subprocess
import sys

import numpy as np
import pytest
import scipy

import wengert as wg
import wengert.numpy as wnp

# The functions of the standard, 2024.12, chapter by chapter; those of linalg and fft are in their own modules.
FUNCTIONS = [
    "arange",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
    "full",
    "full_like",
    "linspace",
    "meshgrid",
    "ones",
    "ones_like",
    "tril",
    "triu",
    "zeros",
    "zeros_like",
    "astype",
    "broadcast_arrays",
    "broadcast_to",
    "can_cast",
    "finfo",
    "iinfo",
    "isdtype",
    "result_type",
    "abs",
    "acos",
    "acosh",
    "add",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bitwise_and",
    "bitwise_left_shift",
    "bitwise_invert",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "ceil",
    "clip",
    "conj",
    "copysign",
    "cos",
    "cosh",
    "divide",
    "equal",
    "exp",
    "expm1",
    "floor",
    "floor_divide",
    "greater",
    "greater_equal",
    "hypot",
    "imag",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "nextafter",
    "not_equal",
    "positive",
    "pow",
    "real",
    "reciprocal",
    "remainder",
    "round",
    "sign",
    "signbit",
    "sin",
    "sinh",
    "square",
    "sqrt",
    "subtract",
    "tan",
    "tanh",
    "trunc",
    "take",
    "take_along_axis",
    "matmul",
    "matrix_transpose",
    "tensordot",
    "vecdot",
    "concat",
    "expand_dims",
    "flip",
    "moveaxis",
    "permute_dims",
    "repeat",
    "reshape",
    "roll",
    "squeeze",
    "stack",
    "tile",
    "unstack",
    "argmax",
    "argmin",
    "count_nonzero",
    "nonzero",
    "searchsorted",
    "where",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
    "argsort",
    "sort",
    "cumulative_prod",
    "cumulative_sum",
    "max",
    "mean",
    "min",
    "prod",
    "std",
    "sum",
    "var",
    "all",
    "any",
    "diff",
]
DTYPES = ["bool", "int32", "int64", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_the_standard(name):
    assert callable(getattr(wnp, name))


def test_constants_and_dtypes():
    for name in ("e", "inf", "nan", "newaxis", "pi"):
        assert getattr(wnp, name) is getattr(np, name)
    for name in DTYPES:
        assert np.dtype(getattr(wnp, name)) == np.dtype(name)
        assert wnp.zeros(2, dtype=getattr(wnp, name)).dtype == np.dtype(name)


def test_tensors_name_their_namespace():
    t = wg.tensor([1.0])
    assert t.__array_namespace__() is wnp
    assert t.__array_namespace__(api_version="2023.12") is wnp
    with pytest.raises(ValueError, match=r"__array_namespace__: api_version is 2099\.12"):
        t.__array_namespace__(api_version="2099.12")
    assert t.device == "cpu"
    assert t.to_device("cpu") is t
    with pytest.raises(ValueError, match=r"device is 'gpu'; 'cpu' is the only one"):
        t.to_device("gpu")


def test_what_the_namespace_says_of_itself():
    info = wnp.__array_namespace_info__()
    assert wnp.__array_api_version__ == "2024.12"
    assert info.devices() == ["cpu"]
    assert info.default_device() == "cpu"
    assert list(info.dtypes()) == DTYPES
    assert list(info.dtypes(kind="integral")) == ["int32", "int64"]
    assert list(info.dtypes(kind=("bool", "complex floating"))) == [
        "bool",
        "complex64",
        "complex128",
    ]
    assert info.default_dtypes()["real floating"] == wnp.ones(1).dtype
    assert info.default_dtypes(device="cpu")["integral"] == wnp.arange(2).dtype
    assert info.capabilities()["max dimensions"] == 64
    with pytest.raises(ValueError, match="device is 'tpu'"):
        info.dtypes(device="tpu")


def test_questions_about_dtypes():
    t = wnp.ones(2, np.float32)
    assert wnp.isdtype(t.dtype, "real floating")
    assert not wnp.isdtype(t.dtype, ("bool", np.float64))
    assert wnp.can_cast(t, np.float64)
    assert not wnp.can_cast(np.float64, t.dtype)
    assert wnp.finfo(t).bits == 32
    assert wnp.iinfo(np.int32).max == 2**31 - 1
    assert wnp.promote_types(np.float32, np.int32) == np.float64
    assert wnp.broadcast_shapes((2, 1), 3) == (2, 3)


def test_arrays_of_other_libraries():
    x = np.arange(3.0)
    np.testing.assert_array_equal(wnp.from_dlpack(x).numpy(), x)
    t = wg.tensor(x)
    assert wnp.from_dlpack(t) is not t
    assert wg.grad(lambda x: wnp.sum(wnp.from_dlpack(x) ** 2))(x)[2] == 4


def test_descending_sorts():
    x = np.array([[2.0, 1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(wnp.sort(x, descending=True).numpy(), [[3, 2, 2, 1]])
    np.testing.assert_array_equal(wnp.argsort(x, descending=True).numpy(), [[3, 0, 2, 1]])
    np.testing.assert_array_equal(
        wg.grad(lambda x: wnp.sum(wnp.sort(x, descending=True) * [[1.0, 2, 4, 8]]))(x),
        [[3.0, 8.0, 3.0, 1.0]],
    )


def standardized(x):
    """Be generic code as the standard's users write it."""
    xp = x.__array_namespace__()
    centred = x - xp.mean(x, axis=0, keepdims=True)
    scaled = centred / xp.std(x, axis=0, keepdims=True, correction=1)
    smooth = xp.where(scaled > 0, xp.log1p(scaled**2), xp.atan2(scaled, xp.ones_like(scaled)))
    return xp.sum(xp.cumulative_sum(xp.permute_dims(smooth, (1, 0)), axis=1))


def test_generic_code_is_differentiated():
    x = np.random.default_rng(0).normal(size=(5, 3))
    wg.testing.check_grads(standardized, (x,), order=2)
    assert standardized(wg.tensor(x)).item() == pytest.approx(float(standardized(x)))


# What SciPy computes by the namespace of what it is given, where SCIPY_ARRAY_API asks it to: from 1.15 on.
OF_SCIPY = """
import numpy as np, scipy, wengert as wg, wengert.numpy as wnp
from scipy import fft, integrate, optimize, special, stats

x = np.random.default_rng(3).uniform(0.3, 2.0, 7)
functions = {
    "special.logsumexp": special.logsumexp,
    "stats.zscore": lambda x: stats.zscore(x) ** 3,
    "stats.skew": stats.skew,
    "stats.kurtosis": stats.kurtosis,
    "stats.gmean": stats.gmean,
    "stats.hmean": stats.hmean,
    "stats.variation": stats.variation,
    "integrate.trapezoid": integrate.trapezoid,
    "optimize.rosen": optimize.rosen,
    "fft.rfft": lambda x: wnp.real(fft.rfft(x)) ** 2,
}
for name, f in functions.items():
    value = f(wg.tensor(x))
    assert isinstance(value, wg.Tensor), name
    np.testing.assert_allclose(value.numpy(), np.asarray(f(x)), err_msg=name)
    wg.testing.check_grads(f, (x,), order=1)
print(len(functions))
"""


def test_scipys_functions_by_the_namespace():
    if tuple(map(int, scipy.__version__.split(".")[:2])) < (1, 15):
        return  # before, SciPy asked NumPy alone
    environment = {**os.environ, "SCIPY_ARRAY_API": "1"}
    done = subprocess.run(
        [sys.executable, "-c", OF_SCIPY],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "10", done.stderr
