"""Attention: right to the last digit, with any softmax, and clear about what does not fit."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from softmax_lib import check_distribution, softmax
from softmax_lib.attention import attention, attention_scores, causal_mask


def my_softmax(logits):
    """As a learner writes it in 03: one row at a time, no axis."""
    weights = np.exp(logits)
    return weights / np.sum(weights)


def my_softmax_of_gaps(logits):
    return my_softmax(logits - np.max(logits))


def random_qkv(seed, *leading, n=4, m=5, d=3, e=2):
    rng = np.random.default_rng(seed)
    return tuple(rng.normal(0, 2, (*leading, *shape)) for shape in ((n, d), (m, d), (m, e)))


def by_hand(q, k, v, mask, scale):
    """Attention in forty digits, one number at a time."""
    with mp.workdps(40):
        weights, output = [], []
        for i in range(len(q)):
            scores = [sum((mpf(a) * mpf(b) for a, b in zip(q[i], key)), mpf(0)) for key in k]
            if scale:
                scores = [s / mp.sqrt(len(q[i])) for s in scores]
            powers = [mp.exp(s) if math.isfinite(h) else mpf(0) for s, h in zip(scores, mask[i])]
            row = [p / sum(powers) for p in powers]
            weights.append([float(w) for w in row])
            columns = range(len(v[0]))
            output.append([float(sum(w * mpf(x[c]) for w, x in zip(row, v))) for c in columns])
    return np.array(output), np.array(weights)


# --- The numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("masked", [True, False])
def test_against_forty_digits(scale, masked):
    q, k, v = random_qkv(0, n=5, m=5)
    mask = causal_mask(5) if masked else np.zeros((5, 5))
    output, weights = attention(q, k, v, mask, scale=scale)
    exact, exact_weights = by_hand(q.tolist(), k.tolist(), v.tolist(), mask.tolist(), scale)
    np.testing.assert_allclose(weights, exact_weights, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(output, exact, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("leading", [(), (2,), (3, 2)])
@pytest.mark.parametrize("kind", ["none", "causal", "boolean", "added"])
def test_against_torch(leading, kind):
    torch = pytest.importorskip("torch")
    q, k, v = random_qkv(1, *leading, n=6, m=6, d=8)
    rng = np.random.default_rng(2)
    mask = {
        "none": None,
        "causal": causal_mask(6).astype(np.float64),
        "boolean": (rng.random((6, 6)) < 0.5) | np.eye(6, dtype=bool),
        "added": rng.normal(size=(6, 6)),
    }[kind]
    output, _ = attention(q, k, v, mask)
    theirs = torch.nn.functional.scaled_dot_product_attention(
        *map(torch.tensor, (q, k, v)), attn_mask=None if mask is None else torch.tensor(mask)
    )
    np.testing.assert_allclose(output, theirs.numpy(), rtol=1e-10, atol=1e-12)


def test_leading_axes_are_so_many_separate_attentions():
    q, k, v = random_qkv(3, 2, 3)
    output, weights = attention(q, k, v)
    assert output.shape == (2, 3, 4, 2) and weights.shape == (2, 3, 4, 5)
    for place in np.ndindex(2, 3):
        one, w = attention(q[place], k[place], v[place])
        np.testing.assert_allclose(output[place], one, rtol=1e-13)
        np.testing.assert_allclose(weights[place], w, rtol=1e-13)
    shared, _ = attention(q, k[0, 0], v[0, 0])  # broadcast, as numpy does
    np.testing.assert_allclose(shared[1, 2], attention(q[1, 2], k[0, 0], v[0, 0])[0], rtol=1e-13)


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 6))
def test_the_output_is_an_average_of_the_values(seed, n, m):
    output, weights = attention(*random_qkv(seed, n=n, m=m))
    check_distribution(weights)
    v = random_qkv(seed, n=n, m=m)[2]
    assert (output <= v.max(axis=0) + 1e-12).all() and (output >= v.min(axis=0) - 1e-12).all()


def test_the_mask_hides_the_future():
    q, k, v = random_qkv(4, n=5, m=5)
    output, weights = attention(q, k, v, causal_mask(5))
    assert (weights[np.triu_indices(5, 1)] == 0).all() and weights[0, 0] == 1
    k[3:], v[3:] = 99.0, -99.0  # what comes later changes nothing earlier
    np.testing.assert_array_equal(attention(q, k, v, causal_mask(5))[0][:3], output[:3])
    looked = np.tril(np.ones((5, 5), dtype=bool))
    np.testing.assert_array_equal(
        attention(q, k, v, looked)[1], attention(q, k, v, causal_mask(5))[1]
    )


def test_without_the_scale_softmax_saturates():
    rng = np.random.default_rng(5)
    q, k = rng.normal(size=(2, 200, 256))
    scaled, raw = attention_scores(q, k), attention_scores(q, k, scale=False)
    np.testing.assert_allclose(scaled * 16, raw, rtol=1e-12)
    assert scaled.std() == pytest.approx(1, abs=0.05)
    assert softmax(raw).max(axis=-1).mean() > 0.8 > 0.2 > softmax(scaled).max(axis=-1).mean()


def test_causal_mask():
    assert causal_mask(2).tolist() == [[0.0, -math.inf], [0.0, 0.0]]
    assert causal_mask(0).shape == (0, 0) and causal_mask(np.int64(1)).tolist() == [[0.0]]
    assert causal_mask(3).dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(dtype):
    q, k, v = (x.astype(dtype) for x in random_qkv(6, n=5, m=5))
    mask = causal_mask(5).astype(np.float64)
    output, weights = attention(q, k, v, mask)
    assert output.dtype == weights.dtype == dtype
    assert attention([[1, 0]], [[1, 0]], [[3, 4]])[0].tolist() == [[3.0, 4.0]]


def test_float16_is_worked_out_in_float32():
    """100 * 100 * 64 is far beyond float16, and so is an eighth of it."""
    q, k, v = (np.full((2, 64), x, np.float16) for x in (100, 100, 3))
    k[1] = 99
    scores = attention_scores(q, k)
    assert scores.dtype == np.float32 and scores.tolist() == [[80000, 79200]] * 2
    output, weights = attention(q, k, v)
    assert output.dtype == weights.dtype == np.float16
    assert weights.tolist() == [[1, 0]] * 2 and (output == 3).all()
    output, weights = attention(q, k, v, softmax=my_softmax_of_gaps)
    assert weights.tolist() == [[1, 0]] * 2 and weights.dtype == np.float16


@given(st.integers(0, 10**6))
def test_float16_is_within_a_rounding_of_float64(seed):
    q, k, v = (x.astype(np.float16) for x in random_qkv(seed, n=4, m=4, d=8))
    close = dict(rtol=2**-10, atol=1e-6)
    ours = attention(q, k, v, causal_mask(4))
    exact = attention(*(x.astype(np.float64) for x in (q, k, v)), causal_mask(4))
    np.testing.assert_allclose(ours[1], exact[1], **close)
    np.testing.assert_allclose(ours[0], exact[0], rtol=2**-10, atol=4e-6)


@pytest.mark.parametrize(("dtype", "large"), [(np.float32, 1e20), (np.float64, 1e160)])
@pytest.mark.parametrize("scale", [True, False])
def test_products_beyond_the_range_are_named_as_such(dtype, large, scale):
    """Not as logits, which nobody gave."""
    q = np.full((2, 4), large, dtype)
    with pytest.raises(ValueError, match=f"q and k must have dot products .* of {dtype.__name__}"):
        attention(q, -q, q, scale=scale)


def test_the_scale_comes_before_the_product():
    """The product alone would overflow; a quarter of it does not."""
    q = np.full((1, 16), 5e18, np.float32)
    assert attention_scores(q, q)[0, 0] == pytest.approx(1e38, rel=1e-6)
    with pytest.raises(ValueError, match="dot products"):
        attention_scores(q, q, scale=False)


@pytest.mark.parametrize("one", [1e300, np.inf, 10**300])
def test_a_mask_that_takes_scores_beyond_their_range_is_named(one):
    q, k = (np.ones((2, 3), np.float32) for _ in "qk")
    with pytest.raises(ValueError, match=r"mask must leave .* of float32, up to 3.4e\+38"):
        attention(q, k, k, mask=[[one, 0.0]])
    if one != np.inf:  # in float64 there is room for it
        wide = q.astype(np.float64)
        assert attention(wide, wide, wide, mask=[[one, 0.0]])[1].tolist() == [[1, 0]] * 2


def test_a_mask_beyond_float32_is_minus_infinity(recwarn):
    q = np.eye(2, dtype=np.float32)
    weights = attention(q, q, q, [[0, -1e300], [0, 0]])[1]
    assert weights[0].tolist() == [1, 0] and not recwarn.list


def test_nothing_given_is_changed():
    given_arrays = [*random_qkv(7, n=5, m=5), causal_mask(5)]
    copies = [array.copy() for array in given_arrays]
    attention(*given_arrays)
    for array, copy in zip(given_arrays, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


# --- Your own softmax -----------------------------------------------------------------------


def test_the_wrong_axis_makes_every_weight_1():
    """A single query, as when a text is continued: along its own axis there is one entry."""

    def wrong(scores, axis=-1):
        weights = np.exp(scores)
        return weights / weights.sum(axis=-2, keepdims=True)

    q, k, v = random_qkv(9, n=1)
    output, weights = attention(q, k, v, softmax=wrong)
    assert (weights == 1).all()
    np.testing.assert_allclose(output[0], v.sum(axis=0))


# --- Refusals -------------------------------------------------------------------------------


Q, K, V = random_qkv(10)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: attention_scores(Q[0], K), ValueError, r"q must have rows and columns, got .*3"),
        (lambda: attention_scores(Q, K[:, :2]), ValueError, r"same number of columns.*\(5, 2\)"),
        (lambda: attention_scores(Q[:, :0], K[:, :0]), ValueError, "at least 1"),
        (lambda: attention_scores([["a"]], K), TypeError, "q must be real numbers"),
        (
            lambda: attention_scores(np.zeros((2, 4, 3)), np.zeros((3, 5, 3))),
            ValueError,
            r"q and k must have leading axes that fit together, got shapes \(2, 4, 3\) and",
        ),
        (lambda: attention(Q, K, V[:4]), ValueError, r"v must have a row for each key, 5, got"),
        (
            lambda: attention(np.stack([Q, Q]), K, np.stack([V] * 3)),
            ValueError,
            "scores and v must have leading axes that fit together",
        ),
        (
            lambda: attention(Q, K, V, mask=causal_mask(4)),
            ValueError,
            r"mask must fit the scores, shape \(4, 5\), got shape \(4, 4\)",
        ),
        (
            lambda: attention(Q, K, V, mask=np.full((4, 5), -np.inf)),
            ValueError,
            "every entry of row 0 is masked",
        ),
        (lambda: attention(Q, K, V * math.inf), ValueError, "v must be finite, got"),
        (lambda: attention(Q, K, V, scale=0.125), TypeError, "scale must be True or False, got 0"),
        (lambda: attention(Q * math.nan, K, V), ValueError, "q must be finite, got nan at entry"),
        (lambda: attention(Q, K, V, softmax="mine"), TypeError, "softmax must be a function"),
        (
            lambda: attention(Q, K, V, softmax=np.sum),
            ValueError,
            r"softmax must return the shape that it was given, \(4, 5\), got",
        ),
        (
            lambda: attention(Q, K, V, softmax=lambda logits: logits / 0),
            ValueError,
            "softmax must return finite numbers, got -?inf among them",
        ),
        (
            lambda: attention(Q, K, V, softmax=lambda logits: "no"),
            ValueError,
            "softmax must return real numbers, got 'no'",
        ),
        (lambda: causal_mask(-1), ValueError, "n must be >= 0, got -1"),
        (lambda: causal_mask(2.0), TypeError, "n must be an integer >= 0, got 2.0"),
        (lambda: causal_mask(True), TypeError, "n must be an integer"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_does_not_fit_is_named(call, error, says):
    with pytest.raises(error, match=says):
        call()
