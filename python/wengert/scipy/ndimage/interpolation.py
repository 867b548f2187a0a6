"""Arrays at places between their elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import constant, converted, dims_of, negative_axis, tensor_of
from wengert.numpy.layout.axes import moveaxis
from wengert.scipy.ndimage._arguments import check_mode, for_each, image
from wengert.scipy.ndimage._places import interpolated
from wengert.scipy.ndimage.splines import check_order

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand

__all__ = ["affine_transform", "map_coordinates", "rotate", "shift", "zoom"]


def _read(name: str, x: Operand, order: int, mode: str) -> Tensor:
    check_order(name, order)
    check_mode(name, mode)
    return image(name, x)


def _grid(shape: tuple[int, ...]) -> list[Any]:
    """Return, of each axis, the numbers of its elements, to be broadcast."""
    return [
        np.arange(float(n)).reshape(-1, *[1] * (len(shape) - 1 - axis))
        for axis, n in enumerate(shape)
    ]


def map_coordinates(
    input: Operand,
    coordinates: Operand,
    output: DTypeLike = None,
    order: int = 3,
    mode: str = "constant",
    cval: Any = 0.0,
    prefilter: bool = True,
) -> Tensor:
    """Evaluate a spline through the elements of an array.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    coordinates : array_like
        Of shape (axes of `input`, ...): where to evaluate, in elements from the first one on.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    order : int
        Of the spline, from 0 to 5: the nearest element, straight lines, and so on.
    mode : str
        What lies behind the borders: "constant" has `cval` there, and "grid-constant" lines towards it; "nearest" the
        edge; "mirror" the array mirrored at the middle of its edge, "reflect" or "grid-mirror" behind it; "grid-wrap"
        the array itself, and "wrap" the same with its first element in the place of its last.
    cval : number
        That number. A Tensor has a derivative, too.
    prefilter : bool
        Whether coefficients are computed first, for orders above 1; `spline_filter` gives such.

    Returns
    -------
    Tensor
        Of the shape of `coordinates` without its first axis. It is computed in double precision, and rounded for
        integers. On an element, the derivative of straight lines is that to its right.

    Raises
    ------
    TypeError
        If `coordinates` is complex.
    ValueError
        If it is of another shape, or `order` or `mode` is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy import ndimage
    >>> along = lambda x: ndimage.map_coordinates([1.0, 2.0, 4.0], x[None], order=1)
    >>> along(np.array([0.5, 1.5]))
    Tensor([1.5, 3. ])
    >>> wg.jacobian(along)(np.array([0.5, 1.5]))
    array([[1., 0.],
           [0., 2.]])
    """
    x = _read("map_coordinates", input, order, mode)
    at = tensor_of(coordinates)
    if at.dtype.kind == "c":
        message = f"map_coordinates: coordinates is {at.dtype}; a real dtype is needed"
        raise DTypeError(message)
    if at.ndim < 2 or at.shape[0] != x.ndim:
        message = f"map_coordinates: coordinates is {at.shape} and input is {x.shape}; ({x.ndim}, ...) is needed"
        raise ShapeError(message)
    places = [at[axis] for axis in range(x.ndim)]
    return interpolated("map_coordinates", x, places, order, mode, cval, prefilter, output)


def affine_transform(
    input: Operand,
    matrix: Operand,
    offset: Any = 0.0,
    output_shape: Any = None,
    output: DTypeLike = None,
    order: int = 3,
    mode: str = "constant",
    cval: Any = 0.0,
    prefilter: bool = True,
) -> Tensor:
    """Evaluate a spline through the elements of an array at places ``matrix @ o + offset``, for every element o.

    Parameters
    ----------
    input : array_like
        Of N axes, one or more.
    matrix : array_like
        Of shape (N, M); or (N,), a diagonal; or (N, N + 1) or (N + 1, N + 1), with the offset as last column.
    offset : number or sequence
        Of each axis of `input`.
    output_shape : tuple of int, optional
        Of the M axes of the result; by default that of `input`.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    order, mode, cval, prefilter
        As of `map_coordinates`.

    Returns
    -------
    Tensor
        Of shape `output_shape`; it has derivatives in `input`, `matrix` and `offset`.

    Raises
    ------
    ValueError
        If `matrix` is of another shape, or an argument is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.affine_transform([1.0, 2.0, 4.0], [0.5], order=1)
    Tensor([1. , 1.5, 2. ])
    """
    x = _read("affine_transform", input, order, mode)
    if output_shape is None:
        output_shape = output.shape if isinstance(output, (Tensor, np.ndarray)) else x.shape
    shape, n = dims_of(output_shape), x.ndim
    m = converted(tensor_of(matrix), np.float64)
    if m.shape in ((n, n + 1), (n + 1, n + 1)):
        if m.shape[0] == n + 1 and bool(
            _core.any(_core.not_equal(m[n], np.eye(n + 1)[n]), (-1,), False)
        ):
            message = f"affine_transform: the last row of matrix is not that of homogeneous coordinates; {np.eye(n + 1)[n].tolist()} is needed"
            raise ShapeError(message)
        m, offset = m[:n, :n], m[:n, n]
    is_diagonal = m.ndim == 1
    if m.shape != ((n,) if is_diagonal else (n, len(shape))) or (is_diagonal and len(shape) != n):
        message = f"affine_transform: matrix is {m.shape}, input is {x.shape} and output_shape is {shape}; ({n}, {len(shape)}) is needed"
        raise ShapeError(message)
    grid, offsets = _grid(shape), for_each("affine_transform", "offset", offset, n)
    places = []
    for i in range(n):
        terms = [m[i] * grid[i]] if is_diagonal else [m[i, j] * g for j, g in enumerate(grid)]
        places.append(_core.broadcast_to(sum(terms[1:], terms[0]) + offsets[i], shape))
    return interpolated("affine_transform", x, places, order, mode, cval, prefilter, output)


def shift(
    input: Operand,
    shift: Any,
    output: DTypeLike = None,
    order: int = 3,
    mode: str = "constant",
    cval: Any = 0.0,
    prefilter: bool = True,
) -> Tensor:
    """Move an array by numbers of elements that need not be whole.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    shift : number or sequence
        How far along each axis.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    order, mode, cval, prefilter
        As of `map_coordinates`.

    Returns
    -------
    Tensor
        Of the shape of `input`; it has derivatives in both.

    Raises
    ------
    ValueError
        If `shift` has entries for other axes, or an argument is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.shift([1.0, 2.0, 4.0], 0.5, order=1)
    Tensor([0. , 1.5, 3. ])
    """
    x = _read("shift", input, order, mode)
    steps = for_each("shift", "shift", shift, x.ndim)
    places = [
        tensor_of(_core.broadcast_to(numbers - step, x.shape))
        for numbers, step in zip(_grid(x.shape), steps, strict=True)
    ]
    return interpolated("shift", x, places, order, mode, cval, prefilter, output)


def zoom(
    input: Operand,
    zoom: Any,
    output: DTypeLike = None,
    order: int = 3,
    mode: str = "constant",
    cval: Any = 0.0,
    prefilter: bool = True,
    *,
    grid_mode: bool = False,
) -> Tensor:
    """Evaluate a spline through the elements of an array on a finer or coarser grid.

    Parameters
    ----------
    input : array_like
        Of one axis or more.
    zoom : number or sequence
        By which factor the length of each axis grows, and is rounded; it has no derivative.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    order, mode, cval, prefilter
        As of `map_coordinates`.
    grid_mode : bool
        Whether the outer edges of the first and last element stay where they are, rather than their middles.

    Returns
    -------
    Tensor
        Of as many axes.

    Raises
    ------
    ValueError
        If `zoom` has entries for other axes, or an argument is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.zoom([1.0, 2.0, 4.0], 5 / 3, order=1)
    Tensor([1. , 1.5, 2. , 3. , 4. ])
    """
    x = _read("zoom", input, order, mode)
    factors = for_each("zoom", "zoom", zoom, x.ndim)
    shape = tuple([round(n * float(by)) for n, by in zip(x.shape, factors, strict=True)])
    places = []
    for numbers, n, count in zip(_grid(shape), x.shape, shape, strict=True):
        if grid_mode:
            at = (numbers + 0.5) * (n / count if count else 1.0) - 0.5
        else:
            at = numbers * ((n - 1) / (count - 1) if count != 1 else 1.0)
        places.append(constant(np.broadcast_to(at, shape).copy()))
    return interpolated("zoom", x, places, order, mode, cval, prefilter, output)


def rotate(
    input: Operand,
    angle: Any,
    axes: tuple[int, int] = (1, 0),
    reshape: bool = True,
    output: DTypeLike = None,
    order: int = 3,
    mode: str = "constant",
    cval: Any = 0.0,
    prefilter: bool = True,
) -> Tensor:
    """Turn an array in the plane of two of its axes, around its middle.

    Parameters
    ----------
    input : array_like
        Of two axes or more.
    angle : number
        In degrees. A Tensor has a derivative, at a constant shape.
    axes : tuple of int
        The two axes.
    reshape : bool
        Whether the result is large enough to hold all of `input`.
    output : dtype, Tensor or array, optional
        The dtype of the result, by default that of `input`, or what it is stored in.
    order, mode, cval, prefilter
        As of `map_coordinates`.

    Returns
    -------
    Tensor
        Of as many axes.

    Raises
    ------
    AxisError
        If `input` has no such axis.
    ValueError
        If `axes` are not two, or an argument is something else.

    Examples
    --------
    >>> from wengert.scipy import ndimage
    >>> ndimage.rotate([[1.0, 2.0], [3.0, 4.0]], 90.0, order=1).round(6)
    Tensor([[2., 4.],
            [1., 3.]])
    """
    x = _read("rotate", input, order, mode)
    plane = sorted({negative_axis(axis, x.ndim) for axis in axes}) if x.ndim > 1 else []
    if len(plane) != 2 or len(axes) != 2:
        message = f"rotate: input is {x.shape} and axes are {axes}; two different ones are needed"
        raise ShapeError(message)
    turned = moveaxis(x, tuple(plane), (-2, -1))
    shape = np.array(turned.shape[-2:])
    theta = converted(tensor_of(angle), np.float64)
    # As SciPy, of whose functions of degrees the quarter turns are exact.
    c, s = _cosine_and_sine(theta)
    lengths = shape
    if reshape:
        cosine, sine = abs(c.item()), abs(s.item())
        lengths = (np.array([[cosine, sine], [sine, cosine]]) @ shape + 0.5).astype(int)
    down, right = _grid(tuple(lengths.tolist()))
    middle, old = (lengths - 1) / 2, (shape - 1) / 2
    offsets = old[0] - (c * middle[0] + s * middle[1]), old[1] - (c * middle[1] - s * middle[0])
    places = [c * down + s * right + offsets[0], c * right - s * down + offsets[1]]
    y = interpolated("rotate", turned, places, order, mode, cval, prefilter, output)
    return moveaxis(y, (-2, -1), tuple(plane))


def _cosine_and_sine(degrees: Tensor) -> tuple[Tensor, Tensor]:
    """Return cos and sin of degrees, exact at quarter turns."""
    quarters = _core.rint(degrees / 90.0)
    rest = _core.deg2rad(degrees - 90.0 * quarters)
    k = _core.remainder(quarters, 4.0)
    c, s = _core.cos(rest), _core.sin(rest)
    is_odd = _core.equal(_core.remainder(k, 2.0), 1.0)
    cosine, sine = _core.where(is_odd, -s, c), _core.where(is_odd, c, s)
    is_back = _core.greater_equal(k, 2.0)
    return _core.where(is_back, -cosine, cosine), _core.where(is_back, -sine, sine)
