"""Rotations in three dimensions, one or a stack."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import constant, converted, dims_of, negative_axes, tensor_of
from wengert.numpy.layout.joining import concatenate
from wengert.scipy.spatial.transform import _quaternions, alignment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wengert._typing import Operand

__all__ = ["Rotation"]


def _real(name: str, argument: str, x: Operand) -> Tensor:
    given = tensor_of(x)
    if given.dtype.kind == "c":
        message = f"{name}: {argument} is {given.dtype}; a real dtype is needed"
        raise DTypeError(message)
    return converted(given, np.float64)


def _vectors(name: str, argument: str, x: Operand, length: int) -> Tensor:
    """Read vectors of a length along the last axis."""
    given = _real(name, argument, x)
    if given.ndim == 0 or given.shape[-1] != length:
        message = f"{name}: {argument} is {given.shape}; (..., {length}) is needed"
        raise ShapeError(message)
    return given


def _axes_of(name: str, seq: str, least: int) -> tuple[list[int], bool]:
    """Read axes of the frame, and whether they turn with it."""
    is_known = re.fullmatch(rf"[xyz]{{{least},3}}|[XYZ]{{{least},3}}", seq) is not None
    if not is_known or any(a == b for a, b in pairwise(seq)):
        count = "three" if least == 3 else "one to three"
        message = f"{name}: seq is {seq!r}; {count} letters of 'xyz' or of 'XYZ' are needed, no two neighbours equal"
        raise ShapeError(message)
    return ["xyz".index(letter) for letter in seq.lower()], seq.isupper()


class Rotation:
    """A rotation in three dimensions, or a stack of them.

    Derivatives are right at the identity and at half turns, at every order: what is a smooth function of a vector or a
    quaternion is computed as one. The angle itself (`magnitude`) has a kink at the identity, with the derivative 0.

    Parameters
    ----------
    quat : array_like
        Quaternions, of shape (..., 4), with the scalar last.
    normalize : bool
        Whether they are divided by their length.
    copy : bool
        Of no effect.
    scalar_first : bool
        Whether the scalar comes first.

    Raises
    ------
    ValueError
        If a shape does not fit, or a quaternion is zero.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.spatial.transform import Rotation
    >>> quarter = Rotation.from_rotvec([0.0, 0.0, np.pi / 2])
    >>> quarter.apply([1.0, 0.0, 0.0]).round(6)
    Tensor([0., 1., 0.])
    >>> there_and_back = lambda v: Rotation.from_rotvec(v).as_rotvec()
    >>> wg.jacobian(there_and_back)(np.zeros(3))
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]])
    """

    def __init__(
        self, quat: Operand, normalize: bool = True, copy: bool = True, scalar_first: bool = False
    ) -> None:
        q = _vectors("Rotation", "quat", quat, 4)
        if scalar_first:
            q = _core.concatenate([q[..., 1:], q[..., :1]], -1)
        if normalize:
            length = _core.sqrt(_core.sum(_core.square(q), (-1,), True))
            if bool(_core.any(_core.equal(length, 0.0), tuple(range(-q.ndim, 0)), False)):
                message = (
                    "Rotation: quat holds zeros alone; a quaternion of another length is needed"
                )
                raise ShapeError(message)
            q = q / length
        self._quat = q

    @classmethod
    def _of(cls, quat: Tensor) -> Rotation:
        """Make one of unit quaternions."""
        made = cls.__new__(cls)
        made._quat = quat
        return made

    @classmethod
    def from_quat(cls, quat: Operand, *, scalar_first: bool = False) -> Rotation:
        """Make rotations of quaternions, of shape (..., 4), which are divided by their length."""
        return cls(quat, scalar_first=scalar_first)

    @classmethod
    def from_matrix(cls, matrix: Operand, *, assume_valid: bool = False) -> Rotation:
        """Make the rotations that are nearest to matrices, of shape (..., 3, 3) and positive determinant.

        In directions that lead away from all rotations, the derivative is that of the nearest rotation.
        `assume_valid` leaves the check of the determinant out.
        """
        m = _real("from_matrix", "matrix", matrix)
        if m.ndim < 2 or m.shape[-2:] != (3, 3):
            message = f"from_matrix: matrix is {m.shape}; (..., 3, 3) is needed"
            raise ShapeError(message)
        if not assume_valid:
            determinants = _core.det(m)
            every = tuple(range(-determinants.ndim, 0))
            if bool(_core.any(_core.less_equal(determinants, 0.0), every, False)):
                message = (
                    "from_matrix: a determinant of matrix is not positive; that of a rotation is 1"
                )
                raise ShapeError(message)
        return cls._of(_quaternions.from_matrix(m))

    @classmethod
    def from_rotvec(cls, rotvec: Operand, degrees: bool = False) -> Rotation:
        """Make rotations of axes times angles, of shape (..., 3)."""
        v = _vectors("from_rotvec", "rotvec", rotvec, 3)
        return cls._of(_quaternions.from_rotvec(_core.deg2rad(v) if degrees else v))

    @classmethod
    def from_euler(cls, seq: str, angles: Operand, degrees: bool = False) -> Rotation:
        """Make rotations of one to three around axes of the frame.

        Parameters
        ----------
        seq : str
            The axes: of "xyz" if they stand still, of "XYZ" if they turn with what was turned already.
        angles : array_like
            Of shape (..., len(seq)), or one number.
        degrees : bool
            Whether they are degrees.

        Returns
        -------
        Rotation
            Of shape (...).

        Raises
        ------
        ValueError
            If there are no such axes, or angles for others.
        """
        axes, is_intrinsic = _axes_of("from_euler", seq, 1)
        given = _real("from_euler", "angles", angles)
        given = given[None] if given.ndim == 0 else given
        if given.shape[-1] != len(axes):
            message = f"from_euler: angles is {given.shape} and seq is {seq!r}; (..., {len(axes)}) is needed"
            raise ShapeError(message)
        if degrees:
            given = _core.deg2rad(given)
        return cls._of(_quaternions.from_euler(axes, is_intrinsic, given))

    @classmethod
    def from_mrp(cls, mrp: Operand) -> Rotation:
        """Make rotations of modified Rodrigues parameters, of shape (..., 3)."""
        return cls._of(_quaternions.from_mrp(_vectors("from_mrp", "mrp", mrp, 3)))

    @classmethod
    def identity(cls, num: int | None = None, *, shape: Any = None) -> Rotation:
        """Make one rotation by nothing, or a stack of `num` or of a shape."""
        if num is not None and shape is not None:
            message = f"identity: num is {num} and shape is {shape}; one of them is needed"
            raise ShapeError(message)
        lengths = dims_of(shape if shape is not None else () if num is None else num)
        unit = np.array([0.0, 0.0, 0.0, 1.0])
        return cls._of(constant(np.broadcast_to(unit, (*lengths, 4)).copy()))

    @classmethod
    def concatenate(cls, rotations: Rotation | Iterable[Rotation]) -> Rotation:
        """Join rotations to one stack."""
        if isinstance(rotations, Rotation):
            return cls._of(rotations._quat)
        quats = [r._quat[None] if r.single else r._quat for r in rotations]
        return cls._of(concatenate(quats))

    @classmethod
    def align_vectors(
        cls,
        a: Operand,
        b: Operand,
        weights: Operand | None = None,
        return_sensitivity: bool = False,
    ) -> tuple[Any, ...]:
        """Find the rotation that takes the vectors `b` nearest to `a`.

        Parameters
        ----------
        a, b : array_like
            Of shape (3,) or (N, 3), in pairs.
        weights : array_like, optional
            How much each pair counts, of shape (N,), none negative. Of one pair that is alone, or whose weight is
            infinite, `b` is turned to `a` exactly, by the shortest way; others then count for turns around it.
        return_sensitivity : bool
            Whether the sensitivity is returned, of shape (3, 3); see SciPy's.

        Returns
        -------
        tuple
            The rotation, the root of the weighted sum of squared distances that it leaves, and the sensitivity. All have
            derivatives in `a`, `b` and `weights`.

        Raises
        ------
        ValueError
            If shapes or weights do not fit, or several rotations are equally good.

        Examples
        --------
        >>> from wengert.scipy.spatial.transform import Rotation
        >>> a, b = [[0.0, 1.0, 0.0], [0.0, 1.0, 1.0]], [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]]
        >>> rotation, distance = Rotation.align_vectors(a, b)
        >>> rotation.apply([1.0, 2.0, 3.0]).round(6), distance.round(6)
        (Tensor([3., 1., 2.]), Tensor(0.))
        """
        name = "align_vectors"
        both = [_vectors(name, argument, x, 3) for argument, x in (("a", a), ("b", b))]
        if both[0].shape != both[1].shape or both[0].ndim > 2:
            message = f"{name}: a is {both[0].shape} and b is {both[1].shape}; (3,) or (N, 3) is needed, of both the same"
            raise ShapeError(message)
        rows = [x[None] if x.ndim == 1 else x for x in both]
        count = rows[0].shape[0]
        w = _real(name, "weights", np.ones(count) if weights is None else weights)
        if w.shape != (count,) or count == 0:
            message = f"{name}: weights are {w.shape} and a is {both[0].shape}; one for each pair is needed"
            raise ShapeError(message)
        if bool(_core.any(_core.less(w, 0.0), (-1,), False)):
            message = f"{name}: a weight is negative; none may be"
            raise ShapeError(message)
        found = alignment.aligned(rows[0], rows[1], w)
        if not return_sensitivity:
            return cls._of(found.quat), found.distance
        if found.sensitivity is None:
            message = f"{name}: one pair or an infinite weight has no sensitivity"
            raise ShapeError(message)
        return cls._of(found.quat), found.distance, found.sensitivity

    def mean(self, weights: Operand | None = None, axis: Any = None) -> Rotation:
        """Return the rotation that is nearest to all of a stack, by the squared distances of matrices.

        Parameters
        ----------
        weights : array_like, optional
            How much each counts, none negative; they broadcast to the stack.
        axis : int or tuple of int, optional
            Along which axes of the stack, by default all.

        Returns
        -------
        Rotation
            With derivatives in the rotations and the weights; where all rotations are equal, too.

        Raises
        ------
        ValueError
            If there are no rotations, a weight is negative, or several means are equally near.
        """
        q = self._quat
        axes = tuple(range(-q.ndim + 1, 0)) if axis is None else negative_axes(axis, q.ndim - 1)
        if 0 in q.shape:
            message = f"mean: the stack is of shape {self.shape}; one rotation or more is needed"
            raise ShapeError(message)
        weighted = q[..., None]
        if weights is not None:
            w = _real("mean", "weights", weights)
            if bool(_core.any(_core.less(w, 0.0), tuple(range(-w.ndim, 0)), False)):
                message = "mean: a weight is negative; none may be"
                raise ShapeError(message)
            weighted = weighted * _core.broadcast_to(w, self.shape)[..., None, None]
        form = _core.sum(weighted * q[..., None, :], tuple(k - 2 for k in axes), False)
        if not _quaternions.has_main_axis(form):
            message = "mean: several rotations are equally near to those of the stack; rotations that are nearer to each other, or weights, are needed"
            raise ShapeError(message)
        return self._of(_quaternions.main_axis(form))

    def as_quat(self, canonical: bool = False, *, scalar_first: bool = False) -> Tensor:
        """Return quaternions, of shape (..., 4), with the scalar last or first.

        Of the two for each rotation, `canonical` gives that whose scalar is not negative.
        """
        q = _quaternions.canonical(self._quat) if canonical else self._quat
        return _core.concatenate([q[..., 3:], q[..., :3]], -1) if scalar_first else q

    def as_matrix(self) -> Tensor:
        """Return matrices, of shape (..., 3, 3)."""
        return _quaternions.as_matrix(self._quat)

    def as_rotvec(self, degrees: bool = False) -> Tensor:
        """Return axes times angles of at most a half turn, of shape (..., 3)."""
        v = _quaternions.as_rotvec(self._quat)
        return _core.rad2deg(v) if degrees else v

    def as_euler(
        self, seq: str, degrees: bool = False, *, suppress_warnings: bool = False
    ) -> Tensor:
        """Return angles around three axes of the frame.

        Parameters
        ----------
        seq : str
            As of `from_euler`, with three letters.
        degrees : bool
            Whether degrees are returned.
        suppress_warnings : bool
            Of no effect: where the first and third axis coincide, the third angle is 0, and nothing warns.

        Returns
        -------
        Tensor
            Of shape (..., 3). Where the first and third axis coincide, the angles have no derivatives.

        Raises
        ------
        ValueError
            If there are no such axes.
        """
        angles = _quaternions.as_euler(*_axes_of("as_euler", seq, 3), self._quat)
        return _core.rad2deg(angles) if degrees else angles

    def as_mrp(self) -> Tensor:
        """Return modified Rodrigues parameters of length 1 at most, of shape (..., 3)."""
        return _quaternions.as_mrp(self._quat)

    def apply(self, vectors: Operand, inverse: bool = False) -> Tensor:
        """Turn vectors, of shape (..., 3), forwards or back; axes in front broadcast with those of the rotations."""
        v = _vectors("apply", "vectors", vectors, 3)
        matrix = self.as_matrix()
        if not inverse:
            matrix = _core.transpose(matrix, (*range(-matrix.ndim, -2), -1, -2))
        if self.single:  # one product with a matrix
            return _core.matmul(v, matrix) if v.ndim > 1 else _core.matmul(v[None], matrix)[0]
        return _core.sum(v[..., None] * matrix, (-2,), False)

    def inv(self) -> Rotation:
        """Return the rotations back."""
        return self._of(_quaternions.inverse(self._quat))

    def magnitude(self) -> Tensor:
        """Return the angles, between 0 and a half turn; the derivative at 0 is 0, as that of a norm."""
        return _quaternions.magnitude(self._quat)

    def approx_equal(
        self, other: Rotation, atol: float | None = None, degrees: bool = False
    ) -> Tensor:
        """Whether rotations differ by less than an angle, by default 1e-8."""
        least = 1e-8 if atol is None else np.deg2rad(atol) if degrees else atol
        return _core.less((other * self.inv()).magnitude(), least)

    def __mul__(self, other: Rotation) -> Rotation:
        """Return the rotation by `other`, and by this one after it; stacks broadcast."""
        if not isinstance(other, Rotation):
            return NotImplemented
        return self._of(_quaternions.composed(self._quat, other._quat))

    def __pow__(self, n: Any, modulus: None = None) -> Rotation:
        """Return rotations around the same axes by n times the angles."""
        if modulus is not None:
            message = f"Rotation: a power modulo {modulus} was asked for; none is known"
            raise NotImplementedError(message)
        if not isinstance(n, Tensor):
            if n == -1:
                return self.inv()
            if n == 1:
                return self._of(self._quat)
        return self._of(_quaternions.from_rotvec(n * self.as_rotvec()))

    @property
    def single(self) -> bool:
        """Whether this is no stack."""
        return self._quat.ndim == 1

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the stack; () of one rotation."""
        return self._quat.shape[:-1]

    def __len__(self) -> int:
        if self.single:
            message = (
                "Rotation: len of a single one was asked for, which has none; a stack is needed"
            )
            raise TypeError(message)
        return self._quat.shape[0]

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, indexer: Any) -> Rotation:
        if self.single:
            message = (
                "Rotation: a part of a single one was asked for, which has none; a stack is needed"
            )
            raise TypeError(message)
        return self._of(self._quat[indexer])

    def __iter__(self) -> Iterator[Rotation]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"Rotation.from_quat({self._quat!r})"
