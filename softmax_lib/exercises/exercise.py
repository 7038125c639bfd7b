"""What an exercise, a wrong answer and a question are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Exercise", "Question", "WrongAnswer"]


@dataclass(frozen=True)
class WrongAnswer:
    """An answer that learners really give, and what to say to it.

    Parameters
    ----------
    name : str
        The misconception in a few words.
    code : str
        The wrong answer, complete, as a learner would type it.
    says : str
        The feedback: names the misconception, never the learner.
    """

    name: str
    code: str
    says: str


@dataclass(frozen=True)
class Exercise:
    """One task with everything that belongs to it.

    Parameters
    ----------
    id : str
        The name that the learner gives to the answer, such as ``my_softmax``.
    notebook : str
        Stem of the notebook it stands in.
    title : str
    minutes : int
        How long it takes.
    task : str
        Markdown: what to do.
    stub : str
        What stands in the notebook for the learner to complete.
    solution : str
        A right answer, complete.
    hints : tuple of str
        Three, from a nudge to nearly the whole answer.
    wrong : tuple of WrongAnswer
    noticed : str
        What to see in a right answer: the check says it when it passes.
    probes : tuple of tuple
        Arguments on which the learner's function and the solution must agree; by what it does on
        them a wrong answer is recognized.
    draw : callable, optional
        Takes a random generator and returns arguments of the kind that the task promises. The
        check tries `draws` of them after the probes.
    draws : int
    by_ratio : bool
        Whether numbers are compared in proportion to themselves, so that 1e-20 is not 0. For
        products, quotients and powers; not where a right way to compute leaves a tiny rest.
    may_overflow : callable, optional
        Takes the arguments of a call that is drawn, and returns whether a right answer may come to
        NaN there: a formula that is right can leave the numbers that a computer holds. Another
        number is wrong even there.
    of_softmax : bool
        Whether the task is to write softmax: another's softmax then passes without praise.
    in_course : tuple of str
        What the course has that does the task: an answer that calls it passes without praise.
    seconds : float, optional
        How long all calls may take, where the usual time is too short.
    slow : str
        What to say when they take longer, after the usual question.
    judge : callable, optional
        For a task with many right answers: takes the answer, returns None when it is right, `...`
        when nothing has been answered yet, or else what to say.
    """

    id: str
    notebook: str
    title: str
    minutes: int
    task: str
    stub: str
    solution: str
    hints: tuple[str, str, str]
    wrong: tuple[WrongAnswer, ...]
    noticed: str
    probes: tuple[tuple, ...] = ()
    draw: Callable[[Any], tuple] | None = None
    draws: int = 200
    by_ratio: bool = False
    may_overflow: Callable[..., bool] | None = None
    of_softmax: bool = False
    in_course: tuple[str, ...] = ()
    seconds: float | None = None
    slow: str = ""
    judge: Callable[[Any], str | None] | None = None


@dataclass(frozen=True)
class Question:
    """A question with a few options, each with its explanation.

    Parameters
    ----------
    id : str
    notebook : str
        Stem of the notebook it stands in.
    text : str
        Plain text, no LaTeX: it must read the same in every front end.
    options : tuple of (str, str)
        Each option with the explanation that a learner who picks it should read.
    answer : int
        Index of the right option.
    """

    id: str
    notebook: str
    text: str
    options: tuple[tuple[str, str], ...]
    answer: int
