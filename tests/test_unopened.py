"""A notebook opens in Jupyter without its results; a learner's own results are never touched."""

import copy
import shutil

import nbformat
import pytest
from browser import open_browser, open_lab

from softmax_lib import unopened
from softmax_lib.notebook_files import NOTEBOOKS

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
NAME = "02_exponentiation"


def results(path):
    """Return the ids of the cells that have been run, according to the file."""
    cells = nbformat.read(path, as_version=4).cells
    return [c.id for c in cells if c.cell_type == "code" and (c.outputs or c.execution_count)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_only_the_results_and_the_mark_go(path):
    before = nbformat.read(path, as_version=4)
    after = unopened.as_unopened(copy.deepcopy(before))
    assert "softmax_course" in before.metadata and "softmax_course" not in after.metadata
    assert len(results(path)) > 5
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.cell_type == "code":
            assert new.outputs == [] and new.execution_count is None
            old.outputs, old.execution_count = [], None
        assert new == old
    nbformat.validate(after)


def test_without_the_mark_nothing_is_touched():
    notebook = nbformat.read(PATHS[0], as_version=4)
    del notebook.metadata["softmax_course"]
    before = copy.deepcopy(notebook)
    assert unopened.as_unopened(notebook) == before
    other = {"softmax_course": {"results": "kept"}}
    notebook.metadata.update(nbformat.from_dict(other))
    before = copy.deepcopy(notebook)
    assert unopened.as_unopened(notebook) == before


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with open_browser() as browser, open_lab(browser, tmp_path_factory.mktemp("lab")) as lab:
        yield lab


def shown(lab):
    return lab.page.locator(".jp-Notebook .jp-OutputArea-output").count()


def save(lab):
    lab.page.keyboard.press("Escape")
    lab.page.keyboard.press("Control+s")
    lab.page.locator(".jp-mod-current.jp-mod-dirty").wait_for(state="detached")


def test_in_jupyterlab(lab):
    """As the package is installed: nothing but the file of the extension switches it on."""
    copied = lab.files / f"{NAME}.ipynb"
    shutil.copy(NOTEBOOKS / f"{NAME}.ipynb", copied)
    committed = copied.read_bytes()
    lab.open(NAME)
    assert shown(lab) == 0
    assert copied.read_bytes() == committed  # to look at it changes nothing

    cells = nbformat.read(copied, as_version=4).cells
    first, scaling = [[c.id for c in cells].index(x) for x in ("imports", "plain-scaling")]
    lab.run(first)
    assert "shares: [ 1.33  0.33 -0.67]" in lab.run(scaling)
    save(lab)
    assert results(copied) == ["imports", "plain-scaling"]
    assert "softmax_course" not in nbformat.read(copied, as_version=4).metadata

    # The learner's results are there when they come back.
    lab.open(NAME)
    lab.page.get_by_text("shares: [ 1.33  0.33 -0.67]").wait_for()
    assert shown(lab) == 1
    assert lab.errors == []
