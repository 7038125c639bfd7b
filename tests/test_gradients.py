"""The derivatives of softmax and cross-entropy, against the complex step, scipy and torch."""

import math

import mpmath
import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmax_lib import (
    cross_entropy,
    cross_entropy_gradient,
    softmax,
    softmax_jacobian,
    softmax_vjp,
)

INF, NAN = math.inf, math.nan
FLOATS = [np.float16, np.float32, np.float64]
floats = pytest.mark.parametrize("dtype", FLOATS, ids=lambda d: np.dtype(d).name)
rows = hnp.arrays(
    np.float64, st.integers(1, 8), elements=st.floats(-30, 30, width=16, allow_subnormal=False)
)
STEP = 1e-200


def complex_softmax(z):
    weights = np.exp(z - z.real.max())
    return weights / weights.sum()


def complex_step(function, z):
    """Return the derivative of `function` for each score, last axis: nothing cancels in it."""
    steps = [np.imag(function(z + 1j * STEP * e)) / STEP for e in np.eye(len(z))]
    return np.stack(steps, axis=-1)


# --- The Jacobian -----------------------------------------------------------------------------


@given(rows, st.floats(0.1, 10))
def test_jacobian_is_that_of_the_complex_step(z, temperature):
    found = softmax_jacobian(z, temperature=temperature)
    expected = complex_step(lambda x: complex_softmax(x / temperature), z)
    # Where p is almost 1 the complex division loses digits, and ours does not: see below.
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15 / temperature)


@given(rows, st.floats(0.1, 10))
def test_jacobian_keeps_its_laws(z, temperature):
    found = softmax_jacobian(z, temperature)
    np.testing.assert_array_equal(found, found.T)
    assert (np.diag(found) >= 0).all() and (found - np.diag(np.diag(found)) <= 0).all()
    scale = np.diag(found)
    np.testing.assert_allclose(found.sum(axis=-1) / np.where(scale > 0, scale, 1), 0, atol=1e-14)
    if len(z) > 1:  # in between, no eigenvalue is below 0: the log-sum-exp is convex
        assert np.linalg.eigvalsh(found).min() >= -1e-15 / temperature


def test_jacobian_keeps_its_digits_where_one_dominates():
    """p (1 - p) is 0 there in float64."""
    with mpmath.workdps(50):
        p = [mpmath.exp(x) for x in (40, 0, -2)]
        p = [x / mpmath.fsum(p) for x in p]
        expected = [[float(a * ((i == j) - b)) for j, b in enumerate(p)] for i, a in enumerate(p)]
    np.testing.assert_allclose(softmax_jacobian([40.0, 0.0, -2.0]), expected, rtol=1e-14)
    assert softmax([40.0, 0.0, -2.0])[0] == 1


def test_jacobian_of_many_rows_is_that_of_each():
    z = np.random.default_rng(0).normal(size=(3, 2, 5))
    z[1, 1, 3] = -INF
    found = softmax_jacobian(z, temperature=0.5)
    assert found.shape == (3, 2, 5, 5)
    for at in np.ndindex(3, 2):
        np.testing.assert_array_equal(found[at], softmax_jacobian(z[at], 0.5))
    assert not found[1, 1, 3].any() and not found[1, 1, :, 3].any()
    assert not softmax_jacobian([1.0, 2.0], temperature=INF).any()


@floats
def test_derivatives_keep_the_dtype(dtype):
    z = np.random.default_rng(1).normal(size=(4, 6)).astype(dtype)
    y = softmax(z[::-1].astype(np.float64))
    wide, eps = z.astype(np.float64), float(np.finfo(dtype).eps)
    for function, others in (
        (softmax_jacobian, ()),
        (cross_entropy, ([1, 5, 0, 2],)),
        (cross_entropy, (y,)),
        (cross_entropy_gradient, ([1, 5, 0, 2],)),
        (cross_entropy_gradient, (y,)),
    ):
        found = function(z, *others)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, function(wide, *others), rtol=eps, atol=eps / 8)
    p = softmax(z)
    found = softmax_vjp(p, z)
    assert found.dtype == dtype
    expected = softmax_vjp(p, wide)
    assert expected.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=eps, atol=eps / 8)


# --- The vector-Jacobian product --------------------------------------------------------------


@given(rows, st.floats(0.1, 10), st.data())
def test_vjp_is_the_vector_times_the_jacobian(z, temperature, data):
    g = data.draw(hnp.arrays(np.float64, len(z), elements=st.floats(-100, 100, width=16)))
    found = softmax_vjp(softmax(z, temperature=temperature), g, temperature=temperature)
    expected = g @ softmax_jacobian(z, temperature)
    np.testing.assert_allclose(found, expected, atol=1e-13 * (1 + np.abs(g).max()) / temperature)


@pytest.mark.parametrize("axis", [0, 1, -1, None, (0, 2)])
def test_vjp_along_axes(axis):
    g = np.random.default_rng(2)
    z, cotangent = g.normal(size=(2, 2, 3, 4))
    found = softmax_vjp(softmax(z, axis), cotangent, axis)
    expected = np.empty(z.shape)
    for at in np.ndindex(z.shape):
        moved = z.astype(complex)
        moved[at] += 1j * STEP
        weights = np.exp(moved)
        p = weights / weights.sum(axis=axis, keepdims=True)
        expected[at] = (cotangent * p.imag).sum() / STEP
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_vjp_keeps_its_digits_where_one_dominates_and_beside_a_constant():
    p = softmax([40.0, 0.0])
    found = softmax_vjp(p, [1e6 + 1, 1e6])
    np.testing.assert_allclose(found, [p[1], -p[1]], rtol=1e-9)
    most = np.finfo(float).max
    found = softmax_vjp([0.5, 0.5], [most, -most])
    np.testing.assert_allclose(found, [most / 2, -most / 2])
    assert softmax_vjp([1.0, 0.0], [most, -most]).tolist() == [0, 0]


# --- Cross-entropy ----------------------------------------------------------------------------


@given(rows, st.data())
def test_cross_entropy_is_the_surprise(z, data):
    n = len(z)
    t = data.draw(st.integers(0, n - 1))
    loss = cross_entropy(z, t)
    assert isinstance(loss, np.float64) and loss >= 0
    np.testing.assert_allclose(loss, -scipy.special.log_softmax(z)[t], rtol=1e-13, atol=1e-15)
    assert loss == cross_entropy(z, np.eye(n)[t])
    y = scipy.special.softmax(data.draw(hnp.arrays(np.float64, n, elements=st.floats(-5, 5))))
    expected = scipy.special.rel_entr(y, scipy.special.softmax(z)).sum()
    expected += scipy.special.entr(y).sum()
    np.testing.assert_allclose(cross_entropy(z, y), expected, rtol=1e-12, atol=1e-14)


@given(rows, st.data())
def test_cross_entropy_gradient_is_that_of_the_complex_step(z, data):
    n = len(z)
    t = data.draw(st.integers(0, n - 1))
    y = softmax(data.draw(hnp.arrays(np.float64, n, elements=st.floats(-5, 5))))
    for targets, shares in ((t, np.eye(n)[t]), (y, y)):
        expected = complex_step(lambda x, s=shares: -(s * np.log(complex_softmax(x))).sum(), z)
        found = cross_entropy_gradient(z, targets)
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)
        assert abs(math.fsum(found)) <= 4 * n * np.finfo(float).eps


def test_cross_entropy_keeps_its_digits_where_the_loss_is_tiny():
    """1 - p rounds to 0 there, and so would p - 1."""
    assert cross_entropy([40.0, 0.0], 0) == pytest.approx(math.exp(-40), rel=1e-14)
    expected = [-math.exp(-40), math.exp(-40)]
    assert cross_entropy_gradient([40.0, 0.0], 0) == pytest.approx(expected, rel=1e-14)
    assert cross_entropy(np.array([40, 0], np.float32), 0) == np.float32(math.exp(-40))


def test_cross_entropy_of_a_mask():
    z = [1.0, -INF, 1.0]
    assert cross_entropy(z, 1) == INF
    assert cross_entropy_gradient(z, 1).tolist() == [0.5, -1, 0.5]
    assert cross_entropy(z, [0.5, 0.0, 0.5]) == pytest.approx(math.log(2), rel=1e-15)
    assert cross_entropy(z, [0.5, 0.5, 0.0]) == INF
    lone = cross_entropy([3.0], 0)
    assert lone == 0 and math.copysign(1, lone) == 1


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_cross_entropy_along_an_axis(axis):
    g = np.random.default_rng(3)
    z = g.normal(size=(2, 3, 4))
    classes = g.integers(0, z.shape[axis], np.delete(z.shape, axis))
    moved = np.moveaxis(z, axis, -1)
    found = cross_entropy(z, classes, axis)
    np.testing.assert_allclose(found, cross_entropy(moved, classes), rtol=1e-14)
    y = np.moveaxis(np.eye(z.shape[axis])[classes], -1, axis)
    np.testing.assert_allclose(cross_entropy(z, y, axis), found, rtol=1e-14)
    one, other = (cross_entropy_gradient(z, targets, axis) for targets in (classes, y))
    np.testing.assert_allclose(one, other, atol=1e-15)
    np.testing.assert_allclose(one, softmax(z, axis) - y, atol=1e-15)
    whole = np.full(z.shape, 1 / z.size)
    assert cross_entropy(z, whole, None) == pytest.approx(cross_entropy(z.ravel(), whole.ravel()))
    assert cross_entropy(np.zeros((0, 3)), np.zeros(0, int)).shape == (0,)


# What torch 2.13.0 gives in float64 for these logits: cross_entropy with reduction="none" and its
# backward, for classes and for distributions; and what softmax(z / 0.7) hands back.
LOGITS = np.array([[2.0, -1.0, 0.5], [0.0, 0.0, 0.0], [-30.0, 5.0, 40.0], [1.5, 3.25, -2.0]])
CLASSES = [0, 2, 1, 1]
SHARES = [[0.5, 0.25, 0.25], [0, 1, 0], [0.125, 0.875, 0], [0.25, 0.5, 0.25]]
COTANGENT = [[1.0, -2, 3], [0.5, 0, 0], [7, -1, 2], [0, 0, 1]]
TORCH_CLASSES = [0.24131129665715703, 1.0986122886681098, 35.0, 0.164684824824351]
TORCH_SHARES = [1.3663112966571571, 1.0986122886681098, 39.375, 1.914684824824351]
TORCH_CLASSES_GRADIENT = [
    [-0.21440296541072412, 0.03911257327068745, 0.1752903921400367],
    [0.3333333333333333, 0.3333333333333333, -0.6666666666666667],
    [3.975449735908647e-31, -0.9999999999999993, 0.9999999999999993],
    [0.1473882783930259, -0.15183901874761552, 0.004450740354589624],
]
TORCH_SHARES_GRADIENT = [
    [0.2855970345892759, -0.21088742672931254, -0.0747096078599633],
    [0.3333333333333333, -0.6666666666666667, 0.3333333333333333],
    [-0.125, -0.8749999999999993, 0.9999999999999993],
    [-0.1026117216069741, 0.3481609812523845, -0.24554925964541038],
]
TORCH_HANDED_BACK = [
    [-0.21589889574688628, -0.055123072929993654, 0.27102196867688005],
    [0.15873015873015875, -0.07936507936507936, -0.07936507936507936],
    [2.6571971257291687e-43, -8.26607077698822e-22, 0.0],
    [-5.5333805771342567e-05, -0.0006741037546321201, 0.0007294375604034626],
]


def test_same_as_torch():
    close = dict(rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(cross_entropy(LOGITS, CLASSES), TORCH_CLASSES, **close)
    np.testing.assert_allclose(cross_entropy(LOGITS, SHARES), TORCH_SHARES, **close)
    found = cross_entropy_gradient(LOGITS, CLASSES)
    np.testing.assert_allclose(found, TORCH_CLASSES_GRADIENT, **close)
    found = cross_entropy_gradient(LOGITS, SHARES)
    np.testing.assert_allclose(found, TORCH_SHARES_GRADIENT, **close)
    found = softmax_vjp(softmax(LOGITS, temperature=0.7), COTANGENT, temperature=0.7)
    # One entry differs: torch hands back 0, and what the others must sum to is 8e-22.
    assert found[2, 2] == pytest.approx(-TORCH_HANDED_BACK[2][1], rel=1e-12)
    found[2, 2] = 0
    np.testing.assert_allclose(found, TORCH_HANDED_BACK, rtol=1e-12, atol=1e-300)


# --- What is refused --------------------------------------------------------------------------


REFUSED = {
    "jacobian T = 0": (softmax_jacobian, ([1.0], 0), ["temperature must be > 0", "0.0"]),
    "jacobian T < 0": (softmax_jacobian, ([1.0], -1), ["temperature must be >= 0", "-1"]),
    "jacobian NaN": (softmax_jacobian, ([NAN, 1.0],), ["logits must be finite", "NaN"]),
    "jacobian masks": (softmax_jacobian, ([-INF],), ["every entry is masked"]),
    "vjp T = 0": (softmax_vjp, ([1.0], [1.0], -1, 0.0), ["temperature must be > 0"]),
    "vjp logits": (softmax_vjp, ([2.0, 1.0], [1.0, 0.0]), ["probabilities is not a distrib"]),
    "vjp shape": (softmax_vjp, ([0.5, 0.5], [1.0]), ["cotangent", "(2,)", "(1,)"]),
    "vjp inf": (softmax_vjp, ([0.5, 0.5], [INF, 1.0]), ["cotangent must be finite", "inf"]),
    "class too large": (cross_entropy, ([[1.0, 2.0]], [2]), ["from 0 to 1", "got 2", "entry 0"]),
    "class below 0": (cross_entropy, ([1.0, 2.0], -1), ["targets", "from 0 to 1", "got -1"]),
    "a shape": (cross_entropy, ([[1.0, 2.0]], [[0]]), ["targets", "(1,)", "(1, 2)", "(1, 1)"]),
    "no shares": (cross_entropy, ([1.0, 2.0], [1.0, 2.0]), ["targets is not a distribution"]),
    "classes of all": (cross_entropy, ([[1.0]], 0, None), ["targets", "(1, 1)", "()"]),
    "logits": (cross_entropy, ([1.0, NAN], 0), ["logits must be finite", "NaN"]),
}
NOT_INTEGERS = {
    "floats": ([[1.0, 2.0]], [1.0]),
    "booleans": ([[1.0, 2.0]], [True]),
    "masked": ([[1.0, 2.0]], np.ma.array([1], mask=[True])),
    "a text": ([1.0, 2.0], "0"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    function, arguments, words = REFUSED[case]
    calls = [function] if function is not cross_entropy else [function, cross_entropy_gradient]
    for call in calls:
        with pytest.raises(ValueError) as caught:
            call(*arguments)
        assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize("case", NOT_INTEGERS)
def test_classes_must_be_integers(case):
    with pytest.raises(TypeError, match="targets must be"):
        cross_entropy(*NOT_INTEGERS[case])


def test_nothing_warns_and_no_argument_changes(recwarn):
    z = np.array([[1e308, -1e308, -INF], [-800.0, 0.0, 5e-324]])
    for temperature in (1e-300, 1.0, 1e300, INF):
        assert not np.isnan(softmax_jacobian(z, temperature)).any()
        p = softmax(z, temperature=temperature)
        assert not np.isnan(softmax_vjp(p, np.ones(z.shape), temperature=temperature)).any()
    before = z.copy()
    y = np.array([[0.5, 0.5, 0.0], [0.0, 0.25, 0.75]])
    kept = y.copy()
    for targets in ([0, 2], y):
        assert not np.isnan(cross_entropy(z, targets)).any()
        assert not np.isnan(cross_entropy_gradient(z, targets)).any()
    np.testing.assert_array_equal(z, before)
    np.testing.assert_array_equal(y, kept)
    assert not recwarn.list
