"""A class on one server: learners who sign in, run notebooks and save, while things are killed.

    python tests/load_test_hub.py --learners 30

starts the hub of docs/teaching/jupyterhub_config.py as it stands, with the commands of
one-server.md and their pinned versions, and prints a table. Run it on the computer on which you
want to teach: with as many learners as will come it says how long they would wait, and how much
memory they take. It needs Python, Node.js and npm, and the network once (`--environment FOLDER`
keeps what it installs).

A learner here is what JupyterLab is to the server: signs in, waits for a server, opens a notebook
over HTTP, starts its kernel and runs the code cells over a websocket one after the other, with a
pause; types the solution of each exercise; saves. Nothing draws, so the work of a browser is left
out; the learners themselves take part of the processors that they measure.

Then are killed, by `kill -9`: kernels, each learner's server while it saves, the hub, the proxy.
What was saved and what was passed has to be there afterward.
"""

import argparse
import asyncio
import contextlib
import dataclasses
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import httpx
import nbformat
import psutil
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from softmax_lib.exercises.progress import read as read_progress  # noqa: E402
from softmax_lib.exercises.registry import COURSE, all_exercises  # noqa: E402

TEACHING = ROOT / "docs" / "teaching"
PASSWORD = "a password for the room"
PATIENCE = 180.0  # seconds after which anything counts as failed, as in the hub's configuration
AUTOSAVE = 120.0  # JupyterLab saves what has changed, every two minutes


class Unavailable(Exception):
    """The hub cannot be installed here; the message says why."""


# --- The hub --------------------------------------------------------------------------------------


def install(folder):
    """Make an environment with the commands of one-server.md; return (python, folder of commands).

    Raises
    ------
    Unavailable
    """
    if not shutil.which("npm") or not shutil.which("node"):
        raise Unavailable("the hub's proxy needs Node.js and npm, and they are not here")
    page = (TEACHING / "one-server.md").read_text(encoding="utf-8")
    proxy = re.search(r"npm install (configurable-http-proxy@[\d.]+)", page)[1]
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / "venv" / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    steps = [
        [sys.executable, "-m", "venv", folder / "venv"],
        # Compiled, as everything is on the second day.
        [*pip, "-r", TEACHING / "hub_requirements.txt"],
        [*pip, "--no-deps", "-e", ROOT],
        ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", folder, proxy],
    ]
    if python.exists():
        del steps[0]
    for step in steps:
        step = [str(word) for word in step]
        done = subprocess.run(step, capture_output=True, text=True, cwd=folder, timeout=900)
        if done.returncode:
            raise Unavailable(f"{' '.join(step)}\n{done.stderr[-1500:]}")
    return python, [folder / "node_modules" / ".bin", python.parent]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Hub:
    """The hub of the teaching kit, in a folder of its own."""

    def __init__(self, environment, folder, learners):
        self.python, commands = environment
        self.state = Path(folder) / "state"
        self.state.mkdir(parents=True)
        self.log = self.state / "log.txt"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        # Two hubs on one computer would meet on the usual ports.
        self.options = [
            f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{free_port()}",
            f"--JupyterHub.hub_port={free_port()}",
        ]
        own = {
            "SOFTMAX_HUB_PASSWORD": PASSWORD,
            "SOFTMAX_HUB_STATE": str(self.state),
            "SOFTMAX_HUB_PORT": str(self.port),
            "SOFTMAX_HUB_SEATS": str(learners),
            "PATH": os.pathsep.join([*map(str, commands), os.environ["PATH"]]),
        }
        if getattr(os, "geteuid", lambda: 1)() == 0:
            own["SOFTMAX_HUB_AS_ROOT"] = "1"
        strange = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "SOFTMAX_PROGRESS"}
        kept = {k: v for k, v in os.environ.items() if k not in strange}
        self.variables = {**kept, **own}

    def start(self):
        command = [str(self.python), "-m", "jupyterhub", "-f", TEACHING / "jupyterhub_config.py"]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*command, *self.options],
                env=self.variables,
                cwd=self.state,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def wait(self):
        """Wait until somebody could sign in; return the seconds that it took."""
        started = time.monotonic()
        async with httpx.AsyncClient() as client:
            while time.monotonic() - started < PATIENCE:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"{self.address}/hub/login")).status_code == 200:
                        return time.monotonic() - started
                if self.process.poll() is not None:
                    break
                await asyncio.sleep(0.1)
        raise RuntimeError(f"the hub did not start:\n{self.log.read_text()[-3000:]}")

    def processes(self):
        """Return all processes of this hub: itself, the proxy, servers and kernels."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if str(self.state) in " ".join([*process.cmdline(), process.cwd()]):
                    found.append(process)
        with contextlib.suppress(psutil.Error):
            found += psutil.Process(self.process.pid).children(recursive=True)
        return found

    def server(self, seat):
        """Return the process of a learner's server."""
        home = str(self.state / "homes" / seat)
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                words = process.cmdline()
                if "jupyterhub.singleuser" in words and process.cwd() == home:
                    return process
        raise LookupError(f"{seat} has no server")

    def kernels(self, seat):
        """Return the processes of a learner's kernels."""
        found = []
        for child in self.server(seat).children():
            with contextlib.suppress(psutil.Error):
                if any("ipykernel" in word for word in child.cmdline()):
                    found.append(child)
        return found

    def proxy(self):
        return int((self.state / "proxy.pid").read_text())

    def stop(self):
        processes = self.processes()
        self.process.kill()
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(processes, timeout=20)
        self.process.wait()
        shutil.rmtree(f"/tmp/softmax-hub-{os.getuid()}-{self.port}", ignore_errors=True)


# --- A learner ------------------------------------------------------------------------------------


class Failed(Exception):
    """Something did not happen that a learner expects."""


class Kernel:
    """A kernel's channels, over a websocket."""

    def __init__(self, socket, session):
        self.socket, self.session, self.asked = socket, session, {}
        self.restarted = asyncio.Event()
        self.reading = asyncio.create_task(self.read())

    async def read(self):
        while (text := await self.socket.read_message()) is not None:
            if isinstance(text, bytes):
                continue  # numbers of an explorer: nothing draws them here
            message = json.loads(text)
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "restarting":
                self.restarted.set()
            asked = self.asked.get(message["parent_header"].get("msg_id"))
            if asked:
                asked.take(kind, content)
        for asked in self.asked.values():
            asked.done.set()

    async def run(self, code):
        """Run code; return the outputs of its cell.

        Raises
        ------
        Failed
        """
        name = uuid.uuid4().hex
        header = {"msg_id": name, "msg_type": "execute_request", "username": "", "version": "5.3"}
        header["session"] = self.session
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": False, "stop_on_error": True}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        message |= {"channel": "shell", "buffers": []}
        asked = self.asked[name] = Asked()
        try:
            await self.socket.write_message(json.dumps(message))
            await asyncio.wait_for(asked.done.wait(), PATIENCE)
        except Exception as error:  # closed, too late
            raise Failed(f"a cell: {type(error).__name__} {error}") from error
        finally:
            del self.asked[name]
        if asked.status != "ok":
            raise Failed(f"a cell: {asked.status}")
        return asked.outputs

    def close(self):
        self.reading.cancel()
        self.socket.close()


class Asked:
    """What a kernel has said so far about a cell."""

    def __init__(self):
        self.outputs, self.status, self.idle, self.done = [], "lost", False, asyncio.Event()

    def take(self, kind, content):
        if kind in ("stream", "display_data", "execute_result", "error"):
            content = {k: v for k, v in content.items() if k != "transient"}
            self.outputs.append(nbformat.v4.new_output(kind, **content))
        elif kind == "execute_reply":
            self.status = content["status"] + " " * ("ename" in content) + content.get("ename", "")
        elif kind == "status" and content["execution_state"] == "idle":
            self.idle = True
        if self.idle and self.status != "lost":
            self.done.set()


class Learner:
    """Somebody with a browser."""

    def __init__(self, hub, number, times):
        self.hub, self.seat, self.times = hub, f"seat-{number:02}", times
        self.home = hub.state / "homes" / self.seat
        self.saved = {}  # by notebook: the sources that the server said it has saved
        self.kernels, self.client = {}, None

    @contextlib.contextmanager
    def clock(self, what):
        started = time.monotonic()
        yield
        self.times.setdefault(what, []).append(time.monotonic() - started)

    async def sign_in(self):
        """Sign in, wait for the server, and open JupyterLab."""
        if self.client:
            await self.client.aclose()
        self.client = httpx.AsyncClient(
            base_url=self.hub.address, follow_redirects=True, timeout=PATIENCE
        )
        with self.clock("log-in to server"):
            await self.get("/hub/login")
            form = {"username": self.seat, "password": PASSWORD, "_xsrf": self.xsrf("/hub/")}
            answer = await self.client.post("/hub/login", data=form, params={"next": "/hub/home"})
            self.expect(answer, "signing in")
            await self.get(f"/hub/spawn/{self.seat}")
            started = time.monotonic()
            # The page that waits asks for the progress until the server is there.
            while not await self.is_ready():
                if time.monotonic() - started > PATIENCE:
                    raise Failed("the server did not start")
                await asyncio.sleep(1)
            page = await self.get(f"/user/{self.seat}/lab/tree/notebooks/00_start_here.ipynb")
        with self.clock("JupyterLab's first requests"):
            scripts = re.findall(r'<script[^>]+src="([^"]+)"', page.text)
            for place in scripts:
                await self.get(place)
            for place in ("lab/api/settings", "api/kernelspecs", "api/contents/notebooks"):
                await self.get(self.own(place))

    async def is_ready(self):
        """Ask whether the server is there, as the hub's page does."""
        place = f"/hub/api/users/{self.seat}/server/progress"
        parameters = {"_xsrf": self.xsrf("/hub/")}
        try:
            async with self.client.stream("GET", place, params=parameters) as answer:
                if answer.status_code != 200:
                    return False
                async for line in answer.aiter_lines():
                    if line.startswith("data:"):
                        event = json.loads(line[5:])
                        if event.get("failed"):
                            raise Failed(f"the server: {event.get('message')}")
                        if event.get("ready"):
                            return True
        except httpx.HTTPError:
            pass
        return False

    def own(self, place):
        return f"/user/{self.seat}/{place}"

    def xsrf(self, path):
        return next(
            (c.value for c in self.client.cookies.jar if (c.name, c.path) == ("_xsrf", path)), ""
        )

    def expect(self, answer, what):
        if answer.status_code >= 400:
            raise Failed(f"{what}: {answer.status_code} {answer.text[:200]!r}")
        return answer

    async def ask(self, method, place, **options):
        headers = {"X-XSRFToken": self.xsrf(f"/user/{self.seat}/")}
        try:
            answer = await self.client.request(method, place, headers=headers, **options)
        except httpx.HTTPError as error:
            raise Failed(f"{method} {place}: {type(error).__name__} {error}") from error
        return self.expect(answer, f"{method} {place}")

    async def get(self, place, **options):
        return await self.ask("GET", place, **options)

    # --- A notebook ---

    async def open(self, name):
        """Open a notebook and start its kernel; return the notebook."""
        path = f"notebooks/{name}.ipynb"
        with self.clock("opening a notebook"):
            model = (await self.get(self.own(f"api/contents/{path}"), params={"content": 1})).json()
            session = {"path": path, "name": f"{name}.ipynb", "type": "notebook"}
            session["kernel"] = {"name": "python3"}
            answer = (await self.ask("POST", self.own("api/sessions"), json=session)).json()
            await self.connect(name, answer["kernel"]["id"])
        return nbformat.from_dict(model["content"])

    async def connect(self, name, identity):
        """Open the websocket of a kernel."""
        if name in self.kernels:
            self.kernels[name].close()
        session = uuid.uuid4().hex
        place = self.own(f"api/kernels/{identity}/channels?session_id={session}")
        cookies = [c for c in self.client.cookies.jar if place.startswith(c.path)]
        headers = {"Cookie": "; ".join(f"{c.name}={c.value}" for c in cookies)}
        headers |= {"Origin": self.hub.address}
        headers |= {"Sec-Fetch-Mode": "websocket", "Sec-Fetch-Site": "same-origin"}
        address = self.hub.address.replace("http", "ws", 1) + place
        request = HTTPRequest(address, headers=headers, request_timeout=PATIENCE)
        try:
            socket = await websocket_connect(request, max_message_size=2**28)
        except Exception as error:
            raise Failed(f"the websocket: {type(error).__name__} {error}") from error
        kernel = self.kernels[name] = Kernel(socket, session)
        kernel.id = identity

    async def reconnect(self):
        """Open the websockets again, as JupyterLab does when they have closed."""
        for name, kernel in list(self.kernels.items()):
            await self.connect(name, kernel.id)

    async def save(self, name, notebook, checkpoint=True):
        """Save as JupyterLab does: ask for the time of the file, write it, keep a checkpoint."""
        place = self.own(f"api/contents/notebooks/{name}.ipynb")
        model = {"type": "notebook", "format": "json", "content": notebook}
        with self.clock("a save"):
            await self.get(place, params={"content": 0})
            await self.ask("PUT", place, json=model)
            self.saved[name] = sources(notebook)
            if checkpoint:
                await self.ask("POST", place + "/checkpoints")

    async def work(self, name, pace):
        """Run a notebook from top to bottom, with the exercises solved, and save it."""
        notebook = await self.open(name)
        kernel = self.kernels[name]
        first, saved = True, time.monotonic()
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            exercise = STUBS.get(cell.source.strip())
            if exercise:
                cell.source = all_exercises()[exercise].solution.strip()
            with self.clock("the cell with the imports" if first else "a cell"):
                cell.outputs = await kernel.run(cell.source)
            first = False
            if exercise or time.monotonic() - saved > AUTOSAVE:
                await self.save(name, notebook, checkpoint=bool(exercise))
                saved = time.monotonic()
            await asyncio.sleep(pace)
        await self.save(name, notebook)
        return notebook

    # --- What must not be lost ---

    def on_disk(self, name):
        try:
            return sources(nbformat.read(self.home / "notebooks" / f"{name}.ipynb", as_version=4))
        except Exception:  # empty, a part
            return None

    def lost_edits(self):
        """Return how many notebooks are not as they were saved last."""
        return sum(self.on_disk(name) != saved for name, saved in self.saved.items())

    def passed(self):
        entries = read_progress(self.home / ".softmax_course.json")["exercises"]
        return {name for name, entry in entries.items() if entry.get("passed")}

    async def close(self):
        for kernel in self.kernels.values():
            kernel.close()
        if self.client:
            await self.client.aclose()


STUBS = {exercise.stub.strip(): name for name, exercise in all_exercises().items()}


def sources(notebook):
    return [cell["source"] for cell in notebook["cells"]]


# --- The class ------------------------------------------------------------------------------------


@dataclasses.dataclass
class Report:
    """What a class has lived through."""

    learners: int
    notebooks: list
    pace: float
    arrive: float
    load: float
    times: dict = dataclasses.field(default_factory=dict)
    failures: list = dataclasses.field(default_factory=list)
    kills: list = dataclasses.field(default_factory=list)
    memory: dict = dataclasses.field(default_factory=dict)
    versions: str = ""

    @property
    def cells(self):
        return sum(len(v) for k, v in self.times.items() if "cell" in k)

    @property
    def lost(self):
        return sum(row["edits"] + row["progress"] for row in self.kills)

    def percentile(self, what, percent):
        """Return the time within which so many of 100 were done."""
        times = sorted(self.times[what])
        return times[min(len(times) - 1, int(len(times) * percent / 100))]

    def __str__(self):
        yes = f"{self.cells} cells run, {len(self.failures)} failures"
        lines = [
            f"{self.learners} learners run {', '.join(self.notebooks)}",
            f"arriving within {self.arrive:g} s, {self.pace:g} s between cells",
            self.versions,
            f"{yes}; load of the computer before: {self.load:.1f}",
            "",
            f"{'seconds':<34}{'times':>7}{'p50':>8}{'p95':>8}{'max':>8}",
        ]
        for what in self.times:
            row = [self.percentile(what, percent) for percent in (50, 95, 100)]
            numbers = "".join(f"{seconds:8.1f}" for seconds in row)
            lines.append(f"{what:<34}{len(self.times[what]):>7}{numbers}")
        lines += ["", f"{'MB of memory, median':<34}{'PSS':>15}{'RSS':>8}"]
        for what, (own, resident) in self.memory.items():
            lines.append(f"{what:<34}{own:>15.0f}{resident:>8.0f}")
        if self.kills:
            lines += ["", f"{'kill -9 of':<34}{'times':>7}{'back':>8}   lost: edits, progress"]
        for row in self.kills:
            numbers = (
                f"{row['times']:>7}{row['back']:>6.1f} s{row['edits']:>14}{row['progress']:>10}"
            )
            lines.append(f"{row['what']:<34}{numbers}")
        for failure, times in count(self.failures).items():
            lines.append(f"failed {times} times: {failure}")
        return "\n".join(lines)


def count(items):
    return {item: items.count(item) for item in dict.fromkeys(items)}


class Class:
    """Learners on a hub, and what happens to them."""

    def __init__(self, hub, report, seed=17):
        self.hub, self.report, self.random = hub, report, random.Random(seed)
        self.learners = [Learner(hub, n + 1, report.times) for n in range(report.learners)]

    async def all(self, do, learners=None, within=0.0):
        """Let all do something, beginning within some seconds; failures are noted."""
        learners = self.learners if learners is None else learners

        async def later(number, learner):
            await asyncio.sleep(within * number / len(learners))
            try:
                return await do(learner)
            except Failed as failure:
                self.report.failures.append(str(failure))

        return await asyncio.gather(*(later(n, one) for n, one in enumerate(learners)))

    async def evening(self):
        """Arrive, and work through the notebooks."""

        async def attend(learner):
            await learner.sign_in()
            for name in self.report.notebooks:
                await learner.work(name, self.report.pace)

        await self.all(attend, within=self.report.arrive)
        self.report.memory = self.memory()

    def memory(self):
        """Return the median memory of a server and of a kernel: its own share, and all it holds."""
        servers, kernels = [], []
        for learner in self.learners:
            with contextlib.suppress(LookupError):
                servers.append(self.hub.server(learner.seat))
                kernels += self.hub.kernels(learner.seat)
        found = {}
        for what, processes in (("a server", servers), ("a kernel", kernels)):
            used = [process.memory_full_info() for process in processes]
            pairs = zip(*((getattr(one, "pss", one.uss), one.rss) for one in used))
            found[what] = [statistics.median(numbers) / 1e6 for numbers in pairs]
        return found

    # --- Kills ---

    @contextlib.asynccontextmanager
    async def killed(self, what, times):
        """Compare before and after what every learner has saved and passed."""
        before = {learner: learner.passed() for learner in self.learners}
        row = {"what": what, "times": times, "back": 0.0}
        yield row
        row["edits"] = row.get("edits", 0) + sum(one.lost_edits() for one in self.learners)
        row["progress"] = sum(len(before[one] - one.passed()) for one in self.learners)
        self.report.kills.append(row)

    async def try_on(self, learner):
        """Run a cell and save, as somebody who goes on working."""
        name = self.report.notebooks[-1]
        await learner.kernels[name].run("1 + 1")
        notebook = nbformat.read(learner.home / "notebooks" / f"{name}.ipynb", as_version=4)
        notebook.cells.append(nbformat.v4.new_markdown_cell("I am still here."))
        await learner.save(name, notebook)

    async def kill_kernels(self):
        victims = self.learners[:10]
        name = self.report.notebooks[-1]
        async with self.killed("a kernel", len(victims)) as row:
            started = time.monotonic()
            for learner in victims:
                identity = learner.kernels[name].id
                for process in self.hub.kernels(learner.seat):
                    if any(identity in word for word in process.cmdline()):
                        process.kill()

            async def go_on(learner):
                await asyncio.wait_for(learner.kernels[name].restarted.wait(), PATIENCE)
                await learner.connect(name, learner.kernels[name].id)
                await self.try_on(learner)

            await self.all(go_on, victims)
            row["back"] = time.monotonic() - started

    async def kill_servers_that_save(self):
        """Kill each learner's server at some moment while it writes, then sign in again."""
        name = self.report.notebooks[-1]
        async with self.killed("a server, while it saves", len(self.learners)) as row:
            row["edits"], waits = 0, []

            async def suffer(learner):
                server = self.hub.server(learner.seat)
                path = learner.home / "notebooks" / f"{name}.ipynb"
                notebook = nbformat.read(path, as_version=4)
                notebook.cells.append(nbformat.v4.new_markdown_cell(""))
                tried = []

                async def save_on():
                    while True:
                        notebook.cells[-1].source = f"edit {len(tried)}"
                        tried.append(sources(notebook))
                        await learner.save(name, notebook, checkpoint=False)

                saving = asyncio.create_task(save_on())
                await asyncio.sleep(self.random.uniform(0.5, 3))
                server.kill()
                with contextlib.suppress(Failed):
                    await saving
                # What it was writing may be there or not; what it said it has saved must be.
                # Jupyter may mend a broken file when it opens it, so this looks at the file itself.
                there = learner.on_disk(name)
                if there == tried[-1]:
                    learner.saved[name] = there
                row["edits"] += there != learner.saved[name]
                started = time.monotonic()
                psutil.wait_procs([server], timeout=0)
                await learner.sign_in()
                waits.append(time.monotonic() - started)
                for opened in learner.kernels:
                    shown = await learner.open(opened)
                    if sources(shown) != learner.saved[opened]:
                        row["edits"] += 1
                await self.try_on(learner)

            await self.all(suffer, within=self.report.arrive)
            row["back"] = max(waits, default=float("nan"))

    async def kill_hub(self):
        async with self.killed("the hub", 1) as row:
            servers = {one: self.hub.server(one.seat).pid for one in self.learners}
            self.hub.process.kill()
            self.hub.process.wait()
            await self.all(self.try_on)  # who is in can go on
            started = time.monotonic()
            self.hub.start()
            await self.hub.wait()
            row["back"] = time.monotonic() - started
            await self.all(Learner.reconnect)
            await self.all(self.try_on)
            await self.all(Learner.sign_in, self.learners[:3])  # and others come in
            for learner, server in servers.items():
                if self.hub.server(learner.seat).pid != server:
                    self.report.failures.append("a server did not outlive the hub")

    async def kill_proxy(self):
        async with self.killed("the proxy", 1) as row:
            started = time.monotonic()
            os.kill(self.hub.proxy(), signal.SIGKILL)
            await asyncio.sleep(0.5)
            await self.hub.wait()

            async def go_on(learner):
                # Somebody who waits: the hub tells the new proxy of each server.
                while time.monotonic() - started < PATIENCE:
                    with contextlib.suppress(Failed):
                        await learner.get(learner.own("api/status"))
                        break
                    await asyncio.sleep(0.5)
                await learner.reconnect()
                await self.try_on(learner)

            await self.all(go_on)
            row["back"] = time.monotonic() - started

    async def kill_all(self):
        for learner in self.learners:
            learner.times = {}  # the table tells of the class before
        await self.kill_kernels()
        await self.kill_servers_that_save()
        await self.kill_hub()
        await self.kill_proxy()

    async def close(self):
        for learner in self.learners:
            await learner.close()


def versions(environment):
    """Say what was measured, and on what."""
    python, (commands, _) = environment
    code = "import jupyterhub, jupyterlab, platform as p\n"
    code += "print('JupyterHub', jupyterhub.__version__, '- JupyterLab', jupyterlab.__version__,"
    code += " '- Python', p.python_version())"
    told = subprocess.run([str(python), "-c", code], capture_output=True, text=True).stdout.strip()
    package = commands.parent / "configurable-http-proxy" / "package.json"
    proxy = json.loads(package.read_text())["version"]
    memory = psutil.virtual_memory().total / 1e9
    return f"{told} - proxy {proxy}; {os.cpu_count()} cores, {memory:.0f} GB"


def run(environment, learners=3, notebooks=("03",), pace=0.2, arrive=3.0, kills=True, keep=None):
    """Hold a class and return its `Report`.

    Parameters
    ----------
    environment : tuple
        As `install` returns it.
    learners : int
    notebooks : sequence of str
        What their names begin with.
    pace : float
        Seconds between two cells.
    arrive : float
        Seconds within which all come in.
    kills : bool
    keep : path, optional
        Where the hub keeps its notes and the homes; a folder that is removed at the end, otherwise.
    """
    names = [next((ROOT / "notebooks").glob(f"{start}*.ipynb")).stem for start in notebooks]
    report = Report(learners, names, pace, arrive, os.getloadavg()[0])
    report.versions = versions(environment)

    async def hold(folder):
        hub = Hub(environment, folder, learners)
        hub.start()
        try:
            await hub.wait()
            room = Class(hub, report)
            try:
                await room.evening()
                solved = {n for n, e in all_exercises().items() if e.notebook in names}
                for learner in room.learners:
                    if learner.passed() != solved:
                        report.failures.append("an exercise is not in the progress")
                    if learner.lost_edits() or learner.saved.keys() != set(names):
                        report.failures.append("a notebook is not as it was saved")
                if kills and not report.failures:
                    await room.kill_all()
            finally:
                await room.close()
        finally:
            hub.stop()

    folder = Path(keep or tempfile.mkdtemp(prefix="hub_"))
    try:
        asyncio.run(hold(folder))
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    return report


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--learners", type=int, default=30)
    evening = ",".join(name[:2] for name in list(COURSE)[1:4])
    parser.add_argument("--notebooks", default=evening, help="numbers with commas between them")
    parser.add_argument("--pace", type=float, default=2.0, help="seconds between two cells")
    parser.add_argument("--arrive", type=float, default=120.0, help="seconds until all are there")
    parser.add_argument("--no-kills", action="store_true")
    parser.add_argument("--environment", help="a folder for what is installed, to use again")
    parser.add_argument("--keep", help="a new folder for the hub's log and the homes")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            environment = install(chosen.environment or scratch)
        except Unavailable as reason:
            print(reason, file=sys.stderr)
            return 1
        report = run(
            environment,
            chosen.learners,
            chosen.notebooks.split(","),
            chosen.pace,
            chosen.arrive,
            not chosen.no_kills,
            chosen.keep,
        )
    print(report)
    return int(bool(report.failures or report.lost))


if __name__ == "__main__":
    raise SystemExit(main())
