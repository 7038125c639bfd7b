"""The teaching kit: its minutes are the course's, and its wrong answers are real ones."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from accessibility import violations
from browser import open_browser
from notebook_tools import PATHS, ROOT, headings, read

from softmax_lib import softmax
from softmax_lib.exercises.registry import COURSE, all_exercises, all_questions

TEACHING = ROOT / "docs" / "teaching"
SCRIPTS = {path.stem: path for path in sorted((TEACHING / "scripts").glob("*.md"))}
PARTS = ["Say", "Ask", "Where the room gets stuck", "Skip"]
A_PAGE = 450  # words, with the table


def load(path):
    """Return a file of the repository that no package holds, as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


tables = load(ROOT / ".ci" / "teaching_tables.py")


# --- Minutes ----------------------------------------------------------------------------------


def test_the_computed_places_are_filled_with_what_is_computed():
    for path, text in tables.pages():
        assert path.read_text(encoding="utf-8") == text, "run .ci/teaching_tables.py"
        assert "<!-- begin:" in text, path.name


def test_another_number_of_minutes_would_be_seen(monkeypatch):
    monkeypatch.setitem(tables.COURSE, "00_start_here", 11)
    changed = {path.name for path, text in tables.pages() if path.read_text("utf-8") != text}
    assert changed == {"README.md", "plans.md", "00_start_here.md"}


def test_a_plan_starts_at_0_goes_on_without_gaps_and_fills_its_time():
    plans = tables.tomllib.loads((TEACHING / "plans.toml").read_text("utf-8"))["plan"]
    assert [plan["minutes"] for plan in plans] == [45, 90, 180]
    for plan in plans:
        assert plan["name"] == str(plan["minutes"])
        rows = [line.split(" | ") for line in tables.plan_table(**without_name(plan)).split("\n")]
        times = [[in_minutes(cell.strip("| ")) for cell in row[:2]] for row in rows[2:]]
        assert [t[0] for t in times] == [0, *(t[1] for t in times[:-1])]
        assert times[-1][1] == plan["minutes"]
        assert all(end - start == int(row[2]) for (start, end), row in zip(times, rows[2:]))
        assert times[-1][1] - times[-1][0] >= 3, "what is left is time to catch up"


def without_name(plan):
    return {key: value for key, value in plan.items() if key != "name"}


def in_minutes(text):
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


def test_a_plan_that_is_too_long_is_refused():
    steps = [{"notebook": "03_normalization"}, {"what": "rest", "rest": True}]
    assert tables.timed(steps, COURSE["03_normalization"])[1][1] == 0
    with pytest.raises(ValueError, match="got -1 minutes left"):
        tables.timed(steps, COURSE["03_normalization"] - 1)
    with pytest.raises(ValueError, match="must fit"):
        tables.evenings_table([{"name": "x", "minutes": 30, "notebooks": ["06_next_word"]}])


def test_an_exercise_that_is_left_out_saves_its_minutes():
    whole = tables.minutes_of("03_normalization")
    saved = all_exercises()["my_softmax_rows"].minutes
    assert tables.minutes_of("03_normalization", ["my_softmax_rows"]) == whole - saved
    with pytest.raises(KeyError):  # of another notebook
        tables.minutes_of("03_normalization", ["my_draw"])


def test_the_evenings_and_the_work_for_home_are_the_whole_course():
    evenings = tables.tomllib.loads((TEACHING / "plans.toml").read_text("utf-8"))["evening"]
    listed = [name for evening in evenings for name in evening["notebooks"]]
    assert len(evenings) == 5
    assert listed == sorted(set(listed)) and set(listed) <= set(COURSE)
    text = tables.evenings_table(evenings)
    assert all(tables.title(name) in text for name in COURSE)
    assert "At home: 11 Capstone" in tables.evenings_table(
        [{"name": "x", "minutes": 500, "notebooks": list(COURSE)[:-1]}]
    )


# --- Scripts ----------------------------------------------------------------------------------


def test_every_notebook_has_a_script():
    assert set(COURSE) <= set(SCRIPTS)
    # A notebook that is being written may have one already.
    assert all(re.fullmatch(r"\d\d(_[a-z]+)+", name) for name in SCRIPTS)


def sections(name):
    """Return {title: text} of a script."""
    parts = re.split(r"(?m)^## (.*)\n", SCRIPTS[name].read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2]))


def rows(name):
    """Return (exercise or question that is asked, answer) for each row of a script's table."""
    lines = [line for line in sections(name)["Ask"].splitlines() if line.startswith("|")][2:]
    found = []
    for line in lines:
        ask, answer, behind = (cell.strip() for cell in line.strip("|").split(" | "))
        assert behind
        found.append((re.match(r"`([\w-]+)`|", ask)[1], answer))
    return found


def wrong_answers(item):
    """Return the wrong answers to an exercise or a question, as the course calls them."""
    if hasattr(item, "wrong"):
        return {wrong.name for wrong in item.wrong}
    return {text for number, (text, _) in enumerate(item.options) if number != item.answer}


@pytest.mark.parametrize("name", COURSE)
def test_a_script_says_what_a_teacher_needs_on_a_page(name):
    text = SCRIPTS[name].read_text(encoding="utf-8")
    page = read(next(path for path in PATHS if path.stem == name))
    question = headings(page.cells[0].source)[0][1]
    assert text.startswith(f"# {name[:2]}: {question}\n")
    assert list(sections(name)) == PARTS
    assert all(part.strip() for part in sections(name).values())
    assert len(text.split()) <= A_PAGE


@pytest.mark.parametrize("name", COURSE)
def test_the_wrong_answers_in_a_script_are_real(name):
    items = {**all_exercises(), **all_questions()}
    asked = [(items[item], answer) for item, answer in rows(name) if item]
    assert len(asked) >= 3
    for item, answer in asked:
        assert item.notebook == name
        assert answer in wrong_answers(item), item.id
    kinds = {hasattr(item, "wrong") for item, _ in asked}
    assert kinds == {True, False}, "at least an exercise and a question"


@pytest.mark.parametrize("name", COURSE)
def test_what_a_script_names_is_in_the_notebook(name):
    page = read(next(path for path in PATHS if path.stem == name))
    titles = {title for cell in page.cells for _, title in headings(cell.source)}
    titles |= {"Extra"}  # all of them
    text = " ".join(SCRIPTS[name].read_text(encoding="utf-8").split())
    for title in re.findall(r"\*(Extra[^*]*)\*", text):
        assert title in titles
    for named in re.findall(r"\b(my_\w+)", text):
        assert all_exercises()[named].notebook <= name, "of this notebook, or recalled"


def links(path):
    text = path.read_text(encoding="utf-8")
    return re.findall(r"\]\(([^)\s]+)\)|href=\"([^\"]+)\"|src=\"([^\"]+)\"", text)


@pytest.mark.parametrize(
    "path", [p for p in TEACHING.rglob("*") if p.suffix in {".md", ".html"}], ids=lambda p: p.name
)
def test_links_lead_somewhere(path):
    if path.stem not in COURSE and path.parent.name == "scripts":
        pytest.skip("the notebook is not there yet")
    for target in filter(None, (found for each in links(path) for found in each)):
        if re.match(r"https?:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file) if file else path
        assert there.exists(), target
        if anchor and there.suffix == ".md":
            names = re.findall(r"(?m)^#+ (.*)$", there.read_text(encoding="utf-8"))
            assert anchor in {re.sub(r"[^\w -]", "", n).lower().replace(" ", "-") for n in names}


def test_the_readme_leads_here():
    assert "(docs/teaching/README.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert Path(TEACHING, "README.md").exists()


# --- One server -------------------------------------------------------------------------------

CONFIG = TEACHING / "jupyterhub_config.py"
SERVER = (TEACHING / "one-server.md").read_text(encoding="utf-8")


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """Return what loads the configuration as JupyterHub does, by traitlets."""
    from traitlets.config.loader import PyFileConfigLoader

    if os.name != "posix":
        pytest.skip("JupyterHub runs on Linux and macOS")
    monkeypatch.setenv("SOFTMAX_HUB_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("SOFTMAX_HUB_PASSWORD", "a room of thirty")
    monkeypatch.setenv("SOFTMAX_HUB_AS_ROOT", "1")
    monkeypatch.setenv("SOFTMAX_HUB_PORT", str(os.getpid()))
    yield lambda: PyFileConfigLoader(CONFIG.name, path=str(CONFIG.parent)).load_config()
    shutil.rmtree(sockets(), ignore_errors=True)


def sockets():
    return Path(f"/tmp/softmax-hub-{os.getuid()}-{os.getpid()}")


def test_the_hub_is_configured_as_the_page_says(hub, tmp_path):
    c = hub()
    seats = c.Authenticator.allowed_users
    assert {"seat-01", "seat-30"} <= seats and len(seats) == 30
    assert c.JupyterHub.active_server_limit == 31
    assert c.Spawner.http_timeout == c.Spawner.start_timeout == 180
    assert f"http_timeout: {c.Spawner.http_timeout}" in SERVER
    secret = tmp_path / "state" / "teacher_password"
    assert c.SharedPasswordAuthenticator.admin_password == secret.read_text() != ""
    assert len(secret.read_text()) >= 32
    for private in (secret, tmp_path / "state" / "hub.sqlite", tmp_path / "state"):
        assert private.stat().st_mode & 0o077 == 0, private
    again = hub().SharedPasswordAuthenticator.admin_password
    assert again == c.SharedPasswordAuthenticator.admin_password, "a new one would lock you out"
    for name in ("teacher_password", "proxy.pid"):
        assert f".setup/hub/{name}" in SERVER


@pytest.mark.parametrize("password", ["", "short"])
def test_no_hub_without_a_password(hub, monkeypatch, password):
    monkeypatch.setenv("SOFTMAX_HUB_PASSWORD", password)
    with pytest.raises(SystemExit, match="Set SOFTMAX_HUB_PASSWORD"):
        hub()


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root is refused")
def test_root_is_refused(hub, monkeypatch):
    monkeypatch.delenv("SOFTMAX_HUB_AS_ROOT")
    with pytest.raises(SystemExit, match="account of its own"):
        hub()


def test_kernels_meet_their_server_where_nobody_else_can(hub):
    """In files, since two of many kernels would now and then take the same port."""
    c = hub()
    assert "--KernelManager.transport=ipc" in c.Spawner.args
    spawner = SimpleNamespace(user=SimpleNamespace(name="seat-01"))
    folder = Path(c.Spawner.environment["JUPYTER_RUNTIME_DIR"](spawner))
    assert folder.parent == sockets()
    assert sockets().stat().st_mode & 0o077 == 0
    longest = len(f"{folder}/kernel-{'0' * 36}-ipc-5")
    assert longest <= 103 - len("12345"), "a port and a user may have more digits elsewhere"
    sockets().rmdir()
    sockets().symlink_to(folder.parent.parent)
    try:
        with pytest.raises(SystemExit, match="belongs to somebody else"):
            hub()
    finally:
        sockets().unlink()


def test_a_learner_gets_the_notebooks_once(hub, tmp_path):
    give = hub().Spawner.pre_spawn_hook
    spawner = SimpleNamespace(user=SimpleNamespace(name="seat-01"))
    home = tmp_path / "state" / "homes" / "seat-01"
    home.mkdir()
    (home / "notebooks.new").mkdir()  # of a start that was cut off
    give(spawner)
    there = {path.name for path in (home / "notebooks").iterdir()}
    assert {path.name for path in PATHS} | {"glossary.md"} == there
    first = home / "notebooks" / PATHS[0].name
    first.write_text("mine")
    give(spawner)
    assert first.read_text() == "mine"
    assert not (home / "notebooks.new").exists()


def test_jupyterhub_knows_every_setting(hub, tmp_path):
    """With JupyterHub installed, or in the Python that SOFTMAX_HUB_PYTHON names."""
    python = os.environ.get("SOFTMAX_HUB_PYTHON", sys.executable)
    asked = subprocess.run([python, "-c", "import jupyterhub"], capture_output=True)
    if asked.returncode:
        pytest.skip("JupyterHub is not installed: SOFTMAX_HUB_PYTHON names a Python that has it")
    command = [python, "-m", "jupyterhub", "-f", str(CONFIG), "--show-config"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "not recognized" not in done.stderr
    assert ".http_timeout = 180" in done.stdout


def test_the_memory_is_reckoned_right():
    ((server, kernel),) = re.findall(
        r"took (\d+) MB and each kernel (\d+) MB", " ".join(SERVER.split())
    )
    rows = re.findall(r"^\| (\d+) \| ([\d.]+) \| ([\d.]+) \|$", SERVER, re.MULTILINE)
    assert [row[0] for row in rows] == ["10", "20", "30"]
    for learners, one, five in rows:
        for told, kernels in ((one, 1), (five, 5)):
            need = int(learners) * (int(server) + kernels * int(kernel)) / 1000
            assert float(told) == pytest.approx(need, abs=0.051)


# --- The handout ------------------------------------------------------------------------------


def test_the_handout_is_one_page_and_needs_no_other_file(browser, tmp_path):
    asked = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto((TEACHING / "handout.html").as_uri())
    assert violations(page, "body") == []
    printed = page.pdf(path=tmp_path / "handout.pdf", prefer_css_page_size=True)
    page.close()
    assert len(asked) == 1
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {tuple(round(float(n)) for n in box) for box in boxes} == {(595, 842)}  # A4, in points


def test_the_code_of_the_handout_is_softmax():
    html = (TEACHING / "handout.html").read_text(encoding="utf-8")
    code = re.search(r"<pre>(.*?)</pre>", html, re.DOTALL)[1]
    scope = {"np": np, "scores": np.array([2.0, 1.0, -1.0]), "T": 0.5}
    exec(code, scope)
    np.testing.assert_allclose(scope["probabilities"], softmax(scope["scores"], temperature=0.5))
