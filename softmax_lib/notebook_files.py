"""Notebook files that stay the same, byte for byte, when they are run again.

Jupyter writes into a notebook when each cell ran, which Python ran it, and random names for its
widgets. None of that belongs under version control. :func:`normalize` takes it out and leaves what
a reader sees: text, code, results, and the ids of the cells.

It also marks the notebook as one in which nobody has worked yet: unopened.py says what for.

Two ways of running again leave the same file: ``python -m softmax_lib execute``, and Jupyter's own
``jupyter nbconvert --to notebook --execute --inplace``, to which the installed package adds
:class:`NormalizePreprocessor`. JupyterLab's Save is left alone: a learner's work is theirs.
"""

import sys
from pathlib import Path

import nbformat
from nbconvert.preprocessors import ExecutePreprocessor, Preprocessor

from .unopened import MARK

__all__ = ["NOTEBOOKS", "NormalizePreprocessor", "execute", "normalize", "write"]

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"

# What a notebook says about the language, whichever Python 3 ran it.
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
# Left behind by widgets and editors: different on every machine, or at every run.
NOTEBOOK_NOISE = {
    "interpreter",
    "orig_nbformat",
    "signature",
    "toc",
    "varInspector",
    "vscode",
    "widgets",
}
CELL_NOISE = {
    "ExecuteTime",
    "collapsed",
    "execution",
    "executionInfo",
    "outputId",
    "scrolled",
    "vscode",
}
WIDGET = "application/vnd.jupyter.widget-view+json"


def normalize(notebook):
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
    for key in NOTEBOOK_NOISE & notebook.metadata.keys():
        del notebook.metadata[key]
    notebook.metadata["kernelspec"] = nbformat.from_dict(KERNELSPEC)
    notebook.metadata["language_info"] = nbformat.from_dict(LANGUAGE)
    notebook.metadata.update(nbformat.from_dict(MARK))
    for cell in notebook.cells:
        for key in CELL_NOISE & cell.metadata.keys():
            del cell.metadata[key]
        if cell.cell_type == "code":
            cell.outputs = list(_tidy(cell.outputs))
    return notebook


def _tidy(outputs):
    """Yield the outputs without widget views, and streams joined however they were cut up."""
    previous = None
    for output in outputs:
        if output.output_type in ("display_data", "execute_result"):
            output.data.pop(WIDGET, None)  # names a widget that dies with its kernel
            output.get("metadata", {}).pop(WIDGET, None)
            output.pop("transient", None)
            if not output.data:
                continue
        joins = previous is not None and previous.output_type == output.output_type == "stream"
        if joins and previous.name == output.name:
            previous.text += output.text
            continue
        previous = output
        yield output


def write(notebook, path):
    """Write a notebook as Jupyter does: UTF-8, one-space indent, sorted keys, one final newline."""
    text = nbformat.writes(notebook, version=4)
    Path(path).write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def execute(path, timeout=600):
    """Run a notebook from its first cell in a fresh kernel, and save it normalized.

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
    runner.preprocess(notebook, {"metadata": {"path": str(path.parent)}})
    write(normalize(notebook), path)
    return path.read_bytes() != before


class NormalizePreprocessor(Preprocessor):
    """What nbconvert runs last: :func:`normalize`, for this course's notebooks only."""

    enabled = True

    def preprocess(self, notebook, resources):
        folder = resources.get("metadata", {}).get("path") or "."
        if Path(folder).resolve() == NOTEBOOKS:
            normalize(notebook)
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
        except Exception as error:
            print(f"failed; the file is as it was\n{error}")
            return 1
        print("changed" if changed else "unchanged")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
