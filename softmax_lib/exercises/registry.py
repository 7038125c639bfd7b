"""The course's order, and where every exercise and question is found."""

import difflib

from . import (
    n00_start_here,
    n01_distributions,
    n02_exponentiation,
    n03_normalization,
    n04_logits,
    n05_temperature,
    n06_next_word,
    n07_attention,
    n08_numerical_stability,
    n09_learning,
    n10_scale,
    n11_capstone,
)

__all__ = ["COURSE", "all_exercises", "all_questions", "find"]

# One module for each notebook, in the order in which they are taken.
_MODULES = (
    n00_start_here,
    n01_distributions,
    n02_exponentiation,
    n03_normalization,
    n04_logits,
    n05_temperature,
    n06_next_word,
    n07_attention,
    n08_numerical_stability,
    n09_learning,
    n10_scale,
    n11_capstone,
)
# The notebooks in that order, each with the minutes that it takes: the only such list.
COURSE = {module.NOTEBOOK: module.MINUTES for module in _MODULES}


def all_exercises():
    """Return every exercise by id, in the order of the course.

    Returns
    -------
    dict of str to Exercise
    """
    return _by_id("EXERCISES")


def all_questions():
    """Return every question by id, in the order of the course.

    Returns
    -------
    dict of str to Question
    """
    return _by_id("QUESTIONS")


def _by_id(kind):
    found = {}
    for module in _MODULES:
        for item in getattr(module, kind):
            if item.id in found:
                raise ValueError(f"id must be unique, got {item.id!r} twice")
            found[item.id] = item
    return found


def find(kind, name):
    """Return the exercise or question called `name`.

    Parameters
    ----------
    kind : str
        "exercise" or "question".
    name : str

    Returns
    -------
    Exercise or Question

    Raises
    ------
    ValueError
        When there is none; the message suggests near matches.
    """
    known = {"exercise": all_exercises, "question": all_questions}[kind]()
    if isinstance(name, str) and name in known:
        return known[name]
    near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.5) or list(known)[:3]
    raise ValueError(f"{kind} must be the name of one, got {name!r}; did you mean {near}?")
