"""Rounds about next words and about attention: right, told apart, and made from a seed."""

import json
import re
from collections import Counter

import numpy as np
import pytest
from accessibility import violations
from browser import open_browser
from explorer_tools import open_page
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax as scipy_softmax

from softmax_lib import total_variation
from softmax_lib.exercises.progress import load
from softmax_lib.explorers import AttentionExplorer, NextWordExplorer
from softmax_lib.explorers.predict.round import DISTINCT
from softmax_lib.explorers.predict.softmax_rounds import softmax_round
from softmax_lib.gpt import Storyteller
from softmax_lib.ngram import NextWordModel

WORDS = ["the", "fox", "saw", "hen"]
PROMPT = "Once upon a time there was a"
SURE = "One sunny morning, Leo went into the"  # after that the storyteller is nearly sure for long
CUTS = ["top_k", "top_p", "min_p"]
TIES = {
    "a": {"b": 3, "c": 3, "d": 2, "e": 2, "f": 1},
    "b": {"a": 4, "c": 2, "d": 2, "e": 1},
    "c": {"a": 2, "b": 2, "e": 2},
    "d": {"a": 2, "b": 1, "f": 1},
    "e": {"a": 3, "b": 2, "c": 1},
    "f": {"a": 1, "b": 1, "c": 1},
}
seeds = st.integers(0, 10**6)


class Remembers:
    """A source that remembers what it said about each text."""

    def __init__(self, source):
        self.source, self.vocabulary, self.said = source, source.vocabulary, {}

    def logits(self, text):
        if text not in self.said:
            self.said[text] = self.source.logits(text)
        return self.said[text]


@pytest.fixture(scope="module")
def teller():
    return Remembers(Storyteller.load())


def attention(seed, kinds=None, d=16):
    q = np.ones((4, d))
    return AttentionExplorer(q=q, k=q, labels=WORDS).predict(seed, kinds=kinds)


def numbers(texts):
    plain = {"<0.01": "0", ">0.99": "1"}
    return np.array([float(plain.get(text, text).replace("−", "-")) for text in texts])


def check_mistakes(made, within=0.1):
    """The truth is a distribution, far from what stood there before and from each misconception."""
    assert np.sum(made.truth) == pytest.approx(1, abs=1e-9) and min(made.truth) >= 0
    assert made.judge(made.truth, within) == (pytest.approx(0), made.why)
    if made.before is not None:
        assert total_variation(made.before, made.truth) >= DISTINCT
    assert made.mistakes
    for mistake, sentence in made.mistakes:
        assert np.sum(mistake) == pytest.approx(1, abs=1e-9) and min(mistake) >= 0
        distance, told = made.judge(mistake, within)
        assert distance == pytest.approx(total_variation(mistake, made.truth)) and distance > within
        assert told == sentence


def kept_by_hand(p, asked):
    """Return the places of the words that stay, from the first on; p falls from word to word.

    Worked out with loops, without the course's `sampling`.
    """
    places = range(len(p))
    if k := re.search(r"top-k keeps (\d+) word", asked):
        return list(places)[: int(k[1])]
    if line := re.search(r"top-p is set to (0\.\d+)", asked):
        kept, total = [], 0.0
        for i in places:
            kept.append(i)
            total += p[i]
            if total >= float(line[1]):
                return kept
    line = float(re.search(r"min-p is set to (0\.\d+)", asked)[1])
    return [i for i in places if p[i] >= line * p[0]]


def read_words(made, source):
    """Return what a round about words asks, and its probabilities from the first word down."""
    text, asked = re.match(r"After “(.*)”: (.*)$", made.question, re.DOTALL).groups()
    logits = np.asarray(source.said[text], dtype=float)
    order = np.argsort(logits, kind="stable")[::-1]
    assert made.labels[:4] == [source.vocabulary[i] for i in order[:4]]
    rest = len(order) - 4
    assert made.labels[4:] == [f"{rest} others"] * (rest > 1)
    return asked, logits[order], scipy_softmax(logits[order])


def fold(p):
    return np.array([*p[:4], np.sum(p[4:])])


def only(p, kept):
    """Share everything out among the words kept, in proportion."""
    left = np.where(np.isin(np.arange(len(p)), kept), p, 0)
    return fold(left / left.sum())


def check_words(made, source):
    asked, logits, p = read_words(made, source)
    assert made.before == pytest.approx(fold(p), abs=1e-9)
    assert numbers(made.columns[0]["texts"]) == pytest.approx(made.before, abs=0.0051)
    if t := re.search(r"from 1 to (0\.5|0|infinity)\.", asked):
        possible = np.isfinite(logits).sum()
        right = {
            "0.5": fold(scipy_softmax(2 * logits)),
            "0": fold(np.arange(len(p)) == 0),
            "infinity": fold(np.isfinite(logits) / possible),
        }[t[1]]
        if t[1] == "infinity":
            assert made.why.endswith(f"gets 1/{possible}.")
            assert f"of the {possible} words" in made.why
    else:
        kept = kept_by_hand(p, asked)
        right = only(p, kept)
        assert len(kept) == len(p) or p[kept[-1]] > p[kept[-1] + 1] * (1 + 1e-6), "a tie"
        if "top-p" in asked:
            told = re.search(r"on, (\d+) reach(?:es)? 0\.\d+ \((.*?)\)", made.why).groups()
            assert told == (str(len(kept)), f"{p[kept].sum():.2f}")
        elif "min-p" in asked:
            line = float(re.search(r"which is about (0\.\d+)", made.why)[1])
            assert len(kept) == np.sum(p >= line) or np.abs(p - line).min() < 0.0051
        shown = numbers(made.columns[0]["texts"])
        assert kept_by_hand(shown[:4], asked) == kept, "the two digits shown must be enough"
    assert made.truth == pytest.approx(right, abs=1e-9)


@settings(max_examples=10, deadline=None)
@given(
    seed=seeds, kind=st.sampled_from(["temperature", *CUTS]), prompt=st.sampled_from([PROMPT, SURE])
)
def test_rounds_about_words_are_right(teller, seed, kind, prompt):
    one = NextWordExplorer(teller, prompt).predict(seed, kinds=[kind])
    for made in one._rounds:
        check_words(made, teller)
        check_mistakes(made)


@pytest.mark.parametrize("name", ["counted model", "counts"])
def test_other_sources_make_rounds_too(name):
    if name == "counts":
        source, prompt = Remembers(NextWordExplorer(TIES, "a")._source), "a"
    else:
        source, prompt = Remembers(NextWordModel.load()), "the value"
    for seed in range(6):
        for made in NextWordExplorer(source, prompt).predict(seed)._rounds:
            check_words(made, source)
            check_mistakes(made)


def test_a_source_that_is_nearly_sure_still_has_rounds(teller):
    texts = set()
    for seed in range(6):
        one = NextWordExplorer(teller, SURE).predict(seed, kinds=CUTS)
        texts |= {made["question"].split("”")[0] for made in one.rounds}
    assert len(texts) > 8, "not the same few places again and again"


def test_without_a_text_the_question_says_so():
    asked = [
        made.question
        for seed in range(8)
        for made in NextWordExplorer(Even(), "").predict(seed)._rounds
    ]
    assert any(question.startswith("At the start of a text: ") for question in asked)
    assert not any("“”" in question for question in asked)


class Even:
    """A source that cannot read on: its prompt is its only place."""

    vocabulary = ["a", "b", "c", "d", "e"]

    def logits(self, text):
        if text:
            raise ValueError("no text")
        return [2.0, 1.5, 1.0, 0.0, -1.0]


@settings(max_examples=40, deadline=None)
@given(
    seed=seeds,
    kind=st.sampled_from(["row", "causal", "zero", "scale"]),
    d=st.sampled_from([2, 16, 64]),
)
def test_rounds_about_attention_are_right(seed, kind, d):
    for made in attention(seed, [kind], d)._rounds:
        scores, at = read_attention(made)
        assert (at is not None) == (kind in ("causal", "zero"))
        right = np.zeros(len(scores))
        if kind == "row":
            right = scipy_softmax(scores)
        elif kind == "causal":
            right[: at + 1] = scipy_softmax(scores[: at + 1])
        elif kind == "zero":
            right = scipy_softmax([*scores[: at + 1], *right[at + 1 :]])
        elif "left out" in made.question:
            right = scipy_softmax(scores * np.sqrt(d))
        else:
            right = scipy_softmax(scores / np.sqrt(d))
        assert made.truth == pytest.approx(right, abs=1e-12)
        assert (made.before is None) == (kind == "row")
        if made.before is not None:
            assert made.before == pytest.approx(scipy_softmax(scores), abs=1e-12)
            assert numbers(made.columns[1]["texts"]) == pytest.approx(made.before, abs=0.0051)
        check_mistakes(made)


def read_attention(made):
    """Return the scores of a round, and the place of the query that sees no later words."""
    scores = numbers(made.columns[0]["texts"])
    if not made.question.startswith("The words come in this order."):
        return scores, None
    assert made.labels == [word for word in WORDS if word in made.labels]
    return scores, made.labels.index(re.search(r"“(\w+)”", made.question)[1])


# --- What people get wrong ------------------------------------------------------------------------


def wrong_about_words(made, source):
    """Return what people drag who get it wrong, by the words that must name it."""
    asked, logits, p = read_words(made, source)
    b, count = fold(p), len(logits)
    wrong = {"This leaves the probabilities as they were": b}
    first = np.eye(5)[0]
    if t := re.search(r"from 1 to (0\.5|0|infinity)\.", asked):
        even = fold(np.full(count, 1 / count))
        flatter = {"0.5": fold(scipy_softmax(logits / 2)), "0": even, "infinity": first}
        wrong["This goes the other way"] = flatter[t[1]]
        if t[1] == "0.5":
            wrong["This is where T = 0 would end"] = first
        if t[1] == "infinity":
            wrong["This gives each bar the same"] = np.full(5, 0.2)
        return wrong
    n = len(kept_by_hand(p, asked))
    stays = np.arange(5) < n
    kept, freed = b * stays, 1 - b[stays].sum()
    wrong |= {
        "This leaves what is kept as it was": kept + freed * np.eye(5)[4],
        "This gives all that stay the same": stays / n,
        "This hands the freed probability to the first": kept + freed * first,
        "This keeps the first word alone": first,
    }
    line = float(re.search(r"(?:keeps|to) ([\d.]*\d)", asked)[1])
    above = only(p, [0, *np.flatnonzero(p >= line)])
    if "top-p" in asked:
        wrong |= {
            "This drops the word that crosses": only(p, range(max(1, n - 1))),
            "This keeps one word too many": only(p, range(n + 1)),
            "This compares each word's own": above,
        }
    elif "min-p" in asked:
        wrong[f"This drops what has less than {line:g}"] = above
    return wrong


def wrong_about_attention(made, d):
    scores, at = read_attention(made)
    n, p = len(scores), scipy_softmax(scores)
    even = np.full(n, 1 / n)
    if made.before is None:
        positive = np.maximum(scores, 0) if scores.max() > 0 else even
        return {
            "This shares in proportion to the scores above 0": positive / positive.sum(),
            "This gives the largest score everything": np.eye(n)[scores.argmax()],
            "This gives all the same": even,
            "This turns the order around": scipy_softmax(-scores),
            "This is too flat": scipy_softmax(scores / 2),
        }
    wrong = {"This leaves the": p}
    if at is None:
        out = "left out" in made.question
        root = np.sqrt(d) if out else 1 / np.sqrt(d)
        return wrong | {
            "This is flatter" if out else "This is sharper": scipy_softmax(scores / root),
            "This goes too far" if out else "This divides by d": scipy_softmax(scores * root**2),
            "This gives all the same": even,
        }
    later, query = np.arange(n) > at, made.labels[at]
    hidden = np.where(later, 0, p) / p[~later].sum()
    if "somebody" in made.question:
        return wrong | {
            "This is what −infinity does": hidden,
            "This gives all the same": even,
            f"This sets the scores of “{query}”": scipy_softmax(np.where(later, scores, 0)),
        }
    kept, freed = np.where(later, 0, p), p[later].sum()
    wrong |= {
        "This makes the later scores 0": scipy_softmax(np.where(later, 0, scores)),
        f"This hands what is freed to “{query}”": kept + freed * np.eye(n)[at],
        "This hands what is freed to the largest": kept + freed * np.eye(n)[kept.argmax()],
        "This shares what is freed out evenly": kept + freed * ~later / (at + 1),
        "This gives all that are left the same": ~later / (at + 1),
    }
    if at:
        wrong |= {
            "This hides “": scipy_softmax(np.where(np.arange(n) >= at, -np.inf, scores)),
            "This hides the earlier": scipy_softmax(np.where(np.arange(n) < at, -np.inf, scores)),
        }
    return wrong


def check_named(made, wrong, told):
    """Each wrong answer is named, or another so near that nobody could tell them apart."""

    def near(p, q):
        return np.abs(np.subtract(p, q)).sum() / 2 < DISTINCT

    for name, guess in wrong.items():
        if near(guess, made.truth):
            continue
        sentence = made.judge(guess, 0.1)[1].replace("Near yours is a known mistake. It", "This")
        if made.before is not None and sentence.startswith("The largest gap"):
            # Between what was and what is: it cannot be told from the right way, gone in part.
            way = total_variation(made.before, guess) + total_variation(guess, made.truth)
            assert way <= 1.05 * total_variation(made.before, made.truth)
            assert near(made.before, guess)
            continue
        same = [other for other, p in wrong.items() if near(p, guess)]
        assert sentence.startswith(tuple(same)), (made.question, name, sentence)
        told[re.sub("“.*|[0-9.]+$", "", name)] += sentence.startswith(name)


# How many of the misconceptions must turn up, by the kind of round, and one of its own.
NAMES_OF_WORDS = {
    "temperature": (4, "This goes the other way"),
    "top_k": (5, "This keeps the first word alone"),
    "top_p": (7, "This drops the word that crosses"),
    "min_p": (5, "This drops what has less than "),
}


@pytest.mark.parametrize("kind", NAMES_OF_WORDS)
def test_what_people_get_wrong_about_words_is_named(teller, kind):
    told = Counter()
    for prompt in (PROMPT, SURE):
        for seed in range(6):
            for made in NextWordExplorer(teller, prompt).predict(seed, kinds=[kind])._rounds:
                check_named(made, wrong_about_words(made, teller), told)
    count, name = NAMES_OF_WORDS[kind]
    assert len(+told) >= count and told[name] > 0, told


@pytest.mark.parametrize("kind, names", [("row", 4), ("causal", 8), ("zero", 3), ("scale", 5)])
def test_what_people_get_wrong_about_attention_is_named(kind, names):
    told = Counter()
    for seed in range(20):
        for made in attention(seed, [kind])._rounds:
            check_named(made, wrong_about_attention(made, 16), told)
    assert len(+told) >= names, told


def test_a_seed_gives_its_own_rounds_and_no_list_runs_out(teller):
    for make in (lambda seed: NextWordExplorer(teller, PROMPT).predict(seed), attention):
        asked = [json.dumps(make(seed).rounds) for seed in range(8)]
        assert json.dumps(make(3).rounds) == asked[3]
        assert len(set(asked)) == 8
        one = make(1)
        for k in range(30):
            assert one.commit(one.rounds[k]["truth"])["right"]
        assert len({json.dumps(made) for made in one.rounds}) > 25


def test_the_words_of_the_explorer_stay_as_they_are(teller):
    """Rounds walk on from the prompt; the explorer that they come from does not."""
    explorer = NextWordExplorer(teller, PROMPT)
    before = explorer.text, explorer.logits, explorer.steps
    explorer.predict(2)
    assert (explorer.text, explorer.logits, explorer.steps) == before


def test_the_truth_is_the_right_softmax_whatever_the_explorer_uses(teller):
    def wrong(logits):
        return np.full(len(logits), 1 / len(logits))

    mine = NextWordExplorer(teller, PROMPT, softmax=wrong).predict(3, kinds=CUTS)
    assert mine.rounds == NextWordExplorer(teller, PROMPT).predict(3, kinds=CUTS).rounds


def test_enough_good_rounds_count_towards_progress(tmp_path, monkeypatch, teller):
    monkeypatch.setenv("SOFTMAX_PROGRESS", str(tmp_path / "progress.json"))
    for name, explorer in [("my_cuts", NextWordExplorer(teller, PROMPT)),
                           ("my_rows", AttentionExplorer(np.zeros((3, 3))))]:  # fmt: skip
        one = explorer.predict(needed=2, exercise=name)
        one.commit(one.rounds[0]["truth"])
        assert load()["exercises"][name].get("passed") is None
        one.commit(one.rounds[1]["truth"])
        assert load()["exercises"][name]["passed"] is True


def test_bad_input_is_named(teller):
    with pytest.raises(
        ValueError, match="kinds must be one or more of temperature, .* got .'raise'"
    ):
        NextWordExplorer(teller, PROMPT).predict(kinds=["raise"])
    with pytest.raises(ValueError, match="kinds must be one or more of row, got .'scale'"):
        AttentionExplorer(np.zeros((2, 2))).predict(kinds=["scale"])
    with pytest.raises(ValueError, match="keys must be two or more"):
        AttentionExplorer(np.zeros((2, 1))).predict()
    with pytest.raises(ValueError, match="source must have 4 words or more"):
        NextWordExplorer({"a": {"b": 1}, "b": {"a": 2}}, "a").predict()
    sure = {"a": {"b": 1}, "b": {"c": 1}, "c": {"d": 1}, "d": {"a": 1}}
    with pytest.raises(ValueError, match="source is nearly sure of every next word"):
        NextWordExplorer(sure, "a").predict()


# --- In a browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


def by_keys(page, place, percent):
    page.get_by_role("slider").nth(place).focus()
    page.keyboard.press("Home")
    for key, times in [("PageUp", percent // 10), ("ArrowRight", percent % 10)]:
        for _ in range(times):
            page.keyboard.press(key)


@pytest.mark.parametrize("about, light", [("words", True), ("attention", False)])
def test_by_mouse_and_by_keys(browser, teller, about, light):
    if about == "words":
        one = NextWordExplorer(teller, PROMPT).predict(2, kinds=CUTS)
    else:
        one = attention(2, ["causal", "zero"])
    first, second = one._rounds[:2]
    viewport = {"width": 1000 if light else 360, "height": 800}
    with open_page(browser, one, light, viewport=viewport) as (page, errors):
        # By mouse: the last bar all the way up, which is never right.
        slider = page.get_by_role("slider").last
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        y = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + box["width"] / len(first.labels), y)
        page.mouse.down()
        for part in (0.6, 0.8, 1):
            page.mouse.move(box["x"] + box["width"] * part, y)
        page.mouse.up()
        assert page.locator(".right").all_inner_texts() == [""] * len(first.labels)
        page.get_by_role("button", name="Commit").click()
        (guess,) = page.evaluate("model.get('answers')")
        assert guess[-1] == 1 and sum(guess) == 1
        shown = numbers(page.locator(".right").all_inner_texts())
        assert shown == pytest.approx(first.truth, abs=0.0101)
        came = one.commit(guess)
        told = page.locator(".result").inner_text()
        assert told.startswith(f"✗ Distance {came['distance']:.2f}, ")
        assert told.endswith(came["sentence"])
        assert violations(page, ".explorer") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

        # By keys alone, and right.
        page.get_by_role("button", name="Next round").press("Enter")
        for place, p in enumerate(second.truth):
            by_keys(page, place, round(100 * p))
        page.get_by_role("button", name="Commit").press("Enter")
        came = one.commit(page.evaluate("model.get('answers')")[1])
        assert came["right"] and came["sentence"] == second.why
        told = page.locator(".result").inner_text()
        assert told.startswith(f"✓ Distance {came['distance']:.2f}, ")
        assert told.endswith(second.why)
        assert "1 of 2 rounds within 0.10" in page.locator(".score").inner_text()
        assert errors == []


@pytest.mark.parametrize("kind", ["temperature", "raise"])
def test_who_is_on_the_way_is_not_told_to_have_left_all_as_it_was(kind):
    for seed in range(30):
        made = softmax_round(np.random.default_rng(seed), list("abcd"), kind)
        before, truth = np.array(made.before), np.array(made.truth)
        stays = ("as they were", "where it was")
        assert any(words in made.judge(before, 0.02)[1] for words in stays)
        for part in (0.4, 0.6):
            told = made.judge((1 - part) * before + part * truth, 0.02)[1]
            assert not any(words in told for words in stays)
