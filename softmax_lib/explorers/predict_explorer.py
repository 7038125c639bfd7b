"""Predict first: drag the probabilities that you expect, commit, and see the truth beside them."""

import html
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import traitlets

from ..distributions import check_distribution, total_variation
from .base import COLUMN, NO_ECHO, ROW, TABLE, Explorer, cell, module_text, style_text

__all__ = ["PredictExplorer", "Round", "random_generator"]

AHEAD = 6  # rounds that the browser has in hand, so that it can go on without Python
NEAR_A_MISTAKE = 0.15


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
    """

    question: str
    labels: list[str]
    columns: list[dict]
    truth: list[float]
    why: str
    mistakes: list[tuple[list[float], str]]
    before: list[float] | None = None

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
        near = [(float(total_variation(guess, p)), told) for p, told in self.mistakes]
        gap, told = min(near, key=lambda pair: pair[0], default=(1.0, ""))
        if gap < distance and gap <= NEAR_A_MISTAKE:
            return distance, told
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
    words : str
        What the explorer shows, in a few sentences.

    Raises
    ------
    ValueError, TypeError
        When an argument is out of its range.
    """

    _esm = module_text("predict_explorer")
    _css = style_text("predict_explorer")

    rounds = traitlets.List(read_only=True).tag(sync=True)
    answers = traitlets.List().tag(sync=True, **NO_ECHO)
    needed = traitlets.Int(3, read_only=True).tag(sync=True)
    within = traitlets.Float(0.1, read_only=True).tag(sync=True)

    def __init__(
        self,
        make_round: Callable[[np.random.Generator], Round],
        *,
        seed=0,
        needed=3,
        within=0.1,
        exercise=None,
        title=None,
    ):
        if not callable(make_round):
            raise TypeError(f"make_round must be a function, got {make_round!r}")
        if isinstance(needed, bool) or not isinstance(needed, int) or needed < 1:
            raise ValueError(f"needed must be an integer >= 1, got {needed!r}")
        if isinstance(within, bool) or not isinstance(within, int | float | np.number):
            raise TypeError(f"within must be a distance between 0 and 1, got {within!r}")
        if not 0 < within < 1:
            raise ValueError(f"within must be a distance between 0 and 1, got {within!r}")
        self._make_round, self._generator = make_round, random_generator(seed)
        self.exercise, self._made = exercise, []
        self.set_trait("needed", needed)
        self.set_trait("within", float(within))
        self._make(AHEAD)
        super().__init__(title="" if title is None else str(title))

    def _make(self, count):
        self._made += [self._make_round(self._generator) for _ in range(count)]
        self.set_trait("rounds", [asdict(made) for made in self._made])

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
        self._make(max(0, len(proposal["value"]) + AHEAD // 2 - len(self._made)))
        for guess, made in zip(proposal["value"], self._made):
            if np.shape(guess) != (len(made.labels),):
                raise ValueError(
                    f"a prediction must have one probability for each of {made.labels}, got {guess}"
                )
            p = check_distribution(guess, name="a prediction").astype(float)
            answers.append(p.tolist())
        return answers

    @traitlets.observe("answers")
    def _record(self, change):
        if self.exercise and len(change["new"]) > len(change["old"] or []):
            # Only here: who draws no predictions to record need not load the exercises.
            from ..exercises.progress import record_answer

            record_answer(self.exercise, "", self.passed)

    @property
    def results(self):
        """What came of each committed prediction."""
        told = []
        for guess, made in zip(self.answers, self._made):
            distance, sentence = made.judge(guess, self.within)
            right = distance <= self.within
            told.append({"distance": distance, "right": right, "sentence": sentence})
        return told

    @property
    def passed(self):
        """Whether enough rounds were predicted."""
        return sum(result["right"] for result in self.results) >= self.needed

    def judge(self):
        """Return None when enough rounds were predicted, or else what to say, as a check does."""
        if self.passed:
            return None
        right = sum(result["right"] for result in self.results)
        last = f" {self.results[-1]['sentence']}" if self.results else ""
        return (
            f"{right} of the {self.needed} rounds that are needed came within {self.within:g} of "
            f"the truth.{last}"
        )

    @property
    def words(self):
        """What the explorer shows, in a few sentences."""
        made = self._made[min(len(self.answers), len(self._made) - 1)]
        given = [
            f"{column['heading']}: "
            + ", ".join(f"{label} {text}" for label, text in zip(made.labels, column["texts"]))
            for column in made.columns
        ]
        return ". ".join(
            [f"{self.title or 'Predict'}, round {len(self.answers) + 1}", *given, made.question]
        )

    def _table(self):
        made = self._made[min(len(self.answers), len(self._made) - 1)]
        heads = "".join(cell(column["heading"], "th", COLUMN) for column in made.columns)
        rows = ""
        for i, label in enumerate(made.labels):
            texts = "".join(cell(column["texts"][i]) for column in made.columns)
            rows += f'<tr style="background:#fff">{cell(label, "th", ROW)}{texts}</tr>'
        return (
            f'{TABLE}<caption style="caption-side:bottom;text-align:left;background:#fff;'
            f'color:#1a1a1a;padding:8px 10px">{html.escape(self.words)} Run the cell to answer.'
            f'</caption><thead><tr style="background:#fff">{cell("name", "th", COLUMN)}{heads}'
            f"</tr></thead><tbody>{rows}</tbody></table>"
        )
