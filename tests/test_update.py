"""`softmax_lib update`: a new version of the course in a folder where somebody works."""

import copy
import json
import os
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from notebook_tools import ROOT, read, write

from softmax_lib.jupyter import update as module
from softmax_lib.jupyter.hidden_results import YOURS, hide_results
from softmax_lib.jupyter.update import CannotUpdate, update
from softmax_lib.launcher import cure_of

NAME = "notebooks/01_probability_distributions.ipynb"
WHO = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]


def git(folder, *arguments):
    done = subprocess.run(["git", *WHO, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def course(tmp_path):
    """A small course that is published, and a learner's clone of it."""
    published, folder = tmp_path / "published", tmp_path / "mine"
    for name in (NAME, "notebooks/02_exponentiation.ipynb", "softmax_lib/softmax.py", "README.md"):
        (published / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, published / name)
    git(published, "init", "-q", "-b", "main")
    git(published, "add", "-A")
    git(published, "commit", "-qm", "one")
    git(tmp_path, "clone", "-q", str(published), str(folder))
    return published, folder


@pytest.fixture(autouse=True)
def no_server(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))


def publish(published):
    """Publish a version with a new cell, and a module that says so."""
    notebook = read(published / NAME)
    cell = nbformat.v4.new_code_cell("'new here'", id="new-here")
    cell.outputs = [nbformat.v4.new_output("stream", text="the answer\n")]
    notebook.cells.insert(4, cell)
    write(notebook, published / NAME)
    with (published / "softmax_lib/softmax.py").open("a") as file:
        file.write("\nNEW = True\n")
    git(published, "commit", "-qam", "two")


def work(folder):
    """Answer an exercise, run it, and save as Jupyter does."""
    notebook = read(folder / NAME)
    cell = next(c for c in notebook.cells if c.id == "my-draw")
    cell.source = "def my_draw(p, u):\n    return 'mine'"
    cell.metadata.update(copy.deepcopy(YOURS))
    write(notebook, folder / NAME)
    return copy.deepcopy(notebook)


def test_what_is_new_comes_and_what_is_mine_stays(course):
    published, folder = course
    publish(published)
    before = work(folder)
    assert update(folder) == [Path(NAME).name]
    cells = {cell.id: cell for cell in read(folder / NAME).cells}
    assert cells["my-draw"].source.endswith("'mine'")
    assert cells["new-here"].source == "'new here'" and cells["new-here"].outputs != []
    shown = [c.id for c in hide_results(read(folder / NAME)).cells if c.get("execution_count")]
    assert shown == ["my-draw"]
    assert "NEW = True" in (folder / "softmax_lib/softmax.py").read_text()
    assert git(folder, "rev-parse", "HEAD") == git(published, "rev-parse", "HEAD")
    assert read(folder / ".setup/before-update" / NAME) == before
    # Once more, with nothing new: nothing changes.
    stands = (folder / NAME).read_bytes()
    update(folder)
    assert (folder / NAME).read_bytes() == stands


def test_a_notebook_that_the_course_gave_up_stays_where_it_was_worked_in(course):
    published, folder = course
    work(folder)
    git(published, "rm", "-q", NAME, "notebooks/02_exponentiation.ipynb")
    git(published, "commit", "-qm", "fewer")
    update(folder)
    assert "'mine'" in (folder / NAME).read_text()
    assert not (folder / "notebooks/02_exponentiation.ipynb").exists()


def test_a_change_to_the_module_is_named_and_nothing_is_touched(course):
    published, folder = course
    publish(published)
    work(folder)
    (folder / "softmax_lib/softmax.py").write_text("mine")
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts}
    with pytest.raises(CannotUpdate, match="You changed softmax_lib/softmax.py"):
        update(folder)
    assert all(path.read_bytes() == content for path, content in before.items())


def test_versions_of_ones_own_are_left_to_git(course):
    published, folder = course
    publish(published)
    work(folder)
    git(folder, "commit", "-qam", "my own")
    before = (folder / NAME).read_bytes()
    with pytest.raises(CannotUpdate, match="has versions of its own.*git pull"):
        update(folder)
    assert (folder / NAME).read_bytes() == before


def test_no_folder_of_git_says_so(tmp_path):
    with pytest.raises(CannotUpdate, match="was not made by git"):
        update(tmp_path)


def test_where_nothing_may_be_written_git_is_not_asked(course, monkeypatch):
    _, folder = course
    monkeypatch.setattr(module.os, "access", lambda path, mode: False)
    monkeypatch.setattr(module, "_git", None)
    with pytest.raises(PermissionError) as caught:
        update(folder)
    assert "copy its folder to one of your own" in cure_of(caught.value)


def test_what_cannot_be_fetched_is_said(course, tmp_path):
    _, folder = course
    with pytest.raises(CannotUpdate, match="nowhere"):
        update(folder, str(tmp_path / "nowhere"))


def test_while_it_is_open_in_jupyter_it_refuses(course, tmp_path):
    """A stale tab cannot write the old version back: there is none while the files change."""
    published, folder = course
    publish(published)
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    shown = {"pid": os.getpid(), "root_dir": str(folder), "port": 8888, "url": "x", "token": ""}
    (runtime / f"jpserver-{os.getpid()}.json").write_text(json.dumps(shown))
    with pytest.raises(CannotUpdate, match=r"JupyterLab shows this folder \(at port 8888\)"):
        update(folder)
    shown["root_dir"] = str(published)
    (runtime / f"jpserver-{os.getpid()}.json").write_text(json.dumps(shown))
    update(folder)


def test_the_command_says_what_it_did(course, monkeypatch, capsys):
    published, folder = course
    publish(published)
    work(folder)
    monkeypatch.setattr(module, "ROOT", folder)
    assert module.main([]) == 0
    assert "Your work stands in 01_probability_distributions.ipynb" in capsys.readouterr().out
    assert module.main(["a", "b"]) == 2
    (folder / "README.md").write_text("mine")
    assert module.main([]) == 1 and "You changed README.md" in capsys.readouterr().err
