"""``wengert.scipy.spatial`` against ``scipy.spatial``: distances and rotations, and their derivatives."""

import inspect
import math

import mpmath
import numpy as np
import pytest
from scipy.spatial import distance as theirs
from scipy.spatial.transform import Rotation as TheirRotation
from scipy.spatial.transform import Slerp as TheirSlerp

import wengert as wg
import wengert.numpy as wnp
from wengert import _core as core
from wengert.scipy import spatial
from wengert.scipy.spatial import distance
from wengert.scipy.spatial.transform import Rotation, Slerp

rng = np.random.default_rng(5)


@pytest.fixture(autouse=True)
def draws_begin_anew():
    """Draw the same in a test, whichever ran before."""
    rng.bit_generator.state = np.random.default_rng(5).bit_generator.state


# No two numbers of one column are close, where most distances have kinks.
A, B = np.split(rng.permuted(np.arange(1, 10.0)[:, None] * [0.3, 0.53, 0.41], axis=0), [4])
W = np.array([1.0, 0.5, 2.0])
FORM = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, 0.2], [0.1, 0.2, 1.0]])

# What each distance of SciPy's is called with.
CALLS = {
    "braycurtis": [{}, {"w": W}],
    "canberra": [{}, {"w": W}],
    "chebyshev": [{}, {"w": np.array([1.0, 0.0, 2.0])}],
    "cityblock": [{}, {"w": W}],
    "correlation": [{}],
    "cosine": [{}],
    "euclidean": [{}, {"w": W}],
    "jensenshannon": [{}],
    "mahalanobis": [{}, {"VI": FORM}],
    "minkowski": [{}, {"p": 3}, {"p": 1}, {"p": 1.5, "w": W}, {"p": math.inf}],
    "seuclidean": [{}, {"V": W}],
    "sqeuclidean": [{}, {"w": W}],
}
EACH = [(name, kwargs) for name, calls in CALLS.items() for kwargs in calls]
each = pytest.mark.parametrize(("name", "kwargs"), EACH, ids=[f"{n} {[*k]}" for n, k in EACH])


def outcome(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except (TypeError, ValueError) as error:
        return error


@each
def test_all_distances(name, kwargs):
    for function, args in (("cdist", (A, B)), ("pdist", (A,)), ("cdist", (A[:0], B))):
        if function == "cdist" and args[0].size == 0 and "V" not in kwargs and name[0] in "ms":
            continue  # of few rows there are no variances
        want = getattr(theirs, function)(*args, name, **kwargs)
        got = getattr(distance, function)(*args, name, **kwargs)
        assert (got.shape, got.dtype) == (want.shape, want.dtype)
        np.testing.assert_allclose(got, want, 1e-13, 1e-15)
    single = distance.cdist(A.astype(np.float32), B.astype(np.float32), name, **kwargs)
    np.testing.assert_allclose(
        single, theirs.cdist(A.astype(np.float32), B, name, **kwargs), 1e-5, 1e-7
    )


@each
def test_derivatives_of_distances(name, kwargs):
    f = lambda a, b: distance.cdist(a, b, name, **kwargs)
    wg.testing.check_grads(f, [A, B])
    wg.testing.check_grads(lambda a: distance.pdist(a, name, **kwargs), [A])
    many = np.stack([A, A[::-1] + 0.1])
    want = np.stack([f(a, B) for a in many])
    np.testing.assert_allclose(wg.vmap(f, (0, None))(many, B), want, 1e-13)


@each
def test_equal_rows_have_a_finite_derivative(name, kwargs):
    """That of a norm at 0 is 0, so the rest of the gradient is what it is without the pair."""
    met = B.copy()
    met[2] = A[1]
    pairs = np.ones((4, 5))
    pairs[1, 2] = 0
    f = lambda weight: lambda a, b: wnp.sum(distance.cdist(a, b, name, **kwargs) * weight)
    with_pair, without = (wg.grad(f(w), (0, 1))(A, met) for w in (1.0, pairs))
    if name not in ("mahalanobis", "seuclidean") or kwargs:  # which depend on all rows otherwise
        for one, other in zip(with_pair, without, strict=True):
            np.testing.assert_allclose(one, other, 1e-12, 1e-12)
    assert np.isfinite(np.concatenate(with_pair)).all()
    same = np.ones((3, 3)) * [1.0, 2.0, 4.0]
    gradient = wg.grad(lambda x: wnp.sum(distance.pdist(x, name, **kwargs)))
    if "VI" in kwargs or "V" in kwargs or name not in ("mahalanobis", "seuclidean"):
        np.testing.assert_allclose(gradient(same), 0, atol=1e-7)


def test_distances_from_themselves_have_no_second_derivative():
    """The Hessian of all distances is twice that of all pairs, and holds no infinity of the diagonal."""
    for name, kwargs in EACH:
        if name in ("mahalanobis", "seuclidean") and not kwargs:
            continue
        all_rows = wg.hessian(lambda x, n=name, k=kwargs: wnp.sum(distance.cdist(x, x, n, **k)))(A)
        pairs = wg.hessian(lambda x, n=name, k=kwargs: 2 * wnp.sum(distance.pdist(x, n, **k)))(A)
        np.testing.assert_allclose(all_rows, pairs, 1e-9, 1e-10, err_msg=name)
    met = wg.hessian(lambda x: wnp.sum(distance.cdist(x, A)))(A)
    assert np.isfinite(met).all()


def test_arguments_of_distances_have_derivatives():
    for name, key, value in (
        ("euclidean", "w", W),
        ("minkowski", "p", np.array(2.5)),
        ("minkowski", "p", np.array(2.0)),
        ("seuclidean", "V", W),
        ("mahalanobis", "VI", FORM),
        ("cosine", "w", W),
    ):
        f = lambda a, x, name=name, key=key: distance.cdist(a, B, name, **{key: x})
        wg.testing.check_grads(f, [A, value])


def test_the_second_derivative_of_parallel_vectors_is_there():
    """1 - cos(a) is a^2 / 2, though its value is kept from falling below 0."""
    v = np.array([0.6, 0.8])
    turned = lambda a: distance.cosine(
        wnp.stack([v[0] * wnp.cos(a) - v[1] * wnp.sin(a), v[0] * wnp.sin(a) + v[1] * wnp.cos(a)]), v
    )
    assert turned(0.0) >= 0
    np.testing.assert_allclose(wg.hessian(turned)(0.0), 1, rtol=1e-12)


VECTORS = [name for name in distance.__all__ if name not in ("cdist", "pdist", "squareform")]


@pytest.mark.parametrize("name", VECTORS)
def test_distances_of_two_vectors(name):
    more = {"seuclidean": (W,), "mahalanobis": (FORM,)}.get(name, ())
    ours, want = getattr(distance, name), getattr(theirs, name)
    for dtype in (np.float64, np.float32, np.int64):
        u, v = (3 * A[0]).astype(dtype) + np.arange(3, dtype=dtype), (5 * B[1]).astype(dtype)
        got, expected = ours(u, v, *more), want(u, v, *more)
        assert got.shape == ()
        if name not in ("euclidean", "minkowski", "seuclidean", "jensenshannon"):
            assert got.dtype == np.asarray(expected).dtype, (name, dtype)
        np.testing.assert_allclose(
            got, expected, *((1e-5, 1e-6) if dtype == np.float32 else (1e-14, 1e-15))
        )
    if "w" in inspect.signature(ours).parameters:
        np.testing.assert_allclose(ours(A[0], B[0], w=W), want(A[0], B[0], w=W), 1e-14)
        with pytest.raises(ValueError, match="negative"):
            ours(A[0], B[0], w=-W)
    wg.testing.check_grads(lambda u, v: ours(u, v, *more), [A[0], B[0]])
    if name != "jensenshannon":
        with pytest.raises(ValueError, match=r"u is \(3,\) and v is \(2,\)"):
            ours(A[0], B[0, :2], *more)
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(want).parameters)


def test_distributions():
    p, q = A[:, None], B[None]
    for axis, keepdims, base in ((-1, False, None), (2, True, 2.0)):
        want = theirs.jensenshannon(p, q, base, axis=axis, keepdims=keepdims)
        got = distance.jensenshannon(p, q, base, axis=axis, keepdims=keepdims)
        np.testing.assert_allclose(got, want, 1e-13)
    same = wg.grad(lambda p: distance.jensenshannon(p, A[0]))(A[0])
    np.testing.assert_array_equal(same, 0)
    nearly = distance.jensenshannon(A[0], A[0] * (1 + 1e-15))
    assert nearly >= 0


def test_matrices_of_distances():
    for p in (1, 2, 3.5, math.inf):
        want = (
            theirs.cdist(A, B, "chebyshev")
            if p == math.inf
            else theirs.cdist(A, B, "minkowski", p=p)
        )
        np.testing.assert_allclose(spatial.distance_matrix(A, B, p), want, 1e-14)
        x, y = A[:, None], B[None]
        np.testing.assert_allclose(spatial.minkowski_distance(x, y, p), want, 1e-14)
        power = 1 if p == math.inf else p
        np.testing.assert_allclose(spatial.minkowski_distance_p(x, y, p), want**power, 1e-13)
    pairs = theirs.pdist(A)
    square = theirs.squareform(pairs)
    np.testing.assert_array_equal(distance.squareform(pairs), square)
    np.testing.assert_array_equal(distance.squareform(square), pairs)
    for x in (np.zeros(0), np.array([3]), np.zeros((1, 1))):
        got, want = distance.squareform(x), theirs.squareform(x)
        assert (got.shape, got.dtype) == (want.shape, want.dtype)
    wg.testing.check_grads(distance.squareform, [pairs])
    wg.testing.check_grads(lambda m: distance.squareform(m, checks=False), [square])


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((np.ones(4),), {}),
        ((np.ones((2, 3)),), {}),
        ((np.arange(4.0).reshape(2, 2),), {}),
        ((np.eye(2),), {}),
        ((np.ones(3),), {"force": "tovector"}),
        ((np.zeros((3, 3)),), {"force": "tomatrix"}),
        ((np.zeros((3, 3, 3)),), {}),
    ],
)
def test_what_squareform_refuses(args, kwargs):
    assert isinstance(outcome(theirs.squareform, *args, **kwargs), ValueError)
    with pytest.raises(ValueError, match="squareform: "):
        distance.squareform(*args, **kwargs)


def test_what_distances_refuse():
    for args, kwargs, error, match in (
        ((A, B, "jaccard"), {}, ValueError, "metric is 'jaccard'; a function or one of braycurtis"),
        ((A, B, 3), {}, TypeError, "metric is 3"),
        ((A, B[:, :2]), {}, ValueError, r"XA is \(4, 3\) and XB is \(5, 2\)"),
        ((A[0], B), {}, ValueError, r"XA is \(3,\); two axes"),
        ((A * 1j, B), {}, TypeError, "complex128"),
        ((A, B, "euclidean"), {"p": 3}, TypeError, "p was given for euclidean; only w"),
        ((A, B, "minkowski"), {"p": -1}, ValueError, "p is -1"),
        ((A, B), {"w": W[:2]}, ValueError, r"w is \(2,\)"),
        ((A, B, "seuclidean"), {"V": W[:2]}, ValueError, r"V is \(2,\)"),
        ((A[:1], B[:2], "mahalanobis"), {}, ValueError, "3 rows of 3 elements have no VI"),
    ):
        with pytest.raises(error, match=match):
            distance.cdist(*args, **kwargs)


def test_functions_as_distances():
    f = lambda u, v, scale: np.max(np.abs(u - v)) * scale
    want = theirs.cdist(A, B, f, scale=2.0)
    np.testing.assert_allclose(distance.cdist(A, B, f, scale=2.0), want)
    np.testing.assert_allclose(distance.pdist(A, f, scale=2.0), theirs.pdist(A, f, scale=2.0))
    wg.testing.check_grads(lambda a: distance.cdist(a, B, f, scale=2.0), [A])
    out = np.zeros((4, 5))
    distance.cdist(A, B, f, out=out, scale=2.0)
    np.testing.assert_allclose(out, want)


# ------------------------------------------------------------------ rotations


R = TheirRotation.from_quat(rng.normal(size=(20, 4)))
OURS = Rotation.from_quat(R.as_quat())
V = rng.normal(size=(20, 3))
AXES = [v / np.linalg.norm(v) for v in (np.array([1.0, 2.0, -0.5]), np.array([0.0, 0.0, 1.0]))]
SEQUENCES = ["xyz", "zyx", "XYZ", "ZXZ", "zxz", "YZY", "yxz", "ZYX"]


def same(got, want, tolerance=2e-15):
    np.testing.assert_allclose(got, want, tolerance, tolerance)


def test_forms_of_rotations():
    same(OURS.as_quat(), R.as_quat())
    same(OURS.as_quat(canonical=True), R.as_quat(canonical=True))
    same(OURS.as_quat(scalar_first=True), np.roll(R.as_quat(), 1, -1))
    same(Rotation.from_quat(np.roll(R.as_quat(), 1, -1), scalar_first=True).as_quat(), R.as_quat())
    same(OURS.as_matrix(), R.as_matrix())
    same(OURS.as_rotvec(), R.as_rotvec())
    same(OURS.as_rotvec(degrees=True), R.as_rotvec(degrees=True), 1e-13)
    same(OURS.as_mrp(), R.as_mrp())
    same(OURS.magnitude(), R.magnitude())
    same(Rotation.from_rotvec(3 * V).as_quat(), TheirRotation.from_rotvec(3 * V).as_quat())
    degrees = TheirRotation.from_rotvec(90 * V, degrees=True)
    same(Rotation.from_rotvec(90 * V, degrees=True).as_matrix(), degrees.as_matrix(), 1e-14)
    same(Rotation.from_mrp(V).as_quat(), TheirRotation.from_mrp(V).as_quat())
    for axis in AXES:
        for angle in (0.0, 1e-9, 1e-4, 3.0, np.pi - 1e-9, np.pi, np.pi + 1e-9, 6.0):
            one, other = Rotation.from_rotvec(axis * angle), TheirRotation.from_rotvec(axis * angle)
            same(one.as_matrix(), other.as_matrix())
            same(one.as_rotvec(), other.as_rotvec(), 1e-14)


def test_rotations_of_matrices():
    for m in (R.as_matrix(), np.eye(3), R.as_matrix() + 0.1 * rng.normal(size=(20, 3, 3))):
        same(Rotation.from_matrix(m).as_quat(), TheirRotation.from_matrix(m).as_quat(), 1e-14)
    for axis in np.eye(3):
        m = TheirRotation.from_rotvec(np.pi * axis).as_matrix()
        same(abs(Rotation.from_matrix(m).as_quat()), [*axis, 0])
    wg.testing.check_grads(lambda m: Rotation.from_matrix(m).as_matrix(), [R.as_matrix()[:2]])
    skewed = np.eye(3) + 0.2 * rng.normal(size=(3, 3))
    wg.testing.check_grads(lambda m: Rotation.from_matrix(m).as_quat(), [skewed], order=3)


@pytest.mark.parametrize("seq", SEQUENCES)
def test_angles(seq):
    same(OURS.as_euler(seq), R.as_euler(seq), 1e-13)
    same(OURS.as_euler(seq, degrees=True), R.as_euler(seq, degrees=True), 1e-13)
    angles = R.as_euler(seq)
    same(
        Rotation.from_euler(seq, angles).as_quat(), TheirRotation.from_euler(seq, angles).as_quat()
    )
    one = Rotation.from_euler(seq[0], 30, degrees=True)
    same(one.as_quat(), TheirRotation.from_euler(seq[0], 30, degrees=True).as_quat())
    f = lambda angles: Rotation.from_euler(seq, angles).as_matrix()
    wg.testing.check_grads(f, [np.array([0.3, 0.2, -0.4])])
    back = lambda v: Rotation.from_rotvec(v).as_euler(seq)
    wg.testing.check_grads(back, [np.array([0.3, 0.9, -0.4])])


@pytest.mark.parametrize("seq", SEQUENCES)
@pytest.mark.filterwarnings("ignore:Gimbal lock")
def test_a_locked_gimbal(seq):
    for middle in (0.0, np.pi) if seq[0] == seq[2] else (np.pi / 2, -np.pi / 2):
        r = TheirRotation.from_euler(seq, [0.3, middle, 0.2])
        got = Rotation.from_quat(r.as_quat()).as_euler(seq)
        same(got, r.as_euler(seq), 1e-7)
        same(Rotation.from_euler(seq, got).as_matrix(), r.as_matrix(), 1e-7)


def test_what_rotations_do():
    for inverse in (False, True):
        same(OURS.apply(V, inverse), R.apply(V, inverse), 1e-14)
        same(OURS[0].apply(V, inverse), R[0].apply(V, inverse), 1e-14)
        same(OURS[0].apply(V[0], inverse), R[0].apply(V[0], inverse), 1e-14)
        same(OURS.apply(V[0], inverse), R.apply(V[0], inverse), 1e-14)
    same((OURS * OURS[::-1]).as_quat(), (R * R[::-1]).as_quat())
    same((OURS * OURS[0]).as_quat(), (R * R[0]).as_quat())
    same(OURS.inv().as_quat(), R.inv().as_quat())
    for n in (0, 1, -1, 0.3, 2):
        turned = TheirRotation.from_rotvec(n * R.as_rotvec())
        same((OURS**n).as_matrix(), turned.as_matrix(), 1e-14)
    assert len(OURS) == 20
    assert (OURS.single, OURS[0].single, OURS.shape, OURS[:3].shape) == (False, True, (20,), (3,))
    assert [r.as_quat().tolist() for r in OURS] == OURS.as_quat().tolist()
    same(Rotation.identity(2).as_matrix(), np.eye(3) * np.ones((2, 1, 1)))
    same(Rotation.concatenate([OURS[0], OURS[1:]]).as_quat(), R.as_quat())
    assert OURS.approx_equal(OURS).all()
    assert not OURS.approx_equal(OURS.inv()).any()
    wide = Rotation.from_quat(R.as_quat().reshape(4, 5, 4))
    same(wide.apply(V.reshape(4, 5, 3)).reshape(20, 3), R.apply(V), 1e-14)


def test_means_of_rotations():
    near = TheirRotation.from_rotvec(V)
    ours, weights = Rotation.from_rotvec(V), rng.random(20)
    same(ours.mean().as_matrix(), near.mean().as_matrix(), 1e-13)
    same(ours.mean(weights).as_matrix(), near.mean(weights).as_matrix(), 1e-13)
    same(ours[0].mean().as_matrix(), near[0].as_matrix(), 1e-14)
    wide = Rotation.from_quat(near.as_quat().reshape(4, 5, 4)).mean(axis=1)
    rows = [near[k : k + 5].mean().as_matrix() for k in range(0, 20, 5)]
    same(wide.as_matrix(), np.stack(rows), 1e-13)
    f = lambda v, w: Rotation.from_rotvec(v).mean(w).as_matrix()
    wg.testing.check_grads(f, [V[:3], weights[:3]])
    # Of equal rotations, whose other eigenvalues are equal, too: half way between them, and no farther.
    half = wg.jacobian(lambda v: Rotation.from_rotvec(np.stack([v, V[0]])).mean().as_rotvec())
    same(half(V[0]), np.eye(3) / 2, 1e-13)


ALIGNMENTS = {
    "all": (slice(0, 5), None),
    "weighted": (slice(0, 5), np.array([1.0, 0.5, 2.0, 0.0, 1.5])),
    "two": (slice(0, 2), None),
    "one": (slice(0, 1), None),
    "one exactly": (slice(0, 1), [np.inf]),
    "one exactly, and others": (slice(0, 5), np.array([1.0, np.inf, 2.0, 0.3, 1.5])),
}


@pytest.mark.parametrize("name", ALIGNMENTS)
def test_alignments_of_vectors(name):
    part, weights = ALIGNMENTS[name]
    a, b = V[part], R[0].apply(V[part]) + 0.2 * V[5:10][part]
    got, want = Rotation.align_vectors(a, b, weights), TheirRotation.align_vectors(a, b, weights)
    same(got[0].as_matrix(), want[0].as_matrix(), 1e-13)
    same(got[1], want[1], 1e-13)
    for k in (0, 1):
        read = (lambda r: r.as_matrix(), lambda d: d)[k]
        f = lambda a, b, k=k, read=read: read(Rotation.align_vectors(a, b, weights)[k])
        wg.testing.check_grads(f, [a, b])


def test_the_sensitivity_of_an_alignment():
    a, b, weights = V[:5], R[0].apply(V[:5]) + 0.2 * V[5:10], rng.random(5)
    ours = Rotation.align_vectors(a, b, weights, return_sensitivity=True)[2]
    same(ours, TheirRotation.align_vectors(a, b, weights, return_sensitivity=True)[2], 1e-13)
    mirrored = Rotation.align_vectors(a, -b)[0].as_matrix()  # the nearest is a reflection
    same(mirrored, TheirRotation.align_vectors(a, -b)[0].as_matrix(), 1e-13)
    f = lambda w: Rotation.align_vectors(a, b, w, return_sensitivity=True)[2]
    wg.testing.check_grads(f, [weights])
    # A perfect fit: the distance has a kink, and no NaN.
    fit = wg.grad(lambda b: Rotation.align_vectors(R[0].apply(V[:3]), b)[1])
    assert np.isfinite(fit(V[:3])).all()


def test_what_rotations_refuse():
    for call, match in (
        (lambda: Rotation.from_quat(np.zeros(4)), "zeros alone"),
        (lambda: Rotation.from_quat([[0, 0, 0, 1], [1, 0, 0, 0]]).mean(), "equally near"),
        (lambda: OURS.mean(-np.ones(20)), "weight is negative"),
        (OURS[:0].mean, r"shape \(0,\); one rotation or more"),
        (lambda: Rotation.align_vectors(V[:2], V[:3]), "of both the same"),
        (lambda: Rotation.align_vectors(V[:2], V[:2], [1.0]), "one for each pair"),
        (lambda: Rotation.align_vectors(V[:2], V[:2], [1.0, -1.0]), "weight is negative"),
        (lambda: Rotation.align_vectors(V[:2], V[:2], [np.inf, np.inf]), "2 weights are infinite"),
        (lambda: Rotation.align_vectors([V[0]] * 2, [V[1]] * 2), "several rotations"),
        (lambda: Rotation.align_vectors(V[0], -V[0]), "are opposite"),
        (lambda: Rotation.align_vectors(np.zeros(3), V[0]), "zeros alone"),
        (
            lambda: Rotation.align_vectors(V[0], V[1], return_sensitivity=True),
            "has no sensitivity",
        ),
        (lambda: Rotation.from_quat(np.ones(3)), r"quat is \(3,\); \(\.\.\., 4\) is needed"),
        (lambda: Rotation.from_matrix(-np.eye(3)), "determinant"),
        (lambda: Rotation.from_matrix(np.eye(2)), r"matrix is \(2, 2\)"),
        (lambda: Rotation.from_rotvec(np.ones(4)), r"rotvec is \(4,\)"),
        (lambda: Rotation.from_euler("xxy", np.ones(3)), "seq is 'xxy'"),
        (lambda: Rotation.from_euler("xYz", np.ones(3)), "seq is 'xYz'"),
        (lambda: Rotation.from_euler("xyz", np.ones(2)), r"angles is \(2,\)"),
        (lambda: OURS.as_euler("xy"), "seq is 'xy'; three letters"),
        (lambda: len(OURS[0]), "len of a single one"),
        (lambda: OURS[0][0], "a part of a single one"),
        (lambda: Slerp([0.0, 1.0], OURS[:3]), "times is"),
        (lambda: Slerp([0.0, 0.0], OURS[:2]), "do not ascend"),
        (lambda: Slerp([0.0, 1.0], OURS[:2])(1.5), r"outside of \[0\.0, 1\.0\]"),
    ):
        with pytest.raises((ValueError, TypeError), match=match):
            call()


@pytest.mark.parametrize("angle", [0.0, 1e-12, 1e-5, 0.5, 3.0, np.pi - 1e-7])
def test_derivatives_at_every_angle(angle):
    """At the identity and near a half turn, where formulas by the angle itself are 0 / 0 or lose a derivative."""
    for axis in AXES:
        v = axis * angle
        same(
            wg.jacobian(lambda v: Rotation.from_rotvec(v).as_rotvec())(v),
            np.eye(3),
            1e-6 if angle > 3.1 else 1e-13,
        )
        second = wg.hessian(lambda v: Rotation.from_rotvec(v).as_rotvec()[0])(v)
        assert np.max(abs(second)) < (1e-5 if angle > 3 else 1e-11)
        wg.testing.check_grads(lambda v: Rotation.from_rotvec(v).as_matrix(), [v], order=3)
    wg.testing.check_grads(
        lambda v: Rotation.from_matrix(Rotation.from_rotvec(v).as_matrix()).as_quat(), [v]
    )


def test_the_exponential_at_zero():
    """Exp of a small vector is I + K + K^2 / 2, so its second derivatives are those of K^2 / 2."""
    basis = np.zeros((3, 3, 3))  # K of each unit vector
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        basis[i, k, j], basis[i, j, k] = 1, -1
    f = lambda v: Rotation.from_rotvec(v).as_matrix()
    same(wg.jacobian(f)(np.zeros(3)), np.moveaxis(basis, 0, -1))
    second = wg.jacobian(wg.jacobian(f))(np.zeros(3))
    products = np.einsum("pik,qkj->ijpq", basis, basis)
    same(second, (products + np.swapaxes(products, -1, -2)) / 2)


def test_composition_near_the_identity():
    """The derivative of log(exp(v) exp(w)) in v at 0 is the inverse of the left Jacobian of w."""
    w = np.array([0.3, -0.2, 0.5])
    f = lambda v: (Rotation.from_rotvec(v) * Rotation.from_rotvec(w)).as_rotvec()
    a = np.linalg.norm(w)
    K = np.cross(np.eye(3), w / a)
    half = a / 2
    inverse = half / np.tan(half) * np.eye(3) - half * -K.T
    inverse += (1 - half / np.tan(half)) * np.outer(w, w) / a**2
    same(wg.jacobian(f)(np.zeros(3)), inverse, 1e-13)
    wg.testing.check_grads(f, [np.zeros(3)], order=3)
    wg.testing.check_grads(lambda v: Rotation.from_rotvec(v).as_mrp(), [np.zeros(3)], order=3)
    wg.testing.check_grads(lambda q, v: Rotation.from_quat(q).apply(v), [R.as_quat()[:3], V[:3]])
    wg.testing.check_grads(lambda n: (OURS[:3] ** n).as_quat(), [np.array(0.7)])


def test_the_angle_has_a_kink_at_the_identity():
    f = lambda v: Rotation.from_rotvec(v).magnitude()
    same(wg.grad(f)(np.zeros(3)), 0)
    same(wg.grad(f)(V[0]), V[0] / np.linalg.norm(V[0]), 1e-14)


def test_batches_of_rotations():
    f = lambda v, x: Rotation.from_rotvec(v).apply(x)
    same(
        wg.vmap(f)(V, V[::-1]), np.stack([f(v, x) for v, x in zip(V, V[::-1], strict=True)]), 1e-14
    )
    same(wg.vmap(f, (None, 0))(V[0], V), f(V[0], V), 1e-14)


def test_slerp():
    times = np.array([0.0, 0.5, 0.7, 2.0])
    at = np.array([0.0, 0.2, 0.5, 0.6, 1.9, 2.0])
    want = TheirSlerp(times, R[:4])(at)
    same(Slerp(times, OURS[:4])(at).as_matrix(), want.as_matrix(), 1e-14)
    same(Slerp(times, OURS[:4])(0.6).as_matrix(), TheirSlerp(times, R[:4])(0.6).as_matrix(), 1e-14)
    f = lambda t, q, at: Slerp(t, Rotation.from_quat(q))(at).as_matrix()
    wg.testing.check_grads(f, [times, R.as_quat()[:4], np.array([0.2, 0.6])])
    # of two equal rotations, nothing is turned, and nothing is NaN
    still = np.stack([R.as_quat()[0]] * 2)
    jacobian = wg.jacobian(lambda q: f(np.array([0.0, 1.0]), q, np.array([0.5])))(still)
    assert np.isfinite(jacobian).all()
    assert np.max(abs(jacobian)) > 0.1


@pytest.mark.parametrize("n", range(6))
def test_functions_of_a_square(n):
    """Their derivatives of every order, against mpmath, on both sides of every change of method."""
    s = np.array(
        [-30.0, -0.9, -1e-8, 0.0, 1e-12, 0.1, 1.0, 2.9, 3.1, 4.0, 7.1, 12.3, 19.9, 30.0, 500.0]
    )
    mp = mpmath.mp.clone()
    mp.dps = 50
    half = mp.mpf(1) / 2
    sinc = [
        (-half / 2) ** n / mp.rf(3 * half, n) * mp.hyp0f1(3 * half + n, -mp.mpf(x) / 4) for x in s
    ]
    got = np.asarray(core.sinc_root_derivative(float(n), s))
    scale = abs(float(sinc[3])) / np.maximum(1, abs(s)) ** (n / 2 + 1)
    assert np.all(abs(got - np.array(sinc, float)) <= 1e-13 * np.maximum(abs(got), scale))
    s = s[1:]
    factor = (-1) ** n * mp.rf(half, n) * mp.factorial(n) / mp.rf(3 * half, n)
    arctan = [factor * mp.hyp2f1(half + n, 1 + n, 3 * half + n, -mp.mpf(x)) for x in s]
    got = np.asarray(core.arctan_root_derivative(float(n), s))
    np.testing.assert_allclose(got, np.array(arctan, float), 2e-14)
    ends = core.arctan_root_derivative(float(n), np.array([-1.0, np.inf, -1.5, np.nan]))
    assert ends[0] == (-1) ** n * np.inf
    assert ends[1] == 0
    assert np.isnan(ends[2:]).all()
    ends = core.sinc_root_derivative(float(n), np.array([np.inf, np.nan]))
    assert ends[0] == 0
    assert np.isnan(ends[1])
