"""Notebooks that came with another softmax_lib than the one that runs: learners are told, once."""

import os
import shutil
import subprocess
import sys

import pytest
from notebook_tools import ROOT

from softmax_lib.exercises.pulled import HERE, KINDS, other_version


@pytest.fixture
def course(tmp_path):
    """What a link has brought: notebooks, and beside them the same softmax_lib."""
    (tmp_path / "notebooks").mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "data")
    shutil.copytree(HERE, tmp_path / "softmax_lib", ignore=ignored)
    return tmp_path


def test_the_same_version_brings_no_word(course, tmp_path, monkeypatch):
    assert other_version(course / "notebooks") == ""
    monkeypatch.chdir(course / "notebooks")
    assert other_version(os.curdir) == ""
    assert other_version(ROOT / "notebooks") == "", "the one that runs"
    (course / "softmax_lib" / "__pycache__").mkdir()
    (course / "softmax_lib" / "__pycache__" / "x.pyc").write_bytes(b"made here")
    assert other_version(course / "notebooks") == ""


def test_notebooks_alone_bring_no_word(tmp_path):
    (tmp_path / "notebooks").mkdir()
    assert other_version(tmp_path / "notebooks") == ""
    (tmp_path / "softmax_lib").write_text("somebody's own file")
    assert other_version(tmp_path / "notebooks") == ""
    assert other_version("/") == ""


@pytest.mark.parametrize("change", ["more", "less", "other"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_another_version_is_told(course, change, kind):
    files = sorted((course / "softmax_lib").rglob(f"*{kind}"))
    if change == "more":
        files[0].with_name(f"new{kind}").write_text("")
    elif change == "less":
        files[-1].unlink()
    else:
        files[-1].write_bytes(files[-1].read_bytes() + b"\n")
    said = other_version(course / "notebooks")
    assert "another softmax_lib than the one that runs" in said
    assert said.splitlines()[-1] == str(course)


@pytest.mark.parametrize("same", [True, False], ids=["the same", "another"])
def test_a_kernel_says_it_once_and_nothing_else_does(course, same):
    if not same:
        with (course / "softmax_lib" / "softmax.py").open("a") as file:
            file.write("\nNEW = True\n")

    def printed(code):
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=course / "notebooks", env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    imports = "import softmax_lib.exercises\nfrom softmax_lib.exercises import check\n"
    assert printed(imports) == ""
    assert printed(f"import ipykernel\n{imports}").count("another softmax_lib") == (not same)
