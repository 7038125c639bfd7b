"""The hub of the teaching kit with a small class, and with everything killed in it."""

import asyncio
import os
import signal

import load_test_hub
import nbformat
import pytest
from load_test_hub import Asked, Class, Learner, Report, Unavailable, install, run

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "SIGKILL"), reason="JupyterHub runs on Linux and macOS"
)
NAME = "03_normalization"


@pytest.mark.slow
def test_a_class_of_three_loses_nothing(tmp_path, report_figure):
    """By hand, with thirty: python tests/load_test_hub.py --learners 30."""
    try:
        kept = os.environ.get("SOFTMAX_HUB_ENVIRONMENT")
        environment = install(kept or tmp_path / "environment")
    except Unavailable as reason:
        pytest.skip(f"no hub can be set up here: {reason}")
    report = run(
        environment, learners=3, notebooks=["03"], pace=0.1, arrive=3, keep=tmp_path / "hub"
    )
    print(report)
    log = (tmp_path / "hub" / "state" / "log.txt").read_text(encoding="utf-8", errors="replace")
    assert report.failures == [], log[-3000:]
    assert "softmax_lib.jupyter.whole_files | extension was successfully loaded" in log
    cells = nbformat.read(load_test_hub.ROOT / f"notebooks/{NAME}.ipynb", as_version=4).cells
    assert report.cells == 3 * sum(cell.cell_type == "code" for cell in cells)
    assert [row["what"] for row in report.kills] == [
        "a kernel", "a server, while it saves", "the hub", "the proxy"
    ]  # fmt: skip
    assert report.lost == 0
    # Nobody is left behind.
    assert not [p for p in load_test_hub.psutil.process_iter(["cmdline"])
                if str(tmp_path) in " ".join(p.info["cmdline"] or [])]  # fmt: skip
    report_figure(
        "three learners on the hub",
        f"{report.cells} cells, 0 failures, "
        f"log-in to server p95 {report.percentile('log-in to server', 95):.0f} s",
    )


# --- Would it see a loss? -------------------------------------------------------------------------


class Nothing:
    """In place of a hub."""

    address = "http://127.0.0.1:9"

    def __init__(self, folder):
        self.state = folder


@pytest.fixture
def learner(tmp_path):
    learner = Learner(Nothing(tmp_path), 1, {})
    path = learner.home / "notebooks" / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")])
    nbformat.write(notebook, path)
    learner.saved[NAME] = ["x = 1"]
    learner.path = path
    return learner


@pytest.mark.parametrize("content", ["", '{"cells": [', None])
def test_a_broken_notebook_counts_as_lost(learner, content):
    assert learner.lost_edits() == 0
    learner.path.unlink() if content is None else learner.path.write_text(content)
    assert learner.lost_edits() == 1


def test_an_edit_that_is_gone_counts_as_lost(learner):
    learner.saved[NAME] = ["x = 2"]
    assert learner.lost_edits() == 1


def test_progress_that_is_gone_counts_as_lost(learner):
    file = learner.home / ".softmax_course.json"
    file.write_text('{"exercises": {"a": {"passed": true}, "b": {"passed": true}, "c": {}}}')
    assert learner.passed() == {"a", "b"}
    report = Report(1, [NAME], 0, 0, 0)
    room = Class(Nothing(learner.hub.state), report)
    room.learners = [learner]

    async def lose():
        async with room.killed("the test", 1):
            file.write_text('{"exercises": {"a": {"passed": true}}}')
            learner.path.write_text("")

    asyncio.run(lose())
    assert (report.kills[0]["edits"], report.kills[0]["progress"], report.lost) == (1, 1, 2)


def test_a_cell_that_fails_is_a_failure():
    asked = Asked()
    asked.take("status", {"execution_state": "busy"})
    asked.take("error", {"ename": "NameError", "evalue": "x", "traceback": []})
    asked.take("execute_reply", {"status": "error", "ename": "NameError"})
    assert not asked.done.is_set()
    asked.take("status", {"execution_state": "idle"})
    assert asked.done.is_set() and asked.status == "error NameError"


def test_the_table_says_what_was_measured():
    report = Report(2, [NAME], 2, 120, 0.5, memory={"a server": [100.4, 130]}, versions="here")
    report.times = {"a cell": [1.0, 2.0, 3.0, 40.0], "the cell with the imports": [5.0]}
    report.failures = ["a cell: lost"] * 2
    report.kills = [{"what": "the hub", "times": 1, "back": 3.0, "edits": 0, "progress": 4}]
    text = str(report)
    for line in (
        "5 cells run, 2 failures; load of the computer before: 0.5",
        "a cell                                  4     3.0    40.0    40.0",
        "a server                                      100     130",
        "the hub                                 1   3.0 s             0         4",
        "failed 2 times: a cell: lost",
    ):
        assert line in text.splitlines(), text


def test_without_node_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(load_test_hub.shutil, "which", lambda name: None)
    with pytest.raises(Unavailable, match=r"needs Node\.js and npm"):
        install(tmp_path)
