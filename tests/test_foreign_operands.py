"""Operands of other libraries: whatever NumPy makes an array of, and what is refused by name."""

import array
import datetime
import decimal
import fractions

import numpy as np
import pytest
import scipy.sparse as sp
from scipy import integrate, optimize

import wengert as wg
import wengert.numpy as wnp

x = np.array([1.0, 2.0, 3.0])
c = np.array([2.0, -1.0, 0.5])


class Protocol:
    """What libraries' arrays have in common: a value that they hand out in one way."""

    def __init__(self, value):
        self.value = np.asarray(value)


class ByArray(Protocol):
    """By the method."""

    def __array__(self, dtype=None, copy=None):
        return self.value


class ByInterface(Protocol):
    """By the attribute."""

    @property
    def __array_interface__(self):
        return self.value.__array_interface__


class ByDLPack(Protocol):
    """By a capsule."""

    def __dlpack__(self, **keywords):
        return self.value.__dlpack__(**keywords)

    def __dlpack_device__(self):
        return self.value.__dlpack_device__()


class Labelled(ByArray):
    """As a pandas Series: operators and ufuncs of its own, and a priority by which it gives way."""

    __array_priority__ = 1000
    __pandas_priority__ = 3000

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        if any(getattr(i, "__pandas_priority__", 0) > self.__pandas_priority__ for i in inputs):
            return NotImplemented
        return Labelled(getattr(ufunc, method)(*[np.asarray(i) for i in inputs], **keywords))

    def _apply(self, ufunc, other):
        if getattr(other, "__pandas_priority__", 0) > self.__pandas_priority__:
            return NotImplemented
        return Labelled(ufunc(self.value, np.asarray(other)))

    def __mul__(self, other):
        return self._apply(np.multiply, other)

    def __sub__(self, other):
        return self._apply(np.subtract, other)

    def __rmul__(self, other):
        raise AssertionError

    def __gt__(self, other):
        return self._apply(np.greater, other)


class Quantity:
    """A number with a unit, which wraps what it is given and decides itself."""

    def __init__(self, value):
        self.value = value

    def __array__(self, dtype=None, copy=None):
        raise AssertionError("the unit would be lost")

    def __array_ufunc__(self, *_):
        return NotImplemented

    def __rmul__(self, other):
        return Quantity(other * self.value)

    def __radd__(self, other):
        return NotImplemented


class Wrapper(Quantity):
    """As xarray's, a container of labels around any array."""

    @property
    def data(self):
        """What it is around."""
        return self.value

    def __mul__(self, other):
        return Wrapper(self.value * other)

    def __radd__(self, other):
        return Wrapper(self.value + other)


HOLDERS = {
    "__array__": ByArray,
    "__array_interface__": ByInterface,
    "DLPack": ByDLPack,
    "memoryview": lambda v: memoryview(np.ascontiguousarray(v)),
    "array.array": lambda v: array.array("d", np.ravel(v)) if v.dtype == np.float64 else v.tolist(),
    "labelled": Labelled,
    "list": lambda v: v.tolist(),
    "tuple": lambda v: tuple(v.tolist()),
    "objects": lambda v: v.astype(object),
}


def _with_zeros(t, mask):
    y = np.copy(t)
    y[mask] = 0.0
    return y


def _increased(t, by):
    y = np.copy(t)
    y += by
    return y


USES = {
    "t * c": (lambda t, k: t * k, c),
    "c * t": (lambda t, k: k * t, c),
    "t - c": (lambda t, k: t - k, c),
    "t ** c": (lambda t, k: t**k, c),
    "t @ c": (lambda t, k: t @ k, c),
    "np.multiply": (np.multiply, c),
    "np.dot": (np.dot, c),
    "wnp.exp": (lambda t, k: t * wnp.exp(k), c),
    "np.average": (lambda t, k: np.average(t, weights=k), c),
    "np.where": (lambda t, k: np.where(k, t, 0.0), c > 0),
    "t[mask]": (lambda t, k: t[k], c > 0),
    "t[places]": (lambda t, k: t[k], np.array([2, 0, 2])),
    "t[mask] =": (_with_zeros, c > 0),
    "t += c": (_increased, c),
}


@pytest.mark.parametrize(("use", "constant"), USES.values(), ids=USES)
@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
def test_what_numpy_makes_an_array_of_is_one(holder, use, constant):
    held = holder(constant)
    if isinstance(held, tuple) and constant.dtype != np.float64:
        held = list(held)  # a tuple is an index for each axis
    value, tangent = wg.jvp(lambda t: use(t, held), (x,), (np.ones(3),))
    want, slope = wg.jvp(lambda t: use(t, constant), (x,), (np.ones(3),))
    np.testing.assert_allclose(np.asarray(value), want)
    np.testing.assert_allclose(np.asarray(tangent), slope)


def test_numbers_of_every_kind():
    half = fractions.Fraction(1, 2)
    for number in (2, 2.0, True, np.float16(2), np.uint8(2), np.int64(2), np.bool_(True), half):
        want = x * np.float64(number)
        for f in (
            lambda t, n=number: t * n,
            lambda t, n=number: n * t,
            lambda t, n=number: wnp.multiply(n, t),
        ):
            np.testing.assert_allclose(wg.jvp(f, (x,), (x,))[0], want)
    single = np.float32([1, 2])
    assert wg.jvp(lambda t: t * half, (single,), (single,))[0].dtype == np.float32
    assert wg.grad(lambda t: np.sum(t * range(3)))(x).tolist() == [0, 1, 2]
    assert wg.grad(lambda t: np.sum(t * [half, 1, 2.5]))(x).tolist() == [0.5, 1, 2.5]
    assert wg.grad(lambda t: np.sum(t * np.array([half] * 3)))(x).tolist() == [0.5] * 3


REFUSED = {
    "dates": (lambda t: t * np.array(["2020-01-01"] * 3, "M8[D]"), r"dtype datetime64\[D\]"),
    "a date": (lambda t: t * np.datetime64("2020"), r"dtype datetime64\[Y\]"),
    "Python's date": (lambda t: t * datetime.date(2020, 1, 1), "unsupported operand"),
    "a Decimal": (lambda t: t * decimal.Decimal(2), "unsupported operand"),
    "Decimals": (
        lambda t: t * np.array([decimal.Decimal(2)] * 3),
        r"an array of objects holds a decimal\.Decimal at \(0,\)",
    ),
    "masked": (lambda t: t * np.ma.array(x, mask=[0, 1, 0]), "a masked array was given"),
    "float labels": (lambda t: t[Labelled(c)], "an array of float64 was given; integers or"),
    "None": (lambda t: t * None, "unsupported operand"),
    "text in a list": (lambda t: t * ["a", "b", "c"], "dtype <U1"),
    "sparse": (lambda t: t * sp.eye(3).tocsr(), r"a csr_matrix of scipy\.sparse .* A @ t, t @ A"),
    "sparse in sum": (lambda _: wnp.sum(sp.eye(3)), r"needs? A\.toarray\(\)"),
}


@pytest.mark.parametrize(("use", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_named(use, message):
    with pytest.raises((TypeError, IndexError), match=message):
        wg.grad(lambda t: np.sum(use(t)))(x)


def squared(x, t):
    return np.sum((x - t) ** 2)


two = np.ones(2)
OF_SCIPY = {
    "optimize.minimize": lambda t: optimize.minimize(squared, t, (c,)),
    "optimize.minimize of a function of it": lambda t: optimize.minimize(squared, c, (t,)),
    "optimize.minimize by simplices": lambda t: optimize.minimize(
        squared, c, (t,), method="Nelder-Mead"
    ),
    "optimize.minimize in bounds": lambda t: optimize.minimize(
        squared, two, (two,), bounds=[(0.0, t[0])] * 2
    ),
    "optimize.least_squares": lambda t: optimize.least_squares(lambda x: x - t, c),
    "optimize.brentq": lambda t: optimize.brentq(lambda x: x - t[0], 0.0, 3.0),
    "optimize.nnls": lambda t: optimize.nnls(np.eye(3), t),
    "integrate.solve_ivp": lambda t: integrate.solve_ivp(lambda s, y: -y, (0.0, 1.0), t),
    "integrate.solve_ivp of a function of it": lambda t: integrate.solve_ivp(
        lambda s, y: -t * y, (0.0, 1.0), c
    ),
    "integrate.odeint": lambda t: integrate.odeint(lambda y, s: -y, t, [0.0, 1.0]),
    "integrate.quad": lambda t: integrate.quad(lambda s: s * t[0], 0.0, 1.0),
    "integrate.dblquad": lambda t: integrate.dblquad(lambda s, r: s * t[0], 0.0, 1.0, 0.0, 1.0),
    "integrate.simpson": integrate.simpson,
}


@pytest.mark.parametrize("name", OF_SCIPY)
def test_functions_of_scipy_name_those_that_are_differentiated(name):
    named = name.partition(" ")[0]
    # What SciPy raises of it depends on its version: its minima raise a ValueError from it, and its roots
    # call on with the error set, which Python answers by a SystemError. Either is raised from ours.
    with pytest.raises((TypeError, ValueError, SystemError)) as raised:
        wg.grad(lambda t: OF_SCIPY[name](t) and 0.0)(x)
    error = raised.value
    while error.__cause__ is not None:
        error = error.__cause__
    assert isinstance(error, TypeError)
    assert f"(for scipy.{named} wengert.scipy.{named})" in str(error)


def test_functions_of_scipy_without_such_name_a_module():
    evolved = lambda t: optimize.differential_evolution(squared, [(0.0, 1.0)] * 3, (t,), maxiter=1)
    with pytest.raises(TypeError, match=r"that have derivatives are in wengert\.scipy\.optimize\)"):
        wg.grad(lambda t: evolved(t).x[0])(x)
    inside = r"for A @ x of a sparse matrix wengert\.numpy\.matmul\(A, x\)|are in wengert\.scipy"
    with pytest.raises((TypeError, ValueError), match=inside):
        wg.grad(lambda t: sp.coo_array((t, (np.arange(3), np.arange(3)))).sum())(x)


def test_a_class_that_means_more_than_its_elements_decides_itself():
    product = wg.grad(lambda t: np.sum((t * Quantity(3.0)).value))
    assert product(x).tolist() == [3, 3, 3]
    with pytest.raises(TypeError, match="unsupported operand"):
        wg.grad(lambda t: np.sum(t + Quantity(3.0)))(x)


def test_a_container_around_a_tensor_is_that_tensor():
    f = lambda t: Wrapper(c) * t
    np.testing.assert_allclose(wg.jacobian(f)(x), np.diag(c))
    np.testing.assert_allclose(wg.grad(lambda t: np.sum((t + f(t)).data))(x), 1 + c)
    held = lambda t: Wrapper(np.array([t[0], t[1] * t[2]]))
    np.testing.assert_allclose(wg.jacobian(held)(x), [[1, 0, 0], [0, 3, 2]])


# Sparse matrices

matrix = sp.random(4, 3, 0.6, format="csr", random_state=0)
full = matrix.toarray()
FORMATS = ["csr", "csc", "coo", "lil", "dok", "dia", "bsr"]
PRODUCTS = {
    "A @ t": (lambda a, t: a @ t, lambda t: full @ t),
    "wnp.matmul": (wnp.matmul, lambda t: full @ t),
    "np.matmul": (np.matmul, lambda t: full @ t),
    "t @ A": (lambda a, t: t @ a.T, lambda t: t @ full.T),
    "columns": (lambda a, t: a @ np.stack([t, t * t]).T, lambda t: full @ np.stack([t, t * t]).T),
    "rows": (lambda a, t: np.stack([t, t * t]) @ a.T, lambda t: np.stack([t, t * t]) @ full.T),
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("sparse", "dense"), PRODUCTS.values(), ids=PRODUCTS)
def test_products_with_constant_sparse_matrices(sparse, dense, form):
    for a in (matrix.asformat(form), sp.csr_array(matrix).asformat(form)):
        f = lambda t, a=a: sparse(a, t)
        np.testing.assert_allclose(wg.vjp(f, x)[0], dense(x), rtol=1e-13)
        for jacobian in (wg.jacfwd, wg.jacrev):
            np.testing.assert_allclose(jacobian(f)(x), wg.jacfwd(dense)(x), rtol=1e-13)
    batch = np.stack([x, -x])
    np.testing.assert_allclose(wg.vmap(f)(batch), [dense(x), dense(-x)], rtol=1e-13)
    energy = wg.hessian(lambda t: np.sum(f(t) ** 2))(x)
    np.testing.assert_allclose(energy, wg.hessian(lambda t: np.sum(dense(t) ** 2))(x), rtol=1e-12)


def test_a_sparse_product_says_what_it_depends_on_and_checks_shapes():
    assert wg.jacobian(lambda t: np.sin(matrix @ t), sparse=True)(x).nnz == matrix.nnz
    with pytest.raises(
        ValueError, match=r"the sparse matrix is \(4, 3\) and the other operand \(2,\)"
    ):
        wg.grad(lambda t: np.sum(matrix @ t[:2]))(x)
    np.testing.assert_allclose(wg.jacobian(lambda t: matrix.dot(2 * t))(x), 2 * full)
    assert wg.grad(lambda t: np.sum(sp.csr_matrix((4, 3)) @ t))(x).tolist() == [0, 0, 0]
    value = wg.vjp(lambda t: matrix.astype(np.complex128) @ t, x)[0]
    assert value.dtype == np.complex128


# The real ones


def test_pandas():
    pd = pytest.importorskip("pandas")
    s, df = pd.Series(c, index=list("abc")), pd.DataFrame(np.arange(6.0).reshape(2, 3))
    for f in (lambda t: t * s, lambda t: s * t, lambda t: np.multiply(s, t)):
        np.testing.assert_allclose(wg.jacobian(f)(x), np.diag(c))
    for f in (
        lambda t: df @ t,
        lambda t: df.dot(1.0 * t),
        lambda t: t @ df.T,
        lambda t: np.dot(df, 1.0 * t),
    ):
        np.testing.assert_allclose(wg.jacobian(f)(x), df.to_numpy())
    assert wg.grad(lambda t: np.sum(t[s > 0]))(x).tolist() == [1, 0, 1]
    assert wg.grad(lambda t: np.sum((s > t) * t))(x).tolist() == [1, 0, 0]
    assert wg.grad(lambda t: s @ t)(x).tolist() == c.tolist()
    with pytest.raises(TypeError, match="datetime64"):
        wg.grad(lambda t: np.sum(t * pd.Series(pd.date_range("2020", periods=3))))(x)


def test_xarray():
    xr = pytest.importorskip("xarray")
    labelled = xr.DataArray(c, dims="i")
    for f in (lambda t: t * labelled, lambda t: labelled * t):
        np.testing.assert_allclose(wg.jacobian(f)(x), np.diag(c))
    np.testing.assert_allclose(wg.grad(lambda t: (labelled * t).sum())(x), c)
    assert wg.grad(lambda t: np.sum(t[labelled > 0]))(x).tolist() == [1, 0, 1]
