"""A round of predictions: a question, its truth, and what misconceptions would give."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from ...distributions import total_variation

__all__ = [
    "Round",
    "check_kinds",
    "differs_from_before",
    "keep_distinct_mistakes",
    "random_generator",
]

NEAR_A_MISTAKE = 0.15
ON_THE_WAY = 1.05  # times the straight way from what was to the truth: who is there, has moved
HIT = 0.015  # as near as sliders in steps of 0.01 come to an answer
DISTINCT = 0.12  # two answers nearer than this are the same to a learner


@dataclass(frozen=True)
class Round:
    """One thing to predict.

    Attributes
    ----------
    question : str
    labels : list of str
        What the probabilities belong to.
    columns : list of dict
        What is given: each has a ``heading`` and ``texts``, one for each label.
    truth : list of float
        The right answer, a distribution.
    why : str
        One sentence on why it is right.
    mistakes : list of (list of float, str)
        What a misconception would give, and one sentence that names and corrects it.
    before : list of float, optional
        The distribution before the change that the question is about.
    kind : str
        The name of its kind of question.
    """

    question: str
    labels: list[str]
    columns: list[dict]
    truth: list[float]
    why: str
    mistakes: list[tuple[list[float], str]]
    before: list[float] | None = None
    kind: str = ""

    def judge(self, guess, within):
        """Return the distance in total variation, and one sentence on the likely misconception.

        Parameters
        ----------
        guess : sequence of float
        within : float
            A distance up to this is right.

        Returns
        -------
        distance : float
        sentence : str
        """
        distance = float(total_variation(guess, self.truth))
        if distance <= within:
            return distance, self.why
        near = [(float(total_variation(guess, p)), p, words) for p, words in self.mistakes]
        gap, mistake, sentence = min(near, key=lambda one: one[0], default=(1.0, [], ""))
        stays = self.before is not None and total_variation(mistake, self.before) <= HIT
        moved = gap > 2 * HIT and gap + distance <= ON_THE_WAY * total_variation(
            mistake, self.truth
        )
        if gap < distance and gap <= NEAR_A_MISTAKE and not (stays and moved):
            if gap > HIT:  # the sentence tells of the mistake, and not of this answer
                sentence = re.sub("^This", "Near yours is a known mistake. It", sentence)
            return distance, sentence
        worst = int(np.argmax(np.abs(np.subtract(guess, self.truth))))
        return distance, (
            f"The largest gap is at {self.labels[worst]}: {guess[worst]:.2f} instead of "
            f"{self.truth[worst]:.2f}. {self.why}"
        )


def random_generator(seed):
    """Return the generator of a seed, which gives the same on every machine."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed must be an integer >= 0, got {seed!r}")
    return np.random.default_rng(seed)


def check_kinds(kinds, known):
    """Return the kinds of rounds as a list; None stands for all that are known.

    Raises
    ------
    ValueError
        When there is none, or one is not known.
    """
    if kinds is None:
        return list(known)
    kinds = [kinds] if isinstance(kinds, str) or not isinstance(kinds, Iterable) else list(kinds)
    if not kinds or any(kind not in known for kind in kinds):
        raise ValueError(f"kinds must be one or more of {', '.join(known)}, got {kinds}")
    return kinds


def keep_distinct_mistakes(candidate):
    """Return a round with the mistakes that differ from each other and from the truth.

    Where every misconception gives the truth there is nothing to learn: then None.
    """
    distinct, known = [], [candidate.truth]
    for mistake in candidate.mistakes:
        if min(total_variation(mistake[0], p) for p in known) >= DISTINCT:
            distinct.append(mistake)
            known.append(mistake[0])
    return replace(candidate, mistakes=distinct) if distinct else None


def differs_from_before(candidate):
    """Return whether the answer is far from what stood there before: else no answer is needed."""
    if candidate.before is None:
        return True
    return total_variation(candidate.before, candidate.truth) >= DISTINCT
