"""Rewrite requirements.txt and tests/requirements.txt from the ranges in pyproject.toml.

Run it from the repository's root with uv on PATH: ``python .ci/renew_pins.py``. Every package moves
to its newest version that the ranges allow. One version serves every system and every Python from
3.11 on, so that a number in a notebook is the same everywhere.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

LEARNER = """\
# Every package that a learner gets, exactly: the same on Binder, a laptop and CI, on Linux, macOS
# and Windows, with Python 3.11 to 3.14. Made by .ci/renew_pins.py from pyproject.toml's ranges.
"""
TESTS = """\
# What the tests need on top of the learner's packages, exactly. Made by .ci/renew_pins.py.
-r ../requirements.txt
"""


def compile_pins(extra, constraints=None):
    """Return the pins, one per line, that satisfy pyproject.toml with one of its extras."""
    command = ["uv", "pip", "compile", "--quiet", "--upgrade", "--universal"]
    # One version of each package for all Pythons: the newest that the oldest Python can run.
    command += ["--python-version", "3.11", "--fork-strategy", "fewest"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    command += ["pyproject.toml", "--extra", extra]
    if constraints is not None:
        command += ["--constraint", str(constraints)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if line.strip()]


def name(pin):
    return re.split(r"[=\s;]", pin, maxsplit=1)[0]


def main():
    if shutil.which("uv") is None:
        print("renew_pins needs uv on PATH: pip install uv", file=sys.stderr)
        return 1
    learner = compile_pins("course")
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "learner.txt"
        constraints.write_text("\n".join(learner) + "\n", encoding="utf-8")
        known = {name(pin) for pin in learner}
        extra = [pin for pin in compile_pins("test", constraints) if name(pin) not in known]
    package = ["# The course's own library, as it stands in this folder.", "-e ."]
    write("requirements.txt", LEARNER, learner + package)
    write("tests/requirements.txt", TESTS, extra)
    return 0


def write(path, header, lines):
    text = header + "\n".join(lines) + "\n"
    (ROOT / path).write_text(text, encoding="utf-8", newline="\n")
    print(f"wrote {path}: {len(lines)} lines")


if __name__ == "__main__":
    raise SystemExit(main())
