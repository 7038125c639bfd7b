"""Say whether this computer has everything that the course needs.

Notebook 00 asks with :func:`check_setup`. The launcher runs this file with the Python of ``.venv``,
after each set-up and for ``doctor``; packages may be missing then, so that importing it needs none.
"""

import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

__all__ = ["check_setup"]

ROOT = Path(__file__).resolve().parent.parent
NEEDED = {
    "numpy": "does the arithmetic",
    "matplotlib": "draws the pictures",
    "ipywidgets": "shows the questions",
    "anywidget": "shows what you can drag",
}
CURE = "Set the course up again with the first command of the README."


def check_setup():
    """Return one line for each piece of the set-up: in place, or missing and why.

    Returns
    -------
    Report
        Displays itself; ``ok`` is True when nothing is missing.
    """
    lines = [("Python", "runs the notebooks", _problem(_new_enough))]
    lines += [(name, what, _problem(_imports, name)) for name, what in NEEDED.items()]
    return Report([*lines, ("progress", "can be saved", _problem(_saves))])


class Report:
    """What `check_setup` found: (piece, what it does, None or what is wrong with it)."""

    def __init__(self, lines):
        self.lines = lines
        self.ok = all(problem is None for _, _, problem in lines)

    def __repr__(self):
        lines = [
            f"✓ {name}: {what}" if problem is None else f"✗ {name}: {problem}"
            for name, what, problem in self.lines
        ]
        return "\n".join([*lines, "Everything is in place." if self.ok else CURE])


def _problem(check, *arguments):
    """Return what is wrong, in one line, or None."""
    try:
        return check(*arguments)
    except Exception as error:  # a broken package may raise anything while it is imported
        return " ".join(f"{type(error).__name__}: {error}".split())


def _new_enough():
    return None if sys.version_info >= (3, 11) else f"{sys.version.split()[0]} is older than 3.11"


def _imports(name):
    importlib.import_module(name)


def _saves():
    from softmax_lib.exercises.progress import path

    place = path()
    if place.exists():
        if not place.is_file():
            raise OSError(f"{place} is no file")
        with open(place, "r+b"):
            return
    with tempfile.TemporaryFile(dir=place.parent):
        return


# --- What the launcher asks besides ---------------------------------------------------------------


def _found_here():
    """Import part of the course, for real; another copy of it would hide what is edited here."""
    import softmax_lib.explorers

    found = Path(softmax_lib.__file__).resolve().parent
    return None if found == ROOT / "softmax_lib" else f"another copy is found first, in {found}"


def _as_pinned(files):
    """Compare what is installed with the exact versions in the requirement files."""
    found = {_plain(package.name): package.version for package in metadata.distributions()}
    wrong = []
    for file in files:
        text = (ROOT / file).read_text(encoding="utf-8")
        for name, version, rest in re.findall(r"^([\w.-]+)==([^\s;]+)(.*)", text, re.MULTILINE):
            installed = found.get(_plain(name))
            # A pin with a condition may be for another system.
            if installed != version and not (installed is None and ";" in rest):
                wrong.append(f"{name} is {installed or 'missing'}, not {version}")
    more = f", and {len(wrong) - 5} more" * (len(wrong) > 5)
    return "; ".join(wrong[:5]) + more if wrong else None


def _plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _kernel_computes():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(stderr=subprocess.DEVNULL)
    try:
        code = "from softmax_lib import softmax; softmax([0, 0])"
        reply = client.execute_interactive(code, timeout=60, output_hook=lambda message: None)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    content = reply["content"]
    return None if content["status"] == "ok" else f"{content['ename']}: {content['evalue']}"


def main(arguments):
    """Print what is installed; with ``--kernel``, what works besides. The files hold pins."""
    files = [name for name in arguments if name != "--kernel"]
    lines = [("softmax_lib", "is found", _problem(_found_here))]
    lines += [("versions", "are the pinned ones", _problem(_as_pinned, files))]
    # A home folder that cannot be written is no fault of a set-up.
    lines += [line for line in check_setup().lines if "--kernel" in arguments or line[0] in NEEDED]
    if "--kernel" in arguments:
        lines += [("jupyterlab", "shows the notebooks", _problem(_imports, "jupyterlab"))]
        lines += [("kernel", "starts and computes", _problem(_kernel_computes))]
    for name, what, problem in lines:
        print(f"{name:<12} {what if problem is None else 'PROBLEM: ' + problem}", flush=True)
    if "--kernel" in arguments:
        names = ["chromium", "chromium-browser", "google-chrome", "chrome"]
        browser = next(filter(None, map(shutil.which, names)), None)
        print(f"{'Chromium':<12} {browser or 'not found (only some of the tests need it)'}")
    return int(any(problem for _, _, problem in lines))


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # an error may quote the path of any folder
    os.chdir(ROOT)
    raise SystemExit(main(sys.argv[1:]))
