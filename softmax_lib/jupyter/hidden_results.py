"""A notebook opens without results, so that nobody reads the answer before the prediction.

The notebooks are committed with their results: GitHub, nbviewer and exported pages show them. Such
a notebook carries a mark. Where it is opened in Jupyter, this server extension leaves its results
and the mark out of what Jupyter gets. Once it is saved there, the mark is gone, and all that is in
it is the learner's: it is never touched again. The file itself is not changed here.
"""

import functools

from jupyter_core.utils import ensure_async

__all__ = ["MARK", "hide_results"]

#: In a notebook's metadata: nobody has worked in it yet.
MARK = {"softmax_course": {"results": "shown when a cell is run"}}


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


def _jupyter_server_extension_points():
    return [{"module": __name__}]


def _load_jupyter_server_extension(app):
    """Let the server's own manager of files answer, and leave results out of its answer."""
    manager = app.contents_manager
    get = manager.get

    @functools.wraps(get)
    async def get_without_results(*args, **kwargs):
        model = await ensure_async(get(*args, **kwargs))
        if model.get("type") == "notebook" and model.get("content"):
            hide_results(model["content"])
        return model

    manager.get = get_without_results
