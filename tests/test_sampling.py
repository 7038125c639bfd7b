"""Drawing: never what cannot happen, as often as it should, the same for the same seed."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from softmax_lib import greedy, sample, softmax
from softmax_lib.sampling import gumbel_max

JUST_BELOW_1 = math.nextafter(1, 0)


class Fixed(np.random.Generator):
    """A Generator whose random numbers are those it was given, over and over."""

    def __init__(self, *numbers):
        super().__init__(np.random.PCG64(0))
        self.numbers = numbers
        self.asked = 0

    def random(self, size=None, dtype=np.float64, out=None):
        count = int(np.prod(size or ()))
        drawn = np.resize(np.roll(self.numbers, -self.asked), count)
        self.asked += count
        return drawn.reshape(size or ())[()]


def shares(min_size=1, max_size=9):
    """Distributions with many zeros, at both ends too."""
    whole = st.one_of(st.just(0), st.just(0), st.integers(0, 5))
    counts = st.lists(whole, min_size=min_size, max_size=max_size).filter(any)
    return counts.map(lambda k: np.array(k) / sum(k))


# --- greedy ---------------------------------------------------------------------------------


def test_greedy():
    assert greedy([0.2, 0.5, 0.3]) == 1
    assert greedy([0.4, 0.2, 0.4]) == 0  # of several equal ones, the first
    assert greedy([[0.1, 0.9], [1.0, 0.0]]).tolist() == [1, 0]
    assert greedy(np.full((2, 3, 4), 0.25)).shape == (2, 3)
    assert isinstance(greedy([1, 0]), np.int64 | np.int32)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=9))
def test_greedy_is_what_temperature_0_leaves(scores):
    assert softmax(scores, temperature=0)[greedy(softmax(scores))] > 0
    assert greedy(softmax(scores)) == np.argmax(scores)


# --- sample: which entry a number stands for ------------------------------------------------


@pytest.mark.parametrize(
    ("p", "u", "drawn"),
    [
        ([0.25, 0.5, 0.25], 0.0, 0),
        ([0.25, 0.5, 0.25], math.nextafter(0.25, 0), 0),
        ([0.25, 0.5, 0.25], 0.25, 1),
        ([0.25, 0.5, 0.25], math.nextafter(0.75, 0), 1),
        ([0.25, 0.5, 0.25], 0.75, 2),
        ([0.25, 0.5, 0.25], JUST_BELOW_1, 2),
        ([0.0, 0.0, 1.0], 0.0, 2),
        ([0.0, 0.5, 0.0, 0.5, 0.0], 0.0, 1),
        ([0.0, 0.5, 0.0, 0.5, 0.0], 0.5, 3),
        ([0.0, 0.5, 0.0, 0.5, 0.0], JUST_BELOW_1, 3),
        ([0.1] * 10 + [0.0], JUST_BELOW_1, 9),  # the running total ends below 1
        ([1 / 3, 1 / 3, 1 / 3 + 9e-7, 0.0], JUST_BELOW_1, 2),  # and here above
        ([1 / 3, 1 / 3, 1 / 3 - 9e-7, 0.0], JUST_BELOW_1, 2),
        ([1.0, 5e-324, 0.0], JUST_BELOW_1, 0),
    ],
)
def test_the_first_entry_whose_running_total_passes_u(p, u, drawn):
    assert sample(p, Fixed(u)) == drawn
    assert sample([p, p], Fixed(u)).tolist() == [drawn, drawn]


def test_a_sum_off_by_its_tolerance_is_shared_evenly():
    """0.5 + 0.4999992 is accepted; the missing bit must not all fall to the last entry."""
    p = [0.5, 0.4999992]
    middle = 0.5 / 0.9999992
    assert sample(p, Fixed(middle - 1e-9)) == 0
    assert sample(p, Fixed(middle + 1e-9)) == 1


@given(shares(), st.lists(st.floats(0, JUST_BELOW_1), min_size=1, max_size=5))
def test_what_has_no_probability_is_never_drawn(p, numbers):
    numbers = [0.0, JUST_BELOW_1, *numbers]
    # The edges themselves are where rounding could slip.
    edges = [x for x in np.cumsum(p).tolist() if x < 1]
    numbers += edges + [math.nextafter(x, 0) for x in edges]
    drawn = sample(p, Fixed(*numbers), size=len(numbers))
    assert (p[drawn] > 0).all()
    rows = sample(np.tile(p, (len(numbers), 1)), Fixed(*numbers))
    assert rows.tolist() == drawn.tolist()
    assert (np.diff(drawn[np.argsort(numbers, kind="stable")]) >= 0).all()


FLOATS = [np.float16, np.float32, np.float64]


@given(st.integers(1, 60), st.integers(0, 60), st.sampled_from(FLOATS))
def test_trailing_zeros_are_never_drawn(n, zeros, dtype):
    p = np.append(softmax(np.linspace(0, 3, n).astype(dtype)), np.zeros(zeros, dtype))
    assert sample(p, Fixed(JUST_BELOW_1)) == n - 1
    assert sample(p, Fixed(0.0)) == 0


# --- sample: how often ----------------------------------------------------------------------


P = np.array([0.05, 0.3, 0.0, 0.15, 0.4, 0.1, 0.0])
POSSIBLE = P > 0


@pytest.mark.parametrize("shape", ["one distribution", "rows"])
def test_as_often_as_the_probability_says(shape, report_figure):
    draws, rng = 40_000, np.random.default_rng(1234)
    if shape == "rows":
        drawn = sample(np.tile(P, (draws, 1)), rng)
    else:
        drawn = sample(P, rng, size=draws)
    counts = np.bincount(drawn, minlength=len(P))
    assert (counts[~POSSIBLE] == 0).all()
    test = scipy.stats.chisquare(counts[POSSIBLE], draws * P[POSSIBLE])
    report_figure(f"sample, {shape}", f"chi-square p = {test.pvalue:.2f} for {draws} draws")
    assert test.pvalue > 0.01
    # The test must be able to fail: 2 points moved from one entry to another are found.
    wrong = P + [0, 0.02, 0, 0, -0.02, 0, 0]
    assert scipy.stats.chisquare(counts[POSSIBLE], draws * wrong[POSSIBLE]).pvalue < 1e-6


def test_as_often_as_numpys_own_choice():
    draws = 40_000
    ours = sample(P, np.random.default_rng(7), size=draws)
    theirs = np.random.default_rng(8).choice(len(P), size=draws, p=P)
    table = np.array([np.bincount(x, minlength=len(P))[POSSIBLE] for x in (ours, theirs)])
    assert scipy.stats.chi2_contingency(table).pvalue > 0.01


def test_draws_follow_one_another_independently():
    drawn = sample(P, np.random.default_rng(9), size=40_000)
    table = np.zeros((len(P), len(P)))
    np.add.at(table, (drawn[:-1], drawn[1:]), 1)
    assert scipy.stats.chi2_contingency(table[POSSIBLE][:, POSSIBLE]).pvalue > 0.01


def test_each_row_has_its_own_distribution():
    rows = np.array([[0.9, 0.1], [0.2, 0.8], [0.0, 1.0]])
    drawn = sample(rows, np.random.default_rng(10), size=20_000)
    assert drawn.shape == (20_000, 3)
    np.testing.assert_allclose(drawn.mean(axis=0), rows[:, 1], atol=0.012)
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1]) < 0.03


# --- sample: seeds, shapes, refusals --------------------------------------------------------


def test_the_seed_decides():
    first, again, other = (sample(P, np.random.default_rng(s), size=50).tolist() for s in (3, 3, 4))
    assert first == again != other
    rng = np.random.default_rng(3)
    assert [sample(P, rng) for _ in range(50)] == first  # one by one or at once


@pytest.mark.parametrize(
    ("p", "size", "shape"),
    [
        (P, None, ()),
        (P, (), ()),
        (P, 4, (4,)),
        (P, np.int64(4), (4,)),
        (P, (4,), (4,)),
        (P, (2, 3), (2, 3)),
        (P, [2, 3], (2, 3)),
        (P, 0, (0,)),
        (np.tile(P, (5, 1)), None, (5,)),
        (np.tile(P, (5, 1)), 4, (4, 5)),
        (np.tile(P, (2, 5, 1)), (3, 4), (3, 4, 2, 5)),
        (np.zeros((0, 3)), None, (0,)),
    ],
    ids=str,
)
def test_shape_and_one_number_for_each_draw(p, size, shape):
    generator = Fixed(0.1, 0.5, 0.9)
    drawn = sample(p, generator, size)
    assert np.shape(drawn) == shape
    assert generator.asked == math.prod(shape)
    assert np.issubdtype(drawn.dtype, np.integer)
    assert isinstance(drawn, np.ndarray if shape else np.integer)


@pytest.mark.parametrize("generator", [0, None, np.random, np.random.RandomState(0), "seed"])
def test_the_generator_must_be_one(generator):
    with pytest.raises(TypeError, match="generator must be a numpy.random.Generator, .*rng"):
        sample([0.5, 0.5], generator)


@pytest.mark.parametrize("size", [-1, (2, -3), 2.0, (1, 2.5), "3", True])
def test_the_size_must_be_counts(size):
    with pytest.raises(ValueError, match="size must be made of integers >= 0, got"):
        sample([0.5, 0.5], np.random.default_rng(0), size)


@pytest.mark.parametrize("bad", [[0.5, 0.6], [1.5, -0.5], [math.nan, 1.0], []])
def test_only_distributions_are_drawn_from(bad):
    with pytest.raises(ValueError, match="^probabilities "):
        greedy(bad)
    with pytest.raises(ValueError, match="^probabilities "):
        sample(bad, np.random.default_rng(0))


def test_the_probabilities_are_not_changed():
    p = P.copy()
    p.setflags(write=False)
    sample(p, np.random.default_rng(0), size=3)
    greedy(p)
    assert p.tolist() == P.tolist()


@pytest.mark.parametrize("size", [[[1, 2], [3]], [[1, 2]], "3", True])
def test_a_size_that_is_none_is_named(size):
    with pytest.raises(ValueError, match="size must be made of integers >= 0, got"):
        sample([0.5, 0.5], np.random.default_rng(0), size=size)


def test_gumbel_keeps_what_only_a_wider_float_holds():
    z = np.array([0, 1], np.longdouble)
    drawn = gumbel_max(z, np.random.default_rng(0), size=5)
    same = gumbel_max(z.astype(float), np.random.default_rng(0), size=5)
    assert drawn.scores.dtype == np.longdouble and (drawn.drawn == same.drawn).all()
    if np.finfo(np.longdouble).max > np.finfo(float).max:
        far = np.longdouble("1e4000") * z
        assert gumbel_max(far, np.random.default_rng(0)).scores[1] == far[1]
