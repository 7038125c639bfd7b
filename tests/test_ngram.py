"""The next-word counts and the model: true to their text, and honest about what goes wrong."""

import doctest
import importlib.util
import inspect
import json
import platform
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np
import pytest
import scipy.special

from softmax_lib import ngram
from softmax_lib.ngram import NextWordModel, count_next_words, next_word_counts, split_words

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "softmax_lib" / "data"
ABOUT = json.loads((DATA / "next_words.json").read_text(encoding="utf-8"))["about"]


@pytest.fixture(scope="module")
def recipe():
    """training/next_words.py as a module."""
    spec = importlib.util.spec_from_file_location("recipe", ROOT / "training" / "next_words.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def same_text(recipe):
    """Skip unless this Python carries the very text that was counted."""
    if recipe.fingerprint(topics) != ABOUT["sha256"]:
        pytest.skip(
            f"the text is that of Python {ABOUT['python']}; "
            f"Python {platform.python_version()} has another"
        )


@pytest.fixture(scope="module")
def model():
    return NextWordModel.load()


# --- Words and counts -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Well-known: don\u2019t!", ["well-known", ":", "don't", "!"]),
        ("a -b- 'c' 3x", ["a", "-", "b", "-", "'", "c", "'", "3", "x"]),
        ("Où? Ça, là.", ["où", "?", "ça", ",", "là", "."]),
    ],
)
def test_split_words(text, words):
    assert split_words(text) == words


def test_count_next_words_by_hand():
    counts = count_next_words("The cat saw the dog, and the cat (a tom) ran. The end.")
    assert counts["the"] == {"cat": 2, "dog": 1, "end": 1}
    assert list(counts["the"]) == ["cat", "dog", "end"], "by count, then by the alphabet"
    assert counts["cat"] == {"saw": 1}, "the parenthesis breaks the chain"
    assert counts["."] == {"the": 1}
    assert "tom" not in counts and "(" not in counts
    assert count_next_words("") == {}
    assert list(count_next_words("it was, it is, it was, it can")["it"]) == ["was", "can", "is"]


def test_every_pair_of_a_text_without_other_signs_is_counted():
    text = "to be, or not to be, that is the question. to die, to sleep. no more"
    total = sum(sum(row.values()) for row in count_next_words(text).values())
    assert total == len(split_words(text)) - 1


def test_counts_are_those_of_the_text(recipe, same_text, model):
    lines = [line for page in recipe.read_topics(topics).values() for line in page]
    # Counted another way: pairs found by a pattern, over the whole text at once.
    text = " ".join(lines)
    word = r"(?:[a-z][^ ]*|[.,])"
    pairs = Counter(re.findall(rf"(?<![^ ])({word}) (?=({word})(?: |$))", text))
    assert ABOUT["words"] == len(re.findall(rf"(?<![^ ]){word}(?![^ ])", text))
    assert ABOUT["paragraphs"] == len(lines)
    for first in model.vocabulary:
        expected = {second: n for (head, second), n in pairs.items() if head == first}
        assert next_word_counts(first) == expected, first


def test_the_counts_resemble_every_python(recipe):
    """The documentation grows slowly: on any version most of the weight stays where it was."""
    text = "\n".join(line for page in recipe.read_topics(topics).values() for line in page)
    here = count_next_words(text)
    for word in ["the", "a", "is", "of", "if", "can", "in", "."]:
        shipped, found = next_word_counts(word), here[word]
        share = sum(
            min(shipped.get(w, 0) / sum(shipped.values()), n / sum(found.values()))
            for w, n in found.items()
        )
        assert share > 0.8, word


def test_counts_are_ordered_whole_numbers(model):
    for word in model.vocabulary:
        counts = next_word_counts(word)
        assert list(counts.items()) == sorted(counts.items(), key=lambda x: (-x[1], x[0]))
        assert all(type(n) is int and n > 0 for n in counts.values())


def test_counts_belong_to_the_caller():
    next_word_counts("the").clear()
    assert next_word_counts(" The ") == next_word_counts("the") != {}


def test_unknown_word_is_named_with_its_neighbors():
    with pytest.raises(ValueError, match=r"700 words.*'objectt'; near it: object"):
        next_word_counts("objectt")
    with pytest.raises(ValueError, match=r"got 'zzzz'; words that are there: the, a"):
        next_word_counts("zzzz")
    with pytest.raises(TypeError, match="word must be a string, got 3 of type int"):
        next_word_counts(3)
    with pytest.raises(TypeError, match="text must be a string, got None of type NoneType"):
        count_next_words(None)


# --- The recipe -----------------------------------------------------------------------------


def test_prose_keeps_sentences_only(recipe):
    page = """Title of it
***********

The "with" statement can return a "tuple" (see *x* and "a[i]") in
version 3.4; it is com-
mon:

   value = the_code(of, a) # in the line

object.method(self, of, the)

   Called by the "print()" function to do a thing.

Term of a definition
   That is the text of it.

Changed in version 3.1: This is a change to the text.

* A bullet is an item of the list.
"""
    assert recipe.prose(page) == [
        "the ~ statement can return a tuple see ~ and ~ in version ~ , it is com-mon .",
        "called by the ~ function to do a thing .",
        "that is the text of it .",
        "this is a change to the text .",
        "a bullet is an item of the list .",
    ]


def test_a_repeated_paragraph_is_read_once(recipe):
    page = "This is the text of a page.\n"
    found = recipe.read_topics({"b": page + "\nThat is the text of it.\n", "a": page})
    assert found == {"a": ["this is the text of a page ."], "b": ["that is the text of it ."]}


def test_no_topic_is_on_two_sides(recipe):
    train, stop, test = recipe.split_topics(recipe.read_topics(topics))
    assert len(set(train + stop + test)) == len(train) + len(stop) + len(test)
    assert min(len(train), len(stop), len(test)) >= 10


def test_examples_never_ask_for_the_unknown_word(recipe):
    contexts, targets = recipe.examples(["the odd cat ."], [".", "the", "cat"])
    assert contexts.tolist() == [[0, 0, 0], [0, 1, 3], [1, 3, 2]]
    assert targets.tolist() == [1, 2, 0]


def test_gradients(recipe, monkeypatch):
    for name, value in {"WORDS": 5, "WIDTH": 3, "PLACES": 2}.items():
        monkeypatch.setattr(recipe, name, value)
    generator = np.random.default_rng(1)
    contexts, targets = generator.integers(0, 6, (7, 2)), generator.integers(0, 5, 7)
    keep = generator.integers(0, 2, (7, 3)) * 2.0
    parameters = recipe.new_parameters(targets, generator)
    _, gradients = recipe.loss_and_gradients(parameters, contexts, targets, keep)
    for name, value in parameters.items():
        for place in np.ndindex(value.shape):
            kept, losses = value[place], []
            for step in (1e-5, -1e-5):
                value[place] = kept + step
                losses.append(recipe.loss_and_gradients(parameters, contexts, targets, keep)[0])
            value[place] = kept
            slope = (losses[0] - losses[1]) / 2e-5
            assert gradients[name][place] == pytest.approx(slope, abs=1e-8), (name, place)


def test_the_yardstick_is_a_distribution(recipe, monkeypatch):
    monkeypatch.setattr(recipe, "WORDS", 6)
    generator = np.random.default_rng(2)
    contexts, targets = generator.integers(0, 7, (60, 3)), generator.integers(0, 5, 60)
    for order in (1, 2, 3, 4):
        counted = recipe.KneserNey(contexts, targets, order)
        for context in [*contexts[:9].tolist(), [5, 5, 5]]:
            p = [counted._probability(context, word) for word in range(6)]
            assert sum(p) == pytest.approx(1) and min(p) > 0


def test_kneser_ney_by_hand(recipe, monkeypatch):
    """Five pairs a>b a>b a>c d>b d>c: discount 3 / (3 + 2), below it b and c follow two words."""
    monkeypatch.setattr(recipe, "WORDS", 4)
    monkeypatch.setattr(recipe, "PLACES", 1)
    pairs = np.array([[0, 1], [0, 1], [0, 2], [3, 1], [3, 2]])
    counted = recipe.KneserNey(pairs[:, :1], pairs[:, 1], 2)
    below = (2 - 0.5 + 0.5 * 2 / 4) / 4  # nothing was seen once there: the discount is 0.5
    assert counted._probability([0], 1) == pytest.approx((2 - 0.6 + 0.6 * 2 * below) / 3)


def test_held_out_table(recipe, same_text, model):
    paragraphs = recipe.read_topics(topics)
    train, stop, test = recipe.split_topics(paragraphs)
    assert (sorted(test), sorted(stop)) == (ABOUT["test_topics"], ABOUT["stop_topics"])

    def targets_of(names):
        lines = [line for name in sorted(names) for line in paragraphs[name]]
        return recipe.examples(lines, model.vocabulary)

    read, asked = targets_of(train + stop), targets_of(test)
    assert (len(read[1]), len(asked[1])) == (ABOUT["train_targets"], ABOUT["test_targets"])
    contexts, targets = asked
    arrays = np.load(DATA / "next_words_model.npz", allow_pickle=False)
    x = np.einsum(
        "nki,kij->nj", arrays["embedding"][contexts].astype(float), arrays["mixing"].astype(float)
    )
    scores = np.column_stack([x, np.ones(len(x))]) @ model.unembedding.T
    logs = scipy.special.log_softmax(scores, axis=1)[np.arange(len(targets)), targets]
    table = ABOUT["held_out_perplexity"]
    assert round(np.exp(-logs.mean()), 2) == table["model"]
    for order, name in enumerate(["single words", "bigram", "trigram", "4-gram"], start=1):
        assert round(recipe.KneserNey(*read, order).perplexity(*asked), 2) == table[name]
    assert table["model"] < min(value for name, value in table.items() if name != "model")


def test_the_model_card_tells_what_the_files_hold(model):
    card = (DATA / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([\w -]+) \| ([\d.]+) \|$", card, flags=re.M))
    assert {k: float(v) for k, v in rows.items()} == ABOUT["held_out_perplexity"]
    arrays = np.load(DATA / "next_words_model.npz", allow_pickle=False)
    numbers = sum(arrays[name].size for name in ("embedding", "mixing", "unembedding"))
    said = [numbers, *(ABOUT[k] for k in ("words", "paragraphs", "train_targets", "test_targets"))]
    for number in said:
        assert f"{number:,}" in card
    assert f"Python {ABOUT['python']}" in card
    assert f"{ABOUT['topics']} topics" in card and f"{ABOUT['epochs']} passes" in card
    for name in ("next_words.json", "next_words_model.npz"):
        assert f"{(DATA / name).stat().st_size / 1000:.0f} kB" in card


def test_data_stays_small_and_without_sentences(model):
    assert (DATA / "next_words.json").stat().st_size < 150_000
    assert sum(file.stat().st_size for file in DATA.glob("next_words*")) < 500_000
    arrays = np.load(DATA / "next_words_model.npz", allow_pickle=False)
    assert sorted(arrays) == ["embedding", "mixing", "unembedding", "vocabulary"]
    assert all(word in (".", ",") or re.fullmatch(r"[a-z'-]+", word) for word in model.vocabulary)


# --- The model ------------------------------------------------------------------------------


def test_logits_are_a_matrix_times_a_vector(model):
    for prompt in ["", "the", "The value of", "if the object is, for example,"]:
        x, w = model.hidden(prompt), model.unembedding
        logits = model.logits(prompt)
        assert w.shape == (700, 32) and x.shape == (32,) and x[-1] == 1
        assert x.dtype == w.dtype == logits.dtype == np.float64
        by_hand = [sum(a * b for a, b in zip(row, x, strict=True)) for row in w.tolist()]
        np.testing.assert_allclose(logits, by_hand, rtol=0, atol=1e-12)
        # What notebook 04 shows: raw scores are no probabilities.
        assert logits.min() < 0 and logits.max() > 1 and abs(logits.sum() - 1) > 1


def test_hidden_vector_by_hand(model):
    """Each of the last three words through the matrix of its place, the most recent last."""
    arrays = {name: array.tolist() for name, array in arrays_of_the_model().items()}
    place = {word.decode(): i for i, word in enumerate(arrays["vocabulary"])}
    cases = {"value of": [".", "value", "of"], "a list, the": ["list", ",", "the"]}
    for prompt, read in cases.items():
        x = [0.0] * 31 + [1.0]
        for word, turn in zip(read, arrays["mixing"], strict=True):
            vector = arrays["embedding"][place[word]]
            for j in range(31):
                x[j] += sum(vector[i] * turn[i][j] for i in range(31))
        np.testing.assert_allclose(model.hidden(prompt), x, rtol=0, atol=1e-12)


def test_row_is_the_words_own(model):
    words = model.vocabulary
    for word in (words[0], words[-1], ",", "Object"):
        np.testing.assert_array_equal(model.row(word), model.unembedding[words.index(word.lower())])
    with pytest.raises(ValueError, match="word must be one word, got 'the object'"):
        model.row("the object")


def test_only_the_last_three_words_count(model):
    np.testing.assert_array_equal(
        model.logits("a list is the value of"), model.logits("is the value of")
    )
    np.testing.assert_array_equal(
        model.logits("a list is the value of"), model.logits("The  VALUE of")
    )
    assert not np.allclose(model.logits("a value of"), model.logits("the value of"))
    assert not np.allclose(model.logits("of the value"), model.logits("the value of")), "order"
    np.testing.assert_array_equal(model.logits(""), model.logits("..."))


def test_the_model_knows_what_the_counts_know(model):
    """Its favorite is among the three most frequent, and its logits rank likely words higher."""
    for word in ["does", "there", "rather", "such", "equivalent", "can", "raise"]:
        favorite = model.vocabulary[np.argmax(model.logits(word))]
        assert favorite in list(next_word_counts(word))[:3], word


def test_the_course_model_cannot_be_spoiled(model):
    assert NextWordModel.load() is model
    with pytest.raises(ValueError, match="read-only"):
        model.unembedding[0, 0] = 1
    model.vocabulary.clear()
    assert len(model.vocabulary) == 700
    assert repr(model) == "NextWordModel(700 words, hidden vector of 32 numbers)"


@pytest.mark.parametrize("call", ["hidden", "logits", "row", "tell"])
def test_unknown_prompt_word(model, call):
    with pytest.raises(ValueError, match=r"does not know 'valuee': it reads 700.*near it: value"):
        getattr(model, call)("valuee")
    with pytest.raises(TypeError, match="text must be a string, got 5"):
        getattr(model, call)(5)


# --- Telling --------------------------------------------------------------------------------


def softmax_of_scipy(logits, temperature=1.0):
    if temperature == 0:
        return (logits == logits.max()) / np.count_nonzero(logits == logits.max())
    return scipy.special.softmax(logits / temperature)


PINNED = {
    0: "the value of the object. the exception is raised. if the class is",
    0.5: "the value of the class attribute is the exception, the following the same code",
    1: "the value of the attribute reference is the first set of expressions. if in",
    2: "the value of a number read-only passed to so standard be now value see future",
}


@pytest.mark.parametrize("temperature", PINNED)
def test_the_same_text_everywhere(model, temperature):
    assert model.tell("the value of", 12, temperature, seed=3) == PINNED[temperature]


@pytest.mark.parametrize("temperature", [0, 0.5, 1, 2])
def test_tell_is_predict_draw_append(model, temperature):
    """The whole loop again, with scipy's softmax and the inverse of the cumulative sum."""
    words, generator = ["if", "the"], np.random.default_rng(7)
    for _ in range(40):
        p = softmax_of_scipy(model.logits(" ".join(words)), temperature)
        words.append(model.vocabulary[int(np.sum(np.cumsum(p) <= generator.random()))])
    told = model.tell("if the", 40, temperature, seed=7)
    assert split_words(told) == words
    assert told == re.sub(r" ([.,])", r"\1", " ".join(words))
    assert model.tell("if the", 40, temperature, softmax=softmax_of_scipy, seed=7) == told
    assert model.tell("if the", 40, temperature, generator=np.random.default_rng(7)) == told


def test_greedy_choices_are_never_close(model):
    """Temperature 0 must not hang on the last digit of a matrix product."""
    for prompt in ["", "the value of", "if the object is", "this method", "a list of"]:
        for length in range(40):
            top = np.sort(model.logits(model.tell(prompt, length, 0)))
            assert top[-1] - top[-2] > 1e-6


def test_a_warm_model_uses_more_words(model):
    used = [len(set(split_words(model.tell("the", 200, t)))) for t in (0, 0.5, 1, 2)]
    assert used == sorted(used) and used[0] < 30 and used[-1] > 120


def test_length_and_edges(model):
    assert model.tell(" The value ", 0) == "The value"
    assert len(split_words(model.tell("", 12))) == 12
    assert not model.tell("", 3).startswith(" ")
    assert model.tell("the", 5, seed=1) != model.tell("the", 5, seed=2)
    everyone = model.tell("the", 30, float("inf"), seed=1)
    assert len(set(split_words(everyone))) > 25, "an infinite temperature draws evenly"
    with pytest.raises(ValueError, match="length must be >= 0, got -1"):
        model.tell("the", -1)
    with pytest.raises(TypeError, match="length must be an integer >= 0, got 2.5"):
        model.tell("the", 2.5)
    with pytest.raises(ValueError, match="temperature must be >= 0, got -1.0"):
        model.tell("the", temperature=-1)
    with pytest.raises(TypeError, match=r"generator must be .*, got 3"):
        model.tell("the", generator=3)


def exp_only(z, temperature=1.0):
    return np.exp(z / temperature)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (
            exp_only,
            r"after 'the', what softmax returned is not a distribution: .*the sum must be 1",
        ),
        (lambda z, temperature: z / z.sum(), "each value must be at least 0"),
        (
            lambda z, temperature: z * np.nan,
            "after 'the', softmax must return finite numbers, got nan among them",
        ),
        (
            lambda z, temperature: np.full((2, z.size), 1 / z.size),
            r"after 'the', softmax must return the shape .*, \(700,\), got \(2, 700\)",
        ),
        (lambda z, temperature: np.array([0.5, 0.5]), r"shape .*, \(700,\), got \(2,\)"),
        (lambda z, temperature: print(end=""), "softmax must return real numbers, got None"),
        (lambda z, temperature: 1.0, r"shape that it was given, \(700,\), got \(\)"),
        (lambda z, temperature: ["0.5"] * 700, "softmax must return real numbers"),
    ],
)
def test_a_broken_softmax_is_told_which_requirement_it_breaks(model, broken, message):
    with pytest.raises(ValueError, match=message):
        model.tell("the", 3, 1.0, softmax=broken)


def test_a_softmax_that_divides_by_zero_is_reported(model):
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="finite numbers, got nan"):
        model.tell("the", 3, 0, softmax=lambda z, temperature: scipy.special.softmax(z / 0.0))


def test_a_softmax_that_overwrites_its_argument_does_no_harm(model):
    def in_place(logits, temperature=1.0):
        logits -= logits.max()
        np.exp(logits, out=logits)
        logits /= logits.sum()
        return logits

    assert model.tell("the", 20, softmax=in_place) == model.tell("the", 20)


def test_a_softmax_without_temperature_has_no_answer_at_zero(model):
    def plain(logits):
        return scipy.special.softmax(logits)

    for temperature in (0.5, 1, 2):
        told = model.tell("the", 9, temperature)
        assert model.tell("the", 9, temperature, softmax=plain) == told
    with pytest.raises(TypeError, match=r"no answer at T = 0; .*: plain\(logits, temperature\)"):
        model.tell("the", 9, 0, softmax=plain)
    with pytest.raises(TypeError, match="softmax must be a function, got 'mine'"):
        model.tell("the", softmax="mine")


def test_a_softmax_that_hides_its_parameters_gets_the_temperature(model):
    class Compiled:
        __signature__ = "unknown"  # as some compiled functions: inspect.signature refuses it

        def __call__(self, logits, temperature):
            return softmax_of_scipy(logits, temperature)

    assert model.tell("the", 9, 2.0, softmax=Compiled()) == model.tell("the", 9, 2.0)


def test_an_error_inside_the_learners_softmax_arrives_unchanged(model):
    def bad(logits, temperature):
        raise TypeError("a mistake of mine")

    with pytest.raises(TypeError, match="^a mistake of mine$"):
        model.tell("the", softmax=bad)


# --- Files ----------------------------------------------------------------------------------


def test_nothing_is_read_before_it_is_asked_for():
    code = (
        "import sys, softmax_lib.ngram as n; "
        "assert n._data.cache_info().currsize == n._course_model.cache_info().currsize == 0; "
        "assert not {'matplotlib', 'scipy', 'ipywidgets', 'anywidget'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_missing_file(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError):
        NextWordModel.load(tmp_path / "none.npz")
    monkeypatch.setattr(ngram.resources, "files", lambda package: tmp_path)
    with pytest.raises(FileNotFoundError, match=r"data/next_words.json is missing; get the course"):
        ngram._data.__wrapped__()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"counts": {"the": 3}}', '{"counts": {"a": {"1'])
def test_damaged_counts(tmp_path, monkeypatch, text):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "next_words.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr(ngram.resources, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match=r"next_words.json is damaged \(.*\); get the course"):
        ngram._data.__wrapped__()


def arrays_of_the_model():
    with np.load(DATA / "next_words_model.npz", allow_pickle=False) as arrays:
        return dict(arrays)


def test_another_file_can_be_loaded(tmp_path, model):
    np.savez(tmp_path / "mine.npz", **arrays_of_the_model())
    assert NextWordModel.load(tmp_path / "mine.npz").tell("the") == model.tell("the")
    assert NextWordModel.load(str(tmp_path / "mine.npz")) is not model


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"mixing": None}, "mixing"),
        ({"unembedding": np.zeros((700, 31))}, r"embedding must have shape \(701, 30\)"),
        ({"mixing": np.zeros((31, 31))}, r"mixing must have shape \(31, 31, 31\)"),
        ({"mixing": np.float32(3)}, r"mixing must have shape"),
        ({"embedding": np.full((701, 31), np.nan)}, "embedding must hold finite numbers"),
        ({"vocabulary": np.array([b"the"] * 700)}, "vocabulary must hold each word once"),
        ({"vocabulary": np.array([b"w%d" % i for i in range(700)])}, "once, and a period"),
        ({"vocabulary": np.arange(700)}, "decode"),
        ({"vocabulary": np.array([object()])}, "allow_pickle"),
    ],
)
def test_a_foreign_model_file(tmp_path, change, why):
    arrays = {k: v for k, v in (arrays_of_the_model() | change).items() if v is not None}
    np.savez(tmp_path / "mine.npz", **arrays)
    with pytest.raises(ValueError, match=rf"mine.npz is not a next-word model \(.*{why}"):
        NextWordModel.load(tmp_path / "mine.npz")


@pytest.mark.parametrize("kind", ["empty", "text", "one array", "cut", "changed"])
def test_a_damaged_model_file(tmp_path, kind):
    whole = bytearray((DATA / "next_words_model.npz").read_bytes())
    file = tmp_path / "mine.npz"
    if kind == "one array":
        with file.open("wb") as out:
            np.save(out, np.zeros(3))
    else:
        whole[len(whole) // 2] ^= 1
        contents = {"empty": b"", "text": b"words", "cut": whole[:9000], "changed": whole}
        file.write_bytes(contents[kind])
    with pytest.raises(ValueError, match="mine.npz is not a next-word model"):
        NextWordModel.load(file)


def test_a_float32_softmax_is_good_enough(model):
    def small(logits, temperature):
        return scipy.special.softmax(logits.astype(np.float32) / np.float32(temperature))

    assert small(model.logits("the"), 1.0).dtype == np.float32
    assert model.tell("the value", 30, softmax=small) == model.tell("the value", 30)


def test_the_examples_in_the_docstrings():
    results = doctest.testmod(ngram)
    assert results.attempted >= 5 and results.failed == 0


def test_public_names_are_documented():
    for name in ngram.__all__:
        thing = getattr(ngram, name)
        members = [thing] + ([thing.tell, thing.load] if inspect.isclass(thing) else [])
        assert all(inspect.getdoc(member) for member in members), name
