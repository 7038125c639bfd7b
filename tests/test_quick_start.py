"""Jupyter starts without what it loads and never uses."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from notebook_tools import ROOT

from softmax_lib.jupyter.quick_start import UNUSED

QUICK = [sys.executable, "-m", "softmax_lib.jupyter.quick_start"]


def run(command, folder):
    variables = {"PYTHONPATH": f"{folder}:{ROOT}", "PATH": "", "SYSTEMROOT": ""}
    if sys.platform == "win32":
        pytest.skip("the path's separator is another one there, and what is tested is not")
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=variables)


def test_a_module_runs_as_with_m(tmp_path):
    code = (
        "import json, sys\nprint(json.dumps([__name__, sys.argv[0], sys.argv[1:]]))\nsys.exit(3)\n"
    )
    (tmp_path / "program.py").write_text(code)
    told = [run([*start, "program", "--a", "b"], tmp_path) for start in (QUICK, [*QUICK[:1], "-m"])]
    quick, usual = told
    assert quick.stdout == usual.stdout and quick.returncode == usual.returncode == 3
    assert json.loads(quick.stdout)[2] == ["--a", "b"]


def test_jupyter_does_without_it(tmp_path):
    """It would be loaded, or else this module is of no use any more; and checks go on."""
    assert importlib.util.find_spec(UNUSED)
    (tmp_path / "program.py").write_text(
        "import sys, jsonschema, jupyter_server.serverapp\n"
        f"print(bool(sys.modules.get({UNUSED!r})))\n"
        "check = jsonschema.Draft7Validator.FORMAT_CHECKER.conforms\n"
        "print(check('2020-13-40', 'date'), check('1.2.3', 'ipv4'), check('1.2.3.4', 'ipv4'))\n"
    )
    assert run([*QUICK, "program"], tmp_path).stdout.split() == "False False False True".split()
    usual = run([sys.executable, "-m", "program"], tmp_path)
    assert usual.stdout.split() == "True False False True".split()


def test_no_description_of_an_event_asks_for_it():
    searched = 0
    for package in ("jupyter_server", "jupyter_events", "jupyterlab", "jupyterlab_server"):
        (folder,) = importlib.util.find_spec(package).submodule_search_locations
        for path in Path(folder).rglob("*.y*ml"):
            searched += 1
            assert not re.search(r"format: *[\"']?iri", path.read_text(encoding="utf-8")), path
    assert searched > 5
