"""What counts as a distribution, and the measures: their definitions, bounds and laws."""

import math

import mpmath
import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmax_lib import (
    broken_requirements,
    check_distribution,
    entropy,
    kl_divergence,
    perplexity,
    softmax,
    total_variation,
)

INF, NAN = math.inf, math.nan
LOW = "each value must be at least 0, but "
HIGH = "each value must be at most 1, but "
SUM = "the sum must be 1, but it is "


def distributions(min_size=1, max_size=8):
    """Shares of whole numbers, zeros among them; none is below 1e-4."""
    counts = st.lists(st.integers(0, 1000), min_size=min_size, max_size=max_size)
    return counts.filter(any).map(lambda k: np.array(k) / sum(k))


@st.composite
def several(draw, how_many):
    """`how_many` distributions of one length."""
    n = draw(st.integers(1, 8))
    return [draw(distributions(n, n)) for _ in range(how_many)]


# --- check_distribution and broken_requirements ---------------------------------------------


@pytest.mark.parametrize(
    "good",
    [
        [1.0],
        [1, 0],
        [0, 0, 1],
        [True, False],
        [0.5, 0.5],
        (0.25, 0.75),
        [0.1] * 10,  # the sum is 0.9999999999999999
        [1 / 3] * 3,
        [1 + 5e-7, 0.0],  # a sum's rounding may sit in one value
        [0.5 + 4e-7, 0.5 + 4e-7],
        [-0.0, 1.0],
        [[0.5, 0.5], [1.0, 0.0]],
        np.full(100_000, 1e-5, np.float32),
        np.full(1000, 0.001, np.float16),
    ],
    ids=lambda good: str(np.shape(good)) if np.size(good) > 5 else str(good),
)
def test_accepted(good):
    assert broken_requirements(good) == []
    found = check_distribution(good)
    np.testing.assert_array_equal(found, good)
    kept = good.dtype if isinstance(good, np.ndarray) else np.float64
    assert found.dtype == kept


BROKEN = {
    "too much": ([0.5, 0.6], [SUM + "1.1 (0.1 too much)"]),
    "too little": ([0.5, 0.4], [SUM + "0.9 (0.1 too little)"]),
    "all zero": ([0.0, 0.0], [SUM + "0 (1 too little)"]),
    "barely too much": ([0.5, 0.5 + 2e-6], [SUM + "1.000002 (2e-06 too much)"]),
    "barely too little": ([0.5, 0.5 - 2e-6], [SUM + "0.999998 (2e-06 too little)"]),
    "a negative value": ([0.2, 0.9, -0.1], [LOW + "entry 2 is -0.1"]),
    "barely negative": ([-1e-300, 1.0], [LOW + "entry 0 is -1e-300"]),
    "two negative values": ([0.7, -0.2, 0.7, -0.2], [LOW + "entry 1 is -0.2"]),
    "above 1 and negative": ([-0.5, 1.5], [LOW + "entry 0 is -0.5", HIGH + "entry 1 is 1.5"]),
    "above 1 and the sum": ([0.0, 1.5], [HIGH + "entry 1 is 1.5", SUM + "1.5 (0.5 too much)"]),
    "negative and the sum": ([-0.5, 0.7], [LOW + "entry 0 is -0.5", SUM + "0.2 (0.8 too little)"]),
    "all three": (
        [1.5, -0.5, 0.2],
        [LOW + "entry 1 is -0.5", HIGH + "entry 0 is 1.5", SUM + "1.2 (0.2 too much)"],
    ),
    "percent": ([50, 50], [HIGH + "entry 0 is 50", SUM + "100 (99 too much)"]),
    "NaN": ([0.5, NAN], ["each value must be a number, but entry 1 is NaN"]),
    "NaN and the rest": ([-1.0, NAN, 3.0], ["each value must be a number, but entry 1 is NaN"]),
    "+inf and -inf": ([INF, -INF], [LOW + "entry 1 is -inf", HIGH + "entry 0 is inf"]),
    "one row of two": ([[0.5, 0.5], [0.5, 0.6]], [SUM + "1.1 at entry 1 (0.1 too much)"]),
    "a place in two axes": (
        [[0.5, 0.5], [1.2, -0.2]],
        [LOW + "entry (1, 1) is -0.2", HIGH + "entry (1, 0) is 1.2"],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_broken_requirement_is_named_and_no_other(case, recwarn):
    values, expected = BROKEN[case]
    assert broken_requirements(values) == expected
    with pytest.raises(ValueError) as caught:
        check_distribution(values)
    assert str(caught.value) == "probabilities is not a distribution: " + "; ".join(expected)
    assert not recwarn.list


@pytest.mark.parametrize("values", [[INF, 0.0], [1e308, 1e308]])
def test_values_beyond_measure_are_refused_quietly(values, recwarn):
    assert broken_requirements(values)[0].startswith(HIGH + "entry 0 is ")
    assert not recwarn.list


def test_the_name_is_the_callers():
    with pytest.raises(ValueError, match="^my guess is not a distribution: the sum"):
        check_distribution([0.5], name="my guess")


def test_the_axis_is_where_the_sum_is_taken():
    columns = np.array([[0.5, 1.0], [0.5, 0.0]])
    assert broken_requirements(columns, axis=0) == []
    assert broken_requirements(columns) == [SUM + "1.5 at entry 0 (0.5 too much)"]
    assert broken_requirements(columns, axis=None) == [SUM + "2 (1 too much)"]
    assert broken_requirements(columns / 2, axis=None) == []
    assert broken_requirements(columns / 2, axis=(0, 1)) == []


def test_the_tolerance_can_be_chosen():
    assert broken_requirements([0.5, 0.6], tolerance=0.11) == []
    assert broken_requirements([0.5, 0.5 + 1e-9], tolerance=0) == [
        SUM + "1.000000001 (1e-09 too much)"
    ]
    assert broken_requirements([0.5, 0.5], tolerance=0) == []


@pytest.mark.parametrize("tolerance", [-1e-6, NAN])
def test_a_tolerance_without_meaning_is_refused(tolerance):
    with pytest.raises(ValueError, match=f"tolerance must be >= 0, got {tolerance}"):
        broken_requirements([0.5, 0.5], tolerance=tolerance)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_tolerance_is_as_wide_as_rounding_and_no_wider(dtype):
    """An even distribution over 1000, rounded to the dtype, passes; 2 % off never does."""
    even = np.full(1000, 1 / 1000, dtype)
    assert broken_requirements(even) == []
    assert len(broken_requirements((even * dtype(1.02)).astype(dtype))) == 1
    assert len(broken_requirements(np.full(10**6, 1.02e-6, np.float32))) == 1


def test_the_sum_is_taken_in_float64():
    """Added up one by one in float16, 20,000 small numbers stop growing early."""
    small = np.full((20_000, 2), 1 / 20_000, np.float16)
    assert (small.sum(axis=0) < 0.9).all()
    assert broken_requirements(small, axis=0) == []


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ([], ValueError, "at least one entry along axis -1"),
        (0.5, ValueError, "at least one axis, got the single number 0.5"),
        (["0.5", "0.5"], TypeError, "real numbers"),
        ([0.5 + 0j, 0.5], TypeError, "real numbers"),
        ([[0.5, 0.5], [1.0]], ValueError, "rows of different lengths"),
        (np.ma.array([0.5, 0.5], mask=[0, 1]), TypeError, "masked array"),
    ],
)
def test_what_is_no_list_of_numbers_is_refused(values, error, words):
    for function in (broken_requirements, check_distribution, entropy, perplexity):
        with pytest.raises(error, match=f"probabilities must .*{words}"):
            function(values)


def test_the_input_is_not_changed():
    p = np.array([0.25, 0.75, 0.0])
    p.setflags(write=False)
    for function in (check_distribution, entropy, perplexity):
        function(p)
    kl_divergence(p, p)
    total_variation(p, p)
    assert p.tolist() == [0.25, 0.75, 0.0]


@given(
    hnp.arrays(
        np.float64,
        st.integers(1, 4),
        elements=st.one_of(
            st.sampled_from([0.0, 0.25, 0.5, 1.0, -0.25, 1.25]), st.floats(-0.5, 1.5, width=16)
        ),
    )
)
def test_accepts_exactly_what_meets_the_requirements(values):
    total = math.fsum(values.tolist())
    tolerance = 1e-6
    assume(abs(abs(total - 1) - tolerance) > 1e-9)
    expected = [
        words
        for words, is_broken in (
            (LOW, (values < 0).any()),
            (HIGH, (values > 1 + tolerance).any()),
            (SUM, abs(total - 1) > tolerance),
        )
        if is_broken
    ]
    found = broken_requirements(values)
    assert len(found) == len(expected)
    for sentence, words in zip(found, expected):
        assert sentence.startswith(words)


@given(hnp.arrays(np.float64, hnp.array_shapes(max_dims=3), elements=st.floats(-50, 50)))
def test_softmax_is_always_a_distribution(logits):
    for dtype in (np.float16, np.float32, np.float64):
        for axis in (-1, 0, None):
            assert broken_requirements(softmax(logits.astype(dtype), axis=axis), axis=axis) == []


@given(distributions(min_size=2), st.data())
def test_one_changed_value_is_found(p, data):
    k = data.draw(st.integers(0, len(p) - 1))
    change = data.draw(st.sampled_from([-2.0, -0.5, -1e-4, 1e-4, 0.5, 2.0]))
    changed = p.copy()
    changed[k] += change
    found = broken_requirements(changed)
    assert any(s.startswith(SUM) for s in found)
    assert any(s.startswith(LOW) for s in found) == (changed < 0).any()
    assert any(s.startswith(HIGH) for s in found) == (changed > 1 + 1e-6).any()


# --- Entropy and perplexity -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "bits"),
    [
        ([1.0], 0),
        ([0, 1, 0], 0),
        ([0.5, 0.5], 1),
        ([0.25] * 4, 2),
        ([0.5, 0.25, 0.125, 0.125], 1.75),
        ([0.5, 0.0, 0.5], 1),
        ([5e-324, 1.0], 0),
    ],
)
def test_entropy_of_known_distributions(p, bits, recwarn):
    found = entropy(p)
    assert found == pytest.approx(bits, abs=1e-15)
    assert not np.signbit(found)
    assert entropy(p, base=math.e) == pytest.approx(bits * math.log(2), abs=1e-15)
    assert entropy(p, base=10) == pytest.approx(bits * math.log10(2), abs=1e-15)
    assert perplexity(p) == pytest.approx(2**bits, rel=1e-15)
    assert not recwarn.list


@given(distributions())
def test_entropy_agrees_with_scipy_and_mpmath(p):
    assert entropy(p) == pytest.approx(scipy.stats.entropy(p, base=2), rel=1e-12, abs=1e-14)
    with mpmath.workdps(50):
        exact = -mpmath.fsum(mpmath.mpf(x) * mpmath.log(x, 2) for x in p.tolist() if x)
    assert entropy(p) == pytest.approx(float(exact), rel=1e-13, abs=1e-14)


@given(distributions(), st.floats(1.01, 100))
def test_entropy_is_between_0_and_log_n(p, base):
    n = len(p)
    assert 0 <= entropy(p, base=base) <= math.log(n, base) * (1 + 1e-13)
    assert 1 <= perplexity(p) <= n * (1 + 1e-13)
    assert entropy(np.full(n, 1 / n), base=base) == pytest.approx(math.log(n, base), abs=1e-13)
    assert entropy(p, base=base) == pytest.approx(entropy(p) / math.log2(base), rel=1e-12)


@given(several(2))
def test_entropies_of_independent_draws_add_up(pair):
    p, q = pair
    joint = np.outer(p, q)
    assert entropy(joint, axis=None) == pytest.approx(entropy(p) + entropy(q), abs=1e-12)
    assert perplexity(joint, axis=None) == pytest.approx(perplexity(p) * perplexity(q), rel=1e-12)


@given(several(2), st.floats(0, 1))
def test_mixing_never_lowers_entropy_below_the_average(pair, share):
    p, q = pair
    mixed = entropy(share * p + (1 - share) * q)
    assert mixed >= share * entropy(p) + (1 - share) * entropy(q) - 1e-12


def test_measures_go_along_the_axis():
    rng = np.random.default_rng(0)
    p, q = (rng.dirichlet(np.ones(5), (2, 3)) for _ in "pq")
    for measure in (entropy, perplexity):
        rows = [[measure(p[i, j]) for j in range(3)] for i in range(2)]
        np.testing.assert_allclose(measure(p), rows, rtol=1e-14)
        np.testing.assert_allclose(measure(p.transpose(2, 0, 1), axis=0), rows, rtol=1e-14)
        whole = measure(p / 6, axis=None)
        assert isinstance(whole, np.float64)
        assert whole == pytest.approx(float(measure(p.ravel() / 6)), rel=1e-13)
    for measure in (kl_divergence, total_variation):
        rows = [[measure(p[i, j], q[i, j]) for j in range(3)] for i in range(2)]
        np.testing.assert_allclose(measure(p, q), rows, rtol=1e-13)
        moved = measure(p.transpose(0, 2, 1), q.transpose(0, 2, 1), axis=1)
        np.testing.assert_allclose(moved, rows, rtol=1e-13)


@pytest.mark.parametrize("base", [1, 0, -2, INF, NAN, 0.5])
def test_a_base_without_meaning_is_refused(base):
    """Below 1 the logarithm turns round, and entropy would be negative."""
    for call in (
        lambda: entropy([0.5, 0.5], base=base),
        lambda: kl_divergence([0.5, 0.5], [0.25, 0.75], base=base),
    ):
        with pytest.raises(ValueError, match=f"base must be .*, got {float(base)}"):
            call()


# --- Two distributions ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "q", "bits"),
    [
        ([0.5, 0.5], [0.5, 0.5], 0),
        ([1, 0], [0.5, 0.5], 1),
        ([0.5, 0.5], [0.25, 0.75], 0.5 * 1 + 0.5 * math.log2(2 / 3)),
        ([0.5, 0.5], [1, 0], INF),
        ([0.0, 1.0], [0.0, 1.0], 0),
        ([1, 0], [5e-324, 1], 1074),  # the ratio is beyond the floats, its logarithm is not
        ([1.0, 0.0], [1.0, 0.0], 0),
    ],
)
def test_kl_divergence_of_known_pairs(p, q, bits, recwarn):
    assert kl_divergence(p, q) == pytest.approx(bits, rel=1e-14, abs=1e-15)
    assert kl_divergence(p, q, base=math.e) == pytest.approx(bits * math.log(2), abs=1e-15)
    assert not recwarn.list


def test_rounding_never_takes_kl_divergence_below_0():
    """Pairs a rounding apart: the terms, positive and negative, all but cancel."""
    p = np.random.default_rng(11).dirichlet(np.ones(6), 500)
    q = np.nextafter(p, np.random.default_rng(12).choice([0.0, 1.0], p.shape))
    raw = (p * np.log(p / q)).sum(axis=1)
    assert (raw < 0).any()
    found = kl_divergence(p, q)
    assert ((found >= 0) & (found < 1e-15)).all()


def test_kl_divergence_has_a_direction():
    p, q = [0.5, 0.5], [0.9, 0.1]
    assert kl_divergence(p, q) == pytest.approx(0.5 * math.log2(0.5 / 0.9) + 0.5 * math.log2(5))
    assert kl_divergence(q, p) == pytest.approx(0.9 * math.log2(1.8) + 0.1 * math.log2(0.2))


@given(several(2))
def test_kl_divergence_agrees_with_scipy_and_keeps_its_laws(pair):
    p, q = pair
    found = kl_divergence(p, q, base=math.e)
    assert found == pytest.approx(scipy.special.rel_entr(p, q).sum(), rel=1e-11, abs=1e-13)
    assert found >= 0
    assert kl_divergence(p, p) == 0
    assert np.isinf(found) == ((p > 0) & (q == 0)).any()
    # Pinsker: the sum of differences, squared, is at most twice the divergence in nats.
    assert 2 * total_variation(p, q) ** 2 <= found + 1e-12
    if total_variation(p, q) > 1e-3:
        assert found > 0
    even = np.full(len(p), 1 / len(p))
    assert kl_divergence(p, even) == pytest.approx(math.log2(len(p)) - entropy(p), abs=1e-12)


@given(several(3))
def test_total_variation_is_a_distance(three):
    p, q, r = three
    apart = total_variation(p, q)
    assert apart == pytest.approx(0.5 * math.fsum(np.abs(p - q).tolist()), abs=1e-15)
    assert 0 <= apart <= 1 + 1e-15
    assert apart == total_variation(q, p)
    assert total_variation(p, p) == 0
    assert (apart == 0) == (p == q).all()
    assert total_variation(p, r) <= apart + total_variation(q, r) + 1e-15
    if not ((p > 0) & (q > 0)).any():
        assert apart == pytest.approx(1, abs=1e-15)


@given(several(2))
def test_total_variation_is_the_largest_difference_over_events(pair):
    p, q = pair
    events = (np.arange(2 ** len(p))[:, None] >> np.arange(len(p))) & 1
    assert total_variation(p, q) == pytest.approx(np.abs(events @ (p - q)).max(), abs=1e-14)


@pytest.mark.parametrize("measure", [kl_divergence, total_variation])
def test_pairs_are_checked(measure):
    for p, q, words in (
        ([0.5, 0.4], [0.5, 0.5], "^p is not a distribution: the sum must be 1, but it is 0.9"),
        ([0.5, 0.5], [1.5, -0.5], "^q is not a distribution: each value must be at least 0"),
        ([0.5, 0.5], [1.0], r"p and q must have the same shape, got \(2,\) and \(1,\)"),
        ([[0.5, 0.5]], [0.5, 0.5], r"p and q must have the same shape, got \(1, 2\) and \(2,\)"),
    ):
        with pytest.raises(ValueError, match=words):
            measure(p, q)


@pytest.mark.parametrize("axis", [True, np.True_, (False,), (0, True)])
def test_true_is_no_axis(axis):
    for function in (softmax, entropy, broken_requirements):
        with pytest.raises(TypeError, match="axis must be an int, a tuple of ints or None, got"):
            function([[0.5, 0.5], [0.5, 0.5]], axis=axis)


def test_float16_is_told_when_it_is_too_coarse():
    even = softmax(np.zeros(10**6, np.float16))
    (told,) = broken_requirements(even)
    assert told.endswith("; float16 is too coarse for so many small numbers, make it float32)")
    assert "float16" not in broken_requirements(np.float16([0.5, 0.3]))[0]
    assert broken_requirements(even.astype(np.float32) / even.astype(float).sum()) == []


def test_integers_beyond_float64_are_rounded_to_the_nearest():
    assert softmax([2**53 + 1, 2**53]).tolist() == [0.5, 0.5]
