"""What Jupyter leaves out of a notebook that it opens: results, and views of widgets that are gone.

A notebook opens without results, so that nobody reads the answer before the prediction.

The notebooks are committed with their results: GitHub, nbviewer and exported pages show them. Such
a notebook carries a mark. Where it is opened in Jupyter, this server extension leaves its results
and the mark out of what Jupyter gets. Once it is saved there, the mark is gone, and all that is in
it is the learner's: its results are never hidden again.

A widget lives in a kernel, and ends with it. On the next day JupyterLab would say "Error displaying
widget" in its place. So a view of a widget that no kernel of the notebook has is left out: then the
page beside it shows, which is a table for an explorer, and for a question its options to unfold.

The file itself is not changed here.
"""

import functools

from jupyter_core.utils import ensure_async

__all__ = ["MARK", "hide_results", "leave_out_views"]

#: In a notebook's metadata: nobody has worked in it yet.
MARK = {"softmax_course": {"results": "shown when a cell is run"}}

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
PATIENCE = 2.0  # seconds that a kernel has to say which widgets it has
AGAIN = (
    '<p style="margin:4px 0;padding:4px 12px;max-width:860px">This is what was saved. To use it '
    "again, first choose <em>Run → Run All Above Selected Cell</em>, then run this cell.</p>"
)


def hide_results(notebook):
    """Take the results out of a notebook that nobody has worked in yet.

    Parameters
    ----------
    notebook : nbformat.NotebookNode or dict
        Changed in place; left as it is when it does not carry the mark.

    Returns
    -------
    The same notebook.
    """
    if any(notebook["metadata"].get(key) != value for key, value in MARK.items()):
        return notebook
    for key in MARK:
        del notebook["metadata"][key]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    _name_this_python(notebook["metadata"])
    return notebook


def _name_this_python(metadata):
    """Say which Python will run the notebook, before its kernel does.

    A committed notebook names no version. JupyterLab would write in what the kernel says, count
    that as a change, mark the tab as unsaved and save it two minutes later.
    """
    from ipykernel.ipkernel import IPythonKernel

    if metadata.get("kernelspec", {}).get("name") == "python3":
        metadata["language_info"] = dict(IPythonKernel.language_info)


def leave_out_views(notebook, living):
    """Leave out the views of widgets that are gone, where there is a page beside them.

    Parameters
    ----------
    notebook : nbformat.NotebookNode or dict
        Changed in place.
    living : collection of str
        The widgets that a kernel still has, by their ids.

    Returns
    -------
    The same notebook.
    """
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
    """Let the server's own manager of files answer, and leave out of its answer what must go."""
    manager = app.contents_manager
    get = manager.get

    @functools.wraps(get)
    async def get_what_shows(*args, **kwargs):
        model = await ensure_async(get(*args, **kwargs))
        if model.get("type") == "notebook" and model.get("content"):
            notebook = hide_results(model["content"])
            if _views(notebook) and (living := await _living(app, model["path"])) is not None:
                leave_out_views(notebook, living)
        return model

    manager.get = get_what_shows
