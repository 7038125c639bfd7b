"""A notebook opens in Jupyter without its results; a learner's own results are never touched."""

import copy
import json
import shutil
import subprocess
import sys

import nbformat
import pytest
from browser import open_browser, open_lab
from jupyter_client import KernelManager
from notebook_tools import ROOT

from softmax_lib.jupyter.clean_notebooks import NOTEBOOKS
from softmax_lib.jupyter.hidden_results import hide_results

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
NAME = "02_exponentiation"


def results(path):
    """Return the ids of the cells that have been run, according to the file."""
    cells = nbformat.read(path, as_version=4).cells
    return [c.id for c in cells if c.cell_type == "code" and (c.outputs or c.execution_count)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_only_the_results_and_the_mark_go(path):
    before = nbformat.read(path, as_version=4)
    after = hide_results(copy.deepcopy(before))
    assert "softmax_course" in before.metadata
    assert after.metadata.keys() == before.metadata.keys() - {"softmax_course"}
    assert after.metadata.kernelspec == before.metadata.kernelspec
    assert len(results(path)) > 5
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.cell_type == "code":
            assert new.outputs == [] and new.execution_count is None
            old.outputs, old.execution_count = [], None
        assert new == old
    nbformat.validate(after)


def test_the_python_that_is_named_is_the_one_that_the_kernel_names():
    """JupyterLab counts any other as a change, and marks the tab as unsaved."""
    notebook = hide_results(nbformat.read(PATHS[0], as_version=4))
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        answer = client.kernel_info(reply=True, timeout=60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert notebook.metadata.language_info == answer["content"]["language_info"]


def test_another_kernels_language_is_left_alone():
    notebook = nbformat.read(PATHS[0], as_version=4)
    notebook.metadata.kernelspec = {"name": "ir", "language": "R", "display_name": "R"}
    language = notebook.metadata.language_info = {"name": "R", "version": "4.5.1"}
    assert hide_results(notebook).metadata.language_info == language


def test_without_the_mark_nothing_is_touched():
    notebook = nbformat.read(PATHS[0], as_version=4)
    del notebook.metadata["softmax_course"]
    before = copy.deepcopy(notebook)
    assert hide_results(notebook) == before
    other = {"softmax_course": {"results": "kept"}}
    notebook.metadata.update(nbformat.from_dict(other))
    before = copy.deepcopy(notebook)
    assert hide_results(notebook) == before


def test_the_installed_configuration_names_what_is_there():
    """Each module that Jupyter is told to load is imported by that name, and has what it asks."""
    defaults = ROOT / "softmax_lib/jupyter_defaults/etc/jupyter"
    server = json.loads((defaults / "jupyter_server_config.d/softmax_course.json").read_text())
    (extension,) = server["ServerApp"]["jpserver_extensions"]
    convert = json.loads((defaults / "jupyter_nbconvert_config.json").read_text())
    (preprocessor,) = convert["NotebookExporter"]["preprocessors"]
    code = "import importlib; from traitlets import import_item\n"
    code += f"module = importlib.import_module({extension!r})\n"
    code += "print(module._jupyter_server_extension_points()[0]['module'])\n"
    code += f"print(import_item({preprocessor!r}).enabled)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == [extension, "True"], done.stderr


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with open_browser() as browser, open_lab(browser, tmp_path_factory.mktemp("lab")) as lab:
        yield lab


def shown(lab):
    return lab.page.locator(".jp-Notebook .jp-OutputArea-output").count()


UNSAVED = ".jp-mod-current.jp-mod-dirty"


def unsaved(lab):
    """Whether the tab says that something is unsaved, once JupyterLab knows the kernel."""
    assert lab.page.locator(".lm-TabBar-tab.jp-mod-current").count() > 0
    lab.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    return lab.page.locator(UNSAVED).count() > 0


def save(lab):
    lab.page.keyboard.press("Escape")
    lab.page.keyboard.press("Control+s")
    lab.page.locator(UNSAVED).wait_for(state="detached")


def test_in_jupyterlab(lab):
    """As the package is installed: nothing but the file of the extension switches it on."""
    copied = lab.files / f"{NAME}.ipynb"
    shutil.copy(NOTEBOOKS / f"{NAME}.ipynb", copied)
    committed = copied.read_bytes()
    lab.open(NAME)
    assert shown(lab) == 0
    assert not unsaved(lab)
    assert copied.read_bytes() == committed  # to look at it changes nothing

    cells = nbformat.read(copied, as_version=4).cells
    first, scaling = [[c.id for c in cells].index(x) for x in ("imports", "plain-scaling")]
    lab.run(first)
    assert "shares: [ 1.33  0.33 -0.67]" in lab.run(scaling)
    assert unsaved(lab)
    save(lab)
    assert results(copied) == ["imports", "plain-scaling"]
    assert "softmax_course" not in nbformat.read(copied, as_version=4).metadata

    # The learner's results are there when they come back.
    lab.open(NAME)
    lab.page.get_by_text("shares: [ 1.33  0.33 -0.67]").wait_for()
    assert shown(lab) == 1
    assert not unsaved(lab)
    assert lab.errors == []
