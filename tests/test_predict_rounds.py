"""Rounds about next words and about attention: right, told apart, and made from a seed."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax as scipy_softmax

from softmax_lib import total_variation
from softmax_lib.exercises.progress import load
from softmax_lib.explorers import AttentionExplorer, NextWordExplorer
from softmax_lib.gpt import Storyteller
from softmax_lib.ngram import NextWordModel

WORDS = ["the", "fox", "saw", "hen"]
PROMPT = "Once upon a time there was a"
seeds = st.integers(0, 10**6)


class Remembers:
    """A source that remembers what it said about each text."""

    def __init__(self, source):
        self.source, self.vocabulary, self.said = source, source.vocabulary, {}

    def logits(self, text):
        self.said[text] = self.source.logits(text)
        return self.said[text]


@pytest.fixture(scope="module")
def teller():
    return Remembers(Storyteller.load())


def attention(seed, kinds=None, d=16):
    q = np.ones((4, d))
    return AttentionExplorer(q=q, k=q, labels=WORDS).predict(seed, kinds=kinds)


def numbers(texts):
    return np.array([float(text.replace("−", "-")) for text in texts])


def check_mistakes(made, within=0.1):
    """The truth is a distribution; each misconception is far from it, and told by its name."""
    assert np.sum(made.truth) == pytest.approx(1, abs=1e-9) and min(made.truth) >= 0
    assert made.judge(made.truth, within) == (pytest.approx(0), made.why)
    assert made.mistakes
    for mistake, sentence in made.mistakes:
        assert np.sum(mistake) == pytest.approx(1, abs=1e-9) and min(mistake) >= 0
        distance, told = made.judge(mistake, within)
        assert distance == pytest.approx(total_variation(mistake, made.truth)) and distance > within
        assert told == sentence


def cut_by_hand(p, asked):
    """What the question asks for, worked out with loops over the words from the first to the last.

    Independent of the course's `cut_words` and of its softmax.
    """
    order = sorted(range(len(p)), key=lambda i: -p[i])
    if k := re.search(r"top-k keeps (\d+) word", asked):
        kept = order[: int(k[1])]
    elif line := re.search(r"top-p is set to (0\.\d+)", asked):
        kept, total = [], 0.0
        for i in order:
            kept.append(i)
            total += p[i]
            if total >= float(line[1]):
                break
    else:
        line = float(re.search(r"min-p is set to (0\.\d+)", asked)[1])
        kept = [i for i in order if p[i] >= line * p[order[0]]]
    total = sum(p[i] for i in kept)
    return [p[i] / total if i in kept else 0.0 for i in range(len(p))]


def check_words(made, source):
    text, asked = re.match(r"After “(.*)”: (.*)$", made.question, re.DOTALL).groups()
    logits = np.asarray(source.said[text], dtype=float)
    p = scipy_softmax(logits)
    order = np.argsort(-logits, kind="stable")[:4]
    if made.labels[4:]:
        assert made.labels[4] == f"{len(p) - 4} others"
    assert made.labels[:4] == [source.vocabulary[i] for i in order]

    def fold(p):
        return [*np.asarray(p)[order], 1 - np.asarray(p)[order].sum()]

    assert made.before == pytest.approx(fold(p), abs=1e-9)
    assert numbers(made.columns[0]["texts"]) == pytest.approx(made.before, abs=0.0051)
    if t := re.search(r"from 1 to (0\.5|0|infinity)\.", asked):
        right = {
            "0.5": scipy_softmax(2 * logits),
            "0": np.eye(len(p))[int(logits.argmax())],
            "infinity": np.full(len(p), 1 / len(p)),
        }[t[1]]
    else:
        right = cut_by_hand(p, asked)
    assert made.truth == pytest.approx(fold(right), abs=1e-9)


@settings(max_examples=10, deadline=None)
@given(seed=seeds, kind=st.sampled_from(["temperature", "top_k", "top_p", "min_p"]))
def test_rounds_about_words_are_right(teller, seed, kind):
    one = NextWordExplorer(teller, PROMPT).predict(seed, kinds=[kind])
    for made in one._made:
        check_words(made, teller)
        check_mistakes(made)


def test_the_counted_model_makes_rounds_too():
    source = Remembers(NextWordModel.load())
    for made in NextWordExplorer(source, "the value").predict(4)._made:
        check_words(made, source)
        check_mistakes(made)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, kind=st.sampled_from(["row", "causal", "scale"]), d=st.sampled_from([2, 16, 64]))
def test_rounds_about_attention_are_right(seed, kind, d):
    for made in attention(seed, [kind], d)._made:
        scores = numbers(made.columns[0]["texts"])
        if kind == "causal":
            query = re.search(r"for the query “(\w+)”", made.question)[1]
            allowed = made.labels.index(query) + 1
            assert made.labels == [word for word in WORDS if word in made.labels]
            right = np.zeros(len(scores))
            right[:allowed] = scipy_softmax(scores[:allowed])
        else:
            right = scipy_softmax(scores / (np.sqrt(d) if kind == "scale" else 1))
        assert made.truth == pytest.approx(right, abs=1e-12)
        if made.before is not None:
            assert made.before == pytest.approx(scipy_softmax(scores), abs=1e-12)
            assert numbers(made.columns[1]["texts"]) == pytest.approx(made.before, abs=0.0051)
        check_mistakes(made)


def test_what_learners_often_do_is_told():
    """A few misconceptions by their sentences, over many rounds."""
    told = {
        sentence.split(";")[0].split(",")[0]
        for seed in range(12)
        for made in attention(seed)._made
        for _, sentence in made.mistakes
    }
    assert {"This makes the later scores 0", "This divides by d = 16",
            "This hides “fox” from itself"} <= told  # fmt: skip


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
