"""Judge an answer by what it does, and say something useful about it."""

import ast
import functools
import math
import numbers
import re
import time

import numpy as np

from ..distributions import broken_requirements
from ..runner import CHECK_SECONDS, build, run, running
from .advice import after_error
from .cells import older
from .feedback import NOT_YET, PASSED, TRY_AGAIN, Feedback, plain, show
from .inputs import drawn
from .intact import replaced
from .progress import path, record_answer, saved_answer
from .registry import all_exercises, find
from .results import (
    about_kind,
    about_nothing,
    about_numbers,
    about_shape,
    called_of_others,
    from_another_cell,
    hidden_cause,
    recalls,
    slip,
    softmax_of_others,
    tree_of,
)
from .saved import source_of

__all__ = ["check", "excused", "judge_answer"]

#: What each exercise's check was given last.
_last = {}


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
    stale = older(task.id, answer)
    if stale:
        return Feedback(TRY_AGAIN, task.id, stale, task.hints, task.solution)
    try:
        status, text, printed = _verdict(task, answer, task.seconds or CHECK_SECONDS)
    except Exception as error:  # an answer stranger than we foresaw is still an answer
        status, printed = TRY_AGAIN, ""
        text = _unjudged(error)
    if status == NOT_YET:
        saved, passed = saved_answer(task.id)
        return Feedback(status, task.id, text, task.hints, task.solution, printed=printed,
                        saved=saved, saved_passed=passed)  # fmt: skip
    note = ""
    if status == TRY_AGAIN and callable(answer) and _last.get(task.id) is answer:
        note = (
            "This is the same function as at your last check. If you changed the cell above, run "
            "that first, then this one."
        )
    _last[task.id] = answer
    # What a poisoned numpy makes of it says nothing about the answer.
    if not replaced() and not record_answer(
        task.id, source_of(answer, task.id), status == PASSED, text.startswith(_PASSED_WITH)
    ):
        note = f"Your progress could not be saved in {path().name}; the answer counts."
    return Feedback(status, task.id, text, task.hints, task.solution, note, printed)


def _unjudged(error):
    return f"This answer could not be judged ({type(error).__name__}: {_message(error)})."


def _message(error):
    """Return an error's own words; some errors cannot even say those."""
    try:
        return plain(str(error))
    except Exception:
        return "it does not say why"


def judge_answer(task, answer, seconds=None):
    """Return the verdict on an answer and the words for it; nothing is recorded.

    Parameters
    ----------
    task : Exercise
    answer : object
    seconds : float, optional
        Limit for all the learner's calls together; the exercise's own by default.

    Returns
    -------
    status, text : str
    """
    return _verdict(task, answer, seconds or task.seconds or CHECK_SECONDS)[:2]


def _verdict(task, answer, seconds):
    """Return the verdict, the words for it, and what the function printed on the way."""
    if broken := replaced():
        return TRY_AGAIN, _poisoned(broken), ""
    if answer is ...:
        return NOT_YET, "Write your answer above, then run this cell again.", ""
    if task.judge is not None:
        return _judged(task, answer, seconds)
    if not callable(answer):
        return (
            TRY_AGAIN,
            f"The check needs your function itself, and got {show(answer)}. Write "
            f'`check("{task.id}", {task.id})`, without parentheses after the name.',
            "",
        )
    if recalls(tree_of(answer), task.id) or getattr(answer, "origin", "") == "the course's":
        return TRY_AGAIN, _of_itself(task), ""
    start = time.monotonic()
    wrong = _wrong_call(task, answer, False, seconds)
    if wrong is None and task.draw:  # only after all the probes are right
        left = max(seconds / 2, seconds - (time.monotonic() - start))
        wrong = _wrong_call(task, answer, True, left)
    owner = softmax_of_others(answer) if wrong is None and task.of_softmax else ""
    if owner:
        return PASSED, f"{_PASSED_WITH}{owner} softmax. {_YOURSELF}", ""
    if wrong is None and (other := called_of_others(answer, task.in_course)):
        return PASSED, f"{_PASSED_WITH}{other}. Now write its steps yourself.", ""
    return wrong or (PASSED, task.noticed, "")


def _of_itself(task):
    """Return what to say to an answer that recalls the function that it is to be."""
    text = (
        f'`recall("{task.id}")` asks for the very function that you are writing: with none of '
        "yours yet, it is the course's."
    )
    steps = re.findall(r"`my_\w+`|`recall\(\"my_\w+\"\)`", task.task.replace(f"`{task.id}`", ""))
    if not steps:
        return f"{text} Write its steps yourself."
    return f"{text} Your {' and '.join(steps)} are the steps."


_PASSED_WITH = "Passed, with "
_YOURSELF = "Now write its steps yourself: what follows is to run on yours."


def _judged(task, answer, seconds):
    """Return the verdict of an exercise's own judge; an answer may be of any type, and hang."""
    done = run(lambda: task.judge(answer), [()], seconds)
    printed = plain(done.printed).strip()
    if done.timed_out:
        text = f"Your answer could not be read within {seconds:g} seconds. It should be a value"
        return TRY_AGAIN, f"{text} that is finished.{_runs_on(done)}", printed
    (outcome,) = done.outcomes
    if outcome.error is not None:
        return TRY_AGAIN, _unjudged(outcome.error), printed
    if outcome.value is ...:
        text = "There is nothing to judge yet. Answer above, then run this cell again."
        return NOT_YET, text, ""
    if outcome.value is None:
        return PASSED, task.noticed, ""
    return TRY_AGAIN, outcome.value, printed


def _wrong_call(task, answer, far, seconds):
    """Return what is wrong with an answer on its probes, or on what is drawn; None if nothing."""
    probes = _calls(task.id, far)
    expected = _outcomes(task.id, far)  # before the answer runs: it could change what this is
    done = run(answer, probes, seconds)
    if any(o.value is ... or isinstance(o.error, NotImplementedError) for o in done.outcomes):
        if any(getattr(n, "value", n) is ... for n in ast.walk(tree_of(answer))):
            return NOT_YET, "Replace the `...` with your code, then run both cells again.", ""
        return NOT_YET, "A function that you call still has its `...`: write that one first.", ""
    if broken := replaced():
        return TRY_AGAIN, _poisoned(broken), ""
    if done.timed_out:
        expected = expected[: len(done.outcomes)]
    agree = (
        _agree(o, e, task.by_ratio) or (far and excused(task, probe, o, e))
        for o, e, probe in zip(done.outcomes, expected, probes[: len(expected)], strict=True)
    )
    first = next((place for place, good in enumerate(agree) if not good), None)
    if done.timed_out and (first is None or not far):  # what was drawn and is wrong says more
        place = len(done.outcomes)
        call, limit = _call_text(task, probes[place]), _in_round_numbers(seconds)
        if far:
            text = (
                f"Right as far as it was tried, but slow: {len(probes)} further calls have "
                f"{limit} together, and at `{call}`, number {place + 1}, they were over. Is "
                "something computed again and again, or is there a loop that never ends?"
            )
        else:
            text = f"`{call}` did not finish within {limit}. Is there a loop that never ends?"
        text += f"{task.slow and ' '}{task.slow}{_runs_on(done)}"
        return TRY_AGAIN, text, plain(done.printed).strip()
    if first is None:
        if any(o.changed_input for o in done.outcomes):
            return (
                TRY_AGAIN,
                "The numbers are right, but your function changes the array that it is given. "
                "Whoever called it would find their numbers gone. Make a new array instead of "
                "using `-=`, `/=` or assignment into the argument.",
                "",
            )
        return None
    printed = plain(done.outcomes[first].printed).strip()
    for wrong, outcomes in () if done.timed_out else _wrong_outcomes(task.id, far):
        pairs = zip(done.outcomes, outcomes, strict=True)
        if all(_agree(o, e, task.by_ratio) for o, e in pairs):
            return TRY_AGAIN, wrong.says + slip(answer, wrong.says), printed
    return TRY_AGAIN, _describe(task, answer, done.outcomes, expected, first, probes), printed


def _in_round_numbers(seconds):
    """Return a time limit in words, rounded down: what did not end in 3.7 seconds did not in 3."""
    whole = math.floor(seconds) if seconds >= 1 else round(seconds, 1)
    return f"{whole:g} second{'' if whole == 1 else 's'}"


def _runs_on(done):
    if not done.still_running:
        return ""
    return (
        " It still runs, and may slow the notebook down: Kernel → Restart Kernel ends it. "
        "Your saved answers stay."
    )


def _poisoned(names):
    """Return what to say when a cell has put something else in the place of numpy's functions."""
    shown = ", ".join(f"`{name}`" for name in names[:3]) + ", ..." * (len(names) > 3)
    one = len(names) == 1
    return (
        f"{shown} {'is' if one else 'are'} no longer what {'it was' if one else 'they were'} when "
        f"this notebook started: some line gives {'it' if one else 'them'} another value, as "
        f"`{names[0]} = ...` does. Nothing that uses {'it' if one else 'them'} comes out right, so "
        "nothing is judged. Take that line out, choose *Kernel → Restart Kernel* from the menu, "
        "and run the cells above again. Your saved answers stay."
    )


@functools.cache
def _calls(exercise_id, far):
    task = all_exercises()[exercise_id]
    return drawn(task) if far else task.probes


@functools.cache
def _outcomes(exercise_id, far=False):
    task = all_exercises()[exercise_id]
    return run(build(task.solution, task.id), _calls(exercise_id, far), 60).outcomes


@functools.cache
def _wrong_outcomes(exercise_id, far=False):
    """Return each wrong answer with what it does; of those that are right on the probes, if far."""
    task, right = all_exercises()[exercise_id], _outcomes(exercise_id)
    found = []
    for wrong in task.wrong:
        answer = build(wrong.code, task.id)
        outcomes = run(answer, task.probes, 60).outcomes
        if far:
            if not all(_agree(o, e, task.by_ratio) for o, e in zip(outcomes, right)):
                continue
            outcomes = run(answer, _calls(exercise_id, far), 60).outcomes
        found.append((wrong, outcomes))
    return found


def _agree(got, expected, by_ratio=False):
    """Return whether two outcomes are the same: values within rounding, errors by type."""
    if got.error is not None or expected.error is not None:
        return type(got.error) is type(expected.error)
    return _equal(got.value, expected.value, by_ratio)


def excused(task, probe, got, expected):
    """Return whether an outcome differs because it has left the numbers that a computer holds."""
    if task.may_overflow is None or not task.may_overflow(*probe):
        return False
    if isinstance(got.error, OverflowError | ZeroDivisionError):
        return True
    if got.error is not None or np.shape(got.value) != np.shape(expected.value):
        return False
    value = np.asarray(got.value)
    if value.dtype.kind != "f":
        return False
    lost = np.isnan(value)
    return bool(lost.any() and (lost | (value == 0)).all())  # inf / inf, and others over inf


def _equal(got, expected, by_ratio=False):
    if isinstance(got, np.ma.MaskedArray):  # numpy would look away where it is masked
        return False
    if isinstance(got, np.matrix):  # its rows stay tables, and its * is a product of tables
        return False
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and got.keys() == expected.keys()
            and all(_equal(got[key], value, by_ratio) for key, value in expected.items())
        )
    if isinstance(expected, bool | np.bool_):
        return _is_bool(got) and bool(got) == bool(expected)
    if isinstance(expected, str):
        return isinstance(got, str) and str(got) == expected
    if isinstance(expected, np.ndarray):
        if not isinstance(got, np.ndarray) or got.shape != expected.shape:
            return False
    elif isinstance(expected, numbers.Number):
        if _is_bool(got) or not isinstance(got, numbers.Number | np.ndarray):
            return False
        if np.shape(got) != ():
            return False
        if isinstance(expected, numbers.Integral) and not _is_whole(got):
            return False
        got, expected = _as_float(got), _as_float(expected)  # a Fraction is a number, too
    else:
        return type(got) is type(expected) and bool(got == expected)
    return _same_numbers(got, expected, by_ratio)


def _same_numbers(got, expected, by_ratio=False):
    one, other = np.asarray(got), np.asarray(expected)
    kinds = "iufb" if other.dtype.kind != "c" else "c"  # of a wrong answer
    if one.dtype.kind not in kinds:
        return False
    if one.shape == other.shape and (one == other).all():  # most are, and this is quick to see
        return True
    # The smallest number with all its digits: below it, a ratio says nothing.
    least = np.finfo(float).tiny if by_ratio else 1e-12
    return bool(np.allclose(one, other, rtol=1e-6, atol=least, equal_nan=True))


def _is_whole(value):
    """Return whether a number is of a kind that can stand in brackets, as an index does."""
    return isinstance(value, numbers.Integral) or (
        isinstance(value, np.ndarray) and value.dtype.kind in "iu"
    )


def _is_bool(value):
    return isinstance(value, bool | np.bool_ | np.ndarray) and (
        np.shape(value) == () and np.asarray(value).dtype == bool
    )


def _as_float(value):
    """Return numbers of any kind as numpy's; what are none, as they are."""
    array = np.asarray(value)
    if array.dtype.kind != "O":
        return value
    try:
        return array.astype(float)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return value


def _call_text(task, probe):
    def one(value):
        words = show(value, None)
        return f"np.array({words})" if isinstance(value, np.ndarray) else words

    return f"{task.id}({', '.join(one(v) for v in probe)})"


def _describe(task, answer, outcomes, expected, first, probes=None):
    """Return words for an outcome that is wrong in a way nobody listed."""
    got, right = outcomes[first], expected[first]
    call = f"`{_call_text(task, (probes or task.probes)[first])}`"
    if got.error is not None:
        line = f" in the line `{got.line}`" if got.line else ""
        kind, message = type(got.error).__name__, _message(got.error)
        advice = after_error(got.error, answer, task)
        if line and got.inside != task.id and got.inside in all_exercises() and not slip(answer):
            line += f" of your `{got.inside}`"
            advice = " Does it get here what its own task promised it? Else give it something else."
        return f"{call} raised {kind}: {message}{line}.{advice}"
    if right.error is not None:
        return f"{call} gave {show(got.value)}; it should raise {type(right.error).__name__}."
    value, right = got.value, right.value
    if isinstance(value, np.ma.MaskedArray):
        return (
            f"{call} gave a masked array, whose masked places hold no number. Fill them: "
            "`.filled(0)`, or `.filled(-np.inf)` for scores."
        )
    if isinstance(value, np.matrix):
        return (
            f"{call} gave a matrix, numpy's older kind of table: its `*` is `@`, and a row of it "
            "stays a table. Make an array of it: `np.asarray(...)`."
        )
    if value is None:
        words = about_nothing(outcomes, expected, answer)
        return f"{call} gave None, Python's word for nothing: {words}"
    if words := about_kind(value, right, answer):
        return f"{call} gave {words}"
    if isinstance(value, list | tuple) and isinstance(right, np.ndarray):
        same = _equal(_as_array(value), right)
        start = "Here the numbers are right, but" if same else "Before the numbers:"
        return (
            f"{start} {call} gave a {type(value).__name__}. Return a numpy array "
            "(`np.array(...)`): the rest of the course computes with whole arrays."
        )
    others = [
        (o.value, e.value)
        for o, e in zip(outcomes, expected, strict=True)
        if isinstance(o.value, numbers.Number | np.ndarray) and e.error is None
    ]
    numeric = isinstance(value, numbers.Number | np.ndarray)
    of_numbers = isinstance(right, numbers.Number | np.ndarray)
    if numeric and of_numbers and np.shape(value) != np.shape(right):
        words = f"{call} gave {about_shape(value, right, answer, others)}"
        return words + hidden_cause(answer, words)
    words = f"{call} gave {_contrast(value, right)}"
    given = (probes or task.probes)[first]
    if isinstance(right, np.ndarray) and np.asarray(value).dtype.kind in "fiu":
        if not broken_requirements(right) and (broken := broken_requirements(value)):
            fails = "; ".join(broken)
            if right.ndim == 2:  # a sum there is that of a row
                fails = re.sub(r"\bentry (?=\d)", "row ", fails)
            words += f" As a distribution, yours fails: {fails}."
    cause = hidden_cause(answer)
    if from_another_cell(answer):  # then the numbers tell nothing of the function
        return words + cause
    return words + about_numbers(value, right, given, others, answer) + cause


def _contrast(value, right):
    """Return "this; it should give that.", so that the two can be told apart."""
    if isinstance(right, numbers.Integral) and not isinstance(right, bool | np.bool_):
        if _is_float(value) and value == right:
            return (
                f"{float(value)}, which is a float; it should give {int(right)}, a whole number "
                "(an int), as an index must be. `int(...)` makes one of it."
            )
    for digits in (4, 7, None):  # as many as it takes
        given, wanted = show(value, digits), show(right, digits)
        if given != wanted:
            kind = "" if _alike(value, right) else f" ({type(value).__name__})"
            return f"{given}{kind}; it should give {wanted}."
    if isinstance(value, str) and isinstance(right, str):
        start = next(k for k, (a, b) in enumerate(zip(value + "\0", right + "\0")) if a != b)
        start = max(0, start - 20)
        return (
            f"a text that goes on, from place {start}, with {show(value[start:])}; it should go on "
            f"with {show(right[start:])}."
        )
    if isinstance(value, np.ndarray) and isinstance(right, np.ndarray):
        if _same_numbers(_as_float(value), right):
            kinds = {type(v).__name__ for v in value.ravel().tolist()}
            return (
                f"the right numbers, but in an array of dtype {value.dtype} (it holds "
                f"{' and '.join(sorted(kinds))}), with which numpy cannot compute further. "
                "`.astype(float)` makes them numbers of numpy."
            )
        for index in np.ndindex(right.shape):  # the first that differs lies where none are shown
            same = right.dtype.kind in "iuf" and _same_numbers(
                _as_float(value[index]), right[index]
            )
            if not same and not _equal(value[index], right[index]):
                place = ", ".join(map(str, index))
                words = _contrast(value[index], right[index])
                return f"{words[:-1]}, at the index `[{place}]`."
    return (
        f"{show(value)} of type {type(value).__name__}; it should give the same as "
        f"{type(right).__name__}."
    )


def _is_float(value):
    return isinstance(value, float | np.floating) or (
        isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind == "f"
    )


def _alike(value, right):
    """Return whether it goes without saying of what kind a value is, beside the right one."""
    kinds = (bool | np.bool_, numbers.Number | np.ndarray, str, list, tuple, dict)
    return any(isinstance(value, kind) and isinstance(right, kind) for kind in kinds)


def _as_array(values):
    try:
        return np.array(values)
    except ValueError:  # rows of different lengths
        return None
