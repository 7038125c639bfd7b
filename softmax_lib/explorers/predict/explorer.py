"""Predict first: drag the probabilities that you expect, commit, and see the truth beside them."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

import numpy as np
import traitlets

from ...distributions import as_number, check_distribution
from ...widgets.base import NO_ECHO, Explorer, module_text, style_text
from ..static import static_table
from .round import Round, random_generator

__all__ = ["PredictExplorer"]

AHEAD = 6  # rounds that the browser has in hand, so that it can go on without Python


class PredictExplorer(Explorer):
    """Rounds of predictions, made from a seed.

    You get one from an explorer's ``predict()``. In each round, drag the bars to where you expect
    them, and commit. The truth appears beside your answer, with the distance between the two and
    one sentence on what may have led you there.

    Parameters
    ----------
    make_round : callable
        ``make_round(generator)`` returns a `Round` from a numpy random generator.
    seed : int, default 0
        The same seed gives the same rounds on every machine.
    needed : int, default 3
        How many rounds within the distance finish it.
    within : float, default 0.1
        The distance in total variation that counts as right.
    each : sequence of str, optional
        Kinds of rounds of which one each must be among them.
    exercise : str, optional
        The name under which your progress is recorded.
    title : str, optional

    Attributes
    ----------
    answers : list of list of float
        Your committed predictions, a distribution for each round so far.
    results : list of dict
        For each of them: ``distance``, ``right`` and ``sentence``.
    passed : bool

    Raises
    ------
    ValueError, TypeError
        When an argument is out of its range.
    """

    _esm = module_text("explorers/predict/explorer")
    _css = style_text("explorers/predict/explorer")

    rounds = traitlets.List(read_only=True).tag(sync=True)
    answers = traitlets.List().tag(sync=True, **NO_ECHO)
    needed = traitlets.Int(3, read_only=True).tag(sync=True)
    within = traitlets.Float(0.1, read_only=True).tag(sync=True)
    each = traitlets.List(read_only=True).tag(sync=True)

    def __init__(
        self,
        make_round: Callable[[np.random.Generator], Round],
        *,
        seed=0,
        needed=3,
        within=0.1,
        each=(),
        exercise=None,
        title=None,
    ):
        if not callable(make_round):
            raise TypeError(f"make_round must be a function, got {make_round!r}")
        if isinstance(needed, bool) or not isinstance(needed, int) or needed < 1:
            raise ValueError(f"needed must be an integer >= 1, got {needed!r}")
        if isinstance(within, bool):
            raise TypeError(f"within must be one real number, got {within!r}")
        if not 0 < (distance := as_number(within, "within")) < 1:
            raise ValueError(f"within must be a distance between 0 and 1, got {within!r}")
        self._make_round, self._generator = make_round, random_generator(seed)
        self.exercise, self._rounds = exercise, []
        self.set_trait("needed", needed)
        self.set_trait("within", distance)
        self.set_trait("each", list(each))
        self._make_rounds(AHEAD)
        super().__init__(title="" if title is None else str(title))

    def _make_rounds(self, count):
        self._rounds += [self._make_round(self._generator) for _ in range(count)]
        self.set_trait("rounds", [asdict(round_) for round_ in self._rounds])

    def commit(self, guess: Sequence[float]):
        """Answer the next round from Python, as the button does, and return what came of it.

        Parameters
        ----------
        guess : sequence of float
            A distribution over the round's labels.

        Returns
        -------
        dict
            ``distance``, ``right`` and ``sentence``.

        Raises
        ------
        ValueError
            When `guess` is not a distribution over the round's labels.
        """
        self.answers = [*self.answers, guess]
        return self.results[-1]

    @traitlets.validate("answers")
    def _check(self, proposal):
        answers = []
        # The browser may have gone on while the kernel was away.
        self._make_rounds(max(0, len(proposal["value"]) + AHEAD // 2 - len(self._rounds)))
        for guess, round_ in zip(proposal["value"], self._rounds):
            if np.shape(guess) != (len(round_.labels),):
                raise ValueError(
                    "a prediction must have one probability for each of "
                    f"{round_.labels}, got {guess}"
                )
            p = check_distribution(guess, name="a prediction").astype(float)
            answers.append(p.tolist())
        return answers

    @traitlets.observe("answers")
    def _record(self, change):
        if self.exercise and len(change["new"]) > len(change["old"] or []):
            # Only here: who draws no predictions to record need not load the exercises.
            from ...exercises.progress import record_answer

            record_answer(self.exercise, "", self.passed)

    @property
    def results(self):
        """What came of each committed prediction."""
        results = []
        for guess, round_ in zip(self.answers, self._rounds):
            distance, sentence = round_.judge(guess, self.within)
            right = distance <= self.within
            results.append({"distance": distance, "right": right, "sentence": sentence})
        return results

    @property
    def passed(self):
        """Whether enough rounds were predicted."""
        return (
            sum(result["right"] for result in self.results) >= self.needed and not self._missing()
        )

    def _missing(self):
        """Return the kinds of `each` of which no round was predicted yet."""
        right = {made.kind for made, result in zip(self._rounds, self.results) if result["right"]}
        return [kind for kind in self.each if kind not in right]

    def judge(self, words=None):
        """Return None when enough rounds were predicted, or else what to say, as a check does.

        Parameters
        ----------
        words : dict, optional
            For each of the kinds in `each`, what to call a round of it.

        Returns
        -------
        str or None
        """
        if self.passed:
            return None
        results = self.results
        right = sum(result["right"] for result in results)
        enough, last_right = right >= self.needed, bool(results) and results[-1]["right"]
        came = f"came within {self.within:g} of the truth"
        if enough:
            said = [f"{right} rounds {came}, but not one of each kind of question."]
        else:
            said = [f"{right} of the {self.needed} rounds that are needed {came}."]
        if results and not last_right:  # of a right one there is nothing to correct
            said.append(results[-1]["sentence"])
        missing = [(words or {}).get(k, f"a round of the kind {k}") for k in self._missing()]
        if missing and (enough or last_right):
            said.append(f"Still to do: {' and '.join(missing)}.")
        return " ".join([*said, "Go on with *Next round*."])

    def _current(self):
        return self._rounds[min(len(self.answers), len(self._rounds) - 1)]

    @property
    def description(self):
        """What the explorer shows, in a few sentences."""
        round_ = self._current()
        given = [
            f"{column['heading']}: "
            + ", ".join(f"{label} {text}" for label, text in zip(round_.labels, column["texts"]))
            for column in round_.columns
        ]
        return ". ".join(
            [f"{self.title or 'Predict'}, round {len(self.answers) + 1}", *given, round_.question]
        )

    def _table(self):
        round_ = self._current()
        heads = ["name", *(column["heading"] for column in round_.columns)]
        rows = list(zip(round_.labels, *(column["texts"] for column in round_.columns)))
        return static_table(self.description, "answer", heads, rows)
