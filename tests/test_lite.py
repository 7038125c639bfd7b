"""The course in the browser alone: every cell runs, its results are the same, nothing is fetched.

The build needs Pyodide's own packages: a folder of them, named by SOFTMAX_PYODIDE, or Pyodide's
distribution. Where neither can be had, these tests are skipped.
"""

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest
from browser import open_browser
from notebook_tools import PATHS, ROOT, code_cells, read

from softmax_lib.exercises.registry import COURSE, all_exercises, all_questions

pytestmark = pytest.mark.slow

FOLDER = os.environ.get("SOFTMAX_PYODIDE")
ALL_RAN = """(count) => {
  const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
  return prompts.length === count && prompts.every((e) => /\\[\\d+\\]/.test(e.textContent));
}"""
# What each code cell printed, and the words of its figures.
PRINTED = """() => [...document.querySelectorAll(".jp-CodeCell")].map((cell) => [
  [...cell.querySelectorAll('[data-mime-type="application/vnd.jupyter.stdout"]')]
    .map((e) => e.textContent).join(""),
  [...cell.querySelectorAll("figcaption")].map((e) => e.textContent).join(" "),
  [...cell.querySelectorAll('[data-mime-type="application/vnd.jupyter.stderr"], .jp-mod-error')]
    .map((e) => e.textContent).join(" "),
])"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where a server of files shows the built course."""
    if not FOLDER:
        try:
            urllib.request.urlopen("https://cdn.jsdelivr.net", timeout=10).close()
        except (urllib.error.URLError, TimeoutError):
            pytest.skip("set SOFTMAX_PYODIDE to a folder with Pyodide's packages")
    pytest.importorskip("jupyterlite_core", reason="pyproject.toml lists what `lite` needs")
    folder = tmp_path_factory.mktemp("lite")
    command = [sys.executable, str(ROOT / "docs" / "lite" / "build.py"), str(folder)]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def context(address):
    """One learner's browser: what it saves stays in it from one notebook to the next."""
    asked = []
    with open_browser() as browser:
        with browser.new_context(viewport={"width": 1200, "height": 900}) as context:
            context.on("request", lambda request: asked.append(request.url))
            yield context
    own = (address, "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []


@pytest.fixture
def opened(context, address):
    """Give a function ``opened(name)``: a notebook in JupyterLite."""
    pages = []

    def go(name):
        page = context.new_page()
        pages.append(page)
        page.goto(f"{address}lab/index.html?path=notebooks/{name}.ipynb")
        page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").first.wait_for()
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for(
            timeout=60_000
        )
        return page

    yield go
    for page in pages:
        page.close()


def choose(page, menu, entry):
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).click()


def cell(page, cell_id, notebook):
    """Return the locator of a code cell."""
    place = [c.id for c in code_cells(notebook)].index(cell_id)
    return page.locator(".jp-CodeCell").nth(place)


def run(page, place, source=None):
    """Run a cell, with another source if one is given."""
    place.locator(".cm-content").click()
    if source is not None:
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(source)
    page.keyboard.press("Control+Enter")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_cell_runs_and_shows_what_is_committed(opened, path):
    notebook = read(path)
    page = opened(path.stem)
    choose(page, "Run", "Run All Cells")
    page.wait_for_function(ALL_RAN, arg=len(code_cells(notebook)), timeout=180_000)
    page.wait_for_timeout(500)  # what the last cell shows comes a moment after its number
    differ = []
    for cell, (printed, figures, errors) in zip(
        code_cells(notebook), page.evaluate(PRINTED), strict=True
    ):
        streams = [o.text for o in cell.outputs if o.output_type == "stream"]
        html = "".join(o.get("data", {}).get("text/html", "") for o in cell.outputs)
        told = " ".join(re.findall(r"<figcaption[^>]*>(.*?)</figcaption>", html, re.DOTALL))
        if "".join(streams).strip() != printed.strip() or errors:
            differ.append((cell.id, "".join(streams), printed, errors[-500:]))
        assert bool(told) == bool(figures), cell.id
    assert differ == []
    assert page.locator(".explorer").count() > 0


def test_a_learner_errs_gets_it_right_and_comes_back(opened):
    name = "03_normalization"
    notebook, exercise = read(ROOT / "notebooks" / f"{name}.ipynb"), all_exercises()["my_softmax"]
    page = opened(name)
    run(page, page.locator(".jp-CodeCell").first)
    stub, check = (cell(page, i, notebook) for i in ("my-softmax", "check-my-softmax"))
    run(page, stub, "def my_softmax(logits):\n    while True:\n        pass")
    run(page, check)
    check.get_by_text("did not finish within").wait_for(timeout=60_000)
    run(page, stub, exercise.wrong[0].code.strip())
    run(page, check)
    check.get_by_text("Try again").wait_for()
    run(page, stub, exercise.solution.strip())
    run(page, check)
    check.get_by_text("✓ Passed").wait_for()
    question = next(q for q in all_questions().values() if q.notebook == name)
    asked = cell(page, f"ask-{question.id}", notebook)
    run(page, asked)
    asked.locator(".softmax-option").nth(question.answer).click()
    asked.get_by_text("✓ Right.").wait_for()
    handle = None
    for one in code_cells(notebook):
        if "SoftmaxExplorer(" in one.source and ".predict(" not in one.source:
            shown = cell(page, one.id, notebook)
            run(page, shown)
            handle = shown.locator("input.slider:enabled, [role=slider]").first
            break
    before = handle.get_attribute("aria-valuetext", timeout=60_000)
    handle.focus()
    page.keyboard.press("ArrowRight")
    assert handle.get_attribute("aria-valuetext") != before
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1000)
    page.close()
    # The next day: another page, another Python, the same browser.
    page = opened("00_start_here")
    run(page, page.locator(".jp-CodeCell").first)
    notebook = read(ROOT / "notebooks" / "00_start_here.ipynb")
    shown = next(c for c in code_cells(notebook) if c.source.strip() == "progress()")
    run(page, cell(page, shown.id, notebook))
    row = cell(page, shown.id, notebook).get_by_text(re.compile("03"))
    row.first.wait_for()
    text = cell(page, shown.id, notebook).inner_text()
    assert re.search(r"03[^\n]*\b1 of", text.replace("\t", " ")), text
    assert COURSE
