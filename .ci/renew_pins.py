"""Rewrite the pins, in three files that are named *requirements.txt, from pyproject.toml's ranges.

Run it from the repository's root with uv on PATH: ``python .ci/renew_pins.py``. Every package moves
to its newest version that the ranges allow. One version serves every system and every Python from
3.11 on, so that a number in a notebook is the same everywhere. With each version stand the hashes
of its files: pip installs no other file, whoever serves it. What builds the package itself is
pinned in pyproject.toml's [build-system].
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
# The course's own package is not here: pip takes no folder beside hashes. `python3 softmax_lib`
# adds it; by hand: pip install --no-deps -e .
"""
TESTS = """\
# What the tests and the pages to read need on top of the learner's packages, exactly. Made by
# .ci/renew_pins.py.
-r ../requirements.txt
"""

HUB = """\
# What a hub for a class needs on top of the learner's packages, exactly: see one-server.md, beside
# this file. Made by .ci/renew_pins.py.
-r ../../requirements.txt
"""

HUB_PINS = "docs/teaching/hub_requirements.txt"
BUILD = "flit_core >=4,<5"


def compile_pins(*source, constraints=None):
    """Return the pins that satisfy a source, each with the lines of its hashes."""
    command = ["uv", "pip", "compile", "--quiet", "--upgrade", "--universal", "--generate-hashes"]
    # One version of each package for all Pythons: the newest that the oldest Python can run.
    command += ["--python-version", "3.11", "--fork-strategy", "fewest"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    command += source
    if constraints is not None:
        command += ["--constraint", str(constraints)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return re.split(r"\n(?=\S)", done.stdout.strip())


def name(pin):
    return re.split(r"[=\s;]", pin, maxsplit=1)[0]


def main():
    if shutil.which("uv") is None:
        print("renew_pins needs uv on PATH: pip install uv", file=sys.stderr)
        return 1
    project = ROOT / "pyproject.toml"
    learner = compile_pins(project, "--extra", "course")
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "learner.txt"
        constraints.write_text("\n".join(learner) + "\n", encoding="utf-8")
        known = {name(pin) for pin in learner}
        extra = compile_pins(project, "--extra", "test", "--extra", "site", constraints=constraints)
        hub = compile_pins(project, "--extra", "hub", constraints=constraints)
        build = Path(folder) / "build.in"
        build.write_text(BUILD, encoding="utf-8")
        (backend,) = compile_pins(build)
    write("requirements.txt", LEARNER, learner)
    write("tests/requirements.txt", TESTS, [pin for pin in extra if name(pin) not in known])
    write(HUB_PINS, HUB, [pin for pin in hub if name(pin) not in known])
    text = project.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^requires = \[.*\]$", f'requires = ["{backend.split()[0]}"]', text, count=1)
    project.write_text(text, encoding="utf-8", newline="\n")
    return 0


def write(path, header, pins):
    text = header + "\n".join(pins) + "\n"
    (ROOT / path).write_text(text, encoding="utf-8", newline="\n")
    print(f"wrote {path}: {len(pins)} packages")


if __name__ == "__main__":
    raise SystemExit(main())
