"""A notebook opens in Jupyter without its results; a learner's own results are never touched."""

import copy
import json
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from browser import open_browser, open_lab
from jupyter_client import KernelManager
from notebook_tools import ROOT

from softmax_lib.jupyter.clean_notebooks import NOTEBOOKS
from softmax_lib.jupyter.hidden_results import STATE, VIEW, hide_results, leave_out_views

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
    extensions = list(server["ServerApp"]["jpserver_extensions"])
    assert all(server["ServerApp"]["jpserver_extensions"].values()) and len(extensions) == 2
    convert = json.loads((defaults / "jupyter_nbconvert_config.json").read_text())
    (preprocessor,) = convert["NotebookExporter"]["preprocessors"]
    code = "import importlib; from traitlets import import_item\n"
    code += f"for module in map(importlib.import_module, {extensions!r}):\n"
    code += "    print(module._jupyter_server_extension_points()[0]['module'])\n"
    code += f"print(import_item({preprocessor!r}).enabled)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == [*extensions, "True"], done.stderr


# --- Widgets that are gone ------------------------------------------------------------------------


def shows(*outputs, **metadata):
    """Return a notebook whose one cell shows these."""
    cell = nbformat.v4.new_code_cell("x", outputs=[result(data) for data in outputs])
    return nbformat.v4.new_notebook(cells=[cell], metadata=metadata)


def result(data):
    return nbformat.v4.new_output("execute_result", data=data, execution_count=1)


def widget(number, **more):
    return {VIEW: {"model_id": f"w{number}"}, "text/plain": "words", **more}


def test_a_view_is_left_out_when_its_widget_is_gone_and_a_page_stands_beside_it():
    page = {"text/html": "<p>a table</p>"}
    notebook = shows(widget(1, **page), widget(2, **page), widget(3), page)
    before = copy.deepcopy(notebook)
    leave_out_views(notebook, {"w1"})
    alive, gone, bare, plain = (output.data for output in notebook.cells[0].outputs)
    assert alive == before.cells[0].outputs[0].data
    assert bare == before.cells[0].outputs[2].data, "another's, which shows nothing else"
    assert plain == page
    assert VIEW not in gone and gone["text/plain"] == "words"
    assert gone["text/html"].startswith("<p>a table</p>")
    assert "Run All Above Selected Cell" in gone["text/html"]
    nbformat.validate(notebook)
    once = copy.deepcopy(notebook)
    assert leave_out_views(notebook, {"w1"}) == once, "what to do is said once"


def test_a_widget_that_the_notebook_itself_holds_is_not_gone():
    saved = {STATE: {"state": {"w1": {}}}}
    notebook = shows(widget(1, **{"text/html": "<p>a table</p>"}), widgets=saved)
    before = copy.deepcopy(notebook)
    assert leave_out_views(notebook, set()) == before


# --- In JupyterLab --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    with open_lab(browser, tmp_path_factory.mktemp("lab")) as lab:
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


CELLS = [
    "from softmax_lib.exercises import ask, progress",
    "from softmax_lib.explorers import SoftmaxExplorer\nSoftmaxExplorer([2, 1, 0])",
    "ask('norm-twice')",
    "progress()",
    "import pathlib, time\nwhile not pathlib.Path('go on').exists():\n    time.sleep(0.05)",
]
AGAIN = "Run → Run All Above Selected Cell"


def counted(lab):
    """Return how many views live, how many pages say what to do, and how many are broken."""
    page = lab.page
    html = page.locator(".jp-OutputArea-output.jp-RenderedHTMLCommon")
    broken = page.get_by_text(re.compile("Error displaying|Loading widget")).count()
    return page.locator(".explorer").count(), html.get_by_text(AGAIN).count(), broken


def comes_to(lab, views, seconds=60):
    """Whether the page comes to show these views, and keeps them once Jupyter has settled."""
    lab.page.get_by_text("Python 3 (ipykernel) | ").wait_for()
    for _ in range(2 * seconds):
        lab.page.wait_for_timeout(500)
        if counted(lab) == views:
            lab.page.wait_for_timeout(1500)  # it asks the kernel for its widgets
            return counted(lab) == views
    return False


def press_shift_enter(lab, number):
    lab.cell(number).locator(".cm-content").click()
    lab.page.keyboard.press("Escape")
    lab.page.keyboard.press("Shift+Enter")


@pytest.mark.slow
def test_what_a_learner_sees_after_a_restart(browser, tmp_path):
    """Of Python in the page, of the page, of the kernel and the page, and of the server."""
    path = tmp_path / "files" / "one.ipynb"
    with open_lab(browser, tmp_path) as lab:
        lab.write("one", CELLS)
        lab.open("one")
        for number in range(4):
            lab.run(number)
        lab.cell(2).locator(".softmax-option").first.click()
        answer = lab.cell(2).locator(".answer").inner_text()
        save(lab)
        lab.page.reload()
        assert comes_to(lab, (2, 0, 0)) and not unsaved(lab), "the kernel lives, and so do they"
        press_shift_enter(lab, 4)  # it keeps the kernel busy
        lab.page.get_by_text("Python 3 (ipykernel) | Busy").wait_for()
        save(lab)
        lab.page.reload()
        assert comes_to(lab, (0, 0, 3)), "the kernel is busy: JupyterLab waits for it"
        (lab.files / "go on").touch()
        lab.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        # They come by themselves, but now and then ipywidgets gives a kernel up that was busy.
        lab.page.reload()
        assert comes_to(lab, (2, 0, 0)), "the kernel is free again"

        lab.restart()
        lost = lab.page.locator(".lost")
        assert [AGAIN in text for text in lost.all_inner_texts()] == [True, True]
        handle = lab.cell(1).locator(".logits .slider").first
        told = handle.get_attribute("aria-valuetext")
        handle.press("ArrowRight")
        assert handle.get_attribute("aria-valuetext") != told, "it still moves"
        for button in lab.cell(2).locator(".softmax-option").all():
            button.click()
            assert lab.cell(2).locator(".answer").inner_text()[0] in "✓✗", "it still answers"
        save(lab)
        lab.page.reload()
        assert comes_to(lab, (0, 3, 0)) and not unsaved(lab), "the kernel is another one"
        assert lab.errors == []
    with open_lab(browser, tmp_path) as lab:
        before = path.read_bytes()
        lab.open("one")
        assert comes_to(lab, (0, 3, 0)), "the next day"
        assert not unsaved(lab) and path.read_bytes() == before
        assert lab.cell(1).locator("table").is_visible()
        lab.cell(2).locator("summary").first.click()
        assert lab.cell(2).locator("details > div").first.is_visible()

        # What it says is what helps.
        lab.cell(2).locator(".jp-InputPrompt").click()
        lab.page.get_by_role("menuitem", name="Run", exact=True).click()
        lab.page.get_by_text("Run All Above Selected Cell", exact=True).click()
        lab.cell(1).locator(".explorer").wait_for()
        lab.run(2)
        assert lab.cell(2).locator(".answer").inner_text() == answer, "an answer once given stays"
        assert lab.errors == []
