"""A learner's own softmax in an explorer: ask it, and say what is wrong with its answer."""

import re

import numpy as np
import traitlets

from ..distributions import broken_requirements
from ..runner import EXPLORER_SECONDS, run
from ..softmax import softmax
from ..widgets.base import NO_ECHO, NUMBERS
from ..your_softmax import OutputError, by_rows
from .static import probability_text

__all__ = ["OwnSoftmax", "ask_own_softmax"]


class OwnSoftmax(traitlets.HasTraits):
    """An explorer whose probabilities may come from a learner's softmax, which Python asks.

    A subclass calls `_use` before its traits are set, says in `_question` what to ask, and calls
    `_ask` whenever that may have changed. The learner's function is asked once for each question.

    Attributes
    ----------
    own : bool
        Whether there is such a function: then its answer counts.
    asked, answered : int
        How often the browser has asked, and up to which time it was answered.
    answer : list or None
        The last answer, in the shape of the scores; None when there is none.
    fit : bool
        Whether each row of it is a distribution, be it the right one or not.
    problems : list of str
        What is wrong with it.
    """

    own = traitlets.Bool(False, read_only=True).tag(sync=True)
    asked = traitlets.Int(0).tag(sync=True, **NO_ECHO)
    answered = traitlets.Int(0, read_only=True).tag(sync=True)
    answer = traitlets.List(None, allow_none=True, read_only=True).tag(sync=True, **NUMBERS)
    fit = traitlets.Bool(True, read_only=True).tag(sync=True)
    problems = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)

    def _use(self, function):
        if function is not None and not callable(function):
            raise TypeError(f"softmax must be a function, got {function!r}")
        self._function, self._latest_question = function, None
        self.set_trait("own", function is not None)

    def _question(self):
        """Return arguments for `ask_own_softmax`: scores, a temperature, and names of the scores.

        As lists: what is equal is not asked again.
        """
        raise NotImplementedError

    def _right_answer(self, scores, temperature=1.0):
        return softmax(scores, temperature=temperature)

    def _reply(self):
        """Return the learner's answer as an array or None, its problems, and whether it fits."""
        question = self._question()
        if question != self._latest_question:
            named = {name: question[name] for name in ("rows", "columns") if name in question}
            given = {name: value for name, value in question.items() if name not in named}
            right = self._right_answer(**given)
            self._latest_reply = ask_own_softmax(self._function, **given, right=right, **named)
            self._latest_question = question
        return self._latest_reply

    def _ask(self, change=None):
        """Bring the answer, and what is wrong with it, up to date."""
        if not self.own:
            return
        answer, problems, fit = self._reply()
        with self.hold_sync():
            self.set_trait("answer", None if answer is None else answer.tolist())
            self.set_trait("problems", problems)
            self.set_trait("fit", fit)
            self.set_trait("answered", self.asked)


def ask_own_softmax(function, scores, temperature=1.0, *, right, rows, columns=None):
    """Return what a learner's function makes of scores, and what is wrong with that.

    `softmax_lib.your_softmax` says how it is called.

    Parameters
    ----------
    function : callable
    scores : array_like, shape (n,) or (rows, n)
    temperature : float, default 1.0
    right : numpy.ndarray of float64
        What softmax gives, in the shape of `scores`.
    rows : sequence of str
        What to call each score; of a table, each row.
    columns : sequence of str, optional
        Of a table: what to call each column.

    Returns
    -------
    answer : numpy.ndarray of float64 or None
        Shape of `scores`; None when there is no such answer.
    problems : list of str
        What to tell the learner; empty when the answer is the softmax of these scores.
    fit : bool
        Whether each row of the answer is a distribution, be it the right one or not.
    """
    scores = np.array(scores, dtype=np.float64)
    try:
        # What is not finite is no error here: it is shown, and named by its place.
        call = by_rows(function, temperature, finite=False)
    except TypeError as error:
        return None, [f"your {error}"], False
    done = run(call, [(scores,)], EXPLORER_SECONDS)
    if done.timed_out:
        return None, [f"your softmax did not finish within {EXPLORER_SECONDS:g} s"], False
    answer, error = done.outcomes[0].value, done.outcomes[0].error
    if isinstance(error, OutputError):
        return None, [f"your {error}"], False
    if error is not None:  # whatever a learner's function does, the explorer goes on
        problem = f"your softmax stopped: {type(error).__name__}: {str(error)[:200]}"
        return None, [problem], False
    broken = broken_requirements(answer)  # in its own dtype, which says how far rounding may go
    answer = answer.astype(np.float64)
    problems = [_named(problem, rows, columns) for problem in broken]
    return answer, problems or _compared(answer, right, rows, columns), not broken


def _compared(answer, right, rows, columns):
    """Say where a distribution is not the softmax."""
    off = np.abs(answer - right)
    if off.max() <= 1e-3:  # float16 may be this far off
        return []
    place = np.unravel_index(off.argmax(), off.shape)
    name = rows[place[0]] if columns is None else f"{columns[place[1]]} in {rows[place[0]]}"
    given, wanted = (probability_text(p[place]) for p in (answer, right))
    if given == wanted:
        given, wanted = (f"{p[place]:.3f}" for p in (answer, right))
    return [
        f"this is a distribution, but not the softmax of these scores: {name} is {given} and "
        f"should be {wanted}"
    ]


def _named(problem, rows, columns):
    """Call entries by their names instead of their numbers."""
    if columns is None:
        return re.sub(r"\bentry (\d+)", lambda at: rows[int(at[1])], problem)
    problem = re.sub(
        r"\bentry \((\d+), (\d+)\)",
        lambda at: f"{columns[int(at[2])]} in {rows[int(at[1])]}",
        problem,
    )
    return re.sub(r"\bat entry (\d+)", lambda at: f"in {rows[int(at[1])]}", problem)
