"""Set up the course and start it, with nothing but Python 3.11 or newer.

From the folder that holds the course::

    python3 softmax_lib open      open the course in JupyterLab
    python3 softmax_lib test      run the tests

This file only opens the door; launcher.py does the work. It has to run on every Python there is,
2.7 included, to say there that the Python is too old: no f-strings, and nothing newer than they.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
HERE = os.path.dirname(os.path.realpath(__file__))


def too_old(version, arguments):
    """Say what to do where Python is too old for the course."""
    needed, here = (".".join(str(part) for part in parts) for parts in (OLDEST, version))
    newer = newer_python()
    if newer:
        cure = "This computer has a newer one: " + " ".join([newer, "softmax_lib"] + arguments)
    else:
        cure = "Install a newer one, from python.org or your system's software manager."
    return "The course needs Python " + needed + " or newer; this is Python " + here + ".\n" + cure


def newer_python():
    """Return the name of a Python that starts here and is new enough, or None."""
    for minor in range(OLDEST[1], OLDEST[1] + 10):
        name = "python3." + str(minor)
        try:
            pipe = subprocess.PIPE
            process = subprocess.Popen([name, "-c", ""], stdout=pipe, stderr=pipe)
            process.communicate()
        except OSError:
            continue
        if process.returncode == 0:
            return name
    return None


def load_launcher():
    """Return the launcher, loaded without its package: numpy may not be there yet."""
    import importlib.util

    # `python3 softmax_lib` puts softmax_lib/ itself on the import path, where a module of ours
    # could stand in for one of the standard library.
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or ".") != HERE]
    path = os.path.join(HERE, "launcher.py")
    spec = importlib.util.spec_from_file_location("softmax_launcher", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        sys.exit(too_old(sys.version_info[:3], sys.argv[1:] or ["open"]))
    # As `python -m softmax_lib`, the package is installed here: this environment was chosen.
    sys.exit(load_launcher().main(sys.argv[1:], chosen=bool(__package__)))
