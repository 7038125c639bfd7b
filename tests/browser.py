"""A real JupyterLab in a real browser, for the tests that need one.

Use the pieces as context managers, or write a fixture around them::

    @pytest.fixture(scope="module")
    def browser():
        with open_browser() as browser:
            yield browser

    @pytest.fixture
    def lab(browser, tmp_path):
        with open_lab(browser, tmp_path) as lab:
            yield lab

    def test_something(lab):
        lab.write("one", ["x = 1", "print(x)"])
        lab.open("one")
        assert lab.run(1) == "1"
        assert lab.errors == []

Keep these fixtures at module scope or below. While a browser is open, Playwright's event loop runs
in this thread: no second one can be opened, and no test can run a loop of its own.

Without a browser the tests are skipped, and the reason is shown. With CI=true they fail instead:
there, a browser that went missing must not go unnoticed.
"""

import contextlib
import functools
import http.server
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def _unavailable(reason):
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@contextlib.contextmanager
def open_browser(*options):
    """Yield a Chromium, headless; skip the test where there is none (fail it where CI=true).

    `options` are further ones of the command line.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        _unavailable("the browser tests need the package playwright: see tests/requirements.txt")
    with sync_playwright() as playwright:
        browser, launch = None, playwright.chromium.launch
        # One on the PATH, or Playwright's own, or where each system installs Chrome or Edge.
        found = next(filter(None, map(shutil.which, COMMANDS)), None)
        choices = [{"executable_path": found}] if found else []
        for choice in [*choices, {}, {"channel": "chrome"}, {"channel": "msedge"}]:
            with contextlib.suppress(Error):
                browser = launch(args=[*OPTIONS, *options], **choice)
                break
        if browser is None:
            _unavailable(
                "the browser tests need Chromium or Chrome, and none was found; "
                "install one, or run: python -m playwright install chromium"
            )
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def serve_lab(folder, theme="JupyterLab Light", course=ROOT, port=None):
    """Yield the address of a JupyterLab that shows `folder`/files and touches nothing else.

    Settings, workspaces, history and the course's progress all live below `folder`: another server
    on the same folder goes on there. Without a `port`, a free one is found. The server asks for a
    random token, since whoever reaches it can run code: the address holds it, and `at` keeps it.
    Kernels import the module of the checkout `course`.
    """
    folder = Path(folder)
    (folder / "files").mkdir(parents=True, exist_ok=True)
    settings = {
        "apputils-extension/themes": {"theme": theme},
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        # Cells out of sight stay in the page, where a test can find them.
        "notebook-extension/tracker": {"windowingMode": "none"},
    }
    for name, values in settings.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    # JupyterLab's own buttons in the active cell move at every step: a third of a step's time.
    off = {"@jupyterlab/cell-toolbar-extension": True}
    path = folder / "config" / "labconfig" / "page_config.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"disabledExtensions": off}), encoding="utf-8")
    places = {
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "SOFTMAX_PROGRESS": "progress.json",
    }
    environment = {**os.environ, **{name: str(folder / place) for name, place in places.items()}}
    environment["JUPYTER_TOKEN"] = secrets.token_hex(16)  # a command's arguments can be listed
    paths = [str(course), os.environ.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}"] if port else ["--ServerApp.port_retries=200"]
    command += [f"--ServerApp.root_dir={folder / 'files'}"]
    log = folder / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield _address(folder / "runtime", environment["JUPYTER_TOKEN"], server, log)
    finally:
        server.terminate()  # the server stops its kernels
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def serve_files(folder, types=None):
    """Yield the address of a server that shows the files of a folder.

    `types` are those that it gives the files of some suffixes, as {".wasm": "text/plain"}.
    """

    class Handler(_Quiet):
        extensions_map = {**_Quiet.extensions_map, **(types or {})}

    handler = functools.partial(Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def kill_server(folder):
    """End the server of a folder, and its kernels, at once: nothing is asked, nothing is saved."""
    (written,) = (Path(folder) / "runtime").glob("jpserver-*.json")
    os.kill(json.loads(written.read_text())["pid"], getattr(signal, "SIGKILL", signal.SIGTERM))
    written.unlink()  # the server would have done it


def at(address, path):
    """Return the address of a page of the server, with the token that `address` holds."""
    return urlsplit(address)._replace(path=path).geturl()


def _address(runtime, token, server, log, seconds=60):
    """Return the address that the server wrote down, with its token, once it answers there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            (found,) = runtime.glob("jpserver-*.json")
            address = f"{json.loads(found.read_text())['url']}?token={token}"
            with urllib.request.urlopen(at(address, "/api/status"), timeout=5):
                return address
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}", pytrace=False)


# JupyterLab's debugger asks a kernel that is restarting, and complains when it gets no answer; its
# server has no list of the kernels while one of them ends.
LABS_OWN = re.compile(
    "Could not restore the debugger state: Canceled future for debug_request|"
    r"Failed to load resource: .* status of 500 .*/api/kernels\?"
)


class Lab:
    """A page of a JupyterLab.

    Parameters
    ----------
    page : playwright.sync_api.Page
    url : str
        The server's address, with its token.
    files : pathlib.Path
        The folder that the server shows.

    Attributes
    ----------
    errors : list of str
        What the page's console reported as an error, and exceptions that nothing caught.
    """

    def __init__(self, page, url, files):
        self.page, self.url, self.files, self.errors = page, url, Path(files), []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message):
        text = f"{message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not LABS_OWN.match(text):
            self.errors.append(text)

    def write(self, name, sources):
        """Write a notebook with these code cells."""
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
        nbformat.write(notebook, self.files / f"{name}.ipynb")

    def copy(self, path):
        """Copy a notebook to where the server shows it."""
        shutil.copy(path, self.files)

    def open(self, name):
        """Open a notebook and wait until its kernel is ready."""
        self.page.goto(at(self.url, f"/lab/tree/{name}.ipynb") + "&reset")
        self._opened(name)

    def follow(self, name):
        """Click on the last link to a notebook, close the tab that it is in, and wait as `open`."""
        self.page.locator(f'.jp-Notebook a[href*="{name}.ipynb"]').last.click()
        tabs = self.page.locator("#jp-main-dock-panel .lm-TabBar-tab")
        tabs.filter(has_text=name).wait_for()
        tabs.filter(has_not_text=name).locator(".lm-TabBar-tabCloseIcon").click()
        tabs.filter(has_not_text=name).wait_for(state="detached")
        self._opened(name)

    def _opened(self, name):
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        # The page says "idle" before it has a kernel at all, so the server is asked.
        self._until(lambda: self._connected(f"{name}.ipynb"), f"no kernel for {name}.ipynb")
        self.page.wait_for_selector(".jp-Notebook .jp-Spinner", state="detached")

    def _connected(self, path=None):
        """Whether a page is connected to a kernel that is idle: that of a notebook, or any."""
        with urllib.request.urlopen(at(self.url, "/api/sessions"), timeout=5) as answer:
            sessions = [s for s in json.load(answer) if path in (None, s["path"])]
        kernels = [session["kernel"] for session in sessions]
        return any(k["connections"] and k["execution_state"] == "idle" for k in kernels)

    def end_kernels(self):
        """End all kernels, so that the next notebook does not take one for its own."""
        # A page that is still opening a notebook would start another one.
        self.page.goto("about:blank")
        self._until(lambda: not self._end_all(), "kernels did not end")

    def _end_all(self):
        """Ask every kernel that is there to end, and return how many there were."""
        with urllib.request.urlopen(at(self.url, "/api/kernels"), timeout=5) as answer:
            kernels = json.load(answer)
        for kernel in kernels:
            address = at(self.url, f"/api/kernels/{kernel['id']}")
            urllib.request.urlopen(urllib.request.Request(address, method="DELETE"), timeout=20)
        return len(kernels)

    def _until(self, reached, failure, seconds=60):
        end = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > end:
                pytest.fail(f"{failure} after {seconds} seconds", pytrace=False)
            self.page.wait_for_timeout(50)

    def restart(self):
        """Restart the notebook's kernel as a person does, and wait until it is ready."""
        self.page.locator('[data-jp-item-name="restart"] >> visible=true').first.click()
        self._confirm_restart()

    def _confirm_restart(self):
        """Say yes, and wait until the kernel has gone and come back: what runs before is lost."""
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        status = ".jp-Notebook-ExecutionIndicator"
        self.page.locator(f"{status}:not([data-status=idle]) >> visible=true").first.wait_for()
        self.page.locator(f"{status}[data-status=idle] >> visible=true").first.wait_for()

    def restart_and_clear(self):
        """Restart the kernel from the menu and clear all outputs, and wait until it is ready."""
        self.page.keyboard.press("Escape")
        self.page.get_by_role("menuitem", name="Kernel", exact=True).click()
        entry = "Restart Kernel and Clear Outputs of All Cells…"
        self.page.get_by_text(entry, exact=True).click()
        self._confirm_restart()
        self._until(self._connected, "no kernel after the restart")

    def cell(self, number):
        """Return the locator of a cell, counted from 0."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)

    def run(self, number):
        """Run a code cell as a person does, wait for it, and return the text of its output."""
        cell = self.cell(number)
        prompt = cell.locator(".jp-InputPrompt")
        cell.locator(".cm-content").click()
        # A number left from an earlier kernel may be the one that comes again.
        prompt.evaluate("(e) => { e.textContent = 'not yet'; }")
        self.page.keyboard.press("Control+Enter")

        def finished():
            text = prompt.inner_text()
            return "*" not in text and "not yet" not in text

        self._until(finished, f"cell {number} did not finish")
        output = cell.locator(".jp-OutputArea-output")
        return "\n".join(output.all_inner_texts()).strip()


@contextlib.contextmanager
def open_lab(browser, folder, theme="JupyterLab Light", course=ROOT, **options):
    """Yield a `Lab`: a fresh JupyterLab below `folder`, and a page of a browser that shows it.

    `options` go to Playwright's ``new_context``: ``viewport``, ``has_touch``, ``color_scheme``, ...
    """
    options = {"viewport": {"width": 1200, "height": 900}, **options}
    with serve_lab(folder, theme, course) as url, browser.new_context(**options) as context:
        yield Lab(context.new_page(), url, Path(folder) / "files")
