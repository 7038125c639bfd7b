"""Every notebook obeys the house rules, and running it again gives the same file.

nbval, which pytest runs on the notebooks beside these tests, compares text. Here the whole file is
compared byte by byte, and the pictures by their pixels.
"""

import difflib

import nbformat
import pytest
from notebook_rules import RULES, Page
from notebook_tools import (
    PATHS,
    TOLERANCE,
    execute_all,
    picture_differences,
    read,
    without_pictures,
)

from softmax_lib.exercises.registry import COURSE, all_exercises, all_questions

every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def test_the_course_is_its_notebooks():
    assert set(COURSE) == {path.stem for path in PATHS}


@every_notebook
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule(path, rule):
    broken = list(rule(Page.load(path)))
    if broken:
        pytest.fail("\n".join([f"{path.name}: {rule.__doc__}", *broken]), pytrace=False)


def test_exercises_and_questions_stand_in_notebooks_that_exist():
    here = {path.stem for path in PATHS}
    for item in [*all_exercises().values(), *all_questions().values()]:
        assert item.notebook in here, f"{item.id} stands in {item.notebook}"


@pytest.fixture(scope="module")
def again():
    """Every notebook run once more, two at a time."""
    return execute_all(PATHS)


@every_notebook
def test_running_it_again_gives_the_same_file(path, again):
    assert path.read_text(encoding="utf-8") == nbformat.writes(read(path)).rstrip("\n") + "\n"
    before, after = without_pictures(read(path)), without_pictures(again[path])
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), "committed", "run again", lineterm="", n=1
    )
    assert before == after, "\n".join(line[:200] for line in lines)


@every_notebook
def test_running_it_again_gives_the_same_pictures(path, again, report_figure):
    found = picture_differences(read(path), again[path])
    worst = max((apart for _, _, apart in found), default=0)
    report_figure(
        f"pictures of {path.stem}", f"{len(found)} compared, largest difference {worst:.4f}"
    )
    assert not [row for row in found if row[2] > TOLERANCE]
