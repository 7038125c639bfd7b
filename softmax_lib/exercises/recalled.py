"""A learner's own function, brought back in another notebook."""

import functools
import re

import softmax_lib

from ..runner import build, run
from .checks import judge_answer
from .feedback import PASSED, plain
from .intact import replaced
from .progress import load, saved_answer
from .registry import all_exercises, find

__all__ = ["recall"]


def recall(exercise):
    """Return your own function from an earlier notebook, or the course's if yours is not done.

    If yours passed and cannot be brought back, one printed sentence says why.

    Parameters
    ----------
    exercise : str
        The exercise's name.

    Returns
    -------
    callable
        Its attribute ``origin`` says "yours" or "the course's".

    Raises
    ------
    ValueError
        When there is no such exercise, or its answer is no function.
    """
    task = find("exercise", exercise)
    if task.judge is not None:
        raise ValueError(f"exercise must be one that asks for a function, got {exercise!r}")
    source, passed = saved_answer(task.id)
    if passed:
        function, why = _yours(task, source)
    else:
        function, why = None, ""
        if load()["exercises"].get(task.id, {}).get("passed") is True:
            why = "passed, but Python did not tell its code, so it could not be saved"
    if why:
        print(f"Your {task.id} {why}: this is the course's function.")
    mine = function is not None
    return _labeled(
        function if mine else build(task.solution, task.id), "yours" if mine else "the course's"
    )


def _yours(task, source):
    """Return (the function, nothing), or (None, why it cannot be had)."""
    if broken := replaced():
        return None, f"cannot be tried while `{broken[0]}` is not what it was (restart the kernel)"
    # What is saved runs under the same guard as an answer: it may loop, exit, or print.
    built = run(lambda: build(source, task.id, _earlier(task.id)), [()])
    if built.timed_out:
        return None, "does not come to an end when its saved code runs"
    (outcome,) = built.outcomes
    if outcome.error is not None:
        return None, f"cannot be brought back, since {_reason(outcome.error)}"
    function = outcome.value
    if not callable(function):
        return None, "is saved as something that is no function"
    status, text = judge_answer(task, function)
    if status == PASSED:
        return function, ""
    lost = re.search(r"raised NameError: name '(\w+)' is not defined", text)
    if lost:
        return None, f"uses `{lost[1]}`, which could not be saved with it"
    return None, f"no longer passes its check ({text.split('. ')[0].rstrip('.')})"


def _reason(error):
    if isinstance(error, KeyError) and error.args:
        return f"its saved code defines no {error.args[0]}"
    try:
        words = plain(" ".join(str(error).split()))
    except Exception:
        words = ""
    return f"its saved code raises {type(error).__name__}" + f" ({words})" * bool(words)


def _earlier(without):
    """Return other answers by name, so that a function which calls an earlier one still works."""
    names = {name: getattr(softmax_lib, name) for name in softmax_lib.__all__}
    for name, task in all_exercises().items():
        if name != without and task.judge is None:
            names[name] = build(task.solution, name)
    return names


def _labeled(function, origin):
    """Return the function with its origin; one of Python's or numpy's own stays as it is."""
    if getattr(function, "__module__", "") != "softmax_answer":
        own = function

        @functools.wraps(own, updated=())
        def function(*arguments, **named):
            return own(*arguments, **named)

    function.origin = origin
    return function
