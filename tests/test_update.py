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

from softmax_lib.jupyter import merging
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
    monkeypatch.delenv("JUPYTERHUB_SERVICE_PREFIX", raising=False)


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
    assert update(folder) == []
    assert (folder / NAME).read_bytes() == stands
    assert read(folder / ".setup/before-update" / NAME) == before


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


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("named", [True, False], ids=["from an address", "from where it came"])
def test_with_versions_of_ones_own_it_prints_commands_that_work(course, committed, named):
    published, folder = course
    shutil.copy(ROOT / ".gitattributes", folder)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "my own")
    publish(published)
    work(folder)
    for key, value in {"user.name": "Ada", "user.email": "ada@example.org"}.items():
        git(folder, "config", key, value)
    if committed:
        git(folder, "commit", "-qam", "mine, too")
    before = (folder / NAME).read_bytes()
    with pytest.raises(CannotUpdate, match="has versions of its own") as reason:
        update(folder, *[str(published)] * named)
    assert (folder / NAME).read_bytes() == before
    commands = [line for line in str(reason.value).splitlines() if line.startswith("    git ")]
    assert len(commands) == 2 + (not committed)
    for command in commands:
        done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    cells = {cell.id: cell for cell in read(folder / NAME).cells}
    assert cells["my-draw"].source.endswith("'mine'") and "new-here" in cells
    assert update(folder) == []


def test_a_published_version_that_was_written_anew_comes_all_the_same(course):
    published, folder = course
    work(folder)
    (published / "README.md").write_text("another first version")
    git(published, "commit", "-qa", "--amend", "-m", "one, anew")
    publish(published)
    assert update(folder) == [Path(NAME).name]
    assert git(folder, "rev-parse", "HEAD") == git(published, "rev-parse", "HEAD")
    cells = {cell.id: cell for cell in read(folder / NAME).cells}
    assert cells["my-draw"].source.endswith("'mine'") and "new-here" in cells
    assert (folder / "README.md").read_text() == "another first version"


BROKEN = ["", "{}", "[]", "{", '{"cells": [3]}', "\0", '{"nbformat": 4, "nbformat_minor": 5}']


@pytest.mark.parametrize("content", BROKEN)
def test_a_notebook_that_cannot_be_read_is_named_and_nothing_is_touched(course, content):
    published, folder = course
    publish(published)
    (folder / NAME).write_text(content)
    head = git(folder, "rev-parse", "HEAD")
    with pytest.raises(CannotUpdate, match=f"{NAME} cannot be read. Move it away, then run"):
        update(folder)
    assert (folder / NAME).read_text() == content and git(folder, "rev-parse", "HEAD") == head
    (folder / NAME).rename(folder / "moved away")  # as it says
    update(folder)
    assert "new-here" in [cell.id for cell in read(folder / NAME).cells]


@pytest.mark.parametrize("content", BROKEN)
def test_as_gits_driver_it_leaves_what_cannot_be_read_as_it_is(tmp_path, content, capfd):
    files = [tmp_path / name for name in ("mine", "base", "theirs")]
    for file in files:
        shutil.copy(ROOT / NAME, file)
    files[0].write_text(content)
    assert merging.main([*map(str, files), NAME]) == 0
    assert files[0].read_text() == content
    assert f"{NAME} cannot be read, and stays as it is." in capfd.readouterr().err


def test_on_a_hub_it_does_not_wait_for_an_end_that_nobody_can_bring(
    course, tmp_path, monkeypatch, capsys
):
    published, folder = course
    publish(published)
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    shown = {"pid": os.getpid(), "root_dir": str(folder), "port": 8888, "url": "x", "token": ""}
    (runtime / f"jpserver-{os.getpid()}.json").write_text(json.dumps(shown))
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    monkeypatch.setattr(module, "ROOT", folder)
    assert module.main([]) == 0
    assert "Reload Notebook from Disk" in capsys.readouterr().out
    assert git(folder, "rev-parse", "HEAD") == git(published, "rev-parse", "HEAD")


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
