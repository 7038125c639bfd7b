"""Exercises with feedback, hints and solutions; questions; and a record of what is done."""

from . import cells, pulled
from .checks import check
from .class_view import class_progress
from .progress import latest_answer, load
from .quiz import Lines, Progress, Quiz
from .recalled import recall
from .registry import find

__all__ = ["ask", "check", "class_progress", "hint", "my_work", "progress", "recall", "solution"]

cells.watch()
pulled.tell()


def ask(question):
    """Show a question; choosing an option explains it and records whether it is right.

    Parameters
    ----------
    question : str
        The question's name.

    Returns
    -------
    Quiz

    Raises
    ------
    ValueError
        When there is no such question.
    """
    return Quiz(find("question", question))


def hint(exercise, number=1):
    """Show a hint.

    Parameters
    ----------
    exercise : str
        The exercise's name.
    number : int, default 1
        1 is a nudge, 3 nearly tells.

    Returns
    -------
    Lines

    Raises
    ------
    ValueError
        When there is no such exercise or hint.
    """
    hints = find("exercise", exercise).hints
    if number not in range(1, len(hints) + 1):
        raise ValueError(f"number must be 1 to {len(hints)}, got {number!r}")
    return Lines(hints[int(number) - 1])


def solution(exercise):
    """Show one right answer.

    Parameters
    ----------
    exercise : str
        The exercise's name.

    Returns
    -------
    Lines

    Raises
    ------
    ValueError
        When there is no such exercise.
    """
    return Lines(find("exercise", exercise).solution.strip(), code=True)


def my_work(exercise):
    """Show the latest answer that you had checked, also after a restart.

    Parameters
    ----------
    exercise : str
        The exercise's name.

    Returns
    -------
    Lines

    Raises
    ------
    ValueError
        When there is no such exercise.
    """
    find("exercise", exercise)
    latest = latest_answer(exercise)
    if latest:
        return Lines(latest, code=True)
    if exercise in load()["exercises"]:
        return Lines("Your answer here was checked, and it left no code to show.")
    return Lines("Nothing has been checked here yet.")


def progress():
    """Show which exercises and questions are done.

    Returns
    -------
    Progress
    """
    return Progress()
