"""What Jupyter leaves out of a notebook that it opens: results, and views of widgets that are gone.

A notebook opens without results, so that nobody reads the answer before the prediction.

The notebooks are committed with their results: GitHub, nbviewer and exported pages show them. Such
a notebook carries a mark, and keeps it. Where it is opened in Jupyter, this server extension leaves
its results out of what Jupyter gets. Where it is saved, a cell that comes back as it was given out
gets its results again in the file: to open a notebook, look at it and save it changes no byte. A
cell that somebody ran is marked in the file as theirs, and shows its results from then on.

Jupyter signs what its users have run, and shows pages in full only where that signature stands. The
signature is of what Jupyter shows: results that are left out neither spoil it nor gain by it.

Other programs, VS Code say, show what stands in the file. When they have run a cell, they write
down the version of Python. Then all results count as the learner's, and show.

Where an update has changed a file while a tab showed the old text, the tab cannot be saved over it.

A widget lives in a kernel, and ends with it. On the next day JupyterLab would say "Error displaying
widget" in its place. So a view of a widget that no kernel of the notebook has is left out: then the
page beside it shows, which is a table for an explorer, and for a question its options to unfold.
"""

import contextlib
import copy
import functools
import hashlib
import inspect
import json
from pathlib import Path

import nbformat
from jupyter_core.utils import ensure_async
from tornado.web import HTTPError

__all__ = [
    "LANGUAGE",
    "MARK",
    "YOURS",
    "give_back",
    "hide_results",
    "hides",
    "is_yours",
    "leave_out_views",
]

#: In a notebook's metadata: what its cells show is the course's, unless they say otherwise.
MARK = {"softmax_course": {"results": "shown when a cell is run"}}
#: In a cell's metadata: the learner has run it.
YOURS = {"softmax_course": {"results": "yours"}}
#: What a notebook of the course says of its kernel and its language. Jupyter and others write what
#: those of a computer say, and add a version.
LANGUAGE = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
PATIENCE = 2.0  # seconds that a kernel has to say which widgets it has
AGAIN = (
    '<p style="margin:4px 0;padding:4px 12px;max-width:860px">This is what was saved. To use it '
    "again, first choose <em>Run → Run All Above Selected Cell</em>, then run this cell.</p>"
)
STALE = (
    "{} was changed on disk after you opened it, by an update perhaps. Nothing was written: its "
    "new text would be lost. Choose File → Reload Notebook from Disk to get it. What you typed "
    "since you last saved is in this tab alone: copy it first, or keep all of the tab with File → "
    "Save Notebook As."
)


def _carries(metadata, mark):
    return all(metadata.get(key) == value for key, value in mark.items())


def hides(notebook):
    """Whether Jupyter hides the results in a notebook's file, but for those of the learner."""
    metadata = notebook["metadata"]
    return _carries(metadata, MARK) and metadata.get("language_info") == LANGUAGE["language_info"]


def is_yours(cell):
    """Whether a cell's results in a notebook's file are marked as the learner's."""
    return _carries(cell["metadata"], YOURS)


def hide_results(notebook, kept=None):
    """Turn a notebook from what its file holds into what Jupyter shows.

    Parameters
    ----------
    notebook : nbformat.NotebookNode or dict
        Changed in place; left as it is when it does not carry the mark.
    kept : dict, optional
        Where what is left out is kept, for `give_back`.

    Returns
    -------
    The same notebook.
    """
    hidden = hides(notebook)
    for cell in _code_cells(notebook) if _carries(notebook["metadata"], MARK) else ():
        if is_yours(cell):
            for key in YOURS:
                del cell["metadata"][key]
        elif hidden and _was_run(cell):
            with _keeping([cell], kept):
                cell["outputs"], cell["execution_count"] = [], None
    if hidden:
        # JupyterLab would write in what the kernel says, and show the notebook as unsaved.
        from ipykernel.ipkernel import IPythonKernel

        notebook["metadata"]["language_info"] = dict(IPythonKernel.language_info)
    return notebook


def give_back(notebook, kept):
    """Turn a notebook from what Jupyter shows into what its file is to hold.

    Parameters
    ----------
    notebook : nbformat.NotebookNode or dict
        Changed in place.
    kept : dict
        What was left out of notebooks, as `hide_results` and `leave_out_views` kept it.

    Returns
    -------
    The same notebook.
    """
    metadata = notebook["metadata"]
    marked = _carries(metadata, MARK)
    for key, value in LANGUAGE.items() if marked else ():
        if (metadata.get(key) or {}).get("name") == value["name"]:
            metadata[key] = dict(value)
    hidden = hides(notebook)
    for cell in _code_cells(notebook):
        run, stands = _was_run(cell), kept.get(_form(cell))
        if marked and run:
            cell["metadata"].update(copy.deepcopy(YOURS))
        if stands and (run or hidden):  # else it would show
            cell["outputs"], cell["execution_count"] = copy.deepcopy(stands)
    return notebook


def _code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _results(cell):
    return cell.get("outputs", []), cell.get("execution_count")


def _was_run(cell):
    return _results(cell) != ([], None)


def _form(cell):
    """Return a short name of a cell and all that Jupyter shows of it."""
    parts = cell.get("id"), cell["source"], *_results(cell)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@contextlib.contextmanager
def _keeping(cells, kept):
    """Keep what cells have now, if it changes within, by the form in which they are given out."""
    if kept is None:
        yield
        return
    before = [_results(cell) for cell in copy.deepcopy(cells)]
    yield
    for cell, had in zip(cells, before, strict=True):
        if _results(cell) != had:
            kept[_form(cell)] = had


def leave_out_views(notebook, living, kept=None):
    """Leave out the views of widgets that are gone, where there is a page beside them.

    Parameters
    ----------
    notebook : nbformat.NotebookNode or dict
        Changed in place.
    living : collection of str
        The widgets that a kernel still has, by their ids.
    kept : dict, optional
        Where what is left out is kept, for `give_back`.

    Returns
    -------
    The same notebook.
    """
    with _keeping(_code_cells(notebook), kept):
        for data in _views(notebook):
            if data[VIEW].get("model_id") not in living:
                del data[VIEW]
                data["text/html"] += AGAIN
    return notebook


def _views(notebook):
    """Return the outputs that show a widget, or else a page, and that hold no widget themselves."""
    saved = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    outputs = [o for cell in notebook["cells"] for o in cell.get("outputs", [])]
    shown = [o["data"] for o in outputs if {VIEW, "text/html"} <= o.get("data", {}).keys()]
    return [data for data in shown if data[VIEW].get("model_id") not in saved]


async def _living(app, path):
    """Return the ids of the widgets in the kernels of a notebook; None when they do not say."""
    found = set()
    for session in await ensure_async(app.session_manager.list_sessions()):
        if session["path"] == path and session.get("kernel"):
            widgets = await _widgets(app.kernel_manager.get_kernel(session["kernel"]["id"]))
            if widgets is None:
                return None
            found |= widgets
    return found


async def _widgets(kernel):
    """Ask a kernel for the ids of its widgets, on the channel that answers while it is busy."""
    client = kernel.client()
    try:
        client.start_channels(shell=False, iopub=False, stdin=False, hb=False, control=True)
        asked = client.session.msg("comm_info_request", {"target_name": "jupyter.widget"})
        client.control_channel.send(asked)
        answer = await ensure_async(client.control_channel.get_msg(timeout=PATIENCE))
        return set(answer["content"]["comms"])
    except Exception:  # starting, busy, far away, or of a kind that has no widgets
        return None
    finally:
        client.stop_channels()


def _jupyter_server_extension_points():
    return [{"module": __name__}]


def _load_jupyter_server_extension(app):
    """Let the server's own manager of files read and write, and change what passes."""
    manager, kept = app.contents_manager, {}
    get = manager.get

    @functools.wraps(get)
    async def get_what_shows(*args, **kwargs):
        model = await ensure_async(get(*args, **kwargs))
        if model.get("type") == "notebook" and model.get("content"):
            notebook = model["content"]
            if _views(notebook) and (living := await _living(app, model["path"])) is not None:
                leave_out_views(notebook, living, kept)
        return model

    if inspect.iscoroutinefunction(get):  # else the manager itself uses what it returns, at once
        manager.get = get_what_shows
    if hasattr(manager, "_read_notebook"):  # else the files are not on this computer's disk
        _hide_between_disk_and_signature(manager, kept)


def _text(os_path):
    """Return what a file holds; None where there is none, or none that can be read."""
    with contextlib.suppress(OSError, ValueError):
        return Path(os_path).read_text(encoding="utf-8")


def _hide_between_disk_and_signature(manager, kept):
    """Hide results before the manager looks for a signature, and give back after it has signed."""
    read, save = manager._read_notebook, manager._save_notebook
    paths, texts = set(), set()  # of files that this server has read or written, and what they held

    def saw(os_path, text):
        paths.add(os_path)
        texts.add(hash(text))

    def shown(os_path, answer):
        saw(os_path, _text(os_path))
        hide_results(answer[0] if isinstance(answer, tuple) else answer, kept)
        return answer

    async def shown_later(os_path, answer):
        return shown(os_path, await answer)

    @functools.wraps(read)
    def read_what_shows(os_path, *args, **kwargs):
        answer = read(os_path, *args, **kwargs)
        turn = shown_later if inspect.isawaitable(answer) else shown
        return turn(os_path, answer)

    async def nothing():
        """Do what saving does where there is nothing to save."""

    @functools.wraps(save)
    def save_what_stands(os_path, notebook, *args, **kwargs):
        before, stale = _text(os_path), False
        with contextlib.suppress(Exception):  # no file yet, or no notebook: it is replaced
            hide_results(nbformat.v4.reads(before), kept)  # what stands there may be newer
            stale = os_path in paths and hash(before) not in texts
        if stale and _carries(notebook["metadata"], MARK):
            raise HTTPError(409, STALE.format(Path(os_path).name))
        notary = manager.notary
        trusted = notary.check_signature(notebook)
        give_back(notebook, kept)
        if trusted:  # as it will be read again
            notary.sign(hide_results(copy.deepcopy(notebook)))
        after = nbformat.v4.writes(notebook) + "\n"
        saw(os_path, after)
        if after == before:
            return nothing() if inspect.iscoroutinefunction(save) else None
        return save(os_path, notebook, *args, **kwargs)

    manager._read_notebook, manager._save_notebook = read_what_shows, save_what_stands
