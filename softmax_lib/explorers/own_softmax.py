"""Ask a learner's own softmax, and say what is wrong with its answer; nothing here raises."""

import inspect
import math

import numpy as np

from ..distributions import broken_requirements
from ..exercises.runner import run

__all__ = ["ask_own_softmax", "from_json", "to_json"]

SECONDS = 1.0  # for one answer; a function that never ends must not hold up the notebook


def ask_own_softmax(function, scores, temperature=1.0):
    """Return what a learner's function makes of scores, and what is wrong with that.

    It is called as ``function(scores, temperature=temperature)``, or as
    ``function(scores / temperature)`` when it takes no temperature. A table of scores goes in
    whole; row by row when the function cannot take a table.

    Parameters
    ----------
    function : callable
    scores : array_like, shape (n,) or (rows, n)
    temperature : float, default 1.0

    Returns
    -------
    answer : numpy.ndarray of float64 or None
        Shape of `scores`; None when there is no such answer.
    problems : list of str
        What to tell the learner; empty when each row of the answer is a distribution.
    """
    scores = np.array(scores, dtype=np.float64)
    warm = _takes_temperature(function)
    if not warm and not 0 < temperature < math.inf:
        at = "0" if temperature == 0 else "infinity"
        return None, [f"your softmax takes no temperature, so it has no answer at T = {at}"]

    def call(row):
        result = function(row, temperature=temperature) if warm else function(row / temperature)
        return np.asarray(result, dtype=np.float64)

    def whole_or_by_row(scores):
        try:
            return call(scores.copy())  # the learner's function may write into it
        except Exception:
            if scores.ndim == 1:
                raise
            return np.array([call(row.copy()) for row in scores])

    done = run(whole_or_by_row, [(scores,)], SECONDS)
    if done.timed_out:
        return None, [f"your softmax did not finish within {SECONDS:g} s"]
    answer, error = done.outcomes[0].value, done.outcomes[0].error
    if error is not None:  # whatever a learner's function does, the explorer goes on
        return None, [f"your softmax stopped: {type(error).__name__}: {str(error)[:200]}"]
    if answer.shape != scores.shape:
        want = f"{scores.size} numbers" if scores.ndim == 1 else f"shape {scores.shape}"
        return None, [f"your softmax must return {want}, got shape {answer.shape}"]
    return answer, broken_requirements(answer)


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
