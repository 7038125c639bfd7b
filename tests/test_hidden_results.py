"""A notebook opens in Jupyter without its results, and to look at it changes nothing.

A learner's own results are never touched.
"""

import asyncio
import copy
import itertools
import json
import random
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import nbformat
import pytest
from browser import open_browser, open_lab
from jupyter_client import KernelManager
from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.largefilemanager import (
    AsyncLargeFileManager,
    LargeFileManager,
)
from nbformat.sign import MemorySignatureStore, NotebookNotary
from notebook_tools import ROOT, read, write
from tornado.web import HTTPError

from softmax_lib.jupyter import hidden_results
from softmax_lib.jupyter.clean_notebooks import NOTEBOOKS
from softmax_lib.jupyter.hidden_results import (
    LANGUAGE,
    MARK,
    STATE,
    VIEW,
    YOURS,
    hide_results,
    is_yours,
    leave_out_views,
)
from softmax_lib.jupyter.merging import merge

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
NAME = "02_exponentiation"


def results(path):
    """Return the ids of the cells that have been run, according to the file."""
    cells = nbformat.read(path, as_version=4).cells
    return [c.id for c in cells if c.cell_type == "code" and (c.outputs or c.execution_count)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_only_the_results_go(path):
    before = nbformat.read(path, as_version=4)
    after = hide_results(copy.deepcopy(before))
    assert "softmax_course" in before.metadata
    named = after.metadata.pop("language_info")
    language = before.metadata.pop("language_info")
    assert named.items() > language.items() and language == LANGUAGE["language_info"]
    assert after.metadata == before.metadata
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


# --- Opening, working, saving ---------------------------------------------------------------------

FILE = "notebooks/one.ipynb"


def output(word):
    """Return an output that Jupyter shows in full only where it trusts the notebook."""
    data = {"text/html": f"<script>{word}</script>"}
    return nbformat.v4.new_output("display_data", data=data)


def committed(word="course", cells=6):
    """Return a small notebook as the course commits it; `word` is in its results."""
    made = []
    for number in range(cells):
        code = nbformat.v4.new_code_cell(f"x = {number}", id=f"c{number}")
        code.outputs, code.execution_count = [output(f"{word} {number}")], number + 1
        made += [nbformat.v4.new_markdown_cell(f"text {number}", id=f"m{number}"), code]
    made[3].outputs = []  # it has run, and shows nothing
    return nbformat.v4.new_notebook(cells=made, metadata=nbformat.from_dict(LANGUAGE | MARK))


class Server:
    """What of a Jupyter server reads and writes notebooks, with the extension unless it is plain.

    It signs what it saves in memory, which two servers can share, as they do on a computer.
    """

    def __init__(self, folder, kind=AsyncLargeFileManager, store=None, plain=False):
        (folder / "notebooks").mkdir(exist_ok=True)
        self.folder, self.kind, self.store = folder, kind, store or MemorySignatureStore()
        notary = NotebookNotary(store_factory=lambda: self.store, secret=b"secret")
        self.manager = kind(root_dir=str(folder), notary=notary)

        async def no_sessions():
            return []

        sessions = SimpleNamespace(list_sessions=no_sessions)
        app = SimpleNamespace(contents_manager=self.manager, session_manager=sessions)
        if not plain:
            hidden_results._load_jupyter_server_extension(app)

    def again(self, **options):
        """Return the server as it is after a restart."""
        return Server(self.folder, self.kind, self.store, **options)

    def __getattr__(self, name):
        def call(*args, **kwargs):
            # In a thread: a browser that is open has a loop in this one.
            async def answer():
                return await ensure_async(getattr(self.manager, name)(*args, **kwargs))

            with ThreadPoolExecutor(1) as pool:
                return pool.submit(asyncio.run, answer()).result()

        return call


class Tab:
    """A notebook that is open in Jupyter, and what a learner does there."""

    def __init__(self, server, path=FILE):
        self.server, self.path, self.count = server, path, itertools.count(1)
        self.notebook = nbformat.from_dict(json.loads(json.dumps(server.get(path)["content"])))

    @property
    def cells(self):
        return self.notebook.cells

    def __getitem__(self, name):
        return next(cell for cell in self.cells if cell.id == name)

    def run(self, name, word="mine"):
        cell = self[name]
        cell.outputs, cell.execution_count = [output(f"{word} {cell.source}")], next(self.count)
        cell.metadata.trusted = True

    def clear(self, name):
        self[name].outputs, self[name].execution_count = [], None

    def shows(self):
        """Return the ids of the cells that show something."""
        code = [cell for cell in self.cells if cell.cell_type == "code"]
        return [cell.id for cell in code if cell.outputs or cell.execution_count]

    def save(self):
        content = json.loads(json.dumps(self.notebook))
        model = {"type": "notebook", "format": "json", "content": content}
        return self.server.save(model, self.path)


@pytest.fixture
def server(tmp_path):
    return Server(tmp_path)


@pytest.fixture
def file(server):
    path = server.folder / FILE
    write(committed(), path)
    return path


both_kinds = pytest.mark.parametrize("kind", [AsyncLargeFileManager, LargeFileManager])


@both_kinds
def test_to_open_and_to_save_changes_no_byte(tmp_path, kind):
    server = Server(tmp_path, kind)
    for path in PATHS:
        name = f"notebooks/{path.name}"
        shutil.copy(path, tmp_path / name)
        before = (tmp_path / name).stat()
        model = server.get(name, content=False, require_hash=True)
        tab = Tab(server, name)
        assert tab.shows() == []
        saved = tab.save()
        assert (tmp_path / name).read_bytes() == path.read_bytes()
        # JupyterLab says "File changed on disk" where these differ.
        assert server.get(name, content=False, require_hash=True) == model
        assert saved["last_modified"] == model["last_modified"]
        assert (tmp_path / name).stat().st_mtime_ns == before.st_mtime_ns, "it was written"
        assert Tab(server, name).shows() == []


def test_what_was_run_shows_on_the_next_day_and_nothing_else_does(server, file):
    before = read(file)
    tab = Tab(server)
    tab.run("c1")
    tab.save()
    after = read(file)
    for old, new in zip(before.cells, after.cells, strict=True):
        if new.id == "c1":
            assert is_yours(new) and new.outputs == [output("mine x = 1")]
        else:
            assert new == old
    assert after.metadata == before.metadata
    for now in (server, server.again()):
        assert Tab(now).shows() == ["c1"]
        assert not any(is_yours(cell) for cell in Tab(now).cells), "a copy would carry it"
    # It comes out as the course's result does: the learner has still run it.
    tab["c2"].outputs = before.cells[5].outputs
    tab["c2"].execution_count = before.cells[5].execution_count
    tab.save()
    assert Tab(server).shows() == ["c1", "c2"]
    tab.clear("c1")
    tab.clear("c2")
    tab.save()
    assert read(file) == before and Tab(server).shows() == []


def test_what_is_taken_back_is_as_it_was(server, file):
    before = file.read_bytes()
    tab = Tab(server)
    tab["c2"].source += "\n# a thought"
    gone = tab.cells.pop(1)
    tab.save()
    edited = {cell.id: cell for cell in read(file).cells}
    assert edited["c2"].outputs == [] and edited["c2"].execution_count is None
    assert "c0" not in edited and edited["c4"].outputs == [output("course 4")]
    assert Tab(server).shows() == []
    tab["c2"].source = "x = 2"
    tab.cells.insert(1, gone)
    tab.save()
    assert file.read_bytes() == before


def test_cells_that_move_are_split_or_come_twice(server, file):
    tab = Tab(server)
    tab.cells.insert(0, tab.cells.pop(7))  # cut and pasted: it keeps its id
    twice = copy.deepcopy(tab["c4"])
    twice.id = "new"
    half = copy.deepcopy(tab["c2"])
    half.id, half.source, tab["c2"].source = "half", "= 2", "x "
    tab.cells.extend([twice, half])
    tab.save()
    stand = {cell.id: cell for cell in read(file).cells}
    assert read(file).cells[0].outputs == [output("course 3")]
    assert [stand[name].outputs for name in ("new", "half", "c2")] == [[], [], []]
    assert Tab(server).shows() == []


@both_kinds
def test_a_copy_holds_what_its_original_does(tmp_path, file, kind):
    server = Server(tmp_path, kind)
    made = server.copy(FILE)
    assert (server.folder / made["path"]).read_bytes() == file.read_bytes()
    tab = Tab(server)
    tab.run("c1")
    tab.save()
    made = server.copy(FILE)
    assert (server.folder / made["path"]).read_bytes() == file.read_bytes()
    tab.path = "notebooks/elsewhere.ipynb"  # Save As
    tab.save()
    assert (server.folder / tab.path).read_bytes() == file.read_bytes()


def test_a_file_that_is_renamed_while_it_is_open(server, file):
    before, tab = file.read_bytes(), Tab(server)
    server.rename(FILE, "notebooks/two.ipynb")
    tab.path = "notebooks/two.ipynb"
    tab.save()
    assert (server.folder / tab.path).read_bytes() == before and not file.exists()


def test_a_server_that_restarts_under_an_open_tab(server, file):
    before, tab = file.read_bytes(), Tab(server)
    tab.server = server.again()
    tab.save()
    assert file.read_bytes() == before
    tab.run("c1")
    tab.save()
    tab.server = server.again()
    tab.run("c2")
    tab.save()
    assert Tab(server.again()).shows() == ["c1", "c2"]


def test_a_stale_tab_cannot_overwrite_a_new_version(server, file):
    """JupyterLab asks, and offers *Overwrite*: that would lose what an update has brought."""
    tab, old = Tab(server), file.read_bytes()
    tab["c1"].source = "mine"
    write(committed("newer"), file)
    new = file.read_bytes()
    for _ in range(2):
        with pytest.raises(HTTPError, match="one.ipynb was changed on disk") as refused:
            tab.save()
        assert refused.value.status_code == 409 and file.read_bytes() == new
    tab.path = "notebooks/kept.ipynb"  # Save As
    tab.save()
    Tab(server).save()  # reloaded
    assert file.read_bytes() == new
    # What this server has seen may be overwritten: the same learner's, in another tab.
    one, other = Tab(server), Tab(server)
    one.run("c1")
    one.save()
    other.save()
    assert file.read_bytes() == new
    # So may a file that was moved to where another one was, and one that is gone.
    server.rename("notebooks/kept.ipynb", "notebooks/moved.ipynb")
    tab.path = "notebooks/moved.ipynb"
    tab.save()
    (server.folder / tab.path).unlink()
    tab.save()
    assert tab["c1"].source in (server.folder / tab.path).read_text() and old != new


def test_a_stale_tab_over_a_server_that_is_new_keeps_the_results_of_the_new_version(server, file):
    tab = Tab(server)
    write(committed("newer"), file)
    tab.server = server.again()
    tab.save()
    assert read(file).cells == committed("newer").cells


def test_where_the_mark_is_not_jupyter_alone_decides(server, file):
    notebook = committed()
    for key in MARK:
        del notebook.metadata[key]
    write(notebook, file)
    tab = Tab(server)
    write(committed("newer"), file)
    tab.save()
    assert [o.outputs for o in read(file).cells[1::2]] == [c.outputs for c in notebook.cells[1::2]]


def test_what_another_program_has_run_and_saved_shows(server, file):
    """VS Code names the version of Python; Colab knows no more than the language's name."""
    for language in ({**LANGUAGE["language_info"], "version": "3.13.1"}, {"name": "python"}):
        notebook = committed("elsewhere")
        notebook.metadata.language_info = language
        write(notebook, file)
        tab = Tab(server)
        assert len(tab.shows()) == 6
        tab.save()
        assert Tab(server.again()).shows() == tab.shows()
        assert all(is_yours(cell) for cell in read(file).cells if cell.cell_type == "code")


def test_what_another_program_only_edited_stays_hidden(server, file):
    notebook = read(file)
    notebook.cells[0].source = "a thought"
    write(notebook, file)
    assert Tab(server).shows() == []


def test_another_notebook_never_gets_the_results_of_one_with_the_same_cells(server, file):
    Tab(server)
    other = committed()
    for key in MARK:
        del other.metadata[key]
    for cell in other.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    write(other, server.folder / "notebooks/other.ipynb")
    tab = Tab(server, "notebooks/other.ipynb")
    tab.cells[0].source = "changed"
    tab.save()
    stands = read(server.folder / "notebooks/other.ipynb")
    assert not [c for c in stands.cells if c.get("outputs") or "softmax_course" in c.metadata]


def test_a_notebook_that_is_no_notebook_can_be_replaced(server, file):
    tab = Tab(server)
    before = file.read_bytes()
    for broken in (b"", b"{}", b"[1]", b'{"cells": [{}]}', b"\xff"):
        file.write_bytes(broken)
        tab.save()
        assert file.read_bytes() == before


def trusts(server):
    """Whether Jupyter shows all of the notebook in full."""
    return [c.metadata.trusted for c in Tab(server).cells if c.cell_type == "code"] == [True] * 6


def test_what_a_learner_ran_is_trusted_and_what_is_hidden_is_not(server, file):
    assert not trusts(server)
    tab = Tab(server)
    tab.run("c1")
    tab.save()
    assert trusts(server) and trusts(server.again())
    tab = Tab(server.again())
    tab.run("c2")
    tab.save()
    assert trusts(server.again())
    # A Jupyter without the extension would show what nobody here has run.
    assert not trusts(server.again(plain=True))
    # And what somebody sends with the learner's mark was not run here.
    sent = committed("evil")
    for cell in sent.cells:
        if cell.cell_type == "code":
            cell.metadata.update(nbformat.from_dict(YOURS))
    write(sent, file)
    assert len(Tab(server).shows()) == 6 and not trusts(server)
    Tab(server).save()
    assert not trusts(server) and not trusts(server.again(plain=True))


def test_a_kernel_of_another_python_costs_no_trust_and_changes_no_byte(server, file):
    before, tab = file.read_bytes(), Tab(server)
    tab.notebook.metadata.language_info.version = "3.99.0"
    tab.notebook.metadata.kernelspec.display_name = "Python of my own"
    tab.save()
    assert file.read_bytes() == before
    tab.run("c1")
    tab.save()
    assert trusts(server) and Tab(server).shows() == ["c1"]


def test_views_that_are_gone_come_back_into_the_file(server, file):
    data = {VIEW: {"model_id": "w1"}, "text/plain": "words", "text/html": "<p>a table</p>"}
    tab = Tab(server)
    tab.run("c1")
    tab["c1"].outputs = [nbformat.v4.new_output("display_data", data=data)]
    tab.save()
    before, server = file.read_bytes(), server.again()
    tab = Tab(server)
    assert VIEW not in tab["c1"].outputs[0].data
    tab.save()
    assert file.read_bytes() == before
    tab.run("c2")
    tab.save()
    stands = {cell.id: cell for cell in read(file).cells}
    assert stands["c1"].outputs[0].data == data
    assert trusts(server) and trusts(server.again())


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_done_the_next_day_shows_what_this_one_did(tmp_path, seed):
    """And what nobody touched stands in the file as the course committed it, in each version."""
    generator = random.Random(seed)
    server, file, number = Server(tmp_path), tmp_path / FILE, itertools.count()
    base = committed()
    write(base, file)
    tab, undo, touched = Tab(server), [], set()

    def next_day():
        shown = {c.id: (c.source, c.get("outputs"), c.get("execution_count")) for c in tab.cells}
        new = Tab(server)
        assert shown == {
            c.id: (c.source, c.get("outputs"), c.get("execution_count")) for c in new.cells
        }
        return new

    for _ in range(generator.randint(5, 40)):
        what = generator.choice("edit run run clear move delete add undo save save reopen".split())
        what = generator.choice([what] * 8 + ["restart", "update", "elsewhere"])
        code = [cell.id for cell in tab.cells if cell.cell_type == "code"]
        if what in ("edit", "run", "clear", "move", "delete", "add"):
            undo.append(copy.deepcopy(tab.cells))
        if what == "edit":
            cell = generator.choice(tab.cells)
            cell.source = f"mine {next(number)}"
            touched.add(cell.id)
        elif what == "run" and code:
            touched.add(name := generator.choice(code))
            tab.run(name)
        elif what == "clear" and code:
            tab.clear(generator.choice(code))
        elif what == "move":
            tab.cells.insert(0, tab.cells.pop(generator.randrange(len(tab.cells))))
        elif what == "delete" and len(tab.cells) > 4:
            touched.add(tab.cells.pop(generator.randrange(len(tab.cells))).id)
        elif what == "add":
            name = f"mine-{next(number)}"
            tab.cells.insert(0, nbformat.v4.new_code_cell(name, id=name))
        elif what == "undo" and undo:
            tab.notebook.cells = undo.pop()
        elif what == "restart":
            server = tab.server = server.again()
        elif what in ("save", "reopen", "update", "elsewhere"):
            tab.save()
            server = server.again() if what in ("update", "elsewhere") else server
            tab = next_day() if what != "save" else tab
            undo = undo if what == "save" else []
        if what == "update":
            theirs = committed(f"version {next(number)}", generator.randint(5, 9))
            for cell in generator.sample(theirs.cells, 2):
                cell.source += f" new {next(number)}"
            before = read(file)
            merged = merge(base, before, theirs)
            ran = {c.id for c in before.cells if is_yours(c)}
            for cell in hide_results(copy.deepcopy(merged)).cells:
                if cell.get("outputs"):
                    assert cell.id.removeprefix("mine-") in ran or cell.id in ran
            sources = [cell.source for cell in merged.cells]
            assert all(
                sources.count(c.source) == 1 for c in before.cells if c.source.startswith("mine")
            )
            write(merged, file)
            base, tab = theirs, Tab(server)
        elif what == "elsewhere":
            # Somebody edits a text in another program, which runs nothing.
            notebook = read(file)
            cell = generator.choice(notebook.cells)
            if cell.cell_type == "markdown":
                cell.source = f"mine {next(number)}"
                touched.add(cell.id)
                write(notebook, file)
            tab = Tab(server)
        if what in ("save", "reopen", "update"):
            course = {cell.id: cell for cell in base.cells}
            for cell in read(file).cells:
                assert cell.id in touched or cell.id not in course or cell == course[cell.id]
                if cell.cell_type == "code" and not is_yours(cell) and cell.outputs:
                    assert cell.outputs == course[cell.id].outputs
    tab.save()
    next_day()


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


def status(folder):
    """Return what git says has changed in a folder, which it knows from then on."""

    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        done = subprocess.run(
            ["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True
        )
        return done.stdout

    if not (folder / ".git").exists():
        git("init", "-q")
        (folder / ".gitignore").write_text(".ipynb_checkpoints/\n")
        git("add", "-A")
        git("commit", "-qm", "The course")
    return git("status", "--porcelain")


def test_in_jupyterlab(lab):
    """As the package is installed: nothing but the file of the extension switches it on."""
    copied = lab.files / f"{NAME}.ipynb"
    shutil.copy(NOTEBOOKS / f"{NAME}.ipynb", copied)
    committed = copied.read_bytes()
    assert status(lab.files) == ""
    lab.open(NAME)
    assert shown(lab) == 0
    assert not unsaved(lab)
    before = copied.stat().st_mtime_ns
    lab.page.keyboard.press("Escape")
    with lab.page.expect_response(lambda r: r.request.method == "PUT"):
        lab.page.keyboard.press("Control+s")
    assert copied.stat().st_mtime_ns == before and status(lab.files) == ""

    cells = nbformat.read(copied, as_version=4).cells
    first, scaling = [[c.id for c in cells].index(x) for x in ("imports", "plain-scaling")]
    lab.run(first)
    assert "shares: [ 1.33  0.33 -0.67]" in lab.run(scaling)
    assert unsaved(lab)
    save(lab)
    after = nbformat.read(copied, as_version=4)
    assert [c.id for c in after.cells if is_yours(c)] == ["imports", "plain-scaling"]
    for old, new in zip(cells, after.cells, strict=True):
        assert is_yours(new) or new == old

    # What is typed and taken back is as it was, and so is what was run and cleared.
    lab.cell(first + 4).locator(".cm-content").click()
    lab.page.keyboard.type("x")
    assert unsaved(lab)
    save(lab)
    lab.cell(first + 4).locator(".cm-content").click()
    lab.page.keyboard.press("Control+z")
    save(lab)
    assert nbformat.read(copied, as_version=4) == after

    # The learner's results are there when they come back, and shown in full.
    lab.open(NAME)
    lab.page.get_by_text("shares: [ 1.33  0.33 -0.67]").wait_for()
    assert shown(lab) == 1
    assert not unsaved(lab)
    lab.restart_and_clear()
    save(lab)
    assert copied.read_bytes() == committed and status(lab.files) == ""
    assert lab.errors == []


def test_a_stale_tab_in_jupyterlab_is_told_what_to_do(lab):
    copied = lab.files / "stale.ipynb"
    shutil.copy(NOTEBOOKS / f"{NAME}.ipynb", copied)
    lab.open("stale")
    newer = copied.read_text(encoding="utf-8") + "\n"
    copied.write_text(newer, encoding="utf-8")
    lab.page.locator(".jp-CodeCell .cm-content").first.click()
    lab.page.keyboard.type("x")
    lab.page.keyboard.press("Control+s")
    lab.page.get_by_role("button", name="Overwrite").click()
    lab.page.get_by_text("was changed on disk after you opened it").wait_for()
    assert copied.read_text(encoding="utf-8") == newer
    lab.page.get_by_role("button", name="Close", exact=True).click()


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
