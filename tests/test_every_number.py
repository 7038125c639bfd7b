"""Every function that takes numbers takes all kinds of real numbers, and refuses in words.

`test_numbers.py` asks the numbers' own functions more. A new function belongs into `CALLS`, or into
`NO_NUMBERS`; a test finds those that are missing.
"""

import functools
import importlib
import inspect
import pkgutil
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import softmax_lib
from softmax_lib import (
    attention,
    calibration,
    distributions,
    figures,
    formats,
    gradients,
    learning_figures,
    losses,
    range_figures,
    rounded_formulas,
    sampling,
    scale_figures,
    softmax,
    sparse,
    streaming,
    your_softmax,
)
from softmax_lib.explorers import (
    AttentionExplorer,
    BeatSoftmaxExplorer,
    MergeExplorer,
    NextWordExplorer,
    PredictExplorer,
    RangeExplorer,
    RuleExplorer,
    SoftmaxExplorer,
    TriangleExplorer,
)
from softmax_lib.explorers.attention_explorer import attention_weights
from softmax_lib.explorers.beat_softmax_explorer import finite_scores
from softmax_lib.explorers.predict.softmax_rounds import softmax_round
from softmax_lib.explorers.triangle_explorer import score_texts, three_scores
from softmax_lib.gpt import Storyteller
from softmax_lib.ngram import NextWordModel

P, Z = [0.75, 0.25], [1.0, 0.0, -1.0]
RAGGED = [0.0, 1.0], [1.0, 0.0], [1.0, 0.25]


def rng():
    return np.random.default_rng(0)


def three_words(generator):
    return softmax_round(generator, ["a", "b", "c"])


def after(explorer, **settings):
    """Return an explorer that was given settings later."""
    for name, value in settings.items():
        setattr(explorer, name, value)
    return explorer


def next_words(n, **settings):
    return NextWordExplorer({"x": {"a": n(3.0), "b": 1}}, "x", **settings)


def model(a):
    return NextWordModel([".", "a"], [a([0.5]), a([1]), a([0.0])], [[a([0.25])]], [a(P), a(Z[:2])])


# Each takes `a`, which makes a list of numbers of some kind, and `n`, which makes one such number.
# A name ends where a space or a comma stands: what follows says how it is called.
CALLS = {
    "distributions.as_floats": lambda a, n: distributions.as_floats(a(P), "it"),
    "distributions.as_number": lambda a, n: distributions.as_number(n(0.5), "it"),
    "distributions.broken_requirements": lambda a, n: softmax_lib.broken_requirements(
        a([0.75, 0.5]), tolerance=n(0.125)
    ),
    "distributions.check_distribution": lambda a, n: softmax_lib.check_distribution(a(P)),
    "distributions.entropy": lambda a, n: softmax_lib.entropy(a(P), base=n(4)),
    "distributions.perplexity": lambda a, n: softmax_lib.perplexity(a(P)),
    "distributions.kl_divergence": lambda a, n: softmax_lib.kl_divergence(a(P), a(P), base=n(4)),
    "distributions.total_variation": lambda a, n: softmax_lib.total_variation(a(P), a(P)),
    "softmax.softmax": lambda a, n: softmax(a(P), temperature=n(0.5)),
    "softmax.exponentiate": lambda a, n: softmax_lib.exponentiate(a(P), temperature=n(0.5)),
    "softmax.normalize": lambda a, n: softmax_lib.normalize(a(P)),
    "softmax.log_softmax": lambda a, n: softmax_lib.log_softmax(a(P), temperature=n(0.5)),
    "softmax.logsumexp": lambda a, n: softmax_lib.logsumexp(a(P)),
    "gradients.softmax_jacobian": lambda a, n: gradients.softmax_jacobian(a(P), n(0.5)),
    "gradients.softmax_vjp": lambda a, n: gradients.softmax_vjp(
        a(P), a([0.5, -1]), temperature=n(0.5)
    ),
    "losses.cross_entropy": lambda a, n: losses.cross_entropy(a(P), 1),
    "losses.cross_entropy_gradient": lambda a, n: losses.cross_entropy_gradient(a(P), 1),
    "streaming.SoftmaxState": lambda a, n: streaming.SoftmaxState.of(a(P), n(0.5)).probabilities(
        a(P)
    ),
    "streaming.online_softmax": lambda a, n: streaming.online_softmax(a(P), n(0.5)),
    "sparse.entmax": lambda a, n: sparse.entmax(a(P), n(1.25)),
    "sparse.sparsemax": lambda a, n: sparse.sparsemax(a(P)),
    "formats.round_to": lambda a, n: formats.round_to(a(P), "float16"),
    "rounded_formulas.work_out": lambda a, n: rounded_formulas.work_out(
        "textbook", a(P), "float16"
    ),
    "rounded_formulas.exact": lambda a, n: rounded_formulas.exact(a(P), False),
    "sampling.greedy": lambda a, n: sampling.greedy(a(P)),
    "sampling.sample": lambda a, n: sampling.sample(a(P), rng(), size=5),
    "sampling.rank": lambda a, n: sampling.rank(a(P), a([1, 2])),
    "sampling.top_k": lambda a, n: sampling.top_k(a(P), 1),
    "sampling.top_p": lambda a, n: sampling.top_p(a(P), n(0.5)),
    "sampling.min_p": lambda a, n: sampling.min_p(a(P), n(0.5)),
    "sampling.cut": lambda a, n: sampling.cut(a(P), None, n(0.5), n(0.5), scores=a([2, 1])),
    "sampling.gumbel_max": lambda a, n: sampling.gumbel_max(a(P), rng(), n(0.5)).drawn,
    "sampling.as_share": lambda a, n: sampling.as_share(n(0.5), "it"),
    "attention.attention_scores": lambda a, n: attention.attention_scores([a(P)], [a(P)]),
    "attention.attention": lambda a, n: attention.attention([a(P)], [a(P)], [a(P)], [a([0.5])])[0],
    "your_softmax.by_rows": lambda a, n: your_softmax.by_rows(np.tanh, n(0.5))(a(P)),
    "calibration.reliability": lambda a, n: calibration.reliability(a(P), a([1, 0])),
    "calibration.expected_calibration_error": lambda a, n: calibration.expected_calibration_error(
        a(P), a([1, 0])
    ),
    "calibration.bootstrap_interval": lambda a, n: calibration.bootstrap_interval(
        np.mean, a([0.5, 0.25, 1, 2]), level=n(0.5), draws=20
    ),
    "calibration.fit_temperature": lambda a, n: calibration.fit_temperature(
        [a([2, 0]), a([0, 1]), a([1, 0])], [0, 1, 1]
    ),
    "ngram.NextWordModel": lambda a, n: model(a).logits("a"),
    "ngram.NextWordModel, its temperature": lambda a, n: model(list).tell("a", 3, n(0.5)),
    "gpt.storyteller.Storyteller": lambda a, n: Storyteller.load().tell(
        "once", 3, n(0.5), top_p=n(0.5), min_p=n(0.25)
    ),
    "figures.probability_bars": lambda a, n: figures.probability_bars(a(P)),
    "figures.count_bars": lambda a, n: figures.count_bars(dict(zip("abc", a([3, 2000, 1])))),
    "figures.count_bars, the largest": lambda a, n: figures.count_bars(
        dict(zip("abc", a([3, 2000, 1]))), top=2
    ),
    "figures.draw_frequencies": lambda a, n: figures.draw_frequencies(a(P), [0, 1]),
    "figures.cumulative_draw": lambda a, n: figures.cumulative_draw(a(P), n(0.5)),
    "figures.bell_race": lambda a, n: figures.bell_race(a(P)),
    "figures.rivals": lambda a, n: figures.rivals(a([-1, 0, 0.5])),
    "figures.exponential_curve": lambda a, n: figures.exponential_curve(a([-1, 0, 0.5])),
    "figures.stages": lambda a, n: figures.stages(a(P), temperature=n(0.5)),
    "figures.soft_and_hard_maximum": lambda a, n: figures.soft_and_hard_maximum(a([0, -1]), n(6)),
    "figures.matrix_times_vector": lambda a, n: figures.matrix_times_vector([a(P), a(P)], a(P)),
    "figures.gap_curve": lambda a, n: figures.gap_curve(a([-1, 0, 0.5])),
    "figures.temperature_strip": lambda a, n: figures.temperature_strip(
        a(P), temperatures=a([0, 0.5])
    ),
    "figures.entropy_curve": lambda a, n: figures.entropy_curve(a(P), marks=a([0.5, 1])),
    "figures.cut_bars": lambda a, n: figures.cut_bars(a(P), {"x": a([1, 0])}),
    "figures.attention_pattern": lambda a, n: figures.attention_pattern([a(P), a(P)], ["a", "b"]),
    "figures.attention_rows": lambda a, n: figures.attention_rows([a(P), a(P)], ["a", "b"]),
    "learning_figures.surprise_curve": lambda a, n: learning_figures.surprise_curve(a([0.5, 0.25])),
    "learning_figures.pixel_tiles": lambda a, n: learning_figures.pixel_tiles(a([1, 0.5, 0, 0.25])),
    "learning_figures.learning_curve": lambda a, n: learning_figures.learning_curve(
        {"x": a([2, 1, 0.5])}, marks=(0, 2)
    ),
    "learning_figures.reliability_diagram": lambda a, n: learning_figures.reliability_diagram(
        {"x": (a(P), [1, 0])}, least=1
    ),
    "scale_figures.sparse_paths": lambda a, n: scale_figures.sparse_paths(a([1, 0.5, 0])),
    "scale_figures.spectrum": lambda a, n: scale_figures.spectrum([a(P), a([0.5, 1])], 1),
    "range_figures.breaking_maps": lambda a, n: range_figures.breaking_maps(end=n(20)),
    "explorers.attention_explorer.attention_weights": lambda a, n: attention_weights(
        [a(P), a(P)], d=n(4)
    ),
    "explorers.attention_explorer.AttentionExplorer": lambda a, n: AttentionExplorer([a(P), a(P)]),
    "explorers.attention_explorer.AttentionExplorer, q and k": lambda a, n: AttentionExplorer(
        q=[a(P)], k=[a(P)]
    ),
    "explorers.beat_softmax_explorer.BeatSoftmaxExplorer": lambda a, n: BeatSoftmaxExplorer(
        a([1, 0.5, 0]), temperature=n(0.5), probabilities=a([0.5, 0.25, 0.25])
    ),
    "explorers.beat_softmax_explorer.finite_scores": lambda a, n: finite_scores(a(Z)),
    "explorers.merge_explorer.MergeExplorer": lambda a, n: MergeExplorer([a([1, 2]), a([0, 0.5])]),
    "explorers.next_word_explorer.NextWordExplorer": lambda a, n: next_words(
        n, temperature=n(0.5), top_p=n(0.5), min_p=n(0.25)
    ),
    "explorers.next_word_explorer.NextWordExplorer, later": lambda a, n: after(
        next_words(float), temperature=n(0.5), top_p=n(0.5), min_p=n(0.25), u=n(0.25)
    ),
    "explorers.range_explorer.RangeExplorer": lambda a, n: RangeExplorer(n(8), n(2.5)),
    "explorers.rule_explorer.RuleExplorer": lambda a, n: RuleExplorer(logits=a(Z), amount=n(0.5)),
    "explorers.rule_explorer.RuleExplorer, later": lambda a, n: after(
        RuleExplorer(), logits=a(Z), amount=n(2)
    ),
    "explorers.softmax_explorer.SoftmaxExplorer": lambda a, n: SoftmaxExplorer(
        a(Z), temperature=n(0.5), base=n(2)
    ),
    "explorers.softmax_explorer.SoftmaxExplorer, later": lambda a, n: after(
        SoftmaxExplorer([1, 2, 3]), logits=a(Z), temperature=n(0.5), base=n(2)
    ),
    "explorers.triangle_explorer.TriangleExplorer": lambda a, n: TriangleExplorer(
        a(Z), temperature=n(0.5)
    ),
    "explorers.triangle_explorer.three_scores": lambda a, n: three_scores(a(Z)),
    "explorers.triangle_explorer.score_texts": lambda a, n: score_texts(a(Z)),
    "explorers.predict.explorer.PredictExplorer": lambda a, n: (
        PredictExplorer(three_words, within=n(0.25)).within
    ),
    "explorers.predict.explorer.PredictExplorer, a guess": lambda a, n: PredictExplorer(
        three_words
    ).commit(a([0.5, 0.25, 0.25])),
}
# What is public and takes no real number of anybody's: whole files, and names in the others.
INSIDE = {
    "explorers.export", "explorers.own_softmax", "explorers.softmax_rules", "explorers.static",
    "explorers.weight_rules", "gpt.text", "gpt.weights", "palette", "runner", "tiled",
    "exercises", "explorers.predict.attention_rounds", "explorers.predict.round",
    "explorers.predict.softmax_rounds", "explorers.predict.word_rounds", "widgets",
}  # fmt: skip
BESIDE = {"__main__", "bundle", "jupyter", "launcher", "setup_check"}
NO_NUMBERS = {
    "attention.causal_mask",  # counts places
    "byte_pairs.cut_word", "byte_pairs.learn_merges", "byte_pairs.next_piece_counts",  # counts
    "calibration.Reliability",  # what reliability returns
    "compiled.use",  # on or off
    "digits.Digits", "digits.Part", "digits.load_digits",
    "explorers.head_explorer.HeadExplorer",  # places, and a model
    "explorers.triangle_explorer.distribution_text",
    "figures.Picture", "figures.saturation",  # counts numbers
    "formats.Format",
    "glossary.Term", "glossary.glossary", "glossary.glossary_page",
    "gpt.model.GPT2", "gpt.model.Cache", "gpt.model.Step", "gpt.model.as_length",  # float32
    "gpt.storyteller.Attentions", "gpt.storyteller.held_out_stories",
    "ngram.count_next_words", "ngram.next_word_counts", "ngram.split_words", "ngram.word_counts",
    "rounded_formulas.outcome_of",  # arrays of work_out
    "sampling.as_count", "sampling.Cut", "sampling.GumbelDraw",
    "suspects.IN_FLOAT64", "suspects.candidate", "suspects.suspect",
    "your_softmax.OutputError",
}  # fmt: skip
each = pytest.mark.parametrize("name", CALLS)


def public_names():
    """Yield what each file of the package offers, as ``file.name``, but for `INSIDE`."""
    for found in pkgutil.walk_packages(softmax_lib.__path__, "softmax_lib."):
        file = found.name.removeprefix("softmax_lib.")
        if not any(f"{file}.".startswith(f"{part}.") for part in INSIDE | BESIDE):
            try:
                module = importlib.import_module(found.name)
            except ImportError:  # there is no numba here
                assert file == "compiled"
                yield "compiled.use"
                continue
            for name in getattr(module, "__all__", ()):
                value = getattr(module, name)
                home = getattr(inspect.unwrap(value), "__module__", "") if callable(value) else ""
                if home == found.name:  # what a folder offers of its files stands with them
                    yield f"{file}.{name}"


def test_every_public_name_is_here():
    known = {name.partition(",")[0] for name in CALLS}
    assert set(public_names()) == known | NO_NUMBERS
    assert not known & NO_NUMBERS


def seen(result):
    """Return what a learner sees of a result."""
    if not hasattr(result, "description"):
        return str(result)
    kept = ("probabilities", "weights", "results", "temperature")
    return result.description, [str(getattr(result, name, "")) for name in kept]


# Where None is the default of a single number.
OPTIONAL = {
    "distributions.broken_requirements",
    "explorers.attention_explorer.attention_weights",
    "sampling.cut",
}


@functools.cache
def ordinary(name):
    """Return what a learner sees with ordinary numbers, and which of `a` and `n` were used."""
    used = set()

    def listed(values):
        used.add("a")
        return list(values)

    def one(value):
        used.add("n")
        return float(value)

    return seen(CALLS[name](listed, one)), used


@pytest.mark.parametrize("kind", [Fraction, Decimal])
@each
def test_each_kind_of_real_number_counts_as_what_it_is(name, kind):
    found = CALLS[name](lambda values: [kind(value) for value in values], kind)
    assert seen(found) == ordinary(name)[0]


def put(bad, name):
    """Yield calls in which one number is bad: the first of each list, the last, the single one."""
    used = ordinary(name)[1]
    if "a" in used:
        yield lambda values: [bad, *values[1:]], float
        yield lambda values: [*values[:-1], bad], float
    if "n" in used and not (bad is None and name in OPTIONAL):
        yield list, lambda value: bad


@pytest.mark.parametrize("large", [10**400, -(10**400), Fraction(10**400), Decimal("1e400")])
@each
def test_a_number_beyond_the_range_is_named(name, large):
    for a, n in put(large, name):
        with pytest.raises(ValueError, match=r"must fit into float64|must be"):
            CALLS[name](a, n)


@pytest.mark.parametrize("bad", ["1", None, 1j])
@each
def test_what_is_no_number_is_named(name, bad):
    if name == "calibration.bootstrap_interval":
        pytest.skip("its arrays may hold anything that the statistic takes")
    for a, n in put(bad, name):
        with pytest.raises((TypeError, ValueError), match=" must "):
            CALLS[name](a, n)
