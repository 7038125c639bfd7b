"""Rounds of predictions about next words: a temperature or a cut, on what a model really says."""

from dataclasses import replace

import numpy as np

from ...sampling import min_p, rank, top_k, top_p
from ...softmax import softmax
from ..static import probability_text
from .round import Round, check_kinds, differs_from_before, keep_distinct_mistakes

__all__ = ["draw_continuation", "word_round"]

SHOWN = 4  # words with a bar of their own; the rest share one
TRIES = 200  # walks to take before giving up
STRICT_TRIES = 20  # of them, those that look for more than two likely words


def word_round(generator, walk, vocabulary, kinds=None):
    """Return one thing to predict about the next word of a text.

    Parameters
    ----------
    generator : numpy.random.Generator
    walk : callable
        ``walk(generator)`` yields texts that grow, each with the scores of its next words.
    vocabulary : sequence of str
    kinds : sequence of str, optional
        Which kinds of rounds, of "temperature", "top_k", "top_p" and "min_p".

    Returns
    -------
    Round

    Raises
    ------
    ValueError
        When there is no such kind, or the source is nearly sure of every next word.
    """
    kinds = check_kinds(kinds, KINDS)
    if len(vocabulary) < SHOWN:
        raise ValueError(
            f"source must have {SHOWN} words or more to predict about, got {len(vocabulary)}"
        )
    for tried in range(TRIES):
        # At first only places on the way; then the prompt itself, and two likely words will do.
        strict = tried < STRICT_TRIES
        places = list(walk(generator))[strict:]
        undecided = [at for at in places if _is_undecided(softmax(at[1]), 3 if strict else 2)]
        if not undecided:
            continue
        text, logits = undecided[int(generator.integers(len(undecided)))]
        words = _Words(np.asarray(logits), vocabulary)
        kind = kinds[int(generator.integers(len(kinds)))]
        candidate = KINDS[kind](generator, text, words)
        if candidate is None or not differs_from_before(candidate):
            continue
        if candidate := keep_distinct_mistakes(candidate):
            return replace(candidate, kind=kind)
    raise ValueError(
        "source is nearly sure of every next word after this prompt: give another prompt"
    )


def draw_continuation(generator, logits):
    """Draw a word to go on with: likely ones only, the rarer of them more often than they come.

    A source may be nearly sure of one story; then its own draws would end at the same few places.
    """
    p = min_p(softmax(logits, temperature=2), 0.1).probabilities
    return int(generator.choice(len(p), p=p))


def _is_undecided(p, likely):
    """Whether so many of the first words leave something to predict."""
    first = np.sort(p)[::-1][:SHOWN]
    return first[0] < 0.85 and first[likely - 1] > 0.03 and first.sum() > 0.3


class _Words:
    """Scores of next words, as a few bars: the most probable words, and all others together."""

    def __init__(self, logits, vocabulary):
        self.logits, self.p = logits, softmax(logits)
        self.order = rank(self.p, logits)
        self.count, self.rest = len(logits), len(logits) - SHOWN
        self.possible = int(np.sum(logits > -np.inf))
        self.names = [str(vocabulary[i]) for i in self.order[:SHOWN]]
        if self.rest:
            self.names.append(f"{self.rest} others" if self.rest > 1 else "1 other")
        self.ranked = self.p[self.order]

    def fold(self, p):
        """Return a distribution over the vocabulary as one over the bars."""
        first = p[self.order[:SHOWN]]
        return [*first.tolist(), float(max(0.0, 1 - first.sum()))] if self.rest else first.tolist()

    def at_temperature(self, temperature):
        return self.fold(softmax(self.logits, temperature=temperature))

    def kept(self, count):
        """Share everything out among the first words, in proportion."""
        after = np.zeros(self.count)
        after[self.order[:count]] = self.ranked[:count] / self.ranked[:count].sum()
        return self.fold(after)

    def tied(self, count):
        """Whether the last word of so many is as likely as the next: then order is no answer."""
        return count < self.count and np.isclose(*self.ranked[count - 1 : count + 1], rtol=1e-6)

    def uniform(self, count):
        after = np.zeros(self.count)
        after[self.order[:count]] = 1 / count
        return self.fold(after)

    def to_first(self, count):
        """Give the first word all that the dropped ones had."""
        after = np.where(np.isin(np.arange(self.count), self.order[:count]), self.p, 0)
        after[self.order[0]] += 1 - after.sum()
        return self.fold(after)

    def left_over(self, count):
        """Leave the words that stay as they were, and all that is dropped to the last bar."""
        return [*(self.ranked[:SHOWN] * (np.arange(SHOWN) < count)).tolist(),
                float(self.ranked[count:].sum())]  # fmt: skip

    def round(self, text, asked, truth, why, mistakes):
        before = self.fold(self.p)
        column = {"heading": "at T = 1", "texts": [probability_text(p) for p in before]}
        place = f"After “{text}”" if text else "At the start of a text"
        question = f"{place}: {asked} Where do the probabilities go?"
        unchanged = (before, "This leaves the probabilities as they were.")
        return Round(question, self.names, [column], truth, why, [unchanged, *mistakes], before)


def _temperature(generator, text, words):
    t = float(generator.choice([0.0, 0.5, np.inf]))
    asked = f"the temperature goes from 1 to {'infinity' if t == np.inf else f'{t:g}'}."
    if t == 0:
        if words.tied(1):
            return None
        why = f"At T = 0 the first word, {words.names[0]}, takes everything."
        opposite, limit = words.at_temperature(np.inf), None
    elif t == 0.5:
        if words.fold(words.p)[SHOWN:] > [0.15]:  # nobody can tell what all the others make of it
            return None
        why = (
            "Dividing the scores by 0.5 doubles their differences, so each probability is squared "
            "before all are shared out again."
        )
        opposite = words.at_temperature(2)
        limit = (
            words.at_temperature(0),
            "This is where T = 0 would end; T = 0.5 goes only part of the way.",
        )
    else:
        can = "" if words.possible == words.count else " that can follow"
        why = f"At T = infinity each of the {words.possible} words{can} gets 1/{words.possible}."
        opposite = words.at_temperature(0)
        limit = (
            [1 / len(words.names)] * len(words.names),
            f"This gives each bar the same; but at T = infinity it is each word{can} that gets "
            f"the same, 1/{words.possible}.",
        )
    wrong_way = "This goes the other way: a low T sharpens, a high T flattens."
    mistakes = [(opposite, wrong_way)] + ([limit] if limit else [])
    return words.round(text, asked, words.at_temperature(t), why, mistakes)


SHARED_OUT = "What is kept grows by the same factor, so that the sum is 1 again."


def _common(words, count):
    """What somebody may do who keeps the right words, and who keeps one alone."""
    mistakes = [
        (words.uniform(count), "This gives all that stay the same; they keep their proportions."),
        (words.to_first(count), "This hands the freed probability to the first word; every word "
         "that is kept grows by the same factor."),
        (words.kept(1), f"This keeps the first word alone; {count} stay."),
    ]  # fmt: skip
    if words.rest:
        sentence = (
            "This leaves what is kept as it was, and what is cut off to the others; what is cut "
            "off is gone, and what is kept is shared out again."
        )
        mistakes.insert(0, (words.left_over(count), sentence))
    return mistakes


def _top_k(generator, text, words):
    k = int(generator.integers(1, 4))
    if words.tied(k):  # then more than k would stay
        return None
    truth = words.fold(top_k(words.p, k).probabilities)
    asked = f"top-k keeps {k} word{'s' * (k > 1)}."
    why = f"Only the first {f'{k} words stay' if k > 1 else 'word stays'}. {SHARED_OUT}"
    return words.round(text, asked, truth, why, _common(words, k))


def _between(generator, low, high, margin):
    """Return a number in steps of 0.05 that lies well between two, or None.

    The learner sees two digits: the margin has to be wider than what rounding them can do.
    """
    steps = [n / 20 for n in range(1, 20) if low + margin < n / 20 < high - margin]
    return float(generator.choice(steps)) if steps else None


def _top_p(generator, text, words):
    count = int(generator.integers(1, SHOWN + 1))
    totals = np.cumsum(words.ranked)
    low = totals[count - 2] if count > 1 else 0.0
    p = _between(generator, low, totals[count - 1], 0.005 * count)
    if p is None or words.tied(count):
        return None
    left = top_p(words.p, p)
    kept = int(left.kept.sum())
    alone = int(np.sum(words.ranked >= p))
    why = (
        f"From the first word on, {kept} {'reach' if kept > 1 else 'reaches'} {p:g} "
        f"({totals[kept - 1]:.2f}); the word that crosses the line stays. {SHARED_OUT}"
    )
    mistakes = [
        (words.kept(max(1, count - 1)), "This drops the word that crosses the line; it is the "
         "last one that stays."),
        (words.kept(count + 1), "This keeps one word too many; the one that crosses the line is "
         "the last."),
        *_common(words, count),
    ]  # fmt: skip
    if alone:  # else this rule would keep none
        own = (
            f"This compares each word's own probability with {p:g}; top-p adds them up, from the "
            "first one on."
        )
        mistakes.insert(2, (words.kept(alone), own))
    return words.round(
        text, f"top-p is set to {p:g}.", words.fold(left.probabilities), why, mistakes
    )


def _min_p(generator, text, words):
    count = int(generator.integers(1, SHOWN + 1))
    ratios = words.ranked / words.ranked[0]
    low = ratios[count] if count < words.count else 0.0
    p = _between(generator, low, ratios[count - 1], 0.01 / words.ranked[0])
    if p is None:
        return None
    truth = words.fold(min_p(words.p, p).probabilities)
    absolute = int(np.sum(words.ranked >= p))
    why = (
        f"What stays has at least {p:g} times the first word's {words.ranked[0]:.2f}, which is "
        f"about {p * words.ranked[0]:.2f}. {SHARED_OUT}"
    )
    mistakes = _common(words, count)
    if absolute:  # else this rule would keep none
        itself = (
            f"This drops what has less than {p:g}; min-p compares with {p:g} times the probability "
            "of the first word."
        )
        mistakes.insert(0, (words.kept(absolute), itself))
    return words.round(text, f"min-p is set to {p:g}.", truth, why, mistakes)


KINDS = {"temperature": _temperature, "top_k": _top_k, "top_p": _top_p, "min_p": _min_p}
