"""The course in a browser alone: every notebook runs there, and nothing is fetched from elsewhere.

The build needs Pyodide's compiled wheels, in the folder that SOFTMAX_PYODIDE names.
"""

import contextlib
import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading

import nbformat
import pytest
from browser import open_browser
from notebook_tools import PATHS, ROOT, code_cells, output_texts, read

from softmax_lib.jupyter.clean_notebooks import clean

WHEELS = os.environ.get("SOFTMAX_PYODIDE")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not WHEELS, reason="SOFTMAX_PYODIDE names no folder of Pyodide's wheels"),
    pytest.mark.skipif(not shutil.which("npm"), reason="Pyodide's core comes with npm, not here"),
]

# Runs all cells and returns the notebook; a cell that waits too long shows in its results.
RUN_ALL = """async () => {
  const panel = jupyterapp.shell.currentWidget;
  await panel.sessionContext.ready;
  await jupyterapp.commands.execute("notebook:run-all-cells");
  return panel.content.model.sharedModel.toJSON();
}"""

# The progress file as the browser keeps it; a save takes a moment.
PROGRESS = """async () => {
  for (let tries = 0; tries < 100; tries++) {
    try {
      const place = "softmax_progress.json";
      const file = await jupyterapp.serviceManager.contents.get(place, { content: true });
      const text = file.format === "base64" ? atob(file.content) : JSON.stringify(file.content);
      if (text.includes("logits-row")) return text;
    } catch {}
    await new Promise((go) => setTimeout(go, 200));
  }
  return "";
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The built folder."""
    folder = tmp_path_factory.mktemp("lite") / "lite"
    command = [sys.executable, str(ROOT / "docs" / "lite" / "build.py"), str(folder)]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def address(folder):
    """Where a server shows the folder, with JupyterLab itself in the page's reach."""
    path = folder / "jupyter-lite.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["jupyter-config-data"]["exposeAppInBrowser"] = True
    path.write_text(json.dumps(settings), encoding="utf-8")
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@contextlib.contextmanager
def opened(browser, address, name):
    """Yield a page with a notebook in a browser that has nothing yet, and asks nobody else."""
    with browser.new_context(viewport={"width": 1200, "height": 900}) as context:
        asked = []
        context.on("request", lambda request: asked.append(request.url))  # its workers' too
        page = context.new_page()
        page.goto(f"{address}lab/index.html?path=notebooks/{name}.ipynb")
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=90_000)
        page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext")
        yield page
        own = (address, "data:", "blob:")
        assert [url for url in asked if not url.startswith(own)] == []
        assert any("numpy" in url for url in asked)


def texts(cell):
    """Return all text that a cell shows."""
    # A browser's kernel sends the kinds of one output in another order.
    return sorted(output_texts(cell))


# Pyodide's numpy writes the same float16 numbers with other digits.
WRITTEN_OTHERWISE = ["textbook-shown"]
NUMBER = re.compile(r"-?\d+\.?\d*(?:e[+-]\d+)?|-?inf|nan")


def numbers(text):
    return [float(number) for number in NUMBER.findall(text)]


def differences(committed, shown):
    """Return (cell, before, now) where two runs of a notebook show different text."""
    pairs = zip(code_cells(committed), code_cells(shown), strict=True)
    return [
        (one.id, texts(one), texts(other)) for one, other in pairs if texts(one) != texts(other)
    ]


def test_the_folder_holds_every_notebook_without_results(folder):
    for path in PATHS:
        notebook = read(folder / "files" / "notebooks" / path.name)
        assert [cell.id for cell in notebook.cells] == [cell.id for cell in read(path).cells]
        assert not any(cell.outputs or cell.execution_count for cell in code_cells(notebook))
        assert notebook.metadata.kernelspec.name == "python"


def test_the_lock_names_what_is_there_and_no_more(folder):
    python = folder / "static" / "pyodide"
    packages = json.loads((python / "pyodide-lock.json").read_text())["packages"]
    named = {package["file_name"] for package in packages.values()}
    assert named == {path.name for path in python.iterdir() if path.suffix in (".whl", ".zip")} - {
        "python_stdlib.zip"
    }
    assert all("://" not in name for name in named)
    assert packages["softmax-course"]["imports"] == ["softmax_lib"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem[:2])
def test_a_notebook_shows_what_is_committed(browser, address, path):
    with opened(browser, address, path.stem) as page:
        shown = clean(nbformat.from_dict(page.evaluate(RUN_ALL)))
        differ = differences(read(path), shown)
        for cell, before, now in differ:
            assert cell in WRITTEN_OTHERWISE, (cell, before, now)
            assert [kind for kind, _ in before] == [kind for kind, _ in now]
            for (_, one), (_, other) in zip(before, now):
                assert numbers(one) == pytest.approx(numbers(other), rel=1e-3, nan_ok=True)


def test_explorers_move_and_questions_answer_and_answers_are_kept(browser, address):
    with opened(browser, address, "04_logits") as page:
        page.evaluate(RUN_ALL)
        handle = page.locator(".explorer [role=slider], .explorer input[type=range]").first
        before = handle.get_attribute("aria-valuetext")
        handle.focus()
        page.keyboard.press("PageUp")
        assert handle.get_attribute("aria-valuetext") != before
        question = page.locator(".softmax-quiz").first
        question.locator(".softmax-option").first.click()
        assert question.locator(".answer").inner_text()[0] in "✓✗"
        # What is kept is a file of the browser's: a new page finds it.
        assert "logits-row" in page.evaluate(PROGRESS)
        page.reload()
        page.wait_for_function("window.jupyterapp?.serviceManager", timeout=60_000)
        assert "logits-row" in page.evaluate(PROGRESS)
