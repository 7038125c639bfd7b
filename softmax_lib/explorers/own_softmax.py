"""Ask a learner's own softmax, and say what is wrong with its answer; nothing here raises."""

import inspect
import math
import re

import numpy as np

from ..distributions import broken_requirements
from ..runner import EXPLORER_SECONDS, run

__all__ = ["ask_own_softmax", "from_json", "to_json"]


def ask_own_softmax(function, scores, temperature=1.0, *, right, rows, columns=None):
    """Return what a learner's function makes of scores, and what is wrong with that.

    It is called as ``function(scores, temperature=temperature)``, or as
    ``function(scores / temperature)`` when it takes no temperature. A table of scores goes in
    whole; row by row when the function cannot take a table.

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
    warm = _takes_temperature(function)
    if not warm and not 0 < temperature < math.inf:
        at = "0" if temperature == 0 else "infinity"
        told = f"your softmax takes no temperature, so it has no answer at T = {at}"
        return None, [told], False

    def call(row):
        result = function(row, temperature=temperature) if warm else function(row / temperature)
        if np.iscomplexobj(result):
            raise TypeError("it must return real numbers, got complex ones")
        return np.asarray(result, dtype=np.float64)

    def whole_or_by_row(scores):
        try:
            return call(scores.copy())  # the learner's function may write into it
        except Exception:
            if scores.ndim == 1:
                raise
            return np.array([call(row.copy()) for row in scores])

    done = run(whole_or_by_row, [(scores,)], EXPLORER_SECONDS)
    if done.timed_out:
        return None, [f"your softmax did not finish within {EXPLORER_SECONDS:g} s"], False
    answer, error = done.outcomes[0].value, done.outcomes[0].error
    if error is not None:  # whatever a learner's function does, the explorer goes on
        told = f"your softmax stopped: {type(error).__name__}: {str(error)[:200]}"
        return None, [told], False
    if answer.shape != scores.shape:
        want = f"{scores.size} numbers" if scores.ndim == 1 else f"shape {scores.shape}"
        return None, [f"your softmax must return {want}, got shape {answer.shape}"], False
    broken = broken_requirements(answer)
    problems = [_named(problem, rows, columns) for problem in broken]
    return answer, problems or _compared(answer, right, rows, columns), not broken


def _compared(answer, right, rows, columns):
    """Say where a distribution is not the softmax."""
    off = np.abs(answer - right)
    if off.max() <= 1e-3:  # float16 may be this far off
        return []
    place = np.unravel_index(off.argmax(), off.shape)
    name = rows[place[0]] if columns is None else f"{columns[place[1]]} in {rows[place[0]]}"
    given, wanted = (f"{p[place]:.2f}" for p in (answer, right))
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


def _takes_temperature(function):
    try:
        inspect.signature(function).bind(None, temperature=1.0)
    except TypeError:
        return False
    except ValueError:  # some compiled functions do not tell theirs
        pass
    return True


def to_json(answer):
    """Return numbers as JSON can hold them: NaN and the infinities as text."""
    if isinstance(answer, np.ndarray):
        return [to_json(row) if row.ndim else to_json(float(row)) for row in answer]
    if answer is None or math.isfinite(answer):
        return answer
    return "NaN" if math.isnan(answer) else f"{'-' * (answer < 0)}Infinity"


def from_json(answer):
    """Return what `to_json` made as an array again."""
    return np.array(answer, dtype=object).astype(np.float64)
