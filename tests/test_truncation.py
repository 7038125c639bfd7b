"""Cutting the tail off: what stays, in the order of the transformers library.

tests/data/cuts.json holds its recorded answers (training/record_references.py made them); the last
test asks it directly where it is installed.
"""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from test_sampling import JUST_BELOW_1, Fixed

from softmax_lib import check_distribution, softmax
from softmax_lib.sampling import cut, fall, gumbel_max, min_p, rank, sample, top_k, top_p

CASES = json.loads(Path(__file__).with_name("data").joinpath("cuts.json").read_text())
SETTINGS = ("top_k", "top_p", "min_p", "at_least")


def settings_of(case):
    return {name: case[name] for name in SETTINGS if name in case}


def distributions(max_size=12):
    """Many with ties and zeros."""
    counts = st.lists(st.integers(0, 6), min_size=1, max_size=max_size).filter(any)
    return counts.map(lambda k: np.array(k) / sum(k))


shares = st.floats(0, 1)


# --- Against the transformers library -------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if "tenths" not in case],
    ids=lambda case: str(settings_of(case)),
)
def test_the_same_is_kept_as_by_transformers(case):
    logits = [-math.inf if x is None else x for x in case["logits"]]
    p = softmax(logits, temperature=case.get("temperature", 1.0))
    result = cut(p, **settings_of(case))
    np.testing.assert_allclose(result.probabilities, case["probabilities"], rtol=1e-12, atol=0)
    assert result.kept.tolist() == [x > 0 for x in case["probabilities"]]


# Sums that reach p exactly, in decimals: how many the course keeps, and how many transformers.
# They differ since the course adds the numbers as they are stored, from the top, until it has p.
# Transformers takes exp of logarithms, adds from the bottom, and compares with 1 - p: each of these
# rounds. As stored, 0.7 + 0.2 and 0.4 + 0.3 + 0.2 are below 0.9: one more stays than in decimals.
EXACT = {
    ("5 4 1", 0.5): (1, 1),
    ("5 4 1", 0.9): (2, 3),
    ("7 2 1", 0.7): (1, 1),
    ("7 2 1", 0.9): (3, 3),
    ("4 3 2 1", 0.4): (1, 2),
    ("4 3 2 1", 0.7): (2, 2),
    ("4 3 2 1", 0.9): (4, 4),
    ("1 2 4 2 1", 0.4): (1, 2),
    ("1 2 4 2 1", 0.6): (2, 3),
    ("1 2 4 2 1", 0.8): (3, 4),
    ("1 2 4 2 1", 0.9): (4, 5),
}


def test_where_a_sum_is_reached_exactly_it_is_enough():
    recorded = {
        (" ".join(map(str, case["tenths"])), case["top_p"]): case
        for case in CASES
        if "tenths" in case
    }
    assert recorded.keys() == EXACT.keys()
    for (name, p), (ours, theirs) in EXACT.items():
        assert top_p([int(x) / 10 for x in name.split()], p).kept.sum() == ours, (name, p)
        assert np.count_nonzero(recorded[name, p]["probabilities"]) == theirs, (name, p)


def partitions(total, most):
    """Yield the ways to write a total as a falling list of whole numbers, `most` at most."""
    if total == 0:
        yield []
    for first in range(min(total, most), 0, -1):
        for rest in partitions(total - first, first):
            yield [first, *rest]


def test_how_often_decimals_would_keep_another_number():
    """The counts in the docstring: all falling lists of multiples of 0.05 that sum to 1."""
    lists = list(partitions(20, 20))
    cases, decimals, bottom_up = 0, {}, {}
    for dtype in (np.float64, np.float32):
        decimals[dtype] = bottom_up[dtype] = 0
        for twentieths in lists:
            p = (np.array(twentieths) / 20).astype(dtype)
            before = np.cumsum([0, *twentieths[:-1]])
            rising = np.cumsum(p[::-1], dtype=np.float64)
            for k in range(1, 20):
                right = np.sum(before < k)  # whole numbers: nothing rounds
                decimals[dtype] += top_p(p, k / 20).kept.sum() != right
                bottom_up[dtype] += max(1, np.sum(rising / rising[-1] > 1 - k / 20)) != right
                cases += dtype is np.float64
    notes = top_p.__doc__.split("*Sums.*")[1].split("*Ties")[0]
    told = [int(x.replace(",", "")) for x in re.findall(r"(?<![.\d])\d[\d,]*\d\b", notes)]
    assert len(lists) in told and cases in told
    counts = [*decimals.values(), *bottom_up.values()]
    assert [number for number in told if number in counts] == counts


def test_the_recorded_cases_try_every_cut_and_its_edges():
    assert len(CASES) >= 80
    for name in SETTINGS:
        assert sum(name in case for case in CASES) >= 15
    dropped = [sum(x == 0 for x in case["probabilities"]) for case in CASES]
    assert dropped.count(0) >= 10 and sum(k > 1 for k in dropped) >= 30


def test_random_cases_against_the_installed_transformers():
    transformers, torch = pytest.importorskip("transformers"), pytest.importorskip("torch")
    rng = np.random.default_rng(5)
    for _ in range(150):
        logits = rng.normal(0, 3, rng.integers(2, 400))
        t, k = rng.uniform(0.2, 3), int(rng.integers(1, len(logits) + 2))
        p, m, least = rng.random(), rng.random() ** 2, int(rng.integers(1, 4))
        scores = torch.tensor(logits)[None]
        for step in (
            transformers.TemperatureLogitsWarper(t),
            transformers.TopKLogitsWarper(k, min_tokens_to_keep=least),
            transformers.TopPLogitsWarper(p, min_tokens_to_keep=least),
            transformers.MinPLogitsWarper(m, min_tokens_to_keep=least),
        ):
            scores = step(None, scores)
        ours = cut(softmax(logits, temperature=t), top_k=k, top_p=p, min_p=m, at_least=least)
        theirs = torch.softmax(scores, -1)[0].numpy()
        assert ours.kept.tolist() == torch.isfinite(scores)[0].tolist()
        np.testing.assert_allclose(ours.probabilities, theirs, rtol=1e-10)


def test_what_is_0_is_never_kept():
    """Whatever `at_least` asks for: a draw from what is left could not give it."""
    for result in (
        top_k([1, 0, 0], 1, at_least=2),
        top_p([1, 0, 0], 0.5, at_least=2),
        min_p([1, 0, 0], 0.5, at_least=2),
    ):
        assert result.kept.tolist() == [True, False, False]
    for function in (top_k, top_p, min_p, cut):
        assert "of those above 0" in function.__doc__


def by_hand(p, k, share, least, at_least, scores):
    """Return what is left and the places kept, with loops and one number at a time."""

    def total(places):
        running = 0.0
        for i in places:
            running += p[i]
        return running

    order = sorted(range(len(p)), key=lambda i: (-p[i], -scores[i], -i))
    kept, whole = [i for i in order if p[i] > 0], 1.0
    counts = [len(kept)]
    last = kept[min(max(k, at_least), len(kept)) - 1]
    kept = [i for i in kept if (p[i], scores[i]) >= (p[last], scores[last])]
    counts.append(len(kept))
    if counts[-1] < counts[-2]:
        whole = total(sorted(kept))
    enough = [n for n in range(1, len(kept)) if total(kept[:n]) >= share * whole and share < 1]
    kept = kept[: max(at_least, min(enough, default=len(kept)))]
    counts.append(len(kept))
    if counts[-1] < counts[-2]:
        whole = total(sorted(kept))
    above = [i for i in kept if p[i] >= least * p[kept[0]]]
    kept = kept[: max(at_least, len(above))]
    counts.append(len(kept))
    if counts[-1] < counts[-2]:
        whole = total(sorted(kept))
    return [p[i] / whole if i in kept else 0.0 for i in range(len(p))], counts[1:]


@given(
    p=distributions(),
    k=st.integers(1, 14),
    twentieths=st.tuples(st.integers(0, 20), st.integers(0, 20)),
    at_least=st.integers(1, 3),
    data=st.data(),
)
def test_the_cuts_are_these_to_the_last_digit(p, k, twentieths, at_least, data):
    share, least = (x / 20 for x in twentieths)
    scores = data.draw(st.lists(st.integers(0, 2), min_size=len(p), max_size=len(p)))
    result = cut(p, k, share, least, at_least, scores=scores)
    left, counts = by_hand(p.tolist(), k, share, least, at_least, scores)
    assert result.probabilities.tolist() == left and result.counts.tolist() == counts
    order = rank(p, scores)
    assert np.flatnonzero(result.kept).tolist() == sorted(order[: counts[-1]])


def test_a_long_list_is_cut_like_a_short_one():
    """Of long lists only the head is sorted; what stays is what a full sort would keep."""
    g = np.random.default_rng(4)
    for trial in range(60):
        p = softmax(g.normal(0, g.choice([0.1, 1, 3]), 3000).round(1 + trial % 2))
        if trial % 3 == 0:  # its sum may be off by a percent, and fall short of a share
            p = p.astype(np.float16)
        order = rank(p)
        totals = np.cumsum(p[order], dtype=np.float64)
        for share in (0.0, 0.3, 0.9, 0.9999, float(totals[7]), float(totals[1500])):
            kept = order[: 1 + np.sum(totals[:-1] < share)]
            assert np.flatnonzero(top_p(p, share).kept).tolist() == sorted(kept)


@pytest.mark.parametrize(
    ("settings", "right", "counts"),
    [
        ({}, [0.4, 0.2, 0.2, 0.1, 0.1], [5, 5, 5]),
        ({"top_k": 1}, [1, 0, 0, 0, 0], [1, 1, 1]),
        ({"top_k": 2}, [0.5, 0.25, 0.25, 0, 0], [3, 3, 3]),  # a tie with the second stays
        ({"top_p": 0}, [1, 0, 0, 0, 0], [5, 1, 1]),
        ({"top_p": 0.4}, [1, 0, 0, 0, 0], [5, 1, 1]),  # reached exactly: nothing crosses
        ({"top_p": 0.41}, [2 / 3, 0, 1 / 3, 0, 0], [5, 2, 2]),  # the one that crosses stays
        ({"min_p": 0.5}, [0.5, 0.25, 0.25, 0, 0], [5, 5, 3]),  # half the largest is enough
        ({"min_p": 1.0}, [1, 0, 0, 0, 0], [5, 5, 1]),
        ({"top_k": 3, "top_p": 0.7}, [2 / 3, 0, 1 / 3, 0, 0], [3, 2, 2]),
        ({"top_k": 99}, [0.4, 0.2, 0.2, 0.1, 0.1], [5, 5, 5]),
    ],
)
def test_the_borders_of_the_cuts(settings, right, counts):
    result = cut([0.4, 0.2, 0.2, 0.1, 0.1], **settings)
    assert result.probabilities == pytest.approx(right, abs=1e-15)
    assert result.counts.tolist() == counts


def test_scores_rank_what_a_limit_of_the_temperature_hides():
    scores = [2.0, 1.0, 0.0, 1.0, -math.inf]
    hot = softmax(scores, temperature=math.inf)
    assert cut(hot, top_k=1).kept.sum() == 4  # all are equal
    assert cut(hot, top_k=1, scores=scores).kept.tolist() == [1, 0, 0, 0, 0]
    assert cut(hot, top_k=2, scores=scores).kept.tolist() == [1, 1, 0, 1, 0]
    assert cut(hot, top_p=0.3, scores=scores).kept.tolist() == [1, 0, 0, 1, 0]
    assert rank(hot, scores).tolist() == [0, 3, 1, 2, 4]
    rows = cut([hot, hot[::-1]], top_k=1, scores=[scores, scores[::-1]])
    assert rows.kept.tolist() == [[1, 0, 0, 0, 0], [0, 0, 0, 0, 1]]


# --- What every cut promises ----------------------------------------------------------------


CUTS = [
    lambda p, x, least=1: top_k(p, 1 + int(x * 14), least),
    lambda p, x, least=1: top_p(p, x, least),
    lambda p, x, least=1: min_p(p, x, least),
    lambda p, x, least=1: cut(p, 1 + int(x * 14), x, 1 - x, least),
]
every_cut = pytest.mark.parametrize("apply", CUTS, ids=["top_k", "top_p", "min_p", "cut"])


@every_cut
@given(p=distributions(), x=shares, least=st.integers(1, 14))
def test_what_is_left_is_a_distribution_and_the_rest_is_accounted_for(apply, p, x, least):
    result = apply(p, x, least)
    check_distribution(result.probabilities)
    assert result.kept.dtype == bool and (result.dropped == ~result.kept).all()
    assert (result.probabilities[result.dropped] == 0).all()
    assert (result.probabilities[result.kept] > 0).all()
    assert result.dropped_mass == pytest.approx(p[result.dropped].sum(), abs=1e-12)
    # Ratios among the kept do not change.
    np.testing.assert_allclose(
        result.probabilities[result.kept] * p[result.kept].sum(), p[result.kept], rtol=1e-12
    )
    # A dropped entry is never more probable than a kept one, and the most probable one stays.
    if result.dropped.any():
        assert p[result.dropped].max() <= p[result.kept].min()
    assert p[result.kept].max() == p.max()
    assert result.kept.sum() >= min(least, (p > 0).sum())


@every_cut
@given(p=distributions(), x=shares)
def test_rows_are_cut_one_by_one(apply, p, x):
    rows = np.stack([p, p[::-1], np.full(len(p), 1 / len(p))])
    together = apply(rows, x)
    for row, probabilities, kept, mass in zip(
        rows, together.probabilities, together.kept, together.dropped_mass, strict=True
    ):
        alone = apply(row, x)
        assert alone.kept.tolist() == kept.tolist()
        assert alone.probabilities.tolist() == probabilities.tolist()
        assert alone.dropped_mass == mass
    assert together.dropped_mass.shape == (3,)


@given(distributions(), st.integers(1, 14))
def test_top_k_keeps_k_and_ties(p, k):
    kept = top_k(p, k).kept
    kth = sorted(p, reverse=True)[min(k, len(p)) - 1]
    assert kept.tolist() == [bool(x >= kth and x > 0) for x in p]


@given(distributions(), shares)
def test_top_p_keeps_the_fewest_that_reach_p(p, share):
    kept = top_p(p, share).kept
    assert p[kept].sum() >= share - 1e-12
    if kept.sum() > 1:
        assert p[kept].sum() - p[kept].min() < share + 1e-12


@given(distributions(), shares)
def test_min_p_keeps_by_ratio(p, share):
    assert min_p(p, share).kept.tolist() == [bool(x >= share * p.max() and x > 0) for x in p]


@given(distributions(), st.integers(1, 14), shares, shares)
def test_cut_is_the_three_in_their_order(p, k, top, ratio):
    stepwise = min_p(top_p(top_k(p, k).probabilities, top).probabilities, ratio)
    together = cut(p, k, top, ratio)
    # At an edge the rounding between the steps may decide; then masses differ by a hair only.
    if together.kept.tolist() == stepwise.kept.tolist():
        np.testing.assert_allclose(together.probabilities, stepwise.probabilities, rtol=1e-12)
    else:
        left = top_k(p, k).probabilities
        edges = np.concatenate([np.cumsum(np.sort(left)), left / left.max()])
        assert np.abs(np.subtract.outer(edges, [1 - top, ratio])).min() < 1e-9


def test_the_order_matters_and_is_the_usual_one():
    """Top-p of what top-k left; the other way around would keep a third entry."""
    p = [0.4, 0.3, 0.2, 0.1]
    assert cut(p, top_k=3, top_p=0.75).kept.tolist() == [True, True, False, False]
    assert top_k(top_p(p, 0.75).probabilities, 3).kept.tolist() == [True, True, True, False]


def test_no_cut_keeps_everything():
    p = np.array([0.25, 0.0, 0.75])
    for result in (cut(p), top_k(p, 3), top_k(p, 10**6), top_p(p, 1), min_p(p, 0)):
        assert result.probabilities.tolist() == p.tolist()
        assert result.dropped_mass == 0 and result.kept.tolist() == [True, False, True]


def test_the_whole_vocabulary_counts():
    """A tail of 50,000 small entries has the mass that it has, whatever was drawn on a screen."""
    p = np.full(50_257, 0.4 / 50_255)
    p[:2] = 0.35, 0.25
    assert top_p(p, 0.6).kept.sum() == 2
    assert top_p(p, 0.8).kept.sum() == pytest.approx(2 + 50_255 / 2, abs=2)
    assert top_k(p, 50).kept.sum() == 50_257  # all in the tail are equal
    assert min_p(p, 0.1).dropped_mass == pytest.approx(0.4, abs=1e-9)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_is_kept(dtype):
    p = softmax(np.linspace(0, 4, 50).astype(dtype))
    for result in (top_k(p, 9), top_p(p, 0.7), min_p(p, 0.3)):
        assert result.probabilities.dtype == dtype
        check_distribution(result.probabilities)
        assert 0 < result.dropped_mass < 1


def test_nothing_given_is_changed():
    p = np.array([0.5, 0.3, 0.2])
    p.setflags(write=False)
    cut(p, 2, 0.9, 0.1)
    assert p.tolist() == [0.5, 0.3, 0.2]


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: top_k([0.5, 0.5], 0), ValueError, "k must be >= 1, got 0$"),
        (lambda: top_k([0.5, 0.5], -3), ValueError, "k must be >= 1, got -3"),
        (lambda: top_k([0.5, 0.5], 2.0), TypeError, "k must be an integer >= 1, got 2.0"),
        (lambda: top_k([0.5, 0.5], True), TypeError, "k must be an integer"),
        (lambda: top_k([0.5, 0.5], 1, at_least=0), ValueError, "at_least must be >= 1, got 0"),
        (lambda: top_p([0.5, 0.5], 1.1), ValueError, "p must be from 0 to 1, got 1.1"),
        (lambda: top_p([0.5, 0.5], math.nan), ValueError, "p must be from 0 to 1, got nan"),
        (lambda: top_p([0.5, 0.5], "0.9"), TypeError, "p must be a number from 0 to 1, got '0.9'"),
        (lambda: min_p([0.5, 0.5], -0.1), ValueError, "p must be from 0 to 1, got -0.1"),
        (lambda: min_p([0.5, 0.6], 0.1), ValueError, "^probabilities is not a distribution"),
        (lambda: cut([0.5, 0.6]), ValueError, "^probabilities is not a distribution"),
        (lambda: cut([0.5, 0.5], top_k=0), ValueError, "top_k must be >= 1, got 0"),
        (lambda: cut([0.5, 0.5], top_p=2), ValueError, "top_p must be from 0 to 1, got 2"),
        (lambda: cut([0.5, 0.5], min_p=2), ValueError, "min_p must be from 0 to 1, got 2"),
        (lambda: cut([0.5, 0.5], scores=[1.0]), ValueError, r"scores must have the shape .*\(1,\)"),
        (lambda: cut([0.5, 0.5], scores=[1.0, math.nan]), ValueError, "scores must not have a NaN"),
        (lambda: rank([0.5, math.nan]), ValueError, "probabilities must not have a NaN"),
    ],
)
def test_bad_settings_are_named(call, error, says):
    with pytest.raises(error, match=says):
        call()


@given(distributions(), st.integers(0, 2**32))
def test_the_storytellers_quick_draw_is_sample(p, seed):
    quick = fall(p, np.random.default_rng(seed).random())
    assert quick == sample(p, np.random.default_rng(seed))


@given(distributions(), st.integers(0, 5))
def test_the_largest_number_draws_an_entry_that_can_be_drawn(p, zeros):
    """No total is so small or so odd that 1 - 2**-53 times it would be rounded up to it."""
    p = np.append(p, np.zeros(zeros))
    for drawn in (fall(p, JUST_BELOW_1), sample(p, Fixed(JUST_BELOW_1))):
        assert drawn < len(p) and p[drawn] > 0


def test_a_mass_of_all_keeps_what_rounding_hides():
    """The first has all the mass that a float64 can tell, and yet the others can be drawn."""
    p = np.array([1.0, 1e-20, 0.0, 1e-300])
    for way in (top_p(p, 1), top_p(p, 1.0), cut(p, top_k=4, top_p=1)):
        assert way.kept.tolist() == [True, True, False, True]
    assert top_p(p, math.nextafter(1, 0)).kept.tolist() == [True, False, False, False]


def kept_one_by_one(p, share, at_least=1):
    """Top-p as its docstring says it: an entry stays while the mass before it is less."""
    before, kept = 0.0, np.zeros(len(p), bool)
    for count, place in enumerate(rank(p)):
        if count >= at_least and before >= share:
            break
        kept[place] = p[place] > 0
        before += p[place]
    return kept


@pytest.mark.parametrize("tail", [[1e-20], [1e-20, 1e-25, 0.0], [1e-300] * 5])
def test_a_sum_that_rounding_keeps_short_reaches_into_the_tail(tail):
    """A share that the large entries have by the books, and not when they are added up."""
    short = 0
    for n in range(2, 200):
        p, share = np.array([1 / n] * n + tail), math.nextafter(1, 0)
        expected = kept_one_by_one(p, share)
        short += expected.sum() > n
        np.testing.assert_array_equal(top_p(p, share).kept, expected)
    assert short > 20


@pytest.mark.parametrize("at_least", [1, 2, 3, 4, 9])
def test_more_than_the_large_entries_can_be_asked_for(at_least):
    p = np.array([0.03, 0.9, 0.02, 0.05])
    expected = kept_one_by_one(p, 0.5, at_least)
    assert expected.sum() == min(at_least, 4)
    np.testing.assert_array_equal(top_p(p, 0.5, at_least).kept, expected)


# --- Gumbel-max -----------------------------------------------------------------------------


def test_gumbel_max_draws_as_often_as_softmax_says():
    logits, draws = np.array([1.0, 0.0, -math.inf, 2.0, -1.0]), 40_000
    for temperature in (0.5, 1.0, 3.0):
        p = softmax(logits, temperature=temperature)
        result = gumbel_max(logits, np.random.default_rng(3), temperature, size=draws)
        counts = np.bincount(result.drawn, minlength=5)
        assert counts[2] == 0
        assert scipy.stats.chisquare(counts[p > 0], draws * p[p > 0]).pvalue > 0.01
        # The test must be able to fail.
        wrong = softmax(logits, temperature=temperature * 1.15)
        assert scipy.stats.chisquare(counts[p > 0], draws * wrong[p > 0]).pvalue < 1e-3


def test_gumbel_max_shows_what_decided():
    logits = np.array([[1.0, 2.0], [0.0, -math.inf]])
    result = gumbel_max(logits, np.random.default_rng(0), temperature=2.0, size=(3,))
    assert result.noise.shape == result.scores.shape == (3, 2, 2)
    np.testing.assert_array_equal(result.scores, logits + 2.0 * result.noise)
    np.testing.assert_array_equal(result.drawn, result.scores.argmax(axis=-1))
    assert np.shape(gumbel_max([1, 2], np.random.default_rng(0)).drawn) == ()


@pytest.mark.parametrize("temperature", [0, 1e-300, 1, 1e279, 1e280, 1e300, 1.7e308, math.inf])
def test_gumbel_max_never_draws_a_masked_entry(temperature):
    for logits in ([-math.inf, 0], [-math.inf, 1.7e308, -1.7e308], [-math.inf, -1.7e308]):
        result = gumbel_max(logits, np.random.default_rng(0), temperature, size=500)
        assert (result.drawn > 0).all()
        assert (result.drawn == result.scores.argmax(axis=-1)).all()
        assert (result.scores[:, 0] == -math.inf).all()
        assert np.isfinite(result.scores[:, 1:]).all()


@pytest.mark.parametrize("logits", [[0, 0], [1.79e308, 1.79e308], [np.finfo(float).max] * 2])
@pytest.mark.parametrize("temperature", [1e306, 1.7e308, math.inf])
def test_gumbel_max_draws_evenly_where_noise_leaves_the_range(logits, temperature):
    """Two sums that overflow are both inf, and the first of two equal ones would always win."""
    drawn = gumbel_max(logits, np.random.default_rng(1), temperature, size=4000).drawn
    assert drawn.mean() == pytest.approx(0.5, abs=0.04)


def test_gumbel_max_at_the_limits():
    logits = [0.0, 3.0, 3.0, -math.inf]
    cold = gumbel_max(logits, np.random.default_rng(0), temperature=0, size=50)
    assert (cold.drawn == 1).all()  # the first of equal ones, as greedy
    hot = gumbel_max(logits, np.random.default_rng(0), temperature=math.inf, size=3000)
    counts = np.bincount(hot.drawn, minlength=4)
    assert counts[3] == 0 and (abs(counts[:3] - 1000) < 120).all()


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (([1.0, math.nan], np.random.default_rng(0)), ValueError, "logits must be finite"),
        (([-math.inf], np.random.default_rng(0)), ValueError, "every entry is masked"),
        (([1.0], 0), TypeError, "generator must be a numpy.random.Generator"),
        (([1.0], np.random.default_rng(0), -1.0), ValueError, "temperature must be >= 0, got -1"),
        (([1.0], np.random.default_rng(0), 1.0, -1), ValueError, "size must be made of integers"),
    ],
)
def test_gumbel_max_names_what_is_wrong(arguments, error, says):
    with pytest.raises(error, match=says):
        gumbel_max(*arguments)
