"""What a learner has done, kept in one small file in the home folder.

The file is JSON, written whole and swapped in at once, so that a crash leaves the old one. A file
that cannot be understood is set aside under another name, never deleted, and one that cannot be
read is left alone. Notebooks that are open at the same time take turns.
"""

import contextlib
import errno
import json
import os
import re
import sys
import tempfile
import time
import uuid
from pathlib import Path

__all__ = [
    "chosen_before",
    "latest_answer",
    "load",
    "path",
    "read",
    "record_answer",
    "record_choice",
    "saved_answer",
]

VERSION = 1
STALE = 2.0
PATIENCE = 20.0


def path():
    """Return where progress is kept: ``$SOFTMAX_PROGRESS``, or a file in the home folder.

    Returns
    -------
    pathlib.Path
    """
    chosen = os.environ.get("SOFTMAX_PROGRESS")
    if chosen:
        try:
            return Path(chosen).expanduser()
        except RuntimeError:  # nobody of that name has a home
            return Path(chosen)
    try:
        return Path.home() / ".softmax_course.json"
    except RuntimeError:  # some containers have no home
        return Path(".softmax_course.json")


def load():
    """Return what is recorded.

    Returns
    -------
    dict
        ``exercises`` and ``questions``, each a dict by id; empty when nothing is recorded, or
        when the file cannot be read.
    """
    place = _place()
    try:
        return read(place)
    except OSError:
        return _empty()
    except ValueError:
        with contextlib.suppress(OSError, ValueError), _locked(place):
            return _read_or_set_aside(place)
        return _empty()


def _place():
    # Whoever keeps the file elsewhere and links to it keeps the link.
    return Path(os.path.realpath(path()))


def _empty():
    return {"version": VERSION, "exercises": {}, "questions": {}}


def read(place):
    """Return the content of a progress file, which stays as it is.

    Parameters
    ----------
    place : pathlib.Path

    Returns
    -------
    dict
        As `load` returns it; empty when there is no such file.

    Raises
    ------
    OSError
        When the file cannot be read.
    ValueError
        When it is broken.
    """
    _refuse_what_is_no_file(place)
    try:
        # Some editors put a byte order mark in front: it is no damage.
        data = json.loads(place.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return _empty()
    except RecursionError as error:
        raise ValueError("the file is nested too deeply") from error
    if not isinstance(data, dict):
        raise ValueError("the file must hold a dict")
    # What an older version did not write yet is filled in, what a newer one added is kept.
    data = {**_empty(), **data}
    if not all(isinstance(data[kind], dict) for kind in ("exercises", "questions")):
        raise ValueError("exercises and questions must be dicts")
    if not all(isinstance(entry, dict) for entry in data["exercises"].values()):
        raise ValueError("each exercise must be a dict")
    return data


def _refuse_what_is_no_file(place):
    """Leave a device, a folder or a pipe alone: it must be neither read nor renamed."""
    if place.exists() and not place.is_file():
        raise OSError(f"{place} is no file")


def _read_or_set_aside(place):
    """Return the content of the file, and nothing of a broken one, which gets another name."""
    try:
        return read(place)
    except ValueError:
        number = 1
        while (aside := place.with_name(f"{place.name}.broken-{number}")).exists():
            number += 1
        place.rename(aside)
        return _empty()


@contextlib.contextmanager
def _locked(place):
    """Wait until no other notebook is between reading and writing.

    The lock is a file that only one can create; it names its owner. If the same owner keeps it for
    `STALE` seconds, which is a thousand times what a turn takes, then that one has crashed.
    """
    lock = place.with_name(place.name + ".lock")
    own = uuid.uuid4().hex
    try:
        _wait_for(lock, own)
        yield
    finally:
        if _text(lock) == own:
            with contextlib.suppress(OSError):
                lock.unlink()


def _wait_for(lock, own):
    """Create the lock, or return without it when nobody could."""
    start = time.monotonic()
    owner, since = None, start
    while not (locked := _create(lock, own)):
        now = time.monotonic()
        if locked is None or now - start > PATIENCE:  # no place to write: the save will say so
            break
        seen = _text(lock)
        if seen != owner:
            owner, since = seen, now
        elif now - since > STALE:
            with contextlib.suppress(OSError):
                lock.unlink()
        time.sleep(0.005)


def _create(lock, own):
    """Return whether the lock is ours now; None when nobody could create it."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with open(lock, "x", encoding="utf-8") as file:
            try:
                file.write(own)
                file.flush()
            except BaseException:  # a full disk, or somebody who stops the cell right here
                with contextlib.suppress(OSError):
                    file.close()  # which writes again
                lock.unlink()
                raise
        return True
    except FileExistsError:
        # Also what mkdir says when a file stands where the folder should be.
        return False if lock.parent.is_dir() else None
    except PermissionError:
        # Windows says so for a moment after a lock is deleted.
        return False if os.name == "nt" and os.access(lock.parent, os.W_OK) else None
    except OSError:
        return None


def _text(file):
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _change(edit):
    """Read, apply `edit` to what is recorded, write; return whether it could be written."""
    place = _place()
    try:
        _refuse_what_is_no_file(place)  # before there is a lock beside it
        with _locked(place):
            data = _read_or_set_aside(place)
            edit(data)
            _remove_what_a_crash_left(place)
            _write(place, _as_json(data))
    except (OSError, ValueError):
        return False
    return True


def _as_json(data):
    text = json.dumps(data, indent=1, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair has no UTF-8
        text = json.dumps(data, indent=1)
    return text


def _remove_what_a_crash_left(place):
    """Remove copies that were never swapped in; whoever holds the lock is the only one to write."""
    for name in os.listdir(place.parent):
        if re.fullmatch(rf"{re.escape(place.name)}\w{{8}}\.new", name):
            with contextlib.suppress(OSError):
                place.with_name(name).unlink()


def _write(place, text):
    """Write the file in one step, or at least write it: what a browser keeps may have no swap."""
    try:
        _swap_in(place, text)
    except OSError as error:
        # To write it in place empties it first: on a full disk that would lose what was there.
        if sys.platform != "emscripten" or error.errno == errno.ENOSPC:
            raise
        place.write_text(text, encoding="utf-8")


def _swap_in(place, text):
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=place.name, suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _replace(name, place)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _replace(name, place, attempts=20):
    # Windows refuses while another notebook is reading the old file, which takes it milliseconds.
    for _ in range(attempts - 1 if os.name == "nt" else 0):
        with contextlib.suppress(PermissionError):
            os.replace(name, place)
            return
        time.sleep(0.01)
    os.replace(name, place)


def saved_answer(exercise_id):
    """Return the answer that a learner would want back: the latest right one, or else the latest.

    Parameters
    ----------
    exercise_id : str

    Returns
    -------
    source : str
        Empty when there is none.
    passed : bool
        Whether it was right.
    """
    right, latest = (_saved_text(exercise_id, kind) for kind in ("passing", "latest"))
    return right or latest, bool(right)


def _saved_text(exercise_id, kind):
    text = load()["exercises"].get(exercise_id, {}).get(kind)
    if not isinstance(text, str):
        return ""
    return text.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be displayed


def latest_answer(exercise_id):
    """Return the latest answer that was checked, or an empty string.

    Parameters
    ----------
    exercise_id : str

    Returns
    -------
    str
    """
    return _saved_text(exercise_id, "latest")


def record_answer(exercise_id, source, passed, borrowed=False):
    """Keep the latest answer to an exercise, and the latest one that passed.

    Parameters
    ----------
    exercise_id : str
    source : str
        The answer's source code; may be empty.
    passed : bool
    borrowed : bool, default False
        Whether somebody else's function does the work: it takes no place of one's own.

    Returns
    -------
    bool
        Whether it could be saved.
    """

    def edit(data):
        entry = data["exercises"].setdefault(exercise_id, {})
        before = entry.get("attempts")
        entry["attempts"] = (before if isinstance(before, int) else 0) + 1
        entry["latest"] = source
        if passed:
            entry["passed"] = True
            if source and not (borrowed and entry.get("passing")):
                entry["passing"] = source

    return _change(edit)


def record_choice(question_id, right, choice=None):
    """Keep whether a question has been answered right, and what was chosen last.

    Parameters
    ----------
    question_id : str
    right : bool
    choice : str, optional
        The option's text: a later version of the course may put options in another order.

    Returns
    -------
    bool
        Whether it could be saved.
    """

    def edit(data):
        # Once right stays right: trying the other options to read them costs nothing.
        right_before = data["questions"].get(question_id) is True
        data["questions"][question_id] = bool(right or right_before)
        if choice is not None:
            data["choices"] = {**_choices(data), question_id: choice}

    return _change(edit)


def chosen_before(question_id):
    """Return the text of the option that was chosen last, or None.

    Parameters
    ----------
    question_id : str

    Returns
    -------
    str or None
    """
    return _choices(load()).get(question_id)


def _choices(data):
    choices = data.get("choices")  # an older version wrote none
    return choices if isinstance(choices, dict) else {}
