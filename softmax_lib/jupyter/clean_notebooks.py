"""Notebook files that stay the same, byte for byte, when they are run again.

Jupyter writes into a notebook when each cell ran, which Python ran it, and random names for its
widgets. None of that belongs under version control. :func:`clean` takes it out and leaves what a
reader sees: text, code, results, and the ids of the cells.

It also marks the notebook as one whose results are the course's: hidden_results.py says what for.

Two ways of running again leave the same file: ``python -m softmax_lib execute``, and Jupyter's own
``jupyter nbconvert --to notebook --execute --inplace``, to which the installed package adds
:class:`CleanPreprocessor`. JupyterLab's Save is left alone: a learner's work is theirs.
"""

import contextlib
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbconvert.preprocessors import (
    CoalesceStreamsPreprocessor,
    ExecutePreprocessor,
    Preprocessor,
)

from ..launcher import in_words
from .hidden_results import LANGUAGE, MARK

__all__ = [
    "CELL_METADATA",
    "NOTEBOOKS",
    "NOTEBOOK_METADATA",
    "CleanPreprocessor",
    "clean",
    "execute",
    "write",
]

NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"

#: All that a committed notebook says of itself, whoever ran it, with whichever Python 3.
NOTEBOOK_METADATA = {**LANGUAGE, **MARK}
#: All that a cell may say of itself, of whichever kind it is.
CELL_METADATA = {"tags"}
WIDGET = "application/vnd.jupyter.widget-view+json"


def clean(notebook):
    """Take out of a notebook what differs between two runs of the same cells.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        A notebook of format 4; it is changed in place.

    Returns
    -------
    nbformat.NotebookNode
        The same notebook. Cell ids, sources, tags and every output that a reader sees are kept.
    """
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA)
    for cell in notebook.cells:
        # nbconvert's ClearMetadataPreprocessor would leave what Markdown cells say.
        for key in cell.metadata.keys() - CELL_METADATA:
            del cell.metadata[key]
        if cell.cell_type == "code":
            cell.outputs = list(_without_widgets(cell.outputs))
    return CoalesceStreamsPreprocessor().preprocess(notebook, {})[0]


def _without_widgets(outputs):
    """Yield the outputs without views of widgets: each names one that dies with its kernel."""
    for output in outputs:
        if output.output_type in ("display_data", "execute_result"):
            output.data.pop(WIDGET, None)
            output.get("metadata", {}).pop(WIDGET, None)
            output.pop("transient", None)
            if not output.data:
                continue
        yield output


def write(notebook, path):
    """Write a notebook as Jupyter does: UTF-8, one-space indent, sorted keys, one final newline."""
    text = nbformat.writes(notebook, version=4)
    Path(path).write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def execute(path, timeout=600):
    """Run a notebook from its first cell in a fresh kernel, and save it clean.

    Parameters
    ----------
    path : path-like
        The notebook. It is left as it was if a cell raises an error.
    timeout : int, optional
        Seconds that one cell may take.

    Returns
    -------
    bool
        Whether the file changed.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell raises an error that the notebook does not expect.
    """
    path = Path(path)
    before = path.read_bytes()
    notebook = nbformat.reads(before.decode("utf-8"), as_version=4)
    runner = ExecutePreprocessor(timeout=timeout, kernel_name="python3", record_timing=False)
    with _own_progress():
        runner.preprocess(notebook, {"metadata": {"path": str(path.parent)}})
    write(clean(notebook), path)
    return path.read_bytes() != before


@contextlib.contextmanager
def _own_progress():
    """Let a kernel find nothing done: what is committed shows nobody's answers."""
    before = os.environ.get("SOFTMAX_PROGRESS")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        os.environ["SOFTMAX_PROGRESS"] = str(Path(scratch, "progress.json"))
        try:
            yield
        finally:
            if before is None:
                del os.environ["SOFTMAX_PROGRESS"]
            else:
                os.environ["SOFTMAX_PROGRESS"] = before


class CleanPreprocessor(Preprocessor):
    """What nbconvert runs last: :func:`clean`, for this course's notebooks only."""

    enabled = True

    def preprocess(self, notebook, resources):
        folder = resources.get("metadata", {}).get("path") or "."
        if Path(folder).resolve() == NOTEBOOKS:
            clean(notebook)
        return notebook, resources


def main(paths):
    """Run the given notebooks again, or all of the course's, and say what changed."""
    paths = [Path(path) for path in paths] or sorted(NOTEBOOKS.glob("*.ipynb"))
    if not paths:
        print(f"There is no notebook in {NOTEBOOKS}.", file=sys.stderr)
        return 1
    for path in paths:
        print(f"{path.name} ... ", end="", flush=True)
        try:
            changed = execute(path)
        except OSError:
            print("failed")
            raise  # its cure is known
        except Exception as error:
            print(f"failed; the file is as it was\n{error}")
            return 1
        print("changed" if changed else "unchanged")
    return 0


if __name__ == "__main__":
    raise SystemExit(in_words(main, sys.argv[1:]))
