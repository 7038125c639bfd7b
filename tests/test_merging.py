"""A new version of a notebook meets a learner's: nothing is lost, and nothing comes twice."""

import copy
import random
import subprocess
import sys

import nbformat
import pytest
from notebook_tools import PATHS, read, write

from softmax_lib.jupyter.hidden_results import YOURS, hide_results
from softmax_lib.jupyter.merging import merge

NOTEBOOKS = [read(path) for path in PATHS]


def new_cell(generator, word):
    """Return a cell that nobody else writes."""
    make = generator.choice([nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell])
    cell = make(f"{word} {generator.random()}", id=f"{word}-{generator.getrandbits(40):x}")
    if cell.cell_type == "code" and word == "theirs":
        cell.outputs, cell.execution_count = [nbformat.v4.new_output("stream", text="!")], 1
    return cell


def change(notebook, generator, word, moves=True):
    """Change, add, delete and move cells; return the sources written and the ids deleted."""
    written, deleted = {}, set()
    for _ in range(generator.randint(1, 12)):
        what = generator.choice(["change", "change", "add", "delete", *["move"] * moves])
        cells = notebook.cells
        at = generator.randrange(len(cells))
        if what == "change":
            cells[at].source = generator.choice(["{0}\n# {1}", "{1}"]).format(
                cells[at].source, f"{word} {generator.random()}"
            )
            if cells[at].cell_type == "code" and word == "theirs":
                cells[at].outputs = [nbformat.v4.new_output("stream", text="!")]
            written[cells[at].id] = cells[at].source
        elif what == "add":
            cell = new_cell(generator, word)
            cells.insert(at, cell)
            written[cell.id] = cell.source
        elif what == "delete" and len(cells) > 3:
            gone = cells.pop(at)
            written.pop(gone.id, None)
            deleted.add(gone.id)
        elif what == "move":
            cells.insert(generator.randrange(len(cells)), cells.pop(at))
    return written, deleted


def elsewhere(notebook):
    """Return a notebook as it is after another program has run and saved it: no result hides."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata.language_info["version"] = "3.13.1"
    return notebook


def ran(cell):
    """Let a cell's results be the learner's, to be told from the course's."""
    cell.outputs = [nbformat.v4.new_output("stream", text=f"mine {cell.id}")]
    cell.metadata.update(copy.deepcopy(YOURS))


@pytest.mark.parametrize("hides", [True, False])
@pytest.mark.parametrize("seed", range(100))
def test_nothing_is_lost_and_nothing_comes_twice(seed, hides):
    generator = random.Random(seed)
    base = generator.choice(NOTEBOOKS)
    mine, theirs = copy.deepcopy(base) if hides else elsewhere(base), copy.deepcopy(base)
    written, deleted = change(mine, generator, "mine")
    changed, _ = change(theirs, generator, "theirs")
    for cell in mine.cells:
        if cell.cell_type == "code":
            if not hides or generator.random() < 0.5:
                ran(cell)
            elif cell.id in written:
                cell.outputs, cell.execution_count = [], None
    before = copy.deepcopy([base, mine, theirs])
    merged = merge(base, mine, theirs)
    assert [base, mine, theirs] == before, "merge changes its arguments"
    nbformat.validate(merged)
    ids = [cell.id for cell in merged.cells]
    assert len(set(ids)) == len(ids)
    sources = [cell.source for cell in merged.cells]
    # All that the learner wrote stands there, once.
    for source in written.values():
        assert sources.count(source) == 1, source
    # All of the new version does, once and in its order, but for what the learner deleted.
    old = {cell.id for cell in base.cells}
    wanted = [c for c in theirs.cells if not (c.id in deleted and c.id in old)]
    assert [i for i in ids if i in {c.id for c in wanted}] == [c.id for c in wanted]
    for cell in wanted:
        if cell.id not in written or cell.id in changed:
            assert sources.count(cell.source) == 1
    # What the course deleted is gone, unless the learner wrote in it.
    new = {cell.id for cell in theirs.cells}
    assert [i for i in ids if i in old and i not in new and i not in written] == []
    # No result shows that the learner has not made. On disk stand those of the new version.
    yours = {cell.id for cell in mine.cells if "softmax_course" in cell.metadata}
    for cell in hide_results(copy.deepcopy(merged)).cells:
        if cell.cell_type == "code":
            assert all(output.text.startswith("mine ") for output in cell.outputs)
    if hides:
        stand = {cell.id: cell for cell in merged.cells}
        for cell in wanted:
            if cell.id not in yours | written.keys():
                assert stand[cell.id] == cell
    assert merged.metadata == mine.metadata
    # The same version again changes nothing.
    assert merge(theirs, merged, theirs) == merged


def test_what_nobody_worked_in_is_the_new_version():
    base = NOTEBOOKS[1]
    theirs = copy.deepcopy(base)
    change(theirs, random.Random(0), "theirs")
    assert merge(base, base, theirs) == theirs
    mine = copy.deepcopy(base)
    cell = next(cell for cell in mine.cells if cell.cell_type == "code")
    ran(cell)
    assert merge(base, mine, base) == mine, "what was run is theirs, be the text as it was"


def test_where_both_changed_a_cell_the_learners_has_the_last_word():
    base = NOTEBOOKS[1]
    mine, theirs = copy.deepcopy(base), copy.deepcopy(base)
    at = next(k for k, cell in enumerate(base.cells) if cell.id == "my-draw")
    mine.cells[at].source, theirs.cells[at].source = "def my_draw(): 'mine'", "def my_draw(): 1"
    merged = merge(base, mine, theirs)
    assert [c.source for c in merged.cells[at : at + 2]] == [
        "def my_draw(): 1",
        mine.cells[at].source,
    ]
    # The next version changes it again: three stand there, and none is lost.
    mine, later = copy.deepcopy(merged), copy.deepcopy(theirs)
    mine.cells[at].source, later.cells[at].source = "def my_draw(): 'again'", "def my_draw(): 2"
    again = merge(theirs, mine, later)
    sources = [c.source for c in again.cells]
    for source in ("def my_draw(): 2", "def my_draw(): 'again'", "def my_draw(): 'mine'"):
        assert sources.count(source) == 1


@pytest.mark.parametrize("lost", ["all", "some", "shared"])
@pytest.mark.parametrize("seed", range(20))
def test_cells_without_ids_are_merged_and_none_is_lost(seed, lost):
    generator = random.Random(seed)
    base = generator.choice(NOTEBOOKS)
    mine, theirs = copy.deepcopy(base), copy.deepcopy(base)
    written, _ = change(mine, generator, "mine", moves=False)
    change(theirs, generator, "theirs", moves=False)
    for cell in mine.cells:
        if lost == "shared":
            cell.id = generator.choice(mine.cells).id
        elif lost == "all" or generator.random() < 0.5:
            del cell["id"]
    mine.nbformat_minor = 4
    merged = merge(base, mine, theirs)
    nbformat.validate(merged)
    sources = [cell.source for cell in merged.cells]
    for source in written.values():
        assert sources.count(source) == 1, source
    old = {cell.source for cell in base.cells}
    new = [cell.source for cell in theirs.cells if cell.source not in old]
    assert [s for s in sources if s in new] == [s for s in new if s in sources]
    assert merge(theirs, merged, theirs) == merged
    ids = [cell.id for cell in merged.cells]
    assert ids == [cell.id for cell in merge(base, mine, theirs).cells]


def test_a_notebook_without_ids_gets_what_is_new_and_nothing_twice():
    base = NOTEBOOKS[1]
    mine, theirs = copy.deepcopy(base), copy.deepcopy(base)
    for cell in mine.cells:
        del cell["id"]
    at = next(k for k, cell in enumerate(base.cells) if cell.id == "my-draw")
    mine.cells[at].source = "def my_draw(p, u):\n    return 'mine'"
    mine.cells.insert(2, nbformat.v4.new_code_cell("'my own'"))
    del mine.cells[2]["id"]
    mine.nbformat_minor = 4
    theirs.cells.insert(4, nbformat.v4.new_code_cell("'new here'", id="new-here"))
    theirs.cells.append(theirs.cells.pop(6))
    merged = merge(base, mine, theirs)
    expected = [cell.source for cell in theirs.cells]
    expected[expected.index(base.cells[at].source)] = mine.cells[at + 1].source
    expected.insert(2, "'my own'")
    assert [cell.source for cell in merged.cells] == expected


def test_git_merges_with_it(tmp_path):
    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        done = subprocess.run(
            ["git", *who, *arguments], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr

    git("init", "-q", "-b", "main")
    driver = f'"{sys.executable}" -m softmax_lib.jupyter.merging %A %O %B %P'
    git("config", "merge.notebook.driver", driver)
    (tmp_path / ".gitattributes").write_text("*.ipynb merge=notebook\n")
    file, base = tmp_path / "a.ipynb", NOTEBOOKS[1]
    write(base, file)
    git("add", "-A")
    git("commit", "-qm", "base")
    git("checkout", "-qb", "theirs")
    theirs = copy.deepcopy(base)
    theirs.cells[3:3] = [nbformat.v4.new_markdown_cell("new in the course", id="new-here")]
    write(theirs, file)
    git("commit", "-qam", "theirs")
    git("checkout", "-q", "main")
    mine = copy.deepcopy(base)
    mine.cells[3:3] = [nbformat.v4.new_code_cell("x = 'mine'", id="a1b2c3d4")]
    write(mine, file)
    git("commit", "-qam", "mine")
    git("merge", "-q", "--no-edit", "theirs")
    sources = [cell.source for cell in read(file).cells]
    assert sources.count("new in the course") == sources.count("x = 'mine'") == 1
