"""Each stranger's softmax does what its bug is said to do, in numbers and in the text."""

import numpy as np
import pytest
from notebook_tools import ROOT, read

from softmax_lib import entropy, log_softmax, softmax
from softmax_lib.attention import attention
from softmax_lib.exercises.registry import all_exercises
from softmax_lib.gpt import Storyteller
from softmax_lib.runner import build
from softmax_lib.suspects import BUGS, SLY, SUSPECTS, suspect

START = "One sunny morning, Leo went into the"
TABLE = np.random.default_rng(0).normal(0, 3, (4, 5))
HEATS = (0, 0.3, 1, 2, np.inf)


@pytest.fixture(scope="module")
def teller():
    return Storyteller.load()


@pytest.fixture(scope="module")
def quick_trial():
    """The test of 11's "what gets past a test"."""
    cells = read(ROOT / "notebooks" / "11_capstone.ipynb").cells
    (source,) = (cell.source for cell in cells if cell.id == "sly-shown")
    names = {"np": np, "softmax": softmax, "suspect": suspect, "SLY": {}}
    exec(source, names)
    return names["quick_trial"]


def by_name(name):
    (letter,) = (letter for letter, bug in SUSPECTS.items() if bug == name)
    return suspect(letter)


def agrees(name, table, temperature):
    with np.errstate(all="ignore"):
        given = by_name(name)(table, temperature=temperature)
    return np.allclose(given, softmax(table, temperature=temperature))


def tell(teller, name, temperature, seed=1):
    own = None if name is None else by_name(name)
    return teller.tell(START, length=25, temperature=temperature, seed=seed, softmax=own)


def sense(teller, text):
    """Return how probable the right model finds a text's words after START: mean log."""
    ids = teller._read(text)
    skip = len(teller._read(START))
    logs = log_softmax(teller.model.forward(ids[:-1]).astype(float))
    return np.mean([logs[i - 1, ids[i]] for i in range(skip, len(ids))])


def test_each_letter_hides_one_bug_and_tells_nothing():
    assert sorted(SUSPECTS.values()) == sorted(BUGS)
    for letter, name in SUSPECTS.items():
        assert repr(suspect(letter)) == f"suspect {letter}"
        assert name not in repr(suspect(letter))
    for letter in ("I", "a", "", None, 3):
        with pytest.raises(ValueError, match="letter must be one of A, B, C"):
            suspect(letter)


def test_the_right_one_is_right():
    for temperature in HEATS:
        for axis in (-1, 0):
            given = by_name("right")(TABLE, axis=axis, temperature=temperature)
            np.testing.assert_array_equal(given, softmax(TABLE, axis, temperature))
    assert all(agrees("right", 500 * TABLE, t) for t in HEATS)


@pytest.mark.parametrize("name", [name for name in BUGS if name != "right"])
def test_each_bug_shows_somewhere_and_hides_somewhere(name):
    rows = [(TABLE, t) for t in HEATS] + [(TABLE[0], t) for t in HEATS] + [(500 * TABLE, 1)]
    verdicts = [agrees(name, table, t) for table, t in rows]
    assert not all(verdicts) and any(verdicts)


def test_numbers_of_each_bug():
    z = TABLE[0]
    late = by_name("T after exponentiating")
    np.testing.assert_allclose(late(z, temperature=0.5), late(z, temperature=2))
    np.testing.assert_allclose(by_name("T twice")(z, temperature=2), softmax(z, temperature=4))
    np.testing.assert_allclose(by_name("T multiplies")(z, temperature=2), softmax(2 * z))
    assert by_name("T never below 0.4")(np.array([1.0, 0.9]), temperature=0)[1] > 0.1
    crossed = by_name("wrong axis")(TABLE)
    np.testing.assert_allclose(crossed.sum(axis=0), 1)
    assert not np.allclose(crossed.sum(axis=1), 1)
    np.testing.assert_allclose(by_name("softmax twice")(z), softmax(softmax(z)))
    assert np.isnan(by_name("no maximum subtracted")(np.array([1000.0, 0.0]))).any()


@pytest.mark.parametrize("temperature", [0, 0.5, 1, 2])
def test_the_right_one_writes_what_the_course_writes(teller, temperature):
    assert tell(teller, "right", temperature) == tell(teller, None, temperature)


def test_texts_of_bugs_in_the_temperature(teller):
    late = [tell(teller, "T after exponentiating", t) for t in (0.3, 1, 2)]
    assert len(set(late)) == 1
    assert len({tell(teller, "right", t) for t in (0.3, 1, 2)}) == 3
    for t in (0.5, 1, 2):
        assert tell(teller, "T twice", t) == tell(teller, "right", t**2)
        assert tell(teller, "T multiplies", t) == tell(teller, "right", 1 / t)
    cold = {tell(teller, "T never below 0.4", 0, seed) for seed in range(4)}
    assert len(cold) > 1
    assert len({tell(teller, "right", 0, seed) for seed in range(4)}) == 1


def test_texts_of_bugs_that_break_the_model(teller, report_figure):
    right = sense(teller, tell(teller, "right", 0.3))
    crossed = sense(teller, tell(teller, "wrong axis", 0))
    twice = sense(teller, tell(teller, "softmax twice", 0.2))
    report_figure(
        "mean log-probability of a word, told by suspects",
        f"right {right:.2f}, wrong axis at T = 0 {crossed:.2f}, softmax twice {twice:.2f}",
    )
    assert right > -1.5
    assert crossed < right - 3 and twice < right - 3
    assert tell(teller, "wrong axis", 0, 1) == tell(teller, "wrong axis", 0, 2)


@pytest.mark.parametrize("name", SLY)
def test_the_quick_trial_of_11_lets_each_sly_one_go_and_finds_the_others(name, quick_trial):
    assert quick_trial(SLY[name]) and quick_trial(softmax)
    assert [letter for letter in SUSPECTS if quick_trial(suspect(letter))] == ["C"]


def test_softmax_twice_is_too_wild_and_bends_the_text_at_zero_too(teller):
    twice, right = by_name("softmax twice"), by_name("right")
    for start in (START, "Once there was a girl named", "Once upon a time there was a"):
        z = teller.logits(start)
        assert twice(z, temperature=0).tolist() == right(z, temperature=0).tolist()  # attention
        for t in (0.2, 0.5, 1, 2):
            assert entropy(twice(z, temperature=t)) > entropy(right(z, temperature=t)) + 3
    assert tell(teller, "softmax twice", 0) != tell(teller, "right", 0)


def test_without_the_maximum_it_is_right_until_it_stops(teller):
    assert tell(teller, "no maximum subtracted", 1) == tell(teller, "right", 1)
    with pytest.raises(ValueError, match="finite"):
        tell(teller, "no maximum subtracted", 0.1)


def test_order_turns_to_nonsense_as_t_rises(teller, report_figure):
    read = [
        np.mean([sense(teller, tell(teller, None, t, seed)) for seed in range(8)])
        for t in (0.5, 1, 2)
    ]
    report_figure(
        "mean log-probability of a word at T = 0.5, 1, 2", ", ".join(f"{x:.2f}" for x in read)
    )
    assert read[0] > read[1] > read[2] + 2


@pytest.mark.parametrize("name", ["my_softmax", "my_softmax_with_temperature", "my_whole_softmax"])
def test_a_softmax_of_the_learners_drives_the_model(teller, name):
    own = build(all_exercises()[name].solution, name)
    if name == "my_whole_softmax":  # it takes a temperature without a default, 0 among them
        assert teller.tell(START, 20, 0, softmax=own) == teller.tell(START, 20, 0)
    for t in (0.5, 1, 2):
        expected = teller.tell(START, 20, t, seed=4)
        assert teller.tell(START, 20, t, seed=4, softmax=own) == expected
    weights = teller.attention(START, softmax=own).weights
    np.testing.assert_allclose(weights, teller.attention(START).weights, atol=1e-6)
    q, k, v = np.random.default_rng(1).normal(size=(3, 6, 4))
    np.testing.assert_allclose(attention(q, k, v, softmax=own)[0], attention(q, k, v)[0])


SHOWS = {
    "first of several largest takes all at T = 0": ([[2.0, 1.0, 2.0]], -1, 0),
    "T never below 0.4, but for T = 0": ([[2.0, 1.0, 0.0]], -1, 0.2),
    "T never above 2": ([[2.0, 1.0, 0.0]], -1, 5),
    "rows, whatever axis you ask for": ([[2.0, 1.0], [0.0, 0.0]], 0, 1),
    "-100 in place of minus infinity": ([[-np.inf, 1.0, 0.0]], -1, 50),
}


@pytest.mark.parametrize("name", SLY)
def test_each_sly_one_is_wrong_where_its_name_says_and_right_elsewhere(name):
    table, axis, temperature = np.array(SHOWS[name][0]), *SHOWS[name][1:]
    given = SLY[name](table, axis=axis, temperature=temperature)
    assert not np.allclose(given, softmax(table, axis=axis, temperature=temperature))
    for heat in (0, 0.5, 1, 2):
        assert np.allclose(SLY[name](TABLE, temperature=heat), softmax(TABLE, temperature=heat))


def test_the_first_of_ties_is_that_of_each_line_of_an_axis():
    name = "first of several largest takes all at T = 0"
    ties = np.array([[1.0, 1.0], [1.0, 0.0]])
    assert SLY[name](ties, temperature=0).tolist() == [[1, 0], [1, 0]]
    assert SLY[name](ties, axis=0, temperature=0).tolist() == [[1, 1], [0, 0]]
