"""A new version of a notebook, brought into the one that a learner works in.

A merge by lines, which git does, knows nothing of cells: what moved comes twice, and what a learner
wrote stands between marks that no notebook can be opened with. Cells have ids. By them it is known
what the course has changed, and what the learner has.

Nothing that a learner wrote is lost. Where both changed a cell, both stand there: the course's,
then the learner's, which has the last word when the notebook runs.

``python3 softmax_lib update`` merges every notebook so. As git's merge driver it serves ``git
pull`` as well, and nbgitpuller, which pulls on a hub. Once for a computer, or in a hub's image::

    git config --system merge.notebook.driver "python -m softmax_lib.jupyter.merging %A %O %B %P"
"""

import copy
import difflib
import hashlib
import sys
import uuid

import nbformat

from .clean_notebooks import write
from .hidden_results import hides, is_yours

__all__ = ["merge"]


def merge(base, mine, theirs):
    """Return the learner's notebook with the changes of a new version of the course.

    Parameters
    ----------
    base : nbformat.NotebookNode
        The course's notebook that the learner's came from.
    mine : nbformat.NotebookNode
        The learner's.
    theirs : nbformat.NotebookNode
        The course's new one.

    Returns
    -------
    nbformat.NotebookNode
        Cells in the order of `theirs`. A cell that the learner wrote, changed or ran is kept as it
        is, with its results, after the cell that it followed. One that the learner deleted stays
        away. What is new or changed in the course comes with results that Jupyter hides; or without
        them, where it hides none in this notebook.

    Notes
    -----
    A learner who moved one of the course's cells finds it where the course has it. To merge the
    same version again changes nothing. Cells that have lost their ids, or share one, get those of
    the course's cells with the same text, or else at the same place: see `_with_ids`.
    """
    mine = _with_ids(mine, base)
    if not _worked_in(mine, base):
        return copy.deepcopy(theirs)
    old = {cell.id: cell.source for cell in base.cells}
    own = {cell.id: cell for cell in mine.cells}
    taken = {*own, *(cell.id for cell in theirs.cells)}
    merged = copy.deepcopy(mine)
    merged.cells, stands_as = [], {}  # the ids under which the learner's cells stand in it
    hidden = hides(mine)

    def new(cell):
        return cell if hidden else _without_results(cell)

    for cell in theirs.cells:
        there, before = own.get(cell.id), old.get(cell.id)
        if there is None:
            if before is None:  # else the learner deleted it
                merged.cells.append(new(cell))
        elif cell.source in (there.source, before):
            theirs_now = hidden and cell.source == there.source and not is_yours(there)
            merged.cells.append(cell if theirs_now else there)
            stands_as[cell.id] = cell.id
        else:
            merged.cells.append(new(cell))
            stands_as[cell.id] = cell.id
            if there.source != before:
                merged.cells.append(_named_anew(there, taken))
                stands_as[cell.id] = merged.cells[-1].id
    above = None
    for cell in mine.cells:
        if cell.id in stands_as:
            above = stands_as[cell.id]
        elif cell.source != old.get(cell.id):
            ids = [other.id for other in merged.cells]
            merged.cells.insert(ids.index(above) + 1 if above else 0, cell)
            above = cell.id
    return copy.deepcopy(merged)


def _with_ids(mine, base):
    """Return the learner's notebook with an id for every cell.

    Older programs leave ids out, and copies share one. Such a cell gets the id of the course's cell
    with the same text in the same order; what stands between two of these pairs, in the order in
    which it stands there. Any other cell gets a new id: it is the learner's own.
    """
    seen, lost = set(), []
    for place, cell in enumerate(mine.cells):
        if not isinstance(cell.get("id"), str) or cell.id in seen:
            lost.append(place)
        else:
            seen.add(cell.id)
    if not lost:
        return mine
    mine = copy.deepcopy(mine)
    mine.nbformat_minor = max(mine.nbformat_minor, 5)
    kinds = [[(c.cell_type, c.source) for c in notebook.cells] for notebook in (mine, base)]
    found = {}
    for _, start, end, first, last in difflib.SequenceMatcher(
        None, *kinds, autojunk=False
    ).get_opcodes():
        for place, there in zip(range(start, end), range(first, last)):
            if kinds[0][place][0] == kinds[1][there][0]:
                found[place] = base.cells[there].id
    for place in lost:
        name = found.get(place)
        if name is None or name in seen:
            text = f"{place} {mine.cells[place].source}"
            name = uuid.uuid5(uuid.NAMESPACE_OID, text).hex  # the same one each time
        seen.add(name)
        mine.cells[place]["id"] = name
    return mine


def _worked_in(mine, base):
    """Whether somebody ran or changed a cell of the notebook, in Jupyter or elsewhere."""
    same = [(c.id, c.source) for c in mine.cells] == [(c.id, c.source) for c in base.cells]
    return not (hides(mine) and same) or any(map(is_yours, mine.cells))


def _without_results(cell):
    cell = copy.deepcopy(cell)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    return cell


def _named_anew(cell, taken):
    """Return the learner's form of a cell under an id that is not taken: the same one each time."""
    cell = copy.deepcopy(cell)
    source = hashlib.sha256(cell.source.encode()).hexdigest()[:12]
    names = (f"mine-{cell.id}"[:40], f"mine-{cell.id}"[:40] + f"-{source}")
    cell.id = next(name for name in names if name not in taken)
    return cell


def main(arguments):
    """Merge files as git asks a merge driver to: mine, base, theirs; the result goes into mine.

    A fourth argument is the notebook's name. One that cannot be read stays as it is: a merge that
    fails would keep a learner from all that is new, and nbgitpuller from every later click.
    """
    name = arguments[3] if arguments[3:] else "A notebook"
    try:
        mine, base, theirs = (nbformat.read(file, as_version=4) for file in arguments[:3])
        merged = merge(base, mine, theirs)
    except Exception:  # whatever somebody's file holds
        print(
            f"{name} cannot be read, and stays as it is. Move it away to get the course's again.",
            file=sys.stderr,
        )
        return 0
    write(merged, arguments[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
