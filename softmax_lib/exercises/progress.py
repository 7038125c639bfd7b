"""What a learner has done, kept in one small file in the home folder.

The file is JSON, written whole and swapped in at once, so that a crash leaves the old one. A file
that cannot be read is set aside under another name, never deleted.
"""

import contextlib
import json
import os
import tempfile
from pathlib import Path

__all__ = ["load", "path", "record_answer", "record_choice"]

VERSION = 1


def path():
    """Return where progress is kept: ``$SOFTMAX_PROGRESS``, or a file in the home folder.

    Returns
    -------
    pathlib.Path
    """
    return Path(os.environ.get("SOFTMAX_PROGRESS") or Path.home() / ".softmax_course.json")


def load():
    """Return what is recorded.

    Returns
    -------
    dict
        ``exercises`` and ``questions``, each a dict by id; empty when nothing is recorded.
    """
    empty = {"version": VERSION, "exercises": {}, "questions": {}}
    place = path()
    try:
        data = json.loads(place.read_text(encoding="utf-8"))
        if not all(isinstance(data[kind], dict) for kind in ("exercises", "questions")):
            raise ValueError("exercises and questions must be dicts")
        if not all(isinstance(entry, dict) for entry in data["exercises"].values()):
            raise ValueError("each exercise must be a dict")
        return data
    except OSError:
        return empty
    except (ValueError, KeyError, TypeError):
        _set_aside(place)
        return empty


def _set_aside(place):
    for number in range(1, 1000):
        aside = place.with_name(f"{place.name}.broken-{number}")
        if not aside.exists():
            with contextlib.suppress(OSError):
                place.rename(aside)
            return


def _save(data):
    """Write `data` in one step; return whether it could be written."""
    place = path()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=place.name, suffix=".new")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(data, file, indent=1, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, place)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    except OSError:
        return False
    return True


def record_answer(exercise_id, source, passed):
    """Keep the latest answer to an exercise, and the latest one that passed.

    Parameters
    ----------
    exercise_id : str
    source : str
        The answer's source code; may be empty.
    passed : bool

    Returns
    -------
    bool
        Whether it could be saved.
    """
    data = load()
    entry = data["exercises"].setdefault(exercise_id, {})
    entry["attempts"] = entry.get("attempts", 0) + 1
    entry["latest"] = source
    if passed:
        entry["passed"] = True
        if source:
            entry["passing"] = source
    return _save(data)


def record_choice(question_id, right):
    """Keep whether a question has been answered right.

    Parameters
    ----------
    question_id : str
    right : bool

    Returns
    -------
    bool
        Whether it could be saved.
    """
    data = load()
    # Once right stays right: trying the other options to read them costs nothing.
    data["questions"][question_id] = bool(right or data["questions"].get(question_id) is True)
    return _save(data)
