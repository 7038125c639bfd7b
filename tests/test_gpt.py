"""The transformer in numpy: the same numbers as the transformers library, from any softmax.

tests/data/gpt2_tiny holds two small random GPT-2s and what transformers makes of them
(training/record_references.py recorded it); where transformers is installed it is asked directly.
"""

import errno
import inspect
import json
import mmap
import os
import re
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import softmax_lib
from softmax_lib import greedy, sample, softmax
from softmax_lib.gpt import GPT2, Storyteller, read_safetensors
from softmax_lib.gpt.model import _next_word_softmax
from softmax_lib.sampling import cut

TINY = Path(__file__).with_name("data") / "gpt2_tiny"
SHIPPED = Path(softmax_lib.__file__).parent / "data" / "storyteller"
NAMES = ["tied", "untied"]
EXPECTED = {name: json.loads((TINY / name / "expected.json").read_text()) for name in NAMES}
WORDS = (
    "<end> . , ! ? : “ ” a and asked don't fox happy he i i'm in is liked lived mia named once "
    "said she the there they time to tom upon was went who woods wood you your"
).split()
assert len(WORDS) == 40  # as many as the tied model has tokens

both = pytest.mark.parametrize("name", NAMES)


def my_softmax(logits):
    """As a learner writes it in 03."""
    weights = np.exp(logits)
    return weights / np.sum(weights)


def my_softmax_with_temperature(logits, temperature):
    """As a learner writes it in 05."""
    weights = np.exp(logits / temperature)
    return weights / np.sum(weights)


@pytest.fixture(scope="module")
def tied():
    return GPT2.load(TINY / "tied")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A storyteller's folder: the tied model, with words."""
    return make_folder(tmp_path_factory.mktemp("story") / "teller")


@pytest.fixture(scope="module")
def teller(folder):
    return Storyteller.load(folder)


def make_folder(path, words=WORDS, **config):
    shutil.copytree(TINY / "tied", path)
    change_config(path, eos_token_id=0, names=["mia", "tom"], **config)
    vocabulary = {word: i for i, word in enumerate(words)}
    (path / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    return path


def change_config(folder, **changes):
    config = json.loads((folder / "config.json").read_text()) | changes
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


# --- The same numbers as the transformers library -------------------------------------------


@both
def test_logits_and_attentions_are_those_of_transformers(name):
    model, expected = GPT2.load(TINY / name), EXPECTED[name]
    logits, attentions = model.forward(expected["ids"], return_attentions=True)
    np.testing.assert_allclose(logits, expected["logits"], atol=1e-4)
    np.testing.assert_allclose(attentions, expected["attentions"], atol=1e-5)
    assert logits.dtype == attentions.dtype == np.float32
    assert attentions.shape == (model.layers, model.heads, len(logits), len(logits))
    # What is compared could not come out right by chance.
    assert np.std(expected["logits"]) > 1 and np.std(expected["attentions"]) > 0.1


@both
@pytest.mark.parametrize("pieces", [[1] * 12, [5, 1, 6], [11, 1], [1, 11]], ids=str)
def test_the_cache_changes_nothing(name, pieces):
    model, expected = GPT2.load(TINY / name), EXPECTED[name]
    cache, logits, rows = model.new_cache(), [], []
    for end, count in zip(np.cumsum(pieces), pieces, strict=True):
        part = expected["ids"][end - count : end]
        new, attentions = model.forward(part, cache, return_attentions=True)
        logits.append(new)
        assert attentions.shape == (model.layers, model.heads, count, end)
        rows.append(attentions)
    assert cache.length == 12
    np.testing.assert_allclose(np.concatenate(logits), expected["logits"], atol=1e-4)
    last = np.array(expected["attentions"])[:, :, -pieces[-1] :]
    np.testing.assert_allclose(rows[-1], last, atol=1e-5)


@both
def test_greedy_text_is_that_of_transformers(name):
    expected = EXPECTED[name]
    model = GPT2.load(TINY / name)
    assert model.generate([1, 2, 3], temperature=0) == expected["greedy"]
    assert len(set(expected["greedy"][3:])) > 6  # and not one token over and over


SHAPES = [
    dict(vocab_size=11, n_positions=8, n_embd=4, n_layer=1, n_head=1),
    dict(vocab_size=300, n_positions=32, n_embd=48, n_layer=4, n_head=6, n_inner=50),
    dict(vocab_size=1000, n_positions=128, n_embd=64, n_layer=3, n_head=4),
    dict(vocab_size=50, n_positions=16, n_embd=8, n_layer=2, n_head=8, tie_word_embeddings=False),
    dict(vocab_size=50, n_positions=16, n_embd=12, n_layer=2, n_head=3, layer_norm_epsilon=0.1),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "x".join(map(str, shape.values())))
def test_random_models_against_the_installed_transformers(shape, tmp_path):
    transformers, torch = pytest.importorskip("transformers"), pytest.importorskip("torch")
    torch.manual_seed(0)
    theirs = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(**shape, bos_token_id=None, eos_token_id=None)
    ).eval()
    with torch.no_grad():
        for name, weight in theirs.named_parameters():
            scale = 0.5 if shape["n_embd"] < 48 else 0.15
            weight.copy_(("ln_" in name and "weight" in name) + scale * torch.randn_like(weight))
    theirs.save_pretrained(tmp_path)
    compare(GPT2.load(tmp_path), theirs, torch)


def test_the_shipped_model_makes_what_transformers_makes_of_it():
    expected = json.loads((TINY.parent / "storyteller.json").read_text(encoding="utf-8"))
    model = GPT2.load(SHIPPED)
    logits = model.forward(expected["ids"])
    np.testing.assert_allclose(logits[-2:], expected["last_logits"], atol=1e-4)
    assert model.generate(expected["ids"], 100, temperature=0) == expected["greedy"]
    assert len(set(expected["greedy"])) > 30


def test_the_shipped_model_against_the_installed_transformers():
    transformers, torch = pytest.importorskip("transformers"), pytest.importorskip("torch")
    theirs = transformers.GPT2LMHeadModel.from_pretrained(SHIPPED).eval()
    theirs.generation_config.eos_token_id = None
    compare(GPT2.load(SHIPPED), theirs, torch)


def compare(ours, theirs, torch):
    ids = np.random.default_rng(1).integers(0, len(ours.embedding), ours.context)
    with torch.no_grad():
        expected = theirs(torch.tensor(ids)[None]).logits[0].numpy()
    np.testing.assert_allclose(ours.forward(ids), expected, atol=1e-4)
    cache, half = ours.new_cache(), ours.context // 2
    parts = [ours.forward(ids[:half], cache)]
    parts += [ours.forward(ids[i : i + 1], cache) for i in range(half, ours.context)]
    np.testing.assert_allclose(np.concatenate(parts), expected, atol=1e-4)
    prompt = torch.tensor(ids[:3])[None]
    text = theirs.generate(
        prompt,
        attention_mask=torch.ones_like(prompt),
        do_sample=False,
        max_length=ours.context,
        pad_token_id=0,
    )
    assert ours.generate(ids[:3], temperature=0) == text[0].tolist()


# --- The softmax that runs is the course's --------------------------------------------------


def test_the_models_softmax_is_the_courses(tied):
    """No copy of it anywhere: what attention and the next word call is `softmax` itself."""
    assert tied._rows(None) is softmax
    assert inspect.unwrap(_next_word_softmax(softmax, 0.5).func) is inspect.unwrap(softmax)


@pytest.mark.parametrize("temperature", [0, 0.5, 1])
def test_a_logit_that_is_not_finite_is_named(tied, temperature):
    with pytest.raises(ValueError, match="logits must be finite .* got NaN at entry 1"):
        _next_word_softmax(softmax, temperature)(np.array([0.0, np.nan, 1.0]))


@pytest.mark.parametrize("temperature", [np.inf, 1e300, 1e-300, 1e-320])
def test_extreme_temperatures_reach_the_next_word(tied, temperature):
    for step in tied.stream([1, 2], 3, temperature=temperature):
        expected = softmax(step.logits, temperature=temperature)
        np.testing.assert_array_equal(step.probabilities, expected)


# --- Writing --------------------------------------------------------------------------------


@pytest.mark.parametrize("cuts", [{}, {"top_k": 5}, {"top_p": 0.8}, {"min_p": 0.1}], ids=str)
@pytest.mark.parametrize("temperature", [0, 0.5, 1, 2.5])
def test_each_step_shows_what_it_was_drawn_from(tied, temperature, cuts):
    ids, rng = [3, 1], np.random.default_rng(8)
    steps = tied.stream(ids, 9, temperature, **cuts, generator=np.random.default_rng(8))
    for step in steps:
        np.testing.assert_allclose(step.logits, tied.forward(ids)[-1], atol=1e-5)
        expected = cut(softmax(step.logits, temperature=temperature), **cuts).probabilities
        np.testing.assert_array_equal(step.probabilities, expected)
        drawn = greedy(expected) if temperature == 0 else sample(expected, rng)
        assert step.token == drawn and type(step.token) is int
        ids.append(step.token)
    assert len(ids) == 11
    again = tied.generate([3, 1], 9, temperature=temperature, **cuts)
    other = tied.generate([3, 1], 9, temperature=temperature, **cuts)
    assert again == other


def test_a_text_fills_the_context_and_no_more(tied):
    assert len(tied.generate([1, 2])) == 24
    assert len(list(tied.stream([1] * 24))) == 0
    with pytest.raises(ValueError, match="length must be at most 22, got 23: .* 24 tokens, and 2"):
        tied.stream([1, 2], 23)
    with pytest.raises(ValueError, match="the text must have at most 24 tokens, got 25"):
        tied.forward([1] * 25)
    cache = tied.new_cache()
    tied.forward([1] * 20, cache)
    with pytest.raises(ValueError, match="the text must have at most 24 tokens, got 25"):
        tied.forward([1] * 5, cache)
    assert cache.length == 20


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda m: m.forward([]), ValueError, "ids must be a list of at least one token"),
        (lambda m: m.forward([[1]]), ValueError, r"at least one token, got shape \(1, 1\)"),
        (lambda m: m.forward([1.5]), TypeError, "ids must be integers"),
        (lambda m: m.forward([3, 40]), ValueError, "ids must be from 0 to 39, got 40"),
        (lambda m: m.forward([-1]), ValueError, "ids must be from 0 to 39, got -1"),
        (lambda m: m.forward([1], softmax=3), TypeError, "softmax must be a function, got 3"),
        (lambda m: m.stream([1], -1), ValueError, "length must be >= 0, got -1"),
        (lambda m: m.stream([1], 2.0), TypeError, "length must be an integer >= 0, got 2.0"),
        (lambda m: m.stream([1], temperature=-1), ValueError, "temperature must be >= 0, got -1"),
        (lambda m: m.stream([1], top_k=0), ValueError, "top_k must be >= 1, got 0"),
        (lambda m: m.stream([1], top_p=1.5), ValueError, "top_p must be from 0 to 1, got 1.5"),
        (lambda m: m.stream([1], min_p="1"), TypeError, "min_p must be a number from 0 to 1"),
        (lambda m: m.stream([1], generator=7), TypeError, "generator must be a numpy.random.Gene"),
    ],
)
def test_bad_arguments_are_named_at_once(tied, call, error, says):
    with pytest.raises(error, match=says):
        call(tied)


# --- Your own softmax -----------------------------------------------------------------------


def test_a_right_softmax_writes_the_same_text(teller):
    for own in (my_softmax, my_softmax_with_temperature, lambda x, axis: softmax(x, axis)):
        assert teller.tell("once upon", softmax=own) == teller.tell("once upon")
        weights = teller.attention("the fox was happy", softmax=own).weights
        np.testing.assert_allclose(
            weights, teller.attention("the fox was happy").weights, atol=1e-6
        )
    text = teller.tell("once upon", temperature=0.5, top_p=0.9)
    own = my_softmax_with_temperature
    assert teller.tell("once upon", temperature=0.5, top_p=0.9, softmax=own) == text


def test_every_softmax_goes_through_yours(teller, folder):
    shapes = []

    def spy(logits, axis=-1, temperature=1.0):
        shapes.append((logits.shape, temperature))
        return softmax(logits, axis, temperature)

    list(teller.stream("once upon a time", 2, temperature=0.7, softmax=spy))
    # Two layers of two heads, then the next word; four words at once, then one.
    first, second = [((2, 4, 4), 1.0)] * 2, [((2, 1, 5), 1.0)] * 2
    assert shapes == [*first, ((40,), 0.7), *second, ((40,), 0.7)]
    shapes.clear()
    loaded = Storyteller.load(folder, softmax=spy)
    loaded.attention("once upon")
    assert shapes == [((2, 2, 2), 1.0)] * 2
    loaded.tell("once upon", 1)
    assert len(shapes) == 5


def entropies(teller, own):
    """Return how undecided the second word is at temperatures 0.5, 1 and 2."""
    bits = []
    for temperature in (0.5, 1, 2):
        (step,) = teller.stream("once upon", 1, temperature=temperature, softmax=own)
        bits.append(softmax_lib.entropy(step.probabilities))
    return np.array(bits)


def after_exp(logits, axis=-1, temperature=1.0):
    weights = np.exp(logits) / temperature
    return weights / weights.sum(axis=axis, keepdims=True)


def twice(logits, axis=-1, temperature=1.0):
    return softmax(logits / temperature, axis, temperature)


def upside_down(logits, axis=-1, temperature=1.0):
    return softmax(logits * temperature, axis)


def test_bugs_of_temperature_show(teller):
    right = entropies(teller, softmax)
    assert (np.diff(right) > 0.1).all()
    np.testing.assert_allclose(entropies(teller, after_exp), right[1], rtol=1e-6)  # T does nothing
    wrong = entropies(teller, twice)
    assert wrong[0] < right[0] and wrong[1] == pytest.approx(right[1]) and wrong[2] > right[2]
    np.testing.assert_allclose(entropies(teller, upside_down), right[::-1], rtol=1e-6)


def test_a_tiny_temperature_in_place_of_zero_is_not_zero():
    """Two logits closer than the tiny number still share the weight."""

    def nearly(logits, axis=-1, temperature=1.0):
        return softmax(logits, axis, max(temperature, 1e-6))

    logits = np.array([0.0, 5e-7])
    assert nearly(logits, temperature=0).max() < 0.7 < softmax(logits, temperature=0).max()


def test_the_wrong_axis_ruins_the_attention_and_the_text(teller):
    def wrong(logits, axis=-1, temperature=1.0):
        if logits.ndim == 1:
            return softmax(logits, temperature=temperature)
        return softmax(logits, axis=-2)

    weights = teller.attention("once upon a time", softmax=wrong).weights
    np.testing.assert_allclose(weights.sum(axis=-2), 1, atol=1e-6)
    assert np.abs(weights.sum(axis=-1) - 1).max() > 0.5
    assert teller.tell("once upon", temperature=0, softmax=wrong) != teller.tell(
        "once upon", temperature=0
    )


def test_dividing_by_the_wrong_sum_is_named(teller):
    def unequal(logits, temperature):
        return np.exp(logits / temperature) / np.sum(np.exp(logits))

    assert teller.tell("once upon", softmax=unequal) == teller.tell("once upon")  # unseen at T = 1
    with pytest.raises(ValueError, match="what softmax returned is not a distribution: the sum"):
        teller.tell("once upon", temperature=2, softmax=unequal)
    with pytest.raises(ValueError, match="softmax must return the shape that it was given"):
        teller.tell("once upon", softmax=lambda logits: np.exp(logits)[:1])
    with pytest.raises(TypeError, match="takes no temperature, so it has no answer at T = 0"):
        teller.tell("once upon", temperature=0, softmax=my_softmax)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_formula_that_cannot_be_used_at_zero_says_so(teller):
    with pytest.raises(ValueError, match="softmax must return finite numbers, got nan"):
        teller.tell("once upon", temperature=0, softmax=my_softmax_with_temperature)


# --- The storyteller ------------------------------------------------------------------------


def test_it_serves_where_the_next_word_model_does(teller):
    assert teller.vocabulary == WORDS
    teller.vocabulary.append("mine")  # a copy
    assert teller.vocabulary == WORDS
    logits = teller.logits("Once upon a time")
    assert logits.shape == (40,) and logits.dtype == np.float64
    expected = teller.unembedding @ teller.hidden("once upon a time")
    np.testing.assert_allclose(logits, expected, rtol=1e-6)
    ids = [WORDS.index(word) for word in "once upon a time".split()]
    np.testing.assert_allclose(logits, teller.model.forward(ids)[-1], atol=1e-5)
    np.testing.assert_array_equal(teller.row("Fox"), teller.unembedding[WORDS.index("fox")])
    with pytest.raises(ValueError, match="read-only"):
        teller.unembedding[0] = 0


def test_text_is_read_and_written_as_people_write_it(teller):
    text = "Once upon. “Who is there?” asked Mia. “I'm Tom!” he said. They don't, I"
    typed = text.replace("“", '"').replace("”", '"').replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    words = "once upon . “ who is there ? ” asked mia . “ i'm tom ! ” he said . they don't , i"
    words = words.split()
    assert len(words) == teller.model.context
    for prompt in (text, typed, typed.lower(), " ".join(words)):
        assert teller.words(prompt) == words
        assert teller.tell(prompt, length=0) == text
    assert teller.tell('"a, a: a?" the fox was happy', 0) == "“A, a: a?” The fox was happy"


def test_the_courses_stories_come_back_as_they_were_written():
    teller = Storyteller.load()
    lines = (SHIPPED / "held_out.txt").read_text(encoding="utf-8").splitlines()
    stories = [line for line in lines if line and not line.startswith("#")]
    again = [teller.tell(story, length=0) for story in stories]
    again = [story.replace("“", '"').replace("”", '"') for story in again]
    same = sum(a == b for a, b in zip(stories, again, strict=True))
    assert same >= 0.9 * len(stories) > 10


def test_a_story_ends_at_its_mark_or_where_the_window_ends(teller, monkeypatch):
    stories = {
        seed: list(teller.stream("once upon", seed=seed, temperature=2)) for seed in range(9)
    }
    ended = {seed: steps for seed, steps in stories.items() if steps[-1].token == "<end>"}
    full = {seed: steps for seed, steps in stories.items() if seed not in ended}
    assert ended and full
    for seed, steps in ended.items():
        assert "<end>" not in [step.token for step in steps[:-1]]
        assert "<" not in teller.tell("once upon", seed=seed, temperature=2)
    assert all(len(steps) == 22 for steps in full.values())
    assert len(list(teller.stream("once upon", 3, temperature=0))) == 3
    seed = min(full)
    short = [s.token for s in teller.stream("once upon", 4, seed=seed, temperature=2)]
    assert short == [s.token for s in full[seed][:4]]
    assert len(list(teller.stream("once upon", 500, seed=seed, temperature=2))) == 22


def test_the_seed_decides_and_zero_needs_none(teller):
    assert teller.tell("once upon", seed=1) == teller.tell("once upon", seed=1)
    assert len({teller.tell("once upon", seed=seed) for seed in range(5)}) == 5
    cold = {teller.tell("once upon", temperature=0, seed=seed) for seed in range(5)}
    assert len(cold) == 1
    rng = np.random.default_rng(1)
    assert teller.tell("once upon", generator=rng) == teller.tell("once upon", seed=1)
    assert teller.tell("once upon", generator=rng) != teller.tell("once upon", seed=1)
    one = teller.tell("once upon", top_k=1, seed=3)
    assert one == teller.tell("once upon", temperature=0)


def test_the_courses_own_at_zero_does_not_hang_on_rounding(report_figure):
    """The best word leads by more than another order of additions could take away."""
    teller = Storyteller.load()
    lines = (SHIPPED / "held_out.txt").read_text(encoding="utf-8").splitlines()
    openings = [" ".join(line.split()[:6]) for line in lines if not line.startswith("#")][::9]
    assert len(openings) >= 4
    stories, lead, error = set(), np.inf, 0.0
    for opening in openings:
        ids = teller._read(opening)
        steps = list(teller.model.stream(ids, 60, temperature=0))
        ids += [step.token for step in steps]
        logits = teller.model.forward(ids[:-1])[-len(steps) :]
        for step, uncached in zip(steps, logits, strict=True):
            error = max(error, np.abs(step.logits - uncached).max())
            lead = min(lead, -np.diff(np.sort(step.logits)[-2:][::-1])[0])
        stories.add(teller.tell(opening, temperature=0))
    report_figure("storyteller at T = 0", f"leads by {lead:.2g} or more, rounding {error:.1g}")
    assert 0 < error < 1e-4
    assert lead > 2 * error
    assert len(stories) == len(set(openings))


def test_attention_of_a_text(teller):
    words, weights = teller.attention("The fox was happy.")
    assert words == ["the", "fox", "was", "happy", "."]
    assert weights.shape == (2, 2, 5, 5)
    softmax_lib.check_distribution(weights)
    assert (weights[..., np.triu_indices(5, 1)[0], np.triu_indices(5, 1)[1]] == 0).all()


def test_a_model_without_some_of_its_heads(teller):
    """The same, told from outside: a softmax that counts its calls, one for each layer."""
    prompt, pairs = "The fox was happy.", [(0, 1), (1, 0)]
    calls = []

    def with_even_heads(scores, axis=-1):
        weights = softmax(scores, axis)
        for layer, head in pairs:
            if layer == len(calls):
                for i in range(scores.shape[-2]):
                    weights[head, i] = [1 / (i + 1)] * (i + 1) + [0] * (scores.shape[-1] - i - 1)
        calls.append(scores.shape)
        return weights

    ids = [teller.vocabulary.index(word) for word in teller.words(prompt)]
    expected = teller.model.forward(ids, softmax=with_even_heads)[-1]
    assert calls == [(2, 5, 5)] * 2
    given = teller.logits(prompt, even_heads=pairs)
    np.testing.assert_allclose(given, expected, atol=1e-5)
    assert np.abs(given - teller.logits(prompt)).max() > 1e-3
    np.testing.assert_array_equal(teller.logits(prompt, even_heads=[]), teller.logits(prompt))
    one = "fox"  # a text of one word leaves nothing to choose
    np.testing.assert_allclose(teller.logits(one, [(0, 0)]), teller.logits(one), atol=1e-6)
    for same in (np.array(pairs), iter(pairs), [[0, np.int8(1)], [1, 0]]):
        np.testing.assert_array_equal(teller.logits(prompt, even_heads=same), given)
    bad = [[(2, 0)], [(0, 2)], [(-1, 0)], [(0,)], [(0.0, 0.0)], ["00"], [3], 3, [(0, [0])], None]
    for heads in bad:
        with pytest.raises(ValueError, match="even_heads must be pairs .*layers from 0 to 1"):
            teller.logits(prompt, even_heads=heads)


@pytest.mark.parametrize(
    ("prompt", "error", "says"),
    [
        (
            "once opon",
            ValueError,
            "the model does not know 'opon': it reads 39 words.*near it: upon",
        ),
        ("the foxx", ValueError, "near it: fox"),
        ("zzzz", ValueError, "does not know 'zzzz'.*words that are there: "),
        ("", ValueError, "prompt must have at least one word, got an empty text"),
        (" \n ", ValueError, "prompt must have at least one word"),
        ("a " * 25, ValueError, "prompt must have at most 24 words and signs, got 25"),
        ("<end>", ValueError, "does not know '<'"),
        (None, TypeError, "text must be a string, got None"),
        (7, TypeError, "text must be a string"),
    ],
)
@pytest.mark.parametrize("method", ["tell", "logits", "attention", "stream", "words", "hidden"])
def test_a_prompt_that_does_not_fit(teller, method, prompt, error, says):
    with pytest.raises(error, match=says):
        getattr(teller, method)(prompt)


def test_a_full_window_still_has_logits(teller):
    assert teller.logits("a " * 24).shape == (40,)
    assert teller.tell("a " * 24) == "A" + " a" * 23


def test_a_row_is_of_one_word(teller):
    for bad in ("the fox", ""):
        with pytest.raises(ValueError, match="word must be one word of the vocabulary, got"):
            teller.row(bad)


# --- Files ----------------------------------------------------------------------------------


@both
def test_nothing_is_copied(name):
    model = GPT2.load(TINY / name)
    weights = [model.embedding, model.unembedding, model._positions, model._gain, model._shift]
    weights += [part for block in model._blocks for part in block]
    for weight in weights:
        assert not weight.flags.owndata
        with pytest.raises(ValueError, match="read-only"):
            weight[...] = 0
        while isinstance(weight.base, np.ndarray):
            weight = weight.base
        assert type(weight.base).__name__ in ("mmap", "memoryview")
    assert (model.unembedding is model.embedding) == (name == "tied")


def test_read_safetensors_agrees_with_the_format():
    tensors = read_safetensors(TINY / "untied" / "model.safetensors")
    assert tensors["wte.weight"].shape == (30, 24) and tensors["h.0.attn.bias"].shape[2:] == (
        20,
        20,
    )
    assert tensors["h.0.attn.masked_bias"].shape == ()
    assert tensors["h.0.attn.masked_bias"] == -1e4


def packed(table, numbers=b""):
    """Return the bytes of a safetensors file."""
    text = table if isinstance(table, bytes) else json.dumps(table).encode()
    return len(text).to_bytes(8, "little") + text + numbers


def entry(shape=(2,), begin=0, end=8, dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


GOOD = packed({"__metadata__": {"format": "pt"}, "a": entry()}, bytes(8))
BROKEN = {
    "empty": (b"", "it has 0 bytes"),
    "seven bytes": (GOOD[:7], "it has 7 bytes"),
    "cut in the table": (GOOD[:30], "it is cut short or not a safetensors file"),
    "cut in the numbers": (GOOD[:-3], "it is cut short: a ends at byte 8 of 5"),
    "too long": (GOOD + b"xx", "its tensors fill 8 bytes, and it holds 10"),
    "a web page": (b"<!DOCTYPE html><html></html>", "not a safetensors file"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\n", "not a safetensors file"),
    "a zip file": (b"PK\x03\x04" + bytes(60), "its table is damaged|not a safetensors file"),
    "no JSON": (packed(b"{not json}"), "its table is damaged"),
    "no text": (packed(b"\xff\xfe{}"), "its table is damaged"),
    "no table": (packed([1, 2]), "its table is damaged"),
    "no entry": (packed({"a": 3}), "its table is damaged"),
    "no offsets": (packed({"a": {"dtype": "F32", "shape": []}}), "its table is damaged"),
    "deep": (packed(b"[" * 100_000), "its table is damaged"),
    "no such numbers": (packed({"a": entry(end=4, dtype="BF16")}, bytes(4)), "a holds BF16 numb"),
    "no such name": (packed({"a": entry(dtype=["F32"])}, bytes(8)), "a holds .* numbers, which"),
    "wrong size": (packed({"a": entry(shape=(3,))}, bytes(8)), r"a of shape \(3,\) does not fit"),
    "offsets in words": (
        packed({"a": entry() | {"data_offsets": ["0", "8"]}}, bytes(8)),
        "its table is damaged: a has no two offsets, got .*'0', '8'",
    ),
    "endless offsets": (
        packed(json.dumps({"a": entry(end=-8)}).replace("-8", "1e400").encode(), bytes(8)),
        r"its table is damaged: a has no two offsets, got .*\[0, inf\]",
    ),
    "three offsets": (
        packed({"a": entry() | {"data_offsets": [0, 4, 8]}}, bytes(8)),
        "its table is damaged: a has no two offsets",
    ),
    "no digits left": (packed(b"[" + b"9" * 5000 + b"]"), "its table is damaged"),
    "no shape": (packed({"a": entry() | {"shape": 2}}, bytes(8)), "a of shape 2 does not fit"),
    "nothing, but long": (
        packed({"a": entry((0, 2**40, 2**40), 0, 0)}),
        r"a of shape \[0, 10995.*\] does not fit into a file",
    ),
    "too many axes": (packed({"a": entry([1] * 99, 0, 4)}, bytes(4)), "does not fit into a file"),
    "a long name": (
        packed({"a" * 10**6: entry((3,))}, bytes(8)),
        r"a\.\.\.a+' of shape \(3,\) does not fit into bytes 0 to 8",
    ),
    "half a character": (packed({"\ud800": entry((3,))}, bytes(8)), r"'\\ud800' of shape"),
    "a long table": (
        (2 * 10**8).to_bytes(8, "little") + bytes(1000),
        "a table of 200000000 bytes in a file of 1008",
    ),
    "negative": (packed({"a": entry(shape=(-1, -2))}, bytes(8)), "does not fit"),
    "not whole": (packed({"a": entry(shape=(2.0,))}, bytes(8)), "does not fit"),
    "overlap": (
        packed({"a": entry(), "b": entry(begin=4, end=12)}, bytes(12)),
        "b begins at byte 4",
    ),
    "hole": (packed({"a": entry(begin=4, end=12)}, bytes(12)), "a begins at byte 4, where 0"),
    "backwards": (packed({"a": entry(shape=(-2,), begin=8, end=0)}, bytes(8)), "does not fit"),
}


@pytest.mark.parametrize(("content", "says"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_file_of_weights(tmp_path, content, says):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=says) as caught:
        read_safetensors(path)
    assert "model.safetensors cannot be used as a file of weights" in str(caught.value)
    assert len(str(caught.value)) < 400 and str(caught.value).encode()


def test_a_good_file_is_read(tmp_path):
    (tmp_path / "w").write_bytes(packed({"a": entry(begin=0), "e": entry((0,), 8, 8)}, bytes(8)))
    tensors = read_safetensors(tmp_path / "w")
    assert tensors["a"].tolist() == [0, 0] and tensors["e"].shape == (0,)
    (tmp_path / "unaligned").write_bytes(
        packed(json.dumps({"a": entry()}).encode() + b" ", bytes(8))
    )
    assert read_safetensors(tmp_path / "unaligned")["a"].tolist() == [0, 0]


@given(st.data())
def test_a_damaged_file_never_fails_otherwise(tmp_path_factory, data):
    """Any byte of the table changed: read, or refused in words."""
    content = bytearray((TINY / "tied" / "model.safetensors").read_bytes())
    place = data.draw(st.integers(0, 3000))
    content[place] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("damaged")
    shutil.copy(TINY / "tied" / "config.json", folder)
    (folder / "model.safetensors").write_bytes(content)
    try:
        GPT2.load(folder)
    except ValueError:
        pass


def odd_json():
    """Return a strategy for what may stand in a JSON file, as Python reads it."""
    odd = [2**31, 2**63, -(2**63), 10**19, 10**4000, 0.5, 1e-320, 1e308, float("inf"), -0.0]
    simple = st.none() | st.booleans() | st.integers(-2, 99) | st.sampled_from(odd)
    simple |= st.floats() | st.text(max_size=4) | st.sampled_from(["F32", "0", "\ud800"])
    return st.recursive(
        simple,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
        ),
        max_leaves=6,
    )


def read_or_refused(folder, load=Storyteller.load):
    """Load what may be damaged: it works, or one ValueError names a file and can be printed.

    Returns
    -------
    bool
        Whether it works.
    """
    tracemalloc.start()
    try:
        teller = load(folder)
        if isinstance(teller, Storyteller):
            assert np.isfinite(teller.model.forward([1, 2])).all()
            assert isinstance(teller._text.write(teller.model.generate([1, 2], 9)), str)
        return True
    except ValueError as error:
        said = str(error)
        assert re.search(r"config\.json|model\.safetensors|vocab|merges\.txt|tokenizer", said), said
        assert len(said) < 600 and said.encode()
        return False
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 3e6


@given(st.dictionaries(st.text(max_size=3), odd_json(), max_size=3), st.binary(max_size=40))
def test_any_table_is_read_or_refused(tmp_path_factory, table, numbers):
    path = tmp_path_factory.mktemp("any") / "model.safetensors"
    path.write_bytes(packed(table, numbers))
    read_or_refused(path, read_safetensors)


@given(
    st.sampled_from(["dtype", "shape", "data_offsets"]),
    odd_json() | st.lists(st.integers(-1, 9) | st.sampled_from([2**62, 2**64]), max_size=3),
)
def test_any_entry_in_a_good_table_is_read_or_refused(tmp_path_factory, field, value):
    path = tmp_path_factory.mktemp("any") / "model.safetensors"
    path.write_bytes(packed({"a": entry() | {field: value}}, bytes(8)))
    works = read_or_refused(path, read_safetensors)
    if works:
        (array,) = read_safetensors(path).values()
        assert array.nbytes == 8


@given(st.data())
def test_any_configuration_is_read_or_refused(folder, tmp_path_factory, data):
    config = json.loads((folder / "config.json").read_text())
    place = tmp_path_factory.mktemp("config") / "teller"
    shutil.copytree(folder, place)
    change_config(place, **{data.draw(st.sampled_from(sorted(config))): data.draw(odd_json())})
    read_or_refused(place)


@given(st.data())
def test_any_vocabulary_is_read_or_refused(folder, tmp_path_factory, data):
    place = tmp_path_factory.mktemp("words") / "teller"
    shutil.copytree(folder, place)
    words = json.loads((place / "vocab.json").read_text(encoding="utf-8"))
    kinds = st.sampled_from(["number", "word", "all"])
    match data.draw(kinds):
        case "number":
            words[data.draw(st.sampled_from(WORDS))] = data.draw(odd_json())
        case "word":
            words[data.draw(st.text(max_size=4))] = words.pop(data.draw(st.sampled_from(WORDS)))
        case "all":
            words = data.draw(odd_json())
    (place / "vocab.json").write_text(json.dumps(words))
    read_or_refused(place)


@pytest.mark.parametrize("error", [errno.ENODEV, errno.EINVAL, errno.EACCES, errno.ENOMEM])
def test_where_files_cannot_be_mapped_they_are_read(tmp_path, monkeypatch, error):
    """As on some network folders, and in a browser."""

    def unmappable(*_, **__):
        raise OSError(error, os.strerror(error))

    path = TINY / "untied" / "model.safetensors"
    mapped = read_safetensors(path)
    monkeypatch.setattr(mmap, "mmap", unmappable)
    read = read_safetensors(path)
    assert list(read) == list(mapped)
    for name, array in read.items():
        np.testing.assert_array_equal(array, mapped[name])
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(ValueError, match="model.safetensors .* it has 0 bytes"):
        read_safetensors(tmp_path / "model.safetensors")


def test_large_numbers_are_not_taken_for_damage(tmp_path):
    """Their squares leave the range of float32; they do not."""
    folder = shutil.copytree(TINY / "tied", tmp_path / "model")
    rewrite(folder, lambda t: t["transformer.ln_f.weight"].fill(1e30))
    with np.errstate(all="raise"):
        assert (GPT2.load(folder)._gain == np.float32(1e30)).all()


def test_a_byte_order_mark_is_no_damage(folder, tmp_path):
    place = shutil.copytree(folder, tmp_path / "teller")
    for name in ("config.json", "vocab.json"):
        (place / name).write_text((place / name).read_text("utf-8"), "utf-8-sig")
    assert Storyteller.load(place).vocabulary == WORDS


def rewrite(folder, change):
    """Change the tensors of a model's file: `change` gets {name: array}."""
    path = folder / "model.safetensors"
    tensors = {name: array.copy() for name, array in read_safetensors(path).items()}
    change(tensors)
    table, data = {}, b""
    for name, array in tensors.items():
        dtype = {"float32": "F32", "float16": "F16", "bool": "BOOL"}[array.dtype.name]
        table[name] = entry(array.shape, len(data), len(data) + array.nbytes, dtype)
        data += array.tobytes()
    path.unlink()
    path.write_bytes(packed(table, data))


def not_a_number(tensors):
    tensors["transformer.h.1.mlp.c_fc.weight"][3, 4] = np.nan


def with_a_head(tensors):
    tensors["lm_head.weight"] = np.zeros((40, 16), np.float32)  # tied: the embedding counts


def with_a_twin(tensors):
    tensors["wpe.weight"] = tensors["transformer.wpe.weight"]


FOREIGN = {
    "the same name twice": (with_a_twin, "the weights hold wpe.weight twice"),
    "missing": (
        lambda t: t.pop("transformer.h.1.ln_2.bias"),
        r"the weights must have h.1.ln_2.bias, shape \(16,\): it is missing",
    ),
    "another shape": (
        lambda t: t.update({"transformer.wpe.weight": np.zeros((9, 16), np.float32)}),
        r"wpe.weight must have shape \(24, 16\), got \(9, 16\)",
    ),
    "turned": (
        lambda t: t.update(
            {"transformer.h.0.mlp.c_fc.weight": t["transformer.h.0.mlp.c_fc.weight"].T.copy()}
        ),
        r"h.0.mlp.c_fc.weight must have shape \(16, 64\), got \(64, 16\)",
    ),
    "more": (
        lambda t: t.update({"score.weight": np.zeros((2, 16), np.float32)}),
        "the weights hold what a GPT-2 does not have: score.weight",
    ),
    "another dtype": (
        lambda t: t.update({"transformer.ln_f.bias": np.zeros(16, np.float16)}),
        "ln_f.bias must be float32, got float16: save it as float32",
    ),
    "not finite": (not_a_number, "h.1.mlp.c_fc.weight must hold finite numbers: .* damaged"),
}


@pytest.mark.parametrize(("change", "says"), FOREIGN.values(), ids=FOREIGN)
def test_weights_of_something_else(tmp_path, change, says):
    folder = shutil.copytree(TINY / "tied", tmp_path / "model")
    rewrite(folder, change)
    with pytest.raises(ValueError, match=says):
        GPT2.load(folder)


def test_a_mask_saved_as_booleans_is_left_out(tmp_path):
    folder = shutil.copytree(TINY / "tied", tmp_path / "model")
    mask = np.tril(np.ones((1, 1, 24, 24), dtype=bool))
    rewrite(folder, lambda tensors: tensors.update({"transformer.h.0.attn.bias": mask}))
    logits = GPT2.load(folder).forward(EXPECTED["tied"]["ids"])
    np.testing.assert_allclose(logits, EXPECTED["tied"]["logits"], atol=1e-4)


def test_a_tied_model_ignores_a_head_of_its_own(tmp_path):
    folder = shutil.copytree(TINY / "tied", tmp_path / "model")
    rewrite(folder, with_a_head)
    logits = GPT2.load(folder).forward(EXPECTED["tied"]["ids"])
    np.testing.assert_allclose(logits, EXPECTED["tied"]["logits"], atol=1e-4)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"model_type": "llama"}, "model_type must be 'gpt2', got 'llama'"),
        ({"activation_function": "relu"}, "activation_function must be 'gelu_new', got 'relu'"),
        ({"scale_attn_weights": False}, "scale_attn_weights must be True, got False"),
        ({"scale_attn_by_inverse_layer_idx": True}, "inverse_layer_idx must be False, got True"),
        ({"add_cross_attention": True}, "add_cross_attention must be False"),
        ({"n_head": 3}, "n_embd must be divisible by n_head, got 16 and 3"),
        ({"n_layer": 0}, "n_layer must be an integer from 1 to 2147483647, got 0"),
        ({"n_embd": "16"}, "n_embd must be an integer from 1 to .*, got '16'"),
        ({"vocab_size": None}, "vocab_size must be an integer from 1 to .*, got None"),
        ({"n_layer": 3}, "h.2.ln_1.weight.* it is missing"),
        ({"n_layer": 1}, "what a GPT-2 does not have: h.1"),
        ({"tie_word_embeddings": False}, "lm_head.weight.* it is missing"),
        ({"tie_word_embeddings": "no"}, "tie_word_embeddings must be true or false, got 'no'"),
        ({"n_embd": 10**9}, r"wte.weight must have shape \(40, 1000000000\), got \(40, 16\)"),
        ({"n_embd": 10**4000}, "n_embd must be an integer from 1 to 2147483647, got 1000"),
        ({"n_embd": {"a": 1}}, "n_embd must be an integer from 1"),
        ({"n_inner": 0}, "n_inner must be an integer from 1 to 2147483647, got 0"),
        ({"n_positions": 10**9}, r"wpe.weight must have shape \(1000000000, 16\)"),
        ({"n_layer": 10**9}, "h.2.ln_1.weight.* it is missing"),
        ({"layer_norm_epsilon": float("nan")}, "layer_norm_epsilon must be a number .*, got nan"),
        ({"layer_norm_epsilon": -1e-5}, "must be a number from 1e-38 to 3e38, got -1e-05"),
        ({"layer_norm_epsilon": 1e-60}, "must be a number from 1e-38 to 3e38, got 1e-60"),
        ({"layer_norm_epsilon": 1e39}, "layer_norm_epsilon must be a number from 1e-38 to 3e38"),
        ({"layer_norm_epsilon": "1e-5"}, "must be a number from 1e-38 to 3e38, got '1e-5'"),
        ({"eos_token_id": [[0]]}, r"eos_token_id must be an integer .*, got \[\[0\]\]"),
    ],
    ids=str,
)
def test_a_configuration_that_means_something_else(tmp_path, changes, says):
    folder = shutil.copytree(TINY / "tied", tmp_path / "model")
    change_config(folder, **changes)
    with pytest.raises(ValueError, match=says) as caught:
        GPT2.load(folder)
    assert re.match(r"(config\.json|model\.safetensors): ", str(caught.value))


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "vocab.json"])
def test_a_missing_file_is_named(tmp_path, name):
    folder = make_folder(tmp_path / "teller")
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"teller must hold {name}, and it does not"):
        Storyteller.load(folder)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("config.json", "{", "config.json is damaged: "),
        ("config.json", "[1]", "config.json is damaged: it holds no table"),
        ("vocab.json", "", "vocab.json is damaged: "),
        ("vocab.json", '{"a": 0, "b": 2}', "vocab.json must number its words from 0 to 1"),
        ("vocab.json", '{"a": 0, "b": "1"}', "vocab.json must number its words from 0 to 1"),
        ("vocab.json", '{"a": 0.0, "b": 1}', "vocab.json must number its words from 0 to 1"),
        ("vocab.json", '{"a": false, "b": true}', "vocab.json must number its words from 0 to 1"),
        ("vocab.json", '{"a": 0, "\\ud800": 1}', r"words that can be shown, got '\\ud800'"),
        ("vocab.json", '{"a": 0, "b": 1}', "a word for each of the model's 40 tokens, got 2"),
    ],
)
def test_a_damaged_table_is_named(tmp_path, name, content, says):
    folder = make_folder(tmp_path / "teller")
    (folder / name).write_text(content)
    with pytest.raises(ValueError, match=says):
        Storyteller.load(folder)


# --- A GPT-2 from elsewhere, in pieces of words ---------------------------------------------


TEXT = "The fox went to the woods, and the woods were quiet. Don't worry, 42 foxes! Größe\n"


@pytest.fixture(params=["tokenizer.json", "merges.txt"])
def downloaded(request, tmp_path):
    """A folder as a downloaded GPT-2 is: weights, and a tokenizer of one kind or the other."""
    return download(tmp_path, request.param)


def download(tmp_path, kind, marks=()):
    tokenizers = pytest.importorskip("tokenizers")
    folder = shutil.copytree(TINY / "tied", tmp_path / "gpt2")
    tokenizer = tokenizers.ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(
        [TEXT] * 3, vocab_size=290, min_frequency=1, special_tokens=list(marks)
    )
    if kind == "tokenizer.json":
        tokenizer.save(str(folder / "tokenizer.json"))
    else:
        tokenizer.save_model(str(folder))
    count = tokenizer.get_vocab_size()
    rng = np.random.default_rng(0)

    def grow(tensors):
        wte = rng.normal(0, 0.4, (count, 16)).astype(np.float32)
        tensors["transformer.wte.weight"] = wte

    rewrite(folder, grow)
    change_config(folder, vocab_size=count)
    return folder


def test_pieces_of_words(downloaded):
    teller = Storyteller.load(downloaded)
    assert len(teller.vocabulary) == len(teller.model.embedding)
    assert " woods" in teller.vocabulary
    prompt = "The foxes don't worry"
    assert "".join(teller.words(prompt)) == prompt
    text = teller.tell(prompt, 5, temperature=0)
    assert text.startswith(prompt) and text != prompt
    assert teller.tell("Größe, 42!\n", 0) == "Größe, 42!\n"
    with pytest.raises(ValueError, match="prompt must have at least one word"):
        teller.tell("")
    with pytest.raises(TypeError, match="text must be a string, got 3"):
        teller.tell(3)


def test_pieces_are_those_of_transformers(tmp_path):
    transformers = pytest.importorskip("transformers")
    downloaded = download(tmp_path, "merges.txt")
    theirs = transformers.GPT2TokenizerFast(
        vocab=str(downloaded / "vocab.json"), merges=str(downloaded / "merges.txt")
    )
    for text in (TEXT, " the", "the  woods\n\n", "Größe's 42"):
        assert Storyteller.load(downloaded)._text.read(text) == theirs(text)["input_ids"]


def test_the_mark_between_texts_is_one_token(tmp_path):
    """As vocab.json and merges.txt leave it open, and as the transformers library reads it."""
    folder = download(tmp_path, "merges.txt", marks=["<|endoftext|>"])
    teller = Storyteller.load(folder)
    mark = teller.vocabulary.index("<|endoftext|>")
    change_config(folder, eos_token_id=mark)
    teller = Storyteller.load(folder)
    text = "The fox<|endoftext|> the woods"
    assert teller.words(text).count("<|endoftext|>") == 1
    assert teller._text.read("<|endoftext|>") == [mark]
    assert teller._text.read(text) == [
        *teller._text.read("The fox"), mark, *teller._text.read(" the woods")
    ]  # fmt: skip
    assert teller.tell(text, 0) == "The fox the woods"  # the mark is no word
    assert len(teller.vocabulary) == len(teller.model.embedding)


@given(data=st.data())
def test_any_tokenizer_is_read_or_refused(tmp_path_factory, data):
    kind = data.draw(st.sampled_from(["tokenizer.json", "merges.txt"]))
    folder = download(tmp_path_factory.mktemp("any"), kind)
    names = ["tokenizer.json"] if kind == "tokenizer.json" else ["vocab.json", "merges.txt"]
    path = folder / data.draw(st.sampled_from(names))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    path.write_bytes(content)
    read_or_refused(folder)


def test_a_damaged_tokenizer_is_named(downloaded):
    for name in ("tokenizer.json", "vocab.json"):
        if (downloaded / name).exists():
            (downloaded / name).write_text("{")
    with pytest.raises(ValueError, match=r"the tokenizer in gpt2 \(.*json.*\) is damaged"):
        Storyteller.load(downloaded)


def test_a_tokenizer_that_panics_is_damaged_too(downloaded, monkeypatch):
    """Code in Rust that gives up raises what no ``except Exception`` catches."""
    import tokenizers

    class PanicException(BaseException):
        pass

    def give_up(error):
        def from_file(*_):
            raise error("range end index 7 out of range")

        for reader in ("Tokenizer", "ByteLevelBPETokenizer"):
            monkeypatch.setattr(getattr(tokenizers, reader), "from_file", from_file)
        Storyteller.load(downloaded)

    with pytest.raises(ValueError, match="is damaged: range end index 7"):
        give_up(PanicException)
    with pytest.raises(KeyboardInterrupt):
        give_up(KeyboardInterrupt)


def test_the_missing_package_is_named(tmp_path, monkeypatch):
    folder = shutil.copytree(TINY / "tied", tmp_path / "gpt2")
    (folder / "tokenizer.json").write_text("{}")
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(
        ModuleNotFoundError, match="needs the package tokenizers: run python -m pip"
    ):
        Storyteller.load(folder)


# --- Light ----------------------------------------------------------------------------------


def test_importing_it_loads_numpy_alone():
    code = (
        "import sys, numpy; before = set(sys.modules); import softmax_lib.gpt; "
        "new = {m.partition('.')[0] for m in set(sys.modules) - before}; "
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    root = Path(softmax_lib.__file__).parent.parent
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert run.stdout.strip() == "['softmax_lib']", run.stderr


def test_it_names_itself(teller):
    assert repr(teller) == (
        "Storyteller(GPT2(40 tokens, 2 layers of 2 heads, vectors of 16 numbers, context 24))"
    )
