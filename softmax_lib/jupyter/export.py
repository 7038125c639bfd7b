"""A notebook as a page in which its explorers still move: no kernel, no network.

An ordinary export of a notebook fetches the code that shows widgets and formulas from the network,
and shows nothing without it. Here the code of explorers and questions goes into the page, formulas
become MathML, and pictures are embedded.
"""

import base64
import mimetypes
import os
import re
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
from bs4 import BeautifulSoup
from jinja2 import DictLoader, pass_context
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from ..explorers.export import SavedPage, is_explorer, state_html
from ..glossary import TERMS
from .formulas import NO_FORMULA, typeset

__all__ = ["export_notebook", "with_live_explorers"]

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
#: Set in the kernel that runs a notebook for its page: an export in that notebook does nothing.
EXPORTING = "SOFTMAX_EXPORTING"
# Around nbconvert's own template. What it fetches stays out of pages that can do without. It writes
# links, prompts and some code fainter than everybody can read, and cuts off long lines of code.
TEMPLATE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js_requirejs -%}
{%- if 'widgets' in nb.metadata -%}{{ super() }}{%- endif -%}
{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
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
  math[display="block"] { overflow-x: auto; overflow-y: hidden; padding: 4px 0; }
</style>
{%- endblock -%}
"""


def export_notebook(notebook, path=None, execute=True):
    """Write a notebook as a page in which its explorers still move.

    Parameters
    ----------
    notebook : str or pathlib.Path
        An .ipynb file, as it was last saved; it stays as it is. It may be the one that asks.
    path : str or pathlib.Path, optional
        Where to write the page. Default: the notebook's name with .html.
    execute : bool, default True
        Whether to run it first, with the Python that runs this, and without your progress: no
        answer that you saved gets into the page. A notebook holds its explorers' values only after
        a run that saves the state of widgets; without them, the tables are shown.

    Returns
    -------
    SavedPage
        It says where the page is, and opens like a path.

    Raises
    ------
    FileNotFoundError
        When there is no such notebook.
    nbclient.exceptions.CellExecutionError
        When a cell of it raises an error that it does not expect. No page is written.
    """
    notebook = Path(notebook)
    page = SavedPage(notebook.with_suffix(".html") if path is None else path)
    if os.environ.get(EXPORTING):
        # Each run would start the next one, without end.
        return SavedPage(page.path, "{} is not written by this run, which is itself making a page.")
    content, others = with_live_explorers(notebook, execute)
    text, _ = Exporter(
        extra_loaders=[DictLoader({"page.html.j2": TEMPLATE})], template_file="page.html.j2"
    ).from_notebook_node(content)
    soup = BeautifulSoup(text, "html.parser")
    soup.title.string = _title(soup) or notebook.stem
    for place in soup.select(".jp-RenderedMarkdown, .jp-RenderedHTML, .jp-RenderedLatex"):
        typeset(place)
    _explain_terms(soup)
    _make_portable(soup, notebook.parent)
    diagrams = soup.select_one(".jp-Mermaid") is not None
    if not diagrams:
        for script in soup.head.find_all("script", string=re.compile("mermaid")):
            script.decompose()
    page.path.write_text(str(soup), encoding="utf-8")
    if others or diagrams:
        page.sentence = "Written: {}. It fetches what shows other widgets and diagrams in it."
    return page


def with_live_explorers(notebook, execute=True):
    """Return a notebook whose explorers and questions are HTML that works by itself.

    Parameters
    ----------
    notebook : pathlib.Path
    execute : bool, default True
        As in `export_notebook`.

    Returns
    -------
    content : nbformat.NotebookNode
    others : bool
        Whether it also shows widgets of other packages, which stay as they are.
    """
    content = nbformat.read(notebook, as_version=4)
    if execute:
        _run(content, notebook.parent)
    return content, _put_explorers_in(content)


def _run(content, folder):
    """Run a notebook in place, with a kernel of this Python, whichever kernel it names."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        progress = str(Path(scratch, "progress.json"))
        client = NotebookClient(
            content,
            # Without folders to search, the only kernel there is belongs to this Python.
            km=AsyncKernelManager(
                kernel_name=NATIVE_KERNEL_NAME,
                kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            ),
            resources={"metadata": {"path": str(folder)}},
            store_widget_state=True,
        )
        client.execute(
            env={**os.environ, EXPORTING: "1", "SOFTMAX_PROGRESS": progress}, cleanup_kc=True
        )


def _put_explorers_in(content):
    """Replace views of widgets by what works alone; return whether another package's are left."""
    states = content.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    others = False
    for cell in content.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            state = states.get(data.get(VIEW, {}).get("model_id"), {}).get("state", {})
            if is_explorer(state):
                live = state_html(data[VIEW]["model_id"], state, data.get("text/html", ""))
                output["data"] = {"text/html": live}
            elif VIEW in data and "text/html" in data:
                del data[VIEW]  # another widget that can be read as a page
            others |= VIEW in output.get("data", {})
    if not others:
        content.metadata.pop("widgets", None)
    return others


class Exporter(HTMLExporter):
    """nbconvert's, but a dollar that Markdown escapes stays a dollar."""

    @pass_context
    def markdown2html(self, context, source):
        renderer = Renderer(
            escape=False,
            attachments=context.get("cell", {}).get("attachments", {}),
            anchor_link_text=self.anchor_link_text,
        )
        return MarkdownWithMath(renderer=renderer).render(source)


class Renderer(IPythonRenderer):
    """nbconvert's, which writes formulas as they are typed, and any other text here."""

    def text(self, text):
        return super().text(text).replace("$", f'<span class="{NO_FORMULA}">$</span>')


def _title(soup):
    """Return the text of the first heading of level 1 that Markdown gave, or None."""
    heading = soup.select_one(".jp-RenderedMarkdown h1")
    if heading is None:
        return None
    anchors = {id(text) for anchor in heading.select(".anchor-link") for text in anchor.strings}
    return "".join(text for text in heading.strings if id(text) not in anchors).strip()


def _explain_terms(soup):
    """Put the glossary's words that a page links at its end: no file lies beside the page."""
    linked = set()
    for link in soup.select(".jp-RenderedHTMLCommon a[href]"):
        parts = _relative(link["href"])
        if parts and parts.path == "glossary.md":
            linked.add(parts.fragment)
            link["href"] = f"#glossary-{parts.fragment}".removesuffix("-")
    if terms := [term for term in TERMS if term.anchor in linked]:
        markdown = MarkdownWithMath(renderer=Renderer(escape=False))
        told = [
            f'<div id="glossary-{t.anchor}">{markdown.render(t._repr_markdown_())}</div>'
            for t in terms
        ]
        section = '<section id="glossary" class="jp-RenderedHTMLCommon" style="padding: 0 2em 2em">'
        section += f"<h2>Glossary</h2>{''.join(told)}</section>"
        soup.main.append(BeautifulSoup(section, "html.parser"))


def _make_portable(soup, folder):
    """Lead links between notebooks to their pages, and put pictures from files into the page."""
    for link in soup.select(".jp-RenderedHTMLCommon a[href]"):
        parts = _relative(link["href"])
        if parts and parts.path.endswith(".ipynb"):
            link["href"] = parts._replace(path=parts.path[: -len("ipynb")] + "html").geturl()
    for picture in soup.select("img[src]"):
        parts = _relative(picture["src"])
        file = Path(folder, unquote(parts.path)) if parts else None
        kind = file and mimetypes.guess_type(file.name)[0] or ""
        if kind.startswith("image/") and file.is_file():
            content = base64.b64encode(file.read_bytes()).decode("ascii")
            picture["src"] = f"data:{kind};base64,{content}"


def _relative(address):
    """Return the parts of an address that names a file beside the notebook, or None."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|/|#", address):
        return None
    return urlsplit(address)
