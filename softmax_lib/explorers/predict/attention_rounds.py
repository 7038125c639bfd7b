"""Rounds of predictions about attention: the weights of one query, its mask, and the root of d."""

import math
from dataclasses import replace

import numpy as np

from ...softmax import softmax
from .round import Round, check_kinds, differs_from_before, keep_distinct_mistakes
from .softmax_rounds import KINDS as SOFTMAX_KINDS
from .softmax_rounds import draw_scores

__all__ = ["attention_round"]


def attention_round(generator, labels, key_labels, d=None, kinds=None):
    """Return one thing to predict about the attention weights of one query.

    Parameters
    ----------
    generator : numpy.random.Generator
    labels, key_labels : sequence of str
        Names of the queries and of the keys to choose from; at least two keys.
    d : int, optional
        The width of queries and keys; without one there are no rounds about √d.
    kinds : sequence of str, optional
        Which kinds of rounds, of "row" (the scores of a query become weights), "causal" (the later
        keys are masked; as many keys as queries, three at least), "zero" (their scores are set to
        0 instead) and "scale" (the division by √d is put in or left out). Default: all that fit.

    Returns
    -------
    Round

    Raises
    ------
    ValueError
        When there are fewer than two keys, or no such kind.
    """
    if len(key_labels) < 2:
        raise ValueError(f"keys must be two or more to predict about, got {list(key_labels)}")
    makers = {"row": _row}
    if list(labels) == list(key_labels) and len(labels) > 2:
        makers |= {"causal": _causal, "zero": _zero}
    if d is not None and d > 1:
        makers["scale"] = _scale
    kinds = check_kinds(kinds, makers)
    while True:
        names, scores = draw_scores(generator, key_labels)
        query = str(labels[int(generator.integers(len(labels)))])
        kind = kinds[int(generator.integers(len(kinds)))]
        candidate = replace(makers[kind](generator, query, names, scores, d), kind=kind)
        if differs_from_before(candidate) and (candidate := keep_distinct_mistakes(candidate)):
            return candidate


def _texts(values):
    return [f"{x:g}".replace("-", "−") for x in values]


def _row(generator, query, names, scores, d):
    candidate = SOFTMAX_KINDS["scores"](generator, names, scores)
    question = f"The query “{query}” has these scores. How much weight does each key get?"
    return replace(candidate, question=question)


def _causal(generator, query, names, scores, d):
    at = int(generator.integers(0, len(names) - 1))  # the query is one of the names, not the last
    query = names[at]
    later = np.arange(len(names)) > at
    before = softmax(scores)

    def masked(hidden, value=-math.inf):
        return softmax(np.where(hidden, value, scores)).tolist()

    truth = masked(later)
    freed = np.where(later, 0.0, before)
    to_itself, to_first = freed.copy(), freed.copy()
    to_itself[at] += 1 - freed.sum()
    to_first[int(np.argmax(freed))] += 1 - freed.sum()
    evenly = np.where(later, 0.0, before + (1 - freed.sum()) / (at + 1))
    mistakes = [
        (before.tolist(), "This leaves the later keys their weights; a score of −infinity gets "
         "e^(−infinity) = 0."),
        (masked(later, 0.0), "This makes the later scores 0; but e^0 is 1, so a score of 0 keeps "
         "a weight. Only −infinity gets none."),
        (to_itself.tolist(), f"This hands what is freed to “{query}” itself; the keys that are "
         "left share it in their old proportions."),
        (to_first.tolist(), "This hands what is freed to the largest; every key that is left "
         "grows by the same factor."),
        (evenly.tolist(), "This shares what is freed out evenly; every key that is left grows by "
         "the same factor, so the larger ones gain more."),
        (np.where(later, 0.0, 1 / (at + 1)).tolist(), "This gives all that are left the same; they "
         "keep their proportions."),
    ]  # fmt: skip
    if at > 0:
        hidden = np.arange(len(names)) >= at
        sentence = f"This hides “{query}” from itself; a query sees itself and what came before."
        mistakes.append((masked(hidden), sentence))
        hidden = np.arange(len(names)) < at
        sentence = "This hides the earlier keys; a query may look back, and not ahead."
        mistakes.append((masked(hidden), sentence))
    return Round(
        f"The words come in this order. The causal mask is switched on for the query “{query}”. "
        "Where do the weights go?",
        names,
        [
            {"heading": "score", "texts": _texts(scores)},
            {"heading": "before", "texts": [f"{p:.2f}" for p in before]},
        ],
        truth,
        f"The keys after “{query}” get 0; the others share everything in their old proportions.",
        mistakes,
        before.tolist(),
    )


def _zero(generator, query, names, scores, d):
    at = int(generator.integers(0, len(names) - 1))
    later = np.arange(len(names)) > at
    before, changed = softmax(scores), np.where(later, 0.0, scores)
    opposite = np.where(later, scores, 0.0)
    if_masked = (
        "This is what −infinity does, the real mask; a score of 0 is a score like any other, and "
        "keeps the weight e^0 = 1 before all are divided by their sum."
    )
    return Round(
        f"The words come in this order. To hide the words after “{names[at]}” from it, somebody "
        "sets their scores to 0. Where do the weights go?",
        names,
        [
            {"heading": "score", "texts": _texts(scores)},
            {"heading": "before", "texts": [f"{p:.2f}" for p in before]},
        ],
        softmax(changed).tolist(),
        f"Nothing is hidden: the words after “{names[at]}” still have the weight e^0 = 1 each, "
        "before all are divided by their sum.",
        [
            (softmax(np.where(later, -np.inf, scores)).tolist(), if_masked),
            (before.tolist(), "This leaves the weights as they were; the later scores are 0 now, "
             "and not all of them were before."),
            ([1 / len(names)] * len(names), "This gives all the same; only equal scores get equal "
             "weights."),
            (softmax(opposite).tolist(), f"This sets the scores of “{names[at]}” and what comes "
             "before it to 0; it is the later ones that change."),
        ],
        before.tolist(),
    )  # fmt: skip


def _scale(generator, query, names, scores, d):
    root = math.sqrt(d)
    shown = f"{root:.2f}".rstrip("0").rstrip(".")
    divide = bool(generator.integers(2))
    if divide:
        scores = 2 * scores  # far apart: then dividing them makes a difference
        asked = f"has these scores. Now they are divided by √{d} = {shown}."
        after, wrong_way, too_far = scores / root, scores * root, scores / d
        why = (
            f"Each difference is {shown} times smaller: it works as a temperature of {shown} does."
        )
        if_wrong_way = (
            "This is sharper; dividing makes the differences smaller, and the weights flatter."
        )
        smaller, if_too_far = "smaller", (
            f"This divides by d = {d}; the scores are divided by its root, {shown}."
        )  # fmt: skip
    else:
        asked = f"has these scores, divided by √{d} = {shown}. Now the division is left out."
        after, wrong_way, too_far = scores * root, scores / root, scores * d
        why = (
            f"Each difference is {shown} times larger: the weights get sharper, and the favorite "
            "takes more."
        )
        if_wrong_way = (
            "This is flatter; without the division the differences are larger, and the weights "
            "sharper."
        )
        smaller, if_too_far = "larger", (
            f"This goes too far; each score is {shown} times what it was, not {d} times."
        )  # fmt: skip
    before = softmax(scores)
    return Round(
        f"The query “{query}” {asked} Where do the weights go?",
        names,
        [
            {"heading": "score", "texts": _texts(scores)},
            {"heading": "before", "texts": [f"{p:.2f}" for p in before]},
        ],
        softmax(after).tolist(),
        why,
        [
            (before.tolist(), "This leaves the weights as they were; the differences between the "
             f"scores get {smaller}."),
            (softmax(wrong_way).tolist(), if_wrong_way),
            (softmax(too_far).tolist(), if_too_far),
            ([1 / len(names)] * len(names), "This gives all the same; only equal scores get equal "
             "weights."),
        ],
        before.tolist(),
    )  # fmt: skip
