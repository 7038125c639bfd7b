"""What every test shares: repeatable examples, a progress file of its own, figures at the end."""

import gc
import itertools
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# The matrices here are small: threads that share one take longer to meet than to multiply, the more
# so where tests run side by side. Kernels and workers inherit it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The same examples on every run and every machine, and no verdict that depends on its speed.
settings.register_profile("course", derandomize=True, deadline=None, database=None)
settings.load_profile("course")

# The files that take longest begin, so that no worker is left with one of them at the end; the
# other files keep their order.
SLOWEST = """
    test_lite test_learner test_keyboard_walk test_exercises test_launcher
    test_every_explorer test_site test_binder test_hub test_colab test_exported_notebooks
    test_sentences
    test_forced_colors
    test_hidden_results test_notebooks test_explorer test_notebook_changes test_next_word_explorer
    test_notebook_export test_slides
""".split()

FIGURE = "figure"
_before = pytest.StashKey[str | None]()
_folder = pytest.StashKey[str]()
_turns = itertools.count()


def pytest_configure(config):
    """Keep the tests, and the kernels they start, away from the learner's own progress."""
    config.stash[_before] = os.environ.get("SOFTMAX_PROGRESS")
    config.stash[_folder] = tempfile.mkdtemp(prefix="softmax_progress_")
    os.environ["SOFTMAX_PROGRESS"] = str(Path(config.stash[_folder], "progress.json"))


def pytest_addoption(parser):
    parser.addoption(
        "--by-hand", action="store_true", help="run what takes many minutes and seldom changes too"
    )


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--by-hand", False):
        for item in items:
            if item.get_closest_marker("by_hand"):
                item.add_marker(pytest.mark.skip(reason="runs with --by-hand alone"))
    rank = {name: place for place, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Look for no garbage among tens of thousands of tests, neither as they come nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Let kernels that the tests of one file share find nothing that another file's have passed."""
    name = f"{item.path.stem}{item.path.suffix}.json"
    os.environ["SOFTMAX_PROGRESS"] = str(Path(item.config.stash[_folder], name))


def pytest_unconfigure(config):
    if config.stash[_before] is None:
        os.environ.pop("SOFTMAX_PROGRESS", None)
    else:
        os.environ["SOFTMAX_PROGRESS"] = config.stash[_before]
    shutil.rmtree(config.stash[_folder], ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_progress(request, monkeypatch):
    """Give each test a record of its own: what one passes, no notebook may find passed."""
    # Not in tmp_path: with so many tests, pytest takes far longer to make one.
    folder = Path(request.config.stash[_folder], f"test_{next(_turns)}")
    folder.mkdir()
    monkeypatch.setenv("SOFTMAX_PROGRESS", str(folder / "own_progress.json"))


@pytest.fixture
def report_figure(request):
    """Give a function ``report(name, text)``: the line is printed after the last test."""

    def report(name, text):
        # User properties travel with the test's report, so they arrive from xdist workers too.
        request.node.user_properties.append((FIGURE, f"{name}: {text}"))

    return report


def pytest_terminal_summary(terminalreporter):
    reports = [r for kind in terminalreporter.stats.values() for r in kind]
    lines = {
        line: None
        for report in reports
        if getattr(report, "when", None) == "call"
        for key, line in report.user_properties
        if key == FIGURE
    }
    if lines:
        terminalreporter.section("figures measured")
        for line in sorted(lines):
            terminalreporter.write_line(line)
