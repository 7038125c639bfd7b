"""Slides made of a notebook's own cells: one page, in which explorers move, without a network.

What the notebook says, asks and shows becomes slides, a result always after its question. Exercises
and sections that can be skipped stay out: learners have the notebook.

reveal.js 6.0.2, which turns the slides, lies in ``reveal.zip`` as its npm package has it, with its
license, MIT.
"""

import copy
import re
import sys
import zipfile
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup
from jinja2 import DictLoader
from nbconvert import SlidesExporter
from nbconvert.preprocessors import CoalesceStreamsPreprocessor

from ..explorers.export import SavedPage
from ..launcher import in_words
from ..palette import EDGE, INK, PAPER
from .export import Exporter, _make_portable, _put_explorers_in, _run
from .formulas import typeset

__all__ = ["chosen_cells", "make_slides"]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORDS = 75  # on a slide
TEMPLATE = """
{%- extends 'reveal/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block footer_js -%}{%- endblock -%}
"""
STYLE = f"""
:root {{ --jp-content-font-size1: 26px; --jp-code-font-size: 22px; --jp-cell-prompt-width: 0px; }}
body.jp-Notebook, .reveal {{ background: {PAPER}; color: {INK}; }}
.reveal .slides {{ text-align: left; }}
.reveal .slides > section {{ box-sizing: border-box; width: 1280px; padding: 28px 56px; }}
.reveal .jp-RenderedHTMLCommon {{ line-height: 1.45; }}
.reveal .jp-InputPrompt, .reveal .jp-OutputPrompt {{ display: none; }}
.reveal .jp-InputArea-editor {{ border: 1px solid {EDGE}; }}
.reveal figure {{ max-width: none !important; }}
.reveal figcaption {{ display: none; }}  /* the words are in alt */
.reveal .jp-RenderedHTMLCommon img {{ max-width: 100%; max-height: 560px; }}
.reveal .highlight pre {{ white-space: pre-wrap; overflow-wrap: anywhere; }}
.reveal .slide-number, .reveal .slide-number a {{ color: {INK}; background: none; }}
.reveal a:any-link {{ text-decoration: underline; }}
.reveal math[display="block"] {{ padding: 8px 0; }}
"""
# Each slide is as large as fits, and measured again when something on it grows.
SCRIPT = """
Reveal.initialize({
  width: 1280, height: 720, margin: 0, center: false, hash: true,
  slideNumber: "c/t", transition: "none",
});
const fit = () => {
  const slide = Reveal.getCurrentSlide();
  const content = slide && slide.querySelector(".content");
  if (!content) return;
  for (let zoom = 1.3; zoom > 0.45; zoom -= 0.05) {
    content.style.zoom = zoom;
    if (slide.scrollHeight <= 720 && slide.scrollWidth <= 1280) break;
  }
};
const grown = new ResizeObserver(() => requestAnimationFrame(fit));
Reveal.on("ready", fit);
Reveal.on("slidechanged", fit);
document.addEventListener("toggle", fit, true);
for (const image of document.images) image.addEventListener("load", fit);
for (const output of document.querySelectorAll(".jp-OutputArea-output")) grown.observe(output);
"""


class _Slides(SlidesExporter):
    """nbconvert's slides, with the course's way to read Markdown."""

    markdown2html = Exporter.markdown2html


def make_slides(notebook, path=None, execute=True):
    """Write a notebook's slides.

    Parameters
    ----------
    notebook : str or pathlib.Path
        An .ipynb file; it stays as it is.
    path : str or pathlib.Path, optional
        Where to write them. Default: the notebook's name with .html, in the folder ``slides`` of
        the course.
    execute : bool, default True
        Whether to run it first, with the Python that runs this and without your progress.
        Explorers move only after a run.

    Returns
    -------
    SavedPage

    Raises
    ------
    FileNotFoundError
        When there is no such notebook.
    """
    notebook = Path(notebook)
    page = SavedPage(ROOT / "slides" / f"{notebook.stem}.html" if path is None else path)
    content = nbformat.read(notebook, as_version=4)
    page.path.parent.mkdir(parents=True, exist_ok=True)  # if it cannot be, say so before the run
    if execute:
        _run(content, notebook.parent)
    _put_explorers_in(content)
    content.cells = chosen_cells(content.cells)
    text, _ = _Slides(
        extra_loaders=[DictLoader({"slides.html.j2": TEMPLATE})],
        template_file="slides.html.j2",
        preprocessors=[CoalesceStreamsPreprocessor(enabled=True)],  # what was printed is one text
    ).from_notebook_node(content)
    soup = BeautifulSoup(text, "html.parser")
    soup.title.string = content.cells[0].source.partition("\n")[0].lstrip("# ")
    for place in soup.select(".jp-RenderedMarkdown, .jp-RenderedHTML, .jp-RenderedLatex"):
        typeset(place)
    _make_portable(soup, notebook.parent)
    _link_nothing(soup)
    _put_reveal_in(soup)
    page.path.write_text(str(soup), encoding="utf-8")
    return page


def chosen_cells(cells):
    """Return the cells of a notebook that become slides, one for each slide.

    Parameters
    ----------
    cells : list of nbformat.NotebookNode

    Returns
    -------
    list of nbformat.NotebookNode
        Copies. A text is divided at its headings, and a long one between its paragraphs.
    """
    chosen, skipping = [], False
    for cell in cells:
        if cell.id.startswith("my-"):  # an exercise: its task, its stub, its check
            continue
        if cell.cell_type == "markdown":
            for part in re.split(r"(?m)^(?=## )", cell.source):
                if part.startswith("## "):
                    skipping = bool(re.match(r"## (Extra: |In papers|Where to go)", part))
                if not skipping:
                    chosen += [_slide(cell, source=text) for text in _pages(part)]
        elif not skipping and cell.id not in ("imports", "progress", "setup"):
            rich = any("text/html" in output.get("data", {}) for output in cell.outputs)
            chosen.append(_slide(cell, outputs=cell.outputs))
            if rich:  # what it shows needs the whole slide
                chosen[-1].metadata["transient"] = {"remove_source": True}
    for number, cell in enumerate(chosen):
        cell.id = f"slide-{number + 1}"  # one cell may have become several
    return chosen


def _slide(cell, **content):
    new = copy.deepcopy(cell)
    new.update(content)
    new.metadata["slideshow"] = {"slide_type": "slide"}
    return new


def _pages(text):
    """Return a text in pieces of about `WORDS` words, divided between paragraphs."""
    pages, count = [], 0
    folded = r"<details>.*?</details>"  # what opens with a click stays whole
    for paragraph in re.findall(rf"(?s){folded}|(?:(?!\n\s*\n|<details>).)+", text.strip()):
        paragraph = paragraph.strip("\n")
        words = len(paragraph.split())
        if pages and (count + words <= WORDS or count == 0):  # no heading stands alone
            pages[-1] += "\n\n" + paragraph
        else:
            pages.append(paragraph)
            count = 0
        count += 0 if paragraph.startswith("#") else words
    return pages


def _link_nothing(soup):
    """Leave the words of links to files that do not lie beside the slides."""
    for link in soup.select("a[href]"):
        if not re.match(r"https?://|#", link["href"]):
            link.unwrap()


def _put_reveal_in(soup):
    """Put what turns the slides into the page, in place of links to it."""
    for link in soup.select("link[rel=stylesheet]"):
        link.decompose()
    for slide in soup.select(".slides section section"):
        slide.unwrap()  # nbconvert puts a column of slides around each
    for slide in soup.select(".slides > section"):
        content = soup.new_tag("div", attrs={"class": "content"})
        for child in list(slide.children):
            content.append(child.extract())
        slide.append(content)
    with zipfile.ZipFile(HERE / "reveal.zip") as files:
        style, script = (files.read(f"reveal.{kind}").decode() for kind in ("css", "js"))
    for name, text in (("style", style + STYLE), ("script", f"{script}\n{SCRIPT}")):
        tag = soup.new_tag(name)
        tag.string = text
        (soup.head if name == "style" else soup.body).append(tag)


def main(paths):
    """Make the slides of the given notebooks, or of all, and say where they are."""
    for path in paths or sorted((ROOT / "notebooks").glob("*.ipynb")):
        print(make_slides(path), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(in_words(main, sys.argv[1:]))
