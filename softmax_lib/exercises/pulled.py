"""Say that the notebooks here came with another softmax_lib than the one that runs.

A pull, or nbgitpuller's link on a hub, brings new notebooks, and a new ``softmax_lib`` beside them.
What runs is the one that is installed. Where the two differ, a kernel says so once, when it first
imports what all notebooks import; the course in this folder, one of the same version, or notebooks
alone bring no word.
"""

import filecmp
import os
import sys
from pathlib import Path

__all__ = ["other_version"]

HERE = Path(__file__).resolve().parent.parent
#: What counts: code, and what it shows. Data comes and goes with code.
KINDS = {".py", ".js", ".css"}


def other_version(folder, here=HERE):
    """Return what to tell somebody whose notebooks are in a folder, or an empty string.

    Parameters
    ----------
    folder : path-like
    here : path-like, optional
        The softmax_lib that runs.

    Returns
    -------
    str
    """
    course = Path(folder).absolute().parent
    theirs = course / "softmax_lib"
    try:
        if not (theirs / "__init__.py").is_file() or os.path.samefile(theirs, here):
            return ""
        if not _differ(theirs, Path(here)):
            return ""
    except OSError:  # whatever somebody keeps there
        return ""
    return (
        "The notebooks here came with another softmax_lib than the one that runs, so a cell may "
        "fail, or\nshow other results than it speaks of. Whoever runs this server can install "
        f"theirs, which is in\n{course}"
    )


def _differ(one, other):
    names = [
        {path.relative_to(top).as_posix() for path in top.rglob("*") if path.suffix in KINDS}
        for top in (one, other)
    ]
    return names[0] != names[1] or any(
        not filecmp.cmp(one / name, other / name, shallow=False) for name in names[0]
    )


def tell():
    """Print it, in a kernel."""
    if "ipykernel" in sys.modules and (said := other_version(os.curdir)):
        print(said)
