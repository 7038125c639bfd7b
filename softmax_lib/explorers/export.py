"""Pages in which the explorers still move: no kernel, no network, nothing to install.

An ordinary export of a notebook fetches the code that shows widgets from the network, and shows
nothing without it. Here the explorers' own code goes into the page, and a question unfolds without
any. What needs Python stays still: a softmax of your own keeps its last answer, prediction ends
with the rounds already made, and no word is added to a text.
"""

import html
import json
import re
from pathlib import Path

from .base import HERE

__all__ = ["export_notebook", "live_html", "save_page"]

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
END = "export default { render };"
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
  body {{ max-width: 960px; margin: 16px auto; padding: 0 12px; font-family: sans-serif; }}
</style>
<main>
<h1>{title}</h1>
{body}
</main>
</html>
"""
# Around nbconvert's own template. What it fetches stays out of pages that can do without. It writes
# links, prompts and some code fainter than everybody can read, and cuts off long lines of code.
TEMPLATE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js_requirejs -%}
{%- if 'widgets' in nb.metadata -%}{{ super() }}{%- endif -%}
{%- endblock -%}
{%- block html_head_js_mathjax -%}
{%- if resources.formulas -%}{{ super() }}{%- endif -%}
{%- endblock -%}
{%- block html_head_css -%}
<style>
  :root {
    --jp-cell-prompt-not-active-opacity: 1;
    --jp-cell-inprompt-font-color: #2a6fa8;
    --jp-cell-outprompt-font-color: #b04f32;
    --jp-mirror-editor-number-color: #006b00;
    --jp-mirror-editor-operator-color: #8a1fd1;
    --jp-mirror-editor-comment-color: #2f6868;
  }
  .jp-RenderedHTMLCommon a:any-link { text-decoration: underline; }
  .highlight pre { white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
{%- endblock -%}
"""


def live_html(explorer):
    """Return an explorer as HTML that works by itself.

    Parameters
    ----------
    explorer : Explorer

    Returns
    -------
    str
        To stand inside of a page; without scripts it shows the explorer's table.
    """
    state = explorer.get_state()
    return _live(explorer.model_id, state, explorer._table())


def _live(model_id, state, fallback):
    state = dict(state)
    code, style = state.pop("_esm"), state.pop("_css")
    if END not in code or "</script" in code or "</style" in style:
        raise ValueError("the explorer's code cannot stand inside of a page")
    # Nothing in a page's script may end it.
    data = json.dumps(state, allow_nan=False, ensure_ascii=True).replace("<", "\\u003c")
    place = f"explorer-{model_id}"
    start = (
        f'const places = document.querySelectorAll(".{place}:empty");\n'
        f"for (const el of places) render({{ model: modelInPage({json.dumps(model_id)}, {data}), "
        "el });"
    )
    model = (HERE / "shared" / "page_model.js").read_text(encoding="utf-8")
    return (
        f'<div class="{place}"></div><noscript>{fallback}</noscript>\n<style>{style}</style>\n'
        f'<script type="module">\n{model}\n{code.replace(END, start)}\n</script>'
    )


def save_page(explorer, path):
    """Write an explorer as a page of its own.

    Parameters
    ----------
    explorer : Explorer
    path : str or pathlib.Path
        Where to write it; it should end in .html.

    Returns
    -------
    pathlib.Path
    """
    title = html.escape(explorer.title or type(explorer).__name__)
    path = Path(path)
    path.write_text(PAGE.format(title=title, body=live_html(explorer)), encoding="utf-8")
    return path


def export_notebook(notebook, path=None, execute=True):
    """Write a notebook as a page in which its explorers still move.

    Parameters
    ----------
    notebook : str or pathlib.Path
        An .ipynb file; it stays as it is.
    path : str or pathlib.Path, optional
        Where to write the page. Default: the notebook's name with .html.
    execute : bool, default True
        Whether to run it first. A notebook holds its explorers' values only after a run that
        saves the state of widgets; without them, the tables are shown.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    FileNotFoundError
        When there is no such notebook.
    """
    import nbformat
    from jinja2 import DictLoader
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    notebook = Path(notebook)
    content = nbformat.read(notebook, as_version=4)
    if execute:
        folder = {"metadata": {"path": str(notebook.parent)}}
        NotebookClient(content, resources=folder, store_widget_state=True).execute()
    states = content.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    fetched = False
    for cell in content.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            state = states.get(data.get(VIEW, {}).get("model_id"), {}).get("state", {})
            if END in state.get("_esm", ""):
                live = _live(data[VIEW]["model_id"], state, data.get("text/html", ""))
                output["data"] = {"text/html": live}
            elif VIEW in data and "text/html" in data:
                del data[VIEW]  # a question, say, which can be read without its widget
            fetched |= VIEW in output.get("data", {})
    if not fetched:
        content.metadata.pop("widgets", None)
    text = "\n".join(cell.source for cell in content.cells if cell.cell_type == "markdown")
    heading = re.search(r"^# +(.+)", text, re.MULTILINE)
    content.metadata["title"] = heading[1].replace("`", "") if heading else notebook.stem
    exporter = HTMLExporter(
        extra_loaders=[DictLoader({"page.html.j2": TEMPLATE})], template_file="page.html.j2"
    )
    formulas = any(sign in text for sign in ("$", "\\(", "\\["))
    page, _ = exporter.from_notebook_node(content, resources={"formulas": formulas})
    path = notebook.with_suffix(".html") if path is None else Path(path)
    path.write_text(page, encoding="utf-8")
    return path
