"""Rounds of predictions about softmax, each with the misconceptions that it can show.

Every one is made from a random generator: scores, words, what changes, and by how much.
"""

import math
from dataclasses import replace

import numpy as np

from ...distributions import total_variation
from ...softmax import softmax
from .round import Round, check_kinds, differs_from_before, keep_distinct_mistakes

__all__ = ["draw_scores", "softmax_round"]

LUCK = 0.05  # the distance that 03 asks for


def softmax_round(generator, labels, kinds=None):
    """Return one thing to predict about softmax.

    Parameters
    ----------
    generator : numpy.random.Generator
    labels : sequence of str
        Names to choose from; at least two.
    kinds : sequence of str, optional
        Which kinds of rounds, of "scores", "temperature", "shift", "raise" and "mask".

    Returns
    -------
    Round

    Raises
    ------
    ValueError
        When there are fewer than two labels, or no such kind.
    """
    if len(labels) < 2:
        raise ValueError(f"labels must be two or more to predict about, got {list(labels)}")
    kinds = check_kinds(kinds, KINDS)
    while True:
        names, scores = draw_scores(generator, labels)
        kind = kinds[int(generator.integers(len(kinds)))]
        candidate = replace(KINDS[kind](generator, names, scores), kind=kind)
        # Only a shift may leave things as they were: elsewhere that answer would be right by luck.
        moves = kind == "shift" or differs_from_before(candidate)
        lucky = kind == "scores" and _comes_out_by_luck(scores)
        if moves and not lucky and (candidate := keep_distinct_mistakes(candidate)):
            return candidate


def draw_scores(generator, labels):
    """Return 3 or 4 of the labels (fewer when there are fewer), in order, and a score for each."""
    count = int(generator.integers(min(3, len(labels)), min(4, len(labels)) + 1))
    places = np.sort(generator.permutation(len(labels))[:count])
    names = [str(labels[i]) for i in places]
    # Half steps, all different, none far away: an answer that a person can work out.
    return names, generator.permutation(np.arange(-3, 7))[:count] / 2


def _texts(scores, form="g"):
    return ["masked" if z == -math.inf else f"{z:{form}}".replace("-", "−") for z in scores]


def _column(heading, scores, form="g"):
    return {"heading": heading, "texts": _texts(scores, form)}


def _share(values):
    values = np.maximum(np.asarray(values, dtype=float), 0)
    total = values.sum()
    return (values / total if total > 0 else np.full(len(values), 1 / len(values))).tolist()


def _softmax(scores, temperature=1.0):
    return softmax(np.asarray(scores, dtype=float), temperature=temperature).tolist()


def _comes_out_by_luck(scores):
    """Return whether weights that are not powers of e come near the truth for these scores."""
    ranks = np.argsort(np.argsort(-scores))
    weights = 2.0**scores, 0.5**ranks, (scores - scores.min()) ** 2
    return min(total_variation(_share(w), softmax(scores)) for w in weights) <= LUCK


def _uniform(scores):
    return [1 / len(scores)] * len(scores)


def _scores(generator, names, scores):
    top, second = np.argsort(-scores)[:2]
    lead = scores[top] - scores[second]
    return Round(
        "What does softmax make of these scores?",
        names,
        [_column("score", scores)],
        _softmax(scores),
        f"{names[top]} leads {names[second]} by {lead:g}, so it gets e^{lead:g} = "
        f"{math.exp(lead):.1f} times as much.",
        [
            # First: where no score is above 0, _share makes the same of them.
            (_uniform(scores), "This gives all the same; equal shares need equal scores."),
            (_share(scores), "This shares in proportion to the scores above 0; softmax shares in "
             "proportion to e^score, so each lead of 1 is a factor of 2.7."),
            (_softmax(scores, 0), "This gives the largest score everything; softmax is softer, "
             "and every score keeps a share."),
            (_softmax(-scores), "This turns the order around; a larger score gets a larger "
             "probability."),
            (_softmax(scores, 2), "This is too flat; each lead of 1 multiplies the share by 2.7."),
        ],
    )  # fmt: skip


def _temperature(generator, names, scores):
    t = float(generator.choice([0.0, 0.25, 0.5, 2.0, 4.0]))
    opposite = 1 / t if t else math.inf
    if t == 0:
        why = "At T = 0 the largest score takes everything."
    else:
        why = (
            f"Dividing the scores by {t:g} makes their differences "
            f"{'larger' if t < 1 else 'smaller'}, so the probabilities get "
            f"{'sharper' if t < 1 else 'flatter'}."
        )
    mistakes = [
        (_softmax(scores), "This leaves the probabilities as they were; T divides every score "
         "before e^, and that changes their differences."),
        (_softmax(scores, opposite), "This goes the other way: a low T sharpens, a high T "
         "flattens. T divides the scores, it does not multiply them."),
    ]  # fmt: skip
    if t > 0:
        extreme = _softmax(scores, 0) if t < 1 else _uniform(scores)
        limit = "T = 0" if t < 1 else "T = infinity"
        mistakes.append((extreme, f"This is where {limit} would end; T = {t:g} goes only part "
                         "of the way."))  # fmt: skip
    return Round(
        f"The temperature goes from 1 to {t:g}. Where do the probabilities go?",
        names,
        [_column("score", scores), _column("at T = 1", _softmax(scores), ".2f")],
        _softmax(scores, t),
        why,
        mistakes,
        _softmax(scores),
    )


def _shift(generator, names, scores):
    c = float(generator.choice([-2.0, 1.0, 3.0, 10.0]))
    shifted = scores + c
    change = f"{c:g} is added to" if c > 0 else f"{-c:g} is taken from"
    return Round(
        f"{change} every score. Where do the probabilities go?",
        names,
        [_column("new score", shifted), _column("before", _softmax(scores), ".2f")],
        _softmax(scores),
        "Adding the same to every score multiplies every weight by the same number, which "
        "cancels: nothing changes.",
        [
            (_uniform(scores), "This flattens the probabilities; but only differences between "
             "scores count, and they are the same as before."),
            (_softmax(scores, 0), "This sharpens the probabilities; but only differences between "
             "scores count, and they are the same as before."),
            (_share(shifted), "This shares in proportion to the new scores; softmax looks only at "
             "their differences, and those did not change."),
            (_softmax(scores, 2), "This flattens the probabilities; but only differences between "
             "scores count, and they are the same as before."),
        ],
        _softmax(scores),
    )  # fmt: skip


def _raise(generator, names, scores):
    i = int(generator.integers(len(names)))
    by = float(generator.choice([1.0, 2.0]))
    after = scores.copy()
    after[i] += by
    before, truth = np.array(_softmax(scores)), _softmax(after)
    held = before.copy()  # the others keep theirs: the raised one takes what is left
    halfway = before.copy()
    halfway[i] = min(1.0, before[i] * math.exp(by))
    others = 1 - halfway[i]
    halfway[np.arange(len(held)) != i] *= others / (1 - before[i])
    extreme = np.zeros(len(names))
    extreme[i] = 1
    return Round(
        f"The score of {names[i]} goes up by {by:g}. Where do the probabilities go?",
        names,
        [_column("new score", after), _column("before", before, ".2f")],
        truth,
        f"The weight of {names[i]} is multiplied by e^{by:g} = {math.exp(by):.1f}, and the others "
        "keep theirs; then the larger sum divides them all.",
        [
            (held.tolist(), f"This leaves {names[i]} where it was; its weight was multiplied by "
             f"{math.exp(by):.1f}."),
            # Before the next, which may come to the same.
            (extreme.tolist(), "This gives it everything; softmax leaves each of the others a "
             "share."),
            (halfway.tolist(), f"This multiplies the probability by {math.exp(by):.1f}; but the "
             "weight is multiplied, and the sum to divide by grows with it."),
        ],
        before.tolist(),
    )  # fmt: skip


def _mask(generator, names, scores):
    i = int(generator.integers(len(names)))
    before = np.array(_softmax(scores))
    masked = scores.copy()
    masked[i] = -math.inf
    truth = _softmax(masked)
    others = np.arange(len(names)) != i
    to_first, evenly = before.copy(), before.copy()
    to_first[i] = evenly[i] = 0
    to_first[int(np.argmax(masked))] += before[i]
    evenly[others] += before[i] / others.sum()
    return Round(
        f"{names[i]} is masked: its score becomes −infinity. Where do the probabilities go?",
        names,
        [_column("new score", masked), _column("before", before, ".2f")],
        truth,
        "The masked one has weight 0, and the others are divided by a smaller sum: each grows by "
        "the same factor.",
        [
            (before.tolist(), "This leaves the masked one its probability; e^(−infinity) is 0."),
            (to_first.tolist(), "This hands the freed probability to the largest; every other "
             "one grows by the same factor."),
            (evenly.tolist(), "This shares the freed probability out evenly; every other one "
             "grows by the same factor, so the larger ones gain more."),
            (np.where(others, 1 / others.sum(), 0).tolist(), "This gives all that are left the "
             "same; they keep their proportions."),
        ],
        before.tolist(),
    )  # fmt: skip


KINDS = {
    "scores": _scores,
    "temperature": _temperature,
    "shift": _shift,
    "raise": _raise,
    "mask": _mask,
}
