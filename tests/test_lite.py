"""The course in a browser alone: notebooks run there, and nothing is fetched from elsewhere.

The build takes Pyodide's compiled wheels from the folder that SOFTMAX_PYODIDE names, or from the
official distribution. One notebook is tried whole; all twelve are with ``--by-hand``.
"""

import contextlib
import gzip
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import urllib.request

import nbformat
import pytest
from accessibility import violations
from browser import open_browser, serve_files
from notebook_tools import PATHS, ROOT, code_cells, output_texts, read

from softmax_lib.exercises.registry import find
from softmax_lib.jupyter.clean_notebooks import clean

pytestmark = pytest.mark.skipif(
    not shutil.which("npm"), reason="Pyodide's core comes with npm, not here"
)
NAME = "04_logits"

# Runs all cells and returns the notebook; a cell that waits too long shows in its results.
RUN_ALL = """async () => {
  const panel = jupyterapp.shell.currentWidget;
  await panel.sessionContext.ready;
  await jupyterapp.commands.execute("notebook:run-all-cells");
  return panel.content.model.sharedModel.toJSON();
}"""

# Runs the cell of an id, with another source where one is given, and returns its outputs.
RUN = """async ([id, source]) => {
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.deselectAll();
  notebook.activeCellIndex = notebook.widgets.findIndex((cell) => cell.model.id === id);
  if (source) notebook.activeCell.model.sharedModel.setSource(source);
  await jupyterapp.commands.execute("notebook:run-cell");
  return JSON.stringify(notebook.activeCell.model.outputs.toJSON());
}"""

# Runs code in the notebook's kernel and returns what it prints.
PRINTED = """async (code) => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code });
  let text = "";
  future.onIOPub = ({ content }) => { text += content.text ?? content.evalue ?? ""; };
  await future.done;
  return text.trim();
}"""
ORIGIN = "from softmax_lib.exercises import recall; print(recall('my_logits').origin)"

# The progress file as the browser keeps it, once it speaks of something; a save takes a moment.
PROGRESS = """async (word) => {
  for (let tries = 0; tries < 100; tries++) {
    try {
      const place = "softmax_progress.json";
      const file = await jupyterapp.serviceManager.contents.get(place, { content: true });
      const text = file.format === "base64" ? atob(file.content) : JSON.stringify(file.content);
      if (text.includes(word)) return text;
    } catch {}
    await new Promise((go) => setTimeout(go, 200));
  }
  return "";
}"""

# The notebooks that the browser keeps instead of the server's: those that somebody has changed.
STORED = """async () => {
  const answer = (request) => new Promise((then, fail) => {
    request.onsuccess = () => then(request.result);
    request.onerror = () => fail(request.error);
  });
  const keys = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await answer(indexedDB.open(name));
    if (database.objectStoreNames.contains("files"))  // beside them, checkpoints
      keys.push(...await answer(database.transaction("files").objectStore("files").getAllKeys()));
    database.close();
  }
  return keys.filter((key) => String(key).endsWith(".ipynb"));
}"""

# Writes down what the page says while Python loads: at first once it says something.
LISTEN = """
  window.said = [];
  const listen = () => {
    const card = document.querySelector("#softmax-loading");
    const bar = card?.querySelector("progress");
    const saying = card ? [card.innerText, bar.getAttribute("aria-valuetext"), bar.value] : null;
    if (saying || window.said.length) window.said.push(saying);
  };
  new MutationObserver(listen).observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
"""


def builder():
    """Return docs/lite/build.py as a module."""
    spec = importlib.util.spec_from_file_location("build_lite", ROOT / "docs/lite/build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The built folder."""
    if not os.environ.get("SOFTMAX_PYODIDE"):
        distribution = builder().DISTRIBUTION
        try:
            urllib.request.urlopen(f"{distribution}pyodide-lock.json", timeout=20).close()
        except OSError as error:
            pytest.skip(f"no Pyodide: SOFTMAX_PYODIDE is not set, and {distribution}: {error}")
    folder = tmp_path_factory.mktemp("lite") / "lite"
    command = [sys.executable, str(ROOT / "docs" / "lite" / "build.py"), str(folder)]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def address(folder):
    """Where a server shows the folder: a plain one, which knows no WebAssembly."""
    with serve_files(folder, {".wasm": "application/octet-stream"}) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with open_browser("--host-resolver-rules=MAP class.test 127.0.0.1") as browser:
        yield browser


def wait_for_notebook(page):
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=90_000)
    page.wait_for_function(
        "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
    )


@contextlib.contextmanager
def opened(browser, address, name):
    """Yield a page with a notebook in a browser that has nothing yet, and asks nobody else.

    What it asked for so far is the list ``page.asked``.
    """
    with browser.new_context(viewport={"width": 1200, "height": 900}) as context:
        asked = []
        context.on("request", lambda request: asked.append(request.url))  # its workers' too
        context.set_default_timeout(90_000)
        context.add_init_script(LISTEN)
        page = context.new_page()
        page.asked = asked
        page.goto(f"{address}lab/index.html?path=notebooks/{name}.ipynb")
        wait_for_notebook(page)
        yield page
        own = (address, "data:", "blob:")
        assert [url for url in asked if not url.startswith(own)] == []


@pytest.fixture(scope="module")
def learner(browser, address):
    """A page on which the tests of this file go on, one after the other."""
    with opened(browser, address, NAME) as page:
        yield page


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


def assert_it_shows_what_is_committed(page, path):
    shown = clean(nbformat.from_dict(page.evaluate(RUN_ALL)))
    for cell, before, now in differences(read(path), shown):
        assert cell in WRITTEN_OTHERWISE, (cell, before, now)
        assert [kind for kind, _ in before] == [kind for kind, _ in now]
        for (_, one), (_, other) in zip(before, now):
            assert numbers(one) == pytest.approx(numbers(other), rel=1e-3, nan_ok=True)


def test_the_folder_holds_every_notebook_without_results(folder):
    for path in PATHS:
        notebook = read(folder / "files" / "notebooks" / path.name)
        assert [cell.id for cell in notebook.cells] == [cell.id for cell in read(path).cells]
        assert not any(cell.outputs or cell.execution_count for cell in code_cells(notebook))
        assert notebook.metadata.kernelspec.name == "python"


def test_every_page_says_what_loads_and_names_files_that_are_there(folder):
    (python,) = (folder / "static").glob("python-*")
    (page,) = folder.glob("*/index.html")
    script = re.search('<script type="module" src="([^"]+)"', page.read_text(encoding="utf-8"))[1]
    assert (page.parent / script).resolve() == (python / "loading.mjs").resolve()
    sizes = json.loads((python / "sizes.json").read_text(encoding="utf-8"))
    assert sizes == {name: (python / name).stat().st_size for name in sizes}
    assert {path.name for path in python.iterdir() if path.stat().st_size > 2e6} == set(sizes)


def test_the_bare_address_opens_the_course(browser, address):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_url("**/lab/index.html*")
        wait_for_notebook(page)
        assert page.title() and page.locator(".jp-Notebook h1").first.is_visible()


def test_on_a_phone_the_notebook_has_room(browser, address):
    with browser.new_context(viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{address}lab/index.html?path=notebooks/{NAME}.ipynb")
        wait_for_notebook(page)
        page.wait_for_function("document.querySelector('.jp-Notebook').clientWidth > 280")


def test_modules_are_compiled_and_own_sources_stay(folder):
    (python,) = (folder / "static").glob("python-*")
    whole = gzip.decompress((python / "packages.bin").read_bytes())
    (length,) = struct.unpack("<I", whole[:4])
    names = [name for name, _ in json.loads(whole[4 : 4 + length])]
    assert len(names) == len(set(names))
    for path in (ROOT / "softmax_lib").glob("*.py"):
        assert f"softmax_lib/{path.name}" in names
    for module in (
        "softmax_lib/__pycache__/softmax.cpython-312",
        "matplotlib/figure",
        "numpy/ma/core",
    ):
        assert f"{module}.pyc" in names
    assert "matplotlib/figure.py" not in names


def test_the_page_says_what_it_waits_for_until_python_is_there(learner):
    learner.wait_for_function("window.said.length && !window.said.at(-1)")
    said = learner.evaluate("window.said")
    assert None not in said[:-1], "it was silent, and went on"
    texts, values = [words for words, _, _ in said[:-1]], [value for _, _, value in said[:-1]]
    assert any(re.search(r"Loading Python\.\s+\d+ of \d+ MB\. This happens once", t) for t in texts)
    assert any(re.search(r"Starting Python\.\s+Step 3 of 4: the kernel", t) for t in texts)
    assert max(values) > 50 and min(values) == 0
    for words, spoken, _ in said[:-1]:
        assert words.split() == spoken.split()
    assert learner.locator("#softmax-loading").count() == 0
    assert learner.locator("#softmax-unkept").count() == 0


def test_opening_is_not_editing(learner):
    learner.wait_for_timeout(12_000)  # every ten seconds what was edited is saved
    assert not learner.evaluate("jupyterapp.shell.currentWidget.context.model.dirty")
    assert learner.evaluate(STORED) == []


def test_the_page_says_when_python_cannot_be_had(browser, address):
    with browser.new_context() as context:
        context.route("**/packages.bin", lambda route: route.fulfill(status=503))
        page = context.new_page()
        page.goto(f"{address}lab/index.html?path=notebooks/{NAME}.ipynb")
        page.get_by_text("Python could not be loaded.").wait_for(timeout=90_000)
        card = page.locator("#softmax-loading")
        assert re.search(r"packages\.bin: 503.*Reload the page", card.inner_text())
        assert violations(page, "#softmax-loading") == []
        page.emulate_media(color_scheme="dark")
        assert violations(page, "#softmax-loading", ["color-contrast"]) == []


@pytest.mark.parametrize("host", ["class.test", "127.0.0.1"])
def test_the_page_says_when_it_cannot_keep_progress(browser, address, host):
    with browser.new_context() as context:
        if host == "127.0.0.1":  # as in some private windows
            context.add_init_script("delete Navigator.prototype.serviceWorker")
        page = context.new_page()
        page.goto(f"{address.replace('127.0.0.1', host)}lab/index.html")
        card = page.locator("#softmax-unkept")
        card.wait_for(timeout=90_000)
        assert page.evaluate("isSecureContext") == (host == "127.0.0.1")
        said = "begin with https. Your notebooks stay" if host == "class.test" else "private window"
        assert said in card.locator("p").inner_text()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page, "#softmax-unkept") == []
        card.get_by_role("button", name="Close").press("Enter")
        assert card.count() == 0


def test_a_notebook_shows_what_is_committed(learner):
    (path,) = (path for path in PATHS if path.stem == NAME)
    assert_it_shows_what_is_committed(learner, path)


def test_names_are_completed(learner):
    complete = """async (code) => {
      const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
      const { content } = await kernel.requestComplete({ code, cursor_pos: code.length });
      return content.matches;
    }"""
    assert "softmax" in learner.evaluate(complete, "softm")
    assert [name.rpartition(".")[2] for name in learner.evaluate(complete, "np.argma")] == [
        "argmax"
    ]


def test_explorers_move_and_questions_answer(learner):
    handle = learner.locator(".explorer [role=slider], .explorer input[type=range]").first
    before = handle.get_attribute("aria-valuetext")
    handle.focus()
    learner.keyboard.press("PageUp")
    assert handle.get_attribute("aria-valuetext") != before
    question = learner.locator(".softmax-quiz").first
    question.locator(".softmax-option").first.click()
    assert question.locator(".answer").inner_text()[0] in "✓✗"
    assert "logits-row" in learner.evaluate(PROGRESS, "logits-row")


def test_answers_are_judged_and_an_endless_one_is_stopped(learner):
    exercise = find("exercise", "my_logits")
    assert learner.evaluate(PRINTED, ORIGIN) == "the course's"
    wrong = exercise.wrong[0]
    learner.evaluate(RUN, ["my-logits", wrong.code.strip()])
    assert json.dumps(wrong.says)[1:20] in learner.evaluate(RUN, ["my-logits-check", ""])
    endless = "def my_logits(W, x):\n    while True:\n        pass"
    learner.evaluate(RUN, ["my-logits", endless])
    assert "seconds" in learner.evaluate(RUN, ["my-logits-check", ""])
    assert learner.evaluate(PRINTED, ORIGIN) == "the course's"
    learner.evaluate(RUN, ["my-logits", exercise.solution.strip()])
    assert exercise.noticed[:20] in learner.evaluate(RUN, ["my-logits-check", ""])
    assert learner.evaluate(PRINTED, ORIGIN) == "yours"


def test_a_restart_and_a_reload_keep_work_and_progress(learner):
    learner.evaluate("jupyterapp.commands.execute('docmanager:save')")
    assert [name.rpartition("/")[2] for name in learner.evaluate(STORED)] == [f"{NAME}.ipynb"]
    learner.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    assert learner.evaluate(PRINTED, ORIGIN) == "yours"
    learner.reload()
    wait_for_notebook(learner)
    source = """(id) => jupyterapp.shell.currentWidget.content.model.sharedModel.cells
      .find((cell) => cell.id === id).source"""
    assert learner.evaluate(source, "my-logits") == find("exercise", "my_logits").solution.strip()
    assert "logits-row" in learner.evaluate(PROGRESS, "logits-row")
    assert learner.evaluate(PRINTED, ORIGIN) == "yours"
    # Three times Python has started, and its files were fetched once.
    for name in ("packages.bin", "pyodide.asm.wasm", "python_stdlib.zip"):
        assert sum(name in url for url in learner.asked) == 1, name


# Test files that need neither a browser nor a package that Pyodide has not.
CHECKS = ["advice", "exercise_engine", "novices", "progress", "setup_check"]
NUMBERS = ["attention", "byte_pairs", "formats", "gpt", "sparse", "tiled"]
# What they import, all of it in Python alone; the newest release of hypothesis that is.
TOOLS = ["attrs", "iniconfig", "mpmath", "packaging", "pluggy", "pygments", "pytest"]
TOOLS += ["sortedcontainers"]


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    """A folder with the packages that the tests import."""
    folder = tmp_path_factory.mktemp("tools")
    wanted = [
        "hypothesis",
        "tzdata",
        *(f"{name}=={importlib.metadata.version(name)}" for name in TOOLS),
    ]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    command += [str(folder), "--only-binary=:all:", "--platform=any", "--python-version=3.12"]
    subprocess.run([*command, *wanted], check=True, capture_output=True)
    return folder


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Node.js takes no larger stack there")
@pytest.mark.parametrize(
    "names", [CHECKS, pytest.param(NUMBERS, marks=pytest.mark.by_hand)], ids=["checks", "numbers"]
)
def test_the_librarys_own_tests_pass_there(folder, tools, names, report_figure):
    (python,) = (folder / "static").glob("python-*")
    command = ["node", "--stack-size=7000", ROOT / "tests" / "run_in_pyodide.mjs", python, tools]
    command += [ROOT, *(f"test_{name}.py" for name in names)]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    report_figure(f"tests under Pyodide, {names[0]} and others", done.stdout.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.by_hand
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem[:2])
def test_every_notebook_shows_what_is_committed(browser, address, path):
    with opened(browser, address, path.stem) as page:
        assert_it_shows_what_is_committed(page, path)
