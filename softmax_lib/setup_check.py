"""Say whether this computer has everything that the course needs."""

import importlib
import sys
import tempfile

__all__ = ["check_setup"]

NEEDED = {
    "numpy": "does the arithmetic",
    "matplotlib": "draws the pictures",
    "ipywidgets": "shows the questions",
    "anywidget": "shows what you can drag",
}


def check_setup():
    """Return one line for each piece of the set-up: in place, or missing and what to do.

    Returns
    -------
    Report
        Displays itself; ``ok`` is True when nothing is missing.
    """
    lines = [("Python", "runs the notebooks", sys.version_info >= (3, 11))]
    for name, what in NEEDED.items():
        try:
            importlib.import_module(name)
            found = True
        except ImportError:
            found = False
        lines.append((name, what, found))
    return Report(lines + [("progress", "can be saved", _can_save())])


def _can_save():
    from .exercises.progress import path

    try:
        place = path()
        if place.exists():
            with open(place, "r+b"):
                return True
        with tempfile.TemporaryFile(dir=place.parent):
            return True
    except OSError:
        return False


class Report:
    """What `check_setup` found."""

    def __init__(self, lines):
        self.lines = lines
        self.ok = all(found for _, _, found in lines)

    def __repr__(self):
        told = [f"{'✓' if ok else '✗'} {name}: {what}" for name, what, ok in self.lines]
        if self.ok:
            told.append("Everything is in place.")
        else:
            told.append("Set the course up again with the first command of the README.")
        return "\n".join(told)
