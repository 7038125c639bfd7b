"""Judge an answer by what it does, and say something useful about it."""

import functools
import inspect
import numbers
import re

import numpy as np

from ..distributions import broken_requirements
from ..runner import CHECK_SECONDS, build, run, running
from .feedback import NOT_YET, PASSED, TRY_AGAIN, Feedback, show
from .progress import path, record_answer
from .registry import all_exercises, find

__all__ = ["check", "judge_answer"]


def check(exercise, answer=...):
    """Check an answer and say what is right or wrong about it.

    Parameters
    ----------
    exercise : str
        The exercise's name, such as "my_softmax".
    answer : object
        Your function, or your value.

    Returns
    -------
    Feedback
        Displays itself. The check never raises, and gives an answer up after a few seconds. Only
        one long step of Python itself, such as ``sum(range(10**11))``, cannot be given up, and
        does not hear *Stop*: *Kernel -> Restart Kernel* ends it, and no saved answer is lost.
    """
    try:
        task = find("exercise", exercise)
    except Exception as error:
        name = exercise if isinstance(exercise, str) else type(exercise).__name__
        return Feedback(
            TRY_AGAIN, name, f"The check does not know this exercise: {_message(error)}"
        )
    if running():
        return Feedback(
            TRY_AGAIN, task.id, "A check cannot run inside a function. Call it in its own cell."
        )
    if answer is ...:
        return Feedback(NOT_YET, task.id, "Write your answer above, then run this cell again.",
                        task.hints, task.solution)  # fmt: skip
    try:
        status, text = judge_answer(task, answer)
    except Exception as error:  # an answer stranger than we foresaw is still an answer
        status = TRY_AGAIN
        text = f"This answer could not be judged ({type(error).__name__}: {_message(error)})."
    note = ""
    if status != NOT_YET and not record_answer(task.id, _source(answer), status == PASSED):
        note = f"Your progress could not be saved in {path().name}; the answer counts."
    return Feedback(status, task.id, text, task.hints, task.solution, note)


def _message(error):
    """Return an error's own words; some errors cannot even say those."""
    try:
        return str(error)
    except Exception:
        return "it does not say why"


def _source(answer):
    """Return what can be saved of an answer: its source, after that of the helpers it calls."""
    try:
        if not callable(answer):
            return repr(answer)[:2000]
        helpers = _helpers(answer, {})
        return "\n\n\n".join(_source_of(f) for f in [*helpers, answer])
    except Exception:  # made by exec, a class without a file, a repr that raises, ...
        return ""


def _source_of(function):
    return inspect.cleandoc("\n" + inspect.getsource(function)).strip()


def _helpers(function, found):
    """Return the learner's own functions that `function` calls, those needed first."""
    scope = getattr(function, "__globals__", {})
    for name in getattr(getattr(function, "__code__", None), "co_names", ()):
        other = scope.get(name)
        own = inspect.isfunction(other) and other.__globals__ is scope
        if own and other is not function and other not in found:
            found[other] = None  # before the call: two helpers may call each other
            _helpers(other, found)
            found[other] = found.pop(other)
    return found


def judge_answer(task, answer, seconds=CHECK_SECONDS):
    """Return the verdict on an answer and the words for it; nothing is recorded.

    Parameters
    ----------
    task : Exercise
    answer : object
    seconds : float, optional
        Limit for all the learner's calls together.

    Returns
    -------
    status, text : str
    """
    if task.judge is not None:
        with np.errstate(all="ignore"):
            text = task.judge(answer)
        if text is ...:
            return NOT_YET, "There is nothing to judge yet. Answer above, then run this cell again."
        return (PASSED, task.noticed) if text is None else (TRY_AGAIN, text)
    if not callable(answer):
        return TRY_AGAIN, (
            f"The check needs your function itself, and got {show(answer)}. Write "
            f'`check("{task.id}", {task.id})`, without parentheses after the name.'
        )
    done = run(answer, task.probes, seconds)
    if any(o.value is ... or isinstance(o.error, NotImplementedError) for o in done.outcomes):
        return NOT_YET, "Replace the `...` with your code, then run both cells again."
    if done.timed_out:
        call = _call_text(task, task.probes[len(done.outcomes)])
        text = (
            f"`{call}` did not finish within {seconds:g} seconds. Is there a loop that never ends?"
        )
        if done.still_running:
            text += (
                " It still runs, and may slow the notebook down: Kernel → Restart Kernel ends it. "
                "Your saved answers stay."
            )
        return TRY_AGAIN, text
    expected = _outcomes(task.id)
    if all(_agree(o, e) for o, e in zip(done.outcomes, expected, strict=True)):
        if any(o.changed_input for o in done.outcomes):
            return TRY_AGAIN, (
                "The numbers are right, but your function changes the array that it is given. "
                "Whoever called it would find their scores gone. Make a new array instead of "
                "using `-=`, `/=` or assignment into the argument."
            )
        return PASSED, task.noticed
    for wrong, outcomes in _wrong_outcomes(task.id):
        if all(_agree(o, e) for o, e in zip(done.outcomes, outcomes, strict=True)):
            return TRY_AGAIN, wrong.says
    text = next(
        _describe(task, probe, o, e)
        for probe, o, e in zip(task.probes, done.outcomes, expected, strict=True)
        if not _agree(o, e)
    )
    if done.printed.strip():
        text += f"\nYour function printed: {done.printed.strip()[:200]}"
    return TRY_AGAIN, text


@functools.cache
def _outcomes(exercise_id):
    task = all_exercises()[exercise_id]
    return run(build(task.solution, task.id), task.probes, 60).outcomes


@functools.cache
def _wrong_outcomes(exercise_id):
    task = all_exercises()[exercise_id]
    return [(w, run(build(w.code, task.id), task.probes, 60).outcomes) for w in task.wrong]


def _agree(got, expected):
    """Return whether two outcomes are the same: values within rounding, errors by type."""
    if got.error is not None or expected.error is not None:
        return type(got.error) is type(expected.error)
    return _equal(got.value, expected.value)


def _equal(got, expected):
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and got.keys() == expected.keys()
            and all(_equal(got[key], value) for key, value in expected.items())
        )
    if isinstance(expected, bool | np.bool_):
        return isinstance(got, bool | np.bool_) and bool(got) == bool(expected)
    if isinstance(expected, np.ndarray):
        if not isinstance(got, np.ndarray) or got.shape != expected.shape:
            return False
    elif isinstance(expected, numbers.Number):
        if isinstance(got, bool | np.bool_) or not isinstance(got, numbers.Number | np.ndarray):
            return False
        if np.shape(got) != ():
            return False
    else:
        return type(got) is type(expected) and got == expected
    if np.asarray(got).dtype.kind not in "iufb":
        return False
    return np.allclose(got, expected, rtol=1e-6, atol=1e-12, equal_nan=True)


def _call_text(task, probe):
    def one(value):
        words = show(value, None)
        return f"np.array({words})" if isinstance(value, np.ndarray) else words

    return f"{task.id}({', '.join(one(v) for v in probe)})"


def _describe(task, probe, got, expected):
    """Return words for an outcome that is wrong in a way nobody listed."""
    call = f"`{_call_text(task, probe)}`"
    if got.error is not None:
        line = f" in the line `{got.line}`" if got.line else ""
        return f"{call} raised {type(got.error).__name__}: {got.error}{line}.{_advice(got.error)}"
    value, right = got.value, expected.value
    if expected.error is not None:
        return f"{call} gave {show(value)}; it should raise {type(expected.error).__name__}."
    if value is None:
        return f"{call} gave None. Does it come to a `return`, whatever it is given?"
    if isinstance(value, list | tuple) and isinstance(right, np.ndarray):
        same = _equal(_as_array(value), right)
        start = "The numbers are right, but" if same else "Before the numbers:"
        return (
            f"{start} {call} gave a {type(value).__name__}. Return a numpy array "
            "(`np.array(...)`): the rest of the course computes with whole arrays."
        )
    numeric = isinstance(value, numbers.Number | np.ndarray)
    if type(right) is not type(value) and not numeric:
        return f"{call} gave {show(value)} ({type(value).__name__}); it should give {show(right)}."
    if isinstance(right, np.ndarray) and np.shape(value) != right.shape:
        return (
            f"{call} gave shape {np.shape(value)}; it should have shape {right.shape}. Does it "
            "use what it is given, and nothing from another cell?"
        )
    # As many digits as it takes to see the difference.
    for digits in (4, 7, None):
        words = f"{call} gave {show(value, digits)}; it should give {show(right, digits)}."
        if show(value, digits) != show(right, digits):
            break
    real = np.asarray(value).dtype.kind in "fiu"
    if real and isinstance(right, np.ndarray) and not broken_requirements(right):
        broken = broken_requirements(value)
        words += f" As a distribution, yours fails: {'; '.join(broken)}." if broken else ""
    return words


def _advice(error):
    """Return what to try after an error that beginners meet often, or nothing."""
    text = str(error)
    if "truth value of an array" in text:
        return (
            " A comparison of an array gives an answer for each number, and `and`, `or` and `if` "
            "want a single one. `np.all(...)` says whether all of them hold."
        )
    if text.endswith("has no attribute 'ln'"):
        return " In numpy the natural logarithm, ln, is `np.log`."
    name = re.fullmatch(r"name '(\w+)' is not defined", text)
    if name and name[1] in all_exercises():
        return (
            f" If you wrote it in another notebook, bring it here first: "
            f'`{name[1]} = recall("{name[1]}")`.'
        )
    return ""


def _as_array(values):
    try:
        return np.array(values)
    except ValueError:  # rows of different lengths
        return None
